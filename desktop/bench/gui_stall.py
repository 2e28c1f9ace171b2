"""How long the window does not answer while the record works hard beside it."""

import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import orjson

from desktop.bench.data import record
from desktop.bench.figures import Figure
from desktop.bench.start import child_environment

LIMIT = 50.0
OPS, ROWS, ROUNDS = 14_000, 5_000, 3
"""The month's ops and a day's file; any other size by hand, see the window's module."""
_WINDOW = Path(__file__).with_name("gui_stall_window.py")


def measure_stall(data: Path) -> list[Figure]:
    """Return the longest gap between two ticks, in milliseconds.

    The record works beside it: a batch, a sheet, an import, the room served. Less what the machine
    did for others in the gap (`desktop.bench.meter`). A gap of the program's own comes again in
    each round: the median of the rounds' worst.
    """
    worst = []
    for _ in range(ROUNDS):
        with TemporaryDirectory(dir=data) as folder:
            command = [
                sys.executable, "-P", str(_WINDOW), str(record(data, "month")), folder,
                str(OPS), str(ROWS),
            ]  # fmt: skip
            done = subprocess.run(  # noqa: S603 - our own program
                command, env=child_environment(data), stdout=subprocess.PIPE, check=True
            )
            gaps: dict[str, float] = orjson.loads(done.stdout)
            worst.append(max(gap for name, gap in gaps.items() if name != "idle"))
    return [Figure("gui_stall", median(worst), LIMIT)]
