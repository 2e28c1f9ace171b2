"""From ops to rows. Projections can be thrown away and made again from the journal.

A subject (one incident, one area, one unit …) is folded in causal order: parents before children,
ties by (hlc, site, seq). The same set of ops gives the same rows, in whatever order they came.
"""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import astuple, fields
from typing import Any

import orjson

from db.domain.areas import Area, check_area
from db.domain.errors import InputError
from db.domain.incidents import Assignment, Incident, Step, Timer, fold
from db.domain.lists import parse_duty
from db.domain.ops import Op, OpRef
from db.store.driver import Connection

INCIDENT_FIELDS = tuple(
    item.name for item in fields(Incident) if item.name not in {"timers", "assignments"}
)
_DERIVED = ("platform", "village", "due_at", "due_stage", "sort_at", "is_open")
_VILLAGE = 12


def _insert(table: str, columns: Sequence[str]) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join("?" * len(columns))
    return f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({marks})"


_TIMER_FIELDS = tuple(item.name for item in fields(Timer))
_ASSIGNMENT_FIELDS = tuple(item.name for item in fields(Assignment))
_STEP_FIELDS = ("kind", "from_state", "to_state", "at", "actor", "actor_name", "unit", "opinion")

PUT_INCIDENT = _insert("incident", ("rid", *INCIDENT_FIELDS, *_DERIVED))
PUT_TIMER = _insert("timer", ("incident", "n", *_TIMER_FIELDS))
PUT_ASSIGNMENT = _insert("assignment", ("incident", *_ASSIGNMENT_FIELDS))
PUT_STEP = _insert("step", ("incident", "n", *_STEP_FIELDS, "detail"))

GET_INCIDENT = (
    "SELECT " + ", ".join(f'"{name}"' for name in INCIDENT_FIELDS) + " FROM incident WHERE rid = ?"
)
GET_TIMERS = (
    "SELECT stage, unit, limit_unit, amount, start_at, due_at, policy, ended_at"
    " FROM timer WHERE incident = ? ORDER BY n"
)
GET_ASSIGNMENTS = (
    "SELECT unit, part, state, task, sent_at, signed_at, signed_by, due_at, feedback_at, feedback"
    " FROM assignment WHERE incident = ? ORDER BY rowid"
)
LAST_STEP = "SELECT max(n) FROM step WHERE incident = ?"
_CLEAR_INCIDENT = tuple(
    f"DELETE FROM {table} WHERE {column} = ?"
    for table, column in (
        ("incident", "rid"),
        ("timer", "incident"),
        ("assignment", "incident"),
        ("step", "incident"),
    )
)
PROJECTION_TABLES = (
    "incident", "timer", "assignment", "step", "area", "unit", "post", "user", "station"
)  # fmt: skip

ENTITY_OF_KIND = {
    "incident_reported": "incident",
    "incident_accepted": "incident",
    "incident_dispatched": "incident",
    "assignment_signed": "incident",
    "feedback_given": "incident",
    "check_passed": "incident",
    "callback_recorded": "incident",
    "incident_archived": "incident",
    "note_added": "incident",
    "source_updated": "incident",
    "caller_viewed": "incident",
    "sheet_printed": "sheet",
    "area_defined": "area",
    "unit_defined": "unit",
    "post_defined": "post",
    "user_defined": "user",
    "site_started": "site",
    "epoch_started": "epoch",
    "room_key_granted": "room_key",
    "orders_imported": "import",
}
"""Kinds this version folds; any other is kept, passed on and held until an update knows it."""


def is_known(op: Op) -> bool:
    """Whether this version can fold the op."""
    return op.version == 1 and ENTITY_OF_KIND.get(op.kind) == op.ent


def load_incident(connection: Connection, rid: int) -> Incident | None:
    """Read one incident with its timers and assignments."""
    row = connection.execute(GET_INCIDENT, (rid,)).fetchone()
    if row is None:
        return None
    timers = tuple(Timer(*item) for item in connection.execute(GET_TIMERS, (rid,)))
    parts = tuple(Assignment(*item) for item in connection.execute(GET_ASSIGNMENTS, (rid,)))
    values = dict(zip(INCIDENT_FIELDS, row, strict=True))
    return Incident(**values, timers=timers, assignments=parts)


def apply_next(connection: Connection, rid: int, op: Op) -> Incident | None:
    """Fold one op that follows all that is known of its subject; return the incident it made."""
    if op.ent == "incident":
        before = load_incident(connection, rid)
        after, step = fold(before, op)
        number = (connection.execute(LAST_STEP, (rid,)).fetchone()[0] or 0) + 1
        _put_incident(connection, rid, after, before)
        connection.execute(PUT_STEP, _step_row(rid, number, step))
        return after
    _put_plain(connection, rid, op)
    return None


