"""What the command bar looks up: incidents by number, how much open work lies where."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import orjson

from db.domain.lists import Unit
from db.domain.scope import Scope
from db.domain.search_text import ending, fold
from db.store.driver import Connection
from db.store.queries.scope import visible
from db.store.queries.town import AreaRow, areas, units

USED = "palette_used:"
"""Setting of the record, by user: what was chosen in the command bar, the last first. Not an op: it
is nobody else's."""
ARCHIVE_TAIL = 4
"""Last characters of a number from which on all years are looked through, not the open ones only.

Fewer stand at the end of a large part of all numbers.
"""
BEGINNING = 16
"""First characters of a number from which on beginnings count: a town and a month of it."""
_MOST_HITS = 500
_COLUMNS = "rid, id, number, title, state, is_open"
BY_NUMBER = (
    f"SELECT {_COLUMNS} FROM incident INDEXED BY incident_number"
    " WHERE number = :number AND {conditions} LIMIT :limit"
)
BY_BEGINNING = (
    f"SELECT {_COLUMNS} FROM incident INDEXED BY incident_number"
    " WHERE number > :number AND number < :number || '~' AND {conditions}"
    " ORDER BY number DESC LIMIT :limit"
)
BY_OPEN_TAIL = (
    f"SELECT {_COLUMNS} FROM incident INDEXED BY incident_open"
    " WHERE is_open = 1 AND {conditions} AND substr(number, -length(:number)) = :number"
    " ORDER BY sort_at, rid LIMIT :limit"
)
BY_TAIL = (
    f"SELECT {_COLUMNS} FROM incident NOT INDEXED WHERE rid IN"
    " (SELECT rowid FROM search WHERE search MATCH :match ORDER BY rowid DESC LIMIT :most)"
    " AND is_open = 0 AND {conditions} AND substr(number, -length(:number)) = :number"
    " ORDER BY rid DESC LIMIT :limit"
)
OPEN_BY_AREA = (
    "SELECT area_code, count(*) FROM incident INDEXED BY incident_open"
    " WHERE is_open = 1 AND {conditions} GROUP BY area_code"
)
OPEN_BY_UNIT = (
    "SELECT assignment.unit, count(*) FROM incident INDEXED BY incident_open"
    " JOIN assignment ON assignment.incident = incident.rid"
    " WHERE incident.is_open = 1 AND assignment.state NOT IN ('withdrawn', 'refused')"
    " AND {conditions} GROUP BY assignment.unit"
)


class NumberRow(NamedTuple):
    """An incident found by its number."""

    rid: int
    id: str
    number: str
    title: str
    state: str
    is_open: int


@dataclass(frozen=True, slots=True)
class Town:
    """Who and where can be named, with how much open work there is.

    Each counts as the duty desk lists it: `open_by_unit` what a unit leads or helps with,
    `open_by_area` what lies in an area and the areas within it. `used` are the marks of what was
    chosen before, the last first.
    """

    units: tuple[Unit, ...] = ()
    areas: tuple[AreaRow, ...] = ()
    open_by_unit: Mapping[str, int] = field(default_factory=dict)
    open_by_area: Mapping[str, int] = field(default_factory=dict)
    used: tuple[str, ...] = ()


def town_to_name(connection: Connection, scope: Scope) -> Town:
    """Return what can be named; the counts are of what this scope may see."""
    conditions, parameters = visible(scope)

    def counts(question: str) -> dict[str, int]:
        rows = connection.execute(question.format(conditions=conditions), parameters)
        return dict(rows.fetchall())

    known = tuple(areas(connection))
    return Town(
        tuple(units(connection)),
        known,
        counts(OPEN_BY_UNIT),
        _within(known, counts(OPEN_BY_AREA)),
        used_before(connection, scope.user),
    )


def _within(known: Iterable[AreaRow], placed: Mapping[str, int]) -> dict[str, int]:
    """Sum what was placed at codes by the areas they lie in: a code begins with those above it."""
    lengths = {len(area.code) for area in known}
    found: Counter[str] = Counter()
    for code, number in placed.items():
        for length in lengths:
            if length <= len(code):
                found[code[:length]] += number
    return dict(found)


def used_before(connection: Connection, user: str) -> tuple[str, ...]:
    """Return the marks of what a person chose here, the last first."""
    row = connection.execute("SELECT v FROM meta WHERE k = ?", (USED + user,)).fetchone()
    return tuple(orjson.loads(row[0])) if row else ()


def numbered(connection: Connection, scope: Scope, number: str, limit: int) -> list[NumberRow]:
    """Return the incidents whose number is this, begins or ends so: open ones first.

    Of what is done, all years are looked through for whole numbers, beginnings and endings that say
    enough; the newest come first.
    """
    conditions, parameters = visible(scope)
    parameters |= {"number": number.upper(), "limit": limit}
    questions = [BY_NUMBER, BY_OPEN_TAIL]
    if len(number) >= BEGINNING:
        questions.append(BY_BEGINNING)
    tail = fold(number)
    if len(tail) >= ARCHIVE_TAIL:
        parameters |= {"match": ending(tail), "most": _MOST_HITS}
        questions.append(BY_TAIL)
    found: dict[int, NumberRow] = {}
    for question in questions:
        for row in connection.execute(question.format(conditions=conditions), parameters):
            found.setdefault(row[0], NumberRow(*row))
    exact = number.upper()
    return sorted(found.values(), key=lambda row: (row.number != exact, not row.is_open))[:limit]
