"""The board: a unit a row, moved through by keys; incidents are dropped on the units."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from db.store.queries.board import Work
from desktop.delegates.board_lane import BoardLaneDelegate
from desktop.models.board import BoardModel, LaneRow
from desktop.models.paged_table import AnyIndex
from desktop.override import override
from desktop.screens.dispatch.carrying import Carrier, unpack
from desktop.theme import current_theme

_STEPS = {Qt.Key.Key_J: 1, Qt.Key.Key_K: -1}
_ENTER_KEYS = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_FIGURES = range(int(Qt.Key.Key_1), int(Qt.Key.Key_9) + 1)
_FONT_EVENTS = {QEvent.Type.FontChange, QEvent.Type.StyleChange}


def figure_of(event: QKeyEvent) -> int:
    """Return the figure a key without modifiers stands for, 0 for another key."""
    is_plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return event.key() - _FIGURES.start + 1 if is_plain and event.key() in _FIGURES else 0


class BoardView(QListView):
    """Show a `BoardModel`.

    `chosen(code)` when the operator moves to a unit, `card_asked(code)` on Enter or double click,
    `picked(number)` on a figure key, `left()` on the left arrow; `work_asked(rid)` on a click on
    an incident, `dropped(rid, code)`. `refusal(rid, code)` tells why something may not be dropped
    on a unit, empty where it may; `hovered(text)` says it while it hangs there.
    """

    chosen = Signal(str)
    card_asked = Signal(str)
    picked = Signal(int)
    left = Signal()
    work_asked = Signal(object)
    dropped = Signal(object, str)
    hovered = Signal(str)

    def __init__(
        self,
        model: BoardModel,
        clock: Callable[[], int],
        refusal: Callable[[int, str], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._board = model
        self._refusal = refusal
        self._note = ("", "")
        self._lanes = BoardLaneDelegate(self, clock)
        self._carrier = Carrier(self)
        self.setAccessibleName(self.tr("单位看板"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setAcceptDrops(True)
        self.setModel(model)
        self.setItemDelegate(self._lanes)

    @property
    def code(self) -> str:
        """The unit the keys act on, empty while there is none."""
        row = self._row_at(self.currentIndex())
        return row.code if row else ""

    def show_rows(self, rows: list[LaneRow], code: str) -> None:
        """Show units and keep the cursor on one of them; the first where that is not there."""
        before = self.visualRect(self.currentIndex()).top()
        if self._board.set_rows(rows) or not self.currentIndex().isValid():
            self.set_code(code or (rows[0].code if rows else ""))
        else:
            # Units above may take more or less room now; the one under the cursor stays in place.
            self.doItemsLayout()
            moved = self.visualRect(self.currentIndex()).top() - before
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + moved)
        self.viewport().update()

    def set_code(self, code: str) -> bool:
        """Go to a unit without telling; whether it is there."""
        row = self._board.row_of(code)
        if row >= 0:
            was_blocked = self.blockSignals(True)
            self.setCurrentIndex(self._board.index(row))
            self.blockSignals(was_blocked)
            self.scrollTo(self._board.index(row))
        return row >= 0

    def set_note(self, title: str, hint: str = "") -> None:
        """Say what an empty board means."""
        self._note = (title, hint)
        self.viewport().update()

    def row_rect(self, code: str) -> QRect:
        """Return where a unit is in the viewport."""
        return self.visualRect(self._board.index(max(self._board.row_of(code), 0)))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if figure := figure_of(event):
            self.picked.emit(figure)
        elif event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif event.key() in _STEPS:
            self._step(_STEPS[Qt.Key(event.key())])
        elif event.key() in _ENTER_KEYS and self.code:
            self.card_asked.emit(self.code)
        elif event.key() == Qt.Key.Key_Left:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    @override
    def keyboardSearch(self, search: str) -> None:
        """Do nothing: letters are commands here."""

    @override
    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        super().currentChanged(current, previous)
        row, left = self._row_at(current), self._row_at(previous)
        if (row is not None and row.is_folded) or (left is not None and left.is_folded):
            self.doItemsLayout()
            self.scrollTo(self.currentIndex())
        if row is not None:
            self.chosen.emit(row.code)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        at = event.position().toPoint()
        work = self._work_at(at)
        self._carrier.press(work.rid if work else None, work.title if work else "", at)
        if work is not None:
            self.work_asked.emit(work.rid)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._carrier.move(event.buttons(), event.position().toPoint()):
            super().mouseMoveEvent(event)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(self.indexAt(event.position().toPoint()))
        if row is not None:
            self.card_asked.emit(row.code)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if unpack(event.mimeData()) is not None:
            event.acceptProposedAction()

    @override
    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        rid = unpack(event.mimeData())
        row = self._row_at(self.indexAt(event.position().toPoint()))
        refused = self._refusal(rid, row.code) if rid is not None and row else ""
        is_open = rid is not None and row is not None and not refused
        self._lanes.set_target(row.code if row else "", is_open)
        self.hovered.emit(refused)
        self.viewport().update()
        if is_open:
            event.acceptProposedAction()
        else:
            event.ignore()

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._stop_hovering()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        rid = unpack(event.mimeData())
        row = self._row_at(self.indexAt(event.position().toPoint()))
        self._stop_hovering()
        if rid is None or row is None or self._refusal(rid, row.code):
            event.ignore()
            return
        event.acceptProposedAction()
        self.dropped.emit(rid, row.code)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in _FONT_EVENTS:
            self.scheduleDelayedItemsLayout()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._board.rows:
            return
        painter = QPainter(self.viewport())
        painter.setPen(current_theme().text_dim)
        text = "\n".join(filter(None, self._note))
        painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, text)
        painter.end()

    def _row_at(self, index: AnyIndex) -> LaneRow | None:
        return self._board.rows[index.row()] if index.isValid() else None

    def _work_at(self, at: object) -> Work | None:
        index: QModelIndex = self.indexAt(at)  # type: ignore[arg-type]
        row = self._row_at(index)
        return self._lanes.card_at(self.visualRect(index), row, at) if row else None

    def _step(self, delta: int) -> None:
        last = len(self._board.rows) - 1
        if last >= 0:
            row = min(max(self.currentIndex().row() + delta, 0), last)
            self.setCurrentIndex(self._board.index(row))

    def _stop_hovering(self) -> None:
        self._lanes.set_target("")
        self.hovered.emit("")
        self.viewport().update()
