"""Another person sits down in the middle of things: nothing of the one before reaches them."""

import shutil
import threading
import time

import pytest

from db.commands import bulk as commands
from db.commands.views import save_view
from db.domain.errors import EnvironmentError_
from db.store.changes import Changes
from desktop.app import open_session
from desktop.decisions import bulk
from desktop.duty import sit_down
from desktop.play import Player
from desktop.screens.dispatch import waiting
from desktop.screens.triage import queue
from desktop.widgets import map_feed
from desktop.widgets.fields import Choice, ChoiceModel
from desktop.widgets.map_picture import Chosen

OTHERS = ("heyan", "linxi")


@pytest.fixture
def home(template, tmp_path):
    return shutil.copytree(template, tmp_path / "home")


@pytest.fixture
def player(home, qtbot):
    session = open_session(home)
    qtbot.addWidget(session.window)
    session.window.show()
    player = Player(session)
    player.until(lambda: player.desk.detail is not None, "the queue")
    player.desk.focus_list()
    settled(player)
    yield player
    session.window.close()


@pytest.fixture
def told(player):
    heard = []
    player.session.duty.told.connect(lambda *words: heard.append(words))
    return heard


@pytest.fixture
def gate():
    """What work waits for; opened at the end, so that no window waits for it."""
    held = threading.Event()
    yield held
    held.set()


def settled(player):
    player.until(lambda: player.session.runner.pending == 0, "all work done")


def switch(player):
    session = player.session
    name = next(one for one in OTHERS if one != session.duty.actor.user)
    session.duty.switch(*sit_down(session.store, name))


def report(player, content):
    player.desk.start("report")
    player.desk.form.field("content").set_value(content)


def made(player):
    return player.session.duty.decided.made


def rows(player, question, *values):
    return player.session.store.read(lambda c: c.execute(question, values).fetchall())


def test_a_person_with_views_of_their_own_may_sit_down_at_once(home, qtbot):
    session = open_session(home)
    qtbot.addWidget(session.window)
    try:
        actor, area = sit_down(session.store, "heyan")
        save_view(session.store, actor, "我的", "超时")
        session.duty.switch(actor, area)
        player = Player(session)
        side = session.window.desk._side
        player.until(lambda: [view.name for view in side._saved] == ["我的"], "the view")
        settled(player)
    finally:
        session.window.close()


def test_a_decision_of_no_form_leaves_a_form_half_filled_in(player):
    desk = player.desk
    desk.start("note")
    player.until(lambda: desk.form.is_open, "the form")
    desk.form.field("text").set_value("打了一半")
    desk.beside.deciding.send("note", desk.detail.incident.id, {"text": "已电话通知"})
    settled(player)
    assert desk.form.field("text").value() == "打了一半"
    assert desk.form.is_open
    desk.beside.deciding.send("note", desk.detail.incident.id, {"text": ""})
    settled(player)
    assert (desk.form.is_open, desk.form.error) == (True, "")


def test_not_even_one_that_was_just_confirmed(player, gate):
    desk = player.desk
    desk.start("note")
    desk.form.field("text").set_value("表单里的")
    desk.beside.deciding.send("note", desk.detail.incident.id, {"text": ""})
    player.session.runner.write(gate.wait)
    desk.form.confirm()
    player.wait(300)
    assert (desk.form.is_sent, desk.form.error) == (True, "")


def test_the_report_of_the_one_before_leaves_the_next_ones_form(player, told, gate):
    player.session.runner.write(gate.wait)
    report(player, "第一件：路灯不亮")
    player.desk.form.field("address").set_value("中心路 8 号")
    player.desk.form.confirm()
    switch(player)
    report(player, "第二个人打的字")
    player.desk.form.field("address").set_value("河边")
    told.clear()
    gate.set()
    settled(player)
    assert rows(player, "SELECT count(*) FROM incident WHERE content = '第一件：路灯不亮'") == [
        (1,)
    ]
    assert player.desk.form.is_open
    assert player.desk.form.field("content").value() == "第二个人打的字"
    assert not told


def test_nor_its_refusal(player, told, gate):
    player.session.runner.write(gate.wait)
    report(player, "")
    player.desk.form.confirm()
    switch(player)
    report(player, "第二个人打的字")
    told.clear()
    gate.set()
    settled(player)
    assert (player.desk.form.is_open, player.desk.form.error, told) == (True, "", [])
    player.desk.form.field("address").set_value("河边")
    player.desk.form.confirm()
    settled(player)
    assert not player.desk.form.is_open


@pytest.mark.parametrize("text", ["一句", ""])
def test_a_decision_of_the_one_before_is_not_the_next_ones(player, told, gate, text):
    player.session.runner.write(gate.wait)
    player.desk.beside.deciding.send("note", player.desk.detail.incident.id, {"text": text})
    switch(player)
    told.clear()
    gate.set()
    settled(player)
    assert (told, made(player)) == ([], [])


