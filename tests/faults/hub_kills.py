"""Ends a hub, or its database, in the midst of taking in; looks each time at what is there then.

`python -m tests.faults.hub_kills sqlite|postgresql --seed S --kills N` prints one line of JSON.

A hub on a file is killed at one of its calls to the system (`kill_calls`). One on PostgreSQL is
ended between two of its statements, or two rows of a COPY: itself, its server's process, the whole
server, or the line to it just before or after a COMMIT is done.
"""

import argparse
import os
import random
import signal
import time
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path

import orjson
import psycopg

import db.hub.pg_blobs
import db.hub.pg_start
import db.migrations.steps  # noqa: F401 - a fork finds them loaded
from db.domain.errors import EnvironmentError_
from db.hub.server import init_district, init_hub, open_service
from db.store.witness import FOLDER_ENV
from db.sync.peers import STATION, put_peer
from tests.db.hub.authors import DISTRICT, Author
from tests.db.hub.cluster import running_cluster
from tests.db.hub.wires import Wire
from tests.faults.kill_calls import Calls
from tests.faults.kill_run import finish, fork
from tests.faults.soak import scratch

FAULTS = ("kill",) * 10 + ("backend",) * 3 + ("before", "after") * 2 + ("fast", "immediate")
BATCH, BATCHES = 400, 2
"""Ops of a batch: so many that a COPY has sent some before the last is written."""
ROWS_OF_A_STEP = 40
KILLS_OF_ONE_CHAIN = 20
PATIENCE = 30.0
HURT = "*"
_NAMED = "SELECT count(*) FROM (SELECT DISTINCT site, epoch, seq FROM op) AS named"
_BODIES = """SELECT op.body FROM op JOIN site ON site.n = op.site
WHERE site.id = ? AND op.epoch = ? ORDER BY op.seq"""


class Steps:
    """Counts the statements and the rows of COPYs from now on; at number `last` comes a fault."""

    def __init__(self, last=0, fault=lambda _: None):
        self.count = 0
        self._last, self._fault = last, fault
        self._rows = 0
        self._watch(psycopg.Connection, "execute", self.step)
        self._watch(psycopg.Copy, "write_row", self._row)

    def _watch(self, owner, name, look):
        real = getattr(owner, name)

        def watched(one, *given):
            look(one)
            return real(one, *given)

        setattr(owner, name, watched)

    def _row(self, copying):
        self._rows += 1
        if self._rows % ROWS_OF_A_STEP == 0:
            self.step(copying.connection)

    def step(self, connection=None):
        """Pass a step; without a connection it is one between two batches."""
        self.count += 1
        if self.count == self._last:
            self._fault(connection)


class OnFile:
    """A hub whose record is a file."""

    url = ""
    faults = ("kill",)

    def make(self, home):
        init_hub(home, "区级交换", "file", town=DISTRICT)

    def fated(self, last, fault, say):
        """Return where the record is, and what begins to count: the last step is the end."""
        return self.url, lambda: Calls(last)


class OnServer:
    """A hub on a PostgreSQL that may be hurt."""

    faults = FAULTS

    def __init__(self, cluster):
        self._cluster = cluster
        self.url = cluster.place()

    def make(self, home):
        init_district(home, self.url, "区级交换", "file", town=DISTRICT)

    def fated(self, last, fault, say):
        """Return where the record is, and what begins to count: the last step brings the fault."""
        wire = Wire(self.url)

        def hurt(connection):
            if fault == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            elif fault in ("before", "after"):
                wire.cut = fault
            elif fault in ("fast", "immediate"):
                self._cluster.restart(fault)
            elif connection is None:
                return
            else:
                self._cluster.kill_backend(connection.info.backend_pid)
            say(HURT)

        return wire.url, lambda: Steps(last, hurt)


def found(say, place, home, authors):
    """Make a hub that knows the authors."""
    place.make(home)
    with open_service(home, place.url) as hub:

        def enrol(journal):
            for author in authors:
                put_peer(journal, STATION, author.peer)

        hub._store.write(enrol)
        say(hub.incarnation())


def take(say, place, home, batches, last, fault):
    """Bring batches, one after the other; say each once it is acknowledged."""
    url, begin = place.fated(last, fault, say)
    # A station that is refused comes again; so does the next one here.
    with suppress(EnvironmentError_), open_service(home, url) as hub:
        steps = begin()
        for end, data in batches:
            hub.take(data)
            if isinstance(steps, Steps):
                steps.step()
            say(str(end))
        say(f"#{steps.count}")


