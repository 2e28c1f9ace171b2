"""A page anywhere in the list of all years, and the counts beside the queue."""

from functools import partial
from pathlib import Path
from random import Random

from db.demo.bulk import offset_page
from db.store.queries.queue import QueueFilter, counts, queue_ids, queue_rows
from db.store.store import Store
from desktop.bench.data import record
from desktop.bench.figures import Figure, in_turn, median_ratio, p95, timed
from desktop.bench.first_page import DESK
from desktop.models.paged_table import PAGE

DEEP_LIMIT = 1 / 10
COUNTS_LIMIT = 1.5
DEEP_ROUNDS = 21
COUNTS_ROUNDS = 201


def measure_deep(data: Path) -> list[Figure]:
    """Time a page anywhere among two million by its ids against OFFSET to the same place.

    The ids are read once when the list is opened, and not timed: a page is what scrolling waits
    for.
    """
    with Store.open(record(data, "m2"), read_only=True) as store:
        ids = store.read(lambda c: queue_ids(c, DESK, QueueFilter(is_archive=True), store.clock()))
        rng = Random(1)
        places = [rng.randrange(len(ids) - PAGE) for _ in range(DEEP_ROUNDS)]
        connection = store.reader()
        ours, theirs = [], []
        for at in places:
            page = ids[at : at + PAGE]
            ours.append(timed(partial(queue_rows, connection, DESK, page)))
            theirs.append(timed(partial(offset_page, connection, at, PAGE)))
    return [Figure("queue_deep", median_ratio(ours, theirs), DEEP_LIMIT)]


def measure_counts(data: Path) -> list[Figure]:
    """Time all counts of the open set at two million incidents against one."""
    with (
        Store.open(record(data, "m2"), read_only=True) as large,
        Store.open(record(data, "m1"), read_only=True) as small,
    ):
        ours, theirs = in_turn(
            lambda: timed(lambda: large.read(lambda c: counts(c, DESK, large.clock()))),
            lambda: timed(lambda: small.read(lambda c: counts(c, DESK, small.clock()))),
            COUNTS_ROUNDS,
            warm_up=5,
        )
    return [Figure("counts", p95(ours) / p95(theirs), COUNTS_LIMIT)]
