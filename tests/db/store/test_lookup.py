"""The command bar finds a number as a scan would, only what may be seen, the open ones first."""

import pytest

from db.commands.incidents import Report, report_incident
from db.commands.lookup import MAX_USED, remember_used
from db.domain.ops import Actor
from db.domain.scope import Scope, scope_of
from db.store.envelopes import Caller
from db.store.queries import lookup
from db.store.queries.lookup import ARCHIVE_TAIL, BEGINNING, numbered, town_to_name, used_before
from db.store.queries.queue import QueueFilter, queue_ids
from db.store.queries.scope import visible
from tests.db.store import rig

ALL = scope_of(Actor("zhou", "周岚", ("shift_leader",)))
NOWHERE = Scope("x", frozenset(), area="110101001")
DAY = 86_400_000


@pytest.fixture
def tell(store, clock):
    """Report an incident; return its number."""

    def report(content="路灯不亮，请处理", **values):
        clock.now += 3_600_000
        values = {"address": "枫桥路", "content": content, **values}
        return report_incident(store, rig.CLERK, Report(values, Caller("", ""))).number

    return report


def found(store, number, scope=ALL, limit=8):
    return [row.number for row in store.read(lambda c: numbered(c, scope, number, limit))]


def write(store, number, payload):
    """Write an op about an incident, as any station may."""
    id = rig.rows(store, "SELECT id FROM incident WHERE number = ?", number)[0][0]
    store.write(lambda journal: journal.append("source_updated", id, payload, rig.CLERK))


def close(store, number):
    write(store, number, {"to": "void"})
    assert rig.rows(store, "SELECT is_open FROM incident WHERE number = ?", number) == [(0,)]


def give(store, number, unit, part, state):
    write(store, number, {"units": [{"unit": unit, "part": part, "state": state}]})


def test_a_number_is_found_whole_by_its_end_and_by_its_beginning(store, tell):
    one, two = tell(), tell()
    for wanted in (one, one.lower(), one[-6:], one[-ARCHIVE_TAIL:], one[-2:]):
        assert found(store, wanted) == [one], wanted
    assert set(found(store, one[:BEGINNING])) == {one, two}
    assert found(store, one[: BEGINNING - 1]) == []
    assert found(store, one[2:-2]) == []


def test_what_cannot_be_seen_is_no_number(store, tell):
    tell()
    for hidden in ("\u200b" * ARCHIVE_TAIL, "\ufeff" * 40, "", " "):
        assert found(store, hidden) == [], hidden.encode()


def test_open_ones_come_first_and_the_exact_one_before_all(store, tell, clock):
    numbers = []
    for _ in range(3):
        numbers.append(tell())
        clock.now += DAY
    ends = numbers[0][-5:]
    assert {number[-5:] for number in numbers} == {ends}
    close(store, numbers[0])
    close(store, numbers[2])
    assert found(store, ends) == [numbers[1], numbers[2], numbers[0]]
    assert found(store, numbers[0]) == [numbers[0]]
    assert found(store, numbers[0], limit=1) == [numbers[0]]


def test_what_is_done_needs_more_than_a_digit_or_two(store, tell):
    number = tell()
    close(store, number)
    assert found(store, number[-ARCHIVE_TAIL:]) == [number]
    assert found(store, number[-ARCHIVE_TAIL + 1 :]) == []


def test_a_text_that_ends_so_is_no_number(store, tell):
    number = tell("电话 13800010203，路灯不亮")
    close(store, number)
    assert found(store, "0203") == []


def test_nothing_is_found_outside_of_ones_scope(store, tell):
    number = tell(area_code=rig.GRID)
    mine, others = Scope("x", frozenset(), rig.VILLAGE), Scope("x", frozenset(), rig.OTHER_VILLAGE)
    for wanted in (number, number[-5:], number[-2:], number[:BEGINNING]):
        assert found(store, wanted, mine) == [number]
        assert found(store, wanted, others) == []
    close(store, number)
    assert found(store, number[-5:], mine) == [number]
    assert found(store, number[-5:], others) == []


@pytest.mark.parametrize(
    "wanted", ["'", '"', "%", "*", "_", "OR", "0' OR '1'='1", "~", "汉", "a" * 500]
)
def test_what_is_typed_is_data(store, tell, wanted):
    tell()
    assert found(store, wanted) == []


def test_no_more_than_asked_for(store, tell):
    number = tell()
    for _ in range(4):
        tell()
    assert len(found(store, number[:BEGINNING], limit=3)) == 3


def test_the_counts_are_those_of_the_lists(store, tell):
    one, _, gone = tell(area_code=rig.GRID), tell(area_code=rig.OTHER_GRID), tell()
    town = store.read(lambda c: town_to_name(c, ALL))
    lead, helps = town.units[0].code, town.units[1].code
    give(store, one, lead, "lead", "sent")
    give(store, one, helps, "co", "refused")
    give(store, gone, lead, "lead", "sent")
    close(store, gone)
    town = store.read(lambda c: town_to_name(c, ALL))
    assert [town.open_by_unit.get(code, 0) for code in (lead, helps)] == [1, 0]
    assert [town.open_by_area[code] for code in (rig.TOWN, rig.VILLAGE, rig.GRID)] == [2, 1, 1]
    for area in town.areas:
        ids = store.read(lambda c, a=area: queue_ids(c, ALL, QueueFilter(village=a.code), 0))
        assert town.open_by_area.get(area.code, 0) == len(ids), area.code
    for unit in town.units:
        ids = store.read(lambda c, u=unit: queue_ids(c, ALL, QueueFilter(unit=u.code), 0))
        assert town.open_by_unit.get(unit.code, 0) == len(ids), unit.code


def used(store, actor=rig.CLERK):
    return store.read(lambda c: used_before(c, actor.user))


def test_what_was_used_last_stands_first_and_not_for_ever(store):
    assert used(store) == ()
    for mark in ("unit:a", "action:dispatch", "unit:a"):
        remember_used(store, rig.CLERK, mark)
    assert used(store) == ("unit:a", "action:dispatch")
    for number in range(MAX_USED):
        remember_used(store, rig.CLERK, f"view:{number}")
    last = used(store)
    assert len(last) == MAX_USED
    assert "unit:a" not in last


@pytest.mark.parametrize(
    "question", [lookup.BY_NUMBER, lookup.BY_BEGINNING, lookup.BY_TAIL, lookup.OPEN_BY_AREA]
)
@pytest.mark.parametrize("scope", [ALL, NOWHERE, Scope("x", frozenset(), unit="u")])
def test_nothing_is_read_from_end_to_end(store, question, scope):
    conditions, parameters = visible(scope)
    parameters |= {"number": "990101001-202611", "limit": 8, "match": 'text : "01"', "most": 9}
    sql = "EXPLAIN QUERY PLAN " + question.format(conditions=conditions)
    plan = [row[3] for row in store.read(lambda c: c.execute(sql, parameters).fetchall())]
    scans = [step for step in plan if step.startswith("SCAN") and "search" not in step]
    assert all("incident_open" in step for step in scans), plan


def test_what_one_person_used_is_not_the_next_ones(store):
    remember_used(store, rig.CLERK, "unit:a")
    assert used(store, rig.SUPERVISOR) == ()
    remember_used(store, rig.SUPERVISOR, "unit:b")
    assert (used(store), used(store, rig.SUPERVISOR)) == (("unit:a",), ("unit:b",))
    mine = scope_of(rig.CLERK)
    assert store.read(lambda c: town_to_name(c, mine)).used == ("unit:a",)
