"""Where teams were last, as far as that is known and not too old."""

from typing import NamedTuple

from db.domain.duty import is_on_duty
from db.domain.geometry import PointE6, distance_m
from db.domain.positions import FRESH, KEPT, is_fresh
from db.domain.scope import Scope
from db.store.driver import Connection
from db.store.lists import calendar_at

POSITIONS = """
SELECT position.unit, unit.name, unit.short_name, position.lon_e6, position.lat_e6, position.at,
  position.source, unit.duty
FROM position JOIN unit ON unit.code = position.unit
WHERE position.at > :since AND (:unit = '' OR position.unit = :unit) ORDER BY position.unit"""
POSITION = "SELECT lon_e6, lat_e6 FROM position WHERE unit = ? AND at >= ?"


class PositionRow(NamedTuple):
    """Where a team was last. `at` and `age` are milliseconds, `is_fresh` up to half an hour."""

    unit: str
    name: str
    short_name: str
    lon_e6: int
    lat_e6: int
    at: int
    source: str
    age: int
    is_fresh: bool


def positions(connection: Connection, now: int, scope: Scope | None = None) -> list[PositionRow]:
    """Return the last position of each team on duty now by unit code; none is older than 12 h.

    A liaison's scope sees that unit's own team.
    """
    asked = {"since": now - KEPT, "unit": scope.unit if scope else ""}
    calendar = calendar_at(connection, now)
    return [
        PositionRow(unit, name, short, lon, lat, at, source, max(now - at, 0), is_fresh(at, now))
        for unit, name, short, lon, lat, at, source, duty in connection.execute(POSITIONS, asked)
        if is_on_duty(duty, now, calendar)
    ]


def distance_to(
    connection: Connection, unit: str, lon_e6: int | None, lat_e6: int | None, now: int
) -> int | None:
    """Return the metres from a team's fresh position to a point, None where either is unknown."""
    if lon_e6 is None or lat_e6 is None:
        return None
    found: PointE6 | None = connection.execute(POSITION, (unit, now - FRESH)).fetchone()
    return distance_m(found, (lon_e6, lat_e6)) if found else None
