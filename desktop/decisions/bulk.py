"""One decision on all marked incidents: asked once, written one by one, told in one line."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from db.commands.bulk import BulkResult, act_many
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
_REMARKS = Words(
    {
        "accept": "分类、网格空着的，各按原来登记的；没有登记的不受理。",
        "dispatch": "主办空着的，各按权责清单的第一建议；没有建议的不分流。",
        "check_pass": "答复空着的，各用单位的反馈。",
    }
)


class Bulk(QObject):
    """Decides on many. `done(action, BulkResult)` when it is through or was stopped.

    `bar` shows how far it is and stops it.
    """

    done = Signal(str, object)
    _progress = Signal(int, int)

    def __init__(self, context: AppContext, form: DecisionForm, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._form = form
        self._rids: tuple[int, ...] = ()
        self._cancel = Cancel()
        self.bar = _ProgressBar()
        self.bar.stop_asked.connect(self.stop)
        self._progress.connect(self.bar.show_progress)
        form.confirmed.connect(self._on_confirmed)

    @property
    def is_running(self) -> bool:
        """Whether a decision on many is under way."""
        return not self.bar.isHidden()

    def open(self, action: str, rids: Sequence[int]) -> None:
        """Ask for what a decision on these incidents wants."""
        if self.is_running:
            self._context.duty.tell(WARN, self.tr("上一批还在办"), self.tr("办完或停下以后再按"))
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

    @Slot()
    def stop(self) -> None:
        """Decide on no more; what is done stays done."""
        self._cancel.cancel()

    @Slot(str, str, object)
    def _on_confirmed(self, action: str, subject: str, values: Mapping[str, Any]) -> None:
        if subject == MARKED:
            self._run(action, values)

    def _run(self, action: str, values: Mapping[str, Any]) -> None:
        cancel = self._cancel = Cancel()
        store, duty, rids = self._context.store, self._context.duty, self._rids
        actor, scope = duty.actor, duty.scope
        own = _OWN.get(action, ())
        given = {name: value for name, value in values.items() if value or name not in own}

        def work() -> BulkResult:
            advised = _advised(store, actor, scope, action, rids) if own else {}

            def values_of(incident: Incident) -> dict[str, Any]:
                return advised.get(incident.id, {}) | given

            return act_many(
                store, actor, scope, rids, action, values_of, self._progress.emit, cancel
            )

        self.bar.show_progress(0, len(rids))
        self._context.runner.job(
            work, partial(self._on_done, action), partial(self._on_failed, action), self
        )

    def _on_done(self, action: str, result: BulkResult) -> None:
        self.bar.hide()
        self._form.settle(action, MARKED)
        kind, text, hint = result_text(BY_ID[action].text, result)
        undo = self.tr("{} 整批撤销").format(BY_ID["undo"].key) if result.done else ""
        self._context.duty.tell(kind, text, "；".join(filter(None, (hint, undo))))
        self.done.emit(action, result)

    def _on_failed(self, action: str, error: Exception) -> None:
        self.bar.hide()
        if not self._form.settle(action, MARKED, error):
            self._context.duty.tell_error(error)


class _ProgressBar(QWidget):
    """How far it is, and a way to stop. `stop_asked()`."""

    stop_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "bar")
        self._text = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._part = QProgressBar()
        self._part.setTextVisible(False)
        stop = QPushButton(self.tr("停下"))
        stop.clicked.connect(self.stop_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.addWidget(self._text)
        row.addWidget(self._part, 1)
        row.addWidget(stop)
        self.hide()

    @Slot(int, int)
    def show_progress(self, gone: int, total: int) -> None:
        """Show how many are gone through."""
        self._text.setText(self.tr("正在办 {} / {}").format(gone, total))
        self._part.setRange(0, total)
        self._part.setValue(gone)
        self.show()


def _spare(spec: FieldSpec, own: Sequence[str]) -> FieldSpec:
    """Return a field that need not be filled where each incident has its own."""
    return replace(spec, required=False) if spec.name in own else spec


def _advised(
    store: Store, actor: Actor, scope: Scope, action: str, rids: Sequence[int]
) -> dict[str, dict[str, Any]]:
    """Return for each incident, by its id, what stands for what the form leaves empty."""
    found = {}
    for rid in rids:
        detail = store.read(partial(_detail, scope, rid, store.clock(), actor))
        if detail is not None:
            found[detail.incident.id] = _own_values(action, detail)
    return found


def _detail(
    scope: Scope, rid: int, now: int, actor: Actor, connection: Connection
) -> Detail | None:
    return incident_detail(connection, scope, rid, now, actor)


def _own_values(action: str, detail: Detail) -> dict[str, Any]:
    """Return what a form on this incident alone would start with.

    Of an acceptance only what is registered: a suggested class is never applied unseen.
    """
    if action == "accept":
        return {name: getattr(detail.incident, name) for name in _OWN["accept"]}
    return prefill(action, detail)[0]
