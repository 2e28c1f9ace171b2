"""Ops written again under a new name: what stood upon the old name stands upon the new one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from db.domain.ops import Op, OpRef, Was


class Renamed(NamedTuple):
    """A history in which each op is told once, and the names of those told again."""

    ops: list[Op]
    again: frozenset[OpRef]


def follow_names(ops: Sequence[Op]) -> Renamed:
    """Return a subject's ops with their parents' present names.

    A site that was put back twice may write the same op again twice: the lowest name counts. Only
    a site itself says what its op was; an old name that stands here for another op of the subject
    keeps meaning that one.
    """
    said: dict[Was, list[OpRef]] = {}
    for op in ops:
        if op.was and op.was.site == op.ref.site:
            said.setdefault(op.was, []).append(op.ref)
    if not said:
        return Renamed(list(ops), frozenset())
    here = {op.ref for op in ops}
    names: dict[OpRef, OpRef] = {}
    for was, refs in sorted(said.items()):
        kept = min(refs)
        names.update((ref, kept) for ref in refs if ref != kept)
        old = OpRef(was.site, was.epoch, was.seq)
        if old not in here:
            names.setdefault(old, kept)
    again = frozenset(ref for refs in said.values() for ref in refs if ref != min(refs))
    return Renamed([_renamed(op, names) for op in ops if op.ref not in again], again)


def _renamed(op: Op, names: dict[OpRef, OpRef]) -> Op:
    parents = dict.fromkeys(names.get(parent, parent) for parent in op.parents)
    return replace(op, parents=tuple(parent for parent in parents if parent != op.ref))
