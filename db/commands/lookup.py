"""Remembering what was chosen in the command bar, so that it stands nearer the next time."""

import orjson

from db.domain.ops import Actor
from db.store.journal import Journal
from db.store.queries.lookup import USED, used_before
from db.store.store import Store

MAX_USED = 60
"""Choices remembered. No number of an incident is among them, only what the room has."""


def remember_used(store: Store, actor: Actor, mark: str) -> None:
    """Put a choice before the others that this person made at this workstation."""

    def work(journal: Journal) -> None:
        before = [one for one in used_before(journal.connection, actor.user) if one != mark]
        journal.set_meta(USED + actor.user, orjson.dumps([mark, *before][:MAX_USED]).decode())

    store.write(work)
