"""What was erased is erased in every copy within reach, and no older copy brings it back."""

import shutil
from concurrent.futures import ThreadPoolExecutor, wait

import orjson
import pytest

from db.commands.erasure import erase_caller
from db.commands.incidents import Report, report_incident
from db.domain.erasing import LISTED
from db.domain.ops import Actor
from db.store import driver, shredding
from db.store.backup import make_backup, renew_code
from db.store.envelopes import Caller, open_caller
from db.store.manifest import MANIFEST, list_backups, prove, read_backup
from db.store.medium import UNWATCHED
from db.store.rebuild import rebuild_if_older
from db.store.rekeying import renew_key
from db.store.restore import restore, unlock
from db.store.shredding import backup_folders, holds_any, settle
from db.store.store import ERASED_LIST, RECORD, Store
from db.sync.proving import GONE, prove_erasure
from tests.db.store import rig

VALUES = {"content": "楼下堵塞，打13800001234找我", "address": "枫桥路12号"}
GUARD = Actor("an", "安全员", ("security_admin",))


@pytest.fixture
def target(tmp_path):
    folder = tmp_path / "usb"
    folder.mkdir()
    return folder


@pytest.fixture
def reported(store):
    return report_incident(store, rig.CLERK, Report(VALUES, Caller(rig.NAME, rig.PHONE)))


def envelope_of(store, done):
    return rig.rows(store, "SELECT caller FROM incident WHERE rid = ?", done.rid)[0][0]


def named(store):
    return store.read(lambda c: [shredding.Named(*row) for row in c.execute(shredding._ALL)])


def kept_in(path, key, id):
    """Return what a copy still has of an envelope."""
    connection = driver.open_any(path, key)
    try:
        row = connection.execute(
            "SELECT cipher, wrapped_key FROM envelope WHERE id = ?", (id,)
        ).fetchone()
    finally:
        connection.close()
    return row


def test_every_backup_within_reach_forgets_too(store, target, reported):
    for _ in range(2):
        make_backup(store, target, "A1")
    id = envelope_of(store, reported)
    backups = list_backups(target)
    assert all(kept_in(one.record, store.key, id)[1] for one in backups)
    erase_caller(store, GUARD, reported.number, "本人申请")
    settled = settle(store)
    assert set(settled.done) == {one.path for one in backups}
    assert settled.left == {}
    for one in list_backups(target):
        assert kept_in(one.record, store.key, id) == (b"", None)
        prove(one, store.key)
        assert list(one.path.glob("*-journal")) == []


def test_nothing_is_written_twice(store, target, reported):
    make_backup(store, target, "A1")
    erase_caller(store, GUARD, reported.number, "本人申请")
    settle(store)
    files = [path for path in target.rglob("*") if path.is_file()]
    before = {path: path.stat().st_mtime_ns for path in files}
    settle(store)
    assert {path: path.stat().st_mtime_ns for path in files} == before


def test_a_folder_that_is_away_is_named_and_done_when_it_is_back(store, target, reported):
    make_backup(store, target, "A1")
    id = envelope_of(store, reported)
    away = target.with_name("away")
    target.rename(away)
    erase_caller(store, GUARD, reported.number, "本人申请")
    assert settle(store).left == {target: "backup_folder_missing"}
    assert backup_folders(store.home) == [target]
    away.rename(target)
    assert settle(store).left == {}
    assert kept_in(list_backups(target)[0].record, store.key, id) == (b"", None)


def test_a_backup_that_was_away_brings_nothing_back(store, home, target, reported):
    make_backup(store, target, "A1")
    id = envelope_of(store, reported)
    erase_caller(store, GUARD, reported.number, "本人申请")
    store.close()
    backup = list_backups(target)[0]
    assert kept_in(backup.record, store.key, id)[1]
    done = restore(backup, home, unlock(backup, home))
    # Before the record is opened by anybody.
    assert kept_in(home / RECORD, store.key, id) == (b"", None)
    assert done.aside is not None
    with rig.open_store(home) as again:
        assert again.read(lambda c: open_caller(c, id)) is None
        assert named(again)
        # Who erased it then was in the record that is set aside; that it is erased is said anew.
        settle(again)
        proof = prove_erasure(again, GUARD, reported.number)
        assert proof.is_gone
        assert [(one.why, one.envelopes) for one in proof.asked] == [(LISTED, 1)]
        count = rig.count_ops(again)
    with rig.open_store(home) as again:
        assert rig.count_ops(again) == count


