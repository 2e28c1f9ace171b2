"""Every (state, action, role) against a table of this file's own, and the guard of each row."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.domain.errors import GridDeskError, InputError, RuleError
from db.domain.fold import fold
from db.domain.incidents import STATES, Assignment, Attachment, Incident, Timer
from db.domain.ops import SYSTEM, Actor, Hlc, Op, OpRef
from db.domain.transitions import (
    MAX_TEXT,
    TRANSITIONS,
    Facts,
    available,
    decide,
    refusal,
    transition_of,
)
from db.store.lists import default_policy

NOW = 1_795_415_520_000
TOWN = "990101001"
GRID = TOWN + "001002"
UNITS = (f"{TOWN}-szs", f"{TOWN}-cgzd", f"{TOWN}-pcs")
SZS, CGZD, PCS = UNITS
FACTS = Facts(default_policy(), NOW, frozenset(UNITS), frozenset({GRID}))
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
    "system",
)
OPEN_STATES = "reported returned verifying accepted dispatched handling paused checking closed"
CLERKS = "unit_liaison duty_officer dispatcher village_clerk shift_leader"
# action: (from, who)
ALLOWED = {
    "report": (
        "draft",
        "grid_worker grid_head village_clerk duty_officer dispatcher shift_leader",
    ),
    "accept": ("reported returned", "duty_officer shift_leader"),
    "dispatch": ("accepted", "dispatcher shift_leader"),
    "sign": ("dispatched handling", CLERKS),
    "feedback": ("handling", CLERKS),
    "check_pass": ("checking", "supervisor"),
    "callback": ("closed", "supervisor"),
    "archive": ("closed", "evaluator system"),
    "note": (OPEN_STATES, CLERKS + " supervisor"),
    "attach": (OPEN_STATES, CLERKS + " supervisor grid_worker grid_head"),
}
CODES = {
    "T1": "report",
    "T3": "accept",
    "T10": "dispatch",
    "T12": "sign",
    "T14": "feedback",
    "T15": "check_pass",
    "T26": "callback",
    "T28": "archive",
}
KINDS = {
    "report": "incident_reported",
    "accept": "incident_accepted",
    "dispatch": "incident_dispatched",
    "sign": "assignment_signed",
    "feedback": "feedback_given",
    "check_pass": "check_passed",
    "callback": "callback_recorded",
    "archive": "incident_archived",
    "note": "note_added",
    "attach": "attachment_added",
}
FILE = {"blob": "ab" * 32, "size": 9, "media": "image/jpeg", "env": "e1", "hash": "cd" * 32}
CLERK = Actor("zhou", "周岚", ("duty_officer", "dispatcher", "village_clerk"))
SUPERVISOR = Actor("he", "何砚", ("supervisor",))
LIAISON = Actor("ding", "丁一", ("unit_liaison",), SZS)
REPORT = {"content": "楼下下水道堵塞", "address": "枫桥路12号"}
PASSED = {"outcome": "resolved", "public_reply": "已疏通", "close_rule_met": True}


def incident(state, **values):
    return Incident(id="i1", state=state, **values)


def handled(*units, state="handling", **values):
    parts = tuple(
        Assignment(unit, "lead" if number == 0 else "co", part)
        for number, (unit, part) in enumerate(units)
    )
    timers = tuple(
        Timer("handle", item.unit, "work_day", 5, NOW - 1, NOW + 1, "v") for item in parts
    )
    given = {"class_code": "ZF02", "area_code": GRID, **values}
    return incident(
        state, assignments=parts, timers=timers, lead_unit=units[0][0] if units else "", **given
    )


def payload_of(before, action, values, actor):
    return decide(before, action, values, actor, FACTS)[1]


def refused(before, action, values, actor):
    with pytest.raises(GridDeskError) as caught:
        decide(before, action, values, actor, FACTS)
    return caught.value


def stages(payload):
    return [(item["stage"], item["unit"]) for item in payload["starts"]]


def test_the_table_knows_these_actions_and_no_other():
    assert set(TRANSITIONS) == set(ALLOWED) == set(KINDS)
    assert {row.id: row.action for row in TRANSITIONS.values() if row.id} == CODES
    assert {row.action: row.kind for row in TRANSITIONS.values()} == KINDS


@pytest.mark.parametrize("state", STATES)
def test_every_action_of_every_role_is_decided(state):
    before = incident(state)
    for action, role in product(ALLOWED, ROLES):
        sources, roles = (part.split() for part in ALLOWED[action])
        found = refusal(before, action, Actor("u", "用户", (role,)))
        if state not in sources:
            expected = "state_forbids"
        elif role not in roles:
            expected = "role_forbids"
        else:
            expected = None
        assert (found and found.code) == expected, (state, action, role)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("is_called", [0, 1])
def test_what_is_offered_is_what_is_not_refused(state, is_called):
    part = Assignment(unit="u1", state="signed" if is_called else "sent")
    before = incident(state, callback_done=is_called, assignments=(part,))
    idle = {"callback", "sign"} if is_called else {"archive"}
    for role in ROLES:
        actor = Actor("u", "用户", (role,))
        offered = [row.action for row in available(before, actor)]
        assert offered == [
            action
            for action in TRANSITIONS
            if refusal(before, action, actor) is None and action not in idle
        ]


def test_one_of_several_roles_is_enough():
    assert refusal(incident("reported"), "accept", Actor("u", "n", ("auditor",))).code == (
        "role_forbids"
    )
    assert refusal(incident("reported"), "accept", CLERK) is None


def test_a_refusal_says_who_may():
    error = refusal(incident("closed"), "archive", LIAISON)
    assert error.params == {"action": "archive", "name": "丁一", "roles": ["evaluator", "system"]}
    assert refusal(incident("void"), "note", CLERK).params["state"] == "void"


def test_decide_asks_state_and_role_first():
    assert refused(incident("closed"), "accept", {"x": 1}, CLERK).code == "state_forbids"
    assert refused(incident("reported"), "accept", {"x": 1}, LIAISON).code == "role_forbids"


def test_an_unknown_action_is_the_callers_fault():
    with pytest.raises(InputError) as caught:
        transition_of("erase")
    assert caught.value.params["known"] == sorted(ALLOWED)


# fields


@pytest.mark.parametrize(
    ("action", "before", "values", "code", "column"),
    [
        ("report", "draft", {}, "field_missing", "content"),
        ("report", "draft", {"content": " \n "}, "field_missing", "content"),
        (
            "report",
            "draft",
            {"content": "四个字啊"} | {"address": "x"},
            "content_too_short",
            "content",
        ),
        ("report", "draft", {"content": "足够长的内容"}, "place_missing", "address"),
        (
            "report",
            "draft",
            {"content": "足够长的内容", "address": " "},
            "place_missing",
            "address",
        ),
        ("report", "draft", REPORT | {"mood": "x"}, "field_unknown", "mood"),
        ("report", "draft", REPORT | {"urgency": "now"}, "field_choice", "urgency"),
        ("report", "draft", REPORT | {"source": "fax"}, "field_choice", "source"),
        ("report", "draft", REPORT | {"class_code": "XX99"}, "field_class", "class_code"),
        ("report", "draft", REPORT | {"area_code": TOWN}, "field_area", "area_code"),
        ("report", "draft", REPORT | {"title": "x" * (MAX_TEXT + 1)}, "field_too_long", "title"),
        ("accept", "reported", {"area_code": GRID}, "field_missing", "class_code"),
        ("accept", "reported", {"class_code": "ZF02"}, "field_missing", "area_code"),
        ("dispatch", "accepted", {}, "field_missing", "lead"),
        ("dispatch", "accepted", {"lead": "nobody"}, "field_unit", "lead"),
        ("dispatch", "accepted", {"lead": SZS, "co": "nobody"}, "field_units", "co"),
        ("note", "closed", {}, "field_missing", "text"),
        ("note", "closed", {"text": "   "}, "field_missing", "text"),
    ],
)
def test_a_wrong_field_is_named(action, before, values, code, column):
    error = refused(incident(before), action, values, CLERK)
    assert (error.code, error.params["column"]) == (code, column)
    assert isinstance(error, InputError)


@pytest.mark.parametrize("missing", list(PASSED))
def test_each_field_of_a_check_is_required(missing):
    before = handled((SZS, "fed_back"), state="checking")
    values = {name: value for name, value in PASSED.items() if name != missing}
    error = refused(before, "check_pass", values, SUPERVISOR)
    assert (error.code, error.params["column"]) == ("field_missing", missing)


def test_a_blank_reply_is_no_reply():
    before = handled((SZS, "fed_back"), state="checking")
    error = refused(before, "check_pass", PASSED | {"public_reply": " 　\n"}, SUPERVISOR)
    assert (error.code, error.params["column"]) == ("field_missing", "public_reply")


@pytest.mark.parametrize(
    ("value", "is_met"), [(True, True), ("yes", True), ("1", True), ("是", True), ("TRUE", True)]
)
def test_a_flag_is_told_in_many_words(value, is_met):
    before = handled((SZS, "fed_back"), state="checking")
    after = payload_of(before, "check_pass", PASSED | {"close_rule_met": value}, SUPERVISOR)
    assert (after["to"] == "closed") is is_met


@pytest.mark.parametrize("value", [False, "no", "0", "否"])
def test_an_unmet_closing_rule_refuses(value):
    before = handled((SZS, "fed_back"), state="checking")
    error = refused(before, "check_pass", PASSED | {"close_rule_met": value}, SUPERVISOR)
    assert (type(error), error.code) == (RuleError, "close_rule_unmet")
    error = refused(before, "check_pass", PASSED | {"close_rule_met": "maybe"}, SUPERVISOR)
    assert (error.code, error.params["column"]) == ("field_choice", "close_rule_met")


# T1


def test_report():
    payload = payload_of(incident("draft"), "report", REPORT | {"urgency": "urgent"}, CLERK)
    assert (payload["from"], payload["to"]) == ("draft", "reported")
    assert payload["set"]["title"] == "楼下下水道堵塞"
    assert payload["set"]["reported_at"] == payload["set"]["taken_in_at"] == NOW
    timer = payload["starts"][0]
    assert stages(payload) == [("accept", "")]
    assert (timer["limit"], timer["due"]) == (["urgent_hour", 30], NOW + 30 * 60_000)
    assert timer["policy"] == FACTS.policy.version


def test_five_characters_are_enough_and_the_title_is_cut():
    assert payload_of(incident("draft"), "report", REPORT | {"content": "五个字内容"}, CLERK)
    long = payload_of(incident("draft"), "report", REPORT | {"content": "长" * 60 + "\n尾"}, CLERK)
    assert long["set"]["title"] == "长" * 40


def test_an_area_alone_is_a_place():
    values = {"content": "楼下下水道堵塞", "area_code": GRID}
    assert payload_of(incident("draft"), "report", values, CLERK)["set"]["area_code"] == GRID


# T3


def test_accept_ends_one_clock_and_starts_the_next():
    timer = Timer("accept", "", "work_hour", 60, NOW - 9, NOW, "v")
    before = incident("reported", timers=(timer,), area_code=GRID)
    payload = payload_of(before, "accept", {"class_code": "ZF02", "urgency": "critical"}, CLERK)
    assert payload["to"] == "accepted"
    assert payload["ends"] == [["accept", ""]]
    assert stages(payload) == [("dispatch", "")]
    assert payload["starts"][0]["limit"] == ["urgent_hour", 15]
    assert payload["set"] == {"class_code": "ZF02", "urgency": "critical"}


def test_accept_writes_only_what_changed():
    before = incident("returned", class_code="ZF02", area_code=GRID, title="旧")
    values = {"class_code": "ZF02", "area_code": GRID, "title": "新"}
    assert payload_of(before, "accept", values, CLERK)["set"] == {"title": "新"}


# T10


def test_dispatch_pins_limits_for_each_unit():
    timer = Timer("dispatch", "", "work_hour", 60, NOW - 9, NOW, "v")
    before = incident("accepted", class_code="ZF02", area_code=GRID, timers=(timer,))
    values = {"lead": SZS, "co": f"{CGZD} {PCS}", "task": "清理"}
    payload = payload_of(before, "dispatch", values, CLERK)
    assert payload["to"] == "dispatched"
    assert payload["set"] == {"lead_unit": SZS}
    assert payload["ends"] == [["dispatch", ""]]
    assert stages(payload) == list(product(("sign", "handle"), UNITS)) or stages(payload) == [
        (stage, unit) for unit in UNITS for stage in ("sign", "handle")
    ]
    assert [(item["unit"], item["part"], item["state"]) for item in payload["units"]] == [
        (SZS, "lead", "sent"),
        (CGZD, "co", "sent"),
        (PCS, "co", "sent"),
    ]
    handle = next(item for item in payload["starts"] if item["stage"] == "handle")
    assert handle["limit"] == ["work_hour", 240]
    assert payload["units"][0]["due_at"] == handle["due"]


@pytest.mark.parametrize("co", [f"{SZS} {CGZD} {CGZD}", [CGZD, SZS, CGZD]])
def test_no_unit_is_given_the_same_work_twice(co):
    before = incident("accepted", class_code="ZF02", area_code=GRID)
    payload = payload_of(before, "dispatch", {"lead": SZS, "co": co}, CLERK)
    assert [item["unit"] for item in payload["units"]] == [SZS, CGZD]
    assert len(payload["starts"]) == 4


# T12


def test_a_liaison_signs_for_the_own_unit_only():
    before = handled((SZS, "sent"), (CGZD, "sent"), state="dispatched")
    payload = payload_of(before, "sign", {}, LIAISON)
    assert payload["to"] == "handling"
    assert payload["ends"] == [["sign", SZS]]
    assert payload["units"] == [
        {"unit": SZS, "state": "signed", "signed_at": NOW, "signed_by": "丁一"}
    ]
    error = refused(before, "sign", {"unit": CGZD, "contact": "戊二"}, LIAISON)
    assert (error.code, error.params["unit"]) == ("not_your_unit", CGZD)


def test_a_clerk_names_who_is_on_the_phone():
    before = handled((SZS, "sent"), state="dispatched")
    error = refused(before, "sign", {}, CLERK)
    assert (error.code, error.params["column"]) == ("contact_missing", "contact")
    payload = payload_of(before, "sign", {"contact": "戊二"}, CLERK)
    assert payload["units"][0]["signed_by"] == "戊二"
    assert payload["contact"] == "戊二"


def test_nobody_signs_twice():
    before = handled((SZS, "signed"), state="handling")
    assert refused(before, "sign", {}, LIAISON).code == "unit_not_waiting"
    assert refused(before, "sign", {"unit": PCS}, LIAISON).code == "unit_not_waiting"


def test_the_lead_is_meant_when_no_unit_is_named():
    before = handled((SZS, "sent"), (CGZD, "sent"), state="dispatched")
    assert payload_of(before, "sign", {"contact": "x"}, CLERK)["units"][0]["unit"] == SZS
    before = handled((SZS, "signed"), (CGZD, "sent"))
    assert payload_of(before, "sign", {"contact": "x"}, CLERK)["units"][0]["unit"] == CGZD


# T14


TEN = "已经清理完毕现场整洁"


def test_feedback_goes_to_check_when_the_last_unit_answers():
    before = handled((SZS, "signed"), (CGZD, "sent"))
    first = payload_of(before, "feedback", {"text": TEN}, LIAISON)
    assert first["to"] == "handling"
    assert "starts" not in first
    assert first["ends"] == [["sign", SZS], ["handle", SZS]]
    before = handled((SZS, "fed_back"), (CGZD, "sent"))
    last = payload_of(before, "feedback", {"text": TEN, "contact": "戊二"}, CLERK)
    assert last["to"] == "checking"
    assert stages(last) == [("check", "")]
    assert last["units"][0] == {
        "unit": CGZD,
        "state": "fed_back",
        "feedback_at": NOW,
        "feedback": TEN,
    }


def test_a_withdrawn_unit_is_not_waited_for():
    before = handled((SZS, "signed"), (CGZD, "withdrawn"))
    assert payload_of(before, "feedback", {"text": TEN}, LIAISON)["to"] == "checking"


def test_feedback_of_nine_characters_is_too_short():
    before = handled((SZS, "signed"))
    error = refused(before, "feedback", {"text": TEN[:9]}, LIAISON)
    assert (error.code, error.params["column"]) == ("feedback_too_short", "text")
    assert payload_of(before, "feedback", {"text": TEN}, LIAISON)
    error = refused(before, "feedback", {"text": TEN, "unit": PCS}, LIAISON)
    assert error.code == "unit_not_waiting"


# T15


def test_nobody_checks_the_own_work():
    before = handled((SZS, "fed_back"), (CGZD, "fed_back"), state="checking")
    for unit in (SZS, CGZD):
        actor = Actor("x", "x", ("supervisor",), unit)
        assert refused(before, "check_pass", PASSED, actor).code == "checker_is_handler"
    assert payload_of(before, "check_pass", PASSED, Actor("x", "x", ("supervisor",), PCS))


@pytest.mark.parametrize(
    ("class_code", "caller", "is_called"),
    [("GZ01", "env", True), ("GZ01", "", False), ("ZF02", "env", None)],
)
def test_a_callback_is_due_where_somebody_called(class_code, caller, is_called):
    if is_called is None:
        is_called = FACTS.policy.class_of(class_code).needs_callback
    before = handled((SZS, "fed_back"), state="checking", class_code=class_code, caller=caller)
    payload = payload_of(before, "check_pass", PASSED, SUPERVISOR)
    assert payload["set"]["callback_done"] == int(not is_called)
    assert [item["stage"] for item in payload["starts"]] == (["callback"] if is_called else [])
    assert payload["set"]["closed_at"] == NOW
    assert payload["set"]["outcome"] == "resolved"


# T26


def test_a_reached_caller_ends_the_callback():
    timer = Timer("callback", "", "work_day", 2, NOW - 9, NOW, "v")
    before = incident("closed", timers=(timer,))
    error = refused(before, "callback", {"reached": True}, SUPERVISOR)
    assert (error.code, error.params["column"]) == ("field_missing", "satisfaction")
    values = {"reached": "yes", "satisfaction": "very", "text": "满意"}
    payload = payload_of(before, "callback", values, SUPERVISOR)
    assert payload["set"] == {
        "callback_attempts": 1,
        "callback_done": 1,
        "satisfaction": "very",
    }
    assert payload["ends"] == [["callback", ""]]
    assert payload["opinion"] == "满意"


@pytest.mark.parametrize(("before", "is_done"), [(0, 0), (1, 0), (2, 1)])
def test_three_misses_end_the_callback(before, is_done):
    timer = Timer("callback", "", "work_day", 2, NOW - 9, NOW, "v")
    known = incident("closed", callback_attempts=before, timers=(timer,))
    payload = payload_of(known, "callback", {"reached": False}, SUPERVISOR)
    assert payload["set"]["callback_attempts"] == before + 1
    assert payload["set"]["callback_done"] == is_done
    assert payload["set"]["satisfaction"] == ""
    assert payload["ends"] == ([["callback", ""]] if is_done else [])


@pytest.mark.parametrize("attempts", [0, 1, 2])
def test_nobody_is_called_again_who_was_reached(attempts):
    known = incident("closed", callback_attempts=attempts, callback_done=1)
    error = refused(known, "callback", {"reached": False}, SUPERVISOR)
    assert error.code == "callback_not_needed"


def test_there_is_no_fourth_call():
    known = incident("closed", callback_attempts=3)
    error = refused(known, "callback", {"reached": False}, SUPERVISOR)
    assert error.code == "callbacks_used_up"


# T28


def test_archive_waits_for_the_callback():
    error = refused(incident("closed", callback_attempts=1), "archive", {}, SYSTEM)
    assert (error.code, error.params) == ("callback_pending", {"attempts": 1})
    timer = Timer("callback", "", "work_day", 2, NOW - 9, NOW, "v")
    ready = incident("closed", callback_done=1, timers=(timer,))
    payload = payload_of(ready, "archive", {}, SYSTEM)
    assert payload["to"] == "archived"
    assert payload["set"] == {"archived_at": NOW}
    assert payload["ends"] == [["callback", ""]]


# a note


def test_a_note_moves_nothing():
    for state in OPEN_STATES.split():
        payload = payload_of(incident(state), "note", {"text": "已联系"}, CLERK)
        assert payload == {"from": state, "opinion": "已联系"}


# a file


def test_a_file_moves_nothing():
    for state in OPEN_STATES.split():
        payload = payload_of(incident(state), "attach", {"file": FILE}, CLERK)
        assert payload == {"from": state, "file": FILE}


def test_a_file_is_not_typed_in():
    for value in ("/etc/passwd", "x" * 9000, 7, [FILE]):
        with pytest.raises(InputError) as caught:
            payload_of(incident("handling"), "attach", {"file": value}, CLERK)
        assert (caught.value.code, caught.value.params) == ("field_file", {"column": "file"})


def test_twenty_files_are_the_most():
    file = Attachment("ab" * 32, 9, "image/jpeg", "e1", NOW, "周岚")
    almost = incident("handling", attachments=(file,) * 19)
    assert payload_of(almost, "attach", {"file": FILE}, CLERK)["file"] == FILE
    with pytest.raises(RuleError) as caught:
        payload_of(incident("handling", attachments=(file,) * 20), "attach", {"file": FILE}, CLERK)
    assert (caught.value.code, caught.value.params) == ("attachments_full", {"limit": 20})


# random work

EVERYBODY = (
    Actor("all", "全", ("duty_officer", "dispatcher", "supervisor", "evaluator")),
    *(Actor(unit, unit, ("unit_liaison",), unit) for unit in UNITS),
    SYSTEM,
)
moves = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(sorted(ALLOWED)),
        st.sampled_from(EVERYBODY),
        st.booleans(),
        st.sampled_from(UNITS),
    ),
    max_size=60,
)
REACHABLE = {
    "draft",
    "reported",
    "accepted",
    "dispatched",
    "handling",
    "checking",
    "closed",
    "archived",
}


def values_for(action, unit, is_yes):
    return {
        "report": REPORT | {"class_code": "GZ01"},
        "accept": {"class_code": "GZ01" if is_yes else "ZF02", "area_code": GRID},
        "dispatch": {"lead": unit, "co": list(UNITS) if is_yes else []},
        "sign": {"unit": unit, "contact": "戊二"},
        "feedback": {"text": TEN, "unit": unit, "contact": "戊二"},
        "check_pass": PASSED,
        "callback": {"reached": is_yes, "satisfaction": "ok"},
        "archive": {},
        "note": {"text": "注"},
        "attach": {"file": FILE},
    }[action]


@settings(max_examples=150, deadline=None)
@given(moves)
def test_whatever_people_do_no_incident_is_lost(taken):
    incidents = {number: Incident(id=str(number), caller="env") for number in range(3)}
    for seq, (number, action, actor, is_yes, unit) in enumerate(taken, start=1):
        before = incidents[number]
        facts = Facts(FACTS.policy, NOW + seq * 60_000, FACTS.units, FACTS.areas)
        try:
            kind, payload = decide(before, action, values_for(action, unit, is_yes), actor, facts)
        except GridDeskError:
            assert incidents[number] is before
            continue
        op = Op(
            OpRef("s", 1, seq), Hlc(facts.now, 0), facts.now, actor, "incident", before.id, kind,
            payload, (),
        )  # fmt: skip
        incidents[number], step = fold(before, op)
        assert step.from_state in ALLOWED[action][0].split()
        check_whole(incidents[number])
    counted = dict.fromkeys(STATES, 0)
    for item in incidents.values():
        counted[item.state] += 1
    assert sum(counted.values()) == 3
    assert all(counted[state] == 0 for state in set(STATES) - REACHABLE)


def check_whole(item):
    assert item.state in REACHABLE
    running = [(timer.stage, timer.unit) for timer in item.running]
    assert len(running) == len(set(running))
    allowed = {
        "reported": {"accept"},
        "accepted": {"dispatch"},
        "dispatched": {"sign", "handle"},
        "handling": {"sign", "handle"},
        "checking": {"check"},
        "closed": {"callback"},
    }
    assert {stage for stage, _ in running} <= allowed.get(item.state, set())
    if item.is_open and not (item.state == "closed" and item.callback_done):
        assert running, "nothing says when this is due"
    if item.state in {"archived", "draft"}:
        assert running == []


def test_the_whole_loop():
    item = Incident(id="i", caller="env")
    loop = [
        ("report", EVERYBODY[0], True),
        ("accept", EVERYBODY[0], True),
        ("dispatch", EVERYBODY[0], False),
        ("sign", EVERYBODY[1], True),
        ("feedback", EVERYBODY[1], True),
        ("check_pass", EVERYBODY[0], True),
        ("callback", EVERYBODY[0], True),
        ("archive", SYSTEM, True),
    ]
    for seq, (action, actor, is_yes) in enumerate(loop, start=1):
        kind, payload = decide(item, action, values_for(action, SZS, is_yes), actor, FACTS)
        ref = OpRef("s", 1, seq)
        op = Op(ref, Hlc(seq, 0), NOW, actor, "incident", "i", kind, payload, ())
        item, _ = fold(item, op)
        check_whole(item)
    assert item.state == "archived"
    assert item.running == ()
    assert available(item, EVERYBODY[0]) == ()
