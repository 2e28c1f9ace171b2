"""A few labelled fields, what is said of them, and two buttons: Enter goes on, Esc goes back."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.i18n import describe
from desktop.language import say
from desktop.override import override
from desktop.widgets.own_keys import claims_key
from desktop.widgets.secret_field import SecretField

_CAPS = "▲ 大写锁定好像开着"


class EntryForm(QFrame):
    """`confirmed()` when all that is needed is filled in and Enter is pressed; `cancelled()`.

    While it waits for an answer nothing is confirmed twice. A refusal empties the secrets and
    leaves the rest.
    """

    confirmed = Signal()
    cancelled = Signal()

    def __init__(self, go: str, back: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "form")
        self._fields: list[QWidget] = []
        self._optional: list[QWidget] = []
        self._is_waiting = False
        self._title, self._hint = text_label("form-title"), text_label("")
        self._error, self._note = text_label("error"), text_label("warn")
        self._rows = QFormLayout()
        self._rows.setHorizontalSpacing(14)
        self._rows.setVerticalSpacing(8)
        self._go = push_button(go, "primary")
        self._go.clicked.connect(self.confirm)
        self._back = push_button(back)
        self._back.clicked.connect(self.cancelled)
        self._line = QHBoxLayout()
        self._line.addWidget(self._go)
        self._line.addWidget(self._back)
        self._line.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 16, 12)
        self._column.setSpacing(8)
        for widget in (self._title, self._hint):
            self._column.addWidget(widget)
        self._column.addLayout(self._rows)
        for widget in (self._note, self._error):
            self._column.addWidget(widget)
        self._column.addLayout(self._line)
        self._back.setVisible(bool(back))
        for label in (self._title, self._hint, self._note, self._error):
            label.hide()

    @property
    def error(self) -> str:
        """What was refused, empty for nothing."""
        return self._error.text()

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is awaited."""
        return self._is_waiting

    def add_field(self, name: str, field: QWidget, *, is_optional: bool = False) -> None:
        """Show a field below the others; Enter in it goes on to the next one that is empty."""
        field.setAccessibleName(name)
        label = QLabel(name, textFormat=Qt.TextFormat.PlainText)
        label.setProperty("role", "dim")
        label.setBuddy(field)
        self._rows.addRow(label, field)
        self._fields.append(field)
        if is_optional:
            self._optional.append(field)
        if isinstance(field, SecretField):
            field.caps_lock.connect(self._on_caps_lock)
        edit = field.lineEdit() if isinstance(field, QComboBox) else field
        if isinstance(edit, QLineEdit):
            edit.returnPressed.connect(self.confirm)

    def name_buttons(self, go: str, back: str = "") -> None:
        """Name the button that confirms, and the one that goes back, if there is one."""
        self._go.setText(go)
        self._back.setText(back)
        self._back.setVisible(bool(back))

    def ask_code(self, field: QLineEdit, error: BaseException) -> None:
        """Ask for a code besides what was typed already, which is kept."""
        self.show_field(field, is_shown=True)
        field.clear()
        self._hint.setText("。".join(describe(error)))
        self._hint.show()
        self.start()
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def add_above(self, widget: QWidget) -> None:
        """Show something between what is said and the fields."""
        self._column.insertWidget(2, widget)

    def add_button(self, button: QPushButton) -> None:
        """Show a button behind the others."""
        self._line.addWidget(button)

    def show_field(self, field: QWidget, *, is_shown: bool) -> None:
        """Show a field and its name, or neither."""
        self._rows.setRowVisible(field, is_shown)

    def say(self, title: str, hint: str = "") -> None:
        """Say what is asked for, and forget what was refused before."""
        for label, text in ((self._title, title), (self._hint, hint)):
            label.setText(text)
            label.setVisible(bool(text))
        self._error.clear()
        self._error.hide()

    def show_hint(self, text: str) -> None:
        """Say how it is to be filled in."""
        self._hint.setText(text)
        self._hint.setVisible(bool(text))

    def start(self) -> None:
        """Put the keys where something is to be filled in first."""
        self._set_waiting(is_waiting=False)
        wanted = next(iter(self._empty()), None) or self._shown()[-1]
        wanted.setFocus(Qt.FocusReason.OtherFocusReason)

    def refuse(self, error: BaseException) -> None:
        """Say what went wrong; what was secret has to be typed again."""
        self.show_error("。".join(describe(error)))

    def show_error(self, text: str) -> None:
        """Say what is wrong with what was filled in."""
        self.wipe()
        self._error.setText(f"✕ {text}")
        self._error.show()
        self.start()

    def wipe(self) -> None:
        """Forget the secrets."""
        for field in self._fields:
            if isinstance(field, SecretField):
                field.clear()
        self._note.hide()

    def wait(self) -> None:
        """Let nothing be confirmed until there is an answer."""
        self._error.clear()
        self._error.hide()
        self._set_waiting(is_waiting=True)

    def answer(self) -> None:
        """Let it be confirmed again: there is an answer."""
        self._set_waiting(is_waiting=False)

    @Slot()
    def confirm(self) -> None:
        """Go on to what is still empty, or hand all over."""
        if self._is_waiting:
            return
        lacking = [field for field in self._empty() if field not in self._optional]
        if lacking:
            lacking[0].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.confirmed.emit()

    @override
    def event(self, event: QEvent) -> bool:
        return claims_key(event, self._is_back) or super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._is_back(event):
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def _is_back(self, event: QEvent) -> bool:
        is_escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        return is_escape and not self._back.isHidden()

    def _shown(self) -> list[QWidget]:
        return [field for field in self._fields if not field.isHidden() and field.isEnabled()]

    def _empty(self) -> Iterable[QWidget]:
        return [field for field in self._shown() if not _text_of(field)]

    def _set_waiting(self, *, is_waiting: bool) -> None:
        self._is_waiting = is_waiting
        self._go.setEnabled(not is_waiting)

    @Slot(bool)
    def _on_caps_lock(self, is_on: bool) -> None:
        self._note.setText(say(_CAPS) if is_on else "")
        self._note.setVisible(is_on)


def text_label(role: str) -> QLabel:
    """Return a label of plain text that takes as many lines as it needs."""
    label = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
    label.setProperty("role", role)
    return label


def push_button(text: str, kind: str = "") -> QPushButton:
    """Return a button that Enter presses, too."""
    button = QPushButton(text)
    button.setAutoDefault(True)
    if kind:
        button.setProperty("kind", kind)
    return button


def _text_of(field: QWidget) -> str:
    if isinstance(field, QLineEdit):
        return field.text().strip()
    if isinstance(field, QComboBox):
        return field.currentText().strip()
    return "-"
