"""What a hub keeps and answers, whichever database its record is in.

A hub stores, verifies and serves ranges; it folds nothing and reads nothing of what the ops say
beyond a chain's first one. A site sees the chains of its own town; a district's site, whose town
is the six-digit code, sees every town below it.
"""

import hashlib
import hmac
import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from db.domain.errors import GridDeskError, InputError
from db.hub.beside import Beside, BesideFile
from db.hub.enrolling import (
    CARRIED,
    Enrolled,
    Request,
    enrol,
    find_peer,
    known_station,
    put_revoked,
)
from db.hub.snapshots import Snapshot, Snapshots
from db.hub.stations import Known, Line, Overview, Told, lines, put_told, stations
from db.store.driver import Connection
from db.store.journal import Journal
from db.store.lanes import for_all, is_shown, lane_in, lane_of
from db.store.parcels import Head, Range
from db.sync import wire
from db.sync.batch import Batch
from db.sync.exchange import (
    Collected,
    Limits,
    Taken,
    collect,
    current_chains,
    declared,
    declared_key,
    hash_at,
    head_of,
    own_site,
    take_in,
)
from db.sync.keyline import Change, changes_of, successors
from db.sync.ledger import Ledger
from db.sync.peers import HUB, Peer, put_peer
from db.sync.signing import signer_for
from db.sync.wire import Want

_VISIBLE_HEADS = """SELECT site.id, chain.epoch, chain.head_seq, chain.head_hash
FROM chain JOIN site ON site.n = chain.site LEFT JOIN peer ON peer.id = site.id
LEFT JOIN lane ON lane.site = chain.site AND lane.epoch = chain.epoch
WHERE site.id = ? OR lane.town = ? OR substr(coalesce(lane.town, peer.town), 1, ?) = ?"""
_ERASED = "SELECT count(*) FROM erased"
_ENDS = """SELECT site.id, chain.epoch, chain.head_seq, coalesce(lane.town, peer.town, '')
FROM chain JOIN site ON site.n = chain.site LEFT JOIN peer ON peer.id = site.id
LEFT JOIN lane ON lane.site = chain.site AND lane.epoch = chain.epoch"""


class Comparison(NamedTuple):
    """What a site's heads and the hub's say to each other.

    `forks` are heads the site named under which the hub holds another op.
    """

    want: list[Want]
    have: list[Head]
    forks: list[Head]
    rewound: list[Head]


class End(NamedTuple):
    """A chain, how far it goes, and the town it is for."""

    site: str
    epoch: int
    seq: int
    town: str


