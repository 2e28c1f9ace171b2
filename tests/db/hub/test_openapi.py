"""The hub answers as its OpenAPI document says, whatever it is asked: at a hub really running.

Schemathesis makes up the requests, those the document allows and those it does not; they go out as
they are and under a station's good signature.
"""

import hashlib
from datetime import timedelta
from unittest import mock

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import GenerationMode, checks
from schemathesis.core.failures import FailureGroup
from starlette.routing import Route

from db.hub import snapshots
from db.hub.app import create_app
from db.hub.describing import BATCH, DOOR, ENROL, SIGNED, describe
from db.hub.server import Server, init_hub, open_hub
from db.hub.store import HubStore
from db.sync.client import sync_once
from db.sync.line import HubClient
from db.sync.signing import request_text
from desktop.i18n import MESSAGES
from desktop.reports.hub_page import hub_page
from tests.db.hub.asking import ask, signer
from tests.db.sync import rig
from tests.faults.soak import SEED, scaled

EXAMPLES, NIGHTLY = 8, 1_500
CHECKS = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
BROKEN = (500, 501, 502, 504)
"""What a hub never answers; busy (503) and full (507) it may be."""


def closed():
    """The document with every object as narrow as its members: nothing undocumented passes."""
    document = describe("1")
    for name, one in document["components"]["schemas"].items():
        if name != "Problem" and one.get("type") == "object":
            one["additionalProperties"] = False
    return document


DOCUMENT = closed()
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
OPERATIONS = [result.ok() for result in SCHEMA.get_all_operations()]
NAMES = [one.label for one in OPERATIONS]
ASKING = [one for one in OPERATIONS if one.definition.raw.get("parameters") or one.body]
"""Those that can be asked wrongly."""


@pytest.fixture(scope="module")
def standing(tmp_path_factory):
    """A hub with a page, and a station of it with something to fetch."""
    folder = tmp_path_factory.mktemp("openapi")
    init_hub(folder / "hub", "区级交换", "file")
    # A town of a few ops has its journal kept ready.
    with mock.patch.object(snapshots, "LEAST", 1), open_hub(folder / "hub") as record:
        server = Server(HubStore(record), "127.0.0.1", 0, page=hub_page)
        with rig.serving(server) as url, rig.make_site(folder / "site", lists=False) as store:
            with HubClient(store, url) as line:
                line.enrol(rig.new_code(record, rig.TOWN))
                sync_once(store, line)
            yield Asker(store, url)


class Asker:
    """Sends what was made up; under the station's signature where it is told so."""

    def __init__(self, store, url):
        self.store, self.url = store, url
        self.session = requests.Session()
        self.session.trust_env = False
        self.signer = signer(store)
        self.hello = httpx.get(f"{url}/v1/hello", trust_env=False).json()

    def send(self, case, is_signed):
        wanted = case.as_transport_kwargs(base_url=self.url)
        wanted.pop("timeout", None)
        prepared = self.session.prepare_request(requests.Request(**wanted))
        if is_signed:
            self.seal(prepared)
        return self.session.send(prepared, timeout=60, allow_redirects=False)

    def seal(self, prepared):
        body = prepared.body or b""
        body = body.encode() if isinstance(body, str) else body
        path = httpx.URL(prepared.url).path
        text = request_text(
            self.hello["hub_id"], prepared.method, path, self.hello["nonce"], bytes(body)
        )
        prepared.headers["X-Site"] = self.store.site.id
        prepared.headers["X-Nonce"] = self.hello["nonce"]
        prepared.headers["X-Signature"] = self.signer.sign(text).hex()


def conforms(case, answer):
    assert answer.status_code not in BROKEN, answer.text
    if answer.status_code == 405:
        return
    case.validate_response(answer, checks=CHECKS)


def play(asker, operation, mode, is_signed, count):
    strategy = operation.as_strategy(generation_mode=mode)

    @seed(SEED)
    @settings(
        max_examples=count, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=strategy)
    def run(case):
        answer = asker.send(case, is_signed)
        conforms(case, answer)
        statuses.add(answer.status_code)

    statuses = set()
    run()
    return statuses


