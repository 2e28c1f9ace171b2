"""The table of transitions written out: one line for each action and each state it starts from."""

from typing import NamedTuple

from db.domain.incidents import STATES
from db.domain.transitions import TRANSITIONS


class Line(NamedTuple):
    """An action in a state. `to` is where it may lead, empty where it moves nothing.

    `roles` are those that may, by name; `is_levelled`: only at the incident's own level.
    """

    id: str
    action: str
    state: str
    to: tuple[str, ...]
    roles: tuple[str, ...]
    is_levelled: bool


def table_lines() -> list[Line]:
    """Return every action that is possible anywhere, in the order of the loop and of the states."""
    return [
        Line(
            row.id,
            row.action,
            state,
            row.to,
            tuple(sorted(row.roles)),
            row.is_levelled,
        )
        for row in TRANSITIONS.values()
        for state in STATES
        if state in row.sources
    ]
