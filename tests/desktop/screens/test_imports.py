"""The import screen on a real record, worked by keys."""

import csv
import shutil
import threading
from types import SimpleNamespace

import pytest
from openpyxl import Workbook, load_workbook
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QDropEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QMainWindow, QPushButton

from db.demo.fill import DemoPlan, fill_demo
from db.domain.ops import decode
from db.imports.orders import ImportResult
from db.store.queries.town import actor_named
from db.store.store import Store
from desktop.context import AppContext, Duty
from desktop.keepsakes import Keepsakes
from desktop.runner import Runner
from desktop.screens.imports import screen as screen_module
from desktop.screens.imports.screen import ImportScreen, State
from desktop.screens.imports.tables import CHOICES, FIELD_COLUMN
from tests.db.store import rig

NOW = 1_795_449_600_000
TITLES = ("工单编号", "来电时间", "诉求内容", "紧急程度", "来电人身份证")
ID_NUMBER = "11010519491231002X"


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory):
    home = tmp_path_factory.mktemp("imports") / "home"
    fill_demo(home, DemoPlan("990101001", 1, 1, NOW, 4), "file")
    return rig.unbound(home)


@pytest.fixture
def desk(demo_home, tmp_path, qapp):
    home = tmp_path / "home"
    shutil.copytree(demo_home, home)
    store, runner = Store.open(home), Runner()
    duty = Duty(*store.read(lambda connection: actor_named(connection, "周岚")))
    told = []
    duty.told.connect(lambda kind, text, hint: told.append((kind, text)))
    context = AppContext(store, runner, duty, store.clock, tmp_path / "sheets", Keepsakes(tmp_path))
    yield SimpleNamespace(context=context, store=store, runner=runner, duty=duty, told=told)
    assert runner.shutdown(5)
    store.close()


@pytest.fixture
def screen(desk, qtbot):
    screen = ImportScreen(desk.context)
    qtbot.addWidget(screen)
    with qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    screen.setFocus()
    return screen


def order(number, at="2026-11-23 08:30", content="路灯不亮，请派人查看", urgency="一般"):
    return [f"GD{number:05d}", at, content, urgency, ID_NUMBER]


def make_csv(path, rows, titles=TITLES):
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([titles, *rows])
    return path


def make_xlsx(path, sheets):
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def press(*keys):
    for key in keys:
        QTest.keyClick(QApplication.focusWidget(), key)


def spoken_name(widget):
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def wait_for(qtbot, screen, state):
    qtbot.waitUntil(lambda: screen.state is state, timeout=20_000)


def read(qtbot, screen, path):
    """Give a path and press Enter."""
    screen.file_bar.path.setFocus()
    screen.file_bar.path.setText(str(path))
    press(Qt.Key.Key_Return)
    wait_for(qtbot, screen, State.PREVIEW)


def count(store):
    return store.read(lambda c: c.execute("SELECT count(*) FROM incident").fetchone()[0])


def foot_text(screen):
    return screen.foot.currentWidget().layout().itemAt(0).widget().text()


def button(screen, name):
    return next(
        one for one in screen.findChildren(QPushButton) if one.accessibleName().startswith(name)
    )


def result_of(qtbot, screen):
    with qtbot.waitSignal(screen.finished, timeout=20_000) as done:
        press(Qt.Key.Key_Return)
    return done.args[0]


def test_a_workbook_goes_in_by_keys_alone(screen, desk, qtbot, tmp_path):
    rows = [order(n, urgency="特急" if n == 3 else "一般") for n in range(25)]
    rows.append(order(99, at="昨天下午"))
    path = make_xlsx(
        tmp_path / "热线.xlsx", {"工单": [TITLES, *rows], "汇总": [["社区", "件数"], ["甲", 3]]}
    )
    before = count(desk.store)
    assert QApplication.focusWidget() is screen.file_bar.path
    read(qtbot, screen, path)
    assert count(desk.store) == before
    assert foot_text(screen) == "将导入 25 件，其中特急 1 件；退回 1 行。"
    assert screen.preview.sheets.item(0).text() == "工单\n25 件 · 1 行有问题"
    assert screen.preview.sheets.item(1).text() == "汇总\n不导入：没有标题、内容列"
    result = result_of(qtbot, screen)
    assert (result.added, result.rejected, count(desk.store)) == (25, 1, before + 25)
    assert foot_text(screen) == "新增 25 · 更新 0 · 未变 0 · 退回 1"
    assert screen.state is State.DONE


