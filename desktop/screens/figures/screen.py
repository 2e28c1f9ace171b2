"""统计: how the towns of a district stand, or the villages of a town; from a figure to its work."""

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from db.store.queries.figures import Figures, PartFigures, figures
from desktop.actions import bind
from desktop.context import AppContext, Narrowed
from desktop.figure_words import LEVELS, TITLES, cells, name_of, part_of
from desktop.i18n import instant
from desktop.language import say
from desktop.override import override
from desktop.runner import Throttle
from desktop.sheets import MadeSheet, make_sheet
from desktop.widgets.text_table import TextTable

_MARGIN = 14
REFRESH_MS = 2_000


class FiguresScreen(QWidget):
    """A row for each part and one for all. Enter shows a row's work at the desk, P the sheet."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._figures: Figures | None = None
        self.table = TextTable(say("统计"))
        self._note = QLabel()
        self._note.setProperty("role", "dim")
        self._body = QStackedWidget()
        self._throttle = Throttle(self.refresh, REFRESH_MS, self)
        self._lay_out()
        self.setFocusProxy(self.table)
        self.table.activated.connect(self._on_activated)
        bind(self.table, "print", self._make_sheet)
        context.duty.changed.connect(self._on_changed)
        context.duty.switched.connect(self._on_switched)

    @property
    def figures(self) -> Figures | None:
        """What is shown, None before the first reading."""
        return self._figures

    @Slot()
    def refresh(self) -> None:
        """Count anew."""
        store, duty, clock = self._context.store, self._context.duty, self._context.clock
        actor, scope = duty.actor, duty.scope
        self._context.runner.read(
            lambda: store.read(lambda c: figures(c, scope, actor.name, clock())),
            self._show,
            duty.tell_error,
            "figures",
            self,
        )

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F5:
            self.refresh()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        open_, sheet = QPushButton(say("看这些事件 Enter")), QPushButton(say("打印 P"))
        open_.clicked.connect(lambda: self._on_activated(self.table.currentIndex()))
        sheet.clicked.connect(self._make_sheet)
        bar = QHBoxLayout()
        bar.setContentsMargins(_MARGIN, 10, _MARGIN, 6)
        bar.addWidget(self._note, 1)
        for button in (open_, sheet):
            button.setAccessibleName(button.text())
            bar.addWidget(button)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(bar)
        layout.addWidget(self.table, 1)
        self._body.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._body)

    def _show(self, found: Figures) -> None:
        row = self.table.currentIndex().row()
        self._figures = found
        total = found.total._replace(name=say("合计"))
        self.table.show_rows(
            (LEVELS[found.level], *TITLES.values()), [*map(cells, found.parts), cells(total)]
        )
        if row > 0:
            self.table.selectRow(min(row, len(found.parts)))
        self._note.setText(
            say("数据截至 {}；本月从 1 日起算。在一格上按 Enter，到值班台看那些事件").format(
                instant(found.at)
            )
        )

    def _line(self, row: int) -> PartFigures | None:
        found = self._figures
        if found is None or not 0 <= row <= len(found.parts):
            return None
        return found.parts[row] if row < len(found.parts) else found.total

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        line = self._line(index.row())
        if line is None:
            return
        field = ("", *TITLES)[max(index.column(), 0)]
        is_total = index.row() == len(self._figures.parts if self._figures else ())
        words = [say("全部") if is_total else name_of(line)]
        wanted = part_of(line, field)
        if wanted.is_late or wanted.is_soon:
            words.append(TITLES[field])
        self._context.duty.asked_for.emit("desk", Narrowed(wanted, " ".join(words)))

    @Slot()
    def _make_sheet(self) -> None:
        context = self._context
        actor, scope = context.duty.actor, context.duty.scope
        context.runner.job(
            lambda: make_sheet(context.store, actor, scope, "figures", ""),
            self._show_sheet,
            context.duty.tell_error,
            owner=self,
        )

    def _show_sheet(self, sheet: MadeSheet) -> None:
        from desktop.widgets.pdf_preview import PdfPreview  # lazy: a viewer of pages is heavy

        preview = PdfPreview(self._context)
        preview.closed.connect(self._close_sheet)
        preview.show_sheet(sheet)
        self._body.addWidget(preview)
        self._body.setCurrentWidget(preview)
        preview.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _close_sheet(self) -> None:
        preview = self._body.currentWidget()
        self._body.setCurrentIndex(0)
        self._body.removeWidget(preview)
        preview.deleteLater()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _on_changed(self, changes: object) -> None:
        if self.isVisible() and "incident" in getattr(changes, "subjects", ()):
            self._throttle.request()

    @Slot()
    def _on_switched(self) -> None:
        """Count anew: what is counted depends on who asks."""
        self._figures = None
        self.table.show_rows((), ())
        if self.isVisible():
            self.refresh()
