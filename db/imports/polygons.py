"""From a file of outlines to areas of the record: which is which, what is wrong, what changes.

Planning writes nothing. The record holds one ring for an area: of several parts the largest is
kept and holes are left out, each time with a word of it; what outlines do to each other is judged
on them as they stand in the file.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from statistics import median
from typing import Literal, NamedTuple

import shapely
from shapely import MultiPolygon, Polygon

from db.domain.areas import CODE_LENGTH, LEVELS, Area, level_of
from db.domain.errors import EnvironmentError_, InputError
from db.domain.geometry import SYSTEMS, PointE6, all_to_wgs84, distance_m, to_e6, to_wgs84
from db.imports.aliases import normalise
from db.imports.geojson import Feature, GeoFile, Shape
from db.imports.polygon_checks import Misfit, Plane, gaps, outside, overlaps

MAX_CORNERS = 2_400
"""Corners of a ring that an op of 64 kB has room for."""
TOLERANCES = (0.5, 1.0, 2.0, 5.0, 10.0)
"""Metres by which a ring with more is simplified, tried in turn."""
MAX_NAME = 60
NEAR = 100
"""Metres the centres may be off the known ones without a word: outlines are redrawn."""
FAR = 5_000
"""Metres off under every system: it is not this town, or not degrees."""
MAX_MISFITS = 200

ALIASES = {
    "code": (
        "code", "gridcode", "网格编码", "网格代码", "网格编号", "区划代码", "行政区划代码", "编码",
        "代码", "编号", "wgbm", "wgdm", "wgbh", "xzqdm", "qhdm", "adcode", "dm", "id",
    ),
    "name": (
        "name", "gridname", "网格名称", "区划名称", "名称", "wgmc", "xzqmc", "qhmc", "mc",
    ),
    "households": ("households", "户数", "总户数", "hs"),
    "grid_type": ("gridtype", "网格类型", "wglx"),
}  # fmt: skip
_GATHERED = ("geo_area_new", "geo_name_new", "geo_winding")
_GRID_TYPES = {"基础": "base", "base": "base", "专属": "dedicated", "dedicated": "dedicated"}

Level = Literal["reject", "warn", "note"]
Ring = tuple[PointE6, ...]
Progress = Callable[[int, int], None]


class Finding(NamedTuple):
    """One thing to know of a file. `level`: the feature stays out, look at it, or only told.

    `error` has the feature's number as `row`, 0 for the whole, and the property as `column`.
    """

    level: Level
    error: InputError


@dataclass(frozen=True, slots=True)
class AreaPlan:
    """What applying a file would do. `areas` are the sound ones that say something new.

    `offset` is how far the middle one of the centres would move, in metres, None where nothing is
    known to compare with; `advised` is the system under which it would move least, if not this.
    """

    crs: str
    code_property: str
    name_property: str
    areas: tuple[Area, ...] = field(repr=False, default=())
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    findings: tuple[Finding, ...] = field(repr=False, default=())
    offset: int | None = None
    advised: str = ""

    @property
    def rejected(self) -> tuple[InputError, ...]:
        """Why features stay out."""
        return tuple(item.error for item in self.findings if item.level == "reject")


@dataclass(slots=True)
class _Read:
    """A feature on its way to an area. `whole` is all of it, degrees times 1e6."""

    area: Area
    whole: shapely.Geometry
    findings: list[Finding]
    number: int


def plan_areas(
    file: GeoFile,
    known: Iterable[Area],
    crs: str,
    code_property: str | None = None,
    name_property: str | None = None,
    on_progress: Progress | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> AreaPlan:
    """Judge a file against the areas of the record, its coordinates being of one system.

    Properties given as None are found by what they are called, the code's also by its values; with
    "" for the name all areas keep the one they have.
    Raises InputError (crs_unknown, geo_code_property_missing, geo_property_unknown),
    EnvironmentError_ (work_cancelled).
    """
    if crs not in SYSTEMS:
        raise InputError("crs_unknown", value=crs, known=list(SYSTEMS))
    columns = _columns(file, code_property, name_property)
    here = {area.code: area for area in known}
    findings = [Finding("reject", error) for error in file.problems]
    read: dict[str, _Read] = {}
    for done, feature in enumerate(file.features, start=1):
        if is_cancelled and is_cancelled():
            raise EnvironmentError_("work_cancelled")
        try:
            one = _read(feature, columns, here, crs)
            if one.area.code in read:
                first = read[one.area.code].number
                raise InputError("geo_code_twice", value=one.area.code, first=first)
            read[one.area.code] = one
            findings += one.findings
        except InputError as error:
            findings.append(_finding("reject", error, feature.number))
        if on_progress:
            on_progress(done, len(file.features))
    orphans = list(_drop_orphans(read, here))
    lost = {item.error.params["row"] for item in orphans}
    findings = [item for item in findings if item.error.params["row"] not in lost]
    findings = [*_gathered(findings), *orphans]
    findings += _neighbourhood(read, here, is_cancelled)
    offset, advised = _suspicion(file, columns["code"], here, crs)
    findings += _offset_finding(crs, offset, advised)
    new = [one.area for one in read.values() if not _says_the_same(one.area, here)]
    added = sum(area.code not in here for area in new)
    return AreaPlan(
        crs=crs,
        code_property=columns["code"],
        name_property=columns.get("name", ""),
        areas=tuple(sorted(new, key=lambda area: area.code)),
        added=added,
        changed=len(new) - added,
        unchanged=len(read) - len(new),
        findings=tuple(sorted(findings, key=lambda item: item.error.params["row"])),
        offset=offset,
        advised=advised,
    )


def areas_as_features(areas: Iterable[Area]) -> dict[str, object]:
    """Return the outlines of areas as a FeatureCollection in WGS-84, which reads back the same."""
    features = [
        {
            "type": "Feature",
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [[lon / 1e6, lat / 1e6] for lon, lat in (*area.ring, area.ring[0])]
                ],
            },
            "properties": {
                "code": area.code,
                "name": area.name,
                "grid_type": area.grid_type,
                "households": area.households,
            },
        }
        for area in areas
        if area.ring
    ]
    return {"type": "FeatureCollection", "features": features}


def _columns(file: GeoFile, code: str | None, name: str | None) -> dict[str, str]:
    """Return which property holds what."""
    for given in (code, name):
        if given and given not in file.properties:
            raise InputError("geo_property_unknown", value=given, known=list(file.properties))
    columns = {
        what: title
        for what, aliases in ALIASES.items()
        if (title := _first_alias(file.properties, aliases))
    }
    if name is not None:
        columns["name"] = name
    return columns | {"code": code or _code_property(file)}


def _first_alias(titles: Sequence[str], aliases: Sequence[str]) -> str:
    by_alias = {normalise(title): title for title in reversed(titles)}
    return next((by_alias[alias] for alias in aliases if alias in by_alias), "")


def _code_property(file: GeoFile) -> str:
    """Return the property that is called a code and holds some, else the one that holds most."""
    counts = {
        title: sum(_is_code(one.properties.get(title, "")) for one in file.features)
        for title in file.properties
    }
    named = [title for title in file.properties if normalise(title) in ALIASES["code"]]
    named.sort(key=lambda title: ALIASES["code"].index(normalise(title)))
    for title in named:
        if counts[title] * 2 >= len(file.features):
            return title
    if not file.features:
        # Why each of them stays out is said; that there is no code would not be true.
        return ""
    best = max(counts, key=lambda title: counts[title], default="")
    if best and counts[best] * 2 >= len(file.features):
        return best
    if named:
        return named[0]
    raise InputError("geo_code_property_missing", known=list(file.properties))


def _is_code(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) in CODE_LENGTH.values()


def _read(feature: Feature, columns: dict[str, str], here: dict[str, Area], crs: str) -> _Read:
    code = feature.properties.get(columns["code"], "")
    if not code:
        raise InputError("field_missing", column=columns["code"])
    try:
        level = level_of(code)
    except InputError as error:
        raise InputError(error.code, **error.params, column=columns["code"]) from error
    known = here.get(code, Area(code, "", level))
    name = feature.properties.get(columns.get("name", ""), "") or known.name
    if not name:
        raise InputError("area_name_missing", value=code, column=columns.get("name", ""))
    if len(name) > MAX_NAME:
        raise InputError("field_too_long", column=columns["name"], limit=MAX_NAME)
    findings: list[Finding] = []

    if code not in here:
        new = InputError("geo_area_new", value=code, count=1)
        findings.append(_finding("warn", new, feature.number))
    elif name != known.name:
        renamed = InputError("geo_name_new", value=f"{known.name} → {name}", count=1)
        findings.append(_finding("note", renamed, feature.number))
    whole, ring = _outline(feature, code, crs, findings)
    area = replace(
        known,
        name=name,
        households=_households(feature, columns, known),
        grid_type=_GRID_TYPES.get(
            feature.properties.get(columns.get("grid_type", ""), "").removesuffix("网格"),
            known.grid_type,
        ),
        crs=crs,
    )
    if known.ring and _canonical(known.ring) == _canonical(ring):
        ring, centre = known.ring, known.centre or _centre(ring)
    else:
        centre = _centre(ring)
    return _Read(replace(area, ring=ring, centre=centre), whole, findings, feature.number)


def _households(feature: Feature, columns: dict[str, str], known: Area) -> int:
    text = feature.properties.get(columns.get("households", ""), "")
    if not text:
        return known.households
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise InputError("field_count", column=columns["households"], value=text)
    return int(text)


def _outline(
    feature: Feature, code: str, crs: str, findings: list[Finding]
) -> tuple[shapely.Geometry, Ring]:
    """Return all of a feature's ground, and the ring that is kept, counter-clockwise."""

    def tell(level: Level, error: InputError) -> None:
        findings.append(_finding(level, error, feature.number))

    parts = [_polygon(shape, crs) for shape in feature.shapes]
    whole = parts[0] if len(parts) == 1 else MultiPolygon(parts)
    if not whole.is_valid:
        raise InputError("geo_parts_cross", value=_where(whole))
    plane = Plane(whole.bounds[1])
    areas = [float(plane.flat(part).area) for part in parts]
    largest = parts[areas.index(max(areas))]
    if len(parts) > 1:
        left = round(sum(areas) - max(areas))
        count = len(parts) - 1
        tell("warn", InputError("geo_parts_left", value=code, count=count, square_metres=left))
    if largest.interiors:
        holes = sum(float(plane.flat(Polygon(hole)).area) for hole in largest.interiors)
        count, left = len(largest.interiors), round(holes)
        tell("warn", InputError("geo_holes_left", value=code, count=count, square_metres=left))
    if any(not _is_counter_clockwise(shape[0]) for shape in feature.shapes):
        tell("note", InputError("geo_winding", value=code, count=1))
    corners = len(largest.exterior.coords) - 1
    if corners > MAX_CORNERS:
        largest, metres = _simplified(largest, plane)
        told = {"corners": corners, "kept": len(largest.exterior.coords) - 1, "metres": metres}
        tell("warn", InputError("geo_simplified", value=code, **told))
    outer = shapely.orient_polygons(Polygon(largest.exterior)).exterior.coords[:-1]
    return whole, tuple((round(x), round(y)) for x, y in outer)


