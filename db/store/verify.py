"""Checking that the record is whole: every page reads, every chain hashes; what does not is named.

A connection that met a damaged page answers nothing more (the cipher's rule), so what lies behind
a damage is read on connections of their own.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from db.domain.errors import EnvironmentError_, GridDeskError
from db.domain.ops import GENESIS, chain_hash, decode
from db.store import holes
from db.store.chains import APPLIED
from db.store.driver import Connection, SqliteError, another, explain, has_log, is_damage, open_any
from db.store.keys import Ask, load_key
from db.store.store import RECORD, Store, read_site

_HAS_SEARCH = "SELECT 1 FROM sqlite_master WHERE name = 'search'"
MAX_PROBLEMS = 100
CHECK_EVERY = 7 * 86_400_000
"""Milliseconds a good full check is good for."""
CHECKED_AT = "checked_at"
"""Setting of the record: when a full check last found nothing, UTC milliseconds."""
_STEPS = 20_000
"""Of the library's machine, between two looks at whether to stop: some milliseconds."""
_CHUNK = 2_000
"""Ops read at a time: a reader that lets go does not hold the write-ahead log."""
_PAGE = re.compile(r"page (\d+)")

Progress = Callable[[int, int], None]
Problem = dict[str, str | int]


def _never() -> bool:
    return False


def _unheard(done: int, total: int) -> None:
    pass


class Subject(NamedTuple):
    """What an op is about, as far as it can still be read; `number` for an incident."""

    entity: str
    id: str
    number: str


