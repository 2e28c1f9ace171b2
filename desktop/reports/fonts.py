"""The two fonts of paper: what they can show, how wide it is, where a line may break."""

import re
from collections.abc import Iterator
from threading import Lock

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

import resources

REGULAR = "NotoSansSC-Regular"
BOLD = "NotoSansSC-Bold"
NO_GLYPH = "□"
NO_START = frozenset("、。，．：；？！）］｝】》〉」』〕〗”’…—–·～％‰℃°々ー,.;:?!)]}%")
"""Characters that never begin a line."""
NO_END = frozenset("（［｛【《〈「『〔〖“‘￥¥＄$([{")
"""Characters that never end a line."""

_FURTHEST_BACK = 8
_SPACES = " \u3000"
_TOKEN = re.compile(rf"[{_SPACES}]+|[!-~\u00a0-\u024f\u0370-\u052f]+|.", re.DOTALL)
# Newlines are kept, a tab is a space, and what is invisible by design is no missing glyph:
# joiners, directions, variation selectors, tags.
_INVISIBLE = (
    (0x00, 0x1F),
    (0x7F, 0x9F),
    (0xAD, 0xAD),
    (0x34F, 0x34F),
    (0x61C, 0x61C),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFF0, 0xFFFB),
    (0xE0000, 0xE0FFF),
)
_NEWLINES = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_loading = Lock()


class _Shown(dict[int, str | None]):
    """Character code -> what is printed for it, worked out at its first use."""

    def __missing__(self, code: int) -> str | None:
        self[code] = shown = _shown(code)
        return shown


_SHOWN = _Shown({ord("\n"): "\n", ord("\t"): " "})
_widths: dict[str, dict[int, int]] = {}


def load() -> None:
    """Read and register both fonts, once a process."""
    with _loading:
        for name in (REGULAR, BOLD):
            if name not in _widths:
                font = TTFont(name, resources.path(f"fonts/{name}.ttf"), shapable=False)
                pdfmetrics.registerFont(font)
                _widths[name] = font.face.charWidths


def clean(text: str) -> str:
    """Return text as it can be printed: a square for what has no glyph, no control characters."""
    return _NEWLINES.sub("\n", text).translate(_SHOWN)


def width(text: str, font: str, size: float) -> float:
    """Return the width of a clean line in points; the fonts must be loaded."""
    return sum(map(_widths[font].__getitem__, map(ord, text))) * size / 1000


def shorten(text: str, font: str, size: float, limit: float) -> str:
    """Return one line no wider than `limit`, an ellipsis for what is left off."""
    line = clean(text).replace("\n", " ")
    if width(line, font, size) <= limit:
        return line
    limit -= width("…", font, size)
    kept = 0.0
    for place, char in enumerate(line):
        kept += width(char, font, size)
        if kept > limit:
            return line[:place].rstrip() + "…"
    return line


def wrap(text: str, font: str, size: float, limit: float) -> list[str]:
    """Break text into lines no wider than `limit`, by the rules of Chinese typesetting.

    No line begins with closing or ends with opening punctuation; a run of letters and digits is
    kept whole where a line can hold it.
    """
    lines: list[str] = []
    for paragraph in clean(text).split("\n"):
        line = paragraph.rstrip(_SPACES)
        if width(line, font, size) <= limit:
            lines.append(line)
        else:
            lines += _Filler(font, size, limit).lines(line)
    return lines


class _Filler:
    """Fills the lines of one paragraph, clusters first, characters where a cluster is too wide."""

    def __init__(self, font: str, size: float, limit: float) -> None:
        self._widths = _widths[font]
        self._limit = limit * 1000 / size
        self._lines: list[str] = []
        self._line = ""
        self._used = 0

    def lines(self, paragraph: str) -> list[str]:
        for space, cluster in _clusters(paragraph):
            wide, gap = self._width(cluster), self._width(space)
            if self._used + gap + wide <= self._limit:
                self._put(space + cluster, gap + wide)
            elif wide <= self._limit:
                self._flush()
                self._put(cluster, wide)
            else:
                self._split(space + cluster)
        self._flush()
        return self._lines

    def _width(self, text: str) -> int:
        return sum(map(self._widths.__getitem__, map(ord, text)))

    def _put(self, text: str, wide: int) -> None:
        self._line += text
        self._used += wide

    def _flush(self) -> None:
        if self._line:
            self._lines.append(self._line.rstrip(_SPACES))
        self._line, self._used = "", 0

    def _split(self, text: str) -> None:
        for char in text:
            wide = self._width(char)
            if self._line and self._used + wide > self._limit:
                place = _place_to_break(self._line + char)
                carried = self._line[place:].lstrip(_SPACES)
                self._line = self._line[:place]
                self._flush()
                self._put(carried, self._width(carried))
            self._put(char, wide)


def _clusters(paragraph: str) -> Iterator[tuple[str, str]]:
    """Yield (space before, text that stays together)."""
    space, cluster, pending = "", "", ""
    for token in _TOKEN.findall(paragraph):
        if token[0] in _SPACES:
            pending = token
        elif token[0] in NO_START or (cluster and not pending and cluster[-1] in NO_END):
            cluster += pending + token
            pending = ""
        else:
            if cluster:
                yield space, cluster
            space, cluster, pending = pending, token, ""
    if cluster:
        yield space, cluster


def _place_to_break(line: str) -> int:
    """Return where to break a line one character too long, near its end."""
    last = len(line) - 1
    for place in range(last, max(0, last - _FURTHEST_BACK), -1):
        if line[place] not in NO_START and line[place - 1] not in NO_END:
            return place
    return last


def _shown(code: int) -> str | None:
    if any(first <= code <= last for first, last in _INVISIBLE):
        return None
    return chr(code) if code in _widths[REGULAR] and code in _widths[BOLD] else NO_GLYPH
