"""A room's key renewed: who has it next, who does not, and what stays readable."""

import pytest

from db.commands import keys
from db.commands.incidents import view_caller
from db.commands.keys import accept_room_keys, grant_room_key, renew_room_key
from db.domain.errors import RuleError
from db.domain.ops import Actor
from db.domain.scope import scope_of
from db.hub.enrolling import put_revoked
from db.sync.client import sync_once
from db.sync.exchange import collect, current_chain, take_in
from db.sync.wire import Want
from tests.db.sync import rig

SCOPE = scope_of(rig.OFFICER, "")
LEADER = Actor("li", "李带班", ("shift_leader",))


@pytest.fixture
def room(open_sites, enrol):
    """Three workstations with one key of the room."""
    a = open_sites("A1")
    others = [open_sites(name, lists=False, has_room_key=False) for name in ("B1", "C1")]
    for store in (a, *others):
        enrol(store)
    meet(*others, a)
    for store in others:
        grant_room_key(a, rig.OFFICER, store.site.id)
    meet(a, *others)
    return (a, *others)


def meet(*stores):
    for store in (*stores, *stores):
        sync_once(store)


def in_use(store):
    return rig.rows(store, "SELECT v FROM meta WHERE k = 'room_key'")[0][0]


def keys_of(store):
    return {row[0] for row in rig.rows(store, "SELECT k FROM secret WHERE k LIKE 'room:%'")}


def caller(store, number):
    return view_caller(store, rig.OFFICER, SCOPE, number, "回拨核实")[0]


def test_all_who_had_the_old_one_seal_with_the_new_one(room, hub):
    a, b, c = room
    old, before = in_use(a), rig.report(a, 1)[0].number
    meet(*room)
    done = renew_room_key(b, rig.OFFICER)
    assert set(done.given) == {a.site.id, c.site.id}
    meet(*room)
    assert in_use(a) == in_use(b) == in_use(c) == done.key_id != old
    after = [rig.report(store, 1)[0].number for store in room]
    meet(*room)
    for store in room:
        for number in (before, *after):
            assert caller(store, number).phone == rig.PHONE
    sealed = rig.rows(a, "SELECT DISTINCT room_key FROM envelope")
    assert sorted(sealed) == sorted([(f"room:{old}",), (f"room:{done.key_id}",)])
    dump = rig.everything(hub)
    for (key,) in rig.rows(a, "SELECT v FROM secret WHERE k LIKE 'room:%'"):
        assert key not in dump
        assert key.hex().encode() not in dump


def test_a_revoked_station_is_given_none(room, hub):
    a, b, c = room
    hub.write(lambda journal: put_revoked(journal.connection, c.site.id))
    meet(a, b)
    done = renew_room_key(a, rig.OFFICER)
    assert done.given == (b.site.id,)
    assert len(keys_of(c)) == 1
    with pytest.raises(RuleError, match="station_revoked"):
        grant_room_key(a, rig.OFFICER, c.site.id)


def test_who_comes_later_is_given_the_older_ones_too(room, open_sites, enrol):
    a, b, _ = room
    before = rig.report(a, 1)[0].number
    renew_room_key(a, rig.OFFICER)
    meet(*room)
    renew_room_key(b, rig.OFFICER)
    meet(*room)
    late = open_sites("D1", lists=False, has_room_key=False)
    enrol(late)
    meet(late, *room)
    grant_room_key(a, rig.OFFICER, late.site.id)
    meet(a, late)
    assert in_use(late) == in_use(a) == in_use(b)
    assert keys_of(late) == keys_of(a)
    assert len(keys_of(late)) == 3
    assert caller(late, before).phone == rig.PHONE


def test_renewed_by_two_apart_everybody_reads_everything(room):
    a, b, c = room
    renew_room_key(a, rig.OFFICER)
    renew_room_key(b, rig.OFFICER)
    meet(*room)
    numbers = [rig.report(store, 1)[0].number for store in room]
    meet(*room)
    assert keys_of(a) == keys_of(b) == keys_of(c)
    for store in room:
        assert [caller(store, number).phone for number in numbers] == [rig.PHONE] * 3


def test_a_renewal_that_overtakes_the_one_before_it(room):
    a, b, c = room
    first = in_use(c)
    renew_room_key(a, rig.OFFICER)
    meet(a, b)
    last = renew_room_key(b, rig.OFFICER).key_id
    take_in(c, collect(b, [Want(*b.read(current_chain), 1)]).data)
    accept_room_keys(c)
    assert in_use(c) == first
    meet(*room)
    assert in_use(a) == in_use(b) == in_use(c) == last
    assert keys_of(a) == keys_of(b) == keys_of(c)


def test_where_people_sign_in_two_answer_for_it(room, monkeypatch):
    a, b, _ = room
    monkeypatch.setattr(keys, "is_claimed", lambda _: True)
    for work in (renew_room_key, lambda *who: grant_room_key(*who[:2], b.site.id, *who[2:])):
        with pytest.raises(RuleError, match="second_person_needed"):
            work(a, rig.OFFICER)
        with pytest.raises(RuleError, match="second_person_same"):
            work(a, rig.OFFICER, rig.OFFICER)
        work(a, rig.OFFICER, LEADER)
    assert renew_room_key(a, rig.OFFICER, LEADER).key_id == in_use(a)
    bodies = [body for body in rig.own_bodies(a).values() if b"room_key_renewed" in body]
    assert all("李带班".encode() in body for body in bodies)
    with pytest.raises(RuleError, match="role_forbids"):
        renew_room_key(a, Actor("x", "某人", ("unit_liaison",)), LEADER)
