"""The journal: the only code that inserts ops.

Local ops and ops of other sites become the same rows. Everything here runs inside the writer
thread's one transaction; a sequence number is taken in the transaction that inserts its op.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from db.domain.errors import BugError, GridDeskError, InputError
from db.domain.incidents import Incident
from db.domain.ops import GENESIS, SYSTEM, Actor, Hlc, Op, OpRef, chain_hash, decode, encode
from db.store import projections
from db.store.changes import Changes
from db.store.clock import Clock
from db.store.driver import Connection, ValueErrors

APPLIED, HELD = 0, 1
MAX_CLOCK_LEAD = 60_000
"""Milliseconds another site's clock may push ours forward; order only, nothing is refused."""
MAX_COUNTER = 2**32
"""A counter beyond it is not followed: ours would run out of the integers an op may hold."""
_UNFOLDABLE: tuple[type[Exception], ...] = (
    GridDeskError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    KeyError,
    IndexError,
    RecursionError,
    TypeError,
    ValueError,
    *ValueErrors,
)
"""What a payload of another program can make a fold raise."""
_DAY_MS = 86_400_000

_INSERT_OP = (
    "INSERT INTO op (site, epoch, seq, hash, body, state, subject) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_HEAD = "SELECT head_seq, head_hash, hlc_ms, hlc_counter FROM chain WHERE site = ? AND epoch = ?"
_LAST_HLC = (
    "SELECT hlc_ms, hlc_counter FROM chain WHERE site = ?"
    " ORDER BY hlc_ms DESC, hlc_counter DESC LIMIT 1"
)
_PUT_CHAIN = "INSERT OR REPLACE INTO chain VALUES (?, ?, ?, ?, ?, ?)"
# Left to itself the planner walks all of `op` to save the sort.
_HELD_OPS = "SELECT body FROM op INDEXED BY op_held WHERE state <> 0 ORDER BY recv"
_OPS_OF_SUBJECT = "SELECT body FROM op WHERE subject = ? AND state = 0"


class Appended(NamedTuple):
    """An op just written: its name, its subject's row id, and the incident it made, if one."""

    ref: OpRef
    rid: int
    incident: Incident | None


@dataclass(frozen=True, slots=True)
class Envelope:
    """Encrypted personal data beside an op; `wrapped_key` empty means it has been erased."""

    ref: OpRef
    id: str
    cipher: bytes
    room_key: str
    wrapped_key: bytes | None


@dataclass(frozen=True, slots=True)
class Range:
    """Consecutive ops of one chain, as their author's bytes."""

    site: str
    epoch: int
    from_seq: int
    prev_hash: bytes
    bodies: Sequence[bytes]
    to_hash: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The last op of a chain that is durably here."""

    site: str
    epoch: int
    seq: int
    hash: bytes


@dataclass(slots=True)
class Received:
    """What taking in a range did."""

    added: int = 0
    duplicates: int = 0
    held: int = 0


@dataclass
class Journal:
    """One open transaction on the record. `projects` is off on a hub that only stores."""

    connection: Connection
    site: str
    epoch: int
    clock: Clock
    projects: bool = True
    _subjects: set[str] = field(default_factory=set)
    _ids: set[int] = field(default_factory=set)
    _numbers: dict[str, int] = field(default_factory=dict)

    @property
    def changes(self) -> Changes:
        """What this transaction has touched so far."""
        return Changes(frozenset(self._subjects), frozenset(self._ids))

    def append(
        self, kind: str, id: str, payload: Mapping[str, Any], actor: Actor, at: int | None = None
    ) -> "Appended":
        """Write one op of this site and fold it."""
        entity = projections.ENTITY_OF_KIND[kind]
        site_n = self.site_number(self.site)
        head = self.connection.execute(_HEAD, (site_n, self.epoch)).fetchone()
        seq, previous, hlc = head[0] + 1, head[1], self._tick(Hlc(head[2], head[3]))
        rid, heads = self.subject(entity, id)
        op = Op(
            ref=OpRef(self.site, self.epoch, seq),
            hlc=hlc,
            at=self.clock() if at is None else at,
            actor=actor,
            ent=entity,
            id=id,
            kind=kind,
            payload=dict(payload),
            parents=tuple(heads),
        )
        body = encode(op)
        digest = chain_hash(previous, body)
        self._insert(site_n, op.ref, digest, body, APPLIED, rid)
        self.connection.execute(_PUT_CHAIN, (site_n, self.epoch, seq, digest, *hlc))
        after = projections.apply_next(self.connection, rid, op)
        self._set_heads(rid, [op.ref])
        self._touch(entity, rid)
        return Appended(op.ref, rid, after)

    def add_envelope(self, envelope: Envelope) -> None:
        """Keep the encrypted personal data an op points to."""
        self.connection.execute(
            "INSERT OR IGNORE INTO envelope VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                self.site_number(envelope.ref.site),
                envelope.ref.epoch,
                envelope.ref.seq,
                envelope.id,
                envelope.cipher,
                envelope.room_key,
                envelope.wrapped_key,
            ),
        )

    def start_epoch(self) -> int:
        """Begin a chain of this site: a random number, so that two copies never choose alike."""
        days = max(self.clock() // _DAY_MS, 0) & 0xFFFF
        self.epoch = days << 32 | secrets.randbits(32)
        site_n = self.site_number(self.site)
        last = self.connection.execute(_LAST_HLC, (site_n,)).fetchone() or (0, 0)
        self.connection.execute(_PUT_CHAIN, (site_n, self.epoch, 0, GENESIS, *last))
        self.set_meta("epoch", str(self.epoch))
        return self.epoch

    def renew_epoch(self, reason: str) -> OpRef:
        """Leave this site's chain where it stands and go on in a new one, saying why.

        `reason`: restored, copied, witness_lost, forked, repaired.
        """
        row = self.connection.execute(_HEAD, (self.site_number(self.site), self.epoch)).fetchone()
        left = {"epoch": self.epoch, "seq": row[0], "hash": bytes(row[1]).hex()} if row else {}
        self.start_epoch()
        payload = {"left": left, "reason": reason}
        return self.append("epoch_started", self.site, payload, SYSTEM).ref

    def receive(self, incoming: Range) -> Received:
        """Take in a range of another site's ops; what is here already is passed over.

        Raises InputError: gap (ops before it are missing), fork (a different op stands under the
        same name), chain_broken (the bytes do not hash to what was signed).
        """
        site_n = self.site_number(incoming.site)
        row = self.connection.execute(_HEAD, (site_n, incoming.epoch)).fetchone()
        head_seq, head_hash = (row[0], row[1]) if row else (0, GENESIS)
        if incoming.from_seq > head_seq + 1:
            raise InputError("gap", site=incoming.site, expected=head_seq + 1)
        result = Received()
        previous = incoming.prev_hash
        self._check_link(site_n, incoming, head_seq, head_hash)
        arrived: list[tuple[Op, bytes, bytes]] = []
        for seq, body in enumerate(incoming.bodies, start=incoming.from_seq):
            previous = chain_hash(previous, body)
            if seq <= head_seq:
                self._check_same(site_n, incoming, seq, previous)
                result.duplicates += 1
                continue
            op = decode(body)
            if op.ref != (incoming.site, incoming.epoch, seq):
                raise InputError("chain_broken", site=incoming.site, seq=seq)
            arrived.append((op, previous, body))
        if previous != incoming.to_hash:
            raise InputError("chain_broken", site=incoming.site, seq=incoming.from_seq)
        for op, digest, body in arrived:
            result.added += 1
            result.held += self._take_in(site_n, op, digest, body)
        if arrived:
            op, digest, _ = arrived[-1]
            self.connection.execute(
                _PUT_CHAIN, (site_n, incoming.epoch, op.ref.seq, digest, *op.hlc)
            )
            self._raise_clock(max(item[0].hlc for item in arrived))
        return result

    def release_held(self) -> int:
        """Fold in held ops whose reason to wait is gone; return how many."""
        if not self.projects:
            return 0
        held = map(decode, (row[0] for row in self.connection.execute(_HELD_OPS).fetchall()))
        waiting = [op for op in held if projections.is_known(op)]
        released = 0
        while folded := {op.ref for op in waiting if self._release(op)}:
            waiting = [op for op in waiting if op.ref not in folded]
            released += len(folded)
        return released

    def rebuild(self) -> int:
        """Throw the projections away and fold them anew from the journal; return ops folded."""
        for table in projections.PROJECTION_TABLES:
            self.connection.execute(f"DELETE FROM {table}")
        folded = 0
        group: list[Op] = []
        current = 0
        rows = self.connection.execute(
            "SELECT subject, body FROM op WHERE state = 0 ORDER BY subject"
        )
        for rid, body in rows:
            if rid != current:
                projections.refold(self.connection, current, group)
                group, current = [], rid
            group.append(decode(body))
            folded += 1
        projections.refold(self.connection, current, group)
        return folded + self.release_held()

    def next_number(self, prefix: str, width: int = 4) -> str:
        """Return the next human number under a prefix; numbers are never reused."""
        if prefix not in self._numbers:
            row = self.connection.execute(
                # Another program's number may end in anything; only a few digits are counted on.
                "SELECT number FROM incident WHERE number >= ?1 AND number < ?1 || '~'"
                " AND length(number) <= length(?1) + 9"
                " AND substr(number, length(?1) + 1) NOT GLOB '*[^0-9]*'"
                " ORDER BY CAST(substr(number, length(?1) + 1) AS INTEGER) DESC LIMIT 1",
                (prefix,),
            ).fetchone()
            self._numbers[prefix] = int(row[0].removeprefix(prefix) or 0) if row else 0
        self._numbers[prefix] += 1
        return f"{prefix}{self._numbers[prefix]:0{width}d}"

    def subject(self, entity: str, id: str) -> tuple[int, list[OpRef]]:
        """Return a subject's row id and the ops at the head of its history."""
        row = self.connection.execute(
            "SELECT rid, heads FROM subject WHERE ent = ? AND id = ?", (entity, id)
        ).fetchone()
        if row is not None:
            return row[0], self._parse_heads(row[1])
        rid = self.connection.execute(
            "INSERT INTO subject (ent, id, heads) VALUES (?, ?, '')", (entity, id)
        ).lastrowid
        assert rid is not None
        return rid, []

    def site_number(self, site: str) -> int:
        """Return the small integer a site is stored under, giving one at first sight."""
        row = self.connection.execute("SELECT n FROM site WHERE id = ?", (site,)).fetchone()
        if row is not None:
            return int(row[0])
        number = self.connection.execute("INSERT INTO site (id) VALUES (?)", (site,)).lastrowid
        assert number is not None
        return number

    def meta(self, name: str) -> str:
        """Return a setting of this file, empty when unset."""
        row = self.connection.execute("SELECT v FROM meta WHERE k = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def set_meta(self, name: str, value: str) -> None:
        """Keep a setting of this file."""
        self.connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def _take_in(self, site_n: int, op: Op, digest: bytes, body: bytes) -> int:
        if not self.projects:
            self._insert(site_n, op.ref, digest, body, APPLIED, 0)
            return 0
        rid, _ = self.subject(op.ent, op.id)
        # The row stands before the fold: a refold reads the subject's ops from the journal.
        self._insert(site_n, op.ref, digest, body, HELD, rid)
        if projections.is_known(op) and self._has_all(op.parents) and self._fold_in(op):
            self._set_state(op.ref, APPLIED)
            return 0
        return 1

    def _release(self, op: Op) -> bool:
        if not (self._has_all(op.parents) and self._fold_in(op)):
            return False
        self._set_state(op.ref, APPLIED)
        return True

    def _fold_in(self, op: Op) -> bool:
        """Fold one op of the journal; a fold that fails leaves the op held, never blocks."""
        rid, heads = self.subject(op.ent, op.id)
        connection = self.connection
        connection.execute("SAVEPOINT fold")
        try:
            if set(op.parents) == set(heads):
                projections.apply_next(connection, rid, op)
            else:
                known = connection.execute(_OPS_OF_SUBJECT, (rid,)).fetchall()
                projections.refold(connection, rid, [*(decode(row[0]) for row in known), op])
        except _UNFOLDABLE:
            connection.execute("ROLLBACK TO fold")
            return False
        finally:
            connection.execute("RELEASE fold")
        parents = set(op.parents)
        self._set_heads(rid, [*(head for head in heads if head not in parents), op.ref])
        self._touch(op.ent, rid)
        return True

    def _check_link(self, site_n: int, incoming: Range, head_seq: int, head_hash: bytes) -> None:
        """Refuse a range that does not continue what is here."""
        before = incoming.from_seq - 1
        if before == head_seq:
            known = head_hash
        elif before == 0:
            known = GENESIS
        else:
            known = self._hash_at(site_n, incoming.epoch, before)
        if known != incoming.prev_hash:
            raise InputError("fork", site=incoming.site, epoch=incoming.epoch, seq=before)

    def _check_same(self, site_n: int, incoming: Range, seq: int, digest: bytes) -> None:
        if self._hash_at(site_n, incoming.epoch, seq) != digest:
            raise InputError("fork", site=incoming.site, epoch=incoming.epoch, seq=seq)

    def _hash_at(self, site_n: int, epoch: int, seq: int) -> bytes:
        row = self.connection.execute(
            "SELECT hash FROM op WHERE site = ? AND epoch = ? AND seq = ?", (site_n, epoch, seq)
        ).fetchone()
        if row is None:
            raise BugError("journal_hole", seq=seq)
        return bytes(row[0])

    def _insert(
        self, site_n: int, ref: OpRef, digest: bytes, body: bytes, state: int, rid: int
    ) -> None:
        # `recv`, the row's id, grows by one: nothing is ever deleted.
        self.connection.execute(_INSERT_OP, (site_n, ref.epoch, ref.seq, digest, body, state, rid))

    def _set_state(self, ref: OpRef, state: int) -> None:
        self.connection.execute(
            "UPDATE op SET state = ? WHERE site = ? AND epoch = ? AND seq = ?",
            (state, self.site_number(ref.site), ref.epoch, ref.seq),
        )

    def _has_all(self, refs: Iterable[OpRef]) -> bool:
        return all(
            self.connection.execute(
                "SELECT 1 FROM op WHERE site = ? AND epoch = ? AND seq = ? AND state = 0",
                (self.site_number(ref.site), ref.epoch, ref.seq),
            ).fetchone()
            for ref in refs
        )

    def _set_heads(self, rid: int, heads: Sequence[OpRef]) -> None:
        text = " ".join(
            f"{self.site_number(ref.site)}:{ref.epoch}:{ref.seq}" for ref in sorted(heads)
        )
        self.connection.execute("UPDATE subject SET heads = ? WHERE rid = ?", (text, rid))

    def _parse_heads(self, text: str) -> list[OpRef]:
        heads = []
        for item in text.split():
            number, epoch, seq = item.split(":")
            site = self.connection.execute("SELECT id FROM site WHERE n = ?", (number,)).fetchone()
            heads.append(OpRef(site[0], int(epoch), int(seq)))
        return heads

    def _tick(self, last: Hlc) -> Hlc:
        now = self.clock()
        return Hlc(now, 0) if now > last.ms else Hlc(last.ms, last.counter + 1)

    def _raise_clock(self, seen: Hlc) -> None:
        """Follow another site's clock, at most a minute ahead of our own."""
        if not self.epoch or seen.counter >= MAX_COUNTER:
            return
        if seen.ms > self.clock() + MAX_CLOCK_LEAD:
            return
        self.connection.execute(
            "UPDATE chain SET hlc_ms = ?, hlc_counter = ? WHERE site = ? AND epoch = ?"
            " AND (hlc_ms, hlc_counter) < (?, ?)",
            (*seen, self.site_number(self.site), self.epoch, *seen),
        )

    def _touch(self, entity: str, rid: int) -> None:
        self._subjects.add(entity)
        if entity == "incident":
            self._ids.add(rid)
