"""Nobody writes into another's chain, and no key goes to whom it was not given."""

import logging

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from db.commands import keys
from db.commands.keys import accept_room_keys, fingerprint_of, grant_room_key
from db.domain.errors import EnvironmentError_, InputError, RuleError
from db.domain.ops import GENESIS, SYSTEM, Actor, Hlc, Op, OpRef, chain_hash, encode
from db.hub.server import issue_code
from db.store import driver
from db.store.parcels import Head, Range
from db.sync.batch import decode_batch, encode_batch
from db.sync.client import sync_once
from db.sync.exchange import own_heads, own_site
from db.sync.line import Pulled, connect
from db.sync.peers import STATION, Peer, put_peer
from db.sync.signing import signer_of
from desktop.cli.exchange import hub_command
from tests.db.commands import apart
from tests.db.hub.authors import Author
from tests.db.sync import rig

ROOT_USER = {"name": "恶意", "roles": ["room_director"], "unit": "", "area": ""}
CLERK = Actor("x", "某人", ("unit_liaison",))


@pytest.fixture
def pair(open_sites, enrol):
    a, b = open_sites("A1"), open_sites("B1")
    for store in (a, b):
        enrol(store)
        sync_once(store)
    return a, b


def signer(store):
    return store.read(lambda c: signer_of(c, store.site.town))


def chain_end(store):
    return next(head for head in own_heads(store) if head.site == store.site.id)


def forged(site, epoch, seq, previous, kind="user_defined", ent="user", id="root", **payload):
    ref = OpRef(site, epoch, seq)
    payload = payload or ROOT_USER
    body = encode(Op(ref, Hlc(1_900_000_000_000, 0), 1, SYSTEM, ent, id, kind, payload, ()))
    return Range(site, epoch, seq, previous, [body], chain_hash(previous, body))


def continued(store):
    head = chain_end(store)
    return forged(store.site.id, head.epoch, head.seq + 1, head.hash)


def refused(store, item, *attests):
    data = encode_batch(signer(store), [item], [], list(attests), created=1)
    with connect(store) as line, pytest.raises(InputError) as caught:
        line.push(data)
    return caught.value.code


def word_on(store, item):
    return signer(store).attest(Head(item.site, item.epoch, item.from_seq, item.to_hash))


def test_the_hubs_own_chain_comes_from_nobody(pair, hub):
    a, _ = pair
    before = rig.bodies(hub)
    more, new = continued(hub), forged(hub.site.id, 12345, 1, GENESIS)
    assert refused(a, more) == refused(a, more, word_on(a, more)) == "chain_own"
    # What it wrote before it was restored comes back, under its own word alone.
    assert refused(a, new) == "unattested"
    assert refused(a, new, word_on(a, new)) == "attest_bad"
    assert rig.bodies(hub) == before


def test_a_station_cannot_go_on_with_anothers_chain(pair, hub):
    a, b = pair
    before = rig.bodies(hub)
    for item in (continued(b), forged(b.site.id, 99, 1, GENESIS)):
        assert refused(a, item) == "unattested"
        assert refused(a, item, word_on(a, item)) == "attest_bad"
    assert rig.bodies(hub) == before
    assert sync_once(b).troubles == ()


def test_a_forged_tail_does_not_travel(pair, hub):
    a, b = pair
    sync_once(a)
    a.write(lambda journal: journal.receive(continued(b)))
    assert (sync_once(a).pushed, sync_once(a).troubles) == (0, ())
    rig.report(b, 1)
    assert sync_once(b).troubles == ()


def test_a_site_keeps_the_keys_it_enrolled_with(pair, hub):
    a, b = pair
    me = b.read(own_site)
    other = X25519PrivateKey.generate().public_key().public_bytes_raw()
    payload = {
        "name": "B", "town": me.town, "station": "B1", "sign_key": me.sign_key.hex(),
        "box_key": other.hex(), "reason": "new",
    }  # fmt: skip
    again = forged(b.site.id, 99, 1, GENESIS, "site_started", "site", b.site.id, **payload)
    for store in (a, b):
        assert refused(store, again, word_on(b, again)) == "key_mismatch"


@pytest.mark.parametrize("town", ["*", "990*", "99010", "９９０１０１"])
def test_a_chain_of_no_town_does_not_come_in(pair, town):
    author = Author(town)
    assert refused(pair[0], author.range(), author.attest()) == "chain_unknown"


def stripped(hub, data, site):
    """The hub's batch without the word of one site."""
    batch = decode_batch(data, lambda _: signer(hub).public_key)
    attests = [item for item in batch.attests if item.site != site]
    return encode_batch(signer(hub), batch.ranges, batch.envelopes, attests, created=1)


