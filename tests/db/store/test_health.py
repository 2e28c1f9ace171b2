"""The guard over the disk: what it refuses, what it remembers, what ends that."""

import os
import threading
import time

import pytest

from db.commands.incidents import Report, report_incident
from db.domain.errors import BugError, EnvironmentError_
from db.store import health as health_module
from db.store.health import BALLAST, LOW, OK, PAUSED, Guard, Health, Limits
from db.store.writer import IDLE_SECONDS
from tests.db.store import rig
from tests.db.store.disks import wait

SMALL = Limits(low=0, paused=0, ballast=64 * 1024)
REPORT = Report({"content": "楼下下水道堵塞", "address": "枫桥路12号"})


@pytest.fixture
def guard(tmp_path):
    (tmp_path / "record").write_bytes(b"x")
    return Guard(tmp_path / "record", rig.Clock(), SMALL)


def levels(folder, **limits):
    guard = Guard(folder / "record", rig.Clock(), Limits(**{"ballast": 0} | limits))
    return guard.probe()


def test_levels_follow_the_free_space(guard, tmp_path):
    free = guard.probe().free
    found = os.statvfs(tmp_path)
    assert abs(free - found.f_bavail * found.f_frsize) < 1 << 30
    assert levels(tmp_path, low=free // 2, paused=0).level == OK
    assert levels(tmp_path, low=free * 2, paused=0).level == LOW
    assert levels(tmp_path, low=free * 2, paused=free * 2).level == PAUSED


def test_usual_limits():
    assert Limits() == Limits(low=2 << 30, paused=200 << 20, ballast=64 << 20)


def test_what_a_write_met_is_remembered_until_a_real_write_works(guard, tmp_path):
    assert guard.note(EnvironmentError_("disk_error", detail="x"))
    assert guard.health.trouble == "disk_error"
    assert guard.health.since == rig.NOW
    assert guard.probe() == Health(free=guard.health.free)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["record"]


@pytest.mark.parametrize("code", ["record_busy", "record_error", "record_closed"])
def test_what_is_not_the_disks_is_not_its_trouble(guard, code):
    assert not guard.note(EnvironmentError_(code))
    assert not guard.note(BugError("sql_wrong"))
    assert guard.health.trouble == ""


def test_damage_refuses_writing_and_no_probe_ends_that(guard):
    assert guard.note(EnvironmentError_("record_damaged", detail="page 3"))
    guard.probe()
    with pytest.raises(EnvironmentError_) as caught:
        guard.check()
    assert caught.value.code == "record_damaged_paused"
    assert guard.health.damaged == "page 3"


def test_damage_found_before_the_first_look_refuses_writing(guard):
    guard.check()
    guard.mark_damaged("page 3")
    with pytest.raises(EnvironmentError_) as caught:
        guard.check()
    assert caught.value.code == "record_damaged_paused"


def test_the_ballast_really_takes_room_and_is_given_up_once(guard, tmp_path):
    guard.keep_ballast()
    ballast = tmp_path / BALLAST
    assert ballast.stat().st_blocks * 512 >= SMALL.ballast
    before = ballast.stat().st_mtime_ns
    guard.keep_ballast()
    assert ballast.stat().st_mtime_ns == before
    guard.note(EnvironmentError_("disk_full", detail=""))
    assert not ballast.exists()
    # Not made again before the trouble is over.
    guard.keep_ballast()
    assert not ballast.exists()
    guard.probe()
    guard.keep_ballast()
    assert ballast.exists()


def test_a_ballast_broken_off_is_made_anew(tmp_path):
    (tmp_path / BALLAST).write_bytes(b"short")
    guard = Guard(tmp_path / "record", rig.Clock(), SMALL)
    guard.keep_ballast()
    assert (tmp_path / BALLAST).stat().st_size == SMALL.ballast


def test_no_ballast_where_there_is_little_room(tmp_path):
    guard = Guard(tmp_path / "record", rig.Clock(), Limits(low=1 << 60, paused=0, ballast=4096))
    guard.keep_ballast()
    assert not (tmp_path / BALLAST).exists()


def test_asking_before_a_write_costs_next_to_nothing(guard):
    guard.probe()
    guard.keep_ballast()
    # Of this thread's own time: what else the machine does is not of the question.
    begun = time.thread_time()
    for _ in range(10_000):
        guard.check()
    assert time.thread_time() - begun < 0.5


def test_a_record_without_trouble_has_none(store):
    report_incident(store, rig.CLERK, REPORT)
    health = store.guard.probe()
    assert (health.trouble, health.damaged, health.since) == ("", "", None)
    assert health_module.BALLAST not in os.listdir(store.home)


def test_the_log_is_carried_over_when_it_is_quiet_and_emptied_at_the_end(home):
    record, log = rig.record(home), rig.record(home).with_name("griddesk.db-wal")
    store = rig.open_store(home)
    for _ in range(5):
        report_incident(store, rig.CLERK, REPORT)
    waiting = threading.Event()
    # A reader of another thread that lets nothing of its own go at the end.
    thread = threading.Thread(target=lambda: (rig.count_ops(store), waiting.wait(30)))
    thread.start()
    before = record.stat().st_mtime_ns
    wait(lambda: record.stat().st_mtime_ns != before, IDLE_SECONDS + 3)
    store.close()
    assert not log.exists() or log.stat().st_size == 0
    waiting.set()
    thread.join()


def test_the_log_stays_small_while_much_is_written_and_read(home):
    log = rig.record(home).with_name("griddesk.db-wal")
    done, sizes = threading.Event(), []
    with rig.open_store(home) as store:

        def read():
            while not done.is_set():
                rig.rows(store, "SELECT * FROM incident ORDER BY number")
                sizes.append(log.stat().st_size)
                # As screens do: a log that is read from without a break cannot begin anew.
                done.wait(0.01)

        readers = [threading.Thread(target=read) for _ in range(2)]
        for reader in readers:
            reader.start()
        for _ in range(250):
            report_incident(store, rig.CLERK, REPORT)
        done.set()
        for reader in readers:
            reader.join()
    assert len(sizes) > 20
    assert max(sizes) < 12 << 20, max(sizes)
