"""Attached files in the background: one at a time, after the ops, on whichever line is up.

A file that somebody wants to see and that is not here is fetched before all others.
"""

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from db.domain.errors import GridDeskError
from db.sync.cancel import Cancel
from desktop import crash
from desktop.context import AppContext

if TYPE_CHECKING:
    from db.sync.files import Carried, FileCarrier
    from db.sync.line import HubClient

AGAIN_SECONDS = 300.0
"""Between two looks for what nobody had last time, while no ops came."""
_QUIET = frozenset({"exchange_cancelled", "hub_refused", "hub_busy", "hub_missing"})
"""What is no fault: the program closes, an older peer knows no files, another carries the same."""

Connect = Callable[[], "HubClient"]


class Carrying(QObject):
    """Carries files to and from peers it is told of; `duty.file_came(blob)` for each that came."""

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._cancel = Cancel()
        self._carriers: dict[str, FileCarrier] = {}
        self._lines: dict[str, Connect] = {}
        self._looked_at: dict[str, float] = {}
        self._waiting: OrderedDict[str, None] = OrderedDict()
        self._wanted: dict[str, None] = {}
        self._is_running = False
        context.duty.file_wanted.connect(self._on_wanted)

    def visit(self, key: str, connect: Connect, *, has_news: bool) -> None:
        """Bring files level with a peer that has just been exchanged with."""
        self._lines[key] = connect
        last = self._looked_at.get(key, float("-inf"))
        if has_news or monotonic() > last + AGAIN_SECONDS:
            self._waiting[key] = None
            self._next()

    def forget(self, key: str) -> None:
        """Try nothing on a line that is down, paused or gone, until it is up again."""
        self._lines.pop(key, None)
        self._looked_at.pop(key, None)
        self._waiting.pop(key, None)

    def stop(self) -> None:
        """Begin no more, and end what is under way; it goes on from there the next time."""
        self._waiting.clear()
        self._cancel.cancel()

    @Slot(str)
    def _on_wanted(self, blob: str) -> None:
        if blob not in self._wanted:
            self._wanted[blob] = None
            for key in self._lines:
                self._waiting[key] = None
            self._next()

    def _next(self) -> None:
        if self._is_running or not self._waiting or self._cancel():
            return
        key, _ = self._waiting.popitem(last=False)
        connect = self._lines.get(key)
        if connect is None:
            self._next()
            return
        self._is_running = True
        self._looked_at[key] = monotonic()
        work = partial(self._carry, key, connect)
        self._context.runner.line(work, self._on_carried, self._on_failed, self)

    def _carry(self, key: str, connect: Connect) -> "Carried":
        """Carry what there is; called on a thread of the lines."""
        from db.sync.files import FileCarrier  # lazy: httpx is slow to load

        if key not in self._carriers:
            wanted = partial(_names, self._wanted)
            self._carriers[key] = FileCarrier(self._context.store, self._tell, wanted)
        with connect() as client, self._cancel.aborting(client.abort):
            return self._carriers[key].carry(client, self._cancel)

    def _tell(self, blob: str) -> None:
        self._context.runner.post(partial(self._on_came, blob))

    def _on_came(self, blob: str) -> None:
        self._wanted.pop(blob, None)
        self._context.duty.file_came.emit(blob)

    def _on_carried(self, _: "Carried") -> None:
        self._is_running = False
        if not self._waiting:
            # Nobody had it: it is asked for again when somebody looks again.
            self._wanted.clear()
        self._next()

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, GridDeskError) or error.code not in _QUIET:
            crash.note(error)
        self._is_running = False
        self._next()


def _names(wanted: dict[str, None]) -> tuple[str, ...]:
    """Return what is wanted by now; another thread may be adding to it."""
    return tuple(wanted.copy())
