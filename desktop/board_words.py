"""The dispatch board in words: how a unit stands, why it is advised, whom to ring, what to say."""

from typing import NamedTuple

from db.domain.callout import Command, Contact, fill_order
from db.domain.lists import Unit
from db.domain.positions import is_fresh
from db.domain.recommend import Recommendation
from db.store.queries.board import Briefing, Lane, Work
from desktop.i18n import (
    ASSIGNMENT_STATE_NAMES,
    LIST_NAMES,
    due_text,
    instant,
    span_text,
    until_text,
)
from desktop.language import on_paper, say
from desktop.place_words import whole_place

MINUTE = 60_000
UNKNOWN_LIMIT = "时限未定"
_NOTIFIED = "已电话通知 {} {} {}"
_DAY_PHONE, _NIGHT_PHONE = "白天电话", "夜间电话"


def duty_text(is_on_duty: bool) -> str:
    """Return whether a unit is at its desk, with a mark that tells it without colour."""
    return say("● 当班") if is_on_duty else say("○ 不在班")


def load_text(lane: Lane) -> str:
    """Return how much is in a unit's hands, of how much it takes a day."""
    return say("手上 {}/{}").format(lane.load, lane.unit.capacity)


def age_text(milliseconds: int) -> str:
    """Return how long ago something was: `刚刚`, `12 分钟前`, `2 时 05 分前`."""
    minutes = max(milliseconds, 0) // MINUTE
    if not minutes:
        return say("刚刚")
    return (
        say("{} 分钟前").format(minutes)
        if minutes < 60
        else say("{}前").format(span_text(milliseconds))
    )


def position_text(lane: Lane, now: int) -> str:
    """Return where a team was last and how long ago; a stale position says that it is."""
    if lane.position is None:
        return say("无位置")
    stale = "" if is_fresh(lane.position.at, now) else say("（已过时）")
    return say("位置 {}{} {}").format(age_text(now - lane.position.at), stale, lane.place).rstrip()


def clock_text(work: Work, now: int) -> str:
    """Return how the clock of an incident in a unit's hands stands."""
    if work.is_paused:
        return (
            say("挂起{}").format(until_text(work.due_at))
            if work.due_at is not None
            else say("挂起")
        )
    return due_text(work.due_at, now)


def work_text(work: Work) -> str:
    """Return the second line of an incident in a unit's hands: how far it is, and where."""
    state = ASSIGNMENT_STATE_NAMES[work.state]
    part = say("协办 ") if work.part == "co" else ""
    return " · ".join(filter(None, (f"{part}{state}", work.area_name or work.address)))


def unsigned_text(lane: Lane, now: int) -> str:
    """Return how long the oldest order waits to be signed, empty where none does."""
    since = lane.unsigned_since
    return say("最早未签 {}").format(span_text(now - since)) if since is not None else ""


def next_text(lane: Lane, now: int) -> str:
    """Return how a unit's first deadline stands, empty where it has none."""
    return say("最近 {}").format(due_text(lane.next_due, now)) if lane.next_due is not None else ""


def late_text(lane: Lane, now: int) -> str:
    """Return how many of a unit's incidents are late, empty for none."""
    late = lane.late(now)
    return say("■ 超时 {}").format(late) if late else ""


def rank_text(rank: int) -> str:
    """Return what a place in the recommended order is called; 1 is the first."""
    return {1: say("推荐"), 2: say("其次")}.get(rank, say("可选"))


def reason_text(item: Recommendation, lane: Lane, is_on_duty: bool) -> str:
    """Return why a unit is advised: basis, duty, load, distance, how often it was in time."""
    parts = [
        say("权责：{}").format(item.basis or item.area or say("全镇")),
        say("当班") if is_on_duty else say("不在班"),
    ]
    parts.append(say("手上 {} 件").format(lane.load))
    if item.distance is not None:
        parts.append(say("距现场 {}").format(distance_text(item.distance)))
    if item.on_time is not None:
        parts.append(say("以往按时 {:.0f}%").format(item.on_time / 10))
    if item.co:
        parts.append(say("可请协办 {}").format("、".join(unit.short_name for unit in item.co)))
    return "；".join(parts)


def distance_text(metres: int) -> str:
    """Return a distance as `350 m`, `1.1 km`."""
    return f"{metres} m" if metres < 1000 else f"{metres / 1000:.1f} km"


def place_text(briefing: Briefing) -> str:
    """Return where an incident is."""
    incident = briefing.detail.incident
    return whole_place(briefing.detail.area_path, incident.address) or say("地点不详")


def class_text(briefing: Briefing) -> str:
    """Return what class an incident is of."""
    known = briefing.detail.policy.classes.get(briefing.detail.incident.class_code)
    return known.name if known else say("未分类")


def limit_text(briefing: Briefing, now: int) -> str:
    """Return by when a unit that is sent now has to answer."""
    if briefing.due_at is None:
        return say(UNKNOWN_LIMIT)
    return f"{instant(briefing.due_at)[5:]}（{due_text(briefing.due_at, now)}）"


def order_text(command: Command | None, briefing: Briefing, unit: Unit) -> str:
    """Return the order of the list for an incident, empty where the list has none.

    It goes into the record and to the unit: it is Chinese in every language.
    """
    if command is None:
        return ""
    due_at = briefing.due_for(unit.code)
    with on_paper():
        values = {
            "number": briefing.detail.incident.number,
            "class": class_text(briefing),
            "place": place_text(briefing),
            "limit": instant(due_at)[5:] if due_at is not None else say(UNKNOWN_LIMIT),
            "unit": unit.name,
        }
    return fill_order(command.order_text, values)


class CallLine(NamedTuple):
    """One line of the call-out card. `contact` is set where somebody can be rung."""

    title: str
    text: str
    note: str = ""
    contact: Contact | None = None


def call_lines(
    unit: Unit, is_on_duty: bool, command: Command | None, briefing: Briefing | None
) -> list[CallLine]:
    """Return the call-out card of a unit: its own phone, the call tree in order, what to say."""
    phones = [(_DAY_PHONE, unit.phone_day), (_NIGHT_PHONE, unit.phone_night)]
    first, other = phones if is_on_duty else phones[::-1]
    lines = [
        CallLine(say(name), phone, note, Contact(name, "", phone))
        for (name, phone), note in ((first, say("现在打这个")), (other, ""))
        if phone
    ]
    if command is None:
        return [*lines, _unlisted(has_phone=bool(lines))]
    lines += [
        CallLine(f"{place}. {contact.role}", contact.phone, contact.name, contact)
        for place, contact in enumerate(command.contacts, start=1)
    ]
    if not lines:
        lines.append(_unlisted(has_phone=False))
    order = order_text(command, briefing, unit) if briefing else command.order_text
    told = ((say("指令"), order), (say("力量"), command.forces), (say("装备"), command.equipment))
    return [*lines, *(CallLine(title, text) for title, text in told if text)]


def _unlisted(*, has_phone: bool) -> CallLine:
    """Return what the lists do not say of a unit: nobody but its desk, or nobody at all."""
    if has_phone:
        title = say("{}清单").format(LIST_NAMES["command"])
        return CallLine(title, say("没有这家单位，只有值班电话"))
    return CallLine(say("电话"), say("没有电话，请在单位清单里补"))


def notified_text(unit: Unit, contact: Contact) -> str:
    """Return the remark that somebody was told by phone: who, not under which number.

    It goes into the record, and is found there again: it is Chinese in every language.
    """
    return _NOTIFIED.format(unit.name, contact.role, contact.name).rstrip()
