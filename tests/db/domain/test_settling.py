"""What goes with a state that a person settles on: clocks, pauses, a lead."""

from dataclasses import replace

import pytest

from db.domain.branches import Conflict, Tip
from db.domain.ops import OpRef
from db.domain.settling import settle
from tests.db.domain.loop import LEADER, PASSED, SUPERVISOR, Town

ONE, OTHER = OpRef("a", 1, 1), OpRef("b", 1, 1)


def settled(town, id, state, other):
    """Settle on one of two states, as if people had moved it apart."""
    tips = (Tip(ONE, town.now, "周岚", state), Tip(OTHER, town.now, "何砚", other))
    facts = replace(town.facts, now=town.now, incidents=town.incidents)
    conflict = Conflict("state", "state", tips)
    payload = settle(town.incidents[id], conflict, state, [ONE, OTHER], LEADER, facts)
    town.fold(id, "conflict_resolved", payload, LEADER)
    return town.incidents[id]


def test_a_state_that_goes_on_ends_every_pause_and_counts_anew():
    """Two paused it apart; its deadlines know of both."""
    town = Town()
    before = town.paused().running[0]
    town.wait(days=1)
    town.fold("i1", "application_approved", {"pauses": [{"from_at": town.now}]}, LEADER)
    town.wait(days=1)
    item = settled(town, "i1", "handling", "paused")
    assert (item.state, item.pause) == ("handling", None)
    assert item.running[0].due_at > before.due_at
    town.check()


@pytest.mark.parametrize("state", ["paused", "returned", "merged"])
def test_a_state_that_stands_keeps_its_pause_and_its_clocks(state):
    town = Town()
    if state == "paused":
        town.paused()
    else:
        town.report()
        town.report("lead")
        values = {"lead": "lead"} if state == "merged" else {"reason": "other", "text": "缺照片"}
        town.do("i1", "merge" if state == "merged" else "return", **values)
    before = town.incidents["i1"]
    item = settled(town, "i1", state, "accepted")
    assert (item.pause, item.running) == (before.pause, before.running)


@pytest.mark.parametrize("state", ["void", "rejected", "archived"])
def test_a_state_that_is_over_leaves_no_clock(state):
    town = Town()
    town.paused()
    item = settled(town, "i1", state, "paused")
    assert (item.running, item.pause) == ((), None)


def test_what_is_not_merged_after_all_has_no_lead_and_hears_nothing_of_it():
    town = Town()
    town.checking("lead")
    town.report("i1")
    town.do("i1", "merge", lead="lead")
    item = settled(town, "i1", "reported", "merged")
    assert (item.merged_into, item.pause) == ("", None)
    town.do("lead", "check_pass", SUPERVISOR, **PASSED)
    assert (town.incidents["i1"].outcome, town.incidents["i1"].closed_at) == ("", None)
