"""What a workstation and a person choose: it takes effect, is kept, and is the right one's."""

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from db.commands.incidents import Report, act, report_incident
from db.commands.town import User, define_users
from db.domain.calendar import DEFAULT_CALENDAR
from db.domain.ops import SYSTEM, decode
from db.domain.scope import scope_of
from db.store.envelopes import Caller
from db.store.queries.town import actor_named
from desktop import settings
from desktop.app import open_session
from desktop.delegates.queue_row import ALL_META
from desktop.keepsakes import Keepsakes
from desktop.layouts import LAYOUTS, KeptLayout, forget_layouts
from desktop.notices import notice_text
from desktop.play import Player
from desktop.runner import JOB_THREADS
from desktop.settings import change_settings, load_settings
from desktop.theme import current_theme
from desktop.widgets.toast import toasts

HOUR = 3_600_000


@pytest.mark.parametrize("damage", ['{"theme": "dark", "font', "[]", ""])
def test_damaged_settings_are_kept_and_told(template, tmp_path, qtbot, damage):
    home = shutil.copytree(template, tmp_path / "home")
    (home / "settings.json").write_text(damage, encoding="utf-8")
    session = open_session(home)
    qtbot.addWidget(session.window)
    session.window.show()
    player = Player(session)
    player.until(lambda: player.desk.detail is not None, "the queue")
    [toast] = toasts(session.window._stack)
    assert "settings.json.damaged" in toast.text
    assert session.duty.actor.name in toast.hint
    assert (home / "settings.json.damaged").read_text(encoding="utf-8") == damage
    assert load_settings(home) == settings.Settings()
    session.window.close()


def test_damaged_settings_are_not_written_over(tmp_path):
    (tmp_path / "settings.json").write_text("{", encoding="utf-8")
    change_settings(tmp_path, theme="dark")
    assert load_settings(tmp_path).theme == "dark"
    assert (tmp_path / "settings.json.damaged").read_text(encoding="utf-8") == "{"


def test_sound_settings_are_no_damaged_ones(tmp_path):
    assert not settings.set_damaged_aside(tmp_path)
    change_settings(tmp_path, theme="dark")
    assert not settings.set_damaged_aside(tmp_path)
    assert load_settings(tmp_path).theme == "dark"


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
    assert current_theme().name == "深色"
    settled(player)
    assert kept(player).theme == "dark"
    player.press("F9")
    settled(player)
    assert screen._theme.currentData() == kept(player).theme == "contrast"


def test_letters_grow_by_key_and_rows_with_them(player, screen):
    before = player.desk.view.row_height
    player.press("Ctrl+=")
    player.press("Ctrl+=")
    settled(player)
    assert kept(player).font_size == screen._size.value() == 16
    player.wait(30)
    assert player.desk.view.row_height > before
    for _ in range(30):
        player.press("Ctrl+-")
    settled(player)
    assert kept(player).font_size == 12


def test_what_dresses_nothing_anew_does_not(player, screen, monkeypatch):
    dressed = []
    monkeypatch.setattr("desktop.app.apply_theme", lambda *_: dressed.append(1))
    screen._sound.click()
    screen._language.setCurrentIndex(screen._language.findData("en"))
    screen._language.activated.emit(screen._language.currentIndex())
    settled(player)
    assert (kept(player).sound, kept(player).language, dressed) == (False, "en", [])
    player.press("F9")
    assert dressed == [1]


def test_a_setting_is_not_written_while_the_window_waits(player, screen, monkeypatch):
    threads = []
    real = settings.write_file
    monkeypatch.setattr(
        settings,
        "write_file",
        lambda *file: threads.append(threading.current_thread()) or real(*file),
    )
    screen._sound.click()
    settled(player)
    assert threads
    assert threading.main_thread() not in threads


def test_what_no_job_came_to_is_kept_at_the_end(player, screen):
    busy = threading.Event()
    for _ in range(JOB_THREADS):
        player.session.runner.job(lambda: busy.wait(5), lambda _: None)
    screen._sound.click()
    player.session.context.keep("layouts", {"desk": [1, 2, 3]})
    threading.Timer(0.2, busy.set).start()
    player.session.close()
    assert not kept(player).sound
    people = Keepsakes(player.session.store.home)
    user = player.session.duty.actor.user
    assert people.get(user, "layouts", {}) == {"desk": [1, 2, 3]}


