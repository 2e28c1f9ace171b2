"""Who may look into the window: nobody before signing in, and nobody else while it is locked."""

from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget
from shiboken6 import isValid

from db.domain.accounts import EMERGENCY_MINUTES, EMERGENCY_USER
from db.domain.errors import GridDeskError, RuleError
from db.domain.ops import SYSTEM, Actor
from db.domain.scope import Scope
from db.store.driver import Connection
from db.store.queries.accounts import DEMO, WAITING, check_actor
from db.store.queries.sitting import Door, door
from db.store.queries.town import actor_named
from desktop.context import NOBODY, NOTHING, WARN, AppContext
from desktop.i18n import describe
from desktop.language import say

if TYPE_CHECKING:
    from db.commands.accounts import SignedIn
    from desktop.window.door.idle import IdleWatch
    from desktop.window.door.panel import SignInPanel

_OWN = frozenset({"account", "user", "policy", "emergency", "room_key", "peer"})
"""What a commit has to touch for the door to be looked at again."""
WAIT_MS = 2_000
"""How often a station without the room's key looks whether it has come."""
STAYS = "stays"
"""The property of a window that shows nothing personal: the wall in the room."""
_DEMO_UNLOCKED = ("演示数据没有口令，不能锁定", "正式数据按 Ctrl+L 锁定，换人按 F4")


