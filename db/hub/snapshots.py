"""A town's journal kept ready for a new station: its batches, one after the other, in memory.

    u32 length | batch | u32 length | batch …

Cut at the heads of the moment it is made, as long as it is not too large; what is behind the cut is
pulled like any other news. It lies on no disk: what the ops say stands nowhere but in the record.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from threading import Lock
from typing import NamedTuple

from db.store.parcels import Head
from db.sync.exchange import Collected
from db.sync.wire import FRAME, Want

LEAST = 10_000
"""Ops below which a town's journal is not worth keeping ready."""
LARGEST = 32 * 1024 * 1024
"""Bytes of one; some half a million ops."""
KEPT = 3
KEPT_MS = 10 * 60_000
"""Milliseconds for which one is given."""
Collect = Callable[[Sequence[Want]], Collected | None]


class Snapshot(NamedTuple):
    """A town's journal up to a cut. `name` is the SHA-256 of its bytes.

    `ops` stood there then, and so many envelopes had been `erased`.
    """

    name: str
    data: bytes
    ops: int
    made_at: int
    erased: int


class Snapshots:
    """Makes and keeps those of the towns that were asked for last. Any thread may ask."""

    def __init__(self) -> None:
        self._kept: dict[str, Snapshot] = {}
        self._making = Lock()

    def of(
        self, town: str, heads: Sequence[Head], now: int, erased: int, collect: Collect
    ) -> Snapshot | None:
        """Return a town's; None where it is small, or one is being made at the moment.

        `heads` are what the town is shown now: one that is a quarter behind is made anew, and one
        from before an erasure: whose key was destroyed is given to nobody.
        """
        ops = sum(head.seq for head in heads)
        if ops < LEAST:
            return None
        kept = self._kept.get(town)
        is_fresh = kept and kept.erased == erased and now < kept.made_at + KEPT_MS
        if kept and is_fresh and ops - kept.ops <= kept.ops // 4:
            return kept
        if not self._making.acquire(blocking=False):
            return None
        try:
            data = b"".join(_frames(heads, collect))
            made = Snapshot(hashlib.sha256(data).hexdigest(), data, ops, now, erased)
            others = [(name, one) for name, one in self._kept.items() if name != town]
            self._kept = {**dict(others[1 - KEPT :]), town: made}
            return made
        finally:
            self._making.release()


def _frames(heads: Sequence[Head], collect: Collect) -> Iterator[bytes]:
    cursor = {(head.site, head.epoch): 1 for head in heads}
    ends = {(head.site, head.epoch): head.seq for head in heads}
    size = 0
    while wants := [Want(*chain, seq, ends[chain]) for chain, seq in cursor.items()]:
        batch = collect(wants)
        if batch is None:
            return
        size += FRAME.size + len(batch.data)
        if size > LARGEST:
            return
        yield FRAME.pack(len(batch.data)) + batch.data
        cursor |= {chain: end + 1 for chain, end in batch.ends.items()}
        cursor = {chain: seq for chain, seq in cursor.items() if seq <= ends[chain]}
