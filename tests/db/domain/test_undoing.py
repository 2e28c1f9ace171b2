"""A decision taken back counts for nothing, unless somebody built upon it not knowing of that."""

from dataclasses import replace
from random import Random

import pytest

from db.domain.branches import NEWS, fold_branches
from db.domain.effects import UNDO, read_effect
from db.domain.errors import InputError, RuleError
from db.domain.ops import Actor, OpRef, Was
from db.domain.renames import follow_names
from db.domain.undoing import (
    UNDO_FOR,
    UNDONE,
    check_is_last,
    last_decision,
    undone_of,
)
from tests.db.domain.test_branches import ACTOR, AT, conflicts, op, report, sent, timer
from tests.model.test_fold_orders import shuffled

OTHER = Actor("he", "何砚", ("supervisor",))
ACCEPT = {
    "to": "accepted",
    "set": {"class_code": "GZ01"},
    "starts": [timer("dispatch")],
    "ends": [["accept", ""]],
    "units": [sent("szs")],
}


def ref(name):
    return OpRef(name[0], 1, int(name[1:]))


def first():
    payload = report().payload | {"starts": [timer("accept")]}
    return replace(report(), payload=payload, kind="incident_reported")


def accept(name="a2", *seen):
    return op(name, ACCEPT, *(seen or ("a1",)), kind="incident_accepted")


def undo(name, target, *seen):
    payload = {"from": "accepted", "undoes": [list(ref(target))]}
    return op(name, payload, *(seen or (target,)), kind=UNDO)


def by(actor, one):
    return replace(one, actor=actor)


def undone(*ops):
    """Return the names of what is taken back, and of the undos without force."""
    found = undone_of(ops, [read_effect(one) for one in ops])
    name = [f"{one.ref.site}{one.ref.seq}" for one in ops]
    return {name[n] for n in found.taken}, {name[n] for n in found.idle}


def folded(*ops):
    return fold_branches(ops).incident


# what it does


def test_the_incident_is_as_if_the_decision_had_not_been():
    before = folded(first())
    after = folded(first(), accept(), undo("a3", "a2"))
    assert replace(after, updated_at=before.updated_at) == before
    assert [item.ended_at for item in after.timers] == [None]
    assert after.updated_at == AT + 3


def test_the_history_keeps_both_lines():
    steps = fold_branches([first(), accept(), undo("a3", "a2"), op("a4", {}, "a3")]).steps
    assert [(one.kind, one.from_state, one.to_state) for one in steps[1:3]] == [
        ("incident_accepted", "reported", "accepted"),
        (UNDO, "accepted", "reported"),
    ]
    assert [one.detail for one in steps[1:3]] == [
        {"undone": True},
        {"undid": "incident_accepted"},
    ]


def test_decisions_are_taken_back_one_after_the_other():
    note = op("a3", {"opinion": "已电话核实"}, "a2")
    ops = first(), accept(), note, undo("a4", "a3"), undo("a5", "a2", "a4")
    assert undone(*ops) == ({"a2", "a3"}, set())
    assert folded(*ops).state == "reported"


def test_what_was_decided_after_the_undo_stands():
    again = op("a4", {"to": "returned"}, "a3")
    ops = first(), accept(), undo("a3", "a2"), again
    assert undone(*ops) == ({"a2"}, set())
    assert folded(*ops).state == "returned"


def test_one_side_of_a_dispute_can_be_taken_back():
    ops = first(), accept("b1", "a1"), op("c1", {"to": "returned"}, "a1"), undo("b2", "b1")
    assert "state" in conflicts(*ops[:3])
    assert conflicts(*ops) == {}
    assert folded(*ops).state == "returned"


def test_news_that_was_taken_back_is_no_news_and_neither_is_a_closing():
    closing = op("b1", {"to": "closed"}, "a1")
    note = op("c1", {"opinion": "又来电"}, "a1")
    assert NEWS in conflicts(first(), closing, note)
    assert conflicts(first(), closing, note, undo("c2", "c1")) == {}
    assert conflicts(first(), closing, note, undo("b2", "b1")) == {}


# without force


