"""What was found, as the rows of a workbook. No Qt: the command line writes one too."""

from collections.abc import Mapping

from db.imports.cells import Cell
from db.imports.found_file import Layout
from db.store.driver import Connection
from db.store.lists import policy_at
from db.store.queries.search import FoundRow
from desktop.i18n import SOURCE_NAMES, STATE_NAMES, URGENCY_NAMES, instant
from desktop.language import on_paper, say

_COLUMNS = (
    ("编号", 14), ("标题", 20), ("内容", 30), ("地址", 16), ("分类", 10), ("紧急程度", 5),
    ("状态", 6), ("来源", 6), ("来源编号", 10), ("收件时间", 9), ("到期", 9), ("主办单位", 8),
    ("村社网格", 8), ("公开答复", 30),
)  # fmt: skip
_CALLER = ("来电人", "电话")


def class_names(connection: Connection, now: int) -> dict[str, str]:
    """Return the names of classes by code."""
    classes = policy_at(connection, now).classes.values()
    return {one.code: one.name for one in classes}


def found_layout(classes: Mapping[str, str], who: str, purpose: str, now: int) -> Layout:
    """Return how found incidents are written; who took them and when stands on every page."""
    with on_paper():
        mark = say("GridDesk  {}  {} 导出").format(who, instant(now))
        return Layout(
            sheet=say("查询结果"),
            titles=[name for name, _ in _COLUMNS],
            cells=lambda row: _cells(row, classes),
            widths=[width for _, width in _COLUMNS],
            head=[say("{}　用途：{}").format(mark, purpose)],
            mark=mark,
            caller_titles=_CALLER,
        )


def _cells(row: FoundRow, classes: Mapping[str, str]) -> list[Cell]:
    with on_paper():
        return [
            row.number,
            row.title,
            row.content,
            row.address,
            classes.get(row.class_code, row.class_code),
            URGENCY_NAMES.get(row.urgency, row.urgency),
            STATE_NAMES.get(row.state, row.state),
            SOURCE_NAMES.get(row.source, row.source),
            row.source_no,
            instant(row.taken_in_at),
            instant(row.due_at) if row.due_at else "",
            row.lead_name,
            row.area_name,
            row.public_reply,
        ]
