"""From ops to rows. Projections can be thrown away and made again from the journal.

A subject (one incident, one area, one unit …) is folded in causal order: parents before children,
ties by (hlc, site, seq). The same set of ops gives the same rows, in whatever order they came.
Rows are gathered first and written together: one statement a table for a whole batch.
"""

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import Any, NamedTuple

import orjson

from db.domain.accounts import (
    EMERGENCY_KINDS,
    SITTING_KINDS,
    USER_DEFINED,
    Account,
    EmergencyCode,
    believed_of_person,
    fold_account,
    fold_emergency,
    read_account,
    read_emergency,
)
from db.domain.accounts import KINDS as ACCOUNT_KINDS
from db.domain.branches import Conflict, Tip, fold_branches
from db.domain.claims import KINDS as CLAIM_KINDS
from db.domain.claims import fold_claims, read_claim
from db.domain.effects import Effect, read_effect
from db.domain.fold import Draft, tell_undos
from db.domain.incidents import (
    COLLECTIONS,
    NOTHING,
    PLURAL,
    Attachment,
    Collection,
    Incident,
    Step,
    Timer,
)
from db.domain.names import UNDO
from db.domain.ops import Op, OpRef
from db.domain.transitions import TRANSITIONS
from db.domain.undoing import NOTHING_UNDONE, Undone, undone_of
from db.store.driver import Connection
from db.store.plain_rows import PLAIN, plain_row
from db.store.search_index import CLEAR_SEARCH, PUT_SEARCH, search_row, searched

INCIDENT_FIELDS = tuple(item.name for item in fields(Incident) if item.name not in PLURAL)
_DERIVED = ("platform", "village", "due_at", "due_stage", "sort_at", "is_open")
_VILLAGE = 12


def _insert(table: str, columns: Sequence[str]) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join("?" * len(columns))
    return f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({marks})"


def _upsert(table: str, key: Sequence[str], columns: Sequence[str]) -> str:
    """Return a statement that changes the row that is there, and else adds one."""
    names = ", ".join(f'"{name}"' for name in key)
    values = ", ".join(f'"{name}" = excluded."{name}"' for name in columns)
    put = _insert(table, (*key, *columns)).replace(" OR REPLACE", "")
    return f"{put} ON CONFLICT ({names}) DO UPDATE SET {values}"


_TIMER_FIELDS = tuple(item.name for item in fields(Timer))
_ATTACHMENT_FIELDS = tuple(item.name for item in fields(Attachment))
_timer_row = attrgetter(*_TIMER_FIELDS)
_attachment_row = attrgetter(*_ATTACHMENT_FIELDS)
_incident_fields = attrgetter(*INCIDENT_FIELDS)
_STEP_FIELDS = ("kind", "from_state", "to_state", "at", "actor", "actor_name", "unit", "opinion")
_step_fields = attrgetter(*_STEP_FIELDS)

# Not replaced: with its many indexes that takes twice as long, even where no row is there yet.
_INCIDENT_COLUMNS = ("rid", *INCIDENT_FIELDS, *_DERIVED)
PUT_INCIDENT = _upsert("incident", ("rid",), _INCIDENT_COLUMNS[1:])
PUT_TIMER = _insert("timer", ("incident", "n", *_TIMER_FIELDS))
PUT_STEP = _insert("step", ("incident", "n", *_STEP_FIELDS, "detail"))
PUT_ATTACHMENT = _insert("attachment", ("incident", "n", *_ATTACHMENT_FIELDS))
PUT_CLAIM = _insert("claim", ("rid", "incident", "user", "name", "at", "rivals"))
PUT_ACCOUNT = _insert("account", ("rid", "key", *Account._fields))
PUT_EMERGENCY = _insert("emergency", ("rid", *EmergencyCode._fields))
PUT_CONFLICT = _insert("conflict", ("subject", "field", "kind", "tips"))

