"""What a hub keeps and answers: the only module of the service that touches its record.

A hub stores, verifies and serves ranges; it folds nothing and reads nothing of what the ops say
beyond a chain's first one. A site sees the chains of its own town; a district's site, whose town
is the six-digit code, sees every town below it.
"""

import hashlib
import hmac
import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from db.domain.errors import GridDeskError, InputError, RuleError
from db.hub.beside import Beside, BesideFile
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
    chain_key,
    collect,
    current_chains,
    declared,
    declared_key,
    hash_at,
    head_of,
    own_site,
    take_in,
)
from db.sync.ledger import Ledger
from db.sync.peers import HUB, STATION, Peer, put_peer
from db.sync.signing import enrol_text, is_signed, signer_for
from db.sync.wire import Want

CARRIED, REVOKED = "carried", "revoked"
"""Kinds of peer beside an enrolled station: known only through others; no longer believed."""
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 10
CODE_HOURS = 72
_GROUP = 5
_HOUR_MS = 3_600_000

_PEER = """SELECT kind, id, name, url, town, station, sign_key, box_key, seen_at
FROM peer WHERE id = ?"""
_STATIONS_OF = """SELECT id, name, url, town, station, sign_key, box_key, seen_at FROM peer
WHERE kind = 'station' AND town = ? AND id <> ? ORDER BY station"""
_TAKEN_STATION = """SELECT 1 FROM peer WHERE kind = 'station' AND town = ? AND station = ?
AND id <> ?"""
_VISIBLE_HEADS = """SELECT site.id, chain.epoch, chain.head_seq, chain.head_hash
FROM chain JOIN site ON site.n = chain.site LEFT JOIN peer ON peer.id = site.id
LEFT JOIN lane ON lane.site = chain.site AND lane.epoch = chain.epoch
WHERE site.id = ? OR lane.town = ? OR substr(coalesce(lane.town, peer.town), 1, ?) = ?"""
_ENDS = """SELECT site.id, chain.epoch, chain.head_seq, coalesce(lane.town, peer.town, '')
FROM chain JOIN site ON site.n = chain.site LEFT JOIN peer ON peer.id = site.id
LEFT JOIN lane ON lane.site = chain.site AND lane.epoch = chain.epoch"""
_CODE = "SELECT town, expires_at, used_by FROM enrol_code WHERE hash = ?"


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


class Enrolled(NamedTuple):
    """What a newly known site is told: the hub, and the other stations of its town."""

    hub: Peer
    stations: list[Peer]


@dataclass(frozen=True, slots=True)
class Request:
    """A site that asks to be enrolled. Its signature has been checked on reading."""

    code: str
    peer: Peer


