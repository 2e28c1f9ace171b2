"""Which incidents may be the same matter as one: near it or in its village, open or just closed.

An open one is a candidate whatever its age: who reports what is still being worked on reports it
again. A closed one is for a week, to be seen as coming back.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from db.domain.addresses import area_said
from db.domain.duplicates import (
    DUPLICATE,
    METRES_PER_E6,
    RADIUS,
    READ,
    RECENT,
    Account,
    Score,
    Side,
    address_pairs,
    score,
)
from db.domain.incidents import Incident
from db.domain.scope import Scope
from db.store.driver import Connection
from db.store.queries.scope import visible

_ready = lru_cache(4_096)(Side)
"""What is open is compared again and again, and its texts are costly to make ready: room for all
that a town has open, as with fewer places each would push out the next."""
_TEXTS = ("title", "content", "address")
_pairs_of = lru_cache(8_192)(address_pairs)
MOST = 300
"""Candidates looked at from each way of finding them, newest first. Of older open ones only those
with the same address or text are: a village may have thousands open after a storm."""
_LEAST_ALIKE = 0.8
"""What older ones must share of the shorter address."""
_LEAST_TEXT = 8
"""Characters of a text that say something where they stand in another one."""
SHOWN = 20


class Candidate(NamedTuple):
    """An incident and what it says; `files` counts what is attached."""

    rid: int
    id: str
    number: str
    state: str
    source: str
    area_name: str
    files: int
    account: Account


@dataclass(frozen=True, slots=True)
class Likeness:
    """A candidate and how much it is the same."""

    candidate: Candidate
    score: Score


@dataclass(frozen=True, slots=True)
class Found:
    """One incident, and what may be the same: the surest first.

    `compared` counts those looked at closely; `older` those of which there were too many for that,
    so that only the same address or text was looked for.
    """

    subject: Candidate
    likely: tuple[Likeness, ...]
    compared: int = 0
    older: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """Two of a group and why they are in it."""

    one: Candidate
    other: Candidate
    score: Score


_COLUMNS = """SELECT incident.rid, incident.id, number, incident.state, source,
  coalesce((SELECT name FROM area WHERE code = area_code), ''),
  (SELECT count(*) FROM attachment WHERE incident = incident.rid),
  title, content, class_code, area_code, address, lon_e6, lat_e6, "precision", reported_at,
  CASE WHEN incident.state IN ('closed', 'archived') THEN closed_at END
