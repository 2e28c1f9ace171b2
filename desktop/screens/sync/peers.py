"""The workstations of the room in a table: who answers, since when, how its clock stands."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from desktop.exchange import peer_text
from desktop.i18n import describe, instant
from desktop.language import say
from desktop.lines import PeerState
from desktop.widgets.tips import plain_tip

_SKEW_SHOWN_MS = 120_000
"""Below it nobody need know."""
_ROWS_SHOWN = 6


class PeersTable(QTableWidget):
    """Rows stay where they are while their states change; it is hidden while there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 5, parent)
        self.setHorizontalHeaderLabels(
            [
                self.tr("本室工位"), self.tr("线路"), self.tr("上次成功"), self.tr("时钟"),
                self.tr("速度"),
            ]
        )  # fmt: skip
        self.setAccessibleName(self.tr("本室工位"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.hide()

    def show_peers(self, peers: tuple[PeerState, ...], now: int) -> None:
        """Show how each workstation stands."""
        self.setVisible(bool(peers))
        if self.rowCount() != len(peers):
            self.setRowCount(len(peers))
            shown = min(len(peers), _ROWS_SHOWN)
            row = self.verticalHeader().defaultSectionSize()
            head = self.horizontalHeader().sizeHint().height()
            self.setFixedHeight(head + row * shown + 2 * self.frameWidth() + 2)
        for number, peer in enumerate(peers):
            line = peer.line
            tip = plain_tip("。".join(describe(line.error))) if line.error else ""
            values = (
                say("{} 工位 {}").format(peer.name, peer.station) if peer.station else peer.name,
                peer_text(line, now),
                instant(line.last_ok),
                _skew(line.skew_ms),
                say("{:.0f} 条/秒").format(line.speed) if line.speed else "—",
            )
            for column, text in enumerate(values):
                self._put(number, column, text, tip)

    def _put(self, row: int, column: int, text: str, tip: str) -> None:
        item = self.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            self.setItem(row, column, item)
        if item.text() != text:
            item.setText(text)
        item.setToolTip(tip)


def _skew(skew_ms: int) -> str:
    if abs(skew_ms) < _SKEW_SHOWN_MS:
        return say("一致")
    minutes = abs(skew_ms) // 60_000
    return say("▲ 快 {} 分").format(minutes) if skew_ms > 0 else say("▲ 慢 {} 分").format(minutes)
