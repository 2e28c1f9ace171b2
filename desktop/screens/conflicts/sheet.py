"""The disagreements of one subject, one under another: what each side says, who, where, when."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop.actions import BY_ID
from desktop.conflict_words import Question
from desktop.language import say
from desktop.override import override

NOTHING, BOTH = 0, -1
"""What is picked beside the numbers of sides."""


class Sheet(QScrollArea):
    """Shows questions with one of them current; `picked(question, number)` by the mouse."""

    picked = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._cards: list[_Card] = []
        self._current = 0

    @property
    def text(self) -> str:
        """All that is shown."""
        return "\n".join(label.text() for label in self.widget().findChildren(QLabel))

    def show_questions(self, questions: Sequence[Question]) -> None:
        """Show others."""
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(16, 8, 16, 12)
        column.setSpacing(8)
        self._cards = []
        for number, question in enumerate(questions):
            card = _Card(question)
            card.picked.connect(lambda picked, place=number: self.picked.emit(place, picked))
            self._cards.append(card)
            column.addWidget(card)
        column.addStretch(1)
        self.setWidget(page)

    def show_pick(self, current: int, number: int) -> None:
        """Mark the question that keys are about, and what is picked there."""
        self._current = current
        for place, card in enumerate(self._cards):
            card.show_pick(number if place == current else NOTHING, is_current=place == current)
        # Where a card lies is known when the page has been laid out.
        QTimer.singleShot(0, self, self._scroll)

    def _scroll(self) -> None:
        if self._current < len(self._cards):
            self.ensureWidgetVisible(self._cards[self._current], 0, 8)


class _Card(QFrame):
    """One question. `picked(number)` by the mouse."""

    picked = Signal(int)

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._rows: dict[int, _Row] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addWidget(_label(question.heading, "form-title"))
        if question.hint:
            column.addWidget(_label(question.hint, "dim"))
        for number, option in enumerate(question.options, start=1):
            mark = "·" if question.is_look else str(number)
            self._add(number, mark, option.text, option.told)
        if question.both:
            self._add(BOTH, BY_ID["keep_both"].key, say("都留：{}").format(question.both), "")
        column.addWidget(_label(_keys_of(question), "dim"))
        self.setAccessibleName(f"{question.heading}。{question.hint}")

    def show_pick(self, number: int, *, is_current: bool) -> None:
        """Show what is picked, and whether keys are about this one."""
        _dress(self, "role", "dispute" if is_current else "card")
        for place, row in self._rows.items():
            row.mark(is_picked=place == number)

    def _add(self, number: int, mark: str, said: str, told: str) -> None:
        row = self._rows[number] = _Row(mark, said, told)
        row.pressed.connect(lambda: self.picked.emit(number))
        layout = self.layout()
        assert layout is not None
        layout.addWidget(row)


class _Row(QFrame):
    """One side. `pressed()` by the mouse."""

    pressed = Signal()

    def __init__(self, mark: str, said: str, told: str) -> None:
        super().__init__()
        self._mark, self._said = mark, said
        self.setProperty("role", "choice")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 4)
        column.setSpacing(0)
        self._text = _label("", "strong")
        column.addWidget(self._text)
        if told:
            column.addWidget(_label(told, "dim"))
        self.setAccessibleName(f"{mark}：{said}。{told}")
        self.mark(is_picked=False)

    def mark(self, *, is_picked: bool) -> None:
        """Show whether it is picked, not by colour alone."""
        lead = "●" if is_picked else "○"
        self._text.setText(f"{lead} {self._mark}  {self._said}")
        _dress(self, "picked", is_picked)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()


def _keys_of(question: Question) -> str:
    """Return what can be pressed for a question."""
    if question.is_look:
        return say("Enter 已看过")
    digits = say("数字选一种")
    both = say("{} 都留").format(BY_ID["keep_both"].key) if question.both else ""
    third = say("{} 另写").format(BY_ID["write_third"].key) if question.has_third else ""
    return "　".join(filter(None, (digits, both, third, say("Enter 定下"))))


def _dress(widget: QWidget, name: str, value: object) -> None:
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
    label.setProperty("role", role)
    return label
