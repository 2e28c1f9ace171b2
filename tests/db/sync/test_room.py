"""Workstations of one room exchange directly: whom they believe, what stands, what is kept."""

import shutil
import ssl
import threading
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from types import SimpleNamespace

import pytest

from db.domain.errors import EnvironmentError_, GridDeskError, InputError, RuleError
from db.domain.ops import decode
from db.hub.enrolling import put_code
from db.hub.room import RoomStore, issue_room_code
from db.hub.server import Server
from db.store import store as store_module
from db.store.store import Store
from db.store.verify import verify
from db.sync import rooms, tls
from db.sync.batch import encode_batch
from db.sync.client import sync_once
from db.sync.exchange import current_chain, hash_at, head_of, own_site
from db.sync.line import HubClient, connect_station, enrol_at_station
from db.sync.peers import STATION, believed, put_peer, revoke, station_by
from db.sync.signing import signer_for
from tests.db.hub.authors import Author
from tests.db.store.rig import unbound
from tests.db.sync import rig

ALIKE = "0123 4567"


class Service:
    """A workstation that serves its room on a thread of this process."""

    def __init__(self, store, port=0):
        self.healed = []
        room = RoomStore(store, self.healed.extend)
        self.server = Server(room, "127.0.0.1", port, tls=tls.serving_context(signer_for(store)))
        self.url = self.server.url
        self._thread = threading.Thread(target=self.server.run)
        self._thread.start()

    def stop(self):
        self.server.should_exit = True
        self._thread.join()


@pytest.fixture
def serve():
    with ExitStack() as stack:

        def work(store):
            service = Service(store)
            stack.callback(service.stop)
            return service

        yield work


@contextmanager
def serving(store, port=0):
    service = Service(store, port)
    try:
        yield service
    finally:
        service.stop()


def code_of(store, town=None):
    town = town or store.site.town
    return store.write(
        lambda j: put_code(j.connection, town, store.site.town, store.clock())
    ).result


def join(store, service, host):
    return enrol_at_station(store, service.url, code_of(host), lambda _: True)


def exchange(store, service):
    with connect_station(store, service.url) as client:
        return sync_once(store, client)


@pytest.fixture
def pair(open_sites, serve):
    """Two workstations without any hub; the first serves."""
    a, b = open_sites("A1"), open_sites("B1", lists=False)
    service = serve(a)
    join(b, service, a)
    exchange(b, service)
    return a, b, service


def test_two_workstations_are_level_without_a_hub(pair):
    a, b, service = pair
    rig.report(a, 2)
    rig.report(b, 3)
    result = exchange(b, service)
    assert (result.pushed, result.pulled, result.troubles) == (3, 2, ())
    assert rig.bodies(a) == rig.bodies(b)
    assert rig.projection(a) == rig.projection(b)
    assert exchange(b, service)[:2] == (0, 0)
    assert a.read(verify).is_ok
    assert b.read(verify).is_ok


def test_the_code_is_of_the_workstation_and_good_once(pair, open_sites):
    a, _, service = pair
    code = issue_room_code(a.home)
    c, d = open_sites("C1", lists=False), open_sites("D1", lists=False)
    enrol_at_station(c, service.url, code, lambda _: True)
    with pytest.raises(RuleError, match="enrol_code_used"):
        enrol_at_station(d, service.url, code, lambda _: True)
    taken = open_sites("A1", lists=False)
    with pytest.raises(RuleError, match="station_taken"):
        join(taken, service, a)
    stranger = open_sites("E1", lists=False, town=rig.OTHER_TOWN)
    with pytest.raises(RuleError, match="enrol_code_town"):
        join(stranger, service, a)


def test_who_is_not_confirmed_is_not_enrolled_at(pair, open_sites):
    a, _, service = pair
    c, said = open_sites("C1", lists=False), []
    with pytest.raises(EnvironmentError_, match="peer_untrusted"):
        enrol_at_station(c, service.url, code_of(a), lambda words: bool(said.append(words)))
    assert said == [tls.spoken(signer_for(a).public_key)]
    assert c.read(lambda connection: believed(connection, rig.TOWN)) == []


def test_another_key_at_the_address_is_not_believed(pair, open_sites, serve):
    a, b, _ = pair
    impostor = serve(open_sites("X1", lists=False))
    peer = b.read(lambda connection: believed(connection, rig.TOWN))[0]
    assert peer.id == a.site.id
    with pytest.raises(EnvironmentError_, match="peer_untrusted"):
        connect_station(b, impostor.url, peer)
    with pytest.raises(EnvironmentError_, match="peer_unknown"):
        connect_station(b, impostor.url)


