"""One line of the exchange: to the hub, or to another workstation of the room.

It exchanges on a timer with jitter, and soon after news on either side. What others wrote is
fetched when the other end says that it is there; the timer asks whether or not that was heard of.
"""

from collections.abc import Callable, Mapping
from random import SystemRandom
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from db.domain.errors import GridDeskError
from db.sync.cancel import Cancel
from db.sync.listening import Listening
from desktop import crash
from desktop.context import WARN, AppContext
from desktop.i18n import RENEWED

if TYPE_CHECKING:
    from db.sync.line import HubClient

FIRST_DELAY_MS = 2_000
SOON_MS = 150
"""What is written in quick succession goes out together."""
_MANY = 1_000
"""Ops on their way below which nobody need know how far they are."""
STATIONS_SECONDS = 20.0
"""Between two questions who is believed: what is written in between goes out without one."""
_LINE_CODES = frozenset({"hub_unreachable", "hub_silent", "hub_busy", "hub_failed"})
"""What a broken line looks like; any other error is told by its own name."""


class LineState(NamedTuple):
    """How a line stands. `since` is when it went down, UTC milliseconds.

    `troubles` are chains that stayed behind though the line is up, each with its reason. `speed` is
    in ops a second, of the last exchange that carried any; `skew_ms` the other's clock less ours.
    `coming` is how many ops came of how many that an exchange under way is to bring.
    The state of the line to the hub also has how those to the `peers` of the room stand.
    """

    is_enrolled: bool
    is_up: bool = False
    is_running: bool = False
    unsent: int = 0
    held: int = 0
    since: int | None = None
    last_ok: int | None = None
    error: BaseException | None = None
    troubles: tuple[GridDeskError, ...] = ()
    skew_ms: int = 0
    speed: float = 0.0
    is_paused: bool = False
    coming: tuple[int, int] = (0, 0)
    peers: tuple["PeerState", ...] = ()

    @property
    def is_line_down(self) -> bool:
        """Whether the line itself failed, not something on this side or in what travels."""
        return isinstance(self.error, GridDeskError) and self.error.code in _LINE_CODES

    @property
    def is_shared(self) -> bool:
        """Whether there is anybody at all to exchange with."""
        return self.is_enrolled or bool(self.peers)

    @property
    def peers_up(self) -> int:
        """How many workstations of the room answer."""
        return sum(peer.line.is_up for peer in self.peers)


class PeerState(NamedTuple):
    """A workstation of the room and how the line to it stands.

    An address that nobody answered at yet has that for a name, and no station.
    """

    id: str
    name: str
    station: str
    line: LineState


class Talk(NamedTuple):
    """What a line needs of the other end; both block.

    `exchange(cancel, asks_stations)` returns a SyncResult, None where there is nobody to exchange
    with; `connect()` a client to listen with.
    """

    exchange: Callable[[Cancel, bool], Any]
    connect: Callable[[], "HubClient"]


