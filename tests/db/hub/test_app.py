"""Who is let in, to what, and what a refusal looks like on the line."""

import datetime
import gc
import hashlib
import logging
import socket
import time
from urllib.parse import urlsplit

import httpx
import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

import db.hub.app as app_module
from db.domain.errors import EnvironmentError_, InputError, RuleError
from db.hub.server import Server, init_hub, issue_code, open_hub
from db.hub.store import HubStore
from db.store.clock import system_clock
from db.store.store import Store
from db.sync import wire
from db.sync.batch import MAX_BATCH, decode_batch, encode_batch
from db.sync.client import sync_once
from db.sync.exchange import collect, own_heads, take_in
from db.sync.line import HubClient, connect
from db.sync.signing import enrol_text, request_text, signer_of
from db.sync.wire import Want
from tests.db.sync import rig

WEB = httpx.Client(verify=False, trust_env=False)
"""One client for all: a new one reads the machine's certificates each time."""


@pytest.fixture
def site(open_sites, enrol):
    store = open_sites("A1")
    enrol(store)
    return store


@pytest.fixture(scope="module")
def standing(tmp_path_factory):
    """A hub and a site for questions that change neither."""
    folder = tmp_path_factory.mktemp("standing")
    init_hub(folder / "hub", "区级交换", "file")
    with (
        open_hub(folder / "hub") as record,
        rig.running(record) as address,
        rig.make_site(folder / "site") as store,
    ):
        with HubClient(store, address) as line:
            line.enrol(rig.new_code(record, rig.TOWN))
        yield store, address


def signer(store):
    return store.read(lambda c: signer_of(c, store.site.town))


def sealed(store, url, path, body, **changes):
    """The headers of a signed request, some of them wrong on purpose."""
    hello = WEB.get(f"{url}/v1/hello").json()
    nonce = changes.get("nonce", hello["nonce"])
    message = request_text(hello["hub_id"], "POST", path, nonce, changes.get("signed", body))
    return {
        "X-Site": changes.get("site", store.site.id),
        "X-Nonce": nonce,
        "X-Signature": (changes.get("by") or signer(store)).sign(message).hex(),
    }


def post(store, url, path, body, **changes):
    headers = sealed(store, url, path, body, **changes)
    return WEB.post(url + path, content=changes.get("sent", body), headers=headers)


def is_problem(answer, status, code):
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert problem["title"] == code
    assert isinstance(problem["retry"], bool)
    return problem


def own_range(store):
    chain = next((h.site, h.epoch) for h in own_heads(store) if h.site == store.site.id)
    data = collect(store, [Want(*chain, 1)]).data
    return decode_batch(data, lambda _: signer(store).public_key)


def batch_of(store, *ranges, attests=(), by=None):
    return encode_batch(by or signer(store), ranges, [], list(attests), created=1)


def test_hello(hub, url):
    hello = WEB.get(f"{url}/v1/hello").json()
    assert hello["hub_id"] == hub.site.id
    assert hello["proto"] == [1]
    assert hello["limits"]["ops"] == 5_000
    assert len(hello["incarnation"]) == 16
    assert abs(hello["now"] - system_clock()) < 5_000
    assert hello.keys() == {
        "hub_id", "kind", "incarnation", "proto", "now", "nonce", "limits", "min_client",
        "town_scope", "erases",
    }  # fmt: skip


