"""Deadlines by a table worked out by hand from a calendar, and what is reckoned from them."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import NamedTuple

import pytest

from db.domain.calendar import DEFAULT_CALENDAR, Calendar, parse_hours
from db.domain.deadlines import (
    DAY,
    HOUR,
    MINUTE,
    Interval,
    Pause,
    Skipped,
    day_start,
    deadline,
    due_at,
    halved,
    late_days,
    local_date,
    longer,
    rework_limit,
    share_used,
)
from db.domain.errors import InputError
from db.domain.lists import Limit

CHINA = timezone(timedelta(hours=8))
COUNTED_UNIT = {"urgent_hour": MINUTE, "work_hour": MINUTE, "natural_day": DAY}

CASES = """
# 连续计时：夜里、周末、节假日都算
urgent_hour  15   2026-11-20 17:59  2026-11-20 18:14
urgent_hour  15   2026-11-21 23:50  2026-11-22 00:05
urgent_hour  30   2026-12-31 23:45  2027-01-01 00:15  # 跨年
urgent_hour  60   2026-11-23 12:00  2026-11-23 13:00  # 午休也算
urgent_hour  240  2026-10-03 22:00  2026-10-04 02:00  # 国庆夜里
urgent_hour  1440 2026-10-01 08:00  2026-10-02 08:00
natural_day  1    2026-11-23 11:30  2026-11-24 11:30
natural_day  2    2026-02-27 10:00  2026-03-01 10:00  # 二月只有 28 天
natural_day  1    2028-02-28 00:00  2028-02-29 00:00  # 闰年
natural_day  7    2026-09-30 18:00  2026-10-07 18:00  # 国庆照算
natural_day  1    2026-12-31 09:00  2027-01-01 09:00

