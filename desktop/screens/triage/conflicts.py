"""What is in dispute, above the clocks of an incident."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel

from db.domain.branches import NEWS
from db.domain.settling import SETTLERS
from db.store.queries.conflicts import OpenConflict
from desktop.actions import BY_ID
from desktop.conflict_words import heading_text, side_text, value_text
from desktop.i18n import ROLE_NAMES
from desktop.language import say


class ConflictCard(QFrame):
    """Says what is in dispute: each field with its sides, numbered as the form takes them."""

    def __init__(self, conflicts: Sequence[OpenConflict], now: int, *, may_settle: bool) -> None:
        super().__init__()
        self.setProperty("role", "dispute")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(12, 8, 12, 8)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self._add(_heading(conflicts), "warn")
        self._add(_what_to_press(conflicts, may_settle=may_settle), "strong")
        for conflict in conflicts:
            if not _is_all_news(conflicts):
                self._add(f"【{heading_text(conflict)}】", "")
            for number, side in enumerate(conflict.sides, start=1):
                mark = "·" if conflict.kind == NEWS else str(number)
                self._add_side(mark, value_text(conflict, side), side_text(side, now))
        self.setAccessibleName(_heading(conflicts))

    def _add(self, text: str, role: str) -> None:
        self._grid.addWidget(_label(text, role), self._grid.rowCount(), 0, 1, 2)

    def _add_side(self, mark: str, value: str, who: str) -> None:
        row = self._grid.rowCount()
        self._grid.addWidget(_label(mark, "strong"), row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(_label(value, "strong"), row, 1)
        self._grid.addWidget(_label(who, "dim"), row + 1, 1)


def _heading(conflicts: Sequence[OpenConflict]) -> str:
    if _is_all_news(conflicts):
        return say("≠ 结案时不知道的新情况，请看一眼")
    return say("≠ 两处说法不一，请定一个")


def _is_all_news(conflicts: Sequence[OpenConflict]) -> bool:
    return all(conflict.kind == NEWS for conflict in conflicts)


def _what_to_press(conflicts: Sequence[OpenConflict], *, may_settle: bool) -> str:
    if may_settle:
        digit = "" if _is_all_news(conflicts) else say("再按数字，")
        return say("按 {}，{}Enter 确认；不定也能接着办别的").format(BY_ID["resolve"].key, digit)
    roles = "、".join(name for role, name in ROLE_NAMES.items() if role in SETTLERS)
    return say("由{}来定；不定也能接着办别的").format(roles)


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
    label.setProperty("role", role)
    return label
