"""A field that names a person by account, name or the initials of its pinyin."""

from collections.abc import Iterable

from PySide6.QtWidgets import QWidget

from db.domain.search_text import fold
from db.store.initials import initials
from db.store.queries.town import UserRow
from desktop.i18n import ROLE_NAMES
from desktop.widgets.fields import Choice, ChoiceModel, PickField


def role_words(roles: str) -> str:
    """Return the names of roles, blank-parted by their codes, in words."""
    return "、".join(ROLE_NAMES.get(role, role) for role in roles.split())


class PersonField(PickField):
    """Offers people; its value is the account, or what was typed where that names nobody here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(ChoiceModel(()), parent)

    def offer_people(self, people: Iterable[UserRow]) -> None:
        """Offer people; what stands in the field stays."""
        before = self.value()
        self.offer(ChoiceModel([_choice(one) for one in people], self))
        self.set_value(before)
        if before and self.currentIndex() < 0:
            self.setEditText(before)


def _choice(one: UserRow) -> Choice:
    label = f"{one.name}  {role_words(one.roles)}".strip()
    return Choice(one.key, label, one.key, initials().of(fold(one.name)))
