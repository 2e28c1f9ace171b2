"""同步: whom this record exchanges with, how each line stands, what went wrong and what to do."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from db.commands.keys import fingerprint_of, grant_room_key
from db.domain.errors import GridDeskError
from db.domain.ops import Actor
from db.stick.cards import own_fingerprint
from db.stick.standing import Standing, standing
from db.store.changes import Changes
from db.store.store import Store
from desktop.actions import bind
from desktop.context import OK, WARN, AppContext
from desktop.exchange import HUB, Exchange, hub_text
from desktop.i18n import describe
from desktop.language import say
from desktop.lines import LineState
from desktop.override import override
from desktop.runner import Throttle
from desktop.screens.data.confirm import Confirm
from desktop.screens.sync.enrolling import EnrolForm
from desktop.screens.sync.log import LogView
from desktop.screens.sync.peers import PeersTable
from desktop.screens.sync.rows import Row, rows, skewed, troubles
from desktop.screens.sync.stick_panel import StickPanel
from desktop.serving import Room, ServingState
from desktop.settings import load_settings
from desktop.widgets.own_keys import claims_key
from desktop.widgets.second_person import SecondPerson, is_needed

READ_MS = 1_000
"""At most so often it is read what waits on either side."""
_TICK_MS = 10_000


class SyncScreen(QWidget):
    """Shows the lines of an `Exchange` and steers them. `setting_chosen(name, value)`."""

    setting_chosen = Signal(str, object)

    def __init__(
        self, context: AppContext, exchange: Exchange, room: Room, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._exchange = exchange
        self._known: Standing | None = None
        self._names: dict[str, str] = {}
        self._fingerprint = ""
        self._build()
        self._bind_keys()
        self._read = Throttle(self._load, READ_MS, self)
        exchange.changed.connect(self.show_state)
        room.changed.connect(self.show_serving)
        context.duty.changed.connect(self._on_changed)
        context.duty.switched.connect(self._confirm.hide)
        ticker = QTimer(self, interval=_TICK_MS)
        ticker.timeout.connect(self._on_tick)
        ticker.start()
        self.show_serving(room.state)
        self.show_state(exchange.state)
        self._load()

    @property
    def stick(self) -> StickPanel:
        """The exchange by files."""
        return self._stick

    @property
    def enrol(self) -> EnrolForm:
        """The form that enrols this site."""
        return self._enrol

    @property
    def peers(self) -> PeersTable:
        """Whom this record exchanges with."""
        return self._peers

    @property
    def log(self) -> LogView:
        """What came of the attempts."""
        return self._log

    def cancel(self) -> None:
        """End what is under way."""
        self._stick.cancel()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._read.request()

    @override
    def event(self, event: QEvent) -> bool:
        return claims_key(event, self._is_own_key) or super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._is_own_key(event):
            self._show_log()
        else:
            super().keyPressEvent(event)

    def _is_own_key(self, event: QEvent) -> bool:
        is_back = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        is_open = self._pane.currentWidget() is not self._log or not self._confirm.isHidden()
        return is_back and is_open

    # how it is built

    def _build(self) -> None:
        self._own, self._line, self._serving = (_label("") for _ in range(3))
        self._own.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._skew, self._behind = _label("warn"), _label("warn")
        self._peers = PeersTable(self)
        self._confirm = Confirm()
        self._confirm.declined.connect(self._focus_peers)
        self.second = SecondPerson(self._context)
        self.second.closed.connect(self._focus_peers)
        self._log = LogView(self._exchange.log)
        self._stick = StickPanel(self._context)
        self._enrol = EnrolForm(self._context)
        self._enrol.enrolled.connect(self._on_enrolled)
        self._enrol.closed.connect(self._show_log)
        self._pane = QStackedWidget()
        self._enrol_page = QWidget()
        above = QVBoxLayout(self._enrol_page)
        above.setContentsMargins(0, 0, 0, 0)
        above.addWidget(self._enrol)
        above.addStretch(1)
        self._enrol_page.setFocusProxy(self._enrol)
        for page in (self._log, self._stick, self._enrol_page):
            self._pane.addWidget(page)
        title = _label("title")
        title.setText(self.tr("同步"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        for widget in (title, self._own, self._line, self._serving, self._skew, self._behind):
            column.addWidget(widget)
        column.addLayout(self._buttons())
        column.addWidget(self._peers)
        column.addWidget(self._confirm)
        column.addWidget(self.second)
        column.addWidget(self._pane, 1)
        self.setFocusProxy(self._peers)
        self._show_own()

    def _buttons(self) -> QHBoxLayout:
        line = QHBoxLayout()
        self._now = _button(self.tr("立即同步  F5"), self._exchange.run_now)
        self._now.setProperty("kind", "primary")
        self._pause = _button(self.tr("暂停交换(&P)"), self._toggle_pause)
        self._pause.setCheckable(True)
        self._by_stick = _button(self.tr("U盘交换(&U)…"), self._toggle_stick)
        self._by_stick.setCheckable(True)
        for button in (
            self._now,
            self._pause,
            _button(self.tr("再试这一家(&A)"), self._retry),
            _button(self.tr("登记(&E)…"), self._open_enrol),
            _button(self.tr("授权(&G)…"), self._ask_grant),
            self._by_stick,
            _button(self.tr("复制指纹(&C)"), self._copy),
        ):
            line.addWidget(button)
        line.addStretch(1)
        return line

    def _bind_keys(self) -> None:
        slots: dict[str, Callable[[], object]] = {
            "sync_pause": self._toggle_pause,
            "sync_retry": self._retry,
            "sync_enrol": self._open_enrol,
            "sync_grant": self._ask_grant,
            "sync_copy": self._copy,
        }
        for name, slot in slots.items():
            bind(self._peers, name, slot)

    # what is shown

    @Slot(object)
    def show_state(self, state: LineState) -> None:
        """Show how the exchange stands."""
        self._now.setEnabled(not state.is_running)
        self._pause.setChecked(state.is_paused)
        self._pause.setText(self.tr("继续交换(&P)") if state.is_paused else self.tr("暂停交换(&P)"))
        self._show_lines(state)
        if self.isVisible():
            self._read.request()

    @Slot(object)
    def show_serving(self, state: ServingState) -> None:
        """Show whether the room is served from here."""
        if state.error is not None:
            text = f"▲ {'。'.join(describe(state.error))}"
        elif state.url:
            text = self.tr("● 正为本室其他席位提供交换，端口 {}").format(
                state.url.rsplit(":", 1)[1]
            )
        else:
            text = self.tr("没有提供，可在“设置”里打开")
        self._serving.setText(self.tr("本室服务：{}").format(text))

    @Slot()
    def _on_tick(self) -> None:
        """Say anew for how long a line has been down."""
        if self.isVisible():
            self._show_lines(self._exchange.state)

    def _show_lines(self, state: LineState) -> None:
        now = self._context.clock()
        self._peers.show_rows(rows(self._exchange, self._known, now))
        held = self.tr("　待处理 {} 条（升级程序或收到前文后自动显示）").format(state.held)
        text = hub_text(state, now)
        self._line.setText(text + (held if state.held else ""))
        _tell(self._skew, [self._skew_line(*one) for one in skewed(state)])
        _tell(self._behind, [trouble_text(error, self._names) for _, error in troubles(state)])

    def _skew_line(self, name: str, skew_ms: int) -> str:
        minutes = abs(skew_ms) // 60_000
        if skew_ms < 0:
            told = self.tr("▲ 本机时间比{}快 {} 分").format(name, minutes)
        else:
            told = self.tr("▲ 本机时间比{}慢 {} 分").format(name, minutes)
        return told + self.tr("：请核对本机时间，不对的告诉技术员。不影响干活。")

    def _show_own(self) -> None:
        site = self._context.store.site
        text = say("本工位 {}  {}　指纹 {}").format(site.station, site.name, self._fingerprint)
        self._own.setText(text)
        self._own.setToolTip(site.id)

    @Slot()
    def _load(self) -> None:
        store = self._context.store
        self._context.runner.read(
            partial(_read_standing, store), self._on_read, self._on_failed, "standing", self
        )

    def _on_read(self, found: tuple[Standing, str]) -> None:
        self._known, self._fingerprint = found
        self._names = {
            one.id: say("{} 工位 {}").format(one.name, one.station) for one in self._known.peers
        }
        self._show_own()
        self._show_lines(self._exchange.state)

    def _on_failed(self, error: Exception) -> None:
        self._context.duty.tell_error(error)

    @Slot(object)
    def _on_changed(self, _: Changes) -> None:
        if self.isVisible():
            self._read.request()

    # what is done

    @Slot()
    def _toggle_pause(self) -> None:
        self._exchange.pause(not self._exchange.state.is_paused)

    @Slot()
    def _toggle_stick(self) -> None:
        if self._pane.currentWidget() is self._stick:
            self._show_log()
            return
        self._show_pane(self._stick)
        self._stick.load()

    @Slot()
    def _open_enrol(self) -> None:
        self._show_pane(self._enrol_page)

    @Slot()
    def _show_log(self) -> None:
        """Put away what was opened."""
        self._confirm.hide()
        self._by_stick.setChecked(False)
        self._pane.setCurrentWidget(self._log)
        self._focus_peers()

    @Slot()
    def _focus_peers(self) -> None:
        self._peers.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_pane(self, page: QWidget) -> None:
        self._by_stick.setChecked(page is self._stick)
        self._pane.setCurrentWidget(page)
        page.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _retry(self) -> None:
        row = self._peers.current
        if row is not None and row.has_line:
            self._exchange.retry(row.id)
            self._context.duty.tell(OK, self.tr("正在连 {}").format(row.name))
        else:
            self._context.duty.tell(
                WARN, self.tr("这一家没有线路"), self.tr("未登记的先登记；或用U盘交换")
            )

    @Slot()
    def _copy(self) -> None:
        if self._fingerprint:
            QGuiApplication.clipboard().setText(self._fingerprint)
            self._context.duty.tell(OK, self.tr("指纹已复制"), self._fingerprint)

    @Slot()
    def _ask_grant(self) -> None:
        """Ask whether the station under the cursor may read who called; by its fingerprint."""
        row, store = self._peers.current, self._context.store
        if row is None or not row.site or row.id == HUB:
            self._context.duty.tell(
                WARN, self.tr("先选一个工位"), self.tr("光标放在它那一行，再按授权")
            )
            return
        self._context.runner.read(
            lambda: store.read(lambda c: fingerprint_of(c, row.site)),
            partial(self._on_fingerprint, row),
            self._on_failed,
            "grant",
            self,
        )

    def _on_fingerprint(self, row: Row, fingerprint: str) -> None:
        self._confirm.ask(
            fingerprint,
            self.tr(
                "授权 {} 看来电人：请打电话，由对方念“本工位”的指纹，逐组核对。不一致就不要授权。"
            ).format(row.name),
            self.tr("指纹一致，授权(&T)"),
            partial(self._grant, row),
            is_code=True,
        )

    def _grant(self, row: Row, second: Actor | None = None) -> None:
        store, duty = self._context.store, self._context.duty
        self._context.runner.write(
            partial(grant_room_key, store, duty.actor, row.site, second),
            duty.while_here(partial(self._on_granted, row)),
            duty.while_here(partial(self._on_not_granted, row)),
            self,
        )
        self._focus_peers()

    def _on_not_granted(self, row: Row, error: Exception) -> None:
        if is_needed(error):
            self.second.ask(error, partial(self._grant, row))
        else:
            self._context.duty.tell_error(error)

    def _on_granted(self, row: Row, _: Changes) -> None:
        text = self.tr("已授权 {}").format(row.name)
        self._context.duty.tell(OK, text, self.tr("下次同步后生效"))

    @Slot(str, bool)
    def _on_enrolled(self, url: str, is_station: bool) -> None:
        if is_station:
            named = load_settings(self._context.store.home).room_peers.split()
            self.setting_chosen.emit("room_peers", " ".join(dict.fromkeys([*named, url])))
        self._show_log()
        self._exchange.run_now()


def trouble_text(error: GridDeskError, names: dict[str, str]) -> str:
    """Return which chain stayed behind, why, and what to do."""
    site = str(error.params.get("site", ""))
    title, hint = describe(error)
    return f"▲ {names.get(site, site) or say('本站点')}：{title}。{hint}"


def _read_standing(store: Store) -> tuple[Standing, str]:
    return store.read(lambda c: standing(c, store.site.id)), own_fingerprint(store)


def _tell(label: QLabel, lines: list[str]) -> None:
    label.setText("\n".join(lines))
    label.setVisible(bool(lines))


def _label(role: str) -> QLabel:
    label = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
    label.setProperty("role", role)
    return label


def _button(text: str, slot: Callable[[], object]) -> QPushButton:
    button = QPushButton(text)
    # What a click tells of itself is nobody's argument.
    button.clicked.connect(lambda _: slot())
    return button
