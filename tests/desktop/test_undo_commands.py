"""Taking back and taking on from a script."""

import json

import pytest
from click.testing import CliRunner

from desktop import cli
from desktop.cli import griddesk

PLACED = ("--class_code", "GZ01", "--area_code", "990101001001001", "--not_duplicate", "yes")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("undo") / "home"
    assert run(home, "init", "--key", "file").exit_code == 0
    return home


def run(home, *arguments):
    return CliRunner().invoke(griddesk, list(arguments), env={"GRIDDESK_HOME": str(home)})


def told(home, *arguments, who="zhoulan"):
    result = run(home, *arguments, "--as", who, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def number(home):
    fields = ("--content", "路灯不亮了", "--address", "中心路")
    return told(home, "act", "new", "report", *fields)["number"]


def test_a_decision_is_taken_back_and_the_history_says_so(home, number):
    told(home, "act", number, "accept", *PLACED)
    assert told(home, "undo", number) == {
        "number": number,
        "state": "reported",
        "undone": "incident_accepted",
    }
    lines = run(home, "show", number).output
    assert "受理（已撤销）" in lines
    assert "撤销（受理）" in lines
    told(home, "act", number, "note", "--text", "已电话核实")
    assert "撤销  备注  →  待受理" in run(home, "undo", number, "--as", "zhoulan").output


def test_what_cannot_be_taken_back_says_why(home, number, monkeypatch, capsys):
    monkeypatch.setenv("GRIDDESK_HOME", str(home))
    assert cli.run(["undo", number, "--as", "zhoulan"]) == 1
    assert "登记不能撤销。没有改动。" in capsys.readouterr().err
    told(home, "act", number, "note", "--text", "已电话核实")
    assert cli.run(["undo", number, "--as", "heyan"]) == 1
    assert "没有 何砚 可以撤销的一步" in capsys.readouterr().err
    told(home, "act", number, "note", "--text", "又打一次", who="heyan")
    assert cli.run(["undo", number, "--as", "zhoulan"]) == 1
    assert f"{number} 后来有了新的一步：何砚，备注，不能再撤销" in capsys.readouterr().err
    told(home, "claim", number)
    assert cli.run(["claim", number, "--as", "heyan"]) == 1
    assert "周岚 已经认领，从 2" in capsys.readouterr().err


def test_who_has_taken_it_on_is_told(home, number):
    found = told(home, "claim", number)["claim"]
    assert (found["user"], found["name"], found["is_stale"]) == ("zhoulan", "周岚", False)
    assert number in {row["number"] for row in told(home, "list", "--mine")}
    assert number not in {row["number"] for row in told(home, "list", "--mine", who="tangzhu")}
    assert "周岚 认领，从" in run(home, "show", number).output
    other = told(home, "claim", number, "--take-over", who="heyan")["claim"]
    assert other["name"] == "何砚"
    assert told(home, "claim", number, "--release", who="heyan") == {
        "number": number,
        "claim": None,
    }
    assert run(home, "claim", number, "--release", "--take-over").exit_code == 2


def test_what_is_stuck_is_listed(home, number):
    assert told(home, "list", "--stuck") == []
    told(home, "act", number, "block", "--text", "等电力公司停电")
    assert [row["number"] for row in told(home, "list", "--stuck")] == [number]
