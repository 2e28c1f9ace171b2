"""A record on a disk that fills up, turns read-only or fails: nothing acknowledged is lost."""

import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from db.commands.incidents import Report, report_incident
from db.domain.errors import EnvironmentError_
from db.store import driver
from db.store.files import write_file
from db.store.health import BALLAST, OK, PAUSED, Limits
from db.store.verify import verify
from tests.db.store import rig
from tests.db.store.disks import LIMITS, fill, loop_disk, read_only, small_disk, wait

VALUES = {"content": "楼下下水道堵塞", "address": "枫桥路12号"}
LONG = Report(VALUES | {"content": "满" * 1500})


def numbers(store):
    return {row[0] for row in rig.rows(store, "SELECT number FROM incident")}


def has_ballast(store):
    store.guard.keep_ballast()
    return (store.home / BALLAST).exists()


def write_until_refused(store, done):
    """Report incidents until one is refused; return why."""
    while True:
        try:
            done.append(report_incident(store, rig.CLERK, LONG).number)
        except EnvironmentError_ as error:
            return error.code


@pytest.mark.parametrize(("megabytes", "rounds"), [(2, 12), (8, 4), (32, 2)])
def test_a_full_disk_loses_nothing_and_heals_by_itself(home, tmp_path, megabytes, rounds):
    rng, done = random.Random(megabytes), []
    with small_disk(tmp_path / "disk", megabytes) as disk:
        home, filler = shutil.copytree(home, disk / "home"), disk / "filler"
        with rig.open_store(home, limits=LIMITS) as store:
            for _ in range(rounds):
                wait(lambda: has_ballast(store))
                assert (home / BALLAST).stat().st_size == LIMITS.ballast
                # Each time the last page fits somewhere else in the transaction.
                fill(filler, rng.randrange(60) * 4096)
                assert write_until_refused(store, done) == "disk_full"
                assert store.guard.health.trouble == "disk_full"
                assert numbers(store) == set(done)
                assert not (home / BALLAST).exists()
                # The room of the log may serve writing; that of the ballast serves taking out.
                assert write_until_refused(store, done) == "record_paused"
                assert numbers(store) == set(done)
                assert store.read(verify).is_ok
                write_file(home / "export", bytes(64 * 1024))
                (home / "export").unlink()
                filler.unlink()
                wait(lambda: store.guard.probe().level == OK)
                assert store.guard.health.trouble == ""
                done.append(report_incident(store, rig.CLERK, LONG).number)
        with rig.open_store(home, limits=LIMITS) as store:
            assert numbers(store) == set(done)
            assert store.read(verify).is_ok
            assert rig.rows(store, "SELECT count(*) FROM op WHERE state <> 0") == [(0,)]


def test_a_full_disk_gives_back_the_room_of_the_log(home, tmp_path):
    with small_disk(tmp_path / "disk", 4) as disk:
        home = shutil.copytree(home, disk / "home")
        with rig.open_store(home, limits=Limits(low=0, paused=0, ballast=1 << 20)) as store:
            assert has_ballast(store)
            write_until_refused(store, [])
            log = home / "griddesk.db-wal"
            wait(lambda: not log.exists() or log.stat().st_size == 0)
            assert store.read(verify).is_ok


def test_a_disk_with_little_room_is_not_written_to(home, tmp_path):
    limits = Limits(low=6 << 20, paused=4 << 20, ballast=1 << 20)
    with small_disk(tmp_path / "disk", 8) as disk:
        home = shutil.copytree(home, disk / "home")
        with rig.open_store(home, limits=limits) as store:
            assert store.guard.health.level == OK
            done = report_incident(store, rig.CLERK, Report(VALUES)).number
            fill(disk / "filler", 3 << 20)
            assert store.guard.probe().level == PAUSED
            assert write_until_refused(store, []) == "record_paused"
            assert numbers(store) == {done}
        # It can still be opened, to look and to take out.
        with rig.open_store(home, limits=limits) as store:
            assert write_until_refused(store, []) == "record_paused"
            assert numbers(store) == {done}
            (disk / "filler").unlink()
            assert store.guard.probe().level == OK
            report_incident(store, rig.CLERK, Report(VALUES))


