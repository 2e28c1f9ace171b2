"""The journal as an auditor reads it: who did what, when, where, and of which incident.

There is no second log: these are the ops themselves, newest first by their clocks, a page at a
time. Of a million nothing is loaded but what is shown.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import Any, NamedTuple

import orjson

from db.domain.auditing import (
    ENTITIES,
    OF_INCIDENTS,
    OTHER,
    Told,
    entities_of,
    group_of,
    marks_of,
    told_of,
)
from db.domain.errors import InputError, RuleError
from db.domain.ops import OpRef
from db.domain.permissions import roles_for
from db.domain.scope import Scope
from db.store.chains import APPLIED
from db.store.driver import Connection

PAGE = 100
"""Ops shown at first, and as many more each time that is asked for."""
SECONDS = 0.5
"""How long one page is looked for; what was found by then is shown."""
_CHUNK = 512
_FEW = 10_000
"""Ops that are looked up one by one and sorted; of more, the newest are met going back in time."""
_CLOCK_LEAD = 61_000
"""How far a stamp may run ahead of its author's own clock, and a little."""

_CHAINS = (
    "SELECT chain.site, site.id, epoch, head_seq, hlc_ms, hlc_counter"
    " FROM chain JOIN site ON site.n = chain.site WHERE head_seq > 0"
)
_SPAN = (
    "SELECT seq, body, state, subject FROM op"
    " WHERE site = :site AND epoch = :epoch AND seq BETWEEN :from AND :to{conditions}"
    " ORDER BY seq DESC"
)
_ONE = "SELECT body, state, subject, hash FROM op WHERE site = ? AND epoch = ? AND seq = ?"
# Joined so: by itself the library reads the whole journal to find a few.
_BY_SUBJECT = (
    " FROM json_each(:subjects) AS wanted CROSS JOIN op INDEXED BY op_subject"
    " ON op.subject = wanted.value"
)
_OF_SUBJECTS = (
    f"SELECT site, epoch, seq, body, state, subject{_BY_SUBJECT} WHERE true{{conditions}}"
)
_COUNT = f"SELECT count(*) FROM (SELECT 1{_BY_SUBJECT} LIMIT :most)"
_OF_ENTITIES = (
    "SELECT subject.rid FROM json_each(:entities) AS wanted CROSS JOIN subject"
    " ON subject.ent = wanted.value LIMIT :most"
)
_OF_OTHERS = (
    "SELECT rid FROM subject WHERE ent NOT IN (SELECT value FROM json_each(:entities)) LIMIT :most"
)
_OF_NUMBER = (
    "SELECT rid FROM incident WHERE number = :number OR id = :number UNION"
    " SELECT claimed.rid FROM subject AS claimed JOIN incident ON claimed.id = incident.id"
    " WHERE claimed.ent = 'claim' AND (number = :number OR incident.id = :number)"
)
_NUMBERS = "SELECT rid, number FROM incident WHERE rid IN (SELECT value FROM json_each(?))"
_CLAIMED = (
    "SELECT subject.rid, number FROM subject JOIN incident ON incident.id = subject.id"
    " WHERE subject.rid IN (SELECT value FROM json_each(?)) AND subject.ent = 'claim'"
)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What is asked for; what is empty does not matter.

    `who` is a user's key: whose ops, also as a second person; `group` one of the domain's GROUPS;
    `number` an incident's number or id; `since` and `until` bound the author's clock in UTC
    milliseconds, the end excluded.
    """

    who: str = ""
    group: str = ""
    number: str = ""
    since: int | None = None
    until: int | None = None


class AuditRow(NamedTuple):
    """One op as a line: no text of an incident, nothing sealed. `at` is its author's clock."""

    ref: OpRef
    station: str
    at: int
    user: str
    name: str
    kind: str
    entity: str
    id: str
    number: str
    is_held: bool


class AuditDetail(NamedTuple):
    """One op field by field. `digest` is the hex hash that links it into its chain."""

    row: AuditRow
    roles: tuple[str, ...]
    unit: str
    session: str
    digest: str
    fields: tuple[Told, ...]


class AuditPage(NamedTuple):
    """Ops found, newest first. `reached` is how far back was looked, None for all the way."""

    rows: tuple[AuditRow, ...]
    reached: int | None


class Person(NamedTuple):
    """Somebody whose actions can be followed."""

    key: str
    name: str


class _Chain(NamedTuple):
    site_n: int
    site: str
    epoch: int


@dataclass(slots=True)
class AuditWalk:
    """How far back the ops asked for have been read. What comes later is of another walk.

    `ahead` is a heap: ops found, and of each chain how new the next of it can be at most.
    """

    wanted: AuditFilter
    stations: dict[str, str]
    conditions: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    ahead: list[tuple[Any, ...]] = field(default_factory=list)


