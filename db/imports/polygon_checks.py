"""What outlines do to each other: overlaps, gaps, what lies outside of the area above.

Outlines come in degrees times 1e6 and are laid flat in metres around their middle; within a town
that is true to a few parts in a thousand.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import shapely
from shapely import Polygon

from db.domain.geometry import E6, EARTH_RADIUS, PointE6

MIN_AREA = 50.0
"""Square metres below which nothing is told: drawn boundaries are no better."""
MIN_WIDTH = 0.5
"""Metres. Thinner slivers come of rounding to a millionth of a degree."""
_METRES = math.radians(1 / E6) * EARTH_RADIUS
"""Metres in a millionth of a degree along a meridian."""


class Misfit(NamedTuple):
    """A place where outlines do not fit. `what`: overlap, gap or outside; `codes` are of whom."""

    what: str
    codes: tuple[str, ...]
    square_metres: int
    at: PointE6


class Plane:
    """Lays outlines flat around a latitude."""

    def __init__(self, lat_e6: float) -> None:
        self._scale = (_METRES * math.cos(math.radians(lat_e6 / E6)), _METRES)

    def flat(self, shape: shapely.Geometry) -> shapely.Geometry:
        """Return a shape of degrees times 1e6 in metres."""
        return shapely.transform(shape, lambda corners: corners * self._scale)

    def place(self, shape: shapely.Geometry) -> PointE6:
        """Return a point inside of a flat shape."""
        spot = shape.representative_point()
        return round(spot.x / self._scale[0]), round(spot.y / self._scale[1])


def overlaps(plane: Plane, shapes: Mapping[str, shapely.Geometry]) -> Iterator[Misfit]:
    """Yield where two of the flat shapes cover the same ground."""
    codes = list(shapes)
    tree = shapely.STRtree([shapes[code] for code in codes])
    first, second = tree.query([shapes[code] for code in codes], predicate="intersects")
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        if one < other:
            common = shapes[codes[one]].intersection(shapes[codes[other]])
            yield from _misfits(plane, "overlap", (codes[one], codes[other]), [common])


def gaps(
    plane: Plane, shapes: Mapping[str, shapely.Geometry], above: shapely.Geometry | None
) -> Iterator[Misfit]:
    """Yield what none of the flat shapes covers: of the area above, else holes between them."""
    whole = shapely.union_all(list(shapes.values()))
    if above is not None:
        left = _parts(above.difference(whole))
    else:
        left = [Polygon(hole) for part in _parts(whole) for hole in part.interiors]
    for part in _wide(left):
        near = sorted(shapes, key=lambda code: (shapes[code].distance(part), code))[:2]
        yield from _misfits(plane, "gap", tuple(near), [part])


def outside(
    plane: Plane, shapes: Mapping[str, shapely.Geometry], above: shapely.Geometry
) -> Iterator[Misfit]:
    """Yield which of the flat shapes reach beyond the area above."""
    shapely.prepare(above)
    for code, shape in shapes.items():
        if not above.covers(shape):
            yield from _misfits(plane, "outside", (code,), [shape.difference(above)])


def _misfits(
    plane: Plane, what: str, codes: tuple[str, ...], found: Iterable[shapely.Geometry]
) -> Iterator[Misfit]:
    """Yield one misfit for all the ground that is meant, told at its largest piece."""
    parts = _wide(part for shape in found for part in _parts(shape))
    if parts:
        total = sum(float(part.area) for part in parts)
        largest = max(parts, key=lambda part: float(part.area))
        yield Misfit(what, codes, round(total), plane.place(largest))


def _wide(parts: Iterable[Any]) -> list[Any]:
    return [
        part for part in parts if part.area >= MIN_AREA and 2 * part.area / part.length >= MIN_WIDTH
    ]


def _parts(shape: shapely.Geometry) -> Sequence[Any]:
    return [part for part in shapely.get_parts(shape).tolist() if isinstance(part, Polygon)]
