"""What is asked before anything leaves: for what, and whether with callers."""

from typing import NamedTuple

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from db.commands.exports import MAX_PURPOSE
from desktop.language import say
from desktop.override import override
from desktop.widgets.own_keys import claims_key


class Wanted(NamedTuple):
    """What was filled in."""

    purpose: str
    with_callers: bool = False


class ExportPanel(QFrame):
    """A panel above a list. `asked(Wanted)`, `stopped()` while it runs, `closed()`."""

    asked = Signal(object)
    stopped = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None, *, has_callers: bool = False) -> None:
        super().__init__(parent)
        self.setProperty("role", "form")
        self._title = _label("form-title")
        self._hint = _label("dim")
        self._refusal = _label("danger")
        self.purpose = _line(say("用途：给谁、做什么用"), say("用途"))
        self.purpose.setMaxLength(MAX_PURPOSE)
        self.callers = QCheckBox(say("带来电人姓名、电话（每件都记“查看来电人”）"))
        self._bar = QProgressBar()
        self._go = QPushButton(say("导出 Enter"))
        self._go.setProperty("kind", "primary")
        self._stop = QPushButton(say("中止"))
        self._close = QPushButton(say("收起 Esc"))
        self._lay_out()
        # Not before it has a parent: it would be a window for a moment and take the keys away.
        self.callers.setVisible(has_callers)
        self._go.clicked.connect(self._ask)
        self._stop.clicked.connect(self.stopped)
        self._close.clicked.connect(self.close_panel)
        self.purpose.returnPressed.connect(self._ask)
        self.hide()

    @property
    def is_running(self) -> bool:
        """Whether an export is under way."""
        return self._bar.isVisibleTo(self)

    @property
    def refusal(self) -> str:
        """What is said against the export, empty for nothing."""
        return self._refusal.text() if self._refusal.isVisibleTo(self) else ""

    def open_panel(self, title: str, hint: str) -> None:
        """Ask anew."""
        if self.is_running:
            return
        self._title.setText(title)
        self._hint.setText(hint)
        self._forget()
        self.show()
        self.purpose.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_progress(self, done: int, total: int) -> None:
        """Show how far it is; a `total` of 0 is not known."""
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._bar.setFormat("%v / %m" if total else f"{done}")
        self._set_running(is_running=True)

    def refuse(self, text: str) -> None:
        """Say why nothing was exported; what was filled in stays."""
        self._set_running(is_running=False)
        self._refuse(text)

    @Slot()
    def close_panel(self) -> None:
        """Close, and keep nothing of what was typed; a running export is ended."""
        if self.is_running:
            self.stopped.emit()
        self._set_running(is_running=False)
        self._forget()
        self.hide()
        self.closed.emit()

    @override
    def event(self, event: QEvent) -> bool:
        return claims_key(event, _is_escape) or super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _is_escape(event):
            self.close_panel()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        self._bar.hide()
        self._stop.hide()
        self._refusal.hide()
        line = QHBoxLayout()
        for button in (self._go, self._stop, self._close):
            button.setAutoDefault(True)
            button.setAccessibleName(button.text())
            line.addWidget(button)
        line.addWidget(self._bar, 1)
        line.addStretch(0)
        first = QHBoxLayout()
        first.addWidget(self.purpose, 1)
        first.addWidget(self.callers)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(6)
        for part in (self._title, self._hint, first, self._refusal, line):
            column.addWidget(part) if isinstance(part, QWidget) else column.addLayout(part)

    @Slot()
    def _ask(self) -> None:
        if self.is_running:
            return
        if not self.purpose.text().strip():
            self._refuse(say("请写明用途"))
            self.purpose.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._refusal.hide()
        self.asked.emit(Wanted(self.purpose.text().strip(), self.callers.isChecked()))

    def _refuse(self, text: str) -> None:
        self._refusal.setText(text)
        self._refusal.show()

    def _set_running(self, *, is_running: bool) -> None:
        self._bar.setVisible(is_running)
        self._stop.setVisible(is_running)
        for part in (self._go, self.purpose, self.callers):
            part.setEnabled(not is_running)
        if is_running:
            self._stop.setFocus(Qt.FocusReason.OtherFocusReason)

    def _forget(self) -> None:
        self.purpose.clear()
        self.callers.setChecked(False)
        self._refusal.hide()


def _is_escape(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape


def _label(role: str) -> QLabel:
    label = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
    label.setProperty("role", role)
    return label


def _line(hint: str, name: str) -> QLineEdit:
    field = QLineEdit(placeholderText=hint)
    field.setAccessibleName(name)
    return field
