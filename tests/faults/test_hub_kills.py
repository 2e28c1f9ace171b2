"""A hub that is ended in the midst of taking in has what it acknowledged: once, and no gaps.

Thirty ends here, six hundred in the long run.
"""

import os
import subprocess
import sys

import orjson
import pytest

from tests.db.store.rig import ROOT
from tests.faults.soak import SEED, scaled

ENDS = {"sqlite": 10, "postgresql": 20}
NIGHTLY_ENDS = {"sqlite": 100, "postgresql": 500}

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forks of a process")


def end(place, seed, kills):
    """End a hub so often, in a process that has one thread as its forks need it."""
    given = ("--seed", str(seed), "--kills", str(kills))
    program = [sys.executable, "-m", "tests.faults.hub_kills", place, *given]
    done = subprocess.run(program, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    told = orjson.loads(done.stdout)
    print(told)
    assert told["kills"] == kills
    # Fewer would mean that the steps are not seen.
    assert told["steps"] > 50
    assert told["ops"] > 0
    assert told["wrong"] == 0, told["first"]


@pytest.mark.parametrize("place", ENDS)
def test_what_was_acknowledged_is_there_once(place):
    end(place, 20261126, ENDS[place])


@pytest.mark.soak
@pytest.mark.parametrize("place", NIGHTLY_ENDS)
def test_what_was_acknowledged_is_there_once_after_many(place):
    end(place, SEED, scaled(NIGHTLY_ENDS[place]))
