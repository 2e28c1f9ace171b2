"""核对链: the whole record checked in the background, with how far it is, an end, and a result."""

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from db.store.medium import CANCELLED
from db.store.verify import Verification, verify
from db.sync.cancel import Cancel
from desktop.context import AppContext
from desktop.i18n import describe
from desktop.language import say
from desktop.problems import problem_text

_SHOWN = 5


class ChainCheck(QFrame):
    """Takes no room until it is begun. `closed()` when it is put away."""

    closed = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "form")
        self._context = context
        self._cancel = Cancel()
        self._is_running = False
        self._told = -1
        self._text = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._bar = QProgressBar()
        self._stop = QPushButton(say("中止"))
        self._close = QPushButton(say("收起 Esc"))
        self._stop.clicked.connect(self.cancel)
        self._close.clicked.connect(self.clear)
        line = QHBoxLayout()
        line.addWidget(self._bar, 9)
        line.addWidget(self._stop)
        line.addWidget(self._close)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 14, 8)
        column.addWidget(self._text)
        column.addLayout(line)
        self.hide()

    @property
    def is_running(self) -> bool:
        """Whether a check is under way."""
        return self._is_running

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def start(self) -> None:
        """Begin, unless one is under way."""
        if self._is_running:
            return
        cancel = self._cancel = Cancel()
        store = self._context.store
        self._is_running, self._told = True, -1
        self._say(say("正在核对每一页、每一条链……"), "")
        self._bar.setRange(0, 0)
        self._enable()
        self.show()
        self._stop.setFocus(Qt.FocusReason.OtherFocusReason)
        self._context.runner.job(
            lambda: store.read(lambda c: verify(c, self._on_progress, cancel)),
            self._on_checked,
            self._on_failed,
            owner=self,
        )

    @Slot()
    def cancel(self) -> None:
        """End the check under way."""
        self._cancel.cancel()

    @Slot()
    def clear(self) -> None:
        """Put it away."""
        self.cancel()
        self.hide()
        self.closed.emit()

    def _on_progress(self, done: int, total: int) -> None:
        """Carry how far it is from its thread to the GUI's."""
        percent = done * 100 // max(total, 1)
        if percent != self._told:
            self._told = percent
            self._context.runner.post(partial(self._show_percent, percent))

    def _show_percent(self, percent: int) -> None:
        self._bar.setRange(0, 100)
        self._bar.setValue(percent)

    def _on_checked(self, found: Verification) -> None:
        self._end()
        if found.is_ok:
            text = say("✓ {} 条链、{:,} 条记录都完整，没有被改动").format(found.chains, found.ops)
            self._say(text, "ok")
            return
        lines = [problem_text(problem) for problem in found.problems[:_SHOWN]]
        title = say("✕ 发现 {} 处不对；请告诉技术人员，不要继续办理").format(len(found.problems))
        self._say("\n".join((title, *lines)), "danger")

    def _on_failed(self, error: Exception) -> None:
        self._end()
        if getattr(error, "code", "") in CANCELLED:
            self._say(say("○ 已中止，没有核对完"), "")
            return
        self._say("✕ " + "。".join(describe(error)), "danger")

    def _end(self) -> None:
        self._is_running = False
        self._enable()
        self._close.setFocus(Qt.FocusReason.OtherFocusReason)

    def _enable(self) -> None:
        self._bar.setVisible(self._is_running)
        self._stop.setVisible(self._is_running)
        self._close.setVisible(not self._is_running)

    def _say(self, text: str, role: str) -> None:
        self._text.setText(text)
        self._text.setAccessibleName(text)
        self._text.setProperty("role", role)
        self._text.style().unpolish(self._text)
        self._text.style().polish(self._text)
