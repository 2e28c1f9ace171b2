"""Taking an incident on: seen elsewhere, never taken away silently, in nobody's way."""

import pytest

from db.commands.claims import claim, release_claim
from db.commands.incidents import Report, act, report_incident
from db.commands.undo import undo
from db.domain.claims import STALE_AFTER
from db.domain.errors import RuleError
from db.domain.ops import Actor
from db.domain.scope import scope_of
from db.store.queries.claims import stale_claims
from db.store.queries.incidents import incident_by_number
from db.store.queries.queue import QueueFilter, counts, queue_ids, queue_rows
from db.store.rebuild import rebuild
from tests.db.commands import apart
from tests.db.commands.apart import meet
from tests.db.store import rig

ZHOU, HE = rig.CLERK, Actor("he", "何砚", ("duty_officer",))
SCOPE = scope_of(ZHOU)


def report(store):
    return report_incident(
        store, ZHOU, Report({"content": "楼下下水道堵塞", "address": "枫桥路12号"})
    )


def shown(store, number):
    return store.read(lambda c: incident_by_number(c, SCOPE, number, store.clock())).claim


def row(store, rid):
    return store.read(lambda c: queue_rows(c, SCOPE, [rid]))[0]


def refused(code, *given):
    with pytest.raises(RuleError) as caught:
        claim(*given)
    assert caught.value.code == code
    return caught.value.params


def test_it_is_shown_who_has_it(store):
    done = report(store)
    assert (shown(store, done.number), row(store, done.rid).holder) == (None, "")
    made = claim(store, ZHOU, SCOPE, done.number)
    assert made.changes.subjects >= {"claim", "incident"}
    assert made.changes.ids == {done.rid}
    found = shown(store, done.number)
    assert (found.user, found.name, found.at, found.is_stale) == ("zhou", "周岚", rig.NOW, False)
    line = row(store, done.rid)
    assert (line.holder, line.holder_name, line.is_stale) == ("zhou", "周岚", False)
    assert refused("claim_held", store, HE, SCOPE, done.number) == {
        "name": "周岚",
        "since": rig.NOW,
    }
    refused("claim_yours", store, ZHOU, SCOPE, done.number)
    with pytest.raises(RuleError) as caught:
        release_claim(store, HE, SCOPE, done.number)
    assert caught.value.code == "claim_none"
    release_claim(store, ZHOU, SCOPE, done.number)
    assert (shown(store, done.number), row(store, done.rid).holder) == (None, "")


def test_it_is_taken_over_by_naming_who_has_it(store):
    done = report(store)
    claim(store, ZHOU, SCOPE, done.number)
    assert refused("claim_held", store, HE, SCOPE, done.number, "linxi")["name"] == "周岚"
    claim(store, HE, SCOPE, done.number, "zhou")
    assert shown(store, done.number).name == "何砚"
    grown = store.read(rig.projection)
    rebuild(store)
    assert store.read(rig.projection) == grown
    assert grown["claim"]


def test_it_grows_stale_while_the_holder_does_nothing(store, clock):
    done, other = report(store), report(store)
    claim(store, HE, SCOPE, done.number)
    claim(store, HE, SCOPE, other.number)
    clock.now += STALE_AFTER
    assert store.read(lambda c: stale_claims(c, SCOPE, clock.now)) == frozenset()
    # A step of somebody else is none of the holder's.
    act(store, ZHOU, SCOPE, done.number, "note", {"text": "已电话联系报事人"})
    act(store, HE, SCOPE, other.number, "note", {"text": "已电话联系报事人"})
    clock.now += 1
    assert store.read(lambda c: stale_claims(c, SCOPE, clock.now)) == {done.rid}
    assert shown(store, done.number).is_stale
    assert not shown(store, other.number).is_stale
    nowhere = scope_of(ZHOU, rig.OTHER_GRID)
    assert store.read(lambda c: stale_claims(c, nowhere, clock.now)) == frozenset()


def test_a_claim_is_over_with_the_incident(store):
    done = report(store)
    claim(store, ZHOU, SCOPE, done.number)
    refusal = {"reason": "not_here", "public_reply": "不属本镇"}
    act(store, ZHOU, SCOPE, done.number, "reject", refusal)
    assert (shown(store, done.number), row(store, done.rid).holder) == (None, "")
    refused("claim_not_open", store, HE, SCOPE, done.number)
    undo(store, ZHOU, SCOPE, done.number)
    assert shown(store, done.number).name == "周岚"


