"""What two records tell each other: heads, missing ranges, and what to do with those that come.

The receiver's durable heads are the only cursor. A batch is taken in whole, in one transaction,
or not at all. Whoever carries a chain, nothing of it is taken in beyond the last op that its own
site has vouched for; what is behind that waits for its owner.
"""

import hashlib
import heapq
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Any, NamedTuple

from db.domain.erasing import sealed_in
from db.domain.errors import BugError, InputError
from db.domain.ops import GENESIS, Op, OpRef, chain_hash, decode
from db.store.changes import Changes
from db.store.driver import Connection
from db.store.forks import keep_refused, write_again
from db.store.journal import Journal
from db.store.lanes import current_epochs
from db.store.parcels import Envelope, Head, Range
from db.sync import attests, wire
from db.sync.batch import (
    FREE_RATIO,
    MAX_OPS,
    Batch,
    Sender,
    decode_batch,
    encode_batch,
    envelope_size,
    frame_size,
    is_acceptable,
    last_seq,
    op_size,
    without,
)
from db.sync.keyline import follow, key_in_force, keys_at, own_keys, own_secret, steps_of
from db.sync.ledger import Ledger
from db.sync.peers import Peer, hub_of
from db.sync.signing import Signer, is_attested, signer_for
from db.sync.wire import Attest, Want

FIRST_KIND = "site_started"

_HEADS = "SELECT site.id, epoch, head_seq, head_hash FROM chain JOIN site ON site.n = chain.site"
# The site's number comes from a subquery: joined, the planner may begin with all of `op`.
_HEAD_OF = """SELECT head_seq, head_hash FROM chain
WHERE site = (SELECT n FROM site WHERE id = ?) AND epoch = ?"""
_HASH_AT = """SELECT hash FROM op
WHERE site = (SELECT n FROM site WHERE id = ?) AND epoch = ? AND seq = ?"""
_BODY_AT = """SELECT body FROM op
WHERE site = (SELECT n FROM site WHERE id = ?) AND epoch = ? AND seq = ?"""
_SITE_NUMBER = "SELECT n FROM site WHERE id = ?"
_OPS_FROM = """SELECT op.recv, op.seq, op.hash, op.body,
envelope.id, envelope.cipher, envelope.room_key, envelope.wrapped_key
FROM op LEFT JOIN envelope
ON envelope.site = op.site AND envelope.epoch = op.epoch AND envelope.seq = op.seq
AND envelope.wrapped_key IS NOT NULL
WHERE op.site = ? AND op.epoch = ? AND op.seq BETWEEN ? AND ? ORDER BY op.seq LIMIT ?"""
_FIRST_OPS = """SELECT op.body FROM chain
JOIN op ON op.site = chain.site AND op.epoch = chain.epoch AND op.seq = 1
WHERE chain.site = (SELECT n FROM site WHERE id = ?) ORDER BY op.recv"""
_PEER_KEY = "SELECT CASE WHEN kind <> 'revoked' THEN sign_key END FROM peer WHERE id = ?"
_VOUCHED_KEY = "SELECT sign_key FROM peer WHERE id = ?"
_HELD = "SELECT count(*) FROM op WHERE state <> 0"
_FIRST_PAGE, _LAST_PAGE = 64, 2_048
"""Ops of one chain read at a time: few where many chains are wanted, more as one goes on."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one batch made here holds.

    Less than a receiver must take: `raw` bytes never compress to more than a frame may have, and
    the header of `chains` ranges with their attests fits its limit.
    """

    ops: int = MAX_OPS
    raw: int = 3_500_000
    chains: int = 350


class Collected(NamedTuple):
    """A batch ready to go, the head it leaves each of its chains at, and whether more waits."""

    data: bytes
    ends: dict[tuple[str, int], int]
    n_ops: int
    more: bool


class Taken(NamedTuple):
    """What a batch did to the record. It exists only after the commit."""

    sender: Sender
    added: int
    duplicates: int
    held: int
    heads: list[Head]
    changes: Changes


class _Stored(NamedTuple):
    """An op of a wanted chain, by its place among the wants, with what is sealed beside it."""

    recv: int
    chain: int
    seq: int
    digest: bytes
    body: bytes
    envelope: Envelope | None


