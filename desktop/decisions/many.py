"""A long piece of work on many incidents: one at a time, with how far it is and a way to stop."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from db.commands.bulk import BulkResult, Progress
from db.sync.cancel import Cancel
from desktop.context import WARN, AppContext

Work = Callable[[Progress, Cancel], BulkResult]
"""What is run beside the window: it tells how far it is, and asks whether to go on."""


class Many(QObject):
    """Runs one piece of work at a time; `bar` shows how far it is and stops it."""

    _progress = Signal(int, int)

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._cancel = Cancel()
        self._next: list[Callable[[], None]] = []
        self.bar = _ProgressBar()
        self.bar.stop_asked.connect(self.stop)
        self._progress.connect(self.bar.show_progress)

    @property
    def is_running(self) -> bool:
        """Whether something is under way."""
        return not self.bar.isHidden()

    def refuse(self) -> bool:
        """Say that another one is under way, if one is; tell whether it is."""
        if self.is_running:
            self._context.duty.tell(WARN, self.tr("上一批还在办"), self.tr("办完或停下以后再按"))
        return self.is_running

    @Slot()
    def stop(self) -> None:
        """Go on to no more; what is done stays done."""
        self._cancel.cancel()

    def run(
        self,
        work: Work,
        total: int,
        on_done: Callable[[BulkResult], None],
        on_failed: Callable[[Exception], None],
        *,
        is_undo: bool = False,
    ) -> None:
        """Begin, once what runs has ended; the answer goes only to the person who asked."""
        duty = self._context.duty
        asker, take, fail = duty.actor, duty.while_here(on_done), duty.while_here(on_failed)

        def begin() -> None:
            if duty.actor == asker:
                self._begin(work, total, take, fail, is_undo=is_undo)

        if self.is_running:
            self._next.append(begin)
        else:
            begin()

    def _begin(
        self,
        work: Work,
        total: int,
        take: Callable[[Any], None],
        fail: Callable[[Any], None],
        *,
        is_undo: bool,
    ) -> None:
        cancel = self._cancel = Cancel()
        self.bar.begin(total, is_undo=is_undo)
        self._context.runner.job(
            lambda: work(self._progress.emit, cancel),
            partial(self._on_end, take),
            partial(self._on_end, fail),
            self,
        )

    def _on_end(self, take: Callable[[Any], None], answer: BulkResult | Exception) -> None:
        # Whoever sits here by now can begin the next.
        self.bar.hide()
        take(answer)
        while self._next and not self.is_running:
            self._next.pop(0)()


class _ProgressBar(QWidget):
    """How far it is, and a way to stop. `stop_asked()`."""

    stop_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "bar")
        self._text = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._part = QProgressBar()
        self._part.setTextVisible(False)
        stop = QPushButton(self.tr("停下"))
        stop.clicked.connect(self.stop_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.addWidget(self._text)
        row.addWidget(self._part, 1)
        row.addWidget(stop)
        self._lead = ""
        self.hide()

    def begin(self, total: int, *, is_undo: bool) -> None:
        """Show that nothing is gone through yet."""
        self._lead = self.tr("正在撤销 {} / {}") if is_undo else self.tr("正在办 {} / {}")
        self.show_progress(0, total)
        self.show()

    @Slot(int, int)
    def show_progress(self, gone: int, total: int) -> None:
        """Show how many are gone through."""
        self._text.setText(self._lead.format(gone, total))
        self._part.setRange(0, total)
        self._part.setValue(gone)
