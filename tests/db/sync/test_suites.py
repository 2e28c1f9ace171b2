"""Stations of both suites beside each other: in a record, at a hub, in a room, on a stick."""

from hashlib import sha256

import pytest
from cryptography.exceptions import InvalidSignature

from db.domain.errors import InputError
from db.domain.ops import chain_hash, decode, encode
from db.domain.suites import ED25519_SHA256, SM2_SM3, suite_of, suite_of_key
from db.hub.room import RoomStore
from db.hub.server import Server
from db.stick.cards import believe, read_card, write_card
from db.store import journal
from db.store.verify import verify
from db.sync import tls
from db.sync.client import sync_once
from db.sync.exchange import current_chain, own_site
from db.sync.line import connect_station
from db.sync.peers import station_by
from db.sync.rotation import rotate_keys
from db.sync.signing import signer_for
from tests.db.stick.sticks import hand_over, introduce
from tests.db.sync import rig


def suites_in(store):
    return {suite_of(body) for body in rig.bodies(store).values()}


def is_whole(store):
    return verify(store.reader(), lambda *_: None).problems == []


def number(store):
    return rig.rows(store, "SELECT max(number) FROM incident")[0][0]


def test_a_hub_a_record_and_a_room_hold_both(open_sites, hub, enrol):
    a, b = open_sites("A1", suite=SM2_SM3), open_sites("B1", lists=False)
    enrol(a), enrol(b)
    rig.report(a, 3)
    assert sync_once(a).troubles == sync_once(b).troubles == ()
    rig.report(b, 2)
    assert sync_once(b).troubles == sync_once(a).troubles == ()
    for store in (a, b, hub):
        assert suites_in(store) == {ED25519_SHA256, SM2_SM3}
        assert is_whole(store)
    assert rig.bodies(a).items() <= rig.bodies(hub).items()
    assert rig.projection(a) == rig.projection(b)
    assert suite_of_key(a.read(own_site).sign_key) == SM2_SM3


def test_its_line_is_vouched_for_by_its_own_key(open_sites, hub, enrol):
    a, b = open_sites("A1"), open_sites("B1", lists=False, suite=SM2_SM3)
    enrol(a), enrol(b)
    sync_once(a), sync_once(b), sync_once(a)
    rig.report(a, 1)
    known = a.read(lambda c: station_by(c, b.site.id))
    for _ in range(2):  # after a restart it shows the same certificate
        service = Server(RoomStore(b), "127.0.0.1", 0, tls=tls.serving_context(signer_for(b)))
        with rig.serving(service) as where:
            host, port = where.removeprefix("https://").rsplit(":", 1)
            shown = tls.fetch(host, int(port))
            assert (shown.site, shown.sign_key) == (b.site.id, known.sign_key)
            assert shown.pem.encode() == tls.certificate(signer_for(b))
            with connect_station(a, where, known) as client:
                assert sync_once(a, client).troubles == ()
    assert rig.own_bodies(a).items() <= rig.bodies(b).items()


def test_a_certificate_that_another_key_vouched_for_is_not_believed(open_sites):
    b, other = open_sites("B1", suite=SM2_SM3), open_sites("C1", suite=SM2_SM3)
    own, thief = signer_for(b), signer_for(other)
    object.__setattr__(thief.key, "public", own.key.public)
    with pytest.raises(InvalidSignature):
        tls._read(tls.certificate(thief).decode())


def test_by_stick_and_card(open_sites, tmp_path):
    a, b = open_sites("A1", suite=SM2_SM3), open_sites("B1")
    (tmp_path / "stick").mkdir()
    introduce(tmp_path / "stick", a, b)
    rig.report(a, 2)
    assert hand_over(a, b, tmp_path / "stick").troubles == []
    assert hand_over(b, a, tmp_path / "stick").troubles == []
    assert is_whole(a)
    assert is_whole(b)
    assert suites_in(a) == suites_in(b) == {ED25519_SHA256, SM2_SM3}
    c = open_sites("C1")
    path = write_card(a, tmp_path / "stick")
    card = read_card(c, path)
    assert believe(c, rig.OFFICER, path, card.fingerprint).peer.sign_key == card.peer.sign_key


