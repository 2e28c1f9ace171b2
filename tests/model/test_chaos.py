"""A town at work for a while with everything going wrong, each seat and the hub its own process."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest

from db.hub.server import open_hub
from db.store.store import RECORD, Store, read_site
from db.store.verify import verify
from db.store.witness import witness_path
from db.sync.client import sync_once
from db.sync.line import HubClient
from tests.db.store.rig import unbound
from tests.db.sync import rig
from tests.faults.soak import SEED, scaled

WAL_LIMIT = 64 * 1024 * 1024
GROWTH = 1.10
DISTURBED, WARM_UP = 0.2, 0.5
NIGHTLY_SECONDS = 60

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills processes")


class Chaos:
    """Seats by name in a folder, their hub, and the faults that befall them."""

    def __init__(self, folder, seats, seed, pause):
        self.folder, self.dice, self.pause = folder, random.Random(seed), pause
        self.hub = rig.HubProcess(folder / "hub")
        self.seats, self.done, self.copies = {}, {}, 0
        self.memory = []
        self.count = seats
        for number in range(seats):
            name = f"S{number}"
            with rig.make_site(
                folder / name, name, lists=number == 0, has_room_key=number == 0
            ) as s:
                with HubClient(s, self.hub.url) as client:
                    client.enrol(rig.code_for(self.hub))
                sync_once(s)
        self.hub.kill()
        self.backup = self.copy_hub()
        self.hub.start()

    def start(self, name):
        program = [
            sys.executable,
            "-m",
            "tests.model.seat",
            self.folder / name,
            self.folder / f"{name}.said",
            self.dice.getrandbits(32),
            self.pause,
        ]
        self.seats[name] = subprocess.Popen(
            list(map(str, program)), cwd=rig.ROOT, stdout=subprocess.PIPE, text=True
        )

    def await_ready(self, *names):
        for name in names:
            assert self.seats[name].stdout.readline().strip() == "ready", name

    def stop(self, *names):
        """Let seats go home: each exchanges first until nothing is left."""
        for name in names:
            self.seats[name].terminate()
        for name in names:
            assert self.seats[name].wait(120) == 0, name
            self.seats.pop(name).stdout.close()

    def kill(self, name):
        self.seats[name].kill()
        self.seats[name].wait()
        self.seats.pop(name).stdout.close()

    def any_seat(self):
        """A seat to suffer; the first one never does."""
        return self.dice.choice(sorted(self.seats)[1:])

    def crash_seat(self):
        name = self.any_seat()
        self.kill(name)
        self.restart(name)

    def restart(self, *names):
        for name in names:
            self.start(name)
        self.await_ready(*names)

    def restore_seat(self):
        """A seat's record is put back from a copy; perhaps what lay outside it is lost too."""
        name = self.any_seat()
        kept = self.folder / f"{name}.kept"
        self.stop(name)
        home = self.folder / name
        if kept.exists():
            for item in home.glob(f"{RECORD}*"):
                item.unlink()
            shutil.copy(kept, home / RECORD)
            if self.dice.random() < 0.5:
                witness_path(read_site(home).id).unlink(missing_ok=True)
                unbound(home)
        else:
            shutil.copy(home / RECORD, kept)
        self.restart(name)

    def clone_seat(self):
        """A seat's folder is copied and both go on."""
        if self.copies >= 2:
            return
        self.copies += 1
        name, clone = self.any_seat(), f"Z{self.copies}"
        self.stop(name)
        shutil.copytree(self.folder / name, self.folder / clone)
        self.restart(name, clone)

    def crash_hub(self):
        self.hub.kill()
        self.hub.start()

    def freeze_hub(self):
        self.hub.process.send_signal(signal.SIGSTOP)
        time.sleep(0.5)
        self.hub.process.send_signal(signal.SIGCONT)

    def restore_hub(self):
        """The hub is put back from an older copy while nobody is at work."""
        names = sorted(self.seats)
        self.stop(*names)
        self.hub.kill()
        home = self.hub.home
        fresh = self.copy_hub()
        for item in home.glob(f"{RECORD}*"):
            item.unlink()
        for item in self.backup.glob(f"{RECORD}*"):
            shutil.copy(item, home)
        self.backup = fresh
        self.hub.start()
        self.restart(*names)

    def copy_hub(self):
        target = self.folder / f"hub.{time.monotonic_ns()}"
        target.mkdir()
        for item in self.hub.home.glob(f"{RECORD}*"):
            if not item.name.endswith("-shm"):
                shutil.copy(item, target)
        return target

    def run(self, seconds, faults):
        """Let things go wrong; only at the beginning does it meet the first seat."""
        self.restart(*(f"S{number}" for number in range(self.count)))
        start = time.monotonic()
        while (passed := time.monotonic() - start) < seconds:
            if passed > seconds * DISTURBED:
                faults = [fault for fault in faults if fault != "restore_hub"]
            if passed > seconds * WARM_UP:
                self.memory.append(resident(self.seats["S0"].pid))
            fault = self.dice.choice(faults)
            self.done[fault] = self.done.get(fault, 0) + 1
            getattr(self, fault)()
            assert largest_log(self.folder) <= WAL_LIMIT
            time.sleep(self.dice.random() * 0.5)
        self.stop(*sorted(self.seats))

    def check(self):
        """One history everywhere, and in it every word that was acknowledged."""
        names = sorted(path.stem for path in self.folder.glob("*.said"))
        stores = [Store.open(self.folder / name) for name in names]
        try:
            for _ in range(2):
                for store in stores:
                    result = sync_once(store)
                    assert (result.troubles, result.unsent) == ((), 0)
            self.hub.stop()
            first = stores[0]
            ops = rig.bodies(first)
            with open_hub(self.hub.home) as hub:
                assert rig.bodies(hub) == ops
            text = b"\n".join(ops.values())
            said = [w for n in names for w in (self.folder / f"{n}.said").read_text().split()]
            lost = [word for word in said if word.encode() not in text]
            assert not lost, (len(lost), len(said))
            rows = rig.projection(first)
            for store in stores:
                assert rig.bodies(store) == ops
                assert rig.projection(store) == rows
                assert store.read(verify).is_ok
                assert not rig.rows(store, "SELECT 1 FROM subject WHERE stale <> ''")
            conflicts = len(rows["conflict"])
            print(f"{len(said)} said, {len(ops)} ops, {conflicts} conflicts, {self.done}")
            return len(said)
        finally:
            for store in stores:
                store.close()


