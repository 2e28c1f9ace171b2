"""What becomes of two who did not know of each other: nobody wins silently, nothing is hidden."""

import itertools

import pytest

from db.domain.branches import (
    CLOSINGS,
    FOLLOWS,
    NEWS,
    REGISTERS,
    ROW_REGISTERS,
    fold_branches,
    part_field,
    place_of,
)
from db.domain.fold import fold
from db.domain.incidents import SETTABLE, STATES
from db.domain.ops import Actor, Hlc, Op, OpRef

AT = 1_795_415_520_000
ACTOR = Actor("zhou", "周岚", ("duty_officer",))


def op(name, payload, *seen, kind="note_added"):
    site, seq = name[0], int(name[1:])
    parents = tuple(OpRef(one[0], 1, int(one[1:])) for one in seen)
    at = AT + seq
    return Op(OpRef(site, 1, seq), Hlc(at, 0), at, ACTOR, "incident", "i1", kind, payload, parents)


def report(**changed):
    return op("a1", {"to": "reported", "set": {"title": "漏水", **changed}})


def conflicts(*ops):
    return {
        item.field: (item.kind, [tip.value for tip in item.tips])
        for item in fold_branches(ops).conflicts
    }


def timer(stage, unit="", due=AT + 1000):
    return {"stage": stage, "unit": unit, "limit": ["work_hour", 1], "start": AT, "due": due}


def sent(unit):
    return {"unit": unit, "state": "sent", "sent_at": AT}


# fields


def test_every_settable_field_has_one_class():
    assert REGISTERS | FOLLOWS == SETTABLE
    assert not REGISTERS & FOLLOWS
    assert "state" in ROW_REGISTERS["units"]


def test_a_field_of_a_part_is_taken_apart_again():
    assert place_of(part_field("990101001-szs", "task")) == ("units", "990101001-szs", "task")
    assert place_of(part_field("a:b", "state")) == ("units", "a:b", "state")
    assert place_of("address") == ("", "", "address")


@pytest.mark.parametrize("field", sorted(REGISTERS))
def test_two_values_set_apart_are_both_kept(field):
    values = {"secrecy": (2, 1), "lon_e6": (3, 4), "lat_e6": (3, 4), "level": ("grid", "town"),
              "precision": ("gps", "map")}  # fmt: skip
    one, other = values.get(field, ("urgent", "critical"))
    apart = report(), op("b1", {"set": {field: one}}, "a1"), op("c1", {"set": {field: other}}, "a1")
    found = conflicts(*apart)
    assert found[field][1] == [one, other]
    assert fold_branches(apart).incident.conflicts == 1


@pytest.mark.parametrize("field", sorted(FOLLOWS))
def test_what_follows_a_move_is_the_greatest(field):
    least, most = ("a", "b") if field in {"policy", "merged_from"} else (4, 9)
    one, other = {"set": {field: most}}, {"set": {field: least}}
    folded = fold_branches([report(), op("b1", one, "a1"), op("c1", other, "a1")])
    assert (getattr(folded.incident, field), folded.conflicts) == (most, [])


def test_the_same_value_twice_is_no_conflict():
    both = [op(name, {"set": {"class_code": "GZ01"}}, "a1") for name in ("b1", "c1")]
    assert conflicts(report(), *both) == {}


def test_a_value_replaces_what_its_author_had_seen():
    later = op("b1", {"set": {"title": "停水"}}, "a1"), op("c1", {"set": {"title": "断水"}}, "b1")
    assert conflicts(report(), *later) == {}
    assert fold_branches([report(), *later]).incident.title == "断水"


def test_one_that_saw_only_one_side_does_not_settle_it():
    b, c = (op(name, {"set": {"title": name}}, "a1") for name in ("b1", "c1"))
    d = op("b2", {"set": {"title": "d"}}, "b1")
    assert conflicts(report(), b, c, d)["title"][1] == ["c1", "d"]


def test_only_an_op_that_says_so_settles_it():
    b, c = (op(name, {"set": {"title": name}}, "a1") for name in ("b1", "c1"))
    plain = op("a2", {"set": {"title": "x"}}, "b1", "c1")
    assert conflicts(report(), b, c, plain)["title"][1] == ["b1", "c1", "x"]
    assert fold_branches([report(), b, c, plain]).incident.title == "x"
    settles = op("a2", {"set": {"title": "x"}, "resolves": ["title"]}, "b1", "c1")
    assert conflicts(report(), b, c, settles) == {}


def test_settling_needs_to_have_seen_it():
    b, c = (op(name, {"set": {"title": name}}, "a1") for name in ("b1", "c1"))
    half = op("b2", {"set": {"title": "b1"}, "resolves": ["title"]}, "b1")
    assert conflicts(report(), b, c, half)["title"][1] == ["c1", "b1"]


def test_settling_twice_apart_is_a_conflict_again():
    b, c = (op(name, {"set": {"title": name}}, "a1") for name in ("b1", "c1"))
    one = op("b2", {"set": {"title": "x"}, "resolves": ["title"]}, "b1", "c1")
    other = op("c2", {"set": {"title": "y"}, "resolves": ["title"]}, "b1", "c1")
    assert conflicts(report(), b, c, one, other)["title"][1] == ["x", "y"]


