"""The sweep on real files: once each, at the true instant, at two stations too."""

import pytest

from db.commands.escalation import recurrences_of, sweep
from db.commands.incidents import Report, act, report_incident
from db.domain.ops import Actor
from db.domain.scope import scope_of
from db.store.projections import load_incident
from db.store.queries.marks import amber
from tests.db.store import rig

HOUR = 3_600_000
DAY = 24 * HOUR
LEADER = Actor("he", "何砚", ("shift_leader",))
SCOPE = scope_of(rig.CLERK)
PLACE = {"area_code": rig.GRID, "address": "河边路8号", "class_code": "ZF02"}


@pytest.fixture
def clock():
    return rig.Clock()


@pytest.fixture
def store(tmp_path, clock):
    rig.make_site(tmp_path / "a", clock=clock)
    with rig.open_store(tmp_path / "a", clock=clock) as opened:
        yield opened


def report(store, **values):
    given = {"content": "路边暴露垃圾一堆", **PLACE, **values}
    return report_incident(store, rig.CLERK, Report(given))


def sent(store):
    number = report(store).number
    act(store, rig.CLERK, SCOPE, number, "accept", {"not_duplicate": True})
    act(store, rig.CLERK, SCOPE, number, "dispatch", {"lead": rig.SZS})
    return number


def cards(store):
    return rig.rows(store, "SELECT rule, card, at FROM card ORDER BY at, rule")


def test_a_machine_asleep_all_weekend_raises_each_card_once(store, clock):
    sent(store)
    due = rig.rows(store, "SELECT stage, due_at FROM timer WHERE ended_at IS NULL ORDER BY stage")
    clock.now += 5 * DAY
    swept = sweep(store)
    assert swept.cards == len(cards(store)) == 4
    told = {(rule, card): at for rule, card, at in cards(store)}
    assert told["E1", "urge"] == dict(due)["sign"]
    assert told["E3", "yellow"] == dict(due)["handle"] + 1
    assert all(at < clock.now for at in told.values())
    ops = rig.count_ops(store)
    again = sweep(store)
    assert (again.cards, again.resumed) == (0, 0)
    assert not again.changes.subjects
    assert rig.count_ops(store) == ops


def test_a_pause_that_is_over_ends_when_it_was_to_end(store, clock):
    number = sent(store)
    act(store, rig.CLERK, SCOPE, number, "sign", {"contact": "老李"})
    asked = {"reason": "weather", "until": "2026-11-25", "text": "连日大雨", "contact": "老李"}
    act(store, rig.CLERK, SCOPE, number, "ask_pause", asked)
    act(store, LEADER, SCOPE, number, "approve")
    assert sweep(store).resumed == 0
    clock.now += 4 * DAY
    assert sweep(store).resumed == 1
    ((from_at, to_at, until_at),) = rig.rows(store, "SELECT from_at, to_at, until_at FROM pause")
    assert (from_at, to_at) == (rig.NOW, until_at)
    assert rig.rows(store, "SELECT state FROM incident") == [("handling",)]
    assert sweep(store).resumed == 0


def test_what_is_closed_or_in_dispute_is_left_alone(store, clock):
    sent(store)
    store.write(lambda journal: journal.connection.execute("UPDATE incident SET conflicts = 1"))
    clock.now += 30 * DAY
    assert sweep(store).cards == 0


def test_the_same_trouble_at_the_same_spot_counts(store, clock):
    for _ in range(2):
        report(store)
        clock.now += DAY
    report(store, address="河边路9号")
    report(store, class_code="ZF01")
    rid = report(store).rid
    incident = store.read(lambda connection: load_incident(connection, rid))
    assert store.read(lambda connection: recurrences_of(connection, incident)) == 3
    assert sweep(store).cards == 1
    assert [row[:2] for row in cards(store)] == [("E5", "black")]
    clock.now += 31 * DAY
    late = store.read(lambda connection: load_incident(connection, report(store).rid))
    assert store.read(lambda connection: recurrences_of(connection, late)) == 1


def test_a_row_is_amber_when_half_is_used(store, clock):
    sent(store)
    report(store, class_code="ZF01", address="河边路88号")

    def shown(scope=SCOPE):
        return len(store.read(lambda connection: amber(connection, scope, clock.now)))

    assert shown() == 0
    # Four working hours from half past two: half of them are over at half past four.
    clock.now += 2 * HOUR - 60_000
    assert shown() == 0
    clock.now += 60_000
    assert shown() == 1
    assert shown(scope_of(rig.CLERK, rig.OTHER_VILLAGE)) == 0
