"""Several reports of one matter: T8 and T9."""

from collections.abc import Iterable, Iterator
from typing import Any

from db.domain.errors import RuleError
from db.domain.incidents import CLOSED_FOREVER, Child, Incident
from db.domain.lists import URGENCIES
from db.domain.ops import Actor
from db.domain.rules.base import Also, Facts, Values, pause, resumed


def merge(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T8. Into a lead that is still being worked on; its clocks stand until it is taken out."""
    lead: Incident = values["lead"]
    if lead.id == incident.id:
        raise RuleError("merge_with_itself")
    if lead.state in CLOSED_FOREVER or lead.state in {"draft", "closed"}:
        raise RuleError("lead_not_open", value=lead.number, state=lead.state)
    return {
        "to": "merged",
        "set": {"merged_into": lead.id, "merged_from": incident.state},
        "was": {"lead": lead.number},
        "pauses": [pause(facts, "merged")],
    }


def merge_also(incident: Incident, values: Values, actor: Actor, facts: Facts) -> tuple[Also, ...]:
    """Let the lead take over the child and the child's children; no chains of leads.

    The child keeps its rows of them: taken out again, it takes them along.
    """
    lead: Incident = values["lead"]
    moved = [item for item in incident.children if item.valid]
    own = Child(incident.id, incident.number, incident.caller)
    payload = {
        "from": lead.state,
        "set": _greater(lead, incident),
        "children": [
            {"id": item.id, "number": item.number, "caller": item.caller, "valid": 1}
            for item in (own, *moved)
        ],
    }
    return (Also("duplicate_added", lead.id, payload), *_moved(moved, lead.id))


def _greater(lead: Incident, child: Incident) -> dict[str, Any]:
    """Return what the lead takes over: the greater urgency and secrecy."""
    rank = URGENCIES.index
    found: dict[str, Any] = {}
    if rank(child.urgency) > rank(lead.urgency):
        found["urgency"] = child.urgency
    if child.secrecy > lead.secrecy:
        found["secrecy"] = child.secrecy
    return found


def unmerge(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T9. Taken out again, to the state it had; the time in between counts as a pause.

    What the lead's end has told it is taken back with it.
    """
    shared = {"outcome": "", "public_reply": "", "closed_at": None}
    return {
        "to": incident.merged_from or "reported",
        "set": {"merged_into": "", "merged_from": "", **(shared if incident.outcome else {})},
        "children": _gone(_left(incident, facts)),
        **resumed(incident, facts),
    }


def _gone(children: Iterable[Child]) -> list[dict[str, Any]]:
    return [{"id": item.id, "valid": 0} for item in children]


def _moved_along(incident: Incident, facts: Facts) -> list[Child]:
    """Return the children that went to the lead together with a merged incident."""
    found = []
    for item in incident.children:
        child = facts.incidents.get(item.id) if item.valid else None
        if child and child.merged_into == incident.merged_into:
            found.append(item)
    return found


def _left(incident: Incident, facts: Facts) -> list[Child]:
    """Return the children that are with the lead no more and so do not come back."""
    along = _moved_along(incident, facts)
    return [item for item in incident.children if item.valid and item not in along]


def unmerge_also(
    incident: Incident, values: Values, actor: Actor, facts: Facts
) -> tuple[Also, ...]:
    """Take the child and what came along with it out of the lead.

    What the lead has taken over of it stays said.
    """
    lead = facts.incidents.get(incident.merged_into)
    if lead is None:
        raise RuleError("lead_unknown")
    along = _moved_along(incident, facts)
    gone = _gone([Child(incident.id), *along])
    removed = Also("duplicate_removed", lead.id, {"from": lead.state, "children": gone})
    return (removed, *_moved(along, incident.id))


def _moved(children: Iterable[Child], lead: str) -> Iterator[Also]:
    for item in children:
        yield Also("duplicate_moved", item.id, {"from": "merged", "set": {"merged_into": lead}})
