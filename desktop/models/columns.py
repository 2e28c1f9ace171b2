"""Columns of a list as data: what a cell shows and how wide it is."""

from collections.abc import Callable
from typing import Any, NamedTuple

from PySide6.QtCore import Qt


def to_text(value: Any) -> str:
    """Return a value as a cell shows it; nothing for None."""
    return "" if value is None else str(value)


class Column(NamedTuple):
    """One column.

    `key` names the attribute of the row that `format` turns into text; an empty key hands it the
    whole row. `width` counts Chinese characters; 0 takes the room that is left.
    """

    title: str
    key: str
    width: int = 0
    alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft
    format: Callable[[Any], str] = to_text

    def text(self, row: Any) -> str:
        """Return the text of this column's cell in a row."""
        return self.format(getattr(row, self.key) if self.key else row)