def test_gb18030_text_again_is_unchanged(screen, desk, qtbot, tmp_path):
    path = make_csv(tmp_path / "留言.csv", [order(n) for n in range(7)])
    read(qtbot, screen, path)
    assert result_of(qtbot, screen).added == 7
    press(Qt.Key.Key_Return)
    assert screen.state is State.EMPTY
    read(qtbot, screen, path)
    result = result_of(qtbot, screen)
    assert (result.added, result.unchanged) == (0, 7)


def test_identity_numbers_are_said_to_be_dropped_and_nowhere_shown(screen, qtbot, tmp_path):
    read(qtbot, screen, make_csv(tmp_path / "a.csv", [order(1)]))
    model = screen.preview.mapping.model()
    texts = [model.index(4, column).data() for column in range(model.columnCount())]
    assert "证件号列已删除，不导入" in texts
    assert not model.is_changeable(4)
    tables = [model, screen.preview._rows_model, screen.preview._problems_model]
    shown = [
        table.index(row, column).data()
        for table in tables
        for row in range(table.rowCount())
        for column in range(table.columnCount())
    ]
    assert not any(ID_NUMBER in text for text in shown)


@pytest.mark.qt_log_ignore("This plugin does not support")  # what a pop-up asks of the platform
def test_a_column_is_given_to_another_field(screen, qtbot, tmp_path):
    titles = (*TITLES[:2], "群众怎么说", *TITLES[3:])
    path = make_csv(tmp_path / "a.csv", [order(n) for n in range(3)], titles)
    read(qtbot, screen, path)
    assert screen.summary.orders == 0
    assert foot_text(screen) == "没有可导入的办件：没有标题、内容列。"
    press(Qt.Key.Key_Return)
    assert screen.state is State.PREVIEW
    table = screen.preview.mapping
    table.setFocus()
    table.selectRow(2)
    press(Qt.Key.Key_Space)
    editor = table.findChild(QComboBox)
    qtbot.waitUntil(lambda: editor.view().isVisible())
    editor.setCurrentIndex(CHOICES.index("content"))
    QTest.keyClick(editor.view(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: screen.summary.orders == 3, timeout=20_000)
    assert table.model().index(2, FIELD_COLUMN).data() == "内容"
    assert table.model().index(2, FIELD_COLUMN + 1).data() == "手工指定"
    assert table.currentIndex().row() == 2


def test_choices_made_while_reading_add_up(screen, qtbot, tmp_path):
    path = make_csv(tmp_path / "a.csv", [order(1)], ("号", "何时", "何事", "紧急程度", "身份证"))
    read(qtbot, screen, path)
    model = screen.preview.mapping.model()
    for row, field in enumerate(("source_no", "reported_at", "content")):
        model.setData(model.index(row, FIELD_COLUMN), field)
    wait_for(qtbot, screen, State.PREVIEW)
    assert screen.summary.orders == 1
    assert screen.summary.plan.orders[0].source_no == "GD00001"


def test_a_sheet_is_skipped_and_taken_back(screen, qtbot, tmp_path):
    rows = [TITLES, order(1)]
    sheets = {"一": rows, "二": [TITLES, order(2), order(3)]}
    read(qtbot, screen, make_xlsx(tmp_path / "a.xlsx", sheets))
    for orders in (2, 3):
        screen.preview._skipped.setFocus()
        press(Qt.Key.Key_Space)
        qtbot.waitUntil(lambda orders=orders: screen.summary.orders == orders, timeout=20_000)
        wait_for(qtbot, screen, State.PREVIEW)


def test_titles_are_looked_for_where_the_operator_says(screen, qtbot, tmp_path):
    sheet = [["编号", "内容"], *[[f"说明 {n}"] for n in range(30)], TITLES, order(1)]
    read(qtbot, screen, make_xlsx(tmp_path / "a.xlsx", {"一": sheet}))
    screen.preview._header_row.setValue(32)
    qtbot.waitUntil(lambda: screen.summary.orders == 1, timeout=20_000)
    assert screen.summary.plan.sheets[0].mapping.header_row == 32


def test_a_refused_file_says_why(screen, desk, qtbot, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"%PDF-1.4 not a table")
    screen.file_bar.path.setText(str(path))
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: screen.banner.isVisible(), timeout=20_000)
    assert screen.state is State.EMPTY
    assert [kind for kind, _ in desk.told] == ["danger"]
    assert QApplication.focusWidget() is screen.file_bar.path


