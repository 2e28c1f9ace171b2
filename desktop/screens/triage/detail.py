"""One incident in full beside the queue: facts, clocks, advice, history."""

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

from db.domain.deadlines import Deadline, deadline
from db.domain.incidents import Timer
from db.domain.lists import Limit
from db.domain.ops import Actor
from db.domain.scope import scope_of
from db.domain.settling import refusal
from db.domain.transitions import available
from db.store.lists import default_policy
from db.store.queries.incidents import SOON, Detail
from desktop.actions import BY_ID
from desktop.conflict_words import settled_text
from desktop.i18n import (
    ASSIGNMENT_STATE_NAMES,
    HOLIDAY_NAMES,
    KIND_NAMES,
    OUTCOME_NAMES,
    PART_NAMES,
    POST_NAMES,
    SATISFACTION_NAMES,
    SOURCE_NAMES,
    STAGE_NAMES,
    URGENCY_MARKS,
    URGENCY_NAMES,
    due_text,
    instant,
    limit_text,
    short_time,
    state_text,
)
from desktop.screens.triage.attachments import AttachmentList
from desktop.screens.triage.conflicts import ConflictCard
from desktop.screens.triage.pictures import Pictures

_SHOWN_SKIPS = 12
_SHOWN_STEPS = 60
_MINUTE = 60_000
_ASIDE = frozenset({"note", "attach", "why", "print"})
"""Actions that are never what the loop expects next."""


