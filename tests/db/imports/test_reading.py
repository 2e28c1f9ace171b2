import struct
import zipfile

import pytest

from db.domain.errors import EnvironmentError_, InputError
from db.imports import limits
from db.imports.reading import read_sheets


def refusal(path):
    with pytest.raises(InputError) as caught:
        read_sheets(path)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_text_is_read_in_any_encoding_and_delimiter(files, encoding, delimiter):
    rows = [[*files.titles], files.row(主要内容="第一行\n第二行,有逗号;有分号。")]
    (sheet,) = read_sheets(files.csv(rows, encoding, delimiter))
    assert sheet.rows == rows


def test_hidden_sheets_are_read_and_a_wrong_dimension_is_not_believed(files):
    path = files.xlsx(("可见", [["甲", "乙"], [1, 2]]), ("隐藏", [["丙"]]), hidden=["隐藏"])
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b'<dimension ref="A1:B2"', b'<dimension ref="A1"')
    assert b'"A1"' in parts[sheet]
    with zipfile.ZipFile(path, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    assert [(sheet.name, sheet.rows) for sheet in read_sheets(path)] == [
        ("可见", [["甲", "乙"], [1, 2]]),
        ("隐藏", [["丙"]]),
    ]


def test_rows_keep_their_numbers_and_blank_tails_go(files):
    (sheet,) = read_sheets(files.xlsx(("表", [["甲"], [None], ["乙", None], [None], [" "]])))
    assert sheet.rows == [["甲"], [], ["乙"]]


def test_a_formula_without_a_value_is_blank(files):
    (sheet,) = read_sheets(files.xlsx(("表", [["甲", "乙"], ["=1+1", "#N/A"], ["尾"]])))
    assert sheet.rows == [["甲", "乙"], [], ["尾"]]


def test_numbers_wrapped_as_formulas_keep_their_zeros(files):
    (sheet,) = read_sheets(files.raw('编号,标题\r\n="00123",井盖\r\n'.encode()))
    assert sheet.rows[1] == ["00123", "井盖"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file_old_xls"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "file_encrypted",
        ),
        (b"PK\x03\x04 no archive follows", "file_damaged"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "file_is_web_page"),
        (b"%PDF-1.7 ...", "file_not_table"),
        (b"a,b\n1,\xff\xff\n", "encoding_unknown"),
        (b"a,b\n1,\x00\n", "file_has_nul_bytes"),
        (b'a,b\n1,"open\n2,3\n', "quotes_unbalanced"),
    ],
)
def test_other_files_are_refused_by_name(files, data, code):
    assert refusal(files.raw(data)).code == code


def test_a_zip_that_is_no_workbook_is_refused(files):
    path = files.folder / "orders.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("word/document.xml", "<x/>")
    assert refusal(path).code == "file_not_table"


def test_a_damaged_sheet_is_refused(files):
    path = files.xlsx(("表", [["甲"]]))
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts["xl/worksheets/sheet1.xml"] = b"<worksheet><sheetData><row>"
    with zipfile.ZipFile(path, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    assert refusal(path).code == "file_damaged"


def test_a_zip_bomb_is_refused_before_it_is_opened(files, monkeypatch):
    monkeypatch.setattr(limits, "UNPACKED_BYTES", 1_000_000)
    monkeypatch.setattr("openpyxl.load_workbook", lambda *_a, **_k: pytest.fail("opened"))
    path = files.folder / "orders.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", "<x/>")
        package.writestr("xl/worksheets/sheet1.xml", bytes(2_000_000))
    assert path.stat().st_size < 10_000
    assert refusal(path).code == "file_unpacks_too_large"


def test_a_zip_that_understates_its_size_is_refused(files):
    path = files.xlsx(("表", [["甲" * 100] * 100] * 100))
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"PK\x01\x02", 0, data.rindex(b"xl/worksheets/sheet1.xml"))
    data[entry + 24 : entry + 28] = struct.pack("<I", 40)
    path.write_bytes(data)
    assert refusal(path).code == "file_damaged"


@pytest.mark.parametrize(
    ("limit", "value", "code"),
    [
        ("FILE_BYTES", 10, "file_too_large"),
        ("ROWS", 1, "too_many_rows"),
        ("COLUMNS", 2, "too_many_columns"),
        ("CELL_CHARACTERS", 5, "cell_too_long"),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_each_limit_is_kept(files, monkeypatch, limit, value, code, kind):
    rows = [[*files.titles], files.row()]
    path = files.csv(rows) if kind == "csv" else files.xlsx(("表", rows))
    monkeypatch.setattr(limits, limit, value)
    assert refusal(path).code == code


def test_a_huge_cell_in_a_csv_is_refused(files):
    error = refusal(files.csv([["甲", "乙"], ["1", "长" * 200_000]]))
    assert error.code == "cell_too_long"


def test_a_missing_file_is_the_machines_fault(files):
    with pytest.raises(EnvironmentError_, match="file_missing"):
        read_sheets(files.folder / "none.xlsx")
    with pytest.raises(EnvironmentError_, match="file_unreadable"):
        read_sheets(files.folder)


def test_reading_tells_how_far_it_is(files):
    told = []
    read_sheets(files.csv([["甲", "乙"]] * 2500), lambda done, total: told.append((done, total)))
    assert told == [(1000, 0), (2000, 0)]
