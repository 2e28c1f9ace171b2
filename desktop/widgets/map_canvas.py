"""The map as a widget: moved, walked and picked from by mouse and keys.

A screen reader sees nothing of what is painted: what the keys walk to is spoken, and whoever shows
a canvas shows a list beside it. Importing this takes a quarter of a second: never on the start
path, and off the thread of the window.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QFont,
    QFontInfo,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from db.domain.geometry import PointE6
from desktop.override import override
from desktop.widgets.map_ground import Fill, Ground
from desktop.widgets.map_picture import INCIDENTS, Background, Chosen, Picture, Spot
from desktop.widgets.map_plane import Camera
from desktop.widgets.map_points import Points, letters_of
from desktop.widgets.map_shapes import CIRCLE, OUTLINE
from desktop.widgets.own_keys import claims_key
from desktop.widgets.tips import plain_tip

ZOOM = 1.4
_DRAG_PX = 5
_HOVER_MS = 150
_KEY_PART = 0.12
"""How much of the view an arrow key moves."""
_Key, _Modifier = Qt.Key, Qt.KeyboardModifier
_ARROWS = {_Key.Key_Left: (1, 0), _Key.Key_Right: (-1, 0), _Key.Key_Up: (0, 1),
           _Key.Key_Down: (0, -1)}  # fmt: skip
_CLOSER = {_Key.Key_Plus: 1, _Key.Key_Equal: 1, _Key.Key_Minus: -1}
_ENTER = {_Key.Key_Return, _Key.Key_Enter}
_DRESS_EVENTS = {QEvent.Type.FontChange, QEvent.Type.StyleChange, QEvent.Type.PaletteChange}


class _Item(pg.GraphicsObject):  # type: ignore[misc]
    """The one item of the scene."""

    def __init__(self, canvas: "MapCanvas") -> None:
        super().__init__()
        self._canvas = canvas

    def boundingRect(self) -> QRectF:
        return QRectF(self._canvas.viewport().rect())

    def paint(self, painter: QPainter, *_: Any) -> None:
        self._canvas.paint_map(painter)


class MapCanvas(pg.GraphicsView):  # type: ignore[misc]
    """A map to look at, to walk by keys, to pick from. Everything it shows is set from outside.

    `picked(Spot)`: what was clicked, or a cell entered by its key. `opened(row id)`: an incident
    double clicked or entered. `pointed(Spot)`: what the mouse rests on or Tab has reached; an
    answer goes to `say`. `drawn(Shape)`, `tool_changed(kind)`: shapes. `moved()`: the view.
    """

    picked = Signal(object)
    opened = Signal(object)
    pointed = Signal(object)
    drawn = Signal(object)
    tool_changed = Signal(str)
    moved = Signal()
    shown = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        self._item: _Item | None = None
        super().__init__(parent, background=None)
        self.camera = Camera()
        self.picture = Picture()
        self.inset = 0
        """Pixels at the left that the whole town had better not lie under."""
        self._is_leaving = False
        self._is_placed = self._is_whole = False
        self._pressed: QPointF | None = None
        self._is_dragging = False
        self._hover_at = QPoint()
        self._hovered = Spot()
        self._hover = QTimer(self, singleShot=True, interval=_HOVER_MS)
        self._hover.timeout.connect(self._on_hover)
        self._item = _Item(self)
        self.addItem(self._item)
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)

    @property
    def ground(self) -> Ground:
        """The areas shown."""
        return self.picture.ground

    @property
    def is_near(self) -> bool:
        """Whether single points are shown rather than a count in each cell."""
        return self.ground.is_near(self.camera)

    @property
    def focused(self) -> Spot:
        """What Tab has reached."""
        return self.picture.focus

    @property
    def tool(self) -> str:
        """The kind of shape being drawn, empty for none."""
        return self.picture.tool.kind

    def set_ground(self, ground: Ground) -> None:
        """Show areas; the view stays where it is but the first time."""
        self.picture.set_look(ground=ground)
        self.settle()
        self.redraw()

    def set_fill(self, fill: Fill, notes: Mapping[str, str] | None = None) -> None:
        """Show a count per cell, and a note below the name of some."""
        self.picture.set_look(fill=fill, notes=notes or {})
        self.redraw()

    def set_points(self, layer: str, points: Points) -> None:
        """Show the points of a layer; view, focus and what is chosen stay."""
        self.picture.set_points(layer, points)
        focus = self.picture.focus
        if layer == focus.layer and focus.keys[0] not in points.row_of:
            self.picture.focus = Spot()
        self.redraw()

    def set_hidden(self, layers: Collection[str]) -> None:
        """Hide these layers, show the others."""
        self.picture.hide(layers)
        self.redraw()

    def set_borders(self, is_shown: bool) -> None:
        """Show or hide borders and names of areas."""
        self.picture.set_look(has_borders=is_shown, has_labels=is_shown)
        self.redraw()

    def set_background(self, background: Background | None) -> None:
        """Paint something below everything else, such as tiles; fills let it through."""
        self.picture.background = background
        self.picture.set_look(is_veil=background is not None)
        self.redraw()

    def set_chosen(self, chosen: Chosen) -> None:
        """Mark what is chosen."""
        self.picture.chosen = chosen
        self.redraw()

    def set_target(self, point: PointE6 | None, area: str = "") -> None:
        """Mark one place (degrees times 1e6) or one cell; neither marks nothing."""
        self.set_chosen(Chosen(area=area, target=point))

    def show_all(self) -> None:
        """Show the whole town; where no area has an outline, all points."""
        box = self.picture.box
        if box is not None and self.camera.width > 1:
            self._look(self.camera.fitted(box, self.inset))
            self._is_placed = self._is_whole = True

    def settle(self) -> None:
        """Show the whole town unless something has been looked at already."""
        if not self._is_placed:
            self.show_all()

    def centre_on(self, x: float, y: float, metres: float | None = None) -> None:
        """Look at a place in metres of the ground's plane, so many metres across if given."""
        self._is_placed = True
        scale = self.camera.scale if metres is None else self.camera.width / metres
        self._look(replace(self.camera, x=x, y=y, scale=scale))

    def pan(self, dx: float, dy: float) -> None:
        """Move what is seen by pixels right and down."""
        self._look(self.camera.moved(dx, dy))

    def zoom(self, steps: int) -> None:
        """Look so many steps closer."""
        self._look(self.camera.zoomed(ZOOM**steps))

    def start_tool(self, kind: str) -> None:
        """Begin to draw a shape; the same again stops."""
        if self.tool == kind:
            self.stop_tool()
            return
        self.picture.tool.start(kind, self.camera)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.viewport().setCursor(Qt.CursorShape.CrossCursor)
        self.tool_changed.emit(kind)
        self._announce(self.picture.tool.hint(self.camera))
        self.redraw()

    def stop_tool(self) -> None:
        """Draw no shape any more."""
        self.picture.tool.stop()
        self.viewport().unsetCursor()
        self.tool_changed.emit("")
        self.redraw()

    def say(self, spot: Spot, text: str) -> None:
        """Tell what a spot is: spoken if Tab has reached it, a tip if the mouse rests there."""
        if spot.is_nothing:
            return
        if spot == self.focused:
            self._announce(text)
        elif spot == self._hovered:
            at = self.viewport().mapToGlobal(self._hover_at)
            QToolTip.showText(at, plain_tip(text), self.viewport())

    def spot_at(self, place: QPointF) -> Spot:
        """Return what lies at a pixel."""
        return self.picture.spot_at(self.camera, place)

    def paint_map(self, painter: QPainter) -> None:
        """Paint everything."""
        camera = replace(self.camera, ratio=self.devicePixelRatioF())
        self.picture.paint(painter, camera, self._font(), has_focus=self.hasFocus())

    @override
    def close(self) -> bool:
        # Not pyqtgraph's: it takes the viewport away from a widget that is still shown.
        return QWidget.close(self)

    @override
    def sizeHint(self) -> QSize:
        return QSize(640, 480)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(160, 120)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    @override
    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if self._item is None:
            return
        size = self.viewport().size()
        self.camera = replace(self.camera, width=size.width(), height=size.height())
        self._measure()
        self._item.prepareGeometryChange()
        if self._is_whole:
            # As long as nothing else has been looked at, the whole town fits the new size.
            self.show_all()
        self.settle()
        self.redraw()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in _DRESS_EVENTS and self._item is not None:
            self._measure()
            self.redraw()

    @override
    def event(self, event: QEvent) -> bool:
        return claims_key(event, self._is_own_key) or bool(super().event(event))

    @override
    def focusNextPrevChild(self, next: bool) -> bool:
        """Walk through what is in view; past the ends, and after Esc, leave the map."""
        spots = [] if self._is_leaving else self.picture.walk(self.camera)
        at = -1 if next else len(spots)
        if self.focused in spots:
            at = spots.index(self.focused)
        at += 1 if next else -1
        if not 0 <= at < len(spots):
            self.picture.focus = Spot()
            return bool(super().focusNextPrevChild(next))
        self.picture.focus = spots[at]
        self.redraw()
        self.pointed.emit(spots[at])
        return True

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        self._is_leaving = False
        super().focusInEvent(event)
        self.redraw()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.redraw()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not (self._move_by_key(event.key()) or self._act_by_key(event.key())):
            event.ignore()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()
            self._is_dragging = False
            if self.tool == CIRCLE:
                self.picture.tool.press(self.camera.plane_at(event.position()))
                self.redraw()
        event.accept()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place, is_pressed = event.position(), self._pressed is not None
        if self.tool:
            self.picture.tool.move(self.camera.plane_at(place), is_pressed=is_pressed)
            self.redraw()
        elif self._pressed is not None:
            step = place - self._pressed
            if self._is_dragging or step.manhattanLength() >= _DRAG_PX:
                self._is_dragging = True
                self._pressed = place
                self.pan(step.x(), step.y())
        else:
            self._hover_at = place.toPoint()
            self._hover.start()
        event.accept()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._pressed is not None:
            self._pressed = None
            if self.tool == CIRCLE:
                self._finish_tool()
            elif self.tool:
                self.picture.tool.press(self.camera.plane_at(event.position()))
                self.redraw()
            elif not self._is_dragging:
                self.picture.focus = Spot()
                self.picked.emit(self.spot_at(event.position()))
        event.accept()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        spot = self.spot_at(event.position())
        if self.tool == OUTLINE:
            self._finish_tool()
        elif spot.layer == INCIDENTS:
            self.opened.emit(spot.keys[0])
        elif not self.tool:
            self._look(self.camera.zoomed(ZOOM**2, event.position()))
        event.accept()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / 120
        self._look(self.camera.zoomed(ZOOM**steps, event.position()))
        event.accept()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._hover.stop()
        self._hovered = Spot()
        super().leaveEvent(event)

    def _look(self, camera: Camera) -> None:
        self.camera = camera
        self._is_whole = False
        self.redraw()
        self.moved.emit()

    @Slot()
    def redraw(self) -> None:
        """Paint again soon."""
        if self._item is not None:
            self._item.update()

    def _font(self) -> QFont:
        """Return the font of labels: a little smaller than that of the window."""
        font = QFont(self.font())
        font.setPixelSize(max(QFontInfo(font).pixelSize() - 2, 9))
        return font

    def _measure(self) -> None:
        """Note how large the letters are: what there is room for depends on them."""
        self.camera = replace(self.camera, letters=letters_of(self._font()))

    def _announce(self, text: str) -> None:
        self.setAccessibleDescription(text)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def _is_own_key(self, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent):
            return False
        plain = event.modifiers() & ~_Modifier.KeypadModifier
        if event.key() == _Key.Key_Escape:
            return bool(self.tool) or not self.focused.is_nothing
        is_ours = event.key() in {*_ARROWS, *_CLOSER, *_ENTER}
        return is_ours and plain in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.ShiftModifier,
        )

    def _move_by_key(self, key: int) -> bool:
        camera = self.camera
        if key in _ARROWS:
            dx, dy = _ARROWS[_Key(key)]
            self.pan(dx * camera.width * _KEY_PART, dy * camera.height * _KEY_PART)
        elif key in _CLOSER and self.tool == CIRCLE and self.picture.tool.is_by_keys:
            self.picture.tool.grow(_CLOSER[_Key(key)])
            self.redraw()
        elif key in _CLOSER:
            place = self.picture.place_of(self.focused, camera)
            self._look(camera.zoomed(ZOOM ** _CLOSER[_Key(key)], place))
        else:
            return False
        return True

    def _act_by_key(self, key: int) -> bool:
        if key == _Key.Key_Escape and self.tool:
            self.stop_tool()
        elif key == _Key.Key_Escape and not self.focused.is_nothing:
            self.picture.focus, self._is_leaving = Spot(), True
            self.redraw()
        elif self.tool:
            return self._draw_by_key(key)
        elif key in _ENTER and self.focused.keys:
            self.opened.emit(self.focused.keys[0])
        elif key in _ENTER and self.focused.area:
            self.picked.emit(self.focused)
        else:
            return False
        return True

    def _draw_by_key(self, key: int) -> bool:
        tool = self.picture.tool
        if key in _ENTER:
            self._finish_tool()
        elif key == _Key.Key_Space and tool.kind == OUTLINE:
            tool.is_by_keys = True
            tool.add((self.camera.x, self.camera.y))
        elif key == _Key.Key_Backspace and tool.kind == OUTLINE:
            tool.take_back()
        else:
            return False
        self._announce(tool.hint(self.camera))
        self.redraw()
        return True

    def _finish_tool(self) -> None:
        """Hand over what was drawn; go on drawing while it holds nothing."""
        shape = self.picture.tool.finished(self.camera, self.ground.plane)
        if shape is not None:
            self.stop_tool()
            self.drawn.emit(shape)

    @Slot()
    def _on_hover(self) -> None:
        self._hovered = self.spot_at(QPointF(self._hover_at))
        if self._hovered.is_nothing:
            QToolTip.hideText()
        else:
            self.pointed.emit(self._hovered)
