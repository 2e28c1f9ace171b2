"""A decision from its key to the row: what forbids it, its form, the command, what is said."""

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from db.commands.incidents import Done, Report, act, report_incident
from db.domain.errors import GridDeskError
from db.domain.ops import Actor
from db.domain.rules.base import FieldSpec
from db.domain.transitions import TRANSITIONS, transition_of
from db.store.driver import Connection
from db.store.envelopes import Caller
from db.store.queries.incidents import Detail
from db.store.queries.lists import templates_for
from desktop import crash
from desktop.actions import BY_ID, REPORTS
from desktop.classing import Suggest
from desktop.context import OK, AppContext
from desktop.decisions.choices import class_choices
from desktop.decisions.form import DecisionForm
from desktop.decisions.intake import Intake, plain_phone
from desktop.decisions.live import report_refusal
from desktop.decisions.phrases import known_of, phrase_choices
from desktop.decisions.prefill import prefill
from desktop.decisions.prefill_loop import asked
from desktop.decisions.request import FormRequest
from desktop.i18n import STATE_NAMES, stripped_text
from desktop.town_lists import current_policy
from desktop.widgets.fields import Choice

if TYPE_CHECKING:
    from desktop.widgets.second_person import SecondPerson

_CALLER_SPECS = tuple(
    FieldSpec(name, "text") for name in ("caller_name", "caller_phone", "caller_note")
)
_REPORT_ORDER = (
    "content",
    "address",
    "class_code",
    "area_code",
    "point",
    "urgency",
    "source",
    "title",
    "reporter",
)
"""As a caller tells it; who calls comes after the address."""
_BESIDE = {
    "caller_name": "caller_phone",
    "area_code": "point",
    "urgency": "source",
    "title": "reporter",
}
_Settle = Callable[..., bool]
"""Gives its answer to the form, an error where it was refused."""
MARKED = "marked"
"""What a form is about that decides on all marked incidents."""
_NEEDED = frozenset({"class_code", "area_code", "contact", "satisfaction"})
_HIDDEN = {
    "accept": {"title"},
    "sign": {"unit"},
    "feedback": {"unit"},
    "refuse": {"unit"},
    "finish_step": {"unit"},
    "ask_extend": {"unit"},
}
"""Values that a form need not ask: the panel shows them already, the rule finds them."""


