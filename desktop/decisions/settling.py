"""Which side of a disagreement stands: asked by the form that all decisions use, and written."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from db.commands.conflicts import Settled, resolve
from db.domain.branches import NEWS
from db.domain.errors import GridDeskError, InputError
from db.domain.ops import Actor
from db.domain.rules.base import FieldSpec
from db.domain.settling import refusal, spec_of
from db.store.queries.conflicts import OpenConflict, Side
from desktop.actions import BY_ID
from desktop.conflict_words import field_text, hint_text, side_text, value_text
from desktop.context import OK, AppContext
from desktop.decisions.form import DecisionForm
from desktop.decisions.request import FormRequest
from desktop.language import say
from desktop.widgets.sides_field import SidesField

if TYPE_CHECKING:
    from desktop.widgets.second_person import SecondPerson

_LONGEST = 60
"""Characters of a value in the form; the card above the clocks shows it whole."""


class Settling(QObject):
    """Asks which side stands, by the form all decisions use, and writes the answer.

    `settled(Settled, whether its form was still shown)`; `refused()` when nothing was written.
    """

    settled = Signal(object, bool)
    refused = Signal()

    def __init__(self, context: AppContext, form: DecisionForm, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._form = form
        self._asked: tuple[str, OpenConflict] | None = None
        form.confirmed.connect(self._on_confirmed)

    def open(self, number: str, conflicts: Sequence[OpenConflict], index: int = 0) -> None:
        """Ask about one of the disagreements of an incident."""
        duty = self._context.duty
        if refused := refusal(duty.actor):
            duty.tell_error(refused)
            return
        if not conflicts:
            duty.tell(OK, self.tr("这件事件没有分歧"))
            return
        index %= len(conflicts)
        conflict = conflicts[index]
        self._asked = number, conflict
        self._form.open_form(_request(number, conflicts, index, self._context.clock()))
        if conflict.kind != NEWS:
            sides = self._form.field("take")
            assert isinstance(sides, SidesField)
            sides.turned.connect(lambda step: self.open(number, conflicts, index + step))

    @cached_property
    def second(self) -> "SecondPerson":
        """Where a second person signs for what the form says."""
        from desktop.widgets.second_person import SecondPerson  # lazy: seldom needed

        second = SecondPerson(self._context)
        self._form.add_foot(second)
        self._form.closed.connect(second.put_away)
        return second

    def write(
        self,
        number: str,
        conflict: OpenConflict,
        choice: Any,
        subject: str = "",
        second: Actor | None = None,
    ) -> None:
        """Settle one with a value. `subject` is that of the form that asked, if one did."""

        def again(signed: Actor) -> None:
            self.write(number, conflict, choice, subject, signed)

        store, duty = self._context.store, self._context.duty
        self._context.runner.write(
            partial(
                resolve, store, duty.actor, duty.scope, number, conflict.field, choice,
                conflict.seen, second,
            ),
            duty.while_here(partial(self._on_done, subject, conflict, choice)),
            duty.while_here(partial(self._on_refused, subject, again)),
            owner=self,
        )  # fmt: skip

    @Slot(str, str, object)
    def _on_confirmed(self, action: str, subject: str, values: Mapping[str, Any]) -> None:
        if action == "resolve":
            self._take_form(subject, values)

    def _take_form(self, subject: str, values: Mapping[str, Any]) -> None:
        assert self._asked is not None
        number, conflict = self._asked
        try:
            choice = _choice(conflict, values)
        except InputError as error:
            self._form.settle("resolve", subject, error)
            return
        self.write(number, conflict, choice, subject)

    def _on_done(self, subject: str, conflict: OpenConflict, choice: Any, done: Settled) -> None:
        was_shown = self._form.settle("resolve", subject)
        left = self.tr("还有 {} 项分歧").format(done.left) if done.left else ""
        undo = self.tr("{} 撤销").format(BY_ID["undo"].key)
        text = say("定分歧  {}  {}").format(done.number, _outcome(conflict, choice))
        self._context.duty.tell(OK, text, "；".join(filter(None, (left, undo))))
        self.settled.emit(done, was_shown)

    def _on_refused(self, subject: str, again: Callable[[Actor], None], error: Exception) -> None:
        if not self._form.settle("resolve", subject, error):
            self._context.duty.tell_error(error)
        elif isinstance(error, GridDeskError) and error.code == "second_person_needed":
            self.second.ask(error, again)
        self.refused.emit()


def _request(number: str, conflicts: Sequence[OpenConflict], index: int, now: int) -> FormRequest:
    conflict, count = conflicts[index], len(conflicts)
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
