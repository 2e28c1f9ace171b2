"""Which days are worked, calendars from outside, and the clock of working time."""

from datetime import UTC, date, datetime, timedelta

import pytest

from db.domain.calendar import (
    DAY,
    DEFAULT_CALENDAR,
    HOUR,
    MINUTE,
    WORKING_HOURS,
    Calendar,
    day_start,
    parse_calendar,
    parse_hours,
)
from db.domain.errors import InputError

HOURS = "08:00-12:00,14:00-18:00"


def row(day="2027-10-01", is_off="1", name="国庆节"):
    return {"date": day, "is_off": is_off, "name": name}


def refused(work):
    with pytest.raises(InputError) as found:
        work()
    return (found.value.code, found.value.params)


# Typed in from the notices of the State Council, not read from the library under test.
NOTICES = {
    2025: {
        "off": "01-01 01-28/02-04 04-04/04-06 05-01/05-05 05-31/06-02 10-01/10-08",
        "worked": "01-26 02-08 04-27 09-28 10-11",
    },
    2026: {
        "off": "01-01/01-03 02-15/02-23 04-04/04-06 05-01/05-05 "
        "06-19/06-21 09-25/09-27 10-01/10-07",
        "worked": "01-04 02-14 02-28 05-09 09-20 10-10",
    },
}


def days_of(year, words):
    for word in words.split():
        first, _, last = word.partition("/")
        day, end = (
            date.fromisoformat(f"{year}-{first}"),
            date.fromisoformat(f"{year}-{last or first}"),
        )
        while day <= end:
            yield day
            day += timedelta(days=1)


@pytest.mark.parametrize("year", NOTICES)
def test_a_year_is_that_of_its_notice(year):
    off = set(days_of(year, NOTICES[year]["off"]))
    worked = set(days_of(year, NOTICES[year]["worked"]))
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]
    wanted = {day for day in days if day not in worked and (day in off or day.weekday() >= 5)}
    assert {day for day in days if DEFAULT_CALENDAR.day_off(day)[0]} == wanted


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 11, 23), ("", True)),
        (date(2026, 11, 22), ("weekend", True)),
        (date(2026, 10, 3), ("National Day", True)),
        (date(2026, 10, 10), ("", True)),
        (date(2027, 10, 1), ("", False)),
        (date(2027, 10, 2), ("weekend", False)),
        (date(2031, 1, 1), ("", False)),
        (date(2003, 12, 31), ("", False)),
    ],
)
def test_why_a_day_is_off(day, why):
    assert DEFAULT_CALENDAR.day_off(day) == why


def test_days_from_a_file_go_before_the_library():
    sent = parse_calendar(
        "3",
        HOURS,
        [
            row("2026-10-07", "0", ""),
            row("2026-11-24", "1", "本地放假"),
            row("2026-11-25", "1", ""),
            row("2026-11-28", "1", ""),
            row("2026-11-29", "0", "上班"),
            row("2027-10-01", "1", "国庆节"),
        ],
    )
    reasons = {
        date(2026, 10, 6): "National Day",
        date(2026, 10, 7): "",
        date(2026, 11, 24): "本地放假",
        date(2026, 11, 25): "holiday",
        date(2026, 11, 28): "weekend",
        date(2026, 11, 29): "",
        date(2027, 10, 1): "国庆节",
        date(2027, 10, 2): "weekend",
    }
    assert {day: sent.day_off(day) for day in reasons} == {
        day: (reason, True) for day, reason in reasons.items()
    }
    assert sent.day_off(date(2028, 1, 3)) == ("", False)
    assert (sent.version, sent.hours) == ("3", WORKING_HOURS)


def test_the_clock_and_the_reasons_know_the_same_days():
    sent = parse_calendar(
        "1", HOURS, [row("2026-11-24"), row("2026-11-28", "0"), row("2027-01-03", "0")]
    )
    for calendar in (DEFAULT_CALENDAR, sent):
        day = date(2024, 1, 1)
        while day < date(2029, 1, 1):
            begin = day_start(day)
            ran = calendar.clock.shown(begin + DAY) - calendar.clock.shown(begin)
            assert ran == (0 if calendar.day_off(day)[0] else 8 * HOUR), day
            day += timedelta(days=1)


def test_a_december_in_the_notice_of_the_next_year_is_no_table():
    sent = parse_calendar("1", HOURS, [row("2030-12-31", "1", "元旦"), row("2031-01-01")])
    assert [sent.covers(year) for year in (2029, 2030, 2031)] == [False, False, True]


