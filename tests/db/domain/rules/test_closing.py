"""T15, T16, T26 to T28, cards raised by hand: from the answer to the archive."""

import pytest

from db.domain.ops import SYSTEM, Actor
from tests.db.domain.loop import (
    ANSWER,
    CGZD,
    DAY,
    HEAD,
    LEADER,
    LIAISONS,
    NOW,
    PASSED,
    SUPERVISOR,
    SZS,
    VILLAGER,
    Town,
)
from tests.db.domain.rules.test_intake import SAMPLED

AGAIN = {"text": "桶边仍有散落垃圾"}
REACHED = {"reached": "yes", "satisfaction": "very", "solved": "yes", "text": "满意"}


@pytest.fixture
def town():
    return Town()


def limit(item):
    return item.limit_unit, item.amount


# T15


@pytest.mark.parametrize(
    ("class_code", "caller", "needs_callback"),
    [("GZ01", "env", True), ("GZ01", "", False), ("GZ05", "env", False)],
)
def test_a_check_closes_and_says_whether_somebody_is_called(
    town, class_code, caller, needs_callback
):
    town.checking(class_code=class_code, caller=caller)
    town.do("i1", "block", text="等材料")
    item = town.do("i1", "check_pass", SUPERVISOR, **PASSED)
    assert (item.state, item.outcome, item.public_reply) == ("closed", "resolved", "已疏通")
    assert (item.closed_at, item.callback_done) == (NOW, int(not needs_callback))
    assert [clock.stage for clock in item.running] == (["callback"] if needs_callback else [])
    assert item.blocked_note == ""


def test_an_unmet_closing_rule_refuses(town):
    town.checking()
    values = PASSED | {"close_rule_met": "no"}
    assert town.refused("i1", "check_pass", SUPERVISOR, **values) == "close_rule_unmet"


@pytest.mark.parametrize("action", ["check_pass", "check_fail"])
def test_nobody_checks_the_work_of_the_own_unit(town, action):
    town.checking()
    values = PASSED if action == "check_pass" else AGAIN
    own = Actor("x", "己方", ("supervisor",), SZS)
    assert town.refused("i1", action, own, **values) == "checker_is_handler"
    other = Actor("y", "他方", ("supervisor",), CGZD)
    assert town.do("i1", action, other, **values).state in {"closed", "handling"}


# T16


@pytest.mark.parametrize(
    ("class_code", "expected"),
    [
        ("GZ01", ("work_day", 3)),
        ("GZ02", ("work_day", 7)),
        ("ZF02", ("work_hour", 240)),
        ("ZF07", ("work_day", 1)),
        ("ZF01", ("work_day", 10)),
    ],
)
def test_rework_has_half_the_limit_and_four_hours_at_least(town, class_code, expected):
    town.checking(class_code=class_code)
    town.wait(days=30)
    item = town.do("i1", "check_fail", SUPERVISOR, **AGAIN)
    assert (item.state, item.rework_count) == ("handling", 1)
    (clock,) = item.running
    assert (clock.stage, clock.unit, limit(clock)) == ("handle", SZS, expected)
    assert clock.start_at == town.now
    (part,) = item.assignments
    assert (part.state, part.due_at, part.feedback_at) == ("reworked", clock.due_at, None)
    town.check()
    assert town.do("i1", "feedback", LIAISONS[SZS], **ANSWER).state == "checking"


def test_the_second_rework_has_no_less_and_the_first_lateness_stays_said(town):
    town.handling()
    first = town.clock("handle", unit=SZS)
    town.wait(days=20)
    town.do("i1", "feedback", LIAISONS[SZS], **ANSWER)
    for count in (1, 2):
        item = town.do("i1", "check_fail", SUPERVISOR, **AGAIN)
        assert (item.rework_count, limit(item.running[0])) == (count, ("work_day", 3))
        town.do("i1", "feedback", LIAISONS[SZS], **ANSWER)
    (kept,) = [one for one in item.timers if one.stage == "handle" and one.start_at == NOW]
    assert kept.ended_at > kept.due_at == first.due_at


def test_what_a_grid_handled_itself_is_taken_in_anew(town):
    town.report(SAMPLED, HEAD, action="self_handle", class_code="ZF02", text="已当场清理")
    item = town.do(SAMPLED, "check_fail", SUPERVISOR, **AGAIN)
    assert (item.state, item.level, item.outcome) == ("reported", "grid", "")
    assert [clock.stage for clock in item.running] == ["accept"]
    assert town.do(SAMPLED, "accept", VILLAGER).state == "accepted"
    town.check()


# T26


