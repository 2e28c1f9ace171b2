"""The main window: navigation, head, one screen at a time, status bar."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMainWindow,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

import resources
from db.domain.ops import SYSTEM, Actor
from db.store.health import LOW, Health
from db.store.queries.incidents import Counts
from db.store.queries.town import UserRow, users
from desktop.actions import ACTIONS, BY_ID, Action, bind, key_name
from desktop.backups import Backups, BackupState, backup_kind, backup_text
from desktop.context import AppContext
from desktop.duty import first_officer, sit_down
from desktop.exchange import Exchange, LineState
from desktop.health import HealthWatch, words_of
from desktop.i18n import CLOCK_DOUBTS, ROLE_NAMES, describe, instant
from desktop.icons import icon
from desktop.screens.sync.screen import SyncScreen, line_kind, line_text
from desktop.screens.triage.screen import TriageScreen
from desktop.theme import current_theme
from desktop.widgets.banner import Banner
from desktop.widgets.tips import plain_tip
from desktop.widgets.toast import show_toast, toasts

CLOCK_MS = 10_000
USUAL_SIZE, MIN_SIZE = QSize(1440, 900), QSize(1024, 640)
SCREENS = ("desk", "import", "reports", "sync", "data", "search", "lists")


class MainWindow(QMainWindow):
    """Everything an operator sees. `theme_asked()` when the next theme is wanted.

    `reopen_asked(repairs)` when the record is to be closed and opened again, repaired or not.
    """

    theme_asked = Signal()
    closing = Signal()
    reopen_asked = Signal(bool)

    def __init__(
        self, context: AppContext, exchange: Exchange, watch: HealthWatch, backups: Backups
    ) -> None:
        super().__init__()
        self._context = context
        self._exchange = exchange
        self._watch = watch
        self._backups = backups
        self.setWindowTitle(self.tr("网格指挥台"))
        self._fit_screen()
        self._screens: dict[str, QWidget] = {}
        # Before the desk, which tells what the switch has cleared.
        context.duty.switched.connect(self._dismiss_toasts)
        self._desk = TriageScreen(context)
        self._build()
        self._key_sheet: KeySheet | None = None
        self._bind_keys()
        self._connect()
        self.open_screen("desk")

    @property
    def desk(self) -> TriageScreen:
        """The duty desk."""
        return self._desk

    def screen_named(self, name: str) -> QWidget:
        """Return a screen, made when it is first wanted."""
        if name not in self._screens:
            screen = self._make_screen(name)
            self._screens[name] = screen
            self._stack.addWidget(screen)
        return self._screens[name]

    def open_screen(self, name: str, *_: object) -> None:
        """Show a screen and give it the keys."""
        screen = self.screen_named(name)
        self._nav_buttons[name].setChecked(True)
        self._stack.setCurrentWidget(screen)
        if name == "desk":
            self._desk.focus_list()
        else:
            screen.setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        """Let the application finish what is under way; nobody has to watch it."""
        self.hide()
        importing = self._screens.get("import")
        if importing is not None:
            importing.cancel()  # type: ignore[attr-defined]
        data = self._screens.get("data")
        if data is not None:
            data.cancel()  # type: ignore[attr-defined]
        self.closing.emit()
        event.accept()

    def _fit_screen(self) -> None:
        """Take the usual size, or the whole screen where that is smaller."""
        room = self.screen().availableGeometry().size()
        self.setMinimumSize(MIN_SIZE.boundedTo(room))
        self.resize(USUAL_SIZE.boundedTo(room))
        if USUAL_SIZE.width() > room.width() or USUAL_SIZE.height() > room.height():
            self.setWindowState(Qt.WindowState.WindowMaximized)

    def _make_screen(self, name: str) -> QWidget:
        # Screens beside the desk are imported when first opened: the start is timed.
        if name == "import":
            from desktop.screens.imports.screen import ImportScreen

            return ImportScreen(self._context)
        if name == "reports":
            from desktop.screens.reports.screen import ReportScreen

            return ReportScreen(self._context)
        if name == "data":
            return self._make_data()
        if name == "search":
            from desktop.screens.search.screen import SearchScreen

            return SearchScreen(self._context)
        if name == "lists":
            from desktop.screens.lists.screen import ListsScreen

            return ListsScreen(self._context)
        screen = SyncScreen(self._context)
        screen.asked_now.connect(self._exchange.run_now)
        self._exchange.changed.connect(screen.show_state)
        self._exchange.finished.connect(screen.add_result)
        screen.show_state(self._exchange.state)
        return screen

    def _make_data(self) -> QWidget:
        from desktop.screens.data.screen import DataScreen

        screen = DataScreen(self._context, self._backups)
        screen.reopen_asked.connect(self.reopen_asked)
        self._watch.changed.connect(screen.show_health)
        screen.show_health(self._watch.health)
        return screen

    def _build(self) -> None:
        self._stack = QStackedWidget()
        self._screens["desk"] = self._desk
        self._stack.addWidget(self._desk)
        middle = QWidget()
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._make_nav())
        row.addWidget(self._stack, 1)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_header())
        self._banner = Banner()
        column.addWidget(self._banner)
        column.addWidget(middle, 1)
        column.addWidget(self._make_status())
        self.setCentralWidget(page)

    def _make_header(self) -> QFrame:
        header = QFrame()
        header.setProperty("role", "header")
        line = QHBoxLayout(header)
        line.setContentsMargins(14, 6, 14, 6)
        line.setSpacing(14)
        name = QLabel(self.tr("网格指挥台"), textFormat=Qt.TextFormat.PlainText)
        name.setProperty("role", "brand")
        line.addWidget(name)
        line.addWidget(QLabel(self._context.store.site.name, textFormat=Qt.TextFormat.PlainText))
        line.addStretch(1)
        self._find = QLineEdit()
        self._find.setPlaceholderText(self.tr("/  查找编号、标题、内容、地址"))
        self._find.setAccessibleName(self.tr("查找"))
        self._find.setClearButtonEnabled(True)
        self._find.setMinimumWidth(280)
        self._find.setMaximumWidth(420)
        line.addWidget(self._find, 2)
        self._duty = QComboBox()
        self._duty.setAccessibleName(self.tr("当班人员"))
        self._duty.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._duty.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        line.addWidget(self._duty)
        self._clock = QLabel(textFormat=Qt.TextFormat.PlainText)
        line.addWidget(self._clock)
        return header

    def _make_nav(self) -> QFrame:
        nav = QFrame()
        nav.setProperty("role", "nav")
        nav.setFixedWidth(nav.fontMetrics().horizontalAdvance("汉") * 8)
        column = QVBoxLayout(nav)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(2)
        self._nav_buttons: dict[str, QToolButton] = {}
        group = QButtonGroup(self)
        for name in SCREENS:
            action = BY_ID[name]
            button = QToolButton()
            button.setText(f" {action.text}")
            button.setToolTip(f"{action.help}（{action.key}）")
            button.setCheckable(True)
            button.setIconSize(QSize(20, 20))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setSizePolicy(
                button.sizePolicy().Policy.Expanding, button.sizePolicy().Policy.Fixed
            )
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(partial(self.open_screen, name))
            group.addButton(button)
            column.addWidget(button)
            self._nav_buttons[name] = button
        column.addStretch(1)
        self._tint_icons()
        return nav

    def _make_status(self) -> QFrame:
        status = QFrame()
        status.setProperty("role", "status")
        line = QHBoxLayout(status)
        line.setContentsMargins(14, 4, 14, 4)
        line.setSpacing(18)
        self._late, self._new, self._line, self._saved, self._space, self._checking = (
            QLabel(textFormat=Qt.TextFormat.PlainText) for _ in range(6)
        )
        self._disputed, self._held, self._doubtful, self._key = (
            QLabel(textFormat=Qt.TextFormat.PlainText) for _ in range(4)
        )
        self._held.setToolTip(self.tr("记录已在本机，没有丢失；升级程序或收到前文后自动显示。"))
        self._doubtful.setToolTip(
            self.tr("记录没有丢失，只是显示可能不全。请技术员在“数据与备份”按“重建数据表”。")
        )
        for label in (
            self._late, self._new, self._disputed, self._held, self._doubtful, self._line,
            self._saved, self._space, self._checking,
        ):  # fmt: skip
            # Cut off rather than let much bad news make the window wider than the screen.
            label.setMinimumWidth(1)
            line.addWidget(label)
        line.addStretch(1)
        line.addWidget(self._key)
        keys = QToolButton()
        keys.setText(self.tr("F1 按键表"))
        keys.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        keys.clicked.connect(self._show_keys)
        line.addWidget(keys)
        if not self._context.store.site.key_place.is_protected:
            _say(self._key, self.tr("▲ 密钥未受系统保护"), "warn")
            self._key.setToolTip(self.tr("密钥放在仅本人可读的文件里；建议启用系统密钥库或口令。"))
        if doubt := self._context.store.clock_doubt:
            text, hint = CLOCK_DOUBTS[doubt]
            odd = _plain(text, "warn")
            odd.setToolTip(hint)
            line.insertWidget(line.indexOf(self._key), odd)
        _say(self._line, line_text(self._exchange.state, 0), "dim")
        for label in (self._disputed, self._held, self._doubtful, self._checking):
            label.hide()
        return status

    def _bind_keys(self) -> None:
        for name in SCREENS:
            bind(self, name, partial(self.open_screen, name), is_window_wide=True)
        bind(self, "back", self._go_back, is_window_wide=True)
        bind(self, "keys", self._show_keys, is_window_wide=True)
        bind(self, "refresh", self._refresh, is_window_wide=True)
        bind(self, "theme", self.theme_asked.emit, is_window_wide=True)
        bind(self, "quit", self.close, is_window_wide=True)
        # Typed into a field, the slash is a character: the field takes it before the shortcut.
        bind(self, "find", self._start_find, is_window_wide=True)

    def _connect(self) -> None:
        duty = self._context.duty
        duty.told.connect(self._on_told)
        duty.asked_for.connect(self._on_asked_for)
        duty.changed.connect(self._on_changed)
        self._context.runner.failed.connect(duty.tell_error)
        self._desk.counted.connect(self._on_counted)
        self._desk.found_cleared.connect(self._find.clear)
        self._find.textEdited.connect(self._on_find)
        self._find.returnPressed.connect(self._desk.focus_list)
        self._exchange.changed.connect(self._on_line)
        self._backups.changed.connect(self._on_backups)
        self._watch.changed.connect(self._on_health)
        self._watch.checking.connect(self._on_checking)
        self._on_health(self._watch.health)
        self._duty.activated.connect(self._on_duty_chosen)
        ticker = QTimer(self, interval=CLOCK_MS)
        ticker.timeout.connect(self._tick)
        ticker.start()
        self._tick()
        self._load_users()

    def _load_users(self) -> None:
        store = self._context.store
        self._context.runner.read(lambda: store.read(users), self._on_users, None, "users", self)

    def _on_users(self, found: list[UserRow]) -> None:
        self._duty.clear()
        for user in found:
            roles = user.roles.split()
            self._duty.addItem(f"{ROLE_NAMES.get(roles[0], '') if roles else ''} {user.name}",
                               user.key)  # fmt: skip
        actor = self._context.duty.actor
        is_vacant = actor.user == SYSTEM.user
        left = "" if is_vacant else self.tr("{}（已不在名单）").format(actor.name)
        self._duty.setPlaceholderText(left)
        self._show_seated()
        if is_vacant and found:
            # A joining station gets its people from the hub: somebody can sit down now.
            self._seat(first_officer(found) or found[0].key)

    @Slot(int)
    def _on_duty_chosen(self, index: int) -> None:
        key = self._duty.itemData(index)
        if key != self._context.duty.actor.user:
            self._seat(key)
        self._desk.focus_list()

    def _seat(self, key: str) -> None:
        store = self._context.store
        self._context.runner.read(
            lambda: sit_down(store, key), self._on_seated, self._on_not_seated, "seat", self
        )

    def _on_seated(self, found: tuple[Actor, str]) -> None:
        self._context.duty.switch(*found)
        self._show_seated()

    def _on_not_seated(self, error: Exception) -> None:
        self._context.duty.tell_error(error)
        self._show_seated()

    def _show_seated(self) -> None:
        self._duty.setCurrentIndex(self._duty.findData(self._context.duty.actor.user))

    @Slot(object)
    def _on_changed(self, changes: object) -> None:
        if "user" in getattr(changes, "subjects", ()):
            self._load_users()

    @Slot(object)
    def _on_counted(self, counted: Counts) -> None:
        new = counted.by_state.get("reported", 0)
        _say(self._late, f"■ 超时 {counted.late}", "danger" if counted.late else "dim")
        _say(self._new, f"新到 {new}", "accent" if new else "dim")
        _show(self._disputed, f"≠ 分歧 {counted.disputed}", counted.disputed)
        held, doubtful = counted.doubts
        _show(self._held, f"▲ 有 {held} 条需升级后显示", held)
        _show(self._doubtful, f"▲ {doubtful} 件显示可能有误 · 请技术员重建", doubtful)

    @Slot(object)
    def _on_line(self, state: LineState) -> None:
        text = line_text(state, self._context.clock())
        if state.is_up and state.unsent:
            text += f"，{state.unsent} 条待发"
        _say(self._line, text, line_kind(state))
        self._line.setToolTip(_tip_of(state.error))

    @Slot(object)
    def _on_backups(self, state: BackupState) -> None:
        now = self._context.clock()
        _say(self._saved, backup_text(state, now), backup_kind(state, now))
        self._saved.setToolTip(_tip_of(state.error))

    @Slot(object)
    def _on_health(self, health: Health) -> None:
        if words := words_of(health):
            self._banner.show_message(*words)
        else:
            self._banner.clear()
        is_low = health.level == LOW
        free = f"▲ 磁盘空间不足，剩 {health.free / 2**30:.1f} GB，请清理" if is_low else ""
        _say(self._space, free, "warn")
        self._space.setVisible(is_low)

    @Slot(int)
    def _on_checking(self, percent: int) -> None:
        _say(self._checking, f"正在核查数据 {percent}%", "dim")
        self._checking.setVisible(percent < 100)

    @Slot()
    def _tick(self) -> None:
        self._clock.setText(instant(self._context.clock())[5:])
        self._on_line(self._exchange.state)
        self._on_backups(self._backups.state)

    @Slot(str, str, str)
    def _on_told(self, kind: str, text: str, hint: str) -> None:
        # The last thing said is what counts: what went before would only be stale.
        self._dismiss_toasts()
        show_toast(self._stack, text, hint, kind)  # type: ignore[arg-type]

    @Slot()
    def _dismiss_toasts(self) -> None:
        for toast in toasts(self._stack):
            toast.dismiss()

    @Slot(str, object)
    def _on_asked_for(self, name: str, argument: object) -> None:
        self.open_screen(name)
        if name == "desk" and isinstance(argument, str):
            self._find.setText(argument)
            self._desk.show_number(argument)

    @Slot()
    def _start_find(self) -> None:
        self.open_screen("desk")
        self._find.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._find.selectAll()

    @Slot(str)
    def _on_find(self, text: str) -> None:
        self.open_desk_quietly()
        self._desk.look_for(text)

    def open_desk_quietly(self) -> None:
        """Show the desk without taking the focus from the search field."""
        self._nav_buttons["desk"].setChecked(True)
        self._stack.setCurrentWidget(self._desk)

    @Slot()
    def _go_back(self) -> None:
        self._dismiss_toasts()
        if self._key_sheet is not None and self._key_sheet.isVisible():
            self._key_sheet.hide()
        elif self._stack.currentWidget() is self._desk:
            self._desk.go_back()
        else:
            self.open_screen("desk")

    @Slot()
    def _refresh(self) -> None:
        current = self._stack.currentWidget()
        if isinstance(current, SyncScreen):
            self._exchange.run_now()
        elif current is self._screens.get("data"):
            self._backups.run_now()
        elif isinstance(current, TriageScreen):
            current.refresh()

    @Slot()
    def _show_keys(self) -> None:
        if self._key_sheet is None:
            self._key_sheet = KeySheet(self.centralWidget())
        if self._key_sheet.isVisible():
            self._key_sheet.hide()
        else:
            self._key_sheet.show_over(self.centralWidget())

    def tint(self) -> None:
        """Colour what the theme does not reach by itself."""
        self._tint_icons()

    def _tint_icons(self) -> None:
        for name, button in self._nav_buttons.items():
            button.setIcon(icon(BY_ID[name].icon, current_theme().nav_text))


class KeySheet(QScrollArea):
    """All keys at a glance, with a scroll bar where they do not fit; F1 or Esc puts it away."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "sheet")
        self.setAccessibleName(self.tr("按键表"))
        self.setWidgetResizable(True)
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(14, 12, 14, 12)
        row.setSpacing(22)
        listed = [one for one in ACTIONS if one.scope == "list"]
        half = (len(listed) + 1) // 2
        for title, actions in (
            (self.tr("列表和详情"), listed[:half]),
            ("", listed[half:]),
            (self.tr("任何地方、表单"), [one for one in ACTIONS if one.scope != "list"]),
        ):
            row.addLayout(self._column(title, actions))
        self.setWidget(page)
        self.hide()

    def _column(self, title: str, actions: Sequence[Action]) -> QVBoxLayout:
        column = QVBoxLayout()
        column.addWidget(_plain(title, "strong"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(0)
        for number, action in enumerate(actions):
            grid.addWidget(_plain(key_name(action.key), "strong"), number, 0)
            grid.addWidget(_plain(action.text, ""), number, 1)
            grid.addWidget(_plain(action.help, "dim"), number, 2)
        column.addLayout(grid)
        column.addStretch(1)
        return column

    def show_over(self, host: QWidget) -> None:
        """Show the sheet in the middle of a widget."""
        page = self.widget()
        bar = self.verticalScrollBar().sizeHint().width()
        wanted = page.sizeHint() + QSize(bar + 4, 4)
        self.resize(wanted.boundedTo(host.size()))
        self.move((host.width() - self.width()) // 2, (host.height() - self.height()) // 2)
        self.raise_()
        self.show()


def _show(label: QLabel, text: str, count: int) -> None:
    """Say how many there are, and nothing where there are none."""
    _say(label, text, "warn")
    label.setVisible(count > 0)


def _tip_of(error: BaseException | None) -> str:
    return plain_tip("。".join(describe(error))) if error else ""


def _plain(text: str, role: str) -> QLabel:
    label = QLabel(text, textFormat=Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    return label


def _say(label: QLabel, text: str, role: str) -> None:
    label.setText(text)
    if label.property("role") != role:
        label.setProperty("role", role)
        label.style().unpolish(label)
        label.style().polish(label)


def app_icon_path() -> Path:
    """Return the program's icon."""
    return resources.path("icons/griddesk.svg")
