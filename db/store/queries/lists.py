"""Lists for a person to look at: their versions, what they may refer to, whom a change touches."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import orjson

from db.domain.calendar import day_start
from db.domain.list_checks import ANY, Diff, Known, Row
from db.domain.lists import Template, parse_templates
from db.domain.ops import MAX_INT
from db.domain.scope import Scope
from db.store.driver import Connection
from db.store.lists import (
    COMPLETE,
    Publication,
    bundled_version,
    in_force_at,
    published_rows,
    rows_at,
)
from db.store.queries.scope import visible
from db.store.queries.town import areas, units

SHOWN = 20
"""Numbers of touched incidents that are named; the rest are counted."""
BUNDLED = "bundled"

_VERSIONS = """SELECT kind, version, valid_from, max(approved_by), max(doc_no), max(note), max(at),
max(actor_name), max(base) FROM list_version WHERE kind = ?
GROUP BY version, valid_from ORDER BY valid_from DESC, max(at) DESC, version DESC"""
_LAST = """SELECT version, valid_from FROM list_version WHERE kind = ?
GROUP BY version, valid_from, parts HAVING count(*) = parts
ORDER BY max(at) DESC, version DESC, valid_from DESC LIMIT 1"""
_OPEN_OF_CLASSES = (
    "class_code IN (SELECT value FROM json_each(:classes))"
    " OR platform IN (SELECT value FROM json_each(:classes))"
)
_TOUCHED_BY = {
    "classes": _OPEN_OF_CLASSES,
    "limits": _OPEN_OF_CLASSES,
    "responsibilities": (
        f"({_OPEN_OF_CLASSES}) AND state IN ('reported', 'verifying', 'returned', 'accepted')"
    ),
    "calendar": "due_at >= :from",
    "escalation": "due_at IS NOT NULL",
}
"""Which open incidents a change of a kind is about; other kinds change words only."""
_UNIT_COLUMNS = {"responsibilities": ("lead", "co"), "command": ("unit",)}
"""Where a kind names units by key."""


@dataclass(frozen=True, slots=True)
class ListVersion:
    """A version of a list. `rival` is another one published upon the same base, not knowing it.

    `standing` is bundled, future, in_force, past, partial where parts have not arrived yet, or
    broken where they have and are not what the version says, or no list the rules could use.
    """

    kind: str
    version: str
    valid_from: int
    approved_by: str
    doc_no: str
    note: str
    published_at: int
    actor_name: str
    base: str
    standing: str = "past"
    rival: str = ""

    @property
    def publication(self) -> Publication:
        """What tells it from the others: a version may be published for two days."""
        return Publication(self.version, self.valid_from)


@dataclass(frozen=True, slots=True)
class Touched:
    """Whom a change is about: open incidents (some named, all counted) and units by key."""

    count: int
    numbers: tuple[str, ...]
    units: tuple[str, ...]


def list_versions(connection: Connection, kind: str, now: int) -> list[ListVersion]:
    """Return the versions of a kind, newest first; the bundled one is the last."""
    in_force = in_force_at(connection, now)[kind]
    complete = connection.execute(COMPLETE, (MAX_INT,)).fetchall()
    found: list[ListVersion] = []
    for row in connection.execute(_VERSIONS, (kind,)).fetchall():
        item = ListVersion(*row)
        if (kind, *item.publication) not in complete:
            standing = "partial"
        elif published_rows(connection, kind, item.version) is None:
            standing = "broken"
        elif item.publication == in_force:
            standing = "in_force"
        else:
            standing = "future" if item.valid_from > now else "past"
        found.append(replace(item, standing=standing))
    found = [replace(item, rival=_rival(item, found)) for item in found]
    bundled = ListVersion(kind, bundled_version(kind), 0, "", "", "", 0, "", "", BUNDLED)
    if bundled.publication == in_force:
        bundled = replace(bundled, standing="in_force")
    return [*found, bundled]


def _rival(item: ListVersion, others: Iterable[ListVersion]) -> str:
    """Return a version that was published apart from this one, upon the same one."""
    apart = (
        other.version
        for other in others
        if other.base == item.base
        and other.version != item.version
        and "broken" not in (item.standing, other.standing)
    )
    return next(apart, "")


def last_published(connection: Connection, kind: str) -> str:
    """Return the publication that is the last one known here; empty while there is none."""
    row = connection.execute(_LAST, (kind,)).fetchone()
    return f"{row[0]}.{row[1]}" if row else ""


def known_of(connection: Connection, town: str, at: int) -> Known:
    """Return what a list of this town that counts from `at` may refer to."""
    rows = {
        kind: rows_at(connection, kind, at)
        for kind in ("platforms", "classes", "limits", "responsibilities", "templates", "stages")
    }
    classes = frozenset(row["code"] for row in rows["classes"])
    named = {row["class_code"] for kind in ("limits", "responsibilities") for row in rows[kind]}
    named |= {row["scope"] for row in rows["templates"]}
    return Known(
        platforms=frozenset(row["code"] for row in rows["platforms"]),
        classes=classes,
        served=frozenset(row["class_code"] for row in rows["responsibilities"]),
        units=frozenset(unit.key for unit in units(connection) if unit.code.startswith(town)),
        areas=frozenset(
            area.code.removeprefix(town)
            for area in areas(connection)
            if area.code.startswith(town) and area.code != town
        ),
        views=frozenset(row["view"] for row in rows["stages"]),
        uses=frozenset(named & classes),
        used_platforms=frozenset(row["platform"] for row in rows["classes"]),
    )


def touched(connection: Connection, scope: Scope, town: str, kind: str, change: Diff) -> Touched:
    """Return the open incidents a change is about, as far as this scope sees them, and the units.

    They keep the version they were born under; what is new counts from their next decision on.
    """
    rows = list(change.rows)
    condition = _TOUCHED_BY.get(kind)
    if not rows or condition is None:
        return Touched(0, (), _units(kind, rows))
    codes = {row.get("class_code") or row.get("code") or "" for row in rows}
    if ANY in codes:
        condition = "1"
    conditions, parameters = visible(scope)
    parameters |= {"classes": orjson.dumps(sorted(codes)).decode(), "from": _first_day(rows)}
    sql = (
        "SELECT number FROM incident INDEXED BY incident_open"
        f" WHERE is_open = 1 AND ({condition}) AND {conditions} ORDER BY sort_at, rid"
    )
    numbers = [row[0] for row in connection.execute(sql, parameters).fetchall()]
    return Touched(len(numbers), tuple(numbers[:SHOWN]), _units(kind, rows))


def _units(kind: str, rows: Iterable[Row]) -> tuple[str, ...]:
    """Return the keys of the units that rows name."""
    columns = _UNIT_COLUMNS.get(kind, ())
    named = (row.get(name, "").split() for row in rows for name in columns)
    return tuple(sorted({key for keys in named for key in keys}))


def _first_day(rows: Iterable[Row]) -> int:
    """Return the instant at which the first day of a change begins; 0 where it names none."""
    days = [row["date"] for row in rows if row.get("date")]
    return day_start(date.fromisoformat(min(days))) if days else 0


def templates_for(connection: Connection, action: str, class_code: str, now: int) -> list[Template]:
    """Return the phrases for an action, those of the class before its platform's before all."""
    scopes: dict[str, Any] = {class_code: 0, class_code[:2]: 1, ANY: 2}
    found = [
        item
        for item in parse_templates(rows_at(connection, "templates", now))
        if item.action == action and item.scope in scopes
    ]
    return sorted(found, key=lambda item: (scopes[item.scope], item.code))
