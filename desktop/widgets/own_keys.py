"""Keys that a widget keeps for itself while the window has actions on them."""

from collections.abc import Callable

from PySide6.QtCore import QEvent


def claims_key(event: QEvent, is_own: Callable[[QEvent], object]) -> bool:
    """Claim a key that is asked about before a shortcut gets it; tell whether it was claimed.

    Accepted, it comes to the widget as a key press and not to the window's own actions. For a
    widget's `event`, which then returns True.
    """
    if event.type() != QEvent.Type.ShortcutOverride or not is_own(event):
        return False
    event.accept()
    return True
