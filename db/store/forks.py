"""Two histories under one name: the losing branch leaves the journal, whole, and nothing is lost.

A copied or restored file that went on writing gives new ops the names of others. Which branch
stands is not chosen by anybody: the one a hub has acknowledged does. The other is kept in the table
of forks, and its author writes what it said once more in a chain of its own.
"""

from collections.abc import Mapping
from dataclasses import replace

from db.domain.ops import SYSTEM, Op, OpRef, decode
from db.store.epochs import renew_epoch
from db.store.erasure import is_erased
from db.store.journal import Journal
from db.store.lanes import current_epochs
from db.store.parcels import Envelope, Range

_KEEP = """INSERT OR IGNORE INTO fork
SELECT op.site, op.epoch, op.seq, op.hash, op.body, attest.sig, envelope.id, envelope.cipher,
envelope.room_key, envelope.wrapped_key, ?, ?
FROM op LEFT JOIN envelope USING (site, epoch, seq) LEFT JOIN attest USING (site, epoch, seq)
WHERE op.site = ? AND op.epoch = ? AND op.seq > ?"""
_BRANCH = """SELECT op.seq, op.body, op.hash, op.subject,
envelope.id, envelope.cipher, envelope.room_key, envelope.wrapped_key
FROM op LEFT JOIN envelope USING (site, epoch, seq)
WHERE op.site = ? AND op.epoch = ? AND op.seq > ? ORDER BY op.seq"""
_BODIES = "SELECT body FROM op WHERE site = ? AND epoch = ? ORDER BY seq"
_HASH = "SELECT hash FROM op WHERE site = ? AND epoch = ? AND seq = ?"
_KEPT = "SELECT 1 FROM fork WHERE site = ? AND epoch = ? AND seq = ? AND hash = ?"
_PUT = "INSERT INTO fork VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_NONE = (None, None, None, None)
OF_CHAIN = frozenset({"site_started", "epoch_started"})
"""Kinds that speak of their own chain only: not said again in another one."""

Branch = list[tuple[Op, bytes, Envelope | None]]
"""Ops with the hash that linked them, and what was sealed beside them."""


def give_way(journal: Journal, site: str, epoch: int, base: int, seen_from: str) -> int:
    """Make room for another branch of a chain behind op `base`; return the ops that left it.

    This site's own branch is written anew, with its envelopes, in a new epoch.
    """
    branch = _set_aside(journal, site, epoch, base, seen_from)
    if site == journal.site:
        if epoch in current_epochs(journal.connection):
            renew_epoch(journal, "forked")
        _reissue(journal, branch)
        _mark_numbers(journal, branch)
    return len(branch)


def keep_refused(
    journal: Journal,
    refused: Range,
    digests: list[bytes],
    sig: bytes,
    envelopes: Mapping[OpRef, Envelope],
    seen_from: str,
) -> Branch:
    """Keep a signed branch, with its envelopes, that another one standing here made refused.

    Return what of it was not kept before.
    """
    kept: Branch = []
    site_n = journal.subjects.site_number(refused.site)
    last = len(digests) - 1
    for number, (digest, body) in enumerate(zip(digests, refused.bodies, strict=True)):
        seq = refused.from_seq + number
        name = (site_n, refused.epoch, seq)
        here = journal.connection.execute(_HASH, name).fetchone()
        if journal.connection.execute(_KEPT, (*name, digest)).fetchone():
            continue
        if here is None or bytes(here[0]) != digest:
            found = envelopes.get(OpRef(refused.site, refused.epoch, seq))
            if found:
                journal.envelopes.add(found.id)
                found = None if is_erased(journal.connection, found, body) else found
            sealed = (found.id, found.cipher, found.room_key, found.wrapped_key) if found else _NONE
            row = (*name, digest, body, sig if number == last else None, *sealed)
            journal.connection.execute(_PUT, (*row, seen_from, journal.clock()))
            kept.append((decode(body), digest, found))
    return kept


def write_again(journal: Journal, branch: Branch) -> None:
    """Write a branch of this site's that does not stand once more, in a new epoch."""
    if branch:
        renew_epoch(journal, "forked")
        _reissue(journal, branch)


def _set_aside(journal: Journal, site: str, epoch: int, base: int, seen_from: str) -> Branch:
    ask = journal.connection.execute
    chain = (journal.subjects.site_number(site), epoch)
    branch: Branch = []
    rids = set()
    for seq, body, digest, rid, *sealed in ask(_BRANCH, (*chain, base)).fetchall():
        is_sealed = sealed[0] and sealed[-1] is not None
        envelope = Envelope(OpRef(site, epoch, seq), *sealed) if is_sealed else None
        branch.append((decode(body), bytes(digest), envelope))
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
    for op, digest, envelope in branch:
        if op.kind not in OF_CHAIN:
            ref = journal.append_again(_renumbered(op, tag), digest)
            if envelope:
                journal.add_envelope(replace(envelope, ref=ref))


def _mark_numbers(journal: Journal, branch: Branch) -> None:
    """Mark the numbers given in the lanes that a branch began: no other branch had a part in them.

    What they say stands, so the mark is one more op upon it.
    """
    tag, site_n = journal.meta("number_tag"), journal.subjects.site_number(journal.site)
    for begun, _, _ in branch:
        lane = begun.payload.get("epoch") if begun.kind == "epoch_started" else None
        rows = journal.connection.execute(_BODIES, (site_n, lane)).fetchall()
        for op in (decode(row[0]) for row in rows):
            given = _renumbered(op, tag)
            if given is not op:
                number = {"number": given.payload["set"]["number"]}
                journal.append("source_updated", op.id, {"set": number}, SYSTEM)


def _renumbered(op: Op, tag: str) -> Op:
    values = op.payload.get("set")
    if not (isinstance(values, dict) and values.get("number")):
        return op
    return replace(
        op, payload={**op.payload, "set": {**values, "number": f"{values['number']}-{tag}"}}
    )
