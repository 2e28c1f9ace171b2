"""Keys that change, keys that are believed no more, nonces that run out: no op is lost by it."""

import shutil

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from db.commands.keys import accept_room_keys, grant_room_key
from db.domain.errors import EnvironmentError_, InputError, RuleError
from db.domain.ops import SYSTEM, Actor, decode
from db.hub.room import RoomStore
from db.hub.server import Server
from db.store import store as store_module
from db.store.keyline import KIND
from db.store.store import Store
from db.sync import attests, tls
from db.sync.client import sync_once
from db.sync.exchange import Limits, collect, current_chain, head_of, take_in
from db.sync.keyline import change_to_json, keys_at, make_change
from db.sync.line import HubClient, connect_station
from db.sync.peers import station_by
from db.sync.rotation import rotate_keys
from db.sync.signing import Signer, is_attested, signer_for
from db.sync.stick_read import take
from db.sync.wire import Want
from tests.db.store.rig import unbound
from tests.db.sync import rig
from tests.db.sync.sticks import hand_over, introduce, write

DAY = 86_400_000


@pytest.fixture
def blind(monkeypatch):
    """Without a witness: only what others have can tell."""
    monkeypatch.setattr(store_module, "recognise", lambda *_: "")


def key_of(store):
    return signer_for(store).public_key


def row_of(store, site):
    return store.read(
        lambda c: c.execute("SELECT kind, sign_key FROM peer WHERE id = ?", (site,)).fetchone()
    )


def word(store, site, epoch):
    return store.read(lambda c: attests.newest(c, site, epoch))


def later(store, days):
    """Let so many days pass for a record."""
    before = store.clock

    def clock():
        return before() + days * DAY

    store.clock = clock
    store._writer._clock = clock


