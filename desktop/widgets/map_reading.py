"""What a map reads of the record, made ready for painting. Runs in a worker."""

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely

from db.domain.calendar import day_start, local_date
from db.domain.geometry import PointE6
from db.domain.scope import Scope
from db.store.driver import Connection
from db.store.queries.ground import (
    EVERYTHING,
    AreaCard,
    Only,
    OpenIncident,
    area_card,
    open_incidents,
    taken_in_counts,
)
from db.store.queries.outlines import area_outlines
from db.store.queries.places import places_in_area
from db.store.queries.positions import positions
from desktop.ground_words import PLACE_KIND_NAMES, age_text
from desktop.language import Words, say
from desktop.widgets.map_ground import Fill, Ground, class_ends
from desktop.widgets.map_picture import INCIDENTS, PLACES, TEAMS, Chosen
from desktop.widgets.map_plane import Plane
from desktop.widgets.map_points import (
    FRESH_TEAM,
    STALE_TEAM,
    Points,
    incident_mark,
    place_mark,
)
from desktop.widgets.map_shapes import Circle, Outline, Shape

OPEN, LATE, TODAY, MONTH, YEAR, BARE = "open", "late", "today", "month", "year", "bare"
MEASURES = Words(
    {
        OPEN: "待办",
        LATE: "已超时",
        TODAY: "今天新到",
        MONTH: "30 天内新到",
        YEAR: "一年内新到",
        BARE: "待办，不着色",
    }
)
"""What is counted in each cell."""
DAY = 86_400_000
_DAYS = {MONTH: 30, YEAR: 365}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a map is to show: what is counted, of which incidents, and what is chosen on it."""

    measure: str = OPEN
    only: Only = EVERYTHING
    chosen: Chosen = field(default_factory=Chosen)


@dataclass(frozen=True, eq=False)
class Reading:
    """One look at the record. `texts` tell of places and teams by their keys."""

    ground: Ground
    wanted: Wanted
    layers: Mapping[str, Points]
    texts: Mapping[str, Sequence[str]]
    fill: Fill
    notes: Mapping[str, str]
    open_counts: Counter[str]
    late_counts: Counter[str]
    lost_counts: Counter[str]
    """Open incidents without a point, by the cell they lie in."""
    total: int
    nowhere: tuple[int, ...]
    """Open incidents with neither a point nor a cell: no map can show them."""
    chosen: "array[int]"
    """The incidents of what is chosen, the most pressing first."""
    beside: int
    """How many without a point lie in the cells that a chosen shape touches."""
    card: AreaCard | None

    def cell_text(self, code: str) -> str:
        """Return what is told of a cell."""
        count = self.fill.counts.get(code, 0)
        parts = [self.ground.names.get(code, code)]
        if self.wanted.measure not in (OPEN, BARE):
            parts.append(say("{} {} 件").format(MEASURES[self.wanted.measure], count))
        parts.append(
            say("待办 {} 件，其中超时 {} 件").format(self.open_counts[code], self.late_counts[code])
        )
        return "，".join([*parts, *filter(None, [self.notes.get(code)])])


def read_map(
    connection: Connection, scope: Scope, now: int, wanted: Wanted, ground: Ground | None
) -> Reading:
    """Read what a map shows; the ground only where it is not given."""
    rows = open_incidents(connection, scope, wanted.only)
    if ground is None:
        ground = Ground.of(area_outlines(connection, scope.area), _plane_of(rows))
    cells = [ground.cell_of(row.area_code) for row in rows]
    open_counts = Counter(filter(None, cells))
    late_counts = Counter(
        cell for row, cell in zip(rows, cells, strict=True) if cell and row.is_late(now)
    )
    if wanted.measure in (OPEN, BARE):
        counts = open_counts
    elif wanted.measure == LATE:
        counts = late_counts
    else:
        counts = _recent(connection, scope, now, wanted, ground)
    lost = [(row.rid, cell) for row, cell in zip(rows, cells, strict=True) if row.lat_e6 is None]
    lost_counts = Counter(cell for _, cell in lost if cell)
    chosen, month = wanted.chosen, now - _DAYS[MONTH] * DAY
    places, place_texts = _places(connection, scope, ground)
    teams, team_texts = _teams(connection, scope, now, ground.plane)
    return Reading(
        ground=ground,
        wanted=wanted,
        layers={
            INCIDENTS: _incidents(rows, cells, ground.plane, now, is_late=wanted.measure == LATE),
            PLACES: places,
            TEAMS: teams,
        },
        texts={PLACES: place_texts, TEAMS: team_texts},
        fill=Fill(dict(counts), class_ends(counts.values()), wanted.measure != BARE),
        notes={code: say("无坐标 {}").format(count) for code, count in lost_counts.items()},
        open_counts=open_counts,
        late_counts=late_counts,
        lost_counts=lost_counts,
        total=len(rows),
        nowhere=tuple(rid for rid, cell in lost if not cell),
        chosen=chosen_rids(rows, chosen, ground.plane),
        beside=_beside(lost_counts, ground, chosen.shape) if chosen.shape else 0,
        card=area_card(connection, scope, chosen.area, month) if chosen.area else None,
    )


def chosen_rids(rows: Sequence[OpenIncident], chosen: Chosen, plane: Plane) -> "array[int]":
    """Return which incidents are chosen: of an area all, of a shape those whose point lies in it.

    What is exactly on the line counts as inside.
    """
    if chosen.area:
        return array("q", (row.rid for row in rows if row.area_code.startswith(chosen.area)))
    if chosen.shape is not None:
        placed = [row for row in rows if row.lat_e6 is not None]
        inside = inside_shape(chosen.shape, [(row.lon_e6, row.lat_e6) for row in placed], plane)
        return array("q", (row.rid for row, is_in in zip(placed, inside, strict=True) if is_in))
    known = [row.rid for row in rows if row.rid in chosen.rids]
    return array("q", [*known, *sorted(chosen.rids.difference(known))])


def inside_shape(
    shape: Shape, points: Sequence[tuple[int | None, int | None]], plane: Plane
) -> list[bool]:
    """Return which points (longitude and latitude, degrees times 1e6) lie in a shape."""
    if not points:
        return []
    lons, lats = np.array(points, float).T
    places = shapely.points(plane.x(lons), plane.y(lats))
    if isinstance(shape, Circle):
        found = shapely.dwithin(places, _place(shape.centre, plane), shape.metres)
    else:
        outline = _outline(shape, plane)
        shapely.prepare(outline)
        found = shapely.intersects(outline, places)
    return list(map(bool, found))


def _beside(lost: Counter[str], ground: Ground, shape: Shape) -> int:
    """Count what has no point in the cells that a shape touches."""
    if isinstance(shape, Circle):
        touched = _place(shape.centre, ground.plane).buffer(shape.metres)
    else:
        touched = _outline(shape, ground.plane)
    return sum(
        count
        for cell, count in lost.items()
        if touched.intersects(_cell(ground, ground.index[cell]))
    )


def _place(point: PointE6, plane: Plane) -> shapely.Point:
    return shapely.Point(plane.x(point[0]), plane.y(point[1]))


def _outline(shape: Outline, plane: Plane) -> shapely.Geometry:
    corners = [(plane.x(lon), plane.y(lat)) for lon, lat in shape.corners]
    # A line that crosses itself encloses what either of its loops does.
    return shapely.make_valid(shapely.Polygon(corners))


def _cell(ground: Ground, index: int) -> shapely.Geometry:
    corners = [(point.x(), point.y()) for point in ground.cells.polygons[index].toList()]
    return shapely.make_valid(shapely.Polygon(corners))


def _incidents(
    rows: Sequence[OpenIncident],
    cells: Sequence[str],
    plane: Plane,
    now: int,
    *,
    is_late: bool,
) -> Points:
    shown = [
        (row, cell)
        for row, cell in zip(rows, cells, strict=True)
        if row.lat_e6 is not None and (row.is_late(now) or not is_late)
    ]
    return Points.of(
        (row.rid for row, _ in shown),
        (plane.x(row.lon_e6) for row, _ in shown),
        (plane.y(row.lat_e6) for row, _ in shown),
        (incident_mark(row.urgency, row.due_at, now) for row, _ in shown),
        # What is critical is never told by a count alone.
        [bool(cell) and row.urgency != "critical" for row, cell in shown],
    )


def _places(connection: Connection, scope: Scope, ground: Ground) -> tuple[Points, list[str]]:
    found, plane = places_in_area(connection, scope.area), ground.plane
    points = Points.of(
        range(len(found)),
        (plane.x(one.lon_e6) for one in found),
        (plane.y(one.lat_e6) for one in found),
        (place_mark(one.kind) for one in found),
        # From afar they would cover the counts.
        [not ground.is_empty for _ in found],
        [one.name for one in found],
    )
    texts = [(one.name, PLACE_KIND_NAMES.get(one.kind, ""), one.note) for one in found]
    return points, ["，".join(filter(None, parts)) for parts in texts]


def _teams(
    connection: Connection, scope: Scope, now: int, plane: Plane
) -> tuple[Points, list[str]]:
    found = positions(connection, now, scope)
    points = Points.of(
        range(len(found)),
        (plane.x(one.lon_e6) for one in found),
        (plane.y(one.lat_e6) for one in found),
        (FRESH_TEAM if one.is_fresh else STALE_TEAM for one in found),
        names=[one.short_name for one in found],
    )
    return points, [say("{}，位置 {}").format(one.name, age_text(one)) for one in found]


def _recent(
    connection: Connection, scope: Scope, now: int, wanted: Wanted, ground: Ground
) -> Counter[str]:
    """Count what was taken in lately, by cell."""
    is_today = wanted.measure == TODAY
    since = day_start(local_date(now)) if is_today else now - _DAYS[wanted.measure] * DAY
    found: Counter[str] = Counter()
    for code, count in taken_in_counts(connection, scope, since, wanted.only).items():
        if cell := ground.cell_of(code):
            found[cell] += count
    return found


def _plane_of(rows: Sequence[OpenIncident]) -> Plane | None:
    """Return a plane round what is open, for a record without areas on a map."""
    placed = [(row.lon_e6, row.lat_e6) for row in rows if row.lat_e6 is not None]
    if not placed:
        return None
    lons, lats = np.array(placed, np.int64).T
    return Plane(int(lons.mean()), int(lats.mean()))
