"""A station that hears: when it is told, what it does about a line or a hub that fails."""

import threading
from time import monotonic

import httpx
import pytest

import db.sync.listening as listening_module
from db.sync.client import sync_once
from db.sync.line import HubClient
from db.sync.listening import Listening
from tests.db.sync import rig

SOON = 2.0


@pytest.fixture
def pair(open_sites, enrol):
    a, b = open_sites("A1"), open_sites("B1", lists=False, has_room_key=False)
    for store in (a, b):
        enrol(store)
        sync_once(store)
    return a, b


class Ear:
    """Listens for a station, and counts what it hears."""

    def __init__(self, store):
        self.store = store
        self.heard = threading.Semaphore(0)
        self.count, self.errors = 0, []
        self.listening = Listening(store, self._hear, self.errors.append)

    def _hear(self):
        self.count += 1
        self.heard.release()

    def sync(self):
        result = sync_once(self.store)
        self.listening.know(list(result.known))
        return result

    @property
    def thread(self):
        return self.listening._thread

    @property
    def is_at_rest(self):
        """Whether it has dealt with the last answer, and waits for nothing."""
        return self.listening._known is None


@pytest.fixture
def ear(pair):
    ear = Ear(pair[1])
    yield ear
    ear.listening.stop()
    if ear.thread:
        ear.thread.join(SOON)
        assert not ear.thread.is_alive()


def test_each_arrival_is_heard_once(pair, ear):
    a, b = pair
    ear.sync()
    for _ in range(3):
        rig.report(a, 1)
        sync_once(a)
        assert ear.heard.acquire(timeout=SOON)
        assert ear.is_at_rest
        assert ear.sync().pulled == 1
    assert ear.count == 3
    assert rig.own_bodies(a).items() <= rig.bodies(b).items()
    assert ear.errors == []


def test_what_came_while_nobody_listened_is_heard(pair, ear):
    a, _ = pair
    ear.sync()
    rig.report(a, 1)
    sync_once(a)
    assert ear.heard.acquire(timeout=SOON)
    rig.report(a, 1)
    sync_once(a)
    assert ear.sync().pulled == 2
    rig.report(a, 1)
    sync_once(a)
    assert ear.heard.acquire(timeout=SOON)


def test_it_ends_at_once_and_says_nothing_more(pair, ear):
    a, _ = pair
    ear.sync()
    rig.until(lambda: rig.waits(ear.store))
    began = monotonic()
    ear.listening.stop()
    assert monotonic() - began < 0.1
    ear.thread.join(SOON)
    assert monotonic() - began < 0.5
    rig.report(a, 1)
    sync_once(a)
    ear.sync()
    assert not ear.thread.is_alive()
    assert ear.count == 0


@pytest.mark.parametrize("end", [Listening.stop, Listening.drop])
def test_who_is_told_of_news_holds_nobody_up(pair, end):
    a, b = pair
    told, go_on = threading.Event(), threading.Event()

    def take_time():
        told.set()
        go_on.wait(5)

    listening = Listening(b, take_time, print)
    listening.know(list(sync_once(b).known))
    rig.report(a, 1)
    sync_once(a)
    assert told.wait(SOON)
    ends_within(listening, end, go_on)


@pytest.mark.parametrize("end", [Listening.stop, Listening.drop])
def test_who_is_told_of_an_error_holds_nobody_up(pair, answers, end):
    told, go_on = threading.Event(), threading.Event()

    def take_time(_):
        told.set()
        go_on.wait(5)

    answers[0].append(ZeroDivisionError())
    listening = Listening(pair[1], print, take_time)
    listening.know([])
    assert told.wait(SOON)
    ends_within(listening, end, go_on)


def ends_within(listening, end, go_on):
    try:
        began = monotonic()
        end(listening)
        assert monotonic() - began < 0.5
    finally:
        go_on.set()
        listening.stop()
        listening._thread.join(SOON)


def lines(store, respond, made):
    """Make lines to an invented hub, and keep a list of them."""

    def connect(_):
        line = HubClient(store, "http://127.0.0.1:9")
        line._http.close()
        line._http = httpx.Client(base_url=line.url, transport=httpx.MockTransport(respond))
        made.append(line)
        return line

    return connect


@pytest.fixture
def answers(ear, hub, monkeypatch):
    """Put a hub in place that answers a wait as it is told; yields its answers and its guests."""
    found, asked, made = [], [], []

    def respond(request):
        if request.url.path == "/v1/hello":
            hello = _HELLO.replace(b"HUB", hub.site.id.encode())
            return httpx.Response(200, stream=httpx.ByteStream(hello))
        asked.append(monotonic())
        answer = found[0] if len(found) == 1 else found.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(
            answer.status_code, headers=answer.headers, stream=httpx.ByteStream(answer.content)
        )

    monkeypatch.setattr("db.sync.line.connect", lines(ear.store, respond, made))
    return found, asked


_HELLO = b'{"hub_id":"HUB","incarnation":"i","proto":[1],"now":1,"nonce":"n"}'


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404, json={"code": "not_found"}),
        httpx.Response(503, headers={"Retry-After": "30"}),
        httpx.Response(200, json={"news": False}),
        httpx.Response(200, text="welcome"),
    ],
)
def test_a_hub_that_lets_nobody_wait_is_left_alone(ear, answers, answer):
    found, asked = answers
    found.append(answer)
    ear.listening.know([])
    rig.until(lambda: ear.listening._not_before)
    for _ in range(4):
        ear.listening.know([])
    assert ear.is_at_rest
    assert len(asked) == 1
    assert ear.listening._not_before > monotonic() + 3
    assert ear.count == 0
    assert ear.errors == []


def test_a_full_hub_is_asked_again_when_it_said(ear, answers, monkeypatch):
    found, _ = answers
    found.append(httpx.Response(503, headers={"Retry-After": "60"}))
    monkeypatch.setattr(listening_module, "next_delay", lambda *_: 0.0)
    ear.listening.know([])
    rig.until(lambda: ear.listening._not_before)
    assert ear.listening._not_before > monotonic() + 55


def test_who_was_turned_away_asks_again_when_the_line_was_broken(ear, answers):
    found, asked = answers
    found.append(httpx.Response(503, headers={"Retry-After": "60"}))
    ear.listening.know([])
    rig.until(lambda: ear.listening._not_before)
    ear.listening.drop()
    ear.listening.know([])
    rig.until(lambda: ear.listening._not_before)
    assert len(asked) == 2


def test_a_broken_line_is_tried_when_an_exchange_went_well(ear, answers):
    found, asked = answers
    found.append(httpx.ConnectError("gone"))
    ear.listening.know([])
    rig.until(lambda: ear.is_at_rest)
    assert len(asked) == 1
    found[:] = [httpx.Response(200, json={"news": True})]
    ear.listening.know([])
    assert ear.heard.acquire(timeout=SOON)
    assert len(asked) == 2


def test_a_line_that_hangs_is_left_when_the_exchange_found_it_broken(pair, ear):
    a, _ = pair
    ear.sync()
    rig.until(lambda: rig.waits(ear.store))
    first = ear.listening._client
    ear.listening.drop()
    ear.sync()
    assert ear.listening._client is not first
    rig.report(a, 1)
    sync_once(a)
    assert ear.heard.acquire(timeout=SOON)


def test_what_nobody_foresaw_is_told_and_ends_nothing(ear, answers):
    found, _ = answers
    found.append(ZeroDivisionError())
    ear.listening.know([])
    rig.until(lambda: ear.errors)
    assert [type(error) for error in ear.errors] == [ZeroDivisionError]
    assert ear.thread.is_alive()
