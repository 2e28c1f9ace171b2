"""What PostgreSQL does otherwise than a file of SQLite: where several services write at a time."""

from collections.abc import Iterable, Sequence
from typing import cast

from db.domain.ops import GENESIS, Hlc
from db.hub.pg_pool import PgConnection
from db.store.chains import Arrived
from db.store.clock import Clock
from db.store.driver import Connection
from db.store.journal import EnvelopeRow, Journal
from db.store.parcels import Range, Received
from db.store.subjects import Subjects

_OP = {"site": "int8", "epoch": "int8", "seq": "int8", "hash": "bytea", "body": "bytea"}
_BEGIN_CHAIN = "INSERT INTO chain VALUES (?, ?, 0, ?, 0, 0)"
_LOCK_CHAIN = "SELECT head_seq FROM chain WHERE site = ? AND epoch = ? FOR UPDATE"
_LOOSE = "SELECT seq, hash FROM op WHERE site = ? AND epoch = ? AND seq > ?"
_MOVE_HEAD = """UPDATE chain SET head_seq = ?, head_hash = ?, hlc_ms = ?, hlc_counter = ?
WHERE site = ? AND epoch = ?"""
_TOWN_OF = "SELECT town FROM peer WHERE id = ?"
_LAST_NUMBER = "SELECT max(n) FROM site WHERE n BETWEEN ? AND ?"
_ENVELOPE = {
    "site": "int8", "epoch": "int8", "seq": "int8", "id": "text", "cipher": "bytea",
    "room_key": "text", "wrapped_key": "bytea",
}  # fmt: skip
_ENVELOPES = "SELECT seq FROM envelope WHERE site = ? AND epoch = ? AND seq BETWEEN ? AND ?"
SITES_OF_TOWN = 1_000_000
_TOWN_DIGITS = 9


class PgSubjects(Subjects):
    """Numbers of sites, each beginning with the site's town."""

    def _add_site(self, site: str) -> int:
        ask = self._connection.execute
        row = ask(_TOWN_OF, (site,)).fetchone()
        first = number_of_town(row[0] if row else "")
        last = ask(_LAST_NUMBER, (first, first + SITES_OF_TOWN - 1)).fetchone()[0]
        number = (first if last is None else int(last)) + 1
        ask("INSERT INTO site VALUES (?, ?)", (number, site))
        return number


class PgJournal(Journal):
    """One open transaction on a hub's record in PostgreSQL. It folds nothing.

    Each chain's row is locked before its ops are looked at; who meets a row that another
    transaction has just changed or made begins again (`PgLedger.write`).
    """

    def __init__(self, connection: Connection, clock: Clock) -> None:
        super().__init__(connection, clock, projects=False)
        self.subjects = PgSubjects(connection)
        # Where part of the journal is on another server, that one commits first. What it has beyond
        # a chain's head was never acknowledged; the same ops, brought again, are there already.
        self._loose: dict[tuple[int, int, int], bytes] = {}

    def receive(self, *ranges: Range) -> Received:
        """Take in ranges as `Journal.receive` does, each chain locked first, in one order."""
        for site, epoch in sorted({(item.site, item.epoch) for item in ranges}):
            self._lock(site, epoch)
        return super().receive(*ranges)

    def _lock(self, site: str, epoch: int) -> None:
        name = (self.subjects.site_number(site), epoch)
        row = self.connection.execute(_LOCK_CHAIN, name).fetchone()
        if row is None:
            self.connection.execute(_BEGIN_CHAIN, (*name, GENESIS))
        rows = self.connection.execute(_LOOSE, (*name, row[0] if row else 0))
        self._loose.update(((*name, seq), digest) for seq, digest in rows)

    def _insert(self, rows: Iterable[tuple[Arrived, int, int]]) -> None:
        number = self.subjects.site_number
        named = (
            ((number(op.ref.site), op.ref.epoch, op.ref.seq), digest, body)
            for (op, digest, body), _, _ in rows
        )
        new = [
            (*name, digest, body) for name, digest, body in named if self._loose.get(name) != digest
        ]
        cast("PgConnection", self.connection).copy("op", _OP, new)

    def _move_head(self, last: Arrived) -> None:
        ref, number = last.op.ref, self.subjects.site_number(last.op.ref.site)
        head = (ref.seq, last.digest, *last.op.hlc)
        self.connection.execute(_MOVE_HEAD, (*head, number, ref.epoch))

    def _raise_clock(self, seen: Hlc) -> None:
        """Follow no clock: nothing is written here but what others wrote."""

    def _insert_envelopes(self, rows: Sequence[EnvelopeRow]) -> None:
        """Add those that are not here: what each chain has is asked once."""
        new = {row[:3]: row for row in rows}
        for chain in {name[:2] for name in new}:
            seqs = [name[2] for name in new if name[:2] == chain]
            here = self.connection.execute(_ENVELOPES, (*chain, min(seqs), max(seqs))).fetchall()
            for (seq,) in here:
                new.pop((*chain, seq), None)
        cast("PgConnection", self.connection).copy("envelope", _ENVELOPE, new.values())

    def shred(self) -> None:
        """See that the rows' former versions are cleared away after the commit."""
        self.has_shredded = True

    def set_meta(self, name: str, value: str) -> None:
        """Keep a setting of this record."""
        self.connection.execute("DELETE FROM meta WHERE k = ?", (name,))
        self.connection.execute("INSERT INTO meta VALUES (?, ?)", (name, value))


def number_of_town(town: str) -> int:
    """Return the number below those of a town's sites; of a district, below all its towns'."""
    digits = town if town.isascii() and town.isdigit() and len(town) <= _TOWN_DIGITS else ""
    return int(digits.ljust(_TOWN_DIGITS, "0")) * SITES_OF_TOWN
