"""Programs of a room, as a technician starts them."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def griddesk(home, *arguments):
    """Run a command as a technician would; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "desktop", *map(str, arguments)],
        env={**os.environ, "GRIDDESK_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class HubProgram:
    """`griddesk hub` in a process of its own; it comes back under the same address."""

    def __init__(self, data):
        self.data = data
        self._port = "0"
        self.start()

    def start(self):
        arguments = ("hub", "--data", self.data, "--port", self._port, "--key", "file")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "desktop", *map(str, arguments)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        line = self.process.stdout.readline()
        found = re.search(r"http://\S+:(\d+)", line)
        assert found, line
        self.url, self._port = found[0], found[1]

    def stop(self):
        self.process.terminate()
        assert self.process.wait(30) in (0, -signal.SIGTERM)
        self.process.stdout.close()

    def enrol(self, home):
        code = griddesk(home, "enrol", "--new-code", "--data", self.data, "--town", TOWN).strip()
        griddesk(home, "enrol", self.url, code)
        griddesk(home, "sync")


TOWN = "990101001"
