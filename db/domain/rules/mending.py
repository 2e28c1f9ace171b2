"""What two stations leave apart in a state that no rule leads out of: the program's own hand.

Each of them acted by the rules on what it knew; together nobody owes an answer any more, or an
order runs without a clock, or two incidents were merged into each other. Nobody has to decide
that: it follows from what both have done, and every station finds the same.
"""

from typing import Any

from db.domain.errors import RuleError
from db.domain.incidents import Assignment, Incident
from db.domain.ops import Actor
from db.domain.rules.base import (
    Also,
    Facts,
    Values,
    ends,
    handle_timers,
    stage_timer,
    waiting,
)
from db.domain.rules.merging import counted_once, unmerge, unmerge_also


def mend(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """Lead an incident out of where two stations left it."""
    if incident.state == "merged":
        return _merged_once(incident, actor, facts)
    waits = waiting(incident)
    if not waits:
        return _all_answered(incident, facts)
    starts = [
        item for part in _clockless(incident) for item in handle_timers(incident, facts, part.unit)
    ]
    lead = incident.lead_unit
    if lead not in {item.unit for item in incident.assignments}:
        lead = waits[0].unit
    return {
        "set": {"lead_unit": lead} if lead != incident.lead_unit else {},
        "units": [{"unit": lead, "part": "lead"}] if lead != incident.lead_unit else [],
        "starts": starts,
    }


def mend_also(incident: Incident, values: Values, actor: Actor, facts: Facts) -> tuple[Also, ...]:
    """Let the leads count a merged incident where it is."""
    if incident.state != "merged":
        return ()
    if _is_taken_out(incident, facts):
        return unmerge_also(incident, values, actor, facts)
    lead = _root(incident, facts)
    return counted_once(incident, lead.id, {lead.id, incident.merged_into}, facts) if lead else ()


def is_astray(incident: Incident, actor: Actor, facts: Facts) -> RuleError | None:
    """Only what is astray is mended."""
    if incident.state != "merged":
        return None if looks_astray(incident) else RuleError("nothing_astray")
    lead = facts.incidents.get(incident.merged_into)
    is_chained = lead is not None and lead.state == "merged"
    if is_chained and (_is_taken_out(incident, facts) or _root(incident, facts)):
        return None
    return RuleError("nothing_astray")


def looks_astray(incident: Incident) -> bool:
    """Whether an incident that units have is astray, by what it says itself."""
    if incident.state not in ("dispatched", "handling"):
        return False
    known = {item.unit for item in incident.assignments}
    is_lost = not waiting(incident) or incident.lead_unit not in known
    return is_lost or bool(_clockless(incident))


def _all_answered(incident: Incident, facts: Facts) -> dict[str, Any]:
    """Return where it goes when nobody owes an answer: to be checked, or to be sent anew."""
    if any(item.state == "fed_back" for item in incident.assignments):
        return {
            "to": "checking",
            "ends": ends(incident, "sign", "handle"),
            "starts": [stage_timer(incident, facts, "check")],
        }
    return {
        "to": "accepted",
        "set": {"lead_unit": ""},
        "ends": ends(incident, "sign", "handle"),
        "starts": [stage_timer(incident, facts, "dispatch")],
    }


def _clockless(incident: Incident) -> list[Assignment]:
    """Return the orders that are not answered and that no clock runs for."""
    timed = {item.unit for item in incident.running if item.stage == "handle"}
    return [item for item in waiting(incident) if item.unit not in timed]


def _merged_once(incident: Incident, actor: Actor, facts: Facts) -> dict[str, Any]:
    """Return what takes one incident out of a circle, or leads it to where its lead went."""
    if _is_taken_out(incident, facts):
        return unmerge(incident, {}, actor, facts)
    lead = _root(incident, facts)
    return {"set": {"merged_into": lead.id}} if lead else {}


def _chain(incident: Incident, facts: Facts) -> list[Incident]:
    """Return the leads of a merged incident, of each other, as far as they are known."""
    found: list[Incident] = []
    one: Incident | None = incident
    while one is not None and one.state == "merged":
        one = facts.incidents.get(one.merged_into)
        if one is None or one.id == incident.id or one in found:
            break
        found.append(one)
    return found


def _is_taken_out(incident: Incident, facts: Facts) -> bool:
    """Whether an incident is the one of a circle that every station takes out: the first by id."""
    chain = _chain(incident, facts)
    is_circle = bool(chain) and chain[-1].merged_into == incident.id
    return is_circle and all(incident.id < item.id for item in chain)


def _root(incident: Incident, facts: Facts) -> Incident | None:
    """Return the lead at the end of a chain, None where there is none."""
    chain = _chain(incident, facts)
    return chain[-1] if chain and chain[-1].state != "merged" else None
