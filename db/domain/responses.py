"""等级响应: while one is active, listed classes are held to shorter limits."""

from collections.abc import Iterable
from typing import NamedTuple

from db.domain.errors import InputError, RuleError
from db.domain.ops import Actor

MAX_NAME = 60
RESPONSE_LEVELS = ("I", "II", "III", "IV")
"""From the gravest: red, orange, yellow, blue."""
_DECLARERS = {
    "I": frozenset({"room_director"}),
    "II": frozenset({"room_director"}),
    "III": frozenset({"shift_leader", "room_director"}),
    "IV": frozenset({"shift_leader", "room_director"}),
}
"""Who may declare and end a level (roles and scope of the domain)."""


class Response(NamedTuple):
    """A response: percent of an ordinary limit, for which classes and where, from when to when.

    No class or no area means all of them; `to_at` is None while nobody has ended it.
    """

    id: str
    name: str
    level: str
    factor: int
    classes: tuple[str, ...]
    areas: tuple[str, ...]
    from_at: int
    to_at: int | None
    doc: str

    def covers(self, class_code: str, area_code: str) -> bool:
        """Whether an incident of a class at a place is held to it."""
        is_class = not self.classes or class_code in self.classes
        return is_class and (not self.areas or area_code.startswith(self.areas))


def check_declared(response: Response, actor: Actor) -> None:
    """Raise RuleError for who may not declare a level, InputError for one that cannot be."""
    if response.level not in RESPONSE_LEVELS:
        known = list(RESPONSE_LEVELS)
        raise InputError("field_choice", column="level", value=response.level, choices=known)
    may = _DECLARERS[response.level]
    if not may & set(actor.roles):
        raise RuleError("response_role", name=actor.name, roles=sorted(may))
    if not 0 < response.factor <= 100:
        raise InputError("response_factor", column="factor", value=response.factor)
    if len(response.name) > MAX_NAME:
        raise InputError("field_too_long", column="name", limit=MAX_NAME)
    if not response.name.strip():
        raise InputError("field_missing", column="name", action="respond")


def factor_of(responses: Iterable[Response], class_code: str, area_code: str) -> int:
    """Return the percent of an ordinary limit: the least of all responses that cover it."""
    return min(
        (item.factor for item in responses if item.covers(class_code, area_code)), default=100
    )
