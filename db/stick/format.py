"""The file on a USB stick: batches sealed to one station, between a signed header and a signed end.

    magic | u32 header length | header | 64-byte signature over all before it
    parts, each: u32 length | AES-256-GCM of a batch or of a piece of an attached file
    u32 0 | u32 length | trailer | 64-byte signature over header digest and trailer

Header and trailer are canonical JSON; unknown fields in them are passed over. The key of the parts
is agreed with the recipient's box key by an ephemeral one of each file. A part's nonce is its
number, and header digest and number are bound to it: no part stands in another's place or file.
Read as a stream: no more than one part is in memory. Whatever is wrong ends in an InputError.
"""

import re
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple

import orjson

from db.domain.errors import InputError
from db.domain.suites import DEFAULT, SUITES, hasher, is_signed, suite_of_key
from db.domain.suites import digest as digest_by
from db.store.parcels import Head
from db.store.sealing import Agreed, agree_with
from db.sync import wire
from db.sync.batch import MAGIC as BATCH_MAGIC
from db.sync.batch import MAX_BATCH
from db.sync.keyline import MAX_CHANGES, Change, change_from_json, change_to_json
from db.sync.signing import Signer, key_id

FORMAT = 1
MAGIC = b"EOPX1\n"
PIECE_MAGIC = b"EOPF1\n"
PIECE = 1 << 20
"""Bytes of an attached file in one part."""
MAX_HEADER = 8 * 1024 * 1024
MAX_TRAILER = 64 * 1024
MAX_PARTS = 1_000_000
MAX_CHAINS = wire.MAX_HEADS

