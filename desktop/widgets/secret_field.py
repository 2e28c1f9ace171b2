"""A field for what nobody beside the desk should read."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.override import override


class SecretField(QLineEdit):
    """A password: shown as dots, never copied. `caps_lock(bool)` when letters come out otherwise.

    Qt does not tell whether the capitals are locked: a letter that comes out large without Shift,
    or small with it, does.
    """

    caps_lock = Signal(bool)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setAccessibleName(name)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        letter = event.text()
        if letter.isascii() and letter.isalpha():
            is_shifted = bool(event.modifiers() & event.modifiers().ShiftModifier)
            self.caps_lock.emit(letter.isupper() != is_shifted)
        super().keyPressEvent(event)