@pytest.mark.parametrize("path", ["/v1/heads", "/v1/batch", "/v1/pull"])
class TestAuthentication:
    BODY = b'{"heads":[],"ranges":[],"max_bytes":100000}'

    def test_no_headers(self, standing, path):
        is_problem(WEB.post(standing[1] + path, content=b"x"), 400, "request_malformed")

    def test_unknown_site(self, standing, path):
        is_problem(post(*standing, path, self.BODY, site="nobody"), 401, "unknown_key")

    def test_other_key(self, standing, path):
        by = Ed25519PrivateKey.generate()
        is_problem(post(*standing, path, self.BODY, by=by), 422, "bad_signature")

    def test_other_body(self, standing, path):
        is_problem(post(*standing, path, self.BODY, sent=b"{}"), 422, "bad_signature")

    def test_other_path(self, standing, path):
        headers = sealed(*standing, "/v1/other", self.BODY)
        answer = WEB.post(standing[1] + path, content=self.BODY, headers=headers)
        is_problem(answer, 422, "bad_signature")

    @pytest.mark.parametrize("nonce", ["", "1", "1.2", "9999999999999.00", "x.y", "1" * 190])
    def test_invented_nonce(self, standing, path, nonce):
        is_problem(post(*standing, path, self.BODY, nonce=nonce), 401, "stale_nonce")

    def test_revoked(self, site, hub, url, path):
        HubStore(hub).revoke(site.site.id)
        is_problem(post(site, url, path, self.BODY), 403, "key_revoked")

    def test_too_large(self, standing, path):
        big = bytes(MAX_BATCH + 1)
        headers = sealed(*standing, path, big)
        problem = is_problem(
            WEB.post(standing[1] + path, content=big, headers=headers), 413, "too_large"
        )
        assert problem["limit"] <= MAX_BATCH

    def test_too_large_without_saying_so(self, standing, path):
        headers = sealed(*standing, path, b"")

        def endless():
            for _ in range(MAX_BATCH // 65_536 + 2):
                yield bytes(65_536)

        answer = WEB.post(standing[1] + path, content=endless(), headers=headers)
        is_problem(answer, 413, "too_large")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/heads", b""), ("/v1/heads", b"[]"), ("/v1/heads", b'{"heads":[{}]}'),
        ("/v1/heads", b'{"heads":[{"site":"a","epoch":-1,"seq":1,"hash":""}]}'),
        ("/v1/pull", b'{"ranges":[]}'), ("/v1/pull", b'{"ranges":[1],"max_bytes":100000}'),
        ("/v1/pull", b'{"ranges":[],"max_bytes":1}'), ("/v1/pull", b"[" * 1000),
    ],
)  # fmt: skip
def test_malformed_requests(standing, path, body):
    is_problem(post(*standing, path, body), 400, "request_malformed")


def test_malformed_batches(standing):
    is_problem(post(*standing, "/v1/batch", b"EOPB1"), 400, "batch_truncated")
    is_problem(post(*standing, "/v1/batch", b"hello, hub"), 400, "batch_magic")


def test_paths_that_are_none(standing):
    is_problem(WEB.get(f"{standing[1]}/v1/nothing"), 404, "not_found")
    is_problem(WEB.get(f"{standing[1]}/v1/heads"), 405, "not_found")
    is_problem(WEB.get(f"{standing[1]}/"), 404, "not_found")


def test_pulling_nothing_is_no_content(site, url):
    body = wire.canonical({"ranges": [], "max_bytes": 100_000})
    assert post(site, url, "/v1/pull", body).status_code == 204


def test_more_is_said(site, hub, url):
    rig.note(site, 5_100)
    sync_once(site)
    chain = next((h.site, h.epoch) for h in own_heads(site) if h.site == site.site.id)
    want = wire.want_to_json(Want(*chain, 1))
    body = wire.canonical({"ranges": [want], "max_bytes": 5_000_000})
    first = post(site, url, "/v1/pull", body)
    assert first.headers["X-More"] == "1"
    batch = decode_batch(first.content, lambda _: signer(hub).public_key)
    assert (batch.sender.site, batch.to) == (hub.site.id, site.site.id)
    body = wire.canonical({"ranges": [{**want, "from_seq": 5_001}], "max_bytes": 5_000_000})
    assert "X-More" not in post(site, url, "/v1/pull", body).headers


def test_an_old_nonce_is_renewed_by_the_client(open_sites, tmp_path):
    shift = [0]
    init_hub(tmp_path / "hub2", "区级交换", "file")
    store = open_sites("A1")
    with (
        open_hub(tmp_path / "hub2", clock=lambda: system_clock() + shift[0]) as hub,
        rig.running(hub) as url,
        HubClient(store, url) as line,
    ):
        line.enrol(rig.new_code(hub, rig.TOWN))
        assert line.heads([]).want == []
        shift[0] = 3_600_000
        assert line.heads([]).want == []


@pytest.mark.parametrize("years", [-40, -1, 1, 40])
def test_a_wrong_clock_is_told_and_refuses_nothing(open_sites, hub, url, years):
    store = open_sites("A1")
    shift = years * 365 * 86_400_000
    store.clock = lambda: system_clock() + shift
    store._writer._clock = store.clock
    with HubClient(store, url) as line:
        line.enrol(rig.new_code(hub, rig.TOWN))
        rig.report(store, 2)
        result = sync_once(store, line)
    assert abs(result.skew_ms + shift) < 5_000
    assert rig.own_bodies(store).items() <= rig.bodies(hub).items()


