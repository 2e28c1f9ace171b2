"""Who has taken an incident on, and whether they are still at it."""

from typing import NamedTuple

import orjson

from db.domain.claims import STALE_AFTER, Claim, Claims
from db.domain.names import CLOSED_FOREVER, UNDO
from db.domain.scope import Scope
from db.store.driver import Connection
from db.store.queries.scope import visible

_OF = "SELECT user, name, at, rivals FROM claim WHERE incident = ?"
SEEN_AT = (
    "min(:now, max(claim.at, coalesce((SELECT max(step.at) FROM step"
    " WHERE step.incident = incident.rid AND step.actor = claim.user), 0)))"
)
"""When the holder last did anything on an incident, beside taking it on; no clock runs ahead."""
_DONE = ", ".join(f"'{state}'" for state in sorted(CLOSED_FOREVER))
_OPENED_AT = (
    "coalesce((SELECT max(step.at) FROM step WHERE step.incident = {rid}"
    f" AND step.from_state IN ({_DONE}) AND step.to_state NOT IN ({_DONE})"
    f" AND step.kind <> '{UNDO}'), 0)"
)
"""When an incident was last opened again; one whose closing was taken back never was closed."""
IS_CURRENT = "claim.at >= " + _OPENED_AT.format(rid="incident.rid")
"""Whether a claim on an open incident is of the time since it was opened."""
_OPEN = (
    "FROM incident AS open INDEXED BY incident_open_id CROSS JOIN claim ON claim.incident = open.id"
    " AND claim.at >= "
) + _OPENED_AT.format(rid="open.rid")
SHOWN = (
    f"SELECT user, name, claim.at, {SEEN_AT}, rivals FROM incident"
    f" JOIN claim ON claim.incident = incident.id AND {IS_CURRENT}"
    " WHERE incident.rid = :rid AND incident.is_open = 1 AND {conditions}"
)
STALE = (
    f"SELECT incident.rid {_OPEN} CROSS JOIN incident ON incident.rid = open.rid"
    f" WHERE open.is_open = 1 AND {{conditions}} AND {SEEN_AT} < :stale"
)
IS_MINE = f"incident.rid IN (SELECT open.rid {_OPEN} WHERE open.is_open = 1 AND claim.user = :user)"
"""A condition on table `incident`: open, and taken on by `:user`."""
MINE = f"SELECT count(*) FROM incident WHERE {IS_MINE} AND {{conditions}}"


class ClaimShown(NamedTuple):
    """Who holds an open incident, since when, and who else had taken it on apart.

    `seen_at`: when the holder last did anything on it; `is_stale` by that.
    """

    user: str
    name: str
    at: int
    seen_at: int
    is_stale: bool
    rivals: tuple[Claim, ...]


def claims_of(connection: Connection, id: str) -> Claims:
    """Return the claims on an incident by its id, open or not, of whatever time."""
    row = connection.execute(_OF, (id,)).fetchone()
    if row is None:
        return Claims(None)
    rivals = tuple(Claim(*item) for item in orjson.loads(row[3]))
    return Claims(Claim(*row[:3]), rivals)


def claim_shown(connection: Connection, scope: Scope, rid: int, now: int) -> ClaimShown | None:
    """Return the claim on an open incident as it is shown, None where nobody has it."""
    conditions, parameters = visible(scope)
    row = connection.execute(
        SHOWN.format(conditions=conditions), parameters | {"rid": rid, "now": now}
    ).fetchone()
    if row is None:
        return None
    user, name, at, seen_at, rivals = row
    others = tuple(Claim(*item) for item in orjson.loads(rivals))
    return ClaimShown(user, name, at, seen_at, seen_at < now - STALE_AFTER, others)


def stale_claims(connection: Connection, scope: Scope, now: int) -> frozenset[int]:
    """Return the row ids of open incidents whose holder has done nothing on them for too long."""
    conditions, parameters = visible(scope)
    parameters |= {"now": now, "stale": now - STALE_AFTER}
    rows = connection.execute(STALE.format(conditions=conditions), parameters)
    return frozenset(row[0] for row in rows)


def mine_count(connection: Connection, scope: Scope) -> int:
    """Return how many open incidents this person has taken on."""
    conditions, parameters = visible(scope)
    parameters["user"] = scope.user
    row = connection.execute(MINE.format(conditions=conditions), parameters).fetchone()
    return int(row[0])
