"""A long backlog over a thin line that breaks: what is brought again is a batch a cut, no more."""

import random
from dataclasses import replace
from time import monotonic

import pytest

from db.domain.errors import EnvironmentError_
from db.hub.server import Server, init_hub, open_hub
from db.hub.store import HubStore
from db.sync import client
from db.sync.exchange import collect
from db.sync.line import HubClient
from db.sync.sizes import LARGE, batch_size
from tests.db.sync import rig
from tests.faults import thin_line
from tests.faults.soak import SEED, scaled
from tests.faults.thin_line import BYTES_A_SECOND, ThinLine

OPS, SMALL = 1_500, 250
NIGHTLY_OPS = 100_000
BESIDE = 4_096
"""Bytes that go with a batch or begin an exchange, both ways, at most."""


class Counting(HubStore):
    """A hub that remembers of each round's batches how many ops were new, known, and the bytes."""

    def __init__(self, store):
        super().__init__(store)
        self.rounds = [[]]

    def take(self, data, *given):
        done = super().take(data, *given)
        self.rounds[-1].append((done.added, done.duplicates, len(data)))
        return done


def backlog(store, count, dice):
    """Write what a station has after long without a line."""

    def work(journal):
        for n in range(count):
            payload = {"sheet": "daily", "about": dice.randbytes(12).hex(), "pages": n}
            journal.append("sheet_printed", str(n), payload, rig.SYSTEM)

    store.write(work)


def until_level(store, url, hub):
    """Exchange as often as it takes; return how often the line broke."""
    broken = 0
    while True:
        hub.rounds.append([])
        try:
            with HubClient(store, url) as line:
                done = client.sync_once(store, line)
        except EnvironmentError_:
            broken += 1
        else:
            assert done.troubles == ()
            if not done.unsent:
                return broken


def bring(folder, count, seed, bytes_between):
    """Bring a backlog to a hub; return what the line and the hub saw of it."""
    dice = random.Random(seed)
    init_hub(folder / "hub", "区级交换", "file")
    with rig.make_site(folder / "site", lists=False) as store, open_hub(folder / "hub") as record:
        hub = Counting(record)
        server = Server(hub, "127.0.0.1", 0)
        with rig.serving(server) as url:
            with HubClient(store, url) as near:
                near.enrol(rig.new_code(record))
            client.sync_once(store)
            hub.rounds.clear()
            backlog(store, count, dice)
            cuts = (dice.randint(*bytes_between) for _ in iter(int, 1))
            line = ThinLine(int(url.rsplit(":", 1)[1]), dice, cuts)
            began = monotonic()
            broken = until_level(store, f"http://127.0.0.1:{line.port}", hub)
            seconds = monotonic() - began
        assert rig.bodies(record) | rig.bodies(store) == rig.bodies(record)
    taken = [batch for batches in hub.rounds for batch in batches]
    again = [[known for _, known, _ in batches if known] for batches in hub.rounds]
    sizes = [size for new, _, size in taken if new]
    print(
        f"{count} ops, {sum(sizes):_d} bytes in {len(sizes)} batches, {seconds:.0f} s; line broken"
        f" {line.broken} times; {sum(map(len, again))} batches were known;"
        f" {line.passed:_d} bytes passed"
    )
    assert sum(new for new, _, _ in taken) == count
    assert line.broken >= broken > 0
    # What was acknowledged never travels again; of what was not, one batch after each cut.
    assert again[0] == []
    assert max(map(len, again)) <= 1
    rounds = len(hub.rounds)
    assert line.passed <= sum(sizes) + rounds * max(sizes) + BESIDE * (len(sizes) + rounds)
    assert seconds > sum(sizes) / BYTES_A_SECOND


def test_a_backlog_over_a_thin_line(tmp_path, monkeypatch):
    # Several batches in few seconds.
    def small(store, wants, limits, *, to=""):
        return collect(store, wants, replace(limits, ops=SMALL), to=to)

    monkeypatch.setattr(client, "collect", small)
    bring(tmp_path, OPS, 20261126, (9_000, 26_000))


def test_what_breaks_the_line_goes_in_smaller_batches(tmp_path, monkeypatch):
    """A batch of all of it never comes through: the line breaks before its end, each time."""
    for name, value in (("BYTES_A_SECOND", 10**8), ("ONE_WAY", 0.0), ("LOSS", 0.0)):
        monkeypatch.setattr(thin_line, name, value)
    dice = random.Random(20261127)
    init_hub(tmp_path / "hub", "区级交换", "file")
    with rig.make_site(tmp_path / "site", lists=False) as store, open_hub(tmp_path / "hub") as hub:
        backlog(store, 2_500, dice)
        with rig.serving(Server(Counting(hub), "127.0.0.1", 0)) as url:
            with HubClient(store, url) as near:
                peer = near.enrol(rig.new_code(hub)).id
            whole = len(collect(store, near_wants(store)).data)
            line = ThinLine(int(url.rsplit(":", 1)[1]), dice, iter(lambda: whole * 2 // 3, None))
            sizes = []
            while True:
                with HubClient(store, f"http://127.0.0.1:{line.port}") as far:
                    try:
                        client.sync_once(store, far)
                    except EnvironmentError_ as error:
                        assert error.code == "hub_unreachable"  # noqa: PT017
                    else:
                        break
                sizes.append(store.read(lambda c: batch_size(c, peer)))
                assert len(sizes) < 20
        assert rig.own_bodies(store).items() <= rig.bodies(hub).items()
    assert sizes[:2] == [LARGE // 2, LARGE // 4]


def near_wants(store):
    return [client.Want(head.site, head.epoch, 1) for head in client.own_heads(store)]


@pytest.mark.soak
def test_a_hundred_thousand_ops_over_a_thin_line(tmp_path):
    print(f"SOAK_SEED={SEED}")
    bring(tmp_path, scaled(NIGHTLY_OPS), SEED, (200_000, 1_200_000))
