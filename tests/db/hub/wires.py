"""A line to a server that breaks where a test wants it to."""

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit, urlunsplit


class Wire:
    """Passes bytes between a service and its database.

    `cut` says what happens at the next COMMIT: "before" it reaches the server, "after" it was done
    and before its answer is passed on; empty for nothing.
    """

    def __init__(self, url):
        parts = urlsplit(url)
        self._target = (parts.hostname, parts.port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        port = self._listening.getsockname()[1]
        self.url = urlunsplit(parts._replace(netloc=f"{parts.username}@127.0.0.1:{port}"))
        self.cut = ""
        self.cuts = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._listening.close()

    def _accept(self):
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                far = socket.create_connection(self._target)
                line = _Line(self, near, far)
                threading.Thread(target=line.outward, daemon=True).start()
                threading.Thread(target=line.inward, daemon=True).start()


class _Line:
    def __init__(self, wire, near, far):
        self._wire, self._near, self._far = wire, near, far
        self._is_muted = False

    def outward(self):
        with suppress(OSError):
            while data := self._near.recv(65536):
                if b"COMMIT" in data and self._wire.cut:
                    how, self._wire.cut = self._wire.cut, ""
                    self._wire.cuts += 1
                    self._is_muted = True
                    if how == "before":
                        break
                self._far.sendall(data)
        self._end()

    def inward(self):
        with suppress(OSError):
            while data := self._far.recv(65536):
                if self._is_muted:
                    break  # The server has answered: the commit is done.
                self._near.sendall(data)
        self._end()

    def _end(self):
        for one in (self._near, self._far):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
