"""What the window has acknowledged survives kill -9, every time.

The window itself: what lies under it is killed far more often in `tests/faults`.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from db.store.store import Store
from db.store.verify import verify

KILLS = 8
DRIVER = Path(__file__).with_name("kill_driver.py")
ROOT = DRIVER.parents[2]


def start_window(home, run):
    """Start the window that decides by itself, and says each decision it was told is done."""
    return subprocess.Popen(
        [sys.executable, str(DRIVER), str(home), str(run)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"},
    )


def work_until_killed(home, run, rng):
    """Kill the window at a random moment after a few decisions; return the acked."""
    child = start_window(home, run)
    acked = []
    for _ in range(rng.randint(1, 4)):
        line = child.stdout.readline().strip()
        assert line, "the window ended by itself"
        acked.append(line)
    time.sleep(rng.random() * 0.03)
    child.send_signal(signal.SIGKILL)
    rest = child.stdout.read()
    child.wait()
    return acked + [line for line in rest.split("\n")[:-1] if line]


def test_an_acknowledged_decision_survives_the_window(small_town):
    rng = random.Random(20261123)
    acked = []
    for run in range(KILLS):
        acked += work_until_killed(small_town, run, rng)
    with Store.open(small_town, read_only=True) as store:
        kept = {
            row[0]
            for row in store.reader()
            .execute("SELECT opinion FROM step WHERE kind = 'note_added'")
            .fetchall()
        }
        found = store.read(verify)
    assert len(acked) >= KILLS
    assert [text for text in acked if text not in kept] == []
    assert found.is_ok, found.problems
