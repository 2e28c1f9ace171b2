"""Who may know of whom, and what stations say of themselves."""

import pytest

from db.hub.store import HubStore
from db.sync import wire
from db.sync.client import sync_once
from db.sync.exchange import own_heads
from tests.db.hub.asking import ask, is_problem
from tests.db.sync import rig


@pytest.fixture
def three(open_sites, enrol):
    """A station of a town, one of another, and the district's."""
    made = (
        open_sites("A1", lists=False),
        open_sites("B1", town=rig.OTHER_TOWN, lists=False),
        open_sites("D1", town=rig.DISTRICT, lists=False),
    )
    for store in made:
        enrol(store)
    return made


def stations(store, url):
    return {
        one["station"]: one for one in ask(store, url, "GET", "/v1/stations").json()["stations"]
    }


def tell(store, address, **values):
    heads = [wire.head_to_json(head) for head in own_heads(store)]
    return ask(store, address, "POST", "/v1/heads", wire.canonical({"heads": heads, **values}))


def line_of(hub, store):
    return next(line for line in HubStore(hub).overview().lines if line.id == store.site.id)


def test_a_town_knows_of_its_own_and_its_district(three, url):
    ours, theirs, district = three
    assert set(stations(ours, url)) == {"A1", "D1"}
    assert set(stations(theirs, url)) == {"B1", "D1"}
    assert set(stations(district, url)) == {"A1", "B1", "D1"}


def test_keys_and_who_is_revoked(three, hub, url, open_sites):
    ours, theirs, district = three
    HubStore(hub).revoke(ours.site.id)
    found = stations(district, url)
    assert [found[name]["revoked"] for name in ("A1", "B1", "D1")] == [True, False, False]
    assert found["B1"]["id"] == theirs.site.id
    assert len(found["B1"]["sign_key"]) == len(found["B1"]["box_key"]) == 64
    is_problem(ask(ours, url, "GET", "/v1/stations"), 403, "key_revoked")
    is_problem(ask(open_sites("X1", lists=False), url, "GET", "/v1/stations"), 401, "unknown_key")


def test_a_station_tells_where_it_serves_its_room(three, url):
    ours, _, district = three
    assert stations(district, url)["A1"]["url"] == ""
    assert tell(ours, url, url="https://192.0.2.7:8472").status_code == 200
    assert tell(ours, url).status_code == 200
    assert stations(district, url)["A1"]["url"] == "https://192.0.2.7:8472"
    tell(ours, url, url="")
    assert stations(district, url)["A1"]["url"] == ""


def test_what_a_station_says_of_itself_is_kept(three, hub, url):
    ours = three[0]
    tell(ours, url, app="0.2.0", held=3, unsent=4, skew_ms=-5_000)
    tell(ours, url, unsent=0)
    told = line_of(hub, ours).told
    assert (told.app, told.held, told.unsent, told.skew_ms) == ("0.2.0", 3, 0, -5_000)


@pytest.mark.parametrize(
    "values",
    [{"app": 1}, {"app": "x" * 41}, {"held": -1}, {"held": 1.5}, {"unsent": "2"},
     {"skew_ms": 2**60}, {"skew_ms": True}, {"url": "javascript:alert(1)"}, {"url": 5},
     {"url": "http://" + "x" * 300}],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(three, hub, url, values):
    ours = three[0]
    is_problem(tell(ours, url, **values), 400, "request_malformed")
    assert line_of(hub, ours).told.known is None


def test_lag_is_what_a_station_has_not_said_to_know(three, hub, url, open_sites, enrol):
    ours, theirs, district = three
    neighbour = open_sites("A2", lists=False)
    enrol(neighbour)
    for store in (neighbour, ours, theirs, district, ours):
        sync_once(store)
    tell(neighbour, url)
    tell(ours, url)
    assert line_of(hub, ours).lag == 0
    before = line_of(hub, theirs).lag
    rig.note(neighbour, 7)
    sync_once(neighbour)
    assert line_of(hub, ours).lag == 7
    assert line_of(hub, theirs).lag == before
    sync_once(ours)
    tell(ours, url)
    assert line_of(hub, ours).lag == 0
    shown = sum(head.seq for head in own_heads(ours))
    ask(ours, url, "POST", "/v1/heads", b'{"heads":[]}')
    assert line_of(hub, ours).lag == shown
