"""Ctrl+Z: the decisions made at this desk, and taking the last of them back."""

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from db.commands.bulk import BulkResult
from db.commands.incidents import Done
from db.domain.errors import EnvironmentError_
from desktop.actions import BY_ID
from desktop.context import OK, WARN, AppContext
from desktop.decisions.bulk_words import result_text
from desktop.decisions.many import Many
from desktop.i18n import STATE_NAMES

KEPT = 50
"""Decisions remembered; the rule lets none of them go back after ten minutes."""
_Made = tuple[str, Done | BulkResult]
"""An action and what it did."""


class TakingBack(QObject):
    """Remembers what was decided here and takes back the last of it while the rules allow.

    All screens of a seat share one memory, `duty.decided`; another person begins with none.
    `taken_back(row id)` of an incident, for a cursor to go there; many are no place to go to.
    """

    taken_back = Signal(int)

    def __init__(self, context: AppContext, many: Many, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._many = many

    def remember(self, action: str, made: Done | BulkResult) -> None:
        """Take note of a decision; one that nothing was done by is none."""
        if isinstance(made, Done) or made.done:
            decided = self._context.duty.decided
            decided.made = [*decided.made[1 - KEPT :], (action, made)]

    @Slot()
    def undo(self) -> None:
        """Take back the last decision made here."""
        duty, decided = self._context.duty, self._context.duty.decided
        if decided.is_busy:
            return
        if not decided.made:
            duty.tell(WARN, self.tr("没有可以撤销的决定"), self.tr("只能撤销本次坐下以后办的"))
            return
        last = decided.made[-1]
        if isinstance(last[1], Done):
            decided.is_busy = True
            self._undo(last, last[1])
        elif not self._many.refuse():
            decided.is_busy = True
            self._undo_many(last, last[1])

    def _undo(self, last: _Made, made: Done) -> None:
        from db.commands.undo import undo  # lazy: off the start path

        store, duty = self._context.store, self._context.duty
        self._context.runner.write(
            partial(undo, store, duty.actor, duty.scope, made.number, made.ref),
            duty.while_here(partial(self._on_done, last)),
            duty.while_here(partial(self._on_refused, last)),
            owner=self,
        )

    def _undo_many(self, last: _Made, made: BulkResult) -> None:
        from db.commands.undo import undo_many  # lazy: off the start path

        store, duty = self._context.store, self._context.duty
        self._many.run(
            partial(undo_many, store, duty.actor, duty.scope, made.done),
            len(made.done),
            partial(self._on_done, last),
            partial(self._on_refused, last),
            is_undo=True,
        )

    def _on_done(self, last: _Made, done: Done | BulkResult) -> None:
        self._settle(last, done)
        action, _ = last
        name = self.tr("撤销") + BY_ID[action].text
        if isinstance(done, Done):
            text = f"{name}  {done.number}  →  {STATE_NAMES[done.state]}"
            self._context.duty.tell(OK, text, self.tr("经过里记着撤销"))
            self.taken_back.emit(done.rid)
            return
        kind, text, hint = result_text(name, done)
        self._context.duty.tell(kind, text, hint)

    def _on_refused(self, last: _Made, error: Exception) -> None:
        if isinstance(error, EnvironmentError_):
            self._context.duty.decided.is_busy = False
        else:
            # What cannot be taken back now will not be later: the one before it is next.
            self._settle(last)
        self._context.duty.tell_error(error)

    def _settle(self, last: _Made, done: Done | BulkResult | None = None) -> None:
        """Forget a decision that was taken back or cannot be; others may have come meanwhile.

        Of one on many, those not reached can still be taken back.
        """
        decided = self._context.duty.decided
        decided.is_busy = False
        action, made = last
        left: list[_Made] = []
        if isinstance(made, BulkResult) and isinstance(done, BulkResult) and done.rest:
            rest = tuple(item for item in made.done if item.rid in done.rest)
            left = [(action, made._replace(done=rest))]
        place = next((n for n, one in enumerate(decided.made) if one is last), None)
        if place is not None:
            decided.made[place : place + 1] = left
