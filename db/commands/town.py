"""The town's own facts: areas, units, posts, users. Each is an op like any other."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from db.domain.areas import Area, check_area
from db.domain.errors import EnvironmentError_, RuleError
from db.domain.lists import Unit
from db.domain.ops import Actor
from db.store.changes import Changes
from db.store.journal import Journal
from db.store.store import Store


@dataclass(frozen=True, slots=True)
class User:
    """One person with an account. `area` is the code prefix that person works in."""

    key: str
    name: str
    roles: tuple[str, ...]
    unit: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """Who holds a post in an area (head, worker, guide, volunteer) and how to reach them."""

    area_code: str
    role: str
    name: str
    phone: str


class Defined(NamedTuple):
    """How many rows of a file were new, said something else than the record, or the same."""

    added: int
    changed: int
    unchanged: int
    changes: Changes


GROUND_ROLES = ("admin", "room_director", "shift_leader")
"""Who may say what lies where: boundaries and key places."""
Progress = Callable[[int, int], None]
_AREA = (
    "SELECT name, level, grid_type, households, lon_e6, lat_e6, ring, rid IN"
    " (SELECT subject FROM conflict) FROM area WHERE code = ?"
)


def define_areas(store: Store, actor: Actor, areas: Iterable[Area]) -> Changes:
    """Enter or correct areas."""
    checked = [check_area(area) for area in areas]

    def work(journal: Journal) -> None:
        for area in checked:
            journal.append("area_defined", area.code, _area_payload(area), actor)

    return store.write(work).changes


def import_areas(
    store: Store,
    actor: Actor,
    areas: Iterable[Area],
    on_progress: Progress | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> Defined:
    """Enter the areas that say something else than the record, all of them or none.

    Raises RuleError (ground_role_forbids), InputError for an area that cannot be, EnvironmentError_
    (work_cancelled) where it is cancelled on the way; nothing is written then.
    """
    check_ground_role(actor)
    checked = [check_area(area) for area in areas]

    def work(journal: Journal) -> tuple[int, int]:
        added = changed = 0
        for number, area in enumerate(checked, start=1):
            if is_cancelled and is_cancelled():
                raise EnvironmentError_("work_cancelled")
            known = journal.connection.execute(_AREA, (area.code,)).fetchone()
            if known != _area_row(area):
                journal.append("area_defined", area.code, _area_payload(area), actor)
                added, changed = added + (known is None), changed + (known is not None)
            if on_progress:
                on_progress(number, len(checked))
        return added, changed

    (added, changed), changes = store.write(work)
    return Defined(added, changed, len(checked) - added - changed, changes)


def check_ground_role(actor: Actor) -> None:
    """Raise RuleError (ground_role_forbids) for who may not say what lies where."""
    if not set(GROUND_ROLES) & set(actor.roles):
        raise RuleError("ground_role_forbids", name=actor.name, roles=sorted(GROUND_ROLES))


def define_units(store: Store, actor: Actor, units: Iterable[Unit]) -> Changes:
    """Enter or correct units."""
    entered = list(units)

    def work(journal: Journal) -> None:
        for unit in entered:
            journal.append("unit_defined", unit.code, _unit_payload(unit), actor)

    return store.write(work).changes


def define_posts(store: Store, actor: Actor, posts: Iterable[Post]) -> Changes:
    """Enter or correct posts; a post is known by its area and role."""
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


def define_users(store: Store, actor: Actor, users: Iterable[User]) -> Changes:
    """Enter or correct users."""
    entered = list(users)

    def work(journal: Journal) -> None:
        for user in entered:
            payload = {
                "name": user.name,
                "roles": list(user.roles),
                "unit": user.unit,
                "area": user.area,
            }
            journal.append("user_defined", user.key, payload, actor)

    return store.write(work).changes


def _area_payload(area: Area) -> dict[str, object]:
    return {
        "name": area.name,
        "level": area.level,
        "grid_type": area.grid_type,
        "households": area.households,
        "centre": list(area.centre) if area.centre else [],
        "ring": [list(point) for point in area.ring],
        **({"crs": area.crs} if area.crs else {}),
    }


def _area_row(area: Area) -> tuple[object, ...]:
    """Return what the record holds of an area entered like this and in no dispute."""
    lon, lat = area.centre or (None, None)
    ring = orjson.dumps(area.ring).decode()
    return (area.name, area.level, area.grid_type, area.households, lon, lat, ring, 0)


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
