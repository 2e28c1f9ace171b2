"""`griddesk rules`: the table in words, and what one action asks for; no record is opened."""

import orjson
import pytest

from db.domain.table import table_lines
from db.domain.transitions import TRANSITIONS
from desktop.cli import run
from desktop.i18n import ACTION_NAMES, FIELD_NAMES, ROLE_NAMES, STATE_NAMES
from desktop.loop_words import GUARD_WORDS


@pytest.fixture
def said(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("GRIDDESK_HOME", str(tmp_path / "none"))

    def ask(*arguments):
        code = run(["rules", *arguments])
        return code, capsys.readouterr().out

    return ask


def test_the_whole_table_has_a_line_for_each_action_and_state(said):
    code, text = said("--table")
    heading, *lines = text.splitlines()
    assert (code, heading) == (0, "编号\t动作\t状态\t可到\t谁可以\t层级")
    assert len(lines) == len(table_lines())
    assert "T10\t分流交办（dispatch）\t待分流\t待签收\t村社工作站、分流员、值班长\t仅本级" in lines
    assert "T25\t申请强制结案（ask_force_close）\t挂起\t不变\t值班长、督办员" in lines


@pytest.mark.parametrize("action", list(TRANSITIONS))
def test_an_action_says_what_it_asks_for(said, action):
    code, text = said(action)
    assert code == 0
    assert f"{ACTION_NAMES[action]}（{action}）" in text
    for field in TRANSITIONS[action].fields:
        (line,) = [line for line in text.splitlines() if line.startswith(f"  --{field.name}  ")]
        assert FIELD_NAMES[field.name] in line
        assert ("必填" in line) is field.required
        assert all(f"{choice}（" in line for choice in field.choices)


def test_an_action_says_what_else_has_to_hold(said):
    _, text = said("refuse")
    assert "还要：\n  有单位在等签收\n  退单没满 2 次，交办不超过 1 个工作日\n" in text
    _, text = said("ask_extend")
    assert "还要：\n  没有延期申请在等审批\n  还有处置时限没过\n" in text
    _, text = said("accept")
    assert "还要：" not in text


def test_every_condition_has_words_and_no_words_are_left_over():
    guards = {guard for row in TRANSITIONS.values() for guard in row.guards}
    assert guards == set(GUARD_WORDS)
    assert len(set(GUARD_WORDS.values())) == len(GUARD_WORDS)


def test_everything_in_it_has_a_name(said):
    for line in table_lines():
        assert {line.state, *line.to} <= STATE_NAMES.keys()
        assert set(line.roles) <= ROLE_NAMES.keys()


def test_it_is_given_to_programs_too(said):
    code, text = said("dispatch", "--json")
    found = orjson.loads(text)
    assert code == 0
    (row,) = found["rows"]
    assert (row["action"], row["state"], row["is_levelled"]) == ("dispatch", "accepted", True)
    assert found["conditions"] == ["退单满 2 次的、权责清单没有规定由谁办的，由值班长"]
    assert found["fields"][0] == {"name": "lead", "kind": "unit", "required": True, "choices": []}


@pytest.mark.parametrize("arguments", [(), ("erase",), ("accept", "--table")])
def test_what_is_asked_wrongly_is_not_answered(said, arguments):
    code, text = said(*arguments)
    assert code in (1, 2)
    assert text == ""
