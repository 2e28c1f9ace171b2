"""命令条: what can be named in it, how a line typed is read, and what of it comes first. No Qt.

A name is found by its characters, by the first letters of its pinyin, or by both mixed.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from db.domain.search_text import fold, words_of
from db.store.initials import initials
from desktop.language import Words

EXACT, PREFIX, INITIALS, INSIDE, INSIDE_INITIALS = range(5)
"""How well a name answers, the best first."""
GROUPS = Words(
    {
        "find": "查找",
        "command": "直接办",
        "number": "事件",
        "action": "动作",
        "view": "视图",
        "unit": "单位（手里的）",
        "area": "村社、网格（没办完的）",
        "screen": "页面",
        "list": "清单",
    }
)
"""The headings, in the order in which equals stand."""
SIGNS = {
    ">": frozenset({"action", "screen"}),
    "#": frozenset({"number"}),
    "@": frozenset({"unit"}),
    ":": frozenset({"area"}),
}
"""What a line's first character narrows it to."""
ROWS = 12
"""Rows shown at most."""
_SHARE = 2
"""Rows each kind has at least where many answer."""
_NEVER = 1_000_000
_NUMBER = re.compile(r"[0-9a-z-]*[0-9][0-9a-z-]*")
_LATIN = re.compile(r"[a-z]")
_SHORTEST = 2
_SPELLED_MOST = 8_192
"""Names kept with their initials: those of a large town, which are asked for again and again."""
# An input method for Chinese types these for > < and the like; folding knows only wide forms.
_WRITTEN_OTHERWISE = {"》": ">", "〉": ">"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be chosen. `id` is its own within its group.

    `key` is the key that does the same, `also` its other names, `words` what is said of it and
    counts only behind all names, `refused` why it is not possible now, `is_noted` whether it may be
    remembered as used: what a person named may say whom it is about. `do` is what choosing it does.
    """

    group: str
    id: str
    text: str
    hint: str = ""
    key: str = ""
    also: tuple[str, ...] = ()
    words: str = ""
    refused: str = ""
    is_noted: bool = True
    do: Callable[[], object] | None = field(default=None, compare=False)

    @property
    def mark(self) -> str:
        """Its name among those that were used."""
        return f"{self.group}:{self.id}"


@dataclass(frozen=True, slots=True)
class Query:
    """A line as it is read: folded words, and the groups it is narrowed to (empty: all)."""

    words: tuple[str, ...] = ()
    only: frozenset[str] = frozenset()

    @property
    def number(self) -> str:
        """The number, or the last characters of one, that may be meant; empty for none."""
        if len(self.words) != 1 or (self.only and "number" not in self.only):
            return ""
        return _number(self.words[0], 1 if self.only else _SHORTEST)

    @property
    def command(self) -> tuple[str, str]:
        """The word of an action and the number it is to begin on; two empty ones for none."""
        if len(self.words) != 2 or (self.only and "action" not in self.only):
            return "", ""
        word, number = self.words[0], _number(self.words[1], _SHORTEST)
        return (word, number) if number else ("", "")


def read_line(text: str) -> Query:
    """Read what was typed: a sign that narrows it, then words."""
    line = text.lstrip()
    sign = _WRITTEN_OTHERWISE.get(line[:1], fold(line[:1]))
    if sign in SIGNS:
        return Query(words_of(line[1:]), SIGNS[sign])
    return Query(words_of(line))


class Known:
    """An entry with its names ready to be compared."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self._key = fold(entry.key)
        self._names = [_spelled(name) for name in (entry.text, *entry.also) if name]
        self._words = _spelled(entry.words)

    def rank(self, words: Sequence[str]) -> int | None:
        """Return how well it answers to all words, None where it does not."""
        worst = EXACT
        for word in words:
            found = EXACT if word == self._key else self._rank_of(word)
            if found is None:
                return None
            worst = max(worst, found)
        return worst

    def _rank_of(self, word: str) -> int | None:
        ranks = [_rank(word, *name) for name in self._names]
        if (beside := _rank(word, *self._words)) is not None:
            ranks.append(max(beside, INSIDE))
        return min((rank for rank in ranks if rank is not None), default=None)


def best(
    known: Iterable[Known], query: Query, used: Mapping[str, int], limit: int = ROWS
) -> list[Entry]:
    """Return what answers best: by rank, the possible first, then what was used last.

    `used` gives each mark its place, 0 the last one used. While several kinds answer, none takes
    all the room.
    """
    order = list(GROUPS)
    hits = [
        (rank, bool(one.entry.refused), used.get(one.entry.mark, _NEVER),
         order.index(one.entry.group), place, one.entry)
        for place, one in enumerate(known)
        if not query.only or one.entry.group in query.only
        if (rank := one.rank(query.words)) is not None
    ]  # fmt: skip
    hits.sort(key=lambda hit: hit[:-1])
    return _shared([hit[-1] for hit in hits], limit)


def named_actions(known: Iterable[Known], word: str) -> list[Entry]:
    """Return the actions that a word of a command names: its key or name, else how it begins."""
    ranked = [(rank, one.entry) for one in known if (rank := one.rank((word,))) is not None]
    first = min((rank for rank, _ in ranked), default=None)
    if first is None or first > INITIALS:
        return []
    return [entry for rank, entry in ranked if rank == first]


def by_group(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Return entries under their groups, both in the order in which they come."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.group, []).append(entry)
    return found


def _shared(entries: Sequence[Entry], limit: int) -> list[Entry]:
    """Return the first of all kinds, then what there is room for."""
    counts: dict[str, int] = {}
    share = max(_SHARE, limit // max(len({entry.group for entry in entries}), 1))
    first: list[Entry] = []
    rest: list[Entry] = []
    for entry in entries:
        counts[entry.group] = counts.get(entry.group, 0) + 1
        (first if counts[entry.group] <= share else rest).append(entry)
    chosen = [*first, *rest][:limit]
    return [entry for entry in entries if entry in chosen]


def _number(word: str, shortest: int) -> str:
    return word.upper() if len(word) >= shortest and _NUMBER.fullmatch(word) else ""


@lru_cache(_SPELLED_MOST)
def _spelled(name: str) -> tuple[str, str]:
    folded = fold(name)
    return folded, initials().of(folded)


def _rank(word: str, folded: str, spelled: str) -> int | None:
    """Return how well one name answers to one word."""
    if word == folded:
        return EXACT
    if folded.startswith(word):
        return PREFIX
    place = _first_place(word, folded, spelled)
    if place == 0:
        return INITIALS
    if word in folded:
        return INSIDE
    return INSIDE_INITIALS if place is not None else None


def _first_place(word: str, folded: str, spelled: str) -> int | None:
    """Return where a word begins whose characters each stand there as written or as spelled."""
    if word.isascii() or not _LATIN.search(word):
        at = (spelled if word.isascii() else folded).find(word)
        return at if at >= 0 else None
    for at in range(len(folded) - len(word) + 1):
        pairs = zip(folded[at:], spelled[at:], strict=True)
        if all(typed in pair for typed, pair in zip(word, pairs, strict=False)):
            return at
    return None