def test_a_line_is_tls_1_3_by_the_sites_own_key(pair):
    a, _, service = pair
    shown = tls.fetch("127.0.0.1", int(service.url.rsplit(":", 1)[1]))
    assert (shown.site, shown.sign_key) == (a.site.id, signer_for(a).public_key)
    assert shown.pem.encode() == tls.certificate(signer_for(a))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(EnvironmentError_, match=r"hub_untrusted|hub_unreachable"):
        HubClient(a, service.url, context).hello()


def test_a_certificate_that_its_key_did_not_sign_is_refused(pair, monkeypatch):
    a, _, _ = pair
    pem = tls.certificate(signer_for(a)).decode().splitlines()
    spoilt = pem[-2][:-8] + ("AAAA" if pem[-2][-8:-4] != "AAAA" else "BBBB") + pem[-2][-4:]
    forged = "\n".join([*pem[:-2], spoilt, pem[-1]])
    monkeypatch.setattr(ssl, "get_server_certificate", lambda *_, **__: forged)
    with pytest.raises(EnvironmentError_, match="peer_untrusted"):
        tls.fetch("127.0.0.1", 1)


def test_a_revoked_station_is_refused_and_others_hear_of_it(pair, open_sites):
    a, b, service = pair
    c = open_sites("C1", lists=False)
    join(c, service, a)
    exchange(b, service)
    assert [peer.station for peer in b.read(lambda x: believed(x, rig.TOWN))] == ["A1", "C1"]
    a.write(lambda journal: revoke(journal, c.site.id))
    with pytest.raises(EnvironmentError_, match="key_revoked"):
        exchange(c, service)
    exchange(b, service)
    assert [peer.station for peer in b.read(lambda x: believed(x, rig.TOWN))] == ["A1"]
    with serving(b) as other, pytest.raises(GridDeskError):
        exchange(c, other)


def test_a_station_of_another_town_is_not_served(pair, open_sites):
    """Whoever is known from elsewhere, a card on a stick for one, is not of this room."""
    a, _, service = pair
    other = open_sites("Z1", town=rig.OTHER_TOWN)
    peers = [(a, other.read(own_site)), (other, a.read(own_site))]
    for store, peer in peers:
        store.write(lambda journal, peer=peer: put_peer(journal, STATION, peer))
    with pytest.raises(EnvironmentError_, match="unknown_key"):
        exchange(other, service)


def test_who_was_vouched_for_exchanges_with_all(pair, open_sites, serve):
    """Two that never enrolled at each other know each other from where both did."""
    a, b, service = pair
    c = open_sites("C1", lists=False)
    join(c, service, a)
    exchange(b, service)
    rig.report(b, 2)
    assert exchange(c, serve(b)).pulled > 2
    assert rig.own_bodies(b).items() <= rig.bodies(c).items()


def test_a_hubs_word_is_what_counts_in_its_room(hub, url, enrol, open_sites, serve):
    a, b, c = open_sites("A1"), open_sites("B1", lists=False), open_sites("C1", lists=False)
    for store in (a, b):
        enrol(store)
    for store in (a, b):
        sync_once(store)
    rig.report(b, 1)
    exchange(b, serve(a))
    assert rig.own_bodies(b).items() <= rig.bodies(a).items()
    with pytest.raises(RuleError, match="room_has_hub"):
        issue_room_code(a.home)
    service = serve(a)
    with pytest.raises(RuleError, match="room_has_hub"):
        join(c, service, a)
    hub.write(
        lambda j: j.connection.execute("UPDATE peer SET kind='revoked' WHERE id=?", (b.site.id,))
    )
    sync_once(a)
    with pytest.raises(EnvironmentError_, match="key_revoked"):
        exchange(b, service)


def test_a_stations_address_reaches_the_others_through_the_hub(hub, enrol, open_sites):
    a, b = open_sites("A1"), open_sites("B1", lists=False)
    for store in (a, b):
        enrol(store)
    sync_once(a, serves_at="https://192.0.2.7:8472")
    sync_once(b)
    assert [p.url for p in b.read(lambda x: believed(x, rig.TOWN))] == ["https://192.0.2.7:8472"]
    sync_once(a)
    sync_once(b)
    assert [p.url for p in b.read(lambda x: believed(x, rig.TOWN))] == ["https://192.0.2.7:8472"]
    sync_once(a, serves_at="")
    sync_once(b)
    assert [p.url for p in b.read(lambda x: believed(x, rig.TOWN))] == [""]