def test_cancelling_keeps_what_went_in(screen, desk, qtbot, tmp_path, monkeypatch):
    arrived, go_on = threading.Event(), threading.Event()
    real = screen_module.order_writer

    def slow(store, actor):
        write = real(store, actor)

        def write_and_wait(orders):
            outcome = write(orders)
            arrived.set()
            go_on.wait(10)
            return outcome

        return write_and_wait

    monkeypatch.setattr(screen_module, "order_writer", slow)
    read(qtbot, screen, make_csv(tmp_path / "a.csv", [order(n) for n in range(450)]))
    before = count(desk.store)
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(arrived.is_set, timeout=20_000)
    assert screen.state is State.WRITING
    assert not screen.file_bar.isEnabled()
    with qtbot.waitSignal(screen.finished, timeout=20_000) as done:
        press(Qt.Key.Key_Escape)
        go_on.set()
    assert done.args[0].cancelled
    assert (done.args[0].added, count(desk.store)) == (200, before + 200)
    assert foot_text(screen).startswith("已取消，取消前写入的保留：新增 200")


def test_an_interrupted_import_says_what_stays(screen, desk, qtbot, tmp_path, monkeypatch):
    real = screen_module.order_writer

    def failing(store, actor):
        write, calls = real(store, actor), []

        def once(orders):
            calls.append(1)
            if len(calls) > 1:
                raise OSError("gone")
            return write(orders)

        return once

    monkeypatch.setattr(screen_module, "order_writer", failing)
    read(qtbot, screen, make_csv(tmp_path / "a.csv", [order(n) for n in range(250)]))
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: screen.banner.isVisible(), timeout=20_000)
    assert screen.state is State.PREVIEW
    assert "已写入的 200 件保留" in screen.banner.accessibleName()


def exports(desk):
    rows = desk.store.read(lambda c: c.execute("SELECT body FROM op ORDER BY recv").fetchall())
    ops = [decode(row[0]) for row in rows]
    return [op.payload for op in ops if op.kind == "export_made"]


def test_the_error_file_lies_beside_its_source(screen, desk, qtbot, tmp_path):
    path = make_xlsx(tmp_path / "a.xlsx", {"一": [TITLES, order(1), order(2, at="前天")]})
    known = set()
    for count_so_far in (1, 2):
        read(qtbot, screen, path)
        result_of(qtbot, screen)
        assert QApplication.focusWidget() is button(screen, "导出错误清单")
        press(Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: button(screen, "打开错误清单位置").isVisible(), timeout=20_000)
        (made,) = set(tmp_path.glob("a-退回-周岚-*.xlsx")) - known
        known.add(made)
        assert str(made) in screen.banner.accessibleName()
        (left,) = exports(desk)[count_so_far - 1 :]
        assert left["outputs"][0]["name"] == made.name
        assert (left["form"], left["rows"]) == ("errors", 1)
        sheet = load_workbook(made).active
        assert "周岚" in sheet.oddFooter.left.text
        rows = list(sheet.values)
        assert rows[0] == (*TITLES[:4], "行", "列", "原因")
        assert rows[1][4:] == (3, "来电时间", "时间读不懂：前天")
        press(Qt.Key.Key_Escape)


