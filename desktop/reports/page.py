"""The A4 page of every sheet: head, foot, page numbers, and how pages become a PDF.

A sheet is laid out as lists of marks first and drawn after, so the number of pages is known
when the first foot is drawn.
"""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, NamedTuple

from reportlab import rl_config
from reportlab.graphics.barcode.code128 import Code128
from reportlab.pdfgen.canvas import Canvas

from db.store.queries.sheets import SheetHead
from desktop.i18n import instant
from desktop.reports import fonts
from desktop.reports.fonts import BOLD, REGULAR

MM = 72 / 25.4
PAGE_WIDTH, PAGE_HEIGHT = 210 * MM, 297 * MM
LEFT, RIGHT = 20 * MM, PAGE_WIDTH - 15 * MM
"""The left margin is the wider one: sheets are bound there."""
WIDTH = RIGHT - LEFT
TOP = PAGE_HEIGHT - 13 * MM
BODY_BOTTOM = 19 * MM
NEXT_BODY_TOP = TOP - 8 * MM

_HEAD, _HEAD_WITH_BARS = 20 * MM, 27 * MM
_FOOT = 12.5 * MM
_BAR_WIDTH = 0.27 * MM
_BAR_HEIGHT = 9 * MM
_FILL = 0.93
_THIN, _THICK = 0.5, 1.1
_BARCODE = re.compile(r"[0-9A-Za-z-]{1,40}")
# A reportlab font cuts its subsets through one shared read position.
_drawing = Lock()


class Text(NamedTuple):
    """One line of clean text; `y` is its base line."""

    font: str
    size: float
    x: float
    y: float
    text: str


class Box(NamedTuple):
    """A rectangle by its lower left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the body of a sheet.

    `mark` stands at the head of the first page (特急). With `has_barcode` the number is printed
    as bars too.
    """

    head: SheetHead
    title: str
    number: str
    mark: str = ""
    has_barcode: bool = False

    @property
    def room(self) -> str:
        """The command room in whose name the sheet speaks."""
        return f"{self.head.town_name}综合指挥室"

    @property
    def body_top(self) -> float:
        """Where the body of the first page begins."""
        return TOP - (_HEAD_WITH_BARS if self.has_barcode else _HEAD)


@dataclass(slots=True)
class Page:
    """The marks on one page."""

    texts: list[Text] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    fills: list[Box] = field(default_factory=list)
    outlines: list[Box] = field(default_factory=list)
    rules: list[tuple[float, float, float]] = field(default_factory=list)
    """Horizontal lines: from x, to x, y."""
    barcode: str = ""


Document = tuple[Frame, list[Page]]


def render(documents: Iterable[Document]) -> bytes:
    """Return one PDF of sheets in their order; every sheet counts its own pages."""
    stream = io.BytesIO()
    with _drawing:
        # Text for channels of seven bits: a quarter more bytes, a sixth of the time.
        rl_config.useA85 = 0
        canvas = Canvas(
            stream,
            pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
            invariant=1,
            pageCompression=1,
            lang="zh-CN",
            initialFontName=REGULAR,
        )
        for place, (frame, pages) in enumerate(documents):
            if place == 0:
                canvas.setTitle(fonts.clean(f"{frame.title} {frame.number}"))
                canvas.setAuthor(fonts.clean(frame.room))
                canvas.setSubject(fonts.clean(frame.title))
                canvas.setCreator("GridDesk")
            for number, page in enumerate(pages, start=1):
                add_frame(page, frame, number, len(pages))
                _draw(canvas, page)
                canvas.showPage()
        canvas.save()
    return stream.getvalue()


def add_frame(page: Page, frame: Frame, number: int, count: int) -> None:
    """Put the head and the foot on a page."""
    if number == 1:
        _add_first_head(page, frame)
    else:
        _add_next_head(page, frame)
    head = frame.head
    pages = f"第 {number} 页 共 {count} 页"
    printed = (
        f"打印人：{head.printed_by or '—'}    打印时间：{instant(head.printed_at)}"
        f"    数据版本：{head.revision}"
    )
    room = WIDTH - fonts.width(pages, REGULAR, 8) - 12
    page.rules.append((LEFT, RIGHT, _FOOT + 11))
    page.texts.append(Text(REGULAR, 8, LEFT, _FOOT, fonts.shorten(printed, REGULAR, 8, room)))
    page.texts.append(_right(pages, REGULAR, 8, _FOOT))


def _add_first_head(page: Page, frame: Frame) -> None:
    number = frame.number or "—"
    numbered = f"编号：{number}" if frame.has_barcode else number
    limit = WIDTH / 2 - 12
    if frame.has_barcode and _BARCODE.fullmatch(frame.number):
        page.barcode = frame.number
        page.texts.append(_right(numbered, REGULAR, 9, TOP - _BAR_HEIGHT - 11))
    else:
        page.texts.append(_right(fonts.shorten(numbered, REGULAR, 9, limit), REGULAR, 9, TOP - 9))
    page.texts.append(
        Text(REGULAR, 10.5, LEFT, TOP - 9, fonts.shorten(frame.room, REGULAR, 10.5, limit))
    )
    if frame.mark:
        page.texts.append(Text(BOLD, 15, LEFT, TOP - 31, fonts.clean(frame.mark)))
    title = fonts.clean(frame.title)
    x = LEFT + (WIDTH - fonts.width(title, BOLD, 21)) / 2
    page.texts.append(Text(BOLD, 21, x, frame.body_top + 13, title))


def _add_next_head(page: Page, frame: Frame) -> None:
    number = fonts.shorten(frame.number or "—", REGULAR, 9, WIDTH / 2 - 12)
    running = fonts.shorten(f"{frame.room}    {frame.title}（续）", REGULAR, 9, WIDTH / 2)
    page.texts.append(Text(REGULAR, 9, LEFT, TOP - 9, running))
    page.texts.append(_right(number, REGULAR, 9, TOP - 9))


def _right(text: str, font: str, size: float, y: float) -> Text:
    line = fonts.clean(text)
    return Text(font, size, RIGHT - fonts.width(line, font, size), y, line)


def _draw(canvas: Any, page: Page) -> None:
    canvas.setFillGray(_FILL)
    for fill in page.fills:
        canvas.rect(*fill, stroke=0, fill=1)
    canvas.setFillGray(0)
    _stroke(canvas, page.boxes, _THIN)
    _stroke(canvas, page.outlines, _THICK)
    canvas.setLineWidth(_THIN)
    for from_x, to_x, y in page.rules:
        canvas.line(from_x, y, to_x, y)
    if page.barcode:
        bars = Code128(page.barcode, barWidth=_BAR_WIDTH, barHeight=_BAR_HEIGHT, quiet=0)
        bars.drawOn(canvas, RIGHT - bars.width, TOP - _BAR_HEIGHT)
    _write(canvas, page.texts)


def _stroke(canvas: Any, boxes: list[Box], weight: float) -> None:
    # Most marks of a form are boxes, and reportlab's own paths format every number one by one.
    if boxes:
        path = " ".join(f"{x:.2f} {y:.2f} {w:.2f} {h:.2f} re" for x, y, w, h in boxes)
        canvas.setLineWidth(weight)
        canvas.addLiteral(f"{path} S")


def _write(canvas: Any, texts: list[Text]) -> None:
    block = canvas.beginText()
    current = ("", 0.0)
    for font, size, x, y, text in texts:
        if (font, size) != current:
            current = (font, size)
            block.setFont(font, size)
        block.setTextOrigin(x, y)
        block.textLine(text)
    canvas.drawText(block)
