"""The key of an encrypted file: kept elsewhere, or changed for a new one.

Killed at any moment, each leaves a record that opens. Keys that were used before are kept wrapped
by the one in use, in `site.json`: backups made under them open as ever.
"""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from db.domain.errors import EnvironmentError_, RuleError
from db.store import driver
from db.store.clock import system_clock
from db.store.keys import (
    Ask,
    KeyPlace,
    drop_key,
    load_key,
    open_older,
    place_key,
    wrap_older,
    wrap_with_code,
    wrap_with_passphrase,
)
from db.store.lock import hold
from db.store.manifest import heads_of, stamp
from db.store.medium import UNWATCHED, Watch, explain_medium
from db.store.store import FORMER, RECORD, Site, Store, read_site, write_site
from db.store.swap import announce, change_places, make_stage
from db.store.verify import verify
from db.store.witness import rebind

_LOCK = "keys.lock"


class Renewed(NamedTuple):
    """What a change of the key took: seconds in which nobody could write, and the file's bytes."""

    seconds: float
    bytes: int


def change_place(home: Path, kind: str, ask: Ask | None = None, new: str = "") -> KeyPlace:
    """Keep the key of a record elsewhere; programs that have the record open go on with it.

    `ask` gives the passphrase in force, `new` is the one to be. Raises RuleError: key_place_same,
    passphrase_short; EnvironmentError_ as `load_key` and `place_key`.
    """
    with hold(home, _LOCK):
        site = read_site(home)
        key = load_key(home, site.key_place, ask)
        if kind == site.key_place.kind != "passphrase":
            raise RuleError("key_place_same", kind=kind)
        driver.open_any(home / RECORD, key).close()
        drop_leftover(home, site.key_place)
        place = _placed(home, key, kind, new)
        try:
            if kind != "passphrase" and load_key(home, place) != key:
                raise EnvironmentError_("key_wrong", detail="place")
            write_site(home, replace(read_site(home), key_place=place))
        except BaseException:
            drop_key(home, place)
            raise
        if place.kind != site.key_place.kind:
            drop_key(home, site.key_place)
        return place


def renew_key(
    home: Path,
    *,
    code: str = "",
    ask: Ask | None = None,
    watch: Watch = UNWATCHED,
) -> Renewed:
    """Encrypt a record nobody has open for writing under a new key, kept where the old one was.

    `code` becomes its recovery code; without one there is none until it is made. Until it is done
    and proven the record stands as it was, and a cancel leaves it so. Raises EnvironmentError_:
    record_in_use, record_damaged, work_cancelled, what the disk or the key's place refuses.
    """
    begun = monotonic()
    with hold(home, _LOCK), hold(home):
        change_places(home)
        drop_former(home)
        site, asked = read_site(home), _once(ask)
        old, new = load_key(home, site.key_place, asked), secrets.token_bytes(32)
        now = stamp(system_clock())
        stage = make_stage(home, now)
        with _undone(home, stage) as made:
            _copy(home, stage / RECORD, old, new, watch)
            rebind(stage / RECORD, new, site.id, system_clock, home / RECORD)
            folder = stage if site.key_place.kind == "file" else home
            made.append(place_key(folder, new, site.key_place.kind, asked))
            write_site(stage, _described(site, made[0], old, new, code))
            watch.step("swap")(0, 1)
            announce(home, stage, FORMER + now)
        size = (stage / RECORD).stat().st_size
        change_places(home)
        drop_former(home)
    return Renewed(monotonic() - begun, size)


def tidy(home: Path) -> None:
    """Finish what a change that was killed left to do, unless one is going on."""
    with suppress(EnvironmentError_), hold(home, _LOCK):
        drop_leftover(home, read_site(home).key_place)
        drop_former(home)


def drop_former(home: Path) -> None:
    """Remove what a change of the key left where it was killed: the record under its former key."""
    for folder in home.glob(f"{FORMER}*"):
        with suppress(EnvironmentError_):
            place = read_site(folder).key_place
            # Passed over: a key store that does not answer keeps a key that opens nothing more.
            if place.kind == "keyring" and place != read_site(home).key_place:
                drop_key(home, place)
        shutil.rmtree(folder, ignore_errors=True)


def drop_leftover(home: Path, place: KeyPlace) -> None:
    """Remove a key file that a change of the key's place left where it was killed."""
    if place.kind != "file":
        drop_key(home, KeyPlace("file"))


def keys_of(site: Site, key: bytes) -> list[bytes]:
    """Return a record's key and those it had before, newest first."""
    return [key, *open_older(site.older, key)]


def key_of(record: Path, store: Store) -> bytes:
    """Return by which key of a record its copy opens; raises EnvironmentError_ as `open_any`."""
    return key_among(record, keys_of(read_site(store.home), store.key))


def key_among(record: Path, keys: list[bytes]) -> bytes:
    """Return which key opens a record; raises EnvironmentError_ of the first where none does."""
    for key in keys[1:]:
        if _opens(record, key):
            return key
    driver.open_any(record, keys[0]).close()
    return keys[0]


def _placed(home: Path, key: bytes, kind: str, passphrase: str) -> KeyPlace:
    if kind == "passphrase":
        return wrap_with_passphrase(key, passphrase)
    return place_key(home, key, kind)


def _opens(record: Path, key: bytes) -> bool:
    try:
        driver.open_any(record, key).close()
    except EnvironmentError_:
        return False
    return True


def _described(site: Site, place: KeyPlace, old: bytes, new: bytes, code: str) -> Site:
    older = tuple(wrap_older(key, new) for key in keys_of(site, old))
    recovery = wrap_with_code(new, code) if code else None
    return replace(site, key_place=place, recovery=recovery, older=older)


def _copy(home: Path, target: Path, old: bytes, new: bytes, watch: Watch) -> None:
    """Write the record under its new key, and prove that it is the same."""
    source = driver.open_any(home / RECORD, old)
    try:
        driver.copy(source, target, new, watch.step("copy"), with_positions=True)
        heads = heads_of(source)
    finally:
        source.close()
    copied = driver.open_any(target, new)
    try:
        found = verify(copied, watch.step("prove"), watch.is_cancelled)
        if found.problems or heads_of(copied) != heads:
            raise EnvironmentError_("record_damaged", detail=str(found.problems[:1]))
    finally:
        copied.close()


@contextmanager
def _undone(home: Path, stage: Path) -> Iterator[list[KeyPlace]]:
    """Take back what was begun where it fails; yields the place of the new key, once it has one."""
    made: list[KeyPlace] = []
    try:
        yield made
    except BaseException as error:
        shutil.rmtree(stage, ignore_errors=True)
        for place in made:
            if place.kind == "keyring":
                drop_key(home, place)
        if isinstance(error, OSError):
            raise explain_medium(error, stage / RECORD) from error
        raise


def _once(ask: Ask | None) -> Ask | None:
    """Ask for a passphrase once, and again only where it was wrong."""
    if ask is None:
        return None
    known: list[str] = []

    def asked(is_retry: bool) -> str:
        if is_retry or not known:
            known[:] = [ask(is_retry)]
        return known[0]

    return asked