class DetailPanel(QScrollArea):
    """Shows a `Detail`. `asked_for(action id)` when one of its buttons is pressed.

    `file_opened(row)` when an attached file is to be looked at, `files_dropped(paths)` when files
    are dropped here.
    """

    asked_for = Signal(str)
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
        self._built: tuple[Actor, int, bool] | None = None
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
        built = (actor, now // _MINUTE, self._shows_why)
        if self._detail == detail and (self._built == built or self._is_marked(built)):
            return
        self._detail, self._built = detail, built
        file = self._files.focused() if self._files and is_same else None
        self.setWidget(self._page(detail, actor, now))
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

    def _is_marked(self, built: tuple[Actor, int, bool]) -> bool:
        """Whether only the minute is another, and somebody has marked text to copy."""
        if self._built is None or (self._built[0], self._built[2]) != (built[0], built[2]):
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
        layout.addLayout(self._buttons(detail, actor))
        advice = self._advice(detail)
        if advice:
            layout.addWidget(_card(self.tr("建议"), advice))
        self._files = self._attachments(detail, now)
        if self._files is not None:
            layout.addWidget(self._files)
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
        known = default_policy().classes.get(incident.class_code)
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        rows: list[tuple[str, str, str]] = []
        due = incident.next_due
        if due:
            rows.append((self.tr("时限"), _due_sentence(due, now), _due_role(due, now)))
        rows.append((self.tr("分类"), known.name if known else self.tr("未分类"), ""))
        place = "  ".join(filter(None, (detail.area_path, incident.address)))
        rows.append((self.tr("地点"), place or self.tr("未填"), ""))
        if detail.posts:
            held = "  ".join(
                f"{POST_NAMES.get(post.role, post.role)} {post.name} {post.phone}"
                for post in detail.posts
            )
            rows.append((self.tr("网格"), held, ""))
        rows.append((self.tr("来源"), _source_text(detail), ""))
        if detail.caller:
            rows.append((self.tr("来电人"), _caller_text(detail), ""))
        if incident.source_status or incident.source_reply:
            reply = "  ".join(filter(None, (incident.source_status, incident.source_reply)))
            rows.append((self.tr("来源答复"), reply, ""))
        for number, (name, value, role) in enumerate(rows):
            grid.addWidget(_label(name, "dim"), number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(_label(value, role), number, 1)
        return grid

    def _buttons(self, detail: Detail, actor: Actor) -> QGridLayout:
        """Buttons of what can be done now; the first is what the loop expects."""
        names = [item.action for item in available(detail.incident, actor)]
        if detail.conflicts and refusal(actor) is None:
            names.insert(0, "resolve")
        if detail.caller and detail.caller.is_readable and scope_of(actor).sees_caller:
            names.append("caller")
        names += ["why", "print"]
        grid = QGridLayout()
        grid.setSpacing(6)
        for number, name in enumerate(names):
            action = BY_ID[name]
            button = QPushButton(f"{action.key}  {action.text}")
            button.setAccessibleName(action.text)
            button.setToolTip(action.help)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            if number == 0 and name not in _ASIDE:
                button.setProperty("kind", "primary")
            button.clicked.connect(lambda _=False, name=name: self.asked_for.emit(name))
            grid.addWidget(button, number // 3, number % 3)
        grid.setColumnStretch(3, 1)
        return grid

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
        classes = default_policy().classes
        if detail.suggestions and not detail.incident.class_code:
            best = detail.suggestions[0]
            words = "、".join(best.words[:4])
            lines.append((self.tr("分类"), f"{classes[best.class_code].name}（文中有：{words}）"))
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
            duty = self.tr("当班") if item.is_on_duty else self.tr("不在班")
            reason = f"{item.unit.name}（权责：{item.basis}；{duty}，手上 {item.load} 件）"
            lines.append((name, reason))
        co = "、".join(unit.name for unit in detail.recommendations[0].co)
        if co:
            lines.insert(1, (self.tr("协办"), co))
        return lines

    def _assignments(self, detail: Detail, now: int) -> list[tuple[str, str]]:
        lines = []
        for item in detail.incident.assignments:
            name = detail.unit_names.get(item.unit, item.unit)
            text = f"{name} · {ASSIGNMENT_STATE_NAMES.get(item.state, item.state)}"
            if item.state in ("sent", "signed"):
                text += f" · 处置{due_text(item.due_at, now)}"
            if item.signed_at:
                text += f" · {short_time(item.signed_at, now)} {item.signed_by} 签收"
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
            lines.append((self.tr("回访"), f"{said}（第 {incident.callback_attempts} 次）"))
        return lines

    def _history(self, detail: Detail, now: int) -> list[tuple[str, str]]:
        lines = []
        hidden = len(detail.steps) - _SHOWN_STEPS
        if hidden > 0:
            lines.append(("", self.tr("还有 {} 条较早的经过，打印处理单可见全部").format(hidden)))
        for step in detail.steps[-_SHOWN_STEPS:]:
            text = f"{step.actor_name} {KIND_NAMES.get(step.kind, step.kind)}{settled_text(step)}"
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
        due = detail.incident.next_due
        if due is None:
            return _card(self.tr("为什么是这个时间"), [("", self.tr("现在没有在走的时限"))])
        computed = deadline(due.start_at, Limit(due.limit_unit, due.amount))
        return _card(self.tr("为什么是这个时间"), why_lines(computed, due))


def why_lines(computed: Deadline, timer: Timer) -> list[tuple[str, str]]:
    """Return the explanation of a deadline line by line."""
    lines = [
        ("环节", f"{STAGE_NAMES[timer.stage]}，{limit_text(timer.limit_unit, timer.amount)}"),
        ("开始", instant(timer.start_at)),
    ]
    lines += [
        ("计入", f"{instant(item.from_at)} 至 {instant(item.to_at)}")
        for item in computed.counted[:_SHOWN_SKIPS]
    ]
    lines += [
        ("跳过", f"{item.day:%Y-%m-%d} {HOLIDAY_NAMES.get(item.reason, item.reason)}")
        for item in computed.skipped[:_SHOWN_SKIPS]
    ]
    lines.append(("到期", instant(timer.due_at)))
    lines += [("注意", f"缺少 {year} 年节假日表，按周末计算") for year in computed.uncovered_years]
    return lines


def _due_sentence(timer: Timer, now: int) -> str:
    limit = limit_text(timer.limit_unit, timer.amount)
    due = due_text(timer.due_at, now)
    return f"{STAGE_NAMES[timer.stage]} {due} · {short_time(timer.due_at, now)} 到期（{limit}）"


def _due_role(timer: Timer, now: int) -> str:
    if timer.due_at < now:
        return "danger"
    return "warn" if timer.due_at - now < SOON else ""


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


def _card(title: str, lines: list[tuple[str, str]]) -> QFrame:
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
