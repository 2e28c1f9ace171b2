"""The dispatch board: what each unit has in its hands, by the open work alone."""

import pytest

from db.commands.incidents import Report, act, report_incident
from db.commands.positions import take_positions
from db.commands.responses import Declaration, declare_response
from db.domain.ops import SYSTEM, Actor
from db.domain.positions import Position
from db.domain.rules.requests import PAUSE_REASONS
from db.domain.scope import scope_of
from db.store.envelopes import Caller
from db.store.queries.board import WORK, board, briefing
from tests.db.store import rig
from tests.perf.test_plans import Watched

MINUTE, DAY = 60_000, 86_400_000
LEADER = Actor("qin", "秦川", ("shift_leader",))
LIAISON = Actor("ding", "丁一", ("unit_liaison",), rig.SZS)
TOWN = scope_of(LEADER)


def accepted(store, content="楼下下水道堵塞", class_code="GZ01", area=rig.GRID):
    values = {"content": content, "area_code": area, "class_code": class_code}
    number = report_incident(store, rig.CLERK, Report(values, Caller("", ""))).number
    act(store, rig.CLERK, scope_of(rig.CLERK), number, "accept", {"not_duplicate": True})
    return number


def sent(store, *units, **values):
    lead, *co = units or (rig.SZS,)
    number = accepted(store, **values)
    act(store, LEADER, TOWN, number, "dispatch", {"lead": lead, "co": tuple(co)})
    return number


def lanes(store, clock, scope=TOWN):
    found = store.read(lambda c: board(c, scope, clock()))
    return {lane.unit.code: lane for lane in found.lanes}


def rid_of(store, number):
    return rig.rows(store, "SELECT rid FROM incident WHERE number = ?", number)[0][0]


def brief(store, clock, number):
    rid = rid_of(store, number)
    return store.read(lambda c: briefing(c, TOWN, rid, clock(), LEADER))


def test_a_unit_has_what_it_has_not_answered(store, clock):
    first = sent(store, rig.SZS, rig.CGZD)
    clock.now += 10 * MINUTE
    second = sent(store)
    accepted(store)
    szs, cgzd = lanes(store, clock)[rig.SZS], lanes(store, clock)[rig.CGZD]
    assert [work.number for work in szs.works] == [first, second]
    assert [(work.number, work.part, work.state) for work in cgzd.works] == [(first, "co", "sent")]
    assert (szs.load, cgzd.load) == (2, 1)
    assert szs.unsigned_since == clock() - 10 * MINUTE
    act(store, LIAISON, scope_of(LIAISON), first, "sign", {})
    assert lanes(store, clock)[rig.SZS].unsigned_since == clock()
    answer = {"text": "已经清理完毕现场整洁", "no_photo": "夜间无法拍摄"}
    act(store, LIAISON, scope_of(LIAISON), first, "feedback", answer)
    assert [work.number for work in lanes(store, clock)[rig.SZS].works] == [second]


def test_its_clock_is_the_units_own_and_lateness_is_counted(store, clock):
    number = sent(store, rig.SZS, rig.CGZD)
    timers = rig.rows(
        store, "SELECT min(due_at) FROM timer WHERE unit = ? AND ended_at IS NULL", rig.CGZD
    )
    lane = lanes(store, clock)[rig.CGZD]
    assert lane.next_due == lane.works[0].due_at == timers[0][0]
    assert (lane.late(timers[0][0]), lane.late(timers[0][0] + 1)) == (0, 1)
    act(store, LEADER, TOWN, number, "recall", {})
    assert lanes(store, clock)[rig.CGZD].works == ()


def test_what_is_paused_is_not_late(store, clock):
    number = sent(store)
    act(store, LIAISON, scope_of(LIAISON), number, "sign", {})
    asked = {"until": "2026-11-30", "reason": PAUSE_REASONS[0], "text": "等配件到货才能继续修"}
    act(store, LIAISON, scope_of(LIAISON), number, "ask_pause", asked)
    act(store, LEADER, TOWN, number, "approve")
    lane = lanes(store, clock)[rig.SZS]
    assert lane.works[0].is_paused
    assert lane.next_due is None
    assert lane.late(clock() + 30 * DAY) == 0


