"""A new station: the seconds until it has all that its town ever wrote."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from db.commands.site import init_site
from db.hub.server import Server, init_hub, issue_code, open_hub
from db.hub.store import HubStore
from db.store.store import Store
from db.sync.client import sync_once
from db.sync.exchange import own_heads
from db.sync.line import HubClient
from desktop.bench.data import copy_of, record
from desktop.bench.figures import Figure, timed

LIMIT, OPS = 60.0, 100_000


def measure_level(data: Path) -> list[Figure]:
    """Time a new station's first exchange, over a real line, as seconds for 100,000 ops."""
    with TemporaryDirectory(dir=data) as folder:
        home = Path(folder)
        init_hub(home / "hub", "区级交换", "file")
        with (
            _serving(home / "hub") as url,
            Store.open(copy_of(record(data, "month"), home / "town")) as town,
        ):
            _enrol(town, home / "hub", url)
            _exchange(town)
            place = town.site.town
            init_site(home / "new", town=place, name="新", station="Z9", key_kind="file",
                      has_room_key=False)  # fmt: skip
            with Store.open(home / "new") as newcomer:
                _enrol(newcomer, home / "hub", url)
                took = timed(lambda: _exchange(newcomer))
                count = sum(head.seq for head in own_heads(newcomer))
    return [Figure("level", took / count * OPS, LIMIT)]


def _exchange(store: Store) -> None:
    while True:
        done = sync_once(store)
        if not (done.pushed or done.pulled):
            return


def _enrol(store: Store, hub: Path, url: str) -> None:
    with HubClient(store, url) as line:
        line.enrol(issue_code(hub, store.site.town))


@contextmanager
def _serving(home: Path) -> Iterator[str]:
    with open_hub(home) as store:
        server = Server(HubStore(store), "127.0.0.1", 0)
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            yield server.url
        finally:
            server.should_exit = True
            thread.join()
