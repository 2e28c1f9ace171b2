"""T8, T9: several reports of one matter become one, and several again."""

from dataclasses import replace

import pytest

from db.domain.deadlines import Pause, due_at
from db.domain.rules.base import own_limit
from tests.db.domain.loop import (
    CLERK,
    DIRECTOR,
    LEADER,
    NOW,
    OTHER_CLERK,
    PASSED,
    SUPERVISOR,
    Town,
)


@pytest.fixture
def town():
    town = Town()
    for id in ("a", "b", "c", "d"):
        town.report(id, class_code="GZ01", caller=f"env-{id}")
    return town


def merge(town, child, lead):
    town.wait(minutes=1)
    item = town.do(child, "merge", lead=lead)
    town.check()
    return item


def unmerge(town, id):
    town.wait(minutes=1)
    item = town.do(id, "unmerge")
    town.check()
    return item


def valid(town, id):
    return {one.id for one in town.incidents[id].children if one.valid}


def leads(town):
    return {id: item.merged_into for id, item in town.incidents.items() if item.merged_into}


# T8


@pytest.mark.parametrize("state", ["report", "accepted"])
def test_merging_hangs_it_under_its_lead_and_stops_its_clocks(town, state):
    getattr(town, state)("x", caller="env")
    before = town.incidents["x"]
    item = merge(town, "x", "a")
    assert (item.state, item.merged_into, item.merged_from) == ("merged", "a", before.state)
    assert (item.timers, item.pause.reason, item.due) == (before.timers, "merged", None)
    (child,) = town.incidents["a"].children
    assert (child.id, child.number, child.caller, child.valid) == ("x", "x", "env", 1)
    assert town.ops["a"][-1].kind == "duplicate_added"


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("verifying", None),
        ("returned", None),
        ("handling", None),
        ("paused", None),
        ("checking", None),
        ("closed", "lead_not_open"),
        ("archived", "lead_not_open"),
        ("rejected", "lead_not_open"),
        ("void", "lead_not_open"),
        ("merged", "lead_not_open"),
    ],
)
def test_a_lead_is_still_being_worked_on(town, state, code):
    town.incidents["b"] = replace(town.incidents["b"], state=state)
    if code:
        assert town.refused("a", "merge", lead="b") == code
    else:
        assert town.do("a", "merge", lead="b").state == "merged"


def test_nothing_is_its_own_lead_or_that_of_nobody(town):
    assert town.refused("a", "merge", lead="a") == "merge_with_itself"
    assert town.refused("a", "merge", lead="zz") == "field_incident"


@pytest.mark.parametrize(
    ("child", "lead", "after"),
    [
        (("critical", 0), ("normal", 0), ("critical", 0)),
        (("normal", 2), ("urgent", 1), ("urgent", 2)),
        (("normal", 0), ("critical", 2), ("critical", 2)),
    ],
)
def test_the_lead_takes_over_the_greater_urgency_and_secrecy(town, child, lead, after):
    for id, (urgency, secrecy) in (("a", child), ("b", lead)):
        town.set(id, urgency=urgency, secrecy=secrecy)
    merge(town, "a", "b")
    assert (town.incidents["b"].urgency, town.incidents["b"].secrecy) == after


def test_merging_is_done_once(town):
    merge(town, "a", "b")
    assert town.refused("a", "merge", lead="b") == "state_forbids"
    assert valid(town, "b") == {"a"}


def test_two_children_of_one_lead(town):
    merge(town, "a", "c")
    merge(town, "b", "c")
    assert valid(town, "c") == {"a", "b"}
    assert town.refused("a", "merge", lead="b") == "state_forbids"


def test_there_are_no_chains_of_leads(town):
    """Whatever was merged into what is merged goes along, callers and all."""
    merge(town, "a", "b")
    merge(town, "b", "c")
    assert leads(town) == {"a": "c", "b": "c"}
    assert {one.caller for one in town.incidents["c"].children} == {"env-a", "env-b"}
    merge(town, "c", "d")
    assert leads(town) == dict.fromkeys("abc", "d")
    assert valid(town, "d") == {"a", "b", "c"}
    town.check_branches()


# T9


@pytest.mark.parametrize("state", ["report", "accepted"])
def test_taken_out_again_it_is_as_before_but_for_the_time_between(town, state):
    getattr(town, state)("x", caller="env")
    before = town.incidents["x"]
    town.wait(minutes=5)
    town.do("x", "merge", lead="a")
    out = town.now
    town.wait(minutes=50)
    after = town.do("x", "unmerge")
    stood = [Pause(out, town.now)]
    moved = tuple(
        one
        if one.ended_at is not None
        else replace(one, due_at=due_at(one.start_at, own_limit(one), pauses=stood))
        for one in before.timers
    )
    assert after.timers == moved
    assert moved != before.timers
    assert after == replace(before, timers=moved, pauses=after.pauses, updated_at=after.updated_at)
    assert valid(town, "a") == set()
    town.check()


