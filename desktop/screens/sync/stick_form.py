"""What is to be written to a stick, and for whom."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QLineEdit, QWidget

from db.stick.write import MAX_PURPOSE
from db.sync.peers import Peer
from desktop.language import say


class Order(NamedTuple):
    """What somebody asked to be written."""

    peer: Peer
    everything: bool
    with_files: bool
    purpose: str


class StickForm(QWidget):
    """Fields for an `Order`; there is none as long as nobody can be written to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._peers: list[Peer] = []
        self._to = QComboBox()
        self._what = QComboBox()
        self._what.addItems([self.tr("对方还没有的"), self.tr("全部")])
        self._files = QCheckBox(self.tr("带附件"))
        self._purpose = QLineEdit(maxLength=MAX_PURPOSE)
        self._purpose.setPlaceholderText(self.tr("例如：线路中断，送区里"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(1, 1)
        rows: tuple[tuple[str, QWidget], ...] = (
            (self.tr("写给"), self._to),
            (self.tr("写什么"), self._what),
            (self.tr("用途"), self._purpose),
        )
        for number, (name, field) in enumerate(rows):
            label = QLabel(name, textFormat=Qt.TextFormat.PlainText)
            label.setProperty("role", "dim")
            field.setAccessibleName(name)
            grid.addWidget(label, number, 0)
            grid.addWidget(field, number, 1)
        grid.addWidget(self._files, 1, 2)
        self.setFocusProxy(self._to)

    @property
    def order(self) -> Order | None:
        """What the fields say, None where there is nobody to write to."""
        row = self._to.currentIndex()
        if not 0 <= row < len(self._peers):
            return None
        is_everything = self._what.currentIndex() == 1
        purpose = self._purpose.text().strip()
        return Order(self._peers[row], is_everything, self._files.isChecked(), purpose)

    def show_peers(self, peers: Sequence[Peer]) -> None:
        """Offer these; who was chosen stays chosen."""
        before = self.order
        self._peers = list(peers)
        self._to.clear()
        self._to.addItems([peer_text(peer) for peer in peers])
        ids = [peer.id for peer in peers]
        if before and before.peer.id in ids:
            self._to.setCurrentIndex(ids.index(before.peer.id))


def peer_text(peer: Peer) -> str:
    """Return how a station that can be written to reads."""
    return say("{} 工位 {}（{}）").format(peer.name, peer.station, peer.town or say("区级"))
