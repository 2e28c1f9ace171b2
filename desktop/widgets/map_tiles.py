"""A raster map below everything else: tiles read and decoded in a worker, kept while in use.

Tiles drawn in an offset system are put where their places are.
"""

import math
from collections import OrderedDict
from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtCore import QBuffer, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QPainter

from db.domain.geometry import E6, degrees_at, from_wgs84, tile_at, to_e6, to_wgs84
from db.store.mbtiles import Tiles
from desktop.runner import Runner
from desktop.widgets.map_plane import METRES_PER_E6, Camera, Plane

TILE_PX = 256
KEPT = 160
"""Decoded tiles in memory, some screens full: at most 40 MB, for none is larger than `TILE_PX`."""
_SEEN_MOST = 96
_BATCH = 8
_SIDE_MOST = 1024
_AROUND_E6 = 360 * E6


class Tile(NamedTuple):
    """A tile's zoom, column, and row from the north."""

    z: int
    x: int
    y: int


class _Found(NamedTuple):
    """A tile as it was read: whether the file has one, and its picture if it is one."""

    tile: Tile
    is_there: bool
    image: QImage | None


class TileLayer(QObject):
    """Paints tiles; `changed()` when more of them can be painted.

    `failed()` once, when tiles that are there cannot be.
    """

    changed = Signal()
    failed = Signal()

    def __init__(
        self, runner: Runner, tiles: Tiles, crs: str, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._tiles = tiles
        self._crs = crs
        self._images: OrderedDict[Tile, QImage | None] = OrderedDict()
        self._missing: list[Tile] = []
        self._is_loading = self._has_failed = False

    def paint(self, painter: QPainter, camera: Camera, plane: Plane) -> None:
        """Paint the tiles that are here, ask for those that are not."""
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._missing = []
        for tile in self.in_view(camera, plane):
            if tile not in self._images:
                self._missing.append(tile)
                continue
            self._images.move_to_end(tile)
            image = self._images[tile]
            if image is not None:
                painter.drawImage(self._place(tile, camera, plane), image)
        self._load()

    def in_view(self, camera: Camera, plane: Plane) -> Iterator[Tile]:
        """Return the tiles that are seen; none from so far that they would be too many."""
        z = self._zoom(camera, plane)
        west, south, east, north = camera.box
        left, top = self._tile_at(plane, west, north, z)
        right, bottom = self._tile_at(plane, east, south, z)
        columns = range(math.floor(left), math.floor(right) + 1)
        rows = range(math.floor(top), math.floor(bottom) + 1)
        if len(columns) * len(rows) > _SEEN_MOST:
            return
        yield from (Tile(z, x, y) for y in rows for x in columns)

    def close(self) -> None:
        """Let the file go."""
        self._tiles.close()

    def _zoom(self, camera: Camera, plane: Plane) -> int:
        around = _AROUND_E6 * METRES_PER_E6 * math.cos(math.radians(plane.lat_e6 / E6))
        wanted = round(math.log2(around * camera.scale * camera.ratio / TILE_PX))
        return min(max(wanted, self._tiles.info.min_zoom), self._tiles.info.max_zoom)

    def _tile_at(self, plane: Plane, x: float, y: float, z: int) -> tuple[float, float]:
        lon, lat = plane.at(x, y)
        return tile_at(*from_wgs84(self._crs, (lon / E6, lat / E6)), z)

    def _place(self, tile: Tile, camera: Camera, plane: Plane) -> QRectF:
        """Return the pixels of a tile, whole ones: no seams between neighbours."""
        left, top = self._corner(tile.x, tile.y, tile.z, camera, plane)
        right, bottom = self._corner(tile.x + 1, tile.y + 1, tile.z, camera, plane)
        return QRectF(left, top, right - left, bottom - top)

    def _corner(self, x: int, y: int, z: int, camera: Camera, plane: Plane) -> tuple[int, int]:
        lon, lat = to_e6(to_wgs84(self._crs, degrees_at(x, y, z)))
        return round(camera.px(plane.x(lon))), round(camera.py(plane.y(lat)))

    def _load(self) -> None:
        if self._is_loading or not self._missing:
            return
        self._is_loading = True
        batch, tiles = self._missing[:_BATCH], self._tiles
        self._runner.job(
            lambda: [_read(tiles, tile) for tile in batch],
            self._on_loaded,
            self._on_failed,
            self,
        )

    def _on_loaded(self, found: list[_Found]) -> None:
        self._is_loading = False
        self._images.update((one.tile, one.image) for one in found)
        there = [one for one in found if one.is_there]
        if there and all(one.image is None for one in there):
            self._fail()
        while len(self._images) > KEPT:
            self._images.popitem(last=False)
        self.changed.emit()

    def _on_failed(self, error: Exception) -> None:
        # Without its ground the map still says everything: go on without asking again.
        self._images.update(dict.fromkeys(self._missing))
        self._is_loading = False
        self._fail()

    def _fail(self) -> None:
        if not self._has_failed:
            self._has_failed = True
            self.failed.emit()


def _read(tiles: Tiles, tile: Tile) -> _Found:
    data = tiles.tile(*tile)
    return _Found(tile, data is not None, _decoded(data))


def _decoded(data: bytes | None) -> QImage | None:
    """Return a picture, as large as it is painted; None for what is none, or larger than any."""
    if data is None:
        return None
    buffer = QBuffer()
    buffer.setData(data)
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > _SIDE_MOST:
        return None
    if max(size.width(), size.height()) > TILE_PX:
        reader.setScaledSize(size.scaled(TILE_PX, TILE_PX, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else image.convertToFormat(QImage.Format.Format_RGB32)
