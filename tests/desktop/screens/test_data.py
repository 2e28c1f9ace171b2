"""数据与备份: by keys, in the background, and never over the record without being asked."""

import shutil
import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from db.commands import keys
from db.demo.fill import DemoPlan, fill_demo
from db.store import blobs
from db.store import rebuild as rebuild_module
from db.store.backup import make_backup
from db.store.manifest import list_backups
from db.store.queries.town import users
from db.store.store import Store, read_site
from desktop.app import open_session
from desktop.backups import BackupState, backup_kind, backup_text, is_due
from desktop.start import StartWindow

NOW = 1_795_449_600_000
HOUR = 3_600_000
DAY = 24 * HOUR


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    home = tmp_path_factory.mktemp("data") / "home"
    fill_demo(home, DemoPlan("990101001", 1, 1, NOW, 2), "file")
    return home


@pytest.fixture
def home(template, tmp_path):
    return shutil.copytree(template, tmp_path / "home")


@pytest.fixture
def usb(tmp_path):
    folder = tmp_path / "usb"
    folder.mkdir()
    return folder


@pytest.fixture
def session(home, qtbot):
    opened = open_session(home)
    qtbot.addWidget(opened.window)
    opened.window.show()
    yield opened
    opened.close()


@pytest.fixture
def screen(session):
    session.window.open_screen("data")
    return session.window.screen_named("data")


def back_up(session, usb, qtbot):
    session.backups.choose_folder(str(usb))
    done(session, qtbot)


def done(session, qtbot):
    def is_over():
        state = session.backups.state
        return not state.is_running and (state.made_at is not None or state.error is not None)

    qtbot.waitUntil(is_over, timeout=20_000)


def idle(screen, qtbot):
    qtbot.waitUntil(lambda: not screen._is_busy, timeout=20_000)


# by the clock


def test_one_a_day_at_its_hour_and_missed_ones_are_made_up():
    noon = NOW - NOW % DAY + 4 * HOUR + 30 * 60_000  # 12:30 in the room
    assert not is_due(noon - 1, "12:30", noon - DAY)
    assert is_due(noon, "12:30", noon - DAY)
    assert not is_due(noon + HOUR, "12:30", noon)
    assert is_due(noon + 5 * DAY - HOUR, "12:30", noon)
    assert is_due(noon, "12:30", None)
    assert is_due(noon + 1, "odd", noon - 1)


def test_a_clock_put_back_does_not_stop_backups():
    assert is_due(NOW, "12:30", NOW + 30 * DAY)


def test_words_of_the_status_bar():
    at = NOW - NOW % DAY + 4 * HOUR + 30 * 60_000
    fresh = BackupState("/usb", made_at=at)
    assert backup_text(fresh, at + HOUR) == "备份 今天 12:30"
    assert backup_text(fresh, at + DAY) == "备份 昨天 12:30"
    assert backup_kind(fresh, at + DAY) == "dim"
    assert backup_text(fresh, at + 3 * DAY) == "▲ 3 天没有备份"
    assert backup_kind(fresh, at + 3 * DAY) == "warn"
    assert backup_text(BackupState(""), at) == "▲ 还没有备份"
    running = BackupState("/usb", is_running=True, step="copy", percent=40)
    assert backup_text(running, at) == "正在备份：复制 40%"


def test_a_backup_of_the_command_line_is_seen_at_the_next_tick(session, usb, qtbot):
    assert session.backups.state.made_at is None
    made = make_backup(session.context.store, usb, "").backup
    session.backups.tick()
    qtbot.waitUntil(lambda: session.backups.state.made_at == made.made_at)


def test_an_absent_disk_is_a_calm_note_and_tried_again_in_an_hour(session, tmp_path, qtbot):
    session.backups.choose_folder(str(tmp_path / "absent"))
    done(session, qtbot)
    assert session.backups.state.error.code == "backup_folder_missing"
    (tmp_path / "absent").mkdir()
    session.backups.tick()
    assert not session.backups.state.is_running
    session.backups._failed_at -= 2 * HOUR
    session.backups.tick()
    assert session.backups.state.is_running
    done(session, qtbot)
    assert session.backups.state.error is None


def test_the_folder_is_remembered_and_the_bar_says_when(session, usb, home, qtbot):
    back_up(session, usb, qtbot)
    assert len(list_backups(usb)) == 1
    assert session.window._status.saved.text().startswith("备份 今天")
    session.close()
    again = open_session(home)
    qtbot.addWidget(again.window)
    assert again.backups.state.folder == str(usb)
    qtbot.waitUntil(lambda: again.backups.state.made_at is not None)
    again.close()


