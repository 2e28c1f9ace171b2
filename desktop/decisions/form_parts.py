"""What a row of a form is made of, and how wide two of them beside each other are."""

from collections.abc import Mapping
from typing import NamedTuple

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel, QWidget

from desktop.widgets.fields import Field

_LEAST = 25
"""Characters of width that two fields beside each other need to be read."""


class Parts(NamedTuple):
    """A field, its label, and what stands below it."""

    label: QLabel | None
    item: Field
    below: list[QWidget]


def pair_room(
    parts: Mapping[str, Parts], beside: Mapping[str, str], metrics: QFontMetrics, gap: int
) -> int:
    """Return the pixels that the rows need where some fields (left -> right) share one.

    A field without a label hangs on to the one at its left and takes no column of its own.
    """
    pairs = [
        (parts[left], parts[right])
        for left, right in beside.items()
        if left in parts and right in parts and parts[right].label is not None
    ]
    columns: tuple[list[QWidget | None], ...] = (
        [one.label for one in parts.values()],
        [left.item for left, _ in pairs],
        [right.label for _, right in pairs],
        [right.item for _, right in pairs],
    )
    widths = (
        max((one.minimumSizeHint().width() for one in column if one is not None), default=0)
        for column in columns
    )
    return max(metrics.horizontalAdvance("中") * _LEAST, sum(widths) + 3 * gap)
