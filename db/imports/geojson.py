"""Reads a GeoJSON file of outlines: judges every feature, keeps what is sound as plain numbers.

Nothing here knows the record or a coordinate system. A file of a stranger may be broken in any
way: what is wrong with one feature is a problem of that feature, of the whole an InputError.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from db.domain.errors import EnvironmentError_, InputError
from db.domain.geometry import Point, is_on_earth
from db.domain.identity import without_numbers
from db.imports.aliases import normalise
from db.imports.identity import is_identity_title
from db.store.files import write_file

FILE_BYTES = 32 * 1024 * 1024
FEATURES = 5_000
POINTS = 300_000
"""Corners in one file: a county's grids have a tenth of that."""
FEATURE_POINTS = 20_000
PARTS = 500
PROPERTIES = 100
CELL = 200
REASON = "reason"
"""The property that says in an error file why a feature stayed out."""
_KINDS = frozenset(
    {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"}
)
_BEGINNING = re.compile(r'"type"\s*:\s*"Feature"')
_NO_NUMBER = re.compile(r"-?(NaN|Infinity)", re.IGNORECASE)
"""What some programs write where they have no number; JSON knows neither."""
_DEPTH = 4
"""Lists within each other in the deepest of those."""
_NOWHERE = 10**9
"""Coordinates of any system, metres too, are less; an identity number is more."""

Ring = tuple[Point, ...]
Shape = tuple[Ring, ...]
"""A polygon: its outline, then its holes. No ring repeats its first corner."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One sound feature: its place in the file from 1, its properties as text, its polygons."""

    number: int
    properties: Mapping[str, str]
    shapes: tuple[Shape, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class GeoFile:
    """A file as it was read. `raw` are all its features, for the file of those that stay out."""

    path: Path
    features: tuple[Feature, ...]
    problems: tuple[InputError, ...]
    properties: tuple[str, ...]
    raw: tuple[Any, ...] = field(repr=False)


def read_geojson(path: Path) -> GeoFile:
    """Read a FeatureCollection of polygons.

    Raises InputError where the whole is none or passes a limit, EnvironmentError_ where it cannot
    be read. Each problem of a feature has its number as `row`.
    """
    raw = _features_of(_load(path), path.name)
    features, problems, points = [], [], 0
    for number, item in enumerate(raw, start=1):
        try:
            feature = _feature(number, item)
        except InputError as error:
            problems.append(InputError(error.code, **{"column": "", **error.params, "row": number}))
            continue
        points += sum(len(ring) for shape in feature.shapes for ring in shape)
        if points > POINTS:
            raise InputError("geo_too_many_points", file=path.name, limit=POINTS)
        features.append(feature)
    titles = dict.fromkeys(title for one in features for title in one.properties)
    return GeoFile(path, tuple(features), tuple(problems), tuple(titles)[:PROPERTIES], tuple(raw))


def write_features(path: Path, raw: Sequence[Any], reasons: Mapping[int, str]) -> None:
    """Write features by number, each with the reason it stayed out, to be mended and read again.

    Identity numbers are not written. The file appears whole or not at all.
    """
    features = [_with_reason(raw[number - 1], reason) for number, reason in sorted(reasons.items())]
    write_file(path, orjson.dumps({"type": "FeatureCollection", "features": features}))


def _load(path: Path) -> Any:
    try:
        size = path.stat().st_size
        data = path.read_bytes() if 0 < size <= FILE_BYTES else b""
    except FileNotFoundError as error:
        raise EnvironmentError_("file_missing", file=path.name) from error
    except OSError as error:
        raise EnvironmentError_("file_unreadable", file=path.name) from error
    if size == 0:
        raise InputError("file_empty", file=path.name)
    if size > FILE_BYTES:
        raise InputError("geo_too_large", file=path.name, limit=FILE_BYTES // 1024 // 1024)
    try:
        return orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except ValueError:
        # Domestic programs still write GB18030.
        try:
            return orjson.loads(data.decode("gb18030"))
        except orjson.JSONDecodeError as error:
            raise _broken(error, path.name) from error
        except ValueError as error:
            raise InputError("geo_not_json", file=path.name) from error


def _broken(error: orjson.JSONDecodeError, name: str) -> InputError:
    """Return where a file cannot be read, by line, letter and feature, once it has begun well."""
    number = len(_BEGINNING.findall(error.doc, 0, error.pos))
    if not number:
        return InputError("geo_not_json", file=name)
    place = {"line": error.lineno, "at": error.colno, "number": number}
    if found := _NO_NUMBER.match(error.doc, error.pos):
        return InputError("geo_not_number", file=name, value=found[0], **place)
    return InputError("geo_json_broken", file=name, **place)


def _features_of(document: Any, name: str) -> list[Any]:
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        raise InputError("geo_not_features", file=name)
    features = document.get("features")
    if not isinstance(features, list) or not features:
        raise InputError("geo_not_features", file=name)
    if len(features) > FEATURES:
        raise InputError("geo_too_many_features", file=name, limit=FEATURES)
    return features


def _feature(number: int, item: Any) -> Feature:
    if not isinstance(item, dict) or item.get("type") != "Feature":
        raise InputError("geo_feature_malformed")
    geometry = item.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if geometry is None:
        raise InputError("geo_no_shape")
    if kind not in ("Polygon", "MultiPolygon"):
        raise InputError("geo_not_polygon", value=without_numbers(str(kind))[0][:CELL])
    assert isinstance(geometry, dict)
    coordinates = geometry.get("coordinates")
    shapes = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(shapes, list) or not 0 < len(shapes) <= PARTS:
        raise InputError("geo_coordinates_malformed")
    read = tuple(_shape(shape) for shape in shapes)
    if sum(len(ring) for shape in read for ring in shape) > FEATURE_POINTS:
        raise InputError("geo_feature_too_large", limit=FEATURE_POINTS)
    return Feature(number, _properties(item.get("properties")), read)


def _shape(rings: Any) -> Shape:
    if not isinstance(rings, list) or not 0 < len(rings) <= PARTS:
        raise InputError("geo_coordinates_malformed")
    return tuple(_ring(ring) for ring in rings)


def _ring(positions: Any) -> Ring:
    if not isinstance(positions, list):
        raise InputError("geo_coordinates_malformed")
    if len(positions) > FEATURE_POINTS:
        raise InputError("geo_feature_too_large", limit=FEATURE_POINTS)
    points: list[Point] = []
    for position in positions:
        point = _point(position)
        if not points or point != points[-1]:
            points.append(point)
    if len(points) > 1 and points[0] == points[-1]:
        points.pop()
    if len(set(points)) < 3:
        raise InputError("geo_ring_short")
    return tuple(points)


def _point(position: Any) -> Point:
    # A third number is a height.
    if not isinstance(position, list) or not 2 <= len(position) <= 4:
        raise InputError("geo_coordinates_malformed")
    lon, lat = position[:2]
    if type(lon) not in (int, float) or type(lat) not in (int, float):
        raise InputError("geo_coordinates_malformed")
    if not is_on_earth(lon, lat):
        if is_on_earth(lat, lon):
            raise InputError("geo_swapped", value=f"{lon:.6g}, {lat:.6g}")
        raise InputError("geo_nowhere", value=f"{lon:.6g}, {lat:.6g}")
    return float(lon), float(lat)


def _properties(given: Any) -> dict[str, str]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise InputError("geo_feature_malformed")
    return dict(_texts(given))


def _texts(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for title, value in list(given.items())[:PROPERTIES]:
        if is_identity_title(normalise(title)) or title == REASON:
            continue
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            yield title[:CELL], without_numbers(_text(value))[0][:CELL].strip()


def _text(value: str | float) -> str:
    """Return what a program that exports numbers with a point had in its cell."""
    is_whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if is_whole else value)


def _with_reason(item: Any, reason: str) -> dict[str, Any]:
    """Return a feature that stayed out as it was read, less what no file of ours may hold."""
    whole = item if isinstance(item, dict) else {}
    given = whole.get("properties")
    properties = {
        without_numbers(title)[0]: _cleaned(value)
        for title, value in (given if isinstance(given, dict) else {}).items()
        if isinstance(value, str | int | float) and not is_identity_title(normalise(title))
    }
    geometry = _geometry(whole.get("geometry"))
    return {"type": "Feature", "geometry": geometry, "properties": {**properties, REASON: reason}}


def _cleaned(value: str | float) -> str | float:
    text, count = without_numbers(_text(value))
    return text if count else value


def _geometry(given: Any) -> dict[str, Any] | None:
    """Return what can be mended of a shape: a known type, and numbers all the way down."""
    kind = given.get("type") if isinstance(given, dict) else None
    if not isinstance(kind, str) or kind not in _KINDS:
        return None
    coordinates = given.get("coordinates", [])
    level = [coordinates]
    for _ in range(_DEPTH):
        level = [inner for one in level for inner in (one if isinstance(one, list) else [one])]
    is_numbers = all(type(one) in (int, float) and abs(one) < _NOWHERE for one in level)
    return {"type": kind, "coordinates": coordinates} if is_numbers else None
