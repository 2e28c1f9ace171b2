"""Which decisions were taken back, and whether one still can be (Ctrl+Z).

An undo names the op it takes back. That op then counts for nothing: the incident is as if it had
not been, and the history shows both. It has force as long as nobody built upon what it takes back:
where somebody elsewhere did so, not knowing of the undo, the decision stands with the work upon
it, and the undo is shown as in dispute. That follows from what each author had seen, so every
station finds the same.

What changes nothing of the incident (a look at the caller, a note) builds upon nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from db.domain.effects import Effect, builds
from db.domain.errors import RuleError
from db.domain.names import UNDO
from db.domain.ops import Actor, Op, OpRef
from db.domain.past import Past

UNDONE = "undone"
"""The field under which an undo stands in dispute."""
UNDO_FOR = 10 * 60_000
"""Milliseconds in which a decision can be taken back."""
FIRST = frozenset({"incident_reported", "incident_self_handled"})
"""Taking in: what was taken in by mistake is voided (T24)."""
LOOKS = frozenset({"caller_viewed", "caller_erased"})
"""Who looked or erased stays on record, and is in nobody's way."""
_ASIDE = LOOKS | {UNDO}
ALONG = frozenset({"duplicate_added", "duplicate_moved", "duplicate_removed", "outcome_shared"})
"""Kinds that a decision on another incident brings; they follow it in its chain at once."""


class Undone(NamedTuple):
    """What undos did to a history, by place in the causal order.

    `taken` count for nothing; `idle` are undos without force. `contested` gives for one of those
    what stands upon the decision it would take back. `aims` gives for an undo that decision,
    where it names one that it may take back.
    """

    taken: frozenset[int]
    idle: frozenset[int]
    contested: Mapping[int, frozenset[int]]
    aims: Mapping[int, int]


NOTHING_UNDONE = Undone(frozenset(), frozenset(), {}, {})


def undone_of(ops: Sequence[Op], effects: Sequence[Effect]) -> Undone:
    """Return what the undos in a history, given in causal order, have done to it."""
    if not any(op.kind == UNDO for op in ops):
        return NOTHING_UNDONE
    past = Past(ops)
    taken: set[int] = set()
    idle = {number for number, op in enumerate(ops) if op.kind == UNDO}
    contested: dict[int, set[int]] = {}
    aims: dict[int, int] = {}
    # What builds upon a decision stands behind it: whether that was taken back is known first.
    for target, undos in sorted(_undos(ops, effects, past).items(), reverse=True):
        aims |= dict.fromkeys(undos, target)
        upon = {
            number
            for number in range(target + 1, len(ops))
            if number not in taken
            and past.has(number, target)
            and builds(effects[number])
            and not any(past.has(number, undo) for undo in undos)
        }
        if not upon:
            taken.add(target)
            idle.difference_update(undos)
        for undo in undos if upon else ():
            contested.setdefault(undo, set()).update(upon)
    upon_of = {undo: frozenset(upon) for undo, upon in contested.items()}
    return Undone(frozenset(taken), frozenset(idle), upon_of, aims)


def _undos(ops: Sequence[Op], effects: Sequence[Effect], past: Past) -> dict[int, list[int]]:
    """Return the ops that are named by undos which may name them, with those undos."""
    place = {op.ref: number for number, op in enumerate(ops)}
    found: dict[int, list[int]] = {}
    for number, op in enumerate(ops):
        for ref in effects[number].undoes if op.kind == UNDO else ():
            target = place.get(ref)
            if target is None or not past.has(number, target):
                continue
            if is_decision(ops[target]) and ops[target].actor.user == op.actor.user:
                found.setdefault(target, []).append(number)
    return found


def is_decision(op: Op) -> bool:
    """Whether an op is something a person can take back, by its kind."""
    return op.kind not in _ASIDE and op.kind not in FIRST


def last_decision(
    ops: Sequence[Op],
    effects: Sequence[Effect],
    actor: Actor,
    now: int,
    number: str,
    wanted: OpRef | None = None,
) -> Op:
    """Return what a person may take back of an incident, by its history in causal order.

    That is the last of their own, or the one `wanted`. `number` is the incident's, for what is
    refused. Raises RuleError: undo_nothing, undo_overtaken, undo_first, undo_signed, undo_too_late.
    """
    taken = undone_of(ops, effects).taken
    own = [
        op
        for number, op in enumerate(ops)
        if number not in taken
        and op.actor.user == actor.user
        and op.kind not in _ASIDE
        and wanted in (None, op.ref)
    ]
    if not own:
        raise RuleError("undo_nothing", name=actor.name)
    found = own[-1]
    check_is_last(ops, effects, {found.ref}, number)
    if found.kind in FIRST:
        raise RuleError("undo_first")
    if "second" in found.payload:
        raise RuleError("undo_signed")
    if abs(now - found.at) > UNDO_FOR:
        raise RuleError("undo_too_late", minutes=UNDO_FOR // 60_000)
    return found


def check_is_last(
    ops: Sequence[Op], effects: Sequence[Effect], refs: Collection[OpRef], number: str
) -> None:
    """Raise RuleError (undo_overtaken) where anything stands beside or behind some ops.

    A note counts here: who wrote it knew of the decision.
    """
    past, taken = Past(ops), undone_of(ops, effects).taken
    places = [place for place, op in enumerate(ops) if op.ref in refs]
    for place in reversed(range(len(ops))):
        op = ops[place]
        is_before = any(past.has(target, place) for target in places)
        if place in taken or place in places or is_before or op.kind in _ASIDE:
            continue
        raise RuleError("undo_overtaken", name=op.actor.name, kind=op.kind, value=number)


def undoing(state: str, refs: Collection[OpRef]) -> dict[str, object]:
    """Return the payload that takes back ops of one incident."""
    return {"from": state, "undoes": [list(ref) for ref in sorted(refs)]}
