"""Taking back: whose, until when, what goes along; and what becomes of it between stations."""

import pytest

from db.commands.exports import record_print
from db.commands.incidents import Report, act, report_incident, view_caller
from db.commands.undo import undo
from db.domain.errors import RuleError
from db.domain.incidents import CLOSED_FOREVER
from db.domain.ops import decode
from db.domain.scope import scope_of
from db.domain.undoing import UNDO_FOR, UNDONE
from db.store.envelopes import Caller
from db.store.queries.incidents import incident_by_number
from db.store.queries.sheets import daily_sheet
from db.store.queries.undo import undo_offer
from db.store.rebuild import rebuild
from db.store.verify import verify
from tests.db.commands import apart
from tests.db.commands.apart import ALL, LEADER, disputes, do, meet, settle, value
from tests.db.store import rig

CLERK_SCOPE = scope_of(rig.CLERK)
PLACED = apart.PLACED | {"not_duplicate": True}


def report(store, caller=""):
    given = Report(
        {"content": "河边路路灯不亮，已三晚", "address": "河边路 8 号"}, Caller(caller, "")
    )
    return report_incident(store, LEADER, given).number


def take_back(store, number, actor=LEADER, **asked):
    return undo(store, actor, scope_of(actor), number, **asked)


def refused(store, code, number, actor=LEADER, **asked):
    before = rig.count_ops(store)
    with pytest.raises(RuleError) as caught:
        take_back(store, number, actor, **asked)
    assert caught.value.code == code
    assert rig.count_ops(store) == before
    found = store.read(lambda c: undo_offer(c, actor, scope_of(actor), number, store.clock()))
    if not asked:
        assert found.refusal.code == code
    return caught.value.params


def steps(store, number):
    return [
        (row[0], row[1] or "")
        for row in rig.rows(
            store,
            "SELECT kind, detail FROM step WHERE incident ="
            " (SELECT rid FROM incident WHERE number = ?) ORDER BY n",
            number,
        )
    ]


def test_a_decision_is_taken_back_and_may_be_made_anew(store):
    number = report(store)
    do(store, number, "accept", **PLACED)
    offer = store.read(lambda c: undo_offer(c, LEADER, ALL, number, store.clock()))
    assert (offer.kind, offer.at, offer.refusal) == ("incident_accepted", rig.NOW, None)
    done = take_back(store, number)
    assert (done.state, done.number) == ("reported", number)
    assert done.changes.subjects == {"incident"}
    assert value(store, number, "class_code") == ""
    assert do(store, number, "accept", **PLACED).state == "accepted"
    assert [kind for kind, _ in steps(store, number)] == [
        "incident_reported",
        "incident_accepted",
        "decision_undone",
        "incident_accepted",
    ]
    grown = store.read(rig.projection)
    rebuild(store)
    assert store.read(rig.projection) == grown
    assert store.read(verify).is_ok


def test_nothing_is_deleted(store):
    number = report(store)
    done = do(store, number, "accept", **PLACED)
    bodies = rig.rows(store, "SELECT body FROM op ORDER BY recv")
    take_back(store, number)
    after = rig.rows(store, "SELECT body FROM op ORDER BY recv")
    assert after[:-1] == bodies
    assert decode(after[-1][0]).payload == {
        "from": "accepted",
        "undoes": [list(done.ref)],
    }


def test_only_the_last_one_and_only_ones_own(store, clock):
    number = report(store)
    first = do(store, number, "accept", **PLACED)
    refused(store, "undo_nothing", number, rig.SUPERVISOR)
    do(store, number, "dispatch", lead=rig.SZS)
    assert refused(store, "undo_overtaken", number, ref=first.ref)["kind"] == "incident_dispatched"
    act(store, rig.CLERK, CLERK_SCOPE, number, "note", {"text": "单位已经出发"})
    told = refused(store, "undo_overtaken", number)
    assert told == {"name": "周岚", "kind": "note_added", "value": number}
    take_back(store, number, rig.CLERK)
    clock.now += UNDO_FOR + 1
    assert refused(store, "undo_too_late", number) == {"minutes": 10}
    clock.now -= 1
    assert take_back(store, number).state == "accepted"
    assert take_back(store, number, ref=first.ref).state == "reported"
    refused(store, "undo_first", number)


def test_what_cannot_be_seen_cannot_be_taken_back(store):
    number = report(store)
    do(store, number, "accept", **PLACED)
    elsewhere = scope_of(LEADER, rig.OTHER_VILLAGE)
    with pytest.raises(RuleError) as caught:
        undo(store, LEADER, elsewhere, number)
    assert caught.value.code == "incident_unknown"
    assert store.read(lambda c: undo_offer(c, LEADER, elsewhere, number, rig.NOW)) is None


def test_a_look_at_the_caller_is_in_nobodys_way(store):
    number = report(store, rig.NAME)
    do(store, number, "accept", **PLACED)
    view_caller(store, rig.CLERK, CLERK_SCOPE, number, "回拨")
    assert take_back(store, number).state == "reported"
    refused(store, "undo_nothing", number, rig.CLERK)


def test_what_is_on_paper_was_said(store):
    number, other = report(store), report(store)
    record_print(store, rig.CLERK, "slip", number, "ab" * 32, 1)
    do(store, number, "accept", **PLACED)
    record_print(store, rig.CLERK, "slip", other, "ab" * 32, 1)
    assert take_back(store, number).state == "reported"
    do(store, number, "accept", **PLACED)
    record_print(store, rig.CLERK, "slip", number, "ab" * 32, 1)
    assert refused(store, "undo_printed", number) == {"value": number}


