"""The room's key: given to a station on a person's word, never by itself, and renewed.

The key is sealed to the other station's X25519 key (ephemeral key agreement, HKDF-SHA256,
AES-256-GCM), so that it can travel in an op past anybody.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from db.commands.site import keep_room_key
from db.domain.errors import RuleError
from db.domain.ops import Actor, Op, decode
from db.domain.permissions import PERMISSIONS, may, require
from db.domain.suites import suite_of_key
from db.store.backup import renew_code
from db.store.changes import Changes
from db.store.driver import Connection
from db.store.envelopes import ROOM_OF_TOWN, room_key_of
from db.store.journal import Journal
from db.store.keys import Ask
from db.store.medium import UNWATCHED, Watch
from db.store.queries.accounts import is_claimed
from db.store.rekeying import Renewed, change_place, renew_key
from db.store.sealing import agree_with, agreed_with_us, own_box_keys
from db.store.store import Site, Store, read_site

GRANTORS = PERMISSIONS["grant_room_key"].roles
_PREFIX = "room:"
_NONCE = 12
_KEY_BYTES = 32
_SITE_TAIL = 12
_INFO = b"griddesk room key\n"
_FINGERPRINT = b"griddesk station\n"

_FINGERPRINT_GROUPS, _GROUP = 8, 4
_ENROLLED = "SELECT town, sign_key, box_key FROM peer WHERE kind = 'station' AND id = ?"
_STARTED = """SELECT op.body FROM subject JOIN op ON op.subject = subject.rid
WHERE subject.ent = 'site' AND subject.id = ? ORDER BY op.recv"""
_REVOKED = "SELECT 1 FROM peer WHERE id = ? AND kind = 'revoked'"
_PLACE, _RENEWED = "key_place", "renewed"
_OURS = "room_keys"
"""The setting that lists the room's keys that were used before, or are beside the one in use."""
_SECRET = "SELECT v FROM secret WHERE k = ?"  # noqa: S105 - a statement
_HAS_KEY = "SELECT 1 FROM secret WHERE k = ?"
_GRANTS = """SELECT op.body FROM subject JOIN op ON op.subject = subject.rid
WHERE subject.ent = 'room_key' AND op.state = 0 ORDER BY op.recv"""


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A room key only one station can read. `about` binds it to its name and addressee."""

    ephemeral: bytes
    cipher: bytes


@dataclass(frozen=True, slots=True)
class _Grant:
    """A key that was given to this station, and whose room's it is."""

    key_id: str
    key: bytes
    town: str


@dataclass(frozen=True, slots=True)
class _Station:
    """Where a station is, and by which keys it is known here."""

    town: str
    sign_key: bytes
    box_key: bytes


def fingerprint_of(connection: Connection, site_id: str) -> str:
    """Return the short form of a station's two keys, to be compared by voice before a grant.

    Raises RuleError for a station that is not known.
    """
    station = _known_station(connection, site_id)
    return fingerprint(station.sign_key, station.box_key)


def fingerprint(sign_key: bytes, box_key: bytes) -> str:
    """Return the short form of two keys, in groups as they are read out on the telephone."""
    digest = hashlib.sha256(_FINGERPRINT + sign_key + box_key).hexdigest()
    ends = range(0, _FINGERPRINT_GROUPS * _GROUP, _GROUP)
    return " ".join(digest[at : at + _GROUP] for at in ends)


def grant_room_key(
    store: Store, actor: Actor, site_id: str, second: Actor | None = None
) -> Changes:
    """Let another station read who called: seal the room's keys to it, the one in use and older.

    To a station of the own town, or of its district. Raises RuleError when the actor may not, the
    station is not known, revoked, elsewhere, or this one; where people sign in, as `require` does
    without a second person.
    """
    if site_id == store.site.id:
        raise RuleError("grant_to_self")
    said = answered(store, actor, "grant_room_key", second)

    def work(journal: Journal) -> None:
        station = _may_have(journal.connection, store.site, site_id)
        in_use, key = room_key_of(journal.connection)
        _give(journal, actor, (in_use.removeprefix(_PREFIX), key), site_id, station, said)
        for key_id in _older(journal):
            older = journal.connection.execute(_SECRET, (_PREFIX + key_id,)).fetchone()
            if older is not None:
                _give(journal, actor, (key_id, bytes(older[0])), site_id, station, said)

    return store.write(work).changes


