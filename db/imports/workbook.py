"""Workbooks made in memory: the library would lay their sheets in clear into the temp folder.

Every cell that leaves in a workbook or a CSV goes through `cells.guard`.
"""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

from db.imports.cells import Cell, guard

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

Row = Sequence[Cell]
_WIDEST = 60
_CHARACTER = 2
"""Widths are in Latin letters, of which a Chinese character takes two."""


def make_workbook(
    sheets: Mapping[str, Iterable[Row]], *, mark: str = "", widths: Sequence[int] = ()
) -> bytes:
    """Return an .xlsx of sheets, their rows guarded; a sheet without rows where there are none.

    `mark` stands at the foot of every printed page; `widths` of columns are in characters.
    """
    # openpyxl takes a fifth of a second to import; the window must open without it.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for name, rows in (sheets or {"Sheet": ()}).items():
        sheet = book.create_sheet(name)
        _set_up(sheet, mark, widths)
        try:
            for row in rows:
                sheet.append([guard(cell) for cell in row])
        finally:
            # Else its writer is ended when it is collected, and complains.
            sheet.close()
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        _writer_of(book, archive).write_data()
    return stream.getvalue()


def _set_up(sheet: "WriteOnlyWorksheet", mark: str, widths: Sequence[int]) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet._writer import WorksheetWriter

    sheet.oddFooter.left.text = mark.replace("&", "&&")
    for column, width in enumerate(widths, start=1):
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = min(width * _CHARACTER, _WIDEST)
    sheet._writer = WorksheetWriter(sheet, BytesIO())  # noqa: SLF001  else it makes a file
    sheet._writer.write_top()  # noqa: SLF001


def _writer_of(book: Any, archive: ZipFile) -> Any:
    from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
    from openpyxl.writer.excel import ExcelWriter

    class Writer(ExcelWriter):  # type: ignore[misc]
        # What the library does here, but that it does it through files.
        def write_worksheet(self, sheet: Any) -> None:
            sheet._drawing = SpreadsheetDrawing()  # noqa: SLF001
            written = sheet._writer  # noqa: SLF001
            sheet._rels = written._rels  # noqa: SLF001
            self._archive.writestr(sheet.path[1:], written.out.getvalue())
            self.manifest.append(sheet)

    return Writer(book, archive)