class HubStore:
    """The hub's record, in the same kind of file as a workstation's or in a PostgreSQL."""

    kind = HUB
    """What this record is to those who exchange with it."""

    def __init__(self, store: Ledger, beside: Beside | None = None) -> None:
        """Serve a record; `beside` is what is kept with it, by default the folder of its file."""
        self._store = store
        self.id = store.site.id
        self.name = store.site.name
        self.town = store.site.town
        self._nonce_key = _nonce_key(store)
        self._beside = beside or BesideFile(store)
        self.blobs = self._beside.blobs
        self._snapshots = Snapshots()

    def incarnation(self) -> str:
        """Return what changes when the record was put back from a copy."""
        return self._store.read(lambda connection: _meta(connection, "incarnation"))

    def rekeyed(self) -> tuple[bytes, list[Change]] | None:
        """Return the key in use and the changes that led to it; None where there were none."""

        def query(connection: Connection) -> tuple[bytes, list[Change]] | None:
            changes = changes_of(connection, self.id)
            return (own_site(connection).sign_key, changes) if changes else None

        return self._store.read(query)

    def now(self) -> int:
        """Return the hub's clock."""
        return self._store.clock()

    def nonce(self, lifetime: int) -> str:
        """Return a word that is good for one span of the hub's own clock."""
        until = f"{self.now() + lifetime:d}"
        return f"{until}.{self._stamp(until)}"

    def is_fresh(self, nonce: str) -> bool:
        """Whether a nonce is one of ours and not too old."""
        until, _, stamp = nonce.partition(".")
        if not (until.isascii() and until.isdigit() and len(until) < 16):
            return False
        is_ours = hmac.compare_digest(stamp.encode(), self._stamp(until).encode())
        return is_ours and int(until) > self.now()

    def station(self, site: str) -> Peer:
        """Return an enrolled station; raises InputError (unknown_key, key_revoked)."""
        return self._store.read(lambda connection: known_station(connection, site))

    def compare(self, caller: Peer, heads: Sequence[Head]) -> Comparison:
        """Return what the hub lacks and holds of the chains a caller may see."""

        def query(connection: Connection) -> Comparison:
            visible = {(head.site, head.epoch): head for head in self._heads(connection, caller)}
            want, forks, rewound = [], [], []
            for theirs in heads:
                shown = visible.get((theirs.site, theirs.epoch))
                if shown == theirs or not self._is_offered(connection, caller, theirs):
                    continue  # most heads of most visits are the same: answered without asking
                ours = shown or head_of(connection, theirs.site, theirs.epoch)
                if ours.seq < theirs.seq:
                    if (theirs.site, theirs.epoch) in current_chains(connection):
                        continue  # nobody brings ops of a chain that is written here
                    want.append(Want(theirs.site, theirs.epoch, ours.seq + 1))
                elif hash_at(connection, theirs.site, theirs.epoch, theirs.seq) != theirs.hash:
                    forks.append(theirs)
                elif ours.seq > theirs.seq and theirs.site == caller.id:
                    rewound.append(ours)
            return Comparison(want, list(visible.values()), forks, rewound)

        return self._store.read(query)

    def has_news(self, caller: Peer, known: Mapping[tuple[str, int], int]) -> bool:
        """Whether a chain of somebody else's that a caller may see goes beyond what it knows."""
        heads = self._store.read(lambda connection: self._heads(connection, caller))
        return any(
            head.seq > known.get((head.site, head.epoch), 0)
            for head in heads
            if head.site != caller.id
        )

    def ends(self) -> list[End]:
        """Return how far every chain goes, whichever service took it in."""
        rows = self._store.read(lambda connection: connection.execute(_ENDS).fetchall())
        return [End(*row) for row in rows]

    def shows(self, caller: Peer, site: str, town: str) -> bool:
        """Whether a caller is told of a chain, as `_VISIBLE_HEADS` asks it: the hub's own too."""
        return site == self.id or sees(caller, town)

    def take(self, data: bytes, aside: Collection[tuple[str, int]] = ()) -> Taken:
        """Take in a batch, less the chains in `aside`; returns after it is durable."""
        return take_in(self._store, data, key_of=_station_key, admit=self._admit, aside=aside)

    def collect(self, caller: Peer, wants: Iterable[Want], max_bytes: int) -> Collected | None:
        """Make a batch of what a caller asks for; raises InputError (wrong_town) beyond scope."""
        wanted = list(wants)
        self._store.read(lambda connection: self._check_scope(connection, caller, wanted))
        limits = Limits()
        limits = replace(limits, raw=min(limits.raw, max_bytes))
        return collect(self._store, wanted, limits, to=caller.id)

    def snapshot(self, caller: Peer) -> Snapshot | None:
        """Return all that a caller's town is shown, kept ready; None where there is no need."""
        heads = self._store.read(lambda connection: self._heads(connection, caller))
        erased = self._store.read(lambda connection: connection.execute(_ERASED).fetchone()[0])
        make = partial(collect, self._store)
        return self._snapshots.of(caller.town, heads, self.now(), erased, make)

    def heard(self, site: str, told: Told) -> None:
        """Note that a station was heard of now, and what it said of itself."""
        now = self.now()
        self._store.write(lambda journal: put_told(journal, site, told, now))

    def stations(self, caller: Peer) -> list[Known]:
        """Return the stations a caller may know of: those of its towns, and its district's."""
        return self._store.read(lambda connection: stations(connection, caller.town))

    def trouble(self) -> str:
        """Return the part that does not work: disk, record; empty where all do."""
        found = self._beside.probe().trouble
        try:
            return found or self._store.read(_asked)
        except GridDeskError:
            return "record"

    def overview(self) -> Overview:
        """Return how the hub and its stations stand, as far as it can be told."""
        free, kind, trouble = self._beside.probe().free, self._beside.kind, self.trouble()
        if trouble == "record":
            return Overview([], 0, free, kind, trouble)
        here: Counter[tuple[bool, str]] = Counter()
        for end in self.ends():
            here[end.site == self.id, end.town] += end.seq
        found = self._store.read(lines)
        # Once for a town: a district has hundreds of them, and each is held against each.
        shown = {
            line.town: _shown(line, here) for line in {one.town: one for one in found}.values()
        }
        found = [line._replace(lag=_lag(line, shown[line.town])) for line in found]
        return Overview(found, here.total(), free, kind, trouble)

    def enrol(self, request: Request) -> Enrolled:
        """Make a site known, using up its code; doing so again with the same key is no error."""
        return self._store.write(lambda journal: enrol(journal, request)).result

    def revoke(self, site: str) -> None:
        """Believe a station's key no more; what it sent stays."""
        self._store.write(lambda journal: put_revoked(journal.connection, site))

    def _heads(self, connection: Connection, caller: Peer) -> list[Head]:
        values = (self.id, for_all(caller.town), len(caller.town), caller.town)
        return [Head(*row) for row in connection.execute(_VISIBLE_HEADS, values)]

    def _is_offered(self, connection: Connection, caller: Peer, head: Head) -> bool:
        """Whether a caller may speak of a chain: its town's, or one not known here yet."""
        found = find_peer(connection, head.site)
        town = _town_of(connection, head, found[1]) if found else ""
        return found is None or self.shows(caller, head.site, town)

    def _check_scope(self, connection: Connection, caller: Peer, wants: Iterable[Want]) -> None:
        for want in wants:
            found = find_peer(connection, want.site)
            town = _town_of(connection, want, found[1]) if found else ""
            if not self.shows(caller, want.site, town):
                raise InputError("wrong_town", site=want.site, epoch=want.epoch)

    def _admit(self, journal: Journal, batch: Batch) -> None:
        """Refuse a batch with a chain that its sender may not bring."""
        sender = known_station(journal.connection, batch.sender.site)
        for incoming in batch.ranges:
            if (incoming.site, incoming.epoch) in current_chains(journal.connection):
                raise InputError("chain_own", site=incoming.site, epoch=incoming.epoch)
            if incoming.site != self.id:
                _admit_range(journal, sender, incoming)

    def _stamp(self, until: str) -> str:
        return hmac.new(self._nonce_key, until.encode(), hashlib.sha256).hexdigest()[:32]


