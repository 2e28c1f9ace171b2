"""What came of the last attempts, of all or of one; where somebody reads, nothing moves."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.exchange_log import ExchangeLog, entry_text


class LogView(QWidget):
    """An `ExchangeLog`, all of it or one peer's."""

    def __init__(self, log: ExchangeLog, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._log = log
        self._who = QComboBox()
        self._who.setAccessibleName(self.tr("看谁的"))
        self._who.addItem(self.tr("全部"), "")
        self._text = QPlainTextEdit(readOnly=True, tabChangesFocus=True)
        self._text.setAccessibleName(self.tr("同步记录"))
        self._text.setPlaceholderText(self.tr("打开程序以来还没有同步过"))
        head = QHBoxLayout()
        name = QLabel(self.tr("记录"), textFormat=Qt.TextFormat.PlainText)
        name.setProperty("role", "strong")
        head.addWidget(name)
        head.addWidget(self._who)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self._text, 1)
        self._who.currentIndexChanged.connect(self._show)
        log.changed.connect(self._show)
        self._show()

    @property
    def text(self) -> str:
        """What is shown."""
        return self._text.toPlainText()

    @Slot()
    def _show(self) -> None:
        self._offer_names()
        wanted = self._who.currentData()
        lines = [entry_text(one) for one in self._log.entries if wanted in ("", one.peer)]
        bar = self._text.verticalScrollBar()
        place, is_at_end = bar.value(), bar.value() >= bar.maximum()
        text = "\n".join(lines)
        if text != self._text.toPlainText():
            self._text.setPlainText(text)
            bar.setValue(bar.maximum() if is_at_end else place)

    def _offer_names(self) -> None:
        for one in self._log.entries:
            if self._who.findData(one.peer) < 0:
                self._who.addItem(one.name, one.peer)