# state


@pytest.mark.parametrize("one", STATES)
@pytest.mark.parametrize("other", STATES)
def test_closing_never_hides_open_work(one, other):
    moves = op("b1", {"to": one}, "a1"), op("c1", {"to": other}, "a1")
    folded = fold_branches([report(), *moves])
    shown = folded.incident.state
    assert shown in (one, other)
    if not {one, other} <= CLOSINGS:
        assert shown not in CLOSINGS
    assert [item.field for item in folded.conflicts] == ([] if one == other else ["state"])
    assert folded.incident.is_open or one == other


def test_work_goes_on_while_a_state_is_in_dispute():
    closed, sent_out = op("b1", {"to": "closed"}, "a1"), op("c1", {"to": "dispatched"}, "a1")
    signed = op("c2", {"to": "handling"}, "b1", "c1")
    checked = op("c3", {"to": "checking"}, "c2")
    folded = fold_branches([report(), closed, sent_out, signed, checked])
    assert folded.incident.state == "checking"
    assert [tip.value for tip in folded.conflicts[0].tips][:2] == ["closed", "dispatched"]


def test_two_dispatches_are_both_kept():
    ops = [report()] + [
        op(
            name,
            {
                "to": "dispatched",
                "set": {"lead_unit": unit},
                "units": [sent(unit)],
                "starts": [timer("sign", unit)],
            },
            "a1",
        )
        for name, unit in (("b1", "u1"), ("c1", "u2"))
    ]
    folded = fold_branches(ops)
    assert conflicts(*ops) == {"lead_unit": ("dispatch", ["u1", "u2"])}
    assert {part.unit for part in folded.incident.assignments} == {"u1", "u2"}
    assert {item.unit for item in folded.incident.running} == {"u1", "u2"}


def test_nobody_stops_a_clock_he_did_not_know_of():
    starts = op("a1", {"to": "reported", "starts": [timer("accept")]})
    closes = op("b1", {"to": "closed", "ends": [["accept", ""], ["sign", "u1"]]}, "a1")
    sends = op("c1", {"to": "dispatched", "starts": [timer("sign", "u1")]}, "a1")
    running = fold_branches([starts, closes, sends]).incident.running
    assert [item.stage for item in running] == ["sign"]


# news beside a closing


@pytest.mark.parametrize("kind", ["note_added", "attachment_added", "source_updated"])
def test_what_happens_beside_a_closing_is_shown(kind):
    ops = [report(), op("b1", {"to": "archived"}, "a1"), op("c1", {}, "a1", kind=kind)]
    folded = fold_branches(ops)
    assert [(item.field, item.kind) for item in folded.conflicts] == [(NEWS, NEWS)]
    assert folded.incident.state == "archived"
    assert folded.incident.is_open
    look = op("b2", {"resolves": [NEWS]}, "b1", "c1", kind="conflict_resolved")
    assert conflicts(*ops, look) == {}


def test_looking_at_a_caller_is_no_news():
    ops = [report(), op("b1", {"to": "closed"}, "a1"), op("c1", {}, "a1", kind="caller_viewed")]
    assert conflicts(*ops) == {}


# parts


def test_two_answers_of_one_unit_are_both_kept():
    first = op("a2", {"units": [sent("u1")]}, "a1")
    said = [
        op(name, {"units": [{"unit": "u1", "state": "fed_back", "feedback": name}]}, "a2")
        for name in ("b1", "c1")
    ]
    assert conflicts(report(), first, *said) == {"unit:u1:feedback": ("value", ["b1", "c1"])}


def test_attachments_are_a_union():
    def file(blob):
        return {"file": {"blob": blob * 64, "size": 3, "media": "image/png", "env": "e"}}

    ops = [report()] + [op(f"{name}1", file(name), "a1") for name in "bc"]
    folded = fold_branches(ops)
    assert [item.blob[0] for item in folded.incident.attachments] == ["b", "c"]
    assert folded.conflicts == []


# one way


def test_a_history_without_branches_folds_the_same_both_ways():
    ops = [
        op("a1", {"to": "reported", "set": {"title": "漏水"}, "starts": [timer("accept")]}),
        op("b1", {"to": "accepted", "ends": [["accept", ""]], "starts": [timer("dispatch")]}, "a1"),
        op("b2", {"to": "dispatched", "units": [sent("u1"), sent("u2")]}, "b1"),
        op("a2", {"units": [{"unit": "u2", "state": "signed", "signed_at": AT}]}, "b2"),
        op("a3", {"to": "closed", "set": {"closed_at": AT}, "ends": [["dispatch", ""]]}, "a2"),
    ]
    incident, steps = None, []
    for one in ops:
        incident, step = fold(incident, one)
        steps.append(step)
    folded = fold_branches(ops)
    assert folded.incident == incident
    assert folded.steps == steps
    assert folded.conflicts == []


def test_no_clock_decides():
    """Whoever's clock runs ahead, the same values stand against each other."""
    for first, second in itertools.permutations("bc"):
        apart = [op(f"{name}1", {"set": {"title": name}}, "a1") for name in (first, second)]
        found = fold_branches([report(), *apart]).conflicts
        assert {tip.value for tip in found[0].tips} == {"b", "c"}
