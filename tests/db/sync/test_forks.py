"""Restored, cloned, forked: whoever loses a name loses nothing that was said under it."""

import shutil
from contextlib import suppress

import pytest

from db.domain.errors import GridDeskError, InputError
from db.domain.ops import decode
from db.hub.store import HubStore
from db.store import store as store_module
from db.store.epochs import renew_epoch
from db.store.parcels import Head
from db.store.rebuild import rebuild_now
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
NOTE = "已电话联系报事人"


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


def newest(store):
    return rig.rows(store, "SELECT id FROM incident ORDER BY rid DESC LIMIT 1")[0][0]


def note(store, id):
    payload = {"opinion": NOTE}
    store.write(lambda journal: journal.append("note_added", id, payload, rig.OFFICER))


def shown(store):
    """How often the note stands in the history, and how many ops are held."""
    steps = rig.rows(store, "SELECT count(*) FROM step WHERE opinion = ?", NOTE)[0][0]
    return steps, rig.rows(store, "SELECT count(*) FROM op WHERE state <> 0")[0][0]


def test_what_stands_upon_a_lost_name_stands_upon_the_new_one(pair, hub, tmp_path, blind):
    """A station wrote upon ops that later lost their names: its own must not wait for ever."""
    a, b = pair
    a.close()
    copy_of(a, tmp_path / "clone")
    with Store.open(a.home) as first, Store.open(tmp_path / "clone") as clone:
        rig.report(first, 2)
        carry(first, b)
        note(b, newest(b))
        rig.report(clone, 1)
        sync_once(clone)
        for store in (b, first, b, clone, first, b, clone):
            assert sync_once(store).troubles == ()
        for store in (first, b, clone):
            assert shown(store) == (1, 0)
            assert rig.projection(store) == rig.projection(b)
        b.write(rebuild_now)
        assert rig.projection(first) == rig.projection(b)


def test_a_fork_of_an_older_epoch_takes_nothing_along(pair, hub, tmp_path, blind):
    a, b = pair
    a.close()
    copy_of(a, tmp_path / "clone")
    with Store.open(a.home) as again:
        rig.report(again, 3)
        sync_once(again)
    with Store.open(tmp_path / "clone") as clone:
        rig.report(clone, 2)
        id = newest(clone)
        clone.write(lambda journal: renew_epoch(journal, "copied"))
        note(clone, id)
        assert sync_once(clone).healed == ("forked",)
        sync_once(b)
        assert shown(clone) == shown(b) == (1, 0)
        assert rig.projection(clone) == rig.projection(b)


def test_what_is_written_again_twice_is_told_once(pair, hub, tmp_path, blind):
    """Restored from a copy that was made before the branch was written again."""
    a, b = pair
    a.close()
    copy_of(a, tmp_path / "clone")
    with Store.open(a.home) as first:
        rig.report(first, 1)
        sync_once(first)
    with Store.open(tmp_path / "clone") as clone:
        rig.report(clone, 2)
        note(clone, newest(clone))
    copy_of(clone, tmp_path / "kept")
    with Store.open(tmp_path / "clone") as clone:
        assert sync_once(clone).healed == ("forked",)
    with Store.open(tmp_path / "kept") as kept:
        assert sync_once(kept).healed == ("forked",)
        sync_once(b)
        for store in (kept, b):
            assert shown(store) == (1, 0)
            assert rig.rows(store, "SELECT count(*) FROM incident WHERE conflicts > 0") == [(0,)]
        assert rig.projection(kept) == rig.projection(b)
        assert kept.read(verify).is_ok


def test_a_hub_that_lies_moves_nothing(pair, hub, tmp_path, blind, monkeypatch):
    """A branch gives way to one that its own site has signed, not to anybody's word."""
    a, b = pair
    rig.report(a, 3)
    sync_once(a)
    sync_once(b)
    before = rig.bodies(b)
    chain = a.read(current_chain)
    head = a.read(lambda connection: head_of(connection, *chain))
    compare = HubStore.compare

    def lying(self, caller, heads):
        said = compare(self, caller, heads)
        return said._replace(forks=[Head(*chain, head.seq, bytes(32))])

    monkeypatch.setattr(HubStore, "compare", lying)
    with suppress(GridDeskError):
        sync_once(b)
    assert rig.bodies(b) == before
    assert rig.rows(b, FORKS) == []


def test_only_the_chain_that_forks_is_kept_aside(pair, open_sites, enrol, hub, tmp_path, blind):
    """Another chain of the same batch was refused with it: it comes again and loses nothing."""
    a, _ = pair
    other = open_sites("C1", lists=False)
    enrol(other)
    a.close()
    copy_of(a, tmp_path / "copy")
    with Store.open(a.home) as first, Store.open(tmp_path / "copy") as second:
        rig.report(first, 1)
        sync_once(first)
        rig.report(second, 2)
        carry(other, second)
        wants = [Want(*chain, 1) for chain in chains(second) if chain[0] != hub.site.id]
        with connect(second) as client, pytest.raises(InputError, match="fork"):
            client.push(collect(second, wants, to=hub.site.id).data)
    kept = rig.rows(hub, "SELECT DISTINCT site.id FROM fork JOIN site ON site.n = fork.site")
    assert kept == [(a.site.id,)]
