"""Several reports of one matter: T8 and T9."""

from collections.abc import Iterable, Iterator
from typing import Any

from db.domain.errors import RuleError
from db.domain.incidents import Child, Incident
from db.domain.lists import URGENCIES
from db.domain.names import CLOSED_FOREVER
from db.domain.ops import Actor
from db.domain.rules.base import Also, Facts, Values, pause, resumed
from db.domain.rules.reclassing import reclassed


def merge(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T8. Into a lead that is still being worked on; its clocks stand until it is taken out."""
    lead: Incident = values["lead"]
    if lead.id == incident.id:
        raise RuleError("merge_with_itself")
    if facts.level == "district" and facts.known_to(lead) != facts.known_to(incident):
        # The lead's town would be told of the other's, and its end could not be shared with it.
        raise RuleError("merge_across_towns", value=lead.number)
    if lead.state in CLOSED_FOREVER or lead.state in {"draft", "closed"}:
        raise RuleError("lead_not_open", value=lead.number, state=lead.state)
    return {
        "to": "merged",
        "set": {"merged_into": lead.id, "merged_from": incident.state},
        "pauses": [pause(facts, "merged")],
    }


def merge_also(incident: Incident, values: Values, actor: Actor, facts: Facts) -> tuple[Also, ...]:
    """Let the lead take over the child and the child's children; no chains of leads.

    The child keeps its rows of them: taken out again, it takes them along.
    """
    lead: Incident = values["lead"]
    moved = [item for item in incident.children if item.valid]
    greater = _greater(lead, incident)
    clocks = {}
    if "urgency" in greater:
        # The clocks of what presses more are those of the greater urgency, from their own starts.
        clocks = reclassed(lead, facts, lead.class_code, greater["urgency"])
        clocks = {name: clocks[name] for name in ("retimes", "starts", "units") if clocks[name]}
    payload = {
        "from": lead.state,
        "set": greater,
        "children": _added([_child(incident), *moved]),
        **clocks,
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
        "set": {"merged_into": "", "merged_from": "", **shared},
        "children": _gone(_left(incident, facts)),
        **resumed(incident, facts),
    }


def _child(incident: Incident) -> Child:
    return Child(incident.id, incident.number, incident.caller)


def _added(children: Iterable[Child]) -> list[dict[str, Any]]:
    return [
        {"id": item.id, "number": item.number, "caller": item.caller, "valid": 1}
        for item in children
    ]


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
    """Return the children that are with another lead and so do not come back."""
    return [
        item
        for item in incident.children
        if item.valid
        and (child := facts.incidents.get(item.id))
        and child.merged_into not in (incident.id, incident.merged_into)
    ]


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
    return (removed, *_no_more_with(incident, lead, facts), *_moved(along, incident.id))


def _no_more_with(incident: Incident, lead: Incident, facts: Facts) -> Iterator[Also]:
    """Take an incident off those it had come with: taken out itself, they do not take it along."""
    for item in lead.children:
        brought = facts.incidents.get(item.id) if item.valid else None
        if brought and any(one.id == incident.id and one.valid for one in brought.children):
            payload = {"from": brought.state, "children": _gone([Child(incident.id)])}
            yield Also("duplicate_removed", brought.id, payload)


def counted_once(
    incident: Incident, lead: str, leads: Iterable[str], facts: Facts
) -> tuple[Also, ...]:
    """Let of several leads only the one count an incident that it is settled to be with.

    An empty `lead`: it is with none. A lead that is not known here stays as it is.
    """
    found = []
    for id in sorted(leads):
        item = facts.incidents.get(id)
        if item is None:
            continue
        has_it = any(child.id == incident.id and child.valid for child in item.children)
        if has_it and id != lead:
            gone = _gone([Child(incident.id)])
            found.append(Also("duplicate_removed", id, {"from": item.state, "children": gone}))
        elif id == lead and not has_it:
            children = _added([_child(incident)])
            found.append(Also("duplicate_added", id, {"from": item.state, "children": children}))
    return tuple(found)


def strayed(incident: Incident, facts: Facts) -> list[dict[str, Any]]:
    """Return what takes off a lead those it counts that are not with it.

    A merge that was taken back leaves it so where only one of its two sides could be.
    """
    gone = [
        item
        for item in incident.children
        if item.valid
        and (child := facts.incidents.get(item.id))
        and child.merged_into != incident.id
    ]
    return _gone(gone)


def _moved(children: Iterable[Child], lead: str) -> Iterator[Also]:
    for item in children:
        yield Also("duplicate_moved", item.id, {"from": "merged", "set": {"merged_into": lead}})
