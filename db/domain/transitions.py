"""The closed loop as one table: which action moves an incident from where to where, and who may.

Rows T1 to T29 are those of the state machine of the domain; the rest moves nothing. The commands,
the window (which keys are live, and why not), the command line and the manual read this table.
"""

from collections.abc import Callable
from dataclasses import dataclass

from db.domain.attachments import MAX_ATTACHMENTS
from db.domain.errors import InputError, RuleError
from db.domain.incidents import (
    CARDS,
    LEVELS,
    OUTCOMES,
    SATISFACTIONS,
    SOURCES,
    STATES,
    Incident,
)
from db.domain.lists import URGENCIES
from db.domain.names import CLOSED_FOREVER
from db.domain.ops import Actor
from db.domain.permissions import signed_by
from db.domain.rules import (
    closing,
    dispatching,
    intake,
    mending,
    merging,
    reclassing,
    requests,
    secrecy,
)
from db.domain.rules.base import (
    CONTACT,
    OPINION,
    REPLY,
    TEXT,
    Also,
    Decision,
    Effect,
    Facts,
    FieldSpec,
    Guard,
    Values,
    check_fields,
)
from db.domain.scope import ADMINISTRATIVE, ROLES

AlsoEffect = Callable[[Incident, Values, Actor, Facts], tuple[Also, ...]]
TakesTwo = Callable[[Incident, Values, Facts], bool]


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table.

    `to` are the states it may end in, none where it moves nothing. `is_levelled`: only who acts at
    the incident's own level may (L in the table). `guards` say why not, whatever the values are;
    `also` is what it does to other incidents. `takes_two`: in which cases a second person, with one
    of the roles `seconds`, signs for it too.
    """

    id: str
    action: str
    kind: str
    sources: frozenset[str]
    to: tuple[str, ...]
    roles: frozenset[str]
    fields: tuple[FieldSpec, ...]
    effect: Effect
    is_levelled: bool = False
    guards: tuple[Guard, ...] = ()
    also: AlsoEffect | None = None
    takes_two: TakesTwo | None = None
    seconds: frozenset[str] = frozenset()


def transition_of(action: str) -> Transition:
    """Return the row of an action; raises InputError for an unknown one."""
    found = TRANSITIONS.get(action)
    if found is None:
        raise InputError("action_unknown", value=action, known=sorted(TRANSITIONS))
    return found


def verdict(state: str, action: str, role: str) -> str:
    """Return what the table says of a state, an action and a role: yes, state or role.

    `state` and `role` name what forbids it. A yes still stands under the row's guards.
    """
    row = transition_of(action)
    if state not in row.sources:
        return "state"
    return "yes" if role in row.roles else "role"


def obstacle(incident: Incident, action: str, actor: Actor, facts: Facts) -> RuleError | None:
    """Return why an action is not possible here and now, whatever its values; None if it is."""
    row = transition_of(action)
    if incident.state not in row.sources:
        return RuleError("state_forbids", action=action, state=incident.state)
    if not row.roles & set(actor.roles):
        return RuleError("role_forbids", action=action, name=actor.name, roles=sorted(row.roles))
    is_below = facts.level == "district" != incident.level and incident.state != "draft"
    is_others = row.is_levelled and incident.level not in intake.levels_of(actor, facts)
    if is_others or (is_below and action not in _FROM_ABOVE):
        return RuleError("level_forbids", action=action, name=actor.name, level=incident.level)
    for guard in row.guards:
        if found := guard(incident, actor, facts):
            return found
    return None


def obstacles(incident: Incident, actor: Actor, facts: Facts) -> dict[str, RuleError | None]:
    """Return for every action why it is not possible here and now, None where it is."""
    return {action: obstacle(incident, action, actor, facts) for action in TRANSITIONS}


def available(incident: Incident, actor: Actor, facts: Facts) -> tuple[Transition, ...]:
    """Return the transitions this person may take from here, in the order of the loop."""
    return tuple(
        row for row in TRANSITIONS.values() if obstacle(incident, row.action, actor, facts) is None
    )


def decide(
    incident: Incident,
    action: str,
    values: Values,
    actor: Actor,
    facts: Facts,
    second: Actor | None = None,
) -> Decision:
    """Return the op of an action, or raise RuleError/InputError and change nothing.

    `second` has signed for it at the same desk; asked for by RuleError (second_person_needed).
    """
    row = transition_of(action)
    refused = obstacle(incident, action, actor, facts)
    if refused:
        raise refused
    checked, stripped = check_fields(row.fields, values, facts, action)
    payload = {"from": incident.state, **row.effect(incident, checked, actor, facts)}
    if row.takes_two and row.takes_two(incident, checked, facts):
        payload |= signed_by(actor, action, row.seconds, second)
    for name in ("opinion", "contact"):
        if checked.get(name):
            payload[name] = checked[name]
    payload |= requests.lapsed(incident, payload, facts)
    # What says nothing is not said: the journal keeps it for ever.
    payload = {name: value for name, value in payload.items() if value not in ("", {}, [])}
    also = row.also(incident, checked, actor, facts) if row.also else ()
    return Decision(row.kind, payload, also, stripped)


def has_room(incident: Incident, actor: Actor, facts: Facts) -> RuleError | None:
    """Only so many files are kept with one incident."""
    if len(incident.attachments) >= MAX_ATTACHMENTS:
        return RuleError("attachments_full", limit=MAX_ATTACHMENTS)
    return None


def somebody_waits(incident: Incident, actor: Actor, facts: Facts) -> RuleError | None:
    """Only a unit that has an order and has not signed can sign or refuse."""
    if any(item.state == "sent" for item in incident.assignments):
        return None
    return RuleError("nobody_to_sign")


def lead_is_known(incident: Incident, actor: Actor, facts: Facts) -> RuleError | None:
    """T9: out of what is not here nothing is taken."""
    return None if incident.merged_into in facts.incidents else RuleError("lead_unknown")


def lead_is_closed(incident: Incident, values: Values, facts: Facts) -> bool:
    """T9: once the lead is closed, taking a child out takes two persons."""
    lead = facts.incidents[incident.merged_into]
    return lead.closed_at is not None or lead.state in CLOSED_FOREVER


def has_level_above(incident: Incident, actor: Actor, facts: Facts) -> RuleError | None:
    """Nothing goes up from the highest level."""
    if incident.level == LEVELS[-1]:
        return RuleError("level_highest")
    return None


def card_waits(incident: Incident, actor: Actor, facts: Facts) -> RuleError | None:
    """Only a card is replied to, and once; an urging is not."""
    if any(item.replied_at is None and item.card != "urge" for item in incident.cards):
        return None
    return RuleError("no_card_waits")


def _states(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _table(*rows: Transition) -> dict[str, Transition]:
    return {row.action: row for row in rows}


_FROM_ABOVE = _states("supervise note attach district_update")
"""What a district does to an incident that a town has: it presses, the work is the town's."""
_OPEN = _states("reported verifying returned accepted dispatched handling paused checking")
_SENT = _states("dispatched handling paused")
_CLERKS = _states("unit_liaison duty_officer dispatcher village_clerk shift_leader")
_INTAKE = _states("duty_officer village_clerk shift_leader")
_SENDERS = _states("dispatcher village_clerk shift_leader")
_CHECKERS = _states("supervisor")
_LEADER = _states("shift_leader")
_SECONDS = _states("shift_leader room_director")
_EVERYBODY = frozenset(ROLES) - ADMINISTRATIVE

