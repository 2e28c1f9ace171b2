import threading
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QObject, QThread, Slot
from shiboken6 import delete

from db.domain.errors import BugError, RuleError
from desktop.runner import Runner, Throttle


@dataclass(frozen=True)
class Changes:
    subjects: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Result:
    value: int
    changes: Changes


class Screen(QObject):
    def __init__(self):
        super().__init__()
        self.got = []
        self.threads = []

    @Slot(object)
    def take(self, value):
        self.got.append(value)
        self.threads.append(QThread.currentThread())


@pytest.fixture
def runner(qapp):
    runner = Runner()
    yield runner
    assert runner.shutdown(5)


@pytest.fixture
def idle(qtbot, runner):
    return lambda: qtbot.waitUntil(lambda: runner.pending == 0)


def test_a_read_runs_elsewhere_and_is_delivered_here(runner, idle, qapp):
    screen = Screen()
    runner.read(lambda: threading.current_thread().name, screen.take)
    idle()
    assert screen.got[0].startswith("griddesk-read")
    assert screen.threads == [qapp.thread()]


def test_a_lambda_is_called_here_too(runner, idle, qapp):
    seen = []
    runner.read(lambda: 1, lambda value: seen.append((value, QThread.currentThread())))
    idle()
    assert seen == [(1, qapp.thread())]


def test_an_error_is_a_value(runner, idle):
    errors = []

    def refuse():
        raise RuleError("already_closed")

    runner.read(refuse, errors.append, errors.append)
    idle()
    assert [error.code for error in errors] == ["already_closed"]


def test_an_error_nobody_takes_is_told(runner, idle):
    errors = []
    runner.failed.connect(errors.append)
    runner.read(lambda: 1 / 0, lambda value: None)
    idle()
    assert isinstance(errors[0], ZeroDivisionError)


def test_writes_keep_their_order(runner, idle):
    order = []
    for number in range(50):
        runner.write(lambda number=number: order.append(number))
    idle()
    assert order == list(range(50))


def test_only_the_last_read_of_a_key_is_delivered(runner, idle):
    gate, got = threading.Event(), []
    runner.read(lambda: gate.wait(5) and "old", got.append, key="queue")
    runner.read(lambda: "other", got.append, key="map")
    runner.read(lambda: "new", got.append, key="queue")
    gate.set()
    idle()
    assert sorted(got) == ["new", "other"]


def test_an_error_of_an_older_read_is_dropped(runner, idle):
    gate, got = threading.Event(), []

    def late():
        gate.wait(5)
        raise RuleError("late")

    runner.failed.connect(got.append)
    runner.read(late, got.append, key="queue")
    runner.read(lambda: "new", got.append, key="queue")
    gate.set()
    idle()
    assert got == ["new"]


def test_a_superseded_read_does_not_even_run(runner, idle):
    gate, ran = threading.Event(), []
    for _ in range(2):
        runner.read(lambda: gate.wait(5), lambda value: None)
    for number in range(5):
        runner.read(lambda number=number: ran.append(number), lambda value: None, key="queue")
    gate.set()
    idle()
    assert ran == [4]


def test_a_cancelled_read_is_not_delivered(runner, idle):
    got = []
    runner.read(lambda: 1, got.append, key="queue")
    runner.cancel("queue")
    idle()
    assert got == []


def test_the_dead_are_not_called(runner, idle):
    gate, got, owner, screen = threading.Event(), [], QObject(), Screen()
    runner.read(lambda: gate.wait(5), got.append, owner=owner)
    runner.read(lambda: gate.wait(5), screen.take)
    delete(owner)
    delete(screen)
    gate.set()
    idle()
    assert got == []
    assert screen.got == []


def test_a_failed_write_is_told_even_when_its_form_is_gone(runner, idle):
    gate, errors, owner = threading.Event(), [], QObject()

    def refuse():
        gate.wait(5)
        raise RuleError("refused")

    runner.failed.connect(errors.append)
    runner.write(refuse, on_error=lambda error: pytest.fail("dead"), owner=owner)
    delete(owner)
    gate.set()
    idle()
    assert [error.code for error in errors] == ["refused"]


def test_busy_is_told_once_for_many(runner, idle):
    busy = []
    runner.busy.connect(busy.append)
    for _ in range(5):
        runner.read(lambda: None, lambda value: None)
    idle()
    assert busy == [True, False]


def test_post_comes_back_from_any_thread(runner, qtbot, qapp):
    seen = []
    thread = threading.Thread(
        target=runner.post, args=(lambda: seen.append(QThread.currentThread()),)
    )
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [qapp.thread()]


def test_shutdown_finishes_and_delivers_the_writes(qapp):
    runner, done = Runner(), []
    for number in range(20):
        runner.write(lambda number=number: number, done.append)
    assert runner.shutdown(5)
    assert done == list(range(20))
    assert runner.pending == 0


def test_shutdown_tells_what_does_not_end(qapp):
    runner, gate = Runner(), threading.Event()
    runner.write(lambda: gate.wait(5))
    assert not runner.shutdown(0.01)
    gate.set()
    assert runner.shutdown(5)


def test_after_shutdown_a_write_fails_and_a_read_is_ignored(qapp):
    runner, errors = Runner(), []
    runner.shutdown()
    runner.write(lambda: None, on_error=errors.append)
    runner.read(lambda: pytest.fail("ran"), errors.append)
    assert [type(error) for error in errors] == [BugError]


def test_a_throttle_calls_at_once_and_once_more(qtbot):
    calls = []
    throttle = Throttle(lambda: calls.append(1), interval_ms=30)
    for _ in range(10):
        throttle.request()
    assert len(calls) == 1
    with qtbot.waitSignal(throttle._timer.timeout):
        pass
    assert len(calls) == 2
    with qtbot.waitSignal(throttle._timer.timeout):
        pass
    assert len(calls) == 2
    throttle.request()
    assert len(calls) == 3


def test_a_throttle_forgets_when_told(qtbot):
    calls = []
    throttle = Throttle(lambda: calls.append(1), interval_ms=10)
    throttle.request()
    throttle.request()
    throttle.cancel()
    with qtbot.waitSignal(throttle._timer.timeout):
        pass
    assert len(calls) == 1
