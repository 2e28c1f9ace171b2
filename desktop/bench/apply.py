"""Taking in a month of another station's ops, and making the projections of it anew."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from db.demo.bulk import bare_rows, first_ranges, write_bare
from db.store import driver
from db.store.clock import system_clock
from db.store.journal import Journal
from db.store.parcels import Range
from db.store.rebuild import rebuild_now
from db.store.store import Store
from desktop.bench.data import record
from desktop.bench.figures import Figure, median_ratio, timed

APPLY_LIMIT = 0.60
REBUILD_LIMIT = 1.0
OPS = 10_000
ROUNDS = 7
_KEY = bytes(range(32))


def measure_apply(data: Path) -> list[Figure]:
    """Time a batch of 10,000 ops against bare rows in the same tables, a rebuild against both.

    Ours checks the chain, decodes, folds and writes; theirs is `executemany` of the very rows that
    came of it, with the same driver, key and FULL.
    """
    ranges = _first_ranges(data)
    applied: list[float] = []
    written: list[float] = []
    rebuilt: list[float] = []
    with TemporaryDirectory(dir=data) as folder:
        for number in range(ROUNDS):
            ours, theirs = Path(folder) / f"ours-{number}.db", Path(folder) / f"bare-{number}.db"
            applied.append(_apply(ours, ranges))
            written.append(_write(theirs, ours))
            rebuilt.append(_rebuild(ours))
            ours.unlink()
            theirs.unlink()
    return [
        Figure("journal_apply", median_ratio(written, applied), APPLY_LIMIT, better="higher"),
        Figure("rebuild", median_ratio(rebuilt, applied), REBUILD_LIMIT),
    ]


def _first_ranges(data: Path) -> list[Range]:
    with Store.open(record(data, "month"), read_only=True) as store:
        return store.read(partial(first_ranges, limit=OPS))


def _apply(path: Path, ranges: Sequence[Range]) -> float:
    driver.create(path, _KEY)
    connection = driver.open_writer(path, _KEY)

    def work() -> None:
        with driver.transaction(connection):
            Journal(connection, system_clock).receive(*ranges)

    seconds = timed(work)
    connection.close()
    return seconds


def _write(path: Path, source: Path) -> float:
    reader = driver.open_reader(source, _KEY)
    rows = bare_rows(reader)
    reader.close()
    driver.create(path, _KEY)
    connection = driver.open_writer(path, _KEY)

    def work() -> None:
        with driver.transaction(connection):
            write_bare(connection, rows)

    seconds = timed(work)
    connection.close()
    return seconds


def _rebuild(path: Path) -> float:
    connection = driver.open_writer(path, _KEY)

    def work() -> None:
        with driver.transaction(connection):
            rebuild_now(Journal(connection, system_clock))

    seconds = timed(work)
    connection.close()
    return seconds
