"""Ranges go out and come in whole, without a line between the records."""

import random

import orjson
import pytest

from db.commands.incidents import MAX_CALLER, Report, act, report_incident
from db.domain.errors import InputError
from db.domain.ops import GENESIS, chain_hash
from db.domain.scope import scope_of
from db.store import projections
from db.store.epochs import start_epoch
from db.store.folding import _ANY_HELD
from db.store.parcels import Envelope, Head, Range
from db.store.rebuild import rebuild_now
from db.sync.batch import decode_batch, encode_batch, last_seq
from db.sync.exchange import (
    Limits,
    collect,
    head_of,
    held_count,
    known_key,
    own_heads,
    own_site,
    take_in,
)
from db.sync.signing import is_attested, signer_of
from db.sync.wire import Attest, Want
from tests.db.sync import rig

SCOPE = scope_of(rig.OFFICER)


@pytest.fixture
def pair(open_sites):
    """Two stations of a town that know each other's keys only from their chains."""
    return open_sites("A1"), open_sites("B1", lists=False)


def everything_for(source, target):
    wants = []
    for head in own_heads(source):
        here = target.read(lambda c, head=head: head_of(c, head.site, head.epoch))
        if here.seq < head.seq:
            wants.append(Want(head.site, head.epoch, here.seq + 1))
    return wants


def trusting(source):
    """Believe the carrier; its chain is not here yet at first contact."""
    key = source.read(lambda c: known_key(c, source.site.id))
    return lambda _, site: key if site == source.site.id else None


def carry(source, target, limits=None):
    taken = []
    while (wants := everything_for(source, target)) and (batch := collect(source, wants, limits)):
        taken.append(take_in(target, batch.data, key_of=trusting(source)))
    return taken


def refusal(store, data, source, **options):
    before = (rig.count_ops(store), rig.everything(store))
    with pytest.raises(InputError) as caught:
        take_in(store, data, key_of=trusting(source), **options)
    assert (rig.count_ops(store), rig.everything(store)) == before
    return caught.value


def signer(store):
    return store.read(lambda c: signer_of(c, store.site.town))


def batch_of(store, *ranges, envelopes=(), attests=None, to=""):
    """A batch of what is given; its sender vouches for its own chain unless told otherwise."""
    own = signer(store)
    if attests is None:
        attests = [
            own.attest(Head(item.site, item.epoch, last_seq(item), item.to_hash))
            for item in ranges
            if item.site == own.site
        ]
    return encode_batch(own, ranges, list(envelopes), list(attests), created=store.clock(), to=to)


def whole_range(store):
    data = collect(store, [Want(*chain_of(store), 1)]).data
    return decode_batch(data, lambda _: signer(store).public_key)


def chain_of(store):
    return next((h.site, h.epoch) for h in own_heads(store) if h.site == store.site.id)


def test_what_one_does_the_other_has(pair):
    a, b = pair
    rig.report(a, 5)
    values = {"class_code": first_class(), "area_code": rig.TOWN + "001", "not_duplicate": True}
    act(a, rig.OFFICER, SCOPE, "990101103-" + number_of(a, 0)[10:], "accept", values)
    carry(a, b)
    carry(b, a)
    assert rig.projection(a) == rig.projection(b)
    assert rig.bodies(a) == rig.bodies(b)
    assert held_count(b.reader()) == 0


def number_of(store, index):
    return rig.rows(store, "SELECT number FROM incident ORDER BY number")[index][0]


def first_class():
    from db.store.lists import default_policy

    return next(iter(default_policy().classes))


def test_the_same_batch_again_changes_nothing(pair):
    a, b = pair
    rig.report(a, 3)
    batch = collect(a, everything_for(a, b))
    first = take_in(b, batch.data, key_of=trusting(a))
    before = rig.everything(b)
    again = take_in(b, batch.data, key_of=trusting(a))
    assert (first.added, first.duplicates) == (batch.n_ops, 0)
    assert (again.added, again.duplicates) == (0, batch.n_ops)
    assert rig.everything(b) == before


