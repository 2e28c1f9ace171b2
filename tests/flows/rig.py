"""Programs of a room, as a technician starts them."""

import json
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
from contextlib import nullcontext, suppress
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
    """`griddesk hub` in a process of its own; it comes back under the same address.

    Its record is in a file, or in the PostgreSQL at the address `database`; each request is a line
    in `log`, if there is one.
    """

    def __init__(self, data, database="", log=None):
        self.data, self.database, self.log = data, database, log
        self._port = "0"
        self.start()

    def start(self):
        options = ["--data", self.data, "--port", self._port, "--key", "file"]
        options += ["--store", self.database] if self.database else []
        options += ["--log-json"] if self.log else []
        with self.log.open("a") if self.log else nullcontext() as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "desktop", "hub", *map(str, options)],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        line = self.process.stdout.readline()
        found = re.search(r"http://\S+:(\d+)", line)
        assert found, line
        self.url, self._port = found[0], found[1]

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        self.process.terminate()
        assert self.process.wait(30) in (0, -signal.SIGTERM)
        self.process.stdout.close()

    def enrol(self, home, town=None):
        town = town or TOWN
        code = griddesk(home, "enrol", "--new-code", "--data", self.data, "--town", town).strip()
        griddesk(home, "enrol", self.url, code)
        griddesk(home, "sync")


TOWN = "990101001"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Wire:
    """A line to an address on this machine, which can be cut: then nothing comes through."""

    def __init__(self, port):
        self._target = port
        self._is_cut = False
        self._lines = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        """Swallow whatever is sent, and say nothing: a cable that was pulled."""
        self._is_cut = True

    def mend(self):
        self._is_cut = False
        for line in self._lines:
            line.close()
        self._lines.clear()

    def _accept(self):
        while True:
            here, _ = self._listening.accept()
            self._lines.append(here)
            if self._is_cut:
                continue
            try:
                there = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                here.close()
                continue
            self._lines.append(there)
            for source, target in ((here, there), (there, here)):
                threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    def _carry(self, source, target):
        with suppress(OSError):
            while data := source.recv(65_536):
                if self._is_cut:
                    return
                target.sendall(data)
            target.close()


class Station:
    """A workstation with its window, in a process of its own."""

    PROGRAM = "tests.flows.room_driver"

    def __init__(self, home):
        self.home = home
        self.saw = {}
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", self.PROGRAM, str(self.home)],
            cwd=ROOT,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._said = queue.Queue()
        threading.Thread(target=self._read, args=(self.process,), daemon=True).start()
        return self

    def _read(self, process):
        for line in process.stdout:
            self._hear(json.loads(line))

    def _hear(self, said):
        if "saw" in said:
            self.saw[tuple(said["saw"])] = said["at"]
        else:
            self._said.put(said)

    def answer(self):
        return self._said.get(timeout=60)

    def do(self, action, **values):
        self.process.stdin.write(json.dumps({"do": action, **values}) + "\n")
        self.process.stdin.flush()
        return self.answer()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.stdin.close()
            assert self.process.wait(30) == 0
