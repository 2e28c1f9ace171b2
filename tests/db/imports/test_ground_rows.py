"""Tables of places and of positions: columns by alias, bad rows back with their reasons."""

import csv

import pytest

from db.domain.errors import InputError
from db.domain.geometry import from_wgs84, to_e6
from db.domain.places import PLACE_KINDS
from db.imports.ground_rows import KIND_WORDS, is_of_positions, read_places, read_positions
from db.imports.lists import write_bad_rows
from tests.db.store import rig

ID_NUMBER = "11010519491231002X"
AREAS = [area.code for area in rig.AREAS]
PLACES = [
    ["场所编号", "场所名称", "类型", "所属网格编码", "经度", "纬度", "备注", "负责人", "身份证号"],
    ["P1", "兴禾小学", "小学", rig.GRID, "125.001", "29.501", "", "某", ID_NUMBER],
    ["P2", "化工品仓库", "chemical", "", "125.002", "29.502", f"电话问 {ID_NUMBER}", "", ""],
    ["P1", "又一个", "市场", "", "125", "29", "", "", ""],
    ["P3", "", "市场", "", "125", "29", "", "", ""],
    ["P4", "甲", "某人", "", "125", "29", "", "", ""],
    ["P5", "甲", "市场", "990101001999", "125", "29", "", "", ""],
    ["P6", "甲", "市场", "", "29", "125", "", "", ""],
    ["P7", "甲", "市场", "", "东", "29", "", "", ""],
    [],
    ["P 8", "甲", "市场", "", "125", "29", "", "", ""],
]
POSITIONS = [
    ["说明：每半小时一次"],
    ["队伍名称", "LNG", "LAT", "定位时间", "车速"],
    ["市政所", "125.001", "29.501", "2026-11-23 14:20", "40"],
    [rig.CGZD, "125.002", "29.502", "2026/11/23 14:25:30", ""],
    ["cgzd", "125.003", "29.503", "刚才", ""],
    ["别家", "125.003", "29.503", "2026-11-23 14:20", ""],
    ["szs", "125.003", "29.503", "2026-11-23 15:20", ""],
    ["szs", "nan", "29.503", "2026-11-23 14:20", ""],
    ["szs", "125.003", "29.503", "", ""],
]


@pytest.fixture
def table(tmp_path):
    def write(rows, name="表.csv", encoding="utf-8"):
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows(rows)
        return path

    return write


def told(plan):
    return {error.params["row"]: error.code for error in plan.errors}


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_places_by_what_their_columns_are_called(table, encoding):
    plan = read_places(table(PLACES, encoding=encoding), "wgs84", AREAS)
    one, other = plan.rows
    assert (one.code, one.name, one.kind, one.area_code) == ("P1", "兴禾小学", "school", rig.GRID)
    assert (one.lon_e6, one.lat_e6) == (125_001_000, 29_501_000)
    assert other.kind == "chemical"
    assert plan.numbers == (2, 3)
    assert told(plan) == {
        4: "list_row_twice", 5: "field_missing", 6: "field_choice", 7: "field_area",
        8: "point_malformed", 9: "point_malformed", 11: "place_code_malformed",
    }  # fmt: skip
    assert plan.raw.unused == ("负责人",)
    assert ID_NUMBER not in str(plan)


def test_points_are_converted_from_what_they_were_given_in(table):
    for crs in ("gcj02", "bd09"):
        lon, lat = from_wgs84(crs, (125.001, 29.501))
        row = ["P1", "甲", "市场", "", f"{lon:.7f}", f"{lat:.7f}", "", "", ""]
        (place,) = read_places(table([PLACES[0], row]), crs, AREAS).rows
        assert abs(place.lon_e6 - 125_001_000) <= 1
        assert abs(place.lat_e6 - 29_501_000) <= 1
        assert to_e6((lon, lat)) != (125_001_000, 29_501_000)


def test_teams_by_name_key_or_code_below_a_line_of_words(table):
    path = table(POSITIONS, "车载.csv")
    plan = read_positions(path, "wgs84", rig.UNITS, rig.NOW)
    assert [(row.unit, row.lon_e6, rig.NOW - row.at, row.source) for row in plan.rows] == [
        (rig.SZS, 125_001_000, 12 * 60_000, "车载.csv"),
        (rig.CGZD, 125_002_000, 390_000, "车载.csv"),
    ]
    assert told(plan) == {
        5: "position_time_malformed", 6: "position_unit_unknown", 7: "position_in_future",
        8: "point_malformed", 9: "field_missing",
    }  # fmt: skip


def test_bad_rows_come_back_and_go_in_once_mended(table, tmp_path):
    plan = read_places(table(PLACES), "wgs84", AREAS)
    target = tmp_path / "退回.csv"
    write_bad_rows(target, plan.raw, plan.errors, lambda error: error.code)
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0][-3:] == ["行", "列", "原因"]
    assert [row[-1] for row in rows[1:]] == list(told(plan).values())
    assert ID_NUMBER not in target.read_text(encoding="utf-8-sig")
    rows[1][0], rows[2][1] = "P9", "有名"
    again = read_places(table(rows, "again.csv"), "wgs84", AREAS)
    assert [place.code for place in again.rows] == ["P9", "P3"]


def test_a_table_without_what_is_needed_is_refused(table):
    for rows, code in (
        ([["名称", "经度", "纬度"], ["a", "1", "2"]], "list_column_missing"),
        ([["编码", "名称", "类别"], ["a", "b", "c"]], "list_column_missing"),
        ([["", ""]], "list_empty"),
    ):
        with pytest.raises(InputError) as caught:
            read_places(table(rows), "wgs84", AREAS)
        assert caught.value.code == code
    with pytest.raises(InputError) as caught:
        read_places(table(PLACES), "", AREAS)
    assert caught.value.code == "crs_unknown"


def test_the_two_tables_are_told_apart(table):
    assert is_of_positions(table(POSITIONS))
    assert not is_of_positions(table(PLACES))
    assert not is_of_positions(table([["甲", "乙"]]))


def test_every_kind_has_a_word_of_its_own():
    assert tuple(KIND_WORDS) == PLACE_KINDS
    words = [word for words in KIND_WORDS.values() for word in words]
    assert len(set(words)) == len(words)
