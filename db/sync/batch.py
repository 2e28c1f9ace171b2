"""The batch: ranges of chains as signed bytes, the same in an HTTP body and on a USB stick.

    magic | u32 header length | header | zstd frame | 64-byte signature over all before it

The header is canonical JSON. The frame holds the ops in the order of the ranges, each as u32
length and bytes, then the envelopes. A batch comes from outside: whatever is wrong with it ends
in an InputError, and nothing is decompressed before its sender's signature was found right.
"""

import struct
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
import zstandard

from db.domain.errors import InputError
from db.domain.ops import MAX_OP_BYTES, OpRef
from db.domain.suites import SUITES, digest, is_signed, suite_of_key
from db.store.parcels import Envelope, Range
from db.sync import wire
from db.sync.signing import Signer, key_id
from db.sync.wire import Attest

MAGIC = b"EOPB1\n"
FORMAT = 1
MAX_HEADER = 256 * 1024
MAX_FRAME = 4 * 1024 * 1024
MAX_RAW = 16 * 1024 * 1024
MAX_OPS = 5_000
MAX_ENVELOPE = 64 * 1024
MAX_RATIO = 100
FREE_RATIO = 1024 * 1024
"""Up to this size a batch may be as compressible as it likes: one long op of one letter is."""
MAX_BATCH = len(MAGIC) + 4 + MAX_HEADER + MAX_FRAME + wire.SIGNATURE

_LENGTH = struct.Struct(">I")
_PLACE = struct.Struct(">QQ")
_MAX_WINDOW = 16 * 1024 * 1024
_LEVEL = 3

KeyOf = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who made a batch; not necessarily who wrote its ops."""

    site: str
    town: str
    key_id: str


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch whose signature holds. Its ops are not looked into yet."""

    sender: Sender
    to: str
    created: int
    ranges: list[Range]
    envelopes: list[Envelope]
    attests: list[Attest]
    raw_hash: str


@dataclass(frozen=True, slots=True)
class _Span:
    """A range as the header announces it."""

    site: str
    epoch: int
    from_seq: int
    prev_hash: bytes
    to_seq: int
    to_hash: bytes

    @property
    def count(self) -> int:
        return self.to_seq - self.from_seq + 1


@dataclass(frozen=True, slots=True)
class _Header:
    suite: str
    sender: Sender
    to: str
    created: int
    spans: list[_Span]
    n_ops: int
    n_envelopes: int
    attests: list[Attest]
    raw_len: int
    raw_hash: str


def encode_batch(
    signer: Signer,
    ranges: Sequence[Range],
    envelopes: Sequence[Envelope],
    attests: Sequence[Attest],
    *,
    created: int,
    to: str = "",
) -> bytes:
    """Return the bytes of a batch. `to` is a site id, empty for whoever can use it."""
    raw = _payload(ranges, envelopes)
    header = wire.canonical(
        {
            "fmt": FORMAT,
            "alg": signer.suite,
            "from": {
                "site": signer.site, "town": signer.town, "key_id": key_id(signer.public_key)
            },
            "to": to,
            "created": created,
            "ranges": [_span_to_json(item) for item in ranges],
            "n_ops": sum(len(item.bodies) for item in ranges),
            "envelopes": len(envelopes),
            "attest": [wire.attest_to_json(item) for item in attests],
            "raw_len": len(raw),
            "raw_hash": digest(signer.suite, raw).hex(),
            "enc": None,
        }
    )  # fmt: skip
    frame = zstandard.ZstdCompressor(level=_LEVEL).compress(raw)
    signed = b"".join((MAGIC, _LENGTH.pack(len(header)), header, frame))
    return signed + signer.sign(signed)


