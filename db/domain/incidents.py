"""An incident: what is known of it, and how one op changes it.

The fold is the only place where an op becomes fact. A payload is effect-generic: `set` assigns
fields, `to` moves the state, `starts`/`ends` run the timers, `units` upserts assignments,
`opinion` and the rest stay in the history. A new transition therefore needs no new fold.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from db.domain.errors import InputError
from db.domain.lists import LIMIT_UNITS, STAGES, URGENCIES
from db.domain.ops import Op

STATES = (
    "draft",
    "reported",
    "verifying",
    "returned",
    "accepted",
    "dispatched",
    "handling",
    "paused",
    "checking",
    "closed",
    "archived",
    "rejected",
    "void",
    "merged",
)
CLOSED_FOREVER = frozenset({"archived", "rejected", "void", "merged"})
OUTCOMES = ("resolved", "partial", "explained", "not_true", "out_of_scope", "transferred")
SATISFACTIONS = ("very", "ok", "basic", "no")
SOURCES = (
    "grid",
    "hotline12345",
    "online",
    "visit",
    "leader",
    "patrol",
    "sensor",
    "district",
    "phone",
)

HEAD_START = {"critical": 30 * 86_400_000, "urgent": 86_400_000, "normal": 0}
"""Milliseconds by which urgency moves an incident forward in the queue."""
NO_DUE = 2**52
MAX_AMOUNT = 1_000_000
"""The largest limit that is believed, minutes or days."""


@dataclass(frozen=True, slots=True)
class Timer:
    """One clock of one stage, pinned to the limit it was born with."""

    stage: str
    unit: str
    limit_unit: str
    amount: int
    start_at: int
    due_at: int
    policy: str
    ended_at: int | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """One unit's part in an incident (part: lead or co)."""

    unit: str
    part: str = "lead"
    state: str = "sent"
    task: str = ""
    sent_at: int | None = None
    signed_at: int | None = None
    signed_by: str = ""
    due_at: int | None = None
    feedback_at: int | None = None
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    """The state of an incident after some of its ops. Instants are UTC milliseconds."""

    id: str
    number: str = ""
    title: str = ""
    content: str = ""
    class_code: str = ""
    urgency: str = "normal"
    secrecy: int = 0
    source: str = "phone"
    source_no: str = ""
    source_unit: str = ""
    source_status: str = ""
    source_reply: str = ""
    source_replied_at: int | None = None
    category: str = ""
    reporter: str = ""
    caller: str = ""
    reported_at: int = 0
    taken_in_at: int = 0
    area_code: str = ""
    address: str = ""
    lon_e6: int | None = None
    lat_e6: int | None = None
    precision: str = "text"
    level: str = "town"
    state: str = "draft"
    lead_unit: str = ""
    outcome: str = ""
    public_reply: str = ""
    satisfaction: str = ""
    callback_attempts: int = 0
    callback_done: int = 0
    closed_at: int | None = None
    archived_at: int | None = None
    updated_at: int = 0
    timers: tuple[Timer, ...] = ()
    assignments: tuple[Assignment, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.state not in CLOSED_FOREVER

    @property
    def platform(self) -> str:
        """The platform letters of its class, empty while unclassed."""
        return self.class_code[:2]

    @property
    def running(self) -> tuple[Timer, ...]:
        """Timers that have not ended."""
        return tuple(timer for timer in self.timers if timer.ended_at is None)

    @property
    def next_due(self) -> Timer | None:
        """The running timer that is due first."""
        return min(self.running, key=lambda timer: timer.due_at, default=None)

    @property
    def sort_at(self) -> int:
        """Queue order: the next deadline, moved forward by urgency."""
        due = self.next_due
        return (due.due_at if due else NO_DUE) - HEAD_START.get(self.urgency, 0)


SETTABLE = frozenset(
    item.name
    for item in fields(Incident)
    if item.name not in {"id", "state", "updated_at", "timers", "assignments"}
)
_BLANK = Incident(id="")
_BLANK_PART = Assignment(unit="")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an incident's history."""

    kind: str
    from_state: str
    to_state: str
    at: int
    actor: str
    actor_name: str
    opinion: str
    unit: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


def fold(incident: Incident | None, op: Op) -> tuple[Incident, Step]:
    """Return the incident after an op, and the history line the op adds.

    Fields this version does not know are passed over (their bytes stay in the journal), so a
    newer program's op of a known kind still folds.
    """
    before = incident or Incident(id=op.id)
    payload = op.payload
    values = {
        name: _typed(getattr(_BLANK, name), value)
        for name, value in payload.get("set", {}).items()
        if name in SETTABLE
    }
    values["state"] = _one_of(STATES, payload.get("to", before.state))
    _one_of(URGENCIES, values.get("urgency", before.urgency))
    values["timers"] = _fold_timers(before.timers, payload, op.at)
    values["assignments"] = _fold_units(before.assignments, payload.get("units", ()))
    after = replace(before, **values, updated_at=max(before.updated_at, op.at))
    units = payload.get("units", ())
    step = Step(
        kind=op.kind,
        from_state=before.state,
        to_state=after.state,
        at=op.at,
        actor=op.actor.user,
        actor_name=op.actor.name,
        opinion=str(payload.get("opinion") or (units[0].get("feedback") if units else "") or ""),
        unit=str(units[0]["unit"]) if units else "",
        detail={name: payload[name] for name in ("contact",) if name in payload},
    )
    return after, step


def _typed(default: Any, value: Any) -> Any:
    """Return a foreign value if it has the type of the field; an op that lies is held."""
    wanted = str if isinstance(default, str) else int
    if type(value) is wanted or (default is None and value is None):
        return value
    raise InputError("op_malformed", reason="type")


def _one_of(known: tuple[str, ...], value: Any) -> str:
    """Return a word this version knows; an op with another one is held until an update."""
    if value not in known:
        raise InputError("op_malformed", reason="word")
    return str(value)


def _fold_timers(
    timers: tuple[Timer, ...], payload: Mapping[str, Any], at: int
) -> tuple[Timer, ...]:
    ends = {(stage, unit) for stage, unit in payload.get("ends", ())}
    starts = tuple(
        Timer(
            stage=_one_of(STAGES, item["stage"]),
            unit=_typed("", item.get("unit", "")),
            limit_unit=_one_of(LIMIT_UNITS, item["limit"][0]),
            amount=_amount(item["limit"][1]),
            start_at=_typed(0, item["start"]),
            due_at=_typed(0, item["due"]),
            policy=_typed("", item.get("policy", "")),
        )
        for item in payload.get("starts", ())
    )
    ends |= {(timer.stage, timer.unit) for timer in starts}
    if not ends:
        return timers
    closed = tuple(
        replace(timer, ended_at=at)
        if timer.ended_at is None and (timer.stage, timer.unit) in ends
        else timer
        for timer in timers
    )
    return closed + starts


def _amount(value: Any) -> int:
    amount: int = _typed(0, value)
    if not 0 < amount <= MAX_AMOUNT:
        raise InputError("op_malformed", reason="amount")
    return amount


def _fold_units(assignments: tuple[Assignment, ...], units: Any) -> tuple[Assignment, ...]:
    by_unit = {assignment.unit: assignment for assignment in assignments}
    for item in units:
        known = {
            name: _typed(getattr(_BLANK_PART, name), value)
            for name, value in item.items()
            if hasattr(_BLANK_PART, name)
        }
        before = by_unit.get(item["unit"], Assignment(unit=item["unit"]))
        by_unit[item["unit"]] = replace(before, **known)
    return tuple(by_unit.values())