def test_small_batches_in_a_row_give_the_same(pair):
    a, b = pair
    rig.report(a, 10)
    rig.note(a, 40)
    taken = carry(a, b, Limits(ops=7))
    assert max(item.added for item in taken) == 7
    carry(b, a)
    assert rig.projection(a) == rig.projection(b)


def test_a_batch_holds_at_most_what_a_receiver_takes(pair):
    a, _ = pair
    rig.note(a, 5_200)
    batch = collect(a, [Want(*chain_of(a), 1)])
    assert (batch.n_ops, batch.more) == (5_000, True)


def big_ops(store, texts):
    def work(journal):
        for n, text in enumerate(texts):
            journal.append("sheet_printed", f"big-{n}", {"text": text}, rig.SYSTEM)

    store.write(work)


@pytest.mark.parametrize("kind", ["incompressible", "one letter"])
def test_large_ops_travel_whatever_they_hold(pair, kind):
    a, b = pair
    rng = random.Random(1)
    texts = [
        rng.randbytes(30_000).hex() if kind == "incompressible" else "好" * 20_000
        for _ in range(150)
    ]
    big_ops(a, texts)
    carry(a, b)
    assert rig.bodies(b).items() >= rig.own_bodies(a).items()


def test_a_missing_beginning_is_a_gap(pair):
    a, b = pair
    rig.report(a, 3)
    data = collect(a, [Want(*chain_of(a), 3)]).data
    error = refusal(b, data, a)
    assert error.code == "gap"
    assert (error.params["site"], error.params["epoch"]) == chain_of(a)
    assert error.params["expected"] == 1


def test_one_bad_range_refuses_the_whole_batch(pair, open_sites):
    a, b = pair
    c = open_sites("C1", lists=False)
    rig.report(a, 2)
    rig.report(c, 3)
    carry(c, a)
    good, late = Want(*chain_of(a), 1), Want(*chain_of(c), 3)
    assert refusal(b, collect(a, [good, late]).data, a).code == "gap"


def test_a_different_op_under_the_same_name_is_a_fork(pair):
    a, b = pair
    rig.report(a, 2)
    carry(a, b)
    ours = whole_range(a).ranges[0]
    forged = [*ours.bodies[:-1], ours.bodies[-1].replace("河边路".encode(), "山顶路".encode())]
    assert forged != list(ours.bodies)
    digest = GENESIS
    for body in forged:
        digest = chain_hash(digest, body)
    item = Range(ours.site, ours.epoch, 1, GENESIS, forged, digest)
    before = rig.bodies(b)
    with pytest.raises(InputError) as caught:
        take_in(b, batch_of(a, item), key_of=trusting(a))
    assert caught.value.code == "fork"
    assert rig.bodies(b) == before
    # It is kept, beside what stands: its own site signed both.
    assert rig.rows(b, "SELECT body FROM fork") == [(forged[-1],)]


@pytest.mark.parametrize("change", ["body", "to_hash", "prev_hash", "order", "site"])
def test_a_range_that_does_not_hash_is_refused(pair, change):
    a, b = pair
    rig.report(a, 2)
    good = whole_range(a).ranges[0]
    texts, prev, end, site = list(good.bodies), good.prev_hash, good.to_hash, good.site
    if change == "body":
        texts[2] = texts[2].replace(b'"at":', b'"at":1')
    elif change == "to_hash":
        end = bytes(32)
    elif change == "prev_hash":
        prev = b"\1" * 32
    elif change == "order":
        texts[1], texts[2] = texts[2], texts[1]
    else:
        site = b.site.id
    item = Range(site, good.epoch, 1, prev, texts, end)
    assert refusal(b, batch_of(a, item), a).code in {"chain_broken", "fork"}


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"{}", b"[" * 3_000, b'{"site":1}', b"\xff", b'{"epoch":1e400}',
    ],
)  # fmt: skip
def test_an_op_that_is_none_is_refused(pair, body):
    a, b = pair
    item = Range("site-x", 7, 1, GENESIS, [body], chain_hash(GENESIS, body))
    error = refusal(b, batch_of(a, item), a)
    assert error.code == "op_malformed"
    assert error.params["site"] == "site-x"