class TestEnrolment:
    def refused(self, store, url, code):
        with HubClient(store, url) as line, pytest.raises((RuleError, InputError)) as caught:
            line.enrol(code)
        assert rig.rows(store, "SELECT 1 FROM peer") == []
        return caught.value

    def test_a_code_serves_once_and_the_same_site_again(self, open_sites, hub, url):
        a, b = open_sites("A1"), open_sites("B1")
        code = rig.new_code(hub, rig.TOWN)
        for _ in range(2):
            with HubClient(a, url) as line:
                line.enrol(code.lower().replace("-", " "))
        assert self.refused(b, url, code).code == "enrol_code_used"

    def test_invented(self, open_sites, url):
        assert self.refused(open_sites("A1"), url, "AAAAA-AAAAA").code == "enrol_code_unknown"

    def test_expired(self, open_sites, hub, url):
        code = rig.new_code(hub, rig.TOWN, hours=0)
        assert self.refused(open_sites("A1"), url, code).code == "enrol_code_expired"

    def test_another_town(self, open_sites, hub, url):
        code = rig.new_code(hub, rig.OTHER_TOWN)
        assert self.refused(open_sites("A1"), url, code).code == "enrol_code_town"

    def test_a_refused_code_is_not_used_up(self, open_sites, hub, url, enrol):
        code = rig.new_code(hub, rig.TOWN)
        enrol(open_sites("A1"))
        twin = open_sites("A1")
        error = self.refused(twin, url, code)
        assert (error.code, error.params["station"]) == ("station_taken", "A1")
        with HubClient(open_sites("B1"), url) as line:
            line.enrol(code)

    def test_the_same_station_code_in_another_town_is_free(self, open_sites, enrol):
        enrol(open_sites("A1"))
        enrol(open_sites("A1", town=rig.OTHER_TOWN))

    def test_codes_are_kept_as_digests(self, hub):
        code = rig.new_code(hub, rig.TOWN)
        dump = rig.everything(hub)
        assert code.encode() not in dump
        assert code.replace("-", "").encode() not in dump

    def test_codes_are_for_towns_of_the_district(self, tmp_path):
        init_hub(tmp_path / "h", "区级交换", "file", town=rig.DISTRICT)
        assert len(issue_code(tmp_path / "h", rig.TOWN)) == 11
        with open_hub(tmp_path / "h") as hub:
            assert len(issue_code(tmp_path / "h", rig.TOWN)) == 11
            with pytest.raises(InputError, match="town_outside_hub"):
                rig.new_code(hub, "880101103")
            with pytest.raises(InputError, match="town_code_malformed"):
                rig.new_code(hub, "99")

    def document(self, store, hub, by=None, **changes):
        own = signer(store)
        raw = {
            "code": rig.new_code(hub, rig.TOWN), "site": store.site.id, "name": "x",
            "town": rig.TOWN, "station": "A1", "sign_key": own.public_key.hex(),
            "box_key": bytes(32).hex(), **changes,
        }  # fmt: skip
        return {**raw, "signature": (by or own).sign(enrol_text(raw)).hex()}

    def test_not_signed_by_the_key_it_names(self, open_sites, hub, url):
        raw = self.document(open_sites("A1"), hub, by=Ed25519PrivateKey.generate())
        is_problem(WEB.post(f"{url}/v1/enrol", json=raw), 422, "bad_signature")

    def test_another_key_for_a_known_site(self, site, hub, url):
        other = Ed25519PrivateKey.generate()
        key = other.public_key().public_bytes_raw().hex()
        raw = self.document(site, hub, by=other, sign_key=key)
        is_problem(WEB.post(f"{url}/v1/enrol", json=raw), 409, "key_mismatch")

    @pytest.mark.parametrize("raw", [{}, {"code": 1}, [], "x", None])
    def test_malformed(self, url, raw):
        answer = WEB.post(f"{url}/v1/enrol", content=orjson.dumps(raw))
        is_problem(answer, 400, "request_malformed")

    def test_a_revoked_site_does_not_come_back(self, site, hub, url):
        HubStore(hub).revoke(site.site.id)
        with HubClient(site, url) as line, pytest.raises(EnvironmentError_, match="key_revoked"):
            line.enrol(rig.new_code(hub, rig.TOWN))


