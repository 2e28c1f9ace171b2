"""A shift worked in the real window by real key presses: how many keys and seconds an incident.

`python -m tests.flows.shift [COUNT]` works on a record of its own, on a display of its own, and
prints the medians. What wants more than the suggestion (no class that is sure, a likely duplicate)
is put aside by Esc and the down key, as an operator would who comes back to it.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import median
from typing import NamedTuple

from db.commands.incidents import Report, report_incident
from db.demo.fill import DemoPlan, fill_demo
from db.demo.texts import Texts, class_weights
from db.demo.town import make_town
from db.store import driver
from db.store.envelopes import Caller
from db.store.queries.town import actor_named
from db.store.store import Store
from tests.db.store import rig

SIZE = "1366x768x24"
PACE = 0.12
"""Seconds between two keys of a practised hand."""
PATIENCE = 3.0
REST = 0.5
"""Seconds in which a window that waits for keys takes hardly any of the processor's time."""
REST_TICKS = 2
START_PATIENCE = 60.0
GRID_SHARE = 0.75
"""Of the reports, those of grid workers: they name class and grid (four in five)."""
OFFERED = 2
"""Reports made for each incident to be triaged: some want more than the suggestion."""


class Turn(NamedTuple):
    """One incident triaged: keys pressed, seconds from the first key to the row."""

    keys: int
    seconds: float


class Shift(NamedTuple):
    """What was worked; `aside` counts incidents that wanted more than the suggestion."""

    turns: list[Turn]
    aside: int

    def __str__(self) -> str:
        if not self.turns:
            return f"nothing triaged, {self.aside} put aside"
        keys = [turn.keys for turn in self.turns]
        seconds = [turn.seconds for turn in self.turns]
        return (
            f"triaged {len(self.turns)}  put aside {self.aside}\n"
            f"keys     median {median(keys):.0f}  most {max(keys)}\n"
            f"seconds  median {median(seconds):.2f}  most {max(seconds):.2f}"
        )


def make_record(home: Path, reports: int, seed: int = 1) -> None:
    """Make a town that has worked for a month, and reports that nobody has looked at."""
    now = time.time_ns() // 1_000_000
    fill_demo(home, DemoPlan("990101001", 1, seed, now, per_day=12), "file")
    town, rng = make_town("990101001", seed), Random(f"shift/{seed}")
    texts = Texts(town, seed + 1)
    weights = class_weights()
    with Store.open(home) as store:
        actor, _ = store.read(lambda c: actor_named(c, "zhoulan"))
        for _ in range(reports):
            (code,) = rng.choices(list(weights), list(weights.values()))
            grid = rng.choice(town.grids).code
            is_grid = rng.random() < GRID_SHARE
            text = texts.incident(rng, code, grid, "grid" if is_grid else "phone")
            values = {"content": text.content, "address": text.address, "urgency": "normal"}
            values |= (
                {"source": "grid", "class_code": code, "area_code": grid}
                if is_grid
                else {"source": "phone"}
            )
            report_incident(store, actor, Report(values, Caller("", "")))


@contextmanager
def screen() -> Iterator[str]:
    """Give a display of its own."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", SIZE, "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as told:
            yield f":{told.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


class Hand:
    """Presses keys in the window of a process and reads its record beside it."""

    def __init__(self, home: Path, display: str) -> None:
        self._environment = {**os.environ, "DISPLAY": display, "GRIDDESK_HOME": str(home)}
        self._environment["QT_QPA_PLATFORM"] = "xcb"
        self.pressed = 0
        self.window = subprocess.Popen(
            [sys.executable, "-m", "desktop"], env=self._environment, stderr=subprocess.DEVNULL
        )
        self._record = driver.open_reader(rig.record(home), rig.key_of(home))

    def close(self) -> None:
        """Close the window as the key does."""
        self._record.close()
        self._tool("key", "ctrl+q")
        try:
            self.window.wait(20)
        finally:
            self.window.kill()

    def wait_for_window(self) -> None:
        """Wait until the window is there, and give it the keys."""
        found = self._tool("search", "--sync", "--onlyvisible", "--name", "网格指挥台")
        self._tool("windowfocus", "--sync", found.split()[0])
        self.wait_for_rest()

    def wait_for_rest(self) -> None:
        """Wait until the window has done what it was at: on a busy machine that takes longer."""
        limit = time.monotonic() + START_PATIENCE
        before = -REST_TICKS
        while (now := self._ticks()) >= before + REST_TICKS and time.monotonic() < limit:
            before = now
            time.sleep(REST)

    def press(self, *keys: str) -> None:
        """Press keys one after another."""
        for key in keys:
            self._tool("key", key)
            self.pressed += 1
            time.sleep(PACE)

    def steps(self, kind: str) -> int:
        """Return how many steps of a kind the record has."""
        row = self._record.execute("SELECT count(*) FROM step WHERE kind = ?", (kind,)).fetchone()
        return int(row[0])

    def _ticks(self) -> int:
        """Return how much of the processor's time the window has had, in hundredths of a second."""
        told = Path(f"/proc/{self.window.pid}/stat").read_text(encoding="ascii")
        return sum(map(int, told.rpartition(")")[2].split()[11:13]))

    def _tool(self, *arguments: str) -> str:
        done = subprocess.run(
            ["xdotool", *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        return done.stdout


def work(hand: Hand, count: int, offered: int) -> Shift:
    """Triage so many incidents: accept and dispatch each with what is suggested."""
    hand.press("ctrl+k", "d", "f", "b", "Return")
    hand.wait_for_rest()
    turns: list[Turn] = []
    aside = 0
    while len(turns) < count and len(turns) + aside < offered:
        began, before = time.monotonic(), hand.pressed
        accepted = _decide(hand, "a", "incident_accepted")
        if accepted and _decide(hand, "d", "incident_dispatched"):
            turns.append(Turn(hand.pressed - before, time.monotonic() - began))
            time.sleep(0.3)
        else:
            hand.press("Escape", "Escape", "Down")
            aside += 1
    return Shift(turns, aside)


def _decide(hand: Hand, key: str, kind: str) -> bool:
    """Press the key of a decision and Enter; tell whether its row is there."""
    before = hand.steps(kind)
    hand.press(key)
    time.sleep(PACE)
    # On a busy machine a hand can be faster than the form: it presses Enter again once it is there.
    return any(_confirm(hand, kind, before) for _ in range(2))


def _confirm(hand: Hand, kind: str, before: int) -> bool:
    hand.press("Return")
    limit = time.monotonic() + PATIENCE
    while hand.steps(kind) == before:
        if time.monotonic() > limit:
            return False
        time.sleep(0.02)
    return True


def run(home: Path, count: int) -> Shift:
    """Make a record, open the window and work."""
    offered = count * OFFERED
    make_record(home, offered)
    with screen() as display:
        hand = Hand(home, display)
        try:
            hand.wait_for_window()
            return work(hand, count, offered)
        finally:
            hand.close()


if __name__ == "__main__":
    folder = Path(tempfile.mkdtemp(prefix="griddesk-shift-"))
    try:
        sys.stdout.write(f"{run(folder / 'home', int((*sys.argv[1:], '50')[0]))}\n")
    finally:
        shutil.rmtree(folder)
