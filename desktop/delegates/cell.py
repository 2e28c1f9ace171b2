"""The plain cell: one line of text in the style of all lists."""

from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from desktop.delegates.picked import is_picked
from desktop.models.paged_table import AnyIndex, PagedTableModel
from desktop.override import override
from desktop.theme import current_theme

PADDING = 8


class CellDelegate(QStyledItemDelegate):
    """Paint cells straight from a `PagedTableModel`.

    Qt's own delegate asks the model for seven roles a cell; this one looks the text up once.
    """

    def __init__(self, model: PagedTableModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        style: Any = option  # the stubs lack its fields
        theme, column = current_theme(), index.column()
        is_selected = is_picked(option, index)
        if is_selected:
            painter.fillRect(style.rect, theme.selection)
        text = self._model.text_at(index.row(), column)
        if not text:
            return
        inner = style.rect.adjusted(PADDING, 0, -PADDING, 0)
        elided = style.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
        flags = self._model.columns[column].alignment | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(style.font)
        painter.setPen(theme.selection_text if is_selected else theme.text)
        painter.drawText(inner, int(flags) | int(Qt.TextFlag.TextSingleLine), elided)
