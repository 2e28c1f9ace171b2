"""Another class or urgency: T23."""

from dataclasses import replace
from operator import itemgetter
from typing import Any

from db.domain.deadlines import due_at, longer, rework_limit
from db.domain.errors import RuleError
from db.domain.incidents import Assignment, Incident, Timer
from db.domain.lists import STAGES, Limit
from db.domain.ops import Actor
from db.domain.rules.base import (
    Facts,
    Values,
    extended_by,
    handle_timers,
    limit_of,
    own_limit,
    pauses_of,
    recomputed,
    waiting,
)

_DUE = itemgetter("due")
_AT_DESK = frozenset({"reported", "verifying", "returned", "accepted"})


def reclass(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T23. Another class; limits anew from the original starts, with all pauses and extensions."""
    return reclassed(incident, facts, values["class_code"], values.get("urgency"))


def may_reclass(incident: Incident, actor: Actor, facts: Facts) -> RuleError | None:
    """T23: once a unit has it, another class is the shift leader's to give."""
    if incident.state in _AT_DESK or "shift_leader" in actor.roles:
        return None
    return RuleError("reclass_by_leader", name=actor.name)


def reclassed(
    incident: Incident, facts: Facts, class_code: str, urgency: str | None
) -> dict[str, Any]:
    """Return what gives an incident another class or urgency."""
    after = replace(incident, class_code=class_code, urgency=urgency or incident.urgency)
    if (after.class_code, after.urgency) == (incident.class_code, incident.urgency):
        raise RuleError("class_unchanged", column="class_code")

    def limits(item: Timer) -> Limit:
        return _limit_by_class(after, facts, item)

    found = recomputed(incident, facts, limits)
    starts = [
        item for part in waiting(incident) for item in _in_steps(incident, after, facts, part)
    ]
    due = {item["unit"]: item["due"] for item in sorted(starts, key=_DUE)}
    return {
        "set": {"class_code": after.class_code, "urgency": after.urgency},
        "was": {"class_code": incident.class_code, "urgency": incident.urgency},
        "retimes": [{**item, "policy": facts.policy.version} for item in found["retimes"]],
        "starts": starts,
        "units": [
            *(item for item in found["units"] if item["unit"] not in due),
            *({"unit": unit, "due_at": at} for unit, at in due.items()),
        ],
    }


def _in_steps(
    incident: Incident, after: Incident, facts: Facts, part: Assignment
) -> list[dict[str, Any]]:
    """Return a unit's clocks by its new class, where that or the old one has steps.

    They take the place of those that run, from the same start. Rework has no steps.
    """
    own = [item for item in incident.running if (item.stage, item.unit) == ("handle", part.unit)]
    steps = facts.policy.limit_steps(after.class_code, after.urgency, "handle")
    if part.state == "reworked" or not own or not (steps or own[0].step):
        return []
    begun = replace(facts, now=own[0].start_at)
    stood = pauses_of(incident)
    return [
        {**item, "due": due_at(item["start"], Limit(*item["limit"]), facts.calendar, stood)}
        for item in handle_timers(after, begun, part.unit)
    ]


def _limit_by_class(incident: Incident, facts: Facts, item: Timer) -> Limit:
    """Return the limit of a running timer by the incident's class; a step keeps its own."""
    if item.step or item.stage not in STAGES:
        return own_limit(item)
    limit = limit_of(incident, facts, item.stage)
    if item.stage != "handle":
        return limit
    if any((part.unit, part.state) == (item.unit, "reworked") for part in incident.assignments):
        limit = rework_limit(limit, facts.calendar)
    return longer(limit, extended_by(incident, item.unit, limit.unit))
