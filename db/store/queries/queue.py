"""The queue of the duty desk: which incidents are in a list, their rows, and their counts."""

from array import array
from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson

from db.domain.scope import Scope
from db.store.driver import Connection
from db.store.queries.claims import IS_CURRENT, IS_MINE, mine_count
from db.store.queries.scope import visible

SOON = 2 * 3_600_000
"""Milliseconds before its deadline at which an incident counts as due soon."""
MAX_FOUND = 5_000


class QueueFilter(NamedTuple):
    """Which incidents a list shows: what all of its conditions hold for. Empty: all open ones.

    `area` and `village` are code prefixes; `unit` is a unit's code, leading or helping.
    """

    states: tuple[str, ...] = ()
    platform: str = ""
    village: str = ""
    is_late: bool = False
    is_soon: bool = False
    text: str = ""
    is_archive: bool = False
    is_disputed: bool = False
    is_asked: bool = False
    """Something was asked for there that nobody has decided yet."""
    is_mine: bool = False
    """Taken on by the person the scope is of."""
    is_stuck: bool = False
    """Something holds it up (卡点), or its units have not signed in time."""
    source: str = ""
    class_code: str = ""
    area: str = ""
    urgency: str = ""
    unit: str = ""
    level: str = ""


class QueueRow(NamedTuple):
    """One line of the queue. Instants are UTC milliseconds; `conflicts` counts open ones."""

    rid: int
    id: str
    number: str
    title: str
    class_code: str
    urgency: str
    state: str
    source: str
    area_code: str
    address: str
    reported_at: int
    taken_in_at: int
    due_at: int | None
    due_stage: str
    lead_unit: str
    lead_name: str
    area_name: str
    conflicts: int = 0
    has_news: int = 0
    blocked_note: str = ""
    is_asked: int = 0
    cards: str = ""
    """The cards that nobody has replied to, by blanks."""
    is_amber: bool = False
    """Whether half of its handling limit is used (E0); told by `amber`, not by the row."""
    holder: str = ""
    """The key of the person who has taken it on, empty where nobody has."""
    holder_name: str = ""
    is_stale: bool = False
    """Whether the holder has done nothing on it for long; told by `stale_claims`."""


class Doubts(NamedTuple):
    """What is here and not shown: ops that wait, subjects whose rows may be wrong."""

    held: int
    doubtful: int


class Counts(NamedTuple):
    """The numbers beside the queue, all of the open set; `doubts` are of the whole record."""

    total: int
    late: int
    soon: int
    by_state: dict[str, int]
    by_platform: dict[str, int]
    by_village: dict[str, int]
    disputed: int
    asked: int
    doubts: Doubts
    mine: int = 0
    stuck: int = 0
    own: int = 0
    """Of them at the district's own level; counted at a district only."""
    facts: int = 0
    """Facts of the town in dispute; counted for those only who may settle them."""


