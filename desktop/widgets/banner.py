"""A bar over a window's contents for what the machine refuses: disk, line, key store."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from desktop.widgets.elided_label import ElidedLabel
from desktop.widgets.kind_mark import Kind, KindMark


class Banner(QFrame):
    """Say what is wrong and what to do, for as long as it is so.

    `action_triggered` tells that its button was pressed.
    """

    action_triggered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = KindMark()
        self._title = QLabel()
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setProperty("part", "title")
        self._hint = ElidedLabel()
        self._action = QPushButton()
        self._action.clicked.connect(self.action_triggered)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 6, 14, 6)
        layout.setSpacing(10)
        layout.addWidget(self._mark)
        layout.addWidget(self._title)
        layout.addWidget(self._hint, 1)
        layout.addWidget(self._action)
        self.hide()

    def show_message(
        self, title: str, hint: str = "", action: str = "", kind: Kind = "danger"
    ) -> None:
        """Show a message; with the text of an action, a button too."""
        self._mark.set_kind(kind)
        self._title.setText(title)
        self._hint.setText(hint)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self._set_kind(kind)
        self.setAccessibleName(f"{title} {hint}".strip())
        self.show()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.accessibleName()))

    def clear(self) -> None:
        """Take the message away."""
        self.hide()

    def _set_kind(self, kind: Kind) -> None:
        """Set what the style sheet selects by, and have it look again."""
        if self.property("kind") != kind:
            self.setProperty("kind", kind)
            self.style().unpolish(self)
            self.style().polish(self)
