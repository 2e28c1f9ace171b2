"""Which area a report speaks of: by names of areas, and by where the same addresses lay before."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from db.domain.areas import CODE_LENGTH
from db.domain.duplicates import normalise

AREA, HOUSE, NAME = "area", "house", "name"
"""What named the place: an area itself, a road or estate with its number, one without."""
_ENDINGS = ("村民委员会", "居民委员会", "村委会", "居委会", "社区", "村")
_IN_BRACKETS = re.compile(r"[（(【\[].*?[)）】\]]")
_VILLAGE = re.compile("^.{2,4}?(?:社区|居委会|村委会|村)(?=..)")
_NAMED = re.compile(r"([^\d]{2,12})(\d+[^\d]{0,2})?")
_LEAST = {HOUSE: 1, NAME: 2}
"""How often an address must have been seen before it says anything."""
_AGREE = {HOUSE: 0.6, NAME: 0.8}
"""Part of those that must have lain in one area: houses are numbered anew, roads are long."""
_VILLAGE_CODE = CODE_LENGTH["village"]


class Said(NamedTuple):
    """The area a text speaks of, and why: `agreeing` of `seen` with this name lay there."""

    code: str
    basis: str
    word: str
    agreeing: int = 0
    seen: int = 0


@dataclass(frozen=True, slots=True)
class AddressBook:
    """Where what has a name lay, by what it is called: area code -> how often."""

    houses: Mapping[str, Counter[str]] = field(default_factory=dict)
    names: Mapping[str, Counter[str]] = field(default_factory=dict)


def learn_addresses(known: Iterable[tuple[str, str]]) -> AddressBook:
    """Return the book of (address, area code) pairs."""
    houses: dict[str, Counter[str]] = {}
    names: dict[str, Counter[str]] = {}
    for address, code in known:
        found = _NAMED.match(_VILLAGE.sub("", normalise(_IN_BRACKETS.sub("", address))))
        if found is None:
            continue
        names.setdefault(found[1], Counter())[code] += 1
        if found[2]:
            houses.setdefault(found[0], Counter())[code] += 1
    return AddressBook(houses, names)


def place_said(
    book: AddressBook, areas: Iterable[tuple[str, str]], texts: Sequence[str]
) -> Said | None:
    """Return the smallest area that texts speak of, None where they name none surely.

    `areas` are (code, name) pairs. A road that is known from elsewhere says nothing in a village
    that the texts name.
    """
    named = area_said(areas, texts)
    if named is not None and len(named.code) > _VILLAGE_CODE:
        return named
    spelled = [normalise(text) for text in texts]
    within = named.code if named is not None else ""
    found = _known(HOUSE, book.houses, spelled, within) or _known(NAME, book.names, spelled, within)
    return found or named


def area_said(areas: Iterable[tuple[str, str]], texts: Sequence[str]) -> Said | None:
    """Return the smallest village or grid whose name stands in a text, None where none does.

    `areas` are (code, name) pairs; of two equally small areas the longer name wins.
    """
    best: tuple[int, int, str, str] | None = None
    for code, name in areas:
        word = spoken_name(name)
        if len(code) < _VILLAGE_CODE or len(word) < 2:
            continue
        if any(word in text for text in texts):
            found = (len(code), len(word), code, name)
            best = max(best, found) if best else found
    return Said(best[2], AREA, best[3]) if best else None


def spoken_name(name: str) -> str:
    """Return the part of an area's name that people say: 兴禾社区 -> 兴禾."""
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name.removesuffix(ending)
    return name


def _known(
    basis: str, known: Mapping[str, Counter[str]], texts: Sequence[str], within: str
) -> Said | None:
    """Return where the longest name that stands in a text lay; the first texts count most."""
    for text in texts:
        for word in sorted((word for word in known if word in text), key=len, reverse=True):
            lay = Counter({code: n for code, n in known[word].items() if code.startswith(within)})
            if said := _agreed(basis, word, lay):
                return said
    return None


def _agreed(basis: str, word: str, lay: Counter[str]) -> Said | None:
    seen = lay.total()
    if seen < _LEAST[basis]:
        return None
    villages: Counter[str] = Counter()
    for code, times in lay.items():
        villages[code[:_VILLAGE_CODE]] += times
    for counts in (lay, villages):
        code, agreeing = min(counts.items(), key=lambda item: (-item[1], item[0]))
        if agreeing >= _AGREE[basis] * seen:
            return Said(code, basis, word, agreeing, seen)
    return None
