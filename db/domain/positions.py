"""Where a field team on duty was last: one position, its age, and no way to keep a second.

Paper row 14: the last known position of teams on duty only, stale after half an hour, never a
track of anybody.
"""

from typing import NamedTuple

from db.domain.calendar import MINUTE
from db.domain.errors import InputError
from db.domain.geometry import is_place_e6

FRESH = 30 * MINUTE
"""Milliseconds a position counts when a team is recommended."""
KEPT = 12 * 60 * MINUTE
"""Milliseconds after which a position is deleted: the length of the longest shift."""
CLOCK_LEAD = 5 * MINUTE
"""Milliseconds a sender's clock may be ahead of ours."""
MAX_SOURCE = 40


class Position(NamedTuple):
    """Where a team was at an instant (UTC milliseconds). `unit` is its code; WGS-84, 1e-6 degrees.

    `source` says how it became known: the name of a file, a radio call.
    """

    unit: str
    lon_e6: int
    lat_e6: int
    at: int
    source: str = ""


def is_fresh(at: int, now: int) -> bool:
    """Whether a position of an instant still says where the team is."""
    return now - at <= FRESH


def check_position(position: Position, now: int) -> Position:
    """Return the position; raises InputError for one that is nowhere, or not yet."""
    if not is_place_e6(position.lon_e6, position.lat_e6):
        raise InputError("point_nowhere", column="lon")
    if position.at > now + CLOCK_LEAD:
        raise InputError("position_in_future", column="at")
    if len(position.source) > MAX_SOURCE:
        raise InputError("field_too_long", column="source", limit=MAX_SOURCE)
    return position._replace(at=min(position.at, now))
