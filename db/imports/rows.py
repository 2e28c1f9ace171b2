"""Builds an order from one row of a sheet, or says what is wrong with the row."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence

from db.domain.identity import REMOVED
from db.domain.personal import beginning
from db.imports.cells import Cell, as_text
from db.imports.mapping import ColumnUse, SheetMapping
from db.imports.plan import OrderRow, RowProblem
from db.imports.values import (
    EARLIEST_AT,
    LATEST_AT,
    parse_coordinate,
    parse_secrecy,
    parse_time,
    parse_urgency,
)

_SHORTEST_TEXT = 5
_TITLE_LENGTH = 40
_SENTENCE_END = re.compile(r"[。！？!?；;\n]")
_AREA_NAME = re.compile(r".{1,20}(?:区|县|镇|乡|街道|村|网格)")
_VALUE_LENGTH = 80
# Excel keeps fifteen digits; the rest of a longer number is zeros it made up.
_EXACT_DIGITS = 15
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+", re.ASCII)

_Columns = Mapping[str, tuple[ColumnUse, ...]]


class RowReader:
    """Reads the rows of one sheet under its mapping."""

    def __init__(self, mapping: SheetMapping) -> None:
        self._mapping = mapping
        # A workbook with a sheet for each district names the area nowhere else.
        self._area = mapping.sheet if _AREA_NAME.fullmatch(mapping.sheet) else ""
        fields = {column.field for column in mapping.columns if column.field is not None}
        self._columns = {field: mapping.columns_of(field) for field in fields}

    def read(self, number: int, cells: Sequence[Cell]) -> tuple[OrderRow | None, list[RowProblem]]:
        """Return the order of row `number` (1-based) and the row's problems.

        There is no order where a problem rejects the row.
        """
        row = _Row(self._mapping.sheet, number, cells, self._columns)
        order = self._order(row)
        return (None if row.is_rejected else order), row.problems

    def _order(self, row: "_Row") -> OrderRow:
        title, content = " ".join(row.text("title").split()), row.joined("content", "\n")
        category = row.text("category")
        text = content or title or category
        row.check_text(title + content or category)
        reported_at = row.reported_at()
        lon_e6, lat_e6 = row.coordinates()
        return OrderRow(
            source=self._mapping.source,
            source_no=row.source_no(title, text, reported_at),
            title=title or first_sentence(text),
            content=text,
            category=category,
            urgency=parse_urgency(row.cell("urgency")),
            secrecy=parse_secrecy(row.cell("secrecy")),
            address=row.text("address"),
            area_text=row.joined("area_text", " ") or self._area,
            unit_text=row.text("unit_text"),
            reported_at=reported_at,
            caller_name=row.text("caller_name"),
            caller_phone=row.text("caller_phone"),
            source_status=row.text("source_status"),
            source_reply=row.text("source_reply"),
            source_replied_at=row.replied_at(),
            lon_e6=lon_e6,
            lat_e6=lat_e6,
            row=row.number,
            sheet=row.sheet,
        )


def first_sentence(text: str) -> str:
    """Return the first sentence of a text as a title of at most 40 characters."""
    sentence = next((part for part in _SENTENCE_END.split(text) if part.strip()), text)
    title = " ".join(sentence.split())
    return title if len(title) <= _TITLE_LENGTH else beginning(title, _TITLE_LENGTH - 1) + "…"


class _Row:
    """One row under its mapping; gathers the problems found while its fields are read."""

    def __init__(self, sheet: str, number: int, cells: Sequence[Cell], columns: _Columns) -> None:
        self.sheet = sheet
        self.number = number
        self.problems: list[RowProblem] = []
        self._cells = cells
        self._columns = columns

    @property
    def is_rejected(self) -> bool:
        return any(problem.is_rejection for problem in self.problems)

    def cell(self, field: str) -> Cell:
        used = self._columns.get(field)
        return self._at(used[0].index) if used else None

    def text(self, field: str) -> str:
        return as_text(self.cell(field))

    def joined(self, field: str, separator: str) -> str:
        """Return a field's text with what kept columns add to it, nothing said twice."""
        parts: list[str] = []
        for column in self._columns.get(field, ()):
            text = as_text(self._at(column.index))
            if text and not any(text in part for part in parts):
                parts.append(text)
        return separator.join(parts)

    def check_text(self, text: str) -> None:
        if len("".join(text.split())) < _SHORTEST_TEXT:
            self._report("text_too_short", "content", text)

    def reported_at(self) -> int:
        """Return the original time, 0 where the row is rejected for it."""
        cell = self.cell("reported_at")
        if cell is None:
            self._report("date_missing", "reported_at", cell)
            return 0
        at = parse_time(cell)
        if at is None:
            self._report("date_unreadable", "reported_at", cell)
            return 0
        if not EARLIEST_AT <= at < LATEST_AT:
            self._report("date_out_of_range", "reported_at", cell)
        return at

    def replied_at(self) -> int | None:
        cell = self.cell("source_replied_at")
        at = parse_time(cell)
        if cell is not None and (at is None or not EARLIEST_AT <= at < LATEST_AT):
            self._report("reply_date_unreadable", "source_replied_at", cell)
            return None
        return at

    def coordinates(self) -> tuple[int | None, int | None]:
        """Return longitude and latitude in millionths of a degree, both or neither."""
        lon_cell, lat_cell = self.cell("lon"), self.cell("lat")
        try:
            lon, lat = parse_coordinate(lon_cell, 180), parse_coordinate(lat_cell, 90)
        except ValueError:
            lon, lat = None, 0
        # Many systems write 0, 0 where they have no place.
        if (lon, lat) in {(None, None), (0, 0)}:
            return None, None
        if lon is None or lat is None:
            self._report(
                "coordinates_unreadable", "lon", f"{as_text(lon_cell)}, {as_text(lat_cell)}"
            )
            return None, None
        return lon, lat

    def source_no(self, *said: str | int) -> str:
        """Return the order's number, made from what is said where the file has no numbers."""
        if "source_no" not in self._columns:
            digest = hashlib.sha256(json.dumps(said, ensure_ascii=False).encode())
            return f"H-{digest.hexdigest()[:20]}"
        cell = self.cell("source_no")
        number = as_text(cell)
        if cell is None or REMOVED in number:
            self._report("number_missing", "source_no", cell)
        elif _SCIENTIFIC.fullmatch(number) or (
            not isinstance(cell, str) and len(number) > _EXACT_DIGITS
        ):
            self._report("number_rounded", "source_no", cell)
        return number

    def _at(self, index: int) -> Cell:
        return self._cells[index] if index < len(self._cells) else None

    def _report(self, code: str, field: str, cell: Cell) -> None:
        used = self._columns.get(field)
        title = used[0].title if used else ""
        value = as_text(cell)[:_VALUE_LENGTH]
        self.problems.append(RowProblem(self.sheet, self.number, title, code, value))
