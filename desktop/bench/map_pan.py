"""Panning a map of 755 grids and 5,000 points, against the same map without its labels."""

from pathlib import Path

from desktop.bench.figures import Figure, in_turn, p95
from desktop.bench.scroll import Scroller
from desktop.bench.start import child_environment

LIMIT = 1.6
BURSTS = 25
POINTS = 5_000


def measure_map_pan(data: Path) -> list[Figure]:
    """Time frames of both maps in turn, each in a process of its own."""
    environment = child_environment(data)
    with (
        Scroller("map_window.py", (POINTS, "labels"), environment) as ours,
        Scroller("map_window.py", (POINTS, "bare"), environment) as theirs,
    ):
        in_turn(ours.burst, theirs.burst, BURSTS)
        return [Figure("map_pan", p95(ours.frames) / p95(theirs.frames), LIMIT)]
