"""The one model of every big list: a snapshot of row ids, rows fetched a page at a time.

A million ids take 8 MB; rows are read when they are painted and forgotten when out of use.
"""

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from desktop.models.columns import Column
from desktop.override import override

PAGE = 128
"""Rows read at once: on the GUI thread, some milliseconds."""
CACHED_PAGES = 16
ROW_ROLE = int(Qt.ItemDataRole.UserRole) + 1

Row = Any
AnyIndex = QModelIndex | QPersistentModelIndex

_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
_ACCESSIBLE_TEXT = int(Qt.ItemDataRole.AccessibleTextRole)
HANDLED = frozenset({_DISPLAY, _ALIGNMENT, _ACCESSIBLE_TEXT, ROW_ROLE})

_ROOT = QModelIndex()


class Change(NamedTuple):
    """How a list of ids moved on: from `start` on, `removed` ids gave way to `added` others.

    What lies before and after that block is the same, so questions cost no more than the block.
    """

    old: "array[int]"
    new: "array[int]"
    start: int
    removed: int
    added: int

    @property
    def gone(self) -> set[int]:
        """The ids that are no longer in the list."""
        return set(self._old_block()).difference(self._new_block()) if self.removed else set()

    def arrived_above(self, row: int) -> set[int]:
        """Return the ids before a row of the new list that the old one did not have."""
        # Not the whole block: a list of a million would be copied to look at its first rows.
        above = self.new[self.start : max(min(row, self.start + self.added), self.start)]
        return set(above).difference(self._old_block()) if above else set()

    def row_after(self, row: int) -> int:
        """Return where an old row is now: for one that is gone, the next one that is left."""
        if row < self.start:
            return row
        end = self.start + self.removed
        block = self._new_block()
        left = set(block)
        for row_id in self.old[row:end]:
            if row_id in left:
                return self.start + block.index(row_id)
        following = self.start + self.added + max(row - end, 0)
        return following if following < len(self.new) else min(row, len(self.new) - 1)

    def _old_block(self) -> "array[int]":
        return self.old[self.start : self.start + self.removed]

    def _new_block(self) -> "array[int]":
        return self.new[self.start : self.start + self.added]


@dataclass(slots=True)
class _Page:
    """Rows of one page, and their texts as far as they were shown."""

    ids: "array[int]"
    rows: list[Row | None]
    texts: dict[int, tuple[str, ...]] = field(default_factory=dict)


