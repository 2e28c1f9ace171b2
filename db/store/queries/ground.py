"""What a map shows beside outlines: what is open and where, how much happened where.

Everything comes out of covering indexes: where something lies is in one, what it is in another.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any, NamedTuple

from db.domain.scope import Scope
from db.store.driver import Connection
from db.store.queries.scope import visible
from db.store.queries.town import PostRow, posts_of


@dataclass(frozen=True, slots=True)
class Only:
    """Which incidents a map speaks of; what is empty does not matter."""

    platform: str = ""
    class_code: str = ""
    state: str = ""


EVERYTHING = Only()


class OpenIncident(NamedTuple):
    """What is open, as little as a map needs; without a point where none was given."""

    rid: int
    state: str
    urgency: str
    due_at: int | None
    platform: str
    area_code: str
    class_code: str
    lon_e6: int | None
    lat_e6: int | None

    def is_late(self, now: int) -> bool:
        """Whether its deadline has passed."""
        return self.due_at is not None and self.due_at < now


class IncidentPlace(NamedTuple):
    """Where one incident is."""

    rid: int
    number: str
    is_open: int
    area_code: str
    lon_e6: int | None
    lat_e6: int | None


class AreaCard(NamedTuple):
    """What is told of one area beside the map."""

    code: str
    name: str
    village: str
    households: int
    posts: tuple[PostRow, ...]
    recent: int
    """How many were taken in since the instant asked for."""


OPEN = """
SELECT rid, incident.state, urgency, due_at, platform, area_code, class_code
FROM incident INDEXED BY incident_open
WHERE is_open = 1 AND {conditions} ORDER BY sort_at, rid"""
POINTS = (
    "SELECT rid, lon_e6, lat_e6 FROM incident INDEXED BY incident_open_point"
    " WHERE is_open = 1 AND lat_e6 IS NOT NULL"
)
TAKEN_IN = """
SELECT area_code, count(*) FROM incident INDEXED BY incident_taken_in
WHERE taken_in_at >= :since AND {conditions} GROUP BY area_code"""
PLACE = (
    "SELECT rid, number, is_open, area_code, lon_e6, lat_e6 FROM incident"
    " WHERE rid = :rid AND {conditions}"
)
CARD = """
SELECT area.code, area.name, coalesce(above.name, ''), area.households
FROM area LEFT JOIN area AS above ON above.code = area.parent WHERE area.code = ?"""


def open_incidents(
    connection: Connection, scope: Scope, only: Only = EVERYTHING
) -> list[OpenIncident]:
    """Return what is open, the most pressing first."""
    conditions, parameters = _conditions(scope, only)
    points: dict[int, tuple[int | None, int | None]] = {
        rid: (lon, lat) for rid, lon, lat in connection.execute(POINTS)
    }
    rows = connection.execute(OPEN.format(conditions=conditions), parameters)
    nowhere = (None, None)
    return [OpenIncident._make((*row, *points.get(row[0], nowhere))) for row in rows]


def taken_in_counts(
    connection: Connection, scope: Scope, since: int, only: Only = EVERYTHING
) -> Counter[str]:
    """Return how many were taken in since an instant (UTC milliseconds), by area code.

    What has no area counts under the empty code.
    """
    conditions, parameters = _conditions(scope, only)
    parameters["since"] = since
    return Counter(dict(connection.execute(TAKEN_IN.format(conditions=conditions), parameters)))


def incident_place(connection: Connection, scope: Scope, rid: int) -> IncidentPlace | None:
    """Return where an incident is, open or not; None for one that is gone or out of scope."""
    conditions, parameters = visible(scope)
    row = connection.execute(PLACE.format(conditions=conditions), {**parameters, "rid": rid})
    found = row.fetchone()
    return IncidentPlace(*found) if found else None


def area_card(connection: Connection, scope: Scope, code: str, since: int) -> AreaCard | None:
    """Return what is told of an area, None for one that is gone or out of scope."""
    row = connection.execute(CARD, (code,)).fetchone()
    if row is None or not code.startswith(scope.area):
        return None
    conditions, parameters = visible(scope)
    inside = f"area_code >= :code AND area_code < :code_end AND {conditions}"
    parameters |= {"since": since, "code": code, "code_end": code + "~"}
    counts = dict(connection.execute(TAKEN_IN.format(conditions=inside), parameters).fetchall())
    return AreaCard._make((*row, tuple(posts_of(connection, code)), sum(counts.values())))


def _conditions(scope: Scope, only: Only) -> tuple[str, dict[str, Any]]:
    conditions, parameters = visible(scope)
    parts = [conditions]
    for column in ("platform", "class_code", "state"):
        if value := getattr(only, column):
            parts.append(f"incident.{column} = :only_{column}")
            parameters[f"only_{column}"] = value
    return " AND ".join(parts), parameters
