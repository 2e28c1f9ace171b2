"""What the command bar acts on: the screens, what they show, the keys of the window itself."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from db.store.queries.incidents import Detail
from db.store.queries.lookup import NumberRow
from desktop.actions import BY_ID, DECISIONS, REPORTS, Action
from desktop.screens.triage.screen import TriageScreen
from desktop.screens.triage.side import View

if TYPE_CHECKING:
    from desktop.window.main import MainWindow

_AT_HAND = (
    "attach", "resolve", "caller", "why", "print", "duplicates", "more", "claim", "on_map",
)  # fmt: skip
ABOUT_ONE = frozenset({*DECISIONS, *_AT_HAND}) - set(REPORTS)
"""The actions that are about the incident under the cursor."""
_EVERYWHERE = frozenset({"list", "window", "form"})
_SCREEN_OF = {"card": "board"}
"""The screen a scope belongs to, where it is not named as the screen is."""


class Stage:
    """One window. `slots` are the actions that are the window's own."""

    def __init__(self, window: "MainWindow", slots: Mapping[str, Callable[[], object]]) -> None:
        self._window = window
        self._slots = slots

    @property
    def screens(self) -> Sequence[str]:
        """The screens that the person here has use for."""
        return self._window.offered

    @property
    def desk(self) -> TriageScreen:
        """The duty desk."""
        return self._window.desk

    @property
    def screen_name(self) -> str:
        """The screen that is shown."""
        return self._window.screen_name

    @property
    def shown(self) -> Detail | None:
        """The incident that actions are about, None for none."""
        screen = self._window.screen_named(self.screen_name)
        found: Detail | None = getattr(screen, "shown", self.desk.shown)
        return found

    def home_of(self, action: Action) -> str:
        """Return the screen that an action belongs to and that is not shown; empty for none."""
        home = _SCREEN_OF.get(action.scope, action.scope)
        return "" if action.scope in _EVERYWHERE or home == self.screen_name else home

    def open_screen(self, name: str) -> None:
        """Show a screen and give it the keys."""
        self._window.open_screen(name)

    def show_screen(self, name: str) -> None:
        """Show a screen and leave the keys where they are."""
        self._window.show_screen(name)

    def start_action(self, action: str) -> None:
        """Do what the key of an action does, where it is pressed now."""
        if action in self._slots:
            self._slots[action]()
        elif action in ABOUT_ONE or action in REPORTS:
            self._decide(action)
        else:
            if BY_ID[action].scope == "list" and self._shortcut(action) is None:
                self._window.open_screen("desk")
            if (shortcut := self._shortcut(action)) is not None:
                shortcut.activated.emit()
            else:
                _press(BY_ID[action].key)

    def start_on(self, row: NumberRow, action: str) -> None:
        """Go to an incident on the duty desk; begin an action on it, or none."""
        self._window.open_screen("desk")
        self.desk.go_to(row.rid, row.number)
        if action:
            self.desk.start_when_there(action)

    def show_part(self, view: View) -> None:
        """Show a part of the work on the duty desk."""
        self._window.open_screen("desk")
        self.desk.show_view(view)

    def show_list(self, kind: str) -> None:
        """Show one of the town's lists."""
        self._window.open_screen("lists")
        lists: Any = self._window.screen_named("lists")
        lists.show_kind(kind)

    def _decide(self, action: str) -> None:
        """Begin what is about an incident: on the screen shown where that can, else at the desk."""
        shortcut, shown = self._shortcut(action), self.shown
        if shortcut is not None and self.screen_name != "desk":
            shortcut.activated.emit()
            return
        is_elsewhere = self.screen_name != "desk"
        self._window.open_screen("desk")
        if is_elsewhere and shown is not None and action not in REPORTS:
            self.desk.go_to(shown.rid, shown.incident.number)
        self.desk.start_when_there(action)

    def _shortcut(self, action: str) -> QShortcut | None:
        """Return an action's key on the screen shown, None where nothing visible has it."""
        screen = self._window.screen_named(self.screen_name)
        found = screen.findChildren(QShortcut, action)
        return next((one for one in found if cast("QWidget", one.parent()).isVisible()), None)


def _press(key: str) -> None:
    """Press a key on what has the keys."""
    focus = QApplication.focusWidget()
    if focus is not None and key:
        pressed = QKeySequence(key)[0]  # type: ignore[index]
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(
                focus, QKeyEvent(kind, pressed.key(), pressed.keyboardModifiers())
            )
