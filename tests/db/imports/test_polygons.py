"""From outlines to areas: planted faults are found where they are, the rest goes in unchanged."""

import json
from dataclasses import replace
from math import cos, radians, sin, tau

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.commands.ground import import_areas
from db.demo.fill import _area
from db.demo.town import make_town
from db.domain.areas import Area
from db.domain.errors import EnvironmentError_, InputError, RuleError
from db.domain.geometry import from_wgs84
from db.domain.ops import Actor
from db.imports import polygons
from db.imports.geojson import read_geojson
from db.imports.polygons import MAX_CORNERS, areas_as_features, plan_areas
from db.store.queries.outlines import area_outlines
from tests.db.store import rig
from tests.db.store.conftest import _made_home, clock, home, store
from tests.db.store.test_journal import OTHER, make, receive

__all__ = ["_made_home", "clock", "home", "store"]

TOWN = make_town(rig.TOWN, villages=4, grids=20)
AREAS = [_area(spec) for spec in TOWN.areas]
BARE = [replace(area, ring=(), centre=None) for area in AREAS]
GRIDS = [area.code for area in AREAS if area.level == "grid"]
LEADER = Actor("he", "何砚", ("room_director",))
E6 = 1_000_000


def features_of(areas=AREAS):
    return orjson.loads(orjson.dumps(areas_as_features(areas)))["features"]


def by_code(features, code):
    return next(item for item in features if item["properties"]["code"] == code)


def ring_of(feature):
    return feature["geometry"]["coordinates"][0]


@pytest.fixture
def read(tmp_path):
    def reading(features):
        path = tmp_path / "x.geojson"
        path.write_bytes(orjson.dumps({"type": "FeatureCollection", "features": features}))
        return read_geojson(path)

    return reading


@pytest.fixture
def plan(read):
    def planning(features, known=AREAS, crs="wgs84", **more):
        return plan_areas(read(features), known, crs, **more)

    return planning


def codes(plan, *levels):
    return [item.error.code for item in plan.findings if not levels or item.level in levels]


def finding(plan, code):
    (found,) = (item.error for item in plan.findings if item.error.code == code)
    return found.params


def test_a_town_that_fits_is_found_without_a_word(plan):
    found = plan(features_of())
    assert (found.added, found.changed, found.unchanged) == (0, 0, len(AREAS))
    assert found.findings == ()
    assert found.areas == ()


@pytest.mark.parametrize("crs", ["gcj02", "bd09"])
def test_what_was_drawn_in_another_system_comes_back_to_the_same_points(plan, crs):
    features = features_of()
    for feature in features:
        feature["geometry"]["coordinates"] = [
            [list(from_wgs84(crs, point)) for point in ring_of(feature)]
        ]
    found = plan(features, crs=crs)
    assert (found.unchanged, found.advised) == (len(AREAS), "")
    # The offset is not the same everywhere: the middle of a large shape moves a little.
    assert found.offset < 10
    for other in {"wgs84", "gcj02", "bd09"} - {crs}:
        wrong = plan(features, crs=other)
        assert wrong.advised == crs
        assert 300 < wrong.offset < 1_500
        assert finding(wrong, "geo_crs_doubtful")["advised"] == crs
    # Where nothing is known there is nothing to compare with.
    assert plan(features, BARE, crs="wgs84").offset is None


def test_another_start_and_turn_of_a_ring_is_no_change(plan):
    features = features_of()
    for number, feature in enumerate(features):
        ring = ring_of(feature)[:-1]
        turned = ring[number % len(ring) :] + ring[: number % len(ring)]
        turned = turned[::-1] if number % 2 else turned
        feature["geometry"]["coordinates"] = [[*turned, turned[0]]]
    found = plan(features)
    assert found.unchanged == len(AREAS)
    assert codes(found) == ["geo_winding"]
    assert finding(found, "geo_winding")["count"] == len(AREAS) // 2


def test_rings_are_kept_counter_clockwise(plan):
    features = features_of()
    ring_of(features[-1]).reverse()
    (area,) = [one for one in plan(features, BARE).areas if one.code == AREAS[-1].code]
    pairs = zip(area.ring, (*area.ring[1:], area.ring[0]), strict=True)
    assert sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs) > 0
    assert area.crs == "wgs84"


