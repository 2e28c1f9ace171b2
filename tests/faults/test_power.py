"""A power cut at any moment takes nothing that was acknowledged and leaves nothing half done."""

import subprocess
import sys

import orjson
import pytest

from tests.db.store.rig import ROOT
from tests.faults.soak import SEED, scaled

NIGHTLY_RUNS, POINTS = 12, 1000
NOTHING = {"lost": 0, "half": 0, "damaged": 0}


def survey(seed, points, *options):
    """Cut the power in a process of its own: another library opens the file there."""
    program = [sys.executable, "-m", "tests.faults.power_run"]
    done = subprocess.run(
        [*program, "--seed", str(seed), "--points", str(points), *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    found = orjson.loads(done.stdout)
    print(found)
    assert found["points"] == points
    assert found["checkpoints"] >= 5
    return found


def test_nothing_acknowledged_is_lost():
    found = survey(20261123, POINTS)
    assert found["wrong"] == NOTHING, found["first"]


def test_a_weaker_setting_would_lose_some():
    found = survey(20261123, 200, "--synchronous", "NORMAL")
    assert found["wrong"]["lost"] > 20
    assert found["wrong"] == NOTHING | {"lost": found["wrong"]["lost"]}, found["first"]


@pytest.mark.soak
@pytest.mark.parametrize("run", range(scaled(NIGHTLY_RUNS)))
def test_nothing_acknowledged_is_lost_in_many_runs(run):
    found = survey(SEED + run, POINTS)
    assert found["wrong"] == NOTHING, found["first"]
