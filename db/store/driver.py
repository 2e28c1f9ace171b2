"""Every connection to the encrypted file is opened here, and every PRAGMA stands here.

One SQLite library per process: two of them in one process undo each other's file locks. The shim
hands ours (SQLCipher) to sqlite-utils, which looks for `pysqlite3` first.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import disk_usage
from typing import TYPE_CHECKING, Any, Protocol, cast

import sqlcipher3
from sqlcipher3 import dbapi2

from db.domain.errors import BugError, EnvironmentError_, GridDeskError
from db.migrations import SCHEMA_VERSION
from db.store.place import is_writable

if TYPE_CHECKING:
    from sqlite_utils import Database

    from db.store.medium import Watch

sys.modules.setdefault("pysqlite3", sqlcipher3)
sys.modules.setdefault("pysqlite3.dbapi2", dbapi2)

SqliteError = cast("type[Exception]", dbapi2.Error)
ValueErrors = cast(
    "tuple[type[Exception], ...]",
    (dbapi2.DataError, dbapi2.IntegrityError, dbapi2.InterfaceError, dbapi2.ProgrammingError),
)
"""What the library raises for a value it cannot keep, the file and the disk being well."""
DAMAGE = frozenset({"record_damaged", "key_wrong"})
"""Codes of errors that say the file is damaged.

