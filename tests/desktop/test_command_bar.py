"""The command bar and the key sheet in the window: what is typed, chosen, left and composed."""

import shutil
import threading
import time
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from db.commands.views import save_view
from db.domain.lists import KINDS
from db.store.queries.lookup import used_before
from desktop.actions import ACTIONS
from desktop.app import open_session
from desktop.delegates.palette_row import ENTRY_ROLE
from desktop.palette import ROWS, Entry, Known
from desktop.play import Player
from desktop.widgets.toast import toasts
from desktop.window import entries

OF_ADMINS = {"accounts", "audit"}
"""Screens that are not of the people of the desk."""


@pytest.fixture
def player(template, tmp_path, qtbot):
    session = open_session(shutil.copytree(template, tmp_path / "home"))
    qtbot.addWidget(session.window)
    session.window.resize(1366, 768)
    session.window.show()
    player = Player(session)
    player.until(lambda: player.desk.detail is not None, "the queue")
    player.desk.focus_list()
    settled(player)
    yield player
    session.window.close()


def settled(player):
    player.until(lambda: player.session.runner.pending == 0, "all work done")


def bar(player):
    return player.window.command_bar


def field(player):
    return player.window._find


def open_with(player, line, key="Ctrl+K"):
    player.press(key)
    player.type(line)
    settled(player)


def texts(player):
    return [entry.text for entry in bar(player).panel.entries]


def titles(player):
    rows = bar(player).panel.rows
    items = [rows.item(row) for row in range(rows.count())]
    return [item.text() for item in items if item.data(ENTRY_ROLE) is None]


def entry_of(player, group, id):
    """Return an entry as it stands in the bar now."""
    player.press("Ctrl+K")
    settled(player)
    known = (*bar(player)._actions, *bar(player)._others, *bar(player)._parts)
    return next(one.entry for one in known if (one.entry.group, one.entry.id) == (group, id))


def a_number(player, place=3):
    rid = player.desk.view.model().ids[place]
    return rid, player.session.store.read(
        lambda c: c.execute("SELECT number FROM incident WHERE rid = ?", (rid,)).fetchone()[0]
    )


# opening and leaving


@pytest.mark.parametrize("key", ["/", "Ctrl+K"])
def test_escape_leaves_everything_as_it_was(player, key):
    player.press("J")
    settled(player)
    before = player.desk.view.current_id
    player.press(key)
    assert bar(player).panel.isVisible()
    assert field(player).hasFocus()
    player.type("路灯")
    player.until(lambda: player.session.runner.pending == 0, "found")
    player.wait(300)
    settled(player)
    player.press("Escape")
    assert not bar(player).panel.isVisible()
    assert player.desk.view.hasFocus()
    player.until(lambda: not player.desk._queue.is_changing, "the list of before")
    assert player.desk.view.current_id == before
    assert field(player).text() == player.desk.looked_for == ""


def test_it_opens_over_a_form_and_gives_the_field_back(player):
    player.press("N")
    player.until(lambda: player.desk.form.is_open, "the form")
    content = player.desk.form.field("content")
    player.type("路口的井盖")
    assert content.hasFocus()
    player.press("Ctrl+K")
    assert field(player).hasFocus()
    player.press("Escape")
    assert content.hasFocus()
    assert content.value() == "路口的井盖"
    assert player.desk.form.is_open


def test_from_another_screen_and_back_to_it(player):
    player.press("Alt+4")
    player.press("/")
    player.type("路灯")
    assert player.window.screen_name == "desk"
    player.press("Escape")
    assert player.window.screen_name == "sync"


def test_the_focus_may_go_elsewhere_and_what_is_looked_for_stays(player):
    player.press("/")
    player.type("路灯")
    player.desk.focus_list()
    assert not bar(player).is_open
    assert player.desk.looked_for == field(player).text() == "路灯"
    player.press("Ctrl+K")
    assert field(player).text() == ""
    player.type("jd")
    player.desk.focus_list()
    assert field(player).text() == "路灯"


def test_another_person_finds_it_closed_and_empty(player):
    open_with(player, "@")
    assert texts(player)
    duty = player.session.duty
    duty.switch(duty.actor)
    assert not bar(player).is_open
    assert bar(player)._parts == []
    assert bar(player).panel.isHidden()


def test_before_anything_is_typed_it_says_what_may_be(player):
    player.press("Ctrl+K")
    settled(player)
    said = "".join(titles(player))
    assert all(sign in said for sign in ("只找动作", "只找编号", "只找单位", "只找村社"))
    assert bar(player).panel.entries[0].group == "action"
    assert not bar(player).panel.entries[0].refused


# looking for a text


