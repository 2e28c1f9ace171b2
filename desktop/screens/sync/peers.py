"""Whom this record exchanges with, in a table: who answers, what waits, how its clock stands."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from desktop.screens.sync.rows import Row
from desktop.widgets.tips import plain_tip

_ROWS_SHOWN = 5
_STATE = 2
_NUMBERS = frozenset({4, 5, 6})


class PeersTable(QTableWidget):
    """Rows stay where they are while their states change. `chosen()` when the cursor moves."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 9, parent)
        self._rows: list[Row] = []
        self.setHorizontalHeaderLabels(
            [
                self.tr("名称"), self.tr("角色"), self.tr("线路"), self.tr("上次联系"),
                self.tr("待发"), self.tr("待取"), self.tr("待处理"), self.tr("时钟"),
                self.tr("速度"),
            ]
        )  # fmt: skip
        self.setAccessibleName(self.tr("和谁交换"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_STATE, QHeaderView.ResizeMode.Stretch)
        row = self.verticalHeader().defaultSectionSize()
        self.setFixedHeight(
            header.sizeHint().height() + row * _ROWS_SHOWN + 2 * self.frameWidth() + 2
        )
        self.currentCellChanged.connect(lambda *_: self.chosen.emit())

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        row = self.currentRow()
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show how each one stands; the cursor stays on whom it was on."""
        before = self.current
        self._rows = list(rows)
        if self.rowCount() != len(rows):
            self.setRowCount(len(rows))
        for number, row in enumerate(rows):
            for column, text in enumerate(row.cells):
                self._put(number, column, text, plain_tip(row.tip) if row.tip else "")
        ids = [row.id for row in rows]
        place = ids.index(before.id) if before is not None and before.id in ids else 0
        if rows and place != self.currentRow():
            self.setCurrentCell(place, max(self.currentColumn(), 0))

    def _put(self, row: int, column: int, text: str, tip: str) -> None:
        item = self.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            if column in _NUMBERS:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.setItem(row, column, item)
        if item.text() != text:
            item.setText(text)
        item.setToolTip(tip)
