"""Which days and hours are worked, and working time as a clock.

The holidays of China stand in the library `chinesecalendar` for the years whose notice of the
State Council it knows; a calendar may bring more days, or other ones, from a file. Instants are
UTC milliseconds; local time is that of Asia/Shanghai, which has had no daylight saving since 1991,
so a fixed offset is exact.
"""

import re
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate, compress, pairwise
from typing import Any

import chinese_calendar

from db.domain.errors import InputError

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
OFFSET = 8 * HOUR
WORKING_HOURS = ((8 * 60, 12 * 60), (14 * 60, 18 * 60))
"""Working intervals of a day in minutes after midnight (08:00-12:00, 14:00-18:00)."""

_EPOCH = date(1970, 1, 1)
_LAST_YEAR = 2199
_DAYS = (date(_LAST_YEAR + 1, 1, 1) - _EPOCH).days
_WEEK_OF_EPOCH = b"\1\1\0\0\1\1\1"
"""Whether a day is worked, from a Thursday on: 1970-01-01 was one."""
_LIBRARY_YEARS = frozenset(day.year for day in chinese_calendar.holidays)

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SPAN = re.compile(r"([0-9]{1,2}):([0-5][0-9])-([0-9]{1,2}):([0-5][0-9])")
_IS_OFF = {"1": True, "是": True, "true": True, "0": False, "否": False, "false": False}

Spans = tuple[tuple[int, int], ...]
Row = Mapping[str, str]


