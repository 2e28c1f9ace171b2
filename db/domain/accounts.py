"""Accounts: the rules of safety as data, what makes a good password, what an account's ops say.

Nothing secret is here: an op says when a password or a second factor was set and by whom; the hash
and the secret lie in an envelope beside it, which only the room's stations can open.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, NamedTuple

from db.domain.errors import InputError, RuleError
from db.domain.ops import SYSTEM, Actor, Op, OpRef
from db.domain.scope import ADMINISTRATIVE, ROLES

PASSWORD_SET, FACTOR_SET, FACTOR_RESET = "password_set", "second_factor_set", "second_factor_reset"
LOCKED, UNLOCKED = "account_locked", "account_unlocked"
USER_DEFINED = "user_defined"
"""What is said of a person: name, roles, what somebody sees."""
KINDS = (PASSWORD_SET, FACTOR_SET, FACTOR_RESET, LOCKED, UNLOCKED)
"""What is said of an account."""
SITTING_KINDS = ("signed_in", "signed_out", "desk_locked", "desk_unlocked")
"""What is said of one person's time at a desk."""
CODE_SET, CODE_USED = "emergency_code_set", "emergency_code_used"
EMERGENCY_KINDS = (CODE_SET, CODE_USED)
EMERGENCY = "code"
"""The id of the one emergency code."""
EMERGENCY_USER, EMERGENCY_ROLES, EMERGENCY_MINUTES = "emergency", ("shift_leader",), 60
POLICY = "security"
"""The id of the one security policy."""

MAX_PASSWORD = 128
MIN_DIFFERENT = 5
_MINUTE, _DAY = 60_000, 86_400_000


@dataclass(frozen=True, slots=True)
class SecurityPolicy:
    """The rules of safety of a town. Each number lies within `BOUNDS`; days of 0 mean never."""

    min_length: int = 10
    kinds: int = 3
    """How many of small letters, capitals, digits and other characters a password has."""
    max_age_days: int = 90
    history: int = 5
    """How many passwords back may not come again."""
    lock_after: int = 5
    """Failures in a row that lock an account."""
    lock_minutes: int = 15
    idle_minutes: int = 10
    """Quiet after which a desk locks itself."""
    callers_alone: int = 20
    """Callers one person exports in a day without a second one."""
    keep_caller_days: int = 730
    """How long after archiving who called is kept."""
    second_factor_roles: tuple[str, ...] = ("room_director", "security_admin", "shift_leader")
    """Who approves, and so signs in with a second factor."""

    def wants_factor(self, roles: Iterable[str]) -> bool:
        """Whether somebody with these roles signs in with a second factor."""
        return bool(set(self.second_factor_roles) & set(roles))


BOUNDS: Mapping[str, tuple[int, int]] = {
    "min_length": (8, 64),
    "kinds": (1, 4),
    "max_age_days": (0, 3650),
    "history": (0, 24),
    "lock_after": (3, 20),
    "lock_minutes": (1, 1440),
    "idle_minutes": (1, 240),
    "callers_alone": (0, 10_000),
    "keep_caller_days": (1, 36_500),
}
"""The least and the most of each number."""


def check_policy(given: SecurityPolicy) -> SecurityPolicy:
    """Return the rules; raises InputError: policy_bounds, user_role_unknown."""
    for name, (least, most) in BOUNDS.items():
        value = getattr(given, name)
        if type(value) is not int or not least <= value <= most:
            raise InputError("policy_bounds", column=name, value=value, least=least, most=most)
    unknown = set(given.second_factor_roles) - ROLES
    if unknown:
        raise InputError("user_role_unknown", row=0, value=sorted(unknown), known=sorted(ROLES))
    return given


def policy_to_dict(policy: SecurityPolicy) -> dict[str, Any]:
    """Return what an op says of the rules."""
    return asdict(policy) | {"second_factor_roles": sorted(policy.second_factor_roles)}


