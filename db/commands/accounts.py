"""Signing in and what goes with it: passwords, second factor, locks, the emergency code.

What is secret of an account (an argon2id hash, a TOTP secret) lies in an envelope beside its op:
the room's stations open it, a hub and a district cannot. Failures are counted at this station, in
the record, so that a kill does not forget them; a lock is an op, for the whole room.
"""

import base64
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from db.commands.town import User, append_user, check_person, checked_user
from db.domain.accounts import (
    CODE_SET,
    CODE_USED,
    EMERGENCY,
    EMERGENCY_MINUTES,
    EMERGENCY_ROLES,
    EMERGENCY_USER,
    FACTOR_RESET,
    FACTOR_SET,
    LOCKED,
    PASSWORD_SET,
    POLICY,
    UNLOCKED,
    Account,
    SecurityPolicy,
    check_password,
    check_policy,
    locked_until,
    plain_password,
    policy_to_dict,
)
from db.domain.errors import EnvironmentError_, InputError, RuleError
from db.domain.ops import SYSTEM, Actor
from db.domain.permissions import require
from db.domain.rules.base import check_text
from db.domain.scope import Scope, scope_of
from db.store.changes import Changes
from db.store.driver import Connection
from db.store.envelopes import open_document, seal_document
from db.store.ids import new_id
from db.store.journal import Journal
from db.store.keys import new_code, plain_code
from db.store.queries.accounts import (
    CLAIMED,
    DEMO,
    UNCLAIMED,
    WAITING,
    account_of,
    claim_state,
    emergency_code,
    has_active,
    is_claimed,
    is_over,
    policy_of,
)
from db.store.queries.town import UserRow, actor_named, seated, user_with_key
from db.store.store import Store

_STEP = 30
_DIGITS = 6
_SECRET_BYTES = 20
_ISSUER = "GridDesk"
_SESSION = 13
_ONE_TIME = "ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnopqrstuvwxyz", "23456789"
_NOBODYS = (
    "$argon2id$v=19$m=65536,t=3,p=4$/nMLelgNoIM7w3SxdeExfg"
    "$l57p6iTDR/NA1lI4InbmdIUroZuNPKB6EHsiCPvKCwc"
)
"""The hash of no password: asking for an account that is not there takes as long."""
_GET_TRIES = "SELECT failures, code_step FROM sign_in WHERE user = ?"
_PUT_TRIES = "INSERT OR REPLACE INTO sign_in VALUES (?, ?, ?)"
_NOTHING = Scope("", frozenset({"auditor"}))


class SignedIn(NamedTuple):
    """Somebody who proved who they are.

    `must` names what has to be done before any work: `password` (too old, or given by another
    person: `change_password`), `factor` (`begin_factor`, `confirm_factor`), empty for nothing.
    Until then the actor has no role and sees nothing; sign in anew afterwards.
    """

    actor: Actor
    scope: Scope
    must: str = ""


class NewFactor(NamedTuple):
    """A second factor to be confirmed: the secret in letters, and the address a phone scans."""

    secret: str
    uri: str


def sign_in(store: Store, key: str, password: str, code: str = "", session: str = "") -> SignedIn:
    """Let somebody sit down who knows the account's password and, where wanted, a code.

    `session` goes on with one that was locked, unless it is over. Raises RuleError: sign_in_wrong,
    account_locked, account_without_password, factor_needed, factor_used (its code has counted
    already); EnvironmentError_: room_key_waits.
    """
    user, account = _proven(store, key, password, code)
    policy = store.read(policy_of)
    roles = user.roles.split()
    actor, scope = seated(user, session)
    goes_on = bool(session) and not store.read(lambda connection: is_over(connection, actor))
    if not goes_on:
        actor, scope = seated(user, new_id(store.clock())[:_SESSION])
    must = ""
    if account.is_expired(policy, store.clock()):
        must = "password"
    elif policy.wants_factor(roles) and not account.factor:
        must = "factor"
    if must:
        bare = Actor(actor.user, actor.name, (), "", actor.session)
        return SignedIn(bare, _NOTHING._replace(user=actor.user), must)
    if store.can_write:
        _say(store, actor, "desk_unlocked" if goes_on else "signed_in")
    return SignedIn(actor, scope)


