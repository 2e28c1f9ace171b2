"""The one thread that writes. Everything that changes the record passes through its queue."""

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from db.domain.errors import EnvironmentError_, GridDeskError
from db.store import driver
from db.store.changes import Changes
from db.store.clock import Clock
from db.store.health import Guard
from db.store.journal import Journal

if TYPE_CHECKING:
    from db.store.medium import Watch

log = logging.getLogger(__name__)

T = TypeVar("T")
Work = Callable[[Journal], T]
Listener = Callable[[Changes], None]
IDLE_SECONDS = 2.0
"""Quiet after which what was written is carried from the log into the file."""


class Written(NamedTuple, Generic[T]):
    """The result of a command, and what it touched. It exists only after the commit."""

    result: T
    changes: Changes


class Writer:
    """Owns the writing connection; one unit of work is one transaction.

    After an error of the disk the connection is opened anew: the next unit of work finds out
    whether that has healed.
    """

    def __init__(
        self,
        path: Path,
        key: bytes,
        clock: Clock,
        guard: Guard,
        *,
        projects: bool,
        after_commit: Callable[[driver.Connection], None] | None = None,
        watch: "Watch | None" = None,
    ) -> None:
        self._after_commit = after_commit
        self._watch = watch
        self._path = path
        self._key = key
        self._clock = clock
        self._guard = guard
        self._connection: driver.Connection | None = None
        self._projects = projects
        self._queue: queue.SimpleQueue[tuple[Work[Any], Future[Any]] | None] = queue.SimpleQueue()
        self._listeners: list[Listener] = []
        self._opened: Future[None] = Future()
        self._is_closed = False
        self._must_empty = True
        """Whether the log may have what was erased from the file: a crash may have kept it so."""
        # Nothing may be queued behind the word that ends the thread: it would never be answered.
        self._gate = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="record-writer", daemon=True)
        self._thread.start()
        self._opened.result()

    def submit(self, work: Work[T]) -> "Future[Written[T]]":
        """Queue a unit of work; the future resolves after its commit, or with its error."""
        future: Future[Written[T]] = Future()
        with self._gate:
            if self._is_closed:
                future.set_exception(EnvironmentError_("record_closed"))
            else:
                self._queue.put((work, future))
        return future

    def listen(self, listener: Listener) -> None:
        """Call `listener` on the writer thread after each commit that changed something."""
        self._listeners.append(listener)

    def close(self) -> None:
        """Finish what is queued, then close the file."""
        with self._gate:
            is_first, self._is_closed = not self._is_closed, True
            if is_first:
                self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        try:
            self._connection = driver.open_writer(self._path, self._key, self._watch)
        except BaseException as error:
            self._opened.set_exception(error)
            return
        self._opened.set_result(None)
        # A checkpoint that a crash broke off leaves pages half written which the log holds whole.
        self._rest()
        is_dirty = False
        while True:
            try:
                item = self._queue.get(timeout=IDLE_SECONDS if is_dirty else None)
            except queue.Empty:
                self._rest()
                # A reader may keep the log from being emptied for a while.
                is_dirty = self._must_empty
                continue
            if item is None:
                break
            self._do(*item)
            is_dirty = self._connection is not None
            if not is_dirty:
                # On a full disk the log's own room is to be won back before the next write.
                self._rest()
        self._finish()

    def _rest(self) -> None:
        """Keep the log short; what goes wrong here loses nothing, and the next write meets it."""
        truncates = self._must_empty or bool(self._guard.health.trouble)
        try:
            if driver.checkpoint(self._ready(), truncates=truncates):
                self._must_empty = False
        except (driver.SqliteError, GridDeskError) as error:
            self._note(error)
        except Exception:
            # Who writes next would wait for ever for a thread that is no more.
            log.exception("the log was not carried into the file")

    def _finish(self) -> None:
        if self._connection is None:
            return
        try:
            self._connection.execute("PRAGMA optimize")
            driver.checkpoint(self._connection, truncates=True)
        except driver.SqliteError:
            # Statistics and a short log only: a full disk must not keep the file from being closed.
            log.warning("the record was closed without a last checkpoint")
        finally:
            self._let_go()

    def _ready(self) -> driver.Connection:
        if self._connection is None:
            self._connection = driver.open_writer(self._path, self._key)
        return self._connection

    def _note(self, error: Exception) -> GridDeskError:
        """Return an error in our words; a connection that met the disk's is not used again."""
        known = error if isinstance(error, GridDeskError) else driver.explain(_cause(error))
        if self._guard.note(known):
            self._let_go()
        return known

    def _let_go(self) -> None:
        if self._connection is not None:
            with suppress(driver.SqliteError):
                self._connection.close()
            self._connection = None

    def _do(self, work: Work[T], future: Future[Any]) -> None:
        try:
            self._guard.check()
            connection = self._ready()
            with driver.transaction(connection):
                journal = self._journal(connection)
                result = work(journal)
        except driver.SqliteError as error:
            known = self._note(error)
            known.__cause__ = error
            future.set_exception(known)
            return
        except BaseException as error:
            if self._connection is None and isinstance(error, GridDeskError):
                self._note(error)
            future.set_exception(error)
            return
        if journal.has_shredded:
            self._must_empty = True
            self._rest()
        changes = journal.changes
        # Who begins to listen when the future is done hears of the next commit first.
        listeners = tuple(self._listeners)
        future.set_result(Written(result, changes))
        if self._after_commit:
            self._tell(self._after_commit, connection)
        if changes.subjects:
            for listener in listeners:
                self._tell(listener, changes)

    def _tell(self, listener: Callable[[T], None], about: T) -> None:
        try:
            listener(about)
        except Exception:
            # The commit stands; this thread must live on for the next one.
            log.exception("a commit listener failed")

    def _journal(self, connection: driver.Connection) -> Journal:
        return Journal(connection, self._clock, projects=self._projects)


def _cause(error: BaseException) -> Exception:
    """Return what came first: a full disk ends the transaction, and so whatever would tidy up."""
    while isinstance(error.__context__, driver.SqliteError):
        error = error.__context__
    assert isinstance(error, Exception)
    return error
