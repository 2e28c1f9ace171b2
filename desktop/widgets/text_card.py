"""Cards of names and texts whose labels are kept and told other words.

A new widget is dressed by the style sheet, most of a millisecond each: a panel that is made anew
for every row under the cursor keeps the window from answering.
"""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QWidget


class TextRow(NamedTuple):
    """A name, what stands beside it, how that is coloured (empty for plainly)."""

    name: str
    text: str
    role: str = ""


class LinkRow(NamedTuple):
    """A number that opens its incident: how it reads, how it is spoken, what stands beside it."""

    number: str
    shown: str
    spoken: str
    text: str


class _Card(QFrame):
    """A title over two columns; hidden while there is nothing below it."""

    def __init__(self, role: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setProperty("role", role)
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(12, 8, 12, 8)
        self.grid.setHorizontalSpacing(10)
        self.grid.setVerticalSpacing(3)
        self.grid.setColumnStretch(1, 1)
        self.title = make_label("dim")
        self.title.hide()
        self.grid.addWidget(self.title, 0, 0, 1, 2)
        self.hide()


class TextCard(_Card):
    """Rows of a name and a text."""

    def __init__(self, role: str = "card", parent: QWidget | None = None) -> None:
        super().__init__(role, parent)
        self._labels: list[tuple[QLabel, QLabel]] = []
        self._shown: tuple[TextRow, ...] = ()

    def show_rows(self, title: str, rows: Sequence[TextRow]) -> None:
        """Say this; labels that read the same are left alone, with what is marked in them."""
        tell(self.title, title)
        rows = tuple(rows)
        if rows == self._shown:
            return
        while len(self._labels) < len(rows):
            self._labels.append(self._add_row(len(self._labels) + 1))
        for labels, row in zip(self._labels, rows, strict=False):
            _show_row(labels, row)
        for labels in self._labels[len(rows) : len(self._shown)]:
            _forget_row(labels)
        self._shown = rows
        self.setVisible(bool(rows))

    def _add_row(self, row: int) -> tuple[QLabel, QLabel]:
        name, text = make_label("dim"), make_label()
        self.grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
        self.grid.addWidget(text, row, 1)
        return name, text


class LinkCard(_Card):
    """Numbers of incidents with a text beside each. `number_asked(number)` when one is pressed."""

    number_asked = Signal(str)

    def __init__(self, *, is_text_first: bool = False, parent: QWidget | None = None) -> None:
        super().__init__("card", parent)
        self._is_text_first = is_text_first
        self._links: list[tuple[QPushButton, QLabel]] = []
        self._shown: tuple[LinkRow, ...] = ()

    def show_links(self, title: str, rows: Sequence[LinkRow]) -> None:
        """Offer these numbers."""
        tell(self.title, title)
        rows = tuple(rows)
        if rows == self._shown:
            return
        while len(self._links) < len(rows):
            self._links.append(self._add_row(len(self._links)))
        for (button, label), row in zip(self._links, rows, strict=False):
            button.setText(row.shown)
            button.setAccessibleName(row.spoken)
            button.show()
            tell(label, row.text)
        for button, label in self._links[len(rows) : len(self._shown)]:
            button.hide()
            button.setText("")
            tell(label, "")
        self._shown = rows
        self.setVisible(bool(rows))

    def _add_row(self, place: int) -> tuple[QPushButton, QLabel]:
        button, label = QPushButton(), make_label("dim" if self._is_text_first else "")
        button.setProperty("kind", "link")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(partial(self._on_pressed, place))
        column = int(self._is_text_first)
        self.grid.addWidget(button, place + 1, column, Qt.AlignmentFlag.AlignLeft)
        self.grid.addWidget(label, place + 1, 1 - column)
        return button, label

    def _on_pressed(self, place: int) -> None:
        self.number_asked.emit(self._shown[place].number)


def make_label(role: str = "", parent: QWidget | None = None) -> QLabel:
    """Return a label for text from outside."""
    label = QLabel(parent, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
    label.setProperty("role", role)
    return label


def tell(label: QLabel, text: str, role: str | None = None) -> None:
    """Let a label say something, nothing by hiding it; `role` where its colour changes too."""
    label.setText(text)
    if role is not None and label.property("role") != role:
        set_property(label, "role", role)
    label.setVisible(bool(text))


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Change what the style sheet goes by."""
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def _show_row(labels: tuple[QLabel, QLabel], row: TextRow) -> None:
    name, text = labels
    name.setText(row.name)
    tell(text, row.text, row.role)
    for label in labels:
        label.show()


def _forget_row(labels: tuple[QLabel, QLabel]) -> None:
    for label in labels:
        tell(label, "")
