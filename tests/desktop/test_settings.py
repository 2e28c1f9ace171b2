"""What a workstation and a person choose: it takes effect, is kept, and is the right one's."""

import shutil
import time

import pytest

from db.commands.incidents import Report, act, report_incident
from db.commands.town import User, define_users
from db.demo.fill import DemoPlan, fill_demo
from db.domain.calendar import DEFAULT_CALENDAR
from db.domain.ops import SYSTEM
from db.domain.scope import scope_of
from db.store.envelopes import Caller
from db.store.queries.town import actor_named
from desktop.app import open_session
from desktop.delegates.queue_row import ALL_META
from desktop.layouts import LAYOUTS
from desktop.notices import notice_text
from desktop.play import Player
from desktop.settings import Settings, load_settings, save_settings
from desktop.theme import current_theme
from tests.db.store import rig

HOUR = 3_600_000


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    home = tmp_path_factory.mktemp("settings") / "home"
    fill_demo(home, DemoPlan("990101001", 1, 2, time.time_ns() // 1_000_000, 6), "file")
    return rig.unbound(home)


@pytest.fixture
def player(template, tmp_path, qtbot):
    session = open_session(shutil.copytree(template, tmp_path / "home"))
    qtbot.addWidget(session.window)
    session.window.show()
    player = Player(session)
    player.until(lambda: player.desk.detail is not None, "the queue")
    player.desk.focus_list()
    yield player
    session.window.close()


@pytest.fixture
def screen(player):
    player.press("Alt+0")
    return player.window.screen_named("settings")


def settled(player):
    player.until(lambda: player.session.runner.pending == 0, "all work done")


def kept(player):
    return load_settings(player.session.store.home)


def test_a_theme_is_worn_and_kept(player, screen):
    screen._theme.setCurrentIndex(screen._theme.findData("dark"))
    screen._theme.activated.emit(screen._theme.currentIndex())
    assert kept(player).theme == "dark"
    assert current_theme().name == "深色"
    player.press("F9")
    assert screen._theme.currentData() == kept(player).theme == "contrast"


def test_letters_grow_by_key_and_rows_with_them(player, screen):
    before = player.desk.view.row_height
    player.press("Ctrl+=")
    player.press("Ctrl+=")
    assert kept(player).font_size == screen._size.value() == 16
    player.wait(30)
    assert player.desk.view.row_height > before
    for _ in range(30):
        player.press("Ctrl+-")
    assert kept(player).font_size == 12


@pytest.mark.parametrize("size", [0, 5, 400])
def test_a_size_that_nobody_can_read_is_not_taken(tmp_path, size):
    save_settings(tmp_path, Settings(font_size=size))
    assert load_settings(tmp_path).font_size == 14


def test_the_second_line_is_each_persons_own(player, screen):
    delegate = player.desk._queue._delegate
    screen._meta["source"].click()
    settled(player)
    assert delegate.meta == ALL_META - {"source"}
    other, area = player.session.store.read(lambda c: actor_named(c, "heyan"))
    player.session.duty.switch(other, area)
    assert delegate.meta == ALL_META
    assert screen._meta["source"].isChecked()


def test_what_is_drawn_wider_is_kept_and_can_be_forgotten(player, screen):
    player.press("Alt+1")
    splitter = player.desk._papers.widget(0)
    splitter.moveSplitter(300, 1)
    player.until(lambda: bool(player.session.context.kept(LAYOUTS, {})), "the layout kept")
    assert player.session.context.kept(LAYOUTS, {})["desk"] == splitter.sizes()
    screen._reset.click()
    assert player.session.context.kept(LAYOUTS, {"": 1}) == {}


def row(player, urgency):
    rid = player.desk.view.model().ids[0]
    return player.desk._queue._rows([rid])[0]._replace(urgency=urgency)


def test_at_night_only_what_is_urgent_is_told(player):
    usual, urgent = row(player, "normal"), row(player, "urgent")
    assert notice_text([usual], (), is_on_duty=True) == "新到 1 件"
    assert notice_text([usual], (usual,), is_on_duty=False) == ""
    told = notice_text([usual, urgent], (urgent,), is_on_duty=False)
    assert told == "新到 1 件，其中紧急特急 1 件；刚超时 1 件，其中紧急特急 1 件"


@pytest.mark.parametrize(
    ("at", "is_working"),
    [
        (1_795_415_520_000, True),  # Monday 14:32
        (1_795_415_520_000 - 2 * HOUR, False),  # at noon
        (1_795_415_520_000 + 8 * HOUR, False),  # at night
        (1_795_415_520_000 - 48 * HOUR, False),  # on Saturday
    ],
)
def test_the_duty_hours_are_those_of_the_calendar(at, is_working):
    assert DEFAULT_CALENDAR.is_working(at) is is_working


def test_what_others_bring_in_is_told_and_what_one_enters_is_not(player, monkeypatch):
    told, store = [], player.session.store
    settled(player)
    player.until(lambda: player.session.notices._seen is not None, "the first look")
    monkeypatch.setattr("db.domain.calendar.Calendar.is_working", lambda *_: True)
    player.session.notices.noticed.connect(told.append)
    player.report("路口的井盖缺失一块", "采薇社区", "", "")
    player.wait(1500)
    settled(player)
    assert told == []
    define_users(store, SYSTEM, [User("second", "乙", ("duty_officer",))])
    other, _ = store.read(lambda c: actor_named(c, "second"))
    told_of = {"content": "河边有人落水", "address": "河边"}
    values = told_of | {"source": "phone", "urgency": "critical"}
    done = report_incident(store, other, Report(values, Caller("", "")))
    player.until(lambda: bool(told), "word of it")
    assert told == ["新到 1 件，其中紧急特急 1 件"]
    act(store, other, scope_of(other), done.number, "note", {"text": "看过"})
    player.wait(1500)
    settled(player)
    assert len(told) == 1