def test_nor_is_one_on_many(player, told, gate):
    desk = player.desk
    for _ in range(4):
        player.session.runner.job(gate.wait, lambda _: None)
    desk.view.set_marked(list(desk.view.model().ids)[:3])
    desk.start("note")
    desk.form.field("text").set_value("同一句")
    desk.form.confirm()
    switch(player)
    told.clear()
    gate.set()
    settled(player)
    assert (told, made(player), desk.view.marked) == ([], [], frozenset())
    assert not desk.beside.many.is_running


def test_nor_is_what_was_taken_back_or_taken_on(player, told, gate):
    desk = player.desk
    desk.beside.deciding.send("note", desk.detail.incident.id, {"text": "一句"})
    player.until(lambda: bool(made(player)), "the decision")
    player.session.runner.write(gate.wait)
    desk.start("undo")
    desk.start("claim")
    switch(player)
    told.clear()
    gate.set()
    settled(player)
    assert told == []
    player.desk.start("undo")
    assert told[-1][1] == "没有可以撤销的决定"


def test_whose_claims_are_being_looked_at_changes_with_the_person(player, told, gate):
    session, claiming = player.session, player.desk.beside.claiming
    player.desk.start("claim")
    player.until(lambda: bool(claiming._mine), "the claim")
    settled(player)
    claiming._on_changed(Changes(frozenset({"incident"})))
    limit = time.monotonic() + 20
    while session.runner._futures and time.monotonic() < limit:
        time.sleep(0.01)  # read, and not yet delivered: the window does not work meanwhile
    switch(player)
    settled(player)
    assert claiming._mine is None
    told.clear()
    session.duty.changed.emit(Changes(frozenset({"incident"})))
    settled(player)
    assert not [words for words in told if "接手" in words[1]]


def test_what_the_one_before_saw_is_no_measure_of_what_is_new(player):
    session, notices = player.session, player.session.notices
    player.until(lambda: notices._seen is not None, "the first look")
    settled(player)
    notices.look()
    limit = time.monotonic() + 20
    while session.runner._futures and time.monotonic() < limit:
        time.sleep(0.01)
    before = notices._seen
    notices._throttle._timer.start(60_000)
    switch(player)
    settled(player)
    assert notices._seen is None is not before


def failing(*_):
    raise EnvironmentError_("record_busy")


def test_rows_of_the_one_before_go_even_where_the_next_ones_cannot_be_read(player, monkeypatch):
    player.window.open_screen("board")
    board = player.window.screen_named("board")
    player.until(lambda: board.briefing is not None, "the board")
    settled(player)
    assert player.desk.view.model().rowCount()
    assert board.waiting.view.model().rowCount()
    for module in (queue, waiting):
        monkeypatch.setattr(module, "queue_ids", failing)
    switch(player)
    settled(player)
    assert not player.desk.view.model().rowCount()
    assert not board.waiting.view.model().rowCount()
    assert board.briefing is None
    monkeypatch.undo()
    player.desk.refresh()
    board.refresh()
    settled(player)
    assert player.desk.view.model().rowCount()
    assert board.waiting.view.model().rowCount()


@pytest.mark.parametrize("is_failing", [False, True])
def test_what_one_chose_on_the_map_is_not_listed_for_the_next(player, monkeypatch, is_failing):
    player.window.open_screen("map")
    screen = player.window.screen_named("map")
    player.until(lambda: screen.room is not None and screen.room.feed.reading, "the map")
    room = screen.room
    room._choose(Chosen(rids=frozenset(list(player.desk.view.model().ids)[:2])))
    player.until(lambda: len(room.side.rids) == 2, "the chosen")
    if is_failing:
        monkeypatch.setattr(map_feed, "read_map", failing)
    switch(player)
    assert room.side.rids == ()
    settled(player)
    assert room.side.rids == ()
    assert room.side.title.text() == ""
    assert room.side.to_desk.isHidden()


def slow_details(monkeypatch, seen, begun=None, gate=None):
    """Count the incidents read for what is advised on them; wait at the first for a gate."""
    real = bulk._detail

    def detail(scope, rid, *rest):
        seen.append(rid)
        if begun is not None:
            begun.set()
            gate.wait(20)
        return real(scope, rid, *rest)

    monkeypatch.setattr(bulk, "_detail", detail)


def test_escape_stops_what_is_done_to_many_though_its_form_is_sent(player, gate, told):
    desk = player.desk
    for _ in range(4):
        player.session.runner.job(gate.wait, lambda _: None)
    desk.view.set_marked(list(desk.view.model().ids)[:3])
    desk.start("note")
    desk.form.field("text").set_value("同一句")
    desk.form.confirm()
    assert desk.form.is_sent
    desk.go_back()
    gate.set()
    settled(player)
    assert told[-1][1] == "备注：3 件里办好 0 件"
    assert len(desk.view.marked) == 3