def test_a_reached_caller_ends_the_callback(town):
    town.closed(caller="env")
    found = town.refused("i1", "callback", SUPERVISOR, reached="yes")
    assert found == "field_missing"
    item = town.do("i1", "callback", SUPERVISOR, **REACHED)
    assert (item.callback_attempts, item.callback_done, item.running) == (1, 1, ())
    assert (item.satisfaction, item.solved) == ("very", "yes")
    assert town.refused("i1", "callback", SUPERVISOR, **REACHED) == "callback_not_needed"


def test_three_misses_end_the_callback(town):
    town.closed(caller="env")
    for attempt in (1, 2, 3):
        item = town.do("i1", "callback", SUPERVISOR, reached="no", satisfaction="very")
        assert (item.callback_attempts, item.satisfaction) == (attempt, "")
        assert item.callback_done == int(attempt == 3)
        assert bool(item.running) is (attempt < 3)
    assert town.refused("i1", "callback", SUPERVISOR, **REACHED) == "callbacks_used_up"


# T27


@pytest.mark.parametrize(
    ("days", "times", "actor", "code"),
    [
        (30, 0, SUPERVISOR, None),
        (31, 0, SUPERVISOR, "reopen_too_late"),
        (0, 1, SUPERVISOR, "role_forbids"),
        (0, 1, LEADER, None),
    ],
)
def test_reopen(town, days, times, actor, code):
    town.closed(caller="env")
    town.set("i1", reopen_count=times)
    town.wait(days=days)
    if code:
        assert town.refused("i1", "reopen", actor, **AGAIN) == code
        return
    item = town.do("i1", "reopen", actor, **AGAIN)
    assert (item.state, item.reopen_count, item.closed_at) == ("handling", times + 1, None)
    assert (item.callback_done, item.callback_attempts, item.outcome) == (0, 0, "")
    assert [(one.stage, limit(one)) for one in item.running] == [("handle", ("work_day", 3))]


def test_what_no_unit_handled_is_taken_in_anew_when_it_is_reopened(town):
    town.report(actor=HEAD, action="self_handle", class_code="ZF02", text="已当场清理")
    item = town.do("i1", "reopen", LEADER, **AGAIN)
    assert (item.state, item.outcome, item.closed_at, item.reopen_count) == (
        "reported",
        "",
        None,
        1,
    )
    town.check()


# T28


def test_archive_waits_for_the_callback(town):
    town.closed(caller="env")
    town.do("i1", "callback", SUPERVISOR, reached="no")
    assert town.refused("i1", "archive", SYSTEM) == "callback_pending"
    town.do("i1", "callback", SUPERVISOR, **REACHED)
    item = town.do("i1", "archive", SYSTEM)
    assert (item.state, item.archived_at, item.running) == ("archived", NOW, ())


# T29


def test_what_the_district_says_changes_nothing_here(town):
    item = town.closed()
    after = town.do("i1", "district_update", SYSTEM, source_status="已办结", source_reply="满意")
    assert (after.source_status, after.source_reply) == ("已办结", "满意")
    assert (after.state, after.outcome, after.timers) == (item.state, item.outcome, item.timers)


# cards by hand


@pytest.mark.parametrize("card", ["urge", "yellow", "red", "black"])
def test_a_card_wants_a_reply_in_a_day_an_urging_none(town, card):
    town.handling()
    item = town.do("i1", "supervise", SUPERVISOR, card=card, text="请抓紧办理")
    (found,) = item.cards
    assert (found.card, found.unit, found.text, found.rule) == (card, SZS, "请抓紧办理", "hand")
    is_due = found.reply_due_at is not None and NOW < found.reply_due_at <= NOW + 2 * DAY
    assert is_due is (card != "urge")
    if card == "urge":
        assert town.refused("i1", "reply", LIAISONS[SZS], text="x") == "no_card_waits"
    else:
        town.do("i1", "reply", LIAISONS[SZS], text="明日办结")


def test_the_oldest_card_is_answered_by_its_unit(town):
    town.handling()
    for number, card in enumerate(("yellow", "red")):
        town.wait(minutes=number)
        town.do("i1", "supervise", SUPERVISOR, card=card, text="请抓紧")
    assert town.refused("i1", "reply", LIAISONS[CGZD], text="x") == "no_card_waits"
    item = town.do("i1", "reply", LIAISONS[SZS], text="明日办结")
    assert [(one.card, one.reply) for one in item.cards] == [("yellow", "明日办结"), ("red", "")]
    town.do("i1", "reply", LEADER, text="已电话督促")
    assert town.refused("i1", "reply", LEADER, text="再答") == "no_card_waits"