def test_a_gap_is_found_where_it_is_and_how_large(plan):
    features = [item for item in features_of() if item["properties"]["code"] != GRIDS[3]]
    known = [area if area.code != GRIDS[3] else replace(area, ring=()) for area in AREAS]
    found = plan(features, known)
    assert sorted(codes(found)) == ["geo_area_missing", "geo_gap"]
    gap = finding(found, "geo_gap")
    spec = TOWN.by_code[GRIDS[3]]
    size = shoelace(spec.ring)
    assert gap["square_metres"] == pytest.approx(size, rel=0.01)
    lon, lat = (float(part) * E6 for part in gap["at"].split(", "))
    assert abs(lon - spec.centre[0]) < 20_000
    assert abs(lat - spec.centre[1]) < 20_000
    assert finding(found, "geo_area_missing")["value"] == GRIDS[3]


def shoelace(ring):
    """Square metres, by another way than the program's."""
    wide = 111_195 * cos(radians(29.5)) / E6
    pairs = zip(ring, (*ring[1:], ring[0]), strict=True)
    doubled = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)
    return abs(doubled) / 2 * wide * 111_195 / E6


def test_an_overlap_is_found_with_both_and_its_size(plan):
    features = features_of()
    other = by_code(features, GRIDS[0])
    by_code(features, GRIDS[1])["geometry"] = other["geometry"]
    found = plan(features)
    overlap = next(one for one in found.findings if one.error.code == "geo_overlap").error.params
    assert GRIDS[0] in overlap["value"]
    sizes = [one.error.params["square_metres"] for one in found.findings
             if one.error.code == "geo_overlap"
             and one.error.params["value"] == f"{GRIDS[0]}、{GRIDS[1]}"]  # fmt: skip
    assert sizes == [pytest.approx(shoelace(TOWN.by_code[GRIDS[0]].ring), rel=0.01)]
    assert overlap["row"] > 0


def test_a_shift_of_half_a_metre_is_not_told_of_and_one_of_five_is(plan):
    for metres, is_told in ((0.2, False), (5, True)):
        features = features_of()
        for point in ring_of(by_code(features, GRIDS[4])):
            point[0] += metres / 96_780
        assert ("geo_overlap" in codes(plan(features))) is is_told


def test_what_lies_outside_of_the_area_above(plan):
    features = features_of()
    for point in ring_of(by_code(features, GRIDS[0])):
        point[0] += 0.2
    found = plan(features)
    outside = finding(found, "geo_outside")
    assert outside["value"] == GRIDS[0]
    assert outside["parent"] == GRIDS[0][:12]
    assert outside["square_metres"] == pytest.approx(
        shoelace(TOWN.by_code[GRIDS[0]].ring), rel=0.02
    )


def test_a_ring_that_crosses_itself_stays_out_and_is_shown_where(plan):
    features = features_of()
    ring = ring_of(by_code(features, GRIDS[2]))
    ring[1], ring[2] = ring[2], ring[1]
    found = plan(features, BARE)
    (error,) = found.rejected
    assert error.code == "geo_self_crossing"
    lon, lat = (float(part) for part in error.params["value"].split(", "))
    assert 124.8 < lon < 125.2
    assert 29.3 < lat < 29.7
    assert GRIDS[2] not in {area.code for area in found.areas}
    assert found.changed == len(AREAS) - 1


def test_codes_that_cannot_be(plan):
    features = features_of()
    names = iter(GRIDS)
    for change in ("", "12", "99010100100a001", GRIDS[9], "990101009001001"):
        by_code(features, next(names))["properties"]["code"] = change
    del by_code(features, GRIDS[5])["properties"]["code"]
    found = plan(features, BARE)
    assert sorted(error.code for error in found.rejected) == sorted([
        "field_missing", "field_missing", "area_code_malformed", "area_code_malformed",
        "geo_code_twice", "geo_parent_unknown",
    ])  # fmt: skip
    assert "geo_area_new" not in codes(found)
    twice = finding(found, "geo_code_twice")
    assert twice["value"] == GRIDS[9]


def test_a_code_nobody_knows_is_added_with_a_word(plan):
    features = features_of()
    code = GRIDS[0][:12] + "777"
    by_code(features, GRIDS[0])["properties"]["code"] = code
    found = plan(features)
    assert found.added == 1
    assert finding(found, "geo_area_new")["value"] == code
    by_code(features, code)["properties"].pop("name")
    for name in ("grid_type", "households"):
        by_code(features, code)["properties"].pop(name)
    assert [error.code for error in plan(features).rejected] == ["area_name_missing"]


