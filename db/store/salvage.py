"""Reading a damaged file around what cannot be read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from db.domain.errors import GridDeskError
from db.store import driver

Row = tuple[Any, ...]
_PROBES = 16
_ROW_BYTES = 64
"""No row of a journal is smaller: the size of a file bounds how many it can have."""

_HEADS = (
    ("site, epoch, head_seq", "chain"),
    ("site, epoch, seq", "attest"),
    # The index of its names lies on pages of its own and knows each op.
    ("site, epoch, max(seq)", "op INDEXED BY sqlite_autoindex_op_1 GROUP BY site, epoch"),
)


class Salvage:
    """A damaged file, opened anew after each page that cannot be read."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._key = key
        self._connection: driver.Connection | None = None

    def close(self) -> None:
        """Let the file go."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def rows(self, sql: str, parameters: Row = ()) -> tuple[list[Row], bool]:
        """Return the rows read, and whether those are all."""
        found: list[Row] = []
        try:
            if self._connection is None:
                self._connection = driver.open_damaged(self._path, self._key)
            found.extend(self._connection.execute(sql, parameters))
        except (driver.SqliteError, GridDeskError):
            self.close()
            return found, False
        return found, True

    def table(self, table: str, columns: str, order: str) -> tuple[list[Row], bool]:
        """Return what can be read of a small table from either end, and whether it is all."""
        asked = f"SELECT {columns} FROM {table} ORDER BY "
        first, is_whole = self.rows(asked + order)
        if is_whole:
            return first, True
        backwards = ", ".join(f"{name.strip()} DESC" for name in order.split(","))
        last, _ = self.rows(asked + backwards)
        return list(dict.fromkeys([*first, *reversed(last)])), False

    def by_row_id(self, table: str, columns: str) -> Iterator[Row]:
        """Yield every row whose page can be read, halving the ranges that cannot."""
        asked = f"SELECT rowid, {columns} FROM {table} NOT INDEXED WHERE rowid "
        top = self._top(table)
        if not self._answers(asked + "= ?", top):
            return
        waiting = [(1, top)]
        while waiting:
            low, high = waiting.pop()
            if low == high:
                # A range looks at the page behind its last row before it hands that row out.
                found, is_whole = self.rows(asked + "= ?", (low,))
            else:
                found, is_whole = self.rows(asked + "BETWEEN ? AND ? ORDER BY rowid", (low, high))
            yield from (row[1:] for row in found)
            start = found[-1][0] + 1 if found else low
            if is_whole or start > high or (low == high and not found):
                continue
            middle = (start + high) // 2
            if middle < high:
                waiting.append((middle + 1, high))
            waiting.append((start, middle))

    def heads(self) -> dict[tuple[int, int], int]:
        """Return how far each chain is known to have come: (site number, epoch) -> last op."""
        heads: dict[tuple[int, int], int] = {}
        for columns, table in _HEADS:
            for site, epoch, seq in self.table(table, columns, "site, epoch")[0]:
                heads[site, epoch] = max(seq, heads.get((site, epoch), 0))
        return heads

    def _top(self, table: str) -> int:
        # The index of its names lies on pages of its own and knows each row.
        for by in ("NOT INDEXED", f"INDEXED BY sqlite_autoindex_{table}_1"):
            highest, is_whole = self.rows(f"SELECT max(rowid) FROM {table} {by}")
            if is_whole:
                return int(highest[0][0] or 0)
        return self._path.stat().st_size // _ROW_BYTES

    def _answers(self, asked: str, top: int) -> bool:
        """Whether anything of a table can be reached: with its root gone, nothing can."""
        places = {1 + (top - 1) * number // (_PROBES - 1) for number in range(_PROBES)}
        return any(self.rows(asked, (at,))[1] for at in sorted(places) if at >= 1)
