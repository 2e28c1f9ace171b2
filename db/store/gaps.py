"""What a repaired record is known to lack, and what this site can say once more itself."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from db.domain.ops import OpRef, decode
from db.store import driver
from db.store.forks import OF_CHAIN
from db.store.journal import Journal
from db.store.manifest import heads_of
from db.store.parcels import Envelope
from db.store.salvage import Salvage
from db.store.witness import Witness

Chain = tuple[str, int]
Found = dict[Chain, dict[int, tuple[bytes, bytes]]]
"""Ops by chain and number: the hash that linked each, and its bytes."""
Sealed = dict[OpRef, Envelope]


@dataclass(frozen=True, slots=True)
class Gap:
    """Where a chain breaks off: op `last` is the last one proven.

    `missing` are ops known to have been behind it, in whole. Of them `again` are this site's own
    and written once more in its new epoch; `unproven` are another site's that can be read in the
    damaged file but stand behind a hole.
    """

    site: str
    epoch: int
    last: int
    missing: int
    unproven: int
    again: int


def later_heads(salvage: Salvage, names: Mapping[int, str], witness: Witness) -> dict[Chain, int]:
    """Return how far each chain is known to have come, by the damaged file and the witness."""
    heads = {
        (names[number], epoch): seq
        for (number, epoch), seq in salvage.heads().items()
        if number in names
    }
    lines = list(witness.lines())
    here = [line.mark for line in lines if line.binding == witness.binding]
    for mark in (here or [line.mark for line in lines])[:1]:
        chain = (witness.site, mark.epoch)
        heads[chain] = max(mark.seq, heads.get(chain, 0))
    return heads


def find_gaps(
    connection: driver.Connection, heads: Mapping[Chain, int], left: Found, own: str
) -> list[Gap]:
    """Compare a record with what its chains had come to; `left` could be read, not proven."""
    now = {(one.site, one.epoch): one.seq for one in heads_of(connection)}
    gaps = []
    for site, epoch in sorted(heads.keys() | left.keys()):
        ops = left.get((site, epoch), {})
        last = now.get((site, epoch), 0)
        missing = max(heads.get((site, epoch), 0), *ops, last) - last
        if missing:
            again = _sayable(ops) if site == own else 0
            unproven = 0 if site == own else len(ops)
            gaps.append(Gap(site, epoch, last, missing, unproven, again))
    return gaps


def write_again(journal: Journal, left: Found, sealed: Sealed) -> None:
    """Write this site's own ops that stood behind a hole once more, with their envelopes."""
    ops = [
        (decode(body), digest)
        for (site, _), found in left.items()
        if site == journal.site
        for digest, body in found.values()
    ]
    for op, digest in sorted(ops, key=lambda one: (one[0].hlc, one[0].ref)):
        if op.kind not in OF_CHAIN:
            ref = journal.append_again(op, digest)
            if envelope := sealed.get(op.ref):
                journal.add_envelope(replace(envelope, ref=ref))


def _sayable(ops: Mapping[int, tuple[bytes, bytes]]) -> int:
    return sum(decode(body).kind not in OF_CHAIN for _, body in ops.values())
