"""The dispatch board on a real record: by keys and by hand, and nothing jumps meanwhile."""

import shutil
import time
from array import array

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from db.commands.incidents import Report, act, report_incident
from db.commands.lists import Approval, publish_list
from db.demo.fill import DemoPlan, fill_demo
from db.domain.ops import Actor
from db.domain.scope import scope_of
from db.store.envelopes import Caller
from db.store.lists import bundled_rows
from db.store.queries.town import areas
from desktop.app import open_session
from desktop.delegates.board_lane import GAP, _Sizes
from desktop.i18n import due_text
from desktop.play import Player
from desktop.screens.dispatch.carrying import pack, unpack
from desktop.screens.dispatch.screen import LARGE
from desktop.theme import ui_font
from tests.db.store import rig

TOWN = "990101001"
CLERK = Actor("zhoulan", "周岚", ("duty_officer", "dispatcher", "village_clerk"))
DIRECTOR = Actor("linxi", "林溪", ("room_director",))
SCOPE = scope_of(CLERK, TOWN)
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    home = tmp_path_factory.mktemp("board") / "home"
    fill_demo(home, DemoPlan(TOWN, 1, 2, time.time_ns() // 1_000_000, 6), "file")
    return rig.unbound(home)


@pytest.fixture
def player(template, tmp_path, qtbot):
    session = open_session(shutil.copytree(template, tmp_path / "home"))
    qtbot.addWidget(session.window)
    session.window.resize(1366, 768)
    session.window.show()
    session.window.activateWindow()
    player = Player(session)
    yield player
    session.window.close()


@pytest.fixture
def screen(player):
    """The board, with one incident that waits to be dispatched under the cursor."""
    number = accepted(player)
    player.window.open_screen("board")
    found = player.window.screen_named("board")
    player.until(lambda: found.briefing is not None, "the board")
    go_to(player, found, number)
    found.focus_list()
    return found


def accepted(player, class_code="ZF02"):
    store = player.session.store
    grid = next(item.code for item in store.read(areas) if item.level == "grid")
    values = {"content": "路口堆着建筑垃圾没人清", "area_code": grid, "class_code": class_code}
    number = report_incident(store, CLERK, Report(values, Caller("", ""))).number
    act(store, CLERK, SCOPE, number, "accept", {"not_duplicate": True})
    return number


def rows(player, question, *values):
    return player.session.store.read(lambda c: c.execute(question, values).fetchall())


def rid_of(player, number):
    return rows(player, "SELECT rid FROM incident WHERE number = ?", number)[0][0]


def go_to(player, screen, number):
    """Put the cursor of the list on an incident, as soon as it is there."""
    rid = rid_of(player, number)
    screen.refresh()
    player.until(lambda: screen.waiting.view.set_current_id(rid), number)
    player.until(lambda: screen.briefing is not None and screen.briefing.detail.rid == rid, number)
    settled(player)


def settled(player):
    player.until(lambda: player.session.runner.pending == 0, "all work done")


def units_of(player, number):
    question = "SELECT unit, part, state FROM assignment WHERE incident = ? ORDER BY part DESC"
    return rows(player, question, rid_of(player, number))


def state_of(player, number):
    return rows(player, "SELECT state FROM incident WHERE number = ?", number)[0][0]


def order(screen):
    return [row.code for row in screen.units.view.model().rows]


def lane_row(screen, code):
    return next(row for row in screen.units.view.model().rows if row.code == code)


def confirm(player, screen):
    before = screen.briefing
    player.press("Return")
    player.until(lambda: not screen.form.is_open, "the decision")
    player.until(lambda: screen.briefing not in (None, before), "the incident again")
    settled(player)


def shows_work(player, screen, code, rid):
    """Wait until a unit is shown with an incident in its hands; return its row."""
    player.until(
        lambda: rid in [work.rid for work in lane_row(screen, code).lane.works], "the work"
    )
    return lane_row(screen, code)


def number_of(screen):
    return screen.briefing.detail.incident.number


def test_a_figure_and_enter_dispatch_to_an_advised_unit(player, screen):
    number = number_of(screen)
    advised = [item.unit.code for item in screen.briefing.detail.recommendations]
    assert order(screen)[: len(advised)] == advised
    player.press("2")
    assert screen.form.field("lead").value() == advised[1]
    assert number in screen.form.field("task").value()
    confirm(player, screen)
    assert units_of(player, number) == [(advised[1], "lead", "sent")]
    assert screen.waiting.view.hasFocus()
    assert lane_row(screen, advised[1]).holds
    shows_work(player, screen, advised[1], rid_of(player, number))
    shown = screen.waiting.view.model()
    player.until(lambda: shown.row_at(shown.row_of(rid_of(player, number))).state == "dispatched",
                 "its row")  # fmt: skip


def test_the_unit_under_the_cursor_is_dispatched_then_another_helps_and_leaves(player, screen):
    number = number_of(screen)
    player.press("Tab")
    assert screen.units.view.hasFocus()
    player.press("Left")
    assert screen.waiting.view.hasFocus()
    player.press("Right")
    assert screen.units.view.hasFocus()
    player.press("J")
    lead = screen.units.view.code
    assert lead == order(screen)[1]
    player.press("D")
    assert screen.form.field("lead").value() == lead
    confirm(player, screen)
    assert state_of(player, number) == "dispatched"
    player.press("Right")
    player.press("End")
    helper = screen.units.view.code
    player.press("Shift+D")
    assert screen.form.field("unit").value() == helper
    confirm(player, screen)
    assert units_of(player, number) == [(lead, "lead", "sent"), (helper, "co", "sent")]
    assert lane_row(screen, helper).holds
    screen.units.take_keys()
    assert screen.units.view.code == helper
    player.press("Shift+Z")
    assert screen.form.field("unit").value() == helper
    confirm(player, screen)
    assert units_of(player, number) == [(lead, "lead", "sent"), (helper, "co", "withdrawn")]
    player.press("Z")
    confirm(player, screen)
    assert state_of(player, number) == "accepted"


def test_a_dispatch_is_taken_back_from_the_board(player, screen):
    number = number_of(screen)
    player.press("1")
    confirm(player, screen)
    before = screen.briefing
    player.press("Ctrl+Z")
    player.until(lambda: screen.briefing not in (None, before), "the incident again")
    assert state_of(player, number) == "accepted"


def test_a_draft_never_brings_back_another_unit(player, screen):
    player.press("1")
    screen.form.field("task").set_value("先到现场看")
    screen.form.field("lead").set_value(order(screen)[2])
    player.press("Escape")
    assert not screen.form.is_open
    player.press("2")
    assert screen.form.field("task").value() == "先到现场看"
    assert screen.form.field("lead").value() == order(screen)[1]


def test_a_key_after_a_decision_is_about_what_it_made(player, screen):
    player.press("1")
    player.press("Return")
    player.until(lambda: not screen.form.is_open, "the decision")
    player.press("Shift+D")
    player.until(lambda: screen.form.action == "add_unit", "the next form")
    settled(player)


def test_a_figure_without_a_unit_says_so(player, screen):
    told = []
    player.session.duty.told.connect(lambda kind, text, hint: told.append(text))
    player.press("9")
    assert not screen.form.is_open
    assert told == ["没有推荐的第 9 家"]


def test_what_arrives_moves_nothing_under_the_cursor(player, screen):
    view = screen.units.view
    player.press("Right")
    player.press("End")
    player.press("Up")
    before, code, place = order(screen), view.code, view.row_rect(view.code).top()
    current = screen.waiting.view.current_id
    first = screen.briefing.detail.recommendations[0].unit.code
    for _ in range(7):
        act(player.session.store, CLERK, SCOPE, accepted(player), "dispatch", {"lead": first})
    screen.refresh()
    player.until(lambda: lane_row(screen, first).lane.load >= 7, "the load")
    settled(player)
    assert order(screen) == before
    assert (view.code, view.row_rect(code).top()) == (code, place)
    assert screen.waiting.view.current_id == current
    assert view.hasFocus()


def test_the_order_for_an_incident_is_made_when_the_cursor_comes_to_it(player, screen):
    store = player.session.store
    rows_now = [dict(row) for row in bundled_rows("responsibilities")]
    for row in rows_now:
        if row["class_code"] == "GZ01":
            row["priority"] = "1"  # equals: now their load decides
    publish_list(store, DIRECTOR, "responsibilities", rows_now, Approval())
    number = accepted(player, "GZ01")
    go_to(player, screen, number)
    first, second = order(screen)[:2]
    for _ in range(7):
        act(store, CLERK, SCOPE, accepted(player, "GZ01"), "dispatch", {"lead": first})
    screen.refresh()
    player.until(lambda: lane_row(screen, first).lane.load >= 7, "the load")
    settled(player)
    advised = [item.unit.code for item in screen.briefing.detail.recommendations]
    assert advised[:2] == [second, first]
    assert order(screen)[:2] == [first, second]
    other = next(rid for rid in screen.waiting.view.model().ids if rid != rid_of(player, number))
    screen.waiting.view.set_current_id(other)
    settled(player)
    go_to(player, screen, number)
    assert order(screen)[:2] == [second, first]


def test_off_duty_units_stand_folded_at_the_end(player, screen):
    now, board = player.session.store.clock(), screen.units.board
    found = screen.units.view.model().rows
    rest = [row for row in found if not row.rank]
    assert [row.is_on_duty for row in rest] == sorted((r.is_on_duty for r in rest), reverse=True)
    assert {row.code for row in found if row.is_on_duty} == board.on_duty(now)
    for row in found:
        assert row.is_folded == (not row.is_on_duty and not row.rank)
    heights = {row.is_folded: set() for row in found}
    for row in found:
        heights[row.is_folded].add(screen.units.view.row_rect(row.code).height())
    if True in heights:
        assert max(heights[True]) < min(heights[False])
    player.press("Right")
    player.press("End")
    assert screen.units.view.code == found[-1].code


def carry(screen, rid, code):
    """Carry an incident over a unit and let go, as Qt does it; return what was said there."""
    view = screen.units.view
    view.scrollTo(view.model().index(view.model().row_of(code)))
    at, data, copy = view.row_rect(code).center(), pack(rid), Qt.DropAction.CopyAction
    enter = QDragEnterEvent(at, copy, data, LEFT, NONE)
    QApplication.sendEvent(view.viewport(), enter)
    assert enter.isAccepted()
    move = QDragMoveEvent(at, copy, data, LEFT, NONE)
    QApplication.sendEvent(view.viewport(), move)
    said = screen._head.refusal
    drop = QDropEvent(QPointF(at), copy, data, LEFT, NONE)
    QApplication.sendEvent(view.viewport(), drop if move.isAccepted() else QDragLeaveEvent())
    assert move.isAccepted() == (not said)
    assert screen._head.refusal == ""
    return said


def test_an_incident_dropped_on_a_unit_is_dispatched_there(player, screen):
    number, rid = number_of(screen), screen.briefing.detail.rid
    code = order(screen)[2]
    assert carry(screen, rid, code) == ""
    assert screen.form.is_open
    assert state_of(player, number) == "accepted"
    assert screen.form.field("lead").value() == code
    confirm(player, screen)
    assert units_of(player, number) == [(code, "lead", "sent")]


def test_a_drop_that_is_not_allowed_says_why(player, screen):
    rid, code = screen.briefing.detail.rid, order(screen)[0]
    player.press("1")
    confirm(player, screen)
    said = carry(screen, rid, code)
    assert "已经" in said
    assert lane_row(screen, code).lane.unit.name in said
    assert not screen.form.is_open
    assert carry(screen, rid, order(screen)[1]) == ""
    assert screen.form.action == "add_unit"


def test_a_drop_waits_for_the_incident_it_brings(player, screen):
    other = next(
        rid for rid in screen.waiting.view.model().ids if rid != screen.briefing.detail.rid
    )
    screen.waiting.view.set_current_id(other)
    player.until(lambda: screen.briefing is not None, "the other")
    mine = rid_of(player, accepted(player))
    screen.refresh()
    player.until(lambda: screen.waiting.view.model().row_of(mine) >= 0, "the new one")
    settled(player)
    code = order(screen)[1]
    assert carry(screen, mine, code) == ""
    player.until(lambda: screen.form.is_open, "the form")
    assert screen.briefing.detail.rid == mine
    assert screen.form.field("lead").value() == code


def test_only_incidents_can_be_dropped(player, screen):
    from PySide6.QtCore import QMimeData

    for text in (b"", b"x", b"-1", "\uff11".encode()):
        data = QMimeData()
        data.setData("application/x-griddesk-incident", text)
        assert unpack(data) is None
    data = QMimeData()
    data.setText("7")
    assert unpack(data) is None
    assert unpack(pack(7)) == 7


def test_the_card_says_whom_to_ring_and_remembers_who_was_told(player, screen):
    number = number_of(screen)
    player.press("Return")
    card = screen.units.card
    assert card.lines.hasFocus()
    lane = screen.units.lane(card.code)
    found = [card.lines.item(row).data(Qt.ItemDataRole.UserRole + 1) for row in range(5)]
    is_there = screen.units.board.is_on_duty(lane.unit, player.session.store.clock())
    now, other = lane.unit.phone_day, lane.unit.phone_night
    if not is_there:
        now, other = other, now
    assert [line.text for line in found[:2]] == [now, other]
    assert found[0].note == "现在打这个"
    command = next(
        item
        for item in screen.units.board.commands
        if (item.unit, item.level) == (lane.unit.key, "")
    )
    assert [line.contact for line in found[2:5]] == list(command.contacts)
    player.press("J")
    player.press("J")
    player.press("J")
    player.press("Ctrl+C")
    assert QGuiApplication.clipboard().text() == command.contacts[1].phone
    player.press("T")
    settled(player)
    contact = command.contacts[1]
    question = "SELECT opinion FROM step WHERE incident = ? AND kind = 'note_added'"
    text = f"已电话通知 {lane.unit.name} {contact.role} {contact.name}"
    assert rows(player, question, rid_of(player, number)) == [(text,)]
    player.until(
        lambda: "已通知" in card.lines.currentItem().data(Qt.ItemDataRole.AccessibleTextRole),
        "the mark",
    )
    assert card.lines.currentRow() == 3
    player.press("Escape")
    assert screen.units.view.hasFocus()
    assert not screen.units.is_card_open
    assert screen.isVisible()


def test_the_order_text_is_filled_for_the_incident(player, screen):
    player.press("Return")
    lines = screen.units.card.lines
    texts = [lines.item(row).data(Qt.ItemDataRole.UserRole + 1) for row in range(lines.count())]
    order_line = next(line.text for line in texts if line.title == "指令")
    assert number_of(screen) in order_line
    assert "{" not in order_line
    assert "未定" not in order_line


def test_the_parts_of_the_list(player, screen):
    waiting = screen.waiting
    player.press("F6")
    settled(player)
    states = {
        waiting.view.model().row_at(row).state for row in range(len(waiting.view.model().ids))
    }
    assert states == {"accepted"}
    player.press("F6")
    settled(player)
    ids = waiting.view.model().ids
    assert "accepted" not in {waiting.view.model().row_at(row).state for row in range(len(ids))}


def test_another_part_of_the_list_waits_for_the_form(player, screen):
    told = []
    player.session.duty.told.connect(lambda kind, text, hint: told.append(text))
    player.press("1")
    player.press("F6")
    settled(player)
    assert screen.form.is_open
    assert screen.form.isAncestorOf(player.focus())
    assert "表单还开着" in told[0]
    player.press("F7")
    assert screen.form.isAncestorOf(player.focus())
    player.press("Escape")
    player.press("F6")
    settled(player)
    assert screen.waiting.view.hasFocus()


def test_a_form_whose_incident_goes_gives_the_keys_to_the_list(player, screen):
    player.press("1")
    assert screen.form.isAncestorOf(player.focus())
    screen.waiting.next_part()
    screen.waiting.next_part()
    settled(player)
    assert not screen.form.is_open
    assert screen.waiting.view.hasFocus()


def test_the_card_of_a_unit_opens_without_an_incident(player, screen):
    screen.waiting._model.set_ids(array("q"), is_fresh=True)
    settled(player)
    assert screen.waiting.view.current_id is None
    screen.focus_list()
    player.press("Return")
    assert screen.units.is_card_open
    assert screen.units.card.lines.count()
    player.press("Escape")
    assert screen.units.view.hasFocus()
    player.press("Return")
    assert screen.units.is_card_open


def test_no_clock_on_a_card_is_cut(qapp, qtbot):
    sizes = _Sizes(ui_font(14))
    for minutes in (59, 23 * 60 + 58, 9 * 1440 + 23 * 60, 88 * 1440):
        for text in (due_text(minutes * 60_000, 0), due_text(0, minutes * 60_000 + 1)):
            for mark in ("▲", "◆"):
                room = sizes.card.width() - 3 * GAP - sizes.bold.width(mark)
                assert sizes.clock_font(text, room).width(text) <= room


def test_a_click_on_work_in_a_units_hands_shows_it_wherever_it_is(player, screen):
    there = [row for row in screen.units.view.model().rows if row.is_on_duty]
    idle = min(there, key=lambda row: len(row.lane.works)).code
    rid = screen.briefing.detail.rid
    assert carry(screen, rid, idle) == ""
    confirm(player, screen)
    player.press("F6")
    settled(player)
    assert screen.waiting.view.model().row_of(rid) < 0
    view = screen.units.view
    row = shows_work(player, screen, idle, rid)
    view.scrollTo(view.model().index(view.model().row_of(row.code)))
    place = next(
        place
        for place in view.itemDelegate().cards(view.row_rect(row.code), row)
        if place.work.rid == rid
    )
    QTest.mouseClick(view.viewport(), LEFT, NONE, place.rect.center())
    player.until(lambda: screen.waiting.view.current_id == rid, "the incident")


def test_clocks_go_on_without_reading(player, screen, monkeypatch):
    player.wait(300)  # what the making of the incident asked for has been read by then
    settled(player)
    asked = set()
    monkeypatch.setattr(player.session.runner, "read", lambda *args: asked.add(args[3]))
    screen._on_tick()
    player.wait(20)
    assert "board" not in asked
    monkeypatch.setattr(type(screen.units.board), "on_duty", lambda board, now: frozenset())
    screen._on_tick()
    player.until(lambda: asked >= {"board", "board-list"}, "the list and the units")


def test_a_board_nobody_sees_is_read_when_it_is_shown_again(player, screen):
    player.window.open_screen("desk")
    player.wait(300)  # what the making of the incident asked for has been read by then
    settled(player)
    before = len(screen.waiting.view.model().ids)
    accepted(player)
    player.wait(300)
    settled(player)
    assert len(screen.waiting.view.model().ids) == before
    player.window.open_screen("board")
    player.until(lambda: len(screen.waiting.view.model().ids) == before + 1, "the new one")


def test_large_type_can_be_read_from_across_the_room(player, screen):
    usual = screen.units.view.font().pixelSize()
    height = screen.units.view.row_rect(order(screen)[0]).height()
    player.press("F7")
    player.wait(50)
    assert screen.units.view.font().pixelSize() == round(usual * LARGE)
    assert screen.units.view.row_rect(order(screen)[0]).height() > height
    player.press("F7")
    player.wait(50)
    assert screen.units.view.font().pixelSize() == usual


def test_another_person_finds_nothing_of_the_one_before(player, screen):
    from desktop.duty import sit_down

    number = number_of(screen)
    player.press("1")
    screen.form.field("task").set_value("不给下一位看")
    store = player.session.store
    player.session.duty.switch(*sit_down(store, "heyan"))
    assert not screen.form.is_open
    settled(player)
    player.until(lambda: screen.briefing is not None, "the board again")
    assert number_of(screen) == number
    screen.focus_list()
    player.press("D")
    player.until(lambda: screen.form.is_open, "the form")
    assert "不给" not in screen.form.field("task").value()


def test_a_read_that_fails_is_said_and_leaves_what_is_shown(player, screen):
    told = []
    player.session.duty.told.connect(lambda kind, text, hint: told.append(kind))
    before = order(screen)
    screen._on_failed(OSError("gone"))
    assert told == ["danger"]
    assert order(screen) == before
