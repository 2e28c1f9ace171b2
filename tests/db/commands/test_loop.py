"""The whole loop in a real record: each way to its end, and refusals that leave no trace."""

import random

import pytest

from db.commands.incidents import Report, act, report_incident, view_caller
from db.domain.branches import fold_branches
from db.domain.errors import InputError, RuleError
from db.domain.ops import SYSTEM, Actor, decode
from db.domain.scope import scope_of
from db.domain.transitions import available
from db.store.envelopes import Caller
from db.store.facts import facts_at
from db.store.projections import load_incident
from db.store.rebuild import rebuild_now
from db.store.verify import verify
from desktop.i18n import describe
from tests.db.domain.test_loop_properties import ACTIONS, VALUES, picked
from tests.db.store import rig

DAY, MINUTE = 86_400_000, 60_000
LEADER = Actor("qin", "秦川", ("shift_leader",))
OTHER_LEADER = Actor("meng", "孟田", ("shift_leader",))
DIRECTOR = Actor("lu", "陆远", ("room_director",))
LIAISON = Actor("ding", "丁一", ("unit_liaison",), rig.SZS)
HELPER = Actor("wang", "王二", ("unit_liaison",), rig.CGZD)
ANSWER = {"text": "已经清理完毕现场整洁", "no_photo": "夜间无法拍摄"}
PASSED = {"outcome": "resolved", "public_reply": "已办", "close_rule_met": True}
PAUSE = {"reason": "weather", "until": "2026-11-27", "text": "连续降雨"}
CALLER = Caller(rig.NAME, rig.PHONE)


class Room:
    """People at one record."""

    def __init__(self, store, clock):
        self.store, self.clock = store, clock

    def report(self, caller=None, **values):
        told = {"content": "楼下下水道堵塞", "area_code": rig.GRID, "class_code": "GZ01", **values}
        report = Report(told, caller or Caller("", ""))
        return report_incident(self.store, rig.CLERK, report).number

    def do(self, number, action, actor=rig.CLERK, **values):
        return act(self.store, actor, scope_of(actor), number, action, values).state

    def refused(self, number, action, actor=rig.CLERK, **values):
        """Take an action that must be refused: nothing of it is in the journal or the tables."""
        before = self.trace()
        with pytest.raises((RuleError, InputError)) as caught:
            self.do(number, action, actor, **values)
        assert self.trace() == before
        return caught.value.code

    def trace(self):
        ops = rig.rows(self.store, "SELECT recv, hash FROM op ORDER BY recv")
        return ops, self.store.read(rig.projection)

    def load(self, number):
        (rid,) = rig.rows(self.store, "SELECT rid FROM incident WHERE number = ?", number)[0]
        return self.store.read(lambda connection: load_incident(connection, rid))

    def offered(self, number, actor):
        item, now = self.load(number), self.clock()
        facts = self.store.read(lambda c: facts_at(c, now, scope_of(actor), item))
        found = self.store.read(lambda c: available(item, actor, facts))
        return [row.action for row in found if row.action not in ("attach", "note", "block")]

    def kinds(self, number):
        return [
            row[0]
            for row in rig.rows(
                self.store,
                "SELECT kind FROM step JOIN incident ON rid = incident WHERE number = ? ORDER BY n",
                number,
            )
        ]

    def handling(self, **values):
        number = self.report(**values)
        self.do(number, "accept", not_duplicate="yes")
        self.do(number, "dispatch", lead=rig.SZS, co=rig.CGZD)
        self.do(number, "sign", LIAISON)
        return number

    def close(self, number):
        self.do(number, "feedback", LIAISON, **ANSWER)
        self.do(number, "feedback", HELPER, **ANSWER)
        return self.do(number, "check_pass", rig.SUPERVISOR, **PASSED)


@pytest.fixture
def room(store, clock):
    return Room(store, clock)


