"""One line of the queue, painted: urgency, what and where, how much time is left."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QObject, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QStaticText
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from db.store.queries.incidents import SOON, QueueRow
from desktop.i18n import (
    CARD_NAMES,
    SOURCE_NAMES,
    URGENCY_MARKS,
    URGENCY_NAMES,
    due_text,
    short_time,
)
from desktop.i18n import state_text as state_words
from desktop.loop_words import until_text
from desktop.models.paged_table import AnyIndex, PagedTableModel
from desktop.theme import Theme, current_theme
from desktop.town_lists import current_policy

PADDING = 12
MINUTE = 60_000
KEPT_TEXTS = 512
"""Texts kept laid out in each font: some screens full, so a scroll lays out its new rows only."""
_WIDE = 10_000
DISPUTE = "≠分歧"
HALF_USED = "◐ "
"""Half of the time is used (E0): said beside the colour."""
ASKED = "？待批"


def meta_text(row: QueueRow, now: int) -> str:
    """Return the second line: class, area, source, when it was taken in."""
    known = current_policy().classes.get(row.class_code)
    parts = (
        f"卡点：{row.blocked_note}" if row.blocked_note else "",
        known.short_name if known else "未分类",
        row.area_name or row.address,
        SOURCE_NAMES.get(row.source, row.source),
        short_time(row.taken_in_at, now),
    )
    return " · ".join(part for part in parts if part)


def state_text(row: QueueRow) -> str:
    """Return where it stands and with whom."""
    state = state_words(row.state, has_news=bool(row.has_news))
    return f"{state} · {row.lead_name}" if row.lead_name else state


def limit_text(row: QueueRow, now: int) -> str:
    """Return how its deadline stands; of a pause, how long it lasts."""
    if row.due_stage == "resume" and row.due_at is not None and row.due_at > now:
        return f"挂起{until_text(row.due_at)}"
    is_late = row.due_at is not None and row.due_at < now
    mark = HALF_USED if row.is_amber and not is_late else ""
    return f"{mark}{due_text(row.due_at, now)}"


def mark_text(row: QueueRow) -> str:
    """Return what is said under the urgency: what has to be settled, then cards, then requests."""
    if row.conflicts:
        return DISPUTE
    if row.cards:
        # Only the gravest: who gets a red card has had a yellow one.
        return "■" + next(name for card, name in _GRAVEST if card in row.cards)
    return ASKED if row.is_asked else ""


_GRAVEST = [(card, CARD_NAMES[card]) for card in ("black", "red", "yellow")]


def accessible_text(row: QueueRow, now: int) -> str:
    """Return the whole line for a screen reader."""
    parts = (
        URGENCY_NAMES.get(row.urgency, ""),
        mark_text(row),
        row.title,
        limit_text(row, now),
        state_text(row),
        meta_text(row, now),
    )
    return "，".join(part for part in parts if part)


class _Fonts:
    """The fonts of a row with their metrics, made once for a base font."""

    def __init__(self, base: QFont) -> None:
        self.base = QFont(base)
        self.plain = _Font(base)
        self.bold = _Font(base, is_bold=True)
        self.title = _Font(base, 1)
        self.title_bold = _Font(base, 1, is_bold=True)
        self.small = _Font(base, -1)
        self.small_bold = _Font(base, -1, is_bold=True)
        self.urgency_width = self.plain.metrics.horizontalAdvance("▲特急  ")


class _Font:
    """One font, and the texts laid out in it: laying out costs more than painting."""

    def __init__(self, base: QFont, delta: int = 0, *, is_bold: bool = False) -> None:
        self.font = QFont(base)
        self.font.setPixelSize(base.pixelSize() + delta)
        self.font.setBold(is_bold)
        self.metrics = QFontMetrics(self.font)
        self.height = self.metrics.height()
        self.fit = lru_cache(KEPT_TEXTS)(self._fit)

    def _fit(self, text: str, width: int) -> tuple[QStaticText, int]:
        """Return a text laid out, shortened to a width, and how wide it became."""
        elided = self.metrics.elidedText(
            text.replace("\n", " "), Qt.TextElideMode.ElideRight, width
        )
        laid_out = QStaticText(elided)
        laid_out.setTextFormat(Qt.TextFormat.PlainText)
        laid_out.prepare(font=self.font)
        return laid_out, self.metrics.horizontalAdvance(elided)

    def draw(self, painter: QPainter, ink: QColor, rect: QRect, text: str) -> None:
        """Paint a text at the left of a rectangle."""
        laid_out, _ = self.fit(text, rect.width())
        self._put(painter, ink, rect.left(), rect, laid_out)

    def draw_right(self, painter: QPainter, ink: QColor, rect: QRect, text: str) -> None:
        """Paint a text that is never shortened at the right of a rectangle."""
        laid_out, width = self.fit(text, _WIDE)
        self._put(painter, ink, rect.left() + rect.width() - width, rect, laid_out)

    def width(self, text: str) -> int:
        """Return how wide a text is."""
        return self.fit(text, _WIDE)[1]

    def _put(
        self, painter: QPainter, ink: QColor, left: int, rect: QRect, text: QStaticText
    ) -> None:
        painter.setFont(self.font)
        painter.setPen(ink)
        painter.drawStaticText(left, rect.top() + (rect.height() - self.height) // 2, text)


class QueueRowDelegate(QStyledItemDelegate):
    """Paint a whole row of the queue in one cell."""

    def __init__(
        self, model: PagedTableModel, clock: Callable[[], int], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._clock = clock
        self._fonts: _Fonts | None = None

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
        fonts = self._fonts_of(style.font)
        inner = rect.adjusted(PADDING, 4, -PADDING, -4)
        half = inner.height() // 2
        top = QRect(inner.left(), inner.top(), inner.width(), half)
        bottom = QRect(inner.left(), inner.top() + half, inner.width(), inner.height() - half)
        left = fonts.urgency_width
        right = _paint_right(painter, fonts, theme, row, now, top, bottom)
        _paint_urgency(painter, fonts, theme, row.urgency, top)
        if mark := mark_text(row):
            _paint_mark(painter, fonts, theme, bottom, mark)
        fonts.title.draw(painter, theme.text, top.adjusted(left, 0, -right, 0), row.title)
        meta = _meta_text(row, now // MINUTE * MINUTE)
        fonts.small.draw(painter, theme.text_dim, bottom.adjusted(left, 0, -right, 0), meta)

    def _fonts_of(self, font: QFont) -> _Fonts:
        if self._fonts is None or self._fonts.base != font:
            self._fonts = _Fonts(font)
        return self._fonts


def due_colours(theme: Theme, due_at: int | None, now: int) -> tuple[QColor, QColor | None]:
    """Return ink and background of a deadline: late, soon, or plain."""
    if due_at is None or due_at - now >= SOON:
        return theme.text, None
    if due_at < now:
        return theme.danger, theme.danger_soft
    return theme.warn, theme.warn_soft


def _paint_right(
    painter: QPainter,
    fonts: _Fonts,
    theme: Theme,
    row: QueueRow,
    now: int,
    top: QRect,
    bottom: QRect,
) -> int:
    """Paint the deadline and the state; return the width they took."""
    due, state = limit_text(row, now), state_text(row)
    ink, fill = due_colours(theme, row.due_at, now)
    if due.startswith("挂起"):
        ink, fill = theme.text_dim, None
    elif row.is_amber and fill is None:
        ink = theme.warn
    font = fonts.title if fill is None else fonts.title_bold
    due_width = font.width(due)
    if fill is not None:
        chip = QRect(top.right() - due_width - 12, top.top(), due_width + 12, top.height())
        _paint_chip(painter, fill, chip)
        top = top.adjusted(0, 0, -6, 0)
    font.draw_right(painter, ink, top, due)
    fonts.small.draw_right(painter, theme.text_dim, bottom, state)
    return max(due_width + 12, fonts.small.width(state)) + PADDING


def _paint_urgency(
    painter: QPainter, fonts: _Fonts, theme: Theme, urgency: str, rect: QRect
) -> None:
    ink = {"critical": theme.danger, "urgent": theme.warn}.get(urgency, theme.text_dim)
    text = URGENCY_NAMES.get(urgency, "")
    if urgency == "normal":
        fonts.plain.draw(painter, ink, rect, text)
    else:
        fonts.bold.draw(painter, ink, rect, URGENCY_MARKS[urgency] + text)


def _paint_mark(painter: QPainter, fonts: _Fonts, theme: Theme, rect: QRect, text: str) -> None:
    """Mark at the left, under the urgency, what waits for somebody."""
    is_grave = text.endswith(("红牌", "黑牌"))
    ink, fill = (theme.danger, theme.danger_soft) if is_grave else (theme.warn, theme.warn_soft)
    font = fonts.small_bold
    chip = QRect(rect.left() - 5, rect.top(), font.width(text) + 10, rect.height())
    _paint_chip(painter, fill, chip)
    font.draw(painter, ink, rect, text)


def _paint_chip(painter: QPainter, fill: QColor, rect: QRect) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawRoundedRect(rect, 4, 4)


@lru_cache(KEPT_TEXTS)
def _meta_text(row: QueueRow, now: int) -> str:
    return meta_text(row, now)
