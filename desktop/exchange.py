"""The exchange in the background: on a timer with jitter, and soon after news on either side.

What is written here goes out a moment later while the line is up; what others wrote is fetched
when the hub says that it is there. The timer asks whether or not either was heard of.
"""

from random import SystemRandom
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from db.domain.errors import GridDeskError
from db.sync.cancel import Cancel
from db.sync.listening import Listening
from desktop import crash
from desktop.context import WARN, AppContext
from desktop.i18n import RENEWED, describe, span_text
from desktop.language import say

FIRST_DELAY_MS = 2_000
SOON_MS = 150
"""What is written in quick succession goes out together."""
_LINE_CODES = frozenset({"hub_unreachable", "hub_silent", "hub_busy", "hub_failed"})
"""What a broken line looks like; any other error is told by its own name."""


class LineState(NamedTuple):
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
        self._listening = Listening(context.store, self._hear, crash.note)
        self._is_asked_again = False
        self._state = LineState(is_enrolled=False)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.run_now)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._count_unsent)
        context.duty.changed.connect(self._on_changed)
        self._timer.start(FIRST_DELAY_MS)

    @property
    def state(self) -> LineState:
        """How the exchange stands."""
        return self._state

    @Slot()
    def run_now(self) -> None:
        """Exchange once, unless that is under way: then once more as soon as it has ended."""
        if self._state.is_running or self._cancel():
            self._is_asked_again = self._state.is_running
            return
        self._timer.stop()
        self._set(is_running=True)
        store, cancel, listening = self._context.store, self._cancel, self._listening

        def work() -> Any:
            from db.sync.peers import hub_of  # lazy: off the start path

            if store.read(hub_of) is None:
                return None
            from db.sync.client import sync_once  # lazy: httpx is slow to load

            result = sync_once(store, is_cancelled=cancel)
            listening.know(list(result.known))
            return result

        self._context.runner.job(work, self._on_synced, self._on_failed, self)

    def stop(self) -> None:
        """Begin no more, and end what is under way."""
        self._timer.stop()
        self._soon.stop()
        self._cancel.cancel()
        self._listening.stop()

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
        self._listening.drop()
        self._failures += 1
        since = self._state.since or self._context.clock()
        self._set(is_enrolled=True, is_running=False, is_up=False, since=since, error=error)
        self._count_unsent()
        self._plan()
        self.finished.emit(error)

    def _plan(self) -> None:
        from db.sync.pace import next_delay  # lazy: with the exchange itself

        if self._cancel():
            return
        is_soon, self._is_asked_again = self._is_asked_again and self._state.is_up, False
        delay = SOON_MS if is_soon else int(next_delay(self._failures, self._random) * 1000)
        self._timer.start(delay)

    def _hear(self) -> None:
        """Fetch what the hub has; called on the thread that listens."""
        self._context.runner.post(self.run_now)

    @Slot(object)
    def _on_changed(self, _: object) -> None:
        if self._state.is_enrolled and not self._soon.isActive():
            self._soon.start()

    @Slot()
    def _count_unsent(self) -> None:
        store = self._context.store

        def count() -> int:
            from db.sync.peers import unsent  # lazy: off the start path

            return store.read(unsent)

        self._context.runner.read(count, self._on_counted, lambda _: None, "unsent", self)

    def _on_counted(self, unsent: int) -> None:
        self._set(unsent=unsent)
        # A line that is down is tried at its own pace, however much is written meanwhile.
        if unsent and self._state.is_up:
            self.run_now()

    def _set(self, **values: Any) -> None:
        self._state = self._state._replace(**values)
        self.changed.emit(self._state)


def line_text(state: LineState, now: int) -> str:
    """Return the state of the line in a sentence."""
    if not state.is_enrolled:
        return say("○ 未登记交换服务，数据只在本机")
    if state.is_up:
        behind = say("，▲ {} 条链未同步").format(len(state.troubles)) if state.troubles else ""
        return say("● 区级线路正常{}").format(behind)
    if state.since is None:
        return say("○ 正在连接")
    if state.error is not None and not state.is_line_down:
        return say("▲ {}，{} 条待发").format(describe(state.error)[0], state.unsent)
    return say("▲ 区级线路中断 {}，{} 条待发，本机照常工作").format(
        span_text(now - state.since), state.unsent
    )


def line_kind(state: LineState) -> str:
    """Return the role in which the line's sentence is shown."""
    if not state.is_enrolled or (state.since is None and not state.is_up):
        return "dim"
    return "ok" if state.is_up and not state.troubles else "warn"
