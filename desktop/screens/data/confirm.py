"""A question inside the screen: it blocks nothing, and Esc is not needed to get past it."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFontDatabase, QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.override import override


class Confirm(QFrame):
    """Asks before something great is done; nothing happens without its first button.

    `declined()` when the other one is pressed; `asking(bool)` when it is opened or closed.
    """

    declined = Signal()
    asking = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "form")
        self._then: Callable[[], object] = self.hide
        self._title = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._title.setProperty("role", "form-title")
        self._hint = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._yes = QPushButton()
        self._yes.setProperty("kind", "primary")
        self._yes.setAutoDefault(True)
        self._yes.clicked.connect(self._on_yes)
        self._no = QPushButton(self.tr("收起"))
        self._no.setAutoDefault(True)
        self._no.clicked.connect(self.hide)
        self._no.clicked.connect(self.declined)
        line = QHBoxLayout()
        line.addWidget(self._yes)
        line.addWidget(self._no)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.addWidget(self._title)
        column.addWidget(self._hint)
        column.addLayout(line)
        self.hide()

    def ask(
        self, title: str, hint: str, yes: str, then: Callable[[], object], *, is_code: bool = False
    ) -> None:
        """Ask; `then` is called if the answer is yes. A code is shown in letters of one width."""
        font = self.font()
        if is_code:
            font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
            font.setPixelSize(self.fontMetrics().height() * 3 // 2)
        self._title.setFont(font)
        flags = Qt.TextInteractionFlag
        self._title.setTextInteractionFlags(
            flags.TextSelectableByMouse if is_code else flags.NoTextInteraction
        )
        self._title.setText(title)
        self._title.setAccessibleName(title)
        self._hint.setText(hint)
        self._yes.setText(yes)
        self._then = then
        self.show()
        self._no.setFocus(Qt.FocusReason.OtherFocusReason)

    def forget(self) -> None:
        """Put it away, with what it showed; the keys stay where they are."""
        self.hide()
        for label in (self._title, self._hint):
            label.clear()
        self._title.setAccessibleName("")
        self._then = self.hide

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Tell that it is open."""
        super().showEvent(event)
        self.asking.emit(True)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        """Tell that it is closed."""
        super().hideEvent(event)
        self.asking.emit(False)

    @Slot()
    def _on_yes(self) -> None:
        self.hide()
        self._then()
