"""Backups: a folder each, proven by opening it before it gets its name.

    <target>/griddesk-<town>-<station>-<site>/blobs/…          attached files, each once for all
                                             /<UTC stamp>/     griddesk.db, site.json, manifest.json

The record in it is encrypted with the key of the record it was made from.
"""

import errno
import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import orjson

from db.domain.errors import EnvironmentError_, GridDeskError, InputError
from db.migrations import SCHEMA_VERSION
from db.store import driver
from db.store.blob_copies import keep_blobs
from db.store.clock import system_clock
from db.store.files import write_file
from db.store.keys import new_code, wrap_with_code
from db.store.lock import hold
from db.store.manifest import (
    FORMAT,
    MANIFEST,
    Backup,
    heads_of,
    list_backups,
    prove,
    read_backup,
    stamp,
)
from db.store.medium import (
    CANCELLED,
    UNWATCHED,
    OnStep,
    Watch,
    copy_file,
    digest_of,
    explain_medium,
    sync_file,
    sync_names,
)
from db.store.retention import removable
from db.store.shredding import note_folder
from db.store.store import RECORD, SITE_FILE, Site, Store, read_site, write_site
from db.store.verify import CHECKED_AT, verify

log = logging.getLogger(__name__)

KEPT = "backups"
"""The folder inside a data folder for the copies made before its schema changes."""
LOCK = "backup.lock"
NOTE = "backup.json"
"""What this workstation remembers of its last backup; the medium may be away."""
_NEWEST = "SELECT number, taken_in_at FROM incident ORDER BY taken_in_at DESC, rid DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class Made:
    """A backup just made. `warnings`: same_disk, no_recovery."""

    backup: Backup
    warnings: tuple[str, ...]
    removed: int


def make_backup(store: Store, target: Path, by: str, watch: Watch = UNWATCHED) -> Made:
    """Back up an open record into a folder outside it, then let superfluous old backups go.

    The record is checked whole first and works on meanwhile. Raises EnvironmentError_: what the
    medium refuses, backup_record_damaged (nothing old is touched, nothing more is written to the
    record), backup_bad (the new one is kept aside as `.bad`), backup_running, work_cancelled,
    home_unwritable; InputError backup_inside_home.
    """
    device = _check_target(store.home, target)
    with _alone(store.home):
        source = driver.open_any(store.home / RECORD, store.key)
        try:
            _check_record(store, source, watch)
            folder = target / folder_name(store.site)
            _make_folder(target, folder, device)
            _clear_parts(folder)
            made_at = store.clock()
            place = _free(folder / stamp(made_at))
            backup = _make(source, store.key, store.home, place, made_at, by, watch=watch)
        finally:
            source.close()
        removed = _prune(folder, made_at)
        _remember(store.home, target, backup)
    return Made(backup, _warnings(store, target), removed)


def keep_before(path: Path, key: bytes, schema: int, watch: Watch = UNWATCHED) -> None:
    """Keep a proven copy of a record whose schema `schema` is about to change, beside it.

    Attached files are not copied: the change does not touch them, and they lie on this disk.
    """
    home = path.parent
    prefix = f"before-v{SCHEMA_VERSION}-"
    source = driver.open_any(path, key)
    try:
        heads = heads_of(source)
        kept = (one for one in list_backups(home / KEPT) if one.path.name.startswith(prefix))
        if any(one.heads == heads for one in kept):
            return
        (home / KEPT).mkdir(mode=0o700, exist_ok=True)
        _clear_parts(home / KEPT)
        made_at = system_clock()
        place = _free(home / KEPT / (prefix + stamp(made_at)))
        by = f"schema {schema}"
        _make(source, key, home, place, made_at, by, watch=watch, with_blobs=False)
    finally:
        source.close()


def renew_code(home: Path, key: bytes, code: str = "") -> str:
    """Make a recovery code for a record, or take one made; return it, to be shown once.

    An older one ends; backups made before keep the code they were made with.
    """
    code = code or new_code()
    write_site(home, replace(read_site(home), recovery=wrap_with_code(key, code)))
    return code


def folder_name(site: Site) -> str:
    """Return the name of the folder that holds a site's backups."""
    return f"griddesk-{site.town}-{site.station}-{site.id[:8]}"


@dataclass(frozen=True, slots=True)
class LastBackup:
    """What a workstation remembers of its last backup."""

    made_at: int
    folder: str
    path: str
    ops: int


