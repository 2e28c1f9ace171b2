"""Waiting at the hub: who is told, of what, when not, and what it costs."""

import gc
import sys
import threading
from time import monotonic, process_time, sleep

import pytest

import db.hub.app as app_module
import db.hub.lookout as lookout_module
from db.domain.errors import EnvironmentError_, GridDeskError
from db.hub.server import Server, init_hub, open_hub
from db.hub.store import HubStore
from db.store import driver
from db.store.epochs import renew_epoch
from db.store.store import RECORD
from db.sync import wire
from db.sync.client import sync_once
from db.sync.exchange import collect, current_chain, own_heads
from db.sync.line import HubClient, connect
from tests.db.sync import rig

SOON = 2.0


@pytest.fixture
def pair(open_sites, enrol):
    a, b = open_sites("A1"), open_sites("B1", lists=False, has_room_key=False)
    for store in (a, b):
        enrol(store)
        sync_once(store)
    sync_once(a)
    return a, b


class Waiting:
    """A wait on a thread of its own, and what came of it."""

    def __init__(self, store, known=None, seconds=20):
        self.line = connect(store)
        known = own_heads(store) if known is None else known
        self.answer, self.error, self.began, self.ended = None, None, monotonic(), 0.0

        def work():
            try:
                self.answer = self.line.wait(known, seconds)
            except EnvironmentError_ as error:
                self.error = error.code
            self.ended = monotonic()

        self._thread = threading.Thread(target=work)
        self._thread.start()

    def join(self, within=SOON):
        """Return how long it waited; it has to end by then."""
        self._thread.join(within)
        assert not self._thread.is_alive()
        self.line.close()
        return self.ended - self.began

    def leave(self):
        self.line.abort()
        self.join()


@pytest.fixture
def waiting():
    made = []

    def make(*arguments, **options):
        made.append(Waiting(*arguments, **options))
        return made[-1]

    yield make
    for one in made:
        one.leave()


def settle(*stores):
    """Wait until the hub has stations waiting, and has looked for news for them."""
    for store in stores:
        rig.until(lambda: rig.waits(store))  # noqa: B023


def test_what_another_station_sends_ends_the_wait(pair, waiting):
    a, b = pair
    wait = waiting(b)
    settle(b)
    assert wait.answer is None
    rig.report(a, 1)
    sync_once(a)
    sent = monotonic()
    wait.join()
    assert wait.answer is True
    assert wait.ended - sent < SOON
    assert sync_once(b).pulled == 1


def test_what_is_there_already_is_told_at_once(pair, waiting):
    a, b = pair
    rig.report(a, 1)
    sync_once(a)
    wait = waiting(b)
    assert wait.join() < SOON
    assert wait.answer is True


def test_after_a_while_it_says_that_there_is_nothing(pair, waiting):
    wait = waiting(pair[1], seconds=1)
    assert 0.9 < wait.join(3) < 2.5
    assert wait.answer is False


def test_ones_own_ops_are_no_news(pair, waiting):
    _, b = pair
    wait = waiting(b, seconds=4)
    settle(b)
    rig.note(b, 3)
    assert sync_once(b).pushed == 3
    wait.join(6)
    assert wait.answer is False


def test_another_towns_ops_are_no_news_but_for_the_district(pair, open_sites, enrol, waiting):
    _, b = pair
    other = open_sites("A1", town=rig.OTHER_TOWN)
    district = open_sites("D1", town=rig.DISTRICT, lists=False)
    for store in (other, district):
        enrol(store)
        sync_once(store)
    sync_once(district)
    known = list(sync_once(district).known)
    near, far = waiting(b, seconds=2), waiting(district, known)
    settle(b, district)
    rig.report(other, 1)
    sync_once(other)
    far.join()
    near.join(4)
    assert (near.answer, far.answer) == (False, True)


def test_what_the_hub_itself_writes_is_news(pair, hub, waiting):
    """Told at once to who begins to wait, so to who waits already."""
    _, b = pair
    wait = waiting(b)
    settle(b)
    hub.write(lambda journal: renew_epoch(journal, "restored"))
    wait.join()
    assert wait.answer is True


def test_what_the_hub_said_it_holds_is_known(pair, waiting):
    """A chain that cannot be taken over here must not be told again and again."""
    a, b = pair
    rig.report(a, 1)
    sync_once(a)
    with connect(b) as line:
        known = line.heads(own_heads(b)).have
    wait = waiting(b, known, seconds=1)
    wait.join(3)
    assert wait.answer is False


def test_an_exchange_tells_what_is_known(pair, waiting):
    a, _ = pair
    rig.report(a, 1)
    known = list(sync_once(a).known)
    assert {(h.site, h.seq) for h in own_heads(a)} == {(h.site, h.seq) for h in known}


