"""The exchange in the background: a line to the hub, and one to each workstation of the room.

With or without the district: what is written here goes out a moment later on every line that is up,
and what one line brings is passed on to who waits for it here. A line that fails is tried again at
its own pace and holds no other up.
"""

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from db.sync.cancel import Cancel
from desktop.carrying import Carrying
from desktop.context import WARN, AppContext
from desktop.exchange_log import ExchangeLog
from desktop.i18n import describe, span_text
from desktop.language import say
from desktop.lines import SOON_MS, Line, LineState, Talk
from desktop.room_lines import RoomLines

HUB = "hub"
Ends = dict[tuple[str, int], int]
"""The last number of each chain."""


class Exchange(QObject):
    """Keeps this record level with the hub's and with those of its room.

    `changed(LineState)` whenever that is news; `finished(SyncResult, None or an error)` after each
    attempt of the line to the hub.
    """

    changed = Signal(object)
    finished = Signal(object)

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.room = RoomLines(context, self)
        self.hub = Line(context, Talk(self._exchange, self._connect), self)
        self.room.changed.connect(self._tell)
        self.hub.changed.connect(self._tell)
        self.hub.finished.connect(self._on_finished)
        self.log = ExchangeLog(context.clock, self)
        self._carrying = Carrying(context, self)
        self.room.finished.connect(self._on_met)
        self.room.forgotten.connect(self._carrying.forget)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._count_unsent)
        context.duty.changed.connect(self._on_changed)

    @property
    def state(self) -> LineState:
        """How the exchange stands."""
        return self.hub.state._replace(peers=self.room.states)

    @Slot()
    def run_now(self) -> None:
        """Exchange on every line now, and look who is of the room; say so where that is paused."""
        if self._is_left_alone():
            return
        self.room.look()
        for line in self._lines():
            line.ask_all()

    def line(self, id: str) -> Line | None:
        """Return the line to the hub (`HUB`) or to a workstation of the room, if there is one."""
        return self.hub if id == HUB else self.room.line(id)

    @Slot(str)
    def retry(self, id: str) -> None:
        """Exchange on one line now, whatever its pace; say so where that is paused."""
        line = self.line(id)
        if line is not None and not self._is_left_alone():
            line.ask_all()

    @Slot(bool)
    def pause(self, is_paused: bool) -> None:
        """Leave all lines alone, or take them up again."""
        self.hub.pause(is_paused)
        self.room.pause(is_paused)
        if is_paused:
            for id in (HUB, *(peer.id for peer in self.room.states)):
                self._carrying.forget(id)

    def stop(self) -> None:
        """Begin no more, and end what is under way."""
        self._soon.stop()
        self._carrying.stop()
        self.hub.stop()
        self.room.stop()

    def _is_left_alone(self) -> bool:
        """Whether the lines are paused: who asks for an exchange is told."""
        is_paused = self.hub.state.is_paused
        if is_paused:
            self._context.duty.tell(
                WARN, say("交换已暂停，这次没有交换"), say("在“同步”页按“继续交换”")
            )
        return is_paused

    def _lines(self) -> list[Line]:
        return [self.hub, *self.room.lines]

    def _exchange(self, cancel: Cancel, asks_stations: bool) -> Any:
        """Exchange with the hub; called on a thread of its line."""
        from db.sync.peers import hub_of  # lazy: off the start path

        store = self._context.store
        hub = store.read(hub_of)
        if hub is None:
            return None
        from db.sync.client import sync_once  # lazy: httpx is slow to load

        return sync_once(
            store,
            is_cancelled=cancel,
            serves_at=self.room.own_address(hub.url),
            asks_stations=asks_stations,
            on_progress=self._on_progress,
        )

    def _on_progress(self, came: int, lacking: int) -> None:
        self._context.runner.post(partial(self.hub.show_coming, came, lacking))

    def _connect(self) -> Any:
        from db.sync.line import connect  # lazy: httpx is slow to load

        return connect(self._context.store)

    def _on_finished(self, result: object) -> None:
        if isinstance(result, BaseException):
            self._count_unsent()
        self._carry(HUB, self.hub, result)
        self.log.note(HUB, say("区级交换"), result)
        self.finished.emit(result)

    @Slot(str, object)
    def _on_met(self, id: str, result: object) -> None:
        line = self.room.line(id)
        if line is not None:
            self._carry(id, line, result)
        name = next((peer.name for peer in self.room.states if peer.id == id), id)
        self.log.note(id, name, result)

    def _carry(self, key: str, line: Line, result: Any) -> None:
        """Let the attached files follow the ops."""
        if line.state.is_paused or result is None or isinstance(result, BaseException):
            self._carrying.forget(key)
        else:
            self._carrying.visit(key, line.reach, has_news=bool(result.pushed or result.pulled))

    @Slot(object)
    def _on_changed(self, _: object) -> None:
        if self.state.is_shared and not self._soon.isActive():
            self._soon.start()

    @Slot()
    def _count_unsent(self) -> None:
        store = self._context.store

        def count() -> tuple[int, Ends]:
            from db.sync.peers import own_ends, unsent  # lazy: off the start path

            return store.read(unsent), store.read(own_ends)

        self._context.runner.read(count, self._on_counted, lambda _: None, "unsent", self)

    def _on_counted(self, counted: tuple[int, Ends]) -> None:
        unsent, ends = counted
        self.hub.set_unsent(unsent)
        # A line that is down is tried at its own pace, however much is written meanwhile.
        if unsent and self.hub.state.is_up:
            self.hub.run_now()
        for line in self.room.lines:
            if line.lacks(ends):
                line.run_now()

    @Slot()
    def _tell(self) -> None:
        self.changed.emit(self.state)


