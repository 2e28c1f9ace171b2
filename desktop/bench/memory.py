"""What the program holds in memory with a town's ten years open."""

import sys
from pathlib import Path

from desktop.bench.data import record
from desktop.bench.figures import Figure, in_turn, median_ratio
from desktop.bench.start import child_environment, until_painted

LIMIT = 4.0
ROUNDS = 5
_FOLDER = Path(__file__).parent


def measure_memory(data: Path) -> list[Figure]:
    """Compare what is resident with queue and map shown against an empty window."""
    environment = child_environment(data)
    home = record(data, "town10")
    ours = [sys.executable, "-P", str(_FOLDER / "memory_window.py"), str(home)]
    theirs = [sys.executable, "-P", str(_FOLDER / "empty_window.py")]
    pages = in_turn(
        lambda: until_painted(ours, environment).pages,
        lambda: until_painted(theirs, environment).pages,
        ROUNDS,
        warm_up=1,
    )
    return [Figure("memory", median_ratio(*pages), LIMIT)]
