"""How wide a person has drawn the parts of a screen: kept under that person."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QSplitter

from desktop.context import AppContext
from desktop.delegates.queue_row import META_NAMES

LAYOUTS = "layouts"
META = "queue.meta"
"""Where it is kept which parts of a queue's second line a person wants."""
_WIDEST = 100_000
"""Pixels: what is more comes from a damaged file."""
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
        context.duty.layouts_forgotten.connect(self._restore)
        self._restore()

    @Slot()
    def _restore(self) -> None:
        self._timer.stop()
        kept = _layouts(self._context).get(self._name, [])
        self._splitter.setSizes(kept if len(kept) == len(self._usual) else self._usual)

    @Slot()
    def _on_moved(self) -> None:
        self._timer.start()

    @Slot()
    def _keep(self) -> None:
        kept = _layouts(self._context)
        self._context.keep(LAYOUTS, kept | {self._name: self._splitter.sizes()})


def forget_layouts(context: AppContext) -> None:
    """Let the screens of the person on duty be as they come, those that are open too."""
    context.keep(LAYOUTS, {})
    context.duty.layouts_forgotten.emit()


def wanted_parts(context: AppContext) -> list[str]:
    """Return which parts of a queue's second line the person on duty wants to see."""
    kept = context.kept(META, list(META_NAMES))
    return [name for name in META_NAMES if name in kept]


def _layouts(context: AppContext) -> dict[str, list[int]]:
    """Return the sizes of the splitters of the person on duty, as far as they can be any."""
    return {name: sizes for name, sizes in context.kept(LAYOUTS, {}).items() if _are_sizes(sizes)}


def _are_sizes(value: object) -> bool:
    return isinstance(value, list) and all(
        type(size) is int and 0 <= size <= _WIDEST for size in value
    )
