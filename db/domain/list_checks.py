"""Whether a list may come into force: each cell, each row, the rows against each other.

A list with one error is refused whole: half a list of limits is worse than the old one. What is
merely doubtful (a class that no unit is responsible for) is a warning.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from db.domain.areas import Area
from db.domain.calendar import Calendar, parse_calendar, parse_hours
from db.domain.callout import COMMAND_LEVELS, is_order_text, parse_contacts
from db.domain.errors import InputError
from db.domain.escalation import TRIGGERS
from db.domain.identity import without_numbers
from db.domain.incidents import STATES
from db.domain.lists import LIMIT_UNITS, STAGES, URGENCIES, parse_limit
from db.domain.transitions import TRANSITIONS

Row = Mapping[str, str]
Is = Callable[[str], bool]

MAX_CELL = 500
MAX_LIMIT = 10_000
"""Hours or days; far more than any list says, and within the years a calendar knows."""
OUT_OF_LOOP = frozenset({"rejected", "void", "merged"})
"""States that stand in no stage: what left the loop on the way."""
THRESHOLD_UNITS = ("percent", "minute", "work_hour", "work_day", "count")
_TIMES = ("minute", "work_hour", "work_day")
_UNITS_OF_TRIGGER = {
    "used_percent": ("percent",),
    "unsigned": _TIMES,
    "late": ("work_day",),
    "returned": _TIMES,
}
"""In which units the threshold of a trigger can be; all others count how often."""
CARDS = ("", "yellow", "red", "black")
OPTIONS = ("stage_view", "working_hours")
"""What a town may choose: which view of the loop it uses, and its hours of work."""
ANY = "*"
ROUND_THE_CLOCK = "00:00-24:00"


class Column(NamedTuple):
    """One column of a list: may a cell be empty, which words it knows, which texts it takes."""

    name: str
    is_required: bool = True
    words: Sequence[str] = ()
    takes: Is = lambda _: True


class Spec(NamedTuple):
    """One kind of list: its columns, and those that tell its rows apart."""

    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True, slots=True)
class Known:
    """What the rows of a list may refer to: other lists, and the town's units and areas.

    `areas` are codes relative to the town; `uses` the class codes that other lists name, and
    `used_platforms` the platforms that classes stand under.
    """

    platforms: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    served: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    views: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    used_platforms: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Checked:
    """The good rows of a list, what forbids it and what is only doubtful."""

    rows: tuple[dict[str, str], ...]
    errors: tuple[InputError, ...]
    warnings: tuple[InputError, ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """What a new version does: rows added, removed, and (old, new) of those changed."""

    added: tuple[Row, ...] = ()
    removed: tuple[Row, ...] = ()
    changed: tuple[tuple[Row, Row], ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        """Whether both versions say the same."""
        return not (self.added or self.removed or self.changed)

    @property
    def rows(self) -> Iterator[Row]:
        """Every row that comes, goes or changes; of a changed one both."""
        yield from self.added
        yield from self.removed
        for pair in self.changed:
            yield from pair


def _is_code(text: str) -> bool:
    return re.fullmatch(r"[0-9A-Za-z_.-]{1,32}", text) is not None


def _is_amount(text: str) -> bool:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return False
    return value.is_finite() and 0 < value <= MAX_LIMIT


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text) < 10_000


def _is_number(text: str) -> bool:
    return text == "0" or _is_count(text)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_chain(text: str) -> bool:
    try:
        parse_contacts(text)
    except ValueError:
        return False
    return True


_FLAG = ("0", "1")
SPECS: Mapping[str, Spec] = {
    "platforms": Spec((Column("code", takes=_is_code), Column("name")), ("code",)),
    "classes": Spec(
        (
            Column("code", takes=_is_code),
            Column("platform"),
            Column("name"),
            Column("short_name"),
            Column("urgency", words=URGENCIES),
            Column("needs_site_check", words=_FLAG),
            Column("needs_callback", words=_FLAG),
            Column("accept_rule"),
            Column("close_rule"),
            Column("keywords"),
            Column("self_handle", is_required=False, words=_FLAG),
        ),
        ("code",),
    ),
    "limits": Spec(
        (
            Column("class_code"),
            Column("urgency", words=(ANY, *URGENCIES)),
            Column("stage", words=STAGES),
            Column("unit", words=LIMIT_UNITS),
            Column("value", takes=_is_amount),
            Column("step_no", is_required=False, takes=_is_count),
            Column("step_name", is_required=False),
            Column("basis", is_required=False),
        ),
        ("class_code", "urgency", "stage", "step_no"),
    ),
    "responsibilities": Spec(
        (
            Column("class_code"),
            Column("area", is_required=False),
            Column("lead"),
            Column("co", is_required=False),
            Column("priority", takes=_is_count),
            Column("basis", is_required=False),
        ),
        ("class_code", "area", "lead"),
    ),
    "command": Spec(
        (
            Column("unit"),
            Column("response_level", is_required=False, words=COMMAND_LEVELS),
            Column("contact_chain", takes=_is_chain),
            Column("order_text", takes=is_order_text),
            Column("forces", is_required=False),
            Column("equipment", is_required=False),
        ),
        ("unit", "response_level"),
    ),
    "templates": Spec(
        (
            Column("code", takes=_is_code),
            Column("action", words=tuple(TRANSITIONS)),
            Column("scope"),
            Column("text"),
        ),
        ("code",),
    ),
    "escalation": Spec(
        (
            Column("id", takes=_is_code),
            Column("trigger", words=TRIGGERS),
            Column("threshold", takes=_is_number),
            Column("threshold_unit", words=THRESHOLD_UNITS),
            Column("card", is_required=False, words=CARDS),
            Column("action", takes=_is_code),
            Column("notify", is_required=False),
            Column("reply_work_days", is_required=False, takes=_is_count),
            Column("urgency", is_required=False, words=("", *URGENCIES)),
        ),
        ("id", "trigger"),
    ),
    "stages": Spec(
        (
            Column("view", takes=_is_code),
            Column("stage", takes=_is_count),
            Column("name"),
            Column("states"),
        ),
        ("view", "stage"),
    ),
    "calendar": Spec(
        (
            Column("date", takes=_is_date),
            Column("is_off", words=_FLAG),
            Column("name", is_required=False),
        ),
        ("date",),
    ),
    "options": Spec((Column("key", words=OPTIONS), Column("value")), ("key",)),
}


def parse_list(kind: str, rows: Sequence[Row], known: Known) -> Checked:
    """Check the rows of a list; every error names its row (2 is the first) and its column."""
    spec = SPECS[kind]
    if not rows:
        return Checked((), (InputError("list_empty", row=0, column=""),), ())
    clean = tuple(
        {column.name: (row.get(column.name) or "").strip() for column in spec.columns}
        for row in rows
    )
    errors = [*_faults(kind, clean), *_REFERENCES.get(kind, _nothing)(clean, known)]
    errors.sort(key=lambda error: error.params["row"])
    return Checked(clean, tuple(errors), tuple(_WARNINGS.get(kind, _nothing)(clean, known)))


def is_sound(kind: str, rows: Sequence[Row]) -> bool:
    """Whether rows can be in force as they stand, whatever other lists say."""
    return bool(rows) and has_columns(kind, rows) and not _faults(kind, rows)


def has_columns(kind: str, rows: Iterable[Row]) -> bool:
    """Whether every row has the columns of its list, and no other."""
    return all(row.keys() == set(SPECS[kind].names) for row in rows)


def cell_errors(kind: str, rows: Iterable[Row]) -> Iterator[InputError]:
    """Yield what is wrong with cells by themselves."""
    for number, row in enumerate(rows, start=2):
        for column in SPECS[kind].columns:
            error = _cell_error(column, number, row.get(column.name, ""))
            if error is not None:
                yield error


def check_tree(areas: Sequence[Area], parents: Sequence[str]) -> None:
    """Raise InputError for an area that comes twice, or whose parent is another or not there.

    `parents` are the parents as the list names them, empty where it names none.
    """
    rows = {area.code: number for number, area in reversed([*enumerate(areas, start=2)])}
    top = min((len(area.code) for area in areas), default=0)
    for number, (area, parent) in enumerate(zip(areas, parents, strict=True), start=2):
        if rows[area.code] != number:
            raise InputError("area_twice", row=number, value=area.code, first=rows[area.code])
        if parent not in ("", area.parent):
            raise InputError("area_parent_wrong", row=number, value=area.code, parent=parent)
        if len(area.code) > top and area.parent not in rows:
            raise InputError("area_parent_missing", row=number, value=area.code, parent=area.parent)


def diff(kind: str, old: Iterable[Row], new: Iterable[Row]) -> Diff:
    """Return what `new` does to `old`; rows are the same row where their keys are."""
    before, after = ({_key(SPECS[kind], row): row for row in rows} for rows in (old, new))
    return Diff(
        added=tuple(row for key, row in after.items() if key not in before),
        removed=tuple(row for key, row in before.items() if key not in after),
        changed=tuple(
            (before[key], row)
            for key, row in after.items()
            if key in before and not _is_same(SPECS[kind], before[key], row)
        ),
    )


def changed_columns(kind: str, old: Row, new: Row) -> tuple[str, ...]:
    """Return the columns in which two forms of a row differ."""
    names = SPECS[kind].names
    return tuple(name for name in names if old.get(name, "") != new.get(name, ""))


def _is_same(spec: Spec, old: Row, new: Row) -> bool:
    return all(old.get(name, "") == new.get(name, "") for name in spec.names)


def _key(spec: Spec, row: Row) -> tuple[str, ...]:
    return tuple(row.get(name, "") for name in spec.key)


def _cell_error(column: Column, number: int, text: str) -> InputError | None:
    at = {"row": number, "column": column.name}
    if not text:
        return InputError("list_cell_missing", **at) if column.is_required else None
    if len(text) > MAX_CELL:
        return InputError("list_cell_too_long", **at, limit=MAX_CELL)
    if without_numbers(text)[1]:
        return InputError("list_cell_identity", **at)
    if column.words and text not in column.words:
        choices = [word for word in column.words if word]
        return InputError("list_word_unknown", **at, value=text, choices=choices)
    if not column.takes(text):
        return InputError("list_cell_malformed", **at, value=text)
    return None


def _duplicates(spec: Spec, rows: Iterable[Row]) -> Iterator[InputError]:
    first: dict[tuple[str, ...], int] = {}
    for number, row in enumerate(rows, start=2):
        if (earlier := first.setdefault(_key(spec, row), number)) != number:
            yield InputError("list_row_twice", row=number, column=spec.key[0], first=earlier)


def _faults(kind: str, rows: Sequence[Row]) -> list[InputError]:
    """Return what is wrong with a list by itself."""
    found = [*cell_errors(kind, rows), *_duplicates(SPECS[kind], rows)]
    found += _ROWS.get(kind, _no_fault)(rows)
    if not found:
        # What rows say together can be judged once each of them can be read.
        found += _WHOLE.get(kind, _no_fault)(rows)
    return found


def _no_fault(_: Sequence[Row]) -> Iterator[InputError]:
    return iter(())


def _nothing(_: Sequence[Row], __: Known) -> Iterator[InputError]:
    return iter(())


def _unknown(
    rows: Iterable[Row], column: str, known: Iterable[str], *, is_several: bool = False
) -> Iterator[InputError]:
    """Yield the cells that name something nobody knows."""
    there = frozenset(known)
    for number, row in enumerate(rows, start=2):
        for name in row[column].split() if is_several else filter(None, [row[column]]):
            if name not in there:
                yield InputError("list_reference_unknown", row=number, column=column, value=name)


def _platform_references(rows: Sequence[Row], known: Known) -> Iterator[InputError]:
    for code in sorted(known.used_platforms - {row["code"] for row in rows}):
        yield InputError("list_platform_used", row=0, column="code", value=code)


def _class_references(rows: Sequence[Row], known: Known) -> Iterator[InputError]:
    return _unknown(rows, "platform", known.platforms)


def _class_faults(rows: Sequence[Row]) -> Iterator[InputError]:
    for number, row in enumerate(rows, start=2):
        if not row["code"].startswith(row["platform"]):
            yield InputError(
                "list_prefix_wrong",
                row=number, column="code", value=row["code"], prefix=row["platform"],
            )  # fmt: skip
        if row["keywords"] and not row["keywords"].split():
            yield InputError("list_cell_missing", row=number, column="keywords")


def _limit_references(rows: Sequence[Row], known: Known) -> Iterator[InputError]:
    return _unknown(rows, "class_code", known.classes | known.platforms | {ANY})


def _limit_faults(rows: Sequence[Row]) -> Iterator[InputError]:
    for number, row in enumerate(rows, start=2):
        if not _is_limit(row, number):
            yield InputError("list_cell_malformed", row=number, column="value", value=row["value"])


def _is_limit(row: Row, number: int) -> bool:
    """Whether a value fits its unit: whole minutes, whole days. Other faults are told apart."""
    if row["unit"] not in LIMIT_UNITS or row["stage"] not in STAGES or not _is_amount(row["value"]):
        return True
    try:
        parse_limit(row, number)
    except InputError:
        return False
    return True


def _responsibility_references(rows: Sequence[Row], known: Known) -> Iterator[InputError]:
    yield from _unknown(rows, "class_code", known.classes)
    yield from _unknown(rows, "lead", known.units)
    yield from _unknown(rows, "co", known.units, is_several=True)
    named = {unit for row in rows for unit in (row["lead"], *row["co"].split())}
    for unit in sorted(known.units - named):
        # No area, no class is that unit's: it could never be advised, nor its absence be seen.
        yield InputError("list_unit_without_area", row=0, column="lead", value=unit)
    yield from _unknown(rows, "area", known.areas)


def _command_references(rows: Sequence[Row], known: Known) -> Iterator[InputError]:
    return _unknown(rows, "unit", known.units)


def _template_references(rows: Sequence[Row], known: Known) -> Iterator[InputError]:
    return _unknown(rows, "scope", known.classes | known.platforms | {ANY})


def _escalation_faults(rows: Sequence[Row]) -> Iterator[InputError]:
    for number, row in enumerate(rows, start=2):
        unit, known = row["threshold_unit"], _UNITS_OF_TRIGGER.get(row["trigger"], ("count",))
        if unit in THRESHOLD_UNITS and row["trigger"] in TRIGGERS and unit not in known:
            yield InputError(
                "list_word_unknown",
                row=number, column="threshold_unit", value=unit, choices=known,
            )  # fmt: skip


def _option_references(rows: Sequence[Row], known: Known) -> Iterator[InputError]:
    yield from _wrong_options(rows, "stage_view", known.views.__contains__)


def _option_faults(rows: Sequence[Row]) -> Iterator[InputError]:
    yield from _wrong_options(rows, "working_hours", _is_hours)


def _wrong_options(rows: Sequence[Row], key: str, takes: Is) -> Iterator[InputError]:
    for number, row in enumerate(rows, start=2):
        if row["key"] == key and not takes(row["value"]):
            yield InputError("list_cell_malformed", row=number, column="value", value=row["value"])


def _is_hours(text: str) -> bool:
    """Whether a text is working hours that a calendar can run on."""
    try:
        Calendar(hours=parse_hours(text))
    except InputError:
        return False
    return True


_REFERENCES: Mapping[str, Callable[[Sequence[Row], Known], Iterator[InputError]]] = {
    "platforms": _platform_references,
    "classes": _class_references,
    "limits": _limit_references,
    "responsibilities": _responsibility_references,
    "command": _command_references,
    "templates": _template_references,
    "options": _option_references,
}
_ROWS: Mapping[str, Callable[[Sequence[Row]], Iterator[InputError]]] = {
    "classes": _class_faults,
    "limits": _limit_faults,
    "escalation": _escalation_faults,
    "options": _option_faults,
}


def _limit_holes(rows: Sequence[Row]) -> Iterator[InputError]:
    """Yield the stages without a limit for all, and steps that do not count 1, 2, 3."""
    there = {(row["class_code"], row["urgency"], row["stage"]) for row in rows}
    for stage in STAGES:
        if (ANY, ANY, stage) not in there:
            yield InputError("list_limit_missing", row=0, column="stage", stage=stage)
    steps: dict[tuple[str, ...], list[tuple[int, int, str]]] = {}
    for number, row in enumerate(rows, start=2):
        key = (row["class_code"], row["urgency"], row["stage"])
        steps.setdefault(key, []).append((int(row["step_no"] or 1), number, row["step_name"]))
    for found in steps.values():
        found.sort()
        for wanted, (step, number, name) in enumerate(found, start=1):
            if step != wanted:
                yield InputError(
                    "list_step_gap", row=number, column="step_no", value=step, wanted=wanted
                )
            if len(found) > 1 and not name:
                yield InputError("list_cell_missing", row=number, column="step_name")


def _stage_holes(rows: Sequence[Row]) -> Iterator[InputError]:
    """Yield, of each view, the states that stand in no stage or in two, and stages left out."""
    views: dict[str, list[tuple[int, int, Row]]] = {}
    for number, row in enumerate(rows, start=2):
        views.setdefault(row["view"], []).append((int(row["stage"]), number, row))
    for view, stages in views.items():
        yield from _stage_faults(view, sorted(stages, key=lambda item: item[:2]))


def _stage_faults(view: str, stages: Sequence[tuple[int, int, Row]]) -> Iterator[InputError]:
    open_states = [state for state in STATES if state not in OUT_OF_LOOP]
    seen: set[str] = set()
    for wanted, (stage, number, row) in enumerate(stages, start=1):
        if stage != wanted:
            yield InputError(
                "list_step_gap", row=number, column="stage", value=stage, wanted=wanted
            )
        for state in row["states"].split():
            if state not in open_states:
                yield InputError(
                    "list_word_unknown",
                    row=number, column="states", value=state, choices=open_states,
                )  # fmt: skip
            elif state in seen:
                yield InputError("list_state_twice", row=number, column="states", state=state)
            seen.add(state)
    for state in open_states:
        if state not in seen:
            yield InputError("list_state_missing", row=0, column="states", view=view, state=state)


def _calendar_faults(rows: Sequence[Row]) -> Iterator[InputError]:
    """Yield a day no calendar knows, and the years from first to last that have no day off."""
    try:
        parse_calendar("", ROUND_THE_CLOCK, rows)
    except InputError as error:
        yield error
    years = {int(row["date"][:4]) for row in rows if row["is_off"] == "1"}
    named = {int(row["date"][:4]) for row in rows}
    for year in range(min(named), max(named) + 1):
        if year not in years:
            yield InputError("list_year_empty", row=0, column="date", year=year)


_WHOLE: Mapping[str, Callable[[Sequence[Row]], Iterator[InputError]]] = {
    "limits": _limit_holes,
    "stages": _stage_holes,
    "calendar": _calendar_faults,
}


def _class_doubts(rows: Sequence[Row], known: Known) -> Iterator[InputError]:
    for number, row in enumerate(rows, start=2):
        if row["code"] not in known.served:
            yield InputError("list_class_unserved", row=number, column="code", value=row["code"])
    for code in sorted(known.uses - {row["code"] for row in rows}):
        yield InputError("list_class_left", row=0, column="code", value=code)


def _responsibility_doubts(rows: Sequence[Row], known: Known) -> Iterator[InputError]:
    served = {row["class_code"] for row in rows if not row["area"]}
    for code in sorted(known.classes - served):
        yield InputError("list_class_unserved", row=0, column="class_code", value=code)


def _command_doubts(rows: Sequence[Row], known: Known) -> Iterator[InputError]:
    called = {row["unit"] for row in rows if not row["response_level"]}
    for unit in sorted(known.units - called):
        yield InputError("list_command_missing", row=0, column="unit", value=unit)


def _view_doubts(rows: Sequence[Row], known: Known) -> Iterator[InputError]:
    for view in sorted(known.views - {row["view"] for row in rows}):
        yield InputError("list_view_left", row=0, column="view", value=view)


_WARNINGS: Mapping[str, Callable[[Sequence[Row], Known], Iterator[InputError]]] = {
    "classes": _class_doubts,
    "responsibilities": _responsibility_doubts,
    "command": _command_doubts,
    "stages": _view_doubts,
}
