"""Keeps a canvas equal to the record: reads in a worker, shows what came, leaves the view alone."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from db.domain.scope import Scope
from db.store.changes import Changes
from desktop.context import AppContext
from desktop.runner import Throttle
from desktop.widgets.map_canvas import MapCanvas
from desktop.widgets.map_ground import NOWHERE, Fill, Ground
from desktop.widgets.map_picture import LAYERS, Chosen
from desktop.widgets.map_points import Points
from desktop.widgets.map_reading import Reading, Wanted, read_map

REFRESH_MS = 500
_LATE_MS = 60_000
"""How often deadlines are looked at again: lateness comes without a commit."""
_GROUND = frozenset({"area"})
_MINE = frozenset({"incident", "area", "unit", "list", "place", "position"})
"""What a map speaks of."""


class MapFeed(QObject):
    """Reads what a canvas shows whenever the record changes, and once a minute, while it is seen.

    `wanted` says what is to be shown, each time it is read, `scope_of` how much of what the person
    on duty may see. `read(Reading)` follows each look;
    `failed(error)` when there is none.
    """

    read = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        context: AppContext,
        canvas: MapCanvas,
        wanted: Callable[[], Wanted],
        parent: QObject | None = None,
        scope_of: Callable[[Scope], Scope] = lambda scope: scope,
    ) -> None:
        super().__init__(parent or canvas)
        self._context = context
        self._canvas = canvas
        self._wanted = wanted
        self._scope_of = scope_of
        self._ground: Ground | None = None
        self.reading: Reading | None = None
        self._is_stale = False
        self._throttle = Throttle(self.refresh, REFRESH_MS, self)
        self._clock = QTimer(self, interval=_LATE_MS)
        self._clock.timeout.connect(self._request)
        self._clock.start()
        canvas.shown.connect(self._on_shown)
        context.duty.changed.connect(self._on_changed)
        context.duty.switched.connect(self._on_switched)

    @Slot()
    def refresh(self) -> None:
        """Read again; of several looks only the last asked for is shown."""
        self._is_stale = False
        store, now = self._context.store, self._context.clock()
        scope = self._scope_of(self._context.duty.scope)
        wanted, ground = self._wanted(), self._ground
        self._context.runner.read(
            lambda: store.read(lambda c: read_map(c, scope, now, wanted, ground)),
            self._on_read,
            self.failed.emit,
            f"map-{id(self)}",
            self,
        )

    def _on_read(self, reading: Reading) -> None:
        if reading.ground is not self._ground:
            self._canvas.set_ground(reading.ground)
        self._ground = None if reading.ground.plane == NOWHERE else reading.ground
        self.reading = reading
        for layer in LAYERS:
            self._canvas.set_points(layer, reading.layers[layer])
        self._canvas.set_fill(reading.fill, reading.notes)
        self._canvas.settle()
        self.read.emit(reading)

    @Slot(object)
    def _on_changed(self, changes: Changes) -> None:
        if changes.subjects & _GROUND:
            self._ground = None
        if changes.subjects & _MINE:
            self._request()

    @Slot()
    def _request(self) -> None:
        """Read again soon; what nobody sees is read when it is shown."""
        if self._canvas.isVisible():
            self._throttle.request()
        else:
            self._is_stale = True

    @Slot()
    def _on_shown(self) -> None:
        if self._is_stale:
            self.refresh()

    @Slot()
    def _on_switched(self) -> None:
        # What one person may see is not the next one's to see.
        self._ground = self.reading = None
        for layer in LAYERS:
            self._canvas.set_points(layer, Points.of())
        self._canvas.set_fill(Fill())
        self._canvas.set_chosen(Chosen())
        if self._canvas.isVisible():
            self.refresh()
        else:
            self._is_stale = True
