"""Who is on duty, in the head of the window."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from db.domain.accounts import EMERGENCY_USER
from db.domain.ops import SYSTEM, Actor
from db.domain.scope import Scope
from db.store.queries.sitting import sitters
from db.store.queries.town import UserRow, users
from desktop.context import NOBODY, AppContext
from desktop.duty import first_officer, sit_down
from desktop.i18n import ROLE_NAMES


class Seat(QComboBox):
    """Shows who sits here and lets another one sit down; `chosen()` when somebody was picked.

    Where people sign in, `asked_for(account)` when somebody else wants to sit here.
    """

    chosen = Signal()
    asked_for = Signal(str)

    def __init__(
        self, context: AppContext, *, is_demo: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._is_demo = is_demo
        self.setAccessibleName(self.tr("当班人员"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.activated.connect(self._on_chosen)
        context.duty.changed.connect(self._on_changed)
        if not is_demo:
            context.duty.switched.connect(self._show_seated)
        self.load()

    @Slot()
    def open_list(self) -> None:
        """Offer who may sit here, by the key."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.showPopup()

    def load(self) -> None:
        """Read who may sit here."""
        store, query = self._context.store, users if self._is_demo else sitters
        self._context.runner.read(lambda: store.read(query), self.offer, None, "users", self)

    def offer(self, found: Sequence[UserRow]) -> None:
        """Offer people; a joining station gets its people from the hub: somebody sits down now."""
        self.clear()
        for user in found:
            roles = user.roles.split()
            name = f"{ROLE_NAMES.get(roles[0], '') if roles else ''} {user.name}"
            self.addItem(name, user.key)
        self._show_seated()
        if self._context.duty.actor.user == SYSTEM.user and found and self._is_demo:
            self._sit(first_officer(found) or found[0].key)

    @Slot(int)
    def _on_chosen(self, index: int) -> None:
        key = self.itemData(index)
        if key == self._context.duty.actor.user:
            self.chosen.emit()
        elif self._is_demo:
            self._sit(key)
            self.chosen.emit()
        else:
            self._show_seated()
            self.asked_for.emit(key)

    def _sit(self, key: str) -> None:
        store = self._context.store
        self._context.runner.read(
            lambda: sit_down(store, key), self._on_seated, self._on_refused, "seat", self
        )

    def _on_seated(self, found: tuple[Actor, Scope]) -> None:
        self._context.duty.switch(*found)
        self._show_seated()

    def _on_refused(self, error: Exception) -> None:
        self._context.duty.tell_error(error)
        self._show_seated()

    @Slot()
    def _show_seated(self) -> None:
        actor = self._context.duty.actor
        if actor.user in (SYSTEM.user, NOBODY.user):
            unlisted = ""
        elif actor.user == EMERGENCY_USER:
            unlisted = self.tr("应急 {}").format(actor.name)
        else:
            unlisted = self.tr("{}（已不在名单）").format(actor.name)
        self.setPlaceholderText(unlisted)
        self.setCurrentIndex(self.findData(actor.user))

    @Slot(object)
    def _on_changed(self, changes: object) -> None:
        if {"user", "account"} & getattr(changes, "subjects", frozenset()):
            self.load()
