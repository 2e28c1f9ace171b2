"""Suites: how an op is linked to the one before it, and by which kind of key its site signs.

Every op says its suite (`sx`), and a public key tells its own by its length, so that chains of
both are verified beside each other for ever. None of this is a certified product.
"""

import hashlib
from functools import cache
from typing import TYPE_CHECKING, Protocol

from db.domain.errors import InputError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.hashes import Hash

ED25519_SHA256 = "ed25519+sha256"
SM2_SM3 = "sm2+sm3"
SUITES = (ED25519_SHA256, SM2_SM3)
DEFAULT = ED25519_SHA256

SIGNATURE = 64
"""Bytes of a signature, in either suite."""
_ED25519, _SM2 = 32, 33
_SAID = b'"sx":"'
_USUAL_END = b'"sx":"%s","tz":"Asia/Shanghai","v":1}' % DEFAULT.encode()


class Hasher(Protocol):
    """A digest in the making."""

    def update(self, data: bytes, /) -> None:
        """Take in more of the stream."""

    def digest(self) -> bytes:
        """Return the 32 bytes."""

    def hexdigest(self) -> str:
        """Return the 32 bytes as hex."""


class Sm3:
    """SM3 (GB/T 32905). Python's own `hashlib` has it on some systems only."""

    def __init__(self, data: bytes = b"") -> None:
        self._running = _nothing().copy()
        self._running.update(data)

    def update(self, data: bytes, /) -> None:
        """Take in more of the stream."""
        self._running.update(data)

    def digest(self) -> bytes:
        """Return the 32 bytes."""
        return self._running.copy().finalize()

    def hexdigest(self) -> str:
        """Return the 32 bytes as hex."""
        return self.digest().hex()


class PublicKey(Protocol):
    """The half of a key that others verify by."""

    def public_bytes_raw(self) -> bytes:
        """Return the key: 32 bytes of Ed25519, 33 of SM2 (the point compressed)."""

    def verify(self, signature: bytes, data: bytes) -> None:
        """Raise InvalidSignature for what this key did not sign."""


class SigningKey(Protocol):
    """A site's own key; `cryptography`'s Ed25519PrivateKey is one as it is."""

    def sign(self, data: bytes) -> bytes:
        """Return the 64 bytes of a signature."""

    def public_key(self) -> PublicKey:
        """Return what others verify by."""

    def private_bytes_raw(self) -> bytes:
        """Return the secret, as `signing_key` reads it."""


def known(suite: str) -> str:
    """Return a suite this program knows; raises InputError suite_unknown."""
    if suite not in SUITES:
        raise InputError("suite_unknown", found=suite[:40], known=", ".join(SUITES))
    return suite


def suite_of(body: bytes) -> str:
    """Return the suite that an op's bytes name; the default for one that names none.

    Behind it there is in canonical bytes no text in which the mark could stand.
    """
    if body.endswith(_USUAL_END):  # asked of every op of every chain
        return DEFAULT
    at = body.rfind(_SAID)
    if at < 0:
        return DEFAULT
    start = at + len(_SAID)
    return body[start : body.find(b'"', start)].decode("ascii", "replace")


def linked(previous: bytes, body: bytes) -> bytes:
    """Return the 32-byte hash that links an op's bytes to the op before it, by the suite it names.

    Empty, which equals no hash, for a suite that is not known here.
    """
    if body.endswith(_USUAL_END):  # asked of every op of every chain
        return hashlib.sha256(previous + body).digest()
    return digest(suite_of(body), previous + body)


def digest(suite: str, data: bytes) -> bytes:
    """Return the 32-byte digest of some bytes; empty, which equals none, of an unknown suite."""
    if suite == ED25519_SHA256:
        return hashlib.sha256(data).digest()
    return Sm3(data).digest() if suite == SM2_SM3 else b""


def hasher(suite: str) -> Hasher:
    """Return what makes the digest of a stream; raises InputError suite_unknown."""
    return Sm3() if known(suite) == SM2_SM3 else hashlib.sha256()


def new_signing_key(suite: str) -> SigningKey:
    """Make a key; raises InputError suite_unknown."""
    if known(suite) == SM2_SM3:
        from db.domain.sm2 import Sm2Key  # lazy: few stations have one

        return Sm2Key.generate()
    return _ed25519().generate()


def signing_key(raw: bytes) -> SigningKey:
    """Return a kept key; raises ValueError for bytes that are none."""
    if len(raw) == _ED25519:
        return _ed25519().from_private_bytes(raw)
    from db.domain.sm2 import Sm2Key  # lazy: few stations have one

    return Sm2Key.from_private_bytes(raw)


def suite_of_key(public_key: bytes) -> str:
    """Return of which suite a public key is; raises ValueError for what is none."""
    try:
        return {_ED25519: ED25519_SHA256, _SM2: SM2_SM3}[len(public_key)]
    except KeyError as error:
        raise ValueError("public key") from error


def is_signed(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether `signature` is that key's over `message`."""
    from cryptography.exceptions import InvalidSignature  # lazy: off the start path

    try:
        _public_key(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@cache
def _nothing() -> "Hash":
    from cryptography.hazmat.primitives.hashes import SM3, Hash  # lazy: few stations need it

    return Hash(SM3())


def _public_key(raw: bytes) -> PublicKey:
    if suite_of_key(raw) == SM2_SM3:
        from db.domain.sm2 import Sm2PublicKey  # lazy: few stations have one

        return Sm2PublicKey(raw)
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # lazy

    return Ed25519PublicKey.from_public_bytes(raw)


def _ed25519() -> "type[Ed25519PrivateKey]":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # lazy

    return Ed25519PrivateKey
