"""What two stations leave apart, and what the sweep makes of it, on real files."""

import pytest

from db.commands.conflicts import resolve
from db.commands.escalation import sweep
from db.commands.incidents import act, view_caller
from db.commands.responses import Declaration, declare_response, end_response
from db.domain.errors import InputError, RuleError
from db.domain.ops import Actor
from db.store.queries.conflicts import open_conflicts
from db.store.queries.responses import active_responses
from tests.db.commands.apart import ALL, LEADER, PLACED, do, meet, report, two
from tests.db.store import rig

OTHER = Actor("he", "何砚", ("shift_leader", "duty_officer"))
DIRECTOR = Actor("lin", "林溪", ("room_director",))
ANSWER = {"text": "已更换灯泡三只，恢复照明", "contact": "丁", "no_photo": "夜间"}


@pytest.fixture
def stations(tmp_path):
    with two(tmp_path) as stores:
        meet(*stores)
        yield stores


def states(store):
    return dict(rig.rows(store, "SELECT number, state FROM incident"))


def in_work(store, *co):
    number = report(store)
    do(store, number, "accept", **PLACED)
    do(store, number, "dispatch", lead=rig.SZS, co=co)
    return number


def test_the_last_answers_given_apart_are_checked_once(stations):
    a, b = stations
    number = in_work(a, rig.CGZD)
    do(a, number, "sign", unit=rig.SZS, contact="丁")
    meet(a, b)
    do(a, number, "feedback", unit=rig.SZS, **ANSWER)
    do(b, number, "feedback", unit=rig.CGZD, **ANSWER)
    meet(a, b)
    assert states(a)[number] == "handling"
    sweep(a)
    sweep(b)
    meet(a, b)
    for store in stations:
        assert states(store)[number] == "checking"
        assert rig.rows(store, "SELECT conflicts FROM incident") == [(0,)]
        ops = rig.count_ops(store)
        sweep(store)
        assert rig.count_ops(store) == ops


def test_merged_into_each_other_one_comes_back(stations):
    a, b = stations
    numbers = [report(a), report(a, content="河边井盖松动，有响声")]
    meet(a, b)
    do(a, numbers[0], "merge", lead=numbers[1])
    do(b, numbers[1], "merge", lead=numbers[0])
    meet(a, b)
    for store in stations:
        for (number,) in rig.rows(store, "SELECT number FROM incident WHERE conflicts > 0"):
            (rid,) = rig.rows(store, "SELECT rid FROM incident WHERE number = ?", number)[0]
            for item in store.read(lambda c, rid=rid: open_conflicts(c, rid)):
                resolve(store, LEADER, ALL, number, item.field, "", item.seen)
        meet(a, b)
    sweep(a)
    meet(a, b)
    assert sorted(states(b).values()) == ["merged", "reported"]
    assert states(a) == states(b)


def test_two_pauses_that_ended_apart_count_once_each(stations):
    a, b = stations
    number = in_work(a)
    do(a, number, "sign", unit=rig.SZS, contact="丁")
    asked = {"reason": "weather", "until": "2026-12-01", "text": "大雨", "contact": "丁"}
    do(a, number, "ask_pause", **asked)
    meet(a, b)
    act(a, OTHER, ALL, number, "approve")
    act(b, OTHER, ALL, number, "approve")
    do(a, number, "resume", contact="丁")
    do(b, number, "resume", contact="丁")
    meet(a, b)
    sweep(a)
    meet(a, b)
    due = rig.rows(a, "SELECT due_at FROM timer ORDER BY n")
    assert due == rig.rows(b, "SELECT due_at FROM timer ORDER BY n")


def test_what_came_while_the_machine_slept_is_still_compared(tmp_path):
    clock = rig.Clock()
    rig.make_site(tmp_path / "a", clock=clock)
    with rig.open_store(tmp_path / "a", clock=clock) as store:
        sweep(store)
        for _ in range(3):
            report(store, class_code="ZF02", area_code=rig.GRID)
            report(store, area_code=rig.GRID, address="枫桥路1号")
            clock.now += 60_000
        clock.now += 9 * 86_400_000
        assert sweep(store).cards == 1
        assert rig.rows(store, "SELECT rule, card FROM card") == [("E5", "black")]


def test_one_lying_clock_keeps_no_card_from_the_others(tmp_path):
    clock = rig.Clock()
    rig.make_site(tmp_path / "a", clock=clock)
    with rig.open_store(tmp_path / "a", clock=clock) as store:
        for _ in range(2):
            number = report(store, content=f"第{_}处垃圾堆放", address=f"枫桥路{_}号")
            do(store, number, "accept", class_code="ZF02", area_code=rig.GRID, not_duplicate="是")
            do(store, number, "dispatch", lead=rig.SZS)
        store.write(
            lambda journal: journal.connection.execute(
                "UPDATE timer SET limit_unit = 'work_day', amount = 1000000 WHERE incident = 1 + ("
                "SELECT min(incident) FROM timer) - 1 AND stage = 'handle'"
            )
        )
        clock.now += 86_400_000
        assert sweep(store).cards > 0


def test_of_a_response_every_level_ends(tmp_path):
    rig.make_site(tmp_path / "a")
    with rig.open_store(tmp_path / "a") as store:
        for level in ("II", "I"):
            declare_response(store, DIRECTOR, Declaration("防汛", level))
        end_response(store, DIRECTOR, "防汛")
        assert store.read(lambda c: active_responses(c, store.clock() + 1)) == []
        with pytest.raises(InputError):
            declare_response(store, DIRECTOR, Declaration("长" * 61, "I"))


def test_an_id_number_enters_by_no_reason(stations):
    a, _ = stations
    number = report(a)
    before = rig.count_ops(a)
    with pytest.raises((InputError, RuleError)) as caught:
        view_caller(a, LEADER, ALL, number, "查 11010519491231002X")
    assert caught.value.code in {"id_number_found", "caller_unknown"}
    assert rig.count_ops(a) == before


def test_a_lead_is_named_by_the_tail_of_its_number(stations):
    a, _ = stations
    numbers = [report(a), report(a, content="河边井盖松动，有响声")]
    assert do(a, numbers[0], "merge", lead=numbers[1][-6:].lower()).state == "merged"
    with pytest.raises(InputError):
        do(a, numbers[1], "merge", lead="9999")
