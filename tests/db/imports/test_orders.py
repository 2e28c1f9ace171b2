from dataclasses import replace
from datetime import datetime

import pytest

from db.domain.errors import InputError
from db.imports.mapping import propose_mapping, skip_sheet, with_field, with_source
from db.imports.orders import ChunkOutcome, import_orders, read_orders
from db.imports.plan import RowProblem
from db.imports.reading import read_sheets


def read(files, *rows):
    return read_orders(files.csv([files.titles, *rows]))


def codes(plan):
    return [(problem.row, problem.column, problem.code) for problem in plan.problems]


def test_a_row_becomes_an_order(files):
    (order,) = read(files, files.row("000123")).orders
    assert (order.source, order.source_no) == ("hotline12345", "000123")
    assert order.title == "枫桥路井盖松动"
    assert order.reported_at == files.at("2025-03-06T09:32:09")
    assert (order.caller_name, order.caller_phone) == ("丁一", "138****1234")
    assert order.area_text == "枫桥社区"
    assert (order.row, order.sheet) == (2, "orders")
    assert "丁一" not in repr(order)
    assert "138" not in repr(order)


def test_a_header_below_a_merged_title_row(files):
    path = files.xlsx(("三月", [["某镇工单"], [], files.titles, files.row()]))
    (order,) = read_orders(path).orders
    assert order.row == 4


def test_gb18030_with_line_breaks_in_cells(files):
    rows = [files.row(f"A{n}", 主要内容=f"第{n}件\n井盖松动\r\n有响声") for n in range(30)]
    plan = read_orders(files.csv([files.titles, *rows], "gb18030"))
    assert [order.source_no for order in plan.orders] == [f"A{n}" for n in range(30)]
    assert plan.orders[29].content.splitlines() == ["第29件", "井盖松动", "有响声"]


def test_numbers_of_a_workbook(files):
    rows = [
        files.row(12345.0, 受理时间=datetime(2025, 3, 6, 9, 32, 9), 来电号码=13800001234),
        files.row("00012", 受理时间=45722.5),
        files.row(250912101108115409),
        files.row("2.50912E+17"),
    ]
    plan = read_orders(files.xlsx(("表", [files.titles, *rows])))
    first, second = plan.orders
    assert (first.source_no, first.caller_phone) == ("12345", "13800001234")
    assert first.reported_at == files.at("2025-03-06T09:32:09")
    assert (second.source_no, second.reported_at) == ("00012", files.at("2025-03-06T12:00:00"))
    assert codes(plan) == [
        (4, "工单编号", "number_rounded"),
        (5, "工单编号", "number_rounded"),
    ]


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({"标题": "", "主要内容": "井 盖"}, "主要内容", "text_too_short"),
        ({"受理时间": ""}, "受理时间", "date_missing"),
        ({"受理时间": "前天"}, "受理时间", "date_unreadable"),
        ({"受理时间": "1989-12-31"}, "受理时间", "date_out_of_range"),
        ({"受理时间": "2100-01-01"}, "受理时间", "date_out_of_range"),
        ({"工单编号": ""}, "工单编号", "number_missing"),
    ],
)
def test_a_bad_row_stays_out_alone(files, changes, column, code):
    plan = read(files, files.row("A1"), files.row("A2", **changes), *_more(files))
    assert codes(plan) == [(3, column, code)]
    assert [order.source_no for order in plan.orders] == ["A1", "A3", "A4", "A5"]


def _more(files):
    return [files.row(f"A{n}") for n in (3, 4, 5)]


def test_a_title_is_made_of_the_first_sentence(files):
    plan = read(
        files,
        files.row("A1", 标题="", 主要内容="路灯不亮。请派人修。"),
        files.row("A2", 标题="", 主要内容="很长" * 40),
        files.row("A3", 主要内容=""),
    )
    short, long, only_title = plan.orders
    assert short.title == "路灯不亮"
    assert len(long.title) == 40
    assert only_title.content == only_title.title


def test_a_title_is_not_cut_within_a_number(files):
    row = files.row("A1", 标题="", 主要内容="很长" * 15 + "打13912345678，急")
    (order,) = read(files, row).orders
    assert order.title == "很长" * 15 + "打…"


