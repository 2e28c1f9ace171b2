"""The door of the window: signing in, locking, handing over; nothing of the record before that."""

import shutil
from dataclasses import replace

import orjson
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from db.commands.accounts import reset_factor, reset_password, set_emergency_code
from db.commands.keys import accept_room_keys, grant_room_key
from db.commands.site import init_site
from db.commands.town import User, define_users
from desktop.app import open_session
from desktop.context import NOBODY
from desktop.play import Player
from tests.db.commands import apart
from tests.db.store import rig
from tests.desktop import claimed
from tests.desktop.claimed import ADMIN, AUDITOR, LEADER, OFFICER, OTHER, PASSWORD, SAFE

TOWN = "990101001"


@pytest.fixture(scope="module")
def town(template, tmp_path_factory):
    """A claimed town, made once."""
    return claimed.claim(shutil.copytree(template, tmp_path_factory.mktemp("claimed") / "home"))


class Door:
    """One window before anybody has signed in, worked by keys."""

    def __init__(self, home, qtbot):
        self.session = open_session(home)
        self.window, self.store = self.session.window, self.session.store
        qtbot.addWidget(self.window)
        self.window.show()
        self.window.activateWindow()
        self.player = Player(self.session)
        self.gate = self.window.gate
        self.until(lambda: self.window.is_ready, "the keys")
        self.until(lambda: self.session.runner.pending == 0, "the first look")

    def until(self, is_true, what):
        self.player.until(is_true, what)

    @property
    def panel(self):
        return self.gate.panel

    def type_in(self, field, text):
        field.setFocus()
        self.player.type(text) if isinstance(field, QLineEdit) else field.set_value(text)

    def fill(self, key, password=PASSWORD, code=""):
        form = self.panel.form
        form.person.set_value(key)
        if form.person.currentIndex() < 0:
            form.person.setEditText(key)
        form.password.setText(password)
        if code:
            form.code.setText(code)
        (form.code if code else form.password).setFocus()

    def sign_in(self, key, password=PASSWORD, code=""):
        """Fill the form in, press Enter, wait for what comes of it."""
        self.fill(key, password, code)
        self.player.press("Return")
        self.until(lambda: not self.panel.form.is_waiting or not self.gate.is_shut, "an answer")

    def enter(self, key, password=PASSWORD):
        self.sign_in(key, password)
        self.until(lambda: not self.gate.is_shut, f"{key} at the desk")
        self.until(lambda: self.session.runner.pending == 0, "the desk")

    def said(self):
        """Return all that the window says now."""
        return "\n".join(
            label.text() for label in self.window.findChildren(QLabel) if label.isVisible()
        )

    def ops(self, kind):
        return ops_of(self.store, kind)


def ops_of(store, kind):
    bodies = [orjson.loads(body) for (body,) in rig.rows(store, "SELECT body FROM op")]
    return [body for body in bodies if body["kind"] == kind]


@pytest.fixture
def door(town, tmp_path, qtbot):
    door = Door(shutil.copytree(town, tmp_path / "home"), qtbot)
    yield door
    door.window.close()


def test_nobody_sees_anything_before_signing_in(door):
    assert door.gate.is_shut
    assert door.session.duty.actor == NOBODY
    assert not door.window.desk.isVisible()
    assert door.panel.shown is door.panel.form
    for key in ("Alt+1", "F3", "/", "Ctrl+K", "N"):
        door.player.press(key)
    assert door.gate.is_shut
    assert door.window.screen_name == "desk"
    assert not door.window.command_bar.is_open
    titles = [row[0] for row in rig.rows(door.store, "SELECT title FROM incident WHERE is_open")]
    assert titles
    assert not [title for title in titles if title and title in door.said()]
    assert door.window.desk.view.current_id is None


def test_who_knows_the_password_works_at_the_desk(door):
    door.enter(OFFICER)
    assert door.session.duty.actor.user == OFFICER
    assert door.window.desk.isVisible()
    door.until(lambda: door.window.desk.detail is not None, "the queue")
    assert door.panel.form.password.text() == ""
    assert door.player.focus() is door.window.desk.view


def test_a_wrong_password_says_so_keeps_the_account_and_locks_after_five(door):
    for _ in range(4):
        door.sign_in(OFFICER, "wrong")
        assert "口令" in door.panel.form.error
        assert door.panel.form.person.value() == OFFICER
        assert door.panel.form.password.text() == ""
        assert door.panel.form.password.hasFocus()
    door.sign_in(OFFICER, "wrong")
    door.sign_in(OFFICER)
    assert "锁定到" in door.panel.form.error
    assert door.gate.is_shut


