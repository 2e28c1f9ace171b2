"""事件处理单: one incident on paper, from its report to its filing."""

from collections.abc import Iterable, Sequence

from db.domain.branches import NEWS
from db.domain.incidents import Application, Assignment, Card, Incident, Pause, Step, Timer
from db.store.queries.incidents import CallerMask, Detail
from db.store.queries.sheets import SlipSheet
from desktop.conflict_words import field_text
from desktop.i18n import (
    ASSIGNMENT_STATE_NAMES,
    CARD_NAMES,
    KIND_NAMES,
    LEVEL_NAMES,
    OUTCOME_NAMES,
    PART_NAMES,
    REASON_NAMES,
    SATISFACTION_NAMES,
    SOLVED_NAMES,
    SOURCE_NAMES,
    STAGE_NAMES,
    URGENCY_NAMES,
    instant,
    limit_text,
    local,
    span_text,
    state_text,
)
from desktop.loop_words import asked_text, card_reason, decided_text, merged_with, step_note
from desktop.reports import fonts
from desktop.reports.layout import (
    LABEL,
    SIGNATURE_HEIGHT,
    STRONG,
    VALUE,
    Cell,
    Column,
    Flow,
    Style,
    bar,
    cells,
)
from desktop.reports.page import MM, WIDTH, Document, Frame, render
from desktop.reports.shares import NONE

TITLE = "事件处理单"
STANDING = "停表"
SIGNERS = ("经办人", "核查人", "负责人")

_LABEL_WIDTH = 24 * MM
_HALF = WIDTH / 2 - _LABEL_WIDTH
_ASSIGNMENTS = (
    Column("承办单位", 44 * MM),
    Column("主办/协办", 18 * MM, "center"),
    Column("交办时间", 28 * MM, "center"),
    Column("签收时间/签收人", 35 * MM, "center"),
    Column("处置时限", 28 * MM, "center"),
    Column("状态", 22 * MM, "center"),
)
_FEEDBACK = (
    Column("承办单位", 34 * MM),
    Column("反馈时间", 28 * MM, "center"),
    Column("处置情况", 113 * MM),
)
_TIMERS = (
    Column("环节", 13 * MM, "center"),
    Column("责任单位", 26 * MM),
    Column("时限", 31 * MM, "center"),
    Column("起算", 26.5 * MM, "center"),
    Column("截止", 26.5 * MM, "center"),
    Column("完成", 26.5 * MM, "center"),
    Column("是否超时", 25.5 * MM, "center"),
)
_PAUSES = (
    Column("原因", 44 * MM),
    Column("停表", 28 * MM, "center"),
    Column("恢复", 28 * MM, "center"),
    Column("批准到", 28 * MM, "center"),
    Column("文号", 47 * MM),
)
_APPLICATIONS = (
    Column("申请人/时间", 35 * MM, "center"),
    Column("申请事项", 40 * MM),
    Column("理由", 50 * MM),
    Column("审批", 50 * MM),
)
_CARDS = (
    Column("等级", 13 * MM, "center"),
    Column("时间", 28 * MM, "center"),
    Column("单位", 26 * MM),
    Column("要求", 54 * MM),
    Column("答复", 54 * MM),
)
_STEPS = (
    Column("序号", 13 * MM, "center"),
    Column("时间", 28 * MM, "center"),
    Column("动作", 22 * MM, "center"),
    Column("办理人", 26 * MM, "center"),
    Column("意见", 86 * MM),
)


def make_slip(sheet: SlipSheet) -> bytes:
    """Return the slip of one incident as a PDF."""
    return make_slips([sheet])


def make_slips(sheets: Iterable[SlipSheet]) -> bytes:
    """Return the slips of many incidents as one PDF; every slip counts its own pages."""
    fonts.load()
    return render(map(_document, sheets))


def _document(sheet: SlipSheet) -> Document:
    incident = sheet.detail.incident
    frame = Frame(
        head=sheet.head,
        title=TITLE,
        number=incident.number,
        mark="" if incident.urgency == "normal" else _named(URGENCY_NAMES, incident.urgency),
        has_barcode=True,
    )
    flow = Flow(frame.body_top)
    _add_report(flow, sheet)
    _add_assignments(flow, sheet.detail)
    _add_turns(flow, sheet.detail)
    _add_check(flow, sheet)
    _add_timers(flow, sheet)
    flow.table("办理经过", _STEPS, _step_rows(sheet.detail), keep=SIGNATURE_HEIGHT)
    flow.signatures(SIGNERS)
    return frame, flow.finish()