def policy_from_dict(raw: Mapping[str, Any]) -> SecurityPolicy:
    """Read the rules from an op; what it does not say stands as it comes.

    Raises InputError for what cannot be believed.
    """
    known = {item.name: raw[item.name] for item in fields(SecurityPolicy) if item.name in raw}
    if "second_factor_roles" in known:
        known["second_factor_roles"] = tuple(map(str, known["second_factor_roles"]))
    return check_policy(SecurityPolicy(**known))


def plain_password(typed: str) -> str:
    """Return a password in the one form in which it is hashed, whatever keyboard it came from."""
    return unicodedata.normalize("NFKC", typed)


def check_password(password: str, policy: SecurityPolicy, names: Sequence[str] = ()) -> None:
    """Refuse a weak password; `names` (the account, the person) may not stand in it.

    One or two letters say nobody's name.

    Raises RuleError: password_short, password_long, password_kinds, password_named,
    password_same_letters.
    """
    if len(password) < policy.min_length:
        raise RuleError("password_short", minimum=policy.min_length)
    if len(password) > MAX_PASSWORD:
        raise RuleError("password_long", limit=MAX_PASSWORD)
    if len({_kind(letter) for letter in password}) < policy.kinds:
        raise RuleError("password_kinds", minimum=policy.kinds)
    if len(set(password)) < MIN_DIFFERENT:
        raise RuleError("password_same_letters", minimum=MIN_DIFFERENT)
    low = password.casefold()
    if any(len(name.encode()) > 2 and name.casefold() in low for name in names):
        raise RuleError("password_named")


def _kind(letter: str) -> str:
    if letter.isdigit():
        return "digit"
    if letter.isascii() and letter.isalpha():
        return "capital" if letter.isupper() else "small"
    return "other"


def check_roles(roles: Iterable[str]) -> tuple[str, ...]:
    """Return a person's roles, each once.

    The three administrative ones stand apart from each other and from the work on incidents.
    Raises InputError (user_role_unknown), RuleError (roles_apart).
    """
    given = tuple(dict.fromkeys(roles))
    unknown = set(given) - ROLES
    if unknown:
        raise InputError("user_role_unknown", row=0, value=sorted(unknown), known=sorted(ROLES))
    if ADMINISTRATIVE & set(given) and len(given) > 1:
        raise RuleError("roles_apart", roles=sorted(given))
    return given


class Account(NamedTuple):
    """What has come of the ops of an account. Times are UTC milliseconds.

    `password` and `factor` name envelopes, empty for none; `earlier` those of the passwords
    before, the newest first.
    """

    password: str = ""
    password_at: int = 0
    must_change: bool = False
    earlier: tuple[str, ...] = ()
    factor: str = ""
    factor_at: int = 0
    locked_until: int = 0

    def is_expired(self, policy: SecurityPolicy, now: int) -> bool:
        """Whether the password has to be changed before anything else."""
        limit = policy.max_age_days * _DAY
        return self.must_change or bool(limit and now - self.password_at > limit)


MAX_EARLIER = 24
"""Passwords before the present one that are remembered at all."""


def fold_account(ops: Sequence[Op]) -> Account:
    """Return what has come of the ops of an account, in causal order.

    Where two stations said something apart the later in that order stands, at every station.
    """
    now = Account()
    for op in ops:
        now = _folded(now, op)
    return now


def _folded(now: Account, op: Op) -> Account:
    said = read_account(op)
    if op.kind == PASSWORD_SET:
        earlier = (now.password, *now.earlier)[:MAX_EARLIER] if now.password else now.earlier
        return now._replace(
            password=said["env"], password_at=op.at, must_change=said["must_change"],
            earlier=earlier, locked_until=0,
        )  # fmt: skip
    if op.kind == FACTOR_SET:
        return now._replace(factor=said["env"], factor_at=op.at)
    if op.kind == FACTOR_RESET:
        return now._replace(factor="", factor_at=op.at)
    return now._replace(locked_until=said["until"])


