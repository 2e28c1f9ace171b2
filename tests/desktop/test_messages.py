import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.widgets import toast as toast_module
from desktop.widgets.banner import Banner
from desktop.widgets.elided_label import ElidedLabel
from desktop.widgets.kind_mark import KindMark
from desktop.widgets.toast import MARGIN, STACK, show_toast, toasts

MARKUP = "<b>粗</b> <img src=x>"


@pytest.fixture
def window(qtbot):
    window = QWidget()
    layout = QVBoxLayout(window)
    window.edit = QLineEdit()
    layout.addWidget(window.edit)
    qtbot.addWidget(window)
    window.resize(600, 400)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    window.edit.setFocus()
    return window


def labels(widget):
    return widget.findChildren(QLabel)


def test_a_toast_stands_at_the_bottom_right_and_leaves_the_focus(window):
    toast = show_toast(window, "已受理 990101001-20261123-A20017", "Ctrl+Z 撤销")
    assert toast.isVisible()
    assert window.edit.hasFocus()
    assert toast.geometry().right() == window.width() - MARGIN - 1
    assert window.height() - 40 < toast.geometry().bottom() < window.height()
    assert toast.accessibleName() == "已受理 990101001-20261123-A20017 Ctrl+Z 撤销"


def test_a_toast_moves_with_its_window(window, qtbot):
    toast = show_toast(window, "已受理")
    window.resize(300, 200)
    qtbot.waitUntil(lambda: toast.geometry().bottom() < 200)
    assert toast.geometry().right() == 300 - MARGIN - 1


def test_a_long_message_is_cut_to_the_window(window):
    toast = show_toast(window, "很长" * 200)
    assert toast.width() <= window.width()


def test_markup_stays_text(window):
    toast, banner = show_toast(window, MARKUP, MARKUP), Banner(window)
    banner.show_message(MARKUP, MARKUP)
    found = labels(toast) + labels(banner)
    assert len(found) == 4
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in found)
    assert "<b>" not in labels(toast)[0].toolTip()


@pytest.mark.parametrize("kind", ["ok", "warn"])
def test_a_toast_goes_by_itself(window, qtbot, monkeypatch, kind):
    monkeypatch.setattr(toast_module, "LIFETIME_MS", {"ok": 10, "warn": 10})
    toast = show_toast(window, "已受理", kind=kind)
    with qtbot.waitSignal(toast.destroyed):
        pass
    assert toasts(window) == []


def test_danger_stays_until_escape(window, monkeypatch, qtbot):
    monkeypatch.setattr(toast_module, "LIFETIME_MS", {"ok": 10, "warn": 10})
    show_toast(window, "没有写入", kind="danger")
    other = show_toast(window, "已受理")
    with qtbot.waitSignal(other.destroyed):
        pass
    assert [toast.kind for toast in toasts(window)] == ["danger"]
    QTest.keyClick(window.edit, Qt.Key.Key_A)
    assert window.edit.text() == "a"
    QTest.keyClick(window.edit, Qt.Key.Key_Escape)
    assert toasts(window) == []


def test_escape_goes_to_the_toast_first_and_then_to_the_screen(window):
    back = []
    QShortcut(QKeySequence(Qt.Key.Key_Escape), window).activated.connect(lambda: back.append(1))
    show_toast(window, "没有写入", kind="danger")
    QTest.keyClick(window.edit, Qt.Key.Key_Escape)
    assert (toasts(window), back) == ([], [])
    QTest.keyClick(window.edit, Qt.Key.Key_Escape)
    assert back == [1]


def test_a_click_dismisses(window):
    toast = show_toast(window, "没有写入", kind="danger")
    QTest.mouseClick(toast, Qt.MouseButton.LeftButton)
    assert toasts(window) == []


def test_three_are_stacked_the_newest_lowest(window):
    for number in range(STACK + 2):
        show_toast(window, f"第 {number} 条")
    shown = toasts(window)
    assert [toast.text for toast in shown] == ["第 2 条", "第 3 条", "第 4 条"]
    tops = [toast.y() for toast in shown]
    assert tops == sorted(tops)
    assert not shown[0].geometry().intersects(shown[1].geometry())
    shown[1].dismiss()
    assert [toast.text for toast in toasts(window)] == ["第 2 条", "第 4 条"]


def test_a_banner_tells_and_offers(qtbot):
    banner = Banner()
    qtbot.addWidget(banner)
    assert banner.isHidden()
    banner.show_message("磁盘将满", "请清理", "打开文件夹", "warn")
    assert not banner.isHidden()
    assert banner.property("kind") == "warn"
    assert banner.accessibleName() == "磁盘将满 请清理"
    with qtbot.waitSignal(banner.action_triggered):
        banner.findChild(QPushButton).click()
    banner.show_message("线路中断", kind="danger")
    assert banner.findChild(QPushButton).isHidden()
    banner.clear()
    assert banner.isHidden()


def test_kinds_differ_without_colour(qtbot):
    images = []
    for kind in ("ok", "warn", "danger"):
        mark = KindMark(kind)
        qtbot.addWidget(mark)
        mark.resize(24, 24)
        grey = mark.grab().toImage().convertToFormat(mark.grab().toImage().Format.Format_Mono)
        images.append(grey)
    assert images[0] != images[1] != images[2] != images[0]


def test_a_label_is_elided_and_speaks_in_full(qtbot):
    label = ElidedLabel("一二三四五六七八九十")
    qtbot.addWidget(label)
    assert label.minimumSizeHint().width() < label.sizeHint().width()
    label.resize(40, 20)
    short = label.grab().toImage()
    label.setText("一二三四五六")
    assert label.accessibleName() == "一二三四五六"
    assert not short.isNull()
