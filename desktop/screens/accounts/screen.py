"""账号: who may sign in here, with which roles, and what is done when somebody cannot."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from db.commands.accounts import (
    reset_factor,
    reset_password,
    set_emergency_code,
    set_policy,
    unlock,
)
from db.commands.town import User, define_users
from db.domain.accounts import SecurityPolicy
from db.domain.lists import Unit
from db.domain.permissions import may
from db.store.driver import Connection
from db.store.queries.accounts import AccountRow, accounts, policy_of
from db.store.queries.town import AreaRow, areas, units
from desktop.context import OK, WARN, AppContext
from desktop.i18n import describe
from desktop.language import say
from desktop.override import override
from desktop.screens.accounts.erasing import Erasing
from desktop.screens.accounts.forms import PolicyForm, UserForm
from desktop.screens.accounts.rows import TITLES, next_steps, row_of
from desktop.screens.data.confirm import Confirm
from desktop.widgets.button_grid import ButtonGrid
from desktop.widgets.entry_form import EntryForm, push_button, text_label
from desktop.widgets.own_keys import claims_key
from desktop.widgets.text_table import TextTable, told_of

_FIRST = frozenset({"security_admin", "auditor"})
"""Whose first passwords are the system administrator's to give."""
_OWN = frozenset({"user", "account", "policy", "emergency", "unit", "area"})


class _Page(NamedTuple):
    """What is shown."""

    rows: list[AccountRow]
    policy: SecurityPolicy
    units: list[Unit]
    areas: list[AreaRow]