# 工作时：一天两段的四个边界
work_hour    240  2026-11-23 08:00  2026-11-23 12:00  # 正好 8 点开始，正好满到午休
work_hour    241  2026-11-23 08:00  2026-11-23 14:01
work_hour    480  2026-11-23 08:00  2026-11-23 18:00
work_hour    481  2026-11-23 08:00  2026-11-24 08:01
work_hour    1    2026-11-23 11:59  2026-11-23 12:00
work_hour    2    2026-11-23 11:59  2026-11-23 14:01
work_hour    120  2026-11-23 11:30  2026-11-23 15:30  # 午休隔开
work_hour    60   2026-11-23 12:00  2026-11-23 15:00  # 正好 12 点开始
work_hour    60   2026-11-23 12:30  2026-11-23 15:00
work_hour    60   2026-11-23 14:00  2026-11-23 15:00
work_hour    1    2026-11-23 13:59  2026-11-23 14:01
work_hour    1    2026-11-23 17:59  2026-11-23 18:00
work_hour    2    2026-11-23 17:59  2026-11-24 08:01
# 夜里收到
work_hour    60   2026-11-23 18:00  2026-11-24 09:00  # 正好 18 点，从第二天算
work_hour    60   2026-11-23 23:59  2026-11-24 09:00
work_hour    60   2026-11-23 00:00  2026-11-23 09:00
work_hour    1    2026-11-23 07:59  2026-11-23 08:01
# 周末
work_hour    240  2026-11-20 16:00  2026-11-23 10:00  # 周五 2 时，周一 2 时
work_hour    120  2026-11-21 23:00  2026-11-23 10:00  # 周六夜里
work_hour    30   2026-11-22 09:00  2026-11-23 08:30
work_hour    1200 2026-11-19 14:00  2026-11-23 18:00
# 2026 国庆 1 至 7 日，10 日（周六）上班
work_hour    120  2026-09-30 17:00  2026-10-08 09:00
work_hour    60   2026-10-05 10:00  2026-10-08 09:00
work_hour    120  2026-10-09 17:00  2026-10-10 09:00
work_hour    240  2026-10-10 16:00  2026-10-12 10:00
# 2026 春节 2 月 15 至 23 日，14 日、28 日（周六）上班
work_hour    60   2026-02-14 17:30  2026-02-24 08:30
work_hour    120  2026-02-27 17:00  2026-02-28 09:00
work_hour    120  2026-02-28 17:00  2026-03-02 09:00
# 2026 其他节日和上班的周日
work_hour    120  2025-12-31 17:00  2026-01-04 09:00  # 元旦后周日上班
work_hour    120  2026-04-03 17:00  2026-04-07 09:00  # 清明
work_hour    60   2026-04-30 17:30  2026-05-06 08:30  # 劳动节
work_hour    60   2026-05-08 17:30  2026-05-09 08:30  # 周六上班
work_hour    120  2026-06-18 17:00  2026-06-22 09:00  # 端午
work_hour    60   2026-09-20 09:00  2026-09-20 10:00  # 周日上班
work_hour    120  2026-09-24 17:00  2026-09-28 09:00  # 中秋
# 2025：春节 1 月 28 日至 2 月 4 日，国庆 8 天，周日 1 月 26 日、9 月 28 日上班
work_hour    120  2025-01-24 17:00  2025-01-26 09:00  # 周六休，周日上班
work_day     1    2025-01-24 10:00  2025-01-26 18:00
work_day     3    2025-01-24 10:00  2025-02-05 18:00  # 26、27 日，春节八天，2 月 5 日
work_hour    60   2025-02-07 17:30  2025-02-08 08:30  # 周六上班
work_hour    60   2025-09-27 10:00  2025-09-28 09:00  # 周六收到，周日上班
work_hour    60   2025-09-30 17:30  2025-10-09 08:30  # 国庆 1 至 8 日
work_hour    120  2025-10-10 17:00  2025-10-11 09:00  # 周六上班
work_hour    60   2025-10-11 17:30  2025-10-13 08:30  # 上班的周六之后，周日休
work_day     3    2025-09-30 10:00  2025-10-11 18:00  # 9、10、11 日
# 没有节假日表的年份：只扣周末
work_hour    60   2026-12-31 17:30  2027-01-01 08:30
work_hour    60   2027-10-01 09:00  2027-10-01 10:00
work_hour    60   2027-10-02 09:00  2027-10-04 09:00
work_hour    60   2031-09-30 17:30  2031-10-01 08:30
work_hour    60   2031-10-04 10:00  2031-10-06 09:00  # 周六
work_day     2    2031-09-30 09:00  2031-10-02 18:00

# 工作日：开始那天之后第 N 个工作日下班时
work_day     1    2026-11-23 09:00  2026-11-24 18:00
work_day     1    2026-11-23 12:30  2026-11-24 18:00  # 午休在工作日之内
work_day     1    2026-11-23 05:00  2026-11-24 18:00
work_day     1    2026-11-20 17:59  2026-11-23 18:00
work_day     1    2026-11-20 18:00  2026-11-24 18:00  # 下班后收到，当作周一收到
work_day     1    2026-11-21 10:00  2026-11-24 18:00
work_day     5    2026-11-23 09:00  2026-11-30 18:00
work_day     13   2026-11-23 09:00  2026-12-10 18:00
work_day     1    2026-09-30 09:00  2026-10-08 18:00
work_day     1    2026-09-30 18:30  2026-10-09 18:00
work_day     3    2026-09-30 09:00  2026-10-10 18:00
work_day     4    2026-09-30 09:00  2026-10-12 18:00
work_day     1    2026-10-10 09:00  2026-10-12 18:00
work_day     1    2026-02-13 09:00  2026-02-14 18:00
work_day     2    2026-02-13 09:00  2026-02-24 18:00
work_day     1    2026-12-31 10:00  2027-01-01 18:00
# 很多周：十周五十个工作日，扣清明、劳动节，加 5 月 9 日
work_hour    24000 2026-03-02 08:00 2026-05-13 18:00
work_day     49   2026-03-02 08:00  2026-05-13 18:00

