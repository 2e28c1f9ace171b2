"""One line of the queue, painted: urgency, what and where, how much time is left."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from db.store.lists import default_policy
from db.store.queries.incidents import SOON, QueueRow
from desktop.i18n import (
    SOURCE_NAMES,
    STATE_NAMES,
    URGENCY_MARKS,
    URGENCY_NAMES,
    due_text,
    short_time,
)
from desktop.models.paged_table import AnyIndex, PagedTableModel
from desktop.theme import Theme, current_theme

PADDING = 12
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def meta_text(row: QueueRow, now: int) -> str:
    """Return the second line: class, area, source, when it was taken in."""
    known = default_policy().classes.get(row.class_code)
    parts = (
        known.short_name if known else "未分类",
        row.area_name or row.address,
        SOURCE_NAMES.get(row.source, row.source),
        short_time(row.taken_in_at, now),
    )
    return " · ".join(part for part in parts if part)


def state_text(row: QueueRow) -> str:
    """Return where it stands and with whom."""
    state = STATE_NAMES.get(row.state, row.state)
    return f"{state} · {row.lead_name}" if row.lead_name else state


def accessible_text(row: QueueRow, now: int) -> str:
    """Return the whole line for a screen reader."""
    urgency = URGENCY_NAMES.get(row.urgency, "")
    return "，".join(
        (urgency, row.title, due_text(row.due_at, now), state_text(row), meta_text(row, now))
    )


class QueueRowDelegate(QStyledItemDelegate):
    """Paint a whole row of the queue in one cell."""

    def __init__(
        self, model: PagedTableModel, clock: Callable[[], int], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._clock = clock

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        style: Any = option  # the stubs lack its fields
        theme = current_theme()
        rect: QRect = style.rect
        if style.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.selection)
        row: QueueRow | None = self._model.row_at(index.row())
        if row is None:
            return
        now = self._clock()
        inner = rect.adjusted(PADDING, 4, -PADDING, -4)
        half = inner.height() // 2
        top = QRect(inner.left(), inner.top(), inner.width(), half)
        bottom = QRect(inner.left(), inner.top() + half, inner.width(), inner.height() - half)
        urgency_width = style.fontMetrics.horizontalAdvance("▲特急  ")
        right = self._paint_right(painter, style, theme, row, now, top, bottom)
        _draw_urgency(painter, style.font, theme, row.urgency, top)
        left = urgency_width
        title = top.adjusted(left, 0, -right, 0)
        meta = bottom.adjusted(left, 0, -right, 0)
        _draw(painter, _sized(style.font, 1), theme.text, title, row.title)
        _draw(painter, _sized(style.font, -1), theme.text_dim, meta, meta_text(row, now))

    def _paint_right(
        self,
        painter: QPainter,
        style: Any,
        theme: Theme,
        row: QueueRow,
        now: int,
        top: QRect,
        bottom: QRect,
    ) -> int:
        """Paint the deadline and the state; return the width they took."""
        due_font, state_font = _sized(style.font, 1), _sized(style.font, -1)
        due, state = due_text(row.due_at, now), state_text(row)
        ink, fill = due_colours(theme, row.due_at, now)
        due_font.setBold(fill is not None)
        due_width = QFontMetrics(due_font).horizontalAdvance(due)
        state_width = QFontMetrics(state_font).horizontalAdvance(state)
        if fill is not None:
            chip = QRect(top.right() - due_width - 12, top.top(), due_width + 12, top.height())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawRoundedRect(chip, 4, 4)
            top = top.adjusted(0, 0, -6, 0)
        painter.setFont(due_font)
        painter.setPen(ink)
        painter.drawText(top, int(_RIGHT), due)
        painter.setFont(state_font)
        painter.setPen(theme.text_dim)
        painter.drawText(bottom, int(_RIGHT), state)
        return max(due_width + 12, state_width) + PADDING


def due_colours(theme: Theme, due_at: int | None, now: int) -> tuple[QColor, QColor | None]:
    """Return ink and background of a deadline: late, soon, or plain."""
    if due_at is None or due_at - now >= SOON:
        return theme.text, None
    if due_at < now:
        return theme.danger, theme.danger_soft
    return theme.warn, theme.warn_soft


def _draw_urgency(painter: QPainter, font: QFont, theme: Theme, urgency: str, rect: QRect) -> None:
    ink = {"critical": theme.danger, "urgent": theme.warn}.get(urgency, theme.text_dim)
    is_plain = urgency == "normal"
    text = URGENCY_NAMES.get(urgency, "")
    text = text if is_plain else URGENCY_MARKS[urgency] + text
    bold = QFont(font)
    bold.setBold(not is_plain)
    _draw(painter, bold, ink, rect, text)


def _draw(painter: QPainter, font: QFont, ink: QColor, rect: QRect, text: str) -> None:
    painter.setFont(font)
    painter.setPen(ink)
    text = text.replace("\n", " ")
    elided = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, int(_LEFT) | int(Qt.TextFlag.TextSingleLine), elided)


def _sized(font: QFont, delta: int) -> QFont:
    sized = QFont(font)
    sized.setPixelSize(font.pixelSize() + delta)
    return sized
