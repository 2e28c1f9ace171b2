"""What the window says of a record that is not where it was left, and of an odd clock."""

import time

import pytest
from PySide6.QtWidgets import QLabel

from db.domain.errors import EnvironmentError_
from db.store.store import Store
from desktop.app import Session
from desktop.cli.common import open_store
from desktop.context import WARN
from desktop.i18n import CLOCK_DOUBTS, RENEWED, describe
from desktop.settings import load_settings
from tests.db.store import rig


@pytest.fixture
def home(tmp_path):
    made = rig.make_site(tmp_path / "home", clock=lambda: time.time_ns() // 1_000_000)
    return rig.as_demo(made)


@pytest.fixture
def sit(qtbot):
    """Open a window on a record; it is closed again at the end."""
    sessions = []

    def sit(home, **options):
        session = Session(Store.open(home, what="window", **options), load_settings(home))
        sessions.append(session)
        qtbot.addWidget(session.window)
        return session

    yield sit
    for session in sessions:
        session.close()


def words_in(window):
    return {label.text() for label in window.findChildren(QLabel)}


def test_a_moved_record_is_told_once(home, sit, tmp_path):
    session = sit(home.rename(tmp_path / "moved"))
    title, hint = RENEWED["copied"]
    assert {title, hint} <= words_in(session.window)
    session.close()
    assert title not in words_in(sit(tmp_path / "moved").window)


def test_an_odd_clock_stays_in_sight(home, sit):
    text, hint = CLOCK_DOUBTS["clock_behind"]
    labels = [
        label
        for label in sit(home, clock=lambda: 1_000).window.findChildren(QLabel)
        if label.text() == text
    ]
    assert [(label.property("role"), label.toolTip()) for label in labels] == [(WARN, hint)]


def test_a_clock_that_is_right_is_not_talked_of(home, sit):
    assert not {text for text, _ in CLOCK_DOUBTS.values()} & words_in(sit(home).window)


def test_a_command_says_so_beside_its_output(home, tmp_path, monkeypatch, capsys):
    moved = home.rename(tmp_path / "moved")
    monkeypatch.setenv("GRIDDESK_HOME", str(moved))
    open_store().close()
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "。".join(RENEWED["copied"]) + "\n"
    open_store().close()
    assert capsys.readouterr().err == ""


def test_the_refusal_is_a_sentence(home):
    with Store.open(home, what="window"), pytest.raises(EnvironmentError_) as caught:
        Store.open(home)
    title, hint = describe(caught.value)
    assert title.startswith("数据正被另一个窗口使用（")
    assert "没有丢失" in hint
