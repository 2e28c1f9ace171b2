"""All that a town has, to a station that has nothing: by stick, and from the hub in one stream.

Some thousand ops here, a hundred thousand in the long run.
"""

import random
from time import monotonic

import pytest

from db.domain.errors import EnvironmentError_
from db.hub import snapshots
from db.hub.server import Server, init_hub, open_hub
from db.hub.store import HubStore
from db.stick.read import take
from db.sync import client
from db.sync.line import HubClient
from db.sync.sizes import LARGE
from tests.db.stick.sticks import introduce, write
from tests.db.sync import rig
from tests.faults import thin_line
from tests.faults.soak import SEED, scaled
from tests.faults.test_thin_line import backlog
from tests.faults.thin_line import ThinLine

OPS, NIGHTLY_OPS = 6_000, 100_000
BATCH = 5_000
"""Ops of one batch at most: so many may come once more after a cut."""


def by_stick(folder, count, seed):
    """A file is read as far as it was copied, three times, then whole."""
    dice, stick = random.Random(seed), folder / "stick"
    stick.mkdir()
    with (
        rig.make_site(folder / "a", "A1") as store,
        rig.make_site(folder / "b", "B2", lists=False, has_room_key=False) as newcomer,
    ):
        introduce(stick, store, newcomer)
        backlog(store, count, dice)
        began = monotonic()
        (path,) = write(store, newcomer, stick).paths
        written, whole = monotonic() - began, path.read_bytes()
        added = duplicates = 0
        began = monotonic()
        for part in sorted(dice.random() for _ in range(3)):
            path.write_bytes(whole[: int(len(whole) * part)])
            done = take(newcomer, path)
            assert [error.code for error in done.troubles] == ["stick_cut"]
            added += done.added
        path.write_bytes(whole)
        done = take(newcomer, path)
        added, duplicates = added + done.added, done.duplicates
        print(
            f"{count} ops by stick: {len(whole):_d} bytes, written in {written:.0f} s, read in"
            f" {monotonic() - began:.0f} s, cut three times; {duplicates} ops were known"
        )
        assert (done.troubles, done.missing) == ([], 0)
        assert added + duplicates >= len(rig.own_bodies(store)) - 1 == added
        # All but the word of the export itself.
        assert len(rig.bodies(store).items() - rig.bodies(newcomer).items()) == 1


def by_stream(folder, count, seed, monkeypatch):
    """A new station takes what the hub keeps ready, over a line that breaks several times."""
    for name, value in (("BYTES_A_SECOND", 10**8), ("ONE_WAY", 0.0), ("LOSS", 0.0)):
        monkeypatch.setattr(thin_line, name, value)
    dice = random.Random(seed)
    init_hub(folder / "hub", "区级交换", "file")
    with (
        open_hub(folder / "hub") as record,
        rig.serving(Server(HubStore(record), "127.0.0.1", 0)) as url,
        rig.make_site(folder / "a", "A1") as store,
        rig.make_site(folder / "b", "B2", lists=False, has_room_key=False) as newcomer,
    ):
        for one in (store, newcomer):
            with HubClient(one, url) as near:
                near.enrol(rig.new_code(record))
        client.sync_once(newcomer)
        backlog(store, count, dice)
        client.sync_once(store)
        size = len(HubStore(record).snapshot(HubStore(record).station(newcomer.site.id)).data)
        cuts = iter([size // 4, size // 2, *[10**12] * 10])
        line = ThinLine(int(url.rsplit(":", 1)[1]), dice, cuts)
        broken, began = 0, monotonic()
        while True:
            try:
                with HubClient(newcomer, f"http://127.0.0.1:{line.port}") as far:
                    done = client.sync_once(newcomer, far)
                break
            except EnvironmentError_:
                broken += 1
        print(
            f"{count} ops from the hub: {size:_d} bytes, {monotonic() - began:.0f} s, the line"
            f" broke {broken} times, {line.passed:_d} bytes passed"
        )
        assert (done.troubles, broken >= 2) == ((), True)
        client.sync_once(store)
        assert rig.bodies(newcomer) == rig.bodies(store) == rig.bodies(record)
        assert rig.projection(newcomer) == rig.projection(store)
        # What was taken in comes no second time: of each cut a batch, and what stood on the line.
        assert line.passed < size + (broken + 1) * 2 * LARGE


def test_by_stick(tmp_path):
    by_stick(tmp_path, OPS, 20261126)


def test_from_the_hub(tmp_path, monkeypatch):
    monkeypatch.setattr(snapshots, "LEAST", OPS)
    monkeypatch.setattr(client, "MANY", OPS)
    by_stream(tmp_path, OPS, 20261126, monkeypatch)


@pytest.mark.soak
def test_a_hundred_thousand_by_stick(tmp_path):
    print(f"SOAK_SEED={SEED}")
    by_stick(tmp_path, scaled(NIGHTLY_OPS), SEED)


@pytest.mark.soak
def test_a_hundred_thousand_from_the_hub(tmp_path, monkeypatch):
    print(f"SOAK_SEED={SEED}")
    by_stream(tmp_path, scaled(NIGHTLY_OPS), SEED, monkeypatch)
