"""The import panel: nothing without a coordinate system, nothing written before 应用."""

import threading

import orjson
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit

from db.demo.fill import _area
from db.demo.town import make_town
from db.domain.geometry import from_wgs84
from db.domain.ops import Actor
from db.imports.geojson import REASON
from db.imports.polygons import areas_as_features
from db.store.queries.outlines import area_outlines
from db.store.queries.places import places_in_area
from db.store.queries.positions import positions
from desktop.context import AppContext, Duty
from desktop.keepsakes import Keepsakes
from desktop.runner import Runner
from desktop.screens.map.import_panel import ImportPanel
from desktop.settings import load_settings
from tests.db.store import rig
from tests.db.store.conftest import _made_home, clock, home, store
from tests.db.store.test_mbtiles import write as write_tiles

__all__ = ["_made_home", "clock", "home", "store"]

LEADER = Actor("he", "何砚", ("shift_leader",))
POSITIONS = (
    "单位,经度,纬度,时间\n市政所,125.001,29.501,2026-11-23 14:20\n没有的,1,1,2026-11-23 14:20\n"
)
PLACES = "场所编码,名称,类别,经度,纬度\nP1,示例小学,学校,125.0,29.5\n"


class Desk:
    def __init__(self, qtbot, store, tmp_path):
        self.qtbot, self.store = qtbot, store
        self.runner = Runner()
        self.duty = Duty(LEADER)
        self.told, self.applied, self.closed = [], [], []
        self.duty.told.connect(lambda *words: self.told.append(words))
        context = AppContext(
            store, self.runner, self.duty, store.clock, tmp_path, Keepsakes(tmp_path)
        )
        self.panel = ImportPanel(context)
        self.panel.applied.connect(self.applied.append)
        self.panel.closed.connect(lambda: self.closed.append(1))
        qtbot.addWidget(self.panel)
        self.panel.resize(420, 640)
        with qtbot.waitExposed(self.panel):
            self.panel.show()

    def wait(self):
        self.qtbot.waitUntil(lambda: self.runner.pending == 0, timeout=20_000)
        # What was posted beside it.
        self.qtbot.waitUntil(lambda: True)

    def open(self, path, crs=""):
        self.panel.open_path(path)
        self.wait()
        if crs:
            self.panel.choices.choose_system(crs)
            self.wait()

    @property
    def says(self):
        return self.panel._summary.text()

    @property
    def notes(self):
        return self.panel._note.text()

    @property
    def rings(self):
        return {area.code: area.ring for area in self.store.read(area_outlines) if area.ring}


@pytest.fixture
def desk(qtbot, store, tmp_path):
    made = Desk(qtbot, store, tmp_path)
    yield made
    assert made.runner.shutdown()


@pytest.fixture
def outlines(tmp_path):
    """The outlines of two villages of the record, drawn in GCJ-02."""
    town = make_town(rig.TOWN, villages=2, grids=2)
    features = areas_as_features(map(_area, town.areas))
    for feature, code in zip(
        features["features"][2:], (rig.VILLAGE, rig.OTHER_VILLAGE, rig.GRID, rig.OTHER_GRID),
        strict=True,
    ):  # fmt: skip
        feature["properties"]["code"] = code
    for feature in features["features"]:
        feature["geometry"]["coordinates"] = [
            [list(from_wgs84("gcj02", point)) for point in ring]
            for ring in feature["geometry"]["coordinates"]
        ]
    path = tmp_path / "边界.geojson"
    path.write_bytes(orjson.dumps(features))
    return path


def test_the_coordinate_system_is_asked_and_nothing_is_chosen_beforehand(desk, outlines):
    desk.open(outlines)
    assert desk.panel.choices.choice is None
    assert "6 个图形" in desk.says
    assert not desk.panel.apply_button.isVisible()
    desk.panel.apply()
    assert desk.rings == {}
    # Another file asks again.
    desk.panel.choices.choose_system("bd09")
    desk.wait()
    desk.open(outlines)
    assert desk.panel.choices.choice is None


