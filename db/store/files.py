"""Writing small files so that they are whole or not there; reading those that hold a secret."""

import os
import stat
from contextlib import suppress
from pathlib import Path

from db.domain.errors import EnvironmentError_

MAX_SECRET = 4096
"""Bytes of a file with a password or a passphrase."""


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


def read_secret(path: Path) -> str:
    """Return the one line that a file of this user's alone holds, without its end.

    Raises EnvironmentError_: secret_file_open where it is another's or others may use it,
    secret_file_odd for what is no file or holds more than `MAX_SECRET` bytes, else
    secret_file_unreadable.
    """
    try:
        # A pipe that nobody writes into would keep whoever opens it waiting for ever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        try:
            _check_secret(os.fstat(descriptor), path)
            content = os.read(descriptor, MAX_SECRET + 1)
        finally:
            os.close(descriptor)
        if len(content) > MAX_SECRET:
            raise EnvironmentError_("secret_file_odd", path=str(path), limit=MAX_SECRET)
        return content.decode().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentError_("secret_file_unreadable", path=str(path)) from error


def _check_secret(found: os.stat_result, path: Path) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise EnvironmentError_("secret_file_odd", path=str(path), limit=MAX_SECRET)
    if os.name == "posix" and (found.st_uid != os.geteuid() or found.st_mode & 0o077):
        raise EnvironmentError_("secret_file_open", path=str(path))


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
