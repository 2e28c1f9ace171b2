"""A new record from the fullest backup and all that can still be read of a damaged one."""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from db.domain.errors import EnvironmentError_, GridDeskError
from db.domain.ops import GENESIS, OpRef, chain_hash, decode
from db.store import driver
from db.store.clock import Clock, system_clock
from db.store.epochs import renew_epoch
from db.store.gaps import Chain, Found, Gap, Sealed, find_gaps, later_heads, write_again
from db.store.journal import Journal
from db.store.keys import keep_key_file
from db.store.lock import hold
from db.store.manifest import Backup, heads_of, prove, stamp
from db.store.medium import CANCELLED, UNWATCHED, OnStep, Watch, copy_file, explain_medium
from db.store.parcels import Envelope, Head, Range
from db.store.rebuild import rebuild_now
from db.store.rekeying import key_among, keys_of
from db.store.salvage import Salvage
from db.store.store import RECORD, read_site, write_site
from db.store.swap import announce, change_places, make_stage
from db.store.verify import verify
from db.store.witness import Witness, rebind

ASIDE = "damaged-"
DAMAGED = frozenset(("record_damaged", "record_emptied", "key_wrong"))
"""Codes of a refusal to open that a repair may end. A damaged first page looks like a wrong key."""
_KEYED = {"meta": "k, v", "secret": "k, v", "peer": "*", "enrol_code": "*"}
"""Small tables that are taken over row by row: what the damaged file says is newer."""
_ORDER = {"meta": "k", "secret": "k", "peer": "id", "enrol_code": "hash"}
_FORK = "site, epoch, seq, hash, body, sig, envelope, cipher, room_key, wrapped_key, seen_from, at"
_PUT_FORK = (
    f"INSERT INTO fork ({_FORK}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    # What was erased since the backup stays erased.
    " ON CONFLICT DO UPDATE SET wrapped_key = NULL WHERE excluded.wrapped_key IS NULL"
)

_HUB = "SELECT 1 FROM peer WHERE kind = 'hub'"


@dataclass(slots=True)
class Repaired:
    """What a repair did. `unread` are small tables of which not all could be read.

    `has_hub`: there is a hub to ask for what is missing.
    """

    aside: Path
    base: Backup | None
    ops: int = 0
    salvaged: int = 0
    gaps: list[Gap] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    has_hub: bool = False

    @property
    def missing(self) -> int:
        """How many ops are known to have been and are not in the record, under any name."""
        return sum(gap.missing - gap.again for gap in self.gaps)


def repair(
    home: Path,
    key: bytes,
    backups: Iterable[Backup],
    watch: Watch = UNWATCHED,
    clock: Clock = system_clock,
) -> Repaired:
    """Make a damaged record good: fullest proven backup, then every op that still proves itself.

    The damaged files are set aside, never deleted. Raises EnvironmentError_: repair_impossible
    (no backup, and nothing can be read), record_in_use, work_cancelled, what the disk refuses.
    """
    with hold(home):
        change_places(home)
        now = stamp(clock())
        stage = make_stage(home, now)
        try:
            base = _start(home, stage, key, backups, watch)
            done = Repaired(home / (ASIDE + now), base)
            salvage = Salvage(home / RECORD, key)
            try:
                _fill(home, stage / RECORD, key, salvage, done, clock, watch)
            finally:
                salvage.close()
            site = read_site(home)
            if site.key_place.kind == "file":
                keep_key_file(stage, key)
            write_site(stage, replace(site))
        except BaseException as error:
            shutil.rmtree(stage, ignore_errors=True)
            if isinstance(error, OSError):
                raise explain_medium(error, stage / RECORD) from error
            raise
        announce(home, stage, done.aside.name)
        change_places(home)
        rebind(home / RECORD, key, site.id, clock)
    return done


def _start(
    home: Path,
    stage: Path,
    key: bytes,
    backups: Iterable[Backup],
    watch: Watch,
) -> Backup | None:
    """Put the fullest backup that proves itself into the stage, else an empty record."""
    site = read_site(home).id
    # Not the newest: a clock may have been wrong, and a journal only grows.
    for backup in sorted(backups, key=lambda one: (one.ops, one.made_at), reverse=True):
        if backup.site != site:
            continue
        try:
            opens = key_among(backup.record, keys_of(read_site(home), key))
            prove(backup, opens, watch, with_blobs=False)
        except GridDeskError as error:
            if error.code in CANCELLED:
                raise
            continue
        _put_base(backup, opens, stage / RECORD, key, watch)
        return backup
    driver.create(stage / RECORD, key)
    return None


def _put_base(backup: Backup, opens: bytes, path: Path, key: bytes, watch: Watch) -> None:
    """Copy a backup's record; one made before the key was renewed comes under the key in use."""
    if opens == key:
        copy_file(backup.record, path, watch.step("copy"))
        return
    source = driver.open_any(backup.record, opens)
    try:
        driver.copy(source, path, key, watch.step("copy"))
    finally:
        source.close()