def test_the_error_file_goes_to_the_sheets_where_the_source_is_gone(screen, desk, qtbot, tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    read(qtbot, screen, make_csv(folder / "a.csv", [order(1), order(2, content="短")]))
    result_of(qtbot, screen)
    shutil.rmtree(folder)
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: button(screen, "打开错误清单位置").isVisible(), timeout=20_000)
    assert len(list(desk.context.sheets.glob("a-退回-周岚-*.csv"))) == 1


def test_escape_gives_up_and_forgets(screen, desk, qtbot, tmp_path):
    read(qtbot, screen, make_csv(tmp_path / "a.csv", [order(1)]))
    before = count(desk.store)
    press(Qt.Key.Key_Escape)
    assert screen.state is State.EMPTY
    assert screen.summary is None
    assert screen.preview.mapping.model().rowCount() == 0
    assert count(desk.store) == before


def test_escape_is_the_windows_only_where_nothing_is_chosen(desk, qtbot, tmp_path):
    window, screen = QMainWindow(), ImportScreen(desk.context)
    qtbot.addWidget(window)
    window.setCentralWidget(screen)
    left = []
    QShortcut(QKeySequence("Esc"), window).activated.connect(lambda: left.append(1))
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    screen.setFocus()
    read(qtbot, screen, make_csv(tmp_path / "a.csv", [order(1)]))
    press(Qt.Key.Key_Escape)
    assert (screen.state, left) == (State.EMPTY, [])
    press(Qt.Key.Key_Escape)
    assert left == [1]


def test_enter_on_give_up_gives_up(screen, desk, qtbot, tmp_path):
    read(qtbot, screen, make_csv(tmp_path / "a.csv", [order(1)]))
    button(screen, "放弃").setFocus()
    press(Qt.Key.Key_Return)
    assert screen.state is State.EMPTY


def test_without_the_role_nothing_can_be_chosen(screen, desk, qtbot, tmp_path):
    path = make_csv(tmp_path / "a.csv", [order(1)])
    read(qtbot, screen, path)
    desk.duty.switch(*desk.store.read(lambda connection: actor_named(connection, "唐竹")))
    assert screen.state is State.EMPTY
    assert screen.summary is None
    assert not screen.file_bar.isEnabled()
    assert screen._drop._title.text() == "唐竹 没有导入的权限"
    screen.import_file(path)
    assert screen.state is State.EMPTY


def test_a_dropped_file_is_read(screen, qtbot, tmp_path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(make_csv(tmp_path / "a.csv", [order(1)])))])
    screen.dropEvent(
        QDropEvent(
            QPointF(9, 9),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    wait_for(qtbot, screen, State.PREVIEW)
    assert screen.summary.orders == 1


def test_control_o_opens_a_dialog_that_does_not_block(screen, qtbot):
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    dialog = screen.findChild(QFileDialog)
    assert dialog.isVisible()
    dialog.reject()


def test_every_stop_of_the_tab_key_has_a_name(screen, qtbot, tmp_path):
    read(qtbot, screen, make_csv(tmp_path / "a.csv", [order(1), order(2, at="前天")]))
    first, names = QApplication.focusWidget(), []
    for _ in range(20):
        names.append(spoken_name(QApplication.focusWidget()))
        press(Qt.Key.Key_Tab)
        if QApplication.focusWidget() is first:
            break
    assert QApplication.focusWidget() is first
    assert names[:2] == ["文件里的表", "略过这张表"]
    assert names.index("确认导入 Enter") < names.index("放弃 Esc")
    assert all(names)


def test_a_late_result_of_a_dead_screen_is_dropped(desk, qtbot, tmp_path):
    screen = ImportScreen(desk.context)
    screen.import_file(make_csv(tmp_path / "a.csv", [order(n) for n in range(3000)]))
    screen.deleteLater()
    qtbot.waitUntil(lambda: desk.runner.pending == 0, timeout=20_000)
    assert desk.told == []


def test_the_result_is_the_importers(screen, qtbot, tmp_path):
    read(qtbot, screen, make_csv(tmp_path / "a.csv", [order(1)]))
    assert result_of(qtbot, screen) == ImportResult(added=1)
