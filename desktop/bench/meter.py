"""How long the window's thread is kept from answering, less what the machine does for others."""

from contextlib import suppress
from pathlib import Path
from time import perf_counter, process_time
from typing import NamedTuple

from PySide6.QtCore import QObject, Qt, QTimer, Slot

TICK_MS = 5
_TASKS = Path("/proc/self/task")
_OWN = Path("/proc/thread-self/schedstat")


class Moment(NamedTuple):
    """Milliseconds: the clock, what this process has run, how long threads waited for a core."""

    clock: float
    run: float
    own_wait: float
    all_wait: float


class Gap(NamedTuple):
    """A time without a tick in milliseconds, and what of it is the program's own doing."""

    wall: float
    own: float


def own_part(before: Moment, after: Moment) -> Gap:
    """Return a gap, less the time in which threads of this process were ready and had no core.

    It is never less than what the process ran in the meantime: a thread that waits for a core
    beside one that computes does not excuse that one.
    """
    wall = after.clock - before.clock
    ready = wall - max(after.own_wait - before.own_wait, 0.0)
    unexcused = wall - max(after.all_wait - before.all_wait, 0.0)
    return Gap(wall, max(unexcused, min(ready, after.run - before.run), 0.0))


class Meter(QObject):
    """The longest time between two ticks of the thread it lives on."""

    def __init__(self) -> None:
        super().__init__()
        self.longest = Gap(0.0, 0.0)
        self._last = _now()
        self._timer = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def restart(self) -> None:
        """Forget what was."""
        self.longest, self._last = Gap(0.0, 0.0), _now()

    @Slot()
    def _tick(self) -> None:
        now = _now()
        gap = own_part(self._last, now)
        self.longest = max(self.longest, gap, key=lambda one: one.own)
        self._last = now


def _now() -> Moment:
    clock, run = perf_counter() * 1000, process_time() * 1000
    if not _OWN.exists():
        return Moment(clock, run, 0.0, 0.0)
    waits = [_waited(task / "schedstat") for task in _TASKS.iterdir()]
    return Moment(clock, run, _waited(_OWN), sum(waits))


def _waited(path: Path) -> float:
    """Return how long a thread was ready and had no core, in milliseconds; 0 once it is gone."""
    with suppress(OSError):
        return int(path.read_bytes().split()[1]) / 1e6
    return 0.0
