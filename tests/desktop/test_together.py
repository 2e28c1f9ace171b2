"""Many at once, taking on, taking back: keys at the desk, rows in the record."""

import shutil
import threading

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from db.commands import bulk
from db.commands.claims import claim
from db.commands.town import User, define_users
from db.domain.errors import EnvironmentError_
from db.domain.ops import SYSTEM
from db.domain.scope import scope_of
from db.store.queries.town import actor_named
from desktop.app import open_session
from desktop.play import Player


@pytest.fixture
def told(player):
    heard = []
    player.session.duty.told.connect(lambda kind, text, hint: heard.append((kind, text, hint)))
    return heard


def rows(player, question, *values):
    return player.session.store.read(lambda c: c.execute(question, values).fetchall())


def reported(player):
    """Return the row ids of what waits to be accepted and has its class and grid."""
    found = rows(
        player,
        "SELECT rid FROM incident WHERE state = 'reported' AND class_code <> ''"
        " AND length(area_code) >= 15 ORDER BY rid",
    )
    return [rid for (rid,) in found]


def states(player, rids):
    return {rows(player, "SELECT state FROM incident WHERE rid = ?", rid)[0][0] for rid in rids}


def settled(player):
    player.until(lambda: player.session.runner.pending == 0, "all work done")


def mark_and_note(player, count, text):
    for _ in range(count):
        player.press("Space")
        player.press("Down")
    marked = player.desk.view.marked
    player.press("T")
    player.until(lambda: player.desk.form.is_open, "the form")
    player.type(text)
    player.press("Return")
    settled(player)
    return marked


def noted(player):
    question = "SELECT incident FROM step WHERE kind = 'note_added' AND opinion = '一起记的'"
    return {rid for (rid,) in rows(player, question)}


def test_one_decision_reaches_all_that_are_marked_and_no_other(player, told):
    marked = mark_and_note(player, 4, "一起记的")
    assert noted(player) == marked
    assert len(marked) == 4
    assert told[-1][1] == "备注：4 件里办好 4 件"
    assert not player.desk.view.marked
    player.desk.focus_list()
    player.press("Ctrl+Z")
    settled(player)
    assert told[-1][1] == "撤销备注：4 件里办好 4 件"


def test_what_is_refused_stays_marked_and_says_why(player, told):
    done = mark_and_note(player, 1, "一起记的")
    archived = rows(player, "SELECT rid FROM incident WHERE state = 'archived' LIMIT 1")[0][0]
    player.desk.beside.bulk.open("note", [*done, archived])
    player.desk.form.field("text").set_value("一起记的")
    player.desk.form.confirm()
    settled(player)
    kind, text, hint = told[-1]
    assert (kind, text) == ("warn", "备注：2 件里办好 1 件")
    assert "1 件：" in hint
    assert player.session.duty.decided.made[-1][1].refused[0].rid == archived


def test_many_are_accepted_as_they_were_registered(player, told):
    wanted = reported(player)
    assert wanted, "the demo has none that is complete"
    player.desk.view.set_marked(wanted)
    player.press("A")
    player.until(lambda: player.desk.form.is_open, "the form")
    player.fill(not_duplicate=True)
    player.desk.form.confirm()
    settled(player)
    assert states(player, wanted) == {"accepted"}
    player.desk.focus_list()
    player.press("Ctrl+Z")
    settled(player)
    assert states(player, wanted) == {"reported"}


def test_a_decision_of_its_own_kind_is_not_made_for_many(player, told):
    player.press("Ctrl+A")
    assert len(player.desk.view.marked) == len(player.desk.view.model().ids)
    player.press("M")
    settled(player)
    assert not player.desk.form.is_open
    assert "一件一件" in told[-1][1]
    player.desk.go_back()
    assert not player.desk.view.marked


def full_after(store, monkeypatch, slices):
    """Let so many transactions of one incident through, and then none."""
    write, left = store.write, iter(range(slices))

    def filling(work):
        if next(left, None) is None:
            raise EnvironmentError_("disk_full")
        return write(work)

    monkeypatch.setattr(bulk, "SLICE", 1)
    monkeypatch.setattr(store, "write", filling)


