"""Who called, erasing it and proving that, on the command line."""

import subprocess

import orjson
import pytest
from click.testing import CliRunner

from db.commands.incidents import Report, report_incident
from db.commands.town import User, define_users
from db.domain.erasing import REQUEST
from db.domain.ops import SYSTEM, OpRef
from db.store.backup import make_backup
from db.store.envelopes import Caller
from db.store.queries.sheets import SheetHead
from db.sync.proving import GONE, LEFT, UNKNOWN, Asked, Check, ErasureProof
from desktop.cli import griddesk, run
from desktop.erasure_words import PLACES, place_text, result_text, verdict_text
from desktop.reports.erasure import make_erasure
from tests.db.store import rig

CALLER = Caller(rig.NAME, rig.PHONE, "耳背")
VALUES = {"content": "楼下堵塞，打13800001234找我", "address": "枫桥路12号"}


@pytest.fixture
def number(tmp_path, monkeypatch):
    """A reported incident with a caller, in a record with a backup, whose folder is `usb`."""
    home = rig.make_site(tmp_path / "home")
    monkeypatch.setenv("GRIDDESK_HOME", str(home))
    (tmp_path / "usb").mkdir()
    with rig.open_store(home) as store:
        define_users(
            store,
            SYSTEM,
            [
                User("zhou", "周岚", rig.CLERK.roles),
                User("an", "安静", ("security_admin",)),
                User("shen", "沈计", ("auditor",)),
            ],
        )
        number = report_incident(store, rig.CLERK, Report(VALUES, CALLER)).number
        make_backup(store, tmp_path / "usb", "A1")
    return number


def said(capsys, *arguments, code=0):
    assert run(arguments) == code
    return capsys.readouterr().out


def test_who_called_is_said_to_who_gives_a_reason(number, capsys):
    out = said(capsys, "caller", number, "--reason", "回拨核实", "--as", "zhou")
    assert out.splitlines() == [f"{rig.NAME}  {rig.PHONE}", "备注：耳背", "文中号码：13800001234"]
    told = said(capsys, "show", number, "--json", "--as", "zhou")
    assert orjson.loads(told)["steps"][-1]["opinion"] == "回拨核实"
    for word in (rig.NAME, rig.PHONE, "13800001234", "耳背"):
        assert word not in told


def test_without_a_reason_nothing_is_said(number, capsys):
    assert run(["caller", number, "--as", "zhou"]) == 2
    assert run(["caller", number, "--reason", " ", "--as", "zhou"]) == 1
    assert rig.PHONE not in capsys.readouterr().out


def test_erased_everywhere_and_proven(number, capsys, tmp_path):
    out = said(capsys, "erase", number, "--reason", "本人申请", "--yes", "--as", "an")
    assert "1 处，备份 1 份" in out
    sheet = tmp_path / "proof.pdf"
    out = said(capsys, "erased", number, "--as", "shen", "--pdf", str(sheet))
    assert out.startswith("✓ 各处都没有了。")
    assert "安静  申请删除：本人申请" in out
    text = subprocess.run(["pdftotext", sheet, "-"], capture_output=True, check=True).stdout
    assert "来电人信息删除证明" in text.decode()
    told = orjson.loads(said(capsys, "erased", number, "--as", "an", "--json"))
    assert told["gone"] is True
    assert {one["result"] for one in told["checks"]} == {GONE}
    assert said(capsys, "caller", number, "--reason", "回拨", "--as", "zhou").startswith(
        "来电人信息已删除"
    )
    assert run(["erase", number, "--reason", "再来", "--yes", "--as", "an"]) == 1


def test_a_place_that_still_has_it_is_said(number, capsys, tmp_path):
    said(capsys, "erase", number, "--reason", "本人申请", "--yes", "--as", "an")
    with rig.open_store(tmp_path / "home") as store:
        store.write(
            lambda journal: (
                journal.connection.execute("UPDATE envelope SET wrapped_key = x'00'") and 0
            )
        )
    out = said(capsys, "erased", number, "--as", "an", code=1)
    assert "✕ 还没有删净" in out
    assert "本机数据：加密的来电人信息  ✕ 还有" in out


def test_a_folder_that_is_away_is_said_and_swept_later(number, capsys, tmp_path):
    (tmp_path / "usb").rename(tmp_path / "away")
    told = orjson.loads(
        said(capsys, "erase", number, "--reason", "本人申请", "--yes", "--as", "an", "--json")
    )
    assert told["unreached"] == {str(tmp_path / "usb"): "backup_folder_missing"}
    out = said(capsys, "erased", number, "--as", "an")
    assert "另有 1 处未能核对" in out
    (tmp_path / "away").rename(tmp_path / "usb")
    assert orjson.loads(said(capsys, "sweep", "--json"))["unreached"] == {}
    assert said(capsys, "erased", number, "--as", "an").startswith("✓ 各处都没有了。")


@pytest.mark.parametrize("command", ["erase", "erased"])
def test_not_everybody_may(number, capsys, command):
    more = ["--reason", "申请", "--yes"] if command == "erase" else []
    assert run([command, number, "--as", "zhou", *more]) == 1
    assert "没有" in capsys.readouterr().err


def test_nothing_erased_is_nothing_proven(number, capsys):
    assert run(["erased", number, "--as", "an"]) == 1
    assert "没有删除过来电人信息" in capsys.readouterr().err


def test_it_is_asked_before(number, tmp_path):
    arguments = ["erase", number, "--reason", "申请", "--as", "an"]
    assert CliRunner().invoke(griddesk, arguments, input="n\n").exit_code == 1
    with rig.open_store(tmp_path / "home") as store:
        assert rig.rows(store, "SELECT count(*) FROM envelope WHERE wrapped_key IS NULL") == [(0,)]


def test_every_place_and_every_result_has_words():
    asked = Asked(rig.NOW, "安静", REQUEST, "申请", OpRef("s", 7, 9), "ab" * 32, 2)
    checks = tuple(
        Check(kind, "处", result, code)
        for kind in PLACES
        for result, code in (
            (GONE, ""),
            (LEFT, ""),
            (UNKNOWN, "backup_bad"),
            (UNKNOWN, "key_wrong"),
        )
    )
    proof = ErasureProof("990101001-20261123-A10001", rig.NOW, "席位A1", (asked,), checks)
    for check in checks:
        assert place_text(check).endswith("处")
        assert result_text(check)[0] in "✓✕▲"
    assert verdict_text(proof).startswith("✕")
    head = SheetHead("示例街道", "安静", rig.NOW, 9)
    assert make_erasure(proof, head).startswith(b"%PDF")
