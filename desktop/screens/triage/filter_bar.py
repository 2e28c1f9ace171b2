"""The filter in words above the queue, and the views saved from it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.actions import BY_ID
from desktop.override import override
from desktop.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from desktop.filter_words import Narrowing


_LONGEST = 200
"""Characters: as many as a view may be kept with."""


class FilterBar(QWidget):
    """A line to type words into, and what was understood of them.

    `edited(line)` while it is typed; `left()` when the keys go back to the list;
    `saved(name, line)` when the filter is to be kept as a view: `name：words` names it.
    """

    edited = Signal(str)
    left = Signal()
    saved = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self._line = QLineEdit(self)
        self._line.setAccessibleName(self.tr("筛选"))
        self._line.setPlaceholderText(self.tr("如：紧急 采薇 超时；网格、单位、分类、来源、状态"))
        self._line.setClearButtonEnabled(True)
        self._line.setMaxLength(_LONGEST)
        self._line.textEdited.connect(self.edited)
        self._line.returnPressed.connect(self.left)
        self._said = ElidedLabel()
        self._said.setProperty("role", "dim")
        row = QHBoxLayout()
        row.addWidget(self._line)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 12, 6)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self._said)
        self._line.installEventFilter(self)
        self.hide()

    @property
    def line(self) -> str:
        """The words typed, without the name before a colon."""
        return self._parts()[1]

    def open(self) -> None:
        """Show the bar and give it the keys."""
        self.show()
        self._line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._line.selectAll()

    def clear(self) -> None:
        """Put the bar away; nothing is narrowed any more."""
        self._line.clear()
        self.hide()

    def say(self, narrowing: "Narrowing") -> None:
        """Show what was understood."""
        save = BY_ID["save_view"].key
        keep = self.tr("{} 存为视图").format(save)
        understood = " · ".join(narrowing.said)
        empty = self.tr("写几个词，列表只留都符合的；Enter 到列表，Esc 清除")
        self._said.setText(f"{understood}    {keep}" if understood else empty)

    @override
    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.clear()
                self.edited.emit("")
                self.left.emit()
                return True
            if event.key() == Qt.Key.Key_Down:
                self.left.emit()
                return True
        return False

    @Slot()
    def save(self) -> None:
        """Ask for the words to be kept as a view."""
        name, words = self._parts()
        if words:
            self.saved.emit(name or words, words)

    def _parts(self) -> tuple[str, str]:
        """Return the name before a colon, empty for none, and the words."""
        text = self._line.text().strip().replace("：", ":")
        name, colon, words = text.partition(":")
        return (name.strip(), words.strip()) if colon else ("", text)
