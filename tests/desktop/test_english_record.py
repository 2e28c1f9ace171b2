"""Whatever the window speaks: the record stays Chinese, and is compared as it is written."""

import shutil
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QFileDialog

from db.domain.callout import Command, Contact
from db.store.queries.board import Briefing
from db.store.queries.incidents import incident_detail
from db.store.queries.queue import QueueFilter, queue_ids
from desktop.app import open_session
from desktop.board_words import call_lines, limit_text, notified_text, order_text
from desktop.conflict_words import EMPTY, value_text
from desktop.i18n import renamed_text
from desktop.language import speak
from desktop.play import Player
from desktop.screens.dispatch.orders import told_at
from desktop.screens.map.import_panel import _TITLES as TITLES
from desktop.screens.map.import_panel import FILES
from desktop.screens.map.side import _NOTHING
from desktop.screens.wall.board import _FIGURES, WallBoard
from desktop.screens.wall.reading import read_wall
from desktop.widgets.map_ground import short_name
from desktop.window import entries
from desktop.window.stage import Stage
from tests.desktop.test_board_words import lane, unit
from tests.desktop.test_conflict_words import conflict


def told(text):
    return f"⟦{text}⟧"


@pytest.fixture
def foreign():
    speak(told)
    yield
    speak(None)


@pytest.fixture
def player(template, tmp_path, qtbot, monkeypatch, foreign):
    monkeypatch.setattr("desktop.app.use_language", lambda *_: True)
    session = open_session(shutil.copytree(template, tmp_path / "home"))
    qtbot.addWidget(session.window)
    session.window.show()
    player = Player(session)
    player.until(lambda: player.desk.detail is not None, "the queue")
    yield player
    session.window.close()


@pytest.fixture
def briefing(player):
    session = player.session
    scope, actor, now = session.duty.scope, session.duty.actor, session.store.clock()
    rid = session.store.read(lambda c: queue_ids(c, scope, QueueFilter(), now))[0]
    detail = session.store.read(lambda c: incident_detail(c, scope, rid, now, actor))
    return Briefing(detail, None, "")


def test_an_order_and_a_remark_are_as_the_record_has_them(briefing):
    command = Command("a", "", (), "{number} {class} {limit} {place}", "", "")
    order = order_text(command, briefing, unit("a"))
    assert "⟦" not in order
    assert "时限未定" in order
    assert limit_text(briefing, 0) == told("时限未定")
    contact = Contact("班长", "沈砚", "0000-3")
    assert notified_text(unit("a"), contact) == "已电话通知 a所 班长 沈砚"


def test_who_was_rung_by_the_own_phone_is_found_again(player, briefing):
    lines = call_lines(unit("a"), True, None, briefing)
    assert lines[0].title == told("白天电话")
    assert notified_text(unit("a"), lines[0].contact) == "已电话通知 a所 白天电话"
    said = {"kind": "note_added", "opinion": "已电话通知 a所 白天电话"}
    step = replace(briefing.detail.steps[0], **said)
    known = replace(briefing, detail=replace(briefing.detail, steps=(step,)))
    assert lines[0].contact in told_at(lane("a"), known, [lines[0].contact])


def test_names_of_grids_are_as_short_as_in_chinese(player):
    assert short_name("采薇 02 网格") == "采薇02"
    store, scope = player.session.store, player.session.duty.scope
    reading = store.read(lambda c: read_wall(c, scope, store.clock()))
    assert [item.where for item in reading.pressing if item.where]
    assert not [item.where for item in reading.pressing if item.where.endswith("网格")]


def test_a_remark_on_a_file_comes_without_brackets(foreign):
    assert renamed_text(".pdf", "image/jpeg") == told("名字写着 {}，其实是 {}").format(
        ".pdf", "JPEG"
    )


def test_what_is_not_possible_is_told_in_the_language(player):
    duty, stage = player.session.duty, Stage(player.window, {})
    refused = {one.id: one.refused for one in entries.actions(stage, duty.actor)}
    assert told("没有打开的表单") in refused.values()
    assert entries._refusal("accept", duty.actor, {}, is_chosen=False) == told(
        "队列里没有选中的事件"
    )


def test_the_map_and_its_import_speak_it(player, monkeypatch):
    player.window.open_screen("map")
    screen = player.window.screen_named("map")
    player.until(lambda: screen.room is not None and screen.room.feed.reading, "the map")
    assert screen.room.side.view._empty_text == tuple(map(told, _NOTHING))
    screen.room._show_import()
    panel = screen.room._import
    assert tuple(panel.table._model._titles) == tuple(map(told, TITLES))
    asked = []
    monkeypatch.setattr(QFileDialog, "open", lambda dialog: asked.append(dialog.nameFilters()))
    panel._on_browse()
    assert ";;".join(asked[0]) == told(FILES)


def test_the_wall_speaks_it(player, qtbot):
    store, scope = player.session.store, player.session.duty.scope
    board = WallBoard(player.session.context)
    qtbot.addWidget(board)
    painted = []
    board._text = lambda painter, rect, text, *_, **__: painted.append(text)
    board.resize(640, 360)
    board.show_reading(store.read(lambda c: read_wall(c, scope, store.clock())))
    board.grab()
    for _, mark, name, _ in _FIGURES:
        assert f"{mark} {told(name)}".strip() in painted
        assert told(name) in board.accessibleDescription()


@pytest.mark.parametrize(("field", "value"), [("address", ""), ("lat_e6", None)])
def test_an_empty_side_is_told_in_it(foreign, field, value):
    held = conflict(field, value)
    assert value_text(held, held.sides[0]) == told(EMPTY)
