"""Many incidents, one decision: each wholly or not at all, none keeps the others, all are told."""

import pytest

from db.commands import bulk
from db.commands.bulk import act_many
from db.commands.incidents import Report, act, report_incident
from db.commands.undo import undo_many
from db.domain.errors import EnvironmentError_, GridDeskError, InputError
from db.domain.scope import scope_of
from db.store import projections
from db.store.rebuild import rebuild
from tests.db.store import rig

SCOPE = scope_of(rig.CLERK)
ACCEPT = {"class_code": "GZ01", "area_code": rig.GRID, "not_duplicate": True}


def reports(store, count):
    found = []
    for number in range(count):
        values = {"content": f"楼下下水道堵塞{number}", "address": "枫桥路12号"}
        found.append(report_incident(store, rig.CLERK, Report(values)))
    return found


def do(store, rids, action="accept", values=ACCEPT, **more):
    return act_many(store, rig.CLERK, SCOPE, rids, action, values, **more)


def states(store):
    return [row[0] for row in rig.rows(store, "SELECT state FROM incident ORDER BY rid")]


def test_all_are_done_and_told(store, monkeypatch):
    monkeypatch.setattr(bulk, "SLICE", 2)
    rids = [one.rid for one in reports(store, 5)]
    told = []
    result = do(store, rids, on_progress=lambda *at: told.append(at))
    assert [one.rid for one in result.done] == rids
    assert (result.total, result.refused, result.rest) == (5, (), ())
    assert result.changes.ids == set(rids)
    assert told == [(2, 5), (4, 5), (5, 5)]
    assert states(store) == ["accepted"] * 5


def test_what_is_refused_for_one_keeps_no_other_back(store):
    first, second, third = reports(store, 3)
    act(store, rig.CLERK, SCOPE, second.number, "accept", ACCEPT)
    result = do(store, [first.rid, second.rid, third.rid, 9_999])
    assert [one.number for one in result.done] == [first.number, third.number]
    assert [(one.rid, one.number, one.error.code) for one in result.refused] == [
        (second.rid, second.number, "state_forbids"),
        (9_999, "", "incident_unknown"),
    ]
    assert result.total == 4


def test_what_is_out_of_scope_is_refused(store):
    (one,) = reports(store, 1)
    act(store, rig.CLERK, SCOPE, one.number, "accept", ACCEPT)
    elsewhere = scope_of(rig.CLERK, rig.OTHER_VILLAGE)
    result = act_many(store, rig.CLERK, elsewhere, [one.rid], "note", {"text": "已电话联系"})
    assert [item.error.code for item in result.refused] == ["incident_unknown"]


def test_nothing_is_half_applied_on_one(store, monkeypatch):
    """A merge whose second side fails leaves neither side, and the next one goes on."""
    lead, *rest = reports(store, 4)
    whole = projections.read

    def read(op):
        if op.kind == "duplicate_added" and op.payload["children"][0]["number"] == rest[1].number:
            raise InputError("op_malformed", reason="planted")
        return whole(op)

    monkeypatch.setattr(projections, "read", read)
    result = do(store, [one.rid for one in rest], "merge", {"lead": lead.number})
    assert [one.number for one in result.done] == [rest[0].number, rest[2].number]
    assert [one.number for one in result.refused] == [rest[1].number]
    assert states(store) == ["reported", "merged", "reported", "merged"]
    found = rig.rows(store, "SELECT number FROM child ORDER BY number")
    assert found == [(rest[0].number,), (rest[2].number,)]
    monkeypatch.undo()
    grown = store.read(rig.projection)
    rebuild(store)
    assert store.read(rig.projection) == grown


def test_values_may_be_told_for_each(store):
    rids = [one.rid for one in reports(store, 2)]
    do(store, rids, values=lambda incident: ACCEPT | {"title": f"又 {incident.number[-1]}"})
    assert rig.rows(store, "SELECT title FROM incident ORDER BY rid") == [("又 1",), ("又 2",)]


def test_what_is_done_when_it_is_cancelled_is_done(store, monkeypatch):
    monkeypatch.setattr(bulk, "SLICE", 2)
    rids = [one.rid for one in reports(store, 5)]
    asked = iter([False, True])
    result = do(store, rids, is_cancelled=lambda: next(asked))
    assert (len(result.done), result.refused, result.rest) == (2, (), tuple(rids[2:]))
    assert states(store) == ["accepted"] * 2 + ["reported"] * 3


def test_a_fault_of_the_machine_is_no_refusal(store, monkeypatch):
    from sqlcipher3 import dbapi2  # noqa: TID251 - the error itself

    rids = [one.rid for one in reports(store, 2)]

    def full(_):
        raise dbapi2.OperationalError("database or disk is full")

    monkeypatch.setattr(projections.Rows, "flush", full)
    with pytest.raises(GridDeskError) as caught:
        do(store, rids)
    assert caught.value.code == "disk_full"
    monkeypatch.undo()
    assert states(store) == ["reported"] * 2


def test_what_was_done_before_the_disk_filled_up_is_told(store, monkeypatch):
    monkeypatch.setattr(bulk, "SLICE", 2)
    rids = [one.rid for one in reports(store, 5)]
    write, slices = store.write, iter("ab")

    def filling(work):
        if next(slices, None) is None:
            raise EnvironmentError_("disk_full")
        return write(work)

    monkeypatch.setattr(store, "write", filling)
    result = do(store, rids)
    assert (len(result.done), result.rest, result.error.code) == (4, (rids[4],), "disk_full")
    assert result.changes.ids == set(rids[:4])
    with pytest.raises(EnvironmentError_):
        undo_many(store, rig.CLERK, SCOPE, result.done)
    monkeypatch.undo()
    assert states(store) == ["accepted"] * 4 + ["reported"]
    assert len(undo_many(store, rig.CLERK, SCOPE, result.done).done) == 4


def test_a_decision_on_many_is_taken_back(store):
    first, second, third = reports(store, 3)
    result = do(store, [first.rid, second.rid, third.rid])
    act(store, rig.CLERK, SCOPE, second.number, "note", {"text": "已电话联系报事人"})
    back = undo_many(store, rig.CLERK, SCOPE, result.done)
    # The note is the last step there; it is not what was decided on many.
    assert [(one.number, one.error.code) for one in back.refused] == [
        (second.number, "undo_overtaken")
    ]
    assert {one.number for one in back.done} == {first.number, third.number}
    assert states(store) == ["reported", "accepted", "reported"]


def test_merges_into_one_lead_are_taken_back_the_last_first(store):
    lead, *rest = reports(store, 4)
    result = do(store, [one.rid for one in rest], "merge", {"lead": lead.number})
    back = undo_many(store, rig.CLERK, SCOPE, result.done)
    assert (len(back.done), back.refused) == (3, ())
    assert states(store) == ["reported"] * 4
