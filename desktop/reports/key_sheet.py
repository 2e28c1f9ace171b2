"""按键表: every key of the program on paper, to lie beside the keyboard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple

from db.store.queries.sheets import SheetHead
from desktop.key_columns import Column, in_columns
from desktop.reports import fonts
from desktop.reports.fonts import BOLD, REGULAR
from desktop.reports.page import (
    BODY_BOTTOM,
    LEFT,
    MM,
    NEXT_BODY_TOP,
    WIDTH,
    Box,
    Frame,
    Page,
    Text,
    render,
)

TITLE = "按键表"
NOTE = "字母键在队列和详情里有用；在格子里打字时，字母就是字母。没有键的，按 . 或 Ctrl+K 从表里选。"

_LINE = 12.6
_SIZE, _TITLE_SIZE = 8.5, 10
_GUTTER = 5 * MM
_COLUMN = (WIDTH - _GUTTER) / 2
_KEY, _NAME = 18 * MM, 18 * MM
_HELP = _COLUMN - _KEY - _NAME
_RISE = 3.4
_PAD = 3.0


class KeyLine(NamedTuple):
    """One key: how it is written, what it is called, what it does."""

    key: str
    name: str
    help: str


@dataclass(frozen=True, slots=True)
class KeySheet:
    """Everything on the sheet: the keys of each part, by the part's title."""

    head: SheetHead
    parts: Mapping[str, Sequence[KeyLine]]


def make_key_sheet(sheet: KeySheet) -> bytes:
    """Return the key sheet as a PDF: one page, more where the keys are many."""
    fonts.load()
    frame = Frame(head=sheet.head, title=TITLE, number="F1")
    parts = {title: _wrapped(lines) for title, lines in sheet.parts.items()}
    first_top = frame.body_top - 2 * _LINE
    columns = _columns(parts, first_top)
    laid = [_page(columns[at : at + 2], NEXT_BODY_TOP) for at in range(2, len(columns), 2)]
    first = _page(columns[:2], first_top)
    first.texts.append(Text(REGULAR, _SIZE, LEFT, frame.body_top - _LINE, fonts.clean(NOTE)))
    return render([(frame, [first, *laid])])


def _wrapped(lines: Sequence[KeyLine]) -> list[KeyLine]:
    """Return lines that fit; what is too long goes on below, without its key."""
    found: list[KeyLine] = []
    for line in lines:
        helps = fonts.wrap(line.help, REGULAR, _SIZE, _HELP - 2 * _PAD)
        parts = zip_longest(_key_parts(line.key), (line.name,), helps, fillvalue="")
        found += [KeyLine(*part) for part in parts]
    return found


def _key_parts(key: str) -> list[str]:
    """Return a key in pieces that fit their column, each but the last ending in +."""
    fits = fonts.width(fonts.clean(key), BOLD, _SIZE) <= _KEY - _PAD
    head, plus, tail = key.rpartition("+")
    return [key] if fits or not tail else [*_key_parts(head + plus), tail]


def _columns(parts: Mapping[str, Sequence[KeyLine]], top: float) -> list[Column[KeyLine]]:
    """Return two columns a page, on as many pages as it takes."""
    pages = 1
    while True:
        columns = in_columns(parts, 2 * pages)
        if max(map(len, columns)) <= _room(top):
            return columns
        pages += 1


def _room(top: float) -> int:
    """Return how many lines a column holds."""
    return int((top - BODY_BOTTOM) / _LINE)


def _page(columns: Sequence[Column[KeyLine]], top: float) -> Page:
    page = Page()
    for place, column in enumerate(columns):
        left = LEFT + place * (_COLUMN + _GUTTER)
        for number, line in enumerate(column, start=1):
            _add(page, line, left, top - number * _LINE, is_striped=number % 2 == 0)
    return page


def _add(page: Page, line: str | KeyLine, left: float, bottom: float, *, is_striped: bool) -> None:
    """Put a title, or a key with its words, on one line of a column."""
    base, x = bottom + _RISE, left + _PAD
    if isinstance(line, str):
        page.rules.append((left, left + _COLUMN, bottom))
        page.texts.append(Text(BOLD, _TITLE_SIZE, x, base, fonts.clean(line)))
        return
    if is_striped:
        page.fills.append(Box(left, bottom, _COLUMN, _LINE))
    for text, font, width in (
        (line.key, BOLD, _KEY),
        (line.name, REGULAR, _NAME),
        (line.help, REGULAR, _HELP),
    ):
        shown = fonts.shorten(text, font, _SIZE, width - _PAD)
        page.texts.append(Text(font, _SIZE, x, base, shown))
        x += width
