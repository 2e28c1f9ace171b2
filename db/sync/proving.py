"""A report that a caller's data is gone: what was asked for, what every place says of it now."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from db.commands.erasure import numbered
from db.domain.erasing import KIND, envelopes_in
from db.domain.errors import EnvironmentError_, GridDeskError, RuleError
from db.domain.ops import Actor, Op, OpRef, decode
from db.domain.permissions import require
from db.domain.personal import mask_payload, shows_masked
from db.store import driver
from db.store.driver import Connection
from db.store.envelopes import known_phones
from db.store.rekeying import key_of
from db.store.shredding import Named, copies_of, holds_any, records_aside
from db.store.store import RECORD, Store
from db.sync.peers import Peer, believed, hub_of
from db.sync.reached import reached

GONE, LEFT, UNKNOWN = "gone", "left", "unknown"
"""What a place was found to have: nothing; something; it could not be looked into."""
_OPS = """SELECT op.body, op.hash, op.recv FROM op WHERE op.subject = ? ORDER BY op.recv"""
_SEALED = """SELECT envelope.id FROM op JOIN envelope USING (site, epoch, seq)
WHERE op.subject = ? AND (wrapped_key IS NOT NULL OR length(cipher) > 0)"""
_ASIDE = """SELECT envelope FROM fork
WHERE envelope = ? AND (wrapped_key IS NOT NULL OR length(cipher) > 0)"""
_ROWS = {
    "incident": "SELECT title, content, address, reporter, source_reply, public_reply,"
    " blocked_note FROM incident WHERE rid = ?",
    "step": "SELECT opinion, detail FROM step WHERE incident = ?",
    "assignment": "SELECT task, feedback, reason, signed_by FROM assignment WHERE incident = ?",
    "application": "SELECT text, reply, opinion FROM application WHERE incident = ?",
    "card": "SELECT text, reply FROM card WHERE incident = ?",
}
"""The texts of an incident; what the search index has is made of the first row of them."""


class Asked(NamedTuple):
    """One erasure: who asked for it and why, the op that says so and the digest that links it."""

    at: int
    who: str
    why: str
    said: str
    ref: OpRef
    digest: str
    envelopes: int


class Check(NamedTuple):
    """What one place was found to have. `where` names it among its kind; `code`: why unknown."""

    kind: str
    where: str
    result: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class ErasureProof:
    """What was asked for about one incident's caller, and what was found at an instant."""

    number: str
    at: int
    station: str
    asked: tuple[Asked, ...]
    checks: tuple[Check, ...]

    @property
    def is_gone(self) -> bool:
        """Whether something was erased and nothing is left anywhere that could be looked into."""
        return bool(self.asked) and all(one.result != LEFT for one in self.checks)


def prove_erasure(store: Store, actor: Actor, number: str) -> ErasureProof:
    """Look into every place for what was erased of an incident's caller.

    Where the record may be written to, its log is emptied first. Raises RuleError: role_forbids,
    incident_unknown, number_twice, erasure_none where nothing was erased.
    """
    require(actor, "prove_erasure")
    rid, id = store.read(lambda connection: numbered(connection, number))
    ops = store.read(lambda connection: _ops(connection, rid))
    asked = tuple(_asked(op, digest) for op, digest in ops if op.kind == KIND)
    if not asked:
        raise RuleError("erasure_none", value=number)
    named = [
        Named(env, store.site.town, id)
        for env in dict.fromkeys(env for op, _ in ops for env in envelopes_in(op))
    ]
    checks = (
        *store.read(lambda connection: _in_record(connection, rid, named)),
        _in_log(store),
        *store.read(lambda connection: _in_texts(connection, rid, [op for op, _ in ops])),
        *_in_copies(store, named),
        *store.read(lambda connection: _at_peers(connection, store.site.town, asked)),
    )
    return ErasureProof(number, store.clock(), store.site.name, asked, checks)


def _ops(connection: Connection, rid: int) -> list[tuple[Op, str]]:
    rows = connection.execute(_OPS, (rid,)).fetchall()
    return [(decode(body), bytes(digest).hex()) for body, digest, _ in rows]


