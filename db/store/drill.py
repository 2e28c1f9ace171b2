"""The drill: restore a backup beside everything, and show that it would do."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from db.migrations import SCHEMA_VERSION
from db.store import driver
from db.store.blob_copies import lacking_blobs
from db.store.clock import Clock
from db.store.driver import Connection
from db.store.journal import Journal
from db.store.manifest import Backup, heads_of, prove, prove_record
from db.store.medium import UNWATCHED, OnStep, Watch, copy_file, explain_medium
from db.store.projections import PROJECTION_TABLES
from db.store.rebuild import PROJECTED
from db.store.store import RECORD, Store

_SLICE = 200
"""Subjects folded between two looks at whether to stop."""


@dataclass(slots=True)
class Drill:
    """What a drill showed. `seconds` by step; `differing` tables are not what their journal says.

    `lacking` is how many attached files it lists and does not have whole: a restore goes without.
    `behind_ops` is what the live record has beyond the backup; `behind_ms` since when, 0 for none.
    """

    backup: Backup
    ops: int
    seconds: dict[str, float] = field(default_factory=dict)
    differing: tuple[str, ...] = ()
    lacking: int = 0
    behind_ops: int = 0
    behind_ms: int = 0

    @property
    def is_ok(self) -> bool:
        """Whether a restore of this backup would give a record that works."""
        return not self.differing


def drill(
    backup: Backup,
    key: bytes,
    clock: Clock,
    live: Store | None = None,
    watch: Watch = UNWATCHED,
) -> Drill:
    """Restore a backup into a folder that is thrown away, and check all of it.

    Raises EnvironmentError_: backup_bad, key_wrong, work_cancelled, what the disk refuses.
    """
    result = Drill(backup, backup.ops)
    with TemporaryDirectory(prefix="griddesk-drill-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / RECORD
        with _timed(result, "prove"):
            prove(backup, key, watch, with_blobs=False)
            result.lacking = len(lacking_blobs(backup, watch.step("blobs")))
        with _timed(result, "copy"):
            _copy(backup, path, watch.step("copy"))
        with _timed(result, "check"):
            prove_record(backup, path, key, watch)
        with _timed(result, "rebuild"):
            result.differing = _rebuild(backup, path, key, clock, watch)
    if live is not None:
        result.behind_ops = live.read(lambda connection: _missing(connection, backup))
        result.behind_ms = max(clock() - backup.made_at, 0) if result.behind_ops else 0
    return result


def table_sums(connection: Connection) -> dict[str, int]:
    """Return a sum over each projected table that the order of its rows does not change."""
    sums = {}
    for table in PROJECTION_TABLES:
        total = 0
        for row in connection.execute(f"SELECT * FROM {table}"):
            total += int.from_bytes(sha256(repr(row).encode()).digest(), "big")
        sums[table] = total
    return sums


def _copy(backup: Backup, path: Path, on_step: OnStep) -> None:
    try:
        copy_file(backup.record, path, on_step)
    except OSError as error:
        raise explain_medium(error, path) from error


def _rebuild(backup: Backup, path: Path, key: bytes, clock: Clock, watch: Watch) -> tuple[str, ...]:
    connection = driver.open_writer(path, key)
    on_step = watch.step("rebuild")
    try:
        made_by = Journal(connection, clock).meta(PROJECTED[0])
        before = table_sums(connection)
        with driver.transaction(connection):
            journal = Journal(connection, clock)
            rids = [row[0] for row in connection.execute("SELECT rid FROM subject ORDER BY rid")]
            for at in range(0, len(rids), _SLICE):
                on_step(at, len(rids))
                journal.folding.renew(rids[at : at + _SLICE])
            on_step(len(rids), len(rids))
        after = table_sums(connection)
    except driver.SqliteError as error:
        raise driver.explain(error) from error
    finally:
        connection.close()
    if backup.schema != SCHEMA_VERSION or made_by not in ("", PROJECTED[1]):
        return ()  # its tables were made by another program
    return tuple(table for table in PROJECTION_TABLES if before[table] != after[table])


def _missing(connection: Connection, backup: Backup) -> int:
    had = {(one.site, one.epoch): one.seq for one in backup.heads}
    return sum(max(one.seq - had.get((one.site, one.epoch), 0), 0) for one in heads_of(connection))


@contextmanager
def _timed(result: Drill, step: str) -> Iterator[None]:
    started = time.monotonic()
    yield
    result.seconds[step] = round(time.monotonic() - started, 3)
