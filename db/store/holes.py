"""What lies in the damaged pages of a record: which table or index, and which ops."""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any, NamedTuple

from db.store.driver import Connection, SqliteError, another, explain, is_damage
from db.store.projections import PROJECTION_TABLES

OP_NAMES = "sqlite_autoindex_op_1"
"""The index of `op` over (site, epoch, seq); it lies on pages of its own and knows each row."""
_LONGEST = 10_000
"""Row ids tried one by one for the end of a hole: some ten seconds."""
_PARTIAL = re.compile(r"\sWHERE\s.*", re.DOTALL)
_PARTS = (
    "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master"
    " WHERE rootpage > 0 ORDER BY name"
)


class Damaged(NamedTuple):
    """A table or index with unreadable pages.

    `kind`: journal (`op`), index, projection (can be made anew from the journal), table, schema.
    """

    kind: str
    table: str
    name: str


SCHEMA = Damaged("schema", "sqlite_master", "sqlite_master")


def damaged_objects(connection: Connection) -> list[Damaged]:
    """Return every table and index that does not read to its end, each tried on its own.

    What describes them all (`schema`) is named instead where nothing reads without it.
    """
    parts = _rows(connection, _PARTS) or []
    found = [
        Damaged(_kind(part, name, table), table, name)
        for part, name, table, sql in parts
        if not _reads(connection, _scan(part, name, table, sql))
    ]
    return [SCHEMA] if len(found) > len(parts) // 2 else found


def lost_ops(connection: Connection) -> list[range]:
    """Return the stretches of `op.recv` that cannot be read."""
    last = _last_recv(connection)
    lost: list[range] = []
    at = 1
    while at <= last:
        readable = _read_from(connection, at, last)
        if readable > last:
            break
        end = _end_of_hole(connection, readable, last)
        lost.append(range(readable, end))
        at = end
    return lost


def names_of(connection: Connection, lost: Sequence[range]) -> Iterator[tuple[str, int, int, int]]:
    """Yield (site, epoch, seq, subject's row id) of ops that cannot be read, from the indexes."""
    for hole in lost:
        span = (hole.start, hole.stop - 1)
        named = _rows(
            connection,
            f"SELECT op.recv, site.id, epoch, seq FROM op INDEXED BY {OP_NAMES}"
            " JOIN site ON site.n = op.site WHERE recv BETWEEN ? AND ? ORDER BY epoch, seq",
            *span,
        )
        subjects = _rows(
            connection,
            "SELECT recv, subject FROM op INDEXED BY op_subject WHERE recv BETWEEN ? AND ?",
            *span,
        )
        rids = dict(subjects or ())
        for recv, site, epoch, seq in named or ():
            yield site, epoch, seq, rids.get(recv, 0)


def one_row(connection: Connection, sql: str, *parameters: Any) -> tuple[Any, ...] | None:
    """Return the first row of a query asked of a damaged record, none where it cannot be read."""
    rows = _rows(connection, sql, *parameters)
    return rows[0] if rows else None


def _kind(part: str, name: str, table: str) -> str:
    if name == "op":
        return "journal"
    if part == "index":
        return "index"
    return "projection" if table in PROJECTION_TABLES else "table"


def _scan(part: str, name: str, table: str, sql: str) -> str:
    """Return a query that reads every page of a table, or of an index and of nothing else."""
    if part == "table":
        return f'SELECT * FROM "{table}" NOT INDEXED'
    condition = _PARTIAL.search(sql)
    where = condition[0] if condition else ""
    # A count would be taken from whichever index is shortest.
    return f'SELECT 1 FROM "{table}" INDEXED BY "{name}"{where}'


def _last_recv(connection: Connection) -> int:
    """Return the highest row id of `op` that any of its indexes knows."""
    known = (
        one_row(connection, f"SELECT max(recv) FROM op INDEXED BY {index}")
        for index in (OP_NAMES, "op_subject")
    )
    return max((row[0] or 0 for row in known if row), default=0)


def _read_from(connection: Connection, at: int, last: int) -> int:
    """Return the first row id from `at` on that cannot be read, beyond `last` if all can."""
    with closing(another(connection)) as fresh:
        try:
            for recv, _, _ in fresh.execute(
                "SELECT recv, hash, body FROM op NOT INDEXED WHERE recv >= ? ORDER BY recv", (at,)
            ):
                at = recv + 1
        except SqliteError as error:
            _raise_unless_damage(error)
            # The library steps ahead of what it hands out by one row.
            return at + 1 if _has(connection, at) else at
    return last + 1


def _end_of_hole(connection: Connection, first: int, last: int) -> int:
    """Return the row id behind a hole; a very long one is taken to go on to the end."""
    for recv in range(first + 1, min(last, first + _LONGEST) + 1):
        if _has(connection, recv):
            return recv
    return last + 1


def _has(connection: Connection, recv: int) -> bool:
    return _reads(connection, f"SELECT hash, body FROM op NOT INDEXED WHERE recv = {recv:d}")


def _reads(connection: Connection, sql: str) -> bool:
    with closing(another(connection)) as fresh:
        try:
            for _ in fresh.execute(sql):
                pass
        except SqliteError as error:
            _raise_unless_damage(error)
            return False
    return True


def _rows(connection: Connection, sql: str, *parameters: Any) -> list[tuple[Any, ...]] | None:
    with closing(another(connection)) as fresh:
        try:
            return fresh.execute(sql, parameters).fetchall()
        except SqliteError as error:
            _raise_unless_damage(error)
            return None


def _raise_unless_damage(error: Exception) -> None:
    """Let a file that is busy or a disk that is away not be taken for a hole."""
    if not is_damage(error):
        raise explain(error) from error
