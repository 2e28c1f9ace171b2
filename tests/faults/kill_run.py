"""Kills a piece of work again and again, and looks each time at what the record is then.

`python -m tests.faults.kill_run WORK --seed S --kills N` prints one line of JSON; with `--kill K`
it kills as at number K of that run alone. Half of the kills come at a random one of the calls that
change files, half some moments after one: how busy the machine is does not move them.

This process has one thread and never opens a record: everything is done in forks of it, which
cost little because they find all modules loaded.
"""

import argparse
import itertools
import os
import pickle
import random
import shutil
import time
import traceback
from pathlib import Path
from typing import NamedTuple

import orjson

import db.migrations.steps  # noqa: F401 - a fork finds it loaded
from db.store.witness import FOLDER_ENV
from tests.faults.kill_calls import Calls
from tests.faults.kill_work import KINDS, opened, wholeness
from tests.faults.soak import scratch

START_SECONDS = 5.0
"""How long the first opening after a kill may take."""
KILLS_OF_ONE_RECORD = 40
MOMENTS = 10
"""A kill comes at most this part of an undisturbed run after its call."""


def fork(task, *given):
    """Run a task in a process of its own; return its id and the end it writes to."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    os.close(reading)
    code = 1
    try:
        task(lambda text: os.write(writing, text.encode() + b"\n"), *given)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def finish(child, reading, *, may_be_killed=False):
    """Wait for a fork; return the lines it wrote and whether a kill ended it."""
    with os.fdopen(reading, "rb") as end:
        lines = end.read().decode().split("\n")[:-1]
    status = os.waitpid(child, 0)[1]
    is_killed = os.WIFSIGNALED(status)
    assert status == 0 or (may_be_killed and is_killed), f"the work ended by itself: {status}"
    return lines, is_killed


def prepare(say, kind, home, path):
    path.write_bytes(pickle.dumps(kind.prepare(home)))


def settle(say, home):
    """Open once: a folder just copied is not what it was left as, a killed one must be."""
    with opened(home):
        pass


def work(say, kind, home, given, run, *end):
    calls = Calls(*end)
    kind.work(home, given, say, run)
    say(f"#{calls.count}")


def check(say, kind, home, given, said):
    """Open as after any end, look, and say what is wrong and how long the start took."""
    began = time.monotonic()
    with opened(home) as store:
        seconds = time.monotonic() - began
        wrong = kind.check(store, given, said) or wholeness(store, is_known=kind.settles)
    if seconds > START_SECONDS:
        wrong = wrong or f"slow: {seconds:.1f} s to open"
    say(orjson.dumps([wrong, seconds]).decode())


class Kill(NamedTuple):
    """One attempt: whether it hit, what had been said, what is wrong, seconds to open again."""

    number: int
    hit: bool
    said: int
    wrong: str
    seconds: float


class Round:
    """One kind of work, prepared, with the measure of a run that nobody disturbs."""

    def __init__(self, name, folder, seed):
        self.kind = KINDS[name]
        self.seed = seed
        self.home = folder / "home"
        self.template = folder / "template"
        self.witness = folder / "witness"
        os.environ[FOLDER_ENV] = str(self.witness)
        finish(*fork(prepare, self.kind, self.template, folder / "given"))
        self.given = pickle.loads((folder / "given").read_bytes())
        self._renew()
        began = time.monotonic()
        said, _ = finish(*fork(work, self.kind, self.home, self.given, "x"))
        self.seconds = time.monotonic() - began
        self.calls = int(said[-1][1:])
        self._renew()

    def _renew(self):
        for left in (self.home, self.witness):
            shutil.rmtree(left, ignore_errors=True)
        shutil.copytree(self.template, self.home)
        if self.kind.settles:
            finish(*fork(settle, self.home))
        self.said = []

    def _end(self, number, rng):
        """Return which call is the last, whether it is torn, and the seconds lived after it."""
        if number == 0:
            # All has been said by then: that words are heard does not hang on the dice.
            return self.calls, False, 0.0
        delay = rng.uniform(0, self.seconds / MOMENTS) if number % 2 else 0.0
        return rng.randint(1, self.calls), rng.random() < 0.3, delay

    def kill(self, number):
        """Kill once and look."""
        if not self.kind.is_kept or number % KILLS_OF_ONE_RECORD == 0:
            self._renew()
        end = self._end(number, random.Random(f"{self.seed}/{number}"))
        child, reading = fork(work, self.kind, self.home, self.given, number, *end)
        said, is_killed = finish(child, reading, may_be_killed=True)
        self.said += [text for text in said if not text.startswith("#")]
        answer, _ = finish(*fork(check, self.kind, self.home, self.given, self.said))
        wrong, seconds = orjson.loads(answer[0])
        return Kill(number, is_killed, len(said), wrong, seconds)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("work", choices=KINDS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--kill", type=int)
    given = parser.parse_args()
    kills = []
    with scratch() as name:
        begun = Round(given.work, Path(name), given.seed)
        if given.kill is not None:
            kills.append(begun.kill(given.kill))
        attempts = itertools.count()
        while given.kill is None and sum(kill.hit for kill in kills) < given.kills:
            kills.append(begun.kill(next(attempts)))
    wrong = [kill for kill in kills if kill.wrong]
    found = {
        "work": given.work,
        "seed": given.seed,
        "kills": sum(kill.hit for kill in kills),
        "calls": begun.calls,
        "said": sum(kill.said for kill in kills),
        "slowest_start": round(max(kill.seconds for kill in kills), 3),
        "wrong": len(wrong),
        "first": [
            f"{given.work} --seed {given.seed} --kill {kill.number}: {kill.wrong}"
            for kill in wrong[:5]
        ],
    }
    print(orjson.dumps(found).decode())


if __name__ == "__main__":
    main()
