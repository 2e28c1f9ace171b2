"""Bench records: a real demo month, and under it a mass of invented incidents without a history.

Replaying ten years takes hours; a list, a start or a single decision is timed just as well on rows
written straight into the projection. Such a record is thrown away after measuring: its rows have
no ops behind them, so `rebuild` would lose them all. Nothing but the bench makes one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from random import Random
from typing import Any

from db.demo.fill import DemoPlan, fill_demo
from db.demo.month import Case, make_month
from db.demo.town import make_town
from db.domain.incidents import HEAD_START, NO_DUE, Incident
from db.domain.names import CLOSED_FOREVER
from db.domain.ops import GENESIS
from db.domain.search_text import tokens
from db.store import driver
from db.store.driver import Connection
from db.store.journal import Journal
from db.store.parcels import Range
from db.store.projections import INCIDENT_FIELDS, PROJECTION_TABLES, PUT_INCIDENT
from db.store.search_index import PUT_SEARCH, search_row
from db.store.store import Store

TOWN = "990101001"
SEED = 7
HOUR = 3_600_000
DAY = 24 * HOUR
FIRST_RID = 10_000_000
"""Far above the ids of the real month, so that neither ever takes the other's."""
_POOL_DAYS = 70
_MONTH = 30 * DAY
_TEN_YEARS = 3_650 * DAY
_STATES = (("archived", 94), ("rejected", 2), ("void", 1), ("merged", 3))
_OPEN_STATES = (("handling", 60), ("checking", 8), ("closed", 24), ("accepted", 8))
_PUT_OP = (
    "INSERT INTO op (site, epoch, seq, hash, body, state, subject) VALUES (1, 1, ?, ?, ?, 0, 0)"
)
_LAST_BODY = "SELECT body FROM op ORDER BY recv DESC LIMIT 1"
_ONE_OPEN = (
    "SELECT number FROM incident INDEXED BY incident_open"
    " WHERE is_open = 1 AND state = 'handling' AND rid < ? ORDER BY sort_at LIMIT 1"
)
_CHAIN = """SELECT site.id, epoch, hash, body FROM op JOIN site ON site.n = op.site
WHERE (site, epoch) = (SELECT site, epoch FROM op ORDER BY recv LIMIT 1) ORDER BY seq LIMIT ?"""
_TEXTS = "SELECT rid, number, title, address, content FROM incident WHERE rid >= ? ORDER BY rid"
_SCAN = """SELECT rid FROM incident WHERE instr(number, :text) OR instr(title, :text)
OR instr(address, :text) OR instr(content, :text) OR instr(source_no, :text)
OR instr(public_reply, :text) ORDER BY taken_in_at DESC, rid DESC"""
_OFFSET = "SELECT * FROM incident ORDER BY taken_in_at DESC, rid DESC LIMIT ? OFFSET ?"
_PIECE = 1_000
_BLANK = {
    item.name: getattr(Incident(id=""), item.name)
    for item in fields(Incident)
    if item.name in INCIDENT_FIELDS
}


def make_record(home: Path, end_at: int) -> None:
    """Make the real month that every bench record stands on; its key lies in a file."""
    fill_demo(home, DemoPlan(TOWN, 1, SEED, end_at), "file")


def add_rows(connection: Connection, count: int, end_at: int, *, is_open: bool = False) -> None:
    """Add invented incidents up to an instant: closed for good over ten years, or open now."""
    first = connection.execute(
        "SELECT ifnull(max(rid) + 1, ?1) FROM incident WHERE rid >= ?1", (FIRST_RID,)
    ).fetchone()[0]
    make = _open_rows if is_open else _closed_rows
    connection.executemany(PUT_INCIDENT, make(int(first), count, end_at))
    connection.executemany(PUT_SEARCH, _search_rows(connection, int(first)))


def fill_up(home: Path, closed: int, opened: int, end_at: int) -> None:
    """Add closed and open rows to the record of a folder, in one transaction."""

    def work(journal: Journal) -> None:
        add_rows(journal.connection, closed, end_at)
        add_rows(journal.connection, opened, end_at, is_open=True)

    with Store.open(home) as store:
        store.write(work)


def sample_cases(days: int = _POOL_DAYS) -> list[Case]:
    """Return some thousands of invented cases, in which every character of the list occurs."""
    town = make_town(TOWN, SEED)
    return list(make_month(town, 0, days * DAY, SEED))


def open_number(connection: Connection) -> str:
    """Return the number of an incident of the real month that a unit is working on."""
    return str(connection.execute(_ONE_OPEN, (FIRST_RID,)).fetchone()[0])


def last_body(connection: Connection) -> bytes:
    """Return the bytes of the newest op."""
    return bytes(connection.execute(_LAST_BODY).fetchone()[0])