HOSTILE = {
    "no fields": {},
    "huge integer": {"set": {"taken_in_at": 2**63}, "to": "reported"},
    "objects for texts": {"set": {"title": {"a": 1}, "number": [1]}, "to": "reported"},
    "nulls": {"set": {"title": None, "taken_in_at": None}, "to": None},
    "unknown field": {"set": {"rid": 1, "nonsense": 2}, "to": "reported"},
    "timers of nothing": {"set": {}, "to": "reported", "starts": [1], "ends": {}},
}


@pytest.mark.parametrize("kind", ["incident_reported", "unit_defined", "area_defined"])
@pytest.mark.parametrize("payload", HOSTILE.values(), ids=HOSTILE)
def test_a_payload_nobody_can_fold_is_held_and_blocks_nothing(pair, kind, payload):
    a, b = pair
    carry(a, b)
    entity = projections.ENTITY_OF_KIND[kind]
    last = next(head for head in own_heads(a) if head.site == a.site.id)
    raw = orjson.loads(max(rig.own_bodies(a).items())[1])
    raw |= {"kind": kind, "ent": entity, "id": "x-1", "p": payload, "par": [], "seq": last.seq + 1}
    body = orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)
    item = Range(last.site, last.epoch, last.seq + 1, last.hash, [body],
                 chain_hash(last.hash, body))  # fmt: skip
    assert take_in(b, batch_of(a, item), key_of=trusting(a)).added == 1
    rig.report(b, 2)
    assert len(rig.rows(b, "SELECT 1 FROM incident")) >= 2


def test_a_foreign_number_does_not_stop_ours(pair):
    a, b = pair
    day = rig.report(b, 1)[0].number[:-4]
    report_incident(a, rig.OFFICER, Report({"content": "井盖缺失了", "address": "路口"}))
    numbers = [f"{day}zz9", f"{day}0005x", day]
    for n, number in enumerate(numbers):
        a.write(
            lambda journal, n=n, number=number: journal.append(
                "incident_reported",
                f"odd-{n}",
                {"to": "reported", "set": {"number": number, "taken_in_at": 1}},
                rig.OFFICER,
            )
        )
    carry(a, b)
    assert rig.report(b, 1)[0].number == f"{day}0002"


def test_a_counter_at_its_end_is_not_followed(pair):
    a, b = pair
    carry(a, b)
    last = next(head for head in own_heads(a) if head.site == a.site.id)
    raw = orjson.loads(max(rig.own_bodies(a).items())[1])
    raw |= {"seq": last.seq + 1, "hlc": [b.clock() + 50_000, 2**53 - 2]}
    body = orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)
    item = Range(last.site, last.epoch, last.seq + 1, last.hash, [body],
                 chain_hash(last.hash, body))  # fmt: skip
    take_in(b, batch_of(a, item), key_of=trusting(a))
    rig.report(b, 1)
    take_in(a, collect(b, [Want(*chain_of(b), 1)]).data, key_of=trusting(b))
    assert rig.own_bodies(b).items() <= rig.bodies(a).items()


def test_unknown_kinds_are_kept_held_and_passed_on(pair, open_sites, monkeypatch):
    a, b = pair
    c = open_sites("C1", lists=False)
    monkeypatch.setitem(projections.ENTITY_OF_KIND, "drone_sent", "drone")
    a.write(
        lambda j: j.append("drone_sent", "d1", {"到": ["东", 7], "deep": {"x": None}}, rig.SYSTEM)
    )
    monkeypatch.delitem(projections.ENTITY_OF_KIND, "drone_sent")
    carry(a, b)
    carry(b, c)
    assert held_count(b.reader()) == held_count(c.reader()) == 1
    assert rig.own_bodies(a).items() <= rig.bodies(c).items()
    monkeypatch.setitem(projections.ENTITY_OF_KIND, "drone_sent", "drone")
    b.write(rebuild_now)
    assert held_count(b.reader()) == 0


