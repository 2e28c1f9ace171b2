"""The fold: one op after another, whoever wrote them."""

import pytest

from db.domain.errors import InputError
from db.domain.fold import fold
from db.domain.incidents import (
    CLOSED_FOREVER,
    NO_DUE,
    SETTABLE,
    STATES,
    Application,
    Assignment,
    Card,
    Child,
    Due,
    Incident,
    Pause,
    Timer,
)
from db.domain.ops import Actor, Hlc, Op, OpRef

AT = 1_795_415_520_000
ACTOR = Actor("zhoulan", "周岚", ("duty_officer",))
DAY = 86_400_000


def op(payload, *, at=AT, kind="note_added", id="i1"):
    return Op(OpRef("a", 1, 1), Hlc(at, 0), at, ACTOR, "incident", id, kind, payload, ())


def timer(stage="accept", unit="", start=AT, due=AT + DAY, limit=("work_hour", 60)):
    return {
        "stage": stage,
        "unit": unit,
        "limit": list(limit),
        "start": start,
        "due": due,
        "policy": "v1",
    }


def folded(*payloads, before=None):
    incident = before
    for payload in payloads:
        incident, _ = fold(incident, op(payload))
    return incident


def test_set_moves_and_history():
    incident, step = fold(None, op({"to": "reported", "set": {"title": "漏水"}, "opinion": "好"}))
    assert (incident.id, incident.state, incident.title) == ("i1", "reported", "漏水")
    assert incident.updated_at == AT
    assert (step.kind, step.from_state, step.to_state) == ("note_added", "draft", "reported")
    assert (step.actor, step.actor_name, step.opinion, step.at) == ("zhoulan", "周岚", "好", AT)


def test_unknown_fields_are_passed_over():
    incident = folded(
        {
            "to": "reported",
            "set": {"title": "漏水", "mood": "calm", "id": "other", "state": "archived"},
            "units": [{"unit": "u1", "state": "sent", "drone": 7}],
            "starts": [timer() | {"colour": "red"}],
            "weather": {"rain": True},
        }
    )
    assert (incident.id, incident.state, incident.title) == ("i1", "reported", "漏水")
    assert incident.assignments == (Assignment("u1"),)
    assert incident.timers[0].stage == "accept"


@pytest.mark.parametrize(
    "payload",
    [
        {"to": "frozen"},
        {"to": ["archived"]},
        {"set": {"urgency": "panic"}},
        {"starts": [timer(stage="nap")]},
        {"starts": [timer(limit=["fortnight", 1])]},
        {"starts": [timer(limit=["work_day", 0])]},
        {"starts": [timer(limit=["work_day", -5])]},
        {"retimes": [timer(stage="nap")]},
        {"retimes": [timer(limit=["work_day", 0])]},
    ],
)
def test_a_word_this_version_does_not_know_is_refused(payload):
    with pytest.raises(InputError) as caught:
        folded({"to": "reported"}, payload)
    assert caught.value.code == "op_malformed"


@pytest.mark.parametrize(
    "payload",
    [
        {"set": {"title": 1}},
        {"set": {"title": None}},
        {"set": {"secrecy": "2"}},
        {"set": {"secrecy": True}},
        {"set": {"lon_e6": 1.5}},
        {"set": {"lon_e6": "125"}},
        {"set": {"lon_e6": 180_000_001}},
        {"set": {"lon_e6": 125_000_000, "lat_e6": -90_000_001}},
        {"set": {"precision": "exact"}},
        {"set": {"closed_at": []}},
        {"units": [{"unit": "u1", "task": 3}]},
        {"units": [{"unit": "u1", "due_at": "soon"}]},
        {"starts": [timer(due="soon")]},
        {"starts": [timer(start=1.5)]},
        {"starts": [timer(stage=["accept"])]},
        {"starts": [timer(unit=None)]},
        {"starts": [timer(limit=(7, 60))]},
        {"starts": [timer(limit=("work_hour", "60"))]},
        {"starts": [timer() | {"step": 1}]},
        {"retimes": [timer(due="soon")]},
        {"pauses": [{"from_at": "now"}]},
        {"pauses": [{"from_at": None}]},
        {"pauses": [{"reason": "court"}]},
        {"asks": [{"key": 7}]},
        {"asks": [{"key": "k", "amount": "2"}]},
        {"cards": [{"key": "k", "at": True}]},
        {"children": [{"id": "i2", "valid": "yes"}]},
        {"children": "i2"},
    ],
)
def test_a_mistyped_value_is_refused(payload):
    with pytest.raises(InputError) as refused:
        folded(payload)
    assert refused.value.code == "op_malformed"


def test_every_field_but_the_derived_ones_can_be_set():
    assert {"id", "state", "timers", "assignments", "updated_at"}.isdisjoint(SETTABLE)
    assert {"number", "caller", "closed_at", "callback_done"} <= SETTABLE
    assert folded({"set": {"closed_at": AT}}, {"set": {"closed_at": None}}).closed_at is None


def test_timers_start_once_and_end_once():
    first = folded({"starts": [timer(), timer("sign", "u1"), timer("sign", "u2")]})
    assert len(first.running) == 3
    second, _ = fold(first, op({"ends": [["sign", "u1"]]}, at=AT + 5))
    assert [(item.stage, item.unit) for item in second.running] == [
        ("accept", ""),
        ("sign", "u2"),
    ]
    third, _ = fold(second, op({"ends": [["sign", "u1"], ["accept", "u9"]]}, at=AT + 9))
    assert third.timers[1].ended_at == AT + 5
    assert len(third.running) == 2


def test_a_timer_that_starts_again_ends_the_one_before():
    again = folded({"starts": [timer()]}, {"starts": [timer(due=AT + 2 * DAY)]})
    assert [item.ended_at for item in again.timers] == [AT, None]


