"""A fault of the program in one subject's rows blocks neither the journal nor anybody else."""

import pytest

from db.commands.incidents import Report, report_incident
from db.store import projections
from db.store.rebuild import rebuild
from db.store.verify import verify
from tests.db.store import rig
from tests.faults.test_apart import carry, pair, say

__all__ = ["pair"]

BAD, GOOD = "坏", "好"


@pytest.fixture
def faulty(monkeypatch):
    """A program that cannot make the rows of an incident of one status."""
    row = projections._incident_row

    def fail(rid, incident):
        if incident.source_status == BAD:
            raise ZeroDivisionError
        return row(rid, incident)

    monkeypatch.setattr(projections, "_incident_row", fail)
    return monkeypatch


def two_incidents(store):
    for text in ("河边路路灯不亮", "枫桥路井盖松动"):
        values = {"content": text, "address": "河边路 8 号"}
        report_incident(store, rig.CLERK, Report(values))
    return [row[0] for row in rig.rows(store, "SELECT id FROM incident ORDER BY rid")]


def statuses(store):
    return dict(rig.rows(store, "SELECT id, source_status FROM incident"))


def stale(store):
    return [row[0] for row in rig.rows(store, "SELECT id FROM subject WHERE stale <> ''")]


def test_it_is_marked_and_comes_right(pair, faulty):
    a, b = pair
    bad, good = two_incidents(a)
    say(a, bad, BAD, a.clock())
    say(a, good, GOOD, a.clock())
    carry(a, b)
    for store in pair:
        assert stale(store) == [bad]
        assert statuses(store)[good] == GOOD
        assert statuses(store).get(bad) != BAD
        assert rig.rows(store, "SELECT count(*) FROM op WHERE state <> 0") == [(0,)]
        assert store.read(verify).is_ok
    faulty.undo()
    for store in pair:
        rebuild(store)
        assert stale(store) == []
        assert statuses(store) == {bad: BAD, good: GOOD}
