"""Whether two reports speak of the same thing, how sure that is, and why.

A score is a weighted mean of place, class, words and time, in permille. It is a suggestion: nobody
is merged by it. What is not known of either side is left out and the rest weighed anew. A caller
is no part of it: the record keeps callers in envelopes, and no key by which to find one again.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from sys import intern
from typing import Any, NamedTuple

from db.domain.characters import TO_SIMPLIFIED

RADIUS, NEAR, WIDE = 50, 250, 1_000
"""Metres around an incident in which to look: by itself, and asked for by a person."""
RECENT = 7 * 86_400_000
"""Milliseconds after its closing for which an incident can still come back."""
DUPLICATE, SIMILAR, RECURRENCE = "duplicate", "similar", "recurrence"
AT_LEAST = {DUPLICATE: 750, SIMILAR: 550}
METRES_PER_E6 = 0.111_32
"""Metres of a millionth of a degree of latitude."""

# Domain rule 5.11 gives 0.30, 0.25, 0.30, 0.10 and 0.05 for the caller, who is left out here.
_WEIGHTS = {"place": 30, "class": 25, "text": 30, "time": 10}
_OTHER_FAMILY_CAP = 700
_FADES_OVER = 72 * 3_600_000
_ACCURATE = frozenset({"gps", "map"})
_EXACT = 15
"""Metres that two good positions of one thing may differ."""
_DIFFERING, _DIFFERING_NEAR = 0.3, 0.6
"""What other house numbers leave of the likeness of a place: by words alone, and by position."""
_OTHER_NAME = 0.3
"""What is left where neither address has the name that the other begins with."""
_SAME_FAMILY = 0.4
_SAME_PLACE = 700
_LEAST_PLACE, _LEAST_TEXT, _LEAST_TEXT_ALONE = 450, 200, 700
"""Where and when alone make no duplicate: one crossing has many troubles. Nor does what alone."""
_CONTAINED, _FEW_WORDS = 0.8, 8
"""What it counts that the shorter text stands in the longer one, if it has so many pairs."""
_STRETCH = 1.6
"""Two people share few words of the same matter: six tenths of all is as much as ever."""
READ = 600
"""Characters of a title, a content and an address that are compared: what is meant comes first."""
_SHORT = 3
"""Fewer pairs of characters than this prove little."""
_DIGITS = {letter: value % 10 for value, letter in enumerate("〇一二三四五六七八九零")} | {"两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = re.compile("[〇零一二两三四五六七八九十百千]+")
_NUMBERED = re.compile(r"(\d+)(号楼|号|栋|幢|单元|室|弄|组)")
_IN_BRACKETS = re.compile(r"[（(【\[].*?[)）】\]]")
_VILLAGE = re.compile("^.{2,4}?(?:社区|居委会|村委会|村)(?=..)")
_STOCK = re.compile(
    "来电|反映|反应|投诉|举报|市民|群众|居民|村民|网友|来访|请|希望|要求|建议|有关|相关|部门|单位"
    "|尽快|及时|核实|处理|解决|答复|谢谢|目前|现在|发现|巡查|巡逻|网格员|上报|望|您好|你好"
)
_STRUCTURE = frozenset("的了在是有和与及把被就都也很还又着这那")


class Account(NamedTuple):
    """What an incident says of itself. Instants are UTC milliseconds, coordinates microdegrees."""

    title: str
    content: str
    class_code: str = ""
    area_code: str = ""
    address: str = ""
    lon_e6: int | None = None
    lat_e6: int | None = None
    precision: str = "text"
    reported_at: int = 0
    closed_at: int | None = None


class Reason(NamedTuple):
    """One thing that speaks for or against; the words for it are the screen's."""

    code: str
    values: dict[str, Any] = {}  # noqa: RUF012 - nobody writes into it


