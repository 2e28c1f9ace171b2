"""`griddesk search`, as a script uses it."""

import orjson
import pytest

from db.demo.fill import DemoPlan, fill_demo
from desktop.cli import run
from tests.db.store import rig


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("cli") / "home"
    fill_demo(home, DemoPlan(rig.TOWN, 1, 7, rig.NOW, per_day=2), "file")
    return home


@pytest.fixture
def search(home, monkeypatch, capsys):
    monkeypatch.setenv("GRIDDESK_HOME", str(home))

    def ask(*arguments):
        assert run(["search", *arguments, "--as", "周岚", "--json"]) == 0
        return orjson.loads(capsys.readouterr().out)

    return ask


def test_words_filters_and_limit(search):
    everything = search()
    assert everything["total"] == len(everything["rows"]) > 20
    title = everything["rows"][3]["title"]
    found = search(title[:2], title[2:5])
    assert title in [row["title"] for row in found["rows"]]
    closed = search("--state", "archived")
    assert {row["state"] for row in closed["rows"]} == {"archived"}
    few = search("--limit", "3")
    assert (few["total"], len(few["rows"])) == (everything["total"], 3)
    assert few["rows"] == everything["rows"][:3]
    day = search("--from", "2026-11-20", "--to", "2026-11-20")
    assert 0 < day["total"] < everything["total"]


def test_lines_for_people(home, monkeypatch, capsys):
    monkeypatch.setenv("GRIDDESK_HOME", str(home))
    assert run(["search", "查无此事", "--as", "周岚"]) == 0
    assert capsys.readouterr().err.endswith("共 0 条，显示前 0 条\n")
