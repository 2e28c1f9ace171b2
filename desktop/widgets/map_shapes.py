"""Circles and outlines drawn on a map to choose what lies in them, by mouse or by keys."""

from dataclasses import dataclass
from math import hypot

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from db.domain.geometry import PointE6
from desktop.language import say
from desktop.theme import current_theme
from desktop.widgets.map_plane import Camera, Plane

CIRCLE, OUTLINE = "circle", "outline"
_LEAST_PX = 4
_KEY_PART = 0.25
"""How much of the view's height a circle's radius is when it is begun by its key."""
_STEP = 1.25


@dataclass(frozen=True, slots=True)
class Circle:
    """All within so many metres of a point."""

    centre: PointE6
    metres: float


@dataclass(frozen=True, slots=True)
class Outline:
    """All inside a line from corner to corner and back to the first."""

    corners: tuple[PointE6, ...]


Shape = Circle | Outline


def length_text(metres: float) -> str:
    """Return a length as it is read: `350 米`, `2.4 公里`."""
    return (
        say("{:.0f} 米").format(metres)
        if metres < 1000
        else say("{:.1f} 公里").format(metres / 1000)
    )


class ShapeTool:
    """A shape being drawn. `kind` is empty while none is."""

    def __init__(self) -> None:
        self.kind = ""
        self.is_by_keys = False
        self._corners: list[tuple[float, float]] = []
        self._pointer: tuple[float, float] | None = None
        self._radius = 0.0

    def start(self, kind: str, camera: Camera) -> None:
        """Begin; until the mouse is pressed the middle of the view is where things happen."""
        self.kind, self.is_by_keys = kind, True
        self._corners, self._pointer = [], None
        self._radius = camera.height * _KEY_PART / camera.scale

    def stop(self) -> None:
        """Draw nothing any more."""
        self.kind, self._corners, self._pointer = "", [], None

    def press(self, place: tuple[float, float]) -> None:
        """Put the centre of a circle, or a corner, at a place in metres."""
        self.is_by_keys = False
        self._pointer = place
        if self.kind == CIRCLE:
            self._corners, self._radius = [place], 0.0
        else:
            self.add(place)

    def move(self, place: tuple[float, float], *, is_pressed: bool) -> None:
        """Follow the pointer."""
        if self.is_by_keys:
            return
        self._pointer = place
        if self.kind == CIRCLE and is_pressed and self._corners:
            self._radius = hypot(place[0] - self._corners[0][0], place[1] - self._corners[0][1])

    def add(self, place: tuple[float, float]) -> None:
        """Add a corner; one on the last of them is the same."""
        if not self._corners or self._corners[-1] != place:
            self._corners.append(place)

    def take_back(self) -> None:
        """Take the last corner away."""
        del self._corners[-1:]

    def grow(self, steps: int) -> None:
        """Make a circle wider or narrower."""
        self._radius *= _STEP**steps

    def finished(self, camera: Camera, plane: Plane) -> Shape | None:
        """Return what was drawn, None while it holds nothing."""
        if self.kind == CIRCLE:
            centre = self._centre(camera)
            if self._radius * camera.scale < _LEAST_PX:
                return None
            return Circle(plane.at(*centre), self._radius)
        if len(set(self._corners)) < 3:
            return None
        return Outline(tuple(plane.at(*corner) for corner in self._corners))

    def hint(self, camera: Camera) -> str:
        """Return what can be done next."""
        if self.kind == CIRCLE:
            way = (
                say("方向键移动，+ - 改大小，Enter 选定") if self.is_by_keys else say("拖动定半径")
            )
            return say("圆圈选：半径 {}。{}，Esc 取消").format(length_text(self._radius), way)
        way = say("Space 在十字处加一角") if self.is_by_keys else say("单击加一角")
        way += say("，Backspace 去掉一角")
        return say("多边形圈选：{} 个角。{}，Enter 选定，Esc 取消").format(len(self._corners), way)

    def paint(self, painter: QPainter, camera: Camera, font: QFont) -> None:
        """Paint what is being drawn."""
        theme = current_theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.kind == CIRCLE:
            x, y = self._centre(camera)
            _paint_circle(painter, QPointF(camera.px(x), camera.py(y)), self._radius * camera.scale)
        else:
            corners = list(self._corners)
            loose = (camera.x, camera.y) if self.is_by_keys else self._pointer
            if loose is not None:
                corners.append(loose)
            _paint_outline(painter, [QPointF(camera.px(x), camera.py(y)) for x, y in corners])
        if self.is_by_keys:
            middle = QPointF(camera.width / 2, camera.height / 2)
            painter.setPen(QPen(theme.focus, 2))
            painter.drawLine(middle - QPointF(9, 0), middle + QPointF(9, 0))
            painter.drawLine(middle - QPointF(0, 9), middle + QPointF(0, 9))
        _paint_hint(painter, camera, font, self.hint(camera))

    def _centre(self, camera: Camera) -> tuple[float, float]:
        return (camera.x, camera.y) if self.is_by_keys or not self._corners else self._corners[0]


def paint_shape(painter: QPainter, camera: Camera, plane: Plane, shape: Shape) -> None:
    """Paint a shape that was drawn."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if isinstance(shape, Circle):
        middle = _pixel(camera, plane, shape.centre)
        _paint_circle(painter, middle, shape.metres * camera.scale)
    else:
        _paint_outline(painter, [_pixel(camera, plane, corner) for corner in shape.corners])


def _pixel(camera: Camera, plane: Plane, point: PointE6) -> QPointF:
    return QPointF(camera.px(plane.x(point[0])), camera.py(plane.y(point[1])))


def _dress(painter: QPainter) -> None:
    theme = current_theme()
    veil = QColor(theme.accent)
    veil.setAlpha(28)
    painter.setBrush(veil)
    painter.setPen(QPen(theme.accent, 2, Qt.PenStyle.DashLine))


def _paint_circle(painter: QPainter, middle: QPointF, radius: float) -> None:
    _dress(painter)
    painter.drawEllipse(middle, radius, radius)


def _paint_outline(painter: QPainter, corners: list[QPointF]) -> None:
    _dress(painter)
    painter.drawPolygon(QPolygonF(corners))
    painter.setBrush(current_theme().accent)
    painter.setPen(Qt.PenStyle.NoPen)
    for corner in corners:
        painter.drawEllipse(corner, 3, 3)


def _paint_hint(painter: QPainter, camera: Camera, font: QFont, text: str) -> None:
    theme = current_theme()
    painter.setFont(font)
    metrics = painter.fontMetrics()
    width = min(metrics.horizontalAdvance(text) + 24, camera.width - 16)
    box = QRectF((camera.width - width) / 2, 10, width, metrics.height() + 10)
    painter.setPen(QPen(theme.accent, 1))
    painter.setBrush(theme.surface_raised)
    painter.drawRoundedRect(box, 6, 6)
    painter.setPen(theme.text)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(width) - 16)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)
