"""What the forms beside the straight way start with, and which fields they spare."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from db.domain.deadlines import rework_limit
from db.domain.incidents import WAITING, Timer
from db.domain.rules.base import FieldSpec, extensions, own_limit
from db.domain.rules.requests import MAX_EXTENSIONS, MAX_PAUSE_DAYS
from db.domain.transitions import transition_of
from db.store.queries.incidents import Detail
from desktop.i18n import LEVEL_NAMES, instant, limit_text
from desktop.language import say
from desktop.loop_words import application_line, pending

Start = tuple[dict[str, Any], str]
"""The values a form starts with, and its remark."""


def asked(action: str, detail: Detail) -> list[FieldSpec]:
    """Return the fields of an action that this incident gives reason to ask for."""
    known = detail.policy.classes.get(detail.incident.class_code)
    kinds = tuple(item.kind for item in pending(detail.incident))
    spared = {"application"} if len(kinds) < 2 else set()
    if not (known and known.needs_site_check):
        spared.add("no_photo")
    return [
        replace(spec, choices=kinds) if spec.name == "application" else spec
        for spec in transition_of(action).fields
        if spec.name not in spared
    ]


def _check_fail(detail: Detail) -> Start:
    clock = _handling(detail, detail.incident.lead_unit)
    if clock is None:
        return {}, ""
    limit = rework_limit(own_limit(clock), detail.calendar)
    again = limit_text(limit.unit, limit.amount)
    return {}, say("退给{}重办，时限 {}（原时限的一半，至少 4 工作时）。").format(
        _lead(detail), again
    )


def _ask_extend(detail: Detail) -> Start:
    clock = _handling(detail, _acting(detail))
    if clock is None:
        return {}, ""
    granted = extensions(detail.incident, clock.unit)
    original = clock.amount - sum(item.amount for item in granted)
    measure = say("小时") if clock.limit_unit.endswith("_hour") else say("天")
    return {}, (
        say("现在 {} 到期，原时限 {}。填延长几{}，不超过原时限；已延 {} 次，最多 {} 次。").format(
            instant(clock.due_at),
            limit_text(clock.limit_unit, original),
            measure,
            len(granted),
            MAX_EXTENSIONS,
        )
    )


def _ask_pause(detail: Detail) -> Start:
    return {}, say("批准以后时限才停，到那一天的 24 时自动恢复；最长 {} 天。").format(
        MAX_PAUSE_DAYS
    )


def _refuse(detail: Detail) -> Start:
    unit = _acting(detail)
    others = [item.unit for item in detail.recommendations if item.unit.code != unit]
    if not others:
        return {}, say("请写明该由哪一家办。")
    return {"proposed": others[0].code}, say("建议单位先填了权责清单上的{}，不对就改。").format(
        others[0].name
    )


def _reclass(detail: Detail) -> Start:
    return {"urgency": detail.incident.urgency}, _class_remark(detail)


def _ask_reclass(detail: Detail) -> Start:
    return {}, _class_remark(detail)


def _class_remark(detail: Detail) -> str:
    known = detail.policy.classes.get(detail.incident.class_code)
    return say("现在是{}。时限从原来的开始时间重算。").format(
        known.name if known else say("未分类")
    )


def _decision(detail: Detail) -> Start:
    lines = [application_line(item) for item in pending(detail.incident)]
    return {}, "\n".join(lines)


def _escalate(detail: Detail) -> Start:
    level = LEVEL_NAMES.get(detail.incident.level, "")
    return {}, say(
        "现在是{}一级；层级空着，报上一级。已派的单位全部撤下，时限由上一级重新起算。"
    ).format(level)


def _send_down(detail: Detail) -> Start:
    return {"area_code": detail.incident.area_code}, say("交给下一级重新受理。")


def _add_unit(detail: Detail) -> Start:
    taken = {item.unit for item in detail.incident.assignments if item.state in WAITING}
    advised = [
        unit
        for item in detail.recommendations
        for unit in (*item.co, item.unit)
        if unit.code not in taken
    ]
    remark = say("协办到期不晚于主办{}。").format(_lead(detail))
    return ({"unit": advised[0].code}, remark) if advised else ({}, remark)


def _withdraw_unit(detail: Detail) -> Start:
    incident = detail.incident
    helping = [
        item.unit
        for item in incident.assignments
        if item.state in WAITING and item.unit != incident.lead_unit
    ]
    names = "、".join(detail.unit_names.get(unit, unit) for unit in helping)
    remark = say("可以撤下：{}").format(names) if names else say("没有可以撤下的协办单位。")
    return ({"unit": helping[0]} if len(helping) == 1 else {}), remark


def _supervise(detail: Detail) -> Start:
    remark = say("催办不用答复；黄牌、红牌、黑牌要在一个工作日内答复。")
    return {"card": "urge", "unit": detail.incident.lead_unit}, remark


def _reopen(detail: Detail) -> Start:
    return {}, say("退给{}重办，按返工算时限，不再算按期。").format(_lead(detail))


def _block(detail: Detail) -> Start:
    return {"text": detail.incident.blocked_note}, say("写在队列和详情里给大家看；空着是消除。")


def _recall(detail: Detail) -> Start:
    return {}, say("{}还没有签收，撤回后重新分流。").format(_lead(detail))


def _handling(detail: Detail, unit: str) -> Timer | None:
    clocks = [
        item for item in detail.incident.timers if (item.stage, item.unit) == ("handle", unit)
    ]
    return max(clocks, key=lambda item: (item.ended_at is None, item.due_at), default=None)


def _acting(detail: Detail) -> str:
    """Return the unit whose part a form is about: the lead, while it still owes an answer."""
    waiting = [item.unit for item in detail.incident.assignments if item.state in WAITING]
    lead = detail.incident.lead_unit
    return lead if lead in waiting or not waiting else waiting[0]


def _lead(detail: Detail) -> str:
    unit = detail.incident.lead_unit
    return detail.unit_names.get(unit, unit)


STARTS: dict[str, Callable[[Detail], Start]] = {
    "check_fail": _check_fail,
    "ask_extend": _ask_extend,
    "ask_pause": _ask_pause,
    "refuse": _refuse,
    "reclass": _reclass,
    "ask_reclass": _ask_reclass,
    "approve": _decision,
    "decline": _decision,
    "withdraw": _decision,
    "escalate": _escalate,
    "send_down": _send_down,
    "add_unit": _add_unit,
    "withdraw_unit": _withdraw_unit,
    "supervise": _supervise,
    "reopen": _reopen,
    "block": _block,
    "recall": _recall,
}
