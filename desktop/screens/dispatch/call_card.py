"""调度卡: whom to ring for a unit, in which order, and what to tell them."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from db.domain.callout import Contact
from desktop.actions import bind
from desktop.board_words import CallLine
from desktop.delegates.board_call import DONE_ROLE, LINE_ROLE, BoardCallDelegate
from desktop.override import override

_STEPS = {Qt.Key.Key_J: 1, Qt.Key.Key_K: -1}


class CallCard(QFrame):
    """The card of one unit.

    `told(Contact)` when the operator has rung somebody; `copied(sentence)` says what was.
    """

    told = Signal(object)
    copied = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._code = ""
        self._title = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._title.setProperty("role", "strong")
        self._about = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._about.setProperty("role", "dim")
        self._lines = CallLines(self)
        self._lines.setAccessibleName(self.tr("调度卡"))
        keys = QLabel(
            self.tr("T 记“已电话通知”   Ctrl+C 复制这一行   Esc 返回看板"),
            textFormat=Qt.TextFormat.PlainText,
        )
        keys.setProperty("role", "dim")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        for widget in (self._title, self._about):
            layout.addWidget(widget)
        layout.addWidget(self._lines, 1)
        layout.addWidget(keys)
        bind(self._lines, "told", self._on_told)
        bind(self._lines, "copy", self._on_copied)

    @property
    def code(self) -> str:
        """The unit it is about."""
        return self._code

    @property
    def lines(self) -> "CallLines":
        """What can be rung and told."""
        return self._lines

    def show_card(
        self,
        code: str,
        title: str,
        about: str,
        lines: Sequence[CallLine],
        told: Mapping[Contact, str],
    ) -> None:
        """Show a unit; `told` says when a contact was told. The line under the cursor stays."""
        row = max(self._lines.currentRow(), 0) if code == self._code else 0
        self._code = code
        self._title.setText(title)
        self._about.setText(about)
        self._lines.clear()
        for line in lines:
            done = told.get(line.contact, "") if line.contact else ""
            item = QListWidgetItem(self._lines)
            item.setData(LINE_ROLE, line)
            item.setData(DONE_ROLE, done)
            words = (line.title, line.text, line.note, done)
            item.setData(
                Qt.ItemDataRole.AccessibleTextRole, "，".join(part for part in words if part)
            )
        self._lines.setCurrentRow(min(row, self._lines.count() - 1))

    @Slot()
    def _on_told(self) -> None:
        line = self._lines.line
        if line is not None and line.contact is not None:
            self.told.emit(line.contact)

    @Slot()
    def _on_copied(self) -> None:
        line = self._lines.line
        if line is not None:
            QGuiApplication.clipboard().setText(line.text)
            self.copied.emit(self.tr("已复制：{}").format(line.text))


class CallLines(QListWidget):
    """The lines of a card, moved through by arrows or J and K."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setItemDelegate(BoardCallDelegate(self))

    @property
    def line(self) -> CallLine | None:
        """The line under the cursor."""
        item = self.currentItem()
        line = item.data(LINE_ROLE) if item else None
        return line if isinstance(line, CallLine) else None

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _STEPS and not event.modifiers():
            row = self.currentRow() + _STEPS[Qt.Key(event.key())]
            self.setCurrentRow(min(max(row, 0), self.count() - 1))
        else:
            super().keyPressEvent(event)

    @override
    def keyboardSearch(self, search: str) -> None:
        """Do nothing: letters are commands here."""
