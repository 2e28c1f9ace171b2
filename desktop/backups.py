"""Backups by the clock: one a day at most, missed ones made up, never on the GUI thread."""

import re
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from db.domain.errors import GridDeskError
from db.domain.ops import SYSTEM
from db.sync.cancel import Cancel
from desktop import crash
from desktop.context import AppContext
from desktop.i18n import BACKUP_STEPS, describe, local
from desktop.language import say

TICK_MS = 60_000
RETRY_MS = 3_600_000
"""After a failure: a USB disk may be put in any time."""
STALE_MS = 36 * 3_600_000
USUAL_HOUR = (12, 30)
_HOUR = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_CANCELLED = ("work_cancelled", "check_cancelled")


class BackupState(NamedTuple):
    """How backups stand. `made_at` is the last one's time, `since` when none was made at all."""

    folder: str
    made_at: int | None = None
    is_running: bool = False
    step: str = ""
    percent: int = 0
    error: Exception | None = None
    warnings: tuple[str, ...] = ()


class Backups(QObject):
    """Makes the daily backup. `changed(BackupState)` whenever that is news.

    `folder_chosen(str)` asks for the choice to be remembered.
    """

    changed = Signal(object)
    folder_chosen = Signal(str)

    def __init__(
        self, context: AppContext, folder: str, hour: str, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._hour = hour
        self._failed_at: int | None = None
        self._cancel = Cancel()
        self._is_stopped = False
        self._state = BackupState(folder)
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()

    @property
    def state(self) -> BackupState:
        """How backups stand."""
        return self._state

    def begin(self) -> None:
        """Put away what a broken-off backup left, and read when the last one was made."""
        self._clear_stages()
        self._read_note()

    def choose_folder(self, folder: str) -> None:
        """Back up to this folder from now on, the first time at once."""
        self._failed_at = None
        self._set(folder=folder, error=None)
        self.folder_chosen.emit(folder)
        self.run_now()

    @Slot()
    def tick(self) -> None:
        """Make a backup where one is due."""
        now = self._context.clock()
        is_waiting = self._failed_at is not None and 0 <= now - self._failed_at < RETRY_MS
        if self._state.folder and not is_waiting and is_due(now, self._hour, self._state.made_at):
            self.run_now()
        elif not self._state.is_running:
            self._read_note()  # the command line makes backups too

    @Slot()
    def run_now(self) -> None:
        """Make a backup, unless one is being made."""
        if self._state.is_running or self._is_stopped or not self._state.folder:
            return
        self._cancel = Cancel()
        self._set(is_running=True, step="check", percent=0)
        store, folder, cancel = self._context.store, Path(self._state.folder), self._cancel

        def work() -> Any:
            from db.store.backup import make_backup  # lazy: off the start path
            from db.store.medium import Watch
            from desktop.leaving import tell_backup

            tell_backup(store, SYSTEM, folder)
            return make_backup(store, folder, store.site.name, Watch(self._on_progress, cancel))

        self._context.runner.job(work, self._on_made, self._on_failed, self)

    @Slot()
    def cancel(self) -> None:
        """End the backup under way; nothing of it stays."""
        self._cancel.cancel()

    def stop(self) -> None:
        """Begin no more, and end what is under way."""
        self._is_stopped = True
        self._timer.stop()
        self._cancel.cancel()

    def _clear_stages(self) -> None:
        home = self._context.store.home

        def clear() -> None:
            from db.store.swap import clear_stages  # lazy: off the start path

            clear_stages(home)

        self._context.runner.read(clear, lambda _: None, lambda _: None, None, self)

    def _read_note(self) -> None:
        home = self._context.store.home

        def read() -> int | None:
            from db.store.backup import last_backup  # lazy: off the start path

            last = last_backup(home)
            return last.made_at if last else None

        self._context.runner.read(read, self._on_note, lambda _: None, None, self)

    def _on_note(self, at: int | None) -> None:
        if at is not None and at > (self._state.made_at or 0):
            self._set(made_at=at, error=None)

    def _on_progress(self, step: str, done: int, total: int) -> None:
        """Carry how far the work is from its thread to the GUI's."""
        percent = done * 100 // max(total, 1)
        if (step, percent) != (self._state.step, self._state.percent):
            self._context.runner.post(partial(self._set, step=step, percent=percent))

    def _on_made(self, made: Any) -> None:
        self._failed_at = None
        self._set(is_running=False, made_at=made.backup.made_at, error=None, warnings=made.warnings)

    def _on_failed(self, error: Exception) -> None:
        self._failed_at = self._context.clock()
        is_cancelled = isinstance(error, GridDeskError) and error.code in _CANCELLED
        if not is_cancelled:
            crash.note(error)
        self._set(is_running=False, error=None if is_cancelled else error)

    def _set(self, **values: Any) -> None:
        self._state = self._state._replace(**values)
        self.changed.emit(self._state)


def is_due(now: int, hour: str, made_at: int | None) -> bool:
    """Tell whether the backup of the last day's hour (`12:30`, room time) is still to be made."""
    if made_at is None or made_at > now:
        return True
    found = _HOUR.fullmatch(hour)
    hours, minutes = (int(found[1]), int(found[2])) if found else USUAL_HOUR
    here = local(now)
    planned = here.replace(hour=hours, minute=minutes, second=0, microsecond=0)
    if planned > here:
        planned -= timedelta(days=1)
    return made_at < planned.timestamp() * 1000


def backup_text(state: BackupState, now: int) -> str:
    """Return the state of backups in a few words."""
    if state.is_running:
        return say("正在备份：{} {}%").format(BACKUP_STEPS[state.step], state.percent)
    if state.made_at is None:
        return say("▲ 还没有备份") if not state.error else f"▲ {describe(state.error)[0]}"
    days = (local(now).date() - local(state.made_at).date()).days
    if now - state.made_at > STALE_MS:
        return say("▲ {} 天没有备份").format(days)
    day = say("今天") if days <= 0 else say("昨天") if days == 1 else say("{} 天前").format(days)
    return say("备份 {} {:%H:%M}").format(day, local(state.made_at))


def backup_kind(state: BackupState, now: int) -> str:
    """Return the role in which that is shown."""
    if state.is_running:
        return "dim"
    is_fresh = state.made_at is not None and now - state.made_at <= STALE_MS
    return "dim" if is_fresh else "warn"
