"""What every test stands on: no screen, no modal dialog, nothing left behind."""

import gc
import itertools
import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import pytest

from tests.faults.soak import roomy_memory

QT_FIXTURES = {"qtbot", "qapp"}


def pytest_configure(config):
    # The offscreen platform says so of each window that has a layout.
    config.addinivalue_line("qt_log_ignore", "This plugin does not support propagateSizeHints")
    if memory := roomy_memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))


def pytest_collection_finish():
    # What is loaded stays: no collection looks at those hundred thousands of objects again.
    gc.freeze()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item):
    """Collect the cycles of a Qt test here: on a worker's thread Qt aborts (desktop.collector).

    What outlives the test is taken for loaded: each collection looks at its own test's objects.
    """
    if QT_FIXTURES.isdisjoint(getattr(item, "fixturenames", ())):
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


@pytest.fixture(autouse=True, scope="session")
def _witnesses(tmp_path_factory):
    """Keep the witnesses of what session fixtures make out of the home directory."""
    folder = tmp_path_factory.mktemp("witnesses")
    os.environ["GRIDDESK_WITNESS"] = str(folder / "made")
    return (folder / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def _own_witness(_witnesses, monkeypatch):
    """Keep the witnesses of a test, and of the processes it starts, to itself."""
    monkeypatch.setenv("GRIDDESK_WITNESS", str(next(_witnesses)))


@pytest.fixture(autouse=True)
def _clean_qt(request):
    """Guard a Qt test: modal dialogs would block for ever, leftovers break the next test."""
    if QT_FIXTURES.isdisjoint(request.fixturenames):
        yield
        return
    app = request.getfixturevalue("qapp")
    _forbid_modal(request.getfixturevalue("monkeypatch"))
    before = set(app.topLevelWidgets())
    yield
    _deliver_deletions(app)
    left = [widget for widget in app.topLevelWidgets() if widget not in before]
    assert not left, f"widgets left behind, use qtbot.addWidget: {left}"


def _forbid_modal(monkeypatch):
    from PySide6.QtWidgets import QColorDialog, QDialog, QFileDialog, QInputDialog, QMessageBox

    def refuse(*args, **kwargs):
        raise AssertionError("a modal dialog blocks: use open() and its signals")

    static = {
        QMessageBox: ("about", "aboutQt", "critical", "information", "question", "warning"),
        QFileDialog: (
            "getExistingDirectory",
            "getOpenFileName",
            "getOpenFileNames",
            "getSaveFileName",
        ),
        QInputDialog: ("getDouble", "getInt", "getItem", "getMultiLineText", "getText"),
        QColorDialog: ("getColor",),
    }
    for owner in (QDialog, QMessageBox):
        monkeypatch.setattr(owner, "exec", refuse)
    for owner, names in static.items():
        for name in names:
            monkeypatch.setattr(owner, name, refuse)


def _deliver_deletions(app):
    from PySide6.QtCore import QEvent

    app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    app.processEvents()
