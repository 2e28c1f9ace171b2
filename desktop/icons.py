"""Icons: one set of single-colour SVG files, tinted when drawn.

Pixmaps are cached by colour, so a change of theme needs no refresh of the cache: ask again.
"""

from functools import cache

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

import resources

# Logical sizes in use; with the ratios they give each pixel size a QIcon is asked for, so that
# it never scales one.
ICON_SIZES = (20,)
ICON_RATIOS = (1.0, 1.5, 2.0)


def icon(name: str, color: QColor) -> QIcon:
    """Return an icon drawn in one colour, sharp at the usual sizes and screen scales."""
    return _icon(name, color.rgba())


def pixmap(name: str, size: int, color: QColor, dpr: float = 1.0) -> QPixmap:
    """Return an icon as a pixmap of a logical size for a screen's scale."""
    return _pixmap(name, size, color.rgba(), dpr)


@cache
def _icon(name: str, rgba: int) -> QIcon:
    result = QIcon()
    for size in ICON_SIZES:
        for ratio in ICON_RATIOS:
            result.addPixmap(_pixmap(name, size, rgba, ratio))
    return result


@cache
def _pixmap(name: str, size: int, rgba: int, dpr: float) -> QPixmap:
    side = round(size * dpr)
    result = QPixmap(QSize(side, side))
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    painter.setOpacity(QColor.fromRgba(rgba).alphaF())
    _renderer(name, rgba).render(painter)
    painter.end()
    result.setDevicePixelRatio(dpr)
    return result


@cache
def _renderer(name: str, rgba: int) -> QSvgRenderer:
    color = QColor.fromRgba(rgba).name().encode()
    return QSvgRenderer(QByteArray(_source(name).replace(b"currentColor", color)))


@cache
def _source(name: str) -> bytes:
    return resources.path(f"icons/{name}.svg").read_bytes()
