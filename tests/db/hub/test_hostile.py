"""What an enemy may send: refused with its name, soon, in little memory, with nothing written.

The hub is a process of its own; its memory is what the system says of that process.
"""

import re
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import orjson
import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from db.domain.ops import GENESIS, chain_hash
from db.hub import app, protocol
from db.hub.app import MAX_READING
from db.hub.server import revoke_station
from db.store.parcels import Head, Range
from db.sync import wire
from db.sync.batch import MAGIC, MAX_OPS, decode_batch, encode_batch
from db.sync.client import sync_once
from db.sync.exchange import collect, own_heads
from db.sync.line import HubClient, connect
from db.sync.signing import Signer
from db.sync.wire import Want
from tests.db.hub.asking import WEB, ask, is_problem, sealed, signer
from tests.db.sync import rig

MAX_SECONDS = 5.0
MAX_BYTES = 256 << 20


@pytest.fixture(scope="module")
def hub_process(tmp_path_factory):
    """A hub in a process of its own, with its page."""
    process = rig.HubProcess(tmp_path_factory.mktemp("hostile") / "hub")
    yield process
    process.stop()


@pytest.fixture(scope="module")
def sites(hub_process, tmp_path_factory):
    """A station, another of its town, and one of another town, level with the hub."""
    folder = tmp_path_factory.mktemp("sites")
    made = []
    for station, town in (("A1", rig.TOWN), ("A2", rig.TOWN), ("B1", rig.OTHER_TOWN)):
        store = rig.make_site(folder / station, station, town=town, lists=False)
        with HubClient(store, hub_process.url) as line:
            line.enrol(rig.code_for(hub_process, town))
            rig.note(store, 3)
            sync_once(store, line)
        made.append(store)
    yield made
    for store in made:
        store.close()


@pytest.fixture
def site(open_sites, enrol):
    store = open_sites("A1", lists=False)
    enrol(store)
    return store


@pytest.fixture(autouse=True)
def unharmed(hub_process, sites):
    """After each test: the hub answers soon, has stayed small, and holds what it held."""
    before = counted(hub_process)
    yield
    started = time.monotonic()
    assert WEB.get(f"{hub_process.url}/health").json() == {"ok": True}
    assert time.monotonic() - started < MAX_SECONDS
    status = Path(f"/proc/{hub_process.process.pid}/status").read_text()
    assert int(re.search(r"VmHWM:\s+(\d+)", status)[1]) * 1024 < MAX_BYTES
    assert counted(hub_process) == before


def counted(process):
    """The ops the hub has, and those it ever took in."""
    text = WEB.get(f"{process.url}/metrics").text
    return re.findall(r'^griddesk_ops(?:_taken_total{kind="new"})? \d+$', text, re.M)


def refused(sites, process, body, status, code, store=None):
    """Bring a batch: it is refused in time and under this name, and shown with who brought it."""
    store = store or sites[0]
    started = time.monotonic()
    answer = ask(store, process.url, "POST", "/v1/batch", body)
    assert time.monotonic() - started < MAX_SECONDS
    problem = is_problem(answer, status, code)
    newest = WEB.get(process.url).text.partition("最近拒收")[2].partition("<tbody>")[2]
    row = newest.partition("</tr>")[0]
    assert f"<small>{code} " in row
    assert store.site.station in row or store.site.id in row
    return problem


def chain_of(store):
    return next(head for head in own_heads(store) if head.site == store.site.id)


def own_batch(store):
    data = collect(store, [Want(chain_of(store).site, chain_of(store).epoch, 1)]).data
    return decode_batch(data, lambda _: signer(store).public_key)


def built(store, header, frame=b"", by=None):
    """A batch of this header and frame, under a good signature."""
    signed = MAGIC + len(header).to_bytes(4, "big") + header + frame
    return signed + (by or signer(store)).sign(signed)


def header_of(store, **values):
    """The header of a batch that this station could send, with other values in it."""
    data = encode_batch(signer(store), [], [], [], created=1)
    length = int.from_bytes(data[6:10], "big")
    return wire.canonical({**orjson.loads(data[10 : 10 + length]), **values})


