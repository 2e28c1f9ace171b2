"""What is in dispute, one row a subject: marked by Space, never moved under the cursor."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListWidget, QListWidgetItem, QWidget

from db.store.queries.conflicts import Dispute
from desktop.conflict_words import fields_text, subject_text
from desktop.delegates.dispute_row import URGENT_ROLE, DisputeRowDelegate
from desktop.i18n import STATE_NAMES, URGENCY_NAMES
from desktop.language import say
from desktop.override import override

_URGENCY_MARKS = {"critical": "■", "urgent": "◆"}


class DisputeList(QListWidget):
    """`chosen(Dispute or None)` when the cursor is on another; `picked(number)` for a digit.

    `entered_key()` for Enter, `marks_changed()` when others are marked.
    """

    chosen = Signal(object)
    picked = Signal(int)
    entered_key = Signal()
    marks_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("有分歧的"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setItemDelegate(DisputeRowDelegate(self))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._disputes: list[Dispute] = []
        self._marked: set[int] = set()
        self.currentRowChanged.connect(self._on_row)

    @property
    def current(self) -> Dispute | None:
        """What the cursor is on."""
        row = self.currentRow()
        return self._disputes[row] if 0 <= row < len(self._disputes) else None

    @property
    def marked(self) -> list[Dispute]:
        """What is marked, in the order shown."""
        return [one for one in self._disputes if one.rid in self._marked]

    def show_disputes(self, disputes: Sequence[Dispute]) -> None:
        """Show these; the cursor stays on its row's subject, or on the row where that was."""
        before, row = self.current, max(self.currentRow(), 0)
        top = self.verticalScrollBar().value()
        self._disputes = list(disputes)
        rids = [one.rid for one in disputes]
        self._marked &= set(rids)
        self.blockSignals(True)
        self.clear()
        for one in disputes:
            item = QListWidgetItem(self._text(one), self)
            item.setData(URGENT_ROLE, one.urgency == "critical")
        if before is not None and before.rid in rids:
            row = rids.index(before.rid)
        self.setCurrentRow(min(row, len(rids) - 1))
        self.blockSignals(False)
        self.verticalScrollBar().setValue(top)
        self.chosen.emit(self.current)
        self.marks_changed.emit()

    def step(self, by: int) -> None:
        """Move the cursor by a few rows."""
        self.setCurrentRow(min(max(self.currentRow() + by, 0), self.count() - 1))

    def go_to(self, rid: int) -> None:
        """Put the cursor on a subject, where it is listed."""
        rids = [one.rid for one in self._disputes]
        if rid in rids:
            self.setCurrentRow(rids.index(rid))

    def set_marked(self, rids: Sequence[int]) -> None:
        """Mark these and no others."""
        self._marked = {one.rid for one in self._disputes} & set(rids)
        self._renew_texts()

    @Slot()
    def toggle_mark(self) -> None:
        """Mark the incident under the cursor, or no longer."""
        current = self.current
        if current is not None and current.entity == "incident":
            self._marked ^= {current.rid}
            self._renew_texts()

    @Slot()
    def mark_all(self) -> None:
        """Mark all incidents."""
        self.set_marked([one.rid for one in self._disputes if one.entity == "incident"])

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        if text.isascii() and text.isdigit() and text != "0":
            self.picked.emit(int(text))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered_key.emit()
        else:
            super().keyPressEvent(event)

    @Slot(int)
    def _on_row(self, _: int) -> None:
        self.chosen.emit(self.current)

    def _renew_texts(self) -> None:
        for row, one in enumerate(self._disputes):
            self.item(row).setText(self._text(one))
        self.marks_changed.emit()

    def _text(self, dispute: Dispute) -> str:
        mark = "✓ " if dispute.rid in self._marked else ""
        fields = say("{} 项：{}").format(len(dispute.conflicts), fields_text(dispute))
        if dispute.entity != "incident":
            return f"{subject_text(dispute)}\n{fields}"
        urgency = _URGENCY_MARKS.get(dispute.urgency, "")
        urgency = f"{urgency} {URGENCY_NAMES[dispute.urgency]}  " if urgency else ""
        state = STATE_NAMES[dispute.state]
        return f"{mark}{urgency}{dispute.name}\n{dispute.id}  {state}\n{fields}"
