"""Two small signed files beside the stick's own: who a station is, and how far its chains go.

    magic | u32 length | canonical JSON | 64-byte signature over all before it

A card makes a station known to another that shares no network with it. Anybody can write one, so it
counts for nothing until a person has compared its fingerprint with the other room by voice.
"""

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import orjson

from db.commands.keys import GRANTORS, answered, fingerprint
from db.domain.errors import EnvironmentError_, InputError, RuleError
from db.domain.ops import Actor
from db.domain.suites import is_signed
from db.stick.files import (
    CARD,
    HEADS,
    chosen_folder,
    discard,
    file_name,
    give_name,
    new_letters,
    reading,
    write_part,
)
from db.stick.format import FORMAT, MAX_CHAINS, MAX_HEADER, kind_of
from db.stick.plan import is_for, keep_heard, kind_of_peer, visible
from db.store.driver import Connection
from db.store.journal import Journal
from db.store.parcels import Head
from db.store.queries.town import users
from db.store.store import Store
from db.sync import wire
from db.sync.exchange import chain_key, known_key, own_site
from db.sync.keyline import changes_of, successors
from db.sync.peers import HUB, REVOKED, STATION, Peer, put_peer
from db.sync.signing import signer_of

CARD_MAGIC, HEADS_MAGIC = b"EOPC1\n", b"EOPH1\n"
_LENGTH = struct.Struct(">I")
_PEER = "SELECT sign_key, box_key FROM peer WHERE id = ?"
_TAKEN = "SELECT 1 FROM peer WHERE kind = 'station' AND town = ? AND station = ? AND id <> ?"


class Card(NamedTuple):
    """A station's own description of itself. `is_known`: it is believed here already."""

    peer: Peer
    fingerprint: str
    is_known: bool


class Told(NamedTuple):
    """How far a station's chains went when it wrote that down."""

    site: str
    at: int
    heads: list[Head]


def kind_of_file(path: Path) -> str:
    """Return which kind of ours a file is: stick, heads, card, batch.

    Raises InputError: stick_foreign, stick_other_program, stick_newer, stick_older,
    stick_not_file; EnvironmentError_ stick_unreadable.
    """
    with reading(path) as file:
        return kind_of(file.read(16))


def write_card(store: Store, folder: Path) -> Path:
    """Write who this station is; return the file. It holds nothing secret."""
    own = store.read(own_site)
    document = {
        "site": own.id,
        "name": own.name,
        "town": own.town,
        "station": own.station,
        "sign_key": own.sign_key.hex(),
        "box_key": own.box_key.hex(),
    }
    return _write(store, folder, CARD_MAGIC, document, CARD)


def write_heads(store: Store, folder: Path) -> Path:
    """Write how far the chains here go, so that another writes only what is lacking here."""
    own = store.read(own_site)
    heads = store.read(lambda c: visible(c, own.id, own))[:MAX_CHAINS]
    document = {"site": own.id, "heads": [wire.head_to_json(head) for head in heads]}
    return _write(store, folder, HEADS_MAGIC, document, HEADS)


def own_fingerprint(store: Store) -> str:
    """Return the fingerprint that others are to hear from here."""
    own = store.read(own_site)
    return fingerprint(own.sign_key, own.box_key)


def read_card(store: Store, path: Path) -> Card:
    """Read a card and check that its own key signed it; nothing is believed yet.

    Raises InputError: card_bad, card_own, card_town, key_revoked, key_mismatch; what
    `kind_of_file` refuses, stick_other_kind.
    """
    raw, signed, signature = _read(path, CARD_MAGIC)
    with wire.reading("card_bad"):
        peer = Peer(
            id=wire.identifier(raw["site"]),
            name=wire.text(raw["name"]),
            url="",
            town=wire.text(raw["town"], 9),
            station=wire.text(raw["station"], 16),
            sign_key=wire.sign_key(raw["sign_key"]),
            box_key=wire.octets(raw["box_key"], wire.KEY),
        )
    if not is_signed(peer.sign_key, signature, signed):
        raise InputError("card_bad", reason="signature")
    is_known = store.read(lambda c: _check_card(c, store, peer))
    return Card(peer, fingerprint(peer.sign_key, peer.box_key), is_known)


def believe(
    store: Store, actor: Actor, path: Path, heard: str, second: Actor | None = None
) -> Card:
    """Make a card's station known, on the word of a person who heard its fingerprint there.

    A record that has no users yet takes it from the program itself: without one it could never
    read the stick that brings them. Where people sign in two answer for it. Raises RuleError:
    role_forbids, card_fingerprint, second_person_needed and its like; what `read_card` refuses.
    """
    persons = GRANTORS - {"system"}
    if not (persons if store.read(users) else GRANTORS) & set(actor.roles):
        roles = sorted(persons)
        raise RuleError("role_forbids", action="believe", name=actor.name, roles=roles)
    answered(store, actor, "believe", second)
    card = read_card(store, path)
    if _plain(heard) != _plain(card.fingerprint):
        raise RuleError("card_fingerprint", value=card.fingerprint)

    def work(journal: Journal) -> None:
        if not _check_card(journal.connection, store, card.peer):
            put_peer(journal, STATION, card.peer)

    store.write(work)
    return card


