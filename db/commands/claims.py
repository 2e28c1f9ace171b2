"""Taking an incident on, and letting it go."""

from db.commands.incidents import Done, visible_incident, written
from db.domain.claims import RELEASED, TAKEN, release, take
from db.domain.ops import Actor
from db.domain.scope import Scope
from db.store.changes import Changes
from db.store.journal import Journal
from db.store.queries.claims import claim_shown, claims_of
from db.store.store import Store


def claim(store: Store, actor: Actor, scope: Scope, number: str, over: str = "") -> Done:
    """Take an incident on; `over` is the key of the person from whom it is taken over.

    Raises RuleError: role_forbids, claim_not_open, claim_yours, claim_held (naming who holds it,
    also where that is somebody else than `over` by now).
    """

    def work(journal: Journal) -> Done:
        rid, incident = visible_incident(journal.connection, scope, number)
        known = claims_of(journal.connection, incident.id)
        is_outlived = claim_shown(journal.connection, scope, rid, journal.clock()) is None
        payload = take(known, actor, over, is_open=incident.is_open, is_outlived=is_outlived)
        made = journal.append(TAKEN, incident.id, payload, actor)
        return Done(rid, incident.number, incident.state, Changes(), 0, made.ref)

    return written(store, work)


def release_claim(store: Store, actor: Actor, scope: Scope, number: str) -> Done:
    """Let an incident go that this person has taken on; raises RuleError (claim_none)."""

    def work(journal: Journal) -> Done:
        rid, incident = visible_incident(journal.connection, scope, number)
        payload = release(claims_of(journal.connection, incident.id), actor)
        made = journal.append(RELEASED, incident.id, payload, actor)
        return Done(rid, incident.number, incident.state, Changes(), 0, made.ref)

    return written(store, work)
