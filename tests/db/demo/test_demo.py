"""The invented town and month are whole, repeatable and plainly invented."""

import csv
import re
from collections import Counter

import pytest
import shapely
from shapely import Point, Polygon

import resources
from db.demo.month import DAY, HOUR, LOCAL_OFFSET, MINUTE, STEPS, make_month
from db.demo.texts import list_rows
from db.demo.town import area_rows, make_town, write_areas_csv

END_MS = 1_795_415_520_000
"""2026-11-23 06:32 UTC, half past two on a Monday afternoon in the room."""
START_MS = END_MS - 30 * DAY
SETTLED = ("closed", "archived")


@pytest.fixture(scope="module")
def town():
    return make_town()


@pytest.fixture(scope="module")
def month(town):
    return list(make_month(town, START_MS, END_MS))


def chinese(texts):
    return {char for text in texts for char in text if "\u4e00" <= char <= "\u9fff"}


def test_same_arguments_same_town(town):
    assert make_town() == town
    assert make_town(seed=2) != town


def test_town_has_the_size_asked_for(town):
    assert (len(town.villages), len(town.grids)) == (16, 126)
    small = make_town("990101103", seed=3, villages=2, grids=5)
    assert (len(small.villages), len(small.grids)) == (2, 5)
    assert small.town.name.endswith("镇")


@pytest.mark.parametrize("code", ["330211004", "99010100", "9901010011", "99010100a"])
def test_real_or_malformed_codes_are_refused(code):
    with pytest.raises(ValueError, match="code"):
        make_town(code)


def test_codes_begin_with_their_parents(town):
    codes = [area.code for area in town.areas]
    assert len(set(codes)) == len(codes)
    lengths = {"district": 6, "town": 9, "village": 12, "grid": 15}
    for area in town.areas:
        assert area.code.startswith("99")
        assert area.code.isdigit()
        assert len(area.code) == lengths[area.level]
        if area.parent:
            assert area.parent in town.by_code
            assert area.code.startswith(area.parent)
    for village in town.villages:
        assert village.name.endswith("社区" if 1 <= int(village.code[9:]) <= 199 else "村")
    assert len({area.name for area in town.areas}) == len(codes)


def test_grids_are_numbered_from_one_without_holes(town):
    for village in town.villages:
        numbers = [int(grid.code[12:]) for grid in town.grids if grid.parent == village.code]
        assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_polygons_tile(seed):
    town = make_town(seed=seed)
    shapes = [Polygon(grid.ring) for grid in town.grids]
    outline = Polygon(town.outline)
    assert shapely.coverage_is_valid(shapes)
    assert shapely.union_all(shapes).symmetric_difference(outline).area == pytest.approx(0, abs=1)
    assert sum(shape.area for shape in shapes) == pytest.approx(outline.area, abs=1)
    for village in town.villages:
        part = [Polygon(grid.ring) for grid in town.grids if grid.parent == village.code]
        gap = shapely.union_all(part).symmetric_difference(Polygon(village.ring))
        assert gap.area == pytest.approx(0, abs=1)


def test_rings_turn_left_and_hold_their_centres(town):
    for area in town.areas:
        shape = Polygon(area.ring)
        assert shape.is_valid
        assert shape.exterior.is_ccw
        assert area.ring[0] != area.ring[-1]
        assert shape.contains(Point(area.centre))


def test_places_lie_in_their_grids(town):
    shapes = {grid.code: Polygon(grid.ring) for grid in town.grids}
    for place in town.places:
        assert shapes[place.area_code].contains(Point(place.lon_e6, place.lat_e6))
    assert all(len(places) >= 8 for places in town.places_by_grid.values())


def test_bundled_area_list_is_this_town(town, tmp_path):
    write_areas_csv(town, tmp_path / "areas.csv")
    bundled = resources.path("lists/areas.csv").read_text(encoding="utf-8")
    assert (tmp_path / "areas.csv").read_text(encoding="utf-8") == bundled
    assert list(csv.reader(bundled.splitlines())) == [list(row) for row in area_rows(town)]


def test_same_arguments_same_month(town, month):
    assert list(make_month(town, START_MS, END_MS)) == month
    assert list(make_month(town, START_MS, END_MS, seed=2)) != month


def test_month_keeps_time(month):
    times = [case.at_ms for case in month]
    assert times == sorted(times)
    assert START_MS <= times[0] <= times[-1] < END_MS
    assert len(month) / 30 == pytest.approx(79, rel=0.06)
    hours = Counter((at + LOCAL_OFFSET) % DAY // HOUR for at in times)
    assert sum(hours[hour] for hour in range(6)) < 0.05 * len(month)


def test_every_class_occurs(month):
    assert {case.class_code for case in month} == {row["code"] for row in list_rows("classes")}


def test_texts_are_complete(town, month):
    for case in month:
        assert len(case.content) >= 15
        assert 4 <= len(case.title) <= 40
        fate = case.fate
        assert len(fate.feedback_text) >= 10
        for text in (case.title, case.content, case.address, fate.feedback_text, fate.public_reply):
            assert not re.search(r"[{}]", text)
        assert case.address.startswith(town.by_code[case.area_code[:12]].name)


def test_cases_lie_in_their_grids(town, month):
    shapes = {grid.code: Polygon(grid.ring) for grid in town.grids}
    assert all(shapes[c.area_code].contains(Point(c.lon_e6, c.lat_e6)) for c in month)


def test_people_are_invented(month):
    for case in month:
        called = case.source in ("hotline12345", "online", "visit", "phone")
        assert bool(case.caller_name) == bool(case.caller_phone) == called
        assert not called or re.fullmatch(r"100\d{8}", case.caller_phone)
        assert bool(case.reporter) == (case.source in ("grid", "patrol"))
    orders = [case.source_no for case in month if case.source == "hotline12345"]
    assert len(set(orders)) == len(orders)
    assert all(re.fullmatch(r"\d{18}", number) for number in orders)


def test_plans_hold_up_to_the_end(month):
    states = [state for _, state in STEPS]
    for case in month:
        done = states.index(case.fate.stop_after) + 1 if case.fate.stop_after in states else 0
        steps = [getattr(case.fate, step) for step, _ in STEPS]
        assert all(minutes > 0 for minutes in steps)
        assert case.at_ms + sum(steps[:done]) * MINUTE < END_MS
        assert case.at_ms + sum(steps[: done + 1]) * MINUTE >= END_MS or done == len(STEPS)


def test_almost_everything_old_is_settled(month):
    old = [case for case in month if case.at_ms < END_MS - 12 * DAY]
    assert sum(case.fate.stop_after in SETTLED for case in old) / len(old) >= 0.99


def test_a_desk_full_of_open_cases_is_left(month):
    left = [case for case in month if case.fate.stop_after not in SETTLED]
    assert 120 <= len(left) <= 200
    assert {"reported", "dispatched", "handling", "checking"} <= {c.fate.stop_after for c in left}
    now = [c for c in left if c.at_ms >= END_MS - 30 * MINUTE and c.fate.stop_after == "reported"]
    assert len(now) >= 3
    hot = [c for c in left if c.urgency == "critical" and c.at_ms >= END_MS - 3 * HOUR]
    assert len(hot) >= 3


def test_a_month_uses_the_characters_of_a_real_one(month):
    texts = [
        text
        for case in month
        for text in (
            case.title,
            case.content,
            case.address,
            case.caller_name,
            case.reporter,
            case.fate.feedback_text,
            case.fate.check_opinion,
            case.fate.public_reply,
        )
    ]
    assert len(chinese(texts)) >= 2_500