def test_a_text_is_looked_for_while_it_is_typed_and_enter_goes_to_the_list(player):
    player.press("/")
    player.type("路灯")
    assert texts(player)[0] == "在值班台查找“路灯”"
    player.until(lambda: player.desk._queue._heading.text() == "查找：路灯", "the list")
    player.press("Return")
    assert player.desk.view.hasFocus()
    assert field(player).text() == "路灯"
    player.press("Escape")
    assert player.desk.looked_for == ""


def test_ctrl_k_looks_for_nothing_by_itself(player):
    before = list(player.desk.view.model().ids)
    open_with(player, "路灯")
    player.wait(300)
    settled(player)
    assert list(player.desk.view.model().ids) == before
    assert texts(player)[-1] == "在值班台查找“路灯”"


# numbers and commands


def test_a_number_goes_to_its_incident(player):
    rid, number = a_number(player)
    open_with(player, number)
    assert texts(player)[0] == number
    player.press("Return")
    settled(player)
    assert player.desk.view.current_id == rid
    assert player.desk.view.hasFocus()


@pytest.mark.parametrize("line", ["t {}", "备注 {}", "bz {}", "> t {}"])
@pytest.mark.parametrize("key", ["/", "Ctrl+K"])
def test_an_action_and_a_number_begin_there(player, key, line):
    rid, number = a_number(player)
    open_with(player, line.format(number), key)
    assert texts(player)[0].startswith("备注")
    player.press("Return")
    player.until(lambda: player.desk.form.action == "note", "the form")
    assert player.desk.view.current_id == rid
    assert player.desk.detail.incident.number == number


def test_enter_before_the_number_is_found_waits_for_it(player):
    _, number = a_number(player)
    player.press("Ctrl+K")
    player.type(f"t {number}")
    QTest.keyClick(field(player), Qt.Key.Key_Return)
    player.until(lambda: player.desk.form.action == "note", "the form")
    assert player.desk.detail.incident.number == number


def test_a_number_nobody_bears_is_said_to_be_none(player):
    open_with(player, "# 99887766")
    assert texts(player) == []
    assert "没有这样的" in titles(player)
    player.press("Return")
    assert bar(player).is_open


# actions


def test_an_action_is_done_where_the_cursor_was(player):
    player.press("J")
    settled(player)
    rid = player.desk.view.current_id
    open_with(player, "备注", "/")
    player.wait(300)
    settled(player)
    player.press("Down")
    assert bar(player).panel.entry.id == "note"
    player.press("Return")
    player.until(lambda: player.desk.form.action == "note", "the form")
    assert player.desk.view.current_id == rid
    assert player.desk.detail.rid == rid


def test_what_is_not_possible_stands_there_with_the_reason(player):
    entry = entry_of(player, "action", "approve")
    assert entry.refused
    player.type("批准")
    player.press("Return")
    assert toasts(player.window._stack)[0].text == f"批准：{entry.refused}"
    assert not player.desk.form.is_open


def test_every_action_is_found_by_its_name(player):
    player.press("Ctrl+K")
    settled(player)
    for action in ACTIONS:
        if action.id != "palette" and not OF_ADMINS & {action.id, action.scope}:
            field(player).selectAll()
            player.type(f"> {action.text}")
            assert action.id in {entry.id for entry in bar(player).panel.entries}, action.id


def test_the_windows_own_actions_are_done(player):
    for name in player.window.offered:
        bar(player)._choose(entry_of(player, "screen", name))
        assert player.window.screen_name == name
    bar(player)._choose(entry_of(player, "action", "keys"))
    assert player.window._key_sheet.isVisible()
    bar(player)._choose(entry_of(player, "action", "back"))
    assert player.window._key_sheet.isHidden()
    bar(player)._choose(entry_of(player, "action", "find"))
    assert bar(player)._is_finding


def test_a_key_that_a_list_takes_itself_is_pressed_there(player):
    before = player.desk.view.current_id
    bar(player)._choose(entry_of(player, "action", "down"))
    assert player.desk.view.current_id == player.desk.view.model().ids[1] != before


def test_an_action_of_another_screen_says_where_it_is(player):
    here = {"list", "window", "form", *OF_ADMINS}
    elsewhere = [one.id for one in ACTIONS if one.scope not in here]
    for action in elsewhere:
        entry = entry_of(player, "action", action)
        assert entry.refused.startswith("先到")
    assert entry_of(player, "action", "confirm").refused == "没有打开的表单"


def test_each_list_is_opened(player):
    for kind in KINDS:
        bar(player)._choose(entry_of(player, "list", kind))
        assert player.window.screen_name == "lists"
        assert player.window.screen_named("lists").kind == kind


