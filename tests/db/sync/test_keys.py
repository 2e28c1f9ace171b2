"""Keys that change, keys that are believed no more, nonces that run out: no op is lost by it."""

import shutil
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from db.commands.keys import accept_room_keys, grant_room_key
from db.commands.town import User, define_users
from db.domain.errors import EnvironmentError_, InputError, RuleError
from db.domain.ops import SYSTEM, Actor, decode
from db.domain.scope import scope_of
from db.domain.suites import SM2_SM3
from db.hub.app import NONCE_LIFETIME
from db.hub.room import RoomStore
from db.hub.server import Server, init_hub, open_hub, rotate_hub
from db.hub.store import HubStore
from db.stick.read import take
from db.store import store as store_module
from db.store.keyline import KIND
from db.store.queries.incidents import incident_detail
from db.store.store import Store
from db.sync import attests, tls
from db.sync.client import sync_once
from db.sync.exchange import Limits, collect, current_chain, head_of, take_in
from db.sync.keyline import Change, change_to_json, keys_at
from db.sync.line import HubClient, connect, connect_station
from db.sync.peers import keep_stations, station_by
from db.sync.rotation import rotate_keys
from db.sync.signing import is_attested, rekey_text, signer_for
from db.sync.wire import Want
from desktop.loop_words import step_note
from tests.db.stick.sticks import hand_over, introduce, write
from tests.db.store.rig import unbound
from tests.db.sync import rig

SAFETY = Actor("safe", "安管", ("security_admin",))

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
        new = thief.public_key().public_bytes_raw()
        by_thief = thief.sign(rekey_text(a.site.id, known, new, bytes(32)))
        own = signer_for(a).sign(rekey_text(a.site.id, known, bytes(32), bytes(32)))
        for change in (
            Change(known, new, bytes(32), by_thief, by_thief),
            Change(known, bytes(32), bytes(32), own, own),
        ):
            payload = change_to_json(change)
            a.write(lambda j, said=payload: j.append(KIND, a.site.id, said, SYSTEM))
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


class TestRevoked:
    @pytest.fixture
    def room(self, open_sites, hub, enrol):
        a, b = open_sites("A1"), open_sites("B1", lists=False)
        enrol(a), enrol(b)
        rig.report(a, 2)
        sync_once(a), sync_once(b)
        return a, b

    def carry(self, source, to, key):
        """Bring all that one has to another, as a neighbour in the room does."""
        site, epoch = source.read(current_chain)
        want = Want(site, epoch, to.read(lambda c: head_of(c, site, epoch)).seq + 1)
        return take_in(to, collect(source, [want]).data, key_of=lambda *_: key)

    def test_the_others_hear_of_it_and_refuse_its_line(self, room, hub):
        a, b = room
        service = Server(RoomStore(b), "127.0.0.1", 0, tls=tls.serving_context(signer_for(b)))
        known = a.read(lambda c: station_by(c, b.site.id))
        with rig.serving(service) as where:
            with connect_station(a, where, known) as client:
                sync_once(a, client)
            HubStore(hub).revoke(a.site.id)
            sync_once(b)
            assert row_of(b, a.site.id)[0] == "revoked"
            rig.report(a, 1)
            with (
                connect_station(a, where, known) as client,
                pytest.raises(EnvironmentError_, match="key_revoked"),
            ):
                sync_once(a, client)
        assert b.read(lambda c: station_by(c, a.site.id)) is None
        with pytest.raises(EnvironmentError_, match="key_revoked"):
            sync_once(a)

    def test_what_it_wrote_before_reaches_even_a_newcomer(self, room, hub, enrol, open_sites):
        a, b = room
        HubStore(hub).revoke(a.site.id)
        c = open_sites("C1", lists=False)
        enrol(c)
        assert sync_once(c).troubles == ()
        assert rig.own_bodies(a).items() <= rig.bodies(c).items()
        assert rig.own_bodies(a).items() <= rig.bodies(b).items()

    def test_what_the_others_bring_beyond_is_refused_and_shown(self, room, hub):
        a, b = room
        until = rig.bodies(hub)
        HubStore(hub).revoke(a.site.id)
        rig.report(a, 2)
        self.carry(a, b, key_of(a))  # he had not heard of it yet
        rig.report(b, 1)
        done = sync_once(b)
        assert [error.code for error in done.troubles] == ["chain_revoked"]
        assert done.troubles[0].params["site"] == a.site.id
        assert done.unsent == 0
        brought = {ref for ref in set(rig.bodies(hub)) - set(until) if ref[0] == a.site.id}
        assert not brought
        rig.report(a, 1)
        with pytest.raises(InputError, match="chain_revoked"):
            self.carry(a, b, key_of(a))

    def test_what_was_known_before_may_come_late_through_others(self, room, hub, open_sites, enrol):
        """A station that was away takes in what the hub knew then, from whoever has it."""
        a, _ = room
        c = open_sites("C1", lists=False)
        enrol(c)
        HubStore(hub).revoke(a.site.id)
        with connect(c) as client:
            told = client.stations()
        c.write(lambda journal: keep_stations(journal, told))
        assert row_of(c, a.site.id)[0] == "revoked"
        assert self.carry(a, c, key_of(a)).added == len(rig.own_bodies(a))
        rig.note(a, 1)
        with pytest.raises(InputError, match="chain_revoked"):
            self.carry(a, c, key_of(a))


