"""The language of the interface: Chinese as it is written, or what a translation makes of it.

No Qt: tables of words and sentences are read by the command line and by reports too. Those stay
Chinese, whatever the window speaks: what is on paper is the town's.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

CONTEXT = "Words"
"""Under which all that is not a widget's own is translated."""


class _Current:
    translate: Callable[[str], str] | None = None


_is_on_paper = ContextVar("is_on_paper", default=False)


def say(text: str) -> str:
    """Return a text written in Chinese in the language of the interface.

    Give it the plain literal, or a text of a table; what varies is put in after (`.format`).
    """
    if _Current.translate is None or _is_on_paper.get():
        return text
    return _Current.translate(text)


def speak(translate: Callable[[str], str] | None) -> None:
    """Let `say` answer by this; None for Chinese."""
    _Current.translate = translate


@contextmanager
def on_paper() -> Iterator[None]:
    """Stay Chinese in here: what is made is to be printed."""
    token = _is_on_paper.set(True)
    try:
        yield
    finally:
        _is_on_paper.reset(token)


class Words(dict[str, str]):
    """A table of words by code that answers in the language of the interface."""

    def __getitem__(self, key: str) -> str:
        return say(super().__getitem__(key))

    def get(self, key: str, default: Any = None) -> str:
        """Return the word of a code, the default where there is none."""
        return self[key] if key in self else default  # noqa: SIM401

    def values(self) -> Any:
        """Return all words."""
        return [say(text) for text in super().values()]

    def items(self) -> Any:
        """Return all codes with their words."""
        return [(key, say(text)) for key, text in super().items()]

    def __or__(self, other: Mapping[str, str]) -> "Words":  # type: ignore[override]
        """Return both tables in one, as they are written."""
        return Words({**dict(self.written), **_written(other)})

    @property
    def written(self) -> dict[str, str]:
        """The table as it is written."""
        return {key: super(Words, self).__getitem__(key) for key in self}


class Sentences(dict[str, tuple[str, ...]]):
    """A table of texts by code, several for each, that answers in that language too."""

    def __getitem__(self, key: str) -> tuple[str, ...]:
        return tuple(map(say, super().__getitem__(key)))


def _written(table: Mapping[str, str]) -> Mapping[str, str]:
    return table.written if isinstance(table, Words) else table
