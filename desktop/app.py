"""The composition root: the only place that builds record, runner, theme and window."""

import logging
import os
import sys
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from db.domain.errors import EnvironmentError_, GridDeskError
from db.domain.ops import SYSTEM, Actor
from db.domain.scope import Scope, scope_of
from db.store.queries.accounts import DEMO, claim_state
from db.store.queries.town import users
from db.store.store import Store
from desktop import crash
from desktop.backups import Backups
from desktop.clipboard import forget_copied, watch_clipboard
from desktop.collector import Collector
from desktop.context import DANGER, NOBODY, NOTHING, WARN, AppContext, Duty
from desktop.crash import CrashLog
from desktop.duty import first_officer, sit_down
from desktop.exchange import Exchange
from desktop.health import HealthWatch
from desktop.i18n import RENEWED
from desktop.keepsakes import Keepsakes
from desktop.language import say
from desktop.notices import Notices
from desktop.opening import Opening
from desktop.runner import Runner
from desktop.serving import Room, choice_of
from desktop.settings import (
    MATTERS,
    Settings,
    change_settings,
    data_home,
    load_settings,
    set_damaged_aside,
)
from desktop.theme import THEMES, apply_theme, load_theme
from desktop.translators import use_language
from desktop.window.main import MainWindow, app_icon_path
from desktop.window.screens import Works, warm

if TYPE_CHECKING:
    from desktop.positions_file import PositionsFile

log = logging.getLogger(__name__)

ARCHIVE_MS = 10 * 60_000
ERASE_MS = 3_600_000
SWEEP_MS = 60_000
SHEETS = "sheets"
_WORN = frozenset({"theme", "font_size"})
"""Settings that dress the whole program anew, which takes a while."""
SWITCH_SECONDS = 0.0005
"""After this long a worker lets the window's thread have the interpreter.

Python's own 5 ms are waited for anew at each call into Qt that gives it away: a page painted while
an import runs would wait for dozens of them.
"""
_CRASHED = ("程序内部错误，已记入 errors.log", "已保存的内容没有丢失")


