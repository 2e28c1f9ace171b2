"""What every rule stands on: the values an action asks for, the facts it may ask, its clocks.

An effect is a pure function of an incident, checked values, a person and facts. It returns the
payload of an op, or raises RuleError or InputError; then nothing is written.
"""

import unicodedata
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from db.domain.areas import CODE_LENGTH
from db.domain.calendar import DEFAULT_CALENDAR, Calendar
from db.domain.deadlines import Pause, due_at, halved
from db.domain.errors import InputError, RuleError
from db.domain.geometry import PointE6, is_on_earth, to_e6
from db.domain.identity import without_numbers
from db.domain.incidents import WAITING, Application, Assignment, Incident, Timer
from db.domain.lists import Limit, Policy
from db.domain.ops import Actor

MAX_TEXT = 8_000
"""Characters of a text that is typed in; far below what an op holds."""
MAX_NUMBER = 10_000
TOWN = CODE_LENGTH["town"]
_LINES = {"\n", "\t"}


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One value an action asks for.

    `kind` is one of text, long, class, area, unit, units, choice, flag, file, incident, day,
    number, point (degrees as `lon,lat`, WGS-84).
    """

    name: str
    kind: str
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What a decision needs to know beside the incident itself.

    `level` is that of the desk that acts: town or district. `incidents` gives another incident by
    its number or id, `likely` the numbers of incidents that may be the same matter. `name_of` is
    what a unit or an area is called: a refusal speaks of it by that.
    """

    policy: Policy
    now: int
    units: Container[str]
    areas: Container[str]
    calendar: Calendar = DEFAULT_CALENDAR
    level: str = "town"
    incidents: Mapping[str, Incident] = field(default_factory=dict)
    likely: Callable[[Incident], Sequence[str]] = lambda incident: ()
    limit_factor: Callable[[str, str], int] = lambda class_code, area_code: 100
    """Percent of an ordinary limit while a response is active, by class and area."""
    name_of: Callable[[str], str] = str
    known_to: Callable[[Incident], str] = lambda incident: incident.area_code[:TOWN]
    """The town that has an incident's history so far, empty for none: what a district asks."""
    new_id: Callable[[], str] = lambda: ""
    """An id for an incident that a decision makes."""


class Also(NamedTuple):
    """What an action does to another incident beside its own: the op's kind, id and payload."""

    kind: str
    id: str
    payload: dict[str, Any]


class Decision(NamedTuple):
    """What comes of an action: the op's kind and payload, and ops of other incidents.

    `stripped`: how many control characters were taken out of what was typed.
    """

    kind: str
    payload: dict[str, Any]
    also: tuple[Also, ...] = ()
    stripped: int = 0


class Checked(NamedTuple):
    """Values in their types, and how many control characters were taken out of them."""

    values: dict[str, Any]
    stripped: int


Values = Mapping[str, Any]
Effect = Callable[[Incident, Values, Actor, Facts], dict[str, Any]]
Guard = Callable[[Incident, Actor, Facts], RuleError | None]
"""Says why an action is not possible now, whatever values it would have; None where it is."""

CONTACT = FieldSpec("contact", "text")
OPINION = FieldSpec("opinion", "text")
TEXT = FieldSpec("text", "long", required=True)
REPLY = FieldSpec("public_reply", "long", required=True)


def check_fields(specs: Sequence[FieldSpec], values: Values, facts: Facts, action: str) -> Checked:
    """Return the values in their types; raises InputError naming the field (`column`)."""
    known = {spec.name: spec for spec in specs}
    for name in values:
        if name not in known:
            raise InputError("field_unknown", column=name, action=action, known=sorted(known))
    cleaned = {name: _cleaned(value) for name, value in values.items()}
    checked = {
        name: check_field(spec, cleaned[name][0], facts)
        for name, spec in known.items()
        if name in cleaned and not _is_blank(cleaned[name][0])
    }
    for name, spec in known.items():
        if spec.required and name not in checked:
            raise InputError("field_missing", column=name, action=action)
    return Checked(checked, sum(stripped for _, stripped in cleaned.values()))


def check_field(spec: FieldSpec, value: Any, facts: Facts) -> Any:
    """Return one value in its type; raises InputError naming the field (`column`)."""
    if spec.kind == "flag":
        return _flag(spec, value)
    if spec.kind == "units":
        names = value.split() if isinstance(value, str) else list(value)
        return tuple(_known(spec, name, facts.units) for name in names)
    if spec.kind == "file":
        return _file(spec, value)
    if spec.kind == "number":
        return _number(spec, value)
    if spec.kind == "point":
        return _point(spec, value)
    text = check_text(spec.name, str(value))
    known: dict[str, Any] = {
        "choice": spec.choices,
        "class": facts.policy.classes,
        "unit": facts.units,
        "area": facts.areas,
    }
    if spec.kind in known:
        return _known(spec, text, known[spec.kind])
    if spec.kind == "incident":
        return facts.incidents[_known(spec, text, facts.incidents)]
    return text


