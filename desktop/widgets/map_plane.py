"""Where things lie on a map: a plane of metres, and what part of it is seen."""

import math
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTransform

from db.domain.geometry import EARTH_RADIUS, PointE6

METRES_PER_E6 = EARTH_RADIUS * math.pi / 180 / 1e6
MIN_SCALE, MAX_SCALE = 0.002, 4.0
"""Pixels a metre: half a district across a window, and a doorway."""
_FIT = 0.94
_FIT_MOST = 1.5
"""Closer than that a single point is not shown by itself."""

Box = tuple[float, float, float, float]
"""West, south, east and north in metres."""


@dataclass(frozen=True, slots=True)
class Plane:
    """Metres east and north of a point: equirectangular, exact to a pixel over a district."""

    lon_e6: int
    lat_e6: int

    @property
    def _wide(self) -> float:
        return METRES_PER_E6 * math.cos(math.radians(self.lat_e6 / 1e6))

    def x(self, lon_e6: Any) -> Any:
        """Return metres east, of a number or of an array."""
        return (lon_e6 - self.lon_e6) * self._wide

    def y(self, lat_e6: Any) -> Any:
        """Return metres north, of a number or of an array."""
        return (lat_e6 - self.lat_e6) * METRES_PER_E6

    def at(self, x: float, y: float) -> PointE6:
        """Return the point of the earth at a place of the plane."""
        return round(self.lon_e6 + x / self._wide), round(self.lat_e6 + y / METRES_PER_E6)


@dataclass(frozen=True, slots=True)
class Camera:
    """The part of the plane that is seen: its middle, pixels a metre, and the size in pixels.

    `ratio` is how many pixels of the screen one of these has, `letters` how much larger than
    usual labels are: what there is room for is measured in letters, not in pixels.
    """

    x: float = 0.0
    y: float = 0.0
    scale: float = 0.05
    width: int = 1
    height: int = 1
    ratio: float = 1.0
    letters: float = 1.0

    def px(self, x: Any) -> Any:
        """Return pixels from the left, of metres or an array of them."""
        return (x - self.x) * self.scale + self.width / 2

    def py(self, y: Any) -> Any:
        """Return pixels from the top, of metres or an array of them."""
        return (self.y - y) * self.scale + self.height / 2

    def plane_at(self, place: QPointF) -> tuple[float, float]:
        """Return the metres under a pixel."""
        return (
            self.x + (place.x() - self.width / 2) / self.scale,
            self.y - (place.y() - self.height / 2) / self.scale,
        )

    @property
    def box(self) -> Box:
        """The metres that are seen."""
        return self.box_of(QRectF(0, 0, self.width, self.height))

    def box_of(self, part: QRectF) -> Box:
        """Return the metres in a part of the view."""
        west, north = self.plane_at(part.topLeft())
        east, south = self.plane_at(part.bottomRight())
        return west, south, east, north

    @property
    def transform(self) -> QTransform:
        """What turns metres into pixels."""
        move = self.width / 2 - self.x * self.scale, self.height / 2 + self.y * self.scale
        return QTransform(self.scale, 0, 0, -self.scale, *move)

    def moved(self, dx: float, dy: float) -> "Camera":
        """Return the view after what is seen was moved by pixels right and down."""
        return replace(self, x=self.x - dx / self.scale, y=self.y + dy / self.scale)

    def zoomed(self, factor: float, place: QPointF | None = None) -> "Camera":
        """Return the view so many times closer; what is under a pixel stays there."""
        scale = min(max(self.scale * factor, MIN_SCALE), MAX_SCALE)
        if place is None:
            return replace(self, scale=scale)
        x, y = self.plane_at(place)
        part = self.scale / scale
        return replace(self, scale=scale, x=x + (self.x - x) * part, y=y + (self.y - y) * part)

    def fitted(self, box: Box, inset: int = 0) -> "Camera":
        """Return the view that shows a box whole, beside an inset at the left if there is room."""
        west, south, east, north = box
        scale = min(
            self.width * _FIT / max(east - west, 1.0), self.height * _FIT / max(north - south, 1.0)
        )
        scale = min(max(scale, MIN_SCALE), _FIT_MOST)
        aside = min(inset, max(self.width - (east - west) * scale, 0.0)) / 2
        middle = (west + east) / 2 - aside / scale
        return replace(self, x=middle, y=(south + north) / 2, scale=scale)
