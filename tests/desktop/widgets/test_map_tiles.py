"""The raster map below: the right tiles in the right places, whatever the file holds."""

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QImage, QPainter

from db.domain.geometry import E6, from_wgs84, tile_at
from db.store.mbtiles import Tiles
from desktop.runner import Runner
from desktop.widgets.map_plane import Camera, Plane
from desktop.widgets.map_tiles import KEPT, Tile, TileLayer, _decoded
from tests.db.store.test_mbtiles import write

Z = 14
BROKEN = b"\x89PNG\r\n\x1a\nrubbish"
HOME = Plane(121_500_000, 29_900_000)


def picture(colour, side=256):
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(data.data())


def home_tile(crs="wgs84"):
    x, y = tile_at(*from_wgs84(crs, (HOME.lon_e6 / E6, HOME.lat_e6 / E6)), Z)
    return int(x), int(y)


def paint(layer, camera):
    image = QImage(camera.width, camera.height, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    with QPainter(image) as painter:
        layer.paint(painter, camera, HOME)
    return image


@pytest.fixture
def camera():
    return Camera(scale=1 / 8.3, width=300, height=200)


@pytest.fixture
def runner(qapp):
    runner = Runner()
    yield runner
    assert runner.shutdown(5)


@pytest.mark.parametrize("crs", ["wgs84", "gcj02", "bd09"])
def test_a_tile_lies_where_its_place_is(runner, camera, qtbot, tmp_path, crs):
    here = home_tile(crs)
    path = write(
        tmp_path / "m.mbtiles",
        [((Z, here[0] + dx, here[1] + dy), picture("red" if dx == dy == 0 else "blue"))
         for dx in (-1, 0, 1) for dy in (-1, 0, 1)],
        [("minzoom", str(Z)), ("maxzoom", str(Z))],
    )  # fmt: skip
    layer = TileLayer(runner, Tiles.open(path), crs)
    paint(layer, camera)
    with qtbot.waitSignal(layer.changed, timeout=10_000):
        pass
    paint(layer, camera)
    qtbot.waitUntil(lambda: runner.pending == 0)
    image = paint(layer, camera)
    assert image.pixelColor(150, 100) == QColor("red")
    seen = {image.pixelColor(x, y).name() for x in (2, 298) for y in (2, 198)}
    assert "#000000" not in seen
    layer.close()


def test_from_too_far_no_tile_is_asked_for(runner, tmp_path):
    path = write(tmp_path / "m.mbtiles", [((Z, 1, 1), picture("red"))],
                 [("minzoom", str(Z)), ("maxzoom", str(Z))])  # fmt: skip
    layer = TileLayer(runner, Tiles.open(path), "wgs84")
    near = list(layer.in_view(Camera(scale=0.12, width=300, height=200), HOME))
    assert Tile(Z, *home_tile()) in near
    assert list(layer.in_view(Camera(scale=0.002, width=1900, height=1000), HOME)) == []
    layer.close()


@pytest.mark.parametrize(("data", "count"), [(BROKEN, 1), (None, 0), (picture("red"), 0)])
def test_tiles_that_cannot_be_drawn_are_told_of_once(runner, camera, qtbot, tmp_path, data, count):
    x, y = home_tile()
    there = [((Z, x + dx, y + dy), data) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
    zooms = [("minzoom", str(Z)), ("maxzoom", str(Z))]
    path = write(tmp_path / "m.mbtiles", there if data else [((Z, 1, 1), picture("red"))], zooms)
    layer, told = TileLayer(runner, Tiles.open(path), "wgs84"), []
    layer.failed.connect(lambda: told.append(1))
    for _ in range(4):
        paint(layer, camera)
        qtbot.waitUntil(lambda: runner.pending == 0)
    assert len(told) == count
    layer.close()


def test_what_is_no_tile_is_no_picture(qapp):
    assert _decoded(None) is None
    assert _decoded(BROKEN) is None
    assert _decoded(picture("red", 2_000)) is None
    assert _decoded(picture("red")).width() == 256


@pytest.mark.parametrize("side", [256, 512, 1_024])
def test_what_is_kept_of_tiles_stays_below_40_mb(qapp, side):
    image = _decoded(picture("red", side))
    assert image.pixelColor(100, 100) == QColor("red")
    assert image.sizeInBytes() * KEPT < 42_000_000
