"""The deadlines of all open timers, over weekends, holidays and pauses."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from db.domain.calendar import DAY, DEFAULT_CALENDAR, HOUR, MINUTE
from db.domain.deadlines import Pause, due_at
from db.domain.lists import Limit
from db.store import driver
from db.store.driver import Connection
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

_PUT_TIMER = (
    "INSERT INTO timer (incident, n, stage, unit, limit_unit, amount, start_at, due_at, policy)"
    " VALUES (?, 0, 'handle', '', ?, ?, ?, 0, '')"
)
_PUT_PAUSE = "INSERT INTO pause (incident, from_at, to_at, reason, doc) VALUES (?, ?, ?, '', '')"
_OPEN = "SELECT incident, start_at, limit_unit, amount FROM timer WHERE ended_at IS NULL"
_PAUSES = "SELECT incident, from_at, to_at FROM pause"

Row = tuple[int, Limit, tuple[Pause, ...]]
Each = Callable[[int, Limit, Sequence[Pause]], int]


def measure_deadlines(data: Path) -> list[Figure]:
    """Time one pass over the 100,000 open timers of a record and their pauses: against itself.

    Ours makes the deadline of each; theirs reads the same rows of the same encrypted file and only
    adds up start and amount.
    """
    with TemporaryDirectory(dir=data) as folder:
        connection = _record(Path(folder) / "timers.db", timers(TIMERS))
        ours, theirs = in_turn(
            lambda: timed(lambda: one_pass(connection, _due)),
            lambda: timed(lambda: one_pass(connection, _sum)),
            ROUNDS,
        )
        connection.close()
    return [Figure("deadline", median_ratio(ours, theirs), DEADLINE_LIMIT)]


def _record(path: Path, rows: Sequence[Row]) -> Connection:
    """Make a file of open timers, one an incident, and of what they stood."""
    key = bytes(range(32))
    driver.create(path, key)
    connection = driver.open_writer(path, key)
    with driver.transaction(connection):
        connection.executemany(
            _PUT_TIMER,
            [
                (number, limit.unit, limit.amount, start_at)
                for number, (start_at, limit, _) in enumerate(rows)
            ],
        )
        connection.executemany(
            _PUT_PAUSE,
            [(number, *pause) for number, (*_, pauses) in enumerate(rows) for pause in pauses],
        )
    return connection


def one_pass(connection: Connection, each: Each) -> list[int]:
    """Read every open timer with its pauses, and return what is made of each."""
    pauses: dict[int, list[Pause]] = {}
    for number, *span in connection.execute(_PAUSES):
        pauses.setdefault(number, []).append(Pause(*span))
    return [
        each(start_at, Limit(unit, amount), pauses.get(number, ()))
        for number, start_at, unit, amount in connection.execute(_OPEN)
    ]


def _due(start_at: int, limit: Limit, pauses: Sequence[Pause]) -> int:
    return due_at(start_at, limit, DEFAULT_CALENDAR, pauses)


def _sum(start_at: int, limit: Limit, pauses: Sequence[Pause]) -> int:
    return start_at + limit.amount


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
