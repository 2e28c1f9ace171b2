"""A thousand invented reports in which it is known who speaks of the same thing.

Eighty matters are reported by two or three people: in other words, with numbers written otherwise,
slips of the pen, traditional characters, an address half said, no position or a poor one, another
class or none. Twenty more pairs only look alike: the same spot and another matter, or the same
matter at another door. `python -m db.demo.duplicates SEED …` tells how well they are found.
"""

import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations
from random import Random
from typing import Any, NamedTuple

import resources
from db.demo.texts import IncidentText, Texts, class_weights
from db.demo.town import Town, make_town
from db.domain.duplicates import DUPLICATE, NEAR, Account, Side, metres, score

TOWN = "990101001"
REPORTS, GROUPS, FRIENDS = 1_000, 80, 20
HOUR = 3_600_000
BEGIN = 1_790_000_000_000
_DAYS = 12
_METRE = 9
"""Microdegrees, about."""
_SOURCES = ("grid", "hotline12345", "online", "visit", "phone", "patrol")
_NUMERALS = "零一二三四五六七八九"
_WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
_BY_DOOR = 6
"""How many of the false friends are the same matter at another door."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A report and the group it belongs to; groups of false friends are below zero, 0 is alone."""

    account: Account
    group: int = 0


class Figures(NamedTuple):
    """How the suggestions shown first did: right and wrong pairs, later tellings found and all."""

    right: int
    wrong: int
    found: int
    told: int

    @property
    def precision(self) -> float:
        """The share of the pairs suggested that are one matter."""
        return self.right / max(self.right + self.wrong, 1)

    @property
    def recall(self) -> float:
        """The share of later tellings that an earlier one was suggested for."""
        return self.found / self.told


def planted(seed: int) -> list[Planted]:
    """Return the thousand reports in the order of time."""
    return sorted(_Planter(seed).reports(), key=lambda item: item.account.reported_at)


def evaluate(reports: Sequence[Planted]) -> Figures:
    """Compare each report with all before it and count what is suggested first."""
    return figures(reports, _suggested(reports))


def figures(reports: Sequence[Planted], suggested: Iterable[tuple[int, int]]) -> Figures:
    """Count what was suggested first: pairs of an earlier and a later report, by their places."""
    right = wrong = 0
    found, told, begun = set(), set(), set()
    for later, item in enumerate(reports):
        if item.group > 0 and item.group in begun:
            told.add(later)
        begun.add(item.group)
    for earlier, later in suggested:
        if reports[earlier].group == reports[later].group > 0:
            right += 1
            found.add(later)
        else:
            wrong += 1
    return Figures(right, wrong, len(found), len(told))


def _suggested(reports: Sequence[Planted]) -> Iterator[tuple[int, int]]:
    sides = [Side(item.account) for item in reports]
    for earlier, later in combinations(range(len(reports)), 2):
        if _is_far(reports[earlier].account, reports[later].account):
            continue
        if score(sides[earlier], sides[later]).verdict == DUPLICATE:
            yield earlier, later