def test_a_workstation_believes_no_chain_without_its_owners_word(
    pair, open_sites, enrol, hub, monkeypatch
):
    a, b = pair
    c = open_sites("C1", lists=False)
    enrol(c)
    with connect(c) as line:
        pull = line.pull

        def cheat(*asked):
            reply = pull(*asked)
            return Pulled(reply.data and stripped(hub, reply.data, a.site.id), reply.more)

        monkeypatch.setattr(line, "pull", cheat)
        result = sync_once(c, line)
    assert [(error.code, error.params["site"]) for error in result.troubles] == [
        ("unattested", a.site.id)
    ]
    assert {ref[0] for ref in rig.bodies(c)} == {b.site.id, c.site.id, hub.site.id}
    assert sync_once(c).troubles == ()
    assert rig.bodies(c) == rig.bodies(hub)


class TestGrants:
    @pytest.fixture
    def joiner(self, pair, open_sites, enrol):
        store = open_sites("J1", lists=False, has_room_key=False)
        enrol(store)
        sync_once(store)
        for station in pair:
            sync_once(station)
        return store

    def current(self, store):
        return rig.rows(store, "SELECT v FROM meta WHERE k = 'room_key'")

    def test_the_first_stays_current(self, pair, joiner):
        a, b = pair
        for store in (a, b):
            grant_room_key(store, SYSTEM, joiner.site.id)
            sync_once(store)
        sync_once(joiner)
        assert self.current(joiner) == self.current(a)
        assert len(rig.rows(joiner, "SELECT 1 FROM secret WHERE k LIKE 'room:%'")) == 2

    def test_who_may_not_give_it_gives_nothing(self, pair, joiner, monkeypatch):
        monkeypatch.setattr(keys, "answered", lambda *_: {})
        grant_room_key(pair[0], CLERK, joiner.site.id)
        monkeypatch.undo()
        sync_once(pair[0])
        sync_once(joiner)
        assert accept_room_keys(joiner) == 0
        assert self.current(joiner) == []

    def test_another_town_gives_nothing(self, open_sites, joiner, pair):
        other = open_sites("E1", town=rig.OTHER_TOWN)
        apart.carry(joiner, other)
        with pytest.raises(RuleError, match="grant_elsewhere"):
            grant_room_key(other, SYSTEM, joiner.site.id)
        # A station that does not keep to the rule: it takes the joiner for one of its own town.
        me = joiner.read(own_site)
        known = Peer(me.id, "", "", rig.OTHER_TOWN, me.station, me.sign_key, me.box_key)
        other.write(lambda journal: put_peer(journal, STATION, known))
        grant_room_key(other, SYSTEM, me.id)
        apart.carry(other, joiner)
        assert rig.rows(joiner, "SELECT 1 FROM subject WHERE ent = 'room_key'")
        assert accept_room_keys(joiner) == 0
        assert self.current(joiner) == []
        assert rig.rows(joiner, "SELECT 1 FROM secret WHERE k LIKE 'room:%'") == []
        grant_room_key(pair[0], SYSTEM, me.id)
        apart.carry(pair[0], joiner)
        assert accept_room_keys(joiner) == 1
        assert self.current(joiner) == self.current(pair[0])

    def test_all_see_the_same_fingerprint(self, pair, joiner):
        seen = {
            store.read(lambda c: fingerprint_of(c, joiner.site.id)) for store in (*pair, joiner)
        }
        assert [len(group) for group in seen.pop().split()] == [4] * 8
        assert seen == set()
        with pytest.raises(RuleError, match="station_unknown"):
            joiner.read(lambda c: fingerprint_of(c, "nobody"))


def test_what_an_op_says_is_not_logged_with_a_fault(pair, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    a, _ = pair
    rig.report(a, 1)

    def fail(*_args, **_options):
        raise ValueError(f"{rig.NAME} {rig.PHONE}")

    monkeypatch.setattr("db.hub.store.take_in", fail)
    with pytest.raises(EnvironmentError_, match="hub_failed"):
        sync_once(a)
    assert "ValueError" in caplog.text
    assert rig.NAME not in caplog.text
    assert rig.PHONE not in caplog.text


def test_revoking_beside_a_serving_hub(pair, hub):
    a, b = pair
    command = ["--data", str(hub.home), "--revoke"]
    done = CliRunner().invoke(hub_command, [*command, a.site.id], standalone_mode=False)
    assert a.site.id in done.output
    with pytest.raises(EnvironmentError_, match="key_revoked"):
        sync_once(a)
    assert sync_once(b).troubles == ()
    done = CliRunner().invoke(hub_command, [*command, "nobody"], standalone_mode=False)
    assert done.exception.code == "station_unknown"


def test_a_code_migrates_nothing(hub, monkeypatch):
    monkeypatch.setattr(driver, "SCHEMA_VERSION", driver.SCHEMA_VERSION + 1)
    with pytest.raises(EnvironmentError_, match="schema_older"):
        issue_code(hub.home, rig.TOWN)
