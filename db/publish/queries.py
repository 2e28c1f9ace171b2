"""What may leave the record: for anybody (Open311), and as a table for the district's platform.

No text that somebody wrote of an incident is read here, no address, no person. A code goes out only
where a list of the record knows it, a number only in the shape the program gives it: what another
station put in their place stays here. Secret incidents never go out.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import orjson

from db.domain.areas import CODE_LENGTH
from db.domain.errors import EnvironmentError_
from db.domain.incidents import LEVELS, SOURCES, STATES
from db.domain.lists import STAGES, URGENCIES
from db.domain.scope import Scope
from db.store.driver import Connection
from db.store.lists import bundled_rows, policy_at
from db.store.queries.scope import visible

T = TypeVar("T")
Read = Callable[[Callable[[Connection], T]], T]
"""Runs a query on the record."""

PAGE = 2_000
OPEN = ("accepted", "dispatched", "handling", "paused", "checking")
CLOSED = ("closed", "archived")
"""What is shown to anybody: only what a person of the room has taken on, or done."""
NUMBER = re.compile(r"[0-9]{6,9}-[0-9]{8}-[0-9A-Za-z-]{1,24}")
_VILLAGE, _TOWN, _GRID = (CODE_LENGTH[level] for level in ("village", "town", "grid"))


class Listed(NamedTuple):
    """A class that may be shown to anybody: its code, and the name it has to have."""

    code: str
    name: str


class Service(NamedTuple):
    """A class that is shown to anybody, and its platform's name."""

    code: str
    name: str
    group: str


class PublicIncident(NamedTuple):
    """What anybody may see of an incident: `place` are names, the smallest area first.

    Times are UTC milliseconds; the point is the centre of its grid, degrees times 1e6.
    """

    number: str
    class_code: str
    is_open: bool
    taken_in_at: int
    updated_at: int
    place: tuple[str, ...]
    lon_e6: int | None
    lat_e6: int | None


def services(connection: Connection, listed: Sequence[Listed], now: int) -> list[Service]:
    """Return the classes that are shown: those listed whose code still means what it did there."""
    policy = policy_at(connection, now)
    names = dict(listed)
    return [
        Service(known.code, known.name, policy.platforms.get(known.platform, ""))
        for known in policy.classes.values()
        if names.get(known.code) == known.name
    ]


_PUBLIC = """SELECT number, class_code, state, taken_in_at,
coalesce(CASE WHEN state IN ('closed', 'archived') THEN closed_at END, incident.updated_at),
village.name, town.name,
coalesce(grid.lon_e6, village.lon_e6), coalesce(grid.lat_e6, village.lat_e6)
FROM incident {index}
LEFT JOIN area AS grid ON grid.code = substr(incident.area_code, 1, {grid})
LEFT JOIN area AS village ON village.code = substr(incident.area_code, 1, {village})
LEFT JOIN area AS town ON town.code = substr(incident.area_code, 1, {town})
WHERE incident.secrecy = 0
AND class_code IN (SELECT value FROM json_each(:classes))
AND state IN (SELECT value FROM json_each(:states))
AND {conditions}
ORDER BY taken_in_at DESC, incident.rid DESC LIMIT :limit OFFSET :offset"""


def _public(conditions: str, index: str = "") -> str:
    return _PUBLIC.format(
        conditions=conditions, index=index, grid=_GRID, village=_VILLAGE, town=_TOWN
    )


_BETWEEN = _public("taken_in_at >= :from AND taken_in_at <= :to", "INDEXED BY incident_taken_in")
_NAMED = _public("number IN (SELECT value FROM json_each(:numbers))")


def public_between(
    connection: Connection,
    classes: Sequence[str],
    states: Sequence[str],
    span: tuple[int, int],
    limit: int,
    offset: int,
) -> list[PublicIncident]:
    """Return what was taken in within a span (UTC milliseconds, both ends), the newest first."""
    asked = {"from": span[0], "to": span[1], "limit": limit, "offset": offset}
    return _public_rows(connection, _BETWEEN, classes, states, asked)