class _Planter:
    """Makes the reports of one seed."""

    def __init__(self, seed: int) -> None:
        self._rng = Random(f"duplicates/{seed}")
        self._town: Town = make_town(TOWN, seed)
        self._texts = Texts(self._town, seed)
        self._classes = class_weights()
        self._grids = [grid.code for grid in self._town.grids]
        self._taken: set[tuple[str, str]] = set()

    def reports(self) -> Iterator[Planted]:
        """Yield groups, false friends, and single reports to fill the number."""
        count = 0
        for group in range(1, GROUPS + 1):
            first, text = self._single()
            yield Planted(first, group)
            for _ in range(self._rng.choice((1, 1, 2))):
                yield Planted(self._retold(first, text), group)
                count += 1
            count += 1
        for friend in range(1, FRIENDS + 1):
            first, text = self._single()
            yield Planted(first, -friend)
            make = self._next_door if friend <= _BY_DOOR else self._other_matter
            yield Planted(make(first, text, friend), -friend)
            count += 2
        for _ in range(REPORTS - count):
            yield Planted(self._single()[0])

    def _single(self) -> tuple[Account, IncidentText]:
        """Return a report that no other one is like on purpose."""
        while True:
            account, text = self._any(self._rng.choice(self._grids))
            name = _plain_place(text.address), account.class_code
            if name not in self._taken:
                self._taken.add(name)
                return account, text

    def _any(self, grid: str, class_code: str = "") -> tuple[Account, IncidentText]:
        """Return a report from a grid, perhaps from where another one came."""
        rng = self._rng
        code = class_code or rng.choices(list(self._classes), list(self._classes.values()))[0]
        text = self._texts.incident(rng, code, grid, rng.choice(_SOURCES))
        is_placed = rng.random() < 0.7
        account = Account(
            title=text.title,
            content=text.content,
            class_code=code,
            area_code=text.area_code,
            address=text.address,
            lon_e6=text.lon_e6 if is_placed else None,
            lat_e6=text.lat_e6 if is_placed else None,
            precision="gps" if is_placed else "text",
            reported_at=BEGIN + rng.randrange(_DAYS * 24 * HOUR),
        )
        return account, text

    def _retold(self, first: Account, text: IncidentText) -> Account:
        """Return the same matter as another person reports it."""
        rng = self._rng
        title, content = self._told_anew(first, text)
        draw = rng.random()
        code = first.class_code if draw < 0.72 else ""
        if draw > 0.95:
            family = [item for item in self._classes if item[:2] == first.class_code[:2]]
            code = rng.choice(family)
        lon, lat, precision = self._position(text)
        return first._replace(
            title=self._spelt(title),
            content=self._spelt(content),
            class_code=code,
            address=self._spelt(self._half_said(first.address)),
            lon_e6=lon,
            lat_e6=lat,
            precision=precision,
            reported_at=first.reported_at + round(rng.expovariate(1 / 9) * HOUR) + 60_000,
        )

    def _told_anew(self, first: Account, text: IncidentText) -> tuple[str, str]:
        """Return title and content: own words now and then, else the words of others replaced."""
        rng = self._rng
        own = self._own_words(text)
        where = _plain_place(first.address)
        if own and rng.random() < 0.3:
            return f"{where}{own[: rng.randint(8, 14)]}", f"{where}{own}"
        parts = [part for part in re.split("[，。；]", text.body) if part]
        if len(parts) > 2 and rng.random() < 0.5:
            parts.pop(rng.randrange(1, len(parts)))
        if rng.random() < 0.3:
            rng.shuffle(parts)
        told = self._texts.retold(
            rng,
            replace(text, body=self._reworded("，".join(parts)) + "。"),
            first.class_code,
            rng.choice(_SOURCES),
        )
        title = self._reworded(text.title) if rng.random() < 0.6 else told.content[:20]
        return title, told.content

    def _own_words(self, text: IncidentText) -> str:
        said = text.title + text.body
        for words, own in _words()["own_words"].items():
            if all(word in said for word in words.split("|")):
                return str(own)
        return ""

    def _reworded(self, text: str) -> str:
        rng = self._rng
        for word, others in _words()["words"].items():
            if word in text and rng.random() < 0.5:
                text = text.replace(word, rng.choice(others.split()), 1)
        for letter, others in _words()["typos"].items():
            if letter in text and rng.random() < 0.06:
                text = text.replace(letter, rng.choice(others.split()), 1)
        if rng.random() < 0.15 and len(text) > 12:
            at = rng.randrange(1, len(text) - 1)
            text = text[:at] + text[at + 1 :]
        return text

    def _spelt(self, text: str) -> str:
        """Write numbers, widths and characters as another keyboard would."""
        rng = self._rng
        draw = rng.random()
        if draw < 0.35:
            text = re.sub(r"\d+", lambda match: _numeral(match[0], rng), text)
        elif draw < 0.5:
            text = text.translate(_WIDE)
        text = text.replace(" ", "") if rng.random() < 0.6 else text
        if rng.random() < 0.15:
            text = text.translate(_old())
        return text

    def _half_said(self, address: str) -> str:
        """Return an address as somebody says it who is not at home there."""
        rng = self._rng
        short = re.sub("（.*?）", "", address)
        draw = rng.random()
        if draw < 0.3:
            short = re.sub("^.{2,3}?(社区|村)", "", short)
        elif draw < 0.45:
            short = short.replace("社区", "")
        elif draw < 0.6:
            short += rng.choice(("附近", "对面", "旁边", "那里", "门口"))
        if rng.random() < 0.2:
            short = re.sub(r" ?\d+ ?单元", "", short)
        if rng.random() < 0.12:
            short = _plain_place(short)
        return short.replace("幢", rng.choice(("幢", "号楼", "栋"))) if draw > 0.5 else short

    def _position(self, text: IncidentText) -> tuple[int | None, int | None, str]:
        rng = self._rng
        draw = rng.random()
        if draw < 0.4:
            return None, None, "text"
        if draw < 0.5:
            centre = self._town.by_code[text.area_code].centre
            return centre[0], centre[1], "grid_centre"
        spread = rng.choice((6, 12, 25)) * _METRE
        lon, lat = (round(rng.gauss(0, spread)) for _ in range(2))
        return text.lon_e6 + lon, text.lat_e6 + lat, rng.choice(("gps", "map"))

    def _other_matter(self, first: Account, text: IncidentText, number: int) -> Account:
        """Return another matter at the same spot: every third one of the same class."""
        rng = self._rng
        while True:
            code = first.class_code if number % 3 == 0 else ""
            other, told = self._any(first.area_code, code)
            is_other = told.title[-5:] != text.title[-5:]
            if is_other and (code or other.class_code != first.class_code):
                break
        there, here = _plain_place(other.address), _plain_place(first.address)
        return other._replace(
            title=other.title.replace(there, here),
            content=other.content.replace(there, here),
            address=self._spelt(self._half_said(first.address)),
            lon_e6=first.lon_e6,
            lat_e6=first.lat_e6,
            precision=first.precision,
            reported_at=first.reported_at + rng.randrange(20 * HOUR),
        )

    def _next_door(self, first: Account, text: IncidentText, _: int) -> Account:
        """Return the same matter at another door of the street or estate, told by its words."""
        rng = self._rng
        address = re.sub(
            r"\d+", lambda match: str(int(match[0]) + rng.randint(3, 9)), first.address, count=1
        )
        if address == first.address:
            address = f"{_plain_place(address)}二期"
        return self._retold(first, text)._replace(
            title=re.sub(r"\d+ (幢|号)", "", text.title),
            address=address,
            lon_e6=None,
            lat_e6=None,
            precision="text",
        )


