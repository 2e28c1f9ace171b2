"""分歧: all that is in dispute at the left, what each side says at the right; settled by keys.

Nothing waits for it: whoever leaves finds what is open again as it is then.
"""

from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget

from db.commands.bulk import BulkResult
from db.commands.conflicts import Settled, resolve_many, settle_fact
from db.domain.settling import refusal
from db.store.changes import Changes
from db.store.queries.conflicts import Dispute, OpenConflict, disputes
from desktop.actions import BY_ID, bind
from desktop.conflict_words import (
    Question,
    fields_text,
    heading_text,
    questions,
    subject_text,
)
from desktop.context import OK, WARN, AppContext
from desktop.decisions.bulk_words import result_text
from desktop.decisions.choices import TownChoices, read_choices
from desktop.decisions.form import DecisionForm
from desktop.decisions.many import Many
from desktop.decisions.settling import Settling
from desktop.decisions.taking_back import TakingBack
from desktop.i18n import describe
from desktop.layouts import KeptLayout
from desktop.override import override
from desktop.runner import Throttle
from desktop.screens.conflicts.listing import DisputeList
from desktop.screens.conflicts.sheet import BOTH, NOTHING, Sheet
from desktop.widgets.own_keys import claims_key

_MINE = frozenset({"incident", "area", "unit", "post", "user", "list", "response", "place"})
"""What may be in dispute."""