def test_a_nonce_that_runs_out_between_two_batches_is_asked_for_again(
    open_sites, hub, enrol, monkeypatch
):
    a = open_sites("A1")
    enrol(a)
    for _ in range(3):
        rig.note(a, 2_500)
    asked, push = [], HubClient.push

    def late(client, batch):
        before = hub.clock
        hub.clock = lambda: before() + 2 * NONCE_LIFETIME
        asked.append(client._hello.nonce)
        return push(client, batch)

    monkeypatch.setattr(HubClient, "push", late)
    done = sync_once(a)
    assert (done.troubles, done.unsent) == ((), 0)
    assert len(asked) == len(set(asked)) >= 2
    assert rig.own_bodies(a).items() <= rig.bodies(hub).items()


def add_note(store, text):
    ((id,),) = rig.rows(store, "SELECT id FROM incident")
    store.write(lambda j: j.append("note_added", id, {"opinion": text}, rig.OFFICER))


def marks(store):
    """What the history says beside each note."""
    ((rid,),) = rig.rows(store, "SELECT rid FROM incident")
    scope = scope_of(rig.OFFICER, "")
    found = store.read(lambda c: incident_detail(c, scope, rid, store.clock()))
    return {step.opinion: step_note(step) for step in found.steps if step.kind == "note_added"}


def test_what_a_removed_person_wrote_unaware_is_taken_in_and_marked(open_sites, hub, enrol):
    a, b = open_sites("A1"), open_sites("B1", lists=False)
    enrol(a), enrol(b)
    person = User("wang", "王值班", rig.OFFICER.roles, "", rig.TOWN)
    define_users(a, SYSTEM, [person])
    rig.report(a, 1)
    sync_once(a), sync_once(b)
    add_note(a, "停用以前")
    sync_once(a), sync_once(b)
    define_users(b, SAFETY, [replace(person, roles=())])
    add_note(a, "停用以后")
    sync_once(b), sync_once(a), sync_once(b)
    assert marks(b) == {"停用以前": "", "停用以后": "（操作人当时已停用）"}
    # Here it was written before anybody here could know.
    assert marks(a) == {"停用以前": "", "停用以后": ""}
    define_users(b, SAFETY, [person])
    assert marks(b) == {"停用以前": "", "停用以后": ""}


def test_every_op_keeps_its_author_whoever_brings_the_queue(open_sites, hub, enrol):
    a, b = open_sites("A1"), open_sites("B1", lists=False)
    enrol(a), enrol(b)
    people = [Actor(f"u{n}", f"值班{n}", ("duty_officer",)) for n in range(3)]
    wrote = {}
    for person in people:
        for n in range(4):
            payload = {"sheet": "daily", "about": str(n), "sha256": f"{n:064d}", "pages": 1}
            wrote[
                a.write(
                    lambda j, p=payload, who=person: j.append("sheet_printed", "s", p, who).ref
                ).result
            ] = person
        rotate_keys(a, person)
    assert sync_once(a).unsent == 0
    sync_once(b)
    for store in (hub, b):
        kept = rig.bodies(store)
        assert {ref: decode(kept[ref]).actor for ref in wrote} == wrote


class TestHub:
    """A hub's own keys: stations follow at their next exchange."""

    @pytest.mark.parametrize("suite", ["", SM2_SM3])
    def test_stations_follow(self, open_sites, hub, enrol, suite):
        a, b = open_sites("A1"), open_sites("B1", lists=False)
        enrol(a), enrol(b)
        rig.report(a, 2)
        sync_once(a)
        for _ in range(2):
            rotate_keys(hub, SYSTEM, suite)
        for store in (a, b):
            assert sync_once(store).troubles == ()
            assert row_of(store, hub.site.id) == ("hub", key_of(hub))
        assert rig.own_bodies(a).items() <= rig.bodies(b).items()
        rig.report(b, 1)
        assert sync_once(b).troubles == sync_once(a).troubles == ()
        assert rig.own_bodies(b).items() <= rig.bodies(a).items()

    def test_nobody_becomes_the_hub_by_saying_so(self, open_sites, hub, enrol, url, monkeypatch):
        """A key that the hub's former one did not name is not followed, whoever answers there."""
        a = open_sites("A1")
        enrol(a)
        sync_once(a)
        known = row_of(a, hub.site.id)
        thief = Ed25519PrivateKey.generate()
        new = thief.public_key().public_bytes_raw()
        by_thief = thief.sign(rekey_text(hub.site.id, known[1], new, bytes(32)))
        change = Change(known[1], new, bytes(32), by_thief, by_thief)
        monkeypatch.setattr(HubStore, "rekeyed", lambda _: (new, [change]))
        assert sync_once(a).troubles == ()
        assert row_of(a, hub.site.id) == known

    def test_one_in_a_database_says_that_it_cannot(self, tmp_path):
        with pytest.raises(InputError, match="hub_rotate_file"):
            rotate_hub(tmp_path, url="postgresql://x/y")

    def test_while_it_serves_it_is_not_changed(self, tmp_path):
        init_hub(tmp_path / "hub", "区级交换", "file")
        is_open = pytest.raises(EnvironmentError_, match="record_in_use")
        with open_hub(tmp_path / "hub"), is_open:
            rotate_hub(tmp_path / "hub")
        assert rotate_hub(tmp_path / "hub", SM2_SM3).name == "区级交换"
