"""What two stations do apart by the rules, and what becomes of it when they meet."""

import copy

import pytest

from db.domain.branches import fold_branches, place_of
from db.domain.deadlines import due_at
from db.domain.effects import UNDO, read_effect
from db.domain.errors import RuleError
from db.domain.ops import SYSTEM, Hlc, Op, OpRef
from db.domain.rules.base import own_limit, pauses_of
from db.domain.settling import settle
from db.domain.undoing import UNDONE, last_decision, undoing
from db.store.projections import causal_order
from tests.db.domain.loop import (
    ANSWER,
    CGZD,
    CLERK,
    DIRECTOR,
    LEADER,
    LIAISONS,
    OTHER_CLERK,
    SUPERVISOR,
    SZS,
    Town,
)

PAUSE = {"reason": "weather", "until": "2026-12-01", "text": "连日大雨"}


class Station(Town):
    """A town whose ops say what their author had seen, and that can be away from another."""

    site = "s"

    def fold(self, id, kind, payload, actor):
        self.count += 1
        ops = self.ops.setdefault(id, [])
        seen = {parent for op in ops for parent in op.parents}
        parents = tuple(sorted(op.ref for op in ops if op.ref not in seen))
        ref, hlc = OpRef(self.site, 1, self.count), Hlc(self.now, self.count)
        ops.append(Op(ref, hlc, self.now, actor, "incident", id, kind, payload, parents))
        self.refold(id)

    def refold(self, id):
        self.incidents[id] = fold_branches(causal_order(self.ops[id])).incident

    def disputes(self, id="i1"):
        return fold_branches(causal_order(self.ops[id])).conflicts

    def away(self):
        other = copy.deepcopy(self)
        other.facts, other.site = self.facts, "t"
        return other

    def meet(self, other):
        """Take what the other has done; both then know the same."""
        for id, ops in other.ops.items():
            known = {op.ref: op for op in (*self.ops.get(id, ()), *ops)}
            self.ops[id] = causal_order(list(known.values()))
            self.refold(id)
        for id in self.ops:
            other.ops[id] = list(self.ops[id])
            other.refold(id)
            assert other.incidents[id] == self.incidents[id]
        self.now = other.now = max(self.now, other.now) + 1

    def settle(self, field, value, id="i1"):
        (found,) = [item for item in self.disputes(id) if item.field == field]
        facts = self.facts.__class__(
            self.facts.policy, self.now, self.facts.units, self.facts.areas,
            incidents=self.incidents,
        )  # fmt: skip
        seen = [tip.ref for tip in found.tips]
        payload = settle(self.incidents[id], found, value, seen, CLERK, facts)
        self.fold(id, "conflict_resolved", payload, CLERK)
        return self.incidents[id]

    def take_back(self, actor, id="i1"):
        ops = causal_order(self.ops[id])
        last = last_decision(ops, [read_effect(op) for op in ops], actor, self.now, id)
        state = self.incidents[id].state
        self.fold(id, UNDO, undoing(state, [last.ref]), actor)
        return self.incidents[id]

    def mended(self, id="i1"):
        item = self.do(id, "mend", SYSTEM)
        assert self.refused(id, "mend", SYSTEM) in {"nothing_astray", "state_forbids"}
        return item


@pytest.fixture
def here():
    return Station()


def stages(item):
    return {timer.stage for timer in item.running}


def test_the_last_two_answers_given_apart_are_checked(here):
    here.handling(co=(CGZD,))
    there = here.away()
    here.do("i1", "feedback", LIAISONS[SZS], **ANSWER)
    there.do("i1", "feedback", LIAISONS[CGZD], **ANSWER)
    here.meet(there)
    assert (here.incidents["i1"].state, here.disputes()) == ("handling", [])
    item = here.mended()
    assert (item.state, stages(item)) == ("checking", {"check"})