_CLASS = FieldSpec("class_code", "class")
_AREA = FieldSpec("area_code", "area")
_URGENCY = FieldSpec("urgency", "choice", choices=URGENCIES)
_UNIT = FieldSpec("unit", "unit")
_WHICH_UNIT = FieldSpec("unit", "unit", required=True)
_TASK = FieldSpec("task", "long")
_WHY = FieldSpec("text", "long")
_APPLICATION = FieldSpec("application", "choice", choices=tuple(requests.REQUESTS))
_LEVEL = FieldSpec("level", "choice", choices=LEVELS)
_NEEDED_LEVEL = FieldSpec("level", "choice", required=True, choices=LEVELS)
_REPORT = (
    FieldSpec("content", "long", required=True),
    FieldSpec("title", "text"),
    _CLASS,
    _URGENCY,
    FieldSpec("source", "choice", choices=SOURCES),
    _AREA,
    FieldSpec("address", "text"),
    FieldSpec("point", "point"),
    FieldSpec("reporter", "text"),
)


def _reason(choices: tuple[str, ...]) -> FieldSpec:
    return FieldSpec("reason", "choice", required=True, choices=choices)


TRANSITIONS = _table(
    Transition(
        "T1", "report", "incident_reported", _states("draft"), ("reported",),
        _states("grid_worker grid_head village_clerk duty_officer dispatcher shift_leader"),
        _REPORT, intake.report,
    ),
    Transition(
        "T2", "self_handle", "incident_self_handled", _states("draft"), ("closed", "checking"),
        _states("grid_head village_clerk"), (*_REPORT, TEXT), intake.self_handle,
    ),
    Transition(
        "T3", "accept", "incident_accepted", _states("reported returned"), ("accepted",), _INTAKE,
        (_CLASS, _AREA, _URGENCY, FieldSpec("title", "text"), FieldSpec("not_duplicate", "flag"),
         OPINION),
        intake.accept, is_levelled=True,
    ),
    Transition(
        "T4", "return", "incident_returned", _states("reported"), ("returned",), _INTAKE,
        (_reason(intake.RETURN_REASONS), TEXT), intake.send_back, is_levelled=True,
    ),
    Transition(
        "T5", "reject", "incident_rejected", _states("reported verifying"), ("rejected",),
        _states("duty_officer shift_leader"), (_reason(intake.REJECT_REASONS), REPLY),
        intake.reject, is_levelled=True, also=closing.outcome_also,
    ),
    Transition(
        "T6", "ask_verify", "verification_asked", _states("reported"), ("verifying",), _INTAKE,
        (TEXT,), intake.ask_verify, is_levelled=True,
    ),
    Transition(
        "T7", "verify_result", "incident_verified", _states("verifying"), ("reported", "rejected"),
        _states("grid_worker grid_head village_clerk duty_officer shift_leader"),
        (FieldSpec("finding", "choice", required=True, choices=intake.FINDINGS), TEXT,
         FieldSpec("public_reply", "long"), CONTACT),
        intake.verify_result, also=closing.verified_also,
    ),
    Transition(
        "T8", "merge", "incident_merged", _states("reported accepted"), ("merged",),
        _states("duty_officer shift_leader"),
        (FieldSpec("lead", "incident", required=True), OPINION),
        merging.merge, is_levelled=True, also=merging.merge_also,
    ),
    Transition(
        "T9", "unmerge", "incident_unmerged", _states("merged"), ("reported", "accepted"),
        _states("duty_officer shift_leader"), (OPINION,), merging.unmerge,
        is_levelled=True, guards=(lead_is_known,), also=merging.unmerge_also,
        takes_two=lead_is_closed, seconds=_SECONDS,
    ),
    Transition(
        "T10", "dispatch", "incident_dispatched", _states("accepted"), ("dispatched",), _SENDERS,
        (FieldSpec("lead", "unit", required=True), FieldSpec("co", "units"), _TASK, OPINION),
        dispatching.dispatch, is_levelled=True, guards=(dispatching.may_dispatch,),
    ),
    Transition(
        "T11", "add_unit", "unit_added", _states("dispatched handling"), (), _SENDERS,
        (_WHICH_UNIT, _TASK, OPINION), dispatching.add_unit, is_levelled=True,
    ),
    Transition(
        "T11", "withdraw_unit", "unit_withdrawn", _states("dispatched handling"), ("checking",),
        _SENDERS, (_WHICH_UNIT, _WHY), dispatching.withdraw_unit, is_levelled=True,
        guards=(dispatching.has_helper,),
    ),
    Transition(
        "T12", "sign", "assignment_signed", _states("dispatched handling"), ("handling",), _CLERKS,
        (_UNIT, CONTACT, OPINION), dispatching.sign, guards=(somebody_waits,),
    ),
    Transition(
        "T13", "refuse", "assignment_refused", _states("dispatched handling"),
        ("accepted", "checking"), _CLERKS,
        (_reason(dispatching.REFUSE_REASONS), FieldSpec("proposed", "unit", required=True), TEXT,
         _UNIT, CONTACT),
        dispatching.refuse, guards=(somebody_waits, dispatching.may_refuse),
    ),
    Transition(
        "T14", "feedback", "feedback_given", _states("handling"), ("handling", "checking"),
        _CLERKS,
        (TEXT, FieldSpec("result", "choice", choices=OUTCOMES), FieldSpec("no_photo", "text"),
         _UNIT, CONTACT),
        dispatching.feedback,
    ),
    Transition(
        "", "finish_step", "step_finished", _states("handling"), (), _CLERKS,
        (_WHY, _UNIT, CONTACT), dispatching.finish_step, guards=(dispatching.has_steps,),
    ),
    Transition(
        "T15", "check_pass", "check_passed", _states("checking"), ("closed",), _CHECKERS,
        (FieldSpec("outcome", "choice", required=True, choices=OUTCOMES), REPLY,
         FieldSpec("close_rule_met", "flag", required=True), OPINION),
        closing.check_pass, guards=(closing.handler_checks,), also=closing.outcome_also,
    ),
    Transition(
        "T16", "check_fail", "check_failed", _states("checking"),
        ("handling", "reported"), _CHECKERS,
        (TEXT,), closing.check_fail, guards=(closing.handler_checks,),
    ),
    Transition(
        "T17", "ask_pause", "pause_asked", _states("handling"), (), _CLERKS,
        (_reason(requests.PAUSE_REASONS), FieldSpec("until", "day", required=True),
         FieldSpec("doc", "text"), TEXT, CONTACT),
        requests.ask("pause"),
        guards=(requests.not_asked("pause"),),
    ),
    Transition(
        "T18", "resume", "incident_resumed", _states("paused"), ("handling",),
        _CLERKS | {"system"}, (_WHY, CONTACT), requests.resume,
    ),
    Transition(
        "T19", "ask_extend", "extension_asked", _states("handling"), (), _CLERKS,
        (FieldSpec("amount", "number", required=True), TEXT, _UNIT, CONTACT),
        requests.ask("extend"),
        guards=(requests.not_asked("extend"), requests.before_due),
    ),
    Transition(
        "T20", "escalate", "incident_escalated", _states("accepted dispatched handling"),
        ("reported",), _SENDERS, (_LEVEL, TEXT), intake.escalate,
        is_levelled=True, guards=(has_level_above,),
    ),
    Transition(
        "T20", "ask_skip", "skip_asked", _states("accepted dispatched handling"), (), _SENDERS,
        (_NEEDED_LEVEL, TEXT), requests.ask("skip"),
        is_levelled=True, guards=(has_level_above, requests.not_asked("skip")),
    ),
    Transition(
        "T21", "send_down", "incident_sent_down", _states("reported accepted"),
        ("reported", "closed"), _SENDERS, (_AREA, TEXT), intake.send_down,
        guards=(intake.may_send_down,), also=intake.handed_over,
    ),
    Transition(
        "T22", "recall", "incident_recalled", _states("dispatched"), ("accepted",), _SENDERS,
        (OPINION,), dispatching.recall, is_levelled=True, guards=(dispatching.may_recall,),
    ),
    Transition(
        "T23", "reclass", "incident_reclassed",
        _OPEN, (), _states("duty_officer shift_leader"),
        (FieldSpec("class_code", "class", required=True), _URGENCY, OPINION), reclassing.reclass,
        is_levelled=True, guards=(reclassing.may_reclass,),
    ),
    Transition(
        "T23", "ask_reclass", "reclass_asked", _SENT | {"checking"}, (),
        _CLERKS, (FieldSpec("class_code", "class", required=True), TEXT, CONTACT),
        requests.ask("reclass"),
        guards=(requests.not_asked("reclass"),),
    ),
    Transition(
        "T24", "ask_void", "void_asked", _OPEN, (), _states("duty_officer shift_leader"),
        (_reason(requests.VOID_REASONS), TEXT), requests.ask("void"),
        guards=(requests.not_asked("void"),),
    ),
    Transition(
        "T25", "ask_force_close", "force_close_asked", _OPEN, (),
        _states("supervisor shift_leader"), (requests.OUTCOME, REPLY, TEXT),
        requests.ask("force_close"),
        guards=(requests.not_asked("force_close"),),
    ),
    Transition(
        "T9", "ask_unmerge", "unmerge_asked", _states("merged"), (),
        _states("duty_officer shift_leader"), (TEXT,), requests.ask("unmerge"),
        guards=(requests.not_asked("unmerge"),),
    ),
    Transition(
        "T17-T25", "approve", "application_approved", _OPEN | {"merged"},
        ("paused", "void", "closed", "reported", "accepted"), requests.DECIDERS,
        (_APPLICATION, OPINION), requests.approve,
        guards=(requests.may_decide,), also=requests.approve_also,
    ),
    Transition(
        "T17-T25", "decline", "application_declined", _OPEN | {"merged", "closed"}, (),
        requests.DECIDERS,
        (_APPLICATION, FieldSpec("opinion", "text", required=True)), requests.decline,
        guards=(requests.may_decide,),
    ),
    Transition(
        "T17-T25", "withdraw", "application_withdrawn", _OPEN | {"merged", "closed"}, (),
        _EVERYBODY, (_APPLICATION, OPINION), requests.withdraw, guards=(requests.may_withdraw,),
    ),
    Transition(
        "T26", "callback", "callback_recorded", _states("closed"), (), _CHECKERS,
        (FieldSpec("reached", "flag", required=True),
         FieldSpec("satisfaction", "choice", choices=SATISFACTIONS),
         FieldSpec("solved", "choice", choices=closing.SOLVED), FieldSpec("text", "long")),
        closing.callback, guards=(closing.callback_wanted,),
    ),
    Transition(
        "T27", "reopen", "incident_reopened", _states("closed"), ("handling", "reported"),
        _CHECKERS | _LEADER, (TEXT,), closing.reopen, guards=(closing.may_reopen,),
        also=closing.reopen_also,
    ),
    Transition(
        "T28", "archive", "incident_archived", _states("closed"), ("archived",),
        _states("evaluator system"), (OPINION,), closing.archive,
        guards=(closing.callback_over,),
    ),
    Transition(
        "T29", "district_update", "source_updated", frozenset(STATES) - {"draft"}, (),
        _states("system"),
        (FieldSpec("source_status", "text"), FieldSpec("source_reply", "long")),
        closing.district_update,
    ),
    Transition(
        "", "mend", "loop_mended", _states("dispatched handling merged"),
        ("checking", "accepted", "reported"), _states("system"), (), mending.mend,
        guards=(mending.is_astray,), also=mending.mend_also,
    ),
    Transition(
        "", "supervise", "card_raised", _OPEN, (), _CHECKERS | _LEADER | {"room_director"},
        (FieldSpec("card", "choice", required=True, choices=CARDS), TEXT, _UNIT),
        closing.supervise,
    ),
    Transition(
        "", "reply", "card_replied", _OPEN, (), _CLERKS, (TEXT, CONTACT), closing.reply,
        guards=(card_waits,),
    ),
    Transition(
        "", "block", "block_noted", _OPEN, (), _CLERKS | _CHECKERS, (_WHY,), dispatching.block,
    ),
    Transition(
        "", "note", "note_added", _OPEN | {"closed"}, (), _CLERKS | _CHECKERS, (TEXT,),
        closing.note,
    ),
    Transition(
        "", "set_secrecy", "secrecy_set", _OPEN | {"closed", "merged"}, (),
        _states("duty_officer shift_leader room_director"),
        (FieldSpec("secrecy", "choice", required=True, choices=secrecy.LEVELS), TEXT),
        secrecy.set_secrecy, takes_two=secrecy.touches_secret, seconds=_SECONDS,
    ),
    Transition(
        "", "attach", "attachment_added", _OPEN | {"closed"}, (),
        _CLERKS | _CHECKERS | {"grid_worker", "grid_head"},
        (FieldSpec("file", "file", required=True),), closing.attach, guards=(has_room,),
    ),
)  # fmt: skip
