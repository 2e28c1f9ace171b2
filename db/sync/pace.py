"""When to try the line again. A timer asks, never an event alone."""

from random import Random

FIRST = 5.0
LONGEST = 15 * 60.0
CALM = (20.0, 40.0)
_MAX_DOUBLINGS = 10


def next_delay(failures: int, random: Random) -> float:
    """Return the seconds until the next exchange after so many failures in a row.

    The whole span is random, so that a town's rooms do not come back in the same second.
    """
    if failures <= 0:
        return random.uniform(*CALM)
    ceiling = min(LONGEST, FIRST * 2 ** min(failures, _MAX_DOUBLINGS))
    return random.uniform(FIRST, ceiling)
