"""The whole loop by keys: sending back, merging, refusing, pausing, approving, reopening."""

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from db.commands.incidents import Report, act, report_incident
from db.demo.fill import DemoPlan, fill_demo
from db.domain.scope import scope_of
from db.domain.transitions import TRANSITIONS
from db.store.queries.queue import QueueFilter, counts, queue_ids, queue_rows
from db.store.queries.town import areas
from desktop.actions import ACTIONS, BY_ID, DECISIONS, REPORTS, key_name
from desktop.decisions.prefill_loop import STARTS, asked
from desktop.duty import sit_down
from tests.db.store import rig

Key = Qt.Key
TOWN = "990101001"
WATER, CITY = f"{TOWN}-slz", f"{TOWN}-szs"


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    home = tmp_path_factory.mktemp("loop") / "home"
    fill_demo(home, DemoPlan(TOWN, 1, 2, time.time_ns() // 1_000_000, 1), "file")
    return rig.unbound(home)


def seat(player, name):
    player.session.duty.switch(*sit_down(player.session.store, name))
    player.until(lambda: player.session.runner.pending == 0, "the other person's list")
    player.desk.focus_list()


def do(player, number, *actions, user="heyan", **values):
    """Take actions without the window; the values go to the last of them."""
    store = player.session.store
    for action in actions:
        actor, _ = sit_down(store, user)
        act(store, actor, scope_of(actor), number, action, values)


def report(player, content="小区门口的路灯连着三晚不亮"):
    store = player.session.store
    actor, _ = sit_down(store, "zhoulan")
    return report_incident(store, actor, Report({"content": content, "address": "中心路"})).number


def dispatched(player):
    number = report(player)
    grid = next(item.code for item in player.session.store.read(areas) if item.level == "grid")
    do(player, number, "accept", class_code="BM01", area_code=grid, not_duplicate="yes")
    do(player, number, "dispatch", lead=CITY)
    return number


def handling(player):
    number = dispatched(player)
    do(player, number, "sign", user="luhuai")
    return number


def checking(player):
    number = handling(player)
    do(player, number, "feedback", user="luhuai", text="已换灯泡，当晚试亮，恢复照明")
    return number


def closed(player):
    number = checking(player)
    do(player, number, "check_pass", outcome="resolved", public_reply="已修", close_rule_met="yes")
    return number


def show(player, number):
    player.desk.show_number(number)
    player.until(
        lambda: player.desk.detail is not None and player.desk.detail.incident.number == number,
        number,
    )
    player.until(lambda: player.session.runner.pending == 0, "all work done")
    player.desk.focus_list()
    player.until(lambda: not player.desk._queue.is_changing, "the list looked for")


def decide(player, key, action, state, **values):
    """Press the key of an action, fill in its form, confirm."""
    player.press(key)
    player.until(lambda: player.desk.form.action == action, action)
    player.fill(**values)
    player.press("Return")
    player.until(player.state_is(state), state)


# every action has its place


def test_every_action_has_its_place():
    placed = {*DECISIONS, *REPORTS, "attach"}
    # Only the line to the district brings the one, only the sweep the other.
    assert placed == set(TRANSITIONS) - {"district_update", "mend"}
    keys = [one.key for one in ACTIONS if one.scope in ("list", "window") and one.key]
    assert len(keys) == len(set(keys))


def test_the_list_of_all_actions_says_why_not(player):
    show(player, dispatched(player))
    player.press(".")
    more = player.desk.beside.more
    items = [more.topLevelItem(row) for row in range(more.topLevelItemCount())]
    said = {item.text(1): (item.text(0), item.text(2)) for item in items}
    assert len(items) == len(said)
    assert {BY_ID[name].text for name in (*DECISIONS, *REPORTS, "attach")} <= set(said)
    assert items[0].text(1) == "签收"
    assert said["反馈"] == ("F", "✕ “待签收”的事件不能反馈")
    assert said["批准"] == ("O", "✕ 周岚 没有批准申请的权限")
    assert said["申请越级"][0] == "—"
    assert not more.isHidden()
    assert player.desk.beside.panel.isHidden()


def test_what_no_form_could_mend_is_not_live(player):
    number = handling(player)
    do(player, number, "ask_void", reason="test", text="演练件")
    show(player, number)
    obstacles = player.desk.detail.obstacles
    codes = {name: refused and refused.code for name, refused in obstacles.items()}
    assert codes["finish_step"] == "no_step_running"
    assert codes["withdraw_unit"] == "lead_must_remain"
    assert codes["ask_void"] == "application_pending"
    assert codes["ask_pause"] is None


def test_the_key_sheet_shows_every_key_without_scrolling(player):
    player.window.resize(1366, 768)
    player.press("F1")
    sheet = player.window._key_sheet
    shown = {label.text() for label in sheet.findChildren(QLabel)}
    assert {key_name(one.key) for one in ACTIONS if one.key} <= shown
    player.until(lambda: sheet.viewport().height() >= sheet.widget().height(), "all of it")
    assert sheet.verticalScrollBar().maximum() == 0
    player.press("F1")
    assert sheet.isHidden()


def test_enter_starts_what_the_list_stands_on_and_a_key_does_too(player):
    show(player, dispatched(player))
    for press in ("Return", "G"):
        player.press(".")
        player.press(press)
        assert player.desk.form.action == "sign"
        assert player.desk.beside.more.isHidden()
        assert not player.desk.beside.panel.isHidden()
        player.press("Escape")
    player.press(".")
    player.press("J")
    player.press("K")
    assert player.desk.beside.more.currentItem().text(1) == "签收"
    player.press("Escape")
    assert player.desk.beside.more.isHidden()
    assert player.focus() is player.desk.view


def test_what_is_not_possible_is_told_when_it_is_pressed(player):
    show(player, dispatched(player))
    told = []
    player.session.duty.told.connect(lambda kind, text, hint: told.append(text))
    player.press("Shift+C")
    assert told == ["“待签收”的事件不能返工"]
    assert not player.desk.form.is_open


def buttons(player):
    return [one for one in player.desk.beside.panel.findChildren(QPushButton) if "  " in one.text()]


def test_the_buttons_are_few_and_the_next_step_is_first(player):
    show(player, handling(player))
    found = buttons(player)
    assert len(found) == 9
    assert (found[0].text(), found[0].property("kind")) == ("F  反馈", "primary")
    assert found[-1].text() == ".  更多操作"
    seat(player, "tangzhu")
    player.until(lambda: player.desk.detail is None, "an auditor sees no incident")
    assert not buttons(player)


def test_no_button_is_cut_off_in_a_small_window(player):
    number = handling(player)
    do(player, number, "supervise", card="red", text="今天答复")
    player.window.resize(player.window.minimumSize())
    show(player, number)
    panel = player.desk.beside.panel
    player.until(
        lambda: all(one.width() >= one.sizeHint().width() for one in buttons(player)), "wide enough"
    )
    edge = panel.viewport().width()
    assert all(one.mapTo(panel, one.rect().bottomRight()).x() < edge for one in buttons(player))


# the ways beside the straight one


def test_back_to_the_reporter_and_in_again(player):
    show(player, report(player))
    decide(player, "R", "return", "returned", reason="no_place", text="哪一盏？灯杆号")
    assert player.desk.detail.incident.pause.reason == "returned"
    player.accept(picks=True)
    assert player.desk.detail.incident.pause is None


def test_merged_opened_and_taken_out_again(player):
    lead, child = report(player), report(player, "路灯不亮，又打来了")
    show(player, child)
    decide(player, "M", "merge", "merged", lead=lead)
    link = next(
        one for one in player.desk.beside.panel.findChildren(QPushButton) if one.text() == lead
    )
    link.click()
    player.until(lambda: player.desk.detail.incident.number == lead, "the lead")
    assert [one.number for one in player.desk.detail.incident.children] == [child]
    show(player, child)
    decide(player, "Shift+M", "unmerge", "reported")


def test_a_number_that_is_none_stands_beside_its_field(player):
    show(player, report(player))
    player.press("M")
    player.fill(lead="990101001-20260101-A10001")
    player.press("Return")
    player.until(lambda: player.desk.form.error, "the refusal")
    assert "没有编号为 990101001-20260101-A10001 的事件" in player.desk.form.error
    assert player.focus() is player.desk.form.field("lead")


def test_refused_and_sent_to_another(player):
    show(player, dispatched(player))
    player.press("Shift+G")
    proposed = player.desk.form.field("proposed").value()
    player.press("Escape")
    assert proposed != CITY
    decide(
        player, "Shift+G", "refuse", "accepted",
        reason="not_duty", proposed=WATER, text="是河边的灯", contact="小王",
    )  # fmt: skip
    assert player.desk.detail.incident.return_count == 1
    decide(player, "D", "dispatch", "dispatched", lead=WATER)
    assert player.desk.detail.incident.lead_unit == WATER


def test_not_well_done_is_done_again(player):
    show(player, checking(player))
    seat(player, "heyan")
    show(player, player.desk.detail.incident.number)
    decide(player, "Shift+C", "check_fail", "handling", text="第二盏还是不亮")
    assert player.desk.detail.incident.rework_count == 1


def test_the_unit_asks_the_leader_grants_the_clocks_stand(player):
    number = handling(player)
    seat(player, "luhuai")
    show(player, number)
    until = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 5 * 86_400))
    decide(player, "H", "ask_pause", "handling", reason="material", until=until, text="等灯杆")
    assert not player.desk.form.has_field("contact")
    seat(player, "heyan")
    show(player, number)
    assert buttons(player)[0].text() == "O  批准"
    player.press("O")
    assert "陆槐" in player.desk.form._remark.text()
    assert "挂起 至" in player.desk.form._remark.text()
    assert not player.desk.form.has_field("application")
    player.press("Return")
    player.until(player.state_is("paused"), "挂起")
    assert player.desk.detail.incident.due.stage == "resume"
    decide(player, "Shift+H", "resume", "handling")


