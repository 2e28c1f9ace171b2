"""A fold that fails is a fault of the program: it never blocks the journal and is mended later."""

import pytest

from db.commands.incidents import Report, act, archive_ready, report_incident
from db.domain.errors import GridDeskError
from db.domain.scope import scope_of
from db.store import rebuild as rebuild_module
from db.store.projections import Rows
from db.store.rebuild import PROJECTION_VERSION, rebuild, rebuild_if_older
from db.store.verify import verify
from tests.db.store import rig
from tests.db.store.test_journal import OTHER, THIRD, make, notes, receive

VALUES = {"content": "楼下下水道堵塞", "address": "枫桥路12号"}
SCOPE = scope_of(rig.CLERK, "")


@pytest.fixture
def failing(monkeypatch):
    """Makes the rows of one subject fail as long as `fault.rid` names it."""

    class Fault:
        rid = 0
        where = "_put_steps"

        def __init__(self):
            for name in ("_put_steps", "flush"):
                monkeypatch.setattr(Rows, name, self.broken(name, getattr(Rows, name)))

        def broken(self, name, whole):
            def put(rows, *args):
                whole(rows, *args)
                if self.rid and name == self.where and (name == "flush" or args[0] == self.rid):
                    raise ZeroDivisionError("a fault of the fold")

            return put

    return Fault()


def report(store):
    return report_incident(store, rig.CLERK, Report(VALUES))


def stale(store):
    return rig.rows(store, "SELECT rid, stale FROM subject WHERE stale <> ''")


def steps(store, rid):
    return rig.rows(store, "SELECT count(*) FROM step WHERE incident = ?", rid)[0][0]


@pytest.mark.parametrize("where", ["_put_steps", "flush"])
def test_a_decision_stands_though_its_rows_fail(store, failing, where):
    done, other = report(store), report(store)
    failing.rid, failing.where = done.rid, where
    before = rig.count_ops(store)
    act(store, rig.CLERK, SCOPE, done.number, "note", {"text": "已电话联系报事人"})
    assert rig.count_ops(store) == before + 1
    assert stale(store) == [(done.rid, "ZeroDivisionError")]
    assert steps(store, done.rid) == 1
    failing.rid = 0
    act(store, rig.CLERK, SCOPE, other.number, "note", {"text": "已电话联系报事人"})
    assert steps(store, other.rid) == 2
    # The next op on it tries again, from the whole history.
    act(store, rig.CLERK, SCOPE, done.number, "note", {"text": "下午再联系一次"})
    assert (stale(store), steps(store, done.rid)) == ([], 3)
    assert store.read(verify).is_ok


def test_one_bad_subject_of_a_batch_harms_only_itself(store, failing):
    rid = store.write(lambda journal: journal.subjects.find("incident", "i1").rid).result
    failing.rid = rid
    good = [make(THIRD, 1, {"to": "reported"}, id="i2", kind="incident_reported")]
    receive(store, rig.as_range(OTHER, notes(3)), rig.as_range(THIRD, good))
    assert stale(store) == [(rid, "ZeroDivisionError")]
    assert rig.rows(store, "SELECT id FROM incident") == [("i2",)]
    assert rig.rows(store, "SELECT count(*) FROM op WHERE state <> 0") == [(0,)]
    failing.rid = 0
    rebuild(store)
    assert stale(store) == []
    assert rig.rows(store, "SELECT title FROM incident WHERE id = 'i1'") == [("第3",)]


def test_a_full_disk_is_no_fault_of_a_fold(store, monkeypatch):
    from sqlcipher3 import dbapi2  # noqa: TID251 - the error itself

    def full(_):
        raise dbapi2.OperationalError("database or disk is full")

    before = rig.count_ops(store)
    monkeypatch.setattr(Rows, "flush", full)
    with pytest.raises(GridDeskError) as caught:
        report(store)
    assert caught.value.code == "disk_full"
    monkeypatch.undo()
    assert (rig.count_ops(store), stale(store)) == (before, [])


def test_a_rebuild_goes_on_where_it_was_broken_off(store, monkeypatch):
    monkeypatch.setattr(rebuild_module, "SLICE", 1)
    for _ in range(3):
        report(store)
    whole = store.read(rig.projection)
    damage = "UPDATE incident SET title = 'x'"
    store.write(lambda journal: journal.connection.execute(damage))
    asked = iter([False, True])
    with pytest.raises(GridDeskError) as caught:
        rebuild(store, is_cancelled=lambda: next(asked))
    assert caught.value.code == "rebuild_cancelled"
    done = []
    rebuild(store, progress=lambda at, end: done.append((at, end)))
    assert done[-1][0] == done[-1][1]
    assert store.read(rig.projection) == whole


