"""One decision on many incidents: what is refused for one never keeps it from the others."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from db.commands.incidents import Done, Values, act_in
from db.domain.errors import EnvironmentError_, GridDeskError, InputError, RuleError
from db.domain.ops import Actor, OpRef
from db.domain.scope import Scope
from db.store.changes import Changes
from db.store.journal import Journal
from db.store.store import Store

SLICE = 100
"""Incidents in one transaction: a tenth of a second here (362 of them took 0.3 s), so that another
decision hardly waits and a cancel is heard soon."""

Progress = Callable[[int, int], None]
"""Told the incidents gone through and all of them, after each transaction."""


class Acted(NamedTuple):
    """An incident that was decided on; `ref` is what `undo_many` takes back."""

    rid: int
    number: str
    ref: OpRef


class Refused(NamedTuple):
    """An incident on which nothing was done, and why. `number` is empty for one not seen."""

    rid: int
    number: str
    error: GridDeskError


class BulkResult(NamedTuple):
    """What became of a decision on many: `total` were chosen.

    `rest` are the row ids not gone through: it was cancelled, or `error` (a full disk, a record
    that somebody else has locked) kept it from going on.
    """

    total: int
    done: tuple[Acted, ...]
    refused: tuple[Refused, ...]
    changes: Changes
    rest: tuple[int, ...] = ()
    error: EnvironmentError_ | None = None


def act_many(
    store: Store,
    actor: Actor,
    scope: Scope,
    rids: Sequence[int],
    action: str,
    values: Values | None = None,
    on_progress: Progress | None = None,
    is_cancelled: Callable[[], bool] | None = None,
    prepare: Callable[[Sequence[int]], object] | None = None,
) -> BulkResult:
    """Take one action on each of many incidents; on each of them wholly or not at all.

    `values` may be told for each incident as it stands; `prepare` is told the row ids of each
    transaction before it begins, for what has to be read to tell them. What is done when it is
    cancelled, or when the disk fails, is done. Raises EnvironmentError_ where nothing was done
    before.
    """

    def one(journal: Journal, name: str, _: int) -> Done:
        return act_in(journal, actor, scope, name, action, values or {})

    return each(store, rids, one, on_progress, is_cancelled, prepare)


def each(
    store: Store,
    rids: Sequence[int],
    one: Callable[[Journal, str, int], Done],
    on_progress: Progress | None,
    is_cancelled: Callable[[], bool] | None,
    prepare: Callable[[Sequence[int]], object] | None = None,
) -> BulkResult:
    """Run a unit of work on each of many incidents, a slice to a transaction.

    `one` is given the incident's id and row id.
    """
    done: list[Acted] = []
    refused: list[Refused] = []
    changes, start, stopped_by = Changes(), 0, None
    while start < len(rids) and not (is_cancelled and is_cancelled()):
        part = rids[start : start + SLICE]
        try:
            if prepare:
                prepare(part)
                if is_cancelled and is_cancelled():
                    break
            found, touched = store.write(lambda journal: _slice(journal, part, one))  # noqa: B023
        except EnvironmentError_ as error:
            if not done:
                raise
            stopped_by = error
            break
        start += len(part)
        for item in found:
            if isinstance(item, Acted):
                done.append(item)
            else:
                refused.append(item)
        changes = Changes(changes.subjects | touched.subjects, changes.ids | touched.ids)
        if on_progress:
            on_progress(len(done) + len(refused), len(rids))
    rest = tuple(rids[start:])
    return BulkResult(len(rids), tuple(done), tuple(refused), changes, rest, stopped_by)


def _slice(
    journal: Journal, rids: Sequence[int], one: Callable[[Journal, str, int], Done]
) -> list[Acted | Refused]:
    return [_alone(journal, rid, one) for rid in rids]


def _alone(journal: Journal, rid: int, one: Callable[[Journal, str, int], Done]) -> Acted | Refused:
    """Work on one incident so that a refusal leaves nothing of it, and keeps no other back."""
    row = journal.connection.execute(
        "SELECT id, number FROM incident WHERE rid = ?", (rid,)
    ).fetchone()
    if row is None:
        return Refused(rid, "", RuleError("incident_unknown", value=str(rid)))
    journal.connection.execute("SAVEPOINT one")
    try:
        done = one(journal, row[0], rid)
    except (RuleError, InputError) as error:
        journal.connection.execute("ROLLBACK TO one")
        return Refused(rid, row[1], error)
    finally:
        # A full disk has ended the whole transaction already.
        if journal.connection.in_transaction:
            journal.connection.execute("RELEASE one")
    assert done.ref is not None
    return Acted(rid, done.number, done.ref)
