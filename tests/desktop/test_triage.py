"""The duty desk on a real record: what a key does lands where the cursor was, and once."""

import shutil
import threading
import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

import desktop.screens.triage.screen as screen_module
from db.demo.fill import DemoPlan, fill_demo
from db.domain.errors import RuleError
from db.domain.transitions import transition_of
from db.store.queries.town import AreaRow
from desktop.app import open_session
from desktop.play import Player
from desktop.screens.triage.form import Choices, DecisionForm, FormRequest
from desktop.screens.triage.screen import _place_name
from tests.db.store import rig

Key = Qt.Key


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    home = tmp_path_factory.mktemp("desk") / "home"
    fill_demo(home, DemoPlan("990101001", 1, 2, time.time_ns() // 1_000_000, 6), "file")
    return rig.unbound(home)


@pytest.fixture
def player(template, tmp_path, qtbot):
    session = open_session(shutil.copytree(template, tmp_path / "home"))
    qtbot.addWidget(session.window)
    session.window.show()
    player = Player(session)
    player.until(lambda: player.desk.detail is not None, "the queue")
    player.desk.focus_list()
    yield player
    session.window.close()


@pytest.fixture
def gate(monkeypatch):
    """Details are read only while the gate is open; it opens by itself at the end."""
    gate, real = threading.Event(), screen_module.incident_detail
    gate.set()

    def read(*arguments):
        assert gate.wait(20)
        return real(*arguments)

    monkeypatch.setattr(screen_module, "incident_detail", read)
    yield gate
    gate.set()


def rows(player, question, *values):
    return player.session.store.read(lambda c: c.execute(question, values).fetchall())


def incidents(player):
    return rows(player, "SELECT count(*) FROM incident")[0][0]


def id_of(player, rid):
    return player.session.store.read(
        lambda connection: connection.execute(
            "SELECT id FROM incident WHERE rid = ?", (rid,)
        ).fetchone()[0]
    )


def number_of(player, rid):
    return rows(player, "SELECT number FROM incident WHERE rid = ?", rid)[0][0]


def settled(player):
    player.until(lambda: player.session.runner.pending == 0, "all work done")


def open_report(player, content="路口的井盖缺失一块，很危险"):
    player.press("N")
    player.until(lambda: player.desk.form.is_open, "the form")
    player.desk.form.field("content").set_value(content)
    player.desk.form.field("address").set_value("采薇社区中心路1号")


def test_a_key_waits_for_the_incident_under_the_cursor(player, gate):
    first, second = player.desk.view.current_id, player.desk.view.model().ids[1]
    gate.clear()
    QTest.keyClick(player.desk.view, Key.Key_J)
    QTest.keyClick(player.desk.view, Key.Key_T)
    assert not player.desk.form.is_open
    gate.set()
    player.until(lambda: player.desk.form.is_open, "the form")
    assert player.desk.form.subject == id_of(player, second)
    player.type("这是第二件的备注")
    player.press("Return")
    settled(player)
    noted = "SELECT count(*) FROM step WHERE incident = ? AND kind = 'note_added'"
    assert rows(player, noted, second)[0][0] == 1
    assert rows(player, noted, first)[0][0] == 0


def test_a_key_is_forgotten_when_the_cursor_moves_on(player, gate):
    gate.clear()
    for key in (Key.Key_J, Key.Key_T, Key.Key_J):
        QTest.keyClick(player.desk.view, key)
    gate.set()
    settled(player)
    assert player.desk.detail.rid == player.desk.view.current_id
    assert not player.desk.form.is_open


def test_a_button_of_an_incident_left_does_nothing(player, gate):
    gate.clear()
    QTest.keyClick(player.desk.view, Key.Key_J)
    player.desk._panel.asked_for.emit("note")
    gate.set()
    settled(player)
    assert not player.desk.form.is_open


def test_enter_three_times_makes_one_incident(player):
    before = incidents(player)
    open_report(player)
    focus = player.focus()
    for _ in range(3):
        QTest.keyClick(focus, Key.Key_Return)
    assert not any(button.isEnabled() for button in player.desk.form._buttons)
    settled(player)
    player.until(lambda: not player.desk.form.is_open, "the form gone")
    assert incidents(player) == before + 1


def test_a_refused_decision_can_be_confirmed_again(player):
    before = incidents(player)
    open_report(player, "短")
    player.press("Return")
    settled(player)
    assert player.desk.form.is_open
    assert all(button.isEnabled() for button in player.desk.form._buttons)
    player.desk.form.field("content").set_value("路口的井盖缺失一块")
    player.press("Return")
    player.until(lambda: not player.desk.form.is_open, "the form gone")
    assert incidents(player) == before + 1


def test_what_was_typed_is_not_the_next_persons(player):
    open_report(player)
    player.desk.form.field("caller_phone").set_value("10000000000")
    player.desk.go_back()
    player.press("N")
    assert player.desk.form.field("caller_phone").value() == "10000000000"
    duty = player.session.duty
    duty.switch(replace(duty.actor, user="another"), "")
    assert not player.desk.form.is_open
    player.press("N")
    assert player.desk.form.is_open
    assert player.desk.form.field("caller_phone").value() == ""


def test_another_view_stays_another_list_when_a_tick_comes_between(player, monkeypatch):
    told, model = [], player.desk.view.model()
    model.ids_changed.connect(lambda change, is_fresh: told.append(is_fresh))
    player.desk._on_view_chosen(None)
    player.desk.refresh()
    settled(player)
    assert told == [True]


def test_a_failed_read_is_not_said_for_ever(player):
    player.desk._on_read_failed(RuleError("record_busy"))
    assert player.desk.view._empty_text[0] == "读取失败"
    player.desk.refresh()
    settled(player)
    assert player.desk.view._empty_text[0] == "这里没有待办事件"


def test_a_page_that_cannot_be_read_is_told(player):
    told = []
    player.session.duty.told.connect(lambda kind, *_: told.append(kind))
    player.desk.view.model().failed.emit(RuleError("record_busy"))
    assert told == ["danger"]


def test_the_panel_is_left_alone_while_it_reads_the_same(player):
    panel, actor = player.desk._panel, player.session.duty.actor
    page, now = panel.widget(), 10 * 60_000
    panel.show_detail(panel.detail, actor, now)
    built = panel.widget()
    panel.show_detail(panel.detail, actor, now + 59_000)
    assert panel.widget() is built
    panel.show_detail(panel.detail, actor, now + 60_000)
    assert panel.widget() not in (built, page)


def test_marked_text_stays_marked_when_a_minute_passes(player):
    panel, actor = player.desk._panel, player.session.duty.actor
    panel.show_detail(panel.detail, actor, 0)
    page = panel.widget()
    number = next(
        one for one in page.findChildren(QLabel) if one.text() == panel.detail.incident.number
    )
    number.setSelection(0, 4)
    panel.show_detail(panel.detail, actor, 60_000)
    assert panel.widget() is page
    assert number.selectedText() == number.text()[:4]


def test_old_steps_are_counted_not_shown(player):
    panel, detail = player.desk._panel, player.desk.detail
    panel.show_detail(replace(detail, steps=detail.steps[:1] * 70), player.session.duty.actor, 0)
    texts = [label.text() for label in panel.widget().findChildren(QLabel)]
    assert "还有 10 条较早的经过，打印处理单可见全部" in texts


@pytest.mark.parametrize(
    ("village", "grid", "shown"),
    [
        ("采薇社区", "第一网格", "采薇社区 第一网格"),
        ("采薇社区", "采薇第一网格", "采薇第一网格"),
        ("采薇村民委员会", "采薇村第一网格", "采薇村第一网格"),
    ],
)
def test_a_grid_is_named_with_its_village(village, grid, shown):
    assert _place_name(AreaRow("12", grid, "grid", "1"), {"1": village}) == shown


@pytest.fixture
def form(qtbot):
    form = DecisionForm()
    qtbot.addWidget(form)
    form.sent = []
    form.confirmed.connect(lambda *values: form.sent.append(values))
    form.offer(Choices())
    return form


def open_note(form, subject):
    form.open_form(FormRequest("note", "备注", transition_of("note").fields, subject=subject))


def test_an_answer_goes_to_its_own_form(form):
    open_note(form, "one")
    form.field("text").set_value("第一件")
    form.confirm()
    open_note(form, "two")
    form.field("text").set_value("第二件")
    assert not form.settle("note", "one", RuleError("record_busy"))
    assert (form.subject, form.field("text").value()) == ("two", "第二件")
    assert not form._error.isVisibleTo(form)
    open_note(form, "one")
    assert form.field("text").value() == "第一件"


def test_a_decision_under_way_is_not_asked_for_again(form):
    open_note(form, "one")
    form.confirm()
    form.confirm()
    form.close_form()
    open_note(form, "one")
    assert not form.is_open
    assert len(form.sent) == 1
    assert not form.settle("note", "one")
    open_note(form, "one")
    assert form.is_open


def test_an_enter_held_down_confirms_nothing(form):
    open_note(form, "one")
    held = QKeyEvent(
        QEvent.Type.KeyPress, Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True
    )
    QApplication.sendEvent(form.field("text"), held)
    assert form.sent == []
    QTest.keyClick(form.field("text"), Key.Key_Return)
    assert len(form.sent) == 1
