"""Pointing to where a report is: the map opens in the form, and what is picked fills two fields."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, Slot

from db.domain.errors import GridDeskError
from db.domain.geometry import E6, PointE6
from desktop import crash
from desktop.actions import REPORTS
from desktop.context import AppContext
from desktop.decisions.form import DecisionForm

if TYPE_CHECKING:
    from desktop.decisions.place_picker import PlacePicker


class _Loaded(NamedTuple):
    """What a map is made of: the class of the picker, and the tiles of this workstation."""

    picker: "type[PlacePicker]"
    tiles: Any


class Pointing(QObject):
    """Shows the map when the form asks for it, and writes what was picked into the form."""

    def __init__(self, context: AppContext, form: DecisionForm, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._form = form
        self._is_loading = False
        self.picker: PlacePicker | None = None
        form.point_asked.connect(self.open)
        form.page_left.connect(self._on_left)

    @Slot()
    def open(self) -> None:
        """Show the map of the open report, once what paints it is loaded."""
        if self.picker is None and not self._is_loading:
            self._is_loading = True
            home = self._context.store.home
            self._context.runner.job(lambda: _load(home), self._on_loaded, self._on_failed, self)

    def _on_loaded(self, loaded: _Loaded) -> None:
        self._is_loading = False
        form = self._form
        if form.action not in REPORTS or form.is_sent:
            return
        values = form.body.values()
        point, area_code = point_of(values["point"]), values["area_code"]
        self.picker = loaded.picker(self._context, loaded.tiles, point, area_code)
        self.picker.placed.connect(self._on_placed)
        self.picker.left.connect(form.show_fields)
        form.show_page(self.picker)

    def _on_failed(self, error: Exception) -> None:
        self._is_loading = False
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
        if picker is not None:
            picker.close_map()


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