@dataclass(slots=True)
class _Gathered:
    """Ops and envelopes on their way into one batch."""

    chains: dict[int, list[tuple[int, bytes, bytes]]] = field(default_factory=dict)
    envelopes: list[Envelope] = field(default_factory=list)
    raw: int = 0
    n_ops: int = 0
    more: bool = False


Admit = Callable[[Journal, Batch], None]
KeyOfSite = Callable[[Connection, str], bytes | None]


def heads_of(connection: Connection) -> list[Head]:
    """Return the last op of every chain here."""
    return [Head(*row) for row in connection.execute(_HEADS)]


def own_heads(store: Ledger) -> list[Head]:
    """Return what this record holds, chain by chain."""
    return store.read(heads_of)


def head_of(connection: Connection, site: str, epoch: int) -> Head:
    """Return a chain's last op; of a chain not here, its beginning."""
    row = connection.execute(_HEAD_OF, (site, epoch)).fetchone()
    return Head(site, epoch, *row) if row else Head(site, epoch, 0, GENESIS)


def hash_at(connection: Connection, site: str, epoch: int, seq: int) -> bytes | None:
    """Return the hash of one op, GENESIS before the first, None where it is not here."""
    if seq == 0:
        return GENESIS
    row = connection.execute(_HASH_AT, (site, epoch, seq)).fetchone()
    return bytes(row[0]) if row else None


def held_count(connection: Connection) -> int:
    """Return how many ops wait for an update or for other ops."""
    return int(connection.execute(_HELD).fetchone()[0])


def declared(body: bytes, site: str) -> dict[str, Any] | None:
    """Return what a site says of itself in its chain's first op, None where this is not that."""
    op = decode(body)
    if op.kind != FIRST_KIND or op.id != site or op.ref.site != site:
        return None
    return op.payload


def chain_key(connection: Connection, site: str) -> bytes | None:
    """Return the key that a site's chain names as its own: the first one seen stands."""
    payload = first_words(connection, site)
    return declared_key(payload) if payload else None


def first_words(connection: Connection, site: str) -> dict[str, Any] | None:
    """Return what a site said of itself first, None where nothing of it is here."""
    told = (declared(body, site) for (body,) in connection.execute(_FIRST_OPS, (site,)))
    return next((payload for payload in told if payload is not None), None)


def declared_key(payload: dict[str, Any], name: str = "sign_key") -> bytes | None:
    """Return a key in a site's own description, None for one that is not a key."""
    try:
        raw = payload[name]
        return wire.sign_key(raw) if name == "sign_key" else wire.octets(raw, wire.KEY)
    except (KeyError, TypeError, ValueError):
        return None


def current_chain(connection: Connection) -> tuple[str, int]:
    """Return the chain this record writes to."""
    rows = connection.execute("SELECT k, v FROM meta WHERE k IN ('site', 'epoch')").fetchall()
    values = dict(rows)
    return values["site"], int(values["epoch"])


def current_chains(connection: Connection) -> frozenset[tuple[str, int]]:
    """Return every chain this record writes to: a district's site has one for each town."""
    site, _ = current_chain(connection)
    return frozenset((site, epoch) for epoch in current_epochs(connection))


def own_site(connection: Connection) -> Peer:
    """Return this site as its own chain describes it to others, by the keys it uses now."""
    site = connection.execute("SELECT v FROM meta WHERE k = 'site'").fetchone()[0]
    raw = first_words(connection, site)
    if raw is None:
        raise BugError("site_not_started")
    keys = bytes.fromhex(raw["sign_key"]), bytes.fromhex(raw["box_key"])
    if steps_of(connection, site):
        keys = own_keys(connection)
    return Peer(site, raw["name"], "", raw["town"], raw["station"], *keys)


def known_key(connection: Connection, site: str) -> bytes | None:
    """Return the key by which a site is believed: what a hub vouched for, else its chain's.

    None for a site that is not known, and for one whose key was revoked.
    """
    row = connection.execute(_PEER_KEY, (site,)).fetchone()
    if row is None:
        return chain_key(connection, site)
    return bytes(row[0]) if row[0] else None


