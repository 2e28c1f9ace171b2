"""The one place that reads the wall clock, and what makes it doubtful."""

import time
from collections.abc import Callable

Clock = Callable[[], int]
"""Returns UTC milliseconds."""

EARLIEST = 1_767_225_600_000
"""2026-01-01: no record was written before."""
LATEST = 2_082_758_400_000
"""2036-01-01."""
_BEHIND = 10 * 60_000
_AHEAD = 400 * 86_400_000


def system_clock() -> int:
    """Return the machine's wall clock in UTC milliseconds."""
    return time.time_ns() // 1_000_000


def clock_doubt(now: int, last: int | None) -> str:
    """Return what is odd about a clock: clock_behind, clock_ahead, empty for nothing.

    `last` is the wall time of the record's newest own op, None before there is one; both in UTC
    milliseconds. A doubt is shown, it never refuses work.
    """
    if now < EARLIEST or (last is not None and now < last - _BEHIND):
        return "clock_behind"
    if now >= LATEST or (last is not None and now > last + _AHEAD):
        return "clock_ahead"
    return ""
