"""When to try the line again, and with how much. A timer asks, never an event alone."""

from random import Random

from db.store.driver import Connection
from db.store.journal import Journal
from db.sync.exchange import Limits

FIRST = 5.0
LONGEST = 15 * 60.0
CALM = (20.0, 40.0)
_MAX_DOUBLINGS = 10
LARGE, SMALL = Limits().raw, 64 * 1024
"""Bytes of ops in one batch: on a good line, and on the worst."""
_SIZE = "batch_size:"


def next_delay(failures: int, random: Random) -> float:
    """Return the seconds until the next exchange after so many failures in a row.

    The whole span is random, so that a town's rooms do not come back in the same second.
    """
    if failures <= 0:
        return random.uniform(*CALM)
    ceiling = min(LONGEST, FIRST * 2 ** min(failures, _MAX_DOUBLINGS))
    return random.uniform(FIRST, ceiling)


def batch_size(connection: Connection, peer: str) -> int:
    """Return how many bytes of ops a batch to or from a peer may hold, as its line was last."""
    row = connection.execute("SELECT v FROM meta WHERE k = ?", (_SIZE + peer,)).fetchone()
    return int(row[0]) if row else LARGE


def keep_batch_size(journal: Journal, peer: str, size: int) -> None:
    """Remember how much went well, or did not."""
    journal.set_meta(_SIZE + peer, str(size))