def collect(
    store: Ledger, wants: Iterable[Want], limits: Limits | None = None, *, to: str = ""
) -> Collected | None:
    """Make one batch of what is wanted and here, oldest arrival first; None where nothing is.

    Another site's chain goes as far as that site has vouched for it.
    """
    wanted = list(wants)
    allowed = limits or Limits()
    signer = signer_for(store)

    def query(connection: Connection) -> Collected | None:
        return _collect(connection, signer, wanted, allowed, max(store.clock(), 0), to)

    return store.read(query)


def take_in(
    store: Ledger,
    data: bytes,
    *,
    key_of: KeyOfSite = known_key,
    admit: Admit | None = None,
    aside: Collection[tuple[str, int]] = (),
) -> Taken:
    """Take a batch into the record, all of it in one transaction.

    `key_of` says by which key a sender is believed; `admit` may refuse the batch before it
    touches a chain; chains named in `aside` are left out. Raises InputError with everything left
    as it was.
    """
    batch = store.read(lambda connection: decode_batch(data, lambda site: key_of(connection, site)))
    if batch.to not in ("", store.site.id):
        raise InputError("batch_for_other", to=batch.to)
    batch = without(batch, aside)

    def work(journal: Journal) -> Taken:
        if admit:
            admit(journal, batch)
        return _take_in(journal, batch)

    try:
        taken, changes = store.write(work)
    except InputError as error:
        if error.code == "fork":
            chain = (error.params["site"], error.params["epoch"])
            store.write(lambda journal: _keep_refused(journal, batch, chain))
        raise
    return taken._replace(changes=changes)


def _collect(
    connection: Connection,
    signer: Signer,
    wants: Sequence[Want],
    limits: Limits,
    now: int,
    to: str,
) -> Collected | None:
    gathered = _gather_vouched(connection, signer.site, wants, limits)
    if not gathered.n_ops:
        return None
    ranges = [
        _range(connection, wants[index], ops) for index, ops in sorted(gathered.chains.items())
    ]
    words = [word for item in ranges if (word := _word_on(connection, signer, item)) is not None]
    data = encode_batch(signer, ranges, gathered.envelopes, words, created=now, to=to)
    if not is_acceptable(gathered.raw, frame_size(data)):
        return _collect(connection, signer, wants, replace(limits, raw=FREE_RATIO), now, to)
    ends = {(item.site, item.epoch): last_seq(item) for item in ranges}
    return Collected(data, ends, gathered.n_ops, gathered.more)


def _gather_vouched(
    connection: Connection, own: str, wants: Sequence[Want], limits: Limits
) -> _Gathered:
    """Gather no chain but our own beyond a word of its site."""
    gathered = _gather(connection, wants, limits)
    _cut_unvouched(connection, own, wants, gathered)
    if gathered.n_ops or not gathered.more or len(wants) < 2:
        return gathered
    # Together no chain came as far as its next word: alone each has the room its owner had.
    for want in wants:
        alone = _gather_vouched(connection, own, [want], limits)
        if alone.n_ops:
            index = wants.index(want)
            return replace(alone, chains={index: alone.chains[0]}, more=True)
    return gathered


def _cut_unvouched(
    connection: Connection, own: str, wants: Sequence[Want], gathered: _Gathered
) -> None:
    """Take off each chain what its site has not vouched for."""
    ends: dict[tuple[str, int], int] = {}
    for index, ops in list(gathered.chains.items()):
        want, end = wants[index], ops[-1][0]
        if want.site != own:
            word = attests.newest_within(connection, want.site, want.epoch, end)
            end = word.seq if word else 0
        ends[want.site, want.epoch] = end
        gathered.chains[index] = [op for op in ops if op[0] <= end]
    gathered.chains = {index: ops for index, ops in gathered.chains.items() if ops}
    gathered.envelopes = [
        item for item in gathered.envelopes if item.ref.seq <= ends[item.ref.site, item.ref.epoch]
    ]
    bodies = [body for ops in gathered.chains.values() for _, _, body in ops]
    gathered.n_ops = len(bodies)
    gathered.raw = sum(map(op_size, bodies)) + sum(map(envelope_size, gathered.envelopes))


