"""The explanation of a deadline, as it is read out to somebody."""

import json
from dataclasses import replace
from datetime import date, datetime

import pytest
from click.testing import CliRunner

from db.commands.incidents import Report, report_incident
from db.domain import incidents
from db.domain.calendar import DEFAULT_CALENDAR, Calendar
from db.domain.deadlines import Pause, due_at
from db.domain.incidents import Incident, Timer
from db.domain.lists import Limit
from db.store.store import Store
from desktop.cli import griddesk
from desktop.deadline_words import incident_why
from tests.db.store import rig


def at(text):
    return round(datetime.fromisoformat(f"{text}+08:00").timestamp() * 1000)


def incident(unit, amount, start, *pauses, calendar=DEFAULT_CALENDAR, step=""):
    stood = [Pause(*(at(edge) for edge in pause)) for pause in pauses]
    due = due_at(at(start), Limit(unit, amount), calendar, stood)
    timer = Timer("handle", "", unit, amount, at(start), due, "1", step=step)
    kept = tuple(incidents.Pause(*pause) for pause in stood)
    return Incident(id="i1", timers=(timer,), pauses=kept)


def shown(found, calendar=DEFAULT_CALENDAR):
    return [f"{line.name} {line.text}" for line in incident_why(found, calendar)]


def test_working_hours_over_a_holiday():
    assert shown(incident("work_hour", 240, "2026-09-30 16:30", step="停工")) == [
        "环节 处置·停工，4 工作时",
        "开始 2026-09-30 16:30",
        "计入 2026-09-30 16:30 至 18:00（1 时 30 分）",
        "计入 2026-10-08 08:00 至 10:30（2 时 30 分）",
        "跳过 2026-10-01 至 2026-10-07 国庆节（7 天）",
        "到期 2026-10-08 10:30",
    ]


def test_days_in_a_row_are_one_line_for_one_reason():
    days = {date(2026, 11, 23): (True, "本地放假"), date(2026, 11, 24): (True, "")}
    calendar = Calendar("2", days=days)
    found = incident("work_day", 2, "2026-11-20 09:00", calendar=calendar)
    assert shown(found, calendar)[2:] == [
        "计入 2026-11-25 08:00 至 18:00",
        "计入 2026-11-26 08:00 至 18:00",
        "跳过 2026-11-21 至 2026-11-22 周末（2 天）",
        "跳过 2026-11-23 本地放假",
        "跳过 2026-11-24 放假",
        "到期 2026-11-26 18:00",
    ]


def test_weekends_of_two_weeks_are_two_lines():
    found = shown(incident("work_day", 6, "2026-11-20 09:00"))
    assert [line for line in found if line.startswith("跳过")] == [
        "跳过 2026-11-21 至 2026-11-22 周末（2 天）",
        "跳过 2026-11-28 至 2026-11-29 周末（2 天）",
    ]


def test_pauses_are_told_and_a_running_one():
    ended, running = ("2026-11-23 09:00", "2026-11-23 10:00"), ("2026-11-23 11:00",)
    assert shown(incident("urgent_hour", 180, "2026-11-23 08:00", ended, running)) == [
        "环节 处置，3 小时，连续计时",
        "开始 2026-11-23 08:00",
        "计入 2026-11-23 08:00 至 09:00",
        "计入 2026-11-23 10:00 至 12:00",
        "挂起 2026-11-23 09:00 至 10:00，不计",
        "挂起 2026-11-23 11:00 起，现在停着；恢复后重新计算到期",
        "到期 2026-11-23 12:00",
    ]


@pytest.mark.parametrize(("amount", "more"), [(12, []), (13, ["计入 另有 1 段"])])
def test_a_long_list_says_how_much_more_there_is(amount, more):
    found = shown(incident("work_day", amount, "2026-11-02 09:00"))
    counted = [line for line in found if line.startswith("计入")]
    assert (len(counted), counted[12:]) == (12 + len(more), more)


def test_a_year_without_holidays_and_another_calendar_are_noted():
    found = incident("work_hour", 60, "2026-12-31 17:30")
    moved = replace(found, timers=(replace(found.timers[0], due_at=at("2027-01-04 08:30")),))
    assert shown(moved)[-3:] == [
        "到期 2027-01-04 08:30",
        "注意 缺少 2027 年节假日表，按周末计算",
        "注意 按现在的节假日表算是 2027-01-01 08:30；定下的到期不会自己改",
    ]


def test_nothing_runs():
    assert shown(Incident(id="i1")) == [" 现在没有在走的时限"]


def test_the_command_line_says_the_same(tmp_path, monkeypatch):
    monkeypatch.setenv("GRIDDESK_HOME", str(tmp_path / "home"))
    run = CliRunner().invoke
    assert run(griddesk, ["init", "--key", "file"]).exit_code == 0
    with Store.open(tmp_path / "home") as store:
        values = {"content": "楼下下水道堵塞", "address": "枫桥路12号"}
        number = report_incident(store, rig.CLERK, Report(values)).number
    told = run(griddesk, ["show", number, "--why"])
    assert told.exit_code == 0
    names = [line.split()[0] for line in told.stdout.splitlines()]
    assert (names[:3], names[-1]) == (["环节", "开始", "计入"], "到期")
    lines = json.loads(run(griddesk, ["show", number, "--why", "--json"]).stdout)
    assert [f"{line['name']}  {line['text']}" for line in lines] == told.stdout.splitlines()
