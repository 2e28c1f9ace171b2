"""The dispatch board: each unit with the open work in its hands, and what one order needs.

Only open work is read: by the index of unanswered assignments, whatever the years hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from db.domain.calendar import DEFAULT_CALENDAR, Calendar
from db.domain.callout import Command, gravest_level, parse_commands
from db.domain.duty import is_on_duty
from db.domain.errors import InputError, RuleError
from db.domain.geometry import PointE6, distance_m
from db.domain.incidents import WAITING, Incident
from db.domain.lists import Unit
from db.domain.ops import Actor
from db.domain.rules.base import Facts, handle_timers
from db.domain.scope import Scope
from db.store.driver import Connection
from db.store.facts import facts_at
from db.store.lists import calendar_at, rows_at
from db.store.queries.incidents import Detail, incident_detail
from db.store.queries.positions import PositionRow, positions
from db.store.queries.responses import active_responses
from db.store.queries.scope import visible
from db.store.queries.town import unit_loads, units

WAITING_STATES = ("accepted",)
"""What waits to be dispatched."""
MOVING_STATES = ("dispatched", "handling", "paused")
"""What is with a unit."""
_TOWN = 9

WORK = """
SELECT assignment.unit, incident.rid, number, title, class_code, urgency, coalesce(area.name, ''),
  address, part, assignment.state, sent_at,
  CASE WHEN due_stage = 'resume' THEN incident.due_at ELSE coalesce(
    (SELECT min(timer.due_at) FROM timer WHERE timer.incident = incident.rid
      AND timer.unit = assignment.unit AND ended_at IS NULL), assignment.due_at) END,
  due_stage = 'resume' OR incident.state = 'paused'
FROM assignment INDEXED BY assignment_open
JOIN incident ON incident.rid = assignment.incident
LEFT JOIN area ON area.code = incident.area_code
WHERE assignment.state IN ('sent', 'signed', 'reworked') AND is_open = 1 AND {conditions}"""
_GRIDS = "SELECT name, lon_e6, lat_e6 FROM area WHERE level = 'grid' AND lon_e6 IS NOT NULL"


class Work(NamedTuple):
    """One unit's unanswered part in an incident. `due_at` is of the clock that runs for the unit.

    Of one that is paused (`is_paused`) it is when the pause ends, None where only an act ends it.
    """

    unit: str
    rid: int
    number: str
    title: str
    class_code: str
    urgency: str
    area_name: str
    address: str
    part: str
    state: str
    sent_at: int | None
    due_at: int | None
    is_paused: int


@dataclass(frozen=True, slots=True)
class Lane:
    """A unit on the board. `load` counts its open work, seen by this scope or not.

    `place` is the grid whose middle is nearest to its position, empty where that is not known.
    """

    unit: Unit
    load: int
    works: tuple[Work, ...] = ()
    position: PositionRow | None = None
    place: str = ""

    @property
    def unsigned_since(self) -> int | None:
        """Since when its oldest order waits to be signed."""
        waiting = (item.sent_at for item in self.works if item.state == "sent")
        return min((at for at in waiting if at is not None), default=None)

    @property
    def next_due(self) -> int | None:
        """Its first deadline, come or not."""
        running = (item.due_at for item in self.works if not item.is_paused)
        return min((at for at in running if at is not None), default=None)

    def late(self, now: int) -> int:
        """Return how many of its incidents are late."""
        return sum(
            not item.is_paused and item.due_at is not None and item.due_at < now
            for item in self.works
        )


@dataclass(frozen=True, slots=True)
class Board:
    """All units that may be sent, by code, and what tells when and how to reach them."""

    lanes: tuple[Lane, ...] = ()
    calendar: Calendar = DEFAULT_CALENDAR
    commands: tuple[Command, ...] = ()

    def is_on_duty(self, unit: Unit, now: int) -> bool:
        """Whether a unit is at its desk."""
        return is_on_duty(unit.duty, now, self.calendar)

    def on_duty(self, now: int) -> frozenset[str]:
        """Return the codes of the units that are."""
        return frozenset(lane.unit.code for lane in self.lanes if self.is_on_duty(lane.unit, now))


@dataclass(frozen=True, slots=True)
class Briefing:
    """One incident as a dispatcher needs it.

    `due_at`: by when a unit that is sent now has to answer, None where no limit can be told.
    `level`: of the gravest response that covers it, empty for ordinary days.
    """

    detail: Detail
    due_at: int | None
    level: str

    def due_for(self, unit: str) -> int | None:
        """Return by when a unit has to answer: that of its order, where it has one already."""
        found = self.detail.incident.assignments
        own = (item.due_at for item in found if item.unit == unit and item.state in WAITING)
        return next(own, self.due_at)


def board(connection: Connection, scope: Scope, now: int) -> Board:
    """Return the units of a scope's town, each with its open work, most urgent first.

    Where a team is, is told while it is on duty only.
    """
    loads = unit_loads(connection)
    works, calendar = _works(connection, scope), calendar_at(connection, now)
    where = {item.unit: item for item in positions(connection, now, scope)}
    grids = connection.execute(_GRIDS).fetchall() if where else []
    lanes = []
    for unit in units(connection):
        if not unit.code.startswith(scope.area[:_TOWN]) or scope.unit not in ("", unit.code):
            continue
        position = where.get(unit.code)
        found = tuple(works.get(unit.code, ()))
        place = _nearest(grids, position)
        lanes.append(Lane(unit, loads.get(unit.code, 0), found, position, place))
    commands = parse_commands(rows_at(connection, "command", now))
    return Board(tuple(lanes), calendar, commands)


def briefing(
    connection: Connection, scope: Scope, rid: int, now: int, actor: Actor
) -> Briefing | None:
    """Return one incident for dispatch, None where it is gone or out of scope."""
    detail = incident_detail(connection, scope, rid, now, actor)
    if detail is None:
        return None
    incident = detail.incident
    responses = active_responses(connection, now)
    level = gravest_level(responses, incident.class_code, incident.area_code)
    return Briefing(detail, _due_at(incident, facts_at(connection, now, scope, incident)), level)


def _due_at(incident: Incident, facts: Facts) -> int | None:
    """Return by when a unit that is sent now is due (T10, T11): no later than the lead is."""
    try:
        due = max(item["due"] for item in handle_timers(incident, facts, ""))
    except (RuleError, InputError):
        return None  # no class, or a list without a limit for it
    own = (item for item in incident.running if item.unit == incident.lead_unit)
    lead = max((item.due_at for item in own if item.stage == "handle"), default=due)
    return int(min(due, lead))


def _works(connection: Connection, scope: Scope) -> Mapping[str, Sequence[Work]]:
    conditions, parameters = visible(scope)
    rows = connection.execute(WORK.format(conditions=conditions), parameters).fetchall()
    found: dict[str, list[Work]] = {}
    for work in sorted(map(Work._make, rows), key=_by_urgency):
        found.setdefault(work.unit, []).append(work)
    return found


def _by_urgency(work: Work) -> tuple[bool, bool, int, int]:
    return bool(work.is_paused), work.due_at is None, work.due_at or 0, work.rid


def _nearest(grids: Sequence[tuple[str, int, int]], at: PositionRow | None) -> str:
    """Return the name of the grid whose middle is nearest to a position."""
    if at is None or not grids:
        return ""
    here: PointE6 = (at.lon_e6, at.lat_e6)
    return min(grids, key=lambda grid: distance_m(here, (grid[1], grid[2])))[0]
