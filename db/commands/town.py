"""The town's own facts: areas, units, posts, users. Each is an op like any other."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from db.domain.accounts import (
    EMERGENCY_USER,
    USER_DEFINED,
    believed_of_person,
    check_roles,
    may_define,
)
from db.domain.areas import Area, check_area
from db.domain.errors import InputError, RuleError
from db.domain.identity import without_numbers
from db.domain.lists import Unit
from db.domain.ops import SYSTEM, Actor, Op
from db.domain.permissions import require
from db.domain.rules.base import check_text
from db.domain.scope import ALL_CLASSES
from db.store.changes import Changes
from db.store.driver import Connection
from db.store.history import history
from db.store.journal import Journal
from db.store.plain_rows import plain_row
from db.store.queries.accounts import has_active
from db.store.store import Store

_KEY = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,47}")
MAX_NAME = 50
_RESERVED = frozenset({SYSTEM.user, EMERGENCY_USER})
_KEEPERS = frozenset({"admin", "security_admin"})
"""One of them at least has to be able to sign in, or nobody would let the others in."""
_USER_COLUMNS = ("key", "name", "roles", "unit", "area", "classes", "secrecy", "ended")
_USER = 'SELECT "key", name, roles, unit, area, classes, secrecy, ended FROM user WHERE "key" = ?'
_OTHER_ACTIVE = """SELECT roles FROM user JOIN account ON account."key" = user."key"
WHERE ended = 0 AND password <> '' AND user."key" <> ?"""


@dataclass(frozen=True, slots=True)
class User:
    """One person with an account. `area` is the code prefix that person works in; none is all.

    `classes` and `secrecy` narrow what the person sees, None for all and for what the roles say;
    `left`: the account has ended.
    """

    key: str
    name: str
    roles: tuple[str, ...]
    unit: str = ""
    area: str = ""
    classes: tuple[str, ...] | None = None
    secrecy: int | None = None
    left: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """Who holds a post in an area (head, worker, guide, volunteer) and how to reach them."""

    area_code: str
    role: str
    name: str
    phone: str


def define_areas(store: Store, actor: Actor, areas: Iterable[Area]) -> Changes:
    """Enter or correct areas; raises RuleError (role_forbids)."""
    require(actor, "define_areas")
    checked = [check_area(area) for area in areas]

    def work(journal: Journal) -> None:
        for area in checked:
            journal.append("area_defined", area.code, area_payload(area), actor)

    return store.write(work).changes


def define_units(store: Store, actor: Actor, units: Iterable[Unit]) -> Changes:
    """Enter or correct units; raises RuleError (role_forbids)."""
    require(actor, "define_units")
    entered = list(units)

    def work(journal: Journal) -> None:
        for unit in entered:
            journal.append("unit_defined", unit.code, _unit_payload(unit), actor)

    return store.write(work).changes


def define_posts(store: Store, actor: Actor, posts: Iterable[Post]) -> Changes:
    """Enter or correct posts; a post is known by its area and role.

    Raises RuleError (role_forbids).
    """
    require(actor, "define_posts")
    entered = list(posts)

    def work(journal: Journal) -> None:
        for post in entered:
            payload = {
                "area_code": post.area_code,
                "role": post.role,
                "name": post.name,
                "phone": post.phone,
            }
            journal.append("post_defined", f"{post.area_code}-{post.role}", payload, actor)

    return store.write(work).changes


def define_users(
    store: Store, actor: Actor, users: Iterable[User], *, are_new: bool = False
) -> Changes:
    """Enter or correct users, all of them or none; whoever has no area works in the own town.

    `are_new`: none of them is known yet. A station that waits for its room's accounts enters
    nobody, and the program corrects nobody whom a person or another station has entered.

    Roles, and what somebody sees, are the security administrator's to say, and whether one of
    those is still there; the system administrator's as long as no security administrator has chosen
    a password. Raises RuleError: role_forbids, roles_apart, roles_own, roles_not_yours,
    last_keeper, accounts_elsewhere, user_others; InputError: user_exists, user_key_wrong,
    user_role_unknown, user_secrecy_wrong, what `check_text` refuses.
    """
    require(actor, "define_users")
    entered = [
        replace(checked_user(user), area=user.area.strip() or store.site.town) for user in users
    ]

    def work(journal: Journal) -> None:
        for user in entered:
            if are_new and user_of(journal.connection, user.key):
                raise InputError("user_exists", value=user.key)
            _check_may_say(journal.connection, actor, user)
            append_user(journal, actor, user)

    return store.write(work).changes


def append_user(journal: Journal, actor: Actor, user: User) -> None:
    """Write what is known of a person within a transaction; what says nothing is not said.

    Raises RuleError (user_others) for what would not be believed.
    """
    subject = journal.subjects.find("user", user.key)
    known = believed_of_person(history(journal.connection, subject.rid))
    if known and not may_define(known[-1], actor, journal.site):
        raise RuleError("user_others", value=user.key)
    payload: dict[str, object] = {
        "name": user.name,
        "roles": list(user.roles),
        "unit": user.unit,
        "area": user.area,
    }
    if user.classes is not None:
        payload["classes"] = sorted(user.classes)
    if user.secrecy is not None:
        payload["secrecy"] = user.secrecy
    if user.left:
        payload["left"] = True
    journal.append(USER_DEFINED, user.key, payload, actor)


def check_may_define(connection: Connection, actor: Actor, said: Op) -> None:
    """Refuse to let stand what an op says of roles and scope, unless the actor may say it.

    How the person is called is anybody's who settles facts. Raises RuleError as `define_users`.
    """
    user, known = _user_from(plain_row(said)), user_of(connection, said.id)
    if known and known.left == user.left and _scope_parts(known) == _scope_parts(user):
        return
    require(actor, "define_users")
    _check_may_say(connection, actor, user)


def user_of(connection: Connection, key: str) -> User | None:
    """Return what is known of a person, also of one who left; None for nobody."""
    row = connection.execute(_USER, (key,)).fetchone()
    if row is None:
        return None
    return _user_from(dict(zip(_USER_COLUMNS, row, strict=True)))


def _user_from(row: Mapping[str, Any]) -> User:
    return User(
        row["key"], row["name"], tuple(row["roles"].split()), row["unit"], row["area"],
        None if row["classes"] == ALL_CLASSES else tuple(row["classes"].split()),
        None if row["secrecy"] < 0 else row["secrecy"],
        bool(row["ended"]),
    )  # fmt: skip


def check_person(name: str) -> str:
    """Return a person's name as it may stand in an op; raises InputError where it may not."""
    text = check_text("name", name)
    if not text:
        raise InputError("field_missing", column="name")
    if len(text) > MAX_NAME:
        raise InputError("field_too_long", column="name", limit=MAX_NAME)
    return text


