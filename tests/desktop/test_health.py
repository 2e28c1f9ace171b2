"""What the window says of the disk and of the record, on disks that are really so."""

import shutil
import threading

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLabel

from db.commands.incidents import Report, report_incident
from db.domain.errors import EnvironmentError_
from db.store.health import BALLAST, Health, Limits
from db.store.verify import is_check_due, verify_home
from desktop.app import Session, make_application
from desktop.health import PROBE_MS, RETRY_MS, words_of
from desktop.i18n import TROUBLES
from desktop.settings import Settings
from desktop.theme import apply_theme, load_theme
from tests.db.store import rig
from tests.db.store.disks import LIMITS, fill, read_only, small_disk

SOON = 2_000
"""Milliseconds within which a trouble must be seen."""
PATIENCE = 30_000
"""Milliseconds after which a test gives up."""
REPORT = Report({"content": "楼下下水道堵塞" + "满" * 900, "address": "枫桥路12号"})


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return rig.as_demo(rig.make_site(tmp_path_factory.mktemp("health") / "home"))


@pytest.fixture
def disk(tmp_path):
    with small_disk(tmp_path / "disk", 32) as folder:
        yield folder


@pytest.fixture
def sit(template, disk, qtbot):
    """Open a window on a record of that disk."""
    sessions = []

    def open_one(limits, home=None):
        home = home or shutil.copytree(template, disk / "home")
        apply_theme(make_application(), load_theme("light"), Settings().font_size)
        session = Session(rig.open_store(home, limits=limits), Settings())
        sessions.append(session)
        qtbot.addWidget(session.window)
        session.window.show()
        qtbot.waitUntil(lambda: session.runner.pending == 0)
        return session

    yield open_one
    for session in sessions:
        session.window.close()


def banner(session):
    return session.window._banner


def shown(widget):
    return " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_a_full_disk_is_said_until_there_is_room(sit, disk, qtbot):
    session = sit(LIMITS)
    session.store.guard.keep_ballast()
    assert not banner(session).isVisible()
    told = []
    session.duty.told.connect(lambda kind, text, hint: told.append(text))
    filler = fill(disk / "filler")

    def write():
        while True:
            report_incident(session.store, rig.CLERK, REPORT)

    session.runner.write(write)
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE)
    looks = []
    session.watch._prober.timeout.connect(lambda: looks.append(1))
    qtbot.waitUntil(banner(session).isVisible, timeout=PATIENCE)
    # Counted in looks at the disk: a busy machine makes them late, not more.
    assert len(looks) * PROBE_MS <= SOON
    assert told[-1].startswith("磁盘")
    assert "磁盘" in shown(banner(session))
    assert "没有丢失" in banner(session).accessibleName()
    filler.unlink()
    qtbot.waitUntil(lambda: not banner(session).isVisible(), timeout=PATIENCE)
    report_incident(session.store, rig.CLERK, REPORT)


def test_a_read_only_disk_is_said_until_it_can_be_written(sit, disk, qtbot):
    session = sit(LIMITS)
    with read_only(session.store.home):
        qtbot.waitUntil(banner(session).isVisible, timeout=PATIENCE)
        assert TROUBLES["disk_readonly"][0] in shown(banner(session))
    qtbot.waitUntil(lambda: not banner(session).isVisible(), timeout=PATIENCE)


def test_little_room_is_a_lasting_word_and_less_ends_writing(sit, disk, qtbot):
    session = sit(Limits(low=20 << 20, paused=8 << 20, ballast=1 << 20))
    space = session.window._status.space
    assert not space.isVisible()
    filler = fill(disk / "filler", 16 << 20)
    qtbot.waitUntil(space.isVisible, timeout=PATIENCE)
    # A mark and words, not colour alone.
    assert space.text().startswith("▲ 磁盘空间不足")
    assert not banner(session).isVisible()
    fill(filler, 4 << 20)
    qtbot.waitUntil(banner(session).isVisible, timeout=PATIENCE)
    with pytest.raises(EnvironmentError_) as caught:
        report_incident(session.store, rig.CLERK, REPORT)
    assert caught.value.code == "record_paused"
    filler.unlink()
    qtbot.waitUntil(lambda: not banner(session).isVisible(), timeout=PATIENCE)
    assert not space.isVisible()


def test_the_record_is_checked_in_the_background(sit, qtbot):
    session = sit(LIMITS)
    report_incident(session.store, rig.CLERK, REPORT)
    percents, threads = [], []
    session.watch.checking.connect(percents.append)
    session.watch.checking.connect(lambda _: threads.append(threading.current_thread()))
    assert is_check_due(session.store)
    session.watch._check()
    qtbot.waitUntil(lambda: percents[-1:] == [100], timeout=PATIENCE)
    assert set(threads) == {threading.main_thread()}
    assert len(percents) > 1
    assert not is_check_due(session.store)
    assert (session.store.home / BALLAST).exists()
    assert not session.window._status.checking.isVisible()


def test_found_damage_stays_said(sit, disk, template, qtbot):
    home = shutil.copytree(template, disk / "home")
    with rig.open_store(home, limits=LIMITS) as store:
        for _ in range(80):
            report_incident(store, rig.CLERK, REPORT)
    _damage_the_journal(home)
    session = sit(LIMITS, home)
    session.watch._check()
    qtbot.waitUntil(banner(session).isVisible, timeout=PATIENCE)
    assert "数据有损坏，已改为只读" in shown(banner(session))
    with pytest.raises(EnvironmentError_) as caught:
        report_incident(session.store, rig.CLERK, REPORT)
    assert caught.value.code == "record_damaged_paused"


def _damage_the_journal(home):
    record = rig.record(home)
    content = record.read_bytes()
    for page in range(len(content) // 4096 - 1, 0, -1):
        damaged = bytearray(content)
        damaged[page * 4096 + 100] ^= 1
        record.write_bytes(bytes(damaged))
        if verify_home(home).problems[0]["code"] == "journal_damaged":
            return


def test_a_check_that_cannot_be_made_is_tried_again_in_an_hour(sit, qtbot, monkeypatch):
    session = sit(LIMITS)
    checker, guard = session.watch._checker, session.store.guard

    def refuse():
        raise EnvironmentError_("record_busy", detail="")

    monkeypatch.setattr(guard, "keep_ballast", refuse)
    checker.stop()
    session.watch._check()
    qtbot.waitUntil(checker.isActive, timeout=PATIENCE)
    assert checker.interval() == RETRY_MS
    assert not guard.health.damaged
    monkeypatch.undo()
    checker.stop()
    # As when the hour is over.
    checker.timeout.emit()
    qtbot.waitUntil(checker.isActive, timeout=PATIENCE)
    assert (session.store.home / BALLAST).exists()
    assert not is_check_due(session.store)


def test_closing_ends_a_check(sit, qtbot):
    session = sit(LIMITS)
    session.watch._check()
    session.window.close()
    assert session.watch._cancel()
    assert not session.watch._checker.isActive()
    assert isinstance(session.watch, QObject)


@pytest.mark.parametrize(
    ("health", "start"),
    [
        (Health(), None),
        (Health(trouble="disk_error"), "磁盘读写出错"),
        (Health(trouble="disk_full", damaged="x"), "数据有损坏"),
        (Health(level="paused", free=150 << 20), "磁盘只剩 150 MB"),
        (Health(level="low"), None),
    ],
)
def test_what_is_said_first(health, start):
    words = words_of(health)
    assert (words is None) if start is None else words[0].startswith(start)
