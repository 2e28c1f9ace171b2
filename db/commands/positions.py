"""Taking in where teams are.

A position is no op. An op is kept for ever, hashed into a chain, passed on to every station of the
town and to the district: a row of ops would be the track of the people in a team, which this
program must never hold. So a position is a row beside the journal, replaced in place, deleted
after twelve hours, known to this workstation only; a rebuild of the projections leaves it alone,
a repair from the journal begins without any.
"""

from collections.abc import Container, Iterable
from typing import NamedTuple

from db.domain.duty import is_on_duty
from db.domain.errors import InputError
from db.domain.ops import Actor
from db.domain.permissions import require
from db.domain.positions import KEPT, Position, check_position
from db.store.changes import Changes
from db.store.journal import Journal
from db.store.lists import calendar_at
from db.store.store import Store

_DUTIES = "SELECT code, duty FROM unit"
_KNOWN = "SELECT unit, at FROM position"
_PUT = (
    "INSERT INTO position (unit, lon_e6, lat_e6, at, source) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (unit) DO UPDATE SET lon_e6 = excluded.lon_e6, lat_e6 = excluded.lat_e6,"
    " at = excluded.at, source = excluded.source"
)
_DROP_OLD = "DELETE FROM position WHERE at <= ? RETURNING unit"


class Taken(NamedTuple):
    """What came of a batch: teams with a newer position, rows with nothing newer, or off duty."""

    taken: int
    older: int
    off_duty: int
    changes: Changes


def take_positions(store: Store, actor: Actor, rows: Iterable[Position]) -> Taken:
    """Replace the last position of teams where a row is newer; drop what is older than 12 h.

    Where a team was while it was not on duty is nobody's business: such rows are passed over.
    Raises RuleError (role_forbids); InputError (position_unit_unknown, point_nowhere,
    position_in_future) with `row`, the 1-based place in `rows`, for the first that cannot be taken:
    then nothing is.
    """
    require(actor, "take_positions")
    given = list(rows)

    def work(journal: Journal) -> tuple[int, int]:
        now, ask = journal.clock(), journal.connection.execute
        calendar = calendar_at(journal.connection, now)
        duties: dict[str, str] = dict(ask(_DUTIES).fetchall())
        off_duty = 0
        known: dict[str, int] = dict(ask(_KNOWN).fetchall())
        newest: dict[str, Position] = {}
        for number, position in enumerate(given, start=1):
            checked = _checked(position, number, duties, now)
            if not is_on_duty(duties[checked.unit], checked.at, calendar):
                off_duty += 1
                continue
            latest = max(known.get(checked.unit, 0), now - KEPT)
            if checked.at > latest:
                known[checked.unit] = checked.at
                newest[checked.unit] = checked
        journal.connection.executemany(_PUT, list(newest.values()))
        dropped = ask(_DROP_OLD, (now - KEPT,)).fetchall()
        if newest or dropped:
            journal.folding.touch("position")
        return len(newest), off_duty

    (taken, off_duty), changes = store.write(work)
    return Taken(taken, len(given) - taken - off_duty, off_duty, changes)


def drop_old_positions(journal: Journal) -> None:
    """Delete what is older than 12 h, whether or not anything newer came."""
    if journal.connection.execute(_DROP_OLD, (journal.clock() - KEPT,)).fetchall():
        journal.folding.touch("position")


def _checked(position: Position, number: int, units: Container[str], now: int) -> Position:
    try:
        if position.unit not in units:
            raise InputError("position_unit_unknown", column="unit", value=position.unit)
        return check_position(position, now)
    except InputError as error:
        raise InputError(error.code, **{**error.params, "row": number}) from error
