"""The window: who sits at it, what it says of the line, how it goes."""

import shutil
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import pytest
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QLabel

import db.sync.client
import db.sync.peers
import desktop.window.seat as seat_module
from db.demo.fill import DemoPlan, fill_demo
from db.domain.errors import EnvironmentError_, InputError
from db.domain.ops import SYSTEM
from db.store.queries.town import UserRow, users
from db.sync.client import SyncResult
from desktop.app import open_session
from desktop.backups import BackupState
from desktop.duty import first_officer
from desktop.exchange import line_kind, line_text
from desktop.i18n import describe
from desktop.lines import LineState, PeerState
from desktop.play import Player
from desktop.widgets.elided_label import ElidedLabel
from desktop.widgets.tips import plain_tip
from desktop.widgets.toast import toasts
from tests.db.store import rig

FORK = InputError("fork", site="other", epoch=1, seq=3)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    home = tmp_path_factory.mktemp("window") / "home"
    fill_demo(home, DemoPlan("990101001", 1, 1, time.time_ns() // 1_000_000, 3), "file")
    return rig.unbound(home)


@pytest.fixture
def player(template, tmp_path, qtbot):
    session = open_session(shutil.copytree(template, tmp_path / "home"))
    qtbot.addWidget(session.window)
    session.window.show()
    player = Player(session)
    player.until(lambda: session.runner.pending == 0, "the queue")
    yield player
    session.window.close()


def texts(widget):
    return [label.text() for label in widget.findChildren(QLabel)]


def choose_other(player):
    """Pick the next person of the list; return the key."""
    seats = player.window._seat
    index = (seats.currentIndex() + 1) % seats.count()
    seats.setCurrentIndex(index)
    seats.activated.emit(index)
    return seats.itemData(index)


def test_each_sitting_has_a_session_of_its_own(player):
    duty = player.session.duty
    before, key = duty.actor.session, choose_other(player)
    player.until(lambda: duty.actor.user == key, "the other person")
    assert before
    assert duty.actor.session not in ("", before)
    assert player.window._seat.currentData() == key


def test_who_cannot_sit_down_is_told_and_the_seat_stays(player, monkeypatch):
    def refuse(store, key):
        raise EnvironmentError_("record_busy")

    monkeypatch.setattr(seat_module, "sit_down", refuse)
    duty, told = player.session.duty, []
    duty.told.connect(lambda kind, text, hint: told.append(text))
    before = duty.actor
    choose_other(player)
    player.until(lambda: bool(told), "the error")
    assert told == ["数据文件正忙"]
    assert duty.actor == before
    assert player.window._seat.currentData() == before.user


def test_nobody_is_seated_in_anothers_place(player):
    duty = player.session.duty
    before = duty.actor
    left = [one for one in player.session.store.read(users) if one.key != before.user]
    player.window._seat.offer(left)
    player.until(lambda: player.session.runner.pending == 0, "all work done")
    assert duty.actor == before
    assert player.window._seat.currentIndex() == -1


def test_the_first_officer_takes_an_empty_seat(player):
    duty = player.session.duty
    duty.switch(SYSTEM)
    known = player.session.store.read(users)
    player.window._seat.offer(known)
    player.until(lambda: duty.actor.user == first_officer(known), "the first officer")
    assert duty.actor.session


def test_first_officer():
    known = [UserRow("a", "甲", "dispatcher", "", ""), UserRow("b", "乙", "x duty_officer", "", "")]
    assert first_officer(known) == "b"
    assert first_officer(known[:1]) == ""


LINE_DOWN = EnvironmentError_("hub_unreachable", url="x")
UP = PeerState("b", "乙席", "B1", LineState(True, is_up=True))
DOWN = PeerState("c", "丙席", "C1", LineState(True, since=0, error=LINE_DOWN))


@pytest.mark.parametrize(
    ("state", "text", "kind"),
    [
        (LineState(True, is_up=True), "● 区级线路正常", "ok"),
        (LineState(True, is_up=True, troubles=(FORK,)), "● 区级线路正常，▲ 1 条链未同步", "warn"),
        (
            LineState(True, since=0, unsent=3, error=EnvironmentError_("hub_unreachable", url="x")),
            "▲ 区级线路中断 1 分，3 条待发，本机照常工作",
            "warn",
        ),
        (
            LineState(True, since=0, unsent=3, error=EnvironmentError_("disk_full")),
            "▲ 磁盘已满，这一步没有做成，3 条待发",
            "warn",
        ),
        (LineState(True, since=0, error=ValueError()), "▲ 程序内部错误，0 条待发", "warn"),
        (LineState(True, is_up=True, peers=(UP, UP)), "本室 2/2 ●  区级 ●", "ok"),
        (LineState(False, peers=(UP, DOWN)), "本室 1/2 ▲", "warn"),
        (
            LineState(True, since=0, unsent=3, error=LINE_DOWN, peers=(UP,)),
            "本室 1/1 ●  区级 ▲ 中断 1 分，3 条待发",
            "warn",
        ),
        (LineState(True, is_paused=True), "▲ 交换已暂停，数据只在本机", "warn"),
    ],
)
def test_the_line_is_called_broken_only_when_it_is(state, text, kind):
    assert line_text(state, 60_000) == text
    assert line_kind(state) == kind


def test_a_chain_that_stayed_behind_is_shown_with_its_reason(player):
    screen = player.window.screen_named("sync")
    result = SyncResult(1, 2, held=0, unsent=0, skew_ms=0, troubles=(FORK,))
    player.session.exchange.hub._on_synced(result)
    player.until(lambda: player.session.runner.pending == 0, "the names")
    shown = "▲ other：同一站点出现两份不同的记录。两份都已保留，"
    assert any(text.startswith(shown) for text in texts(screen))
    assert any("1 条链未同步" in text for text in texts(player.window._status.line.parentWidget()))


def test_an_unexpected_error_of_the_exchange_is_in_its_log(player):
    screen = player.window.screen_named("sync")
    player.session.exchange.hub._on_failed(ValueError("odd"))
    assert "✕ 程序内部错误" in screen.log.text


def test_closing_hides_the_window_and_ends_the_exchange(player, monkeypatch):
    started, seen = threading.Event(), []

    def hang(store, *, is_cancelled, **_):
        started.set()
        while not is_cancelled():
            time.sleep(0.01)
        seen.append(player.window.isVisible())
        raise EnvironmentError_("exchange_cancelled")

    monkeypatch.setattr(db.sync.peers, "hub_of", lambda connection: SimpleNamespace(url="http://x"))
    monkeypatch.setattr(db.sync.client, "sync_once", hang)
    player.session.exchange.run_now()
    player.until(started.is_set, "the exchange")
    player.window.close()
    # Ended by being asked to, not left behind.
    assert seen == [False]
    assert not player.window.isVisible()


def test_what_others_wrote_is_no_markup_in_a_tip(player):
    error = EnvironmentError_("hub_unreachable", url="<img src='http://x/y'>")
    player.window._status.show_line(LineState(True, error=error))
    player.window._status.show_backups(BackupState("", error=error))
    for label in (player.window._status.line, player.window._status.saved):
        document = QTextDocument()
        document.setHtml(label.toolTip())
        assert document.toPlainText() == "。".join(describe(error))


@pytest.mark.parametrize("text", ["", "a < b", "<b>甲</b>", "<img src=x>&lt;", "镇街"])
def test_a_plain_tip_shows_what_it_is_given(qapp, text):
    document = QTextDocument()
    document.setHtml(plain_tip(text))
    assert document.toPlainText() == text
    assert bool(plain_tip(text)) == bool(text)


@pytest.mark.parametrize("how", ["aboutToQuit", "commitDataRequest"])
def test_the_record_is_let_go_when_the_desktop_ends(player, qapp, how):
    arguments = {"aboutToQuit": (), "commitDataRequest": (None,)}
    getattr(qapp, how).emit(*arguments[how])
    with pytest.raises(EnvironmentError_):
        player.session.store.write(lambda journal: None)


def test_the_program_ends_with_its_window(template, tmp_path):
    home = shutil.copytree(template, tmp_path / "ends")
    code = (
        "from PySide6.QtCore import QTimer\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from desktop import app\n"
        "app.make_application()\n"
        "QTimer.singleShot(1500, lambda: [w.close() for w in QApplication.topLevelWidgets()])\n"
        "raise SystemExit(app.run_window())\n"
    )
    environment = {"GRIDDESK_HOME": str(home), "QT_QPA_PLATFORM": "offscreen", "PATH": ""}
    done = subprocess.run([sys.executable, "-c", code], env=environment, timeout=60)
    assert done.returncode == 0


REOPENED = """
import gc
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid
from desktop import app
from desktop.window.main import MainWindow

app.make_application()
asked = []

def windows():
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow)]

def look():
    shown = [one for one in windows() if one.isVisible()]
    if shown and not asked:
        asked.append(True)
        shown[0].setObjectName("old")
        shown[0].reopen_asked.emit(False)
    elif shown and shown[0].objectName() != "old":
        ticker.stop()
        QTimer.singleShot(0, lambda: 1 / 0)
        QTimer.singleShot(500, report)

def report():
    sessions = [one for one in gc.get_objects() if isinstance(one, app.Session) and isValid(one)]
    print(len(sessions), len(windows()), flush=True)
    for one in windows():
        one.close()

ticker = QTimer(interval=50)
ticker.timeout.connect(look)
ticker.start()
raise SystemExit(app.run_window())
"""


def test_of_a_session_that_was_reopened_nothing_is_left(template, tmp_path):
    home = shutil.copytree(template, tmp_path / "again")
    environment = {"GRIDDESK_HOME": str(home), "QT_QPA_PLATFORM": "offscreen", "PATH": ""}
    command = [sys.executable, "-c", REOPENED]
    done = subprocess.run(command, env=environment, timeout=120, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "1 1\n"), done.stderr
    # The crash was told to the window that is open, and to no other.
    noted = (home / "errors.log").read_text()
    assert noted.count("ZeroDivisionError") == 1
    assert "RuntimeError" not in noted + done.stderr


def test_the_keys_come_back_to_where_they_were(player):
    player.desk.focus_list()
    player.press("N")
    player.until(lambda: player.desk.form.is_open, "the form")
    field = player.focus()
    player.press("Alt+6")
    assert not player.desk.form.isVisible()
    player.press("Alt+1")
    assert player.focus() is field
    player.desk.go_back()
    player.press("Alt+6")
    player.press("Alt+1")
    assert player.desk.view.hasFocus()


def test_only_the_newest_notice_stands(player):
    player.window.show_notice("新到 1 件")
    player.window.show_notice("新到 2 件")
    assert [toast.text for toast in toasts(player.window._stack)] == ["新到 2 件"]


def test_what_happened_is_not_cut_for_what_to_do(player):
    player.window.resize(1366, 768)
    player.session.duty.tell("warn", "备注：362 件里办好 360 件", "原因" * 200)
    (toast,) = toasts(player.window._stack)
    message = toast.findChildren(ElidedLabel)[0]
    assert message.width() >= message.fontMetrics().horizontalAdvance(message.text())
