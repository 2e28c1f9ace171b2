"""Keys in the window: what fires while somebody types, the table of keys, and its sheet."""

import shutil
from collections import Counter

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit

from desktop.actions import ACTIONS, BY_ID, GROUPS, by_group, key_name
from desktop.app import open_session
from desktop.language import speak
from desktop.play import Player
from desktop.widgets.toast import toasts
from desktop.window.screens import SCREENS


@pytest.fixture
def player(template, tmp_path, qtbot):
    session = open_session(shutil.copytree(template, tmp_path / "home"))
    qtbot.addWidget(session.window)
    session.window.resize(1366, 768)
    session.window.show()
    player = Player(session)
    player.until(lambda: player.desk.detail is not None, "the queue")
    player.desk.focus_list()
    settled(player)
    yield player
    session.window.close()


def settled(player):
    player.until(lambda: player.session.runner.pending == 0, "all work done")


def bar(player):
    return player.window.command_bar


def field(player):
    return player.window._find


def texts(player):
    return [entry.text for entry in bar(player).panel.entries]


def compose(text):
    QApplication.sendEvent(QApplication.focusWidget(), QInputMethodEvent(text, []))


# typing


def test_while_an_input_method_composes_no_key_means_anything(player):
    player.press("Ctrl+K")
    settled(player)
    shown, focus = texts(player), field(player)
    compose("shou li")
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Escape):
        QTest.keyClick(focus, key)
        assert bar(player).is_open
        assert bar(player).panel.entry.text == shown[0]
    for key in ("Alt+3", "F1", "Ctrl+K", "F5"):
        player.press(key)
    assert player.window.screen_name == "desk"
    assert player.window._key_sheet is None
    assert texts(player) == shown
    player.type("受理")
    assert "受理" in texts(player)
    player.press("Escape")
    assert not bar(player).is_open


LETTERS = sorted({one.key for one in ACTIONS if len(one.key) == 1})


@pytest.mark.parametrize("composes", [True, False])
def test_no_letter_fires_while_somebody_types(player, composes):
    player.press("N")
    player.until(lambda: player.desk.form.is_open, "the form")
    form = player.desk.form
    fields = [*form.findChildren(QLineEdit), *form.findChildren(QPlainTextEdit)]
    fields = [one for one in fields if one.isVisible() and one.isEnabled()]
    assert {type(one).__name__ for one in fields} >= {"QLineEdit", "LongField"}
    for one in fields:
        one.setFocus()
        focus = QApplication.focusWidget()
        if composes:
            compose("wo")
        for letter in LETTERS:
            QTest.keyClick(focus, letter.lower())
            QTest.keyClick(focus, letter, Qt.KeyboardModifier.ShiftModifier)
        assert QApplication.focusWidget() is focus
        compose("")
    assert not bar(player).is_open
    assert form.action == "report"
    assert not toasts(player.window._stack)


@pytest.mark.parametrize("composes", [True, False])
def test_the_bar_opens_over_any_field_but_not_into_what_is_composed(player, composes):
    player.press("N")
    player.until(lambda: player.desk.form.is_open, "the form")
    for name in ("content", "address"):
        player.desk.form.field(name).setFocus()
        player.type("路口")
        if composes:
            compose("wo")
        player.press("Ctrl+K")
        assert bar(player).is_open == (not composes)
        player.press("Escape") if not composes else compose("")
        assert player.desk.form.is_open
        assert "路口" in str(player.desk.form.field(name).value())


class Greedy(QLineEdit):
    """Takes every key for itself, as fields do with Ctrl+K on some desktops."""

    def event(self, event):
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)


def test_the_key_of_the_bar_is_not_a_fields_to_take(player):
    greedy = Greedy(player.window.centralWidget())
    greedy.show()
    greedy.setFocus()
    player.press("F5")
    player.press("Ctrl+K")
    assert bar(player).is_open
    player.press("Escape")
    assert greedy.hasFocus()


# the table of keys


