"""Works on a record, cuts the power at many points, and looks at what is left each time.

`python -m tests.faults.power_run --seed S --points N` prints one line of JSON; `--seed S --point P`
looks at one point of that run again, and `--keep FOLDER` keeps its files. `--synchronous NORMAL`
shows what a weaker setting would lose.

The commands, the writer thread, the journal and the settings of the connection are the program's
own. The file is opened here by another library alone (apsw), because it lets the disk be played;
the encryption is left out.
"""

import argparse
import random
import threading
from pathlib import Path

import apsw
import orjson

from db.commands.site import start_chain
from db.commands.town import define_areas, define_units
from db.domain.ops import SYSTEM
from db.imports.take_in import order_writer
from db.migrations.steps import MIGRATIONS
from db.store import driver
from db.store.keys import KeyPlace
from db.store.store import Site, Store
from db.store.verify import verify
from db.store.writer import Writer
from tests.db.migrations.golden import fill
from tests.db.store import rig
from tests.faults.orders import orders
from tests.faults.power_disk import FILES, Disk, cuts
from tests.faults.soak import scratch

CHECKPOINT_PAGES = 100
"""Pages of the WAL after which it is written back: many times a run."""
INCIDENTS, IMPORTED, ROUNDS = 5, 12, 4


class Adapter:
    """An apsw connection as the program knows a connection."""

    def __init__(self, path, vfs=None):
        self.raw = apsw.Connection(str(path), vfs=vfs)

    @property
    def in_transaction(self):
        return self.raw.in_transaction

    def execute(self, sql, parameters=()):
        return Cursor(self.raw, self.raw.execute(sql, parameters))

    def executemany(self, sql, parameters):
        return Cursor(self.raw, self.raw.executemany(sql, parameters))

    def set_progress_handler(self, handler, steps):
        self.raw.set_progress_handler(handler, steps)

    def close(self):
        self.raw.close()


class Cursor:
    def __init__(self, connection, raw):
        self.raw = raw
        self.lastrowid = connection.last_insert_rowid()

    def __iter__(self):
        return iter(self.raw)

    def fetchone(self):
        return self.raw.fetchone()

    def fetchall(self):
        return self.raw.fetchall()


class AckedWriter(Writer):
    """Says on the writer thread when a unit of work is acknowledged, at that very moment."""

    on_ack = staticmethod(lambda: None)

    def submit(self, work):
        may_start = threading.Event()

        def gated(journal):
            may_start.wait()
            return work(journal)

        future = super().submit(gated)
        future.add_done_callback(lambda _: self.on_ack())
        may_start.set()
        return future


