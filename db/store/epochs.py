"""Epochs: a site that may not be what it was goes on in a chain of a new name.

An epoch is cheap; being wrong about one is not: two ops of one name would tear a chain apart.
"""

import secrets

from db.domain.ops import GENESIS, SYSTEM, OpRef
from db.store.chains import HEAD, PUT_CHAIN
from db.store.journal import Journal

_DAY_MS = 86_400_000
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_TAG = 3
"""Letters that mark the numbers of an epoch: few enough to say, too many to meet by chance."""
_LAST_HLC = (
    "SELECT hlc_ms, hlc_counter FROM chain WHERE site = ?"
    " ORDER BY hlc_ms DESC, hlc_counter DESC LIMIT 1"
)


def start_epoch(journal: Journal) -> int:
    """Begin a chain of this site: a random number, so that two copies never choose alike."""
    days = max(journal.clock() // _DAY_MS, 0) & 0xFFFF
    journal.epoch = days << 32 | secrets.randbits(32)
    site_n = journal.subjects.site_number(journal.site)
    last = journal.connection.execute(_LAST_HLC, (site_n,)).fetchone() or (0, 0)
    journal.connection.execute(PUT_CHAIN, (site_n, journal.epoch, 0, GENESIS, *last))
    journal.set_meta("epoch", str(journal.epoch))
    return journal.epoch


def renew_epoch(journal: Journal, reason: str) -> OpRef:
    """Leave this site's chain where it stands and go on in a new one, saying why.

    `reason`: restored, copied, witness_lost, forked, repaired.
    """
    name = (journal.subjects.site_number(journal.site), journal.epoch)
    row = journal.connection.execute(HEAD, name).fetchone()
    left = {"epoch": journal.epoch, "seq": row[0], "hash": bytes(row[1]).hex()} if row else {}
    start_epoch(journal)
    # Two copies of one site must not give one number twice.
    journal.set_meta("number_tag", "".join(secrets.choice(_LETTERS) for _ in range(_TAG)))
    payload = {"left": left, "reason": reason}
    return journal.append("epoch_started", journal.site, payload, SYSTEM).ref
