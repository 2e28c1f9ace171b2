"""Where an incident stands in the loop, in words: for the panel, the command line and the slip.

No Qt, like `i18n`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from db.domain.attachments import MAX_ATTACHMENTS
from db.domain.errors import RuleError
from db.domain.fold import IDLE, TAKEN_BACK
from db.domain.incidents import Application, Card, Incident, Pause, Step, Timer
from db.domain.rules import closing, dispatching, intake, mending, reclassing, requests
from db.domain.rules.base import Guard
from db.domain.transitions import (
    card_waits,
    has_level_above,
    has_room,
    lead_is_known,
    somebody_waits,
)
from db.store.queries.claims import ClaimShown
from db.store.queries.incidents import Detail
from db.store.queries.queue import SOON
from db.store.queries.removed import AFTER_REMOVAL
from db.store.queries.similar import Ended
from desktop.i18n import (
    APPLICATION_NAMES,
    APPLICATION_STATE_NAMES,
    CARD_NAMES,
    CHOICE_NAMES,
    FINDING_NAMES,
    KIND_NAMES,
    LEVEL_NAMES,
    NOTIFY_NAMES,
    OUTCOME_NAMES,
    REASON_NAMES,
    ROLE_NAMES,
    SATISFACTION_NAMES,
    SECRECY_NAMES,
    STAGE_NAMES,
    TRIGGER_NAMES,
    describe,
    due_text,
    instant,
    limit_text,
    short_time,
    until_text,
)
from desktop.language import Words, say
from desktop.town_lists import current_policy

_NEXT = {
    "reported": ("accept",),
    "returned": ("accept",),
    "verifying": ("verify_result",),
    "accepted": ("dispatch",),
    "dispatched": ("sign",),
    "handling": ("feedback",),
    "paused": ("resume",),
    "checking": ("check_pass",),
    "closed": ("callback", "archive"),
}
GUARD_WORDS: dict[Guard, str] = {
    card_waits: "有督办牌在等答复",
    closing.callback_over: "回访已办完，或不用回访",
    closing.callback_wanted: f"要回访，且还没满 {closing.MAX_CALLBACKS} 次",
    closing.handler_checks: "本人的单位没有参与处置",
    closing.may_reopen: f"结案不超过 {closing.REOPEN_DAYS} 天；第二次起由值班长",
    dispatching.has_helper: "有协办单位还没办完",
    dispatching.has_steps: "有在走的分步时限",
    dispatching.may_dispatch: (
        f"退单满 {dispatching.MAX_REFUSALS} 次的、权责清单没有规定由谁办的，由值班长"
    ),
    dispatching.may_recall: "没有单位签收；由派出的人或值班长",
    dispatching.may_refuse: (
        f"退单没满 {dispatching.MAX_REFUSALS} 次，交办不超过 {dispatching.REFUSE_DAYS} 个工作日"
    ),
    reclassing.may_reclass: "交办以后由值班长",
    mending.is_astray: "断线时两处各办一半，没有人再往下办",
    intake.may_send_down: "在本级；上一级还没受理的，值班长也可以退回",
    has_level_above: "还有上一级",
    has_room: f"附件没满 {MAX_ATTACHMENTS} 个",
    lead_is_known: "并入的那一件在这里",
    requests.before_due: "还有处置时限没过",
    requests.may_decide: "有本人可以审批的申请，不是本人提的",
    requests.may_withdraw: "有本人提的申请在等审批",
    somebody_waits: "有单位在等签收",
    **{
        requests.not_asked(kind): f"没有{name}申请在等审批"
        for kind, name in APPLICATION_NAMES.items()
    },
}
"""What has to hold for an action beside state, role and level."""
_VALUES = {"reclass": "class_code", "skip": "level", "force_close": "outcome"}
"""Kind of an application -> the field whose value it asks for."""


_HOUR, _TWO_DAYS = 3_600_000, 48


class Fact(NamedTuple):
    """A line of what is known: its name, what it says, how it is coloured (empty for plainly)."""

    name: str
    text: str
    role: str = ""


def expected(incident: Incident) -> tuple[str, ...]:
    """Return what the loop waits for: first what another person waits for, then the next step."""
    asked = ("approve", "decline") if pending(incident) else ()
    carded = ("reply",) if unanswered(incident) else ()
    return (*asked, *carded, *_NEXT.get(incident.state, ()))


def pending(incident: Incident) -> list[Application]:
    """Return the applications that somebody has to decide."""
    return [item for item in incident.applications if item.state == "pending"]


def unanswered(incident: Incident) -> list[Card]:
    """Return the cards that the unit still has to reply to."""
    return [item for item in incident.cards if item.replied_at is None and item.card != "urge"]


def blocked_lines(incident: Incident, obstacles: Mapping[str, RuleError | None]) -> list[str]:
    """Return why what is expected next cannot be done by this person."""
    refused = [obstacles.get(name) for name in expected(incident)]
    return ["。".join(describe(item)) for item in refused if item]


def facts(detail: Detail, now: int) -> list[Fact]:
    """Return what stands out of an incident's way through the loop; nothing of an ordinary one."""
    incident = detail.incident
    return [
        *(
            Fact(say("时限"), timer_text(item, now), due_role(item, now))
            for item in _clocks(incident)
        ),
        *_claimed(detail),
        *_standstill(detail, now),
        *(Fact(say("申请"), asking_text(incident, item), "warn") for item in pending(incident)),
        *(
            Fact(say("督办"), card_text(item, detail, now), card_role(item))
            for item in _cards(incident)
        ),
        *_noted(incident),
    ]


