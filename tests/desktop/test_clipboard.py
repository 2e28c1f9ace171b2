"""What was copied here leaves the clipboard again; what another program put there stays."""

import pytest
from PySide6.QtGui import QGuiApplication

from desktop import clipboard
from desktop.clipboard import ClipboardWatch, forget_copied, watch_clipboard

PHONE = "13912345678"


@pytest.fixture(autouse=True)
def _ours(monkeypatch):
    """The offscreen clipboard is nobody's; that of a desktop says whose it is."""
    board = type(QGuiApplication.clipboard())
    monkeypatch.setattr(board, "ownsClipboard", lambda _: True)


@pytest.fixture
def watch(qapp):
    QGuiApplication.clipboard().clear()
    watch = ClipboardWatch()
    yield watch
    watch.deleteLater()
    QGuiApplication.clipboard().clear()


def copied():
    return QGuiApplication.clipboard().text()


def test_a_copied_phone_is_gone_after_its_time(watch, qtbot):
    watch._timer.setInterval(20)
    QGuiApplication.clipboard().setText(PHONE)
    assert watch.is_waiting
    qtbot.waitUntil(lambda: copied() == "")
    assert not watch.is_waiting


def test_it_is_gone_when_told_to(watch):
    QGuiApplication.clipboard().setText(PHONE)
    watch.forget()
    assert copied() == ""


def test_what_another_program_put_there_stays(watch, monkeypatch):
    QGuiApplication.clipboard().setText(PHONE)
    board = QGuiApplication.clipboard()
    monkeypatch.setattr(type(board), "ownsClipboard", lambda _: False)
    board.setText("别的程序的")
    assert not watch.is_waiting
    watch.forget()
    assert copied() == "别的程序的"


def test_the_text_itself_is_not_kept(watch):
    QGuiApplication.clipboard().setText(PHONE)
    assert PHONE.encode() not in watch._digest
    assert PHONE not in repr(vars(watch))


def test_a_lock_and_the_end_clear_it(qapp, monkeypatch):
    monkeypatch.setattr(clipboard._Installed, "watch", None)
    forget_copied()
    assert watch_clipboard() is watch_clipboard()
    QGuiApplication.clipboard().setText(PHONE)
    forget_copied()
    assert copied() == ""


def test_the_window_clears_it_at_a_lock_and_a_switch(player):
    duty = player.session.duty
    for told in (duty.locked, duty.switched):
        QGuiApplication.clipboard().setText(PHONE)
        told.emit()
        assert copied() == ""
