"""A list out to a table and in again; rows in error come back with their place and reason."""

import csv
import io
from dataclasses import replace

import pytest
from openpyxl import Workbook

from db.domain.errors import InputError
from db.domain.list_checks import SPECS, parse_list
from db.domain.lists import KINDS
from db.imports.lists import list_as_csv, read_list, write_bad_rows
from db.store.lists import bundled_rows
from desktop.list_words import TITLES, named, reason, words_of
from tests.db.domain.test_list_checks import KNOWN


def read(path, kind):
    return read_list(path, kind, TITLES[kind], words_of(kind))


def blank(row, kind):
    return {name: row.get(name, "") for name in SPECS[kind].names}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_what_is_exported_can_be_handed_in(kind, encoding, tmp_path):
    made = list_as_csv(kind, bundled_rows(kind), TITLES[kind], words_of(kind))
    path = tmp_path / "清单.csv"
    path.write_bytes(made.decode("utf-8-sig").encode(encoding))
    assert list(read(path, kind).rows) == [blank(row, kind) for row in bundled_rows(kind)]


@pytest.mark.parametrize("kind", KINDS)
def test_titles_and_words_stand_for_one_thing_each(kind):
    assert len(set(TITLES[kind].values())) == len(SPECS[kind].names)
    for column in SPECS[kind].columns:
        words = words_of(kind).get(column.name, {})
        assert len(set(words.values())) == len(words)
        if words and column.words:
            assert set(column.words) - {"", "*"} <= set(words)


def test_a_workbook_keeps_its_days_and_row_numbers(tmp_path):
    from datetime import datetime

    book = Workbook()
    sheet = book.active
    for row in (["日期", "休息", "名称", "备注"], [datetime(2027, 1, 1), 1, "元旦", "x"], [],
                ["2027-13-01", "是", "坏"]):  # fmt: skip
        sheet.append(row)
    path = tmp_path / "日历.xlsx"
    book.save(path)
    raw = read(path, "calendar")
    assert raw.rows[0] == {"date": "2027-01-01", "is_off": "1", "name": "元旦"}
    assert raw.unused == ("备注",)
    errors = parse_list("calendar", raw.rows, KNOWN).errors
    assert [raw.place(error).params["row"] for error in errors] == [4]


def test_a_column_that_has_to_be_filled_is_missed(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("代码\nGZ\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read(path, "platforms")
    assert refused.value.code == "list_column_missing"
    assert refused.value.params["column"] == "名称"
    path.write_text("\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read(path, "platforms")
    assert refused.value.code == "list_empty"


def test_rows_in_error_come_back_and_can_be_handed_in_again(tmp_path):
    path, back = tmp_path / "x.csv", tmp_path / "back.csv"
    path.write_text("代码,名称\nGZ,综治\n=1+1,甲\nSC,\n", encoding="utf-8")
    raw = read(path, "platforms")
    errors = parse_list("platforms", raw.rows, replace(KNOWN, used_platforms=frozenset())).errors
    write_bad_rows(back, raw, [named("platforms", raw.place(one)) for one in errors], reason)
    lines = list(csv.reader(io.StringIO(back.read_text("utf-8-sig"))))
    assert lines[0] == ["代码", "名称", "行", "列", "原因"]
    assert [line[:4] for line in lines[1:]] == [
        ["'=1+1", "甲", "3", "代码"],
        ["SC", "", "4", "名称"],
    ]
    assert lines[2][4] == "“名称”不能为空。请补上"
    again = read(back, "platforms")
    assert (again.unused, again.rows[0]["code"]) == ((), "=1+1")
