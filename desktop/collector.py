"""Python's cycle collector, kept on the GUI thread.

Left to itself it runs on whatever thread allocates next. There it may destroy a widget that died
in a cycle, and Qt aborts: timers and widgets belong to their thread.
"""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

INTERVAL_MS = 1_000


class Collector(QObject):
    """Turns automatic collection off and collects by the usual thresholds on a timer."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        gc.disable()
        # What the start made lives as long as the program: not worth looking at again.
        gc.freeze()
        timer = QTimer(self, interval=INTERVAL_MS)
        timer.timeout.connect(self.collect)
        timer.start()

    @Slot()
    def collect(self) -> None:
        """Collect the generations that are due."""
        for generation, threshold in enumerate(self._thresholds):
            if gc.get_count()[generation] <= threshold:
                break
            gc.collect(generation)
