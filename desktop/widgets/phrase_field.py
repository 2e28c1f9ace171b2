"""Phrases (常用语) that are put into another field: one key, then a digit or a few letters."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.override import override
from desktop.widgets.fields import Choice, ChoiceModel, PickField, is_own_escape

_SHOWN = 2
"""Phrases that the empty field names; there is no room for more."""


class PhraseField(PickField):
    """Offers phrases: found by number, by part of the text, by initials.

    `picked(text)` hands one over, and the field is empty again; `left()` for Esc. It stands in no
    tab order: its key leads there.
    """

    picked = Signal(str)
    left = Signal()

    def __init__(self, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(ChoiceModel(()), parent)
        self._hint = hint
        self._phrases: dict[str, str] = {}
        self._is_put = False
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.edited.connect(self._on_edited)
        self.confirmed.connect(self._on_chosen)
        self.activated.connect(self._on_chosen)

    def offer_phrases(self, phrases: Sequence[Choice]) -> None:
        """Offer phrases, numbered in their order; the label is what is handed over.

        Those offered before are gone: what a form knew of an incident stands in them.
        """
        if not (phrases or self._phrases):
            return
        self._phrases = {phrase.code: phrase.label for phrase in phrases}
        numbered = [
            replace(phrase, label=f"{number}  {phrase.label}")
            for number, phrase in enumerate(phrases, start=1)
        ]
        before = self._offered  # lives until it is shown nowhere
        self.offer(ChoiceModel(numbered))
        del before
        edit = self.lineEdit()
        assert edit is not None
        shown = "    ".join(one.label for one in numbered[:_SHOWN])
        edit.setPlaceholderText(f"{self._hint}    {shown}")

    def drop_list(self) -> None:
        """Take the focus and show all that is offered; what is typed narrows it."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        completer = self.completer()
        assert completer is not None
        completer.setCompletionPrefix("")
        completer.complete()

    @override
    def event(self, event: QEvent) -> bool:
        if is_own_escape(event):
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._clear()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_edited(self) -> None:
        text = self.currentText()
        if text.isascii() and text.isdigit() and 1 <= int(text) <= len(self._offered.choices):
            self._take(self._offered.code_at(int(text) - 1))

    @Slot()
    def _on_chosen(self) -> None:
        if (code := self.value()) in self._phrases:
            self._take(code)

    @override
    def _take(self, code: str) -> None:
        # One choice is told in up to three ways, and the completer writes its text afterwards.
        if not self._is_put:
            self._is_put = True
            QTimer.singleShot(0, self, self._clear)
            self.picked.emit(self._phrases[code])

    @Slot()
    def _clear(self) -> None:
        completer = self.completer()
        popup = completer.popup() if completer is not None else None
        if popup is not None:
            popup.hide()
        self.setCurrentIndex(-1)
        self.clearEditText()
        self._is_put = False
