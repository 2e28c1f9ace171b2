"""A real window where the key store is dead, hangs, or works: what it says, and how soon."""

import shutil
import sys
from dataclasses import replace

import orjson
import pytest

from db.store.keys import KeyPlace
from db.store.store import read_site, write_site
from tests.db.store import rig
from tests.db.store.in_session import in_session

LOOK = """
import sys, time
import orjson
from db.store import keys
keys._agent.__kwdefaults__["timeout"] = 60.0
if sys.argv[3] == "real":
    from db.store.rekeying import change_place
    from pathlib import Path
    change_place(Path(sys.argv[1]), "keyring")
keys.UNLOCK_TIMEOUT = float(sys.argv[2])
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from desktop import app

begun, seen = time.monotonic(), []

def look():
    window = next((w for w in QApplication.topLevelWidgets() if w.isVisible()), None)
    if window is None:
        return
    kind = type(window).__name__
    words = [one.text() for one in window.findChildren(QLabel) if one.isVisible() and one.text()]
    if any("密钥库" in one for one in words) or kind == "MainWindow":
        timer.stop()
        window.grab().save(sys.argv[4])
        pressed = [one.text() for one in window.findChildren(QPushButton) if one.isVisible()]
        print(orjson.dumps([kind, words, pressed, time.monotonic() - begun]).decode(), flush=True)
        QApplication.quit()

timer = QTimer()
timer.setInterval(100)
timer.timeout.connect(look)
exec_ = QApplication.exec

def watched(*arguments):
    timer.moveToThread(QApplication.instance().thread())
    timer.start()
    return exec_()

QApplication.exec = staticmethod(watched)
sys.exit(app.run_window())
"""


@pytest.fixture
def window(tmp_path):
    """Opens the program's window on a display and a bus of its own; gives what it shows."""
    if not shutil.which("xvfb-run"):
        pytest.skip("no display to be had")
    home = rig.make_site(tmp_path / "home")

    def show(mode, seconds):
        if mode != "real":
            place = KeyPlace("keyring", name="home-x")
            write_site(home, replace(read_site(home), key_place=place))
            (home / "key").unlink()
        picture = tmp_path / f"{mode}.png"
        done = in_session(
            tmp_path / "person", mode, "xvfb-run", "-a", "-s", "-screen 0 1366x768x24",
            sys.executable, "-c", LOOK, str(home), str(seconds), mode, str(picture),
            GRIDDESK_HOME=str(home), QT_QPA_PLATFORM="xcb",
        )  # fmt: skip
        assert done.stdout, done.stderr
        assert picture.exists()
        return orjson.loads(done.stdout.splitlines()[-1])

    return show


def test_a_dead_key_store(window):
    kind, words, buttons, seconds = window("none", 30)
    assert kind != "MainWindow"
    assert any("系统密钥库不可用" in one for one in words), words
    assert any("请登录桌面会话并解锁密钥库后再试" in one for one in words), words
    assert any("从备份还原" in one for one in buttons)
    assert seconds < 30


def test_a_key_store_that_never_answers(window):
    _, words, buttons, seconds = window("hanging", 4)
    assert any("系统密钥库 4 秒没有回答" in one for one in words), words
    assert any("从备份还原" in one for one in buttons)
    assert 3 < seconds < 20


def test_one_that_works(window):
    kind, _, _, _ = window("real", 30)
    assert kind == "MainWindow"
