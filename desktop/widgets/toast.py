"""Short messages at the foot of a window that come and go without taking the focus."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QWidget

from desktop.override import override
from desktop.widgets.elided_label import ElidedLabel
from desktop.widgets.kind_mark import Kind, KindMark

LIFETIME_MS = {"ok": 6_000, "warn": 15_000}
"""Long enough to be read by somebody who is on the phone."""
STACK = 3
MARGIN = 16
GAP = 8
_FOR_MESSAGE = 0.6
"""Of the window's width, what the message may take before it is cut."""


class Toast(QFrame):
    """One message and, where it helps, the key to press next.

    It goes by itself; one of kind `danger` stays until it is clicked or Esc is pressed.
    """

    def __init__(self, parent: QWidget, text: str, hint: str = "", kind: Kind = "ok") -> None:
        super().__init__(parent)
        self._host = parent
        self.text = text
        self.hint = hint
        self.kind = kind
        self.setProperty("kind", kind)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(f"{text} {hint}".strip())
        self._lay_out()
        parent.installEventFilter(self)
        if kind == "danger":
            self._listen_for_keys()
        else:
            QTimer.singleShot(LIFETIME_MS[kind], self, self.dismiss)

    def dismiss(self) -> None:
        """Go away, and let the others close up."""
        if not self.isHidden():
            self.hide()
            arrange_toasts(self._host)
            self.deleteLater()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.dismiss()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._host:
            arrange_toasts(self._host)
        elif event.type() == QEvent.Type.ShortcutOverride and self._is_meant(event):
            # Accepted, the key comes as a key press and not as the screen's own Esc.
            event.accept()
            return True
        elif event.type() == QEvent.Type.KeyPress and self._is_meant(event):
            self.dismiss()
            return True
        return False

    def _listen_for_keys(self) -> None:
        """Watch all keys: toasts have no focus, Esc goes to whatever has it."""
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def _lay_out(self) -> None:
        message = ElidedLabel(self.text, self)
        # What happened comes before what to do: of the two it is the last to be cut.
        whole = message.fontMetrics().horizontalAdvance(self.text) + GAP
        message.setMinimumWidth(min(whole, round(self._host.width() * _FOR_MESSAGE)))
        # Shown without a parent, a label is a window for a moment and takes the keys away.
        hint = ElidedLabel(self.hint, self)
        hint.setProperty("part", "hint")
        hint.setVisible(bool(self.hint))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 14, 8)
        layout.setSpacing(GAP)
        layout.addWidget(KindMark(self.kind))
        layout.addWidget(message, 1)
        layout.addWidget(hint)

    def _is_meant(self, event: QEvent) -> bool:
        """Whether a key event is an Esc for this toast: its window's, and no menu is open."""
        return (
            isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and event.modifiers() == Qt.KeyboardModifier.NoModifier
            and self.isVisible()
            and self.window().isActiveWindow()
            and QApplication.activePopupWidget() is None
        )


def show_toast(parent: QWidget, text: str, hint: str = "", kind: Kind = "ok") -> Toast:
    """Show a message over the foot of a widget; the oldest gives way to a fourth."""
    toast = Toast(parent, text, hint, kind)
    for oldest in toasts(parent)[: -STACK + 1]:
        oldest.dismiss()
    toast.show()
    toast.raise_()
    arrange_toasts(parent)
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(toast, toast.accessibleName()))
    return toast


def toasts(parent: QWidget) -> list[Toast]:
    """Return the messages shown over a widget, oldest first."""
    found = parent.findChildren(Toast, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return [toast for toast in found if not toast.isHidden()]


def arrange_toasts(parent: QWidget) -> None:
    """Stack the messages at the bottom right, off the list, the newest lowest."""
    bottom = parent.height() - MARGIN
    for toast in reversed(toasts(parent)):
        size = toast.sizeHint()
        width = min(size.width(), parent.width() - 2 * MARGIN)
        left, top = parent.width() - width - MARGIN, bottom - size.height()
        toast.setGeometry(left, top, width, size.height())
        bottom = top - GAP
