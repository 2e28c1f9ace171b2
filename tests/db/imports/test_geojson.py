"""A file of a stranger: what is wrong with a feature is its own, and the reader stands."""

import json

import orjson
import pytest

from db.domain.errors import EnvironmentError_, InputError
from db.imports import geojson
from db.imports.geojson import REASON, read_geojson, write_features

SQUARE = [[125.0, 29.5], [125.01, 29.5], [125.01, 29.51], [125.0, 29.51], [125.0, 29.5]]
ID_NUMBER = "11010519491231002X"


def feature(coordinates=None, kind="Polygon", **properties):
    shape = [SQUARE] if coordinates is None else coordinates
    return {
        "type": "Feature",
        "geometry": {"type": kind, "coordinates": shape},
        "properties": properties,
    }


@pytest.fixture
def read(tmp_path):
    def reading(*features, raw=None):
        path = tmp_path / "边界.geojson"
        whole = {"type": "FeatureCollection", "features": list(features)}
        path.write_bytes(json.dumps(whole).encode() if raw is None else raw)
        return read_geojson(path)

    return reading


def refused(read, *features, raw=None):
    with pytest.raises(InputError) as caught:
        read(*features, raw=raw)
    return caught.value.code


def problem(read, bad):
    """The one problem of a file that has a sound feature, then a bad one."""
    file = read(feature(code="1"), bad)
    assert [one.number for one in file.features] == [1]
    (error,) = file.problems
    assert error.params["row"] == 2
    return error.code


