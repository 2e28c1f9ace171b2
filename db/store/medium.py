"""Copying and hashing whole files on a medium that may be full, slow, foreign or pulled out."""

import errno
import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from db.domain.errors import EnvironmentError_
from db.store.files import sync_folder

Progress = Callable[[str, int, int], None]
"""Told (step, done, total) as long work goes on."""
OnStep = Callable[[int, int], None]
IsCancelled = Callable[[], bool]

_CHUNK = 1 << 20
_OF_DISK = ("disk_error", "disk_readonly", "record_unreachable")
"""How the library says it of a file: here it is the medium, never the record's own disk."""
_FAT_SIZE = 1 << 32
_FAT_LIMIT = _FAT_SIZE - (1 << 20)
"""Bytes near which a FAT medium refuses to let a file grow; none there is as large as the first."""


def _silent(step: str, done: int, total: int) -> None:
    pass


def _never() -> bool:
    return False


class Watch(NamedTuple):
    """Whom long work tells how far it is, and who may end it."""

    on_progress: Progress = _silent
    is_cancelled: IsCancelled = _never

    def step(self, name: str) -> OnStep:
        """Return what to call with (done, total) of one step; it raises work_cancelled."""

        def on_step(done: int, total: int) -> None:
            if self.is_cancelled():
                raise EnvironmentError_("work_cancelled")
            self.on_progress(name, done, total)

        return on_step


UNWATCHED = Watch()
CANCELLED = frozenset(("work_cancelled", "check_cancelled"))
"""Codes of errors that mean nothing but that somebody ended the work."""


def copy_file(source: Path, target: Path, on_step: OnStep = lambda *_: None) -> None:
    """Copy a file durably; raises OSError as the medium does."""
    total, done = source.stat().st_size, 0
    with source.open("rb") as reading, target.open("wb") as writing:
        target.chmod(0o600)
        while chunk := reading.read(_CHUNK):
            writing.write(chunk)
            done += len(chunk)
            on_step(done, total)
        writing.flush()
        os.fsync(writing.fileno())


def sync_file(path: Path) -> None:
    """Make a file that another wrote durable."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def sync_names(folder: Path) -> None:
    """Make the names in a folder durable where the medium can; FAT and some shares cannot."""
    with suppress(OSError):
        sync_folder(folder)


def digest_of(path: Path, on_step: OnStep = lambda *_: None) -> str:
    """Return the SHA-256 of a file, reading it through."""
    digest, done, total = hashlib.sha256(), 0, path.stat().st_size
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            done += len(chunk)
            on_step(done, total)
    return digest.hexdigest()


def explain_medium(error: OSError | EnvironmentError_, path: Path) -> EnvironmentError_:
    """Say what a medium's refusal means; `path` is the file that was being written."""
    number = error.errno if isinstance(error, OSError) else None
    is_full = isinstance(error, EnvironmentError_) and error.code == "disk_full"
    if isinstance(error, EnvironmentError_) and not is_full and error.code not in _OF_DISK:
        return error
    if number == errno.EFBIG or _FAT_LIMIT <= _size(path) < _FAT_SIZE:
        return EnvironmentError_("medium_small_files", path=str(path.parent))
    if is_full or number in (errno.ENOSPC, errno.EDQUOT):
        return EnvironmentError_("medium_full", path=str(path.parent))
    detail = error.strerror if isinstance(error, OSError) else error.params.get("detail")
    return EnvironmentError_("medium_error", path=str(path.parent), detail=detail)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
