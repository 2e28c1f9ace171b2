"""Every (state, action, role) against a table of this file's own, and what an action is asked."""

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.domain.errors import InputError, RuleError
from db.domain.incidents import LEVELS, STATES, Attachment, Incident
from db.domain.ops import SYSTEM, Actor
from db.domain.rules.base import MAX_TEXT, FieldSpec, check_field, check_fields
from db.domain.table import table_lines
from db.domain.transitions import (
    TRANSITIONS,
    available,
    decide,
    obstacle,
    obstacles,
    transition_of,
    verdict,
)
from tests.db.domain.loop import (
    CLERK,
    FACTS,
    GRID,
    LIAISONS,
    NOW,
    PASSED,
    REPORT,
    SUPERVISOR,
    SZS,
    Town,
)

GOLDEN = Path(__file__).with_name("golden") / "rules.txt"
ROLES = (
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
    "system",
)
OPEN = "reported verifying returned accepted dispatched handling paused checking"
INTAKE = "duty_officer village_clerk shift_leader"
SENDERS = "dispatcher village_clerk shift_leader"
DESK = "duty_officer shift_leader"
CLERKS = f"unit_liaison dispatcher {INTAKE}"
DECIDERS = "shift_leader room_director"
ALL_BUT_READERS = " ".join(set(ROLES) - {"auditor", "admin", "security_admin", "system"})
# action: number, from, to besides staying, who, whether only at the incident's own level.
# The shift leader may what duty officer and dispatcher may; a village's clerk takes in and sends
# out at the village's level.
TABLE = {
    "report": ("T1", "draft", "reported", f"grid_worker grid_head dispatcher {INTAKE}", ""),
    "self_handle": ("T2", "draft", "closed checking", "grid_head village_clerk", ""),
    "accept": ("T3", "reported returned", "accepted", INTAKE, "L"),
    "return": ("T4", "reported", "returned", INTAKE, "L"),
    "reject": ("T5", "reported verifying", "rejected", DESK, "L"),
    "ask_verify": ("T6", "reported", "verifying", INTAKE, "L"),
    "verify_result": (
        "T7", "verifying", "reported rejected", f"grid_worker grid_head {INTAKE}", "",
    ),
    "merge": ("T8", "reported accepted", "merged", DESK, "L"),
    "unmerge": ("T9", "merged", "reported accepted", DESK, "L"),
    "dispatch": ("T10", "accepted", "dispatched", SENDERS, "L"),
    "add_unit": ("T11", "dispatched handling", "", SENDERS, "L"),
    "withdraw_unit": ("T11", "dispatched handling", "checking", SENDERS, "L"),
    "sign": ("T12", "dispatched handling", "handling", CLERKS, ""),
    "refuse": ("T13", "dispatched handling", "accepted checking", CLERKS, ""),
    "feedback": ("T14", "handling", "handling checking", CLERKS, ""),
    "finish_step": ("", "handling", "", CLERKS, ""),
    "check_pass": ("T15", "checking", "closed", "supervisor", ""),
    "check_fail": ("T16", "checking", "handling reported", "supervisor", ""),
    "ask_pause": ("T17", "handling", "", CLERKS, ""),
    "resume": ("T18", "paused", "handling", f"{CLERKS} system", ""),
    "ask_extend": ("T19", "handling", "", CLERKS, ""),
    "escalate": ("T20", "accepted dispatched handling", "reported", SENDERS, "L"),
    "ask_skip": ("T20", "accepted dispatched handling", "", SENDERS, "L"),
    "send_down": ("T21", "reported accepted", "reported closed", SENDERS, ""),
    "recall": ("T22", "dispatched", "accepted", SENDERS, "L"),
    "reclass": ("T23", OPEN, "", DESK, "L"),
    "ask_reclass": ("T23", "dispatched handling paused checking", "", CLERKS, ""),
    "ask_void": ("T24", OPEN, "", DESK, ""),
    "ask_force_close": ("T25", OPEN, "", "supervisor shift_leader", ""),
    "ask_unmerge": ("T9", "merged", "", DESK, ""),
    "approve": (
        "T17-T25", f"{OPEN} merged", "paused void closed reported accepted", DECIDERS, "",
    ),
    "decline": ("T17-T25", f"{OPEN} merged closed", "", DECIDERS, ""),
    "withdraw": ("T17-T25", f"{OPEN} merged closed", "", ALL_BUT_READERS, ""),
    "callback": ("T26", "closed", "", "supervisor", ""),
    "reopen": ("T27", "closed", "handling reported", "supervisor shift_leader", ""),
    "archive": ("T28", "closed", "archived", "evaluator system", ""),
    "district_update": ("T29", " ".join(set(STATES) - {"draft"}), "", "system", ""),
    "mend": ("", "dispatched handling merged", "checking accepted reported", "system", ""),
    "supervise": ("", OPEN, "", "supervisor shift_leader room_director", ""),
    "reply": ("", OPEN, "", CLERKS, ""),
    "block": ("", OPEN, "", f"{CLERKS} supervisor", ""),
    "note": ("", f"{OPEN} closed", "", f"{CLERKS} supervisor", ""),
    "set_secrecy": ("", f"{OPEN} closed merged", "", f"{DESK} room_director", ""),
    "attach": ("", f"{OPEN} closed", "", f"{CLERKS} supervisor grid_worker grid_head", ""),
}  # fmt: skip
LEVELS_OF = {"grid_worker": {"grid"}, "grid_head": {"grid"}, "village_clerk": {"village", "grid"}}
"""Who acts elsewhere than at the desk; a village's clerk acts for its grids too."""
FILE = {"blob": "ab" * 32, "size": 9, "media": "image/jpeg", "env": "e1"}


