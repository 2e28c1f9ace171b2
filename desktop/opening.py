"""The way into a record about which nothing need be asked or said: without a window of its own."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from db.store.keys import needs_passphrase
from db.store.medium import Watch
from db.store.store import Store, read_site
from db.sync.cancel import Cancel

if TYPE_CHECKING:
    from desktop.start import StartWindow


PATIENCE_MS = 800
"""How long a record may take to open before a window says that it is being opened."""


class Opening(QObject):
    """Opens a record in the background and gives it to `enter`.

    Where a passphrase is wanted, something stands in the way or it takes long, a StartWindow takes
    over.
    """

    _finished = Signal(object)
    _progressed = Signal(str, int, int)

    def __init__(
        self, home: Path, enter: Callable[[Store], object], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._home = home
        self._enter = enter
        self._window: StartWindow | None = None
        self._work: Future[Store] | None = None
        self._cancel = Cancel()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="griddesk-open")
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._hand_over)
        self._finished.connect(self._on_finished, Qt.ConnectionType.QueuedConnection)
        self._progressed.connect(self._on_progress, Qt.ConnectionType.QueuedConnection)

    @property
    def window(self) -> "StartWindow | None":
        """The window that has taken over, if one has."""
        return self._window

    def begin(self) -> None:
        """Open the record."""
        try:
            is_locked = needs_passphrase(read_site(self._home).key_place)
        except Exception as error:
            self._ask().refuse(error)
            return
        if is_locked:
            self._ask().begin()
            return
        watch = Watch(self._progressed.emit, self._cancel)
        work = partial(Store.open, self._home, what="window", watch=watch)
        self._work = self._pool.submit(work)
        # Emitted on the worker's thread, delivered on ours.
        self._work.add_done_callback(self._finished.emit)
        self._patience.start()

    def repair(self) -> None:
        """Repair the record, which the window tells of, then open it."""
        self._ask().begin_repair()

    @Slot(object)
    def _on_finished(self, work: "Future[Store]") -> None:
        self._pool.shutdown(wait=False)
        self._patience.stop()
        if self._window is not None:
            return
        try:
            self._enter(work.result())
        except Exception as error:
            self._ask().refuse(error)

    @Slot(str, int, int)
    def _on_progress(self, step: str, done: int, total: int) -> None:
        self._hand_over()
        assert self._window is not None
        self._window.show_upgrade(step, done, total)

    @Slot()
    def _hand_over(self) -> None:
        """Let a window tell of what is under way; what comes of it is then told there."""
        self._patience.stop()
        if self._window is None and self._work is not None:
            self._ask().wait_for(self._work, self._cancel)

    def _ask(self) -> "StartWindow":
        from desktop.start import StartWindow  # lazy: most days nothing is asked

        self._window = StartWindow(self._home, self._enter)
        return self._window
