"""Reads a file of orders into a plan, and writes a plan chunk by chunk.

Reading judges every row and writes nothing. Identity numbers are erased before anything of a sheet
is handed on: neither the orders nor the plan's rows nor an error file hold one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from db.domain.errors import InputError
from db.domain.identity import without_numbers
from db.imports.cells import Cell, as_text
from db.imports.identity import share_the_shape
from db.imports.mapping import SheetMapping, check_mapping, propose_mapping, sample_of, titles_of
from db.imports.plan import OrderRow, Plan, RowProblem, SheetPlan
from db.imports.reading import Progress, Sheet, file_kind, read_sheets
from db.imports.rows import RowReader

_PROGRESS_STEP = 1000


@dataclass(frozen=True)
class ChunkOutcome:
    """What writing one chunk came to; `problems` are the rows it refused."""

    added: int
    updated: int
    unchanged: int
    problems: Sequence[RowProblem] = ()


@dataclass(frozen=True)
class ImportResult:
    """What an import came to, in rows; `rejected` counts rows, `problems` names every fault.

    After a cancel the counts say what went in before it; that stays.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    cancelled: bool = False
    problems: tuple[RowProblem, ...] = field(default=(), repr=False)


class _Seen:
    """The orders read so far by key, across the sheets of a file."""

    def __init__(self) -> None:
        self._orders: dict[tuple[str, str], OrderRow] = {}

    def earlier(self, order: OrderRow) -> OrderRow | None:
        """Return the earlier order of the same number, or remember this one."""
        known = self._orders.setdefault((order.source, order.source_no), order)
        return None if known is order else known


def read_orders(
    path: Path,
    mappings: Sequence[SheetMapping] | None = None,
    on_progress: Progress | None = None,
) -> Plan:
    """Read and judge a file; sheets without a mapping of their own are mapped by their titles.

    `on_progress(done, total)` counts rows; total is 0 while the file is still being read. Raises
    InputError where the file is no table or a mapping was made for other titles, EnvironmentError_
    where it cannot be read. A sheet or file that holds no orders is in the plan with its problem.
    """
    kind = file_kind(path)
    given = {mapping.sheet: mapping for mapping in mappings or ()}
    sheets = read_sheets(path, on_progress)
    total = sum(len(sheet.rows) for sheet in sheets)
    seen = _Seen()
    plans: list[SheetPlan] = []
    for sheet in sheets:
        before = sum(len(plan.rows) for plan in plans)
        mapping = given.get(sheet.name)
        mapping = check_mapping(mapping, sheet) if mapping else propose_mapping(sheet)
        plans.append(_plan_sheet(sheet, mapping, seen, _counting_on(on_progress, before, total)))
    return Plan(path, kind, tuple(plans))


def import_orders(
    plan: Plan,
    write: Callable[[Sequence[OrderRow]], ChunkOutcome],
    *,
    on_progress: Progress | None = None,
    is_cancelled: Callable[[], bool] | None = None,
    chunk: int = 200,
) -> ImportResult:
    """Write the orders of a plan, `chunk` at a time; `write` puts each chunk into one transaction.

    Cancelling is honoured between chunks and what went in stays. `on_progress(done, total)` counts
    orders. Raises InputError where the whole file is refused; an error of `write` passes through,
    the chunks before it stay in.
    """
    if plan.problem:
        raise InputError(plan.problem, file=plan.path.name)
    result = ImportResult(problems=plan.problems)
    orders = plan.orders
    for start in range(0, len(orders), chunk):
        if is_cancelled and is_cancelled():
            result = replace(result, cancelled=True)
            break
        part = orders[start : start + chunk]
        result = _with_outcome(result, write(part))
        if on_progress:
            on_progress(start + len(part), len(orders))
    return replace(result, rejected=len(rejected_rows(result.problems)))


def rejected_rows(problems: Iterable[RowProblem]) -> set[tuple[str, int]]:
    """Return sheet and number of the rows that stay out."""
    return {(problem.sheet, problem.row) for problem in problems if problem.is_rejection}


def _with_outcome(result: ImportResult, outcome: ChunkOutcome) -> ImportResult:
    return replace(
        result,
        added=result.added + outcome.added,
        updated=result.updated + outcome.updated,
        unchanged=result.unchanged + outcome.unchanged,
        problems=(*result.problems, *outcome.problems),
    )


def _counting_on(on_progress: Progress | None, before: int, total: int) -> Callable[[int], None]:
    def count(done: int) -> None:
        if on_progress and done % _PROGRESS_STEP == 0:
            on_progress(before + done, total)

    return count


def _plan_sheet(
    sheet: Sheet, mapping: SheetMapping, seen: _Seen, count: Callable[[int], None]
) -> SheetPlan:
    rows, ids_removed = _without_identity_numbers(sheet, mapping)
    if mapping.problem or mapping.header_row is None:
        return SheetPlan(mapping, (), (), rows, ids_removed=ids_removed)
    titles = titles_of(Sheet(sheet.name, rows), mapping.header_row)
    reader = RowReader(mapping)
    orders: list[OrderRow] = []
    problems: list[RowProblem] = []
    repeated = 0
    for number in range(mapping.header_row + 1, len(rows) + 1):
        count(number)
        cells = rows[number - 1]
        if not cells or _is_header_again(cells, titles):
            continue
        order, faults = reader.read(number, cells)
        earlier = seen.earlier(order) if order else None
        if order and earlier and _say_the_same(order, earlier):
            repeated += 1
            continue
        problems.extend(faults)
        if order and earlier:
            problems.append(_number_repeated(mapping, order, earlier))
        elif order:
            orders.append(order)
    return SheetPlan(mapping, tuple(orders), tuple(problems), rows, repeated, ids_removed)


def _is_header_again(cells: Sequence[Cell], titles: Sequence[str]) -> bool:
    """Say whether a row repeats the titles, as files exported page by page do."""
    return all(as_text(cell) == title for cell, title in zip(cells, titles, strict=False))


def _say_the_same(order: OrderRow, earlier: OrderRow) -> bool:
    return replace(order, row=earlier.row, sheet=earlier.sheet) == earlier


def _number_repeated(mapping: SheetMapping, order: OrderRow, earlier: OrderRow) -> RowProblem:
    index = mapping.index_of("source_no")
    title = "" if index is None else mapping.columns[index].title
    first = f"{earlier.sheet}:{earlier.row}"
    return RowProblem(
        order.sheet, order.row, title, "number_repeated", f"{order.source_no} ({first})"
    )


def _without_identity_numbers(sheet: Sheet, mapping: SheetMapping) -> tuple[list[list[Cell]], int]:
    """Return the rows with ID columns erased and numbers in texts replaced, and how many."""
    start = mapping.header_row or 0
    spared = _order_number_column(sheet, mapping)
    dropped = frozenset(mapping.dropped)
    removed = 0
    rows: list[list[Cell]] = []
    for number, raw in enumerate(sheet.rows, start=1):
        cells = list(raw)
        for index, cell in enumerate(cells):
            if index in dropped and number > start:
                removed += cell is not None
                cells[index] = None
            elif isinstance(cell, str) and (index != spared or number <= start):
                cells[index], count = without_numbers(cell)
                removed += count
        rows.append(cells)
    return rows, removed


def _order_number_column(sheet: Sheet, mapping: SheetMapping) -> int | None:
    """Return the number column where order numbers would by chance pass for identity numbers."""
    index = mapping.index_of("source_no")
    if index is None or mapping.header_row is None:
        return None
    return index if share_the_shape(sample_of(sheet, mapping.header_row, index)) else None
