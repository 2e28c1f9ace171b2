"""One decision on all marked incidents: asked once, written one by one, told in one line."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from db.commands.bulk import BulkResult, Progress, act_many
from db.domain.incidents import Incident
from db.domain.ops import Actor
from db.domain.rules.base import FieldSpec
from db.domain.scope import Scope
from db.domain.transitions import transition_of
from db.store.driver import Connection
from db.store.queries.incidents import Detail, incident_detail
from db.store.store import Store
from db.sync.cancel import Cancel
from desktop.actions import BY_ID
from desktop.context import WARN, AppContext
from desktop.decisions.bulk_words import result_text
from desktop.decisions.choices import class_choices
from desktop.decisions.deciding import MARKED
from desktop.decisions.form import DecisionForm
from desktop.decisions.many import Many
from desktop.decisions.prefill import prefill
from desktop.decisions.request import FormRequest
from desktop.language import Words
from desktop.town_lists import current_policy

ALONE = frozenset({"merge", "unmerge", "ask_unmerge", "reply", "resolve", "verify_result"})
"""Decisions that are about one incident by their nature: each wants words of its own."""
_OWN = {
    "accept": ("class_code", "area_code", "urgency"),
    "dispatch": ("lead", "co"),
    "check_pass": ("outcome", "public_reply"),
}
"""Values that each incident has of its own, or is advised: they may stay empty."""
_ADVISED = frozenset({"dispatch", "check_pass"})
"""Of an acceptance only what is registered: a suggested class is never applied unseen."""
_REMARKS = Words(
    {
        "accept": "分类、网格空着的，各按原来登记的；没有登记的不受理。",
        "dispatch": "主办空着的，各按权责清单的第一建议；没有建议的不分流。",
        "check_pass": "答复空着的，各用单位的反馈。",
    }
)


class Bulk(QObject):
    """Decides on many. `done(action, BulkResult)` when it is through or was stopped."""

    done = Signal(str, object)

    def __init__(
        self, context: AppContext, form: DecisionForm, many: Many, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._form = form
        self._many = many
        self._rids: tuple[int, ...] = ()
        form.confirmed.connect(self._on_confirmed)

    def open(self, action: str, rids: Sequence[int]) -> None:
        """Ask for what a decision on these incidents wants."""
        if self._many.refuse():
            return
        if action in ALONE:
            self._context.duty.tell(
                WARN,
                self.tr("{}要一件一件办").format(BY_ID[action].text),
                self.tr("按 Esc 取消标记"),
            )
            return
        self._rids = tuple(rids)
        own = _OWN.get(action, ())
        request = FormRequest(
            action=action,
            title=self.tr("{}  已标记的 {} 件").format(BY_ID[action].text, len(rids)),
            specs=[_spare(spec, own) for spec in transition_of(action).fields],
            values={"outcome": "resolved"} if action == "check_pass" else {},
            remark=_REMARKS.get(action, ""),
            subject=MARKED,
            classes=class_choices(current_policy()),
        )
        if request.specs:
            self._form.open_form(request)
        else:
            self._run(action, {})

    @Slot(str, str, object)
    def _on_confirmed(self, action: str, subject: str, values: Mapping[str, Any]) -> None:
        if subject == MARKED:
            self._run(action, values)

    def _run(self, action: str, values: Mapping[str, Any]) -> None:
        store, duty, rids = self._context.store, self._context.duty, self._rids
        actor, scope = duty.actor, duty.scope
        own = _OWN.get(action, ())
        given = {name: value for name, value in values.items() if value or name not in own}

        def work(on_progress: Progress, cancel: Cancel) -> BulkResult:
            is_advised = action in _ADVISED
            advice = _Advice(store, actor, scope, action, cancel) if is_advised else None

            def values_of(incident: Incident) -> dict[str, Any]:
                if advice is not None:
                    return advice.of(incident) | given
                return {name: getattr(incident, name) for name in own} | given

            return act_many(
                store, actor, scope, rids, action, values_of, on_progress, cancel,
                advice.read if advice is not None else None,
            )  # fmt: skip

        self._many.run(
            work, len(rids), partial(self._on_done, action), partial(self._on_failed, action)
        )

    def _on_done(self, action: str, result: BulkResult) -> None:
        self._form.settle(action, MARKED)
        kind, text, hint = result_text(BY_ID[action].text, result)
        undo = self.tr("{} 整批撤销").format(BY_ID["undo"].key) if result.done else ""
        self._context.duty.tell(kind, text, "；".join(filter(None, (hint, undo))))
        self.done.emit(action, result)

    def _on_failed(self, action: str, error: Exception) -> None:
        if not self._form.settle(action, MARKED, error):
            self._context.duty.tell_error(error)


def _spare(spec: FieldSpec, own: Sequence[str]) -> FieldSpec:
    """Return a field that need not be filled where each incident has its own."""
    return replace(spec, required=False) if spec.name in own else spec


class _Advice:
    """What a form on each incident alone would start with, read just before it is decided on."""

    def __init__(
        self, store: Store, actor: Actor, scope: Scope, action: str, cancel: Cancel
    ) -> None:
        self._store = store
        self._actor, self._scope = actor, scope
        self._action = action
        self._cancel = cancel
        self._found: dict[str, dict[str, Any]] = {}

    def read(self, rids: Sequence[int]) -> None:
        """Read what is advised for these, and forget what was before them."""
        self._found.clear()
        for rid in rids:
            if self._cancel():
                return
            now = self._store.clock()
            detail = self._store.read(partial(_detail, self._scope, rid, now, self._actor))
            if detail is not None:
                self._found[detail.incident.id] = prefill(self._action, detail)[0]

    def of(self, incident: Incident) -> dict[str, Any]:
        """Return what stands for what the form leaves empty."""
        return self._found.get(incident.id, {})


def _detail(
    scope: Scope, rid: int, now: int, actor: Actor, connection: Connection
) -> Detail | None:
    return incident_detail(connection, scope, rid, now, actor)
