"""The line over the board: the incident it is ordered for, or why that cannot be given there."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.widgets.elided_label import ElidedLabel


class Head(QWidget):
    """One line of always the same height: under what is carried nothing may move."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self._about, self._refused = ElidedLabel(), ElidedLabel()
        self._about.setProperty("role", "strong")
        self._refused.setProperty("role", "danger")
        self._refused.hide()
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 9, 12, 9)
        line.addWidget(self._about)
        line.addWidget(self._refused)

    @property
    def refusal(self) -> str:
        """Why not, empty while nothing is refused."""
        return self._refused.text()

    def show_about(self, text: str) -> None:
        """Say which incident the units stand in order for."""
        self._about.setText(text)

    @Slot(str)
    def show_refusal(self, text: str) -> None:
        """Say instead why it cannot be given to the unit it hangs over; an empty text ends that."""
        self._refused.setText(f"✕ {text}" if text else "")
        self._refused.setVisible(bool(text))
        self._about.setVisible(not text)
