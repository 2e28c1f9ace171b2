"""The decision form: the fields a transition asks for, in the panel, never in a dialog."""

from collections.abc import Hashable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from db.domain.errors import GridDeskError
from desktop.actions import bind
from desktop.decisions.form_body import FormBody, Offered
from desktop.decisions.form_scroll import FormScroll
from desktop.decisions.request import Choices, FormRequest
from desktop.i18n import describe
from desktop.override import override
from desktop.widgets.button_grid import ButtonGrid
from desktop.widgets.fields import Choice, Field

Key = tuple[str, str]
"""An action and the number it is about."""

_CLOSED: Key = ("", "")
_DRESSINGS = {QEvent.Type.FontChange, QEvent.Type.LanguageChange}
"""What makes fields read or measure otherwise."""
_WAIT_MS = 500
"""After which a decision that is not written yet is said to wait."""
_KEPT = 6
"""Bodies of forms closed that are kept for the next form of the same shape: making one takes 40 ms.
"""


class DecisionForm(QFrame):
    """Show a request, hand back its values.

    `confirmed(action, subject, values)` once until `settle` tells how it went; `cancelled()`. A
    refused decision keeps what was typed. What was typed and not confirmed is kept as a draft and
    comes back with the next form of the same action on the same incident; `draft_kept()` says so.

    `edited(name)` when a person changes a field, `composed()` when an input method has done with
    one, `point_asked()` when a place is to be pointed to, `page_left()` when what stood in the
    place of the fields is gone, `closed()` when the form is put away.
    """

    confirmed = Signal(str, str, object)
    cancelled = Signal()
    draft_kept = Signal()
    edited = Signal(str)
    composed = Signal()
    point_asked = Signal()
    page_left = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "form")
        self._key = _CLOSED
        self._drafts: dict[Key, dict[str, Any]] = {}
        self._aside: dict[str, dict[Key, dict[str, Any]]] = {}
        """Drafts of those who do not sit here now, in this program's memory alone."""
        self._person = ""
        self._sent: dict[Key, dict[str, Any]] = {}
        self._goes_on = False
        self._page: QWidget | None = None
        self._kept: dict[Hashable, FormBody] = {}
        self.offer(Choices())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.setSpacing(4)
        self._title = QLabel(self, textFormat=Qt.TextFormat.PlainText)
        self._title.setProperty("role", "form-title")
        self._remark = QLabel(self, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._remark.setProperty("role", "dim")
        self._body = FormBody(FormRequest("", "", ()), self._offered)
        self._scroll = FormScroll(self)
        self._scroll.show_body(self._body)
        self._error = QLabel(self, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._error.setProperty("role", "error")
        self._pending = QLabel(
            self.tr("前一批正在写入，写完就轮到这一件…"),
            self,
            textFormat=Qt.TextFormat.PlainText,
            wordWrap=True,
        )
        self._pending.setProperty("role", "dim")
        self._pending.hide()
        self._wait = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._wait.timeout.connect(self._pending.show)
        self._foot = QVBoxLayout()
        parts = (self._title, self._remark, self._scroll, self._error, self._pending)
        for widget in (*parts, self._make_buttons()):
            layout.addWidget(widget)
        layout.addLayout(self._foot)
        bind(self, "phrases", self._on_phrases_asked, has_children=True)
        bind(self, "pick_point", self._on_point_asked, has_children=True)
        self.hide()

    @property
    def is_open(self) -> bool:
        """Whether a decision is being filled in."""
        return self._key != _CLOSED

    @property
    def is_sent(self) -> bool:
        """Whether the decision shown is under way."""
        return self._key in self._sent

    @property
    def is_composing(self) -> bool:
        """Whether an input method is at work in a field."""
        return self._body.is_composing

    @property
    def goes_on(self) -> bool:
        """Whether what was confirmed last is to be followed by the next one at once."""
        return self._goes_on

    @property
    def action(self) -> str:
        """The action being filled in, empty when closed."""
        return self._key[0]

    @property
    def subject(self) -> str:
        """The number it is about, empty for a new incident."""
        return self._key[1]

    @property
    def error(self) -> str:
        """What was refused, empty while nothing is: below its field, or below all of them."""
        return self._body.error or ("" if self._error.isHidden() else self._error.text())

    @property
    def is_waiting(self) -> bool:
        """Whether it says that the decision shown waits for what is being written."""
        return not self._pending.isHidden()

    @property
    def body(self) -> FormBody:
        """The fields of the open form."""
        return self._body

    def field(self, name: str) -> Field:
        """Return a field of the open form by the name of its value."""
        return self._body.fields[name]

    def has_field(self, name: str) -> bool:
        """Whether the open form asks for a value."""
        return name in self._body.fields

    def offer(self, choices: Choices) -> None:
        """Take what the next forms offer; a form that is open keeps what it shows."""
        self._offered = Offered(choices)
        self._drop_kept()

    def offer_phrases(self, action: str, subject: str, phrases: Sequence[Choice]) -> None:
        """Offer phrases, where the form they are for is still the one shown."""
        if self._key == (action, subject):
            self._body.offer_phrases(phrases)

    def add_foot(self, widget: QWidget) -> None:
        """Show a widget below the buttons; it shows and hides itself."""
        self._foot.addWidget(widget)

    def open_form(self, request: FormRequest) -> None:
        """Show a request and put the focus where something must still be filled in.

        A decision that is under way is not asked for again.
        """
        if self.is_open:
            self.close_form()
        key = (request.action, request.subject)
        if key in self._sent:
            return
        self._key = key
        self._title.setText(request.title)
        self._remark.setText(request.remark)
        self._remark.setVisible(bool(request.remark))
        self._error.hide()
        self._next.setVisible(request.has_next)
        self._replace_body(request)
        self._body.put(self._drafts.pop(key, {}))
        self._set_ready(True)
        self.show()
        self._body.first_field().setFocus(Qt.FocusReason.OtherFocusReason)

    def close_form(self) -> None:
        """Put the form away; what was typed and not sent is kept as a draft."""
        typed = self._body.typed()
        if self.is_open and not self.is_sent and typed:
            self._drafts[self._key] = typed
            self.draft_kept.emit()
        self._put_away()

    def settle(self, action: str, subject: str, error: BaseException | None = None) -> bool:
        """Take the answer to what was confirmed; tell whether its form is still the one shown.

        A refusal that finds its form gone leaves a draft, for the same key to bring back. An
        answer to what was not confirmed here is nothing to the form.
        """
        key = (action, subject)
        values = self._sent.pop(key, None)
        if values is None:
            return False
        is_shown = self._key == key
        if error is None and is_shown:
            self._put_away()
        elif error is not None and is_shown:
            self.show_error(error)
        elif error is not None:
            self._drafts[key] = values
        return is_shown

    def forget(self) -> bool:
        """Close, and drop all that was typed; tell whether there was anything not confirmed."""
        is_lost = bool(self._drafts) or (
            self.is_open and not self.is_sent and bool(self._body.typed())
        )
        self._drafts.clear()
        self._sent.clear()
        # The next person is shown nothing of it, not even for a moment.
        self._body.wipe()
        for label in (self._title, self._remark, self._error):
            label.clear()
        self._put_away()
        return is_lost

    def hand_to(self, person: str) -> bool:
        """Put away what was typed, and bring back what the next person left here.

        `person` is an account, empty for somebody whose drafts are nobody else's to find. Tell
        whether something was kept for the one before.
        """
        if self.is_open and not self.is_sent and (typed := self._body.typed()):
            self._drafts[self._key] = typed
        drafts = dict(self._drafts)
        self.forget()
        is_kept = bool(drafts and self._person)
        if is_kept:
            self._aside[self._person] = drafts
        self._person, self._drafts = person, self._aside.pop(person, {})
        return is_kept

    def show_error(self, error: BaseException) -> None:
        """Say what was refused, below the field where one is to blame."""
        self._set_ready(True)
        title, hint = describe(error)
        name = error.params.get("column", "") if isinstance(error, GridDeskError) else ""
        text = f"✕ {title}。{hint}"
        self._error.setText(text)
        self._error.setVisible(not self._body.show_error(name, text))

    def show_page(self, page: QWidget) -> None:
        """Show something in the place of the fields, such as a map, until `show_fields`."""
        self.show_fields()
        self._page = page
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(layout.indexOf(self._scroll), page, 1)
        self._show_parts(is_shown=False)
        page.show()
        page.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def show_fields(self) -> None:
        """Show the fields again in the place of a page."""
        if self._page is None:
            return
        page, self._page = self._page, None
        page.hide()
        self._show_parts(is_shown=True)
        self.page_left.emit()
        if self.is_open:
            (self._body.focusWidget() or self._body.first_field()).setFocus()

    @Slot()
    def confirm(self) -> None:
        """Hand the values over, once."""
        self._confirm(goes_on=False)

    @Slot()
    def confirm_next(self) -> None:
        """Hand the values over, and ask for the next one of the kind at once."""
        self._confirm(goes_on=not self._next.isHidden())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._page is not None:
            self.show_fields()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in _DRESSINGS:
            self._drop_kept()

    def _confirm(self, *, goes_on: bool) -> None:
        if self.is_open and not self.is_sent and self._page is None:
            self._goes_on = goes_on
            values = self._body.values()
            self._sent[self._key] = values
            self._set_ready(False)
            self.confirmed.emit(*self._key, values)

    def _put_away(self) -> None:
        self.show_fields()
        was_open, self._key = self.is_open, _CLOSED
        self._wait.stop()
        self.hide()
        if was_open:
            self.closed.emit()

    def _set_ready(self, is_ready: bool) -> None:
        if not is_ready and any(button.hasFocus() for button in self._buttons):
            # A disabled button passes the focus on, perhaps to the list and its letters.
            self._body.first_field().setFocus(Qt.FocusReason.OtherFocusReason)
        for button in self._buttons:
            button.setEnabled(is_ready)
        self._pending.hide()
        if is_ready:
            self._wait.stop()
        else:
            self._wait.start()

    def _show_parts(self, *, is_shown: bool) -> None:
        for part in (self._scroll, self._button_row):
            part.setVisible(is_shown)

    def _make_buttons(self) -> QWidget:
        confirm = QPushButton(self.tr("确认  Enter"), self)
        confirm.setProperty("kind", "primary")
        confirm.clicked.connect(self.confirm)
        self._next = QPushButton(self.tr("下一件  Ctrl+Shift+Enter"), self)
        self._next.setAccessibleName(self.tr("确认，并登记下一件"))
        self._next.clicked.connect(self.confirm_next)
        cancel = QPushButton(self.tr("取消  Esc"), self)
        cancel.clicked.connect(self.cancelled)
        self._buttons = (confirm, cancel, self._next)
        self._button_row = ButtonGrid(self._buttons, self)
        return self._button_row

    def _replace_body(self, request: FormRequest) -> None:
        """Show the fields of a request, those of a form closed before where they are the same."""
        shape = request.shape
        body = self._kept.pop(shape, None)
        if body is None:
            body = self._make_body(request)
        else:
            body.begin(request)
        if body is not self._body:
            self._swap_body(body)
        if not any(spec.kind == "sides" for spec in request.specs):
            # Whoever asks about sides listens to that field: it is never used again.
            self._kept[shape] = body
        if len(self._kept) > _KEPT:
            self._kept.pop(next(iter(self._kept))).deleteLater()

    def _make_body(self, request: FormRequest) -> FormBody:
        body = FormBody(request, self._offered)
        body.edited.connect(self.edited)
        body.composed.connect(self.composed)
        body.confirmed.connect(self.confirm)
        body.confirmed_next.connect(self.confirm_next)
        body.point_asked.connect(self._on_point_asked)
        return body

    def _swap_body(self, body: FormBody) -> None:
        before, self._body = self._body, body
        for button in self._buttons:
            button.removeEventFilter(before)
            button.installEventFilter(body)
        self._scroll.show_body(body)
        if before in self._kept.values():
            before.wipe()
            before.setParent(self)
            before.hide()
        else:
            before.deleteLater()

    def _drop_kept(self) -> None:
        """Make the next forms anew; the one shown stays until then."""
        for body in self._kept.values():
            if body is not self._body:
                body.deleteLater()
        self._kept.clear()

    @Slot()
    def _on_phrases_asked(self) -> None:
        if self.is_open and self._page is None:
            self._body.drop_phrases()

    @Slot()
    def _on_point_asked(self) -> None:
        if self.is_open and self.has_field("point"):
            self.point_asked.emit()