def decode_batch(data: bytes, key_of: KeyOf) -> Batch:
    """Read a batch; `key_of` gives the key of a sender's site, None where it is not known.

    Raises InputError and nothing else, beside what `key_of` raises of its own (a hub's raises
    key_revoked): batch_too_large, batch_truncated, batch_magic, batch_header, batch_format,
    unknown_alg, batch_encrypted, unknown_key, bad_signature, batch_bomb, batch_frame, bad_hash,
    batch_counts.
    """
    if len(data) > MAX_BATCH:
        raise InputError("batch_too_large", limit=MAX_BATCH)
    if data[: len(MAGIC)] != MAGIC[: len(data)]:
        raise InputError("batch_magic")
    signed, signature = data[: -wire.SIGNATURE], data[-wire.SIGNATURE :]
    start = len(MAGIC) + _LENGTH.size
    if len(signed) < start:
        raise InputError("batch_truncated")
    (length,) = _LENGTH.unpack_from(signed, len(MAGIC))
    if length > MAX_HEADER:
        raise InputError("batch_too_large", limit=MAX_HEADER)
    if len(signed) < start + length:
        raise InputError("batch_truncated")
    header = _read_header(signed[start : start + length])
    _check_signature(header, signed, signature, key_of)
    raw = _inflate(signed[start + length :], header)
    ranges, envelopes = _read_payload(raw, header)
    return Batch(
        header.sender,
        header.to,
        header.created,
        ranges,
        envelopes,
        header.attests,
        header.raw_hash,
    )


def is_acceptable(raw: int, compressed: int) -> bool:
    """Whether a frame of these sizes would be taken: not too large, not suspiciously small."""
    if compressed > MAX_FRAME or raw > MAX_RAW:
        return False
    return raw <= FREE_RATIO or raw <= compressed * MAX_RATIO


def op_size(body: bytes) -> int:
    """Return the bytes an op takes in a payload."""
    return _LENGTH.size + len(body)


def envelope_size(envelope: Envelope) -> int:
    """Return the bytes an envelope takes in a payload."""
    return len(_pack_envelope(envelope))


def frame_size(data: bytes) -> int:
    """Return the size of the compressed part of a batch made here."""
    (length,) = _LENGTH.unpack_from(data, len(MAGIC))
    return len(data) - len(MAGIC) - _LENGTH.size - int(length) - wire.SIGNATURE


def without(batch: Batch, chains: Collection[tuple[str, int]]) -> Batch:
    """Return a batch less all that it says of some chains."""

    def stays(item: Range | OpRef | Attest) -> bool:
        return (item.site, item.epoch) not in chains

    return replace(
        batch,
        ranges=[item for item in batch.ranges if stays(item)],
        envelopes=[item for item in batch.envelopes if stays(item.ref)],
        attests=[item for item in batch.attests if stays(item)],
    )


def last_seq(incoming: Range) -> int:
    """Return the sequence number of a range's last op."""
    return incoming.from_seq + len(incoming.bodies) - 1


def _span_to_json(item: Range) -> dict[str, Any]:
    return {
        "site": item.site,
        "epoch": item.epoch,
        "from_seq": item.from_seq,
        "prev_hash": item.prev_hash.hex(),
        "to_seq": last_seq(item),
        "to_hash": item.to_hash.hex(),
    }


def _span(raw: Any) -> _Span:
    span = _Span(
        wire.identifier(raw["site"]),
        wire.integer(raw["epoch"], 1),
        wire.integer(raw["from_seq"], 1),
        wire.octets(raw["prev_hash"], wire.HASH),
        wire.integer(raw["to_seq"], 1),
        wire.octets(raw["to_hash"], wire.HASH),
    )
    if not 1 <= span.count <= MAX_OPS:
        raise ValueError("range")
    return span


def _sender(raw: Any) -> Sender:
    return Sender(
        wire.identifier(raw["site"]), wire.text(raw["town"]), wire.identifier(raw["key_id"])
    )


def _read_header(data: bytes) -> _Header:
    with wire.reading("batch_header"):
        raw = wire.mapping(orjson.loads(data))
        fmt, alg, enc = wire.integer(raw["fmt"]), wire.text(raw["alg"]), raw["enc"]
    if fmt != FORMAT:
        raise InputError("batch_format", found=fmt, known=FORMAT)
    if alg not in SUITES:
        raise InputError("unknown_alg", found=alg)
    if enc is not None:
        raise InputError("batch_encrypted")
    with wire.reading("batch_header"):
        # One encoding only: no double keys, no blanks, nothing two readers could read apart.
        if wire.canonical(raw) != data:
            raise ValueError("not canonical")
        header = _Header(
            suite=alg,
            sender=_sender(raw["from"]),
            to=wire.identifier(raw["to"]) if raw["to"] != "" else "",
            created=wire.integer(raw["created"]),
            spans=wire.items(raw["ranges"], _span),
            n_ops=wire.integer(raw["n_ops"], 0, MAX_OPS),
            n_envelopes=wire.integer(raw["envelopes"], 0, MAX_OPS),
            attests=wire.items(raw["attest"], wire.attest_from_json),
            raw_len=wire.integer(raw["raw_len"]),
            raw_hash=wire.octets(raw["raw_hash"], wire.HASH).hex(),
        )
        if len({(span.site, span.epoch) for span in header.spans}) != len(header.spans):
            raise ValueError("a chain twice")
    if sum(span.count for span in header.spans) != header.n_ops:
        raise InputError("batch_counts")
    return header


