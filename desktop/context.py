"""What every screen is given: the record, the runner, who is on duty."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal

from db.domain.ops import Actor
from db.domain.scope import Scope, scope_of
from db.store.queries.queue import QueueFilter
from db.store.store import Store
from desktop import crash
from desktop.i18n import describe
from desktop.keepsakes import Keepsakes
from desktop.runner import Runner

OK, WARN, DANGER = "ok", "warn", "danger"
NOBODY = Actor("", "", ())
"""Sits at a desk where nobody has signed in."""
NOTHING = Scope("", frozenset({"auditor"}))
"""What nobody sees: no incident, no caller."""


class Narrowed(NamedTuple):
    """A part of the work that goes on as work comes and goes, and what it is called."""

    filter: QueueFilter
    words: str


class Picked(NamedTuple):
    """Incidents picked one by one, such as on the map, and in words what they have in common."""

    rids: tuple[int, ...]
    words: str


class Decided:
    """What one person decided at this seat, the last at the end, for Ctrl+Z to take back.

    Each is an action and what came of it. `is_busy` while one of them is being taken back.
    """

    def __init__(self) -> None:
        self.made: list[tuple[str, Any]] = []
        self.is_busy = False


class Duty(QObject):
    """Who sits at the desk, and what the screens tell each other through the window.

    `changed(Changes)` follows every commit, whoever made it, and lists that came into force by
    their day; `told(kind, text, hint)` is a
    message for the operator; `asked_for(screen, argument)` asks the window for another screen;
    `locked()` when the window hides what it shows: who called is not to be shown any more;
    `layouts_forgotten()` when the screens are to be as wide as they come; `file_wanted(blob)` when
    an attached file is to be shown that is not here, `file_came(blob)` when one has come.
    """

    changed = Signal(object)
    switched = Signal()
    told = Signal(str, str, str)
    asked_for = Signal(str, object)
    locked = Signal()
    layouts_forgotten = Signal()
    file_wanted = Signal(str)
    file_came = Signal(str)

    def __init__(
        self, actor: Actor, scope: Scope | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._actor = actor
        self._scope = scope or scope_of(actor)
        self._decided = Decided()

    @property
    def actor(self) -> Actor:
        """The person on duty."""
        return self._actor

    @property
    def scope(self) -> Scope:
        """What that person may see."""
        return self._scope

    @property
    def decided(self) -> Decided:
        """What that person decided, on whichever screen; the next one begins anew."""
        return self._decided

    def switch(self, actor: Actor, scope: Scope | None = None) -> None:
        """Another person takes the desk; without a scope, with what the roles alone see."""
        self._actor = actor
        self._scope = scope or scope_of(actor)
        self._decided = Decided()
        self.switched.emit()

    def while_here(self, take: Callable[..., object]) -> Callable[..., None]:
        """Return what takes an answer only while the person who asks now still sits here.

        What was written is in the record all the same; the next one is told nothing of it.
        """
        asker = self._actor

        def answer(value: Any) -> None:
            if self._actor == asker:
                take(value)
            elif isinstance(value, Exception):
                crash.note(value)

        return answer

    def tell(self, kind: str, text: str, hint: str = "") -> None:
        """Show a message that goes away by itself."""
        self.told.emit(kind, text, hint)

    def tell_error(self, error: BaseException) -> None:
        """Show what went wrong, in words, and what to do."""
        crash.note(error)
        title, hint = describe(error)
        self.told.emit(DANGER, title, hint)


class AppContext(NamedTuple):
    """Handed to every screen; built once, by `app`. `clock` gives UTC milliseconds."""

    store: Store
    runner: Runner
    duty: Duty
    clock: Callable[[], int]
    sheets: Path
    keepsakes: Keepsakes

    def kept(self, name: str, default: Any) -> Any:
        """Return what is remembered of the person on duty under a name."""
        return self.keepsakes.get(self.duty.actor.user, name, default)

    def keep(self, name: str, value: Any) -> None:
        """Remember something of the person on duty, for the next time too."""
        if self.kept(name, None) == value:
            return
        self.keepsakes.put(self.duty.actor.user, name, value)
        self.runner.job(self.keepsakes.save, lambda _: None, self.duty.tell_error)
