"""The right side of the board: the units in the order for one incident, and the card of one."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QStackedWidget, QWidget

from db.domain.callout import command_for
from db.domain.recommend import Recommendation
from db.store.queries.board import Board, Briefing, Lane
from desktop.board_words import call_lines
from desktop.context import AppContext
from desktop.models.board import BoardModel, lane_rows, ordered
from desktop.screens.dispatch.board_view import BoardView
from desktop.screens.dispatch.call_card import CallCard
from desktop.screens.dispatch.orders import card_about, holders, refusal, told_at


class Units(QStackedWidget):
    """Shows the units, or the card of one of them.

    `dropped(rid, code)` where an incident may be given to that unit; `hovered(text)` why it may
    not while it is held there. `is_chosen`: the operator went to the unit under the cursor.
    """

    dropped = Signal(object, str)
    hovered = Signal(str)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._board: Board | None = None
        self._known: Briefing | None = None
        self._order: list[str] = []
        self._ordered_for: tuple[Any, ...] = ()
        self._there: frozenset[str] = frozenset()
        self.is_chosen = False
        self._model = BoardModel(context.clock, self)
        self._view = BoardView(self._model, context.clock, self._refusal, self)
        self._view.set_note(self.tr("正在读取…"))
        self._card = CallCard(self)
        self.addWidget(self._view)
        self.addWidget(self._card)
        self._view.chosen.connect(self._on_chosen)
        self._view.card_asked.connect(self.open_card)
        self._view.dropped.connect(self.dropped)
        self._view.hovered.connect(self.hovered)

    @property
    def view(self) -> BoardView:
        """The units themselves."""
        return self._view

    @property
    def card(self) -> CallCard:
        """The call-out card."""
        return self._card

    @property
    def board(self) -> Board | None:
        """What was read of the units, None before."""
        return self._board

    @property
    def is_card_open(self) -> bool:
        """Whether a card is shown."""
        return self.currentWidget() is self._card

    def lane(self, code: str) -> Lane | None:
        """Return a unit by its code."""
        lanes = self._board.lanes if self._board else ()
        return next((lane for lane in lanes if lane.unit.code == code), None)

    def advised(self, number: int) -> str:
        """Return the unit that a figure chooses, empty for none."""
        return next((row.code for row in self._model.rows if row.rank == number), "")

    def show_board(self, board: Board) -> None:
        """Show what was read of the units."""
        self._board = board
        self._there = board.on_duty(self._context.clock())
        self._view.set_note(self.tr("没有单位"), self.tr("请技术员核对单位清单"))
        self.arrange(self._known)

    def show_failure(self) -> None:
        """Say that nothing could be read; what is shown stays."""
        self._view.set_note(self.tr("读取失败"), self.tr("数据没有丢失；按 F5 再试"))

    def arrange(self, known: Briefing | None) -> None:
        """Show the units for an incident.

        Their order is made when the cursor comes to an incident and stays while it is there:
        what arrives meanwhile changes what a unit shows, not where it stands.
        """
        self._known = known
        if self._board is None:
            return
        now, code = self._context.clock(), self._view.code
        advice: Sequence[Recommendation] = known.detail.recommendations if known else ()
        subject = known.detail.incident if known else None
        wanted = (subject.id, subject.class_code, subject.area_code) if subject else ()
        if wanted != self._ordered_for or not self._order:
            self._ordered_for = wanted
            self._order = ordered(self._board, advice, now)
            self.is_chosen = False
            code = self._order[0] if self._order else ""
        held = holders(known) if known else frozenset()
        rows = lane_rows(self._board, self._order, advice, held, now)
        self._order = [row.code for row in rows]
        self._view.show_rows(rows, code)
        if self.is_card_open:
            self._fill_card(self._card.code)

    def forget(self) -> None:
        """Show nothing: another person takes the desk."""
        self._board, self._known, self._order = None, None, []
        self._view.show_rows([], "")
        self.close_card()

    def tick(self) -> bool:
        """Let the clocks go on; tell whether somebody has come on duty or left."""
        self._view.viewport().update()
        board = self._board
        return board is not None and self._there != board.on_duty(self._context.clock())

    def set_type(self, font: QFont) -> None:
        """Show units and card in another type."""
        self._view.setFont(font)
        self._card.lines.setFont(font)

    @Slot()
    def take_keys(self) -> None:
        """Give the keys to what is shown."""
        shown = self._card.lines if self.is_card_open else self._view
        shown.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def open_card(self, code: str) -> None:
        """Show the call-out card of a unit."""
        if self.lane(code) is None:
            return
        self._fill_card(code)
        self.setCurrentWidget(self._card)
        self.take_keys()

    @Slot(object)
    def open_current(self, *_: object) -> None:
        """Show the call-out card of the unit under the cursor."""
        self.open_card(self._view.code)

    def close_card(self) -> bool:
        """Show the units again; tell whether a card was open."""
        was_open = self.is_card_open
        self.setCurrentWidget(self._view)
        return was_open

    def _refusal(self, rid: int, code: str) -> str:
        known, lane = self._known, self.lane(code)
        if known is None or lane is None or known.detail.rid != rid:
            return ""
        return refusal(known, lane)

    def _fill_card(self, code: str) -> None:
        lane, known, now = self.lane(code), self._known, self._context.clock()
        if lane is None or self._board is None:
            return
        command = command_for(self._board.commands, lane.unit.key, known.level if known else "")
        lines = call_lines(lane.unit, self._board.is_on_duty(lane.unit, now), command, known)
        contacts = [line.contact for line in lines if line.contact]
        self._card.show_card(
            code,
            lane.unit.name,
            card_about(lane, known, self._board, now),
            lines,
            told_at(lane, known, contacts) if known else {},
        )

    @Slot(str)
    def _on_chosen(self, _: str) -> None:
        self.is_chosen = True