def resident(pid):
    """Bytes of memory a process holds."""
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def largest_log(folder):
    logs = (path.stat().st_size for path in folder.glob(f"*/{RECORD}-wal"))
    return max(logs, default=0)


def test_a_town_in_trouble_for_six_seconds(tmp_path):
    chaos = Chaos(tmp_path, 4, 7, 0.1)
    try:
        chaos.run(6, ("crash_seat", "restore_seat", "clone_seat", "crash_hub", "freeze_hub"))
        assert chaos.check() > 20
    finally:
        end(chaos)


@pytest.mark.soak
def test_a_town_in_trouble_for_long(tmp_path):
    print(f"seed {SEED}")
    chaos = Chaos(tmp_path, 8, SEED, 0.1)
    try:
        chaos.run(
            scaled(NIGHTLY_SECONDS),
            ("crash_seat", "restore_seat", "clone_seat", "crash_hub", "freeze_hub", "restore_hub"),
        )
        assert chaos.check() > 100
        before, after = chaos.memory[0], chaos.memory[-1]
        print(f"memory of a seat: {before:_d} after a while, {after:_d} at the end")
        assert after <= before * GROWTH
    finally:
        end(chaos)


def end(chaos):
    """Leave no process behind."""
    for seat in chaos.seats.values():
        seat.kill()
        seat.wait()
        seat.stdout.close()
    if chaos.hub.process.poll() is None:
        chaos.hub.kill()