def _claimed(detail: Detail) -> list[Fact]:
    claim = detail.claim
    if claim is None:
        return []
    return [Fact(say("认领"), claim_text(claim), "warn" if claim.is_stale or claim.rivals else "")]


def ended_text(item: Ended, now: int) -> str:
    """Return how a closed incident ended: what it was, by whom, how long, how it was liked."""
    hours = max(1, round((item.closed_at - item.taken_in_at) / _HOUR))
    took = (
        say("{} 小时").format(hours)
        if hours < _TWO_DAYS
        else say("{} 天").format(round(hours / 24))
    )
    outcome = OUTCOME_NAMES.get(item.outcome, say("办结"))
    parts = (
        item.title,
        f"{short_time(item.closed_at, now)} {item.unit_name}{outcome}",
        say("用时 {}").format(took),
        SATISFACTION_NAMES.get(item.satisfaction, ""),
    )
    return " · ".join(part for part in parts if part)


def merged_with(detail: Detail) -> list[Fact]:
    """Return the numbers of the incidents it was merged into, or that were merged into it."""
    found = [Fact(say("已并到"), detail.merged_into)] if detail.merged_into else []
    return found + [
        Fact(say("并进的"), item.number) for item in detail.incident.children if item.valid
    ]


def timer_text(timer: Timer, now: int) -> str:
    """Return how a clock stands, with its step where it has one."""
    stage = STAGE_NAMES.get(timer.stage, timer.stage) + (f"·{timer.step}" if timer.step else "")
    limit = limit_text(timer.limit_unit, timer.amount)
    due = due_text(timer.due_at, now)
    return say("{} {} · {} 到期（{}）").format(stage, due, short_time(timer.due_at, now), limit)


def due_role(timer: Timer, now: int) -> str:
    """Return how a deadline is coloured."""
    if timer.due_at < now:
        return "danger"
    return "warn" if timer.due_at - now < SOON else ""


def pause_text(pause: Pause) -> str:
    """Return how long and why the clocks stand: first until when."""
    parts = [
        until_text(pause.until_at),
        REASON_NAMES.get(pause.reason, pause.reason),
        say("时限停着"),
        say("{} 起").format(instant(pause.from_at)),
        say("文号 {}").format(pause.doc) if pause.doc else "",
    ]
    return " · ".join(part for part in parts if part)


def asked_text(item: Application) -> str:
    """Return what is asked for: `挂起 至 12-01（等材料）`."""
    parts = [APPLICATION_NAMES.get(item.kind, item.kind)]
    if item.until_at is not None:
        parts.append(until_text(item.until_at))
    if item.amount:
        parts.append(limit_text(item.value, item.amount))
    if item.kind in _VALUES:
        parts.append(_value_text(_VALUES[item.kind], item.value))
    reason = f"（{REASON_NAMES.get(item.reason, item.reason)}）" if item.reason else ""
    return " ".join(parts) + reason


def application_line(item: Application) -> str:
    """Return who asks for what, and why."""
    asked = say("{} {} 申请{}").format(
        item.asked_name, instant(item.asked_at)[5:], asked_text(item)
    )
    return f"{asked}：{item.text}"


def asking_text(incident: Incident, item: Application) -> str:
    """Return who asks for what and why, and who may decide it."""
    roles = "、".join(
        ROLE_NAMES.get(role, role) for role in sorted(requests.deciders(incident, item))
    )
    return say("{} · 等{}审批").format(application_line(item), roles)


def decided_text(item: Application) -> str:
    """Return what became of an application, and who decided it."""
    state = APPLICATION_STATE_NAMES.get(item.state, item.state)
    by = f"{item.decided_name} " if item.decided_name else ""
    return f"{by}{state}" + (f"：{item.opinion}" if item.opinion else "")


def card_text(item: Card, detail: Detail, now: int) -> str:
    """Return a card in words: its colour's name, to whom, what for, whether it was replied to."""
    unit = detail.unit_names.get(item.unit, item.unit)
    head = " ".join(filter(None, (CARD_NAMES.get(item.card, item.card), unit)))
    text = f"{head} · {short_time(item.at, now)}：{card_reason(item)}"
    if item.replied_at is not None:
        return say("{} · 已答复：{}").format(text, item.reply)
    return (
        say("{} · 答复{}").format(text, due_text(item.reply_due_at, now))
        if item.reply_due_at
        else text
    )


