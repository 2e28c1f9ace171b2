"""Putting a backup in the place of a record, on this machine or on a new one."""

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from db.domain.errors import EnvironmentError_
from db.store import blobs, driver
from db.store.blob_copies import lacking_blobs, put_blob
from db.store.clock import system_clock
from db.store.keys import Ask, KeyPlace, keep_key_file, load_key, place_key, unwrap_with_code
from db.store.lock import hold
from db.store.manifest import Backup, prove, prove_record, stamp
from db.store.medium import UNWATCHED, Watch, copy_file, explain_medium
from db.store.place import refuse_share
from db.store.shredding import Named, erase_in_file, erased_in, put_list, read_list
from db.store.store import RECORD, Site, read_site, write_site
from db.store.swap import announce, change_places, make_stage

ASIDE = "set-aside-"


@dataclass(frozen=True, slots=True)
class Unlocked:
    """The key of a backup. `place` is where this machine keeps it already, None for nowhere."""

    key: bytes
    place: KeyPlace | None


class Restored(NamedTuple):
    """What a restore did: where the former record is set aside, None where there was none.

    `lacking` is how many attached files neither the backup nor the data folder had.
    """

    aside: Path | None
    lacking: int


def unlock(backup: Backup, home: Path, code: str = "", ask: Ask | None = None) -> Unlocked:
    """Find the key of a backup: by its recovery code, else where this machine or person has it.

    Raises EnvironmentError_: recovery_missing, code_wrong, passphrase_wrong, backup_locked (no
    key here opens it), backup_bad; InputError code_malformed.
    """
    site = read_site(backup.path)
    if code:
        if site.recovery is None:
            raise EnvironmentError_("recovery_missing")
        key = unwrap_with_code(site.recovery, code)
        driver.open_any(backup.record, key).close()
        return Unlocked(key, None)
    for place in _places(home, site):
        key_here = _try_key(backup, home, place)
        if key_here:
            return Unlocked(key_here, place)
    if site.key_place.kind == "passphrase" and ask is not None:
        key = load_key(home, site.key_place, ask)
        driver.open_any(backup.record, key).close()
        return Unlocked(key, site.key_place)
    raise EnvironmentError_("backup_locked")


def restore(
    backup: Backup,
    home: Path,
    unlocked: Unlocked,
    *,
    key_kind: str = "auto",
    ask: Ask | None = None,
    watch: Watch = UNWATCHED,
) -> Restored:
    """Put a backup in the place of the record of a data folder nobody has open.

    Killed at any moment, it leaves the old record or the new one. Raises EnvironmentError_ as
    `prepare`.
    """
    make_home(home)
    with hold(home):
        change_places(home)
        aside, lacking = prepare(backup, home, unlocked, key_kind=key_kind, ask=ask, watch=watch)
        change_places(home)
    return Restored(aside if aside and aside.exists() else None, lacking)


def prepare(
    backup: Backup,
    home: Path,
    unlocked: Unlocked,
    *,
    key_kind: str = "auto",
    ask: Ask | None = None,
    watch: Watch = UNWATCHED,
) -> Restored:
    """Make everything ready, so that the backup takes the record's place when it is next opened.

    The record may be open meanwhile; `aside` is where it will be. Attached files that the backup
    does not have whole are passed over.
    Raises EnvironmentError_: backup_bad, key_wrong, work_cancelled, what the medium refuses.
    """
    prove(backup, unlocked.key, watch, with_blobs=False)
    now = stamp(system_clock())
    stage = make_stage(home, now)
    record = stage / RECORD
    try:
        copy_file(backup.record, record, watch.step("copy"))
        prove_record(backup, record, unlocked.key, watch)
        erased = _erased_here(home, unlocked.key)
        if erased:
            erase_in_file(record, unlocked.key, erased)
        put_list(home, erased)
        lacking = _fetch_blobs(backup, home, watch)
        place = _place(stage, unlocked, key_kind, ask)
        write_site(stage, replace(read_site(backup.path), key_place=place))
        return Restored(announce(home, stage, _free_name(home, ASIDE + now)), lacking)
    except BaseException as error:
        shutil.rmtree(stage, ignore_errors=True)
        if isinstance(error, OSError):
            raise explain_medium(error, record) from error
        raise


def make_home(home: Path) -> None:
    """Make a data folder only its owner can enter, where there is none."""
    refuse_share(home)
    try:
        home.mkdir(parents=True, exist_ok=True)
        if os.name == "posix":
            home.chmod(0o700)
    except OSError as error:
        raise EnvironmentError_("home_unwritable", path=str(home), detail=str(error)) from error


def _place(stage: Path, unlocked: Unlocked, key_kind: str, ask: Ask | None) -> KeyPlace:
    if unlocked.place is None or key_kind != "auto":
        return place_key(stage, unlocked.key, key_kind, ask)
    if unlocked.place.kind == "file":
        keep_key_file(stage, unlocked.key)
    return unlocked.place


def _erased_here(home: Path, key: bytes) -> list[Named]:
    """Return what was erased after a backup was made, by the list here and the present record."""
    found = set(read_list(home))
    with suppress(EnvironmentError_):
        found.update(erased_in(home / RECORD, key))
    return sorted(found)


def _places(home: Path, site: Site) -> list[KeyPlace]:
    """Return where this machine may have the key without asking anybody."""
    found = [site.key_place]
    try:
        here = read_site(home)
    except EnvironmentError_:
        here = None
    if here is not None and here.id == site.id:
        found.insert(0, here.key_place)
    return [place for place in found if place.kind in ("keyring", "file")]


def _try_key(backup: Backup, home: Path, place: KeyPlace) -> bytes | None:
    try:
        key = load_key(home, place)
        driver.open_any(backup.record, key).close()
    except EnvironmentError_:
        return None
    return key


def _fetch_blobs(backup: Backup, home: Path, watch: Watch) -> int:
    """Copy what the backup has whole; return how many files are in neither place."""
    lacking = lacking_blobs(backup, watch.step("blobs"))
    for blob in backup.blobs.keys() - set(lacking):
        put_blob(blobs.blob_path(backup.path.parent, blob), blobs.blob_path(home, blob))
    return sum(not blobs.exists(home, blob) for blob in lacking)


def _free_name(home: Path, name: str) -> str:
    taken = {path.name for path in home.glob(f"{name}*")}
    numbered = (f"{name}-{number}" for number in range(2, len(taken) + 3))
    return next(one for one in (name, *numbered) if one not in taken)