def test_every_detour_of_one_incident(room, clock):
    """Sent back, verified, refused, paused, extended, reworked, reopened, and archived at last."""
    number = room.report(CALLER)
    way = [
        ("return", rig.CLERK, {"reason": "no_place", "text": "哪一栋"}, "returned"),
        ("accept", rig.CLERK, {"not_duplicate": "yes"}, "accepted"),
        ("reclass", LEADER, {"class_code": "ZF02"}, "accepted"),
        ("dispatch", rig.CLERK, {"lead": rig.CGZD}, "dispatched"),
        (
            "refuse", HELPER,
            {"reason": "not_duty", "proposed": rig.SZS, "text": "属市政"}, "accepted",
        ),
        ("dispatch", rig.CLERK, {"lead": rig.SZS}, "dispatched"),
        ("recall", rig.CLERK, {}, "accepted"),
        ("dispatch", rig.CLERK, {"lead": rig.SZS}, "dispatched"),
        ("sign", LIAISON, {}, "handling"),
        ("add_unit", rig.CLERK, {"unit": rig.CGZD}, "handling"),
        ("withdraw_unit", rig.CLERK, {"unit": rig.CGZD}, "handling"),
        ("block", LIAISON, {"text": "等吊车"}, "handling"),
        ("ask_extend", LIAISON, {"amount": 2, "text": "等吊车"}, "handling"),
        ("approve", LEADER, {}, "handling"),
        ("ask_pause", LIAISON, PAUSE, "handling"),
        ("approve", LEADER, {}, "paused"),
        ("resume", SYSTEM, {}, "handling"),
        ("supervise", rig.SUPERVISOR, {"card": "yellow", "text": "请抓紧"}, "handling"),
        ("reply", LIAISON, {"text": "明日办结"}, "handling"),
        ("feedback", LIAISON, ANSWER, "checking"),
        ("check_fail", rig.SUPERVISOR, {"text": "仍有散落"}, "handling"),
        ("feedback", LIAISON, ANSWER, "checking"),
        ("check_pass", rig.SUPERVISOR, PASSED, "closed"),
        ("reopen", rig.SUPERVISOR, {"text": "再次堵塞"}, "handling"),
        ("feedback", LIAISON, ANSWER, "checking"),
        ("check_pass", rig.SUPERVISOR, PASSED, "closed"),
        ("archive", rig.SUPERVISOR, {}, "archived"),
    ]  # fmt: skip
    for action, actor, values, state in way:
        clock.now += MINUTE
        assert room.do(number, action, actor, **values) == state, action
    item = room.load(number)
    assert (item.return_count, item.rework_count, item.reopen_count) == (1, 1, 1)
    assert item.running == ()
    assert len(room.kinds(number)) == len(way) + 1
    check_record(room)


def check_record(room):
    """What was folded step by step is what a history folded at once says, and is made again."""
    store = room.store
    subjects = {}
    for (body,) in rig.rows(store, "SELECT body FROM op ORDER BY recv"):
        op = decode(body)
        if op.ent == "incident":
            subjects.setdefault(op.id, []).append(op)
    for rid, id in rig.rows(store, "SELECT rid, id FROM incident"):
        folded = fold_branches(subjects[id])
        assert folded.conflicts == []
        assert store.read(lambda c, rid=rid: load_incident(c, rid)) == folded.incident
    before = store.read(rig.projection)

    def renewed(journal):
        rebuild_now(journal)
        return rig.projection(journal.connection)

    assert rig.undone(store, renewed) == before
    assert store.read(verify).is_ok


def test_two_reports_of_one_matter(room, clock):
    """Both lines of the history are written in one transaction; the child follows its lead."""
    child, lead = room.report(CALLER), room.handling()
    before = room.load(child)
    assert room.do(child, "merge", lead=lead) == "merged"
    assert room.load(child).merged_into == room.load(lead).id
    assert room.kinds(lead)[-1] == "duplicate_added"
    clock.now += DAY
    assert room.do(child, "unmerge") == "reported"
    again = room.load(child)
    assert (again.state, again.caller) == (before.state, before.caller)
    assert again.running[0].start_at == before.running[0].start_at
    assert again.running[0].due_at > before.running[0].due_at
    room.do(child, "merge", lead=lead)
    room.close(lead)
    assert room.load(child).outcome == "resolved"
    assert room.load(lead).callback_done == 0
    assert room.refused(child, "unmerge") == "second_person_needed"
    room.do(child, "ask_unmerge", text="不是一件事")
    assert room.do(child, "approve", LEADER) == "reported"
    assert room.load(child).closed_at is None
    check_record(room)


def test_only_what_is_seen_can_be_a_lead(room):
    child, lead = room.report(), room.report()
    elsewhere = scope_of(rig.CLERK, rig.OTHER_VILLAGE)
    with pytest.raises(RuleError) as caught:
        act(room.store, rig.CLERK, elsewhere, child, "merge", {"lead": lead})
    assert caught.value.code == "incident_unknown"
    far = room.report(area_code=rig.OTHER_GRID)
    village = scope_of(LEADER, rig.VILLAGE)
    with pytest.raises(InputError) as caught:
        act(room.store, LEADER, village, child, "merge", {"lead": far})
    assert caught.value.code == "field_incident"


