"""The decision form: the fields a transition asks for, in the panel, never in a dialog."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
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
from db.domain.transitions import FieldSpec
from desktop.i18n import CHOICE_NAMES, FIELD_NAMES, describe
from desktop.widgets.fields import (
    Choice,
    Field,
    FlagField,
    LineField,
    LongField,
    ManyField,
    PickField,
)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the pick fields offer."""

    classes: tuple[Choice, ...] = ()
    areas: tuple[Choice, ...] = ()
    units: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class FormRequest:
    """A decision to be filled in: its title, its fields, what they start with, a remark.

    `subject` is the number it is about; `needed` names fields that the rule will ask for though
    their spec does not.
    """

    action: str
    title: str
    specs: Sequence[FieldSpec]
    values: Mapping[str, Any] = field(default_factory=dict)
    remark: str = ""
    needed: frozenset[str] = frozenset()
    subject: str = ""


class DecisionForm(QFrame):
    """Show a request, hand back its values.

    `confirmed(action, values)`; `cancelled()`. The form stays until `close_form`: a refused
    decision keeps what was typed. What was typed and not confirmed is kept as a draft and comes
    back with the next form of the same action on the same incident; `draft_kept()` says so.
    """

    confirmed = Signal(str, object)
    cancelled = Signal()
    draft_kept = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "form")
        self._action = ""
        self._fields: dict[str, Field] = {}
        self._initial: dict[str, Any] = {}
        self._draft_key = ("", "")
        self._drafts: dict[tuple[str, str], dict[str, Any]] = {}
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
        return bool(self._action)

    @property
    def action(self) -> str:
        """The action being filled in, empty when closed."""
        return self._action

    def field(self, name: str) -> Field:
        """Return a field of the open form by the name of its value."""
        return self._fields[name]

    def open_form(self, request: FormRequest, choices: Choices) -> None:
        """Show a request and put the focus where something must still be filled in."""
        if self.is_open:
            self.close_form()
        self._action = request.action
        self._draft_key = (request.action, request.subject)
        self._title.setText(request.title)
        self._remark.setText(request.remark)
        self._remark.setVisible(bool(request.remark))
        self._error.hide()
        self._replace_body(request, choices)
        self._initial = self._values()
        for name, value in self._drafts.pop(self._draft_key, {}).items():
            if name in self._fields:
                self._fields[name].set_value(value)
        self.show()
        self._first_field(request).setFocus(Qt.FocusReason.OtherFocusReason)

    def close_form(self, *, is_done: bool = False) -> None:
        """Put the form away; what was typed is kept as a draft unless the decision is done."""
        values = self._values()
        if self.is_open and not is_done and values != self._initial:
            self._drafts[self._draft_key] = values
            self.draft_kept.emit()
        self._action = ""
        self.hide()

    def show_error(self, error: BaseException) -> None:
        """Say what was refused, beside the field where one is to blame."""
        title, hint = describe(error)
        name = error.params.get("column", "") if isinstance(error, GridDeskError) else ""
        self._mark_errors(name)
        self._error.setText(f"✕ {title}。{hint}")
        self._error.show()
        if name in self._fields:
            self._fields[name].setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def confirm(self) -> None:
        """Hand the values over."""
        if self._action:
            self.confirmed.emit(self._action, self._values())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def _values(self) -> dict[str, Any]:
        return {name: item.value() for name, item in self._fields.items()}

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        confirm = QPushButton(self.tr("确认  Enter"), self)
        confirm.setProperty("kind", "primary")
        confirm.clicked.connect(self.confirm)
        cancel = QPushButton(self.tr("取消  Esc"), self)
        cancel.clicked.connect(self.cancelled)
        row.addWidget(confirm)
        row.addWidget(cancel)
        row.addStretch(1)
        return row

    def _replace_body(self, request: FormRequest, choices: Choices) -> None:
        body = QWidget(self)
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setColumnStretch(1, 1)
        self._fields = {}
        for row, spec in enumerate(request.specs):
            name = FIELD_NAMES.get(spec.name, spec.name)
            item = _make_field(spec, choices)
            item.setAccessibleName(name)
            item.confirmed.connect(self.confirm)
            label = QLabel(name + (" *" if spec.required else ""), body)
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


def _make_field(spec: FieldSpec, choices: Choices) -> Field:
    if spec.kind == "long":
        return LongField()
    if spec.kind == "flag":
        return FlagField()
    if spec.kind == "units":
        return ManyField(choices.units)
    if spec.kind == "choice":
        return PickField([Choice(code, CHOICE_NAMES.get(code, code)) for code in spec.choices])
    picks = {"class": choices.classes, "area": choices.areas, "unit": choices.units}
    if spec.kind in picks:
        return PickField(picks[spec.kind])
    return LineField()
