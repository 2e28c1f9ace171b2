"""A small map beside other things: the town, what is open, one place to look at.

Light to import: what paints it is loaded in a worker when the first one is made.
"""

from types import ModuleType
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QStackedLayout, QWidget

from db.domain.geometry import PointE6
from desktop.context import AppContext

if TYPE_CHECKING:
    from desktop.widgets.map_canvas import MapCanvas
    from desktop.widgets.map_feed import MapFeed

NEAR_M = 1_500
"""Metres across at which one place is looked at."""


class MiniMap(QWidget):
    """A map that keeps itself equal to the record.

    `opened(row id)`: an incident double clicked or entered. `picked(Spot)`: see `MapCanvas`.
    """

    opened = Signal(object)
    picked = Signal(object)

    def __init__(self, context: AppContext, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._name = name
        self._place: tuple[PointE6 | None, str] = (None, "")
        self.canvas: MapCanvas | None = None
        self._feed: MapFeed | None = None
        self._told = QLabel(self.tr("正在打开地图…"), textFormat=Qt.TextFormat.PlainText)
        self._told.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._told.setProperty("role", "dim")
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._told)
        context.runner.job(_load_feed, self._on_loaded, self._on_failed, self)

    def show_place(self, point: PointE6 | None, area_code: str = "") -> None:
        """Look at a point (longitude and latitude, degrees times 1e6), without one at an area.

        Without either the whole town is shown.
        """
        self._place = (point, area_code)
        self._look()

    def _on_loaded(self, module: ModuleType) -> None:
        canvas: MapCanvas = module.MapCanvas(self._name)
        self.canvas = canvas
        canvas.opened.connect(self.opened)
        canvas.picked.connect(self.picked)
        feed: MapFeed = module.MapFeed(self._context, canvas, module.Wanted, self)
        self._feed = feed
        feed.read.connect(self._on_read)
        feed.failed.connect(self._context.duty.tell_error)
        self._stack.addWidget(canvas)
        self._stack.setCurrentWidget(canvas)
        self.setFocusProxy(canvas)
        feed.refresh()

    def _on_failed(self, error: Exception) -> None:
        self._told.setText(self.tr("地图没有打开"))
        self._context.duty.tell_error(error)

    def _on_read(self, _: object) -> None:
        # Only the first look: later ones leave the view to whoever moved it.
        if self._feed is not None:
            self._feed.read.disconnect(self._on_read)
        self._look()

    def _look(self) -> None:
        canvas, feed = self.canvas, self._feed
        if canvas is None or feed is None or feed.reading is None:
            return
        point, area_code = self._place
        cell = canvas.ground.cell_of(area_code)
        canvas.set_target(point, cell if point is None else "")
        if point is not None:
            plane = canvas.ground.plane
            canvas.centre_on(plane.x(point[0]), plane.y(point[1]), NEAR_M)
        elif cell:
            x, y = canvas.ground.cells.anchors[canvas.ground.index[cell]].tolist()
            canvas.centre_on(x, y, 2 * NEAR_M)
        else:
            canvas.show_all()


def _load_feed() -> ModuleType:
    from desktop.widgets import map_feed  # lazy: pyqtgraph and shapely, half a second

    return map_feed
