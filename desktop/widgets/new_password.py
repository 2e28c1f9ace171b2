"""A password typed twice, because nobody sees what is typed."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from db.domain.accounts import SecurityPolicy
from desktop.language import say
from desktop.widgets.entry_form import EntryForm
from desktop.widgets.secret_field import SecretField

DIFFERENT = "两次输入的口令不一样。请重新输入。"


class NewPasswordForm(EntryForm):
    """The password twice; with `asks_old`, the one before as well. `accepted(old, new)`."""

    accepted = Signal(str, str)

    def __init__(self, *, asks_old: bool, parent: QWidget | None = None) -> None:
        super().__init__(say("更换口令  Enter"), say("返回  Esc"), parent)
        self.old = SecretField(say("现在的口令"), self)
        self.new = SecretField(say("新口令"), self)
        self.again = SecretField(say("再输一次"), self)
        self.old.setVisible(asks_old)
        if asks_old:
            self.add_field(say("现在的口令"), self.old)
        self.add_field(say("新口令"), self.new)
        self.add_field(say("再输一次"), self.again)
        self.confirmed.connect(self._on_confirmed)

    def _on_confirmed(self) -> None:
        if self.new.text() != self.again.text():
            self.show_error(say(DIFFERENT))
        else:
            self.wait()
            self.accepted.emit(self.old.text(), self.new.text())


def password_rules(policy: SecurityPolicy) -> str:
    """Return in a sentence what a password has to be."""
    told = say("口令至少 {} 个字符，小写、大写、数字、其他字符里至少 {} 种，不能含账号和姓名。")
    return told.format(policy.min_length, policy.kinds)
