"""What keeps a list out: every cell, every row, the rows against each other; and what changed."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.domain.errors import InputError
from db.domain.incidents import STATES
from db.domain.list_checks import OUT_OF_LOOP, SPECS, Known, changed_columns, diff, parse_list
from db.domain.lists import KINDS, Limit, list_version, parse_stages, stage_of
from db.store.lists import bundled_rows, default_policy, read_areas, read_units

TOWN = "990101001"
POLICY = default_policy()
KNOWN = Known(
    platforms=frozenset(POLICY.platforms),
    classes=frozenset(POLICY.classes),
    served=frozenset(item.class_code for item in POLICY.responsibilities),
    units=frozenset(unit.key for unit in read_units(TOWN)),
    areas=frozenset(area.code.removeprefix(TOWN) for area in read_areas()),
    views=frozenset({"five", "four"}),
    used_platforms=frozenset(item.platform for item in POLICY.classes.values()),
)


def told(errors):
    return [(error.code, error.params["row"], error.params["column"]) for error in errors]


def changed(kind, row, **change):
    rows = [dict(item) for item in bundled_rows(kind)]
    rows[row - 2].update(change)
    return rows


@pytest.mark.parametrize("kind", KINDS)
def test_the_bundled_lists_are_sound(kind):
    checked = parse_list(kind, bundled_rows(kind), KNOWN)
    assert (checked.errors, checked.warnings) == ((), ())
    assert len(checked.rows) == len(bundled_rows(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_list_is_refused(kind):
    assert told(parse_list(kind, [], KNOWN).errors) == [("list_empty", 0, "")]


@pytest.mark.parametrize(
    ("kind", "row", "change", "error"),
    [
        ("platforms", 2, {"code": "QQ"}, ("list_platform_used", 0, "code")),
        ("classes", 3, {"name": " "}, ("list_cell_missing", 3, "name")),
        ("classes", 2, {"keywords": ""}, ("list_cell_missing", 2, "keywords")),
        ("classes", 2, {"name": "长" * 501}, ("list_cell_too_long", 2, "name")),
        ("classes", 2, {"urgency": "fast"}, ("list_word_unknown", 2, "urgency")),
        ("classes", 2, {"needs_callback": "yes"}, ("list_word_unknown", 2, "needs_callback")),
        ("classes", 2, {"code": "GZ 1"}, ("list_cell_malformed", 2, "code")),
        ("classes", 2, {"code": "ZZ01"}, ("list_prefix_wrong", 2, "code")),
        (
            "classes",
            2,
            {"platform": "ZZ", "code": "ZZ01"},
            ("list_reference_unknown", 2, "platform"),
        ),
        ("classes", 3, {"code": "GZ01"}, ("list_row_twice", 3, "code")),
        ("limits", 2, {"value": "0"}, ("list_cell_malformed", 2, "value")),
        ("limits", 2, {"value": "-1"}, ("list_cell_malformed", 2, "value")),
        ("limits", 2, {"value": "NaN"}, ("list_cell_malformed", 2, "value")),
        ("limits", 2, {"value": "0.001"}, ("list_cell_malformed", 2, "value")),
        ("limits", 2, {"value": "1e9"}, ("list_cell_malformed", 2, "value")),
        ("limits", 5, {"value": "0.5"}, ("list_cell_malformed", 5, "value")),
        ("limits", 2, {"unit": "hour"}, ("list_word_unknown", 2, "unit")),
        ("limits", 16, {"class_code": "GZ99"}, ("list_reference_unknown", 16, "class_code")),
        ("limits", 16, {"class_code": "GZ03"}, ("list_row_twice", 17, "class_code")),
        ("limits", 5, {"urgency": "normal"}, ("list_limit_missing", 0, "stage")),
        ("responsibilities", 2, {"lead": "nobody"}, ("list_reference_unknown", 2, "lead")),
        ("responsibilities", 2, {"co": "pcs nobody"}, ("list_reference_unknown", 2, "co")),
        ("responsibilities", 2, {"area": "999"}, ("list_reference_unknown", 2, "area")),
        ("responsibilities", 2, {"priority": "0"}, ("list_cell_malformed", 2, "priority")),
        ("command", 2, {"unit": "nobody"}, ("list_reference_unknown", 2, "unit")),
        ("command", 2, {"unit": "pcs"}, ("list_row_twice", 7, "unit")),
        ("command", 2, {"response_level": "V"}, ("list_word_unknown", 2, "response_level")),
        ("command", 2, {"contact_chain": "班长"}, ("list_cell_malformed", 2, "contact_chain")),
        ("command", 2, {"contact_chain": "；"}, ("list_cell_malformed", 2, "contact_chain")),
        ("command", 2, {"contact_chain": "班长 甲 x"}, ("list_cell_malformed", 2, "contact_chain")),
        ("command", 2, {"order_text": "去{那里}"}, ("list_cell_malformed", 2, "order_text")),
        ("command", 2, {"order_text": "去 {place"}, ("list_cell_malformed", 2, "order_text")),
        ("templates", 2, {"scope": "QQ"}, ("list_reference_unknown", 2, "scope")),
        ("templates", 2, {"action": "fly"}, ("list_word_unknown", 2, "action")),
        ("escalation", 2, {"trigger": "mood"}, ("list_word_unknown", 2, "trigger")),
        ("escalation", 2, {"threshold": "-5"}, ("list_cell_malformed", 2, "threshold")),
        (
            "escalation",
            3,
            {"threshold_unit": "percent"},
            ("list_word_unknown", 3, "threshold_unit"),
        ),
        ("escalation", 3, {"urgency": "huge"}, ("list_word_unknown", 3, "urgency")),
        ("stages", 3, {"stage": "7"}, ("list_step_gap", 4, "stage")),
        ("stages", 4, {"states": "handling"}, ("list_state_missing", 0, "states")),
        ("stages", 4, {"states": "handling paused closed"}, ("list_state_twice", 6, "states")),
        ("stages", 4, {"states": "handling paused flying"}, ("list_word_unknown", 4, "states")),
        ("calendar", 2, {"date": "2025-02-30"}, ("list_cell_malformed", 2, "date")),
        ("calendar", 2, {"date": "20250101"}, ("list_cell_malformed", 2, "date")),
        ("calendar", 2, {"date": "2200-01-01"}, ("calendar_row_malformed", 2, "date")),
        ("calendar", 2, {"date": "2022-01-01"}, ("list_year_empty", 0, "date")),
        ("options", 2, {"value": "six"}, ("list_cell_malformed", 2, "value")),
        ("options", 3, {"value": "12:00-08:00"}, ("list_cell_malformed", 3, "value")),
        ("options", 3, {"value": "08:00-12:00,11:00-18:00"}, ("list_cell_malformed", 3, "value")),
        ("options", 2, {"key": "colour"}, ("list_word_unknown", 2, "key")),
    ],
)
def test_an_error_names_its_row_and_column(kind, row, change, error):
    assert error in told(parse_list(kind, changed(kind, row, **change), KNOWN).errors)


def zf01(*steps):
    """The limits with other steps for one class: (number, name, unit, value)."""
    rows = [row for row in bundled_rows("limits") if row["class_code"] != "ZF01"]
    blank = {"class_code": "ZF01", "urgency": "normal", "stage": "handle", "basis": ""}
    names = ("step_no", "step_name", "unit", "value")
    return [*rows, *(blank | dict(zip(names, step, strict=True)) for step in steps)]


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ([("2", "停工", "work_hour", "4")], "list_step_gap"),
        ([("1", "停工", "work_hour", "4"), ("3", "拆除", "work_day", "20")], "list_step_gap"),
        ([("1", "停工", "work_hour", "4"), ("2", "", "work_day", "20")], "list_cell_missing"),
        ([("", "拆除", "work_day", "20"), ("1", "停工", "work_hour", "4")], "list_step_gap"),
    ],
)
def test_steps_count_without_holes(steps, code):
    assert [error.code for error in parse_list("limits", zf01(*steps), KNOWN).errors] == [code]


def test_a_limit_in_steps_is_due_with_the_last():
    limit = POLICY.limit("ZF01", "normal", "handle")
    assert limit == Limit("work_day", 20)
    steps = POLICY.limit_steps("ZF01", "normal", "handle")
    assert [(step.number, step.name) for step in steps] == [(1, "停工"), (2, "处罚"), (3, "拆除")]
    assert steps[0].limit == Limit("work_hour", 240)
    assert POLICY.limit_steps("ZF02", "normal", "handle") == ()


def test_what_is_doubtful_is_said_and_let_in():
    new = dict(bundled_rows("classes")[0]) | {"code": "GZ14", "name": "新事项"}
    known = Known(**{name: getattr(KNOWN, name) for name in ("platforms", "classes", "served")},
                  uses=frozenset({"GZ01", "BM08"}))  # fmt: skip
    checked = parse_list("classes", [*bundled_rows("classes")[1:], new], known)
    assert checked.errors == ()
    assert told(checked.warnings) == [
        ("list_class_unserved", 42, "code"), ("list_class_left", 0, "code"),
    ]  # fmt: skip
    lacking = [row for row in bundled_rows("responsibilities") if row["class_code"] != "GZ01"]
    assert told(parse_list("responsibilities", lacking, KNOWN).warnings) == [
        ("list_class_unserved", 0, "class_code")
    ]


def test_every_state_of_the_loop_has_one_stage_in_each_view():
    views = parse_stages(bundled_rows("stages"))
    assert {view: len(stages) for view, stages in views.items()} == {"five": 5, "four": 4}
    for stages in views.values():
        for state in STATES:
            found = [stage for stage in stages if state in stage.states]
            assert len(found) == (state not in OUT_OF_LOOP)
            assert stage_of(stages, state) == (found[0] if found else None)
    assert stage_of(views["five"], "checking").name == "反馈核查"
    assert stage_of(views["four"], "checking").name == "处置反馈"


def test_a_difference_is_by_key():
    old = [{"code": "a", "name": "甲"}, {"code": "b", "name": "乙"}]
    new = [{"code": "b", "name": "乙乙"}, {"code": "c", "name": "丙"}]
    found = diff("platforms", old, new)
    assert (found.added, found.removed) == ((new[1],), (old[0],))
    assert found.changed == ((old[1], new[0]),)
    assert changed_columns("platforms", old[1], new[0]) == ("name",)
    assert diff("platforms", old, old[::-1]).is_empty


cells = st.text("abc", max_size=2)


@given(st.lists(st.fixed_dictionaries({"code": cells, "name": cells}), max_size=5))
def test_the_version_is_what_a_list_says(rows):
    again = [dict(reversed(row.items())) for row in rows]
    assert list_version(rows) == list_version(again)
    assert list_version([*rows, {"code": "x", "name": "y"}]) != list_version(rows)


junk = st.text("GZ0129*-. \n=<中", max_size=6)


@given(st.sampled_from(KINDS), st.data())
def test_no_cell_breaks_the_check(kind, data):
    rows = [dict(row) for row in bundled_rows(kind)[:4]]
    for row in rows:
        name = data.draw(st.sampled_from(SPECS[kind].names))
        row[name] = data.draw(junk)
    checked = parse_list(kind, rows, KNOWN)
    assert all(0 <= error.params["row"] <= len(rows) + 1 for error in checked.errors)


AREAS = "code,name,level,parent\n990101001,甲镇,town,990101\n"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("990101001001,青禾,village,990101001", ""),
        ("990101001001,青禾,village,", ""),
        ("990101001001,青禾,village,990101002", "area_parent_wrong"),
        ("990101002001,青禾,village,990101002", "area_parent_missing"),
        ("990101001,乙镇,town,990101", "area_twice"),
    ],
)
def test_an_area_stands_under_its_parent(line, code, tmp_path):
    path = tmp_path / "areas.csv"
    path.write_text(f"{AREAS}{line}\n", encoding="utf-8")
    if not code:
        assert len(read_areas(path)) == 2
        return
    with pytest.raises(InputError) as refused:
        read_areas(path)
    assert (refused.value.code, refused.value.params["row"]) == (code, 3)


def test_a_unit_without_any_area_is_refused():
    known = replace(KNOWN, units=KNOWN.units | {"newcomer"})
    checked = parse_list("responsibilities", bundled_rows("responsibilities"), known)
    assert told(checked.errors) == [("list_unit_without_area", 0, "lead")]
    assert checked.errors[0].params["value"] == "newcomer"


def test_a_unit_nobody_can_be_called_out_for_is_a_doubt():
    rows = [row for row in bundled_rows("command") if row["unit"] != "szs"]
    checked = parse_list("command", rows, KNOWN)
    assert checked.errors == ()
    assert told(checked.warnings) == [("list_command_missing", 0, "unit")]
    assert checked.warnings[0].params["value"] == "szs"
