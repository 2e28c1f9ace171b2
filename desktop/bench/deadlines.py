"""The deadlines of all open timers, over weekends, holidays and pauses."""

import random
from collections.abc import Sequence
from pathlib import Path

from db.domain.calendar import DAY, DEFAULT_CALENDAR, HOUR, MINUTE
from db.domain.deadlines import Pause, due_at
from db.domain.lists import Limit
from desktop.bench.figures import Figure, in_turn, median_ratio, timed

DEADLINE_LIMIT = 3.0
TIMERS = 100_000
ROUNDS = 7
_FIRST_AT = 1_704_067_200_000
"""The first day of 2024: three years for which the holidays are known."""
_YEARS = 3
_LIMITS = tuple(
    Limit(unit, amount)
    for unit, amounts in {
        "urgent_hour": (15, 30, 60, 240, 1440),
        "work_hour": (60, 120, 240, 300, 480),
        "work_day": (1, 2, 5, 7, 13),
        "natural_day": (1, 2, 7, 15, 30),
    }.items()
    for amount in amounts
)

Row = tuple[int, Limit, tuple[Pause, ...]]


def measure_deadlines(_: Path) -> list[Figure]:
    """Time the deadlines of 100,000 timers against one pass that adds up start and amount."""
    rows = timers(TIMERS)
    ours, theirs = in_turn(
        lambda: timed(lambda: dues(rows)), lambda: timed(lambda: _sums(rows)), ROUNDS
    )
    return [Figure("deadline", median_ratio(ours, theirs), DEADLINE_LIMIT)]


def timers(number: int) -> list[Row]:
    """Return timers over three years, all four kinds of limit, a fifth with one to three pauses."""
    chance = random.Random(1)
    return [_timer(chance) for _ in range(number)]


def _timer(chance: random.Random) -> Row:
    start_at = _FIRST_AT + chance.randrange(_YEARS * 365 * DAY)
    number = chance.randint(1, 3) if chance.random() < 0.2 else 0
    begins = [start_at + chance.randrange(5 * DAY) for _ in range(number)]
    pauses = tuple(Pause(at, at + chance.randrange(30 * MINUTE, 72 * HOUR)) for at in begins)
    return start_at, chance.choice(_LIMITS), pauses


def dues(rows: Sequence[Row]) -> list[int]:
    """Return the deadlines of timers."""
    found = []
    for start_at, limit, pauses in rows:
        found.append(due_at(start_at, limit, DEFAULT_CALENDAR, pauses))
    return found


def _sums(rows: Sequence[Row]) -> list[int]:
    found = []
    for start_at, limit, _ in rows:
        found.append(start_at + limit.amount)
    return found