def test_what_lies_in_a_place_or_with_a_unit_is_listed_until_escape(player):
    before = player.desk._queue.heading
    for group in ("area", "unit"):
        player.press("Ctrl+K")
        settled(player)
        known = [one.entry for one in bar(player)._parts if one.entry.group == group]
        known = [one for one in known if one.text not in [view.name for view in player.desk.views]]
        entry = next(one for one in known if not one.hint.startswith("0"))
        bar(player)._choose(entry)
        settled(player)
        assert entry.text in player.desk._queue.heading
        assert len(player.desk.view.model().ids) == int(entry.hint.split()[0])
        player.press("Escape")
        settled(player)
        assert player.desk._queue.heading == before


def test_what_was_chosen_stands_nearer_the_next_time_but_no_incident_does(player):
    bar(player)._choose(entry_of(player, "list", "calendar"))
    settled(player)
    assert used(player) == ("list:calendar",)
    _, number = a_number(player)
    open_with(player, number)
    player.press("Return")
    settled(player)
    assert used(player) == ("list:calendar",)
    player.press("Ctrl+K")
    settled(player)
    assert "最近用过" in titles(player)
    assert "日历清单" in texts(player)


def used(player):
    user = player.session.duty.actor.user
    return player.session.store.read(lambda c: used_before(c, user))


def test_a_view_that_a_person_named_is_offered_and_not_noted(player):
    save_view(player.session.store, player.session.duty.actor, "张三丰的", "超时")
    player.desk._saved_views._load()
    settled(player)
    open_with(player, "zsfd")
    assert texts(player)[0] == "张三丰的"
    player.press("Return")
    settled(player)
    assert player.desk._queue.heading == "张三丰的"
    assert used(player) == ()


def test_what_can_be_named_of_the_town_is_made_beside_the_window(player, monkeypatch):
    threads = []
    real = entries.town_parts

    def parts(*args):
        threads.append(threading.current_thread())
        return real(*args)

    monkeypatch.setattr(entries, "town_parts", parts)
    open_with(player, "@")
    settled(player)
    assert texts(player)
    assert threads
    assert threading.main_thread() not in threads


# how it looks and moves


def test_there_are_never_more_rows_than_fit(player):
    for line in ("s", "d", "1", "网格", "@", ":", ">"):
        open_with(player, line)
        panel = bar(player).panel
        assert len(panel.entries) <= ROWS + 1
        assert panel.geometry().bottom() < player.window.centralWidget().height()
        assert panel.rows.verticalScrollBar().maximum() == 0, line
        player.press("Escape")


def test_the_arrows_stop_at_the_ends_and_skip_headings(player):
    open_with(player, "s")
    panel, entries = bar(player).panel, bar(player).panel.entries
    walked = [panel.entry]
    for _ in range(2 * ROWS):
        player.press("Down")
        walked.append(panel.entry)
    assert list(dict.fromkeys(entry.mark for entry in walked)) == [one.mark for one in entries]
    for _ in range(2 * ROWS):
        player.press("Up")
    assert panel.entry == entries[0]


def test_a_name_from_outside_is_no_markup(player):
    hostile = "<b>x</b><img src='file:///etc/passwd'>"
    open_with(player, "")
    settled(player)
    bar(player)._parts = [Known(Entry("unit", "u", hostile, hostile))]
    player.type("<b>x")
    panel = bar(player).panel
    assert panel.entries[0].text == hostile
    assert not panel.rows.currentItem().toolTip()
    for label in panel.findChildren(QLabel):
        assert label.textFormat() == Qt.TextFormat.PlainText
    panel.grab()


def test_a_key_is_answered_at_once(player):
    player.press("Ctrl+K")
    settled(player)
    taken = []
    for letter in "jdlx":
        started = time.perf_counter()
        player.type(letter)
        bar(player).panel.grab()
        taken.append(time.perf_counter() - started)
    assert min(taken) < 0.05


def test_what_is_remembered_is_no_press_on_the_record_that_cannot_write(player, monkeypatch):
    def refuse(store, mark):
        raise OSError("disk")

    monkeypatch.setattr("desktop.window.command_bar.remember_used", refuse)
    bar(player)._choose(entry_of(player, "screen", "search"))
    settled(player)
    assert player.window.screen_name == "search"
    assert not toasts(player.window._stack)


@pytest.mark.parametrize("action", ["note", "print"])
def test_on_the_board_actions_are_about_the_boards_incident(player, action):
    player.press("J")
    settled(player)
    player.press("Alt+8")
    board = player.window.screen_named("board")
    player.until(lambda: board.shown is not None, "the board's incident")
    rid = board.shown.rid
    assert rid != player.desk.view.current_id
    wanted = entry_of(player, "action", action)
    assert board.shown.incident.title in titles(player)[0]
    bar(player)._choose(replace(wanted, refused=""))
    settled(player)
    is_kept = player.window.screen_name == "board"
    assert is_kept == (action == "note")
    player.until(lambda: (board if is_kept else player.desk).shown is not None, "the incident")
    assert (board if is_kept else player.desk).shown.rid == rid
