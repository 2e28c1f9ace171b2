"""Deadlines of every kind against a slow count of single minutes, and what must always hold.

The count shares nothing with what it is held against: it asks of each minute whether it is worked
and whether it is paused, and counts it or not.
"""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.domain.calendar import Calendar
from db.domain.deadlines import Pause, deadline, due_at, late_days, share_used
from db.domain.lists import Limit

MINUTE = 60_000
ALWAYS = ("urgent_hour", "natural_day")
FIRST = datetime(2040, 9, 3, tzinfo=UTC)
"""A Monday of a year the library does not know: days off are those of the calendar alone."""
SPAN = 21 * 24 * 60
"""Minutes in which things start and are paused."""


class Slow:
    """A calendar and pauses, asked minute by minute; minutes are counted from FIRST, local."""

    def __init__(self, calendar, pauses):
        self.calendar = calendar
        self.pauses = pauses
        self.worked_days = {}

    def day(self, minute):
        return (FIRST + timedelta(minutes=minute)).date()

    def is_worked_day(self, minute):
        day = self.day(minute)
        if day not in self.worked_days:
            off = self.calendar.days.get(day)
            self.worked_days[day] = not off[0] if off else day.isoweekday() < 6
        return self.worked_days[day]

    def runs(self, minute, unit):
        if unit in ALWAYS:
            return True
        now = minute % 1440
        is_open = any(begin <= now < end for begin, end in self.calendar.hours)
        return is_open and self.is_worked_day(minute)

    def is_paused(self, minute):
        return any(begin <= minute < end for begin, end in self.pauses)

    def count(self, start, end, unit):
        return sum(
            self.runs(minute, unit) and not self.is_paused(minute) for minute in range(start, end)
        )

    def reach(self, start, amount, unit):
        minute = start
        while amount:
            amount -= self.runs(minute, unit) and not self.is_paused(minute)
            minute += 1
        return minute

    def due(self, start, limit):
        if limit.unit == "work_day":
            return self.due_by_days(start, limit.amount)
        amount = limit.amount * (1440 if limit.unit == "natural_day" else 1)
        return self.reach(start, amount, limit.unit)

    def due_by_days(self, start, amount):
        closing = self.calendar.hours[-1][1]
        midnight = start - start % 1440
        while not self.is_worked_day(midnight) or midnight + closing <= start:
            midnight += 1440
        for _ in range(amount):
            midnight += 1440
            while not self.is_worked_day(midnight):
                midnight += 1440
        unpaused = Slow(self.calendar, ()).count(start, midnight + closing, "work_day")
        last = self.reach(start, unpaused, "work_day") - 1
        return last - last % 1440 + closing


def instant(minute):
    return round((FIRST - timedelta(hours=8)).timestamp() * 1000) + minute * MINUTE


def given_pauses(pauses):
    return tuple(Pause(instant(begin), instant(end)) for begin, end in pauses)


@st.composite
def calendars(draw):
    edges = draw(st.sampled_from([2, 4, 6]).flatmap(_edges))
    days = draw(
        st.dictionaries(
            st.integers(0, 40).map(lambda n: FIRST.date() + timedelta(days=n)),
            st.tuples(st.booleans(), st.just("放假")),
            max_size=12,
        )
    )
    return Calendar("", tuple(zip(edges[::2], edges[1::2], strict=True)), days)


def _edges(number):
    minutes = st.integers(0, 96).map(lambda quarter: quarter * 15)
    return st.lists(minutes, min_size=number, max_size=number, unique=True).map(sorted)


LIMITS = st.one_of(
    st.builds(Limit, st.sampled_from(["urgent_hour", "work_hour"]), st.integers(1, 900)),
    st.builds(Limit, st.sampled_from(["natural_day", "work_day"]), st.integers(1, 4)),
)
STARTS = st.integers(0, SPAN)
PAUSES = st.lists(
    st.tuples(STARTS, st.one_of(st.integers(0, 180), st.integers(0, 4000))).map(
        lambda pause: (pause[0], sum(pause))
    ),
    max_size=4,
)


@st.composite
def cases(draw):
    """Draw a calendar, a start, a limit and pauses, most of them near the start."""
    start = draw(STARTS)
    near = st.tuples(st.integers(start - 600, start + 3000), st.integers(0, 3000))
    pauses = draw(PAUSES) + draw(st.lists(near.map(lambda p: (p[0], sum(p))), max_size=3))
    return draw(calendars()), start, draw(LIMITS), draw(st.permutations(pauses))


@settings(max_examples=120, deadline=None)
@given(cases())
def test_due_is_what_a_slow_count_finds(case):
    calendar, start, limit, pauses = case
    found = due_at(instant(start), limit, calendar, given_pauses(pauses))
    assert (found - instant(0)) / MINUTE == Slow(calendar, pauses).due(start, limit)


