"""From the answer to the archive: T15, T16, T26 to T28, urging and supervision."""

from typing import Any

from db.domain.deadlines import DAY, due_at, rework_limit
from db.domain.errors import InputError, RuleError
from db.domain.incidents import Incident
from db.domain.lists import Limit
from db.domain.ops import Actor
from db.domain.rules.base import (
    Also,
    Facts,
    Values,
    ends,
    has_unit,
    limit_of,
    shared,
    stage_timer,
    timer,
)
from db.domain.rules.intake import is_confirmed_missing, reject_outcome

MAX_CALLBACKS = 3
REOPEN_DAYS = 30
SOLVED = ("yes", "partial", "no")
REPLY_LIMIT = Limit("work_day", 1)
"""E3: a supervised unit replies within one working day."""


def check_pass(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T15. Not by the handler's own unit; the closing rule is ticked, the outcome is set."""
    if not values["close_rule_met"]:
        raise RuleError("close_rule_unmet")
    needs_callback = has_caller(incident) and needs_callback_by_class(incident, facts)
    return {
        "to": "closed",
        "set": {
            "outcome": values["outcome"],
            "public_reply": values["public_reply"],
            "closed_at": facts.now,
            "callback_done": 0 if needs_callback else 1,
            "blocked_note": "",
        },
        "ends": ends(incident, "check"),
        "starts": [stage_timer(incident, facts, "callback")] if needs_callback else [],
    }


def handler_checks(incident: Incident, actor: Actor, facts: Facts) -> RuleError | None:
    """Nobody checks the work of his own unit."""
    if actor.unit and has_unit(incident.assignments, actor.unit):
        return RuleError("checker_is_handler", unit=actor.unit)
    return None


def has_caller(incident: Incident) -> bool:
    """Whether anybody waits to be called back: its own caller or that of a merged one."""
    return bool(incident.caller) or any(item.valid and item.caller for item in incident.children)


def needs_callback_by_class(incident: Incident, facts: Facts) -> bool:
    """Whether the class wants callers called back; one that is not known any more does not."""
    known = facts.policy.classes.get(incident.class_code)
    return known is not None and known.needs_callback


def outcome_also(
    incident: Incident, values: Values, actor: Actor, facts: Facts
) -> tuple[Also, ...]:
    """Let what was merged into it end as it ends: passed, or not taken in."""
    outcome = values["outcome"] if "outcome" in values else reject_outcome(values["reason"])
    return shared(incident, facts, outcome, values["public_reply"], facts.now)


def verified_also(
    incident: Incident, values: Values, actor: Actor, facts: Facts
) -> tuple[Also, ...]:
    """Let what was merged into it end as it ends, where nothing was found."""
    if not is_confirmed_missing(values, actor):
        return ()
    return shared(incident, facts, reject_outcome("no_fact"), values["public_reply"], facts.now)


def reopen_also(incident: Incident, values: Values, actor: Actor, facts: Facts) -> tuple[Also, ...]:
    """Take back the end that was shared with what was merged into it."""
    return shared(incident, facts, "", "", None)


def check_fail(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T16. Back to the lead with a reason and half the limit, at least four working hours.

    That the first clock was late stays said. What a grid had handled itself is taken in anew.
    """
    return {
        **_again(incident, facts),
        "ends": ends(incident, "check"),
        "opinion": values["text"],
        "set": {"rework_count": incident.rework_count + 1, "outcome": ""},
    }


def _again(incident: Incident, facts: Facts) -> dict[str, Any]:
    """Return what makes the lead unit work once more; what no unit had is taken in anew."""
    if not incident.lead_unit:
        return {"to": "reported", "starts": [stage_timer(incident, facts, "accept")]}
    original = limit_of(incident, facts, "handle")
    start = timer(facts, "handle", rework_limit(original, facts.calendar), incident.lead_unit)
    row = {
        "unit": incident.lead_unit,
        "state": "reworked",
        "due_at": start["due"],
        "feedback_at": None,
    }
    return {"to": "handling", "starts": [start], "units": [row]}


def callback(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T26. At most three attempts; reaching the caller ends the call-back."""
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
            "solved": values.get("solved", "") if reached else incident.solved,
        },
        "ends": ends(incident, "callback") if done else [],
        "opinion": values.get("text", ""),
    }


