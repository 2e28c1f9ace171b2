"""Which unit should act, and why; which class and place a text speaks of.

Rank of units: responsibility (class, longest area) before on duty now, before load, before how
far a team is, before how often it was in time (domain rule 5.12). Suggestions are shown with their
reason and never applied by themselves.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from db.domain.classing import Suggestion
from db.domain.deadlines import DAY, MINUTE, OFFSET
from db.domain.duplicates import metres
from db.domain.lists import Policy, Responsibility, Unit, parse_duty

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One unit and the facts that speak for it. `load` is its open work, of `capacity` a day.

    `metres` is how far its team is, None where nobody knows; `on_time` the permille of its past
    work that was in time, None where there is none.
    """

    unit: Unit
    co: tuple[Unit, ...]
    basis: str
    area: str
    is_on_duty: bool
    load: int
    metres: int | None = None
    on_time: int | None = None


class Position(NamedTuple):
    """Where a unit's team was last: microdegrees, and when (UTC milliseconds)."""

    lon_e6: int
    lat_e6: int
    at: int


FRESH = 30 * MINUTE
"""Milliseconds after which a position says nothing any more."""


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
    place: tuple[int, int] | None = None,
    positions: Mapping[str, Position] = NOTHING,
    on_time: Mapping[str, int] = NOTHING,
) -> list[Recommendation]:
    """Return responsible units, best first; empty when nobody is responsible by the list.

    `units` is by list key; `loads`, `positions` and `on_time` (permille) by unit code; `place` in
    microdegrees; `now` UTC milliseconds.
    """
    found = []
    for item in responsible(policy, class_code, area_code):
        unit = units.get(item.lead)
        if unit is None:
            continue
        advice = Recommendation(
            unit=unit,
            co=tuple(units[key] for key in item.co if key in units),
            basis=item.basis,
            area=item.area,
            is_on_duty=on_duty(unit.duty, now),
            load=loads.get(unit.code, 0),
            metres=_metres_to(place, positions.get(unit.code), now),
            on_time=on_time.get(unit.code),
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


def _rank(
    item: Responsibility, advice: Recommendation
) -> tuple[int, int, bool, float, bool, int, int]:
    load = advice.load / max(advice.unit.capacity, 1)
    is_far = advice.metres is None
    return (
        -len(item.area),
        item.priority,
        not advice.is_on_duty,
        load,
        is_far,
        advice.metres or 0,
        -(advice.on_time or 0),
    )


def _metres_to(place: tuple[int, int] | None, position: Position | None, now: int) -> int | None:
    if place is None or position is None or not 0 <= now - position.at <= FRESH:
        return None
    return round(metres(place, position[:2]))


def on_duty(duty: str, now: int) -> bool:
    """Whether an instant lies in duty hours such as `08:00-12:00,14:00-18:00` (local time)."""
    minute = (now + OFFSET) % DAY // MINUTE
    for begin, end in parse_duty(duty):
        if begin <= minute < end or (end <= begin and (minute >= begin or minute < end)):
            return True
    return False


def suggest_classes(policy: Policy, text: str, limit: int = 3) -> list[ClassSuggestion]:
    """Return classes whose keywords stand in a text, longest evidence first."""
    found = []
    for item in policy.classes.values():
        words = tuple(word for word in (item.name, *item.keywords) if word in text)
        if words:
            found.append((sum(map(len, words)), item.code, words))
    found.sort(key=lambda entry: (-entry[0], entry[1]))
    return [ClassSuggestion(code, words) for _, code, words in found[:limit]]


def suggest_area(names: Iterable[tuple[str, str]], texts: Sequence[str]) -> str:
    """Return the code of the smallest area whose name stands in a text, empty if none.

    `names` are (code, name) pairs; of two equally small areas the longer name wins.
    """
    best: tuple[int, int, str] = (0, 0, "")
    for code, name in names:
        if len(name) >= 2 and any(name in text for text in texts):
            best = max(best, (len(code), len(name), code))
    return best[2]
