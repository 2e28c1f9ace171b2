"""T1 to T7, T20, T21, T23: what each takes, what it refuses, what comes of it."""

from dataclasses import replace

import pytest

from db.domain.rules import intake
from tests.db.domain.loop import (
    CLERK,
    DAY,
    GRID,
    HEAD,
    HOUR,
    LEADER,
    MINUTE,
    NOW,
    OTHER_GRID,
    POLICY,
    TOWN,
    VILLAGE,
    VILLAGER,
    WORKER,
    Town,
)

UNSAMPLED, SAMPLED = "i1", next(f"s{n}" for n in range(99) if intake.is_sampled(f"s{n}"))


@pytest.fixture
def town():
    return Town()


def limit(item):
    return item.limit_unit, item.amount


# T1


def test_report(town):
    item = town.report(urgency="urgent")
    assert (item.state, item.level, item.policy) == ("reported", "town", POLICY.version)
    assert item.reported_at == item.taken_in_at == NOW
    assert item.title == "楼下下水道堵塞"
    (clock,) = item.running
    assert (clock.stage, limit(clock)) == ("accept", ("urgent_hour", 30))
    assert (clock.due_at, clock.policy) == (NOW + 30 * MINUTE, POLICY.version)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"content": "四个字啊"}, "content_too_short"),
        ({"content": "五个字内容"}, None),
        ({"address": "", "area_code": ""}, "place_missing"),
        ({"address": " ", "area_code": GRID}, None),
        ({"address": "枫桥路", "area_code": ""}, None),
        ({"class_code": ""}, None),
    ],
)
def test_a_report_has_words_and_a_place(town, values, code):
    if code is None:
        assert town.report(**values).state == "reported"
        return
    with pytest.raises(intake.InputError) as caught:
        town.report(**values)
    assert caught.value.code == code


def test_a_title_is_the_beginning_of_the_content(town):
    assert town.report(content="长" * 60 + "\n尾").title == "长" * 40


@pytest.mark.parametrize(
    ("actor", "level"), [(CLERK, "town"), (VILLAGER, "village"), (WORKER, "village")]
)
def test_what_a_grid_or_a_village_reports_is_first_for_the_village(town, actor, level):
    assert town.report(actor=actor).level == level


def test_a_place_pointed_to_is_kept_with_how_it_was_found(town):
    item = town.report(point="125.001234,30.212345")
    assert (item.lon_e6, item.lat_e6, item.precision) == (125_001_234, 30_212_345, "map")


def test_a_desk_of_the_district_takes_in_at_its_level():
    assert Town(level="district").report().level == "district"


# T2


def test_what_was_done_at_once_is_closed(town):
    item = town.report(actor=HEAD, action="self_handle", class_code="ZF02", text="已当场清理")
    assert (item.state, item.level, item.running) == ("closed", "grid", ())
    assert (item.outcome, item.public_reply) == ("resolved", "已当场清理")
    assert (item.closed_at, item.callback_done) == (NOW, 1)


def test_one_in_ten_is_checked(town):
    values = {"class_code": "ZF02", "text": "已当场清理"}
    item = town.report(SAMPLED, VILLAGER, action="self_handle", **values)
    assert (item.state, item.level, item.closed_at) == ("checking", "village", None)
    assert [clock.stage for clock in item.running] == ["check"]
    many = sum(intake.is_sampled(f"{number}") for number in range(10_000))
    assert 900 < many < 1100


@pytest.mark.parametrize("class_code", ["GZ05", ""])
def test_only_some_classes_are_done_at_once(town, class_code):
    with pytest.raises(intake.RuleError) as caught:
        town.report(actor=HEAD, action="self_handle", class_code=class_code, text="已当场清理")
    assert caught.value.code == "self_handle_not_allowed"


# T3


def test_accept_ends_one_clock_and_starts_the_next(town):
    town.report()
    town.wait(minutes=9)
    item = town.do("i1", "accept", class_code="ZF02", urgency="critical")
    assert (item.state, item.class_code, item.urgency) == ("accepted", "ZF02", "critical")
    assert town.clock("accept").ended_at == town.now
    assert limit(town.clock("dispatch")) == ("urgent_hour", 15)
    assert town.ops["i1"][-1].payload["set"] == {"class_code": "ZF02", "urgency": "critical"}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"area_code": GRID}, "field_missing"),
        ({"class_code": "ZF02"}, "field_missing"),
        ({"class_code": "ZF02", "area_code": TOWN}, "area_too_wide"),
        ({"class_code": "ZF02", "area_code": VILLAGE}, None),
    ],
)
def test_class_and_area_are_set(town, values, code):
    town.report(area_code="")
    found = town.do("i1", "accept", **values).state if code is None else None
    assert (found == "accepted") if code is None else town.refused("i1", "accept", **values) == code


