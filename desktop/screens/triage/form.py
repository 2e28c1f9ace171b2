"""The decision form: the fields a transition asks for, in the panel, never in a dialog."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from db.domain.errors import GridDeskError
from db.domain.rules.base import FieldSpec
from desktop.i18n import CHOICE_NAMES, describe, field_name
from desktop.widgets.fields import (
    Choice,
    ChoiceModel,
    Field,
    FlagField,
    LineField,
    LongField,
    ManyField,
    PickField,
)
from desktop.widgets.sides_field import SidesField


@dataclass(frozen=True, slots=True)
class Choices:
    """What the pick fields offer, whatever the decision."""

    areas: tuple[Choice, ...] = ()
    units: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class FormRequest:
    """A decision to be filled in: its title, its fields, what they start with, a remark.

    `subject` is the number it is about; `needed` names fields that the rule will ask for though
    their spec does not; `classes` are those of the lists that judge it.
    """

    action: str
    title: str
    specs: Sequence[FieldSpec]
    values: Mapping[str, Any] = field(default_factory=dict)
    remark: str = ""
    needed: frozenset[str] = frozenset()
    subject: str = ""
    classes: Sequence[Choice] = ()


Key = tuple[str, str]
"""An action and the number it is about."""

_CLOSED: Key = ("", "")
_HINTS = {
    "incident": "完整的事件编号",
    "day": "年-月-日，如 2026-12-01",
    "number": "整数",
}
"""Kind of a field that is typed in -> how."""
_ENTER_KEYS = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class DecisionForm(QFrame):
    """Show a request, hand back its values.

    `confirmed(action, subject, values)` once until `settle` tells how it went; `cancelled()`. A
    refused decision keeps what was typed. What was typed and not confirmed is kept as a draft and
    comes back with the next form of the same action on the same incident; `draft_kept()` says so.
    """

    confirmed = Signal(str, str, object)
    cancelled = Signal()
    draft_kept = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "form")
        self._key = _CLOSED
        self._fields: dict[str, Field] = {}
        self._initial: dict[str, Any] = {}
        self._drafts: dict[Key, dict[str, Any]] = {}
        self._sent: dict[Key, dict[str, Any]] = {}
        self.offer(Choices())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        self._title = QLabel(self, textFormat=Qt.TextFormat.PlainText)
        self._title.setProperty("role", "form-title")
        self._remark = QLabel(self, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._remark.setProperty("role", "dim")
        layout.addWidget(self._title)
        layout.addWidget(self._remark)
        self._body = QWidget(self)
        layout.addWidget(self._body)
        self._error = QLabel(self, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._error.setProperty("role", "error")
        layout.addWidget(self._error)
        layout.addLayout(self._make_buttons())
        self.hide()

    @property
    def is_open(self) -> bool:
        """Whether a decision is being filled in."""
        return self._key != _CLOSED

    @property
    def is_sent(self) -> bool:
        """Whether the decision shown is under way."""
        return self._key in self._sent

    @property
    def action(self) -> str:
        """The action being filled in, empty when closed."""
        return self._key[0]

    @property
    def subject(self) -> str:
        """The number it is about, empty for a new incident."""
        return self._key[1]

    def field(self, name: str) -> Field:
        """Return a field of the open form by the name of its value."""
        return self._fields[name]

    def has_field(self, name: str) -> bool:
        """Whether the open form asks for a value."""
        return name in self._fields

    def offer(self, choices: Choices) -> None:
        """Take what the next forms offer; a form that is open keeps what it shows."""
        self._units = choices.units
        # Without a parent: a list lives as long as a field that shows it.
        self._models = {
            "area": ChoiceModel(choices.areas),
            "unit": ChoiceModel(choices.units),
        }

    def open_form(self, request: FormRequest) -> None:
        """Show a request and put the focus where something must still be filled in.

        A decision that is under way is not asked for again.
        """
        if self.is_open:
            self.close_form()
        key = (request.action, request.subject)
        if key in self._sent:
            return
        self._key = key
        self._title.setText(request.title)
        self._remark.setText(request.remark)
        self._remark.setVisible(bool(request.remark))
        self._error.hide()
        self._replace_body(request)
        self._initial = self._values()
        for name, value in self._drafts.pop(key, {}).items():
            if name in self._fields:
                self._fields[name].set_value(value)
        self._set_ready(True)
        self.show()
        self._first_field(request).setFocus(Qt.FocusReason.OtherFocusReason)

    def close_form(self) -> None:
        """Put the form away; what was typed and not sent is kept as a draft."""
        values = self._values()
        if self.is_open and not self.is_sent and values != self._initial:
            self._drafts[self._key] = values
            self.draft_kept.emit()
        self._key = _CLOSED
        self.hide()

    def settle(self, action: str, subject: str, error: BaseException | None = None) -> bool:
        """Take the answer to what was confirmed; tell whether its form is still the one shown.

        A refusal that finds its form gone leaves a draft, for the same key to bring back.
        """
        key = (action, subject)
        values = self._sent.pop(key, None)
        is_shown = self._key == key
        if error is None and is_shown:
            self._key = _CLOSED
            self.hide()
        elif error is not None and is_shown:
            self.show_error(error)
        elif error is not None and values is not None:
            self._drafts[key] = values
        return is_shown

    def forget(self) -> bool:
        """Close, and drop all that was typed; tell whether there was anything not confirmed."""
        is_lost = bool(self._drafts) or (
            self.is_open and not self.is_sent and self._values() != self._initial
        )
        self._drafts.clear()
        self._sent.clear()
        self._key = _CLOSED
        self.hide()
        return is_lost

    def show_error(self, error: BaseException) -> None:
        """Say what was refused, beside the field where one is to blame."""
        self._set_ready(True)
        title, hint = describe(error)
        name = error.params.get("column", "") if isinstance(error, GridDeskError) else ""
        self._mark_errors(name)
        self._error.setText(f"✕ {title}。{hint}")
        self._error.show()
        if name in self._fields:
            self._fields[name].setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def confirm(self) -> None:
        """Hand the values over, once."""
        if self.is_open and not self.is_sent:
            values = self._values()
            self._sent[self._key] = values
            self._set_ready(False)
            self.confirmed.emit(*self._key, values)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Swallow an Enter that is held down: one press confirms once."""
        return (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.isAutoRepeat()
            and event.key() in _ENTER_KEYS
        )

    def _set_ready(self, is_ready: bool) -> None:
        if not is_ready and any(button.hasFocus() for button in self._buttons):
            # A disabled button passes the focus on, perhaps to the list and its letters.
            next(iter(self._fields.values())).setFocus(Qt.FocusReason.OtherFocusReason)
        for button in self._buttons:
            button.setEnabled(is_ready)

    def _values(self) -> dict[str, Any]:
        return {name: item.value() for name, item in self._fields.items()}

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        confirm = QPushButton(self.tr("确认  Enter"), self)
        confirm.setProperty("kind", "primary")
        confirm.clicked.connect(self.confirm)
        cancel = QPushButton(self.tr("取消  Esc"), self)
        cancel.clicked.connect(self.cancelled)
        self._buttons = (confirm, cancel)
        for button in self._buttons:
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _replace_body(self, request: FormRequest) -> None:
        body = QWidget(self)
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setColumnStretch(1, 1)
        self._fields = {}
        for row, spec in enumerate(request.specs):
            name = field_name(spec.name, request.action)
            item = self._make_field(spec, request.classes)
            item.setAccessibleName(name)
            item.confirmed.connect(self.confirm)
            _key_taker(item).installEventFilter(self)
            label = QLabel(
                name + (" *" if spec.required or spec.name in request.needed else ""), body
            )
            label.setBuddy(item)
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(item, row, 1)
            if spec.name in request.values:
                item.set_value(request.values[spec.name])
            self._fields[spec.name] = item
        layout = self.layout()
        assert layout is not None
        layout.replaceWidget(self._body, body)
        self._body.deleteLater()
        self._body = body

    def _make_field(self, spec: FieldSpec, classes: Sequence[Choice]) -> Field:
        if spec.kind == "long":
            return LongField()
        if spec.kind == "flag":
            return FlagField()
        if spec.kind == "sides":
            return SidesField(spec.choices)
        if spec.kind == "units":
            return ManyField(self._units)
        if spec.kind == "choice":
            names = CHOICE_NAMES.get(spec.name, {})
            choices = [Choice(code, names.get(code, code)) for code in spec.choices]
            return PickField(ChoiceModel(choices))
        if spec.kind == "class":
            return PickField(ChoiceModel(classes))
        if spec.kind in self._models:
            return PickField(self._models[spec.kind])
        return LineField(_HINTS.get(spec.kind, ""))

    def _first_field(self, request: FormRequest) -> Field:
        """Return the first field that must still be filled; the first of all when none must."""
        needed = {spec.name for spec in request.specs if spec.required} | request.needed
        fields = list(self._fields.items())
        empty = (item for name, item in fields if name in needed and item.value() in ("", ()))
        return next(empty, fields[0][1])

    def _mark_errors(self, wrong: str) -> None:
        for name, item in self._fields.items():
            item.setProperty("invalid", name == wrong)
            item.style().unpolish(item)
            item.style().polish(item)


def _key_taker(item: Field) -> QObject:
    edit = item.lineEdit() if isinstance(item, PickField) else None
    return edit or item
