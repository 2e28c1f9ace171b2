"""What one person asks for and another decides: T17 to T19, T24, T25 and the two-person rules."""

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from db.domain.calendar import day_start
from db.domain.deadlines import DAY, longer
from db.domain.errors import InputError, RuleError
from db.domain.incidents import OUTCOMES, Application, Incident, Timer
from db.domain.lists import Limit
from db.domain.ops import Actor
from db.domain.rules.base import (
    Also,
    Facts,
    FieldSpec,
    Guard,
    Values,
    by_due,
    ends,
    extended_by,
    extensions,
    own_assignment,
    own_limit,
    pause,
    recomputed,
    resumed,
    shared,
    waiting,
    withdrawn,
)
from db.domain.rules.intake import check_above, risen
from db.domain.rules.merging import unmerge, unmerge_also
from db.domain.rules.reclassing import reclassed

PAUSE_REASONS = ("material", "weather", "court", "third_party")
VOID_REASONS = ("test", "wrong_entry", "repeated")
MAX_PAUSE_DAYS = 30
ENDED = frozenset({"closed", "archived", "rejected", "void"})
"""States in which nothing that was asked for before is decided any more."""
MAX_EXTENSIONS = 2
_WORKING = ("sent", "signed", "reworked")

Grant = Callable[[Incident, Application, Actor, Facts], dict[str, Any]]


class Request(NamedTuple):
    """A kind of application: what it takes to ask, who decides, what granting it does."""

    ask: Callable[[Incident, Values, Actor, Facts], dict[str, Any]]
    deciders: frozenset[str]
    grant: Grant


