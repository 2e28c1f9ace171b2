"""A process killed at any moment takes nothing with it that was acknowledged.

Two hundred kills here, five thousand in the long run. What the disk had not written yet survives
a kill; for the power cut see `test_power`.
"""

import os
import subprocess
import sys

import orjson
import pytest

from tests.db.store.rig import ROOT
from tests.faults.soak import SEED, scaled

KILLS, NIGHTLY_KILLS = 40, 1000
WORKS = (
    "decisions", "import", "take_in", "export", "migration", "stick_write", "stick_read",
)  # fmt: skip

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forks of a process")


def kill(work, seed, kills):
    """Kill in a process of its own: one that forks must have one thread."""
    program = [sys.executable, "-m", "tests.faults.kill_run", work]
    done = subprocess.run(
        [*program, "--seed", str(seed), "--kills", str(kills)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    found = orjson.loads(done.stdout)
    print(found)
    assert found["kills"] == kills
    # Fewer would mean that the calls to the system are not seen.
    assert found["calls"] > 50
    assert found["said"] > 0
    assert found["wrong"] == 0, found["first"]


@pytest.mark.parametrize("work", WORKS)
def test_nothing_said_is_lost(work):
    kill(work, 20261123, KILLS)


@pytest.mark.soak
@pytest.mark.parametrize("work", WORKS)
def test_nothing_said_is_lost_in_many_kills(work):
    kill(work, SEED, scaled(NIGHTLY_KILLS))
