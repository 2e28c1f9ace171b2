"""Epochs: a site that may not be what it was goes on in a chain of a new name.

An epoch is cheap; being wrong about one is not: two ops of one name would tear a chain apart.
"""

import secrets

from db.domain import suites
from db.domain.ops import GENESIS, SYSTEM, OpRef
from db.store.chains import HEAD, PUT_CHAIN
from db.store.journal import Journal
from db.store.lanes import leave_lanes

RESUITED = "resuited"
"""Why a site that may well be what it was begins a new chain: it is linked otherwise."""
_DAY_MS = 86_400_000
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_TAG = 3
"""Letters that mark the numbers of an epoch: few enough to say, too many to meet by chance."""
_LAST_HLC = (
    "SELECT hlc_ms, hlc_counter FROM chain WHERE site = ?"
    " ORDER BY hlc_ms DESC, hlc_counter DESC LIMIT 1"
)


def start_epoch(journal: Journal) -> int:
    """Begin the chain that this site writes to from now on."""
    journal.epoch = new_chain(journal)
    journal.set_meta("epoch", str(journal.epoch))
    return journal.epoch


def use_suite(journal: Journal, suite: str) -> None:
    """Link by another suite what this site writes from now on; its present chains stay as they are.

    The caller begins new chains. Raises InputError suite_unknown.
    """
    journal.set_meta("suite", suites.known(suite))
    journal.suite = suite


def new_epoch(now: int) -> int:
    """Return a name for a chain: a random number, so that two copies never choose alike."""
    days = max(now // _DAY_MS, 0) & 0xFFFF
    return days << 32 | secrets.randbits(32)


def new_chain(journal: Journal) -> int:
    """Make a chain of this site."""
    epoch = new_epoch(journal.clock())
    site_n = journal.subjects.site_number(journal.site)
    last = journal.connection.execute(_LAST_HLC, (site_n,)).fetchone() or (0, 0)
    journal.connection.execute(PUT_CHAIN, (site_n, epoch, 0, GENESIS, *last))
    return epoch


def renew_epoch(journal: Journal, reason: str) -> OpRef:
    """Leave this site's chain and its lanes where they stand and go on in new ones, saying why.

    `reason`: restored, copied, witness_lost, forked, repaired, resuited.
    """
    name = (journal.subjects.site_number(journal.site), journal.epoch)
    row = journal.connection.execute(HEAD, name).fetchone()
    left = {"epoch": journal.epoch, "seq": row[0], "hash": bytes(row[1]).hex()} if row else {}
    start_epoch(journal)
    if reason != RESUITED:
        # Two copies of one site must not give one number twice.
        journal.set_meta("number_tag", "".join(secrets.choice(_LETTERS) for _ in range(_TAG)))
    lanes = leave_lanes(journal)
    payload = {"left": left, "reason": reason, **({"lanes": lanes} if lanes else {})}
    return journal.append("epoch_started", journal.site, payload, SYSTEM).ref
