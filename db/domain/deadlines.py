"""When something is due, how much of its time is used, and why.

A deadline is always computed from its start, its limit and the pauses, never moved by increments
(the four limit kinds of urban management practice: 紧急工作时, 工作时, 工作日, 自然日).
Instants are UTC milliseconds.

Each kind has a clock. That of 紧急工作时 and 自然日 runs always, that of 工作时 and 工作日 runs in
working hours; a paused clock stands. Something is due at the first instant at which its clock has
run for the limit. So pauses are measured in the same time as their limit; their order, and whether
they overlap, changes nothing; and a pause that begins after the deadline does not undo it.

A limit of N working days runs until the end of hours of the N-th working day after the day of the
start (a start outside working time counts as one on the next working day). Working time lost to
pauses is added, and the day in which that ends counts whole.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter
from typing import NamedTuple

from db.domain.calendar import (
    DAY,
    DEFAULT_CALENDAR,
    HOUR,
    MINUTE,
    OFFSET,
    WORKING_HOURS,
    Calendar,
    day_start,
    local_date,
)
from db.domain.lists import Limit

__all__ = [
    "DAY",
    "HOUR",
    "MINUTE",
    "OFFSET",
    "WORKING_HOURS",
    "Deadline",
    "Interval",
    "Pause",
    "Skipped",
    "day_start",
    "deadline",
    "due_at",
    "halved",
    "late_days",
    "local_date",
    "longer",
    "rework_limit",
    "share_used",
]

_ALWAYS = {"urgent_hour": MINUTE, "natural_day": DAY}
"""The kinds whose clock runs always, and the length of one of their units."""
_FROM = itemgetter(0)
_LEAST_REWORK = Limit("work_hour", 4 * 60)


class Pause(NamedTuple):
    """A time in which a clock stands; `to_at` is None while it still does."""

    from_at: int
    to_at: int | None = None


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of time, UTC milliseconds."""

    from_at: int
    to_at: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """A day that was passed over: reason is weekend, holiday or the name of the holiday."""

    day: date
    reason: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """An instant and its explanation. `uncovered_years` had no holiday table: weekends only.

    `counted` and `paused` are in order and apart. While the clock is paused (since `paused_at`),
    `due_at` knows only of the pauses that have ended.
    """

    start_at: int
    limit: Limit
    due_at: int
    counted: tuple[Interval, ...]
    skipped: tuple[Skipped, ...]
    uncovered_years: tuple[int, ...]
    paused: tuple[Interval, ...] = ()
    paused_at: int | None = None

    @property
    def is_paused(self) -> bool:
        """Whether the clock stands."""
        return self.paused_at is not None

    def is_late(self, at: int) -> bool:
        """Whether the deadline has passed at an instant; never while the clock is paused."""
        return at > self.due_at and not self.is_paused


