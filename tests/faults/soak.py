"""How large a long fault run is, and where its dice start.

`SOAK_SEED` (a number, default: one of the day) starts the dice of every long run; each prints its
own, so that what it found can be played again. `SOAK_SCALE` (default 1.0, the size of a night)
multiplies how much each does; at 1.0 all of `make soak` stays well within the hour at which it is
ended.
"""

import os
import random
import shutil
import tempfile
from pathlib import Path

SEED = int(os.environ.get("SOAK_SEED") or random.SystemRandom().randrange(10**9))
SCALE = float(os.environ.get("SOAK_SCALE", "1"))

MEMORY = Path("/dev/shm")
_ROOM = 2**31


def roomy_memory():
    """Return the folder that lies in memory where there is room in it, else None.

    A kill takes nothing from the system's cache, and the power is cut in a disk that is played:
    no test here waits for a disk.
    """
    has_room = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > _ROOM
    return MEMORY if has_room else None


def scratch():
    """Return a temporary folder, in memory where there is room."""
    return tempfile.TemporaryDirectory(dir=roomy_memory())


def scaled(size):
    """Return a nightly size at the scale asked for, at least one."""
    return max(1, round(size * SCALE))
