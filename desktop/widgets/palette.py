"""The panel of the command bar: what a line typed may mean; the field keeps the focus."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QInputMethodEvent,
    QKeyEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.delegates.palette_row import ENTRY_ROLE, SIGN_ROLE, PaletteRowDelegate, row_height
from desktop.override import override
from desktop.palette import Entry

_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
_OWN = _ENTER | set(_STEPS) | {Qt.Key.Key_Escape}
_PASSING = {
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
}
"""The focus goes for a moment and comes back: another window, the list of an input method."""
_EMS = 46
_EDGE = 8


class Section(NamedTuple):
    """A heading, what can be chosen below it, and remarks that cannot: (sign, words)."""

    title: str
    entries: Sequence[Entry] = ()
    remarks: Sequence[tuple[str, str]] = ()


class PalettePanel(QFrame):
    """Sections below a field; the keys of the field move through them.

    `chosen(Entry)`; `hurried()` for Enter while there is nothing to choose; `cancelled()` for Esc;
    `left()` when the focus goes elsewhere. While an input method composes, no key means anything.
    """

    chosen = Signal(object)
    hurried = Signal()
    cancelled = Signal()
    left = Signal()

    def __init__(self, field: QLineEdit, host: QWidget) -> None:
        super().__init__(host)
        self._field = field
        self._host = host
        self._is_composing = False
        self._is_moved = False
        self.setProperty("role", "sheet")
        self.setAccessibleName(self.tr("命令条"))
        self.rows = QListWidget()
        self.rows.setAccessibleName(self.tr("可选的"))
        self.rows.setFrameShape(QFrame.Shape.NoFrame)
        self.rows.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.rows.setItemDelegate(PaletteRowDelegate(self.rows))
        self.rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.rows.itemClicked.connect(self._on_clicked)
        foot = QLabel(self.tr("↑ ↓ 选    Enter 定    Esc 收起"), textFormat=Qt.TextFormat.PlainText)
        foot.setProperty("role", "dim")
        foot.setContentsMargins(14, 2, 14, 4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 6, 2, 2)
        layout.setSpacing(2)
        layout.addWidget(self.rows)
        layout.addWidget(foot)
        field.installEventFilter(self)
        host.installEventFilter(self)
        self.hide()

    @property
    def entry(self) -> Entry | None:
        """What the cursor is on."""
        item = self.rows.currentItem()
        return item.data(ENTRY_ROLE) if item else None

    @property
    def entries(self) -> list[Entry]:
        """What can be chosen, in its order."""
        items = (self.rows.item(row) for row in range(self.rows.count()))
        return [item.data(ENTRY_ROLE) for item in items if item.data(ENTRY_ROLE) is not None]

    def show_sections(self, sections: Sequence[Section], *, keeps_cursor: bool) -> None:
        """Show these, the cursor on the first; `keeps_cursor`: on what somebody moved it to."""
        self._is_moved = self._is_moved and keeps_cursor
        kept = self.entry if self._is_moved else None
        self.rows.clear()
        for section in sections:
            if section.title:
                self._add(section.title, {})
            for entry in section.entries:
                self._add_entry(entry, is_current=entry == kept)
            for sign, words in section.remarks:
                self._add(words, {SIGN_ROLE: sign})
        if self.rows.currentItem() is None:
            self._go(0, 1)
        self._place()
        self.show()
        self.raise_()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._host:
            if event.type() == QEvent.Type.Resize and self.isVisible():
                self._place()
            return False
        if isinstance(event, QInputMethodEvent):
            self._is_composing = bool(event.preeditString())
        if self.isHidden():
            return False
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut:
            if event.reason() not in _PASSING:
                self._is_composing = False
                self.left.emit()
            return False
        return isinstance(event, QKeyEvent) and self._on_key(event)

    def _on_key(self, event: QKeyEvent) -> bool:
        """Take the keys that are the panel's; Esc before the window takes it for its own."""
        if event.key() not in _OWN:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        elif event.type() == QEvent.Type.KeyPress and not self._is_composing:
            self._act(Qt.Key(event.key()))
        return True

    def _act(self, key: Qt.Key) -> None:
        if key in _STEPS:
            step = _STEPS[key]
            self._is_moved = True
            self._go(self.rows.currentRow() + step, step)
            self._announce()
        elif key == Qt.Key.Key_Escape:
            self.cancelled.emit()
        elif self.entry is not None:
            self.chosen.emit(self.entry)
        else:
            self.hurried.emit()

    def _go(self, row: int, step: int) -> None:
        """Put the cursor on the next entry from a row on, where there is one."""
        while 0 <= row < self.rows.count():
            if self.rows.item(row).data(ENTRY_ROLE) is not None:
                self.rows.setCurrentRow(row)
                return
            row += step

    def _announce(self) -> None:
        """Tell a screen reader, which listens to the field, where the cursor is."""
        item = self.rows.currentItem()
        if item is not None:
            words = item.data(Qt.ItemDataRole.AccessibleTextRole)
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._field, words))

    def _add_entry(self, entry: Entry, *, is_current: bool) -> None:
        said = (entry.text, entry.key, entry.refused or entry.hint)
        item = self._add(entry.text, {ENTRY_ROLE: entry})
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, " ".join(filter(None, said)))
        if is_current:
            self.rows.setCurrentItem(item)

    def _add(self, text: str, data: Mapping[Qt.ItemDataRole | int, object]) -> QListWidgetItem:
        item = QListWidgetItem(text, self.rows)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        for role, value in data.items():
            item.setData(role, value)
        return item

    def _place(self) -> None:
        """Hang below the field, as wide as there is room for."""
        metrics = self.rows.fontMetrics()
        corner = self._field.mapTo(self._host, QPoint(0, self._field.height() + 2))
        wanted = max(self._field.width(), metrics.horizontalAdvance("汉") * _EMS)
        width = min(wanted, self._host.width() - 2 * _EDGE)
        tall = self.rows.count() * row_height(metrics)
        around = self.sizeHint().height() - self.rows.height()
        room = self._host.height() - corner.y() - _EDGE - around
        self.rows.setFixedHeight(min(tall, room))
        left = max(min(corner.x(), self._host.width() - width - _EDGE), _EDGE)
        self.setGeometry(left, corner.y(), width, self.rows.height() + around)

    @Slot(QListWidgetItem)
    def _on_clicked(self, item: QListWidgetItem) -> None:
        entry = item.data(ENTRY_ROLE)
        if entry is not None:
            self.chosen.emit(entry)
