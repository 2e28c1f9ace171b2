"""Keeps identity-card numbers out: whole columns of them, and numbers written into a text."""

import re
import unicodedata
from collections.abc import Iterable

from db.imports.cells import Cell, as_text

REMOVED = "〔证件号已删除〕"

_TITLE = re.compile(
    r"身份证|证件号|证件编号|身份号|公民身份|护照|社会保障号|identitycard|idcard|idnumber|passport"
    r"|^(?:sfz|sfzh|sfzhm|idno|citizenid)$"
)
_DIGIT = "[0-9０-９]"
_GAP = r"[\s\-－—]?"
# Area, birth date, serial and check digit, in one piece or in the groups people write them in.
_NUMBER = re.compile(
    f"(?<!{_DIGIT}){_DIGIT}{{6}}{_GAP}{_DIGIT}{{4}}{_GAP}{_DIGIT}{{4}}{_GAP}{_DIGIT}{{3}}"
    f"[0-9０-９XxＸｘ](?!{_DIGIT})"
)
_PLAIN = re.compile(
    r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]", re.ASCII
)
_MASKED = re.compile(r"[1-9]\d{2,9}[*X]{4,14}[\dX]{1,4}", re.ASCII)
_LENGTH = 18
_LONGEST_CELL = 40
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


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


def without_numbers(text: str) -> tuple[str, int]:
    """Replace every checksum-valid number in a text; return the text and how many there were."""
    if len(text) < _LENGTH:
        return text, 0
    removed = 0

    def replace(match: re.Match[str]) -> str:
        nonlocal removed
        if not _is_valid(_compact(match[0])):
            return match[0]
        removed += 1
        return REMOVED

    return _NUMBER.sub(replace, text), removed


def _has_shape(value: Cell) -> bool:
    return _PLAIN.fullmatch(as_text(value)) is not None


def _looks_like_number(text: str) -> bool:
    if len(text) > _LONGEST_CELL:
        return False
    compact = _compact(text)
    if len(compact) != _LENGTH:
        return REMOVED in text
    return _is_valid(compact) or _MASKED.fullmatch(compact) is not None


def _compact(text: str) -> str:
    return re.sub(r"[\s\-—]", "", unicodedata.normalize("NFKC", text)).upper()


def _is_valid(number: str) -> bool:
    # The checksum decides: order numbers, too, are often area + date + serial in 18 digits.
    if not _PLAIN.fullmatch(number):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return _CHECKS[total % 11] == number[-1]
