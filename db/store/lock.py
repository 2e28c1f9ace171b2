"""One writing process for a record: the file that says so, and who it is."""

import getpass
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import orjson

from db.domain.errors import EnvironmentError_
from db.store.clock import system_clock

LOCK = "griddesk.lock"
_LOCKED_BYTE = 4096
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_PAUSE = 0.05


def take_lock(path: Path, what: str, since: int, wait: float = 0) -> int:
    """Hold the record for this process, at most `wait` seconds later; return what to release.

    `what` says which program this is (window, command, hub), `since` when, in UTC milliseconds.
    The lock itself is the system's: it goes with its process, however that ends.
    Raises EnvironmentError_: record_in_use naming who holds it, home_unwritable.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise EnvironmentError_("home_unwritable", path=str(path), detail=str(error)) from error
    until = time.monotonic() + wait
    while not _is_taken(descriptor):
        if time.monotonic() >= until:
            holder = _holder(descriptor)
            os.close(descriptor)
            raise EnvironmentError_("record_in_use", **holder)
        time.sleep(_PAUSE)
    _say_who(descriptor, what, since)
    return descriptor


def release_lock(descriptor: int | None) -> None:
    """Let others write. The file stays: another may be about to lock it."""
    if descriptor is not None:
        with suppress(OSError):
            os.close(descriptor)


@contextmanager
def hold(home: Path, name: str = LOCK) -> Iterator[None]:
    """Hold a data folder for this process; raises EnvironmentError_ naming who holds it."""
    lock = take_lock(home / name, "command", system_clock())
    try:
        yield
    finally:
        release_lock(lock)


def _is_taken(descriptor: int) -> bool:
    try:
        if os.name == "posix":
            import fcntl  # POSIX only

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            import msvcrt  # Windows only

            # A byte far behind the text, which others must be able to read.
            os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    except OSError:
        return False
    return True


def _say_who(descriptor: int, what: str, since: int) -> None:
    text = orjson.dumps(
        {
            "pid": os.getpid(),
            "boot": _boot(),
            "user": _user(),
            "host": os.uname().nodename if os.name == "posix" else os.getenv("COMPUTERNAME", ""),
            "since": since,
            "what": what,
        }
    )
    # Only a help for whoever is refused: a full disk must not keep the record from being opened.
    with suppress(OSError):
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, text)
        os.ftruncate(descriptor, len(text))


def _holder(descriptor: int) -> dict[str, Any]:
    """Return what the holder wrote of itself, as far as it can be read."""
    try:
        os.lseek(descriptor, 0, os.SEEK_SET)
        raw = orjson.loads(os.read(descriptor, _LOCKED_BYTE))
    except (OSError, ValueError):
        raw = {}
    if isinstance(raw, int):
        raw = {"pid": raw}  # an earlier version wrote its number only
    if not isinstance(raw, dict):
        raw = {}
    words = {name: str(raw.get(name, "—")) for name in ("pid", "user", "host", "what", "boot")}
    since = raw.get("since")
    return words | {"since": since if type(since) is int else None}


def _boot() -> str:
    with suppress(OSError):
        return _BOOT.read_text(encoding="ascii").strip()
    return ""


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""
