"""What nobody caught: written down for a technician, without a word of what people entered."""

import os
import sys
import threading
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal, Slot

from db.domain.errors import GridDeskError
from db.store.clock import system_clock
from desktop.i18n import instant
from desktop.outline import outline

FILE = "errors.log"
LIMIT = 1_000_000
"""Bytes after which a new file is begun; one old file is kept."""


class CrashLog(QObject):
    """Keeps `errors.log` in a data folder. `noted()` once, after the first entry of a hook."""

    noted = Signal()
    _caught = Signal()

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = home / FILE
        self._lock = threading.Lock()
        self._is_told = False
        # Caught on any thread, perhaps while painting; told on this one, a moment later.
        self._caught.connect(self._on_caught, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take what slots and threads let through."""
        _Installed.log = self
        sys.excepthook = self._on_error
        threading.excepthook = self._on_thread_error

    def note(self, error: BaseException) -> None:
        """Write an error down; a disk that refuses must not raise another one."""
        entry = f"{instant(system_clock())}\n{outline(error)}\n"
        with self._lock:
            try:
                self._append(entry)
            except OSError:
                sys.stderr.write(entry)

    def _append(self, entry: str) -> None:
        if self._path.exists() and self._path.stat().st_size + len(entry) > LIMIT:
            os.replace(self._path, self._path.with_suffix(".old.log"))
        with self._path.open("a", encoding="utf-8") as file:
            file.write(entry)

    def _on_error(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if not issubclass(kind, Exception):
            sys.__excepthook__(kind, error, trace)
            return
        self.note(error)
        self._caught.emit()

    @Slot()
    def _on_caught(self) -> None:
        if not self._is_told:
            self._is_told = True
            self.noted.emit()

    def _on_thread_error(self, found: threading.ExceptHookArgs) -> None:
        if found.exc_value is not None:
            self._on_error(found.exc_type, found.exc_value, found.exc_traceback)


class _Installed:
    log: CrashLog | None = None


def note(error: BaseException) -> None:
    """Write down an error that was not expected; nothing where no log is kept."""
    if _Installed.log is not None and not isinstance(error, GridDeskError):
        _Installed.log.note(error)
