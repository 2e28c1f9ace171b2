"""Everything a map shows, painted in one go, and what of it lies where."""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from db.domain.geometry import PointE6
from desktop.theme import current_theme
from desktop.widgets.map_ground import Ground
from desktop.widgets.map_ground_paint import GroundPainter
from desktop.widgets.map_labels import Boxes
from desktop.widgets.map_plane import Box, Camera, Plane
from desktop.widgets.map_points import PointPainter, Points
from desktop.widgets.map_shapes import Shape, ShapeTool, length_text, paint_shape

INCIDENTS, PLACES, TEAMS = "incidents", "places", "teams"
LAYERS = (PLACES, TEAMS, INCIDENTS)
"""In the order they are painted."""
_HALO = 24
_RULES = (20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000)
_RULE_PX = 150
_RULE_GROUND = 225

Background = Callable[[QPainter, Camera, Plane], object]


class Spot(NamedTuple):
    """What is under the pointer or reached by Tab: keys of points in a layer, and the cell."""

    layer: str = ""
    keys: tuple[int, ...] = ()
    area: str = ""

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing."""
        return not self.keys and not self.area


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is marked on the map: incidents by row id, a cell, a shape, a place to look at."""

    rids: frozenset[int] = frozenset()
    area: str = ""
    shape: Shape | None = None
    target: PointE6 | None = None


