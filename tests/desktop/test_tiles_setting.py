"""What a screen keeps beside the window stays when the window keeps something else."""

import time

import pytest

from db.store.store import Store
from desktop.app import Session
from desktop.settings import load_settings
from desktop.tiles import choose_tiles, chosen_tiles, forget_tiles
from tests.db.store import rig
from tests.db.store.test_mbtiles import write


@pytest.fixture
def session(tmp_path, qtbot):
    home = rig.make_site(tmp_path / "home", clock=lambda: time.time_ns() // 1_000_000)
    rig.as_demo(home)
    made = Session(Store.open(home, what="window"), load_settings(home))
    qtbot.addWidget(made.window)
    yield made
    made.close()


def test_another_theme_leaves_the_tiles(session, tmp_path, qtbot):
    home = session.store.home
    choose_tiles(home, write(tmp_path / "x.mbtiles"), "gcj02")
    before = load_settings(home)
    session.window.theme_asked.emit()
    qtbot.waitUntil(lambda: session.runner.pending == 0)
    after = load_settings(home)
    assert after.theme != before.theme
    found = chosen_tiles(home)
    assert (found.crs, found.tiles.info.format) == ("gcj02", "png")
    forget_tiles(home)
    assert chosen_tiles(home) is None
    assert load_settings(home).theme == after.theme


def test_a_sweep_takes_the_table_that_is_followed(session, tmp_path, qtbot):
    from db.commands.town import define_units
    from db.domain.ops import SYSTEM
    from desktop.i18n import instant
    from desktop.positions_file import follow

    define_units(session.store, SYSTEM, rig.UNITS)
    path = tmp_path / "位置.csv"
    at = instant(session.store.clock() - 60_000)
    path.write_text(f"单位,经度,纬度,时间\n市政所,125,29.5,{at}\n", encoding="utf-8")
    follow(session.store.home, path, "wgs84")
    heard = []
    session.duty.changed.connect(lambda changes: heard.extend(changes.subjects))
    session._sweep()
    qtbot.waitUntil(lambda: "position" in heard)
    assert rig.rows(session.store, "SELECT unit FROM position") == [(rig.SZS,)]