class AccountsScreen(QWidget):
    """The accounts of the room, for those who look after them."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._page: _Page | None = None
        self._wanted = ""
        """Whom the cursor is to be put on once the list is read."""
        self._build()
        context.duty.changed.connect(self._on_changed)
        context.duty.switched.connect(self._on_switched)
        # A one-time password that is shown is nobody else's.
        context.duty.locked.connect(self._close)
        self.setFocusProxy(self.table)
        self.refresh()

    @property
    def current(self) -> AccountRow | None:
        """The account under the cursor."""
        row = self.table.currentIndex().row()
        if self._page is None or not 0 <= row < len(self._page.rows):
            return None
        return self._page.rows[row]

    @property
    def question(self) -> Confirm:
        """What asks before something great is done, and shows what is shown once."""
        return self._confirm

    @override
    def event(self, event: QEvent) -> bool:
        return claims_key(event, self._is_back) or super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._is_back(event):
            self._close()
        else:
            super().keyPressEvent(event)

    def _is_back(self, event: QEvent) -> bool:
        is_escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        return is_escape and not self._confirm.isHidden()

    @Slot()
    def refresh(self) -> None:
        """Read the accounts anew."""
        store, scope = self._context.store, self._context.duty.scope

        def read(connection: Connection) -> _Page:
            return _Page(
                accounts(connection, scope),
                policy_of(connection),
                units(connection),
                areas(connection),
            )

        self._context.runner.read(
            lambda: store.read(read), self._show, self._on_failed, "accounts", self
        )

    def _build(self) -> None:
        title = text_label("title")
        title.setText(self.tr("账号"))
        self._told = text_label("dim")
        self._steps = text_label("warn")
        self._steps.hide()
        self.table = TextTable(self.tr("账号"))
        self.table.chosen.connect(self._enable)
        self._row = told_of(self.table)
        self.user_form, self.policy_form = UserForm(), PolicyForm()
        self.user_form.confirmed.connect(self._save_user)
        self.policy_form.confirmed.connect(self._save_policy)
        self._confirm = Confirm()
        self._confirm.declined.connect(self._close)
        self._confirm.asking.connect(self._enable)
        self.erasing = Erasing(self._context, self._confirm, self)
        self.erasing.done.connect(self._done)
        self._pane = QStackedWidget()
        self._pane.addWidget(QWidget())
        for form in (self.user_form, self.policy_form, self.erasing.form):
            form.cancelled.connect(self._close)
            self._pane.addWidget(_scrolled(form))
        self._pane.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(10)
        for widget in (title, self._told, self._steps):
            column.addWidget(widget)
        column.addWidget(ButtonGrid(self._buttons()))
        column.addWidget(self._confirm)
        column.addWidget(self._pane, 3)
        column.addWidget(self.table, 4)
        column.addWidget(self._row)

    def _buttons(self) -> list[QPushButton]:
        rows: tuple[tuple[str, str, Callable[[], object], bool], ...] = (
            (self.tr("新增人员(&N)…"), "define_users", self._add, False),
            (self.tr("修改(&E)…"), "define_users", self._change, True),
            (self.tr("离岗(&L)…"), "define_users", self._ask_leave, True),
            (self.tr("一次性口令(&R)…"), "reset_password", self._ask_reset, True),
            (self.tr("重设动态码(&F)…"), "reset_factor", self._ask_factor, True),
            (self.tr("解锁(&U)"), "unlock_account", self._unlock, True),
            (self.tr("安全策略(&P)…"), "set_policy", self._open_policy, False),
            (self.tr("应急码(&C)…"), "set_emergency_code", self._ask_code, False),
            (self.tr("删除来电人(&D)…"), "erase_caller", self._open_erasing, False),
        )
        self._known = []
        for text, action, slot, is_of_one in rows:
            button = push_button(text)
            # What a click tells of itself is nobody's argument.
            button.clicked.connect(lambda _, slot=slot: slot())
            self._known.append((button, action, is_of_one))
        return [button for button, _, _ in self._known]

    # what is shown

    def _show(self, page: _Page) -> None:
        before = self._wanted or (self.current.key if self.current else "")
        self._wanted = ""
        self._page = page
        now = self._context.clock()
        names = {one.code: one.name for one in page.areas}
        names |= {one.code: one.name for one in page.units}
        self.table.show_rows(
            [say(title) for title in TITLES],
            [row_of(one, names, page.policy, now) for one in page.rows],
        )
        keys = [one.key for one in page.rows]
        if before in keys:
            self.table.selectRow(keys.index(before))
        here = sum(not one.left for one in page.rows)
        self._told.setText(self.tr("在岗 {} 人，离岗 {} 人").format(here, len(page.rows) - here))
        steps = next_steps(page.rows)
        self._steps.setText(steps)
        self._steps.setVisible(bool(steps))
        self.user_form.offer(page.units, page.areas)
        self._enable()

    def _on_failed(self, error: Exception) -> None:
        self._page = None
        self.table.show_rows((), ())
        self._told.setText("✕ " + "。".join(describe(error)))
        self._enable()

    @Slot()
    def _enable(self) -> None:
        actor, one = self._context.duty.actor, self.current
        # What is asked or shown is of one person: the cursor stays on that one meanwhile.
        is_asked = not self._confirm.isHidden()
        self.table.setDisabled(is_asked)
        gives_first = one is not None and bool(
            {"security_admin", "auditor"} & set(one.roles.split())
        )
        for button, action, is_of_one in self._known:
            is_mine = may(actor, action)
            if action == "reset_password" and "admin" in actor.roles:
                is_mine = gives_first
            button.setEnabled(is_mine and not is_asked and (one is not None or not is_of_one))

    @Slot(object)
    def _on_changed(self, changes: object) -> None:
        if _OWN & getattr(changes, "subjects", frozenset()):
            self.refresh()

    @Slot()
    def _on_switched(self) -> None:
        self._close()
        self._page = None
        self.table.show_rows((), ())
        self._steps.hide()
        if may(self._context.duty.actor, "define_users"):
            self.refresh()

    @Slot()
    def _close(self) -> None:
        """Put away what is asked or shown once."""
        was_open = self._pane.isVisible() or self._confirm.isVisible()
        self._confirm.forget()
        self._show_pane(is_shown=False)
        if was_open:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_pane(self, *, is_shown: bool) -> None:
        """Show a form in the place of the list, or the list."""
        self._pane.setVisible(is_shown)
        for widget in (self.table, self._row):
            widget.setVisible(not is_shown)

    def _open(self, form: EntryForm) -> None:
        self._confirm.forget()
        index = next(
            at for at in range(self._pane.count()) if self._pane.widget(at).isAncestorOf(form)
        )
        self._pane.setCurrentIndex(index)
        self._show_pane(is_shown=True)
        form.start()

    # people

    def _add(self) -> None:
        self._open(self.user_form)
        self.user_form.open_for(None, self._context.store.site.town)

    def _change(self) -> None:
        if self.current is not None:
            self._open(self.user_form)
            self.user_form.open_for(self.current, self._context.store.site.town)

    @Slot()
    def _save_user(self) -> None:
        form, user = self.user_form, self.user_form.user
        form.wait()
        self._wanted = user.key
        self._write(
            partial(
                define_users,
                self._context.store,
                self._context.duty.actor,
                [user],
                are_new=form.is_new,
            ),
            lambda _: self._done(self.tr("已保存 {}").format(user.name)),
            form.refuse,
        )

    def _ask_leave(self) -> None:
        one = self.current
        if one is None:
            return
        if one.left:
            self._context.duty.tell(WARN, self.tr("{} 已离岗").format(one.name))
            return
        self._show_pane(is_shown=False)
        self._confirm.ask(
            self.tr("{} 离岗？").format(one.name),
            self.tr("账号不能再登录，也不再出现在名单里；以前的记录照样在。要恢复请找技术员。"),
            self.tr("离岗"),
            partial(self._leave, one),
        )

    def _leave(self, one: AccountRow) -> None:
        classes = None if one.sees_all_classes else tuple(one.classes.split())
        secrecy = None if one.secrecy < 0 else one.secrecy
        user = User(
            one.key, one.name, tuple(one.roles.split()), one.unit, one.area, classes, secrecy, True
        )
        self._write(
            partial(define_users, self._context.store, self._context.duty.actor, [user]),
            lambda _: self._done(self.tr("{} 已离岗").format(one.name)),
        )

    # one account

    def _ask_reset(self) -> None:
        one = self.current
        if one is None:
            return
        self._show_pane(is_shown=False)
        self._confirm.ask(
            self.tr("给 {} 一次性口令？").format(one.name),
            self.tr("原来的口令立即作废。一次性口令只显示一次，本人登录后要马上更换。"),
            self.tr("给一次性口令"),
            partial(self._reset, one),
        )

    def _reset(self, one: AccountRow) -> None:
        self._write(
            partial(reset_password, self._context.store, self._context.duty.actor, one.key),
            partial(self._show_password, one),
        )

    def _show_password(self, one: AccountRow, password: str) -> None:
        self._confirm.ask(
            password,
            self.tr("请当面告诉 {}（账号 {}）。收起以后不再显示。").format(one.name, one.key),
            self.tr("已告诉本人"),
            self._close,
            is_code=True,
        )

    def _ask_factor(self) -> None:
        one = self.current
        if one is None:
            return
        self._show_pane(is_shown=False)
        self._confirm.ask(
            self.tr("重设 {} 的动态码？").format(one.name),
            self.tr(
                "手机丢了才用。原来的动态码立即作废，本人下次登录时重新设置。请当面确认是本人。"
            ),
            self.tr("重设"),
            partial(self._reset_factor, one),
        )

    def _reset_factor(self, one: AccountRow) -> None:
        self._write(
            partial(reset_factor, self._context.store, self._context.duty.actor, one.key),
            lambda _: self._done(self.tr("{} 的动态码已重设").format(one.name)),
        )

    def _unlock(self) -> None:
        one = self.current
        if one is not None:
            self._write(
                partial(unlock, self._context.store, self._context.duty.actor, one.key),
                lambda _: self._done(self.tr("{} 已解锁").format(one.name)),
            )

    # the rules, the sealed code

    def _open_policy(self) -> None:
        if self._page is not None:
            self._open(self.policy_form)
            self.policy_form.open_for(self._page.policy)

    @Slot()
    def _save_policy(self) -> None:
        form = self.policy_form
        form.wait()
        self._write(
            partial(set_policy, self._context.store, self._context.duty.actor, form.policy),
            lambda _: self._done(self.tr("安全策略已保存")),
            form.refuse,
        )

    def _ask_code(self) -> None:
        self._show_pane(is_shown=False)
        self._confirm.ask(
            self.tr("生成新的应急码？"),
            self.tr("只显示一次，请备好纸笔和信封。以前的应急码立即作废，应急提示随之消失。"),
            self.tr("生成"),
            self._make_code,
        )

    def _make_code(self) -> None:
        self._write(
            partial(set_emergency_code, self._context.store, self._context.duty.actor),
            self._show_code,
        )

    def _show_code(self, code: str) -> None:
        self._confirm.ask(
            code,
            self.tr("请抄在纸上，封进信封，写上日期，交单位保管。收起以后不再显示。"),
            self.tr("已封好"),
            self._close,
            is_code=True,
        )

    def _open_erasing(self) -> None:
        self._open(self.erasing.form)
        self.erasing.form.open_empty()

    @Slot(str)
    def _done(self, text: str) -> None:
        self._close()
        self._context.duty.tell(OK, text)

    def _write(
        self,
        command: Callable[[], Any],
        on_done: Callable[[Any], object],
        on_error: Callable[[Exception], object] | None = None,
    ) -> None:
        duty = self._context.duty
        self._context.runner.write(
            command,
            duty.while_here(on_done),
            duty.while_here(on_error or duty.tell_error),
            self,
        )


def _scrolled(form: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(form)
    return area