def read_request(raw: Mapping[str, Any]) -> Request:
    """Read an enrolment; raises InputError for one that is malformed or not signed."""
    with wire.reading("request_malformed"):
        signature = wire.octets(raw["signature"], wire.SIGNATURE)
        request = Request(
            wire.text(raw["code"]),
            Peer(
                id=wire.identifier(raw["site"]),
                name=wire.text(raw["name"]),
                url="",
                town=wire.text(raw["town"]),
                station=wire.text(raw["station"]),
                sign_key=wire.octets(raw["sign_key"], wire.KEY),
                box_key=wire.octets(raw["box_key"], wire.KEY),
            ),
        )
        message = enrol_text(raw)
    if not is_signed(request.peer.sign_key, signature, message):
        raise InputError("bad_signature", site=request.peer.id)
    return request


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

    def incarnation(self) -> str:
        """Return what changes when the record was put back from a copy."""
        return self._store.read(lambda connection: _meta(connection, "incarnation"))

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
        return self._store.read(lambda connection: _station(connection, site))

    def compare(self, caller: Peer, heads: Sequence[Head]) -> Comparison:
        """Return what the hub lacks and holds of the chains a caller may see."""

        def query(connection: Connection) -> Comparison:
            visible = {(head.site, head.epoch): head for head in self._heads(connection, caller)}
            want, forks, rewound = [], [], []
            for theirs in heads:
                if not self._is_offered(connection, caller, theirs):
                    continue
                ours = visible.get((theirs.site, theirs.epoch)) or head_of(
                    connection, theirs.site, theirs.epoch
                )
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

    def heard(self, site: str, told: Told) -> None:
        """Note that a station was heard of now, and what it said of itself."""
        now = self.now()
        self._store.write(lambda journal: put_told(journal, site, told, now))

    def stations(self, caller: Peer) -> list[Known]:
        """Return the stations a caller may know of: those of its towns, and its district's."""
        return [
            known
            for known in self._store.read(stations)
            if sees(caller, known.peer.town) or caller.town.startswith(known.peer.town)
        ]

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
        found = [line._replace(lag=_lag(line, here)) for line in self._store.read(lines)]
        return Overview(found, here.total(), free, kind, trouble)

    def enrol(self, request: Request) -> Enrolled:
        """Make a site known, using up its code; doing so again with the same key is no error."""
        peer = request.peer

        def work(journal: Journal) -> Enrolled:
            _use_code(journal, request)
            _check_newcomer(journal.connection, peer)
            put_peer(journal, STATION, replace(peer, seen_at=journal.clock()))
            rows = journal.connection.execute(_STATIONS_OF, (peer.town, peer.id))
            return Enrolled(own_site(journal.connection), [Peer(*row) for row in rows])

        return self._store.write(work).result

    def revoke(self, site: str) -> None:
        """Believe a station's key no more; what it sent stays."""
        self._store.write(lambda journal: put_revoked(journal.connection, site))

    def _heads(self, connection: Connection, caller: Peer) -> list[Head]:
        values = (self.id, for_all(caller.town), len(caller.town), caller.town)
        return [Head(*row) for row in connection.execute(_VISIBLE_HEADS, values)]

    def _is_offered(self, connection: Connection, caller: Peer, head: Head) -> bool:
        """Whether a caller may speak of a chain: its town's, or one not known here yet."""
        found = _find(connection, head.site)
        town = _town_of(connection, head, found[1]) if found else ""
        return found is None or self.shows(caller, head.site, town)

    def _check_scope(self, connection: Connection, caller: Peer, wants: Iterable[Want]) -> None:
        for want in wants:
            found = _find(connection, want.site)
            town = _town_of(connection, want, found[1]) if found else ""
            if not self.shows(caller, want.site, town):
                raise InputError("wrong_town", site=want.site, epoch=want.epoch)

    def _admit(self, journal: Journal, batch: Batch) -> None:
        """Refuse a batch with a chain that its sender may not bring."""
        sender = _station(journal.connection, batch.sender.site)
        for incoming in batch.ranges:
            if (incoming.site, incoming.epoch) in current_chains(journal.connection):
                raise InputError("chain_own", site=incoming.site, epoch=incoming.epoch)
            if incoming.site != self.id:
                _admit_range(journal, sender, incoming)

    def _stamp(self, until: str) -> str:
        return hmac.new(self._nonce_key, until.encode(), hashlib.sha256).hexdigest()[:32]


def put_code(
    connection: Connection, town: str, district: str, now: int, hours: int = CODE_HOURS
) -> str:
    """Keep the digest of a new code and return the code; the town must be of the district."""
    if not (len(town) in (6, 9) and town.isascii() and town.isdigit()):
        raise InputError("town_code_malformed", value=town)
    if not town.startswith(district):
        raise InputError("town_outside_hub", value=town, district=district)
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    connection.execute(
        "INSERT INTO enrol_code VALUES (?, ?, ?, NULL)",
        (_code_hash(letters), town, now + hours * _HOUR_MS),
    )
    return f"{letters[:_GROUP]}-{letters[_GROUP:]}"


def put_revoked(connection: Connection, site: str) -> None:
    """Believe a station's key no more; raises RuleError for a site that never enrolled."""
    found = _find(connection, site)
    if found is None or found[0] not in (STATION, REVOKED):
        raise RuleError("station_unknown", value=site)
    connection.execute("UPDATE peer SET kind = ? WHERE id = ?", (REVOKED, site))


def put_incarnation(connection: Connection) -> str:
    """Say that a record is not what it was, as one put back from a copy; return its new name."""
    incarnation = secrets.token_hex(8)
    connection.execute("UPDATE meta SET v = ? WHERE k = 'incarnation'", (incarnation,))
    return incarnation


def _code_hash(code: str) -> bytes:
    plain = "".join(letter for letter in code.upper() if letter in CODE_LETTERS)
    return hashlib.sha256(b"griddesk enrolment " + plain.encode()).digest()


def _use_code(journal: Journal, request: Request) -> None:
    digest = _code_hash(request.code)
    row = journal.connection.execute(_CODE, (digest,)).fetchone()
    if row is None:
        raise RuleError("enrol_code_unknown")
    town, expires_at, used_by = row
    if used_by and used_by != request.peer.id:
        raise RuleError("enrol_code_used")
    if not used_by and expires_at <= journal.clock():
        raise RuleError("enrol_code_expired")
    if town != request.peer.town:
        raise RuleError("enrol_code_town")
    journal.connection.execute(
        "UPDATE enrol_code SET used_by = ? WHERE hash = ?", (request.peer.id, digest)
    )