def due_at(
    start_at: int,
    limit: Limit,
    calendar: Calendar = DEFAULT_CALENDAR,
    pauses: Sequence[Pause] = (),
) -> int:
    """Return the instant of `deadline`, without the explanation."""
    length = _ALWAYS.get(limit.unit)
    if length:
        due = start_at + limit.amount * length
        return _moved(due, start_at, pauses, _same) if pauses else due
    clock = calendar.clock
    if limit.unit == "work_hour":
        begun = clock.shown(start_at)
        due = begun + limit.amount * MINUTE
        return clock.first_at(_moved(due, begun, pauses, clock.shown) if pauses else due)
    last_day = clock.start_day(start_at) + limit.amount
    if pauses:
        due = (last_day + 1) * clock.day_length
        due = _moved(due, clock.shown(start_at), pauses, clock.shown)
        last_day = -(-due // clock.day_length) - 1
    return clock.closing(last_day)


def deadline(
    start_at: int,
    limit: Limit,
    calendar: Calendar = DEFAULT_CALENDAR,
    pauses: Sequence[Pause] = (),
) -> Deadline:
    """Return the deadline of a limit that starts at an instant, with its explanation.

    Raises InputError where a working time ends beyond the years of the calendar.
    """
    due = due_at(start_at, limit, calendar, pauses)
    paused = tuple(_paused(start_at, due, _ended(pauses)))
    counted: Iterable[Interval] = (Interval(start_at, due),)
    skipped: list[Skipped] = []
    uncovered: set[int] = set()
    if limit.unit not in _ALWAYS:
        worked = []
        for day in _days(start_at, due):
            reason, is_covered = calendar.day_off(day)
            if reason:
                skipped.append(Skipped(day, reason))
            else:
                worked.append(day)
            if not is_covered:
                uncovered.add(day.year)
        hours = _hours if limit.unit == "work_hour" else _whole_days
        counted = hours(worked, start_at, due, calendar)
    return Deadline(
        start_at,
        limit,
        due,
        tuple(_without(counted, paused)),
        tuple(skipped),
        tuple(sorted(uncovered)),
        paused,
        min((pause.from_at for pause in pauses if pause.to_at is None), default=None),
    )


def longer(limit: Limit, by: int) -> Limit:
    """Return a limit extended by an amount in its own unit (延期)."""
    return Limit(limit.unit, limit.amount + by)


def halved(limit: Limit, factor_percent: int = 50) -> Limit:
    """Return a part of a limit (等级响应): whole minutes or days, rounded up, at least one."""
    return Limit(limit.unit, max(1, -(-limit.amount * factor_percent // 100)))


def rework_limit(limit: Limit, calendar: Calendar = DEFAULT_CALENDAR) -> Limit:
    """Return the limit of a rework (返工): half the original, at least four working hours (T16).

    The two are compared by the minutes for which their clocks run: a working day has as many as
    its hours, a natural day 1,440.
    """
    half = halved(limit)
    minutes = {"work_day": calendar.clock.day_length // MINUTE, "natural_day": DAY // MINUTE}
    is_enough = half.amount * minutes.get(half.unit, 1) >= _LEAST_REWORK.amount
    return half if is_enough else _LEAST_REWORK


def share_used(
    start_at: int,
    limit: Limit,
    at: int,
    calendar: Calendar = DEFAULT_CALENDAR,
    pauses: Sequence[Pause] = (),
) -> int:
    """Return how much of a limit is used at an instant, permille rounded down.

    It is 1000 or more exactly from the deadline on, except that a running pause holds it.
    """
    due = due_at(start_at, limit, calendar, pauses)
    whole = _ran(start_at, due, limit.unit, calendar, _ended(pauses))
    share = _ran(start_at, at, limit.unit, calendar, pauses) * 1000 // whole
    # The rest of a last day may be paused away: the deadline is its end all the same.
    return share if at >= due else min(share, 999)


def late_days(
    due_at: int,
    at: int,
    calendar: Calendar = DEFAULT_CALENDAR,
    pauses: Sequence[Pause] = (),
) -> int:
    """Return how many working days a deadline is passed, begun ones whole; 0 while it is not.

    A working day is the working time of one day, wherever it begins: what was due on Monday at
    10:00 is one day late until Tuesday at 10:00. So "at most one" and "more than three" (E3-E5)
    are plain comparisons. What is late at all is at least one day late.
    """
    if at <= due_at:
        return 0
    late = _ran(due_at, at, "work_day", calendar, pauses)
    return max(1, -(-late // calendar.clock.day_length))


_Clock = Callable[[int], int]


def _same(at: int) -> int:
    return at


def _moved(due: int, begun: int, pauses: Iterable[Pause], shown: _Clock) -> int:
    """Return what a clock must show at the deadline, when it stood in the pauses that ended.

    `due` is what it would have to show without them, `begun` what it showed at the start.
    """
    for from_at, to_at in sorted(pauses, key=_FROM):
        begin = shown(from_at)
        if begin >= due:
            break
        if begin < begun:
            begin = begun
        end = begin if to_at is None else shown(to_at)
        if end > begin:
            due += end - begin
            begun = end
    return due


def _ended(pauses: Iterable[Pause]) -> list[Pause]:
    return [pause for pause in pauses if pause.to_at is not None]


def _paused(start_at: int, end_at: int, pauses: Iterable[Pause]) -> Iterator[Interval]:
    """Yield the time in pauses between two instants, joined; a running pause lasts to the end."""
    ends = [(from_at, end_at if to_at is None else to_at) for from_at, to_at in pauses]
    begin = end = start_at
    for from_at, to_at in sorted(ends):
        if from_at > end:
            if end > begin:
                yield Interval(begin, end)
            begin = end = min(from_at, end_at)
        end = min(max(end, to_at), end_at)
    if end > begin:
        yield Interval(begin, end)


def _ran(start_at: int, at: int, unit: str, calendar: Calendar, pauses: Iterable[Pause]) -> int:
    """Return for how many milliseconds the clock of a unit has run."""
    shown = _same if unit in _ALWAYS else calendar.clock.shown
    ran = shown(max(start_at, at)) - shown(start_at)
    return ran - sum(
        shown(pause.to_at) - shown(pause.from_at) for pause in _paused(start_at, at, pauses)
    )


def _days(from_at: int, to_at: int) -> Iterator[date]:
    """Yield the days between two instants; one that ends at midnight lies in the day before."""
    day, last = local_date(from_at), local_date(to_at - 1)
    while day <= last:
        yield day
        day += timedelta(days=1)


def _hours(days: Iterable[date], start_at: int, due: int, calendar: Calendar) -> Iterator[Interval]:
    """Yield the working hours of days between a start and a deadline."""
    for day in days:
        for begin, end in calendar.hours:
            from_at = max(start_at, day_start(day) + begin * MINUTE)
            to_at = min(due, day_start(day) + end * MINUTE)
            if from_at < to_at:
                yield Interval(from_at, to_at)


def _whole_days(
    days: Iterable[date], start_at: int, due: int, calendar: Calendar
) -> Iterator[Interval]:
    """Yield the days after that of the start, from their opening to their close."""
    opens, closes = calendar.hours[0][0] * MINUTE, calendar.hours[-1][1] * MINUTE
    starts = [day_start(day) for day in days]
    for start in [start for start in starts if start + closes > start_at][1:]:
        yield Interval(start + opens, start + closes)


def _without(counted: Iterable[Interval], paused: Sequence[Interval]) -> Iterator[Interval]:
    """Yield stretches of time less the pauses in them; both in order and apart."""
    for item in counted:
        begin = item.from_at
        for pause in paused:
            if begin < pause.from_at < item.to_at:
                yield Interval(begin, pause.from_at)
            if pause.from_at < item.to_at:
                begin = max(begin, pause.to_at)
        if begin < item.to_at:
            yield Interval(begin, item.to_at)
