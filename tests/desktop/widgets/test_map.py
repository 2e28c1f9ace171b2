"""The map as a widget: what is painted where, what is hit, walked to and drawn."""

import math
from itertools import combinations
from random import Random

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QAccessible, QFont, QImage, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from db.demo.town import make_town
from db.domain.areas import Area
from desktop.theme import apply_theme, current_theme, load_theme
from desktop.widgets.map_canvas import MapCanvas
from desktop.widgets.map_ground import Fill, Ground, class_ends, short_name
from desktop.widgets.map_legend import MapLegend, class_texts
from desktop.widgets.map_picture import INCIDENTS, PLACES, Chosen, Spot, _paint_rule
from desktop.widgets.map_plane import MAX_SCALE, MIN_SCALE, Camera, Plane
from desktop.widgets.map_points import (
    MARKS,
    Points,
    incident_mark,
    place_mark,
)
from desktop.widgets.map_reading import inside_shape
from desktop.widgets.map_shapes import CIRCLE, OUTLINE, Circle, Outline

TOWN = make_town(villages=6, grids=40)
SIZE = (700, 600)
NOW = 1_795_449_600_000
HOUR = 3_600_000
Key = Qt.Key


def as_area(one):
    return Area(one.code, one.name, one.level, centre=one.centre, ring=one.ring)


@pytest.fixture(scope="module")
def ground():
    return Ground.of(as_area(one) for one in TOWN.areas if one.level != "district")


@pytest.fixture
def points(ground):
    """One incident in each grid, at its label point; the first three are critical."""
    cells = ground.cells
    count = len(cells.codes)
    marks = [incident_mark("critical" if row < 3 else "normal", None, NOW) for row in range(count)]
    return Points.of(
        range(100, 100 + count),
        cells.anchors[:, 0],
        cells.anchors[:, 1],
        marks,
        [row >= 3 for row in range(count)],
    )


@pytest.fixture
def canvas(qtbot, qapp, ground, points):
    apply_theme(qapp, load_theme("light"))
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    canvas = MapCanvas("地图")
    layout.addWidget(canvas)
    holder.after = QLineEdit()
    layout.addWidget(holder.after)
    qtbot.addWidget(holder)
    holder.resize(SIZE[0], SIZE[1] + 40)
    counts = {code: row % 5 for row, code in enumerate(ground.cells.codes)}
    canvas.set_ground(ground)
    canvas.set_fill(Fill(counts, class_ends(counts.values())))
    canvas.set_points(INCIDENTS, points)
    with qtbot.waitActive(holder):
        holder.show()
        holder.activateWindow()
    canvas.setFocus()
    yield canvas
    apply_theme(qapp, load_theme("light"))


def come_near(canvas):
    """Look so close at the middle that points are shown one by one."""
    while not canvas.is_near:
        canvas.zoom(1)


def pixel_of(canvas, points, row):
    return QPointF(canvas.camera.px(points.x[row]), canvas.camera.py(points.y[row]))


def heard(signal):
    told = []
    signal.connect(told.append)
    return told