def public_named(
    connection: Connection, classes: Sequence[str], numbers: Sequence[str]
) -> list[PublicIncident]:
    """Return those of the numbers that anybody may see."""
    asked = {"numbers": _json(numbers), "limit": len(numbers) * 2, "offset": 0}
    return _public_rows(connection, _NAMED, classes, OPEN + CLOSED, asked)


def _public_rows(
    connection: Connection,
    sql: str,
    classes: Sequence[str],
    states: Sequence[str],
    asked: Mapping[str, Any],
) -> list[PublicIncident]:
    given = {"classes": _json(classes), "states": _json(states), **asked}
    return [
        PublicIncident(
            number, code, state in OPEN, taken_in, updated, tuple(filter(None, place)), lon, lat
        )
        for number, code, state, taken_in, updated, *place, lon, lat in connection.execute(
            sql, given
        ).fetchall()
        if NUMBER.fullmatch(number)
    ]


class TableRow(NamedTuple):
    """One incident as a row of the table: codes, times (UTC milliseconds), counts.

    A stage's `…_met` says whether its limits were kept: None where it has none, or is not over.
    """

    number: str
    platform: str
    class_code: str
    state: str
    urgency: str
    source: str
    level: str
    town_code: str
    village_code: str
    area_code: str
    lead_unit: str
    units: str
    reported_at: int | None
    taken_in_at: int
    accepted_at: int | None
    sent_at: int | None
    signed_at: int | None
    answered_at: int | None
    closed_at: int | None
    archived_at: int | None
    due_at: int | None
    accept_met: bool | None
    dispatch_met: bool | None
    sign_met: bool | None
    handle_met: bool | None
    check_met: bool | None
    callback_met: bool | None
    rework_count: int
    return_count: int
    reopen_count: int


class Span(NamedTuple):
    """What a table is made of: all taken in from one instant to before another, and how much.

    `last` is the newest row of the record when it was counted: what comes later stays out.
    """

    scope: Scope
    from_at: int
    to_at: int
    last: int
    rows: int


class _Known(NamedTuple):
    """The codes that lists of the record know."""

    classes: frozenset[str]
    platforms: frozenset[str]
    areas: frozenset[str]
    units: frozenset[str]


_WANTED = """taken_in_at >= :from AND taken_in_at < :to AND incident.rid <= :last
AND state <> 'draft' AND {conditions}"""
_COUNT = f"SELECT count(*) FROM incident INDEXED BY incident_taken_in WHERE {_WANTED}"
_ROWS = f"""SELECT rid, number, platform, class_code, state, urgency, source, level, area_code,
lead_unit, reported_at, taken_in_at, closed_at, archived_at, due_at, rework_count, return_count,
reopen_count FROM incident INDEXED BY incident_taken_in
WHERE (taken_in_at, rid) > (:after_at, :after_rid) AND {_WANTED}
ORDER BY taken_in_at, rid LIMIT {PAGE}"""
_OF_PAGE = "incident IN (SELECT value FROM json_each(?))"
_ASSIGNED = f"""SELECT incident, group_concat(unit, ' '), min(sent_at), min(signed_at),
max(feedback_at) FROM (SELECT * FROM assignment WHERE {_OF_PAGE} ORDER BY incident, unit)
GROUP BY incident"""
_ACCEPTED = f"""SELECT incident, min(at) FROM step WHERE {_OF_PAGE} AND kind = 'incident_accepted'
AND detail ->> '$.undone' IS NULL GROUP BY incident"""
_MET = """SELECT incident, stage, max(coalesce(ended_at, ?2) > due_at), min(ended_at IS NOT NULL)
FROM timer WHERE incident IN (SELECT value FROM json_each(?1)) GROUP BY incident, stage"""
_CLASSES = """SELECT DISTINCT item.value ->> '$.code' FROM list_version, json_each(content) AS item
WHERE kind = ?"""


def count_table(connection: Connection, scope: Scope, from_at: int, to_at: int) -> Span:
    """Count what a table of a span would hold, for a person's scope; secret incidents stay out."""
    open_scope = scope._replace(secrecy=0)
    last = connection.execute("SELECT ifnull(max(rid), 0) FROM incident").fetchone()[0]
    span = Span(open_scope, from_at, to_at, last, 0)
    sql, asked = _asked(_COUNT, span)
    return span._replace(rows=connection.execute(sql, asked).fetchone()[0])


