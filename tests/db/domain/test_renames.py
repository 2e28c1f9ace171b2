"""Ops written again: told once, and what stood upon the old name stands upon the new one."""

from dataclasses import replace

from db.domain.ops import OpRef, Was
from db.domain.renames import follow_names
from tests.db.domain.test_branches import op, report

DIGEST = "ab" * 32


def again(one, name, digest=DIGEST):
    ref = OpRef(name[0], 1, int(name[1:]))
    return replace(one, ref=ref, was=Was(*one.ref, digest))


def test_nothing_renamed_is_left_as_it_is():
    ops = [report(), op("b1", {}, "a1")]
    assert follow_names(ops) == (ops, frozenset())


def test_a_child_of_the_old_name_stands_upon_the_new_one():
    lost = op("a2", {}, "a1")
    child = op("b1", {}, "a2")
    found, told = follow_names([report(), again(lost, "a9"), child])
    assert told == frozenset()
    assert found[-1].parents == (OpRef("a", 1, 9),)


def test_the_lowest_of_two_is_told():
    lost = op("a2", {}, "a1")
    ops = [report(), again(lost, "a9"), again(lost, "a8"), op("b1", {}, "a9")]
    found, told = follow_names(ops)
    assert told == {OpRef("a", 1, 9)}
    assert found[-1].parents == (OpRef("a", 1, 8),)


def test_the_first_one_come_back_is_told():
    lost = op("a2", {}, "a1")
    ops = [report(), lost, again(lost, "a9"), op("b1", {}, "a9")]
    found, told = follow_names(ops)
    assert told == {OpRef("a", 1, 9)}
    assert found[-1].parents == (OpRef("a", 1, 2),)


def test_another_op_under_the_old_name_is_another_op():
    lost = replace(op("a2", {}, "a1"), at=5)
    ops = [report(), op("a2", {"set": {"title": "x"}}, "a1"), again(lost, "a9")]
    found, told = follow_names(ops)
    assert (len(found), told) == (3, frozenset())


def test_nobody_renames_the_ops_of_others():
    lost = op("a2", {}, "a1")
    stolen = replace(lost, ref=OpRef("b", 1, 1), was=Was("a", 1, 2, DIGEST))
    child = op("c1", {}, "a2")
    found, _ = follow_names([report(), stolen, child])
    assert found[-1].parents == (OpRef("a", 1, 2),)
