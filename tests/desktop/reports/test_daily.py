import re
from dataclasses import replace

import pytest

from db.domain.deadlines import HOUR
from desktop.reports import page
from desktop.reports.daily import make_daily, number_tail, shown_at
from desktop.reports.shares import rate, rate_of


def squeezed(text):
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (62, 64, "96.88%"),
        (0, 0, "—"),
        (0, 7, "0.00%"),
        (7, 7, "100.00%"),
        (1, 800, "0.13%"),
        (1, 3, "33.33%"),
        (2, 3, "66.67%"),
        (19_999, 20_000, "100.00%"),
        (172_000, 173_000, "99.42%"),
    ],
)
def test_rates_round_half_up(part, whole, shown):
    assert rate(part, whole) == shown
    assert rate_of(part, whole) == f"{shown}（{part}/{whole}）"


def test_says_the_day(daily, read):
    text = squeezed(read(make_daily(daily()), "-layout"))
    for expected in (
        "综合指挥室日报", "2026年11月23日星期一",
        "2026年11月23日，收件79件，结案65件，按期96.88%，待办120件，超时3件。",
        "96.88%（62/64）", "2.50%（3/120）", "截至2026-11-2314:32",
        "综合执法4030702", "未分类3935501", "合计79651203",
        "市政所2015302", "电话5063.29%（50/79）", "网格上报2936.71%（29/79）",
        "共3件，列出最早到期的1件", "20261123-A10001", "兴禾路口井盖缺失", "2026-11-2312:00",
        "2时32分", "当日特急事件", "制表人", "审核人", "签发人",
        "打印人：周岚", "数据版本：308", "第1页共1页",
    ):  # fmt: skip
        assert expected in text, expected


def test_an_empty_day(daily, read):
    sheet = daily(
        taken_in=0, accepted=0, dispatched=0, closed=0, closed_on_time=0, closed_with_limit=0,
        open=0, late=0, by_platform=(), by_unit=(), by_source=(), late_rows=(),
    )  # fmt: skip
    text = squeezed(read(make_daily(sheet), "-layout"))
    assert "按期—，待办0件" in text
    assert "—（0/0）" in text
    assert "合计0000" in text


def test_a_report_of_an_earlier_day_stands_at_its_end(daily, read, next_day):
    sheet = daily(head=replace(daily().head, printed_at=next_day + 9 * HOUR))
    assert shown_at(sheet) == next_day
    text = squeezed(read(make_daily(sheet), "-layout"))
    assert "截至当日24:00" in text
    assert "12时00分" in text


def test_many_rows_flow_over_pages(daily, read, late_row):
    rows = tuple(
        late_row._replace(number=f"990101001-20261123-A1{n:04}", title=f"井盖缺失，编号{n}；" * 4)
        for n in range(40)
    )
    text = read(make_daily(daily(late_rows=rows, critical_rows=rows)), "-raw")
    pages = text.split("\f")[:-1]
    assert len(pages) >= 3
    for place, part in enumerate(pages, start=1):
        assert f"第 {place} 页 共 {len(pages)} 页" in part
    assert all(text.count(f"20261123-A1{n:04}") == 2 for n in range(40))
    assert "签发人" in pages[-1]


def test_a_row_may_lack_what_it_lacks(daily, read, late_row):
    row = late_row._replace(due_at=None, lead_name="", title="", area_name="", address="")
    text = read(make_daily(daily(late_rows=(row,), critical_rows=(row,))))
    assert "未交办" in text


def test_the_town_is_left_off_a_number():
    assert number_tail("990101001-20261123-A10001") == "20261123-A10001"
    assert number_tail("手编") == "手编"


def test_the_same_data_give_the_same_bytes(daily):
    assert make_daily(daily()) == make_daily(daily())


def test_tables_side_by_side_keep_inside_the_page(daily, monkeypatch):
    kept = []
    monkeypatch.setattr(page, "_draw", lambda canvas, part: kept.append(part))
    make_daily(daily(by_source=tuple((f"s{n}", n) for n in range(30))))
    for part in kept:
        for box in part.boxes:
            assert box.y >= page.BODY_BOTTOM - 1e-6
            assert box.x + box.width <= page.RIGHT + 0.01


def test_a_secret_incident_is_listed_by_its_number_alone(daily, read, late_row):
    other = late_row._replace(rid=2, number="990101001-20261123-A10002", title="路灯不亮")
    rows = {"late_rows": (late_row, other), "critical_rows": (late_row, other)}
    text = squeezed(read(make_daily(daily(**rows, secret=frozenset({late_row.rid})))))
    assert text.count("保密件") == 2
    assert late_row.title not in text
    assert text.count("路灯不亮") == 2
    assert text.count(late_row.address) == 1
    assert number_tail(late_row.number) in text
