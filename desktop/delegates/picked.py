"""Whether a cell is selected."""

from typing import Any

from PySide6.QtWidgets import QStyleOptionViewItem

from desktop.models.paged_table import AnyIndex


def is_picked(option: QStyleOptionViewItem, index: AnyIndex) -> bool:
    """Whether a view has a cell selected.

    Asked of the view: the option tells it as a flag of `QStyle`, and a start would wait 7 ms for
    the making of that class.
    """
    style: Any = option  # the stubs lack its fields
    return bool(style.widget.selectionModel().isSelected(index))