class Picture:
    """The layers of a map. Knows no mouse and no keys."""

    def __init__(self) -> None:
        self.painter = GroundPainter()
        self.tool = ShapeTool()
        self.background: Background | None = None
        self.chosen = Chosen()
        self.focus = Spot()
        self._marks = {layer: PointPainter() for layer in LAYERS}
        self._layers: dict[str, Points] = {}
        self._hidden: frozenset[str] = frozenset()
        self._find_places()

    @property
    def ground(self) -> Ground:
        """The areas."""
        return self.painter.look.ground

    @property
    def box(self) -> Box | None:
        """The box around the areas; without any, around all points."""
        if not self.ground.is_empty:
            return self.ground.box
        found = [points for points in self._layers.values() if len(points.keys)]
        if not found:
            return None
        return (
            min(float(points.x.min()) for points in found),
            min(float(points.y.min()) for points in found),
            max(float(points.x.max()) for points in found),
            max(float(points.y.max()) for points in found),
        )

    def set_look(self, **changes: Any) -> None:
        """Change something of what is painted as ground (see `GroundLook`)."""
        self.painter.look = replace(self.painter.look, **changes)

    def set_points(self, layer: str, points: Points) -> None:
        """Show the points of a layer."""
        self._layers[layer] = points
        self._find_places()

    def hide(self, layers: Collection[str]) -> None:
        """Hide these layers, show the others."""
        self._hidden = frozenset(layers)
        self._find_places()

    def shown(self, layer: str) -> Points:
        """Return the points of a layer, none while it is hidden."""
        return _NONE if layer in self._hidden else self._layers.get(layer, _NONE)

    def spot_at(self, camera: Camera, place: QPointF) -> Spot:
        """Return what lies at a pixel: points before cells, the uppermost layer first."""
        area = self.ground.cells.at(*camera.plane_at(place))
        is_near = self.ground.is_near(camera)
        for layer in reversed(LAYERS):
            points = self.shown(layer)
            if rows := points.near(camera, place, is_near=is_near):
                return Spot(layer, tuple(points.keys[rows].tolist()), area)
        return Spot(area=area)

    def place_of(self, spot: Spot, camera: Camera) -> QPointF | None:
        """Return the pixel where a spot lies, None where it is out of the view."""
        x = y = math.nan
        if spot.keys and (row := self.shown(spot.layer).row_of.get(spot.keys[0])) is not None:
            points = self.shown(spot.layer)
            x, y = points.x[row], points.y[row]
        elif (index := self.ground.index.get(spot.area)) is not None:
            x, y = self.ground.cells.anchors[index]
        place = QPointF(camera.px(x), camera.py(y))
        is_seen = 0 <= place.x() <= camera.width and 0 <= place.y() <= camera.height
        return place if is_seen else None

    def walk(self, camera: Camera) -> list[Spot]:
        """Return what keys walk through: incidents in view; from afar cells with a count, too."""
        is_near = self.ground.is_near(camera)
        points = self.shown(INCIDENTS)
        keys = points.keys[points.in_view(camera, is_near=is_near)].tolist()
        spots = [Spot(INCIDENTS, (key,)) for key in keys]
        if is_near:
            return spots
        counts, cells = self.painter.look.fill.counts, self.ground.cells
        codes = [cells.codes[index] for index in cells.inside(camera.box).tolist()]
        counted = sorted(
            (code for code in codes if counts.get(code)), key=lambda code: (-counts[code], code)
        )
        return spots + [Spot(area=code) for code in counted]

    def paint(self, painter: QPainter, camera: Camera, font: QFont, *, has_focus: bool) -> None:
        """Paint everything, from the ground up."""
        theme = current_theme()
        if self.background is not None:
            painter.fillRect(QRectF(0, 0, camera.width, camera.height), theme.surface)
            self.background(painter, camera, self.ground.plane)
        self.painter.paint(painter, camera, font)
        self._paint_chosen(painter, camera)
        is_near = self.ground.is_near(camera)
        size = self.ground.mark_size(camera)
        for layer in LAYERS:
            own = camera.letters if layer == INCIDENTS else size
            points = self.shown(layer)
            self._marks[layer].paint(painter, camera, font, points, own, is_near=is_near)
        if self.ground.is_close(camera):
            taken = Boxes()
            for layer in (TEAMS, PLACES):
                if (points := self.shown(layer)).names:
                    self._marks[layer].paint_names(painter, camera, font, points, taken)
        if self.chosen.target is not None:
            self._paint_target(painter, camera, self.chosen.target)
        if has_focus:
            self._paint_focus(painter, camera)
        _paint_rule(painter, camera, font)
        if self.tool.kind:
            self.tool.paint(painter, camera, font)

    def _find_places(self) -> None:
        """Note where marks stand, from afar and from near: labels give way to them."""
        shown = [self.shown(layer) for layer in LAYERS]
        far, near = (
            np.concatenate([points.places(is_near=is_near) for points in shown])
            for is_near in (False, True)
        )
        self.set_look(marks=(far, near))

    def _paint_chosen(self, painter: QPainter, camera: Camera) -> None:
        theme, chosen = current_theme(), self.chosen
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen.area:
            self._paint_cell(painter, camera, chosen.area, QPen(theme.accent, 3))
        if chosen.shape is not None:
            paint_shape(painter, camera, self.ground.plane, chosen.shape)
        points = self.shown(INCIDENTS)
        rows = [points.row_of[rid] for rid in chosen.rids if rid in points.row_of]
        if rows:
            xs, ys = camera.px(points.x[rows]).tolist(), camera.py(points.y[rows]).tolist()
            wide = _HALO * camera.letters
            halo = QPen(theme.accent, wide, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            painter.setPen(halo)
            painter.drawPoints(QPolygonF([QPointF(*place) for place in zip(xs, ys, strict=True)]))
            halo.setColor(theme.surface)
            halo.setWidthF(wide - 4)
            painter.setPen(halo)
            painter.drawPoints(QPolygonF([QPointF(*place) for place in zip(xs, ys, strict=True)]))

    def _paint_target(self, painter: QPainter, camera: Camera, target: PointE6) -> None:
        """Paint a ring with four ticks round a place, seen over whatever stands there."""
        plane, theme = self.ground.plane, current_theme()
        middle = QPointF(camera.px(plane.x(target[0])), camera.py(plane.y(target[1])))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((theme.surface, 5), (theme.accent, 2.5)):
            painter.setPen(QPen(color, width))
            painter.drawEllipse(middle, 16, 16)
            for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                painter.drawLine(
                    middle + QPointF(16 * dx, 16 * dy), middle + QPointF(22 * dx, 22 * dy)
                )

    def _paint_focus(self, painter: QPainter, camera: Camera) -> None:
        pen = QPen(current_theme().focus, 3)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.focus.area:
            self._paint_cell(painter, camera, self.focus.area, pen)
        points = self.shown(self.focus.layer)
        for key in self.focus.keys:
            if (row := points.row_of.get(key)) is not None:
                painter.setPen(pen)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                middle = QPointF(camera.px(points.x[row]), camera.py(points.y[row]))
                aside = QPointF(14, 14) * camera.letters
                painter.drawRect(QRectF(middle - aside, middle + aside))

    def _paint_cell(self, painter: QPainter, camera: Camera, code: str, pen: QPen) -> None:
        index = self.ground.index.get(code)
        if index is None:
            return
        painter.save()
        painter.setTransform(camera.transform, True)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolygon(self.ground.cells.polygons[index])
        painter.restore()


_NONE = Points.of()


def _paint_rule(painter: QPainter, camera: Camera, font: QFont) -> None:
    """Paint how long a length is, at the lower right, on a ground of its own."""
    most = _RULE_PX * camera.letters
    metres = max((one for one in _RULES if one * camera.scale <= most), default=_RULES[0])
    width, theme, metrics = metres * camera.scale, current_theme(), QFontMetricsF(font)
    text = length_text(metres)
    tick = metrics.height() / 3
    right, bottom = camera.width - 14.0, camera.height - 12.0
    left = right - max(width, metrics.horizontalAdvance(text))
    box = QRectF(left, bottom - metrics.height() - tick, right - left, metrics.height())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    ground = QColor(theme.surface)
    ground.setAlpha(_RULE_GROUND)
    painter.setBrush(ground)
    painter.drawRoundedRect(
        QRectF(box.topLeft(), QPointF(right, bottom)).adjusted(-8, -4, 8, 6), 4, 4
    )
    painter.setPen(QPen(theme.text_dim, 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(
        QPolygonF(
            [
                QPointF(right - width, bottom - tick),
                QPointF(right - width, bottom),
                QPointF(right, bottom),
                QPointF(right, bottom - tick),
            ]
        )
    )
    painter.setFont(font)
    painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