def test_who_built_upon_it_unknowing_keeps_it_standing():
    sign = op("b1", {"units": [{"unit": "szs", "state": "signed"}]}, "a2")
    ops = first(), accept(), undo("a3", "a2"), sign
    assert undone(*ops) == (set(), {"a3"})
    folded_all = fold_branches(ops)
    assert folded_all.incident.state == "accepted"
    assert conflicts(*ops) == {UNDONE: (NEWS, [UNDO, "note_added"])}
    assert folded_all.steps[2].detail == {"undid": "incident_accepted", "idle": True}


def test_whoever_looked_at_it_ends_the_dispute_and_the_decision_stands():
    sign = op("b1", {"to": "handling"}, "a2")
    look = op("b2", {"resolves": [UNDONE]}, "a3", "b1", kind="conflict_resolved")
    ops = first(), accept(), undo("a3", "a2"), sign, look
    assert conflicts(*ops) == {}
    assert folded(*ops).state == "handling"
    late = op("c1", {"set": {"title": "塌陷"}}, "a2")
    assert UNDONE in conflicts(*ops, late)


@pytest.mark.parametrize(
    "beside",
    [
        op("b1", {"opinion": "又来电"}, "a2"),
        op("b1", {"fields": ["name"]}, "a2", kind="caller_viewed"),
    ],
    ids=["note", "look"],
)
def test_what_changes_nothing_does_not_keep_it_standing(beside):
    ops = first(), accept(), undo("a3", "a2"), beside
    assert undone(*ops) == ({"a2"}, set())
    assert conflicts(*ops) == {}
    assert len(fold_branches(ops).steps) == 4


def test_what_was_built_upon_it_may_itself_be_taken_back():
    sign = op("b1", {"to": "handling"}, "a2")
    ops = first(), accept(), undo("a3", "a2"), sign, undo("b2", "b1")
    assert undone(*ops) == ({"a2", "b1"}, set())
    assert folded(*ops).state == "reported"


def test_two_stations_take_back_the_same():
    after = op("b2", {"to": "returned"}, "b1")
    ops = first(), accept(), undo("a3", "a2"), undo("b1", "a2"), after
    assert undone(*ops) == ({"a2"}, set())
    assert conflicts(*ops) == {}


@pytest.mark.parametrize(
    "ops",
    [
        (first(), accept(), by(OTHER, undo("a3", "a2"))),
        (first(), undo("a2", "a1")),
        (first(), accept(), undo("a3", "a2"), undo("a4", "a3")),
        (first(), op("a2", {}, "a1", kind="caller_viewed"), undo("a3", "a2")),
        (first(), accept("b1", "a1"), undo("a2", "b1", "a1")),
        (first(), undo("a2", "z9", "a1")),
    ],
    ids=["of another", "of taking in", "of an undo", "of a look", "unseen", "of nothing"],
)
def test_an_undo_that_may_not_be_has_no_force(ops):
    taken, idle = undone(*ops)
    assert f"{ops[-1].ref.site}{ops[-1].ref.seq}" in idle
    # Only what the undo before the last one may take back.
    assert len(taken) == sum(one.kind == UNDO for one in ops) - 1


def test_an_undo_behind_other_work_has_no_force():
    between = op("a3", {"to": "returned"}, "a2")
    ops = first(), accept(), between, undo("a4", "a2", "a3")
    assert undone(*ops) == (set(), {"a4"})
    assert UNDONE in conflicts(*ops)


@pytest.mark.parametrize(
    "word",
    [
        {"to": "void"},
        {"set": {"title": "x"}},
        {"starts": [timer("handle")]},
        {"ends": [["accept", ""]]},
        {"retimes": [timer("accept")]},
        {"units": [sent("szs")]},
        {"resolves": [NEWS]},
    ],
    ids=lambda word: next(iter(word)),
)
def test_no_undo_does_anything_of_its_own(word):
    """It would raise no news beside a closing: an undo is passive."""
    lie = op("a3", {"undoes": [list(ref("a2"))], **word}, "a2", kind=UNDO)
    with pytest.raises(InputError) as caught:
        read_effect(lie)
    assert caught.value.code == "op_malformed"


def test_the_history_believes_no_undo_of_what_it_took_back():
    lie = op(
        "a3",
        {"from": "void", "undid": "incident_voided", "undoes": [list(ref("a2"))]},
        "a2",
        kind=UNDO,
    )
    line = fold_branches([first(), accept(), lie]).steps[-1]
    assert (line.from_state, line.to_state) == ("accepted", "reported")
    assert line.detail == {"undid": "incident_accepted"}


