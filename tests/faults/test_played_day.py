"""A district's day with everything going wrong ends with everybody level: nothing lost or twice."""

import os
import subprocess
import sys

import orjson
import pytest

from tests.faults.soak import SEED, scaled
from tests.flows.rig import ROOT

ACTS, SECONDS = 80, 14
NIGHTLY_DAYS, NIGHTLY_ACTS, NIGHTLY_SECONDS = 6, 400, 45

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills processes")


def play(seed, acts, seconds):
    """Play a day in a process of its own; return what it tells of itself."""
    given = ("--seed", seed, "--acts", acts, "--seconds", seconds)
    program = [sys.executable, "-m", "tests.faults.day", *map(str, given)]
    done = subprocess.run(program, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    print(done.stdout)
    assert done.returncode == 0, f"again: python -m tests.faults.day {' '.join(map(str, given))}"
    return orjson.loads(done.stdout)


def test_a_short_day():
    told = play(20261126, ACTS, SECONDS)
    did = told["acts"]
    assert did["kill_station"] + did["kill_hub"] == 5
    assert did["by_stick"] > 0
    assert told["exchanges"] > 10


@pytest.mark.soak
@pytest.mark.parametrize("day", range(scaled(NIGHTLY_DAYS)))
def test_long_days(day):
    play(SEED + day, NIGHTLY_ACTS, NIGHTLY_SECONDS)