@pytest.mark.parametrize("stop", ["go_back", "cancel"])
def test_reading_for_many_is_stopped_too(player, monkeypatch, gate, told, stop):
    desk, seen, begun = player.desk, [], threading.Event()
    slow_details(monkeypatch, seen, begun, gate)
    desk.view.set_marked(list(desk.view.model().ids)[:9])
    desk.start("dispatch")
    desk.form.confirm()
    assert begun.wait(20)
    getattr(desk, stop)()
    gate.set()
    settled(player)
    assert len(seen) == 1
    assert told[-1][1].endswith("：9 件里办好 0 件")


def test_a_window_that_closes_ends_what_is_done_to_many(player, monkeypatch, gate):
    desk, seen, begun = player.desk, [], threading.Event()
    slow_details(monkeypatch, seen, begun, gate)
    desk.view.set_marked(list(desk.view.model().ids)[:9])
    desk.start("dispatch")
    desk.form.confirm()
    assert begun.wait(20)
    threading.Timer(0.3, gate.set).start()
    player.window.close()
    assert len(seen) == 1


def test_what_is_advised_is_read_for_each_transaction_and_progress_told(player, monkeypatch):
    desk, seen, progress, written = player.desk, [], [], []
    store, write = player.session.store, player.session.store.write
    slow_details(monkeypatch, seen)
    monkeypatch.setattr(commands, "SLICE", 2)
    monkeypatch.setattr(store, "write", lambda work: written.append(len(seen)) or write(work))
    desk.beside.many._progress.connect(lambda gone, _: progress.append(gone))
    desk.view.set_marked(list(desk.view.model().ids)[:6])
    desk.start("dispatch")
    desk.form.confirm()
    settled(player)
    assert progress == written == [2, 4, 6]


def test_an_acceptance_of_many_takes_each_as_it_stands_by_then(player, monkeypatch):
    wanted = [
        rid
        for (rid,) in rows(
            player,
            "SELECT rid FROM incident WHERE state = 'reported' AND class_code <> ''"
            " AND length(area_code) >= 15 ORDER BY rid",
        )
    ][:2]
    assert wanted, "the demo has none that is complete"
    store, write = player.session.store, player.session.store.write

    def changing(work):
        """Let another desk change the urgency between what was looked at and what is written."""
        monkeypatch.setattr(store, "write", write)
        sql = "UPDATE incident SET urgency = 'critical' WHERE rid = ?"
        write(lambda journal: journal.connection.execute(sql, (wanted[0],)))
        return write(work)

    player.desk.view.set_marked(wanted)
    player.desk.start("accept")
    player.fill(not_duplicate=True)
    monkeypatch.setattr(store, "write", changing)
    player.desk.form.confirm()
    settled(player)
    question = "SELECT state, urgency FROM incident WHERE rid = ?"
    assert rows(player, question, wanted[0]) == [("accepted", "critical")]


def test_what_was_decided_on_the_board_goes_back_at_the_desk(player, told):
    player.window.open_screen("board")
    board = player.window.screen_named("board")
    player.until(lambda: board.briefing is not None, "the board")
    player.press("T")
    player.until(lambda: board.form.is_open, "the form")
    player.type("看板上记的")
    player.press("Return")
    player.until(lambda: bool(made(player)), "the decision")
    settled(player)
    player.press("Alt+1")
    player.desk.focus_list()
    player.press("Ctrl+Z")
    settled(player)
    assert told[-1][1].startswith("撤销备注")
    assert made(player) == []


def test_a_form_put_away_keeps_neither_phrases_nor_remark(player):
    desk = player.desk
    desk.start("note")
    player.until(lambda: desk.form.is_open, "the form")
    settled(player)
    body = desk.form.body
    body.offer_phrases([Choice("a", "请张三接电话")])
    desk.form.field("text").set_value("打了一半")
    desk.form.close_form()
    desk.start("report")
    assert desk.form.body is not body
    assert (body._request.remark, body._request.title) == ("", "")
    assert "张三" not in body._phrases.lineEdit().placeholderText()
    assert not body._phrases._phrases
    held = [choice for model in body.findChildren(ChoiceModel) for choice in model.choices]
    assert not [choice.label for choice in held if "张三" in choice.label]


def test_nor_does_the_form_of_one_who_has_left(player):
    desk = player.desk
    desk.start("note")
    player.until(lambda: desk.form.is_open, "the form")
    settled(player)
    desk.form.body.offer_phrases([Choice("a", "请张三接电话")])
    title = desk.form._title.text()
    switch(player)
    assert desk.form._title.text() == "" != title
    assert not desk.form.body._phrases._phrases
    assert desk.form.body._request.title == ""