@pytest.mark.parametrize(
    ("rows", "code", "params"),
    [
        ([], "calendar_year_empty", {}),
        ([row(), row("2027-13-01")], "calendar_row_malformed", {"row": 3, "column": "date"}),
        ([row("2027/10/01")], "calendar_row_malformed", {"row": 2, "value": "2027/10/01"}),
        ([row("20271001")], "calendar_row_malformed", {"column": "date"}),
        ([row("2027-W40-5")], "calendar_row_malformed", {"column": "date"}),
        ([row("1969-12-31")], "calendar_row_malformed", {"column": "date"}),
        ([row("2200-01-01")], "calendar_row_malformed", {"column": "date"}),
        ([{"is_off": "1"}], "calendar_row_malformed", {"column": "date", "value": ""}),
        ([row(is_off="2")], "calendar_row_malformed", {"column": "is_off", "value": "2"}),
        ([row(is_off="")], "calendar_row_malformed", {"column": "is_off"}),
        ([row(), row(is_off="0")], "calendar_day_twice", {"row": 3, "value": "2027-10-01"}),
        ([row(), row(name="国庆")], "calendar_day_twice", {"row": 3}),
    ],
)
def test_bad_rows_are_refused(rows, code, params):
    found = refused(lambda: parse_calendar("1", HOURS, rows))
    assert found[0] == code
    assert params.items() <= found[1].items()


def test_the_same_day_twice_alike_is_one_day():
    sent = parse_calendar("1", HOURS, [row(), row(is_off="是", name=" 国庆节 ")])
    assert sent.days == {date(2027, 10, 1): (True, "国庆节")}


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("08:00-12:00,14:00-18:00", WORKING_HOURS),
        (" 9:00-12:00 , 13:30-17:30 ", ((540, 720), (810, 1050))),
        ("00:00-24:00", ((0, 1440),)),
        ("08:00-12:00,12:00-16:00", ((480, 720), (720, 960))),
    ],
)
def test_hours_are_read(text, hours):
    assert parse_hours(text) == hours
    assert Calendar("", parse_hours(text)).hours == hours


@pytest.mark.parametrize(
    "text",
    [
        "",
        ",",
        "08:00",
        "8-12",
        "08:00-12:60",
        "08:00-12:00,",
        "08:00-12:00-14:00",
        "12:00-08:00",
        "08:00-08:00",
        "08:00-12:00,11:00-18:00",
        "14:00-18:00,08:00-12:00",
        "08:00-24:01",
        "08:00-25:00",
    ],
)
def test_bad_hours_are_refused(text):
    assert refused(lambda: parse_calendar("1", text, [row()]))[0] == "calendar_hours_malformed"


def test_a_calendar_without_hours_is_refused():
    assert refused(lambda: Calendar("", ())) == ("calendar_hours_malformed", {"value": ""})
    found = refused(lambda: Calendar("", ((720, 480),)))
    assert found[1] == {"value": "12:00-08:00"}


def at(text):
    return round(datetime.fromisoformat(f"{text}+08:00").timestamp() * 1000)


def test_the_clock_runs_in_working_hours_only():
    clock = DEFAULT_CALENDAR.clock
    zero = clock.shown(at("2026-11-23 00:00"))
    for time, shown in [
        ("23 08:00", 0),
        ("23 08:00:30", MINUTE // 2),
        ("23 11:59", 239 * MINUTE),
        ("23 12:00", 4 * HOUR),
        ("23 13:59:59", 4 * HOUR),
        ("23 18:00", 8 * HOUR),
        ("24 08:00", 8 * HOUR),
        ("28 12:00", 40 * HOUR),
        ("30 09:00", 41 * HOUR),
    ]:
        assert clock.shown(at(f"2026-11-{time}")) - zero == shown, time
    first = datetime.fromtimestamp(clock.first_at(zero + 8 * HOUR) / 1000, UTC)
    assert first == datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize("beyond", [-DAY, at("2200-01-01 00:00")])
def test_the_clock_knows_no_day_outside_its_tables(beyond):
    clock = DEFAULT_CALENDAR.clock
    assert refused(lambda: clock.shown(beyond))[0] == "deadline_beyond_calendar"
    assert refused(lambda: clock.start_day(beyond))[0] == "deadline_beyond_calendar"