def _add_report(flow: Flow, sheet: SlipSheet) -> None:
    detail, incident = sheet.detail, sheet.detail.incident
    source = _named(SOURCE_NAMES, incident.source)
    state = state_text(incident.state, has_news=detail.has_news)
    item = f"{sheet.class_name}（{incident.class_code}）" if incident.class_code else ""
    _add_pair(
        flow,
        ("事件编号", incident.number),
        ("当前状态", " · ".join(filter(None, (sheet.stage_name, state)))),
        style=STRONG,
    )
    _add_pair(
        flow,
        ("来源/编号", f"{source} / {incident.source_no or NONE}"),
        ("上报时间", instant(incident.reported_at)),
    )
    _add_pair(
        flow,
        ("紧急程度", _named(URGENCY_NAMES, incident.urgency)),
        ("来电人", _caller(detail.caller, incident)),
    )
    _add_pair(flow, ("所属平台", sheet.platform_name), ("事项分类", item))
    _add_pair(flow, ("所在网格", detail.area_path), ("地址", incident.address))
    merged = "；".join(f"{fact.name} {fact.text}" for fact in merged_with(detail))
    if merged or incident.level != "town":
        _add_pair(flow, ("层级", _named(LEVEL_NAMES, incident.level)), ("并案", merged))
    if incident.blocked_note:
        _add_field(flow, "卡点", incident.blocked_note)
    if disputed := [field_text(item) for item in detail.conflicts if item.kind != NEWS]:
        _add_field(flow, "分歧", f"{'、'.join(disputed)}：两处说法不一，尚未定。", STRONG)
    _add_field(flow, "标题", incident.title, STRONG)
    _add_field(flow, "内容", incident.content)


def _add_assignments(flow: Flow, detail: Detail) -> None:
    parts = sorted(detail.incident.assignments, key=lambda part: part.part != "lead")
    flow.table("交办", _ASSIGNMENTS, [_assignment_row(detail, part) for part in parts])
    # One task is given to all units of a dispatch.
    for task in dict.fromkeys(part.task for part in parts if part.task):
        _add_field(flow, "交办要求", task)
    answers = [_feedback_row(detail, part) for part in parts if part.feedback]
    flow.table("处置反馈", _FEEDBACK, answers)


def _add_turns(flow: Flow, detail: Detail) -> None:
    """Add what stopped it, what was asked for and what was urged; an ordinary one has none."""
    incident = detail.incident
    if incident.pauses:
        flow.table("停表", _PAUSES, [_pause_row(item) for item in incident.pauses])
    if incident.applications:
        rows = [_application_row(item) for item in incident.applications]
        flow.table("申请与审批", _APPLICATIONS, rows)
    if incident.cards:
        flow.table("督办", _CARDS, [_card_row(detail, item) for item in incident.cards])


def _pause_row(item: Pause) -> Sequence[Cell]:
    # A pause lasts to the end of its last day.
    until = NONE if item.until_at is None else f"{local(item.until_at - 1):%Y-%m-%d}"
    reason = _named(REASON_NAMES, item.reason)
    return cells(_PAUSES, (reason, instant(item.from_at), instant(item.to_at), until, item.doc))


def _application_row(item: Application) -> Sequence[Cell]:
    decided = "" if item.decided_at is None else f"\n{instant(item.decided_at)}"
    return cells(
        _APPLICATIONS,
        (
            f"{item.asked_name}\n{instant(item.asked_at)}",
            asked_text(item),
            item.text,
            decided_text(item) + decided,
        ),
    )


def _card_row(detail: Detail, item: Card) -> Sequence[Cell]:
    reply = item.reply
    if item.replied_at is None and item.reply_due_at is not None:
        reply = f"应于 {instant(item.reply_due_at)} 前答复"
    return cells(
        _CARDS,
        (
            _named(CARD_NAMES, item.card),
            instant(item.at),
            _unit_name(detail, item.unit),
            card_reason(item),
            reply,
        ),
    )


def _add_check(flow: Flow, sheet: SlipSheet) -> None:
    incident = sheet.detail.incident
    flow.row(bar("核查与结案"), keep=2 * 20)
    _add_pair(
        flow,
        ("办理结果", _named(OUTCOME_NAMES, incident.outcome)),
        ("结案时间", instant(incident.closed_at)),
    )
    _add_field(flow, "结案条件", sheet.close_rule)
    _add_field(flow, "公开答复", incident.public_reply)
    _add_pair(
        flow,
        ("回访", _callback_text(incident)),
        ("满意度", _satisfaction(incident)),
    )
    if turns := _turns(incident):
        _add_field(flow, "反复", turns)


def _satisfaction(incident: Incident) -> str:
    said = (_named(SATISFACTION_NAMES, incident.satisfaction), SOLVED_NAMES.get(incident.solved))
    return "，".join(word for word in said if word)


