"""One line of a side list: a name at the left, a count at the right."""

from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from desktop.delegates.fill import fill
from desktop.delegates.picked import is_picked
from desktop.models.paged_table import AnyIndex
from desktop.override import override
from desktop.theme import current_theme

COUNT_ROLE = Qt.ItemDataRole.UserRole + 1
KIND_ROLE = Qt.ItemDataRole.UserRole + 2
PADDING = 14
_MARKS = {"danger": "■ ", "warn": "▲ ", "dispute": "≠ "}
_INKS = {"danger": "danger", "warn": "warn", "dispute": "warn"}


class SideRowDelegate(QStyledItemDelegate):
    """Paint a view of the side list, or the title of a group of views."""

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        style: Any = option  # the stubs lack its fields
        theme = current_theme()
        rect: QRect = style.rect
        kind, count = index.data(KIND_ROLE), index.data(COUNT_ROLE)
        font, ink = QFont(style.font), theme.text
        if kind == "title":
            font.setPixelSize(font.pixelSize() - 1)
            ink = theme.text_dim
        elif is_picked(option, index):
            fill(painter, rect, theme.selection)
            font.setBold(True)
            if style.widget.hasFocus():
                fill(painter, QRect(rect.left(), rect.top(), 3, rect.height()), theme.focus)
        if kind in _MARKS and count:
            ink = theme[_INKS[kind]]
        inner = rect.adjusted(PADDING, 0, -PADDING, 0)
        if kind == "title":
            inner = inner.adjusted(0, 8, 0, 0)
        painter.setFont(font)
        painter.setPen(ink)
        text = _MARKS.get(kind, "") + str(index.data(Qt.ItemDataRole.DisplayRole))
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter), text)
        if count is not None:
            painter.setPen(ink if count else theme.text_faint)
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(inner, int(flags), str(count))