def test_the_proof_empties_the_log_once_nobody_reads_it_any_more(store, home, reported):
    erase_caller(store, GUARD, reported.number, "本人申请")
    reader = driver.open_reader(home / RECORD, store.key)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM op").fetchone()
    report_incident(store, rig.CLERK, Report(VALUES))
    assert (home / f"{RECORD}-wal").stat().st_size
    with ThreadPoolExecutor(1) as pool:
        proving = pool.submit(prove_erasure, store, GUARD, reported.number)
        assert not wait([proving], timeout=0.2).done
        reader.execute("COMMIT")
        assert {one.kind: one.result for one in proving.result().checks}["log"] == GONE
    reader.close()


@pytest.mark.parametrize("is_coded", [False, True], ids=["by the key here", "by the old code"])
def test_restored_after_the_key_was_renewed_it_is_erased(store, home, target, reported, is_coded):
    code = renew_code(home, store.key)
    made = make_backup(store, target, "A1").backup
    id, old = envelope_of(store, reported), store.key
    erase_caller(store, GUARD, reported.number, "本人申请")
    store.close()
    renew_key(home)
    assert kept_in(made.record, old, id)[1]
    restore(made, home, unlock(made, home, code if is_coded else ""))
    assert kept_in(home / RECORD, old, id) == (b"", None)


def test_the_list_beside_the_record_outlives_it(store, home, target, reported):
    make_backup(store, target, "A1")
    id = envelope_of(store, reported)
    erase_caller(store, GUARD, reported.number, "本人申请")
    target.rename(target.with_name("away"))
    settle(store)
    store.close()
    assert (home / ERASED_LIST).exists()
    # Somebody copies an old record back by hand; the present one is gone.
    backup = list_backups(target.with_name("away"))[0]
    for left in home.glob(f"{RECORD}*"):
        left.unlink()
    shutil.copy(backup.record, home / RECORD)
    with rig.open_store(home) as again:
        assert again.read(lambda c: open_caller(c, id)) is None
        assert not (home / f"{RECORD}-wal").stat().st_size or again.write(lambda j: None)
        assert [row.env for row in named(again)] == [id]


def test_a_record_set_aside_forgets_too(store, home, target, reported):
    make_backup(store, target, "A1")
    id = envelope_of(store, reported)
    number = reported.number
    store.close()
    backup = list_backups(target)[0]
    aside = restore(backup, home, unlock(backup, home)).aside
    with rig.open_store(home) as again:
        erase_caller(again, GUARD, number, "本人申请")
        settled = settle(again)
        assert aside / RECORD in settled.done
        assert kept_in(aside / RECORD, again.key, id) == (b"", None)


def test_another_stations_envelope_of_the_same_name_stays(store, target, reported):
    make_backup(store, target, "A1")
    backup = list_backups(target)[0]
    id = envelope_of(store, reported)
    row = shredding.Named(id, rig.TOWN, "another-incident")
    assert not holds_any(backup.record, store.key, [row])
    assert shredding.erase_in_file(backup.record, store.key, [row]) == 0
    assert kept_in(backup.record, store.key, id)[1]


STEPS = (
    ("_put", 1), ("erase_in_file", 1), ("erase_in_file after", 1), ("_put", 2), ("_put after", 1)
)  # fmt: skip


class Killed(BaseException):
    """The process ended here."""


def broken_off(monkeypatch, name, at):
    """End the work at the n-th call of a step, before or after it was done."""
    word, _, when = name.partition(" ")
    step, calls = getattr(shredding, word), []

    def wrapped(*arguments):
        calls.append(arguments)
        if len(calls) == at:
            if when:
                step(*arguments)
            raise Killed
        return step(*arguments)

    monkeypatch.setattr(shredding, word, wrapped)


