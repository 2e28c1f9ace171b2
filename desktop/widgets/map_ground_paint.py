"""Paints the ground of a map: fills, borders, labels. Kept as a picture while the view is moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen

from desktop.theme import Theme, current_theme
from desktop.widgets.map_ground import (
    CLASSES,
    TOWN_DIGITS,
    Fill,
    Floats,
    Ground,
    fill_role,
)
from desktop.widgets.map_labels import Label, Layout
from desktop.widgets.map_plane import Box, Camera

MARGIN = 160
"""Pixels painted beyond each edge: moved farther, the view gets a strip painted anew.

A ground of 755 cells takes 30 ms to paint whole, a strip 6 ms, the picture of it less than one.
"""
_LABEL_REACH = 120
VEIL = 0.55
"""How dense fills are over a background."""
_NO_MARKS = np.empty((0, 2))


@dataclass(frozen=True, eq=False)
class GroundLook:
    """What is painted. `notes` is a second line for some cells, shown from near.

    `marks` are the places in metres that labels had better not cover, from afar and from near.
    """

    ground: Ground = field(default_factory=lambda: Ground.of(()))
    fill: Fill = field(default_factory=Fill)
    notes: Mapping[str, str] = field(default_factory=dict)
    marks: tuple[Floats, Floats] = (_NO_MARKS, _NO_MARKS)
    has_borders: bool = True
    has_labels: bool = True
    is_veil: bool = False
    """Whether something below is to shine through."""


class GroundPainter:
    """Paints a look; what depends on the scale only is made once for a scale."""

    def __init__(self) -> None:
        self.look = GroundLook()
        self._labels: list[Label] = []
        self._anchors: Floats = np.empty((0, 2))
        self._laid_for: tuple[object, ...] = ()
        self._picture = QImage()
        self._painted_for: tuple[object, ...] = ()
        self._at = Camera()

    def paint(self, painter: QPainter, camera: Camera, font: QFont) -> None:
        """Paint fills, borders and labels."""
        wanted = (self.look, current_theme(), font.key(), camera.scale, camera.width,
                  camera.height, camera.ratio)  # fmt: skip
        if wanted != self._painted_for:
            self._painted_for, self._at = wanted, camera
            self._picture = self._new_picture()
            self._paint_parts([self._whole()], font)
        dx, dy = self._aside(camera)
        if abs(dx) > MARGIN or abs(dy) > MARGIN:
            self._scroll(dx, dy, font)
            dx, dy = self._aside(camera)
        painter.drawImage(QPointF(dx - MARGIN, dy - MARGIN), self._picture)

    @property
    def _wide(self) -> Camera:
        """What the picture shows: the view it was painted for, and a margin round it."""
        at = self._at
        return replace(at, width=at.width + 2 * MARGIN, height=at.height + 2 * MARGIN)

    def _whole(self) -> QRectF:
        return QRectF(0, 0, self._wide.width, self._wide.height)

    def _aside(self, camera: Camera) -> tuple[float, float]:
        """Return how far the picture has moved for a view, in whole pixels of the screen."""
        at, ratio = self._at, camera.ratio
        dx, dy = (at.x - camera.x) * camera.scale, (camera.y - at.y) * camera.scale
        return round(dx * ratio) / ratio, round(dy * ratio) / ratio

    def _new_picture(self) -> QImage:
        wide, is_veil = self._wide, self.look.is_veil
        picture = QImage(
            round(wide.width * wide.ratio),
            round(wide.height * wide.ratio),
            QImage.Format.Format_ARGB32_Premultiplied if is_veil else QImage.Format.Format_RGB32,
        )
        picture.setDevicePixelRatio(wide.ratio)
        picture.fill(Qt.GlobalColor.transparent)
        return picture

    def _scroll(self, dx: float, dy: float, font: QFont) -> None:
        """Move the picture on and paint what came into it."""
        before, self._picture = self._picture, self._new_picture()
        self._at = self._at.moved(dx, dy)
        with QPainter(self._picture) as painter:
            painter.drawImage(QPointF(dx, dy), before)
        whole = self._whole()
        width, height = whole.width(), whole.height()
        across = QRectF(width + dx, 0, -dx, height) if dx < 0 else QRectF(0, 0, dx, height)
        along = QRectF(0, height + dy, width, -dy) if dy < 0 else QRectF(0, 0, width, dy)
        fresh = [part.intersected(whole) for part in (across, along) if not part.isEmpty()]
        self._paint_parts(fresh, font)

    def _paint_parts(self, parts: Sequence[QRectF], font: QFont) -> None:
        """Paint parts of the picture, each on its own: only what lies in it is drawn."""
        wide = self._wide
        empty = Qt.GlobalColor.transparent if self.look.is_veil else current_theme().surface
        with QPainter(self._picture) as painter:
            for part in parts:
                painter.save()
                painter.setClipRect(part)
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
                painter.fillRect(part, empty)
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
                self._paint_part(painter, wide, part, font)
                painter.restore()

    def _paint_part(self, painter: QPainter, wide: Camera, part: QRectF, font: QFont) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setTransform(wide.transform, True)
        box = wide.box_of(part)
        self._paint_cells(painter, box)
        if self.look.has_borders:
            self._paint_borders(painter, box)
        painter.restore()
        if self.look.has_labels:
            self._paint_labels(painter, wide, part, font)

    def _paint_cells(self, painter: QPainter, box: Box) -> None:
        look, theme, cells = self.look, current_theme(), self.look.ground.cells
        style = Qt.PenStyle.SolidLine if look.has_borders else Qt.PenStyle.NoPen
        line = QPen(theme.map_line, 1, style)
        line.setCosmetic(True)
        painter.setPen(line)
        classes: list[list[int]] = [[] for _ in range(CLASSES + 1)]
        for index in cells.inside(box).tolist():
            number = look.fill.class_of(cells.codes[index]) if look.fill.is_coloured else 0
            classes[number].append(index)
        for number, members in enumerate(classes):
            painter.setBrush(self._fill_of(theme, number))
            for index in members:
                painter.drawPolygon(cells.polygons[index])

    def _fill_of(self, theme: Theme, number: int) -> QColor:
        colour = QColor(theme[fill_role(number)])
        if self.look.is_veil:
            colour.setAlphaF(VEIL if self.look.fill.is_coloured else 0)
        return colour

    def _paint_borders(self, painter: QPainter, box: Box) -> None:
        borders, theme = self.look.ground.borders, current_theme()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for index in borders.inside(box).tolist():
            is_town = len(borders.codes[index]) <= TOWN_DIGITS
            pen = QPen(theme.map_label if is_town else theme.text_faint, 2 if is_town else 1.2)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawPolygon(borders.polygons[index])

    def _paint_labels(self, painter: QPainter, camera: Camera, part: QRectF, font: QFont) -> None:
        self._lay_out(camera, font)
        strong = QFont(font)
        strong.setBold(True)
        xs, ys = camera.px(self._anchors[:, 0]), camera.py(self._anchors[:, 1])
        far = _LABEL_REACH * camera.letters
        reach = part.adjusted(-far, -far, far, far)
        inside = (xs > reach.left()) & (xs < reach.right())
        inside &= (ys > reach.top()) & (ys < reach.bottom())
        shown = np.flatnonzero(inside).tolist()
        painter.setPen(current_theme().map_label)
        for is_strong in (False, True):
            painter.setFont(strong if is_strong else font)
            for index in shown:
                label = self._labels[index]
                if label.is_strong is is_strong:
                    place = QPointF(round(xs[index] + label.x), round(ys[index] + label.y))
                    painter.drawStaticText(place, label.text)

    def _lay_out(self, camera: Camera, font: QFont) -> None:
        """Choose which labels have room; that depends on the scale, not on the place."""
        wanted = (self.look, font.key(), camera.scale, camera.letters)
        if wanted == self._laid_for:
            return
        self._laid_for = wanted
        look, is_near = self.look, self.look.ground.is_near(camera)
        size = look.ground.mark_size(camera)
        layout = Layout(look.ground, camera.scale, font, look.marks[is_near], size)
        if is_near:
            layout.put_cells(look.fill, look.notes)
        else:
            layout.put_counts(look.fill)
            layout.put_villages()
        self._labels = layout.labels
        self._anchors = np.array(layout.anchors, float).reshape(-1, 2)