class RoomKeyRenewed(NamedTuple):
    """A room's new key, and the stations that it was sealed to."""

    key_id: str
    given: tuple[str, ...]


def renew_room_key(store: Store, actor: Actor, second: Actor | None = None) -> RoomKeyRenewed:
    """Seal with a new key of the room from here on; give it to every station that had the old one.

    What was sealed before stays readable to whoever could read it. A revoked station is given
    none. Raises RuleError as `grant_room_key`, EnvironmentError_ (room_key_missing).
    """
    said = answered(store, actor, "renew_room_key", second)

    def work(journal: Journal) -> RoomKeyRenewed:
        name, _ = room_key_of(journal.connection)
        old, new = name.removeprefix(_PREFIX), (secrets.token_hex(8), secrets.token_bytes(32))
        holders = _holders(journal.connection, store.site, old)
        keep_room_key(journal, *new)
        _remember(journal, old, in_use=new[0])
        payload = {"room_key": new[0], "renews": old, "given": sorted(holders), **said}
        journal.append("room_key_renewed", new[0], payload, actor)
        for site_id, station in sorted(holders.items()):
            _give(journal, actor, new, site_id, station, {"renews": old, **said})
        return RoomKeyRenewed(new[0], tuple(sorted(holders)))

    return store.write(work).result


def note_key_place(store: Store, actor: Actor) -> Changes:
    """Record where the key of this record is kept now, once for each change of it."""
    kind = read_site(store.home).key_place.kind

    def work(journal: Journal) -> None:
        before = journal.meta(_PLACE)
        if before != kind:
            _note(journal, actor, _PLACE, before, kind, {})

    return store.write(work).changes


def move_key(
    store: Store,
    actor: Actor,
    kind: str,
    *,
    passphrase: str = "",
    ask: Ask | None = None,
    second: Actor | None = None,
) -> None:
    """Keep the key of this record elsewhere; the op that says so is written first.

    Where it then cannot be done, another op says where the key still is. Raises as `answered` and
    `change_place`.
    """
    said = answered(store, actor, "keep_key", second)
    before = read_site(store.home).key_place.kind
    if kind == before != "passphrase":
        raise RuleError("key_place_same", kind=kind)
    store.write(lambda journal: _note(journal, actor, _PLACE, before, kind, said))
    try:
        change_place(store.home, kind, ask, passphrase)
    except BaseException:
        store.write(lambda journal: _note(journal, actor, _PLACE, kind, before, said))
        raise


def renew_record_key(
    store: Store,
    actor: Actor,
    code: str,
    *,
    ask: Ask | None = None,
    second: Actor | None = None,
    watch: Watch = UNWATCHED,
) -> Renewed:
    """Encrypt this record under a new key, opened by `code` too; the op is written first.

    The store is closed by it, for nobody may have the record open meanwhile. Raises as `answered`
    and `renew_key`.
    """
    said = answered(store, actor, "keep_key", second)
    store.write(lambda journal: _note(journal, actor, "record_key", "", _RENEWED, said))
    store.close()
    return renew_key(store.home, code=code, ask=ask, watch=watch)


def renew_recovery_code(
    store: Store, actor: Actor, code: str = "", second: Actor | None = None
) -> str:
    """Make a new recovery code for this record, or take one made; the op is written first.

    Returns the code, to be shown once. Raises as `answered`.
    """
    said = answered(store, actor, "keep_key", second)
    store.write(lambda journal: _note(journal, actor, "recovery_code", "", _RENEWED, said))
    return renew_code(store.home, store.key, code)


