"""What a damaged record looks like to the check, and that a kill damages nothing."""

import random
import shutil
import sys
from contextlib import closing
from pathlib import Path

import pytest

from db.commands.incidents import Report, report_incident
from db.domain.errors import EnvironmentError_
from db.domain.ops import chain_hash
from db.store import driver, holes
from db.store import verify as verify_module
from db.store.forks import give_way
from db.store.verify import CHECK_EVERY, full_check, is_check_due, quick_check, verify, verify_home
from tests.db.store import rig

PAGE = 4096
VALUES = {"content": "楼下下水道堵塞", "address": "枫桥路12号"}


@pytest.fixture
def home(tmp_path):
    """A data folder that was never copied: one site, one chain."""
    return rig.make_site(tmp_path / "home")


@pytest.fixture
def raw(home):
    """A record with some ops, open for whoever goes around the rules."""
    with rig.open_store(home) as store:
        for _ in range(6):
            report_incident(store, rig.CLERK, Report(VALUES))
    connection = driver.open_writer(rig.record(home), rig.key_of(home))
    connection.execute("DROP TRIGGER op_never_changed")
    connection.execute("DROP TRIGGER op_never_deleted")
    yield connection
    connection.close()


def codes(connection):
    return [problem["code"] for problem in verify(connection).problems]


def test_a_sound_record(raw):
    found = verify(raw)
    assert found.is_ok
    assert (found.ops, found.chains, found.held) == (
        raw.execute("SELECT count(*) FROM op").fetchone()[0],
        1,
        0,
    )


