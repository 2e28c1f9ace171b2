"""Files on a medium that may be full, worn, read-only, or pulled out at any moment.

A file is written under another name beside its own, made durable, and read back from the medium
itself before it gets its name: what bears a name of ours is whole. Reading never follows a link and
opens nothing but a plain file.
"""

import errno
import os
import re
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

from db.domain.calendar import OFFSET, local_date
from db.domain.errors import EnvironmentError_, InputError
from db.store.keys import CODE_LETTERS
from db.store.medium import sync_names

STICK, HEADS, CARD = ".gdx", ".gdh", ".gdc"
PART = ".part"
LETTERS = 6
VOLUME = 4 * 1024**3 - 1024**2
"""Bytes of one file at most: FAT32 holds none of 4 GB."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_READ_ONLY = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_GONE = frozenset({errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.ESTALE, errno.ENOTDIR})
_LEFT = re.compile(
    r"GridDesk-([0-9A-Za-z]+)-[0-9A-Za-z]+-[0-9]{8}-[0-9]{4}-[0-9A-Z]{6}(-[0-9]+)?\.gd[xhc]\.part"
)
_MINUTE_MS, _DAY_MINUTES = 60_000, 1440
_PLAIN = re.compile(r"[^0-9A-Za-z]")


class Folder(NamedTuple):
    """A folder on a medium, and the device it was on when it was chosen."""

    path: Path
    device: int


def chosen_folder(path: Path) -> Folder:
    """Return a folder to write to; raises EnvironmentError_ (stick_gone) where there is none.

    It is never made here: the mount point of an absent medium would be filled instead.
    """
    try:
        found = path.stat()
    except OSError as error:
        raise explain(error, Folder(path, 0)) from error
    if not stat.S_ISDIR(found.st_mode):
        raise EnvironmentError_("stick_gone", path=str(path))
    return Folder(path, found.st_dev)


def new_letters() -> str:
    """Return the letters that tell a set of files from all others."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(LETTERS))


def file_name(who: tuple[str, ...], at: int, letters: str, suffix: str) -> str:
    """Return the name of a file of ours: who and when, as anybody reads it in a list of files.

    Nothing in it can be but letters, digits and dashes.
    """
    plain = [_PLAIN.sub("", name)[:16] or "x" for name in who]
    hour, minute = divmod((at + OFFSET) // _MINUTE_MS % _DAY_MINUTES, 60)
    when = f"{local_date(at):%Y%m%d}-{hour:02}{minute:02}"
    return "-".join(["GridDesk", *plain, when, letters]) + suffix


def check_space(folder: Folder, needed: int) -> None:
    """Raise EnvironmentError_ (stick_full) where a medium has no room for what is to come."""
    with explaining(folder):
        found = shutil.disk_usage(folder.path)
    # Some media tell nothing of themselves: what they hold shows in the writing.
    if found.total and found.free < needed:
        raise EnvironmentError_("stick_full", path=str(folder.path))


def write_part(folder: Folder, name: str, write: Callable[[BinaryIO], None]) -> Path:
    """Write a file under the name it has before it is proven; nothing is left where that fails."""
    part = folder.path / (name + PART)
    with explaining(folder):
        check_there(folder)
        file = open(part, "xb", opener=_new_private)  # noqa: SIM115 - closed below, in time
        try:
            with file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
                _forget_cached(file)
            check_there(folder)
        except BaseException:
            discard(part)
            raise
    return part


def give_name(folder: Folder, part: Path) -> Path:
    """Give a proven file its name, durably as far as the medium can; return it."""
    path = part.with_suffix("")
    with explaining(folder):
        check_there(folder)
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        part.replace(path)
        sync_names(folder.path)
        check_there(folder)
        path.stat()
    return path


def discard(path: Path) -> None:
    """Take a file away, if the medium lets us."""
    with suppress(OSError):
        path.unlink(missing_ok=True)


def clear_left(folder: Folder, station: str) -> None:
    """Take away what a broken-off writing of a station left: names that were never given."""
    with suppress(OSError):
        for path in folder.path.iterdir():
            found = _LEFT.fullmatch(path.name)
            # In a folder that several stations write to, another may be writing just now.
            if found and found[1] == station and not path.is_symlink():
                discard(path)


@contextmanager
def reading(path: Path) -> Iterator[BinaryIO]:
    """Open a file that comes from outside; errors of the medium become EnvironmentError_.

    Raises InputError (stick_not_file) for a link, a device or a folder, EnvironmentError_
    (stick_unreadable).
    """
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise InputError("stick_not_file", file=path.name)
        with open(path, "rb", opener=_unfollowed, buffering=1 << 20) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise InputError("stick_not_file", file=path.name)
            yield file
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise InputError("stick_not_file", file=path.name) from error
        detail = error.strerror or type(error).__name__
        raise EnvironmentError_("stick_unreadable", file=path.name, detail=detail) from error


@contextmanager
def explaining(folder: Folder) -> Iterator[None]:
    """Say what a medium's refusal to be written means."""
    try:
        yield
    except OSError as error:
        raise explain(error, folder) from error


def explain(error: OSError, folder: Folder) -> EnvironmentError_:
    """Return what an error means: stick_full, stick_readonly, stick_gone, stick_error."""
    path = str(folder.path)
    if error.errno in _FULL:
        return EnvironmentError_("stick_full", path=path)
    if error.errno in _READ_ONLY:
        return EnvironmentError_("stick_readonly", path=path)
    if error.errno in _GONE or not folder.path.is_dir():
        return EnvironmentError_("stick_gone", path=path)
    detail = error.strerror or type(error).__name__
    return EnvironmentError_("stick_error", path=path, detail=detail)


def check_there(folder: Folder) -> None:
    """Raise OSError where a folder is no longer on the medium it was chosen on."""
    # Not its inode: FAT gives a folder a new one whenever it likes.
    if folder.path.stat().st_dev != folder.device:
        raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))


def _forget_cached(file: BinaryIO) -> None:
    """Let the next reading come from the medium, not from what is in memory of the writing."""
    if hasattr(os, "posix_fadvise"):
        with suppress(OSError):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _new_private(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)


def _unfollowed(path: str, flags: int) -> int:
    # A pipe would be waited for until somebody writes to it.
    extra = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    return os.open(path, flags | extra)
