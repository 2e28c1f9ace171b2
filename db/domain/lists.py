"""The lists that drive the rules: classes, limits, responsibilities, units. Data, not code."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from db.domain.errors import InputError, RuleError

KINDS = (
    "platforms", "classes", "limits", "responsibilities", "command", "templates", "escalation",
    "stages", "calendar", "options",
)  # fmt: skip
"""The lists there are; what each looks like stands in `list_checks`."""
LIMIT_UNITS = ("urgent_hour", "work_hour", "work_day", "natural_day")
STAGES = ("accept", "dispatch", "sign", "handle", "check", "callback")
"""Stages that a list gives a limit for."""
TIMER_STAGES = (*STAGES, "verify")
"""Stages that a clock may run for."""
URGENCIES = ("normal", "urgent", "critical")


@dataclass(frozen=True, slots=True)
class IncidentClass:
    """One of the second-level classes; its first two letters are the platform.

    `self_handle`: a grid or village may handle it and close it at once (自办自结).
    """

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
    self_handle: bool = False


class Limit(NamedTuple):
    """A time limit: minutes for the two hour kinds, days for the two day kinds."""

    unit: str
    amount: int

    def to_list(self) -> list[str | int]:
        """Return the limit as it stands in an op."""
        return [self.unit, self.amount]


class LimitStep(NamedTuple):
    """One step of a limit that is kept in several (停工, 处罚, 拆除): all run from the start."""

    number: int
    name: str
    limit: Limit


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


class Responsibility(NamedTuple):
    """Who is responsible for a class in an area (relative code, empty for the whole town)."""

    class_code: str
    area: str
    lead: str
    co: tuple[str, ...]
    priority: int
    basis: str


class Stage(NamedTuple):
    """One stage of the loop as a town names it, and the states of an incident it covers."""

    number: int
    name: str
    states: tuple[str, ...]


class Template(NamedTuple):
    """A phrase (常用语) for an action; `scope` is a class, a platform or `*`."""

    code: str
    action: str
    scope: str
    text: str


LimitKey = tuple[str, str, str]
"""Class, platform or `*`; urgency or `*`; stage."""


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of the lists. An incident's timers keep the limit they were born with."""

    version: str
    platforms: Mapping[str, str]
    classes: Mapping[str, IncidentClass]
    limits: Mapping[LimitKey, Limit]
    responsibilities: tuple[Responsibility, ...]
    steps: Mapping[LimitKey, tuple[LimitStep, ...]] = field(default_factory=dict)

    def limit(self, class_code: str, urgency: str, stage: str) -> Limit:
        """Return the most specific limit: class before platform before all, urgency before any.

        Of a limit in several steps it is that of the last one.
        """
        return self.limits[self._limit_key(class_code, urgency, stage)]

    def limit_steps(self, class_code: str, urgency: str, stage: str) -> tuple[LimitStep, ...]:
        """Return the steps of the limit that `limit` gives, empty where it has only one."""
        return self.steps.get(self._limit_key(class_code, urgency, stage), ())

    def _limit_key(self, class_code: str, urgency: str, stage: str) -> LimitKey:
        for scope in (class_code, class_code[:2], "*"):
            for level in (urgency, "*"):
                if (scope, level, stage) in self.limits:
                    return (scope, level, stage)
        raise RuleError("limit_missing", class_code=class_code, stage=stage)


Row = Mapping[str, str]


def parse_policy(
    version: str,
    platforms: Iterable[Row],
    classes: Iterable[Row],
    limits: Iterable[Row],
    responsibilities: Iterable[Row],
) -> Policy:
    """Build a policy from rows of the list files; raises InputError for a limit that cannot be."""
    steps = _limit_steps(limits)
    known = {row["code"]: _class(row) for row in classes}
    names = {row["code"]: row["name"] for row in platforms}
    for item in known.values():
        # The list of platforms may be newer than the classes an incident was born under.
        names.setdefault(item.platform, item.platform)
    return Policy(
        version=version,
        platforms=names,
        classes=known,
        limits={key: found[-1].limit for key, found in steps.items()},
        responsibilities=tuple(_responsibility(row) for row in responsibilities),
        steps={key: found for key, found in steps.items() if len(found) > 1},
    )


def parse_stages(rows: Iterable[Row]) -> dict[str, tuple[Stage, ...]]:
    """Build the views of the loop from rows of the list: view -> its stages in order."""
    views: dict[str, list[Stage]] = {}
    for row in rows:
        stage = Stage(int(row["stage"]), row["name"], tuple(row["states"].split()))
        views.setdefault(row["view"], []).append(stage)
    return {
        view: tuple(sorted(stages, key=lambda stage: stage.number))
        for view, stages in views.items()
    }


def stage_of(view: Iterable[Stage], state: str) -> Stage | None:
    """Return the stage of a view that covers a state; None for one that left the loop."""
    return next((stage for stage in view if state in stage.states), None)


def parse_templates(rows: Iterable[Row]) -> tuple[Template, ...]:
    """Build the phrases from rows of the list."""
    return tuple(Template(row["code"], row["action"], row["scope"], row["text"]) for row in rows)


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
        self_handle=row.get("self_handle") == "1",
    )


def parse_limit(row: Row, number: int) -> Limit:
    """Build a limit from a row; raises InputError naming the row for one that cannot be."""
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


def _limit_steps(rows: Iterable[Row]) -> dict[LimitKey, tuple[LimitStep, ...]]:
    """Return the steps of every limit; a row without a step number is a limit of one step."""
    found: dict[LimitKey, list[LimitStep]] = {}
    for number, row in enumerate(rows, start=2):
        limit = parse_limit(row, number)
        step = LimitStep(int(row.get("step_no") or 1), row.get("step_name") or "", limit)
        found.setdefault((row["class_code"], row["urgency"], row["stage"]), []).append(step)
    return {key: tuple(sorted(steps, key=lambda step: step.number)) for key, steps in found.items()}


def _responsibility(row: Row) -> Responsibility:
    return Responsibility(
        class_code=row["class_code"],
        area=row["area"],
        lead=row["lead"],
        co=tuple(row["co"].split()),
        priority=int(row["priority"]),
        basis=row["basis"],
    )


def list_version(rows: Iterable[Mapping[str, str]]) -> str:
    """Return the version of a list: a digest of what it says, the same wherever it is made."""
    plain = json.dumps([dict(row) for row in rows], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()[:8]
