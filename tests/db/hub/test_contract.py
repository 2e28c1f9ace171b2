"""What a hub promises, whichever database its record is in."""

import hashlib

import orjson
import pytest

from db.domain.errors import EnvironmentError_, InputError, RuleError
from db.domain.suites import SM2_SM3, new_signing_key, suite_of_key
from db.hub import snapshots
from db.hub.stations import Told
from db.hub.store import End
from db.store.parcels import Envelope, Head, Range
from db.sync.batch import decode_batch
from db.sync.exchange import own_site
from db.sync.wire import FRAME, Want
from tests.db.hub.authors import DISTRICT, OTHER_TOWN, TOWN, Author, batch
from tests.db.hub.kept import Kept

ALL = 10**7


def pulled(kept, caller, *wants, limit=ALL):
    """What a caller gets of what it wants; None for nothing."""
    found = kept.other.collect(caller.peer, wants, limit)
    if found is None:
        return None
    key = kept.hub._store.read(own_site).sign_key
    return decode_batch(found.data, lambda _: key)


class Counting:
    """A record that counts the statements it is asked."""

    def __init__(self, ledger):
        self._ledger, self.asked = ledger, 0

    def __getattr__(self, name):
        return getattr(self._ledger, name)

    def read(self, query):
        return self._ledger.read(lambda connection: query(_Counted(connection, self)))


class _Counted:
    def __init__(self, connection, counting):
        self._connection, self._counting = connection, counting

    def execute(self, *statement):
        self._counting.asked += 1
        return self._connection.execute(*statement)


@pytest.fixture
def counting(kept, monkeypatch):
    made = Counting(kept.hub._store)
    monkeypatch.setattr(kept.hub, "_store", made)
    return made


def refused(kept, data, code):
    """A batch is refused for a reason, and nothing of it stays."""
    before = kept.dump()
    with pytest.raises(InputError) as caught:
        kept.hub.take(data)
    assert caught.value.code == code
    assert kept.dump() == before
    return caught.value.params


class TestTaking:
    def test_what_is_taken_is_given_on_byte_for_byte(self, kept):
        author, reader = kept.enrolled(), kept.enrolled(station="A2")
        author.write(3).write_sealed().write(200)
        taken = kept.hub.take(author.batch(to=kept.hub.id))
        assert (taken.added, taken.duplicates, taken.heads) == (author.seq, 0, [author.head()])
        found = pulled(kept, reader, Want(author.site, author.epoch, 1))
        assert found.ranges == [author.range()]
        assert found.envelopes == author.envelopes
        assert found.attests == [author.attest()]

    def test_a_chain_of_another_suite_beside_one_of_the_usual(self, kept):
        author = kept.enrolled(key=new_signing_key(SM2_SM3))
        reader = kept.enrolled(station="A2")
        author.write(3).write_sealed()
        kept.hub.take(author.batch(to=kept.hub.id))
        kept.hub.take(reader.batch())
        wants = [Want(one.site, one.epoch, 1) for one in (author, reader)]
        found = pulled(kept, reader, *wants)
        assert found.ranges == sorted((author.range(), reader.range()), key=lambda one: one.site)
        assert {one.site for one in found.attests} == {author.site, reader.site}

    @pytest.mark.parametrize("database", ["", "postgresql"])
    def test_a_hub_may_be_of_another_suite_itself(self, tmp_path, database, request):
        url = request.getfixturevalue("cluster").place() if database else ""
        kept = Kept(tmp_path, url, suite=SM2_SM3)
        author, reader = kept.enrolled(), kept.enrolled(station="A2")
        kept.hub.take(author.write(3).batch(to=kept.hub.id))
        assert pulled(kept, reader, Want(author.site, author.epoch, 1)).ranges == [author.range()]
        assert suite_of_key(kept.hub._store.read(own_site).sign_key) == SM2_SM3
        kept.close()

    def test_a_chain_of_a_suite_nobody_knows_is_refused_by_name(self, kept):
        author = kept.enrolled()
        author.write(1)
        author.bodies[-1] = author.bodies[-1].replace(b"ed25519+sha256", b"sm9+sm3")
        params = refused(kept, author.batch(), "suite_unknown")
        assert (params["site"], params["epoch"]) == (author.site, author.epoch)

    def test_twice_is_once(self, kept):
        author = kept.enrolled()
        author.write(30).write_sealed()
        kept.hub.take(author.batch())
        before = kept.dump()
        taken = kept.other.take(author.batch())
        assert (taken.added, taken.duplicates) == (0, author.seq)
        assert kept.dump() == before

    def test_what_is_new_in_a_batch_that_overlaps(self, kept):
        author = kept.enrolled().write(9)
        kept.hub.take(author.batch())
        author.write(5).write_sealed()
        taken = kept.other.take(author.batch(6))
        assert (taken.added, taken.duplicates) == (6, 5)
        assert [body for _, body in kept.ops_of(author)] == author.bodies

    def test_a_chain_brought_by_another_station(self, kept):
        author, carrier = Author(), kept.enrolled(station="A2")
        author.write(4)
        data = batch(carrier, author.range(), carrier.range(),
                     attests=[author.attest(), carrier.attest()])  # fmt: skip
        assert kept.hub.take(data).added == 6
        assert [body for _, body in kept.ops_of(author)] == author.bodies

    def test_a_pull_in_many_parts_is_whole(self, kept):
        authors = [kept.enrolled(station=f"B{n}") for n in range(3)]
        for author in authors:
            for _ in range(3):
                first = author.seq + 1
                author.write(150)
                kept.hub.take(author.batch(first if first > 2 else 1))
        reader = kept.enrolled(station="A2")
        got = {author.site: 0 for author in authors}
        while found := pulled(
            kept, reader, *(Want(a.site, a.epoch, got[a.site] + 1) for a in authors), limit=70_000
        ):
            for item in found.ranges:
                assert item.from_seq == got[item.site] + 1
                got[item.site] = item.to_seq
        assert got == {author.site: author.seq for author in authors}


