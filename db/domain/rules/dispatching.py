"""From the order to the answer: T10 to T14, T22, and what holds a unit up."""

from typing import Any

from db.domain.deadlines import late_days
from db.domain.errors import InputError, RuleError
from db.domain.incidents import WAITING, Incident, Timer
from db.domain.ops import Actor
from db.domain.recommend import responsible
from db.domain.rules.base import (
    Facts,
    Values,
    by_due,
    ends,
    handle_timers,
    has_unit,
    own_assignment,
    own_limit,
    stage_timer,
    waiting,
    withdrawn,
)

MIN_FEEDBACK = 10
MAX_NOTE = 200
"""Characters of what holds it up: lists show it in a line."""
REFUSE_DAYS = 1
"""T13: working days after the order in which a unit may refuse it."""
MAX_REFUSALS = 2
"""T13: after the second one the shift leader decides, and nobody refuses again."""
REFUSE_REASONS = ("not_duty", "not_area", "no_means", "other")
_UNANSWERED = {
    "signed_at": None,
    "signed_by": "",
    "feedback_at": None,
    "feedback": "",
    "reason": "",
    "proposed": "",
    "result": "",
}
"""An order says that nothing is left of an earlier one to the same unit."""


def dispatch(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T10. One lead unit and any co-units; limits are pinned, sign and handle timers start.

    Where the list names nobody for this class and area (无权责依据) the order says so: a gap.
    """
    lead = values["lead"]
    co = dict.fromkeys(unit for unit in values.get("co", ()) if unit != lead)
    ordered = [(lead, "lead"), *((unit, "co") for unit in co)]
    starts, units = [], []
    for unit, part in ordered:
        timers, row = _order(incident, facts, actor, unit, part, values.get("task", ""))
        starts += timers
        units.append(row)
    return {
        "to": "dispatched",
        "was": {"gap": incident.class_code} if _is_gap(incident, facts) else {},
        "set": {"lead_unit": lead},
        "ends": ends(incident, "dispatch"),
        "starts": starts,
        "units": units,
    }


def may_dispatch(incident: Incident, actor: Actor, facts: Facts) -> RuleError | None:
    """T13, 5.12: twice refused, or nobody named by the list, it is the shift leader's to send."""
    if "shift_leader" in actor.roles:
        return None
    if incident.return_count >= MAX_REFUSALS:
        return RuleError("refused_twice", name=actor.name, limit=MAX_REFUSALS)
    if not _is_gap(incident, facts):
        return None
    return RuleError("no_responsibility", name=actor.name, area=facts.name_of(incident.area_code))


def _is_gap(incident: Incident, facts: Facts) -> bool:
    """Whether the list names nobody for this class here."""
    code = incident.class_code
    return bool(code) and not responsible(facts.policy, code, incident.area_code)


def _order(
    incident: Incident, facts: Facts, actor: Actor, unit: str, part: str, task: str
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the timers of an order to a unit, and the unit's part."""
    handling = handle_timers(incident, facts, unit)
    row = {
        "unit": unit,
        "part": part,
        "state": "sent",
        "task": task,
        "sent_at": facts.now,
        "sent_by": actor.user,
        "due_at": max(item["due"] for item in handling),
        **_UNANSWERED,
    }
    return [stage_timer(incident, facts, "sign", unit), *handling], row


def add_unit(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T11. One more unit helps; it is due no later than the lead, else on the lead's clock."""
    unit = values["unit"]
    if unit == incident.lead_unit or has_unit(waiting(incident), unit):
        raise RuleError("unit_has_it", unit=unit)
    timers, row = _order(incident, facts, actor, unit, "co", values.get("task", ""))
    own = (item for item in incident.running if item.unit == incident.lead_unit)
    lead = max((item for item in own if item.stage == "handle"), key=by_due, default=None)
    if lead is None or row["due_at"] <= lead.due_at:
        return {"starts": timers, "units": [row]}
    timers = [
        {**item, "limit": own_limit(lead).to_list(), "start": lead.start_at, "due": lead.due_at}
        if item["stage"] == "handle" and item["due"] > lead.due_at
        else item
        for item in timers
    ]
    return {"starts": timers, "units": [{**row, "due_at": lead.due_at}]}


def withdraw_unit(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T11. A unit is taken off; one lead always remains, and the last answer still counts."""
    unit = values["unit"]
    part = next((item for item in waiting(incident) if item.unit == unit), None)
    if part is None:
        raise RuleError("unit_not_waiting", unit=unit)
    if unit == incident.lead_unit:
        raise RuleError("lead_must_remain", unit=unit)
    payload: dict[str, Any] = {
        "reason": "withdrawn",
        "opinion": values.get("text", ""),
        "ends": [["sign", unit], ["handle", unit]],
        "units": withdrawn([part], "withdrawn"),
    }
    return payload if waiting(incident, unit) else payload | _to_check(incident, facts)


def has_helper(incident: Incident, actor: Actor, facts: Facts) -> RuleError | None:
    """Nothing can be withdrawn but a unit that helps the lead."""
    if waiting(incident, incident.lead_unit):
        return None
    return RuleError("lead_must_remain", unit=incident.lead_unit)


def sign(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T12. The unit signs, or a clerk signs for the named person on the phone."""
    assignment = own_assignment(incident, values, actor, facts, "sent")
    signed_by = values.get("contact") or actor.name
    row = {
        "unit": assignment.unit,
        "state": "signed",
        "signed_at": facts.now,
        "signed_by": signed_by,
    }
    return {"to": "handling", "ends": [["sign", assignment.unit]], "units": [row]}


def refuse(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T13. Within a working day of the order, unsigned, with a reason and who should have it.

    A co-unit only leaves; where the lead refuses, the desk decides anew. The second refusal
    brings the shift leader in; there is no third.
    """
    assignment = own_assignment(incident, values, actor, facts, "sent")
    sent_at = assignment.sent_at if assignment.sent_at is not None else facts.now
    if _is_too_late(sent_at, facts):
        raise RuleError("refuse_too_late", limit=REFUSE_DAYS)
    proposed = values["proposed"]
    if proposed == assignment.unit:
        raise InputError("unit_proposes_itself", column="proposed")
    row = {
        "unit": assignment.unit,
        "state": "refused",
        "reason": values["reason"],
        "proposed": proposed,
        "feedback": values["text"],
    }
    is_lead = assignment.unit == incident.lead_unit
    refused = {"return_count": incident.return_count + is_lead}
    payload = {
        "reason": values["reason"],
        "opinion": values["text"],
        "ends": [["sign", assignment.unit], ["handle", assignment.unit]],
        "units": [row],
        "set": refused,
    }
    if is_lead:
        back = _back_to_desk(incident, facts, assignment.unit, row)
        return payload | back | {"set": back["set"] | refused}
    if waiting(incident, assignment.unit):
        return payload
    return payload | _to_check(incident, facts)


def may_refuse(incident: Incident, actor: Actor, facts: Facts) -> RuleError | None:
    """T13: there is no third refusal, and none where every order is older than a working day."""
    if incident.return_count >= MAX_REFUSALS:
        return RuleError("refusals_used_up", limit=MAX_REFUSALS)
    orders = [item.sent_at for item in incident.assignments if item.state == "sent"]
    if orders and all(at is not None and _is_too_late(at, facts) for at in orders):
        return RuleError("refuse_too_late", limit=REFUSE_DAYS)
    return None


def _is_too_late(sent_at: int, facts: Facts) -> bool:
    return late_days(sent_at, facts.now, facts.calendar) > REFUSE_DAYS


def _back_to_desk(
    incident: Incident, facts: Facts, but: str, row: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return what brings an order back: the other units are withdrawn, the clocks of all stop."""
    others = withdrawn(waiting(incident, but), "recalled")
    return {
        "to": "accepted",
        "set": {"lead_unit": ""},
        "ends": ends(incident, "sign", "handle"),
        "starts": [stage_timer(incident, facts, "dispatch")],
        "units": ([row] if row else []) + others,
    }


def feedback(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T14. To check when every unit has answered; an unsigned co-unit signs by answering.

    Classes that need a look at the site want a photo taken since the order, or why there is none.
    """
    text = values["text"]
    if len(text) < MIN_FEEDBACK:
        raise InputError("feedback_too_short", column="text", minimum=MIN_FEEDBACK)
    assignment = own_assignment(incident, values, actor, facts, *WAITING)
    if not values.get("no_photo") and _lacks_photo(incident, facts, assignment.sent_at or 0):
        raise InputError("photo_missing", column="no_photo")
    payload: dict[str, Any] = {
        "to": "handling",
        "ends": [["sign", assignment.unit], ["handle", assignment.unit]],
        "units": [
            {
                "unit": assignment.unit,
                "state": "fed_back",
                "feedback_at": facts.now,
                "feedback": text,
                "result": values.get("result", ""),
            }
        ],
    }
    if values.get("no_photo"):
        payload["was"] = {"no_photo": values["no_photo"]}
    if waiting(incident, assignment.unit):
        return payload
    return payload | _to_check(incident, facts)


def _lacks_photo(incident: Incident, facts: Facts, since: int) -> bool:
    known = facts.policy.classes.get(incident.class_code)
    if known is None or not known.needs_site_check:
        return False
    return not any(
        item.media.startswith("image/") and item.at >= since for item in incident.attachments
    )


def _to_check(incident: Incident, facts: Facts) -> dict[str, Any]:
    return {"to": "checking", "starts": [stage_timer(incident, facts, "check")]}


def finish_step(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """Say that the next step of several (停工, 处罚, 拆除) is done: its clock stops.

    The last one is done with the answer, so that a clock runs until then.
    """
    assignment = own_assignment(incident, values, actor, facts, *WAITING)
    steps = [item for item in _steps(incident) if item.unit == assignment.unit]
    if not steps:
        raise RuleError("no_step_running", unit=assignment.unit)
    if len(steps) == 1:
        raise RuleError("step_is_last", value=steps[0].step)
    first = min(steps, key=by_due)
    return {
        "was": {"step": first.step},
        "opinion": values.get("text", ""),
        "ends": [[first.stage, first.unit, first.step]],
    }


def has_steps(incident: Incident, actor: Actor, facts: Facts) -> RuleError | None:
    """Only a limit of several steps has one to finish."""
    if _steps(incident):
        return None
    return RuleError("no_step_running", unit=incident.lead_unit)


def _steps(incident: Incident) -> list[Timer]:
    return [item for item in incident.running if item.step]


def recall(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T22. The order is taken back; the desk decides anew."""
    return _back_to_desk(incident, facts, "")


def may_recall(incident: Incident, actor: Actor, facts: Facts) -> RuleError | None:
    """T22: by whoever sent it, or the shift leader, before anybody has signed."""
    orders = waiting(incident)
    if any(item.state != "sent" for item in orders):
        return RuleError("recall_signed")
    if actor.user in {item.sent_by for item in orders} or "shift_leader" in actor.roles:
        return None
    return RuleError("recall_by_sender", name=actor.name)


def block(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """Say what holds it up (卡点说明), for lists to show; said anew empty, nothing does."""
    note = values.get("text", "")
    if len(note) > MAX_NOTE:
        raise InputError("field_too_long", column="text", limit=MAX_NOTE)
    return {"set": {"blocked_note": note}, "opinion": note}
