"""Who holds an incident: one answer at every station, and nobody loses it unawares."""

import itertools

import pytest

from db.domain.claims import Claim, Claims, fold_claims, read_claim, release, take
from db.domain.errors import InputError, RuleError
from db.domain.ops import Actor, Hlc, Op, OpRef
from db.store.projections import causal_order

A = Actor("zhou", "周岚", ("duty_officer",))
B = Actor("he", "何砚", ("supervisor",))
C = Actor("shen", "沈砚", ("shift_leader",))


def op(name, actor, *seen, over=None, kind="claim_taken", at=0):
    site, seq = name[0], int(name[1:])
    parents = tuple(OpRef(one[0], 1, int(one[1:])) for one in seen)
    payload = {} if over is None else {"over": over}
    at = at or seq
    return Op(OpRef(site, 1, seq), Hlc(at, 0), at, actor, "claim", "i1", kind, payload, parents)


def let_go(name, actor, *seen):
    return op(name, actor, *seen, kind="claim_released")


def who(*ops):
    """Return the holder's key and those of rivals; the same in every order of arrival."""
    found = {repr(fold_claims(causal_order(list(order)))) for order in itertools.permutations(ops)}
    assert len(found) == 1
    holder, rivals = fold_claims(causal_order(list(ops)))
    return holder.user if holder else "", [one.user for one in rivals]


def test_a_claim_is_held_until_it_is_let_go():
    assert who(op("a1", A)) == ("zhou", [])
    assert who(op("a1", A), let_go("a2", A, "a1")) == ("", [])
    assert who(op("a1", A), let_go("a2", A, "a1"), op("b1", B, "a2")) == ("he", [])


def test_it_is_taken_over_by_naming_who_had_it():
    assert who(op("a1", A), op("b5", B, "a1", over="zhou")) == ("he", [])
    # Without that the first one keeps it, whatever another program writes.
    assert who(op("a1", A), op("b5", B, "a1")) == ("zhou", ["he"])
    assert who(op("a1", A), let_go("b5", B, "a1")) == ("zhou", [])


def test_of_two_taken_apart_the_earlier_stamp_holds():
    apart = op("a1", A, at=20), op("b1", B, at=10)
    assert who(*apart) == ("he", ["zhou"])
    assert fold_claims(apart).rivals == (Claim("zhou", "周岚", 20),)
    assert who(op("a1", A, at=10), op("b1", B, at=10)) == ("zhou", ["he"])


def test_the_rival_has_it_once_the_holder_lets_go():
    apart = op("a1", A, at=20), op("b1", B, at=10)
    assert who(*apart, let_go("b2", B, "a1", "b1")) == ("zhou", [])
    assert who(*apart, let_go("a2", A, "a1", "b1")) == ("he", [])


def test_taking_over_ends_all_that_was_seen_and_nothing_else():
    apart = op("a1", A, at=20), op("b1", B, at=10)
    assert who(*apart, op("c9", C, "a1", "b1", over="he")) == ("shen", [])
    assert who(*apart, op("c9", C, "b1", over="he", at=30)) == ("zhou", ["shen"])


def test_two_take_over_apart():
    ops = op("a1", A), op("b5", B, "a1", over="zhou"), op("c6", C, "a1", over="zhou")
    assert who(*ops) == ("he", ["shen"])


def test_a_claim_that_lies_is_not_believed():
    with pytest.raises(InputError):
        read_claim(op("a1", A, over=5))


def refused(work, *given, **more):
    with pytest.raises(RuleError) as caught:
        work(*given, **more)
    return caught.value


def test_who_may_take_and_let_go():
    nobody, held = Claims(None), Claims(Claim("zhou", "周岚", 7), (Claim("shen", "沈砚", 9),))
    assert take(nobody, B, "", is_open=True) == {}
    assert take(held, B, "zhou", is_open=True) == {"over": "zhou"}
    refusal = refused(take, held, B, "", is_open=True)
    assert (refusal.code, refusal.params) == ("claim_held", {"name": "周岚", "since": 7})
    # Somebody else has it by now than the one it was to be taken over from.
    assert refused(take, held, B, "shen", is_open=True).code == "claim_held"
    assert refused(take, held, A, "", is_open=True).code == "claim_yours"
    assert refused(take, nobody, A, "", is_open=False).code == "claim_not_open"
    clerk = Actor("l", "联", ("unit_liaison",))
    assert refused(take, nobody, clerk, "", is_open=True).code == "role_forbids"
    assert release(held, A) == release(held, C) == {}
    assert refused(release, held, B).code == "claim_none"