def test_somebody_has_looked_at_what_may_be_the_same():
    town = Town(likely=lambda item: ("990-1",))
    town.report(class_code="ZF02")
    assert town.refused("i1", "accept") == "duplicates_unseen"
    assert town.refused("i1", "accept", not_duplicate="no") == "duplicates_unseen"
    assert town.do("i1", "accept", not_duplicate="yes").state == "accepted"


def test_it_keeps_the_lists_it_was_accepted_under(town):
    town.report(class_code="ZF02")
    town.facts = replace(town.facts, policy=replace(POLICY, version="newer"))
    item = town.do("i1", "accept")
    assert item.policy == town.clock("dispatch").policy == "newer"


def test_a_class_that_is_listed_no_more_is_not_accepted(town):
    town.report(class_code="ZF02")
    left = {code: item for code, item in POLICY.classes.items() if code != "ZF02"}
    town.facts = replace(town.facts, policy=replace(POLICY, classes=left))
    assert town.refused("i1", "accept") == "field_class"
    assert town.do("i1", "accept", class_code="GZ05").class_code == "GZ05"


# T4


def test_what_is_sent_back_stands_still_until_it_is_taken_in(town):
    town.report(class_code="ZF02")
    town.wait(minutes=10)
    item = town.do("i1", "return", reason="no_place", text="哪一栋楼")
    assert (item.state, item.pause.reason, item.due) == ("returned", "returned", None)
    town.wait(days=1)
    item = town.do("i1", "accept")
    assert (item.state, item.pause) == ("accepted", None)
    accept = town.clock("accept")
    assert accept.ended_at < accept.due_at, "the day it was away does not count as late"


# T5


@pytest.mark.parametrize(
    ("values", "actor", "days", "code"),
    [
        ({}, CLERK, 9, None),
        ({"urgency": "critical"}, CLERK, 0, "role_forbids"),
        ({"urgency": "critical"}, LEADER, 0, None),
        ({"source": "hotline12345"}, CLERK, 1, None),
        ({"source": "hotline12345"}, LEADER, 2, "send_back_too_late"),
    ],
)
def test_reject(town, values, actor, days, code):
    town.report(**values)
    town.wait(days=days)
    told = {"reason": "not_ours", "public_reply": "请向公交公司反映"}
    if code:
        assert town.refused("i1", "reject", actor, **told) == code
        return
    item = town.do("i1", "reject", actor, **told)
    assert (item.state, item.outcome, item.running) == ("rejected", "out_of_scope", ())


def test_what_is_no_fact_is_not_true(town):
    town.report()
    item = town.do("i1", "reject", reason="no_fact", public_reply="现场没有积水")
    assert (item.outcome, item.public_reply) == ("not_true", "现场没有积水")


# T6, T7


@pytest.fixture
def verifying(town):
    town.report()
    town.do("i1", "ask_verify", text="看看井盖还在不在")
    return town


def test_to_verify_takes_a_day(verifying):
    (clock,) = verifying.incidents["i1"].running
    assert (clock.stage, clock.due_at) == ("verify", NOW + DAY)


@pytest.mark.parametrize(
    ("actor", "finding", "reply", "state"),
    [
        (WORKER, "exist", "", "reported"),
        (WORKER, "unable", "", "reported"),
        (WORKER, "not_exist", "现场没有积水", "reported"),
        (VILLAGER, "not_exist", "现场没有积水", "reported"),
        (CLERK, "not_exist", "", "reported"),
        (CLERK, "exist", "现场有积水", "reported"),
        (CLERK, "not_exist", "现场没有积水", "rejected"),
        (LEADER, "not_exist", "现场没有积水", "rejected"),
    ],
)
def test_what_was_found_is_confirmed_by_the_desk(verifying, actor, finding, reply, state):
    values = {"finding": finding, "text": "到现场看过", "public_reply": reply}
    item = verifying.do("i1", "verify_result", actor, **values)
    assert (item.state, item.outcome) == (state, "not_true" if state == "rejected" else "")
    assert [clock.stage for clock in item.running] == ([] if state == "rejected" else ["accept"])
    assert verifying.ops["i1"][-1].payload["reason"] == finding


