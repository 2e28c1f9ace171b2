"""What a decision form starts with: what is known, what is advised, and why."""

from typing import Any

from db.domain.classing import SURE
from db.domain.incidents import WAITING
from db.domain.lists import Policy
from db.domain.recommend import ClassSuggestion, Recommendation
from db.store.queries.incidents import Detail
from desktop.i18n import URGENCY_NAMES
from desktop.screens.triage.prefill_loop import STARTS

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
        advised, remark = _advised_class(detail, incident.urgency)
        values |= advised
        remarks.append(remark)
    if not incident.area_code and detail.suggested_area[0]:
        values["area_code"] = detail.suggested_area[0]
        remarks.append(f"网格为建议：文中提到{detail.suggested_area[1]}")
    known_class = detail.policy.classes.get(values["class_code"])
    if known_class:
        remarks.append(f"受理条件：{known_class.accept_rule}")
    return values, "；".join(remarks)


def _advised_class(detail: Detail, urgency: str) -> tuple[dict[str, str], str]:
    """Return class and urgency where they are likely enough to be filled in, and the reason."""
    best = detail.suggestions[0]
    if not is_sure(best):
        return {}, f"分类没有把握，未填；可能是 {class_names(detail)}"
    values = {"class_code": best.class_code}
    remark = f"分类为建议（{_class_name(detail.policy, best)}）：{class_reason(best)}"
    if urgency == "normal":
        values["urgency"], reason = _advised_urgency(detail.policy, best)
        remark += reason
    return values, remark


def is_sure(item: ClassSuggestion) -> bool:
    """Whether a suggestion is likely enough to be filled in: the list's own words always are."""
    return item.evidence is None or item.evidence.confidence >= SURE


def class_names(detail: Detail) -> str:
    """Return the likeliest classes by platform and name."""
    return "、".join(_class_name(detail.policy, item) for item in detail.suggestions[:2])


def _class_name(policy: Policy, item: ClassSuggestion) -> str:
    known = policy.classes[item.class_code]
    return f"{policy.platforms.get(known.platform, '')} {known.name}".strip()


def class_reason(item: ClassSuggestion) -> str:
    """Return why a class is suggested: incidents alike, or words of the list."""
    found = item.evidence
    if found and found.agreeing >= ENOUGH:
        return f"与 {found.similar} 件相似，其中 {found.agreeing} 件归此类"
    return f"文中有“{'、'.join(item.words[:3])}”"


def _advised_urgency(policy: Policy, item: ClassSuggestion) -> tuple[str, str]:
    """Return what most incidents alike had, where they are enough; else what the class has."""
    usual = policy.classes[item.class_code].urgency
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
    """Return why a unit is recommended: basis, duty, load, how often it was in time."""
    parts = [item.basis, "当班" if item.is_on_duty else "不在班", f"手上 {item.load} 件"]
    if item.on_time is not None:
        parts.append(f"以往按时 {item.on_time / 10:.0f}%")
    return "；".join(parts)


def _check(detail: Detail) -> tuple[dict[str, Any], str]:
    incident = detail.incident
    known = detail.policy.classes.get(incident.class_code)
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