class Deciding(QObject):
    """Asks for what an action wants by the form of its screen, and writes the decision.

    `done(action, Done, was_shown)` once it is durable; `was_shown`: its form was still open.
    """

    done = Signal(str, object, bool)

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
        self._suggester = suggester
        self._intake: Intake | None = None
        self._signed: Actor | None = None
        """Who signs as a second person for what is being confirmed just now."""
        form.confirmed.connect(self._on_confirmed)

    @property
    def intake(self) -> Intake:
        """What advises while a new incident is taken in."""
        if self._intake is None:
            self._intake = Intake(self._context, self._form, self, self._suggester)
        return self._intake

    @cached_property
    def second(self) -> "SecondPerson":
        """Where a second person signs for what the form says."""
        from desktop.widgets.second_person import SecondPerson  # lazy: seldom needed

        second = SecondPerson(self._context)
        self._form.add_foot(second)
        self._form.closed.connect(second.put_away)
        return second

    def open_report(self, action: str, remark: str = "") -> None:
        """Ask for a new incident."""
        if refused := report_refusal(action, self._context.duty.actor):
            self._context.duty.tell_error(refused)
            return
        specs = {spec.name: spec for spec in transition_of(action).fields}
        ordered = [specs.pop(name) for name in _REPORT_ORDER]
        told = [*ordered[:1], *specs.values(), *ordered[1:2]]
        request = FormRequest(
            action=action,
            title=self.tr("新建事件") if action == "report" else BY_ID[action].help,
            specs=[*told, *_CALLER_SPECS, *ordered[2:]],
            values={"source": "phone", "urgency": "normal"},
            remark=remark or self.tr("先记内容；来电人和号码单独加密保存，不写进事件正文。"),
            classes=class_choices(current_policy()),
            beside=_BESIDE,
            noted=frozenset({"class_code", "area_code"}),
            has_next=True,
        )
        self._form.open_form(request)
        self.intake.begin()
        self._offer_phrases(action)

    def open_decision(
        self, action: str, detail: Detail, known: Mapping[str, Any] | None = None
    ) -> None:
        """Ask for what a decision on an incident wants; `known` values need not be asked for."""
        if refused := detail.obstacles.get(action):
            self._context.duty.tell_error(refused)
            return
        hidden = _HIDDEN.get(action, set())
        if self._context.duty.actor.unit:
            hidden = hidden | {"contact"}
        values, remark = prefill(action, detail)
        request = FormRequest(
            action=action,
            title=f"{BY_ID[action].text}  {detail.incident.number[-6:]}",
            specs=[spec for spec in asked(action, detail) if spec.name not in hidden],
            values=values | dict(known or {}),
            remark=remark,
            needed=_NEEDED,
            subject=detail.incident.id,
            classes=class_choices(detail.policy),
        )
        self._form.open_form(request)
        self._offer_phrases(action, detail)

    def send(self, action: str, subject: str, values: Mapping[str, Any]) -> None:
        """Write a decision on the incident with an id or number that no form was filled in for."""
        self._write(action, subject, values, is_of_form=False)

    def _write(
        self, action: str, subject: str, values: Mapping[str, Any], *, is_of_form: bool
    ) -> None:
        store, duty = self._context.store, self._context.duty
        actor, scope = duty.actor, duty.scope
        command: Callable[[], Done]
        if action in REPORTS:
            given = dict(values)
            caller = Caller(
                given.pop("caller_name"),
                plain_phone(given.pop("caller_phone")),
                given.pop("caller_note"),
            )
            command = partial(report_incident, store, actor, Report(given, caller), action)
        else:
            command = partial(
                act, store, actor, scope, subject, action, values, second=self._signed
            )
        goes_on = action in REPORTS and self._form.goes_on
        # The form of the same action may stand half filled in: it is none of another's business.
        settle = partial(self._form.settle, action, subject) if is_of_form else _settle_nothing
        self._context.runner.write(
            command,
            duty.while_here(partial(self._on_done, action, settle, goes_on)),
            duty.while_here(partial(self._on_refused, settle)),
            owner=self,
        )

    @Slot(str, str, object)
    def _on_confirmed(self, action: str, subject: str, values: Mapping[str, Any]) -> None:
        if action in TRANSITIONS and subject != MARKED:
            self._write(action, subject, values, is_of_form=True)

    def _offer_phrases(self, action: str, detail: Detail | None = None) -> None:
        """Offer the phrases for an action on an incident, once they are read."""
        store, now = self._context.store, self._context.clock()
        class_code = detail.incident.class_code if detail is not None else ""
        subject = detail.incident.id if detail is not None else ""
        known = known_of(detail) if detail is not None else {}

        def read(connection: Connection) -> list[Choice]:
            return phrase_choices(templates_for(connection, action, class_code, now), known)

        self._context.runner.read(
            lambda: store.read(read),
            partial(self._form.offer_phrases, action, subject),
            crash.note,  # a form does without
            "phrases",
            self,
        )

    def _on_done(self, action: str, settle: _Settle, goes_on: bool, done: Done) -> None:
        was_shown = settle()
        text = f"{BY_ID[action].text}  {done.number}  →  {STATE_NAMES[done.state]}"
        hint = self.tr("{} 撤销").format(BY_ID["undo"].key)
        if action in REPORTS:
            hint = self.tr("编号可以告诉来电人")
        self._context.duty.tell(OK, text, stripped_text(done.stripped) or hint)
        self.done.emit(action, done, was_shown)
        if goes_on and was_shown:
            self.open_report(action, self.tr("上一件已登记：{}").format(done.number))

    def _on_refused(self, settle: _Settle, error: Exception) -> None:
        if not settle(error):
            self._context.duty.tell_error(error)
        elif isinstance(error, GridDeskError) and error.code == "second_person_needed":
            self.second.ask(error, self._confirm_signed)

    def _confirm_signed(self, second: Actor) -> None:
        """Confirm anew what the form says, with a second person who has signed for it."""
        self._signed = second
        self._form.confirm()
        self._signed = None


def _settle_nothing(_: Exception | None = None) -> bool:
    return False
