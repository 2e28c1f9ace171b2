"""Looking for incidents of all years by what stands in them and by what they are."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import orjson

from db.domain.errors import InputError
from db.domain.scope import Scope
from db.domain.search_text import MAX_TERMS, expression, words_of
from db.store.driver import Connection, Cursor
from db.store.queries.scope import visible

PAGE = 500
"""Incidents found that are listed at first, and as many more each time that is asked for."""
_FEW = 2_000
"""Hits that are looked up row by row and sorted; of more, the newest are met going back in time.

A row is an encrypted page to read (10 us and more), a step back in time a place in an index.
"""


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """What is looked for; what is empty does not matter. Closed and merged ones are found too.

    `text` are words that all stand in it, anywhere and in any order; `area` is a code prefix;
    `unit` one that it was ever assigned to; `from_at` and `to_at` bound when it was taken in,
    UTC milliseconds, the end excluded.
    """

    text: str = ""
    states: tuple[str, ...] = ()
    platform: str = ""
    class_code: str = ""
    area: str = ""
    unit: str = ""
    source: str = ""
    from_at: int | None = None
    to_at: int | None = None
    is_late: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the text; raises InputError (search_too_long) for too many."""
        words = words_of(self.text)
        if len(words) > MAX_TERMS:
            raise InputError("search_too_long", most=MAX_TERMS)
        return words


class FoundRow(NamedTuple):
    """One line of what was found. Instants are UTC milliseconds."""

    rid: int
    id: str
    number: str
    title: str
    content: str
    address: str
    source_no: str
    public_reply: str
    class_code: str
    urgency: str
    state: str
    source: str
    taken_in_at: int
    due_at: int | None
    lead_name: str
    area_name: str
    has_news: int


class SavedSearch(NamedTuple):
    """A search that a person keeps under a name."""

    name: str
    filter: SearchFilter


SAVED = "searches:"
"""Setting of the record, by user: in the encrypted file, for what is looked for may name somebody;
not an op, for it is nobody else's."""
_HITS = "SELECT rowid FROM search WHERE search MATCH :match"
HAS_MORE = f"SELECT count(*) > :few FROM ({_HITS} LIMIT :few + 1)"
FOUND = """
SELECT rid FROM incident {index} WHERE {conditions}
ORDER BY taken_in_at DESC, rid DESC LIMIT :limit"""
COUNT = "SELECT count(*) FROM incident {index} WHERE {conditions}"
FOUND_ROWS = """
SELECT incident.rid, incident.id, number, title, content, address, source_no, public_reply,
  class_code, urgency, incident.state, source, taken_in_at, due_at,
  coalesce(unit.short_name, ''), coalesce(area.name, ''),
  conflicts > 0 AND EXISTS (SELECT 1 FROM conflict WHERE subject = incident.rid AND field = 'news')
FROM json_each(:ids) AS wanted
JOIN incident ON incident.rid = wanted.value
LEFT JOIN unit ON unit.code = incident.lead_unit
LEFT JOIN area ON area.code = incident.area_code
WHERE {conditions}"""
_AFTER = (
    "(incident.taken_in_at, incident.rid)"
    " < (SELECT last.taken_in_at, last.rid FROM incident AS last WHERE last.rid = :after)"
)
_BY_ROW, _BY_TIME, _BY_OPEN = (
    "NOT INDEXED",
    "INDEXED BY incident_taken_in",
    "INDEXED BY incident_open",
)


def found_ids(
    connection: Connection,
    scope: Scope,
    wanted: SearchFilter,
    now: int,
    *,
    limit: int = PAGE,
    after: int | None = None,
) -> "array[int]":
    """Return the row ids of what was found, the newest first; `after` goes on behind one of them.

    Raises InputError (search_too_long).
    """
    parts, parameters = _conditions(scope, wanted, now)
    parameters["limit"] = limit
    if after is not None:
        parts.append(_AFTER)
        parameters["after"] = after
    return array("q", (row[0] for row in _ask(connection, FOUND, wanted, parts, parameters)))


