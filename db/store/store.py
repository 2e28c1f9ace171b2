"""The record as the rest of the program sees it: open, read, write, close."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import orjson

from db.domain.errors import EnvironmentError_, GridDeskError
from db.store import driver
from db.store.clock import Clock, clock_doubt, system_clock
from db.store.files import write_file
from db.store.health import Guard, Limits
from db.store.journal import Journal
from db.store.keys import Ask, KeyPlace, create_key, load_key, place_to_dict
from db.store.lock import LOCK, release_lock, take_lock
from db.store.place import refuse_readonly, refuse_share
from db.store.witness import Witness, own_words, recognise
from db.store.writer import Listener, Writer, Written

if TYPE_CHECKING:
    from db.store.medium import Watch

T = TypeVar("T")

RECORD = "griddesk.db"
LIMITS = Limits()
SITE_FILE = "site.json"
ERASED_LIST = "erased.list"
"""Which envelopes were erased: what a record put back from a copy has to forget again."""
FORMER = "former-key-"
"""The folder of the record under its former key, there for the moment between new and gone."""
SWAP = "swap.json"
"""There while another record is being put in this one's place."""


@dataclass(frozen=True, slots=True)
class Site:
    """What this installation is; nothing in it is secret."""

    id: str
    name: str
    town: str
    station: str
    key_place: KeyPlace
    recovery: KeyPlace | None = None
    older: tuple[KeyPlace, ...] = ()
    """Keys that this record had before, wrapped by the one it has."""


class Store:
    """One encrypted record. A writer is started only where it was asked for."""

    def __init__(
        self, home: Path, key: bytes, site: Site, clock: Clock, limits: Limits = LIMITS
    ) -> None:
        self.home = home
        self.site = site
        self.clock = clock
        self.renewed = ""
        """Why this site goes on in a new epoch: restored, copied, witness_lost; empty if not."""
        self.clock_doubt = ""
        """What was odd about the clock at opening: clock_behind, clock_ahead; empty for nothing."""
        self.guard = Guard(home / RECORD, clock, limits)
        self._key = key
        self._writer: Writer | None = None
        self._witness: Witness | None = None
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
        what: str = "command",
        wait: float = 0,
        limits: Limits = LIMITS,
        watch: "Watch | None" = None,
    ) -> "Store":
        """Open the record of a data folder; `what` (window, command, hub) is told to others.

        Waits up to `wait` seconds for another program that is writing to it. A record that is
        not where and what it was left as goes on in a new epoch (`renewed`). `watch` is told how
        far the change of an older schema is, and may end it (work_cancelled).
        Raises EnvironmentError_ when the folder has none, lies on a network share or cannot be
        written, the key is missing or wrong, or another program is writing to it.
        """
        refuse_share(home)
        site = read_site(home)
        lock = None
        if not read_only:
            refuse_readonly(home, home / RECORD)
            lock = take_lock(home / LOCK, what, clock(), wait)
        store = None
        try:
            if not read_only:
                _tidy_keys(home, site)
            store = cls(home, key or load_key(home, site.key_place, ask), site, clock, limits)
            if read_only:
                store._look()
            else:
                store._start(projects=projects, watch=watch)
        except BaseException:
            if store is not None:
                store.close()
            release_lock(lock)
            raise
        store._lock = lock
        return store

    @property
    def can_write(self) -> bool:
        """Whether it was opened to be written to."""
        return self._writer is not None

    @property
    def witness_error(self) -> str:
        """Why the witness could not be written last time, empty where it was."""
        return self._witness.error if self._witness else ""

    def _look(self) -> None:
        try:
            with self._going_on_damaged():
                self.read(self._check_identity)
        finally:
            self._close_reader()

    def _start(self, *, projects: bool, watch: "Watch | None") -> None:
        path = self.home / RECORD
        witness = self._witness = Witness(self.site.id, path, self.clock)
        self._writer = Writer(
            path,
            self._key,
            self.clock,
            self.guard,
            projects=projects,
            after_commit=witness.note,
            watch=watch,
        )

        def first(journal: Journal) -> str:
            self._check_identity(journal.connection)
            # lazy: it stands on this module
            from db.store.shredding import apply_list, catch_up_once, say_again

            if not projects:
                # Where rows are made of ops, making them anew does it, beside the work.
                catch_up_once(journal)
            unheard = apply_list(journal, self.home)
            reason = recognise(journal, witness)
            if projects:
                say_again(journal, unheard)
            return reason

        with self._going_on_damaged():
            self.renewed = self._writer.submit(first).result().result
        self.guard.probe()

    @contextmanager
    def _going_on_damaged(self) -> Iterator[None]:
        """Open a record that turns out to be damaged: it can be read, nothing is written to it."""
        try:
            yield
        except GridDeskError:
            if not self.guard.health.damaged:
                raise

    def _check_identity(self, connection: driver.Connection) -> None:
        """Refuse a record of another site; note what is odd about the clock."""
        site, last = own_words(connection)
        if site not in ("", self.site.id):
            raise EnvironmentError_("site_mismatch", path=str(self.home))
        self.clock_doubt = clock_doubt(self.clock(), last)

    @property
    def key(self) -> bytes:
        """The file's key, for copies of it."""
        return self._key

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
            known = driver.explain(error)
            if self.guard.note(known):
                # It would answer nothing more, not even from pages that are whole.
                self._close_reader()
            raise known from error

    def secret(self, name: str) -> bytes | None:
        """Return a key that is kept in the record."""
        row = self.read(
            lambda connection: connection.execute(
                "SELECT v FROM secret WHERE k = ?", (name,)
            ).fetchone()
        )
        return bytes(row[0]) if row else None

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
        self._close_reader()
        if self._writer is not None:
            self._writer.close()
        release_lock(self._lock)
        self._lock = None

    def _close_reader(self) -> None:
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _tidy_keys(home: Path, site: Site) -> None:
    """Finish what was left to do where a change of the key, or of its place, was killed."""
    is_left = site.key_place.kind != "file" and (home / "key").exists()
    if is_left or next(home.glob(f"{FORMER}*"), None):
        from db.store.rekeying import tidy  # lazy: it stands on this module

        tidy(home)


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
    refuse_share(home)
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
    if (home / SWAP).exists():
        from db.store.swap import finish_swap  # lazy: it stands on this module

        finish_swap(home)
    _refuse_half_made(home)
    try:
        raw = orjson.loads((home / SITE_FILE).read_bytes())
        return Site(
            raw["id"],
            raw["name"],
            raw["town"],
            raw["station"],
            KeyPlace(**raw["key_place"]),
            KeyPlace(**raw["recovery"]) if raw.get("recovery") else None,
            tuple(KeyPlace(**place) for place in raw.get("older", ())),
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
    if site.recovery:
        raw["recovery"] = place_to_dict(site.recovery)
    if site.older:
        raw["older"] = [place_to_dict(place) for place in site.older]
    write_file(home / SITE_FILE, orjson.dumps(raw, option=orjson.OPT_INDENT_2))
