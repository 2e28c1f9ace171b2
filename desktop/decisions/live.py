"""Which actions are live for the incident shown, and why the others are not."""

from db.domain.errors import RuleError
from db.domain.ops import Actor
from db.domain.scope import scope_of
from db.domain.settling import refusal
from db.domain.transitions import transition_of, verdict
from db.store.queries.incidents import Detail
from desktop.actions import DECISIONS, REPORTS
from desktop.loop_words import expected

Standing = dict[str, RuleError | None]
"""Action -> why it is not possible, None where it is; those that are possible first."""


def report_refusal(action: str, actor: Actor) -> RuleError | None:
    """Return why a person may not enter a new incident, None if they may."""
    if any(verdict("draft", action, role) == "yes" for role in actor.roles):
        return None
    roles = sorted(transition_of(action).roles)
    return RuleError("role_forbids", action=action, name=actor.name, roles=roles)


def live_decisions(detail: Detail) -> list[str]:
    """Return what can be decided now: what the loop expects first, then the usual."""
    wanted = expected(detail.incident)
    ordered = [*wanted, *(name for name in (*DECISIONS, "attach") if name not in wanted)]
    return [name for name in ordered if detail.obstacles.get(name, True) is None]


def live_beside(detail: Detail, actor: Actor) -> list[str]:
    """Return what else can be done, that moves nothing."""
    may_call = detail.caller and detail.caller.is_readable and scope_of(actor).sees_caller
    return [*(["caller"] if may_call else []), "why", "print"]


def may_settle(detail: Detail, actor: Actor) -> bool:
    """Whether there is a disagreement that this person may settle."""
    return bool(detail.conflicts) and refusal(actor) is None


def standing(detail: Detail, actor: Actor) -> Standing:
    """Return every action, the live ones first, each with why it is not possible."""
    live = [*(["resolve"] if may_settle(detail, actor) else []), *live_decisions(detail)]
    found: Standing = dict.fromkeys([*live, *live_beside(detail, actor)])
    reports = {name: report_refusal(name, actor) for name in REPORTS}
    found |= {name: refused for name, refused in reports.items() if refused is None}
    others = {name: detail.obstacles.get(name) for name in (*DECISIONS, "attach")} | reports
    return found | {name: refused for name, refused in others.items() if refused}
