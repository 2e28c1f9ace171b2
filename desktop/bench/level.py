"""A new station: the seconds until it has all that its town ever wrote."""

from pathlib import Path
from tempfile import TemporaryDirectory

from db.commands.site import init_site
from db.hub.server import init_hub, issue_code, open_hub
from db.hub.store import HubStore
from db.store.store import Store
from db.sync.client import sync_once
from db.sync.exchange import own_heads
from db.sync.line import HubClient
from desktop.bench.data import copy_of, record
from desktop.bench.figures import Figure, timed
from desktop.bench.serving import serving

LIMIT, OPS = 60.0, 100_000


def measure_level(data: Path) -> list[Figure]:
    """Time a new station's first exchange, over a real line, as seconds for 100,000 ops."""
    with TemporaryDirectory(dir=data) as folder:
        home = Path(folder)
        init_hub(home / "hub", "区级交换", "file")
        with (
            open_hub(home / "hub") as kept,
            serving(HubStore(kept)) as url,
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
