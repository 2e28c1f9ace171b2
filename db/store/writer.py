"""The one thread that writes. Everything that changes the record passes through its queue."""

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from db.domain.errors import EnvironmentError_
from db.store import driver
from db.store.changes import Changes
from db.store.clock import Clock
from db.store.journal import Journal

log = logging.getLogger(__name__)

T = TypeVar("T")
Work = Callable[[Journal], T]
Listener = Callable[[Changes], None]


class Written(NamedTuple, Generic[T]):
    """The result of a command, and what it touched. It exists only after the commit."""

    result: T
    changes: Changes


class Writer:
    """Owns the writing connection; one unit of work is one transaction."""

    def __init__(
        self,
        path: Path,
        key: bytes,
        clock: Clock,
        *,
        projects: bool,
        after_commit: Callable[[driver.Connection], None] | None = None,
    ) -> None:
        self._after_commit = after_commit
        self._path = path
        self._key = key
        self._clock = clock
        self._projects = projects
        self._queue: queue.SimpleQueue[tuple[Work[Any], Future[Any]] | None] = queue.SimpleQueue()
        self._listeners: list[Listener] = []
        self._opened: Future[None] = Future()
        self._is_closed = False
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
            connection = driver.open_writer(self._path, self._key)
        except BaseException as error:
            self._opened.set_exception(error)
            return
        self._opened.set_result(None)
        while (item := self._queue.get()) is not None:
            work, future = item
            self._do(connection, work, future)
        try:
            connection.execute("PRAGMA optimize")
        except driver.SqliteError:
            # Statistics only: a full disk must not keep the file from being closed.
            log.warning("the record was closed without new statistics")
        finally:
            connection.close()

    def _do(self, connection: driver.Connection, work: Work[T], future: Future[Any]) -> None:
        try:
            with driver.transaction(connection):
                journal = self._journal(connection)
                result = work(journal)
        except driver.SqliteError as error:
            translated = driver.explain(error)
            translated.__cause__ = error
            future.set_exception(translated)
            return
        except BaseException as error:
            future.set_exception(error)
            return
        changes = journal.changes
        future.set_result(Written(result, changes))
        if self._after_commit:
            self._after_commit(connection)
        if changes.subjects:
            for listener in self._listeners:
                self._tell(listener, changes)

    def _tell(self, listener: Listener, changes: Changes) -> None:
        try:
            listener(changes)
        except Exception:
            # The commit stands; this thread must live on for the next one.
            log.exception("a commit listener failed")

    def _journal(self, connection: driver.Connection) -> Journal:
        journal = Journal(connection, "", 0, self._clock, self._projects)
        journal.site = journal.meta("site")
        journal.epoch = int(journal.meta("epoch") or 0)
        return journal
