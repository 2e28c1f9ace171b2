"""Being one of a room: serving it from this workstation's record, and finding those who do so too.

The service runs on a thread of its own beside the window, and begins when the first page is
painted. Neither it nor the search for others keeps the program from starting or from working.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from db.store.store import Store
from desktop import crash
from desktop.context import WARN, AppContext
from desktop.i18n import RENEWED
from desktop.room_lines import RoomLines
from desktop.settings import Settings

if TYPE_CHECKING:
    from db.hub.room import RoomStore
    from db.hub.server import Server
    from db.sync.finding import Finding

ANY_HOST = "0.0.0.0"  # noqa: S104 - the room is to reach it; who is not believed is refused
STOP_SECONDS = 5.0


class RoomChoice(NamedTuple):
    """What was chosen for the room.

    `port` is where to serve it, 0 for not at all; `finds` whether to look around on the network and
    be found there; `named` are addresses of others. `is_plain` serves without TLS.
    """

    port: int = 0
    finds: bool = False
    named: tuple[str, ...] = ()
    is_plain: bool = False


class ServingState(NamedTuple):
    """Where the room is served (empty where it is not), or why it could not be."""

    url: str = ""
    error: Exception | None = None


def choice_of(settings: Settings) -> RoomChoice:
    """Return what a workstation's settings say of its room."""
    port = settings.room_port if settings.room_serves else 0
    return RoomChoice(port, settings.room_finds, tuple(settings.room_peers.split()))


class Service:
    """Serves a record on a thread. Each callback is called there."""

    def __init__(
        self,
        store: Store,
        choice: RoomChoice,
        on_ready: Callable[[str], None],
        on_failed: Callable[[Exception], None],
        on_healed: Callable[[tuple[str, ...]], None],
    ) -> None:
        self._store = store
        self._choice = choice
        self._on_ready = on_ready
        self._on_failed = on_failed
        self._on_healed = on_healed
        self._lock = threading.Lock()
        self._server: Server | None = None
        self._room: RoomStore | None = None
        self._is_stopped = False
        self._thread = threading.Thread(target=self._run, name="griddesk-room", daemon=True)
        self._thread.start()

    @property
    def is_busy(self) -> bool:
        """Whether it has much in its hands just now."""
        return self._room is not None and self._room.is_busy

    def stop(self) -> None:
        """Finish what is under way and end; returns when that is done, or took too long."""
        with self._lock:
            self._is_stopped = True
            if self._server:
                self._server.should_exit = True
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        try:
            server = self._make()
            with self._lock:
                self._server = server
                server.should_exit = self._is_stopped
            server.run()
        except Exception as error:
            self._on_failed(error)

    def _make(self) -> "Server":
        # lazy: off the start path
        from db.hub.room import RoomStore
        from db.hub.server import Server
        from db.sync.signing import signer_for
        from db.sync.tls import serving_context

        store, choice = self._store, self._choice
        context = None if choice.is_plain else serving_context(signer_for(store))
        self._room = RoomStore(store, self._on_healed)
        return Server(self._room, ANY_HOST, choice.port, on_ready=self._on_ready, tls=context)


class Room(QObject):
    """Makes this workstation one of its room. `changed(ServingState)` whenever that is news."""

    changed = Signal(object)

    def __init__(
        self, context: AppContext, lines: RoomLines, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._lines = lines
        self._choice = RoomChoice()
        self._service: Service | None = None
        self._finding: Finding | None = None
        self._finding_lock = threading.Lock()
        self._is_stopped = False
        self.state = ServingState()
        lines.looked.connect(self._search_once)

    @property
    def is_busy(self) -> bool:
        """Whether others bring or fetch much just now."""
        return self._service is not None and self._service.is_busy

    def choose(self, choice: RoomChoice) -> None:
        """Serve, search and exchange as chosen; what stays the same goes on."""
        before, self._choice = self._choice, choice
        if (choice.port, choice.is_plain) != (before.port, before.is_plain):
            self._serve(choice)
        if (choice.port, choice.finds) != (before.port, before.finds):
            self._search_soon()
        self._lines.choose(0 if choice.is_plain else choice.port, choice.named, self._found)

    def stop(self) -> None:
        """End the service and the search."""
        self._is_stopped = True
        if self._service:
            self._service.stop()
        with self._finding_lock:
            self._end_search()

    def _serve(self, choice: RoomChoice) -> None:
        if self._service:
            self._service.stop()
        self._service = None
        self._set(ServingState())
        if choice.port:
            post = self._context.runner.post
            self._service = Service(
                self._context.store,
                choice,
                on_ready=lambda url: post(partial(self._set, ServingState(url))),
                on_failed=lambda error: post(partial(self._on_failed, error)),
                on_healed=lambda healed: post(partial(self._on_healed, healed)),
            )

    def _on_failed(self, error: Exception) -> None:
        self._set(ServingState(error=error))
        self._context.duty.tell_error(error)

    def _on_healed(self, healed: tuple[str, ...]) -> None:
        for reason in healed:
            self._context.duty.tell(WARN, *RENEWED[reason])

    def _set(self, state: ServingState) -> None:
        self.state = state
        self.changed.emit(state)

    @Slot()
    def _search_once(self) -> None:
        if self._choice.finds and self._finding is None:
            self._search_soon()

    def _search_soon(self) -> None:
        self._context.runner.job(self._search, lambda _: None, crash.note, self)

    def _search(self) -> None:
        """Look around as chosen by now; to begin takes a second, on a thread of the runner.

        A workstation that knows no other and serves nobody does not touch the network.
        """
        from db.sync.peers import believed  # lazy: off the start path

        with self._finding_lock:
            self._end_search()
            choice, store = self._choice, self._context.store
            knows = choice.port or store.read(lambda c: believed(c, store.site.town))
            if choice.finds and knows and not self._is_stopped:
                from db.sync.finding import Finding

                self._finding = Finding(store.site.id, choice.port)

    def _end_search(self) -> None:
        if self._finding:
            self._finding.close()
        self._finding = None

    def _found(self) -> Mapping[str, Iterable[str]]:
        finding = self._finding
        return finding.found() if finding else {}
