"""The journal: the only code that inserts ops.

Local ops and ops of other sites become the same rows. Everything here runs inside the writer
thread's one transaction; a sequence number is taken in the transaction that inserts its op.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from db.domain import suites
from db.domain.erasing import KIND as ERASED
from db.domain.erasing import MARKS
from db.domain.errors import RuleError
from db.domain.ops import Actor, Hlc, Op, OpRef, Was, chain_hash, encode
from db.domain.personal import mask_payload, refuse_identity_numbers
from db.store import driver
from db.store.chains import APPLIED, HEAD, HELD, PUT_CHAIN, Arrived, check_range
from db.store.changes import Changes
from db.store.clock import Clock
from db.store.driver import Connection
from db.store.erasure import not_erased, take_erasure
from db.store.homes import of_others
from db.store.keyline import KIND as REKEYED
from db.store.keyline import note_rekeyed
from db.store.lanes import Lanes, current_epochs, lanes_of, note_lane
from db.store.pause import no_collection
from db.store.subjects import Subjects

if TYPE_CHECKING:
    from db.domain.incidents import Incident
    from db.store.envelopes import Sealed
    from db.store.folding import Folding
    from db.store.parcels import Envelope, Range, Received

MAX_CLOCK_LEAD = 60_000
"""Milliseconds another site's clock may push ours forward; order only, nothing is refused."""
MAX_COUNTER = 2**32
"""A counter beyond it is not followed: ours would run out of the integers an op may hold."""