def _note(
    journal: Journal, actor: Actor, setting: str, before: str, after: str, said: dict[str, Any]
) -> None:
    if setting == _PLACE:
        journal.set_meta(_PLACE, after)
    payload = {"setting": setting, "before": before, "after": after, **said}
    journal.append("setting_changed", f"{journal.site}.{setting}", payload, actor)


def answered(store: Store, actor: Actor, action: str, second: Actor | None) -> dict[str, Any]:
    """Check who answers for handling a key; return what the op says of the second person.

    One is enough where nobody signs in yet: a technician sets the record up. Raises RuleError as
    `require` does.
    """
    if second is None and may(actor, action) and not store.read(is_claimed):
        return {}
    return require(actor, action, second)


def _may_have(connection: Connection, own: Site, site_id: str) -> "_Station":
    """Return a station that may be given a key of this room; raises RuleError."""
    station = _known_station(connection, site_id)
    if connection.execute(_REVOKED, (site_id,)).fetchone():
        raise RuleError("station_revoked", value=site_id)
    if not own.town.startswith(station.town):
        raise RuleError("grant_elsewhere", value=site_id)
    return station


def _holders(connection: Connection, own: Site, key_id: str) -> dict[str, "_Station"]:
    """Return the stations that have a key of this room and may have the next one."""
    named: set[str] = set()
    for (body,) in connection.execute(_GRANTS).fetchall():
        op = decode(body)
        if op.payload.get("room_key") == key_id:
            named |= {op.ref.site, str(op.payload.get("to", ""))}
    found = {}
    for site_id in named - {own.id, ""}:
        with suppress(RuleError):
            found[site_id] = _may_have(connection, own, site_id)
    return found


def _give(
    journal: Journal,
    actor: Actor,
    room_key: tuple[str, bytes],
    site_id: str,
    station: "_Station",
    said: dict[str, Any],
) -> None:
    key_id, key = room_key
    sealed = _seal(key, station.box_key, _about(key_id, site_id))
    payload = {
        "room_key": key_id,
        "to": site_id,
        "ephemeral": sealed.ephemeral.hex(),
        "sealed": sealed.cipher.hex(),
        **said,
    }
    journal.append("room_key_granted", f"{key_id}-{site_id[-_SITE_TAIL:]}", payload, actor)


def _older(journal: Journal) -> list[str]:
    """Return the room's keys that are not in use, as far as this station has them."""
    return list(orjson.loads(journal.meta(_OURS) or b"[]"))


def _remember(journal: Journal, *key_ids: str, in_use: str) -> None:
    """Note the room's keys beside the one in use, the latest first."""
    known = dict.fromkeys((*key_ids, *_older(journal)))
    kept = [one for one in known if one and one != in_use]
    journal.set_meta(_OURS, orjson.dumps(kept).decode())


def accept_room_keys(store: Store) -> int:
    """Keep the room keys that others granted to this station; return how many were new.

    Only a station of this town can grant, on the word of somebody whose role allows it; a town's
    key also one of the town to its district, which from then on seals with it whoever calls there
    about that town. The first key of its own room that a station without one is given becomes the
    one it seals with; later only what renews this, in whatever order renewals arrive.
    """
    if not store.read(lambda connection: _open_grants(connection, store.site)):
        return 0

    def work(journal: Journal) -> int:
        opened = _open_grants(journal.connection, store.site)
        before = journal.meta("room_key")
        own = [grant.key_id for grant in opened if grant.town == store.site.town]
        for grant in opened:
            keep_room_key(journal, grant.key_id, grant.key)
            if grant.town != store.site.town:
                journal.set_meta(ROOM_OF_TOWN + grant.town, grant.key_id)
        first = before or next(iter(own), "")
        in_use = _renewed(journal.connection, store.site, first)
        _remember(journal, *reversed(own), before, in_use=in_use)
        journal.set_meta("room_key", in_use)
        return len(opened)

    return store.write(work).result


