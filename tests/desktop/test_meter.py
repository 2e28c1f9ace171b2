"""What of a standstill of the window is the program's, and what the machine's."""

import sys
from time import perf_counter, sleep

import pytest

from desktop.bench.meter import Meter, Moment, own_part

BEFORE = Moment(1_000.0, 500.0, 20.0, 60.0)


@pytest.mark.parametrize(
    ("run", "own_wait", "all_wait", "own"),
    [
        (5, 0, 0, 100),  # it slept, or waited for a disk: nobody else is to blame
        (100, 0, 0, 100),
        (10, 80, 80, 20),  # there was no core for it
        (10, 0, 85, 15),  # none for the one it waited for
        (100, 0, 90, 100),  # one computed, the other one's wait is no excuse
        (150, 60, 60, 40),  # others computed beside it while it had no core
        (0, -20, -60, 100),  # a thread that has ended takes its count along
    ],
)
def test_only_the_programs_own_part_counts(run, own_wait, all_wait, own):
    after = Moment(1_100.0, 500.0 + run, 20.0 + own_wait, 60.0 + all_wait)
    assert own_part(BEFORE, after) == (100.0, own)


def compute(seconds):
    end = perf_counter() + seconds
    while perf_counter() < end:
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="others do not tell who waits for a core")
@pytest.mark.parametrize("work", [sleep, compute])
def test_a_standstill_is_seen(qapp, work):
    meter = Meter()
    qapp.processEvents()
    meter.restart()
    work(0.1)
    while meter.longest.wall == 0:
        qapp.processEvents()
    assert meter.longest.wall >= 100
    assert meter.longest.own >= 20
    meter.deleteLater()
