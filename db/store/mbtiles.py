"""A map of the town as tiles from a .mbtiles file: read-only, and trusted with nothing.

The file is an SQLite file from anywhere (MBTiles 1.3): its tables may be views that never end, its
tiles anything at all. It is opened apart from the record, its work is bounded, and only pictures
of known kinds and a sane size come out of it.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Self

from db.domain.errors import InputError
from db.domain.geometry import E6, Box, is_on_earth
from db.store import driver

TILE_BYTES = 1024 * 1024
MAX_ZOOM = 24
MAX_TOLD = 300
STEPS, STEPS_AT_OPENING = 2_000_000, 20_000_000
"""Instructions of the library one question may take: a tenth of a second, and all together at
opening. An honest question takes a thousandth of that."""
_PICTURES: dict[str, Callable[[bytes], bool]] = {
    "png": lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"),
    "jpg": lambda head: head.startswith(b"\xff\xd8\xff"),
    "webp": lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP",
}
_METADATA = (
    "SELECT name, substr(value, 1, :length) FROM metadata WHERE name IN"
    " ('name', 'format', 'bounds', 'minzoom', 'maxzoom', 'attribution') LIMIT 20"
)
# Two questions: together they would walk the whole table.
_ZOOMS = "SELECT (SELECT min(zoom_level) FROM tiles), (SELECT max(zoom_level) FROM tiles)"
_TILE = (
    "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"
    " AND length(tile_data) <= ? LIMIT 1"
)
_SAMPLE = "SELECT tile_data FROM tiles WHERE length(tile_data) <= ? LIMIT 1"
_WORLD = Box(-180 * E6, -85_051_129, 180 * E6, 85_051_129)


class TileInfo(NamedTuple):
    """What a file says of itself. `bounds` are degrees times 1e6 in the system of the tiles."""

    name: str
    format: str
    min_zoom: int
    max_zoom: int
    bounds: Box
    attribution: str


class Tiles:
    """An open file of tiles; may be asked from any thread."""

    def __init__(self, connection: driver.Connection, info: TileInfo) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._is_closed = False
        self.info = info

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a file of pictures.

        Raises InputError (tiles_malformed, tiles_not_pictures) for another kind of file,
        EnvironmentError_ (file_missing, file_unreadable) where it cannot be read.
        """
        try:
            connection = driver.open_plain(path)
            try:
                driver.bound(connection, STEPS_AT_OPENING)
                return cls(connection, _read_info(connection, path.name))
            except BaseException:
                connection.close()
                raise
        except driver.SqliteError as error:
            raise InputError("tiles_malformed", file=path.name) from error

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Return the picture of a tile, None where there is none.

        `y` counts from the north as map clients do; the file counts from the south.
        """
        if not (0 <= z <= MAX_ZOOM and 0 <= x < 2**z and 0 <= y < 2**z):
            return None
        with self._lock:
            if self._is_closed:
                return None
            driver.bound(self._connection, STEPS)
            try:
                asked = (z, x, 2**z - 1 - y, TILE_BYTES)
                row = self._connection.execute(_TILE, asked).fetchone()
            except driver.SqliteError:
                # A damaged page or a view without end: this tile is not there.
                return None
        return row[0] if row and _picture(row[0]) else None

    def close(self) -> None:
        """Let the file go; whoever still asks gets nothing."""
        with self._lock:
            self._is_closed = True
            with suppress(driver.SqliteError):
                self._connection.close()


def _read_info(connection: driver.Connection, name: str) -> TileInfo:
    rows = connection.execute(_METADATA, {"length": MAX_TOLD}).fetchall()
    told = {str(key): str(value) for key, value in rows if value is not None}
    row = connection.execute(_SAMPLE, (TILE_BYTES,)).fetchone()
    kind = _picture(row[0]) if row else ""
    if not kind:
        raise InputError("tiles_not_pictures", file=name, value=told.get("format", "")[:20])
    low, high = _zooms(connection, told)
    if not 0 <= low <= high <= MAX_ZOOM:
        raise InputError("tiles_malformed", file=name)
    return TileInfo(
        told.get("name", ""), kind, low, high, _bounds(told), told.get("attribution", "")
    )


def _zooms(connection: driver.Connection, told: dict[str, str]) -> tuple[int, int]:
    """Return the zooms the file says it has, else those of its tiles; -1 for none that can be."""
    try:
        return int(told["minzoom"]), int(told["maxzoom"])
    except (KeyError, ValueError):
        low, high = connection.execute(_ZOOMS).fetchone()
        return (low, high) if type(low) is type(high) is int else (-1, -1)


def _picture(data: object) -> str:
    """Return what kind of picture bytes are, empty for none that is shown."""
    if not isinstance(data, bytes):
        return ""
    return next((kind for kind, fits in _PICTURES.items() if fits(data[:12])), "")


def _bounds(told: dict[str, str]) -> Box:
    """Return what the file says it covers; the world where it says nothing that can be."""
    try:
        west, south, east, north = map(float, told.get("bounds", "").split(","))
    except ValueError:
        return _WORLD
    if not (is_on_earth(west, south) and is_on_earth(east, north)):
        return _WORLD
    if west >= east or south >= north:
        return _WORLD
    return Box(*(round(value * E6) for value in (west, south, east, north)))
