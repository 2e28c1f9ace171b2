import sys
from array import array
from collections import Counter
from typing import NamedTuple

import pytest
from PySide6.QtCore import QModelIndex, Qt

from desktop.models.columns import Column, to_text
from desktop.models.paged_table import CACHED_PAGES, HANDLED, PAGE, ROW_ROLE, PagedTableModel

MILLION = 1_000_000


class Row(NamedTuple):
    code: str
    count: int | None


class Store:
    """Answers pages and counts how often it is asked; ids in `gone` have no row."""

    def __init__(self):
        self.calls = []
        self.gone = set()
        self.error = None

    def rows(self, ids):
        self.calls.append(list(ids))
        if self.error:
            raise self.error
        return [None if one in self.gone else Row(f"A{one}", one) for one in ids]


COLUMNS = [
    Column("编号", "code", 12),
    Column("件数", "count", 4, Qt.AlignmentFlag.AlignRight, lambda value: f"{value} 件"),
]


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def model(store):
    return PagedTableModel(COLUMNS, store.rows)


def ids(*values):
    return array("q", values)


class Signals:
    """Counts what a model tells."""

    def __init__(self, model):
        self.told = Counter()
        self.ranges = []
        for name in ("modelReset", "rowsInserted", "rowsRemoved", "dataChanged", "ids_changed"):
            getattr(model, name).connect(self._count(name))

    def _count(self, name):
        def count(*args):
            self.told[name] += 1
            if name in {"rowsInserted", "rowsRemoved"}:
                self.ranges.append(args[1:])
            elif name == "dataChanged":
                self.ranges.append((args[0].row(), args[1].row()))

        return count


def test_the_model_keeps_qt_s_rules(model, qtmodeltester):
    qtmodeltester.check(model)
    for new in (
        ids(*range(5, 600)),
        ids(*range(600)),
        ids(*range(700)),
        ids(*range(2, 700)),
        ids(*range(2, 300)),
        ids(9, 7, 5),
        ids(1, 7, 5),
        ids(),
        ids(1, 2),
    ):
        model.set_ids(new)
        model.invalidate()


def test_cells_show_the_formatted_row(model):
    model.set_ids(ids(7, 8))
    index = model.index(1, 1)
    assert index.data() == "8 件"
    assert index.data(ROW_ROLE) == Row("A8", 8)
    assert model.row_at(0) == Row("A7", 7)
    assert model.text_at(0, 0) == "A7"
    alignment = Qt.ItemDataRole.TextAlignmentRole
    assert Qt.AlignmentFlag(index.data(alignment)) & Qt.AlignmentFlag.AlignRight
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "编号 A8，件数 8 件"
    assert index.data(Qt.ItemDataRole.ToolTipRole) is None
    assert index.flags() & Qt.ItemFlag.ItemIsEditable == Qt.ItemFlag.NoItemFlags


def test_one_column_speaks_for_the_whole_row(store):
    model = PagedTableModel(
        [Column("事件", "", format=lambda row: f"{row.code}/{row.count}")], store.rows
    )
    model.set_ids(ids(3))
    assert model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "A3/3"


def test_the_header_has_titles(model):
    assert model.headerData(0, Qt.Orientation.Horizontal) == "编号"
    assert model.headerData(0, Qt.Orientation.Vertical) is None
    assert model.headerData(9, Qt.Orientation.Horizontal) is None


def test_nothing_is_shown_as_nothing():
    assert to_text(None) == ""
    assert to_text(0) == "0"


def test_a_row_that_is_gone_is_empty(model, store):
    store.gone = {2}
    model.set_ids(ids(1, 2, 3))
    assert [model.index(row, 0).data() for row in range(3)] == ["A1", "", "A3"]
    assert model.row_at(1) is None
    assert model.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole) == ""


def test_a_page_that_cannot_be_read_is_empty_and_told_later(model, store, qtbot):
    store.error = OSError("disk")
    model.set_ids(ids(1, 2))
    with qtbot.waitSignal(model.failed) as told:
        assert model.index(0, 0).data() == ""
        assert not told.signal_triggered
    assert told.args == [store.error]
    assert model.index(1, 0).data() == ""
    assert len(store.calls) == 1
    store.error = None
    model.invalidate()
    assert model.index(0, 0).data() == "A1"


def test_rows_are_found_by_id(model):
    model.set_ids(ids(5, 3, 9))
    assert [model.row_of(one) for one in (5, 9, 4)] == [0, 2, -1]
    assert [model.id_at(row) for row in (0, 2, 3, -1)] == [5, 9, None, None]


@pytest.mark.parametrize(
    ("old", "new", "signal", "rows"),
    [
        ([1, 2, 3], [8, 9, 1, 2, 3], "rowsInserted", (0, 1)),
        ([1, 2, 3], [1, 2, 3, 4], "rowsInserted", (3, 3)),
        ([1, 2, 3], [1, 7, 2, 3], "rowsInserted", (1, 1)),
        ([1, 2, 3], [1, 3], "rowsRemoved", (1, 1)),
        ([1, 2, 3], [], "rowsRemoved", (0, 2)),
        ([], [1, 2], "rowsInserted", (0, 1)),
    ],
)
def test_one_block_that_came_or_went_is_told_as_such(model, old, new, signal, rows):
    model.set_ids(ids(*old))
    signals = Signals(model)
    model.set_ids(ids(*new))
    assert signals.told == {signal: 1, "ids_changed": 1}
    assert signals.ranges == [rows]
    assert list(model.ids) == new


