"""First letters of Chinese, from a list made of pypinyin's, small and quick to read.

pypinyin itself takes a third of a second to import and 0.4 ms a text, too long beside a window.
`python -m db.store.initials > resources/pinyin.txt` makes the list anew.
"""

import sys
import unicodedata
from functools import cache

import resources
from db.domain.search_text import Initials

_FIRST, _LAST, _ZERO = 0x4E00, 0x9FFF, 0x3007


@cache
def initials() -> Initials:
    """Read the list, once."""
    letters: dict[int, str] = {}
    words: dict[str, list[tuple[str, str]]] = {}
    for line in resources.path("pinyin.txt").read_text(encoding="utf-8").splitlines():
        name, value = line.split(" ")
        if len(name) == 1:
            letters |= dict.fromkeys(map(ord, value), name)
        else:
            words.setdefault(name[:2], []).append((name, value))
    for known in words.values():
        known.sort(key=lambda item: -len(item[0]))
    return Initials(letters, words)


def make_list() -> str:
    """Return the list: a line a letter with its characters, a line a word spelled otherwise."""
    from pypinyin.constants import PHRASES_DICT, PINYIN_DICT  # lazy: only developers have it

    spelled = {
        chr(code): _letter(sounds.split(",")[0])
        for code, sounds in PINYIN_DICT.items()
        if _FIRST <= code <= _LAST or code == _ZERO
    }
    by_letter: dict[str, str] = {}
    for character in sorted(spelled):
        by_letter[spelled[character]] = by_letter.get(spelled[character], "") + character
    otherwise = {
        word: letters
        for word, sounds in PHRASES_DICT.items()
        if len(word) == len(sounds)
        and all(character in spelled for character in word)
        and (letters := "".join(_letter(sound[0]) for sound in sounds))
        != "".join(spelled[character] for character in word)
    }
    lines = [*sorted(by_letter.items()), *sorted(otherwise.items())]
    return "".join(f"{name} {value}\n" for name, value in lines)


def _letter(sound: str) -> str:
    """Return the first letter of a syllable, without its tone."""
    return unicodedata.normalize("NFD", sound)[0]


if __name__ == "__main__":
    sys.stdout.write(make_list())
