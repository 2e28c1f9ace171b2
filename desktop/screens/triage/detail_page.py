"""The page of one incident in the detail panel: made once, told other words for each incident."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from db.store.queries.attachments import AttachmentRow
from db.store.queries.conflicts import OpenConflict
from desktop.actions import BY_ID
from desktop.i18n import short_time
from desktop.screens.triage.attachments import AttachmentList
from desktop.screens.triage.conflicts import ConflictCard
from desktop.screens.triage.pictures import Pictures
from desktop.widgets.button_grid import ButtonGrid
from desktop.widgets.text_card import (
    LinkCard,
    LinkRow,
    TextCard,
    TextRow,
    make_label,
    set_property,
    tell,
)

BUTTONS = 9
"""Buttons that can be told apart at a glance; the rest is one key away."""
_NONE = TextRow("", "")
_MINUTE = 60_000
Card = tuple[str, str, tuple[TextRow, ...]]
"""The name of a card, its title, its rows."""


@dataclass(frozen=True, slots=True)
class Told:
    """All that a page says; `hint` where it is about no incident."""

    hint: str = ""
    number: str = ""
    urgency: TextRow = _NONE
    state: TextRow = _NONE
    title: str = ""
    content: str = ""
    facts: tuple[TextRow, ...] = ()
    cards: tuple[Card, ...] = ()
    links: tuple[tuple[str, str, tuple[LinkRow, ...]], ...] = ()
    buttons: tuple[str, ...] = ()
    is_first_awaited: bool = False


class DetailPage(QWidget):
    """Shows what is `Told`. `asked_for(action id)` and `number_asked(number)` for its buttons.

    `file_opened(row)` when an attached file is to be looked at; `button_changed()` when the button
    that has the focus has become another one, or none.
    """

    asked_for = Signal(str)
    number_asked = Signal(str)
    file_opened = Signal(object)
    button_changed = Signal()

    def __init__(self, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self.files: AttachmentList | None = None
        self._listed: object = None
        self._conflicts: ConflictCard | None = None
        self._disputed: object = None
        self._make_head()
        self.facts = _make_facts()
        self._buttons = [_ActionButton() for _ in range(BUTTONS)]
        for button in self._buttons:
            button.asked.connect(self.asked_for)
        self._button_grid = ButtonGrid(self._buttons)
        cards = ("why", "advice", "assigned", "result", "history")
        self._cards = {name: TextCard() for name in cards}
        self._links = {"merged": LinkCard(is_text_first=True), "similar": LinkCard()}
        for card in self._links.values():
            card.number_asked.connect(self.number_asked)
        self._lay_out()

    def show_told(self, told: Told) -> None:
        """Say this, leaving alone what reads the same."""
        held = self.focusWidget()
        button = held if isinstance(held, QPushButton) and held.hasFocus() else None
        before = button.accessibleName() if button is not None else ""
        self._tell_head(told)
        self.facts.show_rows("", told.facts)
        cards = {name: (title, rows) for name, title, rows in told.cards}
        for name, card in self._cards.items():
            card.show_rows(*cards.get(name, ("", ())))
        links = {name: (title, rows) for name, title, rows in told.links}
        for name, one in self._links.items():
            one.show_links(*links.get(name, ("", ())))
        for place, own in enumerate(self._buttons):
            action = told.buttons[place] if place < len(told.buttons) else ""
            own.show_action(action, is_awaited=place == 0 and told.is_first_awaited)
        self._button_grid.show_first(len(told.buttons))
        if button is not None and (button.isHidden() or button.accessibleName() != before):
            self.button_changed.emit()

    def show_conflicts(
        self, conflicts: Sequence[OpenConflict], now: int, *, may_settle: bool
    ) -> None:
        """Show what is in dispute, above the clocks."""
        disputed = (tuple(conflicts), may_settle, now // _MINUTE)
        if disputed == self._disputed:
            return
        self._disputed = disputed
        if self._conflicts is not None:
            _put_away(self._conflicts)
            self._conflicts = None
        if conflicts:
            self._conflicts = ConflictCard(conflicts, now, may_settle=may_settle)
            self._column.insertWidget(self._column.indexOf(self.facts), self._conflicts)

    def show_files(self, rows: Sequence[AttachmentRow], now: int) -> None:
        """List the attached files; a list that reads the same stays, with its focus."""
        listed = [(row, short_time(row.at, now)) for row in rows]
        if listed == self._listed:
            return
        self._listed = listed
        if self.files is not None:
            _put_away(self.files)
            self.files = None
        if rows:
            self.files = AttachmentList(rows, self._pictures, now)
            self.files.opened.connect(self.file_opened)
            self._column.insertWidget(self._column.indexOf(self._cards["assigned"]), self.files)

    def unmark(self) -> None:
        """Let go of marked text: another incident may say the same."""
        for label in (self._number, self._content):
            label.setSelection(0, 0)

    def _make_head(self) -> None:
        self._hint, self._title = make_label("dim"), make_label("title")
        self._number, self._content = make_label("dim"), make_label()
        self._number.setWordWrap(False)
        for label in (self._number, self._content):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._urgency, self._state = make_label("dim"), make_label("dim")

    def _tell_head(self, told: Told) -> None:
        for label, text in (
            (self._hint, told.hint),
            (self._number, told.number),
            (self._title, told.title),
            (self._content, told.content),
        ):
            tell(label, text)
        for label, row in ((self._urgency, told.urgency), (self._state, told.state)):
            tell(label, row.text, row.role)

    def _lay_out(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 16, 12)
        self._column.setSpacing(8)
        line = QHBoxLayout()
        line.setSpacing(10)
        for label in (self._number, self._urgency, self._state):
            line.addWidget(label)
        line.addStretch(1)
        self._column.addLayout(line)
        for part in (
            self._hint,
            self._title,
            self._content,
            self.facts,
            self._cards["why"],
            self._button_grid,
            self._links["merged"],
            self._cards["advice"],
            self._links["similar"],
            self._cards["assigned"],
            self._cards["result"],
            self._cards["history"],
        ):
            self._column.addWidget(part)
        self._column.addStretch(1)


class _ActionButton(QPushButton):
    """A button of an action, told another one for another incident. `asked(action id)`."""

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._action = ""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._on_clicked)

    def show_action(self, name: str, *, is_awaited: bool) -> None:
        """Stand for an action, for none by saying nothing."""
        kind = "primary" if is_awaited else ""
        if (self.property("kind") or "") != kind:
            set_property(self, "kind", kind)
        if name == self._action:
            return
        self._action = name
        action = BY_ID.get(name)
        self.setText(f"{action.key}  {action.text}".strip() if action else "")
        self.setAccessibleName(action.text if action else "")
        self.setToolTip(action.help if action else "")

    @Slot()
    def _on_clicked(self) -> None:
        self.asked.emit(self._action)


def _make_facts() -> TextCard:
    facts = TextCard("")
    facts.grid.setContentsMargins(0, 0, 0, 0)
    facts.grid.setHorizontalSpacing(14)
    facts.grid.setVerticalSpacing(4)
    return facts


def _put_away(widget: QWidget) -> None:
    widget.hide()
    widget.deleteLater()
