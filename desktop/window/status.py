"""The line at the foot: what is late and new, how the record and the line to the district stand."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from db.store.health import LOW, Health
from db.store.queries.queue import Counts
from desktop.backups import BackupState, backup_kind, backup_text
from desktop.context import AppContext
from desktop.exchange import line_kind, line_text
from desktop.i18n import CLOCK_DOUBTS, describe
from desktop.language import say
from desktop.lines import LineState
from desktop.widgets.tips import plain_tip


class StatusBar(QFrame):
    """Says how things stand; `keys_asked()` when the key sheet is wanted."""

    keys_asked = Signal()

    def __init__(
        self, context: AppContext, *, is_demo: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self.setProperty("role", "status")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 4, 14, 4)
        row.setSpacing(18)
        self.late, self.new, self.disputed, self.held, self.doubtful = (_label() for _ in range(5))
        self.line, self.saved, self.space, self.checking, self.key = (_label() for _ in range(5))
        self.renewing = _label()
        self.renewing.setToolTip(
            self.tr("程序换了新版本，正按日志重做列表。没有丢失数据，可以照常工作或关闭窗口。")
        )
        self.held.setToolTip(self.tr("记录已在本机，没有丢失；升级程序或收到前文后自动显示。"))
        self.doubtful.setToolTip(
            self.tr("记录没有丢失，只是显示可能不全。请技术员在“数据与备份”按“重建数据表”。")
        )
        for label in (
            self.late, self.new, self.disputed, self.held, self.doubtful, self.line,
            self.saved, self.space, self.checking, self.renewing,
        ):  # fmt: skip
            # Cut off rather than let much bad news make the window wider than the screen.
            label.setMinimumWidth(1)
            row.addWidget(label)
        row.addStretch(1)
        if doubt := context.store.clock_doubt:
            row.addWidget(self._doubt(doubt))
        if is_demo:
            row.addWidget(self._demo())
        row.addWidget(self.key)
        row.addWidget(self._keys_button())
        if not context.store.site.key_place.is_protected:
            _say(self.key, self.tr("▲ 密钥未受系统保护"), "warn")
            self.key.setToolTip(self.tr("密钥放在仅本人可读的文件里；建议启用系统密钥库或口令。"))
        for label in (self.disputed, self.held, self.doubtful, self.checking, self.renewing):
            label.hide()

    @Slot(object)
    def show_counts(self, counted: Counts) -> None:
        """Say how much is late, new, in dispute, in doubt."""
        new = counted.by_state.get("reported", 0)
        _say(self.late, say("■ 超时 {}").format(counted.late), "danger" if counted.late else "dim")
        _say(self.new, say("新到 {}").format(new), "accent" if new else "dim")
        disputed = counted.disputed + counted.facts
        _show(self.disputed, say("≠ 分歧 {}").format(disputed), disputed)
        held, doubtful = counted.doubts
        _show(self.held, say("▲ 有 {} 条需升级后显示").format(held), held)
        _show(self.doubtful, say("▲ {} 件显示可能有误 · 请技术员重建").format(doubtful), doubtful)

    @Slot(object)
    def show_line(self, state: LineState) -> None:
        """Say how the line to the hub stands."""
        text = line_text(state, self._context.clock())
        if state.is_up and state.unsent:
            text += say("，{} 条待发").format(state.unsent)
        _say(self.line, text, line_kind(state))
        self.line.setToolTip(_tip_of(state.error))

    @Slot(object)
    def show_backups(self, state: BackupState) -> None:
        """Say when the record was backed up."""
        now = self._context.clock()
        _say(self.saved, backup_text(state, now), backup_kind(state, now))
        self.saved.setToolTip(_tip_of(state.error))

    def show_health(self, health: Health) -> None:
        """Say when the disk runs full."""
        is_low = health.level == LOW
        free = (
            say("▲ 磁盘空间不足，剩 {:.1f} GB，请清理").format(health.free / 2**30)
            if is_low
            else ""
        )
        _say(self.space, free, "warn")
        self.space.setVisible(is_low)

    @Slot(int)
    def show_checking(self, percent: int) -> None:
        """Say how far a check of the record is."""
        _say(self.checking, say("正在核查数据 {}%").format(percent), "dim")
        self.checking.setVisible(percent < 100)

    @Slot(int)
    def show_renewing(self, percent: int) -> None:
        """Say how far the rows of an older version are made anew."""
        _say(self.renewing, say("正在升级列表 {}%，数据没有丢失").format(percent), "dim")
        self.renewing.setVisible(percent < 100)

    def _demo(self) -> QLabel:
        label = _label()
        _say(label, self.tr("演示"), "accent")
        label.setToolTip(self.tr("演示数据：人和事件都是虚构的，没有口令，不能转为正式数据。"))
        return label

    def _doubt(self, doubt: str) -> QLabel:
        text, hint = CLOCK_DOUBTS[doubt]
        label = _label()
        _say(label, text, "warn")
        label.setToolTip(hint)
        return label

    def _keys_button(self) -> QToolButton:
        keys = QToolButton()
        keys.setText(self.tr("F1 按键表"))
        keys.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        keys.clicked.connect(self.keys_asked)
        return keys


def _label() -> QLabel:
    return QLabel(textFormat=Qt.TextFormat.PlainText)


def _show(label: QLabel, text: str, count: int) -> None:
    """Say how many there are, and nothing where there are none."""
    _say(label, text, "warn")
    label.setVisible(count > 0)


def _say(label: QLabel, text: str, role: str) -> None:
    label.setText(text)
    if label.property("role") != role:
        label.setProperty("role", role)
        # What was never shown has nothing to take back; and the class of a style takes 7 ms of a
        # start.
        if label.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
            label.style().unpolish(label)
            label.style().polish(label)


def _tip_of(error: BaseException | None) -> str:
    return plain_tip("。".join(describe(error))) if error else ""
