"""Writing small files so that they are whole or not there."""

import os
from contextlib import suppress
from pathlib import Path

from db.domain.errors import EnvironmentError_


def write_file(path: Path, content: bytes) -> None:
    """Write a file durably: a sibling first, then the name."""
    part = path.with_name(path.name + ".part")
    try:
        with open(part, "wb", opener=_private) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise EnvironmentError_("file_unwritable", path=str(path), detail=str(error)) from error
    # Some network folders refuse this; the file itself is written and named by now.
    with suppress(OSError):
        sync_folder(path.parent)


def append_file(path: Path, content: bytes) -> int:
    """Add to the end of a file durably, making it first where it is missing; return its length.

    Raises OSError.
    """
    with open(path, "ab", opener=_private, buffering=0) as file:
        file.write(content)
        os.fsync(file.fileno())
        return file.tell()


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable; raises OSError where the file system cannot."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
