"""A restore gives the record of the backup, on whatever machine, and never half of it."""

import shutil
import signal
from dataclasses import replace

import pytest

from db.commands.incidents import Report, report_incident
from db.domain.errors import GridDeskError
from db.store import blobs
from db.store.backup import make_backup
from db.store.drill import drill
from db.store.envelopes import Caller
from db.store.keys import new_code, wrap_with_code
from db.store.manifest import list_backups
from db.store.medium import Watch
from db.store.restore import prepare, restore, unlock
from db.store.store import RECORD, SWAP, Store, read_site, write_site
from db.store.verify import verify
from tests.db.store import rig

TEXT = {"content": "河边路路灯不亮，夜间行人看不清台阶", "address": "河边路 8 号"}
CODE = new_code()


@pytest.fixture
def target(tmp_path):
    folder = tmp_path / "usb"
    folder.mkdir()
    return folder


@pytest.fixture
def coded(home):
    """A data folder with a recovery code and an incident."""
    site = read_site(home)
    write_site(home, replace(site, recovery=wrap_with_code(rig.key_of(home), CODE)))
    with rig.open_store(home) as store:
        report(store)
    return home


@pytest.fixture
def backup(coded, target):
    with rig.open_store(coded) as store:
        return make_backup(store, target, "席位A1").backup


def report(store):
    report_incident(store, rig.CLERK, Report(TEXT, Caller(rig.NAME, rig.PHONE)))


def refused(code):
    return pytest.raises(GridDeskError, check=lambda error: error.code == code)


def content(home):
    with rig.open_store(home, read_only=True) as store:
        assert store.read(verify).is_ok
        return store.read(rig.projection)


def incidents(home):
    return len(content(home)["incident"])


# finding the key


def test_this_machines_key_opens_it(backup, coded):
    unlocked = unlock(backup, coded)
    assert unlocked.key == rig.key_of(coded)
    assert unlocked.place.kind == "file"


def test_another_machine_needs_the_code(backup, tmp_path):
    elsewhere = tmp_path / "new"
    with refused("backup_locked"):
        unlock(backup, elsewhere)
    with refused("code_wrong"):
        unlock(backup, elsewhere, new_code())
    with refused("code_malformed"):
        unlock(backup, elsewhere, "ABC")
    assert unlock(backup, elsewhere, CODE).place is None


def test_without_a_code_it_says_so(home, target, tmp_path):
    with rig.open_store(home) as store:
        made = make_backup(store, target, "").backup
    with refused("recovery_missing"):
        unlock(made, tmp_path / "new", CODE)


def test_a_passphrase_opens_it_anywhere(tmp_path, target, monkeypatch):
    secret = tmp_path / "passphrase"
    secret.touch(0o600)
    secret.write_text("correct horse")
    monkeypatch.setenv("GRIDDESK_PASSPHRASE_FILE", str(secret))
    home = tmp_path / "spoken"
    site = init_with_passphrase(home)
    with rig.open_store(home) as store:
        made = make_backup(store, target, "").backup
    monkeypatch.delenv("GRIDDESK_PASSPHRASE_FILE")
    with refused("backup_locked"):
        unlock(made, tmp_path / "new")
    unlocked = unlock(made, tmp_path / "new", ask=lambda _: "correct horse")
    assert unlocked.place == site.key_place
    restore(made, tmp_path / "new", unlocked)
    with Store.open(tmp_path / "new", ask=lambda _: "correct horse", clock=rig.Clock()) as store:
        assert rig.count_ops(store) > made.ops - 1


def init_with_passphrase(home):
    from db.commands.site import TownLists, init_site

    return init_site(
        home, town=rig.TOWN, name="口令", station="A3", key_kind="passphrase",
        lists=TownLists(rig.AREAS, rig.UNITS), clock=rig.Clock(),
    )  # fmt: skip


# restoring