The key was right when the record was opened: what no longer opens with it has been damaged.
"""
PLAIN_HEADER = b"SQLite format 3\x00"
MIN_SQLITE = (3, 51, 3)
"""Older ones can corrupt a WAL when two connections meet a checkpoint."""
_KEY_BYTES = 32
_LOOK_EVERY = 1_000
"""Instructions between two looks at whether a bounded question has taken too many."""
_INDEX_ROOM = 256 * 1024
"""Bytes that the index of a log may need when a file is opened."""
_WAL_BYTES = 16 * 1024 * 1024
"""What an emptied write-ahead log keeps of its length."""
_COPY_PAGES = 256
"""Pages copied at a time: about 1 MB between two looks at whether to stop."""


class Cursor(Protocol):
    """What this program uses of a cursor."""

    lastrowid: int | None

    def __iter__(self) -> Iterator[tuple[Any, ...]]: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[tuple[Any, ...]]: ...


class Connection(Protocol):
    """What this program uses of a connection of the encrypted library, which has no types."""

    in_transaction: bool

    def execute(self, sql: str, parameters: Any = ..., /) -> Cursor: ...
    def executemany(self, sql: str, parameters: Any, /) -> Cursor: ...
    def set_progress_handler(self, handler: Callable[[], bool] | None, steps: int, /) -> None: ...
    def close(self) -> None: ...


class _Keyed(dbapi2.Connection):  # type: ignore[misc]
    """A connection that knows what it was opened with, so that another can be."""

    origin: tuple[Path, bytes]


def create(path: Path, key: bytes) -> None:
    """Make a new encrypted file with the newest schema; refuses to touch an existing one."""
    if path.exists():
        raise EnvironmentError_("record_exists", path=str(path))
    connection = _connect(path, "rwc", key)
    try:
        _prepare_writer(connection)
        _migrate(connection)
    finally:
        connection.close()
    _check_header(path)


def open_writer(path: Path, key: bytes, watch: "Watch | None" = None) -> Connection:
    """Open the file for the one writer, bringing an older schema up to date first.

    That may take minutes: `watch` is told how far it is (copy, read, prove, migrate) and may end
    it, whereupon the record is as it was. Raises EnvironmentError_ (work_cancelled) then.
    """
    _check_header(path)
    _make_private(path)
    connection = _connect(path, "rw", key)
    with _closing_on_error(connection):
        _check_readable(connection)
        _prepare_writer(connection)
        _check_version(connection)
        if schema_of(connection) < SCHEMA_VERSION:
            _keep_before(path, key, schema_of(connection), watch)
            _migrate(connection, watch)
    return connection


def open_any(path: Path, key: bytes) -> Connection:
    """Open a file for reading only, of whatever schema and in whatever state it is.

    After an error on a damaged page this connection answers nothing more: open another.
    """
    _check_header(path)
    return _open_any(path, key)


def open_copy(path: Path, key: bytes) -> Connection:
    """Open a copy of a record, of whatever schema, to overwrite something in it.

    It stays one file without companions, and nothing of what is replaced stays in it.
    """
    _check_header(path)
    connection = _connect(path, "rw", key)
    with _closing_on_error(connection):
        _check_readable(connection)
        connection.execute("PRAGMA busy_timeout = 5000")
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA synchronous = EXTRA")
        overwrite_deleted(connection)
    return connection


def open_damaged(path: Path, key: bytes) -> Connection:
    """Open a file as `open_any` does, though it was cut short or its schema is damaged in part."""
    _check_header(path)
    return _open_any(path, key, is_lenient=True)


def _open_any(path: Path, key: bytes, *, is_lenient: bool = False) -> Connection:
    if not is_lenient:
        _undo_broken_off(path, key)
    connection = _connect(path, "ro", key)
    with _closing_on_error(connection):
        if is_lenient:
            # Otherwise a file shorter than its first page says is refused as a whole.
            connection.execute("PRAGMA writable_schema = ON")
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA busy_timeout = 5000")
        connection.execute("PRAGMA cache_size = -16384")
        _check_readable(connection)
    return connection


def _undo_broken_off(path: Path, key: bytes) -> None:
    """Let the library undo what a process that was killed had begun to overwrite in a copy.

    It does so at the first look of whoever may write; who only reads is refused until then.
    """
    journal = path.with_name(f"{path.name}-journal")
    if journal.exists() and journal.stat().st_size and is_writable(path.parent):
        open_copy(path, key).close()


def copy(
    source: Connection,
    path: Path,
    key: bytes,
    on_pages: Callable[[int, int], None],
    *,
    with_positions: bool = False,
) -> None:
    """Copy a record as it stands at this moment into one new encrypted file.

    The writer goes on meanwhile; what it adds is not in the copy, and neither is where teams are:
    kept copies would be their track; `with_positions` takes them along. `on_pages(done, total)` is
    told as it goes and stops it by raising. The caller makes the file durable.
    """
    target = _connect(path, "rwc", key)
    try:
        target.execute("PRAGMA synchronous = OFF")
        # A snapshot held from here on: a writer's commit would start the copy over.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        cast("Any", source).backup(
            target,
            pages=_COPY_PAGES,
            progress=lambda _, left, total: on_pages(total - left, total),
            sleep=0,
        )
        if not with_positions:
            _forget_positions(target)
        # One file without companions: it can be read from a medium that cannot be written.
        target.execute("PRAGMA journal_mode = DELETE")
    except SqliteError as error:
        raise explain(error) from error
    finally:
        if source.in_transaction:
            source.execute("ROLLBACK")
        target.close()


def _forget_positions(connection: Connection) -> None:
    """Leave no position in a copy, not even on a page that is free."""
    named = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'position'"
    if connection.execute(named).fetchone():
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("DELETE FROM position")


def open_reader(path: Path, key: bytes) -> Connection:
    """Open the file for one reading thread; such a connection cannot write."""
    _check_header(path)
    connection = _connect(path, _reading_mode(path), key)
    with _closing_on_error(connection):
        _check_readable(connection)
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA busy_timeout = 5000")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA cache_size = -16384")
        _check_version(connection)
        if schema_of(connection) < SCHEMA_VERSION:
            raise EnvironmentError_("schema_older", found=schema_of(connection))
    return connection


def open_plain(path: Path) -> Connection:
    """Open a foreign, unencrypted file for reading only: it can change nothing and lock nobody out.

    The connection may be used by several threads, one at a time. Raises EnvironmentError_
    (file_missing, file_unreadable), SqliteError for what is no such file.
    """
    try:
        path.open("rb").close()
    except FileNotFoundError as error:
        raise EnvironmentError_("file_missing", file=path.name) from error
    except OSError as error:
        raise EnvironmentError_("file_unreadable", file=path.name) from error
    uri = f"file:{_quote(path)}?mode=ro&immutable=1"
    try:
        opened = dbapi2.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    except SqliteError as error:
        raise EnvironmentError_("file_unreadable", file=path.name) from error
    connection = cast("Connection", opened)
    try:
        connection.execute("PRAGMA cell_size_check = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cache_size = -8192")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except SqliteError:
        connection.close()
        raise
    return connection


def bound(connection: Connection, steps: int) -> None:
    """Let what is asked next of a connection take so many instructions of the library at most."""
    left = max(steps // _LOOK_EVERY, 1)

    def is_over() -> bool:
        nonlocal left
        left -= 1
        return left < 0

    connection.set_progress_handler(is_over, _LOOK_EVERY)


def another(connection: Connection) -> Connection:
    """Open the file of a connection once more, for reading.

    A connection that met a damaged page answers nothing more, so one is needed for each.
    """
    return _open_any(*cast("_Keyed", connection).origin)


def has_log(connection: Connection) -> bool:
    """Whether pages of a connection's file stand in its write-ahead log."""
    path, _ = cast("_Keyed", connection).origin
    log = path.with_name(path.name + "-wal")
    return log.exists() and log.stat().st_size > 0


