"""T10 to T14, T22, steps and what holds a unit up."""

from dataclasses import replace

import pytest

from db.domain.incidents import Attachment
from db.domain.lists import Responsibility
from tests.db.domain.loop import (
    ANSWER,
    CGZD,
    CLERK,
    HOUR,
    LEADER,
    LIAISONS,
    NOW,
    OTHER_CLERK,
    OTHER_GRID,
    PCS,
    POLICY,
    REFUSAL,
    SZS,
    UNITS,
    Town,
)

LATER = {"text": "现场已经恢复原样并清扫"}


@pytest.fixture
def town():
    return Town()


def part(town, unit):
    (found,) = [item for item in town.incidents["i1"].assignments if item.unit == unit]
    return found


def running(town):
    return {(item.stage, item.unit) for item in town.incidents["i1"].running}


# T10


def test_dispatch_pins_the_limits_of_each_unit(town):
    town.accepted(class_code="ZF02")
    item = town.do("i1", "dispatch", lead=SZS, co=f"{CGZD} {PCS}", task="清理")
    assert (item.state, item.lead_unit) == ("dispatched", SZS)
    assert running(town) == {(stage, unit) for stage in ("sign", "handle") for unit in UNITS}
    assert [(one.unit, one.part) for one in item.assignments] == [
        (SZS, "lead"), (CGZD, "co"), (PCS, "co"),
    ]  # fmt: skip
    for one in item.assignments:
        assert (one.state, one.task, one.sent_at, one.sent_by) == ("sent", "清理", NOW, "zhou")
        assert one.due_at == town.clock("handle", unit=one.unit).due_at
    assert {clock.policy for clock in item.running} == {POLICY.version}
    assert town.clock("dispatch").ended_at == NOW


def test_the_lead_is_no_co_unit_and_nobody_comes_twice(town):
    town.accepted()
    item = town.do("i1", "dispatch", lead=SZS, co=(SZS, CGZD, CGZD))
    assert [one.unit for one in item.assignments] == [SZS, CGZD]


def test_a_new_order_says_nothing_of_the_last_one(town):
    town.dispatched()
    town.do("i1", "refuse", LIAISONS[SZS], **REFUSAL)
    assert part(town, SZS).proposed == CGZD
    town.do("i1", "dispatch", lead=SZS)
    found = part(town, SZS)
    assert (found.state, found.reason, found.proposed, found.feedback) == ("sent", "", "", "")
    assert (found.signed_at, found.signed_by, found.feedback_at) == (None, "", None)


# T11


@pytest.mark.parametrize("state", ["dispatched", "handling"])
def test_one_more_unit(town, state):
    getattr(town, state)()
    item = town.do("i1", "add_unit", unit=CGZD, task="疏导交通")
    assert item.state == state
    assert (part(town, CGZD).part, part(town, CGZD).task) == ("co", "疏导交通")
    assert {("sign", CGZD), ("handle", CGZD)} <= running(town)
    assert town.refused("i1", "add_unit", unit=CGZD) == "unit_has_it"
    assert town.refused("i1", "add_unit", unit=SZS) == "unit_has_it"


def test_a_late_helper_is_due_with_the_lead_and_stays_so(town):
    town.handling()
    lead = town.clock("handle", unit=SZS)
    town.wait(days=2)
    town.do("i1", "add_unit", unit=CGZD)
    assert town.clock("handle", unit=CGZD).due_at == part(town, CGZD).due_at == lead.due_at
    town.ask_pause()
    town.do("i1", "approve", LEADER)
    town.wait(days=1)
    town.do("i1", "resume", LIAISONS[SZS])
    town.check()
    moved = town.clock("handle", unit=SZS).due_at
    assert moved > lead.due_at
    assert town.clock("handle", unit=CGZD).due_at == part(town, CGZD).due_at == moved


def test_a_helper_who_is_due_first_keeps_the_own_clock(town):
    town.handling(class_code="GZ02")
    town.set("i1", class_code="ZF02")
    town.do("i1", "add_unit", unit=CGZD)
    clock = town.clock("handle", unit=CGZD)
    assert (clock.limit_unit, clock.amount, clock.start_at) == ("work_hour", 240, town.now)


def test_a_unit_is_taken_off_but_not_the_lead(town):
    town.handling(co=(CGZD,))
    assert town.refused("i1", "withdraw_unit", unit=SZS) == "lead_must_remain"
    assert town.refused("i1", "withdraw_unit", unit=PCS) == "unit_not_waiting"
    item = town.do("i1", "withdraw_unit", unit=CGZD, text="不需要")
    assert (item.state, part(town, CGZD).state) == ("handling", "withdrawn")
    assert running(town) == {("handle", SZS)}
    again = town.refused("i1", "withdraw_unit", unit=CGZD)
    assert again in {"unit_not_waiting", "lead_must_remain"}


