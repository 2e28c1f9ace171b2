"""Callers' phone numbers in what people write: found, shown masked, kept apart.

Mobile numbers are those of the numbering plan (电信网编号计划): eleven digits from 13 to 19. Fixed
lines have seven or eight digits behind an area code of three or four, or behind a word that says
that a telephone is meant. Numbers of service (12345, 95598, 400…) are nobody's.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from db.domain.errors import InputError
from db.domain.identity import without_numbers

_HALF = str.maketrans("０１２３４５６７８９－—（）＋：", "0123456789--()+:")
_GAP = r"[ \-\u00a0]?"
_MOBILE = rf"(?:(?:\+|00)?86{_GAP})?0?(?P<mobile>1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}})"
_FIXED = rf"\(?(?P<area>0(?:10|2\d|[3-9]\d\d))\)?{_GAP}(?P<line>[2-9]\d{{2,3}}{_GAP}\d{{4}})"
_LOCAL = (
    r"(?P<cue>(?:电话|座机|固话|号码|致电|拨打|回电|来电|联系|(?i:tel|phone))[\s:是为.]{0,3})"
    rf"(?P<local>[2-9]\d{{2,3}}{_GAP}\d{{4}})"
)
_PHONE = re.compile(rf"(?<!\d)(?:{_MOBILE}|{_FIXED}|{_LOCAL})(?!\d)", re.ASCII)
_MASK = re.compile(r"(?P<head>1[3-9]\d|0\d{2,3}-)?\*{4}\d{4}", re.ASCII)
"""What a number is masked by."""
_RUN = re.compile(r"[+(]?\d[\d \-()]*", re.ASCII)
_SHORTEST = 7
_LISTED = re.compile(r"\d[\d \-]{5,}\d", re.ASCII)
_DIGITS = re.compile("[0-9０-９]{3}")
"""What every number has, and most texts have not."""
_HEX = re.compile(r"[0-9a-f]{56,}")
_TECHNICAL = frozenset(
    {
        "area_code", "blob", "caller", "class_code", "env", "ephemeral", "hash", "id", "key",
        "lead_unit", "media", "merged_from", "merged_into", "number", "policy", "sealed", "sha256",
        "source_no", "undoes", "unit",
    }
)  # fmt: skip
"""Words of a payload that hold no text of a person's: names, codes, digests."""

IsKnown = Callable[[str], bool]
"""Whether digits are those of a unit or a post, which stand in the town's own lists."""


class Masked(NamedTuple):
    """A text, or a payload, with masked numbers, and the numbers as they were written."""

    value: Any
    marks: tuple[str, ...]


def nobodys(digits: str) -> bool:
    """Know no number as the town's own."""
    return False


def mask_phones(text: str, is_known: IsKnown = nobodys) -> Masked:
    """Replace the phone numbers in a text by `138****1234`; those of the town's lists stay."""
    if not _DIGITS.search(text):
        return Masked(text, ())
    marks: list[str] = []
    parts: list[str] = []
    end = 0
    for match in _PHONE.finditer(text.translate(_HALF)):
        number = _written(match)
        if is_known(_digits(number)):
            continue
        start, stop = match.span()
        # What stands before a local number belongs to the text.
        parts += (text[end : start + len(match["cue"] or "")], _mask(match))
        marks.append(number)
        end = stop
    return Masked("".join((*parts, text[end:])), tuple(marks)) if marks else Masked(text, ())


def beginning(text: str, limit: int) -> str:
    """Return the first `limit` characters of a text, and of a number at their end all or nothing.

    A part of a number is known for none any more: nothing would mask it.
    """
    if len(text) <= limit:
        return text
    starts = (
        match.start() + len(match["cue"] or "")
        for match in _PHONE.finditer(text.translate(_HALF))
        if match.start() < limit < match.end()
    )
    return text[: min(limit, next(starts, limit))]


def shows_masked(title: str, content: str) -> bool:
    """Whether a title cut from a content shows more of a number than the content, which masks it.

    Titles of earlier versions were cut first.
    """
    title, content = (" ".join(text.split()).translate(_HALF) for text in (title, content))
    for mask in _MASK.finditer(content):
        if not title.startswith(content[: mask.start()]):
            return False
        run = _RUN.match(title, mask.start())
        shown, head = _digits(run[0]) if run else "", _digits(mask["head"] or "")
        if head in shown and len(shown) - shown.find(head) > max(len(head), 2):
            return True
    return False


def mask_payload(payload: Mapping[str, Any], is_known: IsKnown = nobodys) -> Masked:
    """Mask the numbers in every text of a payload, however deep it stands."""
    marks: dict[str, None] = {}

    def mask(value: Any) -> Any:
        if isinstance(value, str):
            found = mask_phones(value, is_known)
            marks.update(dict.fromkeys(found.marks))
            return found.value
        if isinstance(value, Mapping):
            return {
                name: item if name in _TECHNICAL else mask(item) for name, item in value.items()
            }
        if isinstance(value, list | tuple):
            return [mask(item) for item in value]
        return value

    masked = mask(payload)
    return Masked(masked, tuple(marks)) if marks else Masked(dict(payload), ())


def refuse_identity_numbers(payload: Mapping[str, Any]) -> None:
    """Raise InputError (id_number_found) for an identity number in any text of a payload."""
    for name, text in _texts(payload, ""):
        # Keys, digests and signatures have digits enough to pass for one by chance.
        if _DIGITS.search(text) and without_numbers(text)[1] and not _HEX.fullmatch(text):
            raise InputError("id_number_found", column=name)


def refuse_personal(name: str, text: str) -> None:
    """Raise InputError for an identity or phone number in a text that is kept in the clear."""
    if without_numbers(text)[1]:
        raise InputError("id_number_found", column=name)
    if mask_phones(text).marks:
        raise InputError("phone_found", column=name)


def listed(texts: Iterable[str]) -> IsKnown:
    """Return what knows the phone numbers in a town's own lists, with or without area code."""
    known = {_digits(one) for text in texts for one in _LISTED.findall(text.translate(_HALF))}

    def is_known(digits: str) -> bool:
        return digits in known or any(
            one.endswith(digits) or (len(one) >= _SHORTEST and digits.endswith(one))
            for one in known
        )

    return is_known


def _texts(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key not in _TECHNICAL:
                yield from _texts(item, str(key))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item, name)


def _written(match: re.Match[str]) -> str:
    return match[0][len(match["cue"] or "") :]


def _mask(match: re.Match[str]) -> str:
    if match["mobile"]:
        digits = _digits(match["mobile"])
        return f"{digits[:3]}****{digits[-4:]}"
    last = _digits(match["line"] or match["local"])[-4:]
    return f"{match['area']}-****{last}" if match["area"] else f"****{last}"


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text, flags=re.ASCII)
