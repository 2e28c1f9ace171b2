"""Two reports of one matter at the desk: said beside the later one, compared, judged by a key."""

import re
import shutil
import time
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
    player.until(lambda: not player.desk._duplicates.bar.isHidden(), "what is alike")
    yield player
    session.window.close()


def page_of(player):
    QTest.keyClick(player.desk.view, Key.Key_Equal)
    page = player.desk._duplicates.page
    player.until(lambda: page.current is not None, "the page")
    return page


def test_the_line_beside_says_it_and_the_page_compares(player):
    assert "疑似重复 1 件" in player.desk._duplicates.bar.text()
    page = page_of(player)
    assert page.current.candidate.number == player.numbers[0]
    said = "\n".join(label.text() for label in page.findChildren(QLabel))
    assert "疑似重复 0." in said
    assert "地址" in said
    assert FIRST["content"] in said
    assert AGAIN["content"] in said
    QTest.keyClick(page._list, Key.Key_Escape)
    player.until(lambda: player.desk._pages.currentIndex() == 0, "the desk")


def test_m_merges_the_later_into_the_earlier(player):
    page = page_of(player)
    child, lead = page.merging
    assert [lead.number, child.number] == player.numbers
    QTest.keyClick(page._list, Key.Key_M)
    player.until(lambda: _state(player, child.id) == "merged", "the merged one")
    assert player.desk._pages.currentIndex() == 0


def test_a_says_it_is_none_of_these_and_goes_on_to_accept(player):
    page = page_of(player)
    QTest.keyClick(page._list, Key.Key_A)
    player.until(lambda: player.desk.form.is_open, "the form")
    assert player.desk.form.action == "accept"
    assert player.desk._duplicates.bar.isHidden()
    assert player.desk._duplicates.is_ruled_out(player.desk.detail.incident.id)
    assert player.desk.form.field("not_duplicate").value() is True


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
