"""A thin, long and lossy line that breaks: 200 kbit/s, 600 ms there and back, 5 % sent again.

Nothing of the system is needed for it: it passes on what it is given, as late as such a line would.
"""

import queue
import socket
import threading
from contextlib import suppress
from time import monotonic, sleep

from tests.flows.rig import Wire

SEGMENT = 1_400
BYTES_A_SECOND = 25_000
ONE_WAY = 0.3
LOSS = 0.05
_BUFFER = 16_384


class ThinLine(Wire):
    """Each way has its own rate. After so many bytes of `cuts` both ways it breaks, each time."""

    def __init__(self, port, dice, cuts):
        super().__init__(port)
        self._dice, self._cuts = dice, iter(cuts)
        self._left = next(self._cuts)
        self._lock = threading.Lock()
        self.passed = self.broken = 0
        # What the system holds for it is no part of a thin line.
        self._listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)

    def _carry(self, source, target):
        on_the_way = queue.Queue()
        threading.Thread(target=self._deliver, args=(on_the_way, target), daemon=True).start()
        free_at = 0.0
        with suppress(OSError):
            while data := source.recv(SEGMENT):
                is_lost = self._dice.random() < LOSS
                free_at = max(free_at, monotonic()) + len(data) / BYTES_A_SECOND
                free_at += 2 * ONE_WAY * is_lost
                sleep(max(0.0, free_at - monotonic()))
                on_the_way.put((monotonic() + ONE_WAY, data))
                self._wear(len(data))
        on_the_way.put((monotonic() + ONE_WAY, b""))

    def _deliver(self, on_the_way, target):
        with suppress(OSError):
            while True:
                due, data = on_the_way.get()
                sleep(max(0.0, due - monotonic()))
                if not data:
                    break
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)

    def _wear(self, size):
        """Count what passed; break where it is time for that."""
        with self._lock:
            self.passed += size
            self._left -= size
            if self._left > 0:
                return
            self._left = next(self._cuts)
            self.broken += 1
            lines, self._lines = self._lines, []
        for line in lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
