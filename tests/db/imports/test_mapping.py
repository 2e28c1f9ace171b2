import pytest

from db.domain.errors import InputError
from db.imports.aliases import ALIASES, KNOWN, normalise
from db.imports.mapping import check_mapping, propose_mapping, skip_sheet, with_field
from db.imports.reading import Sheet

HOTLINE = [
    "工单编号",
    "受理员工号",
    "受理员",
    "来电人",
    "分类",
    "紧急程度",
    "来电类别",
    "受理渠道",
    "主要内容",
    "受理时间",
    "受理备注",
    "工单状态",
    "受理类型",
    "是否保密",
    "是否回复",
    "办理单位",
    "转办时间",
    "转办人姓名",
    "转办人工号",
    "转办意见",
    "办结时间",
    "上传时间",
]
NEW_YORK = [
    "Unique Key",
    "Created Date",
    "Closed Date",
    "Agency",
    "Agency Name",
    "Problem (formerly Complaint Type)",
    "Problem Detail (formerly Descriptor)",
    "Additional Details",
    "Incident Address",
    "Status",
    "Resolution Description",
    "Resolution Action Updated Date",
    "Borough",
    "X Coordinate (State Plane)",
    "Latitude",
    "Longitude",
    "Location",
]
CHICAGO = [
    "SR_NUMBER",
    "SR_TYPE",
    "OWNER_DEPARTMENT",
    "STATUS",
    "CREATED_DATE",
    "STREET_ADDRESS",
    "LATITUDE",
]
LOS_ANGELES = [
    "SRNumber",
    "CreatedDate",
    "UpdatedDate",
    "RequestType",
    "Status",
    "Address",
    "Latitude",
]
WECOM = ["order_id", "desc", "urge_type", "case_name", "grid_name", "create_time", "reporter_name"]


def mapped(titles, *rows):
    return propose_mapping(Sheet("表", [list(titles), *map(list, rows)]))


def titles_by_field(mapping):
    return {column.field: column.title for column in mapping.columns if column.use == "used"}


def test_no_title_stands_for_two_fields():
    titles = [normalise(alias) for aliases in ALIASES.values() for alias in aliases]
    assert len(set(titles)) == len(titles) == len(KNOWN)


def test_titles_are_compared_without_width_case_brackets_and_colons():
    assert normalise("＊受理时间（必填）：") == "受理时间"
    assert normalise("SR_NUMBER") == normalise("SR Number")
    assert normalise("Problem (formerly Complaint Type)") == "problem"
    assert normalise("(1)") == "(1)"


def test_the_hotline_layout():
    mapping = mapped(HOTLINE)
    assert mapping.problem is None
    assert mapping.source == "hotline12345"
    assert titles_by_field(mapping) == {
        "source_no": "工单编号",
        "caller_name": "来电人",
        "category": "分类",
        "urgency": "紧急程度",
        "content": "主要内容",
        "reported_at": "受理时间",
        "source_status": "工单状态",
        "secrecy": "是否保密",
        "unit_text": "办理单位",
        "source_replied_at": "办结时间",
    }
    uses = {column.title: (column.use, column.note) for column in mapping.columns}
    assert uses["受理备注"] == ("kept", "joined")
    assert uses["来电类别"] == ("ignored", "other_column_used")
    assert uses["转办意见"] == ("ignored", "unknown")


def test_the_english_layouts():
    fields = titles_by_field(mapped(NEW_YORK))
    assert fields["category"].startswith("Problem (")
    assert fields["content"].startswith("Problem Detail")
    assert fields["unit_text"] == "Agency Name"
    assert fields["source_replied_at"] == "Resolution Action Updated Date"
    assert (fields["lon"], fields["lat"]) == ("Longitude", "Latitude")
    for titles in (CHICAGO, LOS_ANGELES, WECOM):
        assert mapped(titles).problem is None
        assert {"source_no", "category", "reported_at"} <= titles_by_field(mapped(titles)).keys()


