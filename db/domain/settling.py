"""How a disagreement is settled: who may, with which value, and what goes with that value."""

from collections.abc import Sequence
from typing import Any

from db.domain.areas import CODE_LENGTH
from db.domain.branches import (
    CLOCKS,
    NEWS,
    Conflict,
    limit_field,
    limit_said,
    part_field,
    place_of,
)
from db.domain.deadlines import due_at
from db.domain.errors import InputError, RuleError
from db.domain.incidents import (
    KEY_OF_WORD,
    OUTCOMES,
    SATISFACTIONS,
    SOURCES,
    Incident,
    Timer,
)
from db.domain.lists import URGENCIES, Limit
from db.domain.names import CLOSED_FOREVER
from db.domain.ops import Actor, OpRef
from db.domain.permissions import signed_by
from db.domain.rules.base import (
    Also,
    Facts,
    FieldSpec,
    check_field,
    own_limit,
    pauses_of,
    recomputed,
    resumed,
    retime,
)
from db.domain.rules.intake import MIN_CONTENT
from db.domain.rules.merging import counted_once, strayed
from db.domain.scope import SECRET
from db.domain.transitions import transition_of
from db.domain.undoing import UNDONE

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


def joined(field: str, values: Sequence[Any]) -> str:
    """Return all that was said, one under another; empty where a field can hold only one."""
    spec = spec_of(field)
    if spec is None or spec.kind != "long":
        return ""
    return "\n".join(dict.fromkeys(str(value).strip() for value in values if value))


def pick(conflict: Conflict, take: str, own: str) -> Any:
    """Return the value of one side: `newer`, `ours` (of site `own`) or `theirs`.

    Which is newer is by the clocks of those who said it: a person asked for that, no rule does.
    Raises RuleError (conflict_not_plain) for what is no plain field, conflict_side where that side
    said nothing, or two things.
    """
    name = place_of(conflict.field).name
    if conflict.kind != "value":
        raise RuleError("conflict_not_plain", column=name)
    if take == "newer":
        return max(conflict.tips, key=lambda tip: (tip.at, tip.ref)).value
    said = [tip.value for tip in conflict.tips if (tip.ref.site == own) == (take == "ours")]
    if not said or any(value != said[0] for value in said):
        raise RuleError("conflict_side", column=name)
    return said[0]


def settle(
    incident: Incident,
    conflict: Conflict,
    value: Any,
    seen: Sequence[OpRef],
    actor: Actor,
    facts: Facts,
    second: Actor | None = None,
) -> dict[str, Any]:
    """Return the payload that ends a disagreement; raises RuleError or InputError.

    Whether an incident is secret is said by two persons here too: `second` has signed for it.
    `seen` names the sides that the person was shown; one more has come in meanwhile, and nothing
    is settled over its head.
    """
    refused = refusal(actor)
    if refused:
        raise refused
    if set(seen) != {tip.ref for tip in conflict.tips}:
        raise RuleError("conflict_changed", column=place_of(conflict.field).name)
    payload = {"from": incident.state, "resolves": [conflict.field]}
    if conflict.field == UNDONE and (children := strayed(incident, facts)):
        return payload | {"children": children}
    if conflict.kind == NEWS:
        return payload
    word, key, name = place_of(conflict.field)
    chosen = _checked(conflict, value, facts)
    if (word, name) == ("", "secrecy") and SECRET in {tip.value for tip in conflict.tips}:
        row = transition_of("set_secrecy")
        payload |= signed_by(actor, row.action, row.seconds, second)
    if word == CLOCKS:
        return payload | _held_to(incident, conflict.field, chosen, facts)
    if word:
        return payload | {word: [{KEY_OF_WORD[word]: key, name: chosen}]}
    if conflict.kind == "state":
        return payload | _move(incident, chosen, facts)
    if conflict.kind == "dispatch":
        return payload | _lead(incident, chosen)
    return payload | {"set": {name: chosen}}


def settle_also(
    incident: Incident, conflict: Conflict, payload: dict[str, Any], facts: Facts
) -> tuple[Also, ...]:
    """Return what a settlement does to the leads that were in question."""
    if conflict.field == UNDONE and incident.merged_into:
        return counted_once(incident, incident.merged_into, {incident.merged_into}, facts)
    settled = payload.get("set", {})
    if "merged_into" not in settled:
        return ()
    leads = {tip.value for tip in conflict.tips} if conflict.field == "merged_into" else set()
    return counted_once(incident, settled["merged_into"], leads | {incident.merged_into}, facts)


def _checked(conflict: Conflict, value: Any, facts: Facts) -> Any:
    """Return one of the values said as it was said, another one checked like any of its field."""
    said = [tip.value for tip in conflict.tips]
    is_granted = place_of(conflict.field)[::2] == ("asks", "state") and "approved" in said
    if is_granted and value != "approved":
        # What was granted has had its effects, and they stand.
        raise RuleError("granted_already")
    if any(one == value and type(one) is type(value) for one in said):
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
        raise InputError("area_too_wide", column=name, value=facts.name_of(checked))
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


def _held_to(incident: Incident, field: str, chosen: str, facts: Facts) -> dict[str, Any]:
    """Hold a clock to a limit; its deadline is computed from its start, that limit, all pauses."""
    limit = Limit(*limit_said(chosen))
    clock = next(timer for timer in reversed(incident.timers) if limit_field(timer) == field)
    due = due_at(clock.start_at, limit, facts.calendar, pauses_of(incident))

    def limits(timer: Timer) -> Limit:
        return limit if timer == clock else own_limit(timer)

    # It is said even where nothing changes by it: the dispute ends by the limit that is named.
    payload = recomputed(incident, facts, limits)
    told = retime(clock, limit, due)
    others = [item for item in payload["retimes"] if _name(item) != _name(told)]
    return payload | {"retimes": [*others, told]}


def _name(item: dict[str, Any]) -> tuple[Any, ...]:
    return item["stage"], item["unit"], item["step"], item["start"]


def _lead(incident: Incident, lead: str) -> dict[str, Any]:
    """Name the lead; every other unit that was sent stays sent, to help: the orders were given."""
    units = [item.unit for item in incident.assignments]
    ordered = [lead] * (lead in units) + [unit for unit in units if unit != lead]
    return {
        "set": {"lead_unit": lead},
        "units": [{"unit": unit, "part": "lead" if unit == lead else "co"} for unit in ordered],
        "resolves": ["lead_unit", *(part_field(unit, "part") for unit in ordered)],
    }