def authenticate_second(store: Store, key: str, password: str, code: str = "") -> Actor:
    """Return a second person who signs for what another does. Raises RuleError as `sign_in` does.

    Where nobody has a password, a demo and a record nobody has claimed, naming is enough.
    """
    if not store.read(is_claimed):
        return store.read(lambda connection: actor_named(connection, key))[0]
    user, account = _proven(store, key, password, code)
    policy = store.read(policy_of)
    if account.is_expired(policy, store.clock()):
        raise RuleError("password_expired", name=user.name)
    if policy.wants_factor(user.roles.split()) and not account.factor:
        raise RuleError("factor_missing", name=user.name)
    return seated(user)[0]


def sign_out(store: Store, actor: Actor, reason: str = "") -> Changes:
    """Record that somebody left the desk: handed it over, or went home."""
    return _say(store, actor, "signed_out", {"reason": check_text("reason", reason)})


def lock_desk(store: Store, actor: Actor, *, is_idle: bool = False) -> Changes:
    """Record that a desk was locked, by hand or after a quiet time.

    `sign_in` with its session unlocks it.
    """
    return _say(store, actor, "desk_locked", {"idle": is_idle})


def change_password(store: Store, actor: Actor, key: str, old: str, new: str) -> Changes:
    """Change one's own password, knowing the old one.

    Raises RuleError: password_own (another's account), sign_in_wrong, password_used, what
    `check_password` refuses.
    """
    if actor.user != key:
        raise RuleError("password_own")
    user, account = _known_by_password(store, key, old)
    policy = store.read(policy_of)
    new = plain_password(new)
    check_password(new, policy, (user.key, user.name))
    known = (account.password, *account.earlier)[: max(policy.history, 1)]
    if any(_verifies(_hash_of(store, env), new) for env in known):
        raise RuleError("password_used", count=max(policy.history, 1))
    return _set_password(store, actor, key, new, must_change=False)


def reset_password(store: Store, actor: Actor, key: str) -> str:
    """Give an account a one-time password, to be changed at the first sign-in; return it.

    It is the security administrator's; the system administrator's for the first one and the first
    auditor, as long as no security administrator has chosen a password.
    """
    user = _user(store, key)
    if not _appoints_first(store, actor, user.roles.split()):
        require(actor, "reset_password")
    policy = store.read(policy_of)
    password = _one_time(max(policy.min_length, 12))
    _set_password(store, actor, user.key, password, must_change=True)
    return password


def first_administrator(store: Store, key: str, name: str, password: str) -> Actor:
    """Make the first administrator of a record that is nobody's yet; return that person.

    Raises RuleError: claimed_already, claim_demo, claim_elsewhere; what `check_password` refuses.
    """
    password = plain_password(password)
    user = checked_user(User(key, name, ("admin",), area=store.site.town))
    check_password(password, store.read(policy_of), (key, user.name))
    actor = Actor(key, user.name, user.roles)
    hashed = _hashed(password)

    def work(journal: Journal) -> None:
        _check_unclaimed(claim_state(journal.connection))
        if journal.connection.execute('SELECT 1 FROM user WHERE "key" = ?', (key,)).fetchone():
            _check_is_admin(journal.connection, key)
        else:
            append_user(journal, actor, user)
        _append_sealed(journal, actor, PASSWORD_SET, key, {"hash": hashed}, {"must_change": False})

    store.write(work)
    return actor


def begin_factor(store: Store, actor: Actor) -> NewFactor:
    """Return a new second factor for this person; it counts once `confirm_factor` was told a code.

    Nothing is written yet.
    """
    secret = base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()
    return NewFactor(secret, _totp(secret).get_provisioning_uri(actor.user, _ISSUER))