def card_reason(item: Card) -> str:
    """Return what a person wants with a card, or which rule raised it and whom it is to reach."""
    if item.rule == "hand":
        return item.text
    if item.rule == "district":
        return say("区级督办：{}").format(item.text)
    reason = TRIGGER_NAMES.get(item.text, item.text)
    notified = NOTIFY_NAMES.get(item.notify, item.notify)
    return f"{reason}（{item.rule}{say('，报{}').format(notified) if notified else ''}）"


def card_role(item: Card) -> str:
    """Return how a card is coloured: plainly once it was replied to."""
    if item.replied_at is not None or item.card == "urge":
        return ""
    return "warn" if item.card == "yellow" else "danger"


def claim_text(claim: ClaimShown) -> str:
    """Return who has taken it on, since when, whether nothing moves, and who else did so apart."""
    stale = say("，半小时没有动静") if claim.is_stale else ""
    others = "、".join(rival.name for rival in claim.rivals)
    apart = say("；{} 在别处也认领了").format(others) if others else ""
    return say("{} 认领，从 {} 起{}{}").format(claim.name, instant(claim.at), stale, apart)


def step_note(step: Step) -> str:
    """Return the reason a line of the history gives, and what it was before; mostly empty."""
    reason, was = step.detail.get("reason", ""), step.detail.get("was", {})
    names = FINDING_NAMES | REASON_NAMES
    notes = [names.get(reason, reason)] if reason else []
    notes += [make(was[name]) for name, make in _WAS.items() if was.get(name)]
    if undid := step.detail.get("undid"):
        notes.append(KIND_NAMES.get(undid, undid))
    if second := step.detail.get("second"):
        notes.append(say("与 {} 两人办理").format(second))
    notes += [name for mark, name in _MARKS.items() if step.detail.get(mark)]
    return f"（{'；'.join(notes)}）" if notes else ""


def _class_name(code: str) -> str:
    known = current_policy().classes.get(code)
    return known.name if known else code


_MARKS = Words({TAKEN_BACK: "已撤销", IDLE: "没有生效", AFTER_REMOVAL: "操作人当时已停用"})
_WAS: dict[str, Callable[[str], str]] = {
    "kind": lambda kind: APPLICATION_NAMES.get(kind, kind),
    "step": str,
    "level": lambda level: say("原在{}").format(LEVEL_NAMES.get(level, level)),
    "class_code": lambda code: say("原为{}").format(_class_name(code)),
    "secrecy": lambda level: say("原为{}").format(SECRECY_NAMES[str(level)]),
    "no_photo": lambda why: say("没有照片：{}").format(why),
    "gap": lambda code: say("“{}”无权责依据").format(_class_name(code)),
}
"""What an op says stood before -> how the history says it."""


def _cards(incident: Incident) -> Sequence[Card]:
    """Return the cards that wait for a reply, else the last one: the slip has them all."""
    return unanswered(incident) or incident.cards[-1:]


def _clocks(incident: Incident) -> list[Timer]:
    """Return the clock that is due first, and the steps of a limit of several."""
    first = incident.next_due
    if first is None:
        return []
    steps = [item for item in incident.running if item.step and item != first]
    return [first, *sorted(steps, key=lambda item: item.due_at)]


def _standstill(detail: Detail, now: int) -> list[Fact]:
    """Return why the clocks stand, and what has to come for them to go on."""
    lasting = detail.incident.pause
    if lasting is None:
        return []
    if lasting.reason == "returned":
        last = next(
            (one for one in reversed(detail.steps) if one.kind == "incident_returned"), None
        )
        missing = f"{last.opinion}{step_note(last)} · " if last else ""
        return [
            Fact(
                say("退回"),
                say("缺：{}{} 起等补充，时限停着").format(missing, instant(lasting.from_at)),
                "warn",
            )
        ]
    if lasting.reason == "merged":
        return []
    is_over = lasting.until_at is not None and lasting.until_at < now
    return [Fact(say("挂起"), pause_text(lasting), "danger" if is_over else "warn")]


def _noted(incident: Incident) -> list[Fact]:
    counts = (
        (say("退单"), incident.return_count),
        (say("返工"), incident.rework_count),
        (say("重办"), incident.reopen_count),
    )
    times = " · ".join(say("{} {} 次").format(name, count) for name, count in counts if count)
    found = []
    if incident.level != "town":
        found.append(Fact(say("层级"), LEVEL_NAMES.get(incident.level, incident.level)))
    if times:
        found.append(Fact(say("次数"), times))
    if incident.blocked_note:
        found.append(Fact(say("卡点"), incident.blocked_note, "warn"))
    return found


def _value_text(field: str, value: str) -> str:
    if field == "class_code":
        return _class_name(value)
    return CHOICE_NAMES[field].get(value, value)
