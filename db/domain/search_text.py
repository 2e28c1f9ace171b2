"""Text as it is searched, and the question put to the index: exact for any length and language.

What is written and what is looked for are folded alike, character by character: width and case go,
accents come apart, format characters vanish, control characters part words. So whatever stands in
a text is found by any piece of it. The index knows each word as its overlapping pairs of
characters and its last character alone: a phrase of pairs is an inner piece of a word, and every
character begins exactly one token, so a single one is a prefix.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

MAX_TERMS = 20
"""Words of one question; each costs a walk through the index."""
_GAP, _UNKNOWN = " ", "\ufffd"
_UTF_32 = "utf-32-le"
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F) if not chr(code).isalnum()}
"""The index parts words at ASCII marks, so they are written wide; folding leaves no wide ones."""


class _Folds(dict[int, str]):
    """What each character folds to, and that to `more`, worked out when it is first met."""

    def __init__(self, more: Mapping[int, int]) -> None:
        self._more = more

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_one(chr(code)).translate(self._more)
        return folded


def _fold_one(letter: str) -> str:
    category = unicodedata.category(letter)
    if category == "Cc" or letter.isspace():
        return _GAP
    if category == "Cf":
        return ""
    if category == "Cs":
        return _UNKNOWN
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", letter).casefold())


_FOLDS, _WIDE_FOLDS = _Folds({}), _Folds(_WIDE)


def fold(text: str) -> str:
    """Return a text as it is compared; a text joined of two folds to the two folded."""
    return text.translate(_FOLDS)


def words_of(text: str) -> tuple[str, ...]:
    """Return the different words of a question, folded, in their order."""
    return tuple(dict.fromkeys(fold(text).split()))


def tokens(texts: Iterable[str]) -> str:
    """Return what the index is given for texts: pairs of characters and last ones, by spaces."""
    text = _GAP.join(texts).translate(_WIDE_FOLDS)
    # Every letter, the one behind it, a blank; moved as numbers, that takes a quarter of the time.
    letters = _numbers(text)
    found = _numbers(_GAP * (3 * len(text)))
    found[::3], found[1:-3:3] = letters, letters[1:]
    at = text.find(_GAP)
    while at >= 0:
        found[3 * at + 1] = found[3 * at]
        at = text.find(_GAP, at + 1)
    return str(found, _UTF_32)


def _numbers(text: str) -> "memoryview[int]":
    return memoryview(bytearray(text, _UTF_32)).cast("I")


def is_initials(word: str) -> bool:
    """Whether a folded word may be the initials of Chinese: Latin letters, perhaps digits."""
    return len(word) > 1 and word.isascii() and word.isalnum() and not word.isdigit()


def expression(words: Iterable[str]) -> str:
    """Return the question for the index (FTS5, columns `text` and `initials`) that holds all words.

    Every word stands in quotes, as characters that have no meaning there.
    """
    return " AND ".join(map(_clause, words))


def ending(word: str) -> str:
    """Return the question for the index that holds a word ending in this folded one."""
    wide = word.translate(_WIDE)
    pieces = [*map(str.__add__, wide, wide[1:]), wide[-1]]
    return f'text : "{_GAP.join(pieces)}"'


def _clause(word: str) -> str:
    wide = word.translate(_WIDE)
    if len(wide) == 1:
        return f'text : "{wide}" *'
    columns = "{text initials}" if is_initials(word) else "text"
    return f'{columns} : "{_GAP.join(map(str.__add__, wide, wide[1:]))}"'


@dataclass(frozen=True, slots=True)
class Initials:
    """The first letters of Chinese as it is spelled.

    `letters` gives that of each character by its code; `words` give, by their first two characters
    and the longest first, those words in which a character is spelled otherwise.
    """

    letters: Mapping[int, str]
    words: Mapping[str, Sequence[tuple[str, str]]]

    def of(self, text: str) -> str:
        """Return a folded text with each Chinese character as its first letter."""
        spelled, end = text.translate(self.letters), 0
        for at in range(len(text) - 1):
            known = self.words.get(text[at : at + 2])
            if not known or at < end:
                continue
            for word, letters in known:
                if text.startswith(word, at):
                    end = at + len(word)
                    spelled = spelled[:at] + letters + spelled[end:]
                    break
        return spelled


def spans(text: str, words: Iterable[str], initials: Initials | None = None) -> list[range]:
    """Return the pieces of a text that answer to folded words, in order and apart."""
    pieces = [_FOLDS[ord(letter)] for letter in text]
    folded = "".join(pieces)
    origin = [at for at, piece in enumerate(pieces) for _ in piece]
    spelled = initials.of(folded) if initials else ""
    hit: set[int] = set()
    for word in words:
        hit.update(_places(folded, word))
        if is_initials(word):
            hit.update(_places(spelled, word))
    return _runs(sorted({origin[at] for at in hit}))


def first_place(text: str, words: Iterable[str]) -> int | None:
    """Return where the first piece begins that answers to folded words, None without one.

    Much quicker than all pieces of a long text.
    """
    folded = fold(text)
    first = min((at for word in words if (at := folded.find(word)) >= 0), default=-1)
    if first < 0:
        return None
    ends = accumulate(map(len, map(_FOLDS.__getitem__, map(ord, text))))
    return bisect_right(list(ends), first)


def _places(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield from range(at, at + len(word))
        at = text.find(word, at + 1)


def _runs(places: Sequence[int]) -> list[range]:
    found: list[range] = []
    for at in places:
        if found and found[-1].stop == at:
            found[-1] = range(found[-1].start, at + 1)
        else:
            found.append(range(at, at + 1))
    return found
