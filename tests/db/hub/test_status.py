"""What the hub tells of itself, and to whom."""

import base64
import logging
import os
import re
import signal
import subprocess
import sys
import time
from html.parser import HTMLParser

import httpx
import orjson
import pytest

from db.domain.errors import EnvironmentError_, InputError
from db.hub import door as door_module
from db.hub.door import read_token
from db.hub.logs import JsonLines
from db.hub.server import Server, init_hub, issue_code, open_hub
from db.hub.store import HubStore
from db.sync import wire
from db.sync.client import sync_once
from db.sync.exchange import collect, own_heads
from db.sync.line import HubClient
from db.sync.wire import Want
from desktop.reports.hub_page import hub_page
from tests.db.hub.asking import WEB, ask, is_problem, sealed
from tests.db.sync import rig

TOKEN = "a word of enough letters"
MARKUP = "<img src=x onerror=alert(1)>"


@pytest.fixture
def serve(hub):
    """Serves the hub's record with a page; gives its address."""
    running = []

    def work(**options):
        running.append(rig.serving(Server(HubStore(hub), "127.0.0.1", 0, page=hub_page, **options)))
        return running[-1].__enter__()

    yield work
    for one in running:
        one.__exit__(None, None, None)


@pytest.fixture
def site(open_sites, hub):
    def work(url, station="A1", **options):
        store = open_sites(station, **{"lists": False, **options})
        with HubClient(store, url) as line:
            line.enrol(rig.new_code(hub, store.site.town))
        return store

    return work


class Text(HTMLParser):
    """What a page says, without its marks; and the tags it has."""

    def __init__(self, page):
        super().__init__()
        self.said, self.tags = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data):
        self.said.append(data)

    @property
    def text(self):
        return " ".join(self.said)


def metric(url, name, **options):
    text = WEB.get(f"{url}/metrics", **options).text
    for line in text.splitlines():
        assert re.fullmatch(r'# TYPE \w+ \w+|\w+(\{(\w+="[^"\n]*",?)+\})? -?[\d.e+]+', line), line
    return {key: float(value) for key, value in re.findall(rf"^({name}\S*) (\S+)$", text, re.M)}


class TestHealth:
    def test_well(self, url):
        answer = WEB.get(f"{url}/health")
        assert (answer.status_code, answer.json()) == (200, {"ok": True})

    def test_a_full_disk_is_named(self, hub, url):
        hub.guard._limits = hub.guard._limits._replace(paused=2**60)
        answer = WEB.get(f"{url}/health")
        assert (answer.status_code, answer.json()) == (503, {"ok": False, "part": "disk"})

    def test_a_record_that_cannot_be_read_is_named(self, hub, url, monkeypatch):
        def fail(*_):
            raise EnvironmentError_("record_error")

        monkeypatch.setattr(hub, "read", fail)
        assert WEB.get(f"{url}/health").json() == {"ok": False, "part": "record"}

    def test_a_disk_that_hangs_is_ill(self, hub, url, monkeypatch):
        monkeypatch.setattr("db.hub.status_routes.HEALTH_SECONDS", 0.2)
        monkeypatch.setattr(hub, "read", lambda *_: time.sleep(1))
        answer = WEB.get(f"{url}/health")
        assert (answer.status_code, answer.json()["part"]) == (503, "record")


