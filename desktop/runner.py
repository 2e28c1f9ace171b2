"""The one way to work off the GUI thread.

Writes go one after another, reads two at a time. Results and errors come back as values on the GUI
thread; a caller whose widgets have died in the meantime is not called.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal, Slot
from shiboken6 import isValid

from db.domain.errors import BugError

T = TypeVar("T")
OnDone = Callable[[T], object]
OnError = Callable[[Exception], object]

READ_THREADS = 2
LINE_THREADS = 8
"""A hub and the workstations of a room: one that is off keeps nobody waiting but itself."""
JOB_THREADS = 4
"""An import, a check, a sheet and a look at attached files may run side by side."""


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    """A piece of work and whom to tell."""

    work: Callable[[], Any]
    on_done: OnDone[Any] | None
    on_error: OnError | None
    owners: tuple[QObject, ...]
    is_write: bool = False
    key: str | None = None
    generation: int = 0

    @property
    def is_wanted(self) -> bool:
        """Whether everyone who would be told still lives."""
        return all(isValid(owner) for owner in self.owners)


class Runner(QObject):
    """Run commands and queries in the background and deliver what comes of them here.

    `failed(error)` follows each error nobody took; `busy(bool)` tells when there is work at all.
    What a write changed is announced by the record itself, whoever wrote.
    """

    failed = Signal(object)
    busy = Signal(bool)
    _finished = Signal(object, object, object)
    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="griddesk-write")
        self._readers = ThreadPoolExecutor(READ_THREADS, thread_name_prefix="griddesk-read")
        self._lines = ThreadPoolExecutor(LINE_THREADS, thread_name_prefix="griddesk-line")
        self._jobs = ThreadPoolExecutor(JOB_THREADS, thread_name_prefix="griddesk-job")
        self._futures: set[Future[None]] = set()
        self._generations: dict[str, int] = {}
        self._pending = 0
        self._is_closed = False
        self._finished.connect(self._on_finished, Qt.ConnectionType.QueuedConnection)
        self._posted.connect(self._on_posted, Qt.ConnectionType.QueuedConnection)

    @property
    def pending(self) -> int:
        """How many pieces of work are waiting, running or not yet delivered."""
        return self._pending

    @property
    def is_closed(self) -> bool:
        """Whether no more work is taken: what runs long should come to an end."""
        return self._is_closed

    def write(
        self,
        command: Callable[[], T],
        on_done: OnDone[T] | None = None,
        on_error: OnError | None = None,
        owner: QObject | None = None,
    ) -> None:
        """Run a command; commands go one after another, in the order they were given."""
        owners = _owners(owner, on_done, on_error)
        job = _Job(command, on_done, on_error, owners, is_write=True)
        if self._is_closed:
            self._fail(job, BugError("runner_closed"))
        else:
            self._start(self._writer, job)

    def read(
        self,
        query: Callable[[], T],
        on_done: OnDone[T],
        on_error: OnError | None = None,
        key: str | None = None,
        owner: QObject | None = None,
    ) -> None:
        """Run a query; of several with the same `key` only the last one asked is delivered."""
        if self._is_closed:
            return
        generation = self.cancel(key) if key is not None else 0
        owners = _owners(owner, on_done, on_error)
        self._start(
            self._readers,
            _Job(query, on_done, on_error, owners, key=key, generation=generation),
        )

    def job(
        self,
        work: Callable[[], T],
        on_done: OnDone[T],
        on_error: OnError | None = None,
        owner: QObject | None = None,
    ) -> None:
        """Run something long (an import, a check, a sheet) beside reads and writes."""
        if not self._is_closed:
            owners = _owners(owner, on_done, on_error)
            self._start(self._jobs, _Job(work, on_done, on_error, owners))

    def line(
        self,
        work: Callable[[], T],
        on_done: OnDone[T],
        on_error: OnError | None = None,
        owner: QObject | None = None,
    ) -> None:
        """Run an exchange with another record, which may be long in answering."""
        if not self._is_closed:
            owners = _owners(owner, on_done, on_error)
            self._start(self._lines, _Job(work, on_done, on_error, owners))

    def cancel(self, key: str) -> int:
        """Drop what is under way for a key; return the number the next read of it carries."""
        self._generations[key] = self._generations.get(key, 0) + 1
        return self._generations[key]

    def post(self, function: Callable[[], object]) -> None:
        """Call a function on the GUI thread soon; may be called from any thread."""
        self._posted.emit(function)

    def shutdown(self, timeout: float = 10.0) -> bool:
        """Stop taking work, finish the writes, deliver what is done; tell whether all was.

        Reads not yet begun are dropped.
        """
        self._is_closed = True
        self._readers.shutdown(wait=False, cancel_futures=True)
        self._writer.shutdown(wait=False)
        self._jobs.shutdown(wait=False, cancel_futures=True)
        self._lines.shutdown(wait=False, cancel_futures=True)
        unfinished = wait(set(self._futures), timeout).not_done
        QCoreApplication.sendPostedEvents(self)
        self._set_pending(len(unfinished))
        return not unfinished

    def _start(self, executor: ThreadPoolExecutor, job: _Job) -> None:
        self._set_pending(self._pending + 1)
        future = executor.submit(self._run, job)
        self._futures.add(future)
        future.add_done_callback(self._futures.discard)

    def _run(self, job: _Job) -> None:
        """Work, on a worker thread."""
        value, error = None, None
        if job.is_write or self._is_latest(job):
            try:
                value = job.work()
            except Exception as exc:
                error = exc
        self._finished.emit(job, value, error)

    def _is_latest(self, job: _Job) -> bool:
        return job.key is None or self._generations[job.key] == job.generation

    @Slot(object, object, object)
    def _on_finished(self, job: _Job, value: Any, error: Exception | None) -> None:
        self._set_pending(self._pending - 1)
        if error is not None:
            self._fail(job, error)
        else:
            self._succeed(job, value)

    def _succeed(self, job: _Job, value: Any) -> None:
        if job.on_done is not None and job.is_wanted and self._is_latest(job):
            job.on_done(value)

    def _fail(self, job: _Job, error: Exception) -> None:
        """Deliver an error; one of a write is told even when the asking widget is gone."""
        if not self._is_latest(job):
            return
        if job.is_wanted and job.on_error is not None:
            job.on_error(error)
        elif job.is_wanted or job.is_write:
            self.failed.emit(error)

    @Slot(object)
    def _on_posted(self, function: Callable[[], object]) -> None:
        function()

    def _set_pending(self, count: int) -> None:
        was_busy, self._pending = self._pending > 0, count
        if was_busy != (count > 0):
            self.busy.emit(count > 0)


class Throttle(QObject):
    """Call a function at once, then at most once an interval, never losing the last request."""

    def __init__(
        self,
        function: Callable[[], object],
        interval_ms: int = 200,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._function = function
        self._is_asked = False
        self._timer = QTimer(self, singleShot=True, interval=interval_ms)
        self._timer.timeout.connect(self._on_timeout)

    @Slot()
    def request(self) -> None:
        """Ask for a call."""
        if self._timer.isActive():
            self._is_asked = True
        else:
            self._timer.start()
            self._function()

    def cancel(self) -> None:
        """Forget a call that is still to come."""
        self._is_asked = False

    @Slot()
    def _on_timeout(self) -> None:
        if self._is_asked:
            self._is_asked = False
            self.request()


def _owners(owner: QObject | None, *callbacks: Callable[..., object] | None) -> tuple[QObject, ...]:
    """Return the objects whose death makes a delivery pointless: bound methods name theirs."""
    bound = (getattr(callback, "__self__", None) for callback in callbacks)
    return tuple(one for one in (owner, *bound) if isinstance(one, QObject))
