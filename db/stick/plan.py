"""What goes on a stick for whom: who can be written to, what they may see, what they lack.

How far another station's chains go is known from what it wrote itself: a card of its heads, or a
file of its own. Nothing else is kept of what is where, so a file that never arrived is no matter.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from db.domain.errors import EnvironmentError_, RuleError
from db.domain.ops import decode
from db.stick.format import Span, part_sizes
from db.store import blobs
from db.store.driver import Connection
from db.store.journal import Journal
from db.store.lanes import is_shown, lane_of
from db.store.parcels import Head
from db.store.store import Store
from db.sync import attests, wire
from db.sync.exchange import collect, hash_at, head_of, heads_of
from db.sync.handing import branches_of
from db.sync.peers import HUB, HUB_CODE, REVOKED, Peer, hub_of
from db.sync.wire import Want

_HEARD = "heard:"
_PEERS = """SELECT kind, id, name, '', town, station, sign_key, box_key, seen_at FROM peer
WHERE kind IN ('hub', 'station', 'revoked')"""
_STATIONS = "SELECT id, name, town, station, sign_key, box_key FROM station"
_KIND = "SELECT kind FROM peer WHERE id = ?"
_TOWN = """SELECT coalesce((SELECT town FROM peer WHERE id = :id),
(SELECT town FROM station WHERE id = :id), '')"""
# Looked for in the bytes, for nothing names an attached file before its op is folded.
_FILES = """SELECT body FROM op WHERE site = (SELECT n FROM site WHERE id = ?) AND epoch = ?
AND seq BETWEEN ? AND ? AND instr(body, ?)"""
_MARK = b'"blob":"'

Chain = tuple[str, int]


class Heard(NamedTuple):
    """How far a station's chains went, and when it said so."""

    at: int
    heads: list[Head]


class Planned(NamedTuple):
    """One part: what it is to hold of which chains, and its size in bytes.

    `branch` is instead a batch with what gave way here of the recipient's own chain.
    """

    wants: tuple[Want, ...]
    size: int
    branch: bytes = b""


class File(NamedTuple):
    """An attached file to go along, by its digest, and its size in bytes."""

    blob: str
    size: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be written: parts, attached files, and what they come to chain by chain."""

    batches: list[Planned]
    files: list[File]
    spans: dict[int, list[Span]]
    """Of each batch, by its number."""
    heads: list[Head]
    absent: int
    """Attached files that ops in it name and that are not here."""

    @property
    def ops(self) -> int:
        """How many ops."""
        return sum(span.ops for spans in self.spans.values() for span in spans)


def recipients(connection: Connection, own: str) -> list[Peer]:
    """Return everybody a file can be sealed to: the hub, stations believed or whose chain is here.

    A hub bears no station code.
    """
    found: dict[str, Peer] = {}
    for id, name, town, station, sign_key, box_key in connection.execute(_STATIONS):
        with suppress(ValueError):
            keys = bytes.fromhex(sign_key), bytes.fromhex(box_key)
            found[id] = Peer(id, name, "", town, station, *keys)
    for kind, *row in connection.execute(_PEERS):
        found.pop(row[0], None)
        if kind != REVOKED:
            found[row[0]] = Peer(*row)
    found.pop(own, None)
    return sorted(found.values(), key=lambda peer: (peer.town, peer.station, peer.id))


def recipient_named(connection: Connection, own: str, who: str) -> Peer:
    """Return a recipient by its id, its station's code, or `hub`.

    Raises RuleError: hub_not_enrolled, stick_recipient_unknown.
    """
    kinds: dict[str, str] = dict(connection.execute("SELECT id, kind FROM peer"))
    known = recipients(connection, own)
    found = [one for one in known if one.id == who]
    found = found or [one for one in known if one.station == who and kinds.get(one.id) != HUB]
    found = found or [one for one in known if kinds.get(one.id) == HUB and who == HUB]
    # At a town that never enrolled a hub is known by its card alone, like a station.
    found = found or [one for one in known if one.station == HUB_CODE and who == HUB]
    if len(found) != 1:
        raise RuleError("hub_not_enrolled" if who == HUB else "stick_recipient_unknown", value=who)
    return found[0]


def visible(connection: Connection, own: str, peer: Peer) -> list[Head]:
    """Return how far the chains go that a recipient may see, no further than their sites signed."""
    shown = []
    for head in heads_of(connection):
        if is_for(town_of(connection, head.site, head.epoch), peer.town):
            vouched = _vouched(connection, own, head)
            if vouched is not None and vouched.seq:
                shown.append(vouched)
    return sorted(shown, key=lambda head: (head.site, head.epoch))


def town_of(connection: Connection, site: str, epoch: int) -> str:
    """Return for which town a chain is, empty where that is not known."""
    return lane_of(connection, site, epoch) or town_of_site(connection, site)


def town_of_site(connection: Connection, site: str) -> str:
    """Return where a site is, empty where that is not known."""
    (town,) = connection.execute(_TOWN, {"id": site}).fetchone()
    return str(town)


def is_for(town: str, reader: str) -> bool:
    """Whether a station may see what is for a town: of that town or above it; or for all."""
    return bool(town) and is_shown(town, reader)


def heard_of(connection: Connection, site: str) -> list[Head]:
    """Return how far a station's chains went when it last wrote of them, nothing if never."""
    return heard_from(connection, site).heads


