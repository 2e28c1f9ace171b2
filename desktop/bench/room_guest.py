"""Another workstation of the room, in a process of its own: takes all there is, brings its own.

Run by the bench, `room_guest.py HOME URL CODE FINGERPRINT OPS`.
"""

import sys
from pathlib import Path

from db.commands.site import init_site
from db.demo.bulk import TOWN
from db.domain.ops import SYSTEM
from db.store.journal import Journal
from db.store.store import Store
from db.sync.client import sync_once
from db.sync.line import HubClient, connect_station, enrol_at_station

BURSTS = 20
"""Exchanges in which the guest brings what it wrote."""


def main(home: Path, url: str, code: str, fingerprint: str, ops: int) -> None:
    """Enrol, fetch everything, and bring `ops` ops in so many bursts."""
    init_site(home, town=TOWN, name="来访", station="C9", key_kind="file")
    with Store.open(home) as store:
        assert enrol_at_station(store, url, code, lambda words: words == fingerprint)
        with connect_station(store, url) as client:
            sync_once(store, client)
            for burst in range(BURSTS):
                _bring(store, client, burst, ops // BURSTS)


def _bring(store: Store, client: HubClient, burst: int, ops: int) -> None:
    def work(journal: Journal) -> None:
        for number in range(ops):
            name = f"guest-{burst}-{number}"
            payload = {"sheet": "daily", "about": name, "sha256": f"{number:064d}", "pages": 1}
            journal.append("sheet_printed", name, payload, SYSTEM)

    store.write(work)
    sync_once(store, client)


if __name__ == "__main__":
    _, folder, place, shown, words, count = sys.argv
    main(Path(folder), place, shown, words, int(count))
