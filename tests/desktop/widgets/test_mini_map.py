"""The small map other screens show: it loads itself and looks where it is told."""

import subprocess
import sys

import pytest
from PySide6.QtWidgets import QApplication

from db.demo.fill import DemoPlan, fill_demo
from db.domain.ops import Actor
from db.store.store import Store
from desktop.context import AppContext, Duty
from desktop.keepsakes import Keepsakes
from desktop.runner import Runner
from desktop.theme import apply_theme, load_theme
from desktop.widgets.mini_map import NEAR_M, MiniMap

NOW = 1_795_449_600_000


@pytest.fixture
def context(tmp_path, qapp):
    apply_theme(QApplication.instance(), load_theme("light"))
    fill_demo(tmp_path / "home", DemoPlan("990101001", 1, 1, NOW, 1), "file")
    with Store.open(tmp_path / "home", clock=lambda: NOW) as store:
        runner = Runner()
        duty = Duty(Actor("he", "何砚", ("shift_leader",)), "")
        yield AppContext(store, runner, duty, store.clock, tmp_path, Keepsakes(tmp_path))
        assert runner.shutdown(5)


@pytest.fixture
def small(context, qtbot):
    small = MiniMap(context, "位置图")
    qtbot.addWidget(small)
    small.resize(360, 180)
    with qtbot.waitExposed(small):
        small.show()
    return small


def settle(qtbot, small, context):
    qtbot.waitUntil(
        lambda: small._feed is not None and small._feed.reading is not None, timeout=20_000
    )
    qtbot.waitUntil(lambda: context.runner.pending == 0)


def test_it_looks_where_it_is_told(small, context, qtbot):
    point = (125_000_000, 29_500_000)
    small.show_place(point)
    settle(qtbot, small, context)
    camera, plane = small.canvas.camera, small.canvas.ground.plane
    assert (camera.x, camera.y) == pytest.approx((plane.x(point[0]), plane.y(point[1])))
    assert camera.width / camera.scale == pytest.approx(NEAR_M)
    assert small.canvas.picture.chosen.target == point
    code = small.canvas.ground.cells.codes[3]
    small.show_place(None, code)
    assert small.canvas.picture.chosen.area == code
    assert (small.canvas.camera.x, small.canvas.camera.y) == pytest.approx(
        tuple(small.canvas.ground.cells.anchors[3])
    )
    small.canvas.pan(50, 0)
    moved = small.canvas.camera
    small._feed.refresh()
    settle(qtbot, small, context)
    assert small.canvas.camera == moved
    small.show_place(None)
    assert small.canvas.picture.chosen.area == ""
    small.grab()


def test_importing_it_loads_nothing_heavy():
    heavy = "pyqtgraph numpy shapely"
    program = (
        "import sys; import desktop.widgets.mini_map, desktop.screens.map.screen\n"
        f"sys.exit(bool(set({heavy!r}.split()) & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
