"""The commands on files as a script calls them: real processes, exit codes, JSON."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from db.commands.incidents import Report, report_incident
from db.store import blobs
from db.store.store import Store
from tests.db.store import rig

ROOT = Path(__file__).resolve().parents[2]
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(200))
PDF = b"%PDF-1.7\nabc"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A data folder with a person on its list and one incident."""
    home = tmp_path_factory.mktemp("cli") / "home"
    griddesk(home, "init", "--key", "file")
    with Store.open(home) as store:
        values = {"content": "楼下下水道堵塞", "address": "枫桥路12号"}
        number = report_incident(store, rig.CLERK, Report(values)).number
    return home, number


def griddesk(home, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "desktop", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "GRIDDESK_HOME": str(home), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_a_day_with_files(made, tmp_path):
    home, number = made
    (tmp_path / "照片.jpg").write_bytes(JPEG)
    (tmp_path / "..%2fCON.pdf").write_bytes(PDF)
    (tmp_path / "a.exe").write_bytes(b"MZ" + bytes(50))
    names = ("照片.jpg", "..%2fCON.pdf", "a.exe", "none.jpg")
    files = [tmp_path / name for name in names]
    added = griddesk(home, "attach", number, *files, "--json")
    assert added.returncode == 1
    told = json.loads(added.stdout)
    assert [item["name"] for item in told["added"]] == ["照片.jpg", "%2fCON.pdf"]
    assert [item["code"] for item in told["refused"]] == ["attachment_type", "file_missing"]

    again = griddesk(home, "attach", number, files[0])
    assert again.returncode == 1
    assert "已经在这件事件里" in again.stderr

    listed = griddesk(home, "attachments", number, "--json")
    assert listed.returncode == 0
    rows = json.loads(listed.stdout)
    assert [(row["name"], row["size"], row["error"]) for row in rows] == [
        ("照片.jpg", len(JPEG), None),
        ("%2fCON.pdf", len(PDF), None),
    ]

    shown = json.loads(griddesk(home, "show", number, "--json").stdout)
    assert [item["name"] for item in shown["attachments"]] == ["照片.jpg", "%2fCON.pdf"]

    out = tmp_path / "out"
    for _ in range(2):
        assert griddesk(home, "attachments", number, "--out", out).returncode == 0
    found = {path.name: path.read_bytes() for path in out.iterdir()}
    assert found == {
        "照片.jpg": JPEG, "照片-2.jpg": JPEG, "%2fCON.pdf": PDF, "%2fCON-2.pdf": PDF
    }  # fmt: skip

    blobs.remove(home, rows[0]["blob"])
    listed = griddesk(home, "attachments", number)
    assert listed.returncode == 3
    assert "附件的文件还没有到本机" in listed.stdout.splitlines()[0]
    assert "附件的文件" not in listed.stdout.splitlines()[1]


def test_an_unknown_incident_is_refused(made, tmp_path):
    (tmp_path / "a.pdf").write_bytes(PDF)
    for arguments in (("attach", "990-x", tmp_path / "a.pdf"), ("attachments", "990-x")):
        done = griddesk(made[0], *arguments)
        assert done.returncode == 1
        assert "没有找到事件 990-x" in done.stderr


def test_a_file_is_not_an_action_of_a_script(made):
    done = griddesk(made[0], "act", made[1], "attach", "--file", "/etc/hostname")
    assert done.returncode == 1
    assert "griddesk attach" in done.stderr
