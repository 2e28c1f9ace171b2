"""Buttons in columns: as many columns as their names leave room for, three at most."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from desktop.override import override

COLUMNS = 3
GAP = 6


class ButtonGrid(QWidget):
    """Shows buttons in their order; never wider than the room there is, so none is cut off."""

    def __init__(self, buttons: Sequence[QPushButton], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all = buttons
        self._buttons = buttons
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP)
        self._arrange(COLUMNS)

    def show_first(self, count: int) -> None:
        """Show only so many of the buttons; their names may have changed."""
        self._buttons = self._all[:count]
        for number, button in enumerate(self._all):
            button.setVisible(number < count)
        self.setVisible(count > 0)
        self._columns = 0
        self._fit()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(self._width_of(1), super().minimumSizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def event(self, event: QEvent) -> bool:
        # A button asks to be laid out anew when the style sheet has made it wider.
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        fitting = (
            count for count in range(COLUMNS, 1, -1) if self._width_of(count) <= self.width()
        )
        self._arrange(next(fitting, 1))

    def _width_of(self, columns: int) -> int:
        """Return how much room the buttons need in so many columns."""
        widths = [button.sizeHint().width() for button in self._buttons]
        return sum(max(widths[column::columns], default=0) + GAP for column in range(columns)) - GAP

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for number, button in enumerate(self._buttons):
            self._grid.addWidget(button, number // columns, number % columns)
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column, int(column < columns))
