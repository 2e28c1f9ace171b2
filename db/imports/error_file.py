"""Writes the rows that stayed out into a file a person corrects and imports again."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from db.domain.errors import EnvironmentError_
from db.imports.cells import Cell, as_text, guard
from db.imports.plan import Plan, RowProblem, SheetPlan
from db.imports.workbook import make_workbook
from db.store.files import write_file

EXTRA_TITLES = ("行", "列", "原因")

_Describe = Callable[[RowProblem], str]
_Table = list[list[Cell]]


def write_error_file(
    plan: Plan,
    problems: Iterable[RowProblem],
    path: Path,
    describe: _Describe,
    *,
    mark: str = "",
) -> Path:
    """Write the rejected rows as the kind of file they came in; return where it was written.

    The columns are the source's, without those of identity numbers, then 行, 列 and 原因; the name
    gets the suffix of the kind. `mark` stands at the foot of a workbook's pages. The file appears
    whole or not at all. Raises EnvironmentError_ where it cannot be written.
    """
    target = path.with_suffix(f".{plan.kind}")
    by_row = _by_row(problems)
    tables = {
        sheet.mapping.sheet: table
        for sheet in plan.sheets
        if (table := _table(sheet, by_row, describe))
    }
    try:
        write_file(target, _MAKERS[plan.kind](tables, mark))
    except EnvironmentError_ as error:
        raise EnvironmentError_("error_file_not_written", file=target.name) from error
    return target


def _by_row(problems: Iterable[RowProblem]) -> dict[tuple[str, int], list[RowProblem]]:
    found: dict[tuple[str, int], list[RowProblem]] = {}
    for problem in problems:
        if problem.is_rejection:
            found.setdefault((problem.sheet, problem.row), []).append(problem)
    return found


def _table(
    sheet: SheetPlan, by_row: dict[tuple[str, int], list[RowProblem]], describe: _Describe
) -> _Table:
    """Return header and bad rows of one sheet, empty where it has none."""
    name = sheet.mapping.sheet
    numbers = sorted(row for sheet_name, row in by_row if sheet_name == name)
    if not numbers:
        return []
    columns = _columns_written(sheet)
    titles = [sheet.mapping.columns[index].title for index in columns]
    table: _Table = [[guard(title) for title in (*titles, *EXTRA_TITLES)]]
    for number in numbers:
        cells = sheet.rows[number - 1]
        values = [cells[index] if index < len(cells) else None for index in columns]
        table.append([guard(cell) for cell in (*values, *_reasons(by_row[name, number], describe))])
    return table


def _columns_written(sheet: SheetPlan) -> list[int]:
    """Return the columns to write: not the erased ones, nor the reasons of an earlier round."""
    columns = sheet.mapping.columns
    if tuple(column.title for column in columns[-len(EXTRA_TITLES) :]) == EXTRA_TITLES:
        columns = columns[: -len(EXTRA_TITLES)]
    return [column.index for column in columns if column.use != "dropped_id"]


def _reasons(problems: Sequence[RowProblem], describe: _Describe) -> list[Cell]:
    titles = dict.fromkeys(problem.column for problem in problems if problem.column)
    return [problems[0].row, "、".join(titles), "；".join(describe(each) for each in problems)]


def _make_csv(tables: dict[str, _Table], _: str) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for table in tables.values():
        writer.writerows([as_text(cell) for cell in row] for row in table)
    return text.getvalue().encode("utf-8-sig") if tables else b""


def _make_xlsx(tables: dict[str, _Table], mark: str) -> bytes:
    return make_workbook(tables, mark=mark)


_MAKERS = {"csv": _make_csv, "xlsx": _make_xlsx}
