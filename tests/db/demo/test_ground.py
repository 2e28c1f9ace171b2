"""What lies in the invented town: the same for the same seed, inside its grids, nothing real."""

import shapely

from db.demo.ground import key_places, team_positions
from db.demo.town import make_town
from db.domain.lists import Unit
from db.domain.places import PLACE_KINDS, check_place
from db.domain.positions import FRESH, KEPT, check_position
from tests.db.store import rig

TOWN = make_town(rig.TOWN, villages=6, grids=40)
KINDS = {"c": "team", "a": "team", "b": "station", "d": "town_office"}
UNITS = [
    Unit(f"{rig.TOWN}-{key}", key, key, key, kind, "00:00-24:00", 1) for key, kind in KINDS.items()
]


def test_places_are_sound_and_lie_where_they_say():
    places = key_places(TOWN, 1)
    shapes = {grid.code: shapely.Polygon(grid.ring) for grid in TOWN.grids}
    for place in places:
        check_place(place)
        assert shapes[place.area_code].buffer(2).covers(shapely.Point(place.lon_e6, place.lat_e6))
        assert place.code.startswith("99")
    assert len({place.code for place in places}) == len(places)
    assert {place.kind for place in places} <= set(PLACE_KINDS)
    for village in TOWN.villages:
        kinds = {place.kind for place in places if place.area_code.startswith(village.code)}
        assert {"school", "hospital", "market", "shelter"} <= kinds


def test_the_seed_decides():
    assert key_places(TOWN, 1) == key_places(TOWN, 1) != key_places(TOWN, 2)
    one = team_positions(TOWN, UNITS, rig.NOW, 1)
    assert one == team_positions(TOWN, reversed(UNITS), rig.NOW, 1)
    assert one != team_positions(TOWN, UNITS, rig.NOW, 2)


def test_teams_have_one_position_each_fresh_or_not():
    found = team_positions(TOWN, UNITS, rig.NOW, 1)
    assert [item.unit[-1] for item in found] == ["a", "b", "c"]
    for item in found:
        assert check_position(item, rig.NOW) == item
        assert rig.NOW - item.at < KEPT
    many = [item for seed in range(20) for item in team_positions(TOWN, UNITS, rig.NOW, seed)]
    assert {rig.NOW - item.at <= FRESH for item in many} == {True, False}