def span(store, count, **values):
    head = chain_of(store)
    return {
        "site": head.site, "epoch": head.epoch, "from_seq": head.seq + 1,
        "prev_hash": head.hash.hex(), "to_seq": head.seq + count, "to_hash": "0" * 64, **values,
    }  # fmt: skip


def ranged(store, bodies, *, site="", epoch=0, skip=0, by=None):
    """A signed batch of these bodies at the end of a chain, vouched for by who sends it."""
    head = chain_of(store)
    site, epoch = site or head.site, epoch or head.epoch
    digest = head.hash if epoch == head.epoch else GENESIS
    start = (head.seq if epoch == head.epoch else 0) + 1 + skip
    first = digest
    for body in bodies:
        digest = chain_hash(digest, body)
    item = Range(site, epoch, start, first, bodies, digest)
    word = signer(store).attest(Head(site, epoch, start + len(bodies) - 1, digest))
    return encode_batch(by or signer(store), [item], [], [word], created=1)


def op_body(store, **values):
    """The bytes of a well formed op next on a station's chain."""
    head = chain_of(store)
    raw = orjson.loads(own_batch(store).ranges[0].bodies[-1])
    return orjson.dumps({**raw, "seq": head.seq + 1, **values}, option=orjson.OPT_SORT_KEYS)


