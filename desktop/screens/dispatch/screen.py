"""调度台: what waits at the left, who could take it at the right; given by keys or carried over."""

from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFont, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from db.commands.incidents import Done
from db.domain.callout import Contact
from db.store.changes import Changes
from db.store.queries.board import Board, Briefing, board, briefing
from db.store.queries.incidents import Detail
from desktop.actions import DECISIONS, bind
from desktop.board_words import notified_text
from desktop.context import OK, WARN, AppContext
from desktop.decisions.choices import TownChoices, read_choices
from desktop.decisions.deciding import Deciding
from desktop.decisions.form import DecisionForm
from desktop.decisions.many import Many
from desktop.decisions.taking_back import TakingBack
from desktop.layouts import KeptLayout
from desktop.override import override
from desktop.runner import Throttle
from desktop.screens.dispatch.head import Head
from desktop.screens.dispatch.orders import (
    UNIT_FIELDS,
    about_text,
    form_values,
    giving,
    refusal,
    unit_for,
)
from desktop.screens.dispatch.units import Units
from desktop.screens.dispatch.waiting import Waiting
from desktop.widgets.own_keys import claims_key

TICK_MS = 5_000
LARGE = 1.5
"""How much bigger the large type is."""
_MINE = frozenset({"incident", "unit", "area", "list", "position", "response"})
"""What the board speaks of."""


class _Wish(NamedTuple):
    """What was asked for before its incident had been read; no action is an order to a unit."""

    rid: int
    action: str
    code: str