class Gate(QObject):
    """Shows the sign-in panel in the place of the window's page, or the page.

    Behind a locked window all goes on as it stands: forms, marks, jobs, the exchange. `turned()`
    when it was locked or opened; `looked(Door)` when it is known how the door stands.
    """

    turned = Signal()
    looked = Signal(object)
    enrolled = Signal(str, bool)

    def __init__(
        self,
        context: AppContext,
        state: str,
        remembered: str,
        frames: QStackedWidget,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._frames = frames
        self._window = parent
        self._is_demo = state == DEMO
        self._last = ""
        """Who sat here before the one who sits here now."""
        self._focus: QWidget | None = None
        # The room's key is kept when an exchange ends: no commit tells of it.
        self._waiting = QTimer(self, interval=WAIT_MS)
        self._waiting.timeout.connect(self._look)
        self._emergency = QTimer(self, singleShot=True)
        self._emergency.timeout.connect(self._look)
        context.duty.changed.connect(self._on_changed)
        if not self._is_demo:
            self._frames.setCurrentWidget(self._panel)
            self._panel.open_for(None, remembered, "")
        self._look()

    @property
    def is_demo(self) -> bool:
        """Whether people sit down by being chosen: they are invented."""
        return self._is_demo

    @property
    def is_shut(self) -> bool:
        """Whether the window shows nothing of the record."""
        return "_panel" in vars(self) and self._frames.currentWidget() is self._panel

    @cached_property
    def idle(self) -> "IdleWatch":
        """What notices that nobody is here."""
        from desktop.window.door.idle import IdleWatch  # lazy: a demo needs none

        idle = IdleWatch(self)
        idle.idle.connect(self._on_idle)
        return idle

    @property
    def panel(self) -> "SignInPanel":
        """Where people sign in."""
        return self._panel

    @cached_property
    def _panel(self) -> "SignInPanel":
        from desktop.window.door.panel import SignInPanel  # lazy: a demo needs none

        panel = SignInPanel(self._context)
        panel.entered.connect(self._on_entered)
        panel.enrolled.connect(self.enrolled)
        self._frames.addWidget(panel)
        return panel

    @Slot()
    def lock(self) -> None:
        """Hide what is shown, until the same person signs in again or another one does."""
        self._lock(self._context.duty.actor.user)

    @Slot(str)
    def hand_over(self, key: str = "") -> None:
        """Let another person sign in: the one named, else who sat here before."""
        self._lock(key or self._last)

    def sign_out(self) -> None:
        """Record that the one who sits here goes, because the window closes."""
        from db.commands.accounts import sign_out  # lazy: only at the end

        actor = self._context.duty.actor
        if self._is_seated(actor):
            sign_out(self._context.store, actor, "")

    def _lock(self, key: str, *, is_idle: bool = False) -> None:
        from db.commands.accounts import lock_desk  # lazy: off the start path

        actor = self._context.duty.actor
        if self._is_demo:
            self._context.duty.tell(WARN, *map(say, _DEMO_UNLOCKED))
            return
        if self.is_shut:
            return
        self._focus = QApplication.focusWidget()
        self._shut(actor, key, say("很久没有操作，已自动锁定。工作原样留着。") if is_idle else "")
        if self._is_seated(actor):
            store = self._context.store
            self._context.runner.write(partial(lock_desk, store, actor, is_idle=is_idle))

    def _shut(self, behind: Actor | None, key: str, why: str) -> None:
        for widget in QApplication.topLevelWidgets():
            # A dialog, a list that dropped down: whatever shows something of the record.
            if widget is not self._window and widget.isVisible() and not _stays(widget):
                widget.close()
        self._frames.setCurrentWidget(self._panel)
        # Whoever came in by the sealed code has no account to sign in with.
        self._panel.open_for(behind, "" if key == EMERGENCY_USER else key, why)
        self._context.duty.locked.emit()
        self.turned.emit()
        self._look()

    @Slot(object)
    def _on_entered(self, signed: "SignedIn") -> None:
        from db.commands.accounts import sign_out  # lazy: off the start path

        duty, before = self._context.duty, self._context.duty.actor
        if signed.actor != before:
            if self._is_seated(before) and before.user != signed.actor.user:
                self._last = before.user
                store = self._context.store
                self._context.runner.write(partial(sign_out, store, before, say("换班")))
            duty.switch(signed.actor, signed.scope)
        if signed.actor.user == EMERGENCY_USER:
            self._emergency.start(EMERGENCY_MINUTES * 60_000)
        self._frames.setCurrentIndex(0)
        self.idle.touch()
        self.turned.emit()
        focus, self._focus = self._focus, None
        if signed.actor == before and focus is not None and isValid(focus) and focus.isVisible():
            focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def _is_seated(self, actor: Actor) -> bool:
        return not self._is_demo and actor.user not in (NOBODY.user, SYSTEM.user)

    @Slot()
    def _on_idle(self) -> None:
        if not self._is_demo and not self.is_shut:
            self._lock(self._context.duty.actor.user, is_idle=True)

    @Slot(object)
    def _on_changed(self, changes: object) -> None:
        if _OWN & getattr(changes, "subjects", frozenset()):
            self._look()

    @Slot()
    def _look(self) -> None:
        """Read who may come in, and whether who sits here still may."""
        if self._is_demo:
            return
        store, duty, now = self._context.store, self._context.duty, self._context.clock()
        actor, scope = duty.actor, duty.scope

        def read(connection: Connection) -> tuple[Door, GridDeskError | None]:
            return door(connection), _stale(connection, actor, scope, now)

        self._context.runner.read(
            lambda: store.read(read), partial(self._on_looked, actor), None, "door", self
        )

    def _on_looked(self, actor: Actor, found: tuple[Door, GridDeskError | None]) -> None:
        seen, stale = found
        if seen.state != WAITING:
            self._waiting.stop()
        elif not self._waiting.isActive():
            self._waiting.start()
        self.idle.minutes = seen.policy.idle_minutes
        self._panel.show_door(seen)
        self.looked.emit(seen)
        if stale is not None and actor == self._context.duty.actor:
            self._context.duty.switch(NOBODY, NOTHING)
            self._shut(None, "", "。".join(describe(stale)))


def _stale(connection: Connection, actor: Actor, scope: Scope, now: int) -> GridDeskError | None:
    """Return why a person no longer sits as they sat down: gone, or with another scope by now."""
    if actor == NOBODY:
        return None
    try:
        check_actor(connection, actor, now)
        if actor.user != EMERGENCY_USER and actor_named(connection, actor.user)[1] != scope:
            return RuleError("actor_stale", name=actor.name)
    except GridDeskError as error:
        return error
    return None


def _stays(widget: QWidget) -> bool:
    return bool(widget.property(STAYS))