def _check_signature(header: _Header, signed: bytes, signature: bytes, key_of: KeyOf) -> None:
    sender = header.sender
    key = key_of(sender.site)
    if key is None or key_id(key) != sender.key_id:
        raise InputError("unknown_key", site=sender.site)
    if header.suite != suite_of_key(key) or not is_signed(key, signature, signed):
        raise InputError("bad_signature", site=sender.site)


def _inflate(frame: bytes, header: _Header) -> bytes:
    """Decompress no more than was announced, and nothing that announces too much."""
    if len(frame) > MAX_FRAME:
        raise InputError("batch_too_large", limit=MAX_FRAME)
    if not is_acceptable(header.raw_len, len(frame)):
        raise InputError("batch_bomb", limit=MAX_RAW)
    try:
        found = zstandard.get_frame_parameters(frame)
        if found.content_size != header.raw_len or found.window_size > _MAX_WINDOW:
            raise InputError("batch_bomb", limit=MAX_RAW)
        raw = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW).decompress(
            frame, max_output_size=header.raw_len, allow_extra_data=False
        )
    except zstandard.ZstdError as error:
        raise InputError("batch_frame") from error
    if digest(header.suite, raw).hex() != header.raw_hash:
        raise InputError("bad_hash")
    return raw


def _read_payload(raw: bytes, header: _Header) -> tuple[list[Range], list[Envelope]]:
    reader = _Reader(raw)
    ranges = [
        Range(
            span.site,
            span.epoch,
            span.from_seq,
            span.prev_hash,
            [reader.block(MAX_OP_BYTES) for _ in range(span.count)],
            span.to_hash,
        )
        for span in header.spans
    ]
    envelopes = [_unpack_envelope(reader.block(MAX_ENVELOPE)) for _ in range(header.n_envelopes)]
    reader.finish()
    return ranges, envelopes


def _payload(ranges: Iterable[Range], envelopes: Iterable[Envelope]) -> bytes:
    parts: list[bytes] = []
    for item in ranges:
        for body in item.bodies:
            parts += (_LENGTH.pack(len(body)), body)
    parts += (_pack_envelope(envelope) for envelope in envelopes)
    return b"".join(parts)


def _pack_envelope(envelope: Envelope) -> bytes:
    fields = (
        envelope.ref.site.encode(),
        _PLACE.pack(envelope.ref.epoch, envelope.ref.seq),
        envelope.id.encode(),
        envelope.cipher,
        envelope.room_key.encode(),
        envelope.wrapped_key or b"",
    )
    inner = b"".join(_block(item) for item in fields)
    return _block(inner)


def _unpack_envelope(data: bytes) -> Envelope:
    reader = _Reader(data)
    site, place, id, cipher, room_key, wrapped = (reader.block(MAX_ENVELOPE) for _ in range(6))
    reader.finish()
    with wire.reading("batch_counts"):
        if len(place) != _PLACE.size:
            raise ValueError("place")
        epoch, seq = (wire.integer(item, 1) for item in _PLACE.unpack(place))
        return Envelope(
            OpRef(wire.identifier(site.decode("ascii")), epoch, seq),
            wire.identifier(id.decode("ascii")),
            cipher,
            wire.text(room_key.decode("ascii")),
            wrapped or None,
        )


def _block(data: bytes) -> bytes:
    return _LENGTH.pack(len(data)) + data


class _Reader:
    """Takes length-prefixed blocks off a payload."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def block(self, limit: int) -> bytes:
        """Return the next block; InputError where it is too long or runs over the end."""
        start = self._at + _LENGTH.size
        if start > len(self._data):
            raise InputError("batch_counts")
        (length,) = _LENGTH.unpack_from(self._data, self._at)
        if length > limit or start + length > len(self._data):
            raise InputError("batch_counts")
        self._at = start + int(length)
        return self._data[start : self._at]

    def finish(self) -> None:
        """Refuse anything left over."""
        if self._at != len(self._data):
            raise InputError("batch_counts")
