"""The loop from a script: every action by `act`, and why the next step is not possible."""

import json

import pytest
from click.testing import CliRunner

from desktop.cli import griddesk

GRID = "990101001001001"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("loop") / "home"
    assert run(home, "init", "--key", "file").exit_code == 0
    return home


def run(home, *arguments):
    return CliRunner().invoke(griddesk, list(arguments), env={"GRIDDESK_HOME": str(home)})


def act(home, number, action, *fields):
    result = run(home, "act", number, action, *fields, "--as", "zhoulan", "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_sent_back_and_shown_with_what_is_missing(home):
    number = act(home, "new", "report", "--content", "路灯不亮了", "--address", "中心路")["number"]
    done = act(home, number, "return", "--reason", "no_place", "--text", "哪一\x07盏")
    assert done["state"] == "returned"
    shown = run(home, "show", number, "--as", "linxi").output
    assert "退回 缺：哪一盏（地点不清）" in shown
    assert "下一步还不能：林溪 没有受理的权限。需要角色：" in shown
    plain = json.loads(run(home, "show", number, "--as", "zhoulan", "--json").output)
    assert "accept" in plain["actions"]
    assert not {"obstacles", "calendar"} & set(plain)


def test_what_was_left_out_of_a_text_is_said(home):
    number = act(home, "new", "report", "--content", "井盖不见了", "--address", "中心路")["number"]
    result = run(home, "act", number, "note", "--text", "一\x07二\x07", "--as", "zhoulan")
    assert "已去掉 2 个看不见的控制字符" in result.stderr


def test_an_option_that_an_action_has_not_is_named_as_it_was_typed(home):
    number = act(home, "new", "report", "--content", "井盖不见了", "--address", "中心路")["number"]
    for target, action in ((number, "note"), ("new", "report")):
        result = run(home, "act", target, action, "--public-reply", "x", "--as", "zhoulan")
        assert result.exit_code == 2
        assert f"动作 {action} 没有选项 --public_reply" in result.stderr
        assert "答复" not in result.stderr
        assert ("--text" if action == "note" else "--content") in result.stderr


def test_only_what_makes_a_new_one_takes_new(home):
    fields = ("--content", "两户争吵，当场劝开", "--class_code", "GZ01", "--area_code", GRID)
    done = act(home, "new", "self_handle", *fields, "--text", "已劝和")
    assert done["state"] in ("closed", "checking")
    refused = run(home, "act", "new", "accept", "--as", "zhoulan")
    assert refused.exit_code != 0
