"""Agreeing on a key with a station that is not there: X25519 with an ephemeral key, HKDF-SHA256."""

from typing import TYPE_CHECKING, NamedTuple

from db.store.driver import Connection

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

_OWN_BOX_KEYS = "SELECT v FROM secret WHERE k = 'box_key' OR k LIKE 'box_key:%' ORDER BY k"
_KEY_BYTES = 32


class Agreed(NamedTuple):
    """A key that only one station can find again, by the ephemeral public key beside it."""

    ephemeral: bytes
    key: bytes


def agree_with(box_key: bytes, about: bytes) -> Agreed:
    """Make a key for the station with a box key. `about` binds it to what it is for.

    Raises ValueError for what is no key.
    """
    from cryptography.hazmat.primitives.asymmetric.x25519 import (  # lazy: off the start path
        X25519PrivateKey,
        X25519PublicKey,
    )

    private = X25519PrivateKey.generate()
    ephemeral = private.public_key().public_bytes_raw()
    shared = private.exchange(X25519PublicKey.from_public_bytes(box_key))
    return Agreed(ephemeral, _derive(shared, ephemeral + box_key, about))


def own_box_keys(connection: Connection) -> list[bytes]:
    """Return the public keys that this station opens what is sealed to: the one in use first."""
    return list(_own_keys(connection))


def agreed_with_us(
    connection: Connection, ephemeral: bytes, about: bytes, box_key: bytes = b""
) -> bytes:
    """Return the key that somebody made for this station; another one where it was not for it.

    `box_key` names one of its public keys, by default the one in use. Raises ValueError for what
    is no ephemeral key.
    """
    from cryptography.hazmat.primitives.asymmetric.x25519 import (  # lazy: off the start path
        X25519PublicKey,
    )

    keys = _own_keys(connection)
    public = box_key or next(iter(keys))
    shared = keys[public].exchange(X25519PublicKey.from_public_bytes(ephemeral))
    return _derive(shared, ephemeral + public, about)


def _own_keys(connection: Connection) -> dict[bytes, "X25519PrivateKey"]:
    """Return the private keys of this station by the public ones, the one in use first."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import (  # lazy: off the start path
        X25519PrivateKey,
    )

    rows = connection.execute(_OWN_BOX_KEYS)
    privates = (X25519PrivateKey.from_private_bytes(own) for (own,) in rows)
    return {private.public_key().public_bytes_raw(): private for private in privates}


def _derive(shared: bytes, salt: bytes, about: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256  # lazy: off the start path
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=salt, info=about).derive(shared)