class TestDoor:
    PATHS = ("/", "/metrics")

    @pytest.mark.parametrize("path", PATHS)
    def test_open_to_this_machine(self, serve, path):
        assert WEB.get(serve() + path).status_code == 200

    @pytest.mark.parametrize("path", PATHS)
    @pytest.mark.parametrize(
        "headers",
        [{"Host": "hub.example"}, {"Host": "192.0.2.1:80"}, {"X-Forwarded-For": "192.0.2.9"}],
    )
    def test_closed_to_what_is_passed_on(self, serve, path, headers):
        is_problem(WEB.get(serve() + path, headers=headers), 403, "status_closed")

    def test_closed_to_other_machines(self, serve, monkeypatch):
        monkeypatch.setattr(door_module, "_is_loopback", lambda address: address == "other")
        is_problem(WEB.get(serve() + "/"), 403, "status_closed")

    @pytest.mark.parametrize("path", PATHS)
    def test_a_word_opens_it_to_who_says_it(self, serve, path):
        url = serve(token=TOKEN) + path
        answer = WEB.get(url)
        is_problem(answer, 401, "token_missing")
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")
        assert WEB.get(url, auth=("anybody", TOKEN)).status_code == 200
        assert WEB.get(url, headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
        far = {"Host": "hub.example"}
        assert WEB.get(url, auth=("", TOKEN), headers=far).status_code == 200

    @pytest.mark.parametrize(
        "said",
        ["", "Bearer", "Bearer x", "Basic", "Basic ???", "Basic /w==", f"Digest {TOKEN}",
         "Basic " + base64.b64encode(f"{TOKEN}:".encode()).decode(), "Bearer \xff"],
    )  # fmt: skip
    def test_other_words_do_not(self, serve, said):
        headers = {"Authorization": said.encode("latin-1")}
        is_problem(WEB.get(serve(token=TOKEN) + "/", headers=headers), 401, "token_missing")

    def test_a_word_is_made_once_and_kept_from_others(self, tmp_path):
        path = tmp_path / "token"
        token = read_token(path)
        assert len(token) >= door_module.MIN_TOKEN
        assert read_token(path) == token
        assert path.stat().st_mode & 0o077 == 0
        path.write_text("short")
        with pytest.raises(InputError, match="status_token_short"):
            read_token(path)
        path.write_bytes(b"\xff" * 30)
        with pytest.raises(EnvironmentError_, match="file_unreadable"):
            read_token(path)


class TestPage:
    def test_says_how_each_station_stands(self, serve, site, hub):
        url = serve()
        quiet, busy = site(url, "A1"), site(url, "B1", name=MARKUP)
        sync_once(quiet)
        said = {"app": "9.9.9", "held": 12, "unsent": 7, "skew_ms": 400_000}
        heads = wire.canonical({"heads": [], **said})
        assert ask(busy, url, "POST", "/v1/heads", heads).status_code == 200
        HubStore(hub).revoke(quiet.site.id)
        page = Text(WEB.get(url).text)
        for words in ("9.9.9", "▲ 12", "7", "▲ 慢 6 分", "已停用", MARKUP, "SQLite", "● 正常"):
            assert words in page.text
        assert not {"script", "img", "iframe", "link"} & set(page.tags)

    def test_shows_what_was_refused_and_whose_it_was(self, serve, site):
        url = serve()
        store = site(url)
        ask(store, url, "POST", "/v1/batch", b"no batch")
        ask(store, url, "POST", "/v1/batch", b"x", site="stranger")
        ask(store, url, "POST", "/v1/batch", b"x", signed=b"y")
        page = Text(WEB.get(url).text).text
        for words in ("batch_magic", "unknown_key", "bad_signature", "席位A1", "stranger"):
            assert words in page
        assert page.count("签名未核实") == 2
        assert metric(url, "griddesk_refused_total") == {
            f'griddesk_refused_total{{code="{code}"}}': 1
            for code in ("batch_magic", "unknown_key", "bad_signature")
        }

    def test_keeps_the_last_hundred(self, serve, site):
        url = serve()
        store = site(url)
        headers = sealed(store, url, "POST", "/v1/batch", b"x")
        for _ in range(105):
            WEB.post(f"{url}/v1/batch", content=b"x", headers=headers)
        page = WEB.get(url).text
        assert page.count("<small>batch_magic ") == 100
        assert "batch_magic 105" in page

    def test_is_told_to_stay_plain(self, serve):
        answer = WEB.get(serve())
        assert "script" not in answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"

    def test_is_nowhere_where_nobody_made_one(self, url):
        is_problem(WEB.get(f"{url}/"), 404, "not_found")


def test_figures_count_what_passed(serve, site):
    url = serve()
    store = site(url)
    rig.note(store, 5)
    pushed = sync_once(store).pushed
    taken = metric(url, "griddesk_ops_taken_total")
    assert taken['griddesk_ops_taken_total{kind="new"}'] == pushed
    WEB.get(f"{url}/no/such")
    WEB.get(f"{url}/v1/blob/{'a' * 64}")
    counted = metric(url, "griddesk_requests_total")
    key = 'griddesk_requests_total{{method="{}",route="{}",status="{}"}}'
    assert counted[key.format("POST", "/v1/batch", 200)] == 1
    assert counted[key.format("GET", "other", 404)] == 1
    assert counted[key.format("GET", "/v1/blob/{blob}", 400)] == 1
    assert not [name for name in counted if "no/such" in name or "aaaa" in name]
    lag = metric(url, "griddesk_station_lag_ops")
    assert [value for name, value in lag.items() if store.site.id in name] == [
        pushed + 1
    ]  # the hub's own first op


class TestLog:
    def lines(self, caplog):
        return [
            orjson.loads(JsonLines().format(record))
            for record in caplog.records
            if record.name == "db.hub.requests"
        ]

    def test_a_line_a_request_and_nothing_personal(self, serve, site, caplog):
        caplog.set_level(logging.INFO)
        url = serve()
        store = site(url, lists=True)
        rig.report(store, 2)
        sync_once(store)
        ask(store, url, "POST", "/v1/batch", b"x")
        lines = self.lines(caplog)
        assert all(
            line.keys()
            == {"time", "level", "site", "signed", "method", "route", "status", "code", "ms",
                "in", "out"}
            for line in lines
        )  # fmt: skip
        [refused] = [line for line in lines if line["code"]]
        assert (refused["site"], refused["signed"]) == (store.site.id, True)
        assert (refused["route"], refused["status"]) == ("/v1/batch", 400)
        assert (refused["code"], refused["in"]) == ("batch_magic", 1)
        whole = b"".join(map(orjson.dumps, lines)).decode()
        for secret in (rig.NAME, rig.PHONE, "路面", "席位", "X-Signature"):
            assert secret not in whole

    def test_what_somebody_claims_to_be_is_an_id_or_nothing(self, serve, site, caplog):
        caplog.set_level(logging.INFO)
        url = serve()
        for claimed in ("欧阳锋芒".encode(), b"a b", b"x" * 65):
            WEB.post(f"{url}/v1/batch", headers={"X-Site": claimed})
        assert [line["site"] for line in self.lines(caplog)] == ["", "", ""]

    def test_a_method_that_somebody_made_up_is_not_kept(self, serve, caplog):
        caplog.set_level(logging.INFO)
        url = serve()
        for method in ("X" * 60_000, "BREW", "GET"):
            WEB.request(method, f"{url}/v1/hello")
        assert [line["method"] for line in self.lines(caplog)] == ["other", "other", "GET"]
        counted = metric(url, "griddesk_requests_total")
        assert {re.search('method="(.*?)"', key)[1] for key in counted} == {"other", "GET"}

    def test_of_an_error_only_its_kind(self):
        try:
            raise ValueError(rig.NAME)
        except ValueError:
            record = logging.LogRecord("db", 40, "", 1, "failed", (), sys.exc_info())
        line = orjson.loads(JsonLines().format(record))
        assert (line["message"], line["error"]) == ("failed", "ValueError")
        assert rig.NAME not in str(line)


def test_a_hub_told_to_stop_takes_a_batch_that_is_half_sent(tmp_path, open_sites):
    """The command itself, with its log."""
    init_hub(tmp_path / "hub", "区级交换", "file")
    command = [sys.executable, "-m", "desktop", "hub", "--data", str(tmp_path / "hub"),
               "--port", "0", "--json", "--log-json"]  # fmt: skip
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=rig.ROOT,
        env={**os.environ, "PYTHONPATH": str(rig.ROOT)},
    )  # fmt: skip
    url = orjson.loads(process.stdout.readline())["url"]
    store = open_sites("A1", lists=False)
    with HubClient(store, url) as line:
        line.enrol(issue_code(tmp_path / "hub", rig.TOWN))
    chain = next((h.site, h.epoch) for h in own_heads(store) if h.site == store.site.id)
    data = collect(store, [Want(*chain, 1)]).data

    def halves():
        yield data[:100]
        process.send_signal(signal.SIGTERM)
        yield data[100:]

    with httpx.Client(trust_env=False) as other:
        heads = sealed(store, url, "POST", "/v1/batch", data)
        length = {"Content-Length": str(len(data))}
        taken = other.post(f"{url}/v1/batch", content=halves(), headers={**heads, **length})
    assert (taken.status_code, taken.json()["dup"]) == (200, 0)
    assert process.wait(20) in (0, -15)
    lines = [orjson.loads(one) for one in process.stderr.read().splitlines()]
    process.stdout.close()
    process.stderr.close()
    assert [one["status"] for one in lines if one.get("route") == "/v1/batch"] == [200]
    with open_hub(tmp_path / "hub") as record:
        assert rig.own_bodies(store).items() <= rig.bodies(record).items()