def read_account(op: Op) -> dict[str, Any]:
    """Return what an op says of an account; raises InputError for one that cannot be believed.

    A password is set by the person, by the security administrator, by the system administrator for
    the first of those.
    """
    raw = op.payload
    try:
        env = raw["sealed"]["env"] if op.kind in (PASSWORD_SET, FACTOR_SET) else ""
        must_change, until = raw.get("must_change", False), raw.get("until", 0)
        if type(env) is not str or type(must_change) is not bool:
            raise TypeError("account")
        if type(until) is not int or not _is_lock(op, until):
            raise TypeError("until")
    except (KeyError, TypeError) as error:
        raise InputError("op_malformed", reason=str(error)) from error
    if not _may_say(op):
        raise InputError("op_malformed", reason="another person's account")
    return {"env": env, "must_change": must_change, "until": until}


def _is_lock(op: Op, until: int) -> bool:
    """Whether an account may be locked until then: no lock is longer than the longest one."""
    if op.kind != LOCKED:
        return until == 0
    return op.at < until <= op.at + BOUNDS["lock_minutes"][1] * _MINUTE


def _may_say(op: Op) -> bool:
    """Whether who said it may: a lock is the program's own, taking one away is of safety."""
    roles = set(op.actor.roles)
    if op.kind == LOCKED:
        return op.actor.user == SYSTEM.user
    if op.kind in (UNLOCKED, FACTOR_RESET):
        return "security_admin" in roles
    is_reset = op.kind == PASSWORD_SET and bool({"security_admin", "admin"} & roles)
    return op.actor.user == op.id or is_reset


def believed_of_person(ops: Sequence[Op]) -> list[Op]:
    """Return what is believed of the definitions of a person, in causal order.

    The program says who somebody is while it sets up a station: the first one, until a person
    says it. What is not believed is seen through by what follows.
    """
    by_people = {op.ref for op in ops if op.actor.user != SYSTEM.user}
    stands = by_people or {op.ref for op in ops if op.ref.site == ops[0].ref.site}
    behind: dict[OpRef, tuple[OpRef, ...]] = {}
    believed = []
    for op in ops:
        seen = sorted({ref for parent in op.parents for ref in behind.get(parent, (parent,))})
        behind[op.ref] = (op.ref,) if op.ref in stands else tuple(seen)
        if op.ref in stands:
            believed.append(replace(op, parents=tuple(seen)))
    return believed


def may_define(last: Op, actor: Actor, site: str) -> bool:
    """Whether somebody at a site may define a person anew of whom `last` is believed so far."""
    is_of_setting_up = last.actor.user == SYSTEM.user and last.ref.site == site
    return actor.user != SYSTEM.user or is_of_setting_up


class EmergencyCode(NamedTuple):
    """The sealed code: the envelope of its hash, when it was set, when and by whom it was used."""

    env: str = ""
    set_at: int = 0
    used_at: int = 0
    used_by: str = ""


def fold_emergency(ops: Sequence[Op]) -> EmergencyCode:
    """Return the emergency code as its ops, in causal order, have it; a used one is spent."""
    now = EmergencyCode()
    for op in ops:
        said = read_emergency(op)
        if op.kind == CODE_SET:
            now = EmergencyCode(said["env"], op.at)
        elif said["env"] == now.env and not now.used_at:
            now = now._replace(used_at=op.at, used_by=said["name"])
    return now


def read_emergency(op: Op) -> dict[str, Any]:
    """Return what an op says of the emergency code; raises InputError as `read_account` does."""
    raw = op.payload
    try:
        env = raw["sealed"]["env"] if op.kind == CODE_SET else raw["env"]
        name = raw.get("name", "")
        if type(env) is not str or type(name) is not str:
            raise TypeError("emergency")
    except (KeyError, TypeError) as error:
        raise InputError("op_malformed", reason=str(error)) from error
    if op.kind == CODE_SET and "security_admin" not in op.actor.roles:
        raise InputError("op_malformed", reason="emergency code")
    return {"env": env, "name": name}


def locked_until(now: int, policy: SecurityPolicy) -> int:
    """Return until when an account is locked that has failed too often just now."""
    return now + policy.lock_minutes * _MINUTE
