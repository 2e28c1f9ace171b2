"""Labels of a map: each has a place of its own, or none."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QStaticText

from desktop.widgets.map_ground import TOWN_DIGITS, Fill, Floats, Ground

_GAP = 2.0
_SQUARE = 64.0
_TRIES = (0.0, -1.1, 1.1)
_FAR_TRIES = (*_TRIES, -2.2, 2.2)
"""Lines above or below its middle at which a label may stand; the name of a village farther off."""
_MARK = 9.0
"""Pixels a mark of the usual size reaches from its middle."""
_MARKS_MOST = 1_500
"""Points that labels give way to; among more there is no room anyway."""


_Rect = tuple[float, float, float, float]


class Boxes:
    """Rectangles of labels, no two of which overlap; kept by where they are, in squares."""

    def __init__(self) -> None:
        self._squares: defaultdict[tuple[int, int], list[_Rect]] = defaultdict(list)

    def is_free(self, rect: QRectF) -> bool:
        """Whether nothing stands in a rectangle."""
        left, top, right, bottom = _sides(rect)
        return not any(
            west < right and east > left and north < bottom and south > top
            for square in _squares(left, top, right, bottom)
            for west, north, east, south in self._squares.get(square, ())
        )

    def take(self, rect: QRectF) -> None:
        """Let a rectangle be taken."""
        sides = _sides(rect)
        for square in _squares(*sides):
            self._squares[square].append(sides)


def _sides(rect: QRectF) -> _Rect:
    return rect.left(), rect.top(), rect.right(), rect.bottom()


def _squares(left: float, top: float, right: float, bottom: float) -> list[tuple[int, int]]:
    columns = range(int(left // _SQUARE), int(right // _SQUARE) + 1)
    rows = range(int(top // _SQUARE), int(bottom // _SQUARE) + 1)
    return [(column, row) for column in columns for row in rows]


@dataclass(frozen=True, slots=True)
class Label:
    """A text laid out, and where it stands: its corner in pixels from its anchor in metres."""

    text: QStaticText
    x: float
    y: float
    rect: QRectF
    is_strong: bool


class Layout:
    """Labels being given a place at one scale, the more important ones first."""

    def __init__(
        self, ground: Ground, scale: float, font: QFont, marks: Floats, mark_size: float = 1.0
    ) -> None:
        self._ground = ground
        self._scale = scale
        strong = QFont(font)
        strong.setBold(True)
        self._fonts = {False: font, True: strong}
        self._metrics = {name: QFontMetricsF(one) for name, one in self._fonts.items()}
        self._boxes = Boxes()
        self._marks = Boxes()
        reach = _MARK * mark_size
        for x, y in marks.tolist() if len(marks) <= _MARKS_MOST else ():
            self._marks.take(QRectF(x * scale - reach, -y * scale - reach, 2 * reach, 2 * reach))
        self.labels: list[Label] = []
        self.anchors: list[tuple[float, float]] = []

    def put_counts(self, fill: Fill) -> None:
        """Put the count into each cell that has any, the greatest first."""
        cells = self._ground.cells
        counted = sorted(
            (index for code, index in self._ground.index.items() if fill.counts.get(code)),
            key=lambda index: (-fill.counts[cells.codes[index]], index),
        )
        for index in counted:
            count = str(fill.counts[cells.codes[index]])
            self._put(cells.anchors[index], count, is_strong=True)

    def put_villages(self) -> None:
        """Put the names of villages where they have room."""
        borders = self._ground.borders
        for index, code in enumerate(borders.codes):
            if len(code) > TOWN_DIGITS:
                self._put(borders.anchors[index], borders.names[index], _FAR_TRIES)

    def put_cells(self, fill: Fill, notes: Mapping[str, str]) -> None:
        """Put name and count into each cell, and a note with it where there is one."""
        cells = self._ground.cells
        for index, (code, name) in enumerate(zip(cells.codes, cells.names, strict=True)):
            count = fill.counts.get(code, 0)
            text = f"{name} · {count}" if count else name
            self._put(cells.anchors[index], text, is_strong=bool(count))
            if code in notes:
                self._put(cells.anchors[index], notes[code], _FAR_TRIES)

    def _put(
        self,
        anchor: Floats,
        text: str,
        lines: Sequence[float] = _TRIES,
        *,
        is_strong: bool = False,
    ) -> None:
        """Put a text where it covers no other; off the points if that can be."""
        metrics = self._metrics[is_strong]
        width, height = metrics.horizontalAdvance(text), metrics.height()
        left, top = anchor[0] * self._scale - width / 2, -anchor[1] * self._scale - height / 2
        places = [QRectF(left, top + line * height, width, height) for line in lines]
        free = [rect for rect in places if self._boxes.is_free(rect.adjusted(-_GAP, 0, _GAP, 0))]
        if not free:
            return
        rect = next((one for one in free if self._marks.is_free(one)), free[0])
        self._boxes.take(rect.adjusted(-_GAP, 0, _GAP, 0))
        laid_out = QStaticText(text)
        laid_out.setTextFormat(Qt.TextFormat.PlainText)
        laid_out.prepare(font=self._fonts[is_strong])
        y = rect.top() - top - height / 2
        self.labels.append(Label(laid_out, -width / 2, y, rect, is_strong))
        self.anchors.append((float(anchor[0]), float(anchor[1])))