@dataclass(slots=True)
class Verification:
    """What a check found. `problems` are sentences' codes with what they concern."""

    ops: int = 0
    chains: int = 0
    held: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def add(self, code: str, **about: str | int) -> None:
        """Note a problem; beyond a hundred only the first are kept."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append({"code": code, **about})


def quick_check(connection: Connection, is_cancelled: Callable[[], bool] = _never) -> list[str]:
    """Return what the library finds wrong with the file's structure; seconds for a large one.

    Raises EnvironmentError_: check_cancelled.
    """
    with _stopping(connection, is_cancelled):
        return _structure(connection, "quick_check")


def verify(
    connection: Connection,
    progress: Progress = _unheard,
    is_cancelled: Callable[[], bool] = _never,
) -> Verification:
    """Check pages and chains of the whole record; reads everything, changes nothing.

    `progress(done, total)` counts ops. Goes on behind every damage and names what lies in it: the
    table or index, and for the journal each op and its subject.
    Raises EnvironmentError_: check_cancelled.
    """
    return _Check(connection, progress, is_cancelled).run()


def verify_home(home: Path, ask: Ask | None = None) -> Verification:
    """Check the record of a data folder without opening it for work, which damage could prevent.

    Raises EnvironmentError_ when there is none, or its key is missing or does not open it.
    """
    key = load_key(home, read_site(home).key_place, ask)
    try:
        with closing(open_any(home / RECORD, key)) as connection:
            return verify(connection)
    except SqliteError as error:
        raise explain(error) from error
    except EnvironmentError_ as error:
        if error.code != "record_damaged":
            raise
        found = Verification()
        found.add(f"{holes.SCHEMA.kind}_damaged", table=holes.SCHEMA.table, name=holes.SCHEMA.name)
        return found


def full_check(
    store: Store,
    progress: Progress = _unheard,
    is_cancelled: Callable[[], bool] = _never,
) -> Verification:
    """Verify an open record and remember the result: when it was good, or that it is damaged.

    Raises EnvironmentError_: check_cancelled.
    """
    found = store.read(lambda connection: verify(connection, progress, is_cancelled))
    if found.is_ok:
        now = str(store.clock())
        store.write(lambda journal: journal.set_meta(CHECKED_AT, now))
    else:
        store.guard.mark_damaged(str(found.problems[0]["code"]))
    return found


def is_check_due(store: Store) -> bool:
    """Tell whether the last good full check is more than a week old, or was never made."""
    row = store.read(
        lambda connection: connection.execute(
            "SELECT v FROM meta WHERE k = ?", (CHECKED_AT,)
        ).fetchone()
    )
    return not row or not 0 <= store.clock() - int(row[0]) < CHECK_EVERY


class _Check:
    """One check: what is asked for, and what has been found so far."""

    def __init__(
        self, connection: Connection, progress: Progress, is_cancelled: Callable[[], bool]
    ) -> None:
        self._connection = connection
        self._progress = progress
        self._is_cancelled = is_cancelled
        self._found = Verification()
        self._lost: Sequence[range] = ()
        self._has_names = True
        self._newest = 0
        self._total = 0
        self._done = 0

    def run(self) -> Verification:
        broken = self._broken_seals()
        if broken or not self._is_sound():
            self._name_damage(broken)
            # The one given has met the damage and answers nothing more.
            with closing(another(self._connection)) as connection:
                self._read_chains(connection)
        else:
            self._read_chains(self._connection)
            if self._found.problems:
                self._read_chains_at_once()
        return self._found

    def _broken_seals(self) -> list[str]:
        """Return what the cipher says of pages, said twice: one may be just being written."""
        first = self._seals()
        broken = sorted(first & self._seals()) if first else []
        # The cipher looks past the log: a kill may have torn a page whose new copy stands there.
        if broken and has_log(self._connection) and not holes.damaged_objects(self._connection):
            return []
        return broken

    def _seals(self) -> set[str]:
        rows = self._connection.execute("PRAGMA cipher_integrity_check").fetchall()
        return {str(row[0]) for row in rows}

    def _is_sound(self) -> bool:
        with _stopping(self._connection, self._is_cancelled):
            found = _structure(self._connection, "integrity_check")
        for detail in found:
            self._found.add("structure_damaged", detail=detail)
        return not found

    def _name_damage(self, broken: Sequence[str]) -> None:
        damaged = holes.damaged_objects(self._connection)
        for one in damaged:
            self._found.add(f"{one.kind}_damaged", table=one.table, name=one.name)
        if not damaged:
            for detail in broken:
                page = _PAGE.search(detail)
                self._found.add("page_unused", page=page[1] if page else detail)
        self._has_names = holes.OP_NAMES not in (one.name for one in damaged)
        if any(one.kind == "journal" for one in damaged):
            self._lost = holes.lost_ops(self._connection)
            names = holes.names_of(self._connection, self._lost)
            for site, epoch, seq, rid in names:
                about = self._about(rid)
                self._found.add("op_unreadable", site=site, epoch=epoch, seq=seq, **about)

    def _about(self, rid: int) -> dict[str, str]:
        """Return what a subject is called, as far as that can be read."""
        entity, id = holes.one_row(
            self._connection, "SELECT ent, id FROM subject WHERE rid = ?", rid
        ) or ("", "")
        number = holes.one_row(
            self._connection, "SELECT number FROM incident WHERE rid = ?", rid
        ) or ("",)
        found = {"entity": entity, "id": id, "number": number[0]}
        return {name: str(value) for name, value in found.items() if value}

    def _read_chains_at_once(self) -> None:
        """Read the chains again as they stand at one moment, and report what is wrong then.

        An exchange may have taken ops out of a chain, and put others in, while it was being read.
        """
        self._found, self._done = Verification(), 0
        with closing(another(self._connection)) as connection:
            connection.execute("BEGIN")
            self._read_chains(connection)

    def _read_chains(self, connection: Connection) -> None:
        try:
            with _stopping(connection, self._is_cancelled):
                self._check_chains(connection)
        except SqliteError as error:
            if not is_damage(error):
                raise
            # The tables that cannot be read have been named.
            self._found.add("chains_unchecked", detail=str(error))

    @property
    def _by(self) -> str:
        return f"INDEXED BY {holes.OP_NAMES}" if self._has_names else "NOT INDEXED"

    def _check_chains(self, connection: Connection) -> None:
        found = self._found
        # One snapshot: what a writer adds while the chains are read is not of this check.
        with _snapshot(connection):
            heads = connection.execute(
                "SELECT chain.site, site.id, epoch, head_seq, head_hash FROM chain"
                " JOIN site ON site.n = chain.site"
            ).fetchall()
            counted = f"SELECT count(recv), ifnull(max(recv), 0) FROM op {self._by}"
            known, self._newest = connection.execute(counted).fetchone()
        self._total = known
        lost = sum(map(len, self._lost))
        for site_n, site, epoch, head_seq, head_hash in heads:
            found.chains += 1
            chain = _Chain(site_n, site, epoch, head_seq, bytes(head_hash))
            found.ops += self._check_chain(connection, chain)
        if found.ops + lost != known and found.is_ok:
            found.add("ops_outside_chains", count=known - found.ops)

    def _check_chain(self, connection: Connection, chain: "_Chain") -> int:
        """Walk a chain; behind a gap or a change the next op's own hash is taken for good."""
        previous: bytes | None = GENESIS
        seq = count = 0
        for number, digest, body, rid, state in self._ops(connection, chain):
            count += 1
            self._found.held += state != APPLIED
            if number != seq + 1:
                self._add_missing(chain, seq + 1, number - 1)
                previous = None
            seq = number
            if previous is not None and chain_hash(previous, body) != digest:
                self._add(chain, "op_changed", seq, self._about(rid))
            else:
                self._check_name(chain, seq, body, rid)
            previous = digest
        at_head = seq == chain.head_seq and previous == chain.head_hash
        if not at_head and not self._is_lost(connection, chain, chain.head_seq):
            self._add(chain, "head_differs", seq)
        return count

    def _ops(self, connection: Connection, chain: "_Chain") -> Iterator[tuple[Any, ...]]:
        skipped = "".join(
            f" AND recv NOT BETWEEN {hole.start} AND {hole.stop - 1}" for hole in self._lost
        )
        chunk = _CHUNK if self._has_names else -1
        sql = (
            f"SELECT seq, hash, body, subject, state FROM op {self._by}"
            f" WHERE site = ? AND epoch = ? AND seq > ? AND recv <= ?{skipped}"
            f" ORDER BY seq LIMIT {chunk}"
        )
        name, seq = (chain.site_n, chain.epoch), -1
        while rows := connection.execute(sql, (*name, seq, self._newest)).fetchall():
            yield from rows
            seq = rows[-1][0]
            self._done += len(rows)
            self._progress(self._done, self._total)
            if self._is_cancelled():
                raise EnvironmentError_("check_cancelled")

    def _add_missing(self, chain: "_Chain", first: int, last: int) -> None:
        if self._lost:
            # Named already, one by one, as unreadable.
            return
        for seq in range(first, min(last, first + MAX_PROBLEMS) + 1):
            self._add(chain, "op_missing", seq)

    def _is_lost(self, connection: Connection, chain: "_Chain", seq: int) -> bool:
        if not self._lost:
            return False
        row = connection.execute(
            f"SELECT recv FROM op {self._by} WHERE site = ? AND epoch = ? AND seq = ?",
            (chain.site_n, chain.epoch, seq),
        ).fetchone()
        return row is not None and any(row[0] in hole for hole in self._lost)

    def _check_name(self, chain: "_Chain", seq: int, body: bytes, rid: int) -> None:
        try:
            ref = decode(body).ref
        except GridDeskError:
            self._add(chain, "op_malformed", seq, self._about(rid))
            return
        if ref != (chain.site, chain.epoch, seq):
            self._add(chain, "op_misplaced", seq, self._about(rid))

    def _add(
        self, chain: "_Chain", code: str, seq: int, about: dict[str, str] | None = None
    ) -> None:
        self._found.add(code, site=chain.site, epoch=chain.epoch, seq=seq, **(about or {}))