GET_INCIDENT = (
    "SELECT " + ", ".join(f'"{name}"' for name in INCIDENT_FIELDS) + " FROM incident WHERE rid = ?"
)
GET_TIMERS = (
    "SELECT stage, unit, limit_unit, amount, start_at, due_at, policy, ended_at, step"
    " FROM timer WHERE incident = ? ORDER BY n"
)


class _Table(NamedTuple):
    """How the rows of a collection are put and got. Their row ids keep the order they came in."""

    one: Collection
    row: Callable[[Any], tuple[Any, ...]]
    put: str
    get: str


def _table(one: Collection) -> _Table:
    names = tuple(item.name for item in fields(one.kind))
    others = tuple(name for name in names if name != one.key)
    columns = ", ".join(f'"{name}"' for name in names)
    return _Table(
        one,
        attrgetter(one.key, *others),
        _upsert(one.table, ("incident", one.key), others),
        f"SELECT {columns} FROM {one.table} WHERE incident = ? ORDER BY rowid",
    )


TABLES = tuple(_table(one) for one in COLLECTIONS)
LAST_STEP = "SELECT max(n) FROM step WHERE incident = ?"
GET_ATTACHMENTS = (
    "SELECT blob, size, media, envelope, at, actor_name FROM attachment WHERE incident = ?"
    " ORDER BY n"
)
KEY_OF_TABLE = {
    "incident": "rid", "timer": "incident", "assignment": "incident", "step": "incident",
    "attachment": "incident", "pause": "incident", "application": "incident", "card": "incident",
    "child": "incident", "conflict": "subject", "area": "rid", "unit": "rid", "post": "rid",
    "user": "rid", "station": "rid", "list_version": "rid",
    "response": "rid", "place": "rid", "claim": "rid",
    "account": "rid", "policy": "rid", "emergency": "rid",
}  # fmt: skip
"""Every projected table, and which column holds its subject's row id."""
PROJECTION_TABLES = tuple(KEY_OF_TABLE)
_TABLE_OF = {
    "area": "area", "unit": "unit", "post": "post", "user": "user", "site": "station",
    "list": "list_version", "response": "response", "place": "place", "claim": "claim",
    "account": "account", "policy": "policy", "emergency": "emergency",
}  # fmt: skip
_FIRST_STANDS = frozenset({"site"})
"""What a site says of its keys when it starts cannot be said again otherwise."""
_WHOLE = frozenset({"claim", "account", "emergency"})
"""Entities of which only the whole history says how they stand."""
_OF_INCIDENT = ("incident", "timer", "step", "attachment", *(one.table for one in COLLECTIONS))

ENTITY_OF_KIND = {
    **{row.kind: "incident" for row in TRANSITIONS.values()},
    "duplicate_added": "incident",
    "duplicate_moved": "incident",
    "duplicate_removed": "incident",
    "outcome_shared": "incident",
    "escalation_raised": "incident",
    "caller_viewed": "incident",
    "caller_erased": "incident",
    "conflict_resolved": "incident",
    UNDO: "incident",
    **dict.fromkeys(CLAIM_KINDS, "claim"),
    **dict.fromkeys(ACCOUNT_KINDS, "account"),
    **dict.fromkeys(SITTING_KINDS, "sitting"),
    **dict.fromkeys(EMERGENCY_KINDS, "emergency"),
    "policy_set": "policy",
    "sheet_printed": "sheet",
    "export_made": "export",
    "audit_read": "audit",
    "setting_changed": "setting",
    "callers_searched": "search",
    "area_defined": "area",
    "unit_defined": "unit",
    "post_defined": "post",
    USER_DEFINED: "user",
    "list_published": "list",
    "response_declared": "response",
    "place_defined": "place",
    "site_started": "site",
    "site_rekeyed": "site_key",
    "epoch_started": "epoch",
    "room_key_granted": "room_key",
    "room_key_renewed": "room_key",
    "orders_imported": "import",
}
"""Kinds this version folds; any other is kept, passed on and held until an update knows it."""


