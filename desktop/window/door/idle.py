"""Notices that nobody has touched keys or mouse of this program for a while."""

import time

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from desktop.override import override

CHECK_MS = 5_000
_INPUT = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.ShortcutOverride,
        QEvent.Type.InputMethod,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)


def quiet_clock() -> float:
    """Return seconds that go on while the machine sleeps, and never jump."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


class IdleWatch(QObject):
    """`idle()` once nothing was typed or pointed at for so many minutes; never for 0.

    Only what has the focus is watched, a widget for its keys and a window for its mouse: a filter
    on the whole application would be asked about each of its events.
    """

    idle = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.minutes = 0
        self._last = quiet_clock()
        self._focus: QWidget | None = None
        self._window: QWindow | None = None
        self._ticker = QTimer(self, interval=CHECK_MS)
        self._ticker.timeout.connect(self.check)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus_changed)
        application.focusWindowChanged.connect(self._on_window_changed)
        self._on_focus_changed(None, application.focusWidget())
        self._on_window_changed(QGuiApplication.focusWindow())
        self._ticker.start()

    @property
    def quiet(self) -> float:
        """For how many seconds nothing was touched."""
        return quiet_clock() - self._last

    @Slot()
    def touch(self) -> None:
        """Begin to count anew."""
        self._last = quiet_clock()

    @Slot()
    def check(self) -> None:
        """Tell if it has been quiet for long enough."""
        if self.minutes and self.quiet >= self.minutes * 60:
            self.touch()
            self.idle.emit()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT:
            self.touch()
        return False

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _: QWidget | None, new: QWidget | None) -> None:
        if self._focus is not None and isValid(self._focus):
            self._focus.removeEventFilter(self)
        self._focus = new
        if new is not None:
            new.installEventFilter(self)

    @Slot(QWindow)
    def _on_window_changed(self, new: QWindow | None) -> None:
        if self._window is not None and isValid(self._window):
            self._window.removeEventFilter(self)
        self._window = new
        if new is not None:
            new.installEventFilter(self)
