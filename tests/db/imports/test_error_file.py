import csv

import pytest
from openpyxl import load_workbook

from db.domain.errors import EnvironmentError_
from db.imports.error_file import write_error_file
from db.imports.orders import read_orders


def describe(problem):
    return f"{problem.code}:{problem.value}"


def written(plan, folder):
    path = write_error_file(plan, plan.problems, folder / "bad.out", describe)
    if path.suffix == ".csv":
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        with path.open(encoding="utf-8-sig", newline="") as file:
            return path, list(csv.reader(file))
    (sheet,) = load_workbook(path).worksheets
    return path, [
        ["" if v is None else v for v in row] for row in sheet.iter_rows(values_only=True)
    ]


def make(files, kind):
    titles = [*files.titles, "身份证号", "附言"]
    rows = [
        ["某镇工单"],
        titles,
        [*files.row("007"), files.id_number, ""],
        [
            *files.row("008", 受理时间="前天", 标题='=HYPERLINK("http://x","点")', 来电人="@丁"),
            files.id_number,
            f"证{files.id_number}",
        ],
        [*files.row("", 受理时间=""), "110105491231002", "-5"],
    ]
    path = files.csv(rows) if kind == "csv" else _as_text_cells(files, rows)
    return read_orders(path)


def _as_text_cells(files, rows):
    path = files.xlsx(("表", rows))
    book = load_workbook(path)
    for line in book["表"].iter_rows():
        for cell in line:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    book.save(path)
    return path


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_bad_rows_come_back_with_their_reasons_and_without_identity_numbers(files, kind):
    plan = make(files, kind)
    path, rows = written(plan, files.folder)
    assert path.suffix == f".{kind}"
    assert rows[0] == [*files.titles, "附言", "行", "列", "原因"]
    assert [row[0] for row in rows[1:]] == ["008", ""]
    assert [str(row[-3]) for row in rows[1:]] == ["4", "5"]
    assert rows[1][-2:] == ["受理时间", "date_unreadable:前天"]
    assert rows[2][-2:] == ["受理时间、工单编号", "date_missing:；number_missing:"]
    assert rows[1][-4] == "证〔证件号已删除〕"
    assert "491231" not in repr(rows)
    assert "491231" not in path.read_bytes().decode("utf-8", "ignore")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_cell_is_a_formula(files, kind):
    _, rows = written(make(files, kind), files.folder)
    assert rows[1][1].startswith("'=HYPERLINK")
    assert rows[1][4] == "'@丁"
    assert rows[2][-4] == "'-5"
    assert not any(str(cell).startswith(("=", "+", "-", "@")) for row in rows for cell in row)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_corrected_error_file_goes_in(files, kind):
    _path, rows = written(make(files, kind), files.folder)
    rows[1][3] = "2025-03-06"
    again = read_orders(files.csv(rows) if kind == "csv" else files.xlsx(("表", rows)))
    (order,) = again.orders
    assert order.source_no == "008"
    assert order.title == '=HYPERLINK("http://x","点")'
    assert order.caller_name == "@丁"
    _, rows = written(again, files.folder)
    assert rows[0].count("原因") == 1


def test_sheets_keep_apart_and_the_good_ones_stay_away(files):
    good, bad = files.row("A1"), files.row("A2", 受理时间="前天")
    path = files.xlsx(
        ("一", [files.titles, good, *[files.row(f"C{n}") for n in range(3)], bad]),
        ("二", [files.titles, files.row("B1")]),
    )
    plan = read_orders(path)
    target = write_error_file(plan, plan.problems, files.folder / "bad.xlsx", describe)
    book = load_workbook(target)
    assert book.sheetnames == ["一"]
    assert book["一"].max_row == 2


def test_a_failed_write_leaves_the_old_file_and_no_draft(files):
    plan = make(files, "csv")
    target = files.folder / "bad.csv"
    target.write_text("old")

    def fail(_problem):
        raise OSError(28, "full")

    with pytest.raises(OSError, match="full"):
        write_error_file(plan, plan.problems, target, fail)
    with pytest.raises(EnvironmentError_, match="error_file_not_written"):
        write_error_file(plan, plan.problems, files.folder / "none" / "bad.csv", describe)
    assert target.read_text() == "old"
    assert {path.name for path in files.folder.iterdir()} == {"bad.csv", "orders.csv"}


def test_a_full_disk_leaves_the_old_file(files, monkeypatch):
    plan = make(files, "csv")
    target = files.folder / "bad.csv"
    target.write_text("old")

    def fail(_handle):
        raise OSError(28, "full")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(EnvironmentError_, match="error_file_not_written"):
        write_error_file(plan, plan.problems, target, describe)
    assert target.read_text() == "old"


def test_rows_with_a_warning_only_are_not_sent_back(files):
    rows = [["编号", "标题", "时间", "答复时间"], ["1", "路灯不亮了", "2025-03-06", "后天"]]
    plan = read_orders(files.csv(rows))
    assert [problem.code for problem in plan.problems] == ["reply_date_unreadable"]
    path = write_error_file(plan, plan.problems, files.folder / "bad.csv", describe)
    assert path.read_bytes() == b""