class TestScope:
    @pytest.fixture
    def towns(self, open_sites, enrol):
        ours = open_sites("A1")
        theirs = open_sites("A1", town=rig.OTHER_TOWN)
        for store in (ours, theirs):
            enrol(store)
            rig.report(store, 1)
            sync_once(store)
        return ours, theirs

    def test_a_town_sees_its_own(self, towns, hub):
        ours, _ = towns
        sync_once(ours)
        assert {ref[0] for ref in rig.bodies(ours)} == {ours.site.id, hub.site.id}

    def test_a_district_sees_all(self, towns, open_sites, enrol, hub):
        district = open_sites("D1", town=rig.DISTRICT, lists=False)
        enrol(district)
        sync_once(district)
        assert rig.bodies(district) == rig.bodies(hub)

    def test_what_is_not_ones_own_cannot_be_asked_for(self, towns):
        ours, theirs = towns
        chain = next((h.site, h.epoch) for h in own_heads(theirs) if h.site == theirs.site.id)
        with connect(ours) as line:
            for want in (Want(*chain, 1), Want("nobody", 5, 1)):
                with pytest.raises(InputError, match="wrong_town"):
                    line.pull([want])

    def test_what_is_not_ones_own_cannot_be_brought(self, towns, hub):
        ours, theirs = towns
        before = rig.bodies(hub)
        rig.report(theirs, 1)
        stolen = own_range(theirs)
        data = batch_of(ours, *stolen.ranges, attests=stolen.attests)
        with connect(ours) as line, pytest.raises(InputError, match="wrong_town"):
            line.push(data)
        assert rig.bodies(hub) == before

    def test_heads_of_others_are_not_answered(self, towns):
        ours, theirs = towns
        with connect(ours) as line:
            compared = line.heads(own_heads(theirs))
        assert theirs.site.id not in {head.site for head in compared.have}
        assert compared.want == compared.forks == compared.rewound == []


class TestBringing:
    def push(self, store, data, code):
        with connect(store) as line, pytest.raises((InputError, EnvironmentError_)) as caught:
            line.push(data)
        assert caught.value.code == code
        return caught.value

    def test_a_sender_vouches_for_its_own_chain(self, site, hub):
        good = own_range(site)
        before = rig.everything(hub)
        self.push(site, batch_of(site, *good.ranges), "unattested")
        early = signer(site).attest(next(h for h in own_heads(site) if h.site == site.site.id))
        wrong = type(early)(early.site, early.epoch, early.seq - 1, early.hash, early.sig)
        self.push(site, batch_of(site, *good.ranges, attests=[wrong]), "attest_bad")
        bad = type(early)(early.site, early.epoch, early.seq, early.hash, bytes(64))
        self.push(site, batch_of(site, *good.ranges, attests=[bad]), "attest_bad")
        assert rig.everything(hub) == before

    def test_a_batch_of_a_stranger_is_refused_whoever_carries_it(self, site, open_sites):
        stranger = open_sites("B1")
        good = own_range(stranger)
        self.push(site, batch_of(stranger, *good.ranges, attests=good.attests), "unknown_key")

    def test_a_strangers_chain_comes_through_a_station_that_has_it(
        self, site, open_sites, hub, enrol
    ):
        """A station without a line gives its file to one that has one."""
        stranger = open_sites("B1", lists=False)
        good = own_range(stranger)
        data = batch_of(stranger, *good.ranges, attests=good.attests)
        take_in(site, data, key_of=lambda c, s: signer(stranger).public_key)
        assert sync_once(site).troubles == ()
        assert rig.own_bodies(stranger).items() <= rig.bodies(hub).items()
        assert rig.rows(hub, "SELECT kind FROM peer WHERE id = ?", stranger.site.id) == [
            ("carried",)
        ]
        enrol(stranger)
        assert sync_once(stranger).pushed == 0

    def test_a_chain_of_nobody_is_refused(self, site, open_sites, hub):
        stranger = open_sites("B1")
        whole = own_range(stranger).ranges[0]
        data = batch_of(site, type(whole)(
            "somebody", whole.epoch, 1, whole.prev_hash, whole.bodies, whole.to_hash
        ))  # fmt: skip
        error = self.push(site, data, "chain_unknown")
        assert error.params["site"] == "somebody"

    def test_a_chain_that_names_another_key_is_refused(self, site, hub):
        good = own_range(site)
        first = orjson.loads(good.ranges[0].bodies[0])
        first["p"]["sign_key"] = bytes(32).hex()
        body = orjson.dumps(first, option=orjson.OPT_SORT_KEYS)
        digest = hashlib.sha256(bytes(32) + body).digest()
        forged = type(good.ranges[0])(
            site.site.id, good.ranges[0].epoch, 1, bytes(32), [body], digest
        )
        head = next(h for h in own_heads(site) if h.site == site.site.id)
        word = signer(site).attest(type(head)(head.site, head.epoch, 1, digest))
        self.push(site, batch_of(site, forged, attests=[word]), "key_mismatch")


