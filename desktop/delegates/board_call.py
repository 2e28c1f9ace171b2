"""One line of a call-out card, painted: what it is, the phone large, whose it is."""

from typing import Any

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.models.paged_table import AnyIndex
from desktop.override import override
from desktop.theme import current_theme

LINE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
DONE_ROLE = LINE_ROLE + 1
"""Under it stands when this contact was told, as text, empty while nobody was."""
PADDING = 10
_TITLE_CHARS, _PHONE_CHARS = 8, 10


class BoardCallDelegate(QStyledItemDelegate):
    """Paint a `CallLine`; a text that can be rung stands on one large line, others are wrapped."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        line = index.data(LINE_ROLE)
        width = self._view.viewport().width()
        if line is None:
            return QSize(width, 0)
        if line.contact is not None:
            return QSize(width, QFontMetrics(self._large()).height() + PADDING)
        room = QRect(0, 0, width - self._title_width() - 2 * PADDING, 10_000)
        flags = int(Qt.TextFlag.TextWordWrap)
        text = QFontMetrics(self._view.font()).boundingRect(room, flags, line.text)
        return QSize(width, text.height() + PADDING)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        style: Any = option  # the stubs lack its fields
        line, theme = index.data(LINE_ROLE), current_theme()
        if style.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(style.rect, theme.selection)
            if self._view.hasFocus():
                bar = QRect(style.rect.left(), style.rect.top(), 3, style.rect.height())
                painter.fillRect(bar, theme.accent)
        painter.setPen(theme.border)
        painter.drawLine(style.rect.bottomLeft(), style.rect.bottomRight())
        if line is None:
            return
        inner = style.rect.adjusted(PADDING, PADDING // 2, -PADDING, -PADDING // 2)
        painter.setFont(self._view.font())
        painter.setPen(theme.text_dim)
        title = QRect(inner.left(), inner.top(), self._title_width() - PADDING, inner.height())
        top = Qt.AlignmentFlag.AlignVCenter if line.contact else Qt.AlignmentFlag.AlignTop
        painter.drawText(title, int(Qt.AlignmentFlag.AlignLeft | top), line.title)
        rest = inner.adjusted(self._title_width(), 0, 0, 0)
        painter.setPen(theme.text)
        if line.contact is None:
            painter.drawText(rest, int(Qt.TextFlag.TextWordWrap), line.text)
            return
        middle = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(self._large())
        painter.drawText(rest, middle, line.text)
        phone = QFontMetrics(self._large()).horizontalAdvance("0") * (_PHONE_CHARS + 4)
        painter.setFont(self._view.font())
        painter.drawText(rest.adjusted(phone, 0, 0, 0), middle, line.note)
        if done := index.data(DONE_ROLE):
            painter.setPen(theme.ok)
            right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(rest, right, done)

    def _large(self) -> QFont:
        font = QFont(self._view.font())
        font.setPixelSize(font.pixelSize() + 5)
        font.setBold(True)
        return font

    def _title_width(self) -> int:
        return self._view.fontMetrics().horizontalAdvance("汉") * _TITLE_CHARS