REFUSALS = [
    ("handling", "ask_pause", LIAISON, PAUSE | {"until": "2027-11-27"}, "pause_too_long"),
    ("handling", "approve", LEADER, {}, "no_application"),
    ("handling", "ask_extend", LIAISON, {"amount": 999, "text": "等"}, "extend_too_long"),
    ("handling", "withdraw_unit", LEADER, {"unit": rig.SZS}, "lead_must_remain"),
    ("handling", "feedback", LIAISON, {"text": "短"}, "feedback_too_short"),
    ("handling", "feedback", LIAISON, {"text": "长" * 9000}, "field_too_long"),
    ("handling", "finish_step", LIAISON, {}, "no_step_running"),
    ("handling", "recall", rig.CLERK, {}, "state_forbids"),
    ("handling", "escalate", HELPER, {"text": "x"}, "role_forbids"),
    ("report", "merge", rig.CLERK, {"lead": "none"}, "field_incident"),
    ("report", "reject", rig.CLERK, {"reason": "other"}, "field_missing"),
    ("report", "send_down", LEADER, {"area_code": "990101", "text": "x"}, "area_outside"),
    ("report", "reclass", LEADER, {"class_code": "GZ01"}, "class_unchanged"),
]


@pytest.mark.parametrize(("state", "action", "actor", "values", "code"), REFUSALS)
def test_what_is_refused_leaves_no_trace(room, state, action, actor, values, code):
    number = getattr(room, state)()
    assert room.refused(number, action, actor, **values) == code


def test_texts_at_the_limit_of_an_op_are_kept_or_refused_whole(room):
    number = room.handling()
    longest = "\U0001f9f9" * 8_000
    assert room.do(number, "note", text=longest) == "handling"
    assert room.do(number, "feedback", LIAISON, text=longest[:7_000]) == "handling"
    values = {"reason": "court", "until": "2026-11-27", "text": longest, "doc": longest}
    assert room.refused(number, "ask_pause", LIAISON, **values) == "op_too_large"
    check_record(room)


def test_what_was_left_out_of_a_text_is_told(room):
    number = room.report()
    done = act(
        room.store, rig.CLERK, scope_of(rig.CLERK), number, "note", {"text": "已\x00联\x07系\x1b"}
    )
    assert done.stripped == 3
    assert room.kinds(number)[-1] == "note_added"
    report = Report({"content": "楼下\x00下水道堵塞", "address": "枫桥路"}, Caller("", ""))
    assert report_incident(room.store, rig.CLERK, report).stripped == 1


def test_a_caller_is_kept_without_control_characters(room):
    told = {"content": "楼下下水道堵塞", "area_code": rig.GRID}
    report = Report(told, Caller("李\x1b[2J四\u200b", "139\x000000\x071234"))
    done = report_incident(room.store, rig.CLERK, report)
    caller, _ = view_caller(room.store, rig.CLERK, scope_of(rig.CLERK), done.number, "回拨核实")
    assert (caller, done.stripped) == (Caller("李[2J四\u200b", "13900001234"), 3)


def test_an_id_number_is_not_hidden_by_control_characters(room):
    report = Report({"content": "楼下下水道堵塞"}, Caller("110105\x0019491231002X", ""))
    with pytest.raises(InputError) as caught:
        report_incident(room.store, rig.CLERK, report)
    assert caught.value.code == "id_number_found"


@pytest.mark.parametrize(
    ("action", "values", "said"),
    [
        ("feedback", ANSWER, "代 市政所 办理"),
        ("send_down", {"area_code": rig.TOWN, "text": "x"}, "示例街道 太大"),
    ],
)
def test_a_refusal_speaks_of_units_and_areas_by_name(room, action, values, said):
    number = room.handling() if action == "feedback" else room.report()
    with pytest.raises(InputError) as caught:
        room.do(number, action, LEADER, **values)
    assert said in "。".join(describe(caught.value))


PEOPLE = (rig.CLERK, rig.SUPERVISOR, LEADER, OTHER_LEADER, DIRECTOR, LIAISON, HELPER, SYSTEM)
HERE = {
    "unit": (rig.SZS, rig.CGZD),
    "proposed": (rig.SZS, rig.CGZD),
    "area_code": (rig.GRID, rig.OTHER_GRID, rig.VILLAGE),
    "co": ((), (rig.CGZD,)),
}


def test_random_work_in_a_record_loses_nothing(room, clock):
    """Legal and illegal, by everybody: what is refused leaves the journal as it was."""
    dice = random.Random(11)
    numbers = [room.report(CALLER), room.handling(), room.handling(class_code="ZF01")]
    done = 0
    for _ in range(90):
        number, actor = dice.choice(numbers), dice.choice(PEOPLE)
        action = dice.choice(room.offered(number, actor) or ACTIONS)
        fields = {name: HERE.get(name, options) for name, options in VALUES[action].items()}
        if action in ("merge", "dispatch"):
            fields["lead"] = tuple(numbers) if action == "merge" else HERE["unit"]
        before = rig.count_ops(room.store)
        try:
            room.do(number, action, actor, **picked(dice, fields))
            done += 1
        except (RuleError, InputError):
            assert rig.count_ops(room.store) == before
        clock.now += dice.choice((0, MINUTE, DAY))
    assert done > 30
    assert rig.rows(room.store, "SELECT count(*) FROM incident") == [(3,)]
    check_record(room)
