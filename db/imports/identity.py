"""Keeps identity-card numbers out: whole columns of them, and numbers written into a text."""

import re
from collections.abc import Iterable

from db.domain.identity import LENGTH, PLAIN, REMOVED, compact, is_number
from db.imports.cells import Cell, as_text

_TITLE = re.compile(
    r"身份证|证件号|证件编号|身份号|公民身份|护照|社会保障号|identitycard|idcard|idnumber|passport"
    r"|^(?:sfz|sfzh|sfzhm|idno|citizenid)$"
)
_MASKED = re.compile(r"[1-9]\d{2,9}[*X]{4,14}[\dX]{1,4}", re.ASCII)
_LONGEST_CELL = 40


def is_identity_title(normalised_title: str) -> bool:
    """Say whether a column title announces identity numbers."""
    return _TITLE.search(normalised_title) is not None


def holds_identity_numbers(values: Iterable[Cell], *, is_title_known: bool) -> bool:
    """Say whether most of a column's values look like identity numbers, plain or masked.

    Under a title of no known field, numbers count whose last digits a spreadsheet has rounded off.
    """
    present = [value for value in values if value is not None]
    found = sum(
        _looks_like_number(as_text(value))
        or (not is_title_known and isinstance(value, int | float) and _has_shape(value))
        for value in present
    )
    return found * 2 > len(present)


def share_the_shape(values: Iterable[Cell]) -> bool:
    """Say whether most values are area, day and serial, as some hotlines number their orders."""
    present = [value for value in values if value is not None]
    return sum(map(_has_shape, present)) * 2 > len(present)


def _has_shape(value: Cell) -> bool:
    return PLAIN.fullmatch(as_text(value)) is not None


def _looks_like_number(text: str) -> bool:
    if len(text) > _LONGEST_CELL:
        return False
    number = compact(text)
    if len(number) != LENGTH:
        return REMOVED in text
    return is_number(number) or _MASKED.fullmatch(number) is not None
