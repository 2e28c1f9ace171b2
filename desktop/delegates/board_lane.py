"""One unit of the dispatch board, painted: how it stands at the left, its incidents as cards."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from db.domain.positions import is_fresh
from db.store.queries.board import Lane, Work
from desktop.board_words import (
    clock_text,
    duty_text,
    late_text,
    load_text,
    next_text,
    position_text,
    rank_text,
    unsigned_text,
    work_text,
)
from desktop.delegates.queue_row import due_colours
from desktop.delegates.text_font import TextFont
from desktop.i18n import URGENCY_MARKS, due_text
from desktop.language import say
from desktop.models.board import LANE_ROLE, LaneRow
from desktop.models.paged_table import AnyIndex
from desktop.override import override
from desktop.theme import Theme, current_theme

PADDING = 8
GAP = 6
BAR = 6
"""Height of the bar of load."""
MAX_LINES = 2
"""Lines of cards of one unit; what is more is counted."""
_LEFT_CHARS, _CARD_CHARS, _BAR_CHARS = 17, 10, 5
_LONG = (23 * 60 + 58) * 60_000
"""A time that takes as many letters as any, in milliseconds."""


class CardPlace(NamedTuple):
    """Where a card of a lane is painted."""

    rect: QRect
    work: Work


class _Sizes:
    """Fonts of the board and what is measured by them, for one base font."""

    def __init__(self, base: QFont) -> None:
        self.base = QFont(base)
        self.plain = TextFont(base)
        self.bold = TextFont(base, is_bold=True)
        self.name = TextFont(base, 2, is_bold=True)
        self.small = TextFont(base, -1)
        self.clock = TextFont(base, 6, is_bold=True)
        self.line = self.plain.height + 2
        self.name_line = self.name.height + 2
        wide = self.plain.metrics.horizontalAdvance("汉")
        self.left = _LEFT_CHARS * wide
        self.bar = _BAR_CHARS * wide
        # The least a card takes; cards share the width that is left.
        height = self.clock.height + self.line + self.small.height + PADDING
        self.card = QSize(max(_CARD_CHARS * wide, self._clock_width()), height)

    def clock_font(self, text: str, width: int) -> TextFont:
        """Return the largest font in which a clock is not cut."""
        fonts = (self.clock, self.bold, self.small)
        return next((font for font in fonts if font.width(text) <= width), self.small)

    def _clock_width(self) -> int:
        """Return the width of a card that holds a long clock and its mark."""
        clock = max(self.bold.width(due_text(0, at)) for at in (_LONG, -_LONG))
        return clock + self.bold.width(URGENCY_MARKS["urgent"]) + 3 * GAP


class BoardLaneDelegate(QStyledItemDelegate):
    """Paint a lane; `card_at` tells which card a point of it is on."""

    def __init__(self, view: QListView, clock: Callable[[], int]) -> None:
        super().__init__(view)
        self._view = view
        self._clock = clock
        self._known: _Sizes | None = None
        self._target: tuple[str, bool] = ("", True)

    def set_target(self, code: str, is_open: bool = True) -> None:
        """Mark the unit that something is dragged over; `is_open`: it may be dropped there."""
        self._target = (code, is_open)

    def is_folded(self, row: LaneRow) -> bool:
        """Whether a lane takes one line: that under the cursor is always unfolded."""
        current: LaneRow | None = self._view.currentIndex().data(LANE_ROLE)
        return row.is_folded and (current is None or current.code != row.code)

    def cards(self, rect: QRect, row: LaneRow) -> list[CardPlace]:
        """Return where the cards of a lane are, those that find no place left out."""
        return [] if self.is_folded(row) else list(_places(self._sizes(), rect, row))

    def card_at(self, rect: QRect, row: LaneRow, point: Any) -> Work | None:
        """Return the incident at a point of a lane."""
        return next((at.work for at in self.cards(rect, row) if at.rect.contains(point)), None)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        row: LaneRow | None = index.data(LANE_ROLE)
        width = self._view.viewport().width()
        if row is None:
            return QSize(width, 0)
        return QSize(width, _height(self._sizes(), width, row, is_folded=self.is_folded(row)))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        style: Any = option  # the stubs lack its fields
        row: LaneRow | None = index.data(LANE_ROLE)
        if row is None:
            return
        pen = _Pen(painter, self._sizes(), current_theme(), self._clock())
        is_current = bool(style.state & QStyle.StateFlag.State_Selected)
        pen.ground(style.rect, is_current=is_current, has_focus=self._view.hasFocus())
        if self.is_folded(row):
            _paint_folded(pen, style.rect, row)
        else:
            _paint_left(pen, style.rect, row)
            _paint_cards(pen, style.rect, row)
            if row.reason:
                _paint_reason(pen, style.rect, row)
        if self._target[0] == row.code:
            pen.frame(style.rect, is_open=self._target[1])

    def _sizes(self) -> _Sizes:
        font = self._view.font()
        if self._known is None or self._known.base != font:
            self._known = _Sizes(font)
        return self._known


class _Pen:
    """What every part of a lane is painted with."""

    def __init__(self, painter: QPainter, sizes: _Sizes, theme: Theme, now: int) -> None:
        self.painter = painter
        self.sizes = sizes
        self.theme = theme
        self.now = now

    def text(self, rect: QRect, text: str, ink: QColor, font: TextFont | None = None) -> int:
        """Paint one line, shortened to fit; return how wide it became."""
        return (font or self.sizes.plain).draw(self.painter, ink, rect, text)

    def right(self, rect: QRect, text: str, ink: QColor, font: TextFont) -> int:
        """Paint a text at the right; return how wide it is."""
        font.draw_right(self.painter, ink, rect, text)
        return font.width(text)

    def ground(self, rect: QRect, *, is_current: bool, has_focus: bool) -> None:
        """Paint what lies under a lane: the selection with its bar, the line below."""
        if is_current:
            self.painter.fillRect(rect, self.theme.selection)
            bar = self.theme.accent if has_focus else self.theme.border_strong
            self.painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), bar)
        self.painter.setPen(self.theme.border)
        self.painter.drawLine(rect.bottomLeft(), rect.bottomRight())

    def box(self, rect: QRect, fill: QColor, line: QColor) -> None:
        """Paint a rounded box."""
        self.painter.setRenderHint(self.painter.RenderHint.Antialiasing)
        self.painter.setPen(QPen(line, 1))
        self.painter.setBrush(fill)
        self.painter.drawRoundedRect(rect.adjusted(0, 0, -1, -1), 4, 4)

    def frame(self, rect: QRect, *, is_open: bool) -> None:
        """Frame a lane that something is dragged over: whole where it may be dropped."""
        ink = self.theme.accent if is_open else self.theme.danger
        style = Qt.PenStyle.SolidLine if is_open else Qt.PenStyle.DashLine
        self.painter.setPen(QPen(ink, 3, style))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawRect(rect.adjusted(2, 2, -3, -3))


def _lines(lane: Lane) -> int:
    """Return how many lines stand under a unit's name; the clock does not change it."""
    return 1 + _is_pressed(lane) + (lane.position is not None)