def test_polygons_and_multipolygons_with_heights_open_or_closed(read):
    holed = [SQUARE, [[125.002, 29.502, 7.5], [125.004, 29.502], [125.004, 29.504]]]
    file = read(feature(code=990101001001, name=" 甲 ", 户数=12.0, x=None, y=[1], z=True),
                feature([holed, [SQUARE[:-1]]], "MultiPolygon"))  # fmt: skip
    one, other = file.features
    assert one.properties == {"code": "990101001001", "name": "甲", "户数": "12"}
    assert one.shapes == ((tuple(map(tuple, SQUARE[:-1])),),)
    assert [len(shape) for shape in other.shapes] == [2, 1]
    assert other.shapes[0][1][0] == (125.002, 29.502)
    assert file.properties == ("code", "name", "户数")
    assert file.problems == ()


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (None, "geo_feature_malformed"),
        ([], "geo_feature_malformed"),
        ({"type": "Point"}, "geo_feature_malformed"),
        ({**feature(), "properties": [1]}, "geo_feature_malformed"),
        ({**feature(), "geometry": None}, "geo_no_shape"),
        (feature(kind="LineString"), "geo_not_polygon"),
        (feature(kind={"a": 1}), "geo_not_polygon"),
        (feature([]), "geo_coordinates_malformed"),
        (feature({"0": SQUARE}), "geo_coordinates_malformed"),
        (feature("x"), "geo_coordinates_malformed"),
        (feature([5]), "geo_coordinates_malformed"),
        (feature([[5]]), "geo_coordinates_malformed"),
        (feature([[[1]]]), "geo_coordinates_malformed"),
        (feature([[[1, 2, 3, 4, 5]]]), "geo_coordinates_malformed"),
        (feature([[["1", "2"]]]), "geo_coordinates_malformed"),
        (feature([[[True, False]]]), "geo_coordinates_malformed"),
        (feature([[[None, 2]]]), "geo_coordinates_malformed"),
        (feature([SQUARE] * 501), "geo_coordinates_malformed"),
        (feature([SQUARE[:2]]), "geo_ring_short"),
        (feature([[]]), "geo_ring_short"),
        (feature([[SQUARE[0], SQUARE[1], SQUARE[0], SQUARE[1], SQUARE[0]]]), "geo_ring_short"),
        (feature([[[29.5, 125.0], [29.6, 125.0], [29.6, 125.1]]]), "geo_swapped"),
        (feature([[[13_900_000, 3_400_000], [1, 2], [3, 4]]]), "geo_nowhere"),
        (feature([[[1e308, 2], [3, 4], [5, 6]]]), "geo_nowhere"),
        (feature([[[2**63, 2], [3, 4], [5, 6]]]), "geo_nowhere"),
        (feature([[[125 + n / 1e6, 29.5] for n in range(20_001)]]), "geo_feature_too_large"),
    ],
)
def test_a_bad_feature_is_named_and_the_sound_one_stays(read, bad, code):
    assert problem(read, bad) == code


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "file_empty"),
        (b"{", "geo_not_json"),
        (b"\xff\xfe\x00", "geo_not_json"),
        (b"[" * 100_000, "geo_not_json"),
        (b'{"type":"FeatureCollection","features":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
         "geo_not_json"),
        (b'{"type":"FeatureCollection","features":[NaN]}', "geo_not_json"),
        (b'{"type":"FeatureCollection","features":[Infinity]}', "geo_not_json"),
        (b"[]", "geo_not_features"),
        (b'"x"', "geo_not_features"),
        (b'{"type":"FeatureCollection"}', "geo_not_features"),
        (b'{"type":"FeatureCollection","features":{}}', "geo_not_features"),
        (b'{"type":"FeatureCollection","features":[]}', "geo_not_features"),
        (b'{"type":"Topology","features":[1]}', "geo_not_features"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_refused(read, raw, code):
    assert refused(read, raw=raw) == code


def test_numbers_beyond_a_float_are_the_features_problem(read):
    raw = orjson.dumps({"type": "FeatureCollection", "features": [feature(), feature()]})
    # The second feature's first number becomes one no float holds.
    head, _, tail = raw.rpartition(b"[[[125.0")
    file_codes = []
    for huge in (b"1e400", b"9" * 400):
        try:
            file_codes += [one.code for one in read(raw=head + b"[[[" + huge + tail).problems]
        except InputError as error:
            file_codes.append(error.code)
    assert set(file_codes) <= {"geo_nowhere", "geo_json_broken"}


@pytest.mark.parametrize(
    ("bad", "code", "value"),
    [
        (b"NaN", "geo_not_number", "NaN"),
        (b"Infinity", "geo_not_number", "Infinity"),
        (b"oops", "geo_json_broken", None),
    ],
)
def test_what_breaks_a_file_is_said_with_its_place(read, bad, code, value):
    raw = orjson.dumps({"type": "FeatureCollection", "features": [feature(), feature()]})
    head, _, tail = raw.rpartition(b"[[[125.0")
    with pytest.raises(InputError) as caught:
        read(raw=head.replace(b"[{", b"[\n{") + b"[[[" + bad + tail)
    told = caught.value.params
    assert (caught.value.code, told["line"], told["number"]) == (code, 2, 2)
    assert told.get("value") == value


def test_limits_of_size(read, tmp_path, monkeypatch):
    monkeypatch.setattr(geojson, "FEATURES", 2)
    assert refused(read, *[feature()] * 3) == "geo_too_many_features"
    monkeypatch.setattr(geojson, "POINTS", 7)
    assert refused(read, feature(), feature()) == "geo_too_many_points"
    monkeypatch.setattr(geojson, "FILE_BYTES", 10)
    assert refused(read, feature()) == "geo_too_large"
    monkeypatch.undo()
    with pytest.raises(EnvironmentError_) as caught:
        read_geojson(tmp_path / "x.geojson")
    assert caught.value.code == "file_missing"
    with pytest.raises(EnvironmentError_) as caught:
        read_geojson(tmp_path)
    assert caught.value.code == "file_unreadable"


def test_marks_and_domestic_encodings_are_read(read):
    whole = {"type": "FeatureCollection", "features": [feature(名称="兴禾网格")]}
    text = orjson.dumps(whole).decode()
    for raw in (b"\xef\xbb\xbf" + text.encode(), text.encode("gb18030")):
        assert read(raw=raw).features[0].properties == {"名称": "兴禾网格"}


def test_identity_numbers_are_neither_kept_nor_given_back(read, tmp_path):
    bad = {**feature(身份证号=ID_NUMBER, 备注=f"网格长 {ID_NUMBER}"), "geometry": None}
    file = read(feature(身份证号=ID_NUMBER, name=f"甲{ID_NUMBER}"), bad)
    assert ID_NUMBER not in str(file.features)
    assert "身份证号" not in file.properties
    target = tmp_path / "退回.geojson"
    write_features(target, file.raw, {2: "不是面", 1: "试"})
    assert ID_NUMBER.encode() not in target.read_bytes()


def test_no_number_comes_back_by_another_way(read, tmp_path):
    number = "110101199003077774"
    as_number = feature(编号=int(number), 户数=12, 面积=1.5, **{f"甲{number}": "x"})
    shapes = [
        feature([[number, 40.0]], code="1"),
        feature([[int(number), 40.0]], code="2"),
        {**feature(code="3"), "geometry": {"type": number, "coordinates": []}},
        {**feature(code="4"), "geometry": {"type": "Polygon", number: 1, "coordinates": [[[1]]]}},
    ]
    file = read(as_number, *shapes)
    target = tmp_path / "退回.geojson"
    write_features(target, file.raw, dict.fromkeys(range(1, 6), "试"))
    assert number.encode() not in target.read_bytes()
    found = orjson.loads(target.read_bytes())["features"]
    assert (found[0]["properties"]["户数"], found[0]["properties"]["面积"]) == (12, 1.5)
    kept = [one["geometry"] and one["geometry"]["coordinates"] for one in found[1:]]
    assert kept == [None, None, None, [[[1]]]]


def test_what_stayed_out_can_be_mended_and_read_again(read, tmp_path):
    deep = "x"
    for _ in range(300):
        deep = [deep]
    file = read(feature(code="1"), feature([SQUARE[:2]], code="2"), None, feature(deep, code="4"))
    target = tmp_path / "退回.geojson"
    write_features(target, file.raw, {2: "不足三点", 3: "不是图形", 4: "不成形"})
    found = orjson.loads(target.read_bytes())["features"]
    assert [item["properties"] for item in found] == [
        {"code": "2", REASON: "不足三点"}, {REASON: "不是图形"}, {"code": "4", REASON: "不成形"},
    ]  # fmt: skip
    assert found[0]["geometry"]["coordinates"] == [SQUARE[:2]]
    found[0]["geometry"]["coordinates"] = [SQUARE]
    again = read(*found)
    assert [one.properties for one in again.features] == [{"code": "2"}]
    assert [error.code for error in again.problems] == ["geo_no_shape"] * 2
