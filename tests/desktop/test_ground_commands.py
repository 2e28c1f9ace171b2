"""Ground data by the command line: boundaries, places, positions, tiles."""

import csv

import orjson
import pytest
from click.testing import CliRunner

from db.demo.fill import _area
from db.demo.town import make_town
from db.domain.errors import EnvironmentError_, InputError
from db.imports.polygons import areas_as_features
from db.store.store import Store
from desktop.cli import griddesk, run
from desktop.positions_file import PositionsFile
from desktop.settings import load_settings
from tests.db.store import rig
from tests.db.store.conftest import _made_home, home
from tests.db.store.test_mbtiles import write as write_tiles

__all__ = ["_made_home", "home"]

TOWN = make_town(rig.TOWN, villages=2, grids=2)


@pytest.fixture
def ask(home, monkeypatch, capsys):
    """Runs a command in a record of today; returns its exit code and what it printed."""
    monkeypatch.setenv("GRIDDESK_HOME", str(home))

    def asking(*arguments):
        capsys.readouterr()
        code = run([str(item) for item in arguments])
        out = capsys.readouterr()
        return code, out.out + out.err

    return asking


@pytest.fixture
def leader(home):
    from db.commands.town import User, define_users
    from db.domain.ops import SYSTEM

    with Store.open(home) as store:
        define_users(store, SYSTEM, [User("he", "何砚", ("shift_leader",))])
    return "he"


@pytest.fixture
def outlines(tmp_path):
    areas = [_area(spec) for spec in TOWN.areas]
    features = areas_as_features(areas)
    codes = (rig.TOWN[:6], rig.TOWN, rig.VILLAGE, rig.OTHER_VILLAGE, rig.GRID, rig.OTHER_GRID)
    for feature, code in zip(features["features"], codes, strict=True):
        feature["properties"]["code"] = code
    path = tmp_path / "边界.geojson"
    path.write_bytes(orjson.dumps(features))
    return path


