"""How large batches on a line are: half as large after it broke on one, and larger again."""

from db.store.driver import Connection
from db.store.journal import Journal
from db.sync.exchange import Limits

LARGE, SMALL = Limits().raw, 64 * 1024
"""Bytes of ops in one batch: on a good line, and on the worst."""
_SIZE = "batch_size:"


def batch_size(connection: Connection, peer: str) -> int:
    """Return how many bytes of ops a batch to or from a peer may hold, as its line was last."""
    row = connection.execute("SELECT v FROM meta WHERE k = ?", (_SIZE + peer,)).fetchone()
    return int(row[0]) if row else LARGE


def keep_batch_size(journal: Journal, peer: str, size: int) -> None:
    """Remember how much went well, or did not."""
    journal.set_meta(_SIZE + peer, str(size))
