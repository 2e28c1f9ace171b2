"""What a backup says of itself, and whether that is so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from db.domain.errors import EnvironmentError_
from db.store import blobs, driver
from db.store.medium import UNWATCHED, Watch, digest_of
from db.store.parcels import Head
from db.store.store import RECORD
from db.store.verify import verify

FORMAT = 1
MANIFEST = "manifest.json"
_HEADS = (
    "SELECT site.id, epoch, head_seq, head_hash FROM chain JOIN site ON site.n = chain.site"
    " ORDER BY 1, 2"
)


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup, by its manifest. `newest` is the number of the newest incident in it."""

    path: Path
    made_at: int
    by: str
    version: str
    schema: int
    site: str
    town: str
    station: str
    ops: int
    newest: str
    newest_at: int | None
    heads: tuple[Head, ...]
    files: Mapping[str, str]
    blobs: Mapping[str, int]

    @property
    def record(self) -> Path:
        """The encrypted file in it."""
        return self.path / RECORD


def list_backups(folder: Path) -> list[Backup]:
    """Return every backup in a folder, newest first: a medium, a site's folder, or one backup."""
    found = [one for path in _places(folder) if (one := _try_read(path))]
    return sorted(found, key=lambda one: one.made_at, reverse=True)


def damaged_backups(folder: Path) -> list[Path]:
    """Return the backups in a folder whose manifest cannot be read and whose record is there."""
    return [path for path in _places(folder) if (path / RECORD).exists() and not _try_read(path)]


def read_backup(path: Path) -> Backup:
    """Read what a backup says of itself; raises EnvironmentError_ backup_bad."""
    try:
        raw: dict[str, Any] = orjson.loads((path / MANIFEST).read_bytes())
        if raw["format"] != FORMAT:
            raise EnvironmentError_("backup_format", found=raw["format"])
        heads = (Head(site, epoch, seq, bytes.fromhex(h)) for site, epoch, seq, h in raw["heads"])
        return Backup(
            path, raw["made_at"], raw["by"], raw["version"], raw["schema"], raw["site"],
            raw["town"], raw["station"], raw["ops"], raw["newest"], raw["newest_at"],
            tuple(heads), dict(raw["files"]), dict(raw["blobs"]),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EnvironmentError_("backup_bad", path=str(path), detail=str(error)) from error


def prove(backup: Backup, key: bytes, watch: Watch = UNWATCHED, *, with_blobs: bool = True) -> None:
    """Check a backup by opening it: every byte, page and chain, against its manifest.

    Without `with_blobs` it is good though attached files are missing: the record is worth more.
    Raises EnvironmentError_: backup_bad, key_wrong, work_cancelled.
    """
    try:
        for name, digest in backup.files.items():
            if digest_of(backup.path / name, watch.step("read")) != digest:
                raise _bad(backup, f"{name}: SHA-256")
        for blob, size in backup.blobs.items() if with_blobs else ():
            if blobs.blob_path(backup.path.parent, blob).stat().st_size != size:
                raise _bad(backup, f"blob {blob[:12]}")
    except OSError as error:
        raise _bad(backup, str(error)) from error
    prove_record(backup, backup.record, key, watch)


def prove_record(backup: Backup, path: Path, key: bytes, watch: Watch = UNWATCHED) -> None:
    """Check a record file against the manifest of a backup; raises as `prove`."""
    connection = driver.open_any(path, key)
    try:
        found = verify(connection, watch.step("prove"), watch.is_cancelled)
        if found.problems:
            raise _bad(backup, str(found.problems[0]))
        if (heads_of(connection), found.ops) != (backup.heads, backup.ops):
            raise _bad(backup, "heads")
    except driver.SqliteError as error:
        raise _bad(backup, str(error)) from error
    finally:
        connection.close()


def heads_of(connection: driver.Connection) -> tuple[Head, ...]:
    """Return the last op of every chain, by site and epoch."""
    rows = connection.execute(_HEADS).fetchall()
    return tuple(Head(site, epoch, seq, bytes(digest)) for site, epoch, seq, digest in rows)


def _places(folder: Path) -> list[Path]:
    patterns = (MANIFEST, f"*/{MANIFEST}", f"*/*/{MANIFEST}")
    found = (path.parent for pattern in patterns for path in folder.glob(pattern))
    return [path for path in found if path.suffix not in (".part", ".bad")]


def _try_read(path: Path) -> Backup | None:
    try:
        return read_backup(path)
    except EnvironmentError_:
        return None


def _bad(backup: Backup, detail: str) -> EnvironmentError_:
    return EnvironmentError_("backup_bad", path=str(backup.path), detail=detail)


def stamp(at: int) -> str:
    """Return UTC milliseconds as a name that sorts by time and that every file system takes."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