class TestBatches:
    @pytest.mark.parametrize("announced", [256 << 20, 16 << 20, 1 << 20, 8_000])
    def test_a_bomb(self, sites, hub_process, announced):
        frame = zstandard.ZstdCompressor(level=19).compress(bytes(256 << 20))
        header = header_of(sites[0], raw_len=announced)
        refused(sites, hub_process, built(sites[0], header, frame), 413, "batch_bomb")

    def test_a_bomb_of_many_frames(self, sites, hub_process):
        frame = zstandard.ZstdCompressor(level=19).compress(bytes(1 << 20)) * 200
        header = header_of(sites[0], raw_len=1 << 20)
        refused(sites, hub_process, built(sites[0], header, frame), 400, "batch_frame")

    @pytest.mark.parametrize("opening", [b"[", b'{"a":'])
    def test_a_header_a_million_deep(self, sites, hub_process, opening):
        body = built(sites[0], (opening * 1_000_000)[: 255 * 1024])
        refused(sites, hub_process, body, 400, "batch_header")
        body = built(sites[0], (opening * 1_000_000)[:4_000_000])
        refused(sites, hub_process, body, 413, "batch_too_large")

    def test_an_op_as_deep_as_it_may_be_long(self, sites, hub_process):
        deep = b'{"p":' + b"[" * 60_000 + b"]" * 5_000 + b"}"
        refused(sites, hub_process, ranged(sites[0], [deep]), 400, "op_malformed")

    @pytest.mark.parametrize("count", [MAX_OPS + 1, 10_000_000, 2**53])
    def test_more_ops_than_there_may_be(self, sites, hub_process, count):
        header = header_of(sites[0], n_ops=count, ranges=[span(sites[0], count)])
        refused(sites, hub_process, built(sites[0], header), 400, "batch_header")

    def test_ops_announced_and_not_there(self, sites, hub_process):
        header = header_of(sites[0], n_ops=5, ranges=[span(sites[0], 5)])
        frame = zstandard.ZstdCompressor().compress(b"")
        refused(sites, hub_process, built(sites[0], header, frame), 400, "batch_counts")

    def test_more_ranges_than_there_may_be(self, sites, hub_process):
        header = header_of(sites[0], ranges=[span(sites[0], 1)] * 1_000)
        refused(sites, hub_process, built(sites[0], header[: 250 * 1024]), 400, "batch_header")

    def test_signatures_of_others(self, sites, hub_process):
        good = encode_batch(signer(sites[0]), [], [], [], created=1)
        other = Ed25519PrivateKey.generate()
        refused(sites, hub_process, good[:-64] + bytes(64), 422, "bad_signature")
        refused(sites, hub_process, good[:-64] + other.sign(good[:-64]), 422, "bad_signature")
        refused(sites, hub_process, good[:-64], 400, "batch_truncated")
        stranger = Signer(sites[0].site.id, rig.TOWN, other)
        body = encode_batch(stranger, [], [], [], created=1)
        refused(sites, hub_process, body, 401, "unknown_key")

    @pytest.mark.parametrize(
        ("values", "status", "code"),
        [
            ({"created": 2**63}, 400, "batch_header"), ({"created": -1}, 400, "batch_header"),
            ({"raw_len": 2**63}, 400, "batch_header"), ({"to": "../../etc"}, 400, "batch_header"),
            ({"fmt": 2}, 426, "batch_format"), ({"alg": "none"}, 415, "unknown_alg"),
            ({"to": "somebody"}, 400, "batch_for_other"),
        ],
    )  # fmt: skip
    def test_lies_in_a_header(self, sites, hub_process, values, status, code):
        frame = zstandard.ZstdCompressor().compress(b"")
        body = built(sites[0], header_of(sites[0], **values), frame)
        refused(sites, hub_process, body, status, code)

    @pytest.mark.parametrize(
        "text",
        [b"NaN", b'{"fmt":NaN}', b'{"fmt":Infinity}', b'{"fmt":1e999}', b'{"fmt":"\xff"}',
         b'{"fmt":"\\ud800"}', b'{"fmt":1,"fmt":1}', b'{"fmt":' + b"9" * 9_000 + b"}", b"\xff"],
    )  # fmt: skip
    def test_headers_that_are_no_json(self, sites, hub_process, text):
        refused(sites, hub_process, built(sites[0], text), 400, "batch_header")

    @pytest.mark.parametrize(
        "body",
        [b"", b"null", b"NaN", b"\xff\xfe", b'{"kind":"\\ud800"}', b'{"v":1,"v":1}',
         b'{"v":' + b"9" * 60_000 + b"}", b'{"v":1e999}'],
    )  # fmt: skip
    def test_ops_that_are_no_json(self, sites, hub_process, body):
        refused(sites, hub_process, ranged(sites[0], [body]), 400, "op_malformed")

    def test_ops_with_odd_values(self, sites, hub_process):
        good = op_body(sites[0])
        for old, new in (
            (b'"seq":', b'"seq":99999999999999999999,"x":'),
            (b'"kind":"', b'"kind":"\\ud800'),
            (b'"kind":', b'"kind":"twice","kind":'),
            (b'"p":{', b'"p":{"pages":7,'),
            (b'"p":{', b'"p":{"n":NaN,'),
            (b'"p":{', b'"p":{"n":"\xff",'),
        ):
            assert old in good
            body = ranged(sites[0], [good.replace(old, new, 1)])
            refused(sites, hub_process, body, 400, "op_malformed")

    def test_names_that_are_not_its_own(self, sites, hub_process):
        ours, neighbour, theirs = sites
        head = chain_of(neighbour)
        forged = op_body(neighbour)
        item = Range(
            head.site, head.epoch, head.seq + 1, head.hash, [forged], chain_hash(head.hash, forged)
        )
        body = encode_batch(signer(ours), [item], [], [], created=1)
        refused(sites, hub_process, body, 422, "unattested")
        word = signer(ours).attest(Head(head.site, head.epoch, head.seq + 1, item.to_hash))
        body = encode_batch(signer(ours), [item], [], [word], created=1)
        refused(sites, hub_process, body, 422, "attest_bad")
        stolen = own_batch(theirs)
        body = encode_batch(signer(ours), stolen.ranges, [], stolen.attests, created=1)
        refused(sites, hub_process, body, 403, "wrong_town")
        body = ranged(ours, [op_body(ours, site=theirs.site.id)])
        refused(sites, hub_process, body, 422, "chain_broken")

    def test_a_gap_and_a_jump_to_another_epoch(self, sites, hub_process):
        ours = sites[0]
        head, body = chain_of(ours), op_body(ours)
        problem = refused(sites, hub_process, ranged(ours, [body], skip=5), 409, "gap")
        assert problem["expected"] == head.seq + 1
        problem = refused(
            sites, hub_process, ranged(ours, [body], epoch=head.epoch + 1, skip=5), 409, "gap"
        )
        assert problem["expected"] == 1
        jumped = ranged(ours, [op_body(ours, epoch=head.epoch + 1)])
        refused(sites, hub_process, jumped, 422, "chain_broken")

    def test_another_past(self, sites, hub_process):
        head = chain_of(sites[0])
        bodies = own_batch(sites[0]).ranges[0].bodies
        other = [*bodies[:-1], bodies[-1].replace(b'"pages":1', b'"pages":2')]
        digest = GENESIS
        for body in other:
            digest = chain_hash(digest, body)
        item = Range(head.site, head.epoch, 1, GENESIS, other, digest)
        body = encode_batch(signer(sites[0]), [item], [], [], created=1)
        problem = refused(sites, hub_process, body, 409, "fork")
        assert problem["seq"] == head.seq

    def test_the_same_once_more_is_nothing_new(self, sites, hub_process):
        batch = own_batch(sites[0])
        data = encode_batch(signer(sites[0]), batch.ranges, [], batch.attests, created=1)
        before = counted(hub_process)
        answer = ask(sites[0], hub_process.url, "POST", "/v1/batch", data)
        assert answer.json()["dup"] == len(batch.ranges[0].bodies)
        assert counted(hub_process)[0] == before[0]


