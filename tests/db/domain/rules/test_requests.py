"""T17 to T19, T23 to T25: what one asks for and another decides."""

import pytest

from db.domain.calendar import day_start, local_date
from db.domain.rules import requests
from tests.db.domain.loop import (
    ANSWER,
    CGZD,
    CLERK,
    DAY,
    DIRECTOR,
    LEADER,
    LIAISONS,
    NOW,
    OTHER_CLERK,
    OTHER_LEADER,
    SUPERVISOR,
    SZS,
    VILLAGER,
    Town,
)

LIAISON = LIAISONS[SZS]
PAUSE = {"reason": "weather", "until": "2026-11-27", "text": "连续降雨", "doc": "示应急〔2026〕3号"}
EXTEND = {"amount": 2, "text": "等待配件到货"}
VOID = {"reason": "wrong_entry", "text": "录错事项"}
FORCE = {
    "outcome": "partial",
    "public_reply": "已按会商意见办结",
    "text": "经现场会商，按会议纪要结案",
}


@pytest.fixture
def town():
    return Town()


def asked(item):
    return [(one.kind, one.state) for one in item.applications]


# two persons


@pytest.mark.parametrize(
    ("action", "values", "who", "decider"),
    [
        ("ask_pause", PAUSE, LIAISON, LEADER),
        ("ask_extend", EXTEND, LIAISON, LEADER),
        ("ask_extend", EXTEND, LIAISON, DIRECTOR),
        ("ask_void", VOID, CLERK, LEADER),
        ("ask_force_close", FORCE, SUPERVISOR, DIRECTOR),
        ("ask_force_close", FORCE, LEADER, DIRECTOR),
        ("ask_reclass", {"class_code": "GZ02", "text": "属物业"}, LIAISON, LEADER),
        ("ask_skip", {"level": "district", "text": "急需区级"}, CLERK, LEADER),
    ],
)
def test_one_asks_and_another_decides(town, action, values, who, decider):
    before = town.handling()
    item = town.do("i1", action, who, **values)
    (wanted,) = item.applications
    kind = action.removeprefix("ask_")
    assert (wanted.kind, wanted.state, wanted.asked_by) == (kind, "pending", who.user)
    assert (item.state, item.timers, item.class_code) == (
        before.state, before.timers, before.class_code,
    )  # fmt: skip
    assert town.refused("i1", action, who, **values) == "application_pending"
    for other in {LEADER, DIRECTOR} - {decider, who}:
        if not requests.REQUESTS[kind].deciders & set(other.roles):
            assert town.refused("i1", "approve", other) == "role_forbids"
    item = town.do("i1", "approve", decider, opinion="同意")
    (found,) = item.applications
    assert (found.state, found.decided_by, found.opinion) == ("approved", decider.user, "同意")
    assert (found.decided_at, found.text) == (NOW, values["text"])
    town.check()
    assert town.incidents["i1"].pending(kind) is None


@pytest.mark.parametrize("action", ["approve", "decline"])
def test_nobody_decides_what_oneself_asked_for(town, action):
    town.handling()
    town.do("i1", "ask_void", LEADER, **VOID)
    found = town.refused("i1", action, LEADER, opinion="同意")
    assert found == "decides_own_application"
    assert asked(town.do("i1", action, OTHER_LEADER, opinion="同意"))[0][1] != "pending"


def test_what_is_declined_moves_nothing_and_may_be_asked_again(town):
    before = town.handling()
    town.do("i1", "ask_pause", LIAISON, **PAUSE)
    assert town.refused("i1", "decline", LEADER) == "field_missing"
    item = town.do("i1", "decline", LEADER, opinion="雨已停")
    assert (item.state, item.timers, asked(item)) == (
        "handling", before.timers, [("pause", "rejected")],
    )  # fmt: skip
    town.wait(minutes=1)
    assert asked(town.do("i1", "ask_pause", LIAISON, **PAUSE))[1] == ("pause", "pending")


def test_only_who_asked_takes_it_back(town):
    town.handling()
    town.do("i1", "ask_pause", LIAISON, **PAUSE)
    assert town.refused("i1", "withdraw", CLERK) == "application_of_other"
    assert asked(town.do("i1", "withdraw", LIAISON)) == [("pause", "withdrawn")]
    for action, who in (("approve", LEADER), ("decline", LEADER), ("withdraw", LIAISON)):
        assert town.refused("i1", action, who, opinion="x") == "no_application"


