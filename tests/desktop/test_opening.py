"""A slow way into the record is told of, can be ended, and loses nothing."""

import threading

import pytest

from db.domain.errors import EnvironmentError_
from db.migrations import SCHEMA_VERSION
from db.store import driver
from db.store.medium import Watch
from db.store.rebuild import PROJECTED
from db.store.store import RECORD, Store
from desktop import opening as opening_module
from desktop.app import open_session
from desktop.opening import Opening
from tests.db.migrations.golden import FOLDER, copy_of
from tests.db.store import rig

OLDEST = sorted(path for path in FOLDER.iterdir() if path.is_dir())[0]

VERSION = "SELECT v FROM meta WHERE k = 'projection_version'"


@pytest.fixture
def home(tmp_path):
    return copy_of(OLDEST, tmp_path / "home")


@pytest.fixture
def disk(monkeypatch):
    """A disk on which copying goes on only once somebody says so."""
    ready, copy = threading.Event(), driver.copy

    def slow(source, path, key, on_pages):
        while not ready.wait(0.01):
            on_pages(3, 10)
        copy(source, path, key, on_pages)

    monkeypatch.setattr(driver, "copy", slow)
    yield ready
    ready.set()


@pytest.fixture
def begin(home, qtbot):
    """Open the record; what is entered stands in the list returned, and is let go at the end."""
    entered = []

    def begin():
        opening = Opening(home, entered.append)
        opening.begin()
        return opening, entered

    yield begin
    for store in entered:
        store.close()


def schema(home):
    connection = driver.open_any(home / RECORD, rig.key_of(home))
    try:
        return driver.schema_of(connection)
    finally:
        connection.close()


def shown(opening, qtbot, title):
    qtbot.waitUntil(lambda: opening.window is not None and opening.window.isVisible())
    qtbot.addWidget(opening.window)
    qtbot.waitUntil(lambda: opening.window._title.text() == title)
    return opening.window


def test_an_upgrade_says_how_far_it_is_and_opens(begin, disk, home, qtbot):
    opening, entered = begin()
    window = shown(opening, qtbot, "正在升级数据……")
    said = window._hint.text()
    assert "第 1 步，共 5 步：复制 30%" in said
    assert "没有丢失任何数据" in said
    assert entered == []
    disk.set()
    qtbot.waitUntil(lambda: bool(entered))
    qtbot.waitUntil(lambda: not window.isVisible())
    assert schema(home) == SCHEMA_VERSION


def test_an_upgrade_can_be_ended_and_begun_again(begin, disk, home, qtbot):
    opening, entered = begin()
    window = shown(opening, qtbot, "正在升级数据……")
    window._go.click()
    qtbot.waitUntil(lambda: window._title.text() == "升级已中止")
    assert "没有丢失" in window._hint.text()
    assert schema(home) == 1
    disk.set()
    window._go.click()
    qtbot.waitUntil(lambda: bool(entered))
    assert schema(home) == SCHEMA_VERSION


def test_closing_the_window_ends_the_upgrade_and_leaves_the_record(begin, disk, home, qtbot):
    opening, entered = begin()
    window = shown(opening, qtbot, "正在升级数据……")
    work = window._work
    window.close()
    qtbot.waitUntil(work.done)
    assert getattr(work.exception(), "code", "") == "work_cancelled"
    assert schema(home) == 1
    assert entered == []
    disk.set()
    with Store.open(home) as store:
        assert rig.rows(store, "SELECT count(*) FROM op")[0][0] > 0
    qtbot.waitUntil(lambda: schema(home) == SCHEMA_VERSION)
    assert not window.isVisible()


def test_a_change_of_the_schema_ends_in_the_midst_of_a_statement(home, monkeypatch):
    monkeypatch.setattr(driver, "_LOOK_EVERY", 1)
    steps = []
    watch = Watch(lambda step, *_: steps.append(step), lambda: steps[-1:] == ["migrate"])
    with pytest.raises(EnvironmentError_) as caught:
        Store.open(home, watch=watch)
    assert caught.value.code == "work_cancelled"
    assert list(dict.fromkeys(steps)) == ["copy", "digest", "read", "prove", "migrate"]
    assert schema(home) == 1
    Store.open(home).close()
    assert schema(home) == SCHEMA_VERSION


def test_a_slow_disk_is_told_of_though_there_is_nothing_to_upgrade(begin, home, qtbot, monkeypatch):
    Store.open(home).close()
    ready, start = threading.Event(), Store._start

    def slow(*args, **kwargs):
        ready.wait(30)
        start(*args, **kwargs)

    monkeypatch.setattr(Store, "_start", slow)
    monkeypatch.setattr(opening_module, "PATIENCE_MS", 1)
    opening, entered = begin()
    window = shown(opening, qtbot, "正在打开……")
    ready.set()
    qtbot.waitUntil(lambda: bool(entered))
    qtbot.waitUntil(lambda: not window.isVisible())


def test_a_record_that_opens_at_once_has_no_window_of_its_own(begin, home, qtbot, monkeypatch):
    Store.open(home).close()
    monkeypatch.setattr(opening_module, "PATIENCE_MS", 30_000)
    opening, entered = begin()
    qtbot.waitUntil(lambda: bool(entered))
    assert opening.window is None


def test_rows_of_another_version_are_made_anew_and_told_of(home, qtbot):
    with Store.open(home) as store:
        store.write(lambda journal: journal.set_meta("projection_version", "1"))
    session = open_session(home)
    qtbot.addWidget(session.window)
    told = []
    session.renewing.connect(told.append)
    session.window.show()
    qtbot.waitUntil(lambda: 100 in told)
    assert told[0] == 99
    assert rig.rows(session.store, VERSION) == [PROJECTED[1:]]
    assert session.window._status.renewing.isHidden()
    session.window.close()
