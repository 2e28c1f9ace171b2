"""What closed incidents teach: decided ones, within a scope, and nothing of who called."""

import pytest

from db.commands.incidents import Report, report_incident
from db.domain.ops import Actor
from db.domain.scope import scope_of
from db.store.envelopes import Caller
from db.store.queries import learning
from db.store.queries.learning import closed_since, decided
from tests.db.store import rig

ALL = scope_of(Actor("zhou", "周岚", ("shift_leader",)))
CLERK = scope_of(Actor("v", "村", ("village_clerk",)), rig.VILLAGE)
# title: (class, state, area, secrecy, conflicts)
TOLD = {
    "结案": ("ZF02", "closed", rig.GRID, 0, 0),
    "归档": ("GZ01", "archived", rig.OTHER_GRID, 1, 0),
    "处置中": ("ZF02", "handling", rig.GRID, 0, 0),
    "作废": ("ZF02", "void", rig.GRID, 0, 0),
    "保密": ("ZF02", "archived", rig.GRID, 2, 0),
    "分歧": ("ZF02", "closed", rig.GRID, 0, 1),
    "没有分类": ("", "closed", rig.GRID, 0, 0),
    "清单上没有": ("XX99", "closed", rig.GRID, 0, 0),
}


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    clock = rig.Clock()
    home = rig.make_site(tmp_path_factory.mktemp("learning") / "home", clock=clock)
    with rig.open_store(home, clock) as store:
        for n, (title, row) in enumerate(TOLD.items()):
            values = {
                "title": title,
                "content": f"{title}的内容写在这里",
                "area_code": rig.GRID,
                "urgency": "urgent",
                "source": "phone",
            }
            caller = Caller(rig.NAME, rig.PHONE)
            done = report_incident(store, rig.CLERK, Report(values, caller))
            store.write(lambda journal, done=done, n=n, row=row: _become(journal, done.rid, n, row))
        yield store


def _become(journal, rid, n, row):
    journal.connection.execute(
        "UPDATE incident SET class_code = ?, state = ?, area_code = ?, secrecy = ?, conflicts = ?,"
        " closed_at = ? WHERE rid = ?",
        (*row, rig.NOW + n, rid),
    )


def taught(record, scope):
    return record.read(lambda connection: decided(connection, scope, rig.NOW))


def test_what_is_closed_and_decided_teaches_newest_first(record):
    found = taught(record, ALL)
    assert [(item.title, item.label, item.urgency) for item in found] == [
        ("归档", "GZ01", "urgent"),
        ("结案", "ZF02", "urgent"),
    ]


def test_nothing_is_learnt_beyond_a_scope(record):
    assert [item.title for item in taught(record, CLERK)] == ["结案"]


def test_who_called_is_not_in_the_lesson(record):
    told = repr(taught(record, ALL))
    assert rig.NAME not in told
    assert rig.PHONE not in told


@pytest.mark.parametrize(("name", "limit"), [("MOST", 1), ("MOST_OF_A_CLASS", 0)])
def test_a_lesson_has_an_end(record, monkeypatch, name, limit):
    monkeypatch.setattr(learning, name, limit)
    assert len(taught(record, ALL)) == limit


def test_what_was_closed_since_is_counted_within_a_scope(record):
    since = record.read(lambda connection: closed_since(connection, ALL, rig.NOW))
    assert since == len(TOLD) - 1, "one was closed at that very instant"
    here = record.read(lambda connection: closed_since(connection, CLERK, rig.NOW + 100))
    assert here == 0


def test_of_two_closed_at_once_the_later_one_comes_first(record):
    """Whatever an index says first: where there is an end, the same ones teach each time."""

    def work(journal):
        sql = "UPDATE incident SET closed_at = ?, village = ? WHERE title = ?"
        for title, village in (("结案", rig.OTHER_VILLAGE), ("归档", rig.VILLAGE)):
            journal.connection.execute(sql, (rig.NOW, village, title))
        return decided(journal.connection, ALL, rig.NOW)

    assert [item.title for item in rig.undone(record, work)] == ["归档", "结案"]
