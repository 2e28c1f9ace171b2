"""What may be the same as one open incident of a town of ten years, scored and explained."""

from functools import partial
from pathlib import Path
from random import Random
from statistics import median

from db.domain.scope import Scope
from db.store.driver import Connection
from db.store.lists import default_policy
from db.store.queries.duplicates import duplicates_of
from db.store.queries.search import SearchFilter, found_ids
from db.store.store import Store
from desktop.bench.data import record
from desktop.bench.figures import Figure, p95, timed
from desktop.bench.first_page import DESK
from desktop.bench.search import sample_words
from desktop.duplicate_words import reason_texts

LIMIT_MS = 30.0
LIMIT_SEARCHES = 2.0
ROUNDS = 200
_WORD = 4
_SOME_OPEN = "SELECT rid FROM incident INDEXED BY incident_open WHERE is_open = 1"


def measure_duplicates(data: Path) -> list[Figure]:
    """Time the candidates of open incidents, and a search for four characters in turn with each.

    `duplicates` is the 95th of a hundred in milliseconds; `duplicates_search` the median of it
    over the median of one search in the same record.
    """
    with Store.open(record(data, "town10"), read_only=True) as store:
        return store.read(measure)


def measure(connection: Connection) -> list[Figure]:
    """Take the figures on a record."""
    rng = Random(5)
    open_ones = [row[0] for row in connection.execute(_SOME_OPEN)]
    words = sample_words(rng, _WORD)
    ours, theirs = [], []
    for rid in rng.choices(open_ones, k=ROUNDS):
        ours.append(timed(partial(explain, connection, DESK, rid)))
        find = SearchFilter(rng.choice(words))
        theirs.append(timed(partial(found_ids, connection, DESK, find, 0)))
    return [
        Figure("duplicates", 1000 * p95(ours), LIMIT_MS),
        Figure("duplicates_search", median(ours) / median(theirs), LIMIT_SEARCHES),
    ]


def explain(connection: Connection, scope: Scope, rid: int) -> list[str]:
    """Return what is said of an incident's candidates."""
    found = duplicates_of(connection, scope, rid)
    assert found is not None
    classes = default_policy().classes
    return [text for item in found.likely for text in reason_texts(item.score, classes)]