def _is_pressed(lane: Lane) -> bool:
    return lane.unsigned_since is not None or lane.next_due is not None


def _height(sizes: _Sizes, width: int, row: LaneRow, *, is_folded: bool) -> int:
    if is_folded:
        return sizes.line + PADDING
    facts = sizes.name_line + _lines(row.lane) * sizes.line
    per_line = _per_line(sizes, width)
    lines = min(-(-len(row.lane.works) // per_line), MAX_LINES)
    reason = sizes.line if row.reason else 0
    return max(facts, lines * (sizes.card.height() + GAP) - GAP) + reason + 2 * PADDING


def _per_line(sizes: _Sizes, width: int) -> int:
    return max(1, (_room(sizes, width) + GAP) // (sizes.card.width() + GAP))


def _room(sizes: _Sizes, width: int) -> int:
    """Return the width that is left for cards."""
    return width - sizes.left - 4 * PADDING


def _places(sizes: _Sizes, rect: QRect, row: LaneRow) -> Iterator[CardPlace]:
    per_line = _per_line(sizes, rect.width())
    works = row.lane.works
    room = per_line * MAX_LINES
    shown = works if len(works) <= room else works[: room - 1]
    left, top = rect.left() + sizes.left + 3 * PADDING, rect.top() + PADDING
    width = (_room(sizes, rect.width()) + GAP) // per_line - GAP
    for number, work in enumerate(shown):
        line, place = divmod(number, per_line)
        corner = (left + place * (width + GAP), top + line * (sizes.card.height() + GAP))
        yield CardPlace(QRect(*corner, width, sizes.card.height()), work)


def _paint_folded(pen: _Pen, rect: QRect, row: LaneRow) -> None:
    """Paint a unit that is not there in one line."""
    sizes, theme = pen.sizes, pen.theme
    inner = rect.adjusted(2 * PADDING, 0, -PADDING, 0)
    name = inner.adjusted(0, 0, sizes.left - inner.width(), 0)
    width = pen.text(name, row.lane.unit.name, theme.text_dim, sizes.bold)
    pen.text(name.adjusted(width + PADDING, 0, 0, 0), duty_text(False), theme.text_dim, sizes.small)
    rest = inner.adjusted(sizes.left, 0, 0, 0)
    if late := late_text(row.lane, pen.now):
        width = pen.text(rest, late, theme.danger, sizes.bold)
        rest = rest.adjusted(width + 2 * PADDING, 0, 0, 0)
    held = say("已在办这一件 · ") if row.holds else ""
    text = f"{held}{load_text(row.lane)} · {row.lane.unit.duty.replace(',', '，')}"
    pen.text(rest, text, theme.text_dim, sizes.small)


def _paint_left(pen: _Pen, rect: QRect, row: LaneRow) -> None:
    """Paint who it is, whether it is there, how much it has, what presses, where it was."""
    sizes, theme, lane = pen.sizes, pen.theme, row.lane
    line = QRect(rect.left() + 2 * PADDING, rect.top() + PADDING, sizes.left, sizes.name_line)
    ink = theme.ok if row.is_on_duty else theme.text_dim
    width = pen.right(line, duty_text(row.is_on_duty), ink, sizes.small)
    name = line.adjusted(0, 0, -width - PADDING, 0)
    if row.rank:
        name = name.adjusted(_paint_rank(pen, name, row.rank), 0, 0, 0)
    pen.text(name, lane.unit.name, theme.text, sizes.name)
    line = QRect(line.left(), line.bottom() + 1, sizes.left, sizes.line)
    _paint_load(pen, line, row)
    if _is_pressed(lane):
        line.translate(0, sizes.line)
        _paint_pressing(pen, line, lane)
    if lane.position is not None:
        line.translate(0, sizes.line)
        ink = theme.text if is_fresh(lane.position.at, pen.now) else theme.text_dim
        pen.text(line, position_text(lane, pen.now), ink, sizes.small)


def _paint_rank(pen: _Pen, line: QRect, rank: int) -> int:
    """Paint the figure that chooses an advised unit; return the room it took."""
    sizes, theme = pen.sizes, pen.theme
    side = line.height()
    badge = QRect(line.left(), line.top(), side, side)
    is_best = rank == 1
    pen.box(badge, theme.accent if is_best else theme.accent_soft, theme.accent)
    ink = theme.accent_text if is_best else theme.accent
    figure = str(rank)
    pen.text(
        badge.adjusted((side - sizes.bold.width(figure)) // 2, 0, 0, 0), figure, ink, sizes.bold
    )
    return side + GAP


def _paint_load(pen: _Pen, line: QRect, row: LaneRow) -> None:
    """Paint the bar of load with its figures, and whether it has the incident already."""
    sizes, theme, lane = pen.sizes, pen.theme, row.lane
    share = lane.load / max(lane.unit.capacity, 1)
    bar = QRect(line.left(), line.center().y() - BAR // 2, sizes.bar, BAR)
    pen.painter.fillRect(bar, theme.border)
    full = QRect(bar.left(), bar.top(), round(bar.width() * min(share, 1.0)), BAR)
    pen.painter.fillRect(full, theme.danger if share > 1 else theme.accent)
    rest = line.adjusted(sizes.bar + GAP, 0, 0, 0)
    over = say("，超出") if share > 1 else ""
    ink = theme.danger if share > 1 else theme.text
    width = pen.text(rest, f"{load_text(lane)}{over}", ink)
    rest = rest.adjusted(width + GAP, 0, 0, 0)
    if row.holds:
        whole = say("已在办这一件")
        fits = sizes.small.width(whole) <= rest.width()
        pen.text(rest, whole if fits else say("含这一件"), theme.accent, sizes.small)
    elif lane.position is None:
        pen.right(rest, position_text(lane, pen.now), theme.text_dim, sizes.small)


def _paint_pressing(pen: _Pen, line: QRect, lane: Lane) -> None:
    """Paint how many are late, how long the oldest order is unsigned, the first deadline."""
    theme = pen.theme
    late = late_text(lane, pen.now)
    parts = [(late, theme.danger, pen.sizes.bold)] if late else []
    if unsigned := unsigned_text(lane, pen.now):
        parts.append((unsigned, theme.warn, pen.sizes.small))
    if not late:
        parts.append((next_text(lane, pen.now), theme.text_dim, pen.sizes.small))
    for text, ink, font in parts:
        line = line.adjusted(pen.text(line, text, ink, font) + PADDING, 0, 0, 0)


def _paint_cards(pen: _Pen, rect: QRect, row: LaneRow) -> None:
    places = list(_places(pen.sizes, rect, row))
    for place in places:
        _paint_card(pen, place.rect, place.work)
    if left := len(row.lane.works) - len(places):
        last = places[-1].rect
        per_line = _per_line(pen.sizes, rect.width())
        step = last.width() + GAP
        if len(places) % per_line:
            spot = last.translated(step, 0)
        else:
            spot = last.translated(-step * (per_line - 1), last.height() + GAP)
        pen.text(spot, say("还有 {} 件").format(left), pen.theme.text_dim, pen.sizes.bold)


def _paint_card(pen: _Pen, rect: QRect, work: Work) -> None:
    """Paint one incident: its clock large, then what it is, then how far."""
    sizes, theme = pen.sizes, pen.theme
    if work.is_paused:
        ink, fill = theme.text_dim, None
    else:
        ink, fill = due_colours(theme, work.due_at, pen.now)
    pen.box(rect, fill or theme.surface_raised, ink if fill else theme.border_strong)
    inner = rect.adjusted(GAP, PADDING // 2, -GAP, 0)
    line = QRect(inner.left(), inner.top(), inner.width(), sizes.clock.height)
    mark = URGENCY_MARKS[work.urgency] if work.urgency in ("urgent", "critical") else ""
    if mark:
        colour = theme.danger if work.urgency == "critical" else theme.warn
        taken = pen.right(line, mark, colour, sizes.bold)
        line = line.adjusted(0, 0, -taken - GAP, 0)
    clock = clock_text(work, pen.now)
    large = sizes.clock_font(clock, line.width())
    pen.text(line, clock, ink, sizes.bold if work.is_paused else large)
    line = QRect(inner.left(), inner.top() + sizes.clock.height, inner.width(), sizes.line)
    pen.text(line, work.title, theme.text)
    line = QRect(inner.left(), line.bottom() + 1, inner.width(), sizes.small.height)
    pen.text(line, work_text(work), theme.text_dim, sizes.small)


def _paint_reason(pen: _Pen, rect: QRect, row: LaneRow) -> None:
    """Paint why a unit is advised, under all it has."""
    top = rect.bottom() - PADDING - pen.sizes.line + 1
    left = rect.left() + 2 * PADDING
    line = QRect(left, top, rect.width() - 3 * PADDING, pen.sizes.line)
    text = f"{rank_text(row.rank)}：{row.reason}"
    pen.text(line, text, pen.theme.accent if row.rank == 1 else pen.theme.text_dim, pen.sizes.small)
