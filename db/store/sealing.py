"""Agreeing on a key with a station that is not there: X25519 with an ephemeral key, HKDF-SHA256."""

from typing import NamedTuple

from db.store.driver import Connection

_OWN_BOX_KEY = "SELECT v FROM secret WHERE k = 'box_key'"
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


def agreed_with_us(connection: Connection, ephemeral: bytes, about: bytes) -> bytes:
    """Return the key that somebody made for this station; another one where it was not for it.

    Raises ValueError for what is no ephemeral key.
    """
    from cryptography.hazmat.primitives.asymmetric.x25519 import (  # lazy: off the start path
        X25519PrivateKey,
        X25519PublicKey,
    )

    (own,) = connection.execute(_OWN_BOX_KEY).fetchone()
    private = X25519PrivateKey.from_private_bytes(own)
    shared = private.exchange(X25519PublicKey.from_public_bytes(ephemeral))
    return _derive(shared, ephemeral + private.public_key().public_bytes_raw(), about)


def _derive(shared: bytes, salt: bytes, about: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256  # lazy: off the start path
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=salt, info=about).derive(shared)
