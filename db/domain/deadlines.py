"""When something is due, and why.

A deadline is always computed from its start and its limit, never moved by increments
(the four limit kinds of urban management practice: 紧急工作时, 工作时, 工作日, 自然日).
Instants are UTC milliseconds; the working calendar is that of Asia/Shanghai, which has had no
daylight saving since 1991, so a fixed offset is exact.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar

from db.domain.lists import Limit

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
OFFSET = 8 * HOUR
WORKING_HOURS = ((8 * 60, 12 * 60), (14 * 60, 18 * 60))
"""Working intervals of a day in minutes after midnight (08:00-12:00, 14:00-18:00)."""

_EPOCH = date(1970, 1, 1)
_MAX_DAYS = 4000


@dataclass(frozen=True, slots=True)
class Interval:
    """Working time that was counted, UTC milliseconds."""

    from_at: int
    to_at: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """A day that was passed over: reason is weekend, holiday or the name of the holiday."""

    day: date
    reason: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """An instant and its explanation. `uncovered_years` had no holiday table: weekends only."""

    start_at: int
    limit: Limit
    due_at: int
    counted: tuple[Interval, ...]
    skipped: tuple[Skipped, ...]
    uncovered_years: tuple[int, ...]


def deadline(start_at: int, limit: Limit) -> Deadline:
    """Return the deadline of a limit that starts at an instant, with its explanation."""
    if limit.unit in ("urgent_hour", "natural_day"):
        span = limit.amount * (MINUTE if limit.unit == "urgent_hour" else DAY)
        due = start_at + span
        return Deadline(start_at, limit, due, (Interval(start_at, due),), (), ())
    if limit.unit == "work_hour":
        return _work_minutes(start_at, limit)
    return _work_days(start_at, limit)


def due_at(start_at: int, limit: Limit) -> int:
    """Return only the instant of `deadline`."""
    return deadline(start_at, limit).due_at


def local_date(at: int) -> date:
    """Return the calendar day in China of an instant."""
    return _EPOCH + timedelta(days=(at + OFFSET) // DAY)


def day_start(day: date) -> int:
    """Return the instant of local midnight at which a day begins."""
    return (day - _EPOCH).days * DAY - OFFSET


@lru_cache(maxsize=8192)
def day_off(day: date) -> tuple[str, bool]:
    """Return why a day is off ("" for a working day) and whether its year's table is known."""
    try:
        is_off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return ("weekend" if day.weekday() >= 5 else "", False)
    if not is_off:
        return ("", True)
    return (name or "weekend", True)


def _work_minutes(start_at: int, limit: Limit) -> Deadline:
    left = limit.amount * MINUTE
    counted: list[Interval] = []
    walk = _Walk(start_at)
    for day in walk:
        for from_minute, to_minute in WORKING_HOURS:
            begin = max(start_at, day_start(day) + from_minute * MINUTE)
            end = day_start(day) + to_minute * MINUTE
            if begin >= end:
                continue
            used = min(left, end - begin)
            counted.append(Interval(begin, begin + used))
            left -= used
            if left == 0:
                return walk.result(limit, begin + used, counted)
    raise AssertionError("the walk is bounded by _MAX_DAYS")


def _work_days(start_at: int, limit: Limit) -> Deadline:
    """End of working hours of the N-th working day after the start day.

    A start outside working time counts as a start on the next working day; the midday break is
    inside a working day.
    """
    counted: list[Interval] = []
    walk = _Walk(start_at)
    start_day: date | None = None
    for day in walk:
        opens = day_start(day) + WORKING_HOURS[0][0] * MINUTE
        closes = day_start(day) + WORKING_HOURS[-1][1] * MINUTE
        if start_day is None:
            if start_at < closes:
                start_day = day
            continue
        counted.append(Interval(opens, closes))
        if len(counted) == limit.amount:
            return walk.result(limit, closes, counted)
    raise AssertionError("the walk is bounded by _MAX_DAYS")


class _Walk:
    """The working days from a start on, noting what is passed over."""

    def __init__(self, start_at: int) -> None:
        self.start_at = start_at
        self.skipped: list[Skipped] = []
        self.uncovered: set[int] = set()

    def __iter__(self) -> Iterator[date]:
        first = local_date(self.start_at)
        for number in range(_MAX_DAYS):
            day = first + timedelta(days=number)
            reason, is_covered = day_off(day)
            if not is_covered:
                self.uncovered.add(day.year)
            if reason:
                self.skipped.append(Skipped(day, reason))
            else:
                yield day

    def result(self, limit: Limit, due: int, counted: list[Interval]) -> Deadline:
        return Deadline(
            self.start_at,
            limit,
            due,
            tuple(counted),
            tuple(self.skipped),
            tuple(sorted(self.uncovered)),
        )
