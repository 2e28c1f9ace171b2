"""Filling a rectangle with a colour, the quick way at a start."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter


def fill(painter: QPainter, rect: QRect, color: QColor) -> None:
    """Fill a rectangle; the painter's background is `color` thereafter.

    To choose its overload `QPainter.fillRect` makes the class of gradients with its 169 presets,
    which takes 4 ms of a start.
    """
    painter.setBackground(color)
    painter.eraseRect(rect)
