"""The file on the disk: encrypted, of a known schema, append-only, held by one process."""

import os
import subprocess

import pytest

from db.commands.incidents import Report, report_incident
from db.domain.errors import EnvironmentError_
from db.migrations import SCHEMA_VERSION
from db.store import driver
from db.store.envelopes import Caller
from db.store.lock import LOCK
from db.store.store import SITE_FILE, Store, create_site, read_site
from tests.db.store import rig

WORDS = (
    "楼下下水道堵塞",
    "枫桥路12号",
    rig.NAME,
    rig.PHONE,
    "兴禾社区",
    "CREATE TABLE",
    "incident",
)
CLEAR = (b"CREATE", b"990101001-2026")


def refusal(work, *arguments, **options):
    with pytest.raises(EnvironmentError_) as caught:
        work(*arguments, **options)
    return caught.value


def test_nothing_on_the_disk_can_be_read(store, home):
    values = {"content": WORDS[0], "address": WORDS[1], "area_code": rig.GRID}
    done = report_incident(store, rig.CLERK, Report(values, Caller(rig.NAME, rig.PHONE)))
    names = {path.name for path in home.iterdir()}
    assert {"griddesk.db", "griddesk.db-wal", SITE_FILE, "key"} <= names
    for path in home.iterdir():
        content = path.read_bytes()
        assert not content.startswith(driver.PLAIN_HEADER)
        if path.name == SITE_FILE:
            continue
        for word in (*WORDS, done.number):
            assert word.encode() not in content, (path.name, word)
            assert word.encode("utf-16-le") not in content


def test_the_first_byte_is_encrypted_already(tmp_path):
    path = tmp_path / "new.db"
    driver.create(path, bytes(range(32)))
    content = path.read_bytes()
    assert not content.startswith(driver.PLAIN_HEADER)
    assert all(word not in content for word in CLEAR)
    # Random bytes: no value takes a part that text or zeroes would.
    assert max(content.count(value) for value in range(256)) < len(content) / 100


def test_the_wrong_key_opens_nothing(home):
    before = rig.record(home).read_bytes()
    for open_file in (driver.open_writer, driver.open_reader):
        assert refusal(open_file, rig.record(home), bytes(32)).code == "key_wrong"
        assert refusal(open_file, rig.record(home), b"short").code == "key_wrong"
    assert refusal(Store.open, home, key=bytes(32)).code == "key_wrong"
    assert rig.record(home).read_bytes() == before


def test_a_refused_store_lets_the_record_go(home):
    refusal(Store.open, home, key=bytes(32))
    rig.open_store(home).close()


def test_a_plain_file_is_refused(home):
    rig.record(home).write_bytes(driver.PLAIN_HEADER + bytes(4096))
    for open_file in (driver.open_writer, driver.open_reader):
        assert refusal(open_file, rig.record(home), bytes(32)).code == "record_not_encrypted"


@pytest.mark.parametrize("size", [0, 1, 15])
def test_a_file_cut_to_nothing_is_not_taken_for_a_new_one(home, size):
    key = rig.key_of(home)
    os.truncate(rig.record(home), size)
    for open_file in (driver.open_writer, driver.open_reader):
        assert refusal(open_file, rig.record(home), key).code == "record_damaged"
    assert rig.record(home).stat().st_size == size


def test_a_file_that_is_not_there(home):
    rig.record(home).unlink()
    assert refusal(Store.open, home).code == "record_missing"
    assert not rig.record(home).exists()


def test_a_newer_schema_is_refused(home):
    key = rig.key_of(home)
    connection = driver.open_writer(rig.record(home), key)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    for open_file in (driver.open_writer, driver.open_reader):
        error = refusal(open_file, rig.record(home), key)
        assert error.code == "schema_newer"
        assert error.params == {"found": SCHEMA_VERSION + 1, "known": SCHEMA_VERSION}


def test_a_reader_does_not_migrate(home):
    key = rig.key_of(home)
    connection = driver.open_writer(rig.record(home), key)
    connection.execute("PRAGMA user_version = 0")
    connection.close()
    assert refusal(driver.open_reader, rig.record(home), key).code == "schema_older"
    driver.open_writer(rig.record(home), key).close()
    driver.open_reader(rig.record(home), key).close()


def test_a_record_is_never_made_over_another(home):
    assert refusal(driver.create, rig.record(home), bytes(32)).code == "record_exists"
    arguments = {"site_id": "s", "name": "n", "town": rig.TOWN, "station": "A1"}
    assert refusal(create_site, home, **arguments).code == "record_exists"
    rig.record(home).unlink()
    assert refusal(create_site, home, **arguments).code == "record_exists"


def test_the_writer_is_durable(store):
    def pragmas(journal):
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "temp_store")
        return {name: journal.connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names}

    assert store.write(pragmas).result == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "temp_store": 2,
    }


