"""A disagreement at the desk: seen at a glance, settled by keys, and by the command line."""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from db.commands.site import init_site
from db.demo.fill import DemoPlan, fill_demo
from db.store.queries.queue import Doubts, counts
from db.store.queries.town import units
from db.store.store import Store
from desktop.app import open_session
from desktop.conflict_words import field_text, value_text
from desktop.delegates.queue_row import accessible_text
from desktop.i18n import state_text
from desktop.play import Player
from desktop.screens.triage.conflicts import ConflictCard
from desktop.sheets import make_sheet
from tests.db.commands import apart
from tests.db.store import rig

ROOT = Path(__file__).resolve().parents[2]
THERE = "学府路 18 号门前"
HERE = "学府路口公交站旁"
AGAIN = "居民又来电，说夜里又开始了"


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Two stations that gave out one incident twice, and closed another beside a note."""
    folder = tmp_path_factory.mktemp("apart")
    fill_demo(folder / "a", DemoPlan("990101001", 1, 3, time.time_ns() // 1_000_000, 6), "file")
    init_site(folder / "b", town="990101001", name="村工作站", station="B2", key_kind="file",
              has_room_key=False, lists=None)  # fmt: skip
    with Store.open(folder / "a") as a, Store.open(folder / "b") as b:
        apart.meet(b, a)
        grid = rig.rows(a, "SELECT code FROM area WHERE level = 'grid' ORDER BY code")[0][0]
        first, second = (unit.code for unit in a.read(units)[:2])
        number, closed = (apart.report(a, content=f"路灯不亮，第 {n} 处") for n in (1, 2))
        apart.do(a, number, "accept", class_code="ZF09", area_code=grid, urgency="critical",
                 not_duplicate="yes")  # fmt: skip
        apart.carry(a, b)
        apart.do(a, number, "dispatch", lead=first)
        apart.do(b, number, "dispatch", lead=second)
        apart.say(a, number, set={"address": HERE})
        apart.say(b, number, set={"address": THERE})
        apart.say(a, closed, "incident_archived", to="archived", set={"archived_at": a.clock()})
        apart.do(b, closed, "note", text=AGAIN)
        apart.meet(a, b)
    rig.unbound(folder / "a")
    rig.as_demo(folder / "b")
    return folder, number, closed, (first, second)


@pytest.fixture
def number(template):
    return template[1]


@pytest.fixture
def closed(template):
    return template[2]


@pytest.fixture
def leads(template):
    return template[3]


@pytest.fixture
def player(template, tmp_path, qtbot):
    session = open_session(shutil.copytree(template[0] / "a", tmp_path / "a"))
    qtbot.addWidget(session.window)
    session.window.show()
    session.window.activateWindow()
    player = Player(session)
    player.until(lambda: player.desk.detail is not None, "the queue")
    session.duty.switch(apart.LEADER)
    yield player
    session.window.close()


def settled(player):
    player.until(lambda: player.session.runner.pending == 0, "all work done")


def show(player, number):
    """Put the cursor on an incident."""
    store = player.session.store
    rid = rig.rows(store, "SELECT rid FROM incident WHERE number = ?", number)[0][0]
    player.until(lambda: rid in player.desk.view.model().ids, "the list")
    player.desk.view.set_current_id(rid)
    player.until(lambda: player.desk.detail and player.desk.detail.rid == rid, "the detail")
    settled(player)
    player.desk.focus_list()


def open_form(player, number):
    show(player, number)
    player.press("Y")
    assert player.desk.form.action == "resolve"


def fields(player, number):
    return set(apart.disputes(player.session.store, number))


def error(player):
    return player.desk.form.error


def titles(player):
    return player.desk.form._title.text()


def told_by(player):
    found = []
    player.session.duty.told.connect(lambda kind, text, hint: found.append(text + hint))
    return found


def test_what_was_settled_at_the_desk_is_taken_back_there(player, number, leads):
    store = player.session.store
    open_form(player, number)
    player.press("1")
    player.press("Return")
    player.until(lambda: "lead_unit" not in fields(player, number), "the lead settled")
    player.until(lambda: "地址" in titles(player) and player.desk.form.is_open, "the next one")
    player.press("Escape")
    player.until(lambda: not player.desk.form.is_open, "the form gone")
    player.press("Ctrl+Z")
    player.until(lambda: "lead_unit" in fields(player, number), "both orders in dispute again")
    assert len(apart.disputes(store, number)["lead_unit"].sides) == 2


def test_whether_it_is_secret_is_settled_together_with_a_second_person(
    player, number, template, tmp_path
):
    store = player.session.store
    with Store.open(shutil.copytree(template[0] / "b", tmp_path / "b")) as other:
        for one, level in ((store, 2), (other, 1)):
            apart.say(one, number, "secrecy_set", set={"secrecy": level}, opinion="涉及举报人")
        apart.meet(store, other)
    player.session.duty.switch(apart.LEADER)
    open_form(player, number)
    for _ in fields(player, number):
        if "保密" in titles(player):
            break
        player.press("Right")
    player.press(side_said(apart.disputes(store, number)["secrecy"], 1))
    player.press("Return")
    second = player.desk.beside.settling.second
    player.until(lambda: second.is_open, "the second person")
    assert "secrecy" in fields(player, number)
    player.until(lambda: second.person.count() > 0, "who may")
    leader = rig.rows(store, "SELECT key FROM user WHERE roles LIKE '%shift_leader%'")[0][0]
    second.person.setEditText(leader)
    second.confirm()
    player.until(lambda: "secrecy" not in fields(player, number), "the secrecy settled")


def side_said(conflict, value):
    """The place of a value among the sides, as a key."""
    return str(1 + [side.value for side in conflict.sides].index(value))


def test_all_is_settled_by_keys_one_after_another(player, number, leads):
    store, told = player.session.store, told_by(player)
    lead = apart.disputes(store, number)["lead_unit"]
    open_form(player, number)
    assert "主办单位" in titles(player)
    player.press(side_said(lead, leads[1]))
    player.press("Return")
    player.until(lambda: "地址" in titles(player) and player.desk.form.is_open, "the next one")
    assert any("两家都已派出，主办定为" in text and "还有 1 项" in text for text in told)
    player.press("Tab")
    player.type("学府路 20 号")
    player.press("Return")
    player.until(lambda: not player.desk.form.is_open, "the form gone")
    settled(player)
    assert fields(player, number) == set()
    assert apart.value(store, number, "lead_unit") == leads[1]
    assert apart.value(store, number, "address") == "学府路 20 号"
    player.until(lambda: not player.desk.beside.panel.findChildren(ConflictCard), "the card gone")
    assert "（主办单位）" in panel_text(player)
    assert player.desk.view.hasFocus()


def panel_text(player):
    return "\n".join(label.text() for label in player.desk.beside.panel.findChildren(QLabel))


def test_the_card_says_who_where_and_what_to_press(player, number):
    show(player, number)
    (card,) = player.desk.beside.panel.findChildren(ConflictCard)
    said = "\n".join(label.text() for label in card.findChildren(QLabel))
    for part in ("两处说法不一，请定一个", "按 Y", "主办单位", "地址", HERE, THERE,
                 "沈砚", "B2 村工作站"):  # fmt: skip
        assert part in said, part
    assert not any(code in said for code in ("990101001-", "lead_unit", "address"))
    page = player.desk.beside.panel.widget()
    places = [page.layout().itemAt(n).widget() for n in range(page.layout().count())]
    assert places.index(card) < places.index(page.facts)


def test_the_row_says_so_in_words(player, number, closed):
    show(player, number)
    rows = {row.number: row for row in player.desk._queue._rows(player.desk.view.model().ids)}
    now = player.session.store.clock()
    assert "≠分歧" in accessible_text(rows[number], now)
    assert "已办结·有新情况" in accessible_text(rows[closed], now)
    plain = next(row for row in rows.values() if not row.conflicts)
    assert "分歧" not in accessible_text(plain, now)


def test_esc_leaves_all_as_it_was(player, number):
    open_form(player, number)
    before = rig.count_ops(player.session.store)
    player.press("1")
    player.press("Escape")
    settled(player)
    assert not player.desk.form.is_open
    assert rig.count_ops(player.session.store) == before
    assert fields(player, number) == {"lead_unit", "address"}


def test_enter_without_a_choice_asks_for_one(player, number):
    open_form(player, number)
    for key in ("7", "0", "Return"):
        player.press(key)
    settled(player)
    assert "选哪一个" in error(player)
    assert fields(player, number) == {"lead_unit", "address"}
    assert all(button.isEnabled() for button in player.desk.form._buttons)


def test_a_side_and_a_third_value_at_once_are_refused(player, number):
    open_form(player, number)
    player.press("Right")
    player.press("1")
    player.press("Tab")
    player.type("学府路 20 号")
    player.press("Return")
    settled(player)
    assert "又另写了一个" in error(player)
    assert "address" in fields(player, number)


def test_arrows_go_to_the_other_disagreement_and_back(player, number):
    open_form(player, number)
    player.press("Right")
    assert "地址" in titles(player)
    player.press("Left")
    assert "主办单位" in titles(player)
    player.press("Down")
    player.press("Down")
    assert player.desk.form.field("take").value() == "2"
    player.press("Up")
    assert player.desk.form.field("take").value() == "1"


def test_an_id_number_is_refused_and_what_was_typed_stays(player, number):
    open_form(player, number)
    player.press("Right")
    player.press("Tab")
    player.type("11010519491231002X 家门口")
    player.press("Return")
    settled(player)
    assert "证件号" in error(player)
    assert player.desk.form.field("other").value().endswith("家门口")
    assert "address" in fields(player, number)


def test_a_side_that_comes_in_meanwhile_is_not_passed_over(player, template, number, tmp_path):
    open_form(player, number)
    player.press("Right")
    player.press("1")
    with Store.open(shutil.copytree(template[0] / "b", tmp_path / "b")) as other:
        apart.say(other, number, set={"address": "学府路 99 号"})
        apart.carry(other, player.session.store)
    player.press("Return")
    settled(player)
    assert "又来了一种说法" in error(player)
    player.press("Escape")
    open_form(player, number)
    player.press("Right")
    assert player.desk.form.field("take").value() == ""
    player.press("3")
    player.press("Return")
    player.until(lambda: "address" not in fields(player, number), "settled")


def test_news_is_looked_at_with_one_more_key(player, closed):
    show(player, closed)
    assert "已办结·有新情况" in panel_text(player)
    assert AGAIN in panel_text(player)
    open_form(player, closed)
    player.press("Return")
    player.until(lambda: not fields(player, closed), "looked at")
    settled(player)
    assert apart.value(player.session.store, closed, "is_open") == 0


def test_who_may_not_settle_is_told_who_may(player, number):
    duty, told = player.session.duty, told_by(player)
    duty.switch(replace(duty.actor, roles=("village_clerk",)))
    settled(player)
    show(player, number)
    assert "由值班员、分流员、值班长、督办员来定" in panel_text(player)
    buttons = [button.text() for button in player.desk.beside.panel.findChildren(QPushButton)]
    assert not any("定分歧" in text for text in buttons)
    player.press("Y")
    assert not player.desk.form.is_open
    assert any("没有定分歧的权限" in text for text in told)


def test_other_keys_work_while_it_stands(player, number):
    show(player, number)
    player.press("T")
    player.until(lambda: player.desk.form.action == "note", "the form of a note")
    player.type("先让两家都去现场")
    player.press("Return")
    player.until(lambda: not player.desk.form.is_open, "the note")
    assert fields(player, number) == {"lead_unit", "address"}


def test_nothing_in_dispute_is_said_so(player):
    store, told = player.session.store, told_by(player)
    plain = rig.rows(
        store, "SELECT number FROM incident WHERE is_open = 1 AND conflicts = 0 LIMIT 1"
    )[0][0]
    show(player, plain)
    player.press("Y")
    assert not player.desk.form.is_open
    assert told == ["这件事件没有分歧"]


def test_the_side_list_shows_only_those(player, number, closed):
    side = player.desk._side
    texts = [side.item(n).text() for n in range(side.count())]
    side.setCurrentRow(texts.index("分歧"))
    settled(player)
    player.until(lambda: len(player.desk.view.model().ids) == 2, "two incidents")
    rows = player.desk._queue._rows(player.desk.view.model().ids)
    assert {row.number for row in rows} == {number, closed}


def test_the_foot_says_how_many(player):
    window, store = player.session.window, player.session.store
    found = store.read(lambda c: counts(c, player.session.duty.scope, store.clock()))
    window._status.show_counts(found._replace(doubts=Doubts(12, 2)))
    bar = window._status
    labels = (bar.disputed, bar.held, bar.doubtful)
    shown = {label.text() for label in labels if not label.isHidden()}
    assert shown == {"≠ 分歧 2", "▲ 有 12 条需升级后显示", "▲ 2 件显示可能有误 · 请技术员重建"}
    window._status.show_counts(found._replace(disputed=0))
    assert window._status.disputed.isHidden()
    assert window._status.held.isHidden()
    assert window._status.doubtful.isHidden()


def test_the_slip_says_it_on_paper(player, number, closed):
    session = player.session
    for about, words in ((closed, "已办结·有新情况"), (number, "主办单位、地址：两处说法不一")):
        pdf = make_sheet(session.store, session.duty.actor, session.duty.scope, "slip", about).pdf
        command = ["pdftotext", "-layout", "-", "-"]
        text = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
        assert words in "".join(text.split())


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("closed", "已办结·有新情况"),
        ("archived", "已办结·有新情况"),
        ("void", "作废·有新情况"),
        ("handling", "处置中"),
    ],
)
def test_news_is_said_of_what_is_closed(state, words):
    assert state_text(state, has_news=True) == words
    assert "新情况" not in state_text(state)


# the command line


def griddesk(home, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "desktop", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "GRIDDESK_HOME": str(home), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_a_script_lists_and_settles(template, tmp_path, number, closed, leads):
    home = shutil.copytree(template[0] / "a", tmp_path / "a")
    listed = json.loads(griddesk(home, "conflicts", "--json").stdout)
    assert {row["number"]: row["conflicts"] for row in listed} == {number: 2, closed: 1}
    found = json.loads(griddesk(home, "conflicts", number, "--json").stdout)
    lead = next(item for item in found if item["field"] == "lead_unit")
    assert (lead["kind"], lead["label"], len(lead["sides"])) == ("dispatch", "主办单位", 2)
    assert "村工作站" in griddesk(home, "conflicts", number).stdout

    take = next(side["take"] for side in lead["sides"] if side["value"] == leads[1])
    done = griddesk(home, "resolve", number, "lead_unit", "--take", take, "--json")
    assert (done.returncode, json.loads(done.stdout)["left"]) == (0, 1)
    again = griddesk(home, "resolve", number, "lead_unit", "--take", take)
    assert again.returncode == 1
    assert "已经有人定了" in again.stderr
    assert griddesk(home, "resolve", number, "address").returncode == 2
    refused = griddesk(home, "resolve", number, "address", "--value", "证 11010519491231002X")
    assert refused.returncode == 1
    third = griddesk(home, "resolve", number, "address", "--value", "学府路 20 号")
    assert (third.returncode, "还有 0 项" in third.stdout) == (0, True)
    assert griddesk(home, "resolve", closed, "news").returncode == 0
    assert json.loads(griddesk(home, "conflicts", "--json").stdout) == []
    shown = json.loads(griddesk(home, "show", number, "--json").stdout)
    assert shown["incident"]["address"] == "学府路 20 号"


def test_every_value_has_words(template, number):
    with Store.open(template[0] / "b", read_only=True) as store:
        for item in apart.disputes(store, number).values():
            assert field_text(item)
            assert all(value_text(item, side) for side in item.sides)
