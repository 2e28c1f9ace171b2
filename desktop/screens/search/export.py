"""Taking away what was found: for what, perhaps with callers, with a second person where needed."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from db.domain.ops import Actor
from db.imports.found_file import Exported, Wish, export_found
from db.store.medium import Watch
from db.store.queries.search import SearchFilter
from db.sync.cancel import Cancel
from desktop.context import OK, AppContext
from desktop.found_words import class_names, found_layout
from desktop.i18n import describe, instant
from desktop.language import say
from desktop.widgets.export_panel import ExportPanel, Wanted
from desktop.widgets.second_person import SecondPerson, is_needed


class FoundExport(QWidget):
    """The panel of an export and that of a second person. `closed()` when both are put away."""

    closed = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._wanted = SearchFilter()
        self._cancel = Cancel()
        self.panel = ExportPanel(has_callers=True)
        self.second = SecondPerson(context)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.panel)
        column.addWidget(self.second)
        self.panel.asked.connect(self._on_asked)
        self.panel.stopped.connect(self.cancel)
        self.panel.closed.connect(self._on_closed)
        context.duty.switched.connect(self._on_switched)

    def open_for(self, wanted: SearchFilter) -> None:
        """Ask about what is looked for now."""
        self._wanted = wanted
        sees = self._context.duty.scope.sees_caller
        self.panel.callers.setVisible(sees)
        self.panel.open_panel(
            say("导出这些条件下查到的全部事件（xlsx）"),
            say("谁、几件、几个来电人、用途、文件的 SHA-256 都记入日志；每页有导出人和时间。"),
        )

    @Slot()
    def cancel(self) -> None:
        """End the export under way; no file is left of it."""
        self._cancel.cancel()

    @Slot(object)
    def _on_asked(self, wanted: Wanted) -> None:
        dialog = QFileDialog(self, say("导出"), str(self._context.sheets), "Excel (*.xlsx)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("xlsx")
        when = instant(self._context.clock()).replace(":", "").replace(" ", "-")
        dialog.selectFile(f"{say('查询结果')}-{self._context.duty.actor.name}-{when}.xlsx")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.export_to(Path(name), wanted))
        dialog.open()

    def export_to(self, path: Path, wanted: Wanted, second: Actor | None = None) -> None:
        """Write what is found into a new file."""
        store, duty = self._context.store, self._context.duty
        actor, scope = duty.actor, duty.scope
        wish = Wish(self._wanted, wanted.purpose, wanted.with_callers)
        cancel = self._cancel = Cancel()
        watch = Watch(self._on_progress, cancel)
        self.panel.show_progress(0, 0)

        def work() -> Exported:
            now = store.clock()
            classes = store.read(lambda c: class_names(c, now))
            layout = found_layout(classes, actor.name, wish.purpose, now)
            return export_found(store, actor, scope, wish, path, layout, second=second, watch=watch)

        self._context.runner.job(
            work,
            duty.while_here(self._on_exported),
            duty.while_here(partial(self._on_failed, path, wanted)),
            self,
        )

    def _on_progress(self, _: str, done: int, total: int) -> None:
        self._context.runner.post(partial(self.panel.show_progress, done, total))

    def _on_exported(self, made: Exported) -> None:
        self.panel.close_panel()
        told = say("已导出 {} 件：{}").format(made.rows, made.path)
        callers = say("含 {} 个来电人").format(made.callers) if made.callers else ""
        self._context.duty.tell(OK, told, callers)

    def _on_failed(self, path: Path, wanted: Wanted, error: Exception) -> None:
        self.panel.refuse("。".join(describe(error)))
        if is_needed(error):
            self.second.ask(error, lambda second: self.export_to(path, wanted, second))

    @Slot()
    def _on_closed(self) -> None:
        self.second.put_away()
        self.closed.emit()

    @Slot()
    def _on_switched(self) -> None:
        self.cancel()
        self.panel.close_panel()
