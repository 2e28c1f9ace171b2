"""The key sheet cut into columns, alike for the screen and for paper. No Qt."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")
Column = list[str | T]
"""Titles and what stands below them."""


def in_columns(parts: Mapping[str, Sequence[T]], count: int) -> list[Column[T]]:
    """Return titled parts in so many columns of about one length.

    No title ends a column; parts without anything are left out.
    """
    lines: Column[T] = []
    for title, listed in parts.items():
        lines += [title, *listed] if listed else []
    columns: list[Column[T]] = []
    for left in range(count, 0, -1):
        length = -(-len(lines) // left)
        if length and isinstance(lines[length - 1], str):
            length -= 1
        columns.append(lines[:length])
        lines = lines[length:]
    columns[-1] += lines
    return columns