def confirm_factor(
    store: Store, actor: Actor, secret: str, code: str, password: str = ""
) -> Changes:
    """Keep a second factor whose owner has shown to have it. Raises RuleError (factor_wrong).

    Another one in the place of the one that is there takes the password: raises as `sign_in`.
    The code of this once may serve the first sign-in too: nobody should have to wait for the next.
    """
    if _step_of(secret, code, store.clock()) is None:
        raise RuleError("factor_wrong")
    if store.read(lambda connection: account_of(connection, actor.user)).factor:
        _known_by_password(store, actor.user, password)

    def work(journal: Journal) -> None:
        user_with_key(journal.connection, actor.user)
        _append_sealed(journal, actor, FACTOR_SET, actor.user, {"secret": secret}, {})

    return store.write(work).changes


def reset_factor(store: Store, actor: Actor, key: str) -> Changes:
    """Take away a lost second factor; the person sets up another at the next sign-in."""
    require(actor, "reset_factor")
    user = _user(store, key)
    return store.write(lambda journal: journal.append(FACTOR_RESET, user.key, {}, actor)).changes


def unlock(store: Store, actor: Actor, key: str) -> Changes:
    """Unlock an account before its time."""
    require(actor, "unlock_account")
    user = _user(store, key)

    def work(journal: Journal) -> None:
        _forget_failures(journal, user.key)
        journal.append(UNLOCKED, user.key, {"until": 0}, actor)

    return store.write(work).changes


def set_policy(store: Store, actor: Actor, policy: SecurityPolicy) -> Changes:
    """Set the rules of safety; raises InputError (policy_bounds) for what lies outside them."""
    require(actor, "set_policy")
    payload = policy_to_dict(check_policy(policy))
    return store.write(lambda journal: journal.append("policy_set", POLICY, payload, actor)).changes


def set_emergency_code(store: Store, actor: Actor) -> str:
    """Make a new emergency code, to be sealed on paper; return it. The one before is void."""
    require(actor, "set_emergency_code")
    code = new_code()
    hashed = _hashed(plain_code(code))
    store.write(
        lambda journal: _append_sealed(journal, actor, CODE_SET, EMERGENCY, {"hash": hashed}, {})
    )
    return code


def use_emergency_code(store: Store, name: str, code: str) -> SignedIn:
    """Open an hour's session with the sealed code, under the name that is typed in; spends it.

    Raises RuleError (emergency_wrong, emergency_spent), InputError (code_malformed, field_missing).
    """
    name = check_person(name)
    plain = plain_code(code)
    known = store.read(emergency_code)
    if not known.env or not _verifies(_hash_of(store, known.env), plain):
        raise RuleError("emergency_wrong")
    session = new_id(store.clock())[:_SESSION]
    actor = Actor(EMERGENCY_USER, name, EMERGENCY_ROLES, "", session)
    until = store.clock() + EMERGENCY_MINUTES * 60_000

    def work(journal: Journal) -> None:
        now = emergency_code(journal.connection)
        if now.env != known.env or now.used_at:
            raise RuleError("emergency_spent", name=now.used_by)
        journal.append(
            CODE_USED, EMERGENCY, {"env": known.env, "name": name, "until": until}, SYSTEM
        )

    store.write(work)
    return SignedIn(actor, scope_of(actor, store.site.town))


def _proven(store: Store, key: str, password: str, code: str) -> tuple[UserRow, Account]:
    """Return whose password and code these are; a failure counts, too many lock the account."""
    user, account = _known_by_password(store, key, password)
    if not account.factor:
        return user, account
    if not code:
        raise RuleError("factor_needed", name=user.name)
    secret = (_document(store, account.factor) or {}).get("secret", "")
    with _one_try(store, user):
        step = _step_of(secret, code, store.clock()) if secret else None
        if step is None:
            raise RuleError("sign_in_wrong")
        if not _spend(store, user.key, step):
            raise RuleError("factor_used")
    return user, account


