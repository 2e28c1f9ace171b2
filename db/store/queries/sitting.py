"""What the door of the window has to know before anybody is let in: nothing of any incident."""

from typing import NamedTuple

from db.domain.accounts import EmergencyCode, SecurityPolicy
from db.store.driver import Connection
from db.store.queries.accounts import claim_state, emergency_code, is_claimed, policy_of
from db.store.queries.town import UserRow, users

_HOLDERS = """SELECT "key" FROM account WHERE password <> ''"""


class Door(NamedTuple):
    """How the door stands: `state` as `claim_state` has it, who may sign in, the rules."""

    state: str
    people: tuple[UserRow, ...]
    policy: SecurityPolicy
    emergency: EmergencyCode


def sitters(connection: Connection) -> tuple[UserRow, ...]:
    """Return who may sit down or sign as a second: those with a password once anybody has one."""
    known = users(connection)
    if not is_claimed(connection):
        return tuple(known)
    able = {key for (key,) in connection.execute(_HOLDERS)}
    return tuple(user for user in known if user.key in able)


def door(connection: Connection) -> Door:
    """Return how the door stands."""
    return Door(
        claim_state(connection),
        sitters(connection),
        policy_of(connection),
        emergency_code(connection),
    )
