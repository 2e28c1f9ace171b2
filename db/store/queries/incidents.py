"""The queue, its counts, and one incident in full."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

import orjson

from db.domain.branches import NEWS
from db.domain.calendar import DEFAULT_CALENDAR, Calendar
from db.domain.errors import RuleError
from db.domain.incidents import Incident, Step
from db.domain.lists import Policy
from db.domain.ops import Actor
from db.domain.recommend import (
    ClassSuggestion,
    Recommendation,
    recommend_units,
    suggest_area,
    suggest_classes,
)
from db.domain.rules.base import Facts
from db.domain.scope import Scope
from db.domain.transitions import obstacles
from db.store.driver import Connection
from db.store.envelopes import mask_name, mask_phone, open_caller
from db.store.facts import facts_at
from db.store.lists import default_policy
from db.store.projections import load_incident
from db.store.queries.attachments import AttachmentRow, attachment_rows
from db.store.queries.conflicts import (
    Doubts,
    OpenConflict,
    disputed_count,
    doubts,
    open_conflicts,
)
from db.store.queries.responsibility import on_time_of
from db.store.queries.scope import rid_of, visible
from db.store.queries.search import SearchFilter, found_ids
from db.store.queries.town import (
    PostRow,
    area_names,
    posts_of,
    unit_loads,
    units_by_key,
)

SOON = 2 * 3_600_000
"""Milliseconds before its deadline at which an incident counts as due soon."""
MAX_FOUND = 5_000


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which incidents a list shows. Empty means all that are open."""

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


@dataclass(frozen=True, slots=True)
class Counts:
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


@dataclass(frozen=True, slots=True)
class CallerMask:
    """What is shown of a caller by default; `is_readable` is False without the room's key."""

    name: str
    tail: str
    is_readable: bool


@dataclass(frozen=True, slots=True)
class Detail:
    """One incident with all a desk shows of it."""

    rid: int
    incident: Incident
    steps: tuple[Step, ...]
    area_path: str
    unit_names: dict[str, str]
    caller: CallerMask | None
    recommendations: tuple[Recommendation, ...]
    suggestions: tuple[ClassSuggestion, ...]
    suggested_area: tuple[str, str]
    posts: tuple[PostRow, ...]
    attachments: tuple[AttachmentRow, ...]
    conflicts: tuple[OpenConflict, ...] = ()
    obstacles: Mapping[str, RuleError | None] = field(default_factory=dict, compare=False)
    """Why each action is not possible, None where it is; empty where nobody acts."""
    calendar: Calendar = field(default=DEFAULT_CALENDAR, compare=False)
    """The one its deadlines go by."""
    policy: Policy = field(default_factory=default_policy)
    """The lists it is judged by."""
    merged_into: str = ""
    """The number of the incident it was merged into, where that may be seen."""

    @property
    def has_news(self) -> bool:
        """Whether something happened beside its closing that nobody has looked at."""
        return any(item.kind == NEWS for item in self.conflicts)


QUEUE_IDS = (
    "SELECT rid FROM incident INDEXED BY incident_open"
    " WHERE is_open = 1 AND {conditions} ORDER BY sort_at, rid"
)
DISPUTED_IDS = (
    "SELECT rid FROM incident INDEXED BY incident_conflicts"
    " WHERE conflicts > 0 AND {conditions} ORDER BY sort_at, rid"
)
_ASKED = (
    "FROM incident WHERE rid IN (SELECT incident FROM application INDEXED BY application_pending"
    " WHERE state = 'pending') AND +is_open = 1 AND {conditions}"
)
ASKED_IDS = f"SELECT rid {_ASKED} ORDER BY sort_at, rid"
ASKED = f"SELECT count(*) {_ASKED}"
ARCHIVE_IDS = "SELECT rid FROM incident WHERE {conditions} ORDER BY taken_in_at DESC, rid DESC"
QUEUE_ROWS = """
SELECT incident.rid, incident.id, number, title, class_code, urgency, incident.state, source,
  area_code, address, reported_at, taken_in_at, due_at, due_stage, lead_unit,
  coalesce(unit.short_name, ''), coalesce(area.name, ''), conflicts,
  conflicts > 0 AND EXISTS (SELECT 1 FROM conflict WHERE subject = incident.rid AND field = 'news'),
  blocked_note,
  EXISTS (SELECT 1 FROM application WHERE incident = incident.rid AND state = 'pending'),
  coalesce((SELECT group_concat(card, ' ') FROM card
    WHERE incident = incident.rid AND replied_at IS NULL AND card <> 'urge'), '')
FROM json_each(:ids) AS wanted
JOIN incident ON incident.rid = wanted.value
LEFT JOIN unit ON unit.code = incident.lead_unit
LEFT JOIN area ON area.code = incident.area_code
WHERE {conditions}"""
COUNTS = """
SELECT incident.state, platform, substr(area_code, 1, 12), count(*),
  sum(due_at IS NOT NULL AND due_at < :now),
  sum(due_at IS NOT NULL AND due_at >= :now AND due_at < :soon)
FROM incident INDEXED BY incident_open WHERE is_open = 1 AND {conditions} GROUP BY 1, 2, 3"""
STEPS = (
    "SELECT kind, from_state, to_state, at, actor, actor_name, opinion, unit, detail"
    " FROM step WHERE incident = ? ORDER BY n"
)


