"""The map screen on a real record: what it counts, picks, hands to the desk, and keeps."""

from collections import Counter

import pytest
import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from db.commands.ground import define_places
from db.commands.incidents import Report, report_incident
from db.commands.positions import take_positions
from db.demo.fill import DemoPlan, fill_demo
from db.domain.calendar import day_start, local_date
from db.domain.ops import SYSTEM, Actor
from db.domain.places import Place
from db.domain.positions import Position
from db.domain.scope import scope_of
from db.store.changes import Changes
from db.store.mbtiles import Tiles
from db.store.queries.queue import QueueFilter, queue_ids
from db.store.store import Store
from desktop.context import AppContext, Duty, Narrowed, Picked
from desktop.keepsakes import Keepsakes
from desktop.runner import Runner
from desktop.screens.map.bar import MapBar
from desktop.screens.map.screen import MapScreen
from desktop.theme import apply_theme, load_theme
from desktop.tiles import Ground as ChosenTiles
from desktop.widgets.map_picture import INCIDENTS, PLACES, TEAMS, Chosen, Spot
from desktop.widgets.map_points import FRESH_TEAM
from desktop.widgets.map_shapes import CIRCLE, OUTLINE, Circle
from tests.db.store import rig
from tests.db.store.test_mbtiles import write as write_tiles

NOW = 1_795_449_600_000
TOWN = "990101001"
LEADER = Actor("he", "何砚", ("shift_leader",))
CLERK = Actor("v", "村", ("village_clerk",))
Key = Qt.Key


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("map") / "home"
    fill_demo(home, DemoPlan(TOWN, 1, 1, NOW, 8), "file")
    return home


class Room:
    """A map screen with the desk it tells of what was asked."""

    def __init__(self, qtbot, store, folder, actor=None, area=""):
        apply_theme(QApplication.instance(), load_theme("light"))
        self.qtbot, self.store, self.runner = qtbot, store, Runner()
        self.duty = Duty(actor or LEADER, scope_of(actor or LEADER, area))
        self.told, self.asked = [], []
        self.duty.told.connect(lambda *words: self.told.append(words))
        self.duty.asked_for.connect(lambda *words: self.asked.append(words))
        self.runner.failed.connect(self.duty.tell_error)
        context = AppContext(store, self.runner, self.duty, store.clock, folder, Keepsakes(folder))
        self.screen = MapScreen(context)
        qtbot.addWidget(self.screen)
        self.screen.resize(1100, 700)
        with qtbot.waitActive(self.screen):
            self.screen.show()
            self.screen.activateWindow()
        qtbot.waitUntil(lambda: self.screen.room is not None, timeout=20_000)
        self.room = self.screen.room
        self.canvas, self.bar, self.side = self.room.canvas, self.room.bar, self.room.side
        self.settle()
        self.canvas.setFocus()

    @property
    def reading(self):
        return self.room.feed.reading

    def settle(self):
        self.qtbot.waitUntil(
            lambda: not self.runner.pending and not self.room.feed._throttle._timer.isActive(),
            timeout=20_000,
        )

    def choose(self, spot):
        self.canvas.picked.emit(spot)
        self.settle()

    def measure(self, key):
        self.bar.measure.setCurrentIndex(self.bar.measure.findData(key))
        self.bar.measure.activated.emit(0)
        self.settle()
        return dict(self.reading.fill.counts)

    def only(self, text):
        self.bar.only.setEditText(text)
        self.bar.only.lineEdit().editingFinished.emit()
        self.settle()

    def commit(self, work):
        """Write beside the screen and tell it, as the program does."""
        changes = work()
        self.duty.changed.emit(changes)
        self.settle()

    def queue(self, **wanted):
        scope = self.duty.scope
        return list(self.store.read(lambda c: queue_ids(c, scope, QueueFilter(**wanted), NOW)))


@pytest.fixture
def store(home):
    with Store.open(home, clock=lambda: NOW) as store:
        yield store


@pytest.fixture
def room(qtbot, store, tmp_path):
    made = Room(qtbot, store, tmp_path)
    yield made
    assert made.runner.shutdown(5)


