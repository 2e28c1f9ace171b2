"""What both scrolling windows share: their size, the frames, the talk with the bench."""

import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from time import perf_counter

import orjson
from PySide6.QtWidgets import QApplication, QTableView

SIZE = (620, 820)
"""The queue's part of the window of the duty desk."""
ROWS = 1_000_000
FEW = 100
FRAMES = 40
WHEEL_ROWS = 3
HOUR = 3_600_000


def due_in(row: int) -> int:
    """Return in how many milliseconds a row is due: some are late, some soon, most are neither."""
    return (row * 37 % 97 - 12) * HOUR


def resident() -> int:
    """Return how many pages of memory this process holds; 0 where the system does not tell."""
    if sys.platform != "linux":
        return 0
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])


def serve_bursts(view: QTableView, row_height: int, fill: Callable[[int], object]) -> None:
    """Show a view and fill it; scroll a burst for each line of input, until there is no more.

    For the line `memory` it answers by how many pages this process has grown since the view showed
    its first few rows: fonts and all that showing anything takes were in memory by then.
    """
    view.resize(*SIZE)
    view.show()
    fill(FEW)
    QApplication.processEvents()
    before = resident()
    fill(ROWS)
    QApplication.processEvents()
    _answer([])
    rng = Random(1)
    for line in sys.stdin:
        if line == "memory\n":
            _answer([float(resident() - before)])
            continue
        _answer(_burst(view, row_height, rng.randrange(view.model().rowCount() - 1_000)))


def _burst(view: QTableView, row_height: int, first: int) -> list[float]:
    """Jump to a row and scroll on by wheel steps; return the seconds of each painted frame."""
    bar, viewport = view.verticalScrollBar(), view.viewport()
    bar.setValue(first * row_height)
    viewport.repaint()
    frames = []
    for n in range(1, FRAMES + 1):
        begin = perf_counter()
        bar.setValue((first + n * WHEEL_ROWS) * row_height)
        viewport.repaint()
        frames.append(perf_counter() - begin)
        QApplication.processEvents()
    return frames


def _answer(frames: list[float]) -> None:
    sys.stdout.write(orjson.dumps(frames).decode() + "\n")
    sys.stdout.flush()
