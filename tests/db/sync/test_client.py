"""Two stations and a hub on a real line."""

import random
import shutil
import socket
import threading
from contextlib import suppress
from time import monotonic, sleep

import httpx
import pytest

from db.commands.incidents import view_caller
from db.commands.keys import accept_room_keys, grant_room_key
from db.domain.errors import EnvironmentError_, InputError, RuleError
from db.domain.ops import Actor
from db.domain.scope import scope_of
from db.hub.server import open_hub
from db.store import projections
from db.sync import client as client_module
from db.sync.cancel import Cancel
from db.sync.client import sync_once
from db.sync.exchange import Limits, collect, held_count
from db.sync.line import HubClient, Pulled, connect
from db.sync.pace import next_delay
from db.sync.peers import hub_of, keep_confirmed, unsent
from tests.db.store.rig import unbound
from tests.db.sync import rig

SCOPE = scope_of(rig.OFFICER)


@pytest.fixture
def pair(open_sites, enrol):
    a, b = open_sites("A1"), open_sites("B1", lists=False, has_room_key=False)
    enrol(a)
    enrol(b)
    return a, b


@pytest.fixture
def small_batches(monkeypatch):
    def small(store, wants, limits=None, *, to=""):
        return collect(store, wants, Limits(ops=10), to=to)

    monkeypatch.setattr(client_module, "collect", small)


def test_everything_one_does_is_seen_by_the_other(pair, hub):
    a, b = pair
    rig.report(a, 5)
    rig.report(b, 5, name="", phone="")
    for store in (a, b, a):
        assert sync_once(store).troubles == ()
    assert rig.projection(a) == rig.projection(b)
    assert rig.bodies(a) == rig.bodies(b) == rig.bodies(hub)
    assert rig.unattested(a) == rig.unattested(b) == rig.unattested(hub) == []


def test_again_moves_nothing(pair):
    a, b = pair
    rig.report(a, 3)
    first = sync_once(a)
    before = rig.everything(b)
    again = sync_once(a)
    assert first.pushed == len(rig.own_bodies(a))
    assert (again.pushed, again.pulled, again.unsent, again.held) == (0, 0, 0, 0)
    assert abs(again.skew_ms) < 2_000
    assert rig.everything(b) == before


def test_unsent_counts_what_the_hub_has_not_confirmed(pair):
    a, _ = pair
    assert a.read(unsent) == len(rig.own_bodies(a))
    sync_once(a)
    assert a.read(unsent) == 0
    rig.report(a, 4)
    assert a.read(unsent) == 4


def test_unknown_kinds_pass_through_the_hub_byte_for_byte(pair, hub, monkeypatch):
    a, b = pair
    monkeypatch.setitem(projections.ENTITY_OF_KIND, "drone_sent", "drone")
    a.write(lambda j: j.append("drone_sent", "d1", {"到": ["东", 7]}, rig.SYSTEM))
    monkeypatch.delitem(projections.ENTITY_OF_KIND, "drone_sent")
    sync_once(a)
    assert sync_once(b).held == 1
    assert rig.own_bodies(a).items() <= rig.bodies(hub).items()
    assert rig.own_bodies(a).items() <= rig.bodies(b).items()


class Flaky(HubClient):
    """A line that breaks at the n-th batch, before or after the hub has it."""

    def __init__(self, store, url, fails_at, after):
        super().__init__(store, url)
        self._left, self._after = fails_at, after

    def push(self, batch):
        self._left -= 1
        if self._left == 0 and not self._after:
            raise EnvironmentError_("hub_silent", url=self.url)
        reply = super().push(batch)
        if self._left == 0:
            raise EnvironmentError_("hub_silent", url=self.url)
        return reply


@pytest.mark.parametrize("after", [False, True])
def test_an_interrupted_push_goes_on_where_it_was(pair, hub, url, small_batches, after):
    a, b = pair
    rig.note(a, 60)
    total = len(rig.own_bodies(a))
    with Flaky(a, url, 3, after) as line, pytest.raises(EnvironmentError_):
        sync_once(a, line)
    held = rig.count_ops(hub)
    assert held == 1 + (30 if after else 20)
    result = sync_once(a)
    assert result.pushed == total - held + 1
    sync_once(b)
    assert rig.own_bodies(a).items() <= rig.bodies(b).items()