def test_a_claim_from_before_a_closing_holds_nobody_off_after_it(store, clock):
    done = report(store)
    claim(store, ZHOU, SCOPE, done.number)
    act(store, ZHOU, SCOPE, done.number, "reject", {"reason": "not_here", "public_reply": "不属"})
    clock.now += 60_000
    write(store, done.number, {"to": "handling"})
    assert (shown(store, done.number), row(store, done.rid).holder) == (None, "")
    mine = QueueFilter(is_mine=True)
    assert list(store.read(lambda c: queue_ids(c, SCOPE, mine, clock.now))) == []
    assert store.read(lambda c: counts(c, SCOPE, clock.now)).mine == 0
    assert store.read(lambda c: stale_claims(c, SCOPE, clock.now + STALE_AFTER)) == frozenset()
    claim(store, HE, SCOPE, done.number)
    assert (shown(store, done.number).name, shown(store, done.number).rivals) == ("何砚", ())
    assert row(store, done.rid).holder == "he"
    assert refused("claim_held", store, ZHOU, SCOPE, done.number)["name"] == "何砚"


def write(store, number, payload):
    """Write an op about an incident, as any station may."""
    id = rig.rows(store, "SELECT id FROM incident WHERE number = ?", number)[0][0]
    store.write(lambda journal: journal.append("source_updated", id, payload, ZHOU))


def test_a_clock_ahead_keeps_nobody_seen_in_time_to_come(store, clock):
    done = report(store)
    claim(store, HE, SCOPE, done.number)
    clock.now += 3_600_000
    act(store, HE, SCOPE, done.number, "note", {"text": "已电话联系报事人"})
    clock.now -= 3_600_000
    assert shown(store, done.number).seen_at == clock.now


def test_a_claim_stands_in_the_way_of_no_undo(store):
    done = report(store)
    act(store, ZHOU, SCOPE, done.number, "note", {"text": "已电话联系报事人"})
    claim(store, HE, SCOPE, done.number)
    undo(store, ZHOU, SCOPE, done.number)
    assert shown(store, done.number).name == "何砚"


def test_mine_and_stuck_are_listed_and_counted(store, clock):
    mine, stuck, sent, plain = (report(store) for _ in range(4))
    claim(store, ZHOU, SCOPE, mine.number)
    claim(store, HE, SCOPE, plain.number)
    act(store, ZHOU, SCOPE, stuck.number, "block", {"text": "等电力公司停电"})
    placed = {"class_code": "GZ01", "area_code": rig.GRID, "not_duplicate": True}
    act(store, ZHOU, SCOPE, sent.number, "accept", placed)
    act(store, ZHOU, SCOPE, sent.number, "dispatch", {"lead": rig.SZS})

    def listed(scope=SCOPE, **wanted):
        now = clock.now
        ids = store.read(lambda c: queue_ids(c, scope, QueueFilter(**wanted), now))
        found = store.read(lambda c: counts(c, scope, now))
        assert {"is_mine": found.mine, "is_stuck": found.stuck}.get(*wanted, len(ids)) == len(ids)
        return set(ids)

    assert listed(is_mine=True) == {mine.rid}
    assert listed(scope_of(HE), is_mine=True) == {plain.rid}
    assert listed(is_stuck=True) == {stuck.rid}
    clock.now += 30 * 86_400_000
    assert listed(is_stuck=True) == {stuck.rid, sent.rid}
    act(store, ZHOU, SCOPE, sent.number, "sign", {"contact": "丁"})
    act(store, ZHOU, SCOPE, stuck.number, "block", {"text": ""})
    assert listed(is_stuck=True) == set()


# between stations


@pytest.fixture
def stations(tmp_path):
    with apart.two(tmp_path) as stores:
        meet(*stores)
        yield stores


def test_of_two_who_took_it_on_apart_the_earlier_has_it_and_the_other_sees_that(stations):
    a, b = stations
    done = report(a)
    meet(a, b)
    a.clock.now += 60_000
    claim(b, HE, SCOPE, done.number)
    claim(a, ZHOU, SCOPE, done.number)
    meet(a, b)
    for store in stations:
        found = shown(store, done.number)
        assert (found.user, [one.name for one in found.rivals]) == ("he", ["周岚"])
    assert a.read(rig.projection) == b.read(rig.projection)
    release_claim(b, HE, SCOPE, done.number)
    meet(a, b)
    assert shown(a, done.number).user == "zhou"


def test_a_claim_may_come_before_its_incident(stations):
    """Announced without it; shown once the incident is there."""
    a, b = stations
    made = b.write(lambda journal: journal.append("claim_taken", "i1", {}, HE))
    assert made.changes.subjects == {"claim"}
    assert made.changes.ids == frozenset()
    values = {"to": "reported", "set": {"number": "N1", "title": "漏水"}}
    a.write(lambda journal: journal.append("incident_reported", "i1", values, ZHOU))
    meet(a, b)
    assert shown(a, "N1").name == shown(b, "N1").name == "何砚"
