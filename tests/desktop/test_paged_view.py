import tracemalloc
from array import array
from typing import NamedTuple

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView

from desktop.models.columns import Column
from desktop.models.paged_table import PAGE, PagedTableModel
from desktop.theme import current_theme
from desktop.widgets.paged_view import MIN_ROW_HEIGHT, PagedView


class Row(NamedTuple):
    code: str
    title: str


class Store:
    def __init__(self):
        self.calls = 0

    def rows(self, ids):
        self.calls += 1
        return [Row(f"A{one}", f"事件 {one}") for one in ids]


def span(*bounds):
    return array("q", range(*bounds))


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def view(qtbot, store):
    model = PagedTableModel([Column("编号", "code", 8), Column("标题", "title")], store.rows)
    view = PagedView(model, "事件列表")
    qtbot.addWidget(view)
    view.resize(400, 10 * view.row_height)
    model.set_ids(span(1000, 2000))
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    view.setFocus()
    return view


@pytest.fixture
def model(view):
    return view.model()


def y_of(view, row_id):
    return view.rowViewportPosition(view.model().row_of(row_id))


def press(view, *keys):
    for key in keys:
        QTest.keyClick(view, key)


def test_letters_move_like_arrows(view):
    assert view.current_id == 1000
    press(view, Qt.Key.Key_J, Qt.Key.Key_Down, Qt.Key.Key_J)
    assert view.current_id == 1003
    press(view, Qt.Key.Key_K, Qt.Key.Key_Up)
    assert view.current_id == 1001
    press(view, *[Qt.Key.Key_K] * 5)
    assert view.current_id == 1000


def test_ends_and_pages(view):
    press(view, Qt.Key.Key_End)
    assert view.current_id == 1999
    press(view, Qt.Key.Key_J)
    assert view.current_id == 1999
    press(view, Qt.Key.Key_PageUp)
    assert 1980 < view.current_id < 1995
    press(view, Qt.Key.Key_Home)
    assert view.current_id == 1000
    press(view, Qt.Key.Key_PageDown)
    assert 1005 < view.current_id < 1015


def test_the_row_moved_to_is_in_sight_and_selected(view):
    view.set_current_id(1500)
    assert 0 <= y_of(view, 1500) <= view.viewport().height() - view.row_height
    rows = view.selectionModel().selectedRows()
    assert [index.row() for index in rows] == [500]


def test_space_marks_and_unmarks(view, qtbot):
    view.select_first()
    with qtbot.waitSignal(view.marked_changed) as told:
        press(view, Qt.Key.Key_Space)
    assert told.args == [1]
    press(view, Qt.Key.Key_J, Qt.Key.Key_Space)
    assert view.marked == {1000, 1001}
    assert view.is_marked(1001)
    press(view, Qt.Key.Key_Space)
    assert view.marked == {1000}
    assert view.current_id == 1001


def test_ctrl_click_marks_without_moving(view):
    view.select_first()
    place = QPoint(20, 3 * view.row_height + 5)
    control = Qt.KeyboardModifier.ControlModifier
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, control, place)
    assert view.marked == {1003}
    assert view.current_id == 1000


def test_enter_and_double_click_open(view):
    opened = []
    view.activated_id.connect(opened.append)
    view.set_current_id(1002)
    press(view, Qt.Key.Key_Return, Qt.Key.Key_Enter)
    place = QPoint(20, 5)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened == [1002, 1002, 1000]


def test_letters_do_not_search(view, store):
    view.select_first()
    calls = store.calls
    press(view, Qt.Key.Key_A, Qt.Key.Key_9)
    assert view.current_id == 1000
    assert store.calls == calls


def test_the_current_row_is_told_by_id(view):
    view.clearFocus()
    told = []
    view.current_changed.connect(told.append)
    view.set_current_id(1005)
    press(view, Qt.Key.Key_J)
    assert told == [1005, 1006]
    assert not view.set_current_id(5)
    assert told == [1005, 1006, None]


