"""Invented Chinese texts of incidents: what was seen, where, and how it ended.

Templates and word lists are data (`lists/demo_words.toml`); shop names draw on a broad list of
characters (`lists/demo_characters.txt`), so that fonts, search and pinyin meet the vocabulary of
a real month. No text names a real place, firm or person.
"""

import csv
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import Any

import resources
from db.demo.town import AreaSpec, Place, PlaceKind, Town

_PLACE_KEYS: dict[str, PlaceKind] = {
    "road": "road",
    "street": "road",
    "estate": "estate",
    "yard": "estate",
    "market": "market",
    "school": "school",
    "river": "river",
    "plant": "plant",
}
_KIND_OF_KEY: dict[str, PlaceKind] = {**_PLACE_KEYS, "alley": "road", "shop": "road"}
_WHOLE_NAME_KEYS = ("street", "yard")
"""Keys that want the name of a place without house number."""

_LANDMARK_SHARE = 0.6
_LANDMARKS = ("旁", "对面", "东侧", "西侧", "门口", "斜对面", "后门", "往南 50 米")
_SHOP_FORMS = ("{0}{1}", "{0}{1}", "{0}{1}", "{0}记", "老{0}", "阿{0}", "小{0}")
_HONORIFICS = ("师傅", "先生", "女士", "阿姨", "大伯", "老板", "大姐", "老师")


@dataclass(frozen=True)
class IncidentText:
    """The words of one incident, from report to public reply.

    `content` is `body`, what was seen, told by its source. Coordinates are microdegrees.
    """

    title: str
    content: str
    area_code: str
    address: str
    lon_e6: int
    lat_e6: int
    body: str
    feedback: str
    check_opinion: str
    public_reply: str


class Texts:
    """Writes incident texts for one town; the same seed and calls give the same texts."""

    def __init__(self, town: Town, seed: int = 1) -> None:
        self._town = town
        self._words = _words()
        self._stories = _stories()
        rng = Random(f"texts/{town.town.code}/{seed}")
        self._characters = _Deck(_characters(), rng)
        self._roads = sorted({_name(place) for place in town.places if place.kind == "road"})
        self._workers = {grid.code: self.person(rng) for grid in town.grids}

    def incident(
        self, rng: Random, class_code: str, grid_code: str, source: str, outcome: str = "resolved"
    ) -> IncidentText:
        """Return an incident of a class in a grid, told as its source tells it."""
        grid = self._town.by_code[grid_code]
        title, body, feedback = rng.choice(self._stories[class_code])
        place = self._place(rng, grid, title)
        fill = _Fill(lambda key: self._word(rng, place, key))
        feedback = feedback.format_map(fill)
        if outcome in ("partial", "explained"):
            extra = self._pick(rng, "phrases", outcome).format_map(fill)
            feedback = extra if outcome == "explained" else feedback + extra
        title, body = title.format_map(fill), body.format_map(fill)
        return IncidentText(
            title=title,
            content=self._told(rng, class_code, source, body),
            area_code=grid_code,
            address=self._address(rng, place, fill),
            lon_e6=place.lon_e6,
            lat_e6=place.lat_e6,
            body=body,
            feedback=feedback,
            check_opinion=self._pick(rng, "phrases", "check"),
            public_reply=self._pick(rng, "phrases", "reply").format(
                short=title, unit=_lead_names()[class_code], feedback=feedback
            ),
        )

    def retold(self, rng: Random, text: IncidentText, class_code: str, source: str) -> IncidentText:
        """Return the same incident as another person reports it."""
        return replace(text, content=self._told(rng, class_code, source, text.body))

    def person(self, rng: Random) -> str:
        """Return an invented full name."""
        given = rng.sample(self._words["names"]["given"], rng.choice((1, 2, 2)))
        return self._pick(rng, "names", "surnames") + "".join(given)

    def worker(self, grid_code: str) -> str:
        """Return the name of the worker who reports from a grid."""
        return self._workers[grid_code]

    def _told(self, rng: Random, class_code: str, source: str, body: str) -> str:
        ending = "ending_service" if class_code.startswith("BM") else "ending"
        return self._pick(rng, "phrases", source) + body + self._pick(rng, "phrases", ending)

    def _pick(self, rng: Random, table: str, key: str) -> str:
        word: str = rng.choice(self._words[table][key])
        return word

    def _place(self, rng: Random, grid: AreaSpec, title: str) -> Place:
        """Return a place of the kind the title names first, a home where it names none."""
        keys = [key for key in _KIND_OF_KEY if f"{{{key}}}" in title]
        first = min(keys, key=lambda key: title.index(f"{{{key}}}"), default="estate")
        kind = _KIND_OF_KEY[first]
        places = self._town.places_by_grid[grid.code]
        return rng.choice([place for place in places if place.kind == kind])

    def _word(self, rng: Random, place: Place, key: str) -> str:
        if key not in _PLACE_KEYS:
            return self._other_word(rng, place, key)
        kind = _PLACE_KEYS[key]
        near = self._town.places_by_grid[place.area_code]
        choice = place if place.kind == kind else rng.choice([p for p in near if p.kind == kind])
        return _name(choice) if key in _WHOLE_NAME_KEYS else choice.text

    def _other_word(self, rng: Random, place: Place, key: str) -> str:
        match key:
            case "n":
                return str(rng.randint(2, 9))
            case "n2":
                return str(rng.randint(2, 6))
            case "cross":
                return rng.choice([road for road in self._roads if road != _name(place)])
            case "shop":
                return self._shop(rng)
            case "firm":
                return self._characters.deal() + self._named(rng, "lucky", "firms")
            case "alley":
                return self._named(rng, "surnames", "alleys")
            case "family":
                return self._pick(rng, "names", "surnames") + rng.choice(_HONORIFICS)
        return self._pick(rng, "words", key.rstrip("2"))

    def _named(self, rng: Random, first: str, last: str) -> str:
        return self._pick(rng, "names", first) + self._pick(rng, "names", last)

    def _shop(self, rng: Random) -> str:
        form = rng.choice(_SHOP_FORMS)
        name = form.format(self._characters.deal(), self._pick(rng, "names", "lucky"))
        return name + self._pick(rng, "names", "shops")

    def _address(self, rng: Random, place: Place, fill: "_Fill") -> str:
        village = self._town.by_code[place.area_code[:12]].name
        where = fill.get("alley")
        address = f"{village}{where} {rng.randint(1, 99)} 号" if where else village + place.text
        if rng.random() < _LANDMARK_SHARE:
            shop = fill.get("shop") or self._shop(rng)
            address += f"（{shop}{rng.choice(_LANDMARKS)}）"
        return address