def table_pages(read: Read[Any], span: Span, now: int) -> Iterator[list[TableRow]]:
    """Yield the rows of a table, some thousands at a time, each time by a short read of its own.

    Raises EnvironmentError_ (export_changed) at the end where they are not as many as counted.
    """
    known = read(_known)
    after, left = (span.from_at, -1), span.rows

    def page(connection: Connection) -> tuple[list[TableRow], tuple[int, int]]:
        return _page(connection, span, known, after, now)

    while True:
        rows, after = read(page)
        if not rows:
            break
        left -= len(rows)
        yield rows
    if left:
        raise EnvironmentError_("export_changed")


def _page(
    connection: Connection, span: Span, known: _Known, after: tuple[int, int], now: int
) -> tuple[list[TableRow], tuple[int, int]]:
    sql, asked = _asked(_ROWS, span)
    found = connection.execute(sql, {**asked, "after_at": after[0], "after_rid": after[1]})
    incidents = found.fetchall()
    if not incidents:
        return [], after
    rids = _json([row[0] for row in incidents])
    parts = {rid: rest for rid, *rest in connection.execute(_ASSIGNED, (rids,))}
    accepted = dict(connection.execute(_ACCEPTED, (rids,)).fetchall())
    met = {(rid, stage): _met(*rest) for rid, stage, *rest in connection.execute(_MET, (rids, now))}
    rows = [
        _table_row(row, known, parts.get(row[0]), accepted.get(row[0]), met) for row in incidents
    ]
    rid, taken_in_at = incidents[-1][0], incidents[-1][11]
    return rows, (taken_in_at, rid)


def _table_row(
    row: tuple[Any, ...],
    known: _Known,
    part: Sequence[Any] | None,
    accepted_at: int | None,
    met: Mapping[tuple[int, str], bool | None],
) -> TableRow:
    rid, number, platform, class_code, state, urgency, source, level, area, lead, *rest = row
    reported_at, taken_in_at, closed_at, archived_at, due_at, *counts = rest
    units, sent_at, signed_at, answered_at = part or ("", None, None, None)
    return TableRow._make(
        (
            number if NUMBER.fullmatch(number) else "",
            _one_of(known.platforms, platform),
            _one_of(known.classes, class_code),
            _one_of(STATES, state),
            _one_of(URGENCIES, urgency),
            _one_of(SOURCES, source),
            _one_of(LEVELS, level),
            _one_of(known.areas, area[:_TOWN]),
            _one_of(known.areas, area[:_VILLAGE] if len(area) > _TOWN else ""),
            _one_of(known.areas, area),
            _one_of(known.units, lead),
            " ".join(unit for unit in units.split() if unit in known.units),
            reported_at,
            taken_in_at,
            accepted_at,
            sent_at,
            signed_at,
            answered_at,
            closed_at,
            archived_at,
            due_at,
            *(met.get((rid, stage)) for stage in STAGES),
            *counts,
        )
    )


def _one_of(known: Sequence[str] | frozenset[str], value: str) -> str:
    return value if value in known else ""


def _met(is_late: int, is_over: int) -> bool | None:
    if is_late:
        return False
    return True if is_over else None


def _known(connection: Connection) -> _Known:
    def codes(sql: str, *parameters: str) -> frozenset[str]:
        return frozenset(row[0] for row in connection.execute(sql, parameters))

    def ever(kind: str) -> frozenset[str]:
        """Also what only an older version names: what was born under it keeps it."""
        return codes(_CLASSES, kind) | {row["code"] for row in bundled_rows(kind)}

    return _Known(
        ever("classes"),
        ever("platforms"),
        codes("SELECT code FROM area"),
        codes("SELECT code FROM unit"),
    )


def _asked(sql: str, span: Span) -> tuple[str, dict[str, Any]]:
    conditions, scoped = visible(span.scope)
    asked = {"from": span.from_at, "to": span.to_at, "last": span.last}
    return sql.format(conditions=conditions), {**asked, **scoped}


def _json(values: Sequence[Any]) -> str:
    return orjson.dumps(list(values)).decode()
