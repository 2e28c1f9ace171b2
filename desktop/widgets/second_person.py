"""Two persons answer for the gravest actions: the second one signs here, at the same desk."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from db.commands.accounts import authenticate_second
from db.domain.errors import GridDeskError, RuleError
from db.domain.ops import Actor
from db.store.driver import Connection
from db.store.queries.accounts import is_claimed
from db.store.queries.sitting import sitters
from db.store.queries.town import UserRow
from desktop.context import AppContext
from desktop.i18n import describe
from desktop.widgets.entry_form import EntryForm
from desktop.widgets.people import PersonField
from desktop.widgets.secret_field import SecretField

NEEDED = "second_person_needed"
PATIENCE_MS = 120_000
"""A second person who does not sign by then has gone away again."""


def is_needed(error: BaseException) -> bool:
    """Whether an action was refused only because nobody stands by."""
    return isinstance(error, GridDeskError) and error.code == NEEDED


class SecondPerson(EntryForm):
    """Asks for the account of a second person, and does again what needed one.

    `closed()` when it is put away, signed or not. Nothing typed here is kept.
    """

    closed = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__("", "", parent)
        self._context = context
        self._then: Callable[[Actor], object] | None = None
        self.name_buttons(self.tr("第二人确认  Enter"), self.tr("不办了  Esc"))
        self.person = PersonField()
        self.password = SecretField(self.tr("口令"))
        self.code = QLineEdit()
        self.code.setPlaceholderText(self.tr("六位数字"))
        self.add_field(self.tr("第二人"), self.person)
        self.add_field(self.tr("口令"), self.password)
        self.add_field(self.tr("动态码"), self.code)
        self.confirmed.connect(self._on_confirmed)
        self.cancelled.connect(self.put_away)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self.put_away)
        context.duty.switched.connect(self.put_away)
        context.duty.locked.connect(self.put_away)
        self.hide()

    @property
    def is_open(self) -> bool:
        """Whether somebody is asked to sign."""
        return self._then is not None

    def ask(self, error: BaseException, then: Callable[[Actor], object]) -> None:
        """Ask for a second person because of a refusal; `then` is given who signed."""
        assert isinstance(error, GridDeskError)
        self._then = then
        title, _ = describe(error)
        roles = describe(RuleError("second_person_needed", **error.params))[1]
        self.say(title, roles)
        self.show_field(self.code, is_shown=False)
        self.wipe()
        self.person.set_value("")
        self.person.setEditText("")
        self.code.clear()
        self.show()
        self._patience.start()
        store, own = self._context.store, self._context.duty.actor.user
        wanted = frozenset(error.params.get("roles", ()))

        def read(connection: Connection) -> tuple[bool, list[UserRow]]:
            able = [
                one
                for one in sitters(connection)
                if one.key != own and (not wanted or wanted & set(one.roles.split()))
            ]
            return is_claimed(connection), able

        self._context.runner.read(
            lambda: store.read(read), self._offer, self.refuse, "second_person", self
        )
        self.start()

    @Slot()
    def put_away(self) -> None:
        """Forget who was asked and what was typed."""
        if self._then is None:
            return
        self._then = None
        self._patience.stop()
        self.wipe()
        self.code.clear()
        self.person.setEditText("")
        self.hide()
        self.closed.emit()

    def _offer(self, found: tuple[bool, list[UserRow]]) -> None:
        has_passwords, people = found
        self.person.offer_people(people)
        # Invented people of a demo have none: naming one is enough.
        self.show_field(self.password, is_shown=has_passwords)

    @Slot()
    def _on_confirmed(self) -> None:
        store, key = self._context.store, self.person.value()
        password, code = self.password.text(), self.code.text()
        self._patience.start()
        self.wait()
        self._context.runner.job(
            partial(authenticate_second, store, key, password, code),
            self._on_signed,
            self._on_refused,
            self,
        )

    def _on_signed(self, second: Actor) -> None:
        then = self._then
        if then is not None:
            self.put_away()
            then(second)

    def _on_refused(self, error: Exception) -> None:
        if self._then is None:
            return
        if isinstance(error, RuleError) and error.code == "factor_needed":
            self.ask_code(self.code, error)
            return
        self.code.clear()
        self.refuse(error)