class _Fill(dict[str, str]):
    """Words of one incident: a key asked twice gives the same word."""

    def __init__(self, draw: Callable[[str], str]) -> None:
        super().__init__()
        self._draw = draw

    def __missing__(self, key: str) -> str:
        self[key] = self._draw(key)
        return self[key]


class _Deck:
    """Deals every character once before any comes again."""

    def __init__(self, characters: str, rng: Random) -> None:
        self._rng = rng
        self._all = characters
        self._left: list[str] = []

    def deal(self) -> str:
        if not self._left:
            self._left = self._rng.sample(self._all, len(self._all))
        return self._left.pop()


def _name(place: Place) -> str:
    return place.text.split(" ", 1)[0]


@cache
def _words() -> dict[str, Any]:
    """Return the word lists; a string of words becomes a list."""
    found: dict[str, Any] = tomllib.loads(_text("lists/demo_words.toml"))
    for table in ("words", "names"):
        found[table] = {key: text.split() for key, text in found[table].items()}
    return found


@cache
def _stories() -> dict[str, list[tuple[str, str, str]]]:
    """Return, by class, what is seen and how it ends: title, content, feedback."""
    words = _words()
    return {
        code: [(*told, end) for told, end in zip(titles, words["feedback"][code], strict=True)]
        for code, titles in words["titles"].items()
    }


@cache
def _characters() -> str:
    return "".join(_text("lists/demo_characters.txt").split())


@cache
def _lead_names() -> dict[str, str]:
    """Return the name of the unit that leads each class in the whole town."""
    names = {row["key"]: row["name"] for row in list_rows("units")}
    rows = sorted(list_rows("responsibilities"), key=lambda row: -int(row["priority"]))
    return {row["class_code"]: names[row["lead"]] for row in rows if not row["area"]}


def list_rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a bundled list."""
    return list(csv.DictReader(_text(f"lists/{name}.csv").splitlines()))


def class_weights() -> dict[str, int]:
    """Return how often each class occurs, relative to the others."""
    weights: dict[str, int] = _words()["weights"]
    return weights


def _text(name: str) -> str:
    return resources.path(name).read_text(encoding="utf-8")