def look(say, place, home, author):
    """Say how many ops, names and acknowledged numbers there are, and how far a chain goes."""
    ends_at = time.monotonic() + PATIENCE
    while True:
        try:
            with open_service(home, place.url) as hub:
                said = hub._store.read(lambda c: _counts(c, author))
                say(orjson.dumps([*said, hub.incarnation()]).decode())
                return
        except EnvironmentError_:
            # The server heals itself: that takes it a moment.
            if time.monotonic() > ends_at:
                raise
            time.sleep(0.05)


def _counts(connection, author):
    ask = connection.execute
    totals = [
        int(ask(sql).fetchone()[0] or 0)
        for sql in ("SELECT count(*) FROM op", _NAMED, "SELECT sum(head_seq) FROM chain")
    ]
    bodies = [bytes(row[0]) for row in ask(_BODIES, (author.site, author.epoch)).fetchall()]
    return *totals, len(bodies), bodies == author.bodies[: len(bodies)]


class Round:
    """A hub, and stations that bring it more and more; faults at steps from first to last."""

    def __init__(self, place, folder, seed, kills):
        self.kills = kills
        self.place, self.home, self.seed = place, folder / "hub", seed
        os.environ[FOLDER_ENV] = str(folder / "witness")
        count = 2 + 2 * kills // KILLS_OF_ONE_CHAIN
        self.authors = [Author(station=f"A{number}") for number in range(count)]
        said, _ = finish(*fork(found, place, self.home, self.authors))
        self.incarnation = said[0]
        self.here = Counter()
        undisturbed, _ = finish(*fork(take, place, self.home, self._batches(-1, 0), 0, ""))
        self.steps = int(undisturbed[-1][1:])
        self.hits = Counter()

    def _author(self, number):
        return self.authors[number // KILLS_OF_ONE_CHAIN]

    def _batches(self, number, again):
        """What the hub lacks of a station's chain, with `again` ops that it has already."""
        author = self._author(number)
        here = self.here[author.site]
        ends = [here + BATCH * (n + 1) for n in range(BATCHES)]
        author.write(ends[-1] - author.seq)
        firsts = [max(1, here + 1 - again), *(end + 1 for end in ends)]
        return [
            (end, author.batch(first, end)) for first, end in zip(firsts, ends, strict=False)
        ]  # fmt: skip

    def kill(self, number):
        """End it once and look; return what is wrong, an empty text for nothing."""
        dice = random.Random(f"{self.seed}/{number}")
        author, fault = self._author(number), dice.choice(self.place.faults)
        batches = self._batches(number, dice.choice((0, 0, 50)))
        last = 1 + int((number + dice.random()) * self.steps / self.kills) % self.steps
        task = fork(take, self.place, self.home, batches, last, fault)
        said, is_killed = finish(*task, may_be_killed=True)
        self.hits[fault] += is_killed or HURT in said
        ends = [int(word) for word in said if word.isdigit()]
        told, _ = finish(*fork(look, self.place, self.home, author))
        ops, names, heads, here, is_same, incarnation = orjson.loads(told[-1])
        whole = {self.here[author.site], *(end for end, _ in batches)}
        self.here[author.site] = here
        if not ops == names == heads:
            return f"{ops} ops, {names} names, {heads} acknowledged"
        if here < max(ends, default=0):
            return f"lost: {here} of {ends}"
        if here not in whole or not is_same:
            return f"half: up to {here}"
        return "" if incarnation == self.incarnation else "doubted"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("place", choices=("sqlite", "postgresql"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=20)
    given = parser.parse_args()
    wrong, number = [], 0
    with ExitStack() as opened:
        folder = Path(opened.enter_context(scratch()))
        is_file = given.place == "sqlite"
        place = OnFile() if is_file else OnServer(opened.enter_context(running_cluster()))
        begun = Round(place, folder, given.seed, given.kills)
        while begun.hits.total() < given.kills and number < given.kills * 2:
            if found_wrong := begun.kill(number):
                wrong.append(f"{given.place} --seed {given.seed}, number {number}: {found_wrong}")
            number += 1
    told = {
        "place": given.place, "seed": given.seed, "steps": begun.steps, "kills": begun.hits.total(),
        "hits": dict(begun.hits), "ops": sum(begun.here.values()), "wrong": len(wrong),
        "first": wrong[:5],
    }  # fmt: skip
    print(orjson.dumps(told).decode())


if __name__ == "__main__":
    main()
