"""What stands in dispute follows from what each author had seen; no clock takes part in it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from db.domain.branches import fold_branches
from db.domain.effects import UNDO, read_effect
from db.domain.errors import InputError
from db.domain.ops import Actor, Hlc, Op, OpRef, encode
from tests.model import expect

EXAMPLES = 600
WHO = Actor("u", "一号席", ("duty_officer",))
SAYS = (
    ("source_updated", {"set": {"title": "积水"}}),
    ("source_updated", {"set": {"title": "井盖"}}),
    ("source_updated", {"set": {"title": "塌陷", "urgency": "urgent"}}),
    ("source_updated", {"set": {"urgency": "critical"}}),
    ("conflict_resolved", {"resolves": ["title"], "set": {"title": "井盖"}}),
    ("conflict_resolved", {"resolves": ["news", "state"], "to": "handling"}),
    ("conflict_resolved", {"resolves": ["news"]}),
    ("check_passed", {"to": "closed"}),
    ("incident_dispatched", {"to": "dispatched", "set": {"lead_unit": "a"}}),
    ("incident_dispatched", {"to": "dispatched", "set": {"lead_unit": "b"}}),
    ("assignment_signed", {"units": [{"unit": "a", "state": "signed"}]}),
    ("assignment_signed", {"units": [{"unit": "a", "state": "fed_back", "feedback": "好"}]}),
    ("note_added", {"opinion": "补充"}),
    (UNDO, {"undoes": [], "to": "void"}),
    (UNDO, {"undoes": [], "set": {"title": "积水"}}),
)


@st.composite
def histories(draw):
    """Ops of one incident, each upon a few of those before it; some take others back."""
    ops = []
    for number in range(draw(st.integers(2, 10))):
        kind, says = draw(st.sampled_from(SAYS)) if ops else ("incident_reported", {"set": {}})
        upon = draw(st.sets(st.sampled_from(ops), min_size=1, max_size=2)) if ops else ()
        if len(ops) > 1 and draw(st.integers(0, 3)) == 0:
            taken = [list(draw(st.sampled_from(ops))[0].ref)]
            kind, says = UNDO, {"undoes": taken}
        parents = tuple(sorted(op[0].ref for op in upon))
        op = Op(OpRef(f"s{number}", 1, 1), Hlc(0, 0), 0, WHO, "incident", "i", kind, says, parents)
        ops.append(_Hashable((op,)))
    return [op for (op,) in ops]


class _Hashable(tuple):
    def __hash__(self):
        return hash(self[0].ref)


def shuffled(ops, random):
    """Return the ops in another order in which parents still come first."""
    left, done, out = list(ops), set(), []
    while left:
        ready = [op for op in left if done.issuperset(op.parents)]
        op = random.choice(ready)
        left.remove(op)
        out.append(op)
        done.add(op.ref)
    return out


def believed(ops):
    """Return the ops without those that lie, and what stands upon one of them."""
    held, left = set(), []
    for op in ops:
        if is_refused(op) or held.intersection(op.parents):
            held.add(op.ref)
        else:
            left.append(op)
    return left


def is_refused(op):
    try:
        read_effect(op)
    except InputError as error:
        return error.code == "op_malformed"
    return False


def disputes(ops):
    return {item.field: {tip.ref for tip in item.tips} for item in fold_branches(ops).conflicts}


@settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True)
@given(histories(), st.randoms(use_true_random=False))
def test_every_disagreement_stands_whatever_the_clocks_said(ops, random):
    told = {op.ref: expect.Told(encode(op)) for op in ops}
    assert [op.ref for op in ops if is_refused(op)] == [op.ref for op in ops if told[op.ref].lies]
    ops = believed(ops)
    wanted = expect.Told_Of([told[op.ref] for op in ops]).disputes()
    assert disputes(ops) == wanted
    assert disputes(shuffled(ops, random)) == wanted