@pytest.mark.parametrize("start", [0, 3, 500])
def test_the_current_row_stays_in_place_when_rows_arrive_above(view, model, start):
    view.set_current_id(1000 + start)
    y = y_of(view, 1000 + start)
    told, arrived = [], []
    view.current_changed.connect(told.append)
    view.arrived_above.connect(arrived.append)
    model.set_ids(array("q", [1, 2, 3]) + model.ids)
    assert view.current_id == 1000 + start
    assert y_of(view, 1000 + start) == y
    assert view.currentIndex().row() == start + 3
    assert told == []
    assert arrived == [3]


def test_the_current_row_stays_in_place_through_a_reset(view, model):
    view.set_current_id(1500)
    view.set_marked([1501, 1400])
    y, told = y_of(view, 1500), []
    view.current_changed.connect(told.append)
    model.set_ids(array("q", [1, 2]) + span(1001, 1400) + span(1401, 2000))
    assert view.current_id == 1500
    assert view.currentIndex().row() == model.row_of(1500)
    assert [index.row() for index in view.selectionModel().selectedRows()] == [model.row_of(1500)]
    assert y_of(view, 1500) == y
    assert told == []
    assert view.marked == {1501}


def test_what_is_looked_at_stays_when_the_current_row_is_out_of_sight(view, model):
    view.select_first()
    view.verticalScrollBar().setValue(300 * view.row_height + 7)
    y = y_of(view, 1300)
    model.set_ids(array("q", [1, 2, 3]) + model.ids)
    assert y_of(view, 1300) == y
    assert view.current_id == 1000


def test_an_untouched_list_shows_new_rows_at_once(view, model):
    view.setCurrentIndex(QModelIndex())
    arrived = []
    view.arrived_above.connect(arrived.append)
    view.clearFocus()
    model.set_ids(array("q", [1, 2, 3]) + model.ids)
    assert view.verticalScrollBar().value() == 0
    assert arrived == []


def test_with_the_focus_a_row_is_always_current(view, model):
    assert view.current_id == 1000
    assert view.selectionModel().isRowSelected(0)
    model.set_ids(array("q"))
    assert view.current_id is None
    model.set_ids(array("q", [7, 8]))
    assert view.current_id == 7
    model.set_ids(array("q", [3, 4]), is_fresh=True)
    assert view.current_id == 3


def test_arrivals_are_counted_until_they_are_seen(view, model):
    view.set_current_id(1500)
    arrived = []
    view.arrived_above.connect(arrived.append)
    model.set_ids(array("q", [1, 2]) + model.ids)
    model.set_ids(array("q", [3]) + model.ids)
    model.set_ids(span(2, 3) + span(1000, 2000))
    view.verticalScrollBar().setValue(0)
    assert arrived == [2, 3, 1, 0]


@pytest.mark.parametrize("gone", [{1500}, {1500, 1501}, {1500, 1501, 1300}])
def test_the_next_row_follows_a_current_row_that_is_gone(view, model, gone):
    view.set_current_id(1500)
    y, told = y_of(view, 1500), []
    view.current_changed.connect(told.append)
    model.set_ids(array("q", [one for one in model.ids if one not in gone]))
    following = min(one for one in range(1501, 1510) if one not in gone)
    assert view.current_id == following
    assert view.currentIndex().row() == model.row_of(following)
    assert y_of(view, following) == y
    assert told == [following]


def test_work_goes_on_where_it_was_begun_when_a_row_moved_before_it_left(view, model):
    view.set_current_id(1500)
    model.set_ids(array("q", [*(one for one in model.ids if one != 1500), 1500]))
    assert view.current_id == 1500
    model.set_ids(array("q", [one for one in model.ids if one != 1500]))
    assert view.current_id == 1501


def test_the_last_row_follows_when_the_end_is_gone(view, model):
    press(view, Qt.Key.Key_End)
    model.set_ids(span(1000, 1990))
    assert view.current_id == 1989


def test_nothing_is_current_in_an_empty_list(view, model):
    told = []
    view.select_first()
    view.current_changed.connect(told.append)
    model.set_ids(array("q"))
    press(view, Qt.Key.Key_J, Qt.Key.Key_Space, Qt.Key.Key_Home, Qt.Key.Key_End)
    assert view.current_id is None
    assert told == [None]
    assert view.marked == frozenset()


