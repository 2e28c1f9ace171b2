"""The frame of the program: which screen is shown, what the window's own keys do."""

from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

import resources
from db.store.health import Health
from db.store.queries.accounts import DEMO
from db.store.queries.queue import Counts
from desktop.actions import BY_ID, bind
from desktop.context import WARN, AppContext, Narrowed, Picked
from desktop.health import words_of
from desktop.i18n import instant
from desktop.override import override
from desktop.screens.triage.screen import TriageScreen
from desktop.settings import FONT_SIZES, Settings, load_settings
from desktop.window.gate import STAYS, Gate
from desktop.window.nav import NavColumn
from desktop.window.screens import SCREENS, Works, make_screen, offered
from desktop.window.seat import Seat
from desktop.window.status import StatusBar

if TYPE_CHECKING:
    from PySide6.QtGui import QShortcut

    from db.store.queries.sitting import Door
    from desktop.screens.wall.window import WallWindow
    from desktop.widgets.banner import Banner
    from desktop.widgets.key_sheet import KeySheet
    from desktop.widgets.toast import Toast
    from desktop.window.command_bar import CommandBar

_ALWAYS = frozenset({"theme", "larger", "smaller", "quit"})
"""Keys that are live while nobody is let in."""
CLOCK_MS = 10_000
USUAL_SIZE, MIN_SIZE = QSize(1440, 900), QSize(1024, 640)


