"""What is copied out of the program is taken off the clipboard again, as long as it is still ours.

A phone number that was copied is nobody's business at the next program; which copied text names a
person nobody can tell, so it holds for all.
"""

import hashlib

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Slot
from PySide6.QtGui import QGuiApplication

KEPT_MS = 60_000
"""How long copied text stays."""


class ClipboardWatch(QObject):
    """Clears what this program copied a minute later, when told to, and at the end.

    It remembers only a digest of what it was.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._digest = b""
        self._timer = QTimer(self, singleShot=True, interval=KEPT_MS)
        self._timer.timeout.connect(self.forget)
        QGuiApplication.clipboard().dataChanged.connect(self._on_changed)

    @property
    def is_waiting(self) -> bool:
        """Whether something copied here is still to be cleared."""
        return bool(self._digest)

    @Slot()
    def forget(self) -> None:
        """Clear the clipboard where it still holds what was copied here."""
        clipboard, digest = QGuiApplication.clipboard(), self._digest
        self._timer.stop()
        self._digest = b""
        if digest and _digest(clipboard.text()) == digest:
            clipboard.clear()

    @Slot()
    def _on_changed(self) -> None:
        clipboard = QGuiApplication.clipboard()
        text = clipboard.text() if clipboard.ownsClipboard() else ""
        if text:
            self._digest = _digest(text)
            self._timer.start()
        else:
            self._digest = b""
            self._timer.stop()


class _Installed:
    watch: ClipboardWatch | None = None


def watch_clipboard() -> ClipboardWatch:
    """Begin to watch, once for the whole program."""
    if _Installed.watch is None:
        application = QCoreApplication.instance()
        _Installed.watch = ClipboardWatch(application)
        if application is not None:
            application.aboutToQuit.connect(_Installed.watch.forget)
    return _Installed.watch


def forget_copied() -> None:
    """Clear what was copied here: the desk is locked, or another person sits down."""
    if _Installed.watch is not None:
        _Installed.watch.forget()


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
