"""Taking in a call while it is told: what is typed is read after each pause, and advice given.

Advice fills only fields that nobody has touched, never moves the focus, and waits while an input
method composes.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot

from db.domain.addresses import HOUSE, NAME, AddressBook, Said
from db.domain.scope import Scope
from db.store.driver import Connection
from db.store.lists import policy_at
from db.store.queries.duplicates import Likeness
from db.store.queries.intake import (
    Ahead,
    Draft,
    address_book,
    draft_likely,
    draft_place,
    limits_ahead,
)
from desktop import crash
from desktop.actions import REPORTS
from desktop.classing import Suggest, by_keywords
from desktop.context import AppContext
from desktop.decisions.form import DecisionForm
from desktop.decisions.intake_foot import IntakeFoot
from desktop.decisions.pointing import Pointing, point_of
from desktop.decisions.prefill import AdvisedClass, advised_class, likely_names
from desktop.language import say

PAUSE_MS = 250
"""Milliseconds without a change after which what is typed is looked at."""
ENOUGH = 4
"""Characters before anything is suggested from them."""
READ_KEY = "intake"
_PHONE_MARKS = re.compile(r"[\s\-()·.]+")
_PHONE = re.compile(r"\+?\d{3,20}")


@dataclass(frozen=True, slots=True)
class Advice:
    """What is advised for a report. `unsure` names classes that are not likely enough.

    `book` is kept for the next time.
    """

    draft: Draft
    book: AddressBook
    advised: AdvisedClass | None
    unsure: str
    said: Said | None
    likely: tuple[Likeness, ...]
    ahead: Ahead


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a read needs: what was typed, which fields are the person's own, what is known."""

    draft: Draft
    touched: frozenset[str]
    suggest: Suggest
    book: AddressBook | None


def plain_phone(text: str) -> str:
    """Return a phone number without the blanks and dashes it was told with.

    What is no number is left as it is.
    """
    bare = _PHONE_MARKS.sub("", unicodedata.normalize("NFKC", text))
    return bare if _PHONE.fullmatch(bare) else text.strip()


class Intake(QObject):
    """Advises while the form of a new incident is open.

    `suggester` gives what suggests classes, the words of the list where there is none.
    """

    def __init__(
        self,
        context: AppContext,
        form: DecisionForm,
        parent: QObject,
        suggester: Callable[[], Suggest] | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._form = form
        self._suggester = suggester or (lambda: by_keywords)
        self._book: AddressBook | None = None
        self.foot = IntakeFoot(form)
        form.add_foot(self.foot)
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self._look)
        form.edited.connect(self._wait)
        form.composed.connect(self._wait)
        form.closed.connect(self.stop)
        self.pointing = Pointing(context, form, self)

    def begin(self) -> None:
        """Advise on the report that has just been opened, one begun earlier perhaps."""
        self._book = None
        self.foot.clear()
        self._look()

    @Slot()
    def stop(self) -> None:
        """Advise no more; what is under way comes to nothing."""
        self._timer.stop()
        self._context.runner.cancel(READ_KEY)
        self._book = None
        self.foot.clear()

    @Slot()
    def _wait(self) -> None:
        if self._form.action in REPORTS:
            self._timer.start()

    @Slot()
    def _look(self) -> None:
        """Read what is advised; an input method that composes is waited for."""
        form = self._form
        if form.action not in REPORTS or form.is_composing:
            return
        body, store, duty = form.body, self._context.store, self._context.duty
        touched = frozenset(name for name in body.fields if body.is_touched(name))
        asked = _Asked(draft_of(body.values()), touched, self._suggester(), self._book)
        scope, now = duty.scope, self._context.clock()
        self._context.runner.read(
            lambda: store.read(lambda connection: _advise(connection, scope, asked, now)),
            self._on_advice,
            self._on_failed,
            READ_KEY,
            self,
        )

    def _on_advice(self, advice: Advice) -> None:
        form = self._form
        if form.action not in REPORTS or form.is_composing or form.is_sent:
            return
        self._book = advice.book
        body = form.body
        best = advice.advised
        if best is not None:
            reasons = "；".join(filter(None, (best.reason, best.urgency_reason)))
            body.suggest("class_code", best.class_code, self.tr("建议：{}").format(reasons))
            body.suggest("urgency", best.urgency if best.urgency != "normal" else "")
        else:
            unsure = self.tr("没有把握；可能是 {}").format(advice.unsure) if advice.unsure else ""
            body.suggest("class_code", "", unsure)
            body.suggest("urgency", "")
        code = advice.said.code if advice.said is not None else ""
        body.suggest("area_code", code, _place_reason(advice))
        now = self._context.clock()
        self.foot.show_ahead(advice.ahead if form.action == "report" else None, now)
        self.foot.show_likely(advice.likely, now)

    def _on_failed(self, error: Exception) -> None:
        # Nobody asked for advice: the report can be taken in without.
        crash.note(error)


def draft_of(values: dict[str, Any]) -> Draft:
    """Return what stands in the fields of a report, as far as it is of use."""
    return Draft(
        values["content"],
        values["address"],
        values["title"],
        values["class_code"],
        values["area_code"],
        values["urgency"],
        point_of(values["point"]),
    )


def _advise(connection: Connection, scope: Scope, asked: _Asked, now: int) -> Advice:
    """Return what is advised; on a thread of the runner."""
    book = asked.book or address_book(connection, scope)
    policy = policy_at(connection, now)
    draft = asked.draft
    told = len(draft.content) + len(draft.address) >= ENOUGH
    suggestions = asked.suggest(policy, draft.title, draft.content) if told else ()
    advised = advised_class(policy, suggestions)
    said = draft_place(connection, book, draft) if told else None
    filled: dict[str, Any] = {
        "class_code": advised.class_code if advised else "",
        "urgency": advised.urgency if advised else "normal",
        "area_code": said.code if said else "",
    }
    draft = replace(draft, **{k: v for k, v in filled.items() if k not in asked.touched})
    likely = draft_likely(connection, scope, draft, now) if told else ()
    return Advice(
        draft=draft,
        book=book,
        advised=advised,
        unsure=likely_names(policy, suggestions) if advised is None else "",
        said=said,
        likely=likely,
        ahead=limits_ahead(connection, scope, draft, now),
    )


def _place_reason(advice: Advice) -> str:
    said = advice.said
    if said is None:
        return ""
    if said.basis in (HOUSE, NAME):
        return say("建议：以往“{}”的 {} 件，{} 件在这里").format(
            said.word, said.seen, said.agreeing
        )
    return say("建议：文中提到{}").format(said.word)