def test_a_file_is_looked_at_applied_and_then_says_nothing_new(desk, outlines):
    before = rig.count_ops(desk.store)
    desk.open(outlines, "gcj02")
    assert "更改 6" in desk.says
    assert "GCJ-02" in desk.notes
    assert "换算为 WGS-84" in desk.notes
    assert (desk.panel.choices.code.currentText(), desk.panel.choices.name.currentText()) == (
        "code",
        "name",
    )
    assert rig.count_ops(desk.store) == before
    desk.panel.apply()
    desk.wait()
    assert rig.count_ops(desk.store) == before + 6
    assert set(desk.rings) >= {rig.VILLAGE, rig.GRID}
    assert (desk.applied, desk.told) == (["areas"], [])
    assert "更改 6" in desk.says
    # Applied once: a second press does nothing.
    desk.panel.apply()
    desk.open(outlines, "gcj02")
    assert "不变 6" in desk.says
    assert not desk.panel.apply_button.isEnabled()
    assert rig.count_ops(desk.store) == before + 6


def test_another_system_is_suggested_once_outlines_are_known(desk, outlines):
    desk.open(outlines, "gcj02")
    desk.panel.apply()
    desk.wait()
    desk.open(outlines, "wgs84")
    assert desk.panel._summary.property("role") == "warn"
    assert "GCJ-02" in desk.panel.table.model().index(0, 2).data()


def test_the_last_choice_counts(desk, outlines):
    desk.panel.open_path(outlines)
    desk.wait()
    for crs in ("wgs84", "bd09", "gcj02"):
        desk.panel.choices.choose_system(crs)
    desk.wait()
    assert "GCJ-02" in desk.notes
    assert desk.panel._preview.choice.crs == "gcj02"


def test_what_stays_out_is_shown_and_saved(desk, outlines, tmp_path):
    whole = orjson.loads(outlines.read_bytes())
    whole["features"][3]["geometry"] = None
    whole["features"][4]["properties"]["code"] = "<b>12"
    outlines.write_bytes(orjson.dumps(whole))
    desk.open(outlines, "gcj02")
    assert "退回 2" in desk.says
    model = desk.panel.table.model()
    assert [model.index(row, 0).data() for row in range(2)] == ["✕", "✕"]
    assert [model.index(row, 1).data() for row in range(2)] == ["第 4 个", "第 5 个"]
    desk.panel.apply()
    desk.wait()
    # Also after it was applied.
    assert desk.panel.errors_button.isVisible()
    target = tmp_path / "退回.geojson"
    desk.panel.save_errors(target)
    desk.wait()
    found = orjson.loads(target.read_bytes())["features"]
    assert [bool(item["properties"][REASON]) for item in found] == [True, True]


def test_who_may_not_sees_and_does_not_write(desk, outlines):
    desk.duty.switch(rig.CLERK)
    desk.open(outlines, "gcj02")
    assert "更改 6" in desk.says
    assert "值班长" in desk.notes
    assert not desk.panel.apply_button.isEnabled()
    desk.duty.switch(LEADER)
    assert desk.panel.apply_button.isEnabled()
    assert "GCJ-02" in desk.notes


def test_a_property_is_chosen_where_none_is_called_a_code(desk, outlines):
    whole = orjson.loads(outlines.read_bytes())
    for feature in whole["features"]:
        code = feature["properties"].pop("code")
        feature["properties"] |= {
            "甲": code if feature is whole["features"][0] else "x",
            "乙": code,
        }
        feature["properties"]["丙"] = code[::-1]
    outlines.write_bytes(orjson.dumps(whole))
    desk.open(outlines, "gcj02")
    assert desk.panel.choices.code.currentText() == "乙"
    desk.panel.choices.code.setCurrentText("甲")
    desk.panel.choices.code.activated.emit(desk.panel.choices.code.currentIndex())
    desk.wait()
    assert "退回 5" in desk.says


def test_where_no_code_is_found_it_is_chosen(desk, outlines):
    whole = orjson.loads(outlines.read_bytes())
    for number, feature in enumerate(whole["features"]):
        code = feature["properties"].pop("code")
        feature["properties"]["甲"] = code if number == 0 else "x"
    outlines.write_bytes(orjson.dumps(whole))
    desk.open(outlines, "gcj02")
    assert desk.panel._summary.property("role") == "danger"
    desk.panel.choices.code.setCurrentText("甲")
    desk.panel.choices.code.activated.emit(1)
    desk.wait()
    assert "退回 5" in desk.says
    # The name is still found by what it is called.
    assert desk.panel.choices.name.currentText() == "name"


