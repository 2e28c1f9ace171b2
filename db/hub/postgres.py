"""A hub's record in PostgreSQL. Several services may serve one: nothing true is kept here.

A transaction sees one state of the record from its beginning. Whoever then meets a row that
another service has changed or made meanwhile begins again and sees it; a line that breaks before
the commit was sent ends nothing but that transaction. After it nobody knows: the caller is told to
come again, and what he brings twice is known by its name.
"""

import logging
import random
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import orjson
import psycopg
from psycopg import errors

from db.domain.errors import EnvironmentError_
from db.hub import WITNESS
from db.hub.pg_journal import PgJournal
from db.hub.pg_pool import Pool, explain
from db.hub.store import put_incarnation
from db.store.changes import Changes
from db.store.clock import Clock, system_clock
from db.store.driver import Connection
from db.store.erasure import erase_again
from db.store.files import write_file
from db.store.journal import Journal
from db.store.store import Site
from db.store.writer import Written

log = logging.getLogger(__name__)

T = TypeVar("T")

TRIES = 12
"""Times a transaction begins again before its caller is asked to come later."""
_PAUSE = 0.02
_NOTE_EVERY = 5.0
"""Seconds between two notes of how far the record has come."""
_COUNT = "SELECT coalesce(sum(head_seq), 0) FROM chain"
_AGAIN = (errors.SerializationFailure, errors.DeadlockDetected, errors.UniqueViolation)
_CLEARED = ("VACUUM envelope", "VACUUM fork")
"""What was overwritten stays as a former version of its row until it is cleared away."""
_ENDED = "57P"
"""States of a line that the server ended: shut down, crashed, not up yet."""


class PgLedger:
    """The record of a hub, as `db.sync.ledger.Ledger` wants it."""

    def __init__(
        self,
        url: str,
        home: Path,
        site: Site,
        secrets: dict[str, bytes],
        clock: Clock = system_clock,
    ) -> None:
        self.site = site
        self.clock = clock
        self._secrets = secrets
        self._witness = _Witness(home / WITNESS)
        self._pool = Pool(url, self._witness.recognise)

    def secret(self, name: str) -> bytes | None:
        """Return a private key of the hub."""
        return self._secrets.get(name)

    def read(self, query: Callable[[Connection], T]) -> T:
        """Answer a question."""

        def ask() -> T:
            with self._pool.connection() as connection:
                return query(connection)

        return _again(ask)

    def write(self, work: Callable[[Journal], T]) -> Written[T]:
        """Do a unit of work in one transaction; returns after it is on the server's disk.

        Raises EnvironmentError_ (hub_database_unreachable) where that is not known.
        """
        result, envelopes = _again(lambda: self._try(work))
        if envelopes:
            # A transaction that went on beside this one saw nothing of it, nor this one of that.
            _again(lambda: self._try(lambda journal: erase_again(journal, envelopes)))
        return Written(result, Changes())

    def _try(self, work: Callable[[Journal], T]) -> tuple[T, set[str]]:
        """Do it once; return what came of it and the envelopes it wrote or erased."""
        with self._pool.connection() as lent:
            connection: Any = lent
            raw = connection.raw
            raw.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            try:
                journal = PgJournal(connection, self.clock)
                result = work(journal)
            except BaseException:
                if not raw.closed:
                    raw.execute("ROLLBACK")
                raise
            _commit(raw)
            # It stands, whatever becomes of the rest.
            for statement in _CLEARED if journal.has_shredded else ():
                with suppress(psycopg.Error):
                    raw.execute(statement)
            with suppress(psycopg.Error):
                self._witness.note(connection)
            return result, journal.envelopes

    def begin(self) -> None:
        """Look whether the record is as it was left, and note that it is this folder's."""
        self.read(lambda connection: None)

    def close(self) -> None:
        """Let the database go."""
        self._pool.close()

    def __enter__(self) -> "PgLedger":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _again(work: Callable[[], T]) -> T:
    """Do something that may be done over, until nobody and no broken line comes in between."""
    for attempt in range(TRIES):
        try:
            return work()
        except psycopg.Error as error:
            if not (isinstance(error, _AGAIN) or _is_line_lost(error)):
                raise explain(error) from error
            log.info("begun again: %s", type(error).__name__)
        time.sleep(random.uniform(0, _PAUSE * attempt))
    raise EnvironmentError_("hub_database_unreachable", detail="contended")


def _is_line_lost(error: psycopg.Error) -> bool:
    is_of_line = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    return is_of_line and (error.sqlstate or _ENDED).startswith(_ENDED)


def _commit(raw: "psycopg.Connection[Any]") -> None:
    """Commit; a line that breaks now leaves open whether it was done."""
    try:
        said = raw.execute("COMMIT").statusmessage
    except _AGAIN:
        raise
    except psycopg.Error as error:
        raise explain(error) from error
    if said != "COMMIT":
        raise EnvironmentError_("hub_database_unreachable", detail="rolled back")


def _state(connection: Connection) -> tuple[str, int]:
    """Return the record's incarnation and how many ops it has; of an empty one, nothing."""
    row = connection.execute("SELECT v FROM meta WHERE k = 'incarnation'").fetchone()
    count = connection.execute(_COUNT).fetchone()[0]
    return row[0] if row else "", int(count)


class _Witness:
    """How far the record had come when it was last seen, noted outside the database.

    A record that has fewer ops than that was put back from a copy: it gets a new incarnation.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._noted_at = 0.0

    def recognise(self, connection: Connection) -> None:
        """Look at a record on a new line to it."""
        incarnation, count = _state(connection)
        seen = self._read()
        if seen.get("incarnation") == incarnation and count < int(seen.get("ops", 0)):
            log.warning("the record has fewer ops than it had: it was put back from a copy")
            put_incarnation(connection)
        self.note(connection)

    def note(self, connection: Connection) -> None:
        """Note how far the record is, if that was not done a moment ago."""
        if time.monotonic() - self._noted_at < _NOTE_EVERY:
            return
        self._noted_at = time.monotonic()
        incarnation, count = _state(connection)
        # Of services with one folder the later one's note stands; a lost note loses no op.
        with suppress(EnvironmentError_):
            write_file(self._path, orjson.dumps({"incarnation": incarnation, "ops": count}))

    def _read(self) -> dict[str, Any]:
        try:
            return dict(orjson.loads(self._path.read_bytes()))
        except (OSError, ValueError, TypeError):
            return {}