def test_an_account_nobody_knows_is_told_as_a_wrong_password(door):
    door.sign_in("mei-you", "wrong")
    assert "账号、口令或动态码不对" in door.panel.form.error


def test_a_one_time_password_is_changed_in_place(door):
    once = reset_password(door.store, claimed.actor(door.store, SAFE), OFFICER)
    door.sign_in(OFFICER, once)
    form = door.panel.new_password
    door.until(lambda: door.panel.shown is form, "the form for a new one")
    form.new.setText("Other-Harbour-7")
    form.again.setText("Other-Harbour-8")
    form.again.setFocus()
    door.player.press("Return")
    assert "不一样" in form.error
    for weak in ("short", PASSWORD):
        form.new.setText(weak)
        form.again.setText(weak)
        form.again.setFocus()
        door.player.press("Return")
        door.until(lambda: not form.is_waiting, "an answer")
        assert form.error
        assert form.new.text() == ""
    form.new.setText("Other-Harbour-7")
    form.again.setText("Other-Harbour-7")
    form.again.setFocus()
    door.player.press("Return")
    door.until(lambda: not door.gate.is_shut, "the desk")
    assert door.session.duty.actor.user == OFFICER


def test_a_second_factor_is_set_up_and_a_lost_one_again(door):
    def set_up(steps):
        door.sign_in(LEADER)
        form = door.panel.factor
        door.until(lambda: door.panel.shown is form, "the form for a second factor")
        assert form.qr.rows
        secret = form.letters.text().replace(" ", "")
        form.code.setText("000000")
        form.code.setFocus()
        door.player.press("Return")
        door.until(lambda: not form.is_waiting, "an answer")
        assert "动态码不对" in form.error
        form.code.setText(claimed.code_of(door.store, secret, steps))
        form.code.setFocus()
        door.player.press("Return")
        door.until(lambda: not door.gate.is_shut, "the desk")
        assert form.letters.text() == ""
        assert not form.qr.rows
        return secret

    first = set_up(0)
    door.player.press("Ctrl+L")
    assert door.gate.is_shut
    door.sign_in(LEADER)
    door.until(lambda: door.panel.form.code.isVisible(), "the field for the code")
    # Enter goes on from the code alone; the password stays typed.
    assert door.panel.form.password.text() == PASSWORD
    reset_factor(door.store, claimed.actor(door.store, SAFE), LEADER)
    # In another half minute: a code of one that was used is spent, whatever phone shows it.
    assert set_up(1) != first


def test_a_locked_window_keeps_the_work_for_the_same_person(door):
    door.enter(OFFICER)
    door.until(lambda: door.window.desk.detail is not None, "the queue")
    before = door.session.duty.actor
    door.player.press("N")
    door.until(lambda: door.window.desk.form.is_open, "the form")
    door.player.type("采薇路井盖缺失")
    door.player.press("Ctrl+L")
    assert door.gate.is_shut
    assert not door.window.desk.isVisible()
    assert "采薇路" not in door.said()
    assert door.panel.form.person.value() == OFFICER
    door.sign_in(OFFICER)
    door.until(lambda: not door.gate.is_shut, "the desk")
    assert door.session.duty.actor == before
    assert door.window.desk.form.field("content").value() == "采薇路井盖缺失"
    assert door.window.desk.form.field("content").hasFocus()
    door.until(lambda: door.ops("desk_unlocked"), "what was recorded")
    assert len(door.ops("signed_in")) == len(door.ops("desk_locked")) == 1


def test_the_next_shift_takes_over_and_sees_nothing_of_the_one_before(door):
    door.enter(OFFICER)
    door.until(lambda: door.window.desk.detail is not None, "the queue")
    door.player.press("N")
    door.until(lambda: door.window.desk.form.is_open, "the form")
    door.player.type("采薇路井盖缺失")
    door.player.press("F4")
    assert door.gate.is_shut
    door.sign_in(OTHER)
    door.until(lambda: not door.gate.is_shut, "the desk")
    assert door.session.duty.actor.user == OTHER
    assert not door.window.desk.form.is_open
    door.until(lambda: door.session.runner.pending == 0, "what is recorded")
    assert len(door.ops("signed_out")) == 1
    assert len(door.ops("signed_in")) == 2
    door.until(lambda: door.window.desk.detail is not None, "the queue")
    door.player.press("N")
    door.until(lambda: door.window.desk.form.is_open, "the form")
    assert door.window.desk.form.field("content").value() == ""
    door.player.press("Escape")
    # The one who went comes back by two keys and a password, and finds the draft.
    door.player.press("F4")
    assert door.panel.form.person.value() == OFFICER
    door.enter(OFFICER)
    door.until(lambda: door.window.desk.detail is not None, "the queue")
    door.player.press("N")
    door.until(lambda: door.window.desk.form.is_open, "the form")
    assert door.window.desk.form.field("content").value() == "采薇路井盖缺失"