def first_ranges(connection: Connection, limit: int) -> list[Range]:
    """Return the first `limit` ops of the month's chain, as ranges of a thousand."""
    rows = connection.execute(_CHAIN, (limit,)).fetchall()
    ranges, previous = [], GENESIS
    for first in range(0, len(rows), _PIECE):
        piece = rows[first : first + _PIECE]
        bodies = [body for *_, body in piece]
        site, epoch, digest, _ = piece[-1]
        ranges.append(Range(site, epoch, first + 1, previous, bodies, digest))
        previous = digest
    return ranges


def scan_texts(connection: Connection, text: str) -> list[int]:
    """Find a piece of Chinese text by reading every incident; Chinese is folded to itself."""
    return [row[0] for row in connection.execute(_SCAN, {"text": text})]


def offset_page(connection: Connection, at: int, count: int) -> int:
    """Read a page of all incidents by counting up to it; return how many rows that gave."""
    return len(connection.execute(_OFFSET, (count, at)).fetchall())


def bare_rows(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of the journal and of what was folded from it, by table."""
    tables = ("site", "chain", "op", "subject", *PROJECTION_TABLES)
    return {
        table: rows
        for table in tables
        if (rows := connection.execute(f"SELECT * FROM {table}").fetchall())
    }


def write_bare(connection: Connection, rows: Mapping[str, list[tuple[Any, ...]]]) -> None:
    """Write rows as they are: what the same tables cost without a journal's work."""
    for table, found in rows.items():
        marks = ", ".join("?" * len(found[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", found)


class BareFile:
    """A second file of the same driver and schema, to which bare bytes are committed."""

    def __init__(self, path: Path, key: bytes) -> None:
        driver.create(path, key)
        self._connection = driver.open_writer(path, key)
        self._seq = 0

    def commit(self, body: bytes) -> None:
        """Write one row in a transaction of its own; returns when it is durable."""
        self._seq += 1
        with driver.transaction(self._connection):
            self._connection.execute(_PUT_OP, (self._seq, bytes(32), body))

    def close(self) -> None:
        """Let the file go."""
        self._connection.close()


def _closed_rows(first: int, count: int, end_at: int) -> Iterator[tuple[Any, ...]]:
    rng, step = Random(f"bulk/{first}"), _TEN_YEARS // max(count, 1)
    begin = end_at - _TEN_YEARS - _MONTH
    for n, values in enumerate(_drawn(rng, first, count, _STATES)):
        taken_in = begin + n * step
        closed = taken_in + rng.randrange(4, 200) * HOUR
        values |= {
            "closed_at": closed,
            "archived_at": closed + DAY,
            "callback_done": 1,
            "outcome": "resolved",
        }
        yield _row(first + n, values, taken_in, None)


def _open_rows(first: int, count: int, end_at: int) -> Iterator[tuple[Any, ...]]:
    rng = Random(f"bulk/{first}")
    for n, values in enumerate(_drawn(rng, first, count, _OPEN_STATES)):
        taken_in = end_at - rng.randrange(_MONTH)
        yield _row(first + n, values, taken_in, end_at + rng.randrange(-DAY, 10 * DAY))


def _search_rows(connection: Connection, first: int) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of the search index from a row id on; few texts stand in many incidents."""
    known: dict[tuple[str, ...], tuple[Any, ...]] = {}
    for rid, number, *texts in connection.execute(_TEXTS, (first,)):
        key = title, address, content = tuple(texts)
        if key not in known:
            incident = Incident("", title=title, address=address, content=content)
            known[key] = search_row(0, incident)[1:]
        text, spelled = known[key]
        yield rid, f"{tokens((number,))} {text}", spelled


def _drawn(
    rng: Random, first: int, count: int, states: tuple[tuple[str, int], ...]
) -> Iterator[dict[str, Any]]:
    """Yield what an incident row says, without its times."""
    pool = [_values(case) for case in sample_cases()]
    names, weights = zip(*states, strict=True)
    for n, state in enumerate(rng.choices(names, weights, k=count), start=first):
        values = dict(pool[rng.randrange(len(pool))])
        yield values | {"id": f"bench-{n:010d}", "number": f"BENCH-{n:010d}", "state": state}


def _values(case: Case) -> dict[str, Any]:
    known = {name: getattr(case, name) for name in INCIDENT_FIELDS if hasattr(case, name)}
    return {
        **_BLANK,
        **known,
        "source_no": "",
        "lead_unit": f"{TOWN}-cgzd",
    }


def _row(rid: int, values: dict[str, Any], taken_in: int, due_at: int | None) -> tuple[Any, ...]:
    moved = {"reported_at": taken_in, "taken_in_at": taken_in, "updated_at": taken_in}
    given = {**values, **moved}
    sort_at = (NO_DUE if due_at is None else due_at) - HEAD_START[given["urgency"]]
    return (
        rid,
        *(given[name] for name in INCIDENT_FIELDS),
        given["class_code"][:2],
        given["area_code"][:12],
        due_at,
        "" if due_at is None else "handle",
        sort_at,
        int(given["state"] not in CLOSED_FOREVER),
    )