_END = b"EOPZ1\n"
_TAG = 16
MAX_PART = MAX_BATCH + _TAG
_LENGTH = struct.Struct(">I")
_NONCE = struct.Struct(">4xQ")
_PIECE_HEAD = struct.Struct(">32sQQ")
_ABOUT = b"griddesk stick\n"
_LETTERS = re.compile(r"[0-9A-Z]{6}")
_FOREIGN = (
    (b"PK\x03\x04", "ZIP/Office"),
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0", "Office 97"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"SQLite", "SQLite"),
    (b"MZ", "EXE"),
    (b"\x7fELF", "ELF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"{", "JSON"),
    (b"<", "HTML/XML"),
)
_OURS = {b"EOPB": "batch", b"EOPX": "stick", b"EOPH": "heads", b"EOPC": "card"}
_START = re.compile(rb"(EOP[A-Z])([0-9])\n")


class Span(NamedTuple):
    """A run of ops of one chain in a file, and the hash at its end."""

    site: str
    epoch: int
    from_seq: int
    to_seq: int
    to_hash: bytes

    @property
    def ops(self) -> int:
        """How many ops."""
        return self.to_seq - self.from_seq + 1


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself. `heads` is how far the sender's chains go that concern us.

    `changes` lead from the keys its sender had before to the one it is signed with, and `suite` is
    of that one.
    """

    site: str
    town: str
    station: str
    key_id: str
    to: str
    to_key: str
    created: int
    letters: str
    number: int
    of: int
    parts: int
    ops: int
    files: int
    file_bytes: int
    ranges: list[Span]
    heads: list[Head]
    changes: tuple[Change, ...] = ()
    suite: str = DEFAULT


class Opened(NamedTuple):
    """A header whose signature holds, the key it holds by, and what its parts are read with."""

    header: Header
    sign_key: bytes
    digest: bytes
    ephemeral: bytes


KeyOf = Callable[[Header], bytes]
"""Gives the signing key of a file's sender, or refuses the file."""


class Piece(NamedTuple):
    """A piece of an attached file: its digest, where it stands in how many bytes, and its bytes."""

    blob: str
    offset: int
    size: int
    content: bytes


def write_stick(
    file: BinaryIO, signer: Signer, header: Header, box_key: bytes, parts: Iterable[bytes]
) -> bytes:
    """Write a whole file; return the key of its parts, to prove them by.

    Raises InputError (stick_recipient_key) for a recipient's key that is none, OSError as the
    medium does.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    agreed = _agree(box_key)
    raw = wire.canonical(_header_to_json(header, agreed.ephemeral))
    start = MAGIC + _LENGTH.pack(len(raw)) + raw
    file.write(start + signer.sign(start))
    digest, running = digest_by(header.suite, start), hasher(header.suite)
    cipher, count = AESGCM(agreed.key), 0
    for part in parts:
        sealed = cipher.encrypt(_NONCE.pack(count), part, _bound(digest, count))
        block = _LENGTH.pack(len(sealed)) + sealed
        running.update(block)
        file.write(block)
        count += 1
    trailer = wire.canonical({"parts": count, "digest": running.hexdigest()})
    end = _LENGTH.pack(0) + _LENGTH.pack(len(trailer)) + trailer
    file.write(end + signer.sign(_END + digest + trailer))
    return agreed.key


def kind_of(start: bytes) -> str:
    """Return what kind of our files begins so: stick, heads, card, batch.

    Raises InputError: stick_foreign, stick_other_program, stick_newer, stick_older.
    """
    found = _START.match(start)
    if found and found[1] in _OURS:
        version = int(found[2])
        if version != FORMAT:
            code = "stick_newer" if version > FORMAT else "stick_older"
            raise InputError(code, found=version, known=FORMAT)
        return _OURS[found[1]]
    for mark, name in _FOREIGN:
        if start.startswith(mark):
            raise InputError("stick_other_program", found=name)
    raise InputError("stick_foreign")


def read_header(file: BinaryIO, key_of: KeyOf) -> Opened:
    """Read a file as far as its parts; `key_of` says by which key its sender is believed.

    Raises InputError: stick_foreign, stick_other_program, stick_other_kind, stick_older,
    stick_newer, stick_cut, stick_header, stick_signature, unknown_alg, and what `key_of` refuses.
    """
    start = file.read(len(MAGIC) + _LENGTH.size)
    if MAGIC.startswith(start):
        raise InputError("stick_cut", part=0, parts=0)
    kind = kind_of(start)
    if kind != "stick":
        raise InputError("stick_other_kind", found=kind)
    if len(start) < len(MAGIC) + _LENGTH.size:
        raise InputError("stick_cut", part=0, parts=0)
    (length,) = _LENGTH.unpack_from(start, len(MAGIC))
    if length > MAX_HEADER:
        raise InputError("stick_header", reason="length")
    raw, signature = file.read(length), file.read(wire.SIGNATURE)
    if len(raw) < length or len(signature) < wire.SIGNATURE:
        raise InputError("stick_cut", part=0, parts=0)
    header, ephemeral = _read_header(raw)
    key = key_of(header)
    is_theirs = (key_id(key), suite_of_key(key)) == (header.key_id, header.suite)
    if not is_theirs or not is_signed(key, signature, start + raw):
        raise InputError("stick_signature", site=header.site)
    return Opened(header, key, digest_by(header.suite, start + raw), ephemeral)


def read_parts(file: BinaryIO, opened: Opened, key: bytes) -> Iterator[bytes]:
    """Yield part after part, then prove the end.

    Raises InputError: stick_cut, stick_damaged, with the number of the part, from 1.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    parts, cipher, running = opened.header.parts, AESGCM(key), hasher(opened.header.suite)
    for number in range(parts):
        about = {"part": number + 1, "parts": parts}
        (length,) = _LENGTH.unpack(_exactly(file, _LENGTH.size, about))
        if not _TAG < length <= MAX_PART:
            raise InputError("stick_damaged", **about)
        block = _exactly(file, length, about)
        running.update(_LENGTH.pack(length) + block)
        try:
            part = cipher.decrypt(_NONCE.pack(number), block, _bound(opened.digest, number))
        except InvalidTag as error:
            raise InputError("stick_damaged", **about) from error
        yield part
    _read_end(file, opened, running.hexdigest())


def about_stick(box_key_id: str) -> bytes:
    """Return what the key of a file's parts is bound to."""
    return _ABOUT + box_key_id.encode()


def pack_piece(piece: Piece) -> bytes:
    """Return the part that carries a piece of an attached file."""
    head = _PIECE_HEAD.pack(bytes.fromhex(piece.blob), piece.offset, piece.size)
    return PIECE_MAGIC + head + piece.content


def read_part(part: bytes) -> bytes | Piece:
    """Return what a part carries: a batch as it is, or a piece of an attached file.

    Raises InputError (stick_newer) for anything else: a later program put it there.
    """
    if part.startswith(BATCH_MAGIC):
        return part
    start = len(PIECE_MAGIC) + _PIECE_HEAD.size
    if not part.startswith(PIECE_MAGIC) or len(part) < start:
        raise InputError("stick_newer", found=0, known=FORMAT)
    digest, offset, size = _PIECE_HEAD.unpack_from(part, len(PIECE_MAGIC))
    return Piece(digest.hex(), offset, size, part[start:])


def part_sizes(sizes: Iterable[int]) -> int:
    """Return the bytes that parts of these sizes take in a file."""
    return sum(size + _TAG + _LENGTH.size for size in sizes)


def _agree(box_key: bytes) -> Agreed:
    try:
        return agree_with(box_key, about_stick(key_id(box_key)))
    except ValueError as error:
        raise InputError("stick_recipient_key") from error


def _bound(digest: bytes, number: int) -> bytes:
    return digest + _NONCE.pack(number)


def _exactly(file: BinaryIO, size: int, about: dict[str, int]) -> bytes:
    data = file.read(size)
    if len(data) < size:
        raise InputError("stick_cut", **about)
    return data


def _read_end(file: BinaryIO, opened: Opened, digest: str) -> None:
    """Check that nothing was left out, changed or added."""
    about = {"part": opened.header.parts, "parts": opened.header.parts}
    end, length = struct.unpack(">II", _exactly(file, 2 * _LENGTH.size, about))
    if end or length > MAX_TRAILER:
        raise InputError("stick_damaged", **about)
    trailer = _exactly(file, length, about)
    signature = _exactly(file, wire.SIGNATURE, about)
    is_whole = is_signed(opened.sign_key, signature, _END + opened.digest + trailer)
    with wire.reading("stick_header"):
        said = wire.mapping(orjson.loads(trailer)) if is_whole else {}
    if (said.get("parts"), said.get("digest")) != (opened.header.parts, digest) or file.read(1):
        raise InputError("stick_damaged", **about)


def _header_to_json(header: Header, ephemeral: bytes) -> dict[str, Any]:
    return {
        "fmt": FORMAT,
        "alg": header.suite,
        "from": {
            "site": header.site,
            "town": header.town,
            "station": header.station,
            "key_id": header.key_id,
        },
        "to": {"site": header.to, "key_id": header.to_key},
        "created": header.created,
        "set": header.letters,
        "number": header.number,
        "of": header.of,
        "parts": header.parts,
        "ops": header.ops,
        "files": header.files,
        "file_bytes": header.file_bytes,
        "ranges": [
            {**item._asdict(), "to_hash": item.to_hash.hex()} for item in header.ranges
        ],
        "heads": [wire.head_to_json(head) for head in header.heads],
        "ephemeral": ephemeral.hex(),
        **({"rekeyed": [change_to_json(one) for one in header.changes]} if header.changes else {}),
    }  # fmt: skip


def _read_header(data: bytes) -> tuple[Header, bytes]:
    with wire.reading("stick_header"):
        raw = wire.mapping(orjson.loads(data))
        fmt, alg = wire.integer(raw["fmt"]), wire.text(raw["alg"])
        # One encoding only: no double keys, no blanks, nothing two readers could read apart.
        if wire.canonical(raw) != data:
            raise ValueError("not canonical")
    if fmt != FORMAT:
        code = "stick_newer" if fmt > FORMAT else "stick_older"
        raise InputError(code, found=fmt, known=FORMAT)
    if alg not in SUITES:
        raise InputError("unknown_alg", found=alg)
    with wire.reading("stick_header"):
        sender, to = wire.mapping(raw["from"]), wire.mapping(raw["to"])
        header = Header(
            site=wire.identifier(sender["site"]),
            town=wire.text(sender["town"], 9),
            station=wire.text(sender["station"], 16),
            key_id=wire.identifier(sender["key_id"]),
            to=wire.identifier(to["site"]),
            to_key=wire.identifier(to["key_id"]),
            created=wire.integer(raw["created"]),
            letters=_letters(raw["set"]),
            number=wire.integer(raw["number"], 1, MAX_PARTS),
            of=wire.integer(raw["of"], 1, MAX_PARTS),
            parts=wire.integer(raw["parts"], 0, MAX_PARTS),
            ops=wire.integer(raw["ops"]),
            files=wire.integer(raw["files"]),
            file_bytes=wire.integer(raw["file_bytes"]),
            ranges=wire.items(raw["ranges"], _span, MAX_CHAINS),
            heads=wire.items(raw["heads"], wire.head_from_json, MAX_CHAINS),
            changes=tuple(wire.items(raw.get("rekeyed", []), change_from_json, MAX_CHANGES)),
            suite=alg,
        )
        if sum(item.ops for item in header.ranges) != header.ops:
            raise ValueError("counts")
        return header, wire.octets(raw["ephemeral"], wire.KEY)


def _letters(value: Any) -> str:
    if not isinstance(value, str) or not _LETTERS.fullmatch(value):
        raise ValueError("letters")
    return value


def _span(raw: Any) -> Span:
    from_seq = wire.integer(raw["from_seq"], 1)
    return Span(
        wire.identifier(raw["site"]),
        wire.integer(raw["epoch"], 1),
        from_seq,
        wire.integer(raw["to_seq"], from_seq),
        wire.octets(raw["to_hash"], wire.HASH),
    )