def _gather(connection: Connection, wants: Sequence[Want], limits: Limits) -> _Gathered:
    """Merge the wanted chains by arrival here: a parent then travels before its child."""
    gathered = _Gathered()
    numbers = [_site_number(connection, want.site) for want in wants]
    streams = [
        _ops_from(connection, index, number, want)
        for index, (number, want) in enumerate(zip(numbers, wants, strict=True))
        if number is not None
    ]
    for _, index, seq, digest, body, envelope in heapq.merge(*streams, key=lambda op: op.recv):
        size = op_size(body) + (envelope_size(envelope) if envelope else 0)
        is_new = index not in gathered.chains
        if gathered.n_ops and (
            gathered.n_ops >= limits.ops
            or gathered.raw + size > limits.raw
            or (is_new and len(gathered.chains) >= limits.chains)
        ):
            gathered.more = True
            break
        gathered.chains.setdefault(index, []).append((seq, digest, body))
        if envelope:
            gathered.envelopes.append(envelope)
        gathered.raw += size
        gathered.n_ops += 1
    return gathered


def _ops_from(connection: Connection, index: int, number: int, want: Want) -> Iterator[_Stored]:
    begin, page = want.from_seq, _FIRST_PAGE
    while True:
        asked = (number, want.epoch, begin, want.to_seq, page)
        rows = connection.execute(_OPS_FROM, asked).fetchall()
        for recv, seq, digest, body, *sealed in rows:
            ref = OpRef(want.site, want.epoch, seq)
            envelope = Envelope(ref, *sealed) if sealed[0] else None
            yield _Stored(recv, index, seq, digest, body, envelope)
        if len(rows) < page:
            return
        begin, page = begin + page, min(2 * page, _LAST_PAGE)


def _range(connection: Connection, want: Want, ops: Sequence[tuple[int, bytes, bytes]]) -> Range:
    first = ops[0][0]
    previous = hash_at(connection, want.site, want.epoch, first - 1)
    assert previous is not None
    bodies = [body for _, _, body in ops]
    return Range(want.site, want.epoch, first, previous, bodies, ops[-1][1])


def _word_on(connection: Connection, signer: Signer, item: Range) -> Attest | None:
    """Return our own word for our chain at the range's end, the stored one for another's."""
    if item.site == signer.site:
        head = Head(item.site, item.epoch, last_seq(item), item.to_hash)
        return _signer_at(connection, signer, head).attest(head)
    return attests.newest_within(connection, item.site, item.epoch, last_seq(item))


def _signer_at(connection: Connection, signer: Signer, head: Head) -> Signer:
    """Return our key that was in force at a place in our chain: whoever lacks the rest knows it."""
    first = chain_key(connection, signer.site)
    if first is None or not steps_of(connection, signer.site):
        return signer
    key = key_in_force(connection, signer.site, first, head.epoch, head.seq)
    return signer if key == signer.public_key else signer.before(own_secret(connection, key))


def _take_in(journal: Journal, batch: Batch) -> Taken:
    for incoming in batch.ranges:
        _check_own(journal, incoming)
    received = journal.receive(*batch.ranges)
    for ref in received.rekeyed:
        follow(journal, ref)
    bodies = _bodies(batch)
    for envelope in batch.envelopes:
        _check_envelope(journal.connection, envelope, bodies.get(envelope.ref))
    journal.add_envelopes(batch.envelopes)
    for attest in batch.attests:
        _take_attest(journal, attest)
    for incoming in received.news:
        _check_vouched(journal.connection, incoming)
    heads = [head_of(journal.connection, item.site, item.epoch) for item in batch.ranges]
    return Taken(batch.sender, received.added, received.duplicates, received.held, heads, Changes())


def _keep_refused(journal: Journal, batch: Batch, chain: tuple[str, int]) -> None:
    """Keep what was refused for another branch that stands here, where its own site signed it.

    The other chains of its batch come again with the next one.
    """
    words = {(word.site, word.epoch): word for word in batch.attests}
    for refused in batch.ranges:
        if (refused.site, refused.epoch) != chain:
            continue
        word = words.get(chain)
        digests = list(accumulate(refused.bodies, chain_hash, initial=refused.prev_hash))[1:]
        if (
            word
            and _is_authors(journal, word)
            and (word.seq, word.hash) == (refused.to_seq, digests[-1])
        ):
            sealed, sender = _fitting(batch), batch.sender.site
            kept = keep_refused(journal, refused, digests, word.sig, sealed, sender)
            if refused.site == journal.site and hub_of(journal.connection) is None:
                # Nobody but its author can say again what stands in a branch that gave way.
                write_again(journal, kept)