class TestRefusing:
    """Each of these leaves the record as it was."""

    @pytest.fixture
    def author(self, kept):
        made = kept.enrolled().write(5)
        kept.hub.take(made.batch())
        return made

    def test_gap(self, kept, author):
        author.write(5)
        assert refused(kept, author.batch(8), "gap")["expected"] == 7

    def test_another_op_under_a_name_that_is_taken(self, kept, author):
        other = author.copy()
        author.write(1, "这边")
        other.write(1, "那边").write(2)
        kept.hub.take(author.batch())
        data = other.batch()
        before = kept.dump()
        with pytest.raises(InputError) as caught:
            kept.other.take(data)
        assert (caught.value.code, caught.value.params["seq"]) == ("fork", 7)
        after = kept.dump()
        assert len(after.pop("fork")) == 3
        del before["fork"]
        assert after == before

    def test_a_branch_refused_twice_is_kept_once(self, kept, author):
        other = author.copy().write(2, "那边")
        kept.hub.take(author.write(1).batch())
        for _ in range(2):
            with pytest.raises(InputError, match="fork"):
                kept.other.take(other.batch())
        assert len(kept.dump()["fork"]) == 2

    def test_a_head_that_is_another(self, kept, author):
        other = author.copy().write(1, "那边")
        author.write(1, "这边")
        kept.hub.take(author.batch())
        other.write(1)
        item = other.range(8)
        data = batch(other, item, attests=[other.attest()])
        before = kept.dump()
        with pytest.raises(InputError) as caught:
            kept.hub.take(data)
        assert (caught.value.code, caught.value.params["seq"]) == ("fork", 7)
        assert kept.dump()["op"] == before["op"]

    def test_bytes_that_are_not_what_was_signed(self, kept, author):
        author.write(2)
        item = author.range()
        bodies = [*item.bodies[:-1], item.bodies[-1].replace("记录".encode(), "假的".encode())]
        broken = Range(item.site, item.epoch, 1, item.prev_hash, bodies, item.to_hash)
        refused(kept, batch(author, broken, attests=[author.attest()]), "chain_broken")

    def test_ops_nobody_vouches_for(self, kept, author):
        author.write(2)
        refused(kept, author.batch(attests=[]), "unattested")
        refused(kept, author.batch(attests=[author.attest(7)]), "unattested")

    def test_a_word_in_another_hand(self, kept, author):
        author.write(2)
        liar = Author(site=author.site)
        liar.bodies, liar.digests = author.bodies, author.digests
        refused(kept, author.batch(attests=[liar.attest()]), "attest_bad")

    def test_another_towns_chain(self, kept, author):
        far = Author(OTHER_TOWN, "A1").write(1)
        data = batch(author, far.range(), attests=[far.attest()])
        refused(kept, data, "wrong_town")

    def test_unknown_and_revoked_senders(self, kept, author):
        refused(kept, Author().batch(), "unknown_key")
        kept.other.revoke(author.site)
        refused(kept, author.batch(), "key_revoked")

    def test_another_key_in_the_first_op(self, kept, author):
        liar = Author(site=author.site, epoch=8)
        data = batch(author, liar.range(), attests=[liar.attest()])
        refused(kept, data, "key_mismatch")

    def test_a_chain_that_does_not_say_whose_it_is(self, kept, author):
        stranger = Author(station="A9").write(2)
        data = batch(author, stranger.range(2), attests=[stranger.attest()])
        refused(kept, data, "chain_unknown")

    def test_the_hubs_own_chain(self, kept, author):
        (epoch,) = kept.rows("SELECT v FROM meta WHERE k = 'epoch'")[0]
        forged = Author(site=kept.hub.id, epoch=int(epoch)).write(1)
        data = batch(author, forged.range(2), attests=[forged.attest()])
        refused(kept, data, "chain_own")

    def test_personal_data_that_no_op_names(self, kept, author):
        author.write_sealed()
        loose = Envelope(author.envelopes[0].ref, "another", b"other", "room", None)
        refused(kept, author.batch(envelopes=[loose]), "envelope_mismatch")

    def test_a_batch_for_somebody_else(self, kept, author):
        refused(kept, author.batch(to="somebody"), "batch_for_other")

    def test_half_a_batch_is_nothing(self, kept, author):
        good = author.again(9).write(50)
        bad = author.copy().write(3)
        data = batch(author, good.range(), bad.range(8), attests=[good.attest(), bad.attest()])
        refused(kept, data, "gap")