def test_what_was_done_before_the_disk_filled_up_is_told_and_goes_back(player, told, monkeypatch):
    store = player.session.store
    full_after(store, monkeypatch, 2)
    marked = mark_and_note(player, 4, "一起记的")
    kind, text, hint = told[-1]
    assert (kind, text) == ("warn", "备注：4 件里办好 2 件")
    assert hint.startswith("其余 2 件没有办：")
    assert hint.endswith("Ctrl+Z 整批撤销")
    assert player.desk.view.marked == marked - noted(player)
    monkeypatch.undo()
    full_after(store, monkeypatch, 1)
    player.desk.focus_list()
    player.press("Ctrl+Z")
    settled(player)
    assert told[-1][1] == "撤销备注：2 件里办好 1 件"
    monkeypatch.undo()
    full_after(store, monkeypatch, 0)
    player.press("Ctrl+Z")
    settled(player)
    monkeypatch.undo()
    player.press("Ctrl+Z")
    settled(player)
    assert told[-1][1] == "撤销备注：1 件里办好 1 件"


def test_many_can_be_stopped(player, told, monkeypatch):
    monkeypatch.setattr(bulk, "SLICE", 1)
    store, gate = player.session.store, threading.Event()
    write = store.write
    monkeypatch.setattr(store, "write", lambda work: (write(work), gate.wait(20))[0])
    player.press("Ctrl+A")
    marked = player.desk.view.marked
    player.press("T")
    player.until(lambda: player.desk.form.is_open, "the form")
    player.type("一起记的")
    player.press("Return")
    player.until(lambda: bool(noted(player)), "the first of them")
    player.press("Escape")
    gate.set()
    settled(player)
    assert not player.desk.beside.many.is_running
    assert len(noted(player)) == 1 < len(marked)
    assert told[-1][2].startswith(f"停下时还有 {len(marked) - 1} 件没有办")
    assert player.desk.view.marked == marked - noted(player)


def test_undo_takes_back_the_last_step_and_goes_there(player, told):
    player.until(lambda: player.desk.detail is not None, "an incident")
    rid = player.desk.detail.rid
    player.press("T")
    player.until(lambda: player.desk.form.is_open, "the form")
    player.type("一起记的")
    player.press("Return")
    settled(player)
    assert told[-1][2] == "Ctrl+Z 撤销"
    player.press("End")
    player.press("Ctrl+Z")
    settled(player)
    player.until(lambda: player.desk.view.current_id == rid, "the incident again")
    assert told[-1][1].startswith("撤销备注")
    player.press("Ctrl+Z")
    settled(player)
    assert told[-1][1] == "没有可以撤销的决定"


def held_up(player, monkeypatch):
    """Let each write wait; return what lets them go."""
    store, gate = player.session.store, threading.Event()
    write = store.write
    monkeypatch.setattr(store, "write", lambda work: (write(work), gate.wait(20))[0])
    return gate


def test_an_undo_that_ends_late_moves_no_cursor_elsewhere(player, told, monkeypatch):
    desk = player.desk
    desk.show_view(next(view for view in desk.views if view.name == "全部事件"))
    settled(player)
    player.press("T")
    player.until(lambda: desk.form.is_open, "the form")
    player.type("一起记的")
    player.press("Return")
    settled(player)
    noted_at = desk.view.current_id
    gate = held_up(player, monkeypatch)
    player.press("Ctrl+Z")
    player.press("Down")
    moved_to = desk.view.current_id
    assert moved_to != noted_at
    gate.set()
    settled(player)
    assert told[-1][1].startswith("撤销备注")
    assert desk.view.current_id == moved_to


def test_many_are_taken_back_with_progress_and_can_be_stopped(player, told, monkeypatch):
    monkeypatch.setattr(bulk, "SLICE", 1)
    marked = mark_and_note(player, 4, "一起记的")
    desk, many = player.desk, player.desk.beside.many
    desk.focus_list()
    cursor = desk.view.current_id
    gate = held_up(player, monkeypatch)
    player.press("Ctrl+Z")
    player.until(lambda: many.is_running, "the bar")
    assert "正在撤销 0 / 4" in [one.text() for one in many.bar.findChildren(QLabel)]
    player.press("Ctrl+Z")
    many.bar.findChild(QPushButton).click()
    gate.set()
    settled(player)
    assert not many.is_running
    _, text, hint = told[-1]
    assert text == "撤销备注：4 件里办好 1 件"
    assert hint.startswith("停下时还有 3 件没有办")
    assert desk.view.current_id == cursor, "a lot taken back is no place to go to"
    player.press("Ctrl+Z")
    settled(player)
    assert told[-1][1] == "撤销备注：3 件里办好 3 件"
    assert noted(player) == marked, "the notes stay in the journal"


