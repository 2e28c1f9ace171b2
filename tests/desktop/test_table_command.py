"""`griddesk export-table`, and what a hub is told to publish."""

import csv

import orjson
import pyarrow.parquet
import pytest

from db.commands import exports
from db.domain.errors import EnvironmentError_
from db.domain.ops import SYSTEM
from db.publish.record import Publishing
from desktop.cli import run
from tests.db.store import rig
from tests.db.store.test_figures import close_one

NOVEMBER = ("--from", "2026-11-01", "--to", "2026-11-30")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A record with one incident that is closed."""
    clock = rig.Clock()
    made = rig.make_site(tmp_path / "home", clock=clock)
    with rig.open_store(made, clock) as store:
        close_one(store, clock, 0)
        from db.commands.town import User, define_users

        people = (User("zhou", "周岚", rig.CLERK.roles, "", rig.TOWN),)
        define_users(store, SYSTEM, people)
    monkeypatch.setenv("GRIDDESK_HOME", str(made))
    return made


@pytest.fixture
def griddesk(capsys):
    def call(*arguments, code=0):
        assert run([*map(str, arguments)]) == code, capsys.readouterr()
        return capsys.readouterr()

    return call


def test_written_as_csv_and_as_parquet(home, griddesk, tmp_path):
    out = tmp_path / "table.csv"
    said = griddesk("export-table", *NOVEMBER, "--out", out, "--json").out
    assert orjson.loads(said) == {"file": str(out), "rows": 1}
    with out.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["state"], row["lead_unit"]) == ("closed", rig.SZS)
    griddesk("export-table", *NOVEMBER, "--out", tmp_path / "table.parquet")
    (same,) = pyarrow.parquet.read_table(tmp_path / "table.parquet").to_pylist()
    assert same["number"] == row["number"]


def test_nothing_is_written_over_nor_left_half(home, griddesk, tmp_path):
    out = tmp_path / "table.csv"
    out.write_bytes(b"kept")
    assert griddesk("export-table", *NOVEMBER, "--out", out, code=3).err
    assert out.read_bytes() == b"kept"
    griddesk("export-table", *NOVEMBER, "--out", tmp_path / "table.xlsx", code=1)
    griddesk("export-table", "--from", "1", "--to", "2", "--out", tmp_path / "x.csv", code=1)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["table.csv"]


def test_one_that_fails_leaves_no_file(home, griddesk, tmp_path, monkeypatch):
    from desktop.cli import table

    real = table.count_table
    monkeypatch.setattr(table, "count_table", lambda *asked: real(*asked)._replace(rows=2))
    out = tmp_path / "table.csv"
    assert "件数" in griddesk("export-table", *NOVEMBER, "--out", out, code=3).err
    assert not out.exists()


@pytest.mark.parametrize(
    ("name", "asked"),
    [("table.csv", ("export-table", *NOVEMBER, "--out")), ("ops.jsonl", ("export-ops",))],
)
def test_what_cannot_be_recorded_does_not_leave(home, griddesk, tmp_path, monkeypatch, name, asked):
    def full(*_, **__):
        raise EnvironmentError_("disk_full", path="griddesk.db", detail="")

    monkeypatch.setattr(exports, "record_export", full)
    out = tmp_path / "out"
    out.mkdir()
    griddesk(*asked, out / name, code=3)
    assert list(out.iterdir()) == []


def test_a_token_is_told_once_and_what_is_published_is_handed_on(
    home, griddesk, tmp_path, monkeypatch
):
    served = []
    monkeypatch.setattr("db.hub.server.serve", lambda *_, **given: served.append(given))
    data = tmp_path / "hub"
    griddesk("hub", "--data", data, "--key", "file")
    assert served.pop()["publishing"] is None
    token = orjson.loads(griddesk("hub", "--data", data, "--new-token", "--json").out)["token"]
    assert served == []
    assert len(token) == 43
    assert token.encode() not in (data / "export-token").read_bytes()
    griddesk("hub", "--data", data, "--publish", home)
    publishing = served.pop()["publishing"]
    assert isinstance(publishing, Publishing)
    assert len(publishing.listed) == 9
    griddesk("hub", "--data", data, "--publish", data, code=1)
    assert served == []