def queue_ids(connection: Connection, scope: Scope, wanted: QueueFilter, now: int) -> "array[int]":
    """Return the row ids of a list in its order: by deadline and urgency, archive by newest.

    With a text these are the newest that hold it, open or not.
    """
    if wanted.text:
        found = SearchFilter(
            text=wanted.text,
            states=wanted.states,
            platform=wanted.platform,
            area=wanted.village,
            is_late=wanted.is_late,
        )
        return found_ids(connection, scope, found, now, limit=MAX_FOUND)
    conditions, parameters = visible(scope)
    parts = [conditions]
    if wanted.states:
        parts.append("incident.state IN (SELECT value FROM json_each(:states))")
        parameters["states"] = orjson.dumps(wanted.states).decode()
    if wanted.platform:
        parts.append("platform = :platform")
        parameters["platform"] = wanted.platform
    if wanted.village:
        parts.append("area_code >= :village AND area_code < :village_end")
        parameters |= {"village": wanted.village, "village_end": wanted.village + "~"}
    if wanted.is_late:
        parts.append("due_at < :now")
        parameters["now"] = now
    if wanted.is_soon:
        parts.append("due_at >= :now AND due_at < :soon")
        parameters |= {"now": now, "soon": now + SOON}
    if wanted.is_archive and scope.unit:
        # A unit's own work of all years is few rows: start from its assignments.
        parts.append("incident.rid IN (SELECT incident FROM assignment WHERE unit = :scope_unit)")
    sql = ARCHIVE_IDS if wanted.is_archive else QUEUE_IDS
    if wanted.is_disputed:
        sql = DISPUTED_IDS
    if wanted.is_asked:
        sql = ASKED_IDS
    cursor = connection.execute(sql.format(conditions=" AND ".join(parts)), parameters)
    return array("q", (row[0] for row in cursor))


def queue_rows(connection: Connection, scope: Scope, ids: Sequence[int]) -> list[QueueRow | None]:
    """Return one page of rows in the order of `ids`; None where one is gone or out of scope."""
    conditions, parameters = visible(scope)
    parameters["ids"] = orjson.dumps(list(ids)).decode()
    rows = connection.execute(QUEUE_ROWS.format(conditions=conditions), parameters)
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
    )


def incident_detail(
    connection: Connection, scope: Scope, rid: int, now: int, actor: Actor | None = None
) -> Detail | None:
    """Return one incident in full, None where it is gone or out of scope.

    For an `actor`, with what the rules say of each action.
    """
    conditions, parameters = visible(scope)
    seen = connection.execute(
        f"SELECT 1 FROM incident WHERE rid = :rid AND {conditions}",
        {"rid": rid, **parameters},
    ).fetchone()
    incident = load_incident(connection, rid) if seen else None
    if incident is None:
        return None
    facts = facts_at(connection, now, scope, incident)
    policy = facts.policy
    names = area_names(connection)
    units = units_by_key(connection, incident.area_code[:9])
    texts = (incident.title, incident.address, incident.content)
    return Detail(
        rid=rid,
        incident=incident,
        steps=tuple(_steps(connection, rid)),
        area_path=_area_path(names, incident.area_code),
        unit_names={unit.code: unit.name for unit in units.values()},
        caller=_mask(connection, incident.caller) if incident.caller else None,
        recommendations=tuple(
            recommend_units(
                policy,
                units,
                unit_loads(connection),
                class_code=incident.class_code,
                area_code=incident.area_code,
                now=now,
                on_time=partial(on_time_of, connection),
            )
        ),
        suggestions=tuple(suggest_classes(policy, "\n".join((*texts, incident.category)))),
        suggested_area=_suggested_area(names, texts) if not incident.area_code else ("", ""),
        posts=tuple(posts_of(connection, incident.area_code)),
        attachments=attachment_rows(connection, incident.attachments),
        conflicts=open_conflicts(connection, rid) if incident.conflicts else (),
        obstacles=obstacles(incident, actor, facts) if actor else {},
        calendar=facts.calendar,
        policy=policy,
        merged_into=_lead_number(facts, incident),
    )


def incident_by_number(
    connection: Connection, scope: Scope, number: str, now: int, actor: Actor | None = None
) -> Detail | None:
    """Return one incident in full by its number."""
    rid = rid_of(connection, scope, number)
    return incident_detail(connection, scope, rid, now, actor) if rid is not None else None


def _lead_number(facts: Facts, incident: Incident) -> str:
    lead = facts.incidents.get(incident.merged_into) if incident.merged_into else None
    return lead.number if lead else ""


def _steps(connection: Connection, rid: int) -> list[Step]:
    return [
        Step(*(*row[:-1], orjson.loads(row[-1])))
        for row in connection.execute(STEPS, (rid,)).fetchall()
    ]


def _mask(connection: Connection, envelope: str) -> CallerMask:
    caller = open_caller(connection, envelope)
    if caller is None:
        return CallerMask("", "", is_readable=False)
    return CallerMask(mask_name(caller.name), mask_phone(caller.phone), is_readable=True)


def _area_path(names: dict[str, str], code: str) -> str:
    village, grid = names.get(code[:12], ""), names.get(code, "")
    if len(code) <= 12:
        return grid
    return grid if grid.startswith(village[:2]) else f"{village} {grid}".strip()


def _suggested_area(names: dict[str, str], texts: tuple[str, ...]) -> tuple[str, str]:
    candidates: list[tuple[str, Any]] = [
        (code, _stem(name)) for code, name in names.items() if len(code) >= 12
    ]
    code = suggest_area(candidates, texts)
    return code, names.get(code, "")


def _stem(name: str) -> str:
    """Return the part of an area's name that people say: 兴禾社区 -> 兴禾."""
    for suffix in ("社区", "村", "居委会"):
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name.removesuffix(suffix)
    return name