def connected(url):
    address = urlsplit(url)
    return socket.create_connection((address.hostname, address.port), timeout=30)


def talk(url, text):
    """Say something on a line of one's own; return the head and the body of what comes back."""
    with connected(url) as line:
        line.sendall(text)
        answer = b""
        while chunk := line.recv(65_536):
            answer += chunk
            if b'"retry"' in answer:
                break
    head, _, body = answer.partition(b"\r\n\r\n")
    return head, body


class TestLines:
    @pytest.mark.parametrize(
        "text",
        [b"GET / HTTP/1.1\r\n" + b"X-A: b\r\n" * 20_000, b"GET /" + b"a" * 200_000,
         b"GET / HTTP/1.1\r\nX: " + b"a" * 200_000, b"\x16\x03\x01\x02\x00\x01" + b"\0" * 500,
         b"GET / HTTP/1.1\r\n\r\n", b"\0" * 100_000,
         b"POST /v1/enrol HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
         b"POST /v1/enrol HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
         b"POST /v1/enrol HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n"],
        ids=range(9),
    )  # fmt: skip
    def test_what_is_no_http(self, hub_process, text):
        started = time.monotonic()
        head, body = talk(hub_process.url, text)
        assert time.monotonic() - started < MAX_SECONDS
        assert head.startswith((b"HTTP/1.1 400", b"HTTP/1.1 501"))
        assert orjson.loads(body)["code"] == "request_malformed"

    def test_who_never_ends_a_head_keeps_nobody_out(self, hub_process, sites):
        lines = [connected(hub_process.url) for _ in range(400)]
        try:
            for line in lines:
                line.sendall(b"GET /v1/hello HTTP/1.1\r\nX-Slow: ")
            self.is_served(sites[0], hub_process)
            for line in lines:
                line.sendall(b"a")
            self.is_served(sites[0], hub_process)
        finally:
            for line in lines:
                line.close()

    def test_who_never_ends_a_body_keeps_others_in(self, hub_process, sites):
        seal = sealed(sites[1], hub_process.url, "POST", "/v1/batch")
        head = ["POST /v1/batch HTTP/1.1", "Host: hub", "Content-Length: 4000000",
                *(f"{name}: {value}" for name, value in seal.items()), "", ""]  # fmt: skip
        lines = [connected(hub_process.url) for _ in range(100)]
        try:
            for line in lines:
                line.sendall("\r\n".join(head).encode() + b"EOPB1")
            assert sum(b" 503 " in heard(line) for line in lines) == 100 - MAX_READING
            self.is_served(sites[0], hub_process)
        finally:
            for line in lines:
                line.close()

    def is_served(self, store, process):
        started = time.monotonic()
        with connect(store) as line:
            assert line.heads(own_heads(store)).want == []
        assert time.monotonic() - started < MAX_SECONDS

    def test_patience_ends(self, hub, url, site, monkeypatch):
        monkeypatch.setattr(protocol, "HEADER_SECONDS", 0.3)
        monkeypatch.setattr(app, "SLOW_SECONDS", 0.3)
        monkeypatch.setattr(app, "SLOW_RATE", 1 << 40)
        head, body = talk(url, b"GET /v1/hello HTTP/1.1\r\nX-Slow: ")
        assert head.startswith(b"HTTP/1.1 408")
        assert orjson.loads(body)["code"] == "request_slow"
        seal = sealed(site, url, "POST", "/v1/batch")
        lines = ["POST /v1/batch HTTP/1.1", "Host: hub", "Content-Length: 40",
                 *(f"{name}: {value}" for name, value in seal.items()), "", "half"]  # fmt: skip
        head, body = talk(url, "\r\n".join(lines).encode())
        assert head.startswith(b"HTTP/1.1 408")
        assert orjson.loads(body)["code"] == "request_slow"

    def test_a_line_without_a_word_is_let_go(self, url, monkeypatch):
        monkeypatch.setattr(protocol, "HEADER_SECONDS", 0.2)
        with connected(url) as line:
            said = b"".join(iter(lambda: line.recv(1000), b""))
            assert b" 408 " in said

    def test_more_lines_than_there_may_be_are_told_so(self, url, monkeypatch):
        monkeypatch.setattr(protocol, "MAX_CONNECTIONS", 3)
        idle = [connected(url) for _ in range(3)]
        try:
            answer = httpx.get(f"{url}/health", trust_env=False)
            assert answer.headers["Retry-After"]
            is_problem(answer, 503, "hub_busy")
        finally:
            for line in idle:
                line.close()


