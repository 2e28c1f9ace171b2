"""Every field that can stand in dispute is called by a name, and so is what each side said."""

import re

import pytest

from db.domain.branches import (
    NEWS,
    REGISTERS,
    ROW_REGISTERS,
    limit_field,
    limit_text,
    part_field,
    place_of,
    row_field,
)
from db.domain.incidents import STATES, Step, Timer
from db.domain.ops import OpRef
from db.store.queries.conflicts import OpenConflict, Side
from desktop.conflict_words import EMPTY, field_text, settled_text, side_text, value_text

AT = 1_795_415_520_000
FIELDS = [*sorted(REGISTERS), "state", NEWS]
FIELDS += [part_field("990101001-szs", name) for name in sorted(ROW_REGISTERS["units"])]


def conflict(field, value, *, kind="value", name="", said=""):
    place = place_of(field)
    unit, plain = place.unit, place.name
    side = Side(OpRef("a", 1, 1), AT, "周岚", "A1", "综合指挥室", value, name, said)
    return OpenConflict(field, kind, plain, unit, "市政所" if unit else "", (side,), (side.ref,))


def words(*told, **more):
    item = conflict(*told, **more)
    return value_text(item, item.sides[0])


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_has_a_name(field):
    assert re.fullmatch("[\u4e00-\u9fff]+", field_text(conflict(field, "")))


def test_the_field_of_a_part_names_its_unit():
    assert field_text(conflict(part_field("u", "task"), "")) == "市政所的交办要求"
    assert field_text(conflict(part_field("u", "state"), "")) == "市政所的状态"


def test_an_application_and_a_clock_are_called_by_what_they_are():
    asked = conflict(row_field("asks", "pause/1795415520000/li", "state"), "approved")
    assert (field_text(asked), value_text(asked, asked.sides[0])) == ("挂起申请", "已批准")
    clock = Timer("handle", "u.1", "work_day", 5, AT, AT, "")
    held = conflict(limit_field(clock), limit_text("work_day", 8))
    assert (field_text(held), value_text(held, held.sides[0])) == ("处置时限", "8 工作日")


@pytest.mark.parametrize(
    ("told", "text"),
    [
        (("class_code", "ZF09"), "市政设施损坏"),
        (("class_code", "no such"), "no such"),
        (("urgency", "critical"), "特急"),
        (("source", "phone"), "电话"),
        (("outcome", "partial"), "部分解决"),
        (("satisfaction", "no"), "不满意"),
        (("secrecy", 2), "保密"),
        (("lon_e6", 116_397_128), "116.397128"),
        (("lat_e6", None), EMPTY),
        (("address", ""), EMPTY),
        (("area_code", "990101001001001"), "990101001001001"),
        ((part_field("u", "state"), "fed_back"), "已反馈"),
        ((part_field("u", "part"), "co"), "协办"),
        ((part_field("u", "task"), "当晚设警示"), "当晚设警示"),
    ],
)
def test_what_was_said_is_in_words(told, text):
    assert words(*told).startswith(text)


def test_names_go_before_codes():
    assert words("lead_unit", "990101001-szs", name="市政所", kind="dispatch") == "市政所"
    assert words("area_code", "990101001001001", name="采薇01网格") == "采薇01网格"
    assert words("caller", "e1") == "本站点打不开"


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_a_word(state):
    assert words("state", state, kind="state") != state


def test_news_say_what_happened_and_its_words():
    assert words(NEWS, "archived", kind=NEWS) == "已归档"
    assert words(NEWS, "note_added", kind=NEWS, said="又来电") == "备注：又来电"
    assert words(NEWS, "newer_kind", kind=NEWS) == "newer_kind"


def test_who_where_and_when():
    (side,) = conflict("address", "").sides
    assert side_text(side, AT) == "周岚 · A1 综合指挥室 · 14:32"
    assert "未知工位" in side_text(side._replace(station="", station_name=""), AT)


@pytest.mark.parametrize(
    ("resolves", "text"),
    [
        ((), ""),
        (("state",), "（状态：待分流）"),
        (("address",), "（地址）"),
        (("lead_unit", "unit:a:part", "unit:b:part"), "（主办单位）"),
        (("unit:a:task",), "（交办要求）"),
        (("unit:a:state",), "（状态）"),
    ],
)
def test_the_history_says_what_was_settled(resolves, text):
    detail = {"resolves": list(resolves)} if resolves else {}
    step = Step("conflict_resolved", "closed", "accepted", AT, "z", "周岚", "", "", detail)
    assert settled_text(step) == text
