"""All actions in a list: their keys, what each does, and why one is not possible now."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QTreeWidget, QTreeWidgetItem, QWidget

from desktop.actions import BY_ID, key_name
from desktop.decisions.live import Standing
from desktop.i18n import describe
from desktop.override import override
from desktop.theme import current_theme
from desktop.widgets.tips import plain_tip

_ID_ROLE = Qt.ItemDataRole.UserRole
_MOVES = {Qt.Key.Key_J: Qt.Key.Key_Down, Qt.Key.Key_K: Qt.Key.Key_Up}


class MoreList(QTreeWidget):
    """Shows a `Standing`; `chosen(action id)` when one is to be started, possible or not."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("更多操作"))
        self.setColumnCount(3)
        self.setHeaderLabels([self.tr("键"), self.tr("动作"), self.tr("做什么；✕ 为什么不能")])
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header().setStretchLastSection(True)
        em = self.fontMetrics().horizontalAdvance("汉")
        self.setColumnWidth(0, em * 4)
        self.setColumnWidth(1, em * 7)
        self._shown: Standing | None = None
        self.itemActivated.connect(self._on_activated)
        self.hide()

    def show_standing(self, found: Standing) -> None:
        """Show all actions; the cursor stays on the one it is on."""
        if found == self._shown:
            return
        current = self.currentItem()
        kept = current.data(0, _ID_ROLE) if current and self._shown is not None else ""
        self._shown = found
        self.clear()
        for name, refused in found.items():
            item = self._item(name, "✕ " + describe(refused)[0] if refused else BY_ID[name].help)
            if refused:
                for column in range(3):
                    item.setForeground(column, current_theme().text_dim)
                item.setToolTip(2, plain_tip("。".join(describe(refused))))
            if name == kept or self.topLevelItemCount() == 1:
                self.setCurrentItem(item)

    def forget(self) -> None:
        """Put the list away."""
        self._shown = None
        self.hide()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = _MOVES.get(Qt.Key(event.key()))
        if key is not None and not event.modifiers():
            event = QKeyEvent(event.type(), key, event.modifiers())
        super().keyPressEvent(event)

    def _item(self, name: str, text: str) -> QTreeWidgetItem:
        action = BY_ID[name]
        item = QTreeWidgetItem(self, [key_name(action.key), action.text, text])
        item.setData(0, _ID_ROLE, name)
        return item

    @Slot(QTreeWidgetItem, int)
    def _on_activated(self, item: QTreeWidgetItem, _: int) -> None:
        self.chosen.emit(item.data(0, _ID_ROLE))