# the screen


def test_every_button_is_reached_by_keys(screen, qtbot):
    screen.window().activateWindow()
    screen._choose.setFocus()
    seen = set()
    for _ in range(12):
        seen.add(screen.focusWidget())
        QTest.keyClick(screen.focusWidget(), Qt.Key.Key_Tab)
    buttons = {screen._choose, screen._drill, screen._code, screen._rebuild, screen._restore}
    assert buttons | {screen._log} <= seen


def test_f5_backs_up(session, screen, usb, qtbot):
    back_up(session, usb, qtbot)
    session.window._refresh()
    assert session.backups.state.is_running
    done(session, qtbot)
    assert len(list_backups(usb)) == 2


def test_a_drill_is_told_in_the_log(session, screen, usb, qtbot):
    back_up(session, usb, qtbot)
    screen._drill.click()
    idle(screen, qtbot)
    assert "演练通过" in screen._log.toPlainText()


def doubtful(session):
    return session.store.read(
        lambda connection: connection.execute(
            "SELECT (SELECT count(*) FROM incident WHERE content = ''),"
            " (SELECT count(*) FROM subject WHERE stale <> '')"
        ).fetchone()
    )


def spoil(journal):
    for sql in ("UPDATE incident SET content = ''", "UPDATE subject SET stale = 'KeyError'"):
        journal.connection.execute(sql)


def test_a_rebuild_beside_the_work_mends_what_is_shown(session, screen, qtbot):
    session.store.write(spoil)
    assert all(doubtful(session))
    screen._rebuild.click()
    assert not screen._rebuild.isEnabled()
    assert screen._stop.isVisible()
    idle(screen, qtbot)
    assert "条记录重建" in screen._log.toPlainText()
    assert doubtful(session) == (0, 0)


def test_a_rebuild_can_be_stopped_and_says_so(session, screen, qtbot, monkeypatch):
    monkeypatch.setattr(rebuild_module, "SLICE", 5)
    session.store.write(spoil)
    held, release = threading.Event(), threading.Event()

    def hold(_):
        held.set()
        release.wait(30)

    blocker = threading.Thread(target=session.store.write, args=(hold,))
    blocker.start()
    assert held.wait(30)
    screen._rebuild.click()
    screen._stop.click()
    release.set()
    idle(screen, qtbot)
    blocker.join()
    assert "○ 重建已中止" in screen._log.toPlainText()
    assert any(doubtful(session))


def test_a_code_is_shown_once_and_kept_wrapped(session, screen, home, usb, qtbot):
    back_up(session, usb, qtbot)
    assert "no_recovery" in session.backups.state.warnings
    screen._code.click()
    assert read_site(home).recovery is None
    screen._confirm._yes.click()
    idle(screen, qtbot)
    code = screen._confirm._title.text()
    assert len(code) == 35
    assert read_site(home).recovery is not None
    screen._confirm._yes.click()
    done(session, qtbot)
    assert not screen._confirm.isVisible()
    assert code not in (home / "site.json").read_text()


def test_where_people_sign_in_a_second_one_answers_for_a_code(
    session, screen, home, qtbot, monkeypatch
):
    monkeypatch.setattr(keys, "is_claimed", lambda _: True)
    screen._code.click()
    screen._confirm._yes.click()
    qtbot.waitUntil(lambda: screen.second.is_open and screen.second.person.count() > 0)
    assert read_site(home).recovery is None
    own = session.store.read(users)
    leader = next(row for row in own if "shift_leader" in row.roles.split())
    screen.second.person.setEditText(leader.key)
    screen.second.confirm()
    qtbot.waitUntil(lambda: len(screen._confirm._title.text()) == 35)
    assert read_site(home).recovery is not None
    last = session.store.read(
        lambda c: c.execute("SELECT body FROM op ORDER BY recv DESC LIMIT 3").fetchall()
    )
    assert any(b"recovery_code" in body and leader.name.encode() in body for (body,) in last)


