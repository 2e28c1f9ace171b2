"""One incident in full beside the queue: facts, clocks, advice, history."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from db.domain.incidents import WAITING
from db.domain.ops import Actor
from db.domain.settling import refusal
from db.store.queries.incidents import Detail
from desktop.actions import BY_ID
from desktop.conflict_words import settled_text
from desktop.deadline_words import incident_why
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
from desktop.loop_words import Fact, expected, facts, merged_with, step_note
from desktop.screens.triage.attachments import AttachmentList
from desktop.screens.triage.conflicts import ConflictCard
from desktop.screens.triage.live import live_beside, live_decisions, may_settle
from desktop.screens.triage.pictures import Pictures
from desktop.screens.triage.prefill import class_names, class_reason, is_sure, unit_reason
from desktop.widgets.button_grid import ButtonGrid

_SHOWN_STEPS = 60
_MINUTE = 60_000
_BUTTONS = 9
"""Buttons that can be told apart at a glance; the rest is one key away."""


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
        self._files: AttachmentList | None = None
        self.setAcceptDrops(True)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("事件详情"))
        self._detail: Detail | None = None
        self._built: _Built | None = None
        self._shows_why = False
        self.show_nothing()

    @property
    def detail(self) -> Detail | None:
        """What is shown."""
        return self._detail

    def show_nothing(self) -> None:
        """Nothing is chosen."""
        self._detail = self._built = self._files = None
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.addWidget(_label(self.tr("在左侧选一件事件"), "dim"))
        layout.addStretch(1)
        self.setWidget(page)

    def show_detail(self, detail: Detail, actor: Actor, now: int) -> None:
        """Show an incident; the scroll position stays while it is the same one.

        Nothing is built anew while it would read the same, so that marked text stays marked.
        """
        is_same = self._detail is not None and self._detail.rid == detail.rid
        position = self.verticalScrollBar().value() if is_same else 0
        self._shows_why = self._shows_why and is_same
        live = tuple(name for name, refused in detail.obstacles.items() if refused is None)
        built = (actor, live, self._shows_why, now // _MINUTE)
        if self._detail == detail and (self._built == built or self._is_marked(built)):
            return
        file = self._files.focused() if self._files and is_same else None
        page = self._page(detail, actor, now)
        self.setWidget(page)
        # Only now: the keys are about what is shown, and a page that cannot be made is not.
        self._detail, self._built = detail, built
        self._files = page.findChild(AttachmentList)
        self.verticalScrollBar().setValue(position)
        if self._files is not None:
            self._pictures.want(
                detail.incident.number, detail.attachments, self.devicePixelRatioF()
            )
            if file is not None:
                self._files.focus_at(file)

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

    def _is_marked(self, built: "_Built") -> bool:
        """Whether only the minute is another, and somebody has marked text to copy."""
        if self._built is None or self._built[:-1] != built[:-1]:
            return False
        return any(label.hasSelectedText() for label in self.findChildren(QLabel))

    def _page(self, detail: Detail, actor: Actor, now: int) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        self._add_head(layout, detail)
        if detail.conflicts:
            may_settle = refusal(actor) is None
            layout.addWidget(ConflictCard(detail.conflicts, now, may_settle=may_settle))
        layout.addLayout(self._facts(detail, now))
        if self._shows_why:
            layout.addWidget(self._why_card(detail))
        layout.addWidget(ButtonGrid(self._buttons(detail, actor)))
        if others := merged_with(detail):
            layout.addWidget(self._others_card(others))
        advice = self._advice(detail)
        if advice:
            layout.addWidget(_card(self.tr("建议"), advice))
        files = self._attachments(detail, now)
        if files is not None:
            layout.addWidget(files)
        if detail.incident.assignments:
            layout.addWidget(_card(self.tr("交办"), self._assignments(detail, now)))
        result = self._result(detail)
        if result:
            layout.addWidget(_card(self.tr("结果"), result))
        layout.addWidget(_card(self.tr("经过"), self._history(detail, now)))
        layout.addStretch(1)
        return page

    def _add_head(self, layout: QVBoxLayout, detail: Detail) -> None:
        incident = detail.incident
        line = QHBoxLayout()
        line.setSpacing(10)
        number = _label(incident.number, "dim")
        number.setWordWrap(False)
        number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        line.addWidget(number)
        if incident.urgency != "normal":
            mark = URGENCY_MARKS[incident.urgency] + URGENCY_NAMES[incident.urgency]
            line.addWidget(_label(mark, "danger" if incident.urgency == "critical" else "warn"))
        state = state_text(incident.state, has_news=detail.has_news)
        line.addWidget(_label(state, "warn" if detail.has_news else "dim"))
        line.addStretch(1)
        layout.addLayout(line)
        layout.addWidget(_label(incident.title, "title"))
        if incident.content != incident.title:
            content = _label(incident.content, "")
            content.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            layout.addWidget(content)

    def _facts(self, detail: Detail, now: int) -> QGridLayout:
        incident = detail.incident
        known = detail.policy.classes.get(incident.class_code)
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        rows = facts(detail, now)
        unlisted = incident.class_code or self.tr("未分类")
        rows.append(Fact(self.tr("分类"), known.name if known else unlisted))
        place = "  ".join(filter(None, (detail.area_path, incident.address)))
        rows.append(Fact(self.tr("地点"), place or self.tr("未填")))
        if detail.posts:
            held = "  ".join(
                f"{POST_NAMES.get(post.role, post.role)} {post.name} {post.phone}"
                for post in detail.posts
            )
            rows.append(Fact(self.tr("网格"), held))
        rows.append(Fact(self.tr("来源"), _source_text(detail)))
        if detail.caller:
            rows.append(Fact(self.tr("来电人"), _caller_text(detail)))
        if incident.source_status or incident.source_reply:
            reply = "  ".join(filter(None, (incident.source_status, incident.source_reply)))
            rows.append(Fact(self.tr("来源答复"), reply))
        for number, (name, value, role) in enumerate(rows):
            grid.addWidget(_label(name, "dim"), number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(_label(value, role), number, 1)
        return grid

    def _buttons(self, detail: Detail, actor: Actor) -> list[QPushButton]:
        """Return buttons of what can be done now; the first is what the loop expects."""
        first = ["resolve"] if may_settle(detail, actor) else []
        last = [*live_beside(detail, actor), "more"]
        names = [*first, *live_decisions(detail)][: _BUTTONS - len(last)] + last
        awaited = {*first, *expected(detail.incident)}
        buttons = [self._button(name) for name in names]
        if names[0] in awaited:
            buttons[0].setProperty("kind", "primary")
        return buttons

    def _button(self, name: str) -> QPushButton:
        action = BY_ID[name]
        button = QPushButton(f"{action.key}  {action.text}".strip())
        button.setAccessibleName(action.text)
        button.setToolTip(action.help)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self.asked_for.emit(name))
        return button

    def _attachments(self, detail: Detail, now: int) -> AttachmentList | None:
        if not detail.attachments:
            return None
        files = AttachmentList(detail.attachments, self._pictures, now)
        files.opened.connect(self.file_opened)
        return files

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
            lines.append((self.tr("网格"), f"{detail.suggested_area[1]}（文中提到）"))
        return lines

    def _unit_advice(self, detail: Detail) -> list[tuple[str, str]]:
        if not detail.recommendations:
            if not detail.incident.class_code:
                return []
            return [(self.tr("主办"), self.tr("无权责依据，请值班长指定"))]
        lines = []
        for name, item in zip(("主办", "其次"), detail.recommendations, strict=False):
            lines.append((name, f"{item.unit.name}（权责：{unit_reason(item)}）"))
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
                text += f" · 处置{due_text(item.due_at, now)}"
            if item.signed_at:
                text += f" · {short_time(item.signed_at, now)} {item.signed_by} 签收"
            if item.state not in WAITING and item.reason:
                text += f" · {REASON_NAMES.get(item.reason, item.reason)}"
            if item.proposed:
                text += f" · 建议{detail.unit_names.get(item.proposed, item.proposed)}"
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
            lines.append((self.tr("回访"), f"{text}（第 {incident.callback_attempts} 次）"))
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
                text += f"（电话确认：{contact}）"
            if step.opinion:
                text += f"：{step.opinion}"
            lines.append((short_time(step.at, now), text))
        return lines

    def _why_card(self, detail: Detail) -> QFrame:
        return _card(self.tr("为什么是这个时间"), incident_why(detail.incident, detail.calendar))

    def _others_card(self, others: Sequence[Fact]) -> QFrame:
        """Return a card of what it was merged with; each number opens its incident."""
        card = _card(self.tr("并案"), [])
        grid = card.layout()
        assert isinstance(grid, QGridLayout)
        for row, (name, number, _) in enumerate(others, start=1):
            button = QPushButton(number)
            button.setAccessibleName(f"{name} {number}")
            button.setProperty("kind", "link")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _=False, number=number: self.number_asked.emit(number))
            grid.addWidget(_label(name, "dim"), row, 0)
            grid.addWidget(button, row, 1, Qt.AlignmentFlag.AlignLeft)
        return card


def _class_advice(detail: Detail) -> str:
    best = detail.suggestions[0]
    if not is_sure(best):
        return f"没有把握；可能是 {class_names(detail)}"
    return f"{detail.policy.classes[best.class_code].name}（{class_reason(best)}）"


_Built = tuple[Actor, tuple[str, ...], bool, int]
"""Who looked, what was live, whether the reason was shown, and the minute."""


def _source_text(detail: Detail) -> str:
    incident = detail.incident
    parts = [SOURCE_NAMES.get(incident.source, incident.source)]
    parts += [part for part in (incident.source_no, incident.reporter) if part]
    parts.append(instant(incident.reported_at))
    return "  ".join(parts)


def _caller_text(detail: Detail) -> str:
    caller = detail.caller
    assert caller is not None
    if not caller.is_readable:
        return "本站点无权读取（未授予指挥室密钥，或已删除）"
    tail = f"尾号 {caller.tail}" if caller.tail else "无号码"
    return f"{caller.name or '未留姓名'}  {tail}"


def _local_files(event: QDropEvent) -> list[Path]:
    urls = event.mimeData().urls()
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
    if role:
        label.setProperty("role", role)
    return label


def _card(title: str, lines: Sequence[tuple[str, str]]) -> QFrame:
    card = QFrame()
    card.setProperty("role", "card")
    grid = QGridLayout(card)
    grid.setContentsMargins(12, 8, 12, 8)
    grid.setHorizontalSpacing(10)
    grid.setVerticalSpacing(3)
    grid.setColumnStretch(1, 1)
    grid.addWidget(_label(title, "dim"), 0, 0, 1, 2)
    for row, (name, value) in enumerate(lines, start=1):
        grid.addWidget(_label(name, "dim"), row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(_label(value, ""), row, 1)
    return card
