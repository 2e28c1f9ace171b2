"""The forms of the accounts: a person, the rules of safety."""

from collections.abc import Sequence

from PySide6.QtWidgets import QLineEdit, QSpinBox, QWidget

from db.commands.town import User
from db.domain.accounts import BOUNDS, SecurityPolicy
from db.domain.lists import Unit
from db.domain.scope import ALL_CLASSES
from db.store.queries.accounts import AccountRow
from db.store.queries.town import AreaRow
from desktop.decisions.choices import class_choices, spelled_choice
from desktop.i18n import ROLE_NAMES
from desktop.language import Words, say
from desktop.screens.accounts.rows import SECRECY_NAMES
from desktop.town_lists import current_policy
from desktop.widgets.entry_form import EntryForm
from desktop.widgets.fields import Choice, ChoiceModel, ManyField, PickField

POLICY_NAMES = Words(
    {
        "min_length": "口令最短（字符）",
        "kinds": "字符种类至少",
        "max_age_days": "口令有效（天，0 为不限）",
        "history": "不能重复最近几个口令",
        "lock_after": "连续输错几次锁定",
        "lock_minutes": "锁定多久（分钟）",
        "idle_minutes": "没有操作多久锁屏（分钟）",
        "callers_alone": "一人一天最多导出来电人（个）",
        "keep_caller_days": "来电人保留（归档后天数）",
    }
)


class UserForm(EntryForm):
    """One person: new, or as known. `user` is what was filled in."""

    is_new = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(say("保存  Enter"), say("收起  Esc"), parent)
        self.name, self.key = QLineEdit(), QLineEdit()
        self.key.setPlaceholderText(say("字母和数字，例如 liming"))
        roles = [Choice(code, name) for code, name in ROLE_NAMES.items() if code != "system"]
        self.roles = ManyField(roles)
        self.roles.setPlaceholderText(say("几个用、隔开，例如 值班员、分流员"))
        self.unit, self.area = PickField(ChoiceModel(())), PickField(ChoiceModel(()))
        self.classes = ManyField(())
        self.classes.setPlaceholderText(say("空着是全部分类"))
        levels = [Choice(code, name) for code, name in SECRECY_NAMES.items()]
        self.secrecy = PickField(ChoiceModel(levels, self))
        self._left = False
        for name, field, is_optional in (
            (say("姓名"), self.name, False),
            (say("账号"), self.key, False),
            (say("角色"), self.roles, False),
            (say("单位"), self.unit, True),
            (say("区划"), self.area, False),
            (say("分类"), self.classes, True),
            (say("可看密级"), self.secrecy, True),
        ):
            self.add_field(name, field, is_optional=is_optional)

    def offer(self, units: Sequence[Unit], areas: Sequence[AreaRow]) -> None:
        """Offer units and areas; what is filled in stays."""
        for field, choices in (
            (self.unit, [spelled_choice(one.code, one.name, one.short_name) for one in units]),
            (self.area, [spelled_choice(one.code, one.name) for one in areas]),
        ):
            before = field.value()
            field.offer(ChoiceModel(choices, self))
            field.set_value(before)

    def open_for(self, one: AccountRow | None, town: str) -> None:
        """Ask for a new person, or what is to be known of one from now on."""
        self.classes.offer(class_choices(current_policy()))
        self.is_new = one is None
        self._left = one.left if one is not None else False
        self.key.setEnabled(one is None)
        self.key.setText(one.key if one is not None else "")
        self.name.setText(one.name if one is not None else "")
        self.roles.set_value(one.roles.split() if one is not None else ())
        self.unit.set_value(one.unit if one is not None else "")
        self.area.set_value(one.area if one is not None else town)
        known = one.classes if one is not None else ALL_CLASSES
        self.classes.set_value(() if known == ALL_CLASSES else known.split())
        self.secrecy.set_value(str(one.secrecy) if one is not None and one.secrecy >= 0 else "")
        self.say(say("改 {}").format(one.name) if one is not None else say("新增人员"))
        self.start()

    @property
    def user(self) -> User:
        """The person as filled in."""
        secrecy = self.secrecy.value()
        return User(
            self.key.text().strip(),
            self.name.text().strip(),
            self.roles.value(),
            unit=self.unit.value(),
            area=self.area.value(),
            classes=self.classes.value() or None,
            secrecy=int(secrecy) if secrecy else None,
            left=self._left,
        )


class PolicyForm(EntryForm):
    """The rules of safety; each number within its bounds. `policy` is what was filled in."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(say("保存策略"), say("收起  Esc"), parent)
        self.numbers: dict[str, QSpinBox] = {}
        for name, (least, most) in BOUNDS.items():
            box = self.numbers[name] = QSpinBox()
            box.setRange(least, most)
            self.add_field(POLICY_NAMES[name], box)
        self.roles = ManyField([Choice(code, name) for code, name in ROLE_NAMES.items()])
        self.add_field(say("要动态码的角色"), self.roles, is_optional=True)

    def open_for(self, policy: SecurityPolicy) -> None:
        """Ask for the rules, as they are."""
        for name, box in self.numbers.items():
            box.setValue(getattr(policy, name))
        self.roles.set_value(policy.second_factor_roles)
        self.say(say("安全策略"), say("对全镇所有席位生效，下次同步后各席位一样。"))
        self.start()
        next(iter(self.numbers.values())).setFocus()

    @property
    def policy(self) -> SecurityPolicy:
        """The rules as filled in."""
        numbers = {name: box.value() for name, box in self.numbers.items()}
        return SecurityPolicy(**numbers, second_factor_roles=self.roles.value())
