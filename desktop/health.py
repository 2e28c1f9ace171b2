"""The watch over the record: the disk once a second, the file itself now and then.

All of it in the background; a disk may take long to answer.
"""

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from db.domain.errors import EnvironmentError_, GridDeskError
from db.store.health import OK, PAUSED, Health
from db.sync.cancel import Cancel
from desktop import crash
from desktop.context import AppContext
from desktop.i18n import TROUBLES, describe

PROBE_MS = 1_000
FIRST_CHECK_MS = 8_000
CHECK_MS = 60_000
"""Between two looks at whether a full check is due; the check itself comes once a week."""
RETRY_MS = 3_600_000
"""After a check that could not be made: what failed now would fail every minute."""


class HealthWatch(QObject):
    """Tells how the record stands.

    `changed(Health)` whenever that is news; `checking(percent)` while the whole record is checked,
    100 when that is over.
    """

    changed = Signal(object)
    checking = Signal(int)

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._guard = context.store.guard
        self._told = _news(self._guard.health)
        self._cancel = Cancel()
        self._is_probing = False
        self._is_first = True
        self._prober = QTimer(self, interval=PROBE_MS)
        self._prober.timeout.connect(self._probe)
        self._prober.start()
        self._checker = QTimer(self, singleShot=True)
        self._checker.timeout.connect(self._check)
        self._checker.start(FIRST_CHECK_MS)

    @property
    def health(self) -> Health:
        """How it stands."""
        return self._guard.health

    def stop(self) -> None:
        """Begin no more, and end a check that is under way."""
        self._prober.stop()
        self._checker.stop()
        self._cancel.cancel()

    @Slot()
    def _probe(self) -> None:
        self._tell()
        # A disk that does not answer must not pile up questions.
        if not self._is_probing:
            self._is_probing = True
            self._context.runner.job(self._guard.probe, self._on_probed, self._on_failed, self)

    def _on_probed(self, _: Health) -> None:
        self._is_probing = False
        self._tell()

    def _tell(self) -> None:
        health = self._guard.health
        if _news(health) != self._told:
            self._told = _news(health)
            self.changed.emit(health)

    @Slot()
    def _check(self) -> None:
        store, cancel, is_first = self._context.store, self._cancel, self._is_first

        def work() -> None:
            from db.store.verify import full_check, is_check_due, quick_check  # lazy: off the start

            store.guard.keep_ballast()
            if is_first and (wrong := store.read(lambda found: quick_check(found, cancel))):
                store.guard.mark_damaged(wrong[0])
            if self._is_well() and is_check_due(store):
                full_check(store, self._on_progress, cancel)

        self._context.runner.job(work, self._on_checked, self._on_check_failed, self)

    def _is_well(self) -> bool:
        health = self._guard.health
        return not (health.damaged or health.trouble or health.level == PAUSED)

    def _on_progress(self, done: int, total: int) -> None:
        """Carry how far the check is from its thread to the GUI's."""
        percent = min(99, done * 100 // max(total, 1))
        self._context.runner.post(partial(self.checking.emit, percent))

    def _on_checked(self, _: None) -> None:
        self._is_first = False
        self._end_check(CHECK_MS)

    def _on_check_failed(self, error: Exception) -> None:
        self._end_check(RETRY_MS)
        self._on_failed(error)

    def _end_check(self, pause: int) -> None:
        if not self._cancel():
            self._checker.start(pause)
        self.checking.emit(100)
        self._tell()

    def _on_failed(self, error: Exception) -> None:
        self._is_probing = False
        if not (isinstance(error, GridDeskError) and error.code == "check_cancelled"):
            crash.note(error)


def _news(health: Health) -> tuple[str | int, ...]:
    """Return what of it is worth telling: the free space only where it is scarce."""
    free = 0 if health.level == OK else health.free // (10 << 20)
    return health.level, health.trouble, health.damaged, free


def words_of(health: Health) -> tuple[str, str] | None:
    """Return what stands in the way of writing and what to do about it, none for nothing."""
    if health.damaged:
        return describe(EnvironmentError_("record_damaged_paused", detail=health.damaged))
    if health.trouble:
        return TROUBLES[health.trouble]
    if health.level == PAUSED:
        return describe(EnvironmentError_("record_paused", free=health.free >> 20))
    return None
