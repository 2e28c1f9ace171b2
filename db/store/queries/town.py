"""Areas, units, people in office: what lists and forms offer."""

from typing import NamedTuple

from db.domain.errors import InputError
from db.domain.lists import Unit
from db.domain.ops import Actor
from db.domain.scope import ALL_CLASSES, Scope, scope_of
from db.store.driver import Connection

_UNITS = (
    'SELECT code, "key", name, short_name, kind, duty, capacity, phone_day, phone_night FROM unit'
)
UNIT_LOADS = """SELECT unit, count(*) FROM assignment INDEXED BY assignment_open
WHERE state IN ('sent', 'signed', 'reworked') GROUP BY unit"""


_USER = 'SELECT "key", name, roles, unit, area, classes, secrecy FROM user'
_USERS = f'{_USER} WHERE ended = 0 ORDER BY "key"'
_NAMED = f'{_USER} WHERE ended = 0 AND ("key" = ? OR name = ?) ORDER BY "key" = ? DESC LIMIT 1'
_WITH_KEY = f'{_USER} WHERE ended = 0 AND "key" = ?'


class AreaRow(NamedTuple):
    """One area for a list."""

    code: str
    name: str
    level: str
    parent: str


class UserRow(NamedTuple):
    """One user for a list: `classes` and `secrecy` narrow what the roles see, '*' and -1 do not."""

    key: str
    name: str
    roles: str
    unit: str
    area: str
    classes: str = ALL_CLASSES
    secrecy: int = -1


class StationRow(NamedTuple):
    """One station of the town."""

    id: str
    name: str
    town: str
    station: str


class PostRow(NamedTuple):
    """Who holds a post."""

    area_code: str
    role: str
    name: str
    phone: str


def areas(connection: Connection) -> list[AreaRow]:
    """Return all areas by code."""
    rows = connection.execute("SELECT code, name, level, parent FROM area ORDER BY code")
    return [AreaRow(*row) for row in rows]


def area_names(connection: Connection) -> dict[str, str]:
    """Return the name of each area by code."""
    return dict(connection.execute("SELECT code, name FROM area").fetchall())


def units(connection: Connection) -> list[Unit]:
    """Return all units by code."""
    return [Unit(*row) for row in connection.execute(f"{_UNITS} ORDER BY code")]


def units_by_key(connection: Connection, town: str) -> dict[str, Unit]:
    """Return a town's units by list key; every unit here when the town is not known."""
    return {unit.key: unit for unit in units(connection) if unit.code.startswith(town)}


def unit_loads(connection: Connection) -> dict[str, int]:
    """Return how much open work each unit has, by code."""
    return dict(connection.execute(UNIT_LOADS).fetchall())


def users(connection: Connection) -> list[UserRow]:
    """Return all users by key but those who left."""
    rows = connection.execute(_USERS)
    return [UserRow(*row) for row in rows]


def stations(connection: Connection) -> list[StationRow]:
    """Return the stations whose chains are here."""
    rows = connection.execute("SELECT id, name, town, station FROM station ORDER BY town, station")
    return [StationRow(*row) for row in rows]


def posts_of(connection: Connection, area_code: str) -> list[PostRow]:
    """Return who holds which post in an area."""
    rows = connection.execute(
        "SELECT area_code, role, name, phone FROM post WHERE area_code = ? ORDER BY role",
        (area_code,),
    )
    return [PostRow(*row) for row in rows]


def user_named(connection: Connection, name: str) -> UserRow:
    """Return a user by key or name; raises InputError (user_unknown), also for who has left."""
    row = connection.execute(_NAMED, (name, name, name)).fetchone()
    if row is None:
        raise InputError("user_unknown", value=name)
    return UserRow(*row)


def user_with_key(connection: Connection, key: str) -> UserRow:
    """Return the user of an account, for what two people of one name may not share.

    Raises InputError (user_unknown), also for who has left.
    """
    row = connection.execute(_WITH_KEY, (key,)).fetchone()
    if row is None:
        raise InputError("user_unknown", value=key)
    return UserRow(*row)


def actor_named(connection: Connection, name: str, session: str = "") -> tuple[Actor, Scope]:
    """Return a user by key or name, ready to act, and what that user may see.

    Raises InputError (user_unknown), also for who has left.
    """
    return seated(user_named(connection, name), session)


def seated(user: UserRow, session: str = "") -> tuple[Actor, Scope]:
    """Return a user ready to act, and what that user may see."""
    actor = Actor(user.key, user.name, tuple(user.roles.split()), user.unit, session)
    classes = None if user.classes == ALL_CLASSES else frozenset(user.classes.split())
    secrecy = None if user.secrecy < 0 else user.secrecy
    return actor, scope_of(actor, user.area, classes, secrecy)
