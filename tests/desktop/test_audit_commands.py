"""The audit from the command line: read by an auditor, exported signed, verified anywhere."""

import orjson
import pytest
from click.testing import CliRunner

from db.commands.incidents import Report, report_incident
from db.commands.town import User, define_users
from db.domain.ops import SYSTEM, decode
from db.store.envelopes import Caller
from desktop.cli import griddesk, run
from tests.db.store import rig

TEXT = "菜场门口占道经营"


@pytest.fixture
def home(tmp_path, monkeypatch):
    home = rig.make_site(tmp_path / "home")
    with rig.open_store(home) as store:
        users = [User("zhou", "周岚", ("duty_officer",)), User("aud", "沈明", ("auditor",))]
        define_users(store, SYSTEM, users)
        values = {"content": TEXT, "address": "枫桥路"}
        report_incident(store, rig.CLERK, Report(values, Caller(rig.NAME, rig.PHONE)))
    monkeypatch.setenv("GRIDDESK_HOME", str(home))
    return home


@pytest.fixture
def ask(home, capsys):
    def ask(*arguments):
        code = run([str(one) for one in arguments])
        said = capsys.readouterr()
        return code, said.out + said.err

    return ask


def test_only_an_auditor_reads_and_nothing_of_the_text_is_said(ask):
    code, said = ask("audit", "--as", "zhou")
    assert (code, "没有查看审计的权限" in said) == (1, True)
    code, said = ask("audit", "--as", "aud", "--fields")
    assert code == 0
    assert "上报" in said
    assert "查看审计" in said
    assert "封存" in said
    for word in (TEXT, rig.NAME, rig.PHONE, "枫桥路"):
        assert word not in said


def test_filters_and_json(ask):
    code, said = ask("audit", "--as", "aud", "--kind", "决定", "--who", "zhou", "--json")
    (row,) = orjson.loads(said.splitlines()[-1])
    assert (code, row["kind"], row["user"]) == (0, "incident_reported", "zhou")
    number = row["number"]
    assert ask("audit", "--as", "aud", "--number", number, "--until", "2026-11-22")[1] == ""
    assert ask("audit", "--as", "aud", "--kind", "没有")[0] == 2
    assert ask("audit", "--as", "aud", "--since", "昨天")[0] == 1
    assert ask("audit", "--as", "aud", "--number", "x")[0] == 1


def test_a_file_is_written_once_and_verified_without_a_record(ask, tmp_path, monkeypatch):
    path = tmp_path / "audit.jsonl"
    assert ask("audit-export", path, "--as", "aud")[0] == 2
    code, said = ask("audit-export", path, "--as", "aud", "--purpose", "年检", "--json")
    made = orjson.loads(said.splitlines()[-1])
    assert (code, made["path"]) == (0, str(path))
    assert ask("audit-export", path, "--as", "aud", "--purpose", "年检")[0] == 3
    monkeypatch.setenv("GRIDDESK_HOME", str(tmp_path / "nowhere"))
    code, said = ask("audit-verify", path, "--key", made["key"])
    assert (code, "✓" in said, "年检" in said) == (0, True, True)
    assert "▲" in ask("audit-verify", path)[1]
    assert ask("audit-verify", path, "--key", "0" * 16)[0] == 1
    path.write_bytes(path.read_bytes().replace("沈明".encode(), "沈亮".encode(), 1))
    assert ask("audit-verify", path)[0] == 1


def test_what_was_found_leaves_with_a_purpose(ask, home, tmp_path):
    path = tmp_path / "found.xlsx"
    assert ask("search", "--out", path, "--as", "zhou")[0] == 1
    code, said = ask("search", "--out", path, "--as", "zhou", "--purpose", "会议", "--callers")
    assert (code, "1 个来电人" in said) == (0, True)
    assert ask("export-ops", tmp_path / "ops.jsonl")[0] == 0
    with rig.open_store(home) as store:
        ops = [decode(body) for (body,) in rig.rows(store, "SELECT body FROM op")]
    forms = [op.payload["form"] for op in ops if op.kind == "export_made"]
    assert forms == ["found", "journal"]


def test_every_command_of_the_audit_says_what_it_is():
    for name in ("audit", "audit-export", "audit-verify"):
        assert CliRunner().invoke(griddesk, [name, "--help"]).exit_code == 0