def _known_by_password(store: Store, key: str, password: str) -> tuple[UserRow, Account]:
    if store.read(claim_state) not in (CLAIMED, UNCLAIMED):
        raise EnvironmentError_("room_key_waits")
    try:
        user = _user(store, key)
    except InputError:
        # As slow as for an account that is there, and told the same.
        _verifies(_NOBODYS, plain_password(password))
        raise RuleError("sign_in_wrong") from None
    account = store.read(lambda connection: account_of(connection, user.key))
    if not account.password:
        raise RuleError("account_without_password", name=user.name)
    hashed = _hash_of(store, account.password)
    with _one_try(store, user):
        if not _verifies(hashed, plain_password(password)):
            raise RuleError("sign_in_wrong")
    return user, account


@contextmanager
def _one_try(store: Store, user: UserRow) -> Iterator[None]:
    """Count a try as failed before it is looked at, and take that back when it succeeds.

    So as many as one likes beside each other get no more answers than the policy allows. The one
    too many locks the account, for the whole room. A record that is only looked at keeps no
    account of it: who can open it has its key anyway. Raises RuleError (account_locked).
    """
    key = user.key
    until = (
        store.write(lambda journal: _begin_try(journal, key)).result
        if store.can_write
        else store.read(lambda connection: _lock_of(connection, key, store.clock()))
    )
    if until:
        raise RuleError("account_locked", name=user.name, until=until)
    try:
        yield
    except RuleError:
        if store.can_write:
            store.write(lambda journal: _lock_if_too_many(journal, key))
        raise
    if store.can_write:
        store.write(lambda journal: _add_failures(journal, key, -1))


def _begin_try(journal: Journal, key: str) -> int:
    """Count one more try; return until when the account is locked instead, 0 where it is not."""
    until = _lock_of(journal.connection, key, journal.clock()) or _lock_if_too_many(journal, key)
    if not until:
        _add_failures(journal, key, 1)
    return until


def _lock_if_too_many(journal: Journal, key: str) -> int:
    """Lock an account that has failed as often as is allowed; return until when, else 0."""
    policy, now = policy_of(journal.connection), journal.clock()
    failures, _ = _tries(journal.connection, key)
    if failures < policy.lock_after or _lock_of(journal.connection, key, now):
        return 0
    _forget_failures(journal, key)
    until = locked_until(now, policy)
    journal.append(LOCKED, key, {"until": until, "failures": failures}, SYSTEM)
    return until


def _lock_of(connection: Connection, key: str, now: int) -> int:
    until = account_of(connection, key).locked_until
    return until if until > now else 0


def _add_failures(journal: Journal, key: str, count: int) -> None:
    failures, step = _tries(journal.connection, key)
    journal.connection.execute(_PUT_TRIES, (key, max(failures + count, 0), step))


def _spend(store: Store, key: str, step: int) -> bool:
    """Let a code count, once; whether it had not counted before."""

    def work(journal: Journal) -> bool:
        failures, last = _tries(journal.connection, key)
        if step > last:
            journal.connection.execute(_PUT_TRIES, (key, failures, step))
        return step > last

    return store.write(work).result if store.can_write else True


def _forget_failures(journal: Journal, key: str) -> int:
    failures, step = _tries(journal.connection, key)
    if failures:
        journal.connection.execute(_PUT_TRIES, (key, 0, step))
    return failures


def _tries(connection: Connection, key: str) -> tuple[int, int]:
    row = connection.execute(_GET_TRIES, (key,)).fetchone()
    return (row[0], row[1]) if row else (0, 0)