def test_a_reader_cannot_write(store):
    assert rig.rows(store, "PRAGMA query_only") == [(1,)]
    for sql in (
        "DELETE FROM incident",
        "INSERT INTO meta VALUES ('a', 'b')",
        "CREATE TABLE t (a)",
        "PRAGMA user_version = 9",
    ):
        error = refusal(rig.rows, store, sql)
        assert error.code == "disk_readonly", sql
    # Not even one that has switched its guard off.
    error = refusal(
        store.read,
        lambda connection: (
            connection.execute("PRAGMA query_only = OFF"),
            connection.execute("DELETE FROM incident"),
        ),
    )
    assert error.code == "disk_readonly"


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM op",
        "DELETE FROM op WHERE seq = 1",
        "UPDATE op SET body = x'00'",
        "UPDATE op SET hash = x'00'",
        "UPDATE op SET seq = seq + 1000",
        "UPDATE op SET site = 99",
        "UPDATE op SET epoch = 1",
        "UPDATE op SET recv = recv + 1000",
    ],
)
def test_the_journal_is_append_only(store, sql):
    before = rig.rows(store, "SELECT * FROM op")
    assert before
    with pytest.raises(EnvironmentError_) as caught:
        store.write(lambda journal: journal.connection.execute(sql) and None)
    assert "append-only" in caught.value.params["detail"]
    assert rig.rows(store, "SELECT * FROM op") == before


def test_replacing_an_op_is_refused_too(store):
    sql = (
        "INSERT INTO op (site, epoch, seq, hash, body, state, subject)"
        " SELECT site, epoch, seq, hash, x'00', 0, 0 FROM op WHERE recv = 1"
    )
    with pytest.raises(EnvironmentError_) as caught:
        store.write(lambda journal: journal.connection.execute(sql) and None)
    assert "UNIQUE" in caught.value.params["detail"]


SECOND = """
import sys
from pathlib import Path
from db.domain.errors import GridDeskError
from db.store.store import Store
try:
    with Store.open(Path(sys.argv[1])):
        print("opened")
except GridDeskError as error:
    print(error.code, error.params.get("pid"))
"""
HOLDER = """
import sys
from pathlib import Path
from db.store.store import Store
with Store.open(Path(sys.argv[1])):
    print("opened", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_is_told_who_writes(store, home):
    with rig.run(SECOND, home) as second:
        assert second.stdout.read().split() == ["record_in_use", str(os.getpid())]
    store.close()
    with rig.run(SECOND, home) as second:
        assert second.stdout.read().split() == ["opened"]


def test_the_lock_goes_with_its_process(home):
    with rig.run(HOLDER, home, stdin=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == "opened\n"
        error = refusal(Store.open, home)
        assert (error.code, error.params["pid"]) == ("record_in_use", str(holder.pid))
        with rig.open_store(home, read_only=True) as reader:
            assert refusal(reader.write, lambda journal: None).code == "record_read_only"
        holder.kill()
    rig.open_store(home).close()


def test_a_folder_that_cannot_hold_a_lock(home):
    (home / LOCK).unlink(missing_ok=True)
    (home / LOCK).mkdir()
    assert refusal(Store.open, home).code == "home_unwritable"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "site_incomplete"),
        (b"", "site_file_damaged"),
        (b"{}", "site_file_damaged"),
        (b"[]", "site_file_damaged"),
        (
            b'{"id":"a","name":"b","town":"c","station":"d","key_place":{"x":1}}',
            "site_file_damaged",
        ),
    ],
)
def test_a_folder_without_a_sound_description(home, content, code):
    (home / SITE_FILE).unlink()
    if content is not None:
        (home / SITE_FILE).write_bytes(content)
    assert refusal(read_site, home).code == code


@pytest.mark.skipif(os.name != "posix", reason="file modes")
def test_the_folder_and_its_key_are_the_owners(home, tmp_path):
    create_site(
        tmp_path / "new", site_id="s", name="n", town=rig.TOWN, station="A1", key_kind="file"
    )
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "new" / "key").stat().st_mode & 0o777 == 0o600
    assert rig.key_of(home).hex() not in (home / SITE_FILE).read_text()


class FromLibrary(Exception):
    def __init__(self, name, text):
        super().__init__(text)
        self.sqlite_errorname = name


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("SQLITE_FULL", "", "disk_full"),
        ("SQLITE_IOERR_WRITE", "", "disk_error"),
        ("SQLITE_READONLY_DBMOVED", "", "disk_readonly"),
        ("SQLITE_BUSY", "", "record_busy"),
        ("SQLITE_CORRUPT", "", "record_damaged"),
        ("SQLITE_NOTADB", "", "key_wrong"),
        ("SQLITE_CANTOPEN", "", "record_unreachable"),
        ("", "database or disk is full", "disk_full"),
        ("", "attempt to write a readonly database", "disk_readonly"),
        ("", "database is locked", "record_busy"),
        ("", "database disk image is malformed", "record_damaged"),
        ("", "no such table: x", "record_error"),
    ],
)
def test_whose_fault_an_error_is(name, text, code):
    assert driver.explain(FromLibrary(name, text)).code == code