def checked_user(user: User) -> User:
    """Return a person as entered; raises InputError, RuleError for one who cannot be."""
    if not _KEY.fullmatch(user.key) or user.key in _RESERVED:
        raise InputError("user_key_wrong", value=user.key)
    if user.secrecy not in (None, 0, 1, 2):
        raise InputError("user_secrecy_wrong", value=user.secrecy)
    if without_numbers(user.key)[1]:
        raise InputError("id_number_found", column="key")
    name = check_person(user.name)
    return replace(user, name=name, roles=check_roles(user.roles))


def _check_may_say(connection: Connection, actor: Actor, user: User) -> None:
    """Refuse what a person may not say of another's roles and scope, or of their own."""
    known = user_of(connection, user.key)
    if actor == SYSTEM:
        return
    is_new_scope = _scope_parts(known) != _scope_parts(user) and bool(known or user.roles)
    is_turned = known is not None and known.left != user.left
    is_of_safety = "security_admin" in (*user.roles, *(known.roles if known else ()))
    if is_new_scope and actor.user == user.key:
        raise RuleError("roles_own", name=actor.name)
    is_theirs = is_new_scope or (is_turned and is_of_safety)
    is_safety = "security_admin" in actor.roles
    if is_theirs and not is_safety and has_active(connection, "security_admin"):
        raise RuleError("roles_not_yours", name=actor.name)
    if (
        is_turned
        and user.left
        and _KEEPERS & set(user.roles)
        and not _has_other_keeper(connection, user.key)
    ):
        raise RuleError("last_keeper", name=user.name)


def _scope_parts(user: User | None) -> tuple[object, ...]:
    if user is None:
        return ()
    return (set(user.roles), user.unit, user.area, user.classes and set(user.classes), user.secrecy)


def _has_other_keeper(connection: Connection, key: str) -> bool:
    rows = connection.execute(_OTHER_ACTIVE, (key,)).fetchall()
    return any(_KEEPERS & set(roles.split()) for (roles,) in rows)


def area_payload(area: Area) -> dict[str, object]:
    """Return what an op says of an area."""
    return {
        "name": area.name,
        "level": area.level,
        "grid_type": area.grid_type,
        "households": area.households,
        "centre": list(area.centre) if area.centre else [],
        "ring": [list(point) for point in area.ring],
        **({"crs": area.crs} if area.crs else {}),
    }


def _unit_payload(unit: Unit) -> dict[str, object]:
    return {
        "key": unit.key,
        "name": unit.name,
        "short_name": unit.short_name,
        "kind": unit.kind,
        "duty": unit.duty,
        "capacity": unit.capacity,
        "phone_day": unit.phone_day,
        "phone_night": unit.phone_night,
    }
