"""账号: a new room gets its people, and nobody who lost something stays outside."""

import shutil

import pytest
from PySide6.QtCore import Qt

from db.commands.accounts import sign_in
from db.domain.accounts import SecurityPolicy
from db.store.queries.accounts import account_of, policy_of
from desktop.i18n import ROLE_NAMES
from tests.desktop import claimed
from tests.desktop.claimed import ADMIN, LEADER, OFFICER, PASSWORD, SAFE
from tests.desktop.test_door import Door

POLICY = SecurityPolicy(second_factor_roles=("shift_leader",))


@pytest.fixture(scope="module")
def town(template, tmp_path_factory):
    return claimed.claim(
        shutil.copytree(template, tmp_path_factory.mktemp("claimed") / "home"), POLICY
    )


@pytest.fixture
def door(town, tmp_path, qtbot):
    door = Door(shutil.copytree(town, tmp_path / "home"), qtbot)
    yield door
    door.window.close()


def screen_of(door, key):
    door.enter(key)
    screen = door.window.screen_named("accounts")
    door.until(lambda: screen.current is not None, "the accounts")
    return screen


def button(screen, text):
    return next(one for one, _, _ in screen._known if one.text().startswith(text))


def choose(door, screen, key):
    keys = [one.key for one in screen._page.rows]
    screen.table.selectRow(keys.index(key))
    assert screen.current.key == key


def settled(door):
    door.until(lambda: door.session.runner.pending == 0, "all work done")


def test_the_administrator_enters_people_and_security_lets_them_in(door):
    screen = screen_of(door, ADMIN)
    assert not button(screen, "安全策略").isEnabled()
    screen = hand_over(door, SAFE)
    button(screen, "新增人员").click()
    form = screen.user_form
    assert form.name.hasFocus()
    form.name.setText("丁新")
    form.key.setText("dingxin")
    form.area.set_value("")
    form.roles.setText("值班员")
    form.confirm()
    assert screen._pane.isVisible()
    assert form.area.hasFocus()
    form.area.set_value(door.store.site.town)
    form.roles.setText("值班员、分流员")
    form.roles.setFocus()
    door.player.press("Return")
    door.until(lambda: screen.current is not None and screen.current.key == "dingxin", "the new")
    assert screen.current.roles.split() == ["duty_officer", "dispatcher"]
    button(screen, "一次性口令").click()
    screen.question._yes.click()
    door.until(lambda: "当面告诉 丁新" in door.said(), "the password")
    once = screen.question._title.text()
    assert sign_in(door.store, "dingxin", once).must == "password"
    # Nobody who comes to the desk later reads it.
    door.player.press("Ctrl+L")
    assert once not in screen.question._title.text()


def test_a_new_person_takes_nobodys_account(door):
    screen = screen_of(door, SAFE)
    button(screen, "新增人员").click()
    form = screen.user_form
    form.name.setText("冒名")
    form.key.setText(OFFICER)
    form.roles.setText("值班员")
    form.confirm()
    door.until(lambda: "已经有了" in form.error, "the refusal")
    assert {one.name for one in screen._page.rows if one.key == OFFICER} == {"梁一"}


def test_what_is_asked_of_one_person_is_not_done_to_another(door):
    screen = screen_of(door, SAFE)
    choose(door, screen, OFFICER)
    button(screen, "一次性口令").click()
    screen.question._yes.click()
    door.until(lambda: "当面告诉 梁一" in door.said(), "the password")
    settled(door)
    assert not screen.table.isEnabled()
    assert not any(one.isEnabled() for one, _, _ in screen._known)
    # Wherever the keys are, Esc puts it away and wipes it.
    screen.setFocusProxy(None)
    screen.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    screen.setFocus()
    door.player.press("Escape")
    assert screen.question.isHidden()
    assert screen.question._title.text() == ""
    assert screen.table.isEnabled()
    assert button(screen, "一次性口令").isEnabled()
    assert screen.current.key == OFFICER


def test_handed_over_the_keys_are_where_a_name_is_asked_for(door):
    screen_of(door, ADMIN)
    door.player.press("F4")
    assert door.gate.is_shut
    settled(door)
    assert door.window.focusWidget() is door.panel.form.person