def found_count(connection: Connection, scope: Scope, wanted: SearchFilter, now: int) -> int:
    """Return how many there are in all; raises InputError (search_too_long)."""
    parts, parameters = _conditions(scope, wanted, now)
    return int(_ask(connection, COUNT, wanted, parts, parameters).fetchone()[0])


def found_rows(connection: Connection, scope: Scope, ids: Sequence[int]) -> list[FoundRow | None]:
    """Return one page of rows in the order of `ids`; None where one is gone or out of scope."""
    conditions, parameters = visible(scope)
    parameters["ids"] = orjson.dumps(list(ids)).decode()
    rows = connection.execute(FOUND_ROWS.format(conditions=conditions), parameters)
    found = {row[0]: FoundRow(*row) for row in rows}
    return [found.get(rid) for rid in ids]


def saved_searches(connection: Connection, user: str) -> tuple[SavedSearch, ...]:
    """Return the searches a person keeps at this workstation, by name."""
    row = connection.execute("SELECT v FROM meta WHERE k = ?", (SAVED + user,)).fetchone()
    return tuple(
        SavedSearch(name, _kept_filter(raw))
        for name, raw in sorted(orjson.loads(row[0]).items() if row else ())
    )


def _kept_filter(raw: dict[str, Any]) -> SearchFilter:
    """Return a filter as it was kept; what this version knows nothing of is left out."""
    known = {item.name: raw[item.name] for item in fields(SearchFilter) if item.name in raw}
    return SearchFilter(**{**known, "states": tuple(known.get("states", ()))})


def _ask(
    connection: Connection,
    sql: str,
    wanted: SearchFilter,
    parts: list[str],
    parameters: dict[str, Any],
) -> Cursor:
    """Ask for the rows under conditions that also hold the words, by the way that reads least."""
    index = _BY_OPEN if wanted.is_late else _BY_TIME
    if match := expression(wanted.words):
        parts = [f"incident.rid IN ({_HITS})", *parts]
        parameters = {**parameters, "match": match}
        if not connection.execute(HAS_MORE, {"match": match, "few": _FEW}).fetchone()[0]:
            index = _BY_ROW
    return connection.execute(sql.format(index=index, conditions=" AND ".join(parts)), parameters)


def _conditions(scope: Scope, wanted: SearchFilter, now: int) -> tuple[list[str], dict[str, Any]]:
    """Return what the filters and the scope ask of a row; what the text asks is not among it."""
    conditions, parameters = visible(scope)
    parts = [conditions]
    for column, value in (
        ("platform", wanted.platform),
        ("class_code", wanted.class_code),
        ("source", wanted.source),
    ):
        if value:
            parts.append(f"incident.{column} = :{column}")
            parameters[column] = value
    if wanted.states:
        parts.append("incident.state IN (SELECT value FROM json_each(:states))")
        parameters["states"] = orjson.dumps(wanted.states).decode()
    if wanted.area:
        parts.append("incident.area_code >= :area AND incident.area_code < :area_end")
        parameters |= {"area": wanted.area, "area_end": wanted.area + "~"}
    # The work of one unit is few rows: found by its assignments.
    for name, unit in (("unit", wanted.unit), ("scope_unit", scope.unit)):
        if unit:
            parts.append(f"incident.rid IN (SELECT incident FROM assignment WHERE unit = :{name})")
            parameters[name] = unit
    if wanted.from_at is not None:
        parts.append("incident.taken_in_at >= :from_at")
        parameters["from_at"] = wanted.from_at
    if wanted.to_at is not None:
        parts.append("incident.taken_in_at < :to_at")
        parameters["to_at"] = wanted.to_at
    if wanted.is_late:
        parts.append("incident.is_open = 1 AND incident.due_at < :now")
        parameters["now"] = now
    return parts, parameters
