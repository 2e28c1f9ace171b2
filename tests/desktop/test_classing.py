"""Suggestions of a class at the desk: learnt behind it, with a reason, never saved by itself."""

import csv
import threading
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, Signal

import desktop.classing as module
from db.domain.classing import Example, Suggestion
from db.domain.incidents import Incident
from db.domain.recommend import ClassSuggestion
from db.domain.scope import INTERNAL, SECRET, Scope
from db.store.lists import default_policy
from desktop.classing import Classing
from desktop.cli import run
from desktop.decisions.prefill import prefill
from desktop.runner import Runner
from tests.desktop.reports.conftest import DETAIL

SCOPE = Scope("one", frozenset({"duty_officer"}), "990101001", secrecy=SECRET)


class FakeDuty(QObject):
    switched = Signal()
    scope = SCOPE


def detail(suggestions=(), **values):
    incident = Incident(id="i", title="路灯不亮", content="路灯不亮三天了", **values)
    return replace(DETAIL, incident=incident, suggestions=tuple(suggestions))


def evidence(confidence=0.9, similar=11, agreeing=9, urgency="normal", count=9):
    return Suggestion("ZF09", confidence, similar, agreeing, ("路灯",), urgency, count)


def advised(found, **values):
    suggestion = ClassSuggestion("ZF09", ("路灯", "不亮"), found)
    return prefill("accept", detail([suggestion], **values))


def test_a_sure_suggestion_is_filled_in_with_its_reason():
    values, remark = advised(evidence())
    assert values["class_code"] == "ZF09"
    assert "与 11 件相似，其中 9 件归此类" in remark
    assert "综合执法" in remark


def test_a_weak_suggestion_is_said_and_not_filled_in():
    values, remark = advised(evidence(confidence=0.5))
    assert values["class_code"] == ""
    assert "没有把握" in remark


@pytest.mark.parametrize("found", [None, evidence(similar=2, agreeing=2)])
def test_without_incidents_alike_the_words_are_the_reason(found):
    values, remark = advised(found)
    assert values["class_code"] == "ZF09"
    assert "文中有“路灯、不亮”" in remark


@pytest.mark.parametrize(
    ("found", "own", "expected"),
    [
        (evidence(urgency="critical", count=7), "normal", "critical"),
        (evidence(urgency="critical", count=5), "normal", None),
        (evidence(agreeing=2, urgency="critical", count=2), "normal", None),
        (evidence(urgency="normal", count=9), "urgent", "urgent"),
    ],
)
def test_urgency_follows_most_incidents_alike_and_never_what_a_person_said(found, own, expected):
    usual = advised(None, urgency="normal")[0]["urgency"]
    assert advised(found, urgency=own)[0]["urgency"] == (expected or usual)


def test_a_class_that_stands_is_left_alone():
    values, _ = advised(evidence(), class_code="GZ01")
    assert values["class_code"] == "GZ01"


@pytest.fixture
def desk(qtbot, monkeypatch):
    """A desk whose record holds twelve closed incidents, and how many lessons were read."""
    told = [Example(f"{n}号路灯不亮", "", "ZF09") for n in range(6)]
    told += [Example(f"{n}号楼漏水", "", "GZ01") for n in range(6)]
    desk = SimpleNamespace(reads=0, news=0)

    def decided(*_):
        desk.reads += 1
        return told

    monkeypatch.setattr(module, "decided", decided)
    monkeypatch.setattr(module, "policy_at", lambda *_: SimpleNamespace(classes={}))
    monkeypatch.setattr(module, "closed_since", lambda *_: desk.news)
    desk.runner = Runner()
    desk.context = SimpleNamespace(
        runner=desk.runner,
        store=SimpleNamespace(read=lambda query: query(None)),
        duty=FakeDuty(),
        clock=lambda: 1,
    )
    desk.classing = Classing(desk.context, desk.context.duty)
    desk.learn = lambda: (
        desk.classing.learn(),
        qtbot.waitUntil(lambda: desk.runner.pending == 0),
    )
    yield desk
    desk.runner.shutdown()


def test_keywords_speak_until_something_is_learnt(desk):
    before = detail([ClassSuggestion("GZ01", ("漏水",))])
    assert desk.classing.advise(before) is before
    desk.learn()
    found = desk.classing.advise(before).suggestions
    assert found[0].class_code == "ZF09"
    assert found[0].evidence.agreeing >= 1


def test_a_text_that_is_no_incident_yet_is_suggested_for_alike(desk):
    policy = default_policy()
    assert desk.classing.suggester() is module.by_keywords
    assert module.by_keywords(policy, "", "小区门口路灯不亮")[0].class_code == "ZF09"
    desk.learn()
    [best, *_] = desk.classing.suggester()(policy, "", "北门路灯不亮")
    assert (best.class_code, best.evidence.agreeing > 0) == ("ZF09", True)