def test_of_several_it_is_said_which(town):
    town.handling()
    town.do("i1", "ask_pause", LIAISON, **PAUSE)
    town.do("i1", "ask_extend", LIAISON, **EXTEND)
    assert town.refused("i1", "approve", LEADER) == "application_unclear"
    assert town.refused("i1", "approve", LEADER, application="void") == "no_application"
    item = town.do("i1", "approve", LEADER, application="extend")
    assert asked(item) == [("pause", "pending"), ("extend", "approved")]


# T17, T18


def test_the_pause_begins_when_it_is_granted(town):
    town.handling()
    town.do("i1", "ask_pause", LIAISON, **PAUSE)
    town.wait(hours=3)
    item = town.do("i1", "approve", LEADER)
    assert item.state == "paused"
    assert (item.pause.from_at, item.pause.reason) == (NOW + 3 * 3_600_000, "weather")
    assert item.pause.doc == "示应急〔2026〕3号"
    assert item.due == ("resume", item.pause.until_at)


@pytest.mark.parametrize(
    ("until", "code"),
    [
        ("2026-11-22", "pause_too_long"),
        ("2026-11-23", None),
        ("2026-12-23", None),
        ("2026-12-24", "pause_too_long"),
        ("9999-12-31", "pause_too_long"),
        ("下周", "field_day"),
        ("2026-02-30", "field_day"),
    ],
)
def test_a_pause_lasts_thirty_days_at_most(town, until, code):
    town.handling()
    values = PAUSE | {"until": until}
    if code:
        assert town.refused("i1", "ask_pause", LIAISON, **values) == code
        return
    (wanted,) = town.do("i1", "ask_pause", LIAISON, **values).applications
    assert local_date(wanted.until_at - 1).isoformat() == until
    assert wanted.until_at == day_start(local_date(wanted.until_at))


def test_a_pause_that_is_over_is_not_granted(town):
    town.handling()
    town.do("i1", "ask_pause", LIAISON, **PAUSE)
    town.wait(days=5)
    assert town.refused("i1", "approve", LEADER) == "pause_over"


def test_what_has_moved_on_is_not_paused(town):
    town.handling()
    town.do("i1", "ask_pause", LIAISON, **PAUSE)
    town.do("i1", "feedback", LIAISON, **ANSWER)
    assert town.refused("i1", "approve", LEADER) == "state_forbids"
    assert asked(town.do("i1", "decline", LEADER, opinion="已反馈"))[0][1] == "rejected"


def test_while_it_is_paused_nobody_answers(town):
    town.paused()
    assert town.refused("i1", "feedback", LIAISON, **ANSWER) == "state_forbids"


# T19


def test_an_extension_is_asked_before_it_is_due_and_no_longer_than_the_limit(town):
    town.handling()
    assert (
        town.refused("i1", "ask_extend", LIAISON, **(EXTEND | {"amount": 6})) == "extend_too_long"
    )
    town.now = town.clock("handle", unit=SZS).due_at + 1
    assert town.refused("i1", "ask_extend", LIAISON, **EXTEND) == "extend_after_due"
    town.now -= 1
    town.do("i1", "ask_extend", LIAISON, **EXTEND)
    town.wait(days=3)
    town.do("i1", "approve", LEADER)
    clock = town.clock("handle", unit=SZS)
    assert (clock.amount, clock.start_at) == (7, NOW)
    town.check()


def test_the_second_time_it_is_the_directors_and_there_is_no_third(town):
    town.handling()
    five = EXTEND | {"amount": 5}
    for amount, decider in ((10, LEADER), (15, DIRECTOR)):
        town.do("i1", "ask_extend", LIAISON, **five)
        if decider is DIRECTOR:
            assert town.refused("i1", "approve", LEADER) == "role_forbids"
        town.do("i1", "approve", decider)
        assert town.clock("handle", unit=SZS).amount == amount
        town.wait(minutes=1)
    assert town.refused("i1", "ask_extend", LIAISON, **EXTEND) == "extensions_used_up"


def test_hours_are_extended_by_hours(town):
    town.handling(class_code="ZF02")
    found = town.refused("i1", "ask_extend", LIAISON, amount=5, text="等车")
    assert found == "extend_too_long"
    town.do("i1", "ask_extend", LIAISON, amount=4, text="等车")
    town.do("i1", "approve", LEADER)
    assert town.clock("handle", unit=SZS).amount == 480


def test_each_unit_extends_its_own_clock(town):
    town.handling(co=(CGZD,))
    before = town.clock("handle", unit=SZS)
    assert town.refused("i1", "ask_extend", CLERK, unit=CGZD, **EXTEND) == "contact_missing"
    town.do("i1", "ask_extend", CLERK, unit=CGZD, contact="老李", **EXTEND)
    town.do("i1", "approve", LEADER)
    assert town.clock("handle", unit=CGZD).amount == 7
    assert town.clock("handle", unit=SZS) == before