def test_a_critical_one_is_not_confirmed_away_by_the_duty_officer(verifying):
    verifying.set("i1", urgency="critical")
    values = {"finding": "not_exist", "text": "看过", "public_reply": "没有"}
    assert verifying.refused("i1", "verify_result", CLERK, **values) == "role_forbids"
    assert verifying.do("i1", "verify_result", LEADER, **values).state == "rejected"


# T20


@pytest.mark.parametrize("state", ["accepted", "dispatched", "handling"])
def test_escalate_hands_it_up_with_all_that_hangs_on_it(town, state):
    getattr(town, state)()
    town.wait(hours=1)
    item = town.do("i1", "escalate", text="本级没有执法权")
    assert (item.state, item.level, item.lead_unit) == ("reported", "district", "")
    assert [clock.stage for clock in item.running] == ["accept"]
    assert {part.state for part in item.assignments} <= {"withdrawn"}
    assert town.refused("i1", "accept", class_code="GZ01") == "level_forbids"


@pytest.mark.parametrize(
    ("urgency", "level", "code"),
    [
        ("normal", "", None),
        ("normal", "town", None),
        ("normal", "district", "level_skipped"),
        ("urgent", "district", None),
        ("critical", "district", None),
        ("normal", "village", "level_not_above"),
        ("urgent", "grid", "level_not_above"),
    ],
)
def test_a_level_is_passed_over_only_where_it_presses(town, urgency, level, code):
    town.report(actor=VILLAGER, class_code="GZ01", urgency=urgency)
    town.do("i1", "accept", VILLAGER)
    values = {"level": level, "text": "村里办不了"}
    if code:
        assert town.refused("i1", "escalate", VILLAGER, **values) == code
    else:
        assert town.do("i1", "escalate", VILLAGER, **values).level == (level or "town")


def test_above_the_district_is_nobody():
    town = Town(level="district")
    town.accepted()
    assert town.refused("i1", "escalate", text="办不了") == "level_highest"
    assert town.refused("i1", "ask_skip", level="district", text="x") == "level_highest"


# T21


@pytest.mark.parametrize(
    ("area", "code"),
    [
        ("", None),
        (VILLAGE, None),
        (OTHER_GRID, None),
        (TOWN, "area_too_wide"),
        ("990101", "area_outside"),
    ],
)
def test_send_down_stays_inside_its_area(town, area, code):
    town.accepted()
    values = {"area_code": area, "text": "请社区先处理"}
    if code:
        assert town.refused("i1", "send_down", **values) == code
        return
    item = town.do("i1", "send_down", **values)
    assert (item.state, item.level) == ("reported", "village")
    assert item.area_code == (area or GRID)
    assert [clock.stage for clock in item.running] == ["accept"]
    assert town.do("i1", "accept", VILLAGER).state == "accepted"


def test_below_the_grid_is_nobody(town):
    town.accepted()
    town.set("i1", level="village")
    assert town.refused("i1", "send_down", VILLAGER, area_code=VILLAGE, text="x") == "area_too_wide"
    assert town.do("i1", "send_down", VILLAGER, text="请网格处理").level == "grid"
    assert town.do("i1", "accept", VILLAGER).state == "accepted"
    assert town.refused("i1", "send_down", VILLAGER, text="再往下") == "level_lowest"


def test_a_village_sends_down_within_itself_only(town):
    town.accepted()
    town.set("i1", level="village")
    found = town.refused("i1", "send_down", VILLAGER, area_code=OTHER_GRID, text="x")
    assert found == "area_outside"


# T23


def test_another_class_keeps_the_start_and_tells_the_old_one(town):
    town.accepted(class_code="ZF02")
    town.wait(hours=1)
    item = town.do("i1", "reclass", class_code="GZ05", urgency="urgent")
    assert (item.class_code, item.urgency) == ("GZ05", "urgent")
    clock = town.clock("dispatch")
    assert (limit(clock), clock.start_at) == (("urgent_hour", 30), NOW)
    assert clock.due_at == NOW + HOUR // 2, "it is late at once: the time before counts"
    assert town.ops["i1"][-1].payload["was"] == {"class_code": "ZF02", "urgency": "normal"}


def test_the_same_class_is_no_other(town):
    town.accepted(class_code="ZF02")
    assert town.refused("i1", "reclass", class_code="ZF02") == "class_unchanged"
    assert town.do("i1", "reclass", class_code="ZF02", urgency="urgent").urgency == "urgent"