def line_text(state: LineState, now: int) -> str:
    """Return the state of the lines in a sentence; with a room's before it, the hub's is short."""
    if not state.peers:
        return hub_text(state, now)
    mark = "●" if state.peers_up == len(state.peers) else "▲"
    room = say("本室 {}/{} {}").format(state.peers_up, len(state.peers), mark)
    return f"{room}  {_short_hub_text(state, now)}" if state.is_enrolled else room


def _short_hub_text(state: LineState, now: int) -> str:
    if state.is_up and not state.troubles and not state.is_paused:
        return say("区级 ●")
    if state.is_line_down and state.since is not None and not state.is_paused:
        return say("区级 ▲ 中断 {}，{} 条待发").format(span_text(now - state.since), state.unsent)
    return hub_text(state, now)


def hub_text(state: LineState, now: int) -> str:
    """Return the state of the line to the hub in a sentence."""
    if state.is_paused:
        return say("▲ 交换已暂停，数据只在本机")
    if not state.is_enrolled:
        return say("○ 未登记交换服务，数据只在本机")
    if state.coming[1]:
        return say("● 正在接收记录 {} / {}").format(*state.coming)
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


def peer_text(state: LineState, now: int) -> str:
    """Return the state of the line to a workstation in a few words."""
    if state.is_paused:
        return say("▲ 已暂停")
    if state.is_up:
        behind = len(state.troubles)
        return say("▲ {} 条链未同步").format(behind) if behind else say("● 正常")
    if state.error is None:
        return say("○ 正在连接")
    if not state.is_line_down:
        return f"▲ {describe(state.error)[0]}"
    if state.since is None:
        return say("▲ 连不上")
    return say("▲ 中断 {}").format(span_text(now - state.since))


def line_kind(state: LineState) -> str:
    """Return the role in which the lines' sentence is shown."""
    if state.is_paused or state.peers_up < len(state.peers):
        return "warn"
    if not state.is_enrolled:
        return "ok" if state.peers else "dim"
    if state.since is None and not state.is_up:
        return "dim"
    return "ok" if state.is_up and not state.troubles else "warn"