Reading = Effect | dict[str, Any] | None
"""What an op says, read and believed."""


def is_known(op: Op) -> bool:
    """Whether this version can fold the op."""
    return op.version == 1 and ENTITY_OF_KIND.get(op.kind) == op.ent


def read(op: Op) -> Reading:
    """Read what an op says: an effect, a row, nothing for kinds without rows.

    Raises InputError(op_malformed) for a payload this version cannot believe.
    """
    if op.ent == "incident":
        return read_effect(op)
    if op.ent == "claim":
        return {"over": read_claim(op)}
    if op.ent == "account":
        return read_account(op)
    if op.ent == "emergency":
        return read_emergency(op)
    return plain_row(op) if op.ent in PLAIN else None


def load_incident(connection: Connection, rid: int) -> Incident | None:
    """Read one incident with its timers, assignments and attachments."""
    row = connection.execute(GET_INCIDENT, (rid,)).fetchone()
    if row is None:
        return None
    rows: dict[str, Any] = {
        one.field: tuple(one.kind(*item) for item in connection.execute(get, (rid,)))
        for one, _, _, get in TABLES
    }
    return Incident(
        **dict(zip(INCIDENT_FIELDS, row, strict=True)),
        timers=tuple(Timer(*item) for item in connection.execute(GET_TIMERS, (rid,))),
        attachments=tuple(
            Attachment(*item) for item in connection.execute(GET_ATTACHMENTS, (rid,))
        ),
        **rows,
    )


