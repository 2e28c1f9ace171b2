"""Points of a map: incidents, places, teams. Arrays, painted in one batch; a shape for each kind.

Form says how urgent (triangle, diamond, disc), filling how late (ringed, full, hollow); colour only
repeats it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap

from db.store.queries.queue import SOON
from desktop.language import Words
from desktop.theme import Theme, current_theme
from desktop.widgets.map_labels import Boxes
from desktop.widgets.map_plane import Camera

CELL = 28
"""Pixels of a mark's cell in the atlas."""
USUAL_FONT = 12
"""Pixels of the labels' font at which marks have their own size."""
REACH = 11.0
"""Pixels from a mark within which it is meant by a click."""
NAMES_MOST = 120
_URGENCIES = ("normal", "urgent", "critical")
_FORMS = {"normal": "disc", "urgent": "diamond", "critical": "triangle"}
PLACE_SIGNS = Words({
    "school": "学", "hospital": "医", "care_home": "养", "market": "市", "chemical": "危",
    "fuel": "油", "station": "站", "shelter": "避", "flood_point": "涝", "utility": "供",
    "site": "工", "office": "政", "other": "点",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """How a kind of point is drawn. `filling`: ringed, full, hollow; `sign` stands in it."""

    form: str
    filling: str
    role: str
    sign: str = ""


def incident_mark(urgency: str, due_at: int | None, now: int) -> int:
    """Return the mark of an incident by urgency and by how its deadline stands."""
    form = _URGENCIES.index(urgency) if urgency in _URGENCIES else 0
    late = 0 if due_at is None or due_at - now >= SOON else 1 + (due_at < now)
    return form * 3 + late


_FILLINGS = (("hollow", "accent"), ("full", "warn"), ("ringed", "danger"))
MARKS = (
    *(Mark(_FORMS[urgency], *filling) for urgency in _URGENCIES for filling in _FILLINGS),
    *(Mark("square", "full", "info", sign) for sign in PLACE_SIGNS.values()),
    Mark("flag", "full", "ok"),
    Mark("flag", "hollow", "text_dim"),
)
_FIRST_PLACE = 9
FRESH_TEAM, STALE_TEAM = len(MARKS) - 2, len(MARKS) - 1


def place_mark(kind: str) -> int:
    """Return the mark of a kind of place."""
    kinds = list(PLACE_SIGNS)
    return _FIRST_PLACE + (kinds.index(kind) if kind in kinds else len(kinds) - 1)


@dataclass(frozen=True, eq=False)
class Points:
    """Points of one layer in the order they are met by keys: the most pressing first.

    `is_counted`: from afar the count of its cell speaks for it. `keys` are row ids or positions in
    whatever the layer was made of; `names` stand beside the marks from near.
    """

    keys: NDArray[np.int64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    marks: NDArray[np.intp]
    is_counted: NDArray[np.bool_]
    names: Sequence[str] = field(default=(), repr=False)

    @classmethod
    def of(
        cls,
        keys: Iterable[int] = (),
        x: Iterable[float] = (),
        y: Iterable[float] = (),
        marks: Iterable[int] = (),
        is_counted: Iterable[bool] | None = None,
        names: Sequence[str] = (),
    ) -> "Points":
        """Return a layer of columns."""
        found = np.array(list(keys), np.int64)
        counted = [False] * len(found) if is_counted is None else list(is_counted)
        return cls(
            found,
            np.array(list(x), float),
            np.array(list(y), float),
            np.array(list(marks), np.intp),
            np.array(counted, bool),
            names,
        )

    @cached_property
    def row_of(self) -> dict[int, int]:
        """The row of each key."""
        return {key: row for row, key in enumerate(self.keys.tolist())}

    @cached_property
    def _stacks(self) -> tuple[dict[int, int], dict[int, int]]:
        return _stacked(self, ~self.is_counted), _stacked(self, np.ones(len(self.keys), bool))

    def stacks(self, *, is_near: bool) -> dict[int, int]:
        """Return how many are shown at the very same place, by the row on top of them."""
        return self._stacks[is_near]

    def places(self, *, is_near: bool) -> NDArray[np.float64]:
        """Return where points are shown, in metres."""
        shown = slice(None) if is_near else ~self.is_counted
        return np.column_stack([self.x[shown], self.y[shown]])

    def in_view(self, camera: Camera, *, is_near: bool) -> NDArray[np.intp]:
        """Return the rows that are seen."""
        west, south, east, north = camera.box
        margin = CELL / 2 * camera.letters / camera.scale
        inside = (self.x >= west - margin) & (self.x <= east + margin)
        inside &= (self.y >= south - margin) & (self.y <= north + margin)
        if not is_near:
            inside &= ~self.is_counted
        return np.flatnonzero(inside)

    def near(self, camera: Camera, place: QPointF, *, is_near: bool) -> list[int]:
        """Return the rows a click at a pixel means, the nearest first."""
        rows = self.in_view(camera, is_near=is_near)
        away = np.hypot(camera.px(self.x[rows]) - place.x(), camera.py(self.y[rows]) - place.y())
        order = np.argsort(away, kind="stable")
        reach = REACH * camera.letters
        return [int(rows[index]) for index in order if away[index] <= reach]


def _stacked(points: Points, shown: NDArray[np.bool_]) -> dict[int, int]:
    rows = np.flatnonzero(shown)
    if not len(rows):
        return {}
    places = np.column_stack([points.x[rows], points.y[rows]])
    _, first, counts = np.unique(places, axis=0, return_index=True, return_counts=True)
    many = counts > 1
    return dict(zip(rows[first[many]].tolist(), counts[many].tolist(), strict=True))


class PointPainter:
    """Paints points out of one picture of all marks, a batch a layer."""

    def __init__(self) -> None:
        self._atlas = QPixmap()
        self._made_for: tuple[object, ...] = ()
        self._fragments = PrimitiveArray(QPainter.PixmapFragment, 10)

    def paint(
        self,
        painter: QPainter,
        camera: Camera,
        font: QFont,
        points: Points,
        size: float,
        *,
        is_near: bool,
    ) -> None:
        """Paint a layer, the most pressing on top; say how many stand at one place.

        `size` is how much larger than usual its marks are.
        """
        rows = points.in_view(camera, is_near=is_near)[::-1]
        if not len(rows):
            return
        ratio = camera.ratio
        side = self._make_atlas(font, size, ratio)
        self._fragments.resize(len(rows))
        cells: Any = self._fragments.ndarray()
        # One whole pixel after another: marks at halves of pixels are blurred and slower.
        cells[:, 0] = np.round(camera.px(points.x[rows]))
        cells[:, 1] = np.round(camera.py(points.y[rows]))
        cells[:, 2] = points.marks[rows] * side
        cells[:, 3] = 0
        cells[:, 4:6] = side
        cells[:, 6:8] = 1 / ratio
        cells[:, 8] = 0
        cells[:, 9] = 1
        batch: Any = (*self._fragments.drawargs(), self._atlas)  # the stubs know another form
        painter.drawPixmapFragments(*batch)
        self._paint_stacks(painter, camera, font, points, points.stacks(is_near=is_near))

    def _paint_stacks(
        self, painter: QPainter, camera: Camera, font: QFont, points: Points, stacks: dict[int, int]
    ) -> None:
        theme = current_theme()
        small = QFont(font)
        small.setBold(True)
        painter.setFont(small)
        for row, count in stacks.items():
            x, y = camera.px(points.x[row]), camera.py(points.y[row])
            if 0 <= x <= camera.width and 0 <= y <= camera.height:
                _write(painter, theme, QPointF(x + 8, y - 5), f"×{count}")

    def paint_names(
        self, painter: QPainter, camera: Camera, font: QFont, points: Points, taken: Boxes
    ) -> None:
        """Write names beside the marks, where they cover no other name."""
        theme, metrics = current_theme(), QFontMetricsF(font)
        painter.setFont(font)
        beside = CELL / 2 * camera.letters - 3
        for row in points.in_view(camera, is_near=True)[:NAMES_MOST].tolist():
            text = points.names[row]
            left, middle = camera.px(points.x[row]) + beside, camera.py(points.y[row])
            width, height = metrics.horizontalAdvance(text), metrics.height()
            rect = QRectF(left, middle - height / 2, width, height)
            if taken.is_free(rect):
                taken.take(rect)
                _write(painter, theme, QPointF(left, rect.top() + metrics.ascent()), text)

    def _make_atlas(self, font: QFont, size: float, ratio: float) -> int:
        """Draw every mark once; return how many pixels of the screen each may take."""
        theme, scale = current_theme(), ratio * size
        side = round(CELL * scale)
        wanted = (theme, font.key(), scale)
        if wanted == self._made_for:
            return side
        self._made_for = wanted
        self._atlas = QPixmap(side * len(MARKS), side)
        self._atlas.fill(Qt.GlobalColor.transparent)
        with QPainter(self._atlas) as painter:
            for index, mark in enumerate(MARKS):
                painter.save()
                painter.translate((index + 0.5) * side, side / 2)
                painter.scale(scale, scale)
                draw_mark(painter, mark, theme, font)
                painter.restore()
        return side


def letters_of(font: QFont) -> float:
    """Return how much larger than usual labels and marks are in a font."""
    return max(font.pixelSize() / USUAL_FONT, 1.0)


def draw_mark(painter: QPainter, mark: Mark, theme: Theme, font: QFont) -> None:
    """Draw one mark around the origin, as large as on the map."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ink, ground = theme[mark.role], theme.surface
    path = _path(mark.form)
    if mark.filling == "ringed":
        # The ring parts it from the land as well as from its neighbours.
        painter.setPen(QPen(ink, 1.5))
        painter.setBrush(ground)
        painter.drawEllipse(QPointF(0, 0), 10, 10)
    painter.setPen(_round_pen(ground, 3.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if mark.filling != "ringed":
        painter.drawPath(path)
    painter.setPen(_round_pen(ink, 1.8))
    painter.setBrush(ground if mark.filling == "hollow" else ink)
    painter.drawPath(path)
    if mark.sign:
        small = QFont(font)
        small.setPixelSize(11)
        painter.setFont(small)
        painter.setPen(ground)
        painter.drawText(QRectF(-8, -8, 16, 16), Qt.AlignmentFlag.AlignCenter, mark.sign)


def _round_pen(color: QColor, width: float) -> QPen:
    style, cap = Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap
    return QPen(color, width, style, cap, Qt.PenJoinStyle.RoundJoin)


def _path(form: str) -> QPainterPath:
    path = QPainterPath()
    if form == "disc":
        path.addEllipse(QPointF(0, 0), 4.5, 4.5)
        return path
    if form == "square":
        path.addRoundedRect(QRectF(-7.5, -7.5, 15, 15), 2, 2)
        return path
    corners = {
        "diamond": ((0, -6.5), (6.5, 0), (0, 6.5), (-6.5, 0)),
        "triangle": ((0, -7), (6.5, 5), (-6.5, 5)),
        "flag": ((-4, 8), (-4, -8), (6, -4.5), (-4, -1)),
    }[form]
    path.moveTo(*corners[0])
    for corner in corners[1:]:
        path.lineTo(*corner)
    path.closeSubpath()
    return path


def _write(painter: QPainter, theme: Theme, place: QPointF, text: str) -> None:
    """Write over whatever lies there: a rim in the colour of the ground keeps it legible."""
    painter.setPen(_veil(theme.surface))
    for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        painter.drawText(place + QPointF(dx, dy), text)
    painter.setPen(theme.text)
    painter.drawText(place, text)


def _veil(color: QColor) -> QColor:
    veil = QColor(color)
    veil.setAlpha(210)
    return veil