QUEUE_IDS = (
    "SELECT rid FROM incident INDEXED BY incident_open"
    " WHERE is_open = 1 AND {conditions} ORDER BY sort_at, rid"
)
DISPUTED_IDS = (
    "SELECT rid FROM incident INDEXED BY incident_conflicts"
    " WHERE conflicts > 0 AND {conditions} ORDER BY sort_at, rid"
)
_IS_ASKED = (
    "rid IN (SELECT incident FROM application INDEXED BY application_pending"
    " WHERE state = 'pending')"
)
_ASKED = f"FROM incident WHERE {_IS_ASKED} AND +is_open = 1 AND {{conditions}}"
ASKED_IDS = f"SELECT rid {_ASKED} ORDER BY sort_at, rid"
ASKED = f"SELECT count(*) {_ASKED}"
IS_STUCK = (
    "(incident.rid IN (SELECT rid FROM incident INDEXED BY incident_blocked"
    " WHERE is_open = 1 AND blocked_note <> '')"
    " OR (incident.state = 'dispatched' AND due_at < :now))"
)
STUCK = (
    "SELECT count(*) FROM incident INDEXED BY incident_open"
    f" WHERE is_open = 1 AND {IS_STUCK} AND {{conditions}}"
)
_HAS_UNIT = (
    "incident.rid IN (SELECT incident FROM assignment INDEXED BY assignment_unit"
    " WHERE unit = :unit AND state NOT IN ('withdrawn', 'refused'))"
)
NARROWED = (
    "SELECT rid FROM incident WHERE rid IN (SELECT value FROM json_each(:found)) AND {conditions}"
)
ARCHIVE_IDS = "SELECT rid FROM incident WHERE {conditions} ORDER BY taken_in_at DESC, rid DESC"
LISTED = "SELECT count(*) FROM ({ids})"
QUEUE_ROWS = """
SELECT incident.rid, incident.id, number, title, class_code, urgency, incident.state, source,
  area_code, address, reported_at, taken_in_at, due_at, due_stage, lead_unit,
  coalesce(unit.short_name, ''), coalesce(area.name, ''), conflicts,
  conflicts > 0 AND EXISTS (SELECT 1 FROM conflict WHERE subject = incident.rid AND field = 'news'),
  blocked_note,
  EXISTS (SELECT 1 FROM application WHERE incident = incident.rid AND state = 'pending'),
  coalesce((SELECT group_concat(card, ' ') FROM card
    WHERE incident = incident.rid AND replied_at IS NULL AND card <> 'urge'), ''),
  0, coalesce(claim.user, ''), coalesce(claim.name, '')
FROM json_each(:ids) AS wanted
JOIN incident ON incident.rid = wanted.value
LEFT JOIN claim ON claim.incident = incident.id AND incident.is_open = 1 AND {is_current}
LEFT JOIN unit ON unit.code = incident.lead_unit
LEFT JOIN area ON area.code = incident.area_code
WHERE {conditions}"""
COUNTS = """
SELECT incident.state, platform, substr(area_code, 1, 12), count(*),
  sum(due_at IS NOT NULL AND due_at < :now),
  sum(due_at IS NOT NULL AND due_at >= :now AND due_at < :soon)
FROM incident INDEXED BY incident_open WHERE is_open = 1 AND {conditions} GROUP BY 1, 2, 3"""
_OWN = (
    "SELECT count(*) FROM incident INDEXED BY incident_open WHERE is_open = 1"
    " AND level = 'district' AND {conditions}"
    # A town has none of its own there, and needs no rows read to know it.
    " AND (SELECT length(town) FROM station"
    " WHERE id = (SELECT v FROM meta WHERE k = 'site')) = 6"
)
_DISPUTED = (
    "SELECT count(*) FROM incident INDEXED BY incident_conflicts"
    " WHERE conflicts > 0 AND {conditions}"
)
_DISPUTED_FACTS = (
    "SELECT count(DISTINCT subject) FROM conflict JOIN subject ON rid = subject"
    " WHERE ent <> 'incident'"
)
PRESSED = (
    "SELECT DISTINCT incident.rid FROM card JOIN incident ON incident.rid = card.incident"
    " WHERE card.rule = 'district' AND card.card <> 'urge' AND card.replied_at IS NULL"
    " AND is_open = 1 AND {conditions}"
)
_HELD = "SELECT count(*) FROM op INDEXED BY op_held WHERE state <> 0"
_DOUBTFUL = "SELECT count(*) FROM subject INDEXED BY subject_stale WHERE stale <> ''"


def queue_ids(connection: Connection, scope: Scope, wanted: QueueFilter, now: int) -> "array[int]":
    """Return the row ids of a list in its order: by deadline and urgency, archive by newest.

    With a text these are the newest that hold it, open or not.
    """
    if wanted.text:
        return _narrowed(connection, scope, wanted, now)
    sql, parameters = _listed(scope, wanted, now)
    return array("q", (row[0] for row in connection.execute(sql, parameters)))


def queue_count(connection: Connection, scope: Scope, wanted: QueueFilter, now: int) -> int:
    """Return how many incidents a list has."""
    if wanted.text:
        return len(_narrowed(connection, scope, wanted, now))
    sql, parameters = _listed(scope, wanted, now)
    return int(connection.execute(LISTED.format(ids=sql), parameters).fetchone()[0])


def _listed(scope: Scope, wanted: QueueFilter, now: int) -> tuple[str, dict[str, Any]]:
    """Return the question for a list without a text, and its parameters."""
    conditions, parameters = visible(scope)
    parts = [conditions, *_parts(wanted)]
    parameters |= _parameters(wanted, scope, now)
    if wanted.is_archive and scope.unit:
        # A unit's own work of all years is few rows: start from its assignments.
        parts.append("incident.rid IN (SELECT incident FROM assignment WHERE unit = :scope_unit)")
    sql = ARCHIVE_IDS if wanted.is_archive else QUEUE_IDS
    if wanted.is_disputed:
        sql = DISPUTED_IDS
    if wanted.is_asked:
        sql = ASKED_IDS
    return sql.format(conditions=" AND ".join(parts)), parameters


def _parts(wanted: QueueFilter) -> list[str]:
    """Return what a list asks for as conditions of SQL on table `incident`."""
    area = "area_code >= :{0} AND area_code < :{0}_end"
    asked = {
        "incident.state IN (SELECT value FROM json_each(:states))": wanted.states,
        "platform = :platform": wanted.platform,
        area.format("village"): wanted.village,
        area.format("area"): wanted.area,
        "class_code = :class_code": wanted.class_code,
        "urgency = :urgency": wanted.urgency,
        "incident.level = :level": wanted.level,
        "source = :source": wanted.source,
        "due_at < :now": wanted.is_late,
        "due_at >= :now AND due_at < :soon": wanted.is_soon,
        "conflicts > 0": wanted.is_disputed and (wanted.is_asked or wanted.text),
        _IS_ASKED: wanted.is_asked and wanted.text,
        IS_MINE: wanted.is_mine,
        IS_STUCK: wanted.is_stuck,
        _HAS_UNIT: wanted.unit,
    }
    return [condition for condition, is_asked in asked.items() if is_asked]


