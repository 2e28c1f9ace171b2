"""The forms at the door: signing in, a new password, a second factor, the first administrator."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QLineEdit, QWidget

from db.commands.accounts import NewFactor
from db.domain.accounts import SecurityPolicy
from desktop.language import say
from desktop.widgets.entry_form import EntryForm, push_button, text_label
from desktop.widgets.new_password import DIFFERENT, password_rules
from desktop.widgets.people import PersonField
from desktop.widgets.qr_code import QrCode
from desktop.widgets.secret_field import SecretField

_GROUP = 4


class SignInForm(EntryForm):
    """Account, password and, once it is asked for, a code. `emergency_asked()`."""

    emergency_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(say("登录  Enter"), "", parent)
        self.person = PersonField()
        self.password = SecretField(say("口令"))
        self.code = QLineEdit()
        self.code.setPlaceholderText(say("手机上的六位数字"))
        self.emergency = push_button(say("应急码(&Y)…"))
        self.emergency.clicked.connect(self.emergency_asked)
        self.add_field(say("账号"), self.person)
        self.add_field(say("口令"), self.password)
        # Whose phone is lost goes on without one, once the factor is taken away.
        self.add_field(say("动态码"), self.code, is_optional=True)
        self.add_button(self.emergency)
        edit = self.person.lineEdit()
        assert edit is not None
        edit.setPlaceholderText(say("姓名、拼音首字母或账号"))
        # Another person's code is another one.
        self.person.edited.connect(self.forget_code)

    def forget_code(self) -> None:
        """Ask for no code until it is known to be wanted."""
        self.code.clear()
        self.show_field(self.code, is_shown=False)

    def open_for(self, key: str, title: str, hint: str) -> None:
        """Ask somebody to sign in; `key` names whom the field names beforehand, if anybody."""
        self.wipe()
        self.forget_code()
        self.person.set_value(key)
        if self.person.currentIndex() < 0:
            self.person.setEditText(key)
        self.say(title, hint)
        self.start()


class EmergencyForm(EntryForm):
    """The sealed code and the name of who uses it. `accepted(name, code)`."""

    accepted = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(say("用应急码进入  Enter"), say("返回  Esc"), parent)
        self.name, self.code = QLineEdit(), QLineEdit()
        self.code.setPlaceholderText("XXXXX-XXXXX-XXXXX-XXXXX-XXXXX-XXXXX")
        self.add_field(say("您的姓名"), self.name)
        self.add_field(say("应急码"), self.code)
        self.confirmed.connect(self._on_confirmed)

    def open_form(self) -> None:
        """Ask anew."""
        self.name.clear()
        self.code.clear()
        self.say(
            say("应急进入"),
            say("只在找不到能登录的人时用：拆开信封，照纸上输入。可用 60 分钟，只能用一次，"
                "全程记录，所有席位都会看到提示。"),
        )  # fmt: skip
        self.start()

    def _on_confirmed(self) -> None:
        self.wait()
        self.accepted.emit(self.name.text().strip(), self.code.text().strip())


class FirstForm(EntryForm):
    """The first administrator of a record that is nobody's yet. `accepted(key, name, password)`."""

    accepted = Signal(str, str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(say("建立并登录  Enter"), "", parent)
        self.name, self.key = QLineEdit(), QLineEdit()
        self.new, self.again = SecretField(say("口令")), SecretField(say("再输一次"))
        self.name.setPlaceholderText(say("真实姓名"))
        self.key.setPlaceholderText(say("字母和数字，例如 liming"))
        for name, field in (
            (say("姓名"), self.name),
            (say("账号"), self.key),
            (say("口令"), self.new),
            (say("再输一次"), self.again),
        ):
            self.add_field(name, field)
        self.confirmed.connect(self._on_confirmed)

    def open_form(self, policy: SecurityPolicy) -> None:
        """Ask for the first administrator."""
        self.say(
            say("第一次使用：建立系统管理员"),
            say("这份数据还没有账号，没有默认口令。系统管理员维护人员和清单，看不到事件。"
                "建好以后请任命安全管理员和审计管理员，再录入值班人员。\n{}")
            .format(password_rules(policy)),
        )  # fmt: skip
        self.start()

    def _on_confirmed(self) -> None:
        if self.new.text() != self.again.text():
            self.show_error(say(DIFFERENT))
        else:
            self.wait()
            self.accepted.emit(self.key.text().strip(), self.name.text().strip(), self.new.text())


class FactorForm(EntryForm):
    """A second factor to be put into a phone, and its first code. `accepted(code)`."""

    accepted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(say("启用  Enter"), say("返回  Esc"), parent)
        self.qr = QrCode()
        self.letters = text_label("strong")
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(self.fontMetrics().height())
        self.letters.setFont(font)
        self.code = QLineEdit()
        self.code.setPlaceholderText(say("六位数字"))
        self.add_above(self.letters)
        self.add_above(self.qr)
        self.add_field(say("动态码"), self.code)
        self.confirmed.connect(self._on_confirmed)

    def open_for(self, factor: NewFactor) -> None:
        """Show what the phone is to be given."""
        self.qr.show_text(factor.uri)
        self.letters.setText(grouped(factor.secret))
        self.letters.setAccessibleName(grouped(factor.secret))
        self.code.clear()
        self.say(
            say("设置动态码"),
            say("您的角色登录要动态码。用手机上的动态码程序扫码，或手工输入下面的密钥，"
                "再填手机显示的数字。密钥只显示这一次。"),
        )  # fmt: skip
        self.start()

    def forget(self) -> None:
        """Show nothing of the secret any more."""
        self.qr.show_text("")
        self.letters.clear()
        self.letters.setAccessibleName("")
        self.code.clear()

    def _on_confirmed(self) -> None:
        self.wait()
        self.accepted.emit(self.code.text().strip())


def grouped(secret: str) -> str:
    """Return letters in groups that are easily typed."""
    return " ".join(secret[at : at + _GROUP] for at in range(0, len(secret), _GROUP))
