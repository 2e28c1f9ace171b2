"""Attached files at a hub: encrypted bytes under their digest, taken in piece by piece.

They come encrypted and stay so. A file belongs to the town of whoever brought it: that town, the
district above it and the towns below it may fetch it. What this record's own town brought lies
where its attachments lie; any other town's in a folder of its own.
"""

import errno
import hashlib
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from db.domain.errors import EnvironmentError_, InputError
from db.store import blobs
from db.store.files import sync_folder
from db.store.store import Store

MAX_BLOB = 50 * 1024 * 1024
MAX_PIECE = 1024 * 1024
PARTS = "parts"
"""Where halves lie; they are swept a day after their last piece."""
TOWNS = "towns"
_SWEEP_SECONDS = 3_600


class Blobs(Protocol):
    """What a hub does with attached files; the same over either kind of record."""

    def size(self, town: str, blob: str) -> int | None:
        """Return the bytes of a whole file that a town may fetch, None where there is none."""

    def received(self, town: str, blob: str) -> int:
        """Return how many bytes of a half came from a town, 0 where none did."""

    def put(self, town: str, blob: str, start: int, total: int, piece: bytes) -> int:
        """Take the piece that begins at `start`; return how far the file is here.

        It stands durably when that is `total`; one that is here already is not written again.
        Raises InputError: blob_offset (`expected`: where to go on), too_large, bad_hash (the half
        is gone, begin anew); EnvironmentError_: hub_busy (somebody else brings the same),
        disk_full and the like.
        """

    def read(self, town: str, blob: str, start: int, size: int) -> bytes:
        """Return at most `size` bytes from `start` on; raises EnvironmentError_ (blob_missing)."""


class FileBlobs:
    """Attached files in the folder of a SQLite record."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._busy: set[str] = set()
        self._swept_at = float("-inf")

    def size(self, town: str, blob: str) -> int | None:
        """Return the bytes of a whole file, as `Blobs` has it."""
        root = self._find(town, blob)
        return blobs.blob_path(root, blob).stat().st_size if root else None

    def received(self, town: str, blob: str) -> int:
        """Return how far a half is, as `Blobs` has it."""
        try:
            return self._part(town, blob).stat().st_size
        except FileNotFoundError:
            return 0

    def put(self, town: str, blob: str, start: int, total: int, piece: bytes) -> int:
        """Take a piece, as `Blobs` has it."""
        if max(total, start + len(piece)) > MAX_BLOB:
            raise InputError("too_large", limit=MAX_BLOB)
        with self._alone(blob):
            if blobs.exists(self._root(town), blob):
                return total
            self._store.guard.check()
            self._sweep()
            end = self._append(town, blob, start, piece)
            if end >= total:
                self._finish(town, blob)
            return end

    def read(self, town: str, blob: str, start: int, size: int) -> bytes:
        """Return a piece, as `Blobs` has it."""
        root = self._find(town, blob)
        if root is None:
            raise EnvironmentError_("blob_missing")
        with blobs.blob_path(root, blob).open("rb") as file:
            file.seek(start)
            return file.read(size)

    def _append(self, town: str, blob: str, start: int, piece: bytes) -> int:
        expected = self.received(town, blob)
        if start != expected:
            raise InputError("blob_offset", expected=expected)
        part = self._part(town, blob)
        try:
            part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with part.open("ab") as file:
                file.write(piece)
        except OSError as error:
            # What a full disk took of it is no use: the caller sends the piece once more.
            with suppress(OSError):
                os.truncate(part, expected)
            raise _unwritten(error) from error
        return start + len(piece)

    def _finish(self, town: str, blob: str) -> None:
        """Give a half its name, once its bytes are the right ones and on the disk."""
        part, place = self._part(town, blob), blobs.blob_path(self._root(town), blob)
        with part.open("rb") as file:
            digest = hashlib.file_digest(file, hashlib.sha256).hexdigest()
        if digest != blob:
            part.unlink()
            raise InputError("bad_hash")
        try:
            with part.open("rb+") as file:
                os.fsync(file.fileno())
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part.replace(place)
            for folder in (place.parent, place.parent.parent):
                sync_folder(folder)
        except OSError as error:
            raise _unwritten(error) from error

    def _find(self, town: str, blob: str) -> Path | None:
        """Return the folder in which a town finds a file."""
        roots = (self._root(other) for other in (town, *self._related(town)))
        return next((root for root in roots if blobs.exists(root, blob)), None)

    def _related(self, town: str) -> Iterator[str]:
        """Yield the towns below and above a town whose files are here."""
        others = [self._store.site.town]
        with suppress(FileNotFoundError):
            others += os.listdir(self._store.home / TOWNS)
        for other in others:
            if other.startswith(town) or town.startswith(other):
                yield other

    def _root(self, town: str) -> Path:
        own = self._store.site.town
        # The code of a town may come from another program: it must lead nowhere else.
        if town != own and not (town.isascii() and town.isdigit()):
            raise InputError("wrong_town")
        return self._store.home if town == own else self._store.home / TOWNS / town

    def _part(self, town: str, blob: str) -> Path:
        return self._root(town) / PARTS / blobs.blob_path(self._root(town), blob).name

    def _sweep(self) -> None:
        """Take away halves that nobody went on with, once an hour at most."""
        if time.monotonic() < self._swept_at + _SWEEP_SECONDS:
            return
        self._swept_at = time.monotonic()
        before = self._store.clock() - blobs.DAY_MS
        for folder in (PARTS, f"{TOWNS}/*/{PARTS}"):
            for part in self._store.home.glob(f"{folder}/*"):
                with suppress(OSError):
                    if part.stat().st_mtime_ns // 1_000_000 < before:
                        part.unlink()

    @contextmanager
    def _alone(self, blob: str) -> Iterator[None]:
        """Let one caller at a time write to a file."""
        with self._lock:
            if blob in self._busy:
                raise EnvironmentError_("hub_busy")
            self._busy.add(blob)
        try:
            yield
        finally:
            with self._lock:
                self._busy.discard(blob)


def _unwritten(error: OSError) -> EnvironmentError_:
    is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return EnvironmentError_("disk_full" if is_full else "disk_error", detail=str(error.strerror))