def press(canvas, key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(canvas, key, modifiers)


# where things are


def test_the_plane_is_true_to_the_metre():
    plane = Plane(121_500_000, 29_900_000)
    assert plane.y(29_910_000) == pytest.approx(1_111.95, abs=0.1)
    wide = 1_111.95 * math.cos(math.radians(29.9))
    assert plane.x(121_510_000) == pytest.approx(wide, abs=0.1)
    assert plane.at(plane.x(121_512_345), plane.y(29_876_543)) == (121_512_345, 29_876_543)


def test_what_is_under_the_pointer_stays_there():
    camera = Camera(x=300, y=-200, scale=0.1, width=800, height=600)
    place = QPointF(123, 456)
    for factor in (1.4, 0.2, 1e9, 1e-9):
        zoomed = camera.zoomed(factor, place)
        assert zoomed.plane_at(place) == pytest.approx(camera.plane_at(place))
        assert MIN_SCALE <= zoomed.scale <= MAX_SCALE
    moved = camera.moved(10, -20)
    assert moved.plane_at(QPointF(133, 436)) == pytest.approx(camera.plane_at(place))


@pytest.mark.parametrize("inset", [0, 100, 900])
def test_the_whole_town_is_in_the_view(ground, inset):
    for size in ((900, 300), (300, 900)):
        camera = Camera(width=size[0], height=size[1]).fitted(ground.box, inset)
        west, south, east, north = camera.box
        box = ground.box
        assert west <= box[0] + 1e-6
        assert south <= box[1]
        assert east >= box[2] - 1e-6
        assert north >= box[3]
        left, right = camera.px(box[0]), size[0] - camera.px(box[2])
        if inset == 100 and size[0] == 900:
            assert left - right == pytest.approx(100)


def test_what_is_out_of_sight_is_culled_and_nothing_else(ground):
    boxes, rng = ground.cells.boxes, Random(3)
    for _ in range(50):
        x, y = rng.uniform(-6_000, 6_000), rng.uniform(-6_000, 6_000)
        box = (x, y, x + rng.uniform(1, 5_000), y + rng.uniform(1, 5_000))
        touched = [
            row for row, own in enumerate(boxes) if shapely.box(*own).intersects(shapely.box(*box))
        ]
        assert ground.cells.inside(box).tolist() == touched


def test_every_place_is_in_the_cell_it_lies_in(ground):
    rng, plane = Random(5), ground.plane
    rings = {one.code: shapely.Polygon(one.ring) for one in TOWN.grids}
    hits = 0
    for _ in range(300):
        lon = rng.randint(TOWN.town.centre[0] - 60_000, TOWN.town.centre[0] + 60_000)
        lat = rng.randint(TOWN.town.centre[1] - 60_000, TOWN.town.centre[1] + 60_000)
        found = [code for code, ring in rings.items() if ring.contains(shapely.Point(lon, lat))]
        hits += bool(found)
        assert ground.cells.at(plane.x(lon), plane.y(lat)) == (found[0] if found else "")
    assert hits > 50


def test_villages_are_the_cells_where_no_grid_has_an_outline():
    villages = [as_area(one) for one in TOWN.villages]
    ground = Ground.of([*villages, *(Area(one.code, one.name, "grid") for one in TOWN.grids)])
    assert ground.cells.codes == tuple(one.code for one in TOWN.villages)
    assert ground.cell_of(TOWN.grids[0].code) == TOWN.grids[0].code[:12]
    assert ground.cell_of("99") == ""


def test_without_outlines_points_are_all_there_is(qtbot):
    canvas = MapCanvas("地图")
    qtbot.addWidget(canvas)
    canvas.resize(*SIZE)
    with qtbot.waitExposed(canvas):
        canvas.show()
    canvas.set_ground(Ground.of([], Plane(121_500_000, 29_900_000)))
    canvas.set_points(INCIDENTS, Points.of([1, 2], [0, 900], [0, 400], [0, 1], [True, True]))
    canvas.settle()
    assert canvas.is_near
    assert [canvas.camera.px(x) > 0 for x in (0, 900)] == [True, True]
    assert canvas.spot_at(QPointF(canvas.camera.px(900), canvas.camera.py(400))).keys == (2,)
    canvas.grab()


# labels


def laid_out(canvas):
    painter = canvas.picture.painter
    painter._lay_out(canvas.camera, QFont(canvas.font()))
    return painter._labels


@pytest.mark.parametrize("scale", [0.02, 0.05, 0.08, 0.15, 0.4])
def test_no_label_covers_another(ground, points, canvas, scale):
    canvas.camera = Camera(scale=scale, width=SIZE[0], height=SIZE[1])
    labels = laid_out(canvas)
    rects = [label.rect for label in labels]
    assert len(rects) > 5
    for one, other in combinations(rects, 2):
        assert not one.intersects(other)


def test_from_afar_counts_from_near_names(ground, canvas):
    far = laid_out(canvas)
    texts = [label.text.text() for label in far]
    assert texts.count("4") == sum(row % 5 == 4 for row in range(40))
    assert "0" not in texts
    come_near(canvas)
    near = [label.text.text() for label in laid_out(canvas)]
    assert f"{short_name(TOWN.grids[4].name)} · 4" in near
    assert short_name(TOWN.grids[0].name) in near


def test_how_near_is_near_is_measured_in_letters(ground, canvas):
    come_near(canvas)
    font = QFont(canvas.font())
    font.setPixelSize(4 * font.pixelSize())
    canvas.setFont(font)
    assert not canvas.is_near
    size, letters = ground.mark_size(canvas.camera), canvas.camera.letters
    assert 1 <= size < letters
    come_near(canvas)
    assert ground.mark_size(canvas.camera) == letters


def test_the_whole_town_fits_as_long_as_nothing_else_was_looked_at(ground, canvas):
    canvas.show_all()
    before = canvas.camera.scale
    canvas.resize(canvas.width() // 2, canvas.height() // 2)
    assert canvas.camera.scale == pytest.approx(before / 2, rel=0.02)
    canvas.zoom(2)
    looked_at = canvas.camera
    canvas.resize(canvas.width() * 2, canvas.height() * 2)
    assert (canvas.camera.x, canvas.camera.scale) == (looked_at.x, looked_at.scale)


@pytest.mark.parametrize("pixels", [12, 24, 60, 90])
def test_the_scale_has_room_for_its_text(canvas, pixels):
    font = QFont(canvas.font())
    font.setPixelSize(pixels)
    camera = Camera(scale=0.03, width=900, height=300, letters=pixels / 12)
    image = QImage(camera.width, camera.height, QImage.Format.Format_RGB32)
    image.fill(current_theme().surface)
    with QPainter(image) as painter:
        _paint_rule(painter, camera, font)
    dark = np.array(
        [[image.pixelColor(x, y).lightness() < 150 for x in range(900)] for y in range(300)]
    )
    rows = np.flatnonzero(dark.sum(axis=1) > 4)
    gap = max(row for row in range(rows[0], rows[-1]) if row not in rows)
    text = dark[rows[0] : gap]
    across = np.flatnonzero(text.any(axis=0))
    assert len(text) >= 0.7 * pixels
    # Four letters of which two are Chinese, a point and a space.
    assert np.ptp(across) >= 3.3 * pixels
    assert rows[-1] < camera.height - 5


def test_a_note_is_told_from_near_only(ground, canvas):
    code = ground.cells.codes[7]
    canvas.set_fill(Fill({code: 2}), {code: "无坐标 2"})

    def shown():
        labels = laid_out(canvas)
        return "无坐标 2" in [label.text.text() for label in labels]

    assert not shown()
    come_near(canvas)
    assert shown()


def test_labels_give_way_to_points(ground, points, canvas):
    come_near(canvas)
    labels = laid_out(canvas)
    scale = canvas.camera.scale
    for row in range(len(points.keys)):
        mark = QPointF(points.x[row] * scale, -points.y[row] * scale)
        assert not any(label.rect.contains(mark) for label in labels)


@pytest.mark.parametrize(
    ("counts", "ends", "texts"),
    [
        ([0, 0], (), ["0"]),
        ([0, 3, 3], (), ["0", "1 以上"]),
        ([1, 1, 2], (1,), ["0", "1", "2 以上"]),
        ([1, 2, 3, 4, 5, 6], (2, 4), ["0", "1–2", "3–4", "5 以上"]),
        ([1, 1, 1, 1, 1, 900], (1,), ["0", "1", "2 以上"]),
    ],
)
def test_classes_are_thirds_of_what_is_counted(counts, ends, texts):
    fill = Fill({str(row): count for row, count in enumerate(counts)}, class_ends(counts))
    assert fill.ends == ends
    assert class_texts(fill) == texts
    classes = [fill.class_of(str(row)) for row in range(len(counts))]
    assert classes == sorted(classes)
    assert all((number == 0) is (count == 0) for number, count in zip(classes, counts, strict=True))
    assert fill.class_of("elsewhere") == 0


# painting


def test_a_view_that_was_moved_looks_as_if_painted_there(canvas):
    canvas.picture.set_points(INCIDENTS, Points.of())
    canvas.zoom(2)
    for step in ((23, 0), (0, -31), (-40, 18)):
        for _ in range(12):
            canvas.pan(*step)
            canvas.grab()
        moved = canvas.grab().toImage()
        canvas.picture.set_look(notes={})
        anew = canvas.grab().toImage()
        one, other = (
            np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
            for image in (moved, anew)
        )
        assert (one != other).mean() < 0.002


def test_colours_follow_the_theme(canvas, qapp):
    empty = next(
        code
        for code in canvas.ground.cells.codes
        if not canvas.picture.painter.look.fill.counts[code]
    )
    x, y = canvas.ground.cells.anchors[canvas.ground.index[empty]]
    canvas.picture.set_points(INCIDENTS, Points.of())
    place = QPoint(round(canvas.camera.px(x)), round(canvas.camera.py(y)))
    seen = []
    for name in ("light", "dark", "contrast"):
        apply_theme(qapp, load_theme(name))
        qapp.processEvents()
        pixel = canvas.grab().toImage().pixelColor(place)
        assert pixel == current_theme().map_land
        seen.append(pixel.name())
    assert len(set(seen)) == 3


def test_no_two_marks_of_incidents_look_alike_without_colour():
    looks = {(mark.form, mark.filling) for mark in MARKS[:9]}
    assert len(looks) == 9
    kinds = [incident_mark("urgent", due, NOW) for due in (None, NOW + HOUR, NOW - 1)]
    assert [MARKS[kind].filling for kind in kinds] == ["hollow", "full", "ringed"]
    forms = [
        MARKS[incident_mark(name, None, NOW)].form for name in ("normal", "urgent", "critical")
    ]
    assert len(set(forms)) == 3
    assert MARKS[place_mark("school")].sign == "学"
    assert MARKS[place_mark("no such kind")].sign == "点"


def test_a_background_shines_through(canvas):
    def background(painter, camera, plane):
        painter.fillRect(QRectF(0, 0, camera.width, camera.height), Qt.GlobalColor.red)

    canvas.set_background(background)
    image = canvas.grab().toImage()
    x, y = canvas.ground.cells.anchors[5]
    inside = image.pixelColor(round(canvas.camera.px(x)) + 14, round(canvas.camera.py(y)) + 14)
    assert image.pixelColor(2, 2) == Qt.GlobalColor.red
    assert inside.red() > inside.blue() > 0


# hitting


def test_the_point_under_the_pointer_is_found(canvas, points):
    come_near(canvas)
    for row in points.in_view(canvas.camera, is_near=True).tolist():
        place = pixel_of(canvas, points, row)
        assert canvas.spot_at(place + QPointF(6, -6)).keys[0] == points.keys[row]
        assert canvas.spot_at(place + QPointF(14, 0)).keys[:1] != (points.keys[row],)


def test_from_afar_only_what_no_count_speaks_for_is_hit(canvas, points):
    assert canvas.spot_at(pixel_of(canvas, points, 1)).keys == (101,)
    spot = canvas.spot_at(pixel_of(canvas, points, 20))
    assert spot == Spot(area=canvas.ground.cells.codes[20])


def test_points_at_one_place_are_hit_together_and_told_apart(canvas):
    stacked = Points.of(
        [1, 2, 3, 4], [5, 5, 5, 900], [7, 7, 7, 900], [0] * 4, [False, True, True, True]
    )
    canvas.set_points(INCIDENTS, stacked)
    assert canvas.spot_at(pixel_of(canvas, stacked, 0)).keys == (1,)
    assert stacked.stacks(is_near=False) == {}
    come_near(canvas)
    canvas.centre_on(5, 7)
    assert canvas.spot_at(pixel_of(canvas, stacked, 0)).keys == (1, 2, 3)
    assert stacked.stacks(is_near=True) == {0: 3}


def test_a_hidden_layer_is_neither_seen_nor_hit(canvas, points):
    canvas.set_hidden([INCIDENTS])
    assert canvas.spot_at(pixel_of(canvas, points, 1)).layer == ""
    assert all(not spot.keys for spot in canvas.picture.walk(canvas.camera))
    canvas.set_hidden([])
    assert canvas.spot_at(pixel_of(canvas, points, 1)).layer == INCIDENTS


def test_incidents_lie_above_places(canvas, points):
    canvas.set_points(PLACES, Points.of([0], points.x[1:2], points.y[1:2], [place_mark("school")]))
    assert canvas.spot_at(pixel_of(canvas, points, 1)).layer == INCIDENTS
    canvas.set_hidden([INCIDENTS])
    assert canvas.spot_at(pixel_of(canvas, points, 1)) == Spot(
        PLACES, (0,), canvas.ground.cells.codes[1]
    )


# mouse


def test_a_click_picks_and_a_drag_does_not(canvas, points):
    picked = heard(canvas.picked)
    place = pixel_of(canvas, points, 1).toPoint()
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert picked == [Spot(INCIDENTS, (101,), canvas.ground.cells.codes[1])]
    before = canvas.camera
    QTest.mousePress(canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
    for step in (8, 30, 50):
        QTest.mouseMove(canvas.viewport(), QPoint(300 + step, 300 - step))
    QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(350, 250))
    assert len(picked) == 1
    assert canvas.camera.px(0) == pytest.approx(before.px(0) + 50)
    assert canvas.camera.py(0) == pytest.approx(before.py(0) - 50)


def test_the_wheel_comes_closer_to_the_pointer(canvas):
    place = QPointF(200, 150)
    before = canvas.camera.plane_at(place)
    scale = canvas.camera.scale
    wheel = QWheelEvent(
        place, canvas.mapToGlobal(place.toPoint()).toPointF(), QPoint(), QPoint(0, 120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(canvas.viewport(), wheel)
    assert canvas.camera.scale == pytest.approx(scale * 1.4)
    assert canvas.camera.plane_at(place) == pytest.approx(before)


def test_resting_the_mouse_asks_what_is_there(canvas, points, qtbot, monkeypatch):
    place = pixel_of(canvas, points, 2).toPoint()
    QTest.mouseMove(canvas.viewport(), place - QPoint(3, 3))
    with qtbot.waitSignal(canvas.pointed) as told:
        QTest.mouseMove(canvas.viewport(), place)
    [spot] = told.args
    assert spot.keys == (102,)
    shown = []
    monkeypatch.setattr("desktop.widgets.map_canvas.QToolTip.showText", lambda *a: shown.append(a))
    canvas.say(Spot(INCIDENTS, (101,)), "late")
    canvas.say(spot, "<b>井盖</b>")
    assert [text for _, text, _ in shown] == ["<qt>&lt;b&gt;井盖&lt;/b&gt;</qt>"]


def test_a_double_click_opens_an_incident(canvas, points):
    opened = heard(canvas.opened)
    place = pixel_of(canvas, points, 0).toPoint()
    QTest.mouseDClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened == [100]


# keys


def test_arrows_move_and_plus_and_minus_zoom(canvas):
    before = canvas.camera
    press(canvas, Key.Key_Right)
    press(canvas, Key.Key_Down)
    assert canvas.camera.x > before.x
    assert canvas.camera.y < before.y
    press(canvas, Key.Key_Plus)
    assert canvas.camera.scale > before.scale
    press(canvas, Key.Key_Minus)
    press(canvas, Key.Key_Minus)
    assert canvas.camera.scale < before.scale
    canvas.show_all()
    assert canvas.camera == before


def test_plus_comes_closer_to_what_tab_reached(canvas, points):
    press(canvas, Key.Key_Tab)
    place = pixel_of(canvas, points, 0)
    press(canvas, Key.Key_Plus)
    assert pixel_of(canvas, points, 0).toTuple() == pytest.approx(place.toTuple())


def test_tab_walks_what_is_in_view_and_leaves_at_the_end(canvas, points):
    told = heard(canvas.pointed)
    walk = canvas.picture.walk(canvas.camera)
    counts = canvas.picture.painter.look.fill.counts
    assert [spot.keys for spot in walk[:3]] == [(100,), (101,), (102,)]
    areas = [spot.area for spot in walk[3:]]
    assert areas == sorted(
        (code for code, count in counts.items() if count), key=lambda code: (-counts[code], code)
    )
    for spot in walk:
        press(canvas, Key.Key_Tab)
        assert canvas.focused == spot
    assert told == walk
    press(canvas, Key.Key_Tab)
    assert canvas.parent().after.hasFocus()
    press(canvas.parent().after, Key.Key_Backtab)
    press(canvas, Key.Key_Backtab)
    assert canvas.focused == walk[-1]


def test_from_near_tab_walks_the_points_in_view_only(canvas, points):
    come_near(canvas)
    rows = points.in_view(canvas.camera, is_near=True).tolist()
    assert 0 < len(rows) < len(points.keys)
    assert canvas.picture.walk(canvas.camera) == [
        Spot(INCIDENTS, (int(points.keys[row]),)) for row in rows
    ]


def test_enter_opens_a_point_and_picks_a_cell(canvas):
    opened, picked = heard(canvas.opened), heard(canvas.picked)
    press(canvas, Key.Key_Tab)
    press(canvas, Key.Key_Return)
    assert opened == [100]
    for _ in range(3):
        press(canvas, Key.Key_Tab)
    press(canvas, Key.Key_Return)
    assert picked == [canvas.focused]
    assert picked[0].area


def test_escape_lets_go_and_the_next_tab_leaves(canvas):
    press(canvas, Key.Key_Tab)
    press(canvas, Key.Key_Escape)
    assert canvas.focused.is_nothing
    press(canvas, Key.Key_Tab)
    assert canvas.parent().after.hasFocus()


def test_what_tab_reached_is_spoken(canvas):
    canvas.say(Spot(), "no")
    press(canvas, Key.Key_Tab)
    canvas.say(canvas.focused, "特急，井盖缺失")
    name, description = (
        QAccessible.queryAccessibleInterface(canvas).text(kind)
        for kind in (QAccessible.Text.Name, QAccessible.Text.Description)
    )
    assert (name, description) == ("地图", "特急，井盖缺失")


# refreshing


def test_a_refresh_moves_neither_view_nor_focus_nor_choice(canvas, ground, points):
    canvas.zoom(2)
    canvas.pan(33, 21)
    press(canvas, Key.Key_Tab)
    chosen = Chosen(rids=frozenset({100}), area=ground.cells.codes[3])
    canvas.set_chosen(chosen)
    before, focus = canvas.camera, canvas.focused
    assert focus.keys
    canvas.set_ground(Ground.of(as_area(one) for one in TOWN.areas if one.level != "district"))
    canvas.set_fill(Fill({ground.cells.codes[0]: 9}))
    canvas.set_points(INCIDENTS, Points.of([7, *points.keys], [0, *points.x], [0, *points.y],
                      [0, *points.marks], [False, *points.is_counted]))  # fmt: skip
    canvas.grab()
    assert (canvas.camera, canvas.focused, canvas.picture.chosen) == (before, focus, chosen)
    canvas.set_points(INCIDENTS, Points.of())
    assert canvas.focused.is_nothing


# shapes


def test_a_circle_drawn_by_mouse_holds_what_shapely_says(canvas, ground, points):
    drawn = heard(canvas.drawn)
    canvas.start_tool(CIRCLE)
    QTest.mousePress(canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(330, 280))
    QTest.mouseMove(canvas.viewport(), QPoint(400, 330))
    QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(400, 330))
    [circle] = drawn
    assert canvas.tool == ""
    reach = math.hypot(70, 50) / canvas.camera.scale
    assert circle.metres == pytest.approx(reach)
    centre = shapely.Point(canvas.camera.plane_at(QPointF(330, 280)))
    inside = [
        shapely.Point(x, y).distance(centre) <= reach
        for x, y in zip(points.x, points.y, strict=True)
    ]
    places = [ground.plane.at(x, y) for x, y in zip(points.x, points.y, strict=True)]
    assert inside_shape(circle, places, ground.plane) == inside
    assert 2 < sum(inside) < 38


def test_points_on_the_rim_are_inside_and_a_metre_beyond_are_not():
    plane = Plane(121_500_000, 29_900_000)
    circle = Circle((121_500_000, 29_900_000), plane.y(29_901_000))
    rim, beyond = (121_500_000, 29_901_000), (121_500_000, 29_901_010)
    assert inside_shape(circle, [rim, beyond], plane) == [True, False]
    square = Outline(tuple((121_500_000 + x, 29_900_000 + y) for x, y in
                     ((0, 0), (1000, 0), (1000, 1000), (0, 1000))))  # fmt: skip
    corner, out = (121_501_000, 29_900_500), (121_501_010, 29_900_500)
    assert inside_shape(square, [corner, out], plane) == [True, False]


def test_a_line_that_crosses_itself_holds_both_loops():
    plane = Plane(0, 0)
    bow = Outline(((0, 0), (1000, 1000), (1000, 0), (0, 1000)))
    left, right, top = (100, 500), (900, 500), (500, 900)
    assert inside_shape(bow, [left, right, top], plane) == [True, True, False]


def test_a_polygon_is_drawn_by_clicks_and_ended_by_enter(canvas):
    drawn, kinds = heard(canvas.drawn), heard(canvas.tool_changed)
    canvas.start_tool(OUTLINE)
    corners = [QPoint(200, 200), QPoint(400, 210), QPoint(390, 400), QPoint(10, 10)]
    for place in corners:
        QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=place)
    press(canvas, Key.Key_Backspace)
    press(canvas, Key.Key_Return)
    plane = canvas.ground.plane
    assert drawn == [
        Outline(tuple(plane.at(*canvas.camera.plane_at(place.toPointF())) for place in corners[:3]))
    ]
    assert kinds == [OUTLINE, ""]


def test_two_corners_are_no_polygon_and_escape_gives_up(canvas):
    drawn, picked = heard(canvas.drawn), heard(canvas.picked)
    canvas.start_tool(OUTLINE)
    for place in (QPoint(200, 200), QPoint(400, 210)):
        QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=place)
    press(canvas, Key.Key_Return)
    assert canvas.tool == OUTLINE
    press(canvas, Key.Key_Escape)
    assert (canvas.tool, drawn, picked) == ("", [], [])


def test_shapes_are_drawn_by_keys_alone(canvas):
    drawn = heard(canvas.drawn)
    canvas.start_tool(CIRCLE)
    press(canvas, Key.Key_Right)
    press(canvas, Key.Key_Plus)
    camera, plane = canvas.camera, canvas.ground.plane
    press(canvas, Key.Key_Return)
    assert drawn[0].centre == plane.at(camera.x, camera.y)
    assert drawn[0].metres == pytest.approx(camera.height * 0.25 / camera.scale * 1.25)
    canvas.start_tool(OUTLINE)
    for key in (Key.Key_Left, Key.Key_Up, Key.Key_Right):
        press(canvas, Key.Key_Space)
        press(canvas, key)
    press(canvas, Key.Key_Return)
    assert len(drawn[1].corners) == 3


def test_the_legend_tells_the_classes(qtbot):
    legend = MapLegend()
    qtbot.addWidget(legend)
    legend.show_fill("每格件数：待办", Fill({"a": 1, "b": 4}, (1,)), is_near=False)
    assert legend.accessibleDescription() == "每格件数：待办：0，1，2 以上"
    far = legend.sizeHint()
    legend.show_fill("每格件数：待办", Fill({"a": 1, "b": 4}, (1,)), is_near=True)
    assert legend.sizeHint().height() < far.height()
    legend.grab()