def _say(
    store: Store, actor: Actor, kind: str, payload: Mapping[str, Any] | None = None
) -> Changes:
    """Write what became of a sitting; one that begins says how often it failed before."""

    def work(journal: Journal) -> None:
        told = dict(payload or {})
        if kind in ("signed_in", "desk_unlocked"):
            told["failures"] = _forget_failures(journal, actor.user)
        journal.append(kind, actor.session or new_id(journal.clock()), told, actor)

    return store.write(work).changes


def _set_password(
    store: Store, actor: Actor, key: str, password: str, *, must_change: bool
) -> Changes:
    hashed = _hashed(password)

    def work(journal: Journal) -> None:
        if claim_state(journal.connection) == DEMO:
            raise RuleError("claim_demo")
        _forget_failures(journal, key)
        told = {"must_change": must_change}
        _append_sealed(journal, actor, PASSWORD_SET, key, {"hash": hashed}, told)

    return store.write(work).changes


def _append_sealed(
    journal: Journal,
    actor: Actor,
    kind: str,
    id: str,
    document: Mapping[str, str],
    told: Mapping[str, Any],
) -> None:
    sealed = seal_document(journal, new_id(journal.clock()), document)
    done = journal.append(kind, id, {**told, "sealed": sealed.reference()}, actor)
    journal.add_envelope(sealed.at(done.ref))


def _appoints_first(store: Store, actor: Actor, roles: list[str]) -> bool:
    """Whether the system administrator gives the first password to who is to look after safety."""
    return (
        "admin" in actor.roles
        and bool({"security_admin", "auditor"} & set(roles))
        and not store.read(lambda connection: has_active(connection, "security_admin"))
    )


def _check_unclaimed(state: str) -> None:
    if state == CLAIMED:
        raise RuleError("claimed_already")
    if state == DEMO:
        raise RuleError("claim_demo")
    if state == WAITING:
        raise RuleError("claim_elsewhere")


def _check_is_admin(connection: Connection, key: str) -> None:
    if actor_named(connection, key)[0].roles != ("admin",):
        raise RuleError("claim_not_admin", value=key)


def _user(store: Store, key: str) -> UserRow:
    return store.read(lambda connection: user_with_key(connection, key))


def _hashed(password: str) -> str:
    from argon2 import PasswordHasher  # lazy: off the start path

    return PasswordHasher().hash(password)


def _verifies(hashed: str, password: str) -> bool:
    from argon2 import PasswordHasher  # lazy: off the start path
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return PasswordHasher().verify(hashed, password)
    except (InvalidHashError, VerificationError):
        return False


def _hash_of(store: Store, env: str) -> str:
    document = _document(store, env)
    if document is None:
        raise EnvironmentError_("room_key_waits")
    return document.get("hash", "")


def _document(store: Store, env: str) -> dict[str, str] | None:
    return store.read(lambda connection: open_document(connection, env))


def _one_time(length: int) -> str:
    """Return a password of letters and digits that nobody mistakes, of each kind one at least."""
    letters = [secrets.choice(kind) for kind in _ONE_TIME]
    letters += [secrets.choice("".join(_ONE_TIME)) for _ in range(length - len(letters))]
    secrets.SystemRandom().shuffle(letters)
    return "".join(letters)


def _totp(secret: str) -> Any:
    from cryptography.hazmat.primitives.hashes import SHA1  # lazy: off the start path
    from cryptography.hazmat.primitives.twofactor.totp import TOTP

    # RFC 6238 with what every phone's program knows: SHA-1, six digits, thirty seconds.
    return TOTP(base64.b32decode(secret), _DIGITS, SHA1(), _STEP)  # noqa: S303


def _step_of(secret: str, code: str, now: int) -> int | None:
    """Return the step of time a code belongs to, at most one beside now; None for a wrong one."""
    typed = "".join(code.split()).encode()
    totp, step = _totp(secret), now // 1000 // _STEP
    for near in (step, step - 1, step + 1):
        if secrets.compare_digest(totp.generate(near * _STEP), typed):
            return near
    return None
