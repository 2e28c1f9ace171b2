"""From a report to an incident that is taken in, or is not: T1 to T7, T20, T21."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

from db.domain.areas import CODE_LENGTH
from db.domain.deadlines import late_days
from db.domain.errors import InputError, RuleError
from db.domain.geometry import PointE6
from db.domain.incidents import LEVELS, Incident
from db.domain.lists import Limit
from db.domain.ops import Actor
from db.domain.personal import beginning
from db.domain.rules.base import (
    TOWN,
    Also,
    Facts,
    Values,
    ends,
    pause,
    resumed,
    stage_timer,
    timer,
    waiting,
    withdrawn,
)

MIN_CONTENT = 5
TITLE = 40
"""Characters of a title made of the content."""
RETURN_REASONS = ("no_place", "no_matter", "no_contact", "no_evidence", "other")
REJECT_REASONS = ("not_here", "repeated", "in_court", "no_fact", "not_ours", "other")
FINDINGS = ("exist", "not_exist", "unable")
VERIFY_LIMIT = Limit("urgent_hour", 24 * 60)
"""T6: a day to look whether what was reported is there."""
SEND_BACK_DAYS = 1
"""T5: working days in which the hotline takes an order back."""
SAMPLE = 10
"""T2: one self-handled incident of so many is checked."""
_HANDED = (
    "title", "content", "class_code", "urgency", "secrecy", "address", "lon_e6", "lat_e6",
    "precision", "reported_at",
)  # fmt: skip
"""What a town is told of an incident that another has had, or the district alone."""
_CONFIRMERS = frozenset({"duty_officer", "shift_leader"})
_DESK = frozenset({"duty_officer", "dispatcher", "shift_leader", "supervisor", "room_director"})


def levels_of(actor: Actor, facts: Facts) -> frozenset[str]:
    """Return the levels at which a person acts: a grid's people, a village's clerk, the desk.

    A village's clerk acts for its grids too: they have no desk of their own.
    """
    roles = set(actor.roles)
    found = {facts.level} if roles & (_DESK | {"evaluator", "system"}) else set()
    if roles & {"grid_worker", "grid_head"}:
        found.add("grid")
    if "village_clerk" in roles:
        found |= {"village", "grid"}
    return frozenset(found)


def report(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T1. Content of at least five characters, an area or an address; the accept timer starts.

    What a grid or a village reports is first for its village to take in.
    """
    draft = _reported(values, actor, facts)
    return {
        "to": "reported",
        "set": draft,
        "starts": [stage_timer(replace(incident, **draft), facts, "accept")],
    }


