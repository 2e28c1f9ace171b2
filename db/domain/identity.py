"""Identity-card numbers (GB 11643, 18 characters with a check digit): found, to be kept out."""

import re
import unicodedata

REMOVED = "〔证件号已删除〕"
LENGTH = 18

_DIGIT = "[0-9０-９]"
_GAP = r"[\s\-－—]?"
# Area, birth date, serial and check digit, in one piece or in the groups people write them in.
_NUMBER = re.compile(
    f"(?<!{_DIGIT}){_DIGIT}{{6}}{_GAP}{_DIGIT}{{4}}{_GAP}{_DIGIT}{{4}}{_GAP}{_DIGIT}{{3}}"
    f"[0-9０-９XxＸｘ](?!{_DIGIT})"
)
PLAIN = re.compile(
    r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]", re.ASCII
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def without_numbers(text: str) -> tuple[str, int]:
    """Replace every checksum-valid number in a text; return the text and how many there were."""
    if len(text) < LENGTH:
        return text, 0
    removed = 0

    def replace(match: re.Match[str]) -> str:
        nonlocal removed
        if not is_number(compact(match[0])):
            return match[0]
        removed += 1
        return REMOVED

    return _NUMBER.sub(replace, text), removed


def compact(text: str) -> str:
    """Return a number as one piece: half width, no gaps, upper case."""
    return re.sub(r"[\s\-—]", "", unicodedata.normalize("NFKC", text)).upper()


def is_number(number: str) -> bool:
    """Say whether 18 characters have the shape and the check digit of an identity number."""
    # The checksum decides: order numbers, too, are often area + date + serial in 18 digits.
    if not PLAIN.fullmatch(number):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return _CHECKS[total % 11] == number[-1]