# 挂起：按时限自己的钟量
urgent_hour  60   2026-11-23 23:30  2026-11-24 01:30  11-23T23:45/11-24T00:45
urgent_hour  240  2026-11-27 22:00  2026-11-30 02:00  11-28T00:00/11-30T00:00  # 连续计时，周末全扣
natural_day  1    2026-11-27 10:00  2026-11-30 10:00  11-27T12:00/11-29T12:00
natural_day  2    2026-11-23 09:00  2026-11-25 09:30  11-23T10:00/11-23T10:30
work_hour    240  2026-11-23 08:00  2026-11-23 15:00  11-23T09:00/11-23T10:00
work_hour    240  2026-11-23 10:00  2026-11-23 16:00  11-23T12:10/11-23T13:30  # 在午休之内，不扣
work_hour    240  2026-11-23 10:00  2026-11-23 17:00  11-23T11:30/11-23T14:30  # 扣午休前后各半时
work_hour    240  2026-11-27 14:00  2026-11-30 12:00  11-27T15:00/11-30T09:00  # 跨周末，扣 4 工作时
work_hour    240  2026-11-27 16:00  2026-11-30 10:00  11-28T00:00/11-30T00:00  # 只在周末，不扣
work_hour    120  2026-11-23 17:00  2026-11-24 09:00  11-23T18:30/11-24T07:00  # 只在夜里，不扣
work_hour    480  2026-11-23 08:00  2026-11-24 09:00  11-23T17:00/11-24T08:00  # 扣下班前 1 时
work_hour    240  2026-09-30 16:00  2026-10-08 12:00  09-30T17:00/10-08T09:00  # 跨国庆，扣 2 工作时
work_hour    60   2026-11-23 08:30  2026-11-23 10:00  11-23T07:00/11-23T09:00  # 开始之前就挂起
work_hour    60   2026-11-23 08:00  2026-11-23 09:00  11-23T10:00/11-23T12:00  # 到期以后的，不挽回
# 正好到期时挂起，不挽回
work_hour    60   2026-11-23 08:00  2026-11-23 09:00  11-23T09:00/11-23T10:00
work_hour    480  2026-11-27 08:00  2026-11-27 18:00  11-28T09:00/11-30T12:00  # 周五到期，周六挂起
# 倒着的不算
work_hour    60   2026-11-23 08:00  2026-11-23 10:00 11-23T10:00/11-23T09:00 11-23T08:15/11-23T09:15
# 几次挂起
# 重叠只扣一次
work_hour    240  2026-11-23 08:00  2026-11-23 15:30 11-23T09:00/11-23T10:00 11-23T09:30/11-23T10:30
# 同一次记了两遍
work_hour    240  2026-11-23 08:00  2026-11-23 15:00 11-23T09:00/11-23T10:00 11-23T09:00/11-23T10:00
# 一次在另一次之内
work_hour    240  2026-11-23 08:00  2026-11-23 16:00 11-23T09:30/11-23T10:00 11-23T09:00/11-23T11:00
# 先后颠倒，第二次在顺延的时间里
work_hour    60   2026-11-23 08:00  2026-11-23 11:00 11-23T09:45/11-23T10:45 11-23T08:30/11-23T09:30
# 工作日的挂起：扣掉的工作时间加在后面，落在哪天，哪天下班到期
work_day     1    2026-11-23 09:00  2026-11-25 18:00  11-24T09:00/11-24T10:00  # 1 时也要占一天
work_day     1    2026-11-23 09:00  2026-11-25 18:00  11-24T08:00/11-25T08:00  # 正好一天
work_day     1    2026-11-23 09:00  2026-11-26 18:00  11-24T08:00/11-25T08:01  # 一天多 1 分
work_day     1    2026-11-23 09:00  2026-11-25 18:00  11-23T10:00/11-23T12:00  # 开始那天
work_day     1    2026-11-23 09:00  2026-11-24 18:00  11-24T12:00/11-24T14:00  # 午休，不扣
work_day     1    2026-11-27 10:00  2026-11-30 18:00  11-28T00:00/11-30T08:00  # 周末，不扣
work_day     1    2026-11-21 10:00  2026-11-24 18:00  11-21T00:00/11-22T23:59
# 两个半天合一天
work_day     1    2026-11-23 09:00  2026-11-25 18:00 11-24T08:00/11-24T12:00 11-25T08:00/11-25T12:00
work_day     13   2026-11-23 09:00  2026-12-17 18:00  11-25T09:00/12-02T09:00  # 扣五个工作日
# 改类：同一开始、同样的挂起，另一个时限；延期 2 时；减半
work_hour    240  2026-11-23 10:00  2026-11-23 18:00  11-23T11:00/11-23T15:00
work_hour    120  2026-11-23 10:00  2026-11-23 16:00  11-23T11:00/11-23T15:00
work_hour    360  2026-11-23 10:00  2026-11-24 10:00  11-23T11:00/11-23T15:00
work_day     1    2026-11-23 10:00  2026-11-25 18:00  11-23T11:00/11-23T15:00
urgent_hour  240  2026-11-23 10:00  2026-11-23 18:00  11-23T11:00/11-23T15:00