def test_an_undo_of_nothing_claims_to_have_moved_nothing():
    payload = {"from": "void", "undid": "incident_voided", "undoes": [list(ref("z9"))]}
    line = fold_branches([first(), op("a2", payload, "a1", kind=UNDO)]).steps[-1]
    assert (line.from_state, line.to_state, line.detail) == ("reported", "reported", {"idle": True})


@pytest.mark.parametrize("named", ["a2", [["a", 1]], [["a", "1", 2]], [5], 5])
def test_an_undo_that_lies_is_not_believed(named):
    with pytest.raises(InputError) as caught:
        read_effect(op("a3", {"undoes": named}, "a2", kind=UNDO))
    assert caught.value.code == "op_malformed"


def test_any_order_gives_the_same():
    sign = op("b1", {"to": "handling"}, "a2")
    more = op("a5", {"to": "returned"}, "a3"), op("c1", {"opinion": "记"}, "a2", "b1")
    ops = [first(), accept(), undo("a3", "a2"), sign, *more, undo("b2", "b1")]
    whole = fold_branches(ops)
    for number in range(20):
        other = fold_branches(shuffled(ops, Random(number)))
        assert replace(other.incident, timers=()) == replace(whole.incident, timers=())
        assert {one.field for one in other.conflicts} == {one.field for one in whole.conflicts}


def test_an_undo_follows_what_it_names_to_its_new_name():
    lost = accept()
    again = replace(lost, ref=ref("a9"), was=Was(*lost.ref, "ab" * 32))
    ops, _ = follow_names([first(), again, undo("b1", "a2")])
    assert ops[-1].payload["undoes"] == [["a", 1, 9]]
    assert undone(*ops) == ({"a9"}, set())


# whether it may be


def last(*ops, actor=ACTOR, now=AT, wanted=None):
    return last_decision(ops, [read_effect(one) for one in ops], actor, now, "N1", wanted)


def refusal(*ops, **asked):
    with pytest.raises(RuleError) as caught:
        last(*ops, **asked)
    return caught.value


def test_the_last_own_decision_is_offered():
    look = op("a3", {}, "a2", kind="caller_viewed")
    assert last(first(), accept()).ref == ref("a2")
    assert last(first(), accept(), by(OTHER, look)).ref == ref("a2")
    ops = first(), accept(), op("a3", {}, "a2"), undo("a4", "a3")
    assert last(*ops).ref == ref("a2")
    assert last(*ops, wanted=ref("a2")).ref == ref("a2")


def test_what_cannot_be_taken_back_is_refused_with_its_reason():
    note = by(OTHER, op("a3", {"opinion": "又来电"}, "a2"))
    late = refusal(first(), accept(), note)
    assert (late.code, late.params["name"], late.params["kind"]) == (
        "undo_overtaken", "何砚", "note_added",
    )  # fmt: skip
    assert refusal(first(), accept(), actor=OTHER).code == "undo_nothing"
    assert refusal(first()).code == "undo_first"
    assert refusal(first(), accept(), undo("a3", "a2")).code == "undo_first"
    ops = first(), accept(), undo("a3", "a2")
    assert refusal(*ops, wanted=ref("a2")).code == "undo_nothing"
    assert last(first(), accept(), now=AT + 2 + UNDO_FOR).ref == ref("a2")
    assert refusal(first(), accept(), now=AT + 3 + UNDO_FOR).code == "undo_too_late"


def test_what_came_from_elsewhere_counts_too():
    beside = by(OTHER, op("b1", {"opinion": "又来电"}, "a1"))
    assert refusal(first(), accept(), beside).code == "undo_overtaken"
    taken = by(OTHER, undo("b2", "b1"))
    assert last(first(), accept(), beside, taken).ref == ref("a2")


def test_ops_of_one_decision_do_not_stand_in_each_others_way():
    ops = first(), accept(), op("a3", {"set": {"title": "x"}}, "a2")
    effects = [read_effect(one) for one in ops]
    check_is_last(ops, effects, {ref("a2"), ref("a3")}, "N1")
    with pytest.raises(RuleError):
        check_is_last(ops, effects, {ref("a2")}, "N1")
