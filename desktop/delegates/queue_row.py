"""One line of the queue, painted: urgency, what and where, how much time is left."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QObject, QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from db.store.queries.queue import SOON, QueueRow
from desktop.delegates.fill import fill
from desktop.delegates.picked import is_picked
from desktop.delegates.text_font import KEPT_TEXTS, TextFont
from desktop.i18n import (
    CARD_NAMES,
    SOURCE_NAMES,
    URGENCY_MARKS,
    URGENCY_NAMES,
    due_text,
    short_time,
    until_text,
)
from desktop.i18n import state_text as state_words
from desktop.language import Words, say
from desktop.models.paged_table import AnyIndex, PagedTableModel
from desktop.override import override
from desktop.theme import Theme, current_theme
from desktop.town_lists import current_policy

PADDING = 12
MINUTE = 60_000
DISPUTE = "≠分歧"
HALF_USED = "◐ "
"""Half of the time is used (E0): said beside the colour."""
ASKED = "？待批"
HELD, STALE = "● ", "▲ "
"""Somebody has taken it on; and has done nothing on it for half an hour."""


META_NAMES = Words({"class": "分类", "area": "网格", "source": "来源", "time": "收到的时间"})
"""The parts of the second line, which a person may leave out."""
ALL_META = frozenset(META_NAMES)


def meta_text(row: QueueRow, now: int, shown: frozenset[str] = ALL_META) -> str:
    """Return the second line: what holds it up, then the parts of it that are to be shown."""
    known = current_policy().classes.get(row.class_code)
    parts = {
        "class": known.short_name if known else say("未分类"),
        "area": row.area_name or row.address,
        "source": SOURCE_NAMES.get(row.source, row.source),
        "time": short_time(row.taken_in_at, now),
    }
    held_up = [say("卡点：{}").format(row.blocked_note)] if row.blocked_note else []
    return " · ".join([*held_up, *(text for name, text in parts.items() if text and name in shown)])


def state_text(row: QueueRow) -> str:
    """Return where it stands and with whom."""
    state = state_words(row.state, has_news=bool(row.has_news))
    holder = f"{STALE if row.is_stale else HELD}{row.holder_name}" if row.holder else ""
    return " · ".join(part for part in (holder, state, row.lead_name) if part)


def is_resting(row: QueueRow, now: int) -> bool:
    """Whether it is on hold and its day has not come."""
    return row.due_stage == "resume" and row.due_at is not None and row.due_at > now


def limit_text(row: QueueRow, now: int) -> str:
    """Return how its deadline stands; of a pause, how long it lasts."""
    if is_resting(row, now):
        return say("挂起{}").format(until_text(row.due_at))
    is_late = row.due_at is not None and row.due_at < now
    mark = HALF_USED if row.is_amber and not is_late else ""
    return f"{mark}{due_text(row.due_at, now)}"


def mark_text(row: QueueRow) -> str:
    """Return what is said under the urgency: what has to be settled, then cards, then requests."""
    if row.conflicts:
        return say(DISPUTE)
    if row.cards:
        # Only the gravest: who gets a red card has had a yellow one.
        return "■" + next(CARD_NAMES[card] for card in _GRAVEST if card in row.cards)
    return say(ASKED) if row.is_asked else ""


def is_grave(row: QueueRow) -> bool:
    """Whether its mark speaks of a red or a black card."""
    return not row.conflicts and ("red" in row.cards or "black" in row.cards)


_GRAVEST = ("black", "red", "yellow")


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
        self.plain = TextFont(base)
        self.bold = TextFont(base, is_bold=True)
        self.title = TextFont(base, 1)
        self.title_bold = TextFont(base, 1, is_bold=True)
        self.small = TextFont(base, -1)
        self.small_bold = TextFont(base, -1, is_bold=True)
        self.urgency_width = max(
            self.bold.metrics.horizontalAdvance(f"{URGENCY_MARKS[code]}{name} ")
            for code, name in URGENCY_NAMES.items()
        )


class QueueRowDelegate(QStyledItemDelegate):
    """Paint a whole row of the queue in one cell."""

    def __init__(
        self, model: PagedTableModel, clock: Callable[[], int], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._clock = clock
        self._fonts: _Fonts | None = None
        self.meta = ALL_META
        """The parts of the second line that are shown."""

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        style: Any = option  # the stubs lack its fields
        theme = current_theme()
        rect: QRect = style.rect
        if is_picked(option, index):
            fill(painter, rect, theme.selection)
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
        fonts.title.draw(painter, theme.text, top.adjusted(left, 0, -right, 0), row.title)
        if mark := mark_text(row):
            taken = _paint_mark(painter, fonts, theme, bottom, mark, is_grave=is_grave(row))
            left = max(left, taken)
        meta = _meta_text(row, now // MINUTE * MINUTE, self.meta)
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
    if is_resting(row, now):
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
    ink = theme.warn if row.is_stale else theme.accent if row.holder else theme.text_dim
    fonts.small.draw_right(painter, ink, bottom, state)
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


def _paint_mark(
    painter: QPainter, fonts: _Fonts, theme: Theme, rect: QRect, text: str, *, is_grave: bool
) -> int:
    """Mark at the left, under the urgency, what waits for somebody; return the width it took."""
    ink, fill = (theme.danger, theme.danger_soft) if is_grave else (theme.warn, theme.warn_soft)
    font = fonts.small_bold
    chip = QRect(rect.left() - 5, rect.top(), font.width(text) + 10, rect.height())
    _paint_chip(painter, fill, chip)
    font.draw(painter, ink, rect, text)
    return chip.width()


def _paint_chip(painter: QPainter, fill: QColor, rect: QRect) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawRoundedRect(rect, 4, 4)


@lru_cache(KEPT_TEXTS)
def _meta_text(row: QueueRow, now: int, shown: frozenset[str]) -> str:
    return meta_text(row, now, shown)
