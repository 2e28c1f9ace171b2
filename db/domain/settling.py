"""How a disagreement is settled: who may, with which value, and what goes with that value."""

from collections.abc import Sequence
from typing import Any

from db.domain.areas import CODE_LENGTH
from db.domain.branches import NEWS, Conflict, part_field, place_of
from db.domain.errors import InputError, RuleError
from db.domain.incidents import (
    CLOSED_FOREVER,
    KEY_OF_WORD,
    OUTCOMES,
    SATISFACTIONS,
    SOURCES,
    Incident,
)
from db.domain.lists import URGENCIES
from db.domain.ops import Actor, OpRef
from db.domain.rules.base import Facts, FieldSpec, check_field, resumed
from db.domain.rules.intake import MIN_CONTENT

KIND = "conflict_resolved"
SETTLERS = frozenset({"duty_officer", "dispatcher", "shift_leader", "supervisor"})
_STANDING = frozenset({"returned", "paused", "merged"})
"""States in which the clocks of an incident stand."""
_SPECS = {
    spec.name: spec
    for spec in (
        FieldSpec("title", "text"),
        FieldSpec("content", "long"),
        FieldSpec("class_code", "class"),
        FieldSpec("urgency", "choice", choices=URGENCIES),
        FieldSpec("source", "choice", choices=SOURCES),
        FieldSpec("source_no", "text"),
        FieldSpec("source_unit", "text"),
        FieldSpec("source_status", "text"),
        FieldSpec("source_reply", "long"),
        FieldSpec("category", "text"),
        FieldSpec("reporter", "text"),
        FieldSpec("area_code", "area"),
        FieldSpec("address", "text"),
        FieldSpec("outcome", "choice", choices=OUTCOMES),
        FieldSpec("public_reply", "long"),
        FieldSpec("satisfaction", "choice", choices=SATISFACTIONS),
    )
}
_ROW_SPECS = {
    ("units", "task"): FieldSpec("task", "long"),
    ("units", "feedback"): FieldSpec("feedback", "long"),
    ("cards", "reply"): FieldSpec("reply", "long"),
}


def refusal(actor: Actor) -> RuleError | None:
    """Return why a person may not settle anything, None if they may."""
    if SETTLERS & set(actor.roles):
        return None
    return RuleError("role_forbids", action="resolve", name=actor.name, roles=sorted(SETTLERS))


def spec_of(field: str) -> FieldSpec | None:
    """Return what a value beside those said must be; None where only one of those can stand."""
    place = place_of(field)
    if place.word:
        return _ROW_SPECS.get((place.word, place.name))
    return _SPECS.get(place.name)


def settle(
    incident: Incident,
    conflict: Conflict,
    value: Any,
    seen: Sequence[OpRef],
    actor: Actor,
    facts: Facts,
) -> dict[str, Any]:
    """Return the payload that ends a disagreement; raises RuleError or InputError.

    `seen` names the sides that the person was shown; one more has come in meanwhile, and nothing
    is settled over its head.
    """
    refused = refusal(actor)
    if refused:
        raise refused
    if set(seen) != {tip.ref for tip in conflict.tips}:
        raise RuleError("conflict_changed", column=place_of(conflict.field).name)
    payload = {"from": incident.state, "resolves": [conflict.field]}
    if conflict.kind == NEWS:
        return payload
    word, key, name = place_of(conflict.field)
    chosen = _checked(conflict, value, facts)
    if word:
        return payload | {word: [{KEY_OF_WORD[word]: key, name: chosen}]}
    if conflict.kind == "state":
        return payload | _move(incident, chosen, facts)
    if conflict.kind == "dispatch":
        return payload | _lead(incident, chosen)
    return payload | {"set": {name: chosen}}


def _checked(conflict: Conflict, value: Any, facts: Facts) -> Any:
    """Return one of the values said as it was said, another one checked like any of its field."""
    if any(tip.value == value and type(tip.value) is type(value) for tip in conflict.tips):
        return value
    spec = spec_of(conflict.field)
    name = place_of(conflict.field).name
    if spec is None:
        raise RuleError("conflict_not_offered", column=name)
    if not str(value).strip():
        raise InputError("field_missing", column=name, action="resolve")
    checked = check_field(spec, value, facts)
    if name == "content" and len(checked) < MIN_CONTENT:
        raise InputError("content_too_short", column=name, minimum=MIN_CONTENT)
    if name == "area_code" and len(checked) < CODE_LENGTH["village"]:
        raise InputError("area_too_wide", column=name, value=checked)
    return checked


def _move(incident: Incident, state: str, facts: Facts) -> dict[str, Any]:
    """Take a state, and take back what only the other one had brought.

    A deadline for calling back runs while closed and only then; otherwise work that goes on keeps
    its deadlines, and work that is over has none. Clocks stand only in states in which they may.
    """
    is_over = state in CLOSED_FOREVER - {"merged"}
    ends = [
        [timer.stage, timer.unit]
        for timer in incident.running
        if is_over or (timer.stage == "callback") != (state == "closed")
    ]
    kept = {"closed": {"closed_at"}, "archived": {"closed_at", "archived_at"}}.get(state, set())
    taken_back: dict[str, Any] = {
        name: None
        for name in ("closed_at", "archived_at")
        if name not in kept and getattr(incident, name) is not None
    }
    if state != "merged" and incident.merged_into:
        taken_back |= {"merged_into": "", "merged_from": ""}
    again = {} if state in _STANDING else resumed(incident, facts)
    return {"to": state, "ends": ends, "set": taken_back, **again}


def _lead(incident: Incident, lead: str) -> dict[str, Any]:
    """Name the lead; every other unit that was sent stays sent, to help: the orders were given."""
    units = [item.unit for item in incident.assignments]
    ordered = [lead] * (lead in units) + [unit for unit in units if unit != lead]
    return {
        "set": {"lead_unit": lead},
        "units": [{"unit": unit, "part": "lead" if unit == lead else "co"} for unit in ordered],
        "resolves": ["lead_unit", *(part_field(unit, "part") for unit in ordered)],
    }
