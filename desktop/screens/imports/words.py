"""The importer's codes in the words of the person who has the file in front of them."""

from db.imports.mapping import ColumnUse
from db.imports.plan import RowProblem
from desktop.language import Words, say

FIELD_WORDS = Words(
    {
        "source_no": "编号",
        "title": "标题",
        "content": "内容",
        "category": "分类",
        "urgency": "紧急程度",
        "secrecy": "是否保密",
        "address": "地址",
        "area_text": "村社、网格",
        "unit_text": "办理单位",
        "reported_at": "上报时间",
        "caller_name": "来电人",
        "caller_phone": "来电号码",
        "source_status": "来源状态",
        "source_reply": "来源答复",
        "source_replied_at": "答复时间",
        "lon": "经度",
        "lat": "纬度",
    }
)
NOT_READ = "（不导入）"

_DROPPED = "证件号列已删除，不导入"
_NOTES = {
    "unknown": "不认识的列名，不导入",
    "other_column_used": "已有别的列对应，不导入",
    "joined": "并入“{field}”",
    "id_title": _DROPPED,
    "id_values": "证件号列已删除，不导入（内容是证件号）",
}

_SHEET_PROBLEMS = Words(
    {
        "sheet_empty": "空表",
        "sheet_skipped": "已选择不导入",
        "not_orders": "没有标题、内容列",
        "date_column_missing": "没有上报时间列",
        "columns_shifted": "列与列名错位",
    }
)

_SHEET_HINTS = Words(
    {
        "not_orders": "如果是办件，请改“列名在第几行”，或在下表指定标题、内容列。",
        "date_column_missing": "请在下表指定哪一列是上报时间。",
        "columns_shifted": "上报时间列里多半不是时间，请核对文件或在下表改正。",
    }
)

_ROW_PROBLEMS = Words(
    {
        "text_too_short": "内容不足 5 个字：{value}",
        "text_too_long": "文字太长，一件放不下",
        "date_missing": "没有上报时间",
        "date_unreadable": "时间读不懂：{value}",
        "date_out_of_range": "时间不在 1990 至 2099 年之间：{value}",
        "reply_date_unreadable": "答复时间读不懂，只略去这一项：{value}",
        "coordinates_unreadable": "经纬度读不懂，只略去这一项：{value}",
        "number_missing": "没有编号",
        "number_rounded": "编号被表格软件取整，已不准确：{value}",
        "number_repeated": "编号与前面的行相同，内容不同：{value}",
    }
)


def field_text(field: str | None) -> str:
    """Return what a field is called."""
    return FIELD_WORDS.get(field, field) if field else say(NOT_READ)


def use_text(column: ColumnUse) -> str:
    """Return what becomes of a column, and why."""
    if column.note == "by_hand":
        return say("手工指定") if column.field else say("手工指定不导入")
    return say(_NOTES.get(column.note, "")).format(field=field_text(column.field))


def sheet_problem_text(code: str) -> str:
    """Return why a sheet stays out."""
    return _SHEET_PROBLEMS.get(code, code)


def sheet_hint_text(code: str) -> str:
    """Return what can be done about a sheet that stays out, nothing where nothing need be."""
    return _SHEET_HINTS.get(code, "")


def row_problem_text(problem: RowProblem) -> str:
    """Return what is wrong with a row."""
    sentence = _ROW_PROBLEMS.get(problem.code, problem.code)
    return sentence.format(value=problem.value or say("空"))


def column_text(problem: RowProblem) -> str:
    """Return the title of the column a problem lies in; it may come as the name of a field."""
    return FIELD_WORDS.get(problem.column, problem.column)