def test_a_new_machine_gets_the_record(backup, coded, tmp_path):
    before = content(coded)
    elsewhere = tmp_path / "deep" / "new"
    done = restore(backup, elsewhere, unlock(backup, elsewhere, CODE), key_kind="file")
    assert done == (None, 0)
    assert content(elsewhere) == before
    assert (elsewhere / "key").stat().st_mode & 0o077 == 0
    with rig.open_store(elsewhere) as store:
        assert store.renewed
        report(store)
    assert read_site(elsewhere).recovery == read_site(coded).recovery


def test_the_record_before_is_set_aside_whole(backup, coded):
    with rig.open_store(coded) as store:
        report(store)
    assert incidents(coded) == 2
    aside = restore(backup, coded, unlock(backup, coded)).aside
    assert incidents(coded) == 1
    assert incidents(aside) == 2
    assert aside.parent == coded
    assert not list(coded.glob("stage-*"))


def test_a_damaged_or_missing_record_is_no_hindrance(backup, coded):
    unlocked = unlock(backup, coded)
    (coded / RECORD).write_bytes(b"torn")
    restore(backup, coded, unlocked)
    assert incidents(coded) == 1
    (coded / RECORD).unlink()
    (coded / "site.json").unlink()
    restore(backup, coded, unlocked)
    assert incidents(coded) == 1


def test_attached_files_come_back(coded, target, tmp_path):
    blob = blobs.put(coded, b"cipher")
    with rig.open_store(coded) as store:
        made = make_backup(store, target, "").backup
    elsewhere = tmp_path / "new"
    restore(made, elsewhere, unlock(made, elsewhere, CODE), key_kind="file")
    blobs.check(elsewhere, blob)


def spoil(path, how):
    """Make a file what a stick makes of it: gone, other bytes, or cut short."""
    content = path.read_bytes()
    path.unlink()
    if how != "gone":
        path.write_bytes(content[:-1] + b"!" if how == "flipped" else content[:-2])


@pytest.mark.parametrize("how", ["gone", "flipped", "short"])
def test_attached_files_that_are_missing_cost_only_themselves(coded, target, tmp_path, how):
    lost, kept = blobs.put(coded, b"first file"), blobs.put(coded, b"second file")
    with rig.open_store(coded) as store:
        made = make_backup(store, target, "").backup
        spoil(blobs.blob_path(made.path.parent, lost), how)
        assert drill(made, store.key, store.clock).lacking == 1
    elsewhere = tmp_path / "new"
    done = restore(made, elsewhere, unlock(made, elsewhere, CODE), key_kind="file")
    assert done.lacking == 1
    assert incidents(elsewhere) == 1
    blobs.check(elsewhere, kept)
    assert not blobs.exists(elsewhere, lost)


@pytest.mark.parametrize("how", ["gone", "flipped", "short"])
def test_a_bad_stick_does_not_spoil_what_is_here(coded, target, how):
    blob = blobs.put(coded, b"first file")
    with rig.open_store(coded) as store:
        made = make_backup(store, target, "").backup
    spoil(blobs.blob_path(made.path.parent, blob), how)
    assert restore(made, coded, unlock(made, coded)).lacking == 0
    blobs.check(coded, blob)


def test_an_open_record_is_not_restored_over(backup, coded):
    unlocked = unlock(backup, coded)
    with rig.open_store(coded), refused("record_in_use"):
        restore(backup, coded, unlocked)
    assert incidents(coded) == 1


def test_one_prepared_beside_an_open_record_takes_its_place_at_the_next_start(backup, coded):
    with rig.open_store(coded) as store:
        report(store)
        aside = prepare(backup, coded, unlock(backup, coded)).aside
        report(store)
        assert len(store.read(rig.projection)["incident"]) == 3
    assert incidents(coded) == 1
    assert incidents(aside) == 3


@pytest.mark.parametrize("step", ["read", "prove", "copy"])
def test_cancelling_leaves_the_record(backup, coded, step):
    seen = []
    watch = Watch(lambda name, *_: seen.append(name), lambda: step in seen)
    with pytest.raises(GridDeskError) as told:
        restore(backup, coded, unlock(backup, coded), watch=watch)
    assert told.value.code in ("work_cancelled", "check_cancelled")
    assert not list(coded.glob("stage-*"))
    assert incidents(coded) == 1