class DispatchScreen(QWidget):
    """The dispatch board. `loaded()` after the units or the incident were read anew."""

    loaded = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._briefing: Briefing | None = None
        self._wish: _Wish | None = None
        self._is_large = False
        self._is_stale = False
        self._build()
        self._connect()
        self._bind_keys()
        self._refresh = Throttle(self.refresh, parent=self)
        ticker = QTimer(self, interval=TICK_MS)
        ticker.timeout.connect(self._on_tick)
        ticker.start()
        self._load_choices()
        self.refresh()

    @property
    def waiting(self) -> Waiting:
        """The left side."""
        return self._waiting

    @property
    def units(self) -> Units:
        """The right side."""
        return self._units

    @property
    def form(self) -> DecisionForm:
        """The form of the decision under way."""
        return self._form

    @property
    def briefing(self) -> Briefing | None:
        """The incident under the cursor, None until it has been read."""
        known, current = self._briefing, self._waiting.view.current_id
        return known if known is not None and known.detail.rid == current else None

    @property
    def shown(self) -> Detail | None:
        """The incident that actions are about, None until it has been read."""
        return self.briefing.detail if self.briefing is not None else None

    @Slot()
    def refresh(self) -> None:
        """Read everything anew; nothing moves under the cursor."""
        store, scope, now = self._context.store, self._context.duty.scope, self._context.clock()
        self._is_stale = False
        self._waiting.refresh()
        self._context.runner.read(
            lambda: store.read(lambda c: board(c, scope, now)),
            self._on_board,
            self._on_failed,
            "board",
            self,
        )

    @Slot()
    def focus_list(self) -> None:
        """Put the keys to work."""
        self._waiting.view.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def step_back(self) -> None:
        """Close what is open, nearest first."""
        if self._form.is_open:
            if not self._form.is_sent:
                self._form.close_form()
                self.focus_list()
        elif self._units.close_card():
            self._units.take_keys()
        else:
            self._many.stop()

    def cancel(self) -> None:
        """Let what runs long come to an end: the window closes."""
        self._many.stop()

    @override
    def event(self, event: QEvent) -> bool:
        return claims_key(event, self._is_own_key) or super().event(event)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self.refresh()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._is_own_key(event):
            self.step_back()
        else:
            super().keyPressEvent(event)

    def _is_own_key(self, event: QEvent) -> bool:
        is_back = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        return is_back and (self._form.is_open or self._units.is_card_open)

    @Slot(str)
    def start(self, action: str) -> None:
        """Begin an action on the incident under the cursor, as soon as that has been read."""
        rid, known = self._waiting.view.current_id, self.briefing
        if known is not None:
            self._begin(known, action)
        elif rid is not None:
            self._wish = _Wish(rid, action, "")

    def _build(self) -> None:
        self._waiting = Waiting(self._context, self)
        self._units = Units(self._context, self)
        self._form = DecisionForm(self)
        self._deciding = Deciding(self._context, self._form, self)
        self._many = Many(self._context, self)
        self._taking_back = TakingBack(self._context, self._many, self)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setHandleWidth(1)
        splitter.addWidget(self._waiting)
        splitter.addWidget(self._board_side())
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 3)
        KeptLayout(self._context, splitter, "board", (410, 850))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)
        self.setFocusProxy(self._waiting.view)
        self.setTabOrder(self._waiting.view, self._units.view)

    def _board_side(self) -> QWidget:
        side = QWidget()
        self._head = Head(side)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self._form)
        column.addWidget(self._many.bar)
        column.addWidget(self._units, 1)
        return side

    def _connect(self) -> None:
        duty, waiting, units = self._context.duty, self._waiting, self._units
        waiting.loaded.connect(self._load_briefing)
        waiting.failed.connect(duty.tell_error)
        waiting.view.current_changed.connect(self._on_current_changed)
        waiting.view.activated_id.connect(units.open_current)
        waiting.view.entered.connect(units.open_current)
        waiting.view.right.connect(units.take_keys)
        waiting.view.picked.connect(self._on_picked)
        units.view.picked.connect(self._on_picked)
        units.view.left.connect(self.focus_list)
        units.view.work_asked.connect(waiting.go_to)
        units.dropped.connect(self._on_dropped)
        units.hovered.connect(self._head.show_refusal)
        units.card.told.connect(self._on_told)
        units.card.copied.connect(partial(duty.tell, OK))
        self._form.cancelled.connect(self.step_back)
        self._deciding.done.connect(self._on_done)
        self._taking_back.taken_back.connect(waiting.go_to)
        duty.changed.connect(self._on_changed)
        duty.switched.connect(self._on_switched)

    def _bind_keys(self) -> None:
        shown: tuple[QWidget, ...] = (self._waiting.view, self._units.view)
        for widget in shown:
            for name in DECISIONS:
                bind(widget, name, partial(self.start, name))
            bind(widget, "at_desk", self._to_desk)
        for widget in (*shown, self._units.card.lines):
            bind(widget, "undo", self._taking_back.undo)
        bind(self, "part", self._next_part, has_children=True)
        bind(self, "large", self._toggle_large, has_children=True)

    def _load_choices(self) -> None:
        store = self._context.store
        self._context.runner.read(
            lambda: store.read(lambda c: read_choices(c, store.clock())),
            self._on_choices,
            None,
            "board-choices",
            self,
        )

    def _on_choices(self, found: TownChoices) -> None:
        self._form.offer(found.choices)

    def _on_board(self, found: Board) -> None:
        self._units.show_board(found)
        self.loaded.emit()

    @Slot()
    def _load_briefing(self) -> None:
        rid = self._waiting.view.current_id
        if rid is None:
            self._show(None)
            return
        store, duty, now = self._context.store, self._context.duty, self._context.clock()
        scope, actor = duty.scope, duty.actor
        self._context.runner.read(
            lambda: store.read(lambda c: briefing(c, scope, rid, now, actor)),
            self._on_briefing,
            self._on_failed,
            "board-incident",
            self,
        )

    def _on_briefing(self, found: Briefing | None) -> None:
        self._show(found)
        wish, known = self._wish, self.briefing
        if wish is not None and known is not None and known.detail.rid == wish.rid:
            self._wish = None
            if wish.action:
                self._begin(known, wish.action)
            else:
                self._give(known, wish.code)
        self.loaded.emit()

    def _show(self, found: Briefing | None) -> None:
        self._briefing = found
        known = self.briefing
        self._units.arrange(known)
        self._head.show_about(about_text(known, self._context.clock()) if known else "")

    def _on_failed(self, error: Exception) -> None:
        self._wish = None
        self._units.show_failure()
        self._context.duty.tell_error(error)

    def _give(self, known: Briefing, code: str) -> None:
        """Ask for the order to a unit: the first one, or one that helps."""
        lane = self._units.lane(code)
        if lane is None:
            return
        self._units.view.set_code(code)
        if refused := refusal(known, lane):
            self._context.duty.tell(WARN, refused)
        else:
            self._open_form(known, giving(known), code)

    def _begin(self, known: Briefing, action: str) -> None:
        """Ask for what an action wants, with the unit under the cursor where it can be meant."""
        code = self._units.view.code
        self._open_form(
            known, action, unit_for(known, action, code, is_chosen=self._units.is_chosen)
        )

    def _open_form(self, known: Briefing, action: str, code: str) -> None:
        lane, found = self._units.lane(code), self._units.board
        values = form_values(known, action, lane, found) if lane and found else {}
        self._deciding.open_decision(action, known.detail, values)
        name = UNIT_FIELDS.get(action, "")
        if lane is not None and self._form.action == action and self._form.has_field(name):
            # A draft of an earlier try may name another unit than the one just chosen.
            self._form.field(name).set_value(code)

    @Slot(int)
    def _on_picked(self, number: int) -> None:
        """Give the incident to one of the advised units, by its figure."""
        known, code = self.briefing, self._units.advised(number)
        if known is None:
            return
        if code:
            self._give(known, code)
        else:
            self._context.duty.tell(WARN, self.tr("没有推荐的第 {} 家").format(number))

    @Slot(object, str)
    def _on_dropped(self, rid: int, code: str) -> None:
        self._waiting.go_to(rid)
        known = self.briefing
        if known is not None and known.detail.rid == rid:
            self._give(known, code)
        else:
            self._wish = _Wish(rid, "", code)

    @Slot(object)
    def _on_told(self, contact: Contact) -> None:
        known, lane = self.briefing, self._units.lane(self._units.card.code)
        if known is None or lane is None:
            self._context.duty.tell(WARN, self.tr("没有选中事件，没有记"))
        elif refused := known.detail.obstacles.get("note"):
            self._context.duty.tell_error(refused)
        else:
            text = notified_text(lane.unit, contact)
            self._deciding.send("note", known.detail.incident.id, {"text": text})

    @Slot(str, object, bool)
    def _on_done(self, action: str, done: Done, was_shown: bool) -> None:
        self._taking_back.remember(action, done)
        # Nobody decides on what it was: a key waits for what it is now.
        self._briefing = None
        self._load_briefing()
        if was_shown:
            self.focus_list()

    @Slot(object)
    def _on_current_changed(self, rid: int | None) -> None:
        if self._wish is not None and self._wish.rid != rid:
            self._wish = None
        if self._form.is_open:
            focus = QApplication.focusWidget()
            had_keys = focus is not None and self._form.isAncestorOf(focus)
            self._form.close_form()
            if had_keys:
                # Else Qt hands them to the head, and what is typed next goes into its find box.
                self.focus_list()
        if rid is not None:
            self._load_briefing()

    @Slot()
    def _to_desk(self) -> None:
        known = self.briefing
        if known is not None:
            self._context.duty.asked_for.emit("desk", known.detail.incident.number)

    @Slot(object)
    def _on_changed(self, changes: Changes) -> None:
        if self._briefing is not None and self._briefing.detail.rid in changes.ids:
            self._briefing = None
        if changes.subjects & _MINE and self.isVisible():
            self._refresh.request()
        elif changes.subjects & _MINE:
            self._is_stale = True
        if changes.subjects & {"unit", "area", "list"}:
            self._load_choices()

    @Slot()
    def _on_switched(self) -> None:
        # What one person saw and typed is not the next one's.
        self._form.forget()
        self._wish = None
        for key in ("board", "board-incident"):
            self._context.runner.cancel(key)
        self._waiting.forget()
        self._units.forget()
        self._show(None)
        self.refresh()

    @Slot()
    def _on_tick(self) -> None:
        """Repaint the clocks; read anew only when somebody has come on duty or left."""
        if self.isVisible():
            self._waiting.view.viewport().update()
            if self._units.tick():
                self._refresh.request()

    @Slot()
    def _next_part(self) -> None:
        """Show the next part of the list, but not while a form is about an incident of this one."""
        if self._form.is_open:
            self._context.duty.tell(
                WARN, self.tr("表单还开着，没有换列表；回车确认或 Esc 收起后再换")
            )
        else:
            self._waiting.next_part()

    @Slot()
    def _toggle_large(self) -> None:
        self._is_large = not self._is_large
        font = QFont()
        if self._is_large:
            font = QFont(QApplication.font())
            font.setPixelSize(round(font.pixelSize() * LARGE))
        self._waiting.view.setFont(font)
        self._units.set_type(font)
