"""One SQLite library in a process: two of them undo each other's locks on a file."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from db.demo.fill import DemoPlan, fill_demo
from db.store.clock import system_clock
from tests.architecture.sources import modules
from tests.db.store import rig
from tests.db.sync.rig import HubProcess
from tests.flows.test_kill import start_window

MAPS = Path("/proc/self/maps")
LIBRARY = re.compile(r"_sqlite3|libsqlite|sqlcipher|apsw|qsqlite|Qt6?Sql", re.IGNORECASE)
IMPORT = """
import sys; from pathlib import Path; from desktop.cli import run
code = run(["import", sys.argv[1]])
Path(sys.argv[2]).write_text(Path("/proc/self/maps").read_text())
sys.exit(code)
"""

needs_maps = pytest.mark.skipif(not MAPS.exists(), reason="only Linux tells what is mapped")


def libraries(maps):
    """Return the files that are mapped and are, or bring, a SQLite library."""
    paths = {line.split(maxsplit=5)[5] for line in maps.splitlines() if "/" in line}
    return sorted(path for path in paths if LIBRARY.search(path))


def assert_one(maps):
    found = libraries(maps)
    assert len(found) == 1, found
    assert "/sqlcipher3/" in found[0]


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    home = tmp_path_factory.mktemp("town") / "home"
    fill_demo(home, DemoPlan(rig.TOWN, 1, 2, system_clock(), per_day=2), "file")
    return home


@needs_maps
def test_two_libraries_would_be_seen():
    program = "import sqlcipher3, apsw; print(open('/proc/self/maps').read())"
    maps = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout
    assert len(libraries(maps)) == 2


@needs_maps
def test_the_working_window_has_one(town):
    child = start_window(town, "1")
    try:
        assert child.stdout.readline()
        assert_one(Path(f"/proc/{child.pid}/maps").read_text())
    finally:
        child.send_signal(signal.SIGKILL)
        child.communicate()


@needs_maps
def test_the_hub_has_one(tmp_path):
    hub = HubProcess(tmp_path / "hub")
    try:
        assert_one(Path(f"/proc/{hub.process.pid}/maps").read_text())
    finally:
        hub.stop()


@needs_maps
def test_an_import_has_one(town, tmp_path):
    file = tmp_path / "orders.csv"
    file.write_text(
        "工单编号,标题,主要内容,受理时间\n"
        "A001,枫桥路井盖松动,枫桥路12号门前的井盖松动，车过有响声。,2026-03-06 09:32:09\n",
        encoding="utf-8-sig",
    )
    maps = tmp_path / "maps"
    done = subprocess.run(
        [sys.executable, "-c", IMPORT, str(file), str(maps)],
        cwd=rig.ROOT,
        env={**os.environ, "PYTHONPATH": str(rig.ROOT), "GRIDDESK_HOME": str(town)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert_one(maps.read_text())


def test_the_other_library_is_for_the_power_cut_alone():
    found = [
        path
        for path, _, text in modules("tests")
        if re.search(r"^(?:import|from) apsw", text, re.M)
    ]
    assert found
    assert all(path.startswith("tests/faults/power_") for path in found), found
