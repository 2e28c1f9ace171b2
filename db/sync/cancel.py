"""Ending an exchange from another thread. Light to import: a desktop makes one before the line."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

IsCancelled = Callable[[], bool]


class Cancel:
    """Asked between requests, it says whether to go on; `cancel` also ends the one under way."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._is_set = False
        self._abort: Callable[[], None] | None = None

    def __call__(self) -> bool:
        """Whether it was cancelled; that is for good."""
        return self._is_set

    def cancel(self) -> None:
        """End the exchange; may be called from any thread, more than once."""
        with self._lock:
            self._is_set = True
            abort = self._abort
        if abort:
            abort()

    @contextmanager
    def aborting(self, abort: Callable[[], None]) -> Iterator[None]:
        """Call `abort` when cancelled within the block, or at once if that has been."""
        with self._lock:
            self._abort = abort
            is_late = self._is_set
        if is_late:
            abort()
        try:
            yield
        finally:
            with self._lock:
                self._abort = None
