"""What both scrolling windows share: their size, the frames, the talk with the bench."""

import sys
from random import Random
from time import perf_counter

import orjson
from PySide6.QtWidgets import QApplication, QTableView

SIZE = (620, 820)
"""The queue's part of the window of the duty desk."""
ROWS = 1_000_000
FRAMES = 40
WHEEL_ROWS = 3
HOUR = 3_600_000


def due_in(row: int) -> int:
    """Return in how many milliseconds a row is due: some are late, some soon, most are neither."""
    return (row * 37 % 97 - 12) * HOUR


def serve_bursts(view: QTableView, row_height: int) -> None:
    """Show a view; scroll a burst for each line of input, until there is no more."""
    view.resize(*SIZE)
    view.show()
    QApplication.processEvents()
    _answer([])
    rng = Random(1)
    for _ in sys.stdin:
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
