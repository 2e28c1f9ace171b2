"""我的口令: everybody changes their own, where people sign in."""

from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from db.commands.accounts import change_password
from db.store.driver import Connection
from db.store.queries.accounts import is_claimed, policy_of
from desktop.context import OK, AppContext
from desktop.language import say
from desktop.widgets.entry_form import push_button
from desktop.widgets.new_password import NewPasswordForm, password_rules


class OwnPassword(QWidget):
    """A button, and the form in its place; nothing where nobody has a password."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.form = NewPasswordForm(asks_old=True)
        self._button = push_button(say("修改我的口令…"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.form)
        self.form.hide()
        self._button.clicked.connect(self.open_form)
        self.form.cancelled.connect(self.put_away)
        self.form.accepted.connect(self._change)
        context.duty.switched.connect(self.put_away)
        context.duty.locked.connect(self.put_away)
        store = context.store
        context.runner.read(lambda: store.read(is_claimed), self.setVisible, owner=self)

    @Slot()
    def open_form(self) -> None:
        """Ask for the password before and the new one."""
        store = self._context.store

        def read(connection: Connection) -> str:
            return password_rules(policy_of(connection))

        self.form.wipe()
        self.form.say(say("修改我的口令"))
        self._button.hide()
        self.form.show()
        self.form.start()
        self._context.runner.read(lambda: store.read(read), self.form.show_hint, owner=self)

    @Slot()
    def put_away(self) -> None:
        """Forget what was typed."""
        self.form.wipe()
        self.form.hide()
        self._button.show()

    @Slot(str, str)
    def _change(self, old: str, new: str) -> None:
        store, duty = self._context.store, self._context.duty
        self._context.runner.job(
            partial(change_password, store, duty.actor, duty.actor.user, old, new),
            duty.while_here(self._on_changed),
            duty.while_here(self.form.refuse),
            self,
        )

    def _on_changed(self, _: object) -> None:
        self.put_away()
        self._context.duty.tell(OK, self.tr("口令已更换"), self.tr("下次登录用新口令"))
