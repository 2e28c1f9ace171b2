"""Who had seen what follows from parents alone."""

import pytest

from db.domain.past import Past
from tests.db.domain.test_branches import op, report

OPS = [
    report(),
    op("a2", {}, "a1"),
    op("b1", {}, "a1"),
    op("a3", {}, "a2", "b1"),
    op("c1", {}, "z9"),
]


@pytest.fixture
def past():
    return Past(OPS)


def test_an_op_has_seen_what_its_parents_had_seen(past):
    assert [bin(past.of(number)) for number in range(5)] == ["0b0", "0b1", "0b1", "0b111", "0b0"]
    assert past.has(3, 0)
    assert past.has(3, 2)
    assert not past.has(0, 3)


def test_no_op_has_seen_itself(past):
    assert not any(past.has(number, number) for number in range(len(OPS)))


def test_apart_are_two_of_which_neither_saw_the_other(past):
    apart = {(one, other) for one in range(5) for other in range(5) if past.are_apart(one, other)}
    assert apart == {(1, 2), (2, 1), *((4, n) for n in range(4)), *((n, 4) for n in range(4))}


def test_a_parent_that_is_not_here_was_not_seen(past):
    assert past.of(4) == 0