def test_a_clock_that_is_another_one_by_now_is_not_extended(town):
    town.handling()
    town.do("i1", "ask_extend", LIAISON, **EXTEND)
    town.do("i1", "feedback", LIAISON, **ANSWER)
    assert town.refused("i1", "approve", LEADER) == "unit_not_waiting"
    town.wait(minutes=1)
    town.do("i1", "check_fail", SUPERVISOR, text="仍有垃圾")
    assert town.refused("i1", "approve", LEADER) == "extension_stale"


def test_rework_may_be_extended_anew(town):
    town.handling()
    town.do("i1", "ask_extend", LIAISON, **EXTEND)
    town.do("i1", "approve", LEADER)
    town.do("i1", "feedback", LIAISON, **ANSWER)
    town.wait(minutes=1)
    town.do("i1", "check_fail", SUPERVISOR, text="仍有垃圾")
    assert town.refused("i1", "ask_extend", LIAISON, amount=4, text="x") == "extend_too_long"
    town.do("i1", "ask_extend", LIAISON, amount=3, text="等配件")
    town.do("i1", "approve", LEADER)
    assert town.clock("handle", unit=SZS).amount == 6


# T20 past a level


def test_skipping_a_level_is_granted_by_another(town):
    town.accepted()
    town.set("i1", level="village")
    town.do("i1", "ask_skip", VILLAGER, level="district", text="镇里也无权限")
    item = town.do("i1", "approve", LEADER)
    assert (item.state, item.level) == ("reported", "district")
    assert town.ops["i1"][-1].payload["was"]["level"] == "village"


@pytest.mark.parametrize("level", ["grid", "village", "town"])
def test_what_is_asked_for_lies_above(town, level):
    town.accepted()
    assert town.refused("i1", "ask_skip", level=level, text="x") == "level_not_above"


def test_what_has_risen_meanwhile_does_not_sink(town):
    town.accepted()
    town.set("i1", level="village")
    town.do("i1", "ask_skip", VILLAGER, level="town", text="镇里有设备")
    town.set("i1", level="district")
    assert town.refused("i1", "approve", LEADER) == "level_not_above"


# T23 after dispatch


def test_the_old_class_is_told_with_who_asked(town):
    town.handling()
    assert town.refused("i1", "ask_reclass", LIAISON, class_code="GZ01", text="x") == (
        "class_unchanged"
    )
    town.do("i1", "ask_reclass", LIAISON, class_code="ZF02", text="属暴露垃圾")
    item = town.do("i1", "approve", LEADER)
    assert (item.class_code, item.state) == ("ZF02", "handling")
    assert town.ops["i1"][-1].payload["was"] == {
        "class_code": "GZ01", "urgency": "normal", "kind": "reclass", "asked_by": "丁一",
    }  # fmt: skip


# T24, T25


@pytest.mark.parametrize(
    "state", ["report", "accepted", "dispatched", "handling", "paused", "checking"]
)
def test_void_and_force_close_end_all_that_hangs_on_it(town, state):
    for id, action, values, decider, ends in (
        ("i1", "ask_void", VOID, OTHER_LEADER, "void"),
        ("i2", "ask_force_close", FORCE, DIRECTOR, "closed"),
    ):
        getattr(town, state)(id, caller="env")
        town.wait(hours=1)
        town.do(id, action, LEADER, **values)
        item = town.do(id, "approve", decider)
        assert (item.state, item.running, item.pause) == (ends, (), None)
        assert {one.state for one in item.assignments} <= {"withdrawn", "fed_back"}
        town.check()
    assert (item.outcome, item.forced, item.callback_done) == ("partial", 1, 1)
    assert (item.closed_at, town.incidents["i1"].closed_at) == (town.now, None)


def test_nothing_is_voided_that_others_were_merged_into(town):
    town.accepted()
    town.report("i2")
    town.do("i2", "merge", lead="i1")
    town.do("i1", "ask_void", CLERK, **VOID)
    assert town.refused("i1", "approve", LEADER) == "children_remain"
    town.do("i2", "unmerge")
    assert town.do("i1", "approve", LEADER).state == "void"


def test_what_was_asked_for_before_it_was_merged_waits(town):
    town.accepted()
    town.report("i2")
    town.do("i2", "ask_void", OTHER_CLERK, **VOID)
    town.do("i2", "merge", lead="i1")
    assert town.refused("i2", "approve", LEADER) == "state_forbids"
    town.do("i2", "unmerge")
    assert town.do("i2", "approve", LEADER).state == "void"
    assert town.now - NOW < DAY
