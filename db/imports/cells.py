"""What one cell may hold, and how its text is cleaned on the way in and guarded on the way out."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

Cell = str | int | float | datetime | None

# Control characters no spreadsheet accepts back, and the way some programs spell CR in XML.
_NOISE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]|_x000[dD]_")
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for a formula, the wide forms of a Chinese keyboard too."""


def clean(value: Any) -> Cell:
    """Return a raw value as a cell: text stripped, blanks and error values as None."""
    if value is None or isinstance(value, datetime | int | float):
        return str(value).upper() if isinstance(value, bool) else value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, time | timedelta):
        return str(value)
    return _clean_text(str(value))


def _clean_text(value: str) -> str | None:
    text = _NOISE.sub("", value).strip()
    if text.startswith("'") and _is_formula(text[1:]):
        text = text[1:].strip()
    return None if not text or text in _ERRORS else text


def guard(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula; `clean` takes the guard off again.

    Everything that leaves as a table goes through here; control characters, which no spreadsheet
    takes back, are left out.
    """
    if not isinstance(cell, str):
        return cell
    text = _NOISE.sub("", cell)
    return "'" + text if _is_formula(text) else text


def _is_formula(text: str) -> bool:
    return text.lstrip(" ").startswith(_FORMULA_STARTS)


def as_text(cell: Cell) -> str:
    """Return a cell as a person reads it: whole numbers without a decimal point."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    return str(cell)
