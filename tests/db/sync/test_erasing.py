"""An erasure reaches every place: each destroys its own, whatever comes in whatever order."""

import pytest

from db.commands.erasure import erase_caller
from db.commands.incidents import view_caller
from db.commands.keys import grant_room_key
from db.domain.errors import RuleError
from db.domain.ops import Actor
from db.domain.scope import scope_of
from db.sync.client import sync_once
from db.sync.peers import hub_of
from db.sync.proving import GONE, prove_erasure
from db.sync.reached import reached
from tests.db.stick import sticks
from tests.db.sync import rig

GUARD = Actor("an", "安全员", ("security_admin",))
SCOPE = scope_of(rig.OFFICER)
WHY = "本人申请"


@pytest.fixture
def pair(open_sites, enrol):
    a, b = open_sites("A1"), open_sites("B1", lists=False, has_room_key=False)
    for store in (a, b):
        enrol(store)
        sync_once(store)
    sync_once(a)
    grant_room_key(a, rig.OFFICER, b.site.id)
    sync_once(a)
    sync_once(b)
    return a, b


def sealed(store):
    """What a record has of callers: sizes of what is encrypted, and whether a key is there."""
    return rig.rows(
        store, "SELECT length(cipher), wrapped_key IS NOT NULL FROM envelope ORDER BY 1"
    )


def sync_all(*stores):
    for store in (*stores, *stores):
        assert sync_once(store).troubles == ()


def test_each_destroys_its_own(pair, hub):
    a, b = pair
    number = rig.report(a)[0].number
    sync_all(a, b)
    assert view_caller(b, rig.OFFICER, SCOPE, number, WHY)[0].phone == rig.PHONE
    assert all(has_key for store in (a, b, hub) for _, has_key in sealed(store))
    erase_caller(b, GUARD, number, WHY)
    sync_all(b, a)
    assert [sealed(store) for store in (a, b, hub)] == [[(0, 0)]] * 3
    assert view_caller(a, rig.OFFICER, SCOPE, number, WHY)[0] is None


def test_who_comes_later_never_gets_it(pair, open_sites, enrol, hub):
    a, _ = pair
    kept, gone = (done.number for done in rig.report(a, 2))
    erase_caller(a, GUARD, gone, WHY)
    sync_once(a)
    late = open_sites("C1", lists=False, has_room_key=False)
    enrol(late)
    sync_once(late)
    assert len(sealed(hub)) == len(sealed(late)) == 1
    assert all(has_key for _, has_key in sealed(late))
    sync_once(a)
    grant_room_key(a, rig.OFFICER, late.site.id)
    sync_all(a, late)
    assert view_caller(late, rig.OFFICER, SCOPE, kept, WHY)[0].phone == rig.PHONE
    assert view_caller(late, rig.OFFICER, SCOPE, gone, WHY)[0] is None


def test_what_comes_after_its_erasure_is_not_kept(pair, hub):
    """A station that was away has the envelope still, and brings it."""
    a, b = pair
    number = rig.report(b)[0].number
    id = rig.rows(b, "SELECT caller FROM incident")[0][0]
    row = rig.rows(b, "SELECT * FROM envelope WHERE id = ?", id)[0]
    sync_all(b, a)
    erase_caller(a, GUARD, number, WHY)
    sync_once(a)

    def bring_back(journal):
        from db.domain.ops import OpRef
        from db.store.parcels import Envelope

        ref = OpRef(b.site.id, row[1], row[2])
        journal.add_envelope(Envelope(ref, row[3], bytes(row[4]), row[5], bytes(row[6])))

    for store in (hub, a):
        store.write(
            lambda journal: (
                journal.connection.execute("DELETE FROM envelope WHERE id = ?", (id,)) and None
            )
        )
        store.write(bring_back)
        assert sealed(store) == []


def test_another_towns_station_erases_nothing_here(pair, open_sites, enrol, hub):
    a, _ = pair
    number = rig.report(a)[0].number
    id, env = rig.rows(a, "SELECT id, caller FROM incident WHERE number = ?", number)[0]
    sync_once(a)
    stranger = open_sites("A1", town=rig.OTHER_TOWN)
    enrol(stranger)
    payload = {"env": [env], "reason": "request"}
    stranger.write(lambda journal: journal.append("caller_erased", id, payload, GUARD))
    sync_once(stranger)
    assert [has_key for _, has_key in sealed(hub)] == [1]
    # And it keeps the town's own word from nothing.
    erase_caller(a, GUARD, number, WHY)
    sync_once(a)
    assert sealed(hub) == [(0, 0)]


def test_somebody_who_may_not_erases_nothing_at_a_hub(pair, hub):
    a, _ = pair
    number = rig.report(a)[0].number
    id, env = rig.rows(a, "SELECT id, caller FROM incident WHERE number = ?", number)[0]
    payload = {"env": [env], "reason": "request"}
    a.write(lambda journal: journal.append("caller_erased", id, payload, rig.OFFICER))
    sync_once(a)
    assert [has_key for _, has_key in sealed(hub)] == [1]


def test_by_stick(open_sites, tmp_path):
    a, b = open_sites("A1"), open_sites("B1", lists=False, has_room_key=False)
    sticks.introduce(tmp_path, a, b)
    first, second = (done.number for done in rig.report(a, 2))
    erase_caller(a, GUARD, first, WHY)
    sticks.hand_over(a, b, tmp_path)
    assert len(sealed(b)) == 1
    erase_caller(a, GUARD, second, WHY)
    sticks.hand_over(a, b, tmp_path)
    assert sealed(b) == [(0, 0)]
    with pytest.raises(RuleError, match="caller_gone"):
        erase_caller(b, GUARD, second, WHY)


def test_the_logs_of_all_are_empty_after(pair, hub):
    a, b = pair
    number = rig.report(a)[0].number
    sync_all(a, b)
    erase_caller(a, GUARD, number, WHY)
    assert (a.home / "griddesk.db-wal").stat().st_size == 0
    sync_all(a, b)
    for store in (b, hub):
        # The exchange wrote on; what was erased went into the file with a log emptied.
        assert store._writer._must_empty is False


@pytest.mark.parametrize("erases", [True, False])
def test_a_peer_of_a_version_that_erases_nothing_is_not_said_to_have_erased(
    pair, monkeypatch, erases
):
    """It keeps the op that says so, and the data too."""
    a, _ = pair
    monkeypatch.setattr("db.hub.app.ERASES", erases)
    number = rig.report(a)[0].number
    erase_caller(a, GUARD, number, WHY)
    sync_once(a)
    proof = prove_erasure(a, GUARD, number)
    assert GONE in [one.result for one in proof.checks if one.kind == "peer"] or not erases
    hub_id = a.read(hub_of).id
    assert bool(a.read(lambda connection: reached(connection, hub_id))) is erases
