"""What is in dispute, above the clocks of an incident, and the form that settles it."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel

from db.commands.conflicts import Settled, resolve
from db.domain.branches import NEWS
from db.domain.errors import InputError
from db.domain.rules.base import FieldSpec
from db.domain.settling import SETTLERS, refusal, spec_of
from db.store.queries.conflicts import OpenConflict, Side
from db.store.queries.incidents import Detail
from desktop.actions import BY_ID
from desktop.conflict_words import field_text, hint_text, side_text, value_text
from desktop.context import OK, AppContext
from desktop.decisions.form import DecisionForm
from desktop.decisions.request import FormRequest
from desktop.i18n import ROLE_NAMES
from desktop.language import say
from desktop.widgets.sides_field import SidesField

_LONGEST = 60
"""Characters of a value in the form; the card above the clocks shows it whole."""


class ConflictCard(QFrame):
    """Says what is in dispute: each field with its sides, numbered as the form takes them."""

    def __init__(self, conflicts: Sequence[OpenConflict], now: int, *, may_settle: bool) -> None:
        super().__init__()
        self.setProperty("role", "dispute")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(12, 8, 12, 8)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self._add(_heading(conflicts), "warn")
        self._add(_what_to_press(conflicts, may_settle=may_settle), "strong")
        for conflict in conflicts:
            if not _is_all_news(conflicts):
                self._add(f"【{field_text(conflict)}】", "")
            for number, side in enumerate(conflict.sides, start=1):
                mark = "·" if conflict.kind == NEWS else str(number)
                self._add_side(mark, value_text(conflict, side), side_text(side, now))
        self.setAccessibleName(_heading(conflicts))

    def _add(self, text: str, role: str) -> None:
        self._grid.addWidget(_label(text, role), self._grid.rowCount(), 0, 1, 2)

    def _add_side(self, mark: str, value: str, who: str) -> None:
        row = self._grid.rowCount()
        self._grid.addWidget(_label(mark, "strong"), row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(_label(value, "strong"), row, 1)
        self._grid.addWidget(_label(who, "dim"), row + 1, 1)


class Settling(QObject):
    """Asks which side stands, by the form all decisions use, and writes the answer.

    `settled(Settled, whether its form was still shown)`.
    """

    settled = Signal(object, bool)

    def __init__(self, context: AppContext, form: DecisionForm, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._form = form
        self._asked: tuple[str, OpenConflict] | None = None
        form.confirmed.connect(self._on_confirmed)

    def open(self, detail: Detail, index: int = 0) -> None:
        """Ask about one of the disagreements of an incident."""
        duty = self._context.duty
        if refused := refusal(duty.actor):
            duty.tell_error(refused)
            return
        if not detail.conflicts:
            duty.tell(OK, self.tr("这件事件没有分歧"))
            return
        index %= len(detail.conflicts)
        conflict = detail.conflicts[index]
        self._asked = detail.incident.number, conflict
        self._form.open_form(_request(detail, index, self._context.clock()))
        if conflict.kind != NEWS:
            sides = self._form.field("take")
            assert isinstance(sides, SidesField)
            sides.turned.connect(lambda step: self.open(detail, index + step))

    @Slot(str, str, object)
    def _on_confirmed(self, action: str, subject: str, values: Mapping[str, Any]) -> None:
        if action == "resolve":
            self._write(subject, values)

    def _write(self, subject: str, values: Mapping[str, Any]) -> None:
        assert self._asked is not None
        number, conflict = self._asked
        try:
            choice = _choice(conflict, values)
        except InputError as error:
            self._form.settle("resolve", subject, error)
            return
        store, duty = self._context.store, self._context.duty
        self._context.runner.write(
            partial(
                resolve, store, duty.actor, duty.scope, number, conflict.field, choice,
                conflict.seen,
            ),
            duty.while_here(partial(self._on_done, subject, conflict, choice)),
            duty.while_here(partial(self._on_refused, subject)),
            owner=self,
        )  # fmt: skip

    def _on_done(self, subject: str, conflict: OpenConflict, choice: Any, done: Settled) -> None:
        was_shown = self._form.settle("resolve", subject)
        left = self.tr("还有 {} 项分歧").format(done.left) if done.left else ""
        text = say("定分歧  {}  {}").format(done.number, _outcome(conflict, choice))
        self._context.duty.tell(OK, text, left)
        self.settled.emit(done, was_shown)

    def _on_refused(self, subject: str, error: Exception) -> None:
        if not self._form.settle("resolve", subject, error):
            self._context.duty.tell_error(error)


def _heading(conflicts: Sequence[OpenConflict]) -> str:
    if _is_all_news(conflicts):
        return say("≠ 结案时不知道的新情况，请看一眼")
    return say("≠ 两处说法不一，请定一个")


def _is_all_news(conflicts: Sequence[OpenConflict]) -> bool:
    return all(conflict.kind == NEWS for conflict in conflicts)


def _what_to_press(conflicts: Sequence[OpenConflict], *, may_settle: bool) -> str:
    if may_settle:
        digit = "" if _is_all_news(conflicts) else say("再按数字，")
        return say("按 {}，{}Enter 确认；不定也能接着办别的").format(BY_ID["resolve"].key, digit)
    roles = "、".join(name for role, name in ROLE_NAMES.items() if role in SETTLERS)
    return say("由{}来定；不定也能接着办别的").format(roles)


def _request(detail: Detail, index: int, now: int) -> FormRequest:
    conflict, count = detail.conflicts[index], len(detail.conflicts)
    number = detail.incident.number
    place = say("第 {} 项，共 {} 项；← → 换一项。").format(index + 1, count) if count > 1 else ""
    # The sides belong to the name: what was begun about others never comes back here.
    shown = " ".join(f"{ref.site}:{ref.epoch}:{ref.seq}" for ref in conflict.seen)
    return FormRequest(
        action="resolve",
        title=f"{BY_ID['resolve'].text}  {number[-6:]}  {field_text(conflict)}",
        specs=_specs(conflict, now),
        values={"seen": True},
        remark=place + hint_text(conflict),
        needed=frozenset({"take"}) if spec_of(conflict.field) is None else frozenset(),
        subject=f"{number} {conflict.field} {shown}",
    )


def _specs(conflict: OpenConflict, now: int) -> list[FieldSpec]:
    if conflict.kind == NEWS:
        return [FieldSpec("seen", "flag")]
    texts = tuple(_choice_text(conflict, side, now) for side in conflict.sides)
    specs = [FieldSpec("take", "sides", choices=texts)]
    third = spec_of(conflict.field)
    if third is not None:
        specs.append(FieldSpec("other", third.kind, choices=third.choices))
    return specs


def _choice_text(conflict: OpenConflict, side: Side, now: int) -> str:
    value = value_text(conflict, side).replace("\n", " ")
    short = value if len(value) <= _LONGEST else f"{value[:_LONGEST]}……"
    return f"{short}\n{side_text(side, now)}"


def _choice(conflict: OpenConflict, values: Mapping[str, Any]) -> Any:
    """Return the value chosen; raises InputError where there is none, or two."""
    if conflict.kind == NEWS:
        if not values["seen"]:
            raise InputError("field_missing", column="seen", action="resolve")
        return None
    take, other = values["take"], values.get("other", "")
    if take and other:
        raise InputError("conflict_twice", column="other")
    if not take and not other:
        raise InputError("field_missing", column="take", action="resolve")
    return conflict.sides[int(take) - 1].value if take else other


def _outcome(conflict: OpenConflict, choice: Any) -> str:
    """Return in words what was settled."""
    if conflict.kind == NEWS:
        return say("已看过")
    third = conflict.sides[0]._replace(value=choice, name="")
    side = next((one for one in conflict.sides if one.value == choice), third)
    said = value_text(conflict, side).replace("\n", " ")[:_LONGEST]
    if conflict.kind == "dispatch":
        return say("两家都已派出，主办定为{}").format(said)
    return say("{}定为 {}").format(field_text(conflict), said)


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
    label.setProperty("role", role)
    return label
