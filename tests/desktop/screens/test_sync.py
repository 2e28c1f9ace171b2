"""同步: real peers in the table, what went in the log, enrolment and grants by keys."""

import json
import os
import shutil
import subprocess
import sys
import time

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from db.commands.keys import fingerprint_of
from db.commands.site import init_site
from db.demo.fill import DemoPlan, fill_demo
from db.domain.errors import EnvironmentError_
from db.stick.cards import own_fingerprint
from db.store.queries.town import users
from db.store.store import Store
from db.sync.client import SyncResult
from db.sync.line import HubClient
from db.sync.peers import voucher_of
from desktop.app import open_session
from desktop.duty import first_officer, sit_down
from desktop.lines import SOON_MS
from desktop.play import Player
from desktop.settings import load_settings
from tests.db.commands import apart
from tests.db.store import rig
from tests.flows.rig import TOWN, HubProgram, free_port, griddesk

DOWN = EnvironmentError_("hub_unreachable", url="x")


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A demonstration's record that knows another station of its town by its chain."""
    folder = tmp_path_factory.mktemp("sync")
    fill_demo(folder / "a", DemoPlan(TOWN, 1, 3, time.time_ns() // 1_000_000, 2), "file")
    init_site(folder / "b", town=TOWN, name="村工作站", station="B2", key_kind="file",
              has_room_key=False, lists=None)  # fmt: skip
    with Store.open(folder / "a") as a, Store.open(folder / "b") as b:
        apart.meet(b, a)
    rig.unbound(folder / "b")
    return rig.unbound(folder / "a")


@pytest.fixture
def player(template, tmp_path, qtbot):
    session = open_session(shutil.copytree(template, tmp_path / "a"))
    qtbot.addWidget(session.window)
    session.window.resize(1366, 768)
    with qtbot.waitActive(session.window):
        session.window.show()
        session.window.activateWindow()
    player = Player(session)
    player.until(lambda: session.window.is_ready, "the keys")
    session.duty.switch(apart.LEADER)
    yield player
    session.window.close()


@pytest.fixture
def screen(player):
    store = player.session.store
    leader = rig.rows(store, "SELECT key FROM user WHERE roles LIKE '%shift_leader%'")[0][0]
    player.session.duty.switch(*sit_down(store, leader))
    player.press("Alt+4")
    shown = player.window.screen_named("sync")
    player.until(lambda: shown.peers.rowCount() == 2, "those who are known")
    assert shown.peers.hasFocus()
    return shown


@pytest.fixture
def hub(tmp_path):
    program = HubProgram(tmp_path / "hub")
    yield program
    program.stop()


def told_by(player):
    found = []
    player.session.duty.told.connect(lambda kind, text, hint: found.append(f"{text} {hint}"))
    return found


def is_level(state):
    return state.is_up and not state.is_running and not state.unsent


def new_code(store, hub):
    return griddesk(store.home, "enrol", "--new-code", "--data", hub.data, "--town", TOWN).strip()


def cells(screen, row):
    return [screen.peers.item(row, column).text() for column in range(9)]


def result(**values):
    return SyncResult(**{"pushed": 0, "pulled": 0, "held": 0, "unsent": 0, "skew_ms": 0,
                         "troubles": ()} | values)  # fmt: skip


def test_enrolment_by_keys_with_a_wrong_code_in_words_and_then_the_line(player, screen, hub):
    assert "未登记" in cells(screen, 0)[2]
    player.press("E")
    assert screen.enrol._url.hasFocus()
    player.press("Return")
    assert "✕" in screen.enrol.error
    player.type(hub.url)
    player.press("Tab")
    player.type("AAAA-BBBB-CCCC")
    player.press("Return")
    player.until(lambda: bool(screen.enrol.error) and screen.enrol._go.isEnabled(), "a refusal")
    assert screen.enrol.isVisible()
    screen.enrol._code.setText(new_code(player.session.store, hub))
    player.press("Return")
    player.until(lambda: cells(screen, 0)[2].startswith("●"), "the line")
    assert screen.peers.hasFocus()
    player.until(lambda: cells(screen, 0)[4:7] == ["0", "0", "0"], "both level")
    name, role, _, last, *_, clock, _ = cells(screen, 0)
    assert (name, role, clock) == ("区级交换", "区级", "一致")
    assert last[:2] == "20"
    player.until(lambda: "✓ 发出" in screen.log.text, "what was sent")

    apart.report(player.session.store, content="登记以后报的，路灯不亮")
    player.until(lambda: screen.log.text.count("✓ 发出") == 2, "what was written since")


def test_who_may_not_enrol_is_refused_before_anything_is_sent(player, screen, hub):
    store = player.session.store
    player.session.duty.switch(*sit_down(store, first_officer(store.read(users))))
    code = new_code(store, hub)
    player.press("E")
    player.type(hub.url)
    player.press("Tab")
    player.type(code)
    player.press("Return")
    player.until(lambda: "角色" in screen.enrol.error, "a refusal")
    assert "未登记" in cells(screen, 0)[2]


@pytest.fixture
def station(template, tmp_path):
    """The other station of the town, which serves its room."""
    home, port = shutil.copytree(template.parent / "b", tmp_path / "b"), free_port()
    program = subprocess.Popen(
        [sys.executable, "-m", "desktop", "room", "--port", str(port)],
        env={**os.environ, "GRIDDESK_HOME": str(home)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert str(port) in program.stdout.readline()
    yield home, f"https://127.0.0.1:{port}"
    program.terminate()
    program.wait()
    program.stdout.close()


def test_enrolment_at_a_workstation_asks_for_its_fingerprint_first(player, screen, station):
    home, url = station
    said = json.loads(griddesk(home, "enrol", "--new-code", "--json"))
    player.press("E")
    player.type(url)
    player.press("Tab")
    player.type(said["code"])
    player.press("Return")
    confirm = screen.enrol._confirm
    player.until(confirm.isVisible, "the question")
    assert confirm._title.text() == said["fingerprint"]
    assert player.session.store.read(voucher_of) == ""
    yes = next(one for one in confirm.findChildren(QPushButton) if "登记" in one.text())
    yes.click()
    player.until(lambda: player.session.exchange.state.peers_up == 1, "the line to it")
    row = cells(screen, 1)
    assert row[:3] == ["村工作站 工位 B2", "本室席位", "● 正常"]
    assert url in load_settings(player.session.store.home).room_peers


def test_whom_no_line_reaches_is_listed_and_named(player, screen):
    told = told_by(player)
    player.press("Down")
    row = cells(screen, 1)
    assert row[:3] == ["村工作站 工位 B2", "U盘", "○ 只用U盘往来"]
    player.press("R")
    assert any("这一家没有线路" in text for text in told)


def test_the_room_key_is_given_only_after_the_fingerprint(player, screen):
    store = player.session.store
    player.press("Down")
    other = screen.peers.current.site
    player.press("G")
    confirm = screen._confirm
    player.until(confirm.isVisible, "the question")
    assert confirm._title.text() == store.read(lambda c: fingerprint_of(c, other))
    grants = "SELECT count(*) FROM subject WHERE ent = 'room_key'"
    player.press("Escape")
    assert confirm.isHidden()
    assert player.window.screen_name == "sync"
    assert rig.rows(store, grants) == [(0,)]
    player.press("G")
    player.until(confirm.isVisible, "the question again")
    yes = next(one for one in confirm.findChildren(QPushButton) if "授权" in one.text())
    yes.click()
    player.until(lambda: rig.rows(store, grants) == [(1,)], "the grant")


def test_this_site_is_told_by_number_name_and_fingerprint(player, screen):
    own = own_fingerprint(player.session.store)
    site = player.session.store.site
    assert all(part in screen._own.text() for part in (site.station, site.name, own))
    player.press("Ctrl+C")
    assert QGuiApplication.clipboard().text() == own


def test_the_log_says_what_went_and_why_not_and_counts_what_repeats(player, screen):
    line = player.session.exchange.hub
    for _ in range(3):
        line._on_failed(DOWN)
    assert screen.log.text.count("✕") == 1
    assert "（连续 3 次）" in screen.log.text
    line._on_synced(result())
    line._on_synced(result())
    line._on_synced(result(pushed=2, pulled=1))
    assert screen.log.text.count("已连通，没有新的") == 1
    assert screen.log.text.endswith("✓ 发出 2 条，收到 1 条")
    line._on_synced(result(pushed=2, pulled=1))
    assert screen.log.text.count("发出 2 条") == 1
    assert screen.log.text.endswith("✓ 发出 2 条，收到 1 条（连续 2 次）")
    player.session.exchange.log.note("b", "村工作站", result(pushed=7))
    who = screen.log._who
    who.setCurrentIndex(who.findData("b"))
    assert "发出 7 条" in screen.log.text
    assert "发出 2 条" not in screen.log.text


def test_the_log_is_there_before_the_page_was_opened_and_keeps_so_many(player):
    line = player.session.exchange.hub
    for number in range(250):
        line._on_synced(result(pushed=number + 1))
    player.press("Alt+4")
    lines = player.window.screen_named("sync").log.text.splitlines()
    assert len(lines) == 200
    assert "发出 250 条" in lines[-1]


@pytest.mark.parametrize(("skew", "words"), [(-300_000, "快 5 分"), (300_000, "慢 5 分")])
def test_a_clock_that_is_far_off_is_told(player, screen, skew, words):
    line = player.session.exchange.hub
    line._on_synced(result(skew_ms=120_000))
    assert screen._skew.isHidden()
    line._on_synced(result(skew_ms=skew))
    assert words in screen._skew.text()
    assert screen._skew.isVisible()


def test_a_pause_by_its_key_and_on_again(player, screen):
    player.press("P")
    assert player.session.exchange.state.is_paused
    assert "已暂停" in cells(screen, 0)[2]
    player.press("P")
    assert not player.session.exchange.state.is_paused


def test_while_it_is_paused_nothing_goes_out_whoever_asks(player, screen, hub):
    store, exchange = player.session.store, player.session.exchange
    with HubClient(store, hub.url) as line:
        line.enrol(new_code(store, hub))
    exchange.run_now()
    player.until(lambda: is_level(exchange.state), "the line")
    exchange.pause(True)
    told, carrying = told_by(player), exchange._carrying
    apart.report(store, content="停着的时候报的，井盖丢了")
    player.until(lambda: exchange.state.unsent > 0, "what waits")
    assert not exchange.state.is_running
    for key in ("F5", "R"):
        player.press(key)
        assert not exchange.state.is_running
    assert len([text for text in told if "交换已暂停" in text]) == 2
    waiting = exchange.state.unsent
    exchange.hub._on_synced(result(pulled=1, unsent=waiting))  # one that was under way
    assert carrying._lines == {}
    player.press("P")
    player.until(lambda: is_level(exchange.state), "what waited")
    assert f"✓ 发出 {waiting} 条" in screen.log.text
    assert list(carrying._lines) == ["hub"]


@pytest.mark.parametrize("seconds", [0, 90])
def test_a_busy_hub_is_left_alone_as_long_as_it_asked(player, seconds):
    line = player.session.exchange.hub
    line._on_failed(EnvironmentError_("hub_busy", seconds=seconds))
    assert seconds + 5 <= line._timer.interval() / 1000 <= seconds + 10
    line._on_synced(result())
    assert line._timer.interval() <= 40_000


def test_who_enrols_while_an_attempt_finds_no_hub_does_not_wait(player):
    line = player.session.exchange.hub
    line._set(is_running=True)
    line.run_now()
    line._on_synced(None)
    assert line._timer.interval() == SOON_MS


def test_states_change_and_the_cursor_stays(player, screen):
    player.press("Down")
    player.session.exchange.hub._on_failed(DOWN)
    assert screen.peers.currentRow() == 1
    assert cells(screen, 0)[2].startswith("▲")
    assert screen.peers.item(0, 2).toolTip()


def test_how_far_a_first_exchange_is_is_shown(screen):
    line = screen._exchange.hub
    line.state = line.state._replace(is_enrolled=True, is_running=True)
    line.show_coming(12_000, 100_000)
    assert "正在接收记录 12000 / 100000" in screen._line.text()
    line._on_failed(EnvironmentError_("hub_silent"))
    assert "正在接收" not in screen._line.text()
    line.show_coming(13_000, 100_000)  # said before it failed, heard after
    assert "正在接收" not in screen._line.text()
