"""The exchange in the background: push and pull on a timer with jitter, never on the GUI thread."""

from dataclasses import dataclass, replace
from random import SystemRandom
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from db.domain.errors import GridDeskError
from db.sync.cancel import Cancel
from desktop import crash
from desktop.context import WARN, AppContext
from desktop.i18n import RENEWED

FIRST_DELAY_MS = 2_000
_LINE_CODES = frozenset({"hub_unreachable", "hub_silent", "hub_busy", "hub_failed"})
"""What a broken line looks like; any other error is told by its own name."""


@dataclass(frozen=True, slots=True)
class LineState:
    """How the exchange stands. `since` is when the line went down, UTC milliseconds.

    `troubles` are chains that stayed behind though the line is up, each with its reason.
    """

    is_enrolled: bool
    is_up: bool = False
    is_running: bool = False
    unsent: int = 0
    held: int = 0
    since: int | None = None
    last_ok: int | None = None
    error: BaseException | None = None
    troubles: tuple[GridDeskError, ...] = ()

    @property
    def is_line_down(self) -> bool:
        """Whether the line itself failed, not something on this side or in what travels."""
        return isinstance(self.error, GridDeskError) and self.error.code in _LINE_CODES


class Exchange(QObject):
    """Keeps a workstation and its hub level.

    `changed(LineState)` whenever that is news; `finished(SyncResult, error or None)` after each
    attempt.
    """

    changed = Signal(object)
    finished = Signal(object)

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._random = SystemRandom()
        self._failures = 0
        self._cancel = Cancel()
        self._state = LineState(is_enrolled=False)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.run_now)
        context.duty.changed.connect(self._on_changed)
        self._timer.start(FIRST_DELAY_MS)

    @property
    def state(self) -> LineState:
        """How the exchange stands."""
        return self._state

    @Slot()
    def run_now(self) -> None:
        """Exchange once, unless that is under way."""
        if self._state.is_running or self._cancel():
            return
        self._timer.stop()
        self._set(is_running=True)
        store, cancel = self._context.store, self._cancel

        def work() -> Any:
            from db.sync.peers import hub_of  # lazy: off the start path

            if store.read(hub_of) is None:
                return None
            from db.sync.client import sync_once  # lazy: httpx is slow to load

            return sync_once(store, is_cancelled=cancel)

        self._context.runner.job(work, self._on_synced, self._on_failed, self)

    def stop(self) -> None:
        """Begin no more, and end what is under way."""
        self._timer.stop()
        self._cancel.cancel()

    def _on_synced(self, result: Any) -> None:
        self._failures = 0
        if result is None:
            self._set(is_enrolled=False, is_running=False, error=None, troubles=())
        else:
            self._set(
                is_enrolled=True,
                is_running=False,
                is_up=True,
                unsent=result.unsent,
                held=result.held,
                since=None,
                last_ok=self._context.clock(),
                error=None,
                troubles=result.troubles,
            )
            for reason in result.healed:
                self._context.duty.tell(WARN, *RENEWED[reason])
        self._plan()
        self.finished.emit(result)

    def _on_failed(self, error: Exception) -> None:
        crash.note(error)
        self._failures += 1
        since = self._state.since or self._context.clock()
        self._set(is_enrolled=True, is_running=False, is_up=False, since=since, error=error)
        self._count_unsent()
        self._plan()
        self.finished.emit(error)

    def _plan(self) -> None:
        from db.sync.pace import next_delay  # lazy: with the exchange itself

        if not self._cancel():
            self._timer.start(int(next_delay(self._failures, self._random) * 1000))

    @Slot(object)
    def _on_changed(self, _: object) -> None:
        if self._state.is_enrolled and not self._state.is_running:
            self._count_unsent()

    def _count_unsent(self) -> None:
        store = self._context.store

        def count() -> int:
            from db.sync.peers import unsent  # lazy: off the start path

            return store.read(unsent)

        self._context.runner.read(
            count, lambda found: self._set(unsent=found), lambda _: None, "unsent", self
        )

    def _set(self, **values: Any) -> None:
        self._state = replace(self._state, **values)
        self.changed.emit(self._state)