def put_incarnation(connection: Connection) -> str:
    """Say that a record is not what it was, as one put back from a copy; return its new name."""
    incarnation = secrets.token_hex(8)
    connection.execute("UPDATE meta SET v = ? WHERE k = 'incarnation'", (incarnation,))
    return incarnation


def _station_key(connection: Connection, site: str) -> bytes | None:
    """Believe a batch by the key its sender enrolled with, by no other."""
    return known_station(connection, site).sign_key


def sees(caller: Peer | Line, town: str) -> bool:
    """Whether a caller may see what is for a town: its own, one below its district; or for all."""
    return is_shown(town, caller.town)


def _asked(connection: Connection) -> str:
    """See that the record answers."""
    connection.execute("SELECT 1 FROM chain").fetchone()
    return ""


def _shown(line: Line, here: Mapping[tuple[bool, str], int]) -> int:
    """Return how many ops a station is shown.

    `here` counts them by whether they are the hub's own and by the town they are for.
    """
    return sum(count for (is_own, town), count in here.items() if is_own or sees(line, town))


def _lag(line: Line, shown: int) -> int | None:
    """Return how many of the ops that a station is shown it has not told of."""
    return None if line.told.known is None else max(0, shown - line.told.known)


def _town_of(connection: Connection, chain: Head | Want, peer: Peer) -> str:
    """Return for which town a chain is: that of its site, unless it is a lane of a district's."""
    return lane_of(connection, chain.site, chain.epoch) or peer.town


def _admit_range(journal: Journal, sender: Peer, incoming: Range) -> None:
    """Check that a chain is for the sender's town; get to know a site that comes through others.

    Of a site that never enrolled here, what is for all towns is begun by its district alone.
    """
    chain: dict[str, Any] = {"site": incoming.site, "epoch": incoming.epoch}
    first = declared(incoming.bodies[0], incoming.site) if incoming.from_seq == 1 else None
    found = find_peer(journal.connection, incoming.site)
    if found is None:
        found = (CARRIED, _carried(first, chain))
        put_peer(journal, CARRIED, found[1])
    elif first is not None and not _has_keys_of(journal.connection, found[1], first):
        raise InputError("key_mismatch", **chain)
    kind, peer = found
    town = _addressee(journal.connection, incoming, first, peer)
    is_new = lane_of(journal.connection, incoming.site, incoming.epoch) is None
    if kind == CARRIED and is_new and town == for_all(peer.town):
        # That a site is a district's is its own word so far: a town's station that made it up
        # would speak to every other town.
        town = peer.town
    if not sees(sender, town):
        raise InputError("wrong_town", **chain)


def _addressee(
    connection: Connection, incoming: Range, first: dict[str, Any] | None, peer: Peer
) -> str:
    """Return for which town a site's chain is; only a district speaks to other towns."""
    lane = lane_in(first) if first else lane_of(connection, incoming.site, incoming.epoch)
    if lane is None:
        return peer.town
    if first and first.get("town") != peer.town:
        raise InputError("wrong_town", site=incoming.site, epoch=incoming.epoch)
    return lane


def _has_keys_of(connection: Connection, peer: Peer, first: dict[str, Any]) -> bool:
    """Whether a chain's first op names both keys a site is known by, or those that led to them."""
    sign_key, box_key = declared_key(first), declared_key(first, "box_key")
    if sign_key == peer.sign_key:
        return box_key == peer.box_key
    line = successors(peer.id, sign_key, changes_of(connection, peer.id)) if sign_key else {}
    return peer.sign_key in line


def _carried(first: dict[str, Any] | None, chain: Mapping[str, Any]) -> Peer:
    """Return what a chain's first op says of a site that never enrolled here."""
    if first is None:
        raise InputError("chain_unknown", **chain)
    with wire.reading("chain_unknown", **chain):
        return Peer(
            id=chain["site"],
            name=wire.text(first["name"]),
            url="",
            town=wire.town(first["town"]),
            station=wire.text(first["station"]),
            sign_key=wire.sign_key(first["sign_key"]),
            box_key=wire.octets(first["box_key"], wire.KEY),
        )


def _meta(connection: Connection, name: str) -> str:
    row = connection.execute("SELECT v FROM meta WHERE k = ?", (name,)).fetchone()
    return str(row[0]) if row else ""


def _nonce_key(ledger: Ledger) -> bytes:
    """Derive the nonces' key, so that they outlive a restart and serve several processes."""
    key = signer_for(ledger).key.private_bytes_raw()
    return hmac.new(key, b"griddesk request nonce", hashlib.sha256).digest()
