"""A small town that has worked for a month, and somebody at its desk; no settings of one's own."""

import shutil
import time

import pytest
from PySide6.QtCore import QStandardPaths

from db.demo.fill import DemoPlan, fill_demo
from desktop.app import open_session
from desktop.play import Player
from tests.db.store import rig


@pytest.fixture(autouse=True, scope="session")
def _own_settings():
    QStandardPaths.setTestModeEnabled(True)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    home = tmp_path_factory.mktemp("desk") / "home"
    fill_demo(home, DemoPlan("990101001", 1, 2, time.time_ns() // 1_000_000, 6), "file")
    return rig.unbound(home)


@pytest.fixture
def player(template, tmp_path, qtbot):
    session = open_session(shutil.copytree(template, tmp_path / "home"))
    qtbot.addWidget(session.window)
    session.window.show()
    player = Player(session)
    player.until(lambda: player.desk.detail is not None, "the queue")
    player.desk.focus_list()
    yield player
    session.window.close()
