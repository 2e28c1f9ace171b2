"""What a person decides where two sides disagree: one op that has seen them all."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from db.commands.incidents import append_also, visible_incident
from db.domain.branches import place_of
from db.domain.errors import RuleError
from db.domain.ops import Actor, OpRef
from db.domain.scope import Scope
from db.domain.settling import KIND, settle, settle_also
from db.store.changes import Changes
from db.store.facts import facts_at
from db.store.journal import Journal
from db.store.queries.conflicts import conflicts_of
from db.store.store import Store


class Settled(NamedTuple):
    """A disagreement that is over. `left` counts those of the incident that still stand."""

    number: str
    field: str
    left: int
    changes: Changes


def resolve(
    store: Store,
    actor: Actor,
    scope: Scope,
    number: str,
    field: str,
    choice: Any,
    seen: Sequence[OpRef],
) -> Settled:
    """Settle one field of an incident with a value: one that was said, or a third.

    `seen` are the sides the person was shown. What stands under `news` takes no value: it has
    been looked at. Raises RuleError for what is not in dispute (any more).
    """

    def work(journal: Journal) -> int:
        connection = journal.connection
        rid, incident = visible_incident(connection, scope, number)
        found = [item for item in conflicts_of(connection, rid) if item.field == field]
        if not found:
            raise RuleError("conflict_settled", value=number, column=place_of(field).name)
        facts = facts_at(journal.connection, journal.clock(), scope, incident)
        payload = settle(incident, found[0], choice, seen, actor, facts)
        journal.append(KIND, incident.id, payload, actor)
        append_also(journal, actor, settle_also(incident, found[0], payload, facts))
        return len(conflicts_of(connection, rid))

    left, changes = store.write(work)
    return Settled(number, field, left, changes)
