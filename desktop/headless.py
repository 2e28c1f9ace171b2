"""A workstation without a window that serves its room and keeps it level with the others."""

import signal
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QObject, QTimer

from db.domain.ops import SYSTEM
from db.store.store import Store
from desktop.context import AppContext, Duty
from desktop.exchange import Exchange
from desktop.keepsakes import Keepsakes
from desktop.runner import Runner
from desktop.serving import Room, RoomChoice, ServingState, choice_of
from desktop.settings import load_settings

SIGNAL_MS = 200
"""How soon a signal is noticed: Python sees it only while its own code runs."""


def serve_room(
    store: Store, port: int | None, *, is_plain: bool, on_ready: Callable[[str], None]
) -> None:
    """Serve a record's room until SIGTERM or SIGINT; raises what kept it from serving.

    `port` other than the settings' counts; `on_ready` is told the address.
    """
    application = QCoreApplication.instance() or QCoreApplication([])
    settings = load_settings(store.home)
    settings = replace(settings, room_serves=True, room_port=port or settings.room_port)
    station = _Station(store, choice_of(settings)._replace(is_plain=is_plain), on_ready)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: application.quit())
    ticker = QTimer(interval=SIGNAL_MS)
    ticker.timeout.connect(lambda: None)
    ticker.start()
    application.exec()
    station.stop()
    if station.error is not None:
        raise station.error


class _Station(QObject):
    """What works behind a window, without one."""

    def __init__(self, store: Store, choice: RoomChoice, on_ready: Callable[[str], None]) -> None:
        super().__init__()
        self.error: Exception | None = None
        self._on_ready = on_ready
        self._runner = Runner(self)
        duty = Duty(SYSTEM, None, self)
        context = AppContext(
            store=store,
            runner=self._runner,
            duty=duty,
            clock=store.clock,
            sheets=store.home,
            keepsakes=Keepsakes(store.home),
        )
        store.listen(lambda changes: self._runner.post(lambda: duty.changed.emit(changes)))
        self._exchange = Exchange(context, self)
        self._room = Room(context, self._exchange.room, self)
        self._room.changed.connect(self._on_serving)
        self._room.choose(choice)

    def stop(self) -> None:
        """Finish what is under way."""
        self._exchange.stop()
        self._room.stop()
        self._runner.shutdown()

    def _on_serving(self, state: ServingState) -> None:
        if state.url:
            self._on_ready(state.url)
        elif state.error is not None:
            self.error = state.error
            QCoreApplication.quit()
