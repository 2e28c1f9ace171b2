"""Decides which column of a sheet is which field of an order, and says what becomes of the rest."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from db.domain.errors import InputError
from db.domain.identity import without_numbers
from db.imports.aliases import DEFAULT_SOURCE, FIELDS, JOINED, KNOWN, SOURCE_SIGNS, normalise
from db.imports.cells import Cell, as_text
from db.imports.identity import holds_identity_numbers, is_identity_title
from db.imports.reading import Sheet
from db.imports.values import is_written_as_time, parse_time

Use = Literal["used", "kept", "ignored", "dropped_id"]
Note = Literal["", "unknown", "other_column_used", "joined", "id_title", "id_values", "by_hand"]

_HEADER_ROWS = 20
_SAMPLE = 1000


@dataclass(frozen=True)
class ColumnUse:
    """What becomes of one column.

    `used` fills the field, `kept` adds its text to the field, `ignored` is not read, `dropped_id`
    holds identity numbers and is erased. `note` is a code for why.
    """

    index: int
    title: str
    field: str | None
    use: Use
    note: Note = ""


@dataclass(frozen=True)
class SheetMapping:
    """How one sheet is read; with a `problem` nothing of the sheet is imported."""

    sheet: str
    header_row: int | None
    columns: tuple[ColumnUse, ...]
    source: str = DEFAULT_SOURCE
    problem: str | None = None

    def index_of(self, field: str) -> int | None:
        """Return the index of the column that fills a field."""
        uses = (column.index for column in self.columns if column.field == field)
        return next((i for i in uses if self.columns[i].use == "used"), None)

    def columns_of(self, field: str) -> tuple[ColumnUse, ...]:
        """Return the columns of a field: the one used, then those kept."""
        columns = [column for column in self.columns if column.field == field]
        return tuple(sorted(columns, key=lambda column: column.use != "used"))

    @property
    def dropped(self) -> tuple[int, ...]:
        """The indexes of the columns that are erased."""
        return tuple(column.index for column in self.columns if column.use == "dropped_id")


def propose_mapping(sheet: Sheet, header_row: int | None = None) -> SheetMapping:
    """Propose a mapping from the titles; `header_row` (1-based) overrules the search for them."""
    if not sheet.rows:
        return SheetMapping(sheet.name, None, (), problem="sheet_empty")
    row = header_row or _find_header(sheet.rows)
    if row is None:
        return SheetMapping(sheet.name, None, (), problem="not_orders")
    titles = titles_of(sheet, row)
    columns = _choose(titles, _identity_columns(sheet, row, titles))
    return check_mapping(SheetMapping(sheet.name, row, columns, _source_of(titles)), sheet)


def with_field(mapping: SheetMapping, index: int, field: str | None) -> SheetMapping:
    """Return the mapping with a column given to a field by hand, or to none.

    Another column that filled the field is left out. Raises InputError for an erased column, an
    unknown field or a column that is not there.
    """
    if field is not None and field not in FIELDS:
        raise InputError("field_unknown", field=field)
    if not 0 <= index < len(mapping.columns):
        raise InputError("column_unknown", sheet=mapping.sheet, column=index + 1)
    chosen = mapping.columns[index]
    if chosen.use == "dropped_id":
        raise InputError("id_column_stays_dropped", sheet=mapping.sheet, column=chosen.title)
    columns = [_released(column, field) for column in mapping.columns]
    columns[index] = replace(
        chosen, field=field, use="used" if field else "ignored", note="by_hand"
    )
    columns = _with_first_kept_used(columns, chosen.field)
    return _with_structure_checked(replace(mapping, columns=tuple(columns)))


def with_source(mapping: SheetMapping, source: str) -> SheetMapping:
    """Return the mapping for orders of another source; with the number it is an order's key."""
    return replace(mapping, source=source)


def skip_sheet(mapping: SheetMapping) -> SheetMapping:
    """Return the mapping of a sheet the user leaves out."""
    return replace(mapping, problem="sheet_skipped")


def check_mapping(mapping: SheetMapping, sheet: Sheet) -> SheetMapping:
    """Return the mapping judged against the sheet's values, whoever made it.

    Columns of identity numbers are dropped even where the mapping says otherwise. Raises
    InputError where the mapping was made for a sheet with other titles.
    """
    if mapping.header_row is None or mapping.problem == "sheet_skipped":
        return mapping
    titles = titles_of(sheet, mapping.header_row)
    if titles != [column.title for column in mapping.columns]:
        raise InputError("mapping_does_not_fit", sheet=sheet.name)
    identity = _identity_columns(sheet, mapping.header_row, titles)
    columns = tuple(
        ColumnUse(column.index, column.title, None, "dropped_id", identity[column.index])
        if column.index in identity and column.use != "dropped_id"
        else column
        for column in mapping.columns
    )
    checked = _with_structure_checked(replace(mapping, columns=columns))
    if checked.problem is None and _is_shifted(checked, sheet):
        return replace(checked, problem="columns_shifted")
    return checked


