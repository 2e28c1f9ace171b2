"""Views of the preview: a table that shows where the focus is, and one with a choice in a cell."""

from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QRect, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from db.imports.aliases import FIELDS
from desktop.icons import pixmap
from desktop.language import say
from desktop.override import override
from desktop.screens.imports.summary import SheetSummary
from desktop.screens.imports.tables import (
    CHOICES,
    FIELD_COLUMN,
    AnyIndex,
    MappingModel,
    TextTableModel,
)
from desktop.screens.imports.words import field_text, sheet_problem_text
from desktop.theme import current_theme

BAR_WIDTH = 3
_ARROW = 12
_GAP = 8
_LIST_GAP = 14
_CHOOSE_KEYS = frozenset({Qt.Key.Key_Space, Qt.Key.Key_F2})
_COLUMN_CHARACTERS = 9


class FactTable(QTableView):
    """A plain table moved through by rows; a bar at the current row says whether it has focus."""

    def __init__(self, model: TextTableModel, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(FactDelegate(self))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(max(28, self.fontMetrics().height() + 8))
        self.horizontalHeader().setHighlightSections(False)

    def set_widths(self, *characters: int) -> None:
        """Give the columns widths in Chinese characters; the last one takes what is left."""
        unit = self.fontMetrics().horizontalAdvance("汉")
        for section, width in enumerate(characters):
            self.setColumnWidth(section, width * unit + 2 * _GAP)
        self.horizontalHeader().setStretchLastSection(True)

    def spread(self) -> None:
        """Give every column a width of its own; the table scrolls sideways."""
        unit = self.fontMetrics().horizontalAdvance("汉")
        for section in range(self.model().columnCount()):
            width = 3 if section == 0 else _COLUMN_CHARACTERS
            self.setColumnWidth(section, width * unit + 2 * _GAP)

    @override
    def keyboardSearch(self, search: str) -> None:
        """Do nothing: Qt would read every row to find a letter."""

    @override
    def focusInEvent(self, event: Any) -> None:
        super().focusInEvent(event)
        if not self.selectionModel().hasSelection() and self.model().rowCount():
            self.selectRow(max(self.currentIndex().row(), 0))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter, theme = QPainter(self.viewport()), current_theme()
        painter.setPen(theme.border)
        for row in range(max(self.rowAt(0), 0), self.model().rowCount()):
            top = self.rowViewportPosition(row)
            if top > self.viewport().height():
                break
            bottom = top + self.rowHeight(row) - 1
            painter.drawLine(0, bottom, self.viewport().width(), bottom)
            if row == self.currentIndex().row() and self.hasFocus():
                painter.fillRect(0, top, BAR_WIDTH, bottom - top, theme.accent)
        painter.end()


class FactDelegate(QStyledItemDelegate):
    """Paints one line of text under its title, which stands a little in from the edge."""

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        style: Any = option  # the stubs lack its fields
        theme = current_theme()
        is_selected = bool(style.state & QStyle.StateFlag.State_Selected)
        if is_selected:
            painter.fillRect(style.rect, theme.selection)
        inner = style.rect.adjusted(_GAP, 0, -self.room_at_right(index), 0)
        _draw_line(painter, style, inner, index.data(), is_selected=is_selected)

    def room_at_right(self, index: AnyIndex) -> int:
        """Return the pixels the text leaves free."""
        return _GAP


class MappingTable(FactTable):
    """The columns of a sheet; Space, F2 or a click opens the choice of a field."""

    def __init__(self, model: MappingModel, parent: QWidget | None = None) -> None:
        super().__init__(model, say("列的对应关系，按空格更改"), parent)
        self._is_changeable = True
        self.setItemDelegateForColumn(FIELD_COLUMN, FieldDelegate(self))
        self.set_widths(2, 12, 9, 17)
        self.clicked.connect(self._on_clicked)

    def set_changeable(self, is_changeable: bool) -> None:
        """Allow or forbid choices."""
        self._is_changeable = is_changeable
        self.viewport().update()

    def may_choose(self, index: AnyIndex) -> bool:
        """Whether a column may be given to another field now."""
        return self._is_changeable and bool(index.flags() & Qt.ItemFlag.ItemIsEditable)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _CHOOSE_KEYS and self.currentIndex().isValid():
            self._choose(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        if index.column() == FIELD_COLUMN:
            self._choose(index.row())

    def _choose(self, row: int) -> None:
        index = self.model().index(row, FIELD_COLUMN)
        if self.may_choose(index):
            self.setCurrentIndex(index)
            self.edit(index)


class FieldDelegate(FactDelegate):
    """Shows a field with an arrow, and edits it with a combo box that is open at once."""

    def __init__(self, table: MappingTable) -> None:
        super().__init__(table)
        self._table = table

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        super().paint(painter, option, index)
        if not self._table.may_choose(index):
            return
        style: Any = option  # the stubs lack its fields
        dpr = painter.device().devicePixelRatioF()
        arrow = pixmap("down", _ARROW, current_theme().text_dim, dpr)
        left = style.rect.right() - _ARROW - _GAP
        painter.drawPixmap(left, style.rect.center().y() - _ARROW // 2, arrow)

    @override
    def room_at_right(self, index: AnyIndex) -> int:
        return _ARROW + 2 * _GAP

    @override
    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: AnyIndex
    ) -> QWidget:
        editor = QComboBox(parent)
        editor.setAccessibleName(say("对应"))
        for choice in CHOICES:
            editor.addItem(field_text(choice), choice)
        editor.setMaxVisibleItems(len(FIELDS) + 1)
        editor.activated.connect(self._on_activated)
        QTimer.singleShot(0, editor, editor.showPopup)
        return editor

    @override
    def setEditorData(self, editor: QWidget, index: AnyIndex) -> None:
        assert isinstance(editor, QComboBox)
        field = index.data(Qt.ItemDataRole.EditRole)
        editor.setCurrentIndex(CHOICES.index(field) if field in CHOICES else 0)

    @override
    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: AnyIndex) -> None:
        assert isinstance(editor, QComboBox)
        model.setData(index, editor.currentData())

    @override
    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: AnyIndex
    ) -> None:
        style: Any = option
        editor.setGeometry(QRect(style.rect))

    @Slot(int)
    def _on_activated(self, _: int) -> None:
        editor = self.sender()
        assert isinstance(editor, QWidget)
        self.commitData.emit(editor)
        self.closeEditor.emit(editor)


