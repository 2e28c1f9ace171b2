"""One incident in full beside the queue: facts, clocks, advice, history."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from db.domain.areas import CODE_LENGTH
from db.domain.incidents import WAITING
from db.domain.ops import Actor
from db.domain.settling import refusal
from db.store.queries.incidents import Detail
from db.store.queries.similar import Ended
from desktop.caller_words import mask_text
from desktop.conflict_words import settled_text
from desktop.deadline_words import incident_why
from desktop.decisions.live import live_beside, live_decisions, may_settle
from desktop.decisions.prefill import class_names, class_reason, is_sure, unit_reason
from desktop.i18n import (
    ASSIGNMENT_STATE_NAMES,
    KIND_NAMES,
    OUTCOME_NAMES,
    PART_NAMES,
    POST_NAMES,
    REASON_NAMES,
    SATISFACTION_NAMES,
    SOLVED_NAMES,
    SOURCE_NAMES,
    URGENCY_MARKS,
    URGENCY_NAMES,
    due_text,
    instant,
    short_time,
    state_text,
)
from desktop.language import say
from desktop.loop_words import ended_text, expected, facts, merged_with, step_note
from desktop.override import override
from desktop.place_words import whole_place
from desktop.screens.triage.attachments import AttachmentList
from desktop.screens.triage.detail_page import BUTTONS, Card, DetailPage, Told
from desktop.screens.triage.pictures import Pictures
from desktop.widgets.text_card import LinkRow, TextRow

_SHOWN_STEPS = 60
_MINUTE = 60_000


class DetailPanel(QScrollArea):
    """Shows a `Detail`. `asked_for(action id)` when one of its buttons is pressed.

    `number_asked(number)` when another incident that it speaks of is to be shown.
    `file_opened(row)` when an attached file is to be looked at, `files_dropped(paths)` when files
    are dropped here.
    """

    asked_for = Signal(str)
    number_asked = Signal(str)
    file_opened = Signal(object)
    files_dropped = Signal(object)

    def __init__(self, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self.setAcceptDrops(True)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("事件详情"))
        self._detail: Detail | None = None
        self._told: _ToldBy | None = None
        self._shows_why = False
        self._similar: tuple[int | None, tuple[Ended, ...]] = (None, ())
        self._page = DetailPage(pictures)
        self._page.asked_for.connect(self.asked_for)
        self._page.number_asked.connect(self.number_asked)
        self._page.file_opened.connect(self.file_opened)
        self._page.button_changed.connect(self._take_focus)
        self.setWidget(self._page)
        self.show_nothing()

    @property
    def detail(self) -> Detail | None:
        """What is shown."""
        return self._detail

    def show_nothing(self) -> None:
        """Nothing is chosen."""
        self._detail = self._told = None
        self._page.unmark()
        self._page.show_conflicts((), 0, may_settle=False)
        self._page.show_files((), 0)
        self._page.show_told(Told(hint=self.tr("在左侧选一件事件")))

    def show_detail(self, detail: Detail, actor: Actor, now: int) -> None:
        """Show an incident; the scroll position stays while it is the same one.

        What reads the same is left alone, so that marked text stays marked.
        """
        is_same = self._detail is not None and self._detail.rid == detail.rid
        self._shows_why = self._shows_why and is_same
        live = tuple(name for name, refused in detail.obstacles.items() if refused is None)
        told_by = (actor, live, self._shows_why, self._ended_like(detail), now // _MINUTE)
        if self._detail == detail and self._told == told_by:
            return
        told = self._words(detail, actor, now)
        # Only now: the keys are about what is shown, and what cannot be put into words is not.
        self._detail, self._told = detail, told_by
        if not is_same:
            self._page.unmark()
            self.verticalScrollBar().setValue(0)
        self._show_files(detail, now, is_same=is_same)
        self._page.show_conflicts(detail.conflicts, now, may_settle=refusal(actor) is None)
        self._page.show_told(told)

    def show_similar(self, rid: int, ended: tuple[Ended, ...], actor: Actor, now: int) -> None:
        """Show how closed incidents like one ended, beside that one only."""
        self._similar = (rid, ended)
        if self._detail is not None and self._detail.rid == rid:
            self.show_detail(self._detail, actor, now)

    def toggle_why(self, actor: Actor, now: int) -> None:
        """Show or hide how the deadline was computed."""
        if self._detail is not None:
            self._shows_why = not self._shows_why
            self.show_detail(self._detail, actor, now)

    def focus_file(self, blob: str) -> None:
        """Give an attached file the focus, the panel itself where it is not shown."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._files is not None:
            self._files.focus_blob(blob)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_J: 1, Qt.Key.Key_K: -1}
        bar = self.verticalScrollBar()
        if event.key() in steps:
            bar.setValue(bar.value() + steps[Qt.Key(event.key())] * bar.singleStep() * 3)
        elif event.key() == Qt.Key.Key_Right and self._files is not None:
            self._files.focus_at(0)
            self.ensureWidgetVisible(self._files)
        else:
            super().keyPressEvent(event)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._judge(event)

    @override
    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._judge(event)

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        if self._judge(event):
            self.files_dropped.emit(_local_files(event))

    def _judge(self, event: QDropEvent) -> bool:
        """Take files of this machine while an incident is shown, as a copy."""
        is_welcome = self._detail is not None and bool(_local_files(event))
        if is_welcome:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        else:
            event.ignore()
        return is_welcome

    @property
    def _files(self) -> AttachmentList | None:
        return self._page.files

    @Slot()
    def _take_focus(self) -> None:
        """Keep the focus from a button that is not the one it was given to."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_files(self, detail: Detail, now: int, *, is_same: bool) -> None:
        focused = self._files.focused() if self._files and is_same else None
        self._page.show_files(detail.attachments, now)
        if self._files is None:
            return
        self._pictures.want(detail.incident.number, detail.attachments, self.devicePixelRatioF())
        if focused is not None:
            self._files.focus_at(focused)

    def _words(self, detail: Detail, actor: Actor, now: int) -> Told:
        """Return all that the page says."""
        incident = detail.incident
        urgency, is_urgent = "", incident.urgency != "normal"
        if is_urgent:
            urgency = URGENCY_MARKS[incident.urgency] + URGENCY_NAMES[incident.urgency]
        state = state_text(incident.state, has_news=detail.has_news)
        buttons = self._buttons(detail, actor)
        awaited = {*self._settling(detail, actor), *expected(incident)}
        return Told(
            number=incident.number,
            urgency=TextRow("", urgency, "danger" if incident.urgency == "critical" else "warn"),
            state=TextRow("", state, "warn" if detail.has_news else "dim"),
            title=incident.title,
            content=incident.content if incident.content != incident.title else "",
            facts=self._facts(detail, now),
            cards=self._cards(detail, now),
            links=(
                ("merged", self.tr("并案"), self._merged(detail)),
                ("similar", self.tr("相似的，怎样办结"), self._ended_links(detail, now)),
            ),
            buttons=buttons,
            is_first_awaited=buttons[0] in awaited,
        )

    def _cards(self, detail: Detail, now: int) -> tuple[Card, ...]:
        why = incident_why(detail.incident, detail.calendar) if self._shows_why else []
        found = (
            ("why", self.tr("为什么是这个时间"), why),
            ("advice", self.tr("建议"), self._advice(detail)),
            ("assigned", self.tr("交办"), self._assignments(detail, now)),
            ("result", self.tr("结果"), self._result(detail)),
            ("history", self.tr("经过"), self._history(detail, now)),
        )
        return tuple(
            (name, title, tuple(TextRow(*line) for line in lines)) for name, title, lines in found
        )

    def _facts(self, detail: Detail, now: int) -> tuple[TextRow, ...]:
        incident = detail.incident
        known = detail.policy.classes.get(incident.class_code)
        rows = [TextRow(*fact) for fact in facts(detail, now)]
        unlisted = incident.class_code or self.tr("未分类")
        rows.append(TextRow(self.tr("分类"), known.name if known else unlisted))
        place = whole_place(detail.area_path, incident.address)
        rows.append(TextRow(self.tr("地点"), place or self.tr("未填")))
        if detail.posts:
            held = "  ".join(
                f"{POST_NAMES.get(post.role, post.role)} {post.name} {post.phone}"
                for post in detail.posts
            )
            rows.append(TextRow(self.tr("网格"), held))
        rows.append(TextRow(self.tr("来源"), _source_text(detail)))
        if caller := _caller_text(detail):
            rows.append(TextRow(self.tr("来电人"), caller))
        if incident.source_status or incident.source_reply:
            reply = "  ".join(filter(None, (incident.source_status, incident.source_reply)))
            rows.append(TextRow(self.tr("来源答复"), reply))
        return tuple(rows)

    def _settling(self, detail: Detail, actor: Actor) -> list[str]:
        return ["resolve"] if may_settle(detail, actor) else []

    def _buttons(self, detail: Detail, actor: Actor) -> tuple[str, ...]:
        """Return the actions that can be done now; the first is what the loop expects."""
        last = [*live_beside(detail, actor), "more"]
        first = [*self._settling(detail, actor), *live_decisions(detail)]
        return (*first[: BUTTONS - len(last)], *last)

    def _advice(self, detail: Detail) -> list[tuple[str, str]]:
        lines: list[tuple[str, str]] = []
        incident = detail.incident
        if incident.state in ("reported", "returned"):
            lines += self._triage_advice(detail)
        if incident.state in ("reported", "returned", "accepted"):
            lines += self._unit_advice(detail)
        return lines

    def _triage_advice(self, detail: Detail) -> list[tuple[str, str]]:
        lines = []
        if detail.suggestions and not detail.incident.class_code:
            lines.append((self.tr("分类"), _class_advice(detail)))
        if detail.suggested_area[0]:
            lines.append((self.tr("网格"), say("{}（文中提到）").format(detail.suggested_area[1])))
        return lines

    def _unit_advice(self, detail: Detail) -> list[tuple[str, str]]:
        if not detail.recommendations:
            if not detail.incident.class_code:
                return []
            return [(self.tr("主办"), self.tr("无权责依据，请值班长指定"))]
        lines = []
        for name, item in zip((say("主办"), say("其次")), detail.recommendations, strict=False):
            lines.append((name, say("{}（权责：{}）").format(item.unit.name, unit_reason(item))))
        co = "、".join(unit.name for unit in detail.recommendations[0].co)
        if co:
            lines.insert(1, (self.tr("协办"), co))
        return lines

    def _assignments(self, detail: Detail, now: int) -> list[tuple[str, str]]:
        lines = []
        for item in detail.incident.assignments:
            name = detail.unit_names.get(item.unit, item.unit)
            text = f"{name} · {ASSIGNMENT_STATE_NAMES.get(item.state, item.state)}"
            if item.state in WAITING and detail.incident.pause is None:
                text += say(" · 处置{}").format(due_text(item.due_at, now))
            if item.signed_at:
                text += say(" · {} {} 签收").format(short_time(item.signed_at, now), item.signed_by)
            if item.state not in WAITING and item.reason:
                text += f" · {REASON_NAMES.get(item.reason, item.reason)}"
            if item.proposed:
                text += say(" · 建议{}").format(detail.unit_names.get(item.proposed, item.proposed))
            lines.append((PART_NAMES.get(item.part, item.part), text))
        return lines

    def _result(self, detail: Detail) -> list[tuple[str, str]]:
        incident = detail.incident
        lines = []
        if incident.outcome:
            lines.append((self.tr("办理"), OUTCOME_NAMES.get(incident.outcome, incident.outcome)))
        if incident.public_reply:
            lines.append((self.tr("答复"), incident.public_reply))
        if incident.callback_attempts:
            said = SATISFACTION_NAMES.get(incident.satisfaction, self.tr("未接通"))
            solved = SOLVED_NAMES.get(incident.solved, "")
            text = f"{said} {solved}".strip()
            lines.append(
                (self.tr("回访"), say("{}（第 {} 次）").format(text, incident.callback_attempts))
            )
        if incident.forced:
            lines.append((self.tr("强制结案"), self.tr("不计入按期结案")))
        return lines

    def _history(self, detail: Detail, now: int) -> list[tuple[str, str]]:
        lines = []
        hidden = len(detail.steps) - _SHOWN_STEPS
        if hidden > 0:
            lines.append(("", self.tr("还有 {} 条较早的经过，打印处理单可见全部").format(hidden)))
        for step in detail.steps[-_SHOWN_STEPS:]:
            text = f"{step.actor_name} {KIND_NAMES.get(step.kind, step.kind)}"
            text += settled_text(step) + step_note(step)
            if step.unit:
                text += f" {detail.unit_names.get(step.unit, step.unit)}"
            contact = step.detail.get("contact")
            if contact:
                text += say("（电话确认：{}）").format(contact)
            if step.opinion:
                text += f"：{step.opinion}"
            lines.append((short_time(step.at, now), text))
        return lines

    def _ended_like(self, detail: Detail) -> tuple[Ended, ...]:
        rid, ended = self._similar
        return ended if rid == detail.rid else ()

    def _ended_links(self, detail: Detail, now: int) -> tuple[LinkRow, ...]:
        """Return closed incidents alike and how they ended."""
        return tuple(
            LinkRow(item.number, item.number[-6:], f"{item.title} {item.number}",
                    ended_text(item, now))
            for item in self._ended_like(detail)
        )  # fmt: skip

    def _merged(self, detail: Detail) -> tuple[LinkRow, ...]:
        """Return what it was merged with."""
        return tuple(
            LinkRow(number, number, f"{name} {number}", name)
            for name, number, _ in merged_with(detail)
        )


def _class_advice(detail: Detail) -> str:
    best = detail.suggestions[0]
    if not is_sure(detail.suggestions):
        return say("没有把握；可能是 {}").format(class_names(detail))
    return f"{detail.policy.classes[best.class_code].name}（{class_reason(best)}）"


_ToldBy = tuple[Actor, tuple[str, ...], bool, tuple[Ended, ...], int]
"""Who looked, what was live, whether the reason was shown, what ended alike, and the minute."""


def _source_text(detail: Detail) -> str:
    incident = detail.incident
    parts = [SOURCE_NAMES.get(incident.source, incident.source)]
    parts += [part for part in (incident.source_no, incident.reporter) if part]
    parts.append(instant(incident.reported_at))
    return "  ".join(parts)


def _caller_text(detail: Detail) -> str:
    """Return who called as far as it may be told, empty where nobody is known."""
    caller, number = detail.caller, detail.incident.number
    is_of_district = len(number.partition("-")[0]) == CODE_LENGTH["district"]
    if caller is None:
        was_handed_on = is_of_district and detail.incident.source == "district"
        return say("来电人由区级掌握") if was_handed_on else ""
    if caller.is_erased:
        return say("已按规定删除")
    if not caller.is_readable and is_of_district:
        return say("来电人由区级掌握")
    if not caller.is_readable:
        return say("本站点无权读取（未授予指挥室密钥）")
    return mask_text(caller)


def _local_files(event: QDropEvent) -> list[Path]:
    urls = event.mimeData().urls()
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
