"""Files of an incident: taken in encrypted, read back, and cleared of what no op names."""

import hashlib
import re
import stat
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from db.commands.incidents import visible_incident
from db.domain.attachments import MAX_BYTES, check_file, clean_name
from db.domain.errors import EnvironmentError_, GridDeskError, InputError, RuleError
from db.domain.incidents import Incident
from db.domain.ops import Actor
from db.domain.scope import Scope
from db.domain.transitions import decide, obstacle
from db.store import blobs
from db.store.changes import Changes
from db.store.driver import Connection
from db.store.envelopes import open_document, seal_document
from db.store.facts import facts_at
from db.store.ids import new_id
from db.store.journal import Journal
from db.store.store import Store

_SWEPT = re.compile(r"([0-9a-f]{64})(\.part)?")
_NAMED = "SELECT 1 FROM attachment WHERE blob = ?"
# What is held or lies in a losing branch is in no table: its op alone names the blob.
_NAMED_IN_OP = (
    "SELECT 1 FROM op WHERE recv > ?2 AND instr(body, ?1)"
    " UNION ALL SELECT 1 FROM fork WHERE instr(body, ?1) LIMIT 1"
)
_CHAINS = "SELECT count(*) FROM chain WHERE site = (SELECT n FROM site WHERE id = ?)"
_LAST = "SELECT recv, hash FROM op WHERE recv = ifnull(?, (SELECT max(recv) FROM op))"


class Attached(NamedTuple):
    """A file that is durably attached. `named_as` is the suffix that lied, empty if none did."""

    rid: int
    name: str
    media: str
    size: int
    named_as: str
    changes: Changes


