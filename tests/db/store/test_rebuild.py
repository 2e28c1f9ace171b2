"""The projections are nothing but the journal, seen once more."""

import pytest

from db.demo.fill import DemoPlan, fill_demo
from db.domain.incidents import STATES
from db.store.projections import KEY_OF_TABLE, PROJECTION_TABLES
from db.store.rebuild import rebuild_now
from db.store.store import Store
from db.store.verify import verify
from tests.db.store import rig


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    home = tmp_path_factory.mktemp("demo") / "home"
    count = fill_demo(home, DemoPlan(rig.TOWN, 1, 7, rig.NOW, per_day=2), "file")
    with Store.open(home, clock=rig.Clock()) as store:
        store.count = count
        yield store


def test_rebuilt_rows_are_the_rows_that_grew(demo):
    def work(journal):
        before = rig.projection(journal.connection)
        folded = rebuild_now(journal)
        return before, rig.projection(journal.connection), folded

    before, after, folded = rig.undone(demo, work)
    assert folded == rig.count_ops(demo)
    grown_elsewhere = {
        "account", "application", "attachment", "card", "child", "claim", "conflict", "emergency",
        "list_version", "pause", "policy", "response",
    }  # fmt: skip
    assert {name for name in PROJECTION_TABLES if not before[name]} <= grown_elsewhere
    for table, found in before.items():
        assert after[table] == found, table


def test_rebuilding_forgets_what_no_op_says(demo):
    def work(journal):
        before = rig.projection(journal.connection)
        journal.connection.execute("UPDATE incident SET title = 'x', state = 'void'")
        journal.connection.execute("DELETE FROM timer WHERE n = 0")
        journal.connection.execute("UPDATE assignment SET feedback = 'x'")
        journal.connection.execute("DELETE FROM step WHERE n > 1")
        assert rig.projection(journal.connection) != before
        for table in PROJECTION_TABLES:
            key = KEY_OF_TABLE[table]
            stray = (
                f"UPDATE {table} SET {key} = 999999 WHERE {key} = (SELECT max({key}) FROM {table})"
            )
            journal.connection.execute(stray)
        rebuild_now(journal)
        return before, rig.projection(journal.connection)

    before, after = rig.undone(demo, work)
    assert after == before


def test_no_incident_is_lost_between_the_states(demo):
    by_state = dict(rig.rows(demo, "SELECT state, count(*) FROM incident GROUP BY state"))
    assert set(by_state) <= set(STATES)
    assert len(by_state) > 2
    assert sum(by_state.values()) == demo.count


def test_no_clock_runs_on_after_archiving(demo):
    sql = (
        "SELECT count(*) FROM timer JOIN incident ON incident.rid = timer.incident"
        " WHERE is_open = 0 AND ended_at IS NULL"
    )
    assert rig.rows(demo, sql) == [(0,)]
    sql = "SELECT count(*) FROM incident WHERE is_open = 0 AND due_at IS NOT NULL"
    assert rig.rows(demo, sql) == [(0,)]
    assert rig.rows(demo, "SELECT count(*) FROM incident WHERE is_open = 0") != [(0,)]


def test_the_rows_agree_with_their_clocks(demo):
    sql = (
        "SELECT count(*) FROM incident WHERE due_at IS NOT"
        " (SELECT min(due_at) FROM timer WHERE incident = incident.rid AND ended_at IS NULL)"
    )
    assert rig.rows(demo, sql) == [(0,)]


def test_the_demo_is_whole(demo):
    assert demo.read(verify).is_ok