def test_a_damaged_backup_is_refused(backup, coded):
    unlocked = unlock(backup, coded)
    content_now = bytearray(backup.record.read_bytes())
    content_now[-1] ^= 1
    backup.record.write_bytes(content_now)
    with refused("backup_bad"):
        restore(backup, coded, unlocked)
    assert incidents(coded) == 1


KILLED = """
import os, signal, sys
from pathlib import Path
left = int(sys.argv[3])

def counted(what):
    def step(*args, **kwargs):
        global left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        return what(*args, **kwargs)
    return step

for name in ("rename", "replace", "mkdir", "unlink", "rmdir"):
    setattr(os, name, counted(getattr(os, name)))
from db.store.manifest import read_backup
from db.store.restore import restore, unlock
home = Path(sys.argv[2])
backup = read_backup(Path(sys.argv[1]))
restore(backup, home, unlock(backup, home))
"""


def test_killed_at_every_step_it_leaves_old_or_new_whole(backup, coded, tmp_path):
    with rig.open_store(coded) as store:
        report(store)
    outcomes = []
    for step in range(60):
        home = shutil.copytree(coded, tmp_path / f"try{step}")
        child = rig.run(KILLED, backup.path, home, step)
        if child.wait(60) == 0:
            break
        assert child.returncode == -signal.SIGKILL
        outcomes.append(incidents(home))
        assert not (home / SWAP).exists()
        with rig.open_store(home) as store:
            report(store)
        assert incidents(home) == outcomes[-1] + 1
    assert set(outcomes) == {1, 2}
    assert outcomes == sorted(outcomes, reverse=True)
    assert len(outcomes) > 8


def test_killed_while_it_finishes_it_is_finished_later(backup, coded, tmp_path):
    """A kill during the start that finishes an earlier kill."""
    with rig.open_store(coded) as store:
        report(store)
    prepare(backup, coded, unlock(backup, coded))
    finishing = KILLED.split("from db.store.manifest")[0] + (
        "from db.store.store import read_site\nread_site(Path(sys.argv[2]))\n"
    )
    kills = 0
    for step in range(40):
        home = shutil.copytree(coded, tmp_path / f"try{step}")
        child = rig.run(finishing, "", home, step)
        if child.wait(60) == 0:
            break
        kills += 1
        assert incidents(home) == 1
    assert kills > 4


# the drill


def test_a_drill_says_what_a_restore_would_give(backup, coded):
    with rig.open_store(coded) as store:
        report(store)
        before = (coded / RECORD).read_bytes()
        shown = drill(backup, store.key, store.clock, store)
        assert shown.is_ok
        assert (coded / RECORD).read_bytes() == before
    assert shown.behind_ops > 0
    assert set(shown.seconds) == {"prove", "copy", "check", "rebuild"}


def test_a_drill_finds_tables_that_are_not_what_the_journal_says(coded, target):
    with rig.open_store(coded) as store:
        store.write(
            lambda journal: journal.connection.execute("UPDATE incident SET title = 'forged'")
        )
        made = make_backup(store, target, "").backup
        shown = drill(made, store.key, store.clock)
    assert not shown.is_ok
    assert shown.differing == ("incident",)


@pytest.mark.parametrize("step", ["read", "prove", "copy", "rebuild"])
def test_a_drill_can_be_ended(backup, coded, step):
    seen = []
    watch = Watch(lambda name, *_: seen.append(name), lambda: step in seen)
    with rig.open_store(coded) as store, pytest.raises(GridDeskError) as told:
        drill(backup, store.key, store.clock, store, watch)
    assert told.value.code in ("work_cancelled", "check_cancelled")


def test_lists_say_when_and_how_much(backup, target):
    (found,) = list_backups(target)
    assert (found.made_at, found.ops, found.station) == (backup.made_at, backup.ops, "A1")
