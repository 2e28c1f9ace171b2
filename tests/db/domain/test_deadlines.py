"""Deadlines by a table worked out by hand, and against a slow count of single minutes."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.domain.deadlines import (
    DAY,
    MINUTE,
    Interval,
    day_off,
    day_start,
    deadline,
    due_at,
    local_date,
)
from db.domain.lists import Limit

CHINA = timezone(timedelta(hours=8))
COUNTED_UNIT = {"urgent_hour": MINUTE, "work_hour": MINUTE, "natural_day": DAY}

CASES = """
# straight on: nights, weekends and holidays count
urgent_hour  15  2026-11-20 17:59  2026-11-20 18:14
urgent_hour  15  2026-11-21 23:50  2026-11-22 00:05
urgent_hour  30  2026-12-31 23:45  2027-01-01 00:15
urgent_hour  60  2026-11-23 12:00  2026-11-23 13:00
urgent_hour  240 2026-10-03 22:00  2026-10-04 02:00
urgent_hour  1440 2026-10-01 08:00 2026-10-02 08:00
natural_day  1   2026-11-23 11:30  2026-11-24 11:30
natural_day  2   2026-02-27 10:00  2026-03-01 10:00
natural_day  1   2028-02-28 00:00  2028-02-29 00:00
natural_day  7   2026-09-30 18:00  2026-10-07 18:00
natural_day  1   2026-12-31 09:00  2027-01-01 09:00
# working hours of a day: both edges of both intervals
work_hour    240 2026-11-23 08:00  2026-11-23 12:00
work_hour    241 2026-11-23 08:00  2026-11-23 14:01
work_hour    480 2026-11-23 08:00  2026-11-23 18:00
work_hour    481 2026-11-23 08:00  2026-11-24 08:01
work_hour    1   2026-11-23 11:59  2026-11-23 12:00
work_hour    2   2026-11-23 11:59  2026-11-23 14:01
work_hour    120 2026-11-23 11:30  2026-11-23 15:30
work_hour    60  2026-11-23 12:00  2026-11-23 15:00
work_hour    60  2026-11-23 12:30  2026-11-23 15:00
work_hour    1   2026-11-23 13:59  2026-11-23 14:01
work_hour    1   2026-11-23 17:59  2026-11-23 18:00
work_hour    2   2026-11-23 17:59  2026-11-24 08:01
# made at night
work_hour    60  2026-11-23 18:00  2026-11-24 09:00
work_hour    60  2026-11-23 23:59  2026-11-24 09:00
work_hour    60  2026-11-23 00:00  2026-11-23 09:00
work_hour    1   2026-11-23 07:59  2026-11-23 08:01
# over a weekend
work_hour    240 2026-11-20 16:00  2026-11-23 10:00
work_hour    120 2026-11-21 23:00  2026-11-23 10:00
work_hour    30  2026-11-22 09:00  2026-11-23 08:30
work_hour    1200 2026-11-19 14:00 2026-11-23 18:00
# National Day 1 to 7 October; Saturday the 10th is worked
work_hour    120 2026-09-30 17:00  2026-10-08 09:00
work_hour    60  2026-10-05 10:00  2026-10-08 09:00
work_hour    120 2026-10-09 17:00  2026-10-10 09:00
work_hour    240 2026-10-10 16:00  2026-10-12 10:00
# Spring Festival 15 to 23 February; Saturdays the 14th and 28th are worked
work_hour    60  2026-02-14 17:30  2026-02-24 08:30
work_hour    120 2026-02-27 17:00  2026-02-28 09:00
work_hour    120 2026-02-28 17:00  2026-03-02 09:00
# the other holidays, and Sundays that are worked
work_hour    120 2025-12-31 17:00  2026-01-04 09:00
work_hour    120 2026-04-03 17:00  2026-04-07 09:00
work_hour    60  2026-04-30 17:30  2026-05-06 08:30
work_hour    60  2026-05-08 17:30  2026-05-09 08:30
work_hour    120 2026-06-18 17:00  2026-06-22 09:00
work_hour    60  2026-09-20 09:00  2026-09-20 10:00
work_hour    120 2026-09-24 17:00  2026-09-28 09:00
# a year without a table: weekends only
work_hour    60  2026-12-31 17:30  2027-01-01 08:30
work_hour    60  2027-10-01 09:00  2027-10-01 10:00
work_hour    60  2027-10-02 09:00  2027-10-04 09:00
# working days: the end of the N-th one after the day of the start
work_day     1   2026-11-23 09:00  2026-11-24 18:00
work_day     1   2026-11-23 12:30  2026-11-24 18:00
work_day     1   2026-11-23 05:00  2026-11-24 18:00
work_day     1   2026-11-20 17:59  2026-11-23 18:00
work_day     1   2026-11-20 18:00  2026-11-24 18:00
work_day     1   2026-11-21 10:00  2026-11-24 18:00
work_day     5   2026-11-23 09:00  2026-11-30 18:00
work_day     13  2026-11-23 09:00  2026-12-10 18:00
work_day     1   2026-09-30 09:00  2026-10-08 18:00
work_day     1   2026-09-30 18:30  2026-10-09 18:00
work_day     3   2026-09-30 09:00  2026-10-10 18:00
work_day     4   2026-09-30 09:00  2026-10-12 18:00
work_day     1   2026-10-10 09:00  2026-10-12 18:00
work_day     1   2026-02-13 09:00  2026-02-14 18:00
work_day     2   2026-02-13 09:00  2026-02-24 18:00
work_day     1   2026-12-31 10:00  2027-01-01 18:00
"""
TABLE = [
    (unit, int(amount), f"{day} {time}", f"{due_day} {due_time}")
    for line in CASES.splitlines()
    if line and not line.startswith("#")
    for unit, amount, day, time, due_day, due_time in [line.split()]
]

# Typed in from the notice of the State Council, not read from the library under test.
HOLIDAYS_2026 = {
    date(2026, month, day)
    for month, days in {
        1: range(1, 4),
        2: range(15, 24),
        4: range(4, 7),
        5: range(1, 6),
        6: range(19, 22),
        9: range(25, 28),
        10: range(1, 8),
    }.items()
    for day in days
}
WORKED_2026 = {
    date(2026, month, day) for month, day in ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))
}


def at(text):
    return round(datetime.fromisoformat(f"{text}+08:00").timestamp() * 1000)


def text(instant):
    return datetime.fromtimestamp(instant / 1000, UTC).astimezone(CHINA).strftime("%F %H:%M")


def is_worked(day):
    if day in WORKED_2026:
        return True
    return day.weekday() < 5 and day not in HOLIDAYS_2026


def is_working_minute(instant):
    then = datetime.fromtimestamp(instant / 1000, UTC).astimezone(CHINA)
    return is_worked(then.date()) and then.hour in {8, 9, 10, 11, 14, 15, 16, 17}


def test_the_table_is_long_enough():
    assert len(TABLE) >= 40
    assert len({row[0] for row in TABLE}) == 4


@pytest.mark.parametrize(("unit", "amount", "start", "due"), TABLE)
def test_due(unit, amount, start, due):
    assert text(due_at(at(start), Limit(unit, amount))) == due


@pytest.mark.parametrize(("unit", "amount", "start", "due"), TABLE)
def test_the_explanation_adds_up(unit, amount, start, due):
    found = deadline(at(start), Limit(unit, amount))
    spans = [interval.to_at - interval.from_at for interval in found.counted]
    assert found.due_at == found.counted[-1].to_at
    assert all(span > 0 for span in spans)
    if unit == "work_day":
        assert len(found.counted) == amount
    else:
        assert sum(spans) == amount * COUNTED_UNIT[unit]
    edges = [edge for item in found.counted for edge in (item.from_at, item.to_at)]
    assert edges == sorted(edges)
    assert edges[0] >= found.start_at
    counted_days = {local_date(item.from_at) for item in found.counted}
    assert counted_days.isdisjoint(item.day for item in found.skipped)
    if unit in {"urgent_hour", "natural_day"}:
        assert found.skipped == ()
        assert found.uncovered_years == ()


def test_every_day_between_is_counted_or_explained():
    found = deadline(at("2026-09-30 17:00"), Limit("work_day", 4))
    days = {local_date(found.start_at)}
    days |= {local_date(item.from_at) for item in found.counted}
    days |= {item.day for item in found.skipped}
    first, last = local_date(found.start_at), local_date(found.due_at)
    assert days == {first + timedelta(days=n) for n in range((last - first).days + 1)}
    reasons = {item.day.day: item.reason for item in found.skipped}
    assert reasons == dict.fromkeys(range(1, 8), "National Day") | {11: "weekend"}


@pytest.mark.parametrize(
    ("start", "unit", "amount", "years"),
    [
        ("2026-12-30 09:00", "work_hour", 60, ()),
        ("2026-12-31 17:30", "work_hour", 60, (2027,)),
        ("2026-12-31 09:00", "work_day", 2, (2027,)),
        ("2026-12-30 09:00", "work_day", 1, ()),
        ("2027-12-31 17:00", "work_day", 1, (2027, 2028)),
    ],
)
def test_years_without_a_table_are_named(start, unit, amount, years):
    assert deadline(at(start), Limit(unit, amount)).uncovered_years == years


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 11, 23), ("", True)),
        (date(2026, 11, 22), ("weekend", True)),
        (date(2026, 10, 3), ("National Day", True)),
        (date(2026, 10, 10), ("", True)),
        (date(2027, 10, 1), ("", False)),
        (date(2027, 10, 2), ("weekend", False)),
    ],
)
def test_why_a_day_is_off(day, why):
    assert day_off(day) == why


def test_the_calendar_of_2026_is_that_of_the_notice():
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [day for day in days if (day_off(day)[0] == "") != is_worked(day)] == []


def test_local_days_begin_at_midnight_in_china():
    assert text(day_start(date(2026, 11, 23))) == "2026-11-23 00:00"
    assert local_date(at("2026-11-23 00:00")) == date(2026, 11, 23)
    assert local_date(at("2026-11-23 00:00") - 1) == date(2026, 11, 22)
    assert local_date(-1) == date(1970, 1, 1)


def test_the_counted_time_of_an_afternoon():
    found = deadline(at("2026-11-23 11:30"), Limit("work_hour", 120))
    assert found.counted == (
        Interval(at("2026-11-23 11:30"), at("2026-11-23 12:00")),
        Interval(at("2026-11-23 14:00"), at("2026-11-23 15:30")),
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 350 * 24 * 60 - 1), st.integers(1, 500))
def test_working_minutes_against_a_slow_count(minute, amount):
    start = at("2026-01-01 00:00") + minute * MINUTE
    instant, left = start, amount
    while left:
        left -= is_working_minute(instant)
        instant += MINUTE
    assert text(due_at(start, Limit("work_hour", amount))) == text(instant)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 330 * 24 * 60 - 1), st.integers(1, 13))
def test_working_days_against_a_slow_count(minute, amount):
    start = at("2026-01-01 00:00") + minute * MINUTE
    day = local_date(start)
    while not is_worked(day) or start >= at(f"{day} 18:00"):
        day += timedelta(days=1)
    for _ in range(amount):
        day += timedelta(days=1)
        while not is_worked(day):
            day += timedelta(days=1)
    assert text(due_at(start, Limit("work_day", amount))) == f"{day} 18:00"
