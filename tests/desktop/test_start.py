"""A start that goes wrong says so in words and lets the record go."""

import json
import shutil
import subprocess
import sys
import threading

import pytest

import desktop.screens.triage.screen as screen_module
from db.demo.fill import DemoPlan, fill_demo
from db.domain.errors import EnvironmentError_
from db.store.store import Store
from desktop import app as app_module
from desktop.app import open_session
from desktop.start import StartWindow
from desktop.window.screens import SCREENS
from tests.db.store import rig

NOW = 1_795_449_600_000


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    home = tmp_path_factory.mktemp("start") / "home"
    fill_demo(home, DemoPlan("990101001", 1, 1, NOW, 2), "file")
    return rig.unbound(home)


@pytest.fixture
def home(template, tmp_path):
    return shutil.copytree(template, tmp_path / "home")


@pytest.fixture
def begin(home, qtbot):
    def begin(enter):
        window = StartWindow(home, enter)
        qtbot.addWidget(window)
        window.begin()
        return window

    return begin


def test_the_window_goes_once_the_desk_stands(begin, qtbot):
    stores = []
    window = begin(stores.append)
    qtbot.waitUntil(lambda: bool(stores))
    assert not window.isVisible()
    stores[0].close()


def test_a_desk_that_cannot_be_built_is_told(begin, qtbot):
    def enter(store):
        store.close()
        raise ZeroDivisionError

    window = begin(enter)
    qtbot.waitUntil(window.isVisible)
    assert window._title.text() == "程序内部错误"
    assert window._go.text() == "重试"


def test_a_store_that_breaks_is_told(begin, qtbot, monkeypatch):
    def broken(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(Store, "open", broken)
    window = begin(lambda store: None)
    qtbot.waitUntil(window.isVisible)
    assert window._title.text() == "程序内部错误"


def test_a_site_file_that_breaks_is_told(begin, home):
    (home / "site.json").unlink()
    (home / "site.json").mkdir()
    assert begin(lambda store: None)._go.text() in ("重试", "建立演示镇并打开（仅供试看）")


def test_a_theme_nobody_knows_is_the_first(home, qtbot):
    (home / "settings.json").write_text(json.dumps({"theme": "solar"}))
    session = open_session(home)
    qtbot.addWidget(session.window)
    session.window.close()


def test_a_file_in_the_place_of_the_sheets_is_told_and_the_record_let_go(home, qapp):
    (home / "sheets").write_text("x")
    with pytest.raises(EnvironmentError_) as caught:
        open_session(home)
    assert caught.value.code == "home_unwritable"
    Store.open(home).close()


def test_a_session_that_fails_lets_the_record_go(home, qapp, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(app_module, "MainWindow", broken)
    with pytest.raises(ZeroDivisionError):
        open_session(home)
    Store.open(home).close()


def test_going_back_waits_for_no_slow_stick(home, qtbot):
    stores, found, stick = [], [], threading.Event()
    window = StartWindow(home, stores.append)
    qtbot.addWidget(window)
    window._show_list()
    window._run(lambda: stick.wait(30), found.append, found.append)
    search = window._work
    window._back.click()
    qtbot.waitUntil(lambda: bool(stores), timeout=20_000)
    stick.set()
    qtbot.waitUntil(search.done)
    qtbot.waitUntil(lambda: not window.isVisible())
    assert found == []
    stores[0].close()


def test_each_result_goes_to_who_asked_for_it(home, qtbot):
    told, stick = [], threading.Event()
    window = StartWindow(home, told.append)
    qtbot.addWidget(window)
    window._run(lambda: stick.wait(30) and "first", told.append, told.append)
    window._run(lambda: "second", told.append, told.append)
    stick.set()
    qtbot.waitUntil(lambda: window._work is None)
    window._run(lambda: "third", told.append, told.append)
    qtbot.waitUntil(lambda: window._work is None)
    assert told == ["second", "third"]


FOLDERS = {"board": "dispatch", "import": "imports"}
HEAVY = ("numpy", "pyqtgraph", "reportlab", "keyring", "sqlite_utils", "shapely")


def test_screens_are_warmed_and_nothing_heavy_is_loaded_for_them(qapp):
    work = "import sys, desktop.app; from desktop.window.screens import warm; warm()"
    told = "print(*(name for name in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", f"{work}; {told}"], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert not loaded.intersection(HEAVY)
    light = set(SCREENS) - {"desk", "map", "reports"}
    wanted = {f"desktop.screens.{FOLDERS.get(name, name)}.screen" for name in light}
    assert wanted <= loaded


def test_screens_are_warmed_once_the_desk_stands(home, qtbot, monkeypatch):
    warmed = threading.Event()
    monkeypatch.setattr(app_module, "warm", warmed.set)
    session = open_session(home)
    qtbot.addWidget(session.window)
    assert not warmed.is_set()
    session.window.show()
    qtbot.waitUntil(warmed.is_set, timeout=10_000)
    session.window.close()


@pytest.mark.parametrize("is_broken", [False, True])
def test_what_furnishes_the_desk_is_loaded_beside_the_window(home, qtbot, monkeypatch, is_broken):
    threads = []

    def load():
        threads.append(threading.current_thread())
        if is_broken:
            raise OSError("unreadable")

    monkeypatch.setattr(screen_module, "_load_beside", load)
    session = open_session(home)
    qtbot.addWidget(session.window)
    with qtbot.waitSignal(session.window.desk.furnished, timeout=10_000):
        session.window.show()
    assert threads
    assert threading.main_thread() not in threads
    session.window.close()