def press(key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def areas_of(store, sql, *parameters):
    return Counter(dict(rig.rows(store, sql, *parameters)))


def place_first(store, lon, lat):
    """Give the first open incident another point; return its row id and number."""
    rid, id, number = rig.rows(
        store,
        "SELECT rid, id, number FROM incident WHERE is_open = 1 ORDER BY sort_at, rid LIMIT 1",
    )[0]
    values = {"set": {"lon_e6": lon, "lat_e6": lat}}
    changes = store.write(
        lambda journal: journal.append("source_updated", id, values, LEADER)
    ).changes
    return rid, number, changes


def test_each_grid_counts_what_is_open_in_it(room, store):
    expected = areas_of(
        store, "SELECT area_code, count(*) FROM incident WHERE is_open = 1 GROUP BY 1"
    )
    expected.pop("", None)
    assert dict(room.reading.fill.counts) == {
        code: count for code, count in expected.items() if len(code) == 15
    }
    assert len(room.reading.layers[INCIDENTS].keys) == sum(
        row[0] for row in rig.rows(
            store, "SELECT count(*) FROM incident WHERE is_open = 1 AND lat_e6 IS NOT NULL"
        )
    )  # fmt: skip
    assert not room.canvas.is_near
    alone = {key for spot in room.canvas.picture.walk(room.canvas.camera) for key in spot.keys}
    critical = rig.rows(
        store, "SELECT rid FROM incident WHERE is_open = 1 AND urgency = 'critical'"
    )
    assert alone == {rid for (rid,) in critical}
    assert alone


@pytest.mark.parametrize("measure", ["late", "today", "month", "year"])
def test_any_count_can_colour_the_map(room, store, measure):
    since = {"today": day_start(local_date(NOW)), "month": NOW - 30 * 86_400_000,
             "year": NOW - 365 * 86_400_000}.get(measure)  # fmt: skip
    report_incident(store, LEADER, Report({
        "title": "今天的", "content": "今天刚刚报来的一件事", "urgency": "normal",
        "source": "phone", "area_code": room.canvas.ground.cells.codes[0]}))  # fmt: skip
    condition, parameters = ("is_open = 1 AND due_at < ?", [NOW])
    if since is not None:
        condition, parameters = "taken_in_at >= ?", [since]
    expected = areas_of(
        store,
        f"SELECT area_code, count(*) FROM incident WHERE {condition}"
        " AND length(area_code) = 15 GROUP BY 1",
        *parameters,
    )
    assert room.measure(measure) == expected
    assert sum(expected.values())
    assert room.bar.title().startswith("每格件数：")
    shown = len(room.reading.layers[INCIDENTS].keys)
    late = len(room.queue(is_late=True))
    assert (shown == late) is (measure == "late")


def test_only_some_are_shown_counted_and_handed_on(room):
    room.only("综合执法")
    platform = room.bar.only_picked().platform
    assert platform
    rids = room.queue(platform=platform)
    assert 0 < len(rids) < room.reading.total + 1
    assert set(room.reading.layers[INCIDENTS].keys.tolist()) <= set(rids)
    assert room.reading.total == len(rids)
    code = max(room.reading.fill.counts, key=room.reading.fill.counts.get)
    room.choose(Spot(area=code))
    room.side.to_desk.click()
    (asked,) = room.asked
    assert asked[1].filter == QueueFilter(platform=platform, area=code)
    room.only("")
    assert room.reading.total == len(room.queue())


def test_a_grid_shows_its_card_and_its_incidents(room):
    code = max(room.reading.open_counts, key=room.reading.open_counts.get)
    row = room.canvas.ground.index[code]
    x, y = room.canvas.ground.cells.anchors[row]
    place = QPoint(round(room.canvas.camera.px(x)), round(room.canvas.camera.py(y)))
    QTest.mouseClick(room.canvas.viewport(), Qt.MouseButton.LeftButton, pos=place)
    room.settle()
    assert list(room.side.rids) == room.queue(area=code)
    assert room.reading.card.name in room.side.name.text()
    assert "网格长" in room.side.posts.text()
    assert f"待办 {len(room.side.rids)}" in room.side.facts.text()
    room.side.to_desk.click()
    (asked,) = room.asked
    assert asked == ("desk", Narrowed(QueueFilter(area=code), room.side.title.text()))
    press(Key.Key_Escape)
    room.settle()
    assert room.side.rids == ()
    assert not room.side.card.isVisible()


def test_what_a_shape_holds_goes_to_the_desk(room):
    points, ground = room.reading.layers[INCIDENTS], room.canvas.ground
    circle = Circle(ground.plane.at(0, 0), 2_500.0)
    room.canvas.drawn.emit(circle)
    room.settle()
    inside = [
        int(key)
        for key, x, y in zip(points.keys, points.x, points.y, strict=True)
        if shapely.Point(x, y).distance(shapely.Point(0, 0)) <= 2_500
    ]
    assert 0 < len(inside) < len(points.keys)
    assert list(room.side.rids) == inside
    room.side.to_desk.click()
    [(name, picked)] = room.asked
    assert (name, picked.rids) == ("desk", tuple(inside))
    assert isinstance(picked, Picked)
    assert "2.5 公里" in picked.words


def test_what_has_no_point_is_counted_where_it_is(room, store):
    (id, code), *_ = rig.rows(
        store, "SELECT id, area_code FROM incident WHERE is_open = 1 AND length(area_code) = 15"
    )
    values = {"set": {"lon_e6": None, "lat_e6": None}}
    room.commit(
        lambda: (
            store.write(
                lambda journal: journal.append("source_updated", id, values, LEADER)
            ).changes
        )
    )
    assert room.reading.lost_counts[code] == 1
    assert room.reading.notes[code] == "无坐标 1"
    room.choose(Spot(area=code))
    assert "无坐标 1" in room.side.facts.text()
    x, y = room.canvas.ground.cells.anchors[room.canvas.ground.index[code]]
    room.canvas.drawn.emit(Circle(room.canvas.ground.plane.at(float(x), float(y)), 30.0))
    room.settle()
    assert room.reading.beside == 1
    assert "另有 1 件无坐标" in room.side.title.text()


def test_what_no_map_can_show_is_listed(room, store):
    done = report_incident(store, LEADER, Report({
        "title": "无处可寻", "content": "不知道在什么地方的一件事", "urgency": "normal",
        "source": "phone", "address": "某处"}))  # fmt: skip
    room.commit(lambda: done.changes)
    assert done.rid in room.reading.nowhere
    room.side.nowhere.click()
    room.settle()
    assert done.rid in room.side.rids


def test_new_work_appears_and_nothing_moves(room, store):
    room.canvas.zoom(3)
    room.canvas.pan(40, 10)
    code = max(room.reading.open_counts, key=room.reading.open_counts.get)
    room.choose(Spot(area=code))
    camera, before = room.canvas.camera, room.reading.open_counts[code]
    done = report_incident(store, LEADER, Report({
        "title": "新来的", "content": "网格里新来的一件事情", "urgency": "normal",
        "source": "phone", "area_code": code}))  # fmt: skip
    room.commit(lambda: done.changes)
    assert room.reading.open_counts[code] == before + 1
    assert done.rid in room.side.rids
    assert room.canvas.camera == camera
    assert room.canvas.picture.chosen == Chosen(area=code)


def test_an_incident_is_looked_at_from_the_desk(room, store):
    points = room.reading.layers[INCIDENTS]
    rid = int(points.keys[4])
    room.screen.show_incident(rid)
    room.settle()
    assert (room.canvas.camera.x, room.canvas.camera.y) == pytest.approx(
        (points.x[4], points.y[4]), abs=0.5
    )
    assert room.canvas.is_near
    assert room.side.rids == (rid,)
    room.side.view.activated_id.emit(rid)
    room.settle()
    [(number,)] = rig.rows(store, "SELECT number FROM incident WHERE rid = ?", rid)
    assert room.asked == [("desk", number)]


def test_an_incident_without_a_point_is_looked_at_in_its_grid(room, store):
    code = room.canvas.ground.cells.codes[9]
    done = report_incident(store, LEADER, Report({
        "title": "只有网格", "content": "只知道网格的一件事情", "urgency": "normal",
        "source": "phone", "area_code": code}))  # fmt: skip
    room.screen.show_incident(done.rid)
    room.settle()
    x, y = room.canvas.ground.cells.anchors[9]
    assert (room.canvas.camera.x, room.canvas.camera.y) == pytest.approx((x, y))
    assert room.told[-1][1] == "这件没有坐标"
    room.screen.show_incident(10**9)
    room.settle()
    assert room.told[-1][1] == "这件事件现在看不到"


def test_before_it_is_loaded_the_map_remembers_what_was_asked(qtbot, store, tmp_path):
    [(rid,)] = rig.rows(
        store, "SELECT rid FROM incident WHERE is_open = 1 AND lat_e6 IS NOT NULL LIMIT 1"
    )
    runner, duty = Runner(), Duty(LEADER)
    context = AppContext(store, runner, duty, store.clock, tmp_path, Keepsakes(tmp_path))
    screen = MapScreen(context)
    qtbot.addWidget(screen)
    screen.show_incident(rid)
    qtbot.waitUntil(lambda: screen.room is not None and screen.room.side.rids == (rid,))
    qtbot.waitUntil(lambda: not runner.pending)
    assert runner.shutdown(5)


def test_a_clerk_sees_one_village(qtbot, store, tmp_path):
    village = TOWN + "001001"
    room = Room(qtbot, store, tmp_path, CLERK, village[:12])
    scope = scope_of(CLERK, village[:12])
    seen = store.read(lambda c: queue_ids(c, scope, QueueFilter(), NOW))
    assert room.reading.total == len(seen)
    assert {code[:12] for code in room.canvas.ground.cells.codes} == {village[:12]}
    assert room.runner.shutdown(5)


def test_another_person_sees_nothing_of_what_was_picked(room):
    code = max(room.reading.open_counts, key=room.reading.open_counts.get)
    room.choose(Spot(area=code))
    assert room.side.rids
    room.duty.switch(CLERK, scope_of(CLERK, TOWN + "999"))
    assert not len(room.canvas.picture.shown(INCIDENTS).keys)
    room.settle()
    assert room.side.rids == ()
    assert room.reading.total == 0
    assert room.canvas.ground.is_empty


def test_places_and_teams_are_shown_and_told(room, store):
    plane = room.canvas.ground.plane
    lon, lat = plane.at(300, 300)
    [(unit,)] = rig.rows(store, "SELECT code FROM unit WHERE duty LIKE '%24%' LIMIT 1")
    place = Place("P1", "示例小学", "school", "", lon, lat, "校门在南侧")
    room.commit(lambda: define_places(store, LEADER, [place]).changes)
    take_positions(store, SYSTEM, [Position(unit, *plane.at(-200, 100), NOW - 60_000, "测试")])
    room.room.refresh()
    room.settle()
    told = "示例小学，学校，校门在南侧"
    at = room.reading.texts[PLACES].index(told)
    points = room.reading.layers[TEAMS]
    fresh = points.keys[points.marks == FRESH_TEAM].tolist()
    assert any(room.reading.texts[TEAMS][key].endswith("1 分前") for key in fresh)
    said = []
    room.canvas.say = lambda spot, text: said.append(text)
    room.canvas.pointed.emit(Spot(PLACES, (at,)))
    room.canvas.pointed.emit(Spot(TEAMS, (fresh[0],)))
    assert said[0] == told
    assert "位置" in said[1]
    room.bar.layers[PLACES].setChecked(False)
    assert not len(room.canvas.picture.shown(PLACES).keys)
    room.bar.layers["borders"].setChecked(False)
    assert not room.canvas.picture.painter.look.has_labels


def test_tab_tells_what_it_reached(room):
    press(Key.Key_Tab)
    room.settle()
    spot = room.canvas.focused
    text = room.canvas.accessibleDescription()
    if spot.keys:
        assert any(name in text for name in ("一般", "紧急", "特急"))
    else:
        assert "待办" in text
    for _ in range(len(room.canvas.picture.walk(room.canvas.camera)) - 1):
        press(Key.Key_Tab)
    room.settle()
    assert "待办" in room.canvas.accessibleDescription()


def test_keys_draw_and_show_the_whole_town(room):
    whole = room.canvas.camera
    room.canvas.zoom(3)
    press(Key.Key_0)
    assert room.canvas.camera == whole
    press(Key.Key_O)
    assert room.canvas.tool == CIRCLE
    assert room.bar.tools[CIRCLE].isChecked()
    press(Key.Key_P)
    assert room.canvas.tool == OUTLINE
    press(Key.Key_Escape)
    assert room.canvas.tool == ""
    press(Key.Key_O)
    press(Key.Key_Return)
    room.settle()
    assert room.room._chosen.shape is not None
    reads = []
    room.room.feed.read.connect(reads.append)
    press(Key.Key_F5)
    room.settle()
    assert len(reads) == 1


def test_a_town_without_outlines_says_how_to_get_them(qtbot, tmp_path):
    home = rig.make_site(tmp_path / "home")
    with rig.open_store(home) as store:
        room = Room(qtbot, store, tmp_path)
        assert "GeoJSON" in room.room.message.text()
        assert room.room.message.isVisible()
        report_incident(store, rig.CLERK, Report({
            "title": "井盖缺失", "content": "路口井盖没有了，很危险", "urgency": "urgent",
            "source": "phone", "area_code": rig.GRID}))  # fmt: skip
        _, _, changes = place_first(store, 121_500_000, 29_900_000)
        room.commit(lambda: changes)
        assert "只显示有坐标的事件" in room.room.message.text()
        assert len(room.reading.layers[INCIDENTS].keys) == 1
        room.canvas.grab()
        assert room.runner.shutdown(5)


def test_a_failed_look_is_said_and_tried_again(room, monkeypatch):
    def fail(*_):
        raise OSError("no disk")

    with monkeypatch.context() as patch:
        patch.setattr("desktop.widgets.map_feed.read_map", fail)
        room.room.refresh()
        room.settle()
    assert room.room.again.isVisible()
    room.room.again.click()
    room.settle()
    assert not room.room.again.isVisible()


def test_the_import_panel_takes_the_place_of_the_list(room):
    room.bar.bring.click()
    panel = room.room._import
    assert panel.isVisible()
    assert not room.side.isVisible()
    panel.closed.emit()
    assert room.side.isVisible()
    assert room.canvas.hasFocus()


def test_a_raster_map_that_cannot_be_drawn_is_told_of(room, store):
    told = []
    room.duty.told.connect(lambda kind, text, hint: told.append(text))
    path = write_tiles(store.home / "x.mbtiles")
    room.room._on_tiles(ChosenTiles(Tiles.open(path), "wgs84"))
    room.room._tiles.failed.emit()
    assert told == ["底图里的图块画不出来"]


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_list_of_measures_shows_all_of_them(qapp, qtbot):
    apply_theme(qapp, load_theme("light"))
    bar = MapBar()
    qtbot.addWidget(bar)
    with qtbot.waitExposed(bar):
        bar.show()
    bar.measure.showPopup()
    qapp.processEvents()
    view = bar.measure.view()
    last = view.visualRect(view.model().index(bar.measure.count() - 1, 0))
    assert last.bottom() <= view.viewport().height()
    bar.measure.hidePopup()


def test_a_map_nobody_sees_is_read_when_it_is_shown(room, store):
    reads, before = [], room.reading.total
    room.room.feed.read.connect(reads.append)
    room.screen.hide()
    told = {"title": "井盖缺失", "content": "路口井盖没有了，很危险", "urgency": "urgent",
            "source": "phone", "area_code": f"{TOWN}001001"}  # fmt: skip
    room.commit(lambda: report_incident(store, LEADER, Report(told)).changes)
    room.duty.switched.emit()
    room.settle()
    assert reads == []
    room.screen.show()
    room.settle()
    assert [reading.total for reading in reads] == [before + 1]
    room.screen.hide()
    room.screen.show()
    room.settle()
    assert len(reads) == 1


def test_what_a_map_does_not_speak_of_is_not_read_for(room):
    reads = []
    room.room.feed.read.connect(reads.append)
    room.commit(lambda: Changes(frozenset({"post", "user"})))
    assert reads == []
    room.commit(lambda: Changes(frozenset({"position"})))
    assert len(reads) == 1
