"""How the disk under the record stands: the room it has, what a write met there, what has healed.

A write that cannot be kept is refused before it begins; reading and taking out go on.
"""

import errno
import os
import shutil
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from db.domain.errors import EnvironmentError_, GridDeskError
from db.store.clock import Clock
from db.store.driver import DAMAGE

OK, LOW, PAUSED = "ok", "low", "paused"
BALLAST = "ballast"
"""A file that only takes up room: given up when the disk is full, so that a checkpoint can run."""
_TROUBLES = frozenset({"disk_full", "disk_readonly", "disk_error", "record_unreachable"})
_BY_ERRNO = {
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EROFS: "disk_readonly",
    errno.ENOENT: "record_unreachable",
    errno.ENOTDIR: "record_unreachable",
}
_PROBE = ".probe"
_FRESH_SECONDS = 1.0
_MB = 1024 * 1024


class Limits(NamedTuple):
    """Bytes: free space below which is warned, and below which nothing is written; the ballast."""

    low: int = 2048 * _MB
    paused: int = 200 * _MB
    ballast: int = 64 * _MB


class Health(NamedTuple):
    """How it stands. `free` is bytes, `level` ok, low or paused.

    `trouble` is the code of what the last write met, empty when it is over, `since` when that
    began (UTC milliseconds). `damaged` says what was found damaged; only repair ends that.
    """

    free: int = 0
    level: str = OK
    trouble: str = ""
    since: int | None = None
    damaged: str = ""


class Guard:
    """Watches one record's disk; may be asked from any thread."""

    def __init__(self, record: Path, clock: Clock, limits: Limits) -> None:
        self._record = record
        self._home = record.parent
        self._clock = clock
        self._limits = limits
        self._lock = threading.Lock()
        self._health = Health()
        self._looked_at: float | None = None
        self._has_ballast = self._finds_ballast()

    @property
    def health(self) -> Health:
        """How it stood when last looked at."""
        return self._health

    def check(self) -> None:
        """Refuse to begin a write that could not be kept. Costs a `statvfs` at most.

        Raises EnvironmentError_: record_paused (too little room), record_damaged_paused.
        """
        if damaged := self._health.damaged:
            raise EnvironmentError_("record_damaged_paused", detail=damaged)
        if self._looked_at is None:
            # The opening is not refused: reading and taking out must go on.
            return
        # Without the ballast each look counts: a second of writing could take what is left.
        if not self._has_ballast or time.monotonic() - self._looked_at >= _FRESH_SECONDS:
            # A disk that does not answer is told by the write itself.
            with suppress(OSError):
                self._look()
        health = self._health
        if health.level == PAUSED:
            raise EnvironmentError_("record_paused", free=health.free // _MB)

    def note(self, error: GridDeskError) -> bool:
        """Remember what a connection met; tell whether that is to be trusted no more."""
        if error.code in DAMAGE:
            self.mark_damaged(str(error.params.get("detail", error.code)))
            return True
        if error.code not in _TROUBLES:
            return False
        self._begin(error.code)
        if error.code == "disk_full":
            self._give_up_ballast()
        return True

    def mark_damaged(self, detail: str) -> None:
        """Let nothing be written to a record in which damage was found."""
        self._set(damaged=detail)

    def probe(self) -> Health:
        """Look at the disk; in trouble, try a small real write, which ends it when it works.

        Takes as long as the disk takes: never to be called on a thread that somebody waits for.
        """
        try:
            is_read_only = self._look()
            self._record.stat()
        except OSError as error:
            self._begin(_BY_ERRNO.get(error.errno or 0, "disk_error"))
            return self._health
        if is_read_only:
            self._begin("disk_readonly")
        elif self._health.trouble:
            if code := self._write_a_little():
                self._begin(code)
            else:
                self._set(trouble="", since=None)
        return self._health

    def keep_ballast(self) -> None:
        """Take up the room of the ballast again once there is plenty."""
        wanted = self._limits.ballast
        self._has_ballast = self._finds_ballast()
        if self._has_ballast or self._health.trouble:
            return
        with suppress(OSError):
            if _room(self._home)[0] > max(self._limits.low, 3 * wanted):
                _fill(self._home / BALLAST, wanted)
                self._has_ballast = True

    def _look(self) -> bool:
        """Measure the free space; tell whether the disk is mounted read-only."""
        free, is_read_only = _room(self._home)
        self._looked_at = time.monotonic()
        self._set(free=free, level=self._level(free))
        return is_read_only

    def _level(self, free: int) -> str:
        paused = self._limits.paused
        if not self._has_ballast:
            # What the ballast left is for checkpoint and export, not for more of the same.
            paused = max(paused, 2 * self._limits.ballast)
        if free < paused:
            return PAUSED
        return LOW if free < self._limits.low else OK

    def _write_a_little(self) -> str:
        """Return what a small durable write meets, nothing when it works."""
        path = self._home / _PROBE
        try:
            _fill(path, 4096)
        except OSError as error:
            return _BY_ERRNO.get(error.errno or 0, "disk_error")
        finally:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        return ""

    def _give_up_ballast(self) -> None:
        self._has_ballast = False
        # Looked at again before the next write.
        self._looked_at = float("-inf")
        with suppress(OSError):
            (self._home / BALLAST).unlink(missing_ok=True)

    def _finds_ballast(self) -> bool:
        try:
            return (self._home / BALLAST).stat().st_size >= self._limits.ballast
        except OSError:
            return False

    def _begin(self, trouble: str) -> None:
        if self._health.trouble != trouble:
            self._set(trouble=trouble, since=self._health.since or self._clock())

    def _set(self, **values: Any) -> None:
        with self._lock:
            self._health = self._health._replace(**values)


def _room(folder: Path) -> tuple[int, bool]:
    """Return the bytes free to us on a folder's disk, and whether it is mounted read-only."""
    if os.name != "posix":
        return shutil.disk_usage(folder).free, False
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize, bool(found.f_flag & os.ST_RDONLY)


def _fill(path: Path, size: int) -> None:
    """Make a file that really takes up `size` bytes of the disk; leaves none where it cannot."""
    try:
        with path.open("wb") as file:
            for _ in range(0, size, 4096):
                file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        raise
