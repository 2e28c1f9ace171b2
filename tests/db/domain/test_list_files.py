"""The bundled lists agree with each other."""

import csv
import re
from decimal import Decimal

import pytest

import resources

URGENCIES = {"normal", "urgent", "critical"}
STAGES = {"accept", "dispatch", "sign", "handle", "check", "callback"}
TIME_UNITS = {"urgent_hour", "work_hour", "work_day", "natural_day"}
UNIT_KINDS = {"station", "dept", "town_office", "village", "team"}
ROLES = {
    "grid_worker",
    "grid_head",
    "village_clerk",
    "duty_officer",
    "dispatcher",
    "shift_leader",
    "supervisor",
    "unit_liaison",
    "room_director",
    "evaluator",
    "auditor",
    "admin",
    "security_admin",
}
STATES = {
    "draft",
    "reported",
    "verifying",
    "returned",
    "accepted",
    "dispatched",
    "handling",
    "paused",
    "checking",
    "closed",
    "archived",
}
LISTS = (
    "platforms",
    "classes",
    "limits",
    "units",
    "responsibilities",
    "command",
    "users",
    "stages",
    "areas",
)


def rows(name):
    with resources.path(f"lists/{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def column(name, key):
    return [row[key] for row in rows(name)]


@pytest.mark.parametrize("name", LISTS)
def test_every_row_is_complete_and_trimmed(name):
    for row in rows(name):
        assert None not in row, row
        assert all(value is not None and value == value.strip() for value in row.values()), row


@pytest.mark.parametrize(
    ("name", "key"),
    [("platforms", "code"), ("classes", "code"), ("units", "key"), ("users", "key")],
)
def test_keys_are_unique(name, key):
    keys = column(name, key)
    assert len(set(keys)) == len(keys)


def test_classes():
    platforms = set(column("platforms", "code"))
    found = rows("classes")
    assert len(found) == 41
    for row in found:
        assert row["platform"] in platforms
        assert re.fullmatch(rf"{row['platform']}\d\d", row["code"])
        assert 1 <= len(row["short_name"]) <= 8
        assert row["urgency"] in URGENCIES
        assert {row["needs_site_check"], row["needs_callback"]} <= {"0", "1"}
        assert row["accept_rule"]
        assert row["close_rule"]
        words = row["keywords"].split(" ")
        assert 5 <= len(words) <= 20
        assert len(set(words)) == len(words), row["code"]


def test_limits():
    known = {"*", *column("platforms", "code"), *column("classes", "code")}
    seen = set()
    for row in rows("limits"):
        assert row["class_code"] in known
        assert row["urgency"] in {"*", *URGENCIES}
        assert row["stage"] in STAGES
        assert row["unit"] in TIME_UNITS
        assert Decimal(row["value"]) > 0
        assert row["basis"]
        key = row["class_code"], row["urgency"], row["stage"], row["step_no"]
        assert key not in seen
        seen.add(key)
    assert {("*", "*", stage, "") for stage in STAGES} <= seen


def test_a_class_limit_never_slows_an_urgent_event():
    # A class row wins over the town's urgent row, so a class row must say which urgency it means.
    assert all(row["urgency"] != "*" for row in rows("limits") if row["class_code"] != "*")


def test_units():
    found = rows("units")
    assert len(set(column("units", "name"))) == len(found) >= 22
    for row in found:
        assert re.fullmatch(r"[a-z]+", row["key"])
        assert row["kind"] in UNIT_KINDS
        assert int(row["capacity_per_day"]) > 0
        # The area code 0000 does not exist: nobody is rung up by a demonstration.
        assert re.fullmatch(r"0000-\d{7}", row["phone_day"])
        assert re.fullmatch(r"0000-\d{7}", row["phone_night"])
        for span in row["duty"].split(","):
            assert re.fullmatch(r"\d\d:\d\d-\d\d:\d\d", span)
            begin, end = span.split("-")
            assert begin < end


def test_responsibilities():
    units = set(column("units", "key"))
    seen = set()
    for row in rows("responsibilities"):
        assert row["lead"] in units
        helpers = row["co"].split()
        assert set(helpers) <= units - {row["lead"]}
        assert re.fullmatch(r"(\d{3}(\d{3})?)?", row["area"])
        key = row["class_code"], row["area"], int(row["priority"])
        assert key not in seen
        seen.add(key)
    for code in column("classes", "code"):
        assert (code, "", 1) in seen, code
    assert {code for code, _, _ in seen} == set(column("classes", "code"))


def test_responsible_areas_exist():
    town = next(row["code"] for row in rows("areas") if row["level"] == "town")
    codes = set(column("areas", "code"))
    assert {town + area for area in column("responsibilities", "area")} <= codes


def test_users():
    units = set(column("units", "key"))
    for row in rows("users"):
        roles = row["roles"].split()
        assert roles
        assert set(roles) <= ROLES
        assert (row["unit"] in units) == ("unit_liaison" in roles)
        assert row["unit"] in {"", *units}


def test_stages_hold_every_state_once():
    for view, count in (("five", 5), ("four", 4)):
        found = [row for row in rows("stages") if row["view"] == view]
        assert [row["stage"] for row in found] == [str(number + 1) for number in range(count)]
        states = [state for row in found for state in row["states"].split()]
        assert len(set(states)) == len(states)
        assert set(states) == STATES
