"""The dispatch board in words: figures beside bars, marks beside colours, nothing left unsaid."""

from dataclasses import replace

import pytest

from db.domain.callout import Command, Contact
from db.domain.lists import Unit
from db.domain.positions import FRESH
from db.domain.recommend import Recommendation
from db.store.queries.board import Board, Lane, Work
from db.store.queries.positions import PositionRow
from desktop.board_words import (
    age_text,
    call_lines,
    clock_text,
    late_text,
    load_text,
    next_text,
    notified_text,
    position_text,
    unsigned_text,
    work_text,
)
from desktop.models.board import MAX_RANK, accessible_text, lane_rows, ordered

MINUTE, HOUR = 60_000, 3_600_000
NOW = 1_795_415_520_000
"""Half past two on a Monday afternoon."""
OFFICE = "08:00-12:00,14:00-18:00"


def unit(key, duty="00:00-24:00"):
    return Unit(f"t-{key}", key, f"{key}所", key, "team", duty, 10, "0000-1", "0000-2")


def work(key, due=HOUR, state="signed", **more):
    given = {
        "unit": f"t-{key}", "rid": 1, "number": "A1", "title": "井盖缺失", "class_code": "GZ01",
        "urgency": "normal", "area_name": "一网格", "address": "", "part": "lead", "state": state,
        "sent_at": NOW - 20 * MINUTE, "due_at": NOW + due, "is_paused": 0,
    }  # fmt: skip
    return Work(**given | more)


def lane(key="a", *works, load=None, age=None, **more):
    position = PositionRow(f"t-{key}", key, key, 0, 0, NOW - age, "", age, True) if age else None
    own = unit(key, **more)
    return Lane(own, len(works) if load is None else load, works, position, "一网格" if age else "")


def advice(key, **more):
    given = {"co": (), "basis": "职责", "area": "", "is_on_duty": True, "load": 0}
    return Recommendation(unit=unit(key), **given | more)


@pytest.mark.parametrize(
    ("age", "text"),
    [(0, "刚刚"), (59_000, "刚刚"), (12 * MINUTE, "12 分钟前"), (125 * MINUTE, "2 时 05 分前")],
)
def test_ages(age, text):
    assert age_text(age) == text


def test_a_position_says_its_age_and_when_it_is_stale():
    assert position_text(lane(), NOW) == "无位置"
    assert position_text(lane(age=FRESH), NOW) == "位置 30 分钟前 一网格"
    assert position_text(lane(age=FRESH + 1), NOW) == "位置 30 分钟前（已过时） 一网格"


def test_what_presses_a_unit():
    one = lane("a", work("a", -5 * MINUTE), work("a", 3 * HOUR, "sent"), load=12)
    assert load_text(one) == "手上 12/10"
    assert late_text(one, NOW) == "■ 超时 1"
    assert unsigned_text(one, NOW) == "最早未签 20 分"
    assert next_text(one, NOW) == "最近 超 5 分"
    idle = lane()
    assert (late_text(idle, NOW), unsigned_text(idle, NOW), next_text(idle, NOW)) == ("", "", "")


def test_clocks_of_incidents():
    assert clock_text(work("a", -26 * MINUTE), NOW) == "超 26 分"
    assert clock_text(work("a", 2 * HOUR), NOW) == "剩 2 时 00 分"
    assert clock_text(work("a", is_paused=1), NOW).startswith("挂起至 ")
    assert clock_text(work("a", is_paused=1, due_at=None), NOW) == "挂起"
    assert work_text(work("a", state="sent", part="co")) == "协办 待签收 · 一网格"


def test_advised_first_then_who_is_there_then_the_others_in_an_order_that_stays():
    lanes = tuple(lane(key, duty=OFFICE if key in "bd" else "00:00-24:00") for key in "abcde")
    board, night = Board(lanes), NOW + 6 * HOUR
    assert ordered(board, [advice("d"), advice("x")], night) == ["t-d", "t-a", "t-c", "t-e", "t-b"]
    busy = Board(tuple(lane(key, work(key, -HOUR), load=9) for key in "edcba"))
    order = ["t-d", "t-a", "t-gone"]
    rows = lane_rows(busy, order, [advice("d"), advice("a")], ["t-a"], NOW)
    assert [row.code for row in rows] == ["t-d", "t-a", "t-e", "t-c", "t-b"]
    assert [row.rank for row in rows] == [1, 2, 0, 0, 0]
    assert [row.holds for row in rows] == [False, True, False, False, False]


def test_no_more_are_advised_than_there_are_figures():
    keys = "abcdefghijkl"
    board = Board(tuple(lane(key) for key in keys))
    found = [advice(key) for key in reversed(keys)]
    order = ordered(board, found, NOW)
    assert order[:MAX_RANK] == [f"t-{key}" for key in reversed(keys)][:MAX_RANK]
    rows = lane_rows(board, order, found, (), NOW)
    assert [row.rank for row in rows] == [*range(1, MAX_RANK + 1), 0, 0, 0]


def test_a_screen_reader_is_told_all_of_a_unit():
    board = Board((lane("a", work("a", -HOUR), duty=OFFICE),))
    rows = lane_rows(board, ["t-a"], [advice("a", distance=1100, on_time=900)], ["t-a"], NOW)
    said = accessible_text(rows[0], NOW)
    for part in ("推荐", "a所", "● 当班", "手上 1/10", "■ 超时 1", "超 1 时 00 分 井盖缺失"):
        assert part in said
    assert "距现场 1.1 km；以往按时 90%" in said


def test_the_phone_to_ring_now_comes_first():
    command = Command("a", "", (Contact("班长", "沈砚", "0000-3"),), "{class}", "4 人", "")
    there = call_lines(unit("a"), True, command, None)
    assert [line.text for line in there] == ["0000-1", "0000-2", "0000-3", "{class}", "4 人"]
    assert [line.note for line in there[:3]] == ["现在打这个", "", "沈砚"]
    away = call_lines(unit("a"), False, None, None)
    assert [line.text for line in away[:2]] == ["0000-2", "0000-1"]
    assert away[2].contact is None


@pytest.mark.parametrize("has_list", [True, False])
def test_a_unit_nobody_can_be_rung_at_says_so(has_list):
    bare = replace(unit("a"), phone_day="", phone_night="")
    command = Command("a", "", (), "{class}", "", "") if has_list else None
    lines = call_lines(bare, True, command, None)
    assert (lines[0].title, lines[0].text) == ("电话", "没有电话，请在单位清单里补")
    assert [line.title for line in lines[1:]] == ["指令"] * has_list


def test_a_remark_names_who_was_told_and_no_number():
    assert notified_text(unit("a"), Contact("班长", "沈砚", "0000-3")) == "已电话通知 a所 班长 沈砚"
    assert notified_text(unit("a"), Contact("值班室", "", "0000-3")) == "已电话通知 a所 值班室"
