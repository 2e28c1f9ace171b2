"""The view of every big list: rows of one height, moved through by keys, steady while it grows."""

from array import array
from collections.abc import Iterable
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QEvent, QModelIndex, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygon,
    QTextOption,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from desktop.delegates.cell import CellDelegate
from desktop.delegates.fill import fill
from desktop.models.paged_table import AnyIndex, Change, PagedTableModel
from desktop.override import override
from desktop.theme import Theme, current_theme

MIN_ROW_HEIGHT = 28
BAR_WIDTH = 3

_FOLLOWING = 8
"""Rows after the current one that are remembered, to go on with when it leaves the list."""
_STEPS = {Qt.Key.Key_J: 1, Qt.Key.Key_K: -1}
_ENTER_KEYS = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_FONT_EVENTS = {QEvent.Type.FontChange, QEvent.Type.StyleChange}
_CursorAction = QAbstractItemView.CursorAction


class _Held(NamedTuple):
    """A row, and how far below the upper edge it stays while the ids change."""

    row: int
    y: int


class PagedView(QTableView):
    """Show a `PagedTableModel`, a row at a time; with the focus, one row is always current.

    `current_changed(id or None)`, `activated_id(id)` on Enter or double click,
    `marked_changed(count)`, and `arrived_above(count)`: how many rows above the upper edge came
    after the list was opened and have not been seen. `painted()` once: the first rows, or that
    there are none, have been painted. Ids travel as objects: a Qt int has 32 bits.
    """

    current_changed = Signal(object)
    activated_id = Signal(object)
    marked_changed = Signal(int)
    arrived_above = Signal(int)
    painted = Signal()

    def __init__(
        self, model: PagedTableModel, name: str, lines: int = 1, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._paged = model
        self._lines = lines
        self._row_height = MIN_ROW_HEIGHT
        self._current_id: int | None = None
        self._following = array("q")
        self._is_changing = False
        self._row_before = -1
        self._held: _Held | None = None
        self._marked: set[int] = set()
        self._unseen: set[int] = set()
        self._empty_text = ("", "")
        self._is_loading = False
        self._is_painted = False
        self._keep_viewport()
        self.setAccessibleName(name)
        self._set_behaviour()
        self._set_headers()
        self.setModel(model)
        self.setItemDelegate(CellDelegate(model, self))
        self._fit_to_font()
        model.ids_about_to_change.connect(self._on_ids_about_to_change)
        model.ids_changed.connect(self._on_ids_changed)
        self.doubleClicked.connect(self._on_double_clicked)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)

    @property
    def row_height(self) -> int:
        """The height of every row in logical pixels."""
        return self._row_height

    @property
    def current_id(self) -> int | None:
        """The id of the current row."""
        return self._current_id

    @property
    def marked(self) -> frozenset[int]:
        """The ids of the marked rows."""
        return frozenset(self._marked)

    def is_marked(self, row_id: int) -> bool:
        """Whether a row is marked."""
        return row_id in self._marked

    def set_current_id(self, row_id: int) -> bool:
        """Make a row current and visible; tell whether it is in the list."""
        row = self._paged.row_of(row_id)
        self._set_current_row(row)
        return row >= 0

    def select_first(self) -> None:
        """Make the first row current."""
        self._set_current_row(0)

    def set_marked(self, row_ids: Iterable[int]) -> None:
        """Mark exactly these rows."""
        marked = set(row_ids)
        if marked != self._marked:
            self._marked = marked
            self.viewport().update()
            self.marked_changed.emit(len(marked))

    def toggle_mark(self, row_id: int) -> None:
        """Mark a row, or take its mark away."""
        self.set_marked(self._marked ^ {row_id})

    def set_empty_text(self, title: str, hint: str = "") -> None:
        """Say what an empty list means, and what to do about it."""
        self._empty_text = (title, hint)
        self.viewport().update()

    def set_loading(self, is_loading: bool) -> None:
        """Say that rows are on their way; rows already shown stay."""
        self._is_loading = is_loading
        self.viewport().update()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif event.key() in _STEPS:
            self._step(_STEPS[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Space and self._current_id is not None:
            self.toggle_mark(self._current_id)
        elif event.key() in _ENTER_KEYS and self._current_id is not None:
            self.activated_id.emit(self._current_id)
        else:
            super().keyPressEvent(event)

    @override
    def keyboardSearch(self, search: str) -> None:
        """Do nothing: letters are commands here, and Qt would read every row to find one."""

    @override
    def moveCursor(
        self, cursor_action: _CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        if cursor_action == _CursorAction.MoveHome:
            return self._paged.index(0, 0)
        if cursor_action == _CursorAction.MoveEnd:
            return self._paged.index(self._paged.rowCount() - 1, 0)
        return super().moveCursor(cursor_action, modifiers)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        row_id = self._paged.id_at(self.rowAt(event.position().toPoint().y()))
        if row_id is not None and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.toggle_mark(row_id)
        else:
            super().mousePressEvent(event)

    @override
    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        super().currentChanged(current, previous)
        # Qt's own choice while rows come and go is not the operator's.
        if not self._is_changing:
            self._remember_current(self._paged.id_at(current.row()))

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        # Qt would make a row current without selecting it.
        self._ensure_current()
        super().focusInEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in _FONT_EVENTS:
            self._fit_to_font()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        if self._paged.rowCount():
            self._paint_rows(painter, current_theme())
        else:
            self._paint_empty(painter, current_theme())
        painter.end()
        if not (self._is_painted or self._is_loading):
            self._is_painted = True
            self.painted.emit()

    def _keep_viewport(self) -> None:
        """Give the view a viewport that was made here.

        Of one that Qt made, PySide asks every class of widget there is whether it is of that class,
        and makes them all for it: 20 ms of a start.
        """
        viewport = QWidget()
        viewport.setBackgroundRole(QPalette.ColorRole.Base)
        viewport.setAutoFillBackground(True)
        self.setViewport(viewport)

    def _set_behaviour(self) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        # Many rows are chosen by marks; selecting a million cells takes Qt ten seconds.
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    def _set_headers(self) -> None:
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setVisible(len(self._paged.columns) > 1)

    def _fit_to_font(self) -> None:
        """Size rows and columns by the font."""
        metrics = self.fontMetrics()
        padding = metrics.height() // 2
        self._row_height = max(MIN_ROW_HEIGHT, self._lines * metrics.height() + padding)
        self.verticalHeader().setMinimumSectionSize(self._row_height)
        self.verticalHeader().setDefaultSectionSize(self._row_height)
        header = self.horizontalHeader()
        for section, column in enumerate(self._paged.columns):
            if column.width:
                header.resizeSection(
                    section, column.width * metrics.horizontalAdvance("汉") + padding
                )
            else:
                header.setSectionResizeMode(section, QHeaderView.ResizeMode.Stretch)

    def _set_current_row(self, row: int) -> None:
        self.setCurrentIndex(self._paged.index(row, max(self.currentIndex().column(), 0)))

    def _ensure_current(self) -> None:
        """Give the keys a row to act on."""
        if self._current_id is None and self._paged.rowCount():
            self._set_current_row(self._top_row())

    def _step(self, delta: int) -> None:
        row, last = self.currentIndex().row() + delta, self._paged.rowCount() - 1
        if last >= 0:
            self._set_current_row(min(max(row, 0), last))

    def _remember_current(self, row_id: int | None) -> None:
        if row_id != self._current_id:
            self._current_id = row_id
            row = self.currentIndex().row()
            self._following = self._paged.ids[row + 1 : row + 1 + _FOLLOWING]
            self.current_changed.emit(row_id)

    def _visible_rows(self) -> range:
        first = self._top_row()
        bottom = self.verticalScrollBar().value() + self.viewport().height()
        return range(first, min(-(-bottom // self._row_height), self._paged.rowCount()))

    def _top_row(self) -> int:
        return self.verticalScrollBar().value() // self._row_height

    def _y_of(self, row: int) -> int:
        return row * self._row_height - self.verticalScrollBar().value()

    @Slot()
    def _on_ids_about_to_change(self) -> None:
        self._is_changing = True
        self._row_before = self.currentIndex().row()
        self._held = self._row_to_hold()

    def _row_to_hold(self) -> _Held | None:
        """Return the current row if it is in sight, else the top row of a list scrolled down."""
        row = self._row_before
        if row not in self._visible_rows():
            row = self._top_row()
            if self.verticalScrollBar().value() == 0:
                return None
        return _Held(row, self._y_of(row))

    @Slot(object, bool)
    def _on_ids_changed(self, change: Change, is_fresh: bool) -> None:
        self._is_changing = False
        self.updateGeometries()
        self._restore_current(change, is_fresh)
        self._restore_scroll(change, is_fresh)
        if self.hasFocus():
            self._ensure_current()
        if self._marked:
            # A decision must not reach rows nobody sees.
            self.set_marked(self._marked - change.gone)
        self._count_arrivals(change, is_fresh)

    def _restore_current(self, change: Change, is_fresh: bool) -> None:
        """Keep the current row by id; what took its place follows it, but not in another list."""
        before = self._row_before
        if before < 0:
            return
        row = self._paged.row_of(change.old[before]) if is_fresh else self._next_row(change)
        self._set_current_row(row)
        self._remember_current(self._paged.id_at(row))

    def _next_row(self, change: Change) -> int:
        """Return where the cursor goes on: for a row that is gone, what followed it at first.

        A decision may have moved it far down before it left; the work goes on where it was begun.
        """
        before = self._row_before
        if change.old[before] in change.gone:
            for row_id in self._following:
                if (row := self._paged.row_of(row_id)) >= 0:
                    return row
        return change.row_after(before)

    def _restore_scroll(self, change: Change, is_fresh: bool) -> None:
        if is_fresh:
            self.scrollToTop()
            self.scrollTo(self.currentIndex())
        elif self._held is not None:
            is_current = self._held.row == self._row_before
            row = self.currentIndex().row() if is_current else change.row_after(self._held.row)
            self.verticalScrollBar().setValue(row * self._row_height - self._held.y)

    def _count_arrivals(self, change: Change, is_fresh: bool) -> None:
        if is_fresh or not change.old:
            self._set_unseen(set())
        else:
            arrived = change.arrived_above(self._top_row())
            self._set_unseen((self._unseen - change.gone) | arrived)

    def _set_unseen(self, unseen: set[int]) -> None:
        if unseen != self._unseen:
            self._unseen = unseen
            self.arrived_above.emit(len(unseen))

    @Slot()
    def _on_scrolled(self) -> None:
        if not self._unseen:
            return
        rows = self._visible_rows()
        seen = self._paged.ids[rows.start : rows.stop]
        self._set_unseen(self._unseen.difference(seen) if rows.start else set())

    @Slot(QModelIndex)
    def _on_double_clicked(self, index: QModelIndex) -> None:
        self.activated_id.emit(self._paged.id_at(index.row()))

    def _paint_rows(self, painter: QPainter, theme: Theme) -> None:
        """Paint what all lists share over the cells: lines, the current row's bar, the marks."""
        painter.setPen(theme.border)
        for row in self._visible_rows():
            rect = QRect(0, self._y_of(row), self.viewport().width(), self._row_height)
            painter.drawLine(rect.bottomLeft(), rect.bottomRight())
            if row == self.currentIndex().row():
                bar = theme.accent if self.hasFocus() else theme.border_strong
                fill(painter, rect.adjusted(0, 0, BAR_WIDTH - rect.width(), 0), bar)
            if self._paged.ids[row] in self._marked:
                self._paint_mark(painter, theme, rect.topLeft())

    def _paint_mark(self, painter: QPainter, theme: Theme, corner: QPoint) -> None:
        """Paint a ticked corner: a shape, for those who do not see the colour."""
        side = self.fontMetrics().height()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(corner)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.accent)
        painter.drawPolygon(QPolygon([QPoint(0, 0), QPoint(side, 0), QPoint(0, side)]))
        painter.setPen(QPen(theme.accent_text, side / 12))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.scale(side / 20, side / 20)
        painter.drawPolyline([QPoint(3, 6), QPoint(6, 9), QPoint(11, 3)])
        painter.restore()

    def _paint_empty(self, painter: QPainter, theme: Theme) -> None:
        loading = QCoreApplication.translate("PagedView", "正在读取…")
        title, hint = (loading, "") if self._is_loading else self._empty_text
        line = self.fontMetrics().height()
        rect = self.viewport().rect().adjusted(line, 0, -line, 0)
        rect.moveTop(-line)
        bold = QFont(self.font())
        bold.setBold(True)
        painter.setFont(bold)
        painter.setPen(theme.text_dim)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, title)
        rect.setTop(rect.center().y() + line)
        painter.setFont(self.font())
        option = QTextOption(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        painter.drawText(rect, hint, option)