def test_names_stay_where_no_property_is_chosen_for_them(desk, outlines):
    names = {area.code: area.name for area in desk.store.read(area_outlines)}
    desk.open(outlines, "gcj02")
    assert any("名称会改" in line.text for line in desk.panel._preview.lines)
    desk.panel.choices.name.setCurrentText("")
    desk.panel.choices.name.activated.emit(0)
    desk.wait()
    assert not any("名称会改" in line.text for line in desk.panel._preview.lines)
    desk.panel.apply()
    desk.wait()
    assert {area.code: area.name for area in desk.store.read(area_outlines)} == names
    assert desk.rings


def test_places_positions_and_tiles_are_known_by_what_they_are(desk, tmp_path):
    for name, text in (("场所.csv", PLACES), ("位置.csv", POSITIONS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    desk.open(tmp_path / "场所.csv", "wgs84")
    desk.panel.apply()
    desk.wait()
    assert [place.name for place in desk.store.read(places_in_area)] == ["示例小学"]
    desk.open(tmp_path / "位置.csv", "wgs84")
    assert "退回 1" in desk.says
    desk.panel.apply()
    desk.wait()
    rows = desk.store.read(lambda connection: positions(connection, rig.NOW))
    assert [(row.unit, row.age) for row in rows] == [(rig.SZS, 12 * 60_000)]
    tiles = write_tiles(tmp_path / "底图.mbtiles")
    desk.open(tiles, "gcj02")
    assert load_settings(desk.store.home).tiles == ""
    desk.panel.apply()
    desk.wait()
    settings = load_settings(desk.store.home)
    assert (settings.tiles, settings.tiles_crs) == (str(tiles), "gcj02")
    assert desk.applied == ["places", "positions", "tiles"]


@pytest.mark.parametrize(
    "name", ["没有.geojson", "空.geojson", "坏.geojson", "坏.mbtiles", "坏.csv"]
)
def test_a_file_that_cannot_be_read_is_told(desk, tmp_path, name):
    if name[0] != "没":
        (tmp_path / name).write_bytes(b"" if name[0] == "空" else b"{<b>\x00")
    desk.open(tmp_path / name)
    if desk.panel._opened is not None:
        desk.panel.choices.choose_system("wgs84")
        desk.wait()
    assert desk.panel._summary.property("role") == "danger"
    assert name in desk.says or "坏" in desk.says
    assert desk.panel.path.isEnabled()


def test_stopping_while_it_is_being_written_leaves_nothing(desk, outlines):
    desk.open(outlines, "gcj02")
    before = rig.count_ops(desk.store)
    gate = threading.Event()
    desk.runner.write(lambda: gate.wait(20))
    desk.panel.apply()
    desk.panel.cancel()
    gate.set()
    desk.wait()
    assert rig.count_ops(desk.store) == before
    assert desk.panel._summary.property("role") == "danger"
    assert desk.panel.apply_button.isEnabled()


def test_the_panel_goes_while_work_is_under_way(desk, outlines):
    desk.panel.open_path(outlines)
    desk.wait()
    desk.panel.choices.choose_system("gcj02")
    desk.panel.hide()
    desk.wait()
    assert desk.panel._cancel()


def test_by_keys_alone(desk, outlines, qtbot):
    panel = desk.panel
    with qtbot.waitActive(panel):
        panel.activateWindow()
    panel.path.setFocus()
    # The test library types no Chinese.
    QTest.keyClicks(panel.path, str(outlines.rename(outlines.with_name("b.geojson"))))
    QTest.keyClick(panel.path, Qt.Key.Key_Return)
    desk.wait()
    assert panel.choices.systems.button(0).hasFocus()
    QTest.keyClick(panel.choices.systems.button(0), Qt.Key.Key_Down)
    assert panel.choices.choice is None
    QTest.keyClick(panel.choices.systems.button(1), Qt.Key.Key_Space)
    # The focus stays while the file is looked at: another choice is one key away.
    assert panel.choices.systems.button(1).hasFocus()
    desk.wait()
    assert panel.choices.systems.button(1).hasFocus()
    assert panel.choices.choice.crs == "gcj02"
    QTest.keyClick(panel, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    # A button pressed by its letter stays down for a moment.
    qtbot.waitUntil(lambda: desk.applied == ["areas"])
    assert panel._close.hasFocus()
    QTest.keyClick(panel._close, Qt.Key.Key_Escape)
    assert desk.closed == [1]


def test_escape_folds_the_panel_wherever_the_keys_are(desk, outlines, qtbot):
    panel = desk.panel
    with qtbot.waitActive(panel):
        panel.activateWindow()
    others = []
    shortcut = QShortcut(QKeySequence("Escape"), panel)
    shortcut.activated.connect(lambda: others.append(1))
    desk.open(outlines, "gcj02")
    holders = (panel._close, panel.path, panel.choices.systems.button(1), panel.table)
    for number, widget in enumerate(holders, start=1):
        widget.setFocus()
        assert widget.hasFocus()
        QTest.keyClick(widget, Qt.Key.Key_Escape)
        assert (len(desk.closed), others) == (number, [])


def test_after_a_refused_file_the_keys_are_in_its_path(desk, tmp_path, qtbot):
    panel = desk.panel
    with qtbot.waitActive(panel):
        panel.activateWindow()
    panel.path.setFocus()
    QTest.keyClicks(panel.path, str(tmp_path / "none.geojson"))
    QTest.keyClick(panel.path, Qt.Key.Key_Return)
    assert panel.isAncestorOf(QApplication.focusWidget())
    desk.wait()
    assert panel._summary.property("role") == "danger"
    assert panel.path.hasFocus()
    QTest.keyClick(panel.path, Qt.Key.Key_Down)
    assert panel.path.hasFocus()


def test_a_file_of_faults_only_says_which(desk, outlines):
    whole = orjson.loads(outlines.read_bytes())
    one = whole["features"][2]
    one["geometry"]["coordinates"] = [[[125 + n / 1e6, 29.5] for n in range(20_001)]]
    outlines.write_bytes(orjson.dumps({**whole, "features": [one]}))
    desk.open(outlines, "wgs84")
    (line,) = desk.panel._preview.lines
    assert line.where == "第 1 个"
    assert line.text.startswith("边界点超过 20000 个")
    assert not desk.panel.apply_button.isEnabled()


def test_what_a_file_lacks_is_not_said_as_of_a_form(desk, outlines):
    whole = orjson.loads(outlines.read_bytes())
    whole["features"][2]["properties"]["code"] = ""
    outlines.write_bytes(orjson.dumps(whole))
    desk.open(outlines, "gcj02")
    line = desk.panel._preview.lines[0]
    assert (line.where, line.column) == ("第 3 个", "code")
    assert "是空的" in line.text
    assert "已填内容" not in line.text


def test_everything_has_a_name_and_texts_stay_texts(desk):
    for widget in desk.panel.findChildren(QLineEdit):
        assert widget.accessibleName()
    for widget in desk.panel.findChildren(QComboBox):
        assert widget.accessibleName()
    for widget in desk.panel.findChildren(QAbstractButton):
        assert widget.text() or widget.accessibleName() or not widget.isVisible()
    for label in (desk.panel._summary, desk.panel._note):
        assert label.textFormat() == Qt.TextFormat.PlainText
    assert desk.panel.findChildren(QLabel)


def test_a_decision_does_not_wait_for_a_long_import(desk, outlines):
    desk.open(outlines, "gcj02")
    begun, may_end, written = threading.Event(), threading.Event(), []

    def apply(*_):
        begun.set()
        may_end.wait(20)
        return "done"

    desk.panel._preview = desk.panel._preview._replace(apply=apply)
    desk.panel.apply()
    desk.qtbot.waitUntil(begun.is_set)
    desk.runner.write(lambda: 1, written.append)
    desk.qtbot.waitUntil(lambda: bool(written))
    may_end.set()
    desk.wait()
    assert desk.says == "done"