def test_a_read_only_disk_is_seen_and_heals(home, tmp_path):
    def meet_an_error(journal):
        raise driver.dbapi2.OperationalError("disk I/O error")

    with small_disk(tmp_path / "disk", 32) as disk:
        home = shutil.copytree(home, disk / "home")
        with rig.open_store(home, limits=LIMITS) as store:
            done = {report_incident(store, rig.CLERK, LONG).number}
            assert numbers(store) == done
            with read_only(home):
                assert store.guard.probe().trouble == "disk_readonly"
                with pytest.raises(EnvironmentError_):
                    store.write(meet_an_error)
                # The connection is opened anew, and this disk really takes nothing.
                for _ in range(2):
                    assert write_until_refused(store, []) in ("disk_readonly", "record_unreachable")
                    assert store.guard.probe().trouble == "disk_readonly"
                assert numbers(store) == done
            assert store.guard.probe().trouble == ""
            done.add(report_incident(store, rig.CLERK, LONG).number)
            assert numbers(store) == done


def test_a_log_that_cannot_be_written_is_an_error_of_the_disk_until_it_can(home, tmp_path):
    with loop_disk(tmp_path / "disk", tmp_path / "image"):
        home = shutil.copytree(home, tmp_path / "disk" / "home")
        with rig.open_store(home, limits=LIMITS) as store:
            done = {report_incident(store, rig.CLERK, LONG).number}
            log = home / "griddesk.db-wal"
            subprocess.run(["chattr", "+i", log], check=True)
            try:
                assert write_until_refused(store, []) == "disk_error"
                assert store.guard.health.trouble in ("disk_error", "disk_readonly")
                assert numbers(store) == done
                write_until_refused(store, [])
            finally:
                subprocess.run(["chattr", "-i", log], check=True)
            assert store.guard.probe().trouble == ""
            done.add(report_incident(store, rig.CLERK, LONG).number)
            assert numbers(store) == done
            assert store.read(verify).is_ok


def test_a_file_system_that_fails_in_the_middle(home, tmp_path):
    image, disk = tmp_path / "image", tmp_path / "disk"
    with loop_disk(disk, image) as device:
        switch = Path("/sys/fs/ext4") / device / "trigger_fs_error"
        if not switch.exists():
            pytest.skip("this kernel fails no file system on purpose")
        home, done = shutil.copytree(home, disk / "home"), []
        os.sync()
        with rig.open_store(home, limits=LIMITS) as store:
            for _ in range(5):
                done.append(report_incident(store, rig.CLERK, LONG).number)
            switch.write_text("1")
            assert write_until_refused(store, done) in ("disk_error", "disk_readonly")
            assert store.guard.probe().trouble == "disk_readonly"
            assert numbers(store) == set(done)
    # A file system gone read-only by itself is mounted again before it takes anything.
    with loop_disk(disk, image), rig.open_store(home, limits=LIMITS) as store:
        assert numbers(store) >= set(done)
        assert store.read(verify).is_ok
        report_incident(store, rig.CLERK, LONG)


def test_a_folder_that_is_gone_is_told(home, tmp_path):
    with small_disk(tmp_path / "disk", 32) as disk:
        home = shutil.copytree(home, disk / "home")
        with rig.open_store(home, limits=LIMITS) as store:
            away = home.rename(disk / "away")
            assert store.guard.probe().trouble == "record_unreachable"
            away.rename(home)
            assert store.guard.probe().trouble == ""
            report_incident(store, rig.CLERK, LONG)


def test_a_record_on_a_full_disk_is_read_by_whoever_comes(home, tmp_path):
    """No room for the index of a log: what lies in the file is there all the same."""
    with small_disk(tmp_path / "disk", 8) as disk:
        home = shutil.copytree(home, disk / "home")
        with rig.open_store(home, limits=LIMITS) as store:
            done = report_incident(store, rig.CLERK, LONG).number
        assert not (home / "griddesk.db-shm").exists()
        fill(disk / "filler")
        with rig.open_store(home, read_only=True) as store:
            assert numbers(store) == {done}
            assert store.read(verify).is_ok
        with pytest.raises(EnvironmentError_) as caught:
            rig.open_store(home)
        assert caught.value.code == "disk_full"
        (disk / "filler").unlink()
        with rig.open_store(home) as store:
            assert numbers(store) == {done}