def test_it_locks_itself_after_a_quiet_time(door, monkeypatch):
    door.enter(OFFICER)
    assert door.gate.idle.minutes == 10
    now = door.gate.idle._last
    monkeypatch.setattr("desktop.window.door.idle.quiet_clock", lambda: now + 599)
    door.gate.idle.check()
    assert not door.gate.is_shut
    door.player.press("Down")
    monkeypatch.setattr("desktop.window.door.idle.quiet_clock", lambda: now + 1100)
    door.gate.idle.check()
    assert not door.gate.is_shut
    monkeypatch.setattr("desktop.window.door.idle.quiet_clock", lambda: now + 1200)
    door.gate.idle.check()
    assert door.gate.is_shut
    assert "自动锁定" in door.said()


def test_administrators_and_the_auditor_see_their_screens_alone(door):
    from desktop.window.screens import offered

    for key, first in ((ADMIN, "accounts"), (SAFE, "accounts"), (AUDITOR, "audit")):
        door.enter(key)
        assert door.window.screen_name == first
        door.player.press("Alt+1")
        assert door.window.screen_name == first
        shown = [name for name, button in door.window._nav._buttons.items() if button.isVisible()]
        assert set(shown) == set(offered(door.session.duty.actor))
        assert "desk" not in shown
        door.player.press("F4")
        door.until(lambda: door.gate.is_shut, "the door")


@pytest.mark.parametrize("change", [{"left": True}, {"area": "990101001001"}, {"secrecy": 0}])
def test_whose_account_ends_or_sees_less_is_let_out(door, change):
    door.enter(OFFICER)
    safe = claimed.actor(door.store, SAFE)
    known = User(OFFICER, "梁一", ("duty_officer",), area=door.store.site.town)
    define_users(door.store, safe, [replace(known, **change)])
    door.until(lambda: door.gate.is_shut, "the door")
    assert door.session.duty.actor == NOBODY
    door.until(lambda: "登录已失效" in door.said(), "why")


def come_by_code(door):
    code = set_emergency_code(door.store, claimed.actor(door.store, SAFE))
    form = door.panel.form
    door.until(form.emergency.isVisible, "the way to the emergency code")
    form.emergency.click()
    emergency = door.panel.emergency
    emergency.name.setText("赵急")
    emergency.code.setText(code)
    emergency.code.setFocus()
    door.player.press("Return")
    door.until(lambda: not door.gate.is_shut, "the desk")


def test_who_came_by_the_emergency_code_is_no_account_to_sign_in_with(door):
    come_by_code(door)
    for key in ("Ctrl+L", "F4"):
        door.player.press(key)
        assert door.panel.form.person.value() == ""
        assert door.window.focusWidget() is door.panel.form.person
        door.enter(OFFICER)


def test_the_emergency_code_lets_in_once_for_an_hour_and_everybody_is_told(door):
    come_by_code(door)
    assert door.session.duty.actor.roles == ("shift_leader",)
    door.until(lambda: "赵急 用应急码进入过" in door.said(), "the banner")
    assert door.window._seat.placeholderText() == "应急 赵急"
    later = door.store.clock() + 61 * 60_000
    door.session.store.clock = lambda: later
    set_emergency_code(door.store, claimed.actor(door.store, SAFE))
    door.until(lambda: door.gate.is_shut, "the end of the hour")


def test_closing_the_window_signs_out(town, tmp_path, qtbot):
    door = Door(shutil.copytree(town, tmp_path / "home"), qtbot)
    door.enter(OFFICER)
    door.window.close()
    with rig.open_store(tmp_path / "home") as store:
        assert len(ops_of(store, "signed_out")) == 1


def test_the_first_start_makes_an_administrator(template, tmp_path, qtbot):
    home = shutil.copytree(template, tmp_path / "home")
    claimed.make_real(home)
    door = Door(home, qtbot)
    form = door.panel.first
    door.until(lambda: door.panel.shown is form, "the form of the first start")
    for field, text in (
        (form.name, "关力"), (form.key, "guanli"), (form.new, PASSWORD), (form.again, PASSWORD),
    ):  # fmt: skip
        door.player.type(text)
        assert field.text() == text
        door.player.press("Return")
    door.until(lambda: not door.gate.is_shut, "the accounts")
    assert door.window.screen_name == "accounts"
    door.until(lambda: "任命安全管理员" in door.said(), "what comes next")
    door.window.close()


