"""One row of the list of disputes: what it is about, which one, what is in dispute."""

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from desktop.delegates.fill import fill
from desktop.delegates.picked import is_picked
from desktop.override import override
from desktop.theme import current_theme

URGENT_ROLE = Qt.ItemDataRole.UserRole + 1
_PAD, _LINE = 12, 6
_EDGE = 3
"""Pixels of the bar that shows where the keys are."""


class DisputeRowDelegate(QStyledItemDelegate):
    """Paints the lines of a text: the first one strong, in the colour of what is urgent."""

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        style: Any = option  # the stubs lack its fields
        count = str(index.data()).count("\n") + 1
        return QSize(0, QFontMetrics(style.font).lineSpacing() * count + 2 * _LINE + 1)

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        style: Any = option
        theme, rect = current_theme(), style.rect
        if is_picked(option, index):
            fill(painter, rect, theme.selection)
            if style.widget.hasFocus():
                fill(painter, QRect(rect.left(), rect.top(), _EDGE, rect.height()), theme.focus)
        fill(painter, QRect(rect.left(), rect.bottom(), rect.width(), 1), theme.border)
        ink = theme.danger if index.data(URGENT_ROLE) else theme.text
        strong = QFont(style.font)
        strong.setBold(True)
        top = rect.top() + _LINE
        for number, line in enumerate(str(index.data()).split("\n")):
            font = style.font if number else strong
            metrics = QFontMetrics(font)
            inner = QRect(rect.left() + _PAD, top, rect.width() - 2 * _PAD, metrics.lineSpacing())
            painter.setFont(font)
            painter.setPen(theme.text_dim if number else ink)
            text = metrics.elidedText(line, Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter), text)
            top += metrics.lineSpacing()
