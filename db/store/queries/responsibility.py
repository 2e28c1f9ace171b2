"""Where work was given out and the list of responsibilities names nobody: what it lacks."""

from collections import Counter
from typing import NamedTuple

from db.domain.lists import Policy
from db.domain.recommend import responsible
from db.domain.scope import Scope
from db.store.driver import Connection
from db.store.queries.scope import visible


class Gap(NamedTuple):
    """A class in a village for which no unit is named, and how many incidents met that."""

    class_code: str
    village: str
    village_name: str
    incidents: int


_DISPATCHED = """SELECT class_code, area_code, count(*) FROM incident
WHERE taken_in_at >= :since AND class_code <> '' AND lead_unit <> '' AND {conditions}
GROUP BY class_code, area_code"""
_NAMES = "SELECT code, name FROM area WHERE level = 'village'"


def responsibility_gaps(
    connection: Connection, scope: Scope, policy: Policy, since: int
) -> list[Gap]:
    """Return what the list of responsibilities lacks, by incidents dispatched since an instant.

    Nothing is stored for it: an incident that got a unit and matches no row is the evidence.
    Most frequent first.
    """
    conditions, parameters = visible(scope)
    rows = connection.execute(
        _DISPATCHED.format(conditions=conditions), parameters | {"since": since}
    )
    gaps: Counter[tuple[str, str]] = Counter()
    for class_code, area_code, count in rows:
        if not responsible(policy, class_code, area_code):
            gaps[class_code, area_code[:12]] += count
    names = dict(connection.execute(_NAMES).fetchall())
    return [
        Gap(class_code, village, names.get(village, ""), count)
        for (class_code, village), count in gaps.most_common()
    ]