def merged(store):
    lead, child = report(store), report(store)
    do(store, child, "merge", lead=lead)
    return lead, child


def children(store, number):
    detail = store.read(lambda c: incident_by_number(c, ALL, number, rig.NOW))
    return [item.number for item in detail.incident.children if item.valid]


def test_a_merge_is_taken_back_on_both_sides(store):
    lead, child = merged(store)
    assert children(store, lead) == [child]
    assert refused(store, "undo_along", lead) == {"value": child}
    done = take_back(store, child)
    assert done.state == "reported"
    assert children(store, lead) == []
    assert len(done.changes.ids) == 2
    assert [kind for kind, _ in steps(store, lead)][-1] == "decision_undone"


def test_a_merge_whose_lead_went_on_stands(store):
    lead, child = merged(store)
    do(store, lead, "accept", **PLACED)
    told = refused(store, "undo_overtaken", child)
    assert (told["value"], told["kind"]) == (lead, "incident_accepted")
    take_back(store, lead)
    assert take_back(store, child).state == "reported"


def test_an_incident_that_was_over_is_open_again(store):
    number = report(store)
    do(store, number, "reject", reason="not_here", public_reply="不属本镇")
    assert value(store, number, "state") in CLOSED_FOREVER
    take_back(store, number)
    assert value(store, number, "is_open") == 1
    assert value(store, number, "outcome") == ""


def test_what_was_taken_back_is_not_counted(store):
    number = report(store)
    do(store, number, "accept", **PLACED)
    take_back(store, number)
    sheet = store.read(lambda c: daily_sheet(c, ALL, rig.NOW - rig.NOW % 86_400_000, "x", rig.NOW))
    assert sheet.accepted == 0


# between stations


@pytest.fixture
def stations(tmp_path):
    with apart.two(tmp_path) as stores:
        meet(*stores)
        yield stores


def accepted(a, b):
    number = report(a)
    do(a, number, "accept", **PLACED)
    meet(a, b)
    return number


def same(a, b):
    meet(a, b)
    shown = a.read(rig.projection)
    assert b.read(rig.projection) == shown
    for store in (a, b):
        rebuild(store)
        assert store.read(rig.projection) == shown


def test_an_undo_travels(stations):
    a, b = stations
    number = accepted(a, b)
    take_back(a, number)
    same(a, b)
    assert value(b, number, "state") == "reported"
    assert do(b, number, "accept", **PLACED).state == "accepted"
    same(a, b)
    assert value(a, number, "state") == "accepted"


def test_work_done_elsewhere_upon_it_stands_and_is_shown(stations):
    a, b = stations
    number = accepted(a, b)
    take_back(a, number)
    do(b, number, "dispatch", lead=rig.SZS)
    same(a, b)
    for store in stations:
        assert value(store, number, "state") == "dispatched"
        assert value(store, number, "conflicts") == 1
        (item,) = disputes(store, number).values()
        assert (item.field, item.kind) == (UNDONE, "news")
        said = {side.value for side in item.sides}
        assert said == {"decision_undone", "incident_dispatched"}
        detail = store.read(lambda c: incident_by_number(c, ALL, number, rig.NOW))
        assert not detail.has_news
    settle(b, number, UNDONE, None)
    same(a, b)
    assert (value(a, number, "conflicts"), value(a, number, "state")) == (0, "dispatched")


def test_a_note_from_elsewhere_leaves_an_undo_its_force(stations):
    a, b = stations
    number = accepted(a, b)
    take_back(a, number)
    do(b, number, "note", text="报事人又来电催问")
    same(a, b)
    assert (value(a, number, "state"), value(b, number, "conflicts")) == ("reported", 0)


def test_what_went_on_after_an_undo_without_force_is_in_dispute(stations):
    a, b = stations
    number = accepted(a, b)
    take_back(a, number)
    do(a, number, "return", reason="no_place", text="请写明在哪一段")
    do(b, number, "dispatch", lead=rig.SZS)
    same(a, b)
    assert set(disputes(a, number)) == {UNDONE, "state"}


@pytest.mark.parametrize("kept", ["lead", "child"])
def test_a_merge_taken_back_on_one_side_only_is_put_right_by_whoever_looks(stations, kept):
    a, b = stations
    lead, child = merged(a)
    meet(a, b)
    take_back(a, child)
    if kept == "lead":
        do(b, lead, "accept", **PLACED)
    else:
        do(b, child, "ask_unmerge", text="不是一件事")
    same(a, b)
    number = lead if kept == "lead" else child
    assert (value(a, child, "state") == "merged") == (kept == "child")
    assert (children(a, lead) == [child]) == (kept == "lead")
    settle(a, number, UNDONE, None)
    same(a, b)
    assert (value(b, child, "state") == "merged") == (children(b, lead) == [child])
    assert not disputes(b, number)


def test_both_stations_take_back_the_same(stations):
    a, b = stations
    number = accepted(a, b)
    take_back(a, number)
    take_back(b, number)
    do(b, number, "return", reason="no_place", text="请写明在哪一段")
    same(a, b)
    assert (value(a, number, "state"), disputes(a, number)) == ("returned", {})


def test_a_settlement_can_be_taken_back_and_the_dispute_is_there_again(stations):
    a, b = stations
    number = report(a)
    meet(a, b)
    do(a, number, "return", reason="no_place", text="请写明在哪一段")
    do(b, number, "accept", **PLACED)
    meet(a, b)
    said = set(disputes(a, number))
    assert "state" in said
    settle(a, number, "state", "accepted")
    assert "state" not in disputes(a, number)
    take_back(a, number)
    assert set(disputes(a, number)) == said
    same(a, b)