def test_further_text_columns_are_joined_and_nothing_is_said_twice(files):
    rows = [
        ["标题", "受理备注", "主要内容", "时间", "所属街道", "所属社区"],
        ["路灯不亮", "已联系两次", "路灯三天不亮了", "2025-03-06", "庄前街道", "枫桥社区"],
        ["路灯又不亮", "路灯三天", "路灯三天不亮了", "2025-03-07", "枫桥", "枫桥社区"],
    ]
    first, second = read_orders(files.csv(rows)).orders
    assert first.content == "路灯三天不亮了\n已联系两次"
    assert first.area_text == "枫桥社区 庄前街道"
    assert (second.content, second.area_text) == ("路灯三天不亮了", "枫桥社区")


def test_a_sheet_named_after_an_area_names_the_area(files):
    rows = [["编号", "标题", "时间"], ["1", "路灯不亮了", "2025-03-06"]]
    (order,) = read_orders(files.xlsx(("枫桥街道", rows))).orders
    assert order.area_text == "枫桥街道"


def test_orders_without_numbers_get_stable_ones(files):
    rows = [
        ["标题", "时间"],
        ["路灯不亮了", "2025-03-06"],
        ["路灯不亮了", "2025-03-07"],
        ["路灯不亮了", "2025-03-06"],
    ]
    plan = read_orders(files.csv(rows))
    numbers = [order.source_no for order in plan.orders]
    assert len(set(numbers)) == 2
    assert all(number.startswith("H-") for number in numbers)
    assert plan.sheets[0].repeated == 1
    assert [order.source_no for order in read_orders(files.csv(rows[::-1])).orders] == []
    again = read_orders(files.csv([rows[0], *rows[:1:-1]]))
    assert {order.source_no for order in again.orders} == set(numbers)


def test_repeats_across_sheets(files):
    path = files.xlsx(
        ("一", [files.titles, files.row("A1"), files.row("A2")]),
        ("二", [files.titles, files.row("A1"), files.row("A2", 标题="另一件事情")]),
    )
    plan = read_orders(path)
    assert [sheet.repeated for sheet in plan.sheets] == [0, 1]
    assert [(p.sheet, p.row, p.code) for p in plan.problems] == [("二", 3, "number_repeated")]
    assert [order.title for order in plan.orders] == ["枫桥路井盖松动"] * 2


def test_a_header_repeated_on_every_page_is_no_order(files):
    plan = read(files, files.row("A1"), files.titles, files.row("A2"))
    assert (len(plan.orders), plan.problems) == (2, ())


def test_coordinates_and_reply_dates_only_warn(files):
    rows = [
        ["编号", "标题", "时间", "答复时间", "经度", "纬度"],
        ["1", "路灯不亮了", "2025-03-06", "2025-03-07", "121.5", "29.9"],
        ["2", "路灯不亮了", "2025-03-06", "后天", "29.9", "121.5"],
        ["3", "路灯不亮了", "2025-03-06", "", "0", "0"],
        ["4", "路灯不亮了", "2025-03-06", "", "121.5", ""],
    ]
    plan = read_orders(files.csv(rows))
    assert [(o.lon_e6, o.lat_e6) for o in plan.orders] == [
        (121_500_000, 29_900_000),
        (None, None),
        (None, None),
        (None, None),
    ]
    assert plan.orders[0].source_replied_at == files.at("2025-03-07T00:00:00")
    assert not any(problem.is_rejection for problem in plan.problems)
    assert sorted(problem.code for problem in plan.problems) == [
        "coordinates_unreadable",
        "coordinates_unreadable",
        "reply_date_unreadable",
    ]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_identity_number_survives_reading(files, kind):
    number = files.id_number
    titles = [*files.titles, "身份证号", "附言"]
    rows = [
        [f"导出人{number}"],
        titles,
        [*files.row("A1", 主要内容=f"本人{number}反映路灯不亮"), number, f"证{number}"],
        [*files.row("A2", 受理时间=number), "110105491231002", "无"],
    ]
    path = files.csv(rows) if kind == "csv" else files.xlsx(("表", rows))
    plan = read_orders(path)
    everything = repr([(s.mapping, s.rows, s.preview, s.orders) for s in plan.sheets])
    everything += repr([vars(order) for order in plan.orders]) + repr(
        [vars(problem) for problem in plan.problems]
    )
    assert "19491231" not in everything
    assert "491231002" not in everything
    assert plan.orders[0].content == "本人〔证件号已删除〕反映路灯不亮"
    assert plan.sheets[0].ids_removed == 6
    assert plan.problems[0].value == "〔证件号已删除〕"