def test_what_one_carries_reaches_the_hub(hub, enrol, open_sites, serve):
    """The line of one is cut: another brings the hub what it wrote."""
    a, b = open_sites("A1"), open_sites("B1", lists=False)
    for store in (a, b):
        enrol(store)
    for store in (a, b, a):
        sync_once(store)
    rig.report(a, 2)
    exchange(b, serve(a))
    sync_once(b)
    assert rig.own_bodies(a).items() <= rig.bodies(hub).items()


@pytest.fixture
def blind(monkeypatch):
    """Without a witness: only others can know."""
    monkeypatch.setattr(store_module, "recognise", lambda *_: "")


def copy_of(store, home):
    unbound(shutil.copytree(store.home, home))


def restored_copy(kept, folder, chain, at, lost, wins):
    """Return a copy that wrote two reports, the hash of the first lower than the lost one's or not.

    That decides which branch stands: a copy is tried until it fits.
    """
    number, fits = 0, False
    while not fits:
        number += 1
        home = folder / f"restored-{number}"
        copy_of(kept, home)
        store = Store.open(home)
        rig.report(store, 2)
        fits = (store.read(lambda c: hash_at(c, *chain, at)) < lost) == wins
        if not fits:
            store.close()
    return store


@pytest.mark.parametrize("wins", [True, False])
@pytest.mark.parametrize("who_serves", ["restored", "other"])
def test_a_restored_station_that_wrote_loses_neither_branch(
    open_sites, tmp_path, blind, who_serves, wins
):
    a, b = open_sites("A1"), open_sites("B1", lists=False)
    with serving(b) as service:
        join(a, service, b)
        exchange(a, service)
        exchange(a, service)
        a.close()
        copy_of(a, tmp_path / "kept")
        with Store.open(a.home) as again:
            chain = again.read(current_chain)
            at = again.read(lambda c: head_of(c, *chain)).seq + 1
            rig.report(again, 3)
            exchange(again, service)
            lost, first = contents(again), again.read(lambda c: hash_at(c, *chain, at))
        kept = SimpleNamespace(home=tmp_path / "kept")
        with restored_copy(kept, tmp_path, chain, at, first, wins) as restored:
            mine = contents(restored)
            if who_serves == "restored":
                with serving(restored) as own:
                    for _ in range(2):
                        exchange(b, own)
            for _ in range(3):
                exchange(restored, service)
            for store in (restored, b):
                assert all(item in contents(store) for item in (*lost, *mine))
                assert store.read(verify).is_ok
            assert rig.projection(restored) == rig.projection(b)
            stands = restored.read(lambda c: hash_at(c, *chain, at))
            assert (stands < first) == wins


@pytest.mark.parametrize("who_serves", ["restored", "other"])
def test_a_restored_station_goes_on_by_what_others_know(open_sites, tmp_path, blind, who_serves):
    a, b = open_sites("A1"), open_sites("B1", lists=False)
    with serving(b) as service:
        join(a, service, b)
        exchange(a, service)
        exchange(a, service)
        a.close()
        copy_of(a, tmp_path / "restored")
        with Store.open(a.home) as again:
            rig.report(again, 3)
            exchange(again, service)
            lost = rig.own_bodies(again)
        with Store.open(tmp_path / "restored") as restored:
            if who_serves == "other":
                healed = exchange(restored, service).healed
            else:
                with serving(restored) as own:
                    exchange(b, own)
                    exchange(b, own)
                    healed = tuple(own.healed)
            for _ in range(3):
                exchange(restored, service)
            assert healed == ("restored",)
            assert lost.items() <= rig.bodies(restored).items()
            assert rig.projection(restored) == rig.projection(b)
            assert restored.read(verify).is_ok
            assert b.read(verify).is_ok


def contents(store):
    """What a site has ever said, whatever name it stands under."""
    of_chain = ("epoch_started", "site_started", "room_key_granted")
    ops = map(decode, rig.bodies(store).values())
    return sorted(rig.said(op) for op in ops if op.kind not in of_chain)


