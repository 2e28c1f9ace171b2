"""Where the list of responsibilities names nobody, and how often units answered in time."""

import pytest

from db.commands.incidents import Report, act, report_incident
from db.commands.lists import Approval, publish_list
from db.domain.errors import RuleError
from db.domain.ops import Actor
from db.domain.scope import scope_of
from db.store.envelopes import Caller
from db.store.lists import default_policy, policy_at
from db.store.queries import responsibility
from db.store.queries.incidents import incident_by_number
from db.store.queries.responsibility import Gap, on_time_of, responsibility_gaps
from tests.db.store import rig

LEADER = Actor("qin", "秦川", ("shift_leader",))
LIAISON = Actor("ding", "丁一", ("unit_liaison",), rig.SZS)
TOWN = scope_of(LEADER)
VILLAGER = scope_of(Actor("v", "村", ("village_clerk",)), rig.VILLAGE)
ANSWER = {"text": "已经清理完毕现场整洁", "no_photo": "夜间无法拍摄"}
DAY = 86_400_000


def row(class_code, area=""):
    return {
        "class_code": class_code,
        "area": area,
        "lead": "szs",
        "co": "cgzd",
        "priority": "1",
        "basis": "职责",
    }


def accepted(store, grid, class_code="GZ01"):
    values = {"content": "楼下下水道堵塞", "area_code": grid, "class_code": class_code}
    number = report_incident(store, rig.CLERK, Report(values, Caller("", ""))).number
    act(store, rig.CLERK, scope_of(rig.CLERK), number, "accept", {"not_duplicate": True})
    return number


def dispatched(store, actor, grid, class_code="GZ01"):
    number = accepted(store, grid, class_code)
    act(store, actor, scope_of(actor), number, "dispatch", {"lead": rig.SZS})
    return number


def gaps(store, scope, now, since=0):
    return store.read(lambda c: responsibility_gaps(c, scope, policy_at(c, now), since))


def test_a_gap_is_recorded_until_the_list_closes_it(store, clock):
    publish_list(store, LEADER, "responsibilities", [row("ZF02")], Approval())
    dispatched(store, rig.CLERK, rig.GRID, "ZF02")
    with pytest.raises(RuleError) as caught:
        dispatched(store, rig.CLERK, rig.GRID)
    assert (caught.value.code, caught.value.params["area"]) == ("no_responsibility", "兴禾一网格")
    for grid in (rig.GRID, rig.OTHER_GRID, rig.OTHER_GRID):
        dispatched(store, LEADER, grid)
    here = Gap("GZ01", rig.VILLAGE, "兴禾社区", 1)
    there = Gap("GZ01", rig.OTHER_VILLAGE, "柳湾村", 2)
    assert gaps(store, TOWN, clock()) == [there, here]
    assert gaps(store, VILLAGER, clock()) == [here]
    assert gaps(store, TOWN, clock(), clock() + 1) == []
    clock.now += DAY
    rows = [row("ZF02"), row("GZ01", rig.OTHER_GRID.removeprefix(rig.TOWN))]
    publish_list(store, LEADER, "responsibilities", rows, Approval())
    assert gaps(store, TOWN, clock()) == [here]


def test_what_the_list_assigns_is_no_gap(store, clock):
    dispatched(store, rig.CLERK, rig.GRID)
    none = store.read(lambda c: responsibility_gaps(c, TOWN, default_policy(), 0))
    assert none == []


def test_how_often_a_unit_answered_in_time(store, clock, monkeypatch):
    def rate():
        return store.read(lambda c: on_time_of(c, rig.SZS))

    assert rate() is None
    for days in (0, 60, 0):
        number = dispatched(store, rig.CLERK, rig.GRID)
        clock.now += days * DAY
        act(store, LIAISON, scope_of(LIAISON), number, "sign", {})
        act(store, LIAISON, scope_of(LIAISON), number, "feedback", ANSWER)
    dispatched(store, rig.CLERK, rig.GRID)
    assert rate() == 667
    monkeypatch.setattr(responsibility, "LAST", 3)
    assert rate() == 500


@pytest.mark.parametrize(("sql", "index"), [("ON_TIME", "assignment_unit"), ("GAPS", "step_at")])
def test_each_is_asked_by_an_index(store, sql, index):
    text = "EXPLAIN QUERY PLAN " + getattr(responsibility, sql).format(conditions="1")
    given = {"unit": rig.SZS, "last": 9, "since": 0}
    plan = store.read(lambda c: c.execute(text, given).fetchall())
    assert any(f"USING INDEX {index}" in row[3] for row in plan)
    assert not any(row[3] == "USE TEMP B-TREE FOR ORDER BY" for row in plan)


def test_a_recommendation_says_how_often_the_unit_answered_in_time(store, clock):
    publish_list(store, LEADER, "responsibilities", [row("GZ01")], Approval())
    number = dispatched(store, rig.CLERK, rig.GRID)
    act(store, LIAISON, scope_of(LIAISON), number, "sign", {})
    act(store, LIAISON, scope_of(LIAISON), number, "feedback", ANSWER)
    detail = store.read(lambda c: incident_by_number(c, TOWN, number, clock()))
    assert [(item.unit.code, item.on_time) for item in detail.recommendations] == [(rig.SZS, 1000)]