def incident(state, **values):
    return Incident(id="i1", state=state, **values)


def person(*roles):
    return Actor("u", "用户", roles)


def refused(before, action, values, actor):
    with pytest.raises((RuleError, InputError)) as caught:
        decide(before, action, values, actor, FACTS)
    return caught.value


# the table


def test_the_table_knows_these_actions_and_no_other():
    assert list(TRANSITIONS) == list(TABLE)
    for row in TRANSITIONS.values():
        number, sources, to, _, level = TABLE[row.action]
        assert (row.id, row.sources, set(row.to)) == (number, set(sources.split()), set(to.split()))
        assert row.is_levelled == bool(level), row.action
    assert len({row.kind for row in TRANSITIONS.values()}) == len(TRANSITIONS)


def test_every_number_of_the_state_machine_has_its_row():
    numbers = {number for row in TRANSITIONS.values() for number in row.id.split("-")}
    assert numbers - {""} >= {f"T{number}" for number in range(1, 30)}


@pytest.mark.parametrize("state", STATES)
def test_every_action_of_every_role_is_decided(state):
    for (action, row), role in product(TABLE.items(), ROLES):
        expected = "yes" if role in row[3].split() else "role"
        if state not in row[1].split():
            expected = "state"
        assert verdict(state, action, role) == expected, (state, action, role)
        before = incident(state, level=min(LEVELS_OF.get(role, {"town"})))
        found = obstacle(before, action, person(role), FACTS)
        told = {"state_forbids": "state", "role_forbids": "role"}
        assert told.get(found.code if found else "", "yes") == expected, (state, action, role)


@pytest.mark.parametrize("action", [name for name, row in TABLE.items() if row[4]])
def test_who_acts_at_another_level_is_refused(action):
    _, sources, _, roles, _ = TABLE[action]
    for role, level in product(roles.split(), LEVELS):
        found = obstacle(incident(sources.split()[0], level=level), action, person(role), FACTS)
        is_own = level in LEVELS_OF.get(role, {"town"})
        assert (found is not None and found.code == "level_forbids") is not is_own, (role, level)


def test_the_table_is_that_of_the_golden_text():
    """A change of the rules is seen in review; `griddesk rules --table` shows it in words."""
    lines = [
        f"{line.id:8}{line.action:17}{line.state:11}{'L' if line.is_levelled else '-'} "
        f"{' '.join(line.to) or '='} : {' '.join(line.roles)}\n"
        for line in table_lines()
    ]
    assert "".join(lines) == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("state", STATES)
def test_what_is_offered_is_what_is_not_refused(state):
    before = incident(state)
    for role in ROLES:
        actor = person(role)
        found = obstacles(before, actor, FACTS)
        assert list(found) == list(TRANSITIONS)
        offered = [row.action for row in available(before, actor, FACTS)]
        assert offered == [action for action, refused in found.items() if refused is None]


def test_one_of_several_roles_is_enough():
    reported = incident("reported")
    assert obstacle(reported, "accept", person("auditor"), FACTS).code == "role_forbids"
    assert obstacle(reported, "accept", person("auditor", "duty_officer"), FACTS) is None


def test_a_refusal_says_who_may():
    error = obstacle(incident("closed"), "archive", LIAISONS[SZS], FACTS)
    assert error.params == {"action": "archive", "name": "丁一", "roles": ["evaluator", "system"]}
    assert obstacle(incident("void"), "note", CLERK, FACTS).params["state"] == "void"


