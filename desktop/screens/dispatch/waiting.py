"""What waits for dispatch and what is under way, in the order of the queue."""

from array import array
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from db.store.queries.board import MOVING_STATES, WAITING_STATES
from db.store.queries.marks import amber
from db.store.queries.queue import Counts, QueueFilter, QueueRow, counts, queue_ids, queue_rows
from desktop.context import AppContext
from desktop.delegates.queue_row import QueueRowDelegate, accessible_text
from desktop.language import say
from desktop.models.columns import Column
from desktop.models.paged_table import PagedTableModel
from desktop.override import override
from desktop.screens.dispatch.board_view import figure_of
from desktop.screens.dispatch.carrying import Carrier
from desktop.widgets.paged_view import PagedView

PARTS = (
    ("全部", (*WAITING_STATES, *MOVING_STATES)),
    ("待分流", WAITING_STATES),
    ("在办", MOVING_STATES),
)
"""Parts of the list: what they are called, and the states in them."""

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_Found = tuple["array[int]", Counts, frozenset[int]]


class IncidentView(PagedView):
    """A list whose incidents can be carried to the board.

    `right()` on the right arrow, `picked(number)` on a figure key, `entered()` on Enter where no
    incident stands under the cursor.
    """

    right = Signal()
    entered = Signal()
    picked = Signal(int)

    def __init__(self, model: PagedTableModel, name: str, parent: QWidget | None = None) -> None:
        super().__init__(model, name, 2, parent)
        self._carrier = Carrier(self)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if figure := figure_of(event):
            self.picked.emit(figure)
        elif event.key() == Qt.Key.Key_Right and not event.modifiers():
            self.right.emit()
        elif event.key() in _ENTER and self.current_id is None:
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    @override
    def toggle_mark(self, row_id: int) -> None:
        """Do nothing: nothing is decided for many at once here."""

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        row = self._paged.row_at(self.currentIndex().row()) if self.current_id is not None else None
        title = row.title if row is not None else ""
        self._carrier.press(self.current_id, title, event.position().toPoint())

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._carrier.move(event.buttons(), event.position().toPoint()):
            super().mouseMoveEvent(event)


class Waiting(QWidget):
    """The left side of the board: `loaded()` after each read, `failed(error)` where one failed."""

    loaded = Signal()
    failed = Signal(object)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._part = 0
        self._wanted: int | None = None
        self._is_fresh_wanted = True
        self._amber: frozenset[int] = frozenset()
        self._model = PagedTableModel(
            [Column("", "", format=lambda row: accessible_text(row, context.clock()))],
            self._rows,
            self,
        )
        self._model.failed.connect(context.duty.tell_error)
        self._view = IncidentView(self._model, self.tr("待分流和在办"))
        self._view.setItemDelegate(QueueRowDelegate(self._model, context.clock, self._view))
        self._view.set_loading(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._make_bar())
        layout.addWidget(self._view, 1)

    @property
    def view(self) -> IncidentView:
        """The list."""
        return self._view

    def go_to(self, rid: int) -> None:
        """Go to an incident, in the whole list where this part of it does not have it."""
        if not self._view.set_current_id(rid) and self._part:
            self._wanted = rid
            self.show_part(0)

    @Slot()
    def refresh(self) -> None:
        """Read the list anew; nothing moves under the cursor."""
        store, scope, now = self._context.store, self._context.duty.scope, self._context.clock()
        wanted = QueueFilter(states=PARTS[self._part][1])

        def read() -> _Found:
            ids = store.read(lambda c: queue_ids(c, scope, wanted, now))
            counted = store.read(lambda c: counts(c, scope, now))
            return ids, counted, store.read(lambda c: amber(c, scope, now))

        self._context.runner.read(read, self._on_fetched, self._on_failed, "board-list", self)

    def forget(self) -> None:
        """Show no row until they are read anew: another person sits here now."""
        self._context.runner.cancel("board-list")
        self._amber = frozenset()
        self._wanted = self._view.current_id
        self._view.set_loading(True)
        self._model.set_ids(array("q"), is_fresh=True)
        for number, (name, _) in enumerate(PARTS):
            self._buttons.button(number).setText(say(name))

    @Slot()
    def next_part(self) -> None:
        """Show the next part of the list."""
        self.show_part((self._part + 1) % len(PARTS))

    def show_part(self, part: int, *_: object) -> None:
        """Show a part of the list."""
        self._part = part
        self._buttons.button(part).setChecked(True)
        self._is_fresh_wanted = True
        self.refresh()

    def _make_bar(self) -> QWidget:
        bar = QWidget()
        bar.setProperty("role", "bar")
        line = QHBoxLayout(bar)
        line.setContentsMargins(12, 6, 12, 6)
        line.setSpacing(6)
        self._buttons = QButtonGroup(self)
        for number, (name, _) in enumerate(PARTS):
            button = QPushButton(say(name))
            button.setAccessibleName(say(name))
            button.setCheckable(True)
            button.setChecked(number == self._part)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # F6 reaches them
            button.clicked.connect(partial(self.show_part, number))
            self._buttons.addButton(button, number)
            line.addWidget(button)
        line.addStretch(1)
        return bar

    def _rows(self, ids: Sequence[int]) -> list[QueueRow | None]:
        scope = self._context.duty.scope
        rows = self._context.store.read(lambda c: queue_rows(c, scope, ids))
        return [row and row._replace(is_amber=row.rid in self._amber) for row in rows]

    def _on_fetched(self, found: _Found) -> None:
        ids, counted, self._amber = found
        is_fresh, self._is_fresh_wanted = self._is_fresh_wanted, False
        self._view.set_loading(False)
        self._view.set_empty_text(self.tr("没有要调度的事件"), self.tr("受理以后就出现在这里"))
        self._model.set_ids(ids, is_fresh=is_fresh)
        self._view.viewport().update()
        for number, (name, states) in enumerate(PARTS):
            count = sum(counted.by_state.get(state, 0) for state in states)
            self._buttons.button(number).setText(f"{say(name)} {count}")
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self._view.set_current_id(wanted)
        if self._view.current_id is None and ids:
            self._view.select_first()
        self.loaded.emit()

    def _on_failed(self, error: Exception) -> None:
        self._view.set_loading(False)
        self._view.set_empty_text(self.tr("读取失败"), self.tr("数据没有丢失；按 F5 再试"))
        self.failed.emit(error)