def test_a_hub_killed_meanwhile_loses_and_doubles_nothing(tmp_path, open_sites, small_batches):
    process = rig.HubProcess(tmp_path / "hub")
    try:
        a, b = open_sites("A1"), open_sites("B1", lists=False, has_room_key=False)
        for store in (a, b):
            with HubClient(store, process.url) as line:
                line.enrol(rig.code_for(process))
        rig.note(a, 400)
        rng = random.Random(11)
        for _ in range(4):
            killer = threading.Timer(rng.uniform(0.02, 0.25), process.process.kill)
            killer.start()
            with suppress(EnvironmentError_):
                sync_once(a)
            killer.join()
            process.kill()
            process.start()
        sync_once(a)
        sync_once(b)
        assert rig.own_bodies(a).items() <= rig.bodies(b).items()
        assert process.stop() in (0, -15)
        assert process.read(rig.bodies) == rig.bodies(b)
    finally:
        process.process.kill()
        process.process.wait()


def test_callers_are_read_after_a_grant_and_not_before(pair, hub):
    a, b = pair
    number = rig.report(a, 1)[0].number
    sync_once(b)
    sync_once(a)
    sync_once(b)
    assert view_caller(b, rig.OFFICER, SCOPE, number, "回拨核实")[0] is None
    with pytest.raises(EnvironmentError_) as caught:
        rig.report(b, 1)
    assert caught.value.code == "room_key_missing"
    grant_room_key(a, rig.OFFICER, b.site.id)
    sync_once(a)
    sync_once(b)
    caller = view_caller(b, rig.OFFICER, SCOPE, number, "回拨核实")[0]
    assert (caller.name, caller.phone) == (rig.NAME, rig.PHONE)
    back = rig.report(b, 1, name="司马青衫", phone="13700007777")[0].number
    sync_once(b)
    sync_once(a)
    assert view_caller(a, rig.OFFICER, SCOPE, back, "回拨核实")[0].name == "司马青衫"
    dump = rig.everything(hub)
    for secret in (rig.NAME, rig.PHONE, "司马青衫", "13700007777"):
        assert secret.encode() not in dump
    key = rig.rows(a, "SELECT v FROM secret WHERE k LIKE 'room:%'")[0][0]
    assert key not in dump
    assert key.hex().encode() not in dump


def test_a_grant_opens_for_its_addressee_only(pair, open_sites, enrol):
    a, b = pair
    c = open_sites("C1", lists=False, has_room_key=False)
    enrol(c)
    for store in (b, c, a):
        sync_once(store)
    grant_room_key(a, rig.OFFICER, b.site.id)
    for store in (a, b, c):
        sync_once(store)
    assert accept_room_keys(c) == 0
    assert rig.rows(c, "SELECT 1 FROM secret WHERE k LIKE 'room:%'") == []
    assert len(rig.rows(b, "SELECT 1 FROM secret WHERE k LIKE 'room:%'")) == 1


def test_granting_has_rules(pair):
    a, b = pair
    with pytest.raises(RuleError, match="station_unknown"):
        grant_room_key(a, rig.OFFICER, b.site.id)
    with pytest.raises(RuleError, match="grant_to_self"):
        grant_room_key(a, rig.OFFICER, a.site.id)
    with pytest.raises(RuleError, match="role_forbids"):
        grant_room_key(a, Actor("x", "某人", ("unit_liaison",)), b.site.id)


def test_a_station_keeps_its_own_key_beside_a_granted_one(open_sites, enrol):
    a, b = open_sites("A1"), open_sites("B1", lists=False)
    enrol(a), enrol(b)
    before = rig.rows(b, "SELECT v FROM meta WHERE k = 'room_key'")
    for store in (b, a):
        sync_once(store)
    grant_room_key(a, rig.OFFICER, b.site.id)
    for store in (a, b):
        sync_once(store)
    assert rig.rows(b, "SELECT v FROM meta WHERE k = 'room_key'") == before
    assert len(rig.rows(b, "SELECT 1 FROM secret WHERE k LIKE 'room:%'")) == 2