class Rows:
    """Rows on their way into the tables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._clears: dict[str, list[tuple[int]]] = {}
        self._puts: dict[str, list[tuple[Any, ...]]] = {}

    def follow(
        self,
        rid: int,
        ops: Sequence[Op],
        readings: Sequence[Reading],
        *,
        is_new: bool,
        undone: Undone = NOTHING_UNDONE,
        before: Incident | None = None,
    ) -> Incident | None:
        """Gather the rows of ops that each saw all before it; return the incident they made.

        `is_new`: nothing of the subject is known yet. `undone`: what undos among them did.
        `before`: the incident as its rows stand, where it has been read already.
        """
        if ops[0].ent != "incident":
            stands = 0 if ops[0].ent in _FIRST_STANDS else -1
            self._put_plain(rid, ops[stands].ent, readings[stands], is_new=is_new)
            return None
        if before is None and not is_new:
            before = load_incident(self._connection, rid)
        draft = Draft(before, ops[0].id)
        effects = [one for one in readings if isinstance(one, Effect)]
        steps = [
            draft.strike(op, effect) if number in undone.taken else draft.apply(op, effect)
            for number, (op, effect) in enumerate(zip(ops, effects, strict=True))
        ]
        tell_undos(steps, ops, effects, undone)
        after = draft.incident()
        self._put_incident(rid, after, before or NOTHING)
        first = (self._connection.execute(LAST_STEP, (rid,)).fetchone()[0] or 0) if before else 0
        self._put_steps(rid, steps, first + 1)
        return after

    def renew(
        self, rid: int, ops: Sequence[Op], readings: Sequence[Reading] | None = None
    ) -> Incident | None:
        """Gather all rows of a subject anew, from its whole history in causal order."""
        self.clear(rid, ops[0].ent)
        if ops[0].kind == USER_DEFINED:
            ops, readings = believed_of_person(ops), None
        if ops[0].ent in _WHOLE:
            self._put_whole(rid, ops)
            return None
        found = readings or [read(op) for op in ops]
        undone = undone_of(ops, [one for one in found if isinstance(one, Effect)])
        if is_linear(ops) and not undone.contested:
            return self.follow(rid, ops, found, is_new=True, undone=undone)
        if ops[0].ent != "incident":
            self._put_branched_plain(rid, ops)
            return None
        folded = fold_branches(ops)
        self._put_incident(rid, folded.incident)
        self._put_steps(rid, folded.steps, 1)
        self._put_conflicts(rid, folded.conflicts)
        return folded.incident

    def clear(self, rid: int, entity: str) -> None:
        """Gather the removal of every row of a subject."""
        tables = _OF_INCIDENT if entity == "incident" else (_TABLE_OF.get(entity),)
        for table in (*tables, "conflict"):
            if table:
                sql = f"DELETE FROM {table} WHERE {KEY_OF_TABLE[table]} = ?"
                self._clears.setdefault(sql, []).append((rid,))
        if entity == "incident":
            self._clears.setdefault(CLEAR_SEARCH, []).append((rid,))

    def flush(self) -> None:
        """Write what was gathered."""
        for sql, rows in (*self._clears.items(), *self._puts.items()):
            self._connection.executemany(sql, rows)
        self._clears, self._puts = {}, {}

    def _put(self, sql: str, row: tuple[Any, ...]) -> None:
        self._puts.setdefault(sql, []).append(row)

    def _put_incident(self, rid: int, after: Incident, before: Incident = NOTHING) -> None:
        row = _incident_row(rid, after)
        if before is NOTHING:
            self._put(PUT_INCIDENT, row)
        else:
            self._change_incident(row, _incident_row(rid, before))
        if searched(after) != searched(before):
            self._put(PUT_SEARCH, search_row(rid, after))
        for number, timer in enumerate(after.timers):
            if number >= len(before.timers) or before.timers[number] != timer:
                self._put(PUT_TIMER, (rid, number, *_timer_row(timer)))
        for one, row_of, put, _ in TABLES:
            if rows := getattr(after, one.field):
                known_rows = {getattr(row, one.key): row for row in getattr(before, one.field)}
                for row in rows:
                    if known_rows.get(getattr(row, one.key)) != row:
                        self._put(put, (rid, *row_of(row)))
        known = len(before.attachments)
        for number, attachment in enumerate(after.attachments[known:], start=known):
            self._put(PUT_ATTACHMENT, (rid, number, *_attachment_row(attachment)))

    def _change_incident(self, row: tuple[Any, ...], known: tuple[Any, ...]) -> None:
        """Write what differs: of each column named, the library writes the indexes anew."""
        changed = tuple(at for at, value in enumerate(row) if value != known[at])
        if changed:
            self._put(_change(changed), (*(row[at] for at in changed), row[0]))

    def _put_steps(self, rid: int, steps: Sequence[Step], first: int) -> None:
        rows = [_step_row(rid, number, step) for number, step in enumerate(steps, start=first)]
        self._puts.setdefault(PUT_STEP, []).extend(rows)

    def _put_conflicts(self, rid: int, conflicts: Iterable[Conflict]) -> None:
        for item in conflicts:
            tips = orjson.dumps([[*tip[0], *tip[1:]] for tip in item.tips]).decode()
            self._put(PUT_CONFLICT, (rid, item.field, item.kind, tips))

    def _put_plain(self, rid: int, entity: str, row: Reading, *, is_new: bool) -> None:
        if isinstance(row, dict) and (is_new or entity not in _FIRST_STANDS):
            self._put(_insert(_TABLE_OF[entity], ("rid", *row)), (rid, *row.values()))

    def _put_whole(self, rid: int, ops: Sequence[Op]) -> None:
        if ops[0].ent == "claim":
            self._put_claim(rid, ops)
        elif ops[0].ent == "account":
            account = fold_account(ops)
            row = account._replace(earlier=" ".join(account.earlier))  # type: ignore[arg-type]
            self._put(PUT_ACCOUNT, (rid, ops[0].id, *row))
        else:
            self._put(PUT_EMERGENCY, (rid, *fold_emergency(ops)))

    def _put_claim(self, rid: int, ops: Sequence[Op]) -> None:
        holder, rivals = fold_claims(ops)
        if holder:
            others = orjson.dumps([[*one] for one in rivals]).decode()
            self._put(PUT_CLAIM, (rid, ops[0].id, *holder, others))

    def _put_branched_plain(self, rid: int, ops: Sequence[Op]) -> None:
        """Show the last of the definitions that no later one has seen; keep where they differ.

        A definition gives its row whole, so entering it again settles what was in dispute.
        """
        seen = {parent for op in ops for parent in op.parents}
        tips = [op for op in ops if op.ref not in seen]
        stands = ops[0] if ops[0].ent in _FIRST_STANDS else tips[-1]
        self._put_plain(rid, stands.ent, read(stands), is_new=True)
        if ops[0].ent in _FIRST_STANDS or ops[0].ent not in PLAIN:
            return
        rows = [plain_row(op) for op in tips]
        self._put_conflicts(
            rid,
            [
                Conflict(
                    name,
                    "value",
                    tuple(
                        Tip(op.ref, op.at, op.actor.name, row[name])
                        for op, row in zip(tips, rows, strict=True)
                    ),
                )
                for name in rows[0]
                if any(row[name] != rows[0][name] for row in rows)
            ],
        )


def is_linear(ops: Sequence[Op]) -> bool:
    """Whether each op saw the one before it, from the first on."""
    previous: tuple[OpRef, ...] = ()
    for op in ops:
        if op.parents != previous:
            return False
        previous = (op.ref,)
    return True


def causal_order(ops: Sequence[Op]) -> list[Op]:
    """Return ops with parents before children, ties by (hlc, site, seq)."""
    if _is_chain(ops):
        return list(ops)
    by_ref = {op.ref: op for op in ops}
    waiting: dict[OpRef, int] = {}
    children: dict[OpRef, list[OpRef]] = {}
    for op in by_ref.values():
        known = [parent for parent in set(op.parents) if parent in by_ref]
        waiting[op.ref] = len(known)
        for parent in known:
            children.setdefault(parent, []).append(op.ref)
    ready = [_order_key(by_ref[ref]) for ref, count in waiting.items() if count == 0]
    heapq.heapify(ready)
    ordered: list[Op] = []
    while ready:
        ref = heapq.heappop(ready)[-1]
        ordered.append(by_ref[ref])
        for child in children.get(ref, ()):
            waiting[child] -= 1
            if waiting[child] == 0:
                heapq.heappush(ready, _order_key(by_ref[child]))
    return ordered


def _is_chain(ops: Sequence[Op]) -> bool:
    """Whether each op has seen the one before it: then there is one order only."""
    return all(before.ref in op.parents for before, op in pairwise(ops))


def _order_key(op: Op) -> tuple[int, int, str, int, int, OpRef]:
    return (op.hlc.ms, op.hlc.counter, op.ref.site, op.ref.epoch, op.ref.seq, op.ref)


def _incident_row(rid: int, incident: Incident) -> tuple[Any, ...]:
    due = incident.due
    return (
        rid,
        *_incident_fields(incident),
        incident.platform,
        incident.area_code[:_VILLAGE] if len(incident.area_code) >= _VILLAGE else "",
        due.at if due else None,
        due.stage if due else "",
        incident.sort_at,
        int(incident.is_open),
    )


@lru_cache(maxsize=512)
def _change(changed: tuple[int, ...]) -> str:
    """Return the statement that changes columns of an incident, told by their places."""
    values = ", ".join(f'"{_INCIDENT_COLUMNS[at]}" = ?' for at in changed)
    return f"UPDATE incident SET {values} WHERE rid = ?"


def _step_row(rid: int, number: int, step: Step) -> tuple[Any, ...]:
    detail = "{}"
    if step.detail:
        detail = orjson.dumps(dict(step.detail), option=orjson.OPT_SORT_KEYS).decode()
    return (rid, number, *_step_fields(step), detail)