def _renewed(connection: Connection, own: Site, key_id: str) -> str:
    """Return what a key of the room was renewed to, step by step, as far as it is kept here."""
    followers: dict[str, str] = {}
    for payload, town in _grants_to(connection, own):
        before, after = str(payload.get("renews", "")), str(payload.get("room_key", ""))
        if before and town == own.town and _has_key(connection, after):
            followers.setdefault(before, after)
    # Each step is taken out: a ring of renewals ends too.
    while key_id in followers:
        key_id = followers.pop(key_id)
    return key_id


def _open_grants(connection: Connection, own: Site) -> list[_Grant]:
    """Return the keys granted to this station that it has not kept yet, oldest arrival first."""
    opened: dict[str, _Grant] = {}
    for payload, town in _grants_to(connection, own):
        key_id = str(payload.get("room_key", ""))
        if _has_key(connection, key_id):
            continue
        key = _open(connection, payload, _about(key_id, own.id))
        if key is not None:
            opened.setdefault(key_id, _Grant(key_id, key, town))
    return list(opened.values())


def _grants_to(connection: Connection, own: Site) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield what was granted to this station by whoever may, and the town it comes from."""
    for (body,) in connection.execute(_GRANTS).fetchall():
        op = decode(body)
        town = _granting_town(connection, op, own.town)
        if op.payload.get("to") == own.id and town:
            yield op.payload, town


def _has_key(connection: Connection, key_id: str) -> bool:
    return connection.execute(_HAS_KEY, (_PREFIX + key_id,)).fetchone() is not None


def _about(key_id: str, site_id: str) -> bytes:
    return _INFO + f"{key_id}\n{site_id}".encode()


def _granting_town(connection: Connection, op: Op, town: str) -> str:
    """Return the town a grant comes from, by somebody who may give its key to a station of `town`.

    Empty where it may not be given: to one's own stations, and from a town up to its district.
    """
    if not GRANTORS & set(op.actor.roles):
        return ""
    try:
        granting = _known_station(connection, op.ref.site).town
    except RuleError:
        return ""
    return granting if granting.startswith(town) else ""


def _known_station(connection: Connection, site_id: str) -> _Station:
    """Return a station by what the hub vouched for, else by the first op of its first chain.

    What a station says of itself later does not count: whoever got hold of its chain for a
    moment would have the key sealed to himself.
    """
    row = connection.execute(_ENROLLED, (site_id,)).fetchone()
    if row:
        return _Station(*row)
    for (body,) in connection.execute(_STARTED, (site_id,)):
        op = decode(body)
        if op.kind == "site_started" and op.ref.site == site_id:
            return _started(op)
    raise RuleError("station_unknown", value=site_id)


def _started(op: Op) -> _Station:
    raw = op.payload
    try:
        keys = bytes.fromhex(raw["sign_key"]), bytes.fromhex(raw["box_key"])
        suite_of_key(keys[0])
    except (KeyError, TypeError, ValueError) as error:
        raise RuleError("station_unknown", value=op.ref.site) from error
    if len(keys[1]) != _KEY_BYTES:
        raise RuleError("station_unknown", value=op.ref.site)
    return _Station(str(raw.get("town", "")), *keys)


def _seal(key: bytes, box_key: bytes, about: bytes) -> _Sealed:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # lazy: off the start path

    agreed, nonce = agree_with(box_key, about), os.urandom(_NONCE)
    return _Sealed(agreed.ephemeral, nonce + AESGCM(agreed.key).encrypt(nonce, key, about))


def _open(connection: Connection, payload: dict[str, Any], about: bytes) -> bytes | None:
    """Return the key of a grant; None where it was not sealed to this station's key."""
    from cryptography.exceptions import InvalidTag  # lazy: off the start path
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        sealed = bytes.fromhex(payload["sealed"])
        ephemeral = bytes.fromhex(payload["ephemeral"])
        boxes = own_box_keys(connection)
        agreed = [agreed_with_us(connection, ephemeral, about, box) for box in boxes]
    except (KeyError, TypeError, ValueError):
        return None
    for one in agreed:
        with suppress(InvalidTag, ValueError):
            key = AESGCM(one).decrypt(sealed[:_NONCE], sealed[_NONCE:], about)
            return key if len(key) == _KEY_BYTES else None
    return None
