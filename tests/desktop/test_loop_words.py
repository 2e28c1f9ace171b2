"""The loop in words: every code has one, and what waits for somebody is said first."""

import re

import pytest

from db.domain.deadlines import DAY, HOUR
from db.domain.errors import InputError, RuleError
from db.domain.escalation import TRIGGERS
from db.domain.incidents import Application, Card, Incident, Pause, Step, Timer
from db.domain.transitions import TRANSITIONS
from db.store.queries.incidents import Detail
from db.store.queries.queue import QueueRow
from desktop.decisions.prefill_loop import STARTS
from desktop.delegates.queue_row import limit_text, mark_text, meta_text
from desktop.i18n import CHOICE_NAMES, REASON_NAMES, TRIGGER_NAMES, describe, field_name
from desktop.loop_words import asked_text, expected, facts, merged_with, step_note

NOW = 1_795_415_520_000  # 2026-11-23 14:32
UNTIL = NOW - (14 * 60 + 32) * 60_000 + 9 * DAY  # the midnight that ends 12-01
FIELDS = [(row.action, spec) for row in TRANSITIONS.values() for spec in row.fields]
UNIT = "990101001-szs"
HANDLING = Timer("handle", UNIT, "work_day", 5, NOW, NOW + 5 * DAY, "p")


def is_chinese(text):
    return re.search("[\u4e00-\u9fff]", text) is not None


def ask(kind="pause", state="pending", **more):
    more = {"asked_by": "luhuai", "asked_name": "陆槐", "asked_at": NOW, "text": "等灯杆", **more}
    return Application(f"{kind}/1", kind, state, **more)


def detail(incident, steps=(), **more):
    return Detail(1, incident, tuple(steps), "", {UNIT: "市政所"}, None, (), (), ("", ""), (), (),
                  **more)  # fmt: skip


def said(incident, **more):
    return [f"{fact.name} {fact.text}" for fact in facts(detail(incident, **more), NOW)]


@pytest.mark.parametrize(("action", "spec"), FIELDS, ids=lambda one: getattr(one, "name", one))
def test_every_field_and_choice_has_a_word(action, spec):
    assert is_chinese(field_name(spec.name, action))
    for code in spec.choices:
        assert CHOICE_NAMES[spec.name][code] != code


def test_starts_are_of_known_actions():
    assert set(STARTS) <= set(TRANSITIONS)


@pytest.mark.parametrize(
    ("error", "title"),
    [
        (InputError("field_missing", column="text", action="return"), "请填写“缺什么”"),
        (InputError("field_missing", column="text", action="note"), "请填写“内容”"),
        (InputError("extend_too_long", column="amount", unit="work_hour", limit=240),
         "最多再延一个原时限：4 工作时"),
        (RuleError("application_pending", kind="force_close"), "已有一项强制结案申请在等审批"),
        (RuleError("level_not_above", value="grid", level="town"), "网格不在镇街的上面"),
    ],
)  # fmt: skip
def test_sentences_speak_the_words_of_the_desk(error, title):
    assert describe(error)[0] == title


def test_choices_are_named_by_their_field():
    for column, names in (("level", "网格"), ("source", "网格上报")):
        error = InputError("field_choice", column=column, value="x", choices=["grid"])
        assert describe(error)[1] == f"可选：{names}。"


def test_what_another_person_waits_for_comes_first():
    incident = Incident("i", state="handling")
    assert expected(incident) == ("feedback",)
    urged = Incident("i", state="handling", cards=(Card("k", card="urge"),))
    assert expected(urged) == ("feedback",)
    carded = Incident("i", state="handling", cards=(Card("k", card="red"),), applications=(ask(),))
    assert expected(carded) == ("approve", "decline", "reply", "feedback")
    answered = Incident("i", state="handling", cards=(Card("k", card="red", replied_at=NOW),),
                        applications=(ask(state="approved"),))  # fmt: skip
    assert expected(answered) == ("feedback",)


def test_an_ordinary_incident_says_its_limit_only():
    assert said(Incident("i", state="handling", timers=(HANDLING,))) == [
        "时限 处置 剩 5 天 · 11-28 14:32 到期（5 工作日）"
    ]


def test_a_pause_says_its_last_day_and_no_limit():
    paused = Incident("i", state="paused", timers=(HANDLING,),
                      pauses=(Pause(NOW - HOUR, None, "material", UNTIL, "12号"),))  # fmt: skip
    assert said(paused) == ["挂起 至 12-01 · 等材料 · 时限停着 · 2026-11-23 13:32 起 · 文号 12号"]


def test_what_is_missing_is_said():
    returned = Incident("i", state="returned", pauses=(Pause(NOW, None, "returned"),))
    step = Step("incident_returned", "reported", "returned", NOW, "z", "周岚", "哪一盏？",
                detail={"reason": "no_place"})  # fmt: skip
    assert said(returned, steps=[step]) == [
        "退回 缺：哪一盏？（地点不清） · 2026-11-23 14:32 起等补充，时限停着"
    ]


