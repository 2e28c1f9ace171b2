"""A new station takes its town's journal in one stream, cut off and gone on with, or refused."""

import os
import signal
import subprocess
import sys

import httpx
import pytest

from db.domain.errors import EnvironmentError_
from db.hub import snapshots
from db.hub import store as hub_store
from db.hub.room import RoomStore
from db.hub.server import Server
from db.hub.store import HubStore
from db.sync import client as client_module
from db.sync import wire
from db.sync.batch import MAX_BATCH
from db.sync.client import sync_once
from db.sync.exchange import Limits, collect
from db.sync.line import HubClient
from tests.db.hub.asking import ask
from tests.db.sync import rig

FEW = 10
TOLD = 30


def collect_few(ledger, wants, _=None, *, to=""):
    return collect(ledger, wants, Limits(ops=FEW), to=to)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """A town is large with few ops, and its batches are small."""
    monkeypatch.setattr(snapshots, "LEAST", FEW)
    monkeypatch.setattr(client_module, "MANY", FEW)
    monkeypatch.setattr(hub_store, "collect", collect_few)
    monkeypatch.setattr(client_module, "collect", collect_few)


@pytest.fixture
def town(open_sites, enrol):
    """A station of a town, level with the hub."""
    store = open_sites("A1")
    enrol(store)
    rig.report(store, TOLD)
    sync_once(store)
    return store


@pytest.fixture
def pulls(monkeypatch):
    """How many requests pulled batches."""
    made, pull = [], HubClient.pull

    def counted(self, *given):
        made.append(given)
        return pull(self, *given)

    monkeypatch.setattr(HubClient, "pull", counted)
    return made


@pytest.fixture
def newcomer(open_sites, enrol, town):
    store = open_sites("B1", lists=False, has_room_key=False)
    enrol(store)
    return store


def place_of(store):
    return dict(rig.rows(store, "SELECT k, v FROM meta WHERE k = 'snapshot'")).get("snapshot", "")


def is_level(newcomer, town, hub):
    sync_once(town)
    assert rig.bodies(newcomer) == rig.bodies(town) == rig.bodies(hub)
    assert rig.projection(newcomer) == rig.projection(town)
    assert rig.unattested(newcomer) == []
    assert place_of(newcomer) == ""


def test_a_new_station_takes_all_in_one_stream(newcomer, town, hub, pulls):
    told = []
    done = sync_once(newcomer, on_progress=lambda *far: told.append(far))
    assert (done.troubles, pulls) == ((), [])
    assert [came for came, _ in told] == sorted({came for came, _ in told})
    assert (len(told) > 3, told[-1]) == (True, (done.pulled, done.pulled))
    assert done.pulled == len(rig.own_bodies(town)) + 1  # and the hub's own first
    is_level(newcomer, town, hub)


def test_what_came_after_the_cut_is_pulled(newcomer, town, hub, pulls, open_sites, enrol):
    sync_once(newcomer)
    rig.report(town, 1, text="后来又报的积水")
    sync_once(town)
    third = open_sites("C1", lists=False, has_room_key=False)
    enrol(third)
    pulls.clear()
    assert sync_once(third).troubles == ()
    assert pulls
    is_level(third, town, hub)


def test_who_has_most_of_it_pulls(town, hub, newcomer, url, monkeypatch):
    sync_once(newcomer)
    rig.report(town, FEW)
    sync_once(town)
    monkeypatch.setattr(HubClient, "snapshot", None)
    assert sync_once(newcomer).pulled
    is_level(newcomer, town, hub)


def test_broken_off_it_goes_on_where_it_stopped(newcomer, town, hub, url, pulls):
    asked = []
    with pytest.raises(EnvironmentError_, match="exchange_cancelled"):
        sync_once(newcomer, is_cancelled=lambda: len(rig.bodies(newcomer)) > FEW)
    name, end = place_of(newcomer).split()
    before = len(rig.bodies(newcomer))
    assert before > FEW
    assert before < len(rig.bodies(hub))
    with HubClient(newcomer, url) as line:
        line._http.event_hooks["request"].append(lambda sent: asked.append(sent.headers))
        done = sync_once(newcomer, line)
    assert [(sent["Range"], sent["If-Range"]) for sent in asked if "Range" in sent] == [
        (f"bytes={end}-", f'"{name}"')
    ]
    assert done.pulled + before == len(rig.bodies(newcomer))
    assert pulls == []
    is_level(newcomer, town, hub)


def test_what_the_hub_has_no_more_is_pulled(newcomer, town, hub, url, pulls):
    newcomer.write(lambda journal: journal.set_meta("snapshot", f"{'0' * 64} 400"))
    assert sync_once(newcomer).troubles == ()
    assert pulls
    is_level(newcomer, town, hub)


KILLED = """
import os, signal, sys
from functools import partial
from pathlib import Path
from db.sync import client
from db.store.store import Store
client.MANY = 10
note, left = client._note_place, [int(sys.argv[2])]
def dying(*given):
    note(*given)
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
client._note_place = dying
with Store.open(Path(sys.argv[1])) as store:
    client.sync_once(store)
"""


