"""Two reports of one matter at the desk: said beside the later one, compared, judged by a key."""

import re
import shutil
import time
from array import array
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

import db.domain.duplicates as rules
from db.commands.incidents import Report, report_incident
from db.demo.fill import DemoPlan, fill_demo
from db.domain.duplicates import Account, Side, score
from desktop.app import open_session
from desktop.duplicate_words import _TEXTS, VERDICT_NAMES, reason_texts, span_text
from desktop.play import Player
from tests.db.store import rig

Key = Qt.Key
FIRST = {"content": "棠华路12号门口窨井盖破了，电瓶车差点摔倒，请尽快修", "address": "棠华路12号"}
AGAIN = {"content": "棠華路十二號門前窨井蓋破了，差點摔倒", "address": "棠華路十二號附近"}


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    home = tmp_path_factory.mktemp("desk") / "home"
    fill_demo(home, DemoPlan("990101001", 1, 2, time.time_ns() // 1_000_000, 3), "file")
    return rig.unbound(home)


@pytest.fixture
def player(template, tmp_path, qtbot):
    session = open_session(shutil.copytree(template, tmp_path / "home"))
    qtbot.addWidget(session.window)
    session.window.show()
    player = Player(session)
    actor = session.context.duty.actor
    player.numbers = [
        report_incident(session.store, actor, Report(values)).number for values in (FIRST, AGAIN)
    ]
    player.desk.show_number(player.numbers[1])
    player.until(
        lambda: player.desk.detail and player.desk.detail.incident.number == player.numbers[1],
        "the later report",
    )
    player.desk.focus_list()
    player.until(lambda: not player.desk.beside.duplicates.bar.isHidden(), "what is alike")
    yield player
    session.window.close()


def page_of(player):
    QTest.keyClick(player.desk.view, Key.Key_Equal)
    page = player.desk.beside.duplicates.page
    player.until(lambda: page.current is not None, "the page")
    return page


def test_the_line_beside_says_it_and_the_page_compares(player):
    assert "疑似重复 1 件" in player.desk.beside.duplicates.bar.text()
    page = page_of(player)
    assert page.current.candidate.number == player.numbers[0]
    said = "\n".join(label.text() for label in page.findChildren(QLabel))
    assert "疑似重复 0." in said
    assert "地址" in said
    assert FIRST["content"] in said
    assert AGAIN["content"] in said
    QTest.keyClick(page._list, Key.Key_Escape)
    player.until(lambda: player.desk._papers.currentIndex() == 0, "the desk")


def test_m_merges_the_later_into_the_earlier(player):
    page = page_of(player)
    child, lead = page.merging
    assert [lead.number, child.number] == player.numbers
    QTest.keyClick(page._list, Key.Key_M)
    player.until(lambda: _state(player, child.id) == "merged", "the merged one")
    assert player.desk._papers.currentIndex() == 0


def test_a_says_it_is_none_of_these_and_goes_on_to_accept(player):
    page = page_of(player)
    QTest.keyClick(page._list, Key.Key_A)
    player.until(lambda: player.desk.form.is_open, "the form")
    assert player.desk.form.action == "accept"
    assert player.desk.beside.duplicates.bar.isHidden()
    assert player.desk.beside.duplicates.is_ruled_out(player.desk.detail.incident.id)
    assert player.desk.form.field("not_duplicate").value() is True


def test_a_new_likeness_is_not_ruled_out(player):
    page = page_of(player)
    QTest.keyClick(page._list, Key.Key_A)
    player.until(lambda: player.desk.form.is_open, "the form")
    player.desk.go_back()
    third = {"content": "棠华路12号门口窨井盖又破了，差点摔倒", "address": "棠华路12号"}
    report_incident(player.session.store, player.session.context.duty.actor, Report(third))
    player.until(lambda: not player.desk.beside.duplicates.bar.isHidden(), "the new one")
    player.desk.focus_list()
    QTest.keyClick(player.desk.view, Key.Key_A)
    player.until(lambda: player.desk.form.is_open, "the form")
    assert not player.desk.beside.duplicates.is_ruled_out(player.desk.detail.incident.id)


def test_the_line_is_only_beside_what_waits_for_a_decision(player):
    duplicates, detail = player.desk.beside.duplicates, player.desk.detail
    duplicates.look(replace(detail, incident=replace(detail.incident, state="dispatched")))
    assert duplicates.bar.isHidden()
    duplicates.look(detail)
    player.until(lambda: not duplicates.bar.isHidden(), "the line")
    player.desk._on_detail(None)
    assert duplicates.bar.isHidden()


def test_the_page_keeps_its_incident_and_its_radius(player):
    page, desk = page_of(player), player.desk
    desk.look_for("")
    player.until(lambda: len(desk.view.model().ids) > 1, "the queue with others")
    for metres in (250, 1000):
        # The queue is read every half minute, and its cursor may move under the page.
        assert desk.view.set_current_id(page.current.candidate.rid)
        desk.refresh()
        idle(player)
        QTest.keyClick(page._list, Key.Key_Equal)
        idle(player)
        assert f"现为 {metres} 米" in page._wider.text()
        assert page._found.subject.number == player.numbers[1]
    QTest.keyClick(page._list, Key.Key_A)
    player.until(lambda: desk.form.is_open, "the form")
    assert desk.form.subject == page._found.subject.id


def test_what_left_the_list_is_not_accepted(player):
    page, told = page_of(player), []
    player.session.context.duty.told.connect(lambda kind, text, hint: told.append(kind))
    player.desk.view.model().set_ids(array("q"))
    QTest.keyClick(page._list, Key.Key_A)
    assert (told, player.desk.form.is_open) == (["warn"], False)


def test_the_next_person_sees_nothing_of_it(player):
    page, duty = page_of(player), player.session.context.duty
    QTest.keyClick(page._list, Key.Key_A)
    player.until(lambda: player.desk.form.is_open, "the form")
    id = player.desk.form.subject
    player.desk.go_back()
    page_of(player)
    duty.switch(replace(duty.actor, user="another"))
    assert player.desk._papers.currentIndex() == 0
    assert page.current is None
    assert player.desk.beside.duplicates.bar.isHidden()
    assert not player.desk.beside.duplicates.is_ruled_out(id)


def idle(player):
    player.until(lambda: player.session.runner.pending == 0, "all work done")


def _state(player, id):
    question = "SELECT state FROM incident WHERE id = ?"
    return player.session.store.read(lambda c: c.execute(question, (id,)).fetchone())[0]


def test_every_reason_and_verdict_has_words():
    made = score(Side(Account("井盖破了", "路口井盖破了", "ZF09")), Side(Account("灯", "路灯坏了")))
    assert all(reason_texts(made, {}))
    source = Path(rules.__file__).read_text(encoding="utf-8")
    codes = set(re.findall(r'Reason\("(\w+)"', source))
    codes |= {"class_alike", "class_differs", "words_shared", "words_few"}
    assert codes == set(_TEXTS)
    assert {rules.DUPLICATE, rules.SIMILAR, rules.RECURRENCE, ""} == set(VERDICT_NAMES)


@pytest.mark.parametrize(
    ("span", "text"), [(59_000, "0 分钟"), (3_600_000, "1 小时"), (200_000_000, "2 天")]
)
def test_spans(span, text):
    assert span_text(span) == text