def test_the_last_one_taken_off_leaves_it_to_be_checked(town):
    town.handling(co=(CGZD,))
    town.do("i1", "feedback", LIAISONS[SZS], **ANSWER)
    item = town.do("i1", "withdraw_unit", unit=CGZD)
    assert item.state == "checking"
    assert running(town) == {("check", "")}


# T12


def test_a_unit_signs_or_somebody_for_it_by_name(town):
    town.dispatched(co=(CGZD,))
    assert town.refused("i1", "sign", CLERK) == "contact_missing"
    assert town.refused("i1", "sign", LIAISONS[PCS]) == "not_your_unit"
    item = town.do("i1", "sign", CLERK, contact="吕师傅")
    assert (item.state, part(town, SZS).state) == ("handling", "signed")
    assert (part(town, SZS).signed_by, part(town, SZS).signed_at) == ("吕师傅", NOW)
    assert ("sign", SZS) not in running(town)
    town.do("i1", "sign", LIAISONS[CGZD])
    assert part(town, CGZD).signed_by == "丁一"
    assert town.refused("i1", "sign", LIAISONS[CGZD]) == "nobody_to_sign"


def test_a_unit_that_signed_has_nothing_to_sign(town):
    town.handling(co=(CGZD,))
    assert town.refused("i1", "sign", CLERK, unit=SZS, contact="x") == "unit_not_waiting"


# 5.12


def test_what_no_list_assigns_goes_to_the_shift_leader_and_is_kept_as_a_gap(town):
    rows = [item for item in POLICY.responsibilities if item.class_code != "GZ01"]
    elsewhere = Responsibility("GZ01", OTHER_GRID[9:], "szs", (), 1, "职责")
    town.facts = replace(town.facts, policy=replace(POLICY, responsibilities=(*rows, elsewhere)))
    town.accepted(class_code="GZ01")
    assert town.refused("i1", "dispatch", lead=SZS) == "no_responsibility"
    assert town.decide("i1", "dispatch", LEADER, {"lead": SZS}).payload["was"] == {"gap": "GZ01"}
    town.accepted("i2", class_code="GZ01", area_code=OTHER_GRID)
    assert "was" not in town.decide("i2", "dispatch", CLERK, {"lead": SZS}).payload


# T13


@pytest.mark.parametrize(("days", "code"), [(0, None), (1, None), (2, "refuse_too_late")])
def test_an_order_is_refused_within_a_day(town, days, code):
    town.dispatched()
    town.wait(days=days)
    if code:
        assert town.refused("i1", "refuse", LIAISONS[SZS], **REFUSAL) == code
        return
    item = town.do("i1", "refuse", LIAISONS[SZS], **REFUSAL)
    assert (item.state, item.return_count, item.lead_unit) == ("accepted", 1, "")
    assert (part(town, SZS).state, part(town, SZS).proposed) == ("refused", CGZD)
    assert running(town) == {("dispatch", "")}


def test_what_is_signed_is_not_refused(town):
    town.handling()
    assert town.refused("i1", "refuse", LIAISONS[SZS], **REFUSAL) == "nobody_to_sign"


def test_nobody_proposes_itself(town):
    town.dispatched()
    own = REFUSAL | {"proposed": SZS}
    assert town.refused("i1", "refuse", LIAISONS[SZS], **own) == "unit_proposes_itself"


def test_the_second_refusal_brings_the_shift_leader_in_and_there_is_no_third(town):
    town.dispatched(co=(PCS,))
    town.do("i1", "refuse", LIAISONS[SZS], **REFUSAL)
    assert part(town, PCS).state == "withdrawn"
    town.do("i1", "dispatch", lead=CGZD)
    town.do("i1", "refuse", LIAISONS[CGZD], **(REFUSAL | {"proposed": SZS}))
    assert town.refused("i1", "dispatch", lead=SZS) == "refused_twice"
    town.do("i1", "dispatch", LEADER, lead=SZS)
    assert town.refused("i1", "refuse", LIAISONS[SZS], **REFUSAL) == "refusals_used_up"


def test_a_helper_that_refuses_only_leaves(town):
    town.handling(co=(CGZD, PCS))
    values = REFUSAL | {"proposed": SZS}
    item = town.do("i1", "refuse", LIAISONS[CGZD], **values)
    assert (item.state, item.lead_unit, item.return_count) == ("handling", SZS, 0)
    town.do("i1", "feedback", LIAISONS[SZS], **ANSWER)
    item = town.do("i1", "refuse", LIAISONS[PCS], **values)
    assert item.state == "checking"


# T14