def test_an_identity_number_in_place_of_an_order_number_goes(files):
    plan = read(files, files.row("A1"), files.row("A2"), files.row(files.id_number))
    assert codes(plan) == [(4, "工单编号", "number_missing")]
    assert files.id_number not in repr(plan.sheets[0].rows)


def test_order_numbers_that_pass_the_checksum_stay(files):
    numbers = [f"33021120240315{serial:04}" for serial in range(1, 60)]
    rows = [[f"导出人{files.id_number}"], files.titles, *map(files.row, numbers)]
    plan = read_orders(files.csv(rows))
    assert [order.source_no for order in plan.orders] == numbers
    assert files.id_number not in repr(plan.sheets[0].rows)


def test_a_header_taken_from_a_row_with_an_identity_number_hides_it(files):
    path = files.csv([files.titles, [files.id_number, "b"]])
    (sheet,) = read_sheets(path)
    assert files.id_number not in repr(propose_mapping(sheet, header_row=2))


def test_a_shifted_file_gives_no_orders(files):
    rows = [["", *files.row(f"A{n}")] for n in range(10)]
    plan = read(files, *rows)
    assert plan.orders == ()
    assert plan.problem == "columns_shifted"
    with pytest.raises(InputError, match="columns_shifted"):
        import_orders(plan, _writer([]))


def test_a_file_of_topics_is_refused(files):
    plan = read_orders(files.csv([["一级分类", "二级分类"], ["城建", "路灯"]]))
    with pytest.raises(InputError, match="not_orders"):
        import_orders(plan, _writer([]))


def test_one_sheet_that_is_no_list_does_not_stop_the_others(files):
    path = files.xlsx(("说明", [["填表说明"], ["请按格式"]]), ("表", [files.titles, files.row()]))
    plan = read_orders(path)
    assert plan.problem is None
    assert len(plan.orders) == 1


def test_a_mapping_changed_by_hand_is_obeyed(files):
    path = files.csv([["编号", "事由", "时间"], ["7", "路灯不亮了", "2025-03-06"]])
    plan = read_orders(path)
    assert plan.problem == "not_orders"
    mapping = with_source(with_field(plan.sheets[0].mapping, 1, "content"), "phone")
    (order,) = read_orders(path, [mapping]).orders
    assert (order.content, order.source) == ("路灯不亮了", "phone")
    assert read_orders(path, [skip_sheet(mapping)]).problem == "sheet_skipped"


def test_progress_of_reading_ends_in_known_totals(files):
    told = []
    rows = [files.row(f"A{n}") for n in range(1500)]
    read_orders(files.csv([files.titles, *rows]), on_progress=lambda *step: told.append(step))
    assert told == [(1000, 0), (1000, 1501)]


def _writer(chunks, problems=()):
    def write(orders):
        chunks.append([order.source_no for order in orders])
        bad = [problem for problem in problems if problem.row in {o.row for o in orders}]
        return ChunkOutcome(len(orders) - len(bad), 0, 0, bad)

    return write


def test_chunks_are_written_in_order_and_counted(files):
    plan = read(files, *[files.row(f"A{n}") for n in range(5)], files.row("B", 受理时间=""))
    refused = RowProblem("orders", 4, "工单编号", "refused_by_store")
    chunks, told = [], []
    result = import_orders(
        plan, _writer(chunks, [refused]), on_progress=lambda *step: told.append(step), chunk=2
    )
    assert chunks == [["A0", "A1"], ["A2", "A3"], ["A4"]]
    assert told == [(2, 5), (4, 5), (5, 5)]
    assert (result.added, result.rejected, result.cancelled) == (4, 2, False)
    assert {problem.code for problem in result.problems} == {"date_missing", "refused_by_store"}


def test_a_cancel_keeps_what_went_in(files):
    plan = read(files, *[files.row(f"A{n}") for n in range(5)])
    chunks = []
    result = import_orders(plan, _writer(chunks), is_cancelled=lambda: len(chunks) == 1, chunk=2)
    assert chunks == [["A0", "A1"]]
    assert (result.added, result.cancelled) == (2, True)


def test_updates_and_unchanged_rows_add_up(files):
    plan = read(files, *[files.row(f"A{n}") for n in range(3)])
    result = import_orders(plan, lambda orders: ChunkOutcome(0, 1, len(orders) - 1), chunk=2)
    assert replace(result, problems=()) == replace(result, added=0, updated=2, unchanged=1)
