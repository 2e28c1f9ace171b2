"""The lists that drive the rules: classes, limits, responsibilities, units. Data, not code."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from db.domain.errors import InputError, RuleError

LIMIT_UNITS = ("urgent_hour", "work_hour", "work_day", "natural_day")
STAGES = ("accept", "dispatch", "sign", "handle", "check", "callback")
URGENCIES = ("normal", "urgent", "critical")


@dataclass(frozen=True, slots=True)
class IncidentClass:
    """One of the second-level classes; its first two letters are the platform."""

    code: str
    platform: str
    name: str
    short_name: str
    urgency: str
    needs_site_check: bool
    needs_callback: bool
    accept_rule: str
    close_rule: str
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit: minutes for the two hour kinds, days for the two day kinds."""

    unit: str
    amount: int

    def to_list(self) -> list[str | int]:
        """Return the limit as it stands in an op."""
        return [self.unit, self.amount]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that can be given work. `code` is `{town}-{key}`."""

    code: str
    key: str
    name: str
    short_name: str
    kind: str
    duty: str
    capacity: int
    phone_day: str = ""
    phone_night: str = ""


@dataclass(frozen=True, slots=True)
class Responsibility:
    """Who is responsible for a class in an area (relative code, empty for the whole town)."""

    class_code: str
    area: str
    lead: str
    co: tuple[str, ...]
    priority: int
    basis: str


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of the lists. An incident's timers keep the limit they were born with."""

    version: str
    platforms: Mapping[str, str]
    classes: Mapping[str, IncidentClass]
    limits: Mapping[tuple[str, str, str], Limit]
    responsibilities: tuple[Responsibility, ...]

    def limit(self, class_code: str, urgency: str, stage: str) -> Limit:
        """Return the most specific limit: class before platform before all, urgency before any."""
        platform = class_code[:2]
        for scope in (class_code, platform, "*"):
            for level in (urgency, "*"):
                found = self.limits.get((scope, level, stage))
                if found is not None:
                    return found
        raise RuleError("limit_missing", class_code=class_code, stage=stage)

    def class_of(self, code: str) -> IncidentClass:
        """Return a class by code; raises RuleError for an unknown one."""
        found = self.classes.get(code)
        if found is None:
            raise RuleError("class_unknown", value=code)
        return found


Row = Mapping[str, str]


def parse_policy(
    version: str,
    platforms: Iterable[Row],
    classes: Iterable[Row],
    limits: Iterable[Row],
    responsibilities: Iterable[Row],
) -> Policy:
    """Build a policy from rows of the list files; raises InputError for a limit that cannot be."""
    return Policy(
        version=version,
        platforms={row["code"]: row["name"] for row in platforms},
        classes={row["code"]: _class(row) for row in classes},
        limits={
            (row["class_code"], row["urgency"], row["stage"]): _limit(row, number)
            for number, row in enumerate(limits, start=2)
        },
        responsibilities=tuple(_responsibility(row) for row in responsibilities),
    )


def parse_unit(town: str, row: Row) -> Unit:
    """Build a unit of a town from a row of the unit file; raises ValueError for bad duty hours."""
    parse_duty(row["duty"])
    return Unit(
        code=f"{town}-{row['key']}",
        key=row["key"],
        name=row["name"],
        short_name=row["short_name"],
        kind=row["kind"],
        duty=row["duty"],
        capacity=int(row["capacity_per_day"]),
        phone_day=row["phone_day"],
        phone_night=row["phone_night"],
    )


def parse_duty(text: str) -> tuple[tuple[int, int], ...]:
    """Read duty hours such as `08:00-12:00,14:00-18:00` as minutes after midnight.

    An end before its beginning lies on the next day. Raises ValueError for anything else.
    """
    spans = []
    for span in filter(None, text.replace(" ", "").split(",")):
        begin, end = span.split("-")
        spans.append((_minutes(begin), _minutes(end)))
    return tuple(spans)


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    value = int(hours) * 60 + int(minutes)
    if not 0 <= value <= 24 * 60:
        raise ValueError(text)
    return value


def _class(row: Row) -> IncidentClass:
    return IncidentClass(
        code=row["code"],
        platform=row["platform"],
        name=row["name"],
        short_name=row["short_name"],
        urgency=row["urgency"],
        needs_site_check=row["needs_site_check"] == "1",
        needs_callback=row["needs_callback"] == "1",
        accept_rule=row["accept_rule"],
        close_rule=row["close_rule"],
        keywords=tuple(row["keywords"].split()),
    )


def _limit(row: Row, number: int) -> Limit:
    unit = row["unit"]
    if unit not in LIMIT_UNITS or row["stage"] not in STAGES:
        raise InputError("limit_row_malformed", row=number, column="unit", value=unit)
    try:
        value = Decimal(row["value"])
    except InvalidOperation as error:
        raise InputError(
            "limit_row_malformed", row=number, column="value", value=row["value"]
        ) from error
    amount = value * 60 if unit.endswith("_hour") else value
    if not amount.is_finite() or amount <= 0 or amount != int(amount):
        raise InputError("limit_row_malformed", row=number, column="value", value=row["value"])
    return Limit(unit, int(amount))


def _responsibility(row: Row) -> Responsibility:
    return Responsibility(
        class_code=row["class_code"],
        area=row["area"],
        lead=row["lead"],
        co=tuple(row["co"].split()),
        priority=int(row["priority"]),
        basis=row["basis"],
    )
