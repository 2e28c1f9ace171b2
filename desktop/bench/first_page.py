"""The first page of the queue in a record twice as old: what is open counts, not what was."""

from pathlib import Path

from db.demo.bulk import TOWN
from db.domain.scope import SECRET, Scope
from db.store.queries.queue import QueueFilter, queue_ids, queue_rows
from db.store.store import Store
from desktop.bench.data import record
from desktop.bench.figures import Figure, in_turn, p95, timed
from desktop.models.paged_table import PAGE

LIMIT = 1.1
ROUNDS = 201
DESK = Scope("bench", frozenset({"duty_officer"}), area=TOWN, secrecy=SECRET)


def measure_first_page(data: Path) -> list[Figure]:
    """Time ids and first page at two million incidents against one; both have the same open."""
    with (
        Store.open(record(data, "m2"), read_only=True) as large,
        Store.open(record(data, "m1"), read_only=True) as small,
    ):
        ours, theirs = in_turn(
            lambda: timed(lambda: first_page(large)),
            lambda: timed(lambda: first_page(small)),
            ROUNDS,
            warm_up=5,
        )
    return [Figure("queue_first", p95(ours) / p95(theirs), LIMIT)]


def first_page(store: Store) -> int:
    """Read the open queue's ids and its first page; return how many rows that gave."""
    ids = store.read(lambda c: queue_ids(c, DESK, QueueFilter(), store.clock()))
    return len(store.read(lambda c: queue_rows(c, DESK, ids[:PAGE])))
