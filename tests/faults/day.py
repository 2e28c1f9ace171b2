"""A day of a district with everything going wrong, played in seconds, and what came of it.

`python -m tests.faults.day --seed S --acts N --seconds T` plays it and prints one line of JSON.

A town's room of four workstations, another town's one, the district's and a hub on PostgreSQL, each
a process of its own. The town's line to the hub is cut for half of the day; stations, the hub and
the database are killed and come back; one stick is carried to the district. Who does what, and who
is killed when, is the seed's; what each finds on its list then, the machine's.
"""

import argparse
import random
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from time import monotonic

import orjson
import psycopg

from db.commands.keys import grant_room_key
from db.demo.fill import DemoPlan, fill_demo
from db.domain.errors import GridDeskError
from db.hub.server import issue_code, open_service
from db.store.store import Store
from db.store.verify import verify
from db.sync.client import sync_once
from db.sync.line import HubClient
from db.sync.wire import head_from_json
from desktop.settings import change_settings
from tests.db.hub.cluster import running_cluster
from tests.db.sync import rig as records
from tests.faults.soak import scratch
from tests.flows.rig import HubProgram, Station, Wire, free_port
from tests.model.district import incidents

DISTRICT, TOWN, OTHER = "990101", "990101001", "990101002"
ROOM = {"A1": TOWN, "B1": TOWN, "C1": TOWN, "D1": TOWN}
PLACES = {**ROOM, "E1": OTHER, "Q1": DISTRICT}
ACTS = ("report",) * 5 + ("note",) * 5 + ("step",) * 8 + ("claim",) * 2 + ("escalate",)
FROM_ABOVE = ("step", "note")
FILES_UNTIL = 0.85
"""Nobody attaches later in the day: a file comes after the ops that follow it."""
FAULTS = (
    (0.10, "restart_database"),
    (0.20, "cut"),
    (0.28, "kill_station"),
    (0.36, "kill_hub"),
    (0.44, "carry_stick"),
    (0.55, "kill_station"),
    (0.70, "mend"),
    (0.80, "kill_hub"),
    (0.88, "crash_database"),
    (0.94, "kill_station"),
)
PATIENCE = 180.0
_COUNTED = """SELECT count(*), count(DISTINCT (site, epoch, seq)),
(SELECT sum(head_seq) FROM chain) FROM op"""


class Post(Station):
    """A workstation without a window, that says which ops it has."""

    PROGRAM = "tests.faults.day_station"

    def __init__(self, home, town):
        super().__init__(home)
        self.town, self.site = town, ""
        self.starts = []
        self.ready = threading.Event()

    def start(self):
        self.ready.clear()
        self.starts.append(monotonic())
        return super().start()

    def kill(self):
        self.ready.clear()
        super().kill()

    def _hear(self, said):
        if "has" in said:
            for ref in said["has"]:
                self.saw.setdefault(tuple(ref), said["at"])
        elif "ready" in said:
            self.site = said["site"]
            self.ready.set()
        else:
            self._said.put(said)

    def written(self):
        """Its own ops that it acknowledged, each with the moment."""
        return {ref: at for ref, at in self.saw.items() if ref[0] == self.site}

    def was_here(self, since, until):
        """Whether it was not started anew meanwhile."""
        return not any(since < start < until for start in self.starts)

    def end(self):
        self.process.terminate()
        assert self.process.wait(60) == 0, self.home.name


