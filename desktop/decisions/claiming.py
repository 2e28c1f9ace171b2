"""认领: taking an incident on, letting it go, and hearing of it when another takes it over."""

from array import array
from functools import partial

from PySide6.QtCore import QElapsedTimer, QObject, Slot

from db.commands.claims import claim, release_claim
from db.commands.incidents import Done
from db.store.changes import Changes
from db.store.queries.claims import ClaimShown, claim_shown
from db.store.queries.incidents import Detail
from db.store.queries.queue import QueueFilter, queue_ids
from desktop.actions import BY_ID
from desktop.context import OK, WARN, AppContext
from desktop.loop_words import claim_text

AGAIN_MS = 10_000
"""How long a second press means: take it over."""

_Lost = list[tuple[int, ClaimShown]]


class Claiming(QObject):
    """One key takes on what is free and lets go what is one's own.

    What another holds is told first; the same key again takes it over. Whoever loses an incident
    that way hears of it.
    """

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._told_of = ""
        self._since = QElapsedTimer()
        self._mine: frozenset[int] | None = None
        context.duty.changed.connect(self._on_changed)
        context.duty.switched.connect(self._on_switched)

    def toggle(self, detail: Detail) -> None:
        """Take an incident on, or let it go."""
        held, id = detail.claim, detail.incident.id
        actor = self._context.duty.actor
        if held is None:
            self._take(id)
        elif held.user == actor.user:
            store, scope = self._context.store, self._context.duty.scope
            self._write(partial(release_claim, store, actor, scope, id), self.tr("放下"))
        elif self._told_of == id and self._since.elapsed() < AGAIN_MS:
            self._take(id, over=held.user)
        else:
            self._told_of = id
            self._since.restart()
            again = self.tr("再按一次 {} 接手；{} 会看到").format(BY_ID["claim"].key, held.name)
            self._context.duty.tell(WARN, claim_text(held), again)

    def _take(self, id: str, over: str = "") -> None:
        store, duty = self._context.store, self._context.duty
        name = self.tr("接手") if over else self.tr("认领")
        self._write(partial(claim, store, duty.actor, duty.scope, id, over), name)

    def _write(self, command: "partial[Done]", name: str) -> None:
        self._told_of = ""
        duty = self._context.duty
        self._context.runner.write(
            command,
            duty.while_here(partial(self._on_done, name)),
            duty.while_here(duty.tell_error),
            owner=self,
        )

    def _on_done(self, name: str, done: Done) -> None:
        # What one lets go oneself is no loss.
        if self._mine is not None:
            self._mine -= {done.rid}
        self._context.duty.tell(OK, f"{name}  {done.number}")

    @Slot()
    def _on_switched(self) -> None:
        self._context.runner.cancel("claims")
        self._mine = None
        self._told_of = ""

    @Slot(object)
    def _on_changed(self, changes: Changes) -> None:
        if "incident" not in changes.subjects:
            return
        store, scope, now = self._context.store, self._context.duty.scope, self._context.clock()
        before = self._mine or frozenset()

        def read() -> tuple["array[int]", _Lost]:
            ids = store.read(lambda c: queue_ids(c, scope, QueueFilter(is_mine=True), now))
            gone = before.difference(ids)
            held = [(rid, store.read(lambda c: claim_shown(c, scope, rid, now))) for rid in gone]  # noqa: B023
            return ids, [(rid, shown) for rid, shown in held if shown is not None]

        self._context.runner.read(read, self._on_mine, lambda _: None, "claims", self)

    def _on_mine(self, found: tuple["array[int]", _Lost]) -> None:
        ids, lost = found
        was_known, self._mine = self._mine is not None, frozenset(ids)
        for _, shown in lost if was_known else ():
            self._context.duty.tell(
                WARN,
                self.tr("{} 接手了您认领的一件").format(shown.name),
                self.tr("没有丢失什么；要接着办，再按认领"),
            )
