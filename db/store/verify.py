"""Checking that the record is whole: every chain hashes, every page reads."""

from dataclasses import dataclass, field

from db.domain.errors import GridDeskError
from db.domain.ops import GENESIS, chain_hash, decode
from db.store.driver import Connection, SqliteError


@dataclass(slots=True)
class Verification:
    """What a check found. `problems` are sentences' codes with what they concern."""

    ops: int = 0
    chains: int = 0
    held: int = 0
    problems: list[dict[str, str | int]] = field(default_factory=list)

    @property
    def is_ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def add(self, code: str, **about: str | int) -> None:
        """Note a problem."""
        self.problems.append({"code": code, **about})


def verify(connection: Connection) -> Verification:
    """Check pages and chains of the whole record; reads everything, changes nothing."""
    found = Verification()
    try:
        _check_pages(connection, found)
        _check_chains(connection, found)
        held = connection.execute("SELECT count(*) FROM op WHERE state <> 0").fetchone()
        found.held = int(held[0])
    except SqliteError as error:
        found.add("unreadable", detail=str(error))
    return found


def _check_pages(connection: Connection, found: Verification) -> None:
    for (detail,) in connection.execute("PRAGMA cipher_integrity_check").fetchall():
        found.add("page_damaged", detail=str(detail))
    for (detail,) in connection.execute("PRAGMA quick_check").fetchall():
        if detail != "ok":
            found.add("page_damaged", detail=str(detail))


def _check_chains(connection: Connection, found: Verification) -> None:
    heads = connection.execute(
        "SELECT chain.site, site.id, epoch, head_seq, head_hash FROM chain"
        " JOIN site ON site.n = chain.site"
    ).fetchall()
    known = connection.execute("SELECT count(*) FROM op").fetchone()[0]
    for site_n, site, epoch, head_seq, head_hash in heads:
        found.chains += 1
        found.ops += _check_chain(connection, found, site_n, site, epoch, head_seq, head_hash)
    if found.ops != known and found.is_ok:
        found.add("ops_outside_chains", count=known - found.ops)


def _check_chain(
    connection: Connection,
    found: Verification,
    site_n: int,
    site: str,
    epoch: int,
    head_seq: int,
    head_hash: bytes,
) -> int:
    previous, seq = GENESIS, 0
    rows = connection.execute(
        "SELECT seq, hash, body FROM op WHERE site = ? AND epoch = ? ORDER BY seq",
        (site_n, epoch),
    )
    for number, digest, body in rows:
        seq += 1
        if number != seq:
            found.add("op_missing", site=site, epoch=epoch, seq=seq)
            return seq
        previous = chain_hash(previous, body)
        if previous != digest:
            found.add("op_changed", site=site, epoch=epoch, seq=seq)
            return seq
        _check_name(found, body, site, epoch, seq)
    if (seq, previous) != (head_seq, bytes(head_hash)):
        found.add("head_differs", site=site, epoch=epoch, seq=seq)
    return seq


def _check_name(found: Verification, body: bytes, site: str, epoch: int, seq: int) -> None:
    try:
        ref = decode(body).ref
    except GridDeskError:
        found.add("op_malformed", site=site, epoch=epoch, seq=seq)
        return
    if ref != (site, epoch, seq):
        found.add("op_misplaced", site=site, epoch=epoch, seq=seq)