def test_a_form_that_waits_for_what_is_written_says_so(player, told, monkeypatch):
    form = player.desk.form
    gate = held_up(player, monkeypatch)
    player.press("T")
    player.until(lambda: form.is_open, "the form")
    player.type("一起记的")
    player.press("Return")
    assert form.is_sent
    assert not form.is_waiting
    player.until(lambda: form.is_waiting, "word of what it waits for")
    gate.set()
    settled(player)
    assert not form.is_open
    player.press("T")
    player.until(lambda: form.is_open, "the next form")
    assert not form.is_waiting


def test_a_lot_confirmed_while_another_is_taken_back_comes_after_it(player, told, monkeypatch):
    first = mark_and_note(player, 2, "一起记的")
    desk = player.desk
    desk.focus_list()
    gate = held_up(player, monkeypatch)
    player.press("Down")
    player.press("Space")
    player.press("T")
    player.until(lambda: desk.form.is_open, "the form")
    desk.beside.taking_back.undo()
    player.until(lambda: desk.beside.many.is_running, "the undo")
    player.type("后来记的")
    player.press("Return")
    gate.set()
    settled(player)
    assert len(first) == 2
    assert [text for _, text, _ in told[-2:]] == [
        "撤销备注：2 件里办好 2 件",
        "备注：1 件里办好 1 件",
    ]
    assert not desk.form.is_open


def test_a_key_pressed_while_the_list_changes_is_for_what_comes(player):
    desk = player.desk
    player.until(lambda: desk.detail is not None, "an incident")
    old = desk.detail
    rid, number = rows(
        player, "SELECT rid, number FROM incident WHERE is_open = 0 AND rid <> ? LIMIT 1", old.rid
    )[0]
    desk.go_to(rid, number)
    player.press("T")
    assert not desk.form.is_open
    player.until(lambda: desk.form.is_open or desk.detail.rid == rid, "the incident asked for")
    settled(player)
    assert desk.view.current_id == rid
    assert desk.form.subject in ("", desk.detail.incident.id)


def test_the_next_person_takes_back_nothing_of_the_one_before(player, told):
    mark_and_note(player, 1, "一起记的")
    other, area = player.session.store.read(lambda c: actor_named(c, "heyan"))
    player.session.duty.switch(other, area)
    settled(player)
    player.desk.focus_list()
    player.press("Ctrl+Z")
    assert told[-1][1] == "没有可以撤销的决定"
    assert noted(player)


def test_taken_on_shows_in_the_list_and_is_let_go_by_the_same_key(player):
    player.press("Shift+A")
    settled(player)
    rid = player.desk.detail.rid
    player.until(lambda: player.desk.detail.claim is not None, "the claim")
    row = player.desk._queue._rows([rid])[0]
    assert row.holder == player.session.duty.actor.user
    player.until(lambda: player.desk._side._counts.mine == 1, "the count")
    player.press("Shift+A")
    player.until(lambda: player.desk.detail.claim is None, "no claim")


def test_what_another_holds_is_taken_over_by_a_second_press_and_never_silently(player, told):
    store = player.session.store
    define_users(store, SYSTEM, [User("second", "乙", ("duty_officer",))])
    other, _ = store.read(lambda c: actor_named(c, "second"))
    settled(player)
    number = player.desk.detail.incident.number
    claim(store, other, scope_of(other), number)
    player.until(lambda: player.desk.detail.claim is not None, "the claim of another")
    player.press("Shift+A")
    settled(player)
    assert "乙" in told[-1][1]
    assert player.desk.detail.claim.user == "second"
    player.press("Shift+A")
    player.until(
        lambda: player.desk.detail.claim.user == player.session.duty.actor.user, "taken over"
    )
    settled(player)
    told.clear()
    claim(store, other, scope_of(other), number, over=player.session.duty.actor.user)
    player.until(lambda: bool(told), "word of the loss")
    assert "乙 接手了您认领的" in told[-1][1]


def test_what_is_asked_for_before_the_first_list_still_gets_its_counts(template, tmp_path, qtbot):
    session = open_session(shutil.copytree(template, tmp_path / "early"))
    qtbot.addWidget(session.window)
    session.window.desk.furnish()
    session.window.show()
    player = Player(session)
    player.until(lambda: player.desk._side._counts is not None, "the counts")
    session.window.close()
