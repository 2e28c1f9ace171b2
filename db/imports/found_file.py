"""What was found, as a workbook: named rows, perhaps with callers, and an op that says so."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import orjson

from db.commands.exports import FOUND, Output, check_export, check_purpose, record_export
from db.domain.errors import EnvironmentError_, InputError, RuleError
from db.domain.ops import Actor
from db.domain.permissions import require
from db.domain.scope import SECRET, Scope
from db.imports.cells import Cell
from db.imports.workbook import make_workbook
from db.store.driver import Connection
from db.store.envelopes import Caller, open_caller
from db.store.files import write_file
from db.store.journal import Journal
from db.store.medium import UNWATCHED, Watch
from db.store.queries.scope import visible
from db.store.queries.search import FoundRow, SearchFilter, found_ids, found_rows
from db.store.store import Store

MAX_ROWS = 20_000
"""Rows of one workbook: it is made in memory, and nobody reads more."""
STEP = "export"
_PIECE = 100
_COUNTS = (
    "SELECT count(*) FILTER (WHERE caller <> ''), count(*) FILTER (WHERE secrecy >= :secret)"
    " FROM json_each(:ids) JOIN incident ON rid = value"
)
_CALLERS = (
    "SELECT rid, incident.id, caller FROM json_each(:ids) JOIN incident ON rid = value"
    " WHERE caller <> '' AND {conditions}"
)


class Layout(NamedTuple):
    """How a row is written: titles, cells of a row, widths of columns in characters, and marks.

    `head` are lines above the titles; `mark` stands at the foot of every page.
    """

    sheet: str
    titles: Sequence[str]
    cells: Callable[[FoundRow], Sequence[Cell]]
    widths: Sequence[int]
    head: Sequence[str]
    mark: str
    caller_titles: Sequence[str]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be exported, for what, and whether callers stand in it in clear."""

    wanted: SearchFilter
    purpose: str
    with_callers: bool = False


class Counts(NamedTuple):
    """How many rows there would be, how many of them with a caller, how many of them secret."""

    rows: int
    callers: int
    secret: int


class Exported(NamedTuple):
    """A workbook that was written and recorded."""

    path: Path
    rows: int
    callers: int
    sha256: str


def count_export(connection: Connection, scope: Scope, wanted: SearchFilter, now: int) -> Counts:
    """Return what an export would hold; raises InputError (export_too_many)."""
    return _counted(connection, _ids(connection, scope, wanted, now))


def export_found(
    store: Store,
    actor: Actor,
    scope: Scope,
    wish: Wish,
    path: Path,
    layout: Layout,
    *,
    second: Actor | None = None,
    watch: Watch = UNWATCHED,
) -> Exported:
    """Write what was found into a new workbook and record it; the file bears its name after that.

    More callers than policy allows one person, and anything secret, need a second person. Each
    caller that is in it stands in the history of its incident. Raises InputError (purpose_needed,
    export_too_many, export_nothing), RuleError (caller_hidden and those of `require`),
    EnvironmentError_ (work_cancelled, file_exists, file_unwritable).
    """
    purpose = check_purpose(wish.purpose)
    if path.exists():
        raise EnvironmentError_("file_exists", path=str(path))
    ids = store.read(lambda c: _ids(c, scope, wish.wanted, store.clock()))
    if not ids:
        raise InputError("export_nothing")
    counted = store.read(lambda c: _counted(c, ids))
    callers = counted.callers if wish.with_callers else 0
    if callers and not scope.sees_caller:
        raise RuleError("caller_hidden", name=actor.name)
    said = check_export(store, actor, callers, second)
    if counted.secret:
        said |= require(actor, "print_secret", second)
    rows = _rows(store, actor, scope, wish, ids, layout, purpose, watch)
    content = make_workbook({layout.sheet: rows}, mark=layout.mark, widths=layout.widths)
    made = Output(path.name, len(content), _digest(content))
    record_export(
        store, actor, FOUND, [made],
        purpose=purpose, rows=len(ids), callers=callers, second=said,
    )  # fmt: skip
    write_file(path, content)
    return Exported(path, len(ids), callers, made.sha256)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _rows(
    store: Store,
    actor: Actor,
    scope: Scope,
    wish: Wish,
    ids: Sequence[int],
    layout: Layout,
    purpose: str,
    watch: Watch,
) -> Iterator[Sequence[Cell]]:
    for line in layout.head:
        yield [line]
    yield [*layout.titles, *(layout.caller_titles if wish.with_callers else ())]
    step = watch.step(STEP)
    for start in range(0, len(ids), _PIECE):
        step(start, len(ids))
        piece = ids[start : start + _PIECE]
        found = store.read(lambda c, some=piece: found_rows(c, scope, some))  # type: ignore[misc]
        callers: dict[int, Caller] = {}
        if wish.with_callers:
            callers = _shown(store, actor, scope, piece, purpose)
        for row in filter(None, found):
            caller = callers.get(row.rid)
            yield [*layout.cells(row), *((caller.name, caller.phone) if caller else ())]


def _shown(
    store: Store, actor: Actor, scope: Scope, ids: Sequence[int], purpose: str
) -> dict[int, Caller]:
    """Open the callers of some incidents; that they were shown is recorded with each first."""
    conditions, parameters = visible(scope)
    parameters |= {"ids": orjson.dumps(list(ids)).decode()}

    def work(journal: Journal) -> dict[int, Caller]:
        rows = journal.connection.execute(_CALLERS.format(conditions=conditions), parameters)
        shown = {}
        for rid, id, envelope in rows.fetchall():
            caller = open_caller(journal.connection, envelope)
            if caller is not None:
                payload = {"fields": ["name", "phone"], "opinion": purpose}
                journal.append("caller_viewed", id, payload, actor)
                shown[rid] = caller
        return shown

    found: dict[int, Caller] = store.write(work)[0]
    return found


def _ids(connection: Connection, scope: Scope, wanted: SearchFilter, now: int) -> Sequence[int]:
    ids = found_ids(connection, scope, wanted, now, limit=MAX_ROWS + 1)
    if len(ids) > MAX_ROWS:
        raise InputError("export_too_many", most=MAX_ROWS)
    return ids


def _counted(connection: Connection, ids: Sequence[int]) -> Counts:
    listed = orjson.dumps(list(ids)).decode()
    row = connection.execute(_COUNTS, {"ids": listed, "secret": SECRET}).fetchone()
    return Counts(len(ids), *row)
