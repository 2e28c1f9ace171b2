"""The lines to the workstations of the room: one to each that is believed and has an address."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from db.sync.cancel import Cancel
from desktop import crash
from desktop.context import AppContext
from desktop.lines import Line, LineState, PeerState, Talk

if TYPE_CHECKING:
    from db.sync.line import HubClient
    from db.sync.rooms import Place, Rooms

LOOK_MS = 20_000
"""Between two looks at who is of the room and where."""
FIRST_LOOK_MS = 500
FIRST_DELAY_MS = 50

Found = Callable[[], Mapping[str, Iterable[str]]]
"""The addresses of each site heard on the room's network."""


@dataclass(slots=True)
class _Station:
    """A workstation, where it is by now, and the line to it."""

    place: "Place"
    line: Line | None = None


class RoomLines(QObject):
    """Keeps a line to each workstation of the room.

    `changed()` whenever the state of one is news, `finished(id, SyncResult or an error)` after each
    attempt, `looked()` when it was found out who is of the room, `forgotten(id)` when a line is no
    more.
    """

    changed = Signal()
    looked = Signal()
    finished = Signal(str, object)
    forgotten = Signal(str)

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._rooms: Rooms | None = None
        self._named: tuple[str, ...] = ()
        self._found: Found = dict
        self._port = 0
        self._stations: dict[str, _Station] = {}
        self._strangers: list[Place] = []
        self._is_looking = False
        self._is_paused = False
        self._is_stopped = False
        self._looker = QTimer(self, singleShot=True)
        self._looker.timeout.connect(self.look)

    @property
    def states(self) -> tuple[PeerState, ...]:
        """How the lines stand, by station."""
        known = [(one.place.peer, one.line.state) for one in self._stations.values() if one.line]
        known.sort(key=lambda item: (item[0].station, item[0].id))
        unknown = [
            (place.peer, LineState(is_enrolled=True, error=place.error))
            for place in self._strangers
        ]
        return tuple(
            PeerState(peer.id, peer.name, peer.station, state) for peer, state in known + unknown
        )

    def line(self, id: str) -> Line | None:
        """Return the line to a workstation, if there is one."""
        return self._stations[id].line if id in self._stations else None

    @property
    def lines(self) -> list[Line]:
        """The lines there are."""
        return [station.line for station in self._stations.values() if station.line]

    def choose(self, port: int, named: Iterable[str], found: Found) -> None:
        """Exchange with those at addresses `named` and those `found` around.

        `port` is where this workstation serves the room itself, 0 where it does not.
        """
        self._port, self._named, self._found = port, tuple(named), found
        if not self._is_stopped:
            self._looker.start(FIRST_LOOK_MS)

    def own_address(self, towards: str) -> str:
        """Return where this workstation serves, as another finds it; empty where it does not."""
        from db.sync.rooms import address_towards  # lazy: off the start path

        return f"https://{address_towards(towards)}:{self._port}" if self._port else ""

    @Slot()
    def look(self) -> None:
        """Find out who is of the room and where."""
        if self._is_looking or self._is_stopped:
            return
        self._is_looking = True
        self._looker.stop()
        store, named, found = self._context.store, self._named, self._found

        def work() -> "list[Place]":
            from db.sync.rooms import Rooms  # lazy: httpx is slow to load

            self._rooms = self._rooms or Rooms(store)
            return self._rooms.look(named, found())

        self._context.runner.line(work, self._on_looked, self._on_look_failed, self)

    def pause(self, is_paused: bool) -> None:
        """Leave all lines alone, or take them up again."""
        self._is_paused = is_paused
        for line in self.lines:
            line.pause(is_paused)

    def stop(self) -> None:
        """Begin no more, and end what is under way."""
        self._is_stopped = True
        self._looker.stop()
        for line in self.lines:
            line.stop()

    def _on_looked(self, places: "list[Place]") -> None:
        self._is_looking = False
        if self._is_stopped:
            return
        self._looker.start(LOOK_MS)
        before = self.states
        known = {place.peer.id: place for place in places if place.peer.id}
        self._strangers = [place for place in places if not place.peer.id]
        for id in self._stations.keys() - known.keys():
            self._forget(id)
        for id, place in known.items():
            if id in self._stations:
                self._stations[id].place = place
            else:
                self._add(id, place)
        if self.states != before:
            self.changed.emit()
        self.looked.emit()

    def _on_look_failed(self, error: Exception) -> None:
        crash.note(error)
        self._is_looking = False
        if not self._is_stopped:
            self._looker.start(LOOK_MS)

    def _add(self, id: str, place: "Place") -> None:
        station = self._stations[id] = _Station(place)
        talk = Talk(partial(self._exchange, station), partial(self._connect, station))
        line = station.line = Line(self._context, talk, self, FIRST_DELAY_MS)
        line.changed.connect(self.changed)
        line.finished.connect(partial(self._on_finished, station))
        if self._is_paused:
            line.pause(True)

    def _forget(self, id: str) -> None:
        line = self._stations.pop(id).line
        if line:
            line.stop()
            line.deleteLater()
        self.forgotten.emit(id)

    def _on_finished(self, station: _Station, result: object) -> None:
        self.finished.emit(station.place.peer.id, result)

    def _exchange(self, station: _Station, cancel: Cancel, asks_stations: bool) -> Any:
        """Exchange with a workstation; called on a thread of its line."""
        from db.sync.client import sync_once  # lazy: httpx is slow to load

        with self._connect(station) as client:
            return sync_once(
                self._context.store,
                client,
                is_cancelled=cancel,
                serves_at=self.own_address(client.url),
                asks_stations=asks_stations,
            )

    def _connect(self, station: _Station) -> "HubClient":
        from db.sync.rooms import connect_place  # lazy: httpx is slow to load

        return connect_place(self._context.store, station.place)
