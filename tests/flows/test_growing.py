"""Each step of growing beyond one machine serves a fleet; the script itself counts the journal."""

import subprocess
import sys

import pytest

from tests.flows.growing import ROOT


@pytest.mark.soak
def test_every_step_serves():
    done = subprocess.run(
        [sys.executable, "-m", "tests.flows.growing", "60"],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 5
    assert all("ops/s" in line for line in lines)