@pytest.mark.parametrize("order", ["abc", "acb", "bca", "cba"])
def test_of_two_branches_the_same_one_stands_everywhere(open_sites, tmp_path, blind, order):
    """A cloned workstation among three without a hub: they meet in any order, and agree."""
    a = open_sites("A1")
    b, c = (open_sites(name, lists=False) for name in ("B1", "C1"))
    with serving(a) as service:
        for store in (b, c):
            join(store, service, a)
        for store in (b, c, b):
            exchange(store, service)
    a.close()
    copy_of(a, tmp_path / "clone")
    with Store.open(a.home) as first, Store.open(tmp_path / "clone") as clone:
        chain = first.read(current_chain)
        base = first.read(lambda connection: head_of(connection, *chain)).seq
        rig.report(first, 2)
        rig.report(clone, 3)
        everything = sorted({*contents(first), *contents(clone)})
        with serving(b) as at_b, serving(c) as at_c:
            exchange(first, at_b)
            exchange(clone, at_c)
            branches = [store.read(lambda x: hash_at(x, *chain, base + 1)) for store in (b, c)]
            assert branches[0] != branches[1]
            meet = {"a": lambda: exchange(first, at_c), "b": lambda: exchange(b, at_c),
                    "c": lambda: exchange(clone, at_b)}  # fmt: skip
            for _ in range(4):
                for who in order:
                    meet[who]()
            stores = (first, clone, b, c)
            standing = {store.read(lambda c: hash_at(c, *chain, base + 1)) for store in stores}
            assert standing == {min(branches)}
            assert first.read(current_chain) != clone.read(current_chain)
            for store in stores:
                assert contents(store) == contents(b)
                assert all(item in contents(store) for item in everything)
                assert rig.projection(store) == rig.projection(b)
                assert store.read(verify).is_ok


def test_a_room_with_a_hub_leaves_a_fork_to_it(hub, enrol, open_sites, serve, tmp_path, blind):
    a, b = open_sites("A1"), open_sites("B1", lists=False)
    for store in (a, b):
        enrol(store)
    for store in (a, b, a):
        sync_once(store)
    a.close()
    copy_of(a, tmp_path / "clone")
    service = serve(b)
    with Store.open(a.home) as first, Store.open(tmp_path / "clone") as clone:
        rig.report(first, 1)
        rig.report(clone, 2)
        exchange(first, service)
        before = rig.bodies(clone), rig.bodies(b)
        result = exchange(clone, service)
        assert [error.code for error in result.troubles] == ["fork"]
        assert (rig.bodies(clone), rig.bodies(b)) == before
        sync_once(clone)
        assert sync_once(b).healed == ("branch_kept",)
        assert exchange(clone, service).troubles == ()
        assert sync_once(first).healed == ("forked",)
        for store in (b, clone, first):
            sync_once(store)
        assert rig.projection(first) == rig.projection(clone) == rig.projection(b)


def test_a_peer_that_lies_moves_nothing(pair, monkeypatch):
    _, b, service = pair
    rig.report(b, 2)
    exchange(b, service)
    before = rig.bodies(b)
    compare = RoomStore.compare

    def lying(self, caller, heads):
        said = compare(self, caller, heads)
        tops = [replace(head, hash=bytes(32)) for head in heads]
        longer = [replace(head, seq=head.seq + 5, hash=bytes(32)) for head in heads]
        return said._replace(forks=tops, rewound=longer, have=longer, want=[])

    monkeypatch.setattr(RoomStore, "compare", lying)
    with suppress(GridDeskError):
        exchange(b, service)
    assert rig.bodies(b) == before
    assert b.read(verify).is_ok


def test_a_chain_of_another_town_does_not_come_in(pair, open_sites, monkeypatch):
    """A station of the room that got hold of another town's record cannot spread it."""
    a, b, service = pair
    other = open_sites("Z1", town=rig.OTHER_TOWN)
    rig.report(other, 1)
    monkeypatch.setattr("db.sync.healing.check_scope", lambda *_: None)
    carry(other, b)
    monkeypatch.undo()
    result = exchange(b, service)
    assert {error.code for error in result.troubles} == {"wrong_town"}
    assert not rig.own_bodies(other).keys() & rig.bodies(a).keys()


def carry(source, target):
    from db.sync.exchange import collect, known_key, take_in
    from db.sync.wire import Want

    chains = rig.rows(source, "SELECT site.id, epoch FROM chain JOIN site ON site.n = chain.site")
    batch = collect(source, [Want(*chain, 1) for chain in chains])
    key = source.read(lambda connection: known_key(connection, source.site.id))
    return take_in(target, batch.data, key_of=lambda *_: key)


