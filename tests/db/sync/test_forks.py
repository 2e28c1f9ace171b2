"""Restored, cloned, forked: whoever loses a name loses nothing that was said under it."""

import shutil

import pytest

from db.domain.errors import InputError
from db.domain.ops import decode
from db.store import store as store_module
from db.store.store import Store
from db.store.verify import verify
from db.sync.client import sync_once
from db.sync.exchange import collect, current_chain, head_of, known_key, take_in
from db.sync.line import connect
from db.sync.peers import hub_of
from db.sync.wire import Want
from tests.db.store.rig import unbound
from tests.db.sync import rig

FORKS = "SELECT body FROM fork"


@pytest.fixture
def pair(open_sites, enrol):
    a, b = open_sites("A1"), open_sites("B1", lists=False, has_room_key=False)
    enrol(a)
    enrol(b)
    sync_once(a)
    sync_once(b)
    return a, b


def carry(source, target):
    """Take everything from one record straight into another, as a stick does."""
    wants = [Want(*chain, 1) for chain in chains(source)]
    batch = collect(source, wants)
    key = source.read(lambda connection: known_key(connection, source.site.id))
    return take_in(target, batch.data, key_of=lambda *_: key)


def chains(store):
    return rig.rows(store, "SELECT site.id, epoch FROM chain JOIN site ON site.n = chain.site")


def copy_of(store, home):
    """A copy of a closed folder that nothing outside the file tells from the original."""
    unbound(shutil.copytree(store.home, home))


@pytest.fixture
def blind(monkeypatch):
    """Without a witness: only the hub can know."""
    monkeypatch.setattr(store_module, "recognise", lambda *_: "")


def contents(store):
    """What a site has ever said, whatever name it stands under."""
    of_chain = ("epoch_started", "site_started", "room_key_granted")
    ops = map(decode, rig.bodies(store).values())
    return sorted(rig.said(op) for op in ops if op.kind not in of_chain)


@pytest.mark.parametrize("written", [0, 2, 5])
def test_a_restored_site_goes_on_and_loses_nothing(pair, hub, tmp_path, blind, written):
    """The witness is gone too: only the hub knows. Fewer, as many, more ops than were lost."""
    a, b = pair
    rig.report(a, 2)
    sync_once(a)
    a.close()
    copy_of(a, tmp_path / "restored")
    with Store.open(a.home) as again:
        rig.report(again, 3)
        sync_once(again)
        lost = rig.own_bodies(again)
        said = contents(again)
    with Store.open(tmp_path / "restored") as restored:
        rig.report(restored, written)
        mine = contents(restored)
        result = sync_once(restored)
        assert result.troubles == ()
        assert result.healed == (("forked",) if written else ("restored",))
        assert result.unsent == 0
        assert lost.items() <= rig.bodies(restored).items()
        rig.report(restored, 1)
        sync_once(restored)
        sync_once(b)
        sync_once(restored)
        assert rig.bodies(restored).items() <= rig.bodies(hub).items()
        assert rig.projection(restored) == rig.projection(b)
        for item in (*said, *mine):
            assert item in contents(b)
        assert restored.read(verify).is_ok
        kept = rig.rows(restored, "SELECT count(*) FROM fork")[0][0]
        assert (kept > 0) == (written > 0)


def test_two_live_copies_lose_nothing(pair, hub, tmp_path, blind):
    """A cloned machine: same file, same witness, both go on writing."""
    a, b = pair
    rig.report(a, 2)
    sync_once(a)
    a.close()
    copy_of(a, tmp_path / "copy")
    with Store.open(a.home) as first, Store.open(tmp_path / "copy") as second:
        rig.report(first, 2)
        rig.report(second, 3)
        said = contents(first), contents(second)
        sync_once(first)
        assert sync_once(second).healed == ("forked",)
        assert sync_once(first).healed == ()
        for store in (first, second, b):
            sync_once(store)
        assert first.read(current_chain) != second.read(current_chain)
        for store in (first, second, b):
            assert all(item in contents(store) for known in said for item in known)
            assert rig.projection(store) == rig.projection(b)
            assert store.read(verify).is_ok
        numbers = rig.rows(b, "SELECT count(*), count(DISTINCT number) FROM incident")[0]
        assert numbers[0] == numbers[1]
        callers = rig.rows(b, "SELECT count(*) FROM incident WHERE caller <> ''")
        assert callers == rig.rows(b, "SELECT count(DISTINCT id) FROM envelope")


def test_a_branch_that_came_by_another_way_gives_way(pair, tmp_path, blind):
    """A third station got the losing branch before the hub saw the other one."""
    a, b = pair
    a.close()
    copy_of(a, tmp_path / "copy")
    with Store.open(a.home) as first, Store.open(tmp_path / "copy") as second:
        rig.report(first, 2)
        rig.report(second, 3)
        carry(second, b)
        sync_once(first)
        result = sync_once(b)
        assert result.healed == ("branch_kept",)
        assert rig.rows(b, "SELECT count(*) FROM fork")[0][0] == 3
        sync_once(second)
        for store in (first, b, second):
            sync_once(store)
        for store in (first, second):
            assert rig.projection(store) == rig.projection(b)


def test_a_hub_keeps_a_branch_that_it_refuses(pair, hub, tmp_path, blind):
    a, _ = pair
    a.close()
    copy_of(a, tmp_path / "copy")
    with Store.open(a.home) as first, Store.open(tmp_path / "copy") as second:
        chain = first.read(current_chain)
        start = first.read(lambda connection: head_of(connection, *chain))
        rig.report(first, 1)
        rig.report(second, 2)
        sync_once(first)
        batch = collect(second, [Want(*chain, start.seq + 1)], to=second.read(hub_of).id)
        with connect(second) as client, pytest.raises(InputError) as caught:
            client.push(batch.data)
        assert caught.value.code == "fork"
        branch = [body for (*_, seq), body in rig.own_bodies(second).items() if seq > start.seq]
        assert sorted(branch) == sorted(row[0] for row in rig.rows(hub, FORKS))
