"""Chains: dense runs of ops, each linked to the one before it by its hash."""

from typing import TYPE_CHECKING, NamedTuple, NoReturn

from db.domain.errors import InputError
from db.domain.ops import GENESIS, Op, OpRef, chain_hash, decode
from db.store.driver import Connection
from db.store.subjects import Subjects

if TYPE_CHECKING:
    from db.store.parcels import Range

HEAD = "SELECT head_seq, head_hash, hlc_ms, hlc_counter FROM chain WHERE site = ? AND epoch = ?"
APPLIED, HELD = 0, 1
"""States of an op: its rows are made, or it waits for something."""
PUT_CHAIN = "INSERT OR REPLACE INTO chain VALUES (?, ?, ?, ?, ?, ?)"
_HASHES = "SELECT seq, hash FROM op WHERE site = ? AND epoch = ? AND seq BETWEEN ? AND ?"


class Arrived(NamedTuple):
    """An op that is new here, the hash that links it, and its author's bytes."""

    op: Op
    digest: bytes
    body: bytes


def check_range(connection: Connection, subjects: Subjects, incoming: "Range") -> list[Arrived]:
    """Return what is new in a range, after checking that it continues what is here.

    Raises InputError naming the chain: gap (ops before it are missing), fork (a different op
    stands under the same name), chain_broken (the bytes do not hash to what was signed).
    """
    name = (subjects.site_number(incoming.site), incoming.epoch)
    row = connection.execute(HEAD, name).fetchone()
    head_seq, head_hash = (row[0], bytes(row[1])) if row else (0, GENESIS)
    if incoming.from_seq > head_seq + 1:
        _refuse("gap", incoming, expected=head_seq + 1)

    here = {0: GENESIS}
    if incoming.from_seq <= head_seq:
        span = (incoming.from_seq - 1, min(head_seq, incoming.to_seq))
        here.update(connection.execute(_HASHES, (*name, *span)).fetchall())

    def check_same(seq: int, digest: bytes) -> None:
        if seq not in here:
            # It came a moment ago in the same batch: no honest sender brings an op twice.
            _refuse("chain_broken", incoming, seq=seq)
        if here[seq] != digest:
            _refuse("fork", incoming, seq=seq)

    previous, found = incoming.prev_hash, []
    for seq, body in enumerate(incoming.bodies, start=incoming.from_seq):
        if seq <= head_seq:
            check_same(seq - 1, previous)
        elif seq == head_seq + 1 and previous != head_hash:
            _refuse("fork", incoming, seq=head_seq)
        previous = chain_hash(previous, body)
        if seq > head_seq:
            op = _named(body, (incoming.site, incoming.epoch, seq))
            found.append(Arrived(op, previous, body))
    if incoming.to_seq <= head_seq:
        check_same(incoming.to_seq, previous)
    if previous != incoming.to_hash:
        _refuse("chain_broken", incoming, seq=incoming.from_seq)
    return found


def _named(body: bytes, ref: tuple[str, int, int]) -> Op:
    """Read an op that must bear a name; raises InputError with that name."""
    try:
        op = decode(body)
    except InputError as error:
        error.params.update(OpRef(*ref)._asdict())
        raise
    if op.ref != ref:
        raise InputError("chain_broken", **OpRef(*ref)._asdict())
    return op


def _refuse(code: str, incoming: "Range", **about: int) -> NoReturn:
    raise InputError(code, site=incoming.site, epoch=incoming.epoch, **about)
