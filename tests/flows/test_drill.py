"""The machine is gone: what the backup held comes back on another one, by the code on paper."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from db.commands.incidents import Report, report_incident
from db.store import driver
from db.store.envelopes import Caller
from db.store.keys import KeyPlace, load_key
from db.store.manifest import list_backups, prove
from db.store.store import RECORD, Store
from db.store.verify import verify
from tests.db.store import rig

ROOT = Path(__file__).parents[2]
KILLS = 20
TEXT = {"content": "备份以后登记的一件", "address": "河边路 8 号"}

WRITER = """
import itertools, sys
from pathlib import Path
from db.commands.incidents import Report, report_incident
from db.store.envelopes import Caller
from db.store.store import Store
from tests.db.store import rig
with Store.open(Path(sys.argv[1])) as store:
    for number in itertools.count():
        values = {"content": f"备份进行中登记的第{number}件", "address": "河边路 8 号"}
        report_incident(store, rig.CLERK, Report(values, Caller(rig.NAME, rig.PHONE)))
        print(number, flush=True)
"""


def start(home, *arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "desktop", *map(str, arguments)],
        env={**os.environ, "GRIDDESK_HOME": str(home)},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def griddesk(home, *arguments, said="", code=0):
    """Run a command; return what it printed, as JSON where that was asked for."""
    child = start(home, *arguments, stdin=subprocess.PIPE)
    out, error = child.communicate(said, timeout=120)
    assert child.returncode == code, out + error
    return json.loads(out.splitlines()[-1]) if "--json" in arguments else out + error


def dump(record, key):
    connection = driver.open_any(record, key)
    try:
        return rig.projection(connection)
    finally:
        connection.close()


@pytest.fixture
def usb(tmp_path):
    folder = tmp_path / "usb"
    folder.mkdir()
    return folder


@pytest.fixture
def code(small_town):
    return griddesk(small_town, "keys", "recovery", "--json")["code"]


@pytest.fixture
def writer(small_town):
    """A process that goes on writing; it has written when this is given."""
    child = rig.run(WRITER, small_town)
    assert child.stdout.readline()
    yield child
    child.kill()
    child.wait()


def test_the_machine_is_lost_and_all_up_to_the_backup_comes_back(
    small_town, usb, code, writer, tmp_path, monkeypatch
):
    made = griddesk(small_town, "backup", "--to", usb, "--json")
    for _ in range(3):
        assert writer.stdout.readline()
    writer.kill()
    writer.wait()
    drilled = griddesk(small_town, "drill", usb, "--json")
    assert drilled["ok"]
    assert drilled["behind_ops"] >= 3
    backup = Path(made["backup"])
    held = dump(backup / RECORD, load_key(small_town, KeyPlace("file")))
    shutil.rmtree(small_town)
    shutil.rmtree(os.environ["GRIDDESK_WITNESS"])
    monkeypatch.setenv("GRIDDESK_WITNESS", str(tmp_path / "another"))
    elsewhere = tmp_path / "another-machine"
    assert "恢复码" in griddesk(elsewhere, "restore", usb, "--key", "file", code=3)
    wrong = "ABCDE-" * 5 + "ABCDE"
    said = griddesk(elsewhere, "restore", usb, "--code-stdin", said=wrong, code=3)
    assert "恢复码不对" in said
    options = ("--key", "file", "--code-stdin", "--json")
    back = griddesk(elsewhere, "restore", usb, *options, said=code.lower())
    assert back["ops"] == made["ops"]
    assert dump(elsewhere / RECORD, load_key(elsewhere, KeyPlace("file"))) == held
    assert griddesk(elsewhere, "verify", "--json")["ok"]
    with Store.open(elsewhere) as store:
        assert store.renewed
        assert store.read(verify).is_ok
    assert "件" in griddesk(elsewhere, "list")


def killed(child, longest):
    """Kill a command at a moment nobody chose; whether it was still at work."""
    time.sleep(random.uniform(0, longest))
    was_busy = child.poll() is None
    child.kill()
    child.communicate()
    return was_busy


def timed(call):
    started = time.monotonic()
    call()
    return time.monotonic() - started


def test_killed_backups_leave_only_whole_ones(small_town, usb):
    key = load_key(small_town, KeyPlace("file"))
    usual = timed(lambda: griddesk(small_town, "backup", "--to", usb))
    kills = sum(killed(start(small_town, "backup", "--to", usb), usual * 1.1) for _ in range(KILLS))
    assert kills > KILLS // 2
    for backup in list_backups(usb):
        prove(backup, key)
    griddesk(small_town, "backup", "--to", usb)
    assert not list(usb.glob("*/*.part"))
    assert not list(usb.glob("*/*.bad"))


def test_killed_restores_leave_the_old_record_or_the_new(small_town, usb, tmp_path):
    griddesk(small_town, "backup", "--to", usb)
    with Store.open(small_town) as store:
        for _ in range(3):
            report_incident(store, rig.CLERK, Report(TEXT, Caller(rig.NAME, rig.PHONE)))
        old = rig.count_ops(store)
    held = list_backups(usb)[0].ops
    options = (usb, "--yes", "--home")
    trial = shutil.copytree(small_town, tmp_path / "trial")
    usual = timed(lambda: griddesk(trial, "restore", *options, trial))
    found = set()
    for number in range(KILLS):
        home = shutil.copytree(small_town, tmp_path / f"try{number}")
        killed(start(home, "restore", *options, home), usual * 1.1)
        with Store.open(home, read_only=True) as store:
            assert store.read(verify).is_ok
            found.add(rig.count_ops(store))
        shutil.rmtree(home)
    assert found <= {old, held}


def test_the_window_of_time_for_a_kill_is_real(small_town, usb):
    """A kill in the middle leaves something unfinished at least once: the test above is one."""
    left = False
    child = start(small_town, "backup", "--to", usb)
    while child.poll() is None and not left:
        left = bool(list(usb.glob("*/*.part")))
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert left
    assert list_backups(usb) == []


def test_a_damaged_record_is_repaired_and_what_is_missing_is_said(small_town, usb):
    """The folder of the last backup is known to every command that asks for one."""
    griddesk(small_town, "drill", code=1)
    made = griddesk(small_town, "backup", "--to", usb, "--json")
    assert griddesk(small_town, "drill", "--json")["backup"] == made["backup"]
    griddesk(small_town, "rebuild")
    with Store.open(small_town) as store:
        for number in range(3):
            values = {"content": f"备份以后登记的第{number}件", "address": "河边路 8 号"}
            report_incident(store, rig.CLERK, Report(values, Caller(rig.NAME, rig.PHONE)))
    path = small_town / RECORD
    path.write_bytes(random.Random(1).randbytes(path.stat().st_size))
    said = griddesk(small_town, "repair", code=1)
    assert "已修复，但缺 3 条记录" in said
    assert "同步" not in said
    assert griddesk(small_town, "verify", "--json")["ok"]
    Path(made["backup"], "manifest.json").write_bytes(b"{")
    assert "说明文件损坏，数据文件在" in griddesk(small_town, "drill", code=1)
