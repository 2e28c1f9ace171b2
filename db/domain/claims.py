"""Who has taken an incident on (认领): a word to the others in the room, no lock.

A claim is a subject of its own beside the incident, so that taking one on stands in the way of no
decision and no undo. Of two that took it on apart the earlier stamp holds it, at every station;
the other stays known as a rival until one of them lets go.
"""

from collections.abc import Sequence
from typing import NamedTuple

from db.domain.errors import InputError, RuleError
from db.domain.ops import Actor, Op
from db.domain.past import Past

TAKEN, RELEASED = "claim_taken", "claim_released"
KINDS = (TAKEN, RELEASED)
STALE_AFTER = 30 * 60_000
"""Milliseconds without a step of the holder after which a claim is shown as stale (amber); it is
never taken away for that."""
CLAIMERS = frozenset(
    {"duty_officer", "dispatcher", "village_clerk", "shift_leader", "supervisor"}
)  # fmt: skip


class Claim(NamedTuple):
    """Who holds an incident, or would: the person's key and name, since when (UTC milliseconds)."""

    user: str
    name: str
    at: int


class Claims(NamedTuple):
    """Who holds an incident, None where nobody does; `rivals` took it on too, not knowing."""

    holder: Claim | None
    rivals: tuple[Claim, ...] = ()


def read_claim(op: Op) -> str:
    """Return whom a claim is taken over from; raises InputError for one that cannot be believed."""
    over = op.payload.get("over", "")
    if type(over) is not str:
        raise InputError("op_malformed", reason="type")
    return over


def fold_claims(ops: Sequence[Op]) -> Claims:
    """Return what has become of the claims on an incident, by their ops in causal order."""
    past = Past(ops)
    live = [
        op
        for number, op in enumerate(ops)
        if op.kind == TAKEN
        and not any(
            past.has(later, number) and _ends(ops[later], op)
            for later in range(number + 1, len(ops))
        )
    ]
    live.sort(key=lambda op: (op.hlc, op.ref))
    found = [Claim(op.actor.user, op.actor.name, op.at) for op in live]
    return Claims(found[0], tuple(found[1:])) if found else Claims(None)


def _ends(later: Op, claim: Op) -> bool:
    """Whether an op ends a claim its author had seen: taken over, or by the same person."""
    is_over = later.kind == TAKEN and read_claim(later) != ""
    return is_over or later.actor.user == claim.actor.user


def take(
    claims: Claims, actor: Actor, over: str, *, is_open: bool, is_outlived: bool = False
) -> dict[str, str]:
    """Return the payload of a claim, `over` naming from whom it is taken over.

    `is_outlived`: the claim is from before the incident was last opened again, and holds nobody
    off.
    Raises RuleError: role_forbids, claim_not_open, claim_yours, claim_held.
    """
    if not CLAIMERS & set(actor.roles):
        raise RuleError("role_forbids", action="claim", name=actor.name, roles=sorted(CLAIMERS))
    if not is_open:
        raise RuleError("claim_not_open")
    holder = claims.holder
    if holder is None:
        return {}
    if is_outlived:
        return {"over": holder.user}
    if holder.user == actor.user:
        raise RuleError("claim_yours", since=holder.at)
    if holder.user != over:
        raise RuleError("claim_held", name=holder.name, since=holder.at)
    return {"over": over}


def release(claims: Claims, actor: Actor) -> dict[str, str]:
    """Return the payload that lets a claim go; raises RuleError (claim_none) for who has none."""
    known = (*claims.rivals, *filter(None, [claims.holder]))
    if actor.user not in {one.user for one in known}:
        raise RuleError("claim_none", name=actor.name)
    return {}
