"""Handing a branch that gave way back to the site that wrote it.

In a room without a hub two workstations may settle which branch of a third one's chain stands while
that one is away. What gave way is kept here, whole; its author has to hear of it, for only he can
say again what stood in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from db.domain.ops import OpRef, chain_hash
from db.store.driver import Connection
from db.store.journal import Journal
from db.store.parcels import Envelope, Range
from db.sync.batch import MAX_OPS, encode_batch
from db.sync.exchange import Limits, hash_at
from db.sync.ledger import Ledger
from db.sync.signing import signer_for
from db.sync.wire import Attest

_HANDED = "handed:"
_ROWS = """SELECT epoch, seq, hash, body, sig, envelope, cipher, room_key, wrapped_key FROM fork
WHERE site = (SELECT n FROM site WHERE id = ?) ORDER BY epoch, seq"""
_COUNT = "SELECT count(*) FROM fork WHERE site = (SELECT n FROM site WHERE id = ?)"


@dataclass(frozen=True, slots=True)
class _Kept:
    """An op that gave way, with what was sealed beside it and its site's word, if it had one."""

    ref: OpRef
    hash: bytes
    body: bytes
    sig: bytes | None
    sealed: Envelope | None


def not_handed(connection: Connection, site: str) -> int:
    """Return how many ops of a site gave way here, 0 where all of them were handed to it."""
    count = int(connection.execute(_COUNT, (site,)).fetchone()[0])
    row = connection.execute("SELECT v FROM meta WHERE k = ?", (_HANDED + site,)).fetchone()
    return 0 if row and int(row[0]) == count else count


def note_handed(journal: Journal, site: str, count: int) -> None:
    """Remember that so many ops were handed to a site."""
    journal.set_meta(_HANDED + site, str(count))


def branches_of(ledger: Ledger, site: str) -> list[bytes]:
    """Return the branches of a site that gave way here, each as a batch for it.

    A branch goes as far as its site has signed for it.
    """
    signer, now = signer_for(ledger), max(ledger.clock(), 0)
    batches = []
    for prev_hash, branch in ledger.read(lambda connection: list(_branches(connection, site))):
        first, last = branch[0], branch[-1]
        assert last.sig is not None
        bodies = [kept.body for kept in branch]
        item = Range(site, first.ref.epoch, first.ref.seq, prev_hash, bodies, last.hash)
        word = Attest(site, last.ref.epoch, last.ref.seq, last.hash, last.sig)
        sealed = [kept.sealed for kept in branch if kept.sealed]
        batches.append(encode_batch(signer, [item], sealed, [word], created=now, to=site))
    return batches


def _branches(connection: Connection, site: str) -> Iterator[tuple[bytes, list[_Kept]]]:
    """Yield each branch that hangs on what stands here, with the hash it hangs on."""
    rows = [_read(site, row) for row in connection.execute(_ROWS, (site,))]
    for first in rows:
        base = hash_at(connection, site, first.ref.epoch, first.ref.seq - 1)
        if base is not None and chain_hash(base, first.body) == first.hash:
            branch = _followed(first, rows)
            if branch:
                yield base, branch


def _followed(first: _Kept, rows: list[_Kept]) -> list[_Kept]:
    """Return a branch from its first op on, as far as it is signed and fits one batch."""
    branch, size = [first], len(first.body)
    for kept in rows:
        is_next = kept.ref == branch[-1].ref._replace(seq=branch[-1].ref.seq + 1)
        if is_next and chain_hash(branch[-1].hash, kept.body) == kept.hash:
            size += len(kept.body)
            if len(branch) >= MAX_OPS or size > Limits().raw:
                break
            branch.append(kept)
    while branch and branch[-1].sig is None:
        branch.pop()
    return branch


def _read(site: str, row: tuple) -> _Kept:  # type: ignore[type-arg]
    epoch, seq, digest, body, sig, *sealed = row
    ref = OpRef(site, epoch, seq)
    is_sealed = sealed[0] and sealed[-1] is not None
    return _Kept(ref, bytes(digest), body, sig, Envelope(ref, *sealed) if is_sealed else None)