def titles_of(sheet: Sheet, header_row: int) -> list[str]:
    """Return one title for each column of a sheet, empty where the header has none.

    Raises InputError where the sheet has no such row.
    """
    if not 1 <= header_row <= len(sheet.rows):
        raise InputError("mapping_does_not_fit", sheet=sheet.name)
    titles = [without_numbers(as_text(cell))[0] for cell in sheet.rows[header_row - 1]]
    return titles + [""] * (sheet.width - len(titles))


def sample_of(sheet: Sheet, header_row: int, index: int) -> list[Cell]:
    """Return up to a thousand values of a column, taken evenly over the sheet."""
    body = range(header_row, len(sheet.rows))
    step = max(1, len(body) // _SAMPLE)
    rows = (sheet.rows[number] for number in body[::step])
    return [row[index] for row in rows if index < len(row)]


def _find_header(rows: Sequence[Sequence[Cell]]) -> int | None:
    scores = [_header_score(row) for row in rows[:_HEADER_ROWS]]
    best = max(scores)
    return scores.index(best) + 1 if best else None


def _header_score(row: Iterable[Cell]) -> int:
    titles = (normalise(cell) for cell in row if isinstance(cell, str))
    return len({KNOWN[title][0] for title in titles if title in KNOWN})


def _source_of(titles: Iterable[str]) -> str:
    present = {normalise(title) for title in titles}
    for source, signs in SOURCE_SIGNS.items():
        if any(normalise(sign) in present for sign in signs):
            return source
    return DEFAULT_SOURCE


def _identity_columns(sheet: Sheet, header_row: int, titles: Sequence[str]) -> dict[int, Note]:
    found: dict[int, Note] = {}
    for index, title in enumerate(titles):
        values, compared = sample_of(sheet, header_row, index), normalise(title)
        if is_identity_title(compared):
            found[index] = "id_title"
        elif holds_identity_numbers(values, is_title_known=compared in KNOWN):
            found[index] = "id_values"
    return found


def _choose(titles: Sequence[str], identity: dict[int, Note]) -> tuple[ColumnUse, ...]:
    known = {
        index: KNOWN[normalise(title)]
        for index, title in enumerate(titles)
        if index not in identity and normalise(title) in KNOWN
    }
    first: dict[str, int] = {}
    for index, (field, _) in sorted(known.items(), key=lambda item: item[1][1]):
        first.setdefault(field, index)

    def use(index: int, title: str) -> ColumnUse:
        if index in identity:
            return ColumnUse(index, title, None, "dropped_id", identity[index])
        if index not in known:
            return ColumnUse(index, title, None, "ignored", "unknown")
        field = known[index][0]
        if first[field] == index:
            return ColumnUse(index, title, field, "used")
        if field in JOINED:
            return ColumnUse(index, title, field, "kept", "joined")
        return ColumnUse(index, title, None, "ignored", "other_column_used")

    return tuple(use(index, title) for index, title in enumerate(titles))


def _released(column: ColumnUse, field: str | None) -> ColumnUse:
    if field is None or column.field != field or column.use != "used":
        return column
    return replace(column, field=None, use="ignored", note="other_column_used")


def _with_first_kept_used(columns: list[ColumnUse], field: str | None) -> list[ColumnUse]:
    """Promote a kept column where the one it was added to has been taken away."""
    holders = [column for column in columns if field is not None and column.field == field]
    if holders and all(column.use == "kept" for column in holders):
        columns[holders[0].index] = replace(holders[0], use="used", note="")
    return columns


def _with_structure_checked(mapping: SheetMapping) -> SheetMapping:
    fields = {column.field for column in mapping.columns if column.use == "used"}
    # A class and a number are an order in files that have no text at all; a class alone is a
    # list of topics.
    has_text = bool(fields & {"title", "content"}) or {"category", "source_no"} <= fields
    problem = None
    if not has_text:
        problem = "not_orders"
    elif "reported_at" not in fields:
        problem = "date_column_missing"
    return replace(mapping, problem=problem)


def _is_shifted(mapping: SheetMapping, sheet: Sheet) -> bool:
    def share(field: str, holds: Callable[[Cell], bool], otherwise: float) -> float:
        index = mapping.index_of(field)
        if index is None or mapping.header_row is None:
            return otherwise
        values = [cell for cell in sample_of(sheet, mapping.header_row, index) if cell is not None]
        return sum(map(holds, values)) / len(values) if values else otherwise

    dated = share("reported_at", lambda cell: parse_time(cell) is not None, 1.0)
    numbers_dated = share("source_no", is_written_as_time, 0.0)
    return dated < 0.5 or numbers_dated > 0.5