def check_text(name: str, value: str) -> str:
    """Return a text as it may be kept; raises InputError naming the field (`column`)."""
    text = without_controls(value)[0].strip()
    if len(text) > MAX_TEXT:
        raise InputError("field_too_long", column=name, limit=MAX_TEXT)
    if without_numbers(text)[1]:
        raise InputError("id_number_found", column=name)
    return text


def without_controls(text: str) -> tuple[str, int]:
    """Return a text without control characters and lone surrogates, and how many there were.

    Line breaks and tabs stay.
    """
    if text.isprintable():
        return text, 0
    kept = [
        character
        for character in text.replace("\r\n", "\n")
        if character in _LINES or unicodedata.category(character) not in ("Cc", "Cs")
    ]
    return "".join(kept), len(text.replace("\r\n", "\n")) - len(kept)


def _cleaned(value: Any) -> tuple[Any, int]:
    return without_controls(value) if isinstance(value, str) else (value, 0)


def _is_blank(value: Any) -> bool:
    return value is None or value == () or (isinstance(value, str) and not value.strip())


def _flag(spec: FieldSpec, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in {"1", "yes", "true", "是"}:
        return True
    if word in {"0", "no", "false", "否"}:
        return False
    raise InputError("field_choice", column=spec.name, value=value, choices=["yes", "no"])


def _number(spec: FieldSpec, value: Any) -> int:
    text = str(value).strip()
    is_number = text.isdecimal() and len(text) <= len(str(MAX_NUMBER))
    if isinstance(value, bool) or not is_number or not 0 < int(text) <= MAX_NUMBER:
        raise InputError("field_number", column=spec.name, value=text[:20])
    return int(text)


def _point(spec: FieldSpec, value: Any) -> PointE6:
    """Return the point that two degrees name, east before north."""
    try:
        lon, lat = (float(part) for part in str(value).split(","))
    except ValueError as error:
        text = str(value)[:40]
        raise InputError("point_malformed", column=spec.name, value=text) from error
    if not is_on_earth(lon, lat):
        raise InputError("point_nowhere", column=spec.name)
    return to_e6((lon, lat))


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


def pauses_of(incident: Incident) -> list[Pause]:
    """Return the times in which the clocks of an incident stood or stand."""
    return [Pause(item.from_at, item.to_at) for item in incident.pauses]


def limit_of(incident: Incident, facts: Facts, stage: str) -> Limit:
    """Return the limit of a stage by the lists, shortened while a response is active."""
    limit = facts.policy.limit(incident.class_code, incident.urgency, stage)
    return halved(limit, facts.limit_factor(incident.class_code, incident.area_code))


def timer(facts: Facts, stage: str, limit: Limit, unit: str = "", step: str = "") -> dict[str, Any]:
    """Return a timer that starts now, as it stands in a payload."""
    return {
        "stage": stage,
        "unit": unit,
        "limit": limit.to_list(),
        "start": facts.now,
        "due": due_at(facts.now, limit, facts.calendar),
        "policy": facts.policy.version,
        **({"step": step} if step else {}),
    }


def stage_timer(incident: Incident, facts: Facts, stage: str, unit: str = "") -> dict[str, Any]:
    """Return the timer of a stage by the lists: limit, start, due and policy version pinned."""
    return timer(facts, stage, limit_of(incident, facts, stage), unit)


def handle_timers(incident: Incident, facts: Facts, unit: str) -> list[dict[str, Any]]:
    """Return the handling timers of a unit: one, or one a step (停工, 处罚, 拆除)."""
    steps = facts.policy.limit_steps(incident.class_code, incident.urgency, "handle")
    if not steps:
        return [stage_timer(incident, facts, "handle", unit)]
    factor = facts.limit_factor(incident.class_code, incident.area_code)
    return [timer(facts, "handle", halved(item.limit, factor), unit, item.name) for item in steps]


def ends(incident: Incident, *stages: str) -> list[list[str]]:
    """Return the running timers of some stages, of all where none is named, to be stopped."""
    return [
        [item.stage, item.unit] for item in incident.running if not stages or item.stage in stages
    ]


def retimes(
    incident: Incident,
    facts: Facts,
    limits: Callable[[Timer], Limit],
    pauses: Iterable[Pause] | None = None,
) -> list[dict[str, Any]]:
    """Return the running timers whose limit or deadline becomes another one.

    Deadlines are computed from their start, their limit and all pauses, never moved.
    """
    stood = list(pauses_of(incident) if pauses is None else pauses)
    found = []
    for item in incident.running:
        limit = limits(item)
        due = due_at(item.start_at, limit, facts.calendar, stood)
        if (due, limit) != (item.due_at, own_limit(item)):
            found.append(retime(item, limit, due))
    return found


def retime(item: Timer, limit: Limit, due: int) -> dict[str, Any]:
    """Return a timer as it is from now on, as it stands in a payload."""
    return {
        "stage": item.stage,
        "unit": item.unit,
        "step": item.step,
        "start": item.start_at,
        "limit": limit.to_list(),
        "due": due,
        "policy": item.policy,
    }


def recomputed(
    incident: Incident,
    facts: Facts,
    limits: Callable[[Timer], Limit],
    pauses: Iterable[Pause] | None = None,
) -> dict[str, Any]:
    """Return the words that give running timers their limits and deadlines, and units theirs."""
    found = retimes(incident, facts, limits, pauses)
    changed = {(item["stage"], item["unit"], item["step"]): item["due"] for item in found}
    due: dict[str, int] = {}
    for item in incident.running:
        if item.stage == "handle":
            at = changed.get((item.stage, item.unit, item.step), item.due_at)
            due[item.unit] = max(due.get(item.unit, at), at)
    units = [
        {"unit": item.unit, "due_at": due[item.unit]}
        for item in incident.assignments
        if due.get(item.unit, item.due_at) != item.due_at
    ]
    return {"retimes": found, "units": units}


def by_due(item: Timer) -> int:
    """Return when a timer is due, to order timers by."""
    return item.due_at


def own_limit(item: Timer) -> Limit:
    """Return the limit a timer is held to."""
    return Limit(item.limit_unit, item.amount)


def pause(facts: Facts, reason: str, until_at: int | None = None, doc: str = "") -> dict[str, Any]:
    """Return a pause of all clocks that begins now, as it stands in a payload."""
    return {
        "from_at": facts.now,
        "to_at": None,
        "until_at": until_at,
        "reason": reason,
        "doc": doc,
    }


def resumed(incident: Incident, facts: Facts, at: int | None = None) -> dict[str, Any]:
    """Return the words that end what pauses last, and compute the deadlines anew.

    `at`: when it was over, now if not given. More than one lasts where people paused it apart.
    """
    over = facts.now if at is None else at
    ended = [
        {"from_at": item.from_at, "to_at": over} for item in incident.pauses if item.to_at is None
    ]
    if not ended:
        return {}
    pauses = [
        Pause(from_at, over if to_at is None else to_at) for from_at, to_at in pauses_of(incident)
    ]
    return {"pauses": ended, **recomputed(incident, facts, own_limit, pauses)}


def extensions(incident: Incident, unit: str) -> list[Application]:
    """Return what the clocks of a unit that run now were extended by."""
    since = max((item.start_at for item in incident.running if item.unit == unit), default=0)
    return [
        item
        for item in incident.applications
        if (item.kind, item.state, item.unit) == ("extend", "approved", unit)
        and item.asked_at >= since
    ]


def extended_by(incident: Incident, unit: str, limit_unit: str) -> int:
    """Return by how much the limit of a unit was extended, in its own unit of time."""
    found = extensions(incident, unit)
    return sum(item.amount for item in found if item.value == limit_unit)


def own_assignment(
    incident: Incident, values: Values, actor: Actor, facts: Facts, *states: str
) -> Assignment:
    """Return the assignment acted on; a clerk of another unit must name who is on the phone."""
    candidates = [item for item in incident.assignments if item.state in states]
    wanted = values.get("unit") or (actor.unit if has_unit(candidates, actor.unit) else "")
    if not wanted and candidates:
        lead = incident.lead_unit
        wanted = lead if has_unit(candidates, lead) else candidates[0].unit
    for item in candidates:
        if item.unit == wanted:
            break
    else:
        raise RuleError("unit_not_waiting", unit=wanted)
    if actor.unit != item.unit:
        if set(actor.roles) <= {"unit_liaison"}:
            raise RuleError("not_your_unit", unit=item.unit)
        if not values.get("contact"):
            unit = facts.name_of(item.unit)
            raise InputError("contact_missing", column="contact", unit=unit)
    return item


def shared(
    incident: Incident, facts: Facts, outcome: str, public_reply: str, closed_at: int | None
) -> tuple[Also, ...]:
    """Return what tells those merged into an incident how it has ended.

    One that is with another lead by now, or with none, since people worked apart, is told nothing.
    """
    told = {"outcome": outcome, "public_reply": public_reply, "closed_at": closed_at}
    found = []
    for item in incident.children:
        child = facts.incidents.get(item.id)
        if item.valid and (child is None or child.merged_into == incident.id):
            found.append(Also("outcome_shared", item.id, {"from": "merged", "set": told}))
    return tuple(found)


def has_unit(assignments: Iterable[Assignment], unit: str) -> bool:
    """Whether a unit is among assignments."""
    return any(item.unit == unit for item in assignments)


def waiting(incident: Incident, but: str = "") -> list[Assignment]:
    """Return the assignments whose unit still owes an answer, but for one unit."""
    return [item for item in incident.assignments if item.state in WAITING and item.unit != but]


def withdrawn(items: Iterable[Assignment], reason: str) -> list[dict[str, Any]]:
    """Return assignments as taken back."""
    return [{"unit": item.unit, "state": "withdrawn", "reason": reason} for item in items]