def test_decide_asks_state_and_role_first():
    assert refused(incident("closed"), "accept", {"x": 1}, CLERK).code == "state_forbids"
    assert refused(incident("reported"), "accept", {"x": 1}, LIAISONS[SZS]).code == "role_forbids"


def test_an_unknown_action_is_the_callers_fault():
    with pytest.raises(InputError) as caught:
        transition_of("erase")
    assert caught.value.params["known"] == sorted(TABLE)


# fields


@pytest.mark.parametrize(
    ("action", "before", "values", "code", "column"),
    [
        ("report", "draft", {}, "field_missing", "content"),
        ("report", "draft", {"content": " \n "}, "field_missing", "content"),
        ("report", "draft", REPORT | {"mood": "x"}, "field_unknown", "mood"),
        ("report", "draft", REPORT | {"urgency": "now"}, "field_choice", "urgency"),
        ("report", "draft", REPORT | {"source": "fax"}, "field_choice", "source"),
        ("report", "draft", REPORT | {"class_code": "XX99"}, "field_class", "class_code"),
        ("report", "draft", REPORT | {"area_code": "9"}, "field_area", "area_code"),
        ("report", "draft", REPORT | {"title": "x" * (MAX_TEXT + 1)}, "field_too_long", "title"),
        ("report", "draft", REPORT | {"point": "125.001"}, "point_malformed", "point"),
        ("report", "draft", REPORT | {"point": "east,30"}, "point_malformed", "point"),
        ("report", "draft", REPORT | {"point": "30.2,125.001"}, "point_nowhere", "point"),
        ("report", "draft", REPORT | {"point": "nan,30"}, "point_nowhere", "point"),
        ("accept", "reported", {"area_code": GRID}, "field_missing", "class_code"),
        ("accept", "reported", {"class_code": "ZF02"}, "field_missing", "area_code"),
        ("dispatch", "accepted", {}, "field_missing", "lead"),
        ("dispatch", "accepted", {"lead": "nobody"}, "field_unit", "lead"),
        ("dispatch", "accepted", {"lead": SZS, "co": "nobody"}, "field_units", "co"),
        ("return", "reported", {"reason": "no_place"}, "field_missing", "text"),
        ("return", "reported", {"reason": "bored", "text": "x"}, "field_choice", "reason"),
        ("note", "closed", {}, "field_missing", "text"),
        ("note", "closed", {"text": "   "}, "field_missing", "text"),
        ("note", "closed", {"text": "\x00\x07 \x1b"}, "field_missing", "text"),
        ("merge", "reported", {"lead": "i9"}, "field_incident", "lead"),
    ],
)
def test_a_wrong_field_is_named(action, before, values, code, column):
    error = refused(incident(before), action, values, CLERK)
    assert (error.code, error.params["column"]) == (code, column)
    assert isinstance(error, InputError)


@pytest.mark.parametrize("action", sorted(TABLE))
def test_each_required_field_is_required(action):
    """Every other one has a good value: only what is missing is named."""
    specs = TRANSITIONS[action].fields
    good = {
        "text": "足够长的文字", "long": "足够长的文字", "flag": "yes", "unit": SZS, "units": SZS,
        "class": "GZ01", "area": GRID, "day": "2026-11-25", "number": "2", "incident": "i1",
        "file": FILE, "point": "125.001,30.2",
    }  # fmt: skip
    values = {spec.name: spec.choices[0] if spec.choices else good[spec.kind] for spec in specs}
    town = Town()
    town.report()
    facts = town.facts.__class__(
        FACTS.policy, NOW, FACTS.units, FACTS.areas, incidents=town.incidents
    )
    assert check_fields(specs, values, facts, action).values.keys() == values.keys()
    for spec in specs:
        rest = {name: value for name, value in values.items() if name != spec.name}
        if not spec.required:
            assert spec.name not in check_fields(specs, rest, facts, action).values
            continue
        for missing in (rest, rest | {spec.name: None}, rest | {spec.name: " 　\n"}):
            with pytest.raises(InputError) as caught:
                check_fields(specs, missing, facts, action)
            error = caught.value
            assert (error.code, error.params["column"]) == ("field_missing", spec.name)


@pytest.mark.parametrize(
    ("value", "is_met"), [(True, True), ("yes", True), ("1", True), ("是", True), ("TRUE", True),
                          (False, False), ("no", False), ("0", False), ("否", False)],
)  # fmt: skip
def test_a_flag_is_told_in_many_words(value, is_met):
    assert check_field(FieldSpec("is_so", "flag"), value, FACTS) is is_met