def _reported(values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    content = values["content"]
    if len(content) < MIN_CONTENT:
        raise InputError("content_too_short", column="content", minimum=MIN_CONTENT)
    if not values.get("area_code") and not values.get("address"):
        raise InputError("place_missing", column="address")
    level = facts.level if facts.level in levels_of(actor, facts) else "village"
    return {
        "title": values.get("title") or beginning(content.splitlines()[0], TITLE),
        "content": content,
        "class_code": values.get("class_code", ""),
        "urgency": values.get("urgency", "normal"),
        "source": values.get("source", "phone"),
        "area_code": values.get("area_code", ""),
        "address": values.get("address", ""),
        **_placed(values.get("point")),
        "reporter": values.get("reporter", ""),
        "level": level,
        "policy": facts.policy.version,
        "reported_at": facts.now,
        "taken_in_at": facts.now,
    }


def _placed(point: PointE6 | None) -> dict[str, Any]:
    """Return where somebody pointed to on a map, as it stands in a payload."""
    if point is None:
        return {}
    lon, lat = point
    return {"lon_e6": lon, "lat_e6": lat, "precision": "map"}


def self_handle(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T2. Reported and done with at once, for classes that allow it; one in ten is checked."""
    draft = _reported(values, actor, facts)
    known = facts.policy.classes.get(draft["class_code"])
    if known is None or not known.self_handle:
        raise RuleError("self_handle_not_allowed", column="class_code", value=draft["class_code"])
    level = "village" if "village_clerk" in actor.roles else "grid"
    draft |= {"level": level, "outcome": "resolved", "public_reply": values["text"]}
    if is_sampled(incident.id):
        start = stage_timer(replace(incident, **draft), facts, "check")
        return {"to": "checking", "set": draft, "starts": [start]}
    return {"to": "closed", "set": draft | {"closed_at": facts.now, "callback_done": 1}}


def is_sampled(id: str) -> bool:
    """Whether a self-handled incident is checked: by its id, which nobody chooses."""
    return sha256(id.encode()).digest()[0] % SAMPLE == 0


def accept(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T3. Class and area are set; the accept timer ends, the dispatch timer starts.

    Where another incident may be the same matter, somebody says that it is not. From here on it
    keeps the lists by which it was given its class.
    """
    given = {**values, "policy": facts.policy.version}
    changed = {
        name: given[name]
        for name in ("class_code", "area_code", "urgency", "title", "policy")
        if name in given and given[name] != getattr(incident, name)
    }
    after = replace(incident, **changed)
    if not after.class_code:
        raise InputError("field_missing", column="class_code", action="accept")
    if after.class_code not in facts.policy.classes:
        raise InputError("field_class", column="class_code", value=after.class_code)
    if not after.area_code:
        raise InputError("field_missing", column="area_code", action="accept")
    if len(after.area_code) < CODE_LENGTH["village"]:
        raise InputError("area_too_wide", column="area_code", value=facts.name_of(after.area_code))
    alike = () if values.get("not_duplicate") else facts.likely(after)
    if alike:
        raise InputError("duplicates_unseen", column="not_duplicate", values=list(alike))
    payload = {
        "to": "accepted",
        "set": changed,
        "ends": ends(incident, "accept"),
        "starts": [stage_timer(after, facts, "dispatch")],
    }
    return {**resumed(incident, facts), **payload}


def send_back(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T4. Back to the reporter with a reason and what is missing; the clocks stand."""
    return {
        "to": "returned",
        "reason": values["reason"],
        "opinion": values["text"],
        "pauses": [pause(facts, "returned")],
    }


def reject(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T5. Not taken in, with a reason and a reply.

    An order of the hotline only while that takes it back, a critical incident only by the shift
    leader.
    """
    if incident.urgency == "critical" and "shift_leader" not in actor.roles:
        raise RuleError("role_forbids", action="reject", name=actor.name, roles=["shift_leader"])
    is_order = incident.source == "hotline12345"
    late = late_days(incident.taken_in_at, facts.now, facts.calendar)
    if is_order and late > SEND_BACK_DAYS:
        raise RuleError("send_back_too_late", limit=SEND_BACK_DAYS)
    outcome = reject_outcome(values["reason"])
    return {
        "to": "rejected",
        "reason": values["reason"],
        "set": {"public_reply": values["public_reply"], "outcome": outcome},
        "ends": ends(incident),
    }


def reject_outcome(reason: str) -> str:
    """Return the outcome of what is not taken in for a reason."""
    return "not_true" if reason == "no_fact" else "out_of_scope"


def ask_verify(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T6. Somebody of the grid looks; that has a day, and the accept timer stops meanwhile."""
    return {
        "to": "verifying",
        "opinion": values["text"],
        "ends": ends(incident, "accept"),
        "starts": [timer(facts, "verify", VERIFY_LIMIT)],
    }


def verify_result(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T7. What the grid found; back to be taken in, or, if the desk says so too, not taken in."""
    finding = values["finding"]
    told = {"reason": finding, "opinion": values["text"]}
    if is_confirmed_missing(values, actor):
        return reject(incident, {**values, "reason": "no_fact"}, actor, facts) | told
    return {
        **told,
        "to": "reported",
        "ends": ends(incident, "verify"),
        "starts": [stage_timer(incident, facts, "accept")],
    }


def is_confirmed_missing(values: Values, actor: Actor) -> bool:
    """Whether the desk itself says, with a reply, that there is nothing to be found."""
    is_desk = not _CONFIRMERS.isdisjoint(actor.roles)
    return is_desk and values["finding"] == "not_exist" and bool(values.get("public_reply"))


def escalate(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T20. To the level above, with why this one cannot; further only where it presses.

    The units are withdrawn and their clocks stop; the level above takes in anew.
    """
    here = LEVELS.index(incident.level)
    target = values.get("level") or LEVELS[here + 1]
    check_above(incident, target)
    if LEVELS.index(target) > here + 1 and incident.urgency == "normal":
        raise RuleError("level_skipped", value=target)
    return risen(incident, facts, target, values["text"])


def check_above(incident: Incident, target: str) -> None:
    """Raise RuleError where a level is not above that of an incident."""
    if LEVELS.index(target) <= LEVELS.index(incident.level):
        raise RuleError("level_not_above", value=target, level=incident.level)


def risen(incident: Incident, facts: Facts, target: str, why: str) -> dict[str, Any]:
    """Return what hands an incident to a level above."""
    check_above(incident, target)
    return {
        "to": "reported",
        "set": {"level": target, "lead_unit": ""},
        "was": {"level": incident.level},
        "opinion": why,
        "ends": ends(incident),
        "starts": [stage_timer(incident, facts, "accept")],
        "units": withdrawn(waiting(incident), "escalated"),
    }


def may_send_down(incident: Incident, actor: Actor, facts: Facts) -> RuleError | None:
    """T21: at its own level; what was sent up by mistake the leader below takes back in time."""
    own = levels_of(actor, facts)
    if incident.level in own:
        return None
    below = LEVELS[max(LEVELS.index(incident.level) - 1, 0)]
    if below in own and incident.state == "reported" and "shift_leader" in actor.roles:
        return None
    return RuleError("level_forbids", action="send_down", name=actor.name, level=incident.level)


def send_down(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T21. To the level below, to an area inside the one it has.

    A district may send it to a town that has not had it: that town gets an incident of its own
    (`handed_over`), and this one is closed as handed on.
    """
    here = LEVELS.index(incident.level)
    if here == 0:
        raise RuleError("level_lowest")
    target = LEVELS[here - 1]
    area = values.get("area_code") or incident.area_code
    if not area.startswith(incident.area_code[: CODE_LENGTH[incident.level]]):
        raise RuleError("area_outside", column="area_code", value=facts.name_of(area))
    if len(area) < CODE_LENGTH[target]:
        raise InputError("area_too_wide", column="area_code", value=facts.name_of(area))
    sent = {"was": {"level": incident.level}, "opinion": values["text"], "ends": ends(incident)}
    if _is_news_to(area, incident, facts):
        # Whoever called waits for what becomes of it there (`commands/escalation.py` brings it).
        waits = 0 if incident.caller else 1
        closed = {"outcome": "transferred", "closed_at": facts.now, "callback_done": waits}
        reply = f"已转{facts.name_of(area[:TOWN])}办理"
        return {**sent, "to": "closed", "set": {**closed, "public_reply": reply}}
    return {
        **sent,
        "to": "reported",
        "set": {"level": target, "area_code": area},
        "starts": [stage_timer(incident, facts, "accept")],
    }


def handed_over(incident: Incident, values: Values, actor: Actor, facts: Facts) -> tuple[Also, ...]:
    """T21 to a town that has not had it: what it is to know of the matter, and nothing else.

    Who called stays with the district, and what was done so far with who did it.
    """
    area = values.get("area_code") or incident.area_code
    if not _is_news_to(area, incident, facts):
        return ()
    draft = {name: getattr(incident, name) for name in _HANDED}
    draft |= {"area_code": area, "level": "town", "policy": facts.policy.version}
    draft |= {"source": "district", "source_no": incident.number, "taken_in_at": facts.now}
    payload = {
        "from": "draft",
        "to": "reported",
        "opinion": values["text"],
        "set": {name: value for name, value in draft.items() if value not in ("", None)},
        "starts": [stage_timer(replace(incident, **draft), facts, "accept")],
    }
    return (Also("incident_reported", facts.new_id(), payload),)


def _is_news_to(area: str, incident: Incident, facts: Facts) -> bool:
    is_district = incident.level == facts.level == "district"
    return is_district and area[:TOWN] != facts.known_to(incident)