class TestRotation:
    def test_the_hub_and_the_others_follow(self, open_sites, hub, enrol):
        a, b = open_sites("A1"), open_sites("B1", lists=False)
        enrol(a), enrol(b)
        rig.report(a, 2)
        sync_once(a), sync_once(b)
        old = key_of(a)
        rotate_keys(a, rig.OFFICER)
        assert key_of(a) != old
        rig.report(a, 2)
        assert sync_once(a).troubles == ()
        assert row_of(hub, a.site.id) == ("station", key_of(a))
        assert sync_once(b).troubles == ()
        assert row_of(b, a.site.id) == ("station", key_of(a))
        assert rig.own_bodies(a).items() <= rig.bodies(b).items()
        assert is_attested(key_of(a), word(b, *a.read(current_chain)))

    def test_thirty_days_without_a_line_and_two_changes(self, open_sites, hub, enrol):
        """What was written before the first one comes under the first key, in several batches."""
        a, b = open_sites("A1"), open_sites("B1", lists=False)
        enrol(a), enrol(b)
        sync_once(a), sync_once(b)
        keys = [key_of(a)]
        for _ in range(2):
            rig.note(a, 40)
            later(a, 15)
            rotate_keys(a, rig.OFFICER)
            keys.append(key_of(a))
        rig.report(a, 3)
        done = sync_once(a)
        assert (done.troubles, done.unsent) == ((), 0)
        assert sync_once(b).troubles == ()
        assert rig.own_bodies(a) == {
            ref: body for ref, body in rig.bodies(b).items() if ref[0] == a.site.id
        }
        site, epoch = a.read(current_chain)
        changed = [ref[2] for ref, body in rig.own_bodies(a).items() if decode(body).kind == KIND]
        line = {
            seq: b.read(lambda c, seq=seq: keys_at(c, site, keys[2], epoch, seq))
            for seq in (1, *sorted(changed))
        }
        assert [len(found) for found in line.values()] == [3, 2, 1]
        assert line[max(changed)] == [keys[2]]

    def test_a_range_that_ends_before_the_change_is_vouched_for_by_the_old_key(
        self, open_sites, hub, enrol
    ):
        a = open_sites("A1")
        enrol(a)
        old, chain = key_of(a), a.read(current_chain)
        before = a.read(lambda c: head_of(c, *chain)).seq
        rotate_keys(a, rig.OFFICER)
        rig.note(a, 3)
        part = collect(a, [Want(*chain, 1)], Limits(ops=before))
        assert part.ends[chain] == before
        taken = take_in(hub, part.data, key_of=lambda *_: key_of(a))
        assert (taken.added, row_of(hub, a.site.id)[1]) == (before, old)
        assert is_attested(old, word(hub, *chain))

    def test_the_old_key_opens_no_line_and_vouches_for_nothing_more(
        self, open_sites, hub, enrol, url
    ):
        a = open_sites("A1")
        enrol(a)
        old = signer_for(a)
        rotate_keys(a, rig.OFFICER)
        sync_once(a)
        chain = a.read(current_chain)
        with HubClient(a, url) as client:
            client._signer = old
            with pytest.raises((EnvironmentError_, InputError)):
                client.heads([])
        rig.note(a, 1)
        forged = collect(a, [Want(*chain, a.read(lambda c: head_of(c, *chain)).seq)])
        head = a.read(lambda c: head_of(c, *chain))
        data = forged.data
        assert data
        with pytest.raises(InputError, match="attest_bad"):
            take_in(hub, _with_word(a, chain, old.attest(head)), key_of=lambda *_: key_of(a))

    def test_nobody_names_a_key_for_another(self, open_sites, hub, enrol):
        """A change that the key before did not sign leads nowhere, whoever says it."""
        a, b = open_sites("A1"), open_sites("B1", lists=False)
        enrol(a), enrol(b)
        sync_once(a)
        known, thief = key_of(a), Ed25519PrivateKey.generate()
        stranger = Signer(a.site.id, a.site.town, Ed25519PrivateKey.generate())
        forged = make_change(stranger, thief, bytes(32))
        payload = {**change_to_json(forged), "old": known.hex()}
        a.write(lambda journal: journal.append(KIND, a.site.id, payload, SYSTEM))
        sync_once(a), sync_once(b)
        assert row_of(hub, a.site.id)[1] == row_of(b, a.site.id)[1] == known == key_of(a)
        site, epoch = a.read(current_chain)
        for store in (hub, b):
            assert store.read(lambda c: keys_at(c, site, known, epoch, 99)) == [known]

    def test_who_may(self, open_sites):
        a = open_sites("A1")
        with pytest.raises(RuleError, match="role_forbids"):
            rotate_keys(a, Actor("li", "李登记", ("registrar",)))

    def test_in_a_room_the_other_learns_it_from_the_station_itself(self, open_sites, hub, enrol):
        a, b = open_sites("A1"), open_sites("B1", lists=False)
        enrol(a), enrol(b)
        sync_once(a), sync_once(b)
        rotate_keys(a, rig.OFFICER)
        rig.report(a, 1)
        service = Server(RoomStore(b), "127.0.0.1", 0, tls=tls.serving_context(signer_for(b)))
        known = a.read(lambda c: station_by(c, b.site.id))
        with rig.serving(service) as where, connect_station(a, where, known) as client:
            assert sync_once(a, client).troubles == ()
        assert row_of(b, a.site.id) == ("station", key_of(a))
        assert rig.own_bodies(a).items() <= rig.bodies(b).items()

    def test_by_a_stick(self, open_sites, tmp_path):
        first, second = open_sites("A1"), open_sites("B2")
        (tmp_path / "stick").mkdir()
        introduce(tmp_path / "stick", first, second)
        hand_over(first, second, tmp_path / "stick")
        sealed = write(second, first, tmp_path / "stick", everything=True).paths[0]
        rotate_keys(first, rig.OFFICER)
        rig.report(first, 2)
        assert hand_over(first, second, tmp_path / "stick").troubles == []
        assert row_of(second, first.site.id) == ("station", key_of(first))
        (brought,) = set(rig.own_bodies(first)) - set(rig.bodies(second))
        assert decode(rig.bodies(first)[brought]).kind == "export_made"
        # What was sealed to the key it had before is opened all the same.
        assert take(first, sealed).troubles == []
        assert hand_over(second, first, tmp_path / "stick").troubles == []

    def test_a_room_key_sealed_to_the_key_before_is_opened(self, open_sites, enrol):
        a, b = open_sites("A1"), open_sites("B1", lists=False, has_room_key=False)
        enrol(a), enrol(b)
        sync_once(b), sync_once(a)
        grant_room_key(a, rig.OFFICER, b.site.id)
        rotate_keys(b, rig.OFFICER)
        sync_once(a), sync_once(b)
        accept_room_keys(b)
        assert rig.rows(b, "SELECT count(*) FROM secret WHERE k LIKE 'room:%'") == [(1,)]

    def test_a_newcomer_takes_the_whole_line_in(self, open_sites, hub, enrol):
        a = open_sites("A1")
        enrol(a)
        for _ in range(3):
            rig.note(a, 5)
            sync_once(a)
            rotate_keys(a, rig.OFFICER)
        sync_once(a)
        c = open_sites("C1", lists=False)
        enrol(c)
        assert sync_once(c).troubles == ()
        assert rig.own_bodies(a).items() <= rig.bodies(c).items()

    def test_a_record_put_back_to_before_asks_for_a_new_code(
        self, open_sites, hub, enrol, tmp_path, blind
    ):
        """It has the older key only; by a new code it is let in with that, and loses nothing."""
        a = open_sites("A1")
        enrol(a)
        rig.report(a, 1)
        sync_once(a)
        unbound(shutil.copytree(a.home, tmp_path / "copy"))
        rotate_keys(a, rig.OFFICER)
        rig.report(a, 1)
        sync_once(a)
        written = rig.own_bodies(a)
        a.close()
        with Store.open(tmp_path / "copy") as back:
            rig.report(back, 1)
            with pytest.raises(EnvironmentError_, match="bad_signature"):
                sync_once(back)
            enrol(back)
            assert row_of(hub, back.site.id) == ("station", key_of(back))
            done = sync_once(back)
            assert done.unsent == 0
            assert written.items() <= rig.bodies(back).items()
            rotate_keys(back, rig.OFFICER)
            assert sync_once(back).troubles == ()
            assert rig.bodies(back).items() <= rig.bodies(hub).items()

    def test_its_first_code_is_not_enough_for_that(self, open_sites, hub, url, tmp_path, blind):
        a = open_sites("A1")
        code = rig.new_code(hub)
        with HubClient(a, url) as client:
            client.enrol(code)
        unbound(shutil.copytree(a.home, tmp_path / "copy"))
        rotate_keys(a, rig.OFFICER)
        sync_once(a)
        with (
            Store.open(tmp_path / "copy") as back,
            HubClient(back, url) as client,
            pytest.raises(InputError, match="key_mismatch"),
        ):
            client.enrol(code)


def _with_word(store, chain, attest):
    """The end of a chain with another word on it."""
    from db.store.parcels import Range
    from db.sync.batch import encode_batch
    from db.sync.exchange import hash_at

    seq = attest.seq
    body = rig.bodies(store)[(*chain, seq)]
    prev = store.read(lambda c: hash_at(c, *chain, seq - 1))
    item = Range(*chain, seq, prev, [body], attest.hash)
    return encode_batch(signer_for(store), [item], [], [attest], created=1)