def test_a_station_that_waits_twice_lets_its_first_place_go(pair, waiting):
    _, b = pair
    first = waiting(b)
    settle(b)
    second = waiting(b)
    first.join()
    assert first.error == "hub_busy"
    settle(b)
    assert second.answer is None
    assert second.error is None


def test_a_full_hub_turns_away_and_says_when_to_come(pair, waiting, monkeypatch):
    a, b = pair
    monkeypatch.setattr(lookout_module, "MAX_WAITERS", 1)
    first = waiting(a)
    settle(a)
    second = waiting(b)
    second.join()
    assert second.error == "hub_busy"
    assert first.error is None
    first.leave()
    rig.until(lambda: not rig.waits(a))
    third = waiting(b)
    settle(b)
    assert third.error is None


def test_a_stopping_hub_ends_every_wait(tmp_path, open_sites, waiting):
    init_hub(tmp_path / "hub2", "区级交换", "file")
    a = open_sites("A1")
    with open_hub(tmp_path / "hub2") as record:
        server = Server(HubStore(record), "127.0.0.1", 0)
        serving = threading.Thread(target=server.run)
        serving.start()
        with HubClient(a, server.url) as line:
            line.enrol(rig.new_code(record))
        sync_once(a)
        wait = waiting(a)
        settle(a)
        began = monotonic()
        server.should_exit = True
        serving.join()
        assert monotonic() - began < SOON
        wait.join()
        assert wait.error in ("hub_busy", "hub_unreachable")


def test_a_revoked_station_does_not_wait(pair, hub):
    _, b = pair
    HubStore(hub).revoke(b.site.id)
    with connect(b) as line, pytest.raises(EnvironmentError_, match="key_revoked"):
        line.wait([])


@pytest.mark.parametrize("body", [b"{}", b'{"heads":[],"seconds":-1}', b'{"heads":1,"seconds":1}'])
def test_malformed_waits_are_refused(pair, body):
    with connect(pair[1]) as line, pytest.raises(EnvironmentError_) as caught:
        line._signed("POST", "/v1/wait", body, "application/json", 4096)
    assert (caught.value.code, caught.value.params["status"]) == ("hub_refused", 400)


def test_what_a_waiter_knows_is_bounded(pair, monkeypatch):
    a, b = pair
    known = [*own_heads(a)[:1], *own_heads(b)[:1]]
    limits = (("MAX_WAIT_HEADS", 1, "hub_refused"), ("MAX_WAIT_DOCUMENT", 99, "too_large"))
    for name, limit, code in limits:
        with monkeypatch.context() as patch, connect(b) as line:
            assert line.wait(known, 0) is False
            patch.setattr(app_module, name, limit)
            with pytest.raises(GridDeskError) as caught:
                line.wait(known, 0)
            assert caught.value.code == code


def test_nothing_of_its_request_is_held_while_it_waits(pair, waiting, monkeypatch):
    bodies = []
    read = app_module._read

    async def reading(request, limit):
        bodies.append(await read(request, limit))
        return bodies[-1]

    monkeypatch.setattr(app_module, "_read", reading)
    wait = waiting(pair[1])
    settle(pair[1])
    gc.collect()
    assert wait.answer is None
    assert [one for one in gc.get_referrers(bodies[-1]) if one is not bodies] == []


def test_another_process_may_have_taken_it_in(pair, hub, waiting):
    """What comes into the record past this service is seen all the same."""
    a, b = pair
    rig.report(a, 1)
    wait = waiting(b)
    settle(b)
    chain = a.read(current_chain)
    seq = next(h.seq for h in own_heads(a) if (h.site, h.epoch) == chain)
    data = collect(a, [wire.Want(*chain, seq)], to=hub.site.id).data
    HubStore(hub).take(data)
    wait.join()
    assert wait.answer is True


def test_waiting_holds_no_reading_open_and_costs_little(pair, hub, waiting):
    a, b = pair
    waits = [waiting(a, list(sync_once(a).known)), waiting(b)]
    settle(a, b)
    used, began = process_time(), monotonic()
    sleep(2)
    share = (process_time() - used) / (monotonic() - began)
    sys.stdout.write(f"two waits on one hub: {share:.1%} of a core\n")
    assert share < 0.10  # of one core, both ends and the server's own clock counted
    # A log that a reader held could not be emptied.
    hub.write(lambda journal: journal.set_meta("probe", "1"))
    beside = driver.open_writer(hub.home / RECORD, hub.key)
    busy, *_ = beside.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    beside.close()
    assert not busy
    assert [wait.answer for wait in waits] == [None, None]
