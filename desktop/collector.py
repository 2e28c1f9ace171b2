"""Python's cycle collector, kept on the GUI thread.

Left to itself it runs on whatever thread allocates next. There it may destroy a widget that died
in a cycle, and Qt aborts: timers and widgets belong to their thread.

While a batch or a file is taken in it waits: the thousands of objects a worker holds then would
all be looked at, with the window standing still, and go by themselves a moment later.
"""

import gc
from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QObject, QTimer, Slot

INTERVAL_MS = 1_000
PATIENCE = 60.0
"""Seconds of work behind the window after which it collects all the same."""


class Collector(QObject):
    """Turns automatic collection off and collects by the usual thresholds on a timer."""

    def __init__(self, parent: QObject, is_busy: Callable[[], bool] = lambda: False) -> None:
        super().__init__(parent)
        self._is_busy = is_busy
        self._last = monotonic()
        self._thresholds = gc.get_threshold()
        gc.disable()
        # What the start made lives as long as the program: not worth looking at again.
        gc.freeze()
        timer = QTimer(self, interval=INTERVAL_MS)
        timer.timeout.connect(self.collect)
        timer.start()

    @Slot()
    def collect(self) -> None:
        """Collect the generations that are due, unless work goes on that will soon be over."""
        if self._is_busy() and monotonic() - self._last < PATIENCE:
            return
        self._last = monotonic()
        for generation, threshold in enumerate(self._thresholds):
            if gc.get_count()[generation] <= threshold:
                break
            gc.collect(generation)
