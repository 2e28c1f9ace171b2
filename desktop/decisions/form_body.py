"""The fields of one request: their labels, what was suggested for them, what was wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from db.domain.rules.base import FieldSpec
from desktop.decisions.form_parts import Parts, pair_room
from desktop.decisions.request import Choices, FormRequest
from desktop.i18n import CHOICE_NAMES, field_name
from desktop.language import Words
from desktop.override import override
from desktop.widgets.elided_label import ElidedLabel
from desktop.widgets.fields import (
    Choice,
    ChoiceModel,
    Field,
    FlagField,
    LineField,
    LongField,
    ManyField,
    PickField,
    PointField,
)
from desktop.widgets.phrase_field import PhraseField
from desktop.widgets.sides_field import SidesField

_ENTER_KEYS = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_HINTS = Words(
    {
        "incident": "完整的事件编号",
        "day": "年-月-日，如 2026-12-01",
        "number": "整数",
    }
)
"""Kind of a field that is typed in -> how."""
_WIDE = 3
"""Columns beside the first label: the field, and a second label with its field."""
_PHRASED = ("opinion", "no_photo")
"""Fields of one line that phrases are for, where there is no long one."""


class Offered:
    """The lists that pick fields show, made once for all forms."""

    def __init__(self, choices: Choices) -> None:
        self.units = choices.units
        # Without a parent: a list lives as long as a field that shows it.
        self.models = {
            "area": ChoiceModel(choices.areas),
            "unit": ChoiceModel(choices.units),
        }


class FormBody(QWidget):
    """Shows the fields of a request.

    `edited(name)` when a person changes one; `confirmed()` for Enter in one, `confirmed_next()`
    for Ctrl+Shift+Enter; `composed()` when an input method has done with one; `point_asked()` when
    a place is to be pointed to.
    """

    edited = Signal(str)
    confirmed = Signal()
    confirmed_next = Signal()
    composed = Signal()
    point_asked = Signal()

    def __init__(
        self, request: FormRequest, offered: Offered, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._request = request
        self._offered = offered
        self.fields: dict[str, Field] = {}
        self._notes: dict[str, ElidedLabel] = {}
        self._touched: set[str] = set()
        self._base: dict[str, Any] = {}
        self._put: dict[str, Any] = {}
        self._composing: QObject | None = None
        self._phrases: PhraseField | None = None
        self._phrased: LongField | LineField | None = None
        self._phrased_first: LongField | LineField | None = None
        self._errors: dict[str, QLabel] = {}
        self._parts: dict[str, Parts] = {}
        self._is_paired: bool | None = None
        self._build()
        self.begin(request)

    def begin(self, request: FormRequest) -> None:
        """Start with what a request of the same shape starts with; nothing of the last is left."""
        self._request = request
        self._composing = None
        self._touched.clear()
        for name, item in self.fields.items():
            item.set_value(request.values.get(name, ""))
            item.setAccessibleDescription("")
            for mark in ("suggested", "invalid"):
                self._mark(item, mark, is_on=False)
        for note in self._notes.values():
            note.setText("")
        for error in self._errors.values():
            error.hide()
        if self._phrases is not None:
            self._phrases.offer_phrases(())
            self._phrases.hide()
        self._phrased = self._phrased_first
        self._base = self.values()
        self._put = dict(self._base)

    def wipe(self) -> None:
        """Hold nothing that was typed or known: who called stands in no field out of sight."""
        self.begin(replace(self._request, title="", values={}, remark="", subject=""))

    @property
    def is_composing(self) -> bool:
        """Whether an input method is at work in a field."""
        return self._composing is not None

    @property
    def error(self) -> str:
        """What is said to be wrong with a field, empty for nothing."""
        return next((one.text() for one in self._errors.values() if not one.isHidden()), "")

    def values(self) -> dict[str, Any]:
        """Return what stands in the fields."""
        return {name: item.value() for name, item in self.fields.items()}

    def typed(self) -> dict[str, Any]:
        """Return what a person has put into the fields, without what was there or suggested."""
        return {
            name: item.value()
            for name, item in self.fields.items()
            if item.value() != (self._base if name in self._touched else self._put)[name]
        }

    def is_touched(self, name: str) -> bool:
        """Whether a person has had a hand in a field: nothing is suggested there any more."""
        return name in self._touched or self.fields[name].value() != self._put[name]

    def put(self, values: Mapping[str, Any]) -> None:
        """Put values into fields as if a person had."""
        for name, value in values.items():
            if name in self.fields:
                self.fields[name].set_value(value)
                self._on_edited(name)

    def suggest(self, name: str, value: Any, note: str = "") -> None:
        """Put a suggestion into a field that nobody has touched, and say why below it.

        An empty one takes the last one back.
        """
        item = self.fields.get(name)
        if item is None or self.is_touched(name):
            return
        wanted = value or self._base[name]
        if item.value() != wanted:
            item.set_value(wanted)
            edit = item.lineEdit() if isinstance(item, PickField) else None
            if edit is not None and item.hasFocus():
                edit.selectAll()
            elif edit is not None:
                edit.home(False)  # where there is no room for all of a name, its beginning counts
        self._put[name] = item.value()
        is_suggested = bool(value) and item.value() == value
        self._mark(item, "suggested", is_on=is_suggested)
        item.setAccessibleDescription(self.tr("建议：{}").format(note) if is_suggested else "")
        if name in self._notes:
            self._notes[name].setText(note)

    def show_error(self, wrong: str, text: str) -> bool:
        """Say what is wrong with a field below it; tell whether there is such a field."""
        for name, item in self.fields.items():
            self._mark(item, "invalid", is_on=name == wrong)
            self._errors[name].setVisible(name == wrong)
        if wrong not in self.fields:
            return False
        self._errors[wrong].setText(text)
        self.fields[wrong].setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def first_field(self) -> Field:
        """Return the first field that must still be filled; the first of all when none must."""
        request = self._request
        needed = {spec.name for spec in request.specs if spec.required} | request.needed
        fields = list(self.fields.items())
        empty = (item for name, item in fields if name in needed and item.value() in ("", ()))
        return next(empty, fields[0][1])

    def offer_phrases(self, phrases: Sequence[Choice]) -> None:
        """Offer phrases for the long field."""
        if self._phrases is not None and phrases:
            self._phrases.offer_phrases(phrases)
            self._phrases.show()

    @property
    def pair_room(self) -> int:
        """The pixels that two fields beside each other need."""
        beside = self._request.beside
        return pair_room(self._parts, beside, self.fontMetrics(), self._grid.horizontalSpacing())

    @Slot()
    def drop_phrases(self) -> None:
        """Show the phrases, to be put where the cursor is."""
        if self._phrases is not None and not self._phrases.isHidden():
            focused = self.focusWidget()
            if isinstance(focused, LongField):
                self._phrased = focused
            self._phrases.drop_list()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Swallow an Enter that is held down: one press confirms once."""
        if isinstance(event, QInputMethodEvent):
            self._set_composing(watched if event.preeditString() else None)
        elif event.type() == QEvent.Type.FocusOut and watched is self._composing:
            self._set_composing(None)
        is_enter = isinstance(event, QKeyEvent) and event.key() in _ENTER_KEYS
        if not is_enter or event.type() != QEvent.Type.KeyPress:
            return False
        assert isinstance(event, QKeyEvent)
        if event.isAutoRepeat():
            return True
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        is_next = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        (self.confirmed_next if is_next else self.confirmed).emit()
        return True

    def _set_composing(self, watched: QObject | None) -> None:
        was_composing, self._composing = self.is_composing, watched
        if was_composing and watched is None:
            self.composed.emit()

    def _build(self) -> None:
        """Make all parts, field after field: that is the order of the Tab key."""
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 4, 0, 4)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        for spec in self._request.specs:
            self._parts[spec.name] = Parts(self._make_label(spec), self._add(spec), [])
        for spec in self._request.specs:
            self._add_below(spec)
        self.arrange()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()

    def arrange(self) -> None:
        """Put the parts into rows: two fields beside each other where there is room for them."""
        # Not the own width: fields that are too wide for the room make that the wider.
        port = self.parentWidget()
        room = min(self.width(), port.width()) if port is not None else self.width()
        is_paired = bool(self._request.beside) and room >= self.pair_room
        if is_paired == self._is_paired:
            return
        self._is_paired = is_paired
        beside = self._request.beside if is_paired else {}
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(_WIDE, int(is_paired))
        row = 0
        for name, parts in self._parts.items():
            if name in beside.values():
                continue
            other = self._parts.get(beside.get(name, ""))
            self._place(parts, row, 0, _WIDE if other is None else 2 if other.label is None else 1)
            below = list(parts.below)
            if other is not None:
                self._place(other, row, 2, 1)
                below += other.below
            for number, widget in enumerate(below, start=row + 1):
                self._grid.addWidget(widget, number, 1, 1, _WIDE)
            row += 1 + len(below)

    def _place(self, parts: Parts, row: int, column: int, span: int) -> None:
        if parts.label is not None:
            self._grid.addWidget(parts.label, row, column, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(parts.item, row, column + 1, 1, span)

    def _make_label(self, spec: FieldSpec) -> QLabel | None:
        if spec.kind == "point":
            return None
        is_needed = spec.required or spec.name in self._request.needed
        name = field_name(spec.name, self._request.action)
        return QLabel(f"{name} *" if is_needed else name, self)

    def _add(self, spec: FieldSpec) -> Field:
        item = self._make_field(spec)
        item.setParent(self)
        item.setAccessibleName(field_name(spec.name, self._request.action))
        item.confirmed.connect(self.confirmed)
        if not isinstance(item, SidesField):
            item.edited.connect(partial(self._on_edited, spec.name))
        for taker in _key_takers(item):
            taker.installEventFilter(self)
        self.fields[spec.name] = item
        return item

    def _add_below(self, spec: FieldSpec) -> None:
        """Make what belongs below a field."""
        label, item, below = self._parts[spec.name]
        if label is not None:
            label.setBuddy(item)
            label.setMinimumHeight(min(item.sizeHint().height(), label.fontMetrics().height() * 2))
        if self._takes_phrases(spec):
            assert isinstance(item, LongField | LineField)
            below.append(self._make_phrases(item))
        if spec.name in self._request.noted:
            note = self._notes[spec.name] = ElidedLabel(parent=self)
            note.setProperty("role", "dim")
            below.append(note)
        error = self._errors[spec.name] = QLabel(
            self, textFormat=Qt.TextFormat.PlainText, wordWrap=True
        )
        error.setProperty("role", "error")
        error.hide()
        below.append(error)

    def _takes_phrases(self, spec: FieldSpec) -> bool:
        if self._phrases is not None:
            return False
        kinds = {one.kind for one in self._request.specs}
        return spec.kind == "long" or ("long" not in kinds and spec.name in _PHRASED)

    def _make_phrases(self, item: LongField | LineField) -> PhraseField:
        self._phrased_first = item
        self._phrases = PhraseField(self.tr("常用语 Ctrl+J"), self)
        self._phrases.setAccessibleName(self.tr("常用语"))
        self._phrases.picked.connect(self._on_phrase)
        self._phrases.left.connect(self._focus_phrased)
        self._phrases.hide()
        return self._phrases

    @Slot(str)
    def _on_phrase(self, text: str) -> None:
        if self._phrased is not None:
            self._focus_phrased()
            self._phrased.insert(text)
            if isinstance(self._phrased, LineField):
                self._phrased.edited.emit()

    @Slot()
    def _focus_phrased(self) -> None:
        if self._phrased is not None:
            self._phrased.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def _on_edited(self, name: str) -> None:
        self._touched.add(name)
        item = self.fields[name]
        if item.property("suggested"):
            self._mark(item, "suggested", is_on=False)
            item.setAccessibleDescription("")
        if name in self._notes:
            self._notes[name].setText("")
        self.edited.emit(name)

    def _mark(self, item: Field, mark: str, *, is_on: bool) -> None:
        if bool(item.property(mark)) != is_on:
            item.setProperty(mark, is_on)
            item.style().unpolish(item)
            item.style().polish(item)

    def _make_field(self, spec: FieldSpec) -> Field:
        if spec.kind == "long":
            return LongField()
        if spec.kind == "flag":
            return FlagField()
        if spec.kind == "sides":
            return SidesField(spec.choices)
        if spec.kind == "units":
            return ManyField(self._offered.units)
        if spec.kind == "point":
            button = PointField(self.tr("地图 Ctrl+M"))
            button.clicked.connect(self.point_asked)
            return button
        if spec.kind == "choice":
            names = CHOICE_NAMES.get(spec.name, {})
            choices = [Choice(code, names.get(code, code)) for code in spec.choices]
            return PickField(ChoiceModel(choices))
        if spec.kind == "class":
            return PickField(ChoiceModel(self._request.classes))
        if spec.kind in self._offered.models:
            return PickField(self._offered.models[spec.kind])
        return LineField(_HINTS.get(spec.kind, ""))


def _key_takers(item: Field) -> list[QObject]:
    """Return what keys and input methods go to: a pick field hands them on to its line."""
    edit = item.lineEdit() if isinstance(item, PickField) else None
    return [item] if edit is None else [item, edit]
