"""What a decision form starts with: what is known, what is advised, and why."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from db.domain.classing import SURE
from db.domain.incidents import WAITING
from db.domain.lists import Policy
from db.domain.recommend import ClassSuggestion, Recommendation
from db.store.queries.incidents import Detail
from desktop.decisions.prefill_loop import STARTS
from desktop.i18n import URGENCY_NAMES, distance_text
from desktop.language import say

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
        advised = advised_class(detail.policy, detail.suggestions)
        remarks.append(_class_remark(detail, advised))
        if advised is not None:
            values["class_code"] = advised.class_code
            if incident.urgency == "normal":
                values["urgency"] = advised.urgency
    if not incident.area_code and detail.suggested_area[0]:
        values["area_code"] = detail.suggested_area[0]
        remarks.append(say("网格为建议：文中提到{}").format(detail.suggested_area[1]))
    known_class = detail.policy.classes.get(values["class_code"])
    if known_class:
        remarks.append(say("受理条件：{}").format(known_class.accept_rule))
    return values, "；".join(remarks)


class AdvisedClass(NamedTuple):
    """A class that is likely enough to stand in a form, the urgency that goes with it, and why.

    `urgency_reason` is empty where the urgency is the usual one.
    """

    class_code: str
    name: str
    reason: str
    urgency: str
    urgency_reason: str


def advised_class(policy: Policy, suggestions: Sequence[ClassSuggestion]) -> AdvisedClass | None:
    """Return what to fill in of the likeliest class first; None where nothing is sure enough."""
    if not is_sure(suggestions):
        return None
    best = suggestions[0]
    name = _class_name(policy, best)
    return AdvisedClass(best.class_code, name, class_reason(best), *_advised_urgency(policy, best))


def _class_remark(detail: Detail, advised: AdvisedClass | None) -> str:
    if advised is None:
        return say("分类没有把握，未填；可能是 {}").format(class_names(detail))
    remark = say("分类为建议（{}）：{}").format(advised.name, advised.reason)
    if detail.incident.urgency == "normal" and advised.urgency_reason:
        remark += f"；{advised.urgency_reason}"
    return remark


def is_sure(suggestions: Sequence[ClassSuggestion]) -> bool:
    """Whether the likeliest class is likely enough to be filled in.

    The list's words alone are where more of them speak for it than for any other class.
    """
    if not suggestions:
        return False
    best, *others = suggestions
    if best.evidence is not None:
        return best.evidence.confidence >= SURE
    return all(len(best.words) > len(item.words) for item in others)


def class_names(detail: Detail) -> str:
    """Return the likeliest classes by platform and name."""
    return likely_names(detail.policy, detail.suggestions)


def likely_names(policy: Policy, suggestions: Sequence[ClassSuggestion]) -> str:
    """Return the names of the two likeliest classes, the likeliest first."""
    return "、".join(_class_name(policy, item) for item in suggestions[:2])


def _class_name(policy: Policy, item: ClassSuggestion) -> str:
    known = policy.classes[item.class_code]
    return f"{policy.platforms.get(known.platform, '')} {known.name}".strip()


def class_reason(item: ClassSuggestion) -> str:
    """Return why a class is suggested: incidents alike, or words of the list."""
    found = item.evidence
    if found and found.agreeing >= ENOUGH:
        return say("与 {} 件相似，其中 {} 件归此类").format(found.similar, found.agreeing)
    return say("文中有“{}”").format("、".join(item.words[:3]))


def _advised_urgency(policy: Policy, item: ClassSuggestion) -> tuple[str, str]:
    """Return what most incidents alike had, where they are enough; else what the class has."""
    usual = policy.classes[item.class_code].urgency
    found = item.evidence
    if found and found.agreeing >= ENOUGH and found.urgency_count * 3 >= found.agreeing * 2:
        name = URGENCY_NAMES[found.urgency]
        reason = (
            say("其中 {} 件{}").format(found.urgency_count, name)
            if found.urgency != "normal"
            else ""
        )
        return found.urgency, reason
    return usual, say("该类一般{}").format(URGENCY_NAMES[usual]) if usual != "normal" else ""


def _dispatch(detail: Detail) -> tuple[dict[str, Any], str]:
    if not detail.recommendations:
        return {}, say("无权责依据，请指定主办单位。")
    best, *others = detail.recommendations
    remark = say("建议 {}：{}").format(best.unit.name, unit_reason(best))
    if best.co:
        remark += say("；可请协办：{}").format("、".join(unit.name for unit in best.co))
    if others:
        remark += say("。其次 {}：{}").format(others[0].unit.name, unit_reason(others[0]))
    return {"lead": best.unit.code}, remark


def unit_reason(item: Recommendation) -> str:
    """Return why a unit is recommended: basis, duty, load, how far, how often it was in time."""
    parts = [
        item.basis,
        say("当班") if item.is_on_duty else say("不在班"),
        say("手上 {} 件").format(item.load),
    ]
    if item.distance is not None:
        parts.append(say("队伍距现场 {}").format(distance_text(item.distance)))
    if item.on_time is not None:
        parts.append(say("以往按时 {:.0f}%").format(item.on_time / 10))
    return "；".join(parts)


def _check(detail: Detail) -> tuple[dict[str, Any], str]:
    incident = detail.incident
    known = detail.policy.classes.get(incident.class_code)
    lead = next((item for item in incident.assignments if item.unit == incident.lead_unit), None)
    values = {"outcome": "resolved", "public_reply": lead.feedback if lead else ""}
    return values, say("结案条件：{}").format(known.close_rule) if known else ""


def _callback(detail: Detail) -> tuple[dict[str, Any], str]:
    remark = say("已回访 {} 次，最多 3 次。未接通请去掉勾选。").format(
        detail.incident.callback_attempts
    )
    return {"reached": True}, remark


def _contact(detail: Detail) -> tuple[dict[str, Any], str]:
    waiting = [item for item in detail.incident.assignments if item.state in WAITING]
    names = "、".join(detail.unit_names.get(item.unit, item.unit) for item in waiting)
    return {}, say("为 {} 登记。不是本单位的，请记下电话里确认的人。").format(
        names
    ) if names else ""


_BY_ACTION = STARTS | {
    "accept": _accept,
    "dispatch": _dispatch,
    "check_pass": _check,
    "callback": _callback,
    "sign": _contact,
    "feedback": _contact,
}