def table(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def test_boundaries_are_checked_imported_and_exported(ask, leader, outlines, tmp_path):
    code, said = ask("areas", "check", outlines, "--crs", "wgs84")
    assert (code, "更改 6" in said) == (0, True)
    assert ask("areas", "import", outlines, "--crs", "wgs84", "--as", leader)[0] == 0
    _, said = ask("areas", "check", outlines, "--crs", "gcj02", "--json")
    found = orjson.loads(said)
    assert (found["changed"], found["advised"], found["code_property"]) == (6, "wgs84", "code")
    assert found["findings"][0]["code"] == "geo_crs_doubtful"
    out = tmp_path / "出.geojson"
    assert ask("areas", "export", out)[0] == 0
    _, said = ask("areas", "check", out, "--crs", "wgs84")
    assert "不变 6" in said


def test_the_coordinate_system_has_no_default(ask, outlines, tmp_path):
    assert ask("areas", "check", outlines)[0] == 2
    assert ask("places", "import", outlines)[0] == 2
    assert ask("positions", table(tmp_path / "x.csv", [["单位"]]))[0] == 1
    assert ask("tiles", tmp_path / "x.mbtiles")[0] == 1


def test_what_is_bad_comes_back_and_the_exit_code_says_so(ask, leader, outlines, tmp_path):
    whole = orjson.loads(outlines.read_bytes())
    whole["features"][5]["geometry"]["type"] = "Point"
    outlines.write_bytes(orjson.dumps(whole))
    out = tmp_path / "退回.geojson"
    arguments = ("areas", "import", outlines, "--crs", "wgs84", "--as", leader, "--errors", out)
    code, said = ask(*arguments)
    assert (code, "✕ 第 6 个" in said, "更改 5" in said) == (1, True, True)
    assert "不是面" in orjson.loads(out.read_bytes())["features"][0]["properties"]["reason"]


def test_who_may_not_is_told(ask, home, leader, outlines):
    from db.commands.town import User, define_users
    from db.domain.ops import SYSTEM

    with Store.open(home) as store:
        define_users(store, SYSTEM, [User("zhou", "周岚", ("duty_officer",))])
    code, said = ask("areas", "import", outlines, "--crs", "wgs84", "--as", "zhou")
    assert (code, "周岚 没有维护区划和边界的权限" in said) == (1, True)


def test_places_go_in_are_listed_and_removed(ask, leader, tmp_path):
    rows = [["编码", "名称", "类别", "经度", "纬度"], ["P1", "兴禾小学", "学校", "125", "29.5"],
            ["P2", "某人", "重点人", "125", "29.5"]]  # fmt: skip
    out = tmp_path / "退回.csv"
    code, said = ask("places", "import", table(tmp_path / "场所.csv", rows), "--crs", "wgs84",
                     "--as", leader, "--errors", out)  # fmt: skip
    assert (code, "新增 1" in said, "第 3 行" in said) == (1, True, True)
    assert "重点人" in out.read_text(encoding="utf-8-sig")
    assert "兴禾小学" in ask("places", "list")[1]
    assert orjson.loads(ask("places", "list", "--json")[1])[0]["kind"] == "school"
    assert ask("places", "remove", "P1", "--as", leader)[0] == 0
    assert ask("places", "list")[1] == ""
    assert ask("places", "remove", "P1", "--as", leader)[0] == 1


def test_positions_are_taken_and_listed_with_their_age(ask, home, tmp_path):
    from desktop.i18n import instant

    with Store.open(home) as store:
        now = store.clock()
    rows = [["单位", "经度", "纬度", "时间"], ["市政所", "125", "29.5", instant(now - 60_000)],
            ["城管中队", "125", "29.5", instant(now - 3_600_000)]]  # fmt: skip
    path = table(tmp_path / "位置.csv", rows)
    code, said = ask("positions", path, "--crs", "wgs84")
    assert (code, "更新 2" in said) == (0, True)
    _, said = ask("positions")
    assert [("已过时" in line) for line in said.splitlines()] == [True, False]
    assert len(orjson.loads(ask("positions", "--json")[1])) == 2
    code, said = ask("positions", path, "--crs", "wgs84", "--json")
    assert orjson.loads(said) == {
        "taken": 0,
        "older": 2,
        "off_duty": 0,
        "rejected": 0,
        "errors": [],
    }


def test_a_table_is_followed_while_it_changes(ask, home, tmp_path):
    path = tmp_path / "位置.csv"
    assert ask("positions", path, "--crs", "wgs84", "--follow")[0] == 0

    def written(minute, crs_point="125.0"):
        return table(path, [["单位", "经度", "纬度", "时间"],
                            ["市政所", crs_point, "29.5", f"2026-11-23 14:{minute}"]])  # fmt: skip

    with rig.open_store(home) as store:
        follower = PositionsFile(store)
        assert follower.take() == 0
        written(10)
        assert [follower.take(), follower.take()] == [1, 0]
        written(20, "125.1")
        assert follower.take() == 1
        path.write_bytes(b"\x00\x00")
        assert follower.take() == 0
        written(30, "125.25")
        assert follower.take() == 1
        assert rig.rows(store, "SELECT lon_e6 FROM position") == [(125_250_000,)]
        path.unlink()
        assert follower.take() == 0
        assert ask("positions", "--unfollow")[0] == 0
        written(31)
        assert follower.take() == 0


@pytest.mark.parametrize(
    ("error", "tries"),
    [(EnvironmentError_("file_unreadable", path="x", detail=""), 3), (InputError("list_empty"), 1)],
)
def test_a_table_that_only_could_not_be_read_now_is_tried_again(
    ask, home, tmp_path, monkeypatch, error, tries
):
    path = table(tmp_path / "位置.csv", [["单位", "经度", "纬度", "时间"],
                 ["市政所", "125.0", "29.5", "2026-11-23 14:10"]])  # fmt: skip
    assert ask("positions", path, "--crs", "wgs84", "--follow")[0] == 0
    asked = []

    def fail(*_):
        asked.append(1)
        raise error

    with rig.open_store(home) as store:
        follower = PositionsFile(store)
        with monkeypatch.context() as patch:
            patch.setattr("db.imports.ground_rows.read_positions", fail)
            assert [follower.take() for _ in range(3)] == [0, 0, 0]
        assert len(asked) == tries
        assert follower.take() == (1 if tries > 1 else 0)


def test_tiles_are_chosen_told_and_left(ask, home, tmp_path):
    path = write_tiles(tmp_path / "底图.mbtiles")
    assert "没有底图" in ask("tiles")[1]
    code, said = ask("tiles", path, "--crs", "gcj02")
    assert (code, "png" in said) == (0, True)
    assert (load_settings(home).tiles, load_settings(home).tiles_crs) == (str(path), "gcj02")
    assert f"{path}  gcj02" in ask("tiles")[1]
    assert "没有底图" in ask("tiles", "--none")[1]
    path.write_bytes(b"x")
    code, said = ask("tiles", path, "--crs", "gcj02")
    assert (code, "不是 MBTiles" in said) == (1, True)
    assert load_settings(home).tiles == ""


def test_help_names_the_commands():
    said = CliRunner().invoke(griddesk, ["--help"]).output
    assert all(name in said for name in ("areas", "places", "positions", "tiles"))
