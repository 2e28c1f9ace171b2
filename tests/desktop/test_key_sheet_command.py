"""`griddesk report keys`, as a script uses it: the file, and the record of it."""

import hashlib
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from db.demo.fill import DemoPlan, fill_demo
from db.store.store import Store
from desktop.cli import run
from tests.db.store import rig


@pytest.fixture
def home(tmp_path, monkeypatch):
    home = tmp_path / "home"
    fill_demo(home, DemoPlan(rig.TOWN, 1, 7, rig.NOW, per_day=1), "file")
    monkeypatch.setenv("GRIDDESK_HOME", str(home))
    return home


def test_the_sheet_is_written_and_recorded(home, tmp_path, capsys):
    assert run(["report", "keys", "--out", str(tmp_path), "--as", "周岚", "--json"]) == 0
    told = orjson.loads(capsys.readouterr().out)
    pdf = Path(told["file"]).read_bytes()
    assert Path(told["file"]).name.startswith("按键表-")
    assert pdf.startswith(b"%PDF")
    assert told["sha256"] == hashlib.sha256(pdf).hexdigest()
    with Store.open(home, read_only=True) as store:
        bodies = store.read(lambda c: c.execute("SELECT body FROM op ORDER BY recv").fetchall())
    last = orjson.loads(bodies[-1][0])
    assert "keys" in orjson.dumps(last).decode()
    assert told["sha256"] in orjson.dumps(last).decode()


def test_a_sheet_that_cannot_be_written_is_recorded_all_the_same(home, tmp_path, capsys):
    """The op stands first: no sheet is out that the journal knows nothing of."""
    away = tmp_path / "away" / "keys.pdf"
    assert run(["report", "keys", "--out", str(away), "--as", "周岚"]) == 3
    with Store.open(home, read_only=True) as store:
        found = "SELECT count(*) FROM op WHERE instr(body, 'sheet_printed')"
        assert store.read(lambda c: c.execute(found).fetchone()) == (1,)


def test_the_table_of_keys_needs_no_window():
    code = "import sys, desktop.actions; sys.exit('PySide6' in ' '.join(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0
