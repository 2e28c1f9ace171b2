"""Fields of a decision form: pick one of many, long text, yes or no. Enter always confirms.

`edited` is emitted where a person changes a field, never where the program does.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from desktop.override import override
from desktop.widgets.sides_field import SidesField

_MATCH_ROLE = Qt.ItemDataRole.UserRole + 1
_CODE_ROLE = Qt.ItemDataRole.UserRole + 2
_LINES = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to pick: its code, how it reads, and what else may be typed to find it.

    `hints` are other names, `spelled` its pinyin initials.
    """

    code: str
    label: str
    hints: str = ""
    spelled: str = ""


class ChoiceModel(QStandardItemModel):
    """What can be picked; made once, shown by any number of fields.

    Labels that are equal carry their code: the combo box takes a text for its first namesake.
    """

    def __init__(self, choices: Sequence[Choice], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.choices = _told_apart(choices)
        self.appendColumn([_item(choice) for choice in self.choices])

    def code_at(self, row: int) -> str:
        """Return the code in a row."""
        return self.choices[row].code

    def row_of(self, code: str) -> int:
        """Return the row of a code, -1 when it is not offered."""
        codes = [choice.code for choice in self.choices]
        return codes.index(code) if code in codes else -1

    def named(self, text: str) -> str:
        """Return the code that a text names: its code, its label, the only one it is part of.

        What names none, or more than one, comes back as it was typed: the rule refuses it.
        """
        found = [one.code for one in self.choices if text in (one.label, one.code)]
        if not found:
            wanted = text.casefold()
            found = [one.code for one in self.choices if wanted in _match_text(one).casefold()]
        return found[0] if len(found) == 1 else text


class PickField(QComboBox):
    """Pick one of many by typing part of its name, code or initials."""

    confirmed = Signal()
    edited = Signal()

    def __init__(self, offered: ChoiceModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMinimumContentsLength(8)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        completer = QCompleter(self)
        completer.setCompletionRole(_MATCH_ROLE)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.popup().setProperty("role", "drop")
        # The stubs know only one of the signal's two forms.
        activated: Any = completer.activated
        activated[QModelIndex].connect(self._on_completed)
        self.setCompleter(completer)
        edit = self.lineEdit()
        assert edit is not None
        edit.returnPressed.connect(self.confirmed)
        edit.textEdited.connect(self.edited)
        self.activated.connect(self.edited)
        self.offer(offered)

    def offer(self, offered: ChoiceModel) -> None:
        """Offer other things to pick; nothing is picked then."""
        self._offered = offered
        self.setModel(offered)
        completer = self.completer()
        assert completer is not None
        completer.setModel(offered)
        self.setCurrentIndex(-1)

    def is_known(self) -> bool:
        """Whether what stands in the field is empty or names one of what is offered."""
        return not self.value() or self._offered.row_of(self.value()) >= 0

    def value(self) -> str:
        """Return the code picked; what was typed where it names nothing, or more than one."""
        text, row = self.currentText().strip(), self.currentIndex()
        if row >= 0 and text == self.itemText(row):
            return self._offered.code_at(row)
        return self._offered.named(text) if text else ""

    def set_value(self, code: str) -> None:
        """Show a code's label; a code that is not on the list leaves the field empty."""
        self.setCurrentIndex(self._offered.row_of(code))

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Pick nothing by a wheel that only scrolls past."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    @Slot(QModelIndex)
    def _on_completed(self, index: QModelIndex) -> None:
        self._take(index.data(_CODE_ROLE))

    def _take(self, code: str) -> None:
        self.set_value(code)
        self.edited.emit()


class ManyField(QLineEdit):
    """Name several, parted by 、 or blanks; each by name or code."""

    confirmed = Signal()
    edited = Signal()

    def __init__(self, choices: Sequence[Choice], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices = _told_apart(choices)
        self.returnPressed.connect(self.confirmed)
        self.textEdited.connect(self.edited)

    def offer(self, choices: Sequence[Choice]) -> None:
        """Let other things be named."""
        self._choices = _told_apart(choices)

    def value(self) -> tuple[str, ...]:
        """Return the codes named; what was typed where it names nothing."""
        words = self.text().replace("、", " ").replace("，", " ").replace(",", " ").split()
        return tuple(self._code_of(word) for word in words)

    def set_value(self, codes: Sequence[str]) -> None:
        """Show the names of codes."""
        labels = {choice.code: choice.label for choice in self._choices}
        self.setText("、".join(labels.get(code, code) for code in codes))

    def _code_of(self, word: str) -> str:
        found = [
            choice.code
            for choice in self._choices
            if word in (choice.label, choice.code, *choice.hints.split())
        ]
        return found[0] if len(found) == 1 else word


class LongField(QPlainTextEdit):
    """A few lines of text. Enter confirms, Shift+Enter breaks the line, Tab goes on."""

    confirmed = Signal()
    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._known = ""
        self.textChanged.connect(self._on_changed)
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def value(self) -> str:
        """Return the text without blanks around it."""
        return self.toPlainText().strip()

    def set_value(self, text: str) -> None:
        """Show a text, the cursor behind it."""
        self._known = text
        self.setPlainText(text)
        self.moveCursor(self.textCursor().MoveOperation.End)

    def insert(self, text: str) -> None:
        """Put a text where the cursor is, as if it were typed: Ctrl+Z takes it back."""
        self.insertPlainText(text)

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

    @Slot()
    def _on_changed(self) -> None:
        # An input method that composes changes the layout, not the text.
        text = self.toPlainText()
        if text != self._known:
            self._known = text
            self.edited.emit()


class LineField(QLineEdit):
    """One line of text; `hint` says how it is to be written."""

    confirmed = Signal()
    edited = Signal()

    def __init__(self, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(hint)
        self.returnPressed.connect(self.confirmed)
        self.textEdited.connect(self.edited)

    def value(self) -> str:
        """Return the text without blanks around it."""
        return self.text().strip()

    def set_value(self, text: str) -> None:
        """Show a text."""
        self.setText(text)


class FlagField(QCheckBox):
    """Yes or no; Space ticks it, Enter confirms."""

    confirmed = Signal()
    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.clicked.connect(self.edited)

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


class PointField(QPushButton):
    """A point of the map, as `lon,lat` in degrees; whoever hears a press lets it be picked."""

    confirmed = Signal()
    edited = Signal()

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._text = text
        self._value = ""

    def value(self) -> str:
        """Return the point, empty for none."""
        return self._value

    def set_value(self, point: str) -> None:
        """Take a point, none for an empty text."""
        self._value = point
        self.setText(f"✓ {self._text}" if point else self._text)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.confirmed.emit()
        else:
            super().keyPressEvent(event)


Field = PickField | ManyField | LongField | LineField | FlagField | PointField | SidesField


def is_own_escape(event: QEvent) -> bool:
    """Whether a widget should take this Esc for itself: the window's own closes the whole form."""
    return (
        isinstance(event, QKeyEvent)
        and event.type() == QEvent.Type.ShortcutOverride
        and event.key() == Qt.Key.Key_Escape
    )


def _told_apart(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    held = Counter(choice.label for choice in choices)
    return tuple(
        replace(choice, label=f"{choice.label}（{choice.code}）")
        if held[choice.label] > 1
        else choice
        for choice in choices
    )


def _item(choice: Choice) -> QStandardItem:
    item = QStandardItem(choice.label)
    item.setData(_match_text(choice), _MATCH_ROLE)
    item.setData(choice.code, _CODE_ROLE)
    return item


def _match_text(choice: Choice) -> str:
    return f"{choice.label} {choice.code} {choice.hints} {choice.spelled}"
