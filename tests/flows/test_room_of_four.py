"""A room goes on without the district, without the line to it, and without any one workstation."""

import sys
from contextlib import ExitStack
from time import monotonic, sleep

import pytest

from db.commands.keys import grant_room_key
from db.demo.mark import mark_as_demo
from db.hub.server import issue_code
from db.store.store import Store
from db.store.verify import verify
from db.sync.client import sync_once
from db.sync.line import HubClient
from desktop.settings import change_settings
from tests.db.sync import rig as records
from tests.flows.rig import TOWN, HubProgram, Station, Wire, free_port

LIMIT = 2.0
"""Seconds from the commit on one workstation to what the others' windows show."""
PATIENCE = 60.0


def until(is_true, what):
    ends_at = monotonic() + PATIENCE
    while not is_true():
        assert monotonic() < ends_at, what
        sleep(0.05)


class RoomOfFour:
    """The hub behind a wire that can be cut, and four windows that know each other from it."""

    def __init__(self, first, folder):
        self.hub = HubProgram(folder / "hub")
        self.wire = Wire(int(self.hub.url.rsplit(":", 1)[1]))
        self.url = f"http://127.0.0.1:{self.wire.port}"
        homes = [first, *(folder / code for code in ("B1", "C1", "D1"))]
        with ExitStack() as opened:
            stores = [opened.enter_context(Store.open(first))]
            for home in homes[1:]:
                options = {"town": TOWN, "lists": False, "has_room_key": False}
                stores.append(opened.enter_context(records.make_site(home, home.name, **options)))
                mark_as_demo(stores[-1])
            self._introduce(stores)
        for home in homes:
            change_settings(home, room_serves=True, room_port=free_port(), room_finds=False)
        self.stations = [Station(home) for home in homes]
        self.written = []
        for station in self.stations:
            station.start()
        for station in self.stations:
            assert station.answer() == {"ready": True}
        self.until_level()

    def _introduce(self, stores):
        """Enrol all at the hub, and let all read who called."""
        for store in stores:
            with HubClient(store, self.url) as client:
                client.enrol(issue_code(self.hub.data, TOWN))
            sync_once(store)
        sync_once(stores[0])
        for store in stores[1:]:
            grant_room_key(stores[0], records.OFFICER, store.site.id)
        for store in stores:
            sync_once(store)

    def until_level(self):
        """Wait until everybody has a line to everybody."""
        for station in self.stations:
            until(lambda station=station: self._is_level(station), "all lines up")

    def _is_level(self, station):
        state = station.do("state")
        if state["hub"] and len(state["peers"]) == 3 and all(state["peers"].values()):
            return True
        station.do("retry")
        sleep(1)
        return False

    def works(self, without=None, what=""):
        """Let one take in, another claim, a third dispatch; all the others see it soon."""
        present = [station for station in self.stations if station is not without]
        first, second, third = present[0], present[1], present[-1]
        number = self._crosses(present, first, "reported", "report", text=f"路灯不亮 {what}")
        self._crosses(present, second, "claimed", "claim", number)
        self._crosses(present, third, "dispatched", "dispatch", number)
        self.written.append(number)

    def _crosses(self, present, author, shown, action, number=None, **values):
        others = [station for station in present if station is not author]
        if number:
            for other in others:
                other.do("watch", number=number, what=shown)
            done = author.do(action, number=number)
        else:
            done = author.do(action, **values)
            for other in others:
                other.do("watch", number=done["number"], what=shown)
        key = (done["number"], shown)
        until(lambda: all(key in other.saw for other in others), f"{action} seen")
        slowest = max(other.saw[key] for other in others) - done["at"]
        sys.stdout.write(f"{action} at {len(others)} others: {slowest:.2f} s\n")
        assert slowest < LIMIT, action
        return done["number"]

    def restart(self, station):
        station.start()
        assert station.answer() == {"ready": True}
        self.until_level()

    def close(self):
        for station in self.stations:
            station.close()
        self.hub.stop()


@pytest.fixture
def room(small_town, tmp_path):
    room = RoomOfFour(small_town, tmp_path)
    yield room
    room.close()


def test_whoever_dies_the_rest_of_the_room_goes_on(room):
    room.works(what="全在")
    room.hub.kill()
    room.works(what="服务没了")
    room.hub.start()
    room.wire.cut()
    room.works(what="线路断了")
    room.wire.mend()
    room.until_level()
    for station in (room.stations[0], room.stations[2]):
        station.kill()
        room.works(without=station, what="少一席")
        room.restart(station)
    room.works(what="又全在")
    until(lambda: all(not s.do("state")["unsent"] for s in room.stations), "nothing unsent")
    settled(room)


def settled(room):
    """Everybody has everything, byte for byte, and all that was acknowledged is there."""
    for station in room.stations:
        station.close()
    homes = [station.home for station in room.stations]
    for home in (*homes, *homes):
        with Store.open(home) as store:
            sync_once(store)
    kept = []
    for home in homes:
        with Store.open(home) as store:
            assert store.read(verify).is_ok
            sql = "SELECT number FROM incident WHERE state = 'dispatched'"
            numbers = {row[0] for row in records.rows(store, sql)}
            assert set(room.written) <= numbers
            kept.append((records.bodies(store), records.projection(store)))
    assert all(one == kept[0] for one in kept[1:])
