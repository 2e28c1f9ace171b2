"""Values as they cross the line, read strictly.

Every reader raises ValueError or TypeError for what it does not like; the caller turns that, and
a missing key, into the one error of its document.
"""

import re
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson

from db.domain.areas import CODE_LENGTH
from db.domain.errors import InputError
from db.domain.ops import MAX_INT
from db.domain.suites import SIGNATURE as SIGNATURE
from db.domain.suites import suite_of_key
from db.store.parcels import Head

T = TypeVar("T")

MAX_RANGES = 4_096
MAX_HEADS = 20_000
FRAME = struct.Struct(">I")
"""The length before each batch of a stream."""
HASH = 32
KEY = 32

_TOWNS = (CODE_LENGTH["district"], CODE_LENGTH["town"])
_ID = re.compile(r"[0-9A-Za-z._-]{1,64}")
_HEX = re.compile(r"(?:[0-9a-f]{2})*")


@dataclass(frozen=True, slots=True)
class Want:
    """The ops of one chain somebody lacks: from this sequence number on.

    `to_seq` ends it where a batch is to hold no more than was planned; it is not sent.
    """

    site: str
    epoch: int
    from_seq: int
    to_seq: int = MAX_INT - 1


@dataclass(frozen=True, slots=True)
class Attest:
    """A site's signed word that its chain stands at this op with this hash."""

    site: str
    epoch: int
    seq: int
    hash: bytes
    sig: bytes


def canonical(document: Any) -> bytes:
    """Return the one encoding of a document: keys sorted, no blanks."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


@contextmanager
def reading(code: str, **about: Any) -> Iterator[None]:
    """Turn whatever a strict reader refuses into InputError(code), with what it is about."""
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(code, reason=type(error).__name__, **about) from error


def mapping(value: Any) -> dict[str, Any]:
    """Return a JSON object."""
    if not isinstance(value, dict):
        raise TypeError("object")
    return value


def integer(value: Any, low: int = 0, high: int = MAX_INT - 1) -> int:
    """Return an integer within bounds; True is not one."""
    if type(value) is not int or not low <= value <= high:
        raise ValueError("integer")
    return value


def text(value: Any, limit: int = 200) -> str:
    """Return a string of at most `limit` characters."""
    if not isinstance(value, str) or len(value) > limit:
        raise ValueError("text")
    return value


def town(value: Any) -> str:
    """Return the code of a town, or of a district."""
    code = text(value)
    if not (code.isascii() and code.isdigit() and len(code) in _TOWNS):
        raise ValueError("town")
    return code


def identifier(value: Any) -> str:
    """Return the id of a site or an envelope."""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise ValueError("identifier")
    return value


def octets(value: Any, size: int) -> bytes:
    """Return `size` bytes written as lower-case hex."""
    if not isinstance(value, str) or len(value) != 2 * size or not _HEX.fullmatch(value):
        raise ValueError("hex")
    return bytes.fromhex(value)


def sign_key(value: Any) -> bytes:
    """Return a public signing key, of any suite, written as lower-case hex."""
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise ValueError("hex")
    key = bytes.fromhex(value)
    suite_of_key(key)
    return key


def signature(value: Any) -> bytes:
    """Return a signature written as lower-case hex."""
    return octets(value, SIGNATURE)


def items(value: Any, read: Callable[[Any], T], limit: int = MAX_RANGES) -> list[T]:
    """Return a list of at most `limit` items, each read."""
    if not isinstance(value, list) or len(value) > limit:
        raise ValueError("list")
    return [read(item) for item in value]


def head_to_json(head: Head) -> dict[str, Any]:
    """Return a head as it is sent."""
    return {"site": head.site, "epoch": head.epoch, "seq": head.seq, "hash": head.hash.hex()}


def head_from_json(raw: Any) -> Head:
    """Read a head."""
    return Head(
        identifier(raw["site"]),
        integer(raw["epoch"], 1),
        integer(raw["seq"]),
        octets(raw["hash"], HASH),
    )


def want_to_json(want: Want) -> dict[str, Any]:
    """Return a wanted range as it is sent."""
    return {"site": want.site, "epoch": want.epoch, "from_seq": want.from_seq}


def want_from_json(raw: Any) -> Want:
    """Read a wanted range."""
    return Want(identifier(raw["site"]), integer(raw["epoch"], 1), integer(raw["from_seq"], 1))


def attest_to_json(attest: Attest) -> dict[str, Any]:
    """Return an attest as it is sent."""
    return {
        "site": attest.site,
        "epoch": attest.epoch,
        "seq": attest.seq,
        "hash": attest.hash.hex(),
        "sig": attest.sig.hex(),
    }


def attest_from_json(raw: Any) -> Attest:
    """Read an attest; its signature is not checked here."""
    return Attest(
        identifier(raw["site"]),
        integer(raw["epoch"], 1),
        integer(raw["seq"], 1),
        octets(raw["hash"], HASH),
        signature(raw["sig"]),
    )
