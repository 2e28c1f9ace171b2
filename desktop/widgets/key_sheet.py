"""All keys at a glance, from the table of actions; the paper says the same."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from desktop.actions import BY_ID, Action, by_group, key_name
from desktop.key_columns import Column, in_columns
from desktop.override import override

_COLUMNS = 3
"""Fewer where the letters are large."""
_ROW = 0.82
"""Height of a row in lines: the fonts of Chinese leave more air than a table needs."""


class KeySheet(QScrollArea):
    """All keys, with a scroll bar where they do not fit; F1 or Esc puts it away.

    While it is shown it has the keys: `print_asked()` for the one that prints it.
    """

    print_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._before: QWidget | None = None
        self._more = QLabel()
        self.setProperty("role", "sheet")
        self.setAccessibleName(self.tr("按键表"))
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()

    def show_over(self, host: QWidget) -> None:
        """Show the sheet in the middle of a widget, and take the keys."""
        bar = self.verticalScrollBar().sizeHint().width()
        for count in range(_COLUMNS, 0, -1):
            page = self._page(count)
            wanted = page.sizeHint() + QSize(bar + 4, 4)
            if wanted.width() <= host.width():
                break
        self._more.setVisible(wanted.height() > host.height())
        self.setWidget(page)
        self.resize(wanted.boundedTo(host.size()))
        self.move((host.width() - self.width()) // 2, (host.height() - self.height()) // 2)
        self._before = QApplication.focusWidget()
        self.raise_()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        """Give the keys back."""
        super().hideEvent(event)
        before, self._before = self._before, None
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        if event.text().upper() == BY_ID["print"].key:
            self.print_asked.emit()
        elif event.key() == Qt.Key.Key_Home:
            bar.setValue(bar.minimum())
        elif event.key() == Qt.Key.Key_End:
            bar.setValue(bar.maximum())
        else:
            super().keyPressEvent(event)

    def _page(self, columns: int) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(14, 6, 14, 4)
        layout.setSpacing(4)
        layout.addLayout(self._head())
        row = QHBoxLayout()
        row.setSpacing(22)
        for column in in_columns(_with_keys(), columns):
            row.addLayout(self._column(column))
        layout.addLayout(row)
        layout.addStretch(1)
        return page

    def _head(self) -> QHBoxLayout:
        button = QPushButton(self.tr("打印 {}").format(BY_ID["print"].key))
        button.setAccessibleName(self.tr("打印按键表"))
        button.clicked.connect(self.print_asked)
        line = QHBoxLayout()
        line.addWidget(_plain(self.tr("按键表"), "title"))
        line.addStretch(1)
        self._more = _plain(self.tr("下面还有，↓ 或 PgDn 往下看"), "strong")
        line.addWidget(self._more)
        line.addWidget(_plain(self.tr("F1 或 Esc 收起"), "dim"))
        line.addWidget(button)
        return line

    def _column(self, column: Column[Action]) -> QVBoxLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(0)
        for number, line in enumerate(column):
            if isinstance(line, str):
                grid.addWidget(_low(line, "group"), number, 0, 1, 3)
                continue
            for place, (text, role) in enumerate(
                ((key_name(line.key), "strong"), (line.text, ""), (line.help, "dim"))
            ):
                grid.addWidget(_low(text, role), number, place)
        grid.setColumnStretch(2, 1)
        layout = QVBoxLayout()
        layout.addLayout(grid)
        layout.addStretch(1)
        return layout


def _with_keys() -> dict[str, list[Action]]:
    """Return what has a key: the rest stands under 更多操作."""
    return {title: [one for one in listed if one.key] for title, listed in by_group().items()}


def _low(text: str, role: str) -> QLabel:
    label = _plain(text, role)
    label.setFixedHeight(round(label.fontMetrics().height() * _ROW))
    return label


def _plain(text: str, role: str) -> QLabel:
    label = QLabel(text, textFormat=Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    return label
