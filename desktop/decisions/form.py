"""The decision form: the fields a transition asks for, in the panel, never in a dialog."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from db.domain.errors import GridDeskError
from desktop.actions import bind
from desktop.decisions.form_body import FormBody, Offered
from desktop.decisions.request import Choices, FormRequest
from desktop.i18n import describe
from desktop.widgets.button_grid import ButtonGrid
from desktop.widgets.fields import Choice, Field

Key = tuple[str, str]
"""An action and the number it is about."""

_CLOSED: Key = ("", "")
_NARROWEST = 12
"""Characters of width that fields need at the least."""
_LEAST_SHARE = 0.55
"""Part of a window's height that fields may take before they are scrolled."""


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
        self._sent: dict[Key, dict[str, Any]] = {}
        self._goes_on = False
        self._page: QWidget | None = None
        self.offer(Choices())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.setSpacing(4)
        self._title = QLabel(self, textFormat=Qt.TextFormat.PlainText)
        self._title.setProperty("role", "form-title")
        self._remark = QLabel(self, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._remark.setProperty("role", "dim")
        self._body = FormBody(FormRequest("", "", ()), self._offered)
        self._scroll = _Scroll(self)
        self._scroll.show_body(self._body)
        self._error = QLabel(self, textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self._error.setProperty("role", "error")
        self._foot = QVBoxLayout()
        for widget in (self._title, self._remark, self._scroll, self._error, self._make_buttons()):
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

        A refusal that finds its form gone leaves a draft, for the same key to bring back.
        """
        key = (action, subject)
        values = self._sent.pop(key, None)
        is_shown = self._key == key
        if error is None and is_shown:
            self._put_away()
        elif error is not None and is_shown:
            self.show_error(error)
        elif error is not None and values is not None:
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
        self._body.put(dict.fromkeys(self._body.fields, ""))
        self._put_away()
        return is_lost

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
        self.hide()
        if was_open:
            self.closed.emit()

    def _set_ready(self, is_ready: bool) -> None:
        if not is_ready and any(button.hasFocus() for button in self._buttons):
            # A disabled button passes the focus on, perhaps to the list and its letters.
            self._body.first_field().setFocus(Qt.FocusReason.OtherFocusReason)
        for button in self._buttons:
            button.setEnabled(is_ready)

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
        self._body = FormBody(request, self._offered)
        self._body.edited.connect(self.edited)
        self._body.composed.connect(self.composed)
        self._body.confirmed.connect(self.confirm)
        self._body.confirmed_next.connect(self.confirm_next)
        self._body.point_asked.connect(self._on_point_asked)
        for button in self._buttons:
            button.installEventFilter(self._body)
        self._scroll.show_body(self._body)

    @Slot()
    def _on_phrases_asked(self) -> None:
        if self.is_open:
            self._body.drop_phrases()

    @Slot()
    def _on_point_asked(self) -> None:
        if self.is_open and self.has_field("point"):
            self.point_asked.emit()


class _Scroll(QScrollArea):
    """As high as its fields where there is room for them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("role", "form-fields")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)

    def show_body(self, body: FormBody) -> None:
        """Show other fields; those shown before are gone."""
        self.setWidget(body)
        body.setAutoFillBackground(False)
        self.updateGeometry()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            self.updateGeometry()
        return super().eventFilter(watched, event)

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._narrowest(), self._height())

    @override
    def minimumSizeHint(self) -> QSize:
        most = round(self.window().height() * _LEAST_SHARE)
        return QSize(self._narrowest(), min(self._height(), most))

    def _narrowest(self) -> int:
        return self.fontMetrics().horizontalAdvance("中") * _NARROWEST

    def _height(self) -> int:
        """Return how high the fields are, as wide as they are."""
        body = self.widget()
        layout = body.layout() if body is not None else None
        if body is None or layout is None:
            return 0
        width = self.viewport().width()
        height = layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else -1
        return max(height, body.sizeHint().height())
