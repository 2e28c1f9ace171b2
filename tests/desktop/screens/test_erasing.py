"""Erasing who called from the accounts screen, by somebody who sees no incident."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from db.commands.incidents import Report, report_incident
from db.domain.ops import Actor
from db.store.backup import make_backup
from db.store.envelopes import Caller
from desktop.context import AppContext, Duty
from desktop.keepsakes import Keepsakes
from desktop.runner import Runner
from desktop.screens.accounts.screen import AccountsScreen
from tests.db.store import rig

GUARD = Actor("an", "安静", ("security_admin",))


@pytest.fixture
def desk(tmp_path, qapp):
    home = rig.make_site(tmp_path / "home")
    store, runner, duty, told = rig.open_store(home), Runner(), Duty(GUARD), []
    duty.told.connect(lambda kind, text, hint: told.append(text))
    values = {"content": "楼下堵塞，打13800001234找我", "address": "枫桥路12号"}
    done = report_incident(store, rig.CLERK, Report(values, Caller(rig.NAME, rig.PHONE)))
    (tmp_path / "usb").mkdir()
    make_backup(store, tmp_path / "usb", "A1")
    context = AppContext(store, runner, duty, store.clock, tmp_path, Keepsakes(tmp_path))
    yield SimpleNamespace(
        context=context, store=store, runner=runner, told=told, number=done.number,
        usb=tmp_path / "usb",
    )  # fmt: skip
    assert runner.shutdown(5)
    store.close()


@pytest.fixture
def screen(desk, qtbot):
    screen = AccountsScreen(desk.context)
    qtbot.addWidget(screen)
    screen.resize(1200, 640)
    with qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    qtbot.waitUntil(lambda: not desk.runner.pending, timeout=20_000)
    return screen


def button(screen, action):
    return next(one for one, known, _ in screen._known if known == action)


def ask(screen, qtbot, desk, number, reason):
    button(screen, "erase_caller").click()
    form = screen.erasing.form
    form.number.setText(number)
    form.reason.setText(reason)
    QTest.keyClick(form.reason, Qt.Key.Key_Return)


def live(desk):
    return rig.rows(desk.store, "SELECT count(*) FROM envelope WHERE wrapped_key IS NOT NULL")[0][0]


def test_erased_after_a_question_and_carried_to_the_backup(screen, desk, qtbot):
    ask(screen, qtbot, desk, desk.number, "本人申请")
    assert live(desk) == 1
    assert screen.question.isVisible()
    screen.question._yes.click()
    qtbot.waitUntil(lambda: bool(desk.told) and not desk.runner.pending, timeout=20_000)
    assert desk.told == [f"已删除 {desk.number} 的来电人信息 1 处"]
    assert live(desk) == 0
    assert not screen.erasing.form.isVisible()
    assert '"erased_list"' in next(desk.usb.rglob("manifest.json")).read_text()


def test_a_backup_that_is_away_is_told(screen, desk, qtbot):
    desk.usb.rename(desk.usb.with_name("away"))
    ask(screen, qtbot, desk, desk.number, "本人申请")
    screen.question._yes.click()
    qtbot.waitUntil(lambda: len(desk.told) == 2, timeout=20_000)
    assert "未能删除" in desk.told[1]


def test_not_asked_for_nothing_happens(screen, desk, qtbot):
    ask(screen, qtbot, desk, desk.number, "本人申请")
    screen.question._no.click()
    qtbot.waitUntil(lambda: not desk.runner.pending, timeout=20_000)
    assert live(desk) == 1


@pytest.mark.parametrize(("number", "said"), [("990101001-20261123-A19999", "没有"), ("", "")])
def test_what_is_refused_is_said_in_the_form(screen, desk, qtbot, number, said):
    ask(screen, qtbot, desk, number, "本人申请")
    if number:
        screen.question._yes.click()
        qtbot.waitUntil(lambda: bool(screen.erasing.form.error), timeout=20_000)
    assert said in screen.erasing.form.error
    assert screen.erasing.form.isVisible()
    assert live(desk) == 1
    assert QApplication.focusWidget() is not None


def test_only_the_security_administrator_may(screen, desk, qtbot):
    assert button(screen, "erase_caller").isEnabled()
    desk.context.duty.switch(Actor("g", "管", ("admin",)))
    qtbot.waitUntil(lambda: not desk.runner.pending, timeout=20_000)
    screen._enable()
    assert not button(screen, "erase_caller").isEnabled()