def keep_heard(journal: Journal, site: str, at: int, heads: Iterable[Head]) -> None:
    """Remember how far a station's chains went at an instant by its own signed word."""
    if at >= heard_from(journal.connection, site).at:
        raw = {"at": at, "heads": [wire.head_to_json(head) for head in heads]}
        journal.set_meta(_HEARD + site, orjson.dumps(raw).decode())


def heard_from(connection: Connection, site: str) -> Heard:
    """Return what a station last wrote of its chains; nothing at 0 if it never did."""
    row = connection.execute("SELECT v FROM meta WHERE k = ?", (_HEARD + site,)).fetchone()
    if row is None:
        return Heard(0, [])
    raw = orjson.loads(row[0])
    return Heard(raw["at"], [wire.head_from_json(item) for item in raw["heads"]])


def make_plan(store: Store, peer: Peer, known: Iterable[Head] | None, *, with_files: bool) -> Plan:
    """Plan what to write for a recipient beyond what it is known to have; None for all there is."""
    shown = store.read(lambda c: visible(c, store.site.id, peer))
    ends = {(head.site, head.epoch): head.seq for head in shown}
    has = {} if known is None else _agreed(store, known)
    cursor = {chain: has.get(chain, 0) + 1 for chain in ends}
    batches: list[Planned] = []
    spans: dict[int, list[Span]] = {}
    while batch := collect(store, _open_wants(cursor, ends), to=peer.id):
        wants = tuple(Want(*chain, cursor[chain], end) for chain, end in sorted(batch.ends.items()))
        spans[len(batches)] = store.read(lambda c: [_span(c, want) for want in wants])  # noqa: B023
        batches.append(Planned(wants, len(batch.data)))
        cursor |= {chain: end + 1 for chain, end in batch.ends.items()}
    for branch in _given_way(store, peer.id):
        spans[len(batches)] = []
        batches.append(Planned((), len(branch), branch))
    files, absent = _files(store, spans.values()) if with_files else ([], 0)
    return Plan(batches, files, spans, shown, absent)


def size_of(batches: Iterable[Planned]) -> int:
    """Return the bytes that planned parts take in a file."""
    return part_sizes(item.size for item in batches)


def joined(spans: Iterable[Iterable[Span]]) -> list[Span]:
    """Return runs of ops with those of one chain that follow each other as one."""
    found: dict[Chain, Span] = {}
    for span in (one for several in spans for one in several):
        before = found.get((span.site, span.epoch), span)
        found[span.site, span.epoch] = span._replace(from_seq=before.from_seq)
    return list(found.values())


def kind_of_peer(connection: Connection, site: str) -> str:
    """Return under what kind a site is known: hub, station, revoked …; empty where it is not."""
    row = connection.execute(_KIND, (site,)).fetchone()
    return str(row[0]) if row else ""


def _given_way(store: Store, site: str) -> list[bytes]:
    """Return the branches of a site's chain that gave way here: it alone can say them again.

    Where a room has a hub, that is what settles branches.
    """
    has_hub = store.read(hub_of) is not None
    return [] if has_hub else branches_of(store, site)


def _open_wants(cursor: Mapping[Chain, int], ends: Mapping[Chain, int]) -> list[Want]:
    return [Want(*chain, seq, ends[chain]) for chain, seq in cursor.items() if seq <= ends[chain]]


def _vouched(connection: Connection, own: str, head: Head) -> Head | None:
    if head.site == own:
        return head
    word = attests.newest(connection, head.site, head.epoch)
    return Head(head.site, head.epoch, word.seq, word.hash) if word else None


def _agreed(store: Store, known: Iterable[Head]) -> dict[Chain, int]:
    """Return how far another's chains are the same as here; a forked one counts for nothing."""

    def query(connection: Connection) -> dict[Chain, int]:
        ends = {}
        for theirs in known:
            here = head_of(connection, theirs.site, theirs.epoch)
            is_same = hash_at(connection, theirs.site, theirs.epoch, theirs.seq) == theirs.hash
            if is_same or theirs.seq > here.seq:
                ends[theirs.site, theirs.epoch] = theirs.seq
        return ends

    return store.read(query)


def _span(connection: Connection, want: Want) -> Span:
    digest = hash_at(connection, want.site, want.epoch, want.to_seq)
    assert digest is not None
    return Span(want.site, want.epoch, want.from_seq, want.to_seq, digest)


def _files(store: Store, spans: Iterable[Iterable[Span]]) -> tuple[list[File], int]:
    """Return the attached files that ops name, each once, and how many more are not here."""
    runs = joined(spans)
    names = store.read(lambda c: sorted({blob for span in runs for blob in _named(c, span)}))
    found = []
    for blob in names:
        with suppress(EnvironmentError_, OSError):
            found.append(File(blob, blobs.blob_path(store.home, blob).stat().st_size))
    return found, len(names) - len(found)


def _named(connection: Connection, span: Span) -> Iterable[str]:
    chain = (span.site, span.epoch, span.from_seq, span.to_seq)
    for (body,) in connection.execute(_FILES, (*chain, _MARK)):
        file = decode(body).payload.get("file")
        if isinstance(file, dict):
            yield str(file.get("blob"))
