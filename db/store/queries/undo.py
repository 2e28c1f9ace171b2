"""What Ctrl+Z would take back of an incident, and why not."""

from collections.abc import Sequence
from typing import NamedTuple

from db.domain.effects import Effect, read_effect
from db.domain.errors import RuleError
from db.domain.ops import Actor, Op, OpRef, decode
from db.domain.scope import Scope
from db.domain.undoing import ALONG, check_is_last, last_decision
from db.store.driver import Connection
from db.store.history import along_with, brought_by, history
from db.store.queries.scope import rid_of

_NUMBER = "SELECT number FROM incident WHERE rid = ?"
_RECV = """SELECT recv FROM op
WHERE site = (SELECT n FROM site WHERE id = ?) AND epoch = ? AND seq = ?"""
_PRINTED = """SELECT body FROM op JOIN subject ON rid = subject
WHERE recv > ? AND ent = 'sheet' ORDER BY recv"""


class TakenBack(NamedTuple):
    """What would be taken back: ops of the incident itself and of those it brought along.

    `ref` and `kind` are the decision's, `at` its instant (UTC milliseconds), `refs` are by incident
    row id.
    """

    ref: OpRef
    kind: str
    at: int
    refs: dict[int, tuple[OpRef, ...]]


class Offer(NamedTuple):
    """The decision that a person could take back, or why there is none now.

    `ref` is its name, for `undo` to take back that one and no other.
    """

    kind: str
    at: int | None
    refusal: RuleError | None
    ref: OpRef | None = None


def undo_offer(
    connection: Connection, actor: Actor, scope: Scope, number: str, now: int
) -> Offer | None:
    """Return what `undo` would do on an incident now; None where the incident is not seen."""
    rid = rid_of(connection, scope, number)
    if rid is None:
        return None
    try:
        found = to_take_back(connection, rid, actor, now)
    except RuleError as refusal:
        return Offer("", None, refusal)
    return Offer(found.kind, found.at, None, found.ref)


def to_take_back(
    connection: Connection, rid: int, actor: Actor, now: int, wanted: OpRef | None = None
) -> TakenBack:
    """Return what a person's last decision on an incident consists of, or the one `wanted`.

    Raises RuleError: undo_nothing, undo_overtaken, undo_first, undo_too_late, undo_along,
    undo_printed.
    """
    ops = history(connection, rid)
    number = _number(connection, rid)
    decision = last_decision(ops, _effects(ops), actor, now, number, wanted)
    if decision.kind in ALONG:
        brought = brought_by(connection, decision.ref, ALONG)
        raise RuleError("undo_along", value=_number(connection, brought))
    refs: dict[int, tuple[OpRef, ...]] = {rid: (decision.ref,)}
    for other, op in along_with(connection, decision.ref, ALONG):
        refs[other] = (*refs.get(other, ()), op.ref)
    for other, named in refs.items():
        told = ops if other == rid else history(connection, other)
        number = _number(connection, other)
        check_is_last(told, _effects(told), named, number)
        _check_not_printed(connection, decision.ref, number)
    return TakenBack(decision.ref, decision.kind, decision.at, refs)


def _effects(ops: Sequence[Op]) -> list[Effect]:
    return [read_effect(op) for op in ops]


def _check_not_printed(connection: Connection, ref: OpRef, number: str) -> None:
    """Raise RuleError where a sheet of an incident was printed since: what is on paper was said."""
    (recv,) = connection.execute(_RECV, tuple(ref)).fetchone()
    for (body,) in connection.execute(_PRINTED, (recv,)):
        if decode(body).payload.get("about") == number:
            raise RuleError("undo_printed", value=number)


def _number(connection: Connection, rid: int | None) -> str:
    row = connection.execute(_NUMBER, (rid,)).fetchone()
    return str(row[0]) if row else ""