class _Chain(NamedTuple):
    site_n: int
    site: str
    epoch: int
    head_seq: int
    head_hash: bytes


def _structure(connection: Connection, pragma: str) -> list[str]:
    try:
        with _snapshot(connection):
            if connection.execute(_HAS_SEARCH).fetchone():
                # FTS5 checks its index as this connection last knew it, and learns of another
                # one's writes only when it is asked something: it would report sound segments as
                # missing. Nothing is written between the two in the one snapshot.
                connection.execute("SELECT rowid FROM search WHERE rowid = 0").fetchall()
            rows = connection.execute(f"PRAGMA {pragma}({MAX_PROBLEMS})").fetchall()
    except SqliteError as error:
        if not is_damage(error):
            raise
        return [str(error)]
    lines = (line for (detail,) in rows for line in str(detail).splitlines())
    return [line for line in lines if line != "ok"]


@contextmanager
def _snapshot(connection: Connection) -> Iterator[None]:
    """Show a block the record of one moment, that of the snapshot held already where there is."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


@contextmanager
def _stopping(connection: Connection, is_cancelled: Callable[[], bool]) -> Iterator[None]:
    connection.set_progress_handler(is_cancelled, _STEPS)
    try:
        yield
    except SqliteError as error:
        if is_cancelled():
            raise EnvironmentError_("check_cancelled") from error
        raise
    finally:
        connection.set_progress_handler(None, 0)