def ask(kind: str) -> Callable[[Incident, Values, Actor, Facts], dict[str, Any]]:
    """Return the effect of asking for a kind."""

    def effect(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
        row = {
            "key": f"{kind}/{facts.now}/{actor.user}",
            "kind": kind,
            "state": "pending",
            "asked_by": actor.user,
            "asked_name": actor.name,
            "asked_at": facts.now,
            "reason": values.get("reason", ""),
            "text": values["text"],
            **REQUESTS[kind].ask(incident, values, actor, facts),
        }
        return {"asks": [row], "reason": row["reason"], "opinion": values["text"]}

    return effect


@cache
def not_asked(kind: str) -> Guard:
    """Return the guard, one for each kind, that lets one application of it be pending, no more."""

    def guard(incident: Incident, actor: Actor, facts: Facts) -> RuleError | None:
        return RuleError("application_pending", kind=kind) if incident.pending(kind) else None

    return guard


def approve(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """Grant what another person asked for, with all its effects."""
    wanted = _to_decide(incident, values, actor)
    if (incident.state == "merged") != (wanted.kind == "unmerge"):
        raise RuleError("state_forbids", action="approve", state=incident.state)
    granted = REQUESTS[wanted.kind].grant(incident, wanted, actor, facts)
    return {
        **granted,
        "asks": [_decided(wanted, "approved", values, actor, facts)],
        "was": {**granted.get("was", {}), "kind": wanted.kind, "asked_by": wanted.asked_name},
    }


def approve_also(
    incident: Incident, values: Values, actor: Actor, facts: Facts
) -> tuple[Also, ...]:
    """Return what granting does to other incidents."""
    wanted = _to_decide(incident, values, actor)
    if wanted.kind == "unmerge":
        return unmerge_also(incident, values, actor, facts)
    if wanted.kind == "force_close":
        return shared(incident, facts, wanted.value, wanted.reply, facts.now)
    return ()


def decline(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """Turn down what was asked for, with a reason."""
    wanted = _to_decide(incident, values, actor)
    return {
        "asks": [_decided(wanted, "rejected", values, actor, facts)],
        "was": {"kind": wanted.kind, "asked_by": wanted.asked_name},
    }


def withdraw(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """Take back what oneself asked for."""
    wanted = _wanted(incident, values)
    if refused := _not_own(wanted, actor):
        raise refused
    return {
        "asks": [_decided(wanted, "withdrawn", values, actor, facts)],
        "was": {"kind": wanted.kind},
    }


def lapsed(incident: Incident, payload: dict[str, Any], facts: Facts) -> dict[str, Any]:
    """Return the applications with those that nobody can decide any more, once it is over."""
    if payload.get("to") not in ENDED:
        return {}
    decided = payload.get("asks", [])
    keys = {row["key"] for row in decided}
    over = [
        {"key": item.key, "state": "lapsed", "decided_at": facts.now}
        for item in incident.applications
        if item.state == "pending" and item.key not in keys
    ]
    return {"asks": [*decided, *over]} if over else {}


def may_decide(incident: Incident, actor: Actor, facts: Facts) -> RuleError | None:
    """Nothing is decided that nobody has asked for, or that this person may not decide."""
    return _best([_not_decider(incident, item, actor) for item in _pending(incident)])


def may_withdraw(incident: Incident, actor: Actor, facts: Facts) -> RuleError | None:
    """Nothing is taken back that this person has not asked for."""
    return _best([_not_own(item, actor) for item in _pending(incident)])


def _best(refusals: list[RuleError | None]) -> RuleError | None:
    """Return why none of several applications can be dealt with, None where one can."""
    if not refusals:
        return RuleError("no_application")
    return None if None in refusals else refusals[0]


def _pending(incident: Incident) -> list[Application]:
    """Return what waits for a decision that this version knows how to take."""
    return [
        item for item in incident.applications if item.state == "pending" and item.kind in REQUESTS
    ]


def _not_own(wanted: Application, actor: Actor) -> RuleError | None:
    if wanted.asked_by == actor.user:
        return None
    return RuleError("application_of_other", name=wanted.asked_name)


def _wanted(incident: Incident, values: Values) -> Application:
    kind = values.get("application", "")
    found = [item for item in _pending(incident) if not kind or item.kind == kind]
    if not found:
        raise RuleError("no_application")
    if len(found) > 1:
        known = sorted(item.kind for item in found)
        raise InputError("application_unclear", column="application", choices=known)
    return found[0]


def _to_decide(incident: Incident, values: Values, actor: Actor) -> Application:
    """Return what is decided; two persons, and the second one of a role that may."""
    wanted = _wanted(incident, values)
    if refused := _not_decider(incident, wanted, actor):
        raise refused
    return wanted


def _not_decider(incident: Incident, wanted: Application, actor: Actor) -> RuleError | None:
    if wanted.asked_by == actor.user:
        return RuleError("decides_own_application", name=actor.name)
    roles = deciders(incident, wanted)
    if roles & set(actor.roles):
        return None
    return RuleError("role_forbids", action="approve", name=actor.name, roles=sorted(roles))


def deciders(incident: Incident, wanted: Application) -> frozenset[str]:
    """Return the roles that decide an application; T19: the second extension is the director's."""
    if wanted.kind == "extend" and extensions(incident, wanted.unit):
        return frozenset({"room_director"})
    return REQUESTS[wanted.kind].deciders


def _decided(
    wanted: Application, state: str, values: Values, actor: Actor, facts: Facts
) -> dict[str, Any]:
    return {
        "key": wanted.key,
        "state": state,
        "decided_by": actor.user,
        "decided_name": actor.name,
        "decided_at": facts.now,
        "opinion": values.get("opinion", ""),
    }


def _ask_pause(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T17. Until a day at most thirty days off."""
    until = values["until"]
    return {"until_at": _until(until, facts), "value": values.get("doc", "")}


def _until(text: str, facts: Facts) -> int:
    """Return the end of a day; raises InputError for one that is past or too far."""
    try:
        end = day_start(date.fromisoformat(text)) + DAY
    except ValueError as error:
        raise InputError("field_day", column="until", value=text[:20]) from error
    if not facts.now < end <= facts.now + (MAX_PAUSE_DAYS + 1) * DAY:
        raise InputError("pause_too_long", column="until", limit=MAX_PAUSE_DAYS)
    return end


def _grant_pause(
    incident: Incident, wanted: Application, actor: Actor, facts: Facts
) -> dict[str, Any]:
    """T17. The pause begins when it is granted, not when it was asked for."""
    _be_in(incident, "handling")
    if wanted.until_at is not None and wanted.until_at <= facts.now:
        raise RuleError("pause_over")
    return {
        "to": "paused",
        "pauses": [pause(facts, wanted.reason, wanted.until_at, wanted.value)],
    }


def resume(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T18. Work goes on; every deadline is computed anew from its start and all pauses.

    One that is over without anybody's act ended when it was to end.
    """
    lasting = incident.pause
    until = lasting.until_at if lasting else None
    over = facts.now if until is None else min(facts.now, until)
    return {"to": "handling", **resumed(incident, facts, over), "opinion": values.get("text", "")}


def before_due(incident: Incident, actor: Actor, facts: Facts) -> RuleError | None:
    """T19: what is late on every clock is not extended any more."""
    dues = [item.due_at for item in incident.running if item.stage == "handle"]
    return None if not dues or facts.now <= max(dues) else RuleError("extend_after_due")


def _ask_extend(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    """T19. Before it is due; twice at most, each no longer than the limit was at first."""
    unit = own_assignment(incident, values, actor, facts, *_WORKING).unit
    clock = _clock(incident, unit)
    if facts.now > clock.due_at:
        raise RuleError("extend_after_due")
    if len(extensions(incident, unit)) >= MAX_EXTENSIONS:
        raise RuleError("extensions_used_up", limit=MAX_EXTENSIONS)
    original = clock.amount - extended_by(incident, unit, clock.limit_unit)
    amount = values["amount"] * (60 if clock.limit_unit.endswith("_hour") else 1)
    if amount > original:
        raise InputError("extend_too_long", column="amount", unit=clock.limit_unit, limit=original)
    return {"unit": unit, "amount": amount, "value": clock.limit_unit}


def _grant_extend(
    incident: Incident, wanted: Application, actor: Actor, facts: Facts
) -> dict[str, Any]:
    """T19. The limit grows by what was granted; its start stays."""
    clock = _clock(incident, wanted.unit)
    if clock.limit_unit != wanted.value or wanted.asked_at < clock.start_at:
        raise RuleError("extension_stale", unit=wanted.unit)
    limit = longer(own_limit(clock), wanted.amount)

    def limits(item: Timer) -> Limit:
        return limit if item == clock else own_limit(item)

    return recomputed(incident, facts, limits)


def _clock(incident: Incident, unit: str) -> Timer:
    clocks = [item for item in incident.running if (item.stage, item.unit) == ("handle", unit)]
    if not clocks:
        raise RuleError("unit_not_waiting", unit=unit)
    return max(clocks, key=by_due)


def _grant_void(
    incident: Incident, wanted: Application, actor: Actor, facts: Facts
) -> dict[str, Any]:
    """T24. Entered by mistake; the number is never given again.

    What was merged into it is no mistake: it is taken out first.
    """
    if any(item.valid for item in incident.children):
        raise RuleError("children_remain")
    return _over(incident, facts, "void", {})


def _ask_outcome(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    return {"value": values["outcome"], "reply": values["public_reply"]}


def _grant_force_close(
    incident: Incident, wanted: Application, actor: Actor, facts: Facts
) -> dict[str, Any]:
    """T25. Closed by order; never counted as closed in time."""
    changed = {
        "outcome": wanted.value,
        "public_reply": wanted.reply,
        "closed_at": facts.now,
        "callback_done": 1,
        "forced": 1,
    }
    return _over(incident, facts, "closed", changed)


def _over(incident: Incident, facts: Facts, state: str, changed: dict[str, Any]) -> dict[str, Any]:
    """Return what ends an incident where it stands: clocks, pause and orders with it."""
    return {
        "to": state,
        "set": changed,
        **resumed(incident, facts),
        "ends": ends(incident),
        "units": withdrawn(waiting(incident), state),
    }


def _ask_reclass(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    if values["class_code"] == incident.class_code:
        raise RuleError("class_unchanged", column="class_code")
    return {"value": values["class_code"]}


def _grant_reclass(
    incident: Incident, wanted: Application, actor: Actor, facts: Facts
) -> dict[str, Any]:
    """T23, where a unit asks for it."""
    return reclassed(incident, facts, wanted.value, None)


def _ask_level(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    check_above(incident, values["level"])
    return {"value": values["level"]}


def _grant_skip(
    incident: Incident, wanted: Application, actor: Actor, facts: Facts
) -> dict[str, Any]:
    """T20, past a level, for an incident that does not press."""
    _be_in(incident, "accepted", "dispatched", "handling")
    return risen(incident, facts, wanted.value, wanted.text)


def _ask_nothing(incident: Incident, values: Values, actor: Actor, facts: Facts) -> dict[str, Any]:
    return {}


def _grant_unmerge(
    incident: Incident, wanted: Application, actor: Actor, facts: Facts
) -> dict[str, Any]:
    """T9, after the lead was closed."""
    _be_in(incident, "merged")
    return unmerge(incident, {}, actor, facts)


def _be_in(incident: Incident, *states: str) -> None:
    """Raise RuleError where an incident has moved on since something was asked for."""
    if incident.state not in states:
        raise RuleError("state_forbids", action="approve", state=incident.state)


_LEADER = frozenset({"shift_leader"})
_DIRECTOR = frozenset({"room_director"})
REQUESTS = {
    "pause": Request(_ask_pause, _LEADER, _grant_pause),
    "extend": Request(_ask_extend, _LEADER | _DIRECTOR, _grant_extend),
    "void": Request(_ask_nothing, _LEADER, _grant_void),
    "force_close": Request(_ask_outcome, _DIRECTOR, _grant_force_close),
    "reclass": Request(_ask_reclass, _LEADER, _grant_reclass),
    "skip": Request(_ask_level, _LEADER, _grant_skip),
    "unmerge": Request(_ask_nothing, _LEADER, _grant_unmerge),
}
DECIDERS = frozenset().union(*(item.deciders for item in REQUESTS.values()))
OUTCOME = FieldSpec("outcome", "choice", required=True, choices=OUTCOMES)