def test_a_flag_is_nothing_between():
    with pytest.raises(InputError) as caught:
        check_field(FieldSpec("is_so", "flag"), "maybe", FACTS)
    assert (caught.value.code, caught.value.params["column"]) == ("field_choice", "is_so")


@pytest.mark.parametrize(
    "value", ["0", "-1", "1.5", "十", "", "10001", "9" * 5000, True, "²", None]
)
def test_a_number_is_whole_and_believable(value):
    with pytest.raises(InputError) as caught:
        check_field(FieldSpec("amount", "number"), value, FACTS)
    assert caught.value.code == "field_number"
    assert check_field(FieldSpec("amount", "number"), "10000", FACTS) == 10_000


def test_a_number_of_an_identity_card_is_no_text():
    error = refused(incident("closed"), "note", {"text": "证号11010519491231002X"}, CLERK)
    assert (error.code, error.params["column"]) == ("id_number_found", "text")


# what is typed in

CONTROLS = [chr(code) for code in (*range(9), 11, 12, *range(14, 32), *range(127, 160), 0xD800)]


@given(st.text(max_size=40), st.lists(st.sampled_from(CONTROLS), max_size=9))
def test_control_characters_are_left_out_and_counted(text, controls):
    """Any Unicode stays as it is; what was left out is said."""
    kept = "".join(c for c in text.replace("\r\n", "\n") if c not in {*CONTROLS, "\r"})
    kept = "".join(c for c in kept if not 0xD800 <= ord(c) <= 0xDFFF)
    typed = text.replace("\r\n", "\n") + "已" + "".join(controls)
    decision = decide(incident("closed"), "note", {"text": typed}, CLERK, FACTS)
    assert decision.payload["opinion"] == (kept + "已").strip()
    assert decision.stripped == len(typed) - len(kept) - 1


def test_what_is_left_out_of_all_fields_is_added_up():
    values = REPORT | {
        "content": "楼下\x00下水道\x07堵塞",
        "title": "堵\x1b塞",
        "address": "甲\r\n乙",
    }
    decision = decide(incident("draft"), "report", values, CLERK, FACTS)
    assert decision.stripped == 3
    assert decision.payload["set"]["address"] == "甲\n乙"
    assert decide(incident("draft"), "report", REPORT, CLERK, FACTS).stripped == 0


def test_eight_thousand_characters_are_the_most():
    text = "长" * MAX_TEXT
    assert (
        decide(incident("closed"), "note", {"text": text}, CLERK, FACTS).payload["opinion"] == text
    )
    error = refused(incident("closed"), "note", {"text": text + "长"}, CLERK)
    assert error.params == {"column": "text", "limit": MAX_TEXT}


# a note, a file


def test_a_note_and_a_file_move_nothing():
    for state in (*OPEN.split(), "closed"):
        decision = decide(incident(state), "note", {"text": "已联系"}, CLERK, FACTS)
        assert decision[:3] == ("note_added", {"from": state, "opinion": "已联系"}, ())
        decision = decide(incident(state), "attach", {"file": FILE}, CLERK, FACTS)
        assert decision.payload == {"from": state, "file": FILE}


def test_a_file_is_not_typed_in():
    for value in ("/etc/passwd", "x" * 9000, 7, [FILE]):
        error = refused(incident("handling"), "attach", {"file": value}, CLERK)
        assert (error.code, error.params) == ("field_file", {"column": "file"})


def test_twenty_files_are_the_most():
    file = Attachment("ab" * 32, 9, "image/jpeg", "e1", NOW, "周岚")
    almost = incident("handling", attachments=(file,) * 19)
    assert decide(almost, "attach", {"file": FILE}, CLERK, FACTS).payload["file"] == FILE
    error = refused(incident("handling", attachments=(file,) * 20), "attach", {"file": FILE}, CLERK)
    assert (error.code, error.params) == ("attachments_full", {"limit": 20})


def test_what_says_nothing_is_not_written():
    town = Town()
    town.checking()
    for action, actor, values in (
        ("check_pass", SUPERVISOR, PASSED),
        ("note", CLERK, {"text": "x"}),
    ):
        payload = decide(town.incidents["i1"], action, values, actor, FACTS).payload
        assert all(value not in ("", {}, []) for value in payload.values()), action


def test_a_district_update_sets_only_what_was_said():
    before = incident("archived", source_status="办理中")
    payload = decide(before, "district_update", {"source_reply": "已阅"}, SYSTEM, FACTS).payload
    assert payload == {"from": "archived", "set": {"source_reply": "已阅"}}
