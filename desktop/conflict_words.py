"""Open disagreements in the words of a desk: the field, what each side said, who and where."""

from collections.abc import Callable, Mapping
from typing import Any

from db.domain.branches import CLOCKS, NEWS, limit_said, place_of
from db.domain.incidents import Step
from db.domain.undoing import UNDONE
from db.store.queries.conflicts import OpenConflict, Side
from desktop.i18n import (
    APPLICATION_NAMES,
    APPLICATION_STATE_NAMES,
    ASSIGNMENT_STATE_NAMES,
    CHOICE_NAMES,
    FIELD_NAMES,
    KIND_NAMES,
    PART_NAMES,
    STAGE_NAMES,
    STATE_NAMES,
    limit_text,
    short_time,
)
from desktop.language import Words, say
from desktop.town_lists import current_policy

EMPTY = "（空）"
_SECRECY = Words({"0": "否", "1": "内部", "2": "保密"})


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
        return CHOICE_NAMES[conflict.name].get(value, str(value)) or say(EMPTY)
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
        "dispatch": "两家都已派出，定谁主办；另一家转为协办，交办和时限都不动。",
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
    "secrecy": lambda value: _SECRECY.get(str(value), str(value)),
    "lon_e6": _degrees,
    "lat_e6": _degrees,
    "lead_unit": str,
    "area_code": str,
    "caller": lambda value: say("本站点打不开") if value else "",
    "valid": lambda value: say("已并案") if value else say("已移出"),
}
