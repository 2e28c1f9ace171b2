"""Personal data, a caller's or an attached file's, encrypted apart from the op that points to it.

Each envelope has a data key of its own, wrapped by the room's key. The wrapped key travels with
the envelope: whoever holds a copy, a hub and a backup too, holds one. Destroying it erases the
data at that place and nowhere else; every place destroys its own (`erasure.py`). The op holds the
envelope's id and the digest of its ciphertext, nothing else.
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson

from db.domain.areas import CODE_LENGTH
from db.domain.erasing import MARKS
from db.domain.errors import EnvironmentError_
from db.domain.ops import OpRef
from db.domain.personal import IsKnown, listed, refuse_identity_numbers
from db.store.driver import Connection
from db.store.journal import Journal
from db.store.parcels import Envelope

_NONCE = 12
_TOWN = CODE_LENGTH["town"]
ROOM_OF_TOWN = "room_key:"
"""The setting, with a town's code, that names the room key a district was given by that town."""
"""The word of an op, and of what is sealed beside it, for numbers that stood in its texts."""
_OF_SUBJECT = """SELECT DISTINCT envelope.id FROM op JOIN envelope USING (site, epoch, seq)
WHERE op.subject = ? AND envelope.wrapped_key IS NOT NULL"""
_LISTED_PHONES = """SELECT phone_day, phone_night FROM unit
UNION SELECT phone, '' FROM post"""
_ROOM_KEY = """SELECT k, v FROM secret WHERE k = 'room:' || ifnull(
(SELECT v FROM meta WHERE k = ?), (SELECT v FROM meta WHERE k = 'room_key'))"""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who called, in clear: lives in memory only.

    `note` is a remark on the caller; `marks` are the phone numbers that stood in the texts.
    """

    name: str
    phone: str
    note: str = ""
    marks: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known of the caller."""
        return not (self.name or self.phone or self.note or self.marks)


@dataclass(frozen=True, slots=True)
class Sealed:
    """An envelope that has no op yet, and what the op says of it."""

    id: str
    cipher: bytes
    room_key: str
    wrapped_key: bytes

    def reference(self) -> dict[str, str]:
        """Return what stands in the op."""
        return {"env": self.id, "hash": hashlib.sha256(self.cipher).hexdigest()}

    def at(self, ref: OpRef) -> Envelope:
        """Return the envelope bound to its op."""
        return Envelope(ref, self.id, self.cipher, self.room_key, self.wrapped_key)


def seal(journal: Journal, id: str, caller: Caller, area: str = "") -> Sealed:
    """Encrypt a caller for this room; `id` names the envelope.

    `area` says where it is about: a district seals with the key of that town, if it was given it.
    """
    document = {"name": caller.name, "phone": caller.phone}
    if caller.note:
        document["note"] = caller.note
    if caller.marks:
        document[MARKS] = "\n".join(caller.marks)
    return seal_document(journal, id, document, area)


def open_caller(connection: Connection, id: str) -> Caller | None:
    """Decrypt a caller; None where the data was erased or this site has not the room's key."""
    raw = open_document(connection, id)
    if raw is None:
        return None
    marks = tuple(raw.get(MARKS, "").split("\n")) if raw.get(MARKS) else ()
    return Caller(raw.get("name", ""), raw.get("phone", ""), raw.get("note", ""), marks)


def open_marks(connection: Connection, rid: int) -> tuple[str, ...]:
    """Return the numbers that stood in the texts of an incident, as far as they can be read."""
    found = (
        (open_document(connection, id) or {}).get(MARKS, "") for id in envelopes_of(connection, rid)
    )
    return tuple(dict.fromkeys(mark for marks in found for mark in marks.split("\n") if mark))


def envelopes_of(connection: Connection, rid: int) -> list[str]:
    """Return the envelopes beside the ops of a subject that have not been erased."""
    return [row[0] for row in connection.execute(_OF_SUBJECT, (rid,))]


def seal_document(journal: Journal, id: str, document: Mapping[str, str], area: str = "") -> Sealed:
    """Encrypt a few named texts for this room, or for that of an `area`, as `seal` does."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # lazy: off the start path

    refuse_identity_numbers(document)
    key_id, room_key = room_key_of(journal.connection, area[:_TOWN])
    data_key = AESGCM.generate_key(256)
    return Sealed(
        id,
        _encrypt(AESGCM(data_key), orjson.dumps(dict(document)), id),
        key_id,
        _encrypt(AESGCM(room_key), data_key, id),
    )


def open_document(connection: Connection, id: str) -> dict[str, str] | None:
    """Decrypt an envelope; None where it was erased or this site has not the room's key."""
    from cryptography.exceptions import InvalidTag  # lazy: off the start path
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    row = connection.execute(
        "SELECT cipher, room_key, wrapped_key FROM envelope WHERE id = ?", (id,)
    ).fetchone()
    if row is None or row[2] is None:
        return None
    secret = connection.execute("SELECT v FROM secret WHERE k = ?", (row[1],)).fetchone()
    if secret is None:
        return None
    try:
        data_key = _decrypt(AESGCM(bytes(secret[0])), row[2], id)
        raw: dict[str, Any] = orjson.loads(_decrypt(AESGCM(data_key), row[0], id))
        return {str(name): str(value) for name, value in raw.items()}
    except (InvalidTag, ValueError, AttributeError):
        return None


def room_key_of(connection: Connection, town: str = "") -> tuple[str, bytes]:
    """Return the id and bytes of the key to seal with: that of a town which gave it, else our own.

    Raises EnvironmentError_ without one.
    """
    row = connection.execute(_ROOM_KEY, (ROOM_OF_TOWN + town,)).fetchone()
    if row is None:
        raise EnvironmentError_("room_key_missing")
    return row[0], bytes(row[1])


def known_phones(connection: Connection) -> IsKnown:
    """Return what knows the numbers of units and posts; those lists are read when it is asked."""

    @cache
    def is_listed() -> IsKnown:
        return listed(" ".join(row) for row in connection.execute(_LISTED_PHONES))

    return lambda digits: is_listed()(digits)


def mask_name(name: str) -> str:
    """Return a name as shown by default: the first character, the rest a star."""
    return f"{name[0]}*" if name else ""


def mask_phone(phone: str) -> str:
    """Return a phone as shown by default: its last four digits."""
    return phone[-4:] if len(phone) >= 7 else ""


def _encrypt(cipher: Any, plain: bytes, id: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + bytes(cipher.encrypt(nonce, plain, id.encode()))


def _decrypt(cipher: Any, sealed: bytes, id: str) -> bytes:
    return bytes(cipher.decrypt(bytes(sealed[:_NONCE]), bytes(sealed[_NONCE:]), id.encode()))