def _polygon(shape: Shape, crs: str) -> Polygon:
    rings = [
        [corner for corner, _ in groupby(map(to_e6, all_to_wgs84(crs, ring)))] for ring in shape
    ]
    if any(len(ring) < 3 for ring in rings):
        raise InputError("geo_ring_short")
    polygon = Polygon(rings[0], rings[1:])
    if not polygon.is_valid:
        raise InputError("geo_self_crossing", value=_where(polygon))
    return polygon


def _where(shape: shapely.Geometry) -> str:
    """Return where a shape is at odds with itself: `125.001000, 29.500000`."""
    told = shapely.is_valid_reason(shape).partition("[")[2].rstrip("]").split()
    if len(told) != 2:
        return ""
    return f"{float(told[0]) / 1e6:.6f}, {float(told[1]) / 1e6:.6f}"


def _simplified(polygon: Polygon, plane: Plane) -> tuple[Polygon, float]:
    for tolerance in TOLERANCES:
        reach = tolerance / float(plane.flat(shapely.Point(1, 0)).x)
        simple = polygon.simplify(reach)
        rounded = Polygon([(round(x), round(y)) for x, y in simple.exterior.coords])
        if len(rounded.exterior.coords) <= MAX_CORNERS and rounded.is_valid:
            return rounded, tolerance
    raise InputError("geo_feature_too_large", limit=MAX_CORNERS)