def test_longer_by_two_persons(player):
    number = handling(player)
    do(player, number, "ask_extend", user="luhuai", amount="1", text="等升降车")
    show(player, number)
    before = player.desk.detail.incident.next_due.due_at
    seat(player, "heyan")
    show(player, number)
    decide(player, "O", "approve", "handling")
    player.until(lambda: player.desk.detail.incident.next_due.due_at > before, "a later limit")


def test_of_several_requests_one_is_named(player):
    number = handling(player)
    do(player, number, "ask_extend", user="luhuai", amount="1", text="等升降车")
    do(player, number, "ask_void", user="zhoulan", reason="test", text="演练件")
    seat(player, "heyan")
    show(player, number)
    player.press("Shift+O")
    field = player.desk.form.field("application")
    assert [field.itemText(row) for row in range(field.count())] == ["延期", "作废"]
    assert player.desk.form._remark.text().count("申请") == 2
    player.fill(application="void", opinion="不是演练")
    player.press("Return")
    player.until(lambda: player.desk.detail.incident.pending("void") is None, "the decision")
    assert player.desk.detail.incident.pending("extend") is not None


def test_every_start_is_of_fields_its_form_has(player):
    for number in (report(player), handling(player), closed(player)):
        show(player, number)
        for action, start in STARTS.items():
            values, remark = start(player.desk.detail)
            assert set(values) <= {spec.name for spec in asked(action, player.desk.detail)}
            assert isinstance(remark, str)


