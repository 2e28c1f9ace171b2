"""Accounts: whether this record is anybody's yet, the rules of safety, how each account stands."""

from typing import NamedTuple

import orjson

from db.domain.accounts import (
    EMERGENCY_MINUTES,
    EMERGENCY_ROLES,
    EMERGENCY_USER,
    LOCKED,
    PASSWORD_SET,
    UNLOCKED,
    Account,
    EmergencyCode,
    SecurityPolicy,
    policy_from_dict,
)
from db.domain.errors import RuleError
from db.domain.ops import SYSTEM, Actor, Op, decode
from db.domain.scope import ALL_CLASSES, Scope
from db.store.driver import Connection

DEMO = "demo"
"""The setting of a record that was made with invented people."""
_NO_END = frozenset({LOCKED, UNLOCKED})
UNCLAIMED, WAITING, CLAIMED = "unclaimed", "waiting", "claimed"
_META = "SELECT v FROM meta WHERE k = ?"
_ANY_PASSWORD = "SELECT 1 FROM account WHERE password <> '' LIMIT 1"  # noqa: S105 - a query
_HAS_ROOM_KEY = "SELECT 1 FROM meta WHERE k = 'room_key' AND v <> ''"
_WAS_GRANTED = """SELECT 1 FROM meta AS own JOIN meta AS room ON own.k = 'site'
AND room.k = 'room_key' JOIN subject ON ent = 'room_key'
AND subject.id = room.v || '-' || substr(own.v, -12)"""
_POLICY = "SELECT rules FROM policy WHERE id = 'security'"
_ACCOUNT = f'SELECT {", ".join(Account._fields)} FROM account WHERE "key" = ?'
_EMERGENCY = f"SELECT {', '.join(EmergencyCode._fields)} FROM emergency"
_ACCOUNTS = """SELECT user."key", user.name, user.roles, user.unit, user.area, user.classes,
user.secrecy, user.ended, ifnull(password <> '', 0), ifnull(password_at, 0),
ifnull(must_change, 0), ifnull(factor <> '', 0), ifnull(locked_until, 0)
FROM user LEFT JOIN account ON account."key" = user."key"
ORDER BY ended, user."key" """
_ACTIVE = """SELECT body FROM user JOIN subject ON ent = 'account' AND id = user."key"
JOIN op ON op.subject = subject.rid AND state = 0
WHERE ended = 0 AND ' ' || roles || ' ' LIKE '% ' || ? || ' %'"""
_ROLES = 'SELECT roles FROM user WHERE "key" = ? AND ended = 0'
_BEGINS = frozenset({"signed_in", "desk_unlocked"})
_OF_SITTING = """SELECT recv, body FROM op WHERE state = 0
AND subject = (SELECT rid FROM subject WHERE ent = 'sitting' AND id = ?) ORDER BY recv DESC"""
_SINCE = """SELECT body FROM op WHERE state = 0
AND subject IN (SELECT rid FROM subject WHERE ent IN ('user', 'account') AND id = ?) AND recv > ?"""
_LOOKERS = frozenset({"admin", "security_admin", "auditor", "system"})


class AccountRow(NamedTuple):
    """One account for the list of those who look after them. Times are UTC milliseconds."""

    key: str
    name: str
    roles: str
    unit: str
    area: str
    classes: str
    secrecy: int
    left: bool
    has_password: bool
    password_at: int
    must_change: bool
    has_factor: bool
    locked_until: int

    @property
    def sees_all_classes(self) -> bool:
        """Whether the person is narrowed to no classes."""
        return self.classes == ALL_CLASSES


def claim_state(connection: Connection) -> str:
    """Return whether people sign in here: demo, unclaimed, waiting or claimed.

    `waiting`: this station belongs to a room whose accounts it has not, or cannot open yet.
    """
    has_key = connection.execute(_HAS_ROOM_KEY).fetchone() is not None
    # First: a mark on this station alone never opens a room whose people have passwords.
    if connection.execute(_ANY_PASSWORD).fetchone():
        return CLAIMED if has_key else WAITING
    if connection.execute(_META, (DEMO,)).fetchone():
        return DEMO
    # Only where the room's key was made is the room claimed: never by two stations apart.
    is_others = connection.execute(_WAS_GRANTED).fetchone() is not None
    return UNCLAIMED if has_key and not is_others else WAITING