def _turns(incident: Incident) -> str:
    counts = (
        ("退单", incident.return_count),
        ("返工", incident.rework_count),
        ("重办", incident.reopen_count),
    )
    turns = [f"{name} {count} 次" for name, count in counts if count]
    return "，".join([*turns, *(["强制结案，不计入按期"] if incident.forced else [])])


def _add_timers(flow: Flow, sheet: SlipSheet) -> None:
    now = sheet.head.printed_at
    is_paused = sheet.detail.incident.pause is not None
    rows = [
        cells(
            _TIMERS,
            (
                _named(STAGE_NAMES, timer.stage) + (f"\n{timer.step}" if timer.step else ""),
                _unit_name(sheet.detail, timer.unit),
                limit_text(timer.limit_unit, timer.amount),
                instant(timer.start_at),
                instant(timer.due_at),
                instant(timer.ended_at),
                STANDING if is_paused and timer.ended_at is None else lateness(timer, now),
            ),
        )
        for timer in sheet.detail.incident.timers
    ]
    flow.table("办理时限", _TIMERS, rows)


def lateness(timer: Timer, now: int) -> str:
    """Return in words whether a timer was or is late."""
    if timer.ended_at is not None:
        late = timer.ended_at - timer.due_at
        return f"超时 {span_text(late)}" if late > 0 else "按期"
    late = now - timer.due_at
    return f"未完成，已超时 {span_text(late)}" if late > 0 else f"办理中，剩 {span_text(-late)}"


def _add_pair(
    flow: Flow, left: tuple[str, str], right: tuple[str, str], *, style: Style = VALUE
) -> None:
    row: list[Cell] = []
    for label, value in (left, right):
        row += (Cell(label, _LABEL_WIDTH, LABEL), Cell(value.strip() or NONE, _HALF, style))
    flow.row(row)


def _add_field(flow: Flow, label: str, value: str, style: Style = VALUE) -> None:
    text = value if value.strip() else NONE
    flow.row([Cell(label, _LABEL_WIDTH, LABEL), Cell(text, WIDTH - _LABEL_WIDTH, style)])


def _caller(caller: CallerMask | None, incident: Incident) -> str:
    """Return what paper may say of a caller: masked here again, whatever was handed in."""
    if caller is None:
        return NONE
    if incident.secrecy:
        return "要求保密"
    if caller.is_erased:
        return "已按规定删除"
    if not caller.is_readable:
        return "本站点不能读取"
    name = f"{caller.name[0]}*" if caller.name else ""
    tail = f"尾号 {caller.tail[-4:]}" if caller.tail else ""
    return f"{name} {tail}".strip()


def _assignment_row(detail: Detail, part: Assignment) -> Sequence[Cell]:
    signed = NONE if part.signed_at is None else f"{instant(part.signed_at)}\n{part.signed_by}"
    return cells(
        _ASSIGNMENTS,
        (
            _unit_name(detail, part.unit),
            _named(PART_NAMES, part.part),
            instant(part.sent_at),
            signed.strip(),
            instant(part.due_at),
            _named(ASSIGNMENT_STATE_NAMES, part.state),
        ),
    )


def _feedback_row(detail: Detail, part: Assignment) -> Sequence[Cell]:
    return cells(
        _FEEDBACK, (_unit_name(detail, part.unit), instant(part.feedback_at), part.feedback)
    )


def _step_rows(detail: Detail) -> list[Sequence[Cell]]:
    return [
        cells(
            _STEPS,
            (
                str(place),
                instant(step.at),
                _named(KIND_NAMES, step.kind),
                step.actor_name or step.actor,
                _step_text(detail, step),
            ),
        )
        for place, step in enumerate(detail.steps, start=1)
    ]


def _step_text(detail: Detail, step: Step) -> str:
    contact = step.detail.get("contact")
    opinion = step.opinion
    if any(part.unit == step.unit and part.feedback == opinion for part in _fed_back(detail)):
        opinion = "见“处置反馈”"
    facts = (
        _unit_name(detail, step.unit) if step.unit else "",
        f"电话确认 {contact}" if contact else "",
        step_note(step).strip("（）"),
        opinion,
    )
    return "；".join(fact for fact in facts if fact)


def _fed_back(detail: Detail) -> list[Assignment]:
    return [part for part in detail.incident.assignments if part.feedback]


def _callback_text(incident: Incident) -> str:
    if incident.callback_attempts:
        done = "已完成" if incident.callback_done else "未完成"
        return f"{incident.callback_attempts} 次，{done}"
    if incident.closed_at is None:
        return NONE
    return "无需回访" if incident.callback_done else "未回访"


def _unit_name(detail: Detail, unit: str) -> str:
    return detail.unit_names.get(unit, unit)


def _named(names: dict[str, str], code: str) -> str:
    """Return the word of a code; a newer program's code stands for itself."""
    return names.get(code, code)
