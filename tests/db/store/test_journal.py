"""Ops of this site and of others: chained, dense, and folded to the same rows in any order."""

from dataclasses import replace

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.commands.incidents import Report, act, report_incident
from db.domain.errors import InputError
from db.domain.ops import GENESIS, Actor, Hlc, Op, OpRef, chain_hash, decode, encode
from db.domain.scope import scope_of
from db.store.epochs import start_epoch
from db.store.journal import MAX_CLOCK_LEAD
from db.store.parcels import Received
from db.store.projections import ENTITY_OF_KIND, causal_order, is_known
from db.store.rebuild import rebuild_now
from db.store.store import Store
from tests.db.store import rig

OTHER = "0192-site-b"
THIRD = "0192-site-c"
ACTOR = Actor("wu", "吴远", ("duty_officer",))
VALUES = {"content": "楼下下水道堵塞", "address": "枫桥路12号"}


def make(site, seq, payload, parents=(), *, id="i1", kind="note_added", ms=rig.NOW, **changed):
    op = Op(
        ref=OpRef(site, 1, seq),
        hlc=Hlc(ms, 0),
        at=ms,
        actor=ACTOR,
        ent=ENTITY_OF_KIND.get(kind, "incident"),
        id=id,
        kind=kind,
        payload=payload,
        parents=tuple(OpRef(name, 1, number) for name, number in parents),
    )
    return encode(replace(op, **changed))


def notes(count, site=OTHER):
    """A chain of a foreign incident: reported, then notes."""
    bodies = [make(site, 1, {"to": "reported", "set": {"title": "甲"}}, kind="incident_reported")]
    for seq in range(2, count + 1):
        bodies.append(make(site, seq, {"set": {"title": f"第{seq}"}}, [(site, seq - 1)]))
    return bodies


def receive(store, *ranges):
    def work(journal):
        return [journal.receive(item) for item in ranges]

    return store.write(work).result


def refused(store, incoming):
    before = [rig.rows(store, f"SELECT * FROM {name}") for name in ("op", "chain", "subject")]
    sites = rig.rows(store, "SELECT * FROM site")
    with pytest.raises(InputError) as caught:
        receive(store, incoming)
    after = [rig.rows(store, f"SELECT * FROM {name}") for name in ("op", "chain", "subject")]
    assert after == before
    assert rig.rows(store, "SELECT * FROM site") == sites
    return caught.value


def titles(store):
    return rig.rows(store, "SELECT title, state FROM incident")


# own ops


def test_own_ops_are_dense_and_chained(store):
    for _ in range(5):
        report_incident(store, rig.CLERK, Report(VALUES))
    found = rig.rows(store, "SELECT seq, hash, body, state FROM op ORDER BY recv")
    previous = GENESIS
    for number, (seq, digest, body, state) in enumerate(found, start=1):
        previous = chain_hash(previous, body)
        assert (seq, digest, state) == (number, previous, 0)
        op = decode(body)
        assert encode(op) == body
        assert (op.ref.site, op.ref.seq) == (store.site.id, number)
    head = rig.rows(store, "SELECT head_seq, head_hash FROM chain")
    assert head == [(len(found), previous)]


def test_an_op_names_the_ops_it_was_made_upon(store):
    done = report_incident(store, rig.CLERK, Report(VALUES))
    act(store, rig.CLERK, scope_of(rig.CLERK), done.number, "note", {"text": "一"})
    first, second = (
        decode(row[0]) for row in rig.rows(store, "SELECT body FROM op ORDER BY recv DESC LIMIT 2")
    )
    assert first.parents == (second.ref,)
    assert second.parents == ()


def test_the_logical_clock_never_goes_back(store, clock):
    def stamp():
        report_incident(store, rig.CLERK, Report(VALUES))
        return decode(rig.rows(store, "SELECT body FROM op ORDER BY recv DESC LIMIT 1")[0][0]).hlc

    first = stamp()
    clock.now -= 3_600_000
    second = stamp()
    clock.now += 7_200_000
    third = stamp()
    assert first < second < third
    assert third == Hlc(clock.now, 0)


def test_a_new_epoch_is_a_new_chain(store):
    before = rig.rows(store, "SELECT epoch, head_seq FROM chain")
    epoch = store.write(start_epoch).result
    report_incident(store, rig.CLERK, Report(VALUES))
    chains = dict(rig.rows(store, "SELECT epoch, head_seq FROM chain"))
    assert chains == {**dict(before), epoch: 1}
    assert epoch < 2**53
    assert epoch >> 32 == rig.NOW // 86_400_000


# ops of others


