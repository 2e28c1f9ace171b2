"""Erasures beyond the record's own file: a list beside it, its backups, records set aside.

The list outlives a record that is put back from a copy made before: what was erased is erased
there too before anything can be read. It names envelopes and incidents, no person.

In a backup an envelope is overwritten in place. First its manifest ceases to vouch for the digest
of the record, last it vouches for the new one; in between the record is proven by its pages and
chains. So a backup is good at every moment, and what was broken off is done again.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from db.domain.erasing import KIND, LISTED, MAX_ENVELOPES, erasing
from db.domain.errors import GridDeskError
from db.domain.ops import SYSTEM, decode
from db.store import driver
from db.store.erasure import DESTROY, DESTROY_ASIDE, catch_up, erase
from db.store.files import write_file
from db.store.store import ERASED_LIST, RECORD

if TYPE_CHECKING:
    from db.store.journal import Journal
    from db.store.manifest import Backup
    from db.store.medium import Watch
    from db.store.store import Store

FOLDERS = "backup-folders.json"
_APPLIED = "erased_list"
"""The setting that tells of which list a record has all; in a manifest, the copy beside it."""
_READ = "erasures_read"
_MAYBE = "SELECT body FROM op WHERE instr(body, ?)"
_ALL = "SELECT env, town, incident FROM erased ORDER BY env, town, incident"
_INCIDENT = "SELECT 1 FROM incident WHERE id = ?"
_BESIDE = """SELECT envelope.site, envelope.epoch, envelope.seq, op.body FROM envelope
JOIN op ON op.site = envelope.site AND op.epoch = envelope.epoch AND op.seq = envelope.seq
WHERE envelope.id = ? AND (envelope.wrapped_key IS NOT NULL OR length(envelope.cipher) > 0)"""
_ASIDE = """SELECT site, epoch, seq, body FROM fork
WHERE envelope = ? AND (wrapped_key IS NOT NULL OR length(cipher) > 0)"""
_HAS_FORKS = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'fork'"


class Named(NamedTuple):
    """An envelope that was erased, the town that said so, and its incident."""

    env: str
    town: str
    incident: str


@dataclass(frozen=True, slots=True)
class Settled:
    """Where erasures have been carried to, and which copies could not be reached, each with why."""

    done: tuple[Path, ...] = ()
    left: dict[Path, str] = field(default_factory=dict)


def keep_list(store: "Store") -> tuple[list[Named], str]:
    """Write the list of what was erased beside a record; return it and its name."""
    rows = store.read(lambda connection: [Named(*row) for row in connection.execute(_ALL)])
    name = put_list(store.home, rows)
    if name and store.read(lambda connection: driver.meta(connection, _APPLIED)) != name:
        store.write(lambda journal: journal.set_meta(_APPLIED, name))
    return rows, name


def put_list(home: Path, rows: Iterable[Named]) -> str:
    """Write what was erased beside a record, if that is news; return the list's name."""
    data = "".join(f"{' '.join(row)}\n" for row in rows).encode()
    path = home / ERASED_LIST
    if data and (not path.exists() or path.read_bytes() != data):
        write_file(path, data)
    return hashlib.sha256(data).hexdigest() if data else ""


def read_list(home: Path) -> list[Named]:
    """Return what the list beside a record names; nothing where there is none."""
    try:
        lines = (home / ERASED_LIST).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return []
    return [Named(*parts) for line in lines if len(parts := line.split(" ")) == len(Named._fields)]


def catch_up_once(journal: "Journal") -> None:
    """Take in, once, the erasures that an older version of a hub only kept."""
    if not journal.meta(_READ):
        rows = journal.connection.execute(_MAYBE, (KIND.encode(),)).fetchall()
        catch_up(journal, (row[0] for row in rows))
        journal.set_meta(_READ, "1")


def apply_list(journal: "Journal", home: Path) -> list[Named]:
    """Erase in a record what the list beside it names; return what it had not heard of."""
    try:
        data = (home / ERASED_LIST).read_bytes()
    except OSError:
        return []
    name = hashlib.sha256(data).hexdigest()
    if journal.meta(_APPLIED) == name:
        return []
    rows = read_list(home)
    known = {Named(*row) for row in journal.connection.execute(_ALL)}
    new = [row for row in rows if row not in known]
    if new:
        journal.shred()
    for row in new:
        erase(journal.connection, *row)
    journal.set_meta(_APPLIED, name)
    return new


def say_again(journal: "Journal", rows: Iterable[Named]) -> None:
    """Write the ops of erasures that are lost with a record put back from an older copy.

    Without them nobody could be shown that it was erased, and who has not heard of it never would.
    """
    by_incident: dict[str, list[str]] = {}
    for row in rows:
        by_incident.setdefault(row.incident, []).append(row.env)
    for incident, envelopes in by_incident.items():
        if journal.connection.execute(_INCIDENT, (incident,)).fetchone():
            for start in range(0, len(envelopes), MAX_ENVELOPES):
                part = envelopes[start : start + MAX_ENVELOPES]
                journal.append(KIND, incident, erasing(part, LISTED), SYSTEM)


def erase_in_file(path: Path, key: bytes, rows: Iterable[Named]) -> int:
    """Overwrite envelopes in a record that nobody has open; return how many there were."""
    connection = driver.open_copy(path, key)
    try:
        with driver.transaction(connection):
            return _destroy(connection, rows)
    except driver.SqliteError as error:
        raise driver.explain(error) from error
    finally:
        connection.close()