class Refused(NamedTuple):
    """A file that was not attached, and why."""

    file: str
    error: GridDeskError


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of several files."""

    added: list[Attached] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


class _Last(NamedTuple):
    """The last op of a journal that has been read. A place that was left may be taken again."""

    recv: int
    hash: bytes


class OpenedFile(NamedTuple):
    """An attached file in clear: lives in memory only."""

    name: str
    media: str
    content: bytes


def attach(store: Store, actor: Actor, scope: Scope, number: str, path: Path) -> Attached:
    """Attach one file to the incident with a number.

    The encrypted file is on the disk before the op is written. Raises RuleError or InputError
    for what may not be attached, EnvironmentError_ where the disk refuses; nothing is attached
    then.
    """
    content = _read(path)
    checked = check_file(path.name, content)
    digest = hashlib.sha256(content).hexdigest()
    now = store.clock()
    store.read(lambda c: _admit(c, now, actor, scope, number, digest, checked.name))
    key, cipher = blobs.encrypt(content)
    blob = blobs.put(store.home, cipher)
    document = {"name": checked.name, "sha256": digest, "key": key.hex()}

    def work(journal: Journal) -> int:
        connection = journal.connection
        now = journal.clock()
        rid, incident = _admit(connection, now, actor, scope, number, digest, checked.name)
        if not blobs.exists(store.home, blob):
            raise EnvironmentError_("blob_missing")
        sealed = seal_document(journal, new_id(journal.clock()), document, incident.area_code)
        file = {
            "blob": blob,
            "size": len(content),
            "media": checked.type.media,
            **sealed.reference(),
        }
        facts = facts_at(connection, now, scope, incident)
        kind, payload, *_ = decide(incident, "attach", {"file": file}, actor, facts)
        done = journal.append(kind, incident.id, payload, actor)
        journal.add_envelope(sealed.at(done.ref))
        return rid

    try:
        rid, changes = store.write(work)
    except (RuleError, InputError):
        # Refused by a rule, so surely not written. Any other error leaves the blob to the sweep.
        blobs.remove(store.home, blob)
        raise
    return Attached(rid, checked.name, checked.type.media, len(content), checked.named_as, changes)


def attach_all(
    store: Store,
    actor: Actor,
    scope: Scope,
    number: str,
    paths: Sequence[Path],
    on_progress: Callable[[int, int], object] | None = None,
) -> Outcome:
    """Attach several files, each on its own: what is refused does not keep the others out.

    `on_progress(done, total)` is called before each file and once at the end.
    """
    outcome = Outcome()
    tell = on_progress or (lambda done, total: None)
    for done, path in enumerate(paths):
        tell(done, len(paths))
        try:
            outcome.added.append(attach(store, actor, scope, number, path))
        except GridDeskError as error:
            outcome.refused.append(Refused(clean_name(path.name), error))
    tell(len(paths), len(paths))
    return outcome


def open_attachment(store: Store, scope: Scope, number: str, blob: str) -> OpenedFile:
    """Return an attached file in clear.

    Raises RuleError: attachment_unknown, attachment_locked (no key here, or erased);
    EnvironmentError_: blob_missing, blob_damaged.
    """

    def find(connection: Connection) -> tuple[str, dict[str, str] | None]:
        _, incident = visible_incident(connection, scope, number)
        for item in incident.attachments:
            if item.blob == blob:
                return item.media, open_document(connection, item.envelope)
        raise RuleError("attachment_unknown", value=number)

    media, document = store.read(find)
    key = _key(document)
    if document is None or key is None:
        raise RuleError("attachment_locked")
    return OpenedFile(
        clean_name(document.get("name", "")), media, blobs.load(store.home, blob, key)
    )


def sweep(store: Store) -> int:
    """Remove blobs older than a day that no op here names; return how many.

    Such a blob is left where the program was killed between the file and its op. Removes nothing
    where this site goes on in a second chain: an op of the first one may stand elsewhere only, in
    a record set aside or at the hub. The journal is read through beside the writer, which looks
    at no more than has been added since.
    """
    now = store.clock()
    orphans, last = store.read(lambda connection: _orphans(connection, store, now))
    if not orphans:
        return 0

    def work(journal: Journal) -> int:
        connection = journal.connection
        if _has_more_chains(connection, store.site.id) or _last_op(connection, last.recv) != last:
            # Ops have changed places meanwhile: another day.
            return 0
        left = [path for path in orphans if not _is_in_op(connection, path, last.recv)]
        for path in left:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        return len(left)

    return store.write(work).result


def _orphans(connection: Connection, store: Store, now: int) -> tuple[list[Path], _Last]:
    """Return old files that nothing here names, and how far the journal has been read for that."""
    last = _last_op(connection)
    if _has_more_chains(connection, store.site.id):
        return [], last
    suspects = _unlisted(connection, store.home, now)
    return [path for path in suspects if not _is_in_op(connection, path)], last


def _has_more_chains(connection: Connection, site: str) -> bool:
    return int(connection.execute(_CHAINS, (site,)).fetchone()[0]) > 1


def _last_op(connection: Connection, recv: int | None = None) -> _Last:
    """Return the op that arrived at a place in the journal, the last one if none is given."""
    row = connection.execute(_LAST, (recv,)).fetchone() or (0, b"")
    return _Last(row[0], bytes(row[1]))


def _unlisted(connection: Connection, home: Path, now: int) -> list[Path]:
    """Return old files that no incident lists: few, for the sure way reads the whole journal."""
    return [
        path
        for path in blobs.older_than_a_day(home, now)
        if (match := _SWEPT.fullmatch(path.name))
        and (match[2] or not connection.execute(_NAMED, (match[1],)).fetchone())
    ]


def _is_in_op(connection: Connection, path: Path, after: int = 0) -> bool:
    """Whether an op that arrived `after` an op, or one in a losing branch, names a file."""
    if path.suffix == ".part":
        return False
    named = connection.execute(_NAMED_IN_OP, (path.name.encode(), after))
    return named.fetchone() is not None


def _admit(
    connection: Connection,
    now: int,
    actor: Actor,
    scope: Scope,
    number: str,
    digest: str,
    name: str,
) -> tuple[int, Incident]:
    """Return the incident a file goes to; refuses it before anything is written for it."""
    rid, incident = visible_incident(connection, scope, number)
    refused = obstacle(incident, "attach", actor, facts_at(connection, now, scope, incident))
    if refused:
        raise refused
    for item in incident.attachments:
        document = open_document(connection, item.envelope)
        if document and document.get("sha256") == digest:
            raise RuleError("attachment_duplicate", file=name, other=document.get("name", name))
    return rid, incident


def _key(document: dict[str, Any] | None) -> bytes | None:
    try:
        key = bytes.fromhex((document or {}).get("key", ""))
    except ValueError:
        return None
    return key if len(key) == 32 else None


def _read(path: Path) -> bytes:
    """Read a file up to the largest that is taken; only plain files are opened."""
    name = clean_name(path.name)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputError("attachment_type", file=name)
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise InputError("file_missing", file=name) from error
    except (OSError, ValueError) as error:
        raise InputError("file_unreadable", file=name) from error
    if len(content) > MAX_BYTES:
        raise InputError("attachment_too_large", file=name, limit=MAX_BYTES // 1_000_000)
    return content