class TestComparing:
    def test_what_is_wanted_had_forked_and_rewound(self, kept):
        here, there = kept.enrolled().write(4), kept.enrolled(station="A2").write(3)
        kept.hub.take(here.batch())
        kept.hub.take(there.batch())
        said = kept.other.compare(here.peer, [here.head(2), there.copy().write(2).head()])
        own = kept.hub._store.read(own_site).id
        assert {head.site: head.seq for head in said.have} == {own: 1, here.site: 5, there.site: 4}
        assert said.want == [Want(there.site, there.epoch, 5)]
        assert said.rewound == [here.head()]
        assert said.forks == []

    def test_equal_heads_cost_no_statement_each(self, kept, counting):
        authors = [kept.enrolled(station=f"B{n}").write(1) for n in range(5)]
        for author in authors:
            kept.hub.take(author.batch())
        counting.asked = 0
        said = kept.hub.compare(authors[0].peer, [author.head() for author in authors])
        assert (said.want, said.forks, said.rewound) == ([], [], [])
        assert counting.asked == 1

    def test_an_op_that_is_another(self, kept):
        author = kept.enrolled().write(4)
        other = author.copy()
        kept.hub.take(author.write(1).batch())
        wrong = Head(author.site, author.epoch, 6, other.write(1, "那边").digests[-1])
        assert kept.other.compare(author.peer, [wrong]).forks == [wrong]

    def test_a_chain_not_here(self, kept):
        author = kept.enrolled().write(1)
        assert kept.hub.compare(author.peer, [author.head()]).want == [
            Want(author.site, author.epoch, 1)
        ]


