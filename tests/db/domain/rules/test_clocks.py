"""Clocks: what stops them, what lengthens them, and that each deadline can be computed again."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.domain.deadlines import Pause, due_at
from db.domain.errors import InputError, RuleError
from db.domain.lists import Limit
from db.domain.ops import SYSTEM
from tests.db.domain.loop import (
    ANSWER,
    CGZD,
    DAY,
    HOUR,
    LEADER,
    LIAISONS,
    MINUTE,
    NOW,
    SUPERVISOR,
    SZS,
    Town,
)

LIAISON = LIAISONS[SZS]


@pytest.fixture
def town():
    return Town()


def handle(town):
    return town.clock("handle", unit=SZS)


def extend(town, amount):
    town.do("i1", "ask_extend", LIAISON, amount=amount, text="等待配件")
    town.do("i1", "approve", LEADER)


def test_a_pause_over_a_weekend_takes_only_its_working_days(town):
    """Granted on Thursday at 10:00, resumed on Tuesday at 10:00: three working days stood."""
    town.now = NOW + 3 * DAY - 4 * HOUR - 32 * MINUTE
    town.handling()
    before = handle(town).due_at
    town.ask_pause(until="2026-12-10")
    town.do("i1", "approve", LEADER)
    town.wait(days=5)
    town.do("i1", "resume", LIAISON)
    assert handle(town).due_at == before + 5 * DAY
    assert before == due_at(handle(town).start_at, Limit("work_day", 5))


def test_a_pause_nobody_ends_was_over_when_it_was_to_be(town):
    town.paused(until="2026-11-25")
    until = town.incidents["i1"].pause.until_at
    town.wait(days=9)
    item = town.do("i1", "resume", SYSTEM)
    assert (item.state, item.pauses[-1].to_at) == ("handling", until)
    town.check()


def test_a_pause_that_is_ended_early_ends_then(town):
    town.paused(until="2026-11-27")
    town.wait(days=1)
    item = town.do("i1", "resume", LIAISON, text="材料已到")
    assert item.pauses[-1].to_at == town.now
    assert handle(town).due_at == due_at(NOW, Limit("work_day", 5), pauses=[Pause(NOW, town.now)])


def test_two_pauses_in_one_instant_are_two(town):
    town.report(class_code="GZ01")
    town.do("i1", "return", reason="other", text="缺照片")
    town.do("i1", "accept")
    town.report("i2")
    town.do("i1", "merge", lead="i2")
    assert town.incidents["i1"].pause.reason == "merged"


def test_the_share_of_a_unit_is_due_with_its_clock(town):
    town.handling(co=(CGZD,))
    town.ask_pause()
    town.do("i1", "approve", LEADER)
    town.wait(days=2)
    town.do("i1", "resume", LIAISON)
    extend(town, 2)
    for part in town.incidents["i1"].assignments:
        assert part.due_at == town.clock("handle", unit=part.unit).due_at
    town.check()


def test_another_class_counts_from_the_first_start_with_every_pause_and_extension(town):
    town.handling()
    extend(town, 2)
    town.ask_pause()
    town.do("i1", "approve", LEADER)
    town.wait(days=2)
    town.do("i1", "resume", LIAISON)
    stood = [Pause(NOW, town.now)]
    town.do("i1", "ask_reclass", LIAISON, class_code="GZ02", text="属物业纠纷")
    town.do("i1", "approve", LEADER)
    clock = handle(town)
    assert (clock.start_at, clock.limit_unit, clock.amount) == (NOW, "work_day", 13 + 2)
    assert clock.due_at == due_at(NOW, Limit("work_day", 15), pauses=stood)
    town.check()


def test_an_extension_in_days_is_none_in_hours(town):
    town.handling()
    extend(town, 2)
    town.do("i1", "ask_reclass", LIAISON, class_code="ZF02", text="属暴露垃圾")
    town.do("i1", "approve", LEADER)
    assert (handle(town).limit_unit, handle(town).amount) == ("work_hour", 240)
    town.wait(minutes=1)
    assert town.refused("i1", "ask_extend", LIAISON, amount=5, text="等车") == "extend_too_long"


def test_another_class_leaves_rework_at_its_half(town):
    town.checking()
    town.do("i1", "check_fail", SUPERVISOR, text="仍有渗漏")
    town.do("i1", "ask_reclass", LIAISON, class_code="GZ02", text="属物业纠纷")
    town.do("i1", "approve", LEADER)
    assert (handle(town).limit_unit, handle(town).amount) == ("work_day", 7)


@pytest.mark.parametrize("pause", [False, True])
def test_another_class_brings_its_steps_and_takes_them_away(town, pause):
    """From the same start, with every pause; the unit is due with the last of them."""
    town.handling(class_code="ZF02", co=(CGZD,))
    stood = []
    if pause:
        town.ask_pause()
        town.do("i1", "approve", LEADER)
        town.wait(days=2)
        town.do("i1", "resume", LIAISON)
        stood = [Pause(NOW, town.now)]
    for class_code, expected in (
        ("ZF01", {"停工": ("work_hour", 240), "处罚": ("work_day", 7), "拆除": ("work_day", 20)}),
        ("GZ02", {"": ("work_day", 13)}),
    ):
        town.wait(minutes=1)
        town.do("i1", "ask_reclass", LIAISON, class_code=class_code, text="分类有误")
        item = town.do("i1", "approve", LEADER)
        for unit in (SZS, CGZD):
            own = [one for one in item.running if (one.stage, one.unit) == ("handle", unit)]
            assert {one.step: (one.limit_unit, one.amount) for one in own} == expected
            assert {one.start_at for one in own} == {NOW}
            for one in own:
                assert one.due_at == due_at(NOW, Limit(one.limit_unit, one.amount), pauses=stood)
        town.check()
    town.check_branches()


def test_steps_stand_with_a_pause_and_the_last_is_extended(town):
    town.handling(class_code="ZF01")
    before = {one.step: one for one in town.incidents["i1"].running}
    extend(town, 20)
    after = {one.step: one for one in town.incidents["i1"].running}
    assert after["拆除"].amount == 40
    assert {name: one for name, one in after.items() if name != "拆除"} == {
        name: one for name, one in before.items() if name != "拆除"
    }
    town.ask_pause()
    town.do("i1", "approve", LEADER)
    town.wait(days=2)
    town.do("i1", "resume", LIAISON)
    town.check()
    assert all(one.due_at > after[one.step].due_at for one in town.incidents["i1"].running)


def test_a_response_shortens_what_begins_under_it(town):
    town.facts = replace(town.facts, limit_factor=lambda class_code, area: 50)
    item = town.dispatched(class_code="ZF01")
    limits = {(one.stage, one.step): (one.limit_unit, one.amount) for one in item.running}
    assert limits == {
        ("sign", ""): ("work_hour", 60),
        ("handle", "停工"): ("work_hour", 120),
        ("handle", "处罚"): ("work_day", 4),
        ("handle", "拆除"): ("work_day", 10),
    }


def test_a_clock_that_stood_is_set_right_before_it_stops(town):
    town.paused(until="2026-12-10")
    town.wait(days=15)
    town.do(
        "i1",
        "ask_force_close",
        SUPERVISOR,
        outcome="partial",
        public_reply="已办",
        text="按会议纪要结案",
    )
    town.do("i1", "approve", replace(LEADER, user="lu", roles=("room_director",)))
    clock = handle(town)
    assert clock.ended_at < clock.due_at


ACTS = st.lists(
    st.tuples(
        st.sampled_from(("pause", "resume", "extend", "reclass", "feedback", "fail", "help")),
        st.integers(0, 4_000),
    ),
    max_size=14,
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(("GZ01", "ZF01", "GZ06", "BM06")), ACTS)
def test_every_deadline_is_that_of_its_start_limit_and_pauses(class_code, acts):
    """`Town.check_due` computes each again from what was folded; refused acts change nothing."""
    town = Town()
    town.handling(class_code=class_code)
    for act, minutes in acts:
        town.wait(minutes=minutes)
        for action, actor, values in {
            "pause": [
                ("ask_pause", LIAISON, {"reason": "court", "until": "2026-12-20", "text": "候裁"}),
                ("approve", LEADER, {"application": "pause"}),
            ],
            "resume": [("resume", LIAISON, {})],
            "extend": [
                ("ask_extend", LIAISON, {"amount": 1, "text": "等配件"}),
                ("approve", LEADER, {"application": "extend"}),
            ],
            "reclass": [
                ("ask_reclass", LIAISON, {"class_code": "GZ02", "text": "物业"}),
                ("approve", LEADER, {"application": "reclass"}),
            ],
            "feedback": [("feedback", LIAISON, ANSWER)],
            "fail": [("check_fail", SUPERVISOR, {"text": "不合格"})],
            "help": [("add_unit", LEADER, {"unit": CGZD})],
        }[act]:
            with suppress(RuleError, InputError):
                town.do("i1", action, actor, **values)
        town.check()
    town.check_branches()
