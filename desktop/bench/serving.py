"""A hub that is measured, answering on a thread."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from db.hub.server import Server
from db.hub.store import HubStore


@contextmanager
def serving(hub: HubStore) -> Iterator[str]:
    """Serve a record while the block lasts; gives its address."""
    server = Server(hub, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server.url
    finally:
        server.should_exit = True
        thread.join()
