"""Which rows of the queue turn amber: half of a handling limit is used (E0)."""

from db.domain.deadlines import Pause, share_used
from db.domain.errors import InputError
from db.domain.escalation import MARK, parse_rules
from db.domain.lists import Limit
from db.domain.scope import Scope
from db.store.driver import Connection
from db.store.lists import calendar_at, rows_at
from db.store.queries.scope import visible

RUNNING = (
    "SELECT timer.incident, start_at, limit_unit, amount"
    " FROM incident INDEXED BY incident_open JOIN timer ON timer.incident = incident.rid"
    " WHERE is_open = 1 AND {conditions} AND stage = 'handle' AND ended_at IS NULL"
)
PAUSES = (
    "SELECT pause.incident, from_at, to_at"
    " FROM incident INDEXED BY incident_open JOIN pause ON pause.incident = incident.rid"
    " WHERE is_open = 1 AND {conditions}"
)


def amber(connection: Connection, scope: Scope, now: int) -> frozenset[int]:
    """Return the row ids of open incidents of whose handling limit so much is used (E0)."""
    conditions, parameters = visible(scope)
    calendar = calendar_at(connection, now)
    rules = parse_rules(rows_at(connection, "escalation", now))
    thresholds = [rule.threshold * 10 for rule in rules if rule.action == MARK]
    if not thresholds:
        return frozenset()
    pauses: dict[int, list[Pause]] = {}
    for rid, *pause in connection.execute(PAUSES.format(conditions=conditions), parameters):
        pauses.setdefault(rid, []).append(Pause(*pause))
    running = connection.execute(RUNNING.format(conditions=conditions), parameters).fetchall()

    def is_amber(rid: int, start_at: int, unit: str, amount: int) -> bool:
        try:
            limit = Limit(unit, amount)
            share = share_used(start_at, limit, now, calendar, pauses.get(rid, ()))
        except InputError:
            return False  # a lying station's clock, beyond any calendar
        return share >= min(thresholds)

    return frozenset(row[0] for row in running if is_amber(*row))