def _fill(
    home: Path,
    path: Path,
    key: bytes,
    salvage: Salvage,
    done: Repaired,
    clock: Clock,
    watch: Watch,
) -> None:
    connection = driver.open_writer(path, key)
    try:
        known = {(one.site, one.epoch): one for one in heads_of(connection)}
        names = _names(salvage, done)
        found = _readable(salvage, known, names, watch.step("salvage"))
        if not found and done.base is None:
            raise EnvironmentError_("repair_impossible", path=str(home))
        with driver.transaction(connection):
            for table in _KEYED:
                _take_over(connection, salvage, table, done)
            journal = Journal(connection, clock)
            journal.site = read_site(home).id
            journal.set_meta("site", journal.site)
            done.salvaged = _append(journal, known, found)
            sealed = _take_beside(journal, salvage, names, done)
            watch.step("rebuild")(0, 1)
            heads = later_heads(salvage, names, Witness(journal.site, home / RECORD, clock))
            rebuild_now(journal)
            done.gaps = find_gaps(connection, heads, found, journal.site)
            renew_epoch(journal, "repaired")
            write_again(journal, found, sealed)
            done.has_hub = bool(connection.execute(_HUB).fetchone())
        driver.checkpoint(connection, truncates=True)
        checked = verify(connection, watch.step("check"), watch.is_cancelled)
        if checked.problems:
            raise EnvironmentError_("repair_impossible", path=str(home))
        done.ops = checked.ops
    except driver.SqliteError as error:
        raise driver.explain(error) from error
    finally:
        connection.close()


def _names(salvage: Salvage, done: Repaired) -> dict[int, str]:
    """Return the sites by their numbers in the damaged file."""
    names, is_whole = salvage.table("site", "n, id", "n")
    if not is_whole:
        done.unread.append("site")
    return dict(names)


def _readable(
    salvage: Salvage, known: dict[Chain, Head], names: dict[int, str], on_step: OnStep
) -> Found:
    """Return every op beyond those known that can be read; learn its site's name by the way."""
    found: Found = {}
    for count, (number, digest, body) in enumerate(salvage.by_row_id("op", "site, hash, body")):
        if count % 1000 == 0:
            on_step(count, 0)
        try:
            ref = decode(body).ref
        except GridDeskError:
            continue
        names.setdefault(number, ref.site)
        head = known.get((ref.site, ref.epoch))
        if head is None or ref.seq > head.seq:
            found.setdefault((ref.site, ref.epoch), {})[ref.seq] = (bytes(digest), bytes(body))
    return found


def _append(journal: Journal, known: dict[Chain, Head], found: Found) -> int:
    """Take in what continues each chain and hashes; leave in `found` what does not."""
    taken = 0
    for (site, epoch), ops in sorted(found.items()):
        head = known.get((site, epoch))
        last, proven = (head.seq, head.hash) if head else (0, GENESIS)
        bodies, tip = _proven(ops, last, proven)
        if bodies:
            journal.receive(Range(site, epoch, last + 1, proven, bodies, tip))
        for seq in range(last + 1, last + len(bodies) + 1):
            del ops[seq]
        taken += len(bodies)
    return taken


def _proven(
    ops: dict[int, tuple[bytes, bytes]], last: int, tip: bytes
) -> tuple[Sequence[bytes], bytes]:
    bodies = []
    while (item := ops.get(last + 1)) is not None:
        digest = chain_hash(tip, item[1])
        if digest != item[0]:
            break
        bodies.append(item[1])
        last, tip = last + 1, digest
    return bodies, tip


def _take_over(connection: driver.Connection, salvage: Salvage, table: str, done: Repaired) -> None:
    rows, is_whole = salvage.table(table, _KEYED[table], _ORDER[table])
    if not is_whole:
        done.unread.append(table)
    for row in rows:
        marks = ", ".join("?" * len(row))
        connection.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", row)


def _take_beside(
    journal: Journal, salvage: Salvage, names: dict[int, str], done: Repaired
) -> Sealed:
    """Take over what lies beside the ops: envelopes, signatures, branches that lost.

    Returns the envelopes whose ops are not in the record.
    """
    left: Sealed = {}
    connection = journal.connection
    for n, epoch, seq, *rest in salvage.by_row_id(
        "envelope", "site, epoch, seq, id, cipher, room_key, wrapped_key"
    ):
        if n not in names:
            continue
        envelope = Envelope(OpRef(names[n], epoch, seq), *rest)
        if not _has(connection, names[n], epoch, seq):
            left[envelope.ref] = envelope
            continue
        journal.add_envelope(envelope)
        if envelope.wrapped_key is None:
            _erase_again(journal, envelope)
    signed, is_whole = salvage.table("attest", "site, epoch, seq, hash, sig", "site, epoch, seq")
    if not is_whole:
        done.unread.append("attest")
    for n, epoch, seq, digest, sig in signed:
        if n in names and _has(connection, names[n], epoch, seq):
            connection.execute(
                "INSERT OR IGNORE INTO attest VALUES (?, ?, ?, ?, ?)",
                (journal.subjects.site_number(names[n]), epoch, seq, digest, sig),
            )
    for n, *row in salvage.by_row_id("fork", _FORK):
        if n in names:
            connection.execute(_PUT_FORK, (journal.subjects.site_number(names[n]), *row))
    return left


def _erase_again(journal: Journal, envelope: Envelope) -> None:
    """Take an envelope's key away that a backup made before its erasure brought back."""
    journal.connection.execute(
        "UPDATE envelope SET wrapped_key = NULL WHERE site = ? AND epoch = ? AND seq = ?",
        (journal.subjects.site_number(envelope.ref.site), envelope.ref.epoch, envelope.ref.seq),
    )


def _has(connection: driver.Connection, site: str, epoch: int, seq: int) -> bool:
    asked = (
        "SELECT 1 FROM op JOIN site ON site.n = op.site"
        " WHERE site.id = ? AND op.epoch = ? AND op.seq = ?"
    )
    return connection.execute(asked, (site, epoch, seq)).fetchone() is not None
