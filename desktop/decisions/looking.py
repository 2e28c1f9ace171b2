"""Who called, shown to a person who says why; that it was asked is recorded first."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from db.domain.rules.base import FieldSpec
from db.store.changes import Changes
from db.store.envelopes import Caller
from db.store.queries.incidents import Detail
from desktop.actions import BY_ID
from desktop.caller_words import caller_lines
from desktop.context import OK, WARN, AppContext
from desktop.decisions.form import DecisionForm
from desktop.decisions.request import FormRequest

_ACTION = "caller"
_WHY = FieldSpec("reason", "text", required=True)


class Looking(QObject):
    """Asks why by the form all decisions use, records it, and tells who called.

    `answered()` when its form was still shown, and is no more.
    """

    answered = Signal()

    def __init__(self, context: AppContext, form: DecisionForm, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._form = form
        form.confirmed.connect(self._on_confirmed)

    def open(self, detail: Detail) -> None:
        """Ask why somebody wants to know who called about an incident."""
        number = detail.incident.number
        self._form.open_form(
            FormRequest(
                action=_ACTION,
                title=f"{BY_ID[_ACTION].text}  {number[-6:]}",
                specs=[_WHY],
                remark=self.tr("谁看、什么时候、为什么，都会记录。"),
                subject=number,
            )
        )

    @Slot(str, str, object)
    def _on_confirmed(self, action: str, subject: str, values: Mapping[str, Any]) -> None:
        if action != _ACTION:
            return
        from db.commands.incidents import view_caller  # lazy: off the start path

        store, duty = self._context.store, self._context.duty
        self._context.runner.write(
            partial(view_caller, store, duty.actor, duty.scope, subject, values["reason"]),
            duty.while_here(partial(self._on_shown, subject)),
            duty.while_here(partial(self._on_refused, subject)),
            owner=self,
        )

    def _on_shown(self, number: str, found: tuple[Caller | None, Changes]) -> None:
        if self._form.settle(_ACTION, number):
            self.answered.emit()
        caller, _ = found
        first, *rest = caller_lines(caller)
        if caller is None:
            self._context.duty.tell(WARN, first)
            return
        noted = "  ".join((*rest, self.tr("本次查看已记录")))
        self._context.duty.tell(OK, f"{number[-6:]}  {first}", noted)

    def _on_refused(self, number: str, error: Exception) -> None:
        if not self._form.settle(_ACTION, number, error):
            self._context.duty.tell_error(error)