def make_application() -> QApplication:
    """Return the one QApplication, named and dressed."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        # As an option: setStyle hands out the style, and making that class takes 7 ms of a start.
        application = QApplication([*sys.argv[:1], "-style", "Fusion"])
    QCoreApplication.setApplicationName("GridDesk")
    QGuiApplication.setDesktopFileName("griddesk")
    application.setWindowIcon(QIcon(str(app_icon_path())))
    sys.setswitchinterval(SWITCH_SECONDS)
    return application


class Session(QObject):
    """A window on an open record, with everything that works behind it.

    `renewing(percent)` while rows of another version are made anew, 100 when that is over.
    """

    renewing = Signal(int)

    def __init__(self, store: Store, settings: Settings) -> None:
        super().__init__()
        self.store = store
        self._settings = settings
        self._owed: deque[tuple[Actor, dict[str, object]]] = deque()
        self._keeping = threading.Lock()
        self._is_closed = False
        self.runner = Runner(self)
        state, actor, scope = first_on_duty(store, settings.duty_user)
        self.duty = Duty(actor, scope, self)
        self.context = AppContext(
            store=store,
            runner=self.runner,
            duty=self.duty,
            clock=store.clock,
            sheets=_sheets_of(store.home),
            keepsakes=Keepsakes(store.home),
        )
        store.listen(self._announce)
        self.exchange = Exchange(self.context, self)
        self.room = Room(self.context, self.exchange.room, self)
        self.watch = HealthWatch(self.context, self)
        self.backups = Backups(self.context, settings.backup_folder, settings.backup_at, self)
        self.backups.folder_chosen.connect(self._on_backup_folder)
        works = Works(self.exchange, self.room, self.watch, self.backups)
        self.window = MainWindow(self.context, works, state)
        self.window.theme_asked.connect(self._on_theme_asked)
        self.window.setting_asked.connect(self._on_setting_asked)
        self.notices = Notices(self.context, self._has_sound, self)
        self.notices.noticed.connect(self.window.show_notice)
        self.window.desk.reported.connect(self.notices.is_own)
        self.window.closing.connect(self.close)
        self.renewing.connect(self.window.show_renewing)
        self.duty.switched.connect(self._on_switched)
        self.duty.locked.connect(forget_copied)
        self._sweeper = QTimer(self, interval=SWEEP_MS)
        self._sweeper.timeout.connect(self._sweep)
        self._sweeper.start()
        self._archiver = QTimer(self, interval=ARCHIVE_MS)
        self._archiver.timeout.connect(self._archive)
        self._archiver.start()
        self._eraser = QTimer(self, interval=ERASE_MS)
        self._eraser.timeout.connect(self._erase)
        self._eraser.start()
        # The desktop's log-out asks no window.
        application = make_application()
        application.aboutToQuit.connect(self.close)
        application.commitDataRequest.connect(self._on_log_out)
        self.window.desk.furnished.connect(self._begin)
        if store.renewed:
            self.duty.tell(WARN, *RENEWED[store.renewed])

    @Slot()
    def close(self) -> None:
        """Finish what is under way, then let the record go."""
        if not self._is_closed:
            self._is_closed = True
            forget_copied()
            self._archiver.stop()
            self._eraser.stop()
            self._sweeper.stop()
            self.exchange.stop()
            self.room.stop()
            self.watch.stop()
            self.backups.stop()
            self.runner.shutdown()
            self._sign_out()
            self._keep_rest()
            self.store.close()

    def _sign_out(self) -> None:
        try:
            self.window.gate.sign_out()
        except GridDeskError as error:
            log.warning("that the desk was left is not recorded: %s", error.code)

    def let_go(self) -> None:
        """Close for good: of this session and its window nothing is left."""
        # Closing may wait for what is under way.
        self.window.hide()
        self.close()
        self.window.deleteLater()
        self.deleteLater()

    @Slot()
    def tell_crash(self) -> None:
        """Say that something went wrong which nobody expected."""
        self.duty.tell(DANGER, *map(say, _CRASHED))

    def tell_settings_lost(self) -> None:
        """Say that the settings could not be read, and who is taken to sit here therefore."""
        text = say("本机设置读不出，已留作 settings.json.damaged，先用默认的")
        name = self.duty.actor.name
        hint = say("值班人现为 {}，不是您就换人").format(name) if name else ""
        self.duty.tell(WARN, text, hint)

    def _announce(self, changes: object) -> None:
        """Carry news of a commit from the writer's thread to the GUI's."""
        if not self._is_closed:
            self.runner.post(partial(self.duty.changed.emit, changes))

    @Slot()
    def _on_log_out(self) -> None:
        # Once it is closed, its window may be gone.
        if not self._is_closed:
            self.window.close()

    @Slot()
    def _begin(self) -> None:
        """Begin what the first page of the queue need not wait for."""
        watch_clipboard()
        self.backups.begin()
        self.notices.begin()
        self.room.choose(choice_of(self._settings))
        self._erase()
        self.runner.job(self._renew, self._on_renewed, self._on_renew_failed, self)
        self.runner.job(warm, lambda _: None)

    def _renew(self) -> int:
        """Make rows anew that another version of the program made, while work goes on."""
        from db.store.rebuild import rebuild_if_older  # lazy: off the start path

        def progress(done: int, total: int) -> None:
            # Over is what the job tells when it is.
            self.renewing.emit(min(99, done * 100 // max(total, 1)))

        return rebuild_if_older(self.store, progress, lambda: self.runner.is_closed)

    def _on_renewed(self, _: int) -> None:
        self.renewing.emit(100)

    def _on_renew_failed(self, error: Exception) -> None:
        self.renewing.emit(100)
        if getattr(error, "code", "") != "rebuild_cancelled":
            self.duty.tell_error(error)

    @Slot()
    def _sweep(self) -> None:
        from db.commands.escalation import sweep  # lazy: off the start path

        self.runner.job(lambda: sweep(self.store), self._on_swept)
        self.runner.job(lambda: self._positions.take(), lambda _: None)

    @Slot()
    def _erase(self) -> None:
        """Erase the callers that have been kept long enough; carry erasures to the backups."""

        def work() -> None:
            from db.commands.erasure import erase_due  # lazy: off the start path
            from db.store.shredding import settle

            erase_due(self.store)
            settle(self.store)

        self.runner.job(work, lambda _: None, crash.note, self)

    @cached_property
    def _positions(self) -> "PositionsFile":
        from desktop.positions_file import PositionsFile  # lazy: off the start path

        return PositionsFile(self.store)

    def _on_swept(self, swept: Any) -> None:
        if swept.cards:
            self.duty.tell(WARN, self.tr("新催办督办 {} 张").format(swept.cards))

    @Slot()
    def _archive(self) -> None:
        from db.commands.incidents import archive_ready  # lazy: off the start path

        self.runner.write(lambda: archive_ready(self.store))

    @Slot()
    def _on_theme_asked(self) -> None:
        current = THEMES.index(self._settings.theme) if self._settings.theme in THEMES else 0
        self._on_setting_asked("theme", THEMES[(current + 1) % len(THEMES)])

    @Slot(str, object)
    def _on_setting_asked(self, name: str, value: object) -> None:
        """Keep a setting, and let it take effect at once where it can."""
        self._keep(**{name: value})
        if name.startswith("room_"):
            self.room.choose(choice_of(self._settings))
        if name in _WORN:
            application = QApplication.instance()
            assert isinstance(application, QApplication)
            apply_theme(application, load_theme(self._settings.theme), self._settings.font_size)
            self.window.tint()
        self.window.show_settings(self._settings)

    def _has_sound(self) -> bool:
        return self._settings.sound

    @Slot()
    def _on_switched(self) -> None:
        forget_copied()
        if self.duty.actor.user:
            self._keep(duty_user=self.duty.actor.user)

    @Slot(str)
    def _on_backup_folder(self, folder: str) -> None:
        self._keep(backup_folder=folder)

    def _keep(self, **values: object) -> None:
        self._settings = replace(self._settings, **values)  # type: ignore[arg-type]
        self._owed.append((self.duty.actor, values))
        self.runner.job(self._write_settings, lambda _: None, self.duty.tell_error)

    def _write_settings(self) -> None:
        """Write what was chosen and is not yet on the disk: of two choices the later one holds."""
        with self._keeping:
            while self._owed:
                actor, values = self._owed.popleft()
                before = asdict(load_settings(self.store.home))
                after = asdict(change_settings(self.store.home, **values))
                self._record_settings(actor, before, after)

    def _record_settings(
        self, actor: Actor, before: dict[str, object], after: dict[str, object]
    ) -> None:
        """Record what was set otherwise, of what matters to more than this screen."""
        from db.commands.audit import record_settings  # lazy: off the start path

        changed = {name: after[name] for name in MATTERS if after[name] != before[name]}
        if changed:
            with suppress(GridDeskError):  # whoever chose it has left: that it is so still counts
                record_settings(self.store, actor if actor.user else SYSTEM, before, changed)

    def _keep_rest(self) -> None:
        """Write what no job has come to before the end."""
        try:
            self._write_settings()
            self.context.keepsakes.save()
        except EnvironmentError_ as error:
            log.warning("what was chosen last is not kept: %s", error.code)


def first_on_duty(store: Store, remembered: str) -> tuple[str, Actor, Scope]:
    """Return whether people sign in here, who sits here at first, and what that person sees.

    Nobody does where people sign in. In a demo it is who sat here last, else the first officer,
    else the system before any is known.
    """
    state = store.read(claim_state)
    if state != DEMO:
        return state, NOBODY, NOTHING
    known = store.read(users)
    keys = [user.key for user in known]
    wanted = remembered if remembered in keys else first_officer(known) or next(iter(keys), "")
    return state, *(sit_down(store, wanted) if wanted else (SYSTEM, scope_of(SYSTEM)))


def open_session(home: Path, ask: Callable[[bool], str] | None = None) -> Session:
    """Open a record and its window; raises GridDeskError where the record cannot be opened."""
    is_damaged = set_damaged_aside(home)
    settings = load_settings(home)
    application = make_application()
    _dress(application, settings)
    session = _sit_at(Store.open(home, ask=ask, what="window"), settings)
    if is_damaged:
        session.tell_settings_lost()
    return session


def _sit_at(store: Store, settings: Settings) -> Session:
    """Return a session on an open record, which is let go where that fails."""
    try:
        return Session(store, settings)
    except Exception:
        store.close()
        raise


def _sheets_of(home: Path) -> Path:
    sheets = home / SHEETS
    try:
        sheets.mkdir(exist_ok=True)
    except OSError as error:
        raise EnvironmentError_("home_unwritable", path=sheets, detail=error.strerror) from error
    return sheets


def _is_busy(shown: QObject) -> bool:
    """Whether a window's work goes on behind it."""
    return isinstance(shown, Session) and (shown.runner.pending > 0 or shown.room.is_busy)