def erase_in_backup(
    backup: "Backup", key: bytes, rows: Sequence[Named], name: str, watch: "Watch"
) -> None:
    """Overwrite envelopes in a backup and have its manifest vouch for it again.

    Raises EnvironmentError_: what the medium refuses, key_wrong, backup_bad.
    """
    from db.store.manifest import MANIFEST, prove, read_backup
    from db.store.medium import digest_of

    path = backup.path / MANIFEST
    raw: dict[str, Any] = orjson.loads(path.read_bytes())
    if raw.get(_APPLIED) == name:
        return
    if not holds_any(backup.record, key, rows) and RECORD in raw["files"]:
        _put(path, raw | {_APPLIED: name})
        return
    _put(path, raw | {"files": {k: v for k, v in raw["files"].items() if k != RECORD}})
    erase_in_file(backup.record, key, rows)
    raw["files"] |= {RECORD: digest_of(backup.record, watch.step("digest"))}
    prove(read_backup(backup.path), key, watch, with_blobs=False)
    _put(path, raw | {_APPLIED: name})


def holds_any(path: Path, key: bytes, rows: Iterable[Named]) -> bool:
    """Whether a copy of a record still has something of what was erased."""
    connection = driver.open_any(path, key)
    try:
        has_forks = connection.execute(_HAS_FORKS).fetchone()
        return any(
            _meant(connection, _BESIDE, row) or (has_forks and _meant(connection, _ASIDE, row))
            for row in rows
        )
    except driver.SqliteError as error:
        raise driver.explain(error) from error
    finally:
        connection.close()


def erased_in(path: Path, key: bytes) -> list[Named]:
    """Return what a record itself knows to be erased; raises EnvironmentError_."""
    connection = driver.open_any(path, key)
    try:
        return [Named(*row) for row in connection.execute(_ALL)]
    except driver.SqliteError as error:
        raise driver.explain(error) from error
    finally:
        connection.close()


def settle(store: "Store", watch: "Watch | None" = None) -> Settled:
    """Carry what was erased to the list beside the record and to every copy within reach."""
    from db.store.medium import UNWATCHED
    from db.store.rekeying import key_of

    rows, name = keep_list(store)
    if not rows:
        return Settled()
    done: list[Path] = []
    found, left = copies_of(store)
    for backup in found:
        try:
            # One made before the key was renewed opens with the key of then.
            erase_in_backup(backup, key_of(backup.record, store), rows, name, watch or UNWATCHED)
            done.append(backup.path)
        except (GridDeskError, OSError) as error:
            left[backup.path] = getattr(error, "code", "medium_error")
    for path in records_aside(store.home):
        try:
            key = key_of(path, store)
            if holds_any(path, key, rows):
                erase_in_file(path, key, rows)
            done.append(path)
        except GridDeskError as error:
            left[path] = error.code
    return Settled(tuple(done), left)


def copies_of(store: "Store") -> "tuple[list[Backup], dict[Path, str]]":
    """Return the backups of a record that are within reach, and the folders that are not."""
    from db.store.backup import KEPT, folder_name
    from db.store.manifest import list_backups

    found = list_backups(store.home / KEPT)
    left: dict[Path, str] = {}
    for target in backup_folders(store.home):
        folder = target / folder_name(store.site)
        if folder.is_dir():
            found += list_backups(folder)
        else:
            left[target] = "backup_folder_missing"
    return found, left


def records_aside(home: Path) -> list[Path]:
    """Return the records beside the present one that a restore or a repair has set aside."""
    from db.store.repair import ASIDE as DAMAGED
    from db.store.restore import ASIDE

    return sorted(path for name in (ASIDE, DAMAGED) for path in home.glob(f"{name}*/{RECORD}"))


def backup_folders(home: Path) -> list[Path]:
    """Return every folder that backups of a record are known to have been made in."""
    from db.store.backup import last_backup

    try:
        found = [Path(one) for one in orjson.loads((home / FOLDERS).read_bytes())]
    except (OSError, ValueError, TypeError):
        found = []
    last = last_backup(home)
    if last and Path(last.folder).resolve() not in found:
        found.append(Path(last.folder).resolve())
    return found


def note_folder(home: Path, target: Path) -> None:
    """Remember that a backup was made in a folder."""
    known = list(dict.fromkeys((*backup_folders(home), target)))
    write_file(home / FOLDERS, orjson.dumps([str(one) for one in known]))


def _put(path: Path, raw: dict[str, Any]) -> None:
    write_file(path, orjson.dumps(raw, option=orjson.OPT_INDENT_2))


def _destroy(connection: driver.Connection, rows: Iterable[Named]) -> int:
    has_forks = connection.execute(_HAS_FORKS).fetchone()
    count = 0
    for row in rows:
        for name in _meant(connection, _BESIDE, row):
            connection.execute(DESTROY, (b"", *name, row.env))
            count += 1
        for name in _meant(connection, _ASIDE, row) if has_forks else ():
            connection.execute(DESTROY_ASIDE, (*name, row.env))
            count += 1
    return count


def _meant(connection: driver.Connection, sql: str, row: Named) -> list[tuple[Any, ...]]:
    """Return where an envelope stands beside ops of its incident."""
    found = connection.execute(sql, (row.env,)).fetchall()
    return [tuple(place) for *place, body in found if decode(bytes(body)).id == row.incident]
