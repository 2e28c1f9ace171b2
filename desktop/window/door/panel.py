"""What stands in the place of the window's contents until somebody has signed in."""

from collections.abc import Callable
from functools import cached_property, partial
from typing import TypeVar

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from db.commands.accounts import (
    NewFactor,
    SignedIn,
    begin_factor,
    change_password,
    confirm_factor,
    first_administrator,
    sign_in,
    use_emergency_code,
)
from db.domain.errors import GridDeskError
from db.domain.ops import Actor
from db.store.queries.accounts import UNCLAIMED, WAITING
from db.store.queries.sitting import Door
from desktop import crash
from desktop.context import AppContext
from desktop.language import say
from desktop.override import override
from desktop.widgets.entry_form import EntryForm, text_label
from desktop.widgets.new_password import NewPasswordForm, password_rules
from desktop.window.door.forms import (
    EmergencyForm,
    FactorForm,
    FirstForm,
    SignInForm,
)
from desktop.window.door.waiting import WaitingPage

Page = TypeVar("Page", bound=QWidget)
WIDTH = 40
"""Of the column in the middle, in Chinese characters."""


class SignInPanel(QWidget):
    """Lets people sign in; checks in the background. `entered(SignedIn)`.

    `enrolled(url, whether at a workstation)` where a station that waits was enrolled.
    """

    entered = Signal(object)
    enrolled = Signal(str, bool)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._behind: Actor | None = None
        self._door: Door | None = None
        self._wants_sign_in = True
        self._old = ""
        """The password just typed, until it is changed or a second factor is set up."""
        self._bare: Actor | None = None
        self._factor: NewFactor | None = None
        self._stack = QStackedWidget()
        place = text_label("title")
        place.setText(context.store.site.name)
        place.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        middle = QWidget()
        middle.setFixedWidth(self.fontMetrics().horizontalAdvance("汉") * WIDTH)
        column = QVBoxLayout(middle)
        column.setSpacing(16)
        column.addStretch(1)
        column.addWidget(place)
        column.addWidget(self._stack)
        keys = text_label("dim")
        keys.setText(say("F9 换主题　Ctrl+= 字号大一号　Ctrl+Q 退出"))
        keys.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(keys)
        column.addStretch(2)
        inside = QWidget()
        row = QHBoxLayout(inside)
        row.addStretch(1)
        row.addWidget(middle)
        row.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        self._show(self.form)

    @cached_property
    def form(self) -> SignInForm:
        """The form that asks for account and password."""
        form = self._added(SignInForm())
        form.confirmed.connect(self._sign_in)
        form.emergency_asked.connect(self._open_emergency)
        return form

    @cached_property
    def new_password(self) -> NewPasswordForm:
        """The form for a password that has to be changed."""
        form = self._added(NewPasswordForm(asks_old=False))
        form.accepted.connect(self._change_password)
        return form

    @cached_property
    def factor(self) -> FactorForm:
        """The form that sets up a second factor."""
        form = self._added(FactorForm())
        form.accepted.connect(self._confirm_factor)
        return form

    @cached_property
    def emergency(self) -> EmergencyForm:
        """The form for the sealed code."""
        form = self._added(EmergencyForm())
        form.accepted.connect(self._use_emergency)
        return form

    @cached_property
    def first(self) -> FirstForm:
        """The form for the first administrator."""
        form = self._added(FirstForm())
        form.accepted.connect(self._make_first)
        return form

    @cached_property
    def waiting(self) -> WaitingPage:
        """What a station without the room's key is told."""
        page = self._added(WaitingPage(self._context))
        page.enrolled.connect(self.enrolled)
        return page

    @property
    def shown(self) -> QWidget:
        """The page that is shown."""
        return self._stack.currentWidget()

    def open_for(self, behind: Actor | None, key: str, why: str) -> None:
        """Ask somebody to sign in.

        `behind` is whose work lies behind the panel, None for nobody's; `key` names whom the field
        names; `why` is said of it.
        """
        self._behind = behind
        self._forget()
        if behind is not None:
            title = say("已锁定：{} 的席位").format(behind.name)
            hint = say("工作原样留着，本人登录接着做。换人请选自己的账号。")
        else:
            title, hint = say("登录"), ""
        self.form.open_for(key, title, why or hint)
        self._wants_sign_in = True
        if self._door is not None:
            self._show_state(self._door)

    @Slot(object)
    def show_door(self, door: Door) -> None:
        """Take how the door stands: who may come in, or that nobody can yet."""
        self._door = door
        self.form.person.offer_people(door.people)
        self.form.emergency.setVisible(bool(door.emergency.env) and not door.emergency.used_at)
        if self._wants_sign_in:
            self._show_state(door)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._forget()
        super().hideEvent(event)

    def _show_state(self, door: Door) -> None:
        if door.state == WAITING:
            self._show(self.waiting)
        elif door.state == UNCLAIMED and self.shown is not self.first:
            self.first.open_form(door.policy)
            self._show(self.first)
        elif door.state != UNCLAIMED and self.shown is not self.form:
            self._show(self.form)

    def _added(self, page: Page) -> Page:
        self._stack.addWidget(page)
        if isinstance(page, EntryForm) and not isinstance(page, SignInForm):
            page.cancelled.connect(self._go_back)
        return page

    def _show(self, page: QWidget) -> None:
        self._wants_sign_in = page in self._resting()
        self._stack.setCurrentWidget(page)
        if isinstance(page, EntryForm):
            page.start()
        else:
            page.setFocus(Qt.FocusReason.OtherFocusReason)

    def _resting(self) -> tuple[QWidget, ...]:
        made = vars(self)
        return tuple(made[name] for name in ("form", "first", "waiting") if name in made)

    def _forget(self) -> None:
        """Keep nothing that was typed."""
        self._old, self._bare, self._factor = "", None, None
        for name in ("form", "new_password", "first"):
            if name in vars(self):
                vars(self)[name].wipe()
        if "factor" in vars(self):
            self.factor.forget()
        if "emergency" in vars(self):
            self.emergency.code.clear()

    def _job(
        self, form: EntryForm, work: Callable[[], object], on_done: Callable[..., object]
    ) -> None:
        """Check what was typed off the GUI thread: a hash alone takes a tenth of a second."""
        form.wait()

        def done(value: object) -> None:
            form.answer()
            on_done(value)

        self._context.runner.job(work, done, partial(self._on_refused, form), self)

    def _on_refused(self, form: EntryForm, error: Exception) -> None:
        crash.note(error)
        code = error.code if isinstance(error, GridDeskError) else ""
        if code == "factor_needed" and form is self.form:
            self.form.ask_code(self.form.code, error)
            return
        if form is self.form:
            self.form.code.clear()
        form.refuse(error)

    @Slot()
    def _go_back(self) -> None:
        self._forget()
        self._show(self.form)

    # signing in

    @Slot()
    def _sign_in(self) -> None:
        form = self.form
        self._sign_in_with(form.person.value(), form.password.text(), form.code.text().strip())

    def _sign_in_with(self, key: str, password: str, code: str) -> None:
        store, behind = self._context.store, self._behind
        is_same = behind is not None and behind.user == key
        session = behind.session if behind is not None and is_same else ""
        self._job(
            self.form,
            partial(sign_in, store, key, password, code, session),
            partial(self._on_signed, password),
        )

    def _on_signed(self, password: str, signed: SignedIn) -> None:
        if not signed.must:
            self._forget()
            self.form.forget_code()
            self.entered.emit(signed)
            return
        self._old, self._bare = password, signed.actor
        if signed.must == "password":
            policy = self._door.policy if self._door is not None else None
            rules = password_rules(policy) if policy is not None else ""
            self.new_password.wipe()
            self.new_password.say(say("{}，请先更换口令").format(signed.actor.name), rules)
            self._show(self.new_password)
        else:
            self._factor = begin_factor(self._context.store, signed.actor)
            self.factor.open_for(self._factor)
            self._show(self.factor)

    # what has to be done before

    @Slot(str, str)
    def _change_password(self, _: str, new: str) -> None:
        assert self._bare is not None
        store, actor, old = self._context.store, self._bare, self._old
        self._job(
            self.new_password,
            partial(change_password, store, actor, actor.user, old, new),
            lambda _: self._sign_in_anew(actor.user, new, "", say("口令已更换。")),
        )

    @Slot(str)
    def _confirm_factor(self, code: str) -> None:
        assert self._bare is not None
        assert self._factor is not None
        store, actor, secret = self._context.store, self._bare, self._factor.secret
        password = self._old
        self._job(
            self.factor,
            partial(confirm_factor, store, actor, secret, code),
            lambda _: self._sign_in_anew(actor.user, password, code, say("动态码已启用。")),
        )

    def _sign_in_anew(self, key: str, password: str, code: str, said: str) -> None:
        """Sign in with what is in force now; a code that was used once has to be another."""
        self._forget()
        form = self.form
        form.person.set_value(key)
        form.password.setText(password)
        form.say(said)
        self._show(form)
        self._sign_in_with(key, password, code)

    # emergency and first start

    @Slot()
    def _open_emergency(self) -> None:
        self._forget()
        self.emergency.open_form()
        self._show(self.emergency)

    @Slot(str, str)
    def _use_emergency(self, name: str, code: str) -> None:
        store = self._context.store
        self._job(
            self.emergency,
            partial(use_emergency_code, store, name, code),
            partial(self._on_signed, ""),
        )

    @Slot(str, str, str)
    def _make_first(self, key: str, name: str, password: str) -> None:
        store = self._context.store

        def work() -> SignedIn:
            first_administrator(store, key, name, password)
            return sign_in(store, key, password)

        self._job(self.first, work, partial(self._on_signed, password))
