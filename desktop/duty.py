"""Who may sit down at a desk, and sitting down. No Qt: the command line asks it too."""

from collections.abc import Iterable

from db.domain.ops import Actor
from db.domain.scope import Scope
from db.store.ids import new_id
from db.store.queries.town import UserRow, actor_named
from db.store.store import Store

DUTY_ROLE = "duty_officer"


def first_officer(known: Iterable[UserRow]) -> str:
    """Return the key of the first duty officer, empty where there is none."""
    return next((user.key for user in known if DUTY_ROLE in user.roles.split()), "")


def sit_down(store: Store, key: str) -> tuple[Actor, Scope]:
    """Return a person ready to act, and what that person may see.

    The session id goes into each op, so that one person's sittings can be told apart.
    """
    session = new_id(store.clock())[:13]
    return store.read(lambda connection: actor_named(connection, key, session))
