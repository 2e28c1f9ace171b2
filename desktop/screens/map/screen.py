"""地图: the town, what is open in it and where."""

from types import ModuleType
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QStackedLayout, QWidget

from desktop.context import AppContext

if TYPE_CHECKING:
    from desktop.screens.map.room import MapRoom


class MapScreen(QWidget):
    """The map, once what paints it is loaded: that takes half a second, in a worker."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.room: MapRoom | None = None
        self._asked: int | None = None
        self._told = QLabel(self.tr("正在打开地图…"), textFormat=Qt.TextFormat.PlainText)
        self._told.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._told.setProperty("role", "dim")
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._told)
        context.runner.job(_load_room, self._on_loaded, self._on_failed, self)

    def show_incident(self, rid: int) -> None:
        """Look at one incident."""
        if self.room is None:
            self._asked = rid
        else:
            self.room.show_incident(rid)

    def refresh(self) -> None:
        """Read again."""
        if self.room is not None:
            self.room.refresh()

    def _on_loaded(self, module: ModuleType) -> None:
        had_focus = self.hasFocus()
        room: MapRoom = module.MapRoom(self._context)
        self.room = room
        self._stack.addWidget(room)
        self._stack.setCurrentWidget(room)
        self.setFocusProxy(room)
        if had_focus:
            room.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._asked is not None:
            room.show_incident(self._asked)

    def _on_failed(self, error: Exception) -> None:
        self._told.setText(self.tr("地图没有打开；其他功能照常，数据没有丢失"))
        self._context.duty.tell_error(error)


def _load_room() -> ModuleType:
    from desktop.screens.map import room  # lazy: pyqtgraph and shapely, half a second

    return room