def test_news_of_our_own_chain_says_that_we_were_rewound(pair):
    a, b = pair
    carry(a, b)
    head = b.read(lambda c: head_of(c, *chain_of(b)))
    raw = orjson.loads(max(rig.own_bodies(b).items())[1]) | {"seq": head.seq + 1}
    body = orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)
    item = Range(*chain_of(b), head.seq + 1, head.hash, [body], chain_hash(head.hash, body))
    error = refusal(b, batch_of(a, item), a)
    assert (error.code, error.params["seq"]) == ("rewound", head.seq + 1)


def test_a_batch_for_another_is_refused(pair):
    a, b = pair
    data = collect(a, everything_for(a, b), to="someone-else").data
    assert refusal(b, data, a).code == "batch_for_other"


def test_a_tampered_batch_writes_nothing_wherever_it_was_touched(pair):
    a, b = pair
    data = collect(a, [Want(*chain_of(a), 1)], Limits(ops=1)).data
    before = rig.everything(b)
    for at in range(len(data)):
        with pytest.raises(InputError):
            take_in(b, data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :], key_of=trusting(a))
    assert rig.everything(b) == before


def test_callers_travel_sealed_and_only_with_their_op(pair):
    a, b = pair
    rig.report(a, 2)
    good = whole_range(a)
    assert len(good.envelopes) == 2
    first, second = good.envelopes
    swapped = [Envelope(first.ref, second.id, second.cipher, "room:x", b"k")]
    touched = [Envelope(first.ref, first.id, first.cipher + b"!", first.room_key, b"k")]
    stray = [Envelope(first.ref._replace(seq=1), first.id, first.cipher, "room:x", b"k")]
    for envelopes in (swapped, touched, stray):
        data = batch_of(a, *good.ranges, envelopes=envelopes)
        assert refusal(b, data, a).code == "envelope_mismatch"
    carry(a, b)
    assert rig.rows(a, "SELECT id, cipher FROM envelope") == rig.rows(
        b, "SELECT id, cipher FROM envelope"
    )


def test_a_caller_is_never_in_a_batch_in_clear(pair):
    import zstandard

    a, _ = pair
    rig.report(a, 3)
    data = collect(a, [Want(*chain_of(a), 1)]).data
    (length,) = (int.from_bytes(data[6:10], "big"),)
    raw = zstandard.ZstdDecompressor().decompress(data[10 + length : -64])
    for secret in (rig.NAME, rig.PHONE, "Caller"):
        assert secret.encode() not in data[: 10 + length] + raw


def test_a_site_vouches_for_its_chain_and_a_carrier_passes_that_on(pair, open_sites):
    a, b = pair
    c = open_sites("C1", lists=False)
    rig.report(a, 3)
    carry(a, b)
    carry(b, c)
    (site, epoch), key = chain_of(a), signer(a).public_key
    head = a.read(lambda conn: head_of(conn, site, epoch))
    row = rig.rows(
        c,
        "SELECT seq, hash, sig FROM attest JOIN site ON site.n = attest.site WHERE site.id = ?",
        site,
    )[0]
    assert row[0] == head.seq
    assert is_attested(key, Attest(site, epoch, *row))
    assert rig.unattested(c) == []


def test_a_forged_word_and_a_missing_one_are_refused(pair):
    a, b = pair
    good = whole_range(a)
    word = good.attests[0]
    forged = Attest(word.site, word.epoch, word.seq, word.hash, bytes(64))
    other = signer(b).attest(a.read(lambda c: head_of(c, *chain_of(a))))
    for attest in (forged, other):
        data = batch_of(a, *good.ranges, attests=[attest])
        assert refusal(b, data, a).code == "attest_bad"
    assert refusal(b, batch_of(a, *good.ranges, attests=[]), a).code == "unattested"


