"""The program's window on a record with what a desk keeps open, in a process of its own."""

import os
import sys
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer

from desktop.app import make_application, open_session
from desktop.bench.scroll_window import resident
from desktop.collector import Collector

SHOWN = ("map", "desk")
SETTLE_MS = 2_000
LOOK_MS = 20
"""Not in step with the look at the disk each second: it would be under way each time."""


def main(home: Path) -> None:
    """Open the screens one after the other; say how many pages of memory that takes."""
    application = make_application()
    session = open_session(home)
    Collector(application)
    session.window.resize(1440, 900)
    session.window.show()
    _wait()
    for name in SHOWN:
        session.window.open_screen(name)
        _wait()
    while session.runner.pending:
        _wait(LOOK_MS)
    sys.stdout.write(f"painted {' '.join(SHOWN)}\nresident {resident()}\n")
    sys.stdout.flush()
    os._exit(0)


def _wait(milliseconds: int = SETTLE_MS) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
