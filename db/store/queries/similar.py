"""Closed incidents like one that is open, and how they ended: what worked the last time."""

from typing import NamedTuple

from db.domain.duplicates import dice, normalise, pairs
from db.domain.scope import Scope
from db.store.driver import Connection
from db.store.queries.scope import visible

LOOKED_BACK = 180 * 86_400_000
"""Milliseconds: older ones were settled by people and units that may have changed."""
MOST = 300
"""Closed incidents compared, the newest first."""
SHOWN = 3
ALIKE = 0.2
"""What two texts must share (Dice over pairs of characters) to be worth a look."""
_SUBJECT = (
    "SELECT village, class_code, title || ' ' || content FROM incident"
    " WHERE rid = :rid AND is_open = 1 AND {conditions}"
)
CLOSED = f"""SELECT incident.rid, number, title, content, closed_at, taken_in_at, outcome,
  satisfaction, coalesce(unit.short_name, '')
FROM incident INDEXED BY incident_closed LEFT JOIN unit ON unit.code = lead_unit
WHERE closed_at IS NOT NULL AND closed_at >= :since AND village = :village
  AND (:class_code = '' OR class_code = :class_code) AND incident.state IN ('closed', 'archived')
  AND incident.rid <> :rid AND {{conditions}}
ORDER BY closed_at DESC, incident.rid DESC LIMIT {MOST}"""


class Ended(NamedTuple):
    """A closed incident and its end. Instants are UTC milliseconds, `likeness` is permille."""

    number: str
    title: str
    closed_at: int
    taken_in_at: int
    outcome: str
    satisfaction: str
    unit_name: str
    likeness: int


def similar_closed(connection: Connection, scope: Scope, rid: int, now: int) -> tuple[Ended, ...]:
    """Return the closed incidents of the same village and class whose texts are most alike.

    Nothing of an incident that is closed itself or is not to be seen.
    """
    conditions, parameters = visible(scope)
    parameters["rid"] = rid
    subject = connection.execute(_SUBJECT.format(conditions=conditions), parameters).fetchone()
    if subject is None:
        return ()
    parameters |= {"village": subject[0], "class_code": subject[1], "since": now - LOOKED_BACK}
    own = pairs(normalise(subject[2]))
    rows = connection.execute(CLOSED.format(conditions=conditions), parameters)
    found = []
    for _, number, title, content, closed_at, taken_in_at, outcome, satisfaction, unit in rows:
        likeness = dice(own, pairs(normalise(f"{title} {content}")))
        if likeness >= ALIKE:
            found.append(
                Ended(
                    number, title, closed_at, taken_in_at, outcome, satisfaction, unit,
                    round(1000 * likeness),
                )
            )  # fmt: skip
    found.sort(key=lambda item: (-item.likeness, -item.closed_at, item.number))
    return tuple(found[:SHOWN])
