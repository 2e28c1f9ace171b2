"""The town's own facts: checked, entered again, found by name."""

import pytest

from db.commands.site import init_site
from db.commands.town import Post, User, define_areas, define_posts, define_units, define_users
from db.domain.areas import Area
from db.domain.errors import InputError
from db.domain.ops import SYSTEM
from db.store.queries.town import actor_named, areas, posts_of, units, users
from tests.db.store import rig
from tests.db.store.test_journal import OTHER, make, receive


def test_entering_again_corrects(store):
    before = len(store.read(areas))
    define_areas(store, SYSTEM, [Area(rig.GRID, "兴禾东网格", "grid", "base", 321)])
    found = store.read(areas)
    assert len(found) == before
    assert {row.code: row.name for row in found}[rig.GRID] == "兴禾东网格"
    define_units(store, SYSTEM, rig.UNITS)
    assert len(store.read(units)) == len(rig.UNITS)
    for name in ("甲", "乙"):
        define_posts(store, SYSTEM, [Post(rig.GRID, "head", name, "10000000000")])
    assert [row.name for row in store.read(lambda c: posts_of(c, rig.GRID))] == ["乙"]


def test_one_bad_area_leaves_all_out(store):
    before = rig.count_ops(store)
    with pytest.raises(InputError) as caught:
        define_areas(
            store, SYSTEM, [Area(rig.TOWN + "003", "好", "village"), Area("9", "坏", "town")]
        )
    assert caught.value.code == "area_code_malformed"
    assert rig.count_ops(store) == before


AREA = {
    "name": "别处", "level": "grid", "grid_type": "", "households": 0,
    "centre": [125_000_000, 29_500_000], "ring": [[1, 1], [2, 1], [2, 2]], "crs": "gcj02",
}  # fmt: skip


@pytest.mark.parametrize(
    "lie",
    [{"centre": [180_000_001, 1]}, {"centre": ["1", 1]}, {"centre": [1]}, {"centre": [True, 1]},
     {"ring": [[1, 90_000_001]]}, {"ring": [["1", 1]]}, {"ring": [[1]]},
     {"crs": "mars"}, {"crs": None}],
)  # fmt: skip
def test_an_area_that_is_not_on_the_earth_is_held(store, lie):
    chain = [
        make(OTHER, 1, AREA, kind="area_defined", id=rig.TOWN + "009009"),
        make(OTHER, 2, AREA | lie, kind="area_defined", id=rig.TOWN + "009008"),
    ]
    assert receive(store, rig.as_range(OTHER, chain))[0].held == 1
    assert {row.code for row in store.read(areas)} & {rig.TOWN + "009009", rig.TOWN + "009008"} == {
        rig.TOWN + "009009"
    }


def test_a_user_is_found_by_key_before_name(store):
    define_users(
        store,
        SYSTEM,
        [
            User("a", "甲", ("duty_officer", "dispatcher"), area=rig.TOWN),
            User("b", "a", ("auditor",), unit=rig.SZS),
        ],
    )
    actor, scope = store.read(lambda connection: actor_named(connection, "a"))
    assert (actor.user, actor.roles) == ("a", ("duty_officer", "dispatcher"))
    assert (scope.area, scope.classes, scope.secrecy) == (rig.TOWN, None, 2)
    actor, _ = store.read(lambda connection: actor_named(connection, "甲", "s1"))
    assert (actor.user, actor.session) == ("a", "s1")
    with pytest.raises(InputError) as caught:
        store.read(lambda connection: actor_named(connection, "丙"))
    assert caught.value.code == "user_unknown"
    assert [row.key for row in store.read(users)] == ["a", "b"]


@pytest.mark.parametrize(
    ("town", "station", "code"),
    [
        ("99010", "A1", "town_code_malformed"),
        ("99010100a", "A1", "town_code_malformed"),
        ("９９０１０１", "A1", "town_code_malformed"),
        (rig.TOWN, "A", "station_code_malformed"),
        (rig.TOWN, "A-", "station_code_malformed"),
        (rig.TOWN, "工1", "station_code_malformed"),
    ],
)
def test_a_site_needs_sound_codes(tmp_path, town, station, code):
    with pytest.raises(InputError) as caught:
        init_site(tmp_path / "x", town=town, name="席", station=station, key_kind="file")
    assert caught.value.code == code
    assert not (tmp_path / "x").exists()


def test_whoever_has_no_area_works_in_the_own_town_alone(store):
    define_users(store, SYSTEM, [User("a", "甲", ("duty_officer",)), User("b", "乙", (), area=" ")])
    assert [row.area for row in store.read(users)] == [rig.TOWN, rig.TOWN]