def test_another_list_starts_at_the_top_with_the_current_row_if_it_is_there(view, model):
    view.clearFocus()
    view.set_current_id(1500)
    model.set_ids(span(1400, 1600), is_fresh=True)
    assert view.current_id == 1500
    assert 0 <= y_of(view, 1500) < view.viewport().height()
    arrived = []
    view.arrived_above.connect(arrived.append)
    model.set_ids(span(0, 900), is_fresh=True)
    assert view.current_id is None
    assert view.verticalScrollBar().value() == 0
    assert arrived == []


def test_a_refresh_does_not_take_the_focus(view, model, qtbot):
    view.clearFocus()
    model.set_ids(array("q", [1]) + model.ids)
    assert not view.hasFocus()


def test_no_input_method_composes_here(view):
    view.select_first()
    assert not view.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)


def test_rows_are_as_high_as_the_font_needs(view):
    assert view.row_height >= MIN_ROW_HEIGHT
    small, font = view.row_height, QFont(view.font())
    font.setPixelSize(30)
    view.setFont(font)
    assert view.row_height > small
    assert view.rowHeight(0) == view.row_height


def test_two_lines_are_higher_and_one_column_has_no_header(qtbot, store):
    view = PagedView(PagedTableModel([Column("事件", "title")], store.rows), "队列", lines=2)
    qtbot.addWidget(view)
    assert view.row_height >= 2 * view.fontMetrics().height()
    assert view.horizontalHeader().isHidden()


def test_it_has_a_name_and_one_selection(view):
    assert view.accessibleName() == "事件列表"
    assert view.selectionMode() == QAbstractItemView.SelectionMode.SingleSelection
    press(view, Qt.Key.Key_Down)
    view.selectAll()
    assert len(view.selectionModel().selectedRows()) == 1


def test_an_empty_list_says_so(view, model):
    model.set_ids(array("q"))
    blank = view.grab().toImage()
    view.set_empty_text("没有待办事件", "新到的事件会出现在这里")
    empty = view.grab().toImage()
    view.set_loading(True)
    loading = view.grab().toImage()
    assert blank != empty
    assert empty != loading


def test_bar_and_marks_are_painted(view):
    plain = view.grab().toImage()
    view.set_marked([1002])
    marked = view.grab().toImage()
    view.set_current_id(1003)
    assert plain != marked
    assert marked != view.grab().toImage()


def test_the_bar_tells_whether_keys_go_here(view):
    theme, place = current_theme(), view.row_height // 2

    def bar():
        return view.viewport().grab().toImage().pixelColor(1, place)

    assert bar() == theme.accent
    view.clearFocus()
    assert bar() == theme.border_strong


def test_a_million_rows_cost_a_page_a_place(qtbot, store):
    model = PagedTableModel([Column("编号", "code", 8), Column("标题", "title")], store.rows)
    view = PagedView(model, "事件列表")
    qtbot.addWidget(view)
    view.resize(400, 600)
    with qtbot.waitExposed(view):
        view.show()
    ids = span(10, 1_000_010)
    model.set_ids(ids)
    view.grab()
    assert store.calls == 1
    for page in range(1, 20):
        view.verticalScrollBar().setValue(page * 10 * PAGE * view.row_height)
        view.grab()
    assert store.calls <= 1 + 2 * 19
    before = store.calls
    press(view, Qt.Key.Key_End)
    view.grab()
    assert view.current_id == 1_000_009
    assert store.calls - before <= 2
    before = store.calls
    model.set_ids(array("q", [1, 2, 3]) + ids)
    view.grab()
    assert view.current_id == 1_000_009
    assert store.calls - before <= 2


def test_a_list_that_grows_to_a_million_is_not_copied_on_the_way(view, model):
    ids = span(1000, 1_001_000)
    tracemalloc.start()
    try:
        model.set_ids(ids)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert model.rowCount() == 1_000_000
    assert peak < ids.itemsize * len(ids) / 4
