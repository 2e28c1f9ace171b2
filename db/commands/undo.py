"""Taking back a decision: an op that names the one it takes back; nothing is ever deleted."""

from collections.abc import Callable, Sequence

from db.commands.bulk import Acted, BulkResult, Progress, each
from db.commands.incidents import Done, certain_incident, written
from db.domain.names import UNDO
from db.domain.ops import Actor, OpRef
from db.domain.scope import Scope
from db.domain.undoing import undoing
from db.store.changes import Changes
from db.store.journal import Journal
from db.store.projections import load_incident
from db.store.queries.undo import to_take_back
from db.store.store import Store


def undo(store: Store, actor: Actor, scope: Scope, number: str, ref: OpRef | None = None) -> Done:
    """Take back a person's last decision on an incident, with what it did to others.

    `ref`: that one and no other (`Done.ref`). Raises RuleError: undo_nothing, undo_overtaken,
    undo_first, undo_too_late, undo_along, undo_printed.
    """
    return written(store, lambda journal: _undo_in(journal, actor, scope, number, ref))


def undo_many(
    store: Store,
    actor: Actor,
    scope: Scope,
    acted: Sequence[Acted],
    on_progress: Progress | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> BulkResult:
    """Take back what one decision did to many (`BulkResult.done`); the last of it first."""
    refs = {item.rid: item.ref for item in acted}

    def one(journal: Journal, name: str, rid: int) -> Done:
        return _undo_in(journal, actor, scope, name, refs[rid])

    return each(store, list(reversed(refs)), one, on_progress, is_cancelled)


def _undo_in(journal: Journal, actor: Actor, scope: Scope, number: str, ref: OpRef | None) -> Done:
    rid, incident = certain_incident(journal, scope, number)
    found = to_take_back(journal.connection, rid, actor, journal.clock(), ref)
    own: OpRef | None = None
    for other, refs in found.refs.items():
        told = incident if other == rid else load_incident(journal.connection, other)
        assert told is not None
        made = journal.append(UNDO, told.id, undoing(told.state, refs), actor)
        if other == rid:
            own, incident = made.ref, made.incident or incident
    return Done(rid, incident.number, incident.state, Changes(), 0, own)
