"""The ops of a subject as they are folded, and those that one decision wrote on others."""

import pytest

from db.commands.incidents import Report, act, report_incident
from db.domain.ops import OpRef, Was
from db.domain.scope import scope_of
from db.domain.undoing import ALONG
from db.store.history import along_with, brought_by, history
from db.store.projections import is_linear
from tests.db.store import rig
from tests.db.store.test_journal import OTHER, THIRD, make, receive

TITLE = {"set": {"title": "甲"}}


def told(store, id="i1"):
    """Return the names of an incident's ops as its history tells them, and whether it is a line."""
    rid = rig.rows(store, "SELECT rid FROM subject WHERE ent = 'incident' AND id = ?", id)[0][0]
    ops = store.read(lambda connection: history(connection, rid))
    return [(op.ref.site, op.ref.seq) for op in ops], is_linear(ops)


def reported(site=OTHER):
    return make(site, 1, {"to": "reported", **TITLE}, kind="incident_reported")


def test_parents_come_first_whatever_the_clocks_said(store):
    late = make(THIRD, 1, TITLE, [(OTHER, 1)], ms=rig.NOW - 99)
    receive(store, rig.as_range(OTHER, [reported()]), rig.as_range(THIRD, [late]))
    assert told(store) == ([(OTHER, 1), (THIRD, 1)], True)


def test_what_was_written_apart_is_no_line(store):
    bodies = [reported(), make(OTHER, 2, TITLE, [(OTHER, 1)])]
    beside = make(THIRD, 1, TITLE, [(OTHER, 1)])
    receive(store, rig.as_range(OTHER, bodies), rig.as_range(THIRD, [beside]))
    assert told(store)[1] is False


def test_an_op_written_again_is_told_once(store):
    """Told twice it would look as if two had worked apart, and clocks would be set anew."""
    note = make(OTHER, 2, TITLE, [(OTHER, 1)])
    again = make(OTHER, 3, TITLE, [(OTHER, 1)], was=Was(OTHER, 1, 2, "ab" * 32))
    after = make(OTHER, 4, TITLE, [(OTHER, 3)])
    receive(store, rig.as_range(OTHER, [reported(), note, again, after]))
    assert told(store) == ([(OTHER, 1), (OTHER, 2), (OTHER, 4)], True)


def test_what_is_held_is_not_told(store):
    newer = make(OTHER, 2, {"to": "flying"}, [(OTHER, 1)])
    upon = make(OTHER, 3, TITLE, [(OTHER, 2)])
    receive(store, rig.as_range(OTHER, [reported(), newer, upon]))
    assert told(store) == ([(OTHER, 1)], True)


@pytest.fixture
def merged(store):
    """Two incidents and the decision that led one into the other."""
    values = {"content": "河边路路灯不亮，已三晚", "address": "河边路 8 号"}
    lead, child = (report_incident(store, rig.CLERK, Report(values)) for _ in range(2))
    scope = scope_of(rig.CLERK)
    done = act(store, rig.CLERK, scope, child.number, "merge", {"lead": lead.number})
    act(store, rig.CLERK, scope, lead.number, "note", {"text": "已电话联系"})
    return lead, child, done


def test_what_a_decision_wrote_on_others_follows_it(store, merged):
    lead, child, done = merged
    found = store.read(lambda connection: along_with(connection, done.ref, ALONG))
    assert [(rid, op.kind) for rid, op in found] == [(lead.rid, "duplicate_added")]
    brought = store.read(lambda connection: brought_by(connection, found[0][1].ref, ALONG))
    assert brought == child.rid


def test_what_nothing_stands_before_was_brought_by_nothing(store):
    first = OpRef(store.site.id, 1, 1)
    assert store.read(lambda connection: brought_by(connection, first, ALONG)) is None
