"""Every address of a hub, asked by a station of one town: nothing of the other town comes out.

The addresses are found by looking; a new one needs to be told here how it is asked, or it fails.
"""

import orjson
import pytest
import zstandard

from db.commands.incidents import Report, report_incident
from db.hub.app import create_app
from db.hub.store import HubStore
from db.sync import wire
from db.sync.client import sync_once
from db.sync.exchange import own_heads
from tests.db.hub.asking import WEB, ask
from tests.db.sync import rig

WORD = "夜枭鸟在别的镇"
FRAME = bytes.fromhex("28b52ffd")
BLOB = "/v1/blob/{blob}"


class Towns:
    """A station that asks, and one of another town that has said a word."""

    def __init__(self, ours, theirs, url):
        self.ours, self.theirs, self.url = ours, theirs, url
        self.heads = [wire.head_to_json(head) for head in own_heads(theirs)]
        chain = next(head for head in own_heads(theirs) if head.site == theirs.site.id)
        want = {"site": chain.site, "epoch": chain.epoch, "from_seq": 1}
        self.wanted = {"ranges": [want], "max_bytes": 1_000_000}
        self.blob = f"/v1/blob/{'ab' * 32}"

    def signed(self, method, path, raw=None):
        body = b"" if raw is None else orjson.dumps(raw)
        return ask(self.ours, self.url, method, path, body)


def own_document(store):
    return {"heads": [wire.head_to_json(head) for head in own_heads(store)]}


ASKED = {
    ("GET", "/health"): lambda towns: WEB.get(f"{towns.url}/health"),
    ("GET", "/metrics"): lambda towns: WEB.get(f"{towns.url}/metrics"),
    ("GET", "/v1/openapi.json"): lambda towns: WEB.get(f"{towns.url}/v1/openapi.json"),
    ("GET", "/v1/hello"): lambda towns: WEB.get(f"{towns.url}/v1/hello"),
    ("POST", "/v1/heads"): lambda towns: towns.signed("POST", "/v1/heads", {"heads": towns.heads}),
    ("POST", "/v1/wait"): lambda towns: towns.signed(
        "POST", "/v1/wait", {**own_document(towns.ours), "seconds": 1}
    ),
    ("POST", "/v1/batch"): lambda towns: towns.signed("POST", "/v1/batch", {}),
    ("POST", "/v1/pull"): lambda towns: towns.signed("POST", "/v1/pull", towns.wanted),
    ("GET", "/v1/snapshot"): lambda towns: towns.signed("GET", "/v1/snapshot"),
    ("GET", "/v1/stations"): lambda towns: towns.signed("GET", "/v1/stations"),
    ("POST", "/v1/enrol"): lambda towns: towns.signed("POST", "/v1/enrol", {}),
    ("HEAD", BLOB): lambda towns: towns.signed("HEAD", towns.blob),
    ("PUT", BLOB): lambda towns: towns.signed("PUT", towns.blob),
    ("GET", BLOB): lambda towns: towns.signed("GET", towns.blob),
}
MAY_NAME_STATIONS = {("GET", "/metrics"), ("POST", "/v1/pull")}
"""For this machine, and who has the token: figures of every station; a refusal of what was named.
"""


MALFORMED = {("POST", "/v1/enrol"), ("POST", "/v1/batch"), ("PUT", BLOB)}
"""What is brought is one's own: it is looked at for what its refusal says."""


@pytest.fixture
def towns(open_sites, enrol, url):
    ours = open_sites("A1")
    theirs = open_sites("A1", town=rig.OTHER_TOWN)
    for store in (ours, theirs):
        enrol(store)
    report_incident(theirs, rig.OFFICER, Report({"content": WORD, "address": f"{WORD}路"}))
    for store in (theirs, ours):
        sync_once(store)
    return Towns(ours, theirs, url)


def routes(hub):
    return {
        (method, route.path)
        for route in create_app(HubStore(hub)).routes
        for method in route.methods - ({"HEAD"} if "GET" in route.methods else set())
    }


def told(content):
    """Return an answer with all that is packed in it."""
    found, at = content, content.find(FRAME)
    while at >= 0:
        found += zstandard.ZstdDecompressor().decompressobj().decompress(content[at:])
        at = content.find(FRAME, at + 1)
    return found


def test_every_address_is_asked(hub):
    assert routes(hub) == set(ASKED)


@pytest.mark.parametrize("address", list(ASKED), ids=" ".join)
def test_no_address_tells_one_town_of_another(towns, address):
    answer = ASKED[address](towns)
    said = told(answer.content)
    assert answer.status_code < 500
    assert (answer.status_code == 400) is (address in MALFORMED), said
    assert WORD.encode() not in said
    if address not in MAY_NAME_STATIONS:
        assert towns.theirs.site.id.encode() not in said


def test_a_town_is_told_of_its_own(towns):
    """What is looked for above would be seen: the town itself gets its word back."""
    own = Towns(towns.theirs, towns.theirs, towns.url)
    answer = own.signed("POST", "/v1/pull", own.wanted)
    assert WORD.encode() in told(answer.content)
