"""Fields of a decision form: pick one of many, long text, yes or no. Enter always confirms."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QWidget,
)
from typing_extensions import override

_MATCH_ROLE = Qt.ItemDataRole.UserRole + 1
_CODE_ROLE = Qt.ItemDataRole.UserRole + 2
_LINES = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to pick: its code, how it reads, and what else may be typed to find it."""

    code: str
    label: str
    hints: str = ""


class PickField(QComboBox):
    """Pick one of many by typing part of its name, code or initials."""

    confirmed = Signal()

    def __init__(self, choices: Sequence[Choice], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMinimumContentsLength(8)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._choices = tuple(choices)
        model = QStandardItemModel(self)
        for choice in choices:
            item = QStandardItem(choice.label)
            item.setData(f"{choice.label} {choice.code} {choice.hints}", _MATCH_ROLE)
            item.setData(choice.code, _CODE_ROLE)
            model.appendRow(item)
        self.setModel(model)
        completer = QCompleter(model, self)
        completer.setCompletionRole(_MATCH_ROLE)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        # The stubs know only one of the signal's two forms.
        activated: Any = completer.activated
        activated[QModelIndex].connect(self._on_completed)
        self.setCompleter(completer)
        edit = self.lineEdit()
        assert edit is not None
        edit.returnPressed.connect(self.confirmed)
        self.setCurrentIndex(-1)

    def value(self) -> str:
        """Return the code picked; what was typed where it names nothing."""
        text = self.currentText().strip()
        exact = [choice.code for choice in self._choices if text in (choice.label, choice.code)]
        if exact or not text:
            return exact[0] if exact else ""
        wanted = text.casefold()
        found = [
            choice.code
            for choice in self._choices
            if wanted in f"{choice.label} {choice.code} {choice.hints}".casefold()
        ]
        return found[0] if len(found) == 1 else text

    def set_value(self, code: str) -> None:
        """Show a code's label; a code that is not on the list leaves the field empty."""
        codes = [choice.code for choice in self._choices]
        self.setCurrentIndex(codes.index(code) if code in codes else -1)

    @Slot(QModelIndex)
    def _on_completed(self, index: QModelIndex) -> None:
        self.set_value(index.data(_CODE_ROLE))


class ManyField(QLineEdit):
    """Name several, parted by 、 or blanks; each by name or code."""

    confirmed = Signal()

    def __init__(self, choices: Sequence[Choice], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices = tuple(choices)
        self.returnPressed.connect(self.confirmed)

    def value(self) -> tuple[str, ...]:
        """Return the codes named; what was typed where it names nothing."""
        words = self.text().replace("、", " ").replace("，", " ").replace(",", " ").split()
        return tuple(self._code_of(word) for word in words)

    def set_value(self, codes: Sequence[str]) -> None:
        """Show the names of codes."""
        labels = {choice.code: choice.label for choice in self._choices}
        self.setText("、".join(labels.get(code, code) for code in codes))

    def _code_of(self, word: str) -> str:
        for choice in self._choices:
            if word in (choice.label, choice.code) or word in choice.hints.split():
                return choice.code
        return word


class LongField(QPlainTextEdit):
    """A few lines of text. Enter confirms, Shift+Enter breaks the line, Tab goes on."""

    confirmed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def value(self) -> str:
        """Return the text without blanks around it."""
        return self.toPlainText().strip()

    def set_value(self, text: str) -> None:
        """Show a text, the cursor behind it."""
        self.setPlainText(text)
        self.moveCursor(self.textCursor().MoveOperation.End)

    @override
    def sizeHint(self) -> QSize:
        height = self.fontMetrics().lineSpacing() * _LINES + 16
        return QSize(super().sizeHint().width(), height)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.confirmed.emit()
        else:
            super().keyPressEvent(event)


class LineField(QLineEdit):
    """One line of text."""

    confirmed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.returnPressed.connect(self.confirmed)

    def value(self) -> str:
        """Return the text without blanks around it."""
        return self.text().strip()

    def set_value(self, text: str) -> None:
        """Show a text."""
        self.setText(text)


class FlagField(QCheckBox):
    """Yes or no; Space ticks it, Enter confirms."""

    confirmed = Signal()

    def value(self) -> bool:
        """Return whether it is ticked."""
        return self.isChecked()

    def set_value(self, is_set: Any) -> None:
        """Tick it or not."""
        self.setChecked(bool(is_set))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.confirmed.emit()
        else:
            super().keyPressEvent(event)


Field = PickField | ManyField | LongField | LineField | FlagField