def keys_of(window):
    """Return every key bound in the window with the widget it belongs to and how far it reaches."""
    found = []
    for name in SCREENS:
        window.screen_named(name)
    for shortcut in window.findChildren(QShortcut):
        found += [(sequence, shortcut.parent(), shortcut.context(), shortcut.objectName())
                  for sequence in shortcut.keys()]  # fmt: skip  # noqa: SIM118
    return found


def test_no_two_actions_are_alike_in_a_context(player):
    found = keys_of(player.window)
    wide = Counter(
        key.toString() for key, _, reach, _ in found
        if reach == Qt.ShortcutContext.WindowShortcut
    )  # fmt: skip
    assert set(wide.values()) == {1}
    narrow = [one for one in found if one[2] != Qt.ShortcutContext.WindowShortcut]
    assert narrow
    clashes = [(key.toString(), name) for key, _, _, name in narrow if key.toString() in wide]
    assert not clashes
    for key, owner, _, name in narrow:
        same = [
            other for shown, widget, reach, other in narrow
            if shown == key and other != name
            and (widget is owner or (reach == Qt.ShortcutContext.WidgetWithChildrenShortcut
                                     and widget.isAncestorOf(owner)))
        ]  # fmt: skip
        assert not same, (key.toString(), name, same)


def test_a_table_has_each_key_once_in_a_scope_and_everywhere():
    wide = {one.key for one in ACTIONS if one.scope == "window"}
    for scope in {one.scope for one in ACTIONS}:
        keys = [one.key for one in ACTIONS if one.scope == scope and one.key]
        assert len(keys) == len(set(keys)), scope
        assert scope == "window" or not wide & set(keys)
    sequences = [QKeySequence(one.key) for one in ACTIONS if one.key]
    assert all(sequence.count() == 1 for sequence in sequences)


def test_the_key_of_every_bound_action_is_that_of_the_table(player):
    for key, _, _, name in keys_of(player.window):
        if name in BY_ID:
            assert key == QKeySequence(BY_ID[name].key)


# the key sheet


def test_the_key_sheet_lists_every_action_once(player):
    player.press("F1")
    sheet = player.window._key_sheet
    shown = Counter(label.text() for label in sheet.findChildren(QLabel))
    listed = [one for part in by_group().values() for one in part]
    assert sorted(one.id for one in listed) == sorted(BY_ID)
    rows = Counter(key_name(one.key) for one in ACTIONS if one.key)
    assert all(shown[key] == count for key, count in rows.items())
    labels = sheet.findChildren(QLabel)
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in labels)
    groups = [label.text() for label in labels if label.property("role") == "group"]
    assert groups == [name for name in GROUPS if by_group()[name]]


def test_no_part_of_the_key_sheet_is_lost_in_another_language():
    speak(lambda text: f"«{text}»")
    try:
        listed = by_group()
    finally:
        speak(None)
    assert sorted(one.id for part in listed.values() for one in part) == sorted(BY_ID)


def test_a_key_sheet_with_no_room_is_walked_by_keys(player):
    player.window.resize(700, 500)
    player.press("F1")
    sheet = player.window._key_sheet
    bar = sheet.verticalScrollBar()
    assert sheet._more.isVisible()
    for key, value in (("End", bar.maximum()), ("Home", 0)):
        player.press(key)
        assert bar.value() == value
    for key in ("Down", "PgDown"):
        before = bar.value()
        player.press(key)
        assert bar.value() > before
    player.press("Escape")
    assert sheet.isHidden()


def test_the_key_sheet_has_the_keys_while_it_is_shown(player):
    player.press("F1")
    player.press("T")
    settled(player)
    assert not player.desk.form.is_open
    player.press("Escape")
    assert player.window._key_sheet.isHidden()
    assert player.desk.view.hasFocus()
    player.press("T")
    player.until(lambda: player.desk.form.action == "note", "the form")


def test_p_in_the_key_sheet_shows_the_paper(player):
    player.press("F1")
    player.press("P")
    player.until(lambda: player.desk.preview is not None, "the paper")
    assert player.window._key_sheet.isHidden()
    assert player.desk.preview.page_count >= 1
    assert player.desk.preview._sheet.kind == "keys"
    player.press("Escape")
    assert player.desk.view.hasFocus()
