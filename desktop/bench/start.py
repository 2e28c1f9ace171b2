"""From the start of the process to the first painted page of the queue."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from desktop.bench.data import record
from desktop.bench.figures import Figure, in_turn, median_ratio
from desktop.settings import HOME_ENV

LIMIT = 2.0
ROUNDS = 11
_ROOT = Path(__file__).resolve().parents[2]
_WINDOW = Path(__file__).with_name("empty_window.py")


class Painted(NamedTuple):
    """What a start took: seconds, heavy modules, pages of memory (1 where that is not told)."""

    seconds: float
    modules: list[str]
    pages: float


def measure_start(data: Path) -> list[Figure]:
    """Time the start on ten years of one town against an empty window; count heavy modules."""
    environment = child_environment(data) | {HOME_ENV: str(record(data, "town10"))}
    program = [sys.executable, "-m", "desktop", "--until-painted"]
    window = [sys.executable, "-P", str(_WINDOW)]
    loaded: set[str] = set()

    def start(command: list[str]) -> float:
        painted = until_painted(command, environment)
        loaded.update(painted.modules)
        return painted.seconds

    ours, theirs = in_turn(partial(start, program), partial(start, window), ROUNDS)
    return [
        Figure("start", median_ratio(ours, theirs), LIMIT),
        Figure("start_modules", len(loaded), 0),
    ]


def child_environment(data: Path) -> dict[str, str]:
    """Return an environment without a screen in which modules are compiled once, as installed."""
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(data / "pycache")
    environment["QT_QPA_PLATFORM"] = "offscreen"
    return environment


def until_painted(command: list[str], environment: dict[str, str]) -> Painted:
    """Run a program; return what it took until it said `painted`, and what it says after that."""
    begin = perf_counter()
    with subprocess.Popen(  # noqa: S603 - our own programs
        command, env=environment, cwd=_ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        words = process.stdout.readline().split()
        seconds = perf_counter() - begin
        resident = process.stdout.readline().split()
    if words[:1] != ["painted"]:
        raise RuntimeError(f"{command[-1]} painted nothing (exit {process.returncode})")
    return Painted(seconds, words[1:], float(resident[1]) if resident else 1.0)