def test_a_liaison_sees_the_own_unit_and_nobody_elses(store, clock):
    sent(store, rig.CGZD)
    sent(store)
    assert list(lanes(store, clock, scope_of(LIAISON))) == [rig.SZS]


def test_what_is_hidden_counts_without_being_shown(store, clock):
    sent(store)
    clerk = scope_of(Actor("v", "村", ("village_clerk",)), rig.OTHER_VILLAGE)
    lane = lanes(store, clock, clerk)[rig.SZS]
    assert (lane.load, lane.works) == (1, ())


def test_a_position_is_told_while_the_unit_is_on_duty(store, clock):
    take_positions(store, SYSTEM, [Position(rig.SZS, 124_980_000, 29_520_000, clock(), "电台")])
    clock.now += 40 * MINUTE
    lane = lanes(store, clock)[rig.SZS]
    assert (lane.position.age, lane.position.is_fresh) == (40 * MINUTE, False)

    def off_duty(journal):
        journal.connection.execute("UPDATE unit SET duty = '08:00-12:00'")
        return board(journal.connection, TOWN, clock())

    found = rig.undone(store, off_duty)
    assert {lane.position for lane in found.lanes} == {None}


def test_a_briefing_says_by_when_and_for_which_response(store, clock):
    number = accepted(store)
    plain = brief(store, clock, number)
    assert plain.level == ""
    declare_response(store, LEADER, Declaration("防台风", "III", 50))
    graver = brief(store, clock, number)
    assert graver.level == "III"
    assert clock() < graver.due_at < plain.due_at
    act(store, LEADER, TOWN, number, "dispatch", {"lead": rig.SZS})
    due = rig.rows(store, "SELECT due_at FROM assignment")[0][0]
    assert due == graver.due_at
    clock.now += 10 * MINUTE
    later = brief(store, clock, number)
    assert later.due_at == later.due_for(rig.SZS) == due
    act(store, LEADER, TOWN, number, "add_unit", {"unit": rig.CGZD})
    helps = rig.rows(store, "SELECT due_at FROM assignment WHERE unit = ?", rig.CGZD)[0][0]
    assert helps == later.due_at


def plans_of(store, work):
    """Return each question that is asked, and how the database goes about it."""

    def ask(connection):
        watched = Watched(connection)
        work(watched)
        return {
            sql: [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", given)]
            for sql, given in watched.asked
        }

    return store.read(ask)


BIG = ("incident", "assignment", "step", "timer", "op", "subject", "card", "application")


def scanned(found):
    """Return what is gone through of the tables that grow with the years, but by what is open."""
    steps = [step for steps in found.values() for step in steps if step.startswith("SCAN ")]
    return [step for step in steps if step.split()[1] in BIG and not step.endswith("_open")]


@pytest.mark.parametrize("scope", [TOWN, scope_of(LIAISON)])
def test_the_board_reads_open_work_only(store, clock, scope):
    sent(store, rig.SZS, rig.CGZD)

    found = plans_of(store, lambda connection: board(connection, scope, clock()))
    loads = next(steps for sql, steps in found.items() if sql.startswith("SELECT unit, count"))
    assert loads == ["SCAN assignment USING INDEX assignment_open"]
    works = next(steps for sql, steps in found.items() if sql.startswith(WORK[:20]))
    assert works[0] == "SCAN assignment USING INDEX assignment_open"
    assert "SEARCH incident USING INTEGER PRIMARY KEY (rowid=?)" in works
    assert scanned(found) == []


def test_a_briefing_reads_what_is_open_only(store, clock):
    rid = rid_of(store, sent(store, rig.SZS, rig.CGZD))
    found = plans_of(store, lambda c: briefing(c, TOWN, rid, clock(), LEADER))
    assert len(found) > 10
    assert scanned(found) == []
