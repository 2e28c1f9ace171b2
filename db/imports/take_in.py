"""Taking orders into the record: one chunk, one transaction, idempotent on (source, number)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from db.commands.incidents import MAX_CALLER, append_report
from db.domain.errors import RuleError
from db.domain.incidents import Incident
from db.domain.ops import Actor
from db.domain.personal import mask_payload
from db.domain.rules.base import Facts, stage_timer
from db.domain.scope import scope_of
from db.domain.transitions import transition_of
from db.imports.orders import ChunkOutcome
from db.imports.plan import OrderRow, RowProblem
from db.store.driver import Connection
from db.store.envelopes import Caller, known_phones
from db.store.facts import facts_at
from db.store.ids import new_id
from db.store.journal import Journal
from db.store.projections import load_incident
from db.store.store import Store

MAX_TEXT_BYTES = 56_000
"""Bytes of all texts of an order as they stand in an op: the rest stays below its size."""
_TEXTS = (
    "content", "source_reply", "title", "category", "address", "source_no", "source_status"
)  # fmt: skip
_UPDATED = ("source_status", "source_reply", "source_replied_at")
_KNOWN = "SELECT rid FROM incident WHERE source = ? AND source_no = ? AND source_no <> ''"


def order_writer(store: Store, actor: Actor) -> Callable[[Sequence[OrderRow]], ChunkOutcome]:
    """Return what writes a chunk of orders for this person; raises RuleError without the role."""
    if not transition_of("report").roles & set(actor.roles):
        roles = sorted(transition_of("report").roles)
        raise RuleError("role_forbids", action="report", name=actor.name, roles=roles)

    def write(orders: Sequence[OrderRow]) -> ChunkOutcome:
        return store.write(lambda journal: _take_in(journal, store, actor, orders)).result

    return write


def _take_in(
    journal: Journal, store: Store, actor: Actor, orders: Sequence[OrderRow]
) -> ChunkOutcome:
    facts = facts_at(journal.connection, journal.clock(), scope_of(actor))
    names = _area_codes(journal.connection)
    classes = {item.name: item.code for item in facts.policy.classes.values()}
    added = updated = unchanged = 0
    problems: list[RowProblem] = []
    for order in orders:
        column = _too_long(order)
        if column:
            problems.append(RowProblem(order.sheet, order.row, column, "text_too_long"))
            continue
        known = journal.connection.execute(_KNOWN, (order.source, order.source_no)).fetchone()
        if known is None:
            _add(journal, store, actor, order, facts, names, classes)
            added += 1
        elif _update(journal, actor, order, known[0]):
            updated += 1
        else:
            unchanged += 1
    return ChunkOutcome(added, updated, unchanged, tuple(problems))


def _add(
    journal: Journal,
    store: Store,
    actor: Actor,
    order: OrderRow,
    facts: Facts,
    names: Mapping[str, str],
    classes: Mapping[str, str],
) -> None:
    """Report an order (T1). Its clock starts now; when it was first reported stays beside it."""
    incident = Incident(id=new_id(journal.clock()))
    class_code = classes.get(order.category, "")
    changed: dict[str, Any] = {
        "title": order.title,
        "content": order.content,
        "category": order.category,
        "class_code": class_code,
        "urgency": order.urgency,
        "secrecy": order.secrecy,
        "source": order.source,
        "source_no": order.source_no,
        "source_unit": order.unit_text,
        "source_status": order.source_status,
        "source_reply": order.source_reply,
        "source_replied_at": order.source_replied_at,
        "reported_at": order.reported_at,
        "taken_in_at": facts.now,
        "area_code": names.get(order.area_text, ""),
        "address": order.address,
        "lon_e6": order.lon_e6,
        "lat_e6": order.lat_e6,
        "policy": facts.policy.version,
    }
    timer = stage_timer(replace(incident, **changed), facts, "accept")
    payload = {"from": "draft", "to": "reported", "set": changed, "starts": [timer]}
    caller = Caller(order.caller_name, order.caller_phone)
    append_report(journal, store, actor, "incident_reported", incident.id, payload, caller)


def _update(journal: Journal, actor: Actor, order: OrderRow, rid: int) -> bool:
    """Record what the source says anew of a known order; local triage is never overwritten."""
    incident = load_incident(journal.connection, rid)
    assert incident is not None
    # What was kept of it is masked: a number in a text is no news each time.
    told = {name: getattr(order, name) for name in _UPDATED}
    masked = mask_payload(told, known_phones(journal.connection)).value
    changed = {
        name: value
        for name, value in told.items()
        if value and masked[name] != getattr(incident, name)
    }
    if changed:
        journal.append("source_updated", incident.id, {"set": changed}, actor)
    return bool(changed)


def _too_long(order: OrderRow) -> str:
    """Return the longest of the texts where they do not fit into one op, empty if they do."""
    for name in ("caller_name", "caller_phone"):
        if len(getattr(order, name)) > MAX_CALLER:
            return name
    sizes = {name: len(orjson.dumps(getattr(order, name))) for name in _TEXTS}
    return max(sizes, key=lambda name: sizes[name]) if sum(sizes.values()) > MAX_TEXT_BYTES else ""


def _area_codes(connection: Connection) -> dict[str, str]:
    """Return the code of each village and grid whose name is the only one of its kind."""
    rows = connection.execute(
        "SELECT name, min(code) FROM area WHERE level IN ('village', 'grid')"
        " GROUP BY name HAVING count(*) = 1"
    )
    return dict(rows.fetchall())