class Run:
    """One day's work on a disk that records it."""

    def __init__(self, folder, synchronous):
        self.path = folder / FILES[0]
        self.acks = [(0, 0)]
        self._make()
        self.base = {file: self._content(folder / file) for file in FILES}
        self.disk = Disk(f"disk-{id(self)}")
        self.connection = self._open(synchronous)
        self._work(folder)
        self.disk.unregister()
        plain = Adapter(self.path)
        self.hashes = _hashes(plain)
        plain.close()

    @property
    def events(self):
        return self.disk.events

    def _make(self):
        connection = Adapter(self.path)
        driver._prepare_writer(connection)
        for migration in MIGRATIONS._migrations:
            with driver.transaction(connection):
                migration.fn(connection)
        connection.close()

    def _content(self, path):
        return path.read_bytes() if path.exists() else b""

    def _open(self, synchronous):
        connection = Adapter(self.path, self.disk.name)
        driver._prepare_writer(connection)
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        if synchronous:
            connection.execute(f"PRAGMA synchronous = {synchronous}")
        return connection

    def _work(self, folder):
        now = iter(range(rig.NOW, rig.NOW + 10**9, 1000))
        clock = now.__next__
        driver.open_writer = lambda path, key, watch=None: self.connection
        site = Site("site-a", "席位A1", rig.TOWN, "A1", KeyPlace("file"))
        store = Store(folder, b"", site, clock)
        writer = AckedWriter(self.path, b"", clock, store.guard, projects=True)
        writer.on_ack = self._acked
        store._writer = writer
        start_chain(store, SYSTEM, has_room_key=True)
        define_areas(store, SYSTEM, rig.AREAS)
        define_units(store, SYSTEM, rig.UNITS)
        take_in = order_writer(store, rig.CLERK)
        for number in range(ROUNDS):
            fill(store, INCIDENTS)
            take_in(orders(number, IMPORTED))
        store.close()

    def _acked(self):
        (count,) = self.connection.execute("SELECT count(*) FROM op").fetchone()
        self.acks.append((len(self.events), count))

    def promised(self, point):
        """Return how many ops were acknowledged by a point, and how many with those under way."""
        number = max(n for n, (at, _) in enumerate(self.acks) if at <= point)
        following = self.acks[min(number + 1, len(self.acks) - 1)]
        return self.acks[number][1], following[1]

    def points(self, rng, count):
        """Choose points: round every sync, then anywhere."""
        syncs = [n for n, event in enumerate(self.events) if event.kind == "sync"]
        near = {point for n in syncs for point in (n, n + 1)}
        chosen = set(rng.sample(sorted(near), min(len(near), count // 2)))
        rest = sorted(set(range(len(self.events) + 1)) - chosen)
        return chosen | set(rng.sample(rest, min(len(rest), count - len(chosen))))


def _hashes(connection):
    return [row[0] for row in connection.execute("SELECT hash FROM op ORDER BY recv").fetchall()]


def look(folder, images, run, point):
    """Return what is wrong with the record a cut left, empty where nothing is."""
    for file in FILES:
        (folder / f"{file}-shm").unlink(missing_ok=True)
        (folder / file).unlink(missing_ok=True)
        if images[file] is not None:
            (folder / file).write_bytes(images[file])
    acked, under_way = run.promised(point)
    try:
        connection = Adapter(folder / FILES[0])
        connection.execute("PRAGMA synchronous = OFF")  # of what is looked at once
        found = verify(connection)
        here = _hashes(connection)
        connection.close()
    except apsw.Error as error:
        return f"damaged: {error}"
    if not found.is_ok:
        return f"damaged: {found.problems}"
    if len(here) < acked:
        return f"lost: {acked - len(here)} of {acked}"
    if len(here) not in (acked, under_way) or here != run.hashes[: len(here)]:
        return f"half: {len(here)} where {acked} or {under_way} are due"
    return ""


def survey(seed, count, synchronous="", point=None, keep=None):
    """Run once and cut at `count` points; return what was found."""
    with scratch() as name:
        folder = Path(name)
        (folder / "work").mkdir()
        left = keep or folder / "left"
        left.mkdir(exist_ok=True)
        run = Run(folder / "work", synchronous)
        rng = random.Random(seed)
        points = run.points(rng, count) if point is None else {point}
        found = [
            (at, look(left, images, run, at))
            for at, images in cuts(
                run.base, run.events, points, lambda at: random.Random(f"{seed}/{at}")
            )
        ]
    wrong = [(at, what) for at, what in found if what]
    return {
        "seed": seed,
        "points": len(found),
        "calls": len(run.events),
        "acked": len(run.acks) - 1,
        "ops": run.acks[-1][1],
        "checkpoints": sum(event[:2] == ("sync", FILES[0]) for event in run.events),
        "wrong": dict.fromkeys(("lost", "half", "damaged"), 0)
        | {
            kind: sum(what.startswith(kind) for _, what in wrong)
            for kind in ("lost", "half", "damaged")
        },
        "first": [f"--seed {seed} --point {at}: {what}" for at, what in wrong[:5]],
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--points", type=int, default=1000)
    parser.add_argument("--point", type=int)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--synchronous", default="")
    given = parser.parse_args()
    found = survey(given.seed, given.points, given.synchronous, given.point, given.keep)
    print(orjson.dumps(found).decode())


if __name__ == "__main__":
    main()
