"""From the journal's ops to the rows of the subjects they speak of.

An op is folded when this version knows its kind, believes its payload, and has all its parents;
until then it is held. A fold that fails for any other reason is a fault of the program: it never
blocks the journal. The subject is marked, its ops count as folded, and the next op or a rebuild
tries again from its whole history.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import chain
from typing import NamedTuple

import orjson

from db.domain.accounts import EMERGENCY_KINDS, USER_DEFINED
from db.domain.accounts import KINDS as ACCOUNT_KINDS
from db.domain.claims import KINDS as CLAIM_KINDS
from db.domain.errors import InputError
from db.domain.incidents import Incident
from db.domain.names import UNDO
from db.domain.ops import Op, OpRef, decode
from db.domain.renames import follow_names
from db.store import projections
from db.store.chains import APPLIED, HELD
from db.store.changes import Changes
from db.store.driver import Connection, SqliteError, ValueErrors
from db.store.history import FOLDED_OF
from db.store.pause import no_collection
from db.store.projections import Reading, Rows
from db.store.subjects import Subject, Subjects

log = logging.getLogger(__name__)

_LOOKING_BACK = frozenset({UNDO, *CLAIM_KINDS, *ACCOUNT_KINDS, *EMERGENCY_KINDS, USER_DEFINED})
"""Kinds of which only the whole history says what becomes of them."""
_ALL_OF = """SELECT subject, body, state FROM op
WHERE subject IN (SELECT value FROM json_each(?))"""
_HELD_OF = "SELECT body FROM op WHERE subject = ? AND state <> 0"
# Left to itself the planner walks all of `op` to save the sort.
_ANY_HELD = "SELECT 1 FROM op INDEXED BY op_held WHERE state <> 0 LIMIT 1"
_IS_APPLIED = (
    "SELECT 1 FROM op WHERE site = ? AND epoch = ? AND seq = ? AND state = 0 AND subject = ?"
)
_SET_STATE = "UPDATE op SET state = ? WHERE site = ? AND epoch = ? AND seq = ? AND state <> ?"


class _Fold(NamedTuple):
    """What is to be folded of one subject: how its rows come about, and its heads thereafter."""

    subject: Subject
    folded: Collection[OpRef]
    gather: Callable[[Rows], Incident | None]
    heads: tuple[OpRef, ...]


class Folding:
    """Folds what arrives within one transaction, and keeps account of what it touched."""

    def __init__(self, connection: Connection, subjects: Subjects) -> None:
        self._connection = connection
        self._subjects = subjects
        self._touched: set[str] = set()
        self._ids: set[int] = set()

    @property
    def changes(self) -> Changes:
        """What has been touched so far."""
        return Changes(frozenset(self._touched), frozenset(self._ids))

    def touch(self, entity: str) -> None:
        """Announce with this transaction rows that lie beside the journal."""
        self._touched.add(entity)

    def next(
        self, subject: Subject, op: Op, reading: Reading, before: Incident | None = None
    ) -> Incident | None:
        """Fold an op of this site, which has seen all there is and stands in the journal.

        `before` is the incident it is about, where that has been read in this transaction. Return
        the incident it made; None for other subjects and where the fold failed.
        """
        made: list[Incident | None] = []
        follow = self._following(subject, [op], [reading], before)
        self._attempt(follow, lambda rows: made.append(follow.gather(rows)))
        self._keep([follow])
        return None if subject.stale else made[0]

    def arrive(self, subjects: Sequence[Subject], ops: Sequence[Sequence[Op]]) -> set[OpRef]:
        """Fold ops that are about to enter the journal, with held ones they release.

        `ops` are those of each subject. Return the names of all that are folded now.
        """
        has_held = self._connection.execute(_ANY_HELD).fetchone() is not None
        folds = []
        for subject, arrived in zip(subjects, ops, strict=True):
            held = self._read(_HELD_OF, subject.rid) if has_held else []
            waiting = [*arrived, *held]
            ready, readings = self._ready(waiting, subject)
            if len(ready) < len(waiting) or any(op.was for op in waiting):
                # What is missing may stand here under another name.
                known = self._all_of([subject.rid])[subject.rid]
                folds.append(self._whole(subject, known, arrived))
            elif ready:
                folds.append(self._following(subject, ready, readings))
        self._fold_all(folds)
        folded = set(chain.from_iterable(fold.folded for fold in folds))
        if has_held:
            self._set_states(folded, APPLIED)
        return folded

    @no_collection()
    def renew(self, rids: Sequence[int]) -> int:
        """Fold subjects anew from all their ops; return the ops folded.

        What can be folded is decided anew too: an op may wait that did not before.
        """
        known = self._all_of(rids)
        folds = [self._whole(one, known[one.rid], []) for one in self._subjects.get_all(rids)]
        self._fold_all(folds)
        return sum(len(fold.folded) for fold in folds)

    def _all_of(self, rids: Sequence[int]) -> dict[int, list[tuple[Op, int]]]:
        """Return the ops of subjects with their states, by the subjects' row ids."""
        found: dict[int, list[tuple[Op, int]]] = {rid: [] for rid in rids}
        asked = orjson.dumps(rids).decode()
        for rid, body, state in self._connection.execute(_ALL_OF, (asked,)):
            found[rid].append((decode(body), state))
        return found

    def _whole(
        self, subject: Subject, known: Sequence[tuple[Op, int]], arrived: Sequence[Op]
    ) -> _Fold:
        """Plan to fold all of a subject anew, deciding anew which ops can be folded."""
        ops, again = follow_names([*(op for op, _ in known), *arrived])
        ready, readings = self._ready(ops, None)
        folded = again | {op.ref for op in ready}
        changed = [op.ref for op, state in known if (op.ref in folded) != (state == APPLIED)]
        self._set_states((ref for ref in changed if ref in folded), APPLIED)
        self._set_states((ref for ref in changed if ref not in folded), HELD)
        heads = _unseen([op.ref for op in ready], ready)
        return _Fold(subject, folded, _renewing(subject, ready, readings), heads)

    def _fold_all(self, folds: Sequence[_Fold]) -> None:
        """Fold together; where that fails, one by one, so that a bad one harms only itself."""
        rows = Rows(self._connection)
        self._connection.execute("SAVEPOINT fold")
        try:
            for fold in folds:
                fold.gather(rows)
            rows.flush()
        except Exception as error:
            _check_ours(error)
            self._connection.execute("ROLLBACK TO fold")
            for fold in folds:
                self._attempt(fold, fold.gather)
        else:
            for fold in folds:
                fold.subject.stale = ""
        finally:
            self._release("fold")
        self._keep(folds)

    def _attempt(self, fold: _Fold, gather: Callable[[Rows], object]) -> None:
        """Write one subject's rows; a fault of the program marks it and blocks nobody."""
        rows = Rows(self._connection)
        self._connection.execute("SAVEPOINT subject")
        try:
            gather(rows)
            rows.flush()
            fold.subject.stale = ""
        except Exception as error:
            _check_ours(error)
            self._connection.execute("ROLLBACK TO subject")
            fold.subject.stale = type(error).__name__
            # No text of the error: it may hold what an op says of somebody.
            log.error("rows of %s %d not made: %s", fold.subject.entity, fold.subject.rid,
                      type(error).__name__)  # fmt: skip
        finally:
            self._release("subject")

    def _release(self, savepoint: str) -> None:
        # A full disk has ended the whole transaction already.
        if self._connection.in_transaction:
            self._connection.execute(f"RELEASE {savepoint}")

    def _keep(self, folds: Sequence[_Fold]) -> None:
        for fold in folds:
            fold.subject.heads = fold.heads
            self._touched.add(fold.subject.entity)
            if fold.subject.entity == "incident":
                self._ids.add(fold.subject.rid)
            elif fold.subject.entity == "claim":
                self._claimed(fold.subject.id)
        self._subjects.keep(fold.subject for fold in folds)

    def _claimed(self, id: str) -> None:
        """Announce an incident whose claim has changed: lists show who holds it."""
        rid = self._subjects.rid_of("incident", id)
        if rid is not None:
            self._touched.add("incident")
            self._ids.add(rid)

    def _following(
        self,
        subject: Subject,
        ready: list[Op],
        readings: Sequence[Reading],
        before: Incident | None = None,
    ) -> _Fold:
        """Fold ops upon what is known, or all anew where that is not the whole of it."""
        folded = [op.ref for op in ready]
        is_next = _is_next(subject, ready) and not any(op.kind in _LOOKING_BACK for op in ready)

        def gather(rows: Rows) -> Incident | None:
            if is_next and not subject.stale and not self._is_disputed(subject):
                is_new = not subject.heads
                return rows.follow(subject.rid, ready, readings, is_new=is_new, before=before)
            known = self._read(FOLDED_OF, subject.rid)
            refs = {op.ref for op in known}
            ops, _ = follow_names([*known, *(op for op in ready if op.ref not in refs)])
            return rows.renew(subject.rid, projections.causal_order(ops))

        heads = (folded[-1],) if is_next else _unseen((*subject.heads, *folded), ready)
        return _Fold(subject, folded, gather, heads)

    def _ready(self, ops: Sequence[Op], upon: Subject | None) -> tuple[list[Op], list[Reading]]:
        """Return which ops can be folded, in causal order, and what they say.

        `upon` what is folded of their subject; None where nothing counts as folded.
        """
        ready, readings, applied = [], [], set(upon.heads if upon else ())
        for op in projections.causal_order(ops):
            if not projections.is_known(op):
                continue
            if not applied.issuperset(op.parents) and not (
                upon and self._are_applied(set(op.parents) - applied, upon.rid)
            ):
                continue
            try:
                readings.append(projections.read(op))
            except InputError:
                continue
            ready.append(op)
            applied.add(op.ref)
        return ready, readings

    def _are_applied(self, refs: Iterable[OpRef], rid: int) -> bool:
        names = [(self._subjects.site_number(ref.site), ref.epoch, ref.seq, rid) for ref in refs]
        return all(self._connection.execute(_IS_APPLIED, name).fetchone() for name in names)

    def _is_disputed(self, subject: Subject) -> bool:
        """Whether a disagreement stands: only the whole history says what becomes of it."""
        if not subject.heads:
            return False
        row = self._connection.execute(
            "SELECT 1 FROM conflict WHERE subject = ? LIMIT 1", (subject.rid,)
        ).fetchone()
        return row is not None

    def _set_states(self, refs: Iterable[OpRef], state: int) -> None:
        number = self._subjects.site_number
        rows = [(state, number(ref.site), ref.epoch, ref.seq, state) for ref in refs]
        if rows:
            self._connection.executemany(_SET_STATE, rows)

    def _read(self, sql: str, rid: int) -> list[Op]:
        return [decode(row[0]) for row in self._connection.execute(sql, (rid,)).fetchall()]


def _renewing(
    subject: Subject, ready: Sequence[Op], readings: Sequence[Reading]
) -> Callable[[Rows], Incident | None]:
    def gather(rows: Rows) -> Incident | None:
        if ready:
            return rows.renew(subject.rid, ready, readings)
        rows.clear(subject.rid, subject.entity)
        return None

    return gather


def _is_next(subject: Subject, ready: Sequence[Op]) -> bool:
    heads = subject.heads
    for op in ready:
        if op.parents != heads and set(op.parents) != set(heads):
            return False
        heads = (op.ref,)
    return True


def _unseen(refs: Iterable[OpRef], ops: Iterable[Op]) -> tuple[OpRef, ...]:
    """Return those of the names that none of the ops has seen."""
    parents = {parent for op in ops for parent in op.parents}
    return tuple(ref for ref in refs if ref not in parents)


def _check_ours(error: Exception) -> None:
    """Raise what is no fault of a fold: a full disk, a damaged page."""
    if isinstance(error, SqliteError) and not isinstance(error, ValueErrors):
        raise error
