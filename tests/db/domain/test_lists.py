"""The parsed lists: which limit is pinned, which row is refused."""

import pytest

from db.domain.errors import InputError, RuleError
from db.domain.lists import Limit, parse_duty, parse_policy, parse_unit
from db.store.lists import bundled_rows

CLASS = {
    "code": "GZ01",
    "platform": "GZ",
    "name": "邻里纠纷",
    "short_name": "邻里",
    "urgency": "normal",
    "needs_site_check": "0",
    "needs_callback": "1",
    "accept_rule": "清楚",
    "close_rule": "办完",
    "keywords": "邻居 漏水",
}


def limit_row(scope="*", urgency="*", stage="handle", unit="work_day", value="5"):
    return {"class_code": scope, "urgency": urgency, "stage": stage, "unit": unit, "value": value}


def policy(*limits):
    responsibility = {
        "class_code": "GZ01",
        "area": "",
        "lead": "sfs",
        "co": "pcs szs",
        "priority": "1",
        "basis": "职责",
    }
    return parse_policy("v1", [{"code": "GZ", "name": "综治"}], [CLASS], limits, [responsibility])


def test_the_most_specific_limit_counts():
    found = policy(
        limit_row(value="1"),
        limit_row(urgency="urgent", value="2"),
        limit_row("GZ", value="3"),
        limit_row("GZ", "urgent", value="4"),
        limit_row("GZ01", value="5"),
        limit_row("GZ01", "urgent", value="6"),
    )
    assert found.limit("GZ01", "urgent", "handle").amount == 6
    assert found.limit("GZ01", "normal", "handle").amount == 5
    assert found.limit("GZ02", "urgent", "handle").amount == 4
    assert found.limit("GZ02", "normal", "handle").amount == 3
    assert found.limit("SC01", "urgent", "handle").amount == 2
    assert found.limit("", "normal", "handle").amount == 1


def test_the_class_comes_before_the_urgency():
    found = policy(limit_row(urgency="critical", value="1"), limit_row("GZ01", value="9"))
    assert found.limit("GZ01", "critical", "handle").amount == 9


def test_a_limit_that_no_row_gives():
    with pytest.raises(RuleError) as refused:
        policy(limit_row(stage="sign")).limit("GZ01", "normal", "handle")
    assert refused.value.code == "limit_missing"
    assert refused.value.params == {"class_code": "GZ01", "stage": "handle"}


def test_hours_become_minutes_and_days_stay_days():
    found = policy(
        limit_row(unit="urgent_hour", value="0.25"),
        limit_row(stage="sign", unit="work_hour", value="2"),
        limit_row(stage="check", unit="natural_day", value="3"),
    ).limits
    assert found["*", "*", "handle"] == Limit("urgent_hour", 15)
    assert found["*", "*", "sign"] == Limit("work_hour", 120)
    assert found["*", "*", "check"] == Limit("natural_day", 3)
    assert Limit("work_hour", 120).to_list() == ["work_hour", 120]


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"unit": "hour"}, "unit"),
        ({"stage": "total"}, "unit"),
        ({"value": "bald"}, "value"),
        ({"value": ""}, "value"),
        ({"value": "0"}, "value"),
        ({"value": "-1"}, "value"),
        ({"value": "0.5"}, "value"),
        ({"value": "0.01", "unit": "work_hour"}, "value"),
        ({"value": "NaN"}, "value"),
        ({"value": "Infinity"}, "value"),
    ],
)
def test_a_malformed_limit_names_its_row(change, column):
    with pytest.raises(InputError) as refused:
        policy(limit_row(), limit_row(stage="sign") | change)
    assert refused.value.code == "limit_row_malformed"
    assert refused.value.params["row"] == 3
    assert refused.value.params["column"] == column


def test_classes_and_responsibilities_are_read():
    found = policy()
    assert found.classes["GZ01"].keywords == ("邻居", "漏水")
    assert found.classes["GZ01"].needs_callback
    assert not found.classes["GZ01"].needs_site_check
    assert found.responsibilities[0].co == ("pcs", "szs")


def test_a_platform_that_left_its_list_is_called_by_its_code():
    kinds = ("classes", "limits", "responsibilities")
    found = parse_policy("1", [], *(bundled_rows(kind) for kind in kinds))
    assert found.platforms["ZF"] == "ZF"
    assert {item.platform for item in found.classes.values()} == set(found.platforms)


def test_a_unit_belongs_to_its_town():
    row = dict.fromkeys(
        ("key", "name", "short_name", "kind", "duty", "phone_day", "phone_night"), "x"
    )
    row |= {"capacity_per_day": "12", "duty": "08:00-12:00, 22:00-06:00"}
    unit = parse_unit("990101001", row)
    assert (unit.code, unit.capacity) == ("990101001-x", 12)


@pytest.mark.parametrize("duty", ["全天", "8-18", "08:00", "08:00-25:00", "08:00-12:00-18:00"])
def test_duty_hours_that_cannot_be_read_are_refused(duty):
    with pytest.raises(ValueError, match=r".*"):
        parse_duty(duty)