def take_heads(store: Store, path: Path) -> Told:
    """Remember how far a known station's chains go by its own word.

    Raises InputError: heads_bad, stick_sender_unknown, stick_sender_revoked; what `kind_of_file`
    refuses, stick_other_kind.
    """
    raw, signed, signature = _read(path, HEADS_MAGIC)
    with wire.reading("heads_bad"):
        heads = wire.items(raw["heads"], wire.head_from_json, MAX_CHAINS)
        told = Told(wire.identifier(raw["site"]), wire.integer(raw["created"]), heads)
    key = store.read(lambda c: _sender_key(c, told.site))
    if not is_signed(key, signature, signed):
        raise InputError("heads_bad", reason="signature")
    store.write(lambda journal: keep_heard(journal, *told))
    return told


def _write(
    store: Store, folder: Path, magic: bytes, document: Mapping[str, Any], suffix: str
) -> Path:
    at = max(store.clock(), 0)
    signer = store.read(lambda c: signer_of(c, store.site.town))
    raw = wire.canonical({**document, "fmt": FORMAT, "created": at})
    signed = magic + _LENGTH.pack(len(raw)) + raw
    data = signed + signer.sign(signed)

    def write(file: BinaryIO) -> None:
        file.write(data)

    place = chosen_folder(folder)
    kind = "card" if suffix == CARD else "heads"
    name = file_name((store.site.station, kind), at, new_letters(), suffix)
    part = write_part(place, name, write)
    try:
        with reading(part) as file:
            is_whole = file.read(len(data) + 1) == data
        if not is_whole:
            raise EnvironmentError_("stick_unproven", path=str(folder))
        return give_name(place, part)
    except BaseException:
        discard(part)
        raise


def _read(path: Path, magic: bytes) -> tuple[dict[str, Any], bytes, bytes]:
    """Return a small file's document, what is signed of it, and the signature."""
    code = "card_bad" if magic == CARD_MAGIC else "heads_bad"
    with reading(path) as file:
        data = file.read(MAX_HEADER + 1)
    kind = kind_of(data[:16])
    if not data.startswith(magic):
        raise InputError("stick_other_kind", found=kind)
    signed, signature = data[: -wire.SIGNATURE], data[-wire.SIGNATURE :]
    start = len(magic) + _LENGTH.size
    with wire.reading(code):
        if len(signed) < start or _LENGTH.unpack_from(signed, len(magic)) != (len(signed) - start,):
            raise ValueError("length")
        raw = wire.mapping(orjson.loads(signed[start:]))
        if wire.canonical(raw) != signed[start:]:
            raise ValueError("not canonical")
        found = wire.integer(raw["fmt"])
    if found != FORMAT:
        older_or_newer = "stick_newer" if found > FORMAT else "stick_older"
        raise InputError(older_or_newer, found=found, known=FORMAT)
    return raw, signed, signature


def _check_card(connection: Connection, store: Store, peer: Peer) -> bool:
    """Tell whether a card's station is believed already; refuse what can never be."""
    own = store.site
    if peer.id == own.id:
        raise InputError("card_own")
    if not (is_for(peer.town, own.town) or is_for(own.town, peer.town)):
        raise InputError("card_town", town=peer.town)
    kind = kind_of_peer(connection, peer.id)
    if kind == REVOKED:
        raise InputError("key_revoked", site=peer.id)
    _check_keys(connection, peer)
    if connection.execute(_TAKEN, (peer.town, peer.station, peer.id)).fetchone():
        raise RuleError("station_taken", station=peer.station)
    return kind in (STATION, HUB)


def _check_keys(connection: Connection, peer: Peer) -> None:
    """Refuse keys that are not those a station is known by, nor follow them."""
    first, changes = chain_key(connection, peer.id), changes_of(connection, peer.id)
    if first and peer.sign_key not in successors(peer.id, first, changes):
        raise InputError("key_mismatch", site=peer.id)
    row = connection.execute(_PEER, (peer.id,)).fetchone()
    if row is not None and tuple(map(bytes, row)) != (peer.sign_key, peer.box_key):
        raise InputError("key_mismatch", site=peer.id)


def _sender_key(connection: Connection, site: str) -> bytes:
    about = {"site": site, "town": "", "station": ""}
    if kind_of_peer(connection, site) == REVOKED:
        raise InputError("stick_sender_revoked", **about)
    key = known_key(connection, site)
    if key is None:
        raise InputError("stick_sender_unknown", **about)
    return key


def _plain(words: str) -> str:
    return "".join(words.split()).lower()
