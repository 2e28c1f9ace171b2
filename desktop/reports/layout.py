"""Rows of boxed cells flowing over pages, as the forms of Chinese offices are ruled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

from desktop.reports import fonts
from desktop.reports.fonts import BOLD, REGULAR
from desktop.reports.page import (
    BODY_BOTTOM,
    LEFT,
    MM,
    NEXT_BODY_TOP,
    RIGHT,
    WIDTH,
    Box,
    Page,
    Text,
)
from desktop.reports.shares import NONE

CONTINUED = "（续）"
SIGNATURE_HEIGHT = 17 * MM

_LEADING = 1.4
_ASCENT = 0.88
_PAD_X, _PAD_Y = 4.0, 2.9
# A row of more lines than this may run over to the next page, and stands at its cell's top.
_WHOLE = 6
_FEWEST = 4
_ROWS_WITH_TITLE = 2.5 * 18.0


Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell looks. What `repeats` stands again where its row goes on on the next page."""

    font: str = REGULAR
    size: float = 9
    align: Align = "left"
    is_filled: bool = False
    repeats: bool = False


LABEL = Style(BOLD, 9.5, "center", is_filled=True, repeats=True)
VALUE = Style(REGULAR, 10)
STRONG = Style(BOLD, 10)
BAR = Style(BOLD, 10, is_filled=True)
TITLE = Style(BOLD, 8.5, "center", is_filled=True)
FIGURE_TITLE = Style(BOLD, 8.5, "right", is_filled=True)
FIGURE = Style(BOLD, 15, "center")
_BY_HAND = Style(size=9, align="right")
_DATE_BY_HAND = "年      月      日"
LEAD = Style(REGULAR, 11.5)
SMALL = Style(REGULAR, 8.5)


class Cell(NamedTuple):
    """One cell. Without `is_boxed` it is only a gap between two tables."""

    text: str
    width: float
    style: Style = VALUE
    is_boxed: bool = True


class Column(NamedTuple):
    """One column of a table: its title, its width in points, how its cells stand."""

    title: str
    width: float
    align: Align = "left"


Row = Sequence[Cell]
_Lines = list[list[str]]


def titles(columns: Iterable[Column]) -> list[Cell]:
    """Return the title row of a table."""
    return [
        Cell(column.title, column.width, FIGURE_TITLE if column.align == "right" else TITLE)
        for column in columns
    ]


def cells(columns: Iterable[Column], values: Iterable[str], *, is_sum: bool = False) -> list[Cell]:
    """Return a row of a table; an empty value is a dash."""
    return [
        Cell(
            value if value.strip() else NONE,
            column.width,
            _body(column.align, is_sum=is_sum, repeats=place == 0),
        )
        for place, (column, value) in enumerate(zip(columns, values, strict=True))
    ]


@cache
def _body(align: Align, *, is_sum: bool, repeats: bool) -> Style:
    return Style(BOLD if is_sum else REGULAR, SMALL.size, align, repeats=repeats)


def bar(title: str, width: float = WIDTH) -> list[Cell]:
    """Return the row that names a part of a sheet."""
    return [Cell(title, width, BAR)]