@settings(max_examples=60, deadline=None)
@given(cases(), st.integers(0, 6000))
def test_the_share_used_is_what_a_slow_count_finds(case, later):
    calendar, start, limit, pauses = case
    end, slow = start + later, Slow(calendar, pauses)
    due = slow.due(start, limit)
    share = slow.count(start, end, limit.unit) * 1000 // slow.count(start, due, limit.unit)
    found = share_used(instant(start), limit, instant(end), calendar, given_pauses(pauses))
    assert found == (share if end >= due else min(share, 999))


@settings(max_examples=60, deadline=None)
@given(cases())
def test_the_explanation_is_of_the_same_deadline(case):
    calendar, start, limit, pauses = case
    paused = given_pauses(pauses)
    found = deadline(instant(start), limit, calendar, paused)
    assert found.due_at == due_at(instant(start), limit, calendar, paused)
    for items in (found.counted, found.paused):
        edges = [edge for item in items for edge in (item.from_at, item.to_at)]
        assert edges == sorted(edges)
        assert all(item.from_at < item.to_at for item in items)
        assert all(instant(start) <= edge <= found.due_at for edge in edges)
    for pause in found.paused:
        assert all(
            item.to_at <= pause.from_at or pause.to_at <= item.from_at for item in found.counted
        )
    counted = sum(item.to_at - item.from_at for item in found.counted) // MINUTE
    if limit.unit != "work_day":
        assert counted == limit.amount * (1440 if limit.unit == "natural_day" else 1)
    assert all(calendar.day_off(item.day)[0] == item.reason for item in found.skipped)
    assert set(found.uncovered_years) <= {2040}


@settings(max_examples=70, deadline=None)
@given(cases(), st.data())
def test_pauses_only_ever_move_a_deadline_on(case, data):
    calendar, start, limit, pauses = case
    paused = given_pauses(pauses)
    due = due_at(instant(start), limit, calendar, paused)
    assert due > instant(start)
    fewer = paused[:-1]
    assert due_at(instant(start), limit, calendar, fewer) <= due
    assert due_at(instant(start), limit, calendar, paused[::-1]) == due
    assert due_at(instant(start), limit, calendar, paused + paused[:2]) == due
    running = Pause(data.draw(STARTS.map(instant)))
    assert due_at(instant(start), limit, calendar, (*paused, running)) == due
    split = []
    for begin, end in paused:
        middle = data.draw(st.integers(begin, end))
        split += [Pause(middle, end), Pause(begin, middle)]
    assert due_at(instant(start), limit, calendar, split) == due


@settings(max_examples=50, deadline=None)
@given(cases(), st.integers(0, 30))
def test_a_longer_limit_and_a_later_start_are_never_due_earlier(case, more):
    calendar, start, limit, pauses = case
    paused = given_pauses(pauses)
    due = due_at(instant(start), limit, calendar, paused)
    longer = Limit(limit.unit, limit.amount + more)
    assert due_at(instant(start), longer, calendar, paused) >= due
    if limit.unit == "work_day":
        # What was lost on the day of the start counts: who starts after it has lost nothing.
        clock = calendar.clock
        day_ends = clock.closing(clock.start_day(instant(start + more)))
        paused = tuple(pause for pause in paused if pause.from_at >= day_ends)
        due = due_at(instant(start), limit, calendar, paused)
    assert due_at(instant(start + more), limit, calendar, paused) >= due


@settings(max_examples=60, deadline=None)
@given(cases(), st.integers(-3000, 6000))
def test_a_limit_is_used_up_exactly_at_its_deadline(case, minutes):
    calendar, start, limit, pauses = case
    paused = given_pauses(pauses)
    due = due_at(instant(start), limit, calendar, paused)

    def share(at):
        return share_used(instant(start), limit, at, calendar, paused)

    at = instant(start + minutes)
    assert (share(at) >= 1000) == (at >= due)
    assert (late_days(due, at, calendar) > 0) == (at > due)
    assert share(due) == 1000
    assert share(due - 1) < 1000
    assert share(instant(start)) == 0
    assert share(at) <= share(at + 7 * MINUTE)


@pytest.mark.parametrize("unit", ["urgent_hour", "work_hour", "work_day", "natural_day"])
def test_a_count_by_hand_of_the_slow_count(unit):
    # 周一 11:30 开始，14:30 至 15:00 挂起
    calendar = Calendar("", days={date(2040, 9, 4): (True, "放假")})
    slow = Slow(calendar, [(14 * 60 + 30, 15 * 60)])
    amount, due = {
        "urgent_hour": (200, 15 * 60 + 20),
        "work_hour": (120, 16 * 60),
        "work_day": (1, 3 * 1440 + 18 * 60),
        "natural_day": (1, 1440 + 12 * 60),
    }[unit]
    assert slow.due(11 * 60 + 30, Limit(unit, amount)) == due
