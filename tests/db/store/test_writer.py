"""One unit of work is one transaction: all of it, or nothing; listeners hear of it afterwards."""

import threading

import pytest

from db.commands.incidents import Report, act, report_incident
from db.domain.errors import BugError, EnvironmentError_, GridDeskError
from db.domain.scope import scope_of
from db.store import writer as writer_module
from db.store.health import Guard, Limits
from db.store.verify import verify
from db.store.writer import Writer
from tests.db.store import rig

VALUES = {"content": "楼下下水道堵塞", "address": "枫桥路12号"}


def everything(store):
    tables = [
        row[0] for row in rig.rows(store, "SELECT name FROM sqlite_master WHERE type='table'")
    ]
    return {table: rig.rows(store, f"SELECT * FROM {table}") for table in tables}


def test_a_command_that_fails_leaves_nothing(store):
    before = everything(store)

    def work(journal):
        journal.append("note_added", "i1", {"opinion": "a"}, rig.CLERK)
        journal.set_meta("a", "b")
        raise BugError("on_purpose")

    with pytest.raises(BugError):
        store.write(work)
    assert everything(store) == before


def test_a_failing_fold_leaves_nothing(store):
    before = everything(store)
    with pytest.raises(GridDeskError):
        store.write(
            lambda journal: journal.append("note_added", "i", {"set": {"title": 1}}, rig.CLERK)
        )
    with pytest.raises(GridDeskError):
        store.write(lambda journal: journal.append("unit_defined", "u", {"key": "u"}, rig.CLERK))
    assert everything(store) == before


def test_the_record_goes_on_after_a_failure(store):
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            store.write(lambda journal: 1 / 0)
    assert report_incident(store, rig.CLERK, Report(VALUES)).number.endswith("A10001")


def test_a_full_disk_takes_nothing_back(store):
    done = [report_incident(store, rig.CLERK, Report(VALUES))]
    pages = rig.rows(store, "PRAGMA page_count")[0][0]

    def limit(journal, count):
        return journal.connection.execute(f"PRAGMA max_page_count = {count}").fetchone()[0]

    assert store.write(lambda journal: limit(journal, pages + 60)).result == pages + 60
    big = Report(VALUES | {"content": "满" * 7000})

    def fill():
        for _ in range(50):
            done.append(report_incident(store, rig.CLERK, big))

    with pytest.raises(EnvironmentError_) as caught:
        fill()
    assert caught.value.code == "disk_full"
    numbers = [row[0] for row in rig.rows(store, "SELECT number FROM incident ORDER BY number")]
    assert numbers == [item.number for item in done]
    assert len(done) > 2
    assert rig.rows(store, "SELECT count(*) FROM op WHERE state <> 0") == [(0,)]
    store.write(lambda journal: limit(journal, 1_000_000))
    assert report_incident(store, rig.CLERK, big).number > numbers[-1]
    assert store.read(verify).is_ok


def test_a_full_disk_is_told_even_where_tidying_up_fails(store):
    pages = rig.rows(store, "PRAGMA page_count")[0][0]

    def work(journal):
        ask = journal.connection.execute
        ask(f"PRAGMA max_page_count = {pages + 3}")
        ask("SAVEPOINT fold")
        try:
            journal.set_meta("long", "满" * 50_000)
        finally:
            # The full disk has ended the whole transaction, and the savepoint with it.
            ask("RELEASE fold")

    with pytest.raises(EnvironmentError_) as caught:
        store.write(work)
    assert caught.value.code == "disk_full"
    assert store.guard.health.trouble == "disk_full"
    assert store.write(lambda journal: journal.meta("long")).result == ""


def test_what_follows_a_commit_takes_nothing_back(home, clock):
    def fail(connection):
        raise OSError("the witness")

    guard = Guard(rig.record(home), clock, Limits())
    writer = Writer(
        rig.record(home), rig.key_of(home), clock, guard, projects=True, after_commit=fail
    )
    for value in "ab":
        writer.submit(lambda journal, value=value: journal.set_meta("k", value)).result(10)
    assert writer.submit(lambda journal: journal.meta("k")).result(10).result == "b"
    writer.close()


def test_listeners_hear_after_the_commit_on_the_writers_thread(store):
    heard = []

    def listener(changes):
        # What is told can be read already, by anybody.
        seen = rig.rows(store, "SELECT count(*) FROM incident")[0][0]
        heard.append((changes, seen, threading.current_thread().name))

    store.listen(listener)
    done = report_incident(store, rig.CLERK, Report(VALUES))
    store.write(lambda journal: None)
    changes, seen, thread = heard[0]
    assert (changes.subjects, changes.ids) == (frozenset({"incident"}), frozenset({done.rid}))
    assert changes == done.changes
    assert (seen, thread) == (1, "record-writer")
    with pytest.raises(ZeroDivisionError):
        store.write(lambda journal: journal.append("note_added", "x", {}, rig.CLERK) and 1 / 0)
    store.write(lambda journal: journal.meta("site"))
    assert len(heard) == 1


def test_a_listener_that_fails_stops_neither_the_writer_nor_the_others(store):
    heard = []

    def broken(changes):
        raise RuntimeError("gone")

    store.listen(broken)
    store.listen(heard.append)
    report_incident(store, rig.CLERK, Report(VALUES))
    # A writer that has died never answers.
    store._writer.submit(lambda journal: None).result(10)
    report_incident(store, rig.CLERK, Report(VALUES))
    store._writer.submit(lambda journal: None).result(10)
    assert len(heard) == 2


def test_many_threads_write_one_after_another(store):
    def work():
        for _ in range(5):
            report_incident(store, rig.CLERK, Report(VALUES))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = rig.rows(store, "SELECT number FROM incident")
    assert len(set(numbers)) == 20
    seqs = [row[0] for row in rig.rows(store, "SELECT seq FROM op ORDER BY recv")]
    assert seqs == list(range(1, len(seqs) + 1))


def test_each_thread_reads_on_a_connection_of_its_own(store):
    own, other = store.reader(), []
    thread = threading.Thread(target=lambda: other.append(store.reader()))
    thread.start()
    thread.join()
    assert store.reader() is own
    assert other[0] is not own


def test_after_closing_nothing_is_written(home, clock):
    store = rig.open_store(home, clock)
    done = report_incident(store, rig.CLERK, Report(VALUES))
    store.close()
    store.close()
    with pytest.raises(EnvironmentError_) as caught:
        report_incident(store, rig.CLERK, Report(VALUES))
    assert caught.value.code == "record_closed"
    with rig.open_store(home, clock) as again:
        scope = scope_of(rig.CLERK)
        assert act(again, rig.CLERK, scope, done.number, "note", {"text": "在"}).rid == done.rid


def test_what_nobody_foresaw_at_rest_ends_no_writing(store, monkeypatch):
    rested = threading.Event()

    def broken(*_, **__):
        rested.set()
        raise OSError("gone")

    with monkeypatch.context() as patched:
        patched.setattr(writer_module, "IDLE_SECONDS", 0.0)
        patched.setattr(writer_module.driver, "checkpoint", broken)
        report_incident(store, rig.CLERK, Report(VALUES))
        assert rested.wait(5)
    waiting = store._writer.submit(lambda journal: journal.meta("site"))
    assert waiting.result(5).result == store.site.id
