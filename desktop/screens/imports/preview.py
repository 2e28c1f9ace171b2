"""The preview: what of each sheet would go in, and how its columns are read."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from db.imports.aliases import SOURCE_SIGNS
from db.imports.mapping import with_field, with_source
from db.imports.plan import RowProblem
from desktop.i18n import SOURCE_NAMES
from desktop.language import say
from desktop.screens.imports.summary import (
    Change,
    FileSummary,
    SheetSummary,
    left_out,
    taken_back,
    titled_by,
)
from desktop.screens.imports.tables import MappingModel, ProblemsModel, RowsModel
from desktop.screens.imports.views import FactTable, MappingTable, SheetList
from desktop.screens.imports.words import sheet_hint_text, sheet_problem_text
from desktop.widgets.elided_label import ElidedLabel

SOURCES = ("hotline12345", "online", "grid", "phone", "visit", "leader", "district")
assert set(SOURCE_SIGNS) <= set(SOURCES)

_LAST_HEADER_ROW = 200
_MARGIN = 14
_LIST_WIDTH = 220


class PreviewPage(QWidget):
    """Sheets at the left; at the right one sheet's columns over its first rows and problems.

    `changed(sheet, change)` asks for the file to be read anew with one mapping changed.
    """

    changed = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._summary: FileSummary | None = None
        self._problems: tuple[RowProblem, ...] = ()
        self._sheet = ""
        self._mapping_model = MappingModel(self)
        self._rows_model = RowsModel(self)
        self._problems_model = ProblemsModel(self)
        self._mapping_model.field_chosen.connect(self._on_field_chosen)
        self.sheets = SheetList()
        self.sheets.sheet_chosen.connect(self._on_sheet_chosen)
        self._make_options()
        self.mapping = MappingTable(self._mapping_model)
        self._rows = FactTable(self._rows_model, say("前 10 行"))
        self._problem_table = FactTable(self._problems_model, say("有问题的行"))
        self._problem_table.set_widths(5, 9, 6)
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        self._tabs.tabBar().setAccessibleName(say("前 10 行或问题"))
        self._tabs.addTab(self._rows, say("前 10 行"))
        self._tabs.addTab(self._problem_table, say("问题"))
        self._lay_out()

    def show_summary(self, summary: FileSummary) -> None:
        """Show a file as read, staying on the sheet that was shown."""
        is_same_file = self._summary and self._summary.plan.path == summary.plan.path
        self._summary = summary
        self._problems = summary.plan.problems
        if not is_same_file or summary.sheet(self._sheet) is None:
            self._sheet = _first_telling(summary)
        self.sheets.show_sheets(summary.sheets, self._sheet)
        self._show_sheet(is_fresh=not is_same_file)

    def show_problems(self, problems: tuple[RowProblem, ...]) -> None:
        """Show the problems left after the import: those of the file, those met while writing."""
        self._problems = problems
        sheet = self._current()
        if sheet is not None:
            self._show_problems_of(sheet)

    def set_changeable(self, is_changeable: bool) -> None:
        """Allow or forbid changes; looking around stays possible."""
        self._options.setVisible(is_changeable)
        self.mapping.set_changeable(is_changeable)
        sheet = self._current()
        if is_changeable and sheet is not None:
            self._enable_options(sheet)

    def forget(self) -> None:
        """Drop the file shown: it holds names and phone numbers."""
        self._summary = None
        self._problems = ()
        self._sheet = ""
        self.sheets.show_sheets((), "")
        for model in (self._mapping_model, self._rows_model, self._problems_model):
            model.clear()

    def _make_options(self) -> None:
        self._title = ElidedLabel()
        self._title.setProperty("role", "strong")
        self._notes = ElidedLabel()
        self._notes.setContentsMargins(_MARGIN, 0, _MARGIN, 8)
        self._options = QWidget()
        self._skipped = QCheckBox(say("略过这张表"))
        self._skipped.clicked.connect(self._on_skipped_clicked)
        self._source = QComboBox()
        self._source.setAccessibleName(say("来源"))
        for source in SOURCES:
            self._source.addItem(SOURCE_NAMES[source], source)
        self._source.activated.connect(self._on_source_activated)
        self._header_row = QSpinBox()
        self._header_row.setAccessibleName(say("列名所在行"))
        self._header_row.setRange(0, _LAST_HEADER_ROW)
        self._header_row.setSpecialValueText(say("未找到"))
        # Each digit typed would read the whole file.
        self._header_row.setKeyboardTracking(False)
        self._header_row.valueChanged.connect(self._on_header_row_changed)

    def _lay_out(self) -> None:
        options = QHBoxLayout()
        options.setContentsMargins(_MARGIN, 8, _MARGIN, 8)
        options.setSpacing(8)
        options.addWidget(self._title, 1)
        options.addWidget(self._options)
        changes = QHBoxLayout(self._options)
        changes.setContentsMargins(0, 0, 0, 0)
        changes.setSpacing(8)
        changes.addWidget(self._skipped)
        for text, widget in ((say("来源"), self._source), (say("列名在第几行"), self._header_row)):
            label = QLabel(text)
            label.setBuddy(widget)
            changes.addSpacing(_MARGIN)
            changes.addWidget(label)
            changes.addWidget(widget)
        columns = QWidget()
        top = QVBoxLayout(columns)
        top.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(0)
        top.addLayout(options)
        top.addWidget(self._notes)
        top.addWidget(self.mapping, 1)
        right = QSplitter(Qt.Orientation.Vertical)
        right.setChildrenCollapsible(False)
        right.addWidget(columns)
        right.addWidget(self._tabs)
        right.setStretchFactor(0, 3)
        right.setStretchFactor(1, 2)
        both = QSplitter(Qt.Orientation.Horizontal)
        both.setChildrenCollapsible(False)
        both.addWidget(self.sheets)
        both.addWidget(right)
        both.setStretchFactor(1, 1)
        both.setSizes([_LIST_WIDTH, 5 * _LIST_WIDTH])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(both)

    def _current(self) -> SheetSummary | None:
        return self._summary.sheet(self._sheet) if self._summary else None

    def _show_sheet(self, *, is_fresh: bool) -> None:
        sheet = self._current()
        if sheet is None:
            return
        mapping = sheet.plan.mapping
        row = self.mapping.currentIndex().row()
        self._title.setText(sheet.name)
        self._notes.setText(_notes_text(sheet))
        self._notes.setVisible(bool(self._notes.text()))
        with QSignalBlocker(self._skipped), QSignalBlocker(self._header_row):
            self._skipped.setChecked(mapping.problem == "sheet_skipped")
            self._header_row.setMaximum(min(_LAST_HEADER_ROW, max(len(sheet.plan.rows), 1)))
            self._header_row.setValue(mapping.header_row or 0)
        self._source.setCurrentIndex(self._source.findData(mapping.source))
        self._enable_options(sheet)
        self._mapping_model.show_sheet(sheet.plan)
        self.mapping.selectRow(0 if is_fresh else max(row, 0))
        self._rows_model.show_sheet(sheet.plan)
        self._rows.spread()
        self._show_problems_of(sheet)
        if is_fresh:
            self._tabs.setCurrentIndex(1 if sheet.rejected else 0)

    def _enable_options(self, sheet: SheetSummary) -> None:
        is_read = sheet.problem not in ("sheet_skipped", "sheet_empty")
        self._skipped.setEnabled(sheet.problem in (None, "sheet_skipped"))
        self._source.setEnabled(is_read)
        self._header_row.setEnabled(is_read)
        self.mapping.set_changeable(is_read)

    def _show_problems_of(self, sheet: SheetSummary) -> None:
        problems = tuple(one for one in self._problems if one.sheet == sheet.name)
        self._problems_model.show_problems(problems)
        self._tabs.setTabText(
            1, say("问题 {}").format(len(problems)) if problems else say("没有问题")
        )

    @Slot(str)
    def _on_sheet_chosen(self, name: str) -> None:
        self._sheet = name
        self._show_sheet(is_fresh=True)

    @Slot(int, object)
    def _on_field_chosen(self, index: int, field: str | None) -> None:
        self._ask(lambda sheet: with_field(sheet.mapping, index, field))

    @Slot(bool)
    def _on_skipped_clicked(self, is_skipped: bool) -> None:
        self._ask(left_out if is_skipped else taken_back)

    @Slot()
    def _on_source_activated(self) -> None:
        source = self._source.currentData()
        sheet = self._current()
        if sheet is not None and source != sheet.plan.mapping.source:
            self._ask(lambda sheet: with_source(sheet.mapping, source))

    @Slot(int)
    def _on_header_row_changed(self, row: int) -> None:
        if row:
            self._ask(titled_by(row))

    def _ask(self, change: Change) -> None:
        self.changed.emit(self._sheet, change)


def _first_telling(summary: FileSummary) -> str:
    """Return the first sheet that goes in, else the first."""
    going_in = [sheet.name for sheet in summary.sheets if not sheet.problem]
    return (going_in or [sheet.name for sheet in summary.sheets] or [""])[0]


def _notes_text(sheet: SheetSummary) -> str:
    """Return why the sheet stays out and what to do, and what was erased."""
    notes = [sheet_hint_text(sheet.problem or ""), _dropped_text(sheet)]
    if sheet.problem:
        notes.insert(0, say("不导入：{}。").format(sheet_problem_text(sheet.problem)))
    return " ".join(filter(None, notes))


def _dropped_text(sheet: SheetSummary) -> str:
    titles = [
        column.title or say("（没有列名）")
        for column in sheet.plan.mapping.columns
        if column.use == "dropped_id"
    ]
    count = sheet.plan.ids_removed
    if titles:
        return say("证件号列已删除，不导入：{}（共 {} 处证件号）").format("、".join(titles), count)
    return say("文字里的证件号已删除，共 {} 处").format(count) if count else ""
