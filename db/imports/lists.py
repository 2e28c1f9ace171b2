"""Reads a list from a table a person edits, and writes one: the list, or its rows in error.

Columns and words may stand there as a person calls them (`titles`, `words`) or as the program
does; what the program calls them is what is kept.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from db.domain.errors import InputError
from db.domain.list_checks import SPECS, Row
from db.imports.cells import Cell, as_text, guard
from db.imports.error_file import EXTRA_TITLES
from db.imports.reading import read_sheets
from db.store.files import write_file

Titles = Mapping[str, str]
"""Column -> how a person calls it."""
Words = Mapping[str, Mapping[str, str]]
"""Column -> word of the program -> how a person calls it."""


@dataclass(frozen=True, slots=True)
class RawList:
    """A list as it stands in a file: its rows by column, and where each of them stands there."""

    titles: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    rows: tuple[dict[str, str], ...]
    unused: tuple[str, ...]

    def place(self, error: InputError) -> InputError:
        """Return an error of a row with the number the row has in the file; 0 is the whole."""
        row = error.params["row"]
        number = self.numbers[row - 2] if row else 0
        return InputError(error.code, **{**error.params, "row": number})


def read_list(path: Path, kind: str, titles: Titles, words: Words) -> RawList:
    """Read a list from the first table of an .xlsx or text file.

    Raises InputError (list_column_missing) for a table without a column that has to be filled,
    and what `read_sheets` raises.
    """
    sheet = next((sheet for sheet in read_sheets(path) if any(sheet.rows)), None)
    filled = [(number, row) for number, row in enumerate(sheet.rows, 1) if row] if sheet else []
    if not filled:
        raise InputError("list_empty", row=0, column="")
    head = tuple(_text(cell) for cell in filled[0][1])
    columns = _columns(kind, head, titles)
    cells = tuple(tuple(_text(cell) for cell in row) for _, row in filled[1:])
    return RawList(
        titles=head,
        cells=cells,
        numbers=tuple(number for number, _ in filled[1:]),
        rows=tuple(_row(kind, columns, line, words) for line in cells),
        unused=tuple(
            title
            for title, column in zip(head, columns, strict=True)
            if title and not column and title not in EXTRA_TITLES
        ),
    )


def list_as_csv(kind: str, rows: Iterable[Row], titles: Titles, words: Words) -> bytes:
    """Return a list as a table a person edits and hands in again."""
    names = SPECS[kind].names
    lines = [[words.get(name, {}).get(row.get(name, ""), row.get(name, "")) for name in names]
             for row in rows]  # fmt: skip
    return _csv([[titles[name] for name in names], *lines])


def write_bad_rows(
    path: Path, raw: RawList, errors: Sequence[InputError], describe: Callable[[InputError], str]
) -> None:
    """Write the rows in error, each with its reasons; what is wrong with the whole comes first.

    `errors` are placed in the file. The file appears whole or not at all.
    """
    by_row: dict[int, list[InputError]] = {}
    for error in errors:
        by_row.setdefault(error.params["row"], []).append(error)
    lines = []
    for number, found in sorted(by_row.items()):
        cells = raw.cells[raw.numbers.index(number)] if number else ()
        padded = [*cells, *[""] * (len(raw.titles) - len(cells))]
        columns = dict.fromkeys(error.params["column"] for error in found)
        reasons = "；".join(describe(error) for error in found)
        lines.append([*padded, str(number or ""), "、".join(filter(None, columns)), reasons])
    write_file(path, _csv([[*raw.titles, *EXTRA_TITLES], *lines]))


def _columns(kind: str, head: Sequence[str], titles: Titles) -> list[str]:
    """Return which column each title stands for, empty for none."""
    spec = SPECS[kind]
    named = {titles[name]: name for name in spec.names} | {name: name for name in spec.names}
    columns = [named.get(title, "") for title in head]
    for column in spec.columns:
        if column.is_required and column.name not in columns:
            raise InputError("list_column_missing", row=0, column=titles[column.name])
    return columns


def _row(kind: str, columns: Sequence[str], line: Sequence[str], words: Words) -> dict[str, str]:
    row = dict.fromkeys(SPECS[kind].names, "")
    for column, text in zip(columns, line, strict=False):
        if column:
            meant = {said: word for word, said in words.get(column, {}).items()}
            row[column] = meant.get(text, text)
    return row


def _text(cell: Cell) -> str:
    if isinstance(cell, datetime) and cell.time() == datetime.min.time():
        return cell.date().isoformat()
    return as_text(cell).strip()


def _csv(lines: Iterable[Sequence[str]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([guard(text) for text in line] for line in lines)
    return buffer.getvalue().encode("utf-8-sig")
