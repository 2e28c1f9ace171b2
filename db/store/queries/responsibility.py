"""Whether units answer in time, and where the list of responsibilities names nobody."""

from collections import Counter
from typing import NamedTuple

from db.domain.lists import Policy
from db.domain.recommend import responsible
from db.domain.scope import Scope
from db.store.driver import Connection
from db.store.queries.scope import visible

LAST = 50
"""A unit's newest orders by which it is judged: a few pages to read, and how it is now."""


class Gap(NamedTuple):
    """A class in a village for which no unit is named, and how many incidents met that."""

    class_code: str
    village: str
    village_name: str
    incidents: int


ON_TIME = """SELECT avg(feedback_at <= due_at) FROM (
  SELECT feedback_at, due_at FROM assignment INDEXED BY assignment_unit WHERE unit = :unit
  ORDER BY incident DESC LIMIT :last)
WHERE feedback_at IS NOT NULL AND due_at IS NOT NULL"""
GAPS = """SELECT json_extract(step.detail, '$.was.gap') AS gap, area_code, count(DISTINCT incident)
FROM step INDEXED BY step_at JOIN incident ON incident.rid = step.incident
WHERE step.at >= :since AND step.kind = 'incident_dispatched' AND gap IS NOT NULL
  AND step.detail ->> '$.undone' IS NULL AND {conditions}
GROUP BY gap, area_code"""
_VILLAGES = "SELECT code, name FROM area WHERE level = 'village'"


def on_time_of(connection: Connection, unit: str) -> int | None:
    """Return the permille of a unit's last answers that were in time, None without any."""
    share = connection.execute(ON_TIME, {"unit": unit, "last": LAST}).fetchone()[0]
    return None if share is None else round(1000 * share)


def responsibility_gaps(
    connection: Connection, scope: Scope, policy: Policy, since: int
) -> list[Gap]:
    """Return what this list of responsibilities lacks, by the orders given since an instant.

    An order is a gap where the list of its day named nobody; one that is closed by now is left
    out. `since` is UTC milliseconds. Most frequent first.
    """
    conditions, parameters = visible(scope)
    rows = connection.execute(GAPS.format(conditions=conditions), parameters | {"since": since})
    counts: Counter[tuple[str, str]] = Counter()
    for class_code, area_code, count in rows:
        if not responsible(policy, class_code, area_code):
            counts[class_code, area_code[:12]] += count
    names = dict(connection.execute(_VILLAGES).fetchall())
    return [
        Gap(class_code, village, names.get(village, ""), count)
        for (class_code, village), count in counts.most_common()
    ]