def checkpoint(connection: Connection, *, truncates: bool = False) -> bool:
    """Carry the write-ahead log into the file as far as readers let it, waiting for none.

    `truncates` empties the log as well, which takes waiting for readers. Return whether all that
    was wanted was done.
    """
    mode = "TRUNCATE" if truncates else "PASSIVE"
    busy, *_ = connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
    return not busy


def overwrite_deleted(connection: Connection) -> None:
    """Have what is deleted or replaced from here on overwritten, not only forgotten."""
    connection.execute("PRAGMA secure_delete = ON").fetchone()


def utils(connection: Connection) -> "Database":
    """Wrap a connection for sqlite-utils: migrations, tools, small tables."""
    from sqlite_utils import Database  # lazy: 150 ms, and it loads numpy where that is installed

    return Database(cast("Any", connection))


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """Run a block in one BEGIN IMMEDIATE; commit it, or leave nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A full disk has rolled back already; a second ROLLBACK would hide the cause.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def explain(error: Exception) -> GridDeskError:
    """Translate an error of the library into one of ours, by whose fault it is."""
    name = getattr(error, "sqlite_errorname", "") or ""
    text = str(error)
    codes = {
        "SQLITE_FULL": "disk_full",
        "SQLITE_READONLY": "disk_readonly",
        "SQLITE_IOERR": "disk_error",
        "SQLITE_CANTOPEN": "record_unreachable",
        "SQLITE_BUSY": "record_busy",
        "SQLITE_LOCKED": "record_busy",
        "SQLITE_CORRUPT": "record_damaged",
        "SQLITE_NOTADB": "key_wrong",
    }
    for prefix, code in codes.items():
        if name.startswith(prefix):
            return EnvironmentError_(code, detail=text)
    by_text = {
        "is full": "disk_full",
        "readonly": "disk_readonly",
        "disk I/O": "disk_error",
        "unable to open": "record_unreachable",
        "is locked": "record_busy",
        "malformed": "record_damaged",
        "not a database": "key_wrong",
    }
    for part, code in by_text.items():
        if part in text:
            return EnvironmentError_(code, detail=text)
    if name == "SQLITE_ERROR":
        return BugError("sql_wrong", detail=text)
    return EnvironmentError_("record_error", detail=text)


def is_damage(error: Exception) -> bool:
    """Tell whether an error of the library says that the file is damaged, not that it is busy."""
    return explain(error).code in DAMAGE


def _connect(path: Path, mode: str, key: bytes) -> Connection:
    if dbapi2.sqlite_version_info < MIN_SQLITE:
        raise EnvironmentError_("sqlite_too_old", found=dbapi2.sqlite_version)
    if len(key) != _KEY_BYTES:
        raise EnvironmentError_("key_wrong", detail="length")
    try:
        if mode == "rwc":
            # The library would leave it to everybody; the log takes its rights from the file.
            with suppress(OSError):
                path.touch(0o600)
        uri = f"file:{_quote(path)}?mode={mode}"
        opened = dbapi2.connect(uri, uri=True, isolation_level=None, factory=_Keyed)
        opened.origin = path, key
        connection = cast("Connection", opened)
        # Every page that cannot be read would be told on the standard error.
        connection.execute("PRAGMA cipher_log_level = NONE")
        # A raw key: no derivation delay. PRAGMA takes no parameters; hex cannot inject.
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    except SqliteError as error:
        raise explain(error) from error
    return connection


def _make_private(path: Path) -> None:
    """Let nobody but its owner use a file, where the file system knows of that."""
    with suppress(OSError):
        if os.name == "posix" and path.stat().st_mode & 0o077:
            path.chmod(0o600)


@contextmanager
def _closing_on_error(connection: Connection) -> Iterator[None]:
    try:
        yield
    except SqliteError as error:
        connection.close()
        found = explain(error)
        path, _ = cast("_Keyed", connection).origin
        if found.code in ("disk_error", "record_unreachable") and _is_full(path):
            found = EnvironmentError_("disk_full", detail=str(error))
        raise found from error
    except BaseException:
        connection.close()
        raise


def _prepare_writer(connection: Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    # NORMAL loses acknowledged ops at a power cut; FULL did at none of 399 simulated ones.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA journal_size_limit = {_WAL_BYTES:d}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA busy_timeout = 5000")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA cache_size = -65536")


def _reading_mode(path: Path) -> str:
    """Return how to open for reading: a log's index has no place in a read-only or full folder."""
    can_write, index = is_writable(path.parent), path.with_name(f"{path.name}-shm")
    # An index that is there is somebody's at work: the file is anything but immutable.
    if can_write and (index.exists() or not _is_full(path)):
        return "ro"
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:
        raise EnvironmentError_("disk_full" if can_write else "record_unmerged", path=str(path))
    return "ro&immutable=1"