class TestScope:
    @pytest.fixture
    def three(self, kept):
        """A site in each of two towns and one of their district, each with ops at the hub."""
        made = (kept.enrolled(), kept.enrolled(OTHER_TOWN), kept.enrolled(DISTRICT, "D1"))
        for author in made:
            kept.hub.take(author.write(2).batch())
        return made

    def seen(self, kept, caller):
        heads = kept.other.compare(caller.peer, []).have
        return {head.site for head in heads} - {kept.hub.id}

    def test_a_town_sees_its_own(self, kept, three):
        near, far, district = three
        assert self.seen(kept, near) == {near.site}
        assert self.seen(kept, far) == {far.site}
        assert self.seen(kept, district) == {near.site, far.site, district.site}

    def test_nobody_is_given_what_he_does_not_see(self, kept, three):
        near, far, district = three
        with pytest.raises(InputError, match="wrong_town"):
            kept.hub.collect(near.peer, [Want(far.site, far.epoch, 1)], ALL)
        assert pulled(kept, district, Want(far.site, far.epoch, 1)).ranges == [far.range()]

    def test_nobody_asks_what_he_does_not_see(self, kept, three):
        near, far, _ = three
        wrong = Head(far.site, far.epoch, 2, b"x" * 32)
        assert kept.hub.compare(near.peer, [wrong]).forks == []

    def test_stations_he_may_know_of(self, kept, three):
        near, far, district = three
        known = {one.peer.id for one in kept.other.stations(near.peer)}
        assert known == {near.site, district.site}
        assert {one.peer.id for one in kept.other.stations(district.peer)} == {
            near.site, far.site, district.site
        }  # fmt: skip

    def test_stations_he_may_not_know_of_cost_no_statement(self, kept, counting):
        near = kept.enrolled()
        kept.hub.stations(near.peer)
        before, counting.asked = counting.asked, 0
        for number in range(5):
            kept.enrolled(OTHER_TOWN, f"B{number}")
        counting.asked = 0
        assert [one.peer.id for one in kept.hub.stations(near.peer)] == [near.site]
        assert counting.asked == before


class TestLanes:
    """What a district's site that never enrolled says, brought by others."""

    ALL_TOWNS = f"{DISTRICT}*"

    def carry(self, kept, carrier, author, first=1):
        return kept.other.take(batch(carrier, author.range(first), attests=[author.attest()]))

    def test_a_station_brings_what_is_for_its_town(self, kept):
        near, far = kept.enrolled(), kept.enrolled(OTHER_TOWN)
        lane = Author(DISTRICT, "D1", lane=TOWN).write(2)
        assert self.carry(kept, near, lane).added == 3
        shown = [head.site for head in kept.hub.compare(near.peer, []).have]
        assert lane.site in shown
        assert lane.site not in [head.site for head in kept.hub.compare(far.peer, []).have]

    def test_nobody_brings_what_is_for_another_town(self, kept):
        near = kept.enrolled()
        for lane in (None, OTHER_TOWN):
            author = Author(DISTRICT, "D1", lane=lane)
            refused(kept, batch(near, author.range(), attests=[author.attest()]), "wrong_town")

    def test_no_town_begins_what_is_for_all(self, kept):
        """Else one of its stations could make up a district's and speak to every town."""
        near, known = kept.enrolled(), Author(DISTRICT, "D1", lane=TOWN)
        self.carry(kept, near, known)
        made_up = Author(DISTRICT, "D2", lane=self.ALL_TOWNS)
        for author in (made_up, known.again(8, self.ALL_TOWNS)):
            refused(kept, batch(near, author.range(), attests=[author.attest()]), "wrong_town")

    def test_what_the_district_began_for_all_goes_on(self, kept):
        near, district = kept.enrolled(), kept.enrolled(DISTRICT, "D1")
        author = Author(DISTRICT, "D2", lane=self.ALL_TOWNS)
        assert self.carry(kept, district, author).added == 1
        assert self.carry(kept, near, author.write(2), 2).added == 2
        assert self.carry(kept, near, author.write(1)).added == 1


