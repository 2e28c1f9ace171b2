"""Reads one cell as a time, a coordinate, an urgency or a secrecy; local time is Asia/Shanghai."""

import math
import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from db.imports.cells import Cell, as_text

Urgency = Literal["normal", "urgent", "critical"]

EARLIEST_AT = 631_123_200_000  # 1990-01-01 00:00 in Shanghai
LATEST_AT = 4_102_416_000_000  # 2100-01-01 00:00 in Shanghai

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EXCEL_EPOCH = datetime(1899, 12, 30)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_SERIAL_RANGE = range(32_874, 73_051)  # 1990 to 2100
_EPOCH_SECONDS = range(1_000_000_000, 4_102_416_000)
_EPOCH_DIGITS = {10: 1000, 13: 1}

_CLOCK = (
    r"(?:[T,\s]*(?P<before>上午|下午|凌晨|中午|晚上|am|pm)?\s*(?P<hour>\d{1,2})\s*[:时点]"
    r"\s*(?:(?P<minute>\d{1,2})\s*分?\s*:?)?(?:(?P<second>\d{1,2})秒?(?:[.,](?P<part>\d{1,9}))?)?"
    r"\s*(?P<after>am|pm)?\s*(?P<zone>z|utc|[+-]\d{2}:?\d{2})?)?\s*"
)
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})日?" + _CLOCK,
    re.IGNORECASE | re.ASCII,
)
_AMERICAN = re.compile(
    r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})" + _CLOCK, re.IGNORECASE | re.ASCII
)
_COMPACT = re.compile(
    r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})"
    r"(?:[ T]?(?P<hour>\d{2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2}))?)?",
    re.ASCII,
)
_AFTERNOON = frozenset({"下午", "晚上", "中午", "pm"})

_NOT_URGENT = re.compile(r"不(?:紧)?急|非(?:紧)?急")
_CRITICAL = re.compile(
    r"特急|特别紧急|非常紧急|特别重大|重大紧急|critical|emergency", re.IGNORECASE
)
_URGENT = re.compile(r"急|urgent|high", re.IGNORECASE)
_OPEN = frozenset(
    {"", "否", "不", "不保密", "未保密", "非保密", "公开", "普通", "无", "0", "n", "no"}
)
_OPEN_ENGLISH = frozenset({"false", "public", "open"})
_INTERNAL = frozenset({"内部", "内部公开", "internal"})


@lru_cache(maxsize=1)
def _shanghai() -> ZoneInfo:
    return ZoneInfo("Asia/Shanghai")


def parse_time(cell: Cell) -> int | None:
    """Return a time as UTC milliseconds, or None where it cannot be read.

    Text without an offset is local time; a lone number is an Excel serial or epoch seconds or
    milliseconds; `4/5/2019` is the fifth of April, as the 311 files write it.
    """
    try:
        if isinstance(cell, datetime):
            return _milliseconds(cell)
        if isinstance(cell, int | float):
            return _time_of_number(cell)
        return _time_of_text(unicodedata.normalize("NFKC", cell).strip()) if cell else None
    except (ValueError, OverflowError):
        return None


def is_written_as_time(cell: Cell) -> bool:
    """Say whether a cell is plainly a time, not a number that might be read as one."""
    if isinstance(cell, str) and not cell.isdecimal() and not _SERIAL.fullmatch(cell):
        return parse_time(cell) is not None
    return isinstance(cell, datetime)


def parse_coordinate(cell: Cell, bound: int) -> int | None:
    """Return degrees as integer millionths; raise ValueError where |degrees| passes `bound`."""
    if cell is None:
        return None
    degrees = float(as_text(cell))
    if not math.isfinite(degrees) or abs(degrees) > bound:
        raise ValueError(cell)
    return round(degrees * 1_000_000)


def parse_urgency(cell: Cell) -> Urgency:
    """Read the urgency from words; whatever is not called urgent is normal."""
    text = as_text(cell)
    if _NOT_URGENT.search(text):
        return "normal"
    if _CRITICAL.search(text):
        return "critical"
    return "urgent" if _URGENT.search(text) else "normal"


def parse_secrecy(cell: Cell) -> int:
    """Read 是否保密 as 0 open, 1 internal, 2 secret; an unknown word is taken for secret."""
    text = as_text(cell).casefold()
    if text in _OPEN or text in _OPEN_ENGLISH:
        return 0
    return 1 if text in _INTERNAL else 2


def _milliseconds(moment: datetime) -> int:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=_shanghai())
    return (aware - _EPOCH) // timedelta(milliseconds=1)


def _time_of_number(number: float) -> int | None:
    if int(number) in _SERIAL_RANGE:
        return _milliseconds(_EXCEL_EPOCH + timedelta(seconds=round(number * 86_400)))
    if int(number) in _EPOCH_SECONDS:
        return round(number * 1000)
    return _time_of_text(as_text(number))


def _time_of_text(text: str) -> int | None:
    if _SERIAL.fullmatch(text):
        return _time_of_number(float(text))
    if text.isdecimal() and len(text) in _EPOCH_DIGITS:
        return int(text) * _EPOCH_DIGITS[len(text)]
    for pattern in (_YEAR_FIRST, _AMERICAN, _COMPACT):
        if match := pattern.fullmatch(text):
            return _time_of_match(match.groupdict())
    return None


def _time_of_match(parts: dict[str, str | None]) -> int:
    def number(name: str) -> int:
        return int(parts.get(name) or 0)

    half = (parts.get("before") or parts.get("after") or "").lower()
    moment = datetime(
        number("year"),
        number("month"),
        number("day"),
        _hour(number("hour"), half),
        number("minute"),
        number("second"),
        int((parts.get("part") or "0").ljust(6, "0")[:6]),
        tzinfo=_zone(parts.get("zone")),
    )
    return _milliseconds(moment)


def _hour(hour: int, half: str) -> int:
    if half in _AFTERNOON:
        # 中午11点 is still before noon.
        return hour + 12 if hour < 12 and not (half == "中午" and hour > 2) else hour
    return 0 if half == "am" and hour == 12 else hour


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text.lower() in {"z", "utc"}:
        return UTC
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:])))