def begin_audit(connection: Connection, scope: Scope, wanted: AuditFilter) -> AuditWalk:
    """Begin to read the ops that are asked for; `audit_page` goes on with it.

    Raises RuleError (role_forbids) for whoever may not, InputError (audit_number) for a number
    nobody has.
    """
    check_reader(scope)
    stations = dict(connection.execute("SELECT id, name FROM station").fetchall())
    walk = AuditWalk(wanted, stations)
    if wanted.who:
        walk.conditions += " AND instr(body, :user) > 0"
        walk.parameters["user"] = b'"user":' + orjson.dumps(wanted.who)
    subjects = _subjects_of(connection, wanted)
    found = _few(connection, walk, subjects) if subjects is not None else None
    if found is None:
        if wanted.number:
            walk.conditions += " AND subject IN (SELECT value FROM json_each(:subjects))"
            walk.parameters["subjects"] = subjects
        _begin_chains(connection, walk)
    else:
        walk.ahead = found
    heapify(walk.ahead)
    return walk


def audit_page(
    connection: Connection,
    scope: Scope,
    walk: AuditWalk,
    *,
    limit: int = PAGE,
    seconds: float | None = SECONDS,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> AuditPage:
    """Return the next ops of a walk, fewer where `seconds` have passed; None takes the time."""
    check_reader(scope)
    until = None if seconds is None else time.monotonic() + seconds
    found: list[tuple[OpRef, dict[str, Any], int, int]] = []
    while walk.ahead and len(found) < limit:
        *_, chain, at_seq, item = heappop(walk.ahead)
        if item is not None:
            found.append(item)
            continue
        _look_back(connection, walk, chain, at_seq)
        if is_cancelled() or (until is not None and time.monotonic() > until):
            break
    reached = -walk.ahead[0][0] if walk.ahead else None
    return AuditPage(tuple(_rows(connection, walk.stations, found)), reached)


def audit_detail(connection: Connection, scope: Scope, ref: OpRef) -> AuditDetail:
    """Return one op field by field; raises InputError (op_unknown) where it is not here."""
    check_reader(scope)
    site = connection.execute("SELECT n FROM site WHERE id = ?", (ref.site,)).fetchone()
    found = connection.execute(_ONE, (*(site or (0,)), *ref[1:])).fetchone()
    if found is None:
        raise InputError("op_unknown", site=ref.site, epoch=ref.epoch, seq=ref.seq)
    body, state, subject, digest = found
    raw = orjson.loads(body)
    stations = dict(connection.execute("SELECT id, name FROM station").fetchall())
    row = next(_rows(connection, stations, [(ref, raw, state, subject)]))
    actor = raw["actor"]
    return AuditDetail(
        row,
        tuple(actor["roles"]),
        actor.get("unit", ""),
        actor.get("session", ""),
        bytes(digest).hex(),
        tuple(told_of(row.kind, row.entity, raw["p"])),
    )


def audited_people(connection: Connection, scope: Scope) -> list[Person]:
    """Return everybody whose actions can be followed, those who left too."""
    check_reader(scope)
    rows = connection.execute('SELECT "key", name FROM user ORDER BY name, "key"')
    return [Person(*row) for row in rows]


def check_reader(scope: Scope) -> None:
    """Refuse whoever may not read the audit; raises RuleError (role_forbids)."""
    readers = roles_for("read_audit")
    if not scope.roles & readers:
        raise RuleError("role_forbids", action="read_audit", name=scope.user, roles=sorted(readers))


def _subjects_of(connection: Connection, wanted: AuditFilter) -> str | None:
    """Return the row ids of the subjects asked for as a JSON list, None for any."""
    if wanted.number:
        rows = connection.execute(_OF_NUMBER, {"number": wanted.number}).fetchall()
        if not rows:
            raise InputError("audit_number", value=wanted.number)
        return orjson.dumps([rid for (rid,) in rows]).decode()
    entities = ENTITIES if wanted.group == OTHER else entities_of(wanted.group)
    if not wanted.group or (entities & OF_INCIDENTS and wanted.group != OTHER):
        return None
    listed = orjson.dumps(sorted(entities)).decode()
    sql = _OF_OTHERS if wanted.group == OTHER else _OF_ENTITIES
    found = connection.execute(sql, {"entities": listed, "most": _FEW + 1})
    return orjson.dumps([rid for (rid,) in found]).decode()


def _few(connection: Connection, walk: AuditWalk, subjects: str) -> list[tuple[Any, ...]] | None:
    """Return the ops of a few subjects ready to be sorted; None for too many."""
    counted = connection.execute(_COUNT, {"subjects": subjects, "most": _FEW + 1}).fetchone()
    if counted[0] > _FEW:
        return None
    sites = dict(connection.execute("SELECT n, id FROM site").fetchall())
    rows = connection.execute(
        _OF_SUBJECTS.format(conditions=walk.conditions),
        {"subjects": subjects, **walk.parameters},
    )
    found = []
    for site, epoch, seq, body, state, subject in rows:
        chain = _Chain(site, sites[site], epoch)
        item = _match(walk.wanted, chain, seq, body, state, subject)
        if item is not None:
            found.append(_ahead(_stamp(item[1]), chain, seq, item))
    return found


def _begin_chains(connection: Connection, walk: AuditWalk) -> None:
    wanted = walk.wanted
    # A payload may say the like; that it is the op's own field is seen when it has been read.
    marks = {
        f"mark{at}": b'"%b":%b' % (name.encode(), orjson.dumps(value))
        for at, (name, value) in enumerate(marks_of(wanted.group))
    }
    if marks:
        either = " OR ".join(f"instr(body, :{name}) > 0" for name in marks)
        walk.conditions += f" AND ({either})"
        walk.parameters |= marks
    for site_n, site, epoch, head, ms, counter in connection.execute(_CHAINS).fetchall():
        chain, last = _Chain(site_n, site, epoch), head
        if wanted.until is not None and ms > wanted.until + _CLOCK_LEAD:
            last = _last_before(connection, chain, head, wanted.until + _CLOCK_LEAD)
        if last:
            walk.ahead.append(_ahead((ms, counter), chain, last, None))


def _last_before(connection: Connection, chain: _Chain, head: int, at: int) -> int:
    """Return the last op of a chain that is stamped before an instant, 0 for none."""
    low, high = 0, head
    while low < high:
        middle = (low + high + 1) // 2
        row = connection.execute(_ONE, (chain.site_n, chain.epoch, middle)).fetchone()
        if row is not None and orjson.loads(row[0])["hlc"][0] < at:
            low = middle
        else:
            high = middle - 1
    return low


def _look_back(connection: Connection, walk: AuditWalk, chain: _Chain, last: int) -> None:
    """Read a piece of a chain; put what is asked for ahead, and how new the rest is at most."""
    first = max(last - _CHUNK + 1, 1)
    span = {"site": chain.site_n, "epoch": chain.epoch, "from": first, "to": last}
    sql = _SPAN.format(conditions=walk.conditions)
    for seq, body, state, subject in connection.execute(sql, {**span, **walk.parameters}):
        item = _match(walk.wanted, chain, seq, body, state, subject)
        if item is not None:
            heappush(walk.ahead, _ahead(_stamp(item[1]), chain, seq, item))
    if first == 1:
        return
    row = connection.execute(_ONE, (chain.site_n, chain.epoch, first)).fetchone()
    if row is None:  # damage: what lies before it is looked at last
        heappush(walk.ahead, _ahead((0, 0), chain, first - 1, None))
        return
    stamp, since = _stamp(orjson.loads(row[0])), walk.wanted.since
    if since is None or stamp[0] >= since:
        heappush(walk.ahead, _ahead(stamp, chain, first - 1, None))


def _ahead(stamp: tuple[int, int], chain: _Chain, seq: int, item: Any) -> tuple[Any, ...]:
    """Return what stands in the heap: the newest first, of equals by name."""
    name = (chain.site, chain.epoch, -seq, item is not None)
    return (-stamp[0], -stamp[1], *name, chain, seq, item)


def _stamp(raw: dict[str, Any]) -> tuple[int, int]:
    ms, counter = raw["hlc"]
    return ms, counter


def _match(
    wanted: AuditFilter, chain: _Chain, seq: int, body: bytes, state: int, subject: int
) -> tuple[OpRef, dict[str, Any], int, int] | None:
    """Return an op that is asked for, read; None for any other."""
    raw = orjson.loads(body)
    if wanted.group and group_of(raw["kind"], raw["ent"]) != wanted.group:
        return None
    if wanted.who and not _is_by(raw, wanted.who):
        return None
    if wanted.since is not None and raw["at"] < wanted.since:
        return None
    if wanted.until is not None and raw["at"] >= wanted.until:
        return None
    return OpRef(chain.site, chain.epoch, seq), raw, state, subject


def _is_by(raw: dict[str, Any], user: str) -> bool:
    second = raw["p"].get("second")
    is_second = isinstance(second, dict) and second.get("user") == user
    return raw["actor"]["user"] == user or is_second


def _rows(
    connection: Connection,
    stations: dict[str, str],
    found: Sequence[tuple[OpRef, dict[str, Any], int, int]],
) -> Iterator[AuditRow]:
    rids = orjson.dumps([item[3] for item in found]).decode()
    numbers = dict(connection.execute(_NUMBERS, (rids,)).fetchall())
    numbers |= dict(connection.execute(_CLAIMED, (rids,)).fetchall())
    for ref, raw, state, subject in found:
        actor = raw["actor"]
        yield AuditRow(
            ref,
            stations.get(ref.site, ref.site),
            raw["at"],
            actor["user"],
            actor["name"],
            raw["kind"],
            raw["ent"],
            raw["id"],
            numbers.get(subject, ""),
            state != APPLIED,
        )
