"""What a file holds once read: orders, problems by row, and what became of every column."""

from dataclasses import dataclass, field
from pathlib import Path

from db.imports.cells import Cell
from db.imports.mapping import SheetMapping
from db.imports.reading import Kind
from db.imports.values import Urgency

_PREVIEW_ROWS = 10
# The order goes in; only the value named is left out.
WARNINGS = frozenset({"coordinates_unreadable", "reply_date_unreadable"})


@dataclass(frozen=True)
class OrderRow:
    """One order as its source gave it; times are UTC milliseconds, `row` counts from 1."""

    source: str
    source_no: str
    title: str
    content: str
    category: str
    urgency: Urgency
    secrecy: int
    address: str
    area_text: str
    unit_text: str
    reported_at: int
    # Kept out of every log line a representation may end up in.
    caller_name: str = field(repr=False)
    caller_phone: str = field(repr=False)
    source_status: str
    source_reply: str
    source_replied_at: int | None
    lon_e6: int | None
    lat_e6: int | None
    row: int
    sheet: str


@dataclass(frozen=True)
class RowProblem:
    """Something wrong with one row; `column` is a title, `value` what stood there."""

    sheet: str
    row: int
    column: str
    code: str
    value: str = field(default="", repr=False)

    @property
    def is_rejection(self) -> bool:
        """Whether the row stays out; otherwise only the value does."""
        return self.code not in WARNINGS


@dataclass(frozen=True)
class SheetPlan:
    """One sheet as it will be imported.

    `rows` are all rows of the sheet, cleaned of identity numbers; `repeated` counts rows that say
    the same as an earlier one, `ids_removed` the numbers taken out of texts and erased columns.
    """

    mapping: SheetMapping
    orders: tuple[OrderRow, ...] = field(repr=False)
    problems: tuple[RowProblem, ...] = field(repr=False)
    rows: list[list[Cell]] = field(repr=False)
    repeated: int = 0
    ids_removed: int = 0

    @property
    def preview(self) -> list[list[Cell]]:
        """The first rows below the header."""
        start = self.mapping.header_row or 0
        return self.rows[start : start + _PREVIEW_ROWS]


@dataclass(frozen=True)
class Plan:
    """A whole file, read and judged; nothing of it is written yet."""

    path: Path
    kind: Kind
    sheets: tuple[SheetPlan, ...]

    @property
    def orders(self) -> tuple[OrderRow, ...]:
        """The orders of all sheets in the order of the file."""
        return tuple(order for sheet in self.sheets for order in sheet.orders)

    @property
    def problems(self) -> tuple[RowProblem, ...]:
        """The problems of all rows in the order of the file."""
        return tuple(problem for sheet in self.sheets for problem in sheet.problems)

    @property
    def problem(self) -> str | None:
        """The code for why the file as a whole is refused: every sheet is."""
        codes = [sheet.mapping.problem for sheet in self.sheets]
        if not codes:
            return "not_orders"
        refused = all(codes)
        # An empty second and third sheet is what spreadsheets come with; it explains nothing.
        telling = [code for code in codes if code != "sheet_empty"]
        return (telling or codes)[0] if refused else None