def test_a_range_is_taken_in_once(store):
    bodies = notes(4)
    assert receive(store, rig.as_range(OTHER, bodies)) == [Received(added=4)]
    assert titles(store) == [("第4", "reported")]
    assert receive(store, rig.as_range(OTHER, bodies)) == [Received(duplicates=4)]
    assert receive(store, rig.as_range(OTHER, notes(6), 3)) == [Received(2, 2)]
    kept = rig.rows(
        store, "SELECT body FROM op JOIN site ON site.n = op.site WHERE site.id = ?", OTHER
    )
    assert [row[0] for row in kept] == notes(6)


def test_a_gap_is_refused(store):
    receive(store, rig.as_range(OTHER, notes(2)))
    error = refused(store, rig.as_range(OTHER, notes(5), 4))
    assert (error.code, error.params) == ("gap", {"site": OTHER, "epoch": 1, "expected": 3})
    assert refused(store, rig.as_range(THIRD, notes(3, THIRD), 2)).params["expected"] == 1


def forked():
    bodies = notes(3)
    return [*bodies[:1], make(OTHER, 2, {"set": {"title": "另"}}, [(OTHER, 1)]), bodies[2]]


@pytest.mark.parametrize("first", [1, 2, 3])
def test_a_fork_is_refused(store, first):
    receive(store, rig.as_range(OTHER, notes(2)))
    assert refused(store, rig.as_range(OTHER, forked(), first)).code == "fork"
    assert titles(store) == [("第2", "reported")]


def test_a_fork_far_below_the_head_is_found(store):
    receive(store, rig.as_range(OTHER, notes(6)))
    assert refused(store, rig.as_range(OTHER, forked(), 3, 3)).code == "fork"
    assert refused(store, rig.as_range(OTHER, forked(), 1, 2)).code == "fork"


def broken_ranges():
    whole = rig.as_range(OTHER, notes(3))
    swapped = [whole.bodies[1], whole.bodies[0], whole.bodies[2]]
    misnumbered = [notes(3)[0], make(OTHER, 3, {}, [(OTHER, 1)])]
    foreign = [make(THIRD, 1, {"to": "reported"}, kind="incident_reported")]
    other_epoch = [make(OTHER, 1, {}, ref=OpRef(OTHER, 2, 1))]
    return {
        "flipped": replace(whole, to_hash=bytes(32)),
        "changed": replace(whole, bodies=[notes(3)[0], notes(3)[1] + b" ", notes(3)[2]]),
        "cut": replace(whole, bodies=whole.bodies[:2]),
        "swapped": rig.as_range(OTHER, swapped),
        "misnumbered": rig.as_range(OTHER, misnumbered),
        "foreign": rig.as_range(OTHER, foreign),
        "other epoch": rig.as_range(OTHER, other_epoch),
    }


@pytest.mark.parametrize("name", broken_ranges())
def test_a_broken_chain_is_refused(store, name):
    assert refused(store, broken_ranges()[name]).code == "chain_broken"


def test_bytes_that_are_no_op_are_refused(store):
    assert refused(store, rig.as_range(OTHER, [b"{}"])).code == "op_malformed"
    assert refused(store, rig.as_range(OTHER, [*notes(2), b"nothing"])).code == "op_malformed"


def test_one_bad_range_takes_back_the_good_one_before_it(store):
    with pytest.raises(InputError):
        receive(store, rig.as_range(OTHER, notes(2)), rig.as_range(THIRD, notes(3, THIRD), 2))
    assert titles(store) == []


# what cannot be folded yet


def held(store):
    return rig.rows(store, "SELECT count(*) FROM op WHERE state = 1")[0][0]


def rebuilt(store):
    """Make the rows anew, as an update does; return how many ops are still held."""
    store.write(rebuild_now)
    return rig.rows(store, "SELECT count(*) FROM op WHERE state <> 0")[0][0]


def test_an_unknown_kind_is_kept_and_folded_after_an_update(store, monkeypatch):
    bodies = [
        *notes(1),
        make(OTHER, 2, {"set": {"title": "乙"}}, [(OTHER, 1)], kind="incident_paused"),
        make(OTHER, 3, {"set": {"address": "丙"}}, [(OTHER, 2)]),
    ]
    assert receive(store, rig.as_range(OTHER, bodies)) == [Received(added=3, held=2)]
    assert titles(store) == [("甲", "reported")]
    assert rebuilt(store) == 2
    monkeypatch.setitem(ENTITY_OF_KIND, "incident_paused", "incident")
    assert rebuilt(store) == 0
    assert rig.rows(store, "SELECT title, address FROM incident") == [("乙", "丙")]


def test_a_newer_format_and_a_kind_of_another_entity_are_held(store):
    newer = orjson.dumps(orjson.loads(make(OTHER, 1, {})) | {"v": 2}, option=orjson.OPT_SORT_KEYS)
    lying = make(OTHER, 2, {}, ent="area", id="x")
    assert not is_known(decode(newer))
    assert receive(store, rig.as_range(OTHER, [newer, lying])) == [Received(added=2, held=2)]


