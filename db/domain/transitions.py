"""Which action moves an incident from where to where, who may, and on what condition.

One table (states and transitions T1..T28 of the closed loop) that the window, the command line
and the commands read. `decide` turns an action into the payload of an op or refuses.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.domain.areas import CODE_LENGTH
from db.domain.attachments import MAX_ATTACHMENTS
from db.domain.deadlines import due_at
from db.domain.errors import InputError, RuleError
from db.domain.identity import without_numbers
from db.domain.incidents import (
    OUTCOMES,
    SATISFACTIONS,
    SOURCES,
    Assignment,
    Incident,
)
from db.domain.lists import URGENCIES, Policy
from db.domain.ops import Actor

MIN_CONTENT = 5
MIN_FEEDBACK = 10
MAX_CALLBACKS = 3
MAX_TEXT = 8_000


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One value an action asks for.

    `kind` is one of text, long, class, area, unit, units, choice, flag, file.
    """

    name: str
    kind: str
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What a decision needs to know beside the incident itself."""

    policy: Policy
    now: int
    units: Container[str]
    areas: Container[str]


Values = Mapping[str, Any]
Effect = Callable[[Incident, Values, Actor, Facts], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table."""

    id: str
    action: str
    kind: str
    sources: frozenset[str]
    roles: frozenset[str]
    fields: tuple[FieldSpec, ...]
    effect: Effect
    is_due: Callable[[Incident], bool] = lambda _: True
    """Whether it is worth offering: the guards say no more than this without values."""


def available(incident: Incident, actor: Actor) -> tuple[Transition, ...]:
    """Return the transitions this person may take from here, in the order of the loop."""
    return tuple(
        transition
        for transition in TRANSITIONS.values()
        if incident.state in transition.sources
        and transition.roles & set(actor.roles)
        and transition.is_due(incident)
    )


def refusal(incident: Incident, action: str, actor: Actor) -> RuleError | None:
    """Return why an action is not possible by state or role, or None if it is."""
    transition = transition_of(action)
    if incident.state not in transition.sources:
        return RuleError("state_forbids", action=action, state=incident.state)
    if not transition.roles & set(actor.roles):
        return RuleError(
            "role_forbids", action=action, name=actor.name, roles=sorted(transition.roles)
        )
    return None


def transition_of(action: str) -> Transition:
    """Return the row of an action; raises InputError for an unknown one."""
    found = TRANSITIONS.get(action)
    if found is None:
        raise InputError("action_unknown", value=action, known=sorted(TRANSITIONS))
    return found


def decide(
    incident: Incident, action: str, values: Values, actor: Actor, facts: Facts
) -> tuple[str, dict[str, Any]]:
    """Return (op kind, payload) of an action, or raise RuleError/InputError and change nothing."""
    transition = transition_of(action)
    refused = refusal(incident, action, actor)
    if refused:
        raise refused
    checked = check_fields(transition, values, facts)
    payload = {"from": incident.state, **transition.effect(incident, checked, actor, facts)}
    if checked.get("opinion"):
        payload["opinion"] = checked["opinion"]
    if checked.get("contact"):
        payload["contact"] = checked["contact"]
    return transition.kind, payload


def check_fields(transition: Transition, values: Values, facts: Facts) -> dict[str, Any]:
    """Return the values in their types; raises InputError naming the field (`column`)."""
    specs = {spec.name: spec for spec in transition.fields}
    for name in values:
        if name not in specs:
            raise InputError(
                "field_unknown", column=name, action=transition.action, known=sorted(specs)
            )
    checked = {
        name: check_field(spec, values[name], facts)
        for name, spec in specs.items()
        if not _is_blank(values.get(name))
    }
    for name, spec in specs.items():
        if spec.required and name not in checked:
            raise InputError("field_missing", column=name, action=transition.action)
    return checked


def _is_blank(value: Any) -> bool:
    return value is None or value == () or (isinstance(value, str) and not value.strip())


def check_field(spec: FieldSpec, value: Any, facts: Facts) -> Any:
    """Return one value in its type; raises InputError naming the field (`column`)."""
    if spec.kind == "flag":
        return _flag(spec, value)
    if spec.kind == "units":
        names = value.split() if isinstance(value, str) else list(value)
        return tuple(_known(spec, name, facts.units) for name in names)
    if spec.kind == "file":
        return _file(spec, value)
    text = str(value).strip()
    if len(text) > MAX_TEXT:
        raise InputError("field_too_long", column=spec.name, limit=MAX_TEXT)
    if without_numbers(text)[1]:
        raise InputError("id_number_found", column=spec.name)
    if spec.kind == "choice":
        return _known(spec, text, spec.choices)
    if spec.kind == "class":
        return _known(spec, text, facts.policy.classes)
    if spec.kind == "unit":
        return _known(spec, text, facts.units)
    if spec.kind == "area":
        return _known(spec, text, facts.areas)
    return text


