"""Attached files beside the record: encrypted, named by the digest of their encrypted bytes.

A blob stands whole on the disk before an op names it, and is never changed. Its key lies in an
envelope: destroying that key erases the file in every copy there is.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from db.domain.errors import EnvironmentError_
from db.store.files import sync_folder, write_file

FOLDER = "blobs"
DAY_MS = 86_400_000
_NONCE = 12
_CHUNK = 1 << 20
_NAME = re.compile(r"[0-9a-f]{64}")


def blob_path(home: Path, blob: str) -> Path:
    """Return where a blob lies; raises EnvironmentError_ for a name that is no digest."""
    if not _NAME.fullmatch(blob):
        # The name comes from another program's op: it must lead nowhere else.
        raise EnvironmentError_("blob_missing")
    return home / FOLDER / blob[:2] / blob


def encrypt(plain: bytes) -> tuple[bytes, bytes]:
    """Return (a key made for these bytes alone, the encrypted bytes)."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # lazy: off the start path

    key, nonce = AESGCM.generate_key(256), os.urandom(_NONCE)
    return key, nonce + AESGCM(key).encrypt(nonce, plain, None)


def put(home: Path, cipher: bytes) -> str:
    """Keep encrypted bytes durably and return their name; returns once the disk has them.

    Raises EnvironmentError_ where the folder cannot be written.
    """
    blob = hashlib.sha256(cipher).hexdigest()
    path = blob_path(home, blob)
    _make_folder(path.parent)
    write_file(path, cipher)
    return blob


def _make_folder(folder: Path) -> None:
    """Make a folder whose own name, too, survives a power cut."""
    missing = [item for item in (folder, folder.parent) if not item.exists()]
    try:
        for item in reversed(missing):
            item.mkdir(mode=0o700, exist_ok=True)
            # As for the files themselves: some network folders refuse it.
            with suppress(OSError):
                sync_folder(item.parent)
    except OSError as error:
        raise EnvironmentError_(
            "file_unwritable", path=str(folder), detail=str(error.strerror)
        ) from error


def exists(home: Path, blob: str) -> bool:
    """Whether a blob is here, damaged or not."""
    try:
        return blob_path(home, blob).is_file()
    except (EnvironmentError_, OSError):
        return False


def check(home: Path, blob: str) -> None:
    """Read a blob through; raises EnvironmentError_: blob_missing, blob_damaged."""
    digest = hashlib.sha256()
    try:
        with blob_path(home, blob).open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise _unread(error) from error
    if digest.hexdigest() != blob:
        raise EnvironmentError_("blob_damaged")


def load(home: Path, blob: str, key: bytes) -> bytes:
    """Return the plain bytes of a blob.

    Raises EnvironmentError_: blob_missing, blob_damaged (the bytes are others than were written,
    or the key is not theirs).
    """
    from cryptography.exceptions import InvalidTag  # lazy: off the start path
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        cipher = blob_path(home, blob).read_bytes()
    except OSError as error:
        raise _unread(error) from error
    if hashlib.sha256(cipher).hexdigest() != blob:
        raise EnvironmentError_("blob_damaged")
    try:
        # A view, for a slice would copy what may be fifty megabytes.
        return AESGCM(key).decrypt(cipher[:_NONCE], memoryview(cipher)[_NONCE:], None)
    except (InvalidTag, ValueError) as error:
        raise EnvironmentError_("blob_damaged") from error


def _unread(error: OSError) -> EnvironmentError_:
    if isinstance(error, FileNotFoundError):
        return EnvironmentError_("blob_missing")
    return EnvironmentError_("blob_damaged")


def remove(home: Path, blob: str) -> None:
    """Take a blob away that no op names."""
    with suppress(OSError):
        blob_path(home, blob).unlink(missing_ok=True)


def older_than_a_day(home: Path, now: int) -> Iterator[Path]:
    """Yield files of the blob folder last written more than a day before `now` (UTC ms)."""
    for path in (home / FOLDER).glob("[0-9a-f][0-9a-f]/*"):
        with suppress(OSError):
            if path.stat().st_mtime_ns // 1_000_000 < now - DAY_MS:
                yield path