def _is_far(one: Account, other: Account) -> bool:
    """Whether nobody would think of comparing: another village, and not just over its border."""
    if one.area_code[:12] == other.area_code[:12]:
        return False
    here, there = Side(one).point, Side(other).point
    return here is None or there is None or metres(here, there) > NEAR


def _plain_place(address: str) -> str:
    """Return the street or estate of an address, without village, number and landmark."""
    bare = re.sub("（.*?）", "", address)
    return re.sub("^.{2,3}?(社区|村)", "", bare).split(" ")[0]


def _numeral(digits: str, rng: Random) -> str:
    """Write a number in characters: by places below a hundred, else digit by digit."""
    value = int(digits)
    if value >= 100 or rng.random() < 0.1:
        return "".join(_NUMERALS[int(digit)] for digit in digits)
    tens, ones = divmod(value, 10)
    head = ("" if tens == 1 else _NUMERALS[tens]) + "十" if tens else ""
    return head + (_NUMERALS[ones] if ones or not tens else "")


@cache
def _words() -> dict[str, Any]:
    path = resources.path("lists/demo_retellings.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _old() -> dict[int, int]:
    table = _words()["old"]
    simple, old = ("".join(table[name].split()) for name in ("simple", "old"))
    return str.maketrans(simple, old)


def _main(seeds: Sequence[str]) -> None:
    total: Counter[str] = Counter()
    for seed in seeds or ("1",):
        found = evaluate(planted(int(seed)))
        total.update(found._asdict())
        sys.stdout.write(_line(f"seed {seed}", found))
    sys.stdout.write(_line("all", Figures(**total)))


def _line(name: str, found: Figures) -> str:
    return (
        f"{name}: precision {found.precision:.3f} ({found.wrong} wrong), "
        f"recall {found.recall:.3f} ({found.found} of {found.told})\n"
    )


if __name__ == "__main__":
    _main(sys.argv[1:])