def test_what_both_stations_mend_is_mended_once(here):
    here.handling(co=(CGZD,))
    there = here.away()
    here.do("i1", "feedback", LIAISONS[SZS], **ANSWER)
    there.do("i1", "feedback", LIAISONS[CGZD], **ANSWER)
    here.meet(there)
    here.mended()
    there.mended()
    here.meet(there)
    assert (here.incidents["i1"].state, here.disputes()) == ("checking", [])


def test_work_that_goes_on_after_a_closing_was_settled_is_sent_anew(here):
    here.handling()
    there = here.away()
    asked = {"outcome": "explained", "public_reply": "已答复", "text": "已经搬走，无需处置"}
    here.do("i1", "ask_force_close", LEADER, **asked)
    here.do("i1", "approve", DIRECTOR)
    there.do("i1", "feedback", LIAISONS[SZS], **ANSWER)
    there.do("i1", "check_fail", SUPERVISOR, text="仍有积水")
    here.meet(there)
    item = here.settle("state", "handling")
    assert not [one for one in item.running if one.stage != "handle"]
    # By order the unit was withdrawn, by the check it works again: one of the two stands.
    (state,) = [one.field for one in here.disputes() if one.field.endswith("state")]
    withdrawn = here.settle(state, "withdrawn")
    assert withdrawn.state == "handling"
    item = here.mended()
    assert (item.state, item.lead_unit, stages(item)) == ("accepted", "", {"dispatch"})


def test_an_extension_granted_beside_a_pause_keeps_its_limit(here):
    here.handling(class_code="GZ01")
    here.do("i1", "ask_extend", LIAISONS[SZS], amount=3, text="等配件")
    there = here.away()
    here.do("i1", "approve", LEADER)
    there.do("i1", "ask_pause", LIAISONS[SZS], **PAUSE)
    there.wait(hours=1)
    there.do("i1", "approve", LEADER, application="pause")
    there.wait(days=3)
    there.do("i1", "resume", LIAISONS[SZS])
    here.meet(there)
    (clock,) = [item for item in here.incidents["i1"].running if item.stage == "handle"]
    assert (clock.limit_unit, clock.amount) == ("work_day", 8)
    assert not [item for item in here.disputes() if item.field.startswith("clocks")]


def test_two_limits_given_apart_are_settled_and_the_deadline_follows(here):
    here.handling(class_code="GZ01")
    there = here.away()
    here.do("i1", "reclass", LEADER, class_code="ZF02")
    there.do("i1", "reclass", LEADER, class_code="ZF05")
    here.meet(there)
    fields = {item.field for item in here.disputes()}
    (field,) = [name for name in fields if place_of(name).word == "clocks"]
    assert fields == {"class_code", field}
    item = here.settle(field, "work_hour 240")
    (clock,) = [one for one in item.running if one.stage == "handle"]
    assert (clock.limit_unit, clock.amount) == ("work_hour", 240)
    assert clock.due_at == due_at(clock.start_at, own_limit(clock), pauses=pauses_of(item))


def test_two_that_were_merged_into_each_other_are_one_again(here):
    here.report("i1")
    here.report("i2")
    there = here.away()
    here.do("i1", "merge", lead="i2")
    there.do("i2", "merge", OTHER_CLERK, lead="i1")
    here.meet(there)
    assert {here.incidents[id].state for id in ("i1", "i2")} == {"merged"}
    assert here.refused("i2", "mend", SYSTEM) == "nothing_astray"
    assert here.mended("i1").state == "reported"
    assert [item.valid for item in here.incidents["i2"].children] == [0]
    assert here.incidents["i2"].merged_into == "i1"
    assert [item.id for item in here.incidents["i1"].children if item.valid] == ["i2"]


