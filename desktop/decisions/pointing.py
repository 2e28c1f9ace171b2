"""Pointing to where a report is: the map opens in the form, and what is picked fills two fields."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel

from db.domain.errors import GridDeskError
from db.domain.geometry import E6, PointE6
from desktop import crash
from desktop.context import AppContext
from desktop.decisions.form import DecisionForm
from desktop.override import override
from desktop.widgets.fields import is_own_escape

if TYPE_CHECKING:
    from desktop.decisions.place_picker import PlacePicker
    from desktop.tiles import Ground as ChosenTiles


class _Loaded(NamedTuple):
    """What a map is made of: the class of the picker, and the tiles of this workstation."""

    picker: "type[PlacePicker]"
    tiles: "ChosenTiles | None"


class Pointing(QObject):
    """Shows the map when the form asks for it, and writes what was picked into the form."""

    def __init__(self, context: AppContext, form: DecisionForm, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._form = form
        self._is_loading = False
        self._waiting: _Waiting | None = None
        self.picker: PlacePicker | None = None
        form.point_asked.connect(self.open)
        form.page_left.connect(self._on_left)

    @Slot()
    def open(self) -> None:
        """Show the map of the open report, once what paints it is loaded.

        From the key on nothing that is pressed reaches the form: an Enter would register it.
        """
        if self.picker is not None or self._waiting is not None or self._form.is_sent:
            return
        self._waiting = _Waiting(self.tr("地图正在打开…  Esc 返回"))
        self._waiting.left.connect(self._form.show_fields)
        self._form.show_page(self._waiting)
        if not self._is_loading:
            self._is_loading = True
            home = self._context.store.home
            self._context.runner.job(lambda: _load(home), self._on_loaded, self._on_failed, self)

    def _on_loaded(self, loaded: _Loaded) -> None:
        self._is_loading = False
        form = self._form
        if self._waiting is None:
            if loaded.tiles is not None:
                loaded.tiles.tiles.close()
            return
        values = form.body.values()
        point, area_code = point_of(values["point"]), values["area_code"]
        picker = loaded.picker(self._context, loaded.tiles, point, area_code)
        picker.placed.connect(self._on_placed)
        picker.left.connect(form.show_fields)
        form.show_page(picker)
        self.picker = picker

    def _on_failed(self, error: Exception) -> None:
        self._is_loading = False
        if self._waiting is not None:
            self._form.show_fields()
        self._context.duty.tell_error(error)

    @Slot(object, str)
    def _on_placed(self, point: PointE6, area_code: str) -> None:
        """Take what was pointed to: that is the operator's own word, no suggestion."""
        values = {"point": point_text(point)}
        if area_code:
            values["area_code"] = area_code
        self._form.body.put(values)
        self._form.show_fields()

    @Slot()
    def _on_left(self) -> None:
        picker, self.picker = self.picker, None
        waiting, self._waiting = self._waiting, None
        if picker is not None:
            picker.close_map()
        if waiting is not None:
            waiting.deleteLater()


class _Waiting(QLabel):
    """Stands where the map will be, and takes its keys. `left()` for Esc."""

    left = Signal()

    def __init__(self, text: str) -> None:
        super().__init__(text, textFormat=Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setMinimumHeight(self.fontMetrics().lineSpacing() * 12)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(text)

    @override
    def event(self, event: QEvent) -> bool:
        if is_own_escape(event):
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()


def point_text(point: PointE6) -> str:
    """Return a point as a form keeps it: `lon,lat` in degrees."""
    return f"{point[0] / E6:.6f},{point[1] / E6:.6f}"


def point_of(text: str) -> PointE6 | None:
    """Return the point that a form keeps, None for none."""
    if not text:
        return None
    lon, lat = (round(float(part) * E6) for part in text.split(","))
    return lon, lat


def _load(home: Path) -> _Loaded:
    from desktop.decisions.place_picker import PlacePicker  # lazy: pyqtgraph, half a second
    from desktop.tiles import chosen_tiles  # lazy: off the start path

    try:
        return _Loaded(PlacePicker, chosen_tiles(home))
    except GridDeskError as error:
        crash.note(error)  # a map without its pictures still shows the grids
        return _Loaded(PlacePicker, None)
