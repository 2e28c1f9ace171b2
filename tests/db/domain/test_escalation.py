"""The ladder E0 to E6: which card, since when, and never twice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.domain.calendar import DEFAULT_CALENDAR
from db.domain.deadlines import due_at
from db.domain.escalation import card_of, parse_rules, raised
from db.domain.incidents import Card, Incident, Pause, Timer
from db.domain.lists import Limit
from db.domain.rules.base import pauses_of
from db.store.lists import bundled_rows

RULES = parse_rules(bundled_rows("escalation"))
UNIT = "990101001-szs"
CHINA = timezone(timedelta(hours=8))
CRITICAL = {"urgency": "critical"}


def at(text):
    """Return a local time such as `11-20 16:00` of 2026 in UTC milliseconds."""
    local = datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=CHINA)
    return int(local.astimezone(UTC).timestamp() * 1000)


FRIDAY = at("11-20 16:00")
"""Friday; the week after has no holiday."""


def clock(stage="handle", amount=5, unit="work_day", start=FRIDAY, ended=None):
    due = due_at(start, Limit(unit, amount))
    return Timer(stage, UNIT, unit, amount, start, due, "", ended)


def incident(*timers, **values):
    return Incident(id="i1", state="handling", lead_unit=UNIT, timers=timers, **values)


def found(one, now, recurrences=0):
    cards = raised(one, RULES, DEFAULT_CALENDAR, now, recurrences)
    return [(card.rule.id, card.rule.trigger, card.at) for card in cards]


def kept(one, now):
    """Return an incident with the cards it has earned."""
    cards = [
        Card(**card_of(item, DEFAULT_CALENDAR, now))
        for item in raised(one, RULES, DEFAULT_CALENDAR, now)
    ]
    return replace(one, cards=(*one.cards, *cards))


SIGN = clock("sign", 120, "work_hour")
URGENT_SIGN = clock("sign", 15, "urgent_hour")

CASES = [
    # Two working hours from Friday 16:00 end with the day; the weekend does not count.
    (incident(SIGN), "11-20 18:01", [("E1", "unsigned", at("11-20 18:00"))]),
    (incident(SIGN), "11-20 18:00", []),
    (incident(SIGN), "11-23 08:30", [("E1", "unsigned", at("11-20 18:00"))]),
    # An order that must be signed sooner is urged sooner; only a critical one calls the director.
    (incident(URGENT_SIGN), "11-20 17:00", [("E1", "unsigned", at("11-20 16:15"))]),
    (
        incident(URGENT_SIGN, **CRITICAL),
        "11-20 16:20",
        [("E1", "unsigned", at("11-20 16:15")), ("E6", "unsigned", at("11-20 16:15"))],
    ),
    # Five working days from Friday end on the Friday after. With the two hours left of the first
    # day that is 42 hours; 80 % are 33 h 36: 2 + 3 x 8, and on Thursday 7 h 36.
    (incident(clock()), "11-26 08:00", []),
    (incident(clock()), "11-27 09:00", [("E2", "used_percent", at("11-26 17:36"))]),
    (
        incident(clock()),
        "11-27 18:01",
        [("E2", "used_percent", at("11-26 17:36")), ("E3", "late", at("11-27 18:00") + 1)],
    ),
    # Late on Friday evening: three working days later is Wednesday evening, five is Friday.
    (
        incident(clock()),
        "12-02 18:01",
        [("E2", "used_percent", at("11-26 17:36")), ("E3", "late", at("11-27 18:00") + 1)],
    ),
    (
        incident(clock()),
        "12-07 09:00",
        [
            ("E2", "used_percent", at("11-26 17:36")),
            ("E3", "late", at("11-27 18:00") + 1),
            ("E4", "late", at("12-03 08:00") + 1),
            ("E5", "late", at("12-07 08:00") + 1),
        ],
    ),
    # A clock that has stopped late still earned its card; one that is done is not urged.
    (
        incident(clock(ended=at("11-30 10:00"))),
        "12-07 09:00",
        [("E3", "late", at("11-27 18:00") + 1)],
    ),
    (incident(clock(ended=at("11-27 10:00"))), "12-07 09:00", []),
    # Counters.
    (
        incident(clock(start=at("11-23 09:00")), rework_count=2),
        "11-23 10:00",
        [("E4", "reworked", at("11-23 09:00"))],
    ),
    (incident(clock(start=at("11-23 09:00")), rework_count=1), "11-23 10:00", []),
    (
        incident(clock(start=at("11-23 09:00")), reopen_count=2),
        "11-23 10:00",
        [("E5", "reopened", at("11-23 09:00"))],
    ),
]


@pytest.mark.parametrize(("one", "now", "expected"), CASES)
def test_which_card_and_since_when(one, now, expected):
    assert found(one, at(now)) == expected


def test_the_same_trouble_three_times_is_a_black_card_since_it_came_up():
    one = incident(taken_in_at=at("11-23 09:00"))
    assert found(one, at("11-23 10:00"), 2) == []
    assert found(one, at("11-23 10:00"), 3) == [("E5", "recurrence", at("11-23 09:00"))]


def test_a_paused_clock_is_never_late():
    paused = incident(clock(), pauses=(Pause(at("11-24 09:00"), None, "weather"),))
    assert found(paused, at("12-31 09:00")) == []
    over = replace(paused, pauses=(Pause(at("11-24 09:00"), at("12-02 09:00")),))
    due = due_at(FRIDAY, Limit("work_day", 5), pauses=pauses_of(over))
    timer = replace(over.timers[0], due_at=due)
    over = replace(over, timers=(timer,))
    assert timer.due_at > at("12-03 18:00")
    assert "late" not in [trigger for _, trigger, _ in found(over, timer.due_at)]
    assert ("E3", "late", timer.due_at + 1) in found(over, timer.due_at + 60_000)


def test_a_reply_that_is_missed_is_a_red_card():
    late = kept(incident(clock()), at("11-30 09:00"))
    (yellow,) = [card for card in late.cards if card.card == "yellow"]
    assert yellow.at == at("11-27 18:00") + 1
    assert yellow.reply_due_at == at("12-01 18:00")
    names = [item[:2] for item in found(late, at("12-01 18:01"))]
    assert names == [("E4", "reply_missed")]
    answered = replace(yellow, replied_at=at("12-01 10:00"), reply="已加派人手")
    late = replace(late, cards=(*(card for card in late.cards if card != yellow), answered))
    assert found(late, at("12-01 18:01")) == []


def test_what_was_sent_back_and_not_supplied_is_urged():
    back = Incident(id="i1", state="returned", pauses=(Pause(FRIDAY, None, "returned"),))
    assert found(back, at("11-24 17:59")) == []
    assert found(back, at("11-25 09:00")) == [("T4", "returned", at("11-24 18:00"))]


def test_each_card_comes_once_however_often_one_looks():
    one = incident(SIGN, clock(), taken_in_at=FRIDAY)
    for hour in range(0, 24 * 20, 5):
        one = kept(one, FRIDAY + hour * 3_600_000)
    keys = [card.key for card in one.cards]
    assert len(keys) == len(set(keys))
    once = kept(incident(SIGN, clock(), taken_in_at=FRIDAY), FRIDAY + 24 * 20 * 3_600_000)
    dated = {(card.key, card.at) for card in one.cards if card.rule != "E4" or "late" in card.key}
    # Nobody is urged to do what he is late for already only because the machine slept.
    assert {(card.key, card.at) for card in once.cards} <= dated | {
        (card.key, card.at) for card in one.cards
    }


@given(st.integers(0, 40 * 24 * 60), st.integers(0, 40 * 24 * 60))
def test_a_card_once_earned_stays_and_keeps_its_instant(first, second):
    one = incident(SIGN, clock())
    early, late = sorted((FRIDAY + first * 60_000, FRIDAY + second * 60_000))
    assert set(found(one, early)) <= set(found(one, late))
