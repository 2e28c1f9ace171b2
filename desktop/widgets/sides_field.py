"""What several sides said, numbered: one press of a digit picks one."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.language import say
from desktop.override import override

_ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_TURNS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class SidesField(QFrame):
    """Pick one of a few by its digit, by ↑ ↓ or the mouse; Enter confirms.

    Each is a text of two lines: what was said, and by whom. `turned(step)` when ← → ask for the
    question before or after this one.
    """

    confirmed = Signal()
    turned = Signal(int)

    def __init__(self, texts: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picked = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("role", "choices")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.setSpacing(4)
        self._rows = [_Row(number, text) for number, text in enumerate(texts, start=1)]
        for number, row in enumerate(self._rows, start=1):
            row.pressed.connect(partial(self._pick, number))
            layout.addWidget(row)

    def value(self) -> str:
        """Return the number picked, empty for none."""
        return str(self._picked or "")

    def set_value(self, number: str) -> None:
        """Pick a number; an empty text picks none."""
        self._pick(int(number) if number else 0)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, text = Qt.Key(event.key()), event.text()
        if text.isascii() and text.isdigit():
            if 1 <= int(text) <= len(self._rows):
                self._pick(int(text))
        elif key in _ENTERS:
            self.confirmed.emit()
        elif key in _STEPS:
            self._pick(min(max(self._picked + _STEPS[key], 1), len(self._rows)))
        elif key in _TURNS:
            self.turned.emit(_TURNS[key])
        else:
            super().keyPressEvent(event)

    def _pick(self, number: int) -> None:
        self._picked = number
        for place, row in enumerate(self._rows, start=1):
            row.mark(is_picked=place == number)
        picked = self._rows[number - 1].text if number else ""
        self.setAccessibleDescription(say("已选 {}：{}").format(number, picked) if number else "")


class _Row(QFrame):
    """One side: its number, what was said, by whom. `pressed()` by the mouse."""

    pressed = Signal()

    def __init__(self, number: int, text: str) -> None:
        super().__init__()
        self.text = text
        self._number = number
        self.setProperty("role", "choice")
        said, _, told = text.partition("\n")
        self._mark = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._mark.setProperty("role", "strong")
        value = QLabel(said, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        value.setProperty("role", "strong")
        who = QLabel(told, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        who.setProperty("role", "dim")
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(value)
        texts.addWidget(who)
        line = QHBoxLayout(self)
        line.setContentsMargins(8, 4, 8, 4)
        line.setSpacing(10)
        line.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(texts, 1)
        self.setAccessibleName(f"{number}：{text}")
        self.mark(is_picked=False)

    def mark(self, *, is_picked: bool) -> None:
        """Show whether it is picked, not by colour alone."""
        self._mark.setText(f"{'●' if is_picked else '○'} {self._number}")
        self.setProperty("picked", is_picked)
        self.style().unpolish(self)
        self.style().polish(self)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()
        # On to the field, which takes the focus.
        event.ignore()
