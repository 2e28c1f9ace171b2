"""Planted secrets and personal words are looked for where they must not be."""

import logging
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from desktop import cli
from desktop.outline import outline
from tests.db.store import rig

WORD, PHONE = "欧阳锋芒投诉", "13912345678"
SECRET = "planted-Secret-77"


def test_no_message_of_an_unexpected_error_is_printed(monkeypatch, capsys):
    def fail(*_, **__):
        try:
            raise KeyError(PHONE)
        except KeyError as error:
            raise ValueError(f"{WORD} {PHONE}") from error

    monkeypatch.setattr(cli.griddesk, "main", fail)
    assert cli.run(["list"]) == 3
    said = "".join(capsys.readouterr())
    assert "ValueError" in said
    assert "test_leaks.py:" in said
    assert WORD not in said
    assert PHONE not in said


def test_an_outline_holds_no_message():
    try:
        raise OSError(5, WORD, f"/tmp/{PHONE}")
    except OSError as error:
        said = outline(error)
    assert "OSError 5" in said
    assert WORD not in said
    assert PHONE not in said


def test_no_password_is_taken_from_arguments_or_environment():
    """A list of processes is everybody's: passwords come from a terminal or a file."""
    names = [
        option
        for command in _commands(cli.griddesk)
        for parameter in command.params
        for option in parameter.opts
    ]
    wrong = re.compile(r"(pass(word|phrase)|secret|totp|pin)$")
    assert [name for name in names if wrong.search(name)] == []
    read = re.compile(r"environ(?:\.get)?[\[(]\s*\"(\w+)\"|_ENV = \"(\w+)\"")
    found = {
        name
        for path in (*Path("desktop").rglob("*.py"), *Path("db").rglob("*.py"))
        for pair in read.findall(path.read_text(encoding="utf-8"))
        for name in pair
        if name
    }
    assert {name for name in found if "PASS" in name} <= {
        "GRIDDESK_PASSPHRASE_FILE", "GRIDDESK_PASSWORD_FILE",
    }  # fmt: skip


def _commands(group):
    for command in group.commands.values():
        yield command
        if hasattr(command, "commands"):
            yield from _commands(command)


def test_nothing_of_a_report_is_logged(tmp_path, caplog):
    from db.commands.incidents import Report, report_incident
    from db.store.envelopes import Caller

    caplog.set_level(logging.DEBUG)
    with rig.open_store(rig.make_site(tmp_path / "home")) as store:
        values = {"content": f"{WORD}，住在三单元", "address": "枫桥路"}
        report_incident(store, rig.CLERK, Report(values, Caller(WORD, PHONE)))
    assert WORD not in caplog.text
    assert PHONE not in caplog.text


KILLED = """
import os, sys
from pathlib import Path
from desktop.app import make_application
from desktop.theme import THEMES, apply_theme, load_theme
application = make_application()
for name in THEMES:
    apply_theme(application, load_theme(name))
from db.imports.workbook import make_workbook
def rows():
    yield ["planted-Secret-77"] * 5
    print("ready", flush=True)
    os.kill(os.getpid(), 9)
make_workbook({"a": rows()})
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
def test_a_killed_window_leaves_nothing_in_the_temp_folder(tmp_path):
    temp = tmp_path / "temp"
    temp.mkdir()
    environment = {**os.environ, "TMPDIR": str(temp), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", KILLED], env=environment, capture_output=True, check=False
    )
    assert done.returncode == -9, done.stderr
    assert b"ready" in done.stdout
    assert list(temp.rglob("*")) == []
    assert tempfile.gettempdir() != str(temp)
