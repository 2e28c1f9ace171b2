"""SM2 signatures (GB/T 32918.2) with SM3, on the curve of GB/T 32918.5.

The arithmetic is the library's (gmalg, pure Python): tens of milliseconds for a signature, and not
in constant time. So a batch and a chain's end are signed, never an op. Not a certified product.
"""

from dataclasses import dataclass, field
from typing import Any, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SM3
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from gmalg.ellipticcurve import ECDLP
from gmalg.errors import GMError
from gmalg.sm2 import PC_MODE, SM2Core, bytes_to_point, point_to_bytes

from db.domain.suites import Sm3

_P = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFF_00000000_FFFFFFFF_FFFFFFFF
_B = 0x28E9FA9E_9D9F5E34_4D5A9E4B_CF6509A7_F39789F5_15AB8F92_DDBCBD41_4D940E93
_G = (
    0x32C4AE2C_1F198119_5F990446_6A39C994_8FE30BBF_F2660BE1_715A4589_334C74C7,
    0xBC3736A2_F4F6779C_59BDCEE3_6B692153_D0A9877C_C62A4740_02DF32E5_2139F0A0,
)
_N = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_7203DF6B_21C6052B_53BBF409_39D54123
_CURVE = ECDLP(_P, _P - 3, _B, _G, _N)
_WHO = b"1234567812345678"
"""The signer's name that GB/T 35276 sets where none is agreed."""
_HALF, _POINT, _SIGNATURE = 32, 33, 64
_LINE = b"griddesk line key"
_LINE_WORD = b"EOPT1\n"
"""Marks the word by which a site's key vouches for that of its line (`db.sync.tls`)."""


@dataclass(frozen=True, slots=True)
class Sm2PublicKey:
    """A point of the curve, compressed; raises ValueError for bytes that are none."""

    raw: bytes

    def __post_init__(self) -> None:
        try:
            point = bytes_to_point(self.raw) if len(self.raw) == _POINT else None
        except GMError as error:
            raise ValueError("sm2 point") from error
        # One encoding of each key: whoever is revoked under one has no other.
        if point is None or self.raw[0] not in (2, 3) or point[0] >= _P:
            raise ValueError("sm2 point")

    def public_bytes_raw(self) -> bytes:
        """Return the 33 bytes of the compressed point."""
        return self.raw

    def verify(self, signature: bytes, data: bytes) -> None:
        """Raise InvalidSignature for what this key did not sign."""
        if len(signature) != _SIGNATURE:
            raise InvalidSignature
        r, s = (int.from_bytes(half) for half in (signature[:_HALF], signature[_HALF:]))
        if not _core().verify(data, r, s, _WHO, bytes_to_point(self.raw)):
            raise InvalidSignature


@dataclass(frozen=True, slots=True)
class Sm2Key:
    """A signing key. `word` vouches for the line's key, which is derived from this one.

    The word is made with the key and kept: a station shows the same certificate ever after.
    """

    secret: int = field(repr=False)
    public: Sm2PublicKey
    word: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> "Sm2Key":
        """Make a key."""
        secret, point = _core().generate_keypair()
        half = cls(secret, Sm2PublicKey(_packed(point)), b"")
        line_key = half.line_key().public_key().public_bytes_raw()
        return cls(secret, half.public, half.sign(_LINE_WORD + line_key))

    @classmethod
    def from_private_bytes(cls, raw: bytes) -> "Sm2Key":
        """Read a kept key; raises ValueError for bytes that are none."""
        secret, rest = int.from_bytes(raw[:_HALF]), raw[_HALF:]
        if len(rest) != _POINT + _SIGNATURE or not 0 < secret < _N - 1:
            raise ValueError("sm2 key")
        return cls(secret, Sm2PublicKey(rest[:_POINT]), rest[_POINT:])

    def private_bytes_raw(self) -> bytes:
        """Return secret, public point and the word for the line's key."""
        return self.secret.to_bytes(_HALF) + self.public.raw + self.word

    def public_key(self) -> Sm2PublicKey:
        """Return what others verify by."""
        return self.public

    def sign(self, data: bytes) -> bytes:
        """Return r and s, 32 bytes each."""
        r, s = _core().sign(data, self.secret, _WHO, bytes_to_point(self.public.raw))
        return cast("bytes", r.to_bytes(_HALF) + s.to_bytes(_HALF))

    def line_key(self) -> Ed25519PrivateKey:
        """Return the key of this station's line: TLS knows no SM2 here."""
        derive = HKDF(algorithm=SM3(), length=_HALF, salt=None, info=_LINE)
        return Ed25519PrivateKey.from_private_bytes(derive.derive(self.secret.to_bytes(_HALF)))


def check_line_word(public_key: bytes, line_key: bytes, word: bytes) -> None:
    """Raise InvalidSignature where a site's key did not vouch for that of a line."""
    Sm2PublicKey(public_key).verify(word, _LINE_WORD + line_key)


class _Sm3:
    """SM3 as the library asks for it: its own, in Python, takes seconds for a batch."""

    def reset(self) -> None:
        self._running = Sm3()

    def update(self, data: bytes) -> None:
        self._running.update(bytes(data))

    def value(self) -> bytes:
        return self._running.digest()


def _core() -> Any:
    return SM2Core(_CURVE, _Sm3())


def _packed(point: Any) -> bytes:
    return cast("bytes", point_to_bytes(point, PC_MODE.COMPRESS))
