"""The town's own facts: areas, units, posts, users. Each is an op like any other."""

from collections.abc import Iterable
from dataclasses import dataclass

from db.domain.areas import Area, check_area
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


def define_areas(store: Store, actor: Actor, areas: Iterable[Area]) -> Changes:
    """Enter or correct areas."""
    checked = [check_area(area) for area in areas]

    def work(journal: Journal) -> None:
        for area in checked:
            journal.append("area_defined", area.code, area_payload(area), actor)

    return store.write(work).changes


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
