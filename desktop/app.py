"""The composition root: the only place that builds record, runner, theme and window."""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication, QWidget

from db.commands.incidents import archive_ready
from db.commands.town import actor_named
from db.domain.errors import EnvironmentError_
from db.domain.ops import Actor
from db.domain.transitions import SYSTEM
from db.store.ids import new_id
from db.store.queries.town import users
from db.store.store import Store
from desktop.collector import Collector
from desktop.context import AppContext, Duty
from desktop.exchange import Exchange
from desktop.runner import Runner
from desktop.settings import Settings, data_home, load_settings, save_settings
from desktop.start import StartWindow
from desktop.theme import apply_theme, load_theme
from desktop.window import MainWindow, app_icon_path

THEMES = ("light", "dark", "contrast")
ARCHIVE_MS = 10 * 60_000
SHEETS = "sheets"


def make_application() -> QApplication:
    """Return the one QApplication, named and dressed."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(sys.argv[:1])
    QCoreApplication.setApplicationName("GridDesk")
    QGuiApplication.setDesktopFileName("griddesk")
    application.setWindowIcon(QIcon(str(app_icon_path())))
    return application


class Session(QObject):
    """A window on an open record, with everything that works behind it."""

    def __init__(self, store: Store, settings: Settings) -> None:
        super().__init__()
        self.store = store
        self._settings = settings
        self.runner = Runner(self)
        actor, area = first_on_duty(store, settings.duty_user)
        self.duty = Duty(actor, area, self)
        sheets = store.home / SHEETS
        sheets.mkdir(exist_ok=True)
        self.context = AppContext(
            store=store,
            runner=self.runner,
            theme=load_theme(settings.theme),
            duty=self.duty,
            clock=store.clock,
            sheets=sheets,
        )
        store.listen(self._announce)
        self.exchange = Exchange(self.context, self)
        self.window = MainWindow(self.context, self.exchange)
        self.window.theme_asked.connect(self._on_theme_asked)
        self.window.closing.connect(self.close)
        self.duty.switched.connect(self._on_switched)
        archiver = QTimer(self, interval=ARCHIVE_MS)
        archiver.timeout.connect(self._archive)
        archiver.start()
        self._is_closed = False

    @Slot()
    def close(self) -> None:
        """Finish what is under way, then let the record go."""
        if not self._is_closed:
            self._is_closed = True
            self.runner.shutdown()
            self.store.close()

    def _announce(self, changes: object) -> None:
        """Carry news of a commit from the writer's thread to the GUI's."""
        if not self._is_closed:
            self.runner.post(partial(self.duty.changed.emit, changes))

    @Slot()
    def _archive(self) -> None:
        self.runner.write(lambda: archive_ready(self.store))

    @Slot()
    def _on_theme_asked(self) -> None:
        current = THEMES.index(self._settings.theme) if self._settings.theme in THEMES else 0
        self._keep(theme=THEMES[(current + 1) % len(THEMES)])
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        apply_theme(application, load_theme(self._settings.theme), self._settings.font_size)
        self.window.tint()

    @Slot()
    def _on_switched(self) -> None:
        self._keep(duty_user=self.duty.actor.user)

    def _keep(self, **values: str) -> None:
        self._settings = replace(self._settings, **values)  # type: ignore[arg-type]
        try:
            save_settings(self.store.home, self._settings)
        except EnvironmentError_ as error:
            self.duty.tell_error(error)


def first_on_duty(store: Store, remembered: str) -> tuple[Actor, str]:
    """Return who sat here last, else the first officer, else the system before any user is known.

    The session id goes into each op, so that one person's sittings can be told apart.
    """
    session = new_id(store.clock())[:13]
    known = store.read(users)
    officers = [user.key for user in known if "duty_officer" in user.roles.split()]
    keys = [user.key for user in known]
    wanted = remembered if remembered in keys else next(iter(officers or keys), "")
    if not wanted:
        return SYSTEM, ""
    return store.read(lambda connection: actor_named(connection, wanted, session))


def open_session(home: Path, ask: Callable[[bool], str] | None = None) -> Session:
    """Open a record and its window; raises GridDeskError where the record cannot be opened."""
    settings = load_settings(home)
    application = make_application()
    apply_theme(application, load_theme(_theme_name(settings)), settings.font_size)
    return Session(Store.open(home, ask=ask), settings)


def _theme_name(settings: Settings) -> str:
    return settings.theme if settings.theme in THEMES else THEMES[0]


def run_window(*, until_painted: bool = False) -> int:
    """Open the window and work until it is closed; return an exit code.

    `until_painted` stops at the first queue page shown: the stopwatch of a start.
    """
    home = data_home()
    application = make_application()
    settings = load_settings(home)
    apply_theme(application, load_theme(_theme_name(settings)), settings.font_size)
    shown: list[QObject] = []

    def on_opened(store: Store) -> None:
        session = Session(store, settings)
        shown.append(session)
        session.window.show()
        if until_painted:
            finish = partial(_paint_and_quit, session.window)
            session.window.desk.loaded.connect(lambda: QTimer.singleShot(0, finish))

    Collector(application)
    start = StartWindow(home)
    start.opened.connect(on_opened)
    shown.append(start)
    start.begin()
    code = application.exec()
    if until_painted:
        os._exit(code)
    return code


def _paint_and_quit(window: QWidget) -> None:
    """Say that the first page is painted, and which modules that should be lazy were loaded."""
    window.repaint()
    watched = ("numpy", "pyqtgraph", "reportlab", "keyring", "sqlite_utils")
    loaded = [name for name in watched if name in sys.modules]
    sys.stdout.write(f"painted {' '.join(loaded)}\n")
    sys.stdout.flush()
    QApplication.quit()