class ConflictsScreen(QWidget):
    """The page of disagreements. `loaded()` when they were read anew."""

    loaded = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._shown: Dispute | None = None
        self._questions: tuple[Question, ...] = ()
        self._place = 0
        self._picked = NOTHING
        self._is_writing = False
        self._is_stale = False
        self._build()
        self._connect()
        self._bind_keys()
        self._refresh = Throttle(self.refresh, parent=self)
        self._load_choices()
        self.refresh()

    @property
    def rows(self) -> DisputeList:
        """The left side."""
        return self._list

    @property
    def sheet(self) -> Sheet:
        """The right side."""
        return self._sheet

    @property
    def form(self) -> DecisionForm:
        """The form in which something else is written."""
        return self._form

    @property
    def question(self) -> Question | None:
        """What keys are about."""
        return self._questions[self._place] if self._place < len(self._questions) else None

    @Slot()
    def refresh(self) -> None:
        """Read everything anew; nothing moves under the cursor."""
        store, scope = self._context.store, self._context.duty.scope
        self._is_stale = False
        self._context.runner.read(
            lambda: store.read(lambda c: disputes(c, scope)),
            self._on_disputes,
            self._on_failed,
            "conflicts",
            self,
        )

    def cancel(self) -> None:
        """Let what runs long come to an end: the window closes."""
        self._many.stop()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self.refresh()

    @override
    def event(self, event: QEvent) -> bool:
        return claims_key(event, self._is_own_key) or super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._is_own_key(event):
            self._step_back()
        else:
            super().keyPressEvent(event)

    def _is_own_key(self, event: QEvent) -> bool:
        is_back = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        return is_back and bool(self._form.is_open or self._picked or self._list.marked)

    @Slot()
    def _step_back(self) -> None:
        """Close what is open, nearest first."""
        if self._form.is_open:
            if not self._form.is_sent:
                self._form.close_form()
                self._focus_list()
                if self._is_stale:
                    self.refresh()
        elif self._picked:
            self._pick(NOTHING)
        else:
            self._list.set_marked(())

    def _build(self) -> None:
        self._list = DisputeList()
        self._sheet = Sheet()
        self._form = DecisionForm(self)
        self._settling = Settling(self._context, self._form, self)
        self._many = Many(self._context, self)
        self._taking_back = TakingBack(self._context, self._many, self)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self._left())
        splitter.addWidget(self._right())
        splitter.setStretchFactor(0, 2)
        splitter.setStretchFactor(1, 3)
        KeptLayout(self._context, splitter, "conflicts", (460, 800))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(splitter)
        self.setFocusProxy(self._list)

    def _left(self) -> QWidget:
        side = QWidget()
        self._head = _label("strong")
        self._head.setContentsMargins(12, 10, 12, 2)
        self._note = _label("dim")
        self._note.setContentsMargins(12, 0, 12, 6)
        self._head.setText(self.tr("分歧"))
        self._note.setText(self.tr("正在读取……"))
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self._head, self._note):
            column.addWidget(widget)
        column.addWidget(self._list, 1)
        return side

    def _right(self) -> QWidget:
        side = QWidget()
        self._title = _label("title")
        self._title.setContentsMargins(16, 10, 16, 0)
        self._about = _label("dim")
        self._about.setContentsMargins(16, 0, 16, 4)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self._title, self._about, self._form, self._many.bar):
            column.addWidget(widget)
        column.addWidget(self._sheet, 1)
        return side

    def _connect(self) -> None:
        self._list.chosen.connect(self._on_chosen)
        self._list.picked.connect(self._on_digit)
        self._list.marks_changed.connect(self._show_note)
        self._list.entered_key.connect(self._settle)
        self._sheet.picked.connect(self._on_clicked)
        self._form.cancelled.connect(self._step_back)
        self._settling.settled.connect(self._on_settled)
        self._settling.refused.connect(self._on_refused)
        self._taking_back.taken_back.connect(self._on_taken_back)
        self._context.duty.changed.connect(self._on_changed)
        self._context.duty.switched.connect(self._on_switched)

    def _bind_keys(self) -> None:
        slots = {
            "keep_both": partial(self._pick, BOTH),
            "write_third": self._write_third,
            "down": partial(self._list.step, 1),
            "up": partial(self._list.step, -1),
            "field_next": partial(self._turn, 1),
            "field_back": partial(self._turn, -1),
            "mark": self._list.toggle_mark,
            "mark_all": self._list.mark_all,
            "take_newer": partial(self._take, "newer"),
            "take_ours": partial(self._take, "ours"),
            "take_theirs": partial(self._take, "theirs"),
            "undo": self._taking_back.undo,
            "at_desk": self._to_desk,
        }
        for name, slot in slots.items():
            bind(self._list, name, slot)

    # what is shown

    def _on_disputes(self, found: list[Dispute]) -> None:
        self._is_writing = False
        if self._form.is_open:
            # What is being written about stays where it is.
            self._is_stale = True
            return
        self._list.show_disputes(found)
        self._show_note()
        self.loaded.emit()

    def _on_failed(self, error: Exception) -> None:
        self._is_writing = False
        self._note.setText(f"✕ {'。'.join(describe(error))}")
        self._context.duty.tell_error(error)

    @Slot()
    def _show_note(self) -> None:
        count, marked = self._list.count(), len(self._list.marked)
        self._head.setText(self.tr("分歧  {} 件").format(count))
        if not count:
            text = self.tr("没有分歧。断线时两处说法不一的，线路通了以后列在这里。")
        elif marked:
            keys = (BY_ID[name] for name in ("take_newer", "take_ours", "take_theirs"))
            told = "　".join(f"{one.key} {one.text}" for one in keys)
            text = self.tr("已标记 {} 件　{}").format(marked, told)
        else:
            text = self.tr("不急着定，什么都不耽误。空格标记几件，可以一起定同一项。")
        self._note.setText(text)

    @Slot(object)
    def _on_chosen(self, dispute: Dispute | None) -> None:
        if dispute == self._shown:
            return
        self._form.close_form()
        own, now = self._context.store.site.id, self._context.clock()
        shown = questions(dispute, own, now) if dispute else ()
        is_same = self._shown and dispute and self._shown.rid == dispute.rid
        self._place = min(self._place, len(shown) - 1) if is_same else 0
        self._shown, self._questions = dispute, shown
        self._title.setText(subject_text(dispute) if dispute else "")
        self._about.setText(_about(dispute) if dispute else "")
        self._sheet.show_questions(shown)
        self._pick(NOTHING)

    def _pick(self, number: int) -> None:
        """Take a side for now; Enter settles it."""
        question = self.question
        if number == BOTH and (question is None or not question.both):
            self._context.duty.tell(WARN, self.tr("这一项只能留一种"), self.tr("按数字选一个"))
            number = NOTHING
        self._picked = number
        self._sheet.show_pick(self._place, number)
        told = f"{question.heading}　{self.tr('已选 {}').format(number)}" if question else ""
        self._list.setAccessibleDescription(told if number else "")

    @Slot(int)
    def _on_digit(self, number: int) -> None:
        question = self.question
        if question and not question.is_look and number <= len(question.options):
            self._pick(number)

    @Slot(int, int)
    def _on_clicked(self, place: int, number: int) -> None:
        self._place = place
        question = self.question
        self._pick(number if question and not question.is_look else NOTHING)
        self._focus_list()

    def _turn(self, step: int) -> None:
        if self._questions:
            self._place = (self._place + step) % len(self._questions)
            self._pick(NOTHING)

    def _focus_list(self) -> None:
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    # what is settled

    @Slot()
    def _settle(self) -> None:
        """Settle the question by what is picked; then the next one is asked."""
        dispute, question = self._list.current, self.question
        if dispute is None or question is None or self._is_writing:
            return
        if not self._picked and not question.is_look:
            self._context.duty.tell(WARN, self.tr("还没有选"), self.tr("按数字选一种，再按 Enter"))
            return
        if question.conflict is None:
            self._settle_fact(dispute, question.options[self._picked - 1].value)
        elif refused := refusal(self._context.duty.actor):
            self._context.duty.tell_error(refused)
        else:
            self._is_writing = True
            self._settling.write(dispute.id, question.conflict, self._value(question))

    def _value(self, question: Question) -> Any:
        if question.is_look:
            return None
        if self._picked == BOTH:
            return question.both
        return question.options[self._picked - 1].value

    def _settle_fact(self, dispute: Dispute, ref: Any) -> None:
        self._is_writing = True
        store, duty = self._context.store, self._context.duty
        self._context.runner.write(
            partial(settle_fact, store, duty.actor, dispute.entity, dispute.id, ref, dispute.seen),
            duty.while_here(partial(self._on_fact_settled, dispute)),
            duty.while_here(self._on_failed),
            self,
        )

    def _on_fact_settled(self, dispute: Dispute, _: Changes) -> None:
        text = self.tr("定分歧  {}").format(subject_text(dispute))
        self._context.duty.tell(OK, text, fields_text(dispute))
        self.refresh()

    @Slot(object, bool)
    def _on_settled(self, done: Settled, was_shown: bool) -> None:
        self._taking_back.remember("resolve", done.done)
        self.refresh()
        if was_shown:
            self._focus_list()

    @Slot()
    def _on_refused(self) -> None:
        self._is_writing = False
        self.refresh()

    @Slot()
    def _write_third(self) -> None:
        """Ask for something else than what was said."""
        dispute, question = self._list.current, self.question
        if dispute is None or question is None:
            return
        if not question.has_third:
            self._context.duty.tell(
                WARN, self.tr("这一项只能在列出的说法里选"), self.tr("按数字选一个")
            )
            return
        self._settling.open(dispute.id, dispute.conflicts, self._place)
        if self._form.has_field("other"):
            self._form.field("other").setFocus(Qt.FocusReason.OtherFocusReason)

    def _take(self, side: str) -> None:
        """Settle the field asked about in all marked incidents by the same side."""
        question, conflict = self.question, None
        if question is not None and self._list.marked:
            conflict = question.conflict
        if conflict is None:
            self._context.duty.tell(
                WARN, self.tr("没有标记"), self.tr("空格标记几件，再按；← → 选哪一项")
            )
        elif refused := refusal(self._context.duty.actor):
            self._context.duty.tell_error(refused)
        elif not self._many.refuse():
            self._take_many(side, conflict)

    def _take_many(self, side: str, conflict: OpenConflict) -> None:
        seen = {
            one.rid: item.seen
            for one in self._list.marked
            for item in one.conflicts
            if item.field == conflict.field
        }
        store, duty = self._context.store, self._context.duty
        work = partial(resolve_many, store, duty.actor, duty.scope, conflict.field, side, seen)
        name = f"{BY_ID[f'take_{side}'].text} {heading_text(conflict)}"
        self._many.run(work, len(seen), partial(self._on_taken, name), self._on_failed)

    def _on_taken(self, name: str, result: BulkResult) -> None:
        self._taking_back.remember("resolve", result)
        kind, text, hint = result_text(name, result)
        line = f"{text}  {len(result.done)}/{result.total}"
        undo = self.tr("{} 整批撤销").format(BY_ID["undo"].key) if result.done else ""
        self._context.duty.tell(kind, line, "；".join(filter(None, (hint, undo))))
        self._list.set_marked([*(item.rid for item in result.refused), *result.rest])
        self.refresh()

    @Slot(int)
    def _on_taken_back(self, rid: int) -> None:
        self._context.runner.cancel("conflicts")
        self.refresh()
        self._list.go_to(rid)

    @Slot()
    def _to_desk(self) -> None:
        dispute = self._list.current
        if dispute is not None and dispute.entity == "incident":
            self._context.duty.asked_for.emit("desk", dispute.id)

    # what happens meanwhile

    @Slot(object)
    def _on_changed(self, changes: Changes) -> None:
        if not changes.subjects & _MINE:
            return
        if self.isVisible() and not self._form.is_open:
            self._refresh.request()
        else:
            self._is_stale = True

    @Slot()
    def _on_switched(self) -> None:
        # What one person saw and typed is not the next one's.
        self._form.forget()
        self._context.runner.cancel("conflicts")
        self._list.show_disputes(())
        self.refresh()

    def _load_choices(self) -> None:
        store = self._context.store
        self._context.runner.read(
            lambda: store.read(lambda c: read_choices(c, store.clock())),
            self._on_choices,
            None,
            "conflicts-choices",
            self,
        )

    def _on_choices(self, found: TownChoices) -> None:
        self._form.offer(found.choices)


def _about(dispute: Dispute) -> str:
    """Return which one it is."""
    return dispute.id if dispute.entity == "incident" else fields_text(dispute)


def _label(role: str) -> QLabel:
    label = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
    label.setProperty("role", role)
    return label
