"""A district and two towns: each town has what concerns it and nothing of the other, come what may.

The district's record is put back, cloned and loses its witness; what it wrote to any of its chains
is kept, and each town goes on seeing its own.
"""

import random
import shutil

import pytest

from db.commands.incidents import act
from db.commands.lists import Approval, publish_list
from db.commands.responses import Declaration, declare_response
from db.domain.errors import InputError
from db.domain.ops import SYSTEM
from db.domain.scope import scope_of
from db.store.lanes import ALL, current_epochs
from db.store.lists import bundled_rows
from db.store.store import RECORD, Store
from db.store.witness import witness_path
from db.sync.client import sync_once
from db.sync.exchange import collect, own_heads, take_in
from db.sync.line import HubClient
from db.sync.wire import Want
from tests.db.store.rig import unbound
from tests.db.sync import rig
from tests.model.district import Sites, contents
from tests.model.town import Hub

PLACE = {"address": "河边"}


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    made = Hub(tmp_path_factory.mktemp("district") / "hub")
    yield made
    made.close()


@pytest.fixture
def sites(hub, tmp_path):
    made = Sites(tmp_path, hub)
    yield made
    made.close()


def touch(store, number, text):
    act(store, rig.OFFICER, scope_of(rig.OFFICER), number, "note", {"text": text})


def lanes(store):
    return dict(rig.rows(store, "SELECT substr(k, 6), v FROM meta WHERE k GLOB 'lane:*'"))


def test_what_a_district_says_reaches_the_town_and_no_other(sites):
    district = sites["d"]
    numbers = {name: sites.report("d", name) for name in ("a", "b")}
    unplaced = sites.report("d")
    publish_list(district, rig.OFFICER, "options", options(), Approval())
    flood = Declaration("防汛", "III", areas=(sites.towns["b"] + "001",))
    declare_response(district, rig.OFFICER, flood)
    sites.note()
    sites.level()
    assert set(lanes(district)) == {sites.towns["a"], sites.towns["b"], sites.towns["d"] + ALL}
    assert lanes(sites["a"]) == {}
    shown = {
        name: {row[0] for row in rig.rows(sites[name], "SELECT number FROM incident")}
        for name in sites.stores
    }
    assert shown == {"a": {numbers["a"]}, "b": {numbers["b"]}, "d": {*numbers.values(), unplaced}}
    for name, count in (("a", 0), ("b", 1)):
        assert len(rig.rows(sites[name], "SELECT 1 FROM list_version")) == 1
        assert len(rig.rows(sites[name], "SELECT 1 FROM response")) == count
    touch(sites["a"], numbers["a"], "镇里去看过了")
    sites.sync("a", "d")
    touch(district, numbers["a"], "请继续")
    sites.note()
    sites.level()
    sites.check()


def options():
    rows = [dict(row) for row in bundled_rows("options")]
    return rows[:-1] if len(rows) > 1 else rows


def test_a_record_put_back_from_before_its_lanes_is_noticed(sites):
    """Of its first chain nothing but the opening of lanes was written since."""
    district = sites["d"]
    district.close()
    shutil.copytree(sites.folder / "d", sites.folder / "kept")
    sites.stores["d"] = Store.open(sites.folder / "d")
    sites.report("d", "a")
    sites.note()
    sites.level()
    put_back(sites, has_witness=False)
    assert sites["d"].renewed == ""
    assert sites.sync("d")[0].healed == ("restored",)
    sites.report("d", "a", "再报一次")
    sites.report("b", "b")
    sites.note()
    sites.level()
    numbers = [row[0] for row in rig.rows(sites["d"], "SELECT number FROM incident")]
    assert len(set(numbers)) == len(numbers) == 3
    sites.check()


def put_back(sites, *, has_witness):
    store = sites.stores["d"]
    site = store.site.id
    store.close()
    for item in (sites.folder / "d").glob(f"{RECORD}*"):
        item.unlink()
    shutil.copy(sites.folder / "kept" / RECORD, sites.folder / "d" / RECORD)
    if not has_witness:
        witness_path(site).unlink(missing_ok=True)
        unbound(sites.folder / "d")
    sites.stores["d"] = Store.open(sites.folder / "d")


def work(sites, name, size, dice):
    """Write a few things, most of them upon what is there."""
    store = sites[name]
    places = {"d": ("a", "b", "")}.get(name, (name,))
    for _ in range(size):
        known = [row[0] for row in rig.rows(store, "SELECT number FROM incident ORDER BY id")]
        if known and dice.random() < 0.6:
            touch(store, dice.choice(known), f"{name}{dice.random()}")
        else:
            sites.report(name, dice.choice(places), f"{name}{dice.random()}")
    sites.note()


