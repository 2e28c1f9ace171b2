"""Open disagreements in the words of a desk: the field, what each side said, who and where."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from db.domain.branches import CLOCKS, NEWS, limit_said, place_of
from db.domain.incidents import Step
from db.domain.ops import OpRef
from db.domain.settling import joined, spec_of
from db.domain.undoing import UNDONE
from db.store.queries.conflicts import Dispute, OpenConflict, Side
from desktop.i18n import (
    APPLICATION_NAMES,
    APPLICATION_STATE_NAMES,
    ASSIGNMENT_STATE_NAMES,
    CHOICE_NAMES,
    FIELD_NAMES,
    KIND_NAMES,
    PART_NAMES,
    ROLE_NAMES,
    STAGE_NAMES,
    STATE_NAMES,
    limit_text,
    short_time,
)
from desktop.language import Words, say
from desktop.town_lists import current_policy

EMPTY = "（空）"
_FACT_HINT = "选一种，整条按它。都不对的，到清单、导入或地图里照对的再录一次，就是定了。"
ENTITY_NAMES = Words(
    {
        "area": "网格村社",
        "unit": "单位",
        "post": "岗位",
        "user": "人员",
        "list": "清单",
        "response": "应急响应",
        "place": "重点场所",
    }
)
FACT_FIELDS = Words(
    {
        "name": "名称",
        "short_name": "简称",
        "key": "编码",
        "kind": "类型",
        "duty": "值守时间",
        "capacity": "能同时办几件",
        "phone_day": "白天电话",
        "phone_night": "夜间电话",
        "phone": "电话",
        "roles": "角色",
        "role": "岗位",
        "unit": "单位",
        "area": "管辖范围",
        "area_code": "网格",
        "level": "层级",
        "parent": "上级",
        "grid_type": "网格类型",
        "households": "户数",
        "lon_e6": "经度",
        "lat_e6": "纬度",
        "ring": "边界",
        "crs": "坐标系",
        "note": "说明",
        "removed": "是否撤销",
        "factor": "时限折扣",
        "from_at": "开始",
        "to_at": "结束",
        "doc": "文号",
        "doc_no": "文号",
        "approved_by": "批准人",
        "classes": "事项分类",
        "areas": "网格",
        "base": "依据的版本",
        "rows": "内容",
        "content": "内容",
    }
)


class Option(NamedTuple):
    """One thing that can stand: what it says, and who said it."""

    text: str
    told: str
    value: Any


class Question(NamedTuple):
    """One thing to settle, as it is asked. `conflict` is None for a fact, which stands whole.

    `both` is all that was said in one, empty where a field can hold one value only.
    """

    heading: str
    hint: str
    options: tuple[Option, ...]
    conflict: OpenConflict | None = None
    both: str = ""

    @property
    def is_look(self) -> bool:
        """Whether it is only to be looked at."""
        return self.conflict is not None and self.conflict.kind == NEWS

    @property
    def has_third(self) -> bool:
        """Whether something else than what was said can be written."""
        return self.conflict is not None and spec_of(self.conflict.field) is not None


def questions(dispute: Dispute, own: str, now: int) -> tuple[Question, ...]:
    """Return what is to be settled of an incident, or of a fact; `own` is this site's id."""
    if dispute.entity != "incident":
        options = tuple(_definition(dispute, ref, own, now) for ref in dispute.seen)
        return (Question(subject_text(dispute), say(_FACT_HINT), options),)
    return tuple(_question(conflict, own, now) for conflict in dispute.conflicts)


def subject_text(dispute: Dispute) -> str:
    """Return what a dispute is about: an incident's title, `单位 U9`."""
    if dispute.entity == "incident":
        return dispute.name
    return f"{ENTITY_NAMES.get(dispute.entity, dispute.entity)} {dispute.id}"


def fields_text(dispute: Dispute) -> str:
    """Return which fields are in dispute."""
    if dispute.entity == "incident":
        return "、".join(heading_text(one) for one in dispute.conflicts)
    return "、".join(FACT_FIELDS.get(one.name, one.name) for one in dispute.conflicts)


def _question(conflict: OpenConflict, own: str, now: int) -> Question:
    sides = tuple(
        Option(value_text(conflict, side), _told(side, own, now), side.value)
        for side in conflict.sides
    )
    both = ""
    if conflict.kind == "value":
        both = joined(conflict.field, [side.value for side in conflict.sides])
    return Question(heading_text(conflict), hint_text(conflict), sides, conflict, both)


def _definition(dispute: Dispute, ref: OpRef, own: str, now: int) -> Option:
    """Return one definition of a fact: what it says where they differ."""
    found = [(one, side) for one in dispute.conflicts for side in one.sides if side.ref == ref]
    text = "；".join(
        f"{FACT_FIELDS.get(one.name, one.name)}：{_fact_value(one.name, side.value)}"
        for one, side in found
    )
    return Option(text, _told(found[0][1], own, now), ref)