def _flag(spec: FieldSpec, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in {"1", "yes", "true", "是"}:
        return True
    if word in {"0", "no", "false", "否"}:
        return False
    raise InputError("field_choice", column=spec.name, value=value, choices=["yes", "no"])


def _file(spec: FieldSpec, value: Any) -> dict[str, Any]:
    """Return what an op says of a file; one that stands nowhere yet cannot be typed in."""
    if not isinstance(value, Mapping):
        raise InputError("field_file", column=spec.name)
    return dict(value)


def _known(spec: FieldSpec, value: str, known: Any) -> str:
    if value not in known:
        choices = list(spec.choices) if spec.kind == "choice" else []
        raise InputError(f"field_{spec.kind}", column=spec.name, value=value, choices=choices)
    return value


def start_timer(
    facts: Facts, stage: str, *, class_code: str, urgency: str, unit: str = ""
) -> dict[str, Any]:
    """Return a timer as it stands in a payload: limit, start, due and policy version pinned."""
    limit = facts.policy.limit(class_code, urgency, stage)
    return {
        "stage": stage,
        "unit": unit,
        "limit": limit.to_list(),
        "start": facts.now,
        "due": due_at(facts.now, limit),
        "policy": facts.policy.version,
    }


def _stage(facts: Facts, incident: Incident, stage: str, unit: str = "") -> dict[str, Any]:
    return start_timer(
        facts,
        stage,
        class_code=incident.class_code,
        urgency=incident.urgency,
        unit=unit,
    )


def _ends(incident: Incident, stage: str) -> list[list[str]]:
    return [[timer.stage, timer.unit] for timer in incident.running if timer.stage == stage]


def _report(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T1. Content of at least five characters, an area or an address; the accept timer starts."""
    content = values["content"]
    if len(content) < MIN_CONTENT:
        raise InputError("content_too_short", column="content", minimum=MIN_CONTENT)
    if not values.get("area_code") and not values.get("address"):
        raise InputError("place_missing", column="address")
    urgency = values.get("urgency", "normal")
    class_code = values.get("class_code", "")
    changed = {
        "title": values.get("title") or content.splitlines()[0][:40],
        "content": content,
        "class_code": class_code,
        "urgency": urgency,
        "source": values.get("source", "phone"),
        "area_code": values.get("area_code", ""),
        "address": values.get("address", ""),
        "reporter": values.get("reporter", ""),
        "reported_at": facts.now,
        "taken_in_at": facts.now,
    }
    timer = start_timer(facts, "accept", class_code=class_code, urgency=urgency)
    return {"to": "reported", "set": changed, "starts": [timer]}


def _accept(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T3. Class and area are set; the accept timer ends, the dispatch timer starts."""
    changed = {
        name: values[name]
        for name in ("class_code", "area_code", "urgency", "title")
        if name in values and values[name] != getattr(incident, name)
    }
    class_code = changed.get("class_code", incident.class_code)
    if not class_code:
        raise InputError("field_missing", column="class_code", action="accept")
    area = changed.get("area_code", incident.area_code)
    if not area:
        raise InputError("field_missing", column="area_code", action="accept")
    if len(area) < CODE_LENGTH["village"]:
        raise InputError("area_too_wide", column="area_code", value=area)
    urgency = changed.get("urgency", incident.urgency)
    timer = start_timer(facts, "dispatch", class_code=class_code, urgency=urgency)
    return {
        "to": "accepted",
        "set": changed,
        "ends": _ends(incident, "accept"),
        "starts": [timer],
    }


def _dispatch(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T10. One lead unit and any co-units; limits are pinned, sign and handle timers start."""
    lead = values["lead"]
    co = dict.fromkeys(unit for unit in values.get("co", ()) if unit != lead)
    units = [(lead, "lead")] + [(unit, "co") for unit in co]
    starts = [
        _stage(facts, incident, stage, unit) for unit, _ in units for stage in ("sign", "handle")
    ]
    due = {item["unit"]: item["due"] for item in starts if item["stage"] == "handle"}
    assignments = [
        {
            "unit": unit,
            "part": part,
            "state": "sent",
            "task": values.get("task", ""),
            "sent_at": facts.now,
            "due_at": due[unit],
        }
        for unit, part in units
    ]
    return {
        "to": "dispatched",
        "set": {"lead_unit": lead},
        "ends": _ends(incident, "dispatch"),
        "starts": starts,
        "units": assignments,
    }


def _sign(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T12. The unit signs, or a clerk signs for the named person on the phone."""
    assignment = _own_assignment(incident, values, actor, "sent")
    signed_by = values.get("contact") or actor.name
    return {
        "to": "handling",
        "ends": [["sign", assignment.unit]],
        "units": [
            {
                "unit": assignment.unit,
                "state": "signed",
                "signed_at": facts.now,
                "signed_by": signed_by,
            }
        ],
    }


def _feedback(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T14. To check when every unit has fed back; an unsigned co-unit signs by answering."""
    text = values["text"]
    if len(text) < MIN_FEEDBACK:
        raise InputError("feedback_too_short", column="text", minimum=MIN_FEEDBACK)
    assignment = _own_assignment(incident, values, actor, "sent", "signed")
    waiting = [
        other
        for other in incident.assignments
        if other.unit != assignment.unit and other.state in {"sent", "signed"}
    ]
    payload: dict[str, Any] = {
        "to": "handling" if waiting else "checking",
        "ends": [["sign", assignment.unit], ["handle", assignment.unit]],
        "units": [
            {
                "unit": assignment.unit,
                "state": "fed_back",
                "feedback_at": facts.now,
                "feedback": text,
            }
        ],
    }
    if not waiting:
        payload["starts"] = [_stage(facts, incident, "check")]
    return payload


def _own_assignment(incident: Incident, values: Values, actor: Actor, *states: str) -> Assignment:
    """Return the assignment acted on; a clerk of another unit must name who is on the phone."""
    candidates = [item for item in incident.assignments if item.state in states]
    wanted = values.get("unit") or (actor.unit if _has(candidates, actor.unit) else "")
    if not wanted and candidates:
        wanted = incident.lead_unit if _has(candidates, incident.lead_unit) else candidates[0].unit
    for item in candidates:
        if item.unit == wanted:
            break
    else:
        raise RuleError("unit_not_waiting", unit=wanted)
    if actor.unit != item.unit:
        if set(actor.roles) <= {"unit_liaison"}:
            raise RuleError("not_your_unit", unit=item.unit)
        if not values.get("contact"):
            raise InputError("contact_missing", column="contact", unit=item.unit)
    return item


def _has(assignments: Sequence[Assignment], unit: str) -> bool:
    return any(item.unit == unit for item in assignments)


def _check_pass(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T15. Not by the handler's own unit; the closing rule is ticked, the outcome is set."""
    if actor.unit and _has(incident.assignments, actor.unit):
        raise RuleError("checker_is_handler", unit=actor.unit)
    if not values["close_rule_met"]:
        raise RuleError("close_rule_unmet")
    needs_callback = bool(incident.caller) and _needs_callback(incident, facts)
    return {
        "to": "closed",
        "set": {
            "outcome": values["outcome"],
            "public_reply": values["public_reply"],
            "closed_at": facts.now,
            "callback_done": 0 if needs_callback else 1,
        },
        "ends": _ends(incident, "check"),
        "starts": [_stage(facts, incident, "callback")] if needs_callback else [],
    }


def _needs_callback(incident: Incident, facts: Facts) -> bool:
    return facts.policy.class_of(incident.class_code).needs_callback


def _callback(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T26. At most three attempts; reaching the caller ends the call-back."""
    if incident.callback_done and incident.callback_attempts < MAX_CALLBACKS:
        raise RuleError("callback_not_needed")
    if incident.callback_attempts >= MAX_CALLBACKS:
        raise RuleError("callbacks_used_up", limit=MAX_CALLBACKS)
    reached = values["reached"]
    if reached and "satisfaction" not in values:
        raise InputError("field_missing", column="satisfaction", action="callback")
    attempts = incident.callback_attempts + 1
    done = reached or attempts >= MAX_CALLBACKS
    return {
        "set": {
            "callback_attempts": attempts,
            "callback_done": int(done),
            "satisfaction": values.get("satisfaction", "") if reached else incident.satisfaction,
        },
        "ends": _ends(incident, "callback") if done else [],
        "opinion": values.get("text", ""),
    }


def _archive(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T28. The call-back is done, was not needed, or was missed three times."""
    if not incident.callback_done:
        raise RuleError("callback_pending", attempts=incident.callback_attempts)
    return {
        "to": "archived",
        "set": {"archived_at": facts.now},
        "ends": [[timer.stage, timer.unit] for timer in incident.running],
    }


def _note(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    return {"opinion": values["text"]}


def _attach(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """Add a file that is encrypted and kept by now; moves nothing."""
    refuse_full(incident)
    return {"file": values["file"]}


def refuse_full(incident: Incident) -> None:
    """Raise RuleError where an incident has as many files as it may."""
    if len(incident.attachments) >= MAX_ATTACHMENTS:
        raise RuleError("attachments_full", limit=MAX_ATTACHMENTS)


_OPINION = FieldSpec("opinion", "text")
_CONTACT = FieldSpec("contact", "text")
_CLERKS = frozenset({"unit_liaison", "duty_officer", "dispatcher", "village_clerk", "shift_leader"})
_DESK = frozenset({"duty_officer", "shift_leader"})
_OPEN = frozenset(
    {"reported", "returned", "verifying", "accepted", "dispatched", "handling", "paused"}
    | {"checking", "closed"}
)


def _table(*rows: Transition) -> dict[str, Transition]:
    return {row.action: row for row in rows}


TRANSITIONS = _table(
    Transition(
        "T1",
        "report",
        "incident_reported",
        frozenset({"draft"}),
        frozenset(
            {"grid_worker", "grid_head", "village_clerk", "duty_officer", "dispatcher"}
            | {"shift_leader"}
        ),
        (
            FieldSpec("content", "long", required=True),
            FieldSpec("title", "text"),
            FieldSpec("class_code", "class"),
            FieldSpec("urgency", "choice", choices=URGENCIES),
            FieldSpec("source", "choice", choices=SOURCES),
            FieldSpec("area_code", "area"),
            FieldSpec("address", "text"),
            FieldSpec("reporter", "text"),
        ),
        _report,
    ),
    Transition(
        "T3",
        "accept",
        "incident_accepted",
        frozenset({"reported", "returned"}),
        _DESK,
        (
            FieldSpec("class_code", "class"),
            FieldSpec("area_code", "area"),
            FieldSpec("urgency", "choice", choices=URGENCIES),
            FieldSpec("title", "text"),
            _OPINION,
        ),
        _accept,
    ),
    Transition(
        "T10",
        "dispatch",
        "incident_dispatched",
        frozenset({"accepted"}),
        frozenset({"dispatcher", "shift_leader"}),
        (
            FieldSpec("lead", "unit", required=True),
            FieldSpec("co", "units"),
            FieldSpec("task", "long"),
            _OPINION,
        ),
        _dispatch,
    ),
    Transition(
        "T12",
        "sign",
        "assignment_signed",
        frozenset({"dispatched", "handling"}),
        _CLERKS,
        (FieldSpec("unit", "unit"), _CONTACT, _OPINION),
        _sign,
        is_due=lambda incident: any(item.state == "sent" for item in incident.assignments),
    ),
    Transition(
        "T14",
        "feedback",
        "feedback_given",
        frozenset({"handling"}),
        _CLERKS,
        (FieldSpec("text", "long", required=True), FieldSpec("unit", "unit"), _CONTACT),
        _feedback,
    ),
    Transition(
        "T15",
        "check_pass",
        "check_passed",
        frozenset({"checking"}),
        frozenset({"supervisor"}),
        (
            FieldSpec("outcome", "choice", required=True, choices=OUTCOMES),
            FieldSpec("public_reply", "long", required=True),
            FieldSpec("close_rule_met", "flag", required=True),
            _OPINION,
        ),
        _check_pass,
    ),
    Transition(
        "T26",
        "callback",
        "callback_recorded",
        frozenset({"closed"}),
        frozenset({"supervisor"}),
        (
            FieldSpec("reached", "flag", required=True),
            FieldSpec("satisfaction", "choice", choices=SATISFACTIONS),
            FieldSpec("text", "long"),
        ),
        _callback,
        is_due=lambda incident: not incident.callback_done,
    ),
    Transition(
        "T28",
        "archive",
        "incident_archived",
        frozenset({"closed"}),
        frozenset({"evaluator", "system"}),
        (_OPINION,),
        _archive,
        is_due=lambda incident: bool(incident.callback_done),
    ),
    Transition(
        "",
        "note",
        "note_added",
        _OPEN,
        _CLERKS | _DESK | {"supervisor"},
        (FieldSpec("text", "long", required=True),),
        _note,
    ),
    Transition(
        "",
        "attach",
        "attachment_added",
        _OPEN,
        _CLERKS | _DESK | {"supervisor", "grid_worker", "grid_head"},
        (FieldSpec("file", "file", required=True),),
        _attach,
    ),
)
