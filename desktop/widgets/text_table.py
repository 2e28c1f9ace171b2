"""A table of texts that only shows: rows of a list, its versions, what a check found."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QTableView, QWidget

from desktop.override import override
from desktop.widgets.tips import plain_tip

AnyIndex = QModelIndex | QPersistentModelIndex
_DISPLAY = Qt.ItemDataRole.DisplayRole
_SHOWN = frozenset({_DISPLAY, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole})
_ROOT = QModelIndex()
_LINES_TO_MEASURE = 60
_TOLD_LINES = 2


class TextModel(QAbstractTableModel):
    """A few hundred rows of texts under titles."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles: Sequence[str] = ()
        self._rows: Sequence[Sequence[str]] = ()

    def show_rows(self, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._titles, self._rows = titles, rows
        self.endResetModel()

    def row_text(self, row: int) -> str:
        """Return all that a row says, each text after its title."""
        cells = zip(self._titles, self._rows[row], strict=True)
        return "　".join(f"{title}：{text}" if title else text for title, text in cells if text)

    @override
    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._titles)

    @override
    def data(self, index: AnyIndex, role: int = _DISPLAY) -> Any:
        if not index.isValid() or role not in _SHOWN:
            return None
        text = self._rows[index.row()][index.column()]
        if role != Qt.ItemDataRole.ToolTipRole:
            return text
        return plain_tip(text)

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self._titles):
            return None
        if role == _DISPLAY:
            return self._titles[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None


class TextTable(QTableView):
    """Shows a `TextModel`; columns as wide as their texts, up to a third of the table.

    `chosen(text)` tells the current row in full: what is cut off can be read without a mouse.
    """

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._model = TextModel(self)
        self.setModel(self._model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 10)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)

    def show_rows(self, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Show other rows from the first on."""
        self._model.show_rows(titles, rows)
        widest = max(self.viewport().width() // 3, self.fontMetrics().horizontalAdvance("汉") * 8)
        for column, title in enumerate(titles[:-1]):
            texts = [title, *(row[column] for row in rows[:_LINES_TO_MEASURE])]
            width = max(map(self.fontMetrics().horizontalAdvance, texts)) + 24
            self.setColumnWidth(column, min(width, widest))
        if rows:
            self.selectRow(0)
        else:
            self.chosen.emit("")

    @override
    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and current.row() != previous.row():
            self.chosen.emit(self._model.row_text(current.row()))


def told_of(table: TextTable) -> QLabel:
    """Return a label that follows the current row of a table."""
    label = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
    label.setProperty("role", "dim")
    label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    label.setMinimumHeight(label.fontMetrics().lineSpacing() * _TOLD_LINES)
    table.chosen.connect(label.setText)
    return label