def test_nothing_personal_and_no_code_is_logged(site, hub, url, caplog):
    caplog.set_level(logging.DEBUG)
    code = rig.new_code(hub, rig.TOWN)
    rig.report(site, 2)
    sync_once(site)
    with HubClient(site, url) as line, pytest.raises(RuleError):
        line.enrol("AAAAA-AAAAA")
    ours = [item.getMessage() for item in caplog.records if item.name.startswith("db.")]
    assert ours
    for text in ours:
        for secret in (rig.NAME, rig.PHONE, code, "AAAAA", "路面", site.site.id):
            assert secret not in text


def test_a_fault_of_the_hub_is_not_taken_for_ones_own(site, hub, monkeypatch):
    def full(*_args, **_options):
        raise EnvironmentError_("disk_full")

    monkeypatch.setattr("db.hub.store.take_in", full)
    with connect(site) as line, pytest.raises(EnvironmentError_, match="hub_full"):
        sync_once(site, line)
    monkeypatch.setattr("db.hub.store.take_in", lambda *a, **o: 1 / 0)
    with connect(site) as line, pytest.raises(EnvironmentError_, match="hub_failed"):
        sync_once(site, line)


def certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "cert.pem", folder / "key.pem"


def test_a_line_with_tls_is_trusted_by_its_certificate(open_sites, hub, tmp_path):
    cert, key = certificate(tmp_path)
    store = open_sites("A1")
    with rig.running(hub, cert, key) as address:
        url = address.replace("127.0.0.1", "localhost")
        assert url.startswith("https://")
        with HubClient(store, url) as line, pytest.raises(EnvironmentError_) as caught:
            line.hello()
        assert caught.value.code == "hub_untrusted"
        with HubClient(store, url, cert) as line:
            line.enrol(rig.new_code(hub, rig.TOWN))
        assert sync_once(store).pushed > 0
    with pytest.raises(EnvironmentError_, match="certificate_unreadable"):
        HubClient(store, "https://localhost", tmp_path / "none.pem")


def test_a_port_in_use_is_said(hub, url):
    with pytest.raises(EnvironmentError_, match="port_unavailable"):
        Server(HubStore(hub), "127.0.0.1", int(url.rsplit(":", 1)[1]))


def test_a_hub_never_has_a_room_key(hub):
    assert rig.rows(hub, "SELECT 1 FROM secret WHERE k LIKE 'room:%'") == []
    with pytest.raises(EnvironmentError_, match="room_key_missing"):
        rig.report(hub, 1)


def test_a_hub_opens_as_a_record_that_can_be_read(site, hub):
    sync_once(site)
    with Store.open(hub.home, read_only=True) as reading:
        assert rig.bodies(reading) == rig.bodies(hub)


def test_a_hub_stops_when_told(tmp_path):
    process = rig.HubProcess(tmp_path / "hub")
    assert process.stop() in (0, -15)


def test_only_so_many_requests_are_held_at_a_time_and_waiting_is_none(tmp_path, monkeypatch):
    monkeypatch.setattr(app_module, "MAX_REQUESTS", 1)
    init_hub(tmp_path / "hub", "区级交换", "file")
    with (
        open_hub(tmp_path / "hub") as record,
        rig.running(record) as url,
        rig.make_site(tmp_path / "site") as store,
    ):
        with HubClient(store, url) as line:
            line.enrol(rig.new_code(record, rig.TOWN))
        body = orjson.dumps({"heads": [], "seconds": 0})
        waits = sealed(store, url, "/v1/wait", body)
        slow = sealed(store, url, "/v1/batch", b"")
        address = urlsplit(url)
        with socket.create_connection((address.hostname, address.port)) as sending:
            lines = [f"{name}: {value}" for name, value in slow.items()]
            head = ["POST /v1/batch HTTP/1.1", "Host: hub", "Content-Length: 9", *lines]
            sending.sendall("\r\n".join([*head, "", "half"]).encode())
            rig.until(is_one_under_way)
            answer = WEB.get(f"{url}/v1/hello")
            is_problem(answer, 503, "hub_busy")
            assert answer.headers["Retry-After"]
            assert WEB.post(f"{url}/v1/wait", content=body, headers=waits).status_code == 200
        until(lambda: WEB.get(f"{url}/v1/hello"), lambda one: one.status_code == 200)


def is_one_under_way():
    """Whether a hub of this process is at a request."""
    services = [one for one in gc.get_objects() if type(one) is app_module.Service]
    return any(one._room.borrowed_tokens for one in services)


def until(ask, is_it):
    """Ask until the answer is the one wanted."""
    ends_at = time.monotonic() + 10
    while not is_it(answer := ask()):
        assert time.monotonic() < ends_at, answer
    return answer