@dataclass(frozen=True, slots=True)
class Score:
    """How much two reports are one: `points` and `parts` in permille, `verdict` may be empty."""

    points: int
    parts: dict[str, int]
    verdict: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Side:
    """An account made ready for comparing; what is costly is made when it is asked for."""

    account: Account

    @property
    def point(self) -> tuple[int, int] | None:
        """Where it is, None where only words say so."""
        lon, lat = self.account.lon_e6, self.account.lat_e6
        is_known = lon is not None and lat is not None and self.account.precision in _ACCURATE
        return (lon, lat) if is_known and lon is not None and lat is not None else None

    @cached_property
    def address(self) -> str:
        """Its address in one spelling, from the street on, without what stands in brackets."""
        return _plain_address(self.account.address)

    @cached_property
    def address_pairs(self) -> frozenset[str]:
        """The pairs of neighbouring characters of its address."""
        return address_pairs(self.account.address)

    @cached_property
    def text(self) -> str:
        """Its title and content in one spelling."""
        title, content = self.account.title[:READ], self.account.content[:READ]
        title = "" if content.startswith(title) else title
        return normalise(_STOCK.sub(" ", f"{title} {content}".translate(TO_SIMPLIFIED)))

    @cached_property
    def pairs(self) -> frozenset[str]:
        """The pairs of neighbouring characters of its text."""
        return pairs(self.text)

    @cached_property
    def numbered(self) -> dict[str, frozenset[str]]:
        """The numbers of houses, blocks and stairs that it names, by what they number."""
        found: dict[str, set[str]] = {}
        for number, what in _NUMBERED.findall(f"{self.address} {self.text}"):
            found.setdefault(what, set()).add(number)
        return {what: frozenset(numbers) for what, numbers in found.items()}


def normalise(text: str) -> str:
    """Return a text in one spelling: width, case, traditional forms, numerals; letters only."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(TO_SIMPLIFIED)
    return "".join(filter(str.isalnum, _NUMERAL.sub(_as_digits, plain)))


def _plain_address(address: str) -> str:
    return _VILLAGE.sub("", normalise(_IN_BRACKETS.sub("", address[:READ])))


def address_pairs(address: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters of an address in one spelling."""
    return pairs(_plain_address(address))