class TestChanging:
    @pytest.mark.parametrize("first", [ED25519_SHA256, SM2_SM3])
    def test_at_a_rotation_a_new_chain_begins(self, open_sites, hub, enrol, first):
        second = ({ED25519_SHA256, SM2_SM3} - {first}).pop()
        a, b = open_sites("A1", suite=first), open_sites("B1", lists=False)
        enrol(a), enrol(b)
        rig.report(a, 2)
        sync_once(a), sync_once(b)
        left, last = a.read(current_chain), number(a)
        rotate_keys(a, rig.OFFICER, second)
        assert a.read(current_chain) != left
        rig.report(a, 2)
        assert sync_once(a).troubles == sync_once(b).troubles == ()
        for store in (a, b, hub):
            found = {(ref[1], suite_of(body)) for ref, body in rig.own_bodies(a).items()}
            assert found == {(left[1], first), (a.read(current_chain)[1], second)}
            assert is_whole(store)
        assert rig.own_bodies(a).items() <= rig.bodies(b).items()
        # It is what it was: its numbers go on, and bear no mark of a doubt.
        assert int(number(a)[-4:]) == int(last[-4:]) + 2
        assert len(number(a)) == len(last)

    def test_what_was_not_sent_before_is_vouched_for_by_the_old_key(self, open_sites, hub, enrol):
        a, b = open_sites("A1"), open_sites("B1", lists=False)
        enrol(a), enrol(b)
        rig.report(a, 2)
        rotate_keys(a, rig.OFFICER, SM2_SM3)
        rig.report(a, 1)
        rotate_keys(a, rig.OFFICER, ED25519_SHA256)
        rig.report(a, 1)
        assert sync_once(a).troubles == sync_once(b).troubles == ()
        assert rig.own_bodies(a).items() <= rig.bodies(b).items()
        assert suites_in(b) == {ED25519_SHA256, SM2_SM3}

    def test_without_another_suite_the_chain_goes_on(self, open_sites):
        a = open_sites("A1", suite=SM2_SM3)
        before = a.read(current_chain)
        rotate_keys(a, rig.OFFICER)
        rotate_keys(a, rig.OFFICER, SM2_SM3)
        assert a.read(current_chain) == before
        assert suite_of_key(signer_for(a).public_key) == SM2_SM3

    def test_a_station_that_has_not_written_yet_and_a_restart(self, open_sites):
        a = open_sites("A1")
        rotate_keys(a, rig.OFFICER, SM2_SM3)
        a.close()
        with type(a).open(a.home) as again:
            assert again.renewed == ""
            rig.report(again, 1)
            assert suites_in(again) == {ED25519_SHA256, SM2_SM3}


def test_a_suite_of_tomorrow_stays_behind_and_holds_up_nothing_else(
    open_sites, hub, enrol, monkeypatch
):
    """A newer program's chain is refused by name; other chains go on."""
    a, b = open_sites("A1"), open_sites("B1", lists=False)
    enrol(a), enrol(b)
    sync_once(a), sync_once(b)
    with monkeypatch.context() as newer:
        newer.setattr(journal, "encode", lambda op: encode(op).replace(b"ed25519+", b"ed448+"))
        newer.setattr(journal, "chain_hash", lambda before, body: sha256(before + body).digest())
        rig.note(a, 1)
    rig.report(b, 1)
    assert sync_once(b).troubles == ()
    # Told at the end: what is its own stays behind, what others wrote has come.
    with pytest.raises(InputError, match="suite_unknown") as caught:
        sync_once(a)
    assert caught.value.params["site"] == a.site.id
    assert rig.own_bodies(b).items() <= rig.bodies(a).items()
    assert suites_in(hub) == {ED25519_SHA256}


def test_golden_bytes_link_as_they_did():
    """The digest that a program of the first day made of two ops, of either suite."""
    body = (
        b'{"actor":{"name":"\xe7\xb3\xbb\xe7\xbb\x9f","roles":["system"],"session":"","unit":"",'
        b'"user":"system"},"at":1,"ent":"site","epoch":7,"hlc":[1,0],"id":"a","kind":"site_started"'
        b',"p":{},"par":[],"seq":1,"site":"a","sx":"%s","tz":"Asia/Shanghai","v":1}'
    )
    digests = {
        suite: chain_hash(bytes(32), body % suite.encode()).hex()
        for suite in (ED25519_SHA256, SM2_SM3)
    }
    assert decode(body % SM2_SM3.encode()).suite == SM2_SM3
    assert digests == {
        ED25519_SHA256: "c23028b05949aefc1ec98aabc854db59817ede5db700545a553cbf980089e687",
        SM2_SM3: "add6467572be6252498e5f64ceb3891b7dd34f552bc8d6ab18150c284a1215a5",
    }