class Flow:
    """Puts rows one under the other and opens a new page where the last one is full."""

    def __init__(self, top: float) -> None:
        self.pages: list[Page] = []
        self._spans: dict[tuple[float, float], tuple[float, float]] = {}
        self._is_fresh = True
        self._y = top
        self._page = self._new_page()

    def finish(self) -> list[Page]:
        """Close the last frame and return the pages."""
        self._close_block()
        return self.pages

    def space(self, height: float) -> None:
        """Leave a gap between two blocks."""
        self._close_block()
        self._y -= height

    def row(self, row: Row, *, again: Sequence[Row] = (), keep: float = 0) -> None:
        """Add a row; `again` are the rows repeated on a new page.

        `keep` is the height that must be left below it on the same page.
        """
        lines = [_wrapped(cell) for cell in row]
        while self._y - _height(row, lines) - keep < BODY_BOTTOM:
            total, fitting = max(map(len, lines)), self._lines_left(row)
            # No line is left alone on the next page.
            fitting = min(fitting, total - 2)
            if fitting >= _FEWEST and total > _WHOLE:
                self._place(row, [part[:fitting] for part in lines])
                row, lines = _rest(row, lines, fitting)
            elif self._is_fresh:
                break
            self._turn(again)
        self._place(row, lines)
        self._is_fresh = False

    def table(
        self,
        title: str,
        columns: Sequence[Column],
        rows: Sequence[Row],
        *,
        keep: float = 0,
    ) -> None:
        """Add a part with its bar, its column titles and its rows; a dash where there are none.

        `keep` is the height that must be left below the last row.
        """
        self.rows(
            (bar(title, sum(column.width for column in columns)), titles(columns)),
            rows or [cells(columns, [""] * len(columns))],
            (bar(f"{title}{CONTINUED}"), titles(columns)),
            keep=keep,
        )

    def rows(
        self, first: Sequence[Row], rows: Sequence[Row], again: Sequence[Row], *, keep: float = 0
    ) -> None:
        """Add rows below their titles, which never stand alone at the foot of a page."""
        for below, row in zip(range(len(first), 0, -1), first, strict=True):
            # The titles below it, then rows: none of them goes over without the others.
            self.row(row, keep=below * _ROWS_WITH_TITLE)
        for row in rows[:-1]:
            self.row(row, again=again)
        for row in rows[-1:]:
            self.row(row, again=again, keep=keep)

    def text(self, text: str, style: Style) -> None:
        """Add text without a box, over the whole width."""
        self._close_block()
        leading = style.size * _LEADING
        for line in fonts.wrap(text, style.font, style.size, WIDTH):
            if self._y - leading < BODY_BOTTOM:
                self._turn(())
            self._write(line, LEFT, WIDTH, self._y, style)
            self._y -= leading
        self._is_fresh = False

    def signatures(self, names: Sequence[str]) -> None:
        """Add a row of boxes to sign and date in by hand."""
        if self._y - SIGNATURE_HEIGHT < BODY_BOTTOM:
            self._turn(())
        width = WIDTH / len(names)
        bottom = self._y - SIGNATURE_HEIGHT
        for place, name in enumerate(names):
            label, x = f"{name}：", LEFT + place * width
            line_from = x + _PAD_X + fonts.width(label, BOLD, STRONG.size) + 2
            self._page.boxes.append(Box(x, bottom, width, SIGNATURE_HEIGHT))
            self._page.rules.append((line_from, x + width - 10, self._y - 22))
            self._write(label, x + _PAD_X, width, self._y - 8, STRONG)
            self._write(_DATE_BY_HAND, x, width - 10, bottom + 19, _BY_HAND)
        self._span(LEFT, RIGHT, SIGNATURE_HEIGHT)
        self._y = bottom

    def _lines_left(self, row: Row) -> int:
        leading = max(cell.style.size for cell in row) * _LEADING
        return int((self._y - BODY_BOTTOM - 2 * _PAD_Y) / leading)

    def _turn(self, again: Sequence[Row]) -> None:
        self._close_block()
        self._y = NEXT_BODY_TOP
        self._page = self._new_page()
        for row in again:
            self._place(row, [_wrapped(cell) for cell in row])
        self._is_fresh = True

    def _new_page(self) -> Page:
        self.pages.append(Page())
        return self.pages[-1]

    def _close_block(self) -> None:
        self._page.outlines += [
            Box(left, bottom, right - left, top - bottom)
            for (left, right), (top, bottom) in self._spans.items()
        ]
        self._spans = {}

    def _place(self, row: Row, lines: _Lines) -> None:
        height = _height(row, lines)
        is_long = max(map(len, lines)) > _WHOLE
        start = x = LEFT
        for cell, part in zip(row, lines, strict=True):
            if cell.is_boxed:
                box = Box(x, self._y - height, cell.width, height)
                self._page.boxes.append(box)
                self._fill(cell, part, box, is_long=is_long)
            else:
                self._span(start, x, height)
                start = x + cell.width
            x += cell.width
        self._span(start, x, height)
        self._y -= height

    def _span(self, left: float, right: float, height: float) -> None:
        """Let the frame around what stands between two edges reach down over one more row."""
        if right - left > 1:
            key = (round(left, 1), round(right, 1))
            top, _ = self._spans.get(key, (self._y, 0))
            self._spans[key] = (top, self._y - height)

    def _fill(self, cell: Cell, part: list[str], box: Box, *, is_long: bool) -> None:
        style = cell.style
        if style.is_filled:
            self._page.fills.append(box)
        leading = style.size * _LEADING
        is_at_top = is_long and not style.is_filled
        top = box.y + box.height
        top -= _PAD_Y if is_at_top else (box.height - leading * len(part)) / 2
        for line in part:
            self._write(line, box.x + _PAD_X, box.width - 2 * _PAD_X, top, style)
            top -= leading

    def _write(self, line: str, x: float, width: float, top: float, style: Style) -> None:
        """Write one clean line whose line box begins at `top`."""
        if not line:
            return
        if style.align != "left":
            left_over = width - fonts.width(line, style.font, style.size)
            x += left_over if style.align == "right" else left_over / 2
        y = top - style.size * ((_LEADING - 1) / 2 + _ASCENT)
        self._page.texts.append(Text(style.font, style.size, x, y, line))


def _wrapped(cell: Cell) -> list[str]:
    return fonts.wrap(cell.text, cell.style.font, cell.style.size, cell.width - 2 * _PAD_X)


def _height(row: Row, lines: _Lines) -> float:
    return 2 * _PAD_Y + max(
        len(part) * cell.style.size * _LEADING for cell, part in zip(row, lines, strict=True)
    )


def _rest(row: Row, lines: _Lines, placed: int) -> tuple[Row, _Lines]:
    """Return what of a row goes on on the next page.

    A cell that repeats does so while it is short; a long one goes on as any text.
    """
    cells_left, lines_left = [], []
    for cell, part in zip(row, lines, strict=True):
        left, rest = cell, part[placed:]
        if cell.style.repeats and len(part) < _FEWEST:
            left = cell._replace(text=cell.text.removesuffix(CONTINUED) + CONTINUED)
            rest = _wrapped(left)
        cells_left.append(left)
        lines_left.append(rest)
    return cells_left, lines_left