def pairs(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters of a text."""
    # Of thousands of texts most pairs are the same ones: kept once, they take a third less room.
    return frozenset(map(intern, map("".join, pairwise(text))))


def dice(one: frozenset[str], other: frozenset[str]) -> float:
    """Return what two sets share, 0 to 1: twice the common ones over all of both."""
    both = len(one) + len(other)
    return 2 * len(one & other) / both if both else 0.0


def metres(one: tuple[int, int], other: tuple[int, int]) -> float:
    """Return how far two points are apart; exact enough over some kilometres."""
    shrunk = math.cos(math.radians((one[1] + other[1]) / 2_000_000))
    return METRES_PER_E6 * math.hypot((one[0] - other[0]) * shrunk, one[1] - other[1])


def score(one: Side, other: Side) -> Score:
    """Compare a report with an earlier or later one."""
    reasons: list[Reason] = []
    found = {
        "place": _place(one, other, reasons),
        "class": _class(one.account, other.account, reasons),
        "time": _time(one.account, other.account, reasons),
    }
    # Words cost the most by far: they are compared where they can still decide.
    if _mean(found | {"text": 1.0}) >= AT_LEAST[SIMILAR]:
        found["text"] = _text(one, other, reasons)
    points = _mean(found)
    if found["class"] == 0:
        points = min(points, _OTHER_FAMILY_CAP)
    parts = {name: round(1000 * value) for name, value in found.items() if value is not None}
    return Score(points, parts, _verdict(points, parts, one, other, reasons), tuple(reasons))


def _mean(found: Mapping[str, float | None]) -> int:
    """Return the weighted mean of what is known, in permille."""
    known = {name: value for name, value in found.items() if value is not None}
    total = sum(_WEIGHTS[name] for name in known) or 1
    return round(1000 * sum(_WEIGHTS[name] * value for name, value in known.items()) / total)


def _as_digits(match: re.Match[str]) -> str:
    """Read a Chinese numeral: 二十三 as 23, 一〇五 digit by digit; 十 alone is 10."""
    text = match[0]
    if not any(letter in _UNITS for letter in text):
        return "".join(str(_DIGITS[letter]) for letter in text)
    total, digit = 0, None
    for letter in text:
        if letter in _UNITS:
            total += (1 if digit is None else digit) * _UNITS[letter]
            digit = None
        else:
            digit = _DIGITS[letter]
    return str(total + (digit or 0))


def _place(one: Side, other: Side, reasons: list[Reason]) -> float | None:
    near, alike = _nearness(one, other, reasons), _address_likeness(one, other, reasons)
    if near is None and alike is None:
        reasons.append(Reason("place_unknown"))
        return None
    # Two good positions are believed before two addresses, but for the very same address.
    place = (alike or 0.0) if near is None else max(near, alike if alike == 1 else 0.0)
    differing = _differing_numbers(one, other) if place else {}
    if differing:
        reasons.append(Reason("numbers_differ", differing))
        place *= _DIFFERING if near is None else _DIFFERING_NEAR
    return place


def _nearness(one: Side, other: Side, reasons: list[Reason]) -> float | None:
    if one.point is None or other.point is None:
        reasons.append(Reason("no_coordinates"))
        return None
    apart = metres(one.point, other.point)
    reasons.append(Reason("distance", {"metres": round(apart)}))
    return min(1.0, max(0.0, 1 - (apart - _EXACT) / (4 * RADIUS)))


def _address_likeness(one: Side, other: Side, reasons: list[Reason]) -> float | None:
    """Return how much of the shorter address stands in the other one, or in its text."""
    shorter, longer = sorted((one, other), key=lambda side: len(side.address_pairs))
    if not longer.address_pairs:
        return None
    if shorter.address_pairs:
        common = len(shorter.address_pairs & longer.address_pairs)
        likeness = common / max(len(shorter.address_pairs), _SHORT)
        if shorter.address == longer.address:
            likeness = 1.0
        if shorter.address[:2] not in longer.address and longer.address[:2] not in shorter.address:
            likeness *= _OTHER_NAME
        reasons.append(Reason("address_alike", {"permille": round(1000 * likeness)}))
    else:
        common = len(longer.address_pairs & shorter.pairs)
        likeness = common / max(len(longer.address_pairs), _SHORT)
        reasons.append(Reason("address_in_text", {"permille": round(1000 * likeness)}))
    return likeness


def _differing_numbers(one: Side, other: Side) -> dict[str, str]:
    """Return the first kind of number (house, block …) that both give, and differently."""
    for what, numbers in one.numbered.items():
        others = other.numbered.get(what)
        if others and not numbers & others:
            return {"one": min(numbers) + what, "other": min(others) + what}
    return {}


def _class(one: Account, other: Account, reasons: list[Reason]) -> float | None:
    if not one.class_code or not other.class_code:
        reasons.append(Reason("class_unknown"))
        return None
    if one.class_code == other.class_code:
        reasons.append(Reason("class_same", {"class_code": one.class_code}))
        return 1.0
    is_family = one.class_code[:2] == other.class_code[:2]
    code = "class_alike" if is_family else "class_differs"
    reasons.append(Reason(code, {"one": one.class_code, "other": other.class_code}))
    return _SAME_FAMILY if is_family else 0.0


def _text(one: Side, other: Side, reasons: list[Reason]) -> float | None:
    """Compare what is said beside the place: that both name one street says where, not what."""
    places = one.address_pairs | other.address_pairs
    mine, theirs = one.pairs - places, other.pairs - places
    if not mine or not theirs:
        return None
    shorter = min(len(mine), len(theirs))
    contained = len(mine & theirs) / max(shorter, _FEW_WORDS)
    likeness = max(dice(mine, theirs), _CONTAINED * contained)
    words = shared_words(one.text, mine & theirs)
    code = "words_shared" if words else "words_few"
    reasons.append(Reason(code, {"words": words, "permille": round(1000 * likeness)}))
    return min(1.0, likeness * _STRETCH)


def shared_words(text: str, common: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """Return the longest pieces of a text all of whose pairs are among `common`."""
    known, pieces, piece = set(common), [], ""
    for pair in map("".join, pairwise(text)):
        if pair in known:
            piece = piece + pair[1] if piece else pair
        elif piece:
            pieces.append(piece)
            piece = ""
    pieces.append(piece)
    telling = {item for item in pieces if len(item) > 1 and not _STRUCTURE & set(item)}
    return tuple(sorted(telling, key=lambda item: (-len(item), text.index(item)))[:limit])


def _time(one: Account, other: Account, reasons: list[Reason]) -> float | None:
    if not one.reported_at or not other.reported_at:
        return None
    apart = abs(one.reported_at - other.reported_at)
    reasons.append(Reason("time_apart", {"ms": apart}))
    return max(0.0, 1 - apart / _FADES_OVER)


def _verdict(
    points: int, parts: dict[str, int], one: Side, other: Side, reasons: list[Reason]
) -> str:
    earlier, later = sorted((one.account, other.account), key=lambda item: item.reported_at)
    verdict = next((name for name, least in AT_LEAST.items() if points >= least), "")
    if earlier.closed_at is not None and earlier.closed_at <= later.reported_at:
        reasons.insert(0, Reason("closed_before", {"ms": later.reported_at - earlier.closed_at}))
        is_same = parts.get("class") == 1000 and parts.get("place", 0) >= _SAME_PLACE
        return RECURRENCE if is_same else SIMILAR if verdict else ""
    least_text = _LEAST_TEXT if "place" in parts else _LEAST_TEXT_ALONE
    is_whole = parts.get("place", 1000) >= _LEAST_PLACE and parts.get("text", 0) >= least_text
    return SIMILAR if verdict == DUPLICATE and not is_whole else verdict
