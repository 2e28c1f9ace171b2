"""How wide a person has drawn the parts of a screen: kept under that person."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QSplitter

from desktop.context import AppContext

LAYOUTS = "layouts"
META = "queue.meta"
"""Where it is kept which parts of a queue's second line a person wants."""
_SETTLED_MS = 500
"""A drag moves the handle many times a second."""


class KeptLayout(QObject):
    """Gives a splitter the sizes of the person on duty, and keeps what that person draws."""

    def __init__(
        self, context: AppContext, splitter: QSplitter, name: str, usual: Sequence[int]
    ) -> None:
        super().__init__(splitter)
        self._context, self._splitter, self._name = context, splitter, name
        self._usual = list(usual)
        self._timer = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._timer.timeout.connect(self._keep)
        splitter.splitterMoved.connect(self._on_moved)
        context.duty.switched.connect(self._restore)
        self._restore()

    @Slot()
    def _restore(self) -> None:
        self._timer.stop()
        kept = self._context.kept(LAYOUTS, {}).get(self._name)
        is_sound = isinstance(kept, list) and len(kept) == len(self._usual)
        sizes = kept if is_sound and all(type(size) is int for size in kept) else self._usual
        self._splitter.setSizes(sizes)

    @Slot()
    def _on_moved(self) -> None:
        self._timer.start()

    @Slot()
    def _keep(self) -> None:
        kept = self._context.kept(LAYOUTS, {})
        self._context.keep(LAYOUTS, kept | {self._name: self._splitter.sizes()})


def forget_layouts(context: AppContext) -> None:
    """Let the screens of the person on duty be as they come."""
    context.keep(LAYOUTS, {})