def test_steps_of_a_limit_are_all_there_the_nearest_first():
    names = [("拆除", 20), ("停工", 1), ("处罚", 7)]
    timers = tuple(Timer("handle", UNIT, "work_day", days, NOW, NOW + days * DAY, "p", step=name)
                   for name, days in names)  # fmt: skip
    found = said(Incident("i", state="handling", timers=timers))
    assert [line.split()[1] for line in found] == ["处置·停工", "处置·处罚", "处置·拆除"]


@pytest.mark.parametrize(
    ("item", "text", "decider"),
    [
        (ask(until_at=UNTIL, reason="material"), "挂起 至 12-01（等材料）", "值班长"),
        (ask("extend", amount=120, value="work_hour"), "延期 2 工作时", "值班长"),
        (ask("void", reason="test"), "作废（测试件）", "值班长"),
        (ask("force_close", value="explained"), "强制结案 解释说明", "综合指挥室主任"),
        (ask("skip", value="district"), "越级上报 区级", "值班长"),
    ],
)
def test_what_is_asked_and_who_decides(item, text, decider):
    assert asked_text(item) == text
    (line,) = said(Incident("i", state="handling", applications=(item,)))
    assert line.startswith("申请 陆槐 11-23 14:32 申请" + text)
    assert decider in line


def test_cards_and_counts_and_what_holds_it_up():
    incident = Incident(
        "i", state="handling", return_count=1, rework_count=2, level="village",
        blocked_note="等灯杆", cards=(
            Card("a", "hand", "yellow", NOW, unit=UNIT, text="今天答复", reply_due_at=NOW + HOUR),
            Card("b", "hand", "red", NOW, unit=UNIT, replied_at=NOW, reply="已到场"),
        ),
    )  # fmt: skip
    assert said(incident) == [
        "督办 黄牌 市政所 · 14:32：今天答复 · 答复剩 1 时 00 分",
        "层级 村社",
        "次数 退单 1 次 · 返工 2 次",
        "卡点 等灯杆",
    ]


def test_the_last_card_is_said_once_all_are_answered():
    cards = (
        Card("a", "E3", "yellow", NOW, UNIT, "late", "unit_head", replied_at=NOW, reply="在办"),
        Card("b", "E1", "urge", NOW, UNIT, "unsigned", "unit_liaison"),
    )
    assert said(Incident("i", cards=cards)) == [
        "督办 催办 市政所 · 14:32：未签收（E1，报部门联络员）"
    ]
    assert said(Incident("i", cards=cards[:1])) == [
        "督办 黄牌 市政所 · 14:32：超时（E3，报单位负责人） · 已答复：在办"
    ]


def test_every_trigger_has_a_word():
    assert set(TRIGGERS) <= set(TRIGGER_NAMES)


def test_merged_with():
    assert merged_with(detail(Incident("i"), merged_into="N1")) == [("已并到", "N1", "")]


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ({}, ""),
        ({"reason": "not_duty"}, "（不属本单位职责）"),
        ({"reason": "newer"}, "（newer）"),
        ({"was": {"kind": "pause", "asked_by": "陆槐"}}, "（挂起）"),
        ({"was": {"class_code": "ZF09", "urgency": "normal"}}, "（原为市政设施损坏"),
        ({"reason": "exist"}, "（情况属实）"),
    ],
)
def test_the_history_says_why(told, text):
    step = Step("k", "", "", NOW, "z", "周岚", "", detail=told)
    assert step_note(step).startswith(text)
    assert bool(step_note(step)) == bool(text)


def row(**more):
    fields = {
        "due_at": NOW + HOUR, "due_stage": "handle", "conflicts": 0, "is_asked": 0, "cards": "",
        "blocked_note": "", **more,
    }  # fmt: skip
    plain = QueueRow(1, "i", "N", "灯不亮", "", "normal", "handling", "phone", "", "", NOW, NOW,
                     None, "", "", "", "")  # fmt: skip
    return plain._replace(**fields)


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({}, ""),
        ({"is_asked": 1}, "？待批"),
        ({"is_asked": 1, "cards": "yellow"}, "■黄牌"),
        ({"cards": "yellow black red"}, "■黑牌"),
        ({"cards": "red", "conflicts": 1}, "≠分歧"),
    ],
)
def test_one_mark_the_gravest(more, text):
    assert mark_text(row(**more)) == text


def test_a_paused_row_says_until_when():
    assert limit_text(row(due_at=UNTIL, due_stage="resume"), NOW) == "挂起至 12-01"
    assert limit_text(row(due_at=NOW - HOUR, due_stage="resume"), NOW) == "超 1 时 00 分"
    assert limit_text(row(), NOW) == "剩 1 时 00 分"
    assert meta_text(row(blocked_note="等灯杆"), NOW).startswith("卡点：等灯杆 · ")


def test_reasons_of_withdrawn_units_have_words():
    assert {"withdrawn", "recalled", "escalated", "void", "closed"} <= set(REASON_NAMES)
