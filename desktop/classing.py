"""Suggestions of a class in the window: learnt in the background once nothing else is going on.

Until the first lesson, and in a record without a desk's history, the keywords of the list speak.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Slot

from db.domain.classing import WORTH_SAYING, Model, fit, words_of
from db.domain.lists import Policy
from db.domain.recommend import ClassSuggestion, suggest_classes
from db.domain.scope import Scope
from db.store.lists import policy_at
from db.store.queries.incidents import Detail
from db.store.queries.learning import closed_since, decided
from db.store.store import Store
from desktop import crash
from desktop.context import AppContext

IDLE_MS = 20_000
LOOK_MS = 10 * 60_000
_DAY_MS = 86_400_000
_NEWS_SHARE = 0.05
_BREATH = 0.002
"""Seconds a lesson gives way to the window between two slices."""


Suggest = Callable[[Policy, str, str], Sequence[ClassSuggestion]]
"""Suggests classes of the lists for a title and a content, the likeliest first."""


class _WindowGoneError(Exception):
    """Nobody waits for the lesson any more."""


@dataclass(frozen=True, slots=True)
class _Lesson:
    """What was learnt, from what, and when (UTC milliseconds)."""

    model: Model
    scope: Scope
    at: int


class Classing(QObject):
    """Learns from closed incidents while the desk rests, and suggests classes."""

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._lesson: _Lesson | None = None
        self._is_learning = False
        self._timer = QTimer(self, interval=IDLE_MS)
        self._timer.timeout.connect(self.learn)
        self._timer.start()
        context.duty.switched.connect(self._on_switched)

    @property
    def is_ready(self) -> bool:
        """Whether something has been learnt that the person here may know."""
        return self._usable is not None

    @Slot()
    def learn(self) -> None:
        """Learn anew where it is worth it, in the background; wait while others work."""
        runner, store = self._context.runner, self._context.store
        if self._is_learning or runner.pending:
            return
        self._is_learning = True
        self._timer.setInterval(LOOK_MS)
        known, scope, now = self._lesson, self._context.duty.scope, self._context.clock()
        if known is not None and not (_sees(scope, known.scope) and _sees(known.scope, scope)):
            known = None
        runner.job(
            lambda: _learn(store, scope, known, now, lambda: runner.is_closed),
            self._on_learnt,
            self._on_failed,
        )

    def advise(self, detail: Detail) -> Detail:
        """Return an incident with the suggestions of what was learnt in place of keywords."""
        lesson = self._usable
        if lesson is None or detail.incident.class_code:
            return detail
        incident = detail.incident
        found = _by_lesson(lesson.model, detail.policy, incident.title, incident.content)
        return replace(detail, suggestions=tuple(found))

    def suggester(self) -> Suggest:
        """Return what suggests classes for a text, on any thread: by keywords before a lesson."""
        lesson = self._usable
        return partial(_by_lesson, lesson.model) if lesson else by_keywords

    @property
    def _usable(self) -> _Lesson | None:
        """What was learnt, where the person here may see all that taught it."""
        lesson = self._lesson
        return lesson if lesson and _sees(self._context.duty.scope, lesson.scope) else None

    @Slot()
    def _on_switched(self) -> None:
        # The old lesson speaks on until the new one is learnt, to whoever may know it.
        if self._lesson is not None:
            self._timer.setInterval(IDLE_MS)

    def _on_learnt(self, lesson: _Lesson | None) -> None:
        self._is_learning = False
        self._lesson = lesson or self._lesson
        if not self.is_ready:
            self._timer.setInterval(IDLE_MS)

    def _on_failed(self, error: Exception) -> None:
        # Nobody asked for the lesson: the keywords go on, and the log knows.
        self._is_learning = False
        if not isinstance(error, _WindowGoneError):
            crash.note(error)


def _sees(one: Scope, other: Scope) -> bool:
    """Tell whether a person may see all that another one may."""
    return (
        other.secrecy <= one.secrecy
        and other.area.startswith(one.area)
        and one.unit in ("", other.unit)
        and (one.classes is None or (other.classes is not None and other.classes <= one.classes))
    )


def by_keywords(policy: Policy, title: str, content: str) -> Sequence[ClassSuggestion]:
    """Suggest classes by the words of the list."""
    return suggest_classes(policy, f"{title}\n{content}")


def _by_lesson(model: Model, policy: Policy, title: str, content: str) -> Sequence[ClassSuggestion]:
    return tuple(
        ClassSuggestion(item.label, item.words, item)
        for item in model.suggest(title, content)
        if item.confidence >= WORTH_SAYING and item.words and item.label in policy.classes
    )


def _learn(
    store: Store, scope: Scope, known: _Lesson | None, now: int, is_gone: Callable[[], bool]
) -> _Lesson | None:
    """Return a new lesson, None where the old one is still good."""
    if known is not None and not _is_stale(store, known, now):
        return None

    def breathe() -> None:
        if is_gone():
            raise _WindowGoneError
        time.sleep(_BREATH)

    examples = store.read(lambda connection: decided(connection, scope, now))
    words = store.read(lambda connection: words_of(policy_at(connection, now)))
    return _Lesson(fit(examples, words, breathe), scope, now)


def _is_stale(store: Store, lesson: _Lesson, now: int) -> bool:
    news = store.read(lambda connection: closed_since(connection, lesson.scope, lesson.at))
    return now - lesson.at >= _DAY_MS or news > lesson.model.taught * _NEWS_SHARE
