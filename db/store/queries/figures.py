"""How the parts of an area stand: a district's towns, a town's villages; a few figures of each."""

from typing import NamedTuple

from db.domain.areas import CODE_LENGTH
from db.domain.calendar import day_start, local_date
from db.domain.scope import Scope
from db.store.driver import Connection
from db.store.facts import desk_level
from db.store.queries.queue import SOON
from db.store.queries.scope import visible
from db.store.queries.sheets import SheetHead, sheet_head


class PartFigures(NamedTuple):
    """One town or village: what is open now, what came today, what was done since the month began.

    `code` is empty for what stands in none yet. `on_time` of `with_limit` closings kept every limit
    of handling; `escalated` were sent up, `supervised` are cards raised by hand (督办).
    """

    code: str
    name: str
    open: int = 0
    new_today: int = 0
    late: int = 0
    soon: int = 0
    closed: int = 0
    on_time: int = 0
    with_limit: int = 0
    escalated: int = 0
    supervised: int = 0


class Figures(NamedTuple):
    """What is counted of all parts. `level` is town or village; `at` is UTC milliseconds."""

    head: SheetHead
    level: str
    at: int
    parts: tuple[PartFigures, ...]
    total: PartFigures


_OF = "substr(incident.area_code, 1, :width)"
_OPEN = f"""SELECT {_OF}, count(*), sum(due_at IS NOT NULL AND due_at < :now),
sum(due_at IS NOT NULL AND due_at >= :now AND due_at < :soon)
FROM incident INDEXED BY incident_open WHERE is_open = 1 AND {{conditions}} GROUP BY 1"""
_TAKEN_IN = f"""SELECT {_OF}, count(*) FROM incident INDEXED BY incident_taken_in
WHERE taken_in_at >= :today AND {{conditions}} GROUP BY 1"""
# How long after its limit the last clock of handling ended; NULL where it had none.
_CLOSED = f"""SELECT {_OF}, count(*), sum(coalesce(after <= 0, 0)), sum(after IS NOT NULL) FROM (
  SELECT rid, (
    SELECT max(coalesce(ended_at, :now) - timer.due_at) FROM timer
    WHERE timer.incident = incident.rid AND stage = 'handle'
  ) AS after
  FROM incident INDEXED BY incident_closed WHERE closed_at IS NOT NULL AND closed_at >= :month
) JOIN incident USING (rid) WHERE {{conditions}} GROUP BY 1"""
_ESCALATED = f"""SELECT {_OF}, count(DISTINCT incident.rid) FROM step
JOIN incident ON incident.rid = step.incident
WHERE step.at >= :month AND step.kind = 'incident_escalated'
AND step.detail ->> '$.undone' IS NULL AND {{conditions}} GROUP BY 1"""
_SUPERVISED = f"""SELECT {_OF}, count(*) FROM card JOIN incident ON incident.rid = card.incident
WHERE card.rule IN ('district', 'hand') AND card.at >= :month AND {{conditions}} GROUP BY 1"""
_FIELDS = (
    (_OPEN, ("open", "late", "soon")),
    (_TAKEN_IN, ("new_today",)),
    (_CLOSED, ("closed", "on_time", "with_limit")),
    (_ESCALATED, ("escalated",)),
    (_SUPERVISED, ("supervised",)),
)
_PARTS = "SELECT code, name FROM area WHERE level = ? ORDER BY code"


def figures(connection: Connection, scope: Scope, printed_by: str, now: int) -> Figures:
    """Return the figures of every town of a district, or village of a town, and of all together."""
    level = "town" if desk_level(connection) == "district" else "village"
    today, month = (day_start(day) for day in (local_date(now), local_date(now).replace(day=1)))
    conditions, parameters = visible(scope)
    parameters |= {"now": now, "soon": now + SOON, "today": today, "month": month}
    parameters["width"] = CODE_LENGTH[level]
    names = dict(connection.execute(_PARTS, (level,)).fetchall())
    found = {code: PartFigures(code, name) for code, name in names.items()}
    for sql, fields in _FIELDS:
        for code, *values in connection.execute(sql.format(conditions=conditions), parameters):
            part = code if code in names else ""
            line = found.setdefault(part, PartFigures("", ""))
            told = zip(fields, values, strict=True)
            more = {field: getattr(line, field) + (value or 0) for field, value in told}
            found[part] = line._replace(**more)
    parts = tuple(found[code] for code in sorted(found, key=lambda code: (not code, code)))
    sums = [sum(values) for values in zip(*(line[2:] for line in parts), strict=True)]
    head = sheet_head(connection, printed_by, now)
    return Figures(head, level, now, parts, PartFigures("", "", *sums))