class PagedTableModel(QAbstractTableModel):
    """A table over row ids; `rows` reads one page of them, on the GUI thread.

    `rows` answers each id in its place, with None for one that is gone: such a row paints empty.
    `ids_changed(change, is_fresh)` follows each `Change` of the ids, whatever Qt signal told it;
    `failed(error)` tells of a page that could not be read.
    """

    ids_about_to_change = Signal()
    ids_changed = Signal(object, bool)
    failed = Signal(object)
    _page_failed = Signal(object)

    def __init__(
        self,
        columns: Sequence[Column],
        rows: Callable[[Sequence[int]], Sequence[Row | None]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._rows = rows
        self._ids = array("q")
        self._pages: OrderedDict[int, _Page] = OrderedDict()
        # Pages are read while painting: whoever shows the error must not be called from there.
        self._page_failed.connect(self.failed, Qt.ConnectionType.QueuedConnection)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns shown."""
        return self._columns

    @property
    def ids(self) -> "array[int]":
        """The row ids in order; not to be changed in place."""
        return self._ids

    def id_at(self, row: int) -> int | None:
        """Return the id in a row, None outside the list."""
        return self._ids[row] if 0 <= row < len(self._ids) else None

    def row_of(self, row_id: int) -> int:
        """Return the row of an id, -1 if it is not in the list; 30 ms at worst in a million."""
        try:
            return self._ids.index(row_id)
        except ValueError:
            return -1

    def row_at(self, row: int) -> Row | None:
        """Return what a row shows, None if it is gone."""
        return self._page(row // PAGE).rows[row % PAGE]

    def text_at(self, row: int, column: int) -> str:
        """Return the text of a cell."""
        return self._texts(row)[column]

    def set_ids(self, ids: "array[int]", *, is_fresh: bool = False) -> None:
        """Show these ids and read their rows anew, with the smallest signal that tells the change.

        `is_fresh` marks another list (a filter, a sorting), not the same one moved on.
        """
        if not is_fresh and ids == self._ids:
            self.invalidate()
            return
        change = _difference(self._ids, ids)
        self.ids_about_to_change.emit()
        self._replace(change, is_fresh)
        self.ids_changed.emit(change, is_fresh)

    def invalidate(self, ids: Iterable[int] | None = None) -> None:
        """Read the rows of these ids, or all rows, anew when they are next shown."""
        wanted = None if ids is None else frozenset(ids)
        stale = [
            number
            for number, page in self._pages.items()
            if wanted is None or not wanted.isdisjoint(page.ids)
        ]
        if not stale:
            return
        for number in stale:
            del self._pages[number]
        last_row = min((max(stale) + 1) * PAGE, len(self._ids)) - 1
        if last_row < 0:
            return
        self.dataChanged.emit(
            self.index(min(stale) * PAGE, 0), self.index(last_row, len(self._columns) - 1)
        )

    @override
    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._ids)

    @override
    def columnCount(self, parent: AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._columns)

    @override
    def data(self, index: AnyIndex, role: int = _DISPLAY) -> Any:
        # A frame asks seven roles a cell; most answers are no.
        if role not in HANDLED:
            return None
        row, column = index.row(), index.column()
        if not 0 <= row < len(self._ids):
            return None
        if role == _DISPLAY:
            return self._texts(row)[column]
        if role == _ALIGNMENT:
            return self._columns[column].alignment | Qt.AlignmentFlag.AlignVCenter
        if role == ROW_ROLE:
            return self.row_at(row)
        return self._accessible_text(row)

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        if role == _DISPLAY:
            return self._columns[section].title
        if role == _ALIGNMENT:
            return self._columns[section].alignment | Qt.AlignmentFlag.AlignVCenter
        return None

    def _replace(self, change: Change, is_fresh: bool) -> None:
        if is_fresh or (change.removed and change.added):
            self.beginResetModel()
            self._take(change.new)
            self.endResetModel()
        elif change.added:
            self.beginInsertRows(_ROOT, change.start, change.start + change.added - 1)
            self._take(change.new)
            self.endInsertRows()
        else:
            self.beginRemoveRows(_ROOT, change.start, change.start + change.removed - 1)
            self._take(change.new)
            self.endRemoveRows()

    def _take(self, ids: "array[int]") -> None:
        self._ids = ids
        self._pages.clear()

    def _page(self, number: int) -> _Page:
        page = self._pages.get(number)
        if page is None:
            page = self._pages[number] = self._read_page(number)
            if len(self._pages) > CACHED_PAGES:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(number)
        return page

    def _read_page(self, number: int) -> _Page:
        ids = self._ids[number * PAGE : (number + 1) * PAGE]
        try:
            rows = list(self._rows(ids))
        except Exception as exc:
            # Raised while painting it would be lost. The page stays empty until invalidated, or
            # each frame would ask a broken store again.
            self._page_failed.emit(exc)
            rows = [None] * len(ids)
        return _Page(ids, rows)

    def _texts(self, row: int) -> tuple[str, ...]:
        page, place = self._page(row // PAGE), row % PAGE
        texts = page.texts.get(place)
        if texts is None:
            texts = page.texts[place] = self._format(page.rows[place])
        return texts

    def _format(self, row: Row | None) -> tuple[str, ...]:
        if row is None:
            return ("",) * len(self._columns)
        return tuple(column.text(row) for column in self._columns)

    def _accessible_text(self, row: int) -> str:
        """Speak the whole row in any of its cells: the keys move by row."""
        texts = self._texts(row)
        if len(texts) == 1:
            return texts[0]
        titled = zip(self._columns, texts, strict=True)
        return "，".join(f"{column.title} {text}".strip() for column, text in titled if text)


def _difference(old: "array[int]", new: "array[int]") -> Change:
    shorter = min(len(old), len(new))
    head = _count_true(lambda low, high: old[low:high] == new[low:high], shorter)
    tail = _count_true(
        lambda low, high: (
            old[len(old) - high : len(old) - low] == new[len(new) - high : len(new) - low]
        ),
        shorter - head,
    )
    return Change(old, new, head, len(old) - head - tail, len(new) - head - tail)


def _count_true(is_equal: Callable[[int, int], bool], limit: int) -> int:
    """Count the leading equal places by halving; each place is compared once, in C."""
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if is_equal(low, middle):
            low = middle
        else:
            high = middle - 1
    return low