_OF_ACCOUNTS = frozenset({"user", "account", "policy", "emergency"})
_INSERT_OP = (
    "INSERT INTO op (site, epoch, seq, hash, body, state, subject) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_AREA = "SELECT area_code FROM incident WHERE rid = ?"
_RAISE_HLC = (
    "UPDATE chain SET hlc_ms = ?, hlc_counter = ? WHERE site = ? AND epoch = ?"
    " AND (hlc_ms, hlc_counter) < (?, ?)"
)


EnvelopeRow = tuple[int, int, int, str, bytes, str, bytes | None]
"""Of the table: site, epoch, seq, id, cipher, room_key, wrapped_key."""


class Appended(NamedTuple):
    """An op just written: its name, its subject's row id, and the incident it made, if one."""

    ref: OpRef
    rid: int
    incident: "Incident | None"


class Journal:
    """One open transaction on the record. `projects` is off on a hub that only stores."""

    def __init__(self, connection: Connection, clock: Clock, *, projects: bool = True) -> None:
        self.connection = connection
        self.clock = clock
        self.projects = projects
        self.subjects = Subjects(connection)
        self.counted: dict[str, int] = {}
        self._admitted: set[Actor] = set()
        self.has_shredded = False
        """Whether something was overwritten of which nothing may be left behind."""
        self.envelopes: set[str] = set()
        """Those that this transaction wrote or erased."""
        self.site = self.meta("site")
        self.epoch = int(self.meta("epoch") or 0)

    @cached_property
    def folding(self) -> "Folding":
        """What folds the ops of this transaction."""
        # lazy: a record is opened, and its queue painted, before anything is folded
        from db.store.folding import Folding

        return Folding(self.connection, self.subjects)

    @cached_property
    def suite(self) -> str:
        """By which suite the chains that this site writes are linked."""
        return self.meta("suite") or suites.DEFAULT

    @cached_property
    def lanes(self) -> Lanes | None:
        """To which of its chains a district's site writes; None for a town's, which has one."""
        return lanes_of(self)

    @property
    def changes(self) -> Changes:
        """What this transaction has touched so far."""
        return self.folding.changes if "folding" in vars(self) else Changes()

    def append(
        self,
        kind: str,
        id: str,
        payload: Mapping[str, Any],
        actor: Actor,
        at: int | None = None,
        before: "Incident | None" = None,
        epoch: int | None = None,
    ) -> Appended:
        """Write one op of this site, which has seen all that is here, and fold it.

        `epoch` names the chain of this site that it begins; any other op goes where it belongs.
        `before` spares reading the incident it is about, if nothing was written since it was read.
        Raises InputError for a payload that could not be folded anywhere.
        """
        from db.store import projections  # lazy: as `folding`

        self._admit(actor)
        refuse_identity_numbers(payload)
        subject = self.subjects.find(projections.ENTITY_OF_KIND[kind], id)
        self._check_is_ours(subject.entity)
        sealed = None
        if subject.entity == "incident":
            payload, sealed = self._set_apart(subject.rid, payload)
        parents: Iterable[OpRef] = subject.heads
        if epoch is not None and self.lanes:
            parents = self.lanes.seen_in(epoch, parents)
        elif self.lanes:
            epoch = self.lanes.epoch_for(subject, payload)
        op = Op(
            ref=OpRef(self.site, epoch or self.epoch, 0),
            hlc=Hlc(0, 0),
            at=self.clock() if at is None else at,
            actor=actor,
            ent=subject.entity,
            id=id,
            kind=kind,
            payload=dict(payload),
            parents=tuple(sorted(parents)),
        )
        reading = projections.read(op)
        op = self._link(op, subject.rid)
        if sealed is not None:
            self.add_envelope(sealed.at(op.ref))
        if kind == ERASED:
            take_erasure(self, op)
        return Appended(op.ref, subject.rid, self.folding.next(subject, op, reading, before))

    def _admit(self, actor: Actor) -> None:
        """Refuse who has left, whose sitting or emergency hour is over.

        Only where people sign in; raises RuleError (actor_stale).
        """
        if self.projects and self._signs_in and actor not in self._admitted:
            from db.store.queries.accounts import check_actor  # lazy: as `folding`

            check_actor(self.connection, actor, self.clock())
            self._admitted.add(actor)

    def _check_is_ours(self, entity: str) -> None:
        """Refuse to speak of accounts at a station that waits for those of its room.

        Raises RuleError (accounts_elsewhere).
        """
        if self.projects and entity in _OF_ACCOUNTS:
            from db.store.queries.accounts import WAITING, claim_state  # lazy: as `folding`

            if claim_state(self.connection) == WAITING:
                raise RuleError("accounts_elsewhere")

    @cached_property
    def _signs_in(self) -> bool:
        from db.store.queries.accounts import is_claimed  # lazy: as `folding`

        return is_claimed(self.connection)

    def append_again(self, op: Op, digest: bytes) -> OpRef:
        """Write an op that lost its name to another branch once more, with the name it had."""
        subject = self.subjects.find(op.ent, op.id)
        epoch = self.lanes.epoch_again(subject, op) if self.lanes else self.epoch
        new = OpRef(self.site, epoch, 0)
        again = self._link(replace(op, ref=new, was=Was(*op.ref, digest.hex())), subject.rid)
        self.folding.renew([subject.rid])
        return again.ref

    def _link(self, op: Op, rid: int) -> Op:
        """Put an op at the end of its chain of this site; return it with its number and stamp."""
        site_n, epoch = self.subjects.site_number(self.site), op.ref.epoch
        seq, previous, *last = self.connection.execute(HEAD, (site_n, epoch)).fetchone()
        hlc = self._tick(Hlc(*last))
        op = replace(op, ref=OpRef(self.site, epoch, seq + 1), hlc=hlc, suite=self.suite)
        body = encode(op)
        digest = chain_hash(previous, body)
        self.connection.execute(_INSERT_OP, (site_n, epoch, seq + 1, digest, body, APPLIED, rid))
        self.connection.execute(PUT_CHAIN, (site_n, epoch, seq + 1, digest, *hlc))
        if op.kind == REKEYED:
            note_rekeyed(self, op)
        return op

    @no_collection()
    def receive(self, *ranges: "Range") -> "Received":
        """Take in ranges of other sites' ops; what is here already is passed over.

        Raises InputError naming the chain: gap (ops before it are missing), fork (a different op
        stands under the same name), chain_broken (the bytes do not hash to what was signed).
        """
        from db.store.parcels import Received  # lazy: as `folding`

        result = Received()
        arrived: list[Arrived] = []
        erasures: list[Op] = []
        for incoming in ranges:
            found = check_range(self.connection, self.subjects, incoming)
            result.added += len(found)
            result.duplicates += len(incoming.bodies) - len(found)
            if found:
                arrived += found
                result.news.append(incoming)
                self._move_head(found[-1])
        for item in arrived:
            if item.op.ref.seq == 1:
                note_lane(self, item.op)
            if item.op.kind == REKEYED:
                note_rekeyed(self, item.op)
                result.rekeyed.append(item.op.ref)
            if item.op.kind == ERASED:
                erasures.append(item.op)
        result.held = self._take_in(arrived)
        # Only now is the first op of a chain here, which says whose it is.
        for op in erasures:
            take_erasure(self, op)
        if arrived:
            self._raise_clock(max(item.op.hlc for item in arrived))
        return result

    def _take_in(self, arrived: Sequence[Arrived]) -> int:
        """Fold and insert what arrived; return how many are held.

        What counts only in another town is kept and folded into nothing.
        """
        if not self.projects:
            self._insert((item, APPLIED, 0) for item in arrived)
            return 0
        others = of_others(self.connection, (item.op for item in arrived))
        by_subject: dict[tuple[str, str], list[Op]] = {}
        for op, _, _ in arrived:
            if op.ref not in others:
                by_subject.setdefault((op.ent, op.id), []).append(op)
        subjects = self.subjects.find_all(by_subject)
        folded = self.folding.arrive(list(subjects.values()), list(by_subject.values()))
        rows = [
            (item, APPLIED, 0)
            if item.op.ref in others
            else (
                item,
                APPLIED if item.op.ref in folded else HELD,
                subjects[item.op.ent, item.op.id].rid,
            )
            for item in arrived
        ]
        self._insert(rows)
        return sum(state == HELD for _, state, _ in rows)

    def _insert(self, rows: Iterable[tuple[Arrived, int, int]]) -> None:
        # `recv`, the row's id, is the order of arrival.
        number = self.subjects.site_number
        self.connection.executemany(
            _INSERT_OP,
            [
                (number(op.ref.site), op.ref.epoch, op.ref.seq, digest, body, state, rid)
                for (op, digest, body), state, rid in rows
            ],
        )

    def _move_head(self, last: Arrived) -> None:
        ref, number = last.op.ref, self.subjects.site_number(last.op.ref.site)
        row = (number, ref.epoch, ref.seq, last.digest, *last.op.hlc)
        self.connection.execute(PUT_CHAIN, row)

    def _tick(self, last: Hlc) -> Hlc:
        now = self.clock()
        return Hlc(now, 0) if now > last.ms else Hlc(last.ms, last.counter + 1)

    def _raise_clock(self, seen: Hlc) -> None:
        """Follow another site's clock, at most a minute ahead of our own."""
        is_near = seen.ms <= self.clock() + MAX_CLOCK_LEAD and seen.counter < MAX_COUNTER
        if is_near:
            site_n = self.subjects.site_number(self.site)
            for epoch in current_epochs(self.connection):
                self.connection.execute(_RAISE_HLC, (*seen, site_n, epoch, *seen))

    def add_envelope(self, envelope: "Envelope") -> None:
        """Keep the encrypted personal data an op points to, unless it was erased."""
        self.add_envelopes([envelope])

    def add_envelopes(self, envelopes: "Sequence[Envelope]") -> None:
        """Keep the encrypted personal data that ops point to, what was erased excepted."""
        number = self.subjects.site_number
        self.envelopes.update(one.id for one in envelopes)
        rows = [
            (number(one.ref.site), one.ref.epoch, one.ref.seq, one.id, one.cipher, one.room_key,
             one.wrapped_key)
            for one in not_erased(self.connection, envelopes)
        ]  # fmt: skip
        self._insert_envelopes(rows)

    def _insert_envelopes(self, rows: "Sequence[EnvelopeRow]") -> None:
        put = "INSERT OR IGNORE INTO envelope VALUES (?, ?, ?, ?, ?, ?, ?)"
        self.connection.executemany(put, rows)

    def shred(self) -> None:
        """Leave nothing of what this transaction overwrites, on no page and in no log."""
        self.has_shredded = True
        driver.overwrite_deleted(self.connection)

    def _set_apart(
        self, rid: int, payload: Mapping[str, Any]
    ) -> "tuple[Mapping[str, Any], Sealed | None]":
        """Mask the phone numbers in what is said of an incident; seal them beside the op."""
        # lazy: as `folding`
        from db.store.envelopes import known_phones, seal_document
        from db.store.ids import new_id

        masked = mask_payload(payload, known_phones(self.connection))
        if not masked.marks:
            return payload, None
        row = self.connection.execute(_AREA, (rid,)).fetchone()
        area = masked.value.get("set", {}).get("area_code") or (row[0] if row else "")
        marks = {MARKS: "\n".join(masked.marks)}
        sealed = seal_document(self, new_id(self.clock()), marks, area)
        return {**masked.value, MARKS: sealed.reference()}, sealed

    def meta(self, name: str) -> str:
        """Return a setting of this file, empty when unset."""
        row = self.connection.execute("SELECT v FROM meta WHERE k = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def set_meta(self, name: str, value: str) -> None:
        """Keep a setting of this file."""
        self.connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))
