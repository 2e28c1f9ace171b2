"""Pointing to a place on a small map, by mouse or by keys, in the place of a form's fields.

Importing this takes half a second (pyqtgraph): only in a worker, when a place is to be picked.
"""

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from db.domain.geometry import PointE6
from desktop.context import AppContext
from desktop.override import override
from desktop.tiles import Ground as ChosenTiles
from desktop.widgets.elided_label import ElidedLabel
from desktop.widgets.fields import is_own_escape
from desktop.widgets.map_canvas import MapCanvas
from desktop.widgets.map_feed import MapFeed
from desktop.widgets.map_picture import Chosen
from desktop.widgets.map_plane import Box
from desktop.widgets.map_reading import BARE, Wanted
from desktop.widgets.map_tiles import TileLayer

_NEAR_M = 1_500
"""Metres across a view that begins at a known place."""
_ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_TOOLS = (Qt.Key.Key_O, Qt.Key.Key_P)


class PlaceCanvas(MapCanvas):
    """A map with a ring in the middle. `placed(PointE6, area code)` by click or Enter; `left()`.

    `refused()` for an Enter while the ring is where nobody has put it: at `unaimed`.
    """

    placed = Signal(object, str)
    refused = Signal()
    left = Signal()

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(name, parent)
        self.unaimed: tuple[float, float] | None = None

    @property
    def is_aimed(self) -> bool:
        """Whether somebody has said where the ring is."""
        return (self.camera.x, self.camera.y) != self.unaimed

    def show_box(self, box: Box) -> None:
        """Look at a part of the town."""
        self._is_placed = True
        self._look(self.camera.fitted(box, self.inset))

    @override
    def event(self, event: QEvent) -> bool:
        if is_own_escape(event):
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTERS and not event.isAutoRepeat():
            if self.is_aimed:
                self._place_at(self.camera.x, self.camera.y)
            else:
                self.refused.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() not in (*_TOOLS, *_ENTERS):
            super().keyPressEvent(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        is_click = self._pressed is not None and not self._is_dragging
        super().mouseReleaseEvent(event)
        if is_click:
            self._place_at(*self.camera.plane_at(event.position()))

    def _place_at(self, x: float, y: float) -> None:
        if not self.ground.is_empty:  # not before it is read
            self.placed.emit(self.ground.plane.at(x, y), self.ground.cells.at(x, y))


class PlacePicker(QWidget):
    """A map to point to a place on. `placed(PointE6, area code)`; `left()` for Esc.

    It begins at `point`, else in the grid of `area_code`, else with that village or the whole
    town; then Enter is refused until the map was moved: nobody has chosen the grid in the middle.
    """

    placed = Signal(object, str)
    left = Signal()

    def __init__(
        self,
        context: AppContext,
        tiles: ChosenTiles | None,
        point: PointE6 | None = None,
        area_code: str = "",
    ) -> None:
        super().__init__()
        self._start: tuple[PointE6 | None, str] | None = point, area_code
        self.canvas = PlaceCanvas(self.tr("在地图上点出位置"), self)
        self.canvas.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.canvas.setMinimumHeight(self.fontMetrics().lineSpacing() * 12)
        self.canvas.placed.connect(self.placed)
        self.canvas.left.connect(self.left)
        self.canvas.refused.connect(self._on_refused)
        self.canvas.moved.connect(self._on_moved)
        self._where = ElidedLabel(parent=self)
        self._where.setProperty("role", "strong")
        hint = QLabel(
            self.tr("点一下；或方向键移动、+ − 缩放、Enter 定、Esc 返回"),
            self,
            textFormat=Qt.TextFormat.PlainText,
            wordWrap=True,
        )
        hint.setProperty("role", "dim")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 4)
        layout.setSpacing(4)
        for widget in (hint, self.canvas, self._where):
            layout.addWidget(widget)
        layout.setStretchFactor(self.canvas, 1)
        self.setFocusProxy(self.canvas)
        self._tiles: TileLayer | None = None
        if tiles is not None:
            self._tiles = TileLayer(context.runner, tiles.tiles, tiles.crs, self)
            self._tiles.changed.connect(self.canvas.redraw)
            self.canvas.set_background(self._tiles.paint)
        self._feed = MapFeed(context, self.canvas, lambda: Wanted(measure=BARE), self)
        self._feed.read.connect(self._on_read)
        self._feed.failed.connect(context.duty.tell_error)
        self._feed.refresh()

    @property
    def where(self) -> str:
        """The name of the area the ring is in."""
        return self._where.text()

    def close_map(self) -> None:
        """Let the tiles go; the picker is of no use afterwards."""
        if self._tiles is not None:
            self._tiles.close()
        self.deleteLater()

    @Slot()
    def _on_read(self) -> None:
        """Begin where something is known, once the ground is here."""
        is_first = self._start is not None
        (point, area_code), self._start = self._start or (None, ""), None
        ground = self.canvas.ground
        cell = ground.index.get(ground.cell_of(area_code))
        if point is not None:
            x, y = ground.plane.x(point[0]), ground.plane.y(point[1])
            self.canvas.centre_on(x, y, _NEAR_M)
        elif cell is not None:
            x, y = ground.cells.anchors[cell].tolist()
            self.canvas.centre_on(x, y, _NEAR_M)
        elif is_first:
            box = ground.box_within(area_code)
            if box is not None:
                self.canvas.show_box(box)
            self.canvas.unaimed = self.canvas.camera.x, self.canvas.camera.y
        self._on_moved()

    @Slot()
    def _on_moved(self) -> None:
        """Keep the ring in the middle, and say where that is."""
        camera, ground = self.canvas.camera, self.canvas.ground
        self.canvas.set_chosen(Chosen(target=ground.plane.at(camera.x, camera.y)))
        code = ground.cells.at(camera.x, camera.y)
        name = ground.names.get(code, self.tr("不在网格里"))
        self._where.setText(name if self.canvas.is_aimed else self.tr("还没有指定位置"))

    @Slot()
    def _on_refused(self) -> None:
        self._where.setText(self.tr("还没有指定位置：先用方向键移到那里，或点一下"))
