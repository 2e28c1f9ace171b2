"""The column of screens at the left."""

from collections.abc import Collection, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QButtonGroup, QFrame, QToolButton, QVBoxLayout, QWidget

from desktop.actions import BY_ID
from desktop.override import override
from desktop.theme import current_theme

_ICON_SIZE = QSize(20, 20)
_BESIDE = 70
"""Pixels of a button beside its text: icon, edges, air."""
MOST = 999
"""What has room beside a name; the screen itself tells the whole number."""


class NavColumn(QFrame):
    """One button a screen; `asked_for(screen)` when one is pressed.

    Its icons are drawn by `tint`, which the first page of the queue need not wait for; their room
    is kept.
    """

    asked_for = Signal(str)

    def __init__(self, screens: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "nav")
        self._screens = tuple(screens)
        self._fit_to_font()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(2)
        group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        room = QPixmap(_ICON_SIZE)
        room.fill(Qt.GlobalColor.transparent)
        for name in screens:
            button = self._buttons[name] = self._button(name)
            button.setIcon(room)
            group.addButton(button)
            column.addWidget(button)
        column.addStretch(1)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_to_font()

    def _fit_to_font(self) -> None:
        widest = max(
            self.fontMetrics().horizontalAdvance(BY_ID[name].text) for name in self._screens
        )
        self.setFixedWidth(max(widest, self.fontMetrics().horizontalAdvance("汉") * 3) + _BESIDE)

    def offer(self, names: Collection[str]) -> None:
        """Show the buttons of these screens alone."""
        for name, button in self._buttons.items():
            button.setVisible(name in names)

    def show_at(self, name: str) -> None:
        """Mark the screen that is shown."""
        self._buttons[name].setChecked(True)

    def show_count(self, name: str, count: int) -> None:
        """Say beside the name of a screen how much waits there, nothing for none."""
        text = BY_ID[name].text
        self._buttons[name].setText(f" {text} {min(count, MOST)}" if count else f" {text}")

    def tint(self) -> None:
        """Draw the icons in the colours of the theme."""
        from desktop.icons import icon  # lazy: off the start path

        for name, button in self._buttons.items():
            button.setIcon(icon(BY_ID[name].icon, current_theme().nav_text))

    def _button(self, name: str) -> QToolButton:
        action = BY_ID[name]
        button = QToolButton()
        button.setText(f" {action.text}")
        button.setToolTip(f"{action.help}（{action.key}）")
        button.setCheckable(True)
        button.setIconSize(_ICON_SIZE)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setSizePolicy(button.sizePolicy().Policy.Expanding, button.sizePolicy().Policy.Fixed)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(partial(self.asked_for.emit, name))
        return button