def _dress(application: QApplication, settings: Settings) -> None:
    """Give the program the language, the colours and the letters of this workstation."""
    use_language(application, settings.language)
    apply_theme(application, load_theme(_theme_name(settings)), settings.font_size)


def _theme_name(settings: Settings) -> str:
    return settings.theme if settings.theme in THEMES else THEMES[0]


def run_window(*, until_painted: bool = False) -> int:
    """Open the window and work until it is closed; return an exit code.

    `until_painted` stops at the first queue page shown: the stopwatch of a start.
    """
    home = data_home()
    application = make_application()
    is_damaged = set_damaged_aside(home)
    settings = load_settings(home)
    shown: list[QObject] = []

    crashes = CrashLog(home, application)
    crashes.install()

    def enter(store: Store) -> None:
        nonlocal is_damaged
        session = _sit_at(store, load_settings(home))
        shown.append(session)
        session.window.closing.connect(partial(application.exit, 0))
        session.window.reopen_asked.connect(partial(reopen, session))
        crashes.noted.connect(session.tell_crash)
        session.window.show()
        if is_damaged:
            is_damaged = False
            session.tell_settings_lost()
        if until_painted:
            finish = partial(_tell_painted, application)
            # Once all of the window is painted, not in the middle of it.
            session.window.desk.painted.connect(finish, Qt.ConnectionType.QueuedConnection)

    def reopen(session: Session, repairs: bool) -> None:
        """Close the record and begin again, with what is in its place by then."""
        shown.remove(session)
        session.let_go()
        again = Opening(home, enter)
        shown.append(again)
        again.repair() if repairs else again.begin()

    Collector(application, lambda: any(_is_busy(one) for one in shown))
    opening = Opening(home, enter)
    shown.append(opening)
    # The record is opened while fonts and colours are read.
    opening.begin()
    _dress(application, settings)
    code = application.exec()
    if until_painted:
        os._exit(code)
    return code


def _tell_painted(application: QApplication) -> None:
    """Say that the first page is painted, which lazy modules were loaded, and pages of memory."""
    watched = ("numpy", "pyqtgraph", "reportlab", "keyring", "sqlite_utils")
    loaded = [name for name in watched if name in sys.modules]
    sys.stdout.write(f"painted {' '.join(loaded)}\n")
    if sys.platform == "linux":
        sys.stdout.write(f"resident {Path('/proc/self/statm').read_text().split()[1]}\n")
    sys.stdout.flush()
    application.quit()