def _check_newcomer(connection: Connection, peer: Peer) -> None:
    """Refuse a station code in use, and another key for a site already known by one."""
    if connection.execute(_TAKEN_STATION, (peer.town, peer.station, peer.id)).fetchone():
        raise RuleError("station_taken", station=peer.station)
    found = _find(connection, peer.id)
    if found and found[0] == REVOKED:
        raise InputError("key_revoked", site=peer.id)
    if found:
        is_same = (found[1].sign_key, found[1].box_key) == (peer.sign_key, peer.box_key)
    else:
        is_same = chain_key(connection, peer.id) in (None, peer.sign_key)
    if not is_same:
        raise InputError("key_mismatch", site=peer.id)


def _find(connection: Connection, site: str) -> tuple[str, Peer] | None:
    row = connection.execute(_PEER, (site,)).fetchone()
    return (row[0], Peer(*row[1:])) if row else None


def _station(connection: Connection, site: str) -> Peer:
    found = _find(connection, site)
    if found is None or found[0] == CARRIED:
        raise InputError("unknown_key", site=site)
    if found[0] == REVOKED:
        raise InputError("key_revoked", site=site)
    return found[1]


def _station_key(connection: Connection, site: str) -> bytes | None:
    """Believe a batch by the key its sender enrolled with, by no other."""
    return _station(connection, site).sign_key


def sees(caller: Peer | Line, town: str) -> bool:
    """Whether a caller may see what is for a town: its own, one below its district; or for all."""
    return is_shown(town, caller.town)


def _asked(connection: Connection) -> str:
    """See that the record answers."""
    connection.execute("SELECT 1 FROM chain").fetchone()
    return ""


def _lag(line: Line, here: Mapping[tuple[bool, str], int]) -> int | None:
    """Return how many ops a station is shown and has not told of.

    `here` counts them by whether they are the hub's own and by the town they are for.
    """
    if line.told.known is None:
        return None
    shown = sum(count for (is_own, town), count in here.items() if is_own or sees(line, town))
    return max(0, shown - line.told.known)


def _town_of(connection: Connection, chain: Head | Want, peer: Peer) -> str:
    """Return for which town a chain is: that of its site, unless it is a lane of a district's."""
    return lane_of(connection, chain.site, chain.epoch) or peer.town


def _admit_range(journal: Journal, sender: Peer, incoming: Range) -> None:
    """Check that a chain is of the sender's town; get to know one that comes through others."""
    chain: dict[str, Any] = {"site": incoming.site, "epoch": incoming.epoch}
    first = declared(incoming.bodies[0], incoming.site) if incoming.from_seq == 1 else None
    found = _find(journal.connection, incoming.site)
    if found is None:
        found = (CARRIED, _carried(first, chain))
        put_peer(journal, CARRIED, found[1])
        town = found[1].town
    else:
        if first is not None and not _has_keys_of(found[1], first):
            raise InputError("key_mismatch", **chain)
        town = _addressee(journal.connection, incoming, first, found[1])
    if not sees(sender, town):
        raise InputError("wrong_town", **chain)


def _addressee(
    connection: Connection, incoming: Range, first: dict[str, Any] | None, peer: Peer
) -> str:
    """Return for which town a known site's chain is; only a district speaks to other towns."""
    lane = lane_in(first) if first else lane_of(connection, incoming.site, incoming.epoch)
    if lane is None:
        return peer.town
    if first and first.get("town") != peer.town:
        raise InputError("wrong_town", site=incoming.site, epoch=incoming.epoch)
    return lane


def _has_keys_of(peer: Peer, first: dict[str, Any]) -> bool:
    """Whether a chain's first op names both keys a site is known by."""
    named = declared_key(first), declared_key(first, "box_key")
    return named == (peer.sign_key, peer.box_key)


def _carried(first: dict[str, Any] | None, chain: Mapping[str, Any]) -> Peer:
    """Return what a chain's first op says of a site that never enrolled here."""
    if first is None:
        raise InputError("chain_unknown", **chain)
    with wire.reading("chain_unknown"):
        return Peer(
            id=chain["site"],
            name=wire.text(first["name"]),
            url="",
            town=wire.text(first["town"]),
            station=wire.text(first["station"]),
            sign_key=wire.octets(first["sign_key"], wire.KEY),
            box_key=wire.octets(first["box_key"], wire.KEY),
        )


def _meta(connection: Connection, name: str) -> str:
    row = connection.execute("SELECT v FROM meta WHERE k = ?", (name,)).fetchone()
    return str(row[0]) if row else ""


def _nonce_key(ledger: Ledger) -> bytes:
    """Derive the nonces' key, so that they outlive a restart and serve several processes."""
    key = signer_for(ledger).key.private_bytes_raw()
    return hmac.new(key, b"griddesk request nonce", hashlib.sha256).digest()
