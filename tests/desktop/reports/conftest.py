"""Invented sheets, and the text of a PDF as a reader of it would copy it."""

import subprocess
from dataclasses import replace
from datetime import date

import pytest

from db.domain.deadlines import DAY, HOUR, MINUTE, day_start
from db.domain.incidents import Assignment, Incident, Step, Timer
from db.store.queries.incidents import CallerMask, Detail
from db.store.queries.queue import QueueRow
from db.store.queries.sheets import DailyLine, DailySheet, SheetHead, SlipSheet

NUMBER = "990101001-20261123-A10001"
MIDNIGHT = day_start(date(2026, 11, 23))
AT = MIDNIGHT + 9 * HOUR
HEAD = SheetHead("示例街道", "周岚", MIDNIGHT + 14 * HOUR + 32 * MINUTE, 308)
INCIDENT = Incident(
    id="i1",
    number=NUMBER,
    title="兴禾路口井盖缺失",
    content="兴禾路口机动车道一处井盖缺失，夜间无警示灯。",
    class_code="ZF09",
    urgency="critical",
    source="hotline12345",
    source_no="HX-20261123-77",
    reported_at=AT,
    taken_in_at=AT,
    area_code="990101001001001",
    address="兴禾路与学府路交叉口",
    state="closed",
    lead_unit="990101001-szs",
    outcome="resolved",
    public_reply="井盖已当日更换，感谢监督。",
    satisfaction="very",
    callback_attempts=1,
    callback_done=1,
    closed_at=AT + 5 * HOUR,
    timers=(
        Timer("accept", "", "urgent_hour", 15, AT, AT + 15 * MINUTE, "p", AT + 2 * MINUTE),
        Timer(
            "handle", "990101001-szs", "urgent_hour", 240, AT, AT + 4 * HOUR, "p",
            AT + 4 * HOUR + 10 * MINUTE,
        ),
        Timer("callback", "", "work_day", 2, AT, AT + 5 * HOUR + 2 * MINUTE, "p"),
    ),
    assignments=(
        Assignment(
            "990101001-cgzd", "co", "sent", "先设围挡，当日更换。", AT + 3 * MINUTE,
            due_at=AT + 4 * HOUR,
        ),
        Assignment(
            "990101001-szs", "lead", "fed_back", "先设围挡，当日更换。", AT + 3 * MINUTE,
            AT + 6 * MINUTE, "李师傅", AT + 4 * HOUR, AT + 4 * HOUR + 10 * MINUTE,
            "已设置围挡并更换井盖，恢复通行。",
        ),
    ),
)  # fmt: skip
STEPS = (
    Step("incident_reported", "draft", "reported", AT, "zhoulan", "周岚", ""),
    Step("incident_accepted", "reported", "accepted", AT + MINUTE, "zhoulan", "周岚", "地点清楚"),
    Step(
        "assignment_signed", "dispatched", "handling", AT + 6 * MINUTE, "zhoulan", "周岚", "",
        "990101001-szs", {"contact": "李师傅"},
    ),
    Step(
        "feedback_given", "handling", "checking", AT + 4 * HOUR, "zhoulan", "周岚",
        "已设置围挡并更换井盖，恢复通行。", "990101001-szs",
    ),
    Step("newer_kind", "closed", "closed", AT + 5 * HOUR, "x", "何砚", ""),
)  # fmt: skip
DETAIL = Detail(
    rid=1,
    incident=INCIDENT,
    steps=STEPS,
    area_path="采薇社区 采薇01网格",
    unit_names={"990101001-szs": "市政所", "990101001-cgzd": "城管中队"},
    caller=CallerMask("王*", "1234", is_readable=True),
    recommendations=(),
    suggestions=(),
    suggested_area=("", ""),
    posts=(),
    attachments=(),
)
DAILY = DailySheet(
    head=HEAD,
    day_at=MIDNIGHT,
    taken_in=79,
    accepted=70,
    dispatched=66,
    closed=65,
    closed_on_time=62,
    closed_with_limit=64,
    open=120,
    late=3,
    by_platform=(DailyLine("综合执法", 40, 30, 70, 2), DailyLine("", 39, 35, 50, 1)),
    by_unit=(DailyLine("市政所", 20, 15, 30, 2),),
    by_source=(("phone", 50), ("grid", 29)),
    late_rows=(
        QueueRow(
            1, "i1", NUMBER, "兴禾路口井盖缺失", "ZF09", "urgent", "handling", "phone",
            "990101001001001", "兴禾路口", AT, AT, AT + 3 * HOUR, "handle",
            "990101001-szs", "市政", "采薇01网格",
        ),
    ),
    critical_rows=(),
)  # fmt: skip


@pytest.fixture
def slip():
    """Build a slip sheet; keywords replace fields of its incident or its detail."""

    def make(**changes):
        detail = {name: changes.pop(name) for name in ("steps", "caller") if name in changes}
        incident = replace(INCIDENT, **changes)
        return SlipSheet(
            head=HEAD,
            detail=replace(DETAIL, incident=incident, **detail),
            class_name="市政设施损坏",
            platform_name="综合执法",
            close_rule="修复或更换完成，有前后照片",
        )

    return make


@pytest.fixture
def daily():
    """Build a daily sheet; keywords replace its fields."""
    return lambda **changes: replace(DAILY, **changes)


@pytest.fixture
def late_row():
    return DAILY.late_rows[0]


@pytest.fixture
def many_steps():
    """Sixty steps of a history over two days and a half."""
    return tuple(
        Step("note_added", "handling", "handling", AT + place * HOUR, "u", "周岚", f"第{place}次")
        for place in range(60)
    )


@pytest.fixture
def read():
    """Return the text of a PDF; `raw` in the order it was written, one line a line."""

    def text_of(pdf, *options):
        command = ["pdftotext", *options, "-", "-"]
        return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()

    return text_of


@pytest.fixture
def next_day():
    return MIDNIGHT + DAY
