"""The units of the dispatch board in the order they are offered in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from db.domain.recommend import Recommendation
from db.store.queries.board import Board, Lane
from desktop.board_words import (
    clock_text,
    duty_text,
    late_text,
    load_text,
    position_text,
    rank_text,
    reason_text,
    unsigned_text,
)
from desktop.override import override

LANE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
MAX_RANK = 9
"""Advised units that a figure key chooses."""

_ROOT = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class LaneRow:
    """One unit as it is shown. `rank` counts advised units from 1; 0 is not advised.

    `holds`: it has the incident under the cursor in its hands.
    """

    lane: Lane
    is_on_duty: bool
    rank: int = 0
    reason: str = ""
    holds: bool = False

    @property
    def code(self) -> str:
        """The unit's code."""
        return self.lane.unit.code

    @property
    def is_folded(self) -> bool:
        """Whether it takes one line only: nobody is there, and nobody advises it."""
        return not self.is_on_duty and not self.rank


def ordered(board: Board, advice: Sequence[Recommendation], now: int) -> list[str]:
    """Return unit codes: those advised, best first, then who is on duty, then the others."""
    lanes = {lane.unit.code: lane for lane in board.lanes}
    known = dict.fromkeys(item.unit.code for item in advice if item.unit.code in lanes)
    advised, there = list(known)[:MAX_RANK], board.on_duty(now)
    rest = [code for code in lanes if code not in advised]
    return [*advised, *sorted(rest, key=lambda code: code not in there)]


def lane_rows(
    board: Board,
    order: Iterable[str],
    advice: Sequence[Recommendation],
    holders: Iterable[str],
    now: int,
) -> list[LaneRow]:
    """Return the rows of a board in an order; units that it does not name follow."""
    lanes = {lane.unit.code: lane for lane in board.lanes}
    known = [code for code in order if code in lanes]
    there, held = board.on_duty(now), frozenset(holders)
    by_code: Mapping[str, Recommendation] = {item.unit.code: item for item in reversed(advice)}
    rows, rank = [], 0
    for code in dict.fromkeys((*known, *lanes)):
        lane, is_on_duty = lanes[code], code in there
        item = by_code.get(code) if rank < MAX_RANK else None
        rank += item is not None
        rows.append(
            LaneRow(
                lane,
                is_on_duty,
                rank if item else 0,
                reason_text(item, lane, is_on_duty) if item else "",
                code in held,
            )
        )
    return rows


def accessible_text(row: LaneRow, now: int) -> str:
    """Return a unit with its work for a screen reader."""
    works = (f"{clock_text(work, now)} {work.title}" for work in row.lane.works)
    parts = (
        rank_text(row.rank) if row.rank else "",
        row.lane.unit.name,
        duty_text(row.is_on_duty),
        load_text(row.lane),
        late_text(row.lane, now),
        unsigned_text(row.lane, now),
        position_text(row.lane, now),
        row.reason,
        *works,
    )
    return "，".join(part for part in parts if part)


class BoardModel(QAbstractListModel):
    """The rows of the board; `clock` gives UTC milliseconds."""

    def __init__(self, clock: Any, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._rows: list[LaneRow] = []

    @property
    def rows(self) -> Sequence[LaneRow]:
        """The rows shown."""
        return self._rows

    def row_of(self, code: str) -> int:
        """Return where a unit stands, -1 for one that is not there."""
        return next((n for n, row in enumerate(self._rows) if row.code == code), -1)

    def set_rows(self, rows: list[LaneRow]) -> bool:
        """Show these rows; tell whether units changed their places."""
        is_moved = [row.code for row in rows] != [row.code for row in self._rows]
        if is_moved:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
        elif rows:
            self._rows = rows
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
        return is_moved

    @override
    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == LANE_ROLE:
            return row
        if role == int(Qt.ItemDataRole.DisplayRole):
            return row.lane.unit.name
        if role == int(Qt.ItemDataRole.AccessibleTextRole):
            return accessible_text(row, self._clock())
        return None
