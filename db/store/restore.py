"""Putting a backup in the place of a record, on this machine or on a new one."""

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from db.domain.errors import EnvironmentError_
from db.store import blobs
from db.store.blob_copies import lacking_blobs, put_blob
from db.store.clock import system_clock
from db.store.keys import (
    Ask,
    KeyPlace,
    keep_key_file,
    load_key,
    place_key,
    unwrap_spoken,
    unwrap_with_code,
)
from db.store.lock import hold
from db.store.manifest import Backup, list_backups, prove, prove_record, stamp
from db.store.medium import UNWATCHED, Watch, copy_file, explain_medium
from db.store.place import refuse_share
from db.store.rekeying import key_among, keys_of
from db.store.shredding import Named, erase_in_file, erased_in, put_list, read_list
from db.store.store import RECORD, Site, read_site, write_site
from db.store.swap import announce, change_places, make_stage

ASIDE = "set-aside-"


@dataclass(frozen=True, slots=True)
class Unlocked:
    """The key of a backup. `place` is where this machine keeps it already, None for nowhere.

    `found` is the key it was found by: the same, or a later one of its record.
    """

    key: bytes
    place: KeyPlace | None
    found: bytes


class Restored(NamedTuple):
    """What a restore did: where the former record is set aside, None where there was none.

    `lacking` is how many attached files neither the backup nor the data folder had.
    """

    aside: Path | None
    lacking: int


def unlock(backup: Backup, home: Path, code: str = "", ask: Ask | None = None) -> Unlocked:
    """Find the key of a backup: by its recovery code, else where this machine or person has it.

    A backup made before the key was renewed opens by what opens a later one of its site as well.
    Raises EnvironmentError_: recovery_missing, code_wrong, passphrase_wrong, backup_locked (no
    key here opens it), backup_bad; InputError code_malformed.
    """
    sites = _descriptions(backup, home)
    if code:
        return _unlock_with_code(backup, sites, code)
    for site in sites:
        key = _key_here(home, site.key_place)
        opens = _opening(backup, site, key) if key else None
        if opens and key:
            return Unlocked(opens, site.key_place if opens == key else None, key)
    spoken = [site for site in sites if site.key_place.kind == "passphrase"]
    if spoken and ask is not None:
        key = unwrap_spoken([site.key_place for site in spoken], ask)
        for site in spoken:
            opens = _opening(backup, site, key)
            if opens:
                return Unlocked(opens, site.key_place if opens == key else None, key)
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
        erased = _erased_here(home, unlocked)
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


def _erased_here(home: Path, unlocked: Unlocked) -> list[Named]:
    """Return what was erased after a backup was made, by the list here and the present record.

    The record may have another key by now: that by which the backup was unlocked, or one kept here.
    """
    found = set(read_list(home))
    keys = [unlocked.key, unlocked.found]
    with suppress(EnvironmentError_):
        keys.append(_key_here(home, read_site(home).key_place) or unlocked.key)
    for key in dict.fromkeys(keys):
        with suppress(EnvironmentError_):
            found.update(erased_in(home / RECORD, key))
    return sorted(found)


def _descriptions(backup: Backup, home: Path) -> list[Site]:
    """Return what is said of a backup's site: here, in the backup, in later ones beside it."""
    own = read_site(backup.path)
    later = [one.path for one in list_backups(backup.path.parent) if one.made_at > backup.made_at]
    found = [own]
    for folder in (home, *later):
        with suppress(EnvironmentError_):
            site = read_site(folder)
            # Most say the same: each place of a key is tried once.
            is_told = any(replace(site, name=one.name) == one for one in found)
            if site.id == own.id and not is_told:
                found.insert(0 if folder == home else len(found), site)
    return found


def _unlock_with_code(backup: Backup, sites: list[Site], code: str) -> Unlocked:
    coded = [site for site in sites if site.recovery is not None]
    if not coded:
        raise EnvironmentError_("recovery_missing")
    keys = [(site, _key_of_code(site, code)) for site in coded]
    if not any(key for _, key in keys):
        raise EnvironmentError_("code_wrong")
    for site, key in keys:
        opens = _opening(backup, site, key) if key else None
        if opens and key:
            return Unlocked(opens, None, key)
    raise EnvironmentError_("backup_locked")


def _key_of_code(site: Site, code: str) -> bytes | None:
    assert site.recovery is not None
    try:
        return unwrap_with_code(site.recovery, code)
    except EnvironmentError_:
        return None


def _key_here(home: Path, place: KeyPlace) -> bytes | None:
    """Return the key from where this machine may have it without asking anybody."""
    if place.kind not in ("keyring", "file"):
        return None
    try:
        return load_key(home, place)
    except EnvironmentError_:
        return None


def _opening(backup: Backup, site: Site, key: bytes) -> bytes | None:
    """Return by which key of a site its backup opens; None where by none."""
    try:
        return key_among(backup.record, keys_of(site, key))
    except EnvironmentError_:
        return None


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