def callback_wanted(incident: Incident, actor: Actor, facts: Facts) -> RuleError | None:
    """Nobody is called who need not be, or was often enough."""
    if incident.callback_attempts >= MAX_CALLBACKS:
        return RuleError("callbacks_used_up", limit=MAX_CALLBACKS)
    if incident.callback_done:
        return RuleError("callback_not_needed")
    return None


def reopen(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T27. Within thirty days of closing; it counts as rework, and not as done in time."""
    return {
        **_again(incident, facts),
        "ends": ends(incident, "callback"),
        "opinion": values["text"],
        "set": {
            "reopen_count": incident.reopen_count + 1,
            "closed_at": None,
            "outcome": "",
            "public_reply": "",
            "satisfaction": "",
            "solved": "",
            "forced": 0,
            "callback_done": 0,
            "callback_attempts": 0,
        },
    }


def may_reopen(incident: Incident, actor: Actor, facts: Facts) -> RuleError | None:
    """Not after thirty days; a second time only by the shift leader."""
    if incident.closed_at is not None and facts.now - incident.closed_at > REOPEN_DAYS * DAY:
        return RuleError("reopen_too_late", limit=REOPEN_DAYS)
    if incident.reopen_count and "shift_leader" not in actor.roles:
        return RuleError("role_forbids", action="reopen", name=actor.name, roles=["shift_leader"])
    return None


def archive(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T28. The call-back is done, was not needed, or was missed three times."""
    return {"to": "archived", "set": {"archived_at": facts.now}, "ends": ends(incident)}


def callback_over(incident: Incident, actor: Actor, facts: Facts) -> RuleError | None:
    """Nothing is archived that somebody still has to be called about."""
    if incident.callback_done:
        return None
    return RuleError("callback_pending", attempts=incident.callback_attempts)


def supervise(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """Raise an urging or a card by hand (督办): what is wanted, of whom, the reply due.

    That of a district says so: the town's desk replies to it, or has the unit reply.
    """
    unit = values.get("unit") or incident.lead_unit
    rule = "district" if facts.level == "district" else "hand"
    reply_due_at = due_at(facts.now, REPLY_LIMIT, facts.calendar)
    row = {
        "key": f"{rule}/{values['card']}/{facts.now}",
        "rule": rule,
        "card": values["card"],
        "at": facts.now,
        "unit": unit,
        "text": values["text"],
        "reply_due_at": None if values["card"] == "urge" else reply_due_at,
    }
    return {"cards": [row], "opinion": values["text"]}


def reply(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """Answer the oldest card that has no answer, for the supervised unit."""
    waiting = [item for item in incident.cards if item.replied_at is None and item.card != "urge"]
    if set(actor.roles) <= {"unit_liaison"}:
        waiting = [item for item in waiting if item.unit in ("", actor.unit)]
    if not waiting:
        raise RuleError("no_card_waits")
    first = min(waiting, key=lambda item: item.at)
    row = {"key": first.key, "replied_at": facts.now, "reply": values["text"]}
    return {"cards": [row], "opinion": values["text"]}


def note(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """Add a line to the history; moves nothing."""
    return {"opinion": values["text"]}


def attach(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """Add a file that is encrypted and kept by now; moves nothing."""
    return {"file": values["file"]}


def district_update(
    incident: Incident, values: Values, actor: Actor, facts: Facts
) -> dict[str, Any]:
    """T29. What the district or the hotline says of it, beside what is known here."""
    return {"set": dict(values)}