@pytest.mark.parametrize(("name", "at"), STEPS)
def test_killed_at_any_step_the_backup_is_good_and_the_work_is_done_again(
    store, target, reported, monkeypatch, name, at
):
    make_backup(store, target, "A1")
    id = envelope_of(store, reported)
    erase_caller(store, GUARD, reported.number, "本人申请")
    with monkeypatch.context() as broken:
        broken_off(broken, name, at)
        with pytest.raises(Killed):
            settle(store)
    (backup,) = list_backups(target)
    prove(backup, store.key)
    assert settle(store).left == {}
    (backup,) = list_backups(target)
    prove(backup, store.key)
    assert RECORD in backup.files
    assert kept_in(backup.record, store.key, id) == (b"", None)


_KILLED = """
import os, signal, sys
from pathlib import Path
from db.store import driver
path, key = Path(sys.argv[1]), bytes.fromhex(sys.argv[2])
connection = driver.open_copy(path, key)
connection.execute("PRAGMA cache_size = 1")
connection.execute("BEGIN IMMEDIATE")
connection.execute("UPDATE envelope SET cipher = x'', wrapped_key = NULL")
connection.execute("CREATE TABLE much (v BLOB)")
for _ in range(300):
    connection.execute("INSERT INTO much VALUES (randomblob(4000))")
os.kill(os.getpid(), signal.SIGKILL)
"""
"""Overwrites in a backup until pages are in the file, and dies before the commit."""


def test_killed_in_the_midst_of_the_file_it_can_be_restored(store, home, target, reported):
    make_backup(store, target, "A1")
    id = envelope_of(store, reported)
    (backup,) = list_backups(target)
    before = backup.record.read_bytes()
    manifest = backup.path / MANIFEST
    raw = orjson.loads(manifest.read_bytes())
    del raw["files"][RECORD]
    manifest.write_bytes(orjson.dumps(raw))
    assert rig.run(_KILLED, backup.record, store.key.hex()).wait(30) == -9
    assert backup.record.with_name(f"{RECORD}-journal").stat().st_size
    assert backup.record.read_bytes() != before
    store.close()
    (backup,) = list_backups(target)
    restored = restore(backup, home, unlock(backup, home))
    assert restored.aside
    with rig.open_store(home) as again:
        assert again.read(lambda c: open_caller(c, id)).name == rig.NAME
        erase_caller(again, GUARD, reported.number, "本人申请")
        assert settle(again).left == {}
    assert kept_in(backup.record, store.key, id) == (b"", None)


def test_a_damaged_backup_is_named_and_keeps_no_other_from_being_done(store, target, reported):
    for _ in range(2):
        make_backup(store, target, "A1")
    erase_caller(store, GUARD, reported.number, "本人申请")
    good, bad = list_backups(target)
    with bad.record.open("r+b") as file:
        file.seek(5_000)
        file.write(bytes(500))
    settled = settle(store)
    assert good.path in settled.done
    assert set(settled.left) == {bad.path}


def test_a_manifest_says_of_which_list_its_record_has_all(store, target, reported):
    make_backup(store, target, "A1")
    erase_caller(store, GUARD, reported.number, "本人申请")
    settle(store)
    (backup,) = list_backups(target)
    raw = orjson.loads((backup.path / MANIFEST).read_bytes())
    assert raw["erased_list"] == store.read(lambda c: driver.meta(c, "erased_list"))
    assert read_backup(backup.path).files[RECORD] == raw["files"][RECORD]
    assert UNWATCHED.is_cancelled() is False


@pytest.mark.parametrize("projects", [True, False])
def test_what_an_older_version_only_kept_is_taken_in_by_a_newer_one(
    store, home, reported, projects
):
    """By a hub when it starts; by a workstation beside its work, when its rows are made anew."""
    id = envelope_of(store, reported)
    row = rig.rows(store, "SELECT * FROM envelope WHERE id = ?", id)[0]
    erase_caller(store, GUARD, reported.number, "本人申请")

    def as_before(journal):
        ask = journal.connection.execute
        ask("DELETE FROM envelope")
        ask("DELETE FROM erased")
        ask("DELETE FROM meta WHERE k IN ('erasures_read', 'projection_version')")
        ask("INSERT INTO envelope VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    store.write(as_before)
    store.close()
    with Store.open(home, projects=projects) as again:
        if projects:
            assert named(again) == []
            rebuild_if_older(again)
        assert again.read(lambda c: open_caller(c, id)) is None
        assert [row.env for row in named(again)] == [id]