FROM incident"""
_ALIVE = (
    " incident.state NOT IN ('draft', 'merged', 'void', 'rejected') AND incident.rid <> :rid"
    " AND (incident.state <> 'closed' OR closed_at >= :since) AND {conditions}"
)
_BOX = "lat_e6 BETWEEN :south AND :north AND lon_e6 BETWEEN :west AND :east"
ONE = _COLUMNS + " WHERE incident.rid = :rid AND {conditions}"
_NEWEST = f" ORDER BY taken_in_at DESC, rid DESC LIMIT {MOST}"
_OLDER = f" ORDER BY taken_in_at DESC, rid DESC LIMIT -1 OFFSET {MOST}"
_GLANCE = "SELECT incident.rid, title, content, address FROM incident"
_IS_NEAR = (
    " INDEXED BY incident_open_point WHERE is_open = 1 AND lat_e6 IS NOT NULL"
    f" AND {_BOX} AND{_ALIVE}"
)
_IS_IN_VILLAGE = (
    " INDEXED BY incident_open_village WHERE is_open = 1 AND village = :village AND" + _ALIVE
)
OPEN_NEAR, OLDER_NEAR = _COLUMNS + _IS_NEAR + _NEWEST, _GLANCE + _IS_NEAR + _OLDER
OPEN_IN_VILLAGE = _COLUMNS + _IS_IN_VILLAGE + _NEWEST
OLDER_IN_VILLAGE = _GLANCE + _IS_IN_VILLAGE + _OLDER
CHOSEN = _COLUMNS + " WHERE incident.rid IN (SELECT value FROM json_each(:rids))"
CLOSED_NEAR = (
    f"{_COLUMNS} INDEXED BY incident_closed WHERE closed_at IS NOT NULL AND closed_at >= :since"
    f" AND (village = :village OR ({_BOX})) AND{_ALIVE}"
    f" ORDER BY closed_at DESC, rid DESC LIMIT {MOST}"
)
OPEN_SINCE = (
    f"{_COLUMNS} INDEXED BY incident_open WHERE is_open = 1 AND reported_at >= :since AND{_ALIVE}"
)
AREA_NAMES = "SELECT code, name FROM area WHERE level = 'village'"


def duplicates_of(
    connection: Connection, scope: Scope, rid: int, radius: int = RADIUS
) -> Found | None:
    """Return an incident and what may be the same, None where it is not to be seen.

    `radius` in metres bounds what is looked for by position, not how it is judged.
    """
    subject = _one(connection, scope, rid)
    if subject is None:
        return None
    return _found(connection, scope, subject, radius)


def likely_numbers(connection: Connection, scope: Scope, incident: Incident) -> tuple[str, ...]:
    """Return the numbers of open incidents that look like the same matter as one.

    `incident` may be on its way to another class or place than the record knows.
    """
    account = Account(*(getattr(incident, name) for name in Account._fields))
    return tuple(
        item.candidate.number
        for item in likely_of(connection, scope, account)
        if item.score.verdict == DUPLICATE and item.candidate.id != incident.id
    )


def likely_of(connection: Connection, scope: Scope, account: Account) -> tuple[Likeness, ...]:
    """Return what may be the same matter as an account that need be no incident yet."""
    subject = Candidate(-1, "", "", "", "", "", 0, account)
    return _found(connection, scope, subject, RADIUS).likely


def duplicate_groups(connection: Connection, scope: Scope, since: int) -> list[list[Pair]]:
    """Return groups of open incidents reported since an instant, by the pairs that hold them.

    Two are in one group where a chain of pairs that look like the same matter leads from one to
    the other. Largest group first.
    """
    conditions, parameters = visible(scope)
    rows = connection.execute(
        OPEN_SINCE.format(conditions=conditions), {**parameters, "rid": -1, "since": since}
    )
    candidates = list(map(_candidate, rows))
    pairs = [pair for pair in _pairs(candidates) if pair.score.verdict == DUPLICATE]
    return sorted(_grouped(pairs), key=len, reverse=True)


def _one(connection: Connection, scope: Scope, rid: int) -> Candidate | None:
    conditions, parameters = visible(scope)
    sql = ONE.format(conditions=conditions)
    row = connection.execute(sql, {"rid": rid, **parameters}).fetchone()
    return _candidate(row) if row else None


def _candidate(row: tuple[Any, ...]) -> Candidate:
    return Candidate._make((*row[:7], Account(*row[7:])))


def _side(account: Account) -> Side:
    """Return an account made ready; of long texts only what is read is kept."""
    if len(account.title) + len(account.content) + len(account.address) > READ:
        account = account._replace(**{name: getattr(account, name)[:READ] for name in _TEXTS})
    return _ready(account)


def _found(connection: Connection, scope: Scope, subject: Candidate, radius: int) -> Found:
    side = _side(subject.account)
    candidates, older = _candidates(connection, scope, subject, side, radius)
    found = [Likeness(item, score(side, _side(item.account))) for item in candidates]
    likely = [item for item in found if item.score.verdict]
    likely.sort(key=lambda item: (-item.score.points, item.candidate.number))
    return Found(subject, tuple(likely[:SHOWN]), len(candidates), older)


def _candidates(
    connection: Connection, scope: Scope, subject: Candidate, side: Side, radius: int
) -> tuple[list[Candidate], int]:
    """Return what is looked at closely, and how many more there are."""
    conditions, parameters = visible(scope)
    account = subject.account
    village = account.area_code[:12] or _named_village(connection, account)
    given = {
        **parameters,
        **_box(side.point, radius),
        "rid": subject.rid,
        "since": account.reported_at - RECENT,
        "village": village,
    }
    rows: dict[int, tuple[Any, ...]] = {}
    older: dict[int, tuple[Any, ...]] = {}
    for sql, rest, values in (
        (OPEN_NEAR, OLDER_NEAR, given),
        (OPEN_IN_VILLAGE, OLDER_IN_VILLAGE, given),
        # What nobody has placed yet may be anywhere.
        (OPEN_IN_VILLAGE, OLDER_IN_VILLAGE, {**given, "village": ""}),
        (CLOSED_NEAR, "", given),
    ):
        newest = connection.execute(sql.format(conditions=conditions), values).fetchall()
        rows.update((row[0], row) for row in newest)
        if rest and len(newest) >= MOST:
            found = connection.execute(rest.format(conditions=conditions), values)
            older.update((row[0], row) for row in found)
    same = [row[0] for row in older.values() if row[0] not in rows and _is_same(side, *row[1:])]
    chosen = connection.execute(CHOSEN, {"rids": f"[{','.join(map(str, same[:MOST]))}]"})
    rows.update((row[0], row) for row in chosen)
    return list(map(_candidate, rows.values())), len(older.keys() - rows.keys())


def _is_same(side: Side, title: str, content: str, address: str) -> bool:
    """Tell by a glance whether another one has the same address or the same text."""
    mine, theirs = side.address_pairs, _pairs_of(address[:READ])
    shorter = min(len(mine), len(theirs))
    if shorter > 1 and len(mine & theirs) >= _LEAST_ALIKE * shorter:
        return True
    told = side.account.content or side.account.title
    least, most = sorted((told, (content or title)[:READ]), key=len)
    return len(least) >= _LEAST_TEXT and least in most


def _named_village(connection: Connection, account: Account) -> str:
    """Return the village that an incident without an area speaks of, empty if none."""
    villages = connection.execute(AREA_NAMES).fetchall()
    said = area_said(villages, (account.address, account.title, account.content))
    return said.code if said else ""


def _box(point: tuple[int, int] | None, radius: int) -> dict[str, int | None]:
    """Return the borders of a square around a point; none without one, so that nothing is in it."""
    if point is None:
        return dict.fromkeys(("west", "east", "south", "north"))
    lon, lat = point
    high = math.ceil(radius / METRES_PER_E6)
    wide = math.ceil(high / max(math.cos(math.radians(lat / 1_000_000)), 0.01))
    return {"west": lon - wide, "east": lon + wide, "south": lat - high, "north": lat + high}


def _pairs(candidates: list[Candidate]) -> Iterator[Pair]:
    """Yield every two of one village, and those that nobody has placed with all."""
    sides = [Side(item.account) for item in candidates]
    villages = [item.account.area_code[:12] for item in candidates]
    for later, village in enumerate(villages):
        for earlier in range(later):
            if village == villages[earlier] or not village or not villages[earlier]:
                found = score(sides[earlier], sides[later])
                yield Pair(candidates[earlier], candidates[later], found)


def _grouped(pairs: Iterable[Pair]) -> list[list[Pair]]:
    """Put pairs that share an incident together."""
    groups: list[tuple[set[int], list[Pair]]] = []
    for pair in pairs:
        ends, held = {pair.one.rid, pair.other.rid}, [pair]
        apart = []
        for known, others in groups:
            if known & ends:
                ends, held = ends | known, others + held
            else:
                apart.append((known, others))
        groups = [*apart, (ends, held)]
    return [held for _, held in groups]