def test_what_gave_way_while_its_author_was_away_is_said_again(open_sites, tmp_path, blind):
    """Two others settle whose branch stands; the one that lost stood nowhere but with them."""
    a = open_sites("A1")
    b, c = (open_sites(name, lists=False) for name in ("B1", "C1"))
    with serving(a) as service:
        for store in (b, c):
            join(store, service, a)
        for store in (b, c, b):
            exchange(store, service)
    a.close()
    copy_of(a, tmp_path / "one")
    copy_of(a, tmp_path / "two")
    said = []
    for home, host in ((tmp_path / "one", b), (tmp_path / "two", c)):
        with Store.open(home) as copy, serving(host) as service:
            rig.report(copy, 2)
            exchange(copy, service)
            said += contents(copy)
    with serving(c) as service:
        exchange(b, service)
    lost = [item for item in said if item not in contents(b)]
    assert len(lost) == 2
    with Store.open(a.home) as again, serving(again) as service:
        for store in (b, c, b, c, b):
            exchange(store, service)
        for store in (again, b, c):
            assert all(item in contents(store) for item in said)
            assert rig.projection(store) == rig.projection(b)
            assert store.read(verify).is_ok
        before = rig.bodies(again)
        exchange(b, service)
        assert rig.bodies(again) == before


@pytest.mark.parametrize("town", ["*", "990*", "99010", "9901011030", "９９０１０１", "", 990101])
def test_a_chain_of_no_town_does_not_come_in(pair, town):
    _, b, service = pair
    author = Author(town)
    data = encode_batch(signer_for(b), [author.range()], [], [author.attest()], created=1)
    with connect_station(b, service.url) as line, pytest.raises(InputError) as caught:
        line.push(data)
    assert caught.value.code == "chain_unknown"
    assert caught.value.params["site"] == author.site


def test_an_address_that_a_peer_told_is_not_taken_back_by_the_hubs(hub, enrol, open_sites, serve):
    """A station with two network cards: the hub finds it at one, its room at the other."""
    a, b = open_sites("A1"), open_sites("B1", lists=False)
    for store in (a, b):
        enrol(store)
    to_hub, to_room = "https://192.0.2.7:8472", "https://198.51.100.7:8472"
    service = serve(b)

    def exchange_all():
        sync_once(a, serves_at=to_hub)
        sync_once(b)
        at_hub = url_of(b, a)
        with connect_station(a, service.url) as client:
            sync_once(a, client, serves_at=to_room)
        return at_hub, url_of(b, a)

    assert exchange_all() == (to_hub, to_room)
    assert exchange_all() == (to_room, to_room)
    # The whole room moved: nobody finds anybody but by the hub's word.
    to_hub = "https://192.0.2.8:8472"
    assert exchange_all() == (to_hub, to_room)


def url_of(store, other):
    return store.read(lambda connection: station_by(connection, other.site.id)).url


def test_a_lost_tail_that_is_not_given_is_asked_for_once(pair, monkeypatch):
    """The peer knows more of our chain than we do, and gives nothing of it that we signed."""
    _, b, service = pair
    compare = RoomStore.compare

    def lying(self, caller, heads):
        said = compare(self, caller, heads)
        own = [replace(head, seq=head.seq + 5) for head in heads if head.site == caller.id]
        return said._replace(rewound=own)

    monkeypatch.setattr(RoomStore, "compare", lying)
    result = exchange(b, service)
    assert [(error.code, error.params["site"]) for error in result.troubles] == [
        ("unattested", b.site.id)
    ]


def test_another_workstation_at_an_address_is_found_there(pair, open_sites, monkeypatch):
    a, b, service = pair
    c = open_sites("C1", lists=False)
    join(c, service, a)
    exchange(b, service)
    room = rooms.Rooms(b)

    def found(url):
        return [place.peer.station for place in room.look([url], {}) if url in place.urls]

    with serving(a) as first:
        url, port = first.url, int(first.url.rsplit(":", 1)[1])
        assert found(url) == ["A1"]
    assert found(url) == ["A1"]
    monkeypatch.setattr(rooms, "KNOWN_SECONDS", 0.0)
    assert found(url) == ["A1"]  # switched off, it is still known by its name
    with serving(c, port):
        assert found(url) == ["C1"]
    with serving(open_sites("X1", lists=False), port):
        assert found(url) == [""]