def test_a_missing_parent_is_waited_for(store):
    late = [make(THIRD, 1, {"set": {"title": "后"}}, [(OTHER, 2)])]
    assert receive(store, rig.as_range(THIRD, late)) == [Received(added=1, held=1)]
    assert titles(store) == []
    assert receive(store, rig.as_range(OTHER, notes(1))) == [Received(added=1)]
    assert titles(store) == [("甲", "reported")]
    receive(store, rig.as_range(OTHER, notes(2), 2))
    assert titles(store) == [("后", "reported")]


@pytest.mark.parametrize(
    "payload",
    [
        {"set": {"title": 5}},
        {"set": []},
        {"units": [{}]},
        {"units": 3},
        {"starts": [{"stage": "accept"}]},
        {"ends": [["sign"]]},
        {"set": {"secrecy": 2**60}, "starts": [{"stage": "a", "limit": ["b", 1], "start": 0,
                                                "due": 2**52, "policy": 7}]},
    ],
)  # fmt: skip
def test_a_payload_that_lies_is_held_and_blocks_nobody(store, payload):
    bodies = [*notes(1), make(OTHER, 2, payload, [(OTHER, 1)])]
    assert receive(store, rig.as_range(OTHER, bodies)) == [Received(added=2, held=1)]
    assert titles(store) == [("甲", "reported")]
    assert rig.rows(store, "SELECT count(*) FROM timer") == [(0,)]
    assert receive(store, rig.as_range(THIRD, notes(2, THIRD)[:1])) == [Received(added=1)]


def test_a_fold_that_fails_halfway_leaves_nothing_of_it(store):
    half = {"set": {"title": "半"}, "starts": [timer("sign", 5) | {"limit": ["work_day", 2**63]}]}
    bodies = [*notes(2), make(OTHER, 3, half, [(OTHER, 2)])]
    assert receive(store, rig.as_range(OTHER, bodies)) == [Received(added=3, held=1)]
    # One that was made beside the others is folded by folding all of them anew.
    beside = [make(THIRD, 1, {"set": {"title": 5}}, [(OTHER, 1)])]
    assert receive(store, rig.as_range(THIRD, beside)) == [Received(added=1, held=1)]
    assert titles(store) == [("第2", "reported")]
    assert rig.rows(store, "SELECT count(*) FROM step") == [(2,)]


def test_a_clock_far_ahead_does_not_carry_ours_away(store, clock):
    def stamped(ahead):
        bodies = [make(f"far-{ahead}", 1, {}, id=f"x{ahead}", ms=clock.now + ahead)]
        receive(store, rig.as_range(f"far-{ahead}", bodies))
        report_incident(store, rig.CLERK, Report(VALUES))
        sql = "SELECT body FROM op ORDER BY recv DESC LIMIT 1"
        return decode(rig.rows(store, sql)[0][0]).hlc.ms - clock.now

    assert stamped(MAX_CLOCK_LEAD + 1) == 0
    assert stamped(3_600_000) == 0
    assert stamped(MAX_CLOCK_LEAD) == MAX_CLOCK_LEAD


def test_own_ops_that_come_back_are_known(store):
    bodies = [row[0] for row in rig.rows(store, "SELECT body FROM op ORDER BY seq")]
    epoch = rig.rows(store, "SELECT epoch FROM chain")[0][0]
    incoming = rig.as_range(store.site.id, bodies, epoch=epoch)
    assert receive(store, incoming) == [Received(duplicates=len(bodies))]
    report_incident(store, rig.CLERK, Report(VALUES))
    assert rig.count_ops(store) == len(bodies) + 1


def test_a_record_that_only_stores_folds_nothing(home, clock):
    with Store.open(home, clock=clock, projects=False) as hub:
        late = [make(THIRD, 1, {"set": {"title": "后"}}, [(OTHER, 2)])]
        assert receive(hub, rig.as_range(THIRD, late)) == [Received(added=1)]
        assert titles(hub) == []


# causal order


def test_parents_come_before_children_whatever_the_clocks_say():
    ops = [
        decode(make(OTHER, 1, {}, ms=900)),
        decode(make(THIRD, 1, {}, [(OTHER, 1)], ms=100)),
        decode(make(OTHER, 2, {}, [(OTHER, 1)], ms=50)),
        decode(make(OTHER, 3, {}, [(OTHER, 2), (THIRD, 1)], ms=1)),
    ]
    expected = [(OTHER, 1), (OTHER, 2), (THIRD, 1), (OTHER, 3)]
    for shift in range(4):
        ordered = causal_order(ops[shift:] + ops[:shift])
        assert [(op.ref.site, op.ref.seq) for op in ordered] == expected