def test_a_restore_is_asked_for_prepared_and_takes_its_place(session, screen, home, usb, qtbot):
    back_up(session, usb, qtbot)
    before = session.store.read(lambda c: c.execute("SELECT count(*) FROM op").fetchone())
    screen._restore.click()
    qtbot.waitUntil(lambda: screen._list.backup is not None)
    screen._on_accept()
    assert screen._confirm.isVisible()
    assert not (home / "swap.json").exists()
    with qtbot.waitSignal(screen.reopen_asked, timeout=20_000) as asked:
        screen._confirm._yes.click()
    assert asked.args == [False]
    session.close()
    with Store.open(home) as store:
        assert store.renewed
        ops = store.read(lambda c: c.execute("SELECT count(*) FROM op").fetchone())
        assert ops[0] == before[0] + 1
    assert list(home.glob("set-aside-*/griddesk.db"))


LACKING = "1 个附件没有备份到"


def lose_a_file(session, usb, qtbot):
    """Back up an attached file, and lose both copies of it."""
    home = session.store.home
    blob = blobs.put(home, b"cipher")
    back_up(session, usb, qtbot)
    (made,) = list_backups(usb)
    for folder in (home, made.path.parent):
        blobs.remove(folder, blob)


def test_a_restore_without_all_attached_files_says_so_first(session, screen, usb, qtbot):
    lose_a_file(session, usb, qtbot)
    screen._drill.click()
    idle(screen, qtbot)
    assert LACKING in screen._log.toPlainText()
    screen._restore.click()
    qtbot.waitUntil(lambda: screen._list.backup is not None)
    screen._on_accept()
    screen._confirm._yes.click()
    qtbot.waitUntil(lambda: LACKING in screen._confirm._title.text(), timeout=20_000)
    assert screen._confirm.isVisible()
    with qtbot.waitSignal(screen.reopen_asked) as asked:
        screen._confirm._yes.click()
    assert asked.args == [False]


def test_a_wrong_code_is_said_beside_the_list(session, screen, usb, home, qtbot):
    back_up(session, usb, qtbot)
    screen._restore.click()
    qtbot.waitUntil(lambda: screen._list.backup is not None)
    screen._list._secret.setText("ABC")
    screen._on_accept()
    screen._confirm._yes.click()
    idle(screen, qtbot)
    assert "还没有恢复码" not in screen._list._note.text()
    assert "恢复码" in screen._list._note.text()
    assert not (home / "swap.json").exists()


# the start window


def test_an_empty_machine_offers_to_restore(home, usb, session, qtbot, tmp_path):
    session.backups.choose_folder(str(usb))
    done(session, qtbot)
    session.close()
    stores = []
    shutil.copy(home / "key", tmp_path / "key")
    elsewhere = tmp_path / "new"
    elsewhere.mkdir()
    shutil.move(tmp_path / "key", elsewhere / "key")
    window = StartWindow(elsewhere, stores.append)
    qtbot.addWidget(window)
    window.begin()
    assert window._back_up.isVisible()
    window._back_up.click()
    window._list.open_folder(str(usb))
    qtbot.waitUntil(lambda: window._list.backup is not None)
    window._on_go()
    qtbot.waitUntil(lambda: bool(stores), timeout=20_000)
    assert stores[0].site.id == read_site(home).id
    stores[0].close()


def test_the_start_window_says_which_files_it_could_not_restore(home, usb, session, qtbot):
    lose_a_file(session, usb, qtbot)
    session.close()
    (home / "griddesk.db").unlink()
    stores = []
    window = StartWindow(home, stores.append)
    qtbot.addWidget(window)
    window.begin()
    qtbot.waitUntil(window._back_up.isVisible, timeout=20_000)
    window._back_up.click()
    window._list.open_folder(str(usb))
    qtbot.waitUntil(lambda: window._list.backup is not None)
    window._on_go()
    qtbot.waitUntil(lambda: LACKING in window._hint.text(), timeout=20_000)
    assert not stores
    window._on_go()
    qtbot.waitUntil(lambda: bool(stores), timeout=20_000)
    stores[0].close()


def test_a_damaged_record_is_repaired_from_the_start_window(home, qtbot):
    record = home / "griddesk.db"
    content = bytearray(record.read_bytes())
    content[200] ^= 1
    record.write_bytes(content)
    stores = []
    window = StartWindow(home, stores.append)
    qtbot.addWidget(window)
    window.begin()
    qtbot.waitUntil(window.isVisible, timeout=20_000)
    assert window._mend.isVisible()
    window._mend.click()
    qtbot.waitUntil(lambda: window._work is None, timeout=20_000)
    # Without a backup, and with the page that everything hangs on gone, this is what remains.
    assert "没有可用的备份" in window._title.text()
    assert window._back_up.isVisible()
    assert record.read_bytes() == bytes(content)
    assert not stores
