"""The ground of a map: areas with their outlines in metres, and a count for each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPolygonF

from db.domain.areas import Area
from desktop.widgets.map_plane import Box, Camera, Plane

Floats = NDArray[np.float64]

NOWHERE = Plane(0, 0)
"""The plane of a map that knows of no place yet."""
TOWN_DIGITS = 9
"""Digits of a town's code: a longer one is a village's or a grid's."""
CLASSES = 3
"""Colours of a count above nought; nought has the colour of the land."""
NEAR_SIDE = 105.0
"""Pixels a usual cell must be wide before single points are shown in it instead of their count,
in letters of the usual size."""
_MARK_SIDE = 60.0
"""Pixels of a usual cell at which marks of places have their own size: from afar they are small."""
_CLOSE_SCALE = 0.4
_CELLS = ("grid", "village")
_GRID = "网格"
"""What names of grids end in, in the record."""


@dataclass(frozen=True, eq=False)
class Shapes:
    """Outlines in metres: polygons, the box of each, and where its label stands."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    polygons: tuple[QPolygonF, ...]
    boxes: Floats
    anchors: Floats

    @classmethod
    def of(cls, areas: Sequence[Area], plane: Plane) -> "Shapes":
        """Return the outlines of areas that have one."""
        rings = [np.array(area.ring, float) for area in areas]
        places = [np.column_stack([plane.x(one[:, 0]), plane.y(one[:, 1])]) for one in rings]
        boxes = [[*one.min(axis=0), *one.max(axis=0)] for one in places]
        anchors = [
            (plane.x(area.centre[0]), plane.y(area.centre[1]))
            if area.centre
            else place.mean(axis=0)
            for area, place in zip(areas, places, strict=True)
        ]
        return cls(
            tuple(area.code for area in areas),
            tuple(short_name(area.name) for area in areas),
            tuple(QPolygonF([QPointF(x, y) for x, y in place.tolist()]) for place in places),
            np.array(boxes, float).reshape(-1, 4),
            np.array(anchors, float).reshape(-1, 2),
        )

    def inside(self, box: Box) -> NDArray[np.intp]:
        """Return which may reach into a box."""
        west, south, east, north = box
        own = self.boxes
        found = (own[:, 0] <= east) & (own[:, 2] >= west)
        return np.flatnonzero(found & (own[:, 1] <= north) & (own[:, 3] >= south))

    def at(self, x: float, y: float) -> str:
        """Return the code of the one that holds a place, empty for none."""
        box = self.boxes
        inside = (box[:, 0] <= x) & (x <= box[:, 2]) & (box[:, 1] <= y) & (y <= box[:, 3])
        for index in np.flatnonzero(inside):
            if self.polygons[index].containsPoint(QPointF(x, y), Qt.FillRule.OddEvenFill):
                return self.codes[index]
        return ""


@dataclass(frozen=True, eq=False)
class Ground:
    """The cells of a map (the grids, or the villages where no grid has an outline) and borders."""

    plane: Plane
    cells: Shapes
    borders: Shapes
    index: Mapping[str, int] = field(repr=False)
    names: Mapping[str, str] = field(repr=False)
    """The full name of every area, with an outline or without."""

    @classmethod
    def of(cls, areas: Iterable[Area], fallback: Plane | None = None) -> "Ground":
        """Prepare areas for painting; the fallback is the plane where no area says where it is."""
        known = list(areas)
        drawn = [area for area in known if len(area.ring) > 2]
        levels = {area.level for area in drawn}
        level = next((one for one in _CELLS if one in levels), "")
        cells = [area for area in drawn if area.level == level]
        plane = _plane_round(known) or fallback or NOWHERE
        shapes = Shapes.of(cells, plane)
        return cls(
            plane,
            shapes,
            Shapes.of([area for area in drawn if area.level != level], plane),
            {code: index for index, code in enumerate(shapes.codes)},
            {area.code: area.name for area in known},
        )

    @property
    def is_empty(self) -> bool:
        """Whether no area has an outline."""
        return not self.cells.codes

    @property
    def box(self) -> Box | None:
        """The box around everything, None where nothing is drawn."""
        if self.is_empty:
            return None
        low, high = self.cells.boxes[:, :2].min(axis=0), self.cells.boxes[:, 2:].max(axis=0)
        return (*low.tolist(), *high.tolist())

    def cell_of(self, area_code: str) -> str:
        """Return the code of the cell an area lies in, empty for one in none."""
        if self.is_empty:
            return ""
        code = area_code[: len(self.cells.codes[0])]
        return code if code in self.index else ""

    def box_within(self, area_code: str) -> Box | None:
        """Return the box around the cells of an area, None where it has none."""
        own = [at for at, code in enumerate(self.cells.codes) if code.startswith(area_code)]
        if not own or not area_code:
            return None
        boxes = self.cells.boxes[own]
        return (*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())

    def is_near(self, camera: Camera) -> bool:
        """Whether single points are shown rather than a count in each cell."""
        if self.is_empty:
            return True
        return self._usual_side * camera.scale >= NEAR_SIDE * camera.letters

    def is_close(self, camera: Camera) -> bool:
        """Whether there is room for the names of places."""
        scale = camera.scale / camera.letters
        return scale >= _CLOSE_SCALE or self._usual_side * scale >= 3 * NEAR_SIDE

    def mark_size(self, camera: Camera) -> float:
        """Return how much larger than usual marks of places are: as labels, where there is room."""
        if self.is_near(camera):
            return camera.letters
        return min(camera.letters, max(self._usual_side * camera.scale / _MARK_SIDE, 1.0))

    @cached_property
    def _usual_side(self) -> float:
        if self.is_empty:
            return 0.0
        sizes = self.cells.boxes[:, 2:] - self.cells.boxes[:, :2]
        return float(np.median(np.sqrt(np.prod(sizes, axis=1))))


def _plane_round(areas: Sequence[Area]) -> Plane | None:
    points = [point for area in areas for point in area.ring] or [
        area.centre for area in areas if area.centre
    ]
    if not points:
        return None
    lons, lats = zip(*points, strict=True)
    return Plane((min(lons) + max(lons)) // 2, (min(lats) + max(lats)) // 2)


def short_name(name: str) -> str:
    """Return a name as short as it stands on a map: `采薇 02 网格` -> `采薇02`."""
    return name.removesuffix(_GRID).replace(" ", "") or name


@dataclass(frozen=True, slots=True)
class Fill:
    """A count per cell, and the highest count of each class but the last (see `class_ends`)."""

    counts: Mapping[str, int] = field(default_factory=dict)
    ends: tuple[int, ...] = ()
    is_coloured: bool = True

    def class_of(self, code: str) -> int:
        """Return 0 for none, else the class of its count."""
        count = self.counts.get(code, 0)
        return 0 if not count else 1 + sum(count > end for end in self.ends)


def class_ends(counts: Iterable[int]) -> tuple[int, ...]:
    """Return where one class of counts ends and the next begins: thirds of the cells with any."""
    found = sorted(count for count in counts if count)
    if not found:
        return ()
    ends = {found[(len(found) * part - 1) // CLASSES] for part in range(1, CLASSES)}
    return tuple(sorted(ends - {found[-1]}))


def fill_role(number: int) -> str:
    """Return the role of a class of counts."""
    return f"map_fill_{number}" if number else "map_land"
