"""Keys while somebody types: what an input method composes is nobody else's."""

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from desktop.actions import BY_ID
from desktop.override import override

_COMMANDS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class TypingGuard(QObject):
    """Watches the text field that has the focus in a window.

    While an input method composes there, no key of the window fires. The key of the command bar
    is the window's: some desktops have text fields cut the rest of the line with it.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._is_composing = False
        self._palette = QKeySequence(BY_ID["palette"].key)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus_changed)
        # It may come later than the first focus.
        self._on_focus_changed(None, application.focusWidget())

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QInputMethodEvent):
            self._is_composing = bool(event.preeditString())
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if self._is_composing:
                event.accept()
                return True
            if QKeySequence(event.keyCombination()) == self._palette:
                event.ignore()
                return True
        elif isinstance(event, QKeyEvent) and self._is_composing:
            # Accepted above, Alt+3 would be typed as a 3.
            return bool(event.modifiers() & _COMMANDS)
        return False

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        self._is_composing = False
        if old is not None and isValid(old):
            old.removeEventFilter(self)
        if (
            new is not None
            and self._window.isAncestorOf(new)
            and new.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        ):
            new.installEventFilter(self)