@pytest.mark.parametrize("is_signed", [False, True], ids=["as it is", "signed"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=NAMES)
def test_what_is_allowed_is_answered_as_said(standing, operation, is_signed):
    statuses = play(standing, operation, GenerationMode.POSITIVE, is_signed, EXAMPLES)
    if is_signed and operation.label in (
        "POST /v1/heads",
        "POST /v1/wait",
        "GET /v1/stations",
        "GET /v1/snapshot",
    ):
        assert 200 in statuses


@pytest.mark.parametrize("is_signed", [False, True], ids=["as it is", "signed"])
@pytest.mark.parametrize("operation", ASKING, ids=lambda one: one.label)
def test_what_is_not_allowed_is_answered_as_said(standing, operation, is_signed):
    play(standing, operation, GenerationMode.NEGATIVE, is_signed, EXAMPLES)


@pytest.mark.soak
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("operation", ASKING, ids=lambda one: one.label)
def test_all_night(standing, operation, mode):
    play(standing, operation, mode, True, scaled(NIGHTLY) // len(ASKING) + 1)


def holds(answer):
    """Hold an answer that came otherwise against the document."""
    path, _, blob = answer.request.url.path.partition("/blob/")
    path, named = (f"{path}/blob/{{blob}}", {"blob": blob}) if blob else (path, {})
    case = SCHEMA[path][answer.request.method].Case(path_parameters=named)
    case.validate_response(answer, checks=CHECKS)


def overheard(send, url, hold):
    """A client's sending of which each answer is held."""

    def work(method, path, *rest):
        answer = send(method, path, *rest)
        request = httpx.Request(method, url + path)
        heard = httpx.Response(
            answer.status, headers=answer.headers, content=answer.body, request=request
        )
        heard.elapsed = timedelta()
        hold(heard)
        return answer

    return work


def test_what_a_real_station_is_answered_is_in_the_document(standing, open_sites):
    """Enrolment, exchange, files, and refusals, each held against the document."""
    seen = set()

    def hold(answer):
        holds(answer)
        seen.add((answer.request.method, answer.request.url.path, answer.status_code))
        return answer

    store, url = standing.store, standing.url
    with HubClient(store, url) as line:
        line._send = overheard(line._send, url, hold)
        rig.note(store, 6_000)
        sync_once(store, line)
        line.wait([], 0)
    ready = hold(ask(store, url, "GET", "/v1/snapshot"))
    named = {"If-Range": ready.headers["ETag"]}
    for asked, status in (("bytes=9-", 206), ("bytes=99999999-", 416), ("bytes=-9", 200)):
        headers = {**named, "Range": asked}
        assert hold(ask(store, url, "GET", "/v1/snapshot", headers=headers)).status_code == status
    newcomer = open_sites("N1", lists=False)
    content = b"cipher" * 1000
    path = f"/v1/blob/{hashlib.sha256(content).hexdigest()}"
    for method, body, headers in (
        ("HEAD", b"", {}),
        ("PUT", content[:100], {"Content-Range": f"bytes 0-99/{len(content)}"}),
        ("PUT", content[:100], {"Content-Range": f"bytes 0-99/{len(content)}"}),
        ("PUT", content[100:], {"Content-Range": f"bytes 100-5999/{len(content)}"}),
        ("HEAD", b"", {}),
        ("GET", b"", {}),
        ("GET", b"", {"Range": "bytes=5-9"}),
        ("GET", b"", {"Range": "bytes=99999-"}),
    ):
        hold(ask(store, url, method, path, body, headers))
    hold(ask(newcomer, url, "GET", "/v1/stations"))
    statuses = {(method, status) for method, found, status in seen if found == path}
    assert statuses == {
        ("HEAD", 404), ("PUT", 308), ("PUT", 409), ("PUT", 200), ("HEAD", 200), ("GET", 200),
        ("GET", 206), ("GET", 416),
    }  # fmt: skip
    assert {("POST", "/v1/heads", 200), ("POST", "/v1/batch", 200), ("POST", "/v1/wait", 200),
            ("GET", "/v1/stations", 200), ("GET", "/v1/stations", 401)} <= seen  # fmt: skip


def test_the_document_is_served(standing):
    found = httpx.get(f"{standing.url}/v1/openapi.json", trust_env=False).json()
    assert found["openapi"] == "3.1.0"
    assert found["paths"].keys() == DOCUMENT["paths"].keys()


def test_every_route_is_described_and_none_that_is_not(hub):
    app = create_app(HubStore(hub), page=hub_page)
    served = {
        (route.path, method)
        for route in app.routes
        if isinstance(route, Route)
        for method in route.methods
    }
    described = {
        (path, method.upper()) for path, item in DOCUMENT["paths"].items() for method in item
    }
    assert described <= served
    assert {(path, method) for path, method in served - described if method != "HEAD"} == set()


def test_every_code_has_a_sentence():
    assert set(SIGNED + BATCH + ENROL + DOOR) <= set(MESSAGES)


def test_an_undocumented_answer_is_noticed(standing):
    """The checks above can fail: at a field, and at a status, that nobody described."""
    answer = httpx.get(f"{standing.url}/v1/hello", trust_env=False)
    holds(answer)
    more = httpx.Response(200, json={**answer.json(), "more": 1}, request=answer.request)
    odd = httpx.Response(418, json={}, request=answer.request)
    for wrong, reason in ((more, "more"), (odd, "418")):
        wrong.elapsed = answer.elapsed
        with pytest.raises(FailureGroup, match=rf"(?s).*{reason}"):
            holds(wrong)