def _asked(op: Op, digest: str) -> Asked:
    return Asked(
        op.at,
        op.actor.name,
        str(op.payload.get("reason", "")),
        str(op.payload.get("opinion", "")),
        op.ref,
        digest,
        len(envelopes_in(op)),
    )


def _in_record(connection: Connection, rid: int, named: list[Named]) -> list[Check]:
    envs = {row.env for row in named}
    left = {row[0] for row in connection.execute(_SEALED, (rid,))}
    aside = [env for env in envs if connection.execute(_ASIDE, (env,)).fetchone()]
    return [
        Check("record", "", LEFT if left & envs else GONE),
        Check("forks", "", LEFT if aside else GONE),
    ]


def _in_log(store: Store) -> Check:
    """Say whether the write-ahead log, emptied after an erasure, is empty now.

    Opening the record alone writes to it: it is emptied once more, waiting a while for readers.
    """
    if store.can_write:
        with suppress(EnvironmentError_):
            store.write(lambda journal: journal.shred())
    log = store.home / f"{RECORD}-wal"
    size = log.stat().st_size if log.exists() else 0
    # What was written since is no evidence of anything; another look finds it emptied.
    return Check("log", "", UNKNOWN, "log_in_use") if size else Check("log", "", GONE)


def _in_texts(connection: Connection, rid: int, ops: list[Op]) -> list[Check]:
    is_known = known_phones(connection)
    in_ops = any(
        mask_payload(op.payload, is_known).marks or not _is_sealed(op) or _is_cut(op) for op in ops
    )
    in_rows = {
        table: any(
            mask_payload({"row": [str(value) for value in row]}, is_known).marks
            for row in connection.execute(sql, (rid,))
        )
        for table, sql in _ROWS.items()
    }
    title, content, *_ = connection.execute(_ROWS["incident"], (rid,)).fetchone()
    in_rows["incident"] |= shows_masked(title, content)
    return [
        Check("journal", "", LEFT if in_ops else GONE),
        Check("rows", "", LEFT if any(in_rows.values()) else GONE),
        Check("search", "", LEFT if in_rows["incident"] else GONE),
    ]


def _is_sealed(op: Op) -> bool:
    """Whether all that an op says of a caller is an envelope's name and digest."""
    named = op.payload.get("caller")
    return named is None or (isinstance(named, dict) and named.keys() <= {"env", "hash"})


def _is_cut(op: Op) -> bool:
    """Whether the title that an op says was cut from its content within a number."""
    told = op.payload.get("set", {})
    return shows_masked(str(told.get("title", "")), str(told.get("content", "")))


def _in_copies(store: Store, named: list[Named]) -> list[Check]:
    backups, away = copies_of(store)
    found = [_in_copy(store, "backup", one.path, one.record, named) for one in backups]
    found += [
        _in_copy(store, "aside", path.parent, path, named) for path in records_aside(store.home)
    ]
    found += [Check("folder", str(path), UNKNOWN, code) for path, code in away.items()]
    return found


def _in_copy(store: Store, kind: str, place: Path, record: Path, named: list[Named]) -> Check:
    try:
        key = key_of(record, store)
        return Check(kind, str(place), LEFT if holds_any(record, key, named) else GONE)
    except (GridDeskError, driver.SqliteError, OSError) as error:
        return Check(kind, str(place), UNKNOWN, getattr(error, "code", "medium_error"))


def _at_peers(connection: Connection, town: str, asked: tuple[Asked, ...]) -> list[Check]:
    hub = hub_of(connection)
    others = believed(connection, town)
    return [_at_peer(connection, peer, asked) for peer in ([hub] if hub else []) + others]


def _at_peer(connection: Connection, peer: Peer, asked: tuple[Asked, ...]) -> Check:
    ends = reached(connection, peer.id)
    has_all = all(
        one.ref.site == peer.id or ends.get(f"{one.ref.site}:{one.ref.epoch}", 0) >= one.ref.seq
        for one in asked
    )
    where = f"{peer.name} {peer.station}".strip()
    return Check("peer", where, GONE) if has_all else Check("peer", where, UNKNOWN, "peer_unheard")
