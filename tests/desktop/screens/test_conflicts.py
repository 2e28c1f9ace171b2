"""分歧: what two stations said apart is settled by keys alone, one by one or many at once."""

import shutil
import time

import pytest
from PySide6.QtWidgets import QToolButton

from db.commands.site import init_site
from db.commands.town import User, define_users
from db.demo.fill import DemoPlan, fill_demo
from db.demo.mark import mark_as_demo
from db.domain.ops import Actor
from db.store.queries.town import units
from db.store.store import Store
from desktop.app import open_session
from desktop.play import Player
from tests.db.commands import apart
from tests.db.store import rig

PLAIN = 12


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Two stations that gave one incident out twice, and disagree on places, a text, a person."""
    folder = tmp_path_factory.mktemp("apart")
    fill_demo(folder / "a", DemoPlan("990101001", 1, 3, time.time_ns() // 1_000_000, 6), "file")
    init_site(folder / "b", town="990101001", name="村工作站", station="B2", key_kind="file",
              has_room_key=False, lists=None)  # fmt: skip
    with Store.open(folder / "a") as a, Store.open(folder / "b") as b:
        mark_as_demo(b)
        apart.meet(b, a)
        grid = rig.rows(a, "SELECT code FROM area WHERE level = 'grid' ORDER BY code")[0][0]
        first, second = (unit.code for unit in a.read(units)[:2])
        number = apart.report(a, content="路口积水，车辆熄火")
        plain = [apart.report(a, content=f"路灯不亮，第 {n} 处") for n in range(PLAIN)]
        apart.do(a, number, "accept", class_code="ZF09", area_code=grid, urgency="critical",
                 not_duplicate="yes")  # fmt: skip
        apart.carry(a, b)
        apart.do(a, number, "dispatch", lead=first)
        apart.do(b, number, "dispatch", lead=second)
        for store, word in ((a, "本"), (b, "对")):
            apart.say(store, number, set={"content": f"{word}：水深过膝"})
            for one in plain:
                apart.say(store, one, set={"title": f"{word}路灯"})
            define_users(store, apart.ADMIN, [User("u9", f"{word}方小王", ("dispatcher",))])
        apart.meet(a, b)
    rig.unbound(folder / "a")
    rig.unbound(folder / "b")
    return folder, number, plain, (first, second)


@pytest.fixture
def player(template, tmp_path, qtbot):
    session = open_session(shutil.copytree(template[0] / "a", tmp_path / "a"))
    qtbot.addWidget(session.window)
    session.window.resize(1366, 768)
    with qtbot.waitActive(session.window):
        session.window.show()
        session.window.activateWindow()
    player = Player(session)
    player.until(lambda: player.desk.detail is not None, "the queue")
    player.until(lambda: session.window.is_ready, "the keys")
    session.duty.switch(apart.LEADER)
    yield player
    session.window.close()


@pytest.fixture
def screen(player):
    player.press("F3")
    shown = player.window.screen_named("conflicts")
    player.until(lambda: shown.rows.count() == PLAIN + 2, "all that is in dispute")
    player.until(lambda: player.session.runner.pending == 0, "all work done")
    assert shown.rows.hasFocus()
    return shown


def told_by(player):
    found = []
    player.session.duty.told.connect(lambda kind, text, hint: found.append(f"{text} {hint}"))
    return found


def settle(player, screen, count):
    """Press Enter and wait until so many subjects are left in the list."""
    player.press("Return")
    player.until(lambda: screen.rows.count() == count and not screen._is_writing, "it settled")


def nav(player):
    return [one.text().strip() for one in player.window._nav.findChildren(QToolButton)]


def test_the_urgent_one_stands_first_with_both_units_and_what_to_do(player, screen, leads):
    assert "特急" in screen.rows.item(0).text()
    assert screen.rows.item(0).text().count("重复派遣") == 1
    said = screen.sheet.text
    for words in (
        "重复派遣 · 主办单位",
        "打电话请一家回来",
        "本工位 · 沈砚",
        "B2 村工作站",
        "数字选一种",
    ):
        assert words in said, words
    names = player.session.store.read(units)
    assert all(next(u.name for u in names if u.code == code) in said for code in leads)
    assert f"分歧 {PLAIN + 2}" in nav(player)


@pytest.fixture
def leads(template):
    return template[3]


def test_one_after_another_by_digits_and_both_kept(player, screen, template):
    number, store, told = template[1], player.session.store, told_by(player)
    player.press("Return")
    assert any("还没有选" in text for text in told)
    while "内容" not in screen.question.heading:
        theirs = next(n for n, one in enumerate(screen.question.options, 1) if "对方" in one.told)
        heading = screen.question.heading
        player.press(str(theirs))
        player.press("Return")
        player.until(lambda h=heading: screen.question.heading != h, "the next question")
    assert screen.rows.currentRow() == 0
    player.press("B")
    settle(player, screen, PLAIN + 1)
    content = apart.value(store, number, "content")
    assert set(content.split("\n")) == {"本：水深过膝", "对：水深过膝"}
    assert apart.value(store, number, "lead_unit") == template[3][1]
    assert screen.rows.hasFocus()

    player.press("Ctrl+Z")
    player.until(lambda: screen.rows.count() == PLAIN + 2, "the text in dispute again")
    assert "内容" in screen.rows.item(0).text()
    assert any("撤销定分歧" in text for text in told)


def test_a_third_is_written(player, screen, template):
    player.press("Down")
    number = screen.rows.current.id
    player.press("T")
    assert screen.form.is_open
    player.type("第三盏路灯")
    settle(player, screen, PLAIN + 1)
    assert apart.value(player.session.store, number, "title") == "第三盏路灯"
    assert not screen.form.is_open
    assert screen.rows.hasFocus()


def test_twelve_titles_at_once_in_one_line_and_back_as_one(player, screen, template):
    store, told = player.session.store, told_by(player)
    player.press("Down")
    for _ in range(PLAIN):
        player.press("Space")
        player.press("Down")
    assert len(screen.rows.marked) == PLAIN
    screen.rows.setCurrentRow(1)
    player.press("P")
    player.until(lambda: screen.rows.count() == 2, "the titles settled")
    assert any(f"{PLAIN}/{PLAIN}" in text for text in told)
    assert {apart.value(store, one, "title") for one in template[2]} == {"对路灯"}
    player.press("Ctrl+Z")
    player.until(lambda: screen.rows.count() == PLAIN + 2, "all of them open again")


def test_a_person_defined_twice_is_settled_as_a_whole(player, screen):
    store = player.session.store
    screen.rows.setCurrentRow(PLAIN + 1)
    assert "人员 u9" in screen.rows.currentItem().text()
    mine = next(n for n, one in enumerate(screen.question.options, 1) if "本工位" in one.told)
    assert "名称：本方小王" in screen.question.options[mine - 1].text
    player.press("T")
    assert not screen.form.is_open
    player.press(str(mine))
    settle(player, screen, PLAIN + 1)
    assert rig.rows(store, "SELECT name FROM user WHERE key = 'u9'") == [("本方小王",)]
    player.until(lambda: f"分歧 {PLAIN + 1}" in nav(player), "the count beside the page")


def test_what_comes_meanwhile_moves_nothing_and_keeps_what_is_picked(player, screen, template):
    for _ in range(4):
        player.press("Down")
    player.press("2")
    before = screen.rows.current, screen._picked
    other = template[2][-1]
    apart.settle(player.session.store, other, "title", "一号路灯")
    player.until(lambda: screen.rows.count() == PLAIN + 1, "one less")
    assert (screen.rows.current, screen._picked) == before == (before[0], 2)
    player.press("Escape")
    assert (screen._picked, player.window.screen_name) == (0, "conflicts")
    player.press("Escape")
    assert player.window.screen_name == "desk"


def test_who_may_not_settle_is_told_and_sees_no_facts(player, template):
    told = told_by(player)
    player.session.duty.switch(Actor("cun", "村工作站", ("village_clerk",)))
    player.press("F3")
    screen = player.window.screen_named("conflicts")
    player.until(lambda: screen.rows.count() == PLAIN + 1, "the incidents alone")
    player.press("1")
    player.press("Return")
    assert any("定分歧" in text for text in told), told
    assert screen.rows.count() == PLAIN + 1


def test_nothing_in_dispute_is_said_so(player, screen):
    screen._on_disputes([])
    assert "没有分歧" in screen._note.text()
    assert screen.question is None
    player.press("1")
    player.press("Return")
