"""The one place that reads the wall clock."""

import time
from collections.abc import Callable

Clock = Callable[[], int]
"""Returns UTC milliseconds."""


def system_clock() -> int:
    """Return the machine's wall clock in UTC milliseconds."""
    return time.time_ns() // 1_000_000