def test_a_lesson_is_good_until_enough_is_new_or_a_day_is_over(desk):
    desk.learn()
    desk.learn()
    assert desk.reads == 1
    desk.news = 1
    desk.learn()
    assert desk.reads == 2
    desk.news, desk.context.clock = 0, lambda: 1 + 86_400_000
    desk.learn()
    assert desk.reads == 3


@pytest.mark.parametrize(
    ("other", "is_ready"),
    [
        ({"user": "two", "roles": frozenset({"shift_leader"})}, True),
        ({"area": "990101"}, True),
        ({"area": "990101001002"}, False),
        ({"secrecy": INTERNAL}, False),
        ({"unit": "U1"}, False),
        ({"classes": frozenset({"ZF09"})}, False),
    ],
)
def test_another_person_is_taught_only_by_what_he_may_see(desk, other, is_ready):
    """An old lesson speaks on until the new one is learnt, but to nobody who may know less."""
    desk.learn()
    desk.context.duty.scope = SCOPE._replace(**other)
    desk.context.duty.switched.emit()
    assert desk.classing.is_ready == is_ready
    desk.learn()
    assert desk.classing.is_ready
    assert desk.reads == (1 if "user" in other else 2)


def test_a_new_lesson_takes_the_place_of_the_old_one_when_it_is_there(desk, monkeypatch):
    desk.learn()
    is_reading, may_go = threading.Event(), threading.Event()
    real = module.decided
    monkeypatch.setattr(
        module, "decided", lambda *_: (is_reading.set(), may_go.wait(10), real())[2]
    )
    desk.news = 100
    desk.classing.learn()
    assert is_reading.wait(10)
    assert desk.classing.is_ready
    may_go.set()


@pytest.mark.parametrize(
    ("found", "is_filled"),
    [
        ([("ZF09", ("路灯", "不亮")), ("GZ01", ("三天",))], True),
        ([("ZF09", ("路灯不亮三天",)), ("GZ01", ("三天",))], False),
        ([("ZF09", ("路灯不亮",)), ("GZ01", ("三天", "不亮"))], False),
    ],
)
def test_words_alone_fill_in_a_class_only_where_it_leads_clearly(found, is_filled):
    both = detail([ClassSuggestion(code, words) for code, words in found])
    values, remark = prefill("accept", both)
    assert values["class_code"] == ("ZF09" if is_filled else "")
    names = [default_policy().classes[code].name for code, _ in found]
    assert all(name in remark for name in names) != is_filled
    assert ("没有把握" in remark) != is_filled


def test_a_lesson_that_ends_after_a_switch_is_not_the_next_ones(desk, monkeypatch, qtbot):
    is_reading, may_go = threading.Event(), threading.Event()
    real = module.decided

    def slow(*_):
        is_reading.set()
        may_go.wait(10)
        return real()

    monkeypatch.setattr(module, "decided", slow)
    desk.classing.learn()
    assert is_reading.wait(10)
    desk.context.duty.scope = SCOPE._replace(secrecy=INTERNAL)
    desk.context.duty.switched.emit()
    may_go.set()
    qtbot.waitUntil(lambda: desk.runner.pending == 0)
    assert not desk.classing.is_ready
    desk.learn()
    assert desk.classing.is_ready


def test_a_lesson_ends_with_the_window(desk, monkeypatch):
    noted = []
    monkeypatch.setattr(module.crash, "note", noted.append)
    real = module.decided
    monkeypatch.setattr(module, "decided", lambda *_: time.sleep(0.2) or real())
    desk.classing.learn()
    desk.runner.shutdown()
    assert desk.reads == 1
    assert not desk.classing.is_ready
    assert noted == []


def write(path, encoding):
    rows = [(f"{n}号路灯不亮", "路灯") for n in range(9)] + [
        (f"{n}号楼漏水", "漏水") for n in range(9)
    ]
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([("标题", "类别"), *rows, ("没有分类的", "")])
    return str(path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_file_is_tried_in_either_encoding(tmp_path, capsys, encoding):
    file = write(tmp_path / "表.csv", encoding)
    call = ["classing", "evaluate", file, "--text", "标题", "--label", "类别", "--folds", "3"]
    assert run(call) == 0
    assert "18 条，准确率 1.000，宏平均 F1 1.000" in capsys.readouterr().out
    assert run([*call, "--words", file, "--json"]) == 0
    assert '"macro_f1":1.0' in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--text", "没有", "--label", "类别"], "没有“没有、类别”"),
        (["--text", "标题", "--label", "类别", "--folds", "40"], "只有 18 条"),
    ],
)
def test_a_file_that_cannot_be_tried_is_refused_in_words(tmp_path, capsys, options, said):
    file = write(tmp_path / "表.csv", "utf-8")
    assert run(["classing", "evaluate", file, *options]) == 1
    assert said in capsys.readouterr().err