def test_of_several_parts_the_largest_stays_and_holes_are_filled(plan):
    features = features_of()
    feature = by_code(features, GRIDS[0])
    lon, lat = (value / E6 for value in TOWN.by_code[GRIDS[0]].centre)
    hole = [[lon, lat], [lon, lat + 1e-4], [lon + 1e-4, lat + 1e-4], [lon + 1e-4, lat]]
    crumb = [[125.5, 29.5], [125.501, 29.5], [125.501, 29.501]]
    shape = [[*feature["geometry"]["coordinates"], hole], [crumb]]
    feature["geometry"] = {"type": "MultiPolygon", "coordinates": shape}
    found = plan(features)
    assert {"geo_parts_left", "geo_holes_left", "geo_outside"} <= set(codes(found))
    assert finding(found, "geo_parts_left")["square_metres"] == pytest.approx(5_380, rel=0.01)
    assert finding(found, "geo_holes_left")["square_metres"] == pytest.approx(107, abs=2)
    # The ring itself is the one that was known.
    assert found.unchanged == len(AREAS)
    # A hole that nobody fills is a gap of the village too.
    assert finding(found, "geo_gap")["square_metres"] == pytest.approx(107, abs=2)


def test_parts_that_overlap_each_other_stay_out(plan):
    features = features_of()
    feature = by_code(features, GRIDS[0])
    shape = feature["geometry"]["coordinates"]
    feature["geometry"] = {"type": "MultiPolygon", "coordinates": [shape, shape]}
    assert [error.code for error in plan(features).rejected] == ["geo_parts_cross"]


def test_a_ring_with_more_corners_than_an_op_holds_is_simplified_and_told(plan, store):
    features = features_of()
    count = 9_000
    lon, lat = (value / E6 for value in TOWN.by_code[GRIDS[0]].centre)
    ring = [
        [lon + 0.005 * cos(tau * n / count), lat + 0.005 * sin(tau * n / count)]
        for n in range(count)
    ]
    by_code(features, GRIDS[0])["geometry"]["coordinates"] = [ring]
    found = plan(features, BARE)
    told = finding(found, "geo_simplified")
    assert told["kept"] <= MAX_CORNERS < told["corners"] == count
    (area,) = [one for one in found.areas if one.code == GRIDS[0]]
    assert len(area.ring) == told["kept"]
    import_areas(store, LEADER, [replace(area, code=rig.GRID)])


def test_properties_are_found_by_alias_by_values_and_chosen(plan):
    def renamed(**titles):
        features = features_of()
        for item in features:
            item["properties"] = {
                titles.get(title, title): value for title, value in item["properties"].items()
            }
        return features

    assert plan(renamed(code="WG_BM")).code_property == "WG_BM"
    assert plan(renamed(code="某列", name="网格名称")).code_property == "某列"
    features = renamed(code="甲")
    for number, item in enumerate(features):
        item["properties"] |= {"id": number, "乙": item["properties"]["甲"]}
    assert plan(features).code_property == "甲"
    assert plan(features, code_property="乙").unchanged == len(AREAS)
    assert len(plan(features, code_property="id").rejected) == len(AREAS)
    with pytest.raises(InputError) as caught:
        plan(features, name_property="丙")
    assert caught.value.code == "geo_property_unknown"
    for item in features:
        item["properties"] = {"x": "y"}
    with pytest.raises(InputError) as caught:
        plan(features)
    assert caught.value.code == "geo_code_property_missing"
    with pytest.raises(InputError) as caught:
        plan(features, crs="epsg:3857")
    assert caught.value.code == "crs_unknown"


def test_counts_and_kinds_come_along_and_odd_ones_stay_out(plan):
    features = features_of()
    one, other = by_code(features, GRIDS[0]), by_code(features, GRIDS[1])
    one["properties"] |= {"households": 401, "grid_type": "专属网格", "name": "新名字"}
    other["properties"]["households"] = "很多"
    found = plan(features)
    (area,) = found.areas
    assert (area.households, area.grid_type, area.name) == (401, "dedicated", "新名字")
    (area,) = plan(features, name_property="").areas
    assert area.name == TOWN.by_code[GRIDS[0]].name
    old = TOWN.by_code[GRIDS[0]].name
    assert finding(found, "geo_name_new") == {
        "value": f"{old} → 新名字", "count": 1, "column": "", "row": 0,
    }  # fmt: skip
    assert [error.code for error in found.rejected] == ["field_count"]


def test_what_is_far_off_is_told(plan):
    features = features_of()
    for item in features:
        for point in ring_of(item):
            point[0] -= 3
    found = plan(features)
    assert finding(found, "geo_far_off")["metres"] > 250_000


def test_a_file_of_faults_tells_of_so_many_and_counts_the_rest(plan, monkeypatch):
    monkeypatch.setattr(polygons, "MAX_MISFITS", 5)
    features = features_of()
    shape = by_code(features, GRIDS[0])["geometry"]
    for item in features[2:]:
        item["geometry"] = shape
    found = plan(features)
    told = [code for code in codes(found, "warn") if code in ("geo_overlap", "geo_gap")]
    assert len(told) <= 5
    assert finding(found, "geo_more_misfits")["count"] > 20