def _is_full(path: Path) -> bool:
    try:
        return disk_usage(path.parent).free < _INDEX_ROOM
    except OSError:
        return False


def _check_header(path: Path) -> None:
    # Closing a file drops every POSIX lock this process has on it, also those of its connections.
    # They would keep off another writing process, and the folder's own lock does that; one that
    # only reads has the file open for reading and can lock nobody out.
    try:
        with path.open("rb") as file:
            header = file.read(len(PLAIN_HEADER))
    except FileNotFoundError as error:
        raise EnvironmentError_("record_missing", path=str(path)) from error
    except OSError as error:
        raise EnvironmentError_("record_unreachable", detail=str(error)) from error
    if len(header) < len(PLAIN_HEADER) or not any(header):
        # SQLite takes a file cut to nothing for a new one and would fill it with an empty schema.
        raise EnvironmentError_("record_damaged", path=str(path))
    if header == PLAIN_HEADER:
        raise EnvironmentError_("record_not_encrypted", path=str(path))


def _check_readable(connection: Connection) -> None:
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


def meta(connection: Connection, name: str) -> str:
    """Return a setting of a record, empty when unset."""
    row = connection.execute("SELECT v FROM meta WHERE k = ?", (name,)).fetchone()
    return str(row[0]) if row else ""


def schema_of(connection: Connection) -> int:
    """Return the version of the schema a file has."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _check_version(connection: Connection) -> None:
    found = schema_of(connection)
    if found > SCHEMA_VERSION:
        raise EnvironmentError_("schema_newer", found=found, known=SCHEMA_VERSION)


def _migrate(connection: Connection, watch: "Watch | None" = None) -> None:
    from db.migrations.steps import MIGRATIONS  # lazy: imports sqlite_utils

    # All or nothing: a process killed between two steps leaves the old schema.
    with transaction(connection), _watched(connection, watch):
        MIGRATIONS.apply(utils(connection))
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION:d}")


@contextmanager
def _watched(connection: Connection, watch: "Watch | None") -> Iterator[None]:
    """Let a block be ended in the midst of a statement; what undoes it is not interrupted."""
    if watch is None:
        yield
        return
    watch.step("migrate")(0, 1)
    connection.set_progress_handler(watch.is_cancelled, _LOOK_EVERY)
    try:
        yield
    except SqliteError as error:
        if watch.is_cancelled():
            raise EnvironmentError_("work_cancelled") from error
        raise
    finally:
        connection.set_progress_handler(None, 0)


def _keep_before(path: Path, key: bytes, version: int, watch: "Watch | None") -> None:
    if version:
        # lazy: backups are opened through this module
        from db.store.backup import keep_before
        from db.store.medium import UNWATCHED

        keep_before(path, key, version, watch or UNWATCHED)


def _quote(path: Path) -> str:
    return path.resolve().as_uri().removeprefix("file://")