def test_settings_changed_at_once_are_all_kept(tmp_path):
    def change(number):
        if number % 2:
            change_settings(tmp_path, tiles=f"{number}")
        else:
            change_settings(tmp_path, positions=f"{number}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(change, range(80)))
    found = load_settings(tmp_path)
    assert found.tiles
    assert found.positions
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("size", [0, 5, 400])
def test_a_size_that_nobody_can_read_is_not_taken(tmp_path, size):
    change_settings(tmp_path, font_size=size)
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
    before = splitter.sizes()
    screen._reset.click()
    assert player.session.context.kept(LAYOUTS, {"": 1}) == {}
    assert splitter.sizes() != before


def layouts(player):
    return {one._name: one for one in player.window.findChildren(KeptLayout)}


@pytest.mark.parametrize("name", ["board", "map", "lists"])
def test_every_screen_that_is_drawn_wider_keeps_it(player, name):
    player.window.resize(1366, 768)
    player.window.open_screen(name)
    settled(player)
    player.until(lambda: name in layouts(player), "the screen")
    kept = layouts(player)[name]
    context = player.session.context
    forget_layouts(context)
    usual = kept._splitter.sizes()
    # Each has room on one side only: how narrow a part may be is its own.
    kept._splitter.moveSplitter(usual[0] + (-40 if name == "map" else 40), 1)
    player.until(lambda: name in context.kept(LAYOUTS, {}), "the layout kept")
    assert kept._splitter.sizes() == context.kept(LAYOUTS, {})[name] != usual
    forget_layouts(context)
    assert kept._splitter.sizes() == usual


@pytest.mark.parametrize(
    "kept", [{"desk": "abc"}, {"desk": [1, "2", 3]}, {"desk": [1, 2**40, 3]}, {"desk": [True] * 3}]
)
def test_sizes_that_are_none_are_not_taken(player, kept):
    player.window.resize(1366, 768)
    splitter = player.desk._papers.widget(0)
    forget_layouts(player.session.context)
    usual = splitter.sizes()
    player.session.context.keep(LAYOUTS, kept)
    player.session.duty.layouts_forgotten.emit()
    assert splitter.sizes() == usual


@pytest.mark.parametrize("kept", [[["source"]], [{}, 3, "area"], ["nothing"]])
def test_parts_that_are_none_are_not_taken(player, screen, kept):
    player.session.context.keep("queue.meta", kept)
    player.desk.show_mine()
    screen._show_mine()
    assert player.desk._queue._delegate.meta == ALL_META & {
        part for part in kept if isinstance(part, str)
    }


def test_at_night_only_what_is_urgent_is_told():
    usual, urgent, none = frozenset({1}), frozenset({2}), frozenset()
    assert notice_text(usual, none, urgent, is_on_duty=True) == "新到 1 件"
    assert notice_text(usual, usual, urgent, is_on_duty=False) == ""
    told = notice_text(usual | urgent, urgent, urgent, is_on_duty=False)
    assert told == "新到 1 件，其中紧急特急 1 件；刚超时 1 件，其中紧急特急 1 件"


def test_all_that_arrive_at_once_are_counted():
    many, urgent = frozenset(range(300)), frozenset(range(290, 400))
    assert notice_text(many, frozenset(), urgent, is_on_duty=True) == (
        "新到 300 件，其中紧急特急 10 件"
    )


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


def test_what_matters_is_recorded_and_how_it_looks_is_not(player):
    session = player.session

    def changes():
        bodies = session.store.read(lambda c: c.execute("SELECT body FROM op").fetchall())
        ops = [decode(body) for (body,) in bodies]
        return [(op.actor.user, op.payload) for op in ops if op.kind == "setting_changed"]

    session._on_setting_asked("theme", "dark")
    session._on_setting_asked("room_port", 8500)
    player.until(lambda: session.runner.pending == 0, "the settings")
    assert changes() == [
        (session.duty.actor.user, {"setting": "room_port", "before": "8472", "after": "8500"})
    ]
    session._on_setting_asked("room_port", 8500)
    player.until(lambda: session.runner.pending == 0, "the settings")
    assert len(changes()) == 1