def test_a_word_about_ops_not_here_covers_nothing(pair):
    a, b = pair
    rig.note(a, 20)
    data = collect(a, [Want(*chain_of(a), 1)], Limits(ops=10)).data
    cut = decode_batch(data, lambda _: signer(a).public_key)
    later = signer(a).attest(a.read(lambda c: head_of(c, *chain_of(a))))
    early = batch_of(a, *cut.ranges, attests=[later])
    assert refusal(b, early, a).code == "unattested"
    carry(a, b)
    assert rig.unattested(b) == []


def test_a_carrier_stops_where_the_owner_last_vouched(pair, open_sites):
    a, b = pair
    c = open_sites("C1", lists=False)
    rig.note(a, 10)
    carry(a, b)
    vouched = a.read(lambda conn: head_of(conn, *chain_of(a)))
    rig.note(a, 5)
    tail = decode_batch(
        collect(a, [Want(*chain_of(a), vouched.seq + 1)]).data, lambda _: signer(a).public_key
    )
    b.write(lambda journal: journal.receive(tail.ranges[0]))
    assert collect(b, [Want(*chain_of(a), vouched.seq + 1)]) is None
    carry_once = collect(b, everything_for(b, c))
    assert carry_once.ends[chain_of(a)] == vouched.seq
    assert not carry_once.more
    assert take_in(c, carry_once.data, key_of=trusting(b)).added == carry_once.n_ops


@pytest.mark.parametrize("limit", [10, 12])
def test_long_chains_are_carried_in_parts(pair, open_sites, limit):
    """Each part ends at a word of its owner, though the carrier's batches are cut elsewhere."""
    a, b = pair
    c, d = open_sites("C1", lists=False), open_sites("D1", lists=False)
    for _ in range(3):
        for source in (a, c):
            rig.report(source, 9)
            carry(source, b, Limits(ops=10))
    rig.note(a, 35)
    carry(a, b, Limits(ops=10))
    taken = carry(b, d, Limits(ops=limit))
    assert max(item.added for item in taken) <= limit
    assert rig.bodies(b).items() <= rig.bodies(d).items()
    assert rig.unattested(d) == []


def test_the_tail_of_an_old_chain_comes_back_under_our_own_word_only(pair):
    a, b = pair
    rig.report(b, 2)
    old = chain_of(b)
    forged = own_op(b, 77, 1, GENESIS)
    head = Head(b.site.id, 77, 1, forged.to_hash)
    word = signer(a).attest(head)
    for attests in ([], [word]):
        error = refusal(b, batch_of(a, forged, attests=attests), a)
        assert error.code in ("unattested", "attest_bad")
    last = b.read(lambda c: head_of(c, *old))
    tail = own_op(b, old[1], last.seq + 1, last.hash)
    b.write(start_epoch)
    assert refusal(b, batch_of(a, tail, attests=[]), a).code == "unattested"
    ours = signer(b).attest(Head(*old, last.seq + 1, tail.to_hash))
    assert take_in(b, batch_of(a, tail, attests=[ours]), key_of=trusting(a)).added == 1


def own_op(store, epoch, seq, previous):
    raw = orjson.loads(max(rig.own_bodies(store).items())[1]) | {"epoch": epoch, "seq": seq}
    body = orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)
    return Range(store.site.id, epoch, seq, previous, [body], chain_hash(previous, body))


def test_held_ops_are_found_by_their_index(pair):
    plan = [row[3] for row in rig.rows(pair[0], f"EXPLAIN QUERY PLAN {_ANY_HELD}")]
    assert plan[0] == "SCAN op USING COVERING INDEX op_held"


def test_own_site_says_what_its_chain_says(pair):
    a, _ = pair
    own = a.read(own_site)
    assert (own.id, own.town, own.station) == (a.site.id, rig.TOWN, "A1")
    assert own.sign_key == signer(a).public_key


def test_callers_with_long_names_travel(pair):
    a, b = pair
    rig.report(a, 1, name="长" * MAX_CALLER)
    carry(a, b)
    assert len(rig.rows(b, "SELECT 1 FROM envelope")) == 1
