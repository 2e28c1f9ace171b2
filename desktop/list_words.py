"""The lists in words: their columns, the words in their cells, what is wrong with them."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from db.commands.lists import Preview
from db.domain.errors import InputError
from db.domain.list_checks import SPECS, Row, changed_columns
from db.imports.lists import RawList
from desktop.i18n import (
    ACTION_NAMES,
    LIMIT_UNIT_NAMES,
    NOTIFY_NAMES,
    RESPONSE_LEVEL_NAMES,
    STAGE_NAMES,
    STATE_NAMES,
    TRIGGER_NAMES,
    URGENCY_NAMES,
    describe,
)
from desktop.language import Words, say

_COMMON = Words(
    {
        "code": "代码",
        "name": "名称",
        "class_code": "事项分类",
        "urgency": "紧急程度",
        "stage": "环节",
        "value": "值",
        "basis": "依据",
        "action": "动作",
    }
)
_TITLES: Mapping[str, Mapping[str, str]] = {
    "platforms": {},
    "classes": {
        "platform": "平台",
        "short_name": "简称",
        "needs_site_check": "需现场核查",
        "needs_callback": "需回访",
        "accept_rule": "受理条件",
        "close_rule": "结案条件",
        "keywords": "关键词",
        "self_handle": "可自办自结",
    },
    "limits": {"unit": "计时方式", "value": "时限", "step_no": "步骤", "step_name": "步骤名称"},
    "responsibilities": {
        "area": "村社网格",
        "lead": "主办单位",
        "co": "协办单位",
        "priority": "次序",
    },
    "command": {
        "unit": "单位",
        "response_level": "响应等级",
        "contact_chain": "联络顺序",
        "order_text": "指令",
        "forces": "力量",
        "equipment": "装备",
    },
    "templates": {"scope": "适用分类", "text": "用语"},
    "escalation": {
        "id": "规则",
        "trigger": "触发",
        "threshold": "界限",
        "threshold_unit": "界限单位",
        "card": "督办牌",
        "notify": "通知",
        "reply_work_days": "回复工作日",
    },
    "stages": {"view": "视图", "stage": "次序", "states": "状态"},
    "calendar": {"date": "日期", "is_off": "休息"},
    "options": {"key": "选项"},
}
TITLES: Mapping[str, Words] = {
    kind: Words({name: (_COMMON | _TITLES[kind]).written[name] for name in spec.names})
    for kind, spec in SPECS.items()
}
"""Kind -> column -> its title; in a file it is Chinese."""

_YES = Words({"1": "是", "0": "否"})
WORDS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "classes": {
        "urgency": URGENCY_NAMES,
        "needs_site_check": _YES,
        "needs_callback": _YES,
        "self_handle": _YES,
    },
    "limits": {"urgency": URGENCY_NAMES, "stage": STAGE_NAMES, "unit": LIMIT_UNIT_NAMES},
    "command": {"response_level": RESPONSE_LEVEL_NAMES},
    "templates": {"action": ACTION_NAMES},
    "escalation": {
        "trigger": TRIGGER_NAMES,
        "threshold_unit": {
            "percent": "百分比",
            "minute": "分钟",
            "work_hour": "工作时",
            "work_day": "工作日",
            "count": "次",
        },
        "card": {"yellow": "黄牌", "red": "红牌", "black": "黑牌"},
        "action": {
            "mark": "变色提醒",
            "urge": "催办",
            "supervise": "督办",
            "offer_district": "建议上报区级",
            "call": "电话催签",
        },
        "notify": NOTIFY_NAMES,
        "urgency": URGENCY_NAMES,
    },
    "stages": {"view": {"five": "五级闭环", "four": "四级闭环"}},
    "calendar": {"is_off": _YES},
    "options": {
        "key": {"stage_view": "闭环阶段视图", "working_hours": "工作时间"},
        "value": {"five": "五级闭环", "four": "四级闭环"},
    },
}
"""Kind -> column -> word of the program -> word of the field."""
STANDINGS = Words(
    {
        "in_force": "生效中",
        "future": "待生效",
        "past": "已被替代",
        "bundled": "程序自带",
        "partial": "未收齐",
        "broken": "内容不符，不采用",
    }
)


def words_of(kind: str) -> Mapping[str, Mapping[str, str]]:
    """Return the words of a kind by column."""
    return WORDS.get(kind, {})


def cell_text(kind: str, column: str, text: str) -> str:
    """Return a cell as a person reads it."""
    if column == "states":
        return " ".join(STATE_NAMES.get(state, state) for state in text.split())
    return words_of(kind).get(column, {}).get(text, text)


def named(kind: str, error: InputError) -> InputError:
    """Return an error of a list with its column and its words as a person calls them."""
    column = error.params.get("column", "")
    given = dict(error.params) | {"column": TITLES[kind].get(column, column)}
    if "choices" in given:
        given["choices"] = [cell_text(kind, column, str(word)) for word in given["choices"]]
    if "view" in given:
        given["view"] = cell_text(kind, "view", str(given["view"]))
    return InputError(error.code, **given)


def reason(error: InputError) -> str:
    """Return in one line what is wrong and what to do."""
    return "。".join(filter(None, (part.rstrip("。") for part in describe(error))))


class Finding(NamedTuple):
    """One thing to know of a list that was handed in. `mark` is ✕ ▲ + - or ~."""

    mark: str
    where: str
    column: str
    text: str


def problems(preview: Preview, raw: RawList) -> Iterator[Finding]:
    """Yield what is wrong, then what is doubtful."""
    for mark, found in (("✕", preview.checked.errors), ("▲", preview.checked.warnings)):
        for error in found:
            told = named(preview.kind, raw.place(error))
            row = told.params["row"]
            where = say("第 {} 行").format(row) if row else say("整张清单")
            yield Finding(mark, where, told.params["column"], reason(told))
    for title in raw.unused:
        yield Finding(
            "▲", say("整张清单"), title, reason(InputError("list_column_unused", column=title))
        )


def changes(preview: Preview) -> Iterator[Finding]:
    """Yield what publishing would change, a line for each cell of a changed row."""
    kind = preview.kind
    for mark, rows in (("+", preview.diff.added), ("-", preview.diff.removed)):
        for row in rows:
            yield Finding(mark, row_name(kind, row), "", row_text(kind, row))
    for old, new in preview.diff.changed:
        for name in changed_columns(kind, old, new):
            before, after = (cell_text(kind, name, row.get(name, "")) for row in (old, new))
            text = f"{before or say('空')} → {after or say('空')}"
            yield Finding("~", row_name(kind, new), TITLES[kind][name], text)


def row_name(kind: str, row: Row) -> str:
    """Return what tells a row from the others."""
    return " ".join(filter(None, (cell_text(kind, n, row.get(n, "")) for n in SPECS[kind].key)))


def row_text(kind: str, row: Row) -> str:
    """Return the rest of a row."""
    rest = (name for name in SPECS[kind].names if name not in SPECS[kind].key)
    return "  ".join(filter(None, (cell_text(kind, name, row.get(name, "")) for name in rest)))


def verdict(preview: Preview) -> str:
    """Return in one line whether a list may be published."""
    checked = preview.checked
    if checked.errors:
        return say("✕ {} 处错误，不能发布；改好再导入，原来的清单照常使用").format(
            len(checked.errors)
        )
    doubts = say("，{} 处提醒").format(len(checked.warnings)) if checked.warnings else ""
    if preview.diff.is_empty:
        return say("○ {} 行，与生效的清单相同，不用发布").format(len(checked.rows))
    return say("✓ {} 行，没有错误{}，可以发布").format(len(checked.rows), doubts)


def touched_text(preview: Preview) -> str:
    """Return in one line how much changes and whom it touches."""
    change, touched = preview.diff, preview.touched
    text = say("新增 {} 行，删去 {} 行，改动 {} 行").format(
        len(change.added), len(change.removed), len(change.changed)
    )
    if not touched.count:
        text += say("；不涉及在办事件")
    else:
        text += say("；涉及在办 {} 件，已定的时限不变：{}").format(
            touched.count, "、".join(touched.numbers)
        )
        text += "……" if touched.count > len(touched.numbers) else ""
    if touched.units:
        text += say("；涉及单位 {}").format("、".join(touched.units))
    return text