def test_it_is_checked_when_every_unit_has_answered(town):
    town.handling(co=(CGZD,))
    item = town.do("i1", "feedback", LIAISONS[SZS], **ANSWER, result="resolved")
    assert (item.state, part(town, SZS).state, part(town, SZS).result) == (
        "handling", "fed_back", "resolved",
    )  # fmt: skip
    assert running(town) == {("sign", CGZD), ("handle", CGZD)}
    assert town.refused("i1", "feedback", LIAISONS[SZS], **ANSWER) == "not_your_unit"
    item = town.do("i1", "feedback", LIAISONS[CGZD], **ANSWER)
    assert (item.state, running(town)) == ("checking", {("check", "")})


@pytest.mark.parametrize(("text", "code"), [("九个字的处置情况啊", "feedback_too_short"),
                                            ("整整十个字的处置情况", None)])  # fmt: skip
def test_an_answer_has_ten_characters(town, text, code):
    town.handling()
    if code:
        assert town.refused("i1", "feedback", LIAISONS[SZS], text=text) == code
    else:
        assert town.do("i1", "feedback", LIAISONS[SZS], text=text).state == "checking"


@pytest.mark.parametrize(
    ("class_code", "media", "at", "is_enough"),
    [
        ("GZ01", "", 0, True),
        ("ZF02", "", 0, False),
        ("ZF02", "image/jpeg", NOW, True),
        ("ZF02", "image/jpeg", NOW - 1, False),
        ("ZF02", "audio/mpeg", NOW + HOUR, False),
    ],
)
def test_some_classes_want_a_photo_since_the_order(town, class_code, media, at, is_enough):
    town.handling(class_code=class_code)
    if media:
        file = {"blob": "ab" * 32, "size": 9, "media": media, "env": "e"}
        now, town.now = town.now, at
        town.do("i1", "attach", file=file)
        town.now = now
        assert town.incidents["i1"].attachments[0] == Attachment(
            "ab" * 32, 9, media, "e", at, "周岚"
        )
    if is_enough:
        assert town.do("i1", "feedback", LIAISONS[SZS], **LATER).state == "checking"
        return
    assert town.refused("i1", "feedback", LIAISONS[SZS], **LATER) == "photo_missing"
    item = town.do("i1", "feedback", LIAISONS[SZS], **LATER, no_photo="夜间")
    assert item.state == "checking"
    assert town.ops["i1"][-1].payload["was"] == {"no_photo": "夜间"}


# steps


def test_each_step_has_its_clock_and_the_answer_ends_the_last(town):
    item = town.handling(class_code="ZF01")
    limits = {one.step: (one.limit_unit, one.amount) for one in item.running}
    assert limits == {
        "停工": ("work_hour", 240), "处罚": ("work_day", 7), "拆除": ("work_day", 20),
    }  # fmt: skip
    assert part(town, SZS).due_at == max(one.due_at for one in item.running)
    for left in (["处罚", "拆除"], ["拆除"]):
        item = town.do("i1", "finish_step", LIAISONS[SZS], text="已完成")
        assert [one.step for one in item.running] == left
    assert town.refused("i1", "finish_step", LIAISONS[SZS]) == "step_is_last"
    item = town.do("i1", "feedback", LIAISONS[SZS], **ANSWER)
    assert (item.state, running(town)) == ("checking", {("check", "")})


def test_a_plain_limit_has_no_steps(town):
    town.handling()
    assert town.refused("i1", "finish_step", LIAISONS[SZS]) == "no_step_running"


# T22


def test_who_sent_it_takes_it_back_before_it_is_signed(town):
    town.dispatched(co=(CGZD,))
    assert town.refused("i1", "recall", OTHER_CLERK) == "recall_by_sender"
    item = town.do("i1", "recall", CLERK)
    assert (item.state, item.lead_unit, running(town)) == ("accepted", "", {("dispatch", "")})
    assert {one.state for one in item.assignments} == {"withdrawn"}


def test_the_shift_leader_takes_back_what_anybody_sent(town):
    town.dispatched()
    assert town.do("i1", "recall", LEADER).state == "accepted"


def test_what_somebody_signed_is_not_taken_back(town):
    """Two stations may have it signed and still sent: the row refuses what the state allows."""
    town.dispatched(co=(CGZD,))
    signed = [{"unit": CGZD, "state": "signed"}]
    town.fold("i1", "assignment_signed", {"units": signed}, LIAISONS[CGZD])
    assert town.refused("i1", "recall", CLERK) == "recall_signed"


def test_what_holds_it_up_is_said_and_unsaid(town):
    town.handling()
    assert town.do("i1", "block", text="等建设单位回函").blocked_note == "等建设单位回函"
    assert town.do("i1", "block").blocked_note == ""