def _bodies(batch: Batch) -> dict[OpRef, bytes]:
    return {
        OpRef(item.site, item.epoch, item.from_seq + number): body
        for item in batch.ranges
        for number, body in enumerate(item.bodies)
    }


def _fitting(batch: Batch) -> dict[OpRef, Envelope]:
    """Return the envelopes of a batch that its own ops name by id and digest."""
    bodies = _bodies(batch)
    return {
        envelope.ref: envelope
        for envelope in batch.envelopes
        if envelope.ref in bodies and _is_named(decode(bodies[envelope.ref]), envelope)
    }


def _check_own(journal: Journal, incoming: Range) -> None:
    """Refuse news of a chain this site is writing: its file is older than what was sent.

    The tail of a chain it wrote to before is taken back, like any other's under its own word.
    """
    is_own = incoming.site == journal.site
    if not is_own or incoming.epoch not in current_epochs(journal.connection):
        return
    head = head_of(journal.connection, incoming.site, incoming.epoch)
    if last_seq(incoming) > head.seq:
        raise InputError(
            "rewound", site=incoming.site, epoch=incoming.epoch, seq=last_seq(incoming)
        )


def _check_vouched(connection: Connection, incoming: Range) -> None:
    """Refuse ops that the site of their chain has not vouched for, up to the last of them."""
    word = attests.newest(connection, incoming.site, incoming.epoch)
    if word is None or word.seq < last_seq(incoming):
        is_revoked = attests.revoked_until(connection, incoming.site) is not None
        code = "chain_revoked" if is_revoked else "unattested"
        raise InputError(code, site=incoming.site, epoch=incoming.epoch)


def _check_envelope(connection: Connection, envelope: Envelope, body: bytes | None) -> None:
    """Refuse personal data that its op, sent along or here before, does not name."""
    if body is None:
        row = connection.execute(_BODY_AT, tuple(envelope.ref)).fetchone()
        body = row[0] if row else None
    if body is None or not _is_named(decode(body), envelope):
        raise InputError("envelope_mismatch", **envelope.ref._asdict())


def _is_named(op: Op, envelope: Envelope) -> bool:
    named = sealed_in(op)
    digest = hashlib.sha256(envelope.cipher).hexdigest()
    return (named.get("env"), named.get("hash")) == (envelope.id, digest)


def _take_attest(journal: Journal, attest: Attest) -> None:
    """Keep a site's word on its chain, once the ops it speaks of are here and agree."""
    connection = journal.connection
    here = hash_at(connection, attest.site, attest.epoch, attest.seq)
    if here is None or _author_key(journal, attest) is None:
        return
    if not _is_authors(journal, attest):
        raise InputError("attest_bad", site=attest.site, epoch=attest.epoch)
    if here != attest.hash:
        raise InputError("fork", site=attest.site, epoch=attest.epoch, seq=attest.seq)
    attests.keep(journal, attest)


def _is_authors(journal: Journal, word: Attest) -> bool:
    """Whether a word on a chain is signed by its site, with a key that was in force there."""
    known = _author_key(journal, word)
    if known is None:
        return False
    line = keys_at(journal.connection, word.site, known, word.epoch, word.seq)
    return any(is_attested(key, word) for key in line)


def _author_key(journal: Journal, word: Attest) -> bytes | None:
    """Return a key of whoever writes a site's chains; nobody else says which is our own.

    A station that is believed no more is believed as far as it was known then.
    """
    connection, site = journal.connection, word.site
    if site == journal.site:
        return chain_key(connection, site)
    until = attests.revoked_until(connection, site)
    if until is None:
        return known_key(connection, site)
    row = connection.execute(_VOUCHED_KEY, (site,)).fetchone()
    return bytes(row[0]) if row and word.seq <= until.get(word.epoch, 0) else None


def _site_number(connection: Connection, site: str) -> int | None:
    row = connection.execute(_SITE_NUMBER, (site,)).fetchone()
    return int(row[0]) if row else None
