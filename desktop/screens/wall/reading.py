"""What the wall shows: figures, classes and places, nothing anybody said. Runs in a worker."""

from dataclasses import dataclass

from db.domain.scope import Scope
from db.store.driver import Connection
from db.store.queries.queue import (
    SOON,
    Counts,
    QueueFilter,
    QueueRow,
    counts,
    queue_ids,
    queue_rows,
)
from desktop.i18n import STATE_NAMES, URGENCY_NAMES, due_text
from desktop.language import say
from desktop.town_lists import current_policy

SHOWN = 8
"""Incidents named: as many as are read from five metres."""
_GRID = "网格"
"""What names of grids end in, in the record."""


@dataclass(frozen=True, slots=True)
class Pressing:
    """One incident as strangers may read it: how late, what kind, where, with whom."""

    due: str
    kind: str
    what: str
    where: str


@dataclass(frozen=True, slots=True)
class WallReading:
    """One look at the open work. `platforms`: name and number."""

    late: int
    soon: int
    new: int
    total: int
    platforms: tuple[tuple[str, int], ...]
    pressing: tuple[Pressing, ...]


def on_the_wall(scope: Scope) -> Scope:
    """Return what may hang on a wall: the room's whole work, and nothing that is kept inside."""
    return scope._replace(secrecy=0, unit="", classes=None)


def read_wall(connection: Connection, scope: Scope, now: int) -> WallReading:
    """Read what the wall shows; `now` in UTC milliseconds."""
    public = on_the_wall(scope)
    found = counts(connection, public, now)
    ids = queue_ids(connection, public, QueueFilter(), now)[:SHOWN]
    rows = queue_rows(connection, public, ids)
    return WallReading(
        found.late,
        found.soon,
        found.by_state.get("reported", 0),
        found.total,
        _platforms(found),
        tuple(_pressing(row, now) for row in rows if row is not None),
    )


def _platforms(found: Counts) -> tuple[tuple[str, int], ...]:
    names = current_policy().platforms
    return tuple((name, found.by_platform.get(code, 0)) for code, name in names.items())


def _pressing(row: QueueRow, now: int) -> Pressing:
    """Return a row without its words: a title may name who called or who is meant."""
    known = current_policy().classes.get(row.class_code)
    kind = ""
    if row.due_at is not None and row.due_at < now + SOON:
        kind = "danger" if row.due_at < now else "warn"
    # In a word: the mark of urgency is that of what is due soon.
    urgency = "" if row.urgency == "normal" else f"{URGENCY_NAMES[row.urgency]} "
    what = f"{urgency}{known.short_name if known else say('未分类')}"
    return Pressing(
        due_text(row.due_at, now),
        kind,
        f"{what} · {row.lead_name or STATE_NAMES[row.state]}",
        row.area_name.removesuffix(_GRID).strip(),
    )
