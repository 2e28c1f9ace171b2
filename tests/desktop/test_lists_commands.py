"""`griddesk lists` as a script calls it: exit codes, JSON, what is written."""

import json

import pytest

from db.commands.town import User, define_users
from db.domain.ops import SYSTEM
from db.store.lists import bundled_rows, bundled_version, default_policy
from db.store.queries.responsibility import Gap
from desktop.cli import lists, run
from tests.db.store import rig

KIND = "templates"


@pytest.fixture
def call(tmp_path, monkeypatch, capsys):
    home = rig.make_site(tmp_path / "home")
    with rig.open_store(home) as store:
        people = (User("he", "何砚", ("shift_leader",)), User("zhou", "周岚", ("duty_officer",)))
        define_users(store, SYSTEM, people)
    monkeypatch.setenv("GRIDDESK_HOME", str(home))

    def command(*arguments):
        code = run(["lists", *map(str, arguments)])
        told = capsys.readouterr()
        return code, json.loads(told.out.splitlines()[0]) if "--json" in arguments else told.out

    return command


def test_a_list_goes_out_is_changed_and_published(call, tmp_path):
    path = tmp_path / "用语.csv"
    code, told = call("export", KIND, path, "--json")
    assert (code, told["version"]) == (0, bundled_version(KIND))
    text = path.read_text("utf-8-sig").replace("予以受理。", "已受理。", 1)
    path.write_bytes(text.encode("gb18030"))
    code, told = call("check", KIND, path, "--json")
    assert (code, told["ok"], len(told["changed"])) == (0, True, 1)
    assert "~ T01  用语：" in call("diff", KIND, path)[1]
    assert call("publish", KIND, path, "--as", "周岚")[0] == 1
    code, told = call("publish", KIND, path, "--as", "何砚", "--doc-no", "8号", "--json")
    assert code == 0
    shown = call("versions", KIND, "--json")[1]
    assert [(item["version"], item["standing"]) for item in shown] == [
        (told["version"], "in_force"), (bundled_version(KIND), "bundled"),
    ]  # fmt: skip
    assert "已受理。" in call("show", KIND)[1]
    old = call("show", KIND, "--version", bundled_version(KIND), "--json")[1]
    assert old["rows"] == list(bundled_rows(KIND))
    assert call("show", KIND, "--version", "nosuch")[0] == 1


def test_errors_come_back_as_a_file(call, tmp_path):
    path, back = tmp_path / "x.csv", tmp_path / "back.csv"
    path.write_text("代码,动作,适用分类,用语\nT1,飞,*,好\n", encoding="utf-8")
    code, told = call("check", KIND, path, "--errors", back, "--json")
    assert (code, [item["row"] for item in told["errors"]]) == (1, [2])
    assert "“动作”不能是 飞" in back.read_text("utf-8-sig")
    assert call("publish", KIND, path, "--as", "何砚")[0] == 1
    assert len(call("versions", KIND, "--json")[1]) == 1


def test_what_a_day_would_change_is_told(call, tmp_path):
    path, new = tmp_path / "old.csv", tmp_path / "new.csv"
    call("export", KIND, path)
    new.write_text("代码,动作,适用分类,用语\nT1,受理,*,好\n", encoding="utf-8")
    assert call("publish", KIND, new, "--as", "何砚", "--from", "2026-12-01")[0] == 0
    code, told = call("publish", KIND, path, "--as", "何砚", "--from", "2026-12-01")
    assert code == 0
    assert "- T1：受理" in told


@pytest.mark.parametrize("day", ["明天", "2026-13-01", "1999-01-01"])
def test_a_day_that_cannot_be(call, tmp_path, day):
    path = tmp_path / "x.csv"
    path.write_text("代码,动作,适用分类,用语\nT1,受理,*,好\n", encoding="utf-8")
    assert call("publish", KIND, path, "--as", "何砚", "--from", day)[0] == 1


def test_gaps_are_listed_by_class_and_village(call, monkeypatch):
    found = [Gap("GZ01", rig.VILLAGE, "兴禾社区", 3), Gap("XX99", rig.OTHER_VILLAGE, "", 1)]
    asked = []
    monkeypatch.setattr(lists, "responsibility_gaps", lambda *args: asked.append(args) or found)
    code, told = call("gaps", "--as", "何砚", "--days", 7)
    assert code == 0
    assert told.splitlines() == [
        f"GZ01 {default_policy().classes['GZ01'].name}  兴禾社区  3 件",
        f"XX99  {rig.OTHER_VILLAGE}  1 件",
    ]
    assert call("gaps", "--as", "何砚", "--json")[1][0] == found[0]._asdict()
    assert asked[1][3] - asked[0][3] == pytest.approx(-83 * 86_400_000, abs=60_000)
    assert all(args[1].user == "he" for args in asked)
