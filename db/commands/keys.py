"""The room's key: given by one station to another on a person's word, never by itself.

The key is sealed to the other station's X25519 key (ephemeral key agreement, HKDF-SHA256,
AES-256-GCM), so that it can travel in an op past anybody.
"""

import os
from dataclasses import dataclass
from typing import Any

from db.commands.site import keep_room_key
from db.domain.errors import RuleError
from db.domain.ops import Actor, decode
from db.store.changes import Changes
from db.store.driver import Connection
from db.store.envelopes import room_key_of
from db.store.journal import Journal
from db.store.store import Store

GRANTORS = frozenset({"duty_officer", "shift_leader", "room_director", "system"})
_PREFIX = "room:"
_NONCE = 12
_SITE_TAIL = 12
_INFO = b"griddesk room key\n"

_BOX_KEY = "SELECT box_key FROM station WHERE id = ?"
_HAS_KEY = "SELECT 1 FROM secret WHERE k = ?"
_OWN_BOX_KEY = "SELECT v FROM secret WHERE k = 'box_key'"
_GRANTS = """SELECT op.body FROM subject JOIN op ON op.subject = subject.rid
WHERE subject.ent = 'room_key' AND op.state = 0 ORDER BY op.recv"""


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A room key only one station can read. `about` binds it to its name and addressee."""

    ephemeral: bytes
    cipher: bytes


def grant_room_key(store: Store, actor: Actor, site_id: str) -> Changes:
    """Let another station read who called: seal the room's current key to it.

    Raises RuleError when the actor may not, the station is not known or is this one.
    """
    if not GRANTORS & set(actor.roles):
        raise RuleError("role_forbids", action="grant_room_key", name=actor.name,
                        roles=sorted(GRANTORS))  # fmt: skip
    if site_id == store.site.id:
        raise RuleError("grant_to_self")

    def work(journal: Journal) -> None:
        name, key = room_key_of(journal.connection)
        key_id = name.removeprefix(_PREFIX)
        sealed = _seal(key, _box_key_of(journal.connection, site_id), _about(key_id, site_id))
        payload = {
            "room_key": key_id,
            "to": site_id,
            "ephemeral": sealed.ephemeral.hex(),
            "sealed": sealed.cipher.hex(),
        }
        journal.append("room_key_granted", f"{key_id}-{site_id[-_SITE_TAIL:]}", payload, actor)

    return store.write(work).changes


def accept_room_keys(store: Store) -> int:
    """Keep the room keys that others granted to this station; return how many were new.

    The first key a station without one is given also becomes the one it seals with.
    """
    if not store.read(lambda connection: _open_grants(connection, store.site.id)):
        return 0

    def work(journal: Journal) -> int:
        opened = _open_grants(journal.connection, store.site.id)
        current = journal.meta("room_key")
        for key_id, key in opened.items():
            keep_room_key(journal, key_id, key)
        if current:
            journal.set_meta("room_key", current)
        return len(opened)

    return store.write(work).result


def _open_grants(connection: Connection, site_id: str) -> dict[str, bytes]:
    """Return the keys granted to this station that it has not kept yet."""
    opened: dict[str, bytes] = {}
    for (body,) in connection.execute(_GRANTS).fetchall():
        payload = decode(body).payload
        if payload.get("to") != site_id:
            continue
        key_id = str(payload.get("room_key", ""))
        if connection.execute(_HAS_KEY, (_PREFIX + key_id,)).fetchone():
            continue
        key = _open(connection, payload, _about(key_id, site_id))
        if key is not None:
            opened.setdefault(key_id, key)
    return opened


def _about(key_id: str, site_id: str) -> bytes:
    return _INFO + f"{key_id}\n{site_id}".encode()


def _box_key_of(connection: Connection, site_id: str) -> bytes:
    row = connection.execute(_BOX_KEY, (site_id,)).fetchone()
    if row is None:
        raise RuleError("station_unknown", value=site_id)
    return bytes.fromhex(row[0])


def _seal(key: bytes, box_key: bytes, about: bytes) -> _Sealed:
    from cryptography.hazmat.primitives.asymmetric.x25519 import (  # lazy: off the start path
        X25519PrivateKey,
        X25519PublicKey,
    )
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    private = X25519PrivateKey.generate()
    ephemeral = private.public_key().public_bytes_raw()
    shared = private.exchange(X25519PublicKey.from_public_bytes(box_key))
    nonce = os.urandom(_NONCE)
    wrapping = AESGCM(_derive(shared, ephemeral + box_key, about))
    return _Sealed(ephemeral, nonce + wrapping.encrypt(nonce, key, about))


def _open(connection: Connection, payload: dict[str, Any], about: bytes) -> bytes | None:
    """Return the key of a grant; None where it was not sealed to this station's key."""
    from cryptography.exceptions import InvalidTag  # lazy: off the start path
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    private = X25519PrivateKey.from_private_bytes(connection.execute(_OWN_BOX_KEY).fetchone()[0])
    try:
        ephemeral = bytes.fromhex(payload["ephemeral"])
        sealed = bytes.fromhex(payload["sealed"])
        shared = private.exchange(X25519PublicKey.from_public_bytes(ephemeral))
        salt = ephemeral + private.public_key().public_bytes_raw()
        wrapping = AESGCM(_derive(shared, salt, about))
        key = wrapping.decrypt(sealed[:_NONCE], sealed[_NONCE:], about)
    except (InvalidTag, KeyError, TypeError, ValueError):
        return None
    return key if len(key) == 32 else None


def _derive(shared: bytes, salt: bytes, about: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256  # lazy: off the start path
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=about).derive(shared)