def _is_counter_clockwise(ring: Sequence[tuple[float, float]]) -> bool:
    pairs = zip(ring, (*ring[1:], ring[0]), strict=True)
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs) > 0


def _canonical(ring: Ring) -> Ring:
    """Return a ring as it is compared: counter-clockwise, from its least corner on."""
    turned = ring if _is_counter_clockwise(ring) else ring[::-1]
    start = turned.index(min(turned))
    return (*turned[start:], *turned[:start])


def _centre(ring: Ring) -> PointE6:
    shape = Polygon(ring)
    spot = shape.centroid if shape.contains(shape.centroid) else shape.representative_point()
    return round(spot.x), round(spot.y)


def _says_the_same(area: Area, here: dict[str, Area]) -> bool:
    known = here.get(area.code)
    return known is not None and replace(area, crs=known.crs) == known


def _gathered(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield what is often true of all of a file once, with how many and the first of them."""
    for code in _GATHERED:
        same = [item for item in findings if item.error.code == code]
        if same:
            first = "、".join(item.error.params["value"] for item in same[:3])
            told = InputError(code, count=len(same), value=first)
            yield _finding(same[0].level, told, 0)
    yield from (item for item in findings if item.error.code not in _GATHERED)


def _drop_orphans(read: dict[str, _Read], here: dict[str, Area]) -> Iterator[Finding]:
    """Take out areas that have nothing above them, here or in the file, from the top down."""
    for code in sorted(read, key=len):
        above = read[code].area.parent
        if above and above not in here and above not in read:
            number = read.pop(code).number
            error = InputError("geo_parent_unknown", value=code, parent=above)
            yield _finding("reject", error, number)


def _neighbourhood(
    read: dict[str, _Read], here: dict[str, Area], is_cancelled: Callable[[], bool] | None
) -> Iterator[Finding]:
    """Yield how the outlines fit to each other and to those of the record, family by family."""
    middle = [one.area.centre[1] for one in read.values() if one.area.centre]
    if not middle:
        return
    plane = Plane(median(middle))
    shapes = {
        area.code: plane.flat(Polygon(area.ring)) for area in here.values() if len(area.ring) > 2
    }
    shapes |= {code: plane.flat(one.whole) for code, one in read.items()}
    found = 0
    for above in sorted({one.area.parent for one in read.values()} | _with_children(read, here)):
        if is_cancelled and is_cancelled():
            raise EnvironmentError_("work_cancelled")
        family = _children(above, shapes)
        yield from _missing(above, here, read)
        try:
            is_below = len(above) > CODE_LENGTH["district"]
            misfits = list(_misfits(plane, family, shapes.get(above), is_below_district=is_below))
        except shapely.errors.GEOSException:
            yield _finding("warn", InputError("geo_not_compared", value=above), 0)
            continue
        for misfit in misfits[: max(MAX_MISFITS - found, 0)]:
            numbers = [read[code].number for code in misfit.codes if code in read]
            yield _misfit_finding(misfit, min(numbers, default=0), above)
        found += len(misfits)
    if found > MAX_MISFITS:
        yield _finding("warn", InputError("geo_more_misfits", count=found - MAX_MISFITS), 0)


def _with_children(read: dict[str, _Read], here: dict[str, Area]) -> set[str]:
    """Return the areas of the file that have outlines below them in the record."""
    return {area.parent for area in here.values() if area.ring and area.parent in read}


def _children(above: str, shapes: dict[str, shapely.Geometry]) -> dict[str, shapely.Geometry]:
    depth = 0 if not above else LEVELS.index(level_of(above)) + 1
    if depth >= len(LEVELS):
        return {}
    length = CODE_LENGTH[LEVELS[depth]]
    return {
        code: shape
        for code, shape in shapes.items()
        if len(code) == length and code.startswith(above)
    }


def _misfits(
    plane: Plane,
    family: dict[str, shapely.Geometry],
    above: shapely.Geometry | None,
    *,
    is_below_district: bool,
) -> Iterator[Misfit]:
    yield from overlaps(plane, family)
    if above is not None:
        yield from outside(plane, family, above)
    # Of a district often one town alone is known.
    if len(family) > 1 or (family and is_below_district):
        yield from gaps(plane, family, above)


def _missing(above: str, here: dict[str, Area], read: dict[str, _Read]) -> Iterator[Finding]:
    """Yield the areas of a family that have an outline neither here nor in the file."""
    for code, area in here.items():
        if area.parent == above and not area.ring and code not in read:
            yield _finding("warn", InputError("geo_area_missing", value=code, name=area.name), 0)


def _misfit_finding(misfit: Misfit, number: int, above: str) -> Finding:
    codes = {"overlap": "geo_overlap", "gap": "geo_gap", "outside": "geo_outside"}
    code = codes[misfit.what]
    error = InputError(
        code,
        value="、".join(misfit.codes),
        square_metres=misfit.square_metres,
        at=f"{misfit.at[0] / 1e6:.6f}, {misfit.at[1] / 1e6:.6f}",
        parent=above,
    )
    return _finding("warn", error, number)


def _finding(level: Level, error: InputError, number: int) -> Finding:
    """Place an error in the file: at a feature by its number, 0 for the whole."""
    return Finding(level, InputError(error.code, **{"column": "", **error.params, "row": number}))


def _suspicion(
    file: GeoFile, column: str, here: dict[str, Area], crs: str
) -> tuple[int | None, str]:
    """Return how far the known centres would move, and another system that fits them better.

    A wrong system moves everything by some hundred metres the same way.
    """
    pairs = [
        (_rough_centre(feature.shapes), centre)
        for feature in file.features
        if (known := here.get(feature.properties.get(column, ""))) and (centre := known.centre)
    ]
    if not pairs:
        return None, ""
    offsets = {
        system: round(
            median(distance_m(to_e6(to_wgs84(system, spot)), centre) for spot, centre in pairs)
        )
        for system in SYSTEMS
    }
    best = min(SYSTEMS, key=lambda system: offsets[system])
    is_better = offsets[crs] > NEAR and offsets[best] * 3 < offsets[crs]
    return offsets[crs], best if is_better else ""


def _offset_finding(crs: str, offset: int | None, advised: str) -> Iterator[Finding]:
    if advised:
        error = InputError("geo_crs_doubtful", metres=offset, crs=crs, advised=advised)
        yield _finding("warn", error, 0)
    elif offset is not None and offset > FAR:
        yield _finding("warn", InputError("geo_far_off", metres=offset), 0)


def _rough_centre(shapes: Sequence[Shape]) -> tuple[float, float]:
    largest = max(shapes, key=lambda shape: Polygon(shape[0]).area)
    spot = Polygon(largest[0]).centroid
    return (spot.x, spot.y)
