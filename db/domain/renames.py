"""Ops written again under a new name: what stood upon the old name stands upon the new one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from db.domain.names import UNDO
from db.domain.ops import Op, OpRef, Was, as_ref


class Renamed(NamedTuple):
    """A history in which each op is told once, and the names of those told again."""

    ops: list[Op]
    again: frozenset[OpRef]


def follow_names(ops: Sequence[Op]) -> Renamed:
    """Return a subject's ops with their parents' present names.

    A site that was put back twice may write the same op again twice: the lowest name counts, and
    before all others the first one, where that has come back. Only a site itself says what its op
    was; an old name that stands here for another op of the subject keeps meaning that one.
    """
    said: dict[Was, list[OpRef]] = {}
    for op in ops:
        if op.was and op.was.site == op.ref.site:
            said.setdefault(op.was, []).append(op.ref)
    if not said:
        return Renamed(list(ops), frozenset())
    here = {op.ref: op for op in ops}
    names: dict[OpRef, OpRef] = {}
    again: set[OpRef] = set()
    for was, refs in sorted(said.items()):
        old = OpRef(was.site, was.epoch, was.seq)
        first = here.get(old)
        kept = old if first and _says_the_same(first, here[refs[0]]) else min(refs)
        others = [ref for ref in refs if ref != kept]
        again.update(others)
        names.update((ref, kept) for ref in others)
        if first is None:
            names.setdefault(old, kept)
    return Renamed([_renamed(op, names) for op in ops if op.ref not in again], frozenset(again))


def _says_the_same(one: Op, other: Op) -> bool:
    return (one.kind, one.at, one.actor, one.ent, one.id) == (
        other.kind, other.at, other.actor, other.ent, other.id
    )  # fmt: skip


def _renamed(op: Op, names: dict[OpRef, OpRef]) -> Op:
    parents = dict.fromkeys(names.get(parent, parent) for parent in op.parents)
    own = tuple(parent for parent in parents if parent != op.ref)
    return replace(op, parents=own, payload=_undoing_renamed(op, names))


def _undoing_renamed(op: Op, names: dict[OpRef, OpRef]) -> dict[str, Any]:
    """Return a payload in which an undo names what it takes back by its present name."""
    named = op.payload.get("undoes")
    if op.kind != UNDO or not isinstance(named, list):
        return op.payload
    try:
        refs = [as_ref(*item) for item in named]
    except (TypeError, ValueError):
        return op.payload  # a lie, which is told where payloads are read
    return op.payload | {"undoes": [list(names.get(ref, ref)) for ref in refs]}
