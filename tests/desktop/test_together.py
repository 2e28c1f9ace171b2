"""Many at once, taking on, taking back: keys at the desk, rows in the record."""

import shutil
import time

import pytest

from db.commands.claims import claim
from db.commands.town import User, define_users
from db.demo.fill import DemoPlan, fill_demo
from db.domain.ops import SYSTEM
from db.domain.scope import scope_of
from db.store.queries.town import actor_named
from desktop.app import open_session
from desktop.play import Player
from tests.db.store import rig


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    home = tmp_path_factory.mktemp("together") / "home"
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
    assert player.desk.beside.taking_back._made[-1][1].refused[0].rid == archived


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


def test_many_can_be_stopped(player, told):
    player.press("Ctrl+A")
    player.press("T")
    player.until(lambda: player.desk.form.is_open, "the form")
    player.type("一起记的")
    player.desk.beside.bulk._run("note", {"text": "一起记的"})
    player.desk.beside.bulk.stop()
    settled(player)
    assert not player.desk.beside.bulk.is_running
    assert len(noted(player)) < player.desk._queue._model.rowCount() or "停下" not in told[-1][2]


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