def test_a_demo_is_marked_and_never_locked(player):
    assert not player.window.gate.is_shut
    assert any(label.text() == "演示" for label in player.window.findChildren(QLabel))
    player.until(lambda: player.window.is_ready, "the keys")
    player.press("Ctrl+L")
    assert not player.window.gate.is_shut


def test_a_second_person_signs_for_a_secret_incident(door):
    door.enter(OFFICER)
    door.until(lambda: door.window.desk.detail is not None, "the queue")
    desk, number = door.window.desk, door.window.desk.detail.incident.number
    desk.start("set_secrecy")
    door.until(lambda: desk.form.is_open, "the form")
    desk.form.field("secrecy").set_value("2")
    desk.form.field("text").set_value("涉及未成年人")
    desk.form.confirm()
    second = desk.beside.deciding.second
    door.until(lambda: second.is_open and second.password.isVisible(), "the second person")
    assert "需要两个人" in door.said()
    second.person.setEditText(OTHER)
    second.password.setText(PASSWORD)
    second.confirm()
    # Not whoever knows a password: it has to be somebody with the role.
    door.until(lambda: "不能确认" in desk.form.error, "that another duty officer is not enough")
    desk.form.confirm()
    door.until(lambda: second.is_open and second.password.isVisible(), "the second person")
    secret = claimed.secure(door.store, LEADER)
    second.person.setEditText(LEADER)
    second.password.setText(PASSWORD)
    second.confirm()
    door.until(second.code.isVisible, "the field for the code")
    assert second.password.text() == PASSWORD
    second.code.setText(claimed.code_of(door.store, secret, 1))
    second.confirm()
    door.until(lambda: not desk.form.is_open, "the decision")
    said = [op for op in ops_of(door.store, "secrecy_set") if op["p"].get("second")]
    assert said[-1]["p"]["second"]["user"] == LEADER
    assert number
    assert second.password.text() == ""


def settle_layout(door):
    """Have what was asked of the layouts done now."""
    door.until(lambda: door.window.width() == 1366, "the size")
    QApplication.sendPostedEvents()


def test_a_station_without_the_rooms_key_waits_and_then_lets_people_in(town, tmp_path, qtbot):
    here = shutil.copytree(town, tmp_path / "here")
    init_site(tmp_path / "new", town=TOWN, name="二号席位", station="B2", key_kind="file",
              has_room_key=False, lists=None)  # fmt: skip
    door = Door(tmp_path / "new", qtbot)
    page = door.panel.waiting
    door.until(lambda: door.panel.shown is page, "what is awaited")
    door.until(page.fingerprint.text, "the fingerprint")
    assert "授权" in door.said()
    door.window.resize(1366, 768)
    settle_layout(door)
    for label in page.findChildren(QLabel):
        if label.isVisible() and label.text():
            assert label.height() >= label.heightForWidth(label.width()), label.text()
            assert label.width() >= label.minimumSizeHint().width(), label.text()
    assert len(page.fingerprint.text().split()) == 8
    with rig.open_store(here) as other:
        apart.meet(door.store, other)
        assert door.panel.shown is page
        officer, leader = (claimed.actor(other, key) for key in (OFFICER, LEADER))
        grant_room_key(other, officer, door.store.site.id, leader)
        apart.meet(door.store, other)
    accept_room_keys(door.store)
    door.until(lambda: door.panel.shown is door.panel.form, "the form")
    door.enter(OFFICER)
    door.window.close()


def test_locked_capitals_are_told(door):
    field, form = door.panel.form.password, door.panel.form
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier)
    assert "大写锁定" not in door.said()
    QTest.keyClicks(field, "A", Qt.KeyboardModifier.NoModifier)
    assert "大写锁定" in door.said()
    QTest.keyClicks(field, "A", Qt.KeyboardModifier.ShiftModifier)
    assert "大写锁定" not in door.said()
    assert form.password.echoMode() == QLineEdit.EchoMode.Password


def test_enter_goes_on_to_what_is_empty_and_a_demo_needs_no_password(player, qtbot):
    from db.domain.errors import RuleError
    from desktop.widgets.second_person import SecondPerson

    signed, second = [], SecondPerson(player.session.context)
    qtbot.addWidget(second)
    second.ask(RuleError("second_person_needed", action="void", roles=["shift_leader"]),
               signed.append)  # fmt: skip
    player.until(lambda: second.person.count() > 0 and second.password.isHidden(), "who may sign")
    assert second.person.hasFocus() or not second.isActiveWindow()
    second.confirm()
    assert not signed
    second.person.setCurrentIndex(0)
    second.confirm()
    player.until(lambda: signed, "who signed")
    assert "shift_leader" in signed[0].roles
    assert not second.is_open