def test_planning_can_be_stopped(plan):
    # While features are read, and while they are compared.
    for times in (3, len(AREAS) + 2):
        left = iter(range(times))
        with pytest.raises(EnvironmentError_) as caught:
            plan(features_of(), is_cancelled=lambda left=left: next(left, None) is None)
        assert caught.value.code == "work_cancelled"


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_outline_takes_the_plan_down(data, tmp_path_factory):
    """Rings of random corners, some wild: each goes in or is told of, and the others stay."""
    near = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(
        lambda at: [125 + at[0] / 1e4, 29.5 + at[1] / 1e4]
    )
    wild = st.lists(st.floats(-400, 400, allow_nan=False) | st.integers() | st.none(), max_size=4)
    rings = data.draw(st.lists(st.lists(near | wild, max_size=9), min_size=1, max_size=4))
    features = features_of(AREAS[:6])
    for number, ring in enumerate(rings):
        properties = {"code": AREAS[6 + number].code}
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "geometry": geometry, "properties": properties})
    path = tmp_path_factory.mktemp("wild") / "x.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    found = plan_areas(read_geojson(path), AREAS, "wgs84")
    rejected = {error.params["row"] for error in found.rejected}
    assert len(rejected) + found.changed + found.unchanged == len(features)
    assert found.unchanged >= 6
    assert all(len(area.ring) >= 3 for area in found.areas)


# into the record


def test_applying_again_writes_nothing(plan, store):
    small = [area for area in store.read(area_outlines) if area.code in
             (rig.TOWN, rig.VILLAGE, rig.OTHER_VILLAGE, rig.GRID, rig.OTHER_GRID)]  # fmt: skip
    assert all(not area.ring for area in small)
    shapes = features_of(AREAS[1:6])
    for shape, area in zip(shapes, small, strict=True):
        shape["properties"] = {"code": area.code}
        shape["geometry"]["coordinates"] = [
            [list(from_wgs84("gcj02", point)) for point in ring_of(shape)]
        ]
    before = rig.count_ops(store)
    found = plan(shapes, store.read(area_outlines), "gcj02")
    assert import_areas(store, LEADER, found.areas)[:3] == (0, 5, 0)
    assert rig.count_ops(store) == before + 5
    known = store.read(area_outlines)
    grid = next(area for area in known if area.code == rig.GRID)
    assert (grid.name, grid.crs) == ("兴禾一网格", "gcj02")
    assert set(grid.ring) == set(AREAS[3].ring)
    again = plan(shapes, known, "gcj02")
    assert (again.changed, again.unchanged, again.areas) == (0, 5, ())
    assert import_areas(store, LEADER, found.areas)[:3] == (0, 0, 5)
    assert rig.count_ops(store) == before + 5
    assert '"crs":"gcj02"' in str(rig.rows(store, "SELECT body FROM op ORDER BY recv DESC")[0])


def test_stopped_or_bad_on_the_way_nothing_is_applied(store):
    areas = [Area(rig.TOWN + f"{n:03d}", f"村{n}", "village") for n in range(10, 20)]
    before = rig.count_ops(store)
    told = []
    for number in (0, 1, 9):
        left = iter(range(number))
        with pytest.raises(EnvironmentError_) as caught:
            import_areas(store, LEADER, areas, None, lambda left=left: next(left, None) is None)
        assert caught.value.code == "work_cancelled"
    with pytest.raises(InputError):
        import_areas(store, LEADER, [*areas, Area("1", "x", "town")])
    with pytest.raises(RuleError) as caught:
        import_areas(store, rig.CLERK, areas)
    assert caught.value.code == "role_forbids"
    assert rig.count_ops(store) == before
    import_areas(store, LEADER, areas, lambda done, total: told.append((done, total)))
    assert told[-1] == (10, 10)


def test_a_dispute_over_an_area_is_settled_by_importing_what_is_shown(store):
    payload = {"name": "别名", "level": "grid", "grid_type": "", "households": 0, "centre": [],
               "ring": []}  # fmt: skip
    chain = [make(OTHER, 1, payload, kind="area_defined", id=rig.GRID)]
    receive(store, rig.as_range(OTHER, chain))
    assert rig.rows(store, "SELECT count(*) FROM conflict") != [(0,)]
    (shown,) = [area for area in store.read(area_outlines) if area.code == rig.GRID]
    assert import_areas(store, LEADER, [shown])[:3] == (0, 1, 0)
    assert rig.rows(store, "SELECT count(*) FROM conflict") == [(0,)]