def _parameters(wanted: QueueFilter, scope: Scope, now: int) -> dict[str, Any]:
    return {
        "states": orjson.dumps(wanted.states).decode(),
        "platform": wanted.platform,
        "village": wanted.village,
        "village_end": wanted.village + "~",
        "area": wanted.area,
        "area_end": wanted.area + "~",
        "class_code": wanted.class_code,
        "urgency": wanted.urgency,
        "level": wanted.level,
        "source": wanted.source,
        "unit": wanted.unit,
        "user": scope.user,
        "now": now,
        "soon": now + SOON,
    }


def _narrowed(connection: Connection, scope: Scope, wanted: QueueFilter, now: int) -> "array[int]":
    """Return the newest incidents that hold a text and that all other conditions hold for."""
    from db.store.queries.search import SearchFilter, found_ids  # lazy: off the start path

    asked = SearchFilter(
        text=wanted.text,
        states=wanted.states,
        platform=wanted.platform,
        area=wanted.area or wanted.village,
        source=wanted.source,
        class_code=wanted.class_code,
        is_late=wanted.is_late,
    )
    found = found_ids(connection, scope, asked, now, limit=MAX_FOUND)
    conditions, parameters = visible(scope)
    parameters |= _parameters(wanted, scope, now)
    parameters["found"] = orjson.dumps(found.tolist()).decode()
    parts = " AND ".join([conditions, *_parts(wanted)])
    rows = connection.execute(NARROWED.format(conditions=parts), parameters)
    kept = {row[0] for row in rows}
    return array("q", (rid for rid in found if rid in kept))


def queue_rows(connection: Connection, scope: Scope, ids: Sequence[int]) -> list[QueueRow | None]:
    """Return one page of rows in the order of `ids`; None where one is gone or out of scope."""
    conditions, parameters = visible(scope)
    parameters["ids"] = orjson.dumps(list(ids)).decode()
    sql = QUEUE_ROWS.format(conditions=conditions, is_current=IS_CURRENT)
    rows = connection.execute(sql, parameters)
    found = {row[0]: QueueRow(*row) for row in rows}
    return [found.get(rid) for rid in ids]


def counts(connection: Connection, scope: Scope, now: int) -> Counts:
    """Return the numbers of the side and of the foot of the window."""
    conditions, parameters = visible(scope)
    parameters |= {"now": now, "soon": now + SOON}
    by_state: dict[str, int] = {}
    by_platform: dict[str, int] = {}
    by_village: dict[str, int] = {}
    total = late = soon = 0
    rows = connection.execute(COUNTS.format(conditions=conditions), parameters)
    for state, platform, village, count, is_late, is_soon in rows:
        by_state[state] = by_state.get(state, 0) + count
        by_platform[platform] = by_platform.get(platform, 0) + count
        by_village[village] = by_village.get(village, 0) + count
        total, late, soon = total + count, late + is_late, soon + is_soon
    asked = connection.execute(ASKED.format(conditions=conditions), parameters).fetchone()[0]
    return Counts(
        total,
        late,
        soon,
        by_state,
        by_platform,
        by_village,
        disputed_count(connection, scope),
        asked,
        doubts(connection),
        mine_count(connection, scope),
        connection.execute(STUCK.format(conditions=conditions), parameters).fetchone()[0],
        connection.execute(_OWN.format(conditions=conditions), parameters).fetchone()[0],
        disputed_facts(connection, scope),
    )


def pressed_ids(connection: Connection, scope: Scope) -> list[int]:
    """Return the row ids of open incidents with a card of the district that waits for a reply."""
    conditions, parameters = visible(scope)
    rows = connection.execute(PRESSED.format(conditions=conditions), parameters)
    return [row[0] for row in rows]


def disputed_count(connection: Connection, scope: Scope) -> int:
    """Return how many incidents have something in dispute."""
    conditions, parameters = visible(scope)
    row = connection.execute(_DISPUTED.format(conditions=conditions), parameters).fetchone()
    return int(row[0])


def disputed_facts(connection: Connection, scope: Scope) -> int:
    """Return how many facts of the town are in dispute that a person may settle."""
    if not scope.settles_facts:
        return 0
    return int(connection.execute(_DISPUTED_FACTS).fetchone()[0])


def doubts(connection: Connection) -> Doubts:
    """Return how much of what is here cannot be shown, or not for sure."""
    return Doubts(*(int(connection.execute(sql).fetchone()[0]) for sql in (_HELD, _DOUBTFUL)))