class TestEnrolling:
    def test_a_code_serves_one_site(self, kept):
        author, code = Author(), kept.code(TOWN)
        told = kept.hub.enrol(author.request(code))
        assert told.hub.id == kept.hub.id
        assert kept.other.enrol(author.request(code)).stations == []
        with pytest.raises(RuleError, match="enrol_code_used"):
            kept.other.enrol(Author(station="A2").request(code))

    def test_codes_that_do_not_hold(self, kept):
        for code, reason in (
            ("22222-33333", "enrol_code_unknown"),
            (kept.code(TOWN, hours=0), "enrol_code_expired"),
            (kept.code(OTHER_TOWN), "enrol_code_town"),
        ):
            with pytest.raises(RuleError, match=reason):
                kept.hub.enrol(Author().request(code))

    def test_the_others_of_the_town_are_named(self, kept):
        first = kept.enrolled()
        kept.enrolled(OTHER_TOWN)
        told = kept.other.enrol(Author(station="A2").request(kept.code(TOWN)))
        assert [peer.id for peer in told.stations] == [first.site]

    def test_a_station_code_is_one_sites(self, kept):
        kept.enrolled()
        with pytest.raises(RuleError, match="station_taken"):
            kept.other.enrol(Author().request(kept.code(TOWN)))

    def test_another_key_for_a_known_site(self, kept):
        author = kept.enrolled()
        with pytest.raises(InputError, match="key_mismatch"):
            kept.other.enrol(Author(site=author.site).request(kept.code(TOWN)))

    def test_a_carried_site_enrols_by_the_key_of_its_chain(self, kept):
        carrier, author = kept.enrolled(station="A2"), Author().write(1)
        kept.hub.take(batch(carrier, author.range(), attests=[author.attest()]))
        with pytest.raises(InputError, match="key_mismatch"):
            kept.hub.enrol(Author(site=author.site).request(kept.code(TOWN)))
        kept.hub.enrol(author.request(kept.code(TOWN)))
        assert kept.other.station(author.site).sign_key == author.signer.public_key

    def test_the_revoked_stays_so(self, kept):
        author = kept.enrolled()
        kept.hub.take(author.write(1).batch())
        kept.hub.revoke(author.site)
        with pytest.raises(InputError, match="key_revoked"):
            kept.other.station(author.site)
        with pytest.raises(InputError, match="key_revoked"):
            kept.other.enrol(author.request(kept.code(TOWN)))
        assert len(kept.ops_of(author)) == 2
        with pytest.raises(RuleError, match="station_unknown"):
            kept.hub.revoke("nobody")


class TestNews:
    def test_ends_tell_what_came_whoever_took_it(self, kept):
        author, reader = kept.enrolled().write(2), kept.enrolled(station="A2")
        before = set(kept.other.ends())
        kept.hub.take(author.batch())
        assert set(kept.other.ends()) - before == {End(author.site, author.epoch, 3, TOWN)}
        known = {(kept.hub.id, end.epoch): end.seq for end in before}
        assert kept.other.has_news(reader.peer, known)
        known[author.site, author.epoch] = 3
        assert not kept.other.has_news(reader.peer, known)
        assert not kept.other.has_news(author.peer, known)

    def test_a_nonce_is_good_at_every_service(self, kept):
        assert kept.other.is_fresh(kept.hub.nonce(60_000))
        assert not kept.other.is_fresh(kept.hub.nonce(-1))
        assert not kept.other.is_fresh("1.x")

    def test_who_the_hub_is(self, kept):
        assert kept.other.id == kept.hub.id
        assert kept.other.incarnation() == kept.hub.incarnation() != ""


class TestStanding:
    def test_how_stations_stand_is_kept_for_all_services(self, kept):
        author, reader = kept.enrolled().write(4), kept.enrolled(station="A2")
        kept.hub.take(author.batch())
        kept.hub.heard(author.site, Told("0.2.0", 1, 2, -30, 3, "https://192.0.2.7:8472"))
        kept.other.heard(author.site, Told(held=0))
        said = kept.other.overview()
        (line,) = [one for one in said.lines if one.id == author.site]
        assert line.told == Told("0.2.0", 0, 2, -30, 3)
        assert (line.lag, line.kind, line.forks) == (3, "station", 0)
        assert (said.ops, said.trouble) == (author.seq + 1, "")
        assert orjson.dumps([said.ops, [one.lag for one in said.lines]])
        known = [one.peer for one in kept.hub.stations(reader.peer) if one.peer.id == author.site]
        assert known[0].url == "https://192.0.2.7:8472"

    def test_a_fork_is_counted(self, kept):
        author = kept.enrolled()
        other = author.copy().write(2, "那边")
        kept.hub.take(author.write(1).batch())
        with pytest.raises(InputError, match="fork"):
            kept.other.take(other.batch())
        assert [one.forks for one in kept.other.overview().lines] == [1]


