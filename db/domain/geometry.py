"""Points on the ground: distances, and the coordinate systems Chinese maps are drawn in.

Everything kept is WGS-84 in degrees times 1e6 (CGCS2000 differs from it by centimetres). GCJ-02 is
the offset system of the domestic map services, BD-09 a second offset upon it; both are given by
well-known public formulas without an official source. Inside China a point moves by 100 to 700 m.
"""

import math
from collections.abc import Callable, Iterable
from math import sin
from typing import Any, NamedTuple

E6 = 1_000_000
EARTH_RADIUS = 6_371_008.8
"""Mean radius in metres (IUGG)."""
SYSTEMS = ("wgs84", "gcj02", "bd09")
"""The systems coordinates may be given in; wgs84 stands for CGCS2000 too."""
CLOSE_DEGREES = 1e-9
"""How near an inverse comes: a tenth of a millimetre."""
_LAST_STEP = CLOSE_DEGREES * 100
_ROUNDS = 30
_SEMI_MAJOR, _ECCENTRICITY = 6_378_245.0, 0.00669342162296594323
"""Of the Krasovsky ellipsoid, which the public formula of GCJ-02 goes by."""
_BD_TURN = math.pi * 3000 / 180

Point = tuple[float, float]
"""Longitude and latitude in degrees."""
PointE6 = tuple[int, int]
"""Longitude and latitude in degrees times 1e6, WGS-84."""


class Box(NamedTuple):
    """A range of longitudes and latitudes, degrees times 1e6, ends included."""

    west: int
    south: int
    east: int
    north: int


MERCATOR_END = 85.051129
"""The last degree of latitude that tiles show."""
CHINA = Box(72_004_000, 829_300, 137_847_000, 55_827_100)
"""Outside of it GCJ-02 leaves points where they are."""


def is_on_earth(lon: float, lat: float) -> bool:
    """Whether degrees are a place at all; NaN and infinity are none."""
    return -180 <= lon <= 180 and -90 <= lat <= 90


def is_place_e6(lon: Any, lat: Any) -> bool:
    """Whether two foreign values are a place in whole degrees times 1e6."""
    return type(lon) is int and type(lat) is int and is_on_earth(lon / E6, lat / E6)


def to_e6(point: Point) -> PointE6:
    """Return degrees as they are kept."""
    return round(point[0] * E6), round(point[1] * E6)


def distance_m(one: PointE6, other: PointE6) -> int:
    """Return the metres between two points, by the haversine formula on a sphere."""
    lon1, lat1, lon2, lat2 = (math.radians(value / E6) for value in (*one, *other))
    half = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return round(2 * EARTH_RADIUS * math.asin(math.sqrt(min(1.0, half))))


def box_of(points: Iterable[PointE6]) -> Box | None:
    """Return the box that holds all points, None for none."""
    found = list(points)
    if not found:
        return None
    lons, lats = zip(*found, strict=True)
    return Box(min(lons), min(lats), max(lons), max(lats))


def to_wgs84(system: str, point: Point) -> Point:
    """Return degrees given in a system as WGS-84."""
    return all_to_wgs84(system, [point])[0]


def all_to_wgs84(system: str, points: Iterable[Point]) -> list[Point]:
    """Return points given in a system as WGS-84; fast where each lies near the one before."""
    match system:
        case "gcj02":
            return _inverse(_gcj02, points)
        case "bd09":
            return _inverse(_gcj02, _inverse(_bd09, points))
        case _:
            return list(points)


def from_wgs84(system: str, point: Point) -> Point:
    """Return degrees of WGS-84 in a system: where a map drawn in it shows them."""
    match system:
        case "gcj02":
            return _gcj02(point)
        case "bd09":
            return _bd09(_gcj02(point))
        case _:
            return point


def tile_at(lon: float, lat: float, z: int) -> tuple[float, float]:
    """Return where degrees lie on the tiles of a zoom: whole parts are x and y of the tile."""
    turn, count = math.radians(max(min(lat, MERCATOR_END), -MERCATOR_END)), 2.0**z
    return (
        (lon + 180) / 360 * count,
        (1 - math.asinh(math.tan(turn)) / math.pi) / 2 * count,
    )


def degrees_at(x: float, y: float, z: int) -> tuple[float, float]:
    """Return longitude and latitude of a place on the tiles of a zoom."""
    count = 2.0**z
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / count))))
    return x / count * 360 - 180, lat


def _gcj02(point: Point) -> Point:
    lon, lat = point
    if not (CHINA.west <= lon * E6 <= CHINA.east and CHINA.south <= lat * E6 <= CHINA.north):
        return point
    x, y = lon - 105.0, lat - 35.0
    turn_x, turn_y = x * math.pi, y * math.pi
    fast = 20 * sin(6 * turn_x) + 20 * sin(2 * turn_x)
    waves = (
        20 * sin(turn_x) + 40 * sin(turn_x / 3) + 150 * sin(turn_x / 12) + 300 * sin(turn_x / 30)
    )
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    east += (fast + waves) * 2 / 3
    waves = (
        20 * sin(turn_y) + 40 * sin(turn_y / 3) + 160 * sin(turn_y / 12) + 320 * sin(turn_y / 30)
    )
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    north += (fast + waves) * 2 / 3
    turn = math.radians(lat)
    flat = 1 - _ECCENTRICITY * math.sin(turn) ** 2
    meridian = _SEMI_MAJOR * (1 - _ECCENTRICITY) / flat**1.5
    parallel = _SEMI_MAJOR / math.sqrt(flat) * math.cos(turn)
    return lon + math.degrees(east / parallel), lat + math.degrees(north / meridian)


def _bd09(point: Point) -> Point:
    x, y = point
    reach = math.hypot(x, y) + 0.00002 * math.sin(y * _BD_TURN)
    angle = math.atan2(y, x) + 0.000003 * math.cos(x * _BD_TURN)
    return reach * math.cos(angle) + 0.0065, reach * math.sin(angle) + 0.006


def _inverse(forward: Callable[[Point], Point], wanted: Iterable[Point]) -> list[Point]:
    """Return the points that `forward` moves to those wanted.

    The offset hardly changes from place to place. So that of one point is a good guess for the
    next, and each round comes some hundred times nearer: after a last step of `_LAST_STEP` no more
    is missing than `CLOSE_DEGREES`.
    """
    offset_east = offset_north = 0.0
    found = []
    for there_lon, there_lat in wanted:
        for _ in range(_ROUNDS):
            lon, lat = forward((there_lon + offset_east, there_lat + offset_north))
            east, north = there_lon - lon, there_lat - lat
            offset_east, offset_north = offset_east + east, offset_north + north
            if abs(east) < _LAST_STEP and abs(north) < _LAST_STEP:
                break
        found.append((there_lon + offset_east, there_lat + offset_north))
    return found