def heard(line):
    """What came on a line by now."""
    line.settimeout(0.5)
    try:
        return line.recv(10_000)
    except TimeoutError:
        return b""


class TestRequests:
    @pytest.mark.parametrize("path", ["/v1/heads", "/v1/pull", "/v1/wait"])
    @pytest.mark.parametrize(
        "body",
        [b"[" * 1_00_000, b'{"heads":' * 50_000, b"NaN", b'{"heads":NaN}', b"\xff\xff",
         b'{"heads":"\\ud800"}', b'{"seconds":' + b"9" * 100_000 + b',"heads":[]}',
         b'{"heads":[' + b'{"site":"a"},' * 30_000 + b"{}]}",
         b'{"ranges":[{"site":"../..","epoch":1,"from_seq":1}],"max_bytes":9999999}'],
        ids=range(9),
    )  # fmt: skip
    def test_documents_that_are_none(self, sites, hub_process, path, body):
        started = time.monotonic()
        answer = ask(sites[0], hub_process.url, "POST", path, body)
        assert time.monotonic() - started < MAX_SECONDS
        is_problem(answer, 400, "request_malformed")

    def test_a_request_for_another_hub(self, sites, hub_process, url):
        body = b'{"heads":[]}'
        taken = sealed(sites[0], url, "POST", "/v1/heads", body)
        taken["X-Nonce"] = WEB.get(f"{hub_process.url}/v1/hello").json()["nonce"]
        answer = WEB.post(f"{hub_process.url}/v1/heads", content=body, headers=taken)
        is_problem(answer, 422, "bad_signature")

    def test_a_request_under_anothers_name(self, sites, hub_process):
        answer = ask(
            sites[0], hub_process.url, "POST", "/v1/heads", b'{"heads":[]}', by=signer(sites[1])
        )
        is_problem(answer, 422, "bad_signature")

    @pytest.mark.parametrize("name", ["X-Site", "X-Nonce", "X-Signature"])
    @pytest.mark.parametrize("value", [None, "", "../../etc", "a" * 5_000, "\xff"])
    def test_seals_that_are_none(self, sites, hub_process, name, value):
        seal = sealed(sites[0], hub_process.url, "GET", "/v1/stations")
        del seal[name]
        if value is not None:
            seal[name] = value.encode("latin-1")
        answer = WEB.get(f"{hub_process.url}/v1/stations", headers=seal)
        assert answer.json()["code"] in ("request_malformed", "stale_nonce")


def test_a_revoked_station_is_refused_and_shown(sites, hub_process, tmp_path):
    with rig.make_site(tmp_path / "late", "Z9", lists=False) as store:
        with HubClient(store, hub_process.url) as line:
            line.enrol(rig.code_for(hub_process))
        revoke_station(hub_process.home, store.site.id)
        data = collect(store, [Want(chain_of(store).site, chain_of(store).epoch, 1)]).data
        refused(sites, hub_process, data, 403, "key_revoked", store)