def local_date(at: int) -> date:
    """Return the calendar day in China of an instant."""
    return _EPOCH + timedelta(days=(at + OFFSET) // DAY)


def day_start(day: date) -> int:
    """Return the instant of local midnight at which a day begins."""
    return _day_number(day) * DAY - OFFSET


@dataclass(frozen=True)
class Calendar:
    """The working calendar of a town.

    `hours` are the working intervals of every working day in minutes after midnight, ascending.
    `days` go before the library: (whether the day is off, the name of the holiday). Raises
    InputError for hours that overlap, are empty or run backwards, and for none at all: a deadline
    would never come.
    """

    version: str = ""
    hours: Spans = WORKING_HOURS
    days: Mapping[date, tuple[bool, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        edges = [0, *(edge for span in self.hours for edge in span), 24 * 60]
        is_ascending = all(begin <= end for begin, end in pairwise(edges))
        if not self.hours or not is_ascending or any(begin == end for begin, end in self.hours):
            raise InputError("calendar_hours_malformed", value=_hours_text(self.hours))

    def day_off(self, day: date) -> tuple[str, bool]:
        """Return why a day is off ("" for a working day) and whether its year's table is known.

        The reason is `weekend`, `holiday` or the name of the holiday. Where no table knows the
        year, weekends are off and nothing else is.
        """
        is_weekend = day.weekday() >= 5
        named = self.days.get(day) or _library_day(day) or (is_weekend, "")
        if not named[0]:
            return ("", self.covers(day.year))
        return (named[1] or ("weekend" if is_weekend else "holiday"), self.covers(day.year))

    def is_working(self, at: int) -> bool:
        """Whether an instant (UTC milliseconds) lies in working hours of a working day."""
        return self.clock.shown(at + 1) > self.clock.shown(at)

    def covers(self, year: int) -> bool:
        """Whether a table of holidays is known for a year."""
        return year in _LIBRARY_YEARS or year in self._years

    @cached_property
    def _years(self) -> frozenset[int]:
        # The notice of a year also names days of the December before it: they alone are no table.
        return frozenset(day.year for day in self.days if day.month < 12)

    @cached_property
    def clock(self) -> "WorkClock":
        """Working time by this calendar; made when first asked for."""
        works = bytearray(_WEEK_OF_EPOCH * (_DAYS // 7 + 1))[:_DAYS]
        known = dict.fromkeys(chinese_calendar.holidays, True)
        known |= dict.fromkeys(chinese_calendar.workdays, False)
        known |= {day: is_off for day, (is_off, _) in self.days.items()}
        for day, is_off in known.items():
            works[_day_number(day)] = not is_off
        return WorkClock(bytes(works), self.hours)


class WorkClock:
    """A clock that runs only in working hours.

    It shows the working milliseconds since 1970-01-01 and is read from tables, of the days and of
    the minutes of one day: neither a long limit nor a long holiday costs anything. Raises
    InputError for what lies beyond the years it knows.
    """

    __slots__ = (
        "_begins",
        "_closing",
        "_minutes",
        "_ran",
        "_runs",
        "_shown",
        "_works",
        "day_length",
    )

    def __init__(self, works: bytes, hours: Spans) -> None:
        runs = bytearray(24 * 60)
        for begin, end in hours:
            runs[begin:end] = b"\1" * (end - begin)
        times = range(0, DAY, MINUTE)
        midnights = range(-OFFSET, _DAYS * DAY - OFFSET, DAY)
        self.day_length = sum(runs) * MINUTE
        self._closing = hours[-1][1] * MINUTE
        # By day: whether it is worked, what the clock shows as it begins; the midnights of those.
        self._works = works
        self._shown = array("q", accumulate(map(self.day_length.__mul__, works), initial=0))
        self._begins = array("q", compress(midnights, works))
        # By minute of a working day: whether it counts, and what counts before; those that do.
        self._runs = bytes(runs)
        self._ran = array("i", (minutes * MINUTE for minutes in accumulate(runs, initial=0)))
        self._minutes = array("i", compress(times, runs))

    def shown(self, at: int) -> int:
        """Return what the clock shows at an instant."""
        local = at + OFFSET
        day = local // DAY
        if not 0 <= day < _DAYS:
            raise _beyond()
        if not self._works[day]:
            return self._shown[day]
        time = local % DAY
        minute = time // MINUTE
        return self._shown[day] + self._ran[minute] + self._runs[minute] * (time % MINUTE)

    def first_at(self, shown: int) -> int:
        """Return the first instant at which the clock shows so much."""
        # What it counts ends with the last millisecond, in that one's day and minute.
        number, time = divmod(shown - 1, self.day_length)
        try:
            return self._begins[number] + self._minutes[time // MINUTE] + time % MINUTE + 1
        except IndexError as error:
            raise _beyond() from error

    def start_day(self, at: int) -> int:
        """Return the number of the first working day that closes after an instant."""
        day = (at + OFFSET - self._closing) // DAY + 1
        if not 0 <= day < _DAYS:
            raise _beyond()
        return self._shown[day] // self.day_length

    def closing(self, number: int) -> int:
        """Return the end of hours of a working day, by its number."""
        try:
            return self._begins[number] + self._closing
        except IndexError as error:
            raise _beyond() from error


def parse_calendar(version: str, hours_text: str, rows: Iterable[Row]) -> Calendar:
    """Build a calendar from hours such as `08:00-12:00,14:00-18:00` and rows of days.

    A row has `date` (2026-10-01), `is_off` (1 or 0, 是 or 否, true or false) and `name`; the first
    row is row 2, as under a heading. Raises InputError for a table without days, a row that is
    malformed and a day that comes twice and differently.
    """
    days: dict[date, tuple[bool, str]] = {}
    for number, row in enumerate(rows, start=2):
        day = _day(row.get("date"), number)
        entry = (_is_off(row.get("is_off"), number), (row.get("name") or "").strip())
        if days.setdefault(day, entry) != entry:
            raise InputError("calendar_day_twice", row=number, column="date", value=str(day))
    if not days:
        raise InputError("calendar_year_empty")
    return Calendar(version, parse_hours(hours_text), days)


def parse_hours(text: str) -> Spans:
    """Read working hours such as `08:00-12:00,14:00-18:00`; `00:00-24:00` is round the clock.

    Raises InputError for what cannot be read; whether the hours make sense `Calendar` decides.
    """
    spans = [_SPAN.fullmatch(span.strip()) for span in text.split(",")]
    found = [tuple(int(number) for number in span.groups()) for span in spans if span]
    if len(found) < len(spans):
        raise InputError("calendar_hours_malformed", value=text)
    return tuple((hour * 60 + minute, to * 60 + past) for hour, minute, to, past in found)


def _day(value: Any, number: int) -> date:
    try:
        day = date.fromisoformat(value) if _DATE.fullmatch(value) else None
    except (TypeError, ValueError):
        day = None
    if day is None or not _EPOCH.year <= day.year <= _LAST_YEAR:
        raise _malformed(number, "date", value)
    return day


def _is_off(value: Any, number: int) -> bool:
    found = _IS_OFF.get(str(value).strip().lower())
    if found is None:
        raise _malformed(number, "is_off", value)
    return found


def _malformed(number: int, column: str, value: Any) -> InputError:
    return InputError("calendar_row_malformed", row=number, column=column, value=_short(value))


def _short(value: Any) -> str:
    return "" if value is None else str(value)[:40]


def _hours_text(hours: Spans) -> str:
    def clock(minute: int) -> str:
        return f"{minute // 60:02}:{minute % 60:02}"

    return ",".join(f"{clock(begin)}-{clock(end)}" for begin, end in hours)


def _library_day(day: date) -> tuple[bool, str] | None:
    if day in chinese_calendar.workdays:
        return (False, "")
    name = chinese_calendar.holidays.get(day)
    return (True, name) if name else None


def _beyond() -> InputError:
    return InputError("deadline_beyond_calendar", value=_LAST_YEAR)


def _day_number(day: date) -> int:
    return (day - _EPOCH).days


DEFAULT_CALENDAR = Calendar()
"""The hours of this program and the holidays the library knows."""
