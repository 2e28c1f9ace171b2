"""Who asks, and what of the record that person may see. Every query takes one."""

from typing import NamedTuple

from db.domain.ops import Actor
from db.domain.permissions import roles_for

_SEES_SECRET = frozenset({"duty_officer", "shift_leader", "room_director", "system"})
_SEES_CALLER = frozenset(
    {"duty_officer", "dispatcher", "shift_leader", "supervisor", "room_director", "system"}
)
SECRET, INTERNAL = 2, 1
ROLES = frozenset(
    {"grid_worker", "grid_head", "village_clerk", "duty_officer", "dispatcher", "shift_leader"}
    | {"supervisor", "unit_liaison", "room_director", "evaluator", "auditor", "admin"}
    | {"security_admin"}
)
"""The roles a person may hold."""
ADMINISTRATIVE = frozenset({"admin", "security_admin", "auditor"})
"""Who looks after the program, its safety and its record. They see no incident and no caller."""
ALL_CLASSES = "*"
"""Stands in a person's row for no narrowing to classes."""
NO_UNIT = "-"
"""Stands for the unit of a liaison who has none: nothing is assigned to it."""


class Scope(NamedTuple):
    """The part of the record one person may read.

    `area` is a code prefix (empty: everything here); `unit` restricts to that unit's own work;
    `classes` restricts to those class codes; `secrecy` is the highest level seen (0, 1, 2).
    """

    user: str
    roles: frozenset[str]
    area: str = ""
    unit: str = ""
    classes: frozenset[str] | None = None
    secrecy: int = INTERNAL

    @property
    def is_administrative(self) -> bool:
        """Whether this person looks after the program and sees no incident."""
        return bool(self.roles & ADMINISTRATIVE)

    @property
    def settles_facts(self) -> bool:
        """Whether this person settles what is in dispute of the town's own facts."""
        return bool(self.roles & roles_for("settle_fact"))

    @property
    def sees_caller(self) -> bool:
        """Whether this person may ask for a caller's name and phone."""
        return bool(self.roles & _SEES_CALLER) and not self.is_administrative


def scope_of(
    actor: Actor,
    area: str = "",
    classes: frozenset[str] | None = None,
    secrecy: int | None = None,
) -> Scope:
    """Return the scope that a person's roles and area give.

    `classes` and `secrecy` are those the person was given, None for all and for the roles' own.
    """
    roles = frozenset(actor.roles)
    if secrecy is None:
        secrecy = SECRET if roles & _SEES_SECRET else INTERNAL
    return Scope(
        user=actor.user,
        roles=roles,
        area=area,
        unit=(actor.unit or NO_UNIT) if roles <= {"unit_liaison"} else "",
        classes=classes,
        secrecy=secrecy,
    )