def hand_over(door, key):
    door.player.press("F4")
    door.until(lambda: door.gate.is_shut, "the door")
    return screen_of(door, key)


def test_a_refused_person_keeps_what_was_typed_and_says_why(door):
    screen = screen_of(door, SAFE)
    button(screen, "新增人员").click()
    form = screen.user_form
    form.name.setText("丁新")
    form.key.setText("dingxin")
    form.roles.setText("安全管理员、值班员")
    form.confirm()
    door.until(lambda: form.error, "why")
    assert "不能由一个人兼任" in form.error
    assert form.name.text() == "丁新"
    door.player.press("Escape")
    assert not screen._pane.isVisible()


def test_a_locked_account_is_shown_and_unlocked(door):
    screen = screen_of(door, SAFE)
    for _ in range(5):
        with pytest.raises(Exception, match="sign_in_wrong"):
            sign_in(door.store, OFFICER, "wrong")
    choose(door, screen, OFFICER)
    door.until(lambda: screen.current.locked_until > 0, "the lock")
    assert "锁定到" in screen.table._model.row_text(screen.table.currentIndex().row())
    button(screen, "解锁").click()
    door.until(lambda: screen.current is not None and not screen.current.locked_until, "unlocked")
    assert sign_in(door.store, OFFICER, PASSWORD).must == ""


def test_a_lost_phone_is_set_up_anew(door):
    claimed.secure(door.store, LEADER)
    screen = screen_of(door, SAFE)
    choose(door, screen, LEADER)
    assert screen.current.has_factor
    button(screen, "重设动态码").click()
    screen.question._yes.click()
    door.until(lambda: screen.current is not None and not screen.current.has_factor, "none")
    assert sign_in(door.store, LEADER, PASSWORD).must == "factor"


def test_who_leaves_is_shown_at_the_end_and_cannot_sign_in(door):
    screen = screen_of(door, SAFE)
    choose(door, screen, OFFICER)
    button(screen, "离岗").click()
    screen.question._yes.click()
    door.until(lambda: any(one.left for one in screen._page.rows), "who left")
    assert screen._page.rows[-1].key == OFFICER
    with pytest.raises(Exception, match="sign_in_wrong"):
        sign_in(door.store, OFFICER, PASSWORD)


def test_the_rules_are_changed_within_their_bounds(door):
    screen = screen_of(door, SAFE)
    button(screen, "安全策略").click()
    form = screen.policy_form
    assert form.numbers["idle_minutes"].value() == 10
    form.numbers["idle_minutes"].setValue(500)
    assert form.numbers["idle_minutes"].value() == 240
    form.numbers["idle_minutes"].setValue(3)
    form.roles.setText("、".join(ROLE_NAMES[role] for role in ("room_director", "shift_leader")))
    form.confirm()
    settled(door)
    known = door.store.read(policy_of)
    assert (known.idle_minutes, known.second_factor_roles) == (3, ("room_director", "shift_leader"))
    door.until(lambda: door.gate.idle.minutes == 3, "the new quiet time")


def test_an_emergency_code_is_shown_once(door):
    screen = screen_of(door, SAFE)
    button(screen, "应急码").click()
    screen.question._yes.click()
    door.until(lambda: "封进信封" in door.said(), "the code")
    assert len(screen.question._title.text().replace("-", "")) >= 30
    screen.question._yes.click()
    assert screen.question._title.text() == ""


def test_ones_own_password_is_changed_in_the_settings(door):
    door.enter(OFFICER)
    door.player.press("Alt+0")
    settings = door.window.screen_named("settings")
    settings.own_password.open_form()
    form = settings.own_password.form
    form.old.setText("wrong")
    for field in (form.new, form.again):
        field.setText("Other-Harbour-7")
    form.confirm()
    door.until(lambda: form.error, "why")
    form.old.setText(PASSWORD)
    for field in (form.new, form.again):
        field.setText("Other-Harbour-7")
    before = door.store.read(lambda c: account_of(c, OFFICER)).password
    form.confirm()
    door.until(lambda: not form.isVisible(), "it is changed")
    assert door.store.read(lambda c: account_of(c, OFFICER)).password != before
