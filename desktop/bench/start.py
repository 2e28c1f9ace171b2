"""From the start of the process to the first painted page of the queue."""

import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from desktop.bench.data import record
from desktop.bench.figures import Figure, in_turn, median_ratio
from desktop.settings import HOME_ENV

LIMIT = 2.0
ROUNDS = 11
_ROOT = Path(__file__).resolve().parents[2]
_WINDOW = Path(__file__).with_name("empty_window.py")


def measure_start(data: Path) -> list[Figure]:
    """Time the start on ten years of one town against an empty window; count heavy modules."""
    environment = child_environment(data) | {HOME_ENV: str(record(data, "town10"))}
    program = [sys.executable, "-m", "desktop", "--until-painted"]
    window = [sys.executable, "-P", str(_WINDOW)]
    loaded: set[str] = set()

    def start() -> float:
        seconds, words = until_painted(program, environment)
        loaded.update(words)
        return seconds

    ours, theirs = in_turn(start, lambda: until_painted(window, environment)[0], ROUNDS)
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


def until_painted(command: list[str], environment: dict[str, str]) -> tuple[float, list[str]]:
    """Run a program; return the seconds until it says `painted`, and the words after that."""
    begin = perf_counter()
    with subprocess.Popen(  # noqa: S603 - our own programs
        command, env=environment, cwd=_ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        words = process.stdout.readline().split()
        seconds = perf_counter() - begin
    if words[:1] != ["painted"]:
        raise RuntimeError(f"{command[-1]} painted nothing (exit {process.returncode})")
    return seconds, words[1:]
