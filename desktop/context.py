"""What every screen is given: the record, the runner, who is on duty."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A part of the work that goes on as work comes and goes, and what it is called."""

    filter: QueueFilter
    words: str


@dataclass(frozen=True, slots=True)
class Picked:
    """Incidents picked one by one, such as on the map, and in words what they have in common."""

    rids: tuple[int, ...]
    words: str


class Duty(QObject):
    """Who sits at the desk, and what the screens tell each other through the window.

    `changed(Changes)` follows every commit, whoever made it, and lists that came into force by
    their day; `told(kind, text, hint)` is a
    message for the operator; `asked_for(screen, argument)` asks the window for another screen.
    """

    changed = Signal(object)
    switched = Signal()
    told = Signal(str, str, str)
    asked_for = Signal(str, object)

    def __init__(self, actor: Actor, area: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._actor = actor
        self._scope = scope_of(actor, area)

    @property
    def actor(self) -> Actor:
        """The person on duty."""
        return self._actor

    @property
    def scope(self) -> Scope:
        """What that person may see."""
        return self._scope

    def switch(self, actor: Actor, area: str) -> None:
        """Another person takes the desk."""
        self._actor = actor
        self._scope = scope_of(actor, area)
        self.switched.emit()

    def tell(self, kind: str, text: str, hint: str = "") -> None:
        """Show a message that goes away by itself."""
        self.told.emit(kind, text, hint)

    def tell_error(self, error: BaseException) -> None:
        """Show what went wrong, in words, and what to do."""
        crash.note(error)
        title, hint = describe(error)
        self.told.emit(DANGER, title, hint)


@dataclass(frozen=True, slots=True)
class AppContext:
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