def last_backup(home: Path) -> LastBackup | None:
    """Return what is remembered of the last backup, None before the first."""
    try:
        return LastBackup(**orjson.loads((home / NOTE).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def _make(
    source: driver.Connection,
    key: bytes,
    home: Path,
    place: Path,
    made_at: int,
    by: str,
    *,
    watch: Watch = UNWATCHED,
    with_blobs: bool = True,
) -> Backup:
    """Write a backup under the name `.part`, prove it, and give it its name."""
    part = place.with_name(place.name + ".part")
    writing = part / RECORD
    try:
        part.mkdir(mode=0o700)
        driver.copy(source, writing, key, watch.step("copy"))
        sync_file(writing)
        kept = keep_blobs(home, place.parent, watch.step("blobs")) if with_blobs else {}
        if (home / SITE_FILE).exists():
            copy_file(home / SITE_FILE, part / SITE_FILE)
        _write_manifest(part, key, made_at, by, kept, watch.step("digest"))
        sync_names(part)
        made = read_backup(part)
    except (OSError, EnvironmentError_) as error:
        explained = explain_medium(error, writing)
        shutil.rmtree(part, ignore_errors=True)
        raise explained from error
    _prove_or_put_aside(made, key, watch)
    part.rename(place)
    sync_names(place.parent)
    return read_backup(place)


def _prove_or_put_aside(made: Backup, key: bytes, watch: Watch) -> None:
    part = made.path
    try:
        prove(made, key, watch)
    except GridDeskError as error:
        if error.code in CANCELLED:
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.rename(part.with_suffix(".bad"))
        raise


def _write_manifest(
    part: Path, key: bytes, made_at: int, by: str, kept: Mapping[str, int], on_step: OnStep
) -> None:
    connection = driver.open_any(part / RECORD, key)
    try:
        heads = heads_of(connection)
        newest = connection.execute(_NEWEST).fetchone() or ("", None)
        manifest = {
            "format": FORMAT,
            "made_at": made_at,
            "by": by,
            "version": version("griddesk"),
            "schema": driver.schema_of(connection),
            "ops": connection.execute("SELECT count(*) FROM op").fetchone()[0],
            "newest": newest[0],
            "newest_at": newest[1],
            "heads": [(one.site, one.epoch, one.seq, one.hash.hex()) for one in heads],
        }
    finally:
        connection.close()
    site = _site_words(part)
    names = sorted(path.name for path in part.iterdir())
    files = {name: digest_of(part / name, on_step) for name in names}
    whole = manifest | site | {"files": files, "blobs": kept}
    write_file(part / MANIFEST, orjson.dumps(whole, option=orjson.OPT_INDENT_2))


def _site_words(part: Path) -> dict[str, str]:
    try:
        raw = orjson.loads((part / SITE_FILE).read_bytes())
        return {"site": raw["id"], "town": raw["town"], "station": raw["station"]}
    except FileNotFoundError:
        return {"site": "", "town": "", "station": ""}


def _check_record(store: Store, source: driver.Connection, watch: Watch) -> None:
    """Check the live record. As after any full check, damage ends the writing to it."""
    damage = verify(source, watch.step("check"), watch.is_cancelled).problems
    if damage:
        store.guard.mark_damaged(str(damage[0]["code"]))
        raise EnvironmentError_("backup_record_damaged", count=len(damage))
    now = str(store.clock())
    # Not where the record is open for reading only or its disk is full; nothing hangs on it.
    with suppress(EnvironmentError_):
        store.write(lambda journal: journal.set_meta(CHECKED_AT, now))


def _check_target(home: Path, target: Path) -> int:
    """Return the device a backup is to lie on."""
    if target.resolve().is_relative_to(home.resolve()):
        raise InputError("backup_inside_home", path=str(target))
    if not target.is_dir():
        # Never made here: the mount point of an absent medium would be filled instead.
        raise EnvironmentError_("backup_folder_missing", path=str(target))
    return target.stat().st_dev


def _make_folder(target: Path, folder: Path, device: int) -> None:
    """Make a site's folder in the one chosen, which must still be where it was."""
    try:
        # Not its inode: FAT and shares give a folder a new one whenever they like.
        if target.stat().st_dev != device:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise explain_medium(error, folder) from error


def _warnings(store: Store, target: Path) -> tuple[str, ...]:
    found = []
    if store.home.stat().st_dev == target.stat().st_dev:
        found.append("same_disk")
    if read_site(store.home).recovery is None:
        found.append("no_recovery")
    return tuple(found)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """One backup of a record at a time, whichever program makes it."""
    with ExitStack() as stack:
        try:
            stack.enter_context(hold(home, LOCK))
        except EnvironmentError_ as error:
            if error.code != "record_in_use":
                raise
            raise EnvironmentError_("backup_running") from error
        yield


def _free(place: Path) -> Path:
    """Return a name nothing has: two backups of one second, a damaged one kept aside."""
    names = (place.with_name(f"{place.name}-{number}") for number in range(2, 1000))
    return next(one for one in (place, *names) if not any(place.parent.glob(f"{one.name}*")))


def _clear_parts(folder: Path) -> None:
    for left in folder.glob("*.part"):
        shutil.rmtree(left, ignore_errors=True)


def _prune(folder: Path, now: int) -> int:
    by_time = {one.made_at: one for one in list_backups(folder)}
    superfluous = removable(by_time, now)
    for at in superfluous:
        # Renamed first: broken off half-way it must not look like a backup.
        part = by_time[at].path.with_suffix(".part")
        try:
            by_time[at].path.rename(part)
        except OSError as error:
            raise explain_medium(error, part) from error
        shutil.rmtree(part, ignore_errors=True)
    return len(superfluous)


def _remember(home: Path, target: Path, backup: Backup) -> None:
    note = {
        "made_at": backup.made_at,
        "folder": str(target),
        "path": str(backup.path),
        "ops": backup.ops,
    }
    try:
        write_file(home / NOTE, orjson.dumps(note))
        note_folder(home, target.resolve())
    except EnvironmentError_:
        # The backup is made and proven: a full disk at home does not undo it.
        log.warning("the backup was made, but its note could not be written")
