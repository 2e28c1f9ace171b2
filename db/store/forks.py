"""Two histories under one name: the losing branch leaves the journal, whole, and nothing is lost.

A copied or restored file that went on writing gives new ops the names of others. Which branch
stands is not chosen by anybody: the one a hub has acknowledged does. The other is kept in the table
of forks, and its author writes what it said once more in a chain of its own.
"""

from dataclasses import replace

from db.domain.ops import Op, OpRef, decode
from db.store.epochs import renew_epoch
from db.store.journal import Journal
from db.store.parcels import Envelope, Range

_KEEP = """INSERT OR IGNORE INTO fork
SELECT op.site, op.epoch, op.seq, op.hash, op.body, attest.sig, envelope.id, envelope.cipher,
envelope.room_key, envelope.wrapped_key, ?, ?
FROM op LEFT JOIN envelope USING (site, epoch, seq) LEFT JOIN attest USING (site, epoch, seq)
WHERE op.site = ? AND op.epoch = ? AND op.seq > ?"""
_BRANCH = """SELECT op.seq, op.body, op.subject, envelope.id, envelope.cipher, envelope.room_key,
envelope.wrapped_key
FROM op LEFT JOIN envelope USING (site, epoch, seq)
WHERE op.site = ? AND op.epoch = ? AND op.seq > ? ORDER BY op.seq"""
_HASH = "SELECT hash FROM op WHERE site = ? AND epoch = ? AND seq = ?"
_PUT = "INSERT OR IGNORE INTO fork VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_OF_CHAIN = frozenset({"site_started", "epoch_started"})
"""Kinds that speak of their own chain only: not said again in another one."""

Branch = list[tuple[Op, Envelope | None]]


def give_way(journal: Journal, site: str, epoch: int, base: int, seen_from: str) -> int:
    """Make room for another branch of a chain behind op `base`; return the ops that left it.

    This site's own branch is written anew, with its envelopes, in a new epoch.
    """
    branch = _set_aside(journal, site, epoch, base, seen_from)
    if site == journal.site:
        if epoch == journal.epoch:
            renew_epoch(journal, "forked")
        _reissue(journal, branch)
    return len(branch)


def keep_refused(
    journal: Journal, refused: Range, digests: list[bytes], sig: bytes, seen_from: str
) -> None:
    """Keep a signed branch that was refused because another one stands here."""
    site_n = journal.subjects.site_number(refused.site)
    last = len(digests) - 1
    for number, (digest, body) in enumerate(zip(digests, refused.bodies, strict=True)):
        seq = refused.from_seq + number
        name = (site_n, refused.epoch, seq)
        here = journal.connection.execute(_HASH, name).fetchone()
        if here is None or bytes(here[0]) != digest:
            row = (*name, digest, body, sig if number == last else None, None, None, None, None)
            journal.connection.execute(_PUT, (*row, seen_from, journal.clock()))


def _set_aside(journal: Journal, site: str, epoch: int, base: int, seen_from: str) -> Branch:
    ask = journal.connection.execute
    chain = (journal.subjects.site_number(site), epoch)
    branch: Branch = []
    rids = set()
    for seq, body, rid, *sealed in ask(_BRANCH, (*chain, base)).fetchall():
        ref = OpRef(site, epoch, seq)
        branch.append((decode(body), Envelope(ref, *sealed) if sealed[0] else None))
        rids.add(rid)
    ask(_KEEP, (seen_from, journal.clock(), *chain, base))
    for table in ("attest", "envelope", "op"):
        ask(f"DELETE FROM {table} WHERE site = ? AND epoch = ? AND seq > ?", (*chain, base))
    if base:
        head = ask(_HASH, (*chain, base)).fetchone()[0]
        ask(
            "UPDATE chain SET head_seq = ?, head_hash = ? WHERE site = ? AND epoch = ?",
            (base, head, *chain),
        )
    else:
        ask("DELETE FROM chain WHERE site = ? AND epoch = ?", chain)
    journal.folding.renew(sorted(rids - {0}))
    return branch


def _reissue(journal: Journal, branch: Branch) -> None:
    """Write a branch again, each op upon what its author had seen then.

    A number given in it gets the mark of the new epoch: the other branch may have given it too.
    """
    tag = journal.meta("number_tag")
    stands_for: dict[OpRef, tuple[OpRef, ...]] = {}
    for op, envelope in branch:
        parents = tuple(ref for parent in op.parents for ref in stands_for.get(parent, (parent,)))
        if op.kind in _OF_CHAIN:
            stands_for[op.ref] = parents
            continue
        ref = journal.append_again(_renumbered(op, tag), parents)
        stands_for[op.ref] = (ref,)
        if envelope:
            sealed = (envelope.id, envelope.cipher, envelope.room_key, envelope.wrapped_key)
            journal.add_envelope(Envelope(ref, *sealed))


def _renumbered(op: Op, tag: str) -> Op:
    values = op.payload.get("set")
    if not (isinstance(values, dict) and values.get("number")):
        return op
    return replace(
        op, payload={**op.payload, "set": {**values, "number": f"{values['number']}-{tag}"}}
    )