def test_one_flipped_bit_is_found_and_located(raw):
    body = bytearray(raw.execute("SELECT body FROM op WHERE seq = 5").fetchone()[0])
    for at in (0, len(body) // 2, len(body) - 1):
        flipped = bytearray(body)
        flipped[at] ^= 1
        raw.execute("UPDATE op SET body = ? WHERE seq = 5", (bytes(flipped),))
        found = verify(raw).problems
        assert [(item["code"], item["seq"]) for item in found] == [("op_changed", 5)]
    raw.execute("UPDATE op SET body = ? WHERE seq = 5", (bytes(body),))
    assert verify(raw).is_ok


def test_a_changed_op_with_a_hash_to_match_breaks_the_next_link(raw):
    seq = 5
    body, digest = raw.execute("SELECT body, hash FROM op WHERE seq = 5").fetchone()
    previous = raw.execute("SELECT hash FROM op WHERE seq = 4").fetchone()[0]
    assert chain_hash(previous, body) == digest
    body = body.replace("示例".encode(), "例示".encode()) + b" "
    raw.execute(
        "UPDATE op SET body = ?, hash = ? WHERE seq = 5", (body, chain_hash(previous, body))
    )
    found = verify(raw).problems
    assert [(item["code"], item["seq"]) for item in found] == [("op_changed", seq + 1)]


def test_a_missing_tail_is_found(raw):
    last = raw.execute("SELECT max(seq) FROM op").fetchone()[0]
    raw.execute("DELETE FROM op WHERE seq = ?", (last,))
    assert codes(raw) == ["head_differs"]
    assert verify(raw).problems[0]["seq"] == last - 1


def test_a_missing_middle_is_found(raw):
    raw.execute("DELETE FROM op WHERE seq = 4")
    assert [(item["code"], item["seq"]) for item in verify(raw).problems] == [("op_missing", 4)]


def test_ops_outside_every_chain_are_found(raw):
    raw.execute("DELETE FROM chain")
    assert codes(raw) == ["ops_outside_chains"]


def test_ops_under_another_name_are_found(raw):
    # A whole chain that hashes, told of another site.
    raw.execute("UPDATE site SET id = 'someone-else'")
    found = verify(raw).problems
    assert {item["code"] for item in found} == {"op_misplaced"}


def flip(path, content, at):
    damaged = bytearray(content)
    damaged[at] ^= 0x40
    path.write_bytes(bytes(damaged))


def test_one_flipped_bit_of_the_file_is_named_wherever_it_is(home, capfd):
    with rig.open_store(home) as store:
        for _ in range(300):
            report_incident(store, rig.CLERK, Report(VALUES))
        known = dict(rig.rows(store, "SELECT number, id FROM incident"))
    content = rig.record(home).read_bytes()
    assert verify_home(home).is_ok
    pages = len(content) // PAGE
    assert pages > 150
    named = []
    for page in {*range(64, pages, 64), *range(1, pages, 9)}:
        flip(rig.record(home), content, page * PAGE + 100 + page)
        found = verify_home(home).problems
        kinds = {item["code"] for item in found}
        assert kinds & {"journal_damaged", "index_damaged", "projection_damaged", "table_damaged",
                        "schema_damaged", "page_unused"}, page  # fmt: skip
        if "journal_damaged" in kinds:
            ops = [item for item in found if item["code"] == "op_unreadable"]
            assert ops, page
            assert all(item["site"] and item["epoch"] and item["seq"] for item in ops)
            named += ops
    incidents = [item for item in named if item["entity"] == "incident"]
    assert len(incidents) > 20
    assert all(known[item["number"]] == item["id"] for item in incidents)
    # Nothing else speaks on the standard error.
    assert capfd.readouterr().err == ""


def test_what_a_damaged_page_hides_is_named_op_by_op(home):
    with rig.open_store(home) as store:
        for _ in range(60):
            report_incident(store, rig.CLERK, Report(VALUES))
        whole = rig.rows(store, "SELECT epoch, seq FROM op ORDER BY recv")
    content = rig.record(home).read_bytes()
    for page in range(len(content) // PAGE - 1, 1, -1):
        flip(rig.record(home), content, page * PAGE + 300)
        found = verify_home(home).problems
        if found[0]["code"] == "journal_damaged":
            break
    lost = [(item["epoch"], item["seq"]) for item in found if item["code"] == "op_unreadable"]
    with closing(driver.open_any(rig.record(home), rig.key_of(home))) as connection:
        names = holes.lost_ops(connection)
    assert [whole[recv - 1] for hole in names for recv in hole] == lost
    # Those round it can be read: the hole is no larger than the page.
    assert 0 < len(lost) < 30
    for recv in {names[0].start - 1, names[-1].stop} & set(range(1, len(whole) + 1)):
        with closing(driver.open_any(rig.record(home), rig.key_of(home))) as connection:
            asked = "SELECT body FROM op NOT INDEXED WHERE recv = ?"
            rows = connection.execute(asked, (recv,)).fetchall()
            assert len(rows) == 1


def test_a_flipped_bit_in_the_log_leaves_a_prefix(home):
    store = rig.open_store(home)
    for _ in range(20):
        report_incident(store, rig.CLERK, Report(VALUES))
    log = rig.record(home).with_name("griddesk.db-wal")
    record, content = rig.record(home).read_bytes(), log.read_bytes()
    before = rig.rows(store, "SELECT seq FROM op ORDER BY recv")
    store.close()
    assert len(content) > 20 * PAGE
    lengths = set()
    for part in range(1, 12):
        rig.record(home).write_bytes(record)
        flip(log, content, part * len(content) // 12)
        with closing(driver.open_writer(rig.record(home), rig.key_of(home))) as connection:
            kept = connection.execute("SELECT seq FROM op ORDER BY recv").fetchall()
            assert kept == before[: len(kept)]
            lengths.add(len(kept))
            assert verify(connection).is_ok
    assert len(lengths) > 3


def test_a_check_can_be_stopped_and_tells_how_far_it_is(store):
    for _ in range(5):
        report_incident(store, rig.CLERK, Report(VALUES))
    told = []
    found = store.read(lambda connection: verify(connection, lambda *at: told.append(at)))
    assert told[-1] == (found.ops, found.ops)
    with pytest.raises(EnvironmentError_) as caught:
        store.read(lambda connection: verify(connection, is_cancelled=lambda: True))
    assert caught.value.code == "check_cancelled"
    assert store.read(quick_check) == []
    # The connection answers as before.
    assert store.read(verify).is_ok


def test_a_branch_that_gives_way_during_a_check_is_no_damage(store, monkeypatch):
    monkeypatch.setattr(verify_module, "_CHUNK", 2)
    for _ in range(5):
        report_incident(store, rig.CLERK, Report(VALUES))
    left = []

    def exchange(done, total):
        # Once, with the beginning of the chain read and the rest not.
        if not left:
            told = store.write(lambda at: give_way(at, at.site, at.epoch, 4, "x"))
            left.append(told.result)

    found = full_check(store, exchange)
    assert left[0] > 5
    assert found.problems == []
    assert found.ops == rig.count_ops(store)
    assert not store.guard.health.damaged
    report_incident(store, rig.CLERK, Report(VALUES))


@pytest.fixture
def between(monkeypatch):
    """Return a list: what it holds is done once, behind the next question to the search index."""
    todo = []

    class Disturbed(driver._Keyed):
        def execute(self, sql, *given):
            found = super().execute(sql, *given)
            if "FROM search " in sql and todo:
                todo.pop()()
            return found

    monkeypatch.setattr(driver, "_Keyed", Disturbed)
    return todo


@pytest.mark.parametrize("check", [lambda opened: verify(opened).problems, quick_check])
def test_a_search_index_written_anew_during_a_check_is_no_damage(store, between, check):
    def write():
        report_incident(store, rig.CLERK, Report(VALUES))
        # All segments become one, and those that were there are gone.
        optimize = "INSERT INTO search (search) VALUES ('optimize')"
        store.write(lambda journal: journal.connection.execute(optimize))

    write()
    with closing(driver.open_any(rig.record(store.home), store.key)) as connection:
        between.append(write)
        assert check(connection) == []
    assert not between


def test_a_file_that_is_busy_is_not_damaged(store, tmp_path):
    path = tmp_path / "copy.db"
    source = driver.open_any(rig.record(store.home), store.key)
    with closing(source):
        driver.copy(source, path, store.key, lambda *_: None)
    reader, other = (driver._connect(path, "rw", store.key) for _ in range(2))
    with closing(reader), closing(other):
        assert quick_check(reader) == []
        reader.execute("PRAGMA busy_timeout = 0")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(driver.SqliteError, match="locked"):
            quick_check(reader)
        with pytest.raises(EnvironmentError_) as caught:
            holes.damaged_objects(reader)
        assert caught.value.code == "record_busy"
        other.execute("ROLLBACK")
        assert quick_check(reader) == []


def posix_locks(path):
    """Return the locks that hold on a file, as the system lists them."""
    inode = path.stat().st_ino
    lines = Path("/proc/locks").read_text().splitlines()
    return [line for line in lines if " POSIX " in line and f":{inode} " in line]


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not list its locks")
def test_another_connection_leaves_the_first_ones_lock(home):
    record = rig.record(home)
    with closing(driver.open_any(record, rig.key_of(home))) as connection:
        assert posix_locks(record)
        driver.another(connection).close()
        assert posix_locks(record)


def test_a_good_full_check_counts_for_a_week(store, clock):
    assert is_check_due(store)
    assert full_check(store).is_ok
    assert not is_check_due(store)
    clock.now += CHECK_EVERY
    assert is_check_due(store)


def test_found_damage_ends_writing_and_reading_goes_on(home, clock):
    with rig.open_store(home, clock) as store:
        for _ in range(120):
            report_incident(store, rig.CLERK, Report(VALUES))
    content = rig.record(home).read_bytes()
    for page in range(len(content) // PAGE - 1, 1, -1):
        flip(rig.record(home), content, page * PAGE + 300)
        if any(item["code"] == "journal_damaged" for item in verify_home(home).problems):
            break
    with rig.open_store(home, clock) as store:
        assert not full_check(store).is_ok
        assert store.guard.health.damaged
        with pytest.raises(EnvironmentError_) as caught:
            report_incident(store, rig.CLERK, Report(VALUES))
        assert caught.value.code == "record_damaged_paused"
        assert rig.rows(store, "SELECT count(*) FROM incident") == [(120,)]
        with pytest.raises(EnvironmentError_):
            rig.rows(store, "SELECT hash, body FROM op NOT INDEXED")
        # A page that cannot be read does not take the others with it.
        assert rig.rows(store, "SELECT count(*) FROM incident") == [(120,)]


APPENDER = """
import sys
from pathlib import Path
from db.domain.ops import SYSTEM
from db.store.store import Store
store = Store.open(Path(sys.argv[1]))
for n in range(100000):
    name = f"{sys.argv[2]}-{n}"
    payload = {"sheet": "daily", "about": name, "sha256": "0" * 64, "pages": 1}
    store.write(lambda journal: journal.append("sheet_printed", name, payload, SYSTEM))
    print(name, flush=True)
"""


def test_twenty_kills_lose_nothing_that_was_acknowledged(home):
    acknowledged = []
    rng = random.Random(1)
    for number in range(20):
        with rig.run(APPENDER, home, number) as appender:
            for _ in range(rng.randrange(1, 40)):
                line = appender.stdout.readline()
                assert line.endswith("\n")
                acknowledged.append(line.strip())
            appender.kill()
            # What was on its way through the pipe has been acknowledged, too.
            rest = appender.communicate()[0].splitlines(keepends=True)
            acknowledged += [line.strip() for line in rest if line.endswith("\n")]
        assert appender.returncode == -9
    with rig.open_store(home) as store:
        kept = {row[0] for row in rig.rows(store, "SELECT id FROM subject WHERE ent = 'sheet'")}
        found = store.read(verify)
    assert set(acknowledged) - kept == set()
    assert len(acknowledged) > 100
    assert found.is_ok


def test_a_page_torn_in_a_checkpoint_stands_whole_in_the_log(home, tmp_path):
    """A kill while the log is carried over: whoever reads goes through the log and is well."""
    with rig.open_store(home) as store:
        report_incident(store, rig.CLERK, Report(VALUES))
        copy = tmp_path / "killed"
        shutil.copytree(home, copy)
    log = (copy / "griddesk.db-wal").read_bytes()
    size = int.from_bytes(log[8:12], "big")
    pages = {
        int.from_bytes(log[at : at + 4], "big") for at in range(32, len(log) - size, 24 + size)
    }
    raw = bytearray((copy / "griddesk.db").read_bytes())
    torn = max(page for page in pages if page * size <= len(raw))
    middle = (torn - 1) * size + size // 2
    raw[middle : middle + 512] = bytes(512)
    (copy / "griddesk.db").write_bytes(raw)
    with rig.open_store(copy, read_only=True) as store:
        assert store.read(verify).problems == []
    (copy / "griddesk.db-wal").unlink()
    with rig.open_store(copy, read_only=True) as store:
        assert store.read(verify).problems != []
