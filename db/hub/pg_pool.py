"""Connections to PostgreSQL: opened when needed, used again, let go when the line breaks."""

import logging
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any, Final, cast

import psycopg
from psycopg import errors
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from db.domain.errors import BugError, EnvironmentError_, GridDeskError, InputError
from db.store.driver import Connection, Cursor

log = logging.getLogger(__name__)

_OPTIONS: Final = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
    "application_name": "griddesk-hub",
    # Nobody waits for ever, and what a dead process had begun does not bar the others' way.
    "options": "-c lock_timeout=10s -c statement_timeout=120s"
    " -c idle_in_transaction_session_timeout=60s -c timezone=UTC",
}
_OFF = "off"
_EVERYWHERE = "postgres"

OnConnect = Callable[[Connection], None]


class _Whole(Loader):
    """Reads sums of integers, which PostgreSQL gives as decimals, as what they are."""

    def load(self, data: Buffer) -> int:
        return int(bytes(data))


class PgConnection:
    """A connection of psycopg that understands the SQL of this program: `?` for a value."""

    def __init__(self, raw: "psycopg.Connection[Any]") -> None:
        self.raw = raw
        raw.adapters.register_loader("numeric", _Whole)

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self.raw.info.transaction_status != psycopg.pq.TransactionStatus.IDLE

    def execute(self, sql: str, parameters: Any = ()) -> Cursor:
        """Run one statement."""
        return cast("Cursor", self.raw.execute(_translated(sql), parameters))

    def executemany(self, sql: str, parameters: Any) -> Cursor:
        """Run one statement for many rows, without waiting for the answer to each."""
        cursor = self.raw.cursor()
        cursor.executemany(_translated(sql), parameters)
        return cast("Cursor", cursor)

    def copy(self, table: str, columns: dict[str, str], rows: Any) -> None:
        """Add rows to a table; `columns` names them with their types."""
        names = ", ".join(columns)
        statement = f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)"
        with self.raw.cursor().copy(statement) as copying:
            copying.set_types(list(columns.values()))
            for row in rows:
                copying.write_row(row)

    def set_progress_handler(self, handler: Callable[[], bool] | None, steps: int) -> None:
        """Refuse what only a file can do."""
        raise BugError("sql_wrong", detail="progress")

    def close(self) -> None:
        """Let the connection go."""
        with suppress(psycopg.Error):
            self.raw.close()


class Pool:
    """Idle connections, newest first. As many are open as threads work at a time."""

    def __init__(self, url: str, on_connect: OnConnect) -> None:
        self._url = url
        self._on_connect = on_connect
        self._idle: deque[PgConnection] = deque()

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Lend a connection; one that broke is not used again, nor are those beside it.

        Raises EnvironmentError_ (hub_database_unreachable) where none can be had.
        """
        connection = self._take()
        try:
            yield cast("Connection", connection)
        finally:
            if connection.raw.closed or connection.in_transaction:
                connection.close()
                self.close()
            else:
                self._idle.append(connection)

    def close(self) -> None:
        """Close what is idle; the next one who asks gets a new one."""
        with suppress(IndexError):
            while True:
                self._idle.pop().close()

    def _take(self) -> PgConnection:
        with suppress(IndexError):
            return self._idle.pop()
        connection = connect(self._url)
        try:
            self._on_connect(cast("Connection", connection))
        except BaseException:
            connection.close()
            raise
        return connection


def connect(url: str) -> PgConnection:
    """Open a connection that answers only for what is on the disk.

    Raises EnvironmentError_: hub_database_unreachable, hub_database_unsafe.
    """
    address = _address(url)
    try:
        raw = psycopg.connect(address, autocommit=True)
    except psycopg.Error as error:
        raise EnvironmentError_("hub_database_unreachable", detail=_plain(error)) from error
    try:
        if _setting(raw, "fsync") == _OFF or _setting(raw, "full_page_writes") == _OFF:
            raise EnvironmentError_("hub_database_unsafe")
        if _setting(raw, "synchronous_commit") == _OFF:
            raw.execute("SET synchronous_commit = on")
    except BaseException as error:
        raw.close()
        if isinstance(error, psycopg.Error):
            raise explain(error) from error
        raise
    return PgConnection(raw)


def connect_first(url: str) -> PgConnection:
    """Open a connection as `connect`, and tell apart why there is none.

    What the server says before it lets anybody in has no SQLSTATE here, and its words are in its
    own language: so the server is asked whether it is up, and for a database that all have.
    Raises EnvironmentError_ hub_database_refused and hub_database_absent, too.
    """
    try:
        return connect(url)
    except EnvironmentError_ as error:
        is_up = psycopg.pq.PGconn.ping(_address(url).encode()) == psycopg.pq.Ping.OK
        if error.code != "hub_database_unreachable" or not is_up:
            raise
        code = "hub_database_absent" if _lets_in(url) else "hub_database_refused"
        raise EnvironmentError_(code) from error


def _lets_in(url: str) -> bool:
    """Return whether the server lets this role into the database that every server has."""
    with suppress(psycopg.Error):
        psycopg.connect(make_conninfo(_address(url), dbname=_EVERYWHERE)).close()
        return True
    return False


def explain(error: psycopg.Error) -> GridDeskError:
    """Translate an error of the database into one of ours, by whose fault it is."""
    if isinstance(error, errors.DiskFull):
        return EnvironmentError_("disk_full", detail=_plain(error))
    if isinstance(error, psycopg.DataError):
        # A text with a NUL in it, or the like: nothing that an honest program sends.
        return InputError("request_malformed", reason=type(error).__name__)
    if isinstance(error, psycopg.ProgrammingError):
        return BugError("sql_wrong", detail=_plain(error))
    return EnvironmentError_("hub_database_unreachable", detail=_plain(error))


def _address(url: str) -> str:
    """Return where and how to connect; what an address itself says goes before our own wishes."""
    try:
        said = conninfo_to_dict(url)
        wished = {name: value for name, value in _OPTIONS.items() if name not in said}
        return make_conninfo(url, **wished)
    except psycopg.ProgrammingError as error:
        raise InputError("hub_store_malformed") from error


def _setting(raw: "psycopg.Connection[Any]", name: str) -> str:
    row = raw.execute("SELECT current_setting(%s)", (name,)).fetchone()
    return str(row[0]) if row else ""


def _plain(error: Exception) -> str:
    """Return the kind of an error: its text may quote a row."""
    state = getattr(error, "sqlstate", None) or ""
    return f"{type(error).__name__} {state}".strip()


@lru_cache(maxsize=512)
def _translated(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")
