"""What a person decides where two sides disagree: one op that has seen them all."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from db.commands.bulk import BulkResult, Progress, each
from db.commands.incidents import Done, append_also, visible_incident
from db.commands.town import check_may_define
from db.domain.accounts import USER_DEFINED
from db.domain.branches import Conflict, place_of
from db.domain.errors import RuleError
from db.domain.ops import Actor, OpRef, decode
from db.domain.permissions import require
from db.domain.scope import Scope
from db.domain.settling import KIND, pick, settle, settle_also
from db.store.changes import Changes
from db.store.facts import facts_at
from db.store.journal import Journal
from db.store.queries.conflicts import conflicts_of, fact_of
from db.store.store import Store

_BODY = """SELECT body FROM op
WHERE site = (SELECT n FROM site WHERE id = ?) AND epoch = ? AND seq = ?"""


class Settled(NamedTuple):
    """A disagreement that is over. `left` counts those of the incident that still stand."""

    done: Done
    field: str
    left: int

    @property
    def number(self) -> str:
        """The incident's."""
        return self.done.number


def resolve(
    store: Store,
    actor: Actor,
    scope: Scope,
    number: str,
    field: str,
    choice: Any,
    seen: Sequence[OpRef],
    second: Actor | None = None,
) -> Settled:
    """Settle one field of an incident with a value: one that was said, or a third.

    `seen` are the sides the person was shown. What stands under `news` takes no value: it has
    been looked at. `second` signs too where an incident may become secret or no longer be it.
    Raises RuleError for what is not in dispute (any more).
    """

    def work(journal: Journal) -> tuple[Done, int]:
        done = _resolve_in(journal, actor, scope, number, field, lambda _: choice, seen, second)
        return done, len(conflicts_of(journal.connection, done.rid))

    (done, left), changes = store.write(work)
    return Settled(done._replace(changes=changes), field, left)


def resolve_many(
    store: Store,
    actor: Actor,
    scope: Scope,
    field: str,
    take: str,
    seen: Mapping[int, Sequence[OpRef]],
    on_progress: Progress | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> BulkResult:
    """Settle one field of many incidents by the same side: `newer`, `ours` or `theirs`.

    `seen`: the sides that were shown, by the incident's row id.
    """
    own = store.site.id

    def one(journal: Journal, id: str, rid: int) -> Done:
        return _resolve_in(
            journal, actor, scope, id, field, lambda found: pick(found, take, own), seen[rid]
        )

    return each(store, list(seen), one, on_progress, is_cancelled)


def settle_fact(
    store: Store, actor: Actor, entity: str, id: str, ref: OpRef, seen: Sequence[OpRef]
) -> Changes:
    """Let one definition of a fact of the town (an area, a unit, a person …) stand, as it was said.

    `ref` is the op that said it, one of those `seen`. Raises RuleError: role_forbids,
    conflict_settled, conflict_changed.
    """
    require(actor, "settle_fact")

    def work(journal: Journal) -> None:
        found = fact_of(journal.connection, entity, id)
        if not found:
            raise RuleError("conflict_settled", value=id, column=entity)
        if set(seen) != {tip.ref for item in found for tip in item.tips} or ref not in seen:
            raise RuleError("conflict_changed", column=entity)
        said = decode(journal.connection.execute(_BODY, tuple(ref)).fetchone()[0])
        if said.kind == USER_DEFINED:
            check_may_define(journal.connection, actor, said)
        journal.append(said.kind, id, said.payload, actor)

    return store.write(work).changes


def _resolve_in(
    journal: Journal,
    actor: Actor,
    scope: Scope,
    number: str,
    field: str,
    choice_of: Callable[[Conflict], Any],
    seen: Sequence[OpRef],
    second: Actor | None = None,
) -> Done:
    connection = journal.connection
    rid, incident = visible_incident(connection, scope, number)
    found = next((item for item in conflicts_of(connection, rid) if item.field == field), None)
    if found is None:
        raise RuleError("conflict_settled", value=number, column=place_of(field).name)
    facts = facts_at(connection, journal.clock(), scope, incident)
    payload = settle(incident, found, choice_of(found), seen, actor, facts, second)
    made = journal.append(KIND, incident.id, payload, actor)
    append_also(journal, actor, settle_also(incident, found, payload, facts))
    after = made.incident or incident
    return Done(rid, after.number, after.state, Changes(), ref=made.ref)