@st.composite
def histories(draw):
    """Chains of three sites that sometimes hear of each other, on clocks that mean nothing."""
    sites = (OTHER, THIRD, "0192-site-d")
    chains = {site: [] for site in sites}
    known = {site: set() for site in sites}
    parents_of = {}
    for _ in range(draw(st.integers(2, 14))):
        site = draw(st.sampled_from(sites))
        for other in draw(st.lists(st.sampled_from(sites), max_size=2)):
            known[site] |= known[other]
        subject = draw(st.sampled_from(("i1", "i2")))
        mine = {ref for ref in known[site] if parents_of[ref][0] == subject}
        heads = mine - {parent for ref in mine for parent in parents_of[ref][1]}
        ref = (site, len(chains[site]) + 1)
        payload = draw(st.sampled_from(PAYLOADS))
        ms = draw(st.integers(1, 5))
        chains[site].append(make(*ref, payload, sorted(heads), id=subject, ms=ms))
        parents_of[ref] = (subject, heads)
        known[site].add(ref)
    return chains


def timer(stage, due):
    return {"stage": stage, "unit": "u", "limit": ["work_day", 1], "start": 1, "due": due}


PAYLOADS = (
    {"set": {"title": "甲"}, "to": "reported"},
    {"set": {"title": "乙", "urgency": "urgent"}},
    {"set": {"title": "丙"}, "to": "accepted", "starts": [timer("dispatch", 9)]},
    {"to": "dispatched", "ends": [["dispatch", "u"]], "starts": [timer("sign", 5)]},
    {"to": "handling", "ends": [["sign", "u"]], "units": [{"unit": "u", "state": "signed"}]},
    {"units": [{"unit": "u", "state": "fed_back"}, {"unit": "v", "part": "co"}]},
    {"to": "archived", "set": {"archived_at": 7}, "ends": [["sign", "u"], ["dispatch", "u"]]},
    {"opinion": "注"},
    {"set": {"title": 0}},
)


def deliver(journal, chains, order):
    """Hand over every chain in pieces, the pieces in this order; return the rows."""
    sent = dict.fromkeys(chains, 0)
    queue = [*order, *((site, 99) for site in chains)]
    for site, size in queue:
        first, last = sent[site] + 1, min(sent[site] + size, len(chains[site]))
        if first <= last:
            journal.receive(rig.as_range(site, chains[site], first, last))
            sent[site] = last
    return rig.projection(journal.connection)


pieces = st.lists(
    st.tuples(st.sampled_from((OTHER, THIRD, "0192-site-d")), st.integers(1, 3)), max_size=12
)


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(histories(), pieces, pieces)
def test_the_same_ops_give_the_same_rows_in_whatever_order_they_come(store, chains, one, other):
    first = rig.undone(store, lambda journal: deliver(journal, chains, one))
    second = rig.undone(store, lambda journal: deliver(journal, chains, other))
    assert first == second

    def rebuilt(journal):
        deliver(journal, chains, one)
        rebuild_now(journal)
        return rig.projection(journal.connection)

    assert rig.undone(store, rebuilt) == first


def test_two_sites_apart_lose_nothing(store):
    base = notes(1)
    left = [*base, make(OTHER, 2, {"set": {"title": "左"}, "opinion": "左"}, [(OTHER, 1)], ms=5)]
    right = [make(THIRD, 1, {"set": {"title": "右"}, "opinion": "右"}, [(OTHER, 1)], ms=9)]
    found = []
    for order in ([OTHER, THIRD], [THIRD, OTHER]):
        chains = {OTHER: left, THIRD: right}

        def work(journal, chains=chains, order=order):
            deliver(journal, chains, [(site, 9) for site in order])
            read = journal.connection.execute
            return (
                read("SELECT title FROM incident").fetchall(),
                read("SELECT opinion FROM step ORDER BY n").fetchall(),
                len(read("SELECT heads FROM subject WHERE id = 'i1'").fetchone()[0].split()),
            )

        found.append(rig.undone(store, work))
    assert found[0] == found[1]
    title, opinions, heads = found[0]
    assert title == [("右",)], "the later clock decides what is shown"
    assert [row[0] for row in opinions] == ["", "左", "右"]
    assert heads == 2


# numbers


def test_a_foreign_number_does_not_disturb_ours(store):
    first = report_incident(store, rig.CLERK, Report(VALUES)).number
    prefix = first[:-4]
    endings = ("9" * 30, "9" * 5000, "x", "0007", "12x", "")
    bodies = []
    for seq, ending in enumerate(endings, start=1):
        bodies.append(make(OTHER, seq, {"set": {"number": prefix + ending}}, id=f"n{seq}"))
    receive(store, rig.as_range(OTHER, bodies))
    assert report_incident(store, rig.CLERK, Report(VALUES)).number == f"{prefix}0008"
