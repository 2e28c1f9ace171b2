"""The report screen on a real record, worked by keys."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from db.demo.fill import DemoPlan, fill_demo
from db.domain.errors import EnvironmentError_
from db.store.changes import Changes
from db.store.queries.town import actor_named
from db.store.store import Store
from desktop.context import AppContext, Duty
from desktop.keepsakes import Keepsakes
from desktop.runner import Runner
from desktop.screens.reports import screen as screen_module
from desktop.screens.reports.screen import ReportScreen
from desktop.sheets import make_sheet

NOW = 1_795_449_600_000
TODAY = QDate(2026, 11, 24)


@pytest.fixture(scope="session")
def report_home(tmp_path_factory):
    home = tmp_path_factory.mktemp("reports") / "home"
    fill_demo(home, DemoPlan("990101001", 1, 1, NOW, 4), "file")
    return home


@pytest.fixture
def desk(report_home, tmp_path, qapp):
    store, runner = Store.open(report_home, clock=lambda: NOW), Runner()
    duty = Duty(*store.read(lambda connection: actor_named(connection, "周岚")))
    told = []
    duty.told.connect(lambda kind, text, hint: told.append((kind, text)))
    context = AppContext(store, runner, duty, store.clock, tmp_path / "sheets", Keepsakes(tmp_path))
    yield SimpleNamespace(context=context, store=store, runner=runner, duty=duty, told=told)
    assert runner.shutdown(5)
    store.close()


@pytest.fixture
def screen(desk, qtbot):
    screen = ReportScreen(desk.context)
    qtbot.addWidget(screen)
    with qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    screen.setFocus()
    wait_made(qtbot, screen)
    return screen


def press(key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def wait_made(qtbot, screen):
    qtbot.waitUntil(lambda: not screen.is_making, timeout=20_000)


def wanted(desk, day):
    return make_sheet(desk.store, desk.duty.actor, desk.duty.scope, "daily", day)


def test_today_is_made_when_it_is_opened(screen, desk):
    assert screen.day.date() == TODAY
    assert screen.preview._sheet.pdf == wanted(desk, "2026-11-24").pdf
    assert screen._note.text().startswith("数据截至 2026-11-24")


def test_left_is_the_day_before_and_right_ends_today(screen, desk, qtbot):
    press(Qt.Key.Key_Left)
    press(Qt.Key.Key_Left)
    assert screen.is_making
    wait_made(qtbot, screen)
    assert screen.preview._sheet.about == "2026-11-22"
    for _ in range(4):
        press(Qt.Key.Key_Right)
    assert screen.day.date() == TODAY
    wait_made(qtbot, screen)
    assert screen.preview._sheet.about == "2026-11-24"


def test_what_is_saved_is_what_was_made(screen, desk, qtbot):
    # Made first: the record of the save counts in the revision a sheet shows.
    pdf = wanted(desk, "2026-11-24").pdf
    with qtbot.waitSignal(screen.preview.saved) as saved:
        press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert saved.args[0].read_bytes() == pdf


def test_enter_goes_to_the_sheet_and_escape_back(screen):
    press(Qt.Key.Key_Return)
    assert screen.preview.isAncestorOf(QApplication.focusWidget())
    press(Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is screen.day


def test_news_are_said_and_f5_brings_them(screen, desk, qtbot):
    desk.duty.changed.emit(Changes(frozenset({"sheet"})))
    assert "更新" not in screen._note.text()
    desk.duty.changed.emit(Changes(frozenset({"incident"})))
    assert screen._note.text() == "数据有更新，按 F5 重做"
    press(Qt.Key.Key_F5)
    assert screen.is_making
    wait_made(qtbot, screen)
    assert screen._note.text().startswith("数据截至")


def test_a_sheet_that_cannot_be_made_says_why(screen, desk, qtbot, monkeypatch):
    def refuse(*args):
        raise EnvironmentError_("record_busy")

    monkeypatch.setattr(screen_module, "make_sheet", refuse)
    press(Qt.Key.Key_F5)
    wait_made(qtbot, screen)
    assert screen.banner.accessibleName().startswith("数据文件正忙")
    assert desk.told == [("danger", "数据文件正忙")]
    assert screen.preview.page_count == 0


def test_another_person_gets_a_sheet_of_their_own(screen, desk, qtbot):
    before = screen.preview._sheet.pdf
    desk.duty.switch(*desk.store.read(lambda connection: actor_named(connection, "何砚")))
    assert screen.preview.page_count == 0
    wait_made(qtbot, screen)
    assert screen.preview._sheet.pdf == wanted(desk, "2026-11-24").pdf != before
