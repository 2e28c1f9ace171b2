"""Looking for inner pieces of Chinese text among a million incidents, against reading them all."""

import re
from functools import partial
from pathlib import Path
from random import Random
from statistics import median

from db.demo.bulk import sample_cases, scan_texts
from db.store.driver import Connection
from db.store.queries.search import SearchFilter, found_ids
from db.store.store import Store
from desktop.bench.data import record
from desktop.bench.figures import Figure, timed
from desktop.bench.first_page import DESK

LIMIT = 1 / 50
LENGTHS = (2, 4, 8)
WORDS = 5
"""Of each length; every scan reads the whole record, so a word is a round."""
_SEED = 11
_ALL = 10_000_000
_HAN = re.compile(r"[\u4e00-\u9fff]+")


def measure_search(data: Path) -> list[Figure]:
    """Time the list that is shown first against a scan, and compare all rows of both.

    `search_zh` is the slowest length's median; `search_wrong` counts rows that one of the two
    found alone, or in another place. The total, which the screen adds later, is not timed.
    """
    with Store.open(record(data, "m1"), read_only=True) as store:
        return store.read(measure)


def measure(connection: Connection) -> list[Figure]:
    """Take the figures on a record."""
    rng, medians, wrong = Random(_SEED), [], 0
    for length in LENGTHS:
        ratios = []
        for word in sample_words(rng, length):
            find = partial(found_ids, connection, DESK, SearchFilter(word), 0)
            ratios.append(timed(find) / timed(partial(scan_texts, connection, word)))
            wrong += _differences(list(find(limit=_ALL)), scan_texts(connection, word))
        medians.append(median(ratios))
    return [Figure("search_zh", max(medians), LIMIT), Figure("search_wrong", wrong, 0)]


def sample_words(rng: Random, length: int) -> list[str]:
    """Return different inner pieces, of Chinese alone, of the texts the records are made of."""
    texts = [text for case in sample_cases() for text in (case.title, case.content)]
    words: dict[str, None] = {}
    while len(words) < WORDS:
        runs = [run for run in _HAN.findall(rng.choice(texts)) if len(run) >= length]
        if runs:
            run = rng.choice(runs)
            start = rng.randrange(len(run) - length + 1)
            words[run[start : start + length]] = None
    return list(words)


def _differences(ours: list[int], theirs: list[int]) -> int:
    return len(set(ours) ^ set(theirs)) or sum(
        one != other for one, other in zip(ours, theirs, strict=True)
    )
