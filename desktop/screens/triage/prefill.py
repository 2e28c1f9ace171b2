"""What a decision form starts with: what is known, what is advised, and why."""

from collections.abc import Sequence
from typing import Any

from db.domain.classing import SURE
from db.domain.incidents import WAITING
from db.domain.recommend import ClassSuggestion, Recommendation
from db.store.queries.incidents import Detail
from desktop.i18n import URGENCY_NAMES
from desktop.screens.triage.prefill_loop import STARTS
from desktop.town_lists import current_policy

ENOUGH = 3
"""Similar incidents that make a reason."""


def prefill(action: str, detail: Detail) -> tuple[dict[str, Any], str]:
    """Return the values a form starts with, and a remark that says where they come from."""
    make = _BY_ACTION.get(action)
    return make(detail) if make else ({}, "")


def _accept(detail: Detail) -> tuple[dict[str, Any], str]:
    incident = detail.incident
    values: dict[str, Any] = {
        "class_code": incident.class_code,
        "area_code": incident.area_code,
        "urgency": incident.urgency,
    }
    remarks = []
    if not incident.class_code and detail.suggestions:
        advised, remark = _advised_class(detail.suggestions, incident.urgency)
        values |= advised
        remarks.append(remark)
    if not incident.area_code and detail.suggested_area[0]:
        values["area_code"] = detail.suggested_area[0]
        remarks.append(f"网格为建议：文中提到{detail.suggested_area[1]}")
    known_class = current_policy().classes.get(values["class_code"])
    if known_class:
        remarks.append(f"受理条件：{known_class.accept_rule}")
    return values, "；".join(remarks)


def _advised_class(
    suggestions: Sequence[ClassSuggestion], urgency: str
) -> tuple[dict[str, str], str]:
    """Return class and urgency where they are likely enough to be filled in, and the reason."""
    best = suggestions[0]
    if best.evidence and best.evidence.confidence < SURE:
        names = "、".join(_class_name(item.class_code) for item in suggestions[:2])
        return {}, f"分类没有把握，未填；可能是 {names}"
    values = {"class_code": best.class_code}
    remark = f"分类为建议（{_class_name(best.class_code)}）：{_class_reason(best)}"
    if urgency == "normal":
        values["urgency"], reason = _advised_urgency(best)
        remark += reason
    return values, remark


def _class_name(code: str) -> str:
    policy = current_policy()
    known = policy.classes[code]
    return f"{policy.platforms[known.platform]} {known.name}"


def _class_reason(item: ClassSuggestion) -> str:
    found = item.evidence
    if found and found.agreeing >= ENOUGH:
        return f"与 {found.similar} 件相似，其中 {found.agreeing} 件归此类"
    return f"文中有“{'、'.join(item.words[:3])}”"


def _advised_urgency(item: ClassSuggestion) -> tuple[str, str]:
    """Return what most incidents alike had, where they are enough; else what the class has."""
    usual = current_policy().classes[item.class_code].urgency
    found = item.evidence
    if found and found.agreeing >= ENOUGH and found.urgency_count * 3 >= found.agreeing * 2:
        name = URGENCY_NAMES[found.urgency]
        reason = f"；其中 {found.urgency_count} 件{name}" if found.urgency != "normal" else ""
        return found.urgency, reason
    return usual, f"；该类一般{URGENCY_NAMES[usual]}" if usual != "normal" else ""


def _dispatch(detail: Detail) -> tuple[dict[str, Any], str]:
    if not detail.recommendations:
        return {}, "无权责依据，请指定主办单位。"
    best, *others = detail.recommendations
    remark = f"建议 {best.unit.name}：{unit_reason(best)}"
    if best.co:
        remark += f"；可请协办：{'、'.join(unit.name for unit in best.co)}"
    if others:
        remark += f"。其次 {others[0].unit.name}：{unit_reason(others[0])}"
    return {"lead": best.unit.code}, remark


def unit_reason(item: Recommendation) -> str:
    """Return why a unit is recommended: basis, duty, load, distance, how often it was in time."""
    parts = [item.basis, "当班" if item.is_on_duty else "不在班", f"手上 {item.load} 件"]
    if item.metres is not None:
        parts.append(f"队伍在 {item.metres} 米外")
    if item.on_time is not None:
        parts.append(f"以往按时 {item.on_time / 10:.0f}%")
    return "；".join(parts)


def _check(detail: Detail) -> tuple[dict[str, Any], str]:
    incident = detail.incident
    known = current_policy().classes.get(incident.class_code)
    lead = next((item for item in incident.assignments if item.unit == incident.lead_unit), None)
    values = {"outcome": "resolved", "public_reply": lead.feedback if lead else ""}
    return values, f"结案条件：{known.close_rule}" if known else ""


def _callback(detail: Detail) -> tuple[dict[str, Any], str]:
    remark = f"已回访 {detail.incident.callback_attempts} 次，最多 3 次。未接通请去掉勾选。"
    return {"reached": True}, remark


def _contact(detail: Detail) -> tuple[dict[str, Any], str]:
    waiting = [item for item in detail.incident.assignments if item.state in WAITING]
    names = "、".join(detail.unit_names.get(item.unit, item.unit) for item in waiting)
    return {}, f"为 {names} 登记。不是本单位的，请记下电话里确认的人。" if names else ""


_BY_ACTION = STARTS | {
    "accept": _accept,
    "dispatch": _dispatch,
    "check_pass": _check,
    "callback": _callback,
    "sign": _contact,
    "feedback": _contact,
}
