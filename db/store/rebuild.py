"""Making the projections anew from the journal, beside the working program.

Subjects are folded again a slice at a time, each slice in a transaction of its own: every subject
passes from its old rows to its new ones at once, nobody waits longer than a slice, and a broken-off
run goes on where it stood. What is written meanwhile folds as always. Erasures that a version
which knew of none only kept are taken in on the way.
"""

from collections.abc import Callable
from typing import NamedTuple

from db.domain.erasing import KIND as ERASED
from db.domain.errors import EnvironmentError_
from db.store import driver
from db.store.erasure import catch_up
from db.store.journal import Journal
from db.store.projections import KEY_OF_TABLE
from db.store.search_index import CLEAR_STRAY_SEARCH
from db.store.store import Store

PROJECTION_VERSION = 8
"""Grows with every change of a fold; a record made by another version is rebuilt."""
PROJECTED = ("projection_version", str(PROJECTION_VERSION))
"""The setting of a record whose rows this version made."""
SLICE = 200
"""Subjects in one transaction: some twenty milliseconds."""
_CURSOR = "rebuilt_to"
_NEXT = "SELECT rid FROM subject WHERE rid > ? ORDER BY rid LIMIT ?"
_LAST = "SELECT max(rid) FROM subject"
_ERASURES = "SELECT body FROM op WHERE subject BETWEEN ? AND ? AND instr(body, ?)"

Progress = Callable[[int, int], None]
"""Told the subjects done and all of them."""


class _Slice(NamedTuple):
    folded: int
    last: int
    end: int


def rebuild(
    store: Store,
    *,
    progress: Progress | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> int:
    """Fold every subject anew; return the ops folded.

    Raises EnvironmentError_ where it is cancelled; the next call goes on from there.
    """
    folded = 0
    while True:
        if is_cancelled and is_cancelled():
            raise EnvironmentError_("rebuild_cancelled")
        done = store.write(_rebuild_slice).result
        folded += done.folded
        if progress:
            progress(done.last, done.end)
        if done.last >= done.end:
            return folded


def rebuild_if_older(
    store: Store,
    progress: Progress | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> int:
    """Rebuild a record whose rows were made by another version; return the ops folded."""
    version = store.read(lambda connection: driver.meta(connection, PROJECTED[0]))
    if version == PROJECTED[1]:
        return 0
    return rebuild(store, progress=progress, is_cancelled=is_cancelled)


def rebuild_now(journal: Journal) -> int:
    """Fold every subject anew within one transaction; return the ops folded."""
    rids = [row[0] for row in journal.connection.execute(_NEXT, (0, -1)).fetchall()]
    folded = journal.folding.renew(rids)
    _finish(journal)
    return folded


def _rebuild_slice(journal: Journal) -> _Slice:
    ask = journal.connection.execute
    version, _, at = journal.meta(_CURSOR).partition(":")
    start = int(at) if version == PROJECTED[1] else 0
    rids = [row[0] for row in ask(_NEXT, (start, SLICE)).fetchall()]
    folded = journal.folding.renew(rids)
    end = ask(_LAST).fetchone()[0] or 0
    last = rids[-1] if rids else end
    _take_in_erasures(journal, start + 1, last)
    if last < end:
        journal.set_meta(_CURSOR, f"{PROJECTED[1]}:{last}")
    else:
        _finish(journal)
    return _Slice(folded, last, end)


def _take_in_erasures(journal: Journal, first: int, last: int) -> None:
    rows = journal.connection.execute(_ERASURES, (first, last, ERASED.encode())).fetchall()
    catch_up(journal, (row[0] for row in rows))


def _finish(journal: Journal) -> None:
    """Drop rows that belong to no subject, and note what made the rest."""
    for table, key in KEY_OF_TABLE.items():
        journal.connection.execute(
            f"DELETE FROM {table} WHERE {key} NOT IN (SELECT rid FROM subject)"
        )
    journal.connection.execute(CLEAR_STRAY_SEARCH)
    journal.set_meta(_CURSOR, "")
    journal.set_meta(*PROJECTED)