class TestFiles:
    DATA = bytes(range(256)) * 5_000
    NAME = hashlib.sha256(DATA).hexdigest()

    def put(self, hub, town=TOWN, data=DATA, name=NAME):
        middle = len(data) // 2
        assert hub.blobs.put(town, name, 0, len(data), data[:middle]) == middle
        return hub.blobs.put(town, name, middle, len(data), data[middle:])

    def test_in_pieces_at_any_service(self, kept):
        middle = 1_000_000
        kept.hub.blobs.put(TOWN, self.NAME, 0, len(self.DATA), self.DATA[:middle])
        assert kept.other.blobs.received(TOWN, self.NAME) == middle
        assert kept.other.blobs.size(TOWN, self.NAME) is None
        end = kept.other.blobs.put(TOWN, self.NAME, middle, len(self.DATA), self.DATA[middle:])
        assert end == len(self.DATA) == kept.hub.blobs.size(TOWN, self.NAME)
        for start, size in ((0, 10), (middle - 5, 10), (middle, 7), (end - 3, 100), (0, end)):
            found = kept.hub.blobs.read(TOWN, self.NAME, start, size)
            assert found == self.DATA[start : start + size]

    def test_where_to_go_on(self, kept):
        kept.hub.blobs.put(TOWN, self.NAME, 0, len(self.DATA), self.DATA[:100])
        with pytest.raises(InputError) as caught:
            kept.other.blobs.put(TOWN, self.NAME, 50, len(self.DATA), self.DATA[50:])
        assert (caught.value.code, caught.value.params["expected"]) == ("blob_offset", 100)

    def test_wrong_bytes_are_nothing(self, kept):
        with pytest.raises(InputError, match="bad_hash"):
            self.put(kept.hub, data=self.DATA[:-1] + b"!")
        assert kept.other.blobs.received(TOWN, self.NAME) == 0
        assert self.put(kept.other) == len(self.DATA)

    def test_twice_is_once(self, kept):
        self.put(kept.hub)
        assert kept.other.blobs.put(TOWN, self.NAME, 0, len(self.DATA), b"") == len(self.DATA)

    def test_a_town_its_district_and_no_neighbour(self, kept):
        self.put(kept.hub)
        assert kept.other.blobs.size(DISTRICT, self.NAME) == len(self.DATA)
        assert kept.other.blobs.size(OTHER_TOWN, self.NAME) is None
        with pytest.raises(EnvironmentError_, match="blob_missing"):
            kept.other.blobs.read(OTHER_TOWN, self.NAME, 0, 10)

    def test_too_much(self, kept):
        with pytest.raises(InputError, match="too_large"):
            kept.hub.blobs.put(TOWN, self.NAME, 0, 60 * 1024 * 1024, b"x")


class TestReady:
    """What is kept ready for a new station."""

    @pytest.fixture(autouse=True)
    def few(self, monkeypatch):
        monkeypatch.setattr(snapshots, "LEAST", 3)

    def batches(self, kept, caller):
        data, found = kept.other.snapshot(caller.peer).data, []
        key = kept.hub._store.read(own_site).sign_key
        while data:
            (length,) = FRAME.unpack_from(data)
            found.append(decode_batch(data[FRAME.size : FRAME.size + length], lambda _: key))
            data = data[FRAME.size + length :]
        return found

    def test_it_holds_the_town_and_no_other(self, kept):
        author, reader = kept.enrolled(), kept.enrolled(station="A2")
        other = kept.enrolled(town=OTHER_TOWN)
        kept.hub.take(author.write(3).write_sealed().write(200).batch())
        kept.hub.take(other.write(3).batch())
        (found,) = self.batches(kept, reader)
        shown = {item.site: item for item in found.ranges}
        assert shown.keys() == {author.site, kept.hub.id}
        assert shown[author.site] == author.range()
        assert found.envelopes == author.envelopes
        assert author.attest() in found.attests

    def test_it_is_for_whoever_of_the_town_asks(self, kept):
        author = kept.enrolled()
        kept.hub.take(author.write(9).batch())
        first = kept.hub.snapshot(author.peer)
        assert kept.hub.snapshot(kept.enrolled(station="A2").peer) is first
        assert [batch.to for batch in self.batches(kept, author)] == [""]

    def test_far_behind_it_is_made_anew(self, kept):
        author = kept.enrolled()
        kept.hub.take(author.write(9).batch())
        first = kept.hub.snapshot(author.peer)
        kept.hub.take(author.write(1).batch())
        assert kept.hub.snapshot(author.peer) is first
        kept.hub.take(author.write(9).batch())
        assert kept.hub.snapshot(author.peer).ops == first.ops + 10

    def test_a_small_town_has_none(self, kept, monkeypatch):
        monkeypatch.setattr(snapshots, "LEAST", 100)
        author = kept.enrolled()
        kept.hub.take(author.write(9).batch())
        assert kept.hub.snapshot(author.peer) is None