class SheetList(QListWidget):
    """The sheets of a file with what each comes to; `sheet_chosen(name)` follows the current."""

    sheet_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(say("文件里的表"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(SheetDelegate(self))
        self.currentItemChanged.connect(self._on_current_changed)

    def show_sheets(self, sheets: tuple[SheetSummary, ...], current: str) -> None:
        """List the sheets and make one of them current, without telling of it."""
        self.blockSignals(True)
        self.clear()
        for sheet in sheets:
            item = QListWidgetItem(f"{sheet.name}\n{sheet_counts(sheet)}", self)
            item.setData(Qt.ItemDataRole.UserRole, sheet.name)
            if sheet.name == current:
                self.setCurrentItem(item)
        self.blockSignals(False)

    @override
    def keyboardSearch(self, search: str) -> None:
        """Do nothing: letters are no commands here."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        rect = self.visualRect(self.currentIndex())
        if rect.isValid():
            theme = current_theme()
            painter = QPainter(self.viewport())
            color = theme.accent if self.hasFocus() else theme.border_strong
            painter.fillRect(0, rect.top(), BAR_WIDTH, rect.height(), color)
            painter.end()

    @Slot(QListWidgetItem, QListWidgetItem)
    def _on_current_changed(self, item: QListWidgetItem | None, _: object) -> None:
        if item is not None:
            self.sheet_chosen.emit(item.data(Qt.ItemDataRole.UserRole))


class SheetDelegate(QStyledItemDelegate):
    """Paints a sheet in two lines: its name, and what it comes to."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        style: Any = option  # the stubs lack its fields
        return QSize(0, 2 * style.fontMetrics.height() + 2 * _GAP)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        style: Any = option
        theme, rect = current_theme(), QRect(style.rect)
        is_selected = bool(style.state & QStyle.StateFlag.State_Selected)
        if is_selected:
            painter.fillRect(rect, theme.selection)
        line = style.fontMetrics.height()
        name, _, counts = str(index.data()).rpartition("\n")
        upper = QRect(
            rect.left() + _LIST_GAP, rect.top() + _GAP, rect.width() - 2 * _LIST_GAP, line
        )
        _draw_line(painter, style, upper, name, is_selected=is_selected)
        lower = upper.translated(0, line)
        _draw_line(painter, style, lower, counts, is_selected=is_selected, is_dim=True)


def sheet_counts(sheet: SheetSummary) -> str:
    """Return what a sheet comes to."""
    if sheet.problem:
        return say("不导入：{}").format(sheet_problem_text(sheet.problem))
    if sheet.rejected:
        return say("{} 件 · {} 行有问题").format(sheet.orders, sheet.rejected)
    return say("{} 件").format(sheet.orders)


def _draw_line(
    painter: QPainter,
    style: Any,
    rect: QRect,
    text: str,
    *,
    is_selected: bool,
    is_dim: bool = False,
) -> None:
    theme = current_theme()
    color = theme.text_dim if is_dim else theme.selection_text if is_selected else theme.text
    elided = style.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.setFont(style.font)
    painter.setPen(color)
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(rect, int(flags) | int(Qt.TextFlag.TextSingleLine), elided)
