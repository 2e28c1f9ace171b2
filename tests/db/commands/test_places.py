"""Key places: entered whole or not at all, corrected, taken off, and facilities only."""

from dataclasses import replace

import pytest

from db.commands.ground import define_places, remove_place
from db.domain.errors import InputError, RuleError
from db.domain.ops import Actor
from db.domain.places import MAX_NOTE, Place
from db.store.queries.places import (
    place_by_code,
    places_in_area,
)
from db.store.rebuild import rebuild
from tests.db.store import rig
from tests.db.store.test_journal import OTHER, make, receive

LEADER = Actor("he", "何砚", ("shift_leader",))
SCHOOL = Place("P1", "兴禾小学", "school", rig.GRID, 125_000_000, 29_500_000)
STORE = Place("P2", "化工品仓库", "chemical", rig.OTHER_GRID, 125_003_000, 29_500_000, "有油漆")
FAR = Place("P3", "排涝泵站", "flood_point", "", 125_200_000, 29_600_000)
ALL = (SCHOOL, STORE, FAR)


def all_of(store):
    return store.read(places_in_area)


def test_entering_again_writes_nothing_and_a_change_is_a_change(store):
    assert define_places(store, LEADER, ALL)[:3] == (3, 0, 0)
    assert all_of(store) == [FAR, SCHOOL, STORE]
    before = rig.count_ops(store)
    assert define_places(store, LEADER, ALL)[:3] == (0, 0, 3)
    assert rig.count_ops(store) == before
    moved = replace(SCHOOL, lon_e6=SCHOOL.lon_e6 + 1)
    assert define_places(store, LEADER, [moved, STORE])[:3] == (0, 1, 1)
    assert store.read(lambda c: place_by_code(c, "P1")) == moved


def test_a_removed_one_is_shown_nowhere_and_comes_back_when_entered(store):
    define_places(store, LEADER, ALL)
    remove_place(store, LEADER, "P1")
    assert all_of(store) == [FAR, STORE]
    with pytest.raises(RuleError) as caught:
        remove_place(store, LEADER, "P1")
    assert caught.value.code == "place_unknown"
    assert define_places(store, LEADER, [SCHOOL])[:3] == (0, 1, 0)
    assert SCHOOL in all_of(store)


def test_by_area(store):
    define_places(store, LEADER, ALL)
    assert store.read(lambda c: places_in_area(c, rig.VILLAGE)) == [SCHOOL]


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (replace(STORE, code="有 空格"), "place_code_malformed"),
        (replace(STORE, name="  "), "field_missing"),
        (replace(STORE, name="长" * 61), "field_too_long"),
        (replace(STORE, note="长" * (MAX_NOTE + 1)), "field_too_long"),
        (replace(STORE, note="张三 11010519491231002X"), "place_tells_of_person"),
        (replace(STORE, kind="person"), "field_choice"),
        (replace(STORE, area_code="990101001999"), "field_area"),
        (replace(STORE, area_code="99"), "area_code_malformed"),
        (replace(STORE, lat_e6=91_000_000), "point_nowhere"),
    ],
)
def test_one_bad_place_leaves_all_out_and_is_named(store, bad, code):
    before = rig.count_ops(store)
    with pytest.raises(InputError) as caught:
        define_places(store, LEADER, [SCHOOL, bad])
    assert (caught.value.code, caught.value.params["row"]) == (code, 2)
    assert rig.count_ops(store) == before


@pytest.mark.parametrize("what", [lambda s, a: define_places(s, a, ALL),
                                  lambda s, a: remove_place(s, a, "P1")])  # fmt: skip
def test_who_may_not(store, what):
    with pytest.raises(RuleError) as caught:
        what(store, rig.CLERK)
    assert caught.value.code == "role_forbids"


def test_a_rebuild_gives_the_same(store):
    define_places(store, LEADER, ALL)
    remove_place(store, LEADER, "P3")
    before = rig.rows(store, "SELECT * FROM place ORDER BY rid")
    rebuild(store)
    assert rig.rows(store, "SELECT * FROM place ORDER BY rid") == before != []


PAYLOAD = {
    "name": "甲", "kind": "school", "area_code": "", "lon_e6": 1, "lat_e6": 1, "note": "",
    "removed": False,
}  # fmt: skip


@pytest.mark.parametrize(
    "lie",
    [{"kind": "person"}, {"lon_e6": "1"}, {"lon_e6": 10**9}, {"removed": 2}, {"note": None},
     {"name": ["x"]}, {"area_code": 5}, {"note": "x" * 300}],
)  # fmt: skip
def test_what_another_station_makes_up_is_held(store, lie):
    chain = [
        make(OTHER, 1, PAYLOAD, kind="place_defined", id="P8"),
        make(OTHER, 2, PAYLOAD | lie, kind="place_defined", id="P9"),
    ]
    assert receive(store, rig.as_range(OTHER, chain))[0].held == 1
    assert [place.code for place in all_of(store)] == ["P8"]


def test_what_two_stations_say_apart_is_settled_by_entering_it_again(store):
    chain = [make(OTHER, 1, PAYLOAD | {"name": "乙"}, kind="place_defined", id="P1")]
    define_places(store, LEADER, [SCHOOL])
    receive(store, rig.as_range(OTHER, chain))
    assert rig.rows(store, "SELECT count(*) FROM conflict") != [(0,)]
    shown = store.read(lambda c: place_by_code(c, "P1"))
    assert define_places(store, LEADER, [shown])[:3] == (0, 1, 0)
    assert rig.rows(store, "SELECT count(*) FROM conflict") == [(0,)]