class Line(QObject):
    """Keeps this record and another one level.

    `changed()` whenever its state is news; `finished(SyncResult, None or an error)` after each
    attempt.
    """

    changed = Signal()
    finished = Signal(object)

    def __init__(
        self,
        context: AppContext,
        talk: Talk,
        parent: QObject,
        first_delay_ms: int = FIRST_DELAY_MS,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._talk = talk
        self._random = SystemRandom()
        self._failures = 0
        self._cancel = Cancel()
        self._listening = Listening(context.store, self._hear, crash.note, talk.connect)
        self._is_asked_again = False
        self._asked_stations_at = float("-inf")
        self._known: dict[tuple[str, int], int] = {}
        self.state = LineState(is_enrolled=False)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.run_now)
        self._timer.start(first_delay_ms)

    @Slot()
    def run_now(self) -> None:
        """Exchange once, unless that is under way: then once more as soon as it has ended.

        A line that is left alone stays so, whoever asks.
        """
        if self.state.is_paused or self._cancel():
            return
        if self.state.is_running:
            self._is_asked_again = True
            return
        self._timer.stop()
        self._set(is_running=True)
        talk, cancel, listening = self._talk, self._cancel, self._listening
        asks = monotonic() >= self._asked_stations_at + STATIONS_SECONDS
        if asks:
            self._asked_stations_at = monotonic()

        def work() -> Any:
            began = monotonic()
            result = talk.exchange(cancel, asks)
            if result is not None:
                listening.know(list(result.known))
            return result, monotonic() - began

        self._context.runner.line(work, self._on_worked, self._on_failed, self)

    @property
    def reach(self) -> Callable[[], "HubClient"]:
        """What makes a client of the other end; it blocks."""
        return self._talk.connect

    @property
    def known(self) -> Mapping[tuple[str, int], int]:
        """The last number of each chain that the other end said it holds."""
        return self._known

    def ask_all(self) -> None:
        """Exchange once now, and ask also who is believed."""
        self._asked_stations_at = float("-inf")
        self.run_now()

    def pause(self, is_paused: bool) -> None:
        """Leave the line alone, or take it up again; what is under way ends by itself."""
        if is_paused == self.state.is_paused:
            return
        self._set(is_paused=is_paused)
        if is_paused:
            self._timer.stop()
            self._listening.drop()
        else:
            self.run_now()

    def stop(self) -> None:
        """Begin no more, and end what is under way."""
        self._timer.stop()
        self._cancel.cancel()
        self._listening.stop()

    def lacks(self, ends: dict[tuple[str, int], int]) -> bool:
        """Whether the other end is not known to have all of some chains, up to their last ops."""
        return self.state.is_up and any(
            seq > self._known.get(chain, 0) for chain, seq in ends.items()
        )

    def set_unsent(self, unsent: int) -> None:
        """Show how much waits for this line."""
        if unsent != self.state.unsent:
            self._set(unsent=unsent)

    def show_coming(self, came: int, lacking: int) -> None:
        """Show how far an exchange under way has come."""
        if self.state.is_running and lacking >= _MANY:
            self._set(coming=(came, lacking))

    def _on_worked(self, worked: tuple[Any, float]) -> None:
        self._on_synced(*worked)

    def _on_synced(self, result: Any, seconds: float = 0.0) -> None:
        self._failures = 0
        if result is None:
            self._set(is_enrolled=False, is_running=False, coming=(0, 0), error=None, troubles=())
        else:
            self._known = {(head.site, head.epoch): head.seq for head in result.known}
            count = result.pushed + result.pulled
            speed = count / seconds if count and seconds else self.state.speed
            self._set(
                is_enrolled=True,
                is_running=False,
                is_up=True,
                coming=(0, 0),
                unsent=result.unsent,
                held=result.held,
                since=None,
                last_ok=self._context.clock(),
                error=None,
                troubles=result.troubles,
                skew_ms=result.skew_ms,
                speed=speed,
            )
            for reason in result.healed:
                self._context.duty.tell(WARN, *RENEWED[reason])
        self._plan()
        self.finished.emit(result)

    def _on_failed(self, error: Exception) -> None:
        crash.note(error)
        self._listening.drop()
        self._failures += 1
        since = self.state.since or self._context.clock()
        self._set(
            is_enrolled=True, is_running=False, is_up=False, coming=(0, 0), since=since, error=error
        )
        self._plan()
        self.finished.emit(error)

    def _plan(self) -> None:
        from db.sync.pace import next_delay  # lazy: with the exchange itself

        if self._cancel() or self.state.is_paused:
            self._listening.drop()
            return
        is_soon, self._is_asked_again = self._is_asked_again and not self._failures, False
        # After what a busy hub asked for, not at its end: the others it turned away wait as long.
        asked = getattr(self.state.error, "params", {}).get("seconds", 0)
        seconds = asked + next_delay(self._failures, self._random)
        self._timer.start(SOON_MS if is_soon else int(seconds * 1000))

    def _hear(self) -> None:
        """Fetch what the other end has; called on the thread that listens."""
        self._context.runner.post(self.run_now)

    def _set(self, **values: Any) -> None:
        self.state = self.state._replace(**values)
        self.changed.emit()
