"""Taking in orders from a file: choose, look, confirm, and know what came of it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QUrl, Signal, Slot
from PySide6.QtGui import (
    QDesktopServices,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QApplication, QPushButton, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from db.imports.orders import ImportResult, import_orders
from db.imports.plan import Plan
from db.imports.take_in import order_writer
from desktop.context import OK, WARN, AppContext
from desktop.i18n import ROLE_NAMES, describe
from desktop.language import say
from desktop.override import override
from desktop.screens.imports.file_bar import DropPanel, FileBar
from desktop.screens.imports.foot import Foot, result_text
from desktop.screens.imports.preview import PreviewPage
from desktop.screens.imports.summary import (
    Change,
    FileSummary,
    Progress,
    export_errors,
    importing_roles,
    may_import,
    read_file,
    reread_file,
)
from desktop.theme import current_theme
from desktop.widgets.banner import Banner
from desktop.widgets.own_keys import claims_key


class State(Enum):
    """Where the import stands."""

    EMPTY = auto()
    READING = auto()
    PREVIEW = auto()
    WRITING = auto()
    DONE = auto()


@dataclass(eq=False)
class _Task:
    """Work under way; a cancelled read is dropped, a cancelled import stops after its chunk."""

    cancelled: threading.Event = field(default_factory=threading.Event)
    written: int = 0


class _StoppedError(Exception):
    """Ends a reading nobody waits for."""


class ImportScreen(QWidget):
    """Read a file, show what of it would go in, write it when that is confirmed.

    `finished(result)` follows an import, whole or cancelled.
    """

    finished = Signal(object)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._state = State.EMPTY
        self._task: _Task | None = None
        self._summary: FileSummary | None = None
        self._changes: list[tuple[str, Change]] = []
        self._result: ImportResult | None = None
        self._exported: Path | None = None
        self.setAcceptDrops(True)
        self.file_bar = FileBar()
        self.banner = Banner()
        self.preview = PreviewPage()
        self.foot = Foot()
        self._drop = DropPanel()
        self._body = QStackedWidget()
        self._lay_out()
        self._connect()
        self._show_empty()

    @property
    def state(self) -> State:
        """Where the import stands."""
        return self._state

    @property
    def summary(self) -> FileSummary | None:
        """The file as last read."""
        return self._summary

    def import_file(self, path: Path) -> None:
        """Read a file and show it; nothing is written before the operator confirms."""
        if self._state is State.WRITING or not may_import(self._context.duty.actor):
            return
        self._forget()
        self.file_bar.show_path(path)
        self._read(lambda on_progress: read_file(path, on_progress), path.name)

    def confirm(self) -> None:
        """Write what the preview shows."""
        if self._state is not State.PREVIEW or self._summary is None or not self._summary.orders:
            return
        plan, total = self._summary.plan, self._summary.orders
        task = self._begin(State.WRITING)
        self.preview.set_changeable(False)
        self.foot.set_cancelling(False)
        self.foot.show_progress(say("正在写入，共 {} 件").format(total), 0, total)
        self.foot.focus()
        actor, store = self._context.duty.actor, self._context.store

        def progress(done: int, total: int) -> None:
            self._post(task, lambda: self._show_written(task, done, total))

        self._context.runner.job(
            lambda: import_orders(
                plan,
                order_writer(store, actor),
                on_progress=progress,
                is_cancelled=task.cancelled.is_set,
            ),
            lambda result: self._on_written(plan, result),
            lambda error: self._on_write_failed(task, error),
            owner=self,
        )

    def cancel(self) -> None:
        """Stop what runs: a reading is dropped, an import stops and keeps what went in."""
        if self._task is None:
            return
        self._task.cancelled.set()
        if self._state is State.WRITING:
            self.foot.set_cancelling(True)
        elif self._state is State.READING:
            self._task = None
            self._changes.clear()
            self._show_preview() if self._summary else self._show_empty()

    def go_back(self) -> None:
        """Take one step back: stop what runs, else put the file aside."""
        if self._state in (State.READING, State.WRITING):
            self.cancel()
        else:
            self._show_empty()

    def go_on(self) -> None:
        """Do what stands to be done next."""
        if self._state is State.PREVIEW:
            self.confirm()
        elif self._state is State.DONE:
            self._show_empty()

    def export_errors(self) -> None:
        """Write the rejected rows into a file to be corrected, and say where it is."""
        if self._result is None or self._summary is None:
            return
        plan, problems, sheets = self._summary.plan, self._result.problems, self._context.sheets
        store, actor = self._context.store, self._context.duty.actor
        self._context.runner.job(
            lambda: export_errors(store, actor, plan, problems, sheets),
            self._on_exported,
            self._on_export_failed,
        )

    def open_exported_folder(self) -> None:
        """Show the folder of the error file in the system's file manager."""
        if self._exported is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._exported.parent)))

    @override
    def event(self, event: QEvent) -> bool:
        return claims_key(event, self._is_own_key) or super().event(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        """Hand the focus on to what is most likely wanted."""
        if self._state is State.EMPTY:
            self.file_bar.path.setFocus()
        elif self._state is State.PREVIEW:
            self.preview.sheets.setFocus()
        else:
            self.foot.focus()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, control = event.key(), event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_enter()
        elif key == Qt.Key.Key_Escape and self._state is not State.EMPTY:
            self.go_back()
        elif key == Qt.Key.Key_O and control:
            self.file_bar.choose()
        else:
            super().keyPressEvent(event)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.file_bar.isEnabled() and _dropped_file(event) is not None:
            event.acceptProposedAction()
            self._drop.set_target(True)

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop.set_target(False)

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self._drop.set_target(False)
        path = _dropped_file(event)
        if path is not None:
            event.acceptProposedAction()
            self.import_file(path)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(current_theme().border)
        lines = [self.file_bar.geometry().bottom()]
        if self._state is not State.EMPTY:
            lines.append(self.foot.geometry().top())
        for y in lines:
            painter.drawLine(0, y, self.width(), y)
        painter.end()

    def _is_own_key(self, event: QEvent) -> bool:
        is_back = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        return is_back and self._state is not State.EMPTY

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._body.addWidget(self._drop)
        self._body.addWidget(self.preview)
        layout.addWidget(self.file_bar)
        layout.addWidget(self.banner)
        layout.addWidget(self._body, 1)
        layout.addWidget(self.foot)

    def _connect(self) -> None:
        self.file_bar.chosen.connect(self.import_file)
        self.preview.changed.connect(self._on_changed)
        self.foot.confirmed.connect(self.confirm)
        self.foot.given_up.connect(self.go_back)
        self.foot.cancelled.connect(self.cancel)
        self.foot.again_asked.connect(self._show_empty)
        self.foot.export_asked.connect(self.export_errors)
        self.foot.folder_asked.connect(self.open_exported_folder)
        self._context.duty.switched.connect(self._on_switched)

    def _begin(self, state: State) -> _Task:
        if self._task is not None:
            self._task.cancelled.set()
        self._task = _Task()
        self._set_state(state)
        return self._task

    def _set_state(self, state: State) -> None:
        self._state = state
        self.file_bar.setEnabled(
            state is not State.WRITING and may_import(self._context.duty.actor)
        )
        self.update()

    def _forget(self) -> None:
        self._summary = None
        self._result = None
        self._exported = None
        self._changes.clear()
        self.banner.clear()
        self.preview.forget()

    def _read(self, read: Callable[[Progress], FileSummary], name: str) -> None:
        task = self._begin(State.READING)
        self.foot.set_cancelling(False)
        self.foot.show_progress(say("正在读取 {}").format(name))

        def progress(done: int, total: int) -> None:
            if task.cancelled.is_set():
                raise _StoppedError
            self._post(task, lambda: self._show_read(name, done, total))

        self._context.runner.job(
            lambda: read(progress),
            lambda summary: self._on_read(task, summary),
            lambda error: self._on_read_failed(task, error),
            owner=self,
        )

    def _post(self, task: _Task, show: Callable[[], object]) -> None:
        """Show progress on the GUI thread, if anyone still looks."""

        def shown() -> None:
            if isValid(self) and self._task is task:
                show()

        self._context.runner.post(shown)

    def _show_empty(self) -> None:
        self._task = None
        self._set_state(State.EMPTY)
        self._forget()
        actor = self._context.duty.actor
        if may_import(actor):
            self._drop.show_invitation()
        else:
            roles = "、".join(ROLE_NAMES[role] for role in importing_roles())
            self._drop.show_refusal(
                say("{} 没有导入的权限").format(actor.name), say("需要角色：{}。").format(roles)
            )
        self._body.setCurrentWidget(self._drop)
        self.foot.show_nothing()
        self.file_bar.path.setFocus()
        self.file_bar.path.selectAll()

    def _show_preview(self) -> None:
        assert self._summary is not None
        self._set_state(State.PREVIEW)
        self.preview.set_changeable(True)
        self.foot.show_summary(self._summary)

    def _show_read(self, name: str, done: int, total: int) -> None:
        rows = say("{} / {} 行").format(done, total) if total else say("{} 行").format(done)
        self.foot.show_progress(say("正在读取 {}，{}").format(name, rows), done, total)

    def _show_written(self, task: _Task, done: int, total: int) -> None:
        task.written = done
        self.foot.show_progress(say("正在写入，{} / {} 件").format(done, total), done, total)

    def _on_read(self, task: _Task, summary: FileSummary) -> None:
        if self._task is not task:
            return
        self._task = None
        is_first = self._summary is None
        self._summary = summary
        self._changes.clear()
        self.banner.clear()
        self.preview.show_summary(summary)
        self._body.setCurrentWidget(self.preview)
        self._show_preview()
        if is_first:
            self.preview.sheets.setFocus()

    def _on_read_failed(self, task: _Task, error: Exception) -> None:
        if self._task is not task:
            return
        self._task = None
        self._changes.clear()
        self._tell(error)
        if self._summary is None:
            self._set_state(State.EMPTY)
            self._body.setCurrentWidget(self._drop)
            self.foot.show_nothing()
            self.file_bar.path.setFocus()
        else:
            self._show_preview()

    @Slot(str, object)
    def _on_changed(self, sheet: str, change: Change) -> None:
        """Read the file anew; a choice made while it is being read is not lost."""
        if self._summary is None or self._state not in (State.PREVIEW, State.READING):
            return
        self._changes.append((sheet, change))
        plan, changes = self._summary.plan, tuple(self._changes)
        self._read(lambda on_progress: reread_file(plan, changes, on_progress), plan.path.name)

    def _on_written(self, plan: Plan, result: ImportResult) -> None:
        self._task = None
        self._result = result
        self._set_state(State.DONE)
        self.preview.show_problems(result.problems)
        self.foot.show_result(result)
        self.foot.focus()
        if not self.isVisible():
            # On the screen itself the foot says it, and a message would lie over its buttons.
            kind = WARN if result.rejected or result.cancelled else OK
            self._context.duty.tell(kind, f"{plan.path.name}：{result_text(result)}")
        self.finished.emit(result)

    def _on_write_failed(self, task: _Task, error: Exception) -> None:
        self._task = None
        self._context.duty.tell_error(error)
        title, hint = describe(error)
        kept = say("已写入的 {} 件保留；再次导入同一文件不会重复。").format(task.written)
        self.banner.show_message(say("导入中断：{}").format(title), f"{hint}{kept}")
        self._show_preview()
        self.foot.focus()

    def _on_exported(self, path: Path) -> None:
        self._exported = path
        self.foot.show_exported(str(path))
        self.banner.show_message(
            say("错误清单：{}").format(path), say("改好后可直接再导入。"), kind="ok"
        )

    def _on_export_failed(self, error: Exception) -> None:
        if self._result is not None:
            self.foot.show_result(self._result)
        self._tell(error)

    def _tell(self, error: Exception) -> None:
        self._context.duty.tell_error(error)
        title, hint = describe(error)
        self.banner.show_message(title, hint)

    def _on_enter(self) -> None:
        focused = QApplication.focusWidget()
        if isinstance(focused, QPushButton):
            focused.click()
        elif focused is self.file_bar.path and not self._is_path_shown():
            self.file_bar.submit()
        else:
            self.go_on()

    def _is_path_shown(self) -> bool:
        """Whether the file of the path field is the one in the preview."""
        shown = self._summary is not None and str(self._summary.plan.path)
        return self._state is State.PREVIEW and self.file_bar.path.text().strip() == shown

    @Slot()
    def _on_switched(self) -> None:
        """Another person must not see, or confirm, what this one chose."""
        if self._state is not State.WRITING:
            self.cancel()
            self.file_bar.show_path(None)
            self._show_empty()


def _dropped_file(event: QDropEvent) -> Path | None:
    """Return the one local file of a drag, None for anything else."""
    urls = event.mimeData().urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    return Path(urls[0].toLocalFile())
