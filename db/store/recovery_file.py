"""The recovery code as a file, for a stick in a safe: whoever has it opens the backups."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

from db.domain.errors import EnvironmentError_, InputError
from db.store.clock import system_clock
from db.store.keys import plain_code
from db.store.medium import explain_medium, sync_names
from db.store.store import Site

_CODE = re.compile(r"(?:[0-9A-Z]{5}-){5}[0-9A-Z]{5}")
_MAX = 4096


def write_code(folder: Path, site: Site, code: str) -> Path:
    """Write a recovery code into a folder, read back from the medium; return the file.

    Raises EnvironmentError_: backup_folder_missing, what the medium refuses.
    """
    if not folder.is_dir():
        # Never made here: the mount point of an absent medium would be filled instead.
        raise EnvironmentError_("backup_folder_missing", path=str(folder))
    at = datetime.fromtimestamp(system_clock() / 1000, UTC)
    path = folder / f"griddesk-recovery-{site.town}-{site.station}-{at:%Y%m%dT%H%M%SZ}.txt"
    text = (
        f"网格指挥台 恢复码\n镇街 {site.town}  工位 {site.station}  站点 {site.id}\n{code}\n"
        "凭它能在任何机器上打开这个工位的备份。请放在保险柜里，不要和备份放在一起。\n"
    )
    try:
        with open(path, "x", encoding="utf-8", opener=_private) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        sync_names(folder)
        if read_code(path) != code:
            raise EnvironmentError_("stick_unproven", path=str(folder))
    except OSError as error:
        path.unlink(missing_ok=True)
        raise explain_medium(error, path) from error
    return path


def read_code(path: Path) -> str:
    """Return the recovery code in a file; raises InputError file_missing, code_malformed."""
    try:
        with path.open("rb") as file:
            text = file.read(_MAX).decode(errors="replace")
    except OSError as error:
        raise InputError("file_missing", file=str(path)) from error
    found = _CODE.search(text)
    if found is None:
        raise InputError("code_malformed")
    plain_code(found[0])
    return found[0]


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
