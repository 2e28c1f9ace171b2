"""Where a record stands: on which machine, in which folder, on what kind of disk."""

import hashlib
import os
import re
from contextlib import suppress
from pathlib import Path, PureWindowsPath

from db.domain.errors import EnvironmentError_

_MOUNTS = Path("/proc/self/mountinfo")
_MACHINE = Path("/etc/machine-id")
_SHARE = re.compile(
    r"nfs4?|cifs|smb\w*|9p|afs|ncpfs|ceph|vboxsf|davfs|fuse\.(?:sshfs|rclone|davfs|glusterfs)"
)
_DRIVE_REMOTE = 4


def binding(record: Path, place: Path | None = None) -> str:
    """Return a word for this machine, this path and this very file: a copy has another one.

    `place` is the path that the file is about to have.
    Raises EnvironmentError_ (record_missing, record_unreachable) where there is no such file.
    """
    try:
        number = record.stat().st_ino
    except FileNotFoundError as error:
        raise EnvironmentError_("record_missing", path=str(record)) from error
    except OSError as error:
        raise EnvironmentError_("record_unreachable", detail=str(error)) from error
    parts = ("griddesk", _machine(), str((place or record).resolve()), str(number))
    return hashlib.sha256("\0".join(parts).encode(errors="surrogateescape")).hexdigest()[:32]


def refuse_share(home: Path) -> None:
    """Raise EnvironmentError_ for a folder on a network share: a record there can be destroyed."""
    kind = _windows_share(home) if os.name == "nt" else share_of(home.resolve(), _mounts())
    if kind:
        raise EnvironmentError_("home_on_network", path=str(home), kind=kind)


def share_of(path: Path, mountinfo: str) -> str:
    """Return the network file system a path lies on, empty for a disk of this machine.

    `mountinfo` is the text of /proc/self/mountinfo.
    """
    longest, kind = -1, ""
    for line in mountinfo.splitlines():
        left, _, right = line.partition(" - ")
        fields = left.split()
        if len(fields) < 5 or not right:
            continue
        point = _unescape(fields[4]).rstrip("/")
        # What is mounted later over the same point hides what was there.
        if len(point) >= longest and f"{path}/".startswith(f"{point}/"):
            longest, kind = len(point), right.split()[0]
    return kind if _SHARE.fullmatch(kind) else ""


def is_writable(path: Path) -> bool:
    """Whether this person may write there, and the disk is not mounted read-only."""
    if os.name == "posix" and os.statvfs(path).f_flag & os.ST_RDONLY:
        return False
    return os.access(path, os.W_OK)


def refuse_readonly(home: Path, record: Path) -> None:
    """Raise EnvironmentError_ where neither the folder nor its record could be written."""
    for path in (home, record):
        if path.exists() and not is_writable(path):
            raise EnvironmentError_("home_readonly", path=str(path))


def _machine() -> str:
    if os.name == "nt":
        return _windows_machine()
    with suppress(OSError):
        return _MACHINE.read_text(encoding="ascii", errors="replace").strip()
    return ""


def _mounts() -> str:
    with suppress(OSError):
        return _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    return ""


def _unescape(text: str) -> str:
    """Undo the octal escapes of blanks and backslashes in a mount point."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)


def _windows_machine() -> str:
    import winreg  # Windows only

    with (
        suppress(OSError),
        winreg.OpenKey(  # type: ignore[attr-defined]
            winreg.HKEY_LOCAL_MACHINE,  # type: ignore[attr-defined]
            r"SOFTWARE\Microsoft\Cryptography",
        ) as key,
    ):
        return str(winreg.QueryValueEx(key, "MachineGuid")[0])  # type: ignore[attr-defined]
    return ""


def _windows_share(home: Path) -> str:
    import ctypes  # Windows only

    drive = PureWindowsPath(os.path.abspath(home)).drive
    if drive.startswith("\\\\"):
        return "UNC"
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
    return "UNC" if kernel.GetDriveTypeW(f"{drive}\\") == _DRIVE_REMOTE else ""
