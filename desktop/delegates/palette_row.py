"""One line of the command bar's panel: what it is, a word about it, the key that does the same."""

from typing import Any

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.models.paged_table import AnyIndex
from desktop.override import override
from desktop.palette import Entry
from desktop.theme import Theme, current_theme

ENTRY_ROLE = Qt.ItemDataRole.UserRole + 1
"""The `Entry` of a line; a heading and a remark have none."""
SIGN_ROLE = Qt.ItemDataRole.UserRole + 2
"""What stands before a remark, in the column of the names."""
PADDING = 14
GAP = 12
_TEXT_SHARE = 0.45
_LINE = int(Qt.TextFlag.TextSingleLine) | int(Qt.AlignmentFlag.AlignVCenter)


def row_height(metrics: QFontMetrics) -> int:
    """Return the height of a line in pixels."""
    return metrics.height() + 6


class PaletteRowDelegate(QStyledItemDelegate):
    """Paint an entry, a heading or a remark."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        style: Any = option  # the stubs lack its fields
        return QSize(0, row_height(style.fontMetrics))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        style: Any = option
        theme, entry = current_theme(), index.data(ENTRY_ROLE)
        inner = style.rect.adjusted(PADDING, 0, -PADDING, 0)
        painter.setFont(style.font)
        if entry is None:
            self._paint_remark(painter, theme, inner, index)
            return
        if style.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(style.rect, theme.selection)
            edge = QRect(style.rect.topLeft(), QSize(3, style.rect.height()))
            painter.fillRect(edge, theme.focus)
        self._paint_entry(painter, theme, inner, entry)

    def _paint_remark(self, painter: QPainter, theme: Theme, inner: QRect, index: AnyIndex) -> None:
        text, sign = str(index.data(Qt.ItemDataRole.DisplayRole)), index.data(SIGN_ROLE)
        painter.setPen(theme.text_dim)
        if sign:
            painter.setPen(theme.text)
            painter.drawText(inner, _LINE, sign)
            painter.setPen(theme.text_dim)
            inner = inner.adjusted(painter.fontMetrics().horizontalAdvance("汉") * 7, 0, 0, 0)
        else:
            font = QFont(painter.font())
            font.setPixelSize(font.pixelSize() - 1)
            painter.setFont(font)
        painter.drawText(inner, _LINE, _cut(painter, text, inner.width()))

    def _paint_entry(self, painter: QPainter, theme: Theme, inner: QRect, entry: Entry) -> None:
        plain, bold = painter.font(), QFont(painter.font())
        bold.setBold(True)
        right = inner.right()
        if entry.key:
            wide = QFontMetrics(bold).horizontalAdvance(entry.key)
            painter.setFont(bold)
            painter.setPen(theme.text_dim if entry.refused else theme.accent)
            box = QRect(QPoint(right - wide, inner.top()), QSize(wide + 1, inner.height()))
            painter.drawText(box, _LINE, entry.key)
            right -= wide + GAP
        hint = f"✕ {entry.refused}" if entry.refused else entry.hint
        room = right - inner.left()
        limit = int(room * _TEXT_SHARE) if hint else room
        painter.setFont(plain)
        painter.setPen(theme.text_dim if entry.refused else theme.text)
        text = _cut(painter, entry.text, max(limit, room - _width(painter, hint) - GAP))
        painter.drawText(inner, _LINE, text)
        left = inner.left() + _width(painter, text) + GAP
        painter.setPen(theme.text_dim)
        rest = QRect(QPoint(left, inner.top()), QSize(max(right - left, 0), inner.height()))
        painter.drawText(rest, _LINE, _cut(painter, hint, rest.width()))


def _cut(painter: QPainter, text: str, room: int) -> str:
    return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)


def _width(painter: QPainter, text: str) -> int:
    return painter.fontMetrics().horizontalAdvance(text)