def copy_of(store, folder):
    """A backup of a site's folder, taken while it is closed, that has forgotten its place."""
    unbound(shutil.copytree(store.home, folder))


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Go to a machine on which nothing witnesses how far the site had come."""
    return lambda: monkeypatch.setenv("GRIDDESK_WITNESS", str(tmp_path / "elsewhere"))


def test_what_was_written_meanwhile_goes_with_the_next_round(pair, hub):
    a, b = pair
    stop = threading.Event()

    def write():
        while not stop.is_set():
            rig.report(a, 1)

    writing = threading.Thread(target=write)
    writing.start()
    for _ in range(5):
        sync_once(a)
        sync_once(b)
    stop.set()
    writing.join()
    sync_once(a)
    sync_once(b)
    assert rig.own_bodies(a).items() <= rig.bodies(b).items()
    assert held_count(b.reader()) == 0


def test_without_enrolment_there_is_no_exchange(open_sites):
    with pytest.raises(RuleError, match="hub_missing"):
        sync_once(open_sites("A1"))


def test_a_line_that_is_down_is_said_to_be(pair, hub, url):
    a, _ = pair
    with HubClient(a, "http://127.0.0.1:1") as line, pytest.raises(EnvironmentError_) as caught:
        sync_once(a, line)
    assert caught.value.code == "hub_unreachable"


@pytest.mark.parametrize("url", ["ftp://x", "http://", "x", "http://a:b@c/", ""])
def test_odd_addresses_are_refused(open_sites, url):
    with pytest.raises(InputError, match="hub_url_malformed"):
        HubClient(open_sites("A1"), url)


def test_a_line_in_clear_is_for_this_machine_or_a_decision(open_sites):
    site = open_sites("A1")
    with pytest.raises(InputError, match="hub_url_insecure"):
        HubClient(site, "http://10.1.2.3:8471")
    HubClient(site, "http://10.1.2.3:8471", allow_plain=True).close()


def answering(store, answer):
    def respond(_):
        return httpx.Response(
            answer.status_code, headers=answer.headers, stream=httpx.ByteStream(answer.content)
        )

    line = HubClient(store, "http://127.0.0.1:9")
    line._http.close()
    line._http = httpx.Client(base_url=line.url, transport=httpx.MockTransport(respond))
    return line


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (httpx.Response(503, headers={"Retry-After": "7"}), "hub_busy"),
        (httpx.Response(429), "hub_busy"),
        (httpx.Response(500, text="<html>"), "hub_failed"),
        (httpx.Response(507, json={"code": "hub_full"}), "hub_full"),
        (httpx.Response(404, json={"code": ["x"]}), "hub_refused"),
        (httpx.Response(302, headers={"Location": "http://elsewhere"}), "hub_refused"),
        (httpx.Response(200, text="welcome"), "hub_answer_odd"),
        (httpx.Response(200, json=[]), "hub_answer_odd"),
        (httpx.Response(200, json={"hub_id": 1}), "hub_answer_odd"),
        (httpx.Response(200, content=bytes(5 << 20)), "hub_answer_odd"),
    ],
)
def test_odd_answers_have_a_code(open_sites, answer, code):
    with (
        answering(open_sites("A1"), answer) as line,
        pytest.raises(EnvironmentError_) as caught,
    ):
        line.hello()
    assert caught.value.code == code


def test_another_hub_under_the_same_address_is_not_spoken_to(pair, tmp_path):
    from db.hub.server import init_hub

    a, _ = pair
    init_hub(tmp_path / "other", "另一个", "file")
    with (
        open_hub(tmp_path / "other") as other,
        rig.running(other) as address,
        HubClient(a, address) as line,
        pytest.raises(EnvironmentError_) as caught,
    ):
        sync_once(a, line)
    assert caught.value.code == "hub_changed"


def test_only_the_hubs_own_word_is_taken_over_its_line(pair, hub, url, monkeypatch):
    """A batch of an enrolled station, given out by the hub as it is, does not count."""
    a, b = pair
    rig.report(a, 1)
    sync_once(a)
    chain = next((h.site, h.epoch) for h in client_module.own_heads(a) if h.site == a.site.id)
    foreign = collect(a, [client_module.Want(*chain, 1)]).data
    with connect(b) as line:
        monkeypatch.setattr(line, "pull", lambda *_: Pulled(foreign, more=False))
        before = rig.count_ops(b)
        with pytest.raises(InputError, match="unknown_key"):
            sync_once(b, line)
    assert rig.count_ops(b) == before


def test_enrolment_tells_the_stations_of_the_town(pair, open_sites, enrol, hub):
    c = open_sites("C1", lists=False)
    known = enrol(c)
    assert known.id == hub.site.id
    assert c.read(hub_of).sign_key == known.sign_key
    found = rig.rows(c, "SELECT station FROM peer WHERE kind = 'station' ORDER BY station")
    assert found == [("A1",), ("B1",)]


def test_delays():
    rng = random.Random(1)
    calm = [next_delay(0, rng) for _ in range(200)]
    assert 20 <= min(calm) < 22
    assert 38 < max(calm) <= 40
    for failures in range(1, 40):
        assert all(5 <= next_delay(failures, rng) <= 900 for _ in range(50))
    assert max(next_delay(1, rng) for _ in range(200)) <= 10
    assert max(next_delay(30, rng) for _ in range(500)) > 800


def test_the_confirmed_cache_is_no_cursor(pair, hub):
    a, _ = pair
    rig.report(a, 2)
    a.write(lambda j: keep_confirmed(j, hub.site.id, client_module.own_heads(a), j.clock()))
    assert a.read(unsent) == 0
    assert sync_once(a).pushed == len(rig.own_bodies(a))


@pytest.fixture
def silent():
    """An address where somebody takes the call and says nothing, or very little."""
    listening = socket.create_server(("127.0.0.1", 0))
    answered = []

    def answer():
        while True:
            try:
                line, _ = listening.accept()
            except OSError:
                return
            answered.append(line)

    thread = threading.Thread(target=answer)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}", answered
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join()
    for line in answered:
        line.close()


def test_a_hanging_request_is_ended_from_another_thread(pair, silent):
    a, _ = pair
    url, answered = silent
    cancel, began = Cancel(), monotonic()

    def watch():
        while not answered:
            sleep(0.01)
        cancel.cancel()

    watching = threading.Thread(target=watch)
    watching.start()
    with HubClient(a, url) as line:
        with pytest.raises(EnvironmentError_, match="exchange_cancelled"):
            sync_once(a, line, is_cancelled=cancel)
        with pytest.raises(EnvironmentError_, match="exchange_cancelled"):
            line.hello()
    watching.join()
    assert monotonic() - began < 5


def test_a_cancelled_exchange_sends_nothing(pair):
    cancel = Cancel()
    cancel.cancel()
    for is_cancelled in (cancel, lambda: True):
        with pytest.raises(EnvironmentError_, match="exchange_cancelled"):
            sync_once(pair[0], is_cancelled=is_cancelled)


def test_it_is_asked_between_requests(pair, hub, small_batches):
    a, _ = pair
    rig.note(a, 60)
    asked = iter([False] * 4)
    with pytest.raises(EnvironmentError_, match="exchange_cancelled"):
        sync_once(a, is_cancelled=lambda: next(asked, True))
    assert rig.count_ops(hub) == 1 + 20
    assert sync_once(a).unsent == 0


def test_an_exchange_has_an_end(pair, small_batches, monkeypatch):
    a, _ = pair
    rig.note(a, 60)
    monkeypatch.setattr(client_module, "MAX_SECONDS", 0)
    result = sync_once(a)
    assert (result.pushed, result.pulled) == (0, 0)
    assert result.unsent == len(rig.own_bodies(a))
    monkeypatch.undo()
    assert sync_once(a).unsent == 0


def test_an_answer_in_drops_has_an_end(open_sites):
    def drops():
        for _ in range(1_000):
            sleep(0.01)
            yield b" "

    with answering(open_sites("A1"), httpx.Response(200)) as line:
        line._http = httpx.Client(
            base_url=line.url,
            transport=httpx.MockTransport(lambda _: httpx.Response(200, content=drops())),
        )
        line.ends_at = monotonic() + 0.1
        with pytest.raises(EnvironmentError_, match="hub_silent"):
            line.hello()


def test_what_a_hub_says_is_cut(open_sites):
    answer = httpx.Response(409, json={"code": "fork", "site": "长" * 5_000, "epoch": 1})
    with answering(open_sites("A1"), answer) as line, pytest.raises(InputError) as caught:
        line.hello()
    assert len(caught.value.params["site"]) == 200
