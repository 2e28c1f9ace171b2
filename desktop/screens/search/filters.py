"""What is looked for: words, and under them what the incidents are."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from PySide6.QtCore import QSignalBlocker, QTimer, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QPushButton, QWidget

from db.domain.calendar import day_start, local_date
from db.store.queries.search import SearchFilter
from desktop.i18n import SOURCE_NAMES, STATE_NAMES
from desktop.language import say
from desktop.widgets.fields import Choice, ChoiceModel, PickField

DELAY_MS = 200
_DAY = re.compile(r"(\d{4})[-./年]?(\d{1,2})[-./月]?(\d{1,2})日?")
_COLUMNS = 5


def parse_day(text: str) -> date | None:
    """Read a day as it is typed: 2026-11-23, 20261123, 2026.11.23; None for nothing typed.

    Raises ValueError for anything else.
    """
    if not text.strip():
        return None
    found = _DAY.fullmatch(text.strip())
    if not found:
        raise ValueError("no day")
    return date(*map(int, found.groups()))


class FilterBar(QWidget):
    """The words looked for and the filters. `changed()` a moment after the last change.

    `left()` when Enter is pressed in the words: what was found is wanted.
    """

    changed = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self.changed)
        self.words = QLineEdit()
        self.words.setPlaceholderText(
            say("编号、标题、地址、内容、来源编号、答复中的字；拼音首字母也可")
        )
        self.words.setAccessibleName(say("查找的字词"))
        self.words.setClearButtonEnabled(True)
        self.words.textChanged.connect(self._on_edited)
        self.words.returnPressed.connect(self.left)
        self.picks = {
            "states": _pick(say("状态"), choices_of(STATE_NAMES)),
            "platform": _pick(say("平台"), []),
            "class_code": _pick(say("分类"), []),
            "area": _pick(say("村社、网格"), []),
            "unit": _pick(say("单位"), []),
            "source": _pick(say("来源"), choices_of(SOURCE_NAMES)),
        }
        self.since, self.until = (
            _line(say("从"), say("年-月-日")),
            _line(say("到"), say("年-月-日")),
        )
        self.late = QCheckBox(say("只看已超时"))
        self._lay_out()
        for field in self.picks.values():
            field.editTextChanged.connect(self._on_edited)
        for day in (self.since, self.until):
            day.textChanged.connect(self._on_edited)
        self.late.toggled.connect(self._on_edited)

    @property
    def wrong(self) -> list[str]:
        """The names of the filters in which something stands that there is not."""
        return [field.accessibleName() for field in self._fields() if field.property("invalid")]

    def offer(self, choices: Mapping[str, Sequence[Choice]]) -> None:
        """Offer what a town has, by the name of the field; what is picked stays."""
        for name, offered in choices.items():
            field = self.picks[name]
            with QSignalBlocker(field):
                picked = field.value()
                field.offer(ChoiceModel(offered, field))
                field.set_value(picked)

    def filter(self) -> SearchFilter:
        """Return what is looked for; a filter that names nothing is marked and left out."""
        picked = {name: field.value() for name, field in self.picks.items()}
        for name, field in self.picks.items():
            picked[name] = picked[name] if _mark(field, field.is_known()) else ""
        since, until = _day_of(self.since), _day_of(self.until)
        state = picked.pop("states")
        return SearchFilter(
            text=self.words.text().strip(),
            states=(state,) if state else (),
            from_at=day_start(since) if since else None,
            to_at=day_start(until + timedelta(days=1)) if until else None,
            is_late=self.late.isChecked(),
            **picked,
        )

    def show_filter(self, wanted: SearchFilter) -> None:
        """Show what is looked for, and look for it."""
        self._show(wanted)
        self.changed.emit()

    def clear(self) -> None:
        """Empty all fields and tell nobody: something else is looked for."""
        self._show(SearchFilter())
        self.filter()

    def _show(self, wanted: SearchFilter) -> None:
        self.words.setText(wanted.text)
        for name, field in self.picks.items():
            value = "".join(getattr(wanted, name))
            field.clearEditText()
            field.set_value(value)
        self.since.setText(_day_text(wanted.from_at))
        self.until.setText(_day_text(wanted.to_at and wanted.to_at - 1))
        self.late.setChecked(wanted.is_late)
        self._timer.stop()

    def _fields(self) -> Sequence[QWidget]:
        return (*self.picks.values(), self.since, self.until)

    def _lay_out(self) -> None:
        clear = QPushButton(say("清除条件"))
        clear.setAccessibleName(say("清除条件"))
        clear.clicked.connect(lambda: self.show_filter(SearchFilter()))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.addWidget(self.words, 0, 0, 1, 4)
        grid.addWidget(clear, 0, 4)
        fields = [*self._fields(), self.late]
        for number, field in enumerate(fields):
            grid.addWidget(field, 1 + number // _COLUMNS, number % _COLUMNS)
        for column in range(_COLUMNS):
            grid.setColumnStretch(column, 1)

    @Slot()
    def _on_edited(self) -> None:
        self._timer.start()


def choices_of(names: Mapping[str, str]) -> list[Choice]:
    """Return codes and their names to choose from."""
    return [Choice(code, name) for code, name in names.items()]


def _pick(name: str, choices: Sequence[Choice]) -> PickField:
    field = PickField(ChoiceModel(choices))
    field.setAccessibleName(name)
    edit = field.lineEdit()
    assert edit is not None
    edit.setPlaceholderText(name)
    return field


def _line(name: str, form: str) -> QLineEdit:
    field = QLineEdit(placeholderText=f"{name}（{form}）")
    field.setAccessibleName(name)
    return field


def _mark(field: QWidget, is_good: bool) -> bool:
    """Frame a field that names nothing; return whether it does not."""
    if bool(field.property("invalid")) == is_good:
        field.setProperty("invalid", not is_good)
        field.style().polish(field)
    return is_good


def _day_of(field: QLineEdit) -> date | None:
    try:
        day = parse_day(field.text())
    except ValueError:
        _mark(field, is_good=False)
        return None
    _mark(field, is_good=True)
    return day


def _day_text(at: int | None) -> str:
    return "" if at is None else local_date(at).isoformat()