def refold(connection: Connection, rid: int, ops: Sequence[Op]) -> None:
    """Fold a subject anew from all its ops."""
    ordered = causal_order(ops)
    if not ordered:
        return
    if ordered[0].ent != "incident":
        _clear_plain(connection, rid, ordered[0].ent)
        for op in ordered:
            _put_plain(connection, rid, op)
        return
    for statement in _CLEAR_INCIDENT:
        connection.execute(statement, (rid,))
    incident: Incident | None = None
    steps: list[Step] = []
    for op in ordered:
        incident, step = fold(incident, op)
        steps.append(step)
    assert incident is not None
    _put_incident(connection, rid, incident, None)
    connection.executemany(
        PUT_STEP, [_step_row(rid, number, step) for number, step in enumerate(steps, start=1)]
    )


def causal_order(ops: Iterable[Op]) -> list[Op]:
    """Return ops with parents before children, ties by (hlc, site, seq)."""
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


def _order_key(op: Op) -> tuple[int, int, str, int, int, OpRef]:
    return (op.hlc.ms, op.hlc.counter, op.ref.site, op.ref.epoch, op.ref.seq, op.ref)


def _put_incident(
    connection: Connection, rid: int, after: Incident, before: Incident | None
) -> None:
    connection.execute(PUT_INCIDENT, _incident_row(rid, after))
    old_timers = before.timers if before else ()
    for number, timer in enumerate(after.timers):
        if number >= len(old_timers) or old_timers[number] != timer:
            connection.execute(PUT_TIMER, (rid, number, *astuple(timer)))
    old_units = set(before.assignments) if before else set()
    for assignment in after.assignments:
        if assignment not in old_units:
            connection.execute(PUT_ASSIGNMENT, (rid, *astuple(assignment)))


def _incident_row(rid: int, incident: Incident) -> tuple[Any, ...]:
    due = incident.next_due
    return (
        rid,
        *(getattr(incident, name) for name in INCIDENT_FIELDS),
        incident.platform,
        incident.area_code[:_VILLAGE] if len(incident.area_code) >= _VILLAGE else "",
        due.due_at if due else None,
        due.stage if due else "",
        incident.sort_at,
        int(incident.is_open),
    )


def _step_row(rid: int, number: int, step: Step) -> tuple[Any, ...]:
    detail = orjson.dumps(dict(step.detail), option=orjson.OPT_SORT_KEYS).decode()
    return (rid, number, *(getattr(step, name) for name in _STEP_FIELDS), detail)


def _put_plain(connection: Connection, rid: int, op: Op) -> None:
    """Upsert the row of a simple entity: the last op in causal order gives it whole."""
    put = _PLAIN.get(op.ent)
    if put is None:
        return
    try:
        table, columns = put(op)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError("op_malformed", reason=str(error)) from error
    if (
        op.ent in _FIRST_STANDS
        and connection.execute(f"SELECT 1 FROM {table} WHERE rid = ?", (rid,)).fetchone()
    ):
        return
    connection.execute(_insert(table, ("rid", *columns)), (rid, *columns.values()))


def _clear_plain(connection: Connection, rid: int, entity: str) -> None:
    table = _TABLE_OF.get(entity)
    if table:
        connection.execute(f"DELETE FROM {table} WHERE rid = ?", (rid,))


def _area_row(op: Op) -> tuple[str, dict[str, Any]]:
    raw = op.payload
    ring = tuple((int(lon), int(lat)) for lon, lat in raw["ring"])
    centre = raw["centre"]
    area = check_area(Area(op.id, raw["name"], raw["level"], raw["grid_type"], raw["households"]))
    return "area", {
        "code": area.code,
        "name": area.name,
        "level": area.level,
        "parent": area.parent,
        "grid_type": area.grid_type,
        "households": area.households,
        "lon_e6": centre[0] if centre else None,
        "lat_e6": centre[1] if centre else None,
        "ring": orjson.dumps(ring).decode(),
    }


def _columns(op: Op, names: Sequence[str]) -> dict[str, Any]:
    return {name: op.payload[name] for name in names}


def _unit_row(op: Op) -> tuple[str, dict[str, Any]]:
    names = ("key", "name", "short_name", "kind", "duty", "capacity", "phone_day", "phone_night")
    parse_duty(op.payload["duty"])
    return "unit", {"code": op.id, **_columns(op, names)}


def _post_row(op: Op) -> tuple[str, dict[str, Any]]:
    return "post", _columns(op, ("area_code", "role", "name", "phone"))


def _user_row(op: Op) -> tuple[str, dict[str, Any]]:
    roles = " ".join(op.payload["roles"])
    return "user", {
        "key": op.id, "roles": roles, **_columns(op, ("name", "unit", "area"))
    }  # fmt: skip


def _station_row(op: Op) -> tuple[str, dict[str, Any]]:
    names = ("name", "town", "station", "sign_key", "box_key")
    if op.id != op.ref.site:
        raise ValueError("a site speaks for itself alone")
    return "station", {"id": op.ref.site, **_columns(op, names)}


_TABLE_OF = {
    "area": "area", "unit": "unit", "post": "post", "user": "user", "site": "station"
}  # fmt: skip
_FIRST_STANDS = frozenset({"site"})
"""What a site says of its keys when it starts cannot be said again otherwise."""
_PLAIN = {
    "area": _area_row,
    "unit": _unit_row,
    "post": _post_row,
    "user": _user_row,
    "site": _station_row,
}
