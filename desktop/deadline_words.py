"""Why something is due when it is, line by line: for the window and the command line alike."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from db.domain.calendar import DAY, DEFAULT_CALENDAR, Calendar, day_start
from db.domain.deadlines import Deadline, Interval, Skipped, deadline
from db.domain.incidents import Incident, Timer
from db.domain.rules.base import own_limit, pauses_of
from desktop.i18n import (
    HOLIDAY_NAMES,
    STAGE_NAMES,
    clock_time,
    instant,
    limit_text,
    local,
    span_text,
)
from desktop.language import say

_SHOWN = 12
"""Lines of one kind; a limit of many weeks has more than anybody reads."""


class Line(NamedTuple):
    """A line of an explanation: what kind of line it is, and what it says."""

    name: str
    text: str


def incident_why(incident: Incident, calendar: Calendar = DEFAULT_CALENDAR) -> list[Line]:
    """Return the explanation of the deadline that comes first, also while the clocks stand."""
    timer = min(incident.running, key=lambda timer: timer.due_at, default=None)
    if timer is None:
        return [Line("", say("现在没有在走的时限"))]
    found = deadline(timer.start_at, own_limit(timer), calendar, pauses_of(incident))
    return why_lines(timer, found)


def why_lines(timer: Timer, found: Deadline) -> list[Line]:
    """Return the explanation of a deadline line by line."""
    stage = STAGE_NAMES[timer.stage] + (f"·{timer.step}" if timer.step else "")
    has_hours = timer.limit_unit == "work_hour"
    counted = [_stretch_text(item, has_length=has_hours) for item in found.counted]
    paused = [say("{}，不计").format(_stretch_text(item)) for item in found.paused]
    if found.paused_at is not None:
        paused.append(say("{} 起，现在停着；恢复后重新计算到期").format(instant(found.paused_at)))
    return [
        Line(say("环节"), f"{stage}，{limit_text(timer.limit_unit, timer.amount)}"),
        Line(say("开始"), instant(timer.start_at)),
        *_some(say("计入"), counted),
        *_some(say("跳过"), _skipped_texts(found.skipped)),
        *_some(say("挂起"), paused),
        Line(say("到期"), instant(timer.due_at)),
        *(Line(say("注意"), text) for text in _warnings(timer, found)),
    ]


def _warnings(timer: Timer, found: Deadline) -> list[str]:
    texts = [say("缺少 {} 年节假日表，按周末计算").format(year) for year in found.uncovered_years]
    if timer.due_at != found.due_at:
        texts.append(
            say("按现在的节假日表算是 {}；定下的到期不会自己改").format(instant(found.due_at))
        )
    return texts


def _some(name: str, texts: Sequence[str]) -> list[Line]:
    lines = [Line(name, text) for text in texts[:_SHOWN]]
    if len(texts) > _SHOWN:
        lines.append(Line(name, say("另有 {} 段").format(len(texts) - _SHOWN)))
    return lines


def _stretch_text(item: Interval, *, has_length: bool = False) -> str:
    is_one_day = local(item.from_at).date() == local(item.to_at).date()
    end = clock_time(item.to_at) if is_one_day else instant(item.to_at)
    length = f"（{span_text(item.to_at - item.from_at)}）" if has_length else ""
    return say("{} 至 {}{}").format(instant(item.from_at), end, length)


def _skipped_texts(days: Sequence[Skipped]) -> list[str]:
    """Return the days that were passed over, those in a row for one reason together."""
    starts = [0, *(n for n, pair in enumerate(pairwise(days), 1) if not _goes_on(*pair))]
    runs = [days[begin:end] for begin, end in pairwise([*starts, len(days)])] if days else []
    return [_run_text(run) for run in runs]


def _goes_on(day: Skipped, after: Skipped) -> bool:
    return after.reason == day.reason and day_start(after.day) - day_start(day.day) == DAY


def _run_text(run: Sequence[Skipped]) -> str:
    first, last = run[0], run[-1]
    name = HOLIDAY_NAMES.get(first.reason, first.reason)
    if first is last:
        return f"{first.day:%Y-%m-%d} {name}"
    return say("{:%Y-%m-%d} 至 {:%Y-%m-%d} {}（{} 天）").format(first.day, last.day, name, len(run))
