"""U盘交换 in the window: by its buttons, off the GUI thread, and nothing taken in unasked."""

import shutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from db.commands import keys
from db.demo.fill import DemoPlan, fill_demo
from db.stick.cards import believe, own_fingerprint, write_card, write_heads
from db.stick.plan import recipient_named
from db.stick.read import take
from db.stick.write import write_for
from db.store.queries.town import users
from db.store.store import Store
from desktop.app import open_session
from desktop.screens.sync import stick_panel
from tests.db.sync import rig

NOW = 1_795_449_600_000


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A demonstration's record, and another station's of its town."""
    folder = tmp_path_factory.mktemp("stick")
    fill_demo(folder / "home", DemoPlan("990101001", 3, 3, NOW, 2), "file")
    rig.make_site(folder / "other", "B2", town="990101001", name="二号席位").close()
    return folder


@pytest.fixture
def other(template, tmp_path):
    with Store.open(shutil.copytree(template / "other", tmp_path / "other")) as store:
        yield store


@pytest.fixture
def usb(tmp_path):
    folder = tmp_path / "usb"
    folder.mkdir()
    return folder


@pytest.fixture
def session(template, tmp_path, qtbot):
    opened = open_session(shutil.copytree(template / "home", tmp_path / "home"))
    qtbot.addWidget(opened.window)
    opened.window.show()
    yield opened
    opened.close()


@pytest.fixture
def panel(session, qtbot):
    session.window.open_screen("sync")
    screen = session.window.screen_named("sync")
    button(screen, "U盘交换").click()
    qtbot.waitUntil(lambda: "指纹" in screen.stick._own.text())
    return screen.stick


def button(owner, text):
    found = [one for one in owner.findChildren(QPushButton) if one.text().startswith(text)]
    assert len(found) == 1
    return found[0]


def idle(panel, qtbot):
    qtbot.waitUntil(lambda: not panel.is_busy, timeout=20_000)


def introduced(panel, other, usb, qtbot):
    """Both take in the other's card, here by the button that says that they agree."""
    panel.open_file(write_card(other, usb))
    idle(panel, qtbot)
    assert own_fingerprint(other) in panel._confirm._title.text()
    assert panel._form.order is None
    button(panel._confirm, "指纹一致").click()
    idle(panel, qtbot)
    qtbot.waitUntil(lambda: panel._form.order is not None)
    store = panel._context.store
    believe(other, rig.OFFICER, write_card(store, usb), own_fingerprint(store))


def test_a_card_is_believed_by_a_button_and_not_before(panel, other, usb, qtbot):
    introduced(panel, other, usb, qtbot)
    assert panel._form.order.peer.id == other.site.id
    panel.open_file(next(usb.glob("GridDesk-B2-card-*")))
    idle(panel, qtbot)
    assert "已经认识" in panel.lines[0]


def test_where_people_sign_in_a_second_one_answers_for_a_card(
    panel, other, usb, qtbot, monkeypatch
):
    monkeypatch.setattr(keys, "is_claimed", lambda _: True)
    panel.open_file(write_card(other, usb))
    idle(panel, qtbot)
    button(panel._confirm, "指纹一致").click()
    # Whom one may name is read beside the window.
    qtbot.waitUntil(lambda: panel.second.is_open and panel.second.person.count() > 0)
    idle(panel, qtbot)
    assert "需要两个人" in panel.lines[0]
    assert panel._form.order is None
    leader = next(
        row
        for row in panel._context.store.read(users)
        if "shift_leader" in row.roles.split() and row.key != panel._context.duty.actor.user
    )
    panel.second.person.setEditText(leader.key)
    panel.second.confirm()
    qtbot.waitUntil(lambda: panel._form.order is not None)
    assert "已收下" in panel.lines[0]


def test_a_file_is_written_and_the_other_takes_it(panel, other, usb, qtbot):
    introduced(panel, other, usb, qtbot)
    panel._form._purpose.setText("线路中断")
    panel.write_to(usb)
    assert panel.is_busy
    assert not button(panel, "读文件").isEnabled()
    idle(panel, qtbot)
    assert "✓ 可以拔出" in panel.lines[0]
    (path,) = usb.glob("*.gdx")
    taken = take(other, path)
    assert taken.troubles == []
    assert taken.added == taken.header.ops > 50


def test_a_file_is_shown_first_and_taken_in_when_asked(panel, other, usb, qtbot):
    introduced(panel, other, usb, qtbot)
    rig.note(other, 30)
    store = panel._context.store
    peer = other.read(lambda c: recipient_named(c, other.site.id, store.site.id))
    written = write_for(other, rig.OFFICER, peer, usb, known=None, with_files=False)
    (path,) = written.paths
    before = rig.count_ops(store)
    panel.open_file(path)
    idle(panel, qtbot)
    assert "新的" in "".join(panel.lines)
    assert rig.count_ops(store) == before
    button(panel._confirm, "收下").click()
    idle(panel, qtbot)
    assert panel.lines[0].endswith("0 个附件")
    assert rig.count_ops(store) == before + written.ops > before + 30
    panel.open_file(path)
    idle(panel, qtbot)
    assert "都已有，没有新的" in panel.lines[-1]
    assert panel._confirm.isHidden()
    panel.open_file(write_heads(other, usb))
    idle(panel, qtbot)
    assert "已记下" in panel.lines[0]


def test_what_is_wrong_is_said_in_its_place(panel, usb, qtbot):
    panel.write_to(usb)
    assert "身份卡" in panel.lines[0]
    (usb / "a.gdx").write_bytes(b"%PDF-1.7")
    panel.open_file(usb / "a.gdx")
    idle(panel, qtbot)
    assert "别的程序的文件" in panel.lines[0]
    panel.write_card_to(usb / "absent")
    idle(panel, qtbot)
    assert "U盘不见了" in panel.lines[0]


def test_work_is_ended_by_its_button(panel, other, usb, qtbot, monkeypatch):
    introduced(panel, other, usb, qtbot)

    def never_ends(store, actor, order, folder, watch):
        step = watch.step("stick_write")
        while True:
            step(1, 2)

    monkeypatch.setattr(stick_panel, "_write", never_ends)
    panel.write_to(usb)
    qtbot.waitUntil(lambda: panel._progress.text() == "写到U盘 50%")
    stop = button(panel, "中止")
    assert stop.hasFocus()
    QTest.keyClick(stop, Qt.Key.Key_Space)
    idle(panel, qtbot)
    assert list(usb.glob("*.gdx*")) == []
    assert stop.isHidden()


def test_the_folder_is_remembered_and_the_dialog_blocks_nothing(panel, usb, qtbot):
    button(panel, "读文件").click()
    dialog = panel.findChild(stick_panel.QFileDialog)
    assert dialog.isVisible()
    (usb / "a.gdx").write_bytes(b"")
    dialog.fileSelected.emit(str(usb / "a.gdx"))
    dialog.close()
    idle(panel, qtbot)
    assert panel._folder() == str(usb)