@pytest.mark.parametrize("case", range(12))
def test_a_restored_district_loses_nothing_of_any_lane(sites, case):
    dice = random.Random(case)
    has_witness = case % 2 == 0
    work(sites, "d", dice.randint(0, 4), dice)
    work(sites, "a", 2, dice)
    work(sites, "b", 2, dice)
    if dice.random() < 0.6:
        sites.level()
    sites["d"].close()
    shutil.copytree(sites.folder / "d", sites.folder / "kept")
    sites.stores["d"] = Store.open(sites.folder / "d")
    work(sites, "d", dice.randint(1, 5), dice)
    sites.sync("d", "a", "b")
    work(sites, "a", 2, dice)
    left = sites["d"].read(current_epochs)
    put_back(sites, has_witness=has_witness)
    assert sites["d"].renewed == ("restored" if has_witness else "")
    work(sites, "d", dice.randint(1, 5), dice)
    result = sites.sync("d")[0]
    assert result.healed or has_witness
    work(sites, "d", 2, dice)
    sites.level()
    assert not left & sites["d"].read(current_epochs)
    sites.check()


@pytest.mark.parametrize("case", range(6))
def test_two_copies_of_a_district_are_told_apart(sites, case):
    """Both write on in the same lanes; what each said reaches its town."""
    dice = random.Random(case)
    work(sites, "d", 4, dice)
    sites.level()
    site = sites["d"].site.id
    sites["d"].close()
    shutil.copytree(sites.folder / "d", sites.folder / "twin")
    for name in ("d", "twin"):
        witness_path(site).unlink(missing_ok=True)
        unbound(sites.folder / name)
        sites.stores[name] = Store.open(sites.folder / name)
        sites.stores[name].write(lambda _: None)
    sites.said["twin"] = set()
    for name in ("d", "twin"):
        work_at(sites, name, dice)
    for _ in range(3):
        sites.sync()
        if dice.random() < 0.5:
            work_at(sites, dice.choice(("d", "twin")), dice)
    sites.level()
    mine, theirs = (sites[name].read(current_epochs) for name in ("d", "twin"))
    assert not mine & theirs
    assert contents(sites["d"]) == contents(sites["twin"])
    sites.check()


def work_at(sites, name, dice):
    for place in ("a", "b", "a"):
        sites.report(name, place, f"{name}{dice.random()}")
    known = [row[0] for row in rig.rows(sites[name], "SELECT id FROM incident ORDER BY id")]
    touch(sites[name], dice.choice(known), f"{name}{dice.random()}")
    sites.note()


def test_only_a_district_may_speak_to_another_town(sites, hub):
    """A town's site that says its chain is for another town is refused, and shown to nobody."""
    town = sites["a"]

    def lie(journal):
        from db.store.epochs import start_epoch

        row = journal.connection.execute(
            "SELECT name, town, station, sign_key, box_key FROM station WHERE id = ?",
            (journal.site,),
        ).fetchone()
        names = ("name", "town", "station", "sign_key", "box_key")
        start_epoch(journal)
        said = dict(zip(names, row, strict=True)) | {"town": sites.towns["d"]}
        said |= {"for": sites.towns["b"]}
        journal.append("site_started", journal.site, said, SYSTEM)
        values = {"title": "假", "area_code": sites.towns["b"] + "001"}
        journal.append("incident_reported", "fake", {"set": values, "to": "reported"}, SYSTEM)

    town.write(lie)
    with pytest.raises(InputError) as caught:
        sync_once(town)
    assert caught.value.code == "wrong_town"
    sites.sync("b")
    assert rig.rows(sites["b"], "SELECT 1 FROM incident WHERE id = 'fake'") == []


def test_a_town_brings_the_hub_what_it_was_told_by_its_district(sites, hub):
    """A hub put back lacks a lane's tail; a town has it, with the district's own word."""
    sites.report("d", "a")
    sites.level()
    with hub.stopped():
        shutil.copy(hub.home / RECORD, sites.folder / "hub-kept")
    sites.report("d", "a", "又报一次")
    sites.note()
    for name in ("d", "a"):
        with HubClient(sites[name], hub.url) as client:
            sync_once(sites[name], client)
    with hub.stopped():
        for item in hub.home.glob(f"{RECORD}*"):
            item.unlink()
        shutil.copy(sites.folder / "hub-kept", hub.home / RECORD)
    with HubClient(sites["a"], hub.url) as client:
        assert sync_once(sites["a"], client).pushed
    assert contents(sites["a"]) - contents(hub()) == set()


def test_a_lane_taken_in_by_hand_is_known_as_one(sites):
    """As a stick would bring it: whom it is for is read from the chain itself."""
    sites.report("d", "a")
    epoch = lanes(sites["d"])[sites.towns["a"]]
    heads = [head for head in own_heads(sites["d"]) if str(head.epoch) == epoch]
    batch = collect(sites["d"], [Want(head.site, head.epoch, 1) for head in heads])
    take_in(sites["a"], batch.data)
    assert rig.rows(sites["a"], "SELECT town FROM lane") == [(sites.towns["a"],)]
    assert len(rig.rows(sites["a"], "SELECT 1 FROM incident")) == 1