class MainWindow(QMainWindow):
    """Everything an operator sees.

    `theme_asked()` when the next theme is wanted, `setting_asked(name, value)` when a setting is
    to be another, `reopen_asked(repairs)` when the record is to be closed and opened again,
    repaired or not.
    """

    theme_asked = Signal()
    setting_asked = Signal(str, object)
    closing = Signal()
    reopen_asked = Signal(bool)

    def __init__(self, context: AppContext, works: Works, state: str) -> None:
        super().__init__()
        self._context = context
        self._works = works
        self.setWindowTitle(self.tr("网格指挥台"))
        self._fit_screen()
        self._screens: dict[str, QWidget] = {}
        self._keys_of: dict[str, QWidget | None] = {}
        """Where the keys were on a screen that was left."""
        # Before the desk, which tells what the switch has cleared.
        context.duty.switched.connect(self._dismiss_toasts)
        self._desk = TriageScreen(context)
        self._key_sheet: KeySheet | None = None
        self._wall: WallWindow | None = None
        self._notice: Toast | None = None
        self._is_ready = False
        self._is_demo = state == DEMO
        self._keys: dict[str, QShortcut] = {}
        self._untold: tuple[str, str, str] | None = None
        """What was said last while nobody was let in."""
        settings = load_settings(context.store.home)
        self._letters = settings.font_size
        self._build()
        self._gate = Gate(context, state, settings.duty_user, self._frames, self)
        self._connect()
        self._nav.show_at("desk")
        self._nav.offer(self.offered)
        if not self._gate.is_shut:
            self._desk.focus_list()

    @property
    def desk(self) -> TriageScreen:
        """The duty desk."""
        return self._desk

    @property
    def gate(self) -> Gate:
        """Who may look into the window."""
        return self._gate

    @property
    def offered(self) -> tuple[str, ...]:
        """The screens that the person here has use for, the one to begin with first."""
        return offered(self._context.duty.actor)

    @cached_property
    def command_bar(self) -> "CommandBar":
        """The field in the head and what drops from it."""
        # lazy: what it knows and shows is made when the first page of the queue is painted
        from desktop.window.command_bar import CommandBar
        from desktop.window.stage import Stage

        stage = Stage(self, self._slots())
        return CommandBar(self._context, self._find, self._page, stage)

    @property
    def is_ready(self) -> bool:
        """Whether the window's own keys are live: they are made after the first paint."""
        return self._is_ready

    @property
    def screen_name(self) -> str:
        """The screen that is shown."""
        current = self._stack.currentWidget()
        return next(name for name, screen in self._screens.items() if screen is current)

    def screen_named(self, name: str) -> QWidget:
        """Return a screen, made when it is first wanted."""
        if name not in self._screens:
            screen = make_screen(name, self._context, self._works)
            if chosen := getattr(screen, "setting_chosen", None):
                chosen.connect(self.setting_asked)
            if mine_changed := getattr(screen, "mine_changed", None):
                mine_changed.connect(self._desk.show_mine)
            if reopen_asked := getattr(screen, "reopen_asked", None):
                reopen_asked.connect(self.reopen_asked)
            self._screens[name] = screen
            self._stack.addWidget(screen)
        return self._screens[name]

    @Slot(str)
    def open_screen(self, name: str, *_: object) -> None:
        """Show a screen and give it the keys, where they were when it was left."""
        if name not in self.offered:
            text = self.tr("“{}”页不在您的角色范围里").format(BY_ID[name].text)
            self._context.duty.tell(WARN, text)
            return
        before = self._keys_of.pop(name, None) if name != self.screen_name else None
        self._keys_of[self.screen_name] = QApplication.focusWidget()
        self.show_screen(name)
        screen = self.screen_named(name)
        if before is not None and isValid(before) and before.isVisibleTo(screen):
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        elif name == "desk":
            self._desk.focus_list()
        else:
            screen.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_screen(self, name: str) -> None:
        """Show a screen and leave the keys where they are."""
        self._nav.show_at(name)
        self._stack.setCurrentWidget(self.screen_named(name))
        # The page that is shown was put above them.
        for toast in _toasts(self._stack):
            toast.raise_()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        """Let the application finish what is under way; nobody has to watch it."""
        self.hide()
        for screen in self._screens.values():
            if cancel := getattr(screen, "cancel", None):
                cancel()
        self.closing.emit()
        event.accept()

    def _fit_screen(self) -> None:
        """Take the usual size, or the whole screen where that is smaller."""
        room = self.screen().availableGeometry().size()
        self.setMinimumSize(MIN_SIZE.boundedTo(room))
        self.resize(USUAL_SIZE.boundedTo(room))
        if USUAL_SIZE.width() > room.width() or USUAL_SIZE.height() > room.height():
            self.setWindowState(Qt.WindowState.WindowMaximized)

    def _build(self) -> None:
        self._stack = QStackedWidget()
        self._screens["desk"] = self._desk
        self._stack.addWidget(self._desk)
        self._nav = NavColumn(SCREENS)
        middle = QWidget()
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._nav)
        row.addWidget(self._stack, 1)
        self._page = QWidget()
        column = QVBoxLayout(self._page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_head())
        column.addWidget(middle, 1)
        self._status = StatusBar(self._context, is_demo=self._is_demo)
        column.addWidget(self._status)
        self._frames = QStackedWidget()
        self._frames.addWidget(self._page)
        self.setCentralWidget(self._frames)

    @cached_property
    def _banner(self) -> "Banner":
        from desktop.widgets.banner import Banner  # lazy: most days nothing stands in the way

        return self._below_head(Banner())

    @cached_property
    def _emergency(self) -> "Banner":
        from desktop.widgets.banner import Banner  # lazy: hardly ever

        return self._below_head(Banner())

    def _below_head(self, banner: "Banner") -> "Banner":
        column = self._page.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(1, banner)
        return banner

    def _make_head(self) -> QFrame:
        head = QFrame()
        head.setProperty("role", "header")
        line = QHBoxLayout(head)
        line.setContentsMargins(14, 6, 14, 6)
        line.setSpacing(14)
        name = QLabel(self.tr("网格指挥台"), textFormat=Qt.TextFormat.PlainText)
        name.setProperty("role", "brand")
        line.addWidget(name)
        line.addWidget(QLabel(self._context.store.site.name, textFormat=Qt.TextFormat.PlainText))
        line.addStretch(1)
        self._find = QLineEdit()
        self._find.setPlaceholderText(self.tr("/ 查找编号、标题、内容、地址    Ctrl+K 命令"))
        self._find.setAccessibleName(self.tr("查找"))
        self._find.setClearButtonEnabled(True)
        self._find.setMinimumWidth(280)
        self._find.setMaximumWidth(420)
        line.addWidget(self._find, 2)
        self._seat = Seat(self._context, is_demo=self._is_demo)
        line.addWidget(self._seat)
        self._clock = QLabel(textFormat=Qt.TextFormat.PlainText)
        line.addWidget(self._clock)
        return head

    def _slots(self) -> dict[str, Callable[[], object]]:
        """Return what the window's own actions do."""
        screens = {name: partial(self.open_screen, name) for name in SCREENS}
        return {
            **screens,
            "back": self._go_back,
            "keys": self._show_keys,
            "refresh": self._refresh,
            "theme": self.theme_asked.emit,
            "wall": self._toggle_wall,
            "seat": self._seat.open_list if self._is_demo else self._gate.hand_over,
            "lock": self._gate.lock,
            "larger": partial(self._resize_letters, 1),
            "smaller": partial(self._resize_letters, -1),
            "quit": self.close,
            "find": self._open_find,
            "palette": self._open_commands,
        }

    def _connect(self) -> None:
        duty, works, status = self._context.duty, self._works, self._status
        duty.told.connect(self._on_told)
        duty.asked_for.connect(self._on_asked_for)
        self._context.runner.failed.connect(duty.tell_error)
        self._nav.asked_for.connect(self.open_screen)
        self._seat.chosen.connect(self._focus_screen)
        self._seat.asked_for.connect(self._gate.hand_over)
        self._gate.turned.connect(self._on_turned)
        self._gate.looked.connect(self._on_looked)
        self._gate.enrolled.connect(self._on_enrolled)
        duty.switched.connect(self._on_switched)
        self._desk.counted.connect(status.show_counts)
        self._desk.counted.connect(self._on_counted)
        self._desk.found_cleared.connect(self._find.clear)
        self._find.returnPressed.connect(self._desk.focus_list)
        status.keys_asked.connect(self._show_keys)
        works.exchange.changed.connect(status.show_line)
        works.backups.changed.connect(status.show_backups)
        works.watch.changed.connect(self._on_health)
        works.watch.checking.connect(status.show_checking)
        self._on_health(works.watch.health)
        furnisher = QTimer(self, singleShot=True)
        furnisher.timeout.connect(self._furnish)
        self._desk.painted.connect(furnisher.start, Qt.ConnectionType.QueuedConnection)
        if self._gate.is_shut:
            # Nobody waits for the first page of the queue.
            furnisher.start()
        ticker = QTimer(self, interval=CLOCK_MS)
        ticker.timeout.connect(self._tick)
        ticker.start()
        self._tick()

    @Slot(object)
    def _on_health(self, health: Health) -> None:
        if words := words_of(health):
            self._banner.show_message(*words)
        elif "_banner" in vars(self):
            self._banner.clear()
        self._status.show_health(health)

    @Slot(object)
    def _on_counted(self, counted: Counts) -> None:
        self._nav.show_count("conflicts", counted.disputed + counted.facts)

    @Slot()
    def _tick(self) -> None:
        self._clock.setText(instant(self._context.clock())[5:])
        self._status.show_line(self._works.exchange.state)
        self._status.show_backups(self._works.backups.state)

    @Slot(str, str, str)
    def _on_told(self, kind: str, text: str, hint: str) -> None:
        from desktop.widgets.toast import show_toast  # lazy: off the start path

        if self._gate.is_shut:
            self._untold = (kind, text, hint)
            return
        # The last thing said is what counts: what went before would only be stale.
        self._dismiss_toasts()
        show_toast(self._stack, text, hint, kind)  # type: ignore[arg-type]

    @Slot()
    def _dismiss_toasts(self) -> None:
        for toast in _toasts(self._stack):
            toast.dismiss()

    @Slot(str, object)
    def _on_asked_for(self, name: str, argument: object) -> None:
        self.open_screen(name)
        if name == "desk" and isinstance(argument, str):
            self._find.setText(argument)
            self._desk.show_number(argument)
        elif name == "desk" and isinstance(argument, (Narrowed, Picked)):
            self._desk.show_part(argument)
        elif name == "map" and isinstance(argument, int):
            self.screen_named("map").show_incident(argument)  # type: ignore[attr-defined]

    @Slot()
    def _furnish(self) -> None:
        """Make what the first page of the queue can be painted without, the keys last of all."""
        # lazy: off the start path
        from desktop.window.typing import TypingGuard

        if self._is_ready:
            return
        self._nav.tint()
        assert self.command_bar
        for name, slot in self._slots().items():
            # Typed into a field, the slash is a character: the field takes it before the shortcut.
            self._keys[name] = bind(self, name, slot, is_window_wide=True)
        self._enable_keys()
        TypingGuard(self)
        self._is_ready = True

    @Slot()
    def _open_find(self) -> None:
        self.command_bar.open_find()

    @Slot()
    def _open_commands(self) -> None:
        self.command_bar.open_commands()

    @Slot()
    def _go_back(self) -> None:
        self._dismiss_toasts()
        if self._key_sheet is not None and self._key_sheet.isVisible():
            self._key_sheet.hide()
        elif self._stack.currentWidget() is self._desk:
            self._desk.go_back()
        else:
            self.open_screen(self.offered[0])

    @Slot()
    def _refresh(self) -> None:
        current = self._stack.currentWidget()
        if current is self._screens.get("sync"):
            self._works.exchange.run_now()
        elif current is self._screens.get("data"):
            self._works.backups.run_now()
        elif refresh := getattr(current, "refresh", None):
            refresh()

    @Slot()
    def _show_keys(self) -> None:
        if self._key_sheet is None:
            from desktop.widgets.key_sheet import KeySheet  # lazy: off the start path

            self._key_sheet = KeySheet(self._page)
            self._key_sheet.print_asked.connect(self._print_keys)
        if self._key_sheet.isVisible():
            self._key_sheet.hide()
        else:
            self._key_sheet.show_over(self._page)

    @Slot()
    def _print_keys(self) -> None:
        self._show_keys()
        self.show_screen("desk")
        self._desk.print_keys()

    @Slot(int)
    def show_renewing(self, percent: int) -> None:
        """Say how far the rows of an older version are made anew."""
        self._status.show_renewing(percent)

    @Slot(str)
    def show_notice(self, text: str) -> None:
        """Tell what arrived, in the place of what arrived before; what was said last stays."""
        from desktop.widgets.toast import show_toast  # lazy: off the start path

        if self._notice is not None and isValid(self._notice):
            self._notice.dismiss()
        self._notice = show_toast(self._stack, text, self.tr("在列表上方"), "warn")

    def show_settings(self, settings: Settings) -> None:
        """Show what holds now, where settings are shown."""
        self._letters = settings.font_size
        if screen := self._screens.get("settings"):
            screen.show_settings(settings)  # type: ignore[attr-defined]

    def _resize_letters(self, step: int) -> None:
        size = self._letters + step
        if size in FONT_SIZES:
            self.setting_asked.emit("font_size", size)

    @Slot()
    def _toggle_wall(self) -> None:
        if self._wall is None:
            from desktop.screens.wall.window import WallWindow  # lazy: off the start path

            self._wall = WallWindow(self._context, self)
            self._wall.setProperty(STAYS, True)
        if self._wall.isVisible():
            self._wall.close()
        else:
            self._wall.open()

    # who is let in

    @Slot()
    def _on_turned(self) -> None:
        """Show nothing of the record to nobody, and all as it was to the one who comes back."""
        is_shut = self._gate.is_shut
        self._enable_keys()
        if is_shut:
            self._untold = None
            self._dismiss_toasts()
            self._hide_over()
            return
        self._focus_screen()
        told, self._untold = self._untold, None
        if told is not None:
            self._on_told(*told)

    def _hide_over(self) -> None:
        """Put away what lies over the page."""
        if self._key_sheet is not None:
            self._key_sheet.hide()
        if "command_bar" in vars(self) and self.command_bar.is_open:
            self.command_bar.cancel()

    def _enable_keys(self) -> None:
        for name, key in self._keys.items():
            key.setEnabled(name in _ALWAYS or not self._gate.is_shut)

    @Slot()
    def _on_switched(self) -> None:
        names = self.offered
        self._nav.offer(names)
        self._keys_of.clear()
        self._untold = None
        self._find.setVisible("desk" in names)
        if self.screen_name not in names:
            self.open_screen(names[0])

    @Slot()
    def _focus_screen(self) -> None:
        if self.screen_name == "desk":
            self._desk.focus_list()
        else:
            self._stack.currentWidget().setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _on_looked(self, door: "Door") -> None:
        used = door.emergency
        if used.used_at:
            self._emergency.show_message(
                self.tr("{} 用应急码进入过，{}").format(used.used_by, instant(used.used_at)),
                self.tr("安全管理员换发新的应急码以后，这条提示消失"),
                kind="warn",
            )
        elif "_emergency" in vars(self):
            self._emergency.clear()

    @Slot(str, bool)
    def _on_enrolled(self, url: str, is_station: bool) -> None:
        """Exchange with whom a waiting station was enrolled at."""
        if is_station:
            named = load_settings(self._context.store.home).room_peers.split()
            self.setting_asked.emit("room_peers", " ".join(dict.fromkeys([*named, url])))
        self._works.exchange.run_now()

    def tint(self) -> None:
        """Colour what the theme does not reach by itself."""
        self._nav.tint()


def _toasts(host: QWidget) -> "list[Toast]":
    from desktop.widgets.toast import toasts  # lazy: off the start path

    return toasts(host)


def app_icon_path() -> Path:
    """Return the program's icon."""
    return resources.path("icons/griddesk.svg")
