from datetime import datetime

import pytest

from db.domain.duty import in_hours
from db.domain.lists import IncidentClass, Policy, Responsibility, Unit
from db.domain.ops import Actor
from db.domain.recommend import recommend_units, suggest_classes
from db.domain.scope import INTERNAL, SECRET, scope_of

TOWN = "990101001"


def at(clock):
    return round(datetime.fromisoformat(f"2026-11-23 {clock}+08:00").timestamp() * 1000)


def unit(key, duty="00:00-24:00", capacity=10):
    return Unit(f"{TOWN}-{key}", key, key, key, "team", duty, capacity)


def policy(*responsibilities, classes=()):
    return Policy("v", {}, {item.code: item for item in classes}, {}, tuple(responsibilities))


def named(code, name, *keywords):
    return IncidentClass(code, code[:2], name, name, "normal", False, False, "", "", keywords)


def leads(responsibilities, units, loads=None, area=f"{TOWN}001002", now="10:00"):
    found = recommend_units(
        policy(*responsibilities),
        {item.key: item for item in units},
        {f"{TOWN}-{key}": load for key, load in (loads or {}).items()},
        class_code="GZ01",
        area_code=area,
        now=at(now),
    )
    return [item.unit.key for item in found]


def duty_of(lead, area="", priority=1, co=(), class_code="GZ01"):
    return Responsibility(class_code, area, lead, co, priority, "职责")


def test_the_narrower_area_comes_first_then_priority_duty_load():
    units = [unit("a"), unit("b"), unit("c", "20:00-22:00"), unit("d", capacity=1)]
    rows = [duty_of("a", priority=2), duty_of("c"), duty_of("b"), duty_of("d", "001")]
    assert leads(rows, units) == ["d", "b", "c", "a"]
    assert leads([duty_of("a"), duty_of("b")], units, {"a": 3, "b": 2}) == ["b", "a"]
    assert leads([duty_of("a"), duty_of("d")], units, {"a": 5, "d": 1}) == ["a", "d"]


def test_after_the_load_the_nearer_team_then_who_was_in_time():
    units = [unit("a"), unit("b"), unit("c"), unit("d", "20:00-22:00")]
    rows = [duty_of(key) for key in "abcd"]
    metres = {"a": 900, "b": 350, "d": 1}

    def advice(loads=(), on_time=()):
        return recommend_units(
            policy(*rows),
            {item.key: item for item in units},
            {f"{TOWN}-{key}": load for key, load in dict(loads).items()},
            class_code="GZ01",
            area_code=f"{TOWN}001002",
            now=at("10:00"),
            on_time=lambda code: dict(on_time).get(code[-1]),
            distance=lambda code: metres.get(code[-1]),
        )

    def found(loads=(), on_time=()):
        return [item.unit.key for item in advice(loads, on_time)]

    # Where somebody is off duty is not told.
    assert [item.distance for item in advice()] == [350, 900, None, None]
    # Nobody knows where c is; d is near and not on duty.
    assert found() == ["b", "a", "c", "d"]
    assert found(loads={"b": 1}) == ["a", "c", "b", "d"]
    assert found(on_time={"a": 1000, "c": 1000}) == ["b", "a", "c", "d"]
    metres["b"] = 900
    assert found(on_time={"a": 500, "b": 900}) == ["b", "a", "c", "d"]


def test_only_responsible_and_known_units():
    units = [unit("a")]
    assert leads([duty_of("a", "002"), duty_of("x"), duty_of("a", class_code="GZ02")], units) == []
    assert leads([duty_of("a", "001")], units, area=TOWN) == []


def test_facts_beside_a_recommendation():
    found = recommend_units(
        policy(duty_of("a", co=("b", "x"))),
        {"a": unit("a", "08:00-12:00"), "b": unit("b")},
        {f"{TOWN}-a": 4},
        class_code="GZ01",
        area_code=f"{TOWN}001",
        now=at("13:00"),
    )[0]
    assert (found.load, found.is_on_duty, [item.key for item in found.co]) == (4, False, ["b"])


def test_of_two_alike_the_one_that_answers_in_time_comes_first():
    found = recommend_units(
        policy(duty_of("a"), duty_of("b"), duty_of("c", priority=0)),
        {key: unit(key) for key in "abc"},
        {},
        class_code="GZ01",
        area_code=TOWN,
        now=at("10:00"),
        on_time={f"{TOWN}-a": 600, f"{TOWN}-b": 900}.get,
    )
    assert [(item.unit.key, item.on_time) for item in found] == [
        ("c", None), ("b", 900), ("a", 600),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("duty", "clock", "is_there"),
    [
        ("08:00-12:00,14:00-18:00", "08:00", True),
        ("08:00-12:00,14:00-18:00", "12:00", False),
        ("08:00-12:00, 14:00-18:00", "17:59", True),
        ("22:00-06:00", "23:00", True),
        ("22:00-06:00", "05:59", True),
        ("22:00-06:00", "06:00", False),
        ("00:00-24:00", "00:00", True),
        ("00:00-24:00", "23:59", True),
        ("", "10:00", False),
    ],
)
def test_duty_hours(duty, clock, is_there):
    assert in_hours(duty, at(clock)) is is_there


def test_classes_by_their_words():
    lists = policy(
        classes=(
            named("GZ01", "邻里纠纷", "漏水", "邻居"),
            named("ZF02", "暴露垃圾", "垃圾"),
            named("BM01", "咨询", "咨询电话"),
        )
    )
    found = suggest_classes(lists, "邻居家漏水，门口有垃圾")
    assert [(item.class_code, item.words) for item in found] == [
        ("GZ01", ("漏水", "邻居")),
        ("ZF02", ("垃圾",)),
    ]
    assert suggest_classes(lists, "路灯不亮") == []
    assert len(suggest_classes(lists, "邻居垃圾咨询", limit=2)) == 2


@pytest.mark.parametrize(
    ("roles", "own_unit", "unit", "secrecy", "sees_caller"),
    [
        (("unit_liaison",), "u", "u", INTERNAL, False),
        (("unit_liaison", "dispatcher"), "u", "", INTERNAL, True),
        (("duty_officer",), "u", "", SECRET, True),
        (("supervisor",), "", "", INTERNAL, True),
        (("room_director",), "", "", SECRET, True),
        (("auditor",), "", "", INTERNAL, False),
        (("village_clerk",), "", "", INTERNAL, False),
    ],
)
def test_a_scope_follows_from_roles(roles, own_unit, unit, secrecy, sees_caller):
    found = scope_of(Actor("u", "用户", roles, own_unit), "990101001001")
    assert (found.unit, found.secrecy, found.sees_caller) == (unit, secrecy, sees_caller)
    assert found.area == "990101001001"


@pytest.mark.parametrize("roles", [(), ("unit_liaison",)])
def test_a_liaison_without_a_unit_is_not_given_the_whole_town(roles):
    assert scope_of(Actor("u", "用户", roles)).unit != ""
