import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor

import resources
from desktop import icons

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none"'
    ' stroke="currentColor" stroke-width="4"><path d="M0 12h24"/></svg>'
)


@pytest.fixture(autouse=True)
def _icon_files(tmp_path, monkeypatch):
    (tmp_path / "icons").mkdir()
    (tmp_path / "icons" / "line.svg").write_text(SVG, encoding="utf-8")
    monkeypatch.setattr(resources, "path", lambda name: tmp_path / name)
    caches = (icons._icon, icons._pixmap, icons._source)
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


@pytest.mark.parametrize("dpr", [1.0, 1.5, 2.0])
def test_a_pixmap_has_the_screen_s_pixels_and_the_colour(qapp, dpr):
    pixmap = icons.pixmap("line", 20, QColor("red"), dpr)
    assert pixmap.size() == QSize(round(20 * dpr), round(20 * dpr))
    assert pixmap.devicePixelRatio() == dpr
    image = pixmap.toImage()
    assert image.pixelColor(image.width() // 2, image.height() // 2) == QColor("red")
    assert image.pixelColor(image.width() // 2, 1).alpha() == 0


@pytest.mark.parametrize("dpr", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("size", icons.ICON_SIZES)
def test_an_icon_is_not_scaled(qapp, size, dpr):
    shown = icons.icon("line", QColor("red")).pixmap(QSize(size, size), dpr)
    assert shown.size() == QSize(round(size * dpr), round(size * dpr))
    assert shown.toImage() == icons.pixmap("line", size, QColor("red"), dpr).toImage()


def test_a_translucent_colour_is_kept(qapp):
    color = QColor(Qt.GlobalColor.blue)
    color.setAlpha(128)
    image = icons.pixmap("line", 20, color).toImage()
    assert abs(image.pixelColor(10, 10).alpha() - 128) <= 1


def test_colours_are_cached_apart(qapp):
    red, blue = icons.pixmap("line", 20, QColor("red")), icons.pixmap("line", 20, QColor("blue"))
    assert red.toImage() != blue.toImage()
    assert icons.pixmap("line", 20, QColor("red")) is red
