"""What an auditor asks for: whose, of what kind, of which incident, of which days."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from db.domain.auditing import GROUPS
from db.store.queries.audit import AuditFilter, Person
from desktop.audit_words import GROUP_NAMES, day_span
from desktop.language import say
from desktop.screens.search.filters import parse_day
from desktop.widgets.fields import Choice, ChoiceModel, PickField

DELAY_MS = 200


class AuditBar(QWidget):
    """The filters. `changed()` a moment after the last change."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self.changed)
        self.who = _pick(say("人员"), ())
        self.group = _pick(say("种类"), [Choice(group, GROUP_NAMES[group]) for group in GROUPS])
        self.number = _line(say("事件编号（写全）"), say("事件编号"))
        self.since = _line(say("从（年-月-日）"), say("从"))
        self.until = _line(say("到（年-月-日）"), say("到"))
        clear = QPushButton(say("清除条件"))
        clear.setAccessibleName(say("清除条件"))
        clear.clicked.connect(lambda: self.show_filter())
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        for field, share in (
            (self.who, 3), (self.group, 2), (self.number, 4), (self.since, 2), (self.until, 2)
        ):  # fmt: skip
            line.addWidget(field, share)
        line.addWidget(clear)
        for pick in (self.who, self.group):
            pick.editTextChanged.connect(self._on_edited)
        for text in (self.number, self.since, self.until):
            text.textChanged.connect(self._on_edited)

    @property
    def is_waiting(self) -> bool:
        """Whether a change is still to be told."""
        return self._timer.isActive()

    def offer(self, people: Sequence[Person]) -> None:
        """Offer the people there are; who is picked stays."""
        with QSignalBlocker(self.who):
            picked = self.who.value()
            known = [Choice(one.key, f"{one.name}（{one.key}）", one.name) for one in people]
            self.who.offer(ChoiceModel([*known, Choice("system", say("系统"))], self.who))
            self.who.set_value(picked)

    def filter(self) -> tuple[AuditFilter, list[str]]:
        """Return what is asked for, and the names of filters that name nothing."""
        picks = (self.who, self.group)
        wrong = [pick.accessibleName() for pick in picks if not _mark(pick, pick.is_known())]
        days = []
        for field in (self.since, self.until):
            try:
                days.append(parse_day(field.text()))
                _mark(field, is_good=True)
            except ValueError:
                _mark(field, is_good=False)
                wrong.append(field.accessibleName())
                days.append(None)
        span = day_span(days[0], days[1])
        asked = AuditFilter(self.who.value(), self.group.value(), self.number.text().strip(), *span)
        return asked, wrong

    def show_filter(self, *, who: str = "", number: str = "") -> None:
        """Ask for one person's actions, for one incident, or for everything."""
        self.who.clearEditText()
        self.who.set_value(who)
        self.group.clearEditText()
        self.number.setText(number)
        self.since.clear()
        self.until.clear()
        self._timer.stop()
        self.changed.emit()

    @Slot()
    def _on_edited(self) -> None:
        self._timer.start()


def _pick(name: str, choices: Sequence[Choice]) -> PickField:
    field = PickField(ChoiceModel(choices))
    field.setAccessibleName(name)
    edit = field.lineEdit()
    assert edit is not None
    edit.setPlaceholderText(name)
    return field


def _line(hint: str, name: str) -> QLineEdit:
    field = QLineEdit(placeholderText=hint)
    field.setAccessibleName(name)
    return field


def _mark(field: QWidget, is_good: bool) -> bool:
    """Frame a field that names nothing; return whether it does not."""
    if bool(field.property("invalid")) == is_good:
        field.setProperty("invalid", not is_good)
        field.style().polish(field)
    return is_good