def _fact_value(name: str, value: Any) -> str:
    if value in ("", None):
        return say(EMPTY)
    if name in ("ring", "rows", "content"):
        return say("（内容不同，{} 字）").format(len(str(value)))
    if name in ("lon_e6", "lat_e6"):
        return _degrees(value)
    if name == "roles":
        return "、".join(ROLE_NAMES.get(role, role) for role in str(value).split())
    return str(value)


def _told(side: Side, own: str, now: int) -> str:
    whose = say("本工位") if side.ref.site == own else say("对方")
    return f"{whose} · {side_text(side, now)}"


def field_text(conflict: OpenConflict) -> str:
    """Return what is in dispute: 主办单位, 市政所的反馈."""
    name = FIELD_NAMES.get(conflict.name, conflict.name)
    place = place_of(conflict.field)
    if place.word == "asks":
        kind = place.key.partition("/")[0]
        return say("{}申请").format(APPLICATION_NAMES.get(kind, kind))
    if place.word == CLOCKS:
        return say("{}时限").format(STAGE_NAMES.get(place.key.partition(".")[0], ""))
    if not conflict.unit:
        return name
    return say("{}的{}").format(
        conflict.unit_name or conflict.unit, say("状态") if conflict.name == "state" else name
    )


def heading_text(conflict: OpenConflict) -> str:
    """Return over what stands in dispute: two orders given apart are called what they are."""
    name = field_text(conflict)
    return say("重复派遣 · {}").format(name) if conflict.kind == "dispatch" else name


def value_text(conflict: OpenConflict, side: Side) -> str:
    """Return what one side said, names for codes."""
    value = side.value
    if conflict.kind == NEWS:
        name = STATE_NAMES.get(value) or KIND_NAMES.get(value, value)
        return f"{name}：{side.said}" if side.said else str(name)
    if place_of(conflict.field).word == "asks":
        return APPLICATION_STATE_NAMES.get(value, str(value))
    if place_of(conflict.field).word == CLOCKS:
        return limit_text(*limit_said(value))
    if conflict.unit:
        tables = {"state": ASSIGNMENT_STATE_NAMES, "part": PART_NAMES}
        words: Mapping[str, str] = tables.get(conflict.name, {})
        return str(words.get(value, value)) or say(EMPTY)
    if conflict.name in CHOICE_NAMES:
        return CHOICE_NAMES[conflict.name].get(str(value), str(value)) or say(EMPTY)
    make = _WORDS.get(conflict.name)
    if make is None:
        return str(value) or say(EMPTY)
    return side.name or make(value) or say(EMPTY)


def side_text(side: Side, now: int) -> str:
    """Return who said it, at which station, and when by their clock."""
    place = " ".join(filter(None, (side.station, side.station_name))) or say("未知工位")
    return f"{side.who} · {place} · {short_time(side.at, now)}"


def hint_text(conflict: OpenConflict) -> str:
    """Return what settling it does, where that is more than a word on paper."""
    return _HINTS.get(conflict.field) or _HINTS.get(conflict.kind, "")


def settled_text(step: Step) -> str:
    """Return which fields a line of the history settled, empty for other lines."""
    fields = step.detail.get("resolves", ())
    if "state" in fields:
        return say("（状态：{}）").format(STATE_NAMES.get(step.to_state, step.to_state))
    # The first: who is lead and who helps follow from the lead, and are not named beside it.
    names = [FIELD_NAMES.get(place.name, place.name) for place in map(place_of, fields[:1])]
    return f"（{names[0]}）" if names else ""


_HINTS = Words(
    {
        "dispatch": "两家都已派出，定谁主办；另一家转为协办，交办和时限都不动。"
        "不用两家都去的，打电话请一家回来，再按 Z 撤回、Shift+Z 撤下。",
        "state": "定为归档等了结的状态，在走的时限随之停下；定为还在办的，时限照走。",
        UNDONE: "撤销的人不知道别处已经接着办了，所以撤销没有生效，都还照办。看过以后确认；"
        "不该办的，用反过来的动作改。",
        NEWS: "结案时不知道下面的事。看过以后确认；要接着办的，告诉值班长，或按 N 另登记一件。",
    }
)


def _class_name(code: Any) -> str:
    known = current_policy().classes.get(code)
    return known.name if known else str(code)


def _degrees(value: Any) -> str:
    return "" if value is None else f"{value / 1_000_000:.6f}"


_WORDS: dict[str, Callable[[Any], str]] = {
    "state": lambda value: STATE_NAMES.get(value, str(value)),
    "class_code": _class_name,
    "lon_e6": _degrees,
    "lat_e6": _degrees,
    "lead_unit": str,
    "area_code": str,
    "caller": lambda value: say("本站点打不开") if value else "",
    "valid": lambda value: say("已并案") if value else say("已移出"),
}
