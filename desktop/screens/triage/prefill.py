"""What a decision form starts with: what is known, what is advised, and why."""

from typing import Any

from db.store.lists import default_policy
from db.store.queries.incidents import Detail


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
        best = detail.suggestions[0]
        known = default_policy().classes[best.class_code]
        values["class_code"] = best.class_code
        remarks.append(f"分类为建议：文中有“{'、'.join(best.words[:3])}”")
        if incident.urgency == "normal":
            values["urgency"] = known.urgency
    if not incident.area_code and detail.suggested_area[0]:
        values["area_code"] = detail.suggested_area[0]
        remarks.append(f"网格为建议：文中提到{detail.suggested_area[1]}")
    known_class = default_policy().classes.get(values["class_code"])
    if known_class:
        remarks.append(f"受理条件：{known_class.accept_rule}")
    return values, "；".join(remarks)


def _dispatch(detail: Detail) -> tuple[dict[str, Any], str]:
    if not detail.recommendations:
        return {}, "无权责依据，请指定主办单位。"
    best = detail.recommendations[0]
    duty = "当班" if best.is_on_duty else "不在班"
    remark = f"建议 {best.unit.name}：{best.basis}；{duty}，手上 {best.load} 件"
    if best.co:
        remark += f"；可请协办：{'、'.join(unit.name for unit in best.co)}"
    return {"lead": best.unit.code}, remark


def _check(detail: Detail) -> tuple[dict[str, Any], str]:
    incident = detail.incident
    known = default_policy().classes.get(incident.class_code)
    lead = next((item for item in incident.assignments if item.unit == incident.lead_unit), None)
    values = {"outcome": "resolved", "public_reply": lead.feedback if lead else ""}
    return values, f"结案条件：{known.close_rule}" if known else ""


def _callback(detail: Detail) -> tuple[dict[str, Any], str]:
    remark = f"已回访 {detail.incident.callback_attempts} 次，最多 3 次。未接通请去掉勾选。"
    return {"reached": True}, remark


def _contact(detail: Detail) -> tuple[dict[str, Any], str]:
    waiting = [item for item in detail.incident.assignments if item.state in ("sent", "signed")]
    names = "、".join(detail.unit_names.get(item.unit, item.unit) for item in waiting)
    return {}, f"为 {names} 登记。不是本单位的，请记下电话里确认的人。" if names else ""


_BY_ACTION = {
    "accept": _accept,
    "dispatch": _dispatch,
    "check_pass": _check,
    "callback": _callback,
    "sign": _contact,
    "feedback": _contact,
}
