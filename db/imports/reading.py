"""Turns an .xlsx or a text table of unknown encoding and delimiter into plain rows.

Nothing here knows what an order is. The rows are raw: identity numbers are still in them, so only
`db.imports.orders` reads them and hands on what may be shown.
"""

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from db.domain.errors import EnvironmentError_, InputError
from db.imports import limits
from db.imports.cells import Cell, clean

Kind = Literal["xlsx", "csv"]
Progress = Callable[[int, int], None]

_PROGRESS_STEP = 1000
_DELIMITERS = (",", ";", "\t")
_SNIFFED_ROWS = 50
_SNIFFED_CHARACTERS = 256 * 1024
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_OTHER_MAGICS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"GIF8")
_ZIP_ENCRYPTED_FLAG = 0x1


@dataclass(frozen=True)
class Sheet:
    """One table; row n of the file is `rows[n - 1]`, blank rows are empty lists."""

    name: str
    rows: list[list[Cell]] = field(repr=False)

    @property
    def width(self) -> int:
        """The number of columns of the widest row."""
        return max(map(len, self.rows), default=0)


def read_sheets(path: Path, on_progress: Progress | None = None) -> list[Sheet]:
    """Read every table of a file, hidden sheets too.

    `on_progress(rows, 0)` is called every thousand rows: how many there will be is not known yet.
    Raises InputError where the file is not a table or passes a limit, EnvironmentError_ where the
    machine cannot read it.
    """
    kind = file_kind(path)
    try:
        if kind == "xlsx":
            return _read_workbook(path, on_progress)
        return [_read_text(path, on_progress)]
    except OSError as error:
        raise EnvironmentError_("file_unreadable", file=path.name) from error


def file_kind(path: Path) -> Kind:
    """Tell an .xlsx from a text table by content, whatever the file is called.

    Raises InputError for every other kind of file, each by a code of its own.
    """
    try:
        size = path.stat().st_size
        head = path.read_bytes()[:512] if size <= limits.FILE_BYTES else b""
    except FileNotFoundError as error:
        raise EnvironmentError_("file_missing", file=path.name) from error
    except OSError as error:
        raise EnvironmentError_("file_unreadable", file=path.name) from error
    if size == 0:
        raise InputError("file_empty", file=path.name)
    if size > limits.FILE_BYTES:
        raise InputError("file_too_large", file=path.name, bytes=size, limit=limits.FILE_BYTES)
    if head.startswith(b"PK"):
        _check_workbook_package(path)
        return "xlsx"
    _refuse_other_kinds(path, head)
    return "csv"


def _refuse_other_kinds(path: Path, head: bytes) -> None:
    if head.startswith(_OLE_MAGIC):
        encrypted = _OLE_ENCRYPTED in path.read_bytes()
        raise InputError("file_encrypted" if encrypted else "file_old_xls", file=path.name)
    if head.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"<"):
        raise InputError("file_is_web_page", file=path.name)
    if head.startswith(_OTHER_MAGICS):
        raise InputError("file_not_table", file=path.name)


def _check_workbook_package(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise InputError("file_damaged", file=path.name) from error
    if any(part.flag_bits & _ZIP_ENCRYPTED_FLAG for part in parts):
        raise InputError("file_encrypted", file=path.name)
    if all(part.filename != "xl/workbook.xml" for part in parts):
        raise InputError("file_not_table", file=path.name)
    # zipfile never unpacks more than the declared size, so a lying header cannot get past this.
    unpacked = sum(part.file_size for part in parts)
    if unpacked > limits.UNPACKED_BYTES:
        raise InputError(
            "file_unpacks_too_large", file=path.name, bytes=unpacked, limit=limits.UNPACKED_BYTES
        )


def _read_workbook(path: Path, on_progress: Progress | None) -> list[Sheet]:
    # openpyxl takes a fifth of a second to import; the window must open without it.
    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            return [
                Sheet(sheet.title, _rows(sheet.title, _cells_of(sheet), on_progress))
                for sheet in book.worksheets
            ]
        finally:
            book.close()
    except (InputError, MemoryError):
        raise
    except Exception as error:  # openpyxl lets a damaged file surface as any error at all
        raise InputError("file_damaged", file=path.name) from error


def _cells_of(sheet: Any) -> Iterator[Sequence[Any]]:
    # The size a sheet states is whatever the exporting program wrote there, often just "A1".
    sheet.reset_dimensions()
    rows: Iterator[Sequence[Any]] = sheet.iter_rows(values_only=True)
    return rows


def _read_text(path: Path, on_progress: Progress | None) -> Sheet:
    text = _decode(path)
    if "\0" in text:
        raise InputError("file_has_nul_bytes", file=path.name)
    # Strict: an unbalanced quote would otherwise swallow the orders after it into one cell.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        return Sheet(path.stem, _rows(path.stem, map(_without_text_formulas, reader), on_progress))
    except csv.Error as error:
        too_long = "field limit" in str(error)
        code = "cell_too_long" if too_long else "quotes_unbalanced"
        raise InputError(code, sheet=path.stem, row=reader.line_num, column="") from error


def _decode(path: Path) -> str:
    data = path.read_bytes()
    encodings = ("utf-16",) if data.startswith(_UTF16_MARKS) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError("encoding_unknown", file=path.name)


def _delimiter(text: str) -> str:
    """Return the delimiter under which most of the first rows have the same number of columns."""

    def evenness(delimiter: str) -> tuple[int, int]:
        sample = csv.reader(
            io.StringIO(text[:_SNIFFED_CHARACTERS], newline=""), delimiter=delimiter
        )
        try:
            widths = Counter(len(row) for row in islice(sample, _SNIFFED_ROWS) if row)
        except csv.Error:
            return (0, 0)
        width, rows = widths.most_common(1)[0] if widths else (0, 0)
        return (rows, width) if width > 1 else (0, 0)

    return max(_DELIMITERS, key=evenness)


def _without_text_formulas(row: list[str]) -> list[str]:
    """Unwrap `="00123"`, the trick by which exports keep leading zeros."""
    return [
        cell[2:-1] if cell.startswith('="') and cell.endswith('"') and len(cell) > 3 else cell
        for cell in row
    ]


def _rows(
    sheet: str, source: Iterable[Sequence[Any]], on_progress: Progress | None
) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    blanks = 0  # held back: some programs write a million empty rows below the table
    for number, raw in enumerate(source, start=1):
        if on_progress and number % _PROGRESS_STEP == 0:
            on_progress(number, 0)
        row = _row(sheet, number, raw)
        if not row:
            blanks += 1
            continue
        if number > limits.ROWS:
            raise InputError("too_many_rows", sheet=sheet, limit=limits.ROWS)
        rows.extend([] for _ in range(blanks))
        rows.append(row)
        blanks = 0
    return rows


def _row(sheet: str, number: int, raw: Sequence[Any]) -> list[Cell]:
    row = [clean(value) for value in raw]
    while row and row[-1] is None:
        row.pop()
    if len(row) > limits.COLUMNS:
        raise InputError("too_many_columns", sheet=sheet, row=number, limit=limits.COLUMNS)
    for column, cell in enumerate(row, start=1):
        if isinstance(cell, str) and len(cell) > limits.CELL_CHARACTERS:
            raise InputError(
                "cell_too_long",
                sheet=sheet,
                row=number,
                column=column,
                limit=limits.CELL_CHARACTERS,
            )
    return row
