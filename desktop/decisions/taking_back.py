"""Ctrl+Z: the decisions made at this desk, and taking the last of them back."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from db.commands.bulk import BulkResult
from db.commands.incidents import Done
from desktop.actions import BY_ID
from desktop.context import OK, WARN, AppContext
from desktop.decisions.bulk_words import result_text
from desktop.i18n import STATE_NAMES

KEPT = 50
"""Decisions remembered; the rule lets none of them go back after ten minutes."""
_Made = tuple[str, Done | BulkResult]
"""An action and what it did."""


class TakingBack(QObject):
    """Remembers what was decided here and takes back the last of it while the rules allow.

    `taken_back(row id)` of the incident, or of the first of many.
    """

    taken_back = Signal(int)

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._made: list[_Made] = []
        self._is_busy = False

    def remember(self, action: str, made: Done | BulkResult) -> None:
        """Take note of a decision; one that nothing was done by is none."""
        if isinstance(made, Done) or made.done:
            self._made = [*self._made[1 - KEPT :], (action, made)]

    def forget(self) -> None:
        """Another person sits here now: each takes back his own."""
        self._made.clear()

    @Slot()
    def undo(self) -> None:
        """Take back the last decision made here."""
        if self._is_busy:
            return
        if not self._made:
            self._context.duty.tell(
                WARN, self.tr("没有可以撤销的决定"), self.tr("只能撤销本次坐下以后办的")
            )
            return
        last = self._made[-1]
        self._is_busy = True
        self._context.runner.write(
            self._command(last[1]),
            partial(self._on_done, last),
            partial(self._on_refused, last),
            owner=self,
        )

    def _command(self, made: Done | BulkResult) -> Callable[[], Done | BulkResult]:
        from db.commands.undo import undo, undo_many  # lazy: off the start path

        store, duty = self._context.store, self._context.duty
        if isinstance(made, Done):
            return partial(undo, store, duty.actor, duty.scope, made.number, made.ref)
        return partial(undo_many, store, duty.actor, duty.scope, made.done)

    def _on_done(self, last: _Made, done: Done | BulkResult) -> None:
        self._settle(last)
        action, _ = last
        name = self.tr("撤销") + BY_ID[action].text
        if isinstance(done, Done):
            text = f"{name}  {done.number}  →  {STATE_NAMES[done.state]}"
            self._context.duty.tell(OK, text, self.tr("经过里记着撤销"))
            self.taken_back.emit(done.rid)
            return
        kind, text, hint = result_text(name, done)
        self._context.duty.tell(kind, text, hint)
        if done.done:
            self.taken_back.emit(done.done[-1].rid)

    def _on_refused(self, last: _Made, error: Exception) -> None:
        # What cannot be taken back now will not be later: the one before it is next.
        self._settle(last)
        self._context.duty.tell_error(error)

    def _settle(self, last: _Made) -> None:
        """Forget a decision that was taken back or cannot be; others may have come meanwhile."""
        self._is_busy = False
        self._made = [one for one in self._made if one is not last]
