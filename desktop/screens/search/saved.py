"""The searches a person keeps: pick one, keep this one, forget one."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from db.store.queries.search import SavedSearch
from desktop.language import say


class SavedBar(QWidget):
    """A list to pick from and its two buttons.

    `chosen(SavedSearch)`; `kept(name)` and `forgotten(name)` when that is asked for.
    """

    chosen = Signal(object)
    kept = Signal(str)
    forgotten = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._searches: dict[str, SavedSearch] = {}
        self.names = QComboBox()
        self.names.setEditable(True)
        self.names.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.names.setMinimumContentsLength(10)
        self.names.setAccessibleName(say("常用查找的名字"))
        edit = self.names.lineEdit()
        assert edit is not None
        edit.setPlaceholderText(say("常用查找"))
        self.names.activated.connect(self._on_activated)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.names, 1)
        for text, signal in ((say("保存"), self.kept), (say("删除"), self.forgotten)):
            button = QPushButton(text)
            button.setAccessibleName(say("{}常用查找").format(text))
            button.clicked.connect(lambda _=False, told=signal: told.emit(self.names.currentText()))
            line.addWidget(button)

    def offer(self, searches: Sequence[SavedSearch]) -> None:
        """Show the searches there are; what stands in the field stays."""
        self._searches = {one.name: one for one in searches}
        with QSignalBlocker(self.names):
            text = self.names.currentText()
            self.names.clear()
            self.names.addItems(list(self._searches))
            self.names.setEditText(text)

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        found = self._searches.get(self.names.itemText(index))
        if found:
            self.chosen.emit(found)