def test_a_chain_of_leads_ends_at_the_last(here):
    for id in ("i1", "i2", "i3"):
        here.report(id)
    there = here.away()
    here.do("i1", "merge", lead="i2")
    there.do("i2", "merge", OTHER_CLERK, lead="i3")
    here.meet(there)
    item = here.mended("i1")
    assert (item.state, item.merged_into) == ("merged", "i3")
    assert sorted(one.id for one in here.incidents["i3"].children if one.valid) == ["i1", "i2"]


def test_what_was_approved_cannot_be_settled_as_declined(here):
    here.handling()
    here.do("i1", "ask_pause", LIAISONS[SZS], **PAUSE)
    there = here.away()
    here.do("i1", "approve", LEADER)
    there.do("i1", "decline", LEADER, opinion="不同意")
    here.meet(there)
    (found,) = [item for item in here.disputes() if item.field.startswith("asks")]
    with pytest.raises(RuleError) as caught:
        here.settle(found.field, "rejected")
    assert caught.value.code == "granted_already"
    item = here.settle(found.field, "approved")
    assert (item.state, item.applications[0].state) == ("paused", "approved")


def test_nothing_becomes_readable_because_two_spoke_apart(here):
    here.report("i1")
    there = here.away()
    here.set("i1", secrecy=2)
    there.set("i1", secrecy=1)
    here.meet(there)
    assert here.incidents["i1"].secrecy == 2


def test_of_two_pauses_the_longer_lasts(here):
    here.handling()
    here.do("i1", "ask_pause", LIAISONS[SZS], **PAUSE)
    there = here.away()
    there.wait(minutes=5)
    there.do("i1", "withdraw", LIAISONS[SZS], application="pause")
    there.do("i1", "ask_pause", LIAISONS[SZS], **{**PAUSE, "until": "2026-12-10"})
    there.do("i1", "approve", LEADER)
    here.do("i1", "approve", LEADER)
    here.meet(there)
    last = max(item.until_at for item in here.incidents["i1"].pauses)
    assert here.incidents["i1"].pause.until_at == last


def test_an_answer_taken_back_beside_the_others_answer_is_still_owed(here):
    here.handling(co=(CGZD,))
    here.do("i1", "feedback", LIAISONS[SZS], **ANSWER)
    there = here.away()
    there.do("i1", "feedback", LIAISONS[CGZD], **ANSWER)
    here.take_back(LIAISONS[SZS])
    here.meet(there)
    # The last answer there was given because this one stood: it cannot be taken back any more.
    assert (here.incidents["i1"].state, [one.field for one in here.disputes()]) == (
        "checking", [UNDONE],
    )  # fmt: skip
    item = here.settle(UNDONE, None)
    assert (item.state, item.conflicts, stages(item)) == ("checking", 0, {"check"})
    assert here.refused("i1", "mend", SYSTEM) == "state_forbids"


def test_answers_taken_back_before_the_other_was_known_leave_nothing_astray(here):
    here.handling(co=(CGZD,))
    there = here.away()
    here.do("i1", "feedback", LIAISONS[SZS], **ANSWER)
    here.take_back(LIAISONS[SZS])
    there.do("i1", "feedback", LIAISONS[CGZD], **ANSWER)
    here.meet(there)
    assert (here.incidents["i1"].state, here.disputes()) == ("handling", [])
    assert here.refused("i1", "mend", SYSTEM) == "nothing_astray"
    item = here.do("i1", "feedback", LIAISONS[SZS], **ANSWER)
    assert (item.state, stages(item)) == ("checking", {"check"})


def test_a_clock_that_an_undo_set_going_again_is_not_stopped_by_who_knew_it_stopped(here):
    here.checking()
    before = here.incidents["i1"]
    here.do("i1", "check_fail", SUPERVISOR, text="仍有积水")
    there = here.away()
    item = here.take_back(SUPERVISOR)
    assert (item.state, item.timers) == (before.state, before.timers)
    there.do("i1", "note", text="现场已拍照")
    here.meet(there)
    assert here.incidents["i1"].timers == before.timers
