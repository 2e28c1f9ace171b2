"""Points on the ground: published samples of the offset systems, inverses, distances."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.domain.geometry import (
    CLOSE_DEGREES,
    SYSTEMS,
    Box,
    all_to_wgs84,
    box_of,
    degrees_at,
    distance_m,
    from_wgs84,
    is_on_earth,
    tile_at,
    to_e6,
    to_wgs84,
)

TIANANMEN = (116.404, 39.915)
# Published by the open-source converters eviltransform and coordtransform, lon before lat.
GCJ_SAMPLES = [
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    (TIANANMEN, (116.41024449916938, 39.91640428150164)),
]
POINTS = st.tuples(st.floats(73.5, 134.5), st.floats(18.0, 53.0))


@pytest.mark.parametrize(("wgs84", "gcj02"), GCJ_SAMPLES)
def test_published_points(wgs84, gcj02):
    assert from_wgs84("gcj02", wgs84) == pytest.approx(gcj02, abs=1e-9)
    assert to_wgs84("gcj02", gcj02) == pytest.approx(wgs84, abs=1e-9)


def test_published_points_of_bd09():
    # GCJ-02 116.404, 39.915 is BD-09 116.41036949371029, 39.92133699351021.
    there = (116.41036949371029, 39.92133699351021)
    assert from_wgs84("bd09", to_wgs84("gcj02", TIANANMEN)) == pytest.approx(there, abs=1e-8)
    assert from_wgs84("gcj02", to_wgs84("bd09", there)) == pytest.approx(TIANANMEN, abs=1e-8)


@pytest.mark.parametrize("system", SYSTEMS)
@given(point=POINTS)
def test_there_and_back_to_a_millionth_of_a_degree(system, point):
    back = to_wgs84(system, from_wgs84(system, point))
    assert math.dist(back, point) < CLOSE_DEGREES * 2
    assert to_e6(from_wgs84(system, to_wgs84(system, point))) == to_e6(point)


@pytest.mark.parametrize("system", SYSTEMS)
@given(points=st.lists(POINTS, max_size=6))
def test_many_at_once_are_what_each_is_alone(system, points):
    found = all_to_wgs84(system, points)
    for point, one in zip(points, found, strict=True):
        assert math.dist(to_wgs84(system, point), one) < CLOSE_DEGREES * 2


@given(point=POINTS)
def test_the_offset_is_some_hundred_metres(point):
    shifted = from_wgs84("gcj02", point)
    assert 20 < distance_m(to_e6(point), to_e6(shifted)) < 1_500


@pytest.mark.parametrize("point", [(2.35, 48.85), (-0.1, 51.5), (140.0, 35.0), (105.0, -10.0)])
def test_abroad_nothing_is_moved(point):
    assert from_wgs84("gcj02", point) == point == to_wgs84("gcj02", point)


def test_wgs84_stays():
    assert to_wgs84("wgs84", TIANANMEN) == TIANANMEN == from_wgs84("wgs84", TIANANMEN)


def test_distances():
    # One degree of a meridian; the antipodes; a known pair (Paris, London: 344 km).
    assert distance_m((0, 0), (0, 1_000_000)) == 111_195
    assert distance_m((0, 0), (180_000_000, 0)) == round(math.pi * 6_371_008.8)
    assert 343_000 < distance_m((2_352_200, 48_856_600), (-127_800, 51_507_400)) < 344_500
    assert distance_m((125_000_000, 29_500_000), (125_000_000, 29_500_000)) == 0


def test_boxes_of_points():
    assert box_of([(3, 4), (1, 9), (2, 2)]) == Box(1, 2, 3, 9)
    assert box_of([]) is None


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 180.1, -180.1])
def test_what_is_nowhere(bad):
    assert not is_on_earth(bad, 0)
    assert not is_on_earth(0, bad)
    assert is_on_earth(180, -90)
    assert is_on_earth(-180, 90)


def test_a_place_on_the_tiles_and_back():
    assert tile_at(0, 0, 0) == (0.5, 0.5)
    assert tile_at(-180, 85.0511287798, 3) == pytest.approx((0, 0), abs=1e-6)
    for lon, lat in ((125.0, 29.5), (-70.25, -33.4), (0.0, 0.0)):
        assert degrees_at(*tile_at(lon, lat, 14), 14) == pytest.approx((lon, lat), abs=1e-9)
    assert all(map(math.isfinite, tile_at(0, 90, 5)))
