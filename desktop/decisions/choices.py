"""What the pick fields of a town's forms offer: classes, places, units."""

from collections.abc import Mapping
from typing import NamedTuple

from db.domain.addresses import spoken_name
from db.domain.areas import CODE_LENGTH
from db.domain.lists import Policy
from db.domain.search_text import fold
from db.store.driver import Connection
from db.store.initials import initials
from db.store.lists import ListsInForce, lists_at
from db.store.queries.town import AreaRow, areas, units
from desktop.decisions.request import Choices
from desktop.filter_words import FilterWords
from desktop.widgets.fields import Choice

_TOWN = CODE_LENGTH["town"]


class TownChoices(NamedTuple):
    """What forms offer, the names of the villages and towns by code, the lists in force."""

    choices: Choices
    villages: dict[str, str]
    lists: ListsInForce
    towns: dict[str, str]


def read_choices(connection: Connection, now: int) -> TownChoices:
    """Read what forms offer; `now` in UTC milliseconds."""
    known = areas(connection)
    villages = {item.code: item.name for item in known if item.level == "village"}
    towns = {item.code: item.name for item in known if item.level == "town"}
    # Of several towns each is a place to send to, and names the places in it: many are alike.
    several = towns if len(towns) > 1 else {}
    choices = Choices(
        areas=tuple(
            spelled_choice(item.code, _in_town(place_name(item, villages), item.code, several))
            for item in known
            if item.level in ("village", "grid") or item.code in several
        ),
        units=tuple(
            spelled_choice(item.code, item.name, item.short_name) for item in units(connection)
        ),
    )
    return TownChoices(choices, villages, lists_at(connection, now), towns)


def filter_words(town: TownChoices) -> FilterWords:
    """Return what the words of a filter mean in this town."""
    policy = town.lists.policy
    return FilterWords(
        {item.code: (item.label,) for item in town.choices.areas},
        {item.code: (item.hints, item.label) for item in town.choices.units},
        {code: (item.short_name, item.name) for code, item in policy.classes.items()},
        dict(policy.platforms),
    )


def class_choices(policy: Policy) -> tuple[Choice, ...]:
    """Return the classes that the lists know."""
    return tuple(
        spelled_choice(item.code, item.name, item.short_name) for item in policy.classes.values()
    )


def spelled_choice(code: str, label: str, hints: str = "") -> Choice:
    """Return a choice that is found by the pinyin initials of its label, too."""
    return Choice(code, label, hints, initials().of(fold(label)))


def _in_town(name: str, code: str, towns: Mapping[str, str]) -> str:
    town = towns.get(code[:_TOWN], "")
    return name if not town or code in towns else f"{town} {name}"


def place_name(area: AreaRow, villages: Mapping[str, str]) -> str:
    """Return a grid's name with its village's, unless it begins with that: many are 第一网格."""
    village = villages.get(area.parent, "")
    stem = spoken_name(village)
    return area.name if not stem or area.name.startswith(stem) else f"{village} {area.name}"
