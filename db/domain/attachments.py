"""What may be attached to an incident: types told by their bytes, limits, names made harmless."""

import codecs
import re
import struct
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

from db.domain.errors import InputError
from db.domain.identity import without_numbers

MAX_ATTACHMENTS = 20
"""How many one incident may have."""
MAX_NAME = 120
"""Characters of a file's name."""
MAX_BYTES = 20_000_000
"""Of one file. It is sealed in one piece, during which nothing else runs: some twenty ms."""

_MAX_DIRECTORY = 1_000_000
"""Bytes of a zip's table of contents that are read to see what the zip is."""
_SEARCHED = 65_536
"""Bytes of a text that are looked at in one go; markup stands in the first of them."""
_RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|COM\d|LPT\d)(?:\..*)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_MARKUP = re.compile(
    rb"<(?:!doctype|\?xml|\?php|html|head|body|script|svg|iframe|style|meta|object)\b"
    rb"|<!--|<%",
    re.IGNORECASE,
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_HANDLER = re.compile(rb"hdlr.{8}(soun|vide)", re.DOTALL)
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1"}
_SOUND_BRANDS = {b"M4A ", b"M4B "}


@dataclass(frozen=True, slots=True)
class FileType:
    """A type of file that is taken; `suffixes[0]` is the one it is given."""

    media: str
    family: str
    suffixes: tuple[str, ...]
    fits: Callable[[bytes], bool]


def _begins(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(signatures)


def _is_riff(form: bytes) -> Callable[[bytes], bool]:
    return lambda content: content[:4] == b"RIFF" and content[8:12] == form


def _is_heic(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS


def _is_m4a(content: bytes) -> bool:
    """Whether the container holds sound and no picture that moves."""
    if content[4:8] != b"ftyp":
        return False
    handlers = {match[1] for match in _HANDLER.finditer(content)}
    return b"vide" not in handlers and (content[8:12] in _SOUND_BRANDS or b"soun" in handlers)


def _is_aac(content: bytes) -> bool:
    return content[:1] == b"\xff" and len(content) > 7 and content[1] & 0xF6 == 0xF0


def _is_mp3(content: bytes) -> bool:
    if content.startswith(b"ID3"):
        return True
    if len(content) < 4 or content[0] != 0xFF or content[1] & 0xE6 != 0xE2:
        return False
    rate, frequency = content[2] >> 4, content[2] >> 2 & 3
    return rate not in (0, 15) and frequency != 3


def _is_office(part: str) -> Callable[[bytes], bool]:
    def fits(content: bytes) -> bool:
        names = _zip_names(content)
        has_macros = any(name.endswith("vbaProject.bin") for name in names)
        return "[Content_Types].xml" in names and part in names and not has_macros

    return fits


def _zip_names(content: bytes) -> frozenset[str]:
    """Return what a zip says it holds; nothing of it is unpacked."""
    end = content.rfind(b"PK\x05\x06", -65_557)
    if not content.startswith(b"PK\x03\x04") or end < 0 or len(content) < end + 22:
        return frozenset()
    if struct.unpack_from("<L", content, end + 12)[0] > _MAX_DIRECTORY:
        return frozenset()
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return frozenset(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return frozenset()


def _is_text(content: bytes) -> bool:
    """Whether this is text for people: in an encoding of the room, no markup, no script."""
    if content.startswith(b"#!") or b"\0" in content or _MARKUP.search(content[:_SEARCHED]):
        return False
    return any(_is_text_in(encoding, content) for encoding in ("utf-8-sig", "gb18030"))


def _is_text_in(encoding: str, content: bytes) -> bool:
    """Whether bytes decode to letters and line breaks; in pieces, so that a big one can wait."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(content), _SEARCHED):
            piece = content[start : start + _SEARCHED]
            if _CONTROLS.search(decoder.decode(piece, start + _SEARCHED >= len(content))):
                return False
    except UnicodeDecodeError:
        return False
    return True


TYPES = (
    FileType("image/jpeg", "image", (".jpg", ".jpeg", ".jfif"), _begins(b"\xff\xd8\xff")),
    FileType("image/png", "image", (".png",), _begins(b"\x89PNG\r\n\x1a\n")),
    FileType("image/gif", "image", (".gif",), _begins(b"GIF87a", b"GIF89a")),
    FileType("image/webp", "image", (".webp",), _is_riff(b"WEBP")),
    FileType("image/heic", "image", (".heic", ".heif"), _is_heic),
    FileType("audio/wav", "sound", (".wav",), _is_riff(b"WAVE")),
    FileType("audio/amr", "sound", (".amr", ".awb"), _begins(b"#!AMR\n", b"#!AMR-WB\n")),
    FileType("audio/mp4", "sound", (".m4a", ".m4b", ".mp4", ".3gp"), _is_m4a),
    FileType("audio/aac", "sound", (".aac",), _is_aac),
    FileType("audio/mpeg", "sound", (".mp3",), _is_mp3),
    FileType("application/pdf", "document", (".pdf",), _begins(b"%PDF-")),
    FileType(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "document",
        (".docx",),
        _is_office("word/document.xml"),
    ),
    FileType(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "document",
        (".xlsx",),
        _is_office("xl/workbook.xml"),
    ),
    FileType("text/plain", "document", (".txt", ".log", ".csv"), _is_text),
)
"""In the order they are tried. Text comes last and, having no mark of its own, must be named so."""
TEXT = TYPES[-1]
BY_MEDIA = {known.media: known for known in TYPES}


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be attached. `named_as` is the suffix that lied, empty where none did."""

    type: FileType
    name: str
    named_as: str = ""


def check_file(name: str, content: bytes) -> Checked:
    """Say what a file is by its bytes, and what it is called from now on.

    Raises InputError: attachment_empty, attachment_type, attachment_too_large.
    """
    shown = clean_name(name)
    if not content:
        raise InputError("attachment_empty", file=shown)
    suffix = PurePosixPath(shown).suffix.lower()
    for known in TYPES:
        if (known is not TEXT or suffix in ("", *TEXT.suffixes)) and known.fits(content):
            break
    else:
        raise InputError("attachment_type", file=shown)
    if len(content) > MAX_BYTES:
        raise InputError("attachment_too_large", file=shown, limit=MAX_BYTES // 1_000_000)
    if suffix in known.suffixes:
        return Checked(known, shown)
    return Checked(known, clean_name(shown + known.suffixes[0]), suffix)


def clean_name(name: str) -> str:
    """Return a file's name as data: no path, nothing unseen, no identity number, any system's."""
    seen = "".join(letter for letter in name if unicodedata.category(letter) not in _UNSEEN)
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", seen))[-1]
    spaced = " ".join(without_numbers(last)[0].split())
    plain = _FORBIDDEN.sub("_", spaced).strip(" .")
    if _RESERVED.fullmatch(plain):
        plain = "_" + plain
    stem, dot, suffix = plain.rpartition(".")
    if dot and len(suffix) <= 8:
        plain = f"{stem[: MAX_NAME - len(suffix) - 1].rstrip(' .')}.{suffix}"
    return plain[:MAX_NAME] or "附件"


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories of marks that turn, hide or break a line of text."""