def test_work_goes_on_beside_a_rebuild(store, monkeypatch):
    monkeypatch.setattr(rebuild_module, "SLICE", 3)
    first = report(store)
    numbers = []

    def work(*_):
        if len(numbers) < 5:
            numbers.append(report(store).number)
            act(store, rig.CLERK, SCOPE, first.number, "note", {"text": "重建时记的一条备注"})

    rebuild(store, progress=work)
    assert len(numbers) == 5
    grown = store.read(rig.projection)
    rebuild(store)
    assert store.read(rig.projection) == grown
    assert steps(store, first.rid) == 6


def test_rows_of_another_version_are_made_anew_once(store):
    report(store)
    store.write(lambda journal: journal.set_meta("projection_version", "1"))
    assert rebuild_if_older(store) == rig.count_ops(store)
    assert rebuild_if_older(store) == 0
    assert rig.rows(store, "SELECT v FROM meta WHERE k = 'projection_version'") == [
        (str(PROJECTION_VERSION),)
    ]


def test_what_is_in_doubt_is_not_archived_again_and_again(store, failing):
    done = report(store)
    sql = "UPDATE incident SET state = 'closed', callback_done = 1 WHERE rid = ?"
    store.write(lambda journal: journal.connection.execute(sql, (done.rid,)))
    failing.rid = done.rid
    before = rig.count_ops(store)
    for _ in range(3):
        archive_ready(store)
    assert rig.count_ops(store) == before + 1


def test_nobody_decides_on_rows_in_doubt(store, failing):
    done = report(store)
    failing.rid = done.rid
    act(store, rig.CLERK, SCOPE, done.number, "note", {"text": "已电话联系报事人"})
    before = rig.count_ops(store)
    with pytest.raises(GridDeskError) as caught:
        act(store, rig.CLERK, SCOPE, done.number, "note", {"text": "已电话联系报事人"})
    assert caught.value.code == "incident_in_doubt"
    assert rig.count_ops(store) == before


def test_a_rebuild_that_another_version_began_is_begun_anew(store):
    report(store)
    whole = store.read(rig.projection)

    def leave(journal):
        journal.connection.execute("UPDATE incident SET title = 'x'")
        journal.set_meta("rebuilt_to", "1:9999")

    store.write(leave)
    rebuild(store)
    assert store.read(rig.projection) == whole


def test_a_parent_of_another_subject_is_no_parent(store):
    """Held whatever came first: else two sites would show different rows of the same ops."""
    first = rig.as_range(OTHER, notes(1))
    odd = make(THIRD, 1, {"to": "reported"}, [(OTHER, 1)], id="i2", kind="incident_reported")
    receive(store, first, rig.as_range(THIRD, [odd]))
    assert rig.rows(store, "SELECT id FROM incident") == [("i1",)]
    rebuild(store)
    assert rig.rows(store, "SELECT id FROM incident") == [("i1",)]
    assert rig.rows(store, "SELECT count(*) FROM op WHERE state <> 0") == [(1,)]


@pytest.fixture
def written(store):
    """Return what one decision writes and asks."""

    def run(work):
        statements = []

        def watch(callback):
            store.write(lambda journal: journal.connection.set_trace_callback(callback))

        watch(statements.append)
        statements.clear()
        work()
        watch(None)
        return statements

    return run


def test_a_decision_writes_only_the_columns_it_changes(store, written):
    done = report(store)
    note = written(
        lambda: act(store, rig.CLERK, SCOPE, done.number, "note", {"text": "已电话联系"})
    )
    assert not [line for line in note if line.startswith(("UPDATE incident", "INSERT INTO inc"))]
    values = {"class_code": "GZ01", "area_code": rig.GRID, "urgency": "urgent"}
    taken = written(lambda: act(store, rig.CLERK, SCOPE, done.number, "accept", values))
    (update,) = (line for line in taken if line.startswith("UPDATE incident"))
    assert '"urgency"' in update
    assert '"content"' not in update
    assert '"taken_in_at"' not in update
    grown = rig.rows(store, "SELECT * FROM incident WHERE rid = ?", done.rid)
    rebuild(store)
    assert rig.rows(store, "SELECT * FROM incident WHERE rid = ?", done.rid) == grown


def test_a_decision_reads_its_incident_and_the_lists_once(store, written):
    done = report(store)
    note = written(
        lambda: act(store, rig.CLERK, SCOPE, done.number, "note", {"text": "已电话联系"})
    )
    assert sum('SELECT "id", "number", "title"' in line for line in note) == 1
    assert sum("FROM list_version" in line for line in note) == 1