def test_killed_again_and_again_it_comes_level(newcomer, town, hub, pulls):
    total, home = len(rig.bodies(hub)), newcomer.home
    newcomer.close()
    counts = []
    for nth in (1, 2, 2):
        killed = subprocess.run(
            [sys.executable, "-c", KILLED, str(home), str(nth)],
            cwd=rig.ROOT,
            env={**os.environ, "PYTHONPATH": str(rig.ROOT)},
            check=False,
        )
        assert killed.returncode == -signal.SIGKILL
        with rig.Store.open(home) as store:
            counts.append(len(rig.bodies(store)))
            assert bool(place_of(store)) == (len(counts) > 1)
    # What was under way when it died is not there, what was taken before is.
    assert counts == sorted(set(counts))
    assert counts[-1] < total
    with rig.Store.open(home) as store:
        assert sync_once(store).troubles == ()
        assert pulls == []
        is_level(store, town, hub)


class Bad(HubStore):
    """A hub that gives something else for what it keeps ready."""

    def snapshot(self, caller):
        found = super().snapshot(caller)
        return found and found._replace(data=self.spoil(found.data))


def frames(data):
    found = []
    while data:
        (length,) = wire.FRAME.unpack_from(data)
        found.append(data[4 : 4 + length])
        data = data[4 + length :]
    return found


def framed(batches):
    return b"".join(wire.FRAME.pack(len(batch)) + batch for batch in batches)


def flipped(data):
    batches = frames(data)
    batches[1] = batches[1][:-70] + bytes([batches[1][-70] ^ 1]) + batches[1][-69:]
    return framed(batches)


SPOILT = {
    "cut": (lambda data: data[: len(data) * 2 // 3], "snapshot_bad"),
    "too_large": (lambda data: wire.FRAME.pack(MAX_BATCH + 1) + data, "snapshot_bad"),
    "noise": (lambda data: bytes(range(1, 256)) * 40, "snapshot_bad"),
    "flipped": (flipped, "bad_signature"),
    "no_batch": (lambda data: framed([b"EOPX1\n" + bytes(80)]), "batch_magic"),
    "gap": (lambda data: framed(frames(data)[2:]), None),
    "turned": (lambda data: framed(frames(data)[::-1]), None),
    "empty": (lambda data: b"", None),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_bad_one_is_refused_and_the_rest_pulled(name, newcomer, town, hub, pulls, tmp_path):
    spoil, code = SPOILT[name]
    bad = Bad(hub)
    bad.spoil = spoil
    with rig.serving(Server(bad, "127.0.0.1", 0)) as url, HubClient(newcomer, url) as line:
        done = sync_once(newcomer, line)
    assert [error.code for error in done.troubles] == ([code] if code else [])
    assert pulls
    is_level(newcomer, town, hub)


def test_another_town_is_not_shown_it(town, hub, url, open_sites, enrol):
    assert ask(town, url, "GET", "/v1/snapshot").status_code == 200
    other = open_sites("A1", town=rig.OTHER_TOWN)
    enrol(other)
    rig.report(other, TOLD)
    sync_once(other)
    new = open_sites("B1", town=rig.OTHER_TOWN, lists=False, has_room_key=False)
    enrol(new)
    assert sync_once(new).troubles == ()
    assert not rig.own_bodies(town).items() & rig.bodies(new).items()
    assert rig.bodies(new) == rig.bodies(other) | rig.own_bodies(new) | rig.own_bodies(hub)


def test_what_is_kept_ready_is_made_once(town, hub, url, monkeypatch):
    calls = []

    def counted(*given, **named):
        calls.append(given)
        return collect_few(*given, **named)

    monkeypatch.setattr(hub_store, "collect", counted)
    first, made = ask(town, url, "GET", "/v1/snapshot"), len(calls)
    again = ask(town, url, "GET", "/v1/snapshot")
    assert (first.status_code, again.content) == (200, first.content)
    assert len(calls) == made
    rig.report(town, TOLD)
    sync_once(town)
    assert ask(town, url, "GET", "/v1/snapshot").headers["ETag"] != first.headers["ETag"]


def test_a_workstation_keeps_nothing_ready(open_sites, enrol):
    store, guest = open_sites("A1"), open_sites("B1", lists=False)
    rig.report(store, TOLD)
    with rig.serving(Server(RoomStore(store), "127.0.0.1", 0)) as url:
        with HubClient(guest, url) as line:
            line.enrol(rig.new_code(store))
        assert ask(guest, url, "GET", "/v1/snapshot").status_code == 204


def test_an_older_hub_is_pulled_from(newcomer, town, hub, monkeypatch, pulls):
    send = httpx.Client.stream

    def older(self, method, path, **given):
        return send(self, method, path.replace("/v1/snapshot", "/v1/nothing"), **given)

    monkeypatch.setattr(httpx.Client, "stream", older)
    assert sync_once(newcomer).troubles == ()
    assert pulls
    is_level(newcomer, town, hub)