def test_message_boards_are_online():
    assert mapped(["留言编号", "留言主题", "留言时间", "留言详情"]).source == "online"


def test_the_header_is_found_below_a_title():
    rows = [["某镇工单汇总表"], [], ["导出时间:2025-03-06"], ["编号", "标题", "内容", "日期"]]
    assert propose_mapping(Sheet("表", rows)).header_row == 4


def test_a_list_of_topics_is_no_list_of_orders():
    assert mapped(["一级分类", "二级分类", "三级分类"], ["甲", "乙", "丙"]).problem == "not_orders"
    assert mapped(["甲", "乙"]).problem == "not_orders"
    assert mapped(["编号", "标题", "内容"]).problem == "date_column_missing"
    assert propose_mapping(Sheet("表", [])).problem == "sheet_empty"


@pytest.mark.parametrize(
    "title",
    ["身份证", "身份证号码", "证件号", "ID Card", "id_no", "居民身份证(必填)", "公民身份号码"],
)
def test_identity_columns_are_dropped_by_title(title):
    assert mapped(["标题", "时间", title]).columns[2].use == "dropped_id"


@pytest.mark.parametrize("number", ["11010519491231002X", "110105********002X"])
def test_identity_columns_are_dropped_by_value_and_stay_so(number):
    mapping = mapped(["标题", "时间", "备注"], ["路灯不亮", "2025-03-06", number])
    assert mapping.columns[2].use == "dropped_id"
    with pytest.raises(InputError, match="id_column_stays_dropped"):
        with_field(mapping, 2, "content")


def test_rounded_identity_numbers_are_dropped_but_rounded_order_numbers_are_not():
    rounded = 110105194912310000
    columns = mapped(["工单编号", "附", "标题", "时间"], [rounded, float(rounded)]).columns
    assert [column.use for column in columns[:2]] == ["used", "dropped_id"]


def test_a_mapping_made_elsewhere_cannot_bring_an_identity_column_back():
    sheet = Sheet(
        "表", [["标题", "时间", "备注"], ["路灯不亮", "2025-03-06", "11010519491231002X"]]
    )
    made = propose_mapping(Sheet("表", [sheet.rows[0]]))
    assert made.columns[2].field == "content"
    assert check_mapping(made, sheet).columns[2].use == "dropped_id"
    with pytest.raises(InputError, match="mapping_does_not_fit"):
        check_mapping(made, Sheet("表", [["标题", "内容", "备注"]]))


def test_order_numbers_of_area_and_day_are_no_identity_numbers():
    rows = [[f"33021120240315{n:04}", "路灯不亮", "2024-03-15"] for n in range(1, 40)]
    assert mapped(["工单编号", "标题", "时间"], *rows).columns[0].field == "source_no"


@pytest.mark.parametrize("step", [1, -1])
def test_shifted_columns_are_refused(step):
    titles = ["SRNumber", "CreatedDate", "RequestType", "Status"]
    row = ["1-3203343501", "01/02/2018 03:04:05 PM", "Bulky Items", "Closed"]
    assert mapped(titles, *[row] * 9).problem is None
    shifted = row[-step:] + row[:-step]
    assert mapped(titles, *[shifted] * 9).problem == "columns_shifted"


def test_a_field_is_given_by_hand():
    mapping = mapped(
        ["标题", "时间", "备忘", "内容", "备注"], ["甲", "2025-03-06", "乙", "丙", "丁"]
    )
    changed = with_field(mapping, 2, "title")
    assert changed.index_of("title") == 2
    assert changed.columns[0].use == "ignored"
    assert with_field(mapping, 1, None).problem == "date_column_missing"
    promoted = with_field(mapping, 3, None)
    assert promoted.index_of("content") == 4
    assert skip_sheet(mapping).problem == "sheet_skipped"
    with pytest.raises(InputError, match="field_unknown"):
        with_field(mapping, 0, "colour")
    with pytest.raises(InputError, match="column_unknown"):
        with_field(mapping, 9, "title")