@pytest.mark.parametrize("new", [[3, 2, 1], [1, 9, 3], [2, 3, 4]])
def test_anything_else_is_a_reset(model, new):
    model.set_ids(ids(1, 2, 3))
    signals = Signals(model)
    model.set_ids(ids(*new))
    assert signals.told == {"modelReset": 1, "ids_changed": 1}


def test_another_list_is_a_reset_even_if_it_only_grew(model):
    model.set_ids(ids(1, 2, 3))
    signals = Signals(model)
    model.set_ids(ids(1, 2, 3, 4), is_fresh=True)
    assert signals.told["modelReset"] == 1


def test_the_same_ids_only_read_the_loaded_rows_again(model, store):
    model.set_ids(array("q", range(5 * PAGE)))
    model.row_at(PAGE)
    model.row_at(3 * PAGE)
    signals = Signals(model)
    model.set_ids(array("q", range(5 * PAGE)))
    assert signals.told == {"dataChanged": 1}
    assert signals.ranges == [(PAGE, 4 * PAGE - 1)]
    model.row_at(PAGE)
    assert len(store.calls) == 3


def test_only_pages_with_changed_ids_are_read_again(model, store):
    model.set_ids(array("q", range(3 * PAGE)))
    for row in (0, PAGE, 2 * PAGE):
        model.row_at(row)
    signals = Signals(model)
    model.invalidate([PAGE + 5, 10**9])
    assert signals.ranges == [(PAGE, 2 * PAGE - 1)]
    for row in (0, PAGE, 2 * PAGE):
        model.row_at(row)
    assert [call[0] for call in store.calls] == [0, PAGE, 2 * PAGE, PAGE]


def test_nothing_is_told_when_nothing_loaded_changed(model):
    model.set_ids(ids(1, 2))
    signals = Signals(model)
    model.invalidate([1])
    assert not signals.told


def test_a_cell_is_formatted_once(store):
    formatted = []
    column = Column("x", "code", format=lambda value: formatted.append(value) or value)
    model = PagedTableModel([column], store.rows)
    model.set_ids(ids(1))
    for _ in range(5):
        model.index(0, 0).data()
    assert formatted == ["A1"]


def test_a_million_rows_are_read_a_page_at_a_time(model, store):
    model.set_ids(array("q", range(MILLION)))
    assert store.calls == []
    for row in range(0, 100 * PAGE, 20):
        model.row_at(row)
    assert len(store.calls) == 100
    assert len(model._pages) == CACHED_PAGES
    model.row_at(MILLION - 1)
    assert len(store.calls[-1]) == MILLION % PAGE
    model.row_at(99 * PAGE)
    assert len(store.calls) == 101
    model.row_at(0)
    assert len(store.calls) == 102


@pytest.mark.parametrize(
    ("old", "new", "row", "after"),
    [
        ([1, 2, 3], [9, 1, 2, 3], 1, 2),
        ([1, 2, 3], [1, 3], 1, 1),
        ([1, 2, 3], [1, 2], 2, 1),
        ([1, 2, 3, 4, 5], [1, 4, 9, 5], 1, 1),
        ([1, 2, 3], [3, 2, 1], 0, 2),
        ([1, 2, 3], [7, 8, 9], 1, 1),
        ([1, 2, 3], [7], 2, 0),
        ([1, 2], [], 1, -1),
    ],
)
def test_a_change_knows_where_a_row_went(model, old, new, row, after):
    changes = []
    model.set_ids(ids(*old))
    model.ids_changed.connect(lambda change, is_fresh: changes.append(change))
    model.set_ids(ids(*new))
    assert changes[0].row_after(row) == after
    assert changes[0].gone == set(old) - set(new)
    assert changes[0].arrived_above(len(new)) == set(new) - set(old)


def test_no_reference_to_none_is_lost(model):
    """Some PySide6 releases drop one reference to None for each that a method returns to Qt."""
    model.set_ids(ids(1))
    index, calls = model.index(0, 0), 4000
    role = int(Qt.ItemDataRole.DecorationRole)
    assert role not in HANDLED
    before = sys.getrefcount(None)
    for _ in range(calls):
        index.data(role)
    assert abs(sys.getrefcount(None) - before) < calls // 4


def test_there_are_no_children(model):
    model.set_ids(ids(1))
    assert model.rowCount(model.index(0, 0)) == 0
    assert model.columnCount(model.index(0, 0)) == 0
    assert model.data(QModelIndex()) is None


def test_an_empty_list_read_anew_says_nothing_of_rows(qtbot):
    model = PagedTableModel([Column("", "", format=str)], Store().rows)
    model.set_ids(array("q"))
    with pytest.raises(IndexError):
        model.row_at(0)
    told = []
    model.dataChanged.connect(lambda *places: told.append(places))
    model.set_ids(array("q"))
    assert told == []