def test_the_round_trip_may_be_made_again(town):
    for _ in range(3):
        merge(town, "a", "b")
        assert (valid(town, "b"), leads(town)) == ({"a"}, {"a": "b"})
        unmerge(town, "a")
        assert (valid(town, "b"), leads(town)) == (set(), {})
    assert len(town.incidents["b"].children) == 1
    town.check_branches()


def test_what_went_along_comes_back_along(town):
    merge(town, "a", "b")
    merge(town, "b", "c")
    unmerge(town, "b")
    assert leads(town) == {"a": "b"}
    assert (valid(town, "b"), valid(town, "c")) == ({"a"}, set())


def test_what_was_taken_out_alone_does_not_come_back(town):
    merge(town, "a", "b")
    merge(town, "b", "c")
    unmerge(town, "a")
    unmerge(town, "b")
    assert leads(town) == {}
    assert valid(town, "b") == valid(town, "c") == set()


def test_the_middle_of_a_longer_way_back(town):
    for child, lead in ("ab", "bc", "cd"):
        merge(town, child, lead)
    unmerge(town, "b")
    assert leads(town) == {"a": "b", "c": "d"}
    unmerge(town, "c")
    assert leads(town) == {"a": "b"}
    assert (valid(town, "c"), valid(town, "d")) == (set(), set())


# the end


@pytest.fixture
def closed(town):
    town.checking("x")
    merge(town, "a", "x")
    town.do("x", "check_pass", SUPERVISOR, **PASSED)
    return town


def test_a_child_ends_as_its_lead_does_and_its_caller_is_called(closed):
    child = closed.incidents["a"]
    assert (child.state, child.outcome, child.public_reply) == ("merged", "resolved", "已疏通")
    assert child.closed_at == closed.incidents["x"].closed_at
    assert closed.incidents["x"].callback_done == 0, "the lead has no caller, its child has"


def test_a_child_that_was_taken_out_is_told_nothing(town):
    town.checking("x")
    merge(town, "a", "x")
    unmerge(town, "a")
    town.do("x", "check_pass", SUPERVISOR, **PASSED)
    assert town.incidents["a"].outcome == ""
    assert town.incidents["x"].callback_done == 1


@pytest.mark.parametrize("action", ["reject", "verify_result", "force_close"])
def test_every_end_of_a_lead_is_its_childrens(town, action):
    merge(town, "a", "b")
    told = {"public_reply": "现场没有积水"}
    if action == "reject":
        town.do("b", "reject", reason="no_fact", **told)
    elif action == "verify_result":
        town.do("b", "ask_verify", text="看看")
        town.do("b", "verify_result", finding="not_exist", text="看过", **told)
    else:
        town.do(
            "b",
            "ask_force_close",
            LEADER,
            outcome="not_true",
            public_reply="现场没有积水",
            text="会议定",
        )
        town.do("b", "approve", DIRECTOR)
    child = town.incidents["a"]
    assert (child.outcome, child.public_reply) == ("not_true", "现场没有积水")
    assert town.incidents["b"].outcome == "not_true"


def test_after_the_lead_is_closed_two_persons_take_it_out_at_once(closed):
    assert closed.refused("a", "unmerge") == "second_person_needed"
    assert closed.refused("a", "unmerge", second=CLERK) == "second_person_same"
    assert closed.refused("a", "unmerge", second=OTHER_CLERK) == "second_person_forbidden"
    item = closed.do("a", "unmerge", second=LEADER)
    assert (item.state, item.merged_into) == ("reported", "")
    assert closed.ops["a"][-1].payload["second"] == {"user": LEADER.user, "name": LEADER.name}
    closed.check()


def test_after_the_lead_is_closed_it_is_asked_for_and_granted(closed):
    closed.do("a", "ask_unmerge", CLERK, text="不是同一件事")
    assert closed.refused("a", "approve", LEADER, application="void") == "no_application"
    item = closed.do("a", "approve", LEADER)
    assert (item.state, item.merged_into, item.pause) == ("reported", "", None)
    assert (item.outcome, item.public_reply, item.closed_at) == ("", "", None)
    assert valid(closed, "x") == set()
    closed.check()


def test_a_lead_that_was_not_taken_in_is_ended_too(town):
    merge(town, "a", "b")
    town.do("b", "reject", reason="no_fact", public_reply="现场没有积水")
    assert town.refused("a", "unmerge") == "second_person_needed"


def test_a_reopened_lead_takes_its_end_back(closed):
    closed.do("x", "reopen", SUPERVISOR, text="再次堵塞")
    child = closed.incidents["a"]
    assert (child.state, child.outcome, child.closed_at) == ("merged", "", None)
    assert closed.do("a", "unmerge").state == "reported"


def test_a_lead_nobody_here_may_see_keeps_its_children(closed):
    del closed.incidents["x"]
    assert closed.refused("a", "unmerge") == "lead_unknown"
    closed.do("a", "ask_unmerge", OTHER_CLERK, text="不是同一件事")
    assert closed.refused("a", "approve", LEADER) == "lead_unknown"
    assert closed.now > NOW
