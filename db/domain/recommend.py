"""Which unit should act, and why; which class and place a text speaks of.

Rank of units: responsibility (class, longest area) before on duty now, before load, before how far
its team is where that is known (a position at most 30 minutes old), before how often it was in
time (domain rule 5.12). Suggestions are shown with their reason and never applied by themselves.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from db.domain.calendar import DEFAULT_CALENDAR, Calendar
from db.domain.classing import Suggestion
from db.domain.duty import is_on_duty
from db.domain.lists import Policy, Responsibility, Unit


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One unit and the facts that speak for it. `load` is its open work, of `capacity` a day.

    `on_time` is the permille of its last answers that were in time, None where there are none;
    `distance` the metres from its team on duty to the incident, None where a place is not known.
    """

    unit: Unit
    co: tuple[Unit, ...]
    basis: str
    area: str
    is_on_duty: bool
    load: int
    on_time: int | None = None
    distance: int | None = None


@dataclass(frozen=True, slots=True)
class ClassSuggestion:
    """A class and the words of the text that speak for it.

    `evidence` is what closed incidents say of it; None where keywords alone decided.
    """

    class_code: str
    words: tuple[str, ...]
    evidence: Suggestion | None = None


def recommend_units(
    policy: Policy,
    units: Mapping[str, Unit],
    loads: Mapping[str, int],
    *,
    class_code: str,
    area_code: str,
    now: int,
    calendar: Calendar = DEFAULT_CALENDAR,
    on_time: Callable[[str], int | None] = lambda unit: None,
    distance: Callable[[str], int | None] = lambda unit: None,
) -> list[Recommendation]:
    """Return responsible units, best first; empty when nobody is responsible by the list.

    `units` is by list key, `loads` by unit code; `on_time` gives the permille of a unit's code,
    `distance` its metres; `now` UTC milliseconds.
    """
    found = []
    for item in responsible(policy, class_code, area_code):
        unit = units.get(item.lead)
        if unit is None:
            continue
        is_there = is_on_duty(unit.duty, now, calendar)
        advice = Recommendation(
            unit=unit,
            co=tuple(units[key] for key in item.co if key in units),
            basis=item.basis,
            area=item.area,
            is_on_duty=is_there,
            load=loads.get(unit.code, 0),
            on_time=on_time(unit.code),
            distance=distance(unit.code) if is_there else None,
        )
        found.append((_rank(item, advice), advice))
    return [advice for _, advice in sorted(found, key=lambda entry: entry[0])]


def responsible(policy: Policy, class_code: str, area_code: str) -> list[Responsibility]:
    """Return the rows of the list that name somebody for a class in an area."""
    relative = area_code[9:]
    return [
        item
        for item in policy.responsibilities
        if item.class_code == class_code and relative.startswith(item.area)
    ]


def _rank(item: Responsibility, advice: Recommendation) -> tuple[float, ...]:
    return (
        -len(item.area),
        item.priority,
        not advice.is_on_duty,
        advice.load / max(advice.unit.capacity, 1),
        # A team that nobody knows the place of may be at the other end of the town.
        math.inf if advice.distance is None else advice.distance,
        -(advice.on_time or 0),
    )


def suggest_classes(policy: Policy, text: str, limit: int = 3) -> list[ClassSuggestion]:
    """Return classes whose keywords stand in a text, longest evidence first."""
    found = []
    for item in policy.classes.values():
        words = tuple(word for word in (item.name, *item.keywords) if word in text)
        if words:
            found.append((sum(map(len, words)), item.code, words))
    found.sort(key=lambda entry: (-entry[0], entry[1]))
    return [ClassSuggestion(code, words) for _, code, words in found[:limit]]