class Day:
    """The places, their lines, and what befalls them."""

    def __init__(self, folder, cluster, seed):
        self.folder, self.cluster = folder, cluster
        self.dice = random.Random(seed)
        self.hub = HubProgram(folder / "hub", cluster.place(), folder / "hub.log")
        self.wire = Wire(int(self.hub.url.rsplit(":", 1)[1]))
        self.posts = {name: Post(folder / name, town) for name, town in PLACES.items()}
        self.done, self.refused = Counter(), Counter()
        self.words = set()
        self.begun_at = self.mended_at = 0.0
        self._troubles = ThreadPoolExecutor(1)
        self._happened = []

    def begin(self):
        """Let everybody come to work."""
        self._found()
        for post in self.posts.values():
            post.start()
        self._await_ready()

    def _found(self):
        """Make the records, and let all know each other from the hub."""
        plan = DemoPlan(TOWN, 1, 7, time.time_ns() // 1_000_000, per_day=1)
        fill_demo(self.posts["A1"].home, plan, "file")
        with ExitStack() as opened:
            stores = {}
            for name, post in self.posts.items():
                stores[name] = opened.enter_context(
                    Store.open(post.home) if name == "A1" else self._new(name, post)
                )
                self._enrol(stores[name])
            sync_once(stores["A1"])
            for name in ROOM:
                if name != "A1":
                    grant_room_key(stores["A1"], records.OFFICER, stores[name].site.id)
            for store in (*stores.values(), *stores.values()):
                sync_once(store)
        ports = {name: free_port() for name in PLACES}
        for name, post in self.posts.items():
            others = {other for other in ROOM if PLACES[other] == post.town} - {name}
            peers = " ".join(f"https://127.0.0.1:{ports[other]}" for other in sorted(others))
            change_settings(
                post.home, room_serves=True, room_port=ports[name], room_finds=False,
                room_peers=peers,
            )  # fmt: skip

    def _new(self, name, post):
        has_lists, is_first = post.town == OTHER, post.town != TOWN
        return records.make_site(
            post.home, name, town=post.town, lists=has_lists, has_room_key=is_first
        )

    def _enrol(self, store):
        """Enrol at the hub; only the room's line to it can be cut."""
        town = store.site.town
        url = f"http://127.0.0.1:{self.wire.port}" if town == TOWN else self.hub.url
        with HubClient(store, url) as client:
            client.enrol(issue_code(self.hub.data, town, url=self.hub.database))
        sync_once(store)

    def _await_ready(self):
        for name, post in self.posts.items():
            assert post.ready.wait(PATIENCE), f"{name} did not begin"

    def run(self, acts, seconds):
        """Play the day: people act one after the other, faults come between."""
        faults = [(round(at * acts), fault) for at, fault in FAULTS]
        begin = self.begun_at = monotonic()
        for number in range(acts):
            for at, fault in faults:
                if at == number:
                    getattr(self, fault)()
            self._act(number, number / acts)
            time.sleep(max(0.0, begin + (number + 1) * seconds / acts - monotonic()))
        for happened in self._happened:
            happened.result(PATIENCE)
        self._await_ready()

    def _act(self, number, passed):
        """Let somebody do something; who is away or busy with starting does nothing."""
        name = self.dice.choice((*PLACES, *ROOM))
        dice, word = self.dice.getrandbits(30), f"w{number:05d}"
        what = self.dice.choice(FROM_ABOVE if name == "Q1" else ACTS)
        if self.dice.random() < 0.06 and passed < FILES_UNTIL and name in ROOM:
            what = "attach"
        if not self.posts[name].ready.is_set():
            self.refused["away"] += 1
            return
        answer = self.posts[name].do(what, word=word, dice=dice)
        assert "failed" not in answer, answer
        if code := answer.get("refused"):
            self.refused[code] += 1
            return
        self.done[what] += 1
        if what == "note":
            self.words.add(word.encode())

    def cut(self):
        self.done["cut"] += 1
        self.wire.cut()

    def mend(self):
        self.wire.mend()
        self.mended_at = monotonic()

    def kill_station(self):
        """One of the room dies and comes back; the others hardly notice."""
        name = self.dice.choice(sorted(name for name in ROOM if self.posts[name].ready.is_set()))
        self.done["kill_station"] += 1
        self.posts[name].kill()
        self.posts[name].start()

    def kill_hub(self):
        def work():
            self.hub.kill()
            self.hub.start()

        self._soon("kill_hub", work)

    def restart_database(self):
        self._soon("restart_database", self.cluster.restart)

    def crash_database(self):
        self._soon("crash_database", lambda: self.cluster.restart("immediate"))

    def _soon(self, fault, work):
        """Do something beside the work, one such thing at a time."""
        self.done[fault] += 1
        self._happened.append(self._troubles.submit(work))

    def carry_stick(self):
        """While the line is cut, a stick brings the district what the room has."""
        name = next(name for name in sorted(ROOM) if self.posts[name].ready.is_set())
        folder, district = self.folder / "stick", self.posts["Q1"]
        folder.mkdir(exist_ok=True)
        written = self.posts[name].do("write_stick", to=district.site, folder=str(folder))
        for path in written["paths"]:
            read = district.do("read_stick", path=path)
            assert read.get("troubles") == [], read
            self.done["by_stick"] += read["added"]

    def level(self):
        """Wait until nobody lacks anything that it may see, at the hub or at home."""
        ends_at = monotonic() + PATIENCE
        with open_service(self.hub.data, self.hub.database) as hub:
            while lacking := [name for name in PLACES if self._lacks(hub, name)]:
                assert monotonic() < ends_at, f"not level: {lacking}"
                time.sleep(0.2)

    def _lacks(self, hub, name):
        post = self.posts[name]
        state = post.do("state")
        heads = [head_from_json(head) for head in state["heads"]]
        with suppress(GridDeskError):
            said = hub.compare(hub.station(post.site), heads)
            own = {(head.site, head.epoch): head.seq for head in heads}
            behind = [head for head in said.have if own.get((head.site, head.epoch)) != head.seq]
            return bool(behind or said.want or said.forks or state["unsent"] or state["missing"])
        return True

    def end(self):
        for post in self.posts.values():
            post.end()
        self.hub.stop()

    def check(self):
        """Nothing lost, nothing twice, the same rows in the whole room, all of it above."""
        acknowledged = {ref for post in self.posts.values() for ref in post.written()}
        with ExitStack() as opened:
            stores = {
                name: opened.enter_context(Store.open(post.home, read_only=True))
                for name, post in self.posts.items()
            }
            bodies = {name: records.bodies(store) for name, store in stores.items()}
            first = records.projection(stores["A1"])
            for name in ROOM:
                assert bodies[name] == bodies["A1"], name
                assert records.projection(stores[name]) == first, name
            for name, store in stores.items():
                assert store.read(verify).is_ok, name
                own = {ref for ref in acknowledged if ref[0] == self.posts[name].site}
                assert own <= bodies[name].keys(), name
            for name in ("A1", "E1"):
                assert bodies[name].items() <= bodies["Q1"].items(), name
                town = PLACES[name]
                assert incidents(stores[name], town) == incidents(stores["Q1"], town), name
            assert incidents(stores["Q1"], TOWN)
            everything = list({**bodies["A1"], **bodies["E1"], **bodies["Q1"]}.values())
        for word in self.words:
            assert sum(b'"' + word + b'"' in body for body in everything) == 1, word
        with psycopg.connect(self.hub.database) as connection:
            (rows, names, last) = connection.execute(_COUNTED).fetchone()
        assert rows == names == last, (rows, names, last)
        return len(acknowledged)

    def close(self):
        """Leave no process behind, whatever happened."""
        self._troubles.shutdown()
        for post in self.posts.values():
            if post.process and post.process.poll() is None:
                post.kill()
        if self.hub.process.poll() is None:
            self.hub.kill()

    def told(self):
        """What came of it, in figures."""
        crossings = sorted(self._crossings())
        lines = [orjson.loads(line) for line in self.hub.log.read_bytes().splitlines()]
        requests = [line for line in lines if "route" in line]
        answers = Counter(line["status"] for line in requests)
        return {
            "acts": dict(self.done),
            "not_done": dict(self.refused),
            "exchanges": sum(line["route"] == "/v1/heads" for line in requests),
            "refusals": dict(Counter(line["code"] for line in requests if line["code"])),
            "asked_to_wait": answers[429] + answers[503],
            "hung_up": answers[499],
            "bytes_in": sum(line["in"] for line in requests),
            "bytes_out": sum(line["out"] for line in requests),
            "crossing_median_s": round(crossings[len(crossings) // 2], 2),
            "crossing_p95_s": round(crossings[len(crossings) * 95 // 100], 2),
            "crossing_worst_s": round(crossings[-1], 2),
            "level_after_line_s": round(self._level_after_line(), 2),
        }

    def _crossings(self):
        """Seconds from one of the room to another, where both were there all the time."""
        room = [self.posts[name] for name in ROOM]
        for author in room:
            for ref, at in author.written().items():
                for other in room:
                    came = other.saw.get(ref, at)
                    is_of_day = at > self.begun_at and other is not author
                    if is_of_day and author.was_here(at, came) and other.was_here(at, came):
                        yield came - at

    def _level_after_line(self):
        """Seconds from the mended line until what had waited for it was on the other side."""
        district = self.posts["Q1"]
        room = [self.posts[name] for name in ROOM]
        waited = [
            reader.saw[ref]
            for author, readers in ((district, room), *((post, [district]) for post in room))
            for ref, at in author.written().items()
            for reader in readers
            if at < self.mended_at < reader.saw.get(ref, 0)
        ]
        return max(waited, default=self.mended_at) - self.mended_at


def play(seed, acts, seconds):
    """Play a day; return what came of it. Raises AssertionError for anything lost or twice."""
    began = monotonic()
    with scratch() as name, running_cluster() as cluster:
        day = Day(Path(name), cluster, seed)
        try:
            day.begin()
            day.run(acts, seconds)
            day.level()
            day.end()
            ops = day.check()
            found = {"seed": seed, "ops": ops, "lost": 0, "twice": 0, **day.told()}
        finally:
            day.close()
    return {**found, "seconds": round(monotonic() - began, 1)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--acts", type=int, default=120)
    parser.add_argument("--seconds", type=float, default=20)
    given = parser.parse_args()
    sys.stdout.write(orjson.dumps(play(given.seed, given.acts, given.seconds)).decode() + "\n")


if __name__ == "__main__":
    main()
