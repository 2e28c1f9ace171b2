"""态势大屏: a window of its own on the second screen, for all who come in."""

from types import ModuleType
from typing import Any

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QCloseEvent, QFont, QGuiApplication, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from db.store.changes import Changes
from desktop.actions import bind
from desktop.context import AppContext
from desktop.override import override
from desktop.runner import Throttle
from desktop.screens.wall.board import WallBoard
from desktop.screens.wall.reading import WallReading, on_the_wall, read_wall

_MINUTE_MS = 60_000
_REFRESH_MS = 500
_LETTERS = 0.028
"""Of the screen's height, for the names on the map."""
_MINE = frozenset({"incident", "area", "unit", "list"})
"""What the figures speak of."""


class WallWindow(QWidget):
    """Shows the board full screen, on another screen than the desk's where there is one."""

    def __init__(self, context: AppContext, desk: QWidget) -> None:
        super().__init__(desk, Qt.WindowType.Window)
        self._context = context
        self._desk = desk
        self.setWindowTitle(self.tr("态势大屏"))
        self.board = WallBoard(context, self)
        self._canvas: QWidget | None = None
        self._is_stale = True
        self._throttle = Throttle(self.refresh, _REFRESH_MS, self)
        minute = QTimer(self, interval=_MINUTE_MS)
        minute.timeout.connect(self._request)
        minute.start()
        context.duty.changed.connect(self._on_changed)
        context.duty.switched.connect(self._request)
        bind(self, "wall", self.close, is_window_wide=True)
        bind(self, "back", self.close, is_window_wide=True)
        context.runner.job(_load_map, self._on_map, context.duty.tell_error, self)

    def open(self) -> None:
        """Fill the other screen; with only one, fill that."""
        here = self._desk.screen()
        others = [screen for screen in QGuiApplication.screens() if screen is not here]
        self.setGeometry((others or [here])[0].geometry())
        self.showFullScreen()
        if others:
            self._desk.activateWindow()

    @Slot()
    def refresh(self) -> None:
        """Read again."""
        self._is_stale = False
        store, scope, now = self._context.store, self._context.duty.scope, self._context.clock()
        self._context.runner.read(
            lambda: store.read(lambda c: read_wall(c, scope, now)),
            self._on_read,
            self._on_failed,
            "wall",
            self,
        )

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self.refresh()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.board.setGeometry(self.rect())
        self._place_map()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self._desk.activateWindow()

    @Slot(object)
    def _on_changed(self, changes: Changes) -> None:
        if changes.subjects & _MINE:
            self._request()

    @Slot()
    def _request(self) -> None:
        """Read again soon; what nobody sees is read when it is shown."""
        if self.isVisible():
            self._throttle.request()
        else:
            self._is_stale = True

    def _on_read(self, reading: WallReading) -> None:
        self.board.show_reading(reading)

    def _on_failed(self, error: Exception) -> None:
        self.board.show_note(self.tr("读取失败，显示的是之前的数"))

    def _on_map(self, modules: tuple[ModuleType, ModuleType, ModuleType]) -> None:
        canvas, feed, reading = modules
        self._canvas = map_ = canvas.MapCanvas(self.tr("态势地图"), self)
        map_.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._feed: Any = feed.MapFeed(
            self._context, map_, reading.Wanted, self, scope_of=on_the_wall
        )
        self._place_map()
        map_.show()
        self._feed.refresh()

    def _place_map(self) -> None:
        if self._canvas is not None:
            self._canvas.setGeometry(self.board.map_rect().toRect())
            font = QFont(self.font())
            font.setPixelSize(max(font.pixelSize(), round(self.height() * _LETTERS)))
            self._canvas.setFont(font)


def _load_map() -> tuple[ModuleType, ModuleType, ModuleType]:
    # lazy: pyqtgraph and shapely, half a second
    from desktop.widgets import map_canvas, map_feed, map_reading

    return map_canvas, map_feed, map_reading