def test_closed_and_opened_again(player):
    number = closed(player)
    seat(player, "heyan")
    show(player, number)
    decide(player, "Shift+B", "reopen", "handling", text="又不亮了")
    assert player.desk.detail.incident.reopen_count == 1


def test_settled_on_the_spot(player):
    player.press("Shift+N")
    player.until(lambda: player.desk.form.action == "self_handle", "the form")
    grid = next(item.code for item in player.session.store.read(areas) if item.level == "grid")
    player.fill(class_code="GZ01", area_code=grid, text="当场劝和，两家都答应了",
                content="两户为晾衣服争吵，当场劝开")  # fmt: skip
    player.press("Return")
    player.until(lambda: not player.desk.form.is_open, "the form gone")
    player.until(
        lambda: player.desk.detail.incident.content == "两户为晾衣服争吵，当场劝开", "the new one"
    )
    assert player.desk.detail.incident.state in ("closed", "checking")


# what the list says of it


def test_the_queue_counts_and_marks_what_waits(player):
    number = handling(player)
    store, scope = player.session.store, player.session.duty.scope
    now = store.clock()
    before = store.read(lambda c: counts(c, scope, now)).asked
    do(player, number, "ask_void", reason="test", text="演练件")
    do(player, number, "supervise", card="yellow", text="今天答复")
    do(player, number, "supervise", card="urge", text="快一点")
    do(player, number, "block", text="等材料")
    asked = store.read(lambda c: queue_ids(c, scope, QueueFilter(is_asked=True), now))
    assert store.read(lambda c: counts(c, scope, now)).asked == before + 1 == len(asked)
    rows = {row.number: row for row in store.read(lambda c: queue_rows(c, scope, asked))}
    row = rows[number]
    assert (row.is_asked, row.cards, row.blocked_note) == (1, "yellow", "等材料")


def test_a_letter_typed_into_the_form_starts_nothing(player):
    show(player, dispatched(player))
    player.press("T")
    QTest.keyClicks(player.focus(), "gmr.")
    assert player.desk.form.action == "note"
    assert player.desk.form.field("text").value() == "gmr."
    assert player.desk.beside.more.isHidden()