= 06:00-09:00,11:00-13:00,17:00-20:00
# 一天三段
work_hour    240  2026-11-23 08:00  2026-11-23 18:00
work_hour    240  2026-11-23 08:00  2026-11-23 18:00  11-23T09:00/11-23T11:00  # 在两段之间
work_hour    240  2026-11-23 08:00  2026-11-24 07:00  11-23T08:30/11-23T17:30
work_day     1    2026-11-23 19:59  2026-11-24 20:00
work_day     1    2026-11-23 20:00  2026-11-25 20:00
= 00:00-24:00
# 全天
work_hour    60   2026-11-27 23:30  2026-11-30 00:30
work_hour    60   2026-11-27 23:00  2026-11-28 00:00  # 到周五 24 点
work_day     1    2026-11-23 00:00  2026-11-25 00:00  # 到周二 24 点
= 09:00-10:00
# 一天只有一时
work_hour    120  2026-11-23 09:30  2026-11-25 09:30
= 08:00-12:00,12:00-16:00
# 两段相接
work_hour    240  2026-11-23 10:00  2026-11-23 14:00
"""


class Case(NamedTuple):
    limit: Limit
    start: int
    due: str
    pauses: tuple[Pause, ...]
    calendar: Calendar


def at(text):
    return round(datetime.fromisoformat(f"{text}+08:00").timestamp() * 1000)


def text(instant):
    return datetime.fromtimestamp(instant / 1000, UTC).astimezone(CHINA).strftime("%F %H:%M")


def cases():
    calendar = DEFAULT_CALENDAR
    for line in CASES.splitlines():
        if line.startswith("="):
            calendar = Calendar("", parse_hours(line[1:].strip()))
        words = line.split("#")[0].split()
        if not line.startswith("=") and words:
            unit, amount, day, time, due_day, due_time, *pauses = words
            spans = [[at(f"{day[:4]}-{end}") for end in pause.split("/")] for pause in pauses]
            paused = tuple(Pause(*span) for span in spans)
            limit = Limit(unit, int(amount))
            yield Case(limit, at(f"{day} {time}"), f"{due_day} {due_time}", paused, calendar)


TABLE = list(cases())


def test_the_table_is_long_enough():
    assert len(TABLE) >= 100
    assert len({case.limit.unit for case in TABLE}) == 4
    assert sum(bool(case.pauses) for case in TABLE) >= 30


@pytest.mark.parametrize("case", TABLE, ids=str)
def test_due(case):
    assert text(due_at(case.start, case.limit, case.calendar, case.pauses)) == case.due


@pytest.mark.parametrize("case", TABLE, ids=str)
def test_the_explanation_adds_up(case):
    found = deadline(case.start, case.limit, case.calendar, case.pauses)
    assert text(found.due_at) == case.due
    spans = [item.to_at - item.from_at for item in found.counted]
    assert all(span > 0 for span in spans)
    if case.limit.unit in COUNTED_UNIT:
        assert found.due_at == found.counted[-1].to_at
        assert sum(spans) == case.limit.amount * COUNTED_UNIT[case.limit.unit]
    elif not case.pauses:
        assert len(found.counted) == case.limit.amount
    edges = [edge for item in found.counted for edge in (item.from_at, item.to_at)]
    assert edges == sorted(edges)
    assert edges[0] >= found.start_at
    counted_days = {local_date(item.from_at) for item in found.counted}
    assert counted_days.isdisjoint(item.day for item in found.skipped)
    if case.limit.unit in {"urgent_hour", "natural_day"}:
        assert found.skipped == ()
        assert found.uncovered_years == ()


@pytest.mark.parametrize("case", [case for case in TABLE if case.pauses], ids=str)
def test_the_order_of_pauses_changes_nothing(case):
    found = deadline(case.start, case.limit, case.calendar, case.pauses)
    assert deadline(case.start, case.limit, case.calendar, case.pauses[::-1]) == found


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
        ("2031-10-01 09:00", "work_hour", 60, (2031,)),
    ],
)
def test_years_without_a_table_are_named(start, unit, amount, years):
    assert deadline(at(start), Limit(unit, amount)).uncovered_years == years


def test_a_day_the_district_sent_goes_before_the_library():
    days = {
        date(2026, 11, 24): (True, "本地放假"),
        date(2026, 11, 28): (False, "上班"),
        date(2031, 10, 1): (True, "国庆节"),
    }
    sent = Calendar("区 2026-3", days=days)
    found = deadline(at("2026-11-23 17:00"), Limit("work_hour", 120), sent)
    assert text(found.due_at) == "2026-11-25 09:00"
    assert found.skipped == (Skipped(date(2026, 11, 24), "本地放假"),)
    assert text(due_at(at("2026-11-27 09:00"), Limit("work_day", 1), sent)) == "2026-11-28 18:00"
    covered = deadline(at("2031-09-30 17:30"), Limit("work_hour", 60), sent)
    assert (text(covered.due_at), covered.uncovered_years) == ("2031-10-02 08:30", ())


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


def test_what_is_paused_is_shown_apart_from_what_is_counted():
    pauses = (
        Pause(at("2026-11-23 14:30"), at("2026-11-23 15:00")),
        Pause(at("2026-11-23 11:30"), at("2026-11-23 14:30")),
        Pause(at("2026-11-24 09:00"), at("2026-11-24 10:00")),
    )
    found = deadline(at("2026-11-23 11:00"), Limit("work_hour", 120), pauses=pauses)
    assert found.paused == (Interval(at("2026-11-23 11:30"), at("2026-11-23 15:00")),)
    assert found.counted == (
        Interval(at("2026-11-23 11:00"), at("2026-11-23 11:30")),
        Interval(at("2026-11-23 15:00"), at("2026-11-23 16:30")),
    )


@pytest.mark.parametrize(
    ("unit", "amount", "counted"),
    [
        ("urgent_hour", 180, [("08:00", "09:00"), ("10:00", "12:00")]),
        ("work_hour", 180, [("08:00", "09:00"), ("10:00", "12:00")]),
        ("work_hour", 60, [("08:00", "09:00")]),
    ],
)
def test_a_pause_cuts_what_is_counted(unit, amount, counted):
    pause = Pause(at("2026-11-23 09:00"), at("2026-11-23 10:00"))
    found = deadline(at("2026-11-23 08:00"), Limit(unit, amount), pauses=(pause,))
    shown = [(text(item.from_at)[11:], text(item.to_at)[11:]) for item in found.counted]
    assert shown == counted


def test_milliseconds_are_kept():
    start = at("2026-11-23 11:59:59.250")
    assert due_at(start, Limit("work_hour", 1)) == at("2026-11-23 14:00:59.250")
    assert due_at(start, Limit("work_hour", 480)) == at("2026-11-24 11:59:59.250")
    assert due_at(at("2026-11-23 12:00:30"), Limit("work_hour", 1)) == at("2026-11-23 14:01")
    assert due_at(at("2026-11-20 17:59:59.999"), Limit("work_day", 1)) == at("2026-11-23 18:00")
    pause = Pause(at("2026-11-23 09:00:00.001"), at("2026-11-23 09:00:00.003"))
    moved = due_at(at("2026-11-23 09:00"), Limit("work_hour", 1), pauses=(pause,))
    assert moved == at("2026-11-23 09:01:00.002")


def test_a_paused_clock_is_never_late():
    ended = Pause(at("2026-11-23 08:30"), at("2026-11-23 09:00"))
    running = Pause(at("2026-11-23 09:15"))
    start, limit = at("2026-11-23 08:00"), Limit("work_hour", 60)
    found = deadline(start, limit, pauses=(ended, running))
    assert (found.is_paused, found.paused_at) == (True, running.from_at)
    assert text(found.due_at) == "2026-11-23 09:30"
    assert not found.is_late(at("2026-11-30 09:00"))
    assert share_used(start, limit, at("2026-11-30 09:00"), pauses=(ended, running)) == 750
    resumed = deadline(start, limit, pauses=(ended, running._replace(to_at=at("2026-11-23 10:00"))))
    assert text(resumed.due_at) == "2026-11-23 10:15"
    assert not resumed.is_paused
    assert not resumed.is_late(resumed.due_at)
    assert resumed.is_late(resumed.due_at + 1)


def test_a_longer_limit_has_the_same_unit():
    assert longer(Limit("work_day", 5), 3) == Limit("work_day", 8)
    assert longer(Limit("urgent_hour", 30), 15) == Limit("urgent_hour", 45)


@pytest.mark.parametrize(
    ("unit", "amount", "percent", "half"),
    [
        ("work_hour", 240, 50, 120),
        ("work_hour", 15, 50, 8),
        ("work_day", 5, 50, 3),
        ("work_day", 1, 50, 1),
        ("natural_day", 7, 30, 3),
        ("urgent_hour", 60, 75, 45),
        ("work_day", 4, 100, 4),
        ("work_day", 4, 0, 1),
    ],
)
def test_a_part_of_a_limit_is_rounded_up(unit, amount, percent, half):
    assert halved(Limit(unit, amount), percent) == Limit(unit, half)


@pytest.mark.parametrize(
    ("unit", "amount", "wanted"),
    [
        ("work_day", 5, Limit("work_day", 3)),
        ("work_day", 1, Limit("work_day", 1)),
        ("natural_day", 1, Limit("natural_day", 1)),
        ("work_hour", 600, Limit("work_hour", 300)),
        ("work_hour", 480, Limit("work_hour", 240)),
        ("work_hour", 240, Limit("work_hour", 240)),
        ("work_hour", 60, Limit("work_hour", 240)),
        ("urgent_hour", 1440, Limit("urgent_hour", 720)),
        ("urgent_hour", 240, Limit("work_hour", 240)),
    ],
)
def test_a_rework_has_half_the_limit_but_four_working_hours(unit, amount, wanted):
    assert rework_limit(Limit(unit, amount)) == wanted


def test_a_short_working_day_is_less_than_four_hours():
    short = Calendar("", ((9 * 60, 11 * 60),))
    assert rework_limit(Limit("work_day", 2), short) == Limit("work_hour", 240)
    assert rework_limit(Limit("work_day", 4), short) == Limit("work_day", 2)


def test_used_time_stands_in_pauses():
    start = at("2026-11-23 08:00")
    ended = Pause(at("2026-11-23 11:00"), at("2026-11-23 15:00"))
    running = Pause(at("2026-11-23 16:00"))
    work, always = Limit("work_hour", 600), Limit("urgent_hour", 600)
    assert share_used(start, work, at("2026-11-23 12:00"), pauses=[ended]) == 300
    assert share_used(start, work, at("2026-11-23 17:00"), pauses=[ended]) == 500
    assert share_used(start, always, at("2026-11-23 17:00"), pauses=[ended]) == 500
    assert share_used(start, work, at("2026-12-23 17:00"), pauses=[running, ended]) == 400


@pytest.mark.parametrize(
    ("unit", "amount", "until", "share"),
    [
        ("work_hour", 240, "2026-11-20 16:00", 0),
        ("work_hour", 240, "2026-11-20 18:00", 500),
        ("work_hour", 240, "2026-11-22 12:00", 500),
        ("work_hour", 240, "2026-11-23 09:12", 800),
        ("work_hour", 240, "2026-11-23 09:59", 995),
        ("work_hour", 240, "2026-11-23 10:00", 1000),
        ("work_hour", 240, "2026-11-23 12:00", 1500),
        ("urgent_hour", 60, "2026-11-20 16:30", 500),
        ("natural_day", 2, "2026-11-21 16:00", 500),
        ("work_day", 1, "2026-11-23 12:00", 600),
        ("work_day", 1, "2026-11-23 18:00", 1000),
    ],
)
def test_the_share_used(unit, amount, until, share):
    assert share_used(at("2026-11-20 16:00"), Limit(unit, amount), at(until)) == share


def test_a_last_day_paused_to_its_end_is_not_used_up_before():
    # 周二 1 时的挂起把到期移到周三下班；周三下午的挂起在多出来的时间里
    pauses = (
        Pause(at("2026-11-24 09:00"), at("2026-11-24 10:00")),
        Pause(at("2026-11-25 16:00"), at("2026-11-25 18:00")),
    )
    start, limit = at("2026-11-23 09:00"), Limit("work_day", 1)
    assert text(due_at(start, limit, pauses=pauses)) == "2026-11-25 18:00"
    assert share_used(start, limit, at("2026-11-25 17:00"), pauses=pauses) == 999
    assert share_used(start, limit, at("2026-11-25 18:00"), pauses=pauses) == 1000


@pytest.mark.parametrize(
    ("due", "now", "days"),
    [
        ("2026-11-23 10:00", "2026-11-23 09:00", 0),
        ("2026-11-23 10:00", "2026-11-23 10:00", 0),
        ("2026-11-23 10:00", "2026-11-23 10:01", 1),
        ("2026-11-23 10:00", "2026-11-24 10:00", 1),
        ("2026-11-23 10:00", "2026-11-24 10:01", 2),
        ("2026-11-23 18:00", "2026-11-23 23:00", 1),
        ("2026-11-20 18:00", "2026-11-22 12:00", 1),
        ("2026-11-20 18:00", "2026-11-23 18:00", 1),
        ("2026-11-20 18:00", "2026-11-24 08:30", 2),
        ("2026-09-30 18:00", "2026-10-07 12:00", 1),
        ("2026-09-30 18:00", "2026-10-12 08:01", 4),
    ],
)
def test_lateness_is_counted_in_working_days(due, now, days):
    assert late_days(at(due), at(now)) == days


def test_lateness_stands_in_pauses():
    pause = Pause(at("2026-11-23 12:00"))
    assert late_days(at("2026-11-23 10:00"), at("2026-12-23 10:00"), pauses=[pause]) == 1


@pytest.mark.parametrize(
    ("start", "due"), [(-1, "1970-01-01 09:00"), (4_102_444_800_000, "2100-01-01 09:00")]
)
def test_a_machine_with_a_dead_battery_still_gets_deadlines(start, due):
    assert text(due_at(start, Limit("work_hour", 60))) == due
    assert due_at(start, Limit("work_day", 1)) > start


@pytest.mark.parametrize(
    ("start", "limit"),
    [
        (at("2026-11-23 09:00"), Limit("work_day", 60_000)),
        (at("2026-11-23 09:00"), Limit("work_hour", 60_000 * 480)),
        (at("2200-01-01 00:00"), Limit("work_day", 1)),
        (at("2200-01-01 00:00"), Limit("work_hour", 1)),
        (-DAY, Limit("work_hour", 1)),
        (-DAY, Limit("work_day", 1)),
    ],
)
def test_beyond_the_calendar_nothing_is_guessed(start, limit):
    with pytest.raises(InputError, match="deadline_beyond_calendar"):
        due_at(start, limit)
    assert due_at(start, Limit("urgent_hour", 60)) == start + HOUR
