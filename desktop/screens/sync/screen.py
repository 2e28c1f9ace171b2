"""同步: the lines to the hub and the room, what is unsent, what went wrong and when."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from db.domain.errors import GridDeskError
from db.store.queries.town import StationRow, stations
from desktop.context import AppContext
from desktop.exchange import hub_text
from desktop.i18n import RENEWED, describe, instant
from desktop.language import say
from desktop.lines import LineState
from desktop.screens.sync.peers import PeersTable
from desktop.screens.sync.stick_panel import StickPanel
from desktop.serving import ServingState

LOG_LINES = 200


class SyncScreen(QWidget):
    """Shows a `LineState` and a log of attempts.

    `asked_now()` when somebody wants it at once, `pause_asked(bool)` when it is to rest or go on.
    """

    asked_now = Signal()
    pause_asked = Signal(bool)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        title = QLabel(self.tr("同步"), textFormat=Qt.TextFormat.PlainText)
        title.setProperty("role", "title")
        layout.addWidget(title)
        self._troubles: tuple[GridDeskError, ...] = ()
        self._values: dict[str, QLabel] = {}
        layout.addLayout(self._facts())
        line = QHBoxLayout()
        self._now = QPushButton(self.tr("立即同步  F5"))
        self._now.setProperty("kind", "primary")
        self._now.clicked.connect(self.asked_now)
        line.addWidget(self._now)
        self._pause = QPushButton(self.tr("暂停交换"))
        self._pause.setCheckable(True)
        self._pause.clicked.connect(self.pause_asked)
        line.addWidget(self._pause)
        self._by_stick = QPushButton(self.tr("U盘交换(&U)…"))
        self._by_stick.setCheckable(True)
        self._by_stick.toggled.connect(self._show_stick)
        line.addWidget(self._by_stick)
        line.addStretch(1)
        layout.addLayout(line)
        self._peers = PeersTable(self)
        layout.addWidget(self._peers)
        self._log = QPlainTextEdit(self, readOnly=True)
        self._log.setMaximumBlockCount(LOG_LINES)
        self._log.setAccessibleName(self.tr("同步记录"))
        self._log.setPlaceholderText(self.tr("还没有同步过"))
        layout.addWidget(self._log, 1)
        self._stick = StickPanel(context)
        self._stick.hide()
        layout.addWidget(self._stick, 1)

    @property
    def stick(self) -> StickPanel:
        """The exchange by files."""
        return self._stick

    def cancel(self) -> None:
        """End what is under way."""
        self._stick.cancel()

    @Slot(bool)
    def _show_stick(self, is_wanted: bool) -> None:
        """Put the exchange by files in the place of the log."""
        self._log.setVisible(not is_wanted)
        self._stick.setVisible(is_wanted)
        if is_wanted:
            self._stick.load()
            self._stick.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def show_state(self, state: LineState) -> None:
        """Show how the exchange stands."""
        now = self._context.clock()
        self._now.setEnabled(not state.is_running)
        self._pause.setChecked(state.is_paused)
        self._pause.setText(self.tr("继续交换") if state.is_paused else self.tr("暂停交换"))
        self._peers.show_peers(state.peers, now)
        self._values["line"].setText(hub_text(state, now))
        self._values["unsent"].setText(self.tr("{} 条").format(state.unsent))
        held = self.tr("{} 条").format(state.held)
        self._values["held"].setText(
            held + (self.tr("（升级程序或收到前文后自动显示）") if state.held else "")
        )
        self._values["last"].setText(instant(state.last_ok))
        if state.troubles != self._troubles:
            self._troubles = state.troubles
            self._show_troubles({})
            self._load_names()

    @Slot(object)
    def add_result(self, result: object) -> None:
        """Add a line to the log: what an attempt did, or why it failed."""
        when = instant(self._context.clock())
        if isinstance(result, BaseException):
            title, hint = describe(result)
            self._log.appendPlainText(f"{when}  ✕ {title}。{hint}")
        elif result is not None:
            pushed, pulled = getattr(result, "pushed", 0), getattr(result, "pulled", 0)
            if pushed or pulled:
                self._log.appendPlainText(
                    say("{}  ✓ 发出 {} 条，收到 {} 条").format(when, pushed, pulled)
                )
            for reason in getattr(result, "healed", ()):
                self._log.appendPlainText(f"{when}  ▲ {'。'.join(RENEWED[reason])}")

    @Slot(str, object)
    def add_meeting(self, name: str, result: object) -> None:
        """Add a line to the log: what went between this workstation and another of the room."""
        when = instant(self._context.clock())
        if isinstance(result, BaseException):
            return  # The table says so, as long as it lasts.
        pushed, pulled = getattr(result, "pushed", 0), getattr(result, "pulled", 0)
        if pushed or pulled:
            self._log.appendPlainText(
                say("{}  ✓ {}：发出 {} 条，收到 {} 条").format(when, name, pushed, pulled)
            )
        for reason in getattr(result, "healed", ()):
            self._log.appendPlainText(f"{when}  ▲ {name}：{'。'.join(RENEWED[reason])}")

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
        self._values["serving"].setText(text)

    def _load_names(self) -> None:
        store = self._context.store
        if self._troubles:
            self._context.runner.read(
                lambda: store.read(stations), self._on_names, key="stations", owner=self
            )

    def _on_names(self, found: list[StationRow]) -> None:
        self._show_troubles(
            {row.id: say("{} 工位 {}").format(row.name, row.station) for row in found}
        )

    def _show_troubles(self, names: Mapping[str, str]) -> None:
        lines = [trouble_text(error, names) for error in self._troubles]
        self._values["behind"].setText("\n".join(lines) or self.tr("没有"))

    def _facts(self) -> QGridLayout:
        site = self._context.store.site
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setColumnStretch(1, 1)
        rows = (
            (
                "site",
                self.tr("本站点"),
                say("{}  工位 {}  {}").format(site.name, site.station, site.id),
            ),
            ("line", self.tr("区级线路"), "—"),
            ("serving", self.tr("本室服务"), "—"),
            ("unsent", self.tr("待发"), "—"),
            ("held", self.tr("待处理"), "—"),
            ("behind", self.tr("未同步"), "—"),
            ("last", self.tr("上次成功"), "—"),
        )
        for number, (key, name, value) in enumerate(rows):
            label = QLabel(name, textFormat=Qt.TextFormat.PlainText)
            label.setProperty("role", "dim")
            shown = QLabel(value, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
            self._values[key] = shown
            grid.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(shown, number, 1)
        return grid


def trouble_text(error: GridDeskError, names: Mapping[str, str]) -> str:
    """Return which chain stayed behind, and why."""
    site = str(error.params.get("site", ""))
    title, hint = describe(error)
    return f"▲ {names.get(site, site) or say('本站点')}：{title}。{hint}"