def is_claimed(connection: Connection) -> bool:
    """Whether somebody of this record has a password: from then on people sign in."""
    return connection.execute(_ANY_PASSWORD).fetchone() is not None


def policy_of(connection: Connection) -> SecurityPolicy:
    """Return the rules of safety in force."""
    row = connection.execute(_POLICY).fetchone()
    return policy_from_dict(orjson.loads(row[0])) if row else SecurityPolicy()


def account_of(connection: Connection, key: str) -> Account:
    """Return what is known of an account; an empty one where nothing is."""
    row = connection.execute(_ACCOUNT, (key,)).fetchone()
    if row is None:
        return Account()
    found = Account(*row)
    return found._replace(
        must_change=bool(found.must_change), earlier=tuple(str(found.earlier).split())
    )


def emergency_code(connection: Connection) -> EmergencyCode:
    """Return how the emergency code stands."""
    row = connection.execute(_EMERGENCY).fetchone()
    return EmergencyCode(*row) if row else EmergencyCode()


def accounts(connection: Connection, scope: Scope) -> list[AccountRow]:
    """Return all accounts by key, those who left at the end; for who looks after them.

    Raises RuleError (role_forbids).
    """
    if not _LOOKERS & scope.roles:
        raise RuleError("role_forbids", action="see_accounts", name=scope.user,
                        roles=sorted(_LOOKERS - {"system"}))  # fmt: skip
    rows = connection.execute(_ACCOUNTS).fetchall()
    return [_as_told(AccountRow(*row)) for row in rows]


def _as_told(row: AccountRow) -> AccountRow:
    return row._replace(
        left=bool(row.left),
        has_password=bool(row.has_password),
        must_change=bool(row.must_change),
        has_factor=bool(row.has_factor),
    )


def check_actor(connection: Connection, actor: Actor, now: int) -> None:
    """Refuse who may not act any more as they sat down: raises RuleError (actor_stale).

    A sitting ends with what becomes known of the person or the account after it began: another
    scope, a reset password. What was said in the sitting itself does not end it, nor does a lock:
    whoever guesses elsewhere would throw out the one who works here.
    """
    if actor.user == SYSTEM.user:
        return
    if actor.user == EMERGENCY_USER:
        code = emergency_code(connection)
        is_in_time = 0 <= now - code.used_at < EMERGENCY_MINUTES * 60_000
        if not is_in_time or code.used_by != actor.name or actor.roles != EMERGENCY_ROLES:
            raise RuleError("actor_stale", name=actor.name)
        return
    row = connection.execute(_ROLES, (actor.user,)).fetchone()
    if row is None or not set(actor.roles) <= set(row[0].split()) or is_over(connection, actor):
        raise RuleError("actor_stale", name=actor.name)


def is_over(connection: Connection, actor: Actor) -> bool:
    """Whether more has become known of a person since that sitting began, or was gone on with.

    Counted by arrival: no clock has a say in it.
    """
    said = connection.execute(_OF_SITTING, (actor.session,)).fetchall() if actor.session else ()
    began = next((recv for recv, body in said if _begins(decode(body), actor)), None)
    if began is None:
        return False
    later = connection.execute(_SINCE, (actor.user, began)).fetchall()
    ops = (decode(body) for (body,) in later)
    return any(op.actor.session != actor.session and op.kind not in _NO_END for op in ops)


def _begins(op: Op, actor: Actor) -> bool:
    return op.kind in _BEGINS and op.actor.user == actor.user


def has_active(connection: Connection, role: str) -> bool:
    """Whether somebody with a role is here who has signed in and chosen a password.

    A one-time password that was never used may be lost: whoever gave it goes on until then.
    """
    said = (decode(body) for (body,) in connection.execute(_ACTIVE, (role,)).fetchall())
    return any(op.kind == PASSWORD_SET and op.actor.user == op.id for op in said)
