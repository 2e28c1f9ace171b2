"""Every screen for those who do not see it or have no mouse: names, order, states in words."""

import shutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

from desktop.app import open_session
from desktop.play import Player
from desktop.window.screens import SCREENS


@pytest.fixture
def player(template, tmp_path, qtbot):
    session = open_session(shutil.copytree(template, tmp_path / "home"))
    qtbot.addWidget(session.window)
    session.window.resize(1366, 768)
    with qtbot.waitActive(session.window):
        session.window.show()
        session.window.activateWindow()
    player = Player(session)
    player.until(lambda: player.desk.detail is not None, "the queue")
    yield player
    session.window.close()


def show(player, name):
    player.window.open_screen(name)
    player.until(lambda: player.session.runner.pending == 0, "all work done")
    player.wait(100)
    player.until(lambda: player.session.runner.pending == 0, "all work done")
    return player.window.screen_named(name)


def reachable(screen):
    """Return what Tab can reach on a screen."""
    return [
        widget
        for widget in screen.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisibleTo(screen)
        and widget.isEnabled()
        and widget.focusProxy() is None
    ]


def name_of(widget):
    found = QAccessible.queryAccessibleInterface(widget)
    return found.text(QAccessible.Text.Name).strip() if found else ""


def told(widget):
    inner = widget.parent() if isinstance(widget.parent(), QWidget) else None
    return f"{type(widget).__name__} {widget.objectName()} in {type(inner).__name__}"


@pytest.mark.parametrize("name", SCREENS)
def test_what_takes_keys_has_a_name(player, name):
    screen = show(player, name)
    nameless = [
        told(widget)
        for widget in reachable(screen)
        # The line of an editable box speaks with the name of the box.
        if not name_of(widget) and not name_of(widget.parentWidget())
    ]
    assert not nameless


@pytest.mark.parametrize("name", SCREENS)
def test_tab_reaches_everything_and_comes_round(player, name):
    screen = show(player, name)
    wanted = {widget for widget in reachable(screen) if not isinstance(widget, QAbstractScrollArea)}
    start = QApplication.focusWidget()
    assert start is not None
    chain, at = set(), start.nextInFocusChain()
    for _ in range(2000):
        chain.add(at)
        if at is start:
            break
        at = at.nextInFocusChain()
    assert at is start
    assert not [told(widget) for widget in wanted - chain]


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_fits_the_smallest_window(player, name):
    screen = show(player, name)
    assert player.window.minimumSizeHint().width() <= 1366
    assert screen.minimumSizeHint().width() <= 1366 - 112
    assert screen.minimumSizeHint().height() <= 700


def test_a_row_of_the_queue_is_spoken_whole(player):
    model = player.desk.view.model()
    spoken = model.data(model.index(0, 0), Qt.ItemDataRole.AccessibleTextRole)
    row = player.desk._queue._rows([model.ids[0]])[0]
    assert row.title in spoken
    for word in ("超", "剩"):
        if word in spoken:
            break
    else:
        pytest.fail(f"no deadline in words: {spoken}")
