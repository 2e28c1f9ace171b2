"""The three tables of the preview: columns, first rows, problems. They show a plan, never edit it.

A choice in the first table goes out as a signal; the file is read anew and a new plan comes in.
"""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from db.imports.aliases import FIELDS
from db.imports.cells import as_text
from db.imports.mapping import ColumnUse
from db.imports.plan import RowProblem, SheetPlan
from desktop.language import say
from desktop.override import override
from desktop.screens.imports.words import (
    column_text,
    field_text,
    row_problem_text,
    use_text,
)

AnyIndex = QModelIndex | QPersistentModelIndex
CHOICES: tuple[str | None, ...] = (None, *FIELDS)
"""What a column may be given to: nothing, or a field."""
FIELD_COLUMN = 2
_SAMPLES = 3
_LONGEST_CELL = 60

_DISPLAY = Qt.ItemDataRole.DisplayRole
_ROOT = QModelIndex()


class TextTableModel(QAbstractTableModel):
    """A table of texts made cell by cell as they are shown."""

    titles: Sequence[str] = ()

    @override
    def columnCount(self, parent: AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.titles)

    @override
    def data(self, index: AnyIndex, role: int = _DISPLAY) -> Any:
        if not index.isValid():
            return None
        if role in (_DISPLAY, Qt.ItemDataRole.AccessibleTextRole):
            return self.text(index.row(), index.column())
        return None

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self.titles):
            return None
        if role == _DISPLAY:
            return self.titles[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def text(self, row: int, column: int) -> str:
        """Return the text of a cell."""
        raise NotImplementedError


class MappingModel(TextTableModel):
    """One row a column of the sheet; `field_chosen(index, field)` tells of a choice."""

    field_chosen = Signal(int, object)

    titles = ("列", "文件里的列名", "对应", "说明", "内容举例")

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[ColumnUse, ...] = ()
        self._samples: tuple[str, ...] = ()

    def show_sheet(self, sheet: SheetPlan) -> None:
        """Show the columns of a sheet."""
        self.beginResetModel()
        self._columns = sheet.mapping.columns
        self._samples = tuple(_sample(sheet, column) for column in self._columns)
        self.endResetModel()

    def clear(self) -> None:
        """Show nothing."""
        self.beginResetModel()
        self._columns, self._samples = (), ()
        self.endResetModel()

    def field_at(self, row: int) -> str | None:
        """Return the field a column fills or adds to."""
        return self._columns[row].field

    def is_changeable(self, row: int) -> bool:
        """Whether a column may be given to another field; an erased one may not."""
        return self._columns[row].use != "dropped_id"

    @override
    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._columns)

    @override
    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.column() == FIELD_COLUMN and self.is_changeable(index.row()):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    @override
    def data(self, index: AnyIndex, role: int = _DISPLAY) -> Any:
        if role == Qt.ItemDataRole.EditRole and index.column() == FIELD_COLUMN:
            return self.field_at(index.row())
        return super().data(index, role)

    @override
    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or value == self.field_at(index.row()):
            return False
        self.field_chosen.emit(index.row(), value)
        return True

    @override
    def text(self, row: int, column: int) -> str:
        use = self._columns[row]
        if column == 0:
            return column_letters(use.index)
        if column == 1:
            return use.title or say("（没有列名）")
        if column == FIELD_COLUMN:
            return field_text(use.field)
        return use_text(use) if column == FIELD_COLUMN + 1 else self._samples[row]


class RowsModel(TextTableModel):
    """The first rows of a sheet as they stand in the file."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[list[str]] = []

    def show_sheet(self, sheet: SheetPlan) -> None:
        """Show the first rows of a sheet."""
        first = (sheet.mapping.header_row or 0) + 1
        dropped = frozenset(sheet.mapping.dropped)
        columns = sheet.mapping.columns
        width = len(columns) or max(map(len, sheet.preview), default=0)
        self.beginResetModel()
        self.titles = (
            say("行"),
            *(columns[i].title if columns else column_letters(i) for i in range(width)),
        )
        self._rows = [
            [
                str(first + number),
                *(say("已删除") if i in dropped else _shown(cells, i) for i in range(width)),
            ]
            for number, cells in enumerate(sheet.preview)
        ]
        self.endResetModel()

    def clear(self) -> None:
        """Show nothing."""
        self.beginResetModel()
        self.titles, self._rows = (), []
        self.endResetModel()

    @override
    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def text(self, row: int, column: int) -> str:
        return self._rows[row][column]


class ProblemsModel(TextTableModel):
    """What is wrong with which row, rejected rows and left-out values alike."""

    titles = ("行", "列", "处理", "原因")

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._problems: tuple[RowProblem, ...] = ()

    def show_problems(self, problems: tuple[RowProblem, ...]) -> None:
        """Show these problems."""
        self.beginResetModel()
        self._problems = problems
        self.endResetModel()

    def clear(self) -> None:
        """Show nothing."""
        self.show_problems(())

    @override
    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._problems)

    @override
    def text(self, row: int, column: int) -> str:
        problem = self._problems[row]
        if column == 0:
            return str(problem.row)
        if column == 1:
            return column_text(problem)
        if column == 2:
            return say("整行退回") if problem.is_rejection else say("照常导入")
        return row_problem_text(problem)


def column_letters(index: int) -> str:
    """Return the letters a spreadsheet names a column by, 0 being A."""
    letters, rest = "", index + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def _sample(sheet: SheetPlan, column: ColumnUse) -> str:
    if column.use == "dropped_id":
        return say("已删除")
    shown = (_shown(cells, column.index) for cells in sheet.preview)
    return "  ".join(list(dict.fromkeys(text for text in shown if text))[:_SAMPLES])


def _shown(cells: Sequence[Any], index: int) -> str:
    text = " ".join(as_text(cells[index]).split()) if index < len(cells) else ""
    return text if len(text) <= _LONGEST_CELL else text[: _LONGEST_CELL - 1] + "…"
