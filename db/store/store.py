"""The record as the rest of the program sees it: open, read, write, close."""

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import orjson

from db.domain.errors import EnvironmentError_
from db.store import driver
from db.store.clock import Clock, system_clock
from db.store.journal import Journal
from db.store.keys import Ask, KeyPlace, create_key, load_key, place_to_dict
from db.store.writer import Listener, Writer, Written

T = TypeVar("T")

RECORD = "griddesk.db"
SITE_FILE = "site.json"
LOCK = "griddesk.lock"


@dataclass(frozen=True, slots=True)
class Site:
    """What this installation is; nothing in it is secret."""

    id: str
    name: str
    town: str
    station: str
    key_place: KeyPlace


class Store:
    """One encrypted record. A writer is started only where it was asked for."""

    def __init__(
        self, home: Path, key: bytes, site: Site, clock: Clock, writer: Writer | None
    ) -> None:
        self.home = home
        self.site = site
        self.clock = clock
        self._key = key
        self._writer = writer
        self._local = threading.local()
        self._lock: int | None = None

    @classmethod
    def open(
        cls,
        home: Path,
        *,
        ask: Ask | None = None,
        read_only: bool = False,
        clock: Clock = system_clock,
        projects: bool = True,
        key: bytes | None = None,
    ) -> "Store":
        """Open the record of a data folder.

        Raises EnvironmentError_ when the folder has none, the key is missing or wrong, or
        another program is writing to it.
        """
        site = read_site(home)
        lock = None if read_only else _take_lock(home / LOCK)
        try:
            key = key or load_key(home, site.key_place, ask)
            path = home / RECORD
            if read_only:
                driver.open_reader(path, key).close()
                writer = None
            else:
                writer = Writer(path, key, clock, projects=projects)
        except BaseException:
            _release_lock(lock)
            raise
        store = cls(home, key, site, clock, writer)
        store._lock = lock
        return store

    def reader(self) -> driver.Connection:
        """Return this thread's reading connection."""
        connection: driver.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = driver.open_reader(self.home / RECORD, self._key)
            self._local.connection = connection
        return connection

    def read(self, query: Callable[[driver.Connection], T]) -> T:
        """Run a query on this thread's reading connection."""
        try:
            return query(self.reader())
        except driver.SqliteError as error:
            raise driver.explain(error) from error

    def write(self, work: Callable[[Journal], T]) -> Written[T]:
        """Run a unit of work in one transaction on the writer thread; returns after the commit."""
        if self._writer is None:
            raise EnvironmentError_("record_read_only")
        return self._writer.submit(work).result()

    def listen(self, listener: Listener) -> None:
        """Call a listener (on the writer thread) after each commit that changed something."""
        if self._writer is not None:
            self._writer.listen(listener)

    def close(self) -> None:
        """Finish what is queued and let the record go."""
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None
        if self._writer is not None:
            self._writer.close()
        _release_lock(self._lock)
        self._lock = None

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def create_site(
    home: Path,
    *,
    site_id: str,
    name: str,
    town: str,
    station: str,
    key_kind: str = "auto",
    ask: Ask | None = None,
) -> Site:
    """Make a data folder with an empty encrypted record; refuses one that has a record."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        if os.name == "posix":
            home.chmod(0o700)
    except OSError as error:
        raise EnvironmentError_("home_unwritable", path=str(home), detail=str(error)) from error
    _refuse_half_made(home)
    if (home / SITE_FILE).exists():
        raise EnvironmentError_("record_exists", path=str(home))
    key, place = create_key(home, key_kind, ask)
    driver.create(home / RECORD, key)
    site = Site(site_id, name, town, station, place)
    write_site(home, site)
    return site


def _refuse_half_made(home: Path) -> None:
    """Refuse a folder whose making was broken off: nothing in it can be trusted, nothing lost."""
    if (home / RECORD).exists() and not (home / SITE_FILE).exists():
        raise EnvironmentError_("site_incomplete", path=str(home))


def read_site(home: Path) -> Site:
    """Read what a data folder says of itself."""
    _refuse_half_made(home)
    try:
        raw = orjson.loads((home / SITE_FILE).read_bytes())
        return Site(
            raw["id"], raw["name"], raw["town"], raw["station"], KeyPlace(**raw["key_place"])
        )
    except FileNotFoundError as error:
        raise EnvironmentError_("record_missing", path=str(home)) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EnvironmentError_("site_file_damaged", path=str(home / SITE_FILE)) from error


def write_site(home: Path, site: Site) -> None:
    """Replace the folder's description of itself, whole or not at all."""
    raw: dict[str, Any] = {
        "id": site.id,
        "name": site.name,
        "town": site.town,
        "station": site.station,
        "key_place": place_to_dict(site.key_place),
    }
    write_file(home / SITE_FILE, orjson.dumps(raw, option=orjson.OPT_INDENT_2))


def write_file(path: Path, content: bytes) -> None:
    """Write a file durably: a sibling first, then the name."""
    part = path.with_name(path.name + ".part")
    try:
        with open(part, "wb", opener=_private) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise EnvironmentError_("file_unwritable", path=str(path), detail=str(error)) from error
    # Some network folders refuse this; the file itself is written and named by now.
    with suppress(OSError):
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _take_lock(path: Path) -> int:
    """Hold the record for this process; raises EnvironmentError_ naming who holds it."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise EnvironmentError_("home_unwritable", path=str(path), detail=str(error)) from error
    try:
        _lock_descriptor(descriptor)
    except OSError as error:
        holder = os.read(descriptor, 20).decode(errors="replace").strip()
        os.close(descriptor)
        raise EnvironmentError_("record_in_use", pid=holder) from error
    os.ftruncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode())
    return descriptor


def _lock_descriptor(descriptor: int) -> None:
    if os.name == "posix":
        import fcntl  # POSIX only

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    else:
        import msvcrt  # Windows only

        # A byte far behind the number, which others must be able to read.
        os.lseek(descriptor, 4096, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        os.lseek(descriptor, 0, os.SEEK_SET)


def _release_lock(descriptor: int | None) -> None:
    if descriptor is not None:
        with suppress(OSError):
            os.close(descriptor)