def test_a_timer_of_several_steps_ends_step_by_step_or_whole():
    steps = [timer("handle", "u1") | {"step": name} for name in ("停工", "处罚", "拆除")]
    incident = folded({"starts": steps})
    assert [item.step for item in incident.running] == ["停工", "处罚", "拆除"]
    one = folded({"ends": [["handle", "u1", "处罚"]]}, before=incident)
    assert [item.step for item in one.running] == ["停工", "拆除"]
    assert folded({"ends": [["handle", "u1"]]}, before=incident).running == ()


def test_a_timer_gets_another_limit_and_keeps_its_start():
    incident = folded({"starts": [timer(), timer("sign", "u1")]})
    again = timer(due=AT + 3 * DAY, limit=("work_day", 3)) | {"policy": "v2"}
    after = folded({"retimes": [again]}, before=incident)
    assert after.timers == (
        Timer("accept", "", "work_day", 3, AT, AT + 3 * DAY, "v2"),
        incident.timers[1],
    )
    ended = folded({"ends": [["accept", ""]]}, {"retimes": [again]}, before=incident)
    assert ended.timers[0].due_at == AT + DAY, "a clock that has stopped stays as it was"


def test_a_timer_is_set_right_before_it_stops():
    incident = folded(
        {"starts": [timer()]},
        {"ends": [["accept", ""]], "retimes": [timer(due=AT + 2 * DAY)], "starts": [timer("sign")]},
    )
    assert [(item.stage, item.due_at) for item in incident.timers] == [
        ("accept", AT + 2 * DAY),
        ("sign", AT + DAY),
    ]
    assert incident.timers[0].ended_at == AT


def test_rows_are_upserted_by_their_keys_and_keep_what_is_not_said():
    incident = folded(
        {
            "pauses": [{"from_at": AT, "reason": "court", "until_at": AT + DAY}],
            "asks": [{"key": "a", "kind": "pause"}, {"key": "b", "kind": "extend", "amount": 2}],
            "cards": [{"key": "c", "card": "red", "at": AT}],
            "children": [{"id": "i2", "number": "N2", "caller": "env"}],
        },
        {
            "pauses": [{"from_at": AT, "to_at": AT + 5}],
            "asks": [{"key": "a", "state": "approved", "decided_at": AT}],
            "cards": [{"key": "c", "reply": "已办", "replied_at": AT}],
            "children": [{"id": "i2", "valid": 0}, {"id": "i3"}],
        },
    )
    assert incident.pauses == (Pause(AT, AT + 5, "court", AT + DAY),)
    assert incident.applications == (
        Application("a", "pause", "approved", decided_at=AT),
        Application("b", "extend", amount=2),
    )
    assert incident.cards == (Card("c", card="red", at=AT, reply="已办", replied_at=AT),)
    assert incident.children == (Child("i2", "N2", "env", 0), Child("i3"))
    assert incident.pending("extend").key == "b"
    assert incident.pending("pause") is None


def test_while_the_clocks_stand_only_the_end_of_the_pause_is_due():
    incident = folded({"starts": [timer()], "pauses": [{"from_at": AT, "until_at": AT + 9}]})
    assert (incident.next_due, incident.due) == (None, Due("resume", AT + 9))
    assert incident.sort_at == AT + 9
    endless = folded({"pauses": [{"from_at": AT, "until_at": None}]}, before=incident)
    assert (endless.due, endless.sort_at) == (None, NO_DUE)
    over = folded({"pauses": [{"from_at": AT, "to_at": AT + 1}]}, before=incident)
    assert over.due == Due("accept", AT + DAY)


def test_the_next_deadline_orders_the_queue():
    incident = folded({"starts": [timer(due=AT + DAY), timer("sign", "u1", due=AT + 5)]})
    assert incident.next_due.stage == "sign"
    assert incident.sort_at == AT + 5
    for urgency, days in (("urgent", 1), ("critical", 30)):
        moved = folded({"set": {"urgency": urgency}}, before=incident)
        assert moved.sort_at == AT + 5 - days * DAY
    ended = folded({"ends": [["sign", "u1"], ["accept", ""]]}, before=incident)
    assert ended.next_due is None
    assert ended.sort_at == NO_DUE


def test_units_are_upserted_and_keep_what_is_not_said():
    incident = folded(
        {"units": [{"unit": "u1", "task": "清理", "sent_at": AT}, {"unit": "u2", "part": "co"}]},
        {"units": [{"unit": "u1", "state": "signed", "signed_by": "丁一"}]},
    )
    assert incident.assignments == (
        Assignment("u1", "lead", "signed", "清理", AT, signed_by="丁一"),
        Assignment("u2", "co"),
    )


def test_the_history_line_of_a_unit_says_what_it_fed_back():
    _, step = fold(None, op({"units": [{"unit": "u1", "feedback": "已清理"}], "contact": "丁一"}))
    assert (step.unit, step.opinion, step.detail) == ("u1", "已清理", {"contact": "丁一"})


def test_the_last_change_is_never_set_back():
    incident, _ = fold(folded({}), op({}, at=AT - 100))
    assert incident.updated_at == AT


@pytest.mark.parametrize("state", STATES)
def test_open_is_what_still_waits(state):
    is_closed = state in {"archived", "rejected", "void", "merged"}
    assert Incident(id="i", state=state).is_open is not is_closed
    assert (state in CLOSED_FOREVER) is is_closed


def test_platform_is_the_letters_of_the_class():
    assert Incident(id="i", class_code="ZF02").platform == "ZF"
    assert Incident(id="i").platform == ""


def test_a_running_timer_has_no_end():
    assert Timer("accept", "", "work_hour", 60, 0, 1, "v").ended_at is None
