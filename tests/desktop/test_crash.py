"""What nobody caught is kept for the technician, without what people entered."""

import sys
import threading

import pytest
from PySide6.QtCore import QCoreApplication, QTimer

from db.domain.errors import InputError
from desktop import crash

SECRET = "张三的电话是一一〇"


@pytest.fixture
def log(tmp_path, qapp, monkeypatch):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(crash._Installed, "log", None)
    log = crash.CrashLog(tmp_path)
    log.install()
    return log


def caught(error):
    try:
        raise error
    except Exception as exc:
        return exc


def written(tmp_path):
    return (tmp_path / "errors.log").read_text(encoding="utf-8")


def test_types_and_lines_are_kept_and_no_word(log, tmp_path):
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as error:
            raise InputError("field_choice", value=SECRET) from error
    except InputError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    text = written(tmp_path)
    assert "InputError field_choice" in text
    assert "KeyError" in text
    assert "test_crash.py:" in text
    assert SECRET not in text


def test_it_is_told_once(log, qtbot):
    told = []
    log.noted.connect(lambda: told.append(1))
    for _ in range(3):
        error = caught(ValueError(SECRET))
        sys.excepthook(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: bool(told))
    QCoreApplication.sendPostedEvents(log)
    assert told == [1]


def test_a_slot_is_heard(log, qtbot, tmp_path):
    def fail():
        raise ValueError(SECRET)

    QTimer.singleShot(0, fail)
    with qtbot.captureExceptions():
        # The hook of the test is in place of ours while it waits.
        sys.excepthook = log._on_error
        qtbot.waitSignal(log.noted).wait()
    assert "ValueError" in written(tmp_path)


def test_a_thread_is_heard_too(log, tmp_path):
    def fail():
        raise ValueError(SECRET)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert "ValueError" in written(tmp_path)


def test_what_was_expected_is_not_noted(log, tmp_path):
    crash.note(InputError("gap"))
    assert not (tmp_path / "errors.log").exists()
    crash.note(caught(ValueError()))
    assert "ValueError" in written(tmp_path)


def test_a_full_file_gives_way(log, tmp_path, monkeypatch):
    monkeypatch.setattr(crash, "LIMIT", 300)
    for _ in range(5):
        log.note(caught(ValueError()))
    assert (tmp_path / "errors.log").stat().st_size <= 300
    assert (tmp_path / "errors.old.log").exists()


def test_a_disk_that_refuses_raises_nothing(tmp_path, qapp, capsys):
    crash.CrashLog(tmp_path / "nowhere").note(caught(ValueError(SECRET)))
    assert "ValueError" in capsys.readouterr().err
